//! stub
use super::outline::Outline; use crate::document::Page;
pub(super) fn outline(_t:&str,_p:&[Page])->Outline{Outline::default()}
