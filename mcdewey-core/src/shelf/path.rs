//! A document's path below the docs root.

use std::fmt;

use crate::{Error, Result};

/// A document's path below the docs root, with `/` between its segments:
/// `cucm/v15/tapi-dev-guide/tapi-dev-guide.md`.
///
/// It has at least one segment, and no segment is empty, `.` or `..`, so it never leads out of
/// the docs root. Paths are ordered by their bytes; that is what "path order" means everywhere.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SourcePath(String);

impl SourcePath {
    /// Takes a path that is written with `/`.
    ///
    /// # Errors
    /// [`Error::MalformedId`] if a segment is empty, `.` or `..`.
    ///
    /// # Examples
    /// ```
    /// use mcdewey_core::shelf::SourcePath;
    ///
    /// assert!(SourcePath::new("cucm/v15/tapi.md").is_ok());
    /// assert!(SourcePath::new("../secret.md").is_err());
    /// ```
    pub fn new(path: impl Into<String>) -> Result<Self> {
        let path = path.into();
        if path.split('/').all(is_segment) {
            return Ok(Self(path));
        }
        Err(Error::MalformedId {
            given: path,
            expected: "a path below the docs root, such as `product/version/manual.md`",
        })
    }

    /// The same path, taken as one from `folder`, where no folder is the docs root.
    pub(crate) fn below(self, folder: Option<&Self>) -> Self {
        match folder {
            Some(folder) => Self(format!("{folder}/{self}")),
            None => self,
        }
    }

    /// The whole path.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The names of its folders, outermost first.
    pub fn folders(&self) -> impl Iterator<Item = &str> {
        let folders = self.0.rsplit_once('/').map(|(folders, _)| folders);
        folders.into_iter().flat_map(|folders| folders.split('/'))
    }

    /// Its last segment.
    pub fn file_name(&self) -> &str {
        self.0.rsplit_once('/').map_or(&self.0, |(_, name)| name)
    }

    /// The file's name without its extension.
    pub fn stem(&self) -> &str {
        split_extension(self.file_name()).0
    }

    /// What follows the last dot of the file's name, as written; a name that begins with its
    /// only dot has none.
    pub fn extension(&self) -> Option<&str> {
        split_extension(self.file_name()).1
    }

    /// The path without the extension and its dot: `a/b.pdf.txt` gives `a/b.pdf`.
    pub fn without_extension(&self) -> &str {
        match self.extension() {
            Some(extension) => &self.0[..self.0.len() - extension.len() - 1],
            None => &self.0,
        }
    }
}

impl fmt::Display for SourcePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl AsRef<str> for SourcePath {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

fn is_segment(segment: &str) -> bool {
    !matches!(segment, "" | "." | "..")
}

fn split_extension(name: &str) -> (&str, Option<&str>) {
    match name.rsplit_once('.') {
        // A stem of dots alone would not be a segment, so such a name keeps them all.
        Some((stem, extension)) if is_segment(stem) => (stem, Some(extension)),
        _ => (name, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(text: &str) -> SourcePath {
        SourcePath::new(text).unwrap()
    }

    #[test]
    fn a_path_that_could_leave_the_docs_root_is_refused() {
        for bad in ["", "/etc/passwd", "a//b", "a/", ".", "a/../b"] {
            assert!(SourcePath::new(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn only_the_last_extension_is_taken_off() {
        assert_eq!(path("a.pdf.txt").without_extension(), "a.pdf");
        assert_eq!(path("v1.5/guide").without_extension(), "v1.5/guide");
        assert_eq!(path("a.").extension(), Some(""));
        assert_eq!(path("a.").without_extension(), "a");
    }

    #[test]
    fn a_name_that_begins_with_its_only_dot_has_no_extension() {
        assert_eq!(path("a/.md").extension(), None);
        assert_eq!(path("a/..md").stem(), "..md");
        assert_eq!(path("a/.b.md").stem(), ".b");
    }

    #[test]
    fn folders_are_all_segments_but_the_last() {
        assert_eq!(path("a.md").folders().count(), 0);
        assert_eq!(path("x/y/a.md").folders().collect::<Vec<_>>(), ["x", "y"]);
        assert_eq!(path("x/y/a.md").file_name(), "a.md");
    }
}
