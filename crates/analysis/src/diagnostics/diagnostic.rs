//! One finding: what it says, where, and how it can be fixed.

use danaide_syntax::TextRange;

use super::rules::DiagnosticCode;
use crate::File;

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Severity {
    Error,
    Warning,
    Information,
    Hint,
}

impl Severity {
    pub const ALL: [Self; 4] = [Self::Error, Self::Warning, Self::Information, Self::Hint];

    /// The word for it in settings and outputs.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Information => "information",
            Self::Hint => "hint",
        }
    }
}

/// One finding.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Diagnostic {
    pub code: DiagnosticCode,
    pub severity: Severity,
    /// A sentence without a final stop: what is wrong and, where it helps, what to do.
    pub message: String,
    /// In bytes; empty where something is missing.
    pub range: TextRange,
    /// Other places that explain it.
    pub related: Vec<RelatedInformation>,
    /// How an editor may draw it.
    pub tags: Vec<DiagnosticTag>,
    /// Ways to mend it, the best first.
    pub fixes: Vec<Fix>,
}

/// A place that explains a [`Diagnostic`], maybe in another file.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct RelatedInformation {
    pub message: String,
    pub file: File,
    pub range: TextRange,
}

/// What the range of a [`Diagnostic`] holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DiagnosticTag {
    /// Text that could go: editors fade it.
    Unnecessary,
    /// Something that has a successor: editors strike it through.
    Deprecated,
}

/// How sure a [`Fix`] is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Applicability {
    /// The program does the same afterwards, or what it clearly meant: may be applied without asking.
    Safe,
    /// A person has to look: it may change what the program does, or leave a part to fill in.
    NeedsReview,
}

/// Edits that mend what a [`Diagnostic`] found.
pub type Fix = FixBy<FileEdit>;

/// What mends a finding, by edits of a kind: those of a definition have no offsets of the file yet.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct FixBy<Edit> {
    /// What it does, as an order: `Remove the unused import`.
    pub title: String,
    pub edits: Vec<Edit>,
    pub applicability: Applicability,
}

/// A range of a file goes, a text comes.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct FileEdit {
    pub file: File,
    pub range: TextRange,
    pub text: String,
}

impl Diagnostic {
    /// A finding with the severity that its rule has without settings; settings are looked at when all findings of a
    /// file are put together.
    pub fn new(code: DiagnosticCode, message: impl Into<String>, range: TextRange) -> Self {
        Self {
            code,
            severity: code.rule().level.severity().unwrap_or(Severity::Hint),
            message: message.into(),
            range,
            related: Vec::new(),
            tags: Vec::new(),
            fixes: Vec::new(),
        }
    }

    /// Adds a place that explains it.
    pub fn with_related(mut self, message: impl Into<String>, file: File, range: TextRange) -> Self {
        self.related.push(RelatedInformation { message: message.into(), file, range });
        self
    }

    pub fn with_tag(mut self, tag: DiagnosticTag) -> Self {
        self.tags.push(tag);
        self
    }

    pub fn with_fix(mut self, fix: Fix) -> Self {
        self.fixes.push(fix);
        self
    }
}

impl<Edit> FixBy<Edit> {
    /// A fix that may be applied without asking.
    pub fn safe(title: impl Into<String>) -> Self {
        Self { title: title.into(), edits: Vec::new(), applicability: Applicability::Safe }
    }

    /// A fix that a person has to look at.
    pub fn needs_review(title: impl Into<String>) -> Self {
        Self { title: title.into(), edits: Vec::new(), applicability: Applicability::NeedsReview }
    }
}

impl Fix {
    pub fn edit(mut self, file: File, range: TextRange, text: impl Into<String>) -> Self {
        self.edits.push(FileEdit { file, range, text: text.into() });
        self
    }
}
