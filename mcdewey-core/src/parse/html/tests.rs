//! Facts about pages.

use super::super::{Format, parse};
use crate::document::{BlockKind, Document, ProblemKind};
use crate::effort;

fn page(html: &str) -> Document {
    parse(Format::Html, html.as_bytes())
}

#[track_caller]
fn expect(html: &str, text: &str) {
    assert_eq!(page(html).text.trim(), text, "{html}");
}

/// Level, text and anchor of each heading.
fn headings(html: &str) -> Vec<(u8, String, Option<String>)> {
    let sections = page(html).sections.into_iter();
    sections
        .map(|section| (section.level, section.heading, section.anchor))
        .collect()
}

#[track_caller]
fn expect_anchors(html: &str, expected: &[(&str, Option<&str>)]) {
    let found = headings(html);
    let found: Vec<_> = found
        .iter()
        .map(|(_, text, anchor)| (text.as_str(), anchor.as_deref()))
        .collect();
    assert_eq!(found, expected, "{html}");
}

#[test]
fn a_page_of_sphinx_is_its_body() {
    let html = r##"<!DOCTYPE html><html lang="en"><head><title>Ports &#8212; Router 9 documentation</title></head><body>
        <div class="related" role="navigation"><ul><li><a href="n.html">next</a> |</li><li>Router 9 »</li></ul></div>
        <div class="document"><div class="documentwrapper"><div class="bodywrapper"><div class="body" role="main">
        <section id="ports"><span id="open-ports"></span><h1>Ports<a class="headerlink" href="#ports" title="Permalink">¶</a></h1>
        <p>Open <code class="docutils literal notranslate"><span class="pre">5060</span></code>.</p>
        <div class="highlight-console notranslate"><div class="highlight"><pre><span></span><span class="gp">$ </span>ls
        </pre></div></div>
        <div class="admonition note"><p class="admonition-title">Note</p><p>Mind.</p></div>
        <dl class="field-list simple"><dt class="field-odd">Default<span class="colon">:</span></dt><dd class="field-odd"><p>5060</p></dd></dl>
        <div class="toctree-wrapper compound"><ul><li><a href="a.html">A</a></li></ul></div>
        </section></div></div></div>
        <div class="sphinxsidebar" role="navigation"><h3>Navigation</h3><ul><li><a href="x">X</a></li></ul></div></div>
        <div class="footer">© Copyright. Created using Sphinx.</div></body></html>"##;
    let document = page(html);
    assert_eq!(
        document.text.trim(),
        "# Ports\n\nOpen 5060.\n\n```console\n$ ls\n```\n\nNote: Mind.\n\n- Default: 5060"
    );
    assert_eq!(document.title.as_deref(), Some("Ports"));
    assert_eq!(document.language.as_deref(), Some("en"));
    assert_eq!(document.sections[0].anchor.as_deref(), Some("ports"));
}

#[test]
fn a_page_of_docbook_is_its_division() {
    let html = r#"<?xml version="1.0" encoding="UTF-8"?><html><head><title>2.1. Ports</title></head><body>
        <div class="navheader"><table><tr><th colspan="3">2.1. Ports</th></tr><tr><td><a href="a">Prev</a></td><th>Chapter 2</th><td><a href="b">Next</a></td></tr></table><hr /></div>
        <div class="sect1" id="PORTS"><div class="titlepage"><div><div><h2 class="title" style="clear: both">2.1. Ports</h2></div></div></div>
        <div class="toc"><dl class="toc"><dt><a href="x">2.1.1. Open</a></dt></dl></div><a id="id-1" class="indexterm"></a>
        <p>Text.</p>
        <div class="variablelist"><dl class="variablelist"><dt id="GUC-A"><span class="term"><code>a</code></span></dt><dd><p>First.</p><p>Second.</p></dd></dl></div>
        <div class="note"><h3 class="title">Note</h3><p>Mind.</p></div>
        <div class="sect2" id="OPEN"><h3 class="title">2.1.1. Open</h3><pre class="programlisting">x &lt; y</pre></div></div>
        <div class="navfooter"><table><tr><td><a href="a">Prev</a> </td><td><a href="b">Up</a></td><td> <a href="c">Next</a></td></tr></table></div></body></html>"#;
    expect(
        html,
        "## 2.1. Ports\n\nText.\n\n- a: First.\n\nSecond.\n\nNote: Mind.\n\n### 2.1.1. Open\n\n```\nx < y\n```",
    );
    expect_anchors(
        html,
        &[("2.1. Ports", Some("PORTS")), ("2.1.1. Open", Some("OPEN"))],
    );
}

#[test]
fn a_reference_page_of_docbook_stands_under_its_name() {
    let html = "<body><div class=refentry id=X><div class=refnamediv><h2><span class=refentrytitle>VACUUM</span></h2><p>VACUUM — collect</p></div>\
                <div class=refsect1 id=Y><h2>Description</h2><p>Text.</p></div></div>";
    let found = headings(html);
    assert_eq!(found[0], (1, "VACUUM".into(), Some("X".into())));
    assert_eq!(found[1], (2, "Description".into(), Some("Y".into())));
}

#[test]
fn pages_of_javadoc_old_and_new() {
    let old = r##"<html><head><title>Port (Router API)</title></head><body><div class="topNav"><a name="navbar.top"></a><ul class="navList"><li><a href="o">Overview</a></li><li>Class</li></ul></div>
        <div class="header"><div class="subTitle">com.acme</div><h2 title="Class Port" class="title">Class Port</h2></div>
        <div class="contentContainer"><div class="description"><ul class="blockList"><li class="blockList"><pre>public class <span>Port</span></pre><div class="block">A port.</div></li></ul></div>
        <div class="summary"><ul class="blockList"><li class="blockList"><a name="method.summary"></a><h3>Method Summary</h3>
        <table class="memberSummary"><caption><span>Methods</span></caption><tr><th>Type</th><th>Method</th></tr><tr><td><code>void</code></td><td><code><a href="#open()">open</a>()</code><div class="block">Opens.</div></td></tr></table></li></ul></div></div>
        <div class="bottomNav"><ul class="navList"><li><a href="o">Overview</a></li></ul></div></body></html>"##;
    let document = page(old);
    assert_eq!(
        document.text.trim(),
        "com.acme\n\n## Class Port\n\n```\npublic class Port\n```\n\nA port.\n\n### Method Summary\n\nMethods\n\n| Type | Method |\n|---|---|\n| void | open() Opens. |"
    );
    assert_eq!(
        document.sections[1].anchor.as_deref(),
        Some("method.summary")
    );
    let new = r#"<body class="class-declaration-page"><div class="flex-box"><header role="banner" class="flex-header"><nav role="navigation"><div class="top-nav"><ul><li><a href="o">Overview</a></li></ul></div></nav></header>
        <div class="flex-content"><main role="main"><div class="header"><h1 title="Class Port" class="title">Class Port</h1></div>
        <section class="method-summary" id="method-summary"><h2>Method Summary</h2><div class="summary-table three-column-summary">
        <div class="table-header col-first">Modifier</div><div class="table-header col-second">Method</div><div class="table-header col-last">Description</div>
        <div class="col-first even"><code>void</code></div><div class="col-second even"><code>open()</code></div><div class="col-last even"><div class="block">Opens.</div></div></div></section></main>
        <footer role="contentinfo"><hr><p class="legal-copy">Copyright</p></footer></div></div></body>"#;
    expect(
        new,
        "# Class Port\n\n## Method Summary\n\n| Modifier | Method | Description |\n|---|---|---|\n| void | open() | Opens. |",
    );
}

#[test]
fn the_title_of_a_page_of_doxygen_is_no_heading_there() {
    let html = r##"<body><div id="top"><div class="title">Acme</div></div><div class="header"><div class="summary"><a href="#a">Functions</a></div><div class="headertitle"><div class="title">Port Class</div></div></div>
        <div class="contents"><p>A port.</p><a id="open"></a><h2 class="memtitle"><span class="permalink"><a href="#open">◆ </a></span>open()</h2>
        <div class="memitem"><div class="memproto"><table class="memname"><tr><td>void open</td><td>(</td><td>int </td><td>n</td><td>)</td></tr></table></div><div class="memdoc"><p>Opens.</p></div></div>
        <div class="fragment"><div class="line">a();</div><div class="line">b();</div></div></div></body>"##;
    let document = page(html);
    assert!(
        document.text.contains("# Port Class\n"),
        "{}",
        document.text
    );
    assert!(document.text.ends_with(
        "A port.\n\n## open()\n\n```\nvoid open ( int n )\n```\n\nOpens.\n\n```\na();\nb();\n```\n\n"
    ), "{}", document.text);
    assert_eq!(document.sections[1].anchor.as_deref(), Some("open"));
}

#[test]
fn what_stands_with_the_title_outside_of_the_content_is_kept() {
    let html = "<title>acme(1)</title><body><div id=header><h1>acme(1) Manual Page</h1><h2>NAME</h2><p>acme - opens ports</p></div>\
                <div id=content><h2>SYNOPSIS</h2><p>acme opens many ports, one after another, as they come.</p></div>\
                <div id=footer>Last updated 2024</div>";
    expect(
        html,
        "# acme(1) Manual Page\n\n## NAME\n\nacme - opens ports\n\n## SYNOPSIS\n\nacme opens many ports, one after another, as they come.",
    );
}

#[test]
fn without_any_hint_the_text_is_where_its_words_are() {
    let html = "<body><table><tr><td><a href=a>One</a><br><a href=b>Two</a><br><a href=c>Three</a></td>\
                <td><font size=5>Ports</font><p>Open the ports that the router needs, and no others.</td></tr></table>\
                <p><a href=p>[Previous]</a> <a href=n>[Next]</a></p>";
    expect(
        html,
        "Ports\n\nOpen the ports that the router needs, and no others.",
    );
}

#[test]
fn no_rule_may_lose_most_of_the_words() {
    // What is declared the content holds next to nothing.
    let html =
        "<main><p>Loading.</p></main><div><p>Open the ports that the router needs.</p></div>";
    expect(html, "Loading.\n\nOpen the ports that the router needs.");
    // A class that elsewhere is navigation is all there is.
    let html = "<body><div class=pager><p>Open the ports that the router needs.</p></div>";
    expect(html, "Open the ports that the router needs.");
    // A page of links is one on purpose.
    let html = "<body><h1>Contents</h1><div class=toc><ul><li><a href=a>Ports</a></ul></div>";
    expect(html, "# Contents\n\n- Ports");
}

#[test]
fn what_nobody_sees_is_left_out() {
    let html = "<p>a<script>b</script><style>c</style><span hidden>d</span><span style='display: none'>e</span>\
                <template>f</template><noscript>g</noscript><svg><title>h</title></svg><math><mi>i</mi></math>\
                <select><option>j</select><!-- k --><span class=sr-only>l</span><button>Copy</button></p>";
    expect(html, "a");
    expect(
        "<div role=tabpanel hidden><p>On Linux.</p></div>",
        "On Linux.",
    );
}

#[test]
fn lists_keep_their_marks_and_depths() {
    let html = "<ul><li>a<li><p>b</p><ol start=3><li>c<li value=7>d</ol><li><pre>e</pre></ul><dl><dt>f<dt>g<dd>h<dt>i</dl>";
    expect(
        html,
        "- a\n- b\n  3. c\n  7. d\n\n```\ne\n```\n\n- f, g: h\n- i",
    );
}

#[test]
fn tables_have_header_and_spans() {
    let html = "<table><caption>Ports</caption><thead><tr><th rowspan=2>Port<th colspan=2>Use<tr><th>in<th>out</thead>\
                <tr><td rowspan=2>5060<td>SIP<td>a|b<tr><td colspan=2>both<tr><td>x</table>";
    expect(
        html,
        "Ports\n\n| Port | Use in | Use out |\n|---|---|---|\n| 5060 | SIP | a\\|b |\n| 5060 | both |  |\n| x |  |  |",
    );
    let first_row = "<table><tr><th>a</th><th>b</th></tr><tr><td>1<td>2</table>";
    expect(first_row, "| a | b |\n|---|---|\n| 1 | 2 |");
    let nested = "<table><tr><td>a<td>b c d e<table><tr><td>1<td>2</table></table>";
    expect(nested, "| a | b c d e 1 2 |");
}

#[test]
fn tables_that_only_place_text_are_text() {
    expect(
        "<table><tr><td><h1>Ports</h1><td>Text</table>",
        "# Ports\n\nText",
    );
    expect("<table role=presentation><tr><td>a<td>b</table>", "a\n\nb");
    let code = format!(
        "<table><tr><td>1<td><pre>{}</pre></table>",
        "line\n".repeat(9)
    );
    assert!(page(&code).text.contains("```\nline\n"));
}

#[test]
fn code_is_kept_as_it_stands_with_its_language() {
    expect("<pre>\n  a\n\tb<br>c</pre>", "```\n  a\n\tb\nc\n```");
    for html in [
        "<pre><code class='language-sh'>x</code></pre>",
        "<pre class='lang-sh'>x</pre>",
        "<div class='highlight-sh notranslate'><div><pre>x</pre></div></div>",
        "<pre data-lang=sh>x</pre>",
    ] {
        expect(html, "```sh\nx\n```");
    }
    let numbered = "<table class=highlighttable><tr><td class=linenos><pre>1\n2</pre><td class=code><pre>a\nb</pre></table>";
    expect(numbered, "```\na\nb\n```");
}

#[test]
fn admonitions_have_their_label_once() {
    for html in [
        "<div class=warning><p>Mind.</p></div>",
        "<div class='admonition warning'><p class='first admonition-title'>Warning</p><p>Mind.</p></div>",
        "<div class=warning><h3 class=title>Warning</h3>Mind.</div>",
        "<div class=warning><table><tr><td rowspan=2><img alt='[Warning]'><th>Warning<tr><td><p>Mind.</table></div>",
        "<div class='admonitionblock warning'><table><tr><td class=icon><div class=title>Warning</div><td>Mind.</table></div>",
        "<div class=warning><p>Warning: Mind.</p></div>",
    ] {
        expect(html, "Warning: Mind.");
    }
    // A heading that says more than what kind it is opens a section.
    expect(
        "<div class=note><h3>Ports in use</h3><p>x</p></div>",
        "Note\n\n### Ports in use\n\nx",
    );
}

#[test]
fn anchors_lead_to_their_headings() {
    expect_anchors("<h1 id=a><a name=b></a>x</h1>", &[("x", Some("a"))]);
    expect_anchors("<h1><a name=b>x</a></h1>", &[("x", Some("b"))]);
    expect_anchors(
        "<a name=c></a>\n<h2>x</h2><p>text<a name=d></a></p><h2>y</h2>",
        &[("x", Some("c")), ("y", None)],
    );
    expect_anchors(
        "<section id=s><div><h2>x</h2></div></section><h2>y</h2>",
        &[("x", Some("s")), ("y", None)],
    );
    expect_anchors(
        "<div id=closed></div><div id=open><h2>x</h2></div>",
        &[("x", Some("closed"))],
    );
}

#[test]
fn headings_lose_marks_and_never_swallow_a_page() {
    let html = "<h2>Ports <a class=anchor href=#p>#</a></h2><h2><a href=#x>§</a></h2><h2 class=a>Unclosed<p>Text.</p><p>More.</p>";
    expect(html, "## Ports\n\n## Unclosed\n\nText.\n\nMore.");
    expect("<div role=heading aria-level=3>x</div>", "### x");
}

#[test]
fn the_head_says_title_address_and_date() {
    let html = r#"<html xml:lang="de-AT"><head><title>Acme | Ports | Router</title><link rel="stylesheet canonical" href="https://acme.example/ports">
        <meta name="date" content="2023-01-02"><meta property="article:modified_time" content="2024-05-06T00:00:00Z"><meta name="dc.date" content="now">
        </head><body><h1>Ports</h1><p>x"#;
    let document = page(html);
    assert_eq!(document.title.as_deref(), Some("Ports"));
    assert_eq!(document.url.as_deref(), Some("https://acme.example/ports"));
    assert_eq!(document.date.as_deref(), Some("2024-05-06T00:00:00Z"));
    assert_eq!(document.language.as_deref(), Some("de-AT"));
    let other =
        page("<title>Acme manual</title><link rel=canonical href='javascript:x'><h1>Ports</h1>");
    assert_eq!(other.title.as_deref(), Some("Acme manual"));
    assert_eq!(other.url, None);
}

#[test]
fn text_is_decoded_and_broken_marks_are_mended() {
    expect(
        "<p>a &amp; b&nbsp;c &#8364; &lt;x&gt; &unknown; me&shy;thod</p>",
        "a & b c € <x> &unknown; method",
    );
    expect(
        "<div><p>a<p>b</div></i>c</p></span><td>d",
        "a\n\nb\n\nc\n\nd",
    );
    expect(
        "<P>10<SUP>6</SUP> <IMG SRC=a.png ALT='Port diagram'><img alt=x.png><br>next",
        "10^6 Port diagram\nnext",
    );
    expect("<p>a<b>b<i>c</b>d</i>e", "abcde");
    expect(
        "<?xml version='1.0'?><html><body><a id='x'/><script src='y'/><p>a<![CDATA[ <b> ]]></p></body></html>",
        "a <b>",
    );
}

#[test]
fn an_end_that_never_comes_is_reported() {
    for html in ["<p>a<!-- b", "<p>a<script>b", "<p>a<style>b"] {
        let document = page(html);
        assert_eq!(document.text.trim(), "a");
        assert_eq!(document.problems[0].kind, ProblemKind::Damaged, "{html}");
    }
    assert_eq!(page("<p>a<!-- b -->").problems, []);
}

#[test]
fn deep_nesting_is_flattened_and_reported() {
    for name in [
        "div",
        "span",
        "ul><li",
        "table><tr><td",
        "blockquote",
        "my-element",
        "dl><dd",
        "b",
    ] {
        let html = format!("<{name}>").repeat(100_000) + "<h2>Ports</h2><p>Text.</p>";
        let document = page(&html);
        assert!(document.text.contains("Ports"), "{name}");
        assert!(document.text.contains("Text."), "{name}");
        let is_told = document
            .problems
            .iter()
            .any(|problem| problem.kind == ProblemKind::Nested);
        assert_eq!(is_told, name != "b", "{name}");
    }
}

#[test]
fn hostile_pages_take_no_time_and_no_room() {
    const N: usize = 50_000;
    let hostile = [
        "<font color=a><b class=c>".repeat(N) + &"<p>x".repeat(N),
        "<p>".repeat(N) + &"</div>".repeat(N),
        "<div>".repeat(N) + &"<p>".repeat(N),
        "<a href=x>".repeat(N),
        "<a name=x></a>".repeat(N) + &"<h2>x".repeat(N),
        "<li>".repeat(N),
        "<table><tr>".to_owned() + &"<td colspan=100 rowspan=9000>x".repeat(N),
        "<table>".to_owned() + &"<tr><td>x".repeat(N) + "<tr>" + &"<td>y".repeat(100),
        "<table><tr><td>x<td>y</table>".repeat(N),
        "<div class=note>".repeat(N),
        "<div class='note'><p class=title>x</p></div>".repeat(N),
        "<h1>".repeat(N),
        "<div aria-hidden=true>".repeat(N) + &"<i>".repeat(N),
        "<div class='nav menu toc contents sidebar'><a href=x>next</a>".repeat(N / 10),
        "<pre>x</pre>".repeat(N),
        "<div class=language-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa>".to_owned()
            + &"<pre>x</pre>".repeat(N),
        "&".repeat(N) + &"&#x".repeat(N) + &"<".repeat(N) + &"</".repeat(N),
        "<x-".to_owned() + &"a ".repeat(N) + ">",
        (0..N)
            .map(|n| format!("<x{n}>"))
            .collect::<Vec<_>>()
            .concat(),
        "<dt>x".repeat(N),
        "<svg>".repeat(N),
        "<title>x</title>".repeat(N),
    ];
    for html in &hostile {
        let opening: String = html.chars().take(30).collect();
        let (document, effort) = effort::of(|| page(html));
        assert!(
            document.text.len() <= 4 * html.len() + (2 << 20),
            "{opening}: {} from {}",
            document.text.len(),
            html.len()
        );
        assert!(effort.as_secs() < 15, "{opening}: {effort:?}");
    }
}

#[test]
fn a_table_with_very_many_rows_is_several() {
    let html = "<table><tr><th>a<th>b</tr>".to_owned() + &"<tr><td>1<td>2".repeat(10_500);
    let document = page(&html);
    let headers: Vec<_> = document
        .blocks
        .iter()
        .filter(|block| matches!(block.kind, BlockKind::Table { header: Some(_) }))
        .collect();
    assert_eq!(headers.len(), 2);
}
