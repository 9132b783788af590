//! From bytes and plain data to the protocol and back: positions, names of files, diagnostics, symbols, folds.

use std::hash::{Hash as _, Hasher as _};
use std::sync::Arc;

use camino::Utf8PathBuf;
use danaide_analysis as analysis;
use danaide_analysis::library::LibraryFile;
use danaide_analysis::{FilePath, FoldKind, Severity};
use danaide_syntax::{ColumnEncoding, LineCol, LineIndex, TextRange, TextSize};
use lsp_types::{
    CodeDescription, Diagnostic, DiagnosticRelatedInformation, DiagnosticSeverity, DiagnosticTag, DocumentSymbol,
    FoldingRange, FoldingRangeKind, Location, NumberOrString, Position, PositionEncodingKind, Range, SymbolInformation,
    SymbolKind, Url,
};

use crate::capabilities::Client;
use crate::query::Context;

/// What a `character` of the protocol counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Encoding {
    Utf8,
    #[default]
    Utf16,
    Utf32,
}

impl Encoding {
    pub(crate) fn kind(self) -> PositionEncodingKind {
        match self {
            Self::Utf8 => PositionEncodingKind::UTF8,
            Self::Utf16 => PositionEncodingKind::UTF16,
            Self::Utf32 => PositionEncodingKind::UTF32,
        }
    }

    fn columns(self) -> ColumnEncoding {
        match self {
            Self::Utf8 => ColumnEncoding::Utf8,
            Self::Utf16 => ColumnEncoding::Utf16,
            Self::Utf32 => ColumnEncoding::Utf32,
        }
    }
}

/// A text and its lines, to translate offsets and positions.
pub(crate) struct Lines<'a> {
    text: &'a str,
    index: Arc<LineIndex>,
    encoding: Encoding,
}

impl<'a> Lines<'a> {
    pub(crate) fn new(text: &'a str, encoding: Encoding) -> Self {
        Self::with_index(text, Arc::new(LineIndex::new(text)), encoding)
    }

    /// `index` must be the index of `text`.
    pub(crate) fn with_index(text: &'a str, index: Arc<LineIndex>, encoding: Encoding) -> Self {
        Self { text, index, encoding }
    }

    pub(crate) fn text(&self) -> &'a str {
        self.text
    }

    /// How many lines there are: at least one.
    pub(crate) fn count(&self) -> u32 {
        self.index.line_count()
    }

    /// The offset of a position. A column past the end of its line means the end of the line, before its line end;
    /// `None` if there is no such line.
    pub(crate) fn offset(&self, position: Position) -> Option<TextSize> {
        let at = LineCol { line: position.line, col: position.character };
        let offset = self.index.offset(at, self.encoding.columns())?;
        let is_inside_line_end = self.text.as_bytes().get(usize::from(offset)) == Some(&b'\n')
            && self.index.line_start(position.line).is_some_and(|start| start < offset)
            && self.text.as_bytes().get(usize::from(offset) - 1) == Some(&b'\r');
        Some(if is_inside_line_end { offset - TextSize::new(1) } else { offset })
    }

    pub(crate) fn position(&self, offset: TextSize) -> Position {
        let at = self.index.line_col(offset, self.encoding.columns());
        Position::new(at.line, at.col)
    }

    /// How many units a range has, line ends included.
    pub(crate) fn length(&self, range: TextRange) -> u32 {
        let text = &self.text[std::ops::Range::<usize>::from(range)];
        let units = match self.encoding {
            Encoding::Utf8 => text.len(),
            Encoding::Utf16 => text.encode_utf16().count(),
            Encoding::Utf32 => text.chars().count(),
        };
        u32::try_from(units).unwrap_or(u32::MAX)
    }

    pub(crate) fn range(&self, range: TextRange) -> Range {
        Range::new(self.position(range.start()), self.position(range.end()))
    }
}

/// How a URI of a library file starts: `danaide:library/math.na`.
const LIBRARY_SCHEME: &str = "danaide";

/// The name of a file for the analysis. What is not a UTF-8 path on this machine has no place on a disk.
pub(crate) fn file_path(uri: &Url) -> FilePath {
    let path = if uri.scheme() == "file" { uri.to_file_path().ok() } else { None };
    match path.and_then(|it| Utf8PathBuf::from_path_buf(it).ok()) {
        Some(path) => match crate::library::file_of(&path) {
            Some(file) => FilePath::Library(file.path),
            None => FilePath::disk(path),
        },
        None => match LibraryFile::by_path(uri.path()).filter(|_| uri.scheme() == LIBRARY_SCHEME) {
            Some(file) => FilePath::Library(file.path),
            None => FilePath::Virtual(uri.to_string()),
        },
    }
}

/// The places of those that are on a disk.
pub(crate) fn disk_paths<'a>(uris: impl Iterator<Item = &'a Url>) -> Vec<Utf8PathBuf> {
    uris.filter_map(|it| file_path(it).as_disk().map(ToOwned::to_owned)).collect()
}

pub(crate) fn file_uri(path: &FilePath) -> Option<Url> {
    match path {
        FilePath::Disk(path) => Url::from_file_path(path).ok(),
        FilePath::Virtual(name) => Url::parse(name).ok(),
        FilePath::Library(name) => Url::parse(&format!("{LIBRARY_SCHEME}:{name}")).ok(),
    }
}

/// The diagnostics of a document as the protocol shows them.
pub(crate) fn diagnostics(context: &Context<'_>, client: &Client) -> analysis::Cancellable<Vec<Diagnostic>> {
    let Context { analysis, file, .. } = context;
    let text = analysis.text(*file)?;
    let lines = Lines::with_index(&text, analysis.line_index(*file)?, context.encoding);
    let mut out = Vec::new();
    for it in analysis.diagnostics(*file)?.iter() {
        let mut related = Vec::new();
        if client.related_information {
            for it in &it.related {
                related.extend(related_information(context, it)?);
            }
        }
        let url = client.code_descriptions.then(|| Url::parse(&it.code.url()).ok()).flatten();
        let code_description = url.map(|href| CodeDescription { href });
        let tags: Vec<_> =
            it.tags.iter().map(|tag| diagnostic_tag(*tag)).filter(|it| client.knows_diagnostic_tag(it)).collect();
        out.push(Diagnostic {
            range: lines.range(it.range),
            severity: Some(match it.severity {
                Severity::Error => DiagnosticSeverity::ERROR,
                Severity::Warning => DiagnosticSeverity::WARNING,
                Severity::Information => DiagnosticSeverity::INFORMATION,
                Severity::Hint => DiagnosticSeverity::HINT,
            }),
            code: Some(NumberOrString::String(it.code.as_str().to_owned())),
            code_description,
            source: Some("danaide".to_owned()),
            message: it.message.clone(),
            related_information: (!related.is_empty()).then_some(related),
            tags: (!tags.is_empty()).then_some(tags),
            ..Diagnostic::default()
        });
    }
    Ok(out)
}

fn diagnostic_tag(tag: analysis::DiagnosticTag) -> DiagnosticTag {
    match tag {
        analysis::DiagnosticTag::Unnecessary => DiagnosticTag::UNNECESSARY,
        analysis::DiagnosticTag::Deprecated => DiagnosticTag::DEPRECATED,
    }
}

fn related_information(
    context: &Context<'_>,
    related: &analysis::RelatedInformation,
) -> analysis::Cancellable<Option<DiagnosticRelatedInformation>> {
    let Context { analysis, .. } = context;
    let text = analysis.text(related.file)?;
    let lines = Lines::with_index(&text, analysis.line_index(related.file)?, context.encoding);
    let uri = if related.file == context.file {
        Some(context.uri.clone())
    } else {
        analysis.with_db(|db| file_uri(related.file.path(db)))?
    };
    Ok(uri.map(|uri| DiagnosticRelatedInformation {
        location: Location { uri, range: lines.range(related.range) },
        message: related.message.clone(),
    }))
}

/// A name for a list of diagnostics: the same list has the same name.
pub(crate) fn result_id(diagnostics: &[Diagnostic]) -> String {
    let mut hasher = std::collections::hash_map::DefaultHasher::new();
    for it in diagnostics {
        // Not all protocol types can be hashed; their text can.
        serde_json::to_string(it).unwrap_or_default().hash(&mut hasher);
    }
    format!("{:016x}", hasher.finish())
}

pub(crate) fn symbol_kind(kind: analysis::SymbolKind, client: &Client) -> SymbolKind {
    let (wanted, for_old_clients) = match kind {
        analysis::SymbolKind::Function | analysis::SymbolKind::Workflow => (SymbolKind::FUNCTION, SymbolKind::FUNCTION),
        analysis::SymbolKind::Method => (SymbolKind::METHOD, SymbolKind::METHOD),
        analysis::SymbolKind::Struct => (SymbolKind::STRUCT, SymbolKind::CLASS),
        analysis::SymbolKind::Resource | analysis::SymbolKind::AgentBlueprint => (SymbolKind::CLASS, SymbolKind::CLASS),
        analysis::SymbolKind::Interface => (SymbolKind::INTERFACE, SymbolKind::INTERFACE),
        analysis::SymbolKind::Agent => (SymbolKind::OBJECT, SymbolKind::CLASS),
        analysis::SymbolKind::Field => (SymbolKind::FIELD, SymbolKind::FIELD),
        analysis::SymbolKind::Variable => (SymbolKind::VARIABLE, SymbolKind::VARIABLE),
    };
    if client.knows_symbol_kind(wanted) { wanted } else { for_old_clients }
}

/// The outline as a tree.
#[expect(deprecated, reason = "the field must be set")]
pub(crate) fn nested_symbols(
    symbols: &[analysis::FileSymbol],
    lines: &Lines<'_>,
    client: &Client,
) -> Vec<DocumentSymbol> {
    let symbol = |it: &analysis::FileSymbol| DocumentSymbol {
        name: it.name.clone(),
        detail: it.detail.clone(),
        kind: symbol_kind(it.kind, client),
        tags: None,
        deprecated: None,
        range: lines.range(it.range),
        selection_range: lines.range(it.selection_range),
        children: (!it.children.is_empty()).then(|| nested_symbols(&it.children, lines, client)),
    };
    symbols.iter().map(symbol).collect()
}

/// The outline as a list, for clients that know no tree.
pub(crate) fn flat_symbols(
    symbols: &[analysis::FileSymbol],
    uri: &Url,
    lines: &Lines<'_>,
    client: &Client,
) -> Vec<SymbolInformation> {
    let mut out = Vec::new();
    flatten(symbols, None, uri, lines, client, &mut out);
    out
}

#[expect(deprecated, reason = "the field must be set")]
fn flatten(
    symbols: &[analysis::FileSymbol],
    container: Option<&str>,
    uri: &Url,
    lines: &Lines<'_>,
    client: &Client,
    out: &mut Vec<SymbolInformation>,
) {
    for it in symbols {
        out.push(SymbolInformation {
            name: it.name.clone(),
            kind: symbol_kind(it.kind, client),
            tags: None,
            deprecated: None,
            location: Location { uri: uri.clone(), range: lines.range(it.range) },
            container_name: container.map(ToOwned::to_owned),
        });
        flatten(&it.children, Some(&it.name), uri, lines, client, out);
    }
}

/// Folds, at most as many as the client takes. A client that folds whole lines gets one fold for each first line, and
/// the line that holds the closing bracket stays visible.
pub(crate) fn folding_ranges(folds: &[analysis::Fold], lines: &Lines<'_>, client: &Client) -> Vec<FoldingRange> {
    let mut out: Vec<FoldingRange> = Vec::new();
    for fold in folds {
        let Range { start, end } = lines.range(fold.range);
        let mut range = FoldingRange {
            start_line: start.line,
            start_character: Some(start.character),
            end_line: end.line,
            end_character: Some(end.character),
            kind: match fold.kind {
                FoldKind::Region => None,
                FoldKind::Comment => Some(FoldingRangeKind::Comment),
                FoldKind::Imports => Some(FoldingRangeKind::Imports),
            },
            collapsed_text: None,
        };
        if client.line_folding_only {
            (range.start_character, range.end_character) = (None, None);
            let rest = lines.text().get(usize::from(fold.range.end())..).unwrap_or_default();
            let rest_of_line = rest.split('\n').next().unwrap_or_default().trim_start();
            if rest_of_line.starts_with([')', ']', '}']) {
                range.end_line = range.end_line.saturating_sub(1);
            }
            // Folds come sorted by start, the longest first.
            if range.end_line <= range.start_line || out.last().is_some_and(|it| it.start_line == range.start_line) {
                continue;
            }
        }
        out.push(range);
    }
    out.truncate(client.fold_limit);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn file_names_and_other_names() {
        let path = |uri: &str| file_path(&Url::parse(uri).unwrap());
        assert_eq!(path("file:///a/b%20c/../d.na"), FilePath::disk("/a/d.na"));
        let library = FilePath::Library("library/math.na");
        assert_eq!(path("danaide:library/math.na"), library);
        assert_eq!(file_uri(&library).map(String::from).as_deref(), Some("danaide:library/math.na"));
        assert_eq!(path("untitled:Untitled-1"), FilePath::Virtual("untitled:Untitled-1".into()));
        assert_eq!(path("file:///a/%FF.na"), FilePath::Virtual("file:///a/%FF.na".into()));
        assert_eq!(path("file://host/a.na"), FilePath::Virtual("file://host/a.na".into()));
    }

    #[test]
    fn positions_with_wide_characters_and_both_line_ends() {
        let text = "a😀b\r\né\nz";
        for (encoding, columns) in [
            (Encoding::Utf8, [(0, 5), (0, 6), (1, 2), (2, 1)]),
            (Encoding::Utf16, [(0, 3), (0, 4), (1, 1), (2, 1)]),
            (Encoding::Utf32, [(0, 2), (0, 3), (1, 1), (2, 1)]),
        ] {
            let lines = Lines::new(text, encoding);
            for (needle, (line, column)) in ["b", "\r", "\nz", ""].into_iter().zip(columns) {
                let offset = if needle.is_empty() { text.len() } else { text.find(needle).unwrap() };
                let position = Position::new(line, column);
                assert_eq!(lines.position(TextSize::new(offset as u32)), position, "{encoding:?} {needle:?}");
                assert_eq!(lines.offset(position), Some(TextSize::new(offset as u32)), "{encoding:?} {needle:?}");
            }
            assert_eq!(lines.offset(Position::new(0, 99)), Some(TextSize::new(6)), "before the line end");
            assert_eq!(lines.offset(Position::new(3, 0)), None);
        }
    }
}
