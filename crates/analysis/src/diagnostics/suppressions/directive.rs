//! The text of one comment.

use danaide_syntax::{TextRange, TextSize};

use super::{Malformed, size};
use crate::DiagnosticCode;

/// What every directive holds.
pub(super) const MARK: &str = "danaide:";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scope {
    Line,
    File,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Codes {
    All,
    /// At least one.
    Listed(Vec<Listed>),
}

impl Codes {
    /// How many parts can be of use or not: `All` is one.
    pub(crate) fn len(&self) -> usize {
        match self {
            Self::All => 1,
            Self::Listed(codes) => codes.len(),
        }
    }
}

/// A name between the brackets, known or not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Listed {
    pub(crate) name: String,
    pub(crate) range: TextRange,
}

/// `# danaide: ignore[a, b]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Directive {
    pub(crate) scope: Scope,
    pub(crate) codes: Codes,
    /// From `#` to the closing bracket.
    pub(crate) range: TextRange,
    /// The directive and the reason behind it: to the end of the comment, or to the next `#`.
    pub(crate) with_reason: TextRange,
}

/// The directive in a comment that starts at an offset, if it has one. It stands at the start, or behind another `#`;
/// a reason may follow.
pub(super) fn parse(comment: &str, offset: TextSize) -> Option<Result<Directive, Malformed>> {
    let starts = comment.match_indices('#').map(|(at, _)| at);
    let (start, rest) =
        starts.filter_map(|at| Some((at, comment[at + 1..].trim_start().strip_prefix(MARK)?))).next()?;
    let range = |from: usize, to: usize| TextRange::new(offset + size(from), offset + size(to));
    let at = |rest: &str| comment.len() - rest.len();
    let end = comment[start + 1..].find('#').map_or(comment.len(), |at| start + 1 + at);

    let rest = &comment[at(rest.trim_start())..end];
    let word_len = rest.find(|it: char| !it.is_ascii_alphanumeric() && it != '-' && it != '_').unwrap_or(rest.len());
    let (word, rest) = rest.split_at(word_len);
    let position = end - rest.len();
    let malformed = |to: usize, message: String| Some(Err(Malformed { range: range(start, to), message }));
    let scope = match word {
        "ignore" => Scope::Line,
        "ignore-file" => Scope::File,
        _ => {
            let message = match crate::nearest(word, ["ignore", "ignore-file"]) {
                Some(nearest) => format!("`danaide: {word}` is not known; did you mean `danaide: {nearest}`?"),
                None => "expected `ignore[code]` or `ignore-file[code]` after `danaide:`".to_owned(),
            };
            return malformed(position, message);
        }
    };
    let list = rest.trim_start();
    let Some(list) = list.strip_prefix('[') else {
        if !rest.is_empty() && !rest.starts_with(char::is_whitespace) {
            return malformed(end, format!("expected `[` with codes, or a space and a reason after `{word}`"));
        }
        let first = list.split([' ', '\t', ',', ':']).next().unwrap_or_default();
        if DiagnosticCode::from_name(first).is_some() {
            let message =
                format!("codes stand in brackets: write `{word}[{first}]`; `{word}` alone would hide all findings");
            return malformed(position, message);
        }
        let directive =
            Directive { scope, codes: Codes::All, range: range(start, position), with_reason: range(start, end) };
        return Some(Ok(directive));
    };
    let Some((inside, _)) = list.split_once(']') else {
        return malformed(comment[..end].trim_end().len(), "expected `]` after the codes".to_owned());
    };
    let inside_start = end - list.len();
    let close = inside_start + inside.len() + 1;
    let mut codes = Vec::new();
    let mut from = inside_start;
    for part in inside.split(',') {
        let name = part.trim();
        if !name.is_empty() {
            let name_start = from + (part.len() - part.trim_start().len());
            codes.push(Listed { name: name.to_owned(), range: range(name_start, name_start + name.len()) });
        }
        from += part.len() + 1;
    }
    if codes.is_empty() {
        return malformed(close, format!("no code stands between the brackets; `{word}` alone hides all findings"));
    }
    let codes = Codes::Listed(codes);
    Some(Ok(Directive { scope, codes, range: range(start, close), with_reason: range(start, end) }))
}
