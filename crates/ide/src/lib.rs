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

mod calls;
mod code_actions;
mod code_lens;
mod completion;
mod document_links;
mod file_move;
mod file_rename;
mod formatting;
mod goto;
mod hierarchy;
mod highlight;
mod hover;
mod inlay_hints;
mod lines;
mod linked_editing;
mod on_type;
mod references;
mod rename;
mod render;
mod selection_range;
mod semantic_tokens;
mod signature_help;
mod workspace_symbols;

#[cfg(test)]
mod fixture;

pub use code_actions::{ActionKind, CodeAction, code_actions};
pub use code_lens::{CodeLens, LensKind, code_lenses, lens_references};
pub use completion::{Completion, CompletionKind, Completions, Documented, completions, import_edit};
pub use document_links::{DocumentLink, LinkTarget, document_links};
pub use file_move::{Moves, files_renamed};
pub use formatting::formatting;
pub use goto::{goto_declaration, goto_definition, goto_implementation, goto_type_definition};
pub use hierarchy::{
    Call, incoming_calls, outgoing_calls, prepare_call_hierarchy, prepare_type_hierarchy, subtypes, supertypes,
};
pub use highlight::{Highlight, highlights};
pub use hover::{Hover, hover};
pub use inlay_hints::{HintKind, HintOptions, HintTarget, InlayHint, hint_target, inlay_hints};
pub use linked_editing::linked_editing_ranges;
pub use navigation::Target;
pub use on_type::{ON_TYPE, on_type};
pub use references::{Reference, references};
pub use rename::{Rename, RenameError, prepare_rename, rename};
pub use selection_range::selection_ranges;
pub use semantic_tokens::{SemanticToken, TokenKind, TokenModifiers, semantic_tokens};
pub use signature_help::{SignatureHelp, SignatureInfo, signature_help};
pub use workspace_symbols::{WorkspaceSymbol, workspace_symbols};
