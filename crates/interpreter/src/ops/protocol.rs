//! The methods of records that operators and builtins use, as Python's data model names them: `__str__`, `__eq__`,
//! `__add__` and the like.
//!
//! An operation cannot call the program. It asks ([`ask`]): the operation ends, the virtual machine calls the method, and
//! then carries the whole instruction out again, which finds the answers in the order in which it asks. So what an operation
//! does before it asks must not show: it must not have changed anything, nor taken values from an iterator.

use std::cell::Cell;

use super::{BinaryOp, CompareOp, sequence};
use crate::exception_kind::{Callee, Raise, Res, Resume};
use crate::heap::Heap;
use crate::value::{TypeTag, Value};

/// A method, or a group of methods, that a record type may define.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Protocol {
    Str,
    Repr,
    Format,
    Eq,
    Ne,
    Lt,
    Le,
    Gt,
    Ge,
    Hash,
    Len,
    Bool,
    Contains,
    Iter,
    Next,
    Reversed,
    GetItem,
    SetItem,
    DelItem,
    Call,
    Int,
    Float,
    Index,
    Neg,
    Pos,
    Invert,
    Abs,
    Round,
    Trunc,
    Floor,
    Ceil,
    /// Any operator of two operands, swapped or in place.
    Operator,
}

use Protocol as P;

const NAMES: [(&str, Protocol); 31] = [
    ("__str__", P::Str),
    ("__repr__", P::Repr),
    ("__format__", P::Format),
    ("__eq__", P::Eq),
    ("__ne__", P::Ne),
    ("__lt__", P::Lt),
    ("__le__", P::Le),
    ("__gt__", P::Gt),
    ("__ge__", P::Ge),
    ("__hash__", P::Hash),
    ("__len__", P::Len),
    ("__bool__", P::Bool),
    ("__contains__", P::Contains),
    ("__iter__", P::Iter),
    ("__next__", P::Next),
    ("__reversed__", P::Reversed),
    ("__getitem__", P::GetItem),
    ("__setitem__", P::SetItem),
    ("__delitem__", P::DelItem),
    ("__call__", P::Call),
    ("__int__", P::Int),
    ("__float__", P::Float),
    ("__index__", P::Index),
    ("__neg__", P::Neg),
    ("__pos__", P::Pos),
    ("__invert__", P::Invert),
    ("__abs__", P::Abs),
    ("__round__", P::Round),
    ("__trunc__", P::Trunc),
    ("__floor__", P::Floor),
    ("__ceil__", P::Ceil),
];

/// The methods of an operator: as written, swapped, and in place.
fn operator_names(op: BinaryOp) -> [&'static str; 3] {
    match op {
        BinaryOp::Add => ["__add__", "__radd__", "__iadd__"],
        BinaryOp::Subtract => ["__sub__", "__rsub__", "__isub__"],
        BinaryOp::Multiply => ["__mul__", "__rmul__", "__imul__"],
        BinaryOp::Divide => ["__truediv__", "__rtruediv__", "__itruediv__"],
        BinaryOp::FloorDivide => ["__floordiv__", "__rfloordiv__", "__ifloordiv__"],
        BinaryOp::Modulo => ["__mod__", "__rmod__", "__imod__"],
        BinaryOp::Power => ["__pow__", "__rpow__", "__ipow__"],
        BinaryOp::BitAnd => ["__and__", "__rand__", "__iand__"],
        BinaryOp::BitOr => ["__or__", "__ror__", "__ior__"],
        BinaryOp::BitXor => ["__xor__", "__rxor__", "__ixor__"],
        BinaryOp::ShiftLeft => ["__lshift__", "__rlshift__", "__ilshift__"],
        BinaryOp::ShiftRight => ["__rshift__", "__rrshift__", "__irshift__"],
        BinaryOp::MatrixMultiply => ["__matmul__", "__rmatmul__", "__imatmul__"],
    }
}

/// The methods that a record type defines, one bit for each [`Protocol`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Protocols(u32);

impl Protocols {
    /// Notes a method of this name, if it is one.
    pub fn note(&mut self, name: &str) {
        if !name.starts_with("__") {
            return;
        }
        match NAMES.iter().find(|(known, _)| *known == name) {
            Some((_, protocol)) => self.0 |= 1 << *protocol as u32,
            // All others that have this form are taken for operators: more bits than needed do no harm.
            None if name.ends_with("__") => self.0 |= 1 << P::Operator as u32,
            None => {}
        }
    }

    /// Those of a base type.
    pub fn inherit(&mut self, base: Protocols) {
        self.0 |= base.0;
    }

    #[inline]
    pub fn has(self, protocol: Protocol) -> bool {
        self.0 & (1 << protocol as u32) != 0
    }

    /// May an operation on a collection ask the program because of them, after it has begun to take values?
    pub fn interrupt(self) -> bool {
        let harmless = [P::Str, P::Repr, P::Format, P::Call, P::SetItem, P::DelItem];
        self.0 & !harmless.iter().fold(0, |bits, protocol| bits | 1 << *protocol as u32) != 0
    }
}

/// What the program has answered, and to which question.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Answer {
    question: Question,
    pub(crate) value: Value,
}

/// What is asked: the function, and the first of its arguments.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Question {
    callee: Callee,
    arguments: [Value; 2],
}

impl Question {
    pub(crate) fn new(callee: Callee, arguments: &[Value]) -> Question {
        let argument = |index: usize| arguments.get(index).copied().unwrap_or(Value::None);
        Question { callee, arguments: [argument(0), argument(1)] }
    }

    pub(crate) fn answer(self, value: Value) -> Answer {
        Answer { question: self, value }
    }

    /// Is it the same question? Values that an operation makes anew each time it starts are not compared.
    fn is_same(self, other: Question) -> bool {
        let same_callee = match (self.callee, other.callee) {
            (Callee::Value(a), Callee::Value(b)) => a.is(b),
            (Callee::Library(a), Callee::Library(b)) => a == b,
            _ => false,
        };
        let same = |(a, b): (&Value, &Value)| !matches!((a, b), (Value::Record(_), Value::Record(_))) || a.is(*b);
        same_callee && self.arguments.iter().zip(&other.arguments).all(same)
    }
}

/// The answers that the program has given to the instruction which is carried out again.
#[derive(Debug, Default)]
pub struct Answers {
    given: Vec<Answer>,
    next: Cell<usize>,
    /// Nobody can answer: the heap is looked at from outside of the program.
    quiet: Cell<bool>,
    /// Some record type of the program has methods for which [`Protocols::interrupt`] holds.
    pub(crate) in_use: bool,
}

impl Answers {
    /// Takes the answers away, for the time that code of the program runs: those that were of use.
    pub(crate) fn take(&mut self) -> Vec<Answer> {
        let used = self.next.replace(0);
        self.given.truncate(used);
        std::mem::take(&mut self.given)
    }

    /// What the instruction that is carried out again will find.
    pub(crate) fn put(&mut self, given: Vec<Answer>) {
        self.next.set(0);
        self.given = given;
    }

    pub(crate) fn values(&self) -> impl Iterator<Item = Value> {
        self.given.iter().map(|answer| answer.value)
    }

    /// What an operation gives if the program cannot be asked: records are as if they had no methods.
    pub(crate) fn quietly<T>(&self, operation: impl FnOnce() -> T) -> T {
        let before = self.quiet.replace(true);
        let result = operation();
        self.quiet.set(before);
        result
    }
}

/// The answer of a function of the program or the library.
///
/// # Errors
/// Until it is there, the wish to be answered, which goes to the virtual machine.
pub fn ask(heap: &Heap, callee: Callee, arguments: &[Value]) -> Res<Value> {
    let next = heap.answers.next.get();
    match heap.answers.given.get(next) {
        // What the operation has done meanwhile may make it ask something else: then it asks anew from here on.
        Some(answer) if answer.question.is_same(Question::new(callee, arguments)) => {
            heap.answers.next.set(next + 1);
            Ok(answer.value)
        }
        _ => Err(Raise::resume_after(Resume::Ask(callee, arguments.into()))),
    }
}

fn ask_library(heap: &Heap, function: &'static str, arguments: &[Value]) -> Res<Value> {
    ask(heap, Callee::Library(function), arguments)
}

/// Does a value have a method of the data model? Only records have.
#[inline]
pub fn has(heap: &Heap, value: Value, protocol: Protocol) -> bool {
    match value {
        Value::Record(record) => {
            heap.record_types[heap.records[record].ty].protocols.has(protocol) && !heap.answers.quiet.get()
        }
        _ => false,
    }
}

fn method(heap: &Heap, value: Value, name: &str) -> Option<Value> {
    let Value::Record(record) = value else { return None };
    heap.record_types[heap.records[record].ty].methods.get(&heap.find_interned(name)?).copied()
}

/// What a method of a value gives; none if the value has no such method.
fn ask_method(heap: &Heap, name: &str, arguments: &[Value]) -> Res<Option<Value>> {
    match arguments.first().and_then(|this| method(heap, *this, name)) {
        Some(method) => ask(heap, Callee::Value(method), arguments).map(Some),
        None => Ok(None),
    }
}

fn is_not_implemented(value: Value) -> bool {
    matches!(value, Value::Type(TypeTag::NotImplemented))
}

/// As [`ask_method`], where `NotImplemented` says that the method does not deal with these values.
fn ask_operator(heap: &Heap, name: &str, arguments: &[Value]) -> Res<Option<Value>> {
    Ok(ask_method(heap, name, arguments)?.filter(|answer| !is_not_implemented(*answer)))
}

fn name_of(protocol: Protocol) -> &'static str {
    NAMES.iter().find(|(_, known)| *known == protocol).map_or("", |(name, _)| name)
}

/// The function that carries a method out, for whoever can call it; none for an instruction that has its answer.
pub(crate) fn function_of(heap: &Heap, protocol: Protocol, value: Value) -> Option<Value> {
    if !has(heap, value, protocol) || !heap.answers.given.is_empty() {
        return None;
    }
    method(heap, value, name_of(protocol)).filter(|method| matches!(method, Value::Function(_)))
}

/// The function that an operator asks first of a record on its left side; none if it has answered.
pub(crate) fn operator_method(heap: &Heap, op: BinaryOp, in_place: bool, left: Value) -> Option<Value> {
    if !has(heap, left, P::Operator) || !heap.answers.given.is_empty() {
        return None;
    }
    let [plain, _, changing] = operator_names(op);
    let changing = if in_place { method(heap, left, changing) } else { None };
    let method = changing.or_else(|| method(heap, left, plain))?;
    matches!(method, Value::Function(_)).then_some(method)
}

/// What the method of a value gives, if the value has it.
///
/// # Errors
/// What the method raises.
#[inline]
pub fn unary(heap: &Heap, protocol: Protocol, value: Value) -> Res<Option<Value>> {
    if !has(heap, value, protocol) {
        return Ok(None);
    }
    ask_method(heap, name_of(protocol), &[value])
}

/// As [`unary`], with more arguments.
///
/// # Errors
/// What the method raises.
pub fn method_of(heap: &Heap, protocol: Protocol, arguments: &[Value]) -> Res<Option<Value>> {
    match arguments.first() {
        Some(this) if has(heap, *this, protocol) => ask_method(heap, name_of(protocol), arguments),
        _ => Ok(None),
    }
}

/// `left op right` for records that define the operator.
///
/// # Errors
/// What the methods raise.
pub fn binary(heap: &Heap, op: BinaryOp, left: Value, right: Value) -> Res<Option<Value>> {
    let [plain, swapped, _] = operator_names(op);
    if has(heap, left, P::Operator)
        && let Some(result) = ask_operator(heap, plain, &[left, right])?
    {
        return Ok(Some(result));
    }
    if has(heap, right, P::Operator) && !(same_type(heap, left, right) && method(heap, left, plain).is_some()) {
        return ask_operator(heap, swapped, &[right, left]);
    }
    Ok(None)
}

/// `target op= value` for records that define it.
///
/// # Errors
/// What the methods raise.
pub fn augmented(heap: &Heap, op: BinaryOp, target: Value, value: Value) -> Res<Option<Value>> {
    if !has(heap, target, P::Operator) {
        return Ok(None);
    }
    ask_operator(heap, operator_names(op)[2], &[target, value])
}

/// `divmod(left, right)` for records that define it.
///
/// # Errors
/// What the methods raise.
pub fn div_mod(heap: &Heap, left: Value, right: Value) -> Res<Option<Value>> {
    if has(heap, left, P::Operator)
        && let Some(result) = ask_operator(heap, "__divmod__", &[left, right])?
    {
        return Ok(Some(result));
    }
    if has(heap, right, P::Operator) {
        return ask_operator(heap, "__rdivmod__", &[right, left]);
    }
    Ok(None)
}

fn same_type(heap: &Heap, a: Value, b: Value) -> bool {
    match (a, b) {
        (Value::Record(a), Value::Record(b)) => heap.records[a].ty == heap.records[b].ty,
        _ => false,
    }
}

/// A comparison of values of which one is a record; none if no method deals with it.
///
/// # Errors
/// What the methods raise.
pub fn compare(heap: &Heap, op: CompareOp, a: Value, b: Value) -> Res<Option<bool>> {
    let (own, other) = match op {
        CompareOp::Equal => (P::Eq, P::Eq),
        CompareOp::NotEqual => (P::Ne, P::Ne),
        CompareOp::Less => (P::Lt, P::Gt),
        CompareOp::LessEqual => (P::Le, P::Ge),
        CompareOp::Greater => (P::Gt, P::Lt),
        CompareOp::GreaterEqual => (P::Ge, P::Le),
    };
    for (protocol, this, that) in [(own, a, b), (other, b, a)] {
        if has(heap, this, protocol)
            && let Some(answer) = ask_operator(heap, name_of(protocol), &[this, that])?
        {
            return sequence::holds(heap, answer).map(Some);
        }
    }
    // `!=` is the opposite of `==`, where that is defined.
    if op == CompareOp::NotEqual && (has(heap, a, P::Eq) || has(heap, b, P::Eq)) {
        return Ok(compare(heap, CompareOp::Equal, a, b)?.map(|equal| !equal));
    }
    Ok(None)
}

/// The text that `__str__`, `__repr__` or `__format__` gives.
fn text_of(heap: &Heap, name: &str, answer: Value) -> Res<String> {
    match answer {
        Value::Str(text) => Ok(heap.str(text).to_owned()),
        other => Err(Raise::type_error(format!("{name} returned non-string (type {})", other.type_name(heap)))),
    }
}

/// `str(value)` of a record that defines it.
///
/// # Errors
/// What the method raises, `TypeError` if it gives no text.
pub fn text(heap: &Heap, value: Value) -> Res<Option<String>> {
    match unary(heap, P::Str, value)? {
        Some(answer) => text_of(heap, "__str__", answer).map(Some),
        None => Ok(None),
    }
}

/// `repr(value)` of a record that defines it.
///
/// # Errors
/// As [`text`].
pub fn repr(heap: &Heap, value: Value) -> Res<Option<String>> {
    match unary(heap, P::Repr, value)? {
        Some(answer) => text_of(heap, "__repr__", answer).map(Some),
        None => Ok(None),
    }
}

/// `format(value, spec)` of a record that defines it.
///
/// # Errors
/// As [`text`].
pub fn format(heap: &Heap, value: Value, spec: &str) -> Res<Option<String>> {
    if !has(heap, value, P::Format) {
        return Ok(None);
    }
    // The method takes the specification as a value, which only the library can make here.
    let Some(method) = method(heap, value, "__format__") else { return Ok(None) };
    let known = heap.find_interned(spec).map(Value::Str);
    let answer = match known {
        Some(spec) => ask(heap, Callee::Value(method), &[value, spec])?,
        None => {
            let codes: Vec<Value> = spec.chars().map(|c| Value::Int(i64::from(u32::from(c)))).collect();
            ask_library(heap, "__format_coded__", &[[value].as_slice(), &codes].concat())?
        }
    };
    text_of(heap, "__format__", answer).map(Some)
}

/// The hash of a record that defines it. One with `__eq__` alone has none.
///
/// # Errors
/// What the method raises, `TypeError` if it gives no int.
pub fn hash(heap: &Heap, value: Value) -> Res<Option<i64>> {
    match unary(heap, P::Hash, value)? {
        None => Ok(None),
        Some(answer @ (Value::Int(_) | Value::BigInt(_) | Value::Bool(_))) => super::hash(heap, answer).map(Some),
        Some(_) => Err(Raise::type_error("__hash__ method should return an integer")),
    }
}

/// The length of a record that defines it.
///
/// # Errors
/// What the method raises, `TypeError` and `ValueError` if it gives no length.
pub fn len(heap: &Heap, value: Value) -> Res<Option<usize>> {
    let Some(answer) = unary(heap, P::Len, value)? else { return Ok(None) };
    let len = super::index_argument(heap, answer)?;
    usize::try_from(len).map(Some).map_err(|_| Raise::value_error("__len__() should return >= 0"))
}

/// The truth of a record that defines it, or its length.
///
/// # Errors
/// What the methods raise, `TypeError` if `__bool__` gives no truth value.
pub fn truth(heap: &Heap, value: Value) -> Res<Option<bool>> {
    match unary(heap, P::Bool, value)? {
        Some(Value::Bool(truth)) => Ok(Some(truth)),
        Some(other) => {
            Err(Raise::type_error(format!("__bool__ should return bool, returned {}", other.type_name(heap))))
        }
        None => Ok(len(heap, value)?.map(|len| len != 0)),
    }
}

/// `item in container` for a record as the container; none if it has no members.
///
/// # Errors
/// What the methods raise.
pub fn contains(heap: &Heap, container: Value, item: Value) -> Res<Option<bool>> {
    if let Some(answer) = method_of(heap, P::Contains, &[container, item])? {
        return sequence::holds(heap, answer).map(Some);
    }
    if is_iterable(heap, container) {
        return search(heap, container, item).map(Some);
    }
    Ok(None)
}

/// Goes through an iterator or an iterable record up to an item, by running code.
///
/// # Errors
/// What the methods raise.
pub fn search(heap: &Heap, container: Value, item: Value) -> Res<bool> {
    sequence::holds(heap, ask_library(heap, "__contains_item__", &[container, item])?)
}

/// How many items a loop of an operation may compare by asking before code does it, which need not start again.
const FEW: usize = 16;

/// What a loop over items gives, or, if it has to ask the program and is long, what code of the library gives.
///
/// # Errors
/// What the loop and the methods raise.
pub fn or_by_code(
    heap: &Heap,
    result: Res<Value>,
    len: usize,
    function: &'static str,
    arguments: &[Value],
) -> Res<Value> {
    match result {
        Err(raise) if len > FEW && raise.resume().is_some() => ask_library(heap, function, arguments),
        result => result,
    }
}

/// A new set or dict filled with many members or pairs by code, if there are records among the keys.
///
/// # Errors
/// What the methods raise.
pub fn filled(heap: &mut Heap, function: &'static str, into: Value, items: &[Value]) -> Res<Option<Value>> {
    if !heap.answers.in_use || items.len() <= FEW {
        return Ok(None);
    }
    let key = |item: &Value| match (into, *item) {
        (Value::Set(_), item) => Some(item),
        (_, Value::Tuple(pair)) => match heap.tuples[pair].items() {
            [key, _] => Some(*key),
            _ => None,
        },
        _ => None,
    };
    let Some(keys) = items.iter().map(key).collect::<Option<Vec<Value>>>() else { return Ok(None) };
    if !keys.iter().any(|key| matches!(key, Value::Record(_))) {
        return Ok(None);
    }
    let items = heap.new_list(items.to_vec());
    ask_library(heap, function, &[into, items]).map(Some)
}

/// `any` or `all` of values that the program has to be asked for.
///
/// # Errors
/// What the methods raise.
pub fn quantify(heap: &Heap, function: &'static str, values: Value) -> Res<Option<Value>> {
    let asks = heap.answers.in_use && matches!(values, Value::Iter(_)) || is_iterable(heap, values);
    if asks { ask_library(heap, function, &[values]).map(Some) } else { Ok(None) }
}

/// Can a loop go through a record?
pub fn is_iterable(heap: &Heap, value: Value) -> bool {
    has(heap, value, P::Iter) || has(heap, value, P::GetItem)
}

/// The iterator of a record that has one.
///
/// # Errors
/// What the methods raise, `TypeError` if `__iter__` gives no iterator.
pub fn iter(heap: &Heap, value: Value) -> Res<Option<Value>> {
    if !is_iterable(heap, value) {
        return Ok(None);
    }
    let function = if has(heap, value, P::Iter) { "__iterator_of__" } else { "__iterator_by_index__" };
    ask_library(heap, function, &[value]).map(Some)
}

/// `iter(value)` of a record whose `__iter__` gives a record that is an iterator: that one itself.
///
/// # Errors
/// What the method raises.
pub fn own_iterator(heap: &Heap, value: Value) -> Res<Option<Value>> {
    if !has(heap, value, P::Iter) {
        return Ok(None);
    }
    let answer = ask_method(heap, "__iter__", &[value])?.unwrap_or(Value::None);
    if matches!(answer, Value::Iter(_)) || has(heap, answer, P::Next) {
        return Ok(Some(answer));
    }
    Err(Raise::type_error(format!("iter() returned non-iterator of type '{}'", answer.type_name(heap))))
}

/// `reversed(value)` of a record that defines it, or has a length and items by number.
///
/// # Errors
/// What the methods raise.
pub fn reversed(heap: &Heap, value: Value) -> Res<Option<Value>> {
    if has(heap, value, P::Reversed) {
        return ask_method(heap, "__reversed__", &[value]);
    }
    if has(heap, value, P::Len) && has(heap, value, P::GetItem) {
        return ask_library(heap, "__reversed_by_index__", &[value]).map(Some);
    }
    Ok(None)
}

/// `sum(values, start)`, where the first value is a record: by running code, which asks for one sum after the other.
///
/// # Errors
/// What the methods raise.
pub fn sum(heap: &Heap, values: Value, start: Value) -> Res<Option<Value>> {
    let first = match values {
        Value::List(list) => heap.lists[list].items.first(),
        Value::Tuple(tuple) => heap.tuples[tuple].items().first(),
        _ => None,
    };
    if matches!(first, Some(Value::Record(_))) || is_iterable(heap, values) {
        ask_library(heap, "__sum__", &[values, start]).map(Some)
    } else {
        Ok(None)
    }
}

/// The values of an iterator as a list, for an operation that may have to start again.
///
/// # Errors
/// What the iterator raises.
pub fn all_of(heap: &Heap, iter: Value) -> Res<Value> {
    ask_library(heap, "__all_of__", &[iter])
}

/// The next value of a record that is an iterator; `StopIteration` if there is none and no default.
///
/// # Errors
/// What the method raises.
pub fn next(heap: &Heap, value: Value, default: Option<Value>) -> Res<Option<Value>> {
    if !has(heap, value, P::Next) {
        return Ok(None);
    }
    match default {
        None => ask_method(heap, "__next__", &[value]),
        Some(default) => ask_library(heap, "__next_or__", &[value, default]).map(Some),
    }
}

/// A number for a record that says which: an int for `__index__` and `__int__`, a float for `__float__`.
///
/// # Errors
/// What the methods raise, `TypeError` if they give no number of the kind.
pub fn number(heap: &Heap, protocol: Protocol, value: Value) -> Res<Option<Value>> {
    let protocol = if has(heap, value, protocol) { protocol } else { P::Index };
    let Some(answer) = unary(heap, protocol, value)? else { return Ok(None) };
    let fits = match answer {
        Value::Int(_) | Value::BigInt(_) | Value::Bool(_) => protocol != P::Float,
        Value::Float(_) => protocol == P::Float,
        _ => false,
    };
    if !fits {
        let (name, kind) = (name_of(protocol), if protocol == P::Float { "float" } else { "int" });
        let given = answer.type_name(heap);
        return Err(Raise::type_error(if protocol == P::Float {
            format!("{}.{name} returned non-{kind} (type {given})", value.type_name(heap))
        } else {
            format!("{name} returned non-{kind} (type {given})")
        }));
    }
    Ok(Some(answer))
}

/// The values that an operation is about to take one after another, in a form that it can take again.
///
/// # Errors
/// What the methods raise.
pub fn repeatable(heap: &Heap, value: Value) -> Res<Value> {
    match value {
        Value::Iter(_) if heap.answers.in_use => all_of(heap, value),
        Value::Record(_) => match iter(heap, value)? {
            Some(iter) => all_of(heap, iter),
            None => Ok(value),
        },
        value => Ok(value),
    }
}
