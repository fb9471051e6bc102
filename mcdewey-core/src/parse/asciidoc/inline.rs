//! Text with inline mark-up in, the text that a reader sees out.
//!
//! ```text
//! See <<ports,the ports>>, `ls`, *this* and https://example.org[that] in {product}.
//! See the ports, ls, this and that in Router.
//! ```
//!
//! # Source
//! <https://docs.asciidoctor.org/asciidoc/latest/text/>

use std::collections::HashMap;

use super::super::growth::Growth;

/// What names in a text stand for.
#[derive(Debug, Default)]
pub(super) struct Names {
    pub(super) attributes: HashMap<String, String>,
    /// Headings by their anchor.
    pub(super) headings: HashMap<String, String>,
    /// What those may still add to the text.
    pub(super) growth: Growth,
}

/// Attributes that are always defined.
const CHARACTERS: [(&str, &str); 24] = [
    ("amp", "&"),
    ("apos", "'"),
    ("asterisk", "*"),
    ("backslash", "\\"),
    ("backtick", "`"),
    ("blank", ""),
    ("brvbar", "¦"),
    ("caret", "^"),
    ("cpp", "C++"),
    ("empty", ""),
    ("endsb", "]"),
    ("gt", ">"),
    ("ldquo", "“"),
    ("lsquo", "‘"),
    ("lt", "<"),
    ("nbsp", " "),
    ("plus", "+"),
    ("quot", "\""),
    ("rdquo", "”"),
    ("rsquo", "’"),
    ("sp", " "),
    ("startsb", "["),
    ("tilde", "~"),
    ("vbar", "|"),
];

/// The text of `source` without mark-up.
pub(super) fn plain(source: &str, names: &Names) -> String {
    if !source.contains(SPECIAL) && !source.contains(':') {
        return source.to_owned();
    }
    read(&attributes(source, names), names, 0)
}

/// Mark-up lies in mark-up, but no deeper than this: each level reads its text again.
const MAX_DEPTH: usize = 4;

fn read(source: &str, names: &Names, depth: usize) -> String {
    if depth > MAX_DEPTH {
        return source.to_owned();
    }
    let mut reader = Reader {
        source,
        names,
        depth,
        out: String::with_capacity(source.len()),
        unclosed: Vec::new(),
    };
    reader.read();
    reader.out
}

const SPECIAL: [char; 14] = [
    '*', '_', '`', '#', '+', '^', '~', '<', '[', '{', '(', '\\', '&', '"',
];

/// Replaces `{name}` by what it stands for, if that is known.
pub(super) fn attributes(source: &str, names: &Names) -> String {
    let mut out = String::with_capacity(source.len());
    let mut rest = source;
    while let Some(start) = rest.find('{') {
        let (before, from) = rest.split_at(start);
        let end = from
            .bytes()
            .take(MAX_NAME_BYTES)
            .position(|byte| byte == b'}');
        let name = end.map(|end| &from[1..end]);
        out.push_str(
            before
                .strip_suffix('\\')
                .filter(|_| name.is_some())
                .unwrap_or(before),
        );
        let value = name
            .filter(|_| !before.ends_with('\\'))
            .and_then(|name| value(name, names));
        if let (Some(value), Some(end)) = (value, end) {
            out.push_str(value);
            rest = &from[end + 1..];
        } else {
            out.push('{');
            rest = &from[1..];
        }
    }
    out.push_str(rest);
    out
}

const MAX_NAME_BYTES: usize = 60;

fn value<'n>(name: &str, names: &'n Names) -> Option<&'n str> {
    let defined = names.attributes.get(&name.to_ascii_lowercase());
    if let Some(value) = defined {
        return Some(value.as_str()).filter(|value| names.growth.takes(value.len()));
    }
    let found = CHARACTERS.iter().find(|(known, _)| *known == name);
    found.map(|&(_, character)| character)
}

/// One reading of a text.
struct Reader<'t> {
    source: &'t str,
    names: &'t Names,
    depth: usize,
    out: String,
    /// Marks that end nowhere in what is left, so that they are not sought again.
    unclosed: Vec<&'static str>,
}

/// Marks around text: what opens, what closes, whether they stand inside words too, whether
/// there may be mark-up in them.
const MARKS: [(&str, &str, bool, bool); 17] = [
    ("+++", "+++", true, false),
    ("``", "``", true, false),
    ("\"`", "`\"", false, true),
    ("**", "**", true, true),
    ("__", "__", true, true),
    ("##", "##", true, true),
    ("++", "++", true, false),
    ("(((", ")))", true, false),
    ("((", "))", true, true),
    ("`", "`", false, false),
    ("*", "*", false, true),
    ("_", "_", false, true),
    ("#", "#", false, true),
    ("+", "+", false, false),
    ("^", "^", true, true),
    ("~", "~", true, true),
    ("[[", "]]", true, false),
];

impl Reader<'_> {
    fn read(&mut self) {
        let source = self.source;
        let mut at = 0;
        while at < source.len() {
            let rest = &source[at..];
            let Some(special) = rest.find(|c: char| SPECIAL.contains(&c) || c == ':') else {
                break;
            };
            self.out.push_str(&rest[..special]);
            at = self.special(at + special);
        }
        self.out.push_str(&source[at..]);
    }

    /// Deals with what may be mark-up at `at`; returns where to go on.
    fn special(&mut self, at: usize) -> usize {
        let rest = &self.source[at..];
        if let Some(escaped) = rest.strip_prefix('\\') {
            let next = escaped
                .chars()
                .next()
                .filter(|c| SPECIAL.contains(c) || *c == ':');
            match next {
                Some(next) => self.out.push(next),
                None => self.out.push('\\'),
            }
            return at + 1 + next.map_or(0, char::len_utf8);
        }
        if rest.starts_with(':') {
            return self.macro_at(at);
        }
        if rest.starts_with("<<") {
            return self.reference(at);
        }
        if rest.starts_with('[')
            && !rest.starts_with("[[")
            && let Some(end) = rest
                .bytes()
                .take(MAX_NAME_BYTES)
                .position(|byte| byte == b']')
            && rest[end + 1..].starts_with(['*', '_', '`', '#'])
            && (rest[1..].starts_with(['.', '#'])
                || rest[1..end]
                    .bytes()
                    .all(|byte| byte.is_ascii_lowercase() || byte == b'-'))
            && end > 1
        {
            // A role, which only changes how the text after it looks.
            return at + end + 1;
        }
        for (opens, closes, inside_words, has_markup) in MARKS {
            if let Some(body) = rest.strip_prefix(opens)
                && self.may_start(at, body, inside_words)
                && let Some(len) = self.close(at + opens.len(), closes, inside_words)
            {
                self.marked(opens, &body[..len], has_markup);
                return at + opens.len() + len + closes.len();
            }
        }
        let len = rest.chars().next().map_or(1, char::len_utf8);
        self.out.push_str(&rest[..len]);
        at + len
    }

    fn may_start(&self, at: usize, body: &str, inside_words: bool) -> bool {
        let before = self.source[..at].chars().next_back();
        let is_free = before
            .is_none_or(|c| !(c.is_alphanumeric() || matches!(c, '_' | ':' | '/' | '.' | '}')));
        let first = body.chars().next();
        (inside_words || is_free) && first.is_some_and(|c| !c.is_whitespace())
    }

    /// How long the text is up to the mark that closes it.
    fn close(&mut self, start: usize, mark: &'static str, inside_words: bool) -> Option<usize> {
        if self.unclosed.contains(&mark) {
            return None;
        }
        let body = &self.source[start..];
        let is_single = matches!(mark, "^" | "~");
        let mut from = 1;
        // The text has at least one character.
        while !body.is_char_boundary(from.min(body.len())) {
            from += 1;
        }
        while let Some(at) = body
            .get(from..)
            .and_then(|rest| rest.find(mark))
            .map(|it| it + from)
        {
            let before = body[..at].chars().next_back();
            let after = body[at + mark.len()..].chars().next();
            let ends_text = before.is_some_and(|c| !c.is_whitespace() && c != '\\');
            let ends_word =
                inside_words || after.is_none_or(|c| !(c.is_alphanumeric() || c == '_'));
            // `2^n` and `~/.config` have no end in the same word.
            if is_single && body[..at].contains(char::is_whitespace) {
                return None;
            }
            if ends_text && ends_word {
                return Some(at);
            }
            from = at + 1;
        }
        self.unclosed.push(mark);
        None
    }

    fn marked(&mut self, opens: &str, text: &str, has_markup: bool) {
        match opens {
            "(((" | "[[" => {}
            "\"`" => {
                self.out.push('“');
                self.inner(text);
                self.out.push('”');
            }
            "^" => {
                let after_digit = self.out.ends_with(|c: char| c.is_ascii_digit());
                self.out.push_str(if after_digit { "^" } else { "" });
                self.inner(text);
            }
            // `+text+` in the mark of code is text as it stands.
            "`" | "``" => {
                let inner = text
                    .strip_prefix('+')
                    .and_then(|text| text.strip_suffix('+'));
                self.out.push_str(inner.unwrap_or(text));
            }
            _ if has_markup => self.inner(text),
            _ => self.out.push_str(text),
        }
    }

    /// Text in marks, which may have marks in it.
    fn inner(&mut self, text: &str) {
        let text = read(text, self.names, self.depth + 1);
        self.out.push_str(&text);
    }

    /// `<<id,text>>`
    fn reference(&mut self, at: usize) -> usize {
        let rest = &self.source[at + 2..];
        let end = rest
            .bytes()
            .take(MAX_REFERENCE_BYTES)
            .position(|byte| byte == b'>');
        let Some(end) = end.filter(|end| rest[*end..].starts_with(">>") && *end > 0) else {
            self.out.push_str("<<");
            return at + 2;
        };
        let (id, text) = rest[..end].split_once(',').unwrap_or((&rest[..end], ""));
        self.cross_reference(id.trim(), text.trim());
        at + 2 + end + 2
    }

    fn cross_reference(&mut self, id: &str, text: &str) {
        if !text.is_empty() {
            self.out.push_str(text);
            return;
        }
        let id = id.trim_start_matches('#');
        let heading = self.names.headings.get(id);
        let heading = heading.filter(|heading| self.names.growth.takes(heading.len()));
        let shown = heading.map_or(id, |heading| heading.as_str());
        self.out.push_str(shown);
    }

    /// `name:target[text]`, of which the name is already written.
    fn macro_at(&mut self, at: usize) -> usize {
        let rest = &self.source[at + 1..];
        let name_len = self
            .out
            .bytes()
            .rev()
            .take(MAX_NAME_BYTES)
            .take_while(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(byte))
            .count();
        let name = self.out[self.out.len() - name_len..].to_owned();
        let target_end = rest
            .bytes()
            .take(MAX_TARGET_BYTES)
            .position(|byte| matches!(byte, b'[' | b' ' | b'\n' | b'<' | b'>' | b'"'));
        let text = target_end
            .filter(|end| rest.as_bytes()[*end] == b'[')
            .and_then(|end| Some((&rest[..end], bracketed(&rest[end + 1..])?, end)));
        let (Some((target, text, end)), false) = (text, name.is_empty() || rest.starts_with(':'))
        else {
            self.out.push(':');
            return at + 1;
        };
        self.out.truncate(self.out.len() - name_len);
        let shown = text.replace("\\]", "]");
        self.expand(&name, target, shown.trim());
        at + 1 + end + 1 + text.len() + 1
    }

    fn expand(&mut self, name: &str, target: &str, text: &str) {
        // Attributes after the text: `text,window=_blank`.
        let shown = match text.split_once(',') {
            Some((shown, rest)) if rest.contains('=') && !text.starts_with('"') => shown,
            _ if text.contains('=') && !text.contains(' ') => "",
            _ => text.trim_matches('"'),
        };
        let shown = shown.trim_end_matches('^').replace(['`', '*'], "");
        match name {
            "xref" => self.cross_reference(target, &shown),
            "http" | "https" | "ftp" | "irc" if shown.is_empty() => {
                self.out.extend([name, ":", target]);
            }
            "link" | "mailto" | "http" | "https" | "ftp" | "irc" => {
                self.out
                    .push_str(if shown.is_empty() { target } else { &shown });
            }
            "anchor" | "indexterm" | "icon" | "toc" => {}
            "indexterm2" | "kbd" | "btn" | "pass" | "stem" | "latexmath" | "asciimath" => {
                self.out.push_str(text);
            }
            "menu" => {
                self.out.push_str(target);
                for part in text
                    .split('>')
                    .map(str::trim)
                    .filter(|part| !part.is_empty())
                {
                    self.out.extend([" > ", part]);
                }
            }
            "footnote" | "footnoteref" => {
                let text = text.trim();
                if !text.is_empty() {
                    self.out.extend([" (", text, ")"]);
                }
            }
            "image" => self.out.push_str(&shown),
            // `linkgit:git-log[1]` is a page of a manual.
            _ if !shown.is_empty()
                && shown.len() <= 2
                && shown.bytes().all(|byte| byte.is_ascii_alphanumeric()) =>
            {
                self.out.extend([target, "(", &shown, ")"]);
            }
            _ if shown.is_empty() => self.out.push_str(target),
            _ => self.out.push_str(&shown),
        }
    }
}

const MAX_REFERENCE_BYTES: usize = 1000;
const MAX_TARGET_BYTES: usize = 2000;
/// Longest text in the brackets of a macro.
const MAX_TEXT_BYTES: usize = 4000;

/// What stands before the bracket that closes.
fn bracketed(rest: &str) -> Option<&str> {
    let bytes = rest.as_bytes();
    let mut end = 0;
    while end < bytes.len().min(MAX_TEXT_BYTES) {
        match bytes[end] {
            b'\\' => end += 1,
            b']' => return rest.get(..end),
            _ => {}
        }
        end += 1;
    }
    None
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
        names.attributes.insert("product".into(), "Router".into());
        names.headings.insert("ports".into(), "The ports".into());
        assert_eq!(plain(source, &names), expected, "{source}");
    }

    #[test]
    fn marks_go() {
        expect(
            "*bold* _em_ `code` #mark# b**ol**d",
            "bold em code mark bold",
        );
        expect("`+a*b*+` +++<b>+++ +lit*+", "a*b* <b> lit*");
        expect(
            "H~2~O and 10^6^ and \"`quoted`\"",
            "H2O and 10^6 and “quoted”",
        );
        expect("[.underline]#this# and [red]*that*", "this and that");
        expect(
            "((term)) (((hidden, index)))shown [[id]]here",
            "term shown here",
        );
    }

    #[test]
    fn references_show_their_text() {
        expect(
            "<<ports>> <<ports,open ports>> <<other>>",
            "The ports open ports other",
        );
        expect(
            "xref:ports[] link:a.html[A page] https://x.y[Site^] https://x.y",
            "The ports A page Site https://x.y",
        );
        expect(
            "linkgit:git-log[1] kbd:[Ctrl+C] menu:File[New > Page]",
            "git-log(1) Ctrl+C File > New > Page",
        );
        expect(
            "image:a.png[Two ports,100] x footnote:[Not here.]",
            "Two ports,100 x  (Not here.)",
        );
    }

    #[test]
    fn attributes_are_replaced_where_they_are_known() {
        expect(
            "{product} {Product}{nbsp}{unknown} \\{product}",
            "Router Router {unknown} {product}",
        );
    }

    #[test]
    fn what_is_not_mark_up_stays() {
        expect(
            "2 * 3 * 4, a_b_c, x:y, 12:30, C:\\dir",
            "2 * 3 * 4, a_b_c, x:y, 12:30, C:\\dir",
        );
        expect("~/.config and 2^n and *.txt", "~/.config and 2^n and *.txt");
        expect("<--, a[1], std::vec", "<--, a[1], std::vec");
    }

    #[test]
    fn marks_that_never_close_take_no_time() {
        for mark in [
            "*a ", "`a ", "<<", "a:[", "[[", "((", "{", "a:b[", "^a", "~a", "[a]",
        ] {
            let source = mark.repeat(50_000);
            assert!(plain(&source, &Names::default()).len() <= source.len());
        }
    }
}
