//! What the styles of paragraphs mean: heading, title, code, item of a list.

use std::collections::HashMap;

use crate::parse::xml::{Node, Tag, Xml};

/// Styles that are based on each other, at most. Word itself allows ten or so.
const MAX_CHAIN: usize = 32;

/// Longest name that is looked at. A style may have a name of megabytes, and thousands of others
/// be based on it.
const MAX_NAME_CHARS: usize = 100;

/// The styles of a document by their id.
#[derive(Debug, Default)]
pub(super) struct Styles {
    by_id: HashMap<String, Style>,
    /// The font of text whose style names none.
    default_is_fixed: bool,
}

/// A style as it stands in the file.
#[derive(Debug, Default, Clone)]
struct Style {
    name: String,
    based_on: Option<String>,
    outline_level: Option<u8>,
    numbering: Option<(Option<String>, u8)>,
    is_fixed: Option<bool>,
}

/// What a style means, with all that it is based on.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "a style may mean several of these"
)]
pub(super) struct Meaning {
    /// Level of a heading, from 1.
    pub(super) level: Option<u8>,
    pub(super) is_title: bool,
    /// An entry of a table of contents.
    pub(super) is_contents: bool,
    /// Whether its name says that it is for code.
    pub(super) is_code: bool,
    /// Whether its letters are all of one width.
    pub(super) is_fixed: bool,
    /// The list and the level in it.
    pub(super) numbering: Option<(String, u8)>,
}

impl Styles {
    pub(super) fn read(text: &str) -> Self {
        let mut styles = Self::default();
        let mut xml = Xml::new(text);
        let mut open: Option<(String, Style)> = None;
        let mut in_defaults = false;
        while let Some(node) = xml.next() {
            match node {
                Node::Start(tag) => match (tag.name(), &mut open) {
                    ("style", _) => {
                        let id = tag.attribute("styleId").unwrap_or_default();
                        open = Some((id, Style::default()));
                    }
                    ("docDefaults", None) => in_defaults = true,
                    ("rFonts", None) if in_defaults => {
                        styles.default_is_fixed = is_fixed(&tag).unwrap_or(false);
                    }
                    (name, Some((_, style))) => style.property(name, &tag),
                    _ => {}
                },
                Node::End(name) => match &*name {
                    "style" => styles.by_id.extend(open.take()),
                    "docDefaults" => in_defaults = false,
                    _ => {}
                },
                Node::Text(_) => {}
            }
        }
        styles
    }

    /// What the style with this id means; `None` is the style of a paragraph that names none.
    pub(super) fn meaning(&self, id: Option<&str>) -> Meaning {
        let mut meaning = Meaning {
            is_fixed: self.default_is_fixed,
            ..Meaning::default()
        };
        let Some(id) = id else {
            return meaning;
        };
        let mut list: Option<String> = None;
        let mut list_level = None;
        let mut fixed = None;
        let mut level = None;
        let mut next = Some(id);
        for _ in 0..MAX_CHAIN {
            let Some(id) = next else { break };
            let style = self.by_id.get(id);
            let name = style.map_or(id, |style| style.name.as_str());
            level = level
                .or_else(|| style.and_then(|style| style.outline_level))
                .or_else(|| level_of_name(name))
                .or_else(|| level_of_name(id));
            meaning.is_title |= is_title(name);
            meaning.is_contents |= is_contents(name);
            meaning.is_code |= is_code(name);
            let Some(style) = style else { break };
            fixed = fixed.or(style.is_fixed);
            if let Some((found, found_level)) = &style.numbering {
                list_level.get_or_insert(*found_level);
                list = list.or_else(|| found.clone());
            }
            next = style.based_on.as_deref();
        }
        // Level 10 is how Word says that a paragraph is none.
        meaning.level = level.filter(|level| (1..=9).contains(level));
        meaning.is_fixed = fixed.unwrap_or(self.default_is_fixed);
        meaning.numbering = list
            .filter(|list| list != "0")
            .map(|list| (list, list_level.unwrap_or(0)));
        meaning
    }

    /// Whether text with the character style `id` has letters of one width, if it says so.
    pub(super) fn is_fixed(&self, id: &str) -> Option<bool> {
        let mut next = Some(id);
        for _ in 0..MAX_CHAIN {
            let style = self.by_id.get(next?)?;
            if style.is_fixed.is_some() {
                return style.is_fixed;
            }
            next = style.based_on.as_deref();
        }
        None
    }

    /// Whether code can be told by its font. Where all text looks like code, looks say nothing.
    pub(super) fn tell_code_by_font(&self) -> bool {
        !self.default_is_fixed
    }

    /// The list that belongs to the style of this id, of those that stand for lists.
    pub(super) fn list_of(&self, id: &str) -> Option<&str> {
        let (list, _) = self.by_id.get(id)?.numbering.as_ref()?;
        list.as_deref()
    }
}

impl Style {
    fn property(&mut self, name: &str, tag: &Tag<'_>) {
        match name {
            "name" => {
                let name = tag.value().unwrap_or_default();
                self.name = name.chars().take(MAX_NAME_CHARS).collect();
            }
            "basedOn" => self.based_on = tag.value(),
            "outlineLvl" => self.outline_level = outline_level(tag),
            "numId" => self.numbering.get_or_insert_default().0 = tag.value(),
            "ilvl" => self.numbering.get_or_insert_default().1 = small_number(tag),
            "rFonts" => self.is_fixed = is_fixed(tag),
            _ => {}
        }
    }
}

/// The level that an `outlineLvl` gives, from 1.
pub(super) fn outline_level(tag: &Tag<'_>) -> Option<u8> {
    let level: u8 = tag.value()?.parse().ok()?;
    level.checked_add(1)
}

/// A level of a list, of which there are nine.
pub(super) fn small_number(tag: &Tag<'_>) -> u8 {
    let number = tag.value().and_then(|value| value.parse().ok());
    number.unwrap_or(0_u8).min(8)
}

/// Whether an `rFonts` names a font whose letters are all of one width; `None` if it names none.
pub(super) fn is_fixed(tag: &Tag<'_>) -> Option<bool> {
    let font = tag
        .attribute("ascii")
        .or_else(|| tag.attribute("hAnsi"))
        .or_else(|| tag.attribute("cs"))?;
    Some(is_fixed_font(&font))
}

/// Whether the letters of a font are all of one width, by its name.
pub(in crate::parse) fn is_fixed_font(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let is_known = [
        "courier",
        "consol",
        "menlo",
        "monaco",
        "typewriter",
        "terminal",
        "inconsolata",
        "fixed",
        "source code",
        "fira code",
        "cascadia",
        "letter gothic",
    ]
    .iter()
    .any(|known| name.contains(known));
    // `Monotype` is a foundry.
    let is_mono = name
        .match_indices("mono")
        .any(|(at, _)| !name[at..].starts_with("monotype"));
    is_known || is_mono
}

/// The word for a heading in the languages that word processors are sold in. Word itself calls
/// its own styles `heading 1` in all of them, other programs do not.
const HEADINGS: [&str; 32] = [
    "heading",
    "header",
    "überschrift",
    "berschrift",
    "titre",
    "título",
    "titolo",
    "kop",
    "rubrik",
    "overskrift",
    "otsikko",
    "nagłówek",
    "nadpis",
    "заголовок",
    "見出し",
    "标题",
    "標題",
    "제목",
    "başlık",
    "címsor",
    "titlu",
    "επικεφαλίδα",
    "naslov",
    "antraštė",
    "virsraksts",
    "pealkiri",
    "tiêu đề",
    "judul",
    "tajuk",
    "capçalera",
    "encabezado",
    "fyrirsögn",
];

/// The level that the name of a style tells: `heading 1`, `Heading1`, `Überschrift 2`.
fn level_of_name(name: &str) -> Option<u8> {
    let name = name.trim().to_lowercase();
    let stem = name.trim_end_matches(|c: char| c.is_ascii_digit());
    let level: u8 = name[stem.len()..].parse().ok()?;
    let is_heading = HEADINGS.contains(&stem.trim_end_matches([' ', '_', '-']));
    (is_heading && (1..=9).contains(&level)).then_some(level)
}

fn is_title(name: &str) -> bool {
    const TITLES: [&str; 10] = [
        "title",
        "titel",
        "titre",
        "título",
        "titolo",
        "tytuł",
        "название",
        "表題",
        "标题",
        "제목",
    ];
    TITLES.contains(&name.trim().to_lowercase().as_str())
}

/// Whether a style is that of a table of contents. What stands there stands elsewhere too.
fn is_contents(name: &str) -> bool {
    let name = name.trim().to_ascii_lowercase();
    let stem = name.trim_end_matches(|c: char| c.is_ascii_digit() || c == ' ');
    matches!(
        stem,
        "toc" | "toc heading" | "table of figures" | "contents" | "contents heading"
    )
}

fn is_code(name: &str) -> bool {
    const CODES: [&str; 10] = [
        "code",
        "source code",
        "sourcecode",
        "code block",
        "codeblock",
        "html preformatted",
        "htmlpreformatted",
        "preformatted text",
        "preformatted",
        "listing",
    ];
    CODES.contains(&name.trim().to_lowercase().as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    const STYLES: &str = r#"<w:styles xmlns:w="w">
        <w:style w:styleId="berschrift1"><w:name w:val="heading 1"/></w:style>
        <w:style w:styleId="Chapter"><w:name w:val="Chapter"/><w:basedOn w:val="berschrift1"/></w:style>
        <w:style w:styleId="Part"><w:name w:val="Part"/><w:pPr><w:outlineLvl w:val="2"/></w:pPr></w:style>
        <w:style w:styleId="Lead"><w:name w:val="Lead"/><w:basedOn w:val="Chapter"/><w:pPr><w:outlineLvl w:val="9"/></w:pPr></w:style>
        <w:style w:styleId="a"><w:name w:val="見出し 2"/></w:style>
        <w:style w:styleId="T"><w:name w:val="Title"/></w:style>
        <w:style w:styleId="V1"><w:name w:val="TOC 1"/></w:style>
        <w:style w:styleId="C"><w:name w:val="Shell"/><w:rPr><w:rFonts w:ascii="Consolas"/></w:rPr></w:style>
        <w:style w:styleId="D"><w:name w:val="Deep"/><w:basedOn w:val="C"/></w:style>
        <w:style w:styleId="L"><w:name w:val="List"/><w:pPr><w:numPr><w:ilvl w:val="1"/><w:numId w:val="7"/></w:numPr></w:pPr></w:style>
        <w:style w:styleId="x"><w:name w:val="x"/><w:basedOn w:val="y"/></w:style>
        <w:style w:styleId="y"><w:name w:val="y"/><w:basedOn w:val="x"/></w:style>
    </w:styles>"#;

    #[test]
    fn a_style_means_what_it_is_based_on() {
        let styles = Styles::read(STYLES);
        let level = |id| styles.meaning(Some(id)).level;
        assert_eq!(level("berschrift1"), Some(1));
        assert_eq!(level("Chapter"), Some(1));
        assert_eq!(level("Part"), Some(3));
        assert_eq!(level("Lead"), None);
        assert_eq!(level("a"), Some(2));
        assert_eq!(level("x"), None);
        assert_eq!(
            level("Heading3"),
            Some(3),
            "a style that is not in the file"
        );
        assert!(styles.meaning(Some("T")).is_title);
        assert!(styles.meaning(Some("V1")).is_contents);
        assert!(styles.meaning(Some("D")).is_fixed);
        let list = styles.meaning(Some("L")).numbering;
        assert_eq!(list, Some(("7".to_owned(), 1)));
        assert_eq!(styles.meaning(None), Meaning::default());
    }

    #[test]
    fn headings_have_names_in_many_languages() {
        for (name, level) in [
            ("Überschrift 1", Some(1)),
            ("Titre 2", Some(2)),
            ("Заголовок 3", Some(3)),
            ("标题 4", Some(4)),
            ("HEADING_5", Some(5)),
            ("Heading", None),
            ("Heading 10", None),
            ("Heading 1 Char", None),
            ("Table 1", None),
        ] {
            assert_eq!(level_of_name(name), level, "{name}");
        }
    }

    #[test]
    fn where_all_text_is_of_one_width_it_is_no_code() {
        let styles = Styles::read(
            r#"<styles><docDefaults><rFonts ascii="Courier New"/></docDefaults>
            <style styleId="N"><name val="Normal"/></style></styles>"#,
        );
        assert!(!styles.tell_code_by_font());
        assert!(is_fixed_font("DejaVu Sans Mono") && is_fixed_font("Courier New"));
        assert!(!is_fixed_font("Monotype Corsiva") && !is_fixed_font("Arial"));
    }
}
