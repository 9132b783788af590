//! Which tasks wait for which, on their lines: what no program text says.

use danaide_analysis::graph::{TaskHint, task_graphs, task_hints};
use danaide_analysis::{Db, File, FunctionKind, body_of, body_source_map, definitions, line_index};
use danaide_syntax::{ColumnEncoding, TextRange, TextSize};
use rustc_hash::FxHashMap;

use super::{HintKind, HintOptions, HintTarget, InlayHint};
use crate::hover::after_because;
use crate::semantics::part_ranges;

/// So many tasks beside a task are named.
const MOST_NAMED: usize = 3;

/// A label in pieces, some of which lead somewhere.
#[derive(Default)]
struct Label {
    text: String,
    links: Vec<(usize, usize, TextRange)>,
}

impl Label {
    fn push(&mut self, text: &str) {
        self.text.push_str(text);
    }

    /// `fetch (3)`, or without the line if it is the same.
    fn task(&mut self, (name, line): &(String, u32), own_line: u32, places: &FxHashMap<(String, u32), TextRange>) {
        let start = self.text.len();
        self.text.push_str(name);
        if *line != own_line {
            self.text.push_str(&format!(" ({line})"));
        }
        if let Some(place) = places.get(&(name.clone(), *line)) {
            self.links.push((start, self.text.len(), *place));
        }
    }
}

/// Hints at the ends of the lines of tasks, and of places that wait.
pub(super) fn tasks(db: &dyn Db, file: File, range: TextRange, options: HintOptions, out: &mut Vec<InlayHint>) {
    let (tasks, waits) = task_hints(db, file);
    if tasks.is_empty() && waits.is_empty() {
        return;
    }
    let text = file.text(db);
    let index = line_index(db, file);
    let line_of = |offset: TextSize| index.line_col(offset, ColumnEncoding::Utf8).line + 1;
    let places: FxHashMap<(String, u32), TextRange> =
        tasks.iter().map(|it| ((it.name.clone(), line_of(it.range.start())), it.range)).collect();
    let is_near = |it: TextRange| it.intersect(range).is_some();
    for task in tasks.iter().filter(|it| options.tasks && is_near(it.range)) {
        let line = line_of(task.range.start());
        let Some(label) = task_label(task, line, &places) else { continue };
        let tooltip = task_tooltip(task);
        out.push(hint(line_end(text, task.range.start()), HintKind::Task, label, tooltip));
    }
    for wait in waits.iter().filter(|it| options.waits && is_near(it.range) && !it.tasks.is_empty()) {
        let line = line_of(wait.range.start());
        let mut label = Label::default();
        label.push("waits for ");
        for (number, task) in wait.tasks.iter().enumerate() {
            label.push(if number > 0 { ", " } else { "" });
            label.task(task, line, &places);
        }
        let tooltip = format!("The program waits here, because {}.", wait.cause);
        out.push(hint(line_end(text, wait.range.start()), HintKind::Wait, label, tooltip));
    }
}

fn hint(offset: TextSize, kind: HintKind, label: Label, tooltip: String) -> InlayHint {
    InlayHint {
        offset,
        label: label.text,
        kind,
        target: HintTarget::None,
        insert: None,
        links: label.links,
        tooltip: Some(tooltip),
    }
}

/// `after fetch (3) · beside load (4) · critical path`; none for a task that stands alone.
fn task_label(task: &TaskHint, line: u32, places: &FxHashMap<(String, u32), TextRange>) -> Option<Label> {
    let mut label = Label::default();
    if !task.after.is_empty() {
        label.push("after ");
        for (number, (name, before, _)) in task.after.iter().enumerate() {
            label.push(if number > 0 { ", " } else { "" });
            label.task(&(name.clone(), *before), line, places);
        }
    }
    if !task.beside.is_empty() {
        label.push(if label.text.is_empty() { "beside " } else { " · beside " });
        for (number, other) in task.beside.iter().take(MOST_NAMED).enumerate() {
            label.push(if number > 0 { ", " } else { "" });
            label.task(other, line, places);
        }
        if task.beside.len() > MOST_NAMED {
            label.push(", …");
        }
    }
    if label.text.is_empty() {
        return None;
    }
    if task.is_on_critical_path {
        label.push(" · critical path");
    }
    Some(label)
}

fn task_tooltip(task: &TaskHint) -> String {
    let mut lines = vec![format!("Task `{}`: {}.", task.name, task.effects)];
    for (name, line, kind) in &task.after {
        let why = after_because(*kind);
        lines.push(format!("It starts after `{name}` (line {line}): {why}."));
    }
    if task.after.is_empty() {
        lines.push("It starts as soon as the program gets here.".to_owned());
    }
    if !task.beside.is_empty() {
        let names: Vec<String> = task.beside.iter().map(|(name, line)| format!("`{name}` (line {line})")).collect();
        lines.push(format!("It can run at the same time as {}.", names.join(", ")));
    }
    if task.is_on_critical_path {
        lines.push("It is on the longest chain of tasks: the function takes at least as long as that.".to_owned());
    }
    if !task.is_certain {
        lines.push("It is not known whether it waits at all.".to_owned());
    }
    lines.join("\n\n")
}

/// `3 tasks, 2 deep, 2 wide` on the line of a function with several.
pub(super) fn functions(db: &dyn Db, file: File, range: TextRange, out: &mut Vec<InlayHint>) {
    let text = file.text(db);
    for definition in definitions(db, file).iter() {
        if !part_ranges(db, definition).iter().any(|it| it.intersect(range).is_some()) {
            continue;
        }
        let body = body_of(db, definition);
        let map = body_source_map(db, definition);
        for (function, graph) in &task_graphs(db, definition).all {
            let of = &body.functions[*function];
            let count = graph.tasks().count();
            if count < 2 || !matches!(of.kind, FunctionKind::Def | FunctionKind::Workflow) {
                continue;
            }
            let Some(name) = map.function(*function).and_then(|it| definition.absolute(db, it)) else { continue };
            let width = graph.width.tasks;
            let more = if graph.width.is_unbounded { " or more" } else { "" };
            let depth = graph.critical_path.len();
            let effects = graph
                .tasks()
                .fold(danaide_analysis::effects::EffectSet::EMPTY, |all, it| all.union(graph.nodes[it].effects));
            let label = format!("{count} tasks, {depth} deep, {width}{more} wide");
            let tooltip = format!(
                "{count} tasks: the longest chain has {depth}, and {width}{more} can run at the same time.\n\nEffects: {effects}."
            );
            let label = Label { text: label, links: Vec::new() };
            out.push(hint(line_end(text, name.end()), HintKind::Graph, label, tooltip));
        }
    }
}

/// The end of the line of an offset, before its line end.
fn line_end(text: &str, offset: TextSize) -> TextSize {
    let rest = text.get(usize::from(offset)..).unwrap_or_default();
    let line = rest.split('\n').next().unwrap_or_default();
    offset + TextSize::of(line.trim_end_matches('\r').trim_end())
}
