use mcdewey_core::document::Layout;
use mcdewey_core::present;
use mcdewey_core::query::Query;

use super::*;

/// As a line: marked words in brackets, code between backticks.
fn line(passage: &str, query: &str) -> String {
    line_of(passage, Layout::Markdown, query)
}

fn line_of(passage: &str, layout: Layout, query: &str) -> String {
    let snippet = present::snippet(passage, &Query::parse(query));
    let events = text::events(passage, layout).expect("a layout");
    let pieces = all_pieces(passage, &events, &snippet.text, &snippet.highlights);
    let line = shown(&pieces).into_string();
    let line = line.replace("<mark>", "[").replace("</mark>", "]");
    line.replace("<code>", "`").replace("</code>", "`")
}

fn read(passage: &str, snippet: &str, highlights: &[(usize, usize)]) -> Vec<Piece> {
    let events = text::events(passage, Layout::Markdown).expect("a layout");
    pieces(passage, &events, snippet, highlights)
}

#[test]
fn marks_are_left_out_and_words_stay_marked() {
    let cases = [
        ("A *trunk* is **16\ntrunks**.", "A [trunk] is 16 [trunks]."),
        ("Set `trunk.max` to `1`.", "Set `[trunk].max` to `1`."),
        (
            "See [the trunk](https://a.example/trunk \"t\").",
            "See the [trunk].",
        ),
        (
            "See <https://a.example/trunk>.",
            "See https://a.example/[trunk].",
        ),
        ("![a trunk](a.png) hangs", "a [trunk] hangs"),
        ("a\\*b trunk &amp; c", "a*b [trunk] &amp; c"),
        (
            "a <b>trunk</b> <file> <!-- no -->d<br>e",
            "a [trunk] &lt;file&gt; d e",
        ),
        ("snake_case_name and trunk", "snake_case_name and [trunk]"),
        ("x | y and trunk | z", "x | y and [trunk] | z"),
    ];
    for (passage, expected) in cases {
        assert_eq!(line(passage, "trunk"), expected, "{passage}");
    }
}

#[test]
fn cells_items_and_headings_are_set_apart() {
    let table = "| trunk | calls |\n|---|---|\n| `a` | 120 |\n";
    assert_eq!(line(table, "trunk"), "[trunk] · calls · `a` · 120");
    let list = "Do:\n\n1. Check a trunk.\n2. Switch it on\n- and off";
    assert_eq!(
        line(list, "trunk"),
        "Do: Check a [trunk]. Switch it on · and off"
    );
    let heading = "## Trunks\n\nOne.";
    assert_eq!(line(heading, "trunk"), "[Trunks] · One.");
}

#[test]
fn code_is_shown_as_it_is() {
    let passage = "Try:\n\n```sh\n# trunk **all** | less\n  echo `x`\n```\n\nDone.";
    let expected = "Try: `# [trunk] **all** | less echo `x`` Done.";
    assert_eq!(line(passage, "trunk"), expected);
}

#[test]
fn a_mark_whose_other_half_is_cut_off_is_known_all_the_same() {
    let passage = format!("**{} trunk {}**", "before ".repeat(60), "after ".repeat(60));
    let cut = line(&passage, "trunk");
    assert!(
        cut.starts_with("…before") && cut.ends_with("after…"),
        "{cut}"
    );
    assert!(cut.contains("[trunk]") && !cut.contains('*'), "{cut}");
    let fence = format!(
        "```\n{}\n# trunk\n{}\n```",
        "before ".repeat(60),
        "after ".repeat(60)
    );
    assert!(
        line(&fence, "trunk").contains("before # [trunk] after"),
        "it is code, not a heading"
    );
}

#[test]
fn what_is_not_found_is_left_to_others() {
    assert!(read("a passage", "another", &[]).is_empty());
    assert!(read("", "", &[]).is_empty());
    assert!(read("***\n", "***", &[]).is_empty());
}

/// Numbers that look like chance and are the same in every run (xorshift).
fn numbers() -> impl Iterator<Item = usize> {
    let mut state: u32 = 7;
    std::iter::repeat_with(move || {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        state as usize
    })
}

#[test]
fn whatever_markdown_a_passage_holds_only_its_words_are_marked() {
    let fragments = [
        "trunk",
        "trunks",
        "é",
        "**",
        "*",
        "`",
        "``",
        "```\n",
        "\n",
        "\n\n",
        " ",
        " ",
        "# ",
        "- ",
        "| a | trunk |\n|---|---|\n",
        "| b | ",
        "[trunk](",
        "](x)",
        "<b>",
        "<!--",
        "&amp;",
        "\\",
        "\u{202f}",
        "words of a sentence, ",
        "…",
        "    ",
        "> ",
        "1. ",
        "\r\n",
        "~~",
        "![",
        "\t",
    ];
    let mut numbers = numbers();
    for _ in 0..3_000 {
        let length = 1 + numbers.next().unwrap() % 60;
        let chosen = numbers.by_ref().take(length);
        let passage: String = chosen.map(|n| fragments[n % fragments.len()]).collect();
        let snippet = present::snippet(&passage, &Query::parse("trunk"));
        for Piece { text, look } in read(&passage, &snippet.text, &snippet.highlights) {
            let is_word = text.split(' ').all(|word| word.starts_with("trunk"));
            assert!(!look.is_marked || is_word, "{text:?} of {passage:?}");
        }
    }
}

#[test]
fn rows_of_a_long_table_are_shown_with_their_header() {
    let rows: Vec<String> = (0..40).map(|n| format!("| {n} | call *{n}* |\n")).collect();
    let rows = rows.concat();
    let table = format!("| Number | Use |\n|---|---|\n{rows}| 99 | the trunk |\n");
    assert_eq!(line(&table, "trunk"), "Number · Use … 99 · the [trunk]");
    let blocks = line_of(&table, Layout::Blocks, "call");
    assert!(blocks.contains("0 · [call] *0*"), "{blocks}");
}
