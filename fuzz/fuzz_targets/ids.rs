//! Any text as an id and as paths: what is accepted comes back as it was, and ids never collide.
#![no_main]

use std::collections::{BTreeSet, HashSet};

use libfuzzer_sys::fuzz_target;
use mcdewey_core::shelf::{ChunkId, DocumentId, SourcePath, document_ids};

fuzz_target!(|text: &str| {
    check_id(text);
    let paths: BTreeSet<SourcePath> = text
        .lines()
        .filter_map(|line| SourcePath::new(line).ok())
        .collect();
    for path in &paths {
        check_path(path);
    }
    check_library(&paths);
});

fn check_id(text: &str) {
    if let Ok(id) = text.parse::<ChunkId>() {
        assert_eq!(id.to_string(), text);
        assert_eq!(ChunkId::new(&id.document(), id.ordinal()), id);
    }
    if let Ok(id) = text.parse::<DocumentId>() {
        assert_eq!(id.to_string(), text);
        if let Ok(stem) = id.to_path_stem() {
            let path = SourcePath::new(format!("{stem}.md")).expect("a stem is a path");
            assert_eq!(DocumentId::from_path(&path), id);
        }
    }
}

fn check_path(path: &SourcePath) {
    let id = DocumentId::from_path(path);
    assert_eq!(
        id.to_path_stem().expect("this id was made from a path"),
        path.without_extension()
    );
    assert!(!id.as_str().contains(|c: char| c.is_ascii_control()));

    let chunk_id = ChunkId::new(&id, 17);
    assert_eq!(
        chunk_id
            .as_str()
            .parse::<ChunkId>()
            .expect("a made id is an id"),
        chunk_id
    );
    assert_eq!(chunk_id.document(), id);
    assert_eq!(chunk_id.ordinal(), 17);
}

fn check_library(paths: &BTreeSet<SourcePath>) {
    let ids = document_ids(paths);
    assert_eq!(ids.len(), paths.len());
    assert_eq!(
        ids.iter().collect::<HashSet<_>>().len(),
        ids.len(),
        "two files share an id"
    );
}
