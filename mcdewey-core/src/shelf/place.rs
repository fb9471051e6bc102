//! Where a document stands: vendor, product, version, document.

use serde::{Deserialize, Serialize};

use super::{SourcePath, SynonymRule, Version, VersionScheme};

/// Where a document stands in the library, and what its manifests say about it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Shelf {
    /// Who makes the product.
    pub vendor: Option<String>,
    /// The product's short name, as it is filtered by.
    pub product: Option<String>,
    /// The product's full name, for people.
    pub product_name: Option<String>,
    /// The version of the product.
    pub version: Option<String>,
    /// How the vendor writes versions of the product; `None` is the default scheme.
    #[serde(default)]
    pub version_scheme: Option<VersionScheme>,
    /// The manual's name on the shelf, the same in every version of the product.
    pub document: String,
    /// The manual's title; it overrides the one that the document gives itself.
    pub title: Option<String>,
    /// Other names of the product.
    pub aliases: Vec<String>,
    /// When the manual was issued, as written.
    pub date: Option<String>,
    /// The language it is in, as a tag of BCP 47; it overrides what the document says of itself.
    #[serde(default)]
    pub language: Option<String>,
    /// Where the original is: a template in which `{page}` and `{anchor}` stand for a place.
    pub url: Option<String>,
    /// The version or product that replaces this one.
    pub superseded_by: Option<String>,
    /// When the version is no longer supported, as written.
    #[serde(default)]
    pub end_of_life: Option<String>,
    /// The groups that may read it; empty means everyone.
    pub access: Vec<String>,
    /// What else is looked for where a query has certain words.
    pub synonyms: Vec<SynonymRule>,
}

impl Shelf {
    /// The version, to be compared with others of the product; `None` if it has none.
    pub fn ordered_version(&self) -> Option<Version> {
        let scheme = self.version_scheme.unwrap_or_default();
        let text = self.version.as_deref()?;
        Some(Version::new(text, scheme))
    }

    /// The place of `path` when its folders mean what `levels` says, before any manifest key.
    ///
    /// The folder that follows the levels names the document; without one, the file's stem does.
    /// What a path is too short for stays unknown, and folders further down mean nothing.
    pub(crate) fn from_path(path: &SourcePath, levels: &[Level]) -> Self {
        let mut shelf = Self {
            document: path.stem().to_owned(),
            ..Self::default()
        };
        let next = (!levels.contains(&Level::Document)).then_some(Level::Document);
        for (level, folder) in levels.iter().copied().chain(next).zip(path.folders()) {
            let folder = folder.to_owned();
            match level {
                Level::Vendor => shelf.vendor = Some(folder),
                Level::Product => shelf.product = Some(folder),
                Level::Version => shelf.version = Some(folder),
                Level::Document => shelf.document = folder,
            }
        }
        shelf
    }
}

/// What a folder level of the docs root means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Level {
    Vendor,
    Product,
    Version,
    Document,
}

impl Level {
    /// What folders mean while no manifest says otherwise.
    pub(crate) const DEFAULT: [Self; 2] = [Self::Product, Self::Version];

    /// Their names in a manifest.
    pub(crate) const NAMES: [&str; 4] = ["vendor", "product", "version", "document"];

    pub(crate) fn from_name(name: &str) -> Option<Self> {
        match name {
            "vendor" => Some(Self::Vendor),
            "product" => Some(Self::Product),
            "version" => Some(Self::Version),
            "document" => Some(Self::Document),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(path: &str, levels: &[Level]) -> [Option<String>; 4] {
        let shelf = Shelf::from_path(&SourcePath::new(path).unwrap(), levels);
        [
            shelf.vendor,
            shelf.product,
            shelf.version,
            Some(shelf.document),
        ]
    }

    fn expected(names: [&str; 4]) -> [Option<String>; 4] {
        names.map(|name| (!name.is_empty()).then(|| name.to_owned()))
    }

    #[test]
    fn folders_are_product_version_document() {
        for (path, names) in [
            ("tapi.md", ["", "", "", "tapi"]),
            ("cucm/tapi.md", ["", "cucm", "", "tapi"]),
            ("cucm/v15/tapi.md", ["", "cucm", "v15", "tapi"]),
            ("cucm/v15/guide/tapi.md", ["", "cucm", "v15", "guide"]),
            ("cucm/v15/guide/a/tapi.md", ["", "cucm", "v15", "guide"]),
        ] {
            assert_eq!(place(path, &Level::DEFAULT), expected(names), "{path}");
        }
    }

    #[test]
    fn the_folder_after_the_levels_is_the_document() {
        let levels = [Level::Vendor, Level::Product, Level::Version];
        for (path, names) in [
            ("cisco/cucm/v15/tapi.md", ["cisco", "cucm", "v15", "tapi"]),
            (
                "cisco/cucm/v15/guide/tapi.md",
                ["cisco", "cucm", "v15", "guide"],
            ),
            ("cisco/tapi.md", ["cisco", "", "", "tapi"]),
        ] {
            assert_eq!(place(path, &levels), expected(names), "{path}");
        }
        assert_eq!(place("guide/a.md", &[]), expected(["", "", "", "guide"]));
    }

    #[test]
    fn a_document_level_may_stand_before_the_version() {
        let levels = [Level::Document, Level::Version];
        assert_eq!(
            place("tapi/v15/x/a.md", &levels),
            expected(["", "", "v15", "tapi"])
        );
        assert_eq!(place("a.md", &levels), expected(["", "", "", "a"]));
    }

    #[test]
    fn a_version_is_ordered_by_the_scheme_of_its_shelf() {
        let mut shelf = Shelf::default();
        assert_eq!(shelf.ordered_version(), None);
        shelf.version = Some("14SU3".to_owned());
        let general = Version::new("14SU3", VersionScheme::General);
        assert_eq!(shelf.ordered_version(), Some(general));
        shelf.version_scheme = Some(VersionScheme::CiscoUc);
        let of_cisco = Version::new("14SU3", VersionScheme::CiscoUc);
        assert_eq!(shelf.ordered_version(), Some(of_cisco));
    }

    #[test]
    fn a_shelf_that_was_stored_without_a_scheme_can_be_read() {
        let shelf = Shelf::default();
        let mut stored = serde_json::to_value(&shelf).unwrap();
        stored.as_object_mut().unwrap().remove("version_scheme");
        assert_eq!(serde_json::from_value::<Shelf>(stored).unwrap(), shelf);
    }
}
