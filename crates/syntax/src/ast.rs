//! The typed tree: one type for each node of `dana.ungram`, with accessors for its parts.
//!
//! Every part may be missing in half-typed code, so accessors give `Option` or an iterator.

mod ext;
mod generated;
mod support;

pub use ext::{FStringPart, ParamKind};
pub use generated::*;
pub use support::AstChildren;

pub use crate::AstNode;
