//! Facts about reStructuredText.

use super::super::{Format, parse_text};
use crate::document::{Document, ProblemKind};
use crate::effort;

fn parse(text: &str) -> Document {
    parse_text(Format::Rst, text)
}

#[track_caller]
fn expect(text: &str, expected: &str) {
    assert_eq!(parse(text).text.trim(), expected, "{text}");
}

/// Level, text and anchor of each heading.
fn headings(text: &str) -> Vec<(u8, String, Option<String>)> {
    let sections = parse(text).sections.into_iter();
    sections
        .map(|section| (section.level, section.heading, section.anchor))
        .collect()
}

#[test]
fn levels_follow_the_first_use_of_each_adornment() {
    let text =
        "====\nBook\n====\n\nOne\n---\n\ntext\n\nDeep\n~~~~\n\nTwo\n---\n\nPart\n====\n\nA\n*\n";
    let found = headings(text);
    let found: Vec<_> = found
        .iter()
        .map(|(level, text, _)| (*level, text.as_str()))
        .collect();
    assert_eq!(
        found,
        [
            (1, "Book"),
            (2, "One"),
            (3, "Deep"),
            (2, "Two"),
            (4, "Part"),
            (5, "A")
        ]
    );
    assert_eq!(parse(text).title.as_deref(), Some("Book"));
}

#[test]
fn underlines_may_be_short_and_titles_may_be_anything() {
    for (text, heading) in [
        ("A long title\n====\n", "A long title"),
        ("1. Ports\n========\n", "1. Ports"),
        ("``ls`` *now*\n............\n", "ls now"),
        ("=====\n  In\n=====\n", "In"),
        ("Größe\n=====\n", "Größe"),
    ] {
        assert_eq!(headings(text)[0].1, heading, "{text}");
    }
    for text in [
        "long title\n==\n",
        "a\n\n-----\n\nb\n",
        "- a\n-----\n",
        "::\n\n  a\n",
    ] {
        assert_eq!(headings(text), [], "{text}");
    }
}

#[test]
fn targets_are_anchors_of_what_follows() {
    let text = ".. _my_Ports:\n\n.. comment\n\nPorts\n=====\n\nSee :ref:`my_ports`, ports_ and `x <y>`_.\n\nUsers\n-----\n\nUsers\n-----\n";
    let found = headings(text);
    assert_eq!(found[0].2.as_deref(), Some("my-ports"));
    assert_eq!(found[1].2.as_deref(), Some("users"));
    assert_eq!(found[2].2, None);
    assert!(parse(text).text.contains("See Ports, ports_ and x."));
}

#[test]
fn what_is_announced_is_code() {
    expect(
        "See::\n\n    a\n\n      b\n\nText ::\n\n  c\n\n::\n\n  d\n\nQuoted::\n\n> e\n> f\n\nEnd.\n",
        "See:\n\n```\na\n\n  b\n```\n\nText\n\n```\nc\n```\n\n```\nd\n```\n\nQuoted:\n\n```\n> e\n> f\n```\n\nEnd.",
    );
    expect(
        ".. highlight:: sh\n\nSee::\n\n  ls\n\n.. code-block:: python3\n   :caption: A *file*\n\n   x = 1\n\n.. code::\n   y\n\n>>> z\n1\n",
        "See:\n\n```sh\nls\n```\n\nA file\n\n```python3\nx = 1\n```\n\n```\ny\n```\n\n```pycon\n>>> z\n1\n```",
    );
}

#[test]
fn admonitions_and_versions_have_labels() {
    expect(
        ".. note:: Mind\n   the gap.\n\n.. warning::\n\n   One.\n\n   Two.\n\n.. admonition:: Ports *here*\n\n   Three.\n\n.. versionadded:: 2.1 The option.\n.. deprecated:: 3\n\n.. seealso::\n   Four.\n",
        "Note: Mind the gap.\n\nWarning: One.\n\nTwo.\n\nPorts here: Three.\n\nNew in version 2.1: The option.\n\nDeprecated since version 3\n\nSee also: Four.",
    );
}

#[test]
fn lists_nest_by_indentation() {
    expect(
        "- a\n  more\n\n  - b\n\n    c\n\n- d\n\n3. e\n4. f\n\n#. g\n#. h\n\na) i\nb) j\n\n(2) k\n",
        "- a more\n  - b\n\nc\n\n- d\n3. e\n4. f\n5. g\n6. h\n7. i\n8. j\n2. k",
    );
    expect("1. of many\nlines\n", "1. of many lines");
    expect(
        "term\n  Meaning.\n\n  More.\n``-v``\n  Says.\n",
        "- term: Meaning.\n\nMore.\n\n- -v: Says.",
    );
    expect(
        "-v, --verbose  Says\n               more.\n/x y  Other.\n",
        "- -v, --verbose: Says more.\n- /x y: Other.",
    );
    expect("| a\n| b\n  c\n", "a\nb c");
}

#[test]
fn fields_are_terms_and_those_for_tools_go() {
    let text = ":orphan:\n:Date: 2024-05-01\n\nT\n=\n\n:param x: The *x*.\n:ref:`a <b>` text\n";
    let document = parse(text);
    assert_eq!(document.date.as_deref(), Some("2024-05-01"));
    assert_eq!(
        document.text.trim(),
        "- Date: 2024-05-01\n\n# T\n\n- param x: The x.\n\na text"
    );
}

#[test]
fn tables_of_all_kinds() {
    let expected = "| Port | Use |\n|---|---|\n| 5060 | SIP in |\n| 5061 | TLS |";
    for table in [
        "+------+-----+\n| Port | Use |\n+======+=====+\n| 5060 | SIP |\n|      | in  |\n+------+-----+\n| 5061 | TLS |\n+------+-----+\n",
        "====  ===\nPort  Use\n====  ===\n5060  SIP\n      in\n5061  TLS\n====  ===\n",
        ".. list-table::\n   :header-rows: 1\n   :widths: 1 2\n\n   * - Port\n     - Use\n   * - 5060\n     - SIP\n       in\n   * - 5061\n     - ``TLS``\n",
        ".. csv-table::\n   :header: Port, Use\n\n   5060, \"SIP in\"\n   5061, TLS\n",
    ] {
        expect(table, expected);
    }
    expect(
        "+---+---+\n| a | b |\n|   +---+\n|   | c |\n+---+---+\n| d e f |\n+---+---+\n",
        "| a | b |\n| a | c |\n| d e f |  |",
    );
    expect(
        ".. table:: Ports\n\n   === ===\n   a   b\n   === ===\n",
        "Ports\n\n| a | b |",
    );
    expect("+--+\nbroken\n", "broken");
}

#[test]
fn what_is_no_content_is_left_out() {
    expect(
        "..\n   Licensed.\n\n.. a comment\n   goes on\n\n.. toctree::\n   :maxdepth: 2\n\n   a\n\n.. |v| replace:: 9.1\n.. _x: https://a.b\n.. index:: ports\n.. contents::\n.. include:: other.rst\n\nVersion |v|.\n\n__ https://c.d\n",
        "Version 9.1.",
    );
}

#[test]
fn other_directives_show_what_they_hold() {
    expect(
        ".. only:: html\n\n   Shown.\n\n.. figure:: a.png\n   :alt: Two ports\n\n   The caption.\n\n.. py:function:: open(port)\n\n   Opens *it*.\n\n.. rubric:: More\n\n.. [1] A note.\n\n.. unknown:: argument\n   :option: x\n\n   Content.\n",
        "Shown.\n\nTwo ports\n\nThe caption.\n\n- open(port): Opens it.\n\nMore\n\n- [1]: A note.\n- argument: Content.",
    );
}

#[test]
fn deep_nesting_is_flattened_and_reported() {
    let deep = "- ".repeat(100_000) + "end";
    let document = parse(&deep);
    assert!(document.text.contains("end"));
    assert_eq!(document.problems[0].kind, ProblemKind::Nested);
    let stairs: String = (0..2000).map(|depth| " ".repeat(depth) + "x\n\n").collect();
    assert_eq!(parse(&stairs).problems[0].kind, ProblemKind::Nested);
}

#[test]
fn names_do_not_make_a_text_grow_without_bound() {
    let text = format!(".. |a| replace:: {}\n\n", "long ".repeat(1000)) + &"|a| ".repeat(100_000);
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
        "=== ===\nx\n\n".repeat(N / 10),
        "+---+---+\n".repeat(N),
        "+---+---+\n| a | b |\n".repeat(N / 5),
        format!("+{}\n", "-+".repeat(N)) + &"|\n".repeat(N),
        ".. |a| replace:: b\n".repeat(N),
        ".. _a:\n".repeat(N),
        ".. note:: ".repeat(N),
        ".. note::\n\n".repeat(N),
        "a\n b\n".repeat(N),
        ":a: b\n".repeat(N),
        "- a\n".repeat(N),
        "#. a\n".repeat(N),
        "| a\n".repeat(N),
        "a:`b` ".repeat(N),
        ":a:`".repeat(N),
        "_`a` `b`_ |c| *d* ".repeat(N / 4),
        "a::\n\n> b\n".repeat(N),
        ".. csv-table::\n\n   ".to_owned() + &"\"".repeat(N),
        ".. list-table::\n\n".to_owned() + &"   * - a\n     - b\n".repeat(N),
    ];
    for text in &hostile {
        let opening: String = text.chars().take(16).collect();
        let (document, effort) = effort::of(|| parse(text));
        assert!(
            document.text.len() <= 4 * text.len() + (2 << 20),
            "{opening}"
        );
        assert!(effort.as_secs() < 15, "{opening}: {effort:?}");
    }
}
