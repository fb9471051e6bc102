//! Bytes in, nothing out: what must be true of every document and of every chunk cut from it,
//! whatever the bytes were.

use std::io::Write as _;

use mcdewey_core::chunk::{Chunk, ChunkSettings, chunk};
use mcdewey_core::document::{BlockKind, Document, Span};
use mcdewey_core::parse::{Format, parse};

/// Parses `data` as `format`, cuts the document and checks both.
///
/// The chunk size depends on the length of the input, so that a seed is a plain file and the
/// fuzzer reaches every size by adding a byte.
pub fn parse_and_chunk(format: Format, data: &[u8]) {
    let document = parse(format, data);
    check_document(&document);
    // Names that stand for longer ones and empty cells must not make a small file a large text.
    assert!(document.text.len() <= 4 * data.len() + (2 << 20));

    let max_tokens = 16 + data.len() % 48;
    let overlap_tokens = if data.len() % 3 == 0 {
        max_tokens / 4
    } else {
        0
    };
    let settings = ChunkSettings::new(max_tokens, overlap_tokens).expect("both are in range");
    let chunks = chunk(
        &document,
        document.title.as_deref(),
        &settings,
        &count_tokens,
    );
    check_chunks(&document, &settings, &chunks);
}

/// A file that is a ZIP file inside: `data` itself if it is one, else with `data` as the part
/// `name` and with these others. So the fuzzer meets both the directory and the text in it, which
/// it would hardly ever find behind a checksum.
pub fn packed(name: &str, data: &[u8], parts: &[(&str, &[u8])]) -> Vec<u8> {
    if data.starts_with(b"PK") {
        return data.to_vec();
    }
    let mut bytes = Vec::new();
    let mut zip = rawzip::ZipArchiveWriter::new(&mut bytes);
    for (name, content) in parts.iter().copied().chain([(name, data)]) {
        let (mut entry, config) = zip.new_file(name).start().expect("in memory");
        let mut writer = config.wrap(&mut entry);
        writer.write_all(content).expect("in memory");
        let (_, descriptor) = writer.finish().expect("in memory");
        entry.finish(descriptor).expect("in memory");
    }
    zip.finish().expect("in memory");
    bytes
}

/// A stand-in for a model's tokenizer: four `char`s of a word are a token, and so is each mark.
fn count_tokens(text: &str) -> usize {
    let word_tokens = |word: &str| {
        let n_marks = word.chars().filter(char::is_ascii_punctuation).count();
        let n_letters = word.chars().count() - n_marks;
        n_marks + n_letters.div_ceil(4)
    };
    text.split_whitespace().map(word_tokens).sum()
}

fn check_document(document: &Document) {
    let text = document.text.as_str();
    let mut end = 0;
    for block in &document.blocks {
        check_span(text, block.span);
        assert!(
            block.span.start >= end,
            "{block:?} starts before byte {end}"
        );
        end = block.span.end;
        let content = block.span.of(text);
        assert_eq!(
            content,
            content.trim(),
            "{block:?} has white space around it"
        );
        assert!(!content.is_empty(), "{block:?} is empty");
        match block.kind {
            BlockKind::Heading { section } => assert!(section < document.sections.len()),
            BlockKind::Code { fence: Some(part) } | BlockKind::Table { header: Some(part) } => {
                check_span(text, part);
                assert!(part.start >= block.span.start && part.end <= block.span.end);
            }
            _ => {}
        }
    }
    for (index, section) in document.sections.iter().enumerate() {
        assert!(text.is_char_boundary(section.start));
        if let Some(parent) = section.parent {
            assert!(parent < index);
            assert!(document.sections[parent].level < section.level);
        }
    }
    assert!(document.sections.is_sorted_by_key(|section| section.start));
    assert!(
        document
            .pages
            .iter()
            .all(|page| text.is_char_boundary(page.start))
    );
    assert!(document.pages.is_sorted_by_key(|page| page.start));
}

fn check_span(text: &str, span: Span) {
    assert!(span.start <= span.end && span.end <= text.len(), "{span:?}");
    assert!(
        text.is_char_boundary(span.start) && text.is_char_boundary(span.end),
        "{span:?}"
    );
}

fn check_chunks(document: &Document, settings: &ChunkSettings, chunks: &[Chunk]) {
    let text = document.text.as_str();
    let mut end = 0;
    for (ordinal, chunk) in chunks.iter().enumerate() {
        assert_eq!(chunk.ordinal as usize, ordinal);
        check_span(text, chunk.span);
        if settings.overlap_tokens() == 0 {
            assert_eq!(chunk.span.start, end, "chunks do not tile the text");
        } else {
            assert!(chunk.span.start <= end, "text is lost between chunks");
        }
        end = chunk.span.end;

        assert!(!chunk.text.trim().is_empty(), "chunk {ordinal} is blank");
        let own_end = chunk.text.len() - chunk.repeated.after;
        let own = &chunk.text[chunk.repeated.before..own_end];
        assert!(
            chunk.span.of(text).contains(own),
            "chunk {ordinal} is not what the document says"
        );
        let n_tokens = count_tokens(&chunk.model_input());
        assert!(
            n_tokens <= settings.max_tokens(),
            "chunk {ordinal} has {n_tokens} tokens"
        );
        if let Some(pages) = &chunk.pages {
            assert!(pages.first <= pages.last);
        }
    }
    match chunks {
        [] => assert!(document.blocks.is_empty(), "no chunk holds the text"),
        _ => assert_eq!(end, text.len(), "the end of the text is in no chunk"),
    }
}
