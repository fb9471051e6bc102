//! The tokens of a page in, its tree out.

use std::collections::HashMap;
use std::convert::Infallible;

use html5gum::emitters::callback::{Callback, CallbackEmitter, CallbackEvent};
use html5gum::{Emitter, Error, ForwardingEmitter, State, Tokenizer};

use super::super::names::{Attribute, Element};
use super::{Kind, MAX_DEPTH, MAX_NODES, Node, Part, Tree, position};

/// Reads a page.
pub(super) fn read(html: &str, is_xml: bool) -> Tree {
    let mut construction = Construction::new(is_xml);
    let mut emitter = CallbackEmitter::new(Sink(&mut construction));
    emitter.naively_switch_states(true);
    let Ok(()) = Tokenizer::new_with_emitter(html, Switch(emitter)).finish();
    construction.finish()
}

/// The emitter of the tokenizer, which does not take `<script/>` for the start of a script where
/// that is an element without content.
struct Switch<'c>(CallbackEmitter<Sink<'c>>);

impl ForwardingEmitter for Switch<'_> {
    type Token = Infallible;

    fn inner(&mut self) -> &mut impl Emitter<Token = Infallible> {
        &mut self.0
    }

    fn emit_current_tag(&mut self) -> Option<State> {
        let next = Emitter::emit_current_tag(&mut self.0);
        next.filter(|_| !self.0.callback_mut().0.closed_itself)
    }

    fn adjusted_current_node_present_but_not_in_html_namespace(&mut self) -> bool {
        // Text in `<![CDATA[` is text.
        self.0.callback_mut().0.is_xml
    }
}

/// The tokenizer keeps its emitter for itself, so what is built is only lent to it.
struct Sink<'c>(&'c mut Construction);

impl Callback<Infallible, ()> for Sink<'_> {
    fn handle_event(
        &mut self,
        event: CallbackEvent<'_>,
        _: html5gum::Span<()>,
    ) -> Option<Infallible> {
        self.0.event(&event);
        None
    }
}

/// A tree in the making.
#[derive(Debug)]
struct Construction {
    tree: Tree,
    is_xml: bool,
    /// Elements whose end has not come, outermost first. The first is the page.
    open: Vec<usize>,
    /// Names of elements that are in none of the lists, so that their end tags are known.
    others: HashMap<Vec<u8>, u32>,
    /// Which of those each open element is, by node.
    open_others: Vec<u32>,
    /// How often each element was opened beyond [`MAX_DEPTH`] and is not closed.
    flattened: HashMap<Name, usize>,
    tag: Tag,
    /// Whether the last start tag closed itself.
    closed_itself: bool,
    /// How many `svg` and `math` are open.
    n_foreign: usize,
    has_body: bool,
}

/// A start tag of which the attributes are still being read.
#[derive(Debug, Default)]
struct Tag {
    name: Option<Name>,
    first_attribute: usize,
    /// The attribute whose value comes next, and whether it is kept.
    attribute: Option<Attribute>,
}

/// Which element a tag opens or closes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Name {
    Known(Element),
    Other(u32),
    /// An element that only changes how its text looks.
    Formatting,
}

impl Construction {
    fn new(is_xml: bool) -> Self {
        let mut tree = Tree::default();
        tree.nodes.push(Node {
            kind: Kind::Element(None),
            end: u32::MAX,
            attributes: 0,
        });
        Self {
            tree,
            is_xml,
            open: vec![0],
            others: HashMap::new(),
            open_others: vec![NO_OTHER],
            flattened: HashMap::new(),
            tag: Tag::default(),
            closed_itself: false,
            n_foreign: 0,
            has_body: false,
        }
    }

    fn event(&mut self, event: &CallbackEvent<'_>) {
        match *event {
            CallbackEvent::OpenStartTag { name } => {
                self.tag = Tag {
                    name: Some(self.name(name)),
                    first_attribute: self.tree.attributes.len(),
                    attribute: None,
                };
                self.closed_itself = false;
            }
            CallbackEvent::AttributeName { name } => self.attribute_name(name),
            CallbackEvent::AttributeValue { value } => self.attribute_value(value),
            CallbackEvent::CloseStartTag { self_closing } => self.start_tag(self_closing),
            CallbackEvent::EndTag { name } => {
                self.tag.name = None;
                let name = self.name(name);
                self.end_tag(name);
            }
            CallbackEvent::String { value } => self.string(value),
            CallbackEvent::Error(Error::EofInComment) => self.tree.unclosed = Some("a comment"),
            _ => {}
        }
    }

    fn name(&mut self, name: &[u8]) -> Name {
        if let Some(element) = Element::of(name) {
            return Name::Known(element);
        }
        if FORMATTING.contains(&name) {
            return Name::Formatting;
        }
        if let Some(&other) = self.others.get(name) {
            return Name::Other(other);
        }
        let other = u32::try_from(self.others.len()).unwrap_or(NO_OTHER - 1);
        self.others.insert(name.to_vec(), other);
        Name::Other(other)
    }

    fn attribute_name(&mut self, name: &[u8]) {
        // Attributes of end tags belong to nothing.
        self.tag.attribute = self.tag.name.and_then(|_| Attribute::of(name));
        if let Some(attribute) = self.tag.attribute {
            let at = position(self.tree.values.len());
            let nothing = Part { start: at, end: at };
            self.tree.attributes.push((attribute, nothing));
        }
    }

    fn attribute_value(&mut self, value: &[u8]) {
        if self.tag.attribute.is_none() {
            return;
        }
        self.tree.values.push_str(&String::from_utf8_lossy(value));
        if let Some((_, part)) = self.tree.attributes.last_mut() {
            part.end = position(self.tree.values.len());
        }
    }

    fn start_tag(&mut self, self_closing: bool) {
        let Some(name) = self.tag.name.take() else {
            return;
        };
        let first_attribute = self.tag.first_attribute;
        if name == Name::Formatting {
            self.tree.attributes.truncate(first_attribute);
            return;
        }
        let element = match name {
            Name::Known(element) => Some(element),
            _ => None,
        };
        let is_second_body =
            element == Some(Element::Body) && std::mem::replace(&mut self.has_body, true);
        if is_second_body || self.is_full() {
            self.tree.attributes.truncate(first_attribute);
            return;
        }
        self.imply_ends(element);
        self.closed_itself = self_closing && (self.is_xml || self.n_foreign > 0);
        let has_content = !self.closed_itself && !element.is_some_and(Element::is_void);
        if has_content && self.open.len() >= MAX_DEPTH {
            self.tree.attributes.truncate(first_attribute);
            self.flatten(name, element);
            return;
        }
        let node = self.tree.nodes.len();
        self.tree.nodes.push(Node {
            kind: Kind::Element(element),
            end: if has_content {
                u32::MAX
            } else {
                position(node + 1)
            },
            attributes: position(first_attribute),
        });
        if has_content {
            self.open.push(node);
            self.open_others.push(match name {
                Name::Other(other) => other,
                _ => NO_OTHER,
            });
            self.n_foreign += usize::from(is_foreign(element));
        }
    }

    /// Passes over an element that lies too deep, but not over what is in it.
    fn flatten(&mut self, name: Name, element: Option<Element>) {
        self.tree.is_too_deep = true;
        *self.flattened.entry(name).or_default() += 1;
        if element.is_some_and(Element::is_block) {
            // The words before and after it stay apart.
            self.leaf(Kind::Element(Some(Element::Hr)));
        }
    }

    /// Closes what a start tag closes although its end tag was left out.
    fn imply_ends(&mut self, element: Option<Element>) {
        let Some(element) = element else {
            return;
        };
        if !element.is_of_head() && element != Element::Head && element != Element::Html {
            self.close_head();
        }
        match element {
            Element::Li => self.close_within(&[Element::Li], holds_items),
            Element::Dt | Element::Dd => {
                self.close_within(&[Element::Dt, Element::Dd], holds_items);
            }
            Element::Option | Element::Optgroup => {
                self.close_within(&[Element::Option], |it| it == Element::Select);
            }
            Element::Td | Element::Th => self.close_within(&CELLS, is_table),
            Element::Tr => self.close_within(&ROWS, is_table),
            Element::Tbody | Element::Thead | Element::Tfoot => {
                self.close_within(&SECTIONS_OF_TABLE, is_table);
            }
            Element::A => self.close_within(&[Element::A], Element::is_block),
            _ => {}
        }
        if element.is_block() {
            self.close_within(&[Element::P], |it| {
                it.is_block() || matches!(it, Element::Button | Element::Object)
            });
        }
        if element.heading_level().is_some()
            && self.top().is_some_and(|it| it.heading_level().is_some())
        {
            self.close_to(self.open.len() - 1);
        }
    }

    /// Closes the outermost of `elements` that is open and has no `boundary` around it.
    fn close_within(&mut self, elements: &[Element], boundary: impl Fn(Element) -> bool) {
        let mut found = None;
        for at in (1..self.open.len()).rev() {
            match self.tree.element(self.open[at]) {
                Some(element) if elements.contains(&element) => found = Some(at),
                Some(element) if boundary(element) => break,
                _ => {}
            }
        }
        if let Some(at) = found {
            self.close_to(at);
        }
    }

    fn close_head(&mut self) {
        if self.top() == Some(Element::Head) {
            self.close_to(self.open.len() - 1);
        }
    }

    fn end_tag(&mut self, name: Name) {
        if let Some(left) = self.flattened.get_mut(&name)
            && *left > 0
        {
            *left -= 1;
            return;
        }
        let is_it = |this: &Self, at: usize| match name {
            Name::Known(element) => {
                let found = this.tree.element(this.open[at]);
                found == Some(element)
                    || (element.heading_level().is_some()
                        && found.is_some_and(|found| found.heading_level().is_some()))
            }
            Name::Other(other) => this.open_others[at] == other,
            Name::Formatting => false,
        };
        // What comes after the end of the page is still text of the page.
        if matches!(
            name,
            Name::Formatting | Name::Known(Element::Body | Element::Html)
        ) {
            return;
        }
        let closes_cells = matches!(name, Name::Known(element) if is_part_of_table(element));
        for at in (1..self.open.len()).rev() {
            if is_it(self, at) {
                self.close_to(at);
                return;
            }
            let found = self.tree.element(self.open[at]);
            let is_boundary = matches!(
                found,
                Some(
                    Element::Td
                        | Element::Th
                        | Element::Caption
                        | Element::Table
                        | Element::Template
                )
            );
            // An end tag that is missing its start does not close what it stands in, and an
            // inline element does not close a block.
            let is_inline = matches!(name, Name::Known(element) if !element.is_block());
            let is_item = matches!(name, Name::Known(Element::Li | Element::Dt | Element::Dd));
            if (is_boundary && !closes_cells)
                || (is_item && found.is_some_and(is_list))
                || (found == Some(Element::Table) && closes_cells)
                || (is_inline && found.is_some_and(Element::is_block))
            {
                return;
            }
        }
    }

    fn string(&mut self, value: &[u8]) {
        let value = String::from_utf8_lossy(value);
        if !value.trim().is_empty() {
            self.close_head();
        }
        // The standard drops the first line end of `pre`.
        let is_first = self.open.last() == Some(&(self.tree.nodes.len() - 1));
        let in_pre = self.top().is_some_and(Element::is_preformatted);
        let value = match value.strip_prefix('\n') {
            Some(rest) if in_pre && is_first => rest,
            _ => &*value,
        };
        if self.is_full() {
            return;
        }
        let start = position(self.tree.text.len());
        self.tree.text.push_str(value);
        let end = position(self.tree.text.len());
        self.leaf(Kind::Text(Part { start, end }));
    }

    /// Adds a node that holds no other and has no attributes.
    fn leaf(&mut self, kind: Kind) {
        self.tree.nodes.push(Node {
            kind,
            end: position(self.tree.nodes.len() + 1),
            attributes: position(self.tree.attributes.len()),
        });
    }

    fn is_full(&mut self) -> bool {
        let is_full = self.tree.nodes.len() >= MAX_NODES;
        self.tree.is_too_large |= is_full;
        is_full
    }

    /// The innermost open element.
    fn top(&self) -> Option<Element> {
        self.open.last().and_then(|&node| self.tree.element(node))
    }

    /// Closes open elements until `n_left` are left.
    fn close_to(&mut self, n_left: usize) {
        for node in self.open.drain(n_left..) {
            self.tree.nodes[node].end = position(self.tree.nodes.len());
            self.n_foreign -= usize::from(is_foreign(self.tree.element(node)));
        }
        self.open_others.truncate(n_left);
    }

    fn finish(mut self) -> Tree {
        self.tree.unclosed = match self.top() {
            Some(Element::Plaintext) => None,
            Some(Element::Script) => Some("a script"),
            Some(Element::Style) => Some("a style sheet"),
            Some(element) if element.is_raw() => Some("an element whose content is not mark-up"),
            _ => self.tree.unclosed,
        };
        self.close_to(0);
        self.tree
    }
}

/// Stands for an element that is in the list of known ones.
const NO_OTHER: u32 = u32::MAX;

/// Elements that only change how their text looks.
const FORMATTING: [&[u8]; 16] = [
    b"b", b"big", b"blink", b"em", b"font", b"i", b"ins", b"kbd", b"mark", b"nobr", b"s", b"small",
    b"strike", b"strong", b"tt", b"u",
];

const CELLS: [Element; 2] = [Element::Td, Element::Th];
const ROWS: [Element; 4] = [Element::Td, Element::Th, Element::Tr, Element::Caption];
const SECTIONS_OF_TABLE: [Element; 8] = [
    Element::Td,
    Element::Th,
    Element::Tr,
    Element::Caption,
    Element::Colgroup,
    Element::Tbody,
    Element::Tfoot,
    Element::Thead,
];

fn is_foreign(element: Option<Element>) -> bool {
    matches!(element, Some(Element::Svg | Element::Math))
}

fn is_list(element: Element) -> bool {
    matches!(
        element,
        Element::Ul | Element::Ol | Element::Dl | Element::Menu | Element::Dir
    )
}

/// Whether an item in it is not part of the item that it stands in.
fn holds_items(element: Element) -> bool {
    element.is_block() && !matches!(element, Element::Address | Element::Div | Element::P)
}

fn is_table(element: Element) -> bool {
    element == Element::Table
}

fn is_part_of_table(element: Element) -> bool {
    is_table(element) || SECTIONS_OF_TABLE.contains(&element)
}
