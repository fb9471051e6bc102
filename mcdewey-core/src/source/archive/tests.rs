//! Facts about archives, most of them about archives that mean harm.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::io::Write;

use flate2::Compression;
use flate2::write::{DeflateEncoder, GzEncoder};

use super::*;
use crate::damage::{Damage, damaged};
use crate::source::{Content, SourceProblem};

/// A ZIP file in the making, whose directory may say anything.
#[derive(Debug, Default)]
struct ZipFile {
    bytes: Vec<u8>,
    directory: Vec<u8>,
    n_entries: u16,
}

/// What the directory says of a member.
#[derive(Debug, Clone)]
struct Stated {
    len: u32,
    packed: u32,
    at: u32,
    crc: u32,
    flags: u16,
    method: u16,
    mode: u32,
}

impl ZipFile {
    /// Adds a member as it should be; returns what may be said of it.
    fn add(&mut self, name: &str, content: &[u8]) -> Stated {
        let stated = self.data(name, content);
        self.list(name, &stated);
        stated
    }

    fn with(mut self, name: &str, content: &[u8]) -> Self {
        self.add(name, content);
        self
    }

    /// Adds a member, of which the directory says something else.
    fn with_stated(mut self, name: &str, content: &[u8], change: fn(&mut Stated)) -> Self {
        let mut stated = self.data(name, content);
        change(&mut stated);
        self.list(name, &stated);
        self
    }

    fn data(&mut self, name: &str, content: &[u8]) -> Stated {
        let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(content).unwrap();
        let packed = encoder.finish().unwrap();
        let stated = Stated {
            len: u32::try_from(content.len()).unwrap(),
            packed: u32::try_from(packed.len()).unwrap(),
            at: u32::try_from(self.bytes.len()).unwrap(),
            crc: rawzip::crc32(content),
            flags: 0,
            method: 8,
            mode: 0o100_644,
        };
        self.bytes.extend(b"PK\x03\x04\x14\0");
        self.bytes.extend([0; 2]);
        self.bytes.extend(8_u16.to_le_bytes());
        self.bytes.extend([0; 4]);
        for number in [stated.crc, stated.packed, stated.len] {
            self.bytes.extend(number.to_le_bytes());
        }
        let name_len = u16::try_from(name.len()).unwrap();
        self.bytes.extend(name_len.to_le_bytes());
        self.bytes.extend([0; 2]);
        self.bytes.extend(name.as_bytes());
        self.bytes.extend(packed);
        stated
    }

    fn list(&mut self, name: &str, stated: &Stated) {
        let directory = &mut self.directory;
        // Made on Unix, so that the mode counts.
        directory.extend(b"PK\x01\x02\x14\x03\x14\0");
        directory.extend(stated.flags.to_le_bytes());
        directory.extend(stated.method.to_le_bytes());
        directory.extend([0; 4]);
        for number in [stated.crc, stated.packed, stated.len] {
            directory.extend(number.to_le_bytes());
        }
        let name_len = u16::try_from(name.len()).unwrap();
        directory.extend(name_len.to_le_bytes());
        directory.extend([0; 8]);
        directory.extend((stated.mode << 16).to_le_bytes());
        directory.extend(stated.at.to_le_bytes());
        directory.extend(name.as_bytes());
        self.n_entries = self.n_entries.wrapping_add(1);
    }

    fn finish(mut self) -> Vec<u8> {
        let at = u32::try_from(self.bytes.len()).unwrap();
        let len = u32::try_from(self.directory.len()).unwrap();
        self.bytes.extend(self.directory);
        self.bytes.extend(b"PK\x05\x06\0\0\0\0");
        self.bytes.extend(self.n_entries.to_le_bytes());
        self.bytes.extend(self.n_entries.to_le_bytes());
        self.bytes.extend(len.to_le_bytes());
        self.bytes.extend(at.to_le_bytes());
        self.bytes.extend([0; 2]);
        self.bytes
    }
}

fn zip(members: &[(&str, &[u8])]) -> Vec<u8> {
    let zip = ZipFile::default();
    let add = |zip: ZipFile, (name, content): &(&str, &[u8])| zip.with(name, content);
    members.iter().fold(zip, add).finish()
}

/// An entry of a tar with any name and of any type.
fn tar_entry(name: &str, kind: ::tar::EntryType, stated: u64, content: &[u8]) -> Vec<u8> {
    let mut header = ::tar::Header::new_gnu();
    header.as_old_mut().name[..name.len()].copy_from_slice(name.as_bytes());
    header.set_entry_type(kind);
    header.set_size(stated);
    header.set_mode(0o644);
    header.set_cksum();
    let mut bytes = header.as_bytes().to_vec();
    bytes.extend(content);
    bytes.resize(bytes.len().next_multiple_of(512), 0);
    bytes
}

fn tar_of(entries: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = entries.concat();
    bytes.extend([0; 1024]);
    bytes
}

fn file(name: &str, content: &[u8]) -> Vec<u8> {
    tar_entry(
        name,
        ::tar::EntryType::Regular,
        content.len() as u64,
        content,
    )
}

fn tar(files: &[(&str, &[u8])]) -> Vec<u8> {
    let entries: Vec<_> = files
        .iter()
        .map(|(name, content)| file(name, content))
        .collect();
    tar_of(&entries)
}

fn gz(content: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(content).unwrap();
    encoder.finish().unwrap()
}

/// The gzip of `megabytes` times a megabyte of zeros, made of equal parts.
fn gz_of_zeros(megabytes: usize) -> Vec<u8> {
    gz(&vec![0; 1_000_000]).repeat(megabytes)
}

type Documents = BTreeMap<String, Result<Vec<u8>, Problem>>;

/// What is read of the archive `name`, where `.md` files are documents, and what is not.
fn read(name: &str, bytes: &[u8]) -> (Documents, Vec<SourceProblem>) {
    let mut documents = BTreeMap::new();
    let name = SourcePath::new(name).unwrap();
    let is_readable = |path: &SourcePath| path.extension() == Some("md");
    let problems = read_archive(&name, bytes.to_vec(), &is_readable, &mut |path, read| {
        documents.insert(path.as_str().to_owned(), read);
    });
    (documents, problems)
}

/// The paths and texts of documents that can be read.
fn texts(documents: &Documents) -> Vec<(&str, &str)> {
    let texts = documents.iter().filter_map(|(path, read)| {
        let bytes = read.as_ref().ok()?;
        Some((path.as_str(), std::str::from_utf8(bytes).unwrap()))
    });
    texts.collect()
}

fn kinds(problems: &[SourceProblem]) -> Vec<(&str, ProblemKind)> {
    let problems = problems.iter();
    problems
        .map(|found| (found.source.as_str(), found.problem.kind))
        .collect()
}

#[test]
fn entries_of_every_layout_are_documents() {
    let members: [(&str, &[u8]); 3] = [("a/b.md", b"one"), ("c.md", b"two"), ("d.png", b"no")];
    for (name, bytes) in [
        ("m.zip", zip(&members)),
        ("m.tar", tar(&members)),
        ("m.tar.gz", gz(&tar(&members))),
        ("p/m.TGZ", gz(&tar(&members))),
    ] {
        let (documents, problems) = read(name, &bytes);
        let expected = [
            (format!("{name}/a/b.md"), "one"),
            (format!("{name}/c.md"), "two"),
        ];
        let expected: Vec<_> = expected
            .iter()
            .map(|(path, text)| (path.as_str(), *text))
            .collect();
        assert_eq!(texts(&documents), expected);
        assert_eq!(kinds(&problems), []);
    }
}

#[test]
fn a_gz_is_the_document_in_it() {
    let (documents, problems) = read("a.md.gz", &gz(b"one"));
    assert_eq!(texts(&documents), [("a.md.gz", "one")]);
    assert_eq!(kinds(&problems), []);
}

#[test]
fn compressed_documents_and_archives_in_archives_are_opened_once() {
    let inner = zip(&[("x.md", b"one"), ("deep.zip", b"two")]);
    let tgz = gz(&tar(&[("y.md", b"three"), ("z.md.gz", &gz(b"four"))]));
    let outer = zip(&[
        ("inner.zip", &inner),
        ("inner.tgz", &tgz),
        ("w.md.gz", &gz(b"five")),
    ]);
    for (name, outer) in [
        ("o.zip", outer),
        (
            "o.tar.gz",
            gz(&tar(&[
                ("inner.zip", &inner),
                ("inner.tgz", &tgz),
                ("w.md.gz", &gz(b"five")),
            ])),
        ),
    ] {
        let (documents, problems) = read(name, &outer);
        let found: Vec<_> = texts(&documents)
            .iter()
            .map(|(path, text)| (path.strip_prefix(name).unwrap(), *text))
            .collect();
        assert_eq!(
            found,
            [
                ("/inner.tgz/y.md", "three"),
                ("/inner.tgz/z.md.gz", "four"),
                ("/inner.zip/x.md", "one"),
                ("/w.md.gz", "five")
            ]
        );
        assert_eq!(kinds(&problems), [(name, ProblemKind::Nested)]);
        assert_eq!(
            problems[0].problem.place,
            format!("entry {name}/inner.zip/deep.zip")
        );
    }
}

#[test]
fn names_that_lead_elsewhere_are_reported_once_and_nothing_is_read() {
    let bad: [(&str, &[u8]); 5] = [
        ("../a.md", b""),
        ("x/../../b.md", b""),
        ("..\\c.md", b""),
        ("/d.md", b""),
        ("C:\\e.md", b""),
    ];
    for (name, bytes) in [("m.zip", zip(&bad)), ("m.tar", tar(&bad))] {
        let (documents, problems) = read(name, &bytes);
        assert_eq!(texts(&documents), []);
        let messages: Vec<_> = problems
            .iter()
            .map(|found| found.problem.message.as_str())
            .collect();
        assert_eq!(
            messages,
            [
                "its path is absolute",
                "its path leads out of the archive (3 entries)",
                "its path names a drive"
            ]
        );
    }
}

#[test]
fn links_and_devices_in_archives_are_not_followed() {
    use ::tar::EntryType;
    let zip = ZipFile::default()
        .with_stated("a.md", b"/etc/passwd", |stated| stated.mode = 0o120_777)
        .with_stated("b.md", b"", |stated| stated.mode = 0o020_666)
        .finish();
    let tar = tar_of(&[
        tar_entry("a.md", EntryType::Symlink, 0, b""),
        tar_entry("c.md", EntryType::Link, 0, b""),
        tar_entry("b.md", EntryType::Char, 0, b""),
        tar_entry("d.md", EntryType::Fifo, 0, b""),
    ]);
    for (name, bytes) in [("m.zip", zip), ("m.tar", tar)] {
        let (documents, problems) = read(name, &bytes);
        assert!(documents.is_empty(), "{documents:?}");
        let kind = ProblemKind::Unreadable;
        assert_eq!(kinds(&problems), [(name, kind), (name, kind)]);
    }
}

#[test]
fn encrypted_and_oddly_compressed_documents_are_reported() {
    let zip = ZipFile::default()
        .with_stated("a.md", b"x", |stated| stated.flags = 1)
        .with_stated("b.md", b"x", |stated| stated.method = 12)
        .with_stated("c.png", b"x", |stated| stated.flags = 1)
        .finish();
    let (documents, problems) = read("m.zip", &zip);
    assert!(documents.is_empty());
    let found: Vec<_> = problems
        .iter()
        .map(|found| (found.problem.kind, found.problem.place.as_str()))
        .collect();
    assert_eq!(
        found,
        [
            (ProblemKind::UnsupportedFormat, "entry b.md"),
            (ProblemKind::Encrypted, "entry a.md")
        ]
    );
}

#[test]
fn of_two_entries_with_one_name_the_last_counts() {
    let members: [(&str, &[u8]); 2] = [("a.md", b"one"), ("./a.md", b"two")];
    for (name, bytes) in [("m.zip", zip(&members)), ("m.tar", tar(&members))] {
        let (documents, problems) = read(name, &bytes);
        let expected = format!("{name}/a.md");
        assert_eq!(texts(&documents), [(expected.as_str(), "two")]);
        assert_eq!(kinds(&problems), [(name, ProblemKind::DuplicateId)]);
    }
}

#[test]
fn what_stands_under_a_manifest_in_an_archive_is_left_out() {
    for rules in ["p/mcdewey.toml", "p\\.mcdeweyignore"] {
        let bytes = zip(&[("p/q/a.md", b"x"), (rules, b""), ("pp/b.md", b"y")]);
        let (documents, problems) = read("m.zip", &bytes);
        assert_eq!(texts(&documents), [("m.zip/pp/b.md", "y")]);
        assert_eq!(kinds(&problems), [("m.zip", ProblemKind::Unreadable)]);
    }
    let (documents, _) = read("m.zip", &zip(&[("mcdewey.toml", b""), ("a.md", b"x")]));
    assert!(documents.is_empty());
}

#[test]
fn a_member_that_is_not_what_the_directory_says_is_damaged() {
    for (name, change) in [
        ("longer", (|stated| stated.len = 3) as fn(&mut Stated)),
        ("shorter", |stated| stated.len = 400),
        ("another", |stated| stated.crc ^= 1),
        ("elsewhere", |stated| stated.at = 7),
        ("beyond the file", |stated| stated.at = u32::MAX),
        ("cut", |stated| stated.packed -= 2),
    ] {
        let zip = ZipFile::default().with_stated("a.md", b"some text to read", change);
        let (documents, _) = read("m.zip", &zip.finish());
        let problem = documents["m.zip/a.md"].as_ref().unwrap_err();
        assert_eq!(problem.kind, ProblemKind::Damaged, "{name}");
    }
}

#[test]
fn a_bomb_of_overlapping_members_is_not_read() {
    // One kernel of zeros, and many members that all say it is theirs.
    let mut zip = ZipFile::default();
    let kernel = zip.data("0.md", &vec![0; 4_000_000]);
    for number in 0..1000 {
        zip.list(&format!("{number}.md"), &kernel);
    }
    let bytes = zip.finish();
    assert!(bytes.len() < 100_000);
    let (documents, problems) = read("bomb.zip", &bytes);
    assert!(documents.is_empty());
    let overlap = problems
        .iter()
        .any(|found| found.problem.message.contains("overlap"));
    assert!(overlap, "{problems:?}");
}

#[test]
fn an_archive_expands_to_no_more_than_its_size_allows() {
    // Forty members of 4 MB, which compress to 4 KB each.
    let zeros = vec![0; 4_000_000];
    let names: Vec<String> = (0..40).map(|number| format!("{number:02}.md")).collect();
    let members: Vec<(&str, &[u8])> = names
        .iter()
        .map(|name| (name.as_str(), &zeros[..]))
        .collect();
    let bytes = zip(&members);
    let allowed = allowance(bytes.len() as u64);
    let (documents, problems) = read("m.zip", &bytes);
    let expanded: usize = documents
        .values()
        .map(|read| read.as_ref().unwrap().len())
        .sum();
    assert!(expanded as u64 <= allowed && expanded as u64 + 4_000_000 > allowed);
    assert_eq!(kinds(&problems), [("m.zip", ProblemKind::TooLarge)]);

    let (documents, problems) = read("m.tar.gz", &gz(&tar(&members)));
    assert!(!documents.is_empty() && documents.len() < 40);
    assert!(documents.values().all(Result::is_ok));
    assert_eq!(kinds(&problems), [("m.tar.gz", ProblemKind::TooLarge)]);
}

#[test]
fn a_gzip_of_a_gigabyte_of_zeros_is_refused() {
    let bomb = gz_of_zeros(1000);
    assert!(bomb.len() < 2_000_000);
    let (documents, _) = read("a.md.gz", &bomb);
    let problem = documents["a.md.gz"].as_ref().unwrap_err();
    assert_eq!(problem.kind, ProblemKind::TooLarge);

    let inside = zip(&[("a.md.gz", &bomb), ("b.md", b"x")]);
    let (documents, problems) = read("m.zip", &inside);
    assert_eq!(texts(&documents), [("m.zip/b.md", "x")]);
    assert_eq!(kinds(&problems), [("m.zip/a.md.gz", ProblemKind::TooLarge)]);
}

#[test]
fn archives_in_archives_draw_on_the_allowance_of_the_outermost() {
    // The shape of 42.zip: sixteen in each of sixteen, and huge files in the innermost.
    let page = ("0.md", &vec![0; 4_000_000][..]);
    let names: Vec<String> = (0..16).map(|number| format!("lib {number}.zip")).collect();
    let wrap = |inner: &[u8]| {
        let members: Vec<(&str, &[u8])> = names.iter().map(|name| (name.as_str(), inner)).collect();
        zip(&members)
    };
    let two = wrap(&zip(&[page]));
    let (documents, problems) = read("42.zip", &two);
    let expanded: usize = documents
        .values()
        .map(|read| read.as_ref().unwrap().len())
        .sum();
    assert!(expanded as u64 <= allowance(two.len() as u64));
    assert!(
        kinds(&problems).contains(&("42.zip", ProblemKind::TooLarge)),
        "{problems:?}"
    );

    let (documents, problems) = read("42.zip", &wrap(&wrap(&wrap(&two))));
    assert!(documents.is_empty());
    assert_eq!(kinds(&problems), [("42.zip", ProblemKind::Nested)]);
    assert!(problems[0].problem.message.contains("256 entries"));
}

#[test]
fn an_archive_has_no_more_entries_than_are_read() {
    let mut zip = ZipFile::default();
    let stated = zip.data("x", b"");
    for _ in 0..=MAX_ENTRIES {
        zip.list(
            "a.png",
            &Stated {
                packed: 0,
                ..stated.clone()
            },
        );
    }
    let (documents, problems) = read("m.zip", &zip.finish());
    assert!(documents.is_empty());
    assert!(
        problems
            .iter()
            .any(|found| found.problem.message.contains("more than 100000 entries"))
    );
}

#[test]
fn a_tar_may_not_state_names_or_holes_as_long_as_it_likes() {
    use ::tar::EntryType;
    let long_name = tar_entry("././@LongLink", EntryType::GNULongName, 1 << 40, b"");
    let zeros = gz_of_zeros(40);
    let bytes = [gz(&long_name), zeros].concat();
    let (documents, problems) = read("m.tar.gz", &bytes);
    assert!(documents.is_empty());
    assert_eq!(kinds(&problems), [("m.tar.gz", ProblemKind::TooLarge)]);

    let mut sparse = ::tar::Header::new_gnu();
    let gnu = sparse.as_gnu_mut().unwrap();
    gnu.name[..4].copy_from_slice(b"a.md");
    gnu.realsize = *b"77777777777\0";
    gnu.sparse[0].offset = *b"77777777777\0";
    gnu.sparse[0].numbytes = *b"00000000000\0";
    sparse.set_entry_type(EntryType::GNUSparse);
    sparse.set_size(0);
    sparse.set_cksum();
    let tar = tar_of(&[sparse.as_bytes().to_vec(), file("b.md", b"x")]);
    let (documents, problems) = read("m.tar", &tar);
    assert_eq!(texts(&documents), [("m.tar/b.md", "x")]);
    assert_eq!(
        kinds(&problems),
        [("m.tar", ProblemKind::UnsupportedFormat)]
    );
}

#[test]
fn what_comes_before_the_damage_is_read() {
    let whole = tar(&[("a.md", b"one"), ("b.md", &[b'x'; 3000])]);
    for cut in [1600, 3000] {
        let (documents, problems) = read("m.tar", &whole[..cut]);
        assert_eq!(texts(&documents), [("m.tar/a.md", "one")], "{cut}");
        assert_eq!(kinds(&problems), [("m.tar", ProblemKind::Damaged)]);
    }
    let packed = gz(&whole);
    let (documents, problems) = read("m.tgz", &packed[..packed.len() - 20]);
    assert_eq!(kinds(&problems), [("m.tgz", ProblemKind::Damaged)]);
    assert!(documents.values().all(Result::is_ok), "{documents:?}");
}

#[test]
fn what_is_no_archive_is_reported() {
    for name in ["m.zip", "m.tar", "m.tgz"] {
        for bytes in [&b""[..], b"no archive", &[0; 4096]] {
            let (documents, problems) = read(name, bytes);
            assert!(documents.is_empty());
            assert_eq!(kinds(&problems), [(name, ProblemKind::Damaged)]);
        }
    }
    let (documents, _) = read("a.md.gz", b"no archive");
    assert!(documents["a.md.gz"].is_err());
}

#[test]
fn a_thousand_damaged_archives_of_each_kind_end_in_documents_or_problems() {
    let text = "The native VLAN is untagged. ".repeat(40);
    let inner = zip(&[("x.md", text.as_bytes())]);
    let members: [(&str, &[u8]); 3] = [
        ("a/b.md", text.as_bytes()),
        ("c.md.gz", &gz(text.as_bytes())),
        ("i.zip", &inner),
    ];
    for (name, whole) in [
        ("m.zip", zip(&members)),
        ("m.tar", tar(&members)),
        ("m.tgz", gz(&tar(&members))),
        ("m.md.gz", gz(text.as_bytes())),
    ] {
        for (round, (damage, bytes)) in damaged(&whole).enumerate() {
            let (documents, problems) = read(name, &bytes);
            // Where there are checksums, what is read is what was packed, or someone is told.
            let is_same = |read: &Vec<u8>| read == text.as_bytes();
            assert!(
                name == "m.tar"
                    || !problems.is_empty()
                    || documents.values().flatten().all(is_same),
                "{name} {round}"
            );
            let n_documents = if name == "m.md.gz" { 1 } else { 3 };
            let is_lost = documents.len() < n_documents || documents.values().any(Result::is_err);
            let is_reported = !problems.is_empty() || documents.values().any(Result::is_err);
            assert!(
                damage == Damage::Flipped || is_reported || !is_lost,
                "{name} {round}: {documents:?}"
            );
        }
    }
}

#[test]
fn a_folder_of_the_docs_root_may_be_an_archive() {
    let docs = tempfile::tempdir().unwrap();
    let write = |name: &str, bytes: &[u8]| {
        let path = docs.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    };
    let manuals = zip(&[
        ("a/guide.md", b"one"),
        ("drafts/b.md", b"two"),
        ("c.chm", b"three"),
        ("d.md.gz", &gz(b"four")),
    ]);
    write("router/v9.zip", &manuals);
    write("router/v8/guide.md", b"five");
    write("router/v8/extra.md.gz", &gz(b"six"));
    write("router/old.zip", b"broken");
    write("skipped.zip", &manuals);
    let rules = b"ignore = ['skipped.zip', '**/drafts/**']\n[document.'router/v9.zip/a/guide.md']\naccess = ['staff']";
    write("mcdewey.toml", rules);
    let is_readable = |path: &SourcePath| path.extension() == Some("md");
    let scan = crate::source::scan(docs.path(), &is_readable).unwrap();
    let items: Vec<_> = scan
        .items
        .iter()
        .map(|item| {
            let text = String::from_utf8(item.read().unwrap()).unwrap();
            let (hash, len) = item.hash().unwrap();
            let is_gzip = matches!(item.source.rsplit_once('.'), Some((_, "gz")));
            let is_in_zip = item.source.contains(".zip/") && !is_gzip;
            assert_eq!(len, text.len() as u64);
            assert_eq!(hash == blake3::hash(text.as_bytes()), !is_in_zip);
            (
                item.id.as_str(),
                item.format_name(),
                item.shelf.version.as_deref(),
                item.shelf.document.as_str(),
                text,
            )
        })
        .collect();
    assert_eq!(
        items,
        [
            (
                "router::v8::extra.md",
                "router/v8/extra.md",
                Some("v8"),
                "extra",
                "six".to_owned()
            ),
            (
                "router::v8::guide",
                "router/v8/guide.md",
                Some("v8"),
                "guide",
                "five".to_owned()
            ),
            (
                "router::v9.zip::a::guide",
                "router/v9.zip/a/guide.md",
                Some("v9"),
                "a",
                "one".to_owned()
            ),
            (
                "router::v9.zip::d.md",
                "router/v9.zip/d.md",
                Some("v9"),
                "d",
                "four".to_owned()
            ),
        ]
    );
    assert_eq!(scan.items[2].shelf.access, ["staff"]);
    assert_eq!(
        kinds(&scan.problems),
        [
            ("router/old.zip", ProblemKind::Damaged),
            ("router/v9.zip/c.chm", ProblemKind::UnsupportedFormat)
        ]
    );
    assert_eq!(
        scan.unread_folders,
        [SourcePath::new("router/old.zip").unwrap()]
    );

    // A manifest that speaks of an entry which is not there is wrong, as with any file.
    write(
        "mcdewey.toml",
        b"[document.'router/v9.zip/a/gide.md']\naccess = ['staff']",
    );
    assert!(crate::source::scan(docs.path(), &is_readable).is_err());
}

#[test]
fn an_entry_has_another_hash_when_it_is_another_document() {
    let hash_of = |content: &[u8]| {
        let bytes = zip(&[("a.md", content)]);
        let origin = Origin::Memory(bytes.into());
        let archive = Archive::new(ArchiveKind::Zip, origin, &Pool::default());
        let path = SourcePath::new("m.zip").unwrap();
        let listing = list(&archive, &path, &|_| Want::Read);
        let listed = listing.entries.values().next().unwrap();
        listed.entry.hash().unwrap()
    };
    assert_eq!(hash_of(b"one"), hash_of(b"one"));
    assert_ne!(hash_of(b"one"), hash_of(b"two"));
    assert_eq!(hash_of(b"two").1, 3);
}

#[test]
fn an_archive_that_changes_between_scan_and_reading_is_not_read() {
    let docs = tempfile::tempdir().unwrap();
    let path = docs.path().join("m.zip");
    std::fs::write(&path, zip(&[("a.md", b"one")])).unwrap();
    let is_readable = |path: &SourcePath| path.extension() == Some("md");
    let scan = crate::source::scan(docs.path(), &is_readable).unwrap();
    let Content::Entry(entry) = &scan.items[0].content else {
        panic!("{:?}", scan.items[0]);
    };
    assert!(entry.read().is_ok());
    std::fs::write(&path, zip(&[("a.md", b"another text")])).unwrap();
    // It is still open, so it is closed as others would do that are read in between.
    let others = RefCell::new(Vec::new());
    for number in 0..=rayon::current_num_threads() + 1 {
        let bytes = zip(&[("b.md", format!("{number}").as_bytes())]);
        let origin = Origin::Memory(bytes.into());
        let other = Archive::new(ArchiveKind::Zip, origin, &entry.archive.pool);
        assert!(other.bytes().is_ok());
        others.borrow_mut().push(other);
    }
    let problem = entry.read().unwrap_err();
    assert_eq!(problem.kind, ProblemKind::Unreadable);
    assert!(problem.message.contains("changed"), "{}", problem.message);
}
