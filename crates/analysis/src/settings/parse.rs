//! From the text of a settings file to settings. What is wrong is told, and the rest counts.

use std::ops::Range;

use danaide_syntax::{TextRange, TextSize};
use serde::Deserialize as _;
use toml::Spanned;
use toml::de::{DeArray, DeTable, DeValue};

use super::file::SettingsFile;

/// Something that is wrong in a settings file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SettingProblem {
    pub(crate) range: TextRange,
    /// A sentence without a final stop.
    pub(crate) message: String,
    /// What probably was meant by the text at the range, without quotes.
    pub(crate) meant: Option<String>,
}

/// A file with more problems than this says nothing at all.
const MOST_PROBLEMS: usize = 100;

/// Reads a whole file. What has a problem is taken out, one after the other, until the rest can be read.
pub(super) fn parse(text: &str) -> (SettingsFile, Vec<SettingProblem>) {
    let (mut table, errors) = DeTable::parse_recoverable(text);
    let mut problems: Vec<SettingProblem> = errors
        .iter()
        .map(|error| SettingProblem {
            range: range(text, error.span()),
            message: error.message().to_owned(),
            meant: None,
        })
        .collect();
    while problems.len() < MOST_PROBLEMS {
        let error = match SettingsFile::deserialize(toml::Deserializer::from(table.clone())) {
            Ok(file) => return (file, problems),
            Err(error) => error,
        };
        let (message, meant) = reworded(error.message());
        problems.push(SettingProblem { range: range(text, error.span()), message, meant });
        if !error.span().is_some_and(|span| remove(table.get_mut(), &span)) {
            break;
        }
    }
    (SettingsFile::default(), problems)
}

fn range(text: &str, span: Option<Range<usize>>) -> TextRange {
    let span = span.unwrap_or_default();
    let offset = |it: usize| TextSize::try_from(it.min(text.len())).unwrap_or_default();
    TextRange::new(offset(span.start), offset(span.end.max(span.start)))
}

/// Takes out the smallest entry whose key or value covers the range.
fn remove(table: &mut DeTable<'_>, span: &Range<usize>) -> bool {
    for (_, value) in table.iter_mut() {
        if remove_inside(value.get_mut(), span) {
            return true;
        }
    }
    let is_meant =
        |(key, value): &(&Spanned<_>, &Spanned<DeValue<'_>>)| covers(&key.span(), span) || covers(&value.span(), span);
    let Some(key) = table.iter().find(is_meant).map(|(key, _)| key.clone()) else { return false };
    table.remove(&key).is_some()
}

fn remove_inside(value: &mut DeValue<'_>, span: &Range<usize>) -> bool {
    match value {
        DeValue::Table(table) => remove(table, span),
        DeValue::Array(values) => {
            if values.iter_mut().any(|it| remove_inside(it.get_mut(), span)) {
                return true;
            }
            let Some(at) = values.iter().position(|it| covers(&it.span(), span)) else { return false };
            let mut kept = DeArray::new();
            for (_, value) in values.iter().enumerate().filter(|(index, _)| *index != at) {
                kept.push(value.clone());
            }
            *values = kept;
            true
        }
        _ => false,
    }
}

fn covers(outer: &Range<usize>, inner: &Range<usize>) -> bool {
    outer.start <= inner.start && inner.end <= outer.end
}

/// The reader's message in the words of this program, and what probably was meant.
fn reworded(message: &str) -> (String, Option<String>) {
    let (first_line, _) = message.split_once('\n').unwrap_or((message, ""));
    let quoted: Vec<&str> = first_line.split('`').skip(1).step_by(2).collect();
    let known = || quoted.iter().skip(1).copied();
    let list = || known().map(|it| format!("`{it}`")).collect::<Vec<_>>().join(", ");
    let name = quoted.first().copied().unwrap_or_default();
    if first_line.starts_with("unknown field ") || first_line.starts_with("unknown variant ") {
        let problem = match first_line.starts_with("unknown field ") {
            true => format!("there is no setting `{name}` here"),
            false => format!("`{name}` is not possible here"),
        };
        return match crate::nearest(name, known()) {
            Some(nearest) => (format!("{problem}; did you mean `{nearest}`?"), Some(nearest.to_owned())),
            None => (format!("{problem}; use one of {}", list()), None),
        };
    }
    if let Some((found, expected)) = ["invalid type: ", "invalid value: "]
        .iter()
        .find_map(|it| first_line.strip_prefix(it))
        .and_then(|it| it.split_once(", expected "))
    {
        let expected = match expected {
            "usize" => "a whole number, 0 or more",
            it if it.starts_with("struct ") || it == "a map" => "a table",
            "a sequence" => "a list",
            it => it,
        };
        return (format!("expected {expected}, found {found}"), None);
    }
    if first_line == "wanted string or table" {
        return ("expected a string".to_owned(), None);
    }
    if first_line.starts_with("missing field ") {
        return (format!("the setting `{name}` is missing here"), None);
    }
    let meant = first_line.contains("did you mean").then(|| quoted.last().map(|it| (*it).to_owned())).flatten();
    (first_line.to_owned(), meant)
}
