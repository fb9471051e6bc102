//! Explicit mark-up: directives, targets, footnotes, comments.

use super::super::cells::{MAX_COLUMNS, separated};
use super::super::prose::admonition;
use super::lines::{self, Line};
use super::{Reader, body_end, inline, table, titles};

/// A directive and its parts.
struct Directive<'l, 't> {
    /// Its name without its domain, in lower case.
    name: String,
    /// Its argument, on the lines on which it stands.
    argument: Vec<&'t str>,
    options: Vec<(&'t str, String)>,
    content: &'l mut [Line<'t>],
}

impl Directive<'_, '_> {
    fn option(&self, name: &str) -> Option<&str> {
        let found = self.options.iter().find(|(found, _)| *found == name);
        found.map(|(_, value)| value.as_str())
    }

    fn argument(&self) -> String {
        self.argument.join(" ")
    }

    fn number(&self, option: &str) -> usize {
        self.option(option)
            .and_then(|value| value.parse().ok())
            .unwrap_or(0)
    }
}

/// Directives that show nothing, or what stands elsewhere.
const SILENT: [&str; 34] = [
    "autosectionlabel",
    "codeauthor",
    "contents",
    "currentmodule",
    "cssclass",
    "default-domain",
    "default-role",
    "footer",
    "header",
    "include",
    "index",
    "meta",
    "module",
    "namespace",
    "namespace-pop",
    "namespace-push",
    "plot",
    "py:currentmodule",
    "py:module",
    "raw",
    "restructuredtext-test-directive",
    "role",
    "section-numbering",
    "sectionauthor",
    "sectnum",
    "tabularcolumns",
    "target-notes",
    "title",
    "toctree",
    "bibliography",
    "date",
    "unicode",
    "replace",
    "class",
];

/// Directives whose content is code. The argument names its language.
const CODE: [&str; 17] = [
    "code",
    "code-block",
    "code-cell",
    "console",
    "doctest",
    "graphviz",
    "ipython",
    "literalinclude",
    "math",
    "mermaid",
    "parsed-literal",
    "productionlist",
    "prompt",
    "sourcecode",
    "testcode",
    "testoutput",
    "uml",
];

/// Directives whose argument and content are shown as they come.
const PLAIN: [&str; 26] = [
    "card",
    "centered",
    "compound",
    "container",
    "details",
    "dropdown",
    "epigraph",
    "figure",
    "glossary",
    "grid",
    "grid-item",
    "grid-item-card",
    "highlights",
    "hlist",
    "image",
    "pull-quote",
    "rubric",
    "sidebar",
    "tab",
    "tab-item",
    "tab-set",
    "tabs",
    "topic",
    "group-tab",
    "acks",
    "line-block",
];

/// Directives whose content may stand directly below their name.
const TAKING_LINES: [&str; 15] = [
    "code",
    "code-block",
    "compound",
    "container",
    "epigraph",
    "glossary",
    "highlights",
    "hlist",
    "line-block",
    "only",
    "parsed-literal",
    "pull-quote",
    "sourcecode",
    "tabs",
    "topic",
];

impl Reader<'_> {
    /// Reads what follows `..` at line `at`; returns the line after it.
    pub(super) fn explicit<'t>(
        &mut self,
        lines: &mut [Line<'t>],
        at: usize,
        body: &'t str,
        depth: usize,
    ) -> usize {
        // An empty comment ends what is before it and takes nothing with it.
        let is_separator = body.is_empty() && lines.get(at + 1).is_none_or(Line::is_blank);
        if is_separator {
            self.prose.end();
            return at + 1;
        }
        let end = body_end(lines, at);
        if let Some((name, rest)) = titles::target(body) {
            if rest.is_empty() && lines[at + 1..end].iter().all(Line::is_blank) {
                self.anchor = Some(titles::id(name));
            }
            return end;
        }
        if body.starts_with("__ ") || titles::substitution(body).is_some() {
            return end;
        }
        if let Some((label, first)) = footnote(body) {
            self.anchor = None;
            let label = format!("[{label}]");
            return self.described(lines, at, &label, first, depth);
        }
        if let Some((name, first)) = name_of(body) {
            let mut directive = read(name, first, &mut lines[at + 1..end]);
            self.directive(&mut directive, depth);
        }
        end
    }

    fn directive(&mut self, it: &mut Directive<'_, '_>, depth: usize) {
        let name = it.name.clone();
        let name = name.as_str();
        if SILENT.contains(&name) {
            if name == "title" {
                self.title = Some(it.argument());
            }
            return;
        }
        if name == "highlight" {
            self.language = language(&it.argument());
            return;
        }
        if matches!(name, "only" | "ifconfig") {
            self.nested(it.content, depth);
            return;
        }
        self.anchor = None;
        self.is_at_start = false;
        if CODE.contains(&name) {
            self.code(it);
            return;
        }
        if let Some(kind) = admonition(name) {
            self.prose.label(kind);
            return self.argument_and_content(it, depth);
        }
        match name {
            "admonition" => {
                let title = inline::plain(&it.argument(), &self.names);
                self.prose.label(&title);
                self.content(it, depth);
            }
            "versionadded" | "versionchanged" | "deprecated" | "versionremoved" => {
                self.version(it, depth);
            }
            "list-table" | "flat-table" => self.list_table(it),
            "csv-table" => self.csv_table(it),
            "table" => self.argument_and_content(it, depth),
            _ if PLAIN.contains(&name) => self.plain(it, depth),
            _ => self.described_object(it, depth),
        }
    }

    fn plain(&mut self, it: &mut Directive<'_, '_>, depth: usize) {
        if matches!(it.name.as_str(), "image" | "figure") {
            let alternative = it.option("alt").unwrap_or_default();
            let text = inline::plain(alternative, &self.names);
            self.prose.text(&text);
        } else if it.name != "container" {
            // Tabs and cards carry their title as an argument.
            let text = inline::plain(&it.argument(), &self.names);
            self.prose.text(&text);
        }
        self.content(it, depth);
    }

    fn argument_and_content(&mut self, it: &mut Directive<'_, '_>, depth: usize) {
        let text = inline::plain(&it.argument(), &self.names);
        self.prose.text(&text);
        self.content(it, depth);
    }

    fn content(&mut self, it: &mut Directive<'_, '_>, depth: usize) {
        self.nested(it.content, depth);
        self.prose.end();
    }

    fn code(&mut self, it: &mut Directive<'_, '_>) {
        if let Some(caption) = it.option("caption") {
            let caption = inline::plain(caption, &self.names);
            self.prose.text(&caption);
        }
        let is_source = matches!(
            it.name.as_str(),
            "code" | "code-block" | "code-cell" | "sourcecode"
        );
        let code = lines::verbatim(it.content);
        match it.name.as_str() {
            "parsed-literal" => {
                let code = inline::plain(&code, &self.names);
                self.prose.code(&code, "");
            }
            "math" if !it.argument.is_empty() => {
                let code = [it.argument.join("\n"), code].join("\n");
                self.prose.code(&code, "");
            }
            _ if is_source => self.prose.code(&code, &language(&it.argument())),
            _ => self.prose.code(&code, ""),
        }
    }

    fn version(&mut self, it: &mut Directive<'_, '_>, depth: usize) {
        let argument = it.argument();
        let (version, text) = argument.split_once(' ').unwrap_or((&argument, ""));
        let label = match it.name.as_str() {
            "versionadded" => format!("New in version {version}"),
            "versionchanged" => format!("Changed in version {version}"),
            "versionremoved" => format!("Removed in version {version}"),
            _ => format!("Deprecated since version {version}"),
        };
        self.prose.label(&label);
        let text = inline::plain(text, &self.names);
        self.prose.text(&text);
        self.content(it, depth);
    }

    /// A function, an option, anything else that is described: its signatures are terms.
    fn described_object(&mut self, it: &mut Directive<'_, '_>, depth: usize) {
        for signature in &it.argument {
            let signature = inline::plain(signature, &self.names);
            self.prose.term(self.list_depth, &signature);
        }
        self.list_depth += 1;
        self.content(it, depth);
        self.list_depth -= 1;
    }

    /// A table whose rows are items, and whose cells are items in those.
    fn list_table(&mut self, it: &mut Directive<'_, '_>) {
        self.caption(it);
        let mut cells = table::Cells {
            n_header_rows: it.number("header-rows"),
            ..table::Cells::default()
        };
        let base = lines::least_indent(it.content);
        for line in it.content.iter().filter(|line| !line.is_blank()) {
            let is_row = line.indent == base && line.text.starts_with(['*', '-']);
            let text = if is_row {
                cells.rows.push(Vec::new());
                line.text[1..].trim_start()
            } else {
                line.text
            };
            let Some(row) = cells.rows.last_mut() else {
                self.prose.text(text);
                continue;
            };
            let cell = text
                .strip_prefix(['-', '*'])
                .filter(|rest| rest.is_empty() || rest.starts_with(' '));
            let is_cell = cell.is_some() && (is_row || line.indent <= base + MAX_CELL_INDENT);
            let may_add = is_cell && row.len() < MAX_COLUMNS;
            match (row.last_mut(), cell.filter(|_| may_add)) {
                (_, Some(cell)) => row.push(cell.trim().to_owned()),
                (Some(last), _) => {
                    last.push(' ');
                    last.push_str(text);
                }
                (None, _) => row.push(text.to_owned()),
            }
        }
        self.table(cells);
    }

    fn csv_table(&mut self, it: &mut Directive<'_, '_>) {
        self.caption(it);
        let delimiter = match it.option("delim") {
            Some("tab") => '\t',
            Some("space") => ' ',
            Some(other) => other.chars().next().unwrap_or(','),
            None => ',',
        };
        let mut rows = separated(&lines::verbatim(it.content), delimiter);
        let mut n_header_rows = it.number("header-rows");
        if let Some(header) = it.option("header") {
            let header = separated(header, delimiter);
            n_header_rows += header.len();
            rows.splice(0..0, header);
        }
        self.table(table::Cells {
            rows,
            n_header_rows,
        });
    }

    fn caption(&mut self, it: &Directive<'_, '_>) {
        let caption = inline::plain(&it.argument(), &self.names);
        self.prose.text(&caption);
    }
}

/// A cell of a list table stands no further in than this; what does is a list in a cell.
const MAX_CELL_INDENT: usize = 4;

/// Label and first words of a footnote or a citation: `[1] words`.
fn footnote(body: &str) -> Option<(&str, &str)> {
    let (label, rest) = body.strip_prefix('[')?.split_once(']')?;
    let is_label = !label.is_empty() && !label.contains(' ');
    (is_label && (rest.is_empty() || rest.starts_with(' '))).then_some((label, rest.trim()))
}

/// The name of a directive and what follows it: `name:: words`.
fn name_of(body: &str) -> Option<(&str, &str)> {
    let (name, rest) = body.split_once("::")?;
    let name = name.trim_end();
    let is_name = !name.is_empty()
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-_+:.".contains(&byte))
        && (rest.is_empty() || rest.starts_with([' ', '\t']));
    is_name.then_some((name, rest.trim()))
}

fn read<'l, 't>(name: &str, first: &'t str, rest: &'l mut [Line<'t>]) -> Directive<'l, 't> {
    let name = name.to_ascii_lowercase();
    let name = name.rsplit(':').next().unwrap_or(&name).to_owned();
    let mut argument: Vec<&str> = Vec::new();
    if !first.is_empty() {
        argument.push(first);
    }
    let mut at = 0;
    // The argument goes on up to an option or a blank line.
    while let Some(line) = rest
        .get(at)
        .filter(|line| !line.is_blank() && line.field().is_none())
    {
        argument.push(line.text);
        at += 1;
    }
    let mut options: Vec<(&str, String)> = Vec::new();
    while let Some(line) = rest.get(at).filter(|line| !line.is_blank()) {
        match (line.field(), options.last_mut()) {
            (Some((option, value)), _) => options.push((option, value.to_owned())),
            (None, Some((_, value))) => {
                value.push('\n');
                value.push_str(line.text);
            }
            (None, None) => break,
        }
        at += 1;
    }
    // Where content may follow directly, what looks like an argument on further lines is that.
    let takes_lines = admonition(&name).is_some() || TAKING_LINES.contains(&name.as_str());
    let n_beside = usize::from(!first.is_empty());
    let is_paragraph = n_beside > 0 && admonition(&name).is_some();
    if takes_lines && !is_paragraph && argument.len() > n_beside {
        argument.truncate(n_beside);
        options.clear();
        at = 0;
    }
    Directive {
        name,
        argument,
        options,
        content: &mut rest[at..],
    }
}

/// The language that an argument names; those that say nothing are left out.
fn language(argument: &str) -> String {
    let name = argument.split(' ').next().unwrap_or_default();
    let is_none = matches!(name, "none" | "default" | "text" | "guess");
    if is_none {
        String::new()
    } else {
        name.to_owned()
    }
}
