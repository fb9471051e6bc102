//! What changed between two versions of a manual, and the life of one section.
//!
//! | file | responsibility |
//! |---|---|
//! | `mod.rs` | the page of a comparison: its form, its summary, its parts |
//! | `section.rs` | what became of one section, and the words of it |
//! | `history.rs` | the page of a section over all versions |

mod history;
mod section;

use axum::extract::{FromRequestParts, Query, State};
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};
use mcdewey_core::engine::{DocumentRecord, Snapshot};
use mcdewey_core::{CompareRequest, Comparison, Library};

pub(super) use self::history::{history, history_link};
use super::asked::Asked;
use super::layout::{encode, grouped, page};
use super::problem::bad_request;
use crate::App;
use crate::access::Caller;
use crate::app::Failure;

/// Sections of a page. Chosen by hand: a screen or two, with their words folded.
const PAGE: usize = 50;

/// Last page that may be asked for; so many sections no manual has.
const LAST_PAGE: usize = 100_000;

/// What the query of an address asks for.
#[derive(Debug, Clone, Default)]
pub(super) struct Wanted {
    document: String,
    vendor: Option<String>,
    product: Option<String>,
    from: Option<String>,
    to: Option<String>,
    section: Option<String>,
    /// From 1.
    page: usize,
}

impl<S: Send + Sync> FromRequestParts<S> for Wanted {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Response> {
        let pairs = Query::<Vec<(String, String)>>::from_request_parts(parts, state).await;
        let Query(pairs) = pairs.map_err(IntoResponse::into_response)?;
        Self::read(pairs).map_err(|message| bad_request(&message))
    }
}

impl Wanted {
    /// Reads the pairs of a query; values that are empty count as not given, as forms send them.
    fn read(pairs: Vec<(String, String)>) -> Result<Self, String> {
        let mut wanted = Self {
            page: 1,
            ..Self::default()
        };
        for (name, value) in pairs
            .into_iter()
            .filter(|(_, value)| !value.trim().is_empty())
        {
            match name.as_str() {
                "document" => wanted.document = value,
                "vendor" => wanted.vendor = Some(value),
                "product" => wanted.product = Some(value),
                "from" => wanted.from = Some(value),
                "to" => wanted.to = Some(value),
                "section" => wanted.section = Some(value),
                "page" => {
                    let number = value.parse().ok();
                    let number = number.filter(|page| (1..=LAST_PAGE).contains(page));
                    wanted.page =
                        number.ok_or_else(|| format!("page is a number from 1 to {LAST_PAGE}"))?;
                }
                // What other sites append is of no concern.
                _ => {}
            }
        }
        if wanted.document.is_empty() {
            return Err("document says which manual to compare".to_owned());
        }
        Ok(wanted)
    }

    fn request(&self, from: &str, to: &str) -> CompareRequest {
        let mut request = CompareRequest::new(&self.document, from, to).with_details();
        request.vendor.clone_from(&self.vendor);
        request.product.clone_from(&self.product);
        request.section.clone_from(&self.section);
        request.with_offset((self.page - 1) * PAGE).with_limit(PAGE)
    }

    /// The versions to compare: where one is not given, its neighbour among `versions`.
    fn versions<'a>(&'a self, versions: &'a [String]) -> Option<(&'a str, &'a str)> {
        let at = |name: &str| versions.iter().position(|version| version == name);
        let get = |at: usize| versions.get(at).map(String::as_str);
        let last = versions.len().checked_sub(1)?;
        match (self.from.as_deref(), self.to.as_deref()) {
            (Some(from), Some(to)) => Some((from, to)),
            (Some(from), None) => Some((from, get((at(from).unwrap_or(last) + 1).min(last))?)),
            (None, Some(to)) => Some((get(at(to).unwrap_or(last).saturating_sub(1))?, to)),
            (None, None) => Some((get(last.saturating_sub(1))?, get(last)?)),
        }
    }

    /// The address of a page of the comparison of two versions, or of one section in it.
    fn link(&self, from: &str, to: &str, section: Option<&str>, page: usize) -> String {
        let mut link = format!("/compare?document={}", encode(&self.document));
        let number = page.to_string();
        let more = [
            ("vendor", self.vendor.as_deref()),
            ("product", self.product.as_deref()),
            ("from", Some(from)),
            ("to", Some(to)),
            ("section", section),
            ("page", (page > 1).then_some(number.as_str())),
        ];
        for (name, value) in more {
            if let Some(value) = value {
                link.extend(["&", name, "=", &encode(value)]);
            }
        }
        link
    }
}

/// Where to compare the versions of a document, if its manual has others than its own.
pub(super) fn compare_link(snapshot: &dyn Snapshot, record: &DocumentRecord) -> Option<String> {
    let version = record.shelf.version.as_deref()?;
    let is_other = |other: &&DocumentRecord| {
        let (shelf, own) = (&other.shelf, &record.shelf);
        shelf.document == own.document
            && shelf.product == own.product
            && shelf.vendor == own.vendor
            && shelf.version.is_some()
            && shelf.version != own.version
    };
    snapshot.documents().iter().find(is_other)?;
    let id = encode(record.id.as_ref());
    Some(format!("/compare?document={id}&to={}", encode(version)))
}

pub(super) async fn compare(State(app): State<App>, caller: Caller, wanted: Wanted) -> Response {
    let answer = app.run(&caller, move |library| {
        let (title, main) = compared(library, &wanted)?;
        Ok(page(&title, &Asked::default(), &main))
    });
    answer.await.into_response()
}

fn compared(library: &Library, wanted: &Wanted) -> Result<(String, Markup), Failure> {
    let versions = library.versions(&wanted.request("", ""))?;
    let (from, to) = wanted.versions(&versions).unwrap_or_default();
    let comparison = library.compare(&wanted.request(from, to))?;
    let name = comparison.title.as_ref().unwrap_or(&comparison.document);
    let title = format!("What changed in {name}");
    let places = [&comparison.vendor, &comparison.product];
    let main = html! {
        article.compare {
            nav.crumbs aria-label="Breadcrumb" {
                a href="/" { "Shelves" }
                @for name in places.into_iter().flatten() { span { (name) } }
                @if let Some(file) = &comparison.file { span { code { (file) } } }
            }
            h1 { (title) }
            (form(wanted, &versions, &comparison))
            (summary(&comparison))
            @if wanted.section.is_some() {
                p { a href=(wanted.link(from, to, None, 1)) { "All sections that changed" } }
            }
            @if comparison.sections.is_empty() {
                p { "Nothing to show here." }
            }
            ol.changes start=((wanted.page - 1) * PAGE + 1) {
                @for change in &comparison.sections {
                    (section::section(change, wanted, &comparison))
                }
            }
            (pager(wanted, &comparison))
        }
    };
    Ok((title, main))
}

fn form(wanted: &Wanted, versions: &[String], comparison: &Comparison) -> Markup {
    let sides = [
        ("from", "From version", &comparison.from.version),
        ("to", "To version", &comparison.to.version),
    ];
    let kept = [("vendor", &wanted.vendor), ("product", &wanted.product)];
    html! {
        form.versions-form action="/compare" method="get" {
            input type="hidden" name="document" value=(wanted.document);
            @for (name, value) in kept {
                @if let Some(value) = value { input type="hidden" name=(name) value=(value); }
            }
            @for (name, label, chosen) in sides {
                label for=(name) { (label) }
                select id=(name) name=(name) {
                    @for version in versions {
                        option value=(version) selected[version == chosen] { (version) }
                    }
                }
            }
            button type="submit" { "Compare" }
        }
    }
}

fn summary(comparison: &Comparison) -> Markup {
    html! {
        p.lead {
            (comparison.from.version) " → " (comparison.to.version) ": "
            (comparison.counts.in_words(grouped))
        }
    }
}

fn pager(wanted: &Wanted, comparison: &Comparison) -> Markup {
    let (from, to) = (&comparison.from.version, &comparison.to.version);
    let last = comparison.total.div_ceil(PAGE).max(1);
    let link = |page| wanted.link(from, to, wanted.section.as_deref(), page);
    html! {
        @if last > 1 {
            nav.pager aria-label="Pages" {
                @if wanted.page > 1 {
                    a rel="prev" href=(link((wanted.page - 1).min(last))) { "← Earlier" }
                }
                span { "Page " (grouped(wanted.page)) " of " (grouped(last)) }
                @if wanted.page < last {
                    a rel="next" href=(link(wanted.page + 1)) { "Later →" }
                }
            }
        }
    }
}
