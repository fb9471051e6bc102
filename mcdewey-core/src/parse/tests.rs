//! Facts about whole documents, and properties of all of them.

use proptest::prelude::*;

use super::*;
use crate::chunk::{ChunkSettings, chunk};
use crate::effort;

/// All formats of text.
const FORMATS: &[Format] = &[
    Format::Markdown,
    Format::Plain,
    Format::Rst,
    Format::Asciidoc,
    Format::Man,
    #[cfg(feature = "html")]
    Format::Html,
];

/// Formats whose text is written anew.
const WRITTEN: &[Format] = &[
    Format::Rst,
    Format::Asciidoc,
    #[cfg(feature = "html")]
    Format::Html,
];

/// Panics unless `document` keeps the promises of [`Document`].
fn check(document: &Document) {
    let text = document.text.as_str();
    let mut end_before = 0;
    for block in &document.blocks {
        let body = block.span.of(text);
        assert!(
            block.span.start >= end_before,
            "{block:?} overlaps the block before it"
        );
        assert!(
            !body.is_empty() && body.trim() == body,
            "{block:?} is not trimmed"
        );
        end_before = block.span.end;
        match block.kind {
            BlockKind::Heading { section } => {
                assert_eq!(document.sections[section].start, block.span.start);
            }
            BlockKind::Code { fence: Some(part) } | BlockKind::Table { header: Some(part) } => {
                assert!(block.span.start <= part.start && part.end <= block.span.end);
                assert!(!part.of(text).is_empty());
            }
            _ => {}
        }
    }
    for (index, section) in document.sections.iter().enumerate() {
        assert!(!section.heading.trim().is_empty());
        let parent = section
            .parent
            .map(|parent| (parent < index, document.sections[parent].level));
        assert!(parent.is_none_or(|(is_earlier, level)| is_earlier && level < section.level));
    }
    assert!(
        document
            .sections
            .is_sorted_by(|one, next| one.start < next.start)
    );
    assert!(
        document
            .pages
            .is_sorted_by(|one, next| one.start <= next.start)
    );
    for page in &document.pages {
        assert!(text.is_char_boundary(page.start) && page.number > 0);
    }
}

/// What lies in no block and is more than white space.
fn uncovered(document: &Document) -> Vec<&str> {
    let ends = document.blocks.iter().map(|block| block.span.end);
    let starts = document.blocks.iter().map(|block| block.span.start);
    std::iter::once(0)
        .chain(ends)
        .zip(starts.chain([document.text.len()]))
        .map(|(end, start)| document.text[end..start].trim())
        .filter(|gap| !gap.is_empty())
        .collect()
}

fn headings(document: &Document) -> Vec<&str> {
    document
        .sections
        .iter()
        .map(|section| section.heading.as_str())
        .collect()
}

#[test]
fn fifty_page_headings_are_fifty_pages_and_no_section() {
    let numbers: Vec<String> = (1..=50).map(|number: u32| number.to_string()).collect();
    let text: String = numbers
        .iter()
        .map(String::as_str)
        .flat_map(|number| ["## Page ", number, "\n\nText of sheet ", number, ".\n\n"])
        .collect();
    let document = parse_text(Format::Markdown, &text);
    check(&document);
    assert_eq!(document.pages.len(), 50);
    assert_eq!(document.sections.len(), 0);
    let at = document.text.find("sheet 47.").expect("the text is kept");
    assert_eq!(document.page_at(at).map(|page| page.number), Some(47));
}

#[test]
fn front_matter_gives_the_title_and_leaves_the_text() {
    let text = "<!-- page 3 -->\n---\ntitle: Ports\ndate: 2024\n---\n# Heading\n";
    let document = parse_text(Format::Markdown, text);
    assert_eq!(document.title.as_deref(), Some("Ports"));
    assert_eq!(document.date.as_deref(), Some("2024"));
    assert_eq!(document.text, "# Heading\n");
    assert_eq!(document.pages, [crate::document::Page::new(3, 0)]);
}

#[test]
fn front_matter_before_a_page_mark_opens_no_page() {
    let document = parse_text(Format::Markdown, "---\ntitle: Ports\n---\n# Page 3\na\n");
    assert_eq!(document.pages, [crate::document::Page::new(3, 0)]);
}

#[test]
fn malformed_front_matter_is_kept_as_text_and_reported() {
    let document = parse_text(Format::Markdown, "---\ntitle: \"x\n---\n# Heading\n");
    check(&document);
    assert_eq!(document.problems[0].kind, ProblemKind::FrontMatter);
    assert_eq!(headings(&document), ["Heading"]);
    assert_eq!(
        document.blocks[0].span.of(&document.text),
        "---\ntitle: \"x\n---"
    );
}

#[test]
fn the_title_is_a_first_level_heading_that_comes_first() {
    let title = |text| parse_text(Format::Markdown, text).title;
    assert_eq!(title("# Guide\ntext").as_deref(), Some("Guide"));
    assert_eq!(title("## Guide\ntext"), None);
    assert_eq!(title("text\n\n# Guide\n"), None);
}

#[test]
fn a_document_without_text_is_reported() {
    for text in [
        "",
        "\n \n",
        "---\ntitle: x\n---\n",
        "# Page 1\n\n# Page 2\n",
        "***\n",
    ] {
        let document = parse_text(Format::Markdown, text);
        let kinds: Vec<_> = document
            .problems
            .iter()
            .map(|problem| problem.kind)
            .collect();
        assert_eq!(kinds, [ProblemKind::Empty], "{text:?}");
    }
}

#[test]
fn a_binary_file_is_an_empty_document_with_one_problem() {
    let document = parse(Format::Plain, b"PK\x03\x04\0\0");
    assert!(document.text.is_empty() && document.blocks.is_empty());
    assert_eq!(document.problems.len(), 1);
    assert_eq!(document.problems[0].kind, ProblemKind::Encoding);
}

#[cfg(feature = "pdf")]
#[test]
fn a_damaged_file_is_not_called_empty_as_well() {
    let document = parse(Format::Pdf, b"%PDF-1.7 and no more\n");
    let kinds: Vec<_> = document.problems.iter().map(|it| it.kind).collect();
    assert_eq!(kinds, [ProblemKind::Damaged]);
}

#[test]
fn formats_are_known_by_extension_in_any_case() {
    assert_eq!(Format::of_path("a/b.Markdown"), Some(Format::Markdown));
    assert_eq!(Format::of_path("a/b.RST"), Some(Format::Rst));
    assert_eq!(Format::of_path("a/_sources/b.rst.txt"), Some(Format::Rst));
    assert_eq!(Format::of_path("a/b.adoc"), Some(Format::Asciidoc));
    assert_eq!(Format::of_path("a/ls.1"), Some(Format::Man));
    assert_eq!(Format::of_path("a/b.7z"), None);
    assert_eq!(Format::of_path("a.md/b"), None);
    assert_eq!(Format::of_path("md"), None);
}

#[test]
fn hostile_text_takes_no_time() {
    const N: usize = 100_000;
    let deep_list = "- ".repeat(N);
    let hostile = [
        "[".repeat(N),
        "![".repeat(N),
        "[](".repeat(N),
        "> ".repeat(N) + "a\n\nb",
        deep_list.clone() + "a" + &"\n".repeat(N) + "b",
        deep_list + &"\n- a".repeat(N),
        (">".repeat(1000) + "a\n").repeat(200),
        (0..1000)
            .map(|depth| " ".repeat(depth * 2) + "- a\n")
            .collect::<String>()
            + &"\n".repeat(N),
        "*a_ ".repeat(N),
        "`".repeat(N),
        (1..450).map(|len| "`".repeat(len) + " ").collect(),
        "<!--".repeat(N),
        "<!-- page 1 -->".repeat(N),
        "<".repeat(N),
        "|".repeat(N) + "\n" + &"|-".repeat(N) + "|\n" + &"|\n".repeat(N),
        "# a\n".repeat(N),
        "[a]: b\n".repeat(N),
        "[^a]: b\n".repeat(N),
        "\u{c}".repeat(N),
        "1.1 Title\n\n".repeat(N),
        "Title\n=====\n".repeat(N),
        "a::\n\n  b\n".repeat(N),
        "---\n".to_owned() + &"a: \"\n".repeat(N),
        "+++\na = ".to_owned() + &"[".repeat(N) + "\n+++\n",
    ];
    for text in &hostile {
        for &format in FORMATS {
            let ((), effort) = effort::of(|| check(&parse_text(format, text)));
            let opening: String = text.chars().take(12).collect();
            assert!(effort.as_secs() < 15, "{format:?} {opening:?}: {effort:?}");
        }
    }
}

/// Pieces that mean something in one of the formats.
const PIECES: &[&str] = &[
    "# ",
    "## Page 2",
    "Page 3",
    "\n",
    "\n\n",
    "===\n",
    "---\n",
    "```\n",
    "~~~ rust\n",
    "> ",
    "- ",
    "1. ",
    "1.1 Ports",
    "1 Guide",
    "    ",
    "| a | b |\n",
    "|---|---|\n",
    "<!-- page 4 -->",
    "<!-- ",
    "-->",
    "{0}----\n",
    "\u{c}",
    "\r\n",
    "word ",
    "Größe",
    "[a]: b\n",
    "[^1]: note\n",
    "`",
    "**",
    "{#id}",
    "<b>",
    "::\n\n",
    "..\n",
    "+++\n",
    "title: x\n",
    "title = 1\n",
    "\u{a0}",
    "\u{85}",
    "\u{feff}",
    "\t",
    "* * *\n",
    "\\",
    "![](",
    ")",
    "Setext\n---\n",
    ".. note:: ",
    ".. code-block:: sh\n\n   ",
    ".. _a:\n",
    ":field: ",
    "term\n  ",
    "+---+---+\n",
    "==== ====\n",
    "| a | b |",
    "``",
    ":ref:`",
    "|x|",
    "== Section\n",
    "----\n",
    "====\n",
    "|===\n",
    "[source,sh]\n",
    "[[id]]\n",
    "* ",
    ".. ",
    "term:: ",
    "+\n",
    ":name: value\n",
    "{name}",
    "NOTE: ",
    "<<id>>",
    ".SH NAME\n",
    ".TP\n",
    ".nf\n",
    ".fi\n",
    ".B word\n",
    ".Bl -tag\n",
    ".It Fl a\n",
    ".TS\nl l.\n",
    ".TE\n",
    ".if n \\{",
    "\\fB",
    "\\(em",
    "<p>",
    "</p>",
    "<h2 id=a>",
    "<ul><li>",
    "<table><tr><td colspan=2>",
    "<th rowspan=2>",
    "<pre>",
    "</pre>",
    "<div class=note>",
    "<div class=nav>",
    "<main>",
    "<a href=x>next</a>",
    "<script>",
    "<!--",
    "&amp;",
    "<dl><dt>x<dd>",
];

fn text_of_pieces() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(PIECES);
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1500))]

    #[test]
    fn any_bytes_give_a_valid_document(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        for &format in FORMATS {
            check(&parse(format, &bytes));
        }
    }

    #[test]
    fn any_text_gives_a_valid_document(text in text_of_pieces()) {
        for &format in FORMATS {
            let document = parse_text(format, &text);
            check(&document);
            prop_assert!(document.text.len() <= 4 * text.len() + 1000, "{:?}", format);
        }
        check(&parse_text(Format::Man, &format!(".TH A 1\n{text}")));
    }

    #[test]
    fn chunks_without_overlap_join_back_to_the_text(text in text_of_pieces()) {
        let settings = ChunkSettings::new(16, 0).unwrap();
        let words = |text: &str| text.split_whitespace().count();
        let page = format!(".TH A 1\n{text}");
        let man = (Format::Man, parse_text(Format::Man, &page));
        let parsed = FORMATS.iter().map(|&format| (format, parse_text(format, &text)));
        for (format, document) in parsed.chain([man]) {
            let chunks = chunk(&document, None, &settings, &words);
            let joined: String = chunks.iter().map(|chunk| chunk.span.of(&document.text)).collect();
            let expected = if document.blocks.is_empty() { "" } else { &document.text };
            prop_assert_eq!(joined, expected, "{:?}", format);
        }
    }

    #[test]
    fn what_is_written_lies_in_blocks(text in text_of_pieces()) {
        for &format in WRITTEN {
            let document = parse_text(format, &text);
            prop_assert_eq!(uncovered(&document), Vec::<&str>::new(), "{:?}", format);
        }
    }

    #[test]
    fn words_lie_in_blocks(text in text_of_pieces()) {
        let document = parse_text(Format::Markdown, &text);
        for gap in uncovered(&document) {
            let is_comment = gap.contains("<!--");
            // A heading that holds only mark-up has no text.
            let is_markup = gap.contains(['#', '=']) || gap.contains("---");
            prop_assert!(is_comment || is_markup || !gap.contains("word"), "{:?}", gap);
        }
    }
}

#[cfg(feature = "office")]
mod office {
    //! Properties of formats that are ZIP files inside.

    use super::*;
    use crate::chunk::{ChunkSettings, chunk};
    use crate::damage::{Damage, damaged};
    use crate::parse::package::packed;

    const CONTAINER: &str = "<c><rootfile full-path='b.opf'/></c>";
    const OPF: &str = "<package><metadata><dc:title>T</dc:title></metadata><manifest>\
        <item id='a' href='a.xhtml' media-type='application/xhtml+xml'/><item id='n' href='n.xhtml' properties='nav'/>\
        </manifest><spine><itemref idref='a'/></spine></package>";
    const NAV: &str = "<nav epub:type='toc'><ol><li><a href='a.xhtml'>Part</a></li></ol></nav>\
        <nav epub:type='page-list'><ol><li><a href='a.xhtml#p'>7</a></li></ol></nav>";
    const STYLES: &str = "<w:styles><w:style w:styleId='H'><w:name w:val='heading 1'/></w:style>\
        <w:style w:styleId='C'><w:rFonts w:ascii='Courier'/></w:style></w:styles>";
    const NUMBERING: &str = "<w:numbering><w:abstractNum w:abstractNumId='0'><w:lvl w:ilvl='0'><w:lvlText w:val='%1.'/></w:lvl>\
        </w:abstractNum><w:num w:numId='1'><w:abstractNumId w:val='0'/></w:num></w:numbering>";
    const NOTES: &str = "<w:footnotes><w:footnote w:id='1'><w:p><w:r><w:t>note</w:t></w:r></w:p></w:footnote></w:footnotes>";

    fn docx(body: &str) -> Vec<u8> {
        packed(&[
            (
                "word/document.xml",
                &format!("<w:document><w:body>{body}</w:body></w:document>"),
            ),
            ("word/styles.xml", STYLES),
            ("word/numbering.xml", NUMBERING),
            ("word/footnotes.xml", NOTES),
        ])
    }

    fn epub(body: &str) -> Vec<u8> {
        packed(&[
            ("META-INF/container.xml", CONTAINER),
            ("b.opf", OPF),
            ("n.xhtml", NAV),
            ("a.xhtml", &format!("<html><body>{body}</body></html>")),
        ])
    }

    fn odt(body: &str) -> Vec<u8> {
        let content = format!("<d><office:body>{body}</office:body></d>");
        packed(&[("content.xml", &content)])
    }

    /// Panics unless the chunks of `document`, without overlap, join back to its text.
    fn check_chunks(document: &Document, max_tokens: usize) {
        let settings = ChunkSettings::new(max_tokens, 0).unwrap();
        let count_words = |text: &str| text.split_whitespace().count();
        let chunks = chunk(document, document.title.as_deref(), &settings, &count_words);
        let mut end = 0;
        for chunk in &chunks {
            assert_eq!(chunk.span.start, end, "chunks do not tile the text");
            end = chunk.span.end;
        }
        assert_eq!(chunks.is_empty(), document.blocks.is_empty());
        assert!(chunks.is_empty() || end == document.text.len());
    }

    fn pieces(pieces: &'static [&'static str]) -> impl Strategy<Value = String> {
        let piece = prop::sample::select(pieces);
        prop::collection::vec(piece, 0..60).prop_map(|pieces| pieces.concat())
    }

    const WORD_PIECES: &[&str] = &[
        "<w:p>",
        "</w:p>",
        "<w:pPr><w:pStyle w:val='H'/></w:pPr>",
        "<w:pPr><w:pStyle w:val='C'/></w:pPr>",
        "<w:pPr><w:numPr><w:ilvl w:val='1'/><w:numId w:val='1'/></w:numPr></w:pPr>",
        "<w:pPr><w:rPr><w:del/></w:rPr></w:pPr>",
        "<w:r><w:t>word </w:t></w:r>",
        "<w:r><w:t>Gr\u{f6}\u{df}e | ` # [x]</w:t></w:r>",
        "<w:r><w:rPr><w:rFonts w:ascii='Courier'/></w:rPr><w:t>code</w:t></w:r>",
        "<w:br/>",
        "<w:tab/>",
        "<w:t>",
        "</w:t>",
        "<w:tbl>",
        "</w:tbl>",
        "<w:tr>",
        "</w:tr>",
        "<w:trPr><w:tblHeader/></w:trPr>",
        "<w:tc>",
        "</w:tc>",
        "<w:tcPr><w:gridSpan w:val='3'/><w:vMerge/></w:tcPr>",
        "<w:footnoteReference w:id='1'/>",
        "<w:bookmarkStart w:name='b'/>",
        "<w:sdt>",
        "<w:sdtContent>",
        "</w:sdtContent></w:sdt>",
        "<w:del>",
        "</w:del>",
        "&#12;&amp;",
        "<w:t>```</w:t>",
        "<",
    ];

    const BOOK_PIECES: &[&str] = &[
        "<p>",
        "</p>",
        "<h1 id='p'>",
        "</h1>",
        "<h3>",
        "</h3>",
        "<ul>",
        "</ul>",
        "<ol start='9'>",
        "</ol>",
        "<li>",
        "</li>",
        "<pre>",
        "</pre>",
        "<table>",
        "</table>",
        "<thead>",
        "<tr>",
        "</tr>",
        "<th>",
        "<td colspan='2'>",
        "</td>",
        "<br/>",
        "<span epub:type='pagebreak' title='3'/>",
        "<a id='p'/>",
        "word ",
        "Gr\u{f6}\u{df}e | ` # ",
        "\n  \u{a0}\u{feff}",
        "```",
        "&lt;&nbsp;&x;",
        "<div hidden=''>",
        "</div>",
        "<",
    ];

    const TEXT_PIECES: &[&str] = &[
        "<text:p>",
        "<text:p text:style-name='Preformatted_20_Text'>",
        "</text:p>",
        "<text:h text:outline-level='2'>",
        "</text:h>",
        "<text:list>",
        "</text:list>",
        "<text:list-item>",
        "<text:s text:c='4'/>",
        "<text:line-break/>",
        "<text:note><text:note-body>",
        "</text:note-body></text:note>",
        "<table:table>",
        "</table:table>",
        "<table:table-row>",
        "</table:table-row>",
        "<table:table-cell table:number-columns-spanned='2'>",
        "</table:table-cell>",
        "<table:covered-table-cell/>",
        "<text:span>",
        "</text:span>",
        "word ",
        "Gr\u{f6}\u{df}e | ` # ",
        "</office:body>",
        "<",
    ];

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(1000))]

        #[test]
        fn chunks_of_any_word_document_join_back(body in pieces(WORD_PIECES), size in 16_usize..64) {
            let document = parse(Format::Docx, &docx(&body));
            check(&document);
            check_chunks(&document, size);
        }

        #[test]
        fn chunks_of_any_book_join_back(body in pieces(BOOK_PIECES), size in 16_usize..64) {
            let document = parse(Format::Epub, &epub(&body));
            check(&document);
            check_chunks(&document, size);
        }

        #[test]
        fn chunks_of_any_opendocument_join_back(body in pieces(TEXT_PIECES), size in 16_usize..64) {
            let document = parse(Format::Odt, &odt(&body));
            check(&document);
            check_chunks(&document, size);
        }

        #[test]
        fn any_bytes_give_a_valid_office_document(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            for format in [Format::Docx, Format::Epub, Format::Odt] {
                check(&parse(format, &bytes));
            }
        }
    }

    #[test]
    fn a_thousand_damaged_files_of_each_format_are_repaired_or_reported() {
        let word = "<w:p><w:pPr><w:pStyle w:val='H'/></w:pPr><w:r><w:t>Ports</w:t></w:r></w:p>\
            <w:p><w:r><w:t>Open 5060.</w:t></w:r></w:p><w:tbl><w:tr><w:tc><w:p><w:r><w:t>a</w:t></w:r></w:p></w:tc></w:tr></w:tbl>";
        let book =
            "<h1 id='p'>Ports</h1><p>Open 5060.</p><table><tr><td>a</td><td>b</td></tr></table>";
        let text = "<text:h>Ports</text:h><text:p>Open 5060.</text:p>";
        for (format, whole) in [
            (Format::Docx, docx(&word.repeat(5))),
            (Format::Epub, epub(&book.repeat(5))),
            (Format::Odt, odt(&text.repeat(5))),
        ] {
            let expected = parse(format, &whole);
            assert_eq!(expected.problems, []);
            for (round, (damage, bytes)) in damaged(&whole).enumerate() {
                let document = parse(format, &bytes);
                check(&document);
                check_chunks(&document, 16);
                // A name in the directory has no checksum, and optional parts may be missing.
                let may_be_silent = damage == Damage::Flipped;
                let is_told = !document.problems.is_empty();
                assert!(
                    is_told || may_be_silent || document == expected,
                    "{format:?} {round}"
                );
                let is_same = document.text == expected.text;
                let n_words = document.text.split_whitespace().count();
                let n_expected = expected.text.split_whitespace().count();
                assert!(
                    is_told || is_same || n_words == n_expected,
                    "{format:?} {round}: {}",
                    document.text
                );
            }
        }
    }
}
