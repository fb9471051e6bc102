//! TOML to values, and errors that say where and what instead.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::Path;

use globset::{Glob, GlobSet, GlobSetBuilder};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::entry::Entry;
use super::{Level, Manifest, SourcePath};
use crate::shelf::{SynonymRule, VersionScheme};
use crate::{Error, Result};

/// Keys that a manifest has beside those of [`Entry`].
const FOLDER_KEYS: [&str; 3] = ["levels", "ignore", "document"];
const PLACEHOLDERS: [&str; 3] = ["page", "anchor", "path"];

type Value<'a> = Spanned<DeValue<'a>>;

/// See [`Manifest::read`].
pub(super) fn manifest(
    file: &Path,
    folder: Option<&SourcePath>,
    bytes: &[u8],
    is_file: &dyn Fn(&SourcePath) -> bool,
) -> Result<Manifest> {
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => {
            let valid = String::from_utf8_lossy(&bytes[..error.valid_up_to()]);
            let end = valid.len();
            return Err(Reader::new(file, &valid).error(end..end, "not UTF-8; save it as UTF-8"));
        }
    };
    let reader = Reader::new(file, text);
    let table = DeTable::parse(text).map_err(|error| reader.syntax(&error))?;
    let mut manifest = Manifest {
        folder: folder.cloned(),
        levels: None,
        entry: Entry::default(),
        ignore: GlobSet::empty(),
        documents: BTreeMap::new(),
    };
    for (key, value) in in_file_order(table.get_ref()) {
        match key.get_ref().as_ref() {
            "levels" if folder.is_some() => {
                let message = "`levels` is allowed only in the manifest of the docs root";
                return Err(reader.error(key.span(), message));
            }
            "levels" => manifest.levels = Some(reader.levels(value)?),
            "ignore" => manifest.ignore = reader.globs(value)?,
            "document" => manifest.documents = reader.documents(value, folder, is_file)?,
            name => manifest.entry.set(&reader.at(key), name, value)?,
        }
    }
    Ok(manifest)
}

/// The first mistake in the file is the one reported, whatever order the parser keeps keys in.
fn in_file_order<'t, 'a>(
    table: &'t DeTable<'a>,
) -> Vec<(&'t Spanned<toml::de::DeString<'a>>, &'t Value<'a>)> {
    let mut entries: Vec<_> = table.iter().collect();
    entries.sort_by_key(|(key, _)| key.span().start);
    entries
}

/// Reads values, and knows where they stand.
#[derive(Debug, Clone)]
pub(super) struct Reader<'a> {
    file: &'a Path,
    text: &'a str,
    /// Where the key stands that is being read.
    key: Range<usize>,
    /// Whether it stands in the table of a single file.
    in_document: bool,
}

impl<'a> Reader<'a> {
    fn new(file: &'a Path, text: &'a str) -> Self {
        Self {
            file,
            text,
            key: 0..0,
            in_document: false,
        }
    }

    fn at<T>(&self, key: &Spanned<T>) -> Self {
        Self {
            key: key.span(),
            ..self.clone()
        }
    }

    fn error(&self, place: Range<usize>, message: impl Into<String>) -> Error {
        let before = self.text.get(..place.start).unwrap_or(self.text);
        Error::Manifest {
            path: self.file.to_owned(),
            line: Some(before.matches('\n').count() + 1),
            message: message.into(),
        }
    }

    fn syntax(&self, error: &toml::de::Error) -> Error {
        let message = error.message().trim().replace('\n', "; ");
        let place = error.span().unwrap_or(0..0);
        self.error(place, format!("not valid TOML: {message}"))
    }

    /// The error for a key that has no meaning where it stands.
    pub(super) fn unknown_key(&self, key: &str) -> Error {
        if self.in_document && FOLDER_KEYS.contains(&key) {
            let message = format!("`{key}` is not allowed in the table of a single file");
            return self.error(self.key.clone(), message);
        }
        let folder_keys: &[&str] = if self.in_document { &[] } else { &FOLDER_KEYS };
        let known = Entry::KEYS.iter().chain(folder_keys).copied();
        let message = format!("unknown key `{key}`{}", did_you_mean(key, known));
        self.error(self.key.clone(), message)
    }

    fn wrong_type(&self, key: &str, expected: &str, value: &Value<'_>) -> Error {
        let found = match value.get_ref() {
            DeValue::String(_) => "a string",
            DeValue::Integer(_) => "an integer; write it in quotes",
            DeValue::Float(_) => "a number; write it in quotes",
            DeValue::Boolean(_) => "a boolean",
            DeValue::Datetime(_) => "a date; write it in quotes",
            DeValue::Array(_) => "a list",
            DeValue::Table(_) => "a table",
        };
        self.error(
            value.span(),
            format!("`{key}` must be {expected}, not {found}"),
        )
    }

    /// A string that is not empty.
    pub(super) fn string(&self, key: &str, value: &Value<'_>) -> Result<String> {
        match value.get_ref().as_str() {
            Some("") => Err(self.error(value.span(), format!("`{key}` holds an empty string"))),
            Some(text) => Ok(text.to_owned()),
            None => Err(self.wrong_type(key, "a string", value)),
        }
    }

    /// A list of strings.
    pub(super) fn strings(&self, key: &str, value: &Value<'_>) -> Result<Vec<String>> {
        let items = self.list(key, "a list of strings", value)?;
        items.iter().map(|item| self.string(key, item)).collect()
    }

    /// A list of groups of terms, and of one-way rules in strings.
    pub(super) fn synonyms(&self, key: &str, value: &Value<'_>) -> Result<Vec<SynonymRule>> {
        let expected = "a list of groups such as `[\"SRTP\", \"secure media\"]` and of strings \
                        such as `\"callmanager => cucm\"`";
        let rules = self.list(key, expected, value)?;
        rules
            .iter()
            .map(|rule| {
                let parsed = match rule.get_ref() {
                    DeValue::String(text) => SynonymRule::one_way(text),
                    DeValue::Array(_) => SynonymRule::two_way(self.strings(key, rule)?),
                    _ => return Err(self.wrong_type(key, expected, rule)),
                };
                parsed.map_err(|fault| self.error(rule.span(), format!("`{key}` {fault}")))
            })
            .collect()
    }

    /// The name of a version scheme.
    pub(super) fn scheme(&self, key: &str, value: &Value<'_>) -> Result<VersionScheme> {
        let name = self.string(key, value)?;
        VersionScheme::from_name(&name).ok_or_else(|| {
            let known = VersionScheme::ALL.into_iter().map(VersionScheme::name);
            let hint = did_you_mean(&name, known);
            let message = format!("`{key}` holds the unknown scheme `{name}`{hint}");
            self.error(value.span(), message)
        })
    }

    /// A date in quotes or without, as written.
    pub(super) fn date(&self, key: &str, value: &Value<'_>) -> Result<String> {
        match value.get_ref() {
            DeValue::Datetime(date) => Ok(date.to_string()),
            DeValue::String(_) => self.string(key, value),
            _ => Err(self.wrong_type(key, "a date or a string", value)),
        }
    }

    /// A template whose placeholders are all known.
    pub(super) fn url(&self, key: &str, value: &Value<'_>) -> Result<String> {
        let url = self.string(key, value)?;
        for after_brace in url.split('{').skip(1) {
            let name = after_brace.split_once('}').map(|(name, _)| name);
            if !name.is_some_and(|name| PLACEHOLDERS.contains(&name)) {
                let shown = name.map_or_else(|| "{".to_owned(), |name| format!("{{{name}}}"));
                let message = format!(
                    "`{key}` holds `{shown}`, but may hold only `{{page}}`, `{{anchor}}` and `{{path}}`"
                );
                return Err(self.error(value.span(), message));
            }
        }
        Ok(url)
    }

    fn list<'v, 'd>(
        &self,
        key: &str,
        expected: &str,
        value: &'v Value<'d>,
    ) -> Result<&'v [Value<'d>]> {
        match value.get_ref() {
            DeValue::Array(items) => Ok(items),
            _ => Err(self.wrong_type(key, expected, value)),
        }
    }

    fn levels(&self, value: &Value<'_>) -> Result<Vec<Level>> {
        let mut levels = Vec::new();
        for item in self.list("levels", "a list of strings", value)? {
            let name = self.string("levels", item)?;
            let Some(level) = Level::from_name(&name) else {
                let hint = did_you_mean(&name, Level::NAMES.into_iter());
                let message = format!("`levels` holds the unknown level `{name}`{hint}");
                return Err(self.error(item.span(), message));
            };
            if levels.contains(&level) {
                let message = format!("`levels` holds `{name}` twice");
                return Err(self.error(item.span(), message));
            }
            levels.push(level);
        }
        Ok(levels)
    }

    fn globs(&self, value: &Value<'_>) -> Result<GlobSet> {
        let mut globs = GlobSetBuilder::new();
        for item in self.list("ignore", "a list of strings", value)? {
            let glob = self.string("ignore", item)?;
            let glob = Glob::new(&glob)
                .map_err(|error| self.error(item.span(), format!("`ignore`: {error}")))?;
            globs.add(glob);
        }
        globs
            .build()
            .map_err(|error| self.error(value.span(), format!("`ignore`: {error}")))
    }

    fn documents(
        &self,
        value: &Value<'_>,
        folder: Option<&SourcePath>,
        is_file: &dyn Fn(&SourcePath) -> bool,
    ) -> Result<BTreeMap<SourcePath, Entry>> {
        let expected = "tables of single files, such as `[document.\"guide.md\"]`";
        let DeValue::Table(tables) = value.get_ref() else {
            return Err(self.wrong_type("document", expected, value));
        };
        let mut documents = BTreeMap::new();
        for (file, table) in in_file_order(tables) {
            let path = SourcePath::new(file.get_ref().as_ref())
                .map(|path| path.below(folder))
                .ok()
                .filter(is_file)
                .ok_or_else(|| {
                    let name = file.get_ref();
                    let message = format!(
                        "there is no file `{name}` here; give its path from the manifest's folder, in quotes"
                    );
                    self.error(file.span(), message)
                })?;
            let DeValue::Table(keys) = table.get_ref() else {
                return Err(self.wrong_type("document", expected, table));
            };
            documents.insert(path, self.document(keys)?);
        }
        Ok(documents)
    }

    fn document(&self, keys: &DeTable<'_>) -> Result<Entry> {
        let mut entry = Entry::default();
        for (key, value) in in_file_order(keys) {
            let reader = Self {
                in_document: true,
                ..self.at(key)
            };
            entry.set(&reader, key.get_ref(), value)?;
        }
        Ok(entry)
    }
}

fn did_you_mean<'k>(given: &str, known: impl Iterator<Item = &'k str>) -> String {
    known
        .min_by_key(|name| strsim::damerau_levenshtein(given, name))
        .map_or_else(String::new, |name| format!("; did you mean `{name}`?"))
}
