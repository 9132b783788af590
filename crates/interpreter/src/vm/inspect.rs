//! A look at a run that stands still: its frames and their variables.

use danaide_syntax::{ColumnEncoding, TextRange};

use crate::bytecode::CodeKind;
use crate::host::Data;
use crate::ops;
use crate::value::Value;

use super::machine::{Frame, LoadedCode};
use super::{Vm, to_data};

/// A place in a file; lines and columns count from 1, columns in characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Position {
    pub path: String,
    pub line: u32,
    pub column: u32,
    /// The bytes of the expression or statement.
    pub range: TextRange,
}

/// An activation of a function.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FrameInfo {
    /// `<module>` for the body of a module.
    pub function: String,
    /// The statement or expression where it stands.
    pub position: Position,
}

/// A variable that has a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Variable {
    pub name: String,
    /// The name of the value's type.
    pub type_name: String,
    /// The `repr` of the value, cut off after some thousand bytes.
    pub text: String,
}

/// How much of a value's text is shown, in bytes.
const SHOWN: usize = 4_000;

/// The place of an instruction.
pub(crate) fn position(loaded: &LoadedCode, instruction: usize) -> Position {
    let range = loaded.code.ranges.get(instruction).copied().unwrap_or(loaded.code.range);
    let start = loaded.unit.lines.line_col(range.start(), ColumnEncoding::Utf32);
    Position { path: loaded.unit.path.clone(), line: start.line + 1, column: start.col + 1, range }
}

impl Vm {
    /// How many tasks besides the program itself have not come to their end.
    pub fn open_tasks(&self) -> usize {
        self.machine.sched.open_tasks() + usize::from(!self.task.is_main())
    }

    /// The frames of the main task, the innermost first, without those of the interpreter's own code.
    pub fn frames(&self) -> Vec<FrameInfo> {
        let task = &self.task;
        let count = task.frames.len();
        task.frames
            .iter()
            .enumerate()
            .rev()
            .filter(|(_, frame)| !self.codes[frame.code.0 as usize].unit.internal)
            .map(|(index, frame)| {
                let loaded = &self.codes[frame.code.0 as usize];
                // The top frame stands before its next instruction, the others at their call.
                let at = if index + 1 == count { frame.pc } else { frame.pc.saturating_sub(1) };
                FrameInfo { function: loaded.code.name.to_string(), position: position(loaded, at as usize) }
            })
            .collect()
    }

    /// The variables that have values in a frame, counted as [`Vm::frames`] gives them: those of the function, or the
    /// globals of a module.
    pub fn variables(&self, frame: usize) -> Vec<Variable> {
        let heap = &self.machine.heap;
        let show = |(name, value): (&str, Value)| Variable {
            name: name.to_owned(),
            type_name: value.type_name(heap).to_owned(),
            text: ops::repr_short(heap, value, SHOWN),
        };
        self.values(frame).into_iter().map(show).collect()
    }

    /// The value of a variable in a frame, counted as [`Vm::frames`] gives them; of a value without a plain form, its
    /// text. None for a variable without a value, and for data that is nested too deeply or too large.
    pub fn variable(&self, frame: usize, name: &str) -> Option<Data> {
        let (_, value) = self.values(frame).into_iter().find(|(known, _)| *known == name)?;
        to_data(&self.machine.heap, value).ok()
    }

    fn values(&self, frame: usize) -> Vec<(&str, Value)> {
        let task = &self.task;
        let code_of = |frame: &Frame| &self.codes[frame.code.0 as usize];
        let mut shown = task.frames.iter().rev().filter(|frame| !code_of(frame).unit.internal);
        shown.nth(frame).map_or_else(Vec::new, |frame| self.values_of(frame, code_of(frame)))
    }

    fn values_of<'a>(&'a self, frame: &Frame, loaded: &'a LoadedCode) -> Vec<(&'a str, Value)> {
        let heap = &self.machine.heap;
        let show = |name: &'a str, value: Value| {
            let value = match value {
                Value::Cell(cell) => heap.cells[cell].value,
                value => value,
            };
            (!matches!(value, Value::Unset)).then_some((name, value))
        };
        if loaded.code.kind == CodeKind::Module {
            let module = &heap.modules[frame.module];
            return module
                .names
                .iter()
                .zip(&module.slots)
                .filter(|(name, _)| !heap.str(**name).starts_with("__"))
                .filter_map(|(name, value)| show(heap.str(*name), *value))
                .collect();
        }
        let stack = &self.task.stack;
        let captured = frame.function.map(|function| &heap.functions[function].captures);
        loaded
            .code
            .locals
            .iter()
            .filter_map(|local| {
                let value = stack.get(frame.base as usize + usize::from(local.register))?;
                show(&local.name, *value)
            })
            .chain(
                loaded
                    .code
                    .capture_names
                    .iter()
                    .zip(captured.into_iter().flat_map(|cells| cells.iter()))
                    .filter_map(|(name, cell)| show(name, Value::Cell(*cell))),
            )
            .collect()
    }
}
