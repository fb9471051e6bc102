//! A card catalogue for product manuals.

pub mod chunk;
pub mod document;
pub mod embed;
mod error;
pub mod parse;
pub mod shelf;
pub mod source;

pub use error::{Error, Fault, Result};
