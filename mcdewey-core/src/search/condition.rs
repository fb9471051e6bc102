//! What a passage must meet, looked up in the library.

use crate::engine::{DocumentRecord, Facet, Filter, Snapshot};
use crate::query::{Condition, Place, Query, Term};
use crate::{Error, Result};

/// `filter`, and what the query says that a passage must meet.
///
/// A place that the library does not hold admits nothing, with a note. Phrases that no passage has
/// are not required, with a note: their words are still looked for.
pub(super) fn narrowed(
    filter: Filter,
    query: &mut Query,
    snapshot: &dyn Snapshot,
) -> Result<Filter> {
    let Some(condition) = query.condition.clone() else {
        return Ok(filter);
    };
    let mut looked_up = |condition: Condition| {
        condition.map(
            &mut Condition::Has,
            &mut |place| match resolved(&place, snapshot.documents()) {
                Ok(filter) => Condition::In(filter),
                Err(error) => {
                    let note = error.to_string();
                    if !query.notes.contains(&note) {
                        query.notes.push(note);
                    }
                    Condition::Any(Vec::new())
                }
            },
        )
    };
    let narrow = filter.clone().with_condition(looked_up(condition.clone()));
    let mut relaxed = Vec::new();
    let Some(looser) = without_phrases(&condition, &mut relaxed) else {
        return Ok(narrow);
    };
    if snapshot.count(&narrow)? > 0 {
        return Ok(narrow);
    }
    let wide = match looser {
        Condition::All(inner) if inner.is_empty() => filter,
        looser => filter.with_condition(looked_up(looser)),
    };
    if snapshot.count(&wide)? > 0 {
        query.notes.push(format!(
            "no passage has {}: its words were looked for one by one",
            relaxed.join(" and ")
        ));
    }
    Ok(wide)
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
