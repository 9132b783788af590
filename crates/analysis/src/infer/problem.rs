//! What inference finds wrong. The rules in `diagnostics` say it.

use smol_str::SmolStr;

use crate::ExprId;
use crate::ty::{DefRef, ModuleType, Type};

/// Something that fails at run time whenever the program gets there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Problem {
    /// The number of arguments is wrong.
    Arity {
        call: ExprId,
        callee: SmolStr,
        def: Option<DefRef>,
        problem: ArityProblem,
    },
    /// No parameter has the name of a keyword argument, whose value this is.
    UnknownKeyword {
        value: ExprId,
        name: SmolStr,
        callee: SmolStr,
        def: Option<DefRef>,
        known: Vec<SmolStr>,
    },
    /// A parameter gets two values.
    DuplicateArgument {
        value: ExprId,
        name: SmolStr,
        callee: SmolStr,
        def: Option<DefRef>,
    },
    ArgumentType {
        value: ExprId,
        parameter: SmolStr,
        callee: SmolStr,
        def: Option<DefRef>,
        expected: Type,
        found: Type,
    },
    /// Of several definitions of a function, none takes the arguments.
    NoOverload {
        call: ExprId,
        callee: SmolStr,
        defs: Vec<DefRef>,
    },
    /// A record is made without fields that have no default.
    MissingFields {
        call: ExprId,
        record: DefRef,
        names: Vec<SmolStr>,
    },
    /// A record is made with a field that it does not have, or with too many values.
    UnknownField {
        value: ExprId,
        record: DefRef,
        name: SmolStr,
        known: Vec<SmolStr>,
    },
    TooManyFields {
        call: ExprId,
        record: DefRef,
        expected: usize,
        found: usize,
    },
    FieldType {
        value: ExprId,
        record: DefRef,
        field: SmolStr,
        expected: Type,
        found: Type,
    },
    FieldDefault {
        value: ExprId,
        name: SmolStr,
        expected: Type,
        found: Type,
    },
    DefaultType {
        value: ExprId,
        name: SmolStr,
        expected: Type,
        found: Type,
    },
    AssignType {
        value: ExprId,
        name: SmolStr,
        expected: Type,
        found: Type,
    },
    ReturnType {
        value: ExprId,
        expected: Type,
        found: Type,
    },
    UnknownAttribute {
        expr: ExprId,
        base: Type,
        name: SmolStr,
        known: Vec<SmolStr>,
    },
    UnknownMember {
        expr: ExprId,
        module: ModuleType,
        name: SmolStr,
        known: Vec<SmolStr>,
    },
    NotCallable {
        callee: ExprId,
        found: Type,
    },
    NotIterable {
        expr: ExprId,
        found: Type,
    },
    NotIndexable {
        expr: ExprId,
        found: Type,
    },
    /// An item is assigned of a value whose items cannot be replaced.
    ItemsStay {
        expr: ExprId,
        found: Type,
    },
    /// An index of a wrong type: `[1]["a"]`.
    IndexType {
        expr: ExprId,
        base: Type,
        found: Type,
    },
    Operator {
        expr: ExprId,
        op: &'static str,
        left: Type,
        right: Type,
    },
    UnaryOperator {
        expr: ExprId,
        op: &'static str,
        operand: Type,
    },
    Comparison {
        expr: ExprId,
        left: Type,
        right: Type,
    },
    /// A tuple is taken apart into another number of names.
    Unpack {
        target: ExprId,
        expected: usize,
        found: usize,
        at_least: bool,
    },
    /// A stage of a pipeline gets a value that its function does not take.
    StageType {
        stage: ExprId,
        parameter: SmolStr,
        callee: SmolStr,
        def: Option<DefRef>,
        expected: Type,
        found: Type,
    },
    /// A stage of a pipeline is no function.
    StageNotCallable {
        stage: ExprId,
        found: Type,
    },
    /// The function of a stage needs more than the piped value, or takes none.
    StageArity {
        stage: ExprId,
        callee: SmolStr,
        def: Option<DefRef>,
        problem: ArityProblem,
    },
    /// An exception is raised that is none.
    RaiseType {
        expr: ExprId,
        found: Type,
    },
    /// `with` on a value that has no `enter_context` or `exit_context`.
    NotContext {
        expr: ExprId,
        found: Type,
    },
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ArityProblem {
    /// Parameters without a default that get no value.
    Missing(Vec<SmolStr>),
    /// How many positional arguments are taken at most, and how many are given.
    TooMany { most: usize, found: usize },
}
