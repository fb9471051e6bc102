//! Files that ask for more than anybody has: each ends in a line of the report, and what stands
//! beside it is indexed.

use std::fmt::Write as _;

use serde_json::Value;

use crate::program::{Workspace, lossy};

/// A PDF of pages that all show what object 4 is.
fn pdf(n_pages: usize, content: &[u8], entries: &str, more: &[String]) -> Vec<u8> {
    let pages: Vec<String> = (0..n_pages)
        .map(|page| format!("{} 0 R", 100 + page))
        .collect();
    let mut head = String::from("%PDF-1.7\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n");
    let _infallible = writeln!(
        head,
        "2 0 obj\n<< /Type /Pages /Kids [{}] /Count {n_pages} /MediaBox [0 0 600 800] >>\nendobj\n\
         3 0 obj\n<< /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> \
         /XObject << /X0 10 0 R >> >>\nendobj",
        pages.join(" ")
    );
    for page in 0..n_pages {
        let _infallible = writeln!(
            head,
            "{} 0 obj\n<< /Type /Page /Parent 2 0 R /Contents 4 0 R /Resources 3 0 R >>\nendobj",
            100 + page
        );
    }
    for (index, object) in more.iter().enumerate() {
        let _infallible = writeln!(head, "{} 0 obj\n{object}\nendobj", 10 + index);
    }
    let _infallible = writeln!(
        head,
        "4 0 obj\n<< /Length {} {entries} >>\nstream",
        content.len()
    );
    let mut bytes = head.into_bytes();
    bytes.extend(content);
    // Readers find the objects without a table of where they stand.
    bytes.extend(b"\nendstream\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n");
    bytes
}

fn readable() -> Vec<u8> {
    let content = b"BT /F1 10 Tf 50 700 Td (The wombat gateway listens on port 5060.) Tj ET";
    pdf(1, content, "", &[])
}

/// Unpacks to four gigabytes. Runs of one byte that are runs of that byte again need no more than a
/// few hundred bytes.
fn bomb() -> Vec<u8> {
    const RUN_OF_128: u8 = 0x81;
    const END: u8 = 0x80;
    let (mut length, mut tail) = (1_u64 << 32, Vec::new());
    let mut filters = String::new();
    for _ in 0..4 {
        length = length / 128 * 2;
        if !tail.is_empty() {
            tail.insert(0, u8::try_from(tail.len() - 1).expect("a short tail"));
        }
        tail.push(END);
        filters.push_str("/RunLengthDecode ");
    }
    let mut content = vec![RUN_OF_128; usize::try_from(length).expect("a short run")];
    content.extend(tail);
    pdf(1, &content, &format!("/Filter [{filters}]"), &[])
}

/// Forms that show forms, on many pages: each page alone is cut off, but there are many.
fn endless() -> Vec<u8> {
    let forms: Vec<String> = (0..8)
        .map(|level| {
            let content = format!("/X{} Do ", level + 1).repeat(10);
            format!(
                "<< /Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X{} {} 0 \
                 R >> >> /Length {} >>\nstream\n{content}\nendstream",
                level + 1,
                11 + level,
                content.len()
            )
        })
        .collect();
    pdf(500, b"/X0 Do", "", &forms)
}

fn problems_of<'r>(report: &'r Value, source: &str) -> Vec<&'r Value> {
    let problems = report["problems"].as_array().expect("a list");
    problems
        .iter()
        .filter(|problem| problem["source"] == source)
        .collect()
}

#[test]
fn hostile_files_end_in_the_report_and_the_others_in_the_index() {
    let workspace = Workspace::with(&[("pbx/v1/guide.md", "# Guide\n\nAn introduction.\n")]);
    workspace.write_bytes("pbx/v1/good.pdf", &readable());
    workspace.write_bytes("pbx/v1/bomb.pdf", &bomb());
    workspace.write_bytes("pbx/v1/endless.pdf", &endless());
    workspace.write_bytes("pbx/v1/empty.pdf", b"");
    workspace.write_bytes(
        "pbx/v1/deep.pdf",
        &pdf(1, "[".repeat(100_000).as_bytes(), "", &[]),
    );
    let docs = workspace.docs();
    let docs = docs.to_str().expect("UTF-8");
    let (code, report) = workspace.json(&[
        "index",
        docs,
        "--max-file-seconds",
        "2",
        "--max-file-memory",
        "512",
    ]);
    assert_eq!(code, 3, "{report}");
    assert_eq!(report["documents"]["total"], 6, "{report}");
    assert!(
        problems_of(&report, "pbx/v1/good.pdf").is_empty(),
        "{report}"
    );
    for (source, kind, part) in [
        ("pbx/v1/bomb.pdf", "too-large", "memory"),
        ("pbx/v1/endless.pdf", "too-large", "takes more"),
        ("pbx/v1/empty.pdf", "damaged", "not a PDF"),
        ("pbx/v1/deep.pdf", "empty", "no text"),
    ] {
        let problems = problems_of(&report, source);
        assert!(
            problems.iter().any(|problem| {
                problem["kind"] == kind
                    && problem["message"]
                        .as_str()
                        .is_some_and(|text| text.contains(part))
            }),
            "{source}: {problems:?}"
        );
    }
    let (code, found) = workspace.json(&["search", "wombat", "--mode", "lexical"]);
    assert_eq!(code, 0);
    assert_eq!(found["hits"].as_array().map(Vec::len), Some(1), "{found}");

    let (_, again) = workspace.json(&["index", docs]);
    assert_eq!(
        again["documents"]["unchanged"], 6,
        "read once is enough: {again}"
    );
}

#[test]
fn a_file_can_be_parsed_for_a_look() {
    let workspace = Workspace::new();
    workspace.write_bytes("good.pdf", &readable());
    let file = workspace.docs().join("good.pdf");
    let file = file.to_str().expect("UTF-8");
    let output = workspace.run(&["parse-file", file]);
    assert_eq!(output.status.code(), Some(0), "{}", lossy(&output.stderr));
    let document: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let text = document["text"].as_str().expect("text");
    assert!(text.contains("port 5060"), "{document}");
    assert_eq!(document["pages"].as_array().map(Vec::len), Some(1));
}

#[test]
fn limits_that_allow_nothing_are_refused() {
    let workspace = Workspace::with(&[("pbx/v1/guide.md", "# Guide\n")]);
    let docs = workspace.docs();
    let docs = docs.to_str().expect("UTF-8");
    for limit in ["--max-pages", "--max-file-seconds", "--max-file-memory"] {
        let output = workspace.run(&["index", docs, limit, "0"]);
        assert_eq!(output.status.code(), Some(2), "{limit}");
        assert!(lossy(&output.stderr).contains("at least"), "{limit}");
    }
}
