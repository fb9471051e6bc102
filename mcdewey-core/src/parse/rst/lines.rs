//! The lines of a text and what reStructuredText sees in one of them.

/// Where a tab ends.
const TAB: usize = 8;

/// One line.
#[derive(Debug, Clone, Copy)]
pub(super) struct Line<'t> {
    /// How many columns of white space stand before its text.
    pub(super) indent: usize,
    /// Its text, without white space at both ends.
    pub(super) text: &'t str,
}

impl<'t> Line<'t> {
    pub(super) fn is_blank(&self) -> bool {
        self.text.is_empty()
    }

    /// The punctuation that it consists of, if it is always the same.
    pub(super) fn adornment(&self) -> Option<char> {
        let first = self.text.bytes().next()?;
        let is_same = first.is_ascii_punctuation() && self.text.bytes().all(|byte| byte == first);
        is_same.then_some(char::from(first))
    }

    /// What follows a bullet, and how far in it stands.
    pub(super) fn bullet(&self) -> Option<Line<'t>> {
        let rest = self.text.strip_prefix(['-', '*', '+', '•', '‣', '⁃'])?;
        let body = rest.trim_start();
        let marker = 1 + rest.len() - body.len();
        (rest.is_empty() || rest.len() > body.len()).then_some(Line {
            indent: self.indent + marker.max(2),
            text: body,
        })
    }

    /// The number of an enumerated item and what follows it. `#` has none.
    pub(super) fn enumerator(&self) -> Option<(Option<u64>, Line<'t>)> {
        let (marker, rest) = self
            .text
            .split_at(self.text.find(' ').unwrap_or(self.text.len()));
        let body = match marker.strip_prefix('(') {
            Some(inner) => inner.strip_suffix(')')?,
            None => marker.strip_suffix(['.', ')'])?,
        };
        let is_number =
            (1..=9).contains(&body.len()) && body.bytes().all(|byte| byte.is_ascii_digit());
        let is_letter = body.len() == 1 && body.bytes().all(|byte| byte.is_ascii_alphabetic());
        let is_roman = (2..=8).contains(&body.len())
            && (body.bytes().all(|byte| b"ivxlc".contains(&byte))
                || body.bytes().all(|byte| b"IVXLC".contains(&byte)));
        if !(is_number || is_letter || is_roman || body == "#") {
            return None;
        }
        let text = rest.trim_start();
        let line = Line {
            indent: self.indent + (self.text.len() - text.len()).max(2),
            text,
        };
        Some((body.parse().ok(), line))
    }

    /// Name and first words of a field: `:name: words`.
    pub(super) fn field(&self) -> Option<(&'t str, &'t str)> {
        let rest = self.text.strip_prefix(':')?;
        let mut from = 0;
        while let Some(at) = rest[from..].find(':').map(|at| at + from) {
            let after = &rest[at + 1..];
            let ends = after.is_empty() || after.starts_with(' ');
            if ends && at > 0 && !rest[..at].ends_with('\\') {
                let name = &rest[..at];
                return (!name.starts_with(' ')).then_some((name, after.trim_start()));
            }
            // What follows a colon directly is a role, or part of the name.
            if after.starts_with('`') {
                return None;
            }
            from = at + 1;
        }
        None
    }

    /// The options of a program that begin a line, and what follows them.
    pub(super) fn options(&self) -> Option<(&'t str, &'t str)> {
        let mut chars = self.text.chars();
        let starts = match (chars.next()?, chars.next()?) {
            ('-', '-') => chars.next()?.is_ascii_alphabetic(),
            ('-' | '/', letter) => letter.is_ascii_alphanumeric(),
            _ => false,
        };
        if !starts {
            return None;
        }
        let (options, rest) = match self.text.split_once("  ") {
            Some((options, rest)) => (options, rest.trim_start()),
            None => (self.text, ""),
        };
        // Each option has at most one argument.
        let is_list = options.split(", ").all(|option| {
            let mut words = option.split(' ');
            let is_option = words
                .next()
                .is_some_and(|word| word.starts_with(['-', '/']));
            is_option && words.count() <= 1
        });
        is_list.then_some((options, rest))
    }

    /// What follows `..`.
    pub(super) fn explicit(&self) -> Option<&'t str> {
        let rest = self.text.strip_prefix("..")?;
        let body = rest.trim_start();
        (rest.is_empty() || rest.len() > body.len()).then_some(body)
    }

    /// Whether it is the border of a grid table.
    pub(super) fn is_grid_border(&self) -> bool {
        self.text.len() > 3
            && self.text.starts_with("+-")
            && self.text.ends_with("-+")
            && self.text.bytes().all(|byte| b"+-".contains(&byte))
    }

    /// Whether it is the border of a simple table.
    pub(super) fn is_simple_border(&self) -> bool {
        self.text.starts_with("==")
            && self.text.contains(" =")
            && self.text.bytes().all(|byte| b"= ".contains(&byte))
    }
}

/// Splits a text into lines.
pub(super) fn split(text: &str) -> Vec<Line<'_>> {
    text.split('\n')
        .map(|raw| {
            let body = raw.trim_start();
            let mut indent = 0;
            for character in raw[..raw.len() - body.len()].chars() {
                indent = if character == '\t' {
                    (indent / TAB + 1) * TAB
                } else {
                    indent + 1
                };
            }
            Line {
                indent,
                text: body.trim_end(),
            }
        })
        .collect()
}

/// The lines as they stand, less the indent that all have.
pub(super) fn verbatim(lines: &[Line<'_>]) -> String {
    let lines = trimmed(lines);
    let least = least_indent(lines);
    let mut text = String::new();
    for line in lines {
        if !line.is_blank() {
            text.extend(std::iter::repeat_n(
                ' ',
                (line.indent - least).min(MAX_CODE_INDENT),
            ));
        }
        text.push_str(line.text);
        text.push('\n');
    }
    text
}

/// Code is not indented further; tabs must not make a text much larger than it was.
const MAX_CODE_INDENT: usize = 400;

/// The smallest indent of the lines that have text.
pub(super) fn least_indent(lines: &[Line<'_>]) -> usize {
    let indents = lines
        .iter()
        .filter(|line| !line.is_blank())
        .map(|line| line.indent);
    indents.min().unwrap_or(0)
}

/// Without the blank lines at both ends.
pub(super) fn trimmed<'l, 't>(lines: &'l [Line<'t>]) -> &'l [Line<'t>] {
    let start = lines
        .iter()
        .position(|line| !line.is_blank())
        .unwrap_or(lines.len());
    let end = lines
        .iter()
        .rposition(|line| !line.is_blank())
        .map_or(start, |at| at + 1);
    &lines[start..end]
}
