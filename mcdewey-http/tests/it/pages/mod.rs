//! The web pages, in process.

mod compare;
mod docs;
mod manuals;
mod results;
mod status;

use axum::http::StatusCode;

use crate::site::Site;

impl Site {
    /// A page that is there.
    async fn page(&self, path: &str) -> String {
        self.get(path).await.ok().body
    }
}

#[track_caller]
fn assert_holds(html: &str, parts: &[&str]) {
    for part in parts {
        assert!(html.contains(part), "no {part} in {html}");
    }
}

#[track_caller]
fn assert_lacks(html: &str, parts: &[&str]) {
    for part in parts {
        assert!(!html.contains(part), "{part} in {html}");
    }
}

/// What stands between two parts of a page.
#[track_caller]
fn between<'a>(html: &'a str, start: &str, end: &str) -> &'a str {
    let rest = html.split_once(start);
    let rest = rest.unwrap_or_else(|| panic!("no {start} in {html}")).1;
    let inside = rest.split_once(end);
    inside.unwrap_or_else(|| panic!("no {end} in {rest}")).0
}

const VENDORS: &str = "levels = [\"vendor\", \"product\", \"version\"]\n";
const GUIDE: &str = "# Guide\n\n<!-- page 4 -->\n\n## Ports\n\nA *port* passes frames.\n\n\
                     <!-- page 5 -->\n\n## Trunks\n\nA trunk carries tagged frames.\n";

fn small() -> Site {
    Site::open(&[
        ("mcdewey.toml", VENDORS),
        (
            "acme/mcdewey.toml",
            "url = \"https://acme.example/guide#page={page}\"\n",
        ),
        (
            "acme/router/1/mcdewey.toml",
            "superseded_by = \"2\"\ndate = \"2019-03-01\"\n",
        ),
        ("acme/router/1/guide.md", GUIDE),
        (
            "acme/router/2/guide.md",
            "# Guide\n\n## Ports\n\nA port drops frames.\n",
        ),
        ("bolt/switch/7/notes.txt", "A port of <this> switch.\n"),
    ])
}

#[tokio::test]
async fn home_leads_to_shelves_and_they_to_manuals() {
    let site = small();
    let home = site.page("/").await;
    assert_holds(
        &home,
        &[
            "3 manuals, 4 passages",
            "Multi-vendor documentation library · semantic search · MCP endpoint at ",
            "href=\"/browse?vendor=acme&amp;product=router&amp;version=1\"",
        ],
    );
    let shelf = site
        .page("/browse?vendor=acme&product=router&version=1")
        .await;
    assert_holds(
        &shelf,
        &["href=\"/doc/acme::router::1::guide\"", "1 manual."],
    );
    // The search box keeps the shelf.
    assert_holds(
        &shelf,
        &["<input type=\"hidden\" name=\"version\" value=\"1\">"],
    );
    let unknown = site.get("/browse?vendor=acne").await;
    assert_eq!(unknown.status, StatusCode::NOT_FOUND);
    assert_holds(&unknown.body, &["the nearest are <code>acme</code>"]);
}

#[tokio::test]
async fn every_page_leads_to_the_api_and_the_status_and_names_its_version() {
    let site = small();
    for path in [
        "/",
        "/browse?vendor=acme",
        "/search?q=port",
        "/chunk/acme::router::1::guide::0",
        "/doc/acme::router::1::guide",
        "/docs",
        "/status",
        "/nothing",
    ] {
        let html = site.get(path).await.body;
        let foot = between(&html, "<footer", "</footer>");
        let version = format!("McDewey {}", env!("CARGO_PKG_VERSION"));
        assert_holds(foot, &["href=\"/docs\"", "href=\"/status\"", &version]);
        assert_holds(&html, &["rel=\"search\""]);
        assert_lacks(&html, &["<form method=\"post\"", " style=", "onclick"]);
    }
}

#[tokio::test]
async fn what_cannot_be_read_is_said_and_nothing_breaks() {
    let site = small();
    let long = "x".repeat(5000);
    let bad = [
        ("/search?q=port&mode=fuzzy", StatusCode::BAD_REQUEST),
        ("/search?q=port&page=0", StatusCode::BAD_REQUEST),
        ("/search?q=port&page=x", StatusCode::BAD_REQUEST),
        (&*format!("/search?q={long}"), StatusCode::BAD_REQUEST),
        ("/search?q=port&version=99", StatusCode::NOT_FOUND),
        ("/chunk/none", StatusCode::BAD_REQUEST),
        ("/chunk/none::0", StatusCode::NOT_FOUND),
        ("/chunk/acme::router::1::guide::9", StatusCode::NOT_FOUND),
        ("/doc/none", StatusCode::NOT_FOUND),
        ("/nothing", StatusCode::NOT_FOUND),
    ];
    for (path, status) in bad {
        let page = site.get(path).await;
        assert_eq!(page.status, status, "{path}");
        assert_holds(&page.body, &["All shelves"]);
    }
    let odd = [
        "/search?q=%22%3E%3Cscript%3Ealert(1)%3C/script%3E",
        "/search?q=%00",
        "/search?q=port&page=9&x=y",
    ];
    for path in odd {
        assert_lacks(&site.page(path).await, &["<script>"]);
    }
    let empty = Site::open(&[]).page("/").await;
    assert_holds(&empty, &["The library is empty"]);
}

#[tokio::test]
async fn a_hostile_manual_stays_text_on_every_page() {
    let evil = "# <script>alert(0)</script> Evil\n\n## \"><img src=x onerror=alert(1)>\n\n\
                word <script>alert(2)</script> [link](javascript:alert(3)) <svg onload=alert(4)>\n";
    let site = Site::open(&[("p/1/evil.md", evil)]);
    for path in [
        "/",
        "/browse?product=p",
        "/search?q=word",
        "/chunk/p::1::evil::0",
        "/doc/p::1::evil",
        "/docs",
    ] {
        let html = site.page(path).await;
        assert_lacks(&html, &["<script>", "<img", "<svg", "href=\"javascript"]);
    }
}

#[tokio::test]
async fn every_answer_tells_the_browser_to_be_strict() {
    let site = small();
    for path in [
        "/",
        "/search?q=port",
        "/docs",
        "/status",
        "/opensearch.xml",
        "/nothing",
        "/health/live",
        "/assets/style.css",
        "/mcp",
    ] {
        let headers = site.get(path).await.headers;
        let policy = headers["content-security-policy"].to_str().expect("text");
        assert!(policy.starts_with("default-src 'none'"), "{path}");
        assert_eq!(headers["x-content-type-options"], "nosniff", "{path}");
    }
    let style = site.get("/assets/style.css").await;
    assert_eq!(style.header("content-type"), Some("text/css"));
}
