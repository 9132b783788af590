//! Arithmetic and bit operators, unary operators, and Dana's concatenation of text with numbers.

use num_bigint::BigInt;
use num_traits::{Signed, Zero};

use super::int::{self, to_big};
use super::number::{Number, float_floor_divide, float_modulo, number};
use super::protocol::Protocol;
use super::{iteration, protocol, sequence, tables, text};
use crate::exception_kind::{ExceptionKind, Raise, Res};
use crate::heap::Heap;
use crate::objects::Str;
use crate::value::{Ref, Value};

/// A binary operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BinaryOp {
    Add,
    Subtract,
    Multiply,
    Divide,
    FloorDivide,
    Modulo,
    Power,
    BitAnd,
    /// `|` between values that are not callable: union of sets and dicts, bitwise or of ints.
    BitOr,
    BitXor,
    ShiftLeft,
    ShiftRight,
    MatrixMultiply,
}

impl BinaryOp {
    #[cfg(test)]
    pub(crate) const ALL: [BinaryOp; 13] = {
        use BinaryOp::*;
        [
            Add,
            Subtract,
            Multiply,
            Divide,
            FloorDivide,
            Modulo,
            Power,
            BitAnd,
            BitOr,
            BitXor,
            ShiftLeft,
            ShiftRight,
            MatrixMultiply,
        ]
    };

    /// The operator as written.
    pub fn symbol(self) -> &'static str {
        match self {
            BinaryOp::Add => "+",
            BinaryOp::Subtract => "-",
            BinaryOp::Multiply => "*",
            BinaryOp::Divide => "/",
            BinaryOp::FloorDivide => "//",
            BinaryOp::Modulo => "%",
            BinaryOp::Power => "**",
            BinaryOp::BitAnd => "&",
            BinaryOp::BitOr => "|",
            BinaryOp::BitXor => "^",
            BinaryOp::ShiftLeft => "<<",
            BinaryOp::ShiftRight => ">>",
            BinaryOp::MatrixMultiply => "@",
        }
    }
}

/// `left op right`.
///
/// # Errors
/// `TypeError` for operands the operator does not take, and what the operation itself raises.
pub fn binary(heap: &mut Heap, op: BinaryOp, left: Value, right: Value) -> Res<Value> {
    if let (Value::Int(a), Value::Int(b)) = (left, right)
        && let Some(result) = small_ints(op, a, b)
    {
        return Ok(result);
    }
    match (number(heap, left), number(heap, right)) {
        (Some(Number::Float(a)), Some(Number::Float(b))) => floats(op, a, b),
        (Some(Number::Float(a)), Some(b)) => {
            let b = b.to_f64()?;
            floats(op, a, b)
        }
        (Some(a), Some(Number::Float(b))) => {
            let a = a.to_f64()?;
            floats(op, a, b)
        }
        (Some(_), Some(_)) => ints(heap, op, left, right),
        _ => other(heap, op, left, right),
    }
    .and_then(|result| result.ok_or_else(|| unsupported(heap, op, "", left, right)))
}

/// `target op= value`: like [`binary`], but lists, sets and dicts change in place.
///
/// # Errors
/// As [`binary`].
pub fn augmented(heap: &mut Heap, op: BinaryOp, target: Value, value: Value) -> Res<Value> {
    if let Value::Record(_) = target
        && let Some(result) = protocol::augmented(heap, op, target, value)?
    {
        return Ok(result);
    }
    match (op, target, value) {
        (BinaryOp::Add, Value::List(list), _) => {
            let mut items = iteration::collect(heap, value)?;
            heap.ensure(items.len() * size_of::<Value>())?;
            heap.charge(items.len() * size_of::<Value>());
            heap.lists[list].items.append(&mut items);
            Ok(target)
        }
        (BinaryOp::Multiply, Value::List(list), _) if matches!(value, Value::Int(_) | Value::Bool(_)) => {
            let product = sequence::repeat(heap, target, value)?;
            if let Value::List(product) = product {
                heap.lists[list].items = std::mem::take(&mut heap.lists[product].items);
            }
            Ok(target)
        }
        (BinaryOp::BitOr, Value::Dict(into), Value::Dict(from)) => {
            tables::dict_merge(heap, into, from)?;
            Ok(target)
        }
        (BinaryOp::BitOr, Value::Dict(into), _) => {
            crate::methods::dict::fill(heap, into, &crate::builtins::CallArgs::positional(&[value]), "update")?;
            Ok(target)
        }
        (
            BinaryOp::BitOr | BinaryOp::BitAnd | BinaryOp::BitXor | BinaryOp::Subtract,
            Value::Set(into),
            Value::Set(_) | Value::FrozenSet(_),
        ) => {
            if let Value::Set(result) = binary(heap, op, target, value)? {
                heap.sets[into].table = std::mem::take(&mut heap.sets[result].table);
            }
            Ok(target)
        }
        _ => binary(heap, op, target, value).map_err(|error| {
            // The same complaint, naming the operator that was written.
            let plain = unsupported(heap, op, "", target, value);
            if error.message() == plain.message() { unsupported(heap, op, "=", target, value) } else { error }
        }),
    }
}

/// Two small ints, when the result is small too.
#[inline]
fn small_ints(op: BinaryOp, a: i64, b: i64) -> Option<Value> {
    const EXACT: u64 = 1 << 53;
    match op {
        BinaryOp::Add => a.checked_add(b).map(Value::Int),
        BinaryOp::Subtract => a.checked_sub(b).map(Value::Int),
        BinaryOp::Multiply => a.checked_mul(b).map(Value::Int),
        BinaryOp::Divide if b != 0 && a.unsigned_abs() <= EXACT && b.unsigned_abs() <= EXACT => {
            Some(Value::float(a as f64 / b as f64))
        }
        BinaryOp::FloorDivide if b != 0 => {
            let quotient = a.checked_div(b)?;
            Some(Value::Int(if a % b != 0 && (a < 0) != (b < 0) { quotient - 1 } else { quotient }))
        }
        BinaryOp::Modulo if b != 0 => {
            let remainder = a.checked_rem(b)?;
            Some(Value::Int(if remainder != 0 && (remainder < 0) != (b < 0) { remainder + b } else { remainder }))
        }
        BinaryOp::Power if b >= 0 => u32::try_from(b).ok().and_then(|b| a.checked_pow(b)).map(Value::Int),
        BinaryOp::BitAnd => Some(Value::Int(a & b)),
        BinaryOp::BitOr => Some(Value::Int(a | b)),
        BinaryOp::BitXor => Some(Value::Int(a ^ b)),
        BinaryOp::ShiftRight if b >= 0 => Some(Value::Int(a >> b.min(63))),
        _ => None,
    }
}

fn ints(heap: &mut Heap, op: BinaryOp, left: Value, right: Value) -> Res<Option<Value>> {
    if let (Value::Bool(a), Value::Bool(b)) = (left, right) {
        match op {
            BinaryOp::BitAnd => return Ok(Some(Value::bool(a.get() & b.get()))),
            BinaryOp::BitOr => return Ok(Some(Value::bool(a.get() | b.get()))),
            BinaryOp::BitXor => return Ok(Some(Value::bool(a.get() ^ b.get()))),
            _ => {}
        }
    }
    if let Some(result) = int::of_large(heap, op, left, right) {
        return Ok(Some(heap.new_int(result)));
    }
    let (Some(a), Some(b)) = (to_big(heap, left), to_big(heap, right)) else { return Ok(None) };
    Ok(Some(match op {
        BinaryOp::Add => heap.new_int(a + b),
        BinaryOp::Subtract => heap.new_int(a - b),
        BinaryOp::Multiply => int::multiply(heap, &a, &b)?,
        BinaryOp::Divide => Value::float(int::true_divide(&a, &b)?),
        BinaryOp::FloorDivide => int::floor_divide(heap, &a, &b)?,
        BinaryOp::Modulo => int::modulo(heap, &a, &b)?,
        BinaryOp::Power if b.is_negative() => {
            let (base, exponent) = (super::int_to_f64(&a)?, super::int_to_f64(&b)?);
            Value::float(float_power(base, exponent)?)
        }
        BinaryOp::Power => int::power(heap, &a, &b)?,
        BinaryOp::BitAnd => heap.new_int(a & b),
        BinaryOp::BitOr => heap.new_int(a | b),
        BinaryOp::BitXor => heap.new_int(a ^ b),
        BinaryOp::ShiftLeft => int::shift_left(heap, &a, &b)?,
        BinaryOp::ShiftRight => int::shift_right(heap, &a, &b)?,
        BinaryOp::MatrixMultiply => return Ok(None),
    }))
}

fn floats(op: BinaryOp, a: f64, b: f64) -> Res<Option<Value>> {
    let zero = |message: &str| Err(Raise::new(ExceptionKind::ZeroDivisionError, message));
    Ok(Some(Value::float(match op {
        BinaryOp::Add => a + b,
        BinaryOp::Subtract => a - b,
        BinaryOp::Multiply => a * b,
        BinaryOp::Divide if b == 0.0 => return zero("float division by zero"),
        BinaryOp::Divide => a / b,
        BinaryOp::FloorDivide if b == 0.0 => return zero("float floor division by zero"),
        BinaryOp::FloorDivide => float_floor_divide(a, b),
        BinaryOp::Modulo if b == 0.0 => return zero("float modulo"),
        BinaryOp::Modulo => float_modulo(a, b),
        BinaryOp::Power => float_power(a, b)?,
        _ => return Ok(None),
    })))
}

fn float_power(base: f64, exponent: f64) -> Res<f64> {
    if base == 0.0 && exponent < 0.0 {
        return Err(Raise::new(ExceptionKind::ZeroDivisionError, "0.0 cannot be raised to a negative power"));
    }
    if base < 0.0 && base.is_finite() && exponent.is_finite() && exponent.fract() != 0.0 {
        return Err(Raise::value_error("a negative number cannot be raised to a fractional power"));
    }
    let result = base.powf(exponent);
    if result.is_infinite() && base.is_finite() && exponent.is_finite() {
        return Err(Raise::new(ExceptionKind::OverflowError, "(34, 'Numerical result out of range')"));
    }
    Ok(result)
}

/// Operands of which at least one is not a number. `None` for a combination no operator takes.
fn other(heap: &mut Heap, op: BinaryOp, left: Value, right: Value) -> Res<Option<Value>> {
    if let (Value::Native(_), _) | (_, Value::Native(_)) = (left, right)
        && let Some(result) = crate::modules::native::binary(heap, op, left, right)?
    {
        return Ok(Some(result));
    }
    if let (Value::Record(_), _) | (_, Value::Record(_)) = (left, right)
        && let Some(result) = protocol::binary(heap, op, left, right)?
    {
        return Ok(Some(result));
    }
    match op {
        BinaryOp::Add => concatenate(heap, left, right),
        BinaryOp::Multiply => {
            let count = |heap: &Heap, value| Ok(protocol::number(heap, Protocol::Index, value)?.unwrap_or(value));
            let (left, right) = match (left, right) {
                (_, Value::Record(_)) => (left, count(heap, right)?),
                (Value::Record(_), _) => (count(heap, left)?, right),
                operands => operands,
            };
            let int = |value| matches!(value, Value::Int(_) | Value::Bool(_) | Value::BigInt(_));
            match (sequence::is_sequence(left), sequence::is_sequence(right)) {
                (true, _) if int(right) => sequence::repeat(heap, left, right).map(Some),
                (_, true) if int(left) => sequence::repeat(heap, right, left).map(Some),
                (true, _) => Err(not_a_count(heap, right)),
                (_, true) => Err(not_a_count(heap, left)),
                _ => Ok(None),
            }
        }
        BinaryOp::Modulo => match left {
            Value::Str(template) => crate::format::percent(heap, template, right).map(Some),
            Value::Bytes(template) => crate::format::percent_bytes(heap, template, right).map(Some),
            _ => Ok(None),
        },
        BinaryOp::BitAnd | BinaryOp::BitOr | BinaryOp::BitXor | BinaryOp::Subtract => {
            sequence::set_operation(heap, op, left, right)
        }
        _ => Ok(None),
    }
}

fn not_a_count(heap: &Heap, value: Value) -> Raise {
    Raise::type_error(format!("can't multiply sequence by non-int of type '{}'", value.type_name(heap)))
}

/// `a + b` for texts.
///
/// # Errors
/// `MemoryError` past the limit.
#[inline]
pub fn join_texts(heap: &mut Heap, a: Ref<Str>, b: Ref<Str>) -> Res<Value> {
    heap.ensure(heap.strs[a].len() + heap.strs[b].len())?;
    let (text, bytes) = Str::concat(&heap.strs[a], &heap.strs[b]);
    heap.charge(bytes);
    Ok(Value::Str(heap.alloc(text)))
}

fn concatenate(heap: &mut Heap, left: Value, right: Value) -> Res<Option<Value>> {
    match (left, right) {
        (Value::Str(a), Value::Str(b)) => join_texts(heap, a, b).map(Some),
        (Value::Str(a), Value::Int(_) | Value::BigInt(_) | Value::Float(_) | Value::Bool(_)) => {
            let joined = format!("{}{}", heap.str(a), number_text(heap, right)?);
            Ok(Some(heap.new_str(joined)))
        }
        (Value::Int(_) | Value::BigInt(_) | Value::Float(_) | Value::Bool(_), Value::Str(b)) => {
            let joined = format!("{}{}", number_text(heap, left)?, heap.str(b));
            Ok(Some(heap.new_str(joined)))
        }
        (Value::List(a), Value::List(b)) => {
            let (a, b) = (&heap.lists[a].items, &heap.lists[b].items);
            heap.ensure((a.len() + b.len()) * size_of::<Value>())?;
            let items = [a.as_slice(), b.as_slice()].concat();
            Ok(Some(heap.new_list(items)))
        }
        (Value::Tuple(a), Value::Tuple(b)) => {
            let (a, b) = (heap.tuples[a].items(), heap.tuples[b].items());
            heap.ensure((a.len() + b.len()) * size_of::<Value>())?;
            let items = [a, b].concat();
            Ok(Some(heap.new_tuple(items)))
        }
        (Value::Bytes(a), Value::Bytes(b)) => {
            let (a, b) = (heap.byte_strings[a].as_slice(), heap.byte_strings[b].as_slice());
            heap.ensure(a.len() + b.len())?;
            let bytes = [a, b].concat();
            Ok(Some(heap.new_bytes(bytes)))
        }
        (Value::Bytes(_), _) => Err(Raise::type_error(format!("can't concat {} to bytes", right.type_name(heap)))),
        (Value::Str(_) | Value::List(_) | Value::Tuple(_), _) => {
            let (sequence, other) = (left.type_name(heap), right.type_name(heap));
            Err(Raise::type_error(format!("can only concatenate {sequence} (not \"{other}\") to {sequence}")))
        }
        _ => Ok(None),
    }
}

/// A number joined to text: truth values in Dana's spelling, all else as `str` shows it.
fn number_text(heap: &Heap, value: Value) -> Res<String> {
    match value {
        Value::Bool(truth) => Ok(truth.get().to_string()),
        _ => text::text(heap, value),
    }
}

fn unsupported(heap: &Heap, op: BinaryOp, suffix: &str, left: Value, right: Value) -> Raise {
    let symbol = match (op, suffix) {
        (BinaryOp::Power, "") => "** or pow()".to_owned(),
        (op, suffix) => format!("{}{suffix}", op.symbol()),
    };
    Raise::type_error(format!(
        "unsupported operand type(s) for {symbol}: '{}' and '{}'",
        left.type_name(heap),
        right.type_name(heap)
    ))
}

/// `-value`.
///
/// # Errors
/// `TypeError` unless the value is a number.
pub fn negate(heap: &mut Heap, value: Value) -> Res<Value> {
    match value {
        Value::Int(int) => match int.checked_neg() {
            Some(negative) => Ok(Value::Int(negative)),
            None => Ok(heap.new_int(-BigInt::from(int))),
        },
        Value::Float(float) => Ok(Value::float(-float.get())),
        Value::Bool(truth) => Ok(Value::Int(-i64::from(truth.get()))),
        Value::BigInt(int) => {
            let negative = -&heap.bigints[int];
            Ok(heap.new_int(negative))
        }
        _ => match crate::modules::native::negate(heap, value)? {
            Some(negative) => Ok(negative),
            None => record_unary(heap, Protocol::Neg, "-", value),
        },
    }
}

/// `+value`.
///
/// # Errors
/// `TypeError` unless the value is a number.
pub fn positive(heap: &Heap, value: Value) -> Res<Value> {
    match value {
        Value::Int(_) | Value::Float(_) | Value::BigInt(_) => Ok(value),
        Value::Bool(truth) => Ok(Value::Int(i64::from(truth.get()))),
        Value::Native(native) if native.tag() == crate::value::TypeTag::TimeDelta => Ok(value),
        _ => record_unary(heap, Protocol::Pos, "+", value),
    }
}

/// `~value`.
///
/// # Errors
/// `TypeError` unless the value is an int.
pub fn invert(heap: &mut Heap, value: Value) -> Res<Value> {
    match value {
        Value::Int(int) => Ok(Value::Int(!int)),
        Value::Bool(truth) => Ok(Value::Int(!i64::from(truth.get()))),
        Value::BigInt(int) => {
            let inverted = -(&heap.bigints[int] + BigInt::from(1));
            Ok(heap.new_int(inverted))
        }
        _ => record_unary(heap, Protocol::Invert, "~", value),
    }
}

/// A unary operator of a record that defines it.
fn record_unary(heap: &Heap, protocol: Protocol, symbol: &str, value: Value) -> Res<Value> {
    match protocol::unary(heap, protocol, value)? {
        Some(result) => Ok(result),
        None => {
            let ty = value.type_name(heap);
            Err(Raise::type_error(format!("bad operand type for unary {symbol}: '{ty}'")))
        }
    }
}

/// `pow(base, exponent, modulus)` of ints.
///
/// # Errors
/// `TypeError` for other types, `ValueError` for a zero modulus or a base without inverse.
pub fn power_modulo(heap: &mut Heap, base: Value, exponent: Value, modulus: Value) -> Res<Value> {
    match (to_big(heap, base), to_big(heap, exponent), to_big(heap, modulus)) {
        (Some(a), Some(b), Some(m)) => {
            if m.is_zero() {
                return Err(Raise::value_error("pow() 3rd argument cannot be 0"));
            }
            int::power_modulo(heap, &a, &b, &m)
        }
        _ => {
            let numbers = [base, exponent, modulus].into_iter().all(|value| number(heap, value).is_some());
            Err(Raise::type_error(if numbers {
                "pow() 3rd argument not allowed unless all arguments are integers".to_owned()
            } else {
                format!(
                    "unsupported operand type(s) for ** or pow(): '{}', '{}', '{}'",
                    base.type_name(heap),
                    exponent.type_name(heap),
                    modulus.type_name(heap)
                )
            }))
        }
    }
}
