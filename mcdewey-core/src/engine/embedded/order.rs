//! The order of chunk ids, without an id being made.
//!
//! Ids are compared as bytes: `guide::10` stands before `guide::9`, and `10::0` before `1::0`.

use crate::engine::DocumentRecord;
use crate::shelf::ChunkId;

/// By chunk (documents by id, then ordinals), its place in the order of ids.
///
/// # Complexity
/// Linear in the chunks, but for documents of which the id of one continues that of another.
pub(super) fn id_ranks(documents: &[DocumentRecord]) -> Vec<u32> {
    let mut first = Vec::with_capacity(documents.len());
    let mut total = 0;
    for record in documents {
        first.push(total);
        total += record.chunks;
    }
    // What all ids of a document's chunks begin with.
    let start = |document: usize| format!("{}::", documents[document].id);
    let mut in_order: Vec<(String, usize)> = (0..documents.len())
        .map(|document| (start(document), document))
        .collect();
    in_order.sort_unstable();
    let mut ranks = vec![0; total as usize];
    let mut next = 0;
    let mut rest = in_order.as_slice();
    while let Some((beginning, _)) = rest.first() {
        // Those that continue it stand right behind it, and among its chunks.
        let n_nested = rest
            .iter()
            .take_while(|(other, _)| other.starts_with(beginning));
        let (nested, others) = rest.split_at(n_nested.count());
        rest = others;
        let mut place = |document: usize, ordinal: u32| {
            ranks[(first[document] + ordinal) as usize] = next;
            next += 1;
        };
        if let [(_, document)] = nested {
            each_by_digits(documents[*document].chunks, |ordinal| {
                place(*document, ordinal);
            });
            continue;
        }
        let mut chunks: Vec<(ChunkId, usize, u32)> = Vec::new();
        for &(_, document) in nested {
            let record = &documents[document];
            let ids = record.chunk_ids().zip(0..);
            chunks.extend(ids.map(|(id, ordinal)| (id, document, ordinal)));
        }
        chunks.sort_unstable();
        for (_, document, ordinal) in chunks {
            place(document, ordinal);
        }
    }
    ranks
}

/// Calls `each` with the numbers below `end`, in the order of their digits: 0, 1, 10, 100, 11, 2.
fn each_by_digits(end: u32, mut each: impl FnMut(u32)) {
    if end > 0 {
        each(0);
    }
    let mut number: u64 = 1;
    for _ in 1..end {
        each(u32::try_from(number).unwrap_or(u32::MAX));
        if number * 10 < u64::from(end) {
            number *= 10;
            continue;
        }
        // Up until there is a next digit.
        while number % 10 == 9 || number + 1 >= u64::from(end) {
            number /= 10;
        }
        number += 1;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::shelf::{DocumentId, Shelf};

    proptest! {
        #[test]
        fn ranks_are_those_of_sorted_ids(
            documents in proptest::collection::btree_map("[a1]{1,2}(::[a1]{1,2}){0,2}", 0_u32..130, 0..12),
        ) {
            let mut records: Vec<DocumentRecord> = documents
                .into_iter()
                .map(|(id, chunks)| {
                    let id = DocumentId::from_record_id(&id);
                    let mut record = DocumentRecord::new(id, "", Shelf::default());
                    record.chunks = chunks;
                    record
                })
                .collect();
            records.sort_by(|a, b| a.id.cmp(&b.id));
            let ids: Vec<ChunkId> = records.iter().flat_map(DocumentRecord::chunk_ids).collect();
            let ranks = id_ranks(&records);
            let mut by_rank: Vec<(u32, &ChunkId)> = ranks.into_iter().zip(&ids).collect();
            by_rank.sort_unstable();
            let mut sorted: Vec<&ChunkId> = ids.iter().collect();
            sorted.sort_unstable();
            let ranked: Vec<&ChunkId> = by_rank.into_iter().map(|(_, id)| id).collect();
            prop_assert_eq!(ranked, sorted);
        }
    }
}
