//! Documents in, the manuals they are versions of out.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};

use crate::engine::DocumentRecord;
use crate::shelf::Version;

/// The versions of one manual, the oldest first; each is the numbers of its documents in reading
/// order, of which a manual of several files has more than one.
pub(super) type Family = Vec<Vec<u32>>;

/// Manuals by product and name on the shelf; what has no version is in none. `products` are those
/// of the documents.
pub(super) fn families(documents: &[DocumentRecord], products: &[u32]) -> Vec<Family> {
    let mut manuals: BTreeMap<(u32, &str), BTreeMap<Version, Vec<u32>>> = BTreeMap::new();
    for ((number, record), &product) in (0..).zip(documents).zip(products) {
        if let Some(version) = record.shelf.ordered_version() {
            let manual = (product, record.shelf.document.as_str());
            let versions = manuals.entry(manual).or_default();
            versions.entry(version).or_default().push(number);
        }
    }
    let versions = manuals.into_values().map(BTreeMap::into_values);
    versions.map(Iterator::collect).collect()
}

/// For each document its age: 0 for the newest version that its product has, 1 for the one before,
/// and 0 for documents without a version.
pub(super) fn ages(documents: &[DocumentRecord], products: &[u32]) -> Vec<u32> {
    let mut versions: BTreeMap<(u32, Reverse<Version>), Vec<usize>> = BTreeMap::new();
    for (number, (record, &product)) in documents.iter().zip(products).enumerate() {
        if let Some(version) = record.shelf.ordered_version() {
            let version = (product, Reverse(version));
            versions.entry(version).or_default().push(number);
        }
    }
    let mut ages = vec![0; documents.len()];
    let mut before: Option<(u32, u32)> = None;
    for ((product, _), of_version) in versions {
        let age = match before {
            Some((same, age)) if same == product => age + 1,
            _ => 0,
        };
        before = Some((product, age));
        for number in of_version {
            ages[number] = age;
        }
    }
    ages
}

/// The number of each document's product. Products are one if one's `aliases` name the other, as
/// after a rebrand, whoever their vendors are.
pub(super) fn products(documents: &[DocumentRecord]) -> Vec<u32> {
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
