//! The schemes by which vendors write their versions.

use serde::{Deserialize, Serialize};

/// How a vendor writes the versions of a product, and so how they are ordered.
///
/// Its name is the one in a manifest: `version_scheme = "cisco-ios"`.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum VersionScheme {
    /// Numbers, words and dates as most vendors write them: `6.5.0.21`, `7.0 U3c`, `16beta1`,
    /// `2012 R2 SP1`, `May 2024`. The default.
    #[default]
    General,
    /// Cisco IOS, IOS XE, NX-OS and ASA: `15.2(7)E3`, `17.09.04a`, `9.3(10)`.
    CiscoIos,
    /// Cisco Unified Communications: `14SU3`, which is `14.0(1)SU3`, and `11.5.1.21900-40`.
    CiscoUc,
    /// Juniper Junos OS: `22.4R3-S2`, `12.1X46-D40`, `21.4R3-S5-EVO`.
    Junos,
    /// Windows, client and server: `1909`, `22H2`, `2012 R2`, `10.0.19045.3803`.
    Windows,
    /// Semantic Versioning 2.0.0: `v1.30.0-alpha.1+build.5`.
    Semver,
    /// Dates, the year first or the month as a word: `2024-05-01`, `202405`, `1 May 2024`.
    Date,
    /// Debian packages: `5:20.10.24~3-0~debian-bookworm`.
    Debian,
}

impl VersionScheme {
    /// All of them, the default first.
    pub const ALL: [Self; 8] = [
        Self::General,
        Self::CiscoIos,
        Self::CiscoUc,
        Self::Junos,
        Self::Windows,
        Self::Semver,
        Self::Date,
        Self::Debian,
    ];

    /// The scheme of a name, written exactly as [`VersionScheme::name`] gives it.
    ///
    /// # Examples
    /// ```
    /// use mcdewey_core::shelf::VersionScheme;
    ///
    /// assert_eq!(VersionScheme::from_name("junos"), Some(VersionScheme::Junos));
    /// assert_eq!(VersionScheme::from_name("Junos"), None);
    /// ```
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scheme| scheme.name() == name)
    }

    /// Its name in a manifest.
    pub fn name(self) -> &'static str {
        match self {
            Self::General => "general",
            Self::CiscoIos => "cisco-ios",
            Self::CiscoUc => "cisco-uc",
            Self::Junos => "junos",
            Self::Windows => "windows",
            Self::Semver => "semver",
            Self::Date => "date",
            Self::Debian => "debian",
        }
    }
}
