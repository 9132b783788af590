//! The names of all diagnostics, in one place.

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Severity {
    Error,
    Warning,
    Information,
    Hint,
}

/// What kind of finding a diagnostic is. Its text never changes: settings and suppressions name it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum DiagnosticCode {
    /// The text is not Dana.
    SyntaxError,
    /// The file cannot be read.
    UnreadableFile,
    /// The file has bytes that are not UTF-8.
    InvalidUtf8,
}

impl DiagnosticCode {
    /// Every code, for documentation and completeness checks.
    pub const ALL: &[Self] = &[Self::SyntaxError, Self::UnreadableFile, Self::InvalidUtf8];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SyntaxError => "syntax-error",
            Self::UnreadableFile => "unreadable-file",
            Self::InvalidUtf8 => "invalid-utf8",
        }
    }

    /// The severity unless a setting says otherwise.
    pub const fn severity(self) -> Severity {
        match self {
            Self::SyntaxError | Self::UnreadableFile | Self::InvalidUtf8 => Severity::Error,
        }
    }
}
