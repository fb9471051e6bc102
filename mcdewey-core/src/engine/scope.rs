//! Who reads: which documents exist for a reader.

use std::collections::BTreeSet;

use super::filter::{Facet, same};
use crate::engine::DocumentRecord;

/// What a reader may know of. A document outside it does not exist for the reader: it is not
/// found, not counted, not listed and not named, and its words weigh nothing in a ranking.
///
/// A [`Filter`](crate::Filter) narrows what a reader looks for; a scope is what there is to look
/// at. Vendors, products and versions are compared without regard to case and by the name on the
/// shelf alone: an alias, which the manifest of any manual may claim, opens nothing.
///
/// # Examples
/// ```
/// use mcdewey_core::engine::Scope;
///
/// let scope = Scope::public().with_vendors(["acme"]).with_groups(["partners"]);
/// assert_ne!(scope, Scope::everything());
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Scope {
    is_empty: bool,
    vendors: BTreeSet<String>,
    products: BTreeSet<String>,
    versions: BTreeSet<String>,
    groups: Groups,
}

/// The groups to which a reader belongs.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Groups {
    All,
    These(BTreeSet<String>),
}

impl Scope {
    /// Every document.
    pub fn everything() -> Self {
        Self {
            groups: Groups::All,
            ..Self::public()
        }
    }

    /// Every document that no manifest keeps for a group (`access`).
    pub fn public() -> Self {
        Self {
            is_empty: false,
            vendors: BTreeSet::new(),
            products: BTreeSet::new(),
            versions: BTreeSet::new(),
            groups: Groups::These(BTreeSet::new()),
        }
    }

    /// No document.
    pub fn nothing() -> Self {
        Self {
            is_empty: true,
            ..Self::public()
        }
    }

    /// Only documents of these vendors; of all, if there are none.
    #[must_use]
    pub fn with_vendors<S: Into<String>>(mut self, vendors: impl IntoIterator<Item = S>) -> Self {
        self.vendors = vendors.into_iter().map(Into::into).collect();
        self
    }

    /// Only documents of these products; of all, if there are none.
    #[must_use]
    pub fn with_products<S: Into<String>>(mut self, products: impl IntoIterator<Item = S>) -> Self {
        self.products = products.into_iter().map(Into::into).collect();
        self
    }

    /// Only documents of these versions; of all, if there are none.
    #[must_use]
    pub fn with_versions<S: Into<String>>(mut self, versions: impl IntoIterator<Item = S>) -> Self {
        self.versions = versions.into_iter().map(Into::into).collect();
        self
    }

    /// Also documents that a manifest keeps for one of these groups, by their exact names.
    #[must_use]
    pub fn with_groups<S: Into<String>>(mut self, groups: impl IntoIterator<Item = S>) -> Self {
        self.groups = Groups::These(groups.into_iter().map(Into::into).collect());
        self
    }

    /// Whether this document exists for the reader.
    pub fn admits(&self, record: &DocumentRecord) -> bool {
        let access = &record.shelf.access;
        let may_read = match &self.groups {
            Groups::All => true,
            Groups::These(groups) => {
                access.is_empty() || access.iter().any(|group| groups.contains(group))
            }
        };
        let places = [
            (Facet::Vendor, &self.vendors),
            (Facet::Product, &self.products),
            (Facet::Version, &self.versions),
        ];
        let stands_within = places.into_iter().all(|(facet, names)| {
            let place = facet.of(record);
            names.is_empty()
                || place.is_some_and(|place| names.iter().any(|name| same(name, place)))
        });
        !self.is_empty && may_read && stands_within
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shelf::{DocumentId, Shelf};

    fn record(vendor: &str, access: &[&str]) -> DocumentRecord {
        let shelf = Shelf {
            vendor: Some(vendor.to_owned()),
            product: Some("router".to_owned()),
            aliases: vec!["switch".to_owned()],
            access: access.iter().map(|&group| group.to_owned()).collect(),
            document: "guide".to_owned(),
            ..Shelf::default()
        };
        DocumentRecord::new(DocumentId::from_record_id("guide"), "", shelf)
    }

    #[test]
    fn a_document_of_a_group_exists_for_its_members_alone() {
        let kept = record("acme", &["partners", "staff"]);
        assert!(!Scope::public().admits(&kept));
        assert!(!Scope::public().with_groups(["guests"]).admits(&kept));
        assert!(!Scope::public().with_groups(["Staff"]).admits(&kept));
        assert!(Scope::public().with_groups(["staff"]).admits(&kept));
        assert!(Scope::everything().admits(&kept));
    }

    #[test]
    fn all_places_must_fit() {
        let acme = record("Acme", &[]);
        assert!(Scope::public().with_vendors(["acme"]).admits(&acme));
        assert!(!Scope::public().with_vendors(["bolt"]).admits(&acme));
        let other = Scope::public().with_vendors(["acme"]).with_versions(["1"]);
        assert!(!other.admits(&acme));
        assert!(!Scope::nothing().admits(&acme));
    }

    #[test]
    fn an_alias_opens_nothing() {
        let claimed = record("acme", &[]);
        assert!(Scope::public().with_products(["router"]).admits(&claimed));
        assert!(!Scope::public().with_products(["switch"]).admits(&claimed));
    }
}
