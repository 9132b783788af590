//! The code of a function and the tables it uses; a compiled module.

use std::sync::Arc;

use danaide_syntax::{LineIndex, TextRange};
use num_bigint::BigInt;

use super::{Op, Reg, TypeSpec};
use crate::host::Data;
use crate::loader::ModuleRequest;
use crate::objects::RecordKind;

/// The number of a function's code in one VM.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CodeId(pub u32);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CodeKind {
    Module,
    Function,
    Lambda,
    /// Fills in the defaults of a record's fields.
    Initialiser,
    /// The stages of a pipeline after the first.
    Pipeline,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Constant {
    Int(i64),
    BigInt(BigInt),
    Float(f64),
    /// Interned: literals and names.
    Str(Box<str>),
    Bytes(Box<[u8]>),
    /// A builtin function, type or exception type by name.
    Builtin(Box<str>),
}

impl Code {
    /// What the task graph says of the call at an instruction.
    pub fn point(&self, at: u32) -> Option<&Point> {
        self.points.binary_search_by_key(&at, |point| point.at).ok().map(|index| &self.points[index])
    }

    /// The names of the builtins that the code uses.
    pub fn builtin_names(&self) -> impl Iterator<Item = &str> {
        self.constants.iter().filter_map(|constant| match constant {
            Constant::Builtin(name) => Some(&**name),
            _ => None,
        })
    }
}

/// The parameters of a function. They take the first registers: positional ones, keyword-only ones, `*rest`, `**named`.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Params {
    /// Positional ones, then keyword-only ones.
    pub names: Vec<Box<str>>,
    pub positional: u16,
    /// How many of the positional ones cannot be given by name.
    pub positional_only: u16,
    /// Which of `names` have a default.
    pub defaults: Vec<bool>,
    /// The types of `names`, as indices of [`Code::types`]; none where everything fits.
    pub types: Vec<Option<u32>>,
    pub rest: Option<Box<str>>,
    pub named: Option<Box<str>>,
    /// The types of the first parameter, if they are record types or builtin types: what a method is stored under.
    pub receiver: Vec<TypeSpec>,
}

/// What a call passes: `count` arguments, the last of which have names.
#[derive(Debug, Clone, PartialEq)]
pub struct CallShape {
    /// Positional and named ones together.
    pub count: u16,
    /// Constant indices.
    pub keywords: Vec<u32>,
    /// The method's name as a constant index; 0 and not used in other calls.
    pub name: u32,
}

/// Where a new closure takes a cell from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CaptureSource {
    /// A register of the enclosing function that holds a cell.
    Register(Reg),
    /// A cell that the enclosing function has captured itself.
    Capture(u16),
}

/// Instructions `start..end`, if they raise, go on at `target` with the exception in `register`. The innermost comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Handler {
    pub start: u32,
    pub end: u32,
    pub target: u32,
    pub register: Reg,
}

/// A named variable of a function, for inspection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Local {
    pub name: Box<str>,
    pub register: Reg,
}

#[derive(Debug, Clone, PartialEq)]
pub enum FieldDefaultSpec {
    Required,
    Constant(u32),
    None,
    Bool(bool),
    /// A list or dict of literals, made anew for each record.
    Fresh(Arc<Data>),
    /// The initialiser computes it for each record.
    Computed,
}

#[derive(Debug, Clone, PartialEq)]
pub struct FieldDef {
    pub name: Box<str>,
    pub default: FieldDefaultSpec,
    pub ty: Arc<TypeSpec>,
}

/// A record definition.
#[derive(Debug, Clone, PartialEq)]
pub struct RecordSpec {
    pub name: Box<str>,
    pub kind: RecordKind,
    pub fields: Vec<FieldDef>,
    pub bases: u16,
    pub doc: Option<Box<str>>,
    /// What an interface asks for: the name of a method and how many arguments it takes.
    pub signatures: Vec<(Box<str>, u16)>,
}

/// The code of one function.
#[derive(Debug, Clone, PartialEq)]
pub struct Code {
    pub name: Box<str>,
    pub kind: CodeKind,
    pub range: TextRange,
    pub params: Params,
    /// How many registers a frame has.
    pub registers: u16,
    pub ops: Vec<Op>,
    /// The source range of each instruction.
    pub ranges: Vec<TextRange>,
    /// The instruction at which each statement starts, ascending.
    pub statements: Vec<u32>,
    pub constants: Vec<Constant>,
    pub handlers: Vec<Handler>,
    /// Where an exception is being handled: instructions and the register of the exception; the innermost comes first.
    pub handling: Vec<Handler>,
    pub captures: Vec<CaptureSource>,
    pub capture_names: Vec<Box<str>>,
    pub locals: Vec<Local>,
    pub shapes: Vec<CallShape>,
    pub types: Vec<TypeSpec>,
    pub records: Vec<RecordSpec>,
    pub imports: Vec<ModuleRequest>,
    pub doc: Option<Box<str>>,
    /// Calls that are statements of their own: they wait for the task they start, ascending.
    pub bare: Vec<u32>,
    /// Calls that may start tasks, ascending.
    pub points: Vec<Point>,
    /// For [`Op::After`]: calls whose tasks have to be done before the function goes on.
    pub order: Vec<Box<[u32]>>,
    pub effects: Effects,
}

/// What the calls of a function may do, as far as running it depends on that.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Effects {
    pub waits: Waits,
    /// Every call waits for the end of the task: `sync def`.
    pub is_sync: bool,
    /// It is a method; does it change the fields of what it belongs to?
    pub receiver: Option<bool>,
}

/// May a call of a function wait for something outside of the program? If so it starts a task.
#[derive(Debug, Clone, Default, PartialEq)]
pub enum Waits {
    #[default]
    No,
    Yes,
    /// It calls something of which nothing is known. Whether the call is a task shows when it waits.
    Unknown,
    /// It calls these, or what is in them: they tell.
    Given(Box<[Given]>),
}

/// What a function has been given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Given {
    /// As an argument, in a register.
    Register(Reg),
    /// As a captured variable.
    Capture(u16),
}

/// A call that may start a task.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Point {
    /// The instruction.
    pub at: u32,
    /// What the call is called in identities: `fetch#2`.
    pub label: Box<str>,
    /// The calls of the same activation whose tasks have to be done before this one starts.
    pub after: Box<[u32]>,
    /// The place in the text of the call that starts it together with others, without order among them.
    pub together: Option<u32>,
}

/// A compiled file. Holds no values, so that several VMs can run it.
#[derive(Debug)]
pub struct CodeModule {
    /// The file's path, or a name in angle brackets.
    pub path: String,
    /// The dotted name.
    pub name: String,
    pub source: Arc<str>,
    pub lines: LineIndex,
    /// The body of the module first.
    pub codes: Vec<Arc<Code>>,
    /// The names of the global slots.
    pub globals: Vec<Box<str>>,
    /// Belongs to the interpreter: its frames do not show in reports.
    pub internal: bool,
    /// Something in it may wait. Without such a file in a program, no call of it is looked at as a task.
    pub may_wait: bool,
}
