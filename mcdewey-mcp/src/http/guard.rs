//! The names a server answers to, and the web pages that may call it.
//!
//! A page of another site can make a browser send requests to a server on the same machine. It
//! cannot hide where it comes from (`Origin`), but by DNS rebinding it can make the server's
//! address look like its own (`Host`). So both are checked, on every route.

use axum::extract::{Request, State};
use axum::http::header::{HOST, ORIGIN};
use axum::http::uri::Authority;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, Uri};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

/// Names that every server answers to: a browser on the same machine uses one of them.
const LOOPBACK: [&str; 3] = ["localhost", "127.0.0.1", "[::1]"];

/// Which `Host` and `Origin` headers are let through.
///
/// The server's own pages always are: an `Origin` that is the very host and port that the request
/// was sent to. A request without an `Origin` does not come from a web page.
///
/// # Examples
/// ```
/// use mcdewey_mcp::http::Guard;
///
/// let guard = Guard::new()
///     .with_host("manuals.example")?
///     .with_origin("https://support.example")?;
/// # Ok::<(), anyhow::Error>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct Guard {
    hosts: Vec<Authority>,
    origins: Vec<Site>,
}

/// Scheme, host and port of a web page.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Site {
    scheme: String,
    host: String,
    port: Option<u16>,
}

impl Guard {
    /// Answers to loopback names, on any port.
    pub fn new() -> Self {
        Self::default()
    }

    /// Also answers to `host`: a name or address, on any port unless it has one.
    ///
    /// # Errors
    /// If it is not a host.
    pub fn with_host(mut self, host: &str) -> anyhow::Result<Self> {
        let authority = host.parse().ok().filter(is_plain);
        let authority = authority.ok_or_else(|| {
            anyhow::anyhow!("`{host}` is not a host; write `manuals.example` or `10.0.0.5:8080`")
        })?;
        self.hosts.push(authority);
        Ok(self)
    }

    /// Also lets pages of `origin` call.
    ///
    /// # Errors
    /// If it is not a scheme, a host and perhaps a port.
    pub fn with_origin(mut self, origin: &str) -> anyhow::Result<Self> {
        let site = Site::parse(origin)
            .ok_or_else(|| anyhow::anyhow!("`{origin}` is not like `https://support.example`"))?;
        self.origins.push(site);
        Ok(self)
    }

    /// Whether a request may pass.
    fn check(&self, uri: &Uri, headers: &HeaderMap) -> Result<(), (StatusCode, &'static str)> {
        const NO_HOST: (StatusCode, &str) = (
            StatusCode::BAD_REQUEST,
            "the request needs one Host header that names a host",
        );
        const FOREIGN_HOST: (StatusCode, &str) = (
            StatusCode::FORBIDDEN,
            "the Host header does not name this server; the operator can allow it with --allow-host",
        );
        const FOREIGN_ORIGIN: (StatusCode, &str) = (
            StatusCode::FORBIDDEN,
            "pages of this Origin may not call; the operator can allow them with --allow-origin",
        );
        let host = only(headers, &HOST).map_err(|()| NO_HOST)?.ok_or(NO_HOST)?;
        let host = host.parse().ok().filter(is_plain).ok_or(NO_HOST)?;
        // A target in absolute form takes precedence over the header (RFC 9112, 3.2.2).
        let host = uri.authority().cloned().unwrap_or(host);
        if !self.answers_to(&host) {
            return Err(FOREIGN_HOST);
        }
        match only(headers, &ORIGIN) {
            Ok(None) => Ok(()),
            Ok(Some(origin)) if self.lets_in(origin, &host) => Ok(()),
            _ => Err(FOREIGN_ORIGIN),
        }
    }

    fn answers_to(&self, host: &Authority) -> bool {
        let is_loopback = LOOPBACK
            .iter()
            .any(|name| name.eq_ignore_ascii_case(host.host()));
        is_loopback
            || self.hosts.iter().any(|allowed| {
                allowed.host().eq_ignore_ascii_case(host.host())
                    && (allowed.port().is_none() || allowed.port_u16() == host.port_u16())
            })
    }

    fn lets_in(&self, origin: &str, host: &Authority) -> bool {
        let Some(site) = Site::parse(origin) else {
            return false;
        };
        let own = Site::new(&site.scheme, host);
        own.as_ref() == Some(&site) || self.origins.contains(&site)
    }
}

impl Site {
    fn new(scheme: &str, authority: &Authority) -> Option<Self> {
        let default = match scheme {
            "http" => Some(80),
            "https" => Some(443),
            _ => None,
        };
        is_plain(authority).then(|| Self {
            scheme: scheme.to_owned(),
            host: authority.host().to_ascii_lowercase(),
            port: authority.port_u16().or(default),
        })
    }

    fn parse(origin: &str) -> Option<Self> {
        let (scheme, authority) = origin.split_once("://")?;
        Self::new(&scheme.to_ascii_lowercase(), &authority.parse().ok()?)
    }
}

/// Without a user name, and with a port that is a number if it has one.
fn is_plain(authority: &Authority) -> bool {
    let text = authority.as_str();
    let port_is_sound = authority.port_u16().is_some() || text.len() == authority.host().len();
    !authority.host().is_empty() && !text.contains('@') && port_is_sound
}

/// The header's value, if there is one; an error if there are several or it is not text.
fn only<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Result<Option<&'a str>, ()> {
    let mut values = headers.get_all(name).iter();
    match (values.next().map(HeaderValue::to_str), values.next()) {
        (None, _) => Ok(None),
        (Some(Ok(value)), None) => Ok(Some(value)),
        _ => Err(()),
    }
}

/// Refuses what the guard does not let through; for [`axum::middleware::from_fn_with_state`].
pub async fn guard(State(guard): State<Guard>, request: Request, next: Next) -> Response {
    match guard.check(request.uri(), request.headers()) {
        Ok(()) => next.run(request).await,
        Err((status, message)) => {
            tracing::warn!(
                host = ?request.headers().get(HOST),
                origin = ?request.headers().get(ORIGIN),
                "refused: {message}"
            );
            (status, message).into_response()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(guard: &Guard, host: &str, origin: Option<&str>) -> u16 {
        let mut headers = HeaderMap::new();
        headers.insert(HOST, host.parse().unwrap());
        if let Some(origin) = origin {
            headers.insert(ORIGIN, origin.parse().unwrap());
        }
        match guard.check(&Uri::from_static("/mcp"), &headers) {
            Ok(()) => 200,
            Err((status, _)) => status.as_u16(),
        }
    }

    #[test]
    fn loopback_names_and_the_servers_own_pages_pass() {
        let guard = Guard::new();
        for host in ["localhost:8080", "LOCALHOST", "127.0.0.1:1", "[::1]:8080"] {
            assert_eq!(check(&guard, host, None), 200, "{host}");
            let own = format!("http://{host}");
            assert_eq!(check(&guard, host, Some(&own)), 200, "{own}");
        }
        // Behind a proxy that ends TLS the page is at https.
        let proxied = Some("https://localhost");
        assert_eq!(check(&guard, "localhost:443", proxied), 200);
    }

    #[test]
    fn a_foreign_origin_a_foreign_host_and_both_are_refused() {
        let guard = Guard::new();
        let origins = [
            "http://evil.example",
            "http://localhost:9",
            "http://localhost.evil.example:8080",
            "http://localhost:8080@evil.example",
            "null",
            "localhost:8080",
            "",
        ];
        for origin in origins {
            assert_eq!(
                check(&guard, "localhost:8080", Some(origin)),
                403,
                "{origin}"
            );
        }
        assert_eq!(check(&guard, "evil.example", None), 403);
        assert_eq!(check(&guard, "localhost.evil.example", None), 403);
        let own = Some("http://evil.example");
        assert_eq!(check(&guard, "evil.example", own), 403);
    }

    #[test]
    fn a_request_needs_one_host() {
        let guard = Guard::new();
        for host in ["", "a b", "localhost:port", "user@localhost", "localhost:"] {
            assert_eq!(check(&guard, host, None), 400, "{host}");
        }
        let mut headers = HeaderMap::new();
        assert!(guard.check(&Uri::from_static("/"), &headers).is_err());
        headers.append(HOST, HeaderValue::from_static("localhost"));
        headers.append(HOST, HeaderValue::from_static("localhost"));
        assert!(guard.check(&Uri::from_static("/"), &headers).is_err());
    }

    #[test]
    fn the_target_of_the_request_line_counts_more_than_the_header() {
        let mut headers = HeaderMap::new();
        headers.insert(HOST, HeaderValue::from_static("localhost"));
        let target = Uri::from_static("http://evil.example/mcp");
        assert!(Guard::new().check(&target, &headers).is_err());
    }

    #[test]
    fn what_the_operator_allows_passes() {
        let guard = Guard::new()
            .with_host("manuals.example")
            .and_then(|guard| guard.with_host("10.0.0.5:8080"))
            .and_then(|guard| guard.with_origin("https://support.example"))
            .unwrap();
        assert_eq!(check(&guard, "Manuals.example:9000", None), 200);
        assert_eq!(check(&guard, "10.0.0.5:8080", None), 200);
        assert_eq!(check(&guard, "10.0.0.5:9090", None), 403);
        let allowed = Some("https://support.example:443");
        assert_eq!(check(&guard, "localhost", allowed), 200);
        let other_scheme = Some("http://support.example");
        assert_eq!(check(&guard, "localhost", other_scheme), 403);

        assert!(Guard::new().with_host("http://a").is_err());
        assert!(Guard::new().with_origin("a.example").is_err());
    }
}
