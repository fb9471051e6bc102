//! Text strings of a PDF in, Unicode that can be read and searched out.

use hayro_syntax::object::{Dict, String as PdfString};

/// The text of an entry, if it is a string.
pub(super) fn of(dict: &Dict<'_>, key: &str) -> Option<String> {
    let text = dict.get::<PdfString<'_>>(key)?;
    Some(decode(text.as_bytes()))
}

/// A text string: UTF-16 or UTF-8 with a byte order mark, else `PDFDocEncoding`.
pub(super) fn decode(bytes: &[u8]) -> String {
    let utf16 = |unit: fn([u8; 2]) -> u16| {
        let units = bytes[2..].chunks_exact(2);
        let units = units.map(|pair| unit([pair[0], pair[1]]));
        char::decode_utf16(units)
            .map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER))
            .collect()
    };
    let text: String = match bytes {
        [0xFE, 0xFF, ..] => utf16(u16::from_be_bytes),
        [0xFF, 0xFE, ..] => utf16(u16::from_le_bytes),
        [0xEF, 0xBB, 0xBF, rest @ ..] => String::from_utf8_lossy(rest).into_owned(),
        _ => match std::str::from_utf8(bytes) {
            // Not allowed without a mark, but what some programs write; bytes that are valid
            // UTF-8 beyond ASCII are hardly ever meant otherwise.
            Ok(text) => text.to_owned(),
            Err(_) => bytes.iter().map(|&byte| doc_char(byte)).collect(),
        },
    };
    // Language codes stand between escapes.
    let mut is_escaped = false;
    text.chars()
        .filter(|&c| {
            is_escaped ^= c == '\u{1B}';
            !is_escaped && c != '\u{1B}'
        })
        .flat_map(readable)
        .collect()
}

/// `PDFDocEncoding`, where it differs from Latin-1.
fn doc_char(byte: u8) -> char {
    const HIGH: [char; 33] = [
        '•', '†', '‡', '…', '—', '–', 'ƒ', '⁄', '‹', '›', '−', '‰', '„', '“', '”', '‘', '’', '‚',
        '™', 'ﬁ', 'ﬂ', 'Ł', 'Œ', 'Š', 'Ÿ', 'Ž', 'ı', 'ł', 'œ', 'š', 'ž', '\u{FFFD}', '€',
    ];
    const LOW: [char; 8] = ['˘', 'ˇ', 'ˆ', '˙', '˝', '˛', '˚', '˜'];
    match byte {
        0x18..=0x1F => LOW[usize::from(byte - 0x18)],
        0x80..=0xA0 => HIGH[usize::from(byte - 0x80)],
        _ => char::from(byte),
    }
}

/// What is left of a character for a reader: ligatures taken apart, spaces and hyphens of all
/// kinds made plain, bullets of symbol fonts made bullets, and nothing of what cannot be seen.
pub(super) fn readable(c: char) -> impl Iterator<Item = char> {
    let plain = match c {
        'ﬀ' => "ff",
        'ﬁ' => "fi",
        'ﬂ' => "fl",
        'ﬃ' => "ffi",
        'ﬄ' => "ffl",
        'ﬅ' | 'ﬆ' => "st",
        '\u{A0}' | '\u{2000}'..='\u{200A}' | '\u{202F}' | '\u{205F}' | '\t' | '\n' | '\r' => " ",
        '\u{AD}' | '\u{2010}' | '\u{2011}' => "-",
        // Where Word's Symbol and Wingdings have their bullets.
        '\u{F0B7}' | '\u{F0A8}' | '\u{F06C}' | '\u{F09F}' => "•",
        '\u{F0A7}' | '\u{F06E}' => "▪",
        '\u{F0D8}' | '\u{F0E0}' => "➢",
        '\u{F0FC}' => "✓",
        '\u{200B}'..='\u{200F}'
        | '\u{2028}'..='\u{202E}'
        | '\u{2060}'..='\u{206F}'
        | '\u{FEFF}'
        | '\u{FFFD}'
        | '\u{E000}'..='\u{F8FF}' => "",
        c if c.is_control() || c >= '\u{F0000}' => "",
        _ => {
            return Readable::One(Some(c));
        }
    };
    Readable::Some(plain.chars())
}

enum Readable {
    One(Option<char>),
    Some(std::str::Chars<'static>),
}

impl Iterator for Readable {
    type Item = char;

    fn next(&mut self) -> Option<char> {
        match self {
            Self::One(c) => c.take(),
            Self::Some(chars) => chars.next(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_encoding_of_a_text_string() {
        assert_eq!(decode(b"\xFE\xFF\0P\0\xF6\0rt"), "Pör");
        assert_eq!(decode(b"\xFF\xFEP\0\xF6\0"), "Pö");
        assert_eq!(decode("\u{FEFF}Pö".as_bytes()), "Pö");
        assert_eq!(decode(b"P\xF6rt \x84 \xA0"), "Pört — €");
        assert_eq!(decode("Pö".as_bytes()), "Pö");
        assert_eq!(decode(b"\xFE\xFF\0\x1B\0e\0n\0\x1B\0A"), "A");
    }

    #[test]
    fn what_cannot_be_seen_is_left_out() {
        let text: String = "of\u{FB01}ce\u{AD}\u{A0}\u{200B}\u{F0B7}\u{E001}\u{7}"
            .chars()
            .flat_map(readable)
            .collect();
        assert_eq!(text, "office- •");
    }
}
