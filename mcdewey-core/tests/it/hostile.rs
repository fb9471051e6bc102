//! A docs root that means harm: the ingest ends, says what it did with each file, and stays small.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::Write;
use std::path::Path;

use flate2::Compression;
use flate2::write::{DeflateEncoder, GzEncoder};
use mcdewey_core::document::ProblemKind;
use mcdewey_core::{HashedEmbedder, IngestReport, Library};
use rawzip::{CompressionMethod, ZipArchiveWriter};

/// What the process may hold in memory, whatever it is given.
const MAX_MEMORY_BYTES: u64 = 1 << 30;

/// Copies of each kind of file that are damaged, each in another way. `tests/measure/hostile.py`
/// damages more of them, for the program.
const N_DAMAGED: usize = 60;

/// How deep the parts of a file lie in one another, if it is that which is wrong with it.
const DEPTH: usize = 10_000;

fn zip(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut zip = ZipArchiveWriter::new(&mut bytes);
    for (name, content) in members {
        let (mut entry, config) = zip
            .new_file(*name)
            .compression_method(CompressionMethod::DEFLATE)
            .start()
            .expect("written to memory");
        let mut writer = config.wrap(DeflateEncoder::new(&mut entry, Compression::best()));
        writer.write_all(content).expect("written to memory");
        let (encoder, descriptor) = writer.finish().expect("written to memory");
        encoder.finish().expect("written to memory");
        entry.finish(descriptor).expect("written to memory");
    }
    zip.finish().expect("written to memory");
    bytes
}

fn gz(content: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(content).expect("written to memory");
    encoder.finish().expect("written to memory")
}

fn tar(name: &str, kind: tar::EntryType, len: u64) -> Vec<u8> {
    let mut header = tar::Header::new_gnu();
    header.set_path(name).expect("a short name");
    header.set_entry_type(kind);
    header.set_size(len);
    header.set_cksum();
    header.as_bytes().to_vec()
}

/// Sixteen archives in sixteen archives, and so on, with a large file in each of the innermost.
fn shape_of_42_zip() -> Vec<u8> {
    let names: Vec<String> = (0..16).map(|number| format!("{number}.zip")).collect();
    let mut inner = zip(&[("0.md", &vec![b'0'; 10_000_000])]);
    for _ in 0..5 {
        let members: Vec<(&str, &[u8])> = names
            .iter()
            .map(|name| (name.as_str(), &inner[..]))
            .collect();
        inner = zip(&members);
    }
    inner
}

/// One member, of which the directory says ten thousand times that it is another one.
fn overlapping_zip() -> Vec<u8> {
    let kernel = zip(&[("0.md", &vec![b'0'; 20_000_000])]);
    let end = kernel.len() - 22;
    let at = |offset: usize| {
        u32::from_le_bytes(kernel[offset..offset + 4].try_into().expect("four bytes"))
    };
    let (len, start) = (at(end + 12), at(end + 16));
    let listed = &kernel[start as usize..end];
    let mut bytes = kernel[..start as usize].to_vec();
    bytes.extend(listed.repeat(10_000));
    let mut tail = kernel[end..].to_vec();
    tail[8..10].copy_from_slice(&10_000_u16.to_le_bytes());
    tail[10..12].copy_from_slice(&10_000_u16.to_le_bytes());
    tail[12..16].copy_from_slice(&(len * 10_000).to_le_bytes());
    bytes.extend(tail);
    bytes
}

/// The writer would leave the dots out.
fn leading_out() -> Vec<u8> {
    let whole = zip(&[("ab/cd/good.md", b"x")]);
    let mut bytes = whole.clone();
    for at in 0..whole.len() {
        if whole[at..].starts_with(b"ab/cd/") {
            bytes[at..at + 6].copy_from_slice(b"../../");
        }
    }
    bytes
}

fn docx(body: &str) -> Vec<u8> {
    zip(&[("word/document.xml", body.as_bytes())])
}

fn epub(body: &str) -> Vec<u8> {
    let container = b"<c><rootfile full-path='b.opf'/></c>";
    let opf = b"<p><item id='a' href='a.xhtml' media-type='application/xhtml+xml'/><itemref idref='a'/></p>";
    zip(&[
        ("META-INF/container.xml", container),
        ("b.opf", opf),
        ("a.xhtml", body.as_bytes()),
    ])
}

fn odt(body: &str) -> Vec<u8> {
    zip(&[("content.xml", body.as_bytes())])
}

const LAUGHS: &str = "<!DOCTYPE x [<!ENTITY a 'haha'><!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;'>\
    <!ENTITY c '&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;'><!ENTITY d '&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;'>]>";

/// Writes every file that is known to do harm; returns those of which the report must speak.
fn write_hostile_files(docs: &Path) -> Vec<(String, ProblemKind)> {
    use ProblemKind::{Damaged, Empty, Nested, TooLarge, Unreadable};
    let zeros = gz(&vec![0; 1_000_000]).repeat(1000);
    let deep = |element: &str| format!("<{element}>").repeat(100_000);
    let sparse_name = tar("././@LongLink", tar::EntryType::GNULongName, 1 << 40);
    let mut files = vec![
        ("42.zip", shape_of_42_zip(), Some(Nested)),
        ("overlap.zip", overlapping_zip(), Some(Damaged)),
        ("zeros.md.gz", zeros.clone(), Some(TooLarge)),
        (
            "zeros.tar.gz",
            [
                gz(&tar("0.md", tar::EntryType::Regular, 1_000_000_000)),
                zeros.clone(),
            ]
            .concat(),
            Some(TooLarge),
        ),
        (
            "name.tgz",
            [gz(&sparse_name), zeros].concat(),
            Some(TooLarge),
        ),
        (
            "links.tar",
            [
                tar("a.md", tar::EntryType::Symlink, 0),
                tar("b.md", tar::EntryType::Char, 0),
                vec![0; 1024],
            ]
            .concat(),
            Some(Unreadable),
        ),
        ("up.zip", leading_out(), Some(ProblemKind::FileName)),
        ("no.zip", b"no archive".to_vec(), Some(Damaged)),
        ("deep.docx", docx(&deep("w:p")), Some(Nested)),
        ("tables.docx", docx(&deep("w:tbl")), Some(Nested)),
        ("deep.epub", epub(&(deep("div") + "<p>x</p>")), None),
        ("lists.epub", epub(&deep("ul")), Some(Empty)),
        (
            "deep.odt",
            odt(&format!("<office:body>{}", deep("text:list"))),
            Some(Nested),
        ),
        (
            "laughs.docx",
            docx(&format!("{LAUGHS}<w:p><w:r><w:t>x&d;</w:t></w:r></w:p>")),
            None,
        ),
        ("laughs.epub", epub(&format!("{LAUGHS}<p>x&d;</p>")), None),
        (
            "zeros.docx",
            docx(&"\0".repeat(200_000_000)),
            Some(TooLarge),
        ),
        ("no.docx", b"no document".to_vec(), Some(Damaged)),
        ("latin.md", b"Gr\xf6\xdfe\n".to_vec(), None),
        ("binary.md", vec![0; 100_000], Some(ProblemKind::Encoding)),
    ];
    files.push(("good.md", b"# Good\n\nThis one is fine.\n".to_vec(), None));
    let mut expected = Vec::new();
    for (name, bytes, problem) in files {
        fs::write(docs.join(name), bytes).expect("written");
        expected.extend(problem.map(|problem| (name.to_owned(), problem)));
    }
    for name in ["sparse.md", "sparse.tar", "sparse.zip", "sparse.docx"] {
        File::create(docs.join(name))
            .expect("written")
            .set_len(1 << 40)
            .expect("written");
    }
    expected.push(("sparse.md".to_owned(), TooLarge));
    expected.push(("sparse.docx".to_owned(), TooLarge));
    expected.push(("sparse.zip".to_owned(), Damaged));
    expected.push(("sparse.tar".to_owned(), Damaged));
    expected
}

/// Files that are nothing but deep, in formats that lay no open part on the stack.
fn deep_files() -> Vec<(&'static str, Vec<u8>)> {
    let deep = |opening: &str| (opening.repeat(DEPTH) + "the innermost\n").into_bytes();
    vec![
        ("deep.html", deep("<div>")),
        ("lists.html", deep("<ul><li>")),
        ("tables.html", deep("<table><tr><td>")),
        ("quotes.md", deep("> ")),
        ("items.md", deep("- ")),
        ("brackets.md", deep("![")),
        ("deep.rst", deep("* ")),
        ("deep.adoc", deep("====\n")),
        (
            "deep.7",
            [b".TH A 7\n".to_vec(), deep(".RS\n.PP\n")].concat(),
        ),
        ("deep.pdf", deep_pdf()),
    ]
}

/// A page whose content is nothing but arrays in arrays, below as many nodes of the page tree.
fn deep_pdf() -> Vec<u8> {
    use std::fmt::Write as _;
    let mut text = String::from("%PDF-1.7\n1 0 obj\n<< /Type /Catalog /Pages 10 0 R >>\nendobj\n");
    let _infallible = writeln!(
        text,
        "2 0 obj\n<< /Length {DEPTH} >>\nstream\n{}\nendstream\nendobj",
        "[".repeat(DEPTH)
    );
    for node in 10..10 + DEPTH {
        let _infallible = writeln!(
            text,
            "{node} 0 obj\n<< /Type /Pages /Count 1 /Kids [{} 0 R] >>\nendobj",
            node + 1
        );
    }
    let _infallible = writeln!(
        text,
        "{} 0 obj\n<< /Type /Page /MediaBox [0 0 9 9] /Contents 2 0 R >>\nendobj\n\
         trailer\n<< /Root 1 0 R >>\n%%EOF",
        10 + DEPTH
    );
    text.into_bytes()
}

/// Whole files of every format, by extension.
fn whole_files() -> Vec<(&'static str, Vec<u8>)> {
    let text = "Untagged frames belong to the native VLAN. ".repeat(20);
    let paragraph = format!("<w:p><w:r><w:t>{text}</w:t></w:r></w:p>");
    let tarred = [
        tar("a.md", tar::EntryType::Regular, text.len() as u64),
        text.clone().into_bytes(),
        vec![0; 1700],
    ]
    .concat();
    let seed = |name: &str| {
        let seeds = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz/seeds");
        fs::read(seeds.join(name)).expect("a seed")
    };
    vec![
        ("docx", docx(&paragraph)),
        ("epub", epub(&format!("<p>{text}</p>"))),
        ("odt", odt(&format!("<office:body><text:p>{text}</text:p>"))),
        ("zip", zip(&[("a.md", text.as_bytes())])),
        ("tgz", gz(&tarred)),
        ("tar", tarred),
        ("md.gz", gz(text.as_bytes())),
        ("pdf", seed("pdf/manual.pdf")),
        ("html", seed("html/sphinx.html")),
        ("md", seed("markdown/guide.md")),
        ("rst", seed("rst/directives.rst")),
        ("adoc", seed("asciidoc/guide.adoc")),
        ("1", seed("man/ls.1")),
        ("txt", seed("plain/pages.txt")),
    ]
}

/// Formats that know when something is missing or wrong; in the others a letter is another one.
const CHECKED: [&str; 7] = ["docx", "epub", "odt", "zip", "tgz", "tar", "gz"];

/// Writes copies of whole files that lack something or have a bit wrong.
fn write_damaged_files(docs: &Path) -> Vec<String> {
    let folder = docs.join("damaged");
    fs::create_dir(&folder).expect("a folder");
    let mut random = crate::support::Random::new(5);
    let mut names = Vec::new();
    for (extension, whole) in &whole_files() {
        for number in 0..N_DAMAGED {
            let mut bytes = whole.clone();
            if number % 2 == 0 {
                bytes.truncate(random.below(bytes.len()));
            } else {
                let at = random.below(bytes.len());
                bytes[at] ^= 1 << random.below(8);
            }
            let name = format!("{number:02}.{extension}");
            fs::write(folder.join(&name), bytes).expect("written");
            names.push(format!("damaged/{name}"));
        }
    }
    names
}

#[cfg(unix)]
fn write_special_files(docs: &Path) {
    use std::os::unix::fs::symlink;
    symlink(docs, docs.join("loop")).expect("linked");
    symlink("/etc/passwd", docs.join("outside.md")).expect("linked");
    symlink("round.md", docs.join("round.md")).expect("linked");
    // A device that never ends, wherever it may be read from.
    symlink("/dev/zero", docs.join("zero.zip")).expect("linked");
}

fn peak_memory() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    let kilobytes: u64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kilobytes * 1024)
}

fn has(report: &IngestReport, source: &str, kind: ProblemKind) -> bool {
    let mut problems = report.problems.iter();
    problems.any(|problem| {
        let is_of = problem.source == source || problem.source.starts_with(&format!("{source}/"));
        is_of && problem.kind == kind
    })
}

#[test]
fn a_hostile_docs_root_ends_in_a_report() {
    let folder = tempfile::tempdir().unwrap();
    let docs = folder.path().join("docs");
    fs::create_dir(&docs).unwrap();
    let expected = write_hostile_files(&docs);
    for (name, bytes) in deep_files() {
        fs::write(docs.join(name), bytes).unwrap();
    }
    let damaged = write_damaged_files(&docs);
    #[cfg(unix)]
    write_special_files(&docs);

    let library = Library::open_or_create(&folder.path().join("index"))
        .unwrap()
        .with_embedder(HashedEmbedder::new())
        .unwrap();
    let report = library.ingest(&docs).unwrap();
    for (source, kind) in &expected {
        assert!(
            has(&report, source, *kind),
            "{source}: {kind:?}\n{:#?}",
            report.problems
        );
    }
    if cfg!(unix) {
        for source in ["loop", "outside.md", "round.md", "zero.zip"] {
            assert!(has(&report, source, ProblemKind::Unreadable), "{source}");
        }
    }
    let n_silent = |names: &mut dyn Iterator<Item = &String>, said: &BTreeSet<&str>| {
        let is_silent = |name: &&String| {
            let entries = format!("{name}/");
            let mut from = said.range(name.as_str()..);
            !from.any(|source| source == name || source.starts_with(&entries))
        };
        names.filter(is_silent).count()
    };
    let reported = report
        .problems
        .iter()
        .map(|problem| problem.source.as_str());
    let reported: BTreeSet<&str> = reported.collect();
    let documents = report.details.iter().map(|it| it.source.as_str());
    let said: BTreeSet<&str> = documents.chain(reported.iter().copied()).collect();
    // A wrong bit in the name of an entry makes it a file of another kind, which is counted.
    let n_counted = report.files.other.values().sum::<usize>() + report.files.hidden;
    assert!(n_silent(&mut damaged.iter(), &said) <= n_counted);
    let checked: Vec<&String> = damaged
        .iter()
        .filter(|name| CHECKED.iter().any(|end| name.ends_with(end)))
        .collect();
    let n_unseen = n_silent(&mut checked.iter().copied(), &reported);
    assert!(
        n_unseen * 2 <= checked.len(),
        "{n_unseen} of {}",
        checked.len()
    );
    for (name, _) in deep_files() {
        assert!(said.contains(name), "{name}");
    }

    let again = library.ingest(&docs).unwrap();
    assert_eq!((again.documents.added, again.documents.changed), (0, 0));
    assert_eq!(again.problems, report.problems);
    if let Some(peak) = peak_memory() {
        assert!(peak < MAX_MEMORY_BYTES, "{} MB", peak >> 20);
    }
}
