//! Formats that hold documents, but that this program does not read. HTML is among them only for
//! programs that are built without the feature `html`: what can be read is never asked about here.
//!
//! An operator who puts such a file on the shelf expects to find it there, so it is reported.
//! What is in neither list here and is not readable either (pictures, scripts, `COPYRIGHT`) was
//! hardly meant to be searched and is passed over in silence.

use crate::shelf::SourcePath;

/// Extensions of documents, in lower case.
const DOCUMENTS: [&str; 19] = [
    "chm", "dita", "djvu", "doc", "docm", "htm", "html", "ipynb", "mht", "mhtml", "mobi", "org",
    "pdf", "ppt", "pptx", "ps", "rtf", "tex", "xhtml",
];

/// Extensions of archives, in lower case.
const ARCHIVES: [&str; 5] = ["7z", "bz2", "rar", "xz", "zst"];

/// Documents that are read with the feature `office`.
const OFFICE: [&str; 3] = ["docx", "epub", "odt"];

/// Archives that are read with the feature `archives`.
const PACKED: [&str; 4] = ["gz", "tar", "tgz", "zip"];

/// What to tell about a file of a known format that is not read; `None` for any other file.
pub(super) fn advice(path: &SourcePath) -> Option<String> {
    let extension = path.extension()?.to_ascii_lowercase();
    let extension = extension.as_str();
    let is_office = !cfg!(feature = "office") && OFFICE.contains(&extension);
    let is_packed = !cfg!(feature = "archives") && PACKED.contains(&extension);
    let remedy = if DOCUMENTS.contains(&extension) || is_office {
        "convert it to Markdown (.md) or plain text (.txt), which are"
    } else if ARCHIVES.contains(&extension) || is_packed {
        "unpack it; Markdown (.md) and plain text (.txt) files are"
    } else {
        return None;
    };
    Some(format!("`.{extension}` files are not read; {remedy}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_and_archives_get_advice_in_any_case() {
        for (path, remedy) in [
            ("a.PDF", "convert"),
            ("a.tar.XZ", "unpack"),
            ("a.htm", "convert"),
        ] {
            let advice = advice(&SourcePath::new(path).unwrap()).unwrap();
            assert!(
                advice.contains(remedy) && advice.contains("(.md)"),
                "{advice}"
            );
        }
    }

    #[test]
    fn other_files_get_none() {
        for path in ["a.png", "COPYRIGHT", "pdf", "a.pdf/b"] {
            assert_eq!(advice(&SourcePath::new(path).unwrap()), None, "{path}");
        }
    }
}
