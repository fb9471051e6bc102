use proptest::prelude::*;

use super::*;

/// The terms that are looked for, and what must hold.
fn read(text: &str) -> (String, String) {
    let query = Query::parse(text);
    let terms: Vec<String> = query
        .clauses
        .iter()
        .map(|clause| clause.term.to_string())
        .collect();
    let condition = query.condition.map(|condition| condition.to_string());
    (terms.join(", "), condition.unwrap_or_default())
}

#[track_caller]
fn reads(text: &str, terms: &str, condition: &str) {
    assert_eq!(
        read(text),
        (terms.to_owned(), condition.to_owned()),
        "{text}"
    );
}

#[test]
fn plain_words_require_nothing() {
    reads(
        "how are certificates checked?",
        "how, are, certificates, checked",
        "",
    );
    assert_eq!(
        Query::parse("How are AXL_API certificates checked?").meaning,
        "How are AXL_API certificates checked?"
    );
}

#[test]
fn phrases_are_required_and_so_is_what_a_sign_says() {
    reads(
        "set \"native VLAN\"",
        "set, \"native vlan\"",
        "\"native vlan\"",
    );
    reads("\"VLAN\"", "\"vlan\"", "\"vlan\"");
    reads("a +b -cd", "a, b", "b AND NOT cd");
    reads("a NOT \"b c\"", "a", "NOT \"b c\"");
    reads("\"sip trunk\"~3", "\"sip trunk\"~3", "\"sip trunk\"~3");
}

#[test]
fn operators_join_what_stands_beside_them() {
    reads("a AND b c", "a, b, c", "a AND b");
    reads("a OR b", "a, b", "a OR b");
    reads("(a OR b) AND c", "a, b, c", "(a OR b) AND c");
    reads("(a b) AND c", "a, b, c", "(a OR b) AND c");
    reads("a AND NOT (b OR c)", "a", "a AND NOT (b OR c)");
    reads("a && b || c", "a, b, c", "(a AND b) OR c");
}

#[test]
fn fields_take_what_follows_at_once() {
    reads("title:vlan x", "vlan, x", "title:vlan");
    reads("Heading:\"a b\"", "\"a b\"", "heading:\"a b\"");
    reads("code:max_conn", "\"max conn\"", "code:\"max conn\"");
    reads("x page:47", "x", "page:47");
    reads("x page:40-50", "x", "page:40-50");
    reads("x vendor:cisco", "x", "vendor:\"cisco\"");
    reads("x version:>=14,<15", "x", "version:\">=14,<15\"");
    reads("x document:\"a guide\"", "x", "document:\"a guide\"");
    reads("title: ports", "title, ports", "");
    reads("std::title::x", "std, title, x", "");
    reads("note:this", "note, this", "");
}

#[test]
fn options_and_names_of_manuals_are_words() {
    reads("ls -l", "ls, l", "");
    reads("curl --insecure", "curl, insecure", "");
    reads("ip-address 10.5(2)", "ip, address, 10, 5, 2", "");
    reads("a+b c++", "a, b, c", "");
    reads("tar -xzf", "tar", "NOT xzf");
}

#[test]
fn prefixes_and_misspellings_are_marked() {
    reads("certif* ~vlann foo~2", "certif*, vlann~1, foo~2", "");
    reads("+certif*", "certif*", "certif*");
    let query = Query::parse("a*");
    assert_eq!(query.clauses[0].term, Term::Word("a".to_owned()));
    assert_eq!(query.notes.len(), 1);
}

#[test]
fn the_model_reads_what_is_asked_without_the_syntax() {
    let meaning = |text| Query::parse(text).meaning;
    assert_eq!(
        meaning("reset a \"voice port\" vendor:cisco -fax"),
        "reset a voice port"
    );
    assert_eq!(meaning("(trunk OR vlan) AND native"), "trunk vlan native");
}

#[test]
fn names_have_keys_and_parts() {
    let names = |text| -> Vec<(String, usize)> {
        let names = Query::parse(text).names.into_iter();
        names.map(|name| (name.key, name.n_words)).collect()
    };
    let found = names("AXL-API on GigabitEthernet 0/0/1");
    assert_eq!(found[0], ("axlapi".to_owned(), 2));
    assert!(
        found.contains(&("gigabitethernet001".to_owned(), 4)),
        "{found:?}"
    );
    assert_eq!(names("RFC9457"), [("rfc9457".to_owned(), 1)]);
    assert_eq!(Query::parse("RFC9457").clauses[0].also, [["rfc", "9457"]]);
    assert!(names("x -AXL_API").is_empty());
    assert!(names("certificate").is_empty());
}

#[test]
fn scripts_without_spaces_are_phrases_that_need_not_hold() {
    reads("接続設定", "\"接 続 設 定\"", "");
}

#[test]
fn what_is_malformed_is_read_with_a_note() {
    for (text, terms, condition) in [
        (
            "say \"hello world",
            "say, \"hello world\"",
            "\"hello world\"",
        ),
        ("(a b", "a, b", ""),
        ("a) b", "a, b", ""),
        ("a AND", "a", "a"),
        ("OR a", "a", ""),
        ("a NOT", "a", ""),
        ("page:abc", "abc", ""),
        ("-abc", "abc", ""),
        ("DO NOT POWER OFF", "do, not, power, off", ""),
    ] {
        reads(text, terms, condition);
        assert_eq!(
            Query::parse(text).notes.len(),
            1,
            "{text}: {:?}",
            Query::parse(text).notes
        );
    }
}

#[test]
fn what_goes_beyond_a_limit_is_left_out_with_a_note() {
    let deep = Query::parse(&format!("a {}", "(".repeat(5000)));
    assert_eq!(deep.words().collect::<Vec<_>>(), ["a"]);
    let deep = Query::parse(&format!("{}a{} +b", "(".repeat(500), ")".repeat(500)));
    assert_eq!(deep.words().collect::<Vec<_>>(), ["a", "b"]);
    assert!(
        deep.notes.iter().any(|note| note.contains("16 deep")),
        "{:?}",
        deep.notes
    );
    let long = Query::parse(&"word ".repeat(2000));
    assert_eq!(long.clauses.len(), MAX_WORDS);
    assert_eq!(long.notes.len(), 2);
    let negated = Query::parse(&format!("x {}", "NOT ".repeat(400)));
    assert_eq!(negated.words().collect::<Vec<_>>(), ["x"]);
}

#[test]
fn punctuation_alone_has_no_words() {
    for text in ["?! -- \"\"", "", "()", "vendor:", "-", "+ +"] {
        assert!(
            Query::parse(text)
                .clauses
                .iter()
                .all(|clause| !clause.term.words().is_empty())
        );
    }
    assert!(Query::parse("?! -- \"\"").has_no_words());
}

#[test]
fn words_are_sought_once_in_order() {
    let query = Query::parse("trunks \"native trunk\" VLAN");
    let stems: Vec<String> = query
        .sought()
        .into_iter()
        .map(|sought| sought.stem)
        .collect();
    assert_eq!(stems, ["trunk", "nativ", "vlan"]);
}

proptest! {
    #[test]
    fn every_text_is_read(text in "\\PC{0,60}") {
        check_invariants(&text)?;
    }

    #[test]
    fn every_text_with_much_syntax_is_read(
        text in "((\"|\\(|\\)|\\+|-|~|\\*| |AND|OR|NOT|title:|page:|vendor:|a_b|版本|word|~2|7)){0,60}",
    ) {
        check_invariants(&text)?;
    }
}

fn check_invariants(text: &str) -> Result<(), TestCaseError> {
    let query = Query::parse(text);
    prop_assert!(query.words().count() <= MAX_WORDS);
    prop_assert!(query.words().all(|word| !word.is_empty()));
    prop_assert_eq!(&query.text, text.trim());
    // What must hold is itself a query that must hold.
    if let Some(condition) = &query.condition {
        let again = Query::parse(&format!("x AND ({condition})"));
        prop_assert!(again.condition.is_some(), "{}", condition);
    }
    Ok(())
}
