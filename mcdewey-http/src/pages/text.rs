//! Text of a manual in, HTML that can do nothing out.
//!
//! Whatever a manual holds is shown, never run: tags are text, images are their captions, and
//! links lead only to web pages.

use maud::{Markup, PreEscaped, html};
use mcdewey_core::document::Layout;
use pulldown_cmark::{CowStr, Event, LinkType, Options, Parser, Tag, TagEnd};

use super::blocks::{self, Placed};

/// The text with its layout; without one, as it stands.
pub(super) fn passage(text: &str, layout: Layout) -> Markup {
    let Some(events) = events(text, layout) else {
        return html! { div.plain { (text.trim_matches('\n')) } };
    };
    let mut html = String::new();
    let events = events.into_iter().map(|(event, _)| event);
    pulldown_cmark::html::push_html(&mut html, events);
    PreEscaped(html)
}

/// The blocks and words of a text that has a layout, and where they stand; what they could do is
/// taken from them.
pub(super) fn events(text: &str, layout: Layout) -> Option<Vec<Placed<'_>>> {
    match layout {
        Layout::Markdown => {
            let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH;
            let events = Parser::new_ext(text, options).into_offset_iter();
            let tamed = events.filter_map(|(event, at)| Some((tame(event)?, at)));
            Some(tamed.collect())
        }
        Layout::Blocks => {
            let events = blocks::events(text).into_iter();
            Some(events.map(|(event, at)| (below_title(event), at)).collect())
        }
        _ => None,
    }
}

/// A page without what hides or reorders its text, wherever in it that stands: a manual can write
/// such a character as `&#x202E;` too, in a title as well as in a passage.
pub(super) fn seen(page: Markup) -> Markup {
    let html = page.into_string();
    PreEscaped(html.chars().filter(|&c| is_seen(c)).collect())
}

/// Neither a control character nor one that reorders text.
fn is_seen(c: char) -> bool {
    let reorders =
        matches!(c, '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}');
    matches!(c, '\n' | '\t') || !(reorders || c.is_control())
}

/// The event, if it is harmless; else what is left of it.
fn tame(event: Event<'_>) -> Option<Event<'_>> {
    Some(match event {
        Event::InlineHtml(html) if tag_name(&html).eq_ignore_ascii_case("br") => Event::HardBreak,
        Event::Html(html) | Event::InlineHtml(html) if is_layout(&html) => return None,
        // Manuals write `<file>` for a file to name: what is no tag of HTML is text.
        Event::Html(html) | Event::InlineHtml(html) => Event::Text(html),
        Event::Start(Tag::HtmlBlock) => Event::Start(Tag::Paragraph),
        Event::End(TagEnd::HtmlBlock) => Event::End(TagEnd::Paragraph),
        Event::Start(Tag::Image { .. }) => Event::Start(Tag::Emphasis),
        Event::End(TagEnd::Image) => Event::End(TagEnd::Emphasis),
        Event::Start(Tag::Link {
            dest_url,
            title,
            id,
            ..
        }) => Event::Start(Tag::Link {
            link_type: LinkType::Inline,
            dest_url: web_address(dest_url),
            title,
            id,
        }),
        event => below_title(event),
    })
}

/// The page has its own first heading, and a passage may begin at any level below it.
fn below_title(event: Event<'_>) -> Event<'_> {
    match event {
        Event::Start(Tag::Heading { .. }) => Event::Start(heading()),
        Event::End(TagEnd::Heading(_)) => Event::End(heading().to_end()),
        event => event,
    }
}

/// The name of the element that `html` starts or ends; empty if it does neither.
fn tag_name(html: &str) -> &str {
    let name = html.trim_start().strip_prefix('<').unwrap_or("");
    let name = name.strip_prefix('/').unwrap_or(name);
    let end = name.find(|c: char| !c.is_ascii_alphanumeric());
    &name[..end.unwrap_or(name.len())]
}

/// A comment, or a tag that says nothing to a reader of text.
fn is_layout(html: &str) -> bool {
    const ELEMENTS: [&str; 22] = [
        "a", "abbr", "b", "center", "code", "details", "div", "em", "font", "i", "img", "kbd", "p",
        "pre", "small", "span", "strong", "sub", "summary", "sup", "tt", "u",
    ];
    let name = tag_name(html);
    let is_element = ELEMENTS
        .iter()
        .any(|element| element.eq_ignore_ascii_case(name));
    let is_one_tag = html.trim().ends_with('>') && html.matches('<').count() == 1;
    html.trim_start().starts_with("<!--") || (is_element && is_one_tag)
}

fn heading<'a>() -> Tag<'a> {
    Tag::Heading {
        level: pulldown_cmark::HeadingLevel::H2,
        id: None,
        classes: Vec::new(),
        attrs: Vec::new(),
    }
}

/// The address if it is of a web page; else one that leads nowhere. Addresses within the manual
/// would lead to pages that this server does not have.
fn web_address(url: CowStr<'_>) -> CowStr<'_> {
    if is_web_address(&url) {
        url
    } else {
        CowStr::Borrowed("#main")
    }
}

/// Whether a link may lead there: other schemes can run something.
pub(super) fn is_web_address(url: &str) -> bool {
    ["http://", "https://"].iter().any(|scheme| {
        url.get(..scheme.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(scheme))
    })
}

/// A sentence of this program's own, whose code stands between backticks.
pub(super) fn inline(text: &str) -> Markup {
    html! {
        @for (index, piece) in text.split('`').enumerate() {
            @if index % 2 == 1 { code { (piece) } } @else { (piece) }
        }
    }
}

/// A text with these byte ranges marked.
pub(super) fn marked(text: &str, highlights: &[(usize, usize)]) -> Markup {
    let mut pieces = Vec::new();
    let mut end = 0;
    for &(start, stop) in highlights {
        pieces.push((&text[end..start], &text[start..stop]));
        end = stop;
    }
    html! {
        @for (before, word) in pieces { (before) mark { (word) } }
        (text[end..])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        passage(text, Layout::Markdown).into_string()
    }

    #[test]
    fn nothing_of_a_manual_is_run() {
        let hostile = [
            "<script>alert(1)</script>",
            "text <img src=x onerror=alert(1)> text",
            "[a](javascript:alert(1))",
            "[a](  JavaScript:alert(1))",
            "[a](data:text/html,x)",
            "[a](vbscript:x \"t\")",
            "![a](https://evil.example/pixel.png)",
            "<a href='javascript:x'>b</a>",
            "<svg onload=alert(1)>",
            "```html\n<script>alert(1)</script>\n```",
            "| a |\n|---|\n| <script>x</script> |",
            "<javascript:alert(1)>",
        ];
        for text in hostile {
            let html = shown(text);
            let lower = html.to_lowercase();
            for never in [
                "<script",
                "<img",
                "<svg",
                "href=\"javascript",
                "href=\"data",
                "href=\"vbscript",
            ] {
                assert!(!lower.contains(never), "{text}: {html}");
            }
            assert!(!html.contains("evil.example"), "{html}");
        }
    }

    #[test]
    fn what_hides_or_reorders_text_is_left_out() {
        let page = passage("a\u{202e}b &#x202E;c\u{7}\n\nd\u{1b}", Layout::Markdown);
        assert_eq!(seen(page).into_string(), "<p>ab c</p>\n<p>d</p>\n");
    }

    #[test]
    fn words_of_the_query_are_marked() {
        let html = marked("a <b> c", &[(0, 1), (6, 7)]).into_string();
        assert_eq!(html, "<mark>a</mark> &lt;b&gt; <mark>c</mark>");
    }

    #[test]
    fn markdown_has_its_layout_and_other_text_stands_as_it_is() {
        assert_eq!(shown("# A\n\n*b*\n"), "<h2>A</h2>\n<p><em>b</em></p>\n");
        let plain = passage("\na  <b>\n\tc\n", Layout::Plain).into_string();
        assert_eq!(plain, "<div class=\"plain\">a  &lt;b&gt;\n\tc</div>");
        let tags = shown("a <a name=\"x\"></a>b<br>c `<d>` <file> <!-- e -->");
        assert_eq!(
            tags,
            "<p>a b<br />\nc <code>&lt;d&gt;</code> &lt;file&gt; </p>\n"
        );
        let link = shown("[x](https://vendor.example/a)");
        assert!(link.contains("href=\"https://vendor.example/a\""), "{link}");
    }
}
