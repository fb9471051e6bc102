//! Search a library.

fn main() {}
