//! What changed between two versions of a manual, and the life of a section.

use axum::http::StatusCode;

use super::{VENDORS, assert_holds, assert_lacks, between, small};
use crate::site::Site;

#[tokio::test]
async fn a_comparison_has_its_form_its_summary_and_its_sections() {
    let site = small();
    let html = site.page("/compare?document=guide").await;
    assert_holds(
        &html,
        &[
            "<h1>What changed in Guide</h1>",
            "1 → 2: 1 changed, 0 added, 1 removed, 0 the same",
            "<option value=\"1\" selected>1</option>",
            "<del>*port* passes </del>",
            "<ins>port drops </ins>",
            "href=\"/doc/acme::router::1::guide?chunk=0#chunk-0\"",
            "href=\"/doc/acme::router::2::guide?chunk=0#chunk-0\"",
            "In 1, p. 4",
        ],
    );
    let form = between(&html, "<form class=\"versions-form\"", "</form>");
    assert_holds(form, &["<select id=\"to\" name=\"to\">", "value=\"guide\""]);
    assert_lacks(&html, &["<script>", "style="]);
}

#[tokio::test]
async fn versions_that_are_not_given_are_neighbours() {
    let site = Site::open(&[
        ("mcdewey.toml", VENDORS),
        ("acme/router/2/guide.md", "# Guide\n\nTwo.\n"),
        ("acme/router/9/guide.md", "# Guide\n\nNine.\n"),
        ("acme/router/10/guide.md", "# Guide\n\nTen.\n"),
    ]);
    for (asked, shown) in [
        ("", "9 → 10: "),
        ("&to=9", "2 → 9: "),
        ("&from=2", "2 → 9: "),
        ("&from=2&to=10", "2 → 10: "),
        ("&to=2", "2 → 2: "),
    ] {
        let html = site.page(&format!("/compare?document=guide{asked}")).await;
        assert_holds(&html, &[shown]);
    }
}

#[tokio::test]
async fn one_section_is_shown_with_its_words_open() {
    let site = small();
    let html = site.page("/compare?document=guide&section=Ports").await;
    assert_holds(&html, &["<details open>", "All sections that changed"]);
    assert_lacks(&html, &["Trunks"]);
}

#[tokio::test]
async fn many_sections_come_in_pages() {
    let manual = |word: &str| {
        let chapter = |n| format!("## Chapter {n}\n\nThe {n}th port is {word}.\n\n");
        let chapters: Vec<String> = (0..120).map(chapter).collect();
        format!("# Guide\n\n{}", chapters.concat())
    };
    let (old, new) = (manual("open"), manual("closed"));
    let site = Site::open(&[
        ("mcdewey.toml", VENDORS),
        ("acme/router/1/guide.md", old.as_str()),
        ("acme/router/2/guide.md", new.as_str()),
    ]);
    let first = site.page("/compare?document=guide").await;
    assert_holds(
        &first,
        &["Guide › Chapter 49<", "Page 1 of 3", "&amp;page=2\""],
    );
    assert_lacks(&first, &["Guide › Chapter 50<", "rel=\"prev\""]);
    let last = site.page("/compare?document=guide&page=3").await;
    assert_holds(&last, &["Guide › Chapter 119<", "rel=\"prev\""]);
    assert_lacks(&last, &["rel=\"next\""]);
}

#[tokio::test]
async fn manuals_and_passages_lead_there_if_there_is_another_version() {
    let site = small();
    let manual = site.page("/doc/acme::router::1::guide").await;
    assert_holds(
        &manual,
        &["href=\"/compare?document=acme::router::1::guide&amp;to=1\""],
    );
    let passage = site.page("/chunk/acme::router::1::guide::0").await;
    assert_holds(&passage, &["href=\"/history/acme::router::1::guide::0\""]);
    assert_lacks(
        &site.page("/doc/bolt::switch::7::notes").await,
        &["/compare"],
    );
    assert_lacks(
        &site.page("/chunk/bolt::switch::7::notes::0").await,
        &["/history"],
    );
}

#[tokio::test]
async fn a_history_says_since_when_and_until_when() {
    let site = small();
    let trunks = site.page("/history/acme::router::1::guide::1").await;
    assert_holds(
        &trunks,
        &[
            "<h1>History of Trunks</h1>",
            "Introduced in 1 or before, removed in 2.",
        ],
    );
    let ports = site.page("/history/acme::router::2::guide::0").await;
    assert_holds(&ports, &["Introduced in 1 or before, changed in 2."]);
}

#[tokio::test]
async fn what_cannot_be_compared_is_said_on_a_page() {
    let site = small();
    for (path, status, said) in [
        (
            "/compare",
            StatusCode::BAD_REQUEST,
            "Document says which manual",
        ),
        (
            "/compare?document=guide&page=0",
            StatusCode::BAD_REQUEST,
            "Page is a number",
        ),
        (
            "/compare?document=zeppelin",
            StatusCode::NOT_FOUND,
            "No document",
        ),
        (
            "/compare?document=guide&to=9",
            StatusCode::NOT_FOUND,
            "No version",
        ),
        (
            "/compare?document=guide&section=x",
            StatusCode::NOT_FOUND,
            "No section",
        ),
        (
            "/history/acme::router::1::guide::99",
            StatusCode::NOT_FOUND,
            "no chunk",
        ),
    ] {
        let answer = site.get(path).await;
        assert_eq!(answer.status, status, "{path}");
        assert_holds(&answer.body, &[said]);
    }
    let none = site.page("/compare?document=notes").await;
    assert_holds(&none, &["7 → 7: 0 changed", "Nothing to show here."]);
}

#[tokio::test]
async fn a_hostile_manual_changes_nothing_but_words() {
    let manual = |word: &str| {
        format!("# <script>{word}()</script>\n\n<img src=x onerror={word}()> \u{202e}{word}\n")
    };
    let (old, new) = (manual("old"), manual("new"));
    let site = Site::open(&[
        ("mcdewey.toml", VENDORS),
        ("acme/router/<i>1/guide.md", old.as_str()),
        ("acme/router/<i>2/guide.md", new.as_str()),
    ]);
    for path in [
        "/compare?document=guide",
        "/history/acme::router::%3Ci%3E2::guide::0",
    ] {
        let html = site.page(path).await;
        assert_lacks(&html, &["<script>", "<img", "<i>", "\u{202e}"]);
        assert_holds(&html, &["&lt;i&gt;2"]);
    }
}
