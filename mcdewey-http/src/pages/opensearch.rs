//! What a browser needs to offer this library among its search engines (`OpenSearch` 1.1, draft 6).

use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use maud::{PreEscaped, html};

use super::address::Address;
use super::asset_link;

pub(super) const PATH: &str = "/opensearch.xml";
pub(super) const MEDIA_TYPE: &str = "application/opensearchdescription+xml";

const NAMESPACE: &str = "http://a9.com/-/spec/opensearch/1.1/";

pub(super) async fn description(Address(address): Address) -> impl IntoResponse {
    let search = format!("{address}/search?q={{searchTerms}}");
    // Elements stand with an end of their own: what HTML leaves open XML does not.
    let description = html! {
        (PreEscaped("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"))
        OpenSearchDescription xmlns=(NAMESPACE) {
            ShortName { "McDewey" }
            Description { "Finds the passage of a product manual that answers a question." }
            Url type="text/html" template=(search) {}
            Url type=(MEDIA_TYPE) rel="self" template={ (address) (PATH) } {}
            Image width="16" height="16" type="image/svg+xml" { (address) (asset_link("icon.svg")) }
            InputEncoding { "UTF-8" }
            OutputEncoding { "UTF-8" }
        }
    };
    ([(CONTENT_TYPE, MEDIA_TYPE)], description.into_string())
}
