//! Any text as a query: it is read, within the limits, and snippets for it are sound.
#![no_main]

use libfuzzer_sys::fuzz_target;
use mcdewey_core::present::snippet;
use mcdewey_core::query::{Condition, MAX_DEPTH, MAX_WORDS, Query, Term};

fuzz_target!(|text: &str| {
    let query = Query::parse(text);
    assert!(query.words().count() <= MAX_WORDS);
    assert!(query.words().all(|word| !word.is_empty()));
    assert_eq!(query.text, text.trim());
    for name in &query.names {
        assert!(name.n_words > 0 && !name.key.is_empty());
    }
    if let Some(condition) = &query.condition {
        check(condition, 0);
        // It is shown to people as a query that means the same.
        let again = Query::parse(&format!("x AND ({condition})"));
        assert!(again.condition.is_some());
    }
    let _shown = query.to_string();
    let shown = snippet(text, &query);
    let mut last = 0;
    for &(start, end) in &shown.highlights {
        assert!(last <= start && start < end, "highlights are ascending");
        assert!(shown.text.get(start..end).is_some());
        last = end;
    }
});

fn check(condition: &Condition, depth: usize) {
    // A group, its two levels of operators, and a NOT.
    assert!(depth <= 4 * MAX_DEPTH + 4, "engines walk it by recursion");
    match condition {
        Condition::All(inner) | Condition::Any(inner) => {
            inner.iter().for_each(|inner| check(inner, depth + 1));
        }
        Condition::Not(inner) => check(inner, depth + 1),
        Condition::Has(_, term) => {
            assert!(!term.words().is_empty());
            if let Term::Near(words, _) = term {
                assert!(words.len() >= 2, "one word is near nothing");
            }
        }
        Condition::Pages(..) | Condition::In(_) => {}
    }
}
