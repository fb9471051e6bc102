//! What every page has, and links between pages.

use maud::{DOCTYPE, Markup, html};
use mcdewey_core::query::MAX_CHARS;
use mcdewey_core::{ChunkId, DocumentId, Facet, Filter, Mode};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::asked::Asked;
use super::{asset_link, opensearch, text};

/// What a path or a query may hold as it is, of what ids and names hold.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b':');

pub(super) fn encode(text: &str) -> String {
    utf8_percent_encode(text, RESERVED).to_string()
}

pub(super) fn chunk_link(id: &ChunkId) -> String {
    format!("/chunk/{}", encode(id.as_str()))
}

pub(super) fn document_link(id: &DocumentId) -> String {
    format!("/doc/{}", encode(id.as_ref()))
}

/// `path` with what a filter asks for, and `more`, as its query.
pub(super) fn filter_link(path: &str, filter: &Filter, more: &[(&str, &str)]) -> String {
    let facets = Facet::ALL.into_iter().flat_map(|facet| {
        let values = filter.values(facet).iter();
        values.map(move |value| (facet.name(), value.as_str()))
    });
    let pairs: Vec<String> = more
        .iter()
        .copied()
        .chain(facets)
        .map(|(name, value)| format!("{name}={}", encode(value)))
        .collect();
    if pairs.is_empty() {
        return path.to_owned();
    }
    format!("{path}?{}", pairs.join("&"))
}

/// `1 passage`, `2 passages`, `15 000 passages`.
pub(super) fn count(n: usize, noun: &str) -> String {
    let plural = if n == 1 { "" } else { "s" };
    format!("{} {noun}{plural}", grouped(n))
}

/// A number in groups of three digits, with narrow spaces that no line is broken at.
pub(super) fn grouped(n: usize) -> String {
    let digits = n.to_string();
    let mut grouped = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push('\u{202f}');
        }
        grouped.push(digit);
    }
    grouped
}

/// A whole page. Its search box starts from what was asked.
pub(super) fn page(title: &str, asked: &Asked, main: &Markup) -> Markup {
    text::seen(html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (title) " · McDewey" }
                link rel="icon" type="image/svg+xml" href=(asset_link("icon.svg"));
                link rel="search" type=(opensearch::MEDIA_TYPE) title="McDewey" href=(opensearch::PATH);
                link rel="stylesheet" href=(asset_link("style.css"));
                script defer src=(asset_link("script.js")) {}
            }
            body {
                a.skip href="#main" { "Skip to content" }
                header.masthead {
                    div.brand {
                        a.name href="/" { "McDewey" }
                        p.motto {
                            "Multi-vendor documentation library · semantic search · MCP endpoint at "
                            code { "/mcp" }
                        }
                    }
                    (search_box(asked))
                }
                main #main tabindex="-1" { (main) }
                footer.foot {
                    nav aria-label="About this server" {
                        a href="/docs" { "API" }
                        a href="/status" { "Status" }
                    }
                    span { "McDewey " (env!("CARGO_PKG_VERSION")) }
                }
            }
        }
    })
}

/// The search box; it keeps the filter and the mode.
fn search_box(asked: &Asked) -> Markup {
    html! {
        form.search role="search" action="/search" method="get" {
            label.hidden for="q" { "Search the manuals" }
            input #q type="search" name="q" value=(asked.query) maxlength=(MAX_CHARS)
                autocomplete="off" placeholder="Search the manuals";
            @if asked.mode != Mode::default() {
                input type="hidden" name="mode" value=(asked.mode);
            }
            @for facet in Facet::ALL {
                @for value in asked.filter.values(facet) {
                    input type="hidden" name=(facet.name()) value=(value);
                }
            }
            button type="submit" { "Search" }
        }
    }
}

#[cfg(test)]
mod tests {
    use mcdewey_mcp::doc_context_path;

    use super::*;

    #[test]
    fn links_hold_whatever_ids_and_names_hold() {
        let id: ChunkId = "a b::ä?#&::3".parse().expect("an id");
        assert_eq!(chunk_link(&id), "/chunk/a%20b::%C3%A4%3F%23%26::3");
        assert_eq!(
            doc_context_path(&id),
            "/doc/a%20b::%C3%A4%3F%23%26?chunk=3#chunk-3"
        );
        let filter = Filter::new().with_vendor("A&B").with_version("1");
        assert_eq!(
            filter_link("/search", &filter, &[("q", "x=y")]),
            "/search?q=x%3Dy&vendor=A%26B&version=1"
        );
        assert_eq!(filter_link("/browse", &Filter::new(), &[]), "/browse");
    }

    #[test]
    fn large_numbers_are_grouped() {
        assert_eq!(count(1, "passage"), "1 passage");
        assert_eq!(count(999, "passage"), "999 passages");
        assert_eq!(grouped(1_234_567), "1\u{202f}234\u{202f}567");
    }
}
