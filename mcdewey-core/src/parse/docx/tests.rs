//! Facts about whole documents.

use super::*;
use crate::parse::package::{deflated, packed};

const HEAD: &str = r#"<?xml version="1.0"?><w:document xmlns:w="w" xmlns:mc="mc"><w:body>"#;

/// A document with this body, and these other parts.
fn docx_with(body: &str, parts: &[(&str, &str)]) -> Document {
    let main = format!("{HEAD}{body}</w:body></w:document>");
    let mut all = vec![("word/document.xml", main.as_str())];
    all.extend(parts);
    document(&packed(&all))
}

fn docx(body: &str) -> Document {
    docx_with(body, &[])
}

fn p(style: &str, text: &str) -> String {
    format!(
        "<w:p><w:pPr><w:pStyle w:val=\"{style}\"/></w:pPr><w:r><w:t xml:space=\"preserve\">{text}</w:t></w:r></w:p>"
    )
}

fn problems(document: &Document) -> Vec<ProblemKind> {
    document
        .problems
        .iter()
        .map(|problem| problem.kind)
        .collect()
}

#[test]
fn styles_make_headings_titles_and_code() {
    let styles = r#"<w:styles>
        <w:style w:styleId="Titel"><w:name w:val="Title"/></w:style>
        <w:style w:styleId="berschrift1"><w:name w:val="heading 1"/></w:style>
        <w:style w:styleId="K2"><w:name w:val="Kapitel"/><w:basedOn w:val="berschrift1"/><w:outlineLvl w:val="1"/></w:style>
        <w:style w:styleId="Shell"><w:name w:val="Shell"/><w:rFonts w:ascii="Courier New"/></w:style>
        <w:style w:styleId="V1"><w:name w:val="toc 1"/></w:style>
    </w:styles>"#;
    let body = [
        p("Titel", "VLAN Guide"),
        p("V1", "Ports 3"),
        p("berschrift1", "Ports"),
        p("", "Open 5060."),
        p("K2", "Trunks"),
        p("Shell", "switch# conf t"),
        p("Shell", ""),
        p("Shell", "  vlan 7"),
        p("", "Done."),
    ]
    .concat();
    let document = docx_with(&body, &[("word/styles.xml", styles)]);
    assert_eq!(
        document.text,
        "# VLAN Guide\n\n# Ports\n\nOpen 5060.\n\n## Trunks\n\n```\nswitch# conf t\n\n  vlan 7\n```\n\nDone.\n\n"
    );
    assert_eq!(document.title.as_deref(), Some("VLAN Guide"));
    assert_eq!(problems(&document), []);
}

#[test]
fn direct_properties_make_headings_and_code_too() {
    let document = docx(
        r#"<w:p><w:pPr><w:outlineLvl w:val="2"/></w:pPr><w:r><w:t>Ports</w:t></w:r></w:p>
        <w:p><w:r><w:rPr><w:rFonts w:ascii="Consolas"/></w:rPr><w:t>ls -l</w:t></w:r></w:p>
        <w:p><w:r><w:t>Run </w:t></w:r><w:r><w:rPr><w:rFonts w:ascii="Consolas"/></w:rPr><w:t>ls</w:t></w:r></w:p>"#,
    );
    assert_eq!(document.text, "### Ports\n\n```\nls -l\n```\n\nRun ls\n\n");
}

#[test]
fn tracked_changes_are_shown_as_accepted() {
    let document = docx(
        "<w:p><w:r><w:t>a</w:t></w:r><w:del><w:r><w:delText>b</w:delText></w:r></w:del>\
         <w:ins><w:r><w:t>c</w:t></w:r></w:ins><w:moveFrom><w:r><w:t>d</w:t></w:r></w:moveFrom>\
         <w:moveTo><w:r><w:t>e</w:t></w:r></w:moveTo></w:p>\
         <w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr><w:r><w:t>one </w:t></w:r></w:p>\
         <w:p><w:r><w:t>two</w:t></w:r></w:p>\
         <w:tbl><w:tr><w:trPr><w:del/></w:trPr><w:tc><w:p><w:r><w:t>x</w:t></w:r></w:p></w:tc></w:tr>\
         <w:tr><w:tc><w:p><w:r><w:t>y</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>z</w:t></w:r></w:p></w:tc></w:tr></w:tbl>",
    );
    assert_eq!(document.text, "ace\n\none two\n\n| y | z |\n\n");
}

#[test]
fn lists_and_headings_have_their_numbers() {
    let numbering = r#"<w:numbering>
        <w:abstractNum w:abstractNumId="1"><w:lvl w:ilvl="0"><w:numFmt w:val="decimal"/><w:lvlText w:val="%1."/></w:lvl>
          <w:lvl w:ilvl="1"><w:numFmt w:val="bullet"/></w:lvl></w:abstractNum>
        <w:abstractNum w:abstractNumId="2"><w:lvl w:ilvl="0"><w:numFmt w:val="decimal"/><w:lvlText w:val="%1"/></w:lvl>
          <w:lvl w:ilvl="1"><w:numFmt w:val="decimal"/><w:lvlText w:val="%1.%2"/></w:lvl></w:abstractNum>
        <w:num w:numId="1"><w:abstractNumId w:val="1"/></w:num><w:num w:numId="2"><w:abstractNumId w:val="2"/></w:num>
        </w:numbering>"#;
    let styles = r#"<w:styles><w:style w:styleId="h1"><w:name w:val="heading 1"/><w:numPr><w:numId w:val="2"/></w:numPr></w:style>
        <w:style w:styleId="h2"><w:name w:val="heading 2"/><w:numPr><w:ilvl w:val="1"/><w:numId w:val="2"/></w:numPr></w:style></w:styles>"#;
    let item = |level: u8, text: &str| {
        format!(
            "<w:p><w:pPr><w:numPr><w:ilvl w:val=\"{level}\"/><w:numId w:val=\"1\"/></w:numPr></w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>"
        )
    };
    let body = [
        p("h1", "Ports"),
        p("h2", "SIP"),
        item(0, "first"),
        item(1, "inner"),
        item(0, "second"),
        p("h2", "RTP"),
    ]
    .concat();
    let document = docx_with(
        &body,
        &[
            ("word/numbering.xml", numbering),
            ("word/styles.xml", styles),
        ],
    );
    assert_eq!(
        document.text,
        "# 1 Ports\n\n## 1.1 SIP\n\n1. first\n  - inner\n2. second\n\n## 1.2 RTP\n\n"
    );
}

fn cell(text: &str) -> String {
    format!("<w:tc><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:tc>")
}

#[test]
fn tables_have_headers_spans_and_tables_inside() {
    let inner = format!("<w:tbl><w:tr>{}{}</w:tr></w:tbl>", cell("a"), cell("b"));
    let body = format!(
        r#"<w:tbl><w:tblPr><w:tblLook w:val="04A0"/></w:tblPr>
        <w:tr>{}{}{}</w:tr>
        <w:tr><w:tc><w:tcPr><w:vMerge w:val="restart"/></w:tcPr><w:p><w:r><w:t>SIP</w:t></w:r></w:p></w:tc>{}{}</w:tr>
        <w:tr><w:tc><w:tcPr><w:vMerge/></w:tcPr><w:p/></w:tc><w:tc><w:tcPr><w:gridSpan w:val="2"/></w:tcPr>{inner}<w:p/></w:tc></w:tr></w:tbl>"#,
        cell("Use"),
        cell("Port"),
        cell("Note"),
        cell("5060"),
        cell("UDP"),
    );
    let document = docx(&body);
    assert_eq!(
        document.text,
        "| Use | Port | Note |\n|---|---|---|\n| SIP | 5060 | UDP |\n| SIP | a, b |  |\n\n"
    );
    let flagged = format!(
        "<w:tbl><w:tr><w:trPr><w:tblHeader/></w:trPr>{}{}</w:tr><w:tr><w:trPr><w:tblHeader/></w:trPr>{}{}</w:tr><w:tr>{}{}</w:tr></w:tbl>",
        cell("Port"),
        cell("Use"),
        cell("number"),
        cell(""),
        cell("1"),
        cell("2")
    );
    assert_eq!(
        docx(&flagged).text,
        "| Port number | Use |\n|---|---|\n| 1 | 2 |\n\n"
    );
}

#[test]
fn a_table_of_one_cell_is_a_frame() {
    let body = "<w:tbl><w:tr><w:tc><w:p><w:r><w:t>Note:</w:t></w:r></w:p>\
        <w:p><w:r><w:rPr><w:rFonts w:ascii=\"Courier\"/></w:rPr><w:t>ls</w:t></w:r></w:p></w:tc></w:tr></w:tbl>";
    assert_eq!(docx(body).text, "Note:\n\n```\nls\n```\n\n");
}

#[test]
fn notes_stand_below_their_paragraph() {
    let notes = r#"<w:footnotes><w:footnote w:type="separator" w:id="0"><w:p><w:r><w:t>--</w:t></w:r></w:p></w:footnote>
        <w:footnote w:id="2"><w:p><w:r><w:t>Since 9.1.</w:t></w:r></w:p></w:footnote></w:footnotes>"#;
    let body = "<w:p><w:r><w:t>Trunks</w:t></w:r><w:r><w:footnoteReference w:id=\"2\"/></w:r><w:r><w:t> work.</w:t></w:r></w:p>\
        <w:p><w:r><w:t>More.</w:t><w:footnoteReference w:id=\"2\"/></w:r></w:p>";
    let document = docx_with(body, &[("word/footnotes.xml", notes)]);
    assert_eq!(
        document.text,
        "Trunks[1] work.\n\n[1] Since 9.1.\n\nMore.\n\n"
    );
}

#[test]
fn text_boxes_are_read_once_and_fields_show_their_result() {
    let body = r#"<w:p><w:r><mc:AlternateContent><mc:Choice><wps:txbx><w:txbxContent><w:p><w:r><w:t>box</w:t></w:r></w:p></w:txbxContent></wps:txbx></mc:Choice>
        <mc:Fallback><v:textbox><w:txbxContent><w:p><w:r><w:t>box</w:t></w:r></w:p></w:txbxContent></v:textbox></mc:Fallback></mc:AlternateContent></w:r>
        <w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>REF x</w:instrText></w:r><w:r><w:t>Section 3</w:t></w:r>
        <w:r><w:rPr><w:vanish/></w:rPr><w:t>hidden</w:t></w:r><w:r><w:tab/><w:t>x</w:t><w:br/><w:noBreakHyphen/><w:sym w:char="F0E0"/><w:sym w:char="2192"/></w:r></w:p>"#;
    assert_eq!(docx(body).text, "box\n\nSection 3 x\n-\u{2192}\n\n");
}

#[test]
fn a_contents_list_and_a_placeholder_are_passed_over() {
    let sdt = |property: &str, text: &str| {
        format!(
            "<w:sdt><w:sdtPr>{property}</w:sdtPr><w:sdtContent>{}</w:sdtContent></w:sdt>",
            p("", text)
        )
    };
    let body = sdt(
        "<w:docPartObj><w:docPartGallery w:val=\"Table of Contents\"/></w:docPartObj>",
        "Contents",
    ) + &sdt("<w:showingPlcHdr/>", "Click here")
        + &sdt("", "kept");
    assert_eq!(docx(&body).text, "kept\n\n");
}

#[test]
fn bookmarks_are_anchors_of_headings() {
    let body = r#"<w:bookmarkStart w:id="1" w:name="_Toc12"/><w:p><w:pPr><w:pStyle w:val="Heading1"/></w:pPr>
        <w:bookmarkStart w:id="2" w:name="_GoBack"/><w:bookmarkStart w:id="3" w:name="ports"/><w:r><w:t>Ports</w:t></w:r></w:p>
        <w:p><w:pPr><w:pStyle w:val="Heading1"/></w:pPr><w:bookmarkStart w:name="_Toc13"/><w:r><w:t>Trunks</w:t></w:r></w:p>"#;
    let document = docx(body);
    let anchors: Vec<_> = document
        .sections
        .iter()
        .map(|section| section.anchor.as_deref())
        .collect();
    assert_eq!(anchors, [Some("ports"), Some("_Toc13")]);
}

#[test]
fn properties_give_title_date_and_language() {
    let core = |title: &str| {
        format!(
            "<cp:coreProperties><dc:title>{title}</dc:title><dc:language>en-GB</dc:language>\
             <dcterms:created>2023-01-01T00:00:00Z</dcterms:created><dcterms:modified>2024-05-01T09:30:00Z</dcterms:modified></cp:coreProperties>"
        )
    };
    let with = |title: &str| docx_with(&p("", "x"), &[("docProps/core.xml", &core(title))]);
    let document = with("VLAN &amp; Trunks");
    assert_eq!(document.title.as_deref(), Some("VLAN & Trunks"));
    assert_eq!(document.date.as_deref(), Some("2024-05-01"));
    assert_eq!(document.language.as_deref(), Some("en-GB"));
    assert_eq!(with("Microsoft Word - x.doc").title, None);
    assert_eq!(document.pages, []);
}

#[test]
fn parts_are_found_by_their_relations() {
    let rels = r#"<Relationships><Relationship Type="http://x/officeDocument" Target="/w/main.xml"/></Relationships>"#;
    let of_main = r#"<Relationships><Relationship Type="http://x/styles" Target="looks.xml"/></Relationships>"#;
    let styles = r#"<styles><style styleId="A"><name val="heading 2"/></style></styles>"#;
    let main = format!("{HEAD}{}</w:body></w:document>", p("A", "Ports"));
    let bytes = packed(&[
        ("_rels/.rels", rels),
        ("w/main.xml", &main),
        ("w/_rels/main.xml.rels", of_main),
        ("W/Looks.xml", styles),
    ]);
    assert_eq!(document(&bytes).text, "## Ports\n\n");
}

#[test]
fn what_cannot_be_read_is_called_by_its_name() {
    let compound = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1";
    let encrypted: Vec<u8> = "EncryptedPackage"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    for (bytes, kind) in [
        (b"no zip".to_vec(), ProblemKind::Damaged),
        (packed(&[("a.txt", "x")]), ProblemKind::Damaged),
        (compound.to_vec(), ProblemKind::UnsupportedFormat),
        ([&compound[..], &encrypted].concat(), ProblemKind::Encrypted),
    ] {
        let document = document(&bytes);
        assert!(document.text.is_empty());
        assert_eq!(document.problems[0].kind, kind);
    }
}

#[test]
fn what_comes_before_the_damage_is_kept() {
    let main = format!("{HEAD}{}<w:p><w:r><w:t>two</w:t><oops", p("", "one"));
    let document = document(&packed(&[("word/document.xml", &main)]));
    assert_eq!(document.text, "one\n\ntwo\n\n");
    assert_eq!(problems(&document), [ProblemKind::Damaged]);
}

#[test]
fn deep_and_endless_files_end() {
    let deep = |element: &str| format!("<w:{element}>").repeat(100_000);
    for element in ["p", "tbl", "sdt", "r", "x"] {
        let document = docx(&deep(element));
        assert!(document.text.is_empty());
    }
    let boxes = "<w:p><w:r><w:t>x</w:t></w:r>".repeat(1000) + &"</w:p>".repeat(1000);
    let document = docx(&boxes);
    assert_eq!(document.text.matches('x').count(), 1000);
    assert_eq!(problems(&document), [ProblemKind::Nested]);
    // Cells of one letter below a header of many columns.
    let wide = format!(
        "<w:tbl><w:tr><w:trPr><w:tblHeader/></w:trPr>{}</w:tr>{}</w:tbl>",
        "<w:tc/>".repeat(99) + &cell("x"),
        "<w:tr><w:tc><w:p><w:r><w:t>y</w:t></w:r></w:p></w:tc></w:tr>".repeat(1_000_000)
    );
    let main = format!("{HEAD}{wide}");
    let bytes = deflated(&[("word/document.xml", &main)]);
    let document = super::document(&bytes);
    assert!(document.text.len() < bytes.len() * 20 + 5_000_000);
    assert!(problems(&document).contains(&ProblemKind::TooLarge));
}

#[test]
fn entities_of_a_document_stand_for_nothing() {
    let laughs = "<!DOCTYPE x [<!ENTITY a \"haha\"><!ENTITY b \"&a;&a;&a;\">]>";
    let main = format!("{laughs}<w:document><w:p><w:r><w:t>x&b;y</w:t></w:r></w:p></w:document>");
    assert_eq!(
        document(&packed(&[("word/document.xml", &main)])).text,
        "xy\n\n"
    );
}
