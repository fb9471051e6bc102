//! What a page says about itself: title, address, language, date.

use super::names::{Attribute, Element};
use super::tree::Tree;

/// What stands between the title of a page and the name of its site.
const SEPARATORS: [&str; 12] = [
    " — ", " – ", " | ", " - ", " :: ", " · ", " » ", " « ", " • ", " > ", " / ", ": ",
];

/// `<meta>` names that give a date, the one that says most first.
const DATES: [&str; 15] = [
    "article:modified_time",
    "og:updated_time",
    "last-modified",
    "dcterms.modified",
    "dc.date.modified",
    "datemodified",
    "revised",
    "article:published_time",
    "dcterms.date",
    "dc.date",
    "dcterms.created",
    "dc.created",
    "datepublished",
    "date",
    "docdate",
];

/// What a page says about itself.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Head {
    /// The text of `<title>`.
    pub(super) title: Option<String>,
    pub(super) url: Option<String>,
    pub(super) language: Option<String>,
    pub(super) date: Option<String>,
}

/// Reads all of a page, because saved pages have parts of their head in their body.
pub(super) fn read(tree: &Tree) -> Head {
    let mut head = Head::default();
    let mut best_date = DATES.len();
    let mut in_picture = 0;
    for node in 0..tree.len() {
        match tree.element(node) {
            Some(Element::Svg) => in_picture = tree.end(node),
            Some(Element::Title) if head.title.is_none() && node >= in_picture => {
                let text: String = tree.children(node).filter_map(|it| tree.text(it)).collect();
                head.title = Some(folded(&text)).filter(|title| !title.is_empty());
            }
            Some(Element::Link) if head.url.is_none() => head.url = canonical(tree, node),
            Some(Element::Html | Element::Body) if head.language.is_none() => {
                let language = [Attribute::Lang, Attribute::XmlLang]
                    .into_iter()
                    .find_map(|name| tree.attribute(node, name));
                head.language = language
                    .map(|language| language.trim().to_owned())
                    .filter(|language| is_language(language));
            }
            Some(Element::Meta) => {
                if let Some((rank, date)) = date(tree, node)
                    && rank < best_date
                {
                    best_date = rank;
                    head.date = Some(date);
                }
            }
            _ => {}
        }
    }
    head
}

/// The title without the name of its site, if a heading of the page agrees.
pub(super) fn title_like<'h>(title: &str, headings: impl Iterator<Item = &'h str>) -> String {
    for heading in headings {
        let at = title.find(heading).filter(|_| !heading.is_empty());
        let Some(at) = at else {
            continue;
        };
        let (before, after) = (&title[..at], &title[at + heading.len()..]);
        let before_ends = before.is_empty() || SEPARATORS.iter().any(|it| before.ends_with(it));
        let after_starts = after.is_empty() || SEPARATORS.iter().any(|it| after.starts_with(it));
        if before_ends && after_starts {
            return heading.to_owned();
        }
    }
    title.to_owned()
}

fn canonical(tree: &Tree, node: usize) -> Option<String> {
    let rel = tree.attribute(node, Attribute::Rel)?;
    if !rel
        .split_ascii_whitespace()
        .any(|it| it.eq_ignore_ascii_case("canonical"))
    {
        return None;
    }
    let url = tree.attribute(node, Attribute::Href)?.trim();
    let is_web = ["https://", "http://"]
        .iter()
        .any(|scheme| url.starts_with(scheme));
    // Braces would be taken for places in a template.
    let is_plain =
        !url.contains(|c: char| c.is_whitespace() || c.is_control() || "{}<>\"".contains(c));
    (is_web && is_plain).then(|| url.to_owned())
}

fn date(tree: &Tree, node: usize) -> Option<(usize, String)> {
    let names = [
        Attribute::Name,
        Attribute::Property,
        Attribute::Itemprop,
        Attribute::HttpEquiv,
    ];
    let name = names
        .into_iter()
        .find_map(|name| tree.attribute(node, name))?;
    let rank = DATES
        .iter()
        .position(|date| name.eq_ignore_ascii_case(date))?;
    let date = folded(tree.attribute(node, Attribute::Content)?);
    // A date has a year in it; `$Date$` and `now` say nothing.
    let has_year = date.bytes().filter(u8::is_ascii_digit).count() >= 4;
    has_year.then_some((rank, date))
}

fn is_language(language: &str) -> bool {
    let first = language.split(['-', '_']).next().unwrap_or_default();
    matches!(first.len(), 2 | 3)
        && language.len() <= 35
        && language
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
}

/// On one line, with single spaces.
pub(super) fn folded(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
