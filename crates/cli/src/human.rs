//! Findings and failures for people: the source line, a caret, and what explains it.

use std::ops::Range;

use annotate_snippets::{Annotation, AnnotationKind, Group, Level, Renderer, Snippet};
use danaide_analysis::Severity;

use crate::finding::{Finding, Place, Source};

/// A range over more lines than this is marked in its first line only.
const MOST_LINES: usize = 20;
/// Places further apart than this are shown apart.
const NEAR_LINES: usize = 30;

/// A mark in a source.
struct Mark<'a> {
    place: &'a Place,
    kind: AnnotationKind,
    label: Option<&'a str>,
}

/// The finding over several lines, with a final line end. Colours are in it; the stream takes them out where they are
/// not wanted.
pub fn render(finding: &Finding) -> String {
    let level = match finding.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Information => Level::INFO,
        Severity::Hint => Level::HELP,
    };
    let mut marks = vec![Mark { place: &finding.place, kind: AnnotationKind::Primary, label: None }];
    marks.extend(finding.related.iter().map(|(message, place)| Mark {
        place,
        kind: AnnotationKind::Context,
        label: Some(message),
    }));
    let title = level.primary_title(&finding.message).id(finding.code.as_str());
    title_and_marks(title.elements(snippets(&marks)))
}

/// An error without a code.
pub fn render_error(message: &str, place: &Place) -> String {
    let mark = Mark { place, kind: AnnotationKind::Primary, label: None };
    title_and_marks(Level::ERROR.primary_title(message).elements(snippets(&[mark])))
}

fn title_and_marks(group: Group<'_>) -> String {
    let mut text = Renderer::styled().render(&[group]);
    text.push('\n');
    text
}

/// One snippet for each bundle of marks that are near to each other; the first mark's comes first.
fn snippets<'a>(marks: &[Mark<'a>]) -> Vec<Snippet<'a, Annotation<'a>>> {
    let mut bundles: Vec<Vec<&Mark<'a>>> = Vec::new();
    for mark in marks {
        match bundles.iter_mut().find(|bundle| bundle.iter().any(|other| are_near(other.place, mark.place))) {
            Some(bundle) => bundle.push(mark),
            None => bundles.push(vec![mark]),
        }
    }
    bundles.iter().filter_map(|bundle| snippet(bundle)).collect()
}

fn are_near(a: &Place, b: &Place) -> bool {
    a.source.path == b.source.path && a.start().line.abs_diff(b.start().line) <= NEAR_LINES
}

/// Only the lines around the marks are given to the renderer, whatever the length of the file.
fn snippet<'a>(marks: &[&Mark<'a>]) -> Option<Snippet<'a, Annotation<'a>>> {
    let source: &'a Source = &marks.first()?.place.source;
    let text: &'a str = &source.text;
    let ranges: Vec<Range<usize>> = marks.iter().map(|mark| short_range(mark.place)).collect();
    let start = ranges.iter().map(|range| range.start).min()?;
    let end = ranges.iter().map(|range| range.end).max()?;
    let window = line_start(text, start)..line_end(text, end);
    let line = source.position(u32::try_from(window.start).ok()?.into()).line;
    let annotations = marks.iter().zip(ranges).map(|(mark, range)| {
        let annotation = mark.kind.span(range.start - window.start..range.end - window.start);
        annotation.label(mark.label)
    });
    Some(
        Snippet::source(&text[window.clone()])
            .line_start(line)
            .path(&source.path)
            .annotations(annotations.collect::<Vec<_>>()),
    )
}

fn short_range(place: &Place) -> Range<usize> {
    let range = place.bytes();
    if place.end().line - place.start().line <= MOST_LINES {
        return range;
    }
    let end = line_end(&place.source.text, range.start);
    range.start..end
}

fn line_start(text: &str, offset: usize) -> usize {
    text[..offset].rfind('\n').map_or(0, |at| at + 1)
}

fn line_end(text: &str, offset: usize) -> usize {
    text[offset..].find('\n').map_or(text.len(), |at| offset + at)
}
