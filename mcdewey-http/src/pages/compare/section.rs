//! What became of one section: its state, where it stands on both sides, and its words.

use maud::{Markup, html};
use mcdewey_core::Comparison;
use mcdewey_core::compare::{
    DiffPart, DiffUnit, SectionChange, SectionDiff, SectionSide, SectionStatus,
};
use mcdewey_mcp::doc_context_path;

use super::{Wanted, history_link};
use crate::pages::hit::pages;
use crate::pages::layout::{count, grouped};

/// Words that did not change, shown on either side of a change. Chosen by hand: two sentences.
const CONTEXT_WORDS: usize = 30;

pub(super) fn section(change: &SectionChange, wanted: &Wanted, comparison: &Comparison) -> Markup {
    let (from, to) = (&comparison.from.version, &comparison.to.version);
    let sides = [(from, &change.before), (to, &change.after)];
    let side = change.after.as_ref().or(change.before.as_ref());
    let id = side.and_then(|side| side.chunk_ids.first());
    let was = change.moved_from.as_ref().or(change.renamed_from.as_ref());
    html! {
        li.change {
            h2 {
                @if let Some(id) = id {
                    a href=(wanted.link(from, to, Some(id.as_str()), 1)) { (path(change.heading_path())) }
                }
            }
            p.place {
                span.state.(change.status.name()) { (name(change)) }
                @if change.status == SectionStatus::Changed {
                    span {
                        "+" (grouped(change.words_added)) " −" (grouped(change.words_removed))
                        " words"
                    }
                }
            }
            @if let Some(was) = was { p.meta { "It was " (path(was)) } }
            p.actions {
                @for (version, side) in sides {
                    @if let Some(side) = side { (place(version, side)) }
                }
                @if let Some(id) = id { a href=(history_link(id)) { "In all versions" } }
            }
            @if let Some(diff) = &change.diff {
                details open[wanted.section.is_some()] {
                    summary { (label(change)) }
                    (words(diff))
                }
            }
        }
    }
}

/// A link to the section in its version, with its pages.
fn place(version: &str, side: &SectionSide) -> Markup {
    html! {
        @if let Some(id) = side.chunk_ids.first() {
            a href=(doc_context_path(id)) {
                "In " (version)
                @if let Some(page) = &side.page { ", " (pages(page)) }
            }
        }
    }
}

/// What became of it in a word or two.
fn name(change: &SectionChange) -> String {
    let moved = change.moved_from.is_some().then_some("moved");
    let renamed = change.renamed_from.is_some().then_some("renamed");
    let more: Vec<&str> = moved.into_iter().chain(renamed).collect();
    match (change.status, more.as_slice()) {
        (status, []) => status.name().to_owned(),
        (SectionStatus::Same, more) => more.join(", "),
        (status, more) => format!("{}, {}", status.name(), more.join(", ")),
    }
}

fn label(change: &SectionChange) -> &'static str {
    match change.status {
        SectionStatus::Added => "Its words",
        SectionStatus::Removed => "Its words before",
        _ => "What changed",
    }
}

pub(super) fn path(headings: &[String]) -> Markup {
    html! {
        @if headings.is_empty() {
            "Before the first heading"
        } @else {
            @for (index, heading) in headings.iter().enumerate() {
                @if index > 0 { " › " }
                (heading)
            }
        }
    }
}

/// The words as they stand in the source, which is not rendered: a change may be in its marks.
fn words(diff: &SectionDiff) -> Markup {
    html! {
        @if diff.unit != DiffUnit::Word {
            p.meta { "A very long text: whole lines are compared." }
        }
        div.diff {
            @for part in diff.parts(CONTEXT_WORDS) {
                @match part {
                    DiffPart::Equal(text) => (text),
                    DiffPart::Delete(text) => del { (text) },
                    DiffPart::Insert(text) => ins { (text) },
                    DiffPart::Gap(words) => span.gap { "… " (count(words, "word")) " the same … " },
                }
            }
        }
    }
}
