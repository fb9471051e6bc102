//! What a PDF says about itself in, title and date out.

use hayro_syntax::Pdf;
use hayro_syntax::object::{DateTime, Dict, Stream};

use super::strings;

/// Extensions of files whose names programs write where the title belongs.
const EXTENSIONS: [&str; 26] = [
    "book", "dita", "ditamap", "doc", "docm", "docx", "dot", "dvi", "eps", "fm", "htm", "html",
    "indd", "md", "odt", "pages", "pdf", "pmd", "ppt", "pptx", "ps", "qxd", "rtf", "tex", "txt",
    "xml",
];

/// What programs put before the name of the file.
const PROGRAMS: [&str; 4] = [
    "microsoft word -",
    "microsoft powerpoint -",
    "powerpoint presentation",
    "print ",
];

/// What stands for no title.
const NO_TITLES: [&str; 10] = [
    "untitled",
    "unspecified",
    "title",
    "document",
    "none",
    "null",
    "no title",
    "noname",
    "unknown",
    "documentation",
];

/// Most bytes of XMP that are looked through.
const MAX_XMP: usize = 1 << 20;

/// The title, if it says one that is not the name of a file.
pub(super) fn title(pdf: &Pdf) -> Option<String> {
    let info = pdf.metadata().title.as_deref().map(strings::decode);
    let from_info = info.and_then(|title| sensible(&title));
    from_info.or_else(|| sensible(&element(&xmp(pdf)?, "dc:title")?))
}

/// The day on which it was made, as `2025-08-14`.
pub(super) fn date(pdf: &Pdf) -> Option<String> {
    let metadata = pdf.metadata();
    let day = |date: Option<DateTime>| {
        let date = date?;
        let is_sensible = (1985..2100).contains(&date.year);
        is_sensible.then(|| format!("{:04}-{:02}-{:02}", date.year, date.month, date.day))
    };
    day(metadata.creation_date)
        .or_else(|| day(metadata.modification_date))
        .or_else(|| {
            let created = element(&xmp(pdf)?, "xmp:CreateDate")?;
            let day = created.get(..10)?;
            let is_day = day.bytes().enumerate().all(|(at, byte)| match at {
                4 | 7 => byte == b'-',
                _ => byte.is_ascii_digit(),
            });
            is_day.then(|| day.to_owned())
        })
}

fn sensible(title: &str) -> Option<String> {
    let words: Vec<&str> = title.split_whitespace().collect();
    let title = words.join(" ");
    let lower = title.to_lowercase();
    let bare = lower.trim_matches(|c: char| !c.is_alphanumeric());
    let is_program = PROGRAMS.iter().any(|program| lower.starts_with(program));
    let is_file = bare
        .rsplit_once('.')
        .is_some_and(|(_, extension)| EXTENSIONS.contains(&extension))
        || title.contains(":\\")
        || title.starts_with('/');
    // A word with underscores or of a number is a name, not a title.
    let is_name = !title.contains(' ') && (title.contains('_') || !has_letters(&title));
    let says_something = has_letters(&title) && !NO_TITLES.contains(&bare) && bare.len() > 1;
    (says_something && !is_program && !is_file && !is_name).then_some(title)
}

fn has_letters(text: &str) -> bool {
    text.chars().filter(|c| c.is_alphabetic()).count() >= 2
}

fn xmp(pdf: &Pdf) -> Option<String> {
    let xref = pdf.xref();
    let catalog = xref.get::<Dict<'_>>(xref.root_id())?;
    let stream = catalog.get::<Stream<'_>>("Metadata")?;
    let bytes = stream.decoded_data().ok()?;
    let bytes = &bytes[..bytes.len().min(MAX_XMP)];
    Some(String::from_utf8_lossy(bytes).into_owned())
}

/// The first text within an element. XMP is written by machines in one way, so that a reader of
/// XML is not needed to find a title in it.
fn element(xmp: &str, name: &str) -> Option<String> {
    let open = xmp.find(&format!("<{name}"))?;
    let body = &xmp[open..];
    let body = &body[body.find('>')? + 1..];
    let body = &body[..body.find(&format!("</{name}>"))?];
    let text = body
        .split('<')
        .map(|part| part.split_once('>').map_or(part, |(_, text)| text).trim())
        .find(|text| !text.is_empty())?;
    let text = [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&apos;", "'"),
        ("&amp;", "&"),
    ]
    .into_iter()
    .fold(text.to_owned(), |text, (entity, c)| text.replace(entity, c));
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_files_and_fillers_are_no_titles() {
        for title in [
            "",
            " ",
            "untitled",
            "(unspecified)",
            "Microsoft Word - guide.doc",
            "guide_v2.fm",
            "C:\\docs\\guide.doc",
            "ug_final_2",
            "12345",
            "-",
            "R-intro.texi.pdf",
        ] {
            assert_eq!(sensible(title), None, "{title}");
        }
        for title in ["VLAN Guide", "Eldap", "Release 4.2", "What is new in v2.0"] {
            assert_eq!(sensible(title).as_deref(), Some(title));
        }
        assert_eq!(sensible(" A\n guide ").as_deref(), Some("A guide"));
    }

    #[test]
    fn a_title_is_found_in_xmp() {
        let xmp = "<x><dc:title>\n<rdf:Alt><rdf:li xml:lang='x'>Nuts &amp; Bolts</rdf:li>\
                   </rdf:Alt></dc:title></x>";
        assert_eq!(element(xmp, "dc:title").as_deref(), Some("Nuts & Bolts"));
        assert_eq!(element(xmp, "dc:date"), None);
        assert_eq!(element("<dc:title>", "dc:title"), None);
    }
}
