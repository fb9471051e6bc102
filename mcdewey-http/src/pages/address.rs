//! How people reach this server, for what must be a whole address.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::header::{HOST, HeaderName};
use axum::http::request::Parts;
use axum::http::uri::Authority;

use crate::App;

const FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");

/// Scheme, host and port, without a slash at the end: `https://manuals.example`.
#[derive(Debug)]
pub(super) struct Address(pub(super) String);

impl FromRequestParts<App> for Address {
    type Rejection = Infallible;

    /// As the operator says, else as the request came; the guard has checked that its host is one
    /// of this server's.
    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Infallible> {
        if let Some(url) = &app.public_url {
            return Ok(Self(url.to_string()));
        }
        let named = || parts.headers.get(HOST)?.to_str().ok();
        let host = parts.uri.authority().map(Authority::as_str);
        let host = host.or_else(named).unwrap_or("localhost");
        let is_https = app.is_https || is_forwarded_https(&parts.headers);
        let scheme = if is_https { "https" } else { "http" };
        Ok(Self(format!("{scheme}://{host}")))
    }
}

/// Whether a proxy was asked by https. Whoever writes that without one misleads only themselves.
fn is_forwarded_https(headers: &HeaderMap) -> bool {
    headers
        .get(FORWARDED_PROTO)
        .is_some_and(|scheme| scheme == "https")
}
