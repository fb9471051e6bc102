//! Facts and properties of whole documents.

use proptest::prelude::*;

use super::*;
use crate::document::{Block, BlockKind, Page, Section};

/// A document that is written block by block.
#[derive(Debug, Default)]
struct Writer(Document);

impl Writer {
    fn block(mut self, text: &str, kind: impl FnOnce(usize) -> BlockKind) -> Self {
        let document = &mut self.0;
        if !document.text.is_empty() {
            document.text.push_str("\n\n");
        }
        let start = document.text.len();
        document.text.push_str(text);
        let span = Span::new(start, document.text.len());
        document.blocks.push(Block::new(kind(start), span));
        self
    }

    fn heading(mut self, level: u8, heading: &str) -> Self {
        let sections = &self.0.sections;
        let parent = sections.iter().rposition(|section| section.level < level);
        let section = sections.len();
        let line = format!("{} {heading}", "#".repeat(level.into()));
        self = self.block(&line, |_| BlockKind::Heading { section });
        let start = self.0.text.len() - line.len();
        self.0
            .sections
            .push(Section::new(heading, level, parent, start));
        self
    }

    fn paragraph(self, text: &str) -> Self {
        self.block(text, |_| BlockKind::Paragraph)
    }

    fn item(self, text: &str) -> Self {
        self.block(&format!("- {text}"), |_| BlockKind::ListItem)
    }

    fn code(self, lines: &[String]) -> Self {
        let code = format!("```sh\n{}\n```", lines.join("\n"));
        self.block(&code, |start| BlockKind::Code {
            fence: Some(Span::new(start, start + 5)),
        })
    }

    fn table(self, header: &str, rows: &[String]) -> Self {
        let header = format!("| {header} |\n|---|\n");
        let table = format!("{header}{}", rows.join("\n"));
        self.block(&table, |start| BlockKind::Table {
            header: Some(Span::new(start, start + header.len())),
        })
    }

    /// A page mark before the next block.
    fn page(mut self, number: u32) -> Self {
        self.0.pages.push(Page::new(number, self.0.text.len()));
        self
    }
}

fn words(text: &str) -> usize {
    text.split_whitespace().count()
}

fn cut(writer: &Writer, max_tokens: usize, overlap_tokens: usize) -> Vec<Chunk> {
    let settings = ChunkSettings::new(max_tokens, overlap_tokens).unwrap();
    chunk(&writer.0, None, &settings, &words)
}

fn texts(chunks: &[Chunk]) -> Vec<&str> {
    chunks.iter().map(|chunk| chunk.text.as_str()).collect()
}

fn n_lines(n: usize, line: &str) -> Vec<String> {
    (0..n).map(|number| format!("{line}{number}")).collect()
}

#[test]
fn blocks_of_a_section_are_packed_together_and_its_heading_leads() {
    let writer = Writer::default()
        .paragraph("before all")
        .heading(1, "Guide")
        .paragraph("one")
        .item("two");
    let chunks = cut(&writer, 32, 0);
    assert_eq!(texts(&chunks), ["before all", "one\n\n- two"]);
    assert!(chunks[0].heading_path.is_empty());
    assert_eq!(chunks[0].section, None);
    assert_eq!(chunks[1].lead, "# Guide");
    assert_eq!(chunks[1].heading_path, ["Guide"]);
    assert_eq!(chunks[1].model_input(), "Guide\none\n\n- two");
}

#[test]
fn a_document_without_text_gives_no_chunks() {
    assert_eq!(cut(&Writer::default(), 32, 0), []);
}

#[test]
fn a_heading_over_a_deeper_one_leads_the_next_chunk() {
    let writer = Writer::default()
        .heading(1, "Guide")
        .heading(2, "Ports")
        .paragraph("Open 5060.");
    let chunks = cut(&writer, 32, 0);
    assert_eq!(texts(&chunks), ["Open 5060."]);
    assert_eq!(chunks[0].lead, "# Guide\n\n## Ports");
    assert_eq!(chunks[0].heading_path, ["Guide", "Ports"]);
    assert_eq!(chunks[0].span, Span::new(0, writer.0.text.len()));
}

#[test]
fn an_empty_section_before_a_sibling_or_the_end_is_a_chunk() {
    let writer = Writer::default()
        .heading(1, "Guide")
        .heading(2, "A")
        .heading(2, "B")
        .paragraph("text")
        .heading(1, "C");
    let chunks = cut(&writer, 32, 0);
    assert_eq!(texts(&chunks), ["## A", "text", "# C"]);
    assert_eq!(chunks[0].lead, "# Guide");
    assert_eq!(chunks[0].heading_path, ["Guide", "A"]);
    assert_eq!(chunks[1].lead, "## B");
    assert_eq!(chunks[2].lead, "");
}

#[test]
fn a_heading_too_long_for_a_path_is_text_too() {
    let heading = "word ".repeat(200);
    let writer = Writer::default()
        .heading(1, heading.trim())
        .paragraph("text");
    let chunks = cut(&writer, 300, 0);
    assert_eq!(chunks.len(), 1);
    assert!(chunks[0].text.starts_with("# word word"));
    assert!(chunks[0].heading_path[0].len() < 410);
    assert!(words(&chunks[0].context) <= 100);
}

#[test]
fn a_cut_table_repeats_its_header() {
    let writer = Writer::default()
        .paragraph("Ports:")
        .table("Port", &n_lines(6, "| row "));
    let chunks = cut(&writer, 16, 0);
    assert_eq!(
        texts(&chunks),
        [
            "Ports:\n\n| Port |\n|---|\n| row 0\n| row 1\n| row 2",
            "| Port |\n|---|\n| row 3\n| row 4\n| row 5",
        ]
    );
    assert_eq!(chunks[1].repeated.before, "| Port |\n|---|\n".len());
    assert_eq!(chunks[1].repeated.after, 0);
}

#[test]
fn a_row_too_large_for_a_chunk_is_cut_at_words() {
    let writer = Writer::default().table("Port", &["| a ".repeat(20), "| end".to_owned()]);
    let chunks = cut(&writer, 16, 0);
    assert!(chunks.len() > 2);
    for chunk in &chunks[1..] {
        assert!(chunk.text.starts_with("| Port |\n|---|\n"));
    }
}

#[test]
fn a_header_that_would_fill_every_chunk_is_not_repeated() {
    let header = "wide ".repeat(9);
    let writer = Writer::default().table(header.trim(), &n_lines(20, "| row "));
    let chunks = cut(&writer, 16, 0);
    assert!(chunks[1..].iter().all(|chunk| chunk.repeated.before == 0));
}

#[test]
fn code_that_fits_a_chunk_is_never_cut() {
    let writer = Writer::default()
        .paragraph("one two three four five six")
        .code(&n_lines(12, "line"))
        .paragraph("after");
    let chunks = cut(&writer, 16, 0);
    assert_eq!(texts(&chunks)[0], "one two three four five six");
    assert!(chunks[1].text.starts_with("```sh\nline0\n"));
    assert!(chunks[1].text.ends_with("line11\n```\n\nafter"));
    assert_eq!(chunks[1].repeated, Repeated::default());
}

#[test]
fn cut_code_is_closed_and_opened_again() {
    let mut lines = n_lines(20, "line");
    lines[14] = "    line14".to_owned();
    let chunks = cut(&Writer::default().code(&lines), 16, 0);
    assert_eq!(chunks.len(), 2);
    assert!(chunks[0].text.ends_with("line13\n```"));
    assert_eq!(chunks[0].repeated.after, "\n```".len());
    assert!(chunks[1].text.starts_with("```sh\n    line14\n"));
    assert!(chunks[1].text.ends_with("line19\n```"));
    assert_eq!(
        (chunks[1].repeated.before, chunks[1].repeated.after),
        (6, 0)
    );
}

#[test]
fn a_long_paragraph_is_cut_at_sentences() {
    let sentence = "One two three four five. ";
    let writer = Writer::default().paragraph(sentence.repeat(5).trim());
    let chunks = cut(&writer, 16, 0);
    assert_eq!(chunks.len(), 2);
    assert_eq!(chunks[0].text, sentence.repeat(3).trim());
}

#[test]
fn overlap_is_whole_sentences_of_the_same_section() {
    let sentences: Vec<String> = (0..8)
        .map(|n| format!("A sentence of number {n}."))
        .collect();
    let writer = Writer::default()
        .paragraph(&sentences.join(" "))
        .heading(1, "Next")
        .paragraph("text");
    let chunks = cut(&writer, 17, 6);
    assert_eq!(chunks[0].text, sentences[..3].join(" "));
    assert_eq!(chunks[1].text, sentences[2..5].join(" "));
    assert_eq!(chunks[1].overlap, sentences[2].len());
    assert_eq!(
        chunks[1].span.start,
        chunks[0].text.rfind("A sentence").unwrap()
    );
    let last = chunks.last().unwrap();
    assert_eq!((last.text.as_str(), last.overlap), ("text", 0));
}

#[test]
fn code_and_tables_do_not_overlap() {
    let writer = Writer::default()
        .code(&n_lines(40, "line"))
        .table("Port", &n_lines(40, "| row "));
    let chunks = cut(&writer, 16, 7);
    assert!(chunks.len() > 4);
    assert!(chunks.iter().all(|chunk| chunk.overlap == 0));
}

#[test]
fn the_18th_chunk_of_a_document_without_sections_names_page_47() {
    let mut writer = Writer::default();
    for number in 30..50 {
        writer = writer
            .page(number)
            .paragraph("twelve words ".repeat(6).trim());
    }
    let chunks = cut(&writer, 16, 0);
    assert!(chunks[17].heading_path.is_empty());
    let pages = chunks[17].pages.as_ref().unwrap();
    assert_eq!((pages.first, pages.last), (47, 47));
}

#[test]
fn pages_run_from_the_first_to_the_last_byte_of_the_text() {
    let mut writer = Writer::default()
        .heading(1, "On page 1")
        .page(2)
        .paragraph("on page 2")
        .page(3)
        .paragraph("on page 3");
    writer.0.pages[0].label = Some("ii".to_owned());
    writer.0.pages.insert(0, Page::new(1, 0));
    let chunks = cut(&writer, 32, 0);
    let expected = PageRange {
        first: 2,
        last: 3,
        label: Some("ii".to_owned()),
    };
    assert_eq!(chunks[0].pages, Some(expected));
}

#[test]
fn a_megabyte_without_a_space_becomes_chunks_of_bounded_size() {
    let writer = Writer::default().paragraph(&"x".repeat(1 << 20));
    let chunks = cut(&writer, 254, 0);
    assert!(chunks.len() > 200);
    assert!(chunks.iter().all(|chunk| chunk.text.len() <= 254 * 17));
}

#[test]
fn ten_thousand_headings_and_a_long_line_are_cut_in_linear_time() {
    let mut writer = Writer::default().heading(1, &"long ".repeat(100_000));
    for number in 0..10_000 {
        writer = Writer(heading_below(writer.0, number));
    }
    let writer = writer
        .paragraph(&"Five megabytes in a line. ".repeat(200_000))
        .table("Port", &n_lines(100_000, "| row "));
    let counted = std::cell::Cell::new(0);
    let count = |text: &str| {
        counted.set(counted.get() + text.len());
        words(text)
    };
    let chunks = chunk(&writer.0, Some("Title"), &ChunkSettings::default(), &count);
    assert!(chunks.len() > 10_000);
    assert!(
        counted.get() < 12 * writer.0.text.len(),
        "{}",
        counted.get()
    );
}

/// Adds a heading whose parent is section 0, without the search for it.
fn heading_below(mut document: Document, number: usize) -> Document {
    let section = document.sections.len();
    let start = document.text.len();
    document.text.push_str("\n\n## h");
    let span = Span::new(start + 2, document.text.len());
    let kind = BlockKind::Heading { section };
    document.blocks.push(Block::new(kind, span));
    let heading = format!("h{number}");
    document
        .sections
        .push(Section::new(heading, 2, Some(0), span.start));
    document
}

/// Counts like `WordPiece`, roughly: runs of letters by fours, every other mark alone.
fn word_pieces(text: &str) -> usize {
    let mut tokens = 0;
    let mut run = 0;
    for character in text.chars() {
        if character.is_alphanumeric() {
            tokens += usize::from(run % 4 == 0);
            run += 1;
        } else {
            tokens += usize::from(!character.is_whitespace());
            run = 0;
        }
    }
    tokens
}

/// Counts like a byte-level model: sizes of parts do not add up, white space counts.
fn byte_pairs(text: &str) -> usize {
    text.len().div_ceil(3)
}

fn arbitrary_document() -> impl Strategy<Value = Document> {
    let prose =
        "[a-zé。.!? \n]{0,40}[a-zé。.!?]|([A-Z][a-z]{1,9}( [a-z0-9.()é-]{1,30}){0,20}\\. ?){1,8}";
    let line = " {0,3}[a-z|ß]{1,12}( [a-z.]{1,9}){0,12}";
    let part = (
        0..6_u8,
        1..5_u8,
        prose,
        prop::collection::vec(line, 1..12),
        any::<bool>(),
    );
    prop::collection::vec(part, 0..12).prop_map(|parts| {
        let mut writer = Writer::default();
        for (number, (kind, level, prose, lines, page)) in (1..).zip(parts) {
            if page {
                writer = writer.page(number);
            }
            writer = match kind {
                0 => writer.heading(level, prose.trim()),
                1 => writer.item(prose.trim()),
                2 => writer.code(&lines),
                3 => writer.table("Port | Use", &lines),
                _ => writer.paragraph(prose.trim()),
            };
        }
        writer.0
    })
}

proptest! {
    #[test]
    fn chunks_without_overlap_join_back_to_the_text(
        document in arbitrary_document(),
        max_tokens in 16..80_usize,
    ) {
        let settings = ChunkSettings::new(max_tokens, 0).unwrap();
        let chunks = chunk(&document, Some("Title"), &settings, &word_pieces);
        let joined: String = chunks.iter().map(|chunk| chunk.span.of(&document.text)).collect();
        prop_assert_eq!(joined, document.text);
    }

    #[test]
    fn every_model_input_fits(
        document in arbitrary_document(),
        max_tokens in 16..80_usize,
        overlap in 0..8_usize,
    ) {
        let settings = ChunkSettings::new(max_tokens, overlap).unwrap();
        for count in [word_pieces as fn(&str) -> usize, byte_pairs, words, str::len] {
            for chunk in chunk(&document, Some("Title"), &settings, &count) {
                prop_assert!(count(&chunk.model_input()) <= max_tokens);
            }
        }
    }

    #[test]
    fn text_stands_in_the_document_apart_from_what_is_repeated(
        document in arbitrary_document(),
        max_tokens in 16..80_usize,
        overlap in 0..8_usize,
    ) {
        let settings = ChunkSettings::new(max_tokens, overlap).unwrap();
        let chunks = chunk(&document, None, &settings, &word_pieces);
        let mut previous: Option<&Chunk> = None;
        for (ordinal, chunk) in (0..).zip(&chunks) {
            prop_assert_eq!(chunk.ordinal, ordinal);
            let Repeated { before, after } = chunk.repeated;
            let own = &chunk.text[before..chunk.text.len() - after];
            prop_assert!(!own.trim().is_empty());
            prop_assert!(chunk.span.of(&document.text).contains(own));
            prop_assert!(chunk.span.of(&document.text).starts_with(&chunk.lead));
            if let Some(previous) = previous {
                prop_assert!(previous.text.ends_with(&own[..chunk.overlap]));
                prop_assert!(chunk.span.start <= previous.span.end);
                prop_assert!(chunk.section == previous.section || chunk.overlap == 0);
            }
            previous = Some(chunk);
        }
    }
}
