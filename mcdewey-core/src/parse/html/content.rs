//! A page in, the part of it that is its content out.
//!
//! Four steps, each of which trusts the page less than the one before:
//!
//! 1. what the page declares: `role="main"`, `main`, `article`;
//! 2. what generators of documentation call it: `div.body` of Sphinx, `#content` of Asciidoctor;
//! 3. where its words lie: the deepest element with nine tenths of the words outside of links;
//! 4. all of it.
//!
//! Inside, navigation is left out: what is declared as such, what is called so, and bars of
//! nothing but links and words like "Next". No step may lose more than half of the words that
//! stand outside of links: then it is not believed.

use super::marks::{
    BAR, CALLED_CONTENT, CONTENTS, LEADING_ON, NOISE, NOISE_IF_LINKS, ORNAMENTS, ROLES, bar_words,
    is_one_of,
};
use super::names::{Attribute, Element};
use super::tree::Tree;

/// What a step may leave of the words outside of links, in hundredths, to be believed.
const KEPT_PERCENT: usize = 50;
/// How many of the words outside of links the element has that holds the content, where
/// nothing else says which it is, in hundredths. Chosen by hand.
const DENSE_PERCENT: usize = 90;
/// How many of the words outside of links something may have that is only called navigation, in
/// hundredths, to be left out. Chosen by hand: a manual of menus has a class `menu` too.
const CALLED_PERCENT: usize = 30;
/// The longest bar of links in words. Chosen by hand: titles of three neighbours.
const BAR_WORDS: usize = 60;

/// Where the content of a page is.
#[derive(Debug)]
pub(super) struct Content {
    pub(super) root: usize,
    /// For each node whether it and what is in it is left out.
    pub(super) is_left_out: Vec<bool>,
    /// What comes before the root.
    pub(super) lead: Option<Lead>,
}

/// A part of the page outside of its content that holds its title.
#[derive(Debug, Clone, Copy)]
pub(super) enum Lead {
    /// Only this heading.
    Heading(usize),
    /// All of this element.
    All(usize),
}

/// Finds the content of a page. `title` is what its `<title>` says.
pub(super) fn find(tree: &Tree, title: Option<&str>) -> Content {
    let mut is_left_out = vec![false; tree.len()];
    for (node, is_left_out) in is_left_out.iter_mut().enumerate() {
        *is_left_out = is_hidden(tree, node);
    }
    let words = Words::count(tree, &is_left_out);
    let body = (0..tree.len())
        .find(|&node| tree.element(node) == Some(Element::Body))
        .filter(|&body| words.all(tree, body) * 100 > words.all(tree, 0) * KEPT_PERCENT)
        .unwrap_or(0);
    let search = Search {
        tree,
        words: &words,
        body,
    };
    let root = search.root();
    let with_contents = search.left_out(root, is_left_out.clone(), true);
    let without = search.left_out(root, is_left_out, false);
    // A page that is a table of contents is one on purpose.
    let says_more = Words::count(tree, &with_contents).all(tree, root)
        > search.heading_words(root, &with_contents);
    let mut is_left_out = if says_more { with_contents } else { without };
    let lead = search.title_outside(root, title, &mut is_left_out);
    Content {
        root,
        is_left_out,
        lead,
    }
}

/// How many words stand before each node.
struct Words {
    all: Vec<u32>,
    in_links: Vec<u32>,
}

impl Words {
    fn count(tree: &Tree, is_left_out: &[bool]) -> Self {
        let mut all = Vec::with_capacity(tree.len() + 1);
        let mut in_links = Vec::with_capacity(tree.len() + 1);
        let (mut n_all, mut n_in_links) = (0_u32, 0_u32);
        let (mut link_end, mut left_out_end) = (0, 0);
        for (node, is_left_out) in is_left_out.iter().enumerate() {
            all.push(n_all);
            in_links.push(n_in_links);
            if *is_left_out {
                left_out_end = left_out_end.max(tree.end(node));
            }
            if node < left_out_end {
                continue;
            }
            if is_link(tree, node) {
                link_end = link_end.max(tree.end(node));
            }
            if let Some(text) = tree.text(node) {
                let n_words = u32::try_from(text.split_whitespace().count()).unwrap_or(u32::MAX);
                n_all += n_words;
                n_in_links += if node < link_end { n_words } else { 0 };
            }
        }
        all.push(n_all);
        in_links.push(n_in_links);
        Self { all, in_links }
    }

    fn all(&self, tree: &Tree, node: usize) -> usize {
        (self.all[tree.end(node)] - self.all[node]) as usize
    }

    fn in_links(&self, tree: &Tree, node: usize) -> usize {
        (self.in_links[tree.end(node)] - self.in_links[node]) as usize
    }

    fn outside_links(&self, tree: &Tree, node: usize) -> usize {
        self.all(tree, node) - self.in_links(tree, node)
    }
}

/// What the rules need to know of a page.
struct Search<'t> {
    tree: &'t Tree,
    words: &'t Words,
    body: usize,
}

impl Search<'_> {
    fn root(&self) -> usize {
        let root = self
            .declared()
            .or_else(|| self.called())
            .unwrap_or_else(|| self.dense());
        self.narrowed(root)
    }

    /// What the page says is its content.
    fn declared(&self) -> Option<usize> {
        let is_main = |node: usize| {
            self.tree.element(node) == Some(Element::Main) || self.has_role(node, "main")
        };
        self.first_that_holds(self.body, is_main)
            .or_else(|| self.only_article(self.body))
    }

    fn only_article(&self, root: usize) -> Option<usize> {
        let is_article = |node: usize| {
            self.tree.element(node) == Some(Element::Article) || self.has_role(node, "article")
        };
        self.first_that_holds(root, is_article)
    }

    /// What generators of documentation call the content.
    fn called(&self) -> Option<usize> {
        let tree = self.tree;
        let is_body_of_sphinx =
            |node: usize| tree.has_class(node, "body") && tree.element(node) == Some(Element::Div);
        self.first_that_holds(self.body, is_body_of_sphinx)
            .or_else(|| self.best_called())
    }

    fn best_called(&self) -> Option<usize> {
        let tree = self.tree;
        let rank = |node: usize| {
            let id = tree.attribute(node, Attribute::Id);
            let ranks = tree
                .classes(node)
                .chain(id)
                .filter_map(|name| CALLED_CONTENT.iter().position(|called| *called == name));
            ranks.min()
        };
        let candidates = tree
            .descendants(self.body)
            .filter(|&node| self.is_element(node));
        candidates
            .filter_map(|node| Some((rank(node)?, node)))
            .filter(|&(_, node)| self.holds_enough(node, self.body))
            .min()
            .map(|(_, node)| node)
    }

    /// The deepest element that has most of the words outside of links.
    fn dense(&self) -> usize {
        let enough = self.words.outside_links(self.tree, self.body) * DENSE_PERCENT;
        let mut root = self.body;
        let mut outer = self.body;
        while let Some(next) = self.tree.children(outer).find(|&child| {
            self.is_container(child) && self.words.outside_links(self.tree, child) * 100 >= enough
        }) {
            if enough == 0 || self.has_heading_beside(outer, next) {
                break;
            }
            // What leaves nothing out says nothing, and may only be a part of something.
            if self.words.all(self.tree, next) < self.words.all(self.tree, root) {
                root = next;
            }
            outer = next;
        }
        root
    }

    /// Whether a heading is in `root`, but not in `child`.
    fn has_heading_beside(&self, root: usize, child: usize) -> bool {
        let (before, after) = (root + 1..child, self.tree.end(child)..self.tree.end(root));
        before.chain(after).any(|node| {
            is_heading(self.tree, node) && self.words.outside_links(self.tree, node) > 0
        })
    }

    /// The part of `root` that says still more exactly what the content is.
    fn narrowed(&self, root: usize) -> usize {
        let tree = self.tree;
        let is_body = |node: usize| {
            tree.attribute(node, Attribute::Itemprop) == Some("articleBody")
                || ["body", "markdown-body", "theme-doc-markdown", "rst-content"]
                    .iter()
                    .any(|class| {
                        tree.has_class(node, class) && tree.element(node) != Some(Element::Body)
                    })
        };
        self.only_article(root)
            .or_else(|| self.first_that_holds(root, is_body))
            .unwrap_or(root)
    }

    /// The first element in `root` that `fits` and holds enough of its words.
    fn first_that_holds(&self, root: usize, fits: impl Fn(usize) -> bool) -> Option<usize> {
        self.tree
            .descendants(root)
            .find(|&node| self.is_element(node) && fits(node) && self.holds_enough(node, root))
    }

    fn holds_enough(&self, node: usize, root: usize) -> bool {
        let total = self.words.outside_links(self.tree, root);
        let words = self.words.outside_links(self.tree, node);
        words * 100 >= total * KEPT_PERCENT && self.words.all(self.tree, node) > 0
    }

    fn is_element(&self, node: usize) -> bool {
        self.tree.text(node).is_none()
    }

    fn is_container(&self, node: usize) -> bool {
        matches!(
            self.tree.element(node),
            Some(
                Element::Article
                    | Element::Center
                    | Element::Div
                    | Element::Form
                    | Element::Main
                    | Element::Section
                    | Element::Table
                    | Element::Tbody
                    | Element::Td
                    | Element::Tr
            )
        )
    }

    fn has_role(&self, node: usize, role: &str) -> bool {
        let roles = self
            .tree
            .attribute(node, Attribute::Role)
            .unwrap_or_default();
        roles
            .split_ascii_whitespace()
            .any(|it| it.eq_ignore_ascii_case(role))
    }

    /// Adds what is not content to what is left out.
    fn left_out(&self, root: usize, mut left_out: Vec<bool>, with_contents: bool) -> Vec<bool> {
        let mut node = root + 1;
        while node < self.tree.end(root) {
            let is_noise = left_out[node]
                || (self.is_element(node)
                    && (self.is_navigation(node, root)
                        || (with_contents && self.is_contents(node))
                        || self.is_bar(node)));
            left_out[node] = is_noise;
            node = if is_noise {
                self.tree.end(node)
            } else {
                node + 1
            };
        }
        left_out
    }

    /// Whether it is navigation, by what it declares or by what it is called.
    fn is_navigation(&self, node: usize, root: usize) -> bool {
        let tree = self.tree;
        match tree.element(node) {
            Some(Element::Nav) => return !self.is_contents(node),
            Some(Element::Search) => return true,
            Some(Element::Footer | Element::Header | Element::Aside | Element::Form) => {
                return self.is_called_so(node, root)
                    || (self.is_mostly_links(node) && !self.has_title(node));
            }
            _ => {}
        }
        let is_role = ROLES.iter().any(|role| self.has_role(node, role));
        if is_role {
            // A banner may hold the title of the page.
            return !self.is_contents(node) && !self.has_title(node);
        }
        self.is_called_so(node, root)
    }

    /// Whether it is called navigation, and leaving it out loses little.
    fn is_called_so(&self, node: usize, root: usize) -> bool {
        let tree = self.tree;
        let names = || {
            tree.classes(node)
                .chain(tree.attribute(node, Attribute::Id))
        };
        if names().any(|name| is_one_of(name, &ORNAMENTS)) {
            return true;
        }
        if names().any(|name| is_one_of(name, &NOISE)) {
            return self.is_small(node, root);
        }
        if tree.element(node) == Some(Element::Footer) {
            return self.is_small(node, root) && !self.has_heading(node);
        }
        names().any(|name| is_one_of(name, &NOISE_IF_LINKS))
            && self.is_mostly_links(node)
            && !self.has_title(node)
    }

    /// Whether it is a list of what the page, or what is below it, contains.
    fn is_contents(&self, node: usize) -> bool {
        let tree = self.tree;
        let is_toctree = tree.has_class(node, "toctree-wrapper");
        let is_topic = tree.has_class(node, "contents")
            && (tree.has_class(node, "topic")
                || tree.has_class(node, "local")
                || tree.element(node) == Some(Element::Nav));
        let id = tree.attribute(node, Attribute::Id);
        let is_called = tree
            .classes(node)
            .chain(id)
            .any(|name| is_one_of(name, &CONTENTS));
        is_toctree || ((is_topic || is_called) && self.is_mostly_links(node))
    }

    /// Whether it is a bar of links to the neighbours of the page.
    fn is_bar(&self, node: usize) -> bool {
        let tree = self.tree;
        // One item, cell or heading may say "Next" and mean what it says.
        let may_be = tree.element(node).is_some_and(|element| {
            let is_part = matches!(
                element,
                Element::Dd | Element::Dt | Element::Li | Element::Td | Element::Th
            );
            element.is_block() && !is_part && element.heading_level().is_none()
        });
        let n_words = self.words.all(tree, node);
        if !may_be || n_words == 0 || n_words > BAR_WORDS || self.words.in_links(tree, node) == 0 {
            return false;
        }
        let mut link_end = 0;
        let mut leads_on = false;
        for inner in tree.descendants(node) {
            if is_link(tree, inner) {
                link_end = link_end.max(tree.end(inner));
            }
            let Some(text) = tree.text(inner) else {
                continue;
            };
            for word in bar_words(text) {
                leads_on |= is_one_of(word, &LEADING_ON);
                if inner >= link_end && !is_one_of(word, &LEADING_ON) && !is_one_of(word, &BAR) {
                    return false;
                }
            }
        }
        leads_on
    }

    fn is_mostly_links(&self, node: usize) -> bool {
        self.words.in_links(self.tree, node) * 2 >= self.words.all(self.tree, node)
    }

    /// Whether leaving it out loses little.
    fn is_small(&self, node: usize, root: usize) -> bool {
        let total = self.words.outside_links(self.tree, root);
        self.words.outside_links(self.tree, node) * 100 <= total * CALLED_PERCENT
    }

    /// Whether the title of a page is in it.
    fn has_title(&self, node: usize) -> bool {
        self.tree
            .descendants(node)
            .any(|inner| is_title(self.tree, inner))
    }

    fn has_heading(&self, node: usize) -> bool {
        self.tree
            .descendants(node)
            .any(|inner| is_heading(self.tree, inner) && self.words.all(self.tree, inner) > 0)
    }

    fn heading_words(&self, root: usize, left_out: &[bool]) -> usize {
        let words = Words::count(self.tree, left_out);
        let is_outer = |node: &usize| is_heading(self.tree, *node);
        let headings = self.tree.descendants(root).filter(is_outer);
        headings.map(|node| words.all(self.tree, node)).sum()
    }

    /// What holds the heading of the page, if that is not part of its content.
    fn title_outside(
        &self,
        root: usize,
        title: Option<&str>,
        left_out: &mut Vec<bool>,
    ) -> Option<Lead> {
        let tree = self.tree;
        let is_title = |node: &usize| self.words.all(tree, *node) > 0 && is_title(tree, *node);
        let has_one = std::iter::once(root)
            .chain(tree.descendants(root))
            .any(|node| is_title(&node) && !left_out[node]);
        if has_one {
            return None;
        }
        *left_out = self.left_out(self.body, std::mem::take(left_out), true);
        let outside = || {
            let nodes = tree.descendants(self.body);
            nodes
                .filter(|&node| node < root || node >= tree.end(root))
                .filter(is_title)
                .take(MAX_TITLES_OUTSIDE)
        };
        let title = title.unwrap_or_default().to_lowercase();
        let agrees = |node: &usize| {
            let text = super::inline::text(tree, *node, left_out).to_lowercase();
            title.contains(&text) || (!title.is_empty() && text.contains(&title))
        };
        let only = || Some(outside().next()?).filter(|_| outside().count() == 1);
        let heading = outside().find(agrees).or_else(only)?;
        // What stands with the heading, such as the name of a manual page, is content too.
        let around = self.beside(root, heading).filter(|&around| around < root);
        Some(match around {
            Some(around) if !left_out[around] && !self.is_mostly_links(around) => Lead::All(around),
            _ => Lead::Heading(heading),
        })
    }

    /// The largest element that holds `node`, but not `root`.
    fn beside(&self, root: usize, node: usize) -> Option<usize> {
        let mut outer = self.body;
        loop {
            let child = self
                .tree
                .children(outer)
                .find(|&child| (child..self.tree.end(child)).contains(&node))?;
            if !(child..self.tree.end(child)).contains(&root) {
                return Some(child);
            }
            outer = child;
        }
    }
}

/// As many headings outside of the content are looked at. Chosen by hand.
const MAX_TITLES_OUTSIDE: usize = 8;

/// Whether it leads somewhere.
pub(super) fn is_link(tree: &Tree, node: usize) -> bool {
    tree.element(node) == Some(Element::A) && tree.attribute(node, Attribute::Href).is_some()
}

/// Whether it is a heading that may be the title of a page. Doxygen's titles are no headings, and
/// those of old Javadoc are of the second level.
fn is_title(tree: &Tree, node: usize) -> bool {
    match tree.element(node) {
        Some(Element::H1) => true,
        Some(Element::H2) => tree.has_class(node, "title"),
        _ => tree.has_class(node, "headertitle"),
    }
}

/// Whether it is a heading.
pub(super) fn is_heading(tree: &Tree, node: usize) -> bool {
    tree.element(node)
        .is_some_and(|it| it.heading_level().is_some())
        || tree.attribute(node, Attribute::Role) == Some("heading")
}

/// Whether readers of the page do not see it.
fn is_hidden(tree: &Tree, node: usize) -> bool {
    if tree.text(node).is_some() {
        return false;
    }
    if tree.element(node).is_some_and(Element::is_never_shown) {
        return true;
    }
    let is_panel = tree.attribute(node, Attribute::Role) == Some("tabpanel");
    let hidden = tree.attribute(node, Attribute::Hidden);
    // Panels of tabs are shown one at a time, and all of them are content.
    if hidden.is_some_and(|how| !how.eq_ignore_ascii_case("until-found")) && !is_panel {
        return true;
    }
    let style = tree.attribute(node, Attribute::Style).unwrap_or_default();
    let style: String = style.chars().filter(|c| !c.is_whitespace()).collect();
    let style = style.to_ascii_lowercase();
    if (style.contains("display:none") && !is_panel) || style.contains("visibility:hidden") {
        return true;
    }
    let is_for_readers_aloud = [
        "sr-only",
        "visually-hidden",
        "visuallyhidden",
        "screen-reader-text",
    ]
    .iter()
    .any(|class| tree.has_class(node, class));
    let is_ornament = tree.element(node) != Some(Element::Div)
        && tree.attribute(node, Attribute::AriaHidden) == Some("true")
        && !tree
            .descendants(node)
            .any(|inner| tree.element(inner).is_some_and(Element::is_block));
    is_for_readers_aloud || is_ornament
}
