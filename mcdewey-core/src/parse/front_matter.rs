//! The block of metadata at the start of a Markdown file in, its title and date out.
//!
//! ```text
//! ---                      +++
//! title: Ports             title = "Ports"
//! date: 2024-05-01         date = 2024-05-01
//! ---                      +++
//! ```

use std::iter;

/// What stands at the start of a text.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum FrontMatter {
    /// No front matter.
    None,
    /// Front matter up to byte `end`, closing line included.
    Read {
        title: Option<String>,
        date: Option<String>,
        end: usize,
    },
    /// Something meant as front matter, up to byte `end`; 0 if it has no end.
    Malformed { message: String, end: usize },
}

/// Reads the front matter of `text`, which must stand at its very start.
pub(super) fn read(text: &str) -> FrontMatter {
    let mut lines = text.split_inclusive('\n');
    let Some(opening) = lines.next() else {
        return FrontMatter::None;
    };
    let (parse, closings): (fn(&str) -> Parsed, &[&str]) = match opening.trim_end() {
        "---" => (parse_yaml, &["---", "..."]),
        "+++" => (parse_toml, &["+++"]),
        _ => return FrontMatter::None,
    };
    let body_start = opening.len();
    let mut body_end = body_start;
    for line in lines {
        if closings.contains(&line.trim_end()) {
            let body = &text[body_start..body_end];
            return found(parse(body), body_end + line.len());
        }
        body_end += line.len();
    }
    unclosed(&text[body_start..], closings)
}

fn found(parsed: Parsed, end: usize) -> FrontMatter {
    match parsed {
        Parsed::Fields(fields) => FrontMatter::Read {
            title: fields.title,
            date: fields.date,
            end,
        },
        Parsed::Malformed(message) => FrontMatter::Malformed { message, end },
        Parsed::Other => FrontMatter::None,
    }
}

/// A rule at the start of a text is no front matter, unless a field follows it.
fn unclosed(body: &str, closings: &[&str]) -> FrontMatter {
    let first = body.lines().next().unwrap_or_default();
    let meant = match closings[0] {
        "---" => yaml_field(first).is_some(),
        _ => first.contains('='),
    };
    if !meant {
        return FrontMatter::None;
    }
    FrontMatter::Malformed {
        message: format!(
            "no line `{}` ends it; its fields were not read",
            closings[0]
        ),
        end: 0,
    }
}

#[derive(Debug, Default)]
struct Fields {
    title: Option<String>,
    date: Option<String>,
}

enum Parsed {
    Fields(Fields),
    Malformed(String),
    /// Text between two rules.
    Other,
}

fn parse_toml(body: &str) -> Parsed {
    let table: toml::Table = match body.parse() {
        Ok(table) => table,
        Err(error) => return Parsed::Malformed(format!("not TOML: {}", error.message())),
    };
    let field = |name| match table.get(name)? {
        toml::Value::String(value) => Some(value.clone()),
        toml::Value::Datetime(value) => Some(value.to_string()),
        _ => None,
    };
    Parsed::Fields(Fields {
        title: field("title").filter(|title: &String| !title.trim().is_empty()),
        date: field("date").filter(|date: &String| !date.trim().is_empty()),
    })
}

/// Reads the top-level scalars of YAML. Lists and maps below a field are skipped, not checked:
/// nothing in them is asked for, and writers of manuals are careless there.
fn parse_yaml(body: &str) -> Parsed {
    let mut fields = Fields::default();
    let mut lines = body.lines().enumerate().peekable();
    let mut n_fields = 0;
    while let Some((line_idx, line)) = lines.next() {
        if line.trim().is_empty() || line.starts_with('#') {
            continue;
        }
        let Some((key, value)) = yaml_field(line) else {
            if n_fields == 0 {
                return Parsed::Other;
            }
            return Parsed::Malformed(format!("line {} is no `key: value`", line_idx + 2));
        };
        n_fields += 1;
        let more = iter::from_fn(|| lines.next_if(|(_, line)| continues(line)));
        let parts: Vec<&str> = iter::once(value)
            .chain(more.map(|(_, line)| line))
            .map(str::trim)
            .filter(|part| !part.is_empty())
            .collect();
        let target = match key {
            "title" => &mut fields.title,
            "date" => &mut fields.date,
            _ => continue,
        };
        match yaml_scalar(&parts.join(" ")) {
            Ok(value) => *target = value,
            Err(problem) => return Parsed::Malformed(format!("{key}: {problem}")),
        }
    }
    Parsed::Fields(fields)
}

fn continues(line: &str) -> bool {
    line.starts_with([' ', '\t', ']', '}']) || line == "-" || line.starts_with("- ")
}

fn yaml_field(line: &str) -> Option<(&str, &str)> {
    let (key, value) = line.split_once(':')?;
    let key = key.trim_matches(['"', '\'']);
    let plain = |symbol: char| symbol.is_alphanumeric() || "_-.".contains(symbol);
    let separated = value.is_empty() || value.starts_with([' ', '\t']);
    (separated && !key.is_empty() && key.chars().all(plain)).then_some((key, value.trim()))
}

fn yaml_scalar(value: &str) -> Result<Option<String>, &'static str> {
    let unquoted = if let Some(rest) = value.strip_prefix('"') {
        let inner = rest.split(" #").next().unwrap_or(rest).trim_end();
        let whole = rest.strip_suffix('"').or_else(|| inner.strip_suffix('"'));
        let inner = whole.ok_or("a quote is not closed")?;
        inner.replace("\\\"", "\"").replace("\\\\", "\\")
    } else if let Some(rest) = value.strip_prefix('\'') {
        let inner = rest.split(" #").next().unwrap_or(rest).trim_end();
        let whole = rest.strip_suffix('\'').or_else(|| inner.strip_suffix('\''));
        whole.ok_or("a quote is not closed")?.replace("''", "'")
    } else {
        let folded = value.trim_start_matches(['>', '|', '-', '+']).trim_start();
        let is_block = value.starts_with(['>', '|']);
        let value = if is_block { folded } else { value };
        value.split(" #").next().unwrap_or(value).trim().to_owned()
    };
    let is_null = unquoted.trim().is_empty() || unquoted == "~" || unquoted == "null";
    Ok((!is_null).then_some(unquoted))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn title_and_date(text: &str) -> (Option<String>, Option<String>) {
        match read(text) {
            FrontMatter::Read { title, date, .. } => (title, date),
            other => panic!("not read: {other:?}"),
        }
    }

    #[test]
    fn yaml_gives_title_and_date_without_quotes() {
        let text = "---\ntitle: \"Say \\\"hi\\\": now\"\nlinkTitle: x\nweight: 3\ntags:\n- a\n- b\nparams:\n  title: inner\ndate: 2024-05-01 # ISO\n---\nBody";
        let (title, date) = title_and_date(text);
        assert_eq!(title.as_deref(), Some("Say \"hi\": now"));
        assert_eq!(date.as_deref(), Some("2024-05-01"));
    }

    #[test]
    fn folded_and_single_quoted_yaml_titles_are_read() {
        let folded = title_and_date("---\ntitle: >-\n  Two\n  lines\n---\n").0;
        assert_eq!(folded.as_deref(), Some("Two lines"));
        let quoted = title_and_date("---\ntitle: 'It''s'\n...\n").0;
        assert_eq!(quoted.as_deref(), Some("It's"));
    }

    #[test]
    fn toml_gives_title_and_date() {
        let (title, date) = title_and_date("+++\ntitle = \"Ports\"\ndate = 2024-05-01\n+++\nBody");
        assert_eq!(title.as_deref(), Some("Ports"));
        assert_eq!(date.as_deref(), Some("2024-05-01"));
    }

    #[test]
    fn text_between_rules_is_no_front_matter() {
        for text in [
            "---\nA note. It says: stop.\n---\n",
            "---\n\ntext\n",
            "a\n---\n",
            "",
        ] {
            assert_eq!(read(text), FrontMatter::None, "{text:?}");
        }
    }

    #[test]
    fn malformed_front_matter_is_told_from_none() {
        for text in [
            "---\ntitle: x\nnot a field\n---\n",
            "---\ntitle: \"x\n---\n",
            "---\ntitle: x\n",
            "+++\ntitle = \n+++\n",
        ] {
            assert!(
                matches!(read(text), FrontMatter::Malformed { .. }),
                "{text:?}"
            );
        }
    }
}
