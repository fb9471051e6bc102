//! A manual's headings in, its table of contents out: the chapter around the passage that was
//! opened is unfolded, the others are folded.
//!
//! However many headings a manual has, a page holds some hundreds of them: those around the
//! passage, and of the others as many levels as fit.

use maud::{Markup, html};
use mcdewey_core::present::OutlineEntry;
use mcdewey_mcp::doc_context_path;

use super::layout::grouped;

/// A manual with so many headings shows them all unfolded. Chosen by hand: one and a half screens.
const FEW: usize = 60;
/// Headings beside the path to the passage, of all levels that fit. Chosen by hand.
const MANY: usize = 400;
/// Headings of one list: those around the passage. Chosen by hand.
const LIST: usize = 400;

/// The headings of a manual called `title`, around `chunk`; nothing if there are none.
pub(super) fn contents(outline: &[OutlineEntry], title: &str, chunk: Option<u32>) -> Markup {
    let outline = below_title(outline, title);
    let contents = Contents {
        is_short: outline.len() <= FEW,
        deepest: deepest(outline),
        chunk,
    };
    html! {
        @if !outline.is_empty() {
            nav.contents aria-label="Contents" {
                details open {
                    summary { "Contents" }
                    (contents.list(outline, true))
                }
            }
        }
    }
}

/// What stands below the heading that is the manual's title, where all stands below it.
fn below_title<'a>(outline: &'a [OutlineEntry], title: &str) -> &'a [OutlineEntry] {
    match outline {
        [first, rest @ ..]
            if first.heading == title && rest.iter().all(|entry| entry.level > first.level) =>
        {
            rest
        }
        outline => outline,
    }
}

/// The last level up to which all headings fit.
fn deepest(outline: &[OutlineEntry]) -> usize {
    let n_headings = |depth| outline.iter().filter(|entry| entry.level <= depth).count();
    let levels = outline.iter().map(|entry| entry.level);
    let last = levels.max().unwrap_or(0);
    (1..=last)
        .take_while(|&depth| n_headings(depth) <= MANY)
        .last()
        .unwrap_or(0)
}

#[derive(Debug)]
struct Contents {
    is_short: bool,
    deepest: usize,
    /// The passage that was opened; `None` for the beginning.
    chunk: Option<u32>,
}

impl Contents {
    /// A list of headings of one level with what stands below each. `is_around` says that the
    /// passage stands below one of them.
    fn list(&self, entries: &[OutlineEntry], is_around: bool) -> Markup {
        let sections: Vec<_> = sections(entries).collect();
        let chunk = self.chunk.unwrap_or(0);
        let n_before = sections.partition_point(|section| ordinal(section) <= chunk);
        // Before the first heading there may be text too.
        let here = n_before.checked_sub(1).filter(|_| is_around);
        let first =
            (here.unwrap_or(0).saturating_sub(LIST / 2)).min(sections.len().saturating_sub(LIST));
        let end = (first + LIST).min(sections.len());
        html! {
            ul {
                @if let Some(last) = first.checked_sub(1) {
                    (more(sections[last], first, "before"))
                }
                @for (index, section) in sections[first..end].iter().enumerate() {
                    (self.section(section, here == Some(first + index)))
                }
                @if let Some(next) = sections.get(end) {
                    (more(next, sections.len() - end, "after"))
                }
            }
        }
    }

    /// A heading and what stands below it.
    fn section(&self, section: &[OutlineEntry], is_here: bool) -> Markup {
        let Some((heading, below)) = section.split_first() else {
            return Markup::default();
        };
        let is_listed = is_here
            || below
                .first()
                .is_some_and(|entry| entry.level <= self.deepest);
        // The passage stands below the heading itself, or below the first that is not listed.
        let is_last = below.is_empty() || ordinal(below) > self.chunk.unwrap_or(0);
        let is_current = is_here && is_last && self.chunk.is_some();
        html! {
            li {
                a href=(doc_context_path(&heading.chunk_id)) aria-current=[is_current.then_some("location")] {
                    (heading.heading)
                }
                @if !below.is_empty() && is_listed {
                    details open[is_here || self.is_short] {
                        summary { span.hidden { "Sections of " (heading.heading) } }
                        (self.list(below, is_here && !is_last))
                    }
                }
            }
        }
    }
}

/// A link to headings that a long list leaves out.
fn more(section: &[OutlineEntry], n: usize, place: &str) -> Markup {
    html! {
        @if let Some(entry) = section.first() {
            li.more { a href=(doc_context_path(&entry.chunk_id)) { "… " (grouped(n)) " " (place) } }
        }
    }
}

/// The sections of the level of the first one, each with all below it.
fn sections(entries: &[OutlineEntry]) -> impl Iterator<Item = &[OutlineEntry]> {
    let level = entries.first().map_or(0, |entry| entry.level);
    entries.chunk_by(move |_, next| next.level > level)
}

/// Where a section begins.
fn ordinal(section: &[OutlineEntry]) -> u32 {
    section.first().map_or(0, |entry| entry.chunk_id.ordinal())
}
