//! The web pages, in process.

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode};
use mcdewey_core::{HashedEmbedder, Library};
use mcdewey_http::{App, router};
use mcdewey_mcp::McDewey;
use mcdewey_mcp::http::HttpSettings;
use tower::ServiceExt;

struct Site {
    router: Router,
    _folder: tempfile::TempDir,
}

struct Page {
    status: StatusCode,
    headers: HeaderMap,
    html: String,
}

impl Site {
    fn with(files: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        for (path, text) in files {
            let path = folder.path().join("docs").join(path);
            std::fs::create_dir_all(path.parent().expect("a folder")).expect("made");
            std::fs::write(path, text).expect("written");
        }
        let library = Library::open_or_create(&folder.path().join("index"))
            .and_then(|library| library.with_embedder(HashedEmbedder::new()))
            .expect("a library");
        if !files.is_empty() {
            library.ingest(folder.path().join("docs")).expect("indexed");
        }
        let library = Arc::new(library);
        let app = App::new(library);
        let mcp = McDewey::with_workers(app.workers());
        Self {
            router: router(mcp, app, &HttpSettings::new()),
            _folder: folder,
        }
    }

    async fn get(&self, path: &str) -> Page {
        let request = Request::get(path).header("host", "localhost");
        let request = request.body(Body::empty()).expect("a request");
        let response = self
            .router
            .clone()
            .oneshot(request)
            .await
            .expect("an answer");
        let (parts, body) = response.into_parts();
        let body = to_bytes(body, usize::MAX).await.expect("a body");
        Page {
            status: parts.status,
            headers: parts.headers,
            html: String::from_utf8(body.to_vec()).expect("UTF-8"),
        }
    }

    /// A page that is there.
    async fn page(&self, path: &str) -> String {
        let page = self.get(path).await;
        assert_eq!(page.status, StatusCode::OK, "{path}: {}", page.html);
        page.html
    }
}

fn assert_holds(html: &str, parts: &[&str]) {
    for part in parts {
        assert!(html.contains(part), "no {part} in {html}");
    }
}

const VENDORS: &str = "levels = [\"vendor\", \"product\", \"version\"]\n";
const GUIDE: &str = "# Guide\n\n<!-- page 4 -->\n\n## Ports\n\nA *port* passes frames.\n\n\
                     <!-- page 5 -->\n\n## Trunks\n\nA trunk carries tagged frames.\n";

fn small() -> Site {
    Site::with(&[
        ("mcdewey.toml", VENDORS),
        (
            "acme/mcdewey.toml",
            "url = \"https://acme.example/guide#page={page}\"\n",
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
    assert_eq!(unknown.status, StatusCode::BAD_REQUEST);
    assert_holds(&unknown.html, &["the nearest are `acme`"]);
}

#[tokio::test]
async fn results_show_where_each_hit_stands_and_how_to_narrow_them() {
    let site = small();
    let html = site.page("/search?q=port+frames&mode=lexical").await;
    assert_holds(
        &html,
        &[
            "value=\"port frames\"",
            "href=\"/chunk/acme::router::1::guide::0\"",
            "href=\"/doc/acme::router::1::guide?chunk=0#chunk-0\"",
            "<mark>frames</mark>",
            "by its words",
            "href=\"/search?q=port%20frames&amp;mode=lexical&amp;vendor=bolt\"",
            "p. 4",
        ],
    );
    let narrowed = site.page("/search?q=port&vendor=bolt").await;
    assert_holds(&narrowed, &["(remove)", "of &lt;this&gt; switch"]);
    assert!(!narrowed.contains("/chunk/acme"), "{narrowed}");
    let nothing = site
        .page("/search?q=trunk&mode=lexical&product=router&version=2")
        .await;
    assert_holds(
        &nothing,
        &[
            "Nothing found for “trunk”",
            "version 2 keeps 1 passage away",
        ],
    );
    let empty = site.page("/search?q=").await;
    assert_holds(&empty, &["Type what to find"]);
}

#[tokio::test]
async fn a_chunk_page_has_its_card_its_text_and_its_neighbours() {
    let site = small();
    let html = site.page("/chunk/acme::router::1::guide::0").await;
    assert_holds(
        &html,
        &[
            "<h1>Ports</h1>",
            "↗ View in doc context",
            "<code id=\"chunk-id\">acme::router::1::guide::0</code>",
            "<code>acme/router/1/guide.md</code>",
            "p. 4",
            "<em>port</em>",
            "href=\"https://acme.example/guide#page=4\"",
            "href=\"/chunk/acme::router::1::guide::1\"",
        ],
    );
    for path in [
        "/chunk/acme::router::1::guide::9",
        "/chunk/none::0",
        "/doc/none",
        "/nothing",
    ] {
        let page = site.get(path).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{path}");
        assert_holds(&page.html, &["All shelves"]);
    }
    assert_eq!(
        site.get("/chunk/none").await.status,
        StatusCode::BAD_REQUEST
    );
}

#[tokio::test]
async fn a_long_manual_is_read_in_parts() {
    let sections = (0..150).map(|n| format!("## Section {n}\n\nWords of section {n}.\n\n"));
    let sections = sections.collect::<Vec<_>>().concat();
    let site = Site::with(&[("p/1/long.md", &format!("# Long\n\n{sections}"))]);
    let first = site.page("/doc/p::1::long").await;
    assert_holds(
        &first,
        &["id=\"chunk-0\"", "id=\"chunk-59\"", "Later part →"],
    );
    assert!(!first.contains("id=\"chunk-60\""));
    // All headings are in the contents, whatever the part.
    assert_holds(&first, &["href=\"/doc/p::1::long?chunk=149#chunk-149\""]);
    let last = site.page("/doc/p::1::long?chunk=149").await;
    assert_holds(
        &last,
        &[
            "id=\"chunk-149\"",
            "Words of section 149.",
            "← Earlier part",
        ],
    );
    let beyond = site.page("/doc/p::1::long?chunk=4000000000").await;
    assert_holds(&beyond, &["id=\"chunk-149\""]);
    assert_eq!(
        site.get("/doc/p::1::long?chunk=x").await.status,
        StatusCode::BAD_REQUEST
    );
}

#[tokio::test]
async fn what_cannot_be_read_is_said_and_nothing_breaks() {
    let site = small();
    let long = "x".repeat(5000);
    let bad = [
        "/search?q=port&mode=fuzzy",
        "/search?q=port&page=0",
        "/search?q=port&page=x",
        "/search?q=port&version=99",
        &format!("/search?q={long}"),
    ];
    for path in bad {
        let page = site.get(path).await;
        assert_eq!(page.status, StatusCode::BAD_REQUEST, "{path}");
    }
    let odd = [
        "/search?q=%22%3E%3Cscript%3Ealert(1)%3C/script%3E",
        "/search?q=%00",
        "/search?q=port&page=9&x=y",
    ];
    for path in odd {
        let html = site.page(path).await;
        assert!(!html.contains("<script>"), "{path}");
    }
    let empty = Site::with(&[]).page("/").await;
    assert_holds(&empty, &["The library is empty"]);
}

#[tokio::test]
async fn a_hostile_manual_stays_text_on_every_page() {
    let evil = "# <script>alert(0)</script> Evil\n\n## \"><img src=x onerror=alert(1)>\n\n\
                word <script>alert(2)</script> [link](javascript:alert(3)) <svg onload=alert(4)>\n";
    let site = Site::with(&[("p/1/evil.md", evil)]);
    for path in [
        "/",
        "/browse?product=p",
        "/search?q=word",
        "/chunk/p::1::evil::0",
        "/doc/p::1::evil",
    ] {
        let html = site.page(path).await;
        for never in ["<script>", "<img", "<svg", "href=\"javascript"] {
            assert!(!html.contains(never), "{path}: {never} in {html}");
        }
    }
}

#[tokio::test]
async fn an_address_that_is_no_web_page_is_no_link() {
    let site = Site::with(&[
        ("mcdewey.toml", "url = \"javascript:alert(1)//{page}\"\n"),
        ("p/1/a.md", "# A\n\n<!-- page 1 -->\n\nText.\n"),
    ]);
    let html = site.page("/chunk/p::1::a::0").await;
    assert!(!html.contains("javascript"), "{html}");
}

#[tokio::test]
async fn every_answer_tells_the_browser_to_be_strict() {
    let site = small();
    for path in [
        "/",
        "/search?q=port",
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
    assert_eq!(style.headers["content-type"], "text/css");
}
