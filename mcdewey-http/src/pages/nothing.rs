//! What to try when a search found nothing.

use maud::{Markup, html};
use mcdewey_core::search::Relaxation;
use mcdewey_core::{Facet, Filter, Mode};

use super::asked::Asked;
use super::layout::count;

pub(super) fn nothing(asked: &Asked, relaxations: &[Relaxation]) -> Markup {
    // The last one is the one to change; without it something is found, or nothing helps.
    let relaxation = relaxations.last().filter(|relaxation| relaxation.found > 0);
    html! {
        article.notice {
            h2 { "Nothing found for “" (asked.query) "”" }
            @if let Some(relaxation) = relaxation { (elsewhere(asked, relaxation)) }
            p { @if relaxation.is_some() { "Or:" } @else { "What may help:" } }
            ul {
                @if asked.mode == Mode::Lexical {
                    li { a href=(asked.in_mode(Mode::Hybrid)) { "Search by words and meaning" } }
                }
                @if asked.filter != Filter::new() {
                    li { a href=(asked.link(&Filter::new(), 1)) { "Search the whole library" } }
                }
                li { "Ask with other words, as the manual would have them." }
                li { a href="/" { "Look through the shelves" } }
            }
        }
    }
}

/// Where the same search finds something.
fn elsewhere(asked: &Asked, relaxation: &Relaxation) -> Markup {
    html! {
        p {
            "The " (relaxation.facet.name()) " " (relaxation.given.join(" or "))
            " keeps " (count(relaxation.found, "passage")) " away. With another there are hits:"
        }
        ul {
            @for (value, n) in &relaxation.values {
                li {
                    a href=(asked.link(&with_other(&asked.filter, relaxation.facet, value), 1)) { (value) }
                    " " span.count { (n) }
                }
            }
        }
    }
}

/// The filter with another value of a facet, and without what stands inside it: another product
/// has other versions.
fn with_other(filter: &Filter, facet: Facet, value: &str) -> Filter {
    let inside = Facet::ALL.into_iter().filter(|&inner| inner >= facet);
    let wider = inside.fold(filter.clone(), Filter::without);
    wider.with(facet, value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_product_comes_without_the_version_of_the_first() {
        let filter = Filter::new()
            .with_vendor("acme")
            .with(Facet::Product, "router")
            .with_version("2");
        let other = with_other(&filter, Facet::Product, "switch");
        let expected = Filter::new()
            .with_vendor("acme")
            .with(Facet::Product, "switch");
        assert_eq!(other, expected);
    }
}
