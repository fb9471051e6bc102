//! Headings by their adornment, and the names that a text defines.

use super::inline::{Names, normalised, plain};
use super::lines::Line;

/// How a heading is adorned: with what, and whether also above.
pub(super) type Style = (char, bool);

/// An underline that is shorter than its title must be at least so long, as in docutils.
const SHORTEST_UNDERLINE: usize = 4;

/// A heading.
#[derive(Debug)]
pub(super) struct Found<'t> {
    pub(super) style: Style,
    pub(super) text: &'t str,
    /// How many lines it takes, adornment included.
    pub(super) n_lines: usize,
}

/// The heading with which `lines` begin.
pub(super) fn at<'t>(lines: &[Line<'t>]) -> Option<Found<'t>> {
    let (first, rest) = lines.split_first()?;
    let second = rest.first()?;
    if let Some(adornment) = first.adornment() {
        let below = rest.get(1)?;
        let is_title = below.adornment() == Some(adornment)
            && below.indent == first.indent
            && second.indent >= first.indent
            && second.text.chars().any(char::is_alphanumeric)
            && (first.text.len() >= SHORTEST_UNDERLINE.min(second.text.len()))
            && underlines(below, second);
        // `..` begins a comment.
        return (is_title && first.text != "..").then_some(Found {
            style: (adornment, true),
            text: second.text,
            n_lines: 3,
        });
    }
    let adornment = second.adornment()?;
    let is_title = second.indent == first.indent
        && first.text.chars().any(|c| !c.is_ascii_punctuation())
        && underlines(second, first)
        && first.explicit().is_none()
        && first.bullet().is_none();
    is_title.then_some(Found {
        style: (adornment, false),
        text: first.text,
        n_lines: 2,
    })
}

fn underlines(line: &Line<'_>, title: &Line<'_>) -> bool {
    // Marks that are something else where they are so short.
    let is_mark = matches!(line.text, "::" | ".." | "-" | "+" | "*" | "|" | ":");
    let width = title.text.chars().take(line.text.len() + 1).count();
    let is_long = width <= line.text.len() || line.text.len() >= SHORTEST_UNDERLINE;
    is_long && (!is_mark || (width == line.text.len() && line.text != "::" && line.text != ".."))
}

/// The level of a style, which is new if it was not seen before.
pub(super) fn level_of(style: Style, styles: &mut Vec<Style>) -> u8 {
    let index = styles.iter().position(|&known| known == style);
    let index = index.unwrap_or_else(|| {
        styles.push(style);
        styles.len() - 1
    });
    u8::try_from(index + 1).unwrap_or(u8::MAX)
}

/// The identifier that docutils and Sphinx make of a name.
pub(super) fn id(name: &str) -> String {
    let mut id = String::new();
    for character in name.to_lowercase().chars() {
        if character.is_ascii_alphanumeric() {
            id.push(character);
        } else if !id.ends_with('-') {
            id.push('-');
        }
    }
    let id = id.trim_start_matches(|c: char| c == '-' || c.is_ascii_digit());
    id.trim_end_matches('-').to_owned()
}

/// The name of an internal target: `.. _name:` with nothing after it.
pub(super) fn target(body: &str) -> Option<(&str, &str)> {
    let rest = body.strip_prefix('_')?;
    if let Some(quoted) = rest.strip_prefix('`') {
        let (name, after) = quoted.split_once('`')?;
        return Some((name, after.strip_prefix(':')?.trim()));
    }
    let mut from = 0;
    while let Some(end) = rest[from..].find(':').map(|end| end + from) {
        let after = &rest[end + 1..];
        if (after.is_empty() || after.starts_with(' ')) && !rest[..end].ends_with('\\') {
            return Some((&rest[..end], after.trim()));
        }
        from = end + 1;
    }
    None
}

/// Name and directive of a substitution: `|name| replace:: text`.
pub(super) fn substitution(body: &str) -> Option<(&str, &str)> {
    let (name, rest) = body.strip_prefix('|')?.split_once('|')?;
    (!name.is_empty()).then_some((name, rest.trim()))
}

/// What the names in a text stand for.
pub(super) fn names(lines: &[Line<'_>]) -> Names {
    let mut names = Names::default();
    let mut waiting: Vec<String> = Vec::new();
    for (index, line) in lines.iter().enumerate() {
        if line.is_blank() {
            continue;
        }
        let Some(body) = line.explicit() else {
            if !waiting.is_empty() {
                let heading = at(&lines[index..]).map(|found| plain(found.text, &Names::default()));
                for name in waiting.drain(..) {
                    names.targets.insert(name, heading.clone());
                }
            }
            continue;
        };
        if let Some((name, rest)) = target(body) {
            let name = normalised(name);
            if rest.is_empty() {
                waiting.push(name);
            } else {
                names.targets.insert(name, None);
            }
        } else if let Some((name, directive)) = substitution(body)
            && let Some(text) = directive.strip_prefix("replace::")
        {
            let more = lines[index + 1..].iter().take(4);
            let more = more.take_while(|next| !next.is_blank() && next.indent > line.indent);
            let mut text = text.trim().to_owned();
            for next in more {
                text.push(' ');
                text.push_str(next.text);
            }
            let text = plain(&text, &Names::default());
            names.substitutions.insert(normalised(name), text);
        }
    }
    names
        .targets
        .extend(waiting.into_iter().map(|name| (name, None)));
    names
}
