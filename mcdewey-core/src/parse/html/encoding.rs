//! The bytes of a page in, its text out.
//!
//! ```text
//! byte order mark -> <?xml encoding="..."?> -> <meta charset> -> UTF-8 if it is valid -> windows-1252
//! ```
//!
//! # Source
//! <https://html.spec.whatwg.org/#determining-the-character-encoding>, and where a page says one
//! encoding and is in another, what its bytes show.

use encoding_rs::{Encoding, REPLACEMENT, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

use super::super::decode::{self, Decoded};
use crate::document::{Problem, ProblemKind};

/// How far into a page its encoding is sought. The standard says 1024 bytes; pages with long
/// comments at their start say it later.
const SEARCHED_BYTES: usize = 4096;

/// One NUL byte in so many is damage; more are another kind of file. Chosen by hand.
const BYTES_PER_NUL: usize = 500;

/// Decodes a page.
pub(super) fn decode(bytes: &[u8]) -> Decoded {
    if let Some((encoding, mark_len)) = Encoding::for_bom(bytes) {
        return decode_as(encoding, &bytes[mark_len..]);
    }
    let declared = declared(bytes);
    if let Some(wide) = declared.filter(|&it| it == UTF_16LE || it == UTF_16BE) {
        return decode_as(wide, bytes);
    }
    let n_nul = bytes.split(|&byte| byte == 0).count() - 1;
    if n_nul * BYTES_PER_NUL > bytes.len() {
        return decode::not_text();
    }
    let encoding = match (declared, std::str::from_utf8(bytes)) {
        (None, Err(_)) => WINDOWS_1252,
        // What is valid in UTF-8 is hardly ever meant as something else of one byte a letter.
        (None, Ok(_)) => UTF_8,
        (Some(said), Ok(_)) if said.is_single_byte() => UTF_8,
        (Some(said), Err(_)) if said == UTF_8 && !has_utf8(bytes) => {
            let mut decoded = decode_as(WINDOWS_1252, bytes);
            let message = "it says that it is in UTF-8, but it is not; read as windows-1252";
            decoded.problem = Some(Problem::new(ProblemKind::Encoding, "", message));
            return decoded;
        }
        (Some(said), _) => said,
    };
    decode_as(encoding, bytes)
}

fn decode_as(encoding: &'static Encoding, bytes: &[u8]) -> Decoded {
    if encoding == UTF_8 {
        return Decoded::of_utf8(bytes);
    }
    let (text, had_errors) = encoding.decode_without_bom_handling(bytes);
    let problem = had_errors.then(|| invalid(encoding, &text));
    let repairs = text.matches('\u{fffd}').count();
    Decoded {
        encoding: Some(encoding.name()),
        repairs: if had_errors { repairs } else { 0 },
        problem,
        ..Decoded::of(decode::normalise(text))
    }
}

fn invalid(encoding: &'static Encoding, text: &str) -> Problem {
    let before = text.split('\u{fffd}').next().unwrap_or_default();
    let line = before.matches('\n').count() + 1;
    let message = format!(
        "bytes that are not in {}, the first in line {line}; U+FFFD stands there now",
        encoding.name()
    );
    Problem::new(ProblemKind::Encoding, format!("line {line}"), message)
}

/// Whether there is a letter beyond ASCII that is encoded in UTF-8.
fn has_utf8(bytes: &[u8]) -> bool {
    bytes.utf8_chunks().any(|chunk| !chunk.valid().is_ascii())
}

/// The encoding that the page says it is in.
fn declared(bytes: &[u8]) -> Option<&'static Encoding> {
    match bytes {
        [b'<', 0, ..] => return Some(UTF_16LE),
        [0, b'<', ..] => return Some(UTF_16BE),
        _ => {}
    }
    let head = &bytes[..bytes.len().min(SEARCHED_BYTES)].to_ascii_lowercase();
    let head = String::from_utf8_lossy(head);
    let label = label_in_xml(&head).or_else(|| label_in_meta(&head))?;
    let encoding = Encoding::for_label(label.as_bytes())?;
    // A page whose declaration can be read byte by byte is not in UTF-16.
    let is_wide = encoding == UTF_16LE || encoding == UTF_16BE;
    if is_wide || encoding == REPLACEMENT {
        return Some(UTF_8);
    }
    Some(encoding)
}

fn label_in_xml(head: &str) -> Option<&str> {
    let declaration = head
        .trim_start()
        .strip_prefix("<?xml")?
        .split("?>")
        .next()?;
    let (_, rest) = declaration.split_once("encoding")?;
    label(rest)
}

fn label_in_meta(head: &str) -> Option<&str> {
    head.split("<meta").skip(1).find_map(|tag| {
        let tag = tag.split('>').next()?;
        let (_, rest) = tag.split_once("charset")?;
        label(rest)
    })
}

/// What stands after `=`, in quotes or not.
fn label(rest: &str) -> Option<&str> {
    let rest = rest.trim_start().strip_prefix('=')?;
    let rest = rest.trim_start().trim_start_matches(['"', '\'']);
    let end = rest.find(['"', '\'', ';', ' ', '/', '?', '\n', '\t', '>']);
    Some(&rest[..end.unwrap_or(rest.len())]).filter(|label| !label.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(bytes: &[u8]) -> String {
        let decoded = decode(bytes);
        assert_eq!(decoded.problem, None);
        decoded.text.unwrap()
    }

    #[test]
    fn the_page_says_its_encoding() {
        assert_eq!(
            text(b"<?xml version='1.0' encoding='ISO-8859-1'?>\xe9"),
            "<?xml version='1.0' encoding='ISO-8859-1'?>\u{e9}"
        );
        assert!(text(b"<META Charset=windows-1252>\x93x\x94").ends_with("\u{201c}x\u{201d}"));
        let japanese = b"<meta http-equiv=x content='text/html; charset=Shift_JIS'>\x83e\x83X\x83g";
        assert!(text(japanese).ends_with("テスト"));
    }

    #[test]
    fn byte_order_marks_come_first() {
        assert_eq!(text(b"\xFF\xFE<\0p\0>\0\xe9\0"), "<p>\u{e9}");
        assert_eq!(text(b"\0<\0p\0>"), "<p>");
        assert_eq!(text("\u{feff}<p>é".as_bytes()), "<p>é");
    }

    #[test]
    fn what_says_nothing_is_utf8_or_windows_1252() {
        assert_eq!(text("<p>é\r\n".as_bytes()), "<p>é\n");
        assert_eq!(text(b"<p>\xe9 \x80"), "<p>é €");
    }

    #[test]
    fn bytes_show_what_a_page_says_wrongly() {
        assert_eq!(
            text("<meta charset=latin1>é".as_bytes()),
            "<meta charset=latin1>é"
        );
        let decoded = decode(b"<meta charset=utf-8>caf\xe9");
        assert!(decoded.text.unwrap().ends_with("café"));
        assert_eq!(decoded.problem.unwrap().kind, ProblemKind::Encoding);
    }

    #[test]
    fn repaired_bytes_are_reported_with_their_line() {
        let decoded = decode("<meta charset=utf-8>\né \u{0}".as_bytes());
        assert_eq!(decoded.text, None, "too many NUL bytes for a page");
        let mut bytes = "<meta charset=utf-8>\né ".as_bytes().to_vec();
        bytes.push(0xff);
        assert_eq!(decode(&bytes).problem.unwrap().place, "line 2");
        let decoded = decode(b"<meta charset=euc-jp>\n\n\xff");
        assert_eq!(decoded.problem.unwrap().place, "line 3");
    }

    #[test]
    fn another_kind_of_file_is_no_page() {
        assert_eq!(decode(b"PK\x03\x04\0\0\0\0").text, None);
    }
}
