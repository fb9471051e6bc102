//! Any bytes as JSON lines: a line is a record with an id of its own, or a problem with its place.
#![no_main]

use libfuzzer_sys::fuzz_target;
use mcdewey_core::source::read_records;

fuzz_target!(|data: &[u8]| {
    let scan = read_records(data, "corpus.jsonl").expect("in memory");
    let n_lines = data.split(|&byte| byte == b'\n').count();
    assert!(scan.items.len() + scan.problems.len() <= n_lines);
    let mut ids: Vec<&str> = scan.items.iter().map(|item| item.id.as_str()).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), scan.items.len(), "two records have one id");
    for found in scan.problems {
        assert!(found.problem.place.starts_with("line ") && !found.problem.message.is_empty());
    }
});
