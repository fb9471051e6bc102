//! Facts about whole books.

use super::*;
use crate::parse::package::packed;

const CONTAINER: &str = r#"<container><rootfiles><rootfile full-path="OEBPS/content.opf" media-type="application/oebps-package+xml"/></rootfiles></container>"#;

const OPF: &str = r#"<package><metadata><dc:title>VLAN Guide</dc:title><dc:title>And More</dc:title><dc:language>en</dc:language>
    <dc:date>2023-01-01</dc:date><meta property="dcterms:modified">2024-05-01T00:00:00Z</meta></metadata>
    <manifest>
      <item id="nav" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>
      <item id="two" href="text/two.xhtml" media-type="application/xhtml+xml"/>
      <item id="one" href="text/one%20a.xhtml" media-type="application/xhtml+xml"/>
      <item id="ncx" href="toc.ncx" media-type="application/x-dtbncx+xml"/>
      <item id="css" href="a.css" media-type="text/css"/>
    </manifest>
    <spine toc="ncx"><itemref idref="nav"/><itemref idref="one"/><itemref idref="two"/><itemref idref="one"/><itemref idref="gone"/><itemref idref="css"/></spine></package>"#;

fn book(parts: &[(&str, &str)]) -> Document {
    let mut all = vec![
        ("META-INF/container.xml", CONTAINER),
        ("OEBPS/content.opf", OPF),
    ];
    all.extend(parts);
    document(&packed(&all))
}

fn page(body: &str) -> String {
    format!(
        "<html xmlns:epub=\"e\"><head><title>x</title><style>y</style></head><body>{body}</body></html>"
    )
}

#[test]
fn files_are_read_in_the_order_of_the_spine() {
    let one = page(
        "<section id='s'><h1>Ports</h1><p>Open\n 5060.</p><h2 id='trunks'>Trunks</h2><p>None.</p></section>",
    );
    let two = page("<p>More.</p>");
    let nav = page(
        "<nav epub:type='toc'><ol><li><a href='text/one%20a.xhtml#s'>Ports</a><ol><li><a href='text/two.xhtml'>The <b>Rest</b></a></li></ol></li></ol></nav>",
    );
    let document = book(&[
        ("OEBPS/text/one a.xhtml", &one),
        ("OEBPS/text/two.xhtml", &two),
        ("OEBPS/nav.xhtml", &nav),
    ]);
    assert_eq!(
        document.text,
        "# Ports\n\nOpen 5060.\n\n## Trunks\n\nNone.\n\n## The Rest\n\nMore.\n\n"
    );
    assert_eq!(document.title.as_deref(), Some("VLAN Guide"));
    assert_eq!(document.date.as_deref(), Some("2024-05-01"));
    assert_eq!(document.language.as_deref(), Some("en"));
    let anchors: Vec<_> = document
        .sections
        .iter()
        .filter_map(|section| section.anchor.as_deref())
        .collect();
    assert_eq!(
        anchors,
        [
            "OEBPS/text/one a.xhtml#s",
            "OEBPS/text/one a.xhtml#trunks",
            "OEBPS/text/two.xhtml"
        ]
    );
    assert_eq!(document.problems, []);
}

#[test]
fn the_older_table_gives_titles_and_pages_too() {
    let ncx = "<ncx><navMap><navPoint><navLabel><text>One</text></navLabel><content src='text/one%20a.xhtml'/></navPoint></navMap>\
        <pageList><pageTarget><navLabel><text>iv</text></navLabel><content src='text/one%20a.xhtml#p4'/></pageTarget></pageList></ncx>";
    let one = page("<p>Text <a id='p4'/>on page four.</p>");
    let document = book(&[
        ("OEBPS/text/one a.xhtml", &one),
        ("OEBPS/text/two.xhtml", ""),
        ("OEBPS/toc.ncx", ncx),
    ]);
    assert_eq!(document.text, "# One\n\nText on page four.\n\n");
    let page = &document.pages[0];
    assert_eq!((page.number, page.label.as_deref()), (1, Some("iv")));
    assert_eq!(&document.text[page.start..], "on page four.\n\n");
}

#[test]
fn a_page_that_begins_in_what_is_no_text_is_none() {
    let one = page("Some words<span epub:type='pagebreak' title='1'/></head><p>z</p>");
    let document = book(&[
        ("OEBPS/text/one a.xhtml", &one),
        ("OEBPS/text/two.xhtml", &page("<p>end</p>")),
    ]);
    assert!(document.text.contains("z\n\nend"), "{}", document.text);
    assert_eq!(document.pages, []);
}

#[test]
fn printed_pages_begin_where_the_book_says() {
    let one = page(
        "<p>a<span epub:type='pagebreak' title='1'/>bc d <span role='doc-pagebreak' aria-label='2'/>e</p>\
         <h1><span epub:type='pagebreak' title='3'/>Ports</h1><ul><li>x<span epub:type='pagebreak' title='4'/>y</li></ul><p>z</p>",
    );
    let document = book(&[
        ("OEBPS/text/one a.xhtml", &one),
        ("OEBPS/text/two.xhtml", &page("<p>end</p>")),
    ]);
    let starts: Vec<&str> = document
        .pages
        .iter()
        .map(|page| &document.text[page.start..])
        .collect();
    assert_eq!(document.text, "abc d e\n\n# Ports\n\n- xy\n\nz\n\nend\n\n");
    let firsts: Vec<&str> = starts
        .iter()
        .map(|text| text.split_whitespace().next().unwrap())
        .collect();
    assert_eq!(firsts, ["bc", "e", "#", "z"]);
    assert!(document.pages.iter().all(|page| page.label.is_none()));
}

#[test]
fn pages_around_what_is_no_text_stay_in_order() {
    let one = page(
        "<p>word <span epub:type='pagebreak' title='3'/>\u{a0}\u{feff}<span epub:type='pagebreak' title='4'/></p>",
    );
    let document = book(&[
        ("OEBPS/text/one a.xhtml", &one),
        ("OEBPS/text/two.xhtml", ""),
    ]);
    assert!(document.pages[0].start <= document.pages[1].start);
    assert_eq!(document.text, "word\n\n");
}

#[test]
fn lists_code_and_tables_keep_their_shape() {
    let one = page(
        "<ol start='3'><li>three<ul><li>inner</li></ul></li><li><p>four</p></li></ol>\
         <pre class='language-sh'><code>ls\n  -l</code></pre>\
         <table><thead><tr><th>Port</th><th>Use</th></tr></thead><tbody><tr><td>5060</td><td>SIP<br/>UDP</td></tr>\
         <tr><td colspan='2'><table><tr><td>a</td><td>b</td></tr></table></td></tr></tbody></table>\
         <p hidden=''>no</p><script>no</script><svg><text>no</text></svg><blockquote>quoted<p>twice</p></blockquote>",
    );
    let document = book(&[
        ("OEBPS/text/one a.xhtml", &one),
        ("OEBPS/text/two.xhtml", ""),
    ]);
    assert_eq!(
        document.text,
        "3. three\n  - inner\n4. four\n\n```sh\nls\n  -l\n```\n\n\
         | Port | Use |\n|---|---|\n| 5060 | SIP UDP |\n| a, b |  |\n\nquoted\n\ntwice\n\n"
    );
}

#[test]
fn what_is_missing_or_locked_is_reported() {
    let encryption = "<encryption><EncryptedData><CipherData><CipherReference URI='OEBPS/text/one%20a.xhtml'/></CipherData></EncryptedData></encryption>";
    let document = book(&[
        ("OEBPS/text/one a.xhtml", "garbled"),
        ("META-INF/encryption.xml", encryption),
    ]);
    let problems: Vec<_> = document
        .problems
        .iter()
        .map(|problem| (problem.kind, problem.place.as_str()))
        .collect();
    assert_eq!(
        problems,
        [
            (ProblemKind::Encrypted, "OEBPS/text/one a.xhtml"),
            (ProblemKind::Damaged, "OEBPS/text/two.xhtml"),
            (ProblemKind::Empty, "")
        ]
    );
    assert_eq!(
        super::document(&packed(&[("a", "b")])).problems[0].kind,
        ProblemKind::Damaged
    );
    assert_eq!(
        super::document(b"PK").problems[0].kind,
        ProblemKind::Damaged
    );
}

#[test]
fn a_book_of_pictures_is_called_one() {
    let one = page("<img src='1.jpg'/>");
    let document = book(&[
        ("OEBPS/text/one a.xhtml", &one),
        ("OEBPS/text/two.xhtml", ""),
        ("OEBPS/1.JPG", ""),
    ]);
    assert_eq!(document.problems[0].kind, ProblemKind::ImageOnly);
}

#[test]
fn deep_files_end() {
    for element in [
        "div", "ul", "table", "li", "p", "pre", "section", "td", "script", "h1",
    ] {
        let deep = page(&(format!("<{element}>").repeat(100_000) + "x"));
        let document = book(&[
            ("OEBPS/text/one a.xhtml", &deep),
            ("OEBPS/text/two.xhtml", ""),
        ]);
        assert!(
            document.text.len() < 200,
            "{element}: {}",
            document.text.len()
        );
    }
}

#[test]
fn entities_of_a_book_stand_for_nothing() {
    let laughs = "<!DOCTYPE html [<!ENTITY a \"haha\"><!ENTITY b \"&a;&a;&a;\">]><html><body><p>x&b;y&nbsp;z</p></body></html>";
    let document = book(&[
        ("OEBPS/text/one a.xhtml", laughs),
        ("OEBPS/text/two.xhtml", ""),
    ]);
    assert_eq!(document.text, "xy z\n\n");
}
