//! An element in, its text on one line out.

use super::names::{Attribute, Element};
use super::tree::Tree;

/// Text in the making: white space is folded as it comes, `\n` is a line end that is meant.
#[derive(Debug, Default)]
pub(super) struct Run {
    text: String,
    /// Whether white space stands before what comes next.
    has_space: bool,
}

impl Run {
    /// Adds text.
    pub(super) fn push(&mut self, text: &str) {
        for character in text.chars() {
            match character {
                // A soft hyphen and a place where a line may end are no part of a word.
                '\u{ad}' | '\u{200b}' => {}
                _ if character.is_whitespace() => self.has_space = true,
                _ => {
                    self.space();
                    self.text.push(character);
                }
            }
        }
    }

    /// Separates what came from what comes.
    pub(super) fn separate(&mut self) {
        self.has_space = true;
    }

    /// Ends the line.
    pub(super) fn line(&mut self) {
        if !self.text.is_empty() && !self.text.ends_with('\n') {
            self.text.push('\n');
        }
        self.has_space = false;
    }

    /// The last character, if it is not white space.
    fn last(&self) -> Option<char> {
        self.text.chars().next_back().filter(|_| !self.has_space)
    }

    fn space(&mut self) {
        if self.has_space && !self.text.is_empty() && !self.text.ends_with('\n') {
            self.text.push(' ');
        }
        self.has_space = false;
    }

    /// Whether there is nothing in it.
    pub(super) fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// The text; nothing is left.
    pub(super) fn take(&mut self) -> String {
        self.has_space = false;
        let mut text = std::mem::take(&mut self.text);
        text.truncate(text.trim_end().len());
        text
    }
}

/// The text of `node` on one line.
pub(super) fn text(tree: &Tree, node: usize, is_left_out: &[bool]) -> String {
    let mut run = Run::default();
    let _: usize = text_until(tree, node, is_left_out, &mut run, |_, _| false);
    run.take().replace('\n', " ")
}

/// Adds the text of `node` up to the first element at which `ends` says so; returns that element,
/// or the end of `node`. `ends` is told whether there is text before.
pub(super) fn text_until(
    tree: &Tree,
    node: usize,
    is_left_out: &[bool],
    run: &mut Run,
    ends: impl Fn(usize, bool) -> bool,
) -> usize {
    let end = tree.end(node);
    let mut at = node;
    // Where the blocks end that are open.
    let mut block_ends: Vec<usize> = Vec::new();
    while at < end {
        while block_ends.last().is_some_and(|&end| end <= at) {
            block_ends.pop();
            run.separate();
        }
        if is_left_out[at] {
            at = tree.end(at);
            continue;
        }
        if at != node && ends(at, !run.is_empty()) {
            return at;
        }
        if at != node && tree.element(at).is_some_and(Element::is_block) {
            run.separate();
            block_ends.push(tree.end(at));
        }
        at = add(tree, at, run);
    }
    end
}

/// Adds what the node itself says; returns the next node to look at.
pub(super) fn add(tree: &Tree, node: usize, run: &mut Run) -> usize {
    if let Some(text) = tree.text(node) {
        run.push(text);
        return node + 1;
    }
    match tree.element(node) {
        Some(Element::Br) => run.line(),
        Some(Element::Img | Element::Area) => run.push(alternative(tree, node)),
        Some(Element::Input | Element::Button) => {
            return tree.end(node);
        }
        Some(Element::Math) => {
            run.push(tree.attribute(node, Attribute::AltText).unwrap_or_default());
            return tree.end(node);
        }
        // `10<sup>6</sup>` is not 106.
        Some(Element::Sup) if run.last().is_some_and(|c| c.is_ascii_digit()) => run.push("^"),
        _ => {}
    }
    node + 1
}

/// What an image shows, if its alternative text says something.
fn alternative(tree: &Tree, node: usize) -> &str {
    let text = tree
        .attribute(node, Attribute::Alt)
        .unwrap_or_default()
        .trim();
    let is_name_of_file = !text.contains(' ')
        && [".png", ".gif", ".jpg", ".jpeg", ".svg", ".webp"]
            .iter()
            .any(|extension| text.to_ascii_lowercase().ends_with(extension));
    // `[Note]` stands beside a note that says so itself.
    let is_label = text.starts_with('[') && text.ends_with(']') && !text.contains(' ');
    let is_word = [
        "alt",
        "diagram",
        "figure",
        "icon",
        "image",
        "img",
        "logo",
        "picture",
        "screenshot",
    ]
    .iter()
    .any(|word| text.eq_ignore_ascii_case(word));
    let has_letters = text.chars().filter(|c| c.is_alphabetic()).count() > 1;
    if is_name_of_file || is_word || is_label || !has_letters {
        return "";
    }
    text
}
