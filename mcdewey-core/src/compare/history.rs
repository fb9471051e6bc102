//! A section in, its life out: introduced, changed and removed in which versions.
//!
//! ```text
//! versions    1.0       1.1       1.2       2.0       2.1
//! section      -     introduced   same    changed   removed
//! ```
//!
//! Neighbouring versions are aligned, from the one that was asked for to both ends.

use serde::Serialize;

use super::changes::Change;
use super::edition::Edition;
use super::manual::Manual;
use super::section::Section;
use super::{Both, SectionSide, SectionStatus};
use crate::engine::Snapshot;
use crate::shelf::ChunkId;
use crate::{Error, Result};

/// A section over all versions of its manual.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[non_exhaustive]
pub struct SectionHistory {
    /// Who made the product.
    pub vendor: Option<String>,
    /// The product.
    pub product: Option<String>,
    /// The manual's name on the shelf.
    pub document: String,
    /// The chunk that was asked for.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub chunk_id: ChunkId,
    /// The headings of its section.
    pub heading_path: Vec<String>,
    /// The first version that has the section.
    pub introduced_in: String,
    /// Whether that is the oldest version of the manual in this library, so that the section may
    /// be older.
    pub in_oldest: bool,
    /// The versions in which it says something else than in the one before.
    pub changed_in: Vec<String>,
    /// The first version after those that have it, if there is one.
    pub removed_in: Option<String>,
    /// The versions from its introduction to its removal, the oldest first.
    pub versions: Vec<SectionInVersion>,
    /// The generation that answered.
    pub generation: u64,
}

/// A section in one version, seen from the version before.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[non_exhaustive]
pub struct SectionInVersion {
    /// The version.
    pub version: String,
    /// What became of the section in it: `added` in the first one.
    pub status: SectionStatus,
    /// Whether it stands elsewhere than in the version before.
    pub moved: bool,
    /// Whether its heading, or one above it, is another than in the version before.
    pub renamed: bool,
    /// Where it stands; `None` where it was removed.
    pub place: Option<SectionSide>,
}

/// The life of the section to which a chunk belongs; see
/// [`Library::section_history`](crate::Library::section_history).
///
/// # Errors
/// [`Error::NotFound`] if there is no such chunk; [`Error::Setting`] if its document has no
/// version; otherwise if stored data cannot be read.
pub fn section_history(snapshot: &dyn Snapshot, id: &ChunkId) -> Result<SectionHistory> {
    let not_found = || Error::NotFound {
        what: "chunk",
        id: id.to_string(),
    };
    let record = snapshot.document(&id.document()).ok_or_else(not_found)?;
    let version = record.shelf.version.as_deref();
    let version = version.ok_or_else(|| Error::Setting {
        name: "the version of the manual",
        given: "unknown".to_owned(),
        allowed: "given by a folder or a manifest to have a history".to_owned(),
    })?;
    let manual = Manual::of(snapshot.documents(), record);
    let walk = Walk {
        snapshot,
        versions: manual.versions(),
        manual: &manual,
    };
    let edition = walk.read(version)?;
    let is_it = |section: &Section| section.chunk_ids.contains(id);
    let section = edition.sections.iter().position(is_it);
    let section = section.ok_or_else(not_found)?;
    let heading_path = edition.sections[section].heading_path.clone();
    let mut lived = walk.backwards(edition, section)?;
    lived.extend(walk.forwards(walk.read(version)?, section)?);
    let named = |status| {
        let with = lived.iter().filter(move |one| one.status == status);
        with.map(|one| one.version.clone())
    };
    let introduced_in = lived[0].version.clone();
    let shelf = &record.shelf;
    Ok(SectionHistory {
        vendor: shelf.vendor.clone(),
        product: shelf.product.clone(),
        document: shelf.document.clone(),
        chunk_id: id.clone(),
        heading_path,
        in_oldest: walk.versions[0] == introduced_in,
        introduced_in,
        changed_in: named(SectionStatus::Changed).collect(),
        removed_in: named(SectionStatus::Removed).next(),
        versions: lived,
        generation: snapshot.generation(),
    })
}

/// From one version of a manual to the next.
struct Walk<'a> {
    snapshot: &'a dyn Snapshot,
    manual: &'a Manual<'a>,
    versions: Vec<&'a str>,
}

impl<'a> Walk<'a> {
    fn read(&self, version: &'a str) -> Result<Edition<'a>> {
        Edition::read(self.snapshot, version, self.manual.files(version))
    }

    /// The versions before `version`, the oldest first, and those after it.
    fn around(&self, version: &str) -> (&[&'a str], &[&'a str]) {
        let here = self.versions.iter().position(|name| *name == version);
        let here = here.unwrap_or(self.versions.len());
        let after = self.versions.get(here + 1..).unwrap_or_default();
        (&self.versions[..here], after)
    }

    /// From the introduction of a section to `edition`; never empty.
    fn backwards(&self, edition: Edition<'a>, section: usize) -> Result<Vec<SectionInVersion>> {
        let mut lived = Vec::new();
        let (mut new, mut position) = (edition, section);
        for version in self.around(new.version).0.iter().rev() {
            let both = Both {
                old: self.read(version)?,
                new,
            };
            let mut changes = both.changes().into_iter();
            let change = changes.find(|change| change.new == Some(position));
            let change = change.unwrap_or_else(|| Change::added(position));
            lived.push(SectionInVersion::new(&both.new, &change));
            let Some(before) = change.old else {
                lived.reverse();
                return Ok(lived);
            };
            (new, position) = (both.old, before);
        }
        lived.push(SectionInVersion::new(&new, &Change::added(position)));
        lived.reverse();
        Ok(lived)
    }

    /// From the version after `edition` to the removal of a section.
    fn forwards(&self, edition: Edition<'a>, section: usize) -> Result<Vec<SectionInVersion>> {
        let mut lived = Vec::new();
        let (mut old, mut position) = (edition, section);
        for version in self.around(old.version).1 {
            let both = Both {
                old,
                new: self.read(version)?,
            };
            let mut changes = both.changes().into_iter();
            let change = changes.find(|change| change.old == Some(position));
            let change = change.unwrap_or_else(|| Change::removed(position));
            lived.push(SectionInVersion::new(&both.new, &change));
            let Some(after) = change.new else {
                return Ok(lived);
            };
            (old, position) = (both.new, after);
        }
        Ok(lived)
    }
}

impl SectionInVersion {
    /// What `change` says of the newer version, `edition`.
    fn new(edition: &Edition<'_>, change: &Change) -> Self {
        let section = change.new.map(|position| &edition.sections[position]);
        Self {
            version: edition.version.to_owned(),
            status: change.status,
            moved: change.is_moved,
            renamed: change.is_renamed,
            place: section.map(SectionSide::of),
        }
    }
}
