//! The name of an entry to a path below its archive.

use crate::shelf::SourcePath;

/// Folders inside folders; as in the walk through a docs root.
const MAX_DEPTH: usize = 256;

/// Longest path with that of the archive, in bytes; as in the walk through a docs root.
const MAX_PATH_BYTES: usize = 4096;

/// The path of the entry `name` of the archive at `archive`; `None` for a hidden name and for
/// the folder that the archive itself is.
///
/// # Errors
/// Why there may be no such entry.
pub(super) fn path_of(
    archive: &SourcePath,
    name: &str,
) -> Result<Option<SourcePath>, &'static str> {
    if name.contains(char::is_control) {
        return Err("its name holds control characters");
    }
    // ZIP knows only `/`, but some programs on Windows do not know that.
    let name = name.replace('\\', "/");
    if name.starts_with('/') {
        return Err("its path is absolute");
    }
    if matches!(name.as_bytes(), [letter, b':', ..] if letter.is_ascii_alphabetic()) {
        return Err("its path names a drive");
    }
    let parts: Vec<&str> = name
        .split('/')
        .filter(|part| !matches!(*part, "" | "."))
        .collect();
    if parts.contains(&"..") {
        return Err("its path leads out of the archive");
    }
    if parts.is_empty() || parts.iter().any(|part| part.starts_with('.')) {
        return Ok(None);
    }
    let len = archive.as_str().len() + 1 + name.len();
    if parts.len() > MAX_DEPTH || len > MAX_PATH_BYTES {
        return Err("its path is too long");
    }
    let path = SourcePath::new(parts.join("/")).map_err(|_| "its name is no path")?;
    Ok(Some(path.below(Some(archive))))
}

/// The folder in which the entry `name` of the archive at `archive` lies; `None` if it is hidden.
pub(super) fn folder_of(archive: &SourcePath, name: &str) -> Option<SourcePath> {
    let name = name.replace('\\', "/");
    let folder = name.rsplit_once('/').map_or("", |(folder, _)| folder);
    let is_root = folder.split('/').all(|part| matches!(part, "" | "."));
    if is_root {
        return Some(archive.clone());
    }
    path_of(archive, folder).ok()?
}

/// A name as it may be shown, whatever it holds.
pub(super) fn shown(name: &str) -> String {
    let clean: String = name.chars().take(200).collect();
    clean.replace(char::is_control, "\u{fffd}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(name: &str) -> Result<Option<String>, &'static str> {
        let archive = SourcePath::new("z.zip").unwrap();
        path_of(&archive, name).map(|path| path.map(|path| path.as_str().to_owned()))
    }

    #[test]
    fn separators_of_any_kind_and_number_divide() {
        for name in ["a/b.md", "./a//b.md", "a\\b.md", "a/./b.md/"] {
            assert_eq!(path(name), Ok(Some("z.zip/a/b.md".to_owned())), "{name}");
        }
    }

    #[test]
    fn what_leads_elsewhere_is_refused() {
        for name in [
            "../a.md",
            "a/../../b.md",
            "a\\..\\b.md",
            "/etc/passwd",
            "\\\\server\\share\\a.md",
            "C:\\a.md",
            "c:a.md",
            "a\0b.md",
            "a\nb.md",
            "..",
        ] {
            assert!(path(name).is_err(), "{name}");
        }
        assert!(path(&"a/".repeat(300)).is_err());
        assert!(path(&"a".repeat(5000)).is_err());
    }

    #[test]
    fn the_folder_of_an_entry_may_be_the_archive_or_hidden() {
        let archive = SourcePath::new("z.zip").unwrap();
        let folder = |name| folder_of(&archive, name).map(|path| path.as_str().to_owned());
        assert_eq!(folder("a\\b\\.x").as_deref(), Some("z.zip/a/b"));
        assert_eq!(folder("./.x").as_deref(), Some("z.zip"));
        assert_eq!(folder(".x").as_deref(), Some("z.zip"));
        assert_eq!(folder(".git/.x"), None);
    }

    #[test]
    fn hidden_names_and_the_archive_itself_are_passed_over() {
        for name in ["", "./", ".git/a.md", "__MACOSX/._a.md", "a/.b.md", "...md"] {
            assert_eq!(path(name), Ok(None), "{name}");
        }
    }
}
