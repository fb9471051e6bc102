//! Text to numbers and words.

/// A run of digits or of letters. What lies between runs only separates them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Token<'a> {
    pub(super) text: &'a str,
    /// Whether it is a run of ASCII digits; otherwise one of letters.
    pub(super) is_number: bool,
    /// Whether the token before ends where it begins.
    pub(super) joined: bool,
}

impl Token<'_> {
    /// Whether it is this word, whatever its case.
    pub(super) fn is_word(&self, word: &str) -> bool {
        !self.is_number && self.text.eq_ignore_ascii_case(word)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Digit,
    Letter,
    Separator,
}

fn kind(char: char) -> Kind {
    if char.is_ascii_digit() {
        Kind::Digit
    } else if char.is_alphanumeric() {
        Kind::Letter
    } else {
        Kind::Separator
    }
}

/// The tokens of `text`, in its order.
pub(super) fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    let mut rest = text;
    let mut joined = false;
    while let Some(first) = rest.chars().next() {
        let kind_of_run = kind(first);
        let end = rest.find(|char| kind(char) != kind_of_run);
        let (run, after) = rest.split_at(end.unwrap_or(rest.len()));
        if kind_of_run != Kind::Separator {
            tokens.push(Token {
                text: run,
                is_number: kind_of_run == Kind::Digit,
                joined,
            });
        }
        joined = kind_of_run != Kind::Separator;
        rest = after;
    }
    tokens
}

/// The tokens from the first number on; all, if there is none.
pub(super) fn from_first_number<'t, 'a>(tokens: &'t [Token<'a>]) -> &'t [Token<'a>] {
    let first = tokens.iter().position(|token| token.is_number);
    &tokens[first.unwrap_or(0)..]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_and_letters_are_tokens_and_the_rest_separates_them() {
        let texts = |text| {
            tokens(text)
                .iter()
                .map(|token| token.text)
                .collect::<Vec<_>>()
        };
        assert_eq!(texts("15.2(7)E3"), ["15", "2", "7", "E", "3"]);
        assert_eq!(texts(" v15 SU2a "), ["v", "15", "SU", "2", "a"]);
        assert_eq!(texts("7.0 Überarbeitung"), ["7", "0", "Überarbeitung"]);
        assert_eq!(texts("--"), [""; 0]);
    }

    #[test]
    fn a_token_knows_whether_it_touches_the_one_before() {
        let joined = |text| {
            tokens(text)
                .iter()
                .map(|token| token.joined)
                .collect::<Vec<_>>()
        };
        assert_eq!(joined("16b2"), [false, true, true]);
        assert_eq!(joined("16-b.2"), [false, false, false]);
    }
}
