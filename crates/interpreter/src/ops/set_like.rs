//! What compares as a set does: sets, and the keys and items of dicts.

use super::compare::{eq_nested, subset};
use super::tables;
use crate::exception_kind::Res;
use crate::heap::Heap;
use crate::objects::{Dict, Set, ViewKind};
use crate::value::{Ref, Value};

#[derive(Clone, Copy)]
pub(super) enum SetLike {
    Set(Ref<Set>),
    Keys(Ref<Dict>),
    Items(Ref<Dict>),
}

#[derive(Clone, Copy)]
enum Member {
    Value(Value),
    /// A key and its value, which a tuple of two equals.
    Item(Value, Value),
}

fn set_like(heap: &Heap, value: Value) -> Option<SetLike> {
    match value {
        Value::Set(set) | Value::FrozenSet(set) => Some(SetLike::Set(set)),
        Value::View(view) => match heap.views[view].kind {
            ViewKind::Keys => Some(SetLike::Keys(heap.views[view].dict)),
            ViewKind::Items => Some(SetLike::Items(heap.views[view].dict)),
            ViewKind::Values => None,
        },
        _ => None,
    }
}

/// The two values, if both compare as sets.
pub(super) fn set_likes(heap: &Heap, a: Value, b: Value) -> Option<(SetLike, SetLike)> {
    match (a, b) {
        (
            Value::Set(_) | Value::FrozenSet(_) | Value::View(_),
            Value::Set(_) | Value::FrozenSet(_) | Value::View(_),
        ) => set_like(heap, a).zip(set_like(heap, b)),
        _ => None,
    }
}

impl SetLike {
    pub(super) fn len(self, heap: &Heap) -> usize {
        match self {
            SetLike::Set(set) => heap.sets[set].table.len(),
            SetLike::Keys(dict) | SetLike::Items(dict) => heap.dicts[dict].table.len(),
        }
    }

    /// Whether every member is in `other`.
    pub(super) fn is_subset(self, heap: &Heap, other: SetLike, depth: usize) -> Res<bool> {
        if let (SetLike::Set(a), SetLike::Set(b)) = (self, other) {
            return subset(heap, a, b);
        }
        heap.work(self.len(heap))?;
        for (hash, member) in self.members(heap) {
            let is_in = match (member, other) {
                (Member::Value(value), SetLike::Set(set)) => {
                    tables::find(heap, &heap.sets[set].table, hash, value)?.is_some()
                }
                (Member::Value(value), SetLike::Keys(dict)) => {
                    tables::find(heap, &heap.dicts[dict].table, hash, value)?.is_some()
                }
                (Member::Item(key, value), SetLike::Items(dict)) => {
                    let table = &heap.dicts[dict].table;
                    let found = tables::find(heap, table, hash, key)?.and_then(|position| table.at(position));
                    match found {
                        Some(entry) => eq_nested(heap, entry.value, value, depth + 1)?,
                        None => false,
                    }
                }
                // The hash of a key is not that of its item.
                (member, other) => other.has(heap, member, depth)?,
            };
            if !is_in {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn members(self, heap: &Heap) -> Vec<(u64, Member)> {
        match self {
            SetLike::Set(set) => {
                heap.sets[set].table.iter().map(|entry| (entry.hash, Member::Value(entry.key))).collect()
            }
            SetLike::Keys(dict) => {
                heap.dicts[dict].table.iter().map(|entry| (entry.hash, Member::Value(entry.key))).collect()
            }
            SetLike::Items(dict) => {
                heap.dicts[dict].table.iter().map(|entry| (entry.hash, Member::Item(entry.key, entry.value))).collect()
            }
        }
    }

    /// Whether something is a member, by looking at all of them.
    fn has(self, heap: &Heap, wanted: Member, depth: usize) -> Res<bool> {
        heap.work(self.len(heap))?;
        for (_, member) in self.members(heap) {
            if same(heap, member, wanted, depth)? {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

fn same(heap: &Heap, a: Member, b: Member, depth: usize) -> Res<bool> {
    match (a, b) {
        (Member::Value(a), Member::Value(b)) => eq_nested(heap, a, b, depth + 1),
        (Member::Item(key, value), Member::Item(other_key, other)) => {
            Ok(eq_nested(heap, key, other_key, depth + 1)? && eq_nested(heap, value, other, depth + 1)?)
        }
        (Member::Value(tuple), Member::Item(key, value)) | (Member::Item(key, value), Member::Value(tuple)) => {
            let Value::Tuple(tuple) = tuple else { return Ok(false) };
            let &[first, second] = heap.tuples[tuple].items() else { return Ok(false) };
            Ok(eq_nested(heap, first, key, depth + 1)? && eq_nested(heap, second, value, depth + 1)?)
        }
    }
}
