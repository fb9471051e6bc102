//! What people search for, kept for the library's owner: opt-in, in a local file, never sent.
//!
//! One JSON object a line, appended when a search is answered. A line that a crash cut off is
//! passed over when the file is read. When the file has become large it is put aside as `FILE.1`,
//! in place of an older one, and begun anew.

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use mcdewey_core::Facet;
use mcdewey_core::search::{ConfidenceLevel, SearchEvent, SearchObserver};
use serde::{Deserialize, Serialize};

/// A file larger than this is put aside. Chosen by hand: some hundred thousand searches.
const MAX_BYTES: u64 = 64 << 20;

/// Writes every first page of a search to a file, and tells another observer of all of them.
#[derive(Debug)]
pub struct QueryLog {
    path: PathBuf,
    file: Mutex<File>,
    max_bytes: u64,
    next: Option<Arc<dyn SearchObserver>>,
}

/// A line of the file.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Line {
    /// Seconds since 1970-01-01 UTC.
    time: u64,
    query: String,
    /// By facet.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    filter: BTreeMap<String, Vec<String>>,
    hits: usize,
    /// `strong`, `fair` or `none`.
    confidence: String,
}

impl QueryLog {
    /// Opens the file, or makes one that only its owner may read.
    ///
    /// # Errors
    /// If the file cannot be opened or made.
    pub fn open(path: &Path) -> std::io::Result<Self> {
        Ok(Self {
            path: path.to_path_buf(),
            file: Mutex::new(open(path)?),
            max_bytes: MAX_BYTES,
            next: None,
        })
    }

    /// Also tells `observer` of every search.
    #[must_use]
    pub fn with_observer(mut self, observer: Arc<dyn SearchObserver>) -> Self {
        self.next = Some(observer);
        self
    }

    fn write(&self, line: &Line) -> std::io::Result<()> {
        let mut text = serde_json::to_vec(line)?;
        text.push(b'\n');
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        if file.metadata()?.len() >= self.max_bytes {
            std::fs::rename(&self.path, aside(&self.path))?;
            *file = open(&self.path)?;
        }
        // In one piece, so that lines of several processes do not mix.
        file.write_all(&text)
    }
}

/// Where a file that has become large is put.
fn aside(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".1");
    name.into()
}

fn open(path: &Path) -> std::io::Result<File> {
    let mut options = OpenOptions::new();
    options.create(true).append(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

impl SearchObserver for QueryLog {
    fn searched(&self, event: &SearchEvent<'_>) {
        if let Some(next) = &self.next {
            next.searched(event);
        }
        // Whoever turns a page has asked already.
        if event.request.offset > 0 {
            return;
        }
        let filter = Facet::ALL.into_iter().map(|facet| {
            let values = event.request.filter.values(facet).to_vec();
            (facet.name().to_owned(), values)
        });
        let line = Line {
            time: SystemTime::now()
                .duration_since(UNIX_EPOCH)
                .map_or(0, |elapsed| elapsed.as_secs()),
            query: event.request.query.trim().to_owned(),
            filter: filter.filter(|(_, values)| !values.is_empty()).collect(),
            hits: event.total,
            confidence: event.confidence.name().to_owned(),
        };
        if let Err(error) = self.write(&line) {
            tracing::warn!("cannot write to the query log: {error}");
        }
    }
}

/// A query and how it went.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct LoggedQuery {
    /// As it was asked, without regard to case and white space.
    pub query: String,
    /// How often it was asked.
    pub searches: usize,
    /// How often nothing was found.
    pub without_hits: usize,
    /// How often the confidence was none, hits or not.
    pub without_confidence: usize,
    /// When it was asked last, in seconds since 1970-01-01 UTC.
    pub last: u64,
}

/// Reads what was logged: most frequent first, then in order of the alphabet. The file that was put
/// aside before it is read too, if it is there.
///
/// # Errors
/// If the file cannot be read.
pub fn read_query_log(path: &Path) -> std::io::Result<Vec<LoggedQuery>> {
    let mut queries: BTreeMap<String, LoggedQuery> = BTreeMap::new();
    let older = aside(path);
    if older.is_file() {
        collect(&older, &mut queries)?;
    }
    collect(path, &mut queries)?;
    let mut queries: Vec<LoggedQuery> = queries.into_values().collect();
    // The sort is stable.
    queries.sort_by_key(|query| std::cmp::Reverse(query.searches));
    Ok(queries)
}

fn collect(path: &Path, queries: &mut BTreeMap<String, LoggedQuery>) -> std::io::Result<()> {
    for line in BufReader::new(File::open(path)?).split(b'\n') {
        // A crash may have cut the last one off.
        let Ok(line) = serde_json::from_slice::<Line>(&line?) else {
            continue;
        };
        let words: Vec<&str> = line.query.split_whitespace().collect();
        let query = words.join(" ");
        let logged = queries.entry(query.to_lowercase());
        let logged = logged.or_insert(LoggedQuery {
            query,
            searches: 0,
            without_hits: 0,
            without_confidence: 0,
            last: 0,
        });
        logged.searches += 1;
        logged.without_hits += usize::from(line.hits == 0);
        let is_none = line.confidence == ConfidenceLevel::None.name();
        logged.without_confidence += usize::from(is_none);
        logged.last = logged.last.max(line.time);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(query: &str, hits: usize, confidence: &str) -> Line {
        Line {
            time: 7,
            query: query.to_owned(),
            filter: BTreeMap::new(),
            hits,
            confidence: confidence.to_owned(),
        }
    }

    #[test]
    fn queries_are_counted_without_regard_to_case_and_a_torn_line_is_passed_over() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("queries");
        let log = QueryLog::open(&path).unwrap();
        log.write(&line("native VLAN", 3, "strong")).unwrap();
        log.write(&line("Native  vlan", 0, "none")).unwrap();
        log.write(&line("fax", 2, "none")).unwrap();
        let mut file = OpenOptions::new().append(true).open(&path).unwrap();
        file.write_all(b"{\"time\":1,\"que").unwrap();
        let found = read_query_log(&path).unwrap();
        let counts: Vec<_> = found
            .iter()
            .map(|query| {
                (
                    query.query.as_str(),
                    query.searches,
                    query.without_hits,
                    query.without_confidence,
                )
            })
            .collect();
        assert_eq!(counts, [("native VLAN", 2, 1, 1), ("fax", 1, 0, 1)]);
    }

    #[test]
    fn a_large_file_is_put_aside_and_still_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("queries");
        let log = QueryLog {
            max_bytes: 10,
            ..QueryLog::open(&path).unwrap()
        };
        for query in ["a", "b"] {
            log.write(&line(query, 1, "fair")).unwrap();
        }
        assert!(aside(&path).is_file());
        assert_eq!(read_query_log(&path).unwrap().len(), 2);
    }

    #[cfg(unix)]
    #[test]
    fn only_its_owner_may_read_it() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("queries");
        QueryLog::open(&path).unwrap();
        let mode = std::fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}
