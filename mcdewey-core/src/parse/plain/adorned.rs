//! Headings that are underlined, or have a line above and below.
//!
//! ```text
//! =======
//! Bareudp      level 1: the first style that appears
//! =======
//!
//! Overview     level 2: the second style
//! --------
//! ```
//!
//! # Source
//! <https://docutils.sourceforge.io/docs/ref/rst/restructuredtext.html#sections>

use super::Title;
use super::lines::Line;

/// Longest title in characters. Chosen by hand: longer lines are text above a table or a rule.
const MAX_TITLE_CHARS: usize = 120;

/// The headings of a text, in order.
pub(super) fn find(lines: &[Line<'_>]) -> Vec<Title> {
    let mut titles = Vec::new();
    let mut styles = Vec::new();
    let mut at = 0;
    while at < lines.len() {
        let starts_block = at == 0 || lines[at].opens_page || lines[at - 1].is_blank();
        let after_title = titles
            .last()
            .is_some_and(|title: &Title| title.first_line + title.n_lines == at);
        let found = (starts_block || after_title)
            .then(|| title_at(&lines[at..]))
            .flatten();
        let Some((style, text, n_lines)) = found else {
            at += 1;
            continue;
        };
        titles.push(Title {
            text: text.to_owned(),
            level: level_of(style, &mut styles),
            first_line: at,
            n_lines,
        });
        at += n_lines;
    }
    titles
}

/// How a heading is adorned: with what, and whether also above.
type Style = (char, bool);

fn title_at<'t>(lines: &[Line<'t>]) -> Option<(Style, &'t str, usize)> {
    let (first, rest) = lines.split_first()?;
    let second = rest.first()?;
    if let Some(adornment) = first.adornment() {
        let below = rest.get(1)?;
        let is_title = below.text == first.text && underlines(below, second) && first.indent == 0;
        return is_title.then_some(((adornment, true), second.text, 3));
    }
    let adornment = second.adornment()?;
    let is_title = first.indent == 0 && underlines(second, first);
    is_title.then_some(((adornment, false), first.text, 2))
}

fn underlines(line: &Line<'_>, title: &Line<'_>) -> bool {
    // An adornment that is one short is a common slip.
    let longest = MAX_TITLE_CHARS.min(line.text.len() + 1);
    line.indent == 0
        && title.text.chars().take(longest + 1).count() <= longest
        && title.text.chars().any(char::is_alphanumeric)
}

fn level_of(style: Style, styles: &mut Vec<Style>) -> u8 {
    let index = styles.iter().position(|&known| known == style);
    let index = index.unwrap_or_else(|| {
        styles.push(style);
        styles.len() - 1
    });
    u8::try_from(index + 1).unwrap_or(u8::MAX)
}
