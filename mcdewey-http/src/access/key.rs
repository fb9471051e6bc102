//! Keys: what a caller sends, and what of it a server keeps.

use std::fmt::Write;

use mcdewey_core::engine::Scope;
use serde::{Deserialize, Serialize};

/// What every key starts with, so that it is known for one where it turns up by mistake.
const PREFIX: &str = "mcdewey_";

/// Bytes of chance in a key. As many as its hash has: nobody guesses one, so a fast hash is enough.
const RANDOM_BYTES: usize = 32;

/// Names the hash in a configuration file.
const HASH: &str = "blake3:";

/// A key that a server accepts: `[[keys]]` of its configuration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "KeyTable", into = "KeyTable")]
#[non_exhaustive]
pub struct Key {
    /// Whose it is, for logs.
    pub name: String,
    /// `blake3:` and the BLAKE3 hash of the key, in hexadecimal. The key itself is never stored.
    pub hash: KeyHash,
    /// Whether it may see the state of the server and start an update of the index. Default: no.
    pub admin: bool,
    /// What it may read.
    pub reads: Reads,
}

/// A key as a table: what it reads stands beside its name.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct KeyTable {
    name: String,
    hash: KeyHash,
    #[serde(default)]
    admin: bool,
    #[serde(default)]
    vendors: Vec<String>,
    #[serde(default)]
    products: Vec<String>,
    #[serde(default)]
    versions: Vec<String>,
    #[serde(default)]
    groups: Vec<String>,
}

/// What a caller may read: documents that stand at one of the places of each list, and that their
/// manifest does not keep for groups that are not here.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct Reads {
    /// Vendors. Default: all.
    pub vendors: Vec<String>,
    /// Products. Default: all.
    pub products: Vec<String>,
    /// Versions. Default: all.
    pub versions: Vec<String>,
    /// Groups of a manifest's `access`. Default: none.
    pub groups: Vec<String>,
}

/// The hash of a key. Two are compared in constant time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct KeyHash(blake3::Hash);

impl From<KeyTable> for Key {
    fn from(table: KeyTable) -> Self {
        Self {
            name: table.name,
            hash: table.hash,
            admin: table.admin,
            reads: Reads {
                vendors: table.vendors,
                products: table.products,
                versions: table.versions,
                groups: table.groups,
            },
        }
    }
}

impl From<Key> for KeyTable {
    fn from(key: Key) -> Self {
        Self {
            name: key.name,
            hash: key.hash,
            admin: key.admin,
            vendors: key.reads.vendors,
            products: key.reads.products,
            versions: key.reads.versions,
            groups: key.reads.groups,
        }
    }
}

impl Reads {
    /// As the library's own scope.
    pub fn to_scope(&self) -> Scope {
        self.narrow(Scope::public().with_groups(self.groups.clone()))
    }

    fn narrow(&self, scope: Scope) -> Scope {
        scope
            .with_vendors(self.vendors.clone())
            .with_products(self.products.clone())
            .with_versions(self.versions.clone())
    }
}

impl Key {
    /// Makes a key for `name` that reads everything no group is kept for: the text to send, which
    /// is stored nowhere, and what a server keeps of it.
    ///
    /// # Errors
    /// If the system has no random numbers.
    pub fn generate(name: impl Into<String>) -> anyhow::Result<(String, Self)> {
        let mut random = [0; RANDOM_BYTES];
        getrandom::fill(&mut random)
            .map_err(|error| anyhow::anyhow!("the system gives no random numbers: {error}"))?;
        let mut text = PREFIX.to_owned();
        for byte in random {
            write!(text, "{byte:02x}").expect("a string takes all");
        }
        let key = Self {
            name: name.into(),
            hash: KeyHash::of(&text),
            admin: false,
            reads: Reads::default(),
        };
        Ok((text, key))
    }

    /// What it opens. An administrator reads what is kept for groups too.
    pub fn scope(&self) -> Scope {
        if self.admin {
            return self.reads.narrow(Scope::everything());
        }
        self.reads.to_scope()
    }
}

impl KeyHash {
    /// The hash of a key as it is sent.
    pub fn of(key: &str) -> Self {
        Self(blake3::hash(key.as_bytes()))
    }
}

impl From<KeyHash> for String {
    fn from(hash: KeyHash) -> Self {
        format!("{HASH}{}", hash.0.to_hex())
    }
}

impl TryFrom<String> for KeyHash {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let hash = text
            .strip_prefix(HASH)
            .and_then(|hex| blake3::Hash::from_hex(hex).ok());
        hash.map(Self).ok_or_else(|| {
            format!("a hash is `{HASH}` and 64 hexadecimal digits; `mcdewey key NAME` makes one")
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_known_by_its_hash_alone() {
        let (text, key) = Key::generate("support").unwrap();
        let (other, _) = Key::generate("support").unwrap();
        assert_ne!(text, other);
        assert_eq!(text.len(), PREFIX.len() + 2 * RANDOM_BYTES);
        assert_eq!(key.hash, KeyHash::of(&text));
        assert_ne!(key.hash, KeyHash::of(&other));
        let stored = String::from(key.hash);
        assert_eq!(KeyHash::try_from(stored.clone()), Ok(key.hash));
        assert!(!stored.contains(&text[PREFIX.len()..]));
    }

    #[test]
    fn a_key_in_place_of_its_hash_is_refused() {
        let (text, _) = Key::generate("support").unwrap();
        assert!(KeyHash::try_from(text).is_err());
        assert!(KeyHash::try_from("blake3:12".to_owned()).is_err());
    }

    #[test]
    fn groups_are_for_their_members_and_for_administrators() {
        let (_, mut key) = Key::generate("support").unwrap();
        key.reads.vendors.push("acme".to_owned());
        let acme = Scope::public().with_vendors(["acme"]);
        assert_eq!(key.scope(), acme);
        key.reads.groups.push("partners".to_owned());
        assert_eq!(key.scope(), acme.with_groups(["partners"]));
        key.admin = true;
        assert_eq!(key.scope(), Scope::everything().with_vendors(["acme"]));
    }
}
