//! `compare`.

use crate::program::{Workspace, lossy};

const OLD: &str = "\
# Guide

About the router and all that belongs to it.

<!-- page 3 -->

## Ports

SIP uses port 5060 of the first interface, and nothing else does.

## Keys

A key is made with the command keygen and kept in the safe of the operators.

<!-- page 4 -->

## Fax

Send a fax with the button on the left side, then wait for the tone.
";

const NEW: &str = "\
# Guide

About the router and all that belongs to it.

<!-- page 5 -->

## Ports

SIP uses port 5061 of the first interface, and nothing else does.

## Secrets

A key is made with the command keygen and kept in the safe of the operators.

## Video

Stream a film\u{1b}[31m to every room.
";

fn library() -> Workspace {
    let workspace = Workspace::with(&[
        (
            "mcdewey.toml",
            "levels = [\"vendor\", \"product\", \"version\"]",
        ),
        ("acme/router/1.9/guide.md", OLD),
        ("acme/router/1.10/guide.md", NEW),
    ]);
    workspace.reindex();
    workspace
}

fn printed(arguments: &[&str]) -> String {
    let output = library().run(arguments);
    assert_eq!(output.status.code(), Some(0), "{}", lossy(&output.stderr));
    lossy(&output.stdout)
}

#[test]
fn a_summary_comes_first_and_then_a_line_for_each_section() {
    assert_eq!(
        printed(&["compare", "guide", "1.9", "1.10"]),
        "\
acme / router / guide: 1.9 -> 1.10
1 changed, 1 added, 1 removed, 2 the same; of these 1 renamed

changed  Guide > Ports (p. 3 -> p. 5; +1 -1 words)  acme::router::1.10::guide::1
renamed  Guide > Secrets (p. 3 -> p. 5)  acme::router::1.10::guide::2
         was Guide > Keys  acme::router::1.9::guide::2
removed  Guide > Fax (p. 4)  acme::router::1.9::guide::3
added    Guide > Video (p. 5)  acme::router::1.10::guide::3
"
    );
}

#[test]
fn the_words_are_printed_with_details() {
    let details = [
        "compare",
        "guide",
        "1.9",
        "1.10",
        "--details",
        "--limit",
        "1",
    ];
    assert_eq!(
        printed(&details),
        "\
acme / router / guide: 1.9 -> 1.10
1 changed, 1 added, 1 removed, 2 the same; of these 1 renamed

changed  Guide > Ports (p. 3 -> p. 5; +1 -1 words)  acme::router::1.10::guide::1

SIP uses port [-5060-] {+5061+} of the first interface, and nothing else does.

3 sections more
"
    );
}

#[test]
fn what_a_manual_holds_does_not_reach_the_terminal_as_it_is() {
    let video = printed(&[
        "compare",
        "guide",
        "1.9",
        "1.10",
        "--section",
        "video",
        "--details",
    ]);
    assert!(
        video.contains("{+Stream a film[31m to every room.+}"),
        "{video}"
    );
    assert!(!video.contains('\u{1b}'), "{video}");
}

#[test]
fn the_history_of_a_section_is_told() {
    assert_eq!(
        printed(&["compare", "--history", "acme::router::1.9::guide::1"]),
        "\
Guide > Ports
introduced in 1.9, the oldest version here
changed in 1.10

1.9   added  acme::router::1.9::guide::1
1.10  changed  acme::router::1.10::guide::1
"
    );
}

#[test]
fn a_program_gets_the_comparison_and_a_wrong_call_its_reason() {
    let workspace = library();
    let (code, all) = workspace.json(&["compare", "guide", "1.9", "1.10"]);
    assert_eq!((code, &all["counts"]["same"]), (0, &2.into()));
    assert_eq!(all["sections"][1]["renamed_from"][1], "Keys");
    assert_eq!(all["sections"][0]["before"]["page"]["first"], 3);
    let refused: [&[&str]; 3] = [
        &["compare", "guide", "1.9"],
        &["compare", "guide", "1.9", "2"],
        &[
            "compare",
            "guide",
            "1.9",
            "1.10",
            "--history",
            "acme::router::1.9::guide::1",
        ],
    ];
    for arguments in refused {
        let output = workspace.run(arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(output.stdout.is_empty());
    }
}
