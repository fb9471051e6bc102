//! Which documents a search may answer from.

use crate::engine::DocumentRecord;
use crate::{Error, Result};

/// Values that a document's place on the shelves must have: all facets must match, each with one
/// of its values. A facet without values admits every document.
///
/// Values are compared without regard to case. A product is also known by its `product_name` and
/// `aliases`, a document by its id.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Filter {
    /// Vendors.
    pub vendors: Vec<String>,
    /// Products.
    pub products: Vec<String>,
    /// Versions.
    pub versions: Vec<String>,
    /// Documents, by name or id.
    pub documents: Vec<String>,
}

/// How many existing values an error lists.
const NEAREST: usize = 5;

impl Filter {
    /// The filter that admits every document.
    pub fn new() -> Self {
        Self::default()
    }

    /// Also admits documents of `vendor`.
    #[must_use]
    pub fn with_vendor(mut self, vendor: impl Into<String>) -> Self {
        self.vendors.push(vendor.into());
        self
    }

    /// Also admits documents of `product`.
    #[must_use]
    pub fn with_product(mut self, product: impl Into<String>) -> Self {
        self.products.push(product.into());
        self
    }

    /// Also admits documents of `version`.
    #[must_use]
    pub fn with_version(mut self, version: impl Into<String>) -> Self {
        self.versions.push(version.into());
        self
    }

    /// Also admits `document`, a name on the shelf or a document id.
    #[must_use]
    pub fn with_document(mut self, document: impl Into<String>) -> Self {
        self.documents.push(document.into());
        self
    }

    /// Whether it admits every document.
    pub fn is_empty(&self) -> bool {
        self.facets().iter().all(|(_, wanted, _)| wanted.is_empty())
    }

    /// Whether it admits this document.
    pub fn admits(&self, record: &DocumentRecord) -> bool {
        self.facets().into_iter().all(|(_, wanted, names)| {
            wanted.is_empty() || names(record).any(|name| wanted.iter().any(|w| same(w, name)))
        })
    }

    /// Refuses values that no document has. A value must be known among the documents that the
    /// facets before it admit: a version of another product is no version of this one.
    ///
    /// # Errors
    /// [`Error::UnknownValue`] with the most alike values that exist there.
    pub fn check(&self, documents: &[DocumentRecord]) -> Result<()> {
        let mut scope: Vec<&DocumentRecord> = documents.iter().collect();
        let mut among = Vec::new();
        for (facet, wanted, names) in self.facets() {
            for value in wanted {
                let known = || scope.iter().flat_map(|record| names(record));
                if !known().any(|name| same(value, name)) {
                    return Err(Error::UnknownValue {
                        facet,
                        value: value.clone(),
                        among: among.join(", "),
                        nearest: nearest(value, known()),
                    });
                }
            }
            if !wanted.is_empty() {
                scope.retain(|record| {
                    names(record).any(|name| wanted.iter().any(|w| same(w, name)))
                });
                among.push(format!("{facet} {}", wanted.join(" or ")));
            }
        }
        Ok(())
    }

    fn facets(&self) -> [Facet<'_>; 4] {
        [
            ("vendor", &self.vendors, vendor_names),
            ("product", &self.products, product_names),
            ("version", &self.versions, version_names),
            ("document", &self.documents, document_names),
        ]
    }
}

type Names<'record> = Box<dyn Iterator<Item = &'record str> + 'record>;
type Facet<'filter> = (
    &'static str,
    &'filter [String],
    fn(&DocumentRecord) -> Names<'_>,
);

fn vendor_names(record: &DocumentRecord) -> Names<'_> {
    Box::new(record.shelf.vendor.as_deref().into_iter())
}

fn product_names(record: &DocumentRecord) -> Names<'_> {
    let shelf = &record.shelf;
    let names = [shelf.product.as_deref(), shelf.product_name.as_deref()];
    let aliases = shelf.aliases.iter().map(String::as_str);
    Box::new(names.into_iter().flatten().chain(aliases))
}

fn version_names(record: &DocumentRecord) -> Names<'_> {
    Box::new(record.shelf.version.as_deref().into_iter())
}

fn document_names(record: &DocumentRecord) -> Names<'_> {
    Box::new([record.shelf.document.as_str(), record.id.as_ref()].into_iter())
}

fn same(a: &str, b: &str) -> bool {
    // Folding allocates, and nearly all names are ASCII.
    if a.is_ascii() && b.is_ascii() {
        return a.eq_ignore_ascii_case(b);
    }
    a.to_lowercase() == b.to_lowercase()
}

fn nearest<'a>(value: &str, known: impl Iterator<Item = &'a str>) -> Vec<String> {
    let value = value.to_lowercase();
    let distinct: std::collections::BTreeSet<&str> = known.collect();
    let mut ranked: Vec<_> = distinct
        .into_iter()
        .map(|name| {
            let likeness = strsim::jaro_winkler(&value, &name.to_lowercase());
            (likeness, name)
        })
        .collect();
    ranked.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(b.1)));
    ranked.truncate(NEAREST);
    ranked
        .into_iter()
        .map(|(_, name)| name.to_owned())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shelf::{DocumentId, Shelf};

    fn record(vendor: &str, product: &str, version: &str) -> DocumentRecord {
        let shelf = Shelf {
            vendor: Some(vendor.to_owned()),
            product: Some(product.to_owned()),
            version: Some(version.to_owned()),
            aliases: vec!["CallManager".to_owned()],
            document: "guide".to_owned(),
            ..Shelf::default()
        };
        DocumentRecord::new(
            DocumentId::from_record_id(&format!("{product}::{version}::guide")),
            "",
            shelf,
        )
    }

    #[test]
    fn facets_are_joined_by_and_their_values_by_or() {
        let filter = Filter::new()
            .with_vendor("cisco")
            .with_version("14")
            .with_version("15");
        assert!(filter.admits(&record("Cisco", "cucm", "15")));
        assert!(!filter.admits(&record("cisco", "cucm", "12")));
        assert!(!filter.admits(&record("avaya", "cm", "15")));
    }

    #[test]
    fn a_product_is_known_by_its_aliases_and_a_document_by_its_id() {
        let cucm = record("cisco", "cucm", "15");
        assert!(Filter::new().with_product("callmanager").admits(&cucm));
        assert!(Filter::new().with_document("cucm::15::guide").admits(&cucm));
        assert!(Filter::new().with_document("guide").admits(&cucm));
    }

    #[test]
    fn an_unknown_value_is_refused_with_the_most_alike_first() {
        let documents = [
            record("cisco", "cucm", "14.0"),
            record("cisco", "cucm", "15"),
        ];
        let error = Filter::new().with_version("14").check(&documents);
        let message = error.expect_err("there is no version 14").to_string();
        assert_eq!(
            message,
            "no version `14` in this library; the nearest are `14.0`, `15`"
        );
    }

    #[test]
    fn a_version_of_another_product_is_unknown_and_only_its_own_are_listed() {
        let documents = [
            record("cisco", "cucm", "14.0"),
            record("avaya", "cm", "8.1"),
        ];
        let filter = Filter::new().with_vendor("cisco").with_version("8.1");
        let message = filter
            .check(&documents)
            .expect_err("cisco has none")
            .to_string();
        assert_eq!(
            message,
            "no version `8.1` in this library, vendor cisco; the nearest are `14.0`"
        );
    }
}
