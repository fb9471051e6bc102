//! Whole files in, documents out.

use std::fmt::Write as _;

use proptest::prelude::*;

use super::*;
use crate::chunk::{ChunkSettings, chunk};
use crate::document::BlockKind;

/// Fonts of the files made here: `/F1` Helvetica, `/F2` bold, `/F3` Courier.
const FONTS: [&str; 3] = ["Helvetica", "Helvetica-Bold", "Courier"];

/// Number of the first page's object; its content comes next, then the next page.
const FIRST_PAGE: usize = 6;

/// A file in the making.
#[derive(Default)]
struct Maker {
    contents: Vec<String>,
    /// Entries of the catalogue.
    catalog: String,
    /// Entries of the trailer.
    trailer: String,
    /// Entries of every page's resources.
    resources: String,
    /// Objects from 1000 on.
    more: Vec<String>,
}

impl Maker {
    fn of(contents: &[String]) -> Self {
        Self {
            contents: contents.to_vec(),
            ..Self::default()
        }
    }

    fn bytes(&self) -> Vec<u8> {
        let kids: Vec<String> = (0..self.contents.len())
            .map(|index| format!("{} 0 R", FIRST_PAGE + 2 * index))
            .collect();
        let mut objects = vec![
            (
                1,
                format!("<< /Type /Catalog /Pages 2 0 R {} >>", self.catalog),
            ),
            (
                2,
                format!(
                    "<< /Type /Pages /Kids [{}] /Count {} /MediaBox [0 0 600 800] >>",
                    kids.join(" "),
                    kids.len()
                ),
            ),
        ];
        for (index, name) in FONTS.iter().enumerate() {
            let font = format!(
                "<< /Type /Font /Subtype /Type1 /BaseFont /{name} /Encoding /WinAnsiEncoding >>"
            );
            objects.push((3 + index, font));
        }
        for (index, content) in self.contents.iter().enumerate() {
            let number = FIRST_PAGE + 2 * index;
            objects.push((
                number,
                format!(
                    "<< /Type /Page /Parent 2 0 R /Contents {} 0 R /Resources << /Font << /F1 3 0 R \
                     /F2 4 0 R /F3 5 0 R >> {} >> >>",
                    number + 1,
                    self.resources
                ),
            ));
            objects.push((number + 1, stream("", content)));
        }
        let more = self.more.iter().enumerate();
        objects.extend(more.map(|(index, object)| (1000 + index, object.clone())));
        file(&objects, &self.trailer)
    }

    fn parse(&self) -> Document {
        parse(&self.bytes(), &Limits::default())
    }
}

fn stream(entries: &str, content: &str) -> String {
    format!(
        "<< /Length {} {entries} >>\nstream\n{content}\nendstream",
        content.len()
    )
}

/// Objects with their numbers, and a table of where each stands.
fn file(objects: &[(usize, String)], trailer: &str) -> Vec<u8> {
    let mut text = String::from("%PDF-1.7\n");
    let mut offsets = Vec::new();
    for (number, object) in objects {
        offsets.push((number, text.len()));
        writeln!(text, "{number} 0 obj\n{object}\nendobj").unwrap();
    }
    let table = text.len();
    text.push_str("xref\n0 1\n0000000000 65535 f \n");
    for (number, offset) in offsets {
        writeln!(text, "{number} 1\n{offset:010} 00000 n ").unwrap();
    }
    let size = objects
        .iter()
        .map(|(number, _)| number + 1)
        .max()
        .unwrap_or(1);
    writeln!(
        text,
        "trailer\n<< /Size {size} /Root 1 0 R {trailer} >>\nstartxref\n{table}\n%%EOF"
    )
    .unwrap();
    text.into_bytes()
}

/// A line of text: font, size, place from the lower left corner.
fn at(x: u32, y: u32, font: u32, size: u32, text: &str) -> String {
    let text = text
        .replace('\\', "\\\\")
        .replace('(', "\\(")
        .replace(')', "\\)");
    format!("BT /F{font} {size} Tf 1 0 0 1 {x} {y} Tm ({text}) Tj ET\n")
}

/// Lines below one another, ten points high.
fn lines(x: u32, y: u32, texts: &[&str]) -> String {
    (0..)
        .zip(texts)
        .map(|(index, text)| at(x, y - 12 * index, 1, 10, text))
        .collect()
}

fn text_of(content: String) -> String {
    Maker::of(&[content]).parse().text
}

fn problems(document: &Document) -> Vec<(ProblemKind, &str)> {
    let problems = document.problems.iter();
    problems
        .map(|problem| (problem.kind, problem.place.as_str()))
        .collect()
}

#[test]
fn lines_become_paragraphs_and_parted_words_one() {
    let first = ["The quick brown fox jumps over the lazy dog and then it imple-"];
    let rest = [
        "ments what the well-known author wrote about interoperability in",
        "a short last line.",
        "A new paragraph starts here, since the line before it was not full.",
    ];
    let content = lines(50, 700, &first) + &lines(50, 688, &rest);
    assert_eq!(
        text_of(content),
        "The quick brown fox jumps over the lazy dog and then it implements what the well-known \
         author wrote about interoperability in a short last line.\n\n\
         A new paragraph starts here, since the line before it was not full.\n\n"
    );
}

#[test]
fn columns_are_read_one_after_the_other() {
    let left: Vec<String> = (0..8)
        .map(|n| format!("left column line {n} with its words"))
        .collect();
    let right: Vec<String> = (0..8)
        .map(|n| format!("right column line {n} and its words"))
        .collect();
    let left: Vec<&str> = left.iter().map(String::as_str).collect();
    let right: Vec<&str> = right.iter().map(String::as_str).collect();
    let title =
        "A title that runs over both of the columns of this page, as titles tend to do there";
    // Printed row by row, as some programs do.
    let mut content = at(50, 720, 1, 10, title);
    for (index, (left, right)) in (0..).zip(left.iter().zip(&right)) {
        let y = 690 - 12 * index;
        content += &at(50, y, 1, 10, left);
        content += &at(240, y, 1, 10, right);
    }
    let text = text_of(content);
    assert!(text.starts_with(title), "{text}");
    let place = |what: &str| {
        text.find(what)
            .unwrap_or_else(|| panic!("no `{what}` in {text}"))
    };
    assert!(
        place("left column line 7") < place("right column line 0"),
        "{text}"
    );
}

#[test]
fn rows_of_cells_are_a_table_and_wrapped_cells_stay_in_their_row() {
    let mut content = String::new();
    for (y, cells) in [
        (700, ["Port", "Use", "State"]),
        (688, ["5060", "Signalling between the gateway", "open"]),
        (676, ["", "and its peers", ""]),
        (664, ["5061", "The same, encrypted", "open"]),
        (652, ["69", "Firmware", "closed"]),
    ] {
        let font = if y == 700 { 2 } else { 1 };
        for (x, cell) in [50, 120, 320].into_iter().zip(cells) {
            content += &at(x, y, font, 10, cell);
        }
    }
    let document = Maker::of(&[content]).parse();
    assert_eq!(
        document.text,
        "| Port | Use | State |\n|---|---|---|\n\
         | 5060 | Signalling between the gateway and its peers | open |\n\
         | 5061 | The same, encrypted | open |\n| 69 | Firmware | closed |\n\n"
    );
    assert!(matches!(
        document.blocks[0].kind,
        BlockKind::Table { header: Some(_) }
    ));
}

#[test]
fn code_keeps_its_columns_and_blank_lines() {
    let content = lines(50, 740, &["Configure the interface like this:"])
        + &at(50, 700, 3, 10, "interface eth0 {")
        + &at(74, 688, 3, 10, "mtu 9000;      # jumbo")
        + &at(50, 676, 3, 10, "}")
        + &at(50, 652, 3, 10, "commit")
        + &lines(50, 620, &["Then look whether it came up."]);
    assert_eq!(
        text_of(content),
        "Configure the interface like this:\n\n```\ninterface eth0 {\n    mtu 9000;      # jumbo\n}\n\n\
         commit\n```\n\nThen look whether it came up.\n\n"
    );
}

#[test]
fn lists_keep_their_items_and_levels() {
    let content = lines(50, 720, &["The gateway speaks these:"])
        + &lines(60, 700, &["\u{95} SIP"]).replace('\u{95}', "\\225")
        + &lines(
            80,
            688,
            &["- over TCP", "- over TLS, which is the one to prefer when"],
        )
        + &lines(88, 664, &["the peer can do it"])
        + &lines(60, 652, &["\u{95} MGCP"]).replace('\u{95}', "\\225")
        + &lines(50, 620, &["1. Stop it.", "2. Start it."]);
    // A backslash was doubled on the way.
    let text = text_of(content.replace("\\\\225", "\\225"));
    assert_eq!(
        text,
        "The gateway speaks these:\n\n- SIP\n  - over TCP\n  - over TLS, which is the one to prefer \
         when the peer can do it\n- MGCP\n\n1. Stop it.\n2. Start it.\n\n"
            .replace("MGCP\n\n1.", "MGCP\n1.")
    );
}

fn manual() -> Maker {
    let names = ["Introduction", "Ports", "Codecs", "Alarms"];
    let contents: Vec<String> = names
        .iter()
        .enumerate()
        .map(|(index, name)| {
            let number = index + 1;
            at(50, 770, 1, 9, "Gateway Guide")
                + &at(50, 720, 2, 16, &format!("{number} {name}"))
                + &lines(
                    50,
                    690,
                    &[&format!("Words on {name} that fill a line of this page.")],
                )
                + &at(290, 30, 1, 9, &format!("A-{number}"))
        })
        .collect();
    Maker::of(&contents)
}

#[test]
fn running_heads_go_and_their_numbers_become_labels() {
    let document = manual().parse();
    assert!(
        !document.text.contains("Gateway Guide"),
        "{}",
        document.text
    );
    assert!(!document.text.contains("A-2"), "{}", document.text);
    let labels: Vec<_> = document
        .pages
        .iter()
        .map(|page| page.label.as_deref())
        .collect();
    assert_eq!(labels, [Some("A-1"), Some("A-2"), Some("A-3"), Some("A-4")]);
    assert_eq!(document.sections[1].heading, "2 Ports");
    assert_eq!(
        document
            .page_at(document.sections[2].start)
            .map(|page| page.number),
        Some(3)
    );
}

#[test]
fn what_is_all_that_most_pages_say_is_no_running_head() {
    let contents: Vec<String> = (1..=5)
        .map(|number| lines(50, 400, &[&format!("Slide {number} of the talk")]))
        .collect();
    let document = Maker::of(&contents).parse();
    assert_eq!(problems(&document), []);
    for number in 1..=5 {
        assert!(
            document
                .text
                .contains(&format!("Slide {number} of the talk"))
        );
    }
}

#[test]
fn a_page_that_is_blank_but_for_its_running_head_is_empty() {
    let mut maker = manual();
    let head = at(50, 770, 1, 9, "Gateway Guide") + &at(290, 30, 1, 9, "A-5");
    maker.contents.push(head);
    let document = maker.parse();
    assert!(
        !document.text.contains("Gateway Guide"),
        "{}",
        document.text
    );
    assert_eq!(document.pages[4].start, document.text.len());
}

#[test]
fn page_labels_of_the_file_come_first() {
    let mut maker = manual();
    maker.catalog = "/PageLabels << /Nums [0 << /S /r >> 2 << /S /D /St 17 /P (B-) >>] >>".into();
    let document = maker.parse();
    let labels: Vec<_> = document
        .pages
        .iter()
        .map(|page| page.label.as_deref())
        .collect();
    assert_eq!(labels, [Some("i"), Some("ii"), Some("B-17"), Some("B-18")]);
}

#[test]
fn bookmarks_say_what_is_a_heading_and_of_what_level() {
    let mut maker = manual();
    maker.catalog =
        "/Outlines 1000 0 R /Names << /Dests << /Names [(codecs) [10 0 R /XYZ 0 730 0]] \
                     >> >>"
            .into();
    maker.more = vec![
        "<< /First 1001 0 R >>".into(),
        "<< /Title (Introduction) /Dest [6 0 R /XYZ 0 730 0] /Next 1002 0 R >>".into(),
        "<< /Title (Configuration) /Dest [8 0 R /XYZ 0 790 0] /First 1003 0 R /Next 1005 0 R >>"
            .into(),
        "<< /Title (Ports) /A << /S /GoTo /D [8 0 R /XYZ 0 730 0] >> /Next 1004 0 R >>".into(),
        "<< /Title <FEFF0043006F0064006500630073> /Dest (codecs) /Next 1003 0 R >>".into(),
        "<< /Title (Alarms) /Dest [3 /Fit] /Next 1001 0 R >>".into(),
    ];
    let document = maker.parse();
    let headings: Vec<(u8, &str)> = document
        .sections
        .iter()
        .map(|section| (section.level, section.heading.as_str()))
        .collect();
    assert_eq!(
        headings,
        [
            (1, "1 Introduction"),
            (1, "Configuration"),
            (2, "2 Ports"),
            (2, "3 Codecs"),
            (1, "4 Alarms")
        ]
    );
    assert_eq!(document.heading_path(3), ["Configuration", "3 Codecs"]);
}

#[test]
fn title_and_date_come_from_the_file() {
    let mut maker = manual();
    maker.trailer = "/Info 1000 0 R".into();
    maker.more = vec!["<< /Title (Gateway Guide) /CreationDate (D:20250814093000Z) >>".into()];
    let document = maker.parse();
    assert_eq!(document.title.as_deref(), Some("Gateway Guide"));
    assert_eq!(document.date.as_deref(), Some("2025-08-14"));
    maker.more = vec!["<< /Title (guide_v3.fm) /CreationDate (yesterday) >>".into()];
    let document = maker.parse();
    assert_eq!(document.title.as_deref(), Some("1 Introduction"));
    assert_eq!(document.date, None);
}

#[test]
fn ligatures_accents_and_footnotes() {
    let content = "BT /F1 10 Tf 1 0 0 1 50 700 Tm [(Caf) 0 (e) 556 (\\264)] TJ ET\n".to_owned()
        + &at(50, 680, 1, 10, "as it was written before")
        + &at(154, 684, 1, 6, "12");
    let text = text_of(content);
    assert!(text.contains("Café"), "{text}");
    assert!(text.contains("before 12"), "{text}");
}

#[test]
fn turned_text_is_read_along_its_lines() {
    let content = lines(50, 700, &["upright text of the page, the most of it"])
        + "BT /F1 10 Tf 0 1 -1 0 590 100 Tm (turned words) Tj ET\n";
    let text = text_of(content);
    assert!(
        text.contains("upright text") && text.contains("turned words"),
        "{text}"
    );
}

#[test]
fn replacement_text_stands_for_what_is_shown() {
    let content = "/Span << /ActualText (office) >> BDC BT /F1 10 Tf 1 0 0 1 50 700 Tm (o#ce) Tj ET \
                   EMC\n";
    assert_eq!(text_of(content.to_owned()), "office\n\n");
}

#[test]
fn forms_are_part_of_the_page_and_may_not_contain_themselves() {
    let mut maker = Maker::of(&["/X Do".to_owned()]);
    maker.resources = "/XObject << /X 1000 0 R >>".into();
    let form = "/Type /XObject /Subtype /Form /BBox [0 0 600 800] /Matrix [1 0 0 1 0 0] /Resources << \
                /Font << /F1 3 0 R >> /XObject << /X 1000 0 R >> >>";
    maker.more = vec![stream(
        form,
        &format!("{}/X Do /X Do", at(50, 700, 1, 10, "in a form")),
    )];
    assert_eq!(maker.parse().text, "in a form\n\n");
}

#[test]
fn pages_of_images_are_reported() {
    let mut maker = Maker::of(&["/X Do".to_owned(), "/X Do".to_owned()]);
    maker.resources = "/XObject << /X 1000 0 R >>".into();
    let image = "/Type /XObject /Subtype /Image /Width 1 /Height 1 /BitsPerComponent 8 \
                 /ColorSpace /DeviceGray";
    maker.more = vec![stream(image, "x")];
    let document = maker.parse();
    assert_eq!(
        problems(&document),
        [(ProblemKind::ImageOnly, ""), (ProblemKind::Empty, "")]
    );
    assert_eq!(document.pages.len(), 2);
    maker.contents.push(lines(50, 700, &["text"]));
    let document = maker.parse();
    assert_eq!(problems(&document), [(ProblemKind::ImageOnly, "pages 1-2")]);
}

#[test]
fn text_in_a_font_that_is_not_there_is_guessed_and_reported() {
    let document = Maker::of(&[
        lines(50, 700, &["text"]),
        at(50, 700, 9, 10, "What most fonts would show"),
        at(50, 700, 9, 10, "\u{1}\u{2}\u{1}"),
    ])
    .parse();
    let places = [
        (ProblemKind::Encoding, "page 3"),
        (ProblemKind::Encoding, "page 2"),
    ];
    assert_eq!(problems(&document), places);
    assert_eq!(document.text, "text\n\nWhat most fonts would show\n\n");
}

#[test]
fn a_password_is_asked_for_by_name() {
    let mut maker = manual();
    let secret = "00112233445566778899AABBCCDDEEFF00112233445566778899AABBCCDDEEFF";
    maker.trailer = format!(
        "/ID [<00><00>] /Encrypt << /Filter /Standard /V 2 /R 3 /Length 128 /P -4 /O <{secret}> /U \
         <{secret}> >>"
    );
    let document = maker.parse();
    assert_eq!(problems(&document)[0], (ProblemKind::Encrypted, ""));
    assert!(document.problems[0].message.contains("password"));
}

#[test]
fn what_is_no_pdf_is_said_to_be_none() {
    for bytes in [&b""[..], b"hello", b"\0\0\0\0", b"PK\x03\x04"] {
        let document = parse(bytes, &Limits::default());
        assert_eq!(problems(&document)[0], (ProblemKind::Damaged, ""));
        assert!(document.problems[0].message.contains("not a PDF"));
    }
}

#[test]
fn a_file_that_ends_early_is_read_as_far_as_it_goes() {
    let bytes = manual().bytes();
    let document = parse(&bytes[..bytes.len() - 400], &Limits::default());
    assert!(
        document.text.contains("Words on Introduction"),
        "{}",
        document.text
    );
    assert_eq!(problems(&document)[0], (ProblemKind::Damaged, ""));
}

#[test]
fn pages_are_found_without_the_catalog_that_most_files_have_at_their_end() {
    let text = String::from_utf8(manual().bytes()).unwrap();
    let (from, to) = (text.find("3 0 obj").unwrap(), text.find("xref").unwrap());
    let pages = format!("%PDF-1.7\n{}", &text[from..to]);
    let document = parse(pages.as_bytes(), &Limits::default());
    assert_eq!(problems(&document), [(ProblemKind::Damaged, "")]);
    assert_eq!(document.pages.len(), 4);
    assert!(document.text.contains("Words on Alarms"));

    let document = parse(b"%PDF-1.7\n", &Limits::default());
    assert_eq!(problems(&document)[0], (ProblemKind::Damaged, ""));
    assert!(document.pages.is_empty());
}

#[test]
fn a_page_whose_content_cannot_be_unpacked_is_damaged() {
    let mut maker = manual();
    maker.contents[1] = "no deflated data at all".into();
    let bytes = String::from_utf8(maker.bytes()).unwrap();
    let broken = bytes.replacen(
        "<< /Length 23  >>",
        "<< /Length 23 /Filter /ASCII85Decode >>",
        1,
    );
    assert_ne!(bytes, broken);
    let document = parse(broken.as_bytes(), &Limits::default());
    assert_eq!(problems(&document), [(ProblemKind::Damaged, "page 2")]);
    assert!(document.text.contains("Words on Codecs"));
}

/// A file whose second page has a packed content of `packed`.
fn with_packed_page(packed: &[u8]) -> Vec<u8> {
    let mut maker = manual();
    maker.contents[1] = "#".repeat(packed.len());
    let bytes = maker.bytes();
    let entries = format!("<< /Length {}  >>\nstream\n", packed.len());
    let opening = [entries.as_bytes(), b"####"].concat();
    let at = bytes
        .windows(opening.len())
        .position(|window| window == opening)
        .unwrap();
    let packed_entries = entries.replace("  >>", " /Filter /FlateDecode >>");
    let after = &bytes[at + entries.len() + packed.len()..];
    [&bytes[..at], packed_entries.as_bytes(), packed, after].concat()
}

#[test]
fn a_page_that_is_unpacked_only_in_part_is_damaged() {
    use std::io::Write as _;

    let content: String = (0..60)
        .map(|n| {
            at(
                50,
                780 - 12 * n,
                1,
                10,
                &format!("Line {n} of the list of port {}", n * n),
            )
        })
        .collect();
    let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(content.as_bytes()).unwrap();
    let mut packed = encoder.finish().unwrap();
    let whole = parse(&with_packed_page(&packed), &Limits::default());
    assert_eq!(problems(&whole), []);
    assert!(whole.text.contains("Line 59 of"), "{}", whole.text);

    let middle = packed.len() / 2;
    packed[middle..].fill(0xFF);
    let document = parse(&with_packed_page(&packed), &Limits::default());
    assert_eq!(problems(&document), [(ProblemKind::Damaged, "page 2")]);
    assert!(document.text.contains("Line 3 of"), "{}", document.text);
}

#[test]
fn a_part_of_a_page_that_is_missing_is_reported() {
    let bytes = String::from_utf8(manual().bytes()).unwrap();
    let broken = bytes.replacen("/Contents 9 0 R", "/Contents [9 0 R 8888 0 R]", 1);
    assert_ne!(bytes, broken);
    let document = parse(broken.as_bytes(), &Limits::default());
    assert_eq!(problems(&document), [(ProblemKind::Damaged, "page 2")]);
    assert!(document.text.contains("Words on Ports"));
}

#[test]
fn pages_that_cannot_be_found_are_missed() {
    let bytes = String::from_utf8(manual().bytes()).unwrap();
    let broken = bytes.replacen("/Count 4", "/Count 5", 1);
    assert_ne!(bytes, broken);
    let document = parse(broken.as_bytes(), &Limits::default());
    assert_eq!(problems(&document), [(ProblemKind::Damaged, "")]);
    let message = &document.problems[0].message;
    assert!(
        message.contains("5 pages") && message.contains("4 could"),
        "{message}"
    );
}

#[test]
fn no_more_pages_are_read_than_allowed() {
    let document = parse(&manual().bytes(), &Limits::default().with_max_pages(2));
    assert_eq!(document.pages.len(), 2);
    assert_eq!(problems(&document), [(ProblemKind::TooLarge, "")]);
    assert!(document.problems[0].message.contains("4 pages"));
}

#[test]
fn five_thousand_empty_pages_are_one_problem() {
    let document = Maker::of(&vec![String::new(); 5000]).parse();
    assert_eq!(document.pages.len(), 5000);
    assert_eq!(problems(&document), [(ProblemKind::Empty, "")]);
}

#[test]
fn what_bites_its_own_tail_or_is_nested_without_end_is_read_once() {
    let mut maker = manual();
    maker.catalog = "/Outlines 1000 0 R /PageLabels 1003 0 R /Names << /Dests 1004 0 R >>".into();
    maker.more = vec![
        "<< /First 1001 0 R /Next 1000 0 R >>".into(),
        "<< /Title (Again) /Dest [6 0 R /Fit] /First 1002 0 R /Next 1001 0 R >>".into(),
        "<< /Title (And again) /Dest (name) /First 1001 0 R /Next 1002 0 R >>".into(),
        "<< /Kids [1003 0 R 1003 0 R] >>".into(),
        "<< /Kids [1004 0 R 1004 0 R] /Names [(name) 1004 0 R] >>".into(),
        "[".repeat(10_000),
        "<< /Kids [1006 0 R 2 0 R] >>".into(),
    ];
    maker
        .contents
        .push("[".repeat(10_000) + &"<< /A ".repeat(10_000));
    maker
        .contents
        .push("q ".repeat(10_000) + &"/Span BMC ".repeat(10_000) + &at(9, 9, 1, 9, "deep"));
    let document = maker.parse();
    assert!(document.text.contains("Words on Alarms") && document.text.contains("deep"));
    assert_eq!(document.pages.len(), 6);
}

#[test]
fn forms_that_multiply_are_cut_off() {
    let mut maker = Maker::of(&["/X0 Do".to_owned()]);
    maker.resources = "/XObject << /X0 1000 0 R >>".into();
    maker.more = (0..12)
        .map(|level| {
            let next = level + 1;
            let entries = format!(
                "/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X{next} {} \
                 0 R >> >>",
                1000 + next
            );
            stream(&entries, &format!("/X{next} Do ").repeat(10))
        })
        .collect();
    let document = maker.parse();
    assert_eq!(problems(&document)[0], (ProblemKind::TooLarge, "page 1"));
}

/// Chunks tile the text, and blocks lie in it in order.
fn check(document: &Document) {
    assert!(document.is_sound());
    let settings = ChunkSettings::new(40, 0).unwrap();
    let chunks = chunk(document, None, &settings, &|text: &str| {
        text.split_whitespace().count()
    });
    let joined: String = chunks
        .iter()
        .map(|chunk| chunk.span.of(&document.text))
        .collect();
    if !document.blocks.is_empty() {
        assert_eq!(joined, document.text);
    }
}

#[test]
fn cut_anywhere_it_is_still_a_document() {
    let bytes = manual().bytes();
    for end in (0..bytes.len()).step_by(23) {
        check(&parse(&bytes[..end], &Limits::default()));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn with_any_bytes_changed_it_is_still_a_document(
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..30),
    ) {
        let mut bytes = manual().bytes();
        for (index, byte) in changes {
            let at = index.index(bytes.len());
            bytes[at] = byte;
        }
        check(&parse(&bytes, &Limits::default()));
    }

    #[test]
    fn chunks_of_any_content_join_back(
        pieces in prop::collection::vec(prop::sample::select(vec![
            "BT ", "ET ", "/F1 10 Tf ", "/F3 0 Tf ", "/F9 -5 Tf ", "1 0 0 1 50 700 Tm ",
            "0 1 -1 0 300 300 Tm ", "0 0 0 0 0 0 Tm ", "1e38 0 0 1e38 0 0 cm ", "q ", "Q ",
            "(word) Tj ", "(- item) Tj ", "[(a) -500 (b) 9e9 (c)] TJ ", "0 -12 Td ", "T* ",
            "12 TL ", "(x) ' ", "1 2 (y) \" ", "0 0 100 1 re f ", "50 600 m 300 600 l S ",
            "/Span << /ActualText (z) >> BDC ", "EMC ", "3 Tr ", "-100 Tz ", "nonsense ", "<", ">>",
            "(", "]", "BI /W 1 /H 1 ID x EI ",
        ]), 0..60),
    ) {
        check(&Maker::of(&[pieces.concat(), pieces.concat()]).parse());
    }
}
