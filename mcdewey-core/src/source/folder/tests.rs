use std::fs;

use super::*;
use crate::source;

/// A docs root with `files`, each a path and its content.
fn docs(files: &[(&str, &str)]) -> tempfile::TempDir {
    let docs = tempfile::tempdir().unwrap();
    for (path, content) in files {
        let path = docs.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }
    docs
}

fn scan_docs(docs: &tempfile::TempDir) -> Result<Scan> {
    source::scan(docs.path(), &|path| path.extension() == Some("md"))
}

fn scan_files(files: &[(&str, &str)]) -> Scan {
    scan_docs(&docs(files)).unwrap()
}

fn sources(scan: &Scan) -> Vec<&str> {
    scan.items.iter().map(|item| item.source.as_str()).collect()
}

fn problems(scan: &Scan) -> Vec<(&str, ProblemKind)> {
    let problems = scan.problems.iter();
    problems
        .map(|found| (found.source.as_str(), found.problem.kind))
        .collect()
}

#[test]
fn a_file_is_an_item_with_id_shelf_and_path() {
    let docs = docs(&[("cucm/v15/tapi-dev-guide/tapi-dev-guide.md", "# TAPI")]);
    let scan = scan_docs(&docs).unwrap();
    let item = &scan.items[0];
    assert_eq!(
        item.id.as_str(),
        "cucm::v15::tapi-dev-guide::tapi-dev-guide"
    );
    assert_eq!(item.source, "cucm/v15/tapi-dev-guide/tapi-dev-guide.md");
    assert_eq!(item.shelf.version.as_deref(), Some("v15"));
    let root = DocsRoot::open(docs.path()).unwrap();
    let path = SourcePath::new(item.source.as_str()).unwrap();
    assert_eq!(item.content, Content::File(root.file(path)));
    assert_eq!((scan.items.len(), scan.problems.len()), (1, 0));
}

#[test]
fn items_are_ordered_by_the_bytes_of_their_path() {
    let scan = scan_files(&[("a/x.md", ""), ("a.md", ""), ("b.md", ""), ("B.md", "")]);
    assert_eq!(sources(&scan), ["B.md", "a.md", "a/x.md", "b.md"]);
}

#[test]
fn only_files_that_become_items_compete_for_an_id() {
    let scan = scan_files(&[("a.html", ""), ("a.md", "")]);
    assert_eq!(scan.items[0].id.as_str(), "a");
}

#[test]
fn a_known_format_is_reported_and_anything_else_is_passed_over() {
    let scan = scan_files(&[("a.pdf", ""), ("a.png", ""), ("COPYRIGHT", "")]);
    assert_eq!(problems(&scan), [("a.pdf", ProblemKind::UnsupportedFormat)]);
    assert_eq!(sources(&scan), [""; 0]);
    let other = [("png", 1), ("", 1)].map(|(name, n)| (name.to_owned(), n));
    assert_eq!(scan.passed_over.other, other.into());
}

#[test]
fn hidden_names_are_skipped() {
    let scan = scan_files(&[(".git/a.md", ""), (".a.md", ""), (".a.pdf", "")]);
    assert_eq!(sources(&scan), [""; 0]);
    assert_eq!(problems(&scan), []);
    assert_eq!(scan.passed_over.hidden, 3);
}

#[test]
fn a_manifest_applies_below_its_folder_only() {
    let scan = scan_files(&[
        (
            "p/mcdewey.toml",
            "vendor = 'V'\n[document.'v1/a.md']\ntitle = 'T'",
        ),
        ("p/v1/a.md", ""),
        ("q/a.md", ""),
    ]);
    assert_eq!(scan.items[0].shelf.vendor.as_deref(), Some("V"));
    assert_eq!(scan.items[0].shelf.title.as_deref(), Some("T"));
    assert_eq!(scan.items[1].shelf.vendor, None);
}

#[test]
fn ignored_files_and_folders_are_not_even_reported() {
    let scan = scan_files(&[
        ("mcdewey.toml", "ignore = ['drafts/**', '*.pdf']"),
        ("drafts/mcdewey.toml", "broken"),
        ("drafts/a.md", ""),
        ("x/a.pdf", ""),
        ("x/a.md", ""),
    ]);
    assert_eq!(sources(&scan), ["x/a.md"]);
    assert_eq!(problems(&scan), []);
}

#[test]
fn no_glob_hides_a_manifest() {
    let scan = scan_files(&[
        ("mcdewey.toml", "ignore = ['*.toml']"),
        ("p/mcdewey.toml", "access = ['staff']"),
        ("p/a.md", ""),
    ]);
    assert_eq!(scan.items[0].shelf.access, ["staff"]);
}

#[test]
fn a_broken_manifest_anywhere_stops_the_scan() {
    let docs = docs(&[("a.md", ""), ("p/q/mcdewey.toml", "acess = ['staff']")]);
    let message = scan_docs(&docs).unwrap_err().to_string();
    assert!(
        message.ends_with("p/q/mcdewey.toml:1: unknown key `acess`; did you mean `access`?"),
        "{message}"
    );
}

#[test]
fn a_table_for_a_file_that_is_not_there_stops_the_scan() {
    let docs = docs(&[("p/mcdewey.toml", "[document.'a.md']"), ("a.md", "")]);
    assert!(matches!(
        scan_docs(&docs),
        Err(Error::Manifest { line: Some(1), .. })
    ));
}

#[test]
fn a_folder_that_cannot_be_read_is_reported_and_remembered() {
    // Permissions do not stop root, who may run this test; a folder that has just gone does.
    let docs = docs(&[]);
    let root = DocsRoot::open(docs.path()).unwrap();
    let mut walk = Walk::new(root, &|_| true);
    walk.subfolder(SourcePath::new("gone").unwrap()).unwrap();
    let scan = walk.finish();
    assert_eq!(problems(&scan), [("gone", ProblemKind::Unreadable)]);
    assert_eq!(scan.unread_folders, [SourcePath::new("gone").unwrap()]);
}

#[test]
fn an_ignore_file_has_the_syntax_of_git_and_git_s_own_is_not_asked() {
    let scan = scan_files(&[
        (".gitignore", "*.md"),
        (".mcdeweyignore", "# drafts\n/drafts/\n*.old.md\n"),
        ("drafts/a.md", ""),
        ("p/drafts/a.md", ""),
        ("p/b.old.md", ""),
        ("p/q/.mcdeweyignore", "!b.old.md"),
        ("p/q/b.old.md", ""),
        ("p/q/c.old.md", ""),
    ]);
    assert_eq!(sources(&scan), ["p/drafts/a.md", "p/q/b.old.md"]);
    assert_eq!(problems(&scan), []);
}

#[test]
fn a_broken_ignore_file_stops_the_scan() {
    let docs = docs(&[("p/.mcdeweyignore", "a\n[b"), ("p/a.md", "")]);
    let message = scan_docs(&docs).unwrap_err().to_string();
    assert!(message.contains("p/.mcdeweyignore:2: "), "{message}");
}

#[test]
fn an_endless_manifest_stops_the_scan() {
    let docs = docs(&[("a.md", "")]);
    let manifest = fs::File::create(docs.path().join("mcdewey.toml")).unwrap();
    manifest.set_len(1 << 40).unwrap();
    let message = scan_docs(&docs).unwrap_err().to_string();
    assert!(message.contains("longer than"), "{message}");
}

#[test]
fn folders_are_walked_to_a_depth_that_no_stack_minds() {
    let deep = "d/".repeat(MAX_DEPTH + 10);
    let docs = docs(&[(&format!("{deep}a.md"), ""), ("b.md", "")]);
    let scan = scan_docs(&docs).unwrap();
    assert_eq!(sources(&scan), ["b.md"]);
    assert_eq!(scan.problems[0].problem.kind, ProblemKind::Nested);
    let unread = SourcePath::new("d/".repeat(MAX_DEPTH) + "d").unwrap();
    assert_eq!(scan.unread_folders, [unread]);
}

#[test]
fn paths_that_no_system_call_takes_are_read_up_to_a_length() {
    // Each name is as long as it may be, so that the whole is longer than any path may be.
    let docs = docs(&[]);
    let name = "n".repeat(250);
    let mut folder = docs.path().to_owned();
    for _ in 0..14 {
        folder.push(&name);
    }
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("short.md"), "x").unwrap();
    fs::write(folder.join("m".repeat(240) + ".md"), "x").unwrap();
    let scan = scan_docs(&docs).unwrap();
    assert_eq!(scan.items.len(), 2);
    assert!(scan.items.iter().all(|item| item.read().is_ok()));
    // One folder more can only be made from within.
    fs::rename(docs.path().join(&name), docs.path().join("moved")).unwrap();
    let outer = (0..4).fold(docs.path().to_owned(), |path, _| path.join(&name));
    fs::create_dir_all(&outer).unwrap();
    fs::rename(docs.path().join("moved"), outer.join(&name)).unwrap();
    let scan = scan_docs(&docs).unwrap();
    assert_eq!(scan.items.len(), 0);
    assert!(
        problems(&scan)
            .iter()
            .all(|(_, kind)| *kind == ProblemKind::FileName)
    );
    assert!(!scan.problems.is_empty());
}

#[test]
fn names_that_look_alike_are_both_kept_and_reported() {
    let scan = scan_files(&[
        ("Guide.md", ""),
        ("guide.md", ""),
        ("p/\u{e9}.md", ""),
        ("p/e\u{301}.md", ""),
        ("q/\u{fb01}.md", ""),
        ("q/fi.md", ""),
        ("other.md", ""),
    ]);
    assert_eq!(scan.items.len(), 7);
    let ids: BTreeSet<&str> = scan.items.iter().map(|item| item.id.as_str()).collect();
    assert_eq!(ids.len(), 7);
    let kind = ProblemKind::LookAlike;
    assert_eq!(
        problems(&scan),
        [
            ("guide.md", kind),
            ("p/\u{e9}.md", kind),
            ("q/\u{fb01}.md", kind)
        ]
    );
    assert!(scan.problems[0].problem.message.contains("`Guide.md`"));
}

#[cfg(unix)]
mod unix {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn a_symbolic_link_is_reported_and_not_followed() {
        let docs = docs(&[("a/b.md", "")]);
        symlink(docs.path(), docs.path().join("a/loop")).unwrap();
        symlink(docs.path().join("a/b.md"), docs.path().join("c.md")).unwrap();
        let scan = scan_docs(&docs).unwrap();
        assert_eq!(sources(&scan), ["a/b.md"]);
        let kind = ProblemKind::Unreadable;
        assert_eq!(problems(&scan), [("a/loop", kind), ("c.md", kind)]);
    }

    #[test]
    fn a_manifest_that_is_a_link_out_of_the_docs_root_stops_the_scan() {
        let outside = docs(&[("real.toml", "access = ['staff']")]);
        let docs = docs(&[("a.md", "")]);
        symlink(
            outside.path().join("real.toml"),
            docs.path().join("mcdewey.toml"),
        )
        .unwrap();
        let message = format!("{:?}", scan_docs(&docs).unwrap_err());
        assert!(message.contains("leads out"), "{message}");
    }

    #[test]
    fn devices_and_fifos_neither_hang_nor_count() {
        let docs = docs(&[("a.md", "")]);
        for name in ["b.md", "c.zip"] {
            fifo(&docs.path().join(name));
        }
        let scan = scan_docs(&docs).unwrap();
        assert_eq!(sources(&scan), ["a.md"]);
        fifo(&docs.path().join("mcdewey.toml"));
        assert!(matches!(scan_docs(&docs), Err(Error::Io { .. })));
    }

    fn fifo(path: &Path) {
        let mode = rustix::fs::Mode::from_raw_mode(0o600);
        rustix::fs::mknodat(rustix::fs::CWD, path, rustix::fs::FileType::Fifo, mode, 0).unwrap();
    }

    #[test]
    fn a_name_with_control_characters_is_reported_if_it_matters() {
        let docs = docs(&[("a\u{1b}[2J.md", ""), ("b\n.png", ""), ("c\u{9b}/d.md", "")]);
        let scan = scan_docs(&docs).unwrap();
        let kind = ProblemKind::FileName;
        assert_eq!(
            problems(&scan),
            [("a\u{fffd}[2J.md", kind), ("c\u{fffd}", kind)]
        );
        assert_eq!(sources(&scan), [""; 0]);
    }

    #[test]
    fn a_linked_manifest_still_rules() {
        let docs = docs(&[("a.md", ""), ("real.toml", "access = ['staff']")]);
        symlink("real.toml", docs.path().join("mcdewey.toml")).unwrap();
        assert_eq!(scan_docs(&docs).unwrap().items[0].shelf.access, ["staff"]);
        fs::remove_file(docs.path().join("real.toml")).unwrap();
        assert!(matches!(scan_docs(&docs), Err(Error::Io { .. })));
    }

    #[test]
    fn a_name_that_is_not_utf_8_is_reported_if_it_matters() {
        let docs = docs(&[]);
        for name in [&b"\xe9.md"[..], b"\xe9.png"] {
            fs::write(docs.path().join(OsStr::from_bytes(name)), "").unwrap();
        }
        let scan = scan_docs(&docs).unwrap();
        assert_eq!(problems(&scan), [("\u{fffd}.md", ProblemKind::FileName)]);
        assert_eq!(sources(&scan), [""; 0]);
    }
}
