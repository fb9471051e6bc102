//! Languages, and the stems of their words.

use std::borrow::Cow;

use frostem::{Algorithm, Stemmer as Snowball};

/// A language whose words are reduced to stems.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Language {
    Danish,
    Dutch,
    #[default]
    English,
    Finnish,
    French,
    German,
    Hungarian,
    Italian,
    Norwegian,
    Portuguese,
    Romanian,
    Russian,
    Spanish,
    Swedish,
    Turkish,
}

impl Language {
    /// The language of a tag of BCP 47, `de-AT`; English for those that have no stemmer here: their
    /// words are hardly ever changed by its rules.
    pub(crate) fn of_tag(tag: &str) -> Self {
        let primary = tag.split(['-', '_']).next().unwrap_or_default();
        match primary.to_ascii_lowercase().as_str() {
            "da" => Self::Danish,
            "nl" => Self::Dutch,
            "fi" => Self::Finnish,
            "fr" => Self::French,
            "de" => Self::German,
            "hu" => Self::Hungarian,
            "it" => Self::Italian,
            "no" | "nb" | "nn" => Self::Norwegian,
            "pt" => Self::Portuguese,
            "ro" => Self::Romanian,
            "ru" => Self::Russian,
            "es" => Self::Spanish,
            "sv" => Self::Swedish,
            "tr" => Self::Turkish,
            _ => Self::English,
        }
    }

    fn algorithm(self) -> Algorithm {
        match self {
            Self::Danish => Algorithm::Danish,
            Self::Dutch => Algorithm::Dutch,
            Self::English => Algorithm::English,
            Self::Finnish => Algorithm::Finnish,
            Self::French => Algorithm::French,
            Self::German => Algorithm::German,
            Self::Hungarian => Algorithm::Hungarian,
            Self::Italian => Algorithm::Italian,
            Self::Norwegian => Algorithm::Norwegian,
            Self::Portuguese => Algorithm::Portuguese,
            Self::Romanian => Algorithm::Romanian,
            Self::Russian => Algorithm::Russian,
            Self::Spanish => Algorithm::Spanish,
            Self::Swedish => Algorithm::Swedish,
            Self::Turkish => Algorithm::Turkish,
        }
    }
}

/// Reduces words of a language to their stems.
#[derive(Clone)]
pub(crate) struct Stemmer(Snowball);

impl std::fmt::Debug for Stemmer {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Stemmer")
    }
}

impl Stemmer {
    pub(crate) fn new(language: Language) -> Self {
        Self(Snowball::new(language.algorithm()))
    }

    /// The stem of a lower-case word.
    pub(crate) fn stem<'word>(&self, word: &'word str) -> Cow<'word, str> {
        self.0.stem(word)
    }
}

/// The stemmers of several languages; English alone, if none is named.
#[derive(Debug, Clone)]
pub(crate) struct Stemmers(Vec<Stemmer>);

impl Stemmers {
    pub(crate) fn new(languages: &[Language]) -> Self {
        let languages: &[Language] = if languages.is_empty() {
            &[Language::English]
        } else {
            languages
        };
        Self(languages.iter().copied().map(Stemmer::new).collect())
    }

    /// The stem of a lower-case word in the first of the languages.
    pub(crate) fn first<'word>(&self, word: &'word str) -> Cow<'word, str> {
        self.0[0].stem(word)
    }

    /// The different rows of stems that a row of words has in the languages.
    #[cfg(feature = "embedded")]
    pub(crate) fn rows(&self, words: &[String]) -> Vec<Vec<String>> {
        let mut rows: Vec<Vec<String>> = Vec::with_capacity(1);
        for stemmer in &self.0 {
            let row: Vec<String> = words
                .iter()
                .map(|word| stemmer.stem(word).into_owned())
                .collect();
            if !rows.contains(&row) {
                rows.push(row);
            }
        }
        rows
    }

    /// The different stems that the word has in the languages, that of the first first.
    pub(crate) fn all(&self, word: &str) -> Vec<String> {
        let mut stems: Vec<String> = Vec::with_capacity(1);
        for stemmer in &self.0 {
            let stem = stemmer.stem(word);
            if stems.iter().all(|known| *known != stem) {
                stems.push(stem.into_owned());
            }
        }
        stems
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stems_join_the_forms_of_a_word() {
        let english = Stemmer::new(Language::English);
        assert_eq!(english.stem("certificates"), english.stem("certificate"));
        let german = Stemmer::new(Language::of_tag("de-AT"));
        assert_eq!(german.stem("einstellungen"), german.stem("einstellung"));
        assert_eq!(Language::of_tag("tlh"), Language::English);
    }

    #[test]
    fn a_word_of_several_languages_has_their_different_stems() {
        let stemmers = Stemmers::new(&[Language::German, Language::English]);
        assert_eq!(stemmers.all("einstellungen"), ["einstell", "einstellungen"]);
        assert_eq!(stemmers.all("port"), ["port"]);
        assert_eq!(Stemmers::new(&[]).first("ports"), "port");
    }
}
