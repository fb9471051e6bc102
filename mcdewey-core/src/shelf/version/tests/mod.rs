//! One test a rule; what vendors really released is in `pairs.rs`, what holds for any text in
//! `properties.rs`.

mod pairs;
mod properties;
mod request;
mod rules;

use super::{Version, VersionRequest, VersionScheme};

use VersionScheme::{CiscoIos, CiscoUc, Date, Debian, General, Junos, Semver, Windows};

fn version(text: &str, scheme: VersionScheme) -> Version {
    Version::new(text, scheme)
}

fn versions(texts: &[&str], scheme: VersionScheme) -> Vec<Version> {
    texts.iter().map(|text| version(text, scheme)).collect()
}
