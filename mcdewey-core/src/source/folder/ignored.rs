//! `.mcdeweyignore` files: names to leave out, in the syntax of `.gitignore`.

use std::path::Path;

use ignore::Match;
use ignore::gitignore::{Gitignore, GitignoreBuilder};

use crate::shelf::SourcePath;
use crate::{Error, Result};

/// The name of such a file.
pub(crate) const FILE_NAME: &str = ".mcdeweyignore";

/// The ignore files that apply in a folder, the outermost first.
#[derive(Debug, Default)]
pub(super) struct IgnoreFiles(Vec<(Option<SourcePath>, Gitignore)>);

impl IgnoreFiles {
    /// Goes into `folder`, where `None` is the docs root, whose ignore file holds `bytes`.
    ///
    /// # Errors
    /// [`Error::Manifest`] with the line, if it is no text or a pattern is malformed: what should
    /// have been left out may be what nobody is to see.
    pub(super) fn enter(
        &mut self,
        file: &Path,
        folder: Option<&SourcePath>,
        bytes: &[u8],
    ) -> Result<()> {
        let error = |line, message: String| Error::Manifest {
            path: file.to_owned(),
            line,
            message,
        };
        let text = std::str::from_utf8(bytes)
            .map_err(|_| error(None, "not UTF-8; save it as UTF-8".to_owned()))?;
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let mut patterns = GitignoreBuilder::new("");
        // Git takes `[b` to match nothing; here that would be a pattern overlooked.
        patterns.allow_unclosed_class(false);
        for (index, line) in text.lines().enumerate() {
            patterns
                .add_line(None, line)
                .map_err(|cause| error(Some(index + 1), cause.to_string()))?;
        }
        let patterns = patterns
            .build()
            .map_err(|cause| error(None, cause.to_string()))?;
        self.0.push((folder.cloned(), patterns));
        Ok(())
    }

    /// Comes back out of the folder that was entered last.
    pub(super) fn leave(&mut self) {
        self.0.pop();
    }

    /// Whether `path` is to be left out. The deepest file that says something decides.
    pub(super) fn ignores(&self, path: &SourcePath, is_folder: bool) -> bool {
        for (folder, patterns) in self.0.iter().rev() {
            let below = match folder {
                None => Some(path.as_str()),
                Some(folder) => path
                    .as_str()
                    .strip_prefix(folder.as_str())
                    .and_then(|rest| rest.strip_prefix('/')),
            };
            let Some(below) = below else { continue };
            match patterns.matched(below, is_folder) {
                Match::None => {}
                Match::Ignore(_) => return true,
                Match::Whitelist(_) => return false,
            }
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(text: &str) -> SourcePath {
        SourcePath::new(text).unwrap()
    }

    #[test]
    fn the_deepest_file_that_says_something_decides() {
        let mut files = IgnoreFiles::default();
        let name = Path::new(FILE_NAME);
        files.enter(name, None, b"# old\n*.md\n/drafts/\n").unwrap();
        files.enter(name, Some(&path("p")), b"!keep.md\n").unwrap();
        assert!(files.ignores(&path("p/a.md"), false));
        assert!(!files.ignores(&path("p/keep.md"), false));
        assert!(files.ignores(&path("pp/keep.md"), false));
        assert!(files.ignores(&path("drafts"), true));
        assert!(!files.ignores(&path("drafts"), false));
        assert!(!files.ignores(&path("p/drafts"), true));
        files.leave();
        assert!(files.ignores(&path("p/keep.md"), false));
    }

    #[test]
    fn a_malformed_pattern_is_an_error_with_its_line() {
        let mut files = IgnoreFiles::default();
        let error = files
            .enter(Path::new("x"), None, b"a\nb[\n")
            .unwrap_err()
            .to_string();
        assert!(error.starts_with("x:2: "), "{error}");
        assert!(files.enter(Path::new("x"), None, b"\xff").is_err());
    }
}
