//! What a rule says about itself, and how it looks at a file.

use super::diagnostic::{Diagnostic, Severity};
use super::finding::BodyCheck;
use crate::{Db, File};

/// What is done with the findings of a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    Error,
    Warning,
    Information,
    Hint,
    /// They are left out.
    Off,
}

impl Level {
    pub const ALL: [Self; 5] = [Self::Error, Self::Warning, Self::Information, Self::Hint, Self::Off];

    /// The severity of what is shown; `None` if nothing is.
    pub const fn severity(self) -> Option<Severity> {
        match self {
            Self::Error => Some(Severity::Error),
            Self::Warning => Some(Severity::Warning),
            Self::Information => Some(Severity::Information),
            Self::Hint => Some(Severity::Hint),
            Self::Off => None,
        }
    }

    /// The word for it in settings.
    pub const fn as_str(self) -> &'static str {
        match self.severity() {
            Some(severity) => severity.as_str(),
            None => "off",
        }
    }

    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.as_str() == name)
    }
}

/// What a rule is about. Settings can name a category instead of all of its rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Category {
    /// The text is not Dana. Their findings can be neither suppressed nor turned off: nothing else is sure with them.
    Syntax,
    Names,
    Types,
    Records,
    Modules,
    Tasks,
    Style,
    Deprecated,
    /// Settings, and comments that suppress findings.
    Settings,
}

impl Category {
    pub const ALL: [Self; 9] = [
        Self::Syntax,
        Self::Names,
        Self::Types,
        Self::Records,
        Self::Modules,
        Self::Tasks,
        Self::Style,
        Self::Deprecated,
        Self::Settings,
    ];

    /// The word for it in settings.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Syntax => "syntax",
            Self::Names => "names",
            Self::Types => "types",
            Self::Records => "records",
            Self::Modules => "modules",
            Self::Tasks => "tasks",
            Self::Style => "style",
            Self::Deprecated => "deprecated",
            Self::Settings => "settings",
        }
    }

    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.as_str() == name)
    }
}

/// All that is known about a rule without a program to look at. `docs/diagnostics.md`, `danaide explain` and SARIF
/// show it.
#[derive(Debug)]
pub struct Rule {
    /// In kebab-case; never changes, since settings and suppressions name it.
    pub name: &'static str,
    /// Unless a setting says otherwise.
    pub level: Level,
    pub category: Category,
    /// One line without a final stop.
    pub summary: &'static str,
    /// Paragraphs of Markdown: what is found, why it matters, what to do.
    pub explanation: &'static str,
    /// A program with the finding, and a program without it or any error. Several files stand below headings such as
    /// `//- /tools.na`; without a heading the text is `/main.na`. A test runs both. Empty where a text cannot show it.
    pub bad: &'static str,
    pub good: &'static str,
    /// Does the finding in `bad` come with a fix?
    pub has_fix: bool,
    pub(crate) check: Check,
}

impl Rule {
    /// Can comments and settings hide its findings?
    pub const fn can_be_hidden(&self) -> bool {
        !matches!(self.category, Category::Syntax)
    }
}

/// Where the findings of a rule come from.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Check {
    /// From this function, for each file whose settings have the rule on. Keep what is expensive in queries: this runs
    /// again after each edit that changes what it reads.
    File(fn(&mut FileCheck<'_>)),
    /// From this function, for each definition. What it finds is kept until the definition or something that it reads
    /// changes; levels are looked at later.
    Body(fn(&mut BodyCheck<'_>)),
    /// From another rule's function, or from a later step.
    Elsewhere,
}

/// A file with its findings so far.
pub(crate) struct FileCheck<'a> {
    pub(crate) db: &'a dyn Db,
    pub(crate) file: File,
    pub(super) found: Vec<Diagnostic>,
}

impl<'a> FileCheck<'a> {
    pub(super) fn new(db: &'a dyn Db, file: File) -> Self {
        Self { db, file, found: Vec::new() }
    }

    pub(crate) fn report(&mut self, diagnostic: Diagnostic) {
        self.found.push(diagnostic);
    }

    pub(crate) fn report_all(&mut self, diagnostics: impl IntoIterator<Item = Diagnostic>) {
        self.found.extend(diagnostics);
    }
}
