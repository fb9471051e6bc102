//! Facts about whole documents.

use super::*;
use crate::parse::package::packed;

fn odt_with(styles: &str, body: &str) -> Document {
    let content = format!(
        "<office:document-content><office:automatic-styles>{styles}</office:automatic-styles><office:body><office:text>{body}</office:text></office:body></office:document-content>"
    );
    document(&packed(&[("content.xml", &content)]))
}

fn odt(body: &str) -> Document {
    odt_with("", body)
}

#[test]
fn headings_paragraphs_and_code_are_told_apart() {
    let styles = r#"<style:style style:name="P1" style:parent-style-name="Preformatted_20_Text"/>
        <style:style style:name="T1"><style:text-properties style:font-name="Courier New"/></style:style>
        <style:style style:name="P2" style:parent-style-name="Title"/>"#;
    let body = r#"<text:p text:style-name="P2">VLAN Guide</text:p>
        <text:h text:outline-level="2"><text:bookmark text:name="ports"/>Ports</text:h>
        <text:p>Open
          <text:span text:style-name="T1">5060</text:span>.<text:line-break/>Now<text:tab/>.</text:p>
        <text:p text:style-name="P1">if x:</text:p><text:p text:style-name="P1"/><text:p text:style-name="P1"><text:s text:c="2"/>pass</text:p>
        <text:p><text:span text:style-name="T1">ls</text:span></text:p>"#;
    let document = odt_with(styles, body);
    assert_eq!(
        document.text,
        "# VLAN Guide\n\n## Ports\n\nOpen 5060.\nNow .\n\n```\nif x:\n\n  pass\nls\n```\n\n"
    );
    assert_eq!(document.title.as_deref(), Some("VLAN Guide"));
    assert_eq!(document.sections[1].anchor.as_deref(), Some("ports"));
    assert_eq!(document.problems, []);
}

#[test]
fn lists_tables_and_notes_keep_their_shape() {
    let styles = r#"<text:list-style style:name="L1"><text:list-level-style-number text:level="1" style:num-format="1"/><text:list-level-style-bullet text:level="2"/></text:list-style>"#;
    let body = r#"<text:list text:style-name="L1"><text:list-item><text:p>one</text:p><text:list text:style-name="L1"><text:list-item><text:p>inner</text:p></text:list-item></text:list></text:list-item>
        <text:list-item><text:p>two</text:p><text:p>more of two</text:p></text:list-item></text:list>
        <table:table><table:table-header-rows><table:table-row><table:table-cell><text:p>Port</text:p></table:table-cell><table:table-cell><text:p>Use</text:p></table:table-cell></table:table-row></table:table-header-rows>
        <table:table-row><table:table-cell table:number-columns-spanned="2"><text:p>5060</text:p></table:table-cell><table:covered-table-cell/></table:table-row></table:table>
        <text:p>Trunks<text:note><text:note-citation>1</text:note-citation><text:note-body><text:p>Since 9.1.</text:p></text:note-body></text:note> work.</text:p>
        <text:tracked-changes><text:p>gone</text:p></text:tracked-changes>"#;
    assert_eq!(
        odt_with(styles, body).text,
        "1. one\n  - inner\n2. two\n\nmore of two\n\n| Port | Use |\n|---|---|\n| 5060 |  |\n\nTrunks[1] work.\n\n[1] Since 9.1.\n\n"
    );
}

#[test]
fn meta_gives_title_and_date() {
    let meta = "<m><dc:title>Guide</dc:title><dc:language>de</dc:language><meta:creation-date>2023-01-01T00:00:00</meta:creation-date><dc:date>2024-05-01T09:30:00</dc:date></m>";
    let content = "<d><office:body><text:p>x</text:p></office:body></d>";
    let document = document(&packed(&[("content.xml", content), ("meta.xml", meta)]));
    assert_eq!(document.title.as_deref(), Some("Guide"));
    assert_eq!(document.date.as_deref(), Some("2024-05-01"));
    assert_eq!(document.language.as_deref(), Some("de"));
}

#[test]
fn what_cannot_be_read_is_called_by_its_name() {
    let manifest = "<m><manifest:file-entry><manifest:encryption-data/></manifest:file-entry></m>";
    for (bytes, kind) in [
        (b"no zip".to_vec(), ProblemKind::Damaged),
        (packed(&[("a", "")]), ProblemKind::Damaged),
        (
            packed(&[("META-INF/manifest.xml", manifest), ("content.xml", "x")]),
            ProblemKind::Encrypted,
        ),
    ] {
        assert_eq!(document(&bytes).problems[0].kind, kind);
    }
}

#[test]
fn deep_and_endless_files_end() {
    for element in [
        "text:p",
        "text:list",
        "table:table",
        "text:span",
        "text:note-body",
    ] {
        let document = odt(&format!("<{element}>").repeat(100_000));
        assert!(document.text.len() < 1_000_000, "{element}");
    }
    let blanks = "<text:p>a<text:s text:c=\"4000000000\"/>b</text:p>";
    assert_eq!(odt(blanks).text, "a b\n\n");
}
