//! What a passage must meet, looked up in the library.

use crate::engine::{DocumentRecord, Facet, Filter, Snapshot};
use crate::query::{Condition, Place, Query, Term, add_note};
use crate::{Error, Result};

/// A filter with what a query says that a passage must meet.
#[derive(Debug)]
pub(super) struct Narrowed {
    pub(super) filter: Filter,
    /// If phrases are required: the filter without them, and the note that it was used.
    pub(super) without_phrases: Option<(Filter, String)>,
}

/// `filter`, and what the query says that a passage must meet. A place that the library does not
/// hold admits nothing, with a note.
pub(super) fn narrowed(filter: Filter, query: &mut Query, snapshot: &dyn Snapshot) -> Narrowed {
    let Some(condition) = query.condition.clone() else {
        return Narrowed {
            filter,
            without_phrases: None,
        };
    };
    let languages = query.languages.clone();
    let mut looked_up = |condition: Condition| {
        condition.map(
            &mut Condition::Has,
            &mut |place| match resolved(&place, snapshot.documents()) {
                Ok(filter) => Condition::In(filter),
                Err(error) => {
                    add_note(&mut query.notes, error.to_string());
                    Condition::Any(Vec::new())
                }
            },
        )
    };
    let mut phrases = Vec::new();
    let looser = without_phrases(&condition, &mut phrases);
    let without_phrases = looser.map(|looser| {
        let wide = match looser {
            Condition::All(inner) if inner.is_empty() => filter.clone(),
            looser => filter.clone().with_condition(looked_up(looser), &languages),
        };
        let phrases = phrases.join(" and ");
        let note = format!("no passage has {phrases}: its words were looked for one by one");
        (wide, note)
    });
    Narrowed {
        filter: filter.with_condition(looked_up(condition), &languages),
        without_phrases,
    }
}

fn resolved(place: &Place, documents: &[DocumentRecord]) -> Result<Filter> {
    let Some(facet) = Facet::from_name(place.facet) else {
        return Err(Error::Query {
            problem: format!("asks for a {}", place.facet),
            advice: "manuals have none".to_owned(),
        });
    };
    Filter::new().with(facet, &place.value).resolve(documents)
}

/// The condition without the phrases that it requires of all passages; `None` if there are none.
/// The phrases are added to `relaxed`.
fn without_phrases(condition: &Condition, relaxed: &mut Vec<String>) -> Option<Condition> {
    let is_phrase = |condition: &Condition| {
        matches!(
            condition,
            Condition::Has(_, Term::Phrase(_) | Term::Near(..))
        )
    };
    let inner = match condition {
        Condition::All(inner) => inner.as_slice(),
        other => std::slice::from_ref(other),
    };
    let (phrases, rest): (Vec<_>, Vec<_>) = inner.iter().partition(|inner| is_phrase(inner));
    relaxed.extend(phrases.iter().map(ToString::to_string));
    (!phrases.is_empty()).then(|| Condition::All(rest.into_iter().cloned().collect()))
}
