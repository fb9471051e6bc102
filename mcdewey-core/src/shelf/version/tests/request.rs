use super::*;
use crate::Error;

fn resolve<'t>(asked: &str, texts: &[&'t str], scheme: VersionScheme) -> Vec<&'t str> {
    let request = VersionRequest::parse(asked).unwrap();
    let found = request.resolve(&versions(texts, scheme));
    found.into_iter().map(|at| texts[at]).collect()
}

fn nearest<'t>(asked: &str, texts: &[&'t str]) -> Vec<&'t str> {
    let request = VersionRequest::parse(asked).unwrap();
    let found = request.nearest(&versions(texts, General));
    found.into_iter().map(|at| texts[at]).collect()
}

const UC: [&str; 6] = [
    "12.5(1)SU7a",
    "14.0(1)",
    "14.0(1)SU3",
    "15.0(1)",
    "15SU2",
    "v16",
];

#[test]
fn a_name_is_the_text_then_the_release_then_what_it_begins() {
    assert_eq!(resolve("v15", &["15", "V15", "15.1"], General), ["V15"]);
    assert_eq!(resolve("v15", &["15", "15.1"], General), ["15"]);
    assert_eq!(
        resolve("v15", &["15.0", "15.1", "150"], General),
        ["15.0", "15.1"]
    );
    assert_eq!(
        resolve("17.9.4a", &["17.09.04a", "17.9.4"], CiscoIos),
        ["17.09.04a"]
    );
    assert_eq!(resolve("14", &UC, CiscoUc), ["14.0(1)"]);
    assert_eq!(resolve("14.x", &UC[2..], CiscoUc), ["14.0(1)SU3"]);
    assert_eq!(
        resolve("15.2E", &["15.2(7)E3", "15.2(4)M11"], CiscoIos),
        ["15.2(7)E3"]
    );
    assert_eq!(resolve("17", &UC, CiscoUc), [""; 0]);
    assert_eq!(
        resolve("May 1, 2024", &["2024-05-01"], General),
        ["2024-05-01"]
    );
    assert_eq!(resolve("latest", &[], General), [""; 0]);
}

#[test]
fn latest_is_the_newest_release_of_each_train() {
    let ios = [
        "15.2(7)E3",
        "15.2(4)E10",
        "15.2(4)M11",
        "17.9.4a",
        "17.12.1",
        "17.12.1 EFT",
    ];
    assert_eq!(
        resolve("LATEST", &ios, CiscoIos),
        ["15.2(7)E3", "15.2(4)M11", "17.12.1"]
    );
    let junos = [
        "22.4R3-EVO",
        "22.4R3",
        "12.1X46-D86",
        "23.2R1-EVO",
        "23.2B1",
    ];
    assert_eq!(
        resolve("latest", &junos, Junos),
        ["22.4R3", "12.1X46-D86", "23.2R1-EVO"]
    );
    assert_eq!(
        resolve("latest", &["15", "15.0", "16-beta"], General),
        ["15.0"]
    );
}

#[test]
fn latest_is_a_pre_release_only_where_there_is_nothing_else() {
    assert_eq!(
        resolve("latest", &["16-beta", "16-rc1"], General),
        ["16-rc1"]
    );
    assert_eq!(resolve("latest", &["16-beta", "15"], General), ["15"]);
}

#[test]
fn latest_names_every_way_the_newest_release_is_written() {
    let texts = ["17.9.4a", "17.9.4", "17.09.04a"];
    assert_eq!(resolve("latest", &texts, General), ["17.9.4a", "17.09.04a"]);
}

#[test]
fn a_bound_stands_for_all_that_begins_with_it() {
    for (asked, expected) in [
        ("<15", &UC[..3]),
        ("<=14", &UC[..3]),
        (">14", &UC[3..]),
        (">=14", &UC[1..]),
        ("=15", &UC[3..5]),
        ("==15", &UC[3..5]),
        (">=14,<15", &UC[1..3]),
        ("  >= 14 , < 15 ", &UC[1..3]),
        (">=14 <15", &UC[1..3]),
        (">=14.x,<=15.*", &UC[1..5]),
        (">14SU3", &UC[3..]),
        ("<14SU3", &UC[..2]),
        (">=16,<14", &[]),
        (">=14,", &UC[1..]),
    ] {
        assert_eq!(resolve(asked, &UC, CiscoUc), expected, "{asked}");
    }
}

#[test]
fn a_bound_may_be_written_differently_and_leaves_out_its_own_pre_releases() {
    let texts = ["17.9.3", "17.09.04", "17.09.04a", "17.9.5"];
    assert_eq!(resolve("<=17.9.4a", &texts, CiscoIos), &texts[..3]);
    assert_eq!(resolve(">=17.9.4a", &texts, CiscoIos), &texts[2..]);
    assert_eq!(resolve(">17.9.4", &texts, CiscoIos), &texts[3..]);
    let texts = ["15-rc1", "15", "15.1"];
    assert_eq!(resolve(">=15", &texts, General), ["15", "15.1"]);
    assert_eq!(resolve("<15", &texts, General), [""; 0]);
    assert_eq!(
        resolve(">=15.0.0", &["v15.0.0-rc.1", "v15.0.0"], Semver),
        ["v15.0.0"]
    );
}

#[test]
fn a_bound_may_be_a_date_with_a_comma() {
    let texts = ["2024-04-30", "2024-05-01", "June 2024"];
    assert_eq!(resolve(">=May 1, 2024", &texts, Date), &texts[1..]);
    assert_eq!(
        resolve(">=May 1, 2024, <June 2024", &texts, Date),
        &texts[1..2]
    );
}

#[test]
fn the_nearest_are_below_and_above_in_turn() {
    let texts = ["16", "11", "12", "13", "15", "17", "18"];
    assert_eq!(nearest("14", &texts), ["13", "15", "12", "16", "11"]);
    assert_eq!(nearest("10", &texts), ["11", "12", "13", "15", "16"]);
    assert_eq!(nearest("19", &texts), ["18", "17", "16", "15", "13"]);
    assert_eq!(nearest(">=14,<15", &texts), ["13", "15", "12", "16", "11"]);
    assert_eq!(nearest("latest", &texts), ["18", "17", "16", "15", "13"]);
    assert_eq!(nearest("14", &["13"]), ["13"]);
    assert_eq!(nearest("14", &[]), [""; 0]);
}

#[test]
fn a_request_without_a_version_is_refused_with_what_to_write() {
    for (asked, message) in [
        (
            "",
            "no version is given; write one such as `15`, a range such as `>=14,<15`, or `latest`",
        ),
        (
            " \t",
            "no version is given; write one such as `15`, a range such as `>=14,<15`, or `latest`",
        ),
        (
            ">=",
            "`>=` has no version after `>=`; write one, such as `>=15`",
        ),
        (
            ">=14,<",
            "`>=14,<` has no version after `<`; write one, such as `<15`",
        ),
        (
            "> ,<15",
            "`> ,<15` has no version after `>`; write one, such as `>15`",
        ),
        (
            "=>14",
            "`=>14` has no version after `=`; write one, such as `=15`",
        ),
    ] {
        let error = VersionRequest::parse(asked).unwrap_err();
        assert_eq!(error.to_string(), message, "{asked}");
    }
}

#[test]
fn a_refused_request_is_a_setting_that_cannot_work() {
    let message = |asked| Error::from(VersionRequest::parse(asked).unwrap_err()).to_string();
    assert_eq!(
        message(" "),
        "version is empty, but must be a version such as `15`, a range such as `>=14,<15`, or `latest`"
    );
    assert_eq!(
        message(">="),
        "version is `>=`, but must be written with a version after `>=`, such as `>=15`"
    );
}

#[test]
fn a_request_is_shown_as_it_was_written() {
    let request = VersionRequest::parse(" >= 14 ").unwrap();
    assert_eq!(request.as_str(), ">= 14");
    assert_eq!(request.to_string(), ">= 14");
}
