//! What a caller is told while documents are indexed, and how it stops the work.

use std::ops::ControlFlow;

/// Something that happened during an ingest.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum IngestEvent {
    /// The docs root was compared with the index.
    Planned {
        /// Documents that are new or changed.
        documents: usize,
        /// Their size.
        bytes: u64,
    },
    /// Some texts were embedded or found embedded already.
    Advanced {
        /// Bytes of new or changed documents that are done; grows from 0 to what was planned.
        bytes: u64,
        /// Texts embedded so far.
        embedded: usize,
    },
    /// Everything so far is durable and visible to readers.
    Committed {
        /// The generation.
        generation: u64,
        /// Documents in it.
        documents: usize,
    },
    /// All documents are stored; segments are merged and vector graphs built.
    Finishing,
}

/// Listens to an ingest; a closure will do.
pub trait IngestProgress: Sync {
    /// Called between two steps; [`ControlFlow::Break`] stops the work, and what was committed
    /// stays.
    fn event(&self, event: IngestEvent) -> ControlFlow<()>;
}

impl<F: Fn(IngestEvent) -> ControlFlow<()> + Sync> IngestProgress for F {
    fn event(&self, event: IngestEvent) -> ControlFlow<()> {
        self(event)
    }
}

/// Listens to nothing and never stops the work.
impl IngestProgress for () {
    fn event(&self, _event: IngestEvent) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }
}
