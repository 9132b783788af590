//! Collects the instructions and tables of one function.

use danaide_syntax::TextRange;
use rustc_hash::FxHashMap;

use crate::bytecode::{
    CallShape, CaptureSource, Code, CodeKind, Constant, Effects, Handler, Local, Op, Params, RecordSpec, Reg, TypeSpec,
};
use crate::loader::ModuleRequest;

/// A place in the code that jumps go to, known before its position is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Label(u32);

const UNPLACED: u32 = u32::MAX;

#[derive(PartialEq, Eq, Hash)]
enum ConstantKey {
    Int(i64),
    Float(u64),
    Str(Box<str>),
    Builtin(Box<str>),
}

pub(super) struct Builder {
    ops: Vec<Op>,
    ranges: Vec<TextRange>,
    /// The range that new instructions get.
    pub range: TextRange,
    labels: Vec<u32>,
    constants: Vec<Constant>,
    constant_index: FxHashMap<ConstantKey, u32>,
    statements: Vec<u32>,
    handlers: Vec<Handler>,
    handling: Vec<Handler>,
    pub captures: Vec<CaptureSource>,
    pub capture_names: Vec<Box<str>>,
    pub locals: Vec<Local>,
    shapes: Vec<CallShape>,
    types: Vec<TypeSpec>,
    records: Vec<RecordSpec>,
    imports: Vec<ModuleRequest>,
    /// Calls that are statements of their own.
    bare: Vec<u32>,
    next: u32,
    most: u32,
}

/// Marks of a region whose end is not known yet.
#[derive(Debug, Clone, Copy)]
pub(super) struct Region {
    start: u32,
}

impl Builder {
    pub(super) fn new(range: TextRange) -> Builder {
        Builder {
            ops: Vec::new(),
            ranges: Vec::new(),
            range,
            labels: Vec::new(),
            constants: Vec::new(),
            constant_index: FxHashMap::default(),
            statements: Vec::new(),
            handlers: Vec::new(),
            handling: Vec::new(),
            captures: Vec::new(),
            capture_names: Vec::new(),
            locals: Vec::new(),
            shapes: Vec::new(),
            types: Vec::new(),
            records: Vec::new(),
            imports: Vec::new(),
            bare: Vec::new(),
            next: 0,
            most: 0,
        }
    }

    pub(super) fn emit(&mut self, op: Op) {
        self.ops.push(op);
        self.ranges.push(self.range);
    }

    /// The last instruction is a call that is a statement of its own.
    pub(super) fn bare_call(&mut self) {
        if let Some(last) = self.position().checked_sub(1) {
            self.bare.push(last);
        }
    }

    pub(super) fn position(&self) -> u32 {
        self.ops.len() as u32
    }

    pub(super) fn start_statement(&mut self) {
        let here = self.position();
        if self.statements.last() != Some(&here) {
            self.statements.push(here);
        }
    }

    // Labels.

    pub(super) fn label(&mut self) -> Label {
        self.labels.push(UNPLACED);
        Label((self.labels.len() - 1) as u32)
    }

    pub(super) fn place(&mut self, label: Label) {
        self.labels[label.0 as usize] = self.position();
    }

    pub(super) fn label_here(&mut self) -> Label {
        let label = self.label();
        self.place(label);
        label
    }

    /// The number that stands for the label in an instruction until [`Builder::finish`].
    pub(super) fn target(&self, label: Label) -> u32 {
        label.0
    }

    pub(super) fn jump(&mut self, label: Label) {
        self.emit(Op::Jump { target: label.0 });
    }

    // Registers.

    /// A new temporary. Registers past the last one are counted but never used: [`Builder::finish`] gives none then.
    pub(super) fn temp(&mut self) -> Reg {
        self.temps(1)
    }

    /// The first of `count` new consecutive temporaries.
    pub(super) fn temps(&mut self, count: u32) -> Reg {
        let first = self.next;
        self.next += count;
        self.most = self.most.max(self.next);
        first.min(u32::from(Reg::MAX)) as Reg
    }

    /// How many registers are in use; [`Builder::release`] goes back to it.
    pub(super) fn in_use(&self) -> u32 {
        self.next
    }

    pub(super) fn release(&mut self, in_use: u32) {
        self.next = in_use;
    }

    // Tables.

    fn constant(&mut self, key: ConstantKey, constant: impl FnOnce() -> Constant) -> u32 {
        let constants = &mut self.constants;
        *self.constant_index.entry(key).or_insert_with(|| {
            constants.push(constant());
            (constants.len() - 1) as u32
        })
    }

    pub(super) fn int(&mut self, value: i64) -> u32 {
        self.constant(ConstantKey::Int(value), || Constant::Int(value))
    }

    pub(super) fn float(&mut self, value: f64) -> u32 {
        self.constant(ConstantKey::Float(value.to_bits()), || Constant::Float(value))
    }

    pub(super) fn str(&mut self, value: &str) -> u32 {
        self.constant(ConstantKey::Str(value.into()), || Constant::Str(value.into()))
    }

    pub(super) fn builtin(&mut self, name: &str) -> u32 {
        self.constant(ConstantKey::Builtin(name.into()), || Constant::Builtin(name.into()))
    }

    /// A constant that is not shared with equal ones.
    pub(super) fn other_constant(&mut self, constant: Constant) -> u32 {
        self.constants.push(constant);
        (self.constants.len() - 1) as u32
    }

    pub(super) fn shape(&mut self, shape: CallShape) -> u32 {
        push(&mut self.shapes, shape)
    }

    pub(super) fn ty(&mut self, ty: TypeSpec) -> u32 {
        if let Some(index) = self.types.iter().rev().take(16).position(|it| *it == ty) {
            return (self.types.len() - 1 - index) as u32;
        }
        push(&mut self.types, ty)
    }

    pub(super) fn record(&mut self, record: RecordSpec) -> u32 {
        push(&mut self.records, record)
    }

    pub(super) fn import(&mut self, import: ModuleRequest) -> u32 {
        push(&mut self.imports, import)
    }

    pub(super) fn region(&self) -> Region {
        Region { start: self.position() }
    }

    /// From the region's start to here, exceptions go to `target`.
    pub(super) fn handler(&mut self, region: Region, target: Label, register: Reg) {
        let end = self.position();
        if end > region.start {
            self.handlers.push(Handler { start: region.start, end, target: target.0, register });
        }
    }

    /// From the region's start to here, the exception in `register` is being handled.
    pub(super) fn handling(&mut self, region: Region, register: Reg) {
        let end = self.position();
        if end > region.start {
            self.handling.push(Handler { start: region.start, end, target: 0, register });
        }
    }

    /// The finished code; none if the function needs more registers than there are.
    pub(super) fn finish(mut self, name: &str, kind: CodeKind, params: Params, range: TextRange) -> Option<Code> {
        if self.most > u32::from(Reg::MAX) {
            return None;
        }
        let labels = &self.labels;
        for op in &mut self.ops {
            if let Some(target) = target_mut(op) {
                *target = labels[*target as usize];
            }
        }
        for handler in &mut self.handlers {
            handler.target = labels[handler.target as usize];
        }
        Some(Code {
            name: name.into(),
            kind,
            range,
            params,
            registers: self.most as u16,
            ops: self.ops,
            ranges: self.ranges,
            statements: self.statements,
            constants: self.constants,
            handlers: self.handlers,
            handling: self.handling,
            captures: self.captures,
            capture_names: self.capture_names,
            locals: self.locals,
            shapes: self.shapes,
            types: self.types,
            records: self.records,
            imports: self.imports,
            doc: None,
            bare: self.bare,
            points: Vec::new(),
            order: Vec::new(),
            effects: Effects::default(),
        })
    }
}

fn push<T>(table: &mut Vec<T>, item: T) -> u32 {
    table.push(item);
    (table.len() - 1) as u32
}

fn target_mut(op: &mut Op) -> Option<&mut u32> {
    match op {
        Op::Jump { target }
        | Op::JumpBack { target }
        | Op::JumpIf { target, .. }
        | Op::JumpIfNot { target, .. }
        | Op::JumpIfSet { target, .. }
        | Op::JumpWhen { target, .. }
        | Op::JumpUnless { target, .. }
        | Op::JumpUnlessInt { target, .. }
        | Op::ForIter { target, .. }
        | Op::ForRange { target, .. }
        | Op::JumpIfField { target, .. }
        | Op::Join { target }
        | Op::JumpUnlessMatches { target, .. } => Some(target),
        _ => None,
    }
}
