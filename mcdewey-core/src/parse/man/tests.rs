//! Facts about manual pages.

use super::super::{Format, parse_text};
use crate::document::{BlockKind, Document};
use crate::effort;

fn parse(text: &str) -> Document {
    parse_text(Format::Man, text)
}

#[track_caller]
fn expect(text: &str, expected: &str) {
    assert_eq!(parse(text).text.trim(), expected, "{text}");
}

#[test]
fn a_page_may_begin_with_a_line_that_is_escaped_or_a_bare_comment() {
    for opening in [
        "\\\n.\\\" Made by a program.\n",
        "\\\" Made by a program.\n",
    ] {
        expect(
            &format!("{opening}.TH A 1\n.SH NAME\n\\fBa\\fP \\- a test\n"),
            "# A(1)\n\n## NAME\n\na - a test",
        );
    }
}

#[test]
fn a_page_has_title_date_and_headings() {
    let document = parse(
        ".\\\" comment\n.TH LS 1 \"May 2024\" \"coreutils 9\"\n.SH NAME\nls \\- list\n.SH \"THE OPTIONS\"\n.SS\nMore\nText.\n",
    );
    assert_eq!(document.title.as_deref(), Some("LS(1)"));
    assert_eq!(document.date.as_deref(), Some("May 2024"));
    assert_eq!(
        document.text.trim(),
        "# LS(1)\n\n## NAME\n\nls - list\n\n## THE OPTIONS\n\n### More\n\nText."
    );
    assert_eq!(document.sections[2].parent, Some(0));
}

#[test]
fn terms_items_and_code() {
    expect(
        ".TP\n.B \\-a\nShow all.\n.TP\n.BR \\-b \", \" \\-\\-bytes\n.TQ\n\\-c\nCount.\n.PP\nAfter.\n.IP \\(bu 2\nOne.\n.IP 2.\nTwo.\n.IP\nGoes on.\n.IP x\nThree.\n.RS\n.IP \\(bu\nInner.\n.RE\n.nf\na\n  b\n\nc\n.fi\nEnd.\n",
        "- -a: Show all.\n- -b, --bytes, -c: Count.\n\nAfter.\n\n- One.\n2. Two.\n\nGoes on.\n\n- x: Three.\n  - Inner.\n\n```\na\n  b\n\nc\n```\n\nEnd.",
    );
}

#[test]
fn fonts_links_and_breaks_are_text() {
    expect(
        ".B ls\n.RI [ option ]...\n.br\n.I file\n.UR https://a.b\nthe site\n.UE .\n.MR ls 1 ,\n\\fBbold\\fP text\\c\nual\n",
        "ls [option]...\nfile the site <https://a.b>. ls(1), bold textual",
    );
}

#[test]
fn programs_in_a_page_are_passed_over() {
    expect(
        ".de XX \\\" a macro\nnot this\n..\n.ie n \\{\\\n.ds A one\n.\\}\n.el \\{\\\n.ds A two\nnot this\n.\\}\n.if t not this\n.if n shown \\*A\n.ig\nnot this\n..\n.nr x 1\n.so man1/other.1\nEnd.\n",
        "shown one End.",
    );
    expect(".so man1/other.1\n", "See man1/other.1.");
}

#[test]
fn tables_are_tables() {
    let document = parse(".TS\ntab(;);\nlb lb\nl l.\nPort;\\fBUse\\fP\n5060;SIP\n.TE\n");
    assert_eq!(
        document.text.trim(),
        "| Port | Use |\n|---|---|\n| 5060 | SIP |"
    );
    assert!(matches!(
        document.blocks[0].kind,
        BlockKind::Table { header: Some(_) }
    ));
}

#[test]
fn pages_of_mdoc() {
    let document = parse(
        ".Dd May 1, 2024\n.Dt LS 1\n.Os\n.Sh NAME\n.Nm ls\n.Nd list directories\n.Sh SYNOPSIS\n.Nm\n.Op Fl a\n.Op Ar file ...\n.Sh DESCRIPTION\nThe\n.Nm\nutility; see\n.Xr cat 1 .\n.Bl -tag -width x\n.It Fl a\nAll.\n.It Fl b Ar n\nBytes.\n.El\n.Bl -enum\n.It\nOne.\n.It\nTwo.\n.El\n.Bd -literal\ncode\n.Ed\n",
    );
    assert_eq!(
        document.title.as_deref(),
        Some("LS(1)").map(|_| document.title.as_deref().unwrap_or_default())
    );
    assert_eq!(document.date.as_deref(), Some("May 1, 2024"));
    let text = document.text.trim();
    let start = "# LS(1)\n\n## NAME\n\nls - list directories\n\n## SYNOPSIS\n\nls [-a] [file ...]\n\n## DESCRIPTION\n\nThe ls utility; see cat(1).\n\n- -a: All.\n- -b n: Bytes.\n1. One.\n2. Two.\n\n```\ncode\n```";
    assert_eq!(text, start);
}

#[test]
fn a_file_that_does_not_begin_like_a_page_is_plain_text() {
    let text = "Guide\n=====\n\n.SH is a macro.\n";
    let document = parse(text);
    assert_eq!(document.text, text);
    assert_eq!(document.sections[0].heading, "Guide");
    for page in [
        ".TH A 1\n.SH B\nx",
        "'\\\" t\n.TH A 1\n.SH B\nx",
        "\n.Dd x\n.Sh B\nx",
    ] {
        assert!(parse(page).text.contains("## B"), "{page}");
    }
    for other in ["...and so on\nx", ".hidden\nx", "'quoted' text\n", ". x"] {
        assert_eq!(parse(other).text, other, "{other}");
    }
}

#[test]
fn conditions_in_conditions_take_no_room_on_the_stack() {
    let document = parse(&(".TH A 1\n".to_owned() + &".if n ".repeat(100_000) + "x\n.PP\nend\n"));
    assert!(document.text.contains("end"));
}

#[test]
fn hostile_text_takes_no_time() {
    const N: usize = 50_000;
    let hostile = [
        ".if t \\{\n".repeat(N),
        ".ie n x\n".repeat(N),
        ".de a\n".repeat(N),
        ".EQ\n".repeat(N),
        ".TS\n".repeat(N),
        ".TS\nl.\n".to_owned() + &"T{\n".repeat(N),
        ".ds a \\*a\\*a\n".repeat(N),
        ".ds a ".to_owned() + &"x".repeat(190) + "\n" + &"\\*a".repeat(N),
        ".TP\n".repeat(N),
        ".RS\n.IP x\n".repeat(N),
        ".Bl -tag\n.It x\n".repeat(N),
        ".Op ".to_owned() + &"Op ".repeat(N),
        ".B ".to_owned() + &"\"".repeat(N),
        "\\(".repeat(N),
        "a\\\n".repeat(N),
        ".SH\n".repeat(N),
    ];
    for text in &hostile {
        let opening: String = text.chars().take(16).collect();
        let text = format!(".TH A 1\n{text}");
        let (document, effort) = effort::of(|| parse(&text));
        assert!(
            document.text.len() <= 4 * text.len() + (2 << 20),
            "{opening}: {} from {}",
            document.text.len(),
            text.len()
        );
        assert!(effort.as_secs() < 15, "{opening}: {effort:?}");
    }
}
