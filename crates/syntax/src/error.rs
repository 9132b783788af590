//! What is wrong with a text, and where.

use rowan::TextRange;

/// One syntax error. The message is a sentence without a final stop, in the words of the language.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct SyntaxError {
    pub message: String,
    /// Where it is, in bytes; empty where something is missing.
    pub range: TextRange,
    /// A second place that explains it, such as the bracket that is open.
    pub related: Option<Related>,
}

/// A place that explains an error.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Related {
    pub message: &'static str,
    pub range: TextRange,
}
