//! What a request asks for: the parameters of its query, or its JSON body, both read as one type.

use std::str::FromStr;
use std::time::Duration;

use axum::body::to_bytes;
use axum::extract::{FromRequest, FromRequestParts, Query, Request};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, Method};
use axum::response::{IntoResponse, Response};
use mcdewey_core::{Facet, Filter};
use mcdewey_mcp::http::HttpSettings;
use serde::de::{DeserializeOwned, Error};
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};
use utoipa::openapi::schema::{ArrayBuilder, ObjectBuilder, Schema, Type};

use crate::problem::Problem;

/// Most values of one facet in a request. Chosen by hand: as many as anyone would name.
const MAX_VALUES: usize = 32;

/// What [`mcdewey_core::shelf::VersionRequest`] reads: whatever is not blank, and a version behind
/// each operator of a range.
const VERSION_PATTERN: &str = r"^\s*([^\s<=>]|((<=|>=|==|[<=>])[\s,]*[^\s,<=>][^<=>]*)+$)";

/// The schema of the versions that are asked for.
pub(super) fn versions() -> Schema {
    let version = ObjectBuilder::new()
        .schema_type(Type::String)
        .pattern(Some(VERSION_PATTERN));
    ArrayBuilder::new()
        .items(version)
        .max_items(Some(MAX_VALUES))
        .into()
}

/// How large a body may be and how long it may take.
#[derive(Debug, Clone, Copy)]
pub(super) struct BodyLimits {
    bytes: usize,
    time: Duration,
}

impl BodyLimits {
    pub(super) fn new(settings: &HttpSettings) -> Self {
        Self {
            bytes: settings.max_body_bytes,
            time: settings.body_timeout,
        }
    }
}

/// What a parameter of a query holds. A body says so itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    Texts,
    Number,
    Decimal,
    Flag,
}

/// What a request may ask for.
pub(super) trait Parameters: DeserializeOwned {
    /// Its fields. Others are refused: a slip of the pen would otherwise go unnoticed.
    const FIELDS: &'static [(&'static str, Kind)];
}

/// What a request asks for, or a problem that says what is wrong with it.
#[derive(Debug)]
pub(super) struct Given<T>(pub(super) T);

impl<T: Parameters, S: Send + Sync> FromRequest<S> for Given<T> {
    type Rejection = Response;

    async fn from_request(request: Request, state: &S) -> Result<Self, Response> {
        let given = if request.method() == Method::POST {
            body(request).await
        } else {
            let (mut parts, _) = request.into_parts();
            let pairs = Query::<Vec<(String, String)>>::from_request_parts(&mut parts, state).await;
            let pairs = pairs.map_err(|_| malformed("the query is not `name=value` pairs"));
            pairs.and_then(|Query(pairs)| read(pairs))
        };
        given.map(Self).map_err(IntoResponse::into_response)
    }
}

/// The id of a `what`. What is no id names none.
pub(super) fn id<T: FromStr>(what: &'static str, id: String) -> Result<T, mcdewey_core::Error> {
    id.parse()
        .map_err(|_| mcdewey_core::Error::NotFound { what, id })
}

/// A whole number; JSON Schema counts `10.0` among them.
pub(super) fn whole<'de, D: Deserializer<'de>, N: TryFrom<u64>>(
    deserializer: D,
) -> Result<N, D::Error> {
    let number = serde_json::Number::deserialize(deserializer)?;
    let float = number.as_f64().filter(|float| float.fract() == 0.0);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "what is out of range saturates, and is then out of every parameter's range"
    )]
    let whole = number
        .as_u64()
        .or_else(|| float.filter(|&n| n >= 0.0).map(|n| n as u64));
    let narrow = whole.and_then(|whole| N::try_from(whole).ok());
    narrow.ok_or_else(|| D::Error::custom(format!("{number} is no whole number in range")))
}

/// As [`whole`]; what is not given is not null either.
pub(super) fn some_whole<'de, D: Deserializer<'de>, N: TryFrom<u64>>(
    deserializer: D,
) -> Result<Option<N>, D::Error> {
    whole(deserializer).map(Some)
}

/// Values of a facet, not too many.
pub(super) fn names<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    let names = Vec::deserialize(deserializer)?;
    if names.len() > MAX_VALUES {
        let message = format!("at most {MAX_VALUES} vendors, products, versions or documents");
        return Err(D::Error::custom(message));
    }
    Ok(names)
}

/// A share as the core takes it; refuses what is not from 0 to 1. In `f32` what is hardly too large
/// would be 1.
pub(super) fn share(name: &str, share: f64) -> Result<f32, Problem> {
    if !(0.0..=1.0).contains(&share) {
        return Err(malformed(format!(
            "{name} is {share}, but must be from 0 to 1"
        )));
    }
    #[expect(clippy::cast_possible_truncation, reason = "it needs no more digits")]
    Ok(share as f32)
}

/// The filter for the values of each facet, the outermost first.
pub(super) fn filter(place: [&[String]; 4]) -> Filter {
    let values = Facet::ALL.into_iter().zip(place);
    let values = values.flat_map(|(facet, values)| values.iter().map(move |value| (facet, value)));
    values.fold(Filter::new(), |filter, (facet, value)| {
        filter.with(facet, value)
    })
}

fn malformed(what: impl Into<String>) -> Problem {
    Problem::new("malformed-request", what)
}

fn read<T: Parameters>(pairs: Vec<(String, String)>) -> Result<T, Problem> {
    let mut fields = Map::new();
    for (name, value) in pairs {
        let known = T::FIELDS.iter().find(|(known, _)| *known == name);
        let Some(&(name, kind)) = known else {
            let known: Vec<&str> = T::FIELDS.iter().map(|(name, _)| *name).collect();
            let name: String = name.chars().take(60).collect();
            let known = known.join(", ");
            return Err(malformed(format!(
                "no parameter `{name}`; there are {known}"
            )));
        };
        if let (Kind::Texts, Some(values)) = (kind, fields.get_mut(name)) {
            values
                .as_array_mut()
                .expect("made below")
                .push(value.into());
            continue;
        }
        let value = match kind {
            Kind::Text => value.into(),
            Kind::Texts => vec![value].into(),
            Kind::Number => number(name, &value)?,
            Kind::Decimal => decimal(name, &value)?,
            Kind::Flag => match value.as_str() {
                "true" => true.into(),
                "false" => false.into(),
                _ => return Err(malformed(format!("{name} is true or false"))),
            },
        };
        if fields.insert(name.to_owned(), value).is_some() {
            return Err(malformed(format!("{name} is given more than once")));
        }
    }
    serde_json::from_value(fields.into()).map_err(|error| malformed(error.to_string()))
}

fn number(name: &str, text: &str) -> Result<Value, Problem> {
    let is_plain = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let number = text.parse::<u64>().ok().filter(|_| is_plain);
    let number = number.ok_or_else(|| malformed(format!("{name} is a whole number")))?;
    Ok(number.into())
}

fn decimal(name: &str, text: &str) -> Result<Value, Problem> {
    let number: Option<serde_json::Number> = serde_json::from_str(text).ok();
    let number = number.ok_or_else(|| malformed(format!("{name} is a number")))?;
    Ok(number.into())
}

async fn body<T: Parameters>(request: Request) -> Result<T, Problem> {
    if request.uri().query().is_some_and(|query| !query.is_empty()) {
        return Err(malformed(
            "a POST says everything in its body, not in its address",
        ));
    }
    if !is_json(request.headers()) {
        let what = "the body must be declared as `Content-Type: application/json`";
        return Err(Problem::new("not-json", what));
    }
    let limits = request.extensions().get::<BodyLimits>().copied();
    let BodyLimits { bytes, time } = limits.expect("the router adds them");
    let reading = tokio::time::timeout(time, to_bytes(request.into_body(), bytes)).await;
    let body = reading
        .map_err(|_| malformed(format!("the body was not sent within {} s", time.as_secs())))?
        .map_err(|_| Problem::new("too-large", format!("the body is over {bytes} bytes")))?;
    serde_json::from_slice(&body).map_err(|error| malformed(error.to_string()))
}

fn is_json(headers: &HeaderMap) -> bool {
    let value = headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok());
    let essence = value.and_then(|value| value.split(';').next());
    essence.is_some_and(|essence| essence.trim().eq_ignore_ascii_case("application/json"))
}
