//! The syntax of Dana: a lossless tree for any text, with errors beside it.
//!
//! [`parse`] never fails. It gives a tree whose tokens, side by side, are the text byte for byte, and a list of
//! [`SyntaxError`]s. [`ast`] is a typed view of the tree, [`LineIndex`] translates positions, [`TextEdit`] changes
//! text, and [`SyntaxNodePtr`] finds a node again in a later tree of the same text.
//!
//! The crate knows nothing of files, databases or protocols. All offsets are bytes.

#[macro_use]
mod kind;
pub mod ast;
mod error;
mod lexer;
mod line_index;
pub mod literal;
mod parser;
mod ptr;
mod reparse;
mod steps;
mod text_edit;
mod tree;

pub use error::{Related, SyntaxError};
pub use kind::SyntaxKind;
pub use line_index::{ColumnEncoding, LineCol, LineIndex};
pub use ptr::{AstPtr, SyntaxNodePtr};
pub use reparse::{reparse, reparse_with_pulse};
pub use rowan::{GreenNode, NodeOrToken, TextRange, TextSize, TokenAtOffset, WalkEvent};
pub use steps::{Step, Steps};
pub use text_edit::{Indel, OverlappingEdits, TextEdit};
pub use tree::{
    AstNode, Dana, Parse, SyntaxElement, SyntaxNode, SyntaxNodeChildren, SyntaxToken, parse, parse_with_pulse,
};

/// How many tokens or events are worked on between two calls of a pulse: well under a millisecond.
pub(crate) const PULSE: usize = 2048;

/// The largest text that has a tree, in bytes: offsets have 32 bits, and one is kept free.
pub const MAX_TEXT_LEN: usize = u32::MAX as usize - 1;
