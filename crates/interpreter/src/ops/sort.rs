//! Stable sorting with a comparison that can raise.

use std::cmp::Ordering;

use super::compare;
use crate::exception_kind::Res;
use crate::heap::Heap;
use crate::value::Value;

/// Sorts pairs of a key and a value by key, stably. With `reverse` the order is descending and
/// equal keys still keep their order.
///
/// # Errors
/// `TypeError` for keys without an order.
pub fn sort(heap: &Heap, items: &mut [(Value, Value)], reverse: bool) -> Res<()> {
    if reverse {
        items.reverse();
    }
    if !sort_alike(heap, items) {
        merge_sort(heap, items)?;
    }
    if reverse {
        items.reverse();
    }
    Ok(())
}

/// Sorts keys that are all of one kind, whose order cannot fail and needs no look at their kinds; false if they are not.
fn sort_alike(heap: &Heap, items: &mut [(Value, Value)]) -> bool {
    match items.first() {
        Some((Value::Int(_), _)) => {
            let int = |value: &Value| if let Value::Int(int) = value { Some(*int) } else { None };
            if items.iter().all(|(key, item)| int(key).is_some_and(|key| int(item) == Some(key))) {
                // The ints themselves: equal ones cannot be told apart.
                let mut ints: Vec<i64> = items.iter().filter_map(|(key, _)| int(key)).collect();
                ints.sort_unstable();
                for (slot, int) in items.iter_mut().zip(ints) {
                    *slot = (Value::Int(int), Value::Int(int));
                }
                return true;
            }
            sort_by(items, int, i64::cmp)
        }
        Some((Value::Float(_), _)) => {
            let number = |value: &Value| match value {
                Value::Float(float) if !float.get().is_nan() => Some(float.get()),
                _ => None,
            };
            sort_by(items, number, |a, b| a.partial_cmp(b).unwrap_or(Ordering::Equal))
        }
        Some((Value::Str(_), _)) => sort_by(items, |value| heap.as_str(*value), |a, b| a.cmp(b)),
        Some((Value::Tuple(tuple), _)) => {
            let tuples = &heap.tuples;
            match *tuples[*tuple].items() {
                [Value::Int(_), Value::Int(_)] => {
                    let pair = |value: &Value| match value {
                        Value::Tuple(tuple) => match *tuples[*tuple].items() {
                            [Value::Int(first), Value::Int(second)] => Some((first, second)),
                            _ => None,
                        },
                        _ => None,
                    };
                    sort_by(items, pair, Ord::cmp)
                }
                _ => false,
            }
        }
        _ => false,
    }
}

/// Sorts by what is taken out of the keys once; false, and nothing is done, if one of them does not have it.
fn sort_by<K: Copy>(
    items: &mut [(Value, Value)],
    key: impl Fn(&Value) -> Option<K>,
    compare: impl Fn(&K, &K) -> Ordering,
) -> bool {
    let mut keyed = Vec::with_capacity(items.len());
    for (at, (value, _)) in items.iter().enumerate() {
        let Some(key) = key(value) else { return false };
        keyed.push((key, at));
    }
    keyed.sort_by(|(a, _), (b, _)| compare(a, b));
    let unsorted = items.to_vec();
    for (slot, (_, at)) in items.iter_mut().zip(keyed) {
        *slot = unsorted[at];
    }
    true
}

/// The standard library's sort may panic on comparisons that are no total order (NaN), so this one
/// is used for everything else: runs sorted by insertion, then merged bottom up.
fn merge_sort(heap: &Heap, items: &mut [(Value, Value)]) -> Res<()> {
    const RUN: usize = 16;
    for run in items.chunks_mut(RUN) {
        for end in 1..run.len() {
            let mut at = end;
            while at > 0 && compare::less_than(heap, run[at].0, run[at - 1].0)? {
                run.swap(at, at - 1);
                at -= 1;
            }
        }
    }
    let mut merged = Vec::with_capacity(items.len());
    let mut width = RUN;
    while width < items.len() {
        merged.clear();
        for pair in items.chunks(width * 2) {
            let (left, right) = pair.split_at(width.min(pair.len()));
            merge(heap, left, right, &mut merged)?;
        }
        items.copy_from_slice(&merged);
        width *= 2;
    }
    Ok(())
}

fn merge(heap: &Heap, left: &[(Value, Value)], right: &[(Value, Value)], into: &mut Vec<(Value, Value)>) -> Res<()> {
    let (mut left, mut right) = (left, right);
    while let ([a, left_rest @ ..], [b, right_rest @ ..]) = (left, right) {
        if compare::less_than(heap, b.0, a.0)? {
            into.push(*b);
            right = right_rest;
        } else {
            into.push(*a);
            left = left_rest;
        }
    }
    into.extend_from_slice(left);
    into.extend_from_slice(right);
    Ok(())
}
