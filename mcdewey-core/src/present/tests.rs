use super::*;
use crate::chunk::{ChunkSettings, chunk};
use crate::document::{Document, Page};
use crate::parse::{Format, parse};
use crate::shelf::Shelf;

/// A passage of the file `source` with this anchor and page.
fn passage(
    source: &str,
    template: Option<&str>,
    anchor: Option<&str>,
    page: Option<u32>,
) -> Passage {
    let mut document: Document = parse(Format::Plain, b"Open port 5060.");
    document.pages = page
        .map(|number| Page::new(number, 0))
        .into_iter()
        .collect();
    let cut = chunk(&document, None, &ChunkSettings::default(), &|text| {
        text.len()
    });
    let stored = StoredChunk::new(cut[0].clone(), anchor.map(str::to_owned));
    let shelf = Shelf {
        url: template.map(str::to_owned),
        ..Shelf::default()
    };
    let mut record = DocumentRecord::new(DocumentId::from_record_id("a"), source, shelf);
    if matches!(source.rsplit_once('.'), Some((_, "html"))) {
        record.url = Some("https://acme.example/a.html".to_owned());
    }
    Passage::new(&record, stored)
}

#[test]
fn a_template_is_filled_and_loses_a_fragment_that_cannot_be() {
    let template = Some("https://x.org/t.pdf#page={page}");
    let url = |page| passage("t.pdf", template, None, page).url;
    assert_eq!(
        url(Some(47)).as_deref(),
        Some("https://x.org/t.pdf#page=47")
    );
    assert_eq!(url(None).as_deref(), Some("https://x.org/t.pdf"));
    let template = Some("https://x.org/t/{page}.html");
    assert_eq!(passage("t.pdf", template, None, None).url, None);
}

#[test]
fn a_page_of_html_leads_to_its_section() {
    let with = passage("a.html", None, Some("ports"), None);
    assert_eq!(
        with.url.as_deref(),
        Some("https://acme.example/a.html#ports")
    );
    assert_eq!(with.fragment.as_deref(), Some("ports"));
    let without = passage("a.html", None, None, None);
    assert_eq!(without.url.as_deref(), Some("https://acme.example/a.html"));
    let template = Some("https://x.org/a.html#{anchor}");
    let other = passage("a.html", template, Some("ports"), None);
    assert_eq!(other.url.as_deref(), Some("https://x.org/a.html#ports"));
}

#[test]
fn a_passage_of_a_pdf_leads_to_its_page() {
    assert_eq!(
        passage("t.PDF", None, None, Some(47)).fragment.as_deref(),
        Some("page=47")
    );
    assert_eq!(passage("t.pdf", None, None, None).fragment, None);
    // The headings of Markdown are anchors nowhere but on the pages of this program.
    assert_eq!(passage("t.md", None, Some("ports"), Some(4)).fragment, None);
}
