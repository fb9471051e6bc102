use super::*;

fn same(one: &str, other: &str, scheme: VersionScheme) -> bool {
    version(one, scheme).same_release(&version(other, scheme))
}

fn assert_sorted(texts: &[&str], scheme: VersionScheme) {
    for pair in texts.windows(2) {
        let (older, newer) = (version(pair[0], scheme), version(pair[1], scheme));
        assert!(older < newer, "{older} < {newer}: {older:?} {newer:?}");
    }
}

#[test]
fn equal_is_equal_to_the_letter_and_one_release_may_be_written_differently() {
    for (one, other, scheme) in [
        ("17.09.04a", "17.9.4a", General),
        ("17.09.04a", "17.9.4a", CiscoIos),
        ("v15", "15", General),
        ("Version 15", "15", General),
        ("22.04 LTS", "22.04", General),
        ("7.0 Update 3", "7.0 U3", General),
        ("10.5 Service Pack 1", "10.5SP1", General),
        ("15-0-1", "15.0(1)", General),
        ("20240501", "2024-05-01", General),
        ("May 2024", "2024-05", General),
        ("IOS XE Cupertino 17.9.4a", "17.9.4a", CiscoIos),
        ("03.16.04b.S", "3.16.4bS", CiscoIos),
        ("14SU3", "14.0(1)SU3", CiscoUc),
        ("12.5", "12.5(1)", CiscoUc),
        ("Junos OS 22.4R3-S2", "22.4r3-s2", Junos),
        ("Windows Server 2012 R2", "2012 R2", Windows),
        ("Windows 10, version 1909", "10 1909", Windows),
        ("v1.2", "1.2.0+build.5", Semver),
        ("1.0", "0:1.0-0", Debian),
        ("01.05.2024", "1 May 2024", Date),
        ("202405", "May 2024", Date),
    ] {
        assert!(same(one, other, scheme), "{one} ~ {other}");
        assert_ne!(version(one, scheme), version(other, scheme));
    }
}

#[test]
fn a_number_more_is_another_release_unless_the_scheme_fills_it_in() {
    for scheme in [General, CiscoIos, Junos, Windows, Date] {
        assert!(!same("15", "15.0", scheme), "{scheme:?}");
    }
    assert!(same("15", "15.0(1)", CiscoUc));
    assert!(same("15", "15.0.0", Semver));
    assert!(!same("15", "15.0.1", Semver));
}

#[test]
fn versions_of_two_schemes_are_never_one_release() {
    assert!(!version("15", General).same_release(&version("15", Junos)));
    assert_ne!(version("15", General), version("15", Junos));
}

#[test]
fn pre_releases_come_before_the_release_and_supplements_after() {
    assert_sorted(
        &[
            "1.2.0-dev3",
            "1.2.0-alpha",
            "1.2.0-alpha2",
            "1.2.0-beta1",
            "1.2.0-EFT",
            "1.2.0-rc1",
            "1.2.0-rc10",
            "1.2.0",
            "1.2.0a",
            "1.2.0 Hotfix 1",
            "1.2.0 Patch 1",
            "1.2.0 U1",
            "1.2.0 SP1",
            "1.2.0 SP1 HF2",
            "1.2.0 SP2",
            "1.2.0 R2",
            "1.2.0.1",
            "1.2.1",
        ],
        General,
    );
    for text in [
        "17-ea",
        "1.2-beta",
        "2.0b6",
        "3.0 Release Candidate 1",
        "15 early access",
    ] {
        assert!(version(text, General).is_pre_release(), "{text}");
    }
    for text in ["17.9.4a", "R16B03", "7.0b", "1.0 SP1", "22.04 LTS"] {
        assert!(!version(text, General).is_pre_release(), "{text}");
    }
    // EA is a train of IOS.
    assert!(!version("15.2(4)EA3", CiscoIos).is_pre_release());
    assert!(version("17.12.1 EFT", CiscoIos).is_pre_release());
}

#[test]
fn words_before_the_first_number_are_a_label_that_orders_last() {
    assert_sorted(
        &["OTP-25.0-rc3", "25.0", "OTP-25.0", "OTP-25.0a", "OTP-25.1"],
        General,
    );
    assert!(version("OTP-25.3", General).starts_with("25"));
    assert!(version("OTP-25.3", General).starts_with("otp 25"));
    assert!(!version("OTP-25.3", General).starts_with("ERTS-25"));
    assert!(!same("Summer 2024", "Winter 2024", General));
}

#[test]
fn leading_zeros_do_not_count_and_numbers_have_any_length() {
    let long = "9".repeat(200);
    assert_sorted(
        &["9", "18446744073709551615", "18446744073709551616", &long],
        General,
    );
    assert!(same("1.000", "1.0", General));
    assert!(same(
        "018446744073709551616",
        "18446744073709551616",
        General
    ));
}

#[test]
fn any_text_is_a_version() {
    for scheme in VersionScheme::ALL {
        let texts = [
            "",
            "---",
            ".",
            "\u{1f600}",
            "\u{130}",
            "x\u{0}",
            "\u{661}\u{662}",
            ":",
            "~",
        ];
        let versions = versions(&texts, scheme);
        for (at, one) in versions.iter().enumerate() {
            let same = versions.iter().filter(|other| one.same_release(other));
            assert_eq!(same.count(), 1, "{scheme:?} {:?}", texts[at]);
        }
    }
}

#[test]
fn what_follows_256_characters_still_tells_versions_apart() {
    for scheme in VersionScheme::ALL {
        for long in [
            "1.".repeat(500_000),
            "\u{e9}".repeat(500_000),
            "9".repeat(1_000_000),
        ] {
            let (one, other) = (
                version(&(long.clone() + "1"), scheme),
                version(&long, scheme),
            );
            assert!(!one.same_release(&other), "{scheme:?}");
            assert!(one.starts_with(one.as_str()));
        }
    }
}

#[test]
fn ios_trains_stand_apart_and_others_do_not() {
    for (text, train) in [
        ("15.2(7)E3", Some("15.2E")),
        ("15.2(4)M11", Some("15.2M")),
        ("15.2(4)EA3", Some("15.2EA")),
        ("12.2(55)SE12", Some("12.2SE")),
        ("12.2(33)SXI4a", Some("12.2SXI")),
        ("3.16.4bS", Some("3S")),
        ("03.06.10.E", Some("3E")),
        ("12.4(25f)", None),
        ("12.3(8r)T8", Some("12.3T")),
        ("15.2(7)e3", Some("15.2E")),
        ("15.2E", Some("15.2E")),
        ("3.16S", Some("3S")),
        ("17.9.4a", None),
        ("16.12.10a", None),
        ("9.3(10)", None),
        ("10.2(3)F", None),
        ("7.0(3)I7(9)", None),
        ("9.16(4)19", None),
        ("", None),
    ] {
        assert_eq!(version(text, CiscoIos).train().as_deref(), train, "{text}");
    }
    assert_eq!(version("15.2(7)E3", General).train(), None);
}

#[test]
fn junos_has_special_trains_and_the_evolved_line() {
    for (text, train) in [
        ("12.1X46-D40", Some("12.1X46")),
        ("22.4R3-S2-EVO", Some("EVO")),
        ("22.4R3-S2", None),
        ("15.1F6-S12", None),
        ("evo", None),
    ] {
        assert_eq!(version(text, Junos).train().as_deref(), train, "{text}");
    }
}

#[test]
fn a_junos_spin_is_older_than_the_service_release_after_it() {
    assert_sorted(
        &[
            "22.4I1",
            "22.4A1",
            "22.4B1",
            "22.4",
            "22.4R1",
            "22.4R1.10",
            "22.4R1-S1",
            "22.4R1-S1.2",
            "22.4R1-S2",
            "22.4R2",
        ],
        Junos,
    );
    assert_sorted(
        &["22.4R3", "22.4R3-EVO", "22.4R3-S1", "22.4R3-S1-EVO"],
        Junos,
    );
    assert!(version("22.4B1", Junos).is_pre_release());
}

#[test]
fn windows_names_by_month_are_not_years() {
    assert_sorted(&["1909", "2004", "20H2", "22H2"], Windows);
    assert_sorted(
        &["Server 2003", "Server 2008", "Server 2012", "Server 2016"],
        Windows,
    );
    assert_sorted(
        &["10.0.19045.2003", "10.0.19045.2004", "10.0.19045.2006"],
        Windows,
    );
    assert_sorted(
        &["2016", "2016 hotfix 1", "2016 hotfix 2", "2016 hotfix 3"],
        Windows,
    );
    assert_sorted(&["10 1909", "10 20H2", "11 21H2"], Windows);
}

#[test]
fn debian_follows_dpkg() {
    assert_sorted(
        &[
            "1.0~rc1",
            "1.0",
            "1.0-1~bpo1",
            "1.0-1",
            "1.0-1+b1",
            "1.0a",
            "1.0+a",
            "1.0.1",
            "1.10",
            "1:0.5",
        ],
        Debian,
    );
    assert!(same("1.0", "1.0-0", Debian));
    assert!(same("1.0.", "1.0.0", Debian));
    assert!(version("1.0~rc1-1", Debian).is_pre_release());
    assert!(!version("5:20.10.24~3-0~debian-bullseye", Debian).is_pre_release());
    assert!(!version("3.0.11-1~deb12u1", Debian).is_pre_release());
    assert!(version("5:20.10.24~3-0~debian-bullseye", Debian).starts_with("20.10.24"));
    assert!(version("5:20.10.24", Debian).starts_with("5:20.10"));
    assert!(!version("5:20.10.24", Debian).starts_with("4:20.10"));
}

#[test]
fn semver_metadata_has_no_weight_and_identifiers_keep_their_case() {
    assert!(same("1.0.0+a", "1.0.0+b", Semver));
    assert_sorted(&["1.0.0-RC", "1.0.0-rc", "1.0.0"], Semver);
    assert!(!same("1.0.0+a", "1.0.0+b", General));
    assert!(version("1.0.0-0", Semver).is_pre_release());
    assert!(!version("1.0.0+rc-1", Semver).is_pre_release());
}

#[test]
fn dates_are_dates_however_they_are_written() {
    assert_sorted(
        &[
            "2023",
            "December 2023",
            "2024-05-01",
            "2 May 2024",
            "May 3, 2024",
            "20240504",
        ],
        General,
    );
    assert_sorted(&["12345678", "20249901"], General);
    assert!(!same("20249901", "2024-99-01", General));
    assert!(version("1 May 2024", General).starts_with("May 2024"));
    assert!(version("May 2024", General).starts_with("2024"));
}

#[test]
fn a_prefix_ends_where_a_component_ends() {
    for (text, prefix, scheme) in [
        ("15", "15", General),
        ("15.0(1)", "15", General),
        ("v15.1", "15", General),
        ("15.1", "v15", General),
        ("15SU2", "15", General),
        ("15.2(7)E3", "15.2", General),
        ("15.2(7)E3", "15.2", CiscoIos),
        ("15.2(7)E3", "15.2E", CiscoIos),
        ("15.2(7)E3", "15.2(7)", CiscoIos),
        ("10.2(3)F", "10.2(x)", CiscoIos),
        ("22.4R3-S2", "22.4", Junos),
        ("22.4R3-S2-EVO", "22.4R3-EVO", Junos),
        ("15.1", "15.x", General),
        ("15.1", "15.*", General),
        ("15.1.2", "15.X.x", General),
        ("14SU3", "14.0(1)", CiscoUc),
        ("14.0(1)SU3a", "14SU3", CiscoUc),
        ("1.2.3", "1.2", Semver),
        ("22H2", "22", Windows),
    ] {
        assert!(version(text, scheme).starts_with(prefix), "{text} {prefix}");
    }
    for (text, prefix, scheme) in [
        ("150", "15", General),
        ("1.15", "15", General),
        ("15", "15.0", General),
        ("15.20(7)E3", "15.2", CiscoIos),
        ("15.2(7)E3", "15.2M", CiscoIos),
        ("22.4R30", "22.4R3", Junos),
        ("22.4R3-S2", "22.4R3-EVO", Junos),
        ("1.20.0", "1.2", Semver),
        ("15", "", General),
        ("15", "*", General),
        ("15", ".x", General),
    ] {
        assert!(
            !version(text, scheme).starts_with(prefix),
            "{text} {prefix}"
        );
    }
}

#[test]
fn a_scheme_has_one_name_in_manifests_and_in_the_index() {
    for scheme in VersionScheme::ALL {
        assert_eq!(VersionScheme::from_name(scheme.name()), Some(scheme));
        let json = serde_json::to_string(&scheme).unwrap();
        assert_eq!(json, format!("\"{}\"", scheme.name()));
        assert_eq!(
            serde_json::from_str::<VersionScheme>(&json).unwrap(),
            scheme
        );
    }
    assert_eq!(VersionScheme::from_name("cisco"), None);
    assert_eq!(VersionScheme::default(), General);
}
