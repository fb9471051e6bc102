//! Facts about plain text.

use super::super::{Format, parse_text};
use crate::document::{BlockKind, Document};

fn parse(text: &str) -> Document {
    parse_text(Format::Plain, text)
}

/// Level and text of each heading.
fn headings(text: &str) -> Vec<(u8, String)> {
    let document = parse(text);
    let sections = document.sections.into_iter();
    sections
        .map(|section| (section.level, section.heading))
        .collect()
}

fn expect_headings(text: &str, expected: &[(u8, &str)]) {
    let found = headings(text);
    let found: Vec<_> = found
        .iter()
        .map(|(level, text)| (*level, text.as_str()))
        .collect();
    assert_eq!(found, expected, "{text}");
}

/// The text of each block, with a letter for its kind.
fn blocks(text: &str) -> Vec<String> {
    let document = parse(text);
    let letter = |kind| match kind {
        BlockKind::Heading { .. } => 'H',
        BlockKind::Code { .. } => 'C',
        BlockKind::ListItem => 'L',
        _ => 'P',
    };
    let blocks = document.blocks.iter();
    blocks
        .map(|block| format!("{} {}", letter(block.kind), block.span.of(&document.text)))
        .collect()
}

#[test]
fn levels_follow_the_first_use_of_each_adornment() {
    let text = "====\nBook\n====\n\nOne\n---\n\ntext\n\nDeep\n~~~~\n\nTwo\n---\n\nPart\n====\n";
    let expected = [
        (1, "Book"),
        (2, "One"),
        (3, "Deep"),
        (2, "Two"),
        (4, "Part"),
    ];
    expect_headings(text, &expected);
    assert_eq!(parse(text).title.as_deref(), Some("Book"));
}

#[test]
fn an_underline_may_be_one_short_and_no_more() {
    expect_headings("Title\n====\n", &[(1, "Title")]);
    expect_headings("Title\n===\n", &[]);
}

#[test]
fn what_stands_above_a_rule_is_not_always_a_heading() {
    for text in [
        "two\nlines\n-----\n",
        " count \n-------\n 5\n",
        "***\n---\n",
        "a\n\n-----\n",
    ] {
        expect_headings(text, &[]);
    }
}

#[test]
fn numbered_headings_form_a_chain() {
    let text = "1  Guide\nText.\n\n1.1 Ports\n1.1.1 Open\nText.\n\n1.2 Users\n\n2 Reference\n\nA.1 Terms\n";
    let expected = [
        (1, "1 Guide"),
        (2, "1.1 Ports"),
        (3, "1.1.1 Open"),
        (2, "1.2 Users"),
        (1, "2 Reference"),
        (2, "A.1 Terms"),
    ];
    expect_headings(text, &expected);
    expect_headings(
        "Chapter 1 Ports\n\n1.1 Open\n\nChapter 2\n\nAppendix A Terms\n",
        &[
            (1, "Chapter 1 Ports"),
            (2, "1.1 Open"),
            (1, "Chapter 2"),
            (1, "Appendix A Terms"),
        ],
    );
    expect_headings(
        "1. Scope\n\n1.1. Terms\n\n2. Use\n",
        &[(1, "1. Scope"), (2, "1.1. Terms"), (1, "2. Use")],
    );
}

#[test]
fn numbered_steps_are_no_headings() {
    expect_headings("1. Stop it\n\n2. Start it\n\n3. Look\n", &[]);
    expect_headings("1 packet sent\n\n2 packets lost\n", &[]);
    expect_headings("1 It stops.\n\n2 It starts.\n", &[]);
    expect_headings("Version\n\n2 Gigabit Ethernet\n", &[]);
}

#[test]
fn a_table_of_contents_has_no_headings() {
    let contents =
        "1 Guide ........ 1\n1.1 Ports . . . . 2\n\n1.2 Users      3\n\n2 Reference  4\n";
    expect_headings(contents, &[]);
    expect_headings("1 Guide 1\n1.1 Ports 2\n1.2 Users 3\n2 Reference 4\n", &[]);
}

#[test]
fn running_headers_are_no_headings() {
    let text = "      1.1 Ports\n\n1 Guide\n\n1.1 Ports\n\u{c}1.1 Ports\n\nmore\n\u{c}1.2 Users\n\nend\n\n1.2 Users\n";
    let document = parse(text);
    expect_headings(text, &[(1, "1 Guide"), (2, "1.1 Ports"), (2, "1.2 Users")]);
    assert_eq!(
        document.text.rfind("1.2 Users"),
        Some(document.sections[2].start)
    );
}

#[test]
fn code_is_announced_and_indented() {
    let text = "See::\n\n    a\n\n      b\n\nText\n\n   Mind.\n";
    assert_eq!(
        blocks(text),
        ["P See::", "C a\n\n      b", "P Text", "P Mind."]
    );
}

#[test]
fn text_below_a_hanging_marker_ends_its_code() {
    let text = "1) Use::\n\n      ls\n\n   Then go on.\n";
    assert_eq!(blocks(text), ["L 1) Use::", "C ls", "P Then go on."]);
}

#[test]
fn lists_are_cut_at_their_items() {
    let text = "References:\n•  one\n   more\n•  two\n\n1. a\n   - b\n2. c\n\nSee\n2. of it\n";
    assert_eq!(
        blocks(text),
        [
            "P References:",
            "L •  one\n   more",
            "L •  two",
            "L 1. a\n   - b",
            "L 2. c",
            "P See\n2. of it"
        ]
    );
}

#[test]
fn a_rule_is_no_block() {
    assert_eq!(blocks("a\n\n-----\n\nb\n"), ["P a", "P b"]);
}
