//! Who a chunk is.
