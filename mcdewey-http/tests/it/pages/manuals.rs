//! Passages and whole manuals.

use axum::http::StatusCode;
use mcdewey_http::{Access, Key};

use super::{VENDORS, assert_holds, assert_lacks, between, small};
use crate::site::Site;

#[tokio::test]
async fn a_chunk_page_has_its_card_its_text_and_its_neighbours() {
    let site = small();
    let html = site.page("/chunk/acme::router::1::guide::0").await;
    assert_holds(
        &html,
        &[
            "<h1>Ports</h1>",
            "↗ View in doc context",
            "<em>port</em>",
            "href=\"https://acme.example/guide#page=4\"",
            "href=\"/chunk/acme::router::1::guide::1\"",
            "This version is superseded by 2.",
        ],
    );
    let card = between(&html, "<table class=\"card\">", "</table>");
    assert_eq!(
        card,
        "<tbody><tr><th scope=\"row\">page</th><td>4</td></tr>\
         <tr><th scope=\"row\">source</th><td><code>acme/router/1/guide.md</code></td></tr>\
         <tr><th scope=\"row\">chunk_id</th><td><code id=\"chunk-id\">acme::router::1::guide::0</code></td></tr>\
         </tbody>"
    );
    let order = [
        "<h1>",
        "View in doc context",
        "<table",
        "class=\"text\"",
        "Next passage",
    ];
    let places: Vec<_> = order
        .iter()
        .map(|part| html.find(part).expect(part))
        .collect();
    assert!(places.is_sorted(), "{places:?}");
    let plain = site.page("/chunk/bolt::switch::7::notes::0").await;
    assert_holds(&plain, &["<td>not known</td>"]);
    assert_lacks(&plain, &["superseded", "Next passage", "At the vendor"]);
}

#[tokio::test]
async fn an_address_that_is_no_web_page_is_no_link() {
    let site = Site::open(&[
        ("mcdewey.toml", "url = \"javascript:alert(1)//{page}\"\n"),
        ("p/1/a.md", "# A\n\n<!-- page 1 -->\n\nText.\n"),
    ]);
    assert_lacks(&site.page("/chunk/p::1::a::0").await, &["javascript"]);
}

#[tokio::test]
async fn a_title_stands_once() {
    let site = Site::open(&[
        (
            "p/1/a.md",
            "# The `big` guide\n\nText of it.\n\n## The big guide\n\nMore.\n",
        ),
        (
            "p/1/b.rst",
            "===========\nRelease one\n===========\n\nText of it.\n",
        ),
    ]);
    for (path, title) in [
        ("/doc/p::1::a", "The big guide"),
        ("/doc/p::1::b", "Release one"),
    ] {
        let html = site.page(path).await;
        let manual = between(&html, "<article class=\"manual\">", "</article>");
        let first = between(manual, "id=\"chunk-0\"", "</section>");
        assert_holds(manual, &[&format!("<h1>{title}</h1>"), "Text of it."]);
        assert_lacks(first, &["guide</h2>", "Release one", "===="]);
    }
    // A section of the same name is another matter.
    assert_holds(
        &site.page("/doc/p::1::a").await,
        &["<h2>The big guide</h2>"],
    );
}

/// A manual of so many sections of one level.
fn flat(n: usize) -> Site {
    let sections = (0..n).map(|n| format!("## Section {n}\n\nWords of section {n}.\n\n"));
    let sections: String = sections.collect();
    Site::open(&[("p/1/long.md", &format!("# Long\n\n{sections}"))])
}

#[tokio::test]
async fn a_long_manual_is_read_in_parts() {
    let site = flat(150);
    let first = site.page("/doc/p::1::long").await;
    assert_holds(
        &first,
        &["id=\"chunk-0\"", "id=\"chunk-59\"", "Later part →"],
    );
    assert_lacks(&first, &["id=\"chunk-60\"", "aria-current"]);
    // All headings are in the contents, whatever the part.
    assert_holds(&first, &["href=\"/doc/p::1::long?chunk=149#chunk-149\""]);
    let last = site.page("/doc/p::1::long?chunk=149").await;
    assert_holds(
        &last,
        &[
            "id=\"chunk-149\"",
            "Words of section 149.",
            "← Earlier part",
            "aria-current=\"location\">Section 149<",
        ],
    );
    let beyond = site.page("/doc/p::1::long?chunk=4000000000").await;
    assert_holds(&beyond, &["id=\"chunk-149\""]);
    let strange = site.get("/doc/p::1::long?chunk=x").await;
    assert_eq!(strange.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn contents_of_thousands_of_headings_show_those_around_the_passage() {
    let site = flat(1000);
    let html = site.page("/doc/p::1::long?chunk=500").await;
    let contents = between(&html, "<nav class=\"contents\"", "</nav>");
    assert_eq!(contents.matches("<li").count(), 402);
    assert_holds(
        contents,
        &[
            ">Section 300<",
            ">Section 699<",
            "… 300 before",
            "… 300 after",
            "chunk=299#",
            "chunk=700#",
        ],
    );
    assert_lacks(contents, &[">Section 299<", ">Section 700<"]);
    let first = site.page("/doc/p::1::long").await;
    assert_holds(&first, &[">Section 0<", ">Section 399<", "… 600 after"]);
    let last = site.page("/doc/p::1::long?chunk=999").await;
    assert_holds(&last, &[">Section 600<", ">Section 999<", "… 600 before"]);
}

#[tokio::test]
async fn the_chapter_around_the_passage_is_unfolded() {
    let section = |chapter, n| format!("## Section {chapter}.{n}\n\nWords of it.\n\n");
    let chapter = |chapter| {
        let sections: Vec<String> = (0..20).map(|n| section(chapter, n)).collect();
        format!("# Chapter {chapter}\n\n{}", sections.concat())
    };
    let text = (0..30).map(chapter).collect::<Vec<_>>().concat();
    let site = Site::open(&[
        ("p/1/deep.md", &text),
        ("p/1/small.md", "# A\n\n## B\n\nWords.\n\n# C\n\nWords.\n"),
    ]);
    let html = site.page("/doc/p::1::deep?chunk=245").await;
    let contents = between(&html, "<nav class=\"contents\"", "</nav>");
    // 630 headings are too many: of the other chapters there are only the names.
    assert_holds(
        contents,
        &[
            ">Chapter 0<",
            ">Chapter 29<",
            ">Section 12.19<",
            "aria-current=\"location\">Section 12.5<",
        ],
    );
    assert_lacks(contents, &[">Section 11.19<", ">Section 13.0<"]);
    let chapter = between(contents, ">Chapter 12<", ">Chapter 13<");
    assert_holds(chapter, &["<details open>", "Sections of Chapter 12"]);
    let small = site.page("/doc/p::1::small").await;
    let contents = between(&small, "<nav class=\"contents\"", "</nav>");
    assert_eq!(contents.matches("<details open>").count(), 2, "{contents}");
}

#[tokio::test]
async fn what_one_reader_has_opened_is_not_there_for_another() {
    let key = |vendor: &str| {
        let (text, mut key) = Key::generate(vendor).expect("random numbers");
        key.reads.vendors.push(vendor.to_owned());
        (text, key)
    };
    let ((acme, acme_key), (bolt, bolt_key)) = (key("acme"), key("bolt"));
    let files = [
        ("mcdewey.toml", VENDORS),
        ("acme/router/1/guide.md", "# Acme\n\nText.\n"),
        ("bolt/switch/7/guide.md", "# Bolt\n\n## Secret\n\nText.\n"),
    ];
    let site = Site::guarded(&files, |library| {
        Access::new(library, vec![acme_key, bolt_key], None)
    });
    let own = site.get_as(&bolt, "/doc/bolt::switch::7::guide").await.ok();
    assert_holds(&own.body, &["Secret"]);
    for path in ["/doc/bolt::switch::7::guide", "/docs", "/status", "/"] {
        let page = site.get_as(&acme, path).await;
        assert_lacks(&page.body, &["Secret", "Bolt"]);
    }
    let docs = site.get_as(&acme, "/docs").await.ok();
    assert_holds(&docs.body, &["/api/v1/documents/acme::router::1::guide"]);
}
