//! The outline of a PDF in, its titles with level, page and height out.

use std::collections::{HashMap, HashSet};

use hayro_syntax::Pdf;
use hayro_syntax::object::{Array, Dict, MaybeRef, Name, Number, Object, ObjectIdentifier};
use hayro_syntax::page::Page;

use super::matrix::Matrix;
use super::strings;

/// Most bookmarks that are read.
const MAX_BOOKMARKS: usize = 100_000;

/// Most named destinations that are read.
const MAX_NAMES: usize = 400_000;

/// Deepest level; what lies deeper is raised to it.
const MAX_LEVEL: u8 = 32;

/// Longest title that is taken for one, in characters.
const MAX_TITLE_CHARS: usize = 300;

/// An entry of the outline.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Bookmark {
    pub(super) title: String,
    /// From 1.
    pub(super) level: u8,
    /// Index of its page.
    pub(super) page: usize,
    /// How far down the page it leads, if it says so.
    pub(super) top: Option<f32>,
}

/// The bookmarks that lead to a page, in the order of the outline.
pub(super) fn read(pdf: &Pdf) -> Vec<Bookmark> {
    let xref = pdf.xref();
    let Some(catalog) = xref.get::<Dict<'_>>(xref.root_id()) else {
        return Vec::new();
    };
    let Some(outlines) = catalog.get::<Dict<'_>>("Outlines") else {
        return Vec::new();
    };
    let targets = Targets::new(pdf.pages(), &catalog);
    let mut found = Vec::new();
    let mut seen = HashSet::new();
    let mut open: Vec<Option<Dict<'_>>> = vec![outlines.get("First")];
    while let Some(next) = open.last_mut() {
        let Some(item) = next.take() else {
            open.pop();
            continue;
        };
        // A list of siblings that bites its own tail ends there.
        let is_new = seen.insert(item.data().as_ptr() as usize);
        if !is_new || seen.len() > MAX_BOOKMARKS {
            continue;
        }
        *next = item.get("Next");
        let level = u8::try_from(open.len()).map_or(MAX_LEVEL, |level| level.min(MAX_LEVEL));
        found.extend(targets.bookmark(&item, level));
        if let Some(first) = item.get::<Dict<'_>>("First")
            && open.len() < usize::from(MAX_LEVEL) * 8
        {
            open.push(Some(first));
        }
    }
    found
}

/// What destinations lead to.
struct Targets<'p, 'a> {
    pages: &'p [Page<'a>],
    index_of: HashMap<ObjectIdentifier, usize>,
    named: HashMap<Vec<u8>, Object<'a>>,
    by_name: Option<Dict<'a>>,
}

impl<'p, 'a> Targets<'p, 'a> {
    fn new(pages: &'p [Page<'a>], catalog: &Dict<'a>) -> Self {
        let index_of = pages
            .iter()
            .enumerate()
            .filter_map(|(index, page)| Some((page.raw().obj_id()?, index)))
            .collect();
        let names = catalog
            .get::<Dict<'a>>("Names")
            .and_then(|names| names.get::<Dict<'a>>("Dests"));
        Self {
            pages,
            index_of,
            named: names.map(names_of).unwrap_or_default(),
            by_name: catalog.get("Dests"),
        }
    }

    fn bookmark(&self, item: &Dict<'a>, level: u8) -> Option<Bookmark> {
        let title = strings::of(item, "Title")?;
        let words: Vec<&str> = title.split_whitespace().collect();
        let title: String = words.join(" ").chars().take(MAX_TITLE_CHARS).collect();
        let target = item.get::<Object<'a>>("Dest").or_else(|| {
            let action = item.get::<Dict<'a>>("A")?;
            action.get::<Object<'a>>("D")
        })?;
        let (page, top) = self.resolve(target)?;
        (!title.is_empty()).then_some(Bookmark {
            title,
            level,
            page,
            top,
        })
    }

    /// Names lead to arrays, directly or through a dictionary, never to other names.
    fn resolve(&self, target: Object<'a>) -> Option<(usize, Option<f32>)> {
        let target = match target {
            Object::Name(name) => self.by_name.as_ref()?.get::<Object<'a>>(&name)?,
            Object::String(name) => self.named.get(name.as_bytes())?.clone(),
            other => other,
        };
        match target {
            Object::Array(target) => self.place(&target),
            Object::Dict(dict) => self.place(&dict.get::<Array<'a>>("D")?),
            _ => None,
        }
    }

    #[expect(
        clippy::cast_possible_truncation,
        reason = "a height in points loses nothing that shows"
    )]
    fn place(&self, target: &Array<'a>) -> Option<(usize, Option<f32>)> {
        let page = match target.raw_iter().next()? {
            MaybeRef::Ref(page) => *self.index_of.get(&page.into())?,
            MaybeRef::NotRef(Object::Number(number)) => usize::try_from(number.as_i64()).ok()?,
            MaybeRef::NotRef(_) => return None,
        };
        let leaf = self.pages.get(page)?;
        let parts: Vec<Object<'a>> = target.iter::<Object<'a>>().take(4).collect();
        let number = |index: usize| match parts.get(index) {
            Some(Object::Number(number)) => Some(Number::as_f64(number)),
            _ => None,
        };
        let kind = parts.get(1).cloned().and_then(Object::into_name);
        let point = match kind.as_ref().map(Name::as_str) {
            Some("XYZ") => number(3).map(|y| (number(2).unwrap_or(0.0), y)),
            Some("FitH" | "FitBH") => number(2).map(|y| (0.0, y)),
            _ => None,
        };
        let to_page = Matrix(leaf.initial_transform(true).as_coeffs());
        let top = point.map(|(x, y)| to_page.point(x, y).1 as f32);
        Some((page, top))
    }
}

/// The leaves of a name tree.
fn names_of(root: Dict<'_>) -> HashMap<Vec<u8>, Object<'_>> {
    let mut names = HashMap::new();
    let mut seen = HashSet::new();
    let mut open = vec![root];
    while let Some(node) = open.pop() {
        if names.len() > MAX_NAMES || !seen.insert(node.data().as_ptr() as usize) {
            continue;
        }
        if let Some(kids) = node.get::<Array<'_>>("Kids") {
            open.extend(kids.iter::<Dict<'_>>());
        }
        let mut pairs = node
            .get::<Array<'_>>("Names")
            .unwrap_or_default()
            .flex_iter();
        while let Some(name) = pairs.next::<hayro_syntax::object::String<'_>>() {
            let Some(value) = pairs.next::<Object<'_>>() else {
                break;
            };
            names.insert(name.as_bytes().to_vec(), value);
        }
    }
    names
}
