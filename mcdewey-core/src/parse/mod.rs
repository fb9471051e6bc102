//! Bytes in, [`Document`](crate::document::Document) out.
