//! Documents in, the manuals they are versions of out.

use std::collections::{BTreeMap, HashMap};

use crate::engine::DocumentRecord;
use crate::shelf::Version;

/// The versions of one manual, the oldest first; each is the numbers of its documents in reading
/// order, of which a manual of several files has more than one.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Family {
    pub(super) product: u32,
    pub(super) versions: Vec<Vec<u32>>,
}

/// Manuals by product and name on the shelf; what has no version is in none.
pub(super) fn families(documents: &[DocumentRecord]) -> Vec<Family> {
    let products = products(documents);
    let mut manuals: BTreeMap<(u32, &str), BTreeMap<Version, Vec<u32>>> = BTreeMap::new();
    for ((number, record), product) in (0..).zip(documents).zip(products) {
        if let Some(version) = record.shelf.ordered_version() {
            let manual = manuals
                .entry((product, &record.shelf.document))
                .or_default();
            manual.entry(version).or_default().push(number);
        }
    }
    let families = manuals.into_iter().map(|((product, _), versions)| Family {
        product,
        versions: versions.into_values().collect(),
    });
    families.collect()
}

/// A number for the document's file, the same in every version: of its id without the version.
pub(super) fn file(record: &DocumentRecord) -> u64 {
    let version = record.shelf.version.as_deref();
    let mut whole = blake3::Hasher::new();
    let segments = record
        .id
        .as_ref()
        .split(['/', ':'])
        .filter(|&segment| Some(segment) != version);
    for segment in segments {
        whole.update(segment.as_bytes());
        whole.update(b"/");
    }
    let mut bytes = [0; 8];
    bytes.copy_from_slice(&whole.finalize().as_bytes()[..8]);
    u64::from_le_bytes(bytes)
}

/// For each document the number of its product, and its age there: 0 for the newest version that
/// the product has, and for documents without a version.
pub(super) fn order(documents: &[DocumentRecord], families: &[Family]) -> Vec<(u32, u32)> {
    let mut versions: BTreeMap<u32, Vec<Version>> = BTreeMap::new();
    let mut order: Vec<(u32, u32)> = products(documents)
        .into_iter()
        .map(|product| (product, 0))
        .collect();
    for family in families {
        let of_product = versions.entry(family.product).or_default();
        let firsts = family.versions.iter().filter_map(|version| version.first());
        of_product.extend(
            firsts.filter_map(|&document| documents[document as usize].shelf.ordered_version()),
        );
    }
    for of_product in versions.values_mut() {
        of_product.sort_by(|a, b| b.cmp(a));
        of_product.dedup();
    }
    for (record, (product, age)) in documents.iter().zip(&mut order) {
        let of_product = versions.get(product).zip(record.shelf.ordered_version());
        *age = of_product.map_or(0, |(all, own)| {
            let newer = all.partition_point(|version| *version > own);
            u32::try_from(newer).unwrap_or(u32::MAX)
        });
    }
    order
}

/// The number of each document's product. Products are one if one's `aliases` name the other, as
/// after a rebrand, whoever their vendors are.
fn products(documents: &[DocumentRecord]) -> Vec<u32> {
    let mut numbers: HashMap<(Option<String>, Option<String>), u32> = HashMap::new();
    let mut of_documents = Vec::with_capacity(documents.len());
    for record in documents {
        let fold = |name: &Option<String>| name.as_ref().map(|name| name.to_lowercase());
        let product = (fold(&record.shelf.vendor), fold(&record.shelf.product));
        let next = u32::try_from(numbers.len()).expect("products are counted in u32");
        of_documents.push(*numbers.entry(product).or_insert(next));
    }
    let named: HashMap<String, Vec<u32>> = names(documents, &of_documents);
    let mut root: Vec<u32> = (0..).take(numbers.len()).collect();
    for (record, &product) in documents.iter().zip(&of_documents) {
        for alias in &record.shelf.aliases {
            for &other in named.get(&alias.to_lowercase()).into_iter().flatten() {
                let (a, b) = (find(&root, product), find(&root, other));
                root[a.max(b) as usize] = a.min(b);
            }
        }
    }
    for product in &mut of_documents {
        *product = find(&root, *product);
    }
    of_documents
}

/// Products by the names that they go by on the shelf.
fn names(documents: &[DocumentRecord], products: &[u32]) -> HashMap<String, Vec<u32>> {
    let mut named: HashMap<String, Vec<u32>> = HashMap::new();
    for (record, &product) in documents.iter().zip(products) {
        let shelf = &record.shelf;
        for name in [&shelf.product, &shelf.product_name].into_iter().flatten() {
            let named = named.entry(name.to_lowercase()).or_default();
            if !named.contains(&product) {
                named.push(product);
            }
        }
    }
    named
}

fn find(root: &[u32], mut product: u32) -> u32 {
    while root[product as usize] != product {
        product = root[product as usize];
    }
    product
}
