use proptest::prelude::*;

use super::*;
use crate::acronym::Acronym;
use crate::shelf::{DocumentId, Shelf, SynonymRule};

fn some(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

/// A document of `vendor` and `product`, which may be empty, that defines `acronyms`.
fn record(vendor: &str, product: &str, acronyms: &[(&str, &str)]) -> DocumentRecord {
    let shelf = Shelf {
        vendor: some(vendor),
        product: some(product),
        ..Shelf::default()
    };
    let mut record = DocumentRecord::new(DocumentId::from_record_id("a"), "a", shelf);
    let acronyms = acronyms.iter();
    record.acronyms = acronyms
        .map(|&(short, long)| Acronym::new(short, long))
        .collect();
    record
}

fn two_way(terms: &[&str]) -> SynonymRule {
    SynonymRule::TwoWay(terms.iter().map(|&term| term.to_owned()).collect())
}

fn one_way(from: &str, to: &[&str]) -> SynonymRule {
    SynonymRule::OneWay {
        from: vec![from.to_owned()],
        to: to.iter().map(|&term| term.to_owned()).collect(),
    }
}

/// A document of vendor "acme" whose manifest has these rules.
fn with_rules(rules: Vec<SynonymRule>) -> DocumentRecord {
    let mut record = record("acme", "", &[]);
    record.shelf.synonyms = rules;
    record
}

fn split(query: &str) -> Vec<String> {
    query.split_whitespace().map(str::to_owned).collect()
}

/// Each span of `query` with its alternatives, as `words -> alternative | alternative`.
fn expanded(synonyms: &Synonyms, query: &str, admitted: &Admitted) -> Vec<String> {
    let words = split(query);
    let written = synonyms.expand(&words, admitted).into_iter().map(|found| {
        let alternatives: Vec<String> = found
            .alternatives
            .iter()
            .map(|words| words.join(" "))
            .collect();
        format!(
            "{} -> {}",
            words[found.span].join(" "),
            alternatives.join(" | ")
        )
    });
    written.collect()
}

fn expand(documents: &[DocumentRecord], query: &str) -> Vec<String> {
    expanded(&Synonyms::of(documents), query, &Admitted::all())
}

#[test]
fn an_acronym_holds_both_ways() {
    let long = "Cisco Unified Communications Manager";
    let documents = [record("cisco", "cucm", &[("CUCM", long)])];
    assert_eq!(
        expand(&documents, "install cucm twice"),
        ["cucm -> cisco unified communications manager"]
    );
    assert_eq!(
        expand(&documents, "two cisco unified communication managers"),
        ["cisco unified communication managers -> cucm"]
    );
    assert_eq!(expand(&documents, "cisco unified manager"), [""; 0]);
}

#[test]
fn a_plural_finds_the_acronym_unless_it_may_be_another() {
    let documents = [record(
        "",
        "",
        &[("ACL", "access control list"), ("IP", "internet protocol")],
    )];
    assert_eq!(expand(&documents, "acls"), ["acls -> access control list"]);
    assert_eq!(expand(&documents, "ips"), [""; 0]);
}

#[test]
fn rules_of_a_manifest_hold_as_they_are_written() {
    let documents = [with_rules(vec![
        two_way(&["SRTP", "secure media", "voice encryption"]),
        one_way("CallManager", &["CUCM", "unified cm"]),
    ])];
    assert_eq!(
        expand(&documents, "secure media and callmanager or cucm"),
        [
            "secure media -> srtp | voice encryption",
            "callmanager -> cucm | unified cm"
        ]
    );
}

#[test]
fn the_names_of_a_product_stand_for_one_another_unless_one_holds_the_other() {
    let mut record = record("varnish", "cache", &[]);
    record.shelf.product_name = some("Varnish Cache");
    record.shelf.aliases = vec!["varnishd".into(), "CACHE".into()];
    let synonyms = Synonyms::of(&[record]);
    let all = Admitted::all();
    assert_eq!(expanded(&synonyms, "cache", &all), ["cache -> varnishd"]);
    assert_eq!(
        expanded(&synonyms, "varnish cache", &all),
        ["varnish cache -> varnishd"]
    );
    let found = synonyms.expand(&split("varnishd"), &all);
    assert_eq!(found[0].source, SynonymSource::Product);
    assert_eq!(
        found[0].alternatives,
        [vec!["cache"], vec!["varnish", "cache"]]
    );
}

#[test]
fn a_word_of_a_products_full_name_is_no_name_of_it_unless_an_alias_says_so() {
    let mut record = record("varnish", "cache", &[]);
    record.shelf.product_name = some("Varnish Cache");
    record.shelf.aliases = vec!["varnishd".into()];
    let documents = [record];
    assert_eq!(expand(&documents, "cache"), [""; 0]);
    assert_eq!(
        expand(&documents, "varnish cache"),
        ["varnish cache -> varnishd"]
    );
}

#[test]
fn the_longest_run_of_words_counts_and_none_overlap() {
    let documents = [with_rules(vec![
        two_way(&["access", "entry"]),
        two_way(&["access control list", "acl"]),
        two_way(&["list box", "menu"]),
    ])];
    assert_eq!(
        expand(&documents, "access control list box access"),
        ["access control list -> acl", "access -> entry"]
    );
}

#[test]
fn rules_hold_for_the_vendors_that_a_search_admits() {
    let documents = [
        record("cisco", "cucm", &[("CM", "Communications Manager")]),
        record("juniper", "junos", &[("CM", "Chassis Manager")]),
        record("", "pbx", &[("CM", "Call Mixer")]),
        record("", "", &[("CM", "Common Meaning")]),
    ];
    let synonyms = Synonyms::of(&documents);
    let query = |admits: &dyn Fn(&DocumentRecord) -> bool| {
        expanded(&synonyms, "cm", &synonyms.admitted(&documents, admits))
    };
    assert_eq!(
        query(&|record| record.shelf.vendor.as_deref() == Some("cisco")),
        ["cm -> common meaning | communications manager"]
    );
    assert_eq!(
        query(&|record| record.shelf.product.as_deref() == Some("pbx")),
        ["cm -> call mixer | common meaning"]
    );
    assert_eq!(query(&|_| false), ["cm -> common meaning"]);
    let everything =
        ["cm -> call mixer | chassis manager | common meaning | communications manager"];
    assert_eq!(query(&|_| true), everything);
    assert_eq!(expanded(&synonyms, "cm", &Admitted::all()), everything);
}

#[test]
fn vendors_are_the_same_without_regard_to_case() {
    let documents = [
        record("Acme", "a", &[("CM", "Call Manager")]),
        record("ACME", "b", &[]),
    ];
    let synonyms = Synonyms::of(&documents);
    let of_b = synonyms.admitted(&documents, |record| {
        record.shelf.product.as_deref() == Some("b")
    });
    assert_eq!(expanded(&synonyms, "cm", &of_b), ["cm -> call manager"]);
}

#[test]
fn of_conflicting_long_forms_the_two_best_supported_are_kept() {
    let mut documents = vec![
        record("acme", "", &[("MAC", "mandatory access control")]),
        record(
            "acme",
            "",
            &[("MAC", "media access control"), ("MAC", "message code")],
        ),
        record("acme", "", &[("MAC", "message authentication code")]),
        record("acme", "", &[("MAC", "Message Authentication Codes")]),
        record("acme", "", &[("MAC", "media access control")]),
    ];
    let expected = ["mac -> media access control | message authentication code"];
    assert_eq!(expand(&documents, "mac"), expected);
    documents.reverse();
    assert_eq!(expand(&documents, "mac"), expected, "whatever the order");
    documents.push(record("other", "", &[("MAC", "many are called")]));
    assert_eq!(
        expand(&documents, "mac"),
        ["mac -> media access control | message authentication code | many are called"],
        "another vendor's are counted apart"
    );
}

#[test]
fn a_manifest_can_refuse_what_documents_say() {
    let acronyms = [
        ("CAT", "call admission table"),
        ("ACL", "access control list"),
        ("MG", "media gateway"),
    ];
    let mut wrong = record("acme", "", &acronyms);
    wrong.shelf.synonyms = vec![one_way("cat", &[]), one_way("Access Control List", &[])];
    let other = record("other", "", &acronyms[..1]);
    let synonyms = Synonyms::of(&[wrong.clone()]);
    let all = Admitted::all();
    assert_eq!(
        expanded(&synonyms, "cat acl mg", &all),
        ["mg -> media gateway"]
    );
    let documents = [wrong, other];
    assert_eq!(
        expand(&documents, "cat"),
        ["cat -> call admission table"],
        "the other vendor still says so"
    );
}

#[test]
fn the_surest_come_first_and_no_more_than_can_be_used() {
    let group: Vec<String> = (0..20).map(|n| format!("term{n:02}")).collect();
    let mut record = with_rules(vec![SynonymRule::TwoWay(group.clone())]);
    record.acronyms = vec![Acronym::new("TERM19", "found in text")];
    let synonyms = Synonyms::of(&[record]);
    let found = synonyms.expand(&group, &Admitted::all());
    let counts: Vec<usize> = found.iter().map(|found| found.alternatives.len()).collect();
    assert_eq!(
        counts,
        [MAX_ALTERNATIVES; MAX_EXPANSIONS / MAX_ALTERNATIVES]
    );
    assert_eq!(found[0].alternatives[0], ["term01"]);
    let last = synonyms.expand(&group[19..], &Admitted::all());
    assert_eq!(last[0].source, SynonymSource::Manifest);
}

#[test]
fn a_term_too_long_to_be_looked_up_is_still_an_alternative() {
    let long = "a b c d e f g";
    let documents = [with_rules(vec![two_way(&["x", long])])];
    assert_eq!(expand(&documents, long), [""; 0]);
    assert_eq!(expand(&documents, "x"), [format!("x -> {long}")]);
}

#[test]
fn a_list_says_who_says_what() {
    let mut first = record("acme", "pbx", &[("CM", "Call Managers")]);
    first.shelf.product_name = some("Acme Exchange 3000");
    first.shelf.synonyms = vec![one_way("callmanager", &["cm"]), one_way("cat", &[])];
    let mut second = first.clone();
    second.id = DocumentId::from_record_id("b");
    second.acronyms = vec![
        Acronym::new("CM", "Call Manager"),
        Acronym::new("CM", "call manager"),
    ];
    let stray = record("", "", &[("TTL", "time to live")]);
    let documents = [first, second, stray];
    let list = Synonyms::of(&documents).list(7, &documents);
    let value = serde_json::to_value(&list).expect("plain data");
    assert_eq!(value["generation"], 7);
    let rule = |from: &[&str], to: &[&str], two_way: bool, source: &str, documents: usize| {
        serde_json::json!({
            "from": from, "to": to, "two_way": two_way, "source": source,
            "documents": documents, "example": "a",
        })
    };
    let shelf = |vendor: Option<&str>, synonyms: Vec<serde_json::Value>| serde_json::json!({"vendor": vendor, "product": null, "synonyms": synonyms});
    let ttl = rule(&["TTL"], &["time to live"], true, "documents", 1);
    let of_acme = vec![
        rule(&["callmanager"], &["cm"], false, "manifest", 2),
        rule(&["cat"], &[], false, "manifest", 2),
        rule(&["pbx"], &["Acme Exchange 3000"], true, "product", 2),
        rule(&["CM"], &["call manager"], true, "documents", 2),
    ];
    let expected = [shelf(None, vec![ttl]), shelf(Some("acme"), of_acme)];
    assert_eq!(value["shelves"], serde_json::json!(expected));
}

proptest! {
    #[test]
    fn expansions_keep_their_promises(
        terms in prop::collection::vec("[ab]{1,2}( [ab]{1,2}){0,6}", 0..12),
        acronyms in prop::collection::vec(("[AB]{2,3}", "[ab]{2}( [ab]{2}){1,3}"), 0..8),
        query in "[ab]{1,2}( [ab]{1,2}){0,20}",
    ) {
        let mut record = with_rules(
            terms.chunks(2).map(|pair| SynonymRule::TwoWay(pair.to_vec())).collect(),
        );
        record.acronyms =
            acronyms.iter().map(|(short, long)| Acronym::new(short, long)).collect();
        let words = split(&query);
        let documents = [record];
        let found = Synonyms::of(&documents).expand(&words, &Admitted::all());
        let mut end = 0;
        for expansion in &found {
            let span = expansion.span.clone();
            prop_assert!(end <= span.start && span.start < span.end && span.end <= words.len());
            prop_assert!(span.len() <= MAX_SPAN_WORDS);
            end = span.end;
            let n_alternatives = expansion.alternatives.len();
            prop_assert!((1..=MAX_ALTERNATIVES).contains(&n_alternatives));
            for (index, alternative) in expansion.alternatives.iter().enumerate() {
                prop_assert!(!alternative.is_empty() && *alternative != words[span.clone()]);
                prop_assert!(!expansion.alternatives[..index].contains(alternative));
            }
        }
        let total: usize = found.iter().map(|expansion| expansion.alternatives.len()).sum();
        prop_assert!(total <= MAX_EXPANSIONS);
        prop_assert_eq!(found, Synonyms::of(&documents).expand(&words, &Admitted::all()));
    }
}
