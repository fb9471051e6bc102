//! The page labels of a PDF in, what is printed on each page out.

use std::collections::{BTreeMap, HashSet};

use hayro_syntax::Pdf;
use hayro_syntax::object::{Array, Dict, Name, Object};

use super::strings;

/// Most ranges of labels that are read.
const MAX_RANGES: usize = 100_000;

/// Longest label, in characters.
const MAX_LABEL_CHARS: usize = 40;

/// Longest Roman numeral below 400, `ccclxxxviii`.
const MAX_NUMERAL: usize = 11;

/// How the pages from one on are numbered.
struct Range {
    style: Style,
    prefix: String,
    first: u32,
}

enum Style {
    None,
    Decimal,
    Roman { is_upper: bool },
    Letters { is_upper: bool },
}

/// The labels of all pages; `None` if the document has none.
pub(super) fn read(pdf: &Pdf, n_pages: usize) -> Option<Vec<Option<String>>> {
    let xref = pdf.xref();
    let catalog = xref.get::<Dict<'_>>(xref.root_id())?;
    let ranges = ranges(catalog.get::<Dict<'_>>("PageLabels")?);
    let label = |index: usize| {
        let (&start, range) = ranges.range(..=index).next_back()?;
        let number = range
            .first
            .saturating_add(u32::try_from(index - start).ok()?);
        let label = format!("{}{}", range.prefix, range.style.of(number));
        (!label.trim().is_empty()).then(|| label.chars().take(MAX_LABEL_CHARS).collect())
    };
    (!ranges.is_empty()).then(|| (0..n_pages).map(label).collect())
}

fn ranges(root: Dict<'_>) -> BTreeMap<usize, Range> {
    let mut ranges = BTreeMap::new();
    let mut seen = HashSet::new();
    let mut open = vec![root];
    while let Some(node) = open.pop() {
        if ranges.len() > MAX_RANGES || !seen.insert(node.data().as_ptr() as usize) {
            continue;
        }
        if let Some(kids) = node.get::<Array<'_>>("Kids") {
            open.extend(kids.iter::<Dict<'_>>());
        }
        let Some(pairs) = node.get::<Array<'_>>("Nums") else {
            continue;
        };
        let mut pairs = pairs.iter::<Object<'_>>();
        while let (Some(Object::Number(index)), Some(value)) = (pairs.next(), pairs.next()) {
            if let (Ok(index), Object::Dict(dict)) = (usize::try_from(index.as_i64()), value) {
                ranges.insert(index, range(&dict));
            }
        }
    }
    ranges
}

fn range(dict: &Dict<'_>) -> Range {
    let style = match dict.get::<Name<'_>>("S").as_ref().map(Name::as_str) {
        Some("D") => Style::Decimal,
        Some("R") => Style::Roman { is_upper: true },
        Some("r") => Style::Roman { is_upper: false },
        Some("A") => Style::Letters { is_upper: true },
        Some("a") => Style::Letters { is_upper: false },
        _ => Style::None,
    };
    Range {
        style,
        prefix: strings::of(dict, "P").unwrap_or_default(),
        first: dict.get::<u32>("St").unwrap_or(1),
    }
}

impl Style {
    fn of(&self, number: u32) -> String {
        let (label, is_upper) = match self {
            Self::None => return String::new(),
            Self::Decimal => return number.to_string(),
            Self::Roman { is_upper } => (roman(number), *is_upper),
            Self::Letters { is_upper } => (letters(number), *is_upper),
        };
        if is_upper {
            label.to_uppercase()
        } else {
            label
        }
    }
}

/// Past 3 999 there are no more Roman numerals to speak of.
fn roman(number: u32) -> String {
    const DIGITS: [(u32, &str); 13] = [
        (1000, "m"),
        (900, "cm"),
        (500, "d"),
        (400, "cd"),
        (100, "c"),
        (90, "xc"),
        (50, "l"),
        (40, "xl"),
        (10, "x"),
        (9, "ix"),
        (5, "v"),
        (4, "iv"),
        (1, "i"),
    ];
    if number == 0 || number > 3999 {
        return number.to_string();
    }
    let mut rest = number;
    let mut label = String::new();
    for (value, digits) in DIGITS {
        while rest >= value {
            label.push_str(digits);
            rest -= value;
        }
    }
    label
}

/// The number that a Roman numeral in lower case stands for, if it is written as it should be.
pub(super) fn from_roman(text: &str) -> Option<u32> {
    let value = |c: char| match c {
        'i' => Some(1),
        'v' => Some(5),
        'x' => Some(10),
        'l' => Some(50),
        'c' => Some(100),
        _ => None,
    };
    if text.is_empty() || text.len() > MAX_NUMERAL {
        return None;
    }
    let mut total = 0_u32;
    let mut largest = 0;
    for c in text.chars().rev() {
        let value = value(c)?;
        if value < largest {
            total = total.checked_sub(value)?;
        } else {
            total += value;
            largest = value;
        }
    }
    (roman(total) == text).then_some(total)
}

/// `a` to `z`, then `aa`, `bb` and so on.
fn letters(number: u32) -> String {
    let Some(index) = number.checked_sub(1) else {
        return String::new();
    };
    let letter = char::from(b'a' + (index % 26) as u8);
    let n_times = (index / 26 + 1) as usize;
    std::iter::repeat_n(letter, n_times.min(MAX_LABEL_CHARS)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numerals_and_letters() {
        assert_eq!(Style::Roman { is_upper: false }.of(14), "xiv");
        assert_eq!(Style::Roman { is_upper: true }.of(1999), "MCMXCIX");
        assert_eq!(Style::Letters { is_upper: true }.of(28), "BB");
        assert_eq!(Style::None.of(3), "");
    }

    #[test]
    fn numerals_are_read_back_and_nothing_else_is() {
        for number in 1..200 {
            assert_eq!(from_roman(&roman(number)), Some(number));
        }
        for text in ["", "iiii", "vx", "mix", "iv1", "ic"] {
            assert_eq!(from_roman(text), None, "{text}");
        }
    }
}
