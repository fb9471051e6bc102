//! Reading judged queries in the layout of BEIR.

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::path::Path;

use serde::Deserialize;

use crate::shelf::DocumentId;
use crate::{Error, Result};

/// Queries with the documents that answer them.
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct Judged {
    /// Queries with at least one relevant document, by ascending id.
    pub queries: Vec<JudgedQuery>,
}

/// A query and the documents that answer it.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct JudgedQuery {
    /// Its id.
    pub id: String,
    /// Its text.
    pub text: String,
    /// Relevant documents with their grade, from 1.
    pub relevant: HashMap<DocumentId, u32>,
}

#[derive(Deserialize)]
struct QueryLine {
    #[serde(rename = "_id")]
    id: String,
    text: String,
}

impl Judged {
    /// Reads `queries`, a `.jsonl` of `{"_id", "text"}`, and `qrels`, lines of
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
            .filter_map(|(id, text)| {
                let relevant = relevant.remove(&id)?;
                Some(JudgedQuery { id, text, relevant })
            })
            .collect();
        if queries.is_empty() {
            return Err(malformed(qrels, None, "judges no query".to_owned()));
        }
        Ok(Self { queries })
    }
}

fn malformed(path: &Path, line: Option<usize>, message: String) -> Error {
    Error::Records {
        path: path.to_path_buf(),
        line,
        message,
    }
}

fn read_queries(path: &Path) -> Result<BTreeMap<String, String>> {
    let text = fs::read_to_string(path).map_err(Error::io("read", path))?;
    let mut queries = BTreeMap::new();
    for (line, number) in text.lines().zip(1..) {
        if line.trim().is_empty() {
            continue;
        }
        let query: QueryLine = serde_json::from_str(line)
            .map_err(|error| malformed(path, Some(number), error.to_string()))?;
        queries.insert(query.id, query.text);
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
