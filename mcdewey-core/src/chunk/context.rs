//! Document title and headings in, the line that tells the model where a passage stands.

use super::measure::Meter;

/// The share of a chunk that the context may take is one in this many: chosen by hand, so that
/// the passage itself, which is what is searched for, always has the greater part.
const SHARE: usize = 3;

/// Title and headings joined with ` > `, the title only if it is not the first heading too, in at
/// most a third of the chunk's tokens. When there is too much, the outermost headings go first,
/// then the title, then the last words of the heading that remains.
pub(super) fn context_line(title: Option<&str>, headings: &[String], meter: &Meter<'_>) -> String {
    let limit = meter.max_tokens() / SHARE;
    let mut parts: Vec<String> = headings.iter().map(|heading| one_line(heading)).collect();
    parts.retain(|part| !part.is_empty());
    let title = title.map(one_line).unwrap_or_default();
    let mut has_title = !title.is_empty() && parts.first() != Some(&title);
    if has_title {
        parts.insert(0, title);
    }
    loop {
        let line = parts.join(" > ");
        if meter.measure(&line) <= limit {
            return line;
        }
        match parts.len() {
            1 => return shortened(line, limit, meter),
            2 => has_title = false,
            _ => {}
        }
        parts.remove(usize::from(has_title));
    }
}

/// The first words of `line`, or of a single word the first half, quarter, ... that fit.
fn shortened(mut line: String, limit: usize, meter: &Meter<'_>) -> String {
    while !line.is_empty() && meter.measure(&line) > limit {
        let keep = line
            .rfind(' ')
            .unwrap_or_else(|| line.floor_char_boundary(line.len() / 2));
        line.truncate(keep);
    }
    line
}

fn one_line(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The context in chunks of `max_tokens` words.
    fn context(title: &str, headings: &[&str], max_tokens: usize) -> String {
        let headings: Vec<String> = headings.iter().map(|&heading| heading.to_owned()).collect();
        let count = |text: &str| text.split_whitespace().count();
        context_line(Some(title), &headings, &Meter::new(&count, max_tokens))
    }

    #[test]
    fn the_title_is_not_repeated_by_the_first_heading() {
        assert_eq!(context("Guide", &["Guide", "Ports"], 48), "Guide > Ports");
        assert_eq!(
            context("Title", &["Guide", "Ports"], 48),
            "Title > Guide > Ports"
        );
        assert_eq!(context("Title", &[], 48), "Title");
    }

    #[test]
    fn a_long_context_loses_outer_headings_then_the_title_then_words() {
        let headings = ["first one", "second one", "third one"];
        assert_eq!(
            context("Title", &headings, 24),
            "Title > second one > third one"
        );
        assert_eq!(context("Title", &headings, 18), "Title > third one");
        assert_eq!(context("Title", &["a b c d e"], 18), "a b c d e");
        assert_eq!(context("Title", &["a b c d e f g"], 18), "a b c d e f");
    }
}
