//! Any text as a query: it is refused by name of the limit it breaks, or read within the limits.
#![no_main]

use libfuzzer_sys::fuzz_target;
use mcdewey_core::present::snippet;
use mcdewey_core::query::{Clause, MAX_CHARS, MAX_CLAUSES, Query};
use mcdewey_core::{Error, Fault};

fuzz_target!(|text: &str| {
    match Query::parse(text) {
        Ok(query) => check(text, &query),
        Err(error) => {
            assert!(matches!(error, Error::Query { .. }));
            assert_eq!(error.fault(), Fault::Caller);
        }
    }
});

fn check(text: &str, query: &Query) {
    assert!(text.trim().chars().count() <= MAX_CHARS);
    assert!(query.words().count() <= MAX_CLAUSES);
    assert!(query.words().all(|word| !word.is_empty()));
    for clause in &query.clauses {
        if let Clause::Phrase(words) = clause {
            assert!(words.len() >= 2, "one word is no phrase");
        }
    }
    let shown = snippet(text, query);
    let mut last = 0;
    for &(start, end) in &shown.highlights {
        assert!(last <= start && start < end, "highlights are ascending");
        assert!(shown.text.get(start..end).is_some());
        last = end;
    }
}
