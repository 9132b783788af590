//! What requests do, one file for each group: take the parameters apart, ask `danaide-ide`, translate the answer.

pub(crate) mod actions;
pub(crate) mod commands;
pub(crate) mod completion;
pub(crate) mod formatting;
pub(crate) mod goto;
pub(crate) mod hierarchy;
pub(crate) mod hover;
pub(crate) mod inlay_hints;
pub(crate) mod lens;
pub(crate) mod references;
pub(crate) mod rename;
pub(crate) mod semantic_tokens;
pub(crate) mod signature_help;
pub(crate) mod status;
pub(crate) mod symbols;
pub(crate) mod task_graph;
pub(crate) mod workspace_diagnostics;

use danaide_analysis::{Cancellable, File};
use danaide_syntax::{TextRange, TextSize};
use lsp_types::{Location, Position, Range, Url};

use crate::convert::Lines;
use crate::library;
use crate::query::Context;

impl Context<'_> {
    /// Calls `work` with the lines of a file.
    pub(crate) fn with_lines<T>(&self, file: File, work: impl FnOnce(&Lines<'_>) -> T) -> Cancellable<T> {
        let text = self.analysis.text(file)?;
        let lines = Lines::with_index(&text, self.analysis.line_index(file)?, self.encoding);
        Ok(work(&lines))
    }

    /// The offset of a position in the document; none if it has no such line.
    pub(crate) fn offset(&self, position: Position) -> Cancellable<Option<TextSize>> {
        self.with_lines(self.file, |it| it.offset(position))
    }

    /// The offsets of a range of the document; what is past its end is cut off.
    pub(crate) fn text_range(&self, range: Range) -> Cancellable<TextRange> {
        self.with_lines(self.file, |lines| {
            let end = TextSize::of(lines.text());
            let start = lines.offset(range.start).unwrap_or(end);
            TextRange::new(start, lines.offset(range.end).unwrap_or(end).max(start))
        })
    }

    /// A range of any file for the client.
    pub(crate) fn range(&self, file: File, range: TextRange) -> Cancellable<Range> {
        self.with_lines(file, |it| it.range(range))
    }

    /// How the client calls a file. None for what it cannot open.
    pub(crate) fn uri_of(&self, file: File) -> Cancellable<Option<Url>> {
        if file == self.file {
            return Ok(Some(self.uri.clone()));
        }
        self.analysis.with_db(|db| library::uri(file.path(db), self.library_folder))
    }

    pub(crate) fn location(&self, file: File, range: TextRange) -> Cancellable<Option<Location>> {
        let range = self.range(file, range)?;
        Ok(self.uri_of(file)?.map(|uri| Location { uri, range }))
    }
}
