//! The versions that a filter asks for in, those that the library has out.

use std::collections::BTreeMap;

use serde::Serialize;

use super::DocumentRecord;
use crate::shelf::{Version, VersionRequest};
use crate::{Error, Result};

/// A version of a product, as the shelves name it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[non_exhaustive]
pub struct ProductVersion {
    /// Who makes the product.
    pub vendor: Option<String>,
    /// The product.
    pub product: Option<String>,
    /// Its version.
    pub version: String,
}

/// `router 9.1`.
impl std::fmt::Display for ProductVersion {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if let Some(product) = &self.product {
            write!(formatter, "{product} ")?;
        }
        formatter.write_str(&self.version)
    }
}

impl ProductVersion {
    /// Whether the document is of this version.
    pub(super) fn is_of(&self, record: &DocumentRecord) -> bool {
        let shelf = &record.shelf;
        shelf.version.as_ref() == Some(&self.version)
            && shelf.product == self.product
            && shelf.vendor == self.vendor
    }
}

/// A product's vendor and name.
type Product<'a> = (Option<&'a str>, Option<&'a str>);

/// The versions of each product that have documents.
pub(super) struct Versions<'a>(BTreeMap<Product<'a>, Vec<Version>>);

impl<'a> Versions<'a> {
    pub(super) fn of(documents: impl IntoIterator<Item = &'a DocumentRecord>) -> Self {
        let mut products: BTreeMap<Product<'a>, Vec<Version>> = BTreeMap::new();
        let mut last: Option<(Product<'a>, &str)> = None;
        for record in documents {
            let shelf = &record.shelf;
            let product = (shelf.vendor.as_deref(), shelf.product.as_deref());
            let version = shelf.version.as_deref();
            // Documents of one version stand side by side: most need not be read.
            if version.is_none() || last == version.map(|version| (product, version)) {
                continue;
            }
            last = version.map(|version| (product, version));
            products
                .entry(product)
                .or_default()
                .extend(shelf.ordered_version());
        }
        for versions in products.values_mut() {
            versions.sort();
            versions.dedup();
        }
        Self(products)
    }

    /// The versions of all products that one of `requests` asks for.
    ///
    /// # Errors
    /// [`Error::Setting`] for a request that cannot be read. A request that no product can meet is
    /// given back with what comes nearest.
    pub(super) fn resolve(&self, requests: &[String]) -> Result<Vec<ProductVersion>> {
        let mut resolved = Vec::new();
        for request in requests {
            let parsed = VersionRequest::parse(request)?;
            let n_before = resolved.len();
            for ((vendor, product), versions) in &self.0 {
                let asked_for = parsed.resolve(versions).into_iter();
                resolved.extend(asked_for.map(|at| ProductVersion {
                    vendor: vendor.map(str::to_owned),
                    product: product.map(str::to_owned),
                    version: versions[at].as_str().to_owned(),
                }));
            }
            if resolved.len() == n_before {
                return Err(Error::UnknownValue {
                    facet: "version",
                    value: request.clone(),
                    among: String::new(),
                    nearest: self.nearest(&parsed),
                });
            }
        }
        resolved.sort();
        resolved.dedup();
        Ok(resolved)
    }

    /// The nearest in the order of versions, if there is one product; else the most alike names.
    fn nearest(&self, request: &VersionRequest) -> Vec<String> {
        let all = self.0.values().flatten();
        if self.0.len() != 1 {
            return super::filter::nearest(request.as_str(), all.map(Version::as_str));
        }
        let versions: Vec<Version> = all.cloned().collect();
        let nearest = request.nearest(&versions).into_iter();
        nearest.map(|at| versions[at].as_str().to_owned()).collect()
    }
}
