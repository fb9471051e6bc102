//! Facts about `AsciiDoc`.

use super::super::{Format, parse_text};
use crate::document::Document;
use crate::effort;

fn parse(text: &str) -> Document {
    parse_text(Format::Asciidoc, text)
}

#[track_caller]
fn expect(text: &str, expected: &str) {
    assert_eq!(parse(text).text.trim(), expected, "{text}");
}

#[test]
fn rules_and_page_ends_may_be_longer_than_three() {
    expect(
        "Above.\n\n'''''\n\nBetween.\n\n<<<<<\n\nBelow.\n",
        "Above.\n\nBetween.\n\nBelow.",
    );
}

#[test]
fn headings_of_both_kinds_have_anchors() {
    let text = "= Guide\nJane Doe <jane@example.org>\nv1.0, 2024-05-01: First\n:product: Router\n\n== Ports & Users\n\n[[here]]\n=== In {product}\n\n[#own.role]\n== C ==\n\nUnderlined\n----------\n\n==== [[in]]Deep\n\n# Hash\n";
    let document = parse(text);
    let found: Vec<_> = document
        .sections
        .iter()
        .map(|section| {
            (
                section.level,
                section.heading.as_str(),
                section.anchor.as_deref(),
            )
        })
        .collect();
    assert_eq!(
        found,
        [
            (1, "Guide", None),
            (2, "Ports & Users", Some("_ports_users")),
            (3, "In Router", Some("here")),
            (2, "C", Some("own")),
            (2, "Underlined", Some("_underlined")),
            (4, "Deep", Some("in")),
            (1, "Hash", Some("_hash")),
        ]
    );
    assert_eq!(document.title.as_deref(), Some("Guide"));
    assert_eq!(document.date.as_deref(), Some("2024-05-01"));
    assert!(
        document
            .text
            .starts_with("# Guide\n\nJane Doe <jane@example.org>\n\nv1.0")
    );
}

#[test]
fn blocks_stand_between_lines() {
    expect(
        "[source,sh]\n----\nls *a*\n\n== x\n----\n\n....\nb\n....\n\n```py\nc\n```\n\n[source,java]\nint d;\n\n++++\n<b>e</b>\n++++\n\n////\nnot this\n////\n// nor this\nEnd.\n",
        "```sh\nls *a*\n\n== x\n```\n\n```\nb\n```\n\n```py\nc\n```\n\n```java\nint d;\n```\n\ne\n\nEnd.",
    );
    expect(
        ".Title of *it*\n====\nOne.\n\n****\nTwo.\n****\n====\n\n[quote, A B, C]\n____\nThree.\n____\n\n--\nFour.\n--\n\n[verse]\nroses\nred\n",
        "Title of it\n\nOne.\n\nTwo.\n\nThree.\n\n— A B, C\n\nFour.\n\nroses\nred",
    );
    expect(
        "text\n\n literal\n   text\n\n----\nnever closed",
        "text\n\n```\nliteral\n  text\n```\n\n```\nnever closed\n```",
    );
}

#[test]
fn admonitions_have_labels() {
    expect(
        "NOTE: Mind\nthe gap.\n\n[WARNING]\n====\nOne.\n\nTwo.\n====\n\n[TIP]\nThree.\n\n* TIP: Four.\n",
        "Note: Mind the gap.\n\nWarning: One.\n\nTwo.\n\nTip: Three.\n\n- Tip: Four.",
    );
}

#[test]
fn lists_of_all_kinds() {
    expect(
        "* a\nmore\n** b\n* c\n+\nAttached.\n+\n----\ncode\n----\n* d\n\nNot in it.\n\n. one\n.. two\n. three\n\n[start=7]\n. seven\n\n- [x] done\n\n<1> call\n",
        "- a more\n  - b\n- c\n\nAttached.\n\n```\ncode\n```\n\n- d\n\nNot in it.\n\n1. one\n  1. two\n2. three\n7. seven\n  - done\n1. call",
    );
    expect(
        "-v::\n--verbose::\n\tSays `more`.\n+\nAnd more.\n\nterm:: Meaning.\nsub::: Inner.\nother;;\n  Text.\n\nstd::vec is text.\n",
        "- -v, --verbose: Says more.\n\nAnd more.\n\n- term: Meaning.\n  - sub: Inner.\n    - other: Text.\n\nstd::vec is text.",
    );
}

#[test]
fn tables_have_headers() {
    expect(
        ".Ports\n[cols=\"1,2\",options=\"header\"]\n|===\n|Port |Use\n|5060\n|*SIP* <<ports>>\n2+|all\n|===\n",
        "Ports\n\n| Port | Use |\n|---|---|\n| 5060 | SIP ports |\n| all |  |",
    );
    expect(
        "|===\n|a |b\n\n|1 |2\n|===\n",
        "| a | b |\n|---|---|\n| 1 | 2 |",
    );
    expect(",===\na,\"b, c\"\n,===\n", "| a | b, c |");
}

#[test]
fn conditions_stay_and_includes_go() {
    expect(
        ":x: 1\nifdef::y[]\nShown.\nendif::y[]\n\nifndef::z[Also shown.]\n\ninclude::other.adoc[]\n\nimage::a.png[Two ports]\n\n'''\n\ntoc::[]\n\nvalue {x} {unknown}\n",
        "Shown. endif::y[]\n\nAlso shown.\n\nTwo ports\n\nvalue 1 {unknown}"
            .replace(" endif::y[]", "")
            .as_str(),
    );
}

#[test]
fn references_say_what_they_lead_to() {
    expect(
        "[[p]]\n== The ports\n\nSee <<p>>, <<_users>> and <<x,that>>.\n\n== Users\n",
        "## The ports\n\nSee The ports, Users and that.\n\n## Users",
    );
}

#[test]
fn attributes_do_not_make_a_text_grow_without_bound() {
    let text = format!(":a: {}\n\n", "long ".repeat(1000)) + &"{a} ".repeat(100_000);
    let document = parse(&text);
    assert!(
        document.text.len() < 4 * text.len() + (2 << 20),
        "{}",
        document.text.len()
    );
}

#[test]
fn hostile_text_takes_no_time() {
    const N: usize = 50_000;
    let hostile = [
        "|===\n".repeat(N),
        "|===\n".to_owned() + &"|".repeat(N) + "\n" + &"100*|a\n".repeat(N),
        "[cols=\"100*\"]\n|===\n".to_owned() + &"|a\n".repeat(N),
        "====\n".repeat(N),
        (4..1000).map(|n| "=".repeat(n) + "\n").collect(),
        "* a\n".repeat(N),
        ". a\n".repeat(N),
        "a:: ".repeat(N),
        "a::\n".repeat(N),
        ":a: {a}{a}\n".repeat(N),
        "[[a]]\n".repeat(N),
        "[[a]]\n== b\n".repeat(N),
        "a\n-\n".repeat(N),
        "ifdef::a[]\n".repeat(N),
        ":a: b \\\n".repeat(N),
        "NOTE: ".repeat(N),
        "+\n".repeat(N),
    ];
    for text in &hostile {
        let opening: String = text.chars().take(16).collect();
        let (document, effort) = effort::of(|| parse(text));
        assert!(
            document.text.len() <= 4 * text.len() + (2 << 20),
            "{opening}: {} from {}",
            document.text.len(),
            text.len()
        );
        assert!(effort.as_secs() < 15, "{opening}: {effort:?}");
    }
}
