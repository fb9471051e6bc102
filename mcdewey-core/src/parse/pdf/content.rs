//! A page's content stream in, its characters with their places out.
//!
//! Only what shows text moves anything here; colours, clips and patterns are passed over. Images
//! are seen but never decoded.
#![expect(
    clippy::cast_possible_truncation,
    reason = "places in points lose nothing that shows; an angle is within 180 whole degrees"
)]

use std::rc::Rc;

use hayro_syntax::content::TypedIter;
use hayro_syntax::content::ops::TypedInstruction;
use hayro_syntax::object::{Array, Dict, Name, Number, Object, Stream};
use hayro_syntax::page::{Page, Resources};

use super::fonts::{Code, Face, Fonts};
use super::matrix::Matrix;
use super::strings;

/// Deepest nesting of forms; real documents have one or two.
const MAX_FORM_DEPTH: usize = 12;

/// Most saved graphics states. The standard asks for 28.
const MAX_STATES: usize = 512;

/// Most marked content nested in one another.
const MAX_MARKS: usize = 512;

/// Most characters of a page. A page of a telephone book has 30 000.
const MAX_GLYPHS: usize = 400_000;

/// Most straight lines of a page that are kept, to find the rows of tables by.
const MAX_RULES: usize = 20_000;

/// Longest replacement text that is put in the place of the characters it stands for. Longer ones
/// span lines, which the characters themselves describe better.
const MAX_REPLACEMENT_CHARS: usize = 40;

/// Work that a page may ask for: instructions, and bytes of forms by the sixteenth.
const MAX_WORK: u64 = 8_000_000;

/// A character where it stands. The frame is turned so that its line runs to the right and lines
/// follow one another downwards; without turns it is the page seen from its upper left corner.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Glyph {
    pub(super) c: char,
    /// Where it starts, on its line.
    pub(super) x0: f32,
    /// Where the next one would start.
    pub(super) x1: f32,
    /// The height of its base line.
    pub(super) y: f32,
    /// The font's size, in points.
    pub(super) size: f32,
    /// The direction of its line in degrees, clockwise.
    pub(super) angle: i16,
    pub(super) is_fixed_pitch: bool,
    pub(super) is_bold: bool,
}

/// A straight line or the edge of a box, horizontal or vertical.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Rule {
    pub(super) x0: f32,
    pub(super) y0: f32,
    pub(super) x1: f32,
    pub(super) y1: f32,
}

/// What is on a page.
#[derive(Debug, Default)]
pub(super) struct Ink {
    pub(super) glyphs: Vec<Glyph>,
    pub(super) rules: Vec<Rule>,
    pub(super) has_image: bool,
    /// Characters whose meaning nobody knows.
    pub(super) n_unknown: usize,
    /// Characters of fonts that are not there, taken for ASCII.
    pub(super) n_guessed: usize,
    /// Instructions that do not exist.
    pub(super) n_garbage: usize,
    /// Whether a limit cut something off.
    pub(super) is_cut: bool,
}

/// Reads what a page shows.
pub(super) fn read<'a>(page: &Page<'a>, fonts: &mut Fonts<'a>) -> Ink {
    let (width, height) = page.render_dimensions();
    let mut reader = Reader {
        fonts,
        ink: Ink::default(),
        work: 0,
        open_forms: Vec::new(),
        path: Vec::new(),
        at: (0.0, 0.0),
        marks: Vec::new(),
        width: f64::from(width),
        height: f64::from(height),
    };
    let state = State {
        ctm: Matrix(page.initial_transform(true).as_coeffs()),
        ..State::default()
    };
    reader.run(page.typed_operations(), page.resources(), state);
    reader.ink
}

#[derive(Clone)]
struct State<'a> {
    ctm: Matrix,
    face: Option<Rc<Face<'a>>>,
    size: f64,
    char_space: f64,
    word_space: f64,
    stretch: f64,
    leading: f64,
    rise: f64,
}

impl Default for State<'_> {
    fn default() -> Self {
        Self {
            ctm: Matrix::IDENTITY,
            face: None,
            size: 1.0,
            char_space: 0.0,
            word_space: 0.0,
            stretch: 1.0,
            leading: 0.0,
            rise: 0.0,
        }
    }
}

/// Marked content whose text is given beside what is shown.
struct Mark {
    replacement: Option<String>,
    first_glyph: usize,
}

struct Reader<'a, 'f> {
    fonts: &'f mut Fonts<'a>,
    ink: Ink,
    work: u64,
    /// Places in the file of the forms that are being shown, against forms that show themselves.
    open_forms: Vec<usize>,
    path: Vec<Rule>,
    at: (f64, f64),
    marks: Vec<Mark>,
    width: f64,
    height: f64,
}

/// One content stream in the making: a page's or a form's.
struct Run<'a> {
    state: State<'a>,
    saved: Vec<State<'a>>,
    text: Matrix,
    line: Matrix,
}

impl<'a> Reader<'a, '_> {
    fn run(&mut self, mut operations: TypedIter<'_>, resources: &Resources<'a>, state: State<'a>) {
        let mut run = Run {
            state,
            saved: Vec::new(),
            text: Matrix::IDENTITY,
            line: Matrix::IDENTITY,
        };
        while let Some(instruction) = operations.next() {
            self.work += 1;
            if self.work > MAX_WORK || self.ink.glyphs.len() > MAX_GLYPHS {
                self.ink.is_cut = true;
                return;
            }
            self.step(&mut run, instruction, resources);
        }
    }

    fn step(
        &mut self,
        run: &mut Run<'a>,
        instruction: TypedInstruction<'_, '_>,
        resources: &Resources<'a>,
    ) {
        use TypedInstruction as I;
        match instruction {
            I::SaveState(_) if run.saved.len() < MAX_STATES => run.saved.push(run.state.clone()),
            I::RestoreState(_) => run.state = run.saved.pop().unwrap_or_else(|| run.state.clone()),
            I::Transform(to) => {
                let to = [&to.0, &to.1, &to.2, &to.3, &to.4, &to.5].map(Number::as_f64);
                run.state.ctm = run.state.ctm.after(Matrix(to));
            }
            I::SetGraphicsState(name) => {
                if let Some(font) = resources
                    .get_ext_g_state(name.0)
                    .and_then(|state| state.get::<Array<'a>>("Font"))
                {
                    self.font_of_state(run, &font);
                }
            }
            I::TextFont(font) => {
                run.state.size = font.1.as_f64();
                run.state.face = resources
                    .get_font(font.0)
                    .map(|dict| self.fonts.number(&dict))
                    .map(|number| self.fonts.face(number));
            }
            I::XObject(name) => {
                if let Some(stream) = resources.get_x_object(name.0) {
                    self.x_object(run, &stream, resources);
                }
            }
            I::InlineImage(_) => self.ink.has_image = true,
            I::BeginMarkedContent(_) => self.begin_mark(None),
            I::BeginMarkedContentWithProperties(mark) => {
                self.begin_mark(replacement(mark.1, resources));
            }
            I::EndMarkedContent(_) => self.end_mark(),
            I::Fallback(_) => self.ink.n_garbage += 1,
            other => {
                if !self.text_step(run, &other) {
                    self.path_step(&run.state, &other);
                }
            }
        }
    }

    /// Text state and text; `false` for what is neither.
    fn text_step(&mut self, run: &mut Run<'a>, instruction: &TypedInstruction<'_, '_>) -> bool {
        use TypedInstruction as I;
        match instruction {
            I::BeginText(_) => {
                run.text = Matrix::IDENTITY;
                run.line = Matrix::IDENTITY;
            }
            I::CharacterSpacing(space) => run.state.char_space = space.0.as_f64(),
            I::WordSpacing(space) => run.state.word_space = space.0.as_f64(),
            I::HorizontalScaling(percent) => run.state.stretch = percent.0.as_f64() / 100.0,
            I::TextLeading(leading) => run.state.leading = leading.0.as_f64(),
            I::TextRise(rise) => run.state.rise = rise.0.as_f64(),
            I::NextLine(by) => run.next_line(by.0.as_f64(), by.1.as_f64()),
            I::NextLineAndSetLeading(by) => {
                run.state.leading = -by.1.as_f64();
                run.next_line(by.0.as_f64(), by.1.as_f64());
            }
            I::NextLineUsingLeading(_) => run.next_line(0.0, -run.state.leading),
            I::SetTextMatrix(to) => {
                let to = [&to.0, &to.1, &to.2, &to.3, &to.4, &to.5].map(Number::as_f64);
                run.text = Matrix(to);
                run.line = run.text;
            }
            I::ShowText(text) => self.show(run, text.0.as_bytes()),
            I::NextLineAndShowText(text) => {
                run.next_line(0.0, -run.state.leading);
                self.show(run, text.0.as_bytes());
            }
            I::ShowTextWithParameters(text) => {
                run.state.word_space = text.0.as_f64();
                run.state.char_space = text.1.as_f64();
                run.next_line(0.0, -run.state.leading);
                self.show(run, text.2.as_bytes());
            }
            I::ShowTexts(parts) => {
                for part in parts.0.iter::<Object<'_>>() {
                    match part {
                        Object::String(text) => self.show(run, text.as_bytes()),
                        Object::Number(by) => run.adjust(by.as_f64()),
                        _ => {}
                    }
                }
            }
            _ => return false,
        }
        true
    }

    fn path_step(&mut self, state: &State<'a>, instruction: &TypedInstruction<'_, '_>) {
        use TypedInstruction as I;
        match instruction {
            I::MoveTo(to) => self.at = state.ctm.point(to.0.as_f64(), to.1.as_f64()),
            I::LineTo(to) => {
                let end = state.ctm.point(to.0.as_f64(), to.1.as_f64());
                self.edge(self.at, end);
                self.at = end;
            }
            I::RectPath(rect) => {
                let [x, y, w, h] = [&rect.0, &rect.1, &rect.2, &rect.3].map(Number::as_f64);
                let corners = [(x, y), (x + w, y), (x + w, y + h), (x, y + h)];
                let corners = corners.map(|(x, y)| state.ctm.point(x, y));
                for (index, &corner) in corners.iter().enumerate() {
                    self.edge(corner, corners[(index + 1) % 4]);
                }
            }
            I::EndPath(_) => self.path.clear(),
            I::StrokePath(_)
            | I::CloseAndStrokePath(_)
            | I::FillPathNonZero(_)
            | I::FillPathNonZeroCompatibility(_)
            | I::FillPathEvenOdd(_)
            | I::FillAndStrokeNonZero(_)
            | I::FillAndStrokeEvenOdd(_)
            | I::CloseFillAndStrokeNonZero(_)
            | I::CloseFillAndStrokeEvenOdd(_) => {
                let room = MAX_RULES.saturating_sub(self.ink.rules.len());
                self.path.truncate(room);
                self.ink.rules.append(&mut self.path);
            }
            _ => {}
        }
    }

    fn edge(&mut self, from: (f64, f64), to: (f64, f64)) {
        let (dx, dy) = ((to.0 - from.0).abs(), (to.1 - from.1).abs());
        let is_straight = (dx < 1.0 && dy >= 4.0) || (dy < 1.0 && dx >= 4.0);
        if is_straight && self.path.len() < MAX_RULES {
            self.path.push(Rule {
                x0: from.0.min(to.0) as f32,
                y0: from.1.min(to.1) as f32,
                x1: from.0.max(to.0) as f32,
                y1: from.1.max(to.1) as f32,
            });
        }
    }

    fn font_of_state(&mut self, run: &mut Run<'a>, font: &Array<'a>) {
        let mut parts = font.iter::<Object<'a>>();
        if let (Some(Object::Dict(dict)), Some(Object::Number(size))) = (parts.next(), parts.next())
        {
            let number = self.fonts.number(&dict);
            run.state.face = Some(self.fonts.face(number));
            run.state.size = size.as_f64();
        }
    }

    fn x_object(&mut self, run: &Run<'a>, stream: &Stream<'a>, resources: &Resources<'a>) {
        let dict = stream.dict();
        match dict.get::<Name<'_>>("Subtype").as_ref().map(Name::as_str) {
            Some("Image") => self.ink.has_image = true,
            Some("Form") => self.form(run, stream, dict, resources),
            _ => {}
        }
    }

    fn form(
        &mut self,
        run: &Run<'a>,
        stream: &Stream<'a>,
        dict: &Dict<'a>,
        resources: &Resources<'a>,
    ) {
        let place = dict.data().as_ptr() as usize;
        if self.open_forms.len() >= MAX_FORM_DEPTH || self.open_forms.contains(&place) {
            self.ink.is_cut |= !self.open_forms.contains(&place);
            return;
        }
        let Ok(content) = stream.decoded_data() else {
            self.ink.n_garbage += 1;
            return;
        };
        self.work += content.len() as u64 / 16;
        let own = dict.get::<Dict<'a>>("Resources").map(Resources::new);
        let matrix = dict
            .get::<[f64; 6]>("Matrix")
            .map_or(Matrix::IDENTITY, Matrix);
        let state = State {
            ctm: run.state.ctm.after(matrix),
            ..run.state.clone()
        };
        let n_marks = self.marks.len();
        self.open_forms.push(place);
        self.run(
            TypedIter::new(&content),
            own.as_ref().unwrap_or(resources),
            state,
        );
        self.open_forms.pop();
        self.marks.truncate(n_marks);
    }

    fn show(&mut self, run: &mut Run<'a>, bytes: &[u8]) {
        let face = match run.state.face.clone() {
            Some(face) => face,
            // What codes mean in a font that is not there nobody knows, but most fonts follow ASCII.
            None if bytes.iter().all(|byte| (0x20..=0x7E).contains(byte)) => {
                self.ink.n_guessed += bytes.len();
                self.fonts.stand_in()
            }
            None => {
                self.ink.n_unknown += bytes.len();
                return;
            }
        };
        let mut text = String::new();
        let mut at = 0;
        while at < bytes.len() {
            let Code { code, len } = face.read_code(bytes, at);
            at += len;
            self.work += 1;
            text.clear();
            let is_known = face.text(code, &mut text);
            let space = if code == 32 && len == 1 {
                run.state.word_space
            } else {
                0.0
            };
            let advance = face.advance(code);
            let is_horizontal = face.is_horizontal();
            let along = if is_horizontal { advance.0 } else { advance.1 };
            let pen = along * run.state.size;
            if is_known {
                self.place(run, &face, &text, is_horizontal, pen);
            } else {
                self.ink.n_unknown += 1;
            }
            let moved = pen + run.state.char_space + space;
            run.text = run.text.after(if is_horizontal {
                Matrix::translate(moved * run.state.stretch, 0.0)
            } else {
                Matrix::translate(0.0, moved)
            });
        }
    }

    /// Puts the characters of one code where it stands, each on its part of the width.
    fn place(&mut self, run: &Run<'a>, face: &Face<'a>, text: &str, is_horizontal: bool, pen: f64) {
        let to_page = run.state.ctm.after(run.text);
        let start = to_page.point(0.0, run.state.rise);
        let (pen_x, pen_y) = if is_horizontal {
            (pen * run.state.stretch, 0.0)
        } else {
            (0.0, pen)
        };
        let end = to_page.point(pen_x, run.state.rise + pen_y);
        let is_outside = |(x, y): (f64, f64)| {
            !(-1.0..=self.width + 1.0).contains(&x) || !(-1.0..=self.height + 1.0).contains(&y)
        };
        if is_outside(start) && is_outside(end) {
            return;
        }
        let direction = if is_horizontal {
            to_page.direction(run.state.stretch.signum() * run.state.size.signum(), 0.0)
        } else {
            to_page.direction(0.0, -1.0)
        };
        let (up_x, up_y) = to_page.direction(0.0, run.state.size * face.scale);
        let frame = Frame::along(direction);
        let (from, to) = (frame.turn(start), frame.turn(end));
        let n_chars = text.chars().count().max(1) as f64;
        for (index, c) in text.chars().flat_map(strings::readable).enumerate() {
            let part = |n: usize| (from.0 + (to.0 - from.0) * n as f64 / n_chars) as f32;
            let (x0, x1) = (part(index), part(index + 1));
            self.ink.glyphs.push(Glyph {
                c,
                x0: x0.min(x1),
                x1: x0.max(x1),
                y: from.1 as f32,
                size: up_x.hypot(up_y) as f32,
                angle: frame.degrees,
                is_fixed_pitch: face.is_fixed_pitch,
                is_bold: face.is_bold,
            });
        }
    }

    fn begin_mark(&mut self, replacement: Option<String>) {
        if self.marks.len() < MAX_MARKS {
            self.marks.push(Mark {
                replacement,
                first_glyph: self.ink.glyphs.len(),
            });
        }
    }

    /// Puts the replacement text in the place of what was shown, if that stands on one line.
    fn end_mark(&mut self) {
        let Some(Mark {
            replacement: Some(text),
            first_glyph,
        }) = self.marks.pop()
        else {
            return;
        };
        let shown = &self.ink.glyphs[first_glyph.min(self.ink.glyphs.len())..];
        let Some(&first) = shown.first() else {
            return;
        };
        let is_one_line = shown
            .iter()
            .all(|glyph| glyph.angle == first.angle && (glyph.y - first.y).abs() < first.size);
        if !is_one_line {
            return;
        }
        let x0 = shown.iter().map(|glyph| glyph.x0).fold(first.x0, f32::min);
        let x1 = shown.iter().map(|glyph| glyph.x1).fold(first.x1, f32::max);
        let chars: Vec<char> = text.chars().flat_map(strings::readable).collect();
        let width = (x1 - x0) / chars.len().max(1) as f32;
        self.ink.glyphs.truncate(first_glyph);
        for (index, &c) in chars.iter().enumerate() {
            self.ink.glyphs.push(Glyph {
                c,
                x0: x0 + width * index as f32,
                x1: x0 + width * (index + 1) as f32,
                ..first
            });
        }
    }
}

impl Run<'_> {
    fn next_line(&mut self, x: f64, y: f64) {
        self.line = self.line.after(Matrix::translate(x, y));
        self.text = self.line;
    }

    /// Moves the pen back by thousandths of the size.
    fn adjust(&mut self, by: f64) {
        let moved = -by / 1000.0 * self.state.size;
        let is_horizontal = self
            .state
            .face
            .as_ref()
            .is_none_or(|face| face.is_horizontal());
        self.text = self.text.after(if is_horizontal {
            Matrix::translate(moved * self.state.stretch, 0.0)
        } else {
            Matrix::translate(0.0, moved)
        });
    }
}

/// The replacement text of marked content, if it has a short one.
fn replacement(properties: &Object<'_>, resources: &Resources<'_>) -> Option<String> {
    let text = match properties {
        Object::Dict(dict) => strings::of(dict, "ActualText"),
        Object::Name(name) => {
            let dict = resources.properties.get::<Dict<'_>>(name)?;
            strings::of(&dict, "ActualText")
        }
        _ => None,
    }?;
    (text.chars().count() <= MAX_REPLACEMENT_CHARS).then_some(text)
}

/// Coordinates along a line of text and across it.
struct Frame {
    degrees: i16,
    sin: f64,
    cos: f64,
}

impl Frame {
    fn along((x, y): (f64, f64)) -> Self {
        let degrees = y.atan2(x).to_degrees().round();
        let degrees = if degrees.is_finite() { degrees } else { 0.0 };
        let (sin, cos) = degrees.to_radians().sin_cos();
        Self {
            degrees: degrees as i16,
            sin,
            cos,
        }
    }

    fn turn(&self, (x, y): (f64, f64)) -> (f64, f64) {
        if self.degrees == 0 {
            return (x, y);
        }
        (x * self.cos + y * self.sin, y * self.cos - x * self.sin)
    }
}
