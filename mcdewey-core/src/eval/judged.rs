//! Reading judged queries in the layout of BEIR.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fs;
use std::path::Path;

use serde::Deserialize;

use crate::engine::nearest;
use crate::shelf::DocumentId;
use crate::{Error, Result};

/// Queries with the documents that answer them.
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct Judged {
    /// Queries with at least one relevant document, by ascending id.
    pub queries: Vec<JudgedQuery>,
    /// Documents that are versions of one another, each with the name of its group; a document
    /// that is in none is a group of its own. Where there are any, groups are judged.
    pub groups: HashMap<DocumentId, String>,
}

/// A query and the documents that answer it.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct JudgedQuery {
    /// Its id.
    pub id: String,
    /// Its text.
    pub text: String,
    /// The version asked for, as [`Filter::versions`](crate::Filter::versions) takes it.
    pub version: Option<String>,
    /// Of what kind it is, if its collection says so.
    pub kind: Option<String>,
    /// Relevant documents with their grade, from 1.
    pub relevant: HashMap<DocumentId, u32>,
}

#[derive(Deserialize)]
struct QueryLine {
    #[serde(rename = "_id")]
    id: String,
    text: String,
    version: Option<String>,
    #[serde(default)]
    metadata: Metadata,
}

#[derive(Default, Deserialize)]
struct Metadata {
    kind: Option<String>,
}

/// A query by what its line says.
struct QueryText {
    text: String,
    version: Option<String>,
    kind: Option<String>,
}

impl Judged {
    /// Reads `queries`, a `.jsonl` of `{"_id", "text"}` and, where a version is asked for,
    /// `"version"`, where they are of kinds, `"metadata": {"kind"}`, and `qrels`, lines of
    /// `query-id <tab> corpus-id <tab> grade` with or without a header line. Grades below 1 mean
    /// "not relevant"; queries without a relevant document are left out.
    ///
    /// # Errors
    /// [`Error::Io`] if a file cannot be read, [`Error::Records`] with the line if one is
    /// malformed, names an unknown query, or if no query remains.
    pub fn read(queries: &Path, qrels: &Path) -> Result<Self> {
        let texts = read_queries(queries)?;
        let mut relevant = read_qrels(qrels)?;
        if let Some(unknown) = relevant.keys().find(|id| !texts.contains_key(*id)) {
            return Err(malformed(
                qrels,
                None,
                format!(
                    "judges the query `{unknown}`, which {} lacks",
                    queries.display()
                ),
            ));
        }
        let queries: Vec<JudgedQuery> = texts
            .into_iter()
            .filter_map(|(id, query)| {
                let relevant = relevant.remove(&id)?;
                Some(JudgedQuery {
                    id,
                    text: query.text,
                    version: query.version,
                    kind: query.kind,
                    relevant,
                })
            })
            .collect();
        if queries.is_empty() {
            return Err(malformed(qrels, None, "judges no query".to_owned()));
        }
        Ok(Self {
            queries,
            groups: HashMap::new(),
        })
    }

    /// Only the queries of this kind.
    ///
    /// # Errors
    /// [`Error::UnknownValue`] if no query is of this kind, with the kinds that there are.
    pub fn of_kind(mut self, kind: &str) -> Result<Self> {
        let kinds = self
            .queries
            .iter()
            .filter_map(|query| query.kind.as_deref());
        let nearest = nearest(kind, kinds);
        self.queries
            .retain(|query| query.kind.as_deref() == Some(kind));
        if self.queries.is_empty() {
            return Err(Error::UnknownValue {
                facet: "kind of query",
                value: kind.to_owned(),
                among: String::new(),
                nearest,
            });
        }
        Ok(self)
    }

    /// Judges groups of documents instead: `groups` has lines of `corpus-id <tab> group` with or
    /// without a header line. What stands in a ranking already gains nothing a second time.
    ///
    /// # Errors
    /// [`Error::Io`] if the file cannot be read, [`Error::Records`] with the line if one is
    /// malformed.
    pub fn with_groups(mut self, groups: &Path) -> Result<Self> {
        let text = fs::read_to_string(groups).map_err(Error::io("read", groups))?;
        for (line, number) in text.lines().zip(1..) {
            match line.split_once('\t') {
                Some(("corpus-id", _)) if number == 1 => {}
                Some((document, group)) => {
                    let document = DocumentId::from_record_id(document);
                    self.groups.insert(document, group.to_owned());
                }
                None if line.trim().is_empty() => {}
                None => {
                    let message = "expected `corpus-id <tab> group`".to_owned();
                    return Err(malformed(groups, Some(number), message));
                }
            }
        }
        for query in &mut self.queries {
            let mut relevant: HashMap<DocumentId, u32> = HashMap::new();
            for (document, grade) in query.relevant.drain() {
                let best = relevant
                    .entry(group_of(&self.groups, document))
                    .or_default();
                *best = grade.max(*best);
            }
            query.relevant = relevant;
        }
        Ok(self)
    }

    /// A ranking of documents as it is judged, with how many of the first 10 repeat a group that
    /// stands before them. A repeat keeps its place and is relevant to nothing.
    pub(super) fn as_judged(&self, ranking: Vec<DocumentId>) -> (Vec<DocumentId>, usize) {
        let mut seen = HashSet::new();
        let mut n_repeats = 0;
        let judged = ranking.into_iter().enumerate().map(|(at, document)| {
            let group = group_of(&self.groups, document);
            if seen.insert(group.clone()) {
                return group;
            }
            n_repeats += usize::from(at < 10);
            DocumentId::from_record_id(&format!("repeat\t{at}"))
        });
        (judged.collect(), n_repeats)
    }
}

fn group_of(groups: &HashMap<DocumentId, String>, document: DocumentId) -> DocumentId {
    match groups.get(&document) {
        Some(group) => DocumentId::from_record_id(group),
        None => document,
    }
}

fn malformed(path: &Path, line: Option<usize>, message: String) -> Error {
    Error::Records {
        path: path.to_path_buf(),
        line,
        message,
    }
}

/// The texts of a `.jsonl` of queries, in order of their ids.
///
/// # Errors
/// [`Error::Io`] if the file cannot be read, [`Error::Records`] with the line if one is malformed.
pub fn read_texts(queries: &Path) -> Result<Vec<String>> {
    let queries = read_queries(queries)?.into_values();
    Ok(queries.map(|query| query.text).collect())
}

/// By id.
fn read_queries(path: &Path) -> Result<BTreeMap<String, QueryText>> {
    let text = fs::read_to_string(path).map_err(Error::io("read", path))?;
    let mut queries = BTreeMap::new();
    for (line, number) in text.lines().zip(1..) {
        if line.trim().is_empty() {
            continue;
        }
        let query: QueryLine = serde_json::from_str(line)
            .map_err(|error| malformed(path, Some(number), error.to_string()))?;
        let text = QueryText {
            text: query.text,
            version: query.version,
            kind: query.metadata.kind,
        };
        queries.insert(query.id, text);
    }
    Ok(queries)
}

fn read_qrels(path: &Path) -> Result<BTreeMap<String, HashMap<DocumentId, u32>>> {
    let text = fs::read_to_string(path).map_err(Error::io("read", path))?;
    let mut relevant: BTreeMap<String, HashMap<DocumentId, u32>> = BTreeMap::new();
    for (line, number) in text.lines().zip(1..) {
        let mut fields = line.split('\t');
        let (query, document, grade) = (fields.next(), fields.next(), fields.next());
        let (Some(query), Some(document), Some(grade)) = (query, document, grade) else {
            if line.trim().is_empty() {
                continue;
            }
            let message = "expected `query-id <tab> corpus-id <tab> grade`".to_owned();
            return Err(malformed(path, Some(number), message));
        };
        let grade: i64 = match grade.trim().parse() {
            Ok(grade) => grade,
            Err(_header) if number == 1 => continue,
            Err(error) => {
                let message = format!("grade `{grade}`: {error}");
                return Err(malformed(path, Some(number), message));
            }
        };
        if let Ok(grade @ 1..) = u32::try_from(grade) {
            let document = DocumentId::from_record_id(document);
            relevant
                .entry(query.to_owned())
                .or_default()
                .insert(document, grade);
        }
    }
    Ok(relevant)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(queries: &str, qrels: &str) -> Result<Judged> {
        let folder = tempfile::tempdir().expect("a folder");
        let (queries_path, qrels_path) = (folder.path().join("q"), folder.path().join("r"));
        fs::write(&queries_path, queries).expect("written");
        fs::write(&qrels_path, qrels).expect("written");
        Judged::read(&queries_path, &qrels_path)
    }

    const QUERIES: &str = "{\"_id\":\"q1\",\"text\":\"a\"}\n{\"_id\":\"q2\",\"text\":\"b\"}\n";

    #[test]
    fn a_header_line_may_be_there_or_not() {
        let with = read(QUERIES, "query-id\tcorpus-id\tscore\nq1\td1\t2\n").expect("read");
        let without = read(QUERIES, "q1\td1\t2\n").expect("read");
        assert_eq!(with, without);
        assert_eq!(with.queries.len(), 1);
        assert_eq!(
            with.queries[0].relevant[&DocumentId::from_record_id("d1")],
            2
        );
    }

    #[test]
    fn of_versions_the_best_is_judged_and_a_repeat_gains_nothing() {
        let folder = tempfile::tempdir().expect("a folder");
        let groups = folder.path().join("groups.tsv");
        fs::write(&groups, "corpus-id\tgroup\n13/a\ta\n15/a\ta\n").expect("written");
        let judged = read(QUERIES, "q1\t13/a\t1\nq1\t15/a\t2\nq1\tb\t1\n").expect("read");
        let judged = judged.with_groups(&groups).expect("read");
        let id = DocumentId::from_record_id;
        let relevant = &judged.queries[0].relevant;
        assert_eq!(
            (relevant.len(), relevant[&id("a")], relevant[&id("b")]),
            (2, 2, 1)
        );
        let (ranking, n_repeats) = judged.as_judged(vec![id("15/a"), id("13/a"), id("b")]);
        assert_eq!(
            (&ranking[0], &ranking[2], n_repeats),
            (&id("a"), &id("b"), 1)
        );
        assert!(!relevant.contains_key(&ranking[1]));
    }

    #[test]
    fn queries_of_one_kind_are_judged_alone() {
        let queries = "{\"_id\":\"q1\",\"text\":\"a\",\"metadata\":{\"kind\":\"name\"}}\n\
                       {\"_id\":\"q2\",\"text\":\"b\"}\n";
        let judged = read(queries, "q1\td1\t1\nq2\td1\t1\n").expect("read");
        let names = judged.clone().of_kind("name").expect("one");
        assert_eq!(names.queries.len(), 1);
        let error = judged.of_kind("word").expect_err("none").to_string();
        assert!(error.contains("`name`"), "{error}");
    }

    #[test]
    fn a_malformed_line_is_named() {
        let error = read(QUERIES, "q1\td1\t1\nq2 d2 1\n").expect_err("no tabs");
        assert!(error.to_string().contains(":2: expected"), "{error}");
    }

    #[test]
    fn an_unknown_query_is_named() {
        let error = read(QUERIES, "q9\td1\t1\n").expect_err("no q9");
        assert!(error.to_string().contains("`q9`"), "{error}");
    }
}
