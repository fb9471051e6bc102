//! One passage in, its chunks out: pieces are taken in order while they fit.
//!
//! The sizes of pieces only guide the packing. Each assembled chunk is measured once as the model
//! will read it; if it is over, pieces go back to the queue. A piece that fits no chunk is cut and
//! its parts take its place, so every byte is measured a small constant number of times.

use super::cut::{Level, Piece, cut};
use super::frame::Frame;
use super::measure::Meter;
use super::passage::{Passage, Tile};
use super::sentence::sentence_starts;
use super::{Chunk, ChunkSettings};
use crate::document::{BlockKind, Document, Span};

/// What is the same for all chunks of a document.
pub(super) struct Job<'a> {
    pub(super) document: &'a Document,
    pub(super) settings: &'a ChunkSettings,
    pub(super) meter: Meter<'a>,
}

/// Packs one passage.
pub(super) struct Packer<'a> {
    pub(super) job: &'a Job<'a>,
    pub(super) passage: &'a Passage,
    pub(super) heading_path: Vec<String>,
    pub(super) context: String,
    context_tokens: usize,
    /// The frame of each block that has been cut and can have one.
    frames: Vec<Option<(Frame, FrameTokens)>>,
    /// What is still to be packed; the next piece is the last.
    pub(super) pending: Vec<Piece>,
    /// Sentences of the previous chunk that the current one starts with.
    pub(super) overlap: Vec<Piece>,
    /// What the current chunk holds, without the overlap.
    pub(super) current: Vec<Piece>,
    /// Size of `overlap` and `current`.
    used_tokens: usize,
    /// Where the current chunk's own part starts; what is before is in chunks already.
    pub(super) cursor: usize,
    pub(super) chunks: Vec<Chunk>,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct FrameTokens {
    open: usize,
    close: usize,
}

impl<'a> Packer<'a> {
    pub(super) fn new(
        job: &'a Job<'a>,
        passage: &'a Passage,
        heading_path: Vec<String>,
        context: String,
    ) -> Self {
        let mut packer = Self {
            job,
            passage,
            heading_path,
            context_tokens: job.meter.measure(&context),
            context,
            frames: passage.blocks.iter().map(|_| None).collect(),
            pending: Vec::new(),
            overlap: Vec::new(),
            current: Vec::new(),
            used_tokens: 0,
            cursor: passage.span.start,
            chunks: Vec::new(),
        };
        let blocks = passage.blocks.iter().enumerate().rev();
        packer.pending = blocks
            .map(|(idx, tile)| packer.piece(idx, tile.block.span, Level::Whole))
            .collect();
        packer
    }

    /// The passage's chunks, at least one; their ordinals are all 0.
    pub(super) fn run(mut self) -> Vec<Chunk> {
        loop {
            match self.pending.pop() {
                Some(piece) => self.place(piece),
                None if self.current.is_empty() => return self.chunks,
                None => self.flush(),
            }
        }
    }

    /// Adds `piece` to the current chunk, or makes room for it, or cuts it.
    fn place(&mut self, piece: Piece) {
        let first = self.overlap.first().or(self.current.first());
        if self.size(first.unwrap_or(&piece), self.used_tokens, &piece) <= self.max_tokens() {
            self.used_tokens += piece.tokens;
            self.current.push(piece);
        } else if self.size(&piece, 0, &piece) > self.max_tokens() && self.cut(piece) {
            // Its parts are next.
        } else if !self.current.is_empty() {
            self.pending.push(piece);
            self.flush();
        } else if self.overlap.is_empty() {
            self.used_tokens += piece.tokens;
            self.current.push(piece);
        } else {
            self.used_tokens -= self.overlap.remove(0).tokens;
            self.pending.push(piece);
        }
    }

    /// Estimated size of a chunk that starts with `first`, holds `used_tokens` and then `last`.
    fn size(&self, first: &Piece, used_tokens: usize, last: &Piece) -> usize {
        let before = self.frame(first).map_or(0, |(frame, tokens)| {
            usize::from(!frame.before(first.span.start).is_empty()) * tokens.open
        });
        let after = self.frame(last).map_or(0, |(frame, tokens)| {
            usize::from(!frame.after(last.span.end).is_empty()) * tokens.close
        });
        self.context_tokens + before + used_tokens + last.tokens + after
    }

    /// Puts the parts of `piece` in its place in the queue; `false` if it cannot be cut.
    fn cut(&mut self, piece: Piece) -> bool {
        let tile = self.tile(&piece);
        if piece.level == Level::Whole {
            self.frames[piece.block] = self.new_frame(tile);
        }
        let how = (tile.block.kind, piece.level);
        let frame = self.frame(&piece).map(|(frame, _)| frame);
        // At four bytes a token, an eighth of a chunk.
        let fragment_bytes = self.room() / 2;
        let Some((level, starts)) = cut(self.text(), piece.span, how, frame, fragment_bytes) else {
            return false;
        };
        let mut end = piece.span.end;
        for &start in starts.iter().rev() {
            let part = self.piece(piece.block, Span::new(start, end), level);
            self.pending.push(part);
            end = start;
        }
        true
    }

    /// The frame of a block that is about to be cut, unless it would take half of every chunk.
    fn new_frame(&self, tile: &Tile) -> Option<(Frame, FrameTokens)> {
        let frame = Frame::of(self.text(), &tile.block)?;
        let tokens = FrameTokens {
            open: self.job.meter.measure(&frame.open),
            close: self.job.meter.measure(&frame.close),
        };
        (tokens.open + tokens.close <= self.room() / 2).then_some((frame, tokens))
    }

    /// Makes a chunk of what has been collected, as far as it really fits.
    fn flush(&mut self) {
        loop {
            let chunk = self.assemble();
            let tokens = self.job.meter.measure(&chunk.model_input());
            let excess = tokens.saturating_sub(self.max_tokens());
            if excess == 0 {
                return self.emit(chunk);
            }
            if self.current.len() > 1 {
                self.give_back(excess);
            } else if !self.overlap.is_empty() {
                self.overlap.remove(0);
            } else {
                let only = self.current[0];
                if !self.cut(only) {
                    return self.emit(chunk);
                }
                self.restart(Vec::new());
                return;
            }
        }
    }

    /// Returns at least `excess` tokens of pieces to the queue, but keeps one piece.
    fn give_back(&mut self, excess: usize) {
        let mut returned = 0;
        while returned < excess && self.current.len() > 1 {
            let piece = self.current.pop().expect("more than one piece");
            returned += piece.tokens;
            self.pending.push(piece);
        }
    }

    fn emit(&mut self, chunk: Chunk) {
        self.cursor = chunk.span.end;
        self.chunks.push(chunk);
        let tail = self.tail();
        self.restart(tail);
    }

    fn restart(&mut self, overlap: Vec<Piece>) {
        self.used_tokens = overlap.iter().map(|piece| piece.tokens).sum();
        self.overlap = overlap;
        self.current.clear();
    }

    /// The last whole sentences of the current chunk, as many as the overlap allows.
    fn tail(&self) -> Vec<Piece> {
        let mut room = self.job.settings.overlap_tokens();
        let mut tail = Vec::new();
        if room == 0 {
            return tail;
        }
        let pieces = self.current.iter().rev();
        let prose = pieces.take_while(|piece| self.is_whole_prose(piece));
        for sentence in prose.flat_map(|piece| self.sentences_backwards(piece)) {
            if sentence.tokens > room {
                break;
            }
            room -= sentence.tokens;
            tail.push(sentence);
        }
        tail.reverse();
        tail
    }

    /// Whether a piece is running text made of whole sentences.
    fn is_whole_prose(&self, piece: &Piece) -> bool {
        let kind = self.tile(piece).block.kind;
        matches!(kind, BlockKind::Paragraph | BlockKind::ListItem)
            && piece.level <= Level::Sentences
    }

    fn sentences_backwards(&self, piece: &Piece) -> impl Iterator<Item = Piece> + use<'_, 'a> {
        let Piece { block, span, .. } = *piece;
        let starts = sentence_starts(span.of(self.text())).into_iter().rev();
        starts.scan(span.end, move |end, start| {
            let sentence = Span::new(span.start + start, *end);
            *end = sentence.start;
            Some(self.piece(block, sentence, Level::Sentences))
        })
    }

    fn piece(&self, block: usize, span: Span, level: Level) -> Piece {
        Piece {
            block,
            span,
            level,
            // A piece without a token still takes its place, so the pieces of a chunk are finite.
            tokens: self.job.meter.measure(span.of(self.text())).max(1),
        }
    }

    pub(super) fn tile(&self, piece: &Piece) -> &'a Tile {
        &self.passage.blocks[piece.block]
    }

    pub(super) fn frame(&self, piece: &Piece) -> Option<&(Frame, FrameTokens)> {
        self.frames[piece.block].as_ref()
    }

    /// What is left for the passage beside its context, in tokens.
    fn room(&self) -> usize {
        self.max_tokens().saturating_sub(self.context_tokens)
    }

    fn max_tokens(&self) -> usize {
        self.job.meter.max_tokens()
    }

    pub(super) fn text(&self) -> &'a str {
        &self.job.document.text
    }
}
