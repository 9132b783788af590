//! How a program failed: the exception, the frames with their source lines, the innermost first, and what led to it.

use annotate_snippets::{Annotation, AnnotationKind, Group, Level, Renderer, Snippet};
use camino::Utf8Path;
use danaide_interpreter::{Limit, Origin, Report, ReportFrame};
use serde_json::{Value, json};

use crate::paths;

/// The report over several lines, with a final line end. Colours are in it; the stream takes them out where they are not
/// wanted. Paths below `here` are shown short.
pub fn render(report: &Report, here: Option<&Utf8Path>) -> String {
    let headlines = headlines(report);
    let mut groups = Vec::new();
    let mut current = Some(report);
    let mut index = 0;
    while let Some(report) = current {
        let title = match index {
            0 => Level::ERROR.primary_title(&headlines[0]),
            _ => Level::NOTE.secondary_title(&headlines[index]),
        };
        groups.push(with_frames(title, report, here));
        current = report.origin.as_ref().map(|(_, origin)| &**origin);
        index += 1;
    }
    if let Some(hint) = &report.hint {
        groups.push(Group::with_title(Level::HELP.secondary_title(hint)));
    }
    if let Some(limit) = report.limit {
        groups.push(Group::with_title(Level::HELP.secondary_title(help(limit))));
    }
    let mut text = Renderer::styled().render(&groups);
    text.push('\n');
    text
}

/// The option that raises a limit.
fn help(limit: Limit) -> &'static str {
    match limit {
        Limit::Steps => "--max-steps lets the program make more steps",
        Limit::Memory => "--memory-limit lets the program use more memory",
        Limit::Depth => "--max-depth lets more calls be inside each other",
        Limit::Output => "--max-output lets the program print more",
    }
}

/// The report as one object on one line: `type`, `message`, `frames` from the outermost on, `notes` if some were added, `hint`, `hidden`
/// if frames are left out in the middle, `limit` if one was passed, and `cause` or `context`, which is such an object again.
pub fn render_json(report: &Report, here: Option<&Utf8Path>) -> String {
    object(report, here).to_string() + "\n"
}

fn object(report: &Report, here: Option<&Utf8Path>) -> Value {
    let frames: Vec<Value> = report.frames.iter().map(|frame| frame_object(frame, here)).collect();
    let mut object = json!({ "type": report.type_name, "message": report.message, "frames": frames });
    if !report.notes.is_empty() {
        object["notes"] = report.notes.clone().into();
    }
    if let Some(hint) = &report.hint {
        object["hint"] = hint.clone().into();
    }
    if report.hidden > 0 {
        object["hidden"] = report.hidden.into();
    }
    if let Some(limit) = report.limit {
        object["limit"] = match limit {
            Limit::Steps => "steps",
            Limit::Memory => "memory",
            Limit::Depth => "depth",
            Limit::Output => "output",
        }
        .into();
    }
    if let Some((origin, report)) = &report.origin {
        let key = match origin {
            Origin::Cause => "cause",
            Origin::Context => "context",
        };
        object[key] = self::object(report, here);
    }
    object
}

fn frame_object(frame: &ReportFrame, here: Option<&Utf8Path>) -> Value {
    let mut object = json!({
        "function": frame.function,
        "path": paths::shown(&frame.position.path, here),
        "line": frame.position.line,
        "column": frame.columns.0,
        "endColumn": frame.columns.1,
        "source": frame.source,
    });
    if frame.starts_task {
        object["startsTask"] = true.into();
    }
    object
}

/// The titles of the exception and of those that led to it.
fn headlines(report: &Report) -> Vec<String> {
    let mut titles = vec![report.headline()];
    let mut current = report;
    while let Some((origin, next)) = &current.origin {
        titles.push(match origin {
            Origin::Cause => format!("caused by {}", next.headline()),
            Origin::Context => format!("while handling {}", next.headline()),
        });
        current = next;
    }
    titles
}

/// How many functions that call each other in a circle are looked for in a traceback.
const LONGEST_CIRCLE: usize = 4;

/// The frames from the innermost on. Of calls at the same places one after the other, as in a recursion of a function or of
/// some that call each other, only the first are shown, and the number of the others.
fn with_frames<'a>(title: annotate_snippets::Title<'a>, report: &'a Report, here: Option<&Utf8Path>) -> Group<'a> {
    let mut group = Group::with_title(title);
    let frames: Vec<&ReportFrame> = report.frames.iter().rev().collect();
    // The middle of a long traceback is not in the report.
    let gap = (report.hidden > 0).then(|| frames.len().div_ceil(2));
    let mut index = 0;
    while index < frames.len() {
        let repeated = repeated(&frames, index);
        let next = index + repeated.max(1);
        if repeated == 0 {
            group = group.element(snippet(frames[index], index == 0, here));
        }
        let hidden = if gap.is_some_and(|gap| index < gap && gap <= next) { report.hidden } else { 0 };
        group = with_number(group, repeated + hidden);
        index = next;
    }
    report.notes.iter().fold(group, |group, note| group.element(Level::NOTE.message(note)))
}

/// How many frames from `index` on are at the places of the frames before, in a circle of calls.
fn repeated(frames: &[&ReportFrame], index: usize) -> usize {
    let position = |at: usize| frames.get(at).map(|frame| &frame.position);
    let is_circle =
        |length: usize| index >= length && (0..length).all(|at| position(index + at) == position(index + at - length));
    let Some(length) = (1..=LONGEST_CIRCLE).find(|length| is_circle(*length)) else { return 0 };
    let circle = &frames[index - length..index];
    frames[index..].iter().take_while(|frame| circle.iter().any(|it| it.position == frame.position)).count()
}

fn with_number(group: Group<'_>, more: usize) -> Group<'_> {
    match more {
        0 => group,
        1 => group.element(Level::NOTE.message("1 more frame")),
        _ => group.element(Level::NOTE.message(format!("{more} more frames"))),
    }
}

fn snippet<'a>(frame: &'a ReportFrame, innermost: bool, here: Option<&Utf8Path>) -> Snippet<'a, Annotation<'a>> {
    let kind = if innermost { AnnotationKind::Primary } else { AnnotationKind::Context };
    let (start, end) = frame.columns;
    let label = match frame.starts_task {
        true => format!("the task started here, in {}", frame.function),
        false => format!("in {}", frame.function),
    };
    let span = byte_of_column(&frame.source, start)..byte_of_column(&frame.source, end);
    Snippet::source(&frame.source)
        .line_start(frame.position.line as usize)
        .path(paths::shown(&frame.position.path, here).to_owned())
        .annotation(kind.span(span).label(label))
}

/// The byte where a column, from 1 in characters, starts in a line; the line's length if it has fewer.
fn byte_of_column(line: &str, column: u32) -> usize {
    let before = (column as usize).saturating_sub(1);
    line.char_indices().nth(before).map_or(line.len(), |(at, _)| at)
}
