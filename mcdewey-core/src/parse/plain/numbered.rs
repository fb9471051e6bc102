//! Headings that are numbered, as they stand in the text of a PDF.
//!
//! A single line never tells a heading (`2 Reference Manual`) from a list item, a running header
//! or a line of a table of contents. The numbers of all headings together do: they form a chain
//! in which each follows from the one before, `1`, `1.1`, `1.1.1`, `1.1.2`, `1.2`, `2`. The
//! headings are the longest such chain among the lines that could be one.

use std::collections::{HashMap, HashSet};

use super::Title;
use super::lines::Line;

/// Longest heading in characters, its number included. Chosen by hand: about a line of print.
const MAX_HEADING_CHARS: usize = 80;
/// Indent from which a line is a running header at the right margin. Chosen by hand.
const MAX_INDENT: usize = 3;
/// Deepest numbering that is believed.
const MAX_DEPTH: usize = 6;
/// Highest number that is believed; above are years, ports and addresses. Chosen by hand.
const MAX_NUMBER: u32 = 199;
/// How many numbers may be missing in a chain, because their line was not recognised.
const MAX_GAP: u32 = 2;
/// As many numbered lines without a gap between them are a table of contents.
const CONTENTS_LINES: usize = 4;
/// Appendices are numbered with letters; they come after all chapters.
const LETTER_A: u32 = 1000;

/// The headings of a text, in order.
pub(super) fn find(lines: &[Line<'_>]) -> Vec<Title> {
    let candidates = candidates(lines);
    let in_style = |dotted: bool| {
        let fits = |candidate: &&Candidate<'_>| candidate.dotted.is_none_or(|dots| dots == dotted);
        longest_chain(&candidates.iter().filter(fits).collect::<Vec<_>>())
    };
    let undotted = in_style(false);
    let mut dotted = in_style(true);
    // `1.`, `2.`, `3.` alone are the items of a list.
    if dotted
        .iter()
        .all(|candidate| candidate.number.len() == 1 && candidate.dotted.is_some())
    {
        dotted.clear();
    }
    let chain = if dotted.len() > undotted.len() {
        dotted
    } else {
        undotted
    };
    if chain.len() < 2 {
        return Vec::new();
    }
    chain.into_iter().map(Candidate::title).collect()
}

/// A line that could be a heading.
#[derive(Debug)]
struct Candidate<'t> {
    line: usize,
    text: &'t str,
    number: Vec<u32>,
    /// Whether a period ends the number; `None` after `Chapter` and `Appendix`.
    dotted: Option<bool>,
    opens_page: bool,
}

impl Candidate<'_> {
    fn title(&self) -> Title {
        Title {
            text: self.text.split_whitespace().collect::<Vec<_>>().join(" "),
            level: u8::try_from(self.number.len()).unwrap_or(u8::MAX),
            first_line: self.line,
            n_lines: 1,
        }
    }
}

fn candidates<'t>(lines: &[Line<'t>]) -> Vec<Candidate<'t>> {
    let mut found: Vec<Candidate<'t>> = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        let after_candidate = found.last().is_some_and(|last| last.line + 1 == at);
        let starts_block = at == 0 || line.opens_page || lines[at - 1].is_blank();
        let goes_on = lines
            .get(at + 1)
            .is_some_and(|next| next.text.starts_with(char::is_lowercase));
        if (starts_block || after_candidate)
            && !goes_on
            && let Some(candidate) = candidate(at, line)
        {
            found.push(candidate);
        }
    }
    without_running_headers(without_contents(found), lines)
}

/// Drops runs of numbered lines directly below each other.
fn without_contents(found: Vec<Candidate<'_>>) -> Vec<Candidate<'_>> {
    let mut kept: Vec<Candidate<'_>> = Vec::new();
    let mut run: Vec<Candidate<'_>> = Vec::new();
    for candidate in found {
        if run
            .last()
            .is_some_and(|last| last.line + 1 != candidate.line)
        {
            keep_short(&mut run, &mut kept);
        }
        run.push(candidate);
    }
    keep_short(&mut run, &mut kept);
    kept
}

fn keep_short<'t>(run: &mut Vec<Candidate<'t>>, kept: &mut Vec<Candidate<'t>>) {
    if run.len() < CONTENTS_LINES {
        kept.append(run);
    }
    run.clear();
}

/// Drops the header of a page that says the same as a heading further down on it.
fn without_running_headers<'t>(
    mut found: Vec<Candidate<'t>>,
    lines: &[Line<'_>],
) -> Vec<Candidate<'t>> {
    let mut on_page: HashSet<Vec<u32>> = HashSet::new();
    let mut page_end = lines.len();
    let page_starts: Vec<usize> = (0..lines.len())
        .filter(|&at| lines[at].opens_page)
        .collect();
    let mut is_header = vec![false; found.len()];
    for (index, candidate) in found.iter().enumerate().rev() {
        let next_page = page_starts.partition_point(|&start| start <= candidate.line);
        let end = page_starts.get(next_page).copied().unwrap_or(lines.len());
        if end != page_end {
            on_page.clear();
            page_end = end;
        }
        is_header[index] = candidate.opens_page && on_page.contains(&candidate.number);
        on_page.insert(candidate.number.clone());
    }
    let mut is_header = is_header.into_iter();
    found.retain(|_| !is_header.next().unwrap_or_default());
    found
}

fn candidate<'t>(at: usize, line: &Line<'t>) -> Option<Candidate<'t>> {
    let text = line.text;
    let fits = text.chars().take(MAX_HEADING_CHARS + 1).count() <= MAX_HEADING_CHARS;
    if !fits || line.indent > MAX_INDENT || text.ends_with(['.', ',', ';', ':']) {
        return None;
    }
    let (word, rest) = text.split_once(char::is_whitespace)?;
    let named = ["chapter", "appendix"]
        .iter()
        .any(|name| word.eq_ignore_ascii_case(name));
    let (label, title) = if named {
        let rest = rest.trim_start();
        rest.split_once(char::is_whitespace).unwrap_or((rest, ""))
    } else {
        (word, rest)
    };
    let (label, ends_with_dot) = match label.strip_suffix('.') {
        Some(label) => (label, true),
        None => (
            label.strip_suffix(':').filter(|_| named).unwrap_or(label),
            false,
        ),
    };
    let number = number_of(label)?;
    let is_letter = number.len() == 1 && number[0] >= LETTER_A;
    let is_title = if named {
        title.is_empty() || is_title(title, 2)
    } else {
        is_title(title, number.len())
    };
    (is_title && (named || !is_letter)).then_some(Candidate {
        line: at,
        text,
        number,
        dotted: (!named).then_some(ends_with_dot),
        opens_page: line.opens_page,
    })
}

fn number_of(label: &str) -> Option<Vec<u32>> {
    let mut number = Vec::new();
    for (depth, part) in label.split('.').enumerate() {
        let letter = part
            .bytes()
            .next()
            .filter(|byte| byte.is_ascii_uppercase() && part.len() == 1);
        number.push(match letter {
            Some(letter) if depth == 0 => LETTER_A + u32::from(letter - b'A'),
            _ => part.parse().ok().filter(|&part| part <= MAX_NUMBER)?,
        });
        if depth >= MAX_DEPTH {
            return None;
        }
    }
    Some(number)
}

/// Whether what follows a number of this depth reads like a title.
fn is_title(title: &str, depth: usize) -> bool {
    let title = title.trim();
    let n_letters = title
        .chars()
        .filter(|symbol| symbol.is_alphabetic())
        .take(2)
        .count();
    let mut symbols = title.chars();
    // Deeper numbers are rare outside headings, so a title like `iSCSI` may follow them.
    let opens_well = symbols
        .next()
        .is_some_and(|first| first.is_alphabetic() && (depth > 1 || !first.is_lowercase()));
    let is_table_row = title.contains("   ");
    opens_well && n_letters == 2 && !is_table_row && !ends_like_contents(title)
}

/// Whether a line ends in dots or in a page number set apart.
fn ends_like_contents(title: &str) -> bool {
    let body = title.trim_end_matches(|symbol: char| symbol.is_ascii_digit());
    let leader = body.trim_end_matches(['.', ' ', '\t']);
    let gap = &body[leader.len()..];
    gap.contains("..") || gap.contains(". .") || (body.len() < title.len() && gap.len() >= 2)
}

/// The longest chain of numbers; of two as long, the one that ends later, because a table of
/// contents comes before what it lists.
///
/// # Complexity
/// Linear in the number of candidates.
fn longest_chain<'a, 't>(candidates: &[&'a Candidate<'t>]) -> Vec<&'a Candidate<'t>> {
    // For each number, and each beginning of a number: the longest chain that ends in it.
    let mut best_at: HashMap<&[u32], (usize, usize)> = HashMap::new();
    let mut best_below: HashMap<&[u32], (usize, usize)> = HashMap::new();
    let mut previous: Vec<Option<usize>> = Vec::with_capacity(candidates.len());
    for (index, candidate) in candidates.iter().enumerate() {
        let number = candidate.number.as_slice();
        let before = predecessors(number)
            .iter()
            .filter_map(|predecessor| match predecessor {
                Predecessor::At(number) => best_at.get(number.as_slice()),
                Predecessor::Below(prefix) => best_below.get(prefix.as_slice()),
            })
            .max()
            .copied();
        let chain = (before.map_or(1, |(len, _)| len + 1), index);
        previous.push(before.map(|(_, index)| index));
        let entry = best_at.entry(number).or_insert(chain);
        *entry = (*entry).max(chain);
        for depth in 0..=number.len() {
            let entry = best_below.entry(&number[..depth]).or_insert(chain);
            *entry = (*entry).max(chain);
        }
    }
    let mut chain = Vec::new();
    let mut next = best_below.get([].as_slice()).map(|&(_, index)| index);
    while let Some(index) = next {
        chain.push(candidates[index]);
        next = previous[index];
    }
    chain.reverse();
    chain
}

/// What may come before a number.
enum Predecessor {
    /// This number.
    At(Vec<u32>),
    /// Any number that begins with this.
    Below(Vec<u32>),
}

fn predecessors(number: &[u32]) -> Vec<Predecessor> {
    let mut found = Vec::new();
    for depth in (0..number.len()).rev() {
        let (parent, part) = (&number[..depth], number[depth]);
        if depth == 0 && part == LETTER_A {
            found.push(Predecessor::Below(Vec::new()));
        }
        for gap in 1..=MAX_GAP.min(part) {
            let before = [parent, &[part - gap]].concat();
            found.push(Predecessor::Below(before));
        }
        // What follows a whole level begins near its start.
        if part > MAX_GAP {
            break;
        }
        if depth > 0 {
            found.push(Predecessor::At(parent.to_vec()));
        }
    }
    found
}
