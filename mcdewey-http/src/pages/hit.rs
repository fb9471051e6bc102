//! A passage that a search found: where it stands, what of it fits the query, and why it is here.

use maud::{Markup, html};
use mcdewey_core::chunk::PageRange;
use mcdewey_core::collapse::Elsewhere;
use mcdewey_core::present::{Neighbour, Passage};
use mcdewey_core::search::{Evidence, Reranked};
use mcdewey_core::{Hit, Mode};
use mcdewey_mcp::doc_context_path;

use super::file::Files;
use super::layout::chunk_link;
use super::snippet::{neighbour, snippet};
use super::text::is_web_address;

pub(super) fn hit(hit: &Hit, mode: Mode, files: &Files) -> Markup {
    let passage = &hit.passage;
    let place = [&passage.vendor, &passage.product, &passage.version];
    html! {
        li.hit {
            h2 { a href=(chunk_link(&passage.chunk_id)) { (passage.title) } }
            p.place {
                @for name in place.into_iter().flatten() { span { (name) } }
                span { (passage.document_name()) }
                @if let Some(page) = &passage.page { span { (pages(page)) } }
            }
            (age(passage, &hit.elsewhere))
            p.snippet { (snippet(hit)) }
            @for other in &hit.neighbours {
                p.snippet {
                    (neighbour(hit, other)) " "
                    a href=(chunk_link(&other.chunk_id)) { (beside(passage, other)) }
                }
            }
            (others(&hit.elsewhere))
            div.actions {
                a href=(doc_context_path(&passage.chunk_id)) { "View in doc context" }
                @if let Some(url) = passage.url.as_ref().filter(|url| is_web_address(url)) {
                    a rel="noopener noreferrer" href=(url) { "At the vendor’s" }
                }
                @if let Some(file) = files.link(passage) { a href=(file) { (file_name(passage)) } }
                @if let Some(evidence) = &hit.explain {
                    details {
                        summary { "Why this passage" }
                        p { (why(evidence, mode)) }
                    }
                }
            }
        }
    }
}

/// Where a passage stands that was found beside a hit.
fn beside(passage: &Passage, other: &Neighbour) -> &'static str {
    if other.chunk_id.ordinal() < passage.chunk_id.ordinal() {
        "Right before it"
    } else {
        "Right after it"
    }
}

/// What a link to a passage's own file is called.
pub(super) fn file_name(passage: &Passage) -> String {
    let extension = passage.source.rsplit_once('.').map_or("", |(_, end)| end);
    match &passage.page {
        Some(page) if extension.eq_ignore_ascii_case("pdf") => format!("PDF, page {}", page.first),
        _ => "The file".to_owned(),
    }
}

/// Whoever reads an old version should know, and get to the newest.
pub(super) fn age(passage: &Passage, elsewhere: &Elsewhere) -> Markup {
    let newest = elsewhere.newest.as_ref();
    html! {
        @if let Some(newer) = &passage.superseded_by { (superseded(newer)) }
        @if let Some(date) = &passage.end_of_life { (end_of_life(date)) }
        @if let Some(newest) = newest {
            p.old {
                "There is a newer version: "
                a href=(chunk_link(&newest.chunk_id)) { "this passage in " (newest.version) }
            }
        }
    }
}

/// That a version is superseded, as its manifest says.
pub(super) fn superseded(newer: &str) -> Markup {
    html! { p.old { "This version is superseded by " (newer) "." } }
}

/// When a version is no longer supported, as its manifest says.
pub(super) fn end_of_life(date: &str) -> Markup {
    html! { p.old { "End of life: " (date) } }
}

/// In which other versions the passage stands.
pub(super) fn others(elsewhere: &Elsewhere) -> Markup {
    let parts = [
        ("Also in ", &elsewhere.also_in),
        ("With other words in ", &elsewhere.changed_in),
    ];
    html! {
        @for (name, versions) in parts.into_iter().filter(|(_, versions)| !versions.is_empty()) {
            p.elsewhere { (name) (versions.join(", ")) }
        }
    }
}

/// `p. 4`, `pp. 4–5`.
pub(super) fn pages(pages: &PageRange) -> String {
    let name = if pages.first == pages.last {
        "p."
    } else {
        "pp."
    };
    format!("{name} {}", numbers(pages))
}

/// `4`, `4–5`, `4 (iv)`.
pub(super) fn numbers(pages: &PageRange) -> String {
    let range = if pages.first == pages.last {
        pages.first.to_string()
    } else {
        format!("{}–{}", pages.first, pages.last)
    };
    match &pages.label {
        Some(label) => format!("{range} ({label})"),
        None => range,
    }
}

fn why(evidence: &Evidence, mode: Mode) -> String {
    let legs = found_by(evidence, mode);
    match evidence.reranked {
        Some(Reranked { rank, .. }) => {
            format!("{legs} It was number {rank} before the reranker read it.")
        }
        None => legs,
    }
}

fn found_by(evidence: &Evidence, mode: Mode) -> String {
    let by = |what: &str, rank: usize| format!("number {rank} by its {what}");
    let words = evidence.lexical.map(|leg| by("words", leg.rank));
    let meaning = evidence.vector.map(|leg| by("meaning", leg.rank));
    match (words, meaning) {
        (Some(words), Some(meaning)) => format!("It is {words} and {meaning}."),
        (Some(words), None) if mode == Mode::Lexical => {
            format!("It is {words}; meaning was not asked for.")
        }
        (Some(words), None) => {
            format!("It is {words}; by its meaning it is not among the first three hundred.")
        }
        (None, Some(meaning)) if mode == Mode::Vector => {
            format!("It is {meaning}; words were not asked for.")
        }
        (None, Some(meaning)) => {
            format!("It is {meaning}; by its words it is not among the first three hundred.")
        }
        (None, None) => "Neither its words nor its meaning were asked for.".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use mcdewey_core::{HashedEmbedder, Library, Reranker, Result, SearchRequest};

    use super::*;

    /// Scores all alike.
    #[derive(Debug)]
    struct Indifferent;

    impl Reranker for Indifferent {
        fn name(&self) -> &'static str {
            "indifferent"
        }

        fn fingerprint(&self) -> &'static str {
            "indifferent"
        }

        fn runtime(&self) -> String {
            "none".to_owned()
        }

        fn score(&self, _query: &str, passages: &[&str]) -> Result<Vec<f32>> {
            Ok(vec![0.0; passages.len()])
        }
    }

    /// A library of one passage.
    fn library(folder: &std::path::Path) -> Library {
        std::fs::create_dir(folder.join("docs")).unwrap();
        std::fs::write(folder.join("docs/a.md"), "# Ports\n\nSIP uses 5060.\n").unwrap();
        let library = Library::open_or_create(&folder.join("index"))
            .and_then(|library| library.with_embedder(HashedEmbedder::new()))
            .unwrap();
        library.ingest(folder.join("docs")).unwrap();
        library
    }

    /// Why the first hit of a library is there.
    fn reason_in(library: &Library, mode: Mode) -> String {
        let request = SearchRequest::new("sip").with_mode(mode).with_explain();
        let hit = library.search(&request).unwrap().hits.remove(0);
        why(&hit.explain.unwrap(), mode)
    }

    fn reason(mode: Mode) -> String {
        let folder = tempfile::tempdir().unwrap();
        reason_in(&library(folder.path()), mode)
    }

    #[test]
    fn a_reason_tells_of_both_legs_and_only_of_what_was_asked() {
        let both = "It is number 1 by its words and number 1 by its meaning.";
        assert_eq!(reason(Mode::Hybrid), both);
        let words = "It is number 1 by its words; meaning was not asked for.";
        assert_eq!(reason(Mode::Lexical), words);
        let meaning = "It is number 1 by its meaning; words were not asked for.";
        assert_eq!(reason(Mode::Vector), meaning);
    }

    #[test]
    fn a_reason_tells_where_a_reranker_found_the_passage() {
        let folder = tempfile::tempdir().unwrap();
        let library = library(folder.path()).with_reranker(Indifferent);
        let reason = reason_in(&library, Mode::Hybrid);
        let end = "by its meaning. It was number 1 before the reranker read it.";
        assert!(reason.ends_with(end), "{reason}");
    }
}
