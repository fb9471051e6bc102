//! REST, in process.

use std::io::Read;

use axum::body::Body;
use axum::http::{Request, StatusCode};
use serde_json::{Value, json};

use crate::site::Site;

const MANIFEST: (&str, &str) = (
    "mcdewey.toml",
    "levels = [\"vendor\", \"product\", \"version\"]\n",
);
const GUIDE: &str = "# Guide\n\n<!-- page 4 -->\n\n## Ports\n\nA port passes frames.\n\n\
                     <!-- page 5 -->\n\n## Trunks\n\nA trunk carries tagged frames.\n";

fn small() -> Site {
    Site::open(&[
        MANIFEST,
        ("acme/router/1/guide.md", GUIDE),
        (
            "acme/router/2/guide.md",
            "# Guide\n\n## Ports\n\nA port drops frames.\n",
        ),
        ("bolt/switch/7/a b.txt", "A port of a switch.\n"),
    ])
}

fn ids(hits: &Value) -> Vec<String> {
    let hits = hits.as_array().expect("hits").iter();
    hits.map(|hit| hit["chunk_id"].as_str().expect("an id").to_owned())
        .collect()
}

#[tokio::test]
async fn a_search_answers_with_the_fields_of_the_contract() {
    let site = small();
    let answer = site
        .get("/api/v1/search?query=port+frames&mode=lexical&version=1&explain=true")
        .await
        .ok();
    assert_eq!(answer.header("content-type"), Some("application/json"));
    let answer = answer.json();
    let fields = [
        "query",
        "mode",
        "versions",
        "hits",
        "total",
        "more",
        "confidence",
        "parsed",
        "notes",
        "did_you_mean",
        "facets",
        "generation",
        "milliseconds",
        "suggestions",
        "next",
    ];
    for field in fields {
        assert!(answer.get(field).is_some(), "{field} in {answer}");
    }
    let hit = answer["hits"][0].as_object().expect("a hit");
    let fields = [
        "rank",
        "chunk_id",
        "document_id",
        "score",
        "title",
        "heading_path",
        "page",
        "vendor",
        "product",
        "version",
        "source",
        "snippet",
        "highlights",
        "text",
        "neighbours",
        "url",
        "also_in",
        "changed_in",
        "newest",
        "explain",
    ];
    for field in fields {
        assert!(hit.contains_key(field), "{field} in {hit:?}");
    }
    assert_eq!(hit["page"], json!({"first": 4, "last": 4, "label": null}));
    assert_eq!(hit["explain"]["lexical"]["rank"], 1);
}

#[tokio::test]
async fn a_body_asks_for_what_an_address_asks_for() {
    let site = small();
    let address = "/api/v1/search?query=port&vendor=acme&vendor=bolt&version=1&version=7&limit=2";
    let body =
        json!({"query": "port", "vendor": ["acme", "bolt"], "version": ["1", "7"], "limit": 2.0});
    let by_address = site.get(address).await.ok().json();
    let by_body = site.post_as("", "/api/v1/search", &body).await;
    // An empty key is a wrong one, even where none is needed.
    assert_eq!(by_body.status, StatusCode::UNAUTHORIZED);
    let request = Request::post("/api/v1/search")
        .header("host", "localhost")
        .header("content-type", "application/json; charset=utf-8");
    let by_body = site
        .send(request.body(body.to_string().into()).expect("a request"))
        .await
        .ok();
    assert_eq!(by_body.json()["hits"], by_address["hits"]);
    assert_eq!(by_address["hits"].as_array().map(Vec::len), Some(2));
}

#[tokio::test]
async fn pages_of_a_list_join_to_the_whole() {
    let site = small();
    for (whole, part, list) in [
        (
            "/api/v1/search?query=port+frames&limit=100",
            "/api/v1/search?query=port+frames&limit=1",
            "hits",
        ),
        (
            "/api/v1/documents",
            "/api/v1/documents?limit=2",
            "documents",
        ),
    ] {
        let whole = site.get(whole).await.ok().json();
        assert_eq!(whole["next"], Value::Null);
        let mut joined = Vec::new();
        let mut cursor = String::new();
        loop {
            let answer = site.get(&format!("{part}{cursor}")).await.ok().json();
            joined.extend(answer[list].as_array().expect("a list").clone());
            match answer["next"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => break,
            }
        }
        assert!(joined.len() > 2);
        assert_eq!(Value::from(joined), whole[list]);
    }
}

/// A manual of one long section, and short ones of the same product and of another.
fn masts() -> Site {
    let parts: Vec<String> = (0..12)
        .map(|part| {
            let filler =
                (0..40).map(|n| format!("Sentence {part}-{n} tells of cables and racks. "));
            let filler: String = filler.collect();
            format!("The antenna of part {part} turns. {filler}\n\n")
        })
        .collect();
    let manual = format!("# Masts\n\n{}", parts.concat());
    Site::open(&[
        MANIFEST,
        ("acme/mast/1/masts.md", &manual),
        (
            "acme/mast/1/repair.md",
            "# Repair\n\nAn antenna is replaced by two.\n",
        ),
        (
            "bolt/dish/1/dish.md",
            "# Dishes\n\nThe antenna of a dish is round and certificates are renewed.\n",
        ),
    ])
}

async fn found(site: &Site, parameters: &str) -> Value {
    let path = format!("/api/v1/search?{parameters}");
    site.get(&path).await.ok().json()
}

#[tokio::test]
async fn passages_of_one_section_are_one_hit_unless_asked_for_apart() {
    let site = masts();
    let joined = found(&site, "query=antenna+turns&vendor=acme&limit=100").await;
    let hits = joined["hits"].as_array().expect("hits");
    let neighbours = hits
        .iter()
        .flat_map(|hit| hit["neighbours"].as_array().expect("a list"));
    let neighbours: Vec<&Value> = neighbours.collect();
    assert!(!neighbours.is_empty(), "{joined}");
    for field in ["chunk_id", "page", "text", "snippet", "highlights"] {
        assert!(
            neighbours[0].get(field).is_some(),
            "{field} in {}",
            neighbours[0]
        );
    }
    let apart = found(
        &site,
        "query=antenna+turns&vendor=acme&limit=100&apart=true",
    )
    .await;
    let mut ids_apart = ids(&apart["hits"]);
    let mut ids_joined = ids(&joined["hits"]);
    assert!(ids_joined.len() < ids_apart.len());
    let is_alone = |hit: &Value| hit["neighbours"] == json!([]);
    assert!(apart["hits"].as_array().expect("hits").iter().all(is_alone));
    let beside = neighbours
        .iter()
        .map(|other| other["chunk_id"].as_str().expect("an id"));
    ids_joined.extend(beside.map(str::to_owned));
    ids_joined.sort_unstable();
    ids_apart.sort_unstable();
    assert_eq!(ids_joined, ids_apart);
}

#[tokio::test]
async fn quotas_and_diversity_make_room_for_others() {
    let site = masts();
    let of = |answer: &Value, field: &str, value: &str| {
        let hits = answer["hits"].as_array().expect("hits").iter();
        hits.filter(|hit| hit[field] == value).count()
    };
    let query = "query=antenna+turns&apart=true&limit=100";
    let all = found(&site, query).await;
    assert!(of(&all, "document", "masts") > 2);
    let two = found(&site, &format!("{query}&per_document=2")).await;
    assert_eq!(
        (
            of(&two, "document", "masts"),
            of(&two, "document", "repair")
        ),
        (2, 1)
    );
    let one = found(&site, &format!("{query}&per_product=1")).await;
    assert_eq!(
        (of(&one, "product", "mast"), of(&one, "product", "dish")),
        (1, 1)
    );
    let plain = ids(&all["hits"]);
    let diverse = ids(&found(&site, &format!("{query}&diversity=0.9")).await["hits"]);
    assert_eq!(plain[0], diverse[0]);
    assert_ne!(plain, diverse);
    let body = json!({"query": "antenna turns", "apart": true, "limit": 100, "diversity": 0.9});
    let request = Request::post("/api/v1/search")
        .header("host", "localhost")
        .header("content-type", "application/json");
    let request = request.body(body.to_string().into()).expect("a request");
    assert_eq!(ids(&site.send(request).await.ok().json()["hits"]), diverse);
}

#[tokio::test]
async fn facets_count_all_that_has_a_word_of_the_query() {
    let site = small();
    let answer = found(
        &site,
        "query=frames&mode=lexical&facets=true&all_versions=true&limit=1",
    )
    .await;
    let facets = answer["facets"].as_array().expect("facets");
    let names: Vec<&Value> = facets.iter().map(|counted| &counted["facet"]).collect();
    assert_eq!(names, ["vendor", "product", "version", "document"]);
    assert_eq!(
        facets[0]["values"],
        json!([{"value": "acme", "passages": 3}])
    );
    assert_eq!(
        facets[2]["values"],
        json!([{"value": "1", "passages": 2}, {"value": "2", "passages": 1}])
    );
    assert_eq!(found(&site, "query=frames").await["facets"], Value::Null);
}

#[tokio::test]
async fn an_answer_says_how_the_query_was_read_and_what_it_is_worth() {
    let site = masts();
    let wrong = found(&site, "query=how+are+certifcates+renewed").await;
    assert_eq!(wrong["did_you_mean"], "how are certificates renewed");
    assert_eq!(
        wrong["notes"],
        json!(["certifcates is not in the library: certificates was looked for too"])
    );
    assert_eq!(wrong["parsed"], Value::Null);
    assert_eq!(ids(&wrong["hits"])[0], "bolt::dish::1::dish::0");

    let right = found(&site, "query=certificates+-antenna&explain=true").await;
    assert_eq!(right["did_you_mean"], Value::Null);
    assert_eq!(right["notes"], json!([]));
    assert_eq!(
        right["parsed"],
        "look for certificates; only where NOT antenna; by meaning: certificates"
    );
    let missing = found(&site, "query=zeppelin+certificates&mode=lexical").await;
    let reasons = missing["confidence"]["reasons"]
        .as_array()
        .expect("reasons");
    assert!(
        reasons[0]
            .as_str()
            .is_some_and(|reason| reason.ends_with("not zeppelin")),
        "{reasons:?}"
    );
    assert_ne!(missing["confidence"]["level"], "strong");
    let nothing = found(&site, "query=zeppelin&mode=lexical").await;
    assert_eq!(
        (&nothing["confidence"]["level"], &nothing["more"]),
        (&json!("none"), &json!(false))
    );
}

#[tokio::test]
async fn a_share_that_is_hardly_too_large_is_too_large() {
    let site = masts();
    for diversity in ["1.0000000000000002", "-0.1"] {
        let address = format!("/api/v1/search?query=port&diversity={diversity}");
        let answer = site.get(&address).await;
        assert_eq!(answer.status.as_u16(), 400, "{diversity}");
    }
    found(&site, "query=port&diversity=1.0").await;
}

#[tokio::test]
async fn pages_go_on_behind_the_first_ranking_to_the_last_passage() {
    let sections = (0..400).map(|n| format!("## Section {n}\n\nWords of section number {n}.\n\n"));
    let site = Site::open(&[
        MANIFEST,
        ("acme/router/1/long.md", &sections.collect::<String>()),
    ]);
    let first = found(&site, "query=words&mode=lexical&limit=100").await;
    assert_eq!(first["more"], true);
    let mut joined = Vec::new();
    let mut cursor = String::new();
    for _ in 0..10 {
        let page = found(
            &site,
            &format!("query=words&mode=lexical&limit=100{cursor}"),
        )
        .await;
        let hits = ids(&page["hits"]);
        assert!(!hits.is_empty(), "a page that is promised has hits");
        joined.extend(hits);
        match page["next"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    let distinct: std::collections::BTreeSet<&String> = joined.iter().collect();
    assert_eq!((joined.len(), distinct.len()), (400, 400));
}

#[tokio::test]
async fn a_cursor_of_another_search_or_generation_is_refused() {
    let site = small();
    let first = site
        .get("/api/v1/search?query=port&limit=1")
        .await
        .ok()
        .json();
    let cursor = first["next"].as_str().expect("more");
    let other = site
        .get(&format!(
            "/api/v1/search?query=frames&limit=1&cursor={cursor}"
        ))
        .await;
    assert_eq!(other.status, StatusCode::CONFLICT);
    assert!(
        other.json()["detail"]
            .as_str()
            .is_some_and(|detail| detail.contains("other arguments"))
    );
    site.add(&[("acme/router/3/new.md", "# New\n\nA port.\n")]);
    let stale = site
        .get(&format!(
            "/api/v1/search?query=port&limit=1&cursor={cursor}"
        ))
        .await;
    assert_eq!(stale.status, StatusCode::CONFLICT);
    assert_eq!(stale.json()["type"], "/docs#problem-stale-cursor");
}

#[tokio::test]
async fn passages_documents_and_shelves_can_be_read() {
    let site = small();
    let passage = site
        .get("/api/v1/chunks/acme::router::1::guide::1?before=1&after=9")
        .await
        .ok()
        .json();
    assert_eq!(passage["passage"]["title"], "Trunks");
    assert_eq!(passage["before"][0]["title"], "Ports");
    assert_eq!(passage["next"], Value::Null);
    let spaced = site
        .get("/api/v1/chunks/bolt::switch::7::a%20b::0")
        .await
        .ok()
        .json();
    assert_eq!(spaced["passage"]["source"], "bolt/switch/7/a b.txt");
    let document = site
        .get("/api/v1/documents/acme::router::1::guide")
        .await
        .ok()
        .json();
    assert_eq!(document["document"]["chunks"], 2);
    let headings = document["contents"].as_array().expect("contents").iter();
    let headings: Vec<&str> = headings
        .filter_map(|entry| entry["heading"].as_str())
        .collect();
    assert_eq!(headings, ["Guide", "Ports", "Trunks"]);
    let library = site.get("/api/v1/library").await.ok().json();
    assert_eq!(
        library["vendors"][0]["products"][0]["versions"][0]["version"],
        "2"
    );
    let narrowed = site.get("/api/v1/documents?vendor=bolt").await.ok().json();
    assert_eq!(narrowed["total"], 1);
}

#[tokio::test]
async fn versions_are_compared_and_a_section_has_a_history() {
    let site = small();
    let path = "/api/v1/compare?document=guide&from=1&to=2";
    let all = site.get(path).await.ok().json();
    assert_eq!(all["counts"]["changed"], 1);
    assert_eq!(all["counts"]["removed"], 1);
    assert_eq!(
        (&all["from"]["version"], &all["to"]["requested"]),
        (&json!("1"), &json!("2"))
    );
    let sections = all["sections"].as_array().expect("sections");
    assert_eq!(sections[0]["status"], "changed");
    assert_eq!(sections[0]["before"]["page"]["first"], 4);
    assert_eq!(sections[0]["after"]["page"], Value::Null);
    assert_eq!(sections[0]["diff"], Value::Null);
    assert_eq!(sections[1]["status"], "removed");
    assert_eq!(all["next"], Value::Null);

    let words = site
        .get(&format!("{path}&section=Ports&details=true"))
        .await;
    let words = words.ok().json();
    assert_eq!(words["total"], 1);
    let pieces = words["sections"][0]["diff"]["pieces"]
        .as_array()
        .expect("pieces");
    assert_eq!(pieces.last().expect("one")["text"], "frames.");

    let mut seen = Vec::new();
    let mut next = format!("{path}&unchanged=true&limit=1");
    loop {
        let part = site.get(&next).await.ok().json();
        seen.push(part["sections"][0].clone());
        let Some(cursor) = part["next"].as_str() else {
            break;
        };
        next = format!("{path}&unchanged=true&limit=1&cursor={cursor}");
    }
    assert_eq!(seen, *sections);

    let history = site
        .get("/api/v1/chunks/acme::router::1::guide::1/history")
        .await;
    let history = history.ok().json();
    assert_eq!(history["introduced_in"], "1");
    assert_eq!(history["removed_in"], "2");
    assert_eq!(history["versions"][1]["place"], Value::Null);
}

#[tokio::test]
async fn an_ambiguous_name_is_a_problem_that_lists_what_it_may_mean() {
    let site = Site::open(&[
        (
            "mcdewey.toml",
            "levels = [\"vendor\", \"product\", \"version\"]\n",
        ),
        ("acme/router/1/guide.md", "# Guide\n\nText.\n"),
        ("bolt/switch/1/guide.md", "# Guide\n\nText.\n"),
    ]);
    let answer = site.get("/api/v1/compare?document=guide&from=1&to=1").await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    let problem = answer.json();
    assert_eq!(problem["type"], "/docs#problem-ambiguous-name");
    assert_eq!(
        problem["nearest"],
        json!(["acme / router / guide", "bolt / switch / guide"])
    );
    let narrowed = "/api/v1/compare?document=guide&from=1&to=1&vendor=bolt";
    assert_eq!(site.get(narrowed).await.ok().json()["vendor"], "bolt");
}

#[tokio::test]
async fn what_has_not_changed_is_not_sent_again() {
    let site = small();
    let paths = [
        "/api/v1/search?query=port",
        "/api/v1/library",
        "/api/v1/documents",
        "/api/v1/chunks/acme::router::1::guide::0",
        "/api/v1/documents/acme::router::1::guide",
        "/api/v1/compare?document=guide&from=1&to=2",
        "/api/v1/chunks/acme::router::1::guide::0/history",
    ];
    for path in paths {
        let first = site.get(path).await.ok();
        let tag = first.header("etag").expect("a tag").to_owned();
        let again = site
            .get_with(path, &[("if-none-match", &format!("\"x\", {tag}"))])
            .await;
        assert_eq!(again.status, StatusCode::NOT_MODIFIED, "{path}");
        assert_eq!(
            (again.body.as_str(), again.header("etag")),
            ("", Some(tag.as_str()))
        );
        site.add(&[("acme/router/9/new.md", &format!("# {path}\n\nText.\n"))]);
        let changed = site.get_with(path, &[("if-none-match", &tag)]).await;
        assert_eq!(changed.status, StatusCode::OK, "{path}");
    }
}

#[tokio::test]
async fn large_answers_are_compressed_for_who_takes_that() {
    let site = small();
    let path = "/api/v1/search?query=port+frames";
    let plain = site.get(path).await.ok();
    assert_eq!(plain.header("content-encoding"), None);
    let request = Request::get(path)
        .header("host", "localhost")
        .header("accept-encoding", "gzip");
    let (parts, body) = site
        .bytes(request.body(Body::empty()).expect("a request"))
        .await;
    assert_eq!(parts.headers["content-encoding"], "gzip");
    let mut text = String::new();
    flate2::read::GzDecoder::new(body.as_slice())
        .read_to_string(&mut text)
        .expect("gzip");
    let unzipped: Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(ids(&unzipped["hits"]), ids(&plain.json()["hits"]));
}

/// Addresses that cannot be answered: status, kind, and a part of what is said.
const PROBLEMS: [(&str, u16, &str, &str); 32] = [
    (
        "/api/v1/search",
        400,
        "malformed-request",
        "missing field `query`",
    ),
    ("/api/v1/search?query=", 400, "refused-query", "is empty"),
    (
        "/api/v1/search?query=a&limit=0",
        400,
        "malformed-request",
        "1 to 100",
    ),
    (
        "/api/v1/search?query=a&limit=101",
        400,
        "malformed-request",
        "1 to 100",
    ),
    (
        "/api/v1/search?query=a&limit=ten",
        400,
        "malformed-request",
        "whole number",
    ),
    (
        "/api/v1/search?query=a&limit=1&limit=1",
        400,
        "malformed-request",
        "more than once",
    ),
    (
        "/api/v1/search?query=a&mode=Hybrid",
        400,
        "malformed-request",
        "unknown variant",
    ),
    (
        "/api/v1/search?query=a&explain=yes",
        400,
        "malformed-request",
        "true or false",
    ),
    (
        "/api/v1/search?query=a&per_document=0",
        400,
        "malformed-request",
        "per_document is 0, but must be 1 to 1000",
    ),
    (
        "/api/v1/search?query=a&per_product=1001",
        400,
        "malformed-request",
        "per_product is 1001, but must be 1 to 1000",
    ),
    (
        "/api/v1/search?query=a&per_product=-1",
        400,
        "malformed-request",
        "per_product is a whole number",
    ),
    (
        "/api/v1/search?query=a&diversity=1.5",
        400,
        "malformed-request",
        "diversity",
    ),
    (
        "/api/v1/search?query=a&diversity=-0.1",
        400,
        "malformed-request",
        "diversity",
    ),
    (
        "/api/v1/search?query=a&diversity=much",
        400,
        "malformed-request",
        "diversity is a number",
    ),
    (
        "/api/v1/search?query=a&apart=1",
        400,
        "malformed-request",
        "apart is true or false",
    ),
    (
        "/api/v1/search?query=a&facets=all",
        400,
        "malformed-request",
        "facets is true or false",
    ),
    (
        "/api/v1/search?query=a&vender=b",
        400,
        "malformed-request",
        "no parameter `vender`",
    ),
    (
        "/api/v1/search?query=a&vendor=acne",
        404,
        "unknown-value",
        "nearest are `acme`",
    ),
    (
        "/api/v1/search?query=a&cursor=1",
        409,
        "stale-cursor",
        "no cursor",
    ),
    (
        "/api/v1/chunks/acme::router::1::guide::9",
        404,
        "not-found",
        "no chunk",
    ),
    ("/api/v1/chunks/%00", 404, "not-found", "no chunk"),
    (
        "/api/v1/chunks/a::0?before=51",
        400,
        "malformed-request",
        "before",
    ),
    ("/api/v1/documents/none", 404, "not-found", "no document"),
    (
        "/api/v1/library?x=1",
        400,
        "malformed-request",
        "no parameter `x`",
    ),
    (
        "/api/v1/compare?document=guide&from=1",
        400,
        "malformed-request",
        "missing field `to`",
    ),
    (
        "/api/v1/compare?document=guide&from=1&to=2&limit=0",
        400,
        "malformed-request",
        "limit is 0, but must be 1 to 1000",
    ),
    (
        "/api/v1/compare?document=guide&from=1&to=3",
        404,
        "unknown-value",
        "no version `3`",
    ),
    (
        "/api/v1/compare?document=guide&from=1&to=2&section=x",
        404,
        "unknown-value",
        "no section `x`",
    ),
    (
        "/api/v1/compare?document=guide&from=1&to=2&cursor=x",
        409,
        "stale-cursor",
        "`x` is no cursor",
    ),
    (
        "/api/v1/chunks/acme::router::1::guide::99/history",
        404,
        "not-found",
        "no chunk",
    ),
    (
        "/api/v1/chunks/nothing/history",
        404,
        "not-found",
        "no chunk",
    ),
    (
        "/api/v1/nothing",
        404,
        "not-found",
        "nothing at this address",
    ),
];

#[tokio::test]
async fn what_cannot_be_answered_is_a_problem_document() {
    let site = small();
    let long = format!("/api/v1/search?query={}", "x".repeat(2049));
    let too_long = (long.as_str(), 400, "refused-query", "2049 characters");
    for (path, status, kind, detail) in PROBLEMS.into_iter().chain([too_long]) {
        let answer = site.get(path).await;
        assert_eq!(answer.status, status, "{path}: {}", answer.body);
        assert_eq!(
            answer.header("content-type"),
            Some("application/problem+json"),
            "{path}"
        );
        let problem = answer.json();
        assert_eq!(problem["type"], format!("/docs#problem-{kind}"), "{path}");
        assert_eq!(problem["status"], status);
        let said = problem["detail"].as_str().unwrap_or_default();
        assert!(said.contains(detail), "{path}: {said}");
    }
    let unknown = site.get("/api/v1/search?query=a&vendor=acne").await.json();
    assert_eq!(unknown["nearest"][0], "acme");
}

#[tokio::test]
async fn a_body_that_cannot_be_read_is_a_problem_document() {
    let site = small();
    let large = format!("{{\"query\": \"{}\"}}", "x".repeat(300 * 1024));
    let deep = "[".repeat(100_000);
    let expected = [
        ("application/json", "{", 400),
        ("application/json", "", 400),
        ("application/json", "null", 400),
        (
            "application/json",
            "{\"query\": \"a\", \"limit\": null}",
            400,
        ),
        ("application/json", "{\"query\": \"a\", \"colour\": 1}", 400),
        (
            "application/json",
            "{\"query\": \"a\", \"vendor\": \"acme\"}",
            400,
        ),
        ("application/json", &deep, 400),
        ("application/json", &large, 413),
        ("text/plain", "{\"query\": \"a\"}", 415),
    ];
    for (media_type, body, status) in expected {
        let request = Request::post("/api/v1/search")
            .header("host", "localhost")
            .header("content-type", media_type);
        let answer = site
            .send(request.body(body.to_owned().into()).expect("a request"))
            .await;
        let shown: String = body.chars().take(60).collect();
        assert_eq!(answer.status, status, "{shown}: {}", answer.body);
        assert_eq!(
            answer.header("content-type"),
            Some("application/problem+json"),
            "{shown}"
        );
    }
}

#[tokio::test]
async fn other_methods_are_refused_with_those_that_there_are() {
    let site = small();
    for (path, allowed) in [
        ("/api/v1/search", "GET,HEAD,POST"),
        ("/api/v1/library", "GET,HEAD"),
    ] {
        for method in ["PUT", "DELETE", "TRACE", "QUERY"] {
            let request = Request::builder()
                .method(method)
                .uri(path)
                .header("host", "localhost");
            let answer = site
                .send(request.body(Body::empty()).expect("a request"))
                .await;
            assert_eq!(
                answer.status,
                StatusCode::METHOD_NOT_ALLOWED,
                "{method} {path}"
            );
            assert_eq!(answer.header("allow"), Some(allowed), "{method} {path}");
            assert_eq!(answer.json()["type"], "/docs#problem-method-not-allowed");
        }
    }
}

#[tokio::test]
async fn every_answer_has_its_id_and_what_a_browser_may_do_with_it() {
    let site = small();
    for path in [
        "/",
        "/api/v1/library",
        "/nothing",
        "/api/v1/search",
        "/health/live",
        "/metrics",
    ] {
        let answer = site.get_with(path, &[("x-request-id", "trace-7")]).await;
        assert_eq!(answer.header("x-request-id"), Some("trace-7"), "{path}");
        let policy = answer.header("content-security-policy").expect("a policy");
        assert!(policy.starts_with("default-src 'none'"), "{policy}");
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
        assert_eq!(answer.header("referrer-policy"), Some("no-referrer"));
        assert_eq!(
            answer.header("cross-origin-opener-policy"),
            Some("same-origin")
        );
        assert_eq!(
            answer.header("cache-control"),
            Some("private, no-cache"),
            "{path}"
        );
        assert_eq!(answer.header("server"), None);
    }
    let own = site.get("/").await;
    assert!(own.header("x-request-id").is_some_and(|id| id.len() > 16));
}

#[tokio::test]
async fn searches_are_counted_wherever_they_come_from() {
    let site = small();
    site.get("/search?q=port").await.ok();
    site.get("/api/v1/search?query=port&mode=lexical")
        .await
        .ok();
    site.get("/api/v1/search?query=nowhere&mode=lexical")
        .await
        .ok();
    let metrics = site.get("/metrics").await.ok().body;
    for line in [
        "mcdewey_searches_total{mode=\"hybrid\"} 1",
        "mcdewey_searches_total{mode=\"lexical\"} 2",
        "mcdewey_searches_without_hits_total{mode=\"lexical\"} 1",
        "mcdewey_search_leg_duration_seconds_count{leg=\"embedding\"} 1",
        "mcdewey_search_leg_duration_seconds_count{leg=\"lexical\"} 3",
        "mcdewey_requests_total{method=\"GET\",route=\"/api/v1/search\",status=\"200\"} 2",
        "mcdewey_index_documents 3",
        "mcdewey_index_generation ",
    ] {
        assert!(metrics.contains(line), "no {line} in {metrics}");
    }
    assert!(!metrics.contains("nowhere"));
}

#[tokio::test]
async fn too_many_requests_at_a_time_are_refused_at_once() {
    let site = Site::with(&[MANIFEST, ("acme/router/1/guide.md", GUIDE)], |app| {
        app.with_max_requests(0)
    });
    for path in ["/", "/api/v1/library"] {
        let answer = site.get(path).await;
        assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE, "{path}");
        assert_eq!(answer.header("retry-after"), Some("1"));
    }
    assert_eq!(site.get("/health/live").await.status, StatusCode::OK);
}

#[tokio::test]
async fn the_description_names_every_route() {
    let site = small();
    let description = site.get("/openapi.json").await.ok().json();
    assert_eq!(description["openapi"], "3.1.0");
    let paths = description["paths"].as_object().expect("paths");
    let names: Vec<&str> = paths.keys().map(String::as_str).collect();
    let expected = [
        "/api/v1/chunks/{id}",
        "/api/v1/chunks/{id}/history",
        "/api/v1/compare",
        "/api/v1/documents",
        "/api/v1/documents/{id}",
        "/api/v1/library",
        "/api/v1/reindex",
        "/api/v1/search",
        "/api/v1/status",
        "/api/v1/status/documents",
    ];
    assert_eq!(names, expected);
    assert_eq!(description["security"], json!([{}, {"key": []}]));
}

#[tokio::test]
async fn the_description_promises_no_field_that_is_left_out() {
    let description = small().get("/openapi.json").await.ok().json();
    let report = &description["components"]["schemas"]["IngestReport"];
    assert!(report["properties"]["problems"].is_object());
    assert!(report["properties"]["details"].is_null());
    let required = report["required"].as_array().expect("fields");
    assert!(!required.contains(&json!("details")));
}
