//! Where an answer ended in, an opaque text to go on from there out.
//!
//! A cursor holds all there is to know, so any server of the same index takes it. It is bound to
//! the arguments of its call and to the generation of the index: a ranking that has changed has
//! no next page.
//!
//! ```text
//! hexadecimal of | format 1 | offset 4 | generation 8 | first 8 of BLAKE3(key, offset, generation) |
//! ```

use std::fmt::{self, Write};

const FORMAT: u8 = 1;
const LEN: usize = 21;

/// Where to go on in a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(
    clippy::exhaustive_structs,
    reason = "made by those who page a list of their own"
)]
pub struct Cursor {
    /// The generation that answered.
    pub generation: u64,
    /// How much of the whole answer was given.
    pub offset: u32,
}

/// Why a text does not say where to go on.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum CursorError {
    /// It is no cursor; its beginning.
    NoCursor(String),
    /// The library has changed since it was made.
    Stale {
        /// The generation that it is of.
        made_in: u64,
        /// The generation now.
        now: u64,
    },
    /// It was made for a request that asked for something else.
    OtherRequest,
}

impl std::error::Error for CursorError {}

impl fmt::Display for CursorError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoCursor(text) => write!(
                formatter,
                "`{text}` is no cursor; take it from `next` of an answer as it stands there"
            ),
            Self::Stale { made_in, now } => write!(
                formatter,
                "the cursor is stale: the library has changed since (generation {made_in}, now \
                 {now}); call again without a cursor"
            ),
            Self::OtherRequest => formatter.write_str(
                "the cursor belongs to a call with other arguments; repeat that call, and add \
                 the cursor",
            ),
        }
    }
}

impl Cursor {
    /// As text, for a call whose other arguments are summed up in `key`.
    ///
    /// # Panics
    /// Never: a string takes all.
    pub fn seal(self, key: &str) -> String {
        let mut bytes = vec![FORMAT];
        bytes.extend(self.offset.to_be_bytes());
        bytes.extend(self.generation.to_be_bytes());
        bytes.extend(self.tag(key));
        let mut text = String::with_capacity(2 * LEN);
        for byte in bytes {
            write!(text, "{byte:02x}").expect("a string takes all");
        }
        text
    }

    /// The cursor that [`Self::seal`] wrote, for the same key and generation.
    ///
    /// # Errors
    /// If it wrote another, or none.
    ///
    /// # Panics
    /// Never: the parts are as long as they are cut.
    pub fn open(text: &str, key: &str, generation: u64) -> Result<Self, CursorError> {
        let bytes =
            bytes(text).ok_or_else(|| CursorError::NoCursor(text.chars().take(60).collect()))?;
        let (offset, rest) = bytes[1..].split_at(4);
        let (number, tag) = rest.split_at(8);
        let cursor = Self {
            generation: u64::from_be_bytes(number.try_into().expect("split at 8")),
            offset: u32::from_be_bytes(offset.try_into().expect("split at 4")),
        };
        if cursor.generation != generation {
            return Err(CursorError::Stale {
                made_in: cursor.generation,
                now: generation,
            });
        }
        if tag != cursor.tag(key) {
            return Err(CursorError::OtherRequest);
        }
        Ok(cursor)
    }

    fn tag(self, key: &str) -> [u8; 8] {
        let mut hasher = blake3::Hasher::new();
        hasher.update(&self.offset.to_be_bytes());
        hasher.update(&self.generation.to_be_bytes());
        hasher.update(key.as_bytes());
        let mut tag = [0; 8];
        tag.copy_from_slice(&hasher.finalize().as_bytes()[..8]);
        tag
    }
}

/// The bytes of a cursor of this format, [`LEN`] of them.
fn bytes(text: &str) -> Option<Vec<u8>> {
    if text.len() != 2 * LEN || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    let pairs = (0..LEN).map(|index| u8::from_str_radix(&text[2 * index..2 * index + 2], 16));
    let bytes: Vec<u8> = pairs.collect::<Result<_, _>>().ok()?;
    (bytes[0] == FORMAT).then_some(bytes)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn refusal(text: &str, key: &str, generation: u64) -> String {
        Cursor::open(text, key, generation).unwrap_err().to_string()
    }

    #[test]
    fn a_cursor_is_bound_to_its_call_and_generation() {
        let cursor = Cursor {
            generation: 3,
            offset: 8,
        };
        let text = cursor.seal("a");
        assert_eq!(Cursor::open(&text, "a", 3).unwrap(), cursor);
        assert!(refusal(&text, "b", 3).contains("other arguments"));
        assert!(refusal(&text, "a", 4).contains("stale"));
    }

    proptest! {
        #[test]
        fn other_text_is_no_cursor(text in ".{0,60}") {
            prop_assert!(refusal(&text, "a", 3).contains("no cursor"));
        }

        #[test]
        fn a_changed_cursor_is_refused(at in 0..2 * LEN, digit in 0u32..16) {
            let text = Cursor { generation: 3, offset: 8 }.seal("a");
            let digit = char::from_digit(digit, 16).unwrap();
            let mut changed: Vec<char> = text.chars().collect();
            changed[at] = digit;
            let changed: String = changed.into_iter().collect();
            prop_assert_eq!(Cursor::open(&changed, "a", 3).is_ok(), changed == text);
        }
    }
}
