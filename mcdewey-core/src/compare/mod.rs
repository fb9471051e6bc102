//! Two versions of a manual in, what changed out.
//!
//! It works from stored chunks: no file of a manual is opened.
//!
//! ```text
//! documents -> manual -> two editions -> alignment -> changes -> Comparison
//!              whose      sections of     which is     in reading   a page of them,
//!              versions   each            which        order        with diffs on demand
//! ```
//!
//! | file | responsibility |
//! |---|---|
//! | `mod.rs` | [`CompareRequest`], [`compare()`] and what it returns |
//! | `manual.rs` | which documents are versions of one manual |
//! | `files.rs` | which files of two versions are versions of each other |
//! | `edition.rs` | a manual in one version, and the alignment of two |
//! | `section.rs` | chunks back into sections |
//! | `heading.rs` | what of a heading tells sections apart |
//! | `words.rs` | what of a text counts |
//! | `align/` | which section of one version is which of the other |
//! | `changes.rs` | what became of each section, in order |
//! | `diff.rs` | two texts word by word |
//! | `history.rs` | a section over all versions of its manual |

mod align;
mod changes;
mod diff;
mod edition;
mod files;
mod heading;
mod history;
mod manual;
mod section;
#[cfg(test)]
mod tests;
mod words;

use serde::Serialize;

use self::changes::{Change, changes};
use self::diff::WordCounts;
pub use self::diff::{DiffOp, DiffPart, DiffPiece, DiffUnit, SectionDiff};
use self::edition::{Alignment, Edition};
use self::files::file_key;
use self::heading::heading_key;
pub use self::history::{SectionHistory, SectionInVersion, section_history};
use self::manual::Manual;
use self::section::Section;
use crate::chunk::PageRange;
use crate::engine::{Facet, Filter, Snapshot, nearest};
use crate::shelf::{ChunkId, DocumentId};
use crate::{Error, Result};

/// What parts the headings of a path in [`CompareRequest::with_section`].
const PATH_JOINT: &str = " > ";

/// Which versions of which manual to compare, and what of it to tell.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct CompareRequest {
    /// The manual: its name on the shelf, or one of its files by name or id.
    pub document: String,
    /// Its vendor, where its name alone is ambiguous.
    pub vendor: Option<String>,
    /// Its product, where its name alone is ambiguous.
    pub product: Option<String>,
    /// The version to compare from, usually the older one: its name, or what else a
    /// [`VersionRequest`](crate::shelf::VersionRequest) says; of several the newest.
    pub from: String,
    /// The version to compare with, said in the same way.
    pub to: String,
    /// See [`Self::with_section`].
    pub section: Option<String>,
    /// See [`Self::with_details`].
    pub details: Details,
    /// See [`Self::with_unchanged`].
    pub unchanged: Unchanged,
    /// How many sections to leave out at the front.
    pub offset: usize,
    /// Most sections to return; `None` for all.
    pub limit: Option<usize>,
}

/// Whether the words that changed are told.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "yes or no")]
pub enum Details {
    /// Only how many they are.
    #[default]
    No,
    /// As [`SectionChange::diff`].
    Yes,
}

/// Whether sections of which nothing changed are listed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "yes or no")]
pub enum Unchanged {
    /// They are only counted.
    #[default]
    Counted,
    /// They are listed as well.
    Listed,
}

impl CompareRequest {
    /// What changed in `document` between the versions `from` and `to`: every section that
    /// changed, without the words.
    pub fn new(
        document: impl Into<String>,
        from: impl Into<String>,
        to: impl Into<String>,
    ) -> Self {
        Self {
            document: document.into(),
            vendor: None,
            product: None,
            from: from.into(),
            to: to.into(),
            section: None,
            details: Details::No,
            unchanged: Unchanged::Counted,
            offset: 0,
            limit: None,
        }
    }

    /// The vendor of the manual; any by default.
    #[must_use]
    pub fn with_vendor(mut self, vendor: impl Into<String>) -> Self {
        self.vendor = Some(vendor.into());
        self
    }

    /// The product of the manual; any by default.
    #[must_use]
    pub fn with_product(mut self, product: impl Into<String>) -> Self {
        self.product = Some(product.into());
        self
    }

    /// Only this section, also if nothing of it changed: the id of one of its chunks in either
    /// version, or the end of its heading path, headings joined with ` > `. Several sections may
    /// have that. All by default.
    #[must_use]
    pub fn with_section(mut self, section: impl Into<String>) -> Self {
        self.section = Some(section.into());
        self
    }

    /// With the words that changed; not by default.
    #[must_use]
    pub fn with_details(mut self) -> Self {
        self.details = Details::Yes;
        self
    }

    /// Sections of which nothing changed are listed as well; not by default.
    #[must_use]
    pub fn with_unchanged(mut self) -> Self {
        self.unchanged = Unchanged::Listed;
        self
    }

    /// Leaves out that many sections at the front; 0 by default.
    #[must_use]
    pub fn with_offset(mut self, offset: usize) -> Self {
        self.offset = offset;
        self
    }

    /// At most that many sections; all by default.
    #[must_use]
    pub fn with_limit(mut self, limit: usize) -> Self {
        self.limit = Some(limit);
        self
    }

    /// What admits the documents of the manual.
    fn filter(&self) -> Filter {
        let mut filter = Filter::new().with_document(&self.document);
        filter.vendors.extend(self.vendor.clone());
        filter.products.extend(self.product.clone());
        filter
    }
}

/// What changed between two versions of a manual.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[non_exhaustive]
pub struct Comparison {
    /// Who made the product.
    pub vendor: Option<String>,
    /// The product.
    pub product: Option<String>,
    /// The manual's name on the shelf.
    pub document: String,
    /// Its title, where all of its files have the same.
    pub title: Option<String>,
    /// The one file that was asked for, as its id without the version; only its sections count.
    /// `None` for the whole manual.
    pub file: Option<String>,
    /// The version that was compared from.
    pub from: ComparedVersion,
    /// The version that was compared with.
    pub to: ComparedVersion,
    /// How many sections there are of each kind, whatever the request lists.
    pub counts: SectionCounts,
    /// How many sections the request lists, before its offset and limit.
    pub total: usize,
    /// What became of each, in the order of the newer version; one that was removed stands behind
    /// the one that it stood behind.
    pub sections: Vec<SectionChange>,
    /// The generation that answered.
    pub generation: u64,
}

/// One of the two versions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[non_exhaustive]
pub struct ComparedVersion {
    /// The version as the request names it.
    pub requested: String,
    /// The version as the shelf names it.
    pub version: String,
    /// How many files the manual has in it.
    pub files: usize,
    /// How many sections it has there.
    pub sections: usize,
}

/// How many sections of two versions are of each kind.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[non_exhaustive]
pub struct SectionCounts {
    /// Sections that say the same in both versions.
    pub same: usize,
    /// Sections that say something else.
    pub changed: usize,
    /// Sections of the newer version alone.
    pub added: usize,
    /// Sections of the older version alone.
    pub removed: usize,
    /// Those of the same and the changed ones that stand elsewhere.
    pub moved: usize,
    /// Those of the same and the changed ones that have another heading.
    pub renamed: usize,
}

impl SectionCounts {
    fn of(changes: &[Change]) -> Self {
        let mut counts = Self::default();
        for change in changes {
            match change.status {
                SectionStatus::Same => counts.same += 1,
                SectionStatus::Changed => counts.changed += 1,
                SectionStatus::Added => counts.added += 1,
                SectionStatus::Removed => counts.removed += 1,
            }
            counts.moved += usize::from(change.is_moved);
            counts.renamed += usize::from(change.is_renamed);
        }
        counts
    }

    /// `12 changed, 3 added, 1 removed, 240 the same; of these 2 moved`, with numbers as `number`
    /// writes them.
    pub fn in_words(&self, number: impl Fn(usize) -> String) -> String {
        let kinds = [
            (self.changed, "changed"),
            (self.added, "added"),
            (self.removed, "removed"),
            (self.same, "the same"),
        ];
        let more = [(self.moved, "moved"), (self.renamed, "renamed")];
        let words = |(n, kind): (usize, &str)| format!("{} {kind}", number(n));
        let kinds = kinds.map(words).join(", ");
        let more: Vec<String> = more
            .into_iter()
            .filter(|(n, _)| *n > 0)
            .map(words)
            .collect();
        if more.is_empty() {
            return kinds;
        }
        format!("{kinds}; of these {}", more.join(", "))
    }
}

/// What a section is in the newer version, seen from the older one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
#[expect(clippy::exhaustive_enums, reason = "there is no fifth")]
pub enum SectionStatus {
    /// It says the same. White space and numbering do not count.
    Same,
    /// It says something else.
    Changed,
    /// It stands in the newer version alone.
    Added,
    /// It stands in the older version alone.
    Removed,
}

impl SectionStatus {
    /// Its name: `same`, `changed`, `added` or `removed`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Same => "same",
            Self::Changed => "changed",
            Self::Added => "added",
            Self::Removed => "removed",
        }
    }
}

/// What became of a section.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[non_exhaustive]
pub struct SectionChange {
    /// What became of its text.
    pub status: SectionStatus,
    /// Its heading path before, if it stands under other headings or in another file now.
    pub moved_from: Option<Vec<String>>,
    /// Its heading path before, if its heading is another one now, or one above it that has no
    /// text of its own.
    pub renamed_from: Option<Vec<String>>,
    /// Where it stands in the older version, if it does.
    pub before: Option<SectionSide>,
    /// Where it stands in the newer version, if it does.
    pub after: Option<SectionSide>,
    /// Words that only the newer version has.
    pub words_added: usize,
    /// Words that only the older version has.
    pub words_removed: usize,
    /// The words, if the request asked for them and any changed.
    pub diff: Option<SectionDiff>,
}

impl SectionChange {
    /// Its headings: those of the newer version, if it stands there.
    pub fn heading_path(&self) -> &[String] {
        let side = self.after.as_ref().or(self.before.as_ref());
        side.map_or(&[], |side| &side.heading_path)
    }
}

/// Where a section stands in one version.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[non_exhaustive]
pub struct SectionSide {
    /// Its file.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub document_id: DocumentId,
    /// Headings from the outermost to its own; empty before the first heading.
    pub heading_path: Vec<String>,
    /// Its pages, if the document knows them.
    pub page: Option<PageRange>,
    /// Its chunks, in reading order; never empty.
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<String>))]
    pub chunk_ids: Vec<ChunkId>,
}

impl SectionSide {
    fn of(section: &Section) -> Self {
        Self {
            document_id: section.document_id.clone(),
            heading_path: section.heading_path.clone(),
            page: section.page.clone(),
            chunk_ids: section.chunk_ids.clone(),
        }
    }
}

/// Compares two versions of a manual; see [`Library::compare`](crate::Library::compare).
///
/// # Errors
/// [`Error::UnknownValue`] for a manual, version or section that is not there,
/// [`Error::Ambiguous`] for a name that several manuals have; otherwise if stored data cannot be
/// read.
///
/// # Complexity
/// Reads and aligns all chunks of both versions, whatever part of it is listed; words are compared
/// in what is listed only.
pub fn compare(snapshot: &dyn Snapshot, request: &CompareRequest) -> Result<Comparison> {
    let manual = Manual::find(snapshot.documents(), request)?;
    let (from, to) = (manual.version(&request.from)?, manual.version(&request.to)?);
    let old = Edition::read(snapshot, from, manual.files(from))?;
    let new = Edition::read(snapshot, to, manual.files(to))?;
    let both = Both { old, new };
    let mut changes = both.changes();
    if let Some(file) = &manual.file {
        changes.retain(|change| both.is_in_file(change, file));
    }
    let counts = SectionCounts::of(&changes);
    let listed = both.listed(changes, request, &manual)?;
    let window = listed.iter().skip(request.offset);
    let window = window.take(request.limit.unwrap_or(usize::MAX));
    let shelf = &manual.any().shelf;
    Ok(Comparison {
        vendor: shelf.vendor.clone(),
        product: shelf.product.clone(),
        document: shelf.document.clone(),
        title: both.new.title(),
        file: manual.file.clone(),
        from: ComparedVersion::new(&request.from, &both.old),
        to: ComparedVersion::new(&request.to, &both.new),
        counts,
        total: listed.len(),
        sections: window
            .map(|change| both.told(change, request.details))
            .collect(),
        generation: snapshot.generation(),
    })
}

/// The versions of the manual that `request` names, in order; see
/// [`Library::versions`](crate::Library::versions).
///
/// # Errors
/// [`Error::UnknownValue`] if there is no such manual, [`Error::Ambiguous`] if there are several.
pub fn versions(snapshot: &dyn Snapshot, request: &CompareRequest) -> Result<Vec<String>> {
    let manual = Manual::find(snapshot.documents(), request)?;
    let versions = manual.versions().into_iter();
    Ok(versions.map(str::to_owned).collect())
}

impl ComparedVersion {
    fn new(requested: &str, edition: &Edition<'_>) -> Self {
        Self {
            requested: requested.to_owned(),
            version: edition.version.to_owned(),
            files: edition.files.len(),
            sections: edition.sections.len(),
        }
    }
}

/// Two versions of a manual.
struct Both<'a> {
    old: Edition<'a>,
    new: Edition<'a>,
}

impl Both<'_> {
    fn changes(&self) -> Vec<Change> {
        changes(&self.old, &self.new, &Alignment::of(&self.old, &self.new))
    }

    /// The section on both sides.
    fn sides(&self, change: &Change) -> [Option<&Section>; 2] {
        let old = change.old.map(|index| &self.old.sections[index]);
        let new = change.new.map(|index| &self.new.sections[index]);
        [old, new]
    }

    fn is_in_file(&self, change: &Change, file: &str) -> bool {
        let old = change.old.map(|index| self.old.file(index));
        let new = change.new.map(|index| self.new.file(index));
        old.into_iter()
            .chain(new)
            .any(|record| file_key(record) == file)
    }

    /// What of `changes` the request asks for.
    fn listed(
        &self,
        mut changes: Vec<Change>,
        request: &CompareRequest,
        manual: &Manual<'_>,
    ) -> Result<Vec<Change>> {
        let Some(section) = &request.section else {
            changes.retain(|change| request.unchanged == Unchanged::Listed || change.is_one());
            return Ok(changes);
        };
        let asked = Asked::new(section);
        let is_asked = |change: &Change| {
            self.sides(change)
                .into_iter()
                .flatten()
                .any(|side| asked.is(side))
        };
        let listed: Vec<Change> = changes
            .iter()
            .filter(|change| is_asked(change))
            .cloned()
            .collect();
        if !listed.is_empty() {
            return Ok(listed);
        }
        let sections = changes
            .iter()
            .flat_map(|change| self.sides(change))
            .flatten();
        let headings = sections.filter_map(|section| section.heading_path.last());
        let versions = [self.old.version, self.new.version].join(" or ");
        Err(Error::UnknownValue {
            facet: "section",
            value: section.clone(),
            among: format!(
                "{} {}, {} {versions}",
                Facet::Document,
                manual.any().shelf.document,
                Facet::Version
            ),
            nearest: nearest(section, headings.map(String::as_str)),
        })
    }

    fn told(&self, change: &Change, details: Details) -> SectionChange {
        let [old, new] = self.sides(change);
        let diff = match change.status {
            SectionStatus::Same => None,
            _ => Some(diff::diff(text(old), text(new))),
        };
        let words = diff.as_ref().map(WordCounts::of).unwrap_or_default();
        let path_before = || old.map(|section| section.heading_path.clone());
        SectionChange {
            status: change.status,
            moved_from: path_before().filter(|_| change.is_moved),
            renamed_from: path_before().filter(|_| change.is_renamed),
            before: old.map(SectionSide::of),
            after: new.map(SectionSide::of),
            words_added: words.added,
            words_removed: words.removed,
            diff: diff.filter(|_| details == Details::Yes),
        }
    }
}

/// The text of a section; none where there is no section.
fn text(section: Option<&Section>) -> &str {
    section.map_or("", |section| &section.text)
}

/// A section as a request names it.
struct Asked<'a> {
    text: &'a str,
    keys: Vec<String>,
}

impl<'a> Asked<'a> {
    fn new(text: &'a str) -> Self {
        Self {
            text,
            keys: text.split(PATH_JOINT).map(heading_key).collect(),
        }
    }

    fn is(&self, section: &Section) -> bool {
        let mut chunk_ids = section.chunk_ids.iter();
        let path: Vec<String> = section
            .heading_path
            .iter()
            .map(|heading| heading_key(heading))
            .collect();
        chunk_ids.any(|id| id.as_str() == self.text) || path.ends_with(&self.keys)
    }
}
