//! What manifests and manuals say in, other words for those of a query out.
//!
//! ```text
//! manifest   "callmanager => cucm"                      ─┐   for each vendor:
//! shelf      product, product_name, aliases              ├─> words -> alternatives   (lookup)
//! documents  "Cisco Unified Communications Manager       │
//!             (CUCM)", in 12 of them                    ─┘   rules, for review       (list)
//! ```
//!
//! A word means what its vendor means by it: a rule holds for the manuals of the vendor in whose
//! manuals, or in the manifest of whose manuals, it stands ([`Reach`]).
//!
//! | file | responsibility |
//! |---|---|
//! | `mod.rs` | [`Synonyms`]: what is known of a generation |
//! | `reach.rs` | [`Reach`]: for which manuals a rule holds, and [`Admitted`] |
//! | `rules.rs` | documents in, rules with who says so out |
//! | `lookup.rs` | rules in, [`Expansion`]s of a query out |
//! | `list.rs` | rules in, [`SynonymList`] for review out |

mod list;
mod lookup;
mod reach;
mod rules;
#[cfg(test)]
mod tests;

use serde::Serialize;

pub use self::list::{ListedSynonym, SynonymList, SynonymShelf};
use self::lookup::Lookup;
pub use self::lookup::{Expansion, MAX_ALTERNATIVES, MAX_EXPANSIONS, MAX_SPAN_WORDS};
use self::reach::Reaches;
pub use self::reach::{Admitted, Reach};
use self::rules::Rule;
use crate::engine::DocumentRecord;

/// Where a rule comes from; the surest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum SynonymSource {
    /// `synonyms` of a manifest.
    Manifest,
    /// The names of a product: `product`, `product_name` and `aliases`.
    Product,
    /// Found in the text of documents.
    Documents,
}

/// The words that mean the same in the manuals of one generation.
///
/// # Examples
/// ```
/// use mcdewey_core::acronym::Acronym;
/// use mcdewey_core::engine::DocumentRecord;
/// use mcdewey_core::shelf::{DocumentId, Shelf};
/// use mcdewey_core::synonym::{Admitted, Synonyms};
///
/// let mut record = DocumentRecord::new(
///     DocumentId::from_record_id("guide"),
///     "guide.md",
///     Shelf::default(),
/// );
/// record.acronyms = vec![Acronym::new("ACL", "access control list")];
/// let synonyms = Synonyms::of(&[record]);
///
/// let words = ["edit", "an", "acl"].map(str::to_owned);
/// let expansions = synonyms.expand(&words, &Admitted::all());
/// assert_eq!(expansions[0].span, 2..3);
/// assert_eq!(expansions[0].alternatives, [["access", "control", "list"]]);
/// ```
#[derive(Debug)]
pub struct Synonyms {
    reaches: Reaches,
    rules: Vec<Rule>,
    lookup: Lookup,
}

impl Synonyms {
    /// What `documents` and their manifests say.
    ///
    /// Rules that say the same for the same manuals are one. Of the long forms that a vendor's
    /// documents give one acronym, the two that most documents give are kept; and none of an
    /// acronym or a long form of which a manifest says that it means nothing else (`"cat =>"`).
    ///
    /// # Complexity
    /// Linear in documents and rules, but for sorting the rules.
    pub fn of(documents: &[DocumentRecord]) -> Self {
        let reaches = Reaches::of(documents);
        let rules = rules::rules(documents, &reaches);
        let lookup = Lookup::of(&rules);
        Self {
            reaches,
            rules,
            lookup,
        }
    }

    /// The alternatives to what stands in a query: to each run of up to [`MAX_SPAN_WORDS`] words
    /// that is a term of a rule, in order. Of runs that overlap the first counts, and of those that
    /// begin together the longest. A run of several words is also known in other forms of these
    /// (`access control lists`), a single word also in the plural with `s`.
    ///
    /// `words` are in lower case, as the text is cut for the index: runs of letters and digits.
    /// `admitted` says whose rules apply. At most [`MAX_ALTERNATIVES`] alternatives for a run and
    /// [`MAX_EXPANSIONS`] in all; the surest first: by [`SynonymSource`], then by how many
    /// documents say so.
    ///
    /// # Complexity
    /// Linear in `words`, however many rules there are; for words of which several vendors have
    /// rules, in these.
    pub fn expand(&self, words: &[String], admitted: &Admitted) -> Vec<Expansion> {
        self.lookup.expand(words, admitted)
    }

    /// Whose rules apply to a search that `admits` some of `documents`, which are those of
    /// [`Self::of`]: those of every vendor of whom it admits a document. Rules of documents that
    /// have neither vendor nor product always apply.
    pub fn admitted(
        &self,
        documents: &[DocumentRecord],
        admits: impl Fn(&DocumentRecord) -> bool,
    ) -> Admitted {
        self.reaches.admitted(documents, admits)
    }

    /// All rules, for review; `generation` is that of the documents.
    pub fn list(&self, generation: u64, documents: &[DocumentRecord]) -> SynonymList {
        list::list(generation, documents, &self.reaches, &self.rules)
    }
}
