//! Keys: who gets in, and what of a library exists for whom.

use std::sync::Arc;

use axum::http::StatusCode;
use mcdewey_core::Library;
use mcdewey_http::{Access, Key, Reads};
use serde_json::{Value, json};

use crate::site::{Answer, Site};

const MANIFEST: (&str, &str) = (
    "mcdewey.toml",
    "levels = [\"vendor\", \"product\", \"version\"]\n",
);

/// Both vendors write of ports; what only
/// bolt's manuals and shelves hold has a `qx` in it.
const FILES: [(&str, &str); 7] = [
    MANIFEST,
    (
        "acme/router/1/guide.md",
        "# Guide\n\n## Ports\n\nA port passes frames.\n\n## Trunks\n\nA trunk passes tagged frames.\n",
    ),
    (
        "acme/router/2/guide.md",
        "# Guide\n\n## Ports\n\nA port drops frames.\n",
    ),
    (
        "bolt-qx/mcdewey.toml",
        "vendor = \"bolt-qx\"\nproduct_name = \"Qxwitch\"\naliases = [\"qxw\"]\nsuperseded_by = \"qx9\"\n\
         date = \"qxday\"\nurl = \"https://qx.example/{page}\"\n",
    ),
    (
        "bolt-qx/qxwitch/qx7/qxguide.md",
        "# Qxguide\n\n<!-- page 1 -->\n\n## Qxports\n\nA port of a qxwitch passes qxeppelin frames.\n",
    ),
    (
        "bolt-qx/qxwitch/qx8/qxguide.md",
        "# Qxguide\n\n## Qxports\n\nA port drops qxeppelin frames.\n",
    ),
    ("bolt-qx/qxwitch/qx8/broken.pdf", "no pdf: qxproblem"),
];

fn key(name: &str, change: impl FnOnce(&mut Key)) -> (String, Key) {
    let (text, mut key) = Key::generate(name).expect("random numbers");
    change(&mut key);
    (text, key)
}

/// A site with a key for acme's manuals alone, one for bolt's, and one of an administrator.
fn site() -> (Site, [String; 3]) {
    let (acme, acme_key) = key("acme", |key| key.reads.vendors.push("acme".to_owned()));
    let (bolt, bolt_key) = key("bolt", |key| key.reads.vendors.push("bolt-qx".to_owned()));
    let (admin, admin_key) = key("admin", |key| key.admin = true);
    let keys = vec![acme_key, bolt_key, admin_key];
    let site = Site::guarded(&FILES, |library| Access::new(library, keys, None));
    (site, [acme, bolt, admin])
}

fn tells(text: &str) -> bool {
    text.to_lowercase().contains("qx")
}

fn said(answer: &Answer) -> String {
    format!("{:?} {}", answer.headers, answer.body)
}

#[expect(clippy::too_many_lines, reason = "all that can be asked")]
#[tokio::test]
async fn nothing_of_another_vendor_is_in_any_answer() {
    let (site, [acme, bolt, _]) = site();
    // First, so that a failure is not an empty library: who may see it sees it.
    let listed = site.get_as(&bolt, "/api/v1/library").await.ok();
    assert!(tells(&listed.body), "{}", listed.body);

    let paths = [
        "/",
        "/browse",
        "/browse?vendor=acme",
        "/search?q=port+frames",
        "/search?q=port+frames&mode=lexical",
        "/chunk/acme::router::1::guide::0",
        "/doc/acme::router::1::guide",
        "/api/v1/search?query=port+frames&limit=100&explain=true",
        "/api/v1/search?query=port+frames&limit=1",
        "/api/v1/search?query=port&mode=lexical&vendor=nobody",
        "/api/v1/search?query=nothing+at+all&mode=lexical",
        "/api/v1/chunks/acme::router::1::guide::0?before=50&after=50",
        "/api/v1/documents",
        "/api/v1/documents/acme::router::2::guide",
        "/api/v1/documents/nothing",
        "/api/v1/library",
        "/api/v1/compare?document=guide&from=1&to=2&details=true",
        "/api/v1/compare?document=guide&from=1&to=7",
        "/api/v1/compare?document=nothing&from=1&to=2",
        "/api/v1/compare?document=guide&from=1&to=2&section=nothing",
        "/api/v1/chunks/acme::router::1::guide::0/history",
        "/compare?document=guide",
        "/compare?document=nothing",
        "/history/acme::router::1::guide::0",
        "/api/v1/status",
        "/api/v1/nothing",
        "/openapi.json",
        "/metrics",
        "/health/ready",
        "/health/live",
    ];
    for path in paths {
        let answer = site.get_as(&acme, path).await;
        assert!(!tells(&said(&answer)), "{path}: {}", said(&answer));
    }

    let tool = |name: &str, arguments: Value| {
        ("tools/call", json!({"name": name, "arguments": arguments}))
    };
    let reference = |name: &str, argument: &str, value: &str| {
        let argument = json!({"name": argument, "value": value});
        (
            "completion/complete",
            json!({"ref": {"type": "ref/prompt", "name": name}, "argument": argument}),
        )
    };
    let template = |uri: &str, argument: &str| {
        let argument = json!({"name": argument, "value": ""});
        (
            "completion/complete",
            json!({"ref": {"type": "ref/resource", "uri": uri}, "argument": argument}),
        )
    };
    let requests = [
        ("server/discover", json!({})),
        ("tools/list", json!({})),
        ("resources/list", json!({})),
        ("resources/templates/list", json!({})),
        ("prompts/list", json!({})),
        tool("search_docs", json!({"query": "port frames", "limit": 50})),
        tool(
            "search_docs",
            json!({"query": "port", "vendor": ["nobody"]}),
        ),
        tool(
            "search_docs",
            json!({"query": "nothing at all", "mode": "lexical"}),
        ),
        tool("list_docs", json!({})),
        tool("list_docs", json!({"vendor": ["acme"]})),
        tool(
            "compare_versions",
            json!({"document": "guide", "from": "1", "to": "2", "details": true}),
        ),
        tool(
            "compare_versions",
            json!({"document": "nothing", "from": "1", "to": "2"}),
        ),
        tool(
            "compare_versions",
            json!({"chunk_id": "acme::router::2::guide::0"}),
        ),
        tool(
            "get_chunk",
            json!({"chunk_id": "acme::router::1::guide::0", "after": 5}),
        ),
        (
            "prompts/get",
            json!({"name": "answer_with_citations", "arguments": {"question": "port?"}}),
        ),
        (
            "prompts/get",
            json!({"name": "answer_with_citations", "arguments": {"question": "port?", "vendor": "nobody"}}),
        ),
        reference("answer_with_citations", "vendor", ""),
        reference("answer_with_citations", "product", ""),
        reference("answer_with_citations", "version", ""),
        reference("answer_with_citations", "document", ""),
        template("mcdewey://{document_id}", "document_id"),
        template("mcdewey://chunk/{chunk_id}", "chunk_id"),
        (
            "resources/read",
            json!({"uri": "mcdewey://acme::router::1::guide"}),
        ),
    ];
    for (method, params) in requests {
        let what = format!("{method} {params}");
        let answer = site.mcp_as(&acme, method, params).await;
        assert!(answer.status.is_success(), "{what}: {}", answer.body);
        let text = said(&answer);
        assert!(!tells(&text), "{what}: {text}");
    }
}

/// What is there for others is answered as what was never there, but for the name that was asked.
#[tokio::test]
async fn a_guessed_name_is_as_unknown_as_an_invented_one() {
    let (site, [acme, bolt, _]) = site();
    let guesses = [
        ("/api/v1/chunks/NAME::qxwitch::qx7::qxguide::0", ""),
        ("/api/v1/documents/NAME::qxwitch::qx7::qxguide", ""),
        ("/api/v1/search?query=port&vendor=NAME", ""),
        ("/api/v1/search?query=port&vendor=NAME&product=qxwitch", ""),
        (
            "/api/v1/search?query=port&document=NAME::qxwitch::qx7::qxguide",
            "",
        ),
        ("/api/v1/documents?vendor=NAME", ""),
        (
            "/api/v1/compare?document=NAME::qxwitch::qx7::qxguide&from=qx7&to=qx8",
            "",
        ),
        (
            "/api/v1/compare?document=qxguide&vendor=NAME&from=qx7&to=qx8",
            "",
        ),
        ("/api/v1/chunks/NAME::qxwitch::qx7::qxguide::0/history", ""),
        ("/compare?document=NAME::qxwitch::qx7::qxguide", ""),
        ("/history/NAME::qxwitch::qx7::qxguide::0", ""),
        ("/browse?vendor=NAME", ""),
        ("/search?q=port&vendor=NAME", ""),
        ("/chunk/NAME::qxwitch::qx7::qxguide::0", ""),
        ("/doc/NAME::qxwitch::qx7::qxguide", ""),
        (
            "tools/call",
            r#"{"name": "get_chunk", "arguments": {"chunk_id": "NAME::qxwitch::qx7::qxguide::0"}}"#,
        ),
        (
            "tools/call",
            r#"{"name": "search_docs", "arguments": {"query": "port", "vendor": ["NAME"]}}"#,
        ),
        (
            "tools/call",
            r#"{"name": "search_docs", "arguments": {"query": "port", "document": ["NAME::qxwitch::qx7::qxguide"]}}"#,
        ),
        (
            "tools/call",
            r#"{"name": "list_docs", "arguments": {"vendor": ["NAME"]}}"#,
        ),
        (
            "tools/call",
            r#"{"name": "compare_versions", "arguments": {"document": "NAME::qxwitch::qx7::qxguide", "from": "qx7", "to": "qx8"}}"#,
        ),
        (
            "tools/call",
            r#"{"name": "compare_versions", "arguments": {"chunk_id": "NAME::qxwitch::qx7::qxguide::0"}}"#,
        ),
        (
            "resources/read",
            r#"{"uri": "mcdewey://NAME::qxwitch::qx7::qxguide"}"#,
        ),
        (
            "resources/read",
            r#"{"uri": "mcdewey://chunk/NAME::qxwitch::qx7::qxguide::0"}"#,
        ),
        (
            "completion/complete",
            r#"{"ref": {"type": "ref/prompt", "name": "answer_with_citations"}, "argument": {"name": "product", "value": ""}, "context": {"arguments": {"vendor": "NAME"}}}"#,
        ),
        (
            "completion/complete",
            r#"{"ref": {"type": "ref/resource", "uri": "mcdewey://chunk/{chunk_id}"}, "argument": {"name": "chunk_id", "value": "NAME::qxwitch::qx7::qxguide::"}}"#,
        ),
    ];
    for (target, params) in guesses {
        let ask = async |key: &str, name: &str| {
            let answer = if params.is_empty() {
                site.get_as(key, &target.replace("NAME", name)).await
            } else {
                let params = params.replace("NAME", name);
                let params = serde_json::from_str(&params).expect("JSON");
                site.mcp_as(key, target, params).await
            };
            (answer.status, answer.body.replace(name, "NAME"))
        };
        let (real, invented) = (ask(&acme, "bolt-qx").await, ask(&acme, "bolt-jj").await);
        assert_eq!(real, invented, "{target} {params}");
        let seen = ask(&bolt, "bolt-qx").await;
        assert_ne!(
            seen, real,
            "{target} {params} finds something for whom it is"
        );
    }
}

#[tokio::test]
async fn a_cursor_made_by_another_key_opens_nothing() {
    let (site, [acme, bolt, _]) = site();
    for path in [
        "/api/v1/search?query=port&limit=1&all_versions=true",
        "/api/v1/documents?limit=1",
    ] {
        let first = site.get_as(&bolt, path).await.ok().json();
        let cursor = first["next"].as_str().expect("there are more");
        let next = site.get_as(&acme, &format!("{path}&cursor={cursor}")).await;
        assert!(!tells(&said(&next)), "{}", said(&next));
    }
    let arguments = json!({"query": "port", "limit": 1, "all_versions": true});
    let params = json!({"name": "search_docs", "arguments": arguments});
    let first = site.mcp_as(&bolt, "tools/call", params).await.ok().json();
    let next = &first["result"]["structuredContent"]["next"]["arguments"];
    assert!(next["cursor"].is_string(), "{first}");
    let params = json!({"name": "search_docs", "arguments": next});
    let next = site.mcp_as(&acme, "tools/call", params).await;
    assert!(!tells(&said(&next)), "{}", said(&next));
}

#[tokio::test]
async fn the_state_of_the_server_is_for_administrators() {
    let (site, [acme, _, admin]) = site();
    let status = site.get_as(&acme, "/api/v1/status").await.ok().json();
    assert_eq!(status["documents"], 2);
    assert_eq!(status["engine"]["bytes"], 0);
    let status = site.get_as(&admin, "/api/v1/status").await.ok().json();
    assert_eq!(status["documents"], 5);
    assert_ne!(status["engine"]["bytes"], 0);
    assert_eq!(
        site.get_as(&acme, "/metrics").await.status,
        StatusCode::FORBIDDEN
    );
    let metrics = site.get_as(&admin, "/metrics").await.ok();
    assert!(
        metrics.body.contains("mcdewey_index_documents 5"),
        "{}",
        metrics.body
    );
    let refused = site.post_as(&acme, "/api/v1/reindex", &json!({})).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    assert_eq!(refused.json()["type"], "/docs#problem-not-allowed");
    let nothing = site.post_as(&admin, "/api/v1/reindex", &json!({})).await;
    assert_eq!(nothing.status, StatusCode::CONFLICT);
}

#[tokio::test]
async fn without_a_key_only_health_and_the_programs_own_files_are_there() {
    let (site, [acme, ..]) = site();
    for path in [
        "/",
        "/search?q=port",
        "/api/v1/library",
        "/metrics",
        "/openapi.json",
        "/nothing",
    ] {
        let answer = site.get(path).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{path}");
        let asks = answer.header("www-authenticate").expect("how to log in");
        let for_people = !path.contains("api") && !path.starts_with("/metrics");
        assert_eq!(asks.starts_with("Basic"), for_people, "{path}: {asks}");
        assert!(!tells(&said(&answer)), "{path}: {}", said(&answer));
    }
    for path in ["/health/live", "/health/ready", "/assets/style.css"] {
        assert_eq!(site.get(path).await.status, StatusCode::OK, "{path}");
    }
    let mcp = site.mcp_as("", "tools/list", json!({})).await;
    assert_eq!(mcp.status, StatusCode::UNAUTHORIZED);

    let wrong = format!("{}0", &acme[..acme.len() - 1]);
    for header in [
        format!("Bearer {wrong}1"),
        format!("Bearer {acme}x"),
        "Bearer".to_owned(),
        "Basic !!!".to_owned(),
        "Digest username=x".to_owned(),
    ] {
        let answer = site
            .get_with("/api/v1/library", &[("authorization", &header)])
            .await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{header}");
    }
}

#[tokio::test]
async fn a_browser_sends_its_key_as_a_password() {
    use base64::Engine;
    let (site, [acme, ..]) = site();
    let basic = base64::engine::general_purpose::STANDARD.encode(format!("me:{acme}"));
    let headers = [("authorization", format!("Basic {basic}"))];
    let page = site
        .get_with("/", &[("authorization", &headers[0].1)])
        .await
        .ok();
    assert!(page.body.contains("acme"), "{}", page.body);
    assert_eq!(page.header("cache-control"), Some("no-store"));
}

#[tokio::test]
async fn who_has_no_key_may_be_let_in_to_a_part() {
    let (text, all) = key("all", |_| {});
    let mut public = Reads::default();
    public.vendors.push("acme".to_owned());
    let site = Site::guarded(&FILES, |library| {
        Access::new(library, vec![all], Some(&public))
    });
    let n_vendors = |answer: Answer| answer.ok().json()["vendors"].as_array().map(Vec::len);
    assert_eq!(n_vendors(site.get("/api/v1/library").await), Some(1));
    assert_eq!(
        n_vendors(site.get_as(&text, "/api/v1/library").await),
        Some(2)
    );
    assert_eq!(site.get("/metrics").await.status, StatusCode::FORBIDDEN);
    // A wrong key is no way in.
    let wrong = site.get_as("mcdewey_0", "/api/v1/library").await;
    assert_eq!(wrong.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn what_is_kept_for_a_group_exists_for_its_members() {
    let files = [
        ("open/1/a.md", "# A\n\nA port.\n"),
        ("secret/mcdewey.toml", "access = [\"staff\"]\n"),
        ("secret/1/b.md", "# B\n\nA hidden port.\n"),
    ];
    let open = Site::open(&files);
    assert_eq!(open.get("/api/v1/documents").await.ok().json()["total"], 1);
    // What an ingest did would tell of all files.
    assert_eq!(
        open.get("/api/v1/status").await.ok().json()["engine"]["bytes"],
        0
    );

    let (staff, staff_key) = key("staff", |key| key.reads.groups.push("staff".to_owned()));
    let (guest, guest_key) = key("guest", |_| {});
    let access = |library: &Arc<Library>| Access::new(library, vec![staff_key, guest_key], None);
    let site = Site::guarded(&files, access);
    assert_eq!(
        site.get_as(&staff, "/api/v1/documents").await.ok().json()["total"],
        2
    );
    assert_eq!(
        site.get_as(&guest, "/api/v1/documents").await.ok().json()["total"],
        1
    );
}

#[tokio::test]
async fn a_new_generation_reaches_every_key() {
    let (site, [acme, bolt, _]) = site();
    let search = "/api/v1/search?query=carrier&mode=lexical";
    assert_eq!(site.get_as(&acme, search).await.ok().json()["total"], 0);
    site.add(&[("acme/router/3/new.md", "# New\n\nA carrier.\n")]);
    assert_eq!(site.get_as(&acme, search).await.ok().json()["total"], 1);
    assert_eq!(site.get_as(&bolt, search).await.ok().json()["total"], 0);
}

#[tokio::test]
async fn each_key_has_a_rate() {
    let (first, first_key) = key("first", |_| {});
    let (second, second_key) = key("second", |_| {});
    let site = Site::guarded(&FILES, |library| {
        Access::new(library, vec![first_key, second_key], None).with_rate_per_key(1)
    });
    let mut refused = None;
    for _ in 0..10 {
        let answer = site.get_as(&first, "/api/v1/library").await;
        if answer.status == StatusCode::TOO_MANY_REQUESTS {
            refused = Some(answer);
            break;
        }
    }
    let refused = refused.expect("ten at once are too many");
    let wait: u64 = refused
        .header("retry-after")
        .and_then(|wait| wait.parse().ok())
        .expect("seconds");
    assert!((1..=2).contains(&wait));
    assert_eq!(refused.json()["type"], "/docs#problem-too-many-requests");
    assert_eq!(
        site.get_as(&second, "/api/v1/library").await.status,
        StatusCode::OK
    );
}

#[tokio::test]
async fn each_address_has_a_rate_behind_a_proxy_too() {
    let site = Site::guarded(&FILES, |library| {
        Access::open(library)
            .with_rate_per_address(1)
            .with_forwarded_for()
    });
    let mut n_refused = 0;
    for _ in 0..10 {
        let headers = [("x-forwarded-for", "1.1.1.1, 192.0.2.7")];
        let answer = site.get_with("/api/v1/library", &headers).await;
        n_refused += usize::from(answer.status == StatusCode::TOO_MANY_REQUESTS);
    }
    assert!(n_refused > 0);
    // What a client claims before the proxy's own entry counts for nothing.
    let other = [("x-forwarded-for", "192.0.2.7, 192.0.2.8")];
    assert_eq!(
        site.get_with("/api/v1/library", &other).await.status,
        StatusCode::OK
    );
    assert_eq!(
        site.get_with("/health/live", &[]).await.status,
        StatusCode::OK
    );
}

#[test]
fn a_key_does_not_print_itself() {
    let (text, key) = key("support", |_| {});
    let printed = format!("{key:?} {}", serde_json::to_string(&key).expect("JSON"));
    assert!(!printed.contains(&text));
    assert!(printed.contains("support"));
}
