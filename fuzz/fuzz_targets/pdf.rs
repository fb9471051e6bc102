//! Any bytes as a PDF: a document and chunks that hold their promises, and no panic.
#![no_main]

use libfuzzer_sys::fuzz_target;
use mcdewey_core::parse::Format;

fuzz_target!(|data: &[u8]| mcdewey_fuzz::parse_and_chunk(Format::Pdf, data));
