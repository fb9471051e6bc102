//! What a line of `AsciiDoc` is.

use super::inline::Names;
use super::table::named;

/// A heading.
#[derive(Debug)]
pub(super) struct Title<'t> {
    pub(super) level: u8,
    text: &'t str,
    pub(super) n_lines: usize,
}

impl<'t> Title<'t> {
    /// The heading with which `lines` begin.
    pub(super) fn at(lines: &[&'t str]) -> Option<Self> {
        let first = *lines.first()?;
        for mark in ['=', '#'] {
            let text = first.trim_start_matches(mark);
            let n_marks = first.len() - text.len();
            if (1..=6).contains(&n_marks)
                && text.starts_with([' ', '\t'])
                && !text.trim().is_empty()
            {
                let marks = &first[..n_marks];
                let text = text.trim();
                // Marks may stand at the end too.
                let text = text
                    .strip_suffix(marks)
                    .filter(|it| it.ends_with(' '))
                    .unwrap_or(text);
                return Some(Self {
                    level: u8::try_from(n_marks).unwrap_or(6),
                    text: text.trim(),
                    n_lines: 1,
                });
            }
        }
        Self::underlined(first, lines.get(1)?)
    }

    fn underlined(text: &'t str, line: &str) -> Option<Self> {
        let mark = line.bytes().next()?;
        let level = match mark {
            b'=' => 1,
            b'-' => 2,
            b'~' => 3,
            b'^' => 4,
            b'+' => 5,
            _ => return None,
        };
        let width = text.chars().take(line.len() + 2).count();
        let is_underline = line.len() > 1
            && line.bytes().all(|byte| byte == mark)
            && width.abs_diff(line.len()) <= 1
            && text.starts_with(|c: char| c.is_alphanumeric() || "[\"'`_*({$".contains(c))
            && text.chars().any(char::is_alphanumeric)
            && block_attributes(text).is_none()
            && !text.ends_with("::");
        is_underline.then_some(Self {
            level,
            text,
            n_lines: 2,
        })
    }

    /// Its text without the anchor in it, and that anchor.
    pub(super) fn text_and_anchor(&self) -> (&'t str, Option<&'t str>) {
        let anchor = |rest: &'t str| rest.split([',', ']']).next().map(str::trim);
        if let Some(rest) = self.text.strip_prefix("[[")
            && let Some((inner, text)) = rest.split_once("]]")
        {
            return (text.trim(), anchor(inner));
        }
        if let Some(rest) = self.text.strip_suffix("]]")
            && let Some((text, inner)) = rest.rsplit_once("[[")
        {
            return (text.trim(), anchor(inner));
        }
        (self.text, None)
    }
}

/// The line that begins and ends a block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Delimiter {
    Comment,
    Fence,
    Listing,
    Literal,
    Pass,
    Table,
    /// What may hold other blocks: example, side bar, quotation, open block.
    Compound,
}

impl Delimiter {
    /// The delimiter that a line is.
    pub(super) fn of(line: &str) -> Option<Self> {
        if line == "--" {
            return Some(Self::Compound);
        }
        if matches!(line, "|===" | ",===" | ":===" | "!===") {
            return Some(Self::Table);
        }
        if let Some(language) = line.strip_prefix("```") {
            let is_name = language
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"+-#._,".contains(&byte));
            return is_name.then_some(Self::Fence);
        }
        let mark = line.bytes().next()?;
        if line.len() < 4 {
            return None;
        }
        if mark == b'|' && line[1..].bytes().all(|byte| byte == b'=') {
            return Some(Self::Table);
        }
        if line.bytes().any(|byte| byte != mark) {
            return None;
        }
        match mark {
            b'/' => Some(Self::Comment),
            b'-' => Some(Self::Listing),
            b'.' => Some(Self::Literal),
            b'+' => Some(Self::Pass),
            b'=' | b'*' | b'_' => Some(Self::Compound),
            _ => None,
        }
    }

    /// Whether what it holds is not read as blocks.
    pub(super) fn is_verbatim(self) -> bool {
        self != Self::Compound
    }

    /// The line that closes the block which line `at` opens; the end if none does.
    pub(super) fn end(self, lines: &[&str], at: usize) -> usize {
        let closing = if self == Self::Fence {
            "```"
        } else {
            lines[at]
        };
        let is_it = |&next: &usize| lines[next] == closing;
        (at + 1..lines.len()).find(is_it).unwrap_or(lines.len())
    }
}

/// What the lines before a block say of it.
#[derive(Debug, Default)]
pub(super) struct Attributes {
    /// The first, such as `source`, `NOTE` or `quote`.
    pub(super) style: String,
    pub(super) id: Option<String>,
    /// The others that have no name.
    pub(super) rest: String,
    /// All of them, as written.
    pub(super) all: String,
}

impl Attributes {
    /// Reads what stands between the brackets.
    pub(super) fn of(attributes: &str) -> Self {
        if let Some(anchor) = attributes.strip_prefix('[') {
            let id = anchor.split([',', ']']).next().unwrap_or_default().trim();
            return Self {
                id: Some(id.to_owned()).filter(|id| !id.is_empty()),
                ..Self::default()
            };
        }
        let (first, rest) = attributes.split_once(',').unwrap_or((attributes, ""));
        let is_named = first.contains('=');
        let style = first
            .split(['#', '.', '%'])
            .next()
            .unwrap_or_default()
            .trim();
        let short = first
            .split_once('#')
            .map(|(_, id)| id.split(['.', '%']).next().unwrap_or_default());
        let id = short
            .filter(|_| !is_named)
            .or_else(|| named(attributes, "id"));
        let others = rest.split(',').map(|part| part.trim().trim_matches('"'));
        let others: Vec<&str> = others
            .filter(|part| !part.contains('=') && !part.is_empty())
            .collect();
        // `[,sh]` is short for source code.
        let is_source = first.is_empty() && !others.is_empty();
        Self {
            style: match () {
                () if is_source => "source".to_owned(),
                () if is_named => String::new(),
                () => style.to_owned(),
            },
            id: id
                .map(str::trim)
                .filter(|id| !id.is_empty())
                .map(str::to_owned),
            rest: others.join(", "),
            all: attributes.to_owned(),
        }
    }

    /// The language of code.
    pub(super) fn language<'a>(&'a self, names: &'a Names) -> &'a str {
        if self.style != "source" {
            return "";
        }
        let first = self.rest.split(", ").next().unwrap_or_default();
        let named = named(&self.all, "language");
        let default = names.attributes.get("source-language");
        match named {
            Some(language) => language,
            None if first.is_empty() => default.map_or("", String::as_str),
            None => first,
        }
    }
}

/// What stands between the brackets of a line that only says what comes next.
pub(super) fn block_attributes(line: &str) -> Option<&str> {
    let inner = line.strip_prefix('[')?.strip_suffix(']')?;
    let starts = inner.is_empty()
        || inner.starts_with(|c: char| c.is_alphanumeric() || "[#.%,\"'{_".contains(c));
    // `[a](b) [c]` is text, and so is `[x] done [y]`.
    let is_one = !inner.starts_with('[') && !inner.contains(']')
        || inner.starts_with('[') && inner.ends_with(']');
    (starts && is_one).then_some(inner)
}

/// Name and value of an attribute.
pub(super) fn attribute(line: &str) -> Option<(&str, &str)> {
    let (name, value) = line.strip_prefix(':')?.split_once(':')?;
    let is_name = !name.is_empty()
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-_!".contains(&byte));
    let is_value = value.is_empty() || value.starts_with([' ', '\t']);
    (is_name && is_value).then_some((name, value.trim()))
}

/// The text of a line that only says under which condition text stands, or is included.
pub(super) fn condition(line: &str) -> Option<&str> {
    let names = ["ifdef::", "ifndef::", "ifeval::", "endif::", "include::"];
    let name = names.iter().find(|name| line.starts_with(**name))?;
    let (_, text) = line.split_once('[')?;
    let text = text.strip_suffix(']')?;
    Some(if matches!(*name, "ifdef::" | "ifndef::") {
        text
    } else {
        ""
    })
}

/// The title of a block: `.Title`.
pub(super) fn block_title(line: &str) -> Option<&str> {
    let title = line.strip_prefix('.')?;
    let starts = title.starts_with(|c: char| !c.is_whitespace() && c != '.');
    starts.then_some(title)
}

/// Whether a line is a rule or the end of a page.
pub(super) fn is_rule(line: &str) -> bool {
    let is_all = |c: char| line.len() >= 3 && line.chars().all(|one| one == c);
    is_all('\'') || is_all('<') || matches!(line, "---" | "- - -" | "***" | "* * *")
}

/// Name, target and text of a macro that is a block.
pub(super) fn block_macro(line: &str) -> Option<(&str, &str, &str)> {
    let (name, rest) = line.split_once("::")?;
    let (target, text) = rest.split_once('[')?;
    let text = text.strip_suffix(']')?;
    let is_name = !name.is_empty()
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
    (is_name && !target.contains(' ')).then_some((name, target, text))
}

/// The kind of admonition with which a paragraph begins, and the text after it.
pub(super) fn labelled(text: &str) -> Option<(&'static str, &str)> {
    let kinds = [
        ("NOTE: ", "Note"),
        ("TIP: ", "Tip"),
        ("IMPORTANT: ", "Important"),
        ("WARNING: ", "Warning"),
        ("CAUTION: ", "Caution"),
    ];
    kinds
        .iter()
        .find_map(|(mark, kind)| Some((*kind, text.strip_prefix(mark)?)))
}

/// The date in `v1.0, 2024-05-01: remark`.
pub(super) fn revision_date(line: &str) -> Option<&str> {
    let after_version = line.split_once(',').map_or(line, |(_, rest)| rest);
    let date = after_version.split(": ").next()?.trim();
    let n_digits = date.bytes().filter(u8::is_ascii_digit).count();
    (n_digits >= 4 && !date.starts_with(['v', 'V'])).then_some(date)
}

/// The number of an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Number {
    /// It has a bullet.
    None,
    /// It is one more than that of the item before.
    Next,
    /// It is written.
    Own(u64),
}

/// An item of a list.
#[derive(Debug)]
pub(super) enum Item<'t> {
    /// `* text`, `. text`, `1. text`, `<1> text`.
    Mark {
        mark: &'t str,
        text: &'t str,
        number: Number,
    },
    /// `term:: text`
    Term {
        mark: &'t str,
        term: &'t str,
        text: &'t str,
    },
}

impl<'t> Item<'t> {
    /// The item that a line begins.
    pub(super) fn of(line: &'t str) -> Option<Self> {
        let body = line.trim_start();
        let (mark, rest) = body.split_at(body.find([' ', '\t']).unwrap_or(body.len()));
        let text = rest.trim_start();
        let is_run = |of: char| (1..=5).contains(&mark.len()) && mark.chars().all(|c| c == of);
        if !text.is_empty() {
            if is_run('*') || mark == "-" || mark == "•" {
                let text = ["[x] ", "[*] ", "[ ] "]
                    .iter()
                    .find_map(|check| text.strip_prefix(check))
                    .unwrap_or(text);
                return Some(Self::Mark {
                    mark,
                    text,
                    number: Number::None,
                });
            }
            if is_run('.') {
                return Some(Self::Mark {
                    mark,
                    text,
                    number: Number::Next,
                });
            }
            if let Some(number) = numbered(mark) {
                return Some(Self::Mark { mark, text, number });
            }
        }
        Self::term(body)
    }

    fn term(line: &'t str) -> Option<Self> {
        let mut from = 0;
        while let Some(at) = line[from..].find("::").map(|at| at + from) {
            let rest = line[at..].trim_start_matches(':');
            let mark = &line[at..line.len() - rest.len()];
            let ends = rest.is_empty() || rest.starts_with([' ', '\t']);
            let term = line[..at].trim();
            if ends && mark.len() <= 4 && !term.is_empty() {
                return Some(Self::Term {
                    mark,
                    term,
                    text: rest.trim(),
                });
            }
            from = line.len() - rest.len();
        }
        let term = line
            .strip_suffix(";;")
            .map(str::trim)
            .filter(|term| !term.is_empty())?;
        Some(Self::Term {
            mark: ";;",
            term,
            text: "",
        })
    }

    /// What all items of its list have in common.
    pub(super) fn mark(&self) -> String {
        match self {
            Self::Mark {
                number: Number::Own(_),
                mark,
                ..
            } => {
                let is_callout = mark.starts_with('<');
                (if is_callout { "<" } else { "1." }).to_owned()
            }
            Self::Mark { mark, .. } if mark.starts_with(|c: char| c.is_ascii_alphabetic()) => {
                "a.".to_owned()
            }
            Self::Mark { mark, .. } | Self::Term { mark, .. } => (*mark).to_owned(),
        }
    }
}

/// The number of `1.`, `a.` and `<1>`.
fn numbered(mark: &str) -> Option<Number> {
    let own = |digits: &str| digits.parse().ok().map(Number::Own);
    if let Some(inner) = mark
        .strip_prefix('<')
        .and_then(|rest| rest.strip_suffix('>'))
    {
        return (inner == ".")
            .then_some(Number::Next)
            .or_else(|| own(inner));
    }
    let body = mark.strip_suffix('.')?;
    match body.as_bytes() {
        [letter] if letter.is_ascii_alphabetic() => {
            let index = letter.to_ascii_lowercase() - b'a';
            Some(Number::Own(u64::from(index) + 1))
        }
        digits if digits.len() <= 6 && digits.iter().all(u8::is_ascii_digit) => own(body),
        _ => None,
    }
}

/// The anchor that is made of a heading.
pub(super) fn id(heading: &str, prefix: &str, separator: &str) -> String {
    let mut id = prefix.to_owned();
    let mut is_separated = !prefix.is_empty();
    for character in heading.chars().flat_map(char::to_lowercase) {
        if character.is_alphanumeric() || character == '_' {
            id.push(character);
            is_separated = false;
        } else if matches!(character, ' ' | '-' | '.') && !is_separated {
            id.push_str(separator);
            is_separated = true;
        }
    }
    if is_separated && id.len() > prefix.len() {
        id.truncate(id.len() - separator.len());
    }
    id
}

/// HTML without its tags.
pub(super) fn without_tags(html: &str) -> String {
    let mut text = String::with_capacity(html.len());
    let mut in_tag = false;
    for character in html.chars() {
        match character {
            '<' => in_tag = true,
            '>' if in_tag => {
                in_tag = false;
                text.push(' ');
            }
            _ if !in_tag => text.push(character),
            _ => {}
        }
    }
    text
}
