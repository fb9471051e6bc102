//! ZIP: a directory at the end of the file says where each entry lies.

use std::ops::ControlFlow;
use std::sync::Arc;

use super::list::{Admitted, Candidate, EntryKind, Lister};
use super::{Archive, ArchiveEntry, MAX_DIRECTORY_BYTES, Place};
use crate::document::{Problem, ProblemKind};
use crate::shelf::SourcePath;
use crate::zipped::{self, MemberKind};

/// The entries of `archive` that are to be read.
pub(super) fn list(
    lister: &mut Lister<'_>,
    archive: &Arc<Archive>,
    at: &SourcePath,
) -> Vec<(Admitted, ArchiveEntry)> {
    let bytes = match archive.bytes() {
        Ok(bytes) => bytes,
        Err(problem) => {
            lister.incomplete(at, problem);
            return Vec::new();
        }
    };
    let mut entries = Vec::new();
    let mut spans = Vec::new();
    let mut first_listed_at = None;
    let mut too_large = false;
    let read = zipped::members(&*bytes, bytes.len(), &mut |member| {
        let first = *first_listed_at.get_or_insert(member.listed_at);
        too_large = member.listed_at - first > MAX_DIRECTORY_BYTES;
        if too_large || !lister.count(at) {
            return ControlFlow::Break(());
        }
        spans.push(member.span.clone());
        let candidate = Candidate {
            name: Some(&member.name),
            kind: match member.kind {
                MemberKind::File => EntryKind::File,
                MemberKind::Folder => EntryKind::Folder,
                MemberKind::Link => EntryKind::Link,
                MemberKind::Special => EntryKind::Special,
                MemberKind::Encrypted => EntryKind::Encrypted,
                MemberKind::UnknownMethod => {
                    EntryKind::Unreadable("it is compressed in a way that is not read; use DEFLATE")
                }
            },
            len: member.len(),
        };
        if let Some(admitted) = lister.admit(at, &candidate)
            && lister.spend(&admitted, member.len())
        {
            let place = Place::Zip(Arc::new(member));
            let entry = Lister::entry(archive, &admitted, at, place);
            entries.push((admitted, entry));
        }
        ControlFlow::Continue(())
    });
    if let Err(error) = read {
        let message = format!("it is no ZIP archive, or its directory is damaged: {error}");
        lister.incomplete(at, Problem::new(ProblemKind::Damaged, "", message));
    }
    if too_large {
        let message = format!("its directory is longer than {MAX_DIRECTORY_BYTES} bytes");
        lister.incomplete(at, Problem::new(ProblemKind::TooLarge, "", message));
    }
    if zipped::overlap(spans) {
        let message = "its entries overlap, as in a ZIP bomb; nothing of it is read";
        lister.incomplete(at, Problem::new(ProblemKind::Damaged, "", message));
        entries.clear();
    }
    entries
}
