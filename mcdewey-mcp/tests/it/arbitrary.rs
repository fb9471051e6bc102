//! Whatever a client sends as arguments is answered or refused, and the server lives.

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};

use crate::client::{Session, structured, text, try_call};

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,12}".prop_map(Value::from),
        Just(json!("router::9.1::vlan::0")),
        Just(json!("9.1")),
        Just(json!("vlan")),
        Just(json!(3)),
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map(".{0,6}", inner, 0..3)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

fn arguments() -> impl Strategy<Value = Value> {
    let name = prop::sample::select(vec![
        "query",
        "vendor",
        "product",
        "version",
        "document",
        "mode",
        "limit",
        "max_tokens",
        "cursor",
        "chunk_id",
        "before",
        "after",
        "from",
        "to",
        "section",
        "details",
        "colour",
    ]);
    prop::collection::btree_map(name, value(), 0..5).prop_map(|map| {
        let map = map
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value));
        Value::Object(map.collect())
    })
}

#[test]
fn arbitrary_arguments_are_answered_or_refused() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let session = runtime.block_on(Session::new());
    let tool = prop::sample::select(vec![
        "search_docs",
        "get_chunk",
        "list_docs",
        "compare_versions",
    ]);
    let mut runner = TestRunner::new(Config::with_cases(600));
    let outcome = runner.run(&(tool, arguments()), |(tool, arguments)| {
        let answer = runtime
            .block_on(try_call(&session.client, tool, arguments))
            .unwrap();
        if answer.is_error == Some(true) {
            prop_assert!(!text(&answer).is_empty());
            prop_assert!(
                !text(&answer).contains("mistake of its own"),
                "{}",
                text(&answer)
            );
        } else {
            prop_assert!(structured(&answer).is_object());
        }
        Ok(())
    });
    outcome.unwrap();
}
