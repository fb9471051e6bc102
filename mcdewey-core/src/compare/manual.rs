//! The documents of a library and a name in, the manual of that name out, with its versions.
//!
//! ```text
//! vendor   product  version   document     file
//! docker   engine   20.10     reference    commandline/run
//! docker   engine   26.1      reference    commandline/run, container/run
//! \_____________/             \_______/
//!       a manual in two versions, of one file and of two
//! ```

use std::collections::BTreeMap;

use super::CompareRequest;
use super::files::file_key;
use crate::engine::{DocumentRecord, Facet};
use crate::shelf::{Version, VersionRequest};
use crate::{Error, Result};

/// Most manuals that an error about an ambiguous name lists.
const MAX_CANDIDATES: usize = 10;

/// All versions of a manual.
#[derive(Debug)]
pub(super) struct Manual<'a> {
    /// Its files, all versions together, by ascending id.
    pub(super) records: Vec<&'a DocumentRecord>,
    /// The file that was asked for, without its version, where only one was.
    pub(super) file: Option<String>,
}

/// What makes documents versions of one manual: vendor, product and document.
type Place<'a> = (Option<&'a str>, Option<&'a str>, &'a str);

fn place(record: &DocumentRecord) -> Place<'_> {
    let shelf = &record.shelf;
    (
        shelf.vendor.as_deref(),
        shelf.product.as_deref(),
        &shelf.document,
    )
}

impl<'a> Manual<'a> {
    /// The manual that `request` names.
    ///
    /// # Errors
    /// [`Error::UnknownValue`] if there is none, [`Error::Ambiguous`] if there are several.
    pub(super) fn find(documents: &'a [DocumentRecord], request: &CompareRequest) -> Result<Self> {
        let filter = request.filter();
        let filter = filter.resolve(documents)?;
        let mut named: BTreeMap<(Place<'a>, Option<String>), &DocumentRecord> = BTreeMap::new();
        for record in documents.iter().filter(|record| filter.admits(record)) {
            let file = (!is_named(record, &request.document)).then(|| file_key(record));
            named.entry((place(record), file)).or_insert(record);
        }
        // Where a manual has a file of its own name, the name means the manual.
        let whole: Vec<Place<'a>> = named
            .keys()
            .filter(|key| key.1.is_none())
            .map(|key| key.0)
            .collect();
        named.retain(|(place, file), _| file.is_none() || !whole.contains(place));
        let mut found: Vec<Self> = named
            .keys()
            .map(|(place, file)| Self::at(documents, *place, file.clone()))
            .collect();
        // The versions tell manuals of one name apart as well.
        let has_both = |manual: &Self| manual.has(&request.from) && manual.has(&request.to);
        let with_both: Vec<usize> = (0..found.len())
            .filter(|&at| has_both(&found[at]))
            .collect();
        if let [only] = with_both[..] {
            return Ok(found.swap_remove(only));
        }
        match <[Self; 1]>::try_from(found) {
            Ok([manual]) => Ok(manual),
            Err(none) if none.is_empty() => Err(unknown(request)),
            Err(_) => Err(Error::Ambiguous {
                facet: "document",
                value: request.document.clone(),
                candidates: named
                    .into_iter()
                    .take(MAX_CANDIDATES)
                    .map(|((_, file), record)| candidate(record, file.is_some()))
                    .collect(),
            }),
        }
    }

    /// The manual to which a document belongs.
    pub(super) fn of(documents: &'a [DocumentRecord], record: &'a DocumentRecord) -> Self {
        Self::at(documents, place(record), None)
    }

    fn at(documents: &'a [DocumentRecord], at: Place<'_>, file: Option<String>) -> Self {
        let records = documents.iter().filter(|record| place(record) == at);
        Self {
            records: records.collect(),
            file,
        }
    }

    /// Any of its files; all have the same vendor, product and document.
    pub(super) fn any(&self) -> &'a DocumentRecord {
        self.records[0]
    }

    /// Its versions in order, the oldest first.
    pub(super) fn versions(&self) -> Vec<&'a str> {
        self.ordered().into_iter().map(|(_, name)| name).collect()
    }

    /// Its versions with their names, the oldest first.
    fn ordered(&self) -> Vec<(Version, &'a str)> {
        let mut by_name: BTreeMap<&'a str, Version> = BTreeMap::new();
        for shelf in self.records.iter().map(|record| &record.shelf) {
            if let (Some(name), Some(version)) = (shelf.version.as_deref(), shelf.ordered_version())
            {
                by_name.entry(name).or_insert(version);
            }
        }
        let mut ordered: Vec<_> = by_name
            .into_iter()
            .map(|(name, version)| (version, name))
            .collect();
        ordered.sort();
        ordered
    }

    /// Whether it has a version of this name; true of no name.
    fn has(&self, version: &str) -> bool {
        version.is_empty() || self.version(version).is_ok()
    }

    /// The version that is asked for, as [`VersionRequest`] says; the newest of several.
    ///
    /// # Errors
    /// [`Error::UnknownValue`] if it has none.
    pub(super) fn version(&self, asked: &str) -> Result<&'a str> {
        let (existing, names): (Vec<Version>, Vec<&str>) = self.ordered().into_iter().unzip();
        let request = VersionRequest::parse(asked);
        let request = request.as_ref();
        let found = request.map(|request| request.resolve(&existing));
        if let Some(&newest) = found.as_ref().ok().and_then(|found| found.last()) {
            return Ok(names[newest]);
        }
        let nearest = request.map(|request| request.nearest(&existing));
        let shelf = &self.any().shelf;
        let vendor = shelf
            .vendor
            .iter()
            .map(|name| format!("{} {name}", Facet::Vendor));
        let product = shelf
            .product
            .iter()
            .map(|name| format!("{} {name}", Facet::Product));
        let document = format!("{} {}", Facet::Document, shelf.document);
        Err(Error::UnknownValue {
            facet: Facet::Version.name(),
            value: asked.to_owned(),
            among: vendor
                .chain(product)
                .chain([document])
                .collect::<Vec<_>>()
                .join(", "),
            nearest: nearest
                .unwrap_or_default()
                .into_iter()
                .map(|version| names[version].to_owned())
                .collect(),
        })
    }

    /// The files of a version, by ascending id.
    pub(super) fn files(&self, version: &str) -> Vec<&'a DocumentRecord> {
        let is_it = |record: &&&DocumentRecord| record.shelf.version.as_deref() == Some(version);
        self.records.iter().filter(is_it).copied().collect()
    }
}

/// Whether the name is that of the manual, and not of one of its files.
fn is_named(record: &DocumentRecord, name: &str) -> bool {
    record.shelf.document.to_lowercase() == name.to_lowercase()
}

/// A manual as it can be asked for: `docker engine reference`, or the id of one of its files.
fn candidate(record: &DocumentRecord, is_file: bool) -> String {
    if is_file {
        return record.id.to_string();
    }
    let (vendor, product, document) = place(record);
    let places = vendor.into_iter().chain(product).chain([document]);
    places.collect::<Vec<_>>().join(" / ")
}

/// The request's filter holds for no document, though each of its values does.
fn unknown(request: &CompareRequest) -> Error {
    Error::UnknownValue {
        facet: "document",
        value: request.document.clone(),
        among: String::new(),
        nearest: Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shelf::{DocumentId, Shelf};

    fn record(path: &str) -> DocumentRecord {
        let id = path.replace('/', "::");
        let parts: Vec<&str> = path.split('/').collect();
        let shelf = Shelf {
            vendor: Some(parts[0].to_owned()),
            product: Some(parts[1].to_owned()),
            version: Some(parts[2].to_owned()),
            document: parts[3].to_owned(),
            ..Shelf::default()
        };
        DocumentRecord::new(DocumentId::from_record_id(&id), path, shelf)
    }

    fn library() -> Vec<DocumentRecord> {
        let mut records: Vec<_> = [
            "acme/router/2/guide/guide",
            "acme/router/2/guide/vlan",
            "acme/router/10/guide/vlan",
            "acme/router/10/notes/vlan",
            "acme/switch/2/guide/ports",
            "bolt/phone/1/sip",
        ]
        .map(record)
        .into();
        records.sort_by(|a, b| a.id.cmp(&b.id));
        records
    }

    fn find(request: &CompareRequest) -> Result<(String, Option<String>), String> {
        let library = library();
        let manual = Manual::find(&library, request).map_err(|error| error.to_string())?;
        let (vendor, product, document) = place(manual.any());
        Ok((
            format!(
                "{} {} {document}",
                vendor.unwrap_or(""),
                product.unwrap_or("")
            ),
            manual.file,
        ))
    }

    #[test]
    fn a_manual_is_found_by_its_name_and_a_file_by_its_own() {
        let request = |name| CompareRequest::new(name, "2", "10");
        assert_eq!(
            find(&request("SIP")),
            Ok(("bolt phone sip".to_owned(), None))
        );
        let one = request("guide").with_product("router");
        assert_eq!(find(&one), Ok(("acme router guide".to_owned(), None)));
        let file = Some("acme::router::guide::vlan".to_owned());
        let by_id = request("acme::router::2::guide::vlan");
        assert_eq!(find(&by_id), Ok(("acme router guide".to_owned(), file)));
    }

    #[test]
    fn an_ambiguous_name_is_refused_with_what_it_may_mean() {
        let request = |name| CompareRequest::new(name, "2", "2");
        let manuals = find(&request("guide")).unwrap_err();
        assert!(
            manuals.contains("`acme / router / guide`, `acme / switch / guide`"),
            "{manuals}"
        );
        let files = find(&CompareRequest::new("vlan", "10", "10")).unwrap_err();
        assert!(
            files.contains("`acme::router::10::guide::vlan`, `acme::router::10::notes::vlan`"),
            "{files}"
        );
    }

    #[test]
    fn versions_tell_manuals_of_one_name_apart() {
        let request = |to| CompareRequest::new("guide", "2", to);
        assert_eq!(
            find(&request("10")),
            Ok(("acme router guide".to_owned(), None))
        );
        assert!(find(&request("2")).is_err(), "both have it");
        assert!(find(&request("99")).is_err(), "none has it");
    }

    #[test]
    fn a_name_that_no_manual_has_is_refused() {
        let request = CompareRequest::new("gude", "2", "10");
        assert!(
            find(&request)
                .unwrap_err()
                .contains("the nearest are `guide`")
        );
        let request = CompareRequest::new("sip", "2", "10").with_product("router");
        assert!(
            find(&request)
                .unwrap_err()
                .starts_with("no document `sip` in this library, product router")
        );
    }

    #[test]
    fn versions_are_in_order_and_an_unknown_one_names_the_nearest() {
        let library = library();
        let request = CompareRequest::new("guide", "2", "10").with_product("router");
        let manual = Manual::find(&library, &request).unwrap();
        assert_eq!(manual.versions(), ["2", "10"]);
        assert_eq!(manual.files("2").len(), 2);
        let message = manual.version("1").unwrap_err().to_string();
        assert_eq!(
            message,
            "no version `1` in this library, vendor acme, product router, document guide; the \
             nearest are `2`, `10`"
        );
        for (asked, found) in [("latest", "10"), (">=2", "10"), ("<10", "2"), ("V2", "2")] {
            assert_eq!(manual.version(asked).unwrap(), found, "{asked}");
        }
        assert!(manual.version(">=").is_err());
    }
}
