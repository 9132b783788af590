//! Editor features of Dana, as plain data: files, byte offsets and texts. No protocol and no editor is known here.
//!
//! Every feature is a function over the database and has a file of its own, with its tests. They share three things:
//! [`semantics`] says what the name at an offset stands for, [`navigation`] where a symbol is defined, and [`search`]
//! where it is used. Features work on half-typed text: what is not known is left out.
//!
//! Functions that look at the whole workspace say so. All others ask about one file and what it depends on.

pub mod navigation;
pub mod search;
pub mod semantics;

mod goto;
mod highlight;
mod hover;
mod references;
mod rename;
mod render;

#[cfg(test)]
mod fixture;

pub use goto::{goto_declaration, goto_definition, goto_implementation, goto_type_definition};
pub use highlight::{Highlight, highlights};
pub use hover::{Hover, hover};
pub use navigation::Target;
pub use references::{Reference, references};
pub use rename::{Rename, RenameError, prepare_rename, rename};
