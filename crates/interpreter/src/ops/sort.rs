//! Stable sorting with a comparison that can raise.

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
    if items.iter().all(|(key, _)| matches!(key, Value::Int(_))) {
        items.sort_by_key(|(key, _)| if let Value::Int(int) = key { *int } else { 0 });
    } else if items.iter().all(|(key, _)| matches!(key, Value::Str(_))) {
        items.sort_by(|(a, _), (b, _)| heap.as_str(*a).cmp(&heap.as_str(*b)));
    } else {
        merge_sort(heap, items)?;
    }
    if reverse {
        items.reverse();
    }
    Ok(())
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
