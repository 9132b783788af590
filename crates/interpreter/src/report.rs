//! What a user sees of an exception that nobody handled.

use std::fmt;

use danaide_syntax::{ColumnEncoding, TextRange};

use crate::exception_kind::ExceptionKind;
use crate::heap::Heap;
use crate::limits::Limit;
use crate::objects::{Exception, TraceEntry};
use crate::ops;
use crate::value::{Ref, Value};
use crate::vm::{LoadedCode, Position, exception_type_name};

/// How many frames of a long traceback are kept at each end.
const KEPT_AT_EACH_END: usize = 10;
/// How many exceptions of a chain are listed.
const LONGEST_CHAIN: usize = 20;

/// An exception with its places.
#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    pub kind: ExceptionKind,
    /// The name of the exception's type, which may be one of the program's.
    pub type_name: String,
    pub message: String,
    /// What was added to it with `add_note`.
    pub notes: Vec<String>,
    /// What may have been meant.
    pub hint: Option<String>,
    /// The outermost frame first, as in Python; without frames of the interpreter's own code.
    pub frames: Vec<ReportFrame>,
    /// How many frames are left out in the middle of `frames`, after the first half.
    pub hidden: usize,
    /// The limit that the program passed, if that is what happened.
    pub limit: Option<Limit>,
    /// The exit code that `SystemExit` asks for: none if it has a message, which is an error.
    pub exit_code: Option<i32>,
    /// The exception that led to this one.
    pub origin: Option<(Origin, Box<Report>)>,
}

/// How an exception led to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// `raise … from …`.
    Cause,
    /// It was being handled.
    Context,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportFrame {
    pub function: String,
    pub position: Position,
    /// The line of the source, without its end.
    pub source: String,
    /// The columns of the place in that line, from 1, in characters; the end is exclusive.
    pub columns: (u32, u32),
    /// Not a frame of its own: the call that started the task whose frames follow.
    pub starts_task: bool,
}

/// The exit code that an exception asks for, if it is one that ends the program without an error.
fn exit_code(exception: &Exception) -> Option<i32> {
    match (exception.kind, exception.args.as_slice()) {
        (ExceptionKind::SystemExit, [] | [Value::None]) => Some(0),
        (ExceptionKind::SystemExit, [Value::Bool(code)]) => Some(i32::from(code.get())),
        // As many bits as commands have for it.
        (ExceptionKind::SystemExit, [Value::Int(code)]) => i32::try_from(*code & 0xFF).ok(),
        _ => None,
    }
}

impl Report {
    pub(crate) fn of(heap: &Heap, codes: &[LoadedCode], exception: Ref<Exception>) -> Report {
        let mut chain = vec![(Origin::Cause, exception)];
        while let Some(&(_, last)) = chain.last()
            && chain.len() < LONGEST_CHAIN
        {
            let object = &heap.exceptions[last];
            let next = match (object.cause, object.context) {
                (Some(cause), _) => (Origin::Cause, cause),
                (None, Some(context)) if !object.suppress_context => (Origin::Context, context),
                _ => break,
            };
            if chain.iter().any(|(_, seen)| *seen == next.1) {
                break;
            }
            chain.push(next);
        }
        let mut report: Option<(Origin, Box<Report>)> = None;
        while let Some((origin, exception)) = chain.pop() {
            let object = &heap.exceptions[exception];
            let entries = shown_entries(codes, &object.traceback);
            let hidden = entries.len().saturating_sub(2 * KEPT_AT_EACH_END);
            let kept = entries.iter().take(KEPT_AT_EACH_END).chain(entries.iter().skip(KEPT_AT_EACH_END + hidden));
            let own = Report {
                kind: object.kind,
                type_name: exception_type_name(heap, exception).to_owned(),
                message: heap.answers.quietly(|| message(heap, exception)),
                notes: notes(heap, object),
                hint: hint(heap, object),
                frames: kept.filter_map(|entry| frame(codes, entry)).collect(),
                hidden,
                limit: object.limit,
                exit_code: exit_code(object),
                origin: report.take(),
            };
            report = Some((origin, Box::new(own)));
        }
        match report {
            Some((_, report)) => *report,
            None => Report {
                kind: ExceptionKind::Exception,
                type_name: ExceptionKind::Exception.name().to_owned(),
                notes: Vec::new(),
                hint: None,
                message: String::new(),
                frames: Vec::new(),
                hidden: 0,
                limit: None,
                exit_code: None,
                origin: None,
            },
        }
    }

    /// The type and the message: `ValueError: no such thing`.
    pub fn headline(&self) -> String {
        if self.message.is_empty() { self.type_name.clone() } else { format!("{}: {}", self.type_name, self.message) }
    }
}

/// The entries of a traceback that a user sees, the outermost first.
fn shown_entries<'a>(codes: &[LoadedCode], traceback: &'a [TraceEntry]) -> Vec<&'a TraceEntry> {
    let mut entries: Vec<&TraceEntry> = Vec::new();
    for entry in traceback.iter().rev().filter(|entry| is_shown(codes, entry)) {
        // Where a task is used at once, the call that started it stands there already.
        let is_known = entry.is_start
            && entries.last().is_some_and(|outer| outer.code == entry.code && line(codes, outer) == line(codes, entry));
        if !is_known {
            entries.push(entry);
        }
    }
    entries
}

fn line(codes: &[LoadedCode], entry: &TraceEntry) -> Option<u32> {
    let loaded = codes.get(entry.code.0 as usize)?;
    Some(crate::vm::position(loaded, entry.instruction as usize).line)
}

/// What an exception says; for one of the program's types without a message, what its fields hold.
fn message(heap: &Heap, exception: Ref<Exception>) -> String {
    let text = ops::exception_text(heap, exception).unwrap_or_default();
    let Some(record) = heap.exceptions[exception].record.filter(|_| text.is_empty()) else { return text };
    let record = &heap.records[record];
    let fields = heap.record_types[record.ty].fields.iter().zip(&record.fields).skip(1);
    let shown =
        fields.filter_map(|(field, value)| Some(format!("{}={}", heap.str(field.name), ops::repr(heap, *value).ok()?)));
    shown.collect::<Vec<_>>().join(", ")
}

/// How many keys of a dict are looked at for one that may have been meant.
const MOST_KEYS: usize = 1_000;

/// The key of a dict that may have been meant, or all of them if they are few.
fn hint(heap: &Heap, exception: &Exception) -> Option<String> {
    let (Some(Value::Dict(dict)), [key]) = (exception.about, exception.args.as_slice()) else { return None };
    if exception.kind != ExceptionKind::KeyError {
        return None;
    }
    let table = &heap.dicts[dict].table;
    if table.len() == 0 {
        return Some("the dict is empty".to_owned());
    }
    let keys = || table.iter().take(MOST_KEYS).map(|entry| entry.key);
    if let Some(text) = heap.as_str(*key)
        && let Some(nearest) = danaide_analysis::nearest(text, keys().filter_map(|key| heap.as_str(key)))
    {
        let mut hint = "the dict has the key ".to_owned();
        ops::str_repr(nearest, &mut hint);
        return Some(hint);
    }
    let few = keys().take(FEW_KEYS + 1).map(|key| ops::repr_short(heap, key, 40)).collect::<Vec<_>>();
    (few.len() <= FEW_KEYS).then(|| format!("the keys of the dict are {}", few.join(", ")))
}

/// How many keys are shown if none is near.
const FEW_KEYS: usize = 5;

fn notes(heap: &Heap, exception: &Exception) -> Vec<String> {
    let notes = exception.notes.map(|notes| heap.lists[notes].items.as_slice()).unwrap_or_default();
    notes.iter().filter_map(|note| heap.as_str(*note)).map(str::to_owned).collect()
}

fn is_shown(codes: &[LoadedCode], entry: &TraceEntry) -> bool {
    codes.get(entry.code.0 as usize).is_some_and(|loaded| !loaded.unit.internal)
}

fn frame(codes: &[LoadedCode], entry: &TraceEntry) -> Option<ReportFrame> {
    let loaded = codes.get(entry.code.0 as usize)?;
    let position = crate::vm::position(loaded, entry.instruction as usize);
    let source = loaded.unit.source.lines().nth(position.line as usize - 1).unwrap_or_default().to_owned();
    let end = end_column(loaded, position.range, position.line, &source);
    let columns = (position.column, end.max(position.column + 1));
    let function = loaded.code.name.to_string();
    Some(ReportFrame { function, position, source, columns, starts_task: entry.is_start })
}

fn end_column(loaded: &LoadedCode, range: TextRange, line: u32, source: &str) -> u32 {
    let end = loaded.unit.lines.line_col(range.end(), ColumnEncoding::Utf32);
    if end.line + 1 == line { end.col + 1 } else { source.trim_end().chars().count() as u32 + 1 }
}

impl fmt::Display for Report {
    /// As Python prints a traceback, with columns.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some((origin, report)) = &self.origin {
            writeln!(f, "{report}")?;
            writeln!(f)?;
            writeln!(
                f,
                "{}",
                match origin {
                    Origin::Cause => "The above exception was the direct cause of the following exception:",
                    Origin::Context => "During handling of the above exception, another exception occurred:",
                }
            )?;
            writeln!(f)?;
        }
        if !self.frames.is_empty() {
            writeln!(f, "Traceback (most recent call last):")?;
        }
        for (index, frame) in self.frames.iter().enumerate() {
            if self.hidden > 0 && index == KEPT_AT_EACH_END {
                writeln!(f, "  … {} more frames …", self.hidden)?;
            }
            write!(f, "{frame}")?;
        }
        write!(f, "{}", self.headline())?;
        self.notes.iter().try_for_each(|note| write!(f, "\n{note}"))
    }
}

impl fmt::Display for ReportFrame {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Position { path, line, column, .. } = &self.position;
        let started = if self.starts_task { ", where the task started" } else { "" };
        writeln!(f, "  File \"{path}\", line {line}, column {column}, in {}{started}", self.function)?;
        let trimmed = self.source.trim_start();
        if trimmed.is_empty() {
            return Ok(());
        }
        let indent = self.source.chars().count() - trimmed.chars().count();
        let (start, end) = self.columns;
        // A tab before the caret stays one, so that both lines align.
        let padding: String = trimmed
            .chars()
            .take((start as usize).saturating_sub(1 + indent))
            .map(|c| if c == '\t' { '\t' } else { ' ' })
            .collect();
        writeln!(f, "    {}", trimmed.trim_end())?;
        writeln!(f, "    {padding}{}", "^".repeat((end - start) as usize))
    }
}
