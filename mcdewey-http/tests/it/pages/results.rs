//! What a search shows.

use super::{assert_holds, assert_lacks, between, small};
use crate::site::Site;

#[tokio::test]
async fn results_show_where_each_hit_stands_and_how_to_narrow_them() {
    let site = small();
    let html = site
        .page("/search?q=port+frames&mode=lexical&versions=all")
        .await;
    assert_holds(
        &html,
        &[
            "value=\"port frames\"",
            "href=\"/chunk/acme::router::1::guide::0\"",
            "href=\"/doc/acme::router::1::guide?chunk=0#chunk-0\"",
            "<mark>frames</mark>",
            "href=\"/search?q=port%20frames&amp;mode=lexical&amp;versions=all&amp;vendor=bolt\"",
            "p. 4",
        ],
    );
    let narrowed = site.page("/search?q=port&vendor=bolt").await;
    assert_holds(&narrowed, &["(remove)", "of &lt;this&gt; switch"]);
    assert_lacks(&narrowed, &["/chunk/acme"]);
    let empty = site.page("/search?q=").await;
    assert_holds(&empty, &["Type what to find"]);
}

#[tokio::test]
async fn the_mode_is_kept_by_the_box_and_offered_in_links() {
    let site = small();
    let words = site.page("/search?q=port&mode=lexical&vendor=acme").await;
    let kept = "<input type=\"hidden\" name=\"mode\" value=\"lexical\">";
    assert_holds(between(&words, "<form", "</form>"), &[kept]);
    let modes = between(&words, "<nav class=\"modes\"", "</nav>");
    assert_holds(
        modes,
        &[
            "href=\"/search?q=port&amp;vendor=acme\">words and meaning<",
            "href=\"/search?q=port&amp;mode=lexical&amp;vendor=acme\" aria-current=\"true\">words<",
            "href=\"/search?q=port&amp;mode=vector&amp;vendor=acme\">meaning<",
        ],
    );
    let both = site.page("/search?q=port").await;
    assert_lacks(between(&both, "<form", "</form>"), &["name=\"mode\""]);
    // A page about something else searches by both.
    assert_lacks(&site.page("/").await, &["name=\"mode\""]);
}

#[tokio::test]
async fn a_hit_says_why_it_is_there_and_that_its_version_is_old() {
    let site = small();
    let html = site.page("/search?q=frames&product=router").await;
    let hits: Vec<&str> = html.split("<li class=\"hit\">").skip(1).collect();
    let of_version = |version: &str| {
        let place = format!("<span>{version}</span>");
        let found = hits.iter().find(|hit| hit.contains(&place));
        *found.unwrap_or_else(|| panic!("no hit of {version} in {html}"))
    };
    let old = "This version is superseded by 2.";
    assert_holds(
        of_version("1"),
        &[
            old,
            "It is number ",
            " by its words and number ",
            " by its meaning.",
        ],
    );
    assert_lacks(of_version("2"), &[old]);
    let words = site.page("/search?q=frames&mode=lexical").await;
    assert_holds(
        &words,
        &["It is number 1 by its words; meaning was not asked for."],
    );
}

#[tokio::test]
async fn a_count_tells_what_was_counted() {
    let site = small();
    let all = site.page("/search?q=frames&versions=all").await;
    assert_holds(&all, &["All 4 passages, the best first, in "]);
    let some = site
        .page("/search?q=frames&mode=lexical&versions=all")
        .await;
    assert_holds(&some, &["3 of 4 passages, in ", " ms"]);
    let of_acme = site.page("/search?q=trunk&mode=lexical&vendor=acme").await;
    assert_holds(&of_acme, &["1 of 3 passages, in "]);
    let sections = (0..130).map(|n| format!("## Section {n}\n\nWords of section {n}.\n\n"));
    let long = Site::open(&[("p/1/long.md", &sections.collect::<String>())]);
    let best = long.page("/search?q=words&mode=lexical").await;
    assert_holds(
        &best,
        &["The best 100 of 130 passages, in ", "Page 1 of 10"],
    );
    // Beyond the last page there is the last page.
    let beyond = site.page("/search?q=frames&page=9").await;
    assert_holds(&beyond, &["<li class=\"hit\">"]);
}

#[tokio::test]
async fn snippets_have_no_marks_of_markdown() {
    let site = Site::open(&[(
        "p/1/a.md",
        "# A\n\nSet **the `port`** of [a trunk](https://a.example/) now:\n\n| port | use |\n|---|---|\n| `5060` | SIP |\n",
    )]);
    let html = site.page("/search?q=port").await;
    let snippet = between(&html, "<p class=\"snippet\">", "</p>");
    assert_eq!(
        snippet,
        "Set the <code><mark>port</mark></code> of a trunk now: <mark>port</mark> · use · \
         <code>5060</code> · SIP"
    );
}

#[tokio::test]
async fn where_nothing_is_found_there_is_something_to_try() {
    let site = small();
    let narrow = site
        .page("/search?q=trunk&mode=lexical&product=router&version=2")
        .await;
    assert_holds(
        &narrow,
        &[
            "Nothing found for “trunk”",
            "version 2 keeps 1 passage away",
            "href=\"/search?q=trunk&amp;mode=lexical&amp;product=router&amp;version=1\"",
            "href=\"/search?q=trunk&amp;product=router&amp;version=2\">Search by words and meaning",
            "href=\"/search?q=trunk&amp;mode=lexical\">Search the whole library",
        ],
    );
    let nowhere = site.page("/search?q=zeppelin&mode=lexical").await;
    assert_holds(
        &nowhere,
        &[
            "Nothing found for “zeppelin”",
            "Search by words and meaning",
        ],
    );
    assert_lacks(&nowhere, &["keeps", "Search the whole library"]);
}
