//! Where the parts of a running program stand in the client's documents.

use std::sync::Arc;

use camino::Utf8Path;
use danaide_analysis::{FileSystem, normalize};
use danaide_syntax::{LineIndex, TextRange};
use lsp_types::{Range, Url};
use rustc_hash::FxHashMap;

use super::selection::Selected;
use crate::convert::{Encoding, Lines};

/// The longest file that is read to find a place in it, in bytes.
const LONGEST: u64 = 32 << 20;

/// The texts of a run: those of open documents as they were when it began, the others as they are on disk.
#[derive(Debug)]
pub(crate) struct Places {
    encoding: Encoding,
    file_system: Arc<dyn FileSystem>,
    /// By the name that the program has for them.
    texts: FxHashMap<String, Option<Text>>,
    /// The document of which only a part runs.
    selected: Option<(String, Selected)>,
}

#[derive(Debug, Clone)]
struct Text {
    uri: Url,
    text: Arc<str>,
    lines: Arc<LineIndex>,
}

impl Places {
    /// `open` has the name, the address and the text of each open document.
    pub(crate) fn new(
        encoding: Encoding,
        file_system: Arc<dyn FileSystem>,
        open: impl Iterator<Item = (String, Url, Arc<str>)>,
        selected: Option<(String, Selected)>,
    ) -> Self {
        let text = |(name, uri, text): (String, Url, Arc<str>)| {
            let lines = Arc::new(LineIndex::new(&text));
            (name, Some(Text { uri, text, lines }))
        };
        Self { encoding, file_system, texts: open.map(text).collect(), selected }
    }

    fn text(&mut self, path: &str) -> Option<Text> {
        let file_system = &self.file_system;
        let read = || {
            let path = normalize(Utf8Path::new(path));
            let uri = Url::from_file_path(&path).ok()?;
            let bytes = file_system.read(&path, LONGEST).ok()?;
            let text: Arc<str> = String::from_utf8(bytes).ok()?.into();
            let lines = Arc::new(LineIndex::new(&text));
            Some(Text { uri, text, lines })
        };
        self.texts.entry(path.to_owned()).or_insert_with(read).clone()
    }

    /// The document, the range, and the whole text of the document.
    pub(crate) fn find(&mut self, path: &str, range: TextRange) -> Option<(Url, Range, Arc<str>)> {
        let text = self.text(path)?;
        let range = self.in_document(path, range);
        let lines = Lines::with_index(&text.text, text.lines, self.encoding);
        (usize::from(range.end()) <= text.text.len()).then(|| (text.uri, lines.range(range), text.text.clone()))
    }

    /// A range of what runs in the text of its document.
    pub(crate) fn in_document(&self, path: &str, range: TextRange) -> TextRange {
        match &self.selected {
            Some((name, selected)) if name == path => selected.original(range),
            _ => range,
        }
    }

    /// The document and its text.
    pub(crate) fn document(&mut self, path: &str) -> Option<(Url, Arc<str>)> {
        self.text(path).map(|it| (it.uri, it.text))
    }

    /// The text of a document that a place was found in.
    pub(crate) fn text_of(&self, uri: &Url) -> Option<Arc<str>> {
        self.texts.values().flatten().find(|it| it.uri == *uri).map(|it| it.text.clone())
    }
}
