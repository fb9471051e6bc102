//! Facts about plain text.
