//! Text for people, JSON for programs.

use std::io::Write;

use mcdewey_core::collapse::Elsewhere;
use serde::Serialize;

/// As in the standard library, but a reader that stops reading ends the program quietly:
/// `mcdewey list | head` is no reason to panic.
macro_rules! print {
    ($($part:tt)*) => { $crate::output::write(format_args!($($part)*)) };
}

/// As [`print!`], with the end of a line.
macro_rules! println {
    () => { print!("\n") };
    ($($part:tt)*) => { print!("{}\n", format_args!($($part)*)) };
}

/// Writes to stdout. Ends the program if nobody reads on.
///
/// # Panics
/// If stdout cannot be written to for another reason, as [`std::print!`] does.
pub(crate) fn write(text: std::fmt::Arguments<'_>) {
    if let Err(error) = std::io::stdout().write_fmt(text) {
        if error.kind() == std::io::ErrorKind::BrokenPipe {
            std::process::exit(0);
        }
        panic!("failed printing to stdout: {error}");
    }
}

/// Prints one JSON document, in one piece: who waits for it never reads the half of it.
pub(crate) fn json(value: &impl Serialize) -> anyhow::Result<()> {
    let text = serde_json::to_string_pretty(value)? + "\n";
    print!("{text}");
    Ok(())
}

/// `1 document`, `2 documents`.
pub(crate) fn count(n: usize, noun: &str) -> String {
    if n == 1 {
        format!("1 {noun}")
    } else {
        format!("{} {noun}s", grouped(n))
    }
}

/// Digits in groups of three: `12 345`.
pub(crate) fn grouped(n: usize) -> String {
    let digits = n.to_string();
    let mut grouped = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(' ');
        }
        grouped.push(digit);
    }
    grouped
}

/// A size in the unit that gives it three digits or so.
pub(crate) fn size(bytes: u64) -> String {
    let mut size = bytes as f64;
    for unit in ["bytes", "KB", "MB", "GB"] {
        if size < 1000.0 {
            let decimals = usize::from(size < 10.0 && unit != "bytes");
            return format!("{size:.decimals$} {unit}");
        }
        size /= 1000.0;
    }
    format!("{size:.1} TB")
}

/// `also in 9.1, 9.0; other words in 8.4`; nothing for a passage that stands in one version.
pub(crate) fn elsewhere(elsewhere: &Elsewhere) -> Option<String> {
    let part = |name: &str, versions: &[String]| {
        (!versions.is_empty()).then(|| format!("{name} {}", printable(&versions.join(", "))))
    };
    let parts = [
        part("also in", &elsewhere.also_in),
        part("other words in", &elsewhere.changed_in),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    (!parts.is_empty()).then(|| parts.join("; "))
}

/// Makes text from documents safe to print: no control characters but line ends and tabs.
pub(crate) fn printable(text: &str) -> String {
    text.chars()
        .filter(|c| !c.is_control() || matches!(c, '\n' | '\t'))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_grouped_by_three() {
        assert_eq!(grouped(7), "7");
        assert_eq!(grouped(1234), "1 234");
        assert_eq!(grouped(1_234_567), "1 234 567");
    }

    #[test]
    fn sizes_have_a_fitting_unit() {
        assert_eq!(size(512), "512 bytes");
        assert_eq!(size(1_500), "1.5 KB");
        assert_eq!(size(23_000_000), "23 MB");
    }

    #[test]
    fn escape_sequences_of_documents_do_not_reach_the_terminal() {
        assert_eq!(printable("a\u{1b}[31mb\tc\n"), "a[31mb\tc\n");
    }
}
