//! What generators of documentation call the parts of a page, and how bars of links read.

/// Names of the element that holds the content, the surest first.
pub(super) const CALLED_CONTENT: [&str; 24] = [
    "documentwrapper",
    "contentContainer",
    "markdown-body",
    "rst-content",
    "main-content",
    "maincontent",
    "mainContent",
    "mw-content-text",
    "article-body",
    "page-content",
    "pageContent",
    "page-body",
    "doc-content",
    "docContent",
    "docs-content",
    "entry-content",
    "post-content",
    "bodyContent",
    "content-body",
    "manual-content",
    "contents",
    "content",
    "main",
    "document",
];

/// Roles of what is never content.
pub(super) const ROLES: [&str; 8] = [
    "banner",
    "complementary",
    "contentinfo",
    "menu",
    "menubar",
    "navigation",
    "search",
    "toolbar",
];

/// Names of what stands beside content to lead to it or to number it. In lower case.
pub(super) const ORNAMENTS: [&str; 21] = [
    "anchor-link",
    "anchorjs-link",
    "copybtn",
    "gutter",
    "hash-link",
    "header-anchor",
    "headerlink",
    "heading-anchor",
    "lineno",
    "linenodiv",
    "linenos",
    "linenumbers",
    "lnt",
    "permalink",
    "skip-link",
    "skip-nav",
    "skip-to-content",
    "skiplink",
    "skipnav",
    "viewcode-back",
    "viewcode-link",
];

/// Names of what is never content. In lower case.
pub(super) const NOISE: [&str; 57] = [
    "bottom-nav",
    "bottomnav",
    "breadcrumb",
    "breadcrumbs",
    "cookie-banner",
    "cookie-consent",
    "edit-link",
    "edit-this-page",
    "feedback",
    "footer-nav",
    "ingroups",
    "leftnav",
    "md-footer",
    "md-header",
    "md-nav",
    "md-search",
    "md-sidebar",
    "md-tabs",
    "mobile-nav",
    "nav-bar",
    "nav-path",
    "navbar",
    "navfooter",
    "navheader",
    "navmenu",
    "navpath",
    "next-prev",
    "page-footer",
    "page-nav",
    "pagenav",
    "pager",
    "pagination",
    "pagination-nav",
    "prev-next",
    "prev-next-area",
    "prev-next-bottom",
    "prev-next-footer",
    "prevnext",
    "quicksearch",
    "rightnav",
    "rst-footer-buttons",
    "rst-versions",
    "search-box",
    "search-form",
    "searchbox",
    "searchform",
    "side-nav",
    "sidenav",
    "site-footer",
    "site-header",
    "sphinxsidebar",
    "sphinxsidebarwrapper",
    "sub-nav",
    "subnav",
    "theme-doc-breadcrumbs",
    "theme-doc-toc-mobile",
    "topnav",
];

/// Names of what is navigation if most of it is links. In lower case.
pub(super) const NOISE_IF_LINKS: [&str; 19] = [
    "bottom",
    "bottombar",
    "footer",
    "footlinks",
    "header",
    "headerbox",
    "left",
    "links",
    "menu",
    "menubar",
    "nav",
    "navi",
    "navigation",
    "node",
    "related",
    "sidebar",
    "submenu",
    "tabs",
    "toolbar",
];

/// Names of tables of contents. In lower case.
pub(super) const CONTENTS: [&str; 16] = [
    "contents",
    "local-toc",
    "localtoc",
    "minitoc",
    "on-this-page",
    "page-toc",
    "page__toc",
    "shortcontents",
    "table-of-contents",
    "tableofcontents",
    "textblock-toc",
    "toc",
    "toc-contents",
    "toc-wrapper",
    "toctree",
    "tocwrapper",
];

/// Words that lead to a neighbour of the page.
pub(super) const LEADING_ON: [&str; 6] = ["backward", "forward", "next", "prev", "previous", "up"];

/// Other words of such bars.
pub(super) const BAR: [&str; 21] = [
    "a",
    "back",
    "backwards",
    "chapter",
    "contents",
    "fast",
    "first",
    "forwards",
    "frames",
    "go",
    "home",
    "index",
    "last",
    "main",
    "of",
    "page",
    "section",
    "start",
    "table",
    "to",
    "top",
];

/// Whether a line that has links says only where its neighbours are.
pub(super) fn is_bar_text(text: &str) -> bool {
    bar_words(text).all(|word| is_one_of(word, &LEADING_ON) || is_one_of(word, &BAR))
        && bar_words(text).any(|word| is_one_of(word, &LEADING_ON))
}

/// The words of a bar without the arrows and brackets around them; `next()` is the name of
/// something.
pub(super) fn bar_words(text: &str) -> impl Iterator<Item = &str> {
    let is_ornament = |c: char| !c.is_alphanumeric() && !"_().".contains(c);
    text.split(move |c: char| c.is_whitespace() || "[]|-".contains(c))
        .map(move |word| word.trim_matches(is_ornament))
        .filter(|word| !word.is_empty())
}

/// Whether `name` in lower case is one of `names`, which are sorted.
pub(super) fn is_one_of(name: &str, names: &[&str]) -> bool {
    if name.bytes().any(|byte| byte.is_ascii_uppercase()) {
        return is_one_of(&name.to_ascii_lowercase(), names);
    }
    names.binary_search(&name).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_sorted_because_they_are_searched_so() {
        for names in [
            &ORNAMENTS[..],
            &NOISE,
            &NOISE_IF_LINKS,
            &CONTENTS,
            &LEADING_ON,
            &BAR,
        ] {
            assert!(names.is_sorted(), "{names:?}");
        }
        assert!(is_one_of("NavBar", &NOISE));
    }

    #[test]
    fn a_bar_leads_to_a_neighbour_and_says_nothing_else() {
        for bar in [
            "Next",
            "« Previous | Next »",
            "<- prev  Table of Contents  next ->",
            "[Up] [Top]",
        ] {
            assert!(is_bar_text(bar), "{bar}");
        }
        for text in ["Next, open the port.", "next()", "Contents", "_next", ""] {
            assert!(!is_bar_text(text), "{text}");
        }
    }
}
