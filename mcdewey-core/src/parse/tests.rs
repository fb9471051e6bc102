//! Facts about whole documents, and properties of all of them.
