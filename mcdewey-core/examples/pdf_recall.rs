//! Measures what is read of PDFs against `pdftotext` (poppler-utils), page by page.
//!
//! ```text
//! cargo run --release -p mcdewey-core --no-default-features --features pdf \
//!     --example pdf_recall -- FILE-OR-FOLDER...
//! ```
//!
//! A word is what stands between white space, without punctuation around it; every Chinese or
//! Japanese character is one. Recall is the part of pdftotext's words that stand on the same page
//! of ours as often; precision the part of ours that stand in pdftotext's. Two halves of a word
//! that pdftotext leaves parted at the end of a line count as found if ours has them joined.
//! pdftotext's running heads and feet, which ours leaves out, are taken out first: those of the
//! two first and two last lines of a page that are the same on three pages or more, numbers aside.
//! `all` is the recall with them. `layout` is measured against `pdftotext -layout`, `flow` against
//! pdftotext in reading order, and `pairs` is the part of the pairs of neighbouring words in the
//! latter that are neighbours in ours, which says something about the reading order.
//!
//! Labels are compared with those that `qpdf` tells, where it is installed.
//!
//! `--reader PROGRAM` before the files measures another reader: what `PROGRAM FILE` prints, with a
//! form feed after each page. It has no labels.
//!
//! The exit code is 1 if a bar is missed: a mean recall of 0.99, 0.97 for every document, right
//! labels on 0.99 of the pages.
#![expect(clippy::print_stdout, reason = "a program that prints a table")]

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::time::{Duration, Instant};

use mcdewey_core::document::Document;
use mcdewey_core::parse::{Format, parse};

/// What is asked of the mean of all documents.
const MIN_MEAN: f64 = 0.99;
/// What is asked of every document.
const MIN_WORST: f64 = 0.97;
/// What is asked of page labels.
const MIN_LABELS: f64 = 0.99;

fn main() -> ExitCode {
    let mut arguments = std::env::args_os().skip(1).peekable();
    let reader = arguments
        .next_if(|argument| argument == "--reader")
        .and_then(|_| arguments.next().map(PathBuf::from));
    let mut files = Vec::new();
    for argument in arguments {
        collect(Path::new(&argument), &mut files);
    }
    files.sort();
    println!("document\tpages\twords\tlayout\tflow\tall\tprecision\tpairs\tlabels");
    let measured: Vec<Measured> = files
        .iter()
        .filter_map(|file| measure(file, reader.as_deref()))
        .collect();
    if measured.is_empty() {
        println!("no PDF that pdftotext reads");
        return ExitCode::FAILURE;
    }
    let mean =
        |of: fn(&Measured) -> f64| measured.iter().map(of).sum::<f64>() / measured.len() as f64;
    let worst = measured.iter().map(|one| one.layout).fold(1.0, f64::min);
    let (n_right, n_labels) = measured.iter().fold((0, 0), |(right, all), one| {
        (right + one.labels.0, all + one.labels.1)
    });
    let labels = share(n_right, n_labels);
    let time = |of: fn(&Measured) -> Duration| measured.iter().map(of).sum::<Duration>();
    println!(
        "mean\t\t\t{:.4}\t{:.4}\t{:.4}\t{:.4}\t{:.4}\t{labels:.4}",
        mean(|one| one.layout),
        mean(|one| one.flow),
        mean(|one| one.all),
        mean(|one| one.precision),
        mean(|one| one.pairs),
    );
    println!(
        "worst {worst:.4}; {:.2} s here, {:.2} s in pdftotext",
        time(|one| one.time).as_secs_f64(),
        time(|one| one.time_of_pdftotext).as_secs_f64()
    );
    let is_good = mean(|one| one.layout) >= MIN_MEAN && worst >= MIN_WORST && labels >= MIN_LABELS;
    println!("{}", if is_good { "good" } else { "a bar is missed" });
    if is_good {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

/// What was measured of a document.
struct Measured {
    layout: f64,
    flow: f64,
    all: f64,
    precision: f64,
    pairs: f64,
    /// Pages with the right label, and pages with one.
    labels: (usize, usize),
    time: Duration,
    time_of_pdftotext: Duration,
}

fn collect(path: &Path, files: &mut Vec<PathBuf>) {
    if let Ok(entries) = std::fs::read_dir(path) {
        for entry in entries.flatten() {
            collect(&entry.path(), files);
        }
    } else if path.extension().is_some_and(|extension| extension == "pdf") {
        files.push(path.to_path_buf());
    }
}

fn measure(file: &Path, reader: Option<&Path>) -> Option<Measured> {
    let bytes = std::fs::read(file).ok()?;
    let start = Instant::now();
    let document = if reader.is_some() {
        Document::default()
    } else {
        parse(Format::Pdf, &bytes)
    };
    let ours = match reader {
        // A reader that fails has found nothing.
        Some(reader) => printed_pages(Command::new(reader).arg(file)).unwrap_or_default(),
        None => pages(&document),
    };
    let time = start.elapsed();
    let layout = pdftotext(file, &["-layout"])?;
    let start = Instant::now();
    let flow = pdftotext(file, &[])?;
    let time_of_pdftotext = start.elapsed();

    let (of_layout, of_flow) = (compare(&layout, &ours, true), compare(&flow, &ours, true));
    let all = compare(&layout, &ours, false);
    let labels = match reader {
        Some(_) => Vec::new(),
        None => labels(file, ours.len()),
    };
    let n_right = labels
        .iter()
        .enumerate()
        .filter(|(index, label)| label_of(&document, *index).as_ref() == Some(*label))
        .count();
    let measured = Measured {
        layout: share(of_layout.n_found, of_layout.n_words),
        flow: share(of_flow.n_found, of_flow.n_words),
        all: share(all.n_found, all.n_words),
        precision: 1.0 - share(all.n_extra, all.n_ours.max(1)),
        pairs: share(of_flow.n_pairs_found, of_flow.n_pairs),
        labels: (n_right, labels.len()),
        time,
        time_of_pdftotext,
    };
    println!(
        "{}\t{}\t{}\t{:.4}\t{:.4}\t{:.4}\t{:.4}\t{:.4}\t{n_right}/{}",
        file.file_name().unwrap_or_default().to_string_lossy(),
        layout.len(),
        all.n_words,
        measured.layout,
        measured.flow,
        measured.all,
        measured.precision,
        measured.pairs,
        labels.len(),
    );
    if std::env::var_os("MISSING").is_some() {
        println!("  missing: {}", of_layout.missing.join(" "));
    }
    Some(measured)
}

fn share(part: usize, whole: usize) -> f64 {
    if whole == 0 {
        1.0
    } else {
        part as f64 / whole as f64
    }
}

/// The text of each page.
fn pages(document: &Document) -> Vec<String> {
    let ends = document.pages.iter().skip(1).map(|page| page.start);
    let ends = ends.chain([document.text.len()]);
    let pages = document.pages.iter().zip(ends);
    pages
        .map(|(page, end)| document.text[page.start..end].replace("\\|", "|"))
        .collect()
}

fn pdftotext(file: &Path, options: &[&str]) -> Option<Vec<String>> {
    let mut pdftotext = Command::new("pdftotext");
    pdftotext.args(options).args(["-enc", "UTF-8"]);
    printed_pages(pdftotext.arg(file).arg("-"))
}

/// What a program prints, page by page.
fn printed_pages(program: &mut Command) -> Option<Vec<String>> {
    let output = program.output().ok()?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let mut pages: Vec<String> = text.split('\u{c}').map(str::to_owned).collect();
    pages.pop();
    output.status.success().then_some(pages)
}

#[derive(Default)]
struct Comparison {
    n_words: usize,
    n_found: usize,
    n_ours: usize,
    n_extra: usize,
    n_pairs: usize,
    n_pairs_found: usize,
    missing: Vec<String>,
}

fn compare(theirs: &[String], ours: &[String], is_without_heads: bool) -> Comparison {
    let heads = if is_without_heads {
        heads(theirs)
    } else {
        HashSet::new()
    };
    let mut total = Comparison::default();
    for (index, page) in theirs.iter().enumerate() {
        let body = without(page, &heads);
        let ours = ours.get(index).map_or("", String::as_str);
        compare_page(&body, ours, &mut total);
    }
    total
}

fn compare_page(theirs: &str, ours: &str, total: &mut Comparison) {
    let (theirs, ours) = (words(theirs), words(ours));
    total.n_words += theirs.len();
    total.n_ours += ours.len();
    let (mut missing, mut extra) = (counts(&theirs), counts(&ours));
    for (word, n_missing) in &mut missing {
        let n_there = extra.get_mut(word);
        if let Some(n_there) = n_there {
            let n_found = (*n_missing).min(*n_there);
            *n_missing -= n_found;
            *n_there -= n_found;
            total.n_found += n_found;
        }
    }
    for (word, n_extra) in &mut extra {
        if *n_extra > 0 && take_halves(word, &mut missing) {
            *n_extra -= 1;
            total.n_found += 2;
        }
    }
    total.n_extra += extra.values().sum::<usize>();
    let missing = missing.into_iter().filter(|(_, n)| *n > 0);
    total.missing.extend(missing.map(|(word, _)| word));
    let neighbours: HashSet<(&String, &String)> =
        ours.windows(2).map(|pair| (&pair[0], &pair[1])).collect();
    let pairs = theirs.windows(2).map(|pair| (&pair[0], &pair[1]));
    total.n_pairs += pairs.clone().count();
    total.n_pairs_found += pairs.filter(|pair| neighbours.contains(pair)).count();
}

/// Takes both halves of a word from what is missing, with or without a hyphen between them.
fn take_halves(word: &str, missing: &mut HashMap<String, usize>) -> bool {
    for (at, _) in word.char_indices().skip(1) {
        let (head, tail) = (&word[..at], word[at..].trim_start_matches('-'));
        let n_needed = if head == tail { 2 } else { 1 };
        let is_there = |half: &str| missing.get(half).is_some_and(|n| *n >= n_needed);
        if is_there(head) && is_there(tail) {
            for half in [head, tail] {
                if let Some(n) = missing.get_mut(half) {
                    *n -= 1;
                }
            }
            return true;
        }
    }
    false
}

fn counts(words: &[String]) -> HashMap<String, usize> {
    let mut counts = HashMap::new();
    for word in words {
        *counts.entry(word.clone()).or_default() += 1;
    }
    counts
}

fn words(text: &str) -> Vec<String> {
    let mut plain = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            'ﬀ' => plain.push_str("ff"),
            'ﬁ' => plain.push_str("fi"),
            'ﬂ' => plain.push_str("fl"),
            'ﬃ' => plain.push_str("ffi"),
            'ﬄ' => plain.push_str("ffl"),
            '\u{AD}' => {}
            '\u{2010}' | '\u{2011}' => plain.push('-'),
            '\u{3000}'..='\u{9FFF}' | '\u{FF00}'..='\u{FFEF}' => plain.extend([' ', c, ' ']),
            c => plain.push(c),
        }
    }
    plain
        .split_whitespace()
        .map(|word| word.trim_matches(|c: char| !c.is_alphanumeric()))
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect()
}

/// The running heads and feet of a document, numbers aside.
fn heads(pages: &[String]) -> HashSet<String> {
    let mut counts: HashMap<String, usize> = HashMap::new();
    for page in pages {
        let ends: HashSet<String> = ends(page).map(|(_, line)| without_numbers(line)).collect();
        for line in ends {
            *counts.entry(line).or_default() += 1;
        }
    }
    let repeated = counts.into_iter().filter(|(_, n)| *n >= 3);
    repeated.map(|(line, _)| line).collect()
}

/// The first two and the last two lines of a page that say something.
fn ends(page: &str) -> impl Iterator<Item = (usize, &str)> {
    let lines: Vec<(usize, &str)> = page
        .lines()
        .enumerate()
        .filter(|(_, line)| !line.trim().is_empty())
        .collect();
    let n_lines = lines.len();
    lines
        .into_iter()
        .enumerate()
        .filter(move |(index, _)| *index < 2 || index + 2 >= n_lines)
        .map(|(_, line)| line)
}

fn without(page: &str, heads: &HashSet<String>) -> String {
    let gone: HashSet<usize> = ends(page)
        .filter(|(_, line)| heads.contains(&without_numbers(line)))
        .map(|(index, _)| index)
        .collect();
    let lines = page.lines().enumerate();
    let kept: Vec<&str> = lines
        .filter(|(index, _)| !gone.contains(index))
        .map(|(_, line)| line)
        .collect();
    kept.join("\n")
}

fn without_numbers(line: &str) -> String {
    let is_roman = |word: &str| !word.is_empty() && word.chars().all(|c| "ivxlcIVXLC".contains(c));
    let words = line.split_whitespace().map(|word| {
        if is_roman(word) {
            return "#".to_owned();
        }
        let digits = word.replace(|c: char| c.is_ascii_digit(), "#");
        digits
            .split_inclusive('#')
            .filter(|part| *part != "#")
            .collect()
    });
    words.collect::<Vec<String>>().join(" ")
}

/// The label of each page, as `qpdf` tells; nothing for a document without.
fn labels(file: &Path, n_pages: usize) -> Vec<String> {
    let output = Command::new("qpdf")
        .args(["--json=1", "--json-key=pagelabels"])
        .arg(file)
        .output();
    let json = output
        .ok()
        .and_then(|output| serde_json::from_slice::<serde_json::Value>(&output.stdout).ok());
    let ranges = json.as_ref().and_then(|json| json["pagelabels"].as_array());
    let Some(ranges) = ranges.filter(|ranges| !ranges.is_empty()) else {
        return Vec::new();
    };
    let count = |value: &serde_json::Value| usize::try_from(value.as_u64()?).ok();
    let of_page = |page: usize| {
        let index = |range: &&serde_json::Value| count(&range["index"]).unwrap_or(0);
        let range = ranges.iter().rev().find(|range| index(range) <= page)?;
        let label = &range["label"];
        let first = count(&label["/St"]).unwrap_or(1);
        let number = first + page - index(&range);
        let prefix = label["/P"].as_str().unwrap_or("");
        let prefix = prefix.strip_prefix("u:").unwrap_or(prefix);
        Some(match label["/S"].as_str() {
            Some("/D") => format!("{prefix}{number}"),
            Some("/r") => format!("{prefix}{}", roman(number)),
            Some("/R") => format!("{prefix}{}", roman(number).to_uppercase()),
            _ => prefix.to_owned(),
        })
    };
    (0..n_pages)
        .map(|page| of_page(page).unwrap_or_default())
        .collect()
}

fn roman(number: usize) -> String {
    let units = ["", "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix"];
    let tens = ["", "x", "xx", "xxx", "xl", "l", "lx", "lxx", "lxxx", "xc"];
    let hundreds = "c".repeat(number / 100);
    format!("{hundreds}{}{}", tens[number / 10 % 10], units[number % 10])
}

/// A page without a label of its own is known by its number.
fn label_of(document: &Document, index: usize) -> Option<String> {
    let page = document.pages.get(index)?;
    Some(
        page.label
            .clone()
            .unwrap_or_else(|| page.number.to_string()),
    )
}
