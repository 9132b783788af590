//! Equality and order.
//!
//! [`eq`] and [`less_than`] are Python's and serve containers and sorting; [`loose_eq`] and
//! [`compare`] are Dana's operators, which also compare text with the number it spells.

use std::cmp::Ordering;

use num_bigint::BigInt;

use super::number::{Number, number};
use super::protocol::Protocol;
use super::set_like::set_likes;
use super::{MAX_DEPTH, protocol, tables, too_deep};
use crate::exception_kind::{Raise, Res};
use crate::heap::Heap;
use crate::modules;
use crate::objects::{Dict, Range, Set, Str};
use crate::value::{Ref, Value};

/// A comparison operator other than `in` and `is`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CompareOp {
    Equal,
    NotEqual,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
}

impl CompareOp {
    /// The operator as written.
    pub fn symbol(self) -> &'static str {
        match self {
            CompareOp::Equal => "==",
            CompareOp::NotEqual => "!=",
            CompareOp::Less => "<",
            CompareOp::LessEqual => "<=",
            CompareOp::Greater => ">",
            CompareOp::GreaterEqual => ">=",
        }
    }

    fn accepts(self, order: Ordering) -> bool {
        match self {
            CompareOp::Equal => order.is_eq(),
            CompareOp::NotEqual => order.is_ne(),
            CompareOp::Less => order.is_lt(),
            CompareOp::LessEqual => order.is_le(),
            CompareOp::Greater => order.is_gt(),
            CompareOp::GreaterEqual => order.is_ge(),
        }
    }
}

/// Python's `==`, used for members of collections and keys.
///
/// # Errors
/// `RecursionError` for values nested too deeply.
#[inline]
pub fn eq(heap: &Heap, a: Value, b: Value) -> Res<bool> {
    match (a, b) {
        (Value::Int(a), Value::Int(b)) => Ok(a == b),
        (Value::Str(a), Value::Str(b)) => eq_text(heap, a, b),
        _ => eq_nested(heap, a, b, 0),
    }
}

/// A long text takes time to compare only with one of the same length.
#[inline]
fn eq_text(heap: &Heap, a: Ref<Str>, b: Ref<Str>) -> Res<bool> {
    const SHORT: usize = 512;
    if a == b {
        return Ok(true);
    }
    let len = heap.strs[a].len();
    if len != heap.strs[b].len() {
        return Ok(false);
    }
    if len > SHORT {
        heap.work(len / SHORT)?;
    }
    Ok(heap.str(a) == heap.str(b))
}

/// As [`eq`], where members of collections count as equal when they are the same object, even a NaN.
#[inline]
fn eq_member(heap: &Heap, a: Value, b: Value, depth: usize) -> Res<bool> {
    match (a, b) {
        (Value::Int(a), Value::Int(b)) => Ok(a == b),
        (Value::Str(a), Value::Str(b)) => Ok(a == b || heap.str(a) == heap.str(b)),
        _ => Ok(a.is(b) || eq_nested(heap, a, b, depth)?),
    }
}

pub(super) fn eq_nested(heap: &Heap, a: Value, b: Value, depth: usize) -> Res<bool> {
    if depth > MAX_DEPTH {
        return Err(too_deep("in comparison"));
    }
    if let (Value::BigInt(x), Value::BigInt(_)) = (a, b) {
        heap.work((heap.bigints[x].bits() >> 12) as usize)?;
    }
    if let (Some(a), Some(b)) = (number(heap, a), number(heap, b)) {
        return Ok(a.partial_cmp(b) == Some(Ordering::Equal));
    }
    if let (Value::Promise(_), _) | (_, Value::Promise(_)) = (a, b) {
        return eq_nested(heap, settled(heap, a)?, settled(heap, b)?, depth + 1);
    }
    if let (Value::Record(_), _) | (_, Value::Record(_)) = (a, b)
        && let Some(equal) = protocol::compare(heap, CompareOp::Equal, a, b)?
    {
        return Ok(equal);
    }
    // A record that has its own equality, which does not deal with the other value, equals only itself.
    if protocol::has(heap, a, Protocol::Eq) || protocol::has(heap, b, Protocol::Eq) {
        return Ok(a.is(b));
    }
    match (a, b) {
        (Value::Str(a), Value::Str(b)) => eq_text(heap, a, b),
        (Value::Str(text), ty) | (ty, Value::Str(text)) if is_type(ty) => {
            Ok(super::text::spells_type(heap, heap.str(text), ty))
        }
        (Value::Bytes(a), Value::Bytes(b)) => Ok(heap.byte_strings[a] == heap.byte_strings[b]),
        (Value::List(x), Value::List(y)) => {
            let (x, y) = (&heap.lists[x].items, &heap.lists[y].items);
            eq_items(heap, eq_slices(heap, x, y, depth), x.len(), a, b)
        }
        (Value::Tuple(x), Value::Tuple(y)) => {
            let (x, y) = (heap.tuples[x].items(), heap.tuples[y].items());
            eq_items(heap, eq_slices(heap, x, y, depth), x.len(), a, b)
        }
        (Value::Dict(a), Value::Dict(b)) => eq_dicts(heap, a, b, depth),
        (Value::Set(a) | Value::FrozenSet(a), Value::Set(b) | Value::FrozenSet(b)) => {
            Ok(heap.sets[a].table.len() == heap.sets[b].table.len() && subset(heap, a, b)?)
        }
        (Value::Range(a), Value::Range(b)) => Ok(eq_ranges(&heap.ranges[a], &heap.ranges[b])),
        (Value::Record(x), Value::Record(y)) => {
            let (x, y) = (&heap.records[x], &heap.records[y]);
            Ok(a.is(b) || (x.ty == y.ty && eq_slices(heap, &x.fields, &y.fields, depth)?))
        }
        (Value::View(_), Value::Set(_) | Value::FrozenSet(_) | Value::View(_))
        | (Value::Set(_) | Value::FrozenSet(_), Value::View(_)) => match set_likes(heap, a, b) {
            Some((a, b)) => Ok(a.len(heap) == b.len(heap) && a.is_subset(heap, b, depth)?),
            None => Ok(a.is(b)),
        },
        (Value::Native(x), Value::Native(y)) => Ok(a.is(b) || modules::native::eq(heap, x, y, depth)?),
        (Value::BoundMethod(x), Value::BoundMethod(y)) => {
            let (x, y) = (&heap.bound_methods[x], &heap.bound_methods[y]);
            Ok(x.receiver.is(y.receiver) && x.name == y.name)
        }
        _ => Ok(a.is(b)),
    }
}

/// The value itself, or that of a task.
fn settled(heap: &Heap, value: Value) -> Res<Value> {
    match value {
        Value::Promise(promise) => crate::objects::value_of(heap, promise),
        value => Ok(value),
    }
}

/// What comparing the items of two collections gave; many of them are compared by code if the program has to be asked.
fn eq_items(heap: &Heap, result: Res<bool>, len: usize, a: Value, b: Value) -> Res<bool> {
    if result.is_ok() {
        return result;
    }
    let answer = protocol::or_by_code(heap, result.map(Value::bool), len, "__equal_items__", &[a, b])?;
    super::holds(heap, answer)
}

pub(crate) fn eq_slices(heap: &Heap, a: &[Value], b: &[Value], depth: usize) -> Res<bool> {
    if a.len() != b.len() {
        return Ok(false);
    }
    heap.work(a.len() + 1)?;
    for (x, y) in a.iter().zip(b) {
        if !eq_member(heap, *x, *y, depth + 1)? {
            return Ok(false);
        }
    }
    Ok(true)
}

fn eq_dicts(heap: &Heap, a: Ref<Dict>, b: Ref<Dict>, depth: usize) -> Res<bool> {
    let (a, b) = (&heap.dicts[a].table, &heap.dicts[b].table);
    if a.len() != b.len() {
        return Ok(false);
    }
    heap.work(a.len() + 1)?;
    for entry in a.iter() {
        let Some(position) = tables::find(heap, b, entry.hash, entry.key)? else { return Ok(false) };
        let Some(other) = b.at(position) else { return Ok(false) };
        if !eq_member(heap, entry.value, other.value, depth + 1)? {
            return Ok(false);
        }
    }
    Ok(true)
}

fn eq_ranges(a: &Range, b: &Range) -> bool {
    let len = a.len();
    len == b.len() && (len == 0 || (a.start == b.start && (len == 1 || a.step == b.step)))
}

/// Whether every member of `a` is in `b`.
pub(super) fn subset(heap: &Heap, a: Ref<Set>, b: Ref<Set>) -> Res<bool> {
    let (a, b) = (&heap.sets[a].table, &heap.sets[b].table);
    heap.work(a.len())?;
    for entry in a.iter() {
        if tables::find(heap, b, entry.hash, entry.key)?.is_none() {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Dana's `==`: Python's, and text equals the number or truth value it spells (`"5" == 5`).
///
/// # Errors
/// `RecursionError` for values nested too deeply.
pub fn loose_eq(heap: &Heap, a: Value, b: Value) -> Res<bool> {
    match (a, b) {
        (Value::Str(text), other) | (other, Value::Str(text))
            if !matches!(other, Value::Str(_) | Value::Record(_) | Value::Promise(_)) && !is_type(other) =>
        {
            let text = heap.str(text);
            if let Value::Bool(truth) = other {
                return Ok(spelled_truth(text) == Some(truth.get()));
            }
            match (spelled_number(text, other), number(heap, other)) {
                (Some(spelled), Some(other)) => Ok(spelled.as_number().partial_cmp(other) == Some(Ordering::Equal)),
                _ => Ok(false),
            }
        }
        _ => eq(heap, a, b),
    }
}

fn is_type(value: Value) -> bool {
    matches!(value, Value::Type(_) | Value::ExceptionType(_) | Value::RecordType(_))
}

/// The truth value a text spells, for comparison with one.
fn spelled_truth(text: &str) -> Option<bool> {
    match text.trim().to_ascii_lowercase().as_str() {
        "true" | "yes" | "on" | "1" => Some(true),
        "false" | "no" | "off" | "0" => Some(false),
        _ => None,
    }
}

enum Spelled {
    Int(i64),
    Big(BigInt),
    Float(f64),
}

impl Spelled {
    fn as_number(&self) -> Number<'_> {
        match self {
            Spelled::Int(int) => Number::Int(*int),
            Spelled::Big(int) => Number::Big(int),
            Spelled::Float(float) => Number::Float(*float),
        }
    }
}

/// The number a text spells in the type of `other`: an int for ints, a float for floats.
fn spelled_number(text: &str, other: Value) -> Option<Spelled> {
    match other {
        Value::Int(_) | Value::BigInt(_) => {
            let text = text.trim();
            if let Ok(int) = text.parse() {
                return Some(Spelled::Int(int));
            }
            if text.len() > super::MAX_TEXT_DIGITS {
                return None;
            }
            BigInt::parse_bytes(text.as_bytes(), 10).map(Spelled::Big)
        }
        Value::Float(_) => super::number::parse_float(text).map(Spelled::Float),
        _ => None,
    }
}

/// A comparison as the program's operators make it.
///
/// # Errors
/// `TypeError` for values without an order, `RecursionError` for values nested too deeply.
pub fn compare(heap: &Heap, op: CompareOp, a: Value, b: Value) -> Res<bool> {
    match op {
        CompareOp::NotEqual if matches!((a, b), (Value::Record(_), _) | (_, Value::Record(_))) => {
            if let Some(differ) = protocol::compare(heap, op, a, b)? {
                return Ok(differ);
            }
            return eq(heap, a, b).map(|equal| !equal);
        }
        CompareOp::Equal => return loose_eq(heap, a, b),
        CompareOp::NotEqual => return loose_eq(heap, a, b).map(|equal| !equal),
        _ => {}
    }
    let coerced = match (a, b) {
        (Value::Str(text), Value::Int(_) | Value::BigInt(_) | Value::Float(_)) => {
            spelled_number(heap.str(text), b).zip(number(heap, b)).map(|(s, n)| s.as_number().partial_cmp(n))
        }
        (Value::Int(_) | Value::BigInt(_) | Value::Float(_), Value::Str(text)) => {
            spelled_number(heap.str(text), a).zip(number(heap, a)).map(|(s, n)| n.partial_cmp(s.as_number()))
        }
        _ => None,
    };
    match coerced {
        Some(order) => Ok(order.is_some_and(|order| op.accepts(order))),
        None => order(heap, op, a, b),
    }
}

/// Python's order comparison, `op` being one of `<`, `<=`, `>`, `>=`.
///
/// # Errors
/// `TypeError` for values without an order, `RecursionError` for values nested too deeply.
pub fn order(heap: &Heap, op: CompareOp, a: Value, b: Value) -> Res<bool> {
    order_nested(heap, op, a, b, 0)
}

/// Python's `a < b`, as sorting uses it.
///
/// # Errors
/// As [`order`].
#[inline]
pub fn less_than(heap: &Heap, a: Value, b: Value) -> Res<bool> {
    match (a, b) {
        (Value::Int(a), Value::Int(b)) => Ok(a < b),
        (Value::Str(a), Value::Str(b)) => Ok(heap.str(a) < heap.str(b)),
        (Value::Tuple(a), Value::Tuple(b)) => {
            let (a, b) = (heap.tuples[a].items(), heap.tuples[b].items());
            match (a.first(), b.first()) {
                (Some(&Value::Int(x)), Some(&Value::Int(y))) if x != y => Ok(x < y),
                _ => order_slices(heap, CompareOp::Less, a, b, 0),
            }
        }
        _ => order_nested(heap, CompareOp::Less, a, b, 0),
    }
}

fn order_nested(heap: &Heap, op: CompareOp, a: Value, b: Value, depth: usize) -> Res<bool> {
    if let (Value::Int(a), Value::Int(b)) = (a, b) {
        return Ok(op.accepts(a.cmp(&b)));
    }
    if depth > MAX_DEPTH {
        return Err(too_deep("in comparison"));
    }
    if let (Some(a), Some(b)) = (number(heap, a), number(heap, b)) {
        return Ok(a.partial_cmp(b).is_some_and(|order| op.accepts(order)));
    }
    if let (Value::Record(_), _) | (_, Value::Record(_)) = (a, b)
        && let Some(holds) = protocol::compare(heap, op, a, b)?
    {
        return Ok(holds);
    }
    if let Some((a, b)) = set_likes(heap, a, b) {
        let (small, large) = match op {
            CompareOp::Less | CompareOp::LessEqual => (a, b),
            _ => (b, a),
        };
        let is_proper = matches!(op, CompareOp::Less | CompareOp::Greater);
        let (small_len, large_len) = (small.len(heap), large.len(heap));
        let may_fit = if is_proper { small_len < large_len } else { small_len <= large_len };
        return Ok(may_fit && small.is_subset(heap, large, depth)?);
    }
    match (a, b) {
        // UTF-8 orders as code points do.
        (Value::Str(a), Value::Str(b)) => {
            heap.work(1 + (heap.strs[a].len().min(heap.strs[b].len()) >> 9))?;
            Ok(op.accepts(heap.str(a).cmp(heap.str(b))))
        }
        (Value::Bytes(a), Value::Bytes(b)) => {
            Ok(op.accepts(heap.byte_strings[a].as_slice().cmp(heap.byte_strings[b].as_slice())))
        }
        (Value::List(a), Value::List(b)) => order_slices(heap, op, &heap.lists[a].items, &heap.lists[b].items, depth),
        (Value::Tuple(a), Value::Tuple(b)) => {
            order_slices(heap, op, heap.tuples[a].items(), heap.tuples[b].items(), depth)
        }
        (Value::Native(x), Value::Native(y)) if modules::native::is_ordered(x, y) => {
            Ok(op.accepts(modules::native::order(heap, x, y)?))
        }
        _ => Err(Raise::type_error(format!(
            "'{}' not supported between instances of '{}' and '{}'",
            op.symbol(),
            a.type_name(heap),
            b.type_name(heap)
        ))),
    }
}

fn order_slices(heap: &Heap, op: CompareOp, a: &[Value], b: &[Value], depth: usize) -> Res<bool> {
    for (x, y) in a.iter().zip(b) {
        heap.work(1)?;
        if !eq_member(heap, *x, *y, depth + 1)? {
            return order_nested(heap, op, *x, *y, depth + 1);
        }
    }
    Ok(op.accepts(a.len().cmp(&b.len())))
}
