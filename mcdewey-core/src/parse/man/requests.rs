//! Which line of a manual page is what.

use super::{Expects, List, Reader, escapes, mdoc, tbl};

impl Reader<'_> {
    /// Reads all lines.
    pub(super) fn read(&mut self, text: &str) {
        let lines = joined_lines(text);
        let lines: Vec<&str> = lines.iter().map(|line| &**line).collect();
        let mut at = 0;
        while at < lines.len() {
            at = self.line(&lines, at);
        }
        self.close_code();
    }

    /// Deals with line `at`; returns the next one.
    fn line(&mut self, lines: &[&str], at: usize) -> usize {
        let line = lines[at];
        let is_request = line.starts_with(['.', '\'']) && !line.starts_with("...");
        if !is_request {
            if line.trim().is_empty() {
                self.paragraph_or_line();
            } else {
                self.text(line);
            }
            return at + 1;
        }
        let body = line[1..].trim_start();
        let name_end = body
            .find(|c: char| c.is_whitespace() || c == '\\')
            .unwrap_or(body.len());
        let (name, rest) = body.split_at(name_end);
        match name {
            "if" | "ie" | "el" | "while" => {
                return self.condition(lines, at, name, rest.trim_start());
            }
            "de" | "de1" | "am" | "am1" => return skip_definition(lines, at, rest),
            "ig" => return skip_definition(lines, at, &format!("x {rest}")),
            "ds" | "ds1" | "as" => self.define(rest),
            "TS" => return self.table(lines, at),
            "EQ" => return self.skip_to(lines, at, ".EN"),
            "PS" => return self.skip_to(lines, at, ".PE"),
            "cc" | "ec" | "eo" => {}
            _ => {
                let words = words(rest);
                self.request(name, &words);
            }
        }
        at + 1
    }

    fn paragraph_or_line(&mut self) {
        match &mut self.code {
            Some(code) => code.push('\n'),
            None if self.expects == Expects::Text => self.flush(),
            None => {}
        }
    }

    /// `.if condition request`, over several lines if the request is `\{`.
    fn condition(&mut self, lines: &[&str], at: usize, name: &str, rest: &str) -> usize {
        let (is_true, body) = match name {
            "el" => (
                self.conditions.pop().is_some_and(|was_true| !was_true),
                rest,
            ),
            "while" => (false, decided(rest).1),
            _ => decided(rest),
        };
        if name == "ie" && self.conditions.len() < MAX_CONDITIONS {
            self.conditions.push(is_true);
        }
        let body = body.trim_start();
        if !is_true {
            return skip_block(lines, at, body);
        }
        let body = body.trim_start_matches("\\{").trim_end_matches('\\').trim();
        if !body.is_empty() && self.n_nested < MAX_NESTED {
            self.n_nested += 1;
            self.line(&[body], 0);
            self.n_nested -= 1;
        }
        at + 1
    }

    /// Passes over what is not text; where it has no end, only over this line.
    fn skip_to(&mut self, lines: &[&str], at: usize, end: &str) -> usize {
        let may_search = self.n_open_skips < MAX_OPEN_SKIPS;
        let is_end = |&next: &usize| lines[next].starts_with(end);
        let found = (at + 1..lines.len()).filter(|_| may_search).find(is_end);
        self.n_open_skips += usize::from(found.is_none());
        found.map_or(at + 1, |end| end + 1)
    }

    /// `.ds name value`
    fn define(&mut self, rest: &str) {
        let rest = rest.trim_start();
        let (name, value) = rest.split_once([' ', '\t']).unwrap_or((rest, ""));
        let value = value.trim_start();
        let value = escapes::printed(value.strip_prefix('"').unwrap_or(value), &self.strings);
        // Strings hold a word or two; longer ones are programs.
        if value.len() <= MAX_STRING_BYTES {
            self.strings.values.insert(name.to_owned(), value);
        }
    }

    fn table(&mut self, lines: &[&str], at: usize) -> usize {
        let is_end = |&next: &usize| lines[next].starts_with(".TE");
        let end = (at + 1..lines.len()).find(is_end).unwrap_or(lines.len());
        self.close_code();
        self.flush();
        let (mut rows, has_header) = tbl::read(&lines[at + 1..end]);
        for cell in rows.iter_mut().flatten() {
            let printed = escapes::printed(cell, &self.strings);
            printed.trim().clone_into(cell);
        }
        self.has_text |= !rows.is_empty();
        let body = rows.split_off(usize::from(has_header));
        self.prose.table(rows.first().map(Vec::as_slice), &body);
        end + 1
    }

    fn request(&mut self, name: &str, words: &[String]) {
        let printed = |this: &Self, word: &str| escapes::printed(word, &this.strings);
        let first = || words.first().map_or("", String::as_str);
        match name {
            "TH" | "Dt" => self.title(words),
            "Dd" => {
                let date = words.join(" ");
                let date = date
                    .trim_matches(['$', ' '])
                    .trim_start_matches("Mdocdate")
                    .trim_start_matches(':');
                self.prose.date(date);
            }
            "SH" | "Sh" | "SS" | "Ss" => {
                let level = if name.eq_ignore_ascii_case("sh") {
                    2
                } else {
                    3
                };
                let text = if name == "Sh" || name == "Ss" {
                    mdoc::text(&printed_all(self, words), &self.name)
                } else {
                    printed(self, &words.join(" "))
                };
                self.heading(level, text.trim());
            }
            "PP" | "P" | "LP" | "Pp" | "Lp" | "HP" | "Sp" => self.paragraph(),
            "sp" => self.paragraph_or_line(),
            "br" => self.line_break(),
            "TP" => {
                self.paragraph();
                self.expects = Expects::Term;
            }
            "TQ" => self.expects = Expects::Term,
            "IP" => {
                self.paragraph();
                let tag = printed(self, first());
                self.tag(tag.trim());
            }
            "RS" => {
                self.paragraph();
                self.depth += 1;
            }
            "RE" => {
                self.paragraph();
                self.depth = self.depth.saturating_sub(1);
            }
            "nf" | "EX" | "Vb" | "CS" => self.open_code(),
            "fi" | "EE" | "Ve" | "CE" => self.close_code(),
            "UR" | "MT" => self.url = Some(printed(self, first())),
            "UE" | "ME" => {
                let url = self.url.take().unwrap_or_default();
                let text = format!("<{url}>{}", printed(self, first()));
                self.printed(&text, false);
            }
            "MR" => {
                let section = words.get(1).map_or("", String::as_str);
                let after = words.get(2).map_or("", String::as_str);
                let text = printed(self, &format!("{}({section}){after}", first()));
                self.printed(&text, false);
            }
            "SY" => {
                self.flush();
                self.text(first());
            }
            "YS" => self.flush(),
            "OP" => {
                let text = format!("[{}]", words.join(" "));
                self.text(&text);
            }
            "so" => self.see = Some(first().to_owned()),
            _ => self.other(name, words),
        }
    }

    fn other(&mut self, name: &str, words: &[String]) {
        if let Some(text) = in_fonts(name, words) {
            // A font without words sets the next line, which comes as text anyway.
            return self.text(&text);
        }
        if self.mdoc(name, words) {
            return;
        }
        if mdoc::is_macro(name) {
            let mut line = vec![name.to_owned()];
            line.extend(printed_all(self, words));
            if name == "Nm" && self.name_is_open() {
                self.name = line.get(1).cloned().unwrap_or_default();
            }
            let text = mdoc::text(&line, &self.name);
            let text = if name == "Nd" {
                format!("- {text}")
            } else {
                text
            };
            return self.printed(&text, false);
        }
        // What is no request of roff is a macro of the page's own: its words are text.
        let is_own = name.starts_with(|c: char| c.is_ascii_uppercase()) && !SILENT.contains(&name);
        if is_own {
            self.text(&words.join(" "));
        }
    }

    /// The first name of a page of mdoc is what it describes.
    fn name_is_open(&self) -> bool {
        self.name.chars().all(|c| !c.is_lowercase())
    }

    /// Lists and displays of mdoc.
    fn mdoc(&mut self, name: &str, words: &[String]) -> bool {
        match name {
            "Bl" => {
                self.flush();
                self.prose.end();
                let has = |kind: &str| words.iter().any(|word| word == kind);
                self.lists.push(List {
                    next: has("-enum").then_some(1),
                    has_terms: ["-tag", "-diag", "-hang", "-ohang", "-inset"]
                        .iter()
                        .any(|kind| has(kind)),
                    rows: has("-column").then(Vec::new),
                });
            }
            "El" => {
                self.flush();
                self.prose.end();
                if let Some(rows) = self.lists.pop().and_then(|list| list.rows) {
                    self.prose.table(None, &rows);
                }
            }
            "It" => self.item(words),
            "Bd" => {
                let is_code = words
                    .iter()
                    .any(|word| matches!(word.as_str(), "-literal" | "-unfilled"));
                if is_code {
                    self.open_code();
                } else {
                    self.flush();
                }
            }
            "Ed" => {
                self.close_code();
                self.flush();
            }
            "Dl" | "D1" => {
                self.flush();
                let text = mdoc::text(&printed_all(self, words), &self.name);
                self.has_text = true;
                self.prose.code(&text, "");
            }
            _ if name.starts_with('%') => self.text(&words.join(" ")),
            _ => return false,
        }
        true
    }

    fn item(&mut self, words: &[String]) {
        self.flush();
        let depth = self.item_depth();
        let words = printed_all(self, words);
        let text = mdoc::text(&words, &self.name);
        let Some(list) = self.lists.last_mut() else {
            self.prose.item(depth, None);
            return self.printed(&text, false);
        };
        if let Some(rows) = &mut list.rows {
            let cells = words
                .split(|word| word == "Ta")
                .map(|words| mdoc::text(words, &self.name));
            let cells: Vec<String> = cells
                .flat_map(|cell| cell.split('\t').map(str::to_owned).collect::<Vec<_>>())
                .collect();
            rows.push(cells);
            self.has_text = true;
            return;
        }
        if list.has_terms {
            self.has_text = true;
            self.prose.term(depth, &text);
            return;
        }
        let number = list.next;
        list.next = number.map(|number| number + 1);
        self.prose.item(depth, number);
        self.printed(&text, false);
    }

    /// Name, section and date.
    fn title(&mut self, words: &[String]) {
        let words = printed_all(self, words);
        let word = |index: usize| words.get(index).map(|word| word.trim()).unwrap_or_default();
        word(0).clone_into(&mut self.name);
        word(1).clone_into(&mut self.section);
        if word(2).contains(|c: char| c.is_ascii_digit()) {
            self.prose.date(word(2));
        }
        let title = match (word(0), word(1)) {
            ("", _) => return,
            (name, "") => name.to_owned(),
            (name, section) => format!("{name}({section})"),
        };
        self.prose.heading(1, &title, None);
    }

    /// The mark of an item, or its term.
    fn tag(&mut self, tag: &str) {
        let depth = self.item_depth();
        let number = tag.trim_matches(['(', ')', '[', ']', '.']).parse().ok();
        if tag.is_empty() {
        } else if let Some(number) = number.filter(|_| tag.len() <= 6) {
            self.prose.item(depth, Some(number));
        } else if matches!(tag, "•" | "*" | "-" | "o" | "+" | "–" | "—" | "·" | "○") {
            self.prose.item(depth, None);
        } else {
            self.has_text = true;
            self.prose.term(depth, tag);
        }
    }
}

/// Macros that print nothing.
const SILENT: [&str; 22] = [
    "AT", "Bk", "Db", "DT", "Ek", "IX", "ME", "Os", "PD", "PU", "Re", "Rs", "Sm", "Tn", "UC", "XX",
    "XS", "XE", "Bt", "FN", "TE", "Ud",
];

/// Longest value of a string.
const MAX_STRING_BYTES: usize = 200;
/// Conditions on one line lie no deeper in one another.
const MAX_NESTED: usize = 32;
/// After so many pictures that never end, no end is sought: each search goes to the end of the text.
const MAX_OPEN_SKIPS: usize = 50;
/// More conditions are not open at once.
const MAX_CONDITIONS: usize = 1000;

/// Lines without comments, continued lines in one.
fn joined_lines(text: &str) -> Vec<std::borrow::Cow<'_, str>> {
    let mut lines: Vec<std::borrow::Cow<'_, str>> = Vec::new();
    let mut is_continued = false;
    for line in text.lines() {
        let is_comment =
            line.starts_with(".\\\"") || line.starts_with("'\\\"") || line.starts_with("\\\"");
        if is_comment || line == "." || line == "'" {
            continue;
        }
        let n_marks = line.len() - line.trim_end_matches('\\').len();
        let goes_on = n_marks % 2 == 1;
        let body = if goes_on {
            &line[..line.len() - 1]
        } else {
            line
        };
        match lines.last_mut().filter(|_| is_continued) {
            Some(last) => last.to_mut().push_str(body),
            None => lines.push(body.into()),
        }
        // `.if x \{\` opens a block; what follows is a line of its own.
        is_continued = goes_on && !body.ends_with("\\{");
    }
    lines
}

/// The words of a request; words in quotes are one.
pub(super) fn words(rest: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut chars = rest.trim_start().chars().peekable();
    while chars.peek().is_some() {
        let mut word = String::new();
        let is_quoted = chars.next_if_eq(&'"').is_some();
        while let Some(character) = chars.next() {
            match character {
                '"' if is_quoted => {
                    if chars.next_if_eq(&'"').is_none() {
                        break;
                    }
                    word.push('"');
                }
                ' ' if !is_quoted => break,
                '\\' => {
                    word.push('\\');
                    // A comment ends the line; an escaped space does not end the word.
                    match chars.next() {
                        Some('"') => {
                            word.pop();
                            chars.by_ref().for_each(drop);
                        }
                        Some(next) => word.push(next),
                        None => {}
                    }
                }
                _ => word.push(character),
            }
        }
        while chars.next_if_eq(&' ').is_some() {}
        if is_quoted || !word.is_empty() {
            words.push(word);
        }
    }
    words
}

/// The text of a request that sets its words in one font or in two by turns.
pub(super) fn in_fonts(name: &str, words: &[String]) -> Option<String> {
    match name {
        "B" | "I" | "R" | "SM" | "SB" | "CW" => Some(words.join(" ")),
        "BR" | "RB" | "BI" | "IB" | "IR" | "RI" => Some(words.concat()),
        _ => None,
    }
}

fn printed_all(reader: &Reader<'_>, words: &[String]) -> Vec<String> {
    let printed = words
        .iter()
        .map(|word| escapes::printed(word, &reader.strings));
    printed.collect()
}

/// Whether a condition holds on a terminal, and what depends on it.
fn decided(rest: &str) -> (bool, &str) {
    let (is_negated, rest) = match rest.strip_prefix('!') {
        Some(rest) => (true, rest.trim_start()),
        None => (false, rest),
    };
    let (is_true, body) = match rest.chars().next() {
        Some('n' | 'o') if ends_word(rest) => (true, &rest[1..]),
        Some('t' | 'e' | 'v') if ends_word(rest) => (false, &rest[1..]),
        Some('d' | 'r' | 'c' | 'm' | 'F' | 'S') if rest[1..].starts_with(' ') => {
            let rest = rest[1..].trim_start();
            (false, after_word(rest))
        }
        Some(quote @ ('\'' | '"')) => {
            let mut parts = rest[1..].splitn(3, quote);
            let (one, other) = (
                parts.next().unwrap_or_default(),
                parts.next().unwrap_or_default(),
            );
            (one == other, parts.next().unwrap_or_default())
        }
        _ => {
            let expression = rest.split_whitespace().next().unwrap_or_default();
            let is_true = expression.parse::<i64>().is_ok_and(|value| value > 0);
            (is_true, after_word(rest))
        }
    };
    (is_true != is_negated, body)
}

fn ends_word(rest: &str) -> bool {
    rest[1..].starts_with(|c: char| c.is_whitespace() || c == '\\' || c == '.') || rest.len() == 1
}

fn after_word(rest: &str) -> &str {
    rest.find(char::is_whitespace).map_or("", |at| &rest[at..])
}

/// The line after a definition that begins at `at`: after `..`, or what `rest` names instead.
fn skip_definition(lines: &[&str], at: usize, rest: &str) -> usize {
    let rest = rest.split("\\\"").next().unwrap_or_default();
    let end = rest.split_whitespace().nth(1).unwrap_or(".");
    let is_end = |&next: &usize| {
        let line = lines[next].strip_prefix(['.', '\'']).map(str::trim_start);
        line.is_some_and(|line| line.trim_end() == end)
    };
    (at + 1..lines.len())
        .find(is_end)
        .map_or(lines.len(), |end| end + 1)
}

/// The line after a request that is not done, which may be a block.
fn skip_block(lines: &[&str], at: usize, body: &str) -> usize {
    let count = |line: &str| (line.matches("\\{").count(), line.matches("\\}").count());
    let (opened, closed) = count(body);
    let mut n_open = opened.saturating_sub(closed);
    let mut next = at + 1;
    while n_open > 0 && next < lines.len() {
        let (opened, closed) = count(lines[next]);
        n_open = (n_open + opened).saturating_sub(closed);
        next += 1;
    }
    next
}
