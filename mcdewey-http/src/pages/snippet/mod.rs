//! A hit in, its snippet as a reader sees it out: without the marks of Markdown, with the words of
//! the query marked.
//!
//! ```text
//! passage   Set **the\nport** to `5060`.            what Markdown says of it: text and code
//! folded    Set **the port** to `5060`.             as the core folds white space
//! snippet          …port** to `5060`.               a window of that, words by byte ranges
//! shown             …port to 5060.
//! ```
//!
//! A snippet is cut out without regard to Markdown, so that a mark may have lost its other half:
//! what is a mark is asked of the whole passage.
//!
//! | file | responsibility |
//! |---|---|
//! | `mod.rs` | what Markdown says of a passage, as far as the snippet shows it |
//! | `window.rs` | which bytes of the passage those are |
//! | `line.rs` | one line of text and code |

mod line;
#[cfg(test)]
mod tests;
mod window;

use std::ops::Range;

use maud::{Markup, html};
use mcdewey_core::Hit;
use mcdewey_core::document::Layout;
use mcdewey_core::present::Neighbour;
use pulldown_cmark::{Event, Tag, TagEnd};

use self::line::{Line, Look, Piece};
use self::window::Window;
use super::blocks::Placed;
use super::text;

/// Marks text left out before or after a snippet.
const OMITTED: &str = "…";

/// Marks rows of a table left out within a snippet.
const GAP: &str = " … ";

pub(super) fn snippet(hit: &Hit) -> Markup {
    let passage = &hit.passage;
    of_passage(&passage.text, passage.layout, &hit.snippet, &hit.highlights)
}

/// The snippet of a passage that was found beside `hit`.
pub(super) fn neighbour(hit: &Hit, neighbour: &Neighbour) -> Markup {
    let layout = hit.passage.layout;
    let Neighbour { text, snippet, .. } = neighbour;
    of_passage(text, layout, snippet, &neighbour.highlights)
}

fn of_passage(
    passage: &str,
    layout: Layout,
    snippet: &str,
    highlights: &[(usize, usize)],
) -> Markup {
    let pieces = text::events(passage, layout)
        .map(|events| all_pieces(passage, &events, snippet, highlights))
        .filter(|pieces| !pieces.is_empty());
    match pieces {
        Some(pieces) => shown(&pieces),
        None => text::marked(snippet, highlights),
    }
}

fn shown(pieces: &[Piece]) -> Markup {
    let words = |pieces: &[Piece]| {
        html! {
            @for Piece { text, look } in pieces {
                @if look.is_marked { mark { (text) } } @else { (text) }
            }
        }
    };
    html! {
        @for run in pieces.chunk_by(|a, b| a.look.is_code == b.look.is_code) {
            @if run[0].look.is_code { code { (words(run)) } } @else { (words(run)) }
        }
    }
}

/// The snippet in pieces; none if it is not found in the passage. Rows of a table may be left out
/// within it.
fn all_pieces(
    passage: &str,
    events: &[Placed<'_>],
    snippet: &str,
    highlights: &[(usize, usize)],
) -> Vec<Piece> {
    let whole = pieces(passage, events, snippet, highlights);
    if !whole.is_empty() {
        return whole;
    }
    let mut all = Vec::new();
    let mut start = 0;
    for part in snippet.split(GAP) {
        let end = start + part.len();
        let own = highlights
            .iter()
            .filter(|word| word.0 >= start && word.1 <= end);
        let own: Vec<_> = own.map(|word| (word.0 - start, word.1 - start)).collect();
        let pieces = pieces(passage, events, part, &own);
        if pieces.is_empty() {
            return Vec::new();
        }
        if !all.is_empty() {
            all.push(Piece {
                text: GAP.to_owned(),
                look: Look::default(),
            });
        }
        all.extend(pieces);
        start = end + GAP.len();
    }
    all
}

/// The snippet in pieces; none if it is not found in the passage.
fn pieces(
    passage: &str,
    events: &[Placed<'_>],
    snippet: &str,
    highlights: &[(usize, usize)],
) -> Vec<Piece> {
    let Some(window) = Window::find(passage, snippet, highlights) else {
        return Vec::new();
    };
    let mut line = Line::default();
    let mut in_code = false;
    for (event, range) in events {
        match event {
            Event::Text(text) => window.cut(text, range.clone(), in_code, &mut line),
            Event::Code(code) => {
                let inside = within_marks(passage, code, range.clone());
                window.cut(code, inside, true, &mut line);
            }
            Event::Start(Tag::CodeBlock(_)) => in_code = true,
            Event::End(TagEnd::CodeBlock) => {
                in_code = false;
                line.space();
            }
            Event::End(
                TagEnd::TableCell
                | TagEnd::TableHead
                | TagEnd::TableRow
                | TagEnd::Item
                | TagEnd::Heading(_),
            )
            // Tags around the cells of a table without a head.
            | Event::Html(_) => line.separate(),
            Event::End(TagEnd::Paragraph | TagEnd::HtmlBlock)
            | Event::SoftBreak
            | Event::HardBreak
            | Event::Rule => line.space(),
            _ => {}
        }
    }
    let mut pieces = line.pieces;
    if !pieces.is_empty() {
        let omitted = |is_omitted: bool| {
            let text = if is_omitted { OMITTED } else { "" };
            Piece {
                text: text.to_owned(),
                look: Look::default(),
            }
        };
        pieces.insert(0, omitted(window.is_cut_before));
        pieces.push(omitted(window.is_cut_after));
        pieces.retain(|piece| !piece.text.is_empty());
    }
    pieces
}

/// Where code stands in the passage without its backticks, of which equally many stand before and
/// after it. With them, where it stands otherwise: lines of a quotation each begin with a mark.
fn within_marks(passage: &str, code: &str, range: Range<usize>) -> Range<usize> {
    let marks = range.len().saturating_sub(code.len()) / 2;
    let inside = range.start + marks..range.end - marks;
    let is_same = passage.get(inside.clone()).is_some_and(|source| {
        source.len() == code.len() && source.split_whitespace().eq(code.split_whitespace())
    });
    if is_same { inside } else { range }
}
