//! Bytes in any encoding in, text out: without byte order mark, every line end a `\n`.

use std::borrow::Cow;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, ISO_2022_JP, UTF_8, UTF_16BE, UTF_16LE};

use crate::document::{Document, Problem, ProblemKind};

/// Text, and what was wrong with its bytes.
#[derive(Debug)]
pub(super) struct Decoded {
    /// The text; `None` for what is no text at all.
    pub(super) text: Option<String>,
    /// The name of its encoding, if that is not UTF-8.
    pub(super) encoding: Option<&'static str>,
    /// Places that could not be decoded.
    pub(super) repairs: usize,
    /// What had to be repaired or refused.
    pub(super) problem: Option<Problem>,
}

impl Decoded {
    /// Text without a fault.
    pub(super) fn of(text: String) -> Self {
        Self {
            text: Some(text),
            encoding: None,
            repairs: 0,
            problem: None,
        }
    }

    /// Text in UTF-8 that has been decoded from `bytes`.
    pub(super) fn of_utf8(bytes: &[u8]) -> Self {
        let (repairs, problem) = invalid_utf8(bytes);
        Self {
            repairs,
            problem,
            ..Self::of(normalise(String::from_utf8_lossy(bytes)))
        }
    }

    /// What `parse` makes of the text, with what decoding noticed.
    pub(super) fn into_document(self, parse: impl FnOnce(&str) -> Document) -> Document {
        let mut document = self.text.as_deref().map(parse).unwrap_or_default();
        document.encoding = self.encoding.map(str::to_owned);
        document.repairs = self.repairs;
        document.problems.splice(0..0, self.problem);
        document
    }
}

/// Decodes bytes.
///
/// What opens with a byte order mark is what the mark says. Then comes UTF-16 without a mark,
/// which its zero bytes give away, then UTF-8, and last a guess. A guess that leaves no gap is no
/// problem to report: a folder from one old tool would give a line for each of its files, and in
/// running text such a guess is hardly ever wrong.
pub(super) fn bytes(bytes: &[u8]) -> Decoded {
    if let Some((encoding, mark_len)) = Encoding::for_bom(bytes)
        && encoding != UTF_8
    {
        return in_encoding(encoding, &bytes[mark_len..]);
    }
    if bytes.contains(&0) {
        return utf16_without_mark(bytes)
            .map_or_else(not_text, |encoding| in_encoding(encoding, bytes));
    }
    match guess(bytes) {
        Some(encoding) => in_encoding(encoding, bytes),
        None => Decoded::of_utf8(bytes),
    }
}

/// The same for what is decoded already.
pub(super) fn text(text: &str) -> Decoded {
    if text.contains('\0') {
        return not_text();
    }
    Decoded::of(normalise(Cow::Borrowed(text)))
}

/// How much of a file an encoding is guessed from. A page of text is enough; this is what the
/// detector reads in some ten milliseconds.
const SAMPLE_BYTES: usize = 1 << 20;

/// UTF-16 by its zero bytes: text in Latin letters has one in every second place, and any text
/// has them in its spaces and line ends.
fn utf16_without_mark(bytes: &[u8]) -> Option<&'static Encoding> {
    let sample = &bytes[..bytes.len().min(SAMPLE_BYTES) & !1];
    let zeros_at = |offset: usize| {
        let places = sample.iter().skip(offset).step_by(2);
        places.filter(|&&byte| byte == 0).count()
    };
    let encoding = match (zeros_at(0), zeros_at(1)) {
        (0, 1..) => UTF_16LE,
        (1.., 0) => UTF_16BE,
        _ => return None,
    };
    // Tables of small numbers have the same zeros, but their characters are none.
    let (text, had_errors) = encoding.decode_without_bom_handling(sample);
    let is_text = |c: char| !c.is_control() || matches!(c, '\n' | '\r' | '\t' | '\u{c}');
    (!had_errors && text.chars().all(is_text)).then_some(encoding)
}

/// The encoding of bytes that are not UTF-8; `None` if they are, or were before they were damaged.
fn guess(bytes: &[u8]) -> Option<&'static Encoding> {
    const ESCAPE: u8 = 0x1b;
    let start = match std::str::from_utf8(bytes) {
        Ok(_) if bytes.is_ascii() && bytes.contains(&ESCAPE) => 0,
        Ok(_) => return None,
        Err(_) if is_damaged_utf8(bytes) => return None,
        Err(error) => error.valid_up_to().saturating_sub(1024),
    };
    let rest = &bytes[start..];
    let sample = &rest[..rest.len().min(SAMPLE_BYTES)];
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Allow);
    detector.feed(sample, sample.len() == rest.len());
    let encoding = detector.guess(None, Utf8Detection::Deny);
    // ASCII with escape sequences is Japanese, or text with colours for a terminal.
    (!bytes.is_ascii() || encoding == ISO_2022_JP).then_some(encoding)
}

/// Text in an older encoding hardly ever has two bytes in a row that UTF-8 allows, and UTF-8 with
/// a few damaged places has more that are whole.
fn is_damaged_utf8(bytes: &[u8]) -> bool {
    let (mut n_whole, mut n_invalid) = (0_usize, 0_usize);
    for chunk in bytes.utf8_chunks() {
        let is_beyond_ascii = |c: &char| !c.is_ascii();
        n_whole += chunk.valid().chars().filter(is_beyond_ascii).count();
        n_invalid += usize::from(!chunk.invalid().is_empty());
    }
    n_whole > n_invalid
}

fn in_encoding(encoding: &'static Encoding, bytes: &[u8]) -> Decoded {
    let (text, _) = encoding.decode_without_bom_handling(bytes);
    if text.contains('\0') {
        return not_text();
    }
    let text = normalise(text);
    // Bytes that an encoding gives no meaning to become control characters that no text has.
    let is_gap = |c: char| c == char::REPLACEMENT_CHARACTER || ('\u{80}'..='\u{9f}').contains(&c);
    let n_gaps = text.chars().filter(|&c| is_gap(c)).count();
    let name = Some(encoding.name());
    let Some(first) = text.find(is_gap) else {
        return Decoded {
            encoding: name,
            ..Decoded::of(text)
        };
    };
    let line = text[..first].matches('\n').count() + 1;
    let places = if n_gaps == 1 { "place" } else { "places" };
    let message = format!(
        "{n_gaps} {places} that cannot be read as {}, the first in line {line}; U+FFFD stands there now",
        encoding.name()
    );
    Decoded {
        encoding: name,
        repairs: n_gaps,
        problem: Some(Problem::new(
            ProblemKind::Encoding,
            format!("line {line}"),
            message,
        )),
        ..Decoded::of(text.replace(is_gap, "\u{fffd}"))
    }
}

pub(super) fn not_text() -> Decoded {
    let message = "it is not text: it holds NUL bytes";
    Decoded {
        text: None,
        encoding: None,
        repairs: 0,
        problem: Some(Problem::new(ProblemKind::Encoding, "", message)),
    }
}

pub(super) fn normalise(text: Cow<'_, str>) -> String {
    let body = text.strip_prefix('\u{feff}').unwrap_or(&text);
    if body.contains('\r') {
        return body.replace("\r\n", "\n").replace('\r', "\n");
    }
    if body.len() == text.len() {
        return text.into_owned();
    }
    body.to_owned()
}

fn invalid_utf8(bytes: &[u8]) -> (usize, Option<Problem>) {
    let mut n_invalid = 0_usize;
    let mut first_offset = 0;
    let mut offset = 0;
    for chunk in bytes.utf8_chunks() {
        offset += chunk.valid().len();
        if !chunk.invalid().is_empty() {
            if n_invalid == 0 {
                first_offset = offset;
            }
            n_invalid += 1;
        }
        offset += chunk.invalid().len();
    }
    if n_invalid == 0 {
        return (0, None);
    }
    let line = line_at(bytes, first_offset);
    let places = if n_invalid == 1 { "place" } else { "places" };
    let message = format!(
        "{n_invalid} {places} not in UTF-8, the first in line {line}; U+FFFD stands there now"
    );
    let place = format!("line {line}");
    let problem = Problem::new(ProblemKind::Encoding, place, message);
    (n_invalid, Some(problem))
}

fn line_at(bytes: &[u8], offset: usize) -> usize {
    let before = &bytes[..offset];
    let n_line_ends = before
        .iter()
        .enumerate()
        .filter(|&(at, &byte)| {
            byte == b'\n' || (byte == b'\r' && bytes.get(at + 1) != Some(&b'\n'))
        })
        .count();
    n_line_ends + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn byte_order_mark_goes_and_line_ends_become_newlines() {
        let decoded = bytes(b"\xEF\xBB\xBFa\r\nb\rc\n");
        assert_eq!(decoded.text.as_deref(), Some("a\nb\nc\n"));
        assert_eq!(decoded.problem, None);
        assert_eq!(text("\u{feff}a").text.as_deref(), Some("a"));
    }

    #[test]
    fn utf_8_with_damaged_places_is_repaired_and_reported_once() {
        let decoded = bytes(b"one \xC3\xA9\xC3\xA9\r\ntwo \xC3\xA9\xC3\xA9\xFF\nthree \xC3 \xFE\n");
        assert_eq!(
            decoded.text.as_deref(),
            Some("one \u{e9}\u{e9}\ntwo \u{e9}\u{e9}\u{fffd}\nthree \u{fffd} \u{fffd}\n")
        );
        let problem = decoded.problem.expect("three places are invalid");
        assert_eq!(problem.kind, ProblemKind::Encoding);
        assert_eq!(problem.place, "line 2");
        assert!(
            problem.message.starts_with("3 places"),
            "{}",
            problem.message
        );
    }

    /// The text that `encoded` was made from, and whether a problem was reported.
    fn decoded(encoded: &[u8]) -> (String, bool) {
        let decoded = bytes(encoded);
        let text = decoded.text.expect("it is text");
        (text, decoded.problem.is_some())
    }

    #[test]
    fn utf_16_is_known_by_its_mark_or_its_zeros() {
        let text = "Ports: 5060, \u{30dd}\u{30fc}\u{30c8}\r\n";
        let big: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
        let little: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let expected = (text.replace("\r\n", "\n"), false);
        assert_eq!(decoded(&[b"\xFE\xFF", &big[..]].concat()), expected);
        assert_eq!(decoded(&[b"\xFF\xFE", &little[..]].concat()), expected);
        assert_eq!(decoded(&big), expected);
        assert_eq!(decoded(&little), expected);
    }

    #[test]
    fn half_a_pair_in_utf_16_is_reported() {
        let decoded = bytes(b"\xFF\xFEa\0\n\0\x00\xD8b\0");
        assert_eq!(decoded.text.as_deref(), Some("a\n\u{fffd}b"));
        assert_eq!(decoded.problem.expect("a surrogate").place, "line 2");
    }

    #[test]
    fn older_encodings_are_guessed_in_silence() {
        let sentences = [
            (
                encoding_rs::WINDOWS_1252,
                "Die Größe des Puffers ändert sich über Nacht. L’accès est refusé à l’hôte.",
            ),
            (
                encoding_rs::WINDOWS_1251,
                "Настройка маршрутизатора и проверка доступа к сети",
            ),
            (
                encoding_rs::KOI8_R,
                "Настройка маршрутизатора и проверка доступа к сети",
            ),
            (
                encoding_rs::SHIFT_JIS,
                "ネットワークの設定を確認してください。",
            ),
            (
                encoding_rs::EUC_JP,
                "ネットワークの設定を確認してください。",
            ),
            (ISO_2022_JP, "ネットワークの設定を確認してください。"),
            (
                encoding_rs::GBK,
                "请检查网络设置和访问权限，然后重新启动路由器。",
            ),
            (
                encoding_rs::BIG5,
                "請檢查網路設定和存取權限，然後重新啟動路由器。",
            ),
            (
                encoding_rs::EUC_KR,
                "네트워크 설정을 확인한 다음 라우터를 다시 시작하십시오.",
            ),
            (
                encoding_rs::ISO_8859_2,
                "Zkontrolujte nastavení sítě a přístupová práva uživatelů.",
            ),
        ];
        for (encoding, sentence) in sentences {
            let (encoded, _, had_errors) = encoding.encode(sentence);
            assert!(!had_errors, "{}", encoding.name());
            let expected = (sentence.to_owned(), false);
            assert_eq!(decoded(&encoded), expected, "{}", encoding.name());
        }
    }

    #[test]
    fn bytes_without_meaning_in_the_guessed_encoding_are_reported() {
        let decoded = bytes(b"Gr\xF6\xDFe und \xE4hnlich\nkaputt \x81\x8D\n");
        let text = decoded.text.expect("it is text");
        assert_eq!(
            text,
            "Gr\u{f6}\u{df}e und \u{e4}hnlich\nkaputt \u{fffd}\u{fffd}\n"
        );
        let problem = decoded.problem.expect("two bytes mean nothing");
        assert!(
            problem.message.starts_with("2 places"),
            "{}",
            problem.message
        );
        assert_eq!(problem.place, "line 2");
    }

    #[test]
    fn colours_for_a_terminal_are_not_japanese() {
        assert_eq!(
            decoded(b"\x1b[1mNAME\x1b[0m"),
            ("\u{1b}[1mNAME\u{1b}[0m".to_owned(), false)
        );
    }

    #[test]
    fn a_file_with_nul_bytes_is_not_text() {
        for binary in [
            &b"\x7FELF\0\0"[..],
            b"\x01\0\x02\0\x03\0",
            b"PK\x03\x04\0\0",
            b"\0",
        ] {
            let decoded = bytes(binary);
            assert_eq!(decoded.text, None);
            let problem = decoded.problem.expect("a binary file is reported");
            assert!(problem.message.starts_with("it is not text"));
        }
    }
}
