//! Facts about whole documents, and properties of all of them.

use std::time::{Duration, Instant};

use proptest::prelude::*;

use super::*;

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

#[test]
fn formats_are_known_by_extension_in_any_case() {
    assert_eq!(Format::of_path("a/b.Markdown"), Some(Format::Markdown));
    assert_eq!(Format::of_path("a/b.RST"), Some(Format::Plain));
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
        for format in [Format::Markdown, Format::Plain] {
            let start = Instant::now();
            check(&parse_text(format, text));
            let elapsed = start.elapsed();
            let opening: String = text.chars().take(12).collect();
            assert!(
                elapsed < Duration::from_secs(15),
                "{format:?} {opening:?}: {elapsed:?}"
            );
        }
    }
}

/// Pieces that mean something in one of the formats.
fn text_of_pieces() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
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
    ]);
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1500))]

    #[test]
    fn any_bytes_give_a_valid_document(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        check(&parse(Format::Markdown, &bytes));
        check(&parse(Format::Plain, &bytes));
    }

    #[test]
    fn any_text_gives_a_valid_document(text in text_of_pieces()) {
        check(&parse_text(Format::Markdown, &text));
        check(&parse_text(Format::Plain, &text));
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
