//! The server as its clients see it: in process, in both eras of the protocol, and as a program.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod arbitrary;
mod binary;
mod client;
mod http;
mod limits;
mod menus;
mod server;
mod snapshots;
mod tools;

use std::path::Path;

use mcdewey_core::embed::Role;
use mcdewey_core::{Embedder, HashedEmbedder, Library};

/// Two versions of a manual below `folder/docs`, indexed in `folder/index`.
fn make_library(folder: &Path) -> Library {
    make_library_with(folder, HashedEmbedder::new())
}

fn make_library_with(folder: &Path, embedder: impl Embedder + 'static) -> Library {
    write(
        folder,
        "router/9.1/vlan.md",
        "# VLANs\n\n## Page 7\n\n## Native VLAN\n\nUntagged frames belong to the native VLAN.\n",
    );
    write(
        folder,
        "router/9.2/vlan.md",
        "# VLANs\n\n## Native VLAN\n\nUntagged frames are dropped since 9.2.\n",
    );
    let library = Library::open_or_create(&folder.join("index")).unwrap();
    let library = library.with_embedder(embedder).unwrap();
    library.ingest(folder.join("docs")).unwrap();
    library
}

fn write(folder: &Path, path: &str, text: &str) {
    let path = folder.join("docs").join(path);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, text).unwrap();
}

type Before = Box<dyn Fn(&[&str]) + Send + Sync>;

/// The hashed embedder, but for one thing.
struct Altered {
    hashed: HashedEmbedder,
    fingerprint: String,
    /// Told the texts before they are embedded.
    before: Before,
}

impl std::fmt::Debug for Altered {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.fingerprint)
    }
}

impl Altered {
    fn new(before: impl Fn(&[&str]) + Send + Sync + 'static) -> Self {
        let hashed = HashedEmbedder::new();
        Self {
            fingerprint: hashed.fingerprint().to_owned(),
            hashed,
            before: Box::new(before),
        }
    }

    /// Panics on the text `panic`.
    fn panicking() -> Self {
        Self::new(|texts| assert!(!texts.contains(&"panic"), "as the test asks"))
    }

    /// Calls itself by another name.
    fn foreign() -> Self {
        Self {
            fingerprint: "foreign:1".to_owned(),
            ..Self::new(|_| ())
        }
    }
}

impl Embedder for Altered {
    fn name(&self) -> &str {
        &self.fingerprint
    }

    fn fingerprint(&self) -> &str {
        &self.fingerprint
    }

    fn runtime(&self) -> String {
        self.hashed.runtime()
    }

    fn dim(&self) -> usize {
        self.hashed.dim()
    }

    fn token_limit(&self) -> usize {
        self.hashed.token_limit()
    }

    fn count_tokens(&self, text: &str) -> usize {
        self.hashed.count_tokens(text)
    }

    fn embed(&self, texts: &[&str], role: Role) -> mcdewey_core::Result<Vec<Vec<f32>>> {
        (self.before)(texts);
        self.hashed.embed(texts, role)
    }
}
