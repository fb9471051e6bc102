//! Several versions of a manual: one hit for a passage, and no version in place of another.

use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::site::Site;

const VLAN: &str = "Untagged frames that arrive on a trunk belong to its native VLAN, which is \
                    VLAN 1 unless another one was chosen for the port.";

fn shelves() -> Site {
    let changed = VLAN.replace("VLAN 1", "VLAN 4000");
    let guide = |text: &str| format!("# Guide\n\n## Native VLAN\n\n{text}\n");
    let old = guide(VLAN) + "\n## Vampire taps\n\nA tap is screwed into the coaxial cable.\n";
    Site::open(&[
        (
            "mcdewey.toml",
            "levels = [\"vendor\", \"product\", \"version\"]\n",
        ),
        ("acme/os/9.3(10)/guide.md", old.as_str()),
        ("acme/os/10.2(1)/mcdewey.toml", "end_of_life = 2027-03-31\n"),
        ("acme/os/10.2(1)/guide.md", &guide(VLAN)),
        ("acme/os/10.2(3)/guide.md", &guide(&changed)),
        (
            "bolt/switch/7/notes.txt",
            "A trunk of a switch, with a native VLAN.\n",
        ),
    ])
}

fn versions(answer: &Value) -> Vec<&str> {
    let hits = answer["hits"].as_array().expect("hits").iter();
    hits.map(|hit| hit["version"].as_str().expect("a version"))
        .collect()
}

async fn search(site: &Site, more: &str) -> Value {
    let path = format!("/api/v1/search?query=untagged+frames+native+vlan&mode=lexical{more}");
    site.get(&path).await.ok().json()
}

#[tokio::test]
async fn a_passage_of_three_versions_is_one_hit_in_the_newest() {
    let site = shelves();
    let answer = search(&site, "&vendor=acme").await;
    assert_eq!(versions(&answer), ["10.2(3)"]);
    let hit = &answer["hits"][0];
    assert_eq!(hit["also_in"], json!([]));
    assert_eq!(hit["changed_in"], json!(["10.2(1)", "9.3(10)"]));
    assert_eq!(hit["newest"], Value::Null);
    assert_eq!(answer["versions"], json!({"requested": [], "resolved": []}));

    let all = search(&site, "&vendor=acme&all_versions=true").await;
    let mut found = versions(&all);
    found.sort_unstable();
    assert_eq!(found, ["10.2(1)", "10.2(3)", "9.3(10)"]);

    let only_old = "/api/v1/search?query=vampire+tap&mode=lexical";
    let answer = site.get(only_old).await.ok().json();
    assert_eq!(versions(&answer), ["9.3(10)"]);
}

#[tokio::test]
async fn versions_are_asked_for_by_name_beginning_range_and_latest() {
    let site = shelves();
    for (asked, resolved, shown) in [
        ("10.2(1)", vec!["10.2(1)"], "10.2(1)"),
        ("10.2", vec!["10.2(1)", "10.2(3)"], "10.2(3)"),
        ("%3C10", vec!["9.3(10)"], "9.3(10)"),
        ("%3E%3D9,%3C10.2(2)", vec!["10.2(1)", "9.3(10)"], "10.2(1)"),
        ("latest", vec!["10.2(3)"], "10.2(3)"),
    ] {
        let answer = search(&site, &format!("&vendor=acme&version={asked}")).await;
        assert_eq!(versions(&answer), [shown], "{asked}");
        let found = answer["versions"]["resolved"].as_array().expect("versions");
        let found: Vec<_> = found.iter().map(|version| &version["version"]).collect();
        assert_eq!(found, resolved, "{asked}");
    }
    // Of each product its own newest.
    let answer = search(&site, "&version=latest").await;
    let mut found = versions(&answer);
    found.sort_unstable();
    assert_eq!(found, ["10.2(3)", "7"]);
}

#[tokio::test]
async fn a_version_that_is_not_there_is_refused_with_the_nearest_in_order() {
    let site = shelves();
    let path = "/api/v1/search?query=vlan&vendor=acme&version=10.1";
    let answer = site.get(path).await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    let detail = answer.json()["detail"]
        .as_str()
        .expect("a sentence")
        .to_owned();
    let expected = "no version `10.1` in this library, vendor acme; the nearest are `9.3(10)`, \
                    `10.2(1)`, `10.2(3)`";
    assert_eq!(detail, expected);
    let answer = site.get("/api/v1/search?query=vlan&version=%3E%3D").await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn a_page_of_an_old_version_leads_to_the_newest() {
    let site = shelves();
    let newest = "/chunk/acme::os::10.2%283%29::guide::0";
    let page = site
        .get("/chunk/acme::os::10.2(1)::guide::0")
        .await
        .ok()
        .body;
    for part in [
        "There is a newer version: ",
        &format!("<a href=\"{newest}\">this passage in 10.2(3)</a>"),
        "Also in 9.3(10)",
        "With other words in 10.2(3)",
        "End of life: 2027-03-31",
    ] {
        assert!(page.contains(part), "no {part} in {page}");
    }
    let page = site.get(newest).await.ok().body;
    assert!(!page.contains("There is a newer version"), "{page}");
    let page = site.get("/doc/acme::os::9.3(10)::guide").await.ok().body;
    assert!(page.contains("this section in 10.2(3)"), "{page}");
}

#[tokio::test]
async fn results_say_which_versions_answered_and_offer_all() {
    let site = shelves();
    let page = site
        .get("/search?q=untagged+frames&vendor=acme&version=10.2")
        .await
        .ok()
        .body;
    for part in [
        "Only os 10.2(1), os 10.2(3)",
        "versions=all",
        "With other words in ",
    ] {
        assert!(page.contains(part), "no {part} in {page}");
    }
    let all = site
        .get("/search?q=untagged+frames&vendor=acme&versions=all")
        .await
        .ok()
        .body;
    assert!(
        all.contains("chunk/acme::os::9.3%2810%29::guide::0"),
        "{all}"
    );
    let wrong = site.get("/search?q=frames&versions=some").await;
    assert_eq!(wrong.status, StatusCode::BAD_REQUEST);
}
