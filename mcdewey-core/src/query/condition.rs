//! What a passage must meet: the boolean part of a query.

use std::fmt;

/// What a passage must meet. `P` says which documents may answer: a [`Place`] as the query has it,
/// a [`Filter`](crate::Filter) once the place was looked up in a library.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(
    clippy::exhaustive_enums,
    reason = "engines have to evaluate all of it"
)]
pub enum Condition<P = Place> {
    /// The passage has this in this field.
    Has(Field, Term),
    /// It stands on one of these pages, from the first to the last.
    Pages(u32, u32),
    /// Its document stands here.
    In(P),
    /// It meets all of these; everything does, if there are none.
    All(Vec<Condition<P>>),
    /// It meets one of these at least; nothing does, if there are none.
    Any(Vec<Condition<P>>),
    /// It does not meet this.
    Not(Box<Condition<P>>),
}

/// Where a term is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(
    clippy::exhaustive_enums,
    reason = "engines have to look into all of them"
)]
pub enum Field {
    /// In the passage, its headings or its document's title.
    Any,
    /// In its document's title.
    Title,
    /// In its headings.
    Heading,
    /// In its code: fenced blocks and what stands between backticks.
    Code,
}

/// Something to look for; all words are in lower case.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "engines have to find all of them")]
pub enum Term {
    /// A word, in any of its forms: `ports` finds `port`.
    Word(String),
    /// Words that follow each other, as they are spelt. One word stands for itself alone.
    Phrase(Vec<String>),
    /// Words in any order with at most so many others between them: `"port sip"~4`.
    Near(Vec<String>, usize),
    /// Any word that begins so, `certif*`. Never reaches an engine: replaced by the words that it
    /// stands for.
    Prefix(String),
    /// Any word that differs in at most so many letters (1 or 2), `~certifcate`. Never reaches an
    /// engine, as [`Term::Prefix`].
    Fuzzy(String, u8),
}

/// A place on the shelves, by the name of its [`Facet`](crate::Facet) and its value.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "a name and a value")]
pub struct Place {
    /// `vendor`, `product`, `version` or `document`.
    pub facet: &'static str,
    /// As the query has it.
    pub value: String,
}

impl Term {
    /// Its words.
    pub fn words(&self) -> &[String] {
        match self {
            Self::Word(word) | Self::Prefix(word) | Self::Fuzzy(word, _) => {
                std::slice::from_ref(word)
            }
            Self::Phrase(words) | Self::Near(words, _) => words,
        }
    }
}

impl<P> Condition<P> {
    /// The same without groups of one, and without groups of a kind within each other.
    pub(crate) fn flattened(self) -> Self {
        let (is_all, inner) = match self {
            Self::All(inner) => (true, inner),
            Self::Any(inner) => (false, inner),
            Self::Not(inner) => return Self::Not(Box::new(inner.flattened())),
            leaf => return leaf,
        };
        let mut flat = Vec::with_capacity(inner.len());
        for inner in inner.into_iter().map(Self::flattened) {
            match inner {
                Self::All(inner) if is_all => flat.extend(inner),
                Self::Any(inner) if !is_all => flat.extend(inner),
                other => flat.push(other),
            }
        }
        match flat.len() {
            1 => flat.remove(0),
            _ if is_all => Self::All(flat),
            _ => Self::Any(flat),
        }
    }

    /// The same with every leaf replaced, and every place looked up.
    pub(crate) fn map<Q>(
        self,
        leaf: &mut impl FnMut(Field, Term) -> Condition<Q>,
        place: &mut impl FnMut(P) -> Condition<Q>,
    ) -> Condition<Q> {
        let mut all = |inner: Vec<Self>| {
            let inner = inner.into_iter().map(|inner| inner.map(leaf, place));
            inner.collect::<Vec<_>>()
        };
        match self {
            Self::All(inner) => Condition::All(all(inner)),
            Self::Any(inner) => Condition::Any(all(inner)),
            Self::Has(field, term) => leaf(field, term),
            Self::Pages(first, last) => Condition::Pages(first, last),
            Self::In(inner) => place(inner),
            Self::Not(inner) => Condition::Not(Box::new(inner.map(leaf, place))),
        }
    }
}

impl fmt::Display for Term {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Word(word) => formatter.write_str(word),
            Self::Phrase(words) => write!(formatter, "\"{}\"", words.join(" ")),
            Self::Near(words, distance) => write!(formatter, "\"{}\"~{distance}", words.join(" ")),
            Self::Prefix(word) => write!(formatter, "{word}*"),
            Self::Fuzzy(word, distance) => write!(formatter, "{word}~{distance}"),
        }
    }
}

impl Field {
    /// What stands before a term of this field in a query.
    pub(super) fn prefix(self) -> &'static str {
        match self {
            Self::Any => "",
            Self::Title => "title:",
            Self::Heading => "heading:",
            Self::Code => "code:",
        }
    }
}

/// As a query that means the same.
impl fmt::Display for Condition {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let join = |formatter: &mut fmt::Formatter<'_>, inner: &[Self], by: &str| {
            for (at, inner) in inner.iter().enumerate() {
                if at > 0 {
                    formatter.write_str(by)?;
                }
                match inner {
                    Self::All(inner) | Self::Any(inner) if inner.len() > 1 => {}
                    _ => {
                        write!(formatter, "{inner}")?;
                        continue;
                    }
                }
                write!(formatter, "({inner})")?;
            }
            Ok(())
        };
        match self {
            Self::Has(field, term) => write!(formatter, "{}{term}", field.prefix()),
            Self::Pages(first, last) if first == last => write!(formatter, "page:{first}"),
            Self::Pages(first, last) => write!(formatter, "page:{first}-{last}"),
            Self::In(Place { facet, value }) => write!(formatter, "{facet}:\"{value}\""),
            Self::All(inner) => join(formatter, inner, " AND "),
            Self::Any(inner) => join(formatter, inner, " OR "),
            Self::Not(inner) => match inner.as_ref() {
                Self::All(_) | Self::Any(_) => write!(formatter, "NOT ({inner})"),
                _ => write!(formatter, "NOT {inner}"),
            },
        }
    }
}
