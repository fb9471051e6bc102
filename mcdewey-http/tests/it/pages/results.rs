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

/// A manual of one long section, and one of another vendor.
fn masts() -> Site {
    let parts = (0..4).map(|part| {
        let filler = (0..40).map(|n| format!("Sentence {part}-{n} tells of cables and racks. "));
        let filler: String = filler.collect();
        format!("The antenna of part {part} turns. {filler}\n\n")
    });
    let manual = format!("# Masts\n\n{}", parts.collect::<String>());
    Site::open(&[
        ("mcdewey.toml", super::VENDORS),
        ("acme/mast/1/masts.md", &manual),
        (
            "bolt/dish/1/dish.md",
            "# Dishes\n\nThe antenna of a dish is round and certificates are renewed.\n",
        ),
    ])
}

#[tokio::test]
async fn a_misspelt_word_is_noted_with_a_link_to_the_right_search() {
    let site = masts();
    let wrong = site
        .page("/search?q=how+are+certifcates+renewed&mode=lexical&vendor=bolt")
        .await;
    assert_holds(
        &wrong,
        &["Note: certifcates is not in the library: certificates was looked for too.</p>"],
    );
    let link = between(&wrong, "Did you mean <a href=\"", "</a>?");
    let (link, name) = link.split_once("\">").expect("a name");
    assert_eq!(name, "how are certificates renewed");
    let right = site.page(&link.replace("&amp;", "&")).await;
    assert_holds(
        &right,
        &[
            "value=\"how are certificates renewed\"",
            "name=\"mode\" value=\"lexical\"",
            "href=\"/chunk/bolt::dish::1::dish::0\"",
            "(remove)",
        ],
    );
    assert_lacks(&right, &["Did you mean", "Note:"]);
}

#[tokio::test]
async fn a_correction_cannot_break_out_of_its_page() {
    let site = masts();
    let html = site
        .page("/search?q=certifcates+%22%3E%3Cscript%3E+%26vendor%3Dacme")
        .await;
    assert_lacks(&html, &["<script>"]);
    let link = between(&html, "Did you mean <a href=\"", "\">");
    assert_lacks(link, &["&amp;vendor=acme", "<"]);
    assert_holds(link, &["%26vendor"]);
}

#[tokio::test]
async fn how_sure_the_library_is_stands_above_the_hits_with_its_reasons() {
    let site = masts();
    let html = site
        .page("/search?q=zeppelin+certificates&mode=lexical")
        .await;
    let verdict = between(&html, "<details class=\"confidence\">", "</details>");
    assert_holds(verdict, &["<summary>", "not zeppelin</li>"]);
    assert_lacks(verdict, &["The library speaks of this"]);
    let known = site
        .page("/search?q=certificates+renewed&mode=lexical")
        .await;
    let verdict = between(&known, "<details class=\"confidence\">", "</details>");
    assert_holds(verdict, &["the first passage has every word of the query"]);
    // Nothing has no worth.
    let nothing = site.page("/search?q=zeppelin&mode=lexical").await;
    assert_lacks(&nothing, &["class=\"confidence\""]);
}

#[tokio::test]
async fn passages_beside_a_hit_stand_under_it_with_their_own_links() {
    let site = masts();
    let html = site
        .page("/search?q=cables+antenna+turns&mode=lexical&vendor=acme")
        .await;
    let hits: Vec<&str> = html.split("<li class=\"hit\">").skip(1).collect();
    let joined = hits.iter().find(|hit| hit.contains("Right after it"));
    let joined = joined.unwrap_or_else(|| panic!("no neighbours in {html}"));
    let own = between(joined, "<h2><a href=\"/chunk/acme::mast::1::masts::", "\"");
    let own: u32 = own.parse().expect("a number");
    let mut n_others = 0;
    for other in joined.split("<p class=\"snippet\">").skip(2) {
        assert_holds(other, &["<mark>"]);
        let (link, rest) = between(other, "<a href=\"/chunk/acme::mast::1::masts::", "</a>")
            .split_once("\">")
            .expect("a name");
        let other: u32 = link.parse().expect("a number");
        let name = if other > own {
            "Right after it"
        } else {
            "Right before it"
        };
        assert_eq!(rest, name, "{other} beside {own}");
        n_others += 1;
    }
    assert!(n_others > 0, "{joined}");
}

#[tokio::test]
async fn filters_count_all_that_has_a_word_of_the_query() {
    let sections = (0..130).map(|n| format!("## Section {n}\n\nWords of section {n}.\n\n"));
    let site = Site::open(&[
        ("mcdewey.toml", super::VENDORS),
        ("acme/router/1/long.md", &sections.collect::<String>()),
        ("bolt/switch/7/notes.txt", "Words of a switch.\n"),
        ("bolt/switch/8/notes.txt", "Nothing of the kind.\n"),
    ]);
    let html = site.page("/search?q=words&mode=lexical").await;
    let filters = between(&html, "<aside class=\"filters\"", "</aside>");
    assert_holds(
        filters,
        &[
            "Where passages with these words stand",
            ">acme</a> <span class=\"count\">130</span>",
            ">bolt</a> <span class=\"count\">1</span>",
        ],
    );
    assert_lacks(filters, &[">8</a>"]);
}
