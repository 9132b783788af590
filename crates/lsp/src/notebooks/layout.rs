//! The cells of a notebook and the lines that they have in its text.

use std::sync::Arc;

use danaide_syntax::TextSize;
use lsp_types::{Position, Range};
use rustc_hash::FxHashMap;
use serde_json::{Value, json};

use super::protocol::{CellChanges, CellText, DidOpen};
use crate::convert::{Encoding, Lines};
use crate::documents;

/// Where the cells of a notebook are in its text.
#[derive(Debug, Clone, Default)]
pub(super) struct Layout {
    /// As the client spells it.
    pub(super) notebook: String,
    /// Of the text that is made of the cells: it grows with each change.
    pub(super) version: i32,
    pub(super) cells: Vec<Cell>,
}

/// A cell in Dana.
#[derive(Debug, Clone)]
pub(super) struct Cell {
    pub(super) uri: String,
    pub(super) version: i32,
    /// Its first line in the text of the notebook.
    pub(super) start: u32,
    /// How many lines it has: at least one.
    lines: u32,
    /// How long the last one is, in units of the encoding.
    last: u32,
}

impl Layout {
    pub(super) fn index_of(&self, cell: &str) -> Option<usize> {
        self.cells.iter().position(|it| it.uri == cell)
    }

    /// The cell that has a line of the text; the last one for what is behind all.
    pub(super) fn at(&self, line: u32) -> Option<&Cell> {
        let after = self.cells.partition_point(|it| it.start <= line);
        self.cells.get(after.saturating_sub(1))
    }
}

impl Cell {
    /// All of it, in the text of the notebook.
    pub(super) fn range(&self) -> Range {
        Range::new(Position::new(self.start, 0), Position::new(self.end() - 1, self.last))
    }

    /// The line after its last one.
    fn end(&self) -> u32 {
        self.start + self.lines
    }

    pub(super) fn has(&self, line: u32) -> bool {
        (self.start..self.end()).contains(&line)
    }

    /// Is a range in it? Ranges of whole lines end where the next line begins.
    pub(super) fn holds(&self, range: Range) -> bool {
        self.has(range.start.line)
            && (self.has(range.end.line) || range.end == Position::new(self.end(), 0) && range.start != range.end)
    }

    /// A position in the text of the notebook as one of the cell; one that is outside becomes the nearest end.
    pub(super) fn position(&self, position: Position) -> Position {
        if position.line < self.start {
            Position::new(0, 0)
        } else if position.line >= self.end() {
            Position::new(self.lines - 1, self.last)
        } else {
            Position::new(position.line - self.start, position.character)
        }
    }

    /// A position in the cell as one in the text of the notebook; one behind its last line becomes its end.
    pub(super) fn in_notebook(&self, position: Position) -> Position {
        if position.line >= self.lines {
            self.range().end
        } else {
            Position::new(self.start + position.line, position.character)
        }
    }

    pub(super) fn identifier(&self) -> Value {
        json!({ "uri": self.uri, "version": self.version })
    }
}

/// The texts of a notebook that is open.
#[derive(Debug)]
pub(super) struct Notebook {
    /// All cells, those in other languages too: changes count them.
    order: Vec<String>,
    texts: FxHashMap<String, (i32, String)>,
    layout: Arc<Layout>,
}

impl Notebook {
    pub(super) fn open(params: DidOpen, encoding: Encoding) -> Self {
        let document = params.notebook_document;
        let mut notebook = Self {
            order: document.cells.into_iter().map(|it| it.document).collect(),
            texts: FxHashMap::default(),
            layout: Arc::new(Layout { notebook: document.uri, version: 0, cells: Vec::new() }),
        };
        notebook.add(params.cell_text_documents);
        notebook.lay_out(0, encoding);
        notebook
    }

    pub(super) fn layout(&self) -> &Arc<Layout> {
        &self.layout
    }

    fn add(&mut self, documents: Vec<CellText>) {
        for it in documents {
            self.texts.insert(it.uri, (it.version, it.text));
        }
    }

    /// The texts of the cells, each on lines of its own.
    pub(super) fn text(&self) -> String {
        let texts: Vec<&str> =
            self.layout.cells.iter().filter_map(|it| Some(self.texts.get(&it.uri)?.1.as_str())).collect();
        texts.join("\n")
    }

    /// Applies the changes of one notification. What cannot be applied is left out, and the rest is done.
    ///
    /// # Errors
    ///
    /// A sentence about what cannot be applied.
    pub(super) fn change(&mut self, change: CellChanges, encoding: Encoding) -> Result<(), String> {
        let mut outcome = Ok(());
        if let Some(structure) = change.structure {
            let array = structure.array;
            let start = array.start.min(self.order.len());
            let end = start.saturating_add(array.delete_count).min(self.order.len());
            self.order.splice(start..end, array.cells.into_iter().map(|it| it.document));
            self.add(structure.did_open);
            // A cell that was moved comes as one that went and one that came: its text is the one that is known.
            self.texts.retain(|uri, _| self.order.contains(uri));
        }
        for content in change.text_content {
            let uri = content.document.uri;
            let Some((version, text)) = self.texts.get_mut(&uri) else {
                outcome = Err(format!("{uri} is no cell of it"));
                continue;
            };
            match documents::apply(text, content.changes, encoding) {
                Ok(()) => *version = content.document.version,
                Err(reason) => outcome = Err(format!("{uri}: {reason}; reopen the notebook")),
            }
        }
        self.lay_out(self.layout.version + 1, encoding);
        outcome
    }

    fn lay_out(&mut self, version: i32, encoding: Encoding) {
        let mut start = 0;
        let mut cells = Vec::new();
        for uri in &self.order {
            let Some((version, text)) = self.texts.get(uri) else { continue };
            let lines = Lines::new(text, encoding);
            let end = lines.position(TextSize::of(text.as_str()));
            cells.push(Cell { uri: uri.clone(), version: *version, start, lines: lines.count(), last: end.character });
            start += lines.count();
        }
        self.layout = Arc::new(Layout { notebook: self.layout.notebook.clone(), version, cells });
    }
}
