//! The methods of records that operators and builtins use, as Python's data model names them: `__str__`, `__eq__`,
//! `__add__` and the like.
//!
//! An operation cannot call the program. It asks ([`ask`]): the operation ends, the virtual machine calls the method, and
//! then carries the whole instruction out again, which finds the answers in the order in which it asks. So what an operation
//! does before it asks must not show: it must not have changed anything, nor taken values from an iterator.

mod answers;
mod items;
mod names;

pub(crate) use answers::{Answer, Question};
pub use answers::{Answers, ask};
pub use items::{
    all_of, contains, filled, is_iterable, iter, next, or_by_code, own_iterator, quantify, repeatable, reversed,
    search, sum,
};
pub use names::{Protocol, Protocols};

use self::Protocol as P;
use self::answers::ask_library;
use self::names::{NAMES, operator_names};
use super::{BinaryOp, CompareOp, sequence};
use crate::exception_kind::{Callee, Raise, Res};
use crate::heap::Heap;
use crate::value::{TypeTag, Value};

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
        Some(Value::Bool(truth)) => Ok(Some(truth.get())),
        Some(other) => {
            Err(Raise::type_error(format!("__bool__ should return bool, returned {}", other.type_name(heap))))
        }
        None => Ok(len(heap, value)?.map(|len| len != 0)),
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
