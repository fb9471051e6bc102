//! Font dictionaries in, what a reader of text needs out: Unicode, advance, and the kind of face.

use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;

use hayro_cmap::BfString;
use hayro_font::{CMapResolverFn, Font, FontCache, FontGlyph, FontQuery, FontResolverFn};
use hayro_syntax::object::{Array, Dict, Name, Number, Object};

/// Thousandths of the font size, the unit of advances.
const UNITS_PER_EM: f64 = 1000.0;

/// Advance of a glyph of a font that cannot be read.
const DEFAULT_ADVANCE: f64 = 0.5;

/// Names that fixed-pitch fonts go by, in lower case. `tt` is TeX's typewriter.
const FIXED_PITCH_NAMES: [&str; 18] = [
    "courier",
    "mono",
    "consol",
    "typewriter",
    "cmtt",
    "cmsltt",
    "cmitt",
    "sftt",
    "lmtt",
    "txtt",
    "ectt",
    "menlo",
    "monaco",
    "inconsolata",
    "fixed",
    "nimbusmonl",
    "sourcecode",
    "firacode",
];

/// A font as it is used on a page.
pub(super) struct Face<'a> {
    font: Option<Font<'a>>,
    /// Every character has the same width.
    pub(super) is_fixed_pitch: bool,
    pub(super) is_bold: bool,
    /// What glyph space must be multiplied with to be comparable with the size of other fonts.
    pub(super) scale: f64,
}

/// A character code of a string, and how many bytes it took.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Code {
    pub(super) code: u32,
    pub(super) len: usize,
}

impl Face<'_> {
    pub(super) fn read_code(&self, bytes: &[u8], at: usize) -> Code {
        let simple = Code {
            code: u32::from(bytes[at]),
            len: 1,
        };
        match &self.font {
            None => simple,
            Some(font) => {
                let (code, len) = font.read_code(bytes, at);
                Code {
                    code,
                    len: len.max(1),
                }
            }
        }
    }

    /// How far the pen moves, in parts of the font size: to the right, or down for vertical text.
    pub(super) fn advance(&self, code: u32) -> (f64, f64) {
        let Some(font) = &self.font else {
            return (DEFAULT_ADVANCE, 0.0);
        };
        let advance = font.code_advance(code);
        (advance.x / UNITS_PER_EM, advance.y / UNITS_PER_EM)
    }

    pub(super) fn is_horizontal(&self) -> bool {
        self.font.as_ref().is_none_or(Font::is_horizontal)
    }

    /// Appends what the code means; `false` if nobody knows.
    pub(super) fn text(&self, code: u32, out: &mut String) -> bool {
        let known =
            self.font
                .as_ref()
                .and_then(|font| match font.glyph(font.map_code(code), code) {
                    FontGlyph::Outline(glyph) => glyph.as_unicode(),
                    FontGlyph::Type3(glyph) => glyph.as_unicode(),
                });
        match known {
            Some(BfString::Char(c)) => out.push(c),
            Some(BfString::String(text)) => out.push_str(&text),
            // A simple font without names of its glyphs mostly follows ASCII.
            None => match u8::try_from(code) {
                Ok(byte @ 0x20..=0x7E) if self.is_simple() => out.push(char::from(byte)),
                _ => return false,
            },
        }
        true
    }

    fn is_simple(&self) -> bool {
        self.font
            .as_ref()
            .is_none_or(|font| font.read_code(&[0x41, 0x41], 0).1 == 1)
    }
}

/// The fonts of a document, each read once.
pub(super) struct Fonts<'a> {
    cache: FontCache<'a>,
    font_resolver: FontResolverFn,
    cmap_resolver: CMapResolverFn,
    /// By place in the file: dictionaries of a document do not move.
    known: HashMap<(usize, usize), usize>,
    faces: Vec<Rc<Face<'a>>>,
    stand_in: Rc<Face<'a>>,
}

impl<'a> Fonts<'a> {
    pub(super) fn new() -> Self {
        Self {
            cache: FontCache::new(),
            font_resolver: Arc::new(|query| {
                Some(match query {
                    FontQuery::Standard(font) => font.get_font_data(),
                    FontQuery::Fallback(query) => query.pick_standard_font().get_font_data(),
                })
            }),
            cmap_resolver: Arc::new(hayro_cmap::load_embedded),
            known: HashMap::new(),
            faces: Vec::new(),
            stand_in: Rc::new(describe(&Dict::empty(), None)),
        }
    }

    /// The number of the face that a font dictionary describes.
    pub(super) fn number(&mut self, dict: &Dict<'a>) -> usize {
        let data = dict.data();
        let key = (data.as_ptr() as usize, data.len());
        if let Some(&number) = self.known.get(&key) {
            return number;
        }
        let font = self
            .cache
            .font(dict, &self.font_resolver, &self.cmap_resolver);
        let number = self.faces.len();
        self.faces.push(Rc::new(describe(dict, font)));
        self.known.insert(key, number);
        number
    }

    /// What stands in for a font that is not there.
    pub(super) fn stand_in(&self) -> Rc<Face<'a>> {
        Rc::clone(&self.stand_in)
    }

    /// # Panics
    /// If there is no such face.
    pub(super) fn face(&self, number: usize) -> Rc<Face<'a>> {
        Rc::clone(&self.faces[number])
    }
}

fn describe<'a>(dict: &Dict<'a>, font: Option<Font<'a>>) -> Face<'a> {
    let descendant = dict
        .get::<Array<'a>>("DescendantFonts")
        .and_then(|fonts| fonts.iter::<Dict<'a>>().next());
    let base = descendant.as_ref().unwrap_or(dict);
    let descriptor = base.get::<Dict<'a>>("FontDescriptor").unwrap_or_default();
    let name = dict
        .get::<Name<'a>>("BaseFont")
        .or_else(|| descriptor.get::<Name<'a>>("FontName"))
        .map(|name| name.as_str().to_lowercase())
        .unwrap_or_default();
    let flags = descriptor.get::<u32>("Flags").unwrap_or(0);
    let widths = match &descendant {
        Some(font) => cid_widths(font),
        None => widths(dict),
    };
    let is_named_fixed = FIXED_PITCH_NAMES.iter().any(|fixed| name.contains(fixed));
    let is_bold_weight = descriptor
        .get::<Number>("FontWeight")
        .is_some_and(|weight| weight.as_f64() >= 600.0);
    Face {
        // The flag is set where it should not be, so the widths have the last word.
        is_fixed_pitch: !differ(&widths)
            && (is_named_fixed || flags & 1 != 0 || are_equal(&widths)),
        is_bold: is_bold_weight
            || flags & (1 << 18) != 0
            || ["bold", "black", "heavy", "cmbx", "sfbx", "demi"]
                .iter()
                .any(|bold| name.contains(bold)),
        scale: type3_scale(dict, &widths).unwrap_or(1.0),
        font,
    }
}

/// The widths that a simple font states, without zeros.
fn widths(dict: &Dict<'_>) -> Vec<f64> {
    let Some(widths) = dict.get::<Array<'_>>("Widths") else {
        return Vec::new();
    };
    widths
        .iter::<Number>()
        .take(256)
        .map(|width| width.as_f64())
        .filter(|&width| width > 0.0)
        .collect()
}

/// The widths that a composite font states: `first [w w ...]` or `first last w`.
fn cid_widths(font: &Dict<'_>) -> Vec<f64> {
    let Some(parts) = font.get::<Array<'_>>("W") else {
        return Vec::new();
    };
    let mut widths = Vec::new();
    let mut numbers = 0;
    for part in parts.iter::<Object<'_>>().take(1024) {
        match part {
            Object::Array(list) => {
                widths.extend(list.iter::<Number>().take(256).map(|width| width.as_f64()));
                numbers = 0;
            }
            Object::Number(number) if numbers == 2 => {
                widths.push(number.as_f64());
                numbers = 0;
            }
            _ => numbers += 1,
        }
    }
    widths.retain(|&width| width > 0.0);
    widths.truncate(256);
    widths
}

/// Whether characters have different widths. Double width is usual within fixed pitch.
fn differ(widths: &[f64]) -> bool {
    let Some(narrowest) = widths.iter().copied().reduce(f64::min) else {
        return false;
    };
    let is_other = |width: &&f64| {
        let ratio = *width / narrowest;
        (ratio - ratio.round()).abs() > 0.05
    };
    widths.iter().filter(is_other).count() * 5 > widths.len()
}

/// Whether enough characters have one width.
fn are_equal(widths: &[f64]) -> bool {
    let [first, rest @ ..] = widths else {
        return false;
    };
    // A subset of two or three digits has equal widths in most fonts.
    rest.len() >= 20 && rest.iter().all(|width| (width - first).abs() < 1.0)
}

/// A Type 3 font has a glyph space of its own, so its nominal size says nothing. Letters are about
/// half as wide as the font is high.
fn type3_scale(dict: &Dict<'_>, widths: &[f64]) -> Option<f64> {
    if dict.get::<Name<'_>>("Subtype")?.as_str() != "Type3" {
        return None;
    }
    let matrix = dict.get::<[f64; 6]>("FontMatrix")?;
    let mean = widths.iter().sum::<f64>() / widths.len().max(1) as f64;
    let scale = (mean * matrix[0]).abs() / 0.5;
    (scale.is_finite() && scale > 0.0).then_some(scale)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_font_that_cannot_be_read_is_taken_for_ascii() {
        let face = describe(&Dict::empty(), None);
        let mut text = String::new();
        assert!(face.text(0x41, &mut text));
        assert!(!face.text(0xE4, &mut text));
        assert_eq!(text, "A");
        assert_eq!(face.advance(0x41), (DEFAULT_ADVANCE, 0.0));
        assert!(!face.is_fixed_pitch && !face.is_bold);
    }

    #[test]
    fn few_equal_widths_do_not_make_a_fixed_pitch() {
        assert!(!are_equal(&[500.0; 10]));
        assert!(are_equal(&[600.0; 40]));
        let mut widths = [600.0; 40];
        widths[7] = 300.0;
        assert!(!are_equal(&widths));
    }
}
