//! For which manuals a rule holds.

use std::collections::HashMap;

use crate::engine::DocumentRecord;
use crate::shelf::Shelf;

/// The manuals for which a rule holds.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(clippy::exhaustive_enums, reason = "the levels of the shelves")]
pub enum Reach {
    /// All, for what documents say that have neither vendor nor product.
    Library,
    /// Those of a product, for what documents say that have no vendor.
    Product(String),
    /// Those of a vendor.
    Vendor(String),
}

impl Reach {
    /// For which manuals holds what the document at `shelf` says.
    pub fn of(shelf: &Shelf) -> Self {
        match (&shelf.vendor, &shelf.product) {
            (Some(vendor), _) => Self::Vendor(vendor.clone()),
            (None, Some(product)) => Self::Product(product.clone()),
            (None, None) => Self::Library,
        }
    }

    /// The same without regard to case, as filters compare names.
    fn folded(&self) -> Self {
        match self {
            Self::Library => Self::Library,
            Self::Product(name) => Self::Product(name.to_lowercase()),
            Self::Vendor(name) => Self::Vendor(name.to_lowercase()),
        }
    }
}

/// A reach's number in one [`Reaches`].
pub(super) type ReachIdx = u32;

/// The reaches of a generation's documents.
#[derive(Debug)]
pub(super) struct Reaches {
    /// As the first document writes them.
    reaches: Vec<Reach>,
    /// That of each document.
    of_documents: Vec<ReachIdx>,
}

impl Reaches {
    pub(super) fn of(documents: &[DocumentRecord]) -> Self {
        let mut numbers: HashMap<Reach, ReachIdx> = HashMap::new();
        let mut reaches = Vec::new();
        let of_documents = documents.iter().map(|record| {
            let reach = Reach::of(&record.shelf);
            *numbers.entry(reach.folded()).or_insert_with(|| {
                reaches.push(reach);
                u32::try_from(reaches.len() - 1).expect("documents are counted in u32")
            })
        });
        Self {
            of_documents: of_documents.collect(),
            reaches,
        }
    }

    pub(super) fn get(&self, reach: ReachIdx) -> &Reach {
        &self.reaches[reach as usize]
    }

    pub(super) fn of_document(&self, document: usize) -> ReachIdx {
        self.of_documents[document]
    }

    pub(super) fn admitted(
        &self,
        documents: &[DocumentRecord],
        admits: impl Fn(&DocumentRecord) -> bool,
    ) -> Admitted {
        let is_library = |reach: &Reach| *reach == Reach::Library;
        let mut admitted: Vec<bool> = self.reaches.iter().map(is_library).collect();
        for (record, &reach) in documents.iter().zip(&self.of_documents) {
            let is_admitted = &mut admitted[reach as usize];
            *is_admitted = *is_admitted || admits(record);
        }
        Admitted(Some(admitted))
    }
}

/// Whose rules apply to a search.
#[derive(Debug, Clone)]
pub struct Admitted(Option<Vec<bool>>);

impl Admitted {
    /// Those of all vendors: for a search without a filter.
    pub fn all() -> Self {
        Self(None)
    }

    pub(super) fn admits(&self, reach: ReachIdx) -> bool {
        let of_reach = |admitted: &Vec<bool>| admitted.get(reach as usize).copied();
        self.0
            .as_ref()
            .is_none_or(|admitted| of_reach(admitted).unwrap_or(false))
    }
}
