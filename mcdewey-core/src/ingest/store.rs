//! Embeds what is new, stores documents whole, and commits now and then.

use std::collections::HashSet;
use std::time::{Duration, Instant};

use super::plan::Plan;
use super::prepare::Prepared;
use super::progress::{IngestEvent, IngestProgress};
use super::report::Tally;
use crate::document::Problem;
use crate::embed::{Embedder, Role, check_vector};
use crate::engine::{TextKey, Writer};
use crate::shelf::ChunkId;
use crate::source::SourceProblem;
use crate::{Error, Result};

/// Texts embedded between two reports of progress: about a second of work for the slower runtime.
pub(super) const STEP: usize = 32;

/// A text without a vector: its key, what the model reads, and a chunk that holds it.
pub(super) type NewText<'a> = (TextKey, &'a str, ChunkId);

/// Embeds `texts` and stores their vectors.
pub(super) fn embed(
    writer: &mut dyn Writer,
    embedder: &dyn Embedder,
    texts: &[NewText<'_>],
) -> Result<()> {
    let inputs: Vec<&str> = texts.iter().map(|(_, input, _)| *input).collect();
    let vectors = embedder.embed(&inputs, Role::Passage)?;
    for ((key, _, id), vector) in texts.iter().zip(&vectors) {
        check_vector(embedder, id.as_str(), vector)?;
        writer.put_vector(*key, vector)?;
    }
    Ok(())
}

pub(super) struct Store<'a> {
    writer: &'a mut dyn Writer,
    embedder: &'a dyn Embedder,
    events: &'a dyn IngestProgress,
    checkpoint: Duration,
    last_commit: Instant,
    /// The newest generation the listener knows of.
    told: u64,
    documents: usize,
    bytes_done: u64,
    embedded: usize,
    planned: (usize, u64),
}

impl<'a> Store<'a> {
    pub(super) fn new(
        writer: &'a mut dyn Writer,
        embedder: &'a dyn Embedder,
        events: &'a dyn IngestProgress,
        checkpoint: Duration,
        plan: &Plan,
    ) -> Self {
        Self {
            documents: writer.documents().len(),
            told: writer.generation(),
            writer,
            embedder,
            events,
            checkpoint,
            last_commit: Instant::now(),
            bytes_done: 0,
            embedded: 0,
            planned: (plan.changed.len(), plan.bytes()),
        }
    }

    pub(super) fn apply_removals_and_moves(&mut self, plan: &Plan) -> Result<()> {
        let (documents, bytes) = self.planned;
        self.tell(IngestEvent::Planned { documents, bytes })?;
        for id in &plan.removed {
            self.writer.remove_document(id)?;
            self.documents -= 1;
        }
        for record in &plan.moved {
            self.writer.put_record(record.clone());
        }
        Ok(())
    }

    /// Stores a batch of documents; those that could not be read go into the report.
    pub(super) fn put(
        &mut self,
        batch: Vec<Result<Prepared, (String, Problem)>>,
        tally: &mut Tally,
    ) -> Result<()> {
        let mut readable = Vec::with_capacity(batch.len());
        for prepared in batch {
            match prepared {
                Ok(prepared) => readable.push(prepared),
                Err((source, problem)) => tally.failed(SourceProblem::new(source, problem)),
            }
        }
        self.embed_new(&readable)?;
        for prepared in readable {
            self.put_one(prepared, tally)?;
        }
        Ok(())
    }

    /// Embeds each text of the batch that has no vector yet, once.
    fn embed_new(&mut self, batch: &[Prepared]) -> Result<()> {
        let mut seen = HashSet::new();
        let mut new: Vec<NewText<'_>> = Vec::new();
        for prepared in batch {
            for (chunk, input) in prepared.chunks.iter().zip(&prepared.inputs) {
                if !self.writer.has_vector(&chunk.text_key) && seen.insert(chunk.text_key) {
                    let id = ChunkId::new(&prepared.record.id, chunk.ordinal);
                    new.push((chunk.text_key, input, id));
                }
            }
        }
        let bytes: u64 = batch.iter().map(|prepared| prepared.bytes).sum();
        let done_before = self.bytes_done;
        let n_new = new.len();
        for (step, texts) in new.chunks(STEP).enumerate() {
            embed(self.writer, self.embedder, texts)?;
            self.embedded += texts.len();
            let share = ((step * STEP + texts.len()) as u64 * bytes) / (n_new as u64).max(1);
            self.bytes_done = done_before + share;
            self.tell_advanced()?;
            self.commit_if_due()?;
        }
        self.bytes_done = done_before + bytes;
        self.tell_advanced()
    }

    fn put_one(&mut self, prepared: Prepared, tally: &mut Tally) -> Result<()> {
        if prepared.is_new {
            self.documents += 1;
        }
        tally.stored(&prepared);
        self.writer
            .put_document(prepared.record, &prepared.chunks)?;
        self.commit_if_due()
    }

    fn commit_if_due(&mut self) -> Result<()> {
        if self.last_commit.elapsed() >= self.checkpoint {
            let generation = self.writer.commit()?;
            self.tell_committed(generation)?;
        }
        Ok(())
    }

    /// Texts embedded so far.
    pub(super) fn embedded(&self) -> usize {
        self.embedded
    }

    /// Commits the rest and tidies up; gives the generation.
    pub(super) fn finish(mut self) -> Result<u64> {
        self.writer.commit()?;
        self.tell(IngestEvent::Finishing)?;
        let finished = self.writer.finish()?;
        if finished > self.told {
            self.tell_committed(finished)?;
        }
        Ok(finished)
    }

    fn tell_advanced(&self) -> Result<()> {
        self.tell(IngestEvent::Advanced {
            bytes: self.bytes_done,
            embedded: self.embedded,
        })
    }

    fn tell_committed(&mut self, generation: u64) -> Result<()> {
        self.last_commit = Instant::now();
        self.told = generation;
        self.tell(IngestEvent::Committed {
            generation,
            documents: self.documents,
        })
    }

    fn tell(&self, event: IngestEvent) -> Result<()> {
        if self.events.event(event).is_break() {
            return Err(Error::Interrupted {
                generation: self.writer.generation(),
            });
        }
        Ok(())
    }
}
