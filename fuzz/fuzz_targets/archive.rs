//! Any bytes as an archive, whose kind the first byte says: documents keep within the limits and
//! below the archive, and what cannot be read is a problem.
#![no_main]

use libfuzzer_sys::fuzz_target;
use mcdewey_core::shelf::SourcePath;
use mcdewey_core::source::{MAX_DOCUMENT_BYTES, read_archive};

fuzz_target!(|data: &[u8]| {
    let Some((kind, bytes)) = data.split_first() else {
        return;
    };
    let name = ["a.zip", "a.tar", "a.tgz", "a.md.gz"][usize::from(*kind) % 4];
    let name = SourcePath::new(name).expect("a path");
    let is_readable = |path: &SourcePath| path.extension() == Some("md");
    let problems = read_archive(&name, bytes.to_vec(), &is_readable, &mut |path, read| {
        assert!(path == &name || path.as_str().starts_with(&format!("{name}/")));
        assert!(!path.as_str().contains(char::is_control));
        match read {
            Ok(document) => assert!(document.len() as u64 <= MAX_DOCUMENT_BYTES),
            Err(problem) => assert!(!problem.message.is_empty()),
        }
    });
    for found in problems {
        assert!(found.source.starts_with(name.as_str()));
        assert!(!found.problem.place.contains(char::is_control));
    }
});
