//! Pieces of text in, one line of them out: white space folded, what stood apart set apart.

/// Stands where a cell, an item or a heading ends without a mark of its own.
const SEPARATOR: &str = " · ";

/// Text of one look.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Piece {
    pub(super) text: String,
    pub(super) look: Look,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Look {
    pub(super) is_code: bool,
    pub(super) is_marked: bool,
}

/// Pieces on one line.
#[derive(Debug, Default)]
pub(super) struct Line {
    pub(super) pieces: Vec<Piece>,
    /// What comes before the next text, if there is any.
    gap: Gap,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
enum Gap {
    #[default]
    None,
    Space,
    Separator,
}

impl Line {
    pub(super) fn space(&mut self) {
        self.gap = self.gap.max(Gap::Space);
    }

    pub(super) fn separate(&mut self) {
        self.gap = Gap::Separator;
    }

    pub(super) fn add(&mut self, text: &str, look: Look) {
        if text.starts_with(char::is_whitespace) {
            self.space();
        }
        for word in text.split_whitespace() {
            self.fill_gap(look);
            self.push(word, look);
            self.gap = Gap::Space;
        }
        if !text.ends_with(char::is_whitespace) && !text.is_empty() {
            self.gap = Gap::None;
        }
    }

    fn fill_gap(&mut self, next: Look) {
        let Some(last) = self.pieces.last() else {
            self.gap = Gap::None;
            return;
        };
        let ends_itself = last.text.ends_with(['.', ':', ';', ',', '!', '?']);
        let gap = match std::mem::take(&mut self.gap) {
            Gap::None => return,
            Gap::Separator if !ends_itself => SEPARATOR,
            Gap::Separator | Gap::Space => " ",
        };
        let is_one = gap == " " && last.look == next;
        let look = Look {
            is_code: last.look.is_code && next.is_code,
            is_marked: is_one && next.is_marked,
        };
        self.push(gap, look);
    }

    fn push(&mut self, text: &str, look: Look) {
        match self.pieces.last_mut() {
            Some(last) if last.look == look => last.text.push_str(text),
            _ => self.pieces.push(Piece {
                text: text.to_owned(),
                look,
            }),
        }
    }
}
