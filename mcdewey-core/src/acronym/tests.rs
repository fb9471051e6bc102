use std::time::Duration;

use proptest::prelude::*;

use super::*;
use crate::effort;
use crate::parse::{Format, parse};

/// What a document of Markdown defines, as `SHORT = long`.
fn found(markdown: &str) -> Vec<String> {
    let document = parse(Format::Markdown, markdown.as_bytes());
    let written = |acronym: Acronym| format!("{} = {}", acronym.short, acronym.long);
    acronyms(&document).into_iter().map(written).collect()
}

#[test]
fn both_orders_are_found() {
    let expected = ["CUCM = Cisco Unified Communications Manager"];
    for text in [
        "Install Cisco Unified Communications Manager (CUCM) first.",
        "Install CUCM (Cisco Unified Communications Manager) first.",
        "Install CUCM (the Cisco Unified Communications Manager, once more) first.",
        "# Cisco Unified Communications Manager (CUCM)",
        "The **Cisco Unified\nCommunications Manager** (`CUCM`, for short).",
        "See the guide. Cisco Unified Communications Manager (\"CUCM\") is meant.",
    ] {
        assert_eq!(found(text), expected, "{text}");
    }
}

#[test]
fn a_long_form_gives_a_letter_a_word_and_more_where_it_must() {
    for (text, pair) in [
        ("Quality of Service (QoS)", "QoS = Quality of Service"),
        ("an IP security tunnel (IPST)", "IPST = IP security tunnel"),
        (
            "the Internet Protocol Security (IPsec)",
            "IPsec = Internet Protocol Security",
        ),
        (
            "an Open vSwitch Database (OVSDB)",
            "OVSDB = Open vSwitch Database",
        ),
        (
            "a virtual eXtensible LAN (VXLAN)",
            "VXLAN = virtual eXtensible LAN",
        ),
        (
            "the Extensible Markup Language (XML)",
            "XML = Extensible Markup Language",
        ),
        (
            "a command-line interface (CLI)",
            "CLI = command-line interface",
        ),
        ("a keyed hash-based MAC (HMAC)", "HMAC = hash-based MAC"),
        (
            "Layer 2 Tunneling Protocol (L2TP)",
            "L2TP = Layer 2 Tunneling Protocol",
        ),
        (
            "the old Secure Sockets Layer (SSL)",
            "SSL = Secure Sockets Layer",
        ),
        (
            "Operations & Maintenance (O&M)",
            "O&M = Operations & Maintenance",
        ),
        ("some virtual CPUs (vCPUs)", "vCPU = virtual CPUs"),
        ("the program manager's (PM) plan", "PM = program manager"),
        (
            "edit access control lists (ACLs)",
            "ACL = access control lists",
        ),
        ("the office suite LibreOffice (LO)", "LO = LibreOffice"),
    ] {
        assert_eq!(found(text), [pair], "{text}");
    }
}

#[test]
fn what_only_looks_like_a_definition_is_none() {
    for text in [
        "Set the name of the option (Optional).",
        "Call open(Host) and eldap:paged(CA).",
        "Use the [Access Control List](ACL).",
        "Access is controlled. Lists (ACL) are long.",
        "the identifier (ID)",
        "the plugin EnergyIPMIFrequency (IPMI)",
        "an IP address (IP)",
        "of the information technology (IT)",
        "access control list, (ACL)",
        "a control list (ACL)",
        "access control list (ACL (IP))",
        "an access list of control (ABC)",
        "VLAN (a LAN that is virtual)",
        "```\nan access control list (ACL)\n```",
    ] {
        assert_eq!(found(text), [""; 0], "{text}");
    }
}

#[test]
fn a_glossary_defines_line_by_line_and_row_by_row() {
    for line in [
        "ACL - access control list",
        "ACL  access control list; see there.",
        "**ACL**: An access control list says who may.",
        "- ACL \u{2013} access control list. It says who may.",
        "ACL\naccess control list",
        "ACL\n\naccess control list",
        "| ACL | access control list |\n|---|---|\n| x | y |",
        "| No. | Term | Meaning |\n|---|---|---|\n| 1 | ACL | access control list |",
    ] {
        let expected = ["ACL = access control list"];
        for heading in ["Glossary", "List of Abbreviations", "Terms and acronyms"] {
            let text = format!("# {heading}\n\n## A\n\n{line}\n");
            assert_eq!(found(&text), expected, "{text}");
        }
        let elsewhere = format!("# Glossary\n\n# Rules\n\n{line}\n");
        assert_eq!(found(&elsewhere), [""; 0], "{elsewhere}");
    }
    let table = "| Acronym | Meaning |\n|---|---|\n| ACL | access control list |";
    assert_eq!(found(table), ["ACL = access control list"]);
}

#[test]
fn a_pair_is_told_once_and_two_meanings_are_told_both() {
    let text = "A Media Access Control (MAC) address, a media access control (MAC) address, \
                and a message authentication code (MAC).";
    assert_eq!(
        found(text),
        [
            "MAC = Media Access Control",
            "MAC = message authentication code"
        ]
    );
}

#[test]
fn no_more_are_told_of_a_document_than_fit_its_record() {
    let letter = |n: u8| char::from(b'A' + n);
    let all: Vec<String> = (0..26)
        .flat_map(|a| (0..26).map(move |b| (letter(a), letter(b))))
        .map(|(a, b)| format!("Some {a}a {b}b Zz ({a}{b}Z) here.\n\n"))
        .collect();
    assert!(all.len() > MAX_ACRONYMS);
    assert_eq!(found(&all.concat()).len(), MAX_ACRONYMS);
}

#[test]
fn hostile_text_takes_time_in_proportion_to_its_length() {
    let text_of = |part: &str| part.repeat((1 << 20) / part.len());
    let hostile = [
        text_of("("),
        text_of("A("),
        text_of("(AB)"),
        text_of("a a a a a a (AAAAAAAAAA)"),
        text_of(&format!(
            "{} (AAAAAAAAAA) ",
            "aaaaaaaaaaaaaaaaaaaaaaa ".repeat(15)
        )),
        text_of("AAAAAAAAAA (aaaaaaaaaaaaaaaa aaaaaaaaaaaa aaaaaaaaaaaa aaaaaaaaaa aaaaaa)"),
        format!("{}{}", " ".repeat(1 << 19), text_of("(AB) ")),
    ];
    for text in hostile {
        let document = parse(Format::Plain, text.as_bytes());
        let (_, effort) = effort::of(|| acronyms(&document));
        // Unoptimised on a slow machine a place takes some microseconds.
        let start: String = text.trim_start().chars().take(40).collect();
        assert!(effort < Duration::from_secs(5), "{effort:?} for {start}");
    }
}

proptest! {
    #[test]
    fn whatever_the_text_forms_are_what_they_promise_and_stand_in_it(
        text in "(A|b|C[a-z]{0,3}|é|ß|İ|[A-Z]{2,4}|[a-z]{1,8}|\\PC| |, |\\. |-|\n|\\(|\\)|\\| ?|# Glossary\n\n|\\([A-Z]{2,4}\\)){0,60}",
    ) {
        let document = parse(Format::Markdown, text.as_bytes());
        // Mark-up is taken out of long forms, and white space is made one space.
        let bare = |text: &str| -> String {
            text.chars().filter(|c| c.is_alphanumeric()).collect()
        };
        let whole = bare(&document.text);
        for Acronym { short, long } in acronyms(&document) {
            prop_assert!(document.text.contains(&short), "{short} = {long}");
            prop_assert!(whole.contains(&bare(&long)), "{short} = {long}");
            prop_assert!((2..=10).contains(&short.chars().count()), "{short}");
            prop_assert!(short.chars().any(char::is_uppercase), "{short}");
            let n_words = analyze::tokens(&long).count();
            let n_letters = short.chars().filter(|c| c.is_alphanumeric()).count();
            prop_assert!((1..=2 * n_letters).contains(&n_words), "{short} = {long}");
        }
    }

    #[test]
    fn what_is_written_out_by_initials_is_found(
        words in prop::collection::vec("[A-Z][a-z]{3,8}", 2..7),
    ) {
        let short: String = words.iter().map(|word| &word[..1]).collect();
        prop_assume!(Short::new(&short).is_some());
        let long = words.join(" ");
        let text = format!("{long} ({short}) is meant.");
        let found = found(&text);
        prop_assert_eq!(found.len(), 1);
        prop_assert!(found[0].ends_with(words.last().expect("two or more")), "{}", found[0]);
    }
}
