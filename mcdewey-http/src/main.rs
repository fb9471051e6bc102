//! The `mcdewey` program.

fn main() {}
