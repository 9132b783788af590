//! Hashing. Values that are equal have equal hashes, across int, float and bool.

use num_bigint::{BigInt, Sign};
use num_traits::ToPrimitive;

use super::{MAX_DEPTH, too_deep};
use crate::exception_kind::{Raise, Res};
use crate::heap::Heap;
use crate::value::Value;

/// Numbers hash as their remainder by this prime (2^61 - 1).
const MODULUS: u64 = (1 << 61) - 1;

/// The `hash(value)` of the language.
///
/// # Errors
/// `TypeError` for values that can change (lists, dicts, sets, records), `RecursionError` for
/// tuples nested too deeply.
pub fn hash(heap: &Heap, value: Value) -> Res<i64> {
    hash_nested(heap, value, 0)
}

/// The hash under which tables store a key: [`hash`], spread over all bits.
///
/// # Errors
/// As [`hash`].
#[inline]
pub fn key_hash(heap: &Heap, key: Value) -> Res<u64> {
    let hash = match key {
        Value::Str(text) => return Ok(heap.strs[text].hash()),
        Value::Int(int) => hash_int(int) as u64,
        key => hash(heap, key)? as u64,
    };
    // Nearby ints would share the bits that the table compares first.
    Ok(hash.wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(26))
}

pub(crate) fn hash_nested(heap: &Heap, value: Value, depth: usize) -> Res<i64> {
    Ok(match value {
        Value::Str(text) => heap.strs[text].hash() as i64,
        Value::Int(int) => hash_int(int),
        Value::Bool(truth) => i64::from(truth.get()),
        Value::Float(float) => hash_float(float.get()),
        Value::BigInt(int) => {
            heap.work((heap.bigints[int].bits() >> 8) as usize)?;
            hash_big(&heap.bigints[int])
        }
        Value::Unset | Value::None => 0x1A2B_3C4D,
        Value::Bytes(bytes) => {
            use std::hash::Hasher;
            let mut hasher = rustc_hash::FxHasher::default();
            hasher.write(heap.byte_strings[bytes].as_slice());
            hasher.finish() as i64
        }
        Value::Tuple(tuple) => {
            if depth > MAX_DEPTH {
                return Err(too_deep("while hashing a tuple"));
            }
            let items = heap.tuples[tuple].items();
            heap.work(items.len() + 1)?;
            let mut hasher = TupleHasher::new();
            for item in items {
                hasher.add(hash_nested(heap, *item, depth + 1)?);
            }
            hasher.finish(items.len())
        }
        Value::FrozenSet(set) => {
            heap.work(heap.sets[set].table.len() + 1)?;
            let mut hashes = Vec::new();
            for entry in heap.sets[set].table.iter() {
                hashes.push(hash_nested(heap, entry.key, depth + 1)? as u64);
            }
            hash_members(&hashes)
        }
        Value::Range(range) => {
            let range = &heap.ranges[range];
            let len = range.len();
            // Equal ranges give equal sequences, whatever their bounds.
            let start = if len == 0 { 0 } else { hash_int(range.start) };
            let step = if len < 2 { 0 } else { hash_int(range.step) };
            hash_tuple(&[len as i64, start, step])
        }
        Value::Record(_) if super::protocol::has(heap, value, super::protocol::Protocol::Hash) => {
            match super::protocol::hash(heap, value)? {
                Some(hash) => hash,
                None => return Err(Raise::type_error(format!("unhashable type: '{}'", value.type_name(heap)))),
            }
        }
        Value::Record(object)
            if crate::vm::exception_of(heap, value).is_some()
                && !super::protocol::has(heap, value, super::protocol::Protocol::Eq) =>
        {
            identity(13, object.index())
        }
        Value::List(_) | Value::Dict(_) | Value::Set(_) | Value::Record(_) | Value::View(_) => {
            return Err(Raise::type_error(format!("unhashable type: '{}'", value.type_name(heap))));
        }
        Value::Promise(promise) => hash_nested(heap, crate::objects::value_of(heap, promise)?, depth)?,
        Value::Iter(object) => identity(1, object.index()),
        Value::Cell(object) => identity(2, object.index()),
        Value::Function(object) => identity(3, object.index()),
        Value::Builtin(builtin) => identity(4, u32::from(builtin.index())),
        Value::BoundMethod(object) => {
            // Two reads of one method are equal.
            let method = &heap.bound_methods[object];
            identity(5, method.name.index())
        }
        Value::Pipeline(object) => identity(6, object.index()),
        Value::Type(tag) => identity(7, tag as u32),
        Value::ExceptionType(kind) => identity(8, kind as u32),
        Value::Exception(object) => identity(9, object.index()),
        Value::RecordType(object) => identity(10, object.index()),
        Value::Module(object) => identity(11, object.index()),
        Value::Native(object) => match crate::modules::native::hash(heap, object, depth)? {
            Some(hash) => hash,
            None => identity(12, object.index()),
        },
    })
}

/// The hash of a set that cannot change, in whatever order it has its members: CPython's.
fn hash_members(hashes: &[u64]) -> i64 {
    let shuffled = |hash: u64| ((hash ^ 89_869_747) ^ (hash << 16)).wrapping_mul(3_644_798_167);
    let mut hash = hashes.iter().fold(0, |all, hash| all ^ shuffled(*hash));
    hash ^= (hashes.len() as u64).wrapping_add(1).wrapping_mul(1_927_868_237);
    hash ^= (hash >> 11) ^ (hash >> 25);
    hash = hash.wrapping_mul(69_069).wrapping_add(907_133_923);
    if hash == u64::MAX { 590_923_713 } else { hash as i64 }
}

/// The hash of an object that equals only itself.
fn identity(kind: i64, index: u32) -> i64 {
    (kind << 40) | i64::from(index)
}

/// -1 is not a hash.
fn avoid_minus_one(hash: i64) -> i64 {
    if hash == -1 { -2 } else { hash }
}

#[inline]
pub(crate) fn hash_int(int: i64) -> i64 {
    if (0..MODULUS as i64).contains(&int) {
        return int;
    }
    let remainder = (int.unsigned_abs() % MODULUS) as i64;
    avoid_minus_one(if int < 0 { -remainder } else { remainder })
}

fn hash_big(int: &BigInt) -> i64 {
    let remainder = (int.magnitude() % MODULUS).to_i64().unwrap_or(0);
    avoid_minus_one(if int.sign() == Sign::Minus { -remainder } else { remainder })
}

fn hash_float(float: f64) -> i64 {
    if float.is_infinite() {
        return if float > 0.0 { 314_159 } else { -314_159 };
    }
    if float.is_nan() {
        return 0;
    }
    if float.fract() == 0.0 && float.abs() < 9.0e18 {
        return hash_int(float as i64);
    }
    // mantissa * 2^exponent modulo 2^61 - 1, where a power of two is a rotation of 61 bits.
    let bits = float.abs().to_bits();
    let raw_exponent = (bits >> 52) as i64;
    let fraction = bits & ((1 << 52) - 1);
    let (mantissa, exponent) =
        if raw_exponent == 0 { (fraction, -1074) } else { (fraction | (1 << 52), raw_exponent - 1075) };
    let rotation = exponent.rem_euclid(61) as u32;
    let hash = if rotation == 0 {
        mantissa % MODULUS
    } else {
        (((mantissa << rotation) & MODULUS) | (mantissa >> (61 - rotation))) % MODULUS
    } as i64;
    avoid_minus_one(if float < 0.0 { -hash } else { hash })
}

pub(crate) fn hash_tuple(lanes: &[i64]) -> i64 {
    let mut hasher = TupleHasher::new();
    for lane in lanes {
        hasher.add(*lane);
    }
    hasher.finish(lanes.len())
}

/// The hash of a tuple out of those of its items.
struct TupleHasher {
    accumulated: u64,
}

impl TupleHasher {
    const PRIME_1: u64 = 11_400_714_785_074_694_791;
    const PRIME_2: u64 = 14_029_467_366_897_019_727;
    const PRIME_5: u64 = 2_870_177_450_012_600_261;

    fn new() -> TupleHasher {
        TupleHasher { accumulated: Self::PRIME_5 }
    }

    fn add(&mut self, lane: i64) {
        let mixed = self.accumulated.wrapping_add((lane as u64).wrapping_mul(Self::PRIME_2));
        self.accumulated = mixed.rotate_left(31).wrapping_mul(Self::PRIME_1);
    }

    fn finish(self, count: usize) -> i64 {
        let accumulated = self.accumulated.wrapping_add(count as u64 ^ (Self::PRIME_5 ^ 3_527_539));
        if accumulated == u64::MAX { 1_546_275_796 } else { accumulated as i64 }
    }
}
