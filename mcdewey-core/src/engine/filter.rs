//! Which documents a search may answer from.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::versions::Versions;
use crate::analyze::Language;
#[cfg(feature = "embedded")]
use crate::analyze::Stemmers;
use crate::engine::{DocumentRecord, ProductVersion, Scope};
use crate::query::Condition;
use crate::{Error, Result};

/// Values that a document's place on the shelves must have: all facets must match, each with one
/// of its values. A facet without values admits every document.
///
/// Values are compared without regard to case. A product is also known by its `product_name` and
/// `aliases`, a document by its id and by the last part of that, the name of its file. A version
/// is a name, the beginning of one, `latest` or a range, see
/// [`VersionRequest`](crate::shelf::VersionRequest); what it stands for in a library is what
/// [`Self::resolve`] finds, and until then it is taken for a name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Filter {
    /// Vendors.
    pub vendors: Vec<String>,
    /// Products.
    pub products: Vec<String>,
    /// Versions: names (`14.0(1)SU3`), beginnings of names (`14`), `latest`, ranges (`>=14,<15`).
    pub versions: Vec<String>,
    /// Documents, by name or id.
    pub documents: Vec<String>,
    /// What `versions` stands for; set by [`Self::resolve`].
    resolved: Option<Arc<[ProductVersion]>>,
    /// See [`Self::condition`].
    condition: Option<Arc<Condition<Filter>>>,
    /// Whose stems the words of the condition are looked for by.
    languages: Vec<Language>,
    /// See [`Self::scopes`].
    scopes: Vec<Arc<Scope>>,
}

/// A place on the shelves by which documents are told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
#[expect(clippy::exhaustive_enums, reason = "the levels of the shelves")]
pub enum Facet {
    /// Who made the product.
    Vendor,
    /// The product.
    Product,
    /// Its version.
    Version,
    /// The manual.
    Document,
}

impl Facet {
    /// All of them, the outermost first.
    pub const ALL: [Self; 4] = [Self::Vendor, Self::Product, Self::Version, Self::Document];

    /// The facet of this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|facet| facet.name() == name)
    }

    /// Its name: `vendor`, `product`, `version` or `document`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Vendor => "vendor",
            Self::Product => "product",
            Self::Version => "version",
            Self::Document => "document",
        }
    }

    /// The document's place, as its shelf names it; `None` if it has none.
    pub fn of(self, record: &DocumentRecord) -> Option<&str> {
        let shelf = &record.shelf;
        match self {
            Self::Vendor => shelf.vendor.as_deref(),
            Self::Product => shelf.product.as_deref(),
            Self::Version => shelf.version.as_deref(),
            Self::Document => Some(&shelf.document),
        }
    }

    /// The places of `documents`, each with how many of them stand there, in order of the
    /// alphabet.
    pub fn values<'a>(
        self,
        documents: impl IntoIterator<Item = &'a DocumentRecord>,
    ) -> BTreeMap<&'a str, usize> {
        let mut values = BTreeMap::new();
        for value in documents.into_iter().filter_map(|record| self.of(record)) {
            *values.entry(value).or_default() += 1;
        }
        values
    }

    /// All names by which the document's place is known: see [`Filter`].
    fn names(self, record: &DocumentRecord) -> impl Iterator<Item = &str> {
        let shelf = &record.shelf;
        let (others, aliases) = match self {
            Self::Product => (
                [shelf.product_name.as_deref(), None],
                shelf.aliases.as_slice(),
            ),
            Self::Document => {
                let id: &str = record.id.as_ref();
                let file = id.rsplit("::").next();
                ([Some(id), file], [].as_slice())
            }
            Self::Vendor | Self::Version => ([None, None], [].as_slice()),
        };
        let others = others.into_iter().flatten();
        let aliases = aliases.iter().map(String::as_str);
        self.of(record).into_iter().chain(others).chain(aliases)
    }
}

impl std::fmt::Display for Facet {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(self.name())
    }
}

/// How many existing values an error lists.
const NEAREST: usize = 5;

impl Filter {
    /// The filter that admits every document.
    pub fn new() -> Self {
        Self::default()
    }

    /// Also admits documents with `value` at `facet`.
    #[must_use]
    pub fn with(mut self, facet: Facet, value: impl Into<String>) -> Self {
        self.values_mut(facet).push(value.into());
        self
    }

    /// Also admits documents of `vendor`.
    #[must_use]
    pub fn with_vendor(self, vendor: impl Into<String>) -> Self {
        self.with(Facet::Vendor, vendor)
    }

    /// Also admits documents of `product`.
    #[must_use]
    pub fn with_product(self, product: impl Into<String>) -> Self {
        self.with(Facet::Product, product)
    }

    /// Also admits documents of `version`.
    #[must_use]
    pub fn with_version(self, version: impl Into<String>) -> Self {
        self.with(Facet::Version, version)
    }

    /// Also admits `document`, a name on the shelf or a document id.
    #[must_use]
    pub fn with_document(self, document: impl Into<String>) -> Self {
        self.with(Facet::Document, document)
    }

    /// The values that a facet must have; none if any will do.
    pub fn values(&self, facet: Facet) -> &[String] {
        match facet {
            Facet::Vendor => &self.vendors,
            Facet::Product => &self.products,
            Facet::Version => &self.versions,
            Facet::Document => &self.documents,
        }
    }

    /// The same filter, but for one facet, of which any value will do.
    #[must_use]
    pub fn without(mut self, facet: Facet) -> Self {
        self.values_mut(facet).clear();
        self
    }

    fn values_mut(&mut self, facet: Facet) -> &mut Vec<String> {
        self.resolved = None;
        match facet {
            Facet::Vendor => &mut self.vendors,
            Facet::Product => &mut self.products,
            Facet::Version => &mut self.versions,
            Facet::Document => &mut self.documents,
        }
    }

    /// Also admits nothing outside `scope`.
    #[must_use]
    pub(crate) fn within(mut self, scope: &Arc<Scope>) -> Self {
        self.scopes.push(Arc::clone(scope));
        self
    }

    /// What the reader may know of: documents outside any of these are never admitted. Set by
    /// [`Library::scoped`](crate::Library::scoped), never by a request.
    pub fn scopes(&self) -> &[Arc<Scope>] {
        &self.scopes
    }

    /// Also admits only chunks that meet `condition`.
    #[must_use]
    pub(crate) fn with_condition(
        mut self,
        condition: Condition<Self>,
        languages: &[Language],
    ) -> Self {
        self.condition = Some(Arc::new(condition));
        self.languages = languages.to_vec();
        self
    }

    #[cfg(feature = "embedded")]
    pub(crate) fn stemmers(&self) -> Stemmers {
        Stemmers::new(&self.languages)
    }

    /// What chunks must meet, as a query says it; set by a search, never by a request.
    pub fn condition(&self) -> Option<&Condition<Self>> {
        self.condition.as_deref()
    }

    /// Whether it admits every document and every chunk.
    pub fn is_empty(&self) -> bool {
        self.condition.is_none() && self.admits_all()
    }

    /// Whether it admits every document.
    pub fn admits_all(&self) -> bool {
        let mut facets = Facet::ALL.iter();
        self.scopes.is_empty() && facets.all(|&facet| self.values(facet).is_empty())
    }

    /// Whether it admits this document. Of its chunks there may be some that do not meet
    /// [`Self::condition`].
    pub fn admits(&self, record: &DocumentRecord) -> bool {
        let mut facets = Facet::ALL.iter();
        self.knows(record) && facets.all(|&facet| self.meets(facet, record))
    }

    /// Whether this document exists for the reader; see [`Self::scopes`].
    pub fn knows(&self, record: &DocumentRecord) -> bool {
        self.scopes.iter().all(|scope| scope.admits(record))
    }

    fn meets(&self, facet: Facet, record: &DocumentRecord) -> bool {
        if let (Facet::Version, Some(versions)) = (facet, &self.resolved) {
            return versions.iter().any(|version| version.is_of(record));
        }
        let wanted = self.values(facet);
        let is_wanted = |name| wanted.iter().any(|value| same(value, name));
        wanted.is_empty() || facet.names(record).any(is_wanted)
    }

    /// The filter with the versions that it asks for looked up among `documents`. A value must be
    /// known among the documents that the facets before it admit: a version of another product is
    /// no version of this one. No version ever stands in for one that is not there.
    ///
    /// # Errors
    /// [`Error::UnknownValue`] for a value that no document has, with the nearest that exist there;
    /// [`Error::Setting`] for a version that cannot be read.
    pub fn resolve(&self, documents: &[DocumentRecord]) -> Result<Self> {
        let mut resolved = self.clone();
        let mut scope: Vec<&DocumentRecord> = documents.iter().collect();
        let mut among = Vec::new();
        for facet in Facet::ALL {
            let wanted = self.values(facet);
            if wanted.is_empty() {
                continue;
            }
            let found = match facet {
                Facet::Version => {
                    let versions = Versions::of(scope.iter().copied()).resolve(wanted);
                    versions.map(|versions| resolved.resolved = Some(versions.into()))
                }
                _ => wanted
                    .iter()
                    .try_for_each(|value| check(facet, value, &scope)),
            };
            found.map_err(|error| within(error, &among.join(", ")))?;
            scope.retain(|record| resolved.meets(facet, record));
            among.push(format!("{facet} {}", wanted.join(" or ")));
        }
        Ok(resolved)
    }

    /// The versions that it asks for, as [`Self::resolve`] found them: by vendor, product and
    /// name. Empty before that, and without a version.
    pub fn resolved_versions(&self) -> &[ProductVersion] {
        self.resolved.as_deref().unwrap_or_default()
    }
}

/// Refuses a value that none of the documents has.
fn check(facet: Facet, value: &str, documents: &[&DocumentRecord]) -> Result<()> {
    let known = || documents.iter().flat_map(|record| facet.names(record));
    if known().any(|name| same(value, name)) {
        return Ok(());
    }
    Err(Error::UnknownValue {
        facet: facet.name(),
        value: value.to_owned(),
        among: String::new(),
        nearest: nearest(value, known()),
    })
}

/// The error, which says among which part of the library the value is unknown.
fn within(error: Error, part: &str) -> Error {
    match error {
        Error::UnknownValue {
            facet,
            value,
            nearest,
            ..
        } => Error::UnknownValue {
            facet,
            value,
            among: part.to_owned(),
            nearest,
        },
        other => other,
    }
}

/// Equal without regard to case.
pub(super) fn same(a: &str, b: &str) -> bool {
    // Folding allocates, and nearly all names are ASCII.
    if a.is_ascii() && b.is_ascii() {
        return a.eq_ignore_ascii_case(b);
    }
    a.to_lowercase() == b.to_lowercase()
}

/// The names most like `value`: those that hold it first, then by Jaro-Winkler similarity.
pub(crate) fn nearest<'a>(value: &str, known: impl Iterator<Item = &'a str>) -> Vec<String> {
    let value = value.to_lowercase();
    let distinct: std::collections::BTreeSet<&str> = known.collect();
    let mut ranked: Vec<_> = distinct
        .into_iter()
        .map(|name| {
            let folded = name.to_lowercase();
            let likeness = strsim::jaro_winkler(&value, &folded);
            (folded.contains(&value), likeness, name)
        })
        .collect();
    ranked.sort_by(|a, b| {
        let by_likeness = b.0.cmp(&a.0).then_with(|| b.1.total_cmp(&a.1));
        by_likeness.then_with(|| a.2.cmp(b.2))
    });
    ranked.truncate(NEAREST);
    let names = ranked.into_iter().map(|(.., name)| name.to_owned());
    names.collect()
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
        let mut deeper = cucm;
        deeper.id = DocumentId::from_record_id("cucm::15::guide::tapi");
        assert!(Filter::new().with_document("TAPI").admits(&deeper));
    }

    #[test]
    fn a_facet_can_be_left_out_of_a_filter() {
        let filter = Filter::new().with_vendor("cisco").with_version("15");
        assert_eq!(filter.values(Facet::Version), ["15"]);
        let wider = filter.without(Facet::Version);
        assert_eq!(wider, Filter::new().with_vendor("cisco"));
        assert!(wider.without(Facet::Vendor).is_empty());
    }

    #[test]
    fn values_are_counted() {
        let documents = [
            record("cisco", "cucm", "15"),
            record("cisco", "cucm", "14"),
            record("avaya", "cm", "15"),
        ];
        let versions: Vec<_> = Facet::Version.values(&documents).into_iter().collect();
        assert_eq!(versions, [("14", 1), ("15", 2)]);
    }

    #[test]
    fn an_unknown_value_is_refused_with_the_most_alike_first() {
        let documents = [
            record("cisco", "cucm", "14.0"),
            record("cisco", "cucm", "15"),
        ];
        let error = Filter::new().with_version("13").resolve(&documents);
        let message = error.expect_err("there is no version 13").to_string();
        assert_eq!(
            message,
            "no version `13` in this library; the nearest are `14.0`, `15`"
        );
    }

    #[test]
    fn names_that_hold_the_value_come_before_alike_ones() {
        let known = ["reference", "extend::reverse", "cli::tls_reference"];
        assert_eq!(nearest("TLS", known.into_iter())[0], "cli::tls_reference");
    }

    #[test]
    fn a_version_of_another_product_is_unknown_and_only_its_own_are_listed() {
        let documents = [
            record("cisco", "cucm", "14.0"),
            record("avaya", "cm", "8.1"),
        ];
        let filter = Filter::new().with_vendor("cisco").with_version("8.1");
        let message = filter
            .resolve(&documents)
            .expect_err("cisco has none")
            .to_string();
        assert_eq!(
            message,
            "no version `8.1` in this library, vendor cisco; the nearest are `14.0`"
        );
    }
}
