//! The code in a passage.

use crate::document::Layout;

/// What of `text` is code, a piece a line: the lines of fenced blocks and, where its author wrote
/// Markdown, what stands between backticks.
pub(crate) fn code(text: &str, layout: Layout) -> String {
    let mut code = String::new();
    if layout == Layout::Plain {
        return code;
    }
    let mut fence: Option<&str> = None;
    for line in text.lines() {
        let trimmed = line.trim_start();
        match fence {
            Some(open) if trimmed.starts_with(open) => fence = None,
            Some(_) => push(&mut code, line),
            None => match ["```", "~~~"]
                .into_iter()
                .find(|open| trimmed.starts_with(open))
            {
                None if layout == Layout::Markdown => inline(line, &mut code),
                None => {}
                open => fence = open,
            },
        }
    }
    code
}

/// Every second part between backticks.
fn inline(line: &str, code: &mut String) {
    let mut parts = line.split('`').skip(1);
    while let (Some(inside), Some(_closed)) = (parts.next(), parts.next()) {
        push(code, inside);
    }
}

fn push(code: &mut String, piece: &str) {
    code.push_str(piece);
    code.push('\n');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fenced_blocks_and_backticks_are_code() {
        let text = "Run `ls -l` or\n\n```sh\ncat x\n```\nnot `this";
        assert_eq!(code(text, Layout::Markdown), "ls -l\ncat x\n");
        assert_eq!(code(text, Layout::Plain), "");
    }
}
