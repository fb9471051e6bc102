//! Which part of a list is asked for, and where the next one begins.

use mcdewey_mcp::{Cursor, CursorError};

use crate::problem::Problem;

/// Refuses a limit that is not 1 to `most`.
pub(super) fn check_limit(limit: usize, most: usize) -> Result<(), Problem> {
    check_count("limit", limit, most)
}

/// Refuses a parameter that is not 1 to `most`.
pub(super) fn check_count(name: &str, given: usize, most: usize) -> Result<(), Problem> {
    if (1..=most).contains(&given) {
        return Ok(());
    }
    let what = format!("{name} is {given}, but must be 1 to {most}");
    Err(Problem::new("malformed-request", what))
}

/// How much of the list earlier answers gave. A cursor holds all there is to know: it is bound to
/// what was asked (`key`) and to the generation, and the server keeps nothing.
pub(super) fn offset(cursor: Option<&str>, key: &str, generation: u64) -> Result<usize, Problem> {
    let Some(cursor) = cursor else {
        return Ok(0);
    };
    let opened = Cursor::open(cursor, key, generation);
    let opened =
        opened.map_err(|error: CursorError| Problem::new("stale-cursor", format!("{error}")))?;
    Ok(opened.offset as usize)
}

/// The cursor behind `n_done` of `total`; `None` if that is the end. `usize::MAX` stands for a
/// total that nobody has counted.
pub(super) fn next(n_done: usize, total: usize, key: &str, generation: u64) -> Option<String> {
    let offset = u32::try_from(n_done).ok().filter(|_| n_done < total)?;
    Some(Cursor { generation, offset }.seal(key))
}
