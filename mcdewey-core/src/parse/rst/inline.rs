//! Text with inline mark-up in, the text that a reader sees out.
//!
//! ```text
//! See :ref:`ports <p>`, ``ls``, *this* and `that <https://example.org>`_.
//! See ports, ls, this and that.
//! ```
//!
//! # Source
//! <https://docutils.sourceforge.io/docs/ref/rst/restructuredtext.html#inline-markup>

use std::collections::HashMap;

use super::super::growth::Growth;

/// What names in a text stand for.
#[derive(Debug, Default)]
pub(super) struct Names {
    /// What `|name|` stands for.
    pub(super) substitutions: HashMap<String, String>,
    /// Targets, each with the heading it stands before, if it stands before one.
    pub(super) targets: HashMap<String, Option<String>>,
    /// What those may still add to the text.
    pub(super) growth: Growth,
}

/// The form in which names are compared.
pub(super) fn normalised(name: &str) -> String {
    let words: Vec<&str> = name.split_whitespace().collect();
    words.join(" ").to_lowercase()
}

/// The text of `source` without mark-up.
pub(super) fn plain(source: &str, names: &Names) -> String {
    if !source.contains(['*', '`', '|', '_', '\\']) {
        return source.to_owned();
    }
    let mut reader = Reader {
        source,
        names,
        out: String::with_capacity(source.len()),
        unclosed: Vec::new(),
    };
    reader.read();
    reader.out.retain(|character| character != JOINT);
    reader.out
}

/// Stands between text and mark-up that belong together. Text has no such character.
const JOINT: char = '\0';

/// One reading of a text.
struct Reader<'t> {
    source: &'t str,
    names: &'t Names,
    out: String,
    /// Marks that end nowhere in what is left, so that they are not sought again.
    unclosed: Vec<&'static str>,
}

/// Marks around text, the longest first.
const MARKS: [&str; 5] = ["``", "**", "*", "`", "|"];

impl Reader<'_> {
    fn read(&mut self) {
        let source = self.source;
        let mut at = 0;
        while let Some(special) = source[at..]
            .find(['*', '`', '|', '_', '\\'])
            .map(|it| it + at)
        {
            self.out.push_str(&source[at..special]);
            at = self.special(special);
        }
        self.out.push_str(&source[at..]);
    }

    /// Deals with what may be mark-up at `at`; returns where to go on.
    fn special(&mut self, at: usize) -> usize {
        let rest = &self.source[at..];
        if let Some(escaped) = rest.strip_prefix('\\') {
            let Some(next) = escaped.chars().next() else {
                return at + 1;
            };
            // An escaped space only separates mark-up from text.
            self.out
                .push(if next.is_whitespace() { JOINT } else { next });
            return at + 1 + next.len_utf8();
        }
        if rest.starts_with('_') {
            return self.underscore(at);
        }
        for mark in MARKS {
            if let Some(body) = rest.strip_prefix(mark)
                && self.may_start(at, body, mark)
                && let Some(len) = self.close(at + mark.len(), mark)
            {
                let text = &body[..len];
                let end = at + mark.len() + len + mark.len();
                return self.marked(mark, text, at, end);
            }
        }
        let first = rest.chars().next().map_or(1, char::len_utf8);
        // Stars in a row are stars.
        let run = rest.len() - rest.trim_start_matches(['*']).len();
        let len = run.max(first);
        self.out.push_str(&rest[..len]);
        at + len
    }

    /// Whether mark-up may start here: not inside a word, and not before white space.
    fn may_start(&self, at: usize, body: &str, mark: &str) -> bool {
        let before = self.source[..at].chars().next_back();
        let stands_free = before.is_none_or(|c| {
            c.is_whitespace() || (!c.is_alphanumeric() && c != '\\') || (mark == "`" && c == ':')
        });
        let first = body.chars().next();
        // `"*"` and `(*)` are about a star.
        let is_quoted = matches!(
            (before, first),
            (Some('"'), Some('"'))
                | (Some('\''), Some('\''))
                | (Some('('), Some(')'))
                | (Some('<'), Some('>'))
                | (Some('['), Some(']'))
        );
        stands_free && !is_quoted && first.is_some_and(|c| !c.is_whitespace())
    }

    /// How long the text is up to the mark that closes it.
    fn close(&mut self, start: usize, mark: &'static str) -> Option<usize> {
        if self.unclosed.contains(&mark) {
            return None;
        }
        let body = &self.source[start..];
        let mut from = 0;
        while let Some(at) = body[from..].find(mark).map(|it| it + from) {
            let before = body[..at].chars().next_back();
            let after = body[at + mark.len()..].chars().next();
            let is_escaped = mark != "``" && before == Some('\\');
            let ends_text = before.is_some_and(|c| !c.is_whitespace());
            let ends_word = after.is_none_or(|c| !c.is_alphanumeric());
            if ends_text && ends_word && !is_escaped {
                return Some(at);
            }
            from = at + 1;
        }
        self.unclosed.push(mark);
        None
    }

    fn marked(&mut self, mark: &str, text: &str, start: usize, end: usize) -> usize {
        match mark {
            "``" => self.out.push_str(text),
            "|" => {
                let replaced = self.names.substitutions.get(&normalised(text));
                match replaced.filter(|it| self.names.growth.takes(it.len())) {
                    Some(replaced) => self.out.push_str(replaced),
                    None => self.out.push_str(&self.source[start..end]),
                }
                return self.after_reference(end);
            }
            "`" => return self.interpreted(text, end),
            _ => self.out.push_str(&unescaped(text)),
        }
        end
    }

    /// `text`_, :role:`text` and `text`:role:.
    fn interpreted(&mut self, text: &str, end: usize) -> usize {
        if let Some((role, len)) = role_before(&self.out) {
            let role = role.to_owned();
            self.out.truncate(self.out.len() - len);
            let shown = self.shown(&role, text);
            self.out.push_str(&shown);
            return end;
        }
        let after = &self.source[end..];
        if let Some(rest) = after.strip_prefix(':')
            && let Some(len) = rest.find(':')
            && len > 0
            && rest[..len].bytes().all(is_of_role)
        {
            let shown = self.shown(&rest[..len], text);
            self.out.push_str(&shown);
            return end + len + 2;
        }
        self.out.push_str(&without_target(text));
        self.after_reference(end)
    }

    /// What a role shows of its text.
    fn shown(&self, role: &str, text: &str) -> String {
        let name = role.rsplit(':').next().unwrap_or(role);
        if matches!(name, "raw" | "raw-html") {
            return String::new();
        }
        let explicit = without_target(text);
        if explicit != unescaped(text) {
            return explicit;
        }
        match name {
            "ref" | "numref" => {
                let target = self.names.targets.get(&normalised(text));
                let heading = target.and_then(Option::as_ref);
                let heading = heading.filter(|it| self.names.growth.takes(it.len()));
                heading.cloned().unwrap_or(explicit)
            }
            "pep" => format!("PEP {explicit}"),
            "rfc" => format!("RFC {explicit}"),
            "cve" => format!("CVE-{explicit}"),
            "code" | "literal" | "math" | "file" | "samp" | "kbd" | "command" | "program" => {
                explicit
            }
            _ => match explicit.strip_prefix('~') {
                Some(path) => path.rsplit('.').next().unwrap_or(path).to_owned(),
                None => explicit.trim_start_matches('!').to_owned(),
            },
        }
    }

    /// Passes over the underscores of a reference.
    fn after_reference(&self, end: usize) -> usize {
        let rest = &self.source[end..];
        let marks = rest.len() - rest.trim_start_matches('_').len();
        end + marks.min(2)
    }

    /// `name_`, `[1]_` and _`target`; any other underscore is part of a word.
    fn underscore(&mut self, at: usize) -> usize {
        let rest = &self.source[at..];
        let run = rest.len() - rest.trim_start_matches('_').len();
        let after = rest[run..].chars().next();
        let before = self.out.chars().next_back();
        if run == 1
            && after == Some('`')
            && before.is_none_or(|c| !c.is_alphanumeric())
            && let Some(len) = self.close(at + 2, "`")
        {
            let text = &self.source[at + 2..at + 2 + len];
            self.out.push_str(&unescaped(text));
            return at + 3 + len;
        }
        let ends_word = run <= 2 && after.is_none_or(|c| !c.is_alphanumeric());
        if ends_word && before == Some(']') {
            return at + run;
        }
        if ends_word && run == 1 {
            let start = self
                .out
                .char_indices()
                .rev()
                .take(MAX_NAME_CHARS)
                .take_while(|(_, c)| c.is_alphanumeric() || "-_.+:".contains(*c))
                .last()
                .map(|(start, _)| start);
            let is_target = start.is_some_and(|start| {
                self.names
                    .targets
                    .contains_key(&self.out[start..].to_lowercase())
            });
            if is_target {
                return at + run;
            }
        }
        self.out.push_str(&rest[..run]);
        at + run
    }
}

/// Longest name of a target that is recognised without quotes.
const MAX_NAME_CHARS: usize = 80;

/// The role that stands at the end of a text, and how long it is with its colons.
fn role_before(text: &str) -> Option<(&str, usize)> {
    let body = text.strip_suffix(':')?;
    let bytes = body.bytes().rev().take(MAX_NAME_CHARS);
    let len = bytes
        .take_while(|byte| is_of_role(*byte) || *byte == b':')
        .count();
    let role = &body[body.len() - len..];
    let inner = role.strip_prefix(':')?;
    // `12:30:` before a quotation is no role.
    let is_role = inner
        .bytes()
        .next()
        .is_some_and(|byte| byte.is_ascii_alphabetic());
    is_role.then_some((inner, len + 1))
}

fn is_of_role(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-_.+:".contains(&byte)
}

/// `text <target>` without its target, and without escapes.
fn without_target(text: &str) -> String {
    let text = text.trim();
    let shown = match text
        .strip_suffix('>')
        .and_then(|rest| rest.rfind('<').map(|at| &rest[..at]))
    {
        // `<https://example.org>` has no other text.
        Some("") => text.trim_matches(['<', '>']),
        Some(shown) if shown.ends_with(char::is_whitespace) => shown.trim(),
        _ => text,
    };
    unescaped(shown)
}

fn unescaped(text: &str) -> String {
    if !text.contains('\\') {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    let mut is_escaped = false;
    for character in text.chars() {
        if !is_escaped && character == '\\' {
            is_escaped = true;
            continue;
        }
        if !(is_escaped && character.is_whitespace()) {
            out.push(character);
        }
        is_escaped = false;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn expect(source: &str, expected: &str) {
        let mut names = Names {
            growth: Growth::of(0),
            ..Names::default()
        };
        names
            .substitutions
            .insert("ovs".into(), "Open vSwitch".into());
        names
            .targets
            .insert("ports".into(), Some("The ports".into()));
        names.targets.insert("docker".into(), None);
        assert_eq!(plain(source, &names), expected, "{source}");
    }

    #[test]
    fn mark_up_is_shown_as_its_text() {
        expect("*one* **two** ``th*ree`` (*four*)", "one two th*ree (four)");
        expect(
            "`Guide <https://a.b/>`_, `x y`__ and docker_.",
            "Guide, x y and docker.",
        );
        expect("`<https://a.b/>`_", "https://a.b/");
        expect("see [1]_ and [#]_", "see [1] and [#]");
        expect("|ovs| and |version|", "Open vSwitch and |version|");
        expect("an _`inline target` here", "an inline target here");
    }

    #[test]
    fn roles_show_their_text() {
        expect(
            ":ref:`the ports <ports>` :ref:`ports` :ref:`other`",
            "the ports The ports other",
        );
        expect(
            ":py:func:`~os.path.join` :class:`!x.Y` :rfc:`2822`",
            "join x.Y RFC 2822",
        );
        expect("`text`:sup: and :doc:`/a/b`", "text and /a/b");
        expect("at 12:30: `cited`", "at 12:30: cited");
    }

    #[test]
    fn what_is_not_mark_up_stays() {
        expect("2 * 3 * 4 and a*b*c", "2 * 3 * 4 and a*b*c");
        expect(
            "snake_case_name and class_ and __init__",
            "snake_case_name and class_ and __init__",
        );
        expect("*.txt | x", "*.txt | x");
        expect("(*), \"*\" and '*'", "(*), \"*\" and '*'");
        expect(
            "C:\\\\dir \\*star\\* H\\ :sub:`2`\\ O",
            "C:\\dir *star* H2O",
        );
        expect("``unclosed and *open", "``unclosed and *open");
    }

    #[test]
    fn marks_that_never_close_take_no_time() {
        for mark in ["*a ", "`a ", "``a ", "|a ", "_`a ", ":a:`"] {
            let source = mark.repeat(100_000);
            assert!(plain(&source, &Names::default()).len() <= source.len());
        }
    }
}
