//! XML in, its tags and text out, as far as it can be read.
//!
//! Prefixes are left off: the formats that are read do not use one name for two things. Nothing
//! is declared: an entity that a document declares itself stands for nothing, so that no entity
//! can stand for a gigabyte. Nothing is kept of the elements that are open, so they may be nested
//! as deep as they like.

use std::borrow::Cow;

use encoding_rs::{Encoding, UTF_8};
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use quick_xml::name::LocalName;

/// Reads one file.
#[derive(Debug)]
pub(super) struct Xml<'a> {
    reader: Reader<&'a [u8]>,
    error: Option<String>,
}

/// What comes next in a file.
#[derive(Debug)]
pub(super) enum Node<'a> {
    Start(Tag<'a>),
    /// The name of the element that ends. An element without content ends, too.
    End(Cow<'a, str>),
    Text(Cow<'a, str>),
}

/// The start of an element.
#[derive(Debug)]
pub(super) struct Tag<'a>(BytesStart<'a>);

impl<'a> Xml<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        let mut reader = Reader::from_str(text);
        let config = reader.config_mut();
        config.expand_empty_elements = true;
        config.check_end_names = false;
        config.allow_unmatched_ends = true;
        config.allow_dangling_amp = true;
        Self {
            reader,
            error: None,
        }
    }

    /// What comes next; `None` at the end, or where no more can be made of it.
    pub(super) fn next(&mut self) -> Option<Node<'a>> {
        while self.error.is_none() {
            match self.reader.read_event() {
                Ok(Event::Start(start)) => return Some(Node::Start(Tag(start))),
                Ok(Event::End(end)) => return Some(Node::End(local(end.name().local_name()))),
                Ok(Event::Text(text)) => return Some(Node::Text(text.xml10_content())),
                Ok(Event::CData(text)) => return Some(Node::Text(text.xml10_content())),
                Ok(Event::GeneralRef(reference)) => {
                    if let Some(text) = resolve(&reference) {
                        return Some(Node::Text(text.into()));
                    }
                }
                Ok(Event::Eof) => return None,
                Ok(_) => {}
                Err(error) => self.error = Some(error.to_string()),
            }
        }
        None
    }

    /// Why reading ended before the end.
    pub(super) fn error(self) -> Option<String> {
        self.error
    }
}

fn local(name: LocalName<'_>) -> Cow<'static, str> {
    Cow::Owned(name.into_inner().to_owned())
}

/// What a character reference or one of the entities that everybody knows stands for.
fn resolve(reference: &str) -> Option<String> {
    if let Some(number) = reference.strip_prefix('#') {
        let code = match number.strip_prefix(['x', 'X']) {
            Some(digits) => u32::from_str_radix(digits, 16),
            None => number.parse(),
        };
        return char::from_u32(code.ok()?).map(String::from);
    }
    let known = match reference {
        "amp" => "&",
        "lt" => "<",
        "gt" => ">",
        "quot" => "\"",
        "apos" => "'",
        "nbsp" => "\u{a0}",
        "ndash" => "\u{2013}",
        "mdash" => "\u{2014}",
        "hellip" => "\u{2026}",
        "lsquo" => "\u{2018}",
        "rsquo" => "\u{2019}",
        "ldquo" => "\u{201c}",
        "rdquo" => "\u{201d}",
        "copy" => "\u{a9}",
        "reg" => "\u{ae}",
        "trade" => "\u{2122}",
        _ => return None,
    };
    Some(known.to_owned())
}

impl Tag<'_> {
    /// The element's name without a prefix.
    pub(super) fn name(&self) -> &str {
        self.0.local_name().into_inner()
    }

    /// The value of the attribute of this name, whatever its prefix.
    pub(super) fn attribute(&self, name: &str) -> Option<String> {
        let mut attributes = self.0.attributes();
        // Comparing each with each takes as long as somebody likes.
        let attributes = attributes.with_checks(false);
        let found = attributes
            .flatten()
            .find(|attribute| attribute.key.local_name().into_inner() == name)?;
        let value: &str = &found.value;
        if !value.contains('&') {
            return Some(value.to_owned());
        }
        let mut text = String::new();
        let mut parts = value.split('&');
        text.push_str(parts.next().unwrap_or_default());
        for part in parts {
            match part.split_once(';') {
                Some((reference, rest)) => {
                    text.push_str(&resolve(reference).unwrap_or_default());
                    text.push_str(rest);
                }
                None => text.push_str(part),
            }
        }
        Some(text)
    }

    /// The attribute `val`, by which Word says nearly everything.
    pub(super) fn value(&self) -> Option<String> {
        self.attribute("val")
    }

    /// Whether a property that is said by its presence is on.
    pub(super) fn is_on(&self) -> bool {
        let value = self.value();
        !matches!(value.as_deref(), Some("0" | "false" | "off" | "none"))
    }
}

/// The text of an XML file: by its byte order mark, else by the encoding that it declares, else
/// UTF-8.
pub(super) fn decode(bytes: Vec<u8>) -> String {
    let declared = || {
        let head = &bytes[..bytes.len().min(200)];
        let head =
            std::str::from_utf8(head).map_or_else(|error| &head[..error.valid_up_to()], |_| head);
        let head = std::str::from_utf8(head).ok()?;
        let (declaration, _) = head.trim_start().strip_prefix("<?xml")?.split_once("?>")?;
        let (_, after) = declaration.split_once("encoding")?;
        let label = after.trim_start().strip_prefix('=')?.trim_start();
        let label = label.split(['"', '\'']).nth(1)?;
        Encoding::for_label(label.as_bytes())
    };
    let is_utf16 = |encoding: &'static Encoding| encoding.name().starts_with("UTF-16");
    let encoding = match Encoding::for_bom(&bytes) {
        Some((encoding, _)) => encoding,
        // What can be read as ASCII so far is not what it says.
        None => declared().filter(|found| !is_utf16(found)).unwrap_or(UTF_8),
    };
    if encoding == UTF_8 {
        return match String::from_utf8(bytes) {
            Ok(text) => match text.strip_prefix('\u{feff}') {
                Some(text) => text.to_owned(),
                None => text,
            },
            Err(error) => String::from_utf8_lossy(error.as_bytes()).into_owned(),
        };
    }
    encoding.decode(&bytes).0.into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Tags and text on one line.
    fn shown(text: &str) -> String {
        let mut xml = Xml::new(text);
        let mut shown = String::new();
        while let Some(node) = xml.next() {
            match node {
                Node::Start(tag) => shown.extend(["<", tag.name(), ">"]),
                Node::End(name) => shown.extend(["</", &name, ">"]),
                Node::Text(text) => shown.push_str(&text),
            }
        }
        shown
    }

    #[test]
    fn prefixes_go_and_references_are_resolved() {
        let text = "<?xml version='1.0'?><w:p x=\"1\">a &lt; &#x42;&#67; <b/><![CDATA[<&]]></w:p>";
        assert_eq!(shown(text), "<p>a < BC <b></b><&</p>");
    }

    #[test]
    fn entities_that_a_document_declares_stand_for_nothing() {
        let mut laughs = String::from("<!DOCTYPE l [<!ENTITY a 'ha'>");
        for (of, name) in ["a", "b", "c", "d"].iter().zip(["b", "c", "d", "e"]) {
            let tenfold = format!("&{of};").repeat(10);
            laughs.extend(["<!ENTITY ", name, " '", &tenfold, "'>"]);
        }
        laughs += "]><p>x&e;y&d;</p>";
        assert_eq!(shown(&laughs), "<p>xy</p>");
        let outside = "<!DOCTYPE p [<!ENTITY f SYSTEM 'file:///etc/passwd'>]><p>&f;</p>";
        assert_eq!(shown(outside), "<p></p>");
    }

    #[test]
    fn attributes_are_found_by_their_local_name() {
        let mut xml = Xml::new("<a w:val='x &amp; &#121;' w:val='again' off='0'/>");
        let Some(Node::Start(tag)) = xml.next() else {
            panic!("{xml:?}");
        };
        assert_eq!(tag.value().as_deref(), Some("x & y"));
        assert_eq!(tag.attribute("none"), None);
    }

    #[test]
    fn reading_ends_where_it_breaks_and_says_so() {
        let mut xml = Xml::new("<a>text<b");
        let mut n_nodes = 0;
        while xml.next().is_some() {
            n_nodes += 1;
        }
        assert_eq!(n_nodes, 2);
        assert!(xml.error().is_some());
    }

    #[test]
    fn the_encoding_is_that_of_the_mark_or_the_one_declared() {
        let decoded = |bytes: &[u8]| decode(bytes.to_vec());
        assert_eq!(decoded(b"\xEF\xBB\xBF<a/>"), "<a/>");
        assert_eq!(decoded(b"\xFF\xFE<\0a\0/\0>\0"), "<a/>");
        assert_eq!(
            decoded(b"<?xml version='1.0' encoding='ISO-8859-1'?><a>\xE9</a>"),
            "<?xml version='1.0' encoding='ISO-8859-1'?><a>\u{e9}</a>"
        );
        assert_eq!(
            decoded(b"<?xml encoding=\"UTF-16\"?>\xC3\xA9"),
            "<?xml encoding=\"UTF-16\"?>\u{e9}"
        );
    }
}
