//! Where an answer ended in, an opaque text to go on from there out.
//!
//! A cursor holds all there is to know, so any server of the same index takes it. It is bound to
//! the arguments of its call and to the generation of the index: a ranking that has changed has
//! no next page.
//!
//! ```text
//! hexadecimal of | format 1 | offset 4 | generation 8 | first 8 of BLAKE3(key, offset, generation) |
//! ```

use std::fmt::Write;

use crate::error::Failure;

const FORMAT: u8 = 1;
const LEN: usize = 21;

/// Where to go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Cursor {
    /// The generation that answered.
    pub(crate) generation: u64,
    /// How much of the whole answer was given.
    pub(crate) offset: u32,
}

impl Cursor {
    /// As text, for a call whose other arguments are summed up in `key`.
    pub(crate) fn seal(self, key: &str) -> String {
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
    pub(crate) fn open(text: &str, key: &str, generation: u64) -> Result<Self, Failure> {
        let refuse = |what: String| Err(Failure::Arguments(what));
        let Some(bytes) = bytes(text) else {
            let shown: String = text.chars().take(60).collect();
            return refuse(format!(
                "`{shown}` is no cursor; take it from `next` of an answer as it stands there"
            ));
        };
        let (offset, rest) = bytes[1..].split_at(4);
        let (number, tag) = rest.split_at(8);
        let cursor = Self {
            generation: u64::from_be_bytes(number.try_into().expect("split at 8")),
            offset: u32::from_be_bytes(offset.try_into().expect("split at 4")),
        };
        if cursor.generation != generation {
            return refuse(format!(
                "the cursor is stale: the library has changed since (generation {}, now \
                 {generation}); call again without a cursor",
                cursor.generation
            ));
        }
        if tag != cursor.tag(key) {
            return refuse(
                "the cursor belongs to a call with other arguments; repeat that call, and add \
                 the cursor"
                    .to_owned(),
            );
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
        match Cursor::open(text, key, generation) {
            Err(Failure::Arguments(what)) => what,
            other => panic!("{other:?}"),
        }
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
