//! What programs and browsers are told of the server.

use axum::http::StatusCode;
use mcdewey_http::{Access, Key};

use super::{assert_holds, assert_lacks, between, small};
use crate::site::Site;

#[tokio::test]
async fn every_operation_is_described_with_what_it_takes_and_answers() {
    let site = small();
    let html = site.page("/docs").await;
    let described = site.get("/openapi.json").await.ok().json();
    let paths = described["paths"].as_object().expect("paths");
    let mut n_operations = 0;
    for (path, item) in paths {
        for (method, operation) in item.as_object().expect("operations") {
            let id = operation["operationId"].as_str().expect("an id");
            let section = between(
                &html,
                &format!("<section class=\"operation\" id=\"{id}\""),
                "</section>",
            );
            let method = method.to_uppercase();
            assert_holds(
                section,
                &[
                    &format!("{method}</span> <code>{path}</code>"),
                    "curl",
                    "Answer 20",
                ],
            );
            for parameter in operation["parameters"].as_array().into_iter().flatten() {
                let name = parameter["name"].as_str().expect("a name");
                assert_holds(section, &[&format!("<code>{name}</code>")]);
            }
            n_operations += 1;
        }
    }
    assert_eq!(
        html.matches("<section class=\"operation\"").count(),
        n_operations
    );
    let search = between(&html, "id=\"search\">", "</section>");
    assert_holds(
        search,
        &[
            "string, at most 2048 characters, <strong>required</strong>",
            "integer, 1 to 100; 10 if not given",
            "<code>hits[].<wbr>page.<wbr>first</code>",
        ],
    );
    assert_lacks(&html, &["[`", "See [", "<script>"]);
}

#[tokio::test]
async fn every_kind_of_problem_is_where_problem_documents_lead() {
    let site = small();
    let html = site.page("/docs").await;
    for (path, status) in [
        ("/api/v1/chunks/none::0", StatusCode::NOT_FOUND),
        ("/api/v1/search?query=port&limit=0", StatusCode::BAD_REQUEST),
        (
            "/api/v1/search?query=port&vendor=acne",
            StatusCode::NOT_FOUND,
        ),
    ] {
        let answer = site.get(path).await;
        assert_eq!(answer.status, status, "{path}");
        let kind = answer.json()["type"].as_str().expect("a link").to_owned();
        let anchor = kind.strip_prefix("/docs#").expect("a link into the page");
        let row = between(&html, &format!("<tr id=\"{anchor}\">"), "</tr>");
        assert_holds(row, &[&format!("<td>{}</td>", status.as_u16())]);
    }
    assert_eq!(html.matches("<tr id=\"problem-").count(), 17);
}

/// The commands of a page, as a shell would split them: those of the programs are plain.
fn commands(html: &str) -> Vec<String> {
    let pieces = html.split("<pre><code>").skip(1);
    let codes = pieces.filter_map(|piece| Some(piece.split_once("</code>")?.0));
    let commands = codes.filter(|code| code.starts_with("curl"));
    commands
        .map(|code| {
            code.replace("&amp;", "&")
                .replace("&quot;", "\"")
                .replace(" \\\n  ", " ")
        })
        .collect()
}

#[tokio::test]
async fn examples_name_what_is_there() {
    let site = small();
    let html = site.page("/docs").await;
    let commands = commands(&html);
    for command in commands
        .iter()
        .filter(|command| command.starts_with("curl 'http"))
    {
        let path = between(command, "curl 'http://localhost", "'");
        site.get(path).await.ok();
    }
    assert!(
        commands
            .iter()
            .any(|command| command.contains("/api/v1/chunks/acme::router::1::guide::0'"))
    );
    let compare = commands
        .iter()
        .find(|command| command.contains("/api/v1/compare"));
    let compare = compare.expect("an example");
    assert_holds(
        compare,
        &["'document=acme::router::1::guide'", "'from=1'", "'to=2'"],
    );
    assert_eq!(compare.matches("'document=").count(), 1, "{compare}");
    let empty = Site::open(&[]).page("/docs").await;
    assert_holds(
        &empty,
        &["/api/v1/documents/DOCUMENT_ID'", "'from=VERSION'"],
    );
}

#[tokio::test]
async fn examples_send_a_key_where_one_is_asked_for() {
    let (key, table) = Key::generate("reader").expect("random numbers");
    let site = Site::guarded(&[("p/1/a.md", "# A\n\nText.\n")], |library| {
        Access::new(library, vec![table], None)
    });
    let html = site.get_as(&key, "/docs").await.ok().body;
    let commands = commands(&html);
    assert!(commands.len() >= 8);
    for command in &commands {
        assert!(
            command.contains("-H 'Authorization: Bearer KEY'"),
            "{command}"
        );
    }
    assert_holds(
        &html,
        &[
            "This server asks for a key",
            "&quot;Authorization&quot;: &quot;Bearer KEY&quot;",
        ],
    );
    assert_lacks(&html, &[&key]);
    let open = small().page("/docs").await;
    assert_holds(&open, &["This server asks nobody for a key"]);
    assert_eq!(open.matches("Bearer KEY").count(), 2, "but for an update");
}

#[tokio::test]
async fn addresses_are_the_operator_s_or_those_of_the_request() {
    let files = [("p/1/a.md", "# A\n\nText.\n")];
    let here = Site::open(&files);
    let template = |html: &str| between(html, "template=\"", "\"").to_owned();
    let plain = here.page("/opensearch.xml").await;
    assert_eq!(template(&plain), "http://localhost/search?q={searchTerms}");
    let forwarded = [("x-forwarded-proto", "https")];
    let proxied = here.get_with("/opensearch.xml", &forwarded).await.body;
    assert_eq!(
        template(&proxied),
        "https://localhost/search?q={searchTerms}"
    );
    let strange = [("x-forwarded-proto", "javascript")];
    let strange = here.get_with("/opensearch.xml", &strange).await.body;
    assert_eq!(
        template(&strange),
        "http://localhost/search?q={searchTerms}"
    );
    let secure = Site::with(&files, mcdewey_http::App::with_https);
    assert_eq!(
        template(&secure.page("/opensearch.xml").await),
        "https://localhost/search?q={searchTerms}"
    );
    let named = Site::with(&files, |app| {
        app.with_public_url("https://manuals.example/a&b/")
    });
    let named = named.page("/opensearch.xml").await;
    assert_eq!(
        template(&named),
        "https://manuals.example/a&amp;b/search?q={searchTerms}"
    );
}

/// The rules of `OpenSearch` 1.1 for what a description must hold.
#[tokio::test]
async fn browsers_are_told_how_to_search_here() {
    let site = small();
    let answer = site.get("/opensearch.xml").await.ok();
    assert_eq!(
        answer.header("content-type"),
        Some("application/opensearchdescription+xml")
    );
    let xml = &answer.body;
    assert!(
        xml.starts_with("<?xml version=\"1.0\" encoding=\"UTF-8\"?>"),
        "{xml}"
    );
    assert_holds(
        xml,
        &[
            "<OpenSearchDescription xmlns=\"http://a9.com/-/spec/opensearch/1.1/\">",
            "<Url type=\"text/html\" template=\"http://localhost/search?q={searchTerms}\"></Url>",
            "<Url type=\"application/opensearchdescription+xml\" rel=\"self\" template=\"http://localhost/opensearch.xml\"></Url>",
            "<InputEncoding>UTF-8</InputEncoding>",
            "type=\"image/svg+xml\">http://localhost/assets/icon.svg",
        ],
    );
    assert!(between(xml, "<ShortName>", "</ShortName>").chars().count() <= 16);
    assert!(
        between(xml, "<Description>", "</Description>")
            .chars()
            .count()
            <= 1024
    );
    let image = between(xml, "image/svg+xml\">http://localhost", "</Image>");
    site.get(image).await.ok();
    let home = site.page("/").await;
    assert_holds(
        &home,
        &[
            "<link rel=\"search\" type=\"application/opensearchdescription+xml\" title=\"McDewey\" href=\"/opensearch.xml\">",
        ],
    );
}
