//! `/file/{document_id}`: a manual as its vendor made it, from the docs root.
//!
//! Nothing of it can run: a page of HTML is shown in a sandbox without scripts, without addresses
//! to load anything from, and without the right to act for this server. What a browser does not
//! show is given to be saved.

use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::HeaderValue;
use axum::http::header::{
    CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_SECURITY_POLICY, CONTENT_TYPE,
};
use axum::response::{IntoResponse, Response};
use mcdewey_core::engine::DocumentRecord;
use mcdewey_core::present::Passage;
use mcdewey_core::shelf::SourcePath;
use mcdewey_core::source::DocsRoot;
use mcdewey_core::{DocumentId, Error};
use tokio_util::io::ReaderStream;

use super::layout::encode;
use crate::App;
use crate::access::Caller;

/// What a file of HTML may do: show its words, with the style that it brings along.
const SANDBOX: &str = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; \
    form-action 'none'; base-uri 'none'; frame-ancestors 'none'";
/// What a PDF may do. In a sandbox the readers of browsers do not start.
const READER: &str = "default-src 'none'; style-src 'unsafe-inline'; object-src 'self'; \
    form-action 'none'; base-uri 'none'; frame-ancestors 'none'";

/// The files behind the pages, if the server has them.
#[derive(Debug, Clone, Default)]
pub(crate) struct Files(Option<DocsRoot>);

impl Files {
    pub(crate) fn of(root: DocsRoot) -> Self {
        Self(Some(root))
    }

    /// Where the file of a passage is shown, at its page or section.
    pub(super) fn link(&self, passage: &Passage) -> Option<String> {
        self.0.as_ref().filter(|_| is_file(&passage.source))?;
        let id = encode(passage.document_id.as_ref());
        Some(match &passage.fragment {
            Some(fragment) => format!("/file/{id}#{}", encode_fragment(fragment)),
            None => format!("/file/{id}"),
        })
    }

    fn open(&self, record: &DocumentRecord) -> Result<std::fs::File, Error> {
        let not_found = || Error::NotFound {
            what: "file",
            id: record.source.clone(),
        };
        let path = SourcePath::new(&record.source).map_err(|_| not_found())?;
        let root = self.0.as_ref().ok_or_else(not_found)?;
        root.file(path).open().map_err(|_| not_found())
    }
}

/// Whether a source is a file of its own, rather than an entry of an archive or a record.
fn is_file(source: &str) -> bool {
    const ARCHIVES: [&str; 4] = [".zip", ".tar", ".tar.gz", ".tgz"];
    let mut folders = source.to_ascii_lowercase();
    let name = folders.split_off(folders.rfind('/').unwrap_or(0));
    let is_archive = |folder: &str| ARCHIVES.iter().any(|end| folder.ends_with(end));
    !folders.split('/').any(is_archive) && name.contains('.')
}

/// `page=47` keeps its sign, which means something to readers of PDF.
fn encode_fragment(fragment: &str) -> String {
    match fragment.split_once('=') {
        Some(("page", value)) => format!("page={}", encode(value)),
        _ => encode(fragment),
    }
}

pub(super) async fn file(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
) -> Response {
    let files = app.files.clone();
    let answer = app.run(&caller, move |library| {
        let id: DocumentId = id.parse()?;
        let record = library.document(&id)?;
        let file = files.open(&record)?;
        let len = file.metadata().map(|metadata| metadata.len()).ok();
        Ok((file, len, Kind::of(&record), name(&record.source)))
    });
    match answer.await {
        Ok((file, len, kind, name)) => shown(file, len, &kind, &name),
        Err(failure) => failure.into_response(),
    }
}

fn shown(file: std::fs::File, len: Option<u64>, kind: &Kind, name: &str) -> Response {
    let body = Body::from_stream(ReaderStream::new(tokio::fs::File::from_std(file)));
    let mut response = body.into_response();
    let headers = response.headers_mut();
    let how = if kind.is_shown {
        "inline"
    } else {
        "attachment"
    };
    let disposition = format!("{how}; filename*=UTF-8''{}", encode(name));
    let texts = [
        (CONTENT_TYPE, kind.media_type.clone()),
        (CONTENT_DISPOSITION, disposition),
        (CONTENT_SECURITY_POLICY, kind.policy.to_owned()),
    ];
    for (header, text) in texts {
        if let Ok(value) = HeaderValue::try_from(text) {
            headers.insert(header, value);
        }
    }
    if let Some(len) = len {
        headers.insert(CONTENT_LENGTH, len.into());
    }
    response
}

fn name(source: &str) -> String {
    let name = source.rsplit('/').next().unwrap_or(source);
    name.to_owned()
}

/// What a file is to a browser.
#[derive(Debug, PartialEq, Eq)]
struct Kind {
    media_type: String,
    policy: &'static str,
    is_shown: bool,
}

impl Kind {
    fn of(record: &DocumentRecord) -> Self {
        let extension = record.source.rsplit_once('.').map_or("", |(_, end)| end);
        let charset = record.encoding.as_deref().unwrap_or("utf-8");
        let (media_type, policy, is_shown) = match extension.to_ascii_lowercase().as_str() {
            "pdf" => ("application/pdf".to_owned(), READER, true),
            "html" | "htm" | "xhtml" => (format!("text/html; charset={charset}"), SANDBOX, true),
            "epub" => ("application/epub+zip".to_owned(), SANDBOX, false),
            "docx" => (
                "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
                    .to_owned(),
                SANDBOX,
                false,
            ),
            "odt" => (
                "application/vnd.oasis.opendocument.text".to_owned(),
                SANDBOX,
                false,
            ),
            "gz" => ("application/gzip".to_owned(), SANDBOX, false),
            _ => (format!("text/plain; charset={charset}"), SANDBOX, true),
        };
        Self {
            media_type,
            policy,
            is_shown,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_of_archives_and_records_are_no_files() {
        assert!(is_file("acme/15/guide.pdf") && is_file("guide.md"));
        assert!(!is_file("acme/Manuals.ZIP/guide.pdf"));
        assert!(!is_file("manuals.tar.gz/a/b.html"));
        assert!(!is_file("record-17"));
    }

    #[test]
    fn fragments_lead_to_pages_and_sections() {
        assert_eq!(encode_fragment("page=47"), "page=47");
        assert_eq!(encode_fragment("GUC \"x\""), "GUC%20%22x%22");
    }
}
