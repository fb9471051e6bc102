//! The keys that describe documents.

use std::fmt::Write as _;

use toml::Spanned;
use toml::de::DeValue;

use super::read::Reader;
use crate::Result;
use crate::shelf::{Shelf, SynonymRule, VersionScheme};

/// What a manifest says about the documents of a folder, or about one of them. A key that is
/// absent leaves what was said further out.
#[derive(Debug, Default)]
pub(super) struct Entry {
    vendor: Option<String>,
    product: Option<String>,
    product_name: Option<String>,
    version: Option<String>,
    version_scheme: Option<VersionScheme>,
    title: Option<String>,
    aliases: Option<Vec<String>>,
    date: Option<String>,
    language: Option<String>,
    url: Option<String>,
    superseded_by: Option<String>,
    end_of_life: Option<String>,
    access: Option<Vec<String>>,
    synonyms: Option<Vec<SynonymRule>>,
}

impl Entry {
    /// The keys that [`Entry::set`] takes.
    pub(super) const KEYS: [&str; 14] = [
        "vendor",
        "product",
        "product_name",
        "version",
        "version_scheme",
        "title",
        "aliases",
        "date",
        "language",
        "url",
        "superseded_by",
        "end_of_life",
        "access",
        "synonyms",
    ];

    /// Takes the value of one of [`Entry::KEYS`].
    ///
    /// # Errors
    /// If the value is not of the key's type, or the key is unknown.
    pub(super) fn set(
        &mut self,
        reader: &Reader<'_>,
        key: &str,
        value: &Spanned<DeValue<'_>>,
    ) -> Result<()> {
        match key {
            "vendor" => self.vendor = Some(reader.string(key, value)?),
            "product" => self.product = Some(reader.string(key, value)?),
            "product_name" => self.product_name = Some(reader.string(key, value)?),
            "version" => self.version = Some(reader.string(key, value)?),
            "version_scheme" => self.version_scheme = Some(reader.scheme(key, value)?),
            "title" => self.title = Some(reader.string(key, value)?),
            "aliases" => self.aliases = Some(reader.strings(key, value)?),
            "date" => self.date = Some(reader.date(key, value)?),
            "language" => self.language = Some(reader.string(key, value)?),
            "url" => self.url = Some(reader.url(key, value)?),
            "superseded_by" => self.superseded_by = Some(reader.string(key, value)?),
            "end_of_life" => self.end_of_life = Some(reader.date(key, value)?),
            "access" => self.access = Some(reader.strings(key, value)?),
            "synonyms" => self.synonyms = Some(reader.synonyms(key, value)?),
            _ => return Err(reader.unknown_key(key)),
        }
        Ok(())
    }

    /// Writes what it says over what `shelf` holds. `path` is that of the document below the folder
    /// of the manifest.
    pub(super) fn apply(&self, shelf: &mut Shelf, path: &str) {
        overwrite_some(&mut shelf.vendor, self.vendor.as_ref());
        overwrite_some(&mut shelf.product, self.product.as_ref());
        overwrite_some(&mut shelf.product_name, self.product_name.as_ref());
        overwrite_some(&mut shelf.version, self.version.as_ref());
        overwrite_some(&mut shelf.version_scheme, self.version_scheme.as_ref());
        overwrite_some(&mut shelf.title, self.title.as_ref());
        overwrite_some(&mut shelf.date, self.date.as_ref());
        overwrite_some(&mut shelf.language, self.language.as_ref());
        let url = self.url.as_ref();
        let url = url.map(|url| url.replace("{path}", &encoded(path)));
        overwrite_some(&mut shelf.url, url.as_ref());
        overwrite_some(&mut shelf.superseded_by, self.superseded_by.as_ref());
        overwrite_some(&mut shelf.end_of_life, self.end_of_life.as_ref());
        overwrite(&mut shelf.aliases, self.aliases.as_ref());
        overwrite(&mut shelf.access, self.access.as_ref());
        overwrite(&mut shelf.synonyms, self.synonyms.as_ref());
    }
}

/// A path as it stands in an address: what is not a letter, a digit or one of a few signs becomes
/// `%XX` (RFC 3986, section 2).
fn encoded(path: &str) -> String {
    let mut encoded = String::with_capacity(path.len());
    for &byte in path.as_bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            let _infallible = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}

fn overwrite_some<T: Clone>(old: &mut Option<T>, new: Option<&T>) {
    if new.is_some() {
        *old = new.cloned();
    }
}

fn overwrite<T: Clone>(old: &mut T, new: Option<&T>) {
    if let Some(new) = new {
        old.clone_from(new);
    }
}
