//! The instructions.

use crate::ops;
pub use crate::ops::BinaryOp;

/// A register of the running function: parameters first, then locals, then temporaries.
pub type Reg = u16;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CompareOp {
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
    Equal,
    NotEqual,
    In,
    NotIn,
    Is,
    IsNot,
}

impl CompareOp {
    /// Is it a comparison that [`CompareOp::of_ints`] makes?
    #[inline(always)]
    pub fn is_order(self) -> bool {
        !matches!(self, CompareOp::In | CompareOp::NotIn | CompareOp::Is | CompareOp::IsNot)
    }

    /// The comparison of two integers; `in` and `is` have other meanings and do not hold here.
    #[inline(always)]
    pub fn of_ints(self, a: i64, b: i64) -> bool {
        match self {
            CompareOp::Less => a < b,
            CompareOp::LessEqual => a <= b,
            CompareOp::Greater => a > b,
            CompareOp::GreaterEqual => a >= b,
            CompareOp::Equal => a == b,
            CompareOp::NotEqual => a != b,
            CompareOp::In | CompareOp::NotIn | CompareOp::Is | CompareOp::IsNot => false,
        }
    }

    /// As [`CompareOp::of_ints`] for floats.
    #[inline(always)]
    pub fn of_floats(self, a: f64, b: f64) -> bool {
        match self {
            CompareOp::Less => a < b,
            CompareOp::LessEqual => a <= b,
            CompareOp::Greater => a > b,
            CompareOp::GreaterEqual => a >= b,
            CompareOp::Equal => a == b,
            CompareOp::NotEqual => a != b,
            CompareOp::In | CompareOp::NotIn | CompareOp::Is | CompareOp::IsNot => false,
        }
    }

    /// The comparison of values, for those that are one.
    #[inline]
    pub fn of_values(self) -> Option<ops::CompareOp> {
        Some(match self {
            CompareOp::Less => ops::CompareOp::Less,
            CompareOp::LessEqual => ops::CompareOp::LessEqual,
            CompareOp::Greater => ops::CompareOp::Greater,
            CompareOp::GreaterEqual => ops::CompareOp::GreaterEqual,
            CompareOp::Equal => ops::CompareOp::Equal,
            CompareOp::NotEqual => ops::CompareOp::NotEqual,
            CompareOp::In | CompareOp::NotIn | CompareOp::Is | CompareOp::IsNot => return None,
        })
    }
}

/// The scopes of a run that outlive its functions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scope {
    Private,
    Public,
    System,
}

impl Scope {
    pub fn name(self) -> &'static str {
        match self {
            Scope::Private => "private",
            Scope::Public => "public",
            Scope::System => "system",
        }
    }
}

/// What only the interpreter's own Dana code may call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Intrinsic {
    /// `(items: list, keys: list, reverse)`: a list of the items in the order of their keys; stable.
    SortByKeys,
    /// `(list, items: list)`: puts the items in place of the list's.
    Replace,
    /// `(name, step)`: an iterator whose values a function gives, each in a tuple of one, and `None` at the end.
    Calling,
    /// `(iterator, result)`: gives such an iterator what its function returned; any iterator a list of its values.
    Feed,
    /// `(iterator)`: the function of such an iterator.
    StepOf,
    /// `(kind_names, exception)`: is the exception of one of the kinds named in the list?
    IsKind,
    /// `(stage, args: list, named: dict)`: calls with as many of the positional arguments as the stage takes; a stage that
    /// cannot be called is the result itself.
    CallFit,
    /// `(value)`: can it be called?
    IsCallable,
    /// Must a function be given an argument?
    NeedsArguments,
    /// `(attempts, exception)`: a `RetryExhausted` exception whose cause is the exception.
    RetryExhausted,
    /// `(agent)`: the dict of what the agent was told to remember.
    Memory,
    /// `(function, args: list, named: dict)`: the handle of a task that makes the call.
    Spawn,
    /// `(function, args: list, named: dict, timer, seconds)`: the same, and the timer is looked at while the task computes: when
    /// it is due, the task is cancelled.
    SpawnWithin,
    /// `(seconds)`: the handle of a timer.
    Timer,
    /// `(handles: list)`: the index of the one that ended first, once there is one.
    First,
    /// `(number, of)`: tells the trace that a call is about to be tried.
    Attempt,
    /// A random number from 0 up to 1.
    Chance,
    /// `(function, names: list, values: dict)`: what is wrong with a call with arguments of these names, of which some values
    /// are known; None if nothing is.
    Misfit,
    /// `(kinds: list)`: the first that is neither a type of exceptions nor the name of one, as a message; None if there is none.
    UnknownKind,
    /// `(name, known: list)`: "; did you mean …?" with the nearest of the known names, or nothing.
    Nearest,
    /// `(wrapper, function)`: the wrapper, which shows under the name of the function.
    NamedAs,
}

/// An instruction. Field names: `dst` is the register that takes the result, `first` the first of consecutive registers.
///
/// `target` is an instruction index, `name` and `constant` are constant indices, `shape`, `code`, `spec` and `ty` are
/// indices into the tables of [`super::Code`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Op {
    LoadConst {
        dst: Reg,
        constant: u32,
    },
    LoadNone {
        dst: Reg,
    },
    LoadBool {
        dst: Reg,
        value: bool,
    },
    LoadInt {
        dst: Reg,
        value: i32,
    },
    LoadUnset {
        dst: Reg,
    },
    Move {
        dst: Reg,
        src: Reg,
    },

    LoadGlobal {
        dst: Reg,
        slot: u32,
    },
    StoreGlobal {
        src: Reg,
        slot: u32,
    },
    DeleteGlobal {
        slot: u32,
    },
    /// Raises `UnboundLocalError` if the register holds no value.
    CheckLocal {
        reg: Reg,
        name: u32,
    },
    /// Puts the register's value in a new cell and the cell in the register.
    MakeCell {
        reg: Reg,
    },
    LoadCell {
        dst: Reg,
        cell: Reg,
        name: u32,
    },
    StoreCell {
        cell: Reg,
        src: Reg,
    },
    LoadCapture {
        dst: Reg,
        capture: u16,
        name: u32,
    },
    StoreCapture {
        capture: u16,
        src: Reg,
    },
    LoadScoped {
        dst: Reg,
        scope: Scope,
        name: u32,
    },
    StoreScoped {
        src: Reg,
        scope: Scope,
        name: u32,
    },
    /// As `LoadScoped`, where a name that was never set becomes a new dict: for `private:status.phase = …`.
    OpenScoped {
        dst: Reg,
        scope: Scope,
        name: u32,
    },
    DeleteScoped {
        scope: Scope,
        name: u32,
    },

    LoadAttr {
        dst: Reg,
        object: Reg,
        name: u32,
    },
    StoreAttr {
        object: Reg,
        src: Reg,
        name: u32,
    },
    DeleteAttr {
        object: Reg,
        name: u32,
    },
    LoadIndex {
        dst: Reg,
        object: Reg,
        index: Reg,
    },
    StoreIndex {
        object: Reg,
        index: Reg,
        src: Reg,
    },
    DeleteIndex {
        object: Reg,
        index: Reg,
    },
    /// `first`: start, stop and step, each `None` when absent.
    LoadSlice {
        dst: Reg,
        object: Reg,
        first: Reg,
    },
    /// A slice as a value; `first` as in `LoadSlice`.
    BuildSlice {
        dst: Reg,
        first: Reg,
    },
    StoreSlice {
        object: Reg,
        first: Reg,
        src: Reg,
    },
    DeleteSlice {
        object: Reg,
        first: Reg,
    },

    Add {
        dst: Reg,
        a: Reg,
        b: Reg,
    },
    Sub {
        dst: Reg,
        a: Reg,
        b: Reg,
    },
    Mul {
        dst: Reg,
        a: Reg,
        b: Reg,
    },
    /// `a + value` for a small constant; `a += value` if `in_place`.
    AddInt {
        dst: Reg,
        a: Reg,
        value: i16,
        in_place: bool,
    },
    SubInt {
        dst: Reg,
        a: Reg,
        value: i16,
        in_place: bool,
    },
    Binary {
        op: BinaryOp,
        dst: Reg,
        a: Reg,
        b: Reg,
    },
    /// The same with a small constant in place of `b`; addition and subtraction have instructions of their own.
    BinaryInt {
        op: BinaryOp,
        dst: Reg,
        a: Reg,
        value: i16,
    },
    /// `a op= b`: like `Binary`, but lists and dicts and sets change in place.
    BinaryInPlace {
        op: BinaryOp,
        dst: Reg,
        a: Reg,
        b: Reg,
    },
    Compare {
        op: CompareOp,
        dst: Reg,
        a: Reg,
        b: Reg,
    },
    Not {
        dst: Reg,
        src: Reg,
    },
    Negate {
        dst: Reg,
        src: Reg,
    },
    Positive {
        dst: Reg,
        src: Reg,
    },
    Invert {
        dst: Reg,
        src: Reg,
    },

    Jump {
        target: u32,
    },
    /// A jump back: the end of a loop's body.
    JumpBack {
        target: u32,
    },
    JumpIf {
        cond: Reg,
        target: u32,
    },
    JumpIfNot {
        cond: Reg,
        target: u32,
    },
    /// Jumps if the register holds a value (not `Unset`).
    JumpIfSet {
        reg: Reg,
        target: u32,
    },
    /// Jumps if the comparison holds.
    JumpWhen {
        op: CompareOp,
        a: Reg,
        b: Reg,
        target: u32,
    },
    /// Jumps if the comparison does not hold.
    JumpUnless {
        op: CompareOp,
        a: Reg,
        b: Reg,
        target: u32,
    },
    /// The same with a small constant in place of `b`.
    JumpUnlessInt {
        op: CompareOp,
        a: Reg,
        value: i16,
        target: u32,
    },

    GetIter {
        dst: Reg,
        src: Reg,
    },
    /// The next item, or a jump to `target` at the end.
    ForIter {
        dst: Reg,
        iter: Reg,
        target: u32,
    },
    /// Makes the arguments of `range`, in `first`, `first + 1`, `first + 2`, ready for `ForRange`.
    PrepareRange {
        first: Reg,
        count: u16,
    },
    ForRange {
        dst: Reg,
        first: Reg,
        target: u32,
    },
    /// Exactly `count` items of `src` to consecutive registers.
    Unpack {
        src: Reg,
        first: Reg,
        count: u16,
    },
    /// `before` items, a list of those in the middle, `after` items.
    UnpackRest {
        src: Reg,
        first: Reg,
        before: u16,
        after: u16,
    },

    BuildList {
        dst: Reg,
        first: Reg,
        count: u16,
    },
    BuildTuple {
        dst: Reg,
        first: Reg,
        count: u16,
    },
    BuildSet {
        dst: Reg,
        first: Reg,
        count: u16,
    },
    /// `count` keys, each followed by its value.
    BuildDict {
        dst: Reg,
        first: Reg,
        count: u16,
    },
    ListAppend {
        list: Reg,
        src: Reg,
    },
    ListExtend {
        list: Reg,
        src: Reg,
    },
    ListToTuple {
        dst: Reg,
        src: Reg,
    },
    SetAdd {
        set: Reg,
        src: Reg,
    },
    SetUpdate {
        set: Reg,
        src: Reg,
    },
    DictInsert {
        dict: Reg,
        key: Reg,
        value: Reg,
    },
    DictUpdate {
        dict: Reg,
        src: Reg,
    },
    /// Like `DictUpdate` for `**` in the call prepared from `first` (see `CallSpread`): keys are strings, and none is
    /// there twice.
    KeywordsUpdate {
        first: Reg,
        src: Reg,
    },
    /// A keyword argument after a `**` in the call prepared from `first`.
    KeywordInsert {
        first: Reg,
        key: Reg,
        value: Reg,
    },
    /// An iterator over the items of a list that a generator expression gave.
    ListToIter {
        dst: Reg,
        src: Reg,
    },

    /// The texts of consecutive registers, which hold strings, as one string.
    BuildString {
        dst: Reg,
        first: Reg,
        count: u16,
    },
    /// `format(src, spec)`; a `spec` that holds `None` is the empty one. `conversion` is `r`, `s`, `a`, or 0.
    Format {
        dst: Reg,
        src: Reg,
        spec: Reg,
        conversion: u8,
    },

    /// Calls the value in `first` with the `count` registers after it.
    Call {
        dst: Reg,
        first: Reg,
        count: u16,
    },
    CallShaped {
        dst: Reg,
        first: Reg,
        shape: u32,
    },
    /// Calls the value in `first` with the list in `first + 1` and the dict in `first + 2`.
    CallSpread {
        dst: Reg,
        first: Reg,
    },
    /// Calls a method of the value in `first`.
    CallMethod {
        dst: Reg,
        first: Reg,
        count: u16,
        name: u32,
    },
    CallMethodShaped {
        dst: Reg,
        first: Reg,
        shape: u32,
    },
    CallMethodSpread {
        dst: Reg,
        first: Reg,
        name: u32,
    },
    CallIntrinsic {
        dst: Reg,
        intrinsic: Intrinsic,
        first: Reg,
    },
    Return {
        src: Reg,
    },

    /// Defaults of the parameters that have one are in consecutive registers.
    MakeFunction {
        dst: Reg,
        code: u32,
        first: Reg,
    },
    /// Stores a function as a method of a type, or of each of a tuple of types.
    DefineMethod {
        types: Reg,
        function: Reg,
        name: u32,
    },
    /// Joins a function with the one that the name had before (or `Unset`), if their first parameters are of different
    /// records.
    JoinOverloads {
        function: Reg,
        previous: Reg,
    },
    /// The value of a global variable, or `Unset`.
    PeekGlobal {
        dst: Reg,
        slot: u32,
    },
    /// `first`: the initialiser (or `None`), then the bases.
    DefineRecord {
        dst: Reg,
        spec: u32,
        first: Reg,
    },
    /// The only instance of an agent's type, made from a dict of fields.
    MakeAgent {
        dst: Reg,
        ty: Reg,
        fields: Reg,
    },
    /// In an initialiser: jumps if the field has a value already.
    JumpIfField {
        record: Reg,
        name: u32,
        target: u32,
    },
    /// Sets a field in an initialiser.
    InitField {
        record: Reg,
        src: Reg,
        name: u32,
    },
    /// A pipeline value with a name.
    MakeWorkflow {
        dst: Reg,
        src: Reg,
        name: u32,
    },

    Raise {
        src: Reg,
    },
    RaiseFrom {
        src: Reg,
        cause: Reg,
    },
    /// Raises an exception again, keeping its traceback.
    Reraise {
        src: Reg,
    },
    /// A bare `raise` outside the handlers of its function.
    RaiseActive,
    /// The exception of a handler as the program sees it.
    Caught {
        dst: Reg,
        exception: Reg,
    },
    /// Jumps if the exception is not of the type (or of one of the tuple of types).
    JumpUnlessMatches {
        exception: Reg,
        types: Reg,
        target: u32,
    },
    /// Raises `AssertionError`; a `message` that holds no value (`Unset`) is left out.
    AssertFail {
        message: Reg,
    },

    /// Imports a module; `spec` is an index into the imports.
    Import {
        dst: Reg,
        spec: u32,
    },
    ImportName {
        dst: Reg,
        module: Reg,
        name: u32,
    },
    ImportStar {
        module: Reg,
    },
    Export {
        name: u32,
    },

    /// `a | b` for values: calls, composes, or unites.
    Pipe {
        dst: Reg,
        a: Reg,
        b: Reg,
    },
    /// Gives a value to a stage of a pipeline.
    PipeInto {
        dst: Reg,
        value: Reg,
        stage: Reg,
    },

    /// Calls `enter_context` of a value, if it has one.
    WithEnter {
        dst: Reg,
        context: Reg,
    },
    /// Calls `exit_context` of a value, if it has one, with the exception in the register `why`, if one is there.
    WithExit {
        dst: Reg,
        context: Reg,
        why: Reg,
    },
    /// Drops the exception in the register `why` if the result of `exit_context` says so.
    WithSuppress {
        why: Reg,
        context: Reg,
        result: Reg,
    },

    /// Converts the register's value to an annotated type, or raises `TypeError`. `what` names the place. An assignment
    /// converts more than other places do.
    Coerce {
        reg: Reg,
        assign: bool,
        ty: u32,
        what: u32,
    },
    /// Waits for the value of a task in the register, and for those inside of a collection there.
    Gather {
        reg: Reg,
    },
    /// Waits for the tasks that this activation has started since the instruction `target`: the start of a block.
    Join {
        target: u32,
    },
    /// Waits until the tasks are done that this activation has started at certain calls: what comes next touches what they
    /// touch.
    After {
        calls: u32,
    },
    /// Tells the call that follows which type its result will be converted to.
    ExpectType {
        ty: u32,
    },
}

const _: () = assert!(size_of::<Op>() <= 16);
