//! Children that misbehave in every way that there is.
#![cfg(unix)]

use super::*;

fn parser(script: &str, time: Duration) -> Parser {
    let options = ChildOptions::new("/bin/sh", ["-c", script])
        .with_time(time)
        .with_max_answer(1 << 20);
    Parser::new(Isolation::Child(options), Limits::default())
}

/// A format that is parsed by children.
fn risky() -> Format {
    let paths = ["a.pdf", "a.docx", "a.zip", "a.html"];
    let formats = paths.iter().filter_map(|path| Format::of_path(path));
    formats
        .into_iter()
        .find(|format| format.is_risky())
        .expect("a feature for some such format")
}

/// Time that no child of these tests needs.
const LONG: Duration = Duration::from_mins(1);

/// Time for children that would never end.
const SHORT: Duration = Duration::from_millis(300);

fn problem_of(script: &str, time: Duration) -> Problem {
    let document = parser(script, time).parse(risky(), b"bytes").unwrap();
    assert_eq!(document.text, "");
    document.problems[0].clone()
}

#[test]
fn a_child_that_hangs_is_ended() {
    let problem = problem_of("exec sleep 60", SHORT);
    assert_eq!(problem.kind, ProblemKind::TooLarge);
    assert!(problem.message.contains("takes more than"), "{problem:?}");
}

#[test]
fn a_child_that_dies_is_reported_with_how_it_died() {
    let problem = problem_of("exit 7", LONG);
    assert_eq!(problem.kind, ProblemKind::Damaged);
    assert!(problem.message.contains('7'), "{problem:?}");
    let problem = problem_of(
        "echo 'memory allocation of 99 bytes failed' >&2; kill -ABRT $$",
        LONG,
    );
    assert_eq!(problem.kind, ProblemKind::TooLarge);
    assert!(problem.message.contains("memory"), "{problem:?}");
    let problem = problem_of("kill -XCPU $$", LONG);
    assert_eq!(problem.kind, ProblemKind::TooLarge);
    assert!(problem.message.contains("processor"), "{problem:?}");
    let problem = problem_of(
        "echo 'thread main has overflowed its stack' >&2; kill -ABRT $$",
        LONG,
    );
    assert_eq!(problem.kind, ProblemKind::Nested);
}

#[test]
fn an_answer_that_is_none_is_reported() {
    let problem = problem_of(r"printf '\2\0\0\0\0\0\0\0{}'; exec cat >/dev/null", LONG);
    assert!(
        problem.message.contains("no sensible answer"),
        "{problem:?}"
    );
    let problem = problem_of(
        r"printf '\377\377\377\377\0\0\0\0'; exec cat >/dev/null",
        LONG,
    );
    assert_eq!(problem.kind, ProblemKind::TooLarge);
}

#[test]
fn a_child_that_talks_without_end_is_not_waited_for_and_not_remembered() {
    let problem = problem_of("while :; do echo noise >&2; done", SHORT);
    assert!(problem.message.contains("takes more than"), "{problem:?}");
}

#[test]
fn a_child_that_cannot_be_started_says_nothing_about_the_file() {
    let options = ChildOptions::new("/nonexistent/mcdewey", ["parse-file"]);
    let parser = Parser::new(Isolation::Child(options), Limits::default());
    let problem = parser.parse(risky(), b"").unwrap_err();
    assert_eq!(problem.kind, ProblemKind::Unreadable);
}

#[test]
fn text_is_parsed_without_a_child() {
    let document = parser("exit 7", LONG)
        .parse(Format::Plain, b"text")
        .unwrap();
    assert_eq!(document.text, "text");
}

#[test]
fn a_long_text_is_parsed_in_a_child() {
    let long = vec![b'a'; 2 << 20];
    let document = parser("exit 7", LONG).parse(Format::Plain, &long).unwrap();
    assert_eq!(document.problems[0].kind, ProblemKind::Damaged);
}

#[test]
fn served_requests_are_answered_one_after_another() {
    let mut input = Vec::new();
    for text in ["one", "two"] {
        let limits = Limits::default();
        wire::write_request(&mut input, Format::Plain, &limits, text.as_bytes()).unwrap();
    }
    let (mut output, mut n_begun) = (Vec::new(), 0);
    serve(input.as_slice(), &mut output, || n_begun += 1).unwrap();
    assert_eq!(n_begun, 2);
    let mut answers = output.as_slice();
    for text in ["one", "two"] {
        assert_eq!(wire::read_answer(&mut answers, 1 << 20).unwrap().text, text);
    }
    assert!(answers.is_empty());
}
