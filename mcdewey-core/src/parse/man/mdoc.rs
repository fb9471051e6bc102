//! The words of a line of mdoc(7) in, its text out.
//!
//! ```text
//! .Op Fl l Ar file ...   ->   [-l file ...]
//! .Xr ls 1 ,             ->   ls(1),
//! ```
//!
//! # Source
//! mdoc(7)

/// Text of words, some of which are macros.
#[derive(Debug, Default)]
pub(super) struct Line {
    text: String,
    /// Whether what comes stands directly after what came.
    joins: bool,
    /// What closes the brackets that are open.
    closing: Vec<&'static str>,
    /// Where the marks begin with which the line ends.
    tail: Option<usize>,
}

/// Macros whose words are shown as they are.
const SHOWN: [&str; 34] = [
    "Ad", "An", "Ao", "Ar", "Bf", "Cd", "Cm", "Dv", "Em", "Er", "Ev", "Fa", "Fd", "Ft", "Hf", "Ic",
    "Lb", "Li", "Ms", "Mt", "No", "Ot", "Pa", "Pf", "Qf", "Sx", "Sy", "Tn", "Ud", "Va", "Vt",
    "Bsx", "Nd", "Xc",
];

/// Macros that put their words between two marks.
const ENCLOSING: [(&str, &str, &str); 14] = [
    ("Op", "[", "]"),
    ("Oo", "[", "]"),
    ("Bq", "[", "]"),
    ("Bo", "[", "]"),
    ("Pq", "(", ")"),
    ("Po", "(", ")"),
    ("Aq", "<", ">"),
    ("Brq", "{", "}"),
    ("Bro", "{", "}"),
    ("Dq", "“", "”"),
    ("Do", "“", "”"),
    ("Sq", "‘", "’"),
    ("Qq", "\"", "\""),
    ("Ql", "‘", "’"),
];

/// Macros that close what others opened, on a line of their own or inside one.
const CLOSING: [(&str, &str); 6] = [
    ("Oc", "]"),
    ("Bc", "]"),
    ("Pc", ")"),
    ("Brc", "}"),
    ("Dc", "”"),
    ("Ac", ">"),
];

/// Macros that stand for a name.
const NAMES: [(&str, &str); 7] = [
    ("Ux", "UNIX"),
    ("Bx", "BSD"),
    ("Fx", "FreeBSD"),
    ("Nx", "NetBSD"),
    ("Ox", "OpenBSD"),
    ("Dx", "DragonFly"),
    ("At", "AT&T UNIX"),
];

/// Whether a word is a macro that prints its words.
pub(super) fn is_macro(word: &str) -> bool {
    SHOWN.contains(&word)
        || ENCLOSING.iter().any(|(name, ..)| *name == word)
        || CLOSING.iter().any(|(name, _)| *name == word)
        || NAMES.iter().any(|(name, _)| *name == word)
        || matches!(
            word,
            "Ap" | "Fl"
                | "Fn"
                | "Fo"
                | "Fc"
                | "In"
                | "Lk"
                | "Nm"
                | "Ns"
                | "Ex"
                | "Rv"
                | "St"
                | "Xr"
                | "Xo"
                | "Ef"
                | "Eo"
                | "Ec"
                | "En"
        )
}

/// The text of a line. `words` begin with a macro; `name` is what is described.
pub(super) fn text(words: &[String], name: &str) -> String {
    let mut line = Line::default();
    let mut at = 0;
    while at < words.len() {
        at = line.word(words, at, name);
    }
    line.finish()
}

impl Line {
    /// Adds the macro or word at `at`; returns the next one.
    fn word(&mut self, words: &[String], at: usize, name: &str) -> usize {
        let word = words[at].as_str();
        let arguments = arguments(&words[at + 1..]);
        let n = arguments.len();
        match word {
            "Ns" => self.joins = true,
            "Ap" => {
                self.joins = true;
                self.push("'");
                self.joins = true;
            }
            "Fl" if n == 0 => self.push("-"),
            "Fl" => {
                for argument in arguments {
                    let dash = if is_punctuation(argument) || argument == "|" { "" } else { "-" };
                    self.push(&[dash, argument].concat());
                }
            }
            "Nm" => {
                let own = arguments.iter().any(|argument| !is_punctuation(argument));
                if !own {
                    self.push(name);
                }
                self.push_all(arguments);
            }
            "Ar" if n == 0 => self.push("file ..."),
            "Xr" => {
                let (page, rest) = (arguments.first(), arguments.get(1..).unwrap_or_default());
                match (page, rest.first()) {
                    (Some(page), Some(section)) if !is_punctuation(section) => {
                        self.push(&format!("{page}({section})"));
                        self.push_all(&rest[1..]);
                    }
                    _ => self.push_all(arguments),
                }
            }
            "Fn" | "Fo" => {
                let function = arguments.first().map_or("", String::as_str);
                let (own, after): (Vec<&String>, Vec<&String>) =
                    arguments.iter().skip(1).partition(|argument| !is_punctuation(argument));
                let own: Vec<&str> = own.into_iter().map(String::as_str).collect();
                self.push(&format!("{function}({})", own.join(", ")));
                for mark in after {
                    self.push(mark);
                }
            }
            "In" => {
                for argument in arguments {
                    let is_mark = is_punctuation(argument);
                    self.push(&if is_mark { argument.clone() } else { format!("#include <{argument}>") });
                }
            }
            "Lk" => {
                let rest = arguments.get(1..).unwrap_or_default();
                self.push_all(rest);
                if let Some(url) = arguments.first() {
                    self.push(url);
                }
            }
            "Ex" => self.push(&format!("The {name} utility exits 0 on success, and >0 if an error occurs.")),
            "Rv" => self.push("Upon successful completion, the value 0 is returned; otherwise the value -1 is returned and errno is set to indicate the error."),
            "St" => self.push_all(&arguments.iter().map(|it| it.trim_start_matches('-').to_owned()).collect::<Vec<_>>()),
            "Fc" | "Xo" | "Ef" | "Eo" | "Ec" | "En" => self.push_all(arguments),
            _ => return self.other(word, arguments, at),
        }
        at + 1 + n
    }

    fn other(&mut self, word: &str, arguments: &[String], at: usize) -> usize {
        if let Some((_, opens, closes)) = ENCLOSING.iter().find(|(name, ..)| *name == word) {
            self.push(opens);
            self.joins = true;
            self.closing.push(closes);
            return at + 1;
        }
        if let Some((_, closes)) = CLOSING.iter().find(|(name, _)| *name == word) {
            self.joins = true;
            self.push(closes);
            if let Some(index) = self.closing.iter().rposition(|open| open == closes) {
                self.closing.remove(index);
            }
            return at + 1;
        }
        if let Some((_, shown)) = NAMES.iter().find(|(name, _)| *name == word) {
            self.push(shown);
            return at + 1;
        }
        if SHOWN.contains(&word) {
            self.push_all(arguments);
            return at + 1 + arguments.len();
        }
        self.push(word);
        at + 1
    }

    fn push_all(&mut self, words: &[String]) {
        for word in words {
            self.push(word);
        }
    }

    fn push(&mut self, word: &str) {
        // What closes a sentence stands after what closes brackets.
        let closes = matches!(word, "." | "," | ";" | ":" | "?" | "!" | ")" | "]");
        if closes {
            self.tail.get_or_insert(self.text.len());
        } else {
            self.tail = None;
        }
        if !(self.joins || closes || self.text.is_empty()) {
            self.text.push(' ');
        }
        self.text.push_str(word);
        self.joins = matches!(word, "(" | "[");
    }

    fn finish(mut self) -> String {
        // Marks at the end of the line stand outside of what the line opened.
        let tail = self.tail.filter(|_| !self.closing.is_empty());
        let tail = tail.map_or_else(String::new, |tail| self.text.split_off(tail));
        for closes in self.closing.into_iter().rev() {
            self.text.push_str(closes);
        }
        self.text.push_str(&tail);
        self.text
    }
}

/// The words up to the next macro.
fn arguments(words: &[String]) -> &[String] {
    let end = words
        .iter()
        .position(|word| is_macro(word))
        .unwrap_or(words.len());
    &words[..end]
}

fn is_punctuation(word: &str) -> bool {
    matches!(
        word,
        "." | "," | ";" | ":" | "?" | "!" | ")" | "]" | "(" | "[" | "|"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn expect(line: &str, expected: &str) {
        let words: Vec<String> = line.split(' ').map(str::to_owned).collect();
        assert_eq!(text(&words, "ls"), expected, "{line}");
    }

    #[test]
    fn macros_are_shown_as_a_reader_sees_them() {
        expect("Nm", "ls");
        expect("Op Fl l Ar file ...", "[-l file ...]");
        expect("Xr chmod 1 ,", "chmod(1),");
        expect("Fl a , Fl b .", "-a, -b.");
        expect("Fn open path flags .", "open(path, flags).");
        expect("Pq Dq Em x .", "(“x”).");
        expect("Ar file Ns Sy x", "filex");
        expect("Oo Fl x Oc Ar", "[-x] file ...");
        expect("In stdio.h", "#include <stdio.h>");
        expect("Pa /etc/x ; Ev HOME", "/etc/x; HOME");
    }
}
