//! A page of HTML in, a document out: its content without the navigation around it.
//!
//! ```text
//! bytes -> text -> flat tree -> where the content is -> headings, paragraphs, code, lists, tables
//! ```
//!
//! | file | what it does |
//! |---|---|
//! | `encoding` | bytes to text |
//! | `names` | the elements and attributes that mean something |
//! | `tree/` | tokens to a flat tree |
//! | `head` | title, address, language and date |
//! | `content` | which part of the page is its content |
//! | `marks` | what the parts of a page are called |
//! | `inline` | the text of an element on one line |
//! | `table` | header and rows of a table; code |
//! | `flow` | the content, block by block |

mod content;
mod encoding;
mod flow;
mod head;
mod inline;
mod marks;
mod names;
mod table;
#[cfg(test)]
mod tests;
mod tree;

use super::builder::Builder;
use crate::document::{Document, Problem, ProblemKind};
use tree::Tree;

/// Parses the bytes of a page.
pub(super) fn parse(bytes: &[u8]) -> Document {
    encoding::decode(bytes).into_document(parse_text)
}

/// Parses a page that is decoded.
pub(super) fn parse_text(html: &str) -> Document {
    let mut builder = Builder::new();
    let page = append(&mut builder, html);
    if let Some(title) = &page.title {
        builder.title(title);
    }
    if let Some(date) = &page.date {
        builder.date(date);
    }
    let mut document = builder.finish();
    document.url = page.url;
    document.language = page.language;
    document
}

/// What a page says about itself.
#[derive(Debug, Default)]
pub(super) struct Page {
    pub(super) title: Option<String>,
    pub(super) date: Option<String>,
    pub(super) url: Option<String>,
    pub(super) language: Option<String>,
}

/// Adds the content of a page to a document; problems too, but not what the page says about
/// itself.
pub(super) fn append(builder: &mut Builder, html: &str) -> Page {
    let is_xml = html.trim_start().starts_with("<?xml");
    let tree = Tree::read(html, is_xml);
    let head = head::read(&tree);
    let content = content::find(&tree, head.title.as_deref());
    let headings = flow::write(&tree, &content, html.len(), builder);
    for problem in problems(&tree) {
        builder.problem(problem.kind, &problem.place, problem.message);
    }
    let title = match &head.title {
        Some(title) => Some(head::title_like(title, headings.iter().map(String::as_str))),
        None => headings.into_iter().next(),
    };
    Page {
        title,
        date: head.date,
        url: head.url,
        language: head.language,
    }
}

fn problems(tree: &Tree) -> Vec<Problem> {
    let mut problems = Vec::new();
    if tree.is_too_deep {
        let message = format!(
            "elements lie more than {} deep in one another; their text is kept, their structure is not",
            tree::MAX_DEPTH
        );
        problems.push(Problem::new(ProblemKind::Nested, "", message));
    }
    if tree.is_too_large {
        let message = format!(
            "it has more than {} elements; what comes after them is left out",
            tree::MAX_NODES
        );
        problems.push(Problem::new(ProblemKind::TooLarge, "", message));
    }
    if let Some(what) = tree.unclosed {
        let message = format!("{what} never ends, so what follows it is not read");
        problems.push(Problem::new(ProblemKind::Damaged, "", message));
    }
    problems
}
