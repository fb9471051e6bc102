//! Any bytes as a Word document, or as the text of one: as for `markdown`.
#![no_main]

use libfuzzer_sys::fuzz_target;
use mcdewey_core::parse::Format;

fuzz_target!(|data: &[u8]| {
    let parts = [
        (
            "word/styles.xml",
            include_bytes!("../seeds/parts/styles.xml").as_slice(),
        ),
        (
            "word/numbering.xml",
            include_bytes!("../seeds/parts/numbering.xml"),
        ),
        (
            "word/footnotes.xml",
            include_bytes!("../seeds/parts/footnotes.xml"),
        ),
    ];
    let file = mcdewey_fuzz::packed("word/document.xml", data, &parts);
    mcdewey_fuzz::parse_and_chunk(Format::Docx, &file);
});
