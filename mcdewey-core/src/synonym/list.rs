//! Rules in, a list for review out.

use std::collections::BTreeMap;

use serde::Serialize;

use super::SynonymSource;
use super::reach::{Reach, ReachIdx, Reaches};
use super::rules::Rule;
use crate::engine::DocumentRecord;
use crate::shelf::{DocumentId, SynonymRule};

/// All synonyms of a library, for review.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[non_exhaustive]
pub struct SynonymList {
    /// The generation that answered.
    pub generation: u64,
    /// First those for the whole library, then of products without a vendor, then of vendors; by
    /// name.
    pub shelves: Vec<SynonymShelf>,
}

/// The synonyms that hold for one vendor's manuals.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[non_exhaustive]
pub struct SynonymShelf {
    /// The vendor; null where the documents have none.
    pub vendor: Option<String>,
    /// The product, for documents without a vendor; null if they have neither, and then the
    /// synonyms hold for the whole library.
    pub product: Option<String>,
    /// Those of manifests first, then the names of products, then those found in documents; of
    /// each the best supported first.
    pub synonyms: Vec<ListedSynonym>,
}

/// A rule, where it comes from and how many say so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[non_exhaustive]
pub struct ListedSynonym {
    /// Terms that a query may have: for an acronym the short form.
    pub from: Vec<String>,
    /// Terms that are looked for too: for an acronym the long form. Empty if a manifest says that
    /// what documents say of `from` does not count.
    pub to: Vec<String>,
    /// Whether every term stands for every other, those of `from` and of `to` alike.
    pub two_way: bool,
    /// Where it comes from.
    pub source: SynonymSource,
    /// How many documents say so; for a manifest, how many it applies to.
    pub documents: usize,
    /// One of them.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub example: DocumentId,
}

pub(super) fn list(
    generation: u64,
    documents: &[DocumentRecord],
    reaches: &Reaches,
    rules: &[Rule],
) -> SynonymList {
    let mut by_reach: BTreeMap<(&Reach, ReachIdx), Vec<ListedSynonym>> = BTreeMap::new();
    for rule in rules {
        if let Some(listed) = listed(rule, documents) {
            let key = (reaches.get(rule.reach), rule.reach);
            by_reach.entry(key).or_default().push(listed);
        }
    }
    let shelves = by_reach.into_iter().map(|((reach, _), synonyms)| {
        let (vendor, product) = match reach {
            Reach::Library => (None, None),
            Reach::Product(product) => (None, Some(product.clone())),
            Reach::Vendor(vendor) => (Some(vendor.clone()), None),
        };
        SynonymShelf {
            vendor,
            product,
            synonyms,
        }
    });
    SynonymList {
        generation,
        shelves: shelves.collect(),
    }
}

/// `None` for a rule of other documents.
fn listed(rule: &Rule, documents: &[DocumentRecord]) -> Option<ListedSynonym> {
    let (from, to, two_way) = match &rule.terms {
        SynonymRule::TwoWay(terms) => {
            let (first, others) = terms.split_first()?;
            (vec![first.clone()], others.to_vec(), true)
        }
        SynonymRule::OneWay { from, to } => (from.clone(), to.clone(), false),
    };
    Some(ListedSynonym {
        from,
        to,
        two_way,
        source: rule.source,
        documents: rule.n_documents,
        example: documents.get(rule.example)?.id.clone(),
    })
}
