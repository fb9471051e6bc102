//! Any bytes as a book, or as a page of one: as for `markdown`.
#![no_main]

use libfuzzer_sys::fuzz_target;
use mcdewey_core::parse::Format;

fuzz_target!(|data: &[u8]| {
    let parts = [
        (
            "META-INF/container.xml",
            include_bytes!("../seeds/parts/container.xml").as_slice(),
        ),
        ("book.opf", include_bytes!("../seeds/parts/book.opf")),
        ("nav.xhtml", include_bytes!("../seeds/parts/nav.xhtml")),
    ];
    let file = mcdewey_fuzz::packed("page.xhtml", data, &parts);
    mcdewey_fuzz::parse_and_chunk(Format::Epub, &file);
});
