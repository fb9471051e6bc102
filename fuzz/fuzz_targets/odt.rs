//! Any bytes as an OpenDocument text, or as the text of one: as for `markdown`.
#![no_main]

use libfuzzer_sys::fuzz_target;
use mcdewey_core::parse::Format;

fuzz_target!(|data: &[u8]| {
    let file = mcdewey_fuzz::packed("content.xml", data, &[]);
    mcdewey_fuzz::parse_and_chunk(Format::Odt, &file);
});
