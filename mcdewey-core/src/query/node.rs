//! What a query says, and what of it a passage must meet.

use std::ops::Range;

use super::{Condition, Field, Place, Term};

/// What a query says, before it is known what of it is looked for and what is required.
#[derive(Debug)]
pub(super) enum Node {
    Leaf(Leaf),
    /// One of these.
    Either(Vec<Node>),
    /// What of these is required, and in general any.
    All(Vec<(Occur, Node)>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Occur {
    May,
    Must,
    MustNot,
}

#[derive(Debug)]
pub(super) enum Leaf {
    /// Text without white space, and its words, if it has any.
    Run(Range<usize>, Option<Term>),
    /// Something that is looked for as it is written.
    Term(Range<usize>, Field, Term),
    Pages(u32, u32),
    Place(Place),
}

impl Node {
    pub(super) fn is_empty(&self) -> bool {
        matches!(self, Self::All(inner) if inner.is_empty())
    }

    /// What a passage must meet, if anything.
    pub(super) fn requires(&self) -> Option<Condition> {
        match self {
            Self::Leaf(
                Leaf::Run(..) | Leaf::Term(_, Field::Any, Term::Prefix(_) | Term::Fuzzy(..)),
            ) => None,
            Self::Leaf(_) | Self::Either(_) => self.holds(),
            Self::All(items) => {
                let required = items.iter().filter_map(|(occur, node)| match occur {
                    Occur::May => node.requires(),
                    Occur::Must => node.holds(),
                    Occur::MustNot => Some(Condition::Not(Box::new(node.holds()?))),
                });
                let required: Vec<_> = required.collect();
                (!required.is_empty()).then_some(Condition::All(required))
            }
        }
    }

    /// When a passage has what this says; `None` if it says nothing.
    fn holds(&self) -> Option<Condition> {
        let any = |inner: Vec<Condition>| (!inner.is_empty()).then_some(Condition::Any(inner));
        match self {
            Self::Leaf(leaf) => leaf.holds(),
            Self::Either(sides) => any(sides.iter().filter_map(Self::holds).collect()),
            Self::All(items) => self
                .requires()
                .or_else(|| any(items.iter().filter_map(|(_, node)| node.holds()).collect())),
        }
    }

    /// The words of a query that only says what to leave out.
    pub(super) fn excluded_only(&self) -> Option<String> {
        let Self::All(items) = self else { return None };
        let is_excluded = |(occur, node): &(Occur, Node)| {
            *occur == Occur::MustNot && matches!(node, Self::Leaf(Leaf::Run(..) | Leaf::Term(..)))
        };
        let words = |(_, node): &(Occur, Node)| match node.holds() {
            Some(Condition::Has(_, term)) => term.words().join(" "),
            _ => String::new(),
        };
        let all = !items.is_empty() && items.iter().all(is_excluded);
        all.then(|| items.iter().map(words).collect::<Vec<_>>().join(" "))
    }
}

impl Leaf {
    fn holds(&self) -> Option<Condition> {
        Some(match self {
            Self::Run(_, term) => Condition::Has(Field::Any, term.clone()?),
            Self::Term(_, field, term) => Condition::Has(*field, term.clone()),
            Self::Pages(first, last) => Condition::Pages(*first, *last),
            Self::Place(place) => Condition::In(place.clone()),
        })
    }
}
