//! Who asks: a request in, its caller or a refusal out.
//!
//! ```text
//! request ─> address: too often? 429 ─> key: unknown? 401 ─> key: too often? 429 ─> Caller, Reader
//! ```
//!
//! | file | responsibility |
//! |---|---|
//! | `mod.rs` | [`Access`]: callers and what they may read |
//! | `key.rs` | [`Key`]: what a server keeps of a key |
//! | `rate.rs` | how often a caller may ask |
//!
//! What a caller may read is enforced in the library itself, by a [`Reader`] of a scoped one: pages,
//! REST and MCP answer from that and cannot see more.

mod key;
mod rate;

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use axum::extract::{ConnectInfo, FromRequestParts, Request, State};
use axum::http::header::{AUTHORIZATION, HeaderName, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use mcdewey_core::Library;
use mcdewey_core::engine::Scope;
use mcdewey_mcp::Reader;

pub use self::key::{Key, KeyHash, Reads};
use self::rate::Rate;
use crate::problem::Problem;

const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// Who may ask, what they may read, and how often.
#[derive(Debug)]
pub struct Access {
    keys: Vec<(Key, Reader)>,
    /// Who sends no key, if that is allowed.
    anonymous: Option<Reader>,
    per_address: Rate<IpAddr>,
    per_key: Rate<String>,
    trusts_forwarded_for: bool,
}

/// Who sent a request.
#[derive(Debug, Clone)]
pub(crate) struct Caller {
    /// Name of the key; `None` without one.
    pub(crate) name: Option<Arc<str>>,
    pub(crate) role: Role,
    pub(crate) reader: Reader,
}

/// What a caller may do beside reading.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    /// Nothing.
    Reader,
    /// See the state of the server: on one without keys everybody may.
    Viewer,
    /// Also bring the index up to date.
    Administrator,
}

impl Access {
    /// Without keys: everybody reads what no manifest keeps for a group.
    pub fn open(library: &Arc<Library>) -> Self {
        Self::new(library, Vec::new(), Some(&Reads::default()))
    }

    /// With `keys`, and what callers without one may read; `None` if they are refused.
    pub fn new(library: &Arc<Library>, keys: Vec<Key>, anonymous: Option<&Reads>) -> Self {
        // Callers of one scope share its library.
        let mut readers: BTreeMap<Scope, Reader> = BTreeMap::new();
        readers.insert(Scope::everything(), Reader::new(Arc::clone(library)));
        let mut reader = |scope: Scope| {
            let scoped = || Reader::new(Arc::new(library.scoped(scope.clone())));
            readers.entry(scope.clone()).or_insert_with(scoped).clone()
        };
        let keys = keys.into_iter().map(|key| {
            let reader = reader(key.scope());
            (key, reader)
        });
        let keys = keys.collect();
        Self {
            keys,
            anonymous: anonymous.map(|reads| reader(reads.to_scope())),
            per_address: Rate::new(0),
            per_key: Rate::new(0),
            trusts_forwarded_for: false,
        }
    }

    /// Sets how many requests a second an address may send, twice as many at once; 0, the default,
    /// is no limit.
    #[must_use]
    pub fn with_rate_per_address(mut self, per_second: u32) -> Self {
        self.per_address = Rate::new(per_second);
        self
    }

    /// As [`Self::with_rate_per_address`], for each key.
    #[must_use]
    pub fn with_rate_per_key(mut self, per_second: u32) -> Self {
        self.per_key = Rate::new(per_second);
        self
    }

    /// Takes the last address of `X-Forwarded-For` for the caller's own: what a proxy in front of
    /// this server appends. Without a proxy callers could write there what they like.
    #[must_use]
    pub fn with_forwarded_for(mut self) -> Self {
        self.trusts_forwarded_for = true;
        self
    }

    /// Whether everybody is let in.
    pub fn is_open(&self) -> bool {
        self.keys.is_empty()
    }

    /// Whether everybody needs a key.
    pub(crate) fn needs_key(&self) -> bool {
        self.anonymous.is_none()
    }

    fn identify(&self, request: &Request) -> Result<Caller, Refusal> {
        if let Some(address) = self.address(request) {
            self.per_address
                .check(&address)
                .map_err(Refusal::TooOften)?;
        }
        let Some(sent) = credentials(request.headers()) else {
            let reader = self.anonymous.clone().ok_or(Refusal::NoKey)?;
            let role = if self.is_open() {
                Role::Viewer
            } else {
                Role::Reader
            };
            return Ok(Caller {
                name: None,
                role,
                reader,
            });
        };
        let hash = KeyHash::of(&sent?);
        // All keys are compared, each in constant time.
        let mut keys = self.keys.iter();
        let known = keys.by_ref().fold(
            None,
            |known, key| {
                if key.0.hash == hash { Some(key) } else { known }
            },
        );
        let (key, reader) = known.ok_or(Refusal::UnknownKey)?;
        self.per_key.check(&key.name).map_err(Refusal::TooOften)?;
        Ok(Caller {
            name: Some(key.name.as_str().into()),
            role: if key.admin {
                Role::Administrator
            } else {
                Role::Reader
            },
            reader: reader.clone(),
        })
    }

    fn address(&self, request: &Request) -> Option<IpAddr> {
        let peer = request.extensions().get::<ConnectInfo<SocketAddr>>();
        let peer = peer.map(|ConnectInfo(address)| address.ip());
        let forwarded = || {
            let last = request
                .headers()
                .get_all(&FORWARDED_FOR)
                .iter()
                .next_back()?;
            last.to_str().ok()?.rsplit(',').next()?.trim().parse().ok()
        };
        let address = if self.trusts_forwarded_for {
            forwarded().or(peer)
        } else {
            peer
        };
        address.map(network)
    }
}

/// What counts as one caller: who has one IPv6 address has at least 2^64 of them.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => {
            let prefix = address.to_bits() >> 64 << 64;
            IpAddr::V6(Ipv6Addr::from_bits(prefix))
        }
        address @ IpAddr::V4(_) => address,
    }
}

/// Why a request is not answered.
#[derive(Debug, PartialEq, Eq)]
enum Refusal {
    TooOften(Duration),
    NoKey,
    UnknownKey,
    Malformed,
}

/// The key that a request brings: as a bearer token or, from a browser, as the password.
fn credentials(headers: &HeaderMap) -> Option<Result<String, Refusal>> {
    let value = headers.get(AUTHORIZATION)?;
    let key = value.to_str().ok().and_then(|value| {
        let (scheme, rest) = value.trim().split_once(' ')?;
        if scheme.eq_ignore_ascii_case("bearer") {
            return Some(rest.trim().to_owned());
        }
        let decoded = scheme
            .eq_ignore_ascii_case("basic")
            .then(|| STANDARD.decode(rest.trim()))?;
        let decoded = String::from_utf8(decoded.ok()?).ok()?;
        decoded
            .split_once(':')
            .map(|(_user, password)| password.to_owned())
    });
    Some(key.ok_or(Refusal::Malformed))
}

/// Paths that need no key: whether the server lives, and files of the program.
fn is_public(path: &str) -> bool {
    path.starts_with("/health/") || path.starts_with("/assets/")
}

/// Finds out who asks, and leaves a [`Caller`] and a [`Reader`] with the request; for
/// [`axum::middleware::from_fn_with_state`].
pub(crate) async fn admit(
    State(access): State<Arc<Access>>,
    mut request: Request,
    next: Next,
) -> Response {
    if is_public(request.uri().path()) {
        return next.run(request).await;
    }
    match access.identify(&request) {
        Ok(caller) => {
            let extensions = request.extensions_mut();
            extensions.insert(caller.reader.clone());
            extensions.insert(caller.clone());
            let mut response = next.run(request).await;
            // For the log.
            response.extensions_mut().insert(caller);
            response
        }
        Err(refusal) => refusal.answer(request.uri().path()),
    }
}

impl Refusal {
    fn answer(&self, path: &str) -> Response {
        let problem = match self {
            Self::TooOften(_) => Problem::new(
                "too-many-requests",
                "this is more often than the operator allows; wait as long as Retry-After says",
            ),
            Self::NoKey => Problem::new(
                "no-key",
                "send a key as `Authorization: Bearer KEY`; the operator makes them with \
                 `mcdewey key NAME`",
            ),
            Self::UnknownKey => {
                Problem::new("unknown-key", "the key is not one that this server knows")
            }
            Self::Malformed => Problem::new(
                "malformed-key",
                "the header is not `Authorization: Bearer KEY`",
            ),
        };
        let mut response = problem.answer(path);
        let headers = response.headers_mut();
        if let Self::TooOften(wait) = self {
            let seconds = wait.as_secs() + 1;
            headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
        } else {
            // A browser asks its user for a password; a program needs no such question.
            let scheme = if crate::problem::is_for_programs(path) {
                "Bearer realm=\"McDewey\""
            } else {
                "Basic realm=\"McDewey: the password is a key\", charset=\"UTF-8\""
            };
            headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static(scheme));
        }
        response
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Caller {
    type Rejection = Response;

    /// Fails closed: a route that [`admit`] does not stand before has no caller.
    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Response> {
        let caller = parts.extensions.get::<Self>().cloned();
        caller.ok_or_else(|| Refusal::NoKey.answer(parts.uri.path()))
    }
}
