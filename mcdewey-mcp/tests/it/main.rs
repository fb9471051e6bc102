//! The server as its clients see it: in process, in both eras of the protocol, and as a program.

mod binary;
mod server;

use std::path::Path;

use mcdewey_core::{HashedEmbedder, Library};

/// Two versions of a manual below `folder/docs`, indexed in `folder/index`.
fn make_library(folder: &Path) -> Library {
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
    let library = library.with_embedder(HashedEmbedder::new()).unwrap();
    library.ingest(folder.join("docs")).unwrap();
    library
}

fn write(folder: &Path, path: &str, text: &str) {
    let path = folder.join("docs").join(path);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, text).unwrap();
}
