//! Numbers of headings and list items, which Word does not write into the text.

use std::collections::HashMap;

use super::styles::{Styles, small_number};
use crate::parse::xml::{Node, Tag, Xml};

const LEVELS: usize = 9;

/// Longest number that is written out, in characters: `3.1.4.1.5.` and not more of its kind.
const MAX_LABEL_CHARS: usize = 40;

/// The lists of a document, and how far each has been counted.
#[derive(Debug, Default)]
pub(super) struct Numbering {
    /// Which list of [`Numbering::lists`] a number in a paragraph stands for, and where its levels
    /// start if they start anew.
    uses: HashMap<String, Use>,
    lists: HashMap<String, List>,
    counts: HashMap<String, [Option<u64>; LEVELS]>,
}

#[derive(Debug, Default, Clone)]
struct Use {
    list: String,
    starts: [Option<u64>; LEVELS],
    is_used: bool,
}

#[derive(Debug, Default, Clone)]
struct List {
    levels: [Level; LEVELS],
    /// The style that has the levels, if they are not here.
    style: Option<String>,
}

#[derive(Debug, Clone)]
struct Level {
    start: u64,
    format: Format,
    /// `%1.%2` stands for the number of the first level, a dot, and that of the second.
    text: String,
}

impl Default for Level {
    fn default() -> Self {
        Self {
            start: 1,
            format: Format::Decimal,
            text: String::new(),
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Format {
    Decimal,
    Roman,
    Letter,
    /// A bullet, or nothing.
    Unnumbered,
}

/// What stands before a paragraph.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Label {
    /// The number at its own level; `None` for a bullet.
    pub(super) number: Option<u64>,
    /// All of it: `3.1`; empty for a bullet.
    pub(super) text: String,
}

impl Numbering {
    pub(super) fn read(text: &str, styles: &Styles) -> Self {
        let mut reading = Reading::default();
        let mut xml = Xml::new(text);
        while let Some(node) = xml.next() {
            match node {
                Node::Start(tag) => reading.start(&tag),
                Node::End(name) => reading.end(&name),
                Node::Text(_) => {}
            }
        }
        let mut numbering = reading.numbering;
        numbering.follow_styles(styles);
        numbering
    }

    /// A list may only name a style, whose list has the levels.
    fn follow_styles(&mut self, styles: &Styles) {
        let linked: Vec<(String, String)> = self
            .lists
            .iter()
            .filter_map(|(id, list)| Some((id.clone(), list.style.clone()?)))
            .collect();
        for (id, style) in linked {
            let levels = styles
                .list_of(&style)
                .and_then(|number| self.uses.get(number))
                .and_then(|used| self.lists.get(&used.list))
                .map(|list| list.levels.clone());
            if let (Some(levels), Some(list)) = (levels, self.lists.get_mut(&id)) {
                list.levels = levels;
            }
        }
    }

    /// Counts one paragraph on at this level of the list that `number` stands for.
    pub(super) fn next(&mut self, number: &str, level: u8) -> Label {
        let level = usize::from(level).min(LEVELS - 1);
        let Some(used) = self.uses.get_mut(number) else {
            return Label::default();
        };
        let Some(list) = self.lists.get(&used.list) else {
            return Label::default();
        };
        let counts = self.counts.entry(used.list.clone()).or_default();
        if !used.is_used {
            used.is_used = true;
            for (count, start) in counts.iter_mut().zip(used.starts) {
                if start.is_some() {
                    *count = None;
                }
            }
        }
        let start = |level: usize| used.starts[level].unwrap_or(list.levels[level].start);
        counts[level] =
            Some(counts[level].map_or_else(|| start(level), |count| count.saturating_add(1)));
        for deeper in &mut counts[level + 1..] {
            *deeper = None;
        }
        let own = &list.levels[level];
        if own.format == Format::Unnumbered {
            return Label::default();
        }
        let mut text = String::new();
        let mut parts = own.text.split('%');
        text.push_str(parts.next().unwrap_or_default());
        for part in parts {
            let mut chars = part.chars();
            let digit = chars.next().and_then(|c| c.to_digit(10));
            match digit {
                Some(digit @ 1..=9) => {
                    let at = digit as usize - 1;
                    let number = counts[at].unwrap_or_else(|| start(at));
                    text.push_str(&list.levels[at].format.write(number));
                    text.push_str(chars.as_str());
                }
                _ => text.push_str(part),
            }
        }
        Label {
            number: counts[level],
            text: text.chars().take(MAX_LABEL_CHARS).collect(),
        }
    }
}

impl Format {
    fn of_name(name: &str) -> Self {
        match name {
            "bullet" | "none" => Self::Unnumbered,
            "lowerRoman" | "upperRoman" => Self::Roman,
            "lowerLetter" | "upperLetter" => Self::Letter,
            _ => Self::Decimal,
        }
    }

    fn write(self, number: u64) -> String {
        match self {
            Self::Roman => roman(number),
            Self::Letter => letter(number),
            _ => number.to_string(),
        }
    }
}

/// Numbers that nobody counts to in letters are written in digits.
const MAX_SPELLED: u64 = 26 * 26;

fn letter(number: u64) -> String {
    if number == 0 || number > MAX_SPELLED {
        return number.to_string();
    }
    // After z comes aa, then bb.
    let index = u8::try_from((number - 1) % 26).unwrap_or(0);
    let n_times = usize::try_from((number - 1) / 26 + 1).unwrap_or(1);
    char::from(b'a' + index).to_string().repeat(n_times)
}

fn roman(number: u64) -> String {
    const DIGITS: [(u64, &str); 13] = [
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
    if number == 0 || number > MAX_SPELLED {
        return number.to_string();
    }
    let mut left = number;
    let mut text = String::new();
    for (value, digits) in DIGITS {
        while left >= value {
            text.push_str(digits);
            left -= value;
        }
    }
    text
}

/// Where in `numbering.xml` reading is.
#[derive(Debug, Default)]
struct Reading {
    numbering: Numbering,
    list: Option<(String, List)>,
    used: Option<(String, Use)>,
    level: usize,
}

impl Reading {
    fn start(&mut self, tag: &Tag<'_>) {
        let number = |tag: &Tag<'_>| tag.value().and_then(|value| value.parse().ok());
        let level = |tag: &Tag<'_>| {
            let level = tag.attribute("ilvl").and_then(|value| value.parse().ok());
            level.unwrap_or(0_usize).min(LEVELS - 1)
        };
        match (tag.name(), &mut self.list, &mut self.used) {
            ("abstractNum", _, _) => {
                let id = tag.attribute("abstractNumId").unwrap_or_default();
                self.list = Some((id, List::default()));
            }
            ("num", _, _) => {
                let id = tag.attribute("numId").unwrap_or_default();
                self.used = Some((id, Use::default()));
            }
            ("lvl" | "lvlOverride", _, _) => self.level = level(tag),
            ("numStyleLink", Some((_, list)), _) => list.style = tag.value(),
            ("start", Some((_, list)), _) => {
                list.levels[self.level].start = number(tag).unwrap_or(1);
            }
            ("numFmt", Some((_, list)), _) => {
                let format = tag.value().unwrap_or_default();
                list.levels[self.level].format = Format::of_name(&format);
            }
            ("lvlText", Some((_, list)), _) => {
                let text = tag.value().unwrap_or_default();
                list.levels[self.level].text = text.chars().take(MAX_LABEL_CHARS).collect();
            }
            ("abstractNumId", None, Some((_, used))) => {
                used.list = tag.value().unwrap_or_default();
            }
            ("startOverride", None, Some((_, used))) => {
                used.starts[self.level] = number(tag);
            }
            ("ilvl", _, _) => self.level = usize::from(small_number(tag)),
            _ => {}
        }
    }

    fn end(&mut self, name: &str) {
        match name {
            "abstractNum" => self.numbering.lists.extend(self.list.take()),
            "num" => self.numbering.uses.extend(self.used.take()),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LISTS: &str = r#"<w:numbering xmlns:w="w">
        <w:abstractNum w:abstractNumId="0">
            <w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1"/></w:lvl>
            <w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="lowerLetter"/><w:lvlText w:val="%1.%2)"/></w:lvl>
            <w:lvl w:ilvl="2"><w:numFmt w:val="bullet"/><w:lvlText w:val="•"/></w:lvl>
        </w:abstractNum>
        <w:abstractNum w:abstractNumId="1"><w:numStyleLink w:val="S"/></w:abstractNum>
        <w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>
        <w:num w:numId="2"><w:abstractNumId w:val="0"/>
            <w:lvlOverride w:ilvl="0"><w:startOverride w:val="5"/></w:lvlOverride></w:num>
        <w:num w:numId="3"><w:abstractNumId w:val="1"/></w:num>
    </w:numbering>"#;

    #[test]
    fn levels_are_counted_as_word_counts_them() {
        let styles = Styles::read(
            r#"<styles><style styleId="S"><numPr><numId val="1"/></numPr></style></styles>"#,
        );
        let mut numbering = Numbering::read(LISTS, &styles);
        let mut next = |number, level| numbering.next(number, level).text;
        assert_eq!(next("1", 0), "1");
        assert_eq!(next("1", 1), "1.a)");
        assert_eq!(next("1", 1), "1.b)");
        assert_eq!(next("1", 2), "");
        assert_eq!(next("1", 0), "2");
        assert_eq!(next("1", 1), "2.a)");
        assert_eq!(next("2", 0), "5", "the second use starts anew");
        assert_eq!(next("2", 0), "6");
        assert_eq!(next("3", 1), "1.a)", "its levels are those of a style");
        assert_eq!(next("nothing", 0), "");
    }

    #[test]
    fn numbers_have_letters() {
        assert_eq!([1, 26, 27, 53].map(letter), ["a", "z", "aa", "aaa"]);
        assert_eq!(
            [1, 4, 9, 49, 666].map(roman),
            ["i", "iv", "ix", "xlix", "dclxvi"]
        );
        assert_eq!(roman(10_000), "10000");
        assert_eq!(letter(0), "0");
    }
}
