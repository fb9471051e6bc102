//! A line with escapes in, the characters that it prints out.
//!
//! ```text
//! \fBls\fP \- list\(aqs \*(lqall\*(rq   ->   ls - list's “all”
//! ```
//!
//! # Source
//! groff(7), `groff_char(7)`

use std::collections::HashMap;

use super::super::growth::Growth;

/// Strings that a text defines, and what they may still add to it.
#[derive(Debug, Default)]
pub(super) struct Strings {
    pub(super) values: HashMap<String, String>,
    pub(super) growth: Growth,
}

/// What a line prints.
pub(super) fn printed(line: &str, strings: &Strings) -> String {
    if !line.contains('\\') {
        return line.to_owned();
    }
    let mut out = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(at) = rest.find('\\') {
        out.push_str(&rest[..at]);
        rest = escape(&rest[at + 1..], &mut out, strings);
    }
    out.push_str(rest);
    out
}

/// Deals with the escape that `rest` begins with; returns what follows it.
fn escape<'t>(rest: &'t str, out: &mut String, strings: &Strings) -> &'t str {
    let mut chars = rest.chars();
    let Some(first) = chars.next() else {
        return "";
    };
    let after = chars.as_str();
    match first {
        'e' | '\\' | 'E' => out.push('\\'),
        '-' => out.push('-'),
        '.' | '\'' | '`' => out.push(first),
        ' ' | '~' | '0' => out.push(' '),
        't' => out.push('\t'),
        '"' | '#' => return "",
        '(' => {
            let (name, after) = split_chars(after, 2);
            character(name, out);
            return after;
        }
        '[' => {
            let (name, after) = after.split_once(']').unwrap_or((after, ""));
            character(name, out);
            return after;
        }
        '*' => {
            let (name, after) = name(after);
            string(name, out, strings);
            return after;
        }
        // Fonts, registers, sizes, colours, arguments.
        'f' | 'n' | 'g' | 'k' | 'F' | 'm' | 'M' | 'Y' | 'V' | '$' | 'O' => {
            let after = after.strip_prefix(['+', '-']).unwrap_or(after);
            return name(after).1;
        }
        's' => return after_size(after),
        'h' => {
            out.push(' ');
            return after_quoted(after).1;
        }
        'N' => {
            let (number, after) = after_quoted(after);
            out.extend(number.parse().ok().and_then(char::from_u32));
            return after;
        }
        'o' => {
            let (characters, after) = after_quoted(after);
            out.extend(characters.chars().next());
            return after;
        }
        'A' | 'B' | 'b' | 'C' | 'D' | 'H' | 'l' | 'L' | 'R' | 'S' | 'v' | 'w' | 'x' | 'X' | 'Z' => {
            return after_quoted(after).1;
        }
        // Positions, breaks, and marks of blocks print nothing.
        '&' | '|' | '^' | '%' | ':' | '/' | ',' | ')' | '{' | '}' | '!' | '?' | 'a' | 'c' | 'd'
        | 'p' | 'r' | 'u' | 'z' => {}
        other => out.push(other),
    }
    after
}

/// The first `n` characters, and the rest.
fn split_chars(text: &str, n: usize) -> (&str, &str) {
    let end = text.char_indices().nth(n).map_or(text.len(), |(at, _)| at);
    text.split_at(end)
}

/// A name as it stands after `\f`, `\n` or `\*`: `x`, `(xx` or `[name]`.
fn name(text: &str) -> (&str, &str) {
    if let Some(rest) = text.strip_prefix('(') {
        return split_chars(rest, 2);
    }
    if let Some(rest) = text.strip_prefix('[') {
        return rest.split_once(']').unwrap_or((rest, ""));
    }
    split_chars(text, 1)
}

fn after_size(text: &str) -> &str {
    let text = text.strip_prefix(['+', '-']).unwrap_or(text);
    if text.starts_with(['(', '[']) {
        return name(text).1;
    }
    if text.starts_with('\'') {
        return after_quoted(text).1;
    }
    let is_digit = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_digit);
    let bytes = text.as_bytes();
    // Sizes of two digits are those that type has.
    let two = matches!(bytes.first(), Some(b'1'..=b'3')) && is_digit(bytes.get(1));
    &text[usize::from(is_digit(bytes.first())) + usize::from(two)..]
}

/// What stands between two equal characters, and what follows.
fn after_quoted(text: &str) -> (&str, &str) {
    let Some(quote) = text.chars().next() else {
        return ("", "");
    };
    let body = &text[quote.len_utf8()..];
    body.split_once(quote).unwrap_or((body, ""))
}

fn string(name: &str, out: &mut String, strings: &Strings) {
    if let Some(value) = strings.values.get(name) {
        if strings.growth.takes(value.len()) {
            out.push_str(value);
        }
        return;
    }
    match name {
        "lq" => out.push('“'),
        "rq" => out.push('”'),
        "R" | "Rg" => out.push('®'),
        "Tm" => out.push('™'),
        "aq" | "Aq" => out.push('\''),
        _ => {}
    }
}

/// Characters that have a name.
const CHARACTERS: [(&str, &str); 98] = [
    ("!=", "≠"),
    ("**", "*"),
    ("*a", "α"),
    ("*b", "β"),
    ("*d", "δ"),
    ("*D", "Δ"),
    ("*e", "ε"),
    ("*g", "γ"),
    ("*l", "λ"),
    ("*m", "μ"),
    ("*p", "π"),
    ("*r", "ρ"),
    ("*s", "σ"),
    ("*S", "Σ"),
    ("*t", "τ"),
    ("*W", "Ω"),
    ("+-", "±"),
    ("-+", "∓"),
    ("->", "→"),
    ("/_", "∠"),
    ("12", "½"),
    ("14", "¼"),
    ("34", "¾"),
    ("<-", "←"),
    ("<=", "≤"),
    ("<>", "↔"),
    ("==", "≡"),
    ("=~", "≅"),
    (">=", "≥"),
    ("AE", "Æ"),
    ("Bq", "„"),
    ("CR", "↵"),
    ("Cs", "¤"),
    ("Do", "$"),
    ("Eu", "€"),
    ("Fc", "»"),
    ("Fo", "«"),
    ("OE", "Œ"),
    ("Po", "£"),
    ("Tp", "þ"),
    ("Ye", "¥"),
    ("aa", "´"),
    ("ae", "æ"),
    ("ap", "~"),
    ("aq", "'"),
    ("at", "@"),
    ("ba", "|"),
    ("bb", "¦"),
    ("br", "|"),
    ("bu", "•"),
    ("bv", "|"),
    ("ca", "∩"),
    ("ci", "○"),
    ("co", "©"),
    ("cq", "’"),
    ("ct", "¢"),
    ("cu", "∪"),
    ("da", "↓"),
    ("dd", "‡"),
    ("de", "°"),
    ("dg", "†"),
    ("di", "÷"),
    ("dq", "\""),
    ("em", "—"),
    ("en", "–"),
    ("eq", "="),
    ("fm", "′"),
    ("ga", "`"),
    ("ha", "^"),
    ("hy", "-"),
    ("if", "∞"),
    ("lB", "["),
    ("lC", "{"),
    ("la", "⟨"),
    ("lh", "☜"),
    ("lq", "“"),
    ("mc", "µ"),
    ("mi", "−"),
    ("mo", "∈"),
    ("mu", "×"),
    ("no", "¬"),
    ("oe", "œ"),
    ("oq", "‘"),
    ("or", "|"),
    ("pl", "+"),
    ("rB", "]"),
    ("rC", "}"),
    ("ra", "⟩"),
    ("rg", "®"),
    ("rh", "☞"),
    ("rn", "‾"),
    ("rq", "”"),
    ("rs", "\\"),
    ("sc", "§"),
    ("sh", "#"),
    ("sl", "/"),
    ("sq", "□"),
    ("ss", "ß"),
];

/// More of them, added over the years.
const MORE_CHARACTERS: [(&str, &str); 8] = [
    ("sr", "√"),
    ("ti", "~"),
    ("tm", "™"),
    ("ts", "ς"),
    ("ua", "↑"),
    ("ul", "_"),
    ("vb", "|"),
    ("~~", "≈"),
];

/// Accents that stand before their letter, as combining characters.
const ACCENTS: [(char, char); 8] = [
    ('\'', '\u{301}'),
    ('`', '\u{300}'),
    (':', '\u{308}'),
    ('^', '\u{302}'),
    ('~', '\u{303}'),
    (',', '\u{327}'),
    ('o', '\u{30a}'),
    ('v', '\u{30c}'),
];

/// Letters with accents that have a character of their own.
const ACCENTED: [(&str, char); 30] = [
    ("'a", 'á'),
    ("'e", 'é'),
    ("'i", 'í'),
    ("'o", 'ó'),
    ("'u", 'ú'),
    ("'A", 'Á'),
    ("'E", 'É'),
    ("'O", 'Ó'),
    ("`a", 'à'),
    ("`e", 'è'),
    ("`i", 'ì'),
    ("`o", 'ò'),
    ("`u", 'ù'),
    (":a", 'ä'),
    (":e", 'ë'),
    (":i", 'ï'),
    (":o", 'ö'),
    (":u", 'ü'),
    (":A", 'Ä'),
    (":O", 'Ö'),
    (":U", 'Ü'),
    ("^a", 'â'),
    ("^e", 'ê'),
    ("^i", 'î'),
    ("^o", 'ô'),
    ("~n", 'ñ'),
    ("~a", 'ã'),
    (",c", 'ç'),
    ("oa", 'å'),
    ("/o", 'ø'),
];

fn character(name: &str, out: &mut String) {
    if let Some((_, character)) = CHARACTERS
        .iter()
        .chain(&MORE_CHARACTERS)
        .find(|(known, _)| *known == name)
    {
        out.push_str(character);
        return;
    }
    if let Some((_, character)) = ACCENTED.iter().find(|(known, _)| *known == name) {
        out.push(*character);
        return;
    }
    if let Some(hexadecimal) = name.strip_prefix('u') {
        // `u0061_0301` is a letter and its accent.
        let parts = hexadecimal
            .split('_')
            .filter_map(|part| u32::from_str_radix(part, 16).ok());
        out.extend(parts.filter_map(char::from_u32));
        return;
    }
    let mut chars = name.chars();
    if let (Some(mark), Some(letter), None) = (chars.next(), chars.next(), chars.next())
        && let Some((_, accent)) = ACCENTS.iter().find(|(known, _)| *known == mark)
        && letter.is_ascii_alphabetic()
    {
        out.push(letter);
        out.push(*accent);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn expect(line: &str, expected: &str) {
        let mut strings = Strings {
            growth: Growth::of(0),
            ..Strings::default()
        };
        strings.values.insert("C+".into(), "C++".into());
        assert_eq!(printed(line, &strings), expected, "{line}");
    }

    #[test]
    fn fonts_and_sizes_print_nothing() {
        expect(
            r"\fBls\fR \f(CWx\fP \f[B]y\f[] \s-1A\s0 \s+2B\s12C",
            "ls x y A BC",
        );
        expect(r"a\&b\|c\%d\:e\h'2n'f\v'1'g\m[red]h\w'x'i", "abcde fghi");
    }

    #[test]
    fn characters_have_names() {
        expect(
            r"\-v \(aqx\(aq \(em \(co \[u20AC] \(:o \[vs] \e \\ \~|",
            "-v 'x' — © € ö s\u{30c} \\ \\  |",
        );
        expect(r"\*(lqa\*(rq \*(C+ \*[C+] \*x", "“a” C++ C++ ");
    }

    #[test]
    fn a_comment_ends_the_line() {
        expect(r#"text \" comment"#, "text ");
    }

    #[test]
    fn escapes_that_end_too_soon_do_no_harm() {
        for line in [
            "\\", "\\(", "\\(a", "\\[", "\\*", "\\*(", "\\f", "\\f(", "\\s", "\\s+", "\\h", "\\h'",
            "\\n", "\\(é", "\\N'",
        ] {
            let _: String = printed(line, &Strings::default());
        }
    }
}
