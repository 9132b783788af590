//! From a text to a compiled module in one call.

use std::fmt;
use std::sync::Arc;

use danaide_syntax::{ColumnEncoding, LineIndex, TextRange};

use crate::bytecode::CodeModule;
use crate::lower;

/// Something that keeps a text from being compiled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CompileError {
    pub path: String,
    pub message: String,
    /// From 1.
    pub line: u32,
    /// From 1, in characters.
    pub column: u32,
    /// The bytes it is about.
    pub range: TextRange,
}

impl fmt::Display for CompileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}: {}", self.path, self.line, self.column, self.message)
    }
}

impl std::error::Error for CompileError {}

/// Compiles the text of a program; `path` names it in reports, and imports are looked for beside it.
///
/// # Errors
/// All syntax errors, or, without any, all else that cannot be compiled, in the order of the text.
pub fn compile(path: &str, source: &str) -> Result<Arc<CodeModule>, Vec<CompileError>> {
    let lines = LineIndex::new(source);
    let error = |message: &str, range: TextRange| {
        let place = lines.line_col(range.start(), ColumnEncoding::Utf32);
        CompileError {
            path: path.to_owned(),
            message: message.to_owned(),
            line: place.line + 1,
            column: place.col + 1,
            range,
        }
    };
    let parse = danaide_syntax::parse(source);
    if !parse.errors().is_empty() {
        return Err(parse.errors().iter().map(|it| error(&it.message, it.range)).collect());
    }
    match lower::lower(path, "__main__", source, &parse.tree()) {
        Ok(module) => Ok(Arc::new(module)),
        Err(errors) => Err(errors.iter().map(|it| error(&it.message, it.range)).collect()),
    }
}
