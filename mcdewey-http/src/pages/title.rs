//! The beginning of a manual in, what follows its title out: the page has said that already.

use mcdewey_core::document::Layout;
use pulldown_cmark::{Event, Tag, TagEnd};

use super::blocks::Placed;
use super::text;

/// The text without a heading at its top that is `title`; all of it, if it begins otherwise.
pub(super) fn below_title<'a>(text: &'a str, layout: Layout, title: &str) -> &'a str {
    let rest = match text::events(text, layout) {
        Some(events) => after_heading(text, events, title),
        None => after_line(text, title),
    };
    rest.unwrap_or(text)
}

fn after_heading<'a>(text: &'a str, events: Vec<Placed<'_>>, title: &str) -> Option<&'a str> {
    let mut events = events.into_iter();
    let (Event::Start(Tag::Heading { .. }), range) = events.next()? else {
        return None;
    };
    let inside = events.take_while(|(event, _)| !matches!(event, Event::End(TagEnd::Heading(_))));
    let heading: String = inside
        .filter_map(|(event, _)| match event {
            Event::Text(text) | Event::Code(text) => Some(text.into_string()),
            Event::SoftBreak => Some(" ".to_owned()),
            _ => None,
        })
        .collect();
    is_same(&heading, title).then(|| &text[range.end..])
}

/// In plain text a title may stand between lines of one sign.
fn after_line<'a>(text: &'a str, title: &str) -> Option<&'a str> {
    let blank = text.len() - text.trim_start_matches(['\n', '\r']).len();
    let (line, rest) = split_line(without_adornment(&text[blank..]));
    is_same(line, title).then(|| without_adornment(rest))
}

/// Without a first line such as `======`.
fn without_adornment(text: &str) -> &str {
    let (line, rest) = split_line(text);
    let line = line.trim();
    let sign = line.chars().next().filter(char::is_ascii_punctuation);
    let is_adornment = sign.is_some_and(|sign| line.len() > 2 && line.chars().all(|c| c == sign));
    if is_adornment { rest } else { text }
}

fn split_line(text: &str) -> (&str, &str) {
    text.split_at(text.find('\n').map_or(text.len(), |end| end + 1))
}

/// Whether two titles are the same but for white space.
fn is_same(a: &str, b: &str) -> bool {
    a.split_whitespace().eq(b.split_whitespace())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_is_left_out_however_it_is_written() {
        let markdown = [
            "# The `big` guide\n\nText.\n",
            "The *big*  guide\n=======\n\nText.\n",
            "# The big guide #\nText.\n",
        ];
        for text in markdown {
            let rest = below_title(text, Layout::Markdown, "The big guide");
            assert_eq!(rest.trim(), "Text.", "{text}");
        }
        let blocks = "# The big guide\n\nText.\n";
        assert_eq!(
            below_title(blocks, Layout::Blocks, "The big guide").trim(),
            "Text."
        );
        let plain = [
            "The big guide\n\nText.\n",
            "\n=============\nThe big guide\n=============\n\nText.\n",
            "The  big guide\n-------------\nText.\n",
        ];
        for text in plain {
            let rest = below_title(text, Layout::Plain, "The big guide");
            assert_eq!(rest.trim(), "Text.", "{text}");
        }
    }

    #[test]
    fn another_beginning_is_kept_whole() {
        for (text, layout) in [
            ("# Another guide\n\nText.\n", Layout::Markdown),
            ("Text.\n\n# The big guide\n", Layout::Markdown),
            ("--\nThe big guide\n", Layout::Plain),
            ("The big guide to all\n", Layout::Plain),
            ("", Layout::Markdown),
            ("====", Layout::Plain),
        ] {
            assert_eq!(below_title(text, layout, "The big guide"), text);
        }
    }
}
