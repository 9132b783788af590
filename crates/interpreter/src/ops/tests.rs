//! What changes objects in place, what refers to itself, and what is nested too deeply.

use expect_test::{Expect, expect};

use crate::builtins::{CallArgs, lookup};
use crate::exception_kind::{ExceptionKind, Res};
use crate::heap::Heap;
use crate::ops::{self, BinaryOp};
use crate::value::Value;

use super::compare::less_than;
use super::sequence::repeat;
use super::subscript::slice_bounds;

fn ints(heap: &mut Heap, ints: impl IntoIterator<Item = i64>) -> Value {
    heap.new_list(ints.into_iter().map(Value::Int).collect())
}

fn check<T>(heap: &Heap, changed: Value, result: &Res<T>, expected: &Expect) {
    match result {
        Ok(_) => expected.assert_eq(&ops::repr(heap, changed).unwrap()),
        Err(error) => expected.assert_eq(&error.to_string()),
    }
}

#[test]
fn items_are_set_and_deleted() {
    let heap = &mut Heap::new();
    let list = ints(heap, 0..5);
    let result = ops::set_item(heap, list, Value::Int(-1), Value::None);
    check(heap, list, &result, &expect!["[0, 1, 2, 3, None]"]);
    let result = ops::set_item(heap, list, Value::Int(5), Value::None);
    check(heap, list, &result, &expect!["IndexError: list assignment index out of range"]);
    let result = ops::delete_item(heap, list, Value::Int(0));
    check(heap, list, &result, &expect!["[1, 2, 3, None]"]);
    let tuple = heap.new_tuple([Value::None]);
    let result = ops::set_item(heap, tuple, Value::Int(0), Value::None);
    check(heap, tuple, &result, &expect!["TypeError: 'tuple' object does not support item assignment"]);
    let dict = Value::Dict(heap.new_dict());
    let result = ops::delete_item(heap, dict, Value::Int(1));
    check(heap, dict, &result, &expect!["KeyError: 1"]);
}

#[test]
fn slices_are_set_and_deleted() {
    type Part = Option<i64>;
    let cases: [(Part, Part, Part, &[i64], Expect); 7] = [
        (Some(1), Some(3), None, &[7, 8, 9], expect!["[0, 7, 8, 9, 3, 4]"]),
        (Some(1), Some(1), None, &[7], expect!["[0, 7, 1, 2, 3, 4]"]),
        (None, None, None, &[], expect!["[]"]),
        (None, None, Some(2), &[7, 8, 9], expect!["[7, 1, 8, 3, 9]"]),
        (None, None, Some(-2), &[7, 8, 9], expect!["[9, 1, 8, 3, 7]"]),
        (
            None,
            None,
            Some(2),
            &[7],
            expect!["ValueError: attempt to assign sequence of size 1 to extended slice of size 3"],
        ),
        (Some(3), Some(1), None, &[7], expect!["[0, 1, 2, 7, 3, 4]"]),
    ];
    for (start, stop, step, values, expected) in cases {
        let heap = &mut Heap::new();
        let list = ints(heap, 0..5);
        let values = ints(heap, values.iter().copied());
        let [start, stop, step] = [start, stop, step].map(|part| part.map_or(Value::None, Value::Int));
        let result = ops::set_slice(heap, list, start, stop, step, values);
        check(heap, list, &result, &expected);
    }
    let heap = &mut Heap::new();
    let list = ints(heap, 0..6);
    let result = ops::delete_slice(heap, list, Value::None, Value::None, Value::Int(-2));
    check(heap, list, &result, &expect!["[0, 2, 4]"]);
    let result = ops::set_slice(heap, list, Value::None, Value::None, Value::None, list);
    check(heap, list, &result, &expect!["[0, 2, 4]"]);
}

#[test]
fn augmented_assignment_changes_lists_in_place() {
    let heap = &mut Heap::new();
    let list = ints(heap, [1]);
    let result = ops::augmented(heap, BinaryOp::Add, list, list).unwrap();
    assert!(result.is(list));
    let text = heap.new_str("ab");
    ops::augmented(heap, BinaryOp::Add, list, text).unwrap();
    ops::augmented(heap, BinaryOp::Multiply, list, Value::Int(2)).unwrap();
    expect!["[1, 1, 'a', 'b', 1, 1, 'a', 'b']"].assert_eq(&ops::repr(heap, list).unwrap());
    let error = ops::augmented(heap, BinaryOp::Subtract, text, Value::Int(1)).unwrap_err();
    expect!["TypeError: unsupported operand type(s) for -=: 'str' and 'int'"].assert_eq(&error.to_string());
}

#[test]
fn what_contains_itself_is_shown_once() {
    let heap = &mut Heap::new();
    let list = ints(heap, [1]);
    let dict = heap.new_dict();
    ops::dict_insert_str(heap, dict, "list", list);
    if let Value::List(list) = list {
        heap.lists[list].items.push(Value::Dict(dict));
    }
    expect!["[1, {'list': [...]}]"].assert_eq(&ops::repr(heap, list).unwrap());
    expect!["{'list': [1, {...}]}"].assert_eq(&ops::repr(heap, Value::Dict(dict)).unwrap());
}

#[test]
fn nesting_has_a_limit() {
    let heap = &mut Heap::new();
    let (mut a, mut b) = (Value::None, Value::None);
    for _ in 0..100_000 {
        a = heap.new_tuple([a]);
        b = heap.new_tuple([b]);
    }
    for error in [
        ops::repr(heap, a).unwrap_err(),
        ops::eq(heap, a, b).unwrap_err(),
        ops::hash(heap, a).unwrap_err(),
        less_than(heap, a, b).unwrap_err(),
    ] {
        assert_eq!(error.kind(), ExceptionKind::RecursionError);
    }
}

#[test]
fn a_dict_that_changes_its_size_ends_the_iteration() {
    let heap = &mut Heap::new();
    let dict = heap.new_dict();
    ops::dict_insert(heap, dict, Value::Int(1), Value::None).unwrap();
    let iter = ops::iter(heap, Value::Dict(dict)).unwrap();
    assert!(ops::iter_next(heap, iter).unwrap().is_some());
    ops::dict_insert(heap, dict, Value::Int(2), Value::None).unwrap();
    let error = ops::iter_next(heap, iter).unwrap_err();
    expect!["RuntimeError: dictionary changed size during iteration"].assert_eq(&error.to_string());
}

#[test]
fn a_list_that_grows_is_followed() {
    let heap = &mut Heap::new();
    let list = ints(heap, [1]);
    let iter = ops::iter(heap, list).unwrap();
    let Value::List(items) = list else { panic!("a list") };
    assert!(ops::iter_next(heap, iter).unwrap().is_some());
    heap.lists[items].items.push(Value::Int(2));
    assert!(ops::iter_next(heap, iter).unwrap().is_some());
    assert!(ops::iter_next(heap, iter).unwrap().is_none());
    heap.lists[items].items.push(Value::Int(3));
    assert!(ops::iter_next(heap, iter).unwrap().is_none(), "an iterator that ended stays at its end");
}

#[test]
fn slice_bounds_count_positions() {
    let heap = &Heap::new();
    let positions = |start: i64, stop: Value, step: i64, len| -> Vec<usize> {
        let bounds = slice_bounds(heap, Value::Int(start), stop, Value::Int(step), len).unwrap();
        bounds.positions().collect()
    };
    assert_eq!(positions(1, Value::None, 2, 6), [1, 3, 5]);
    assert_eq!(positions(-1, Value::None, -2, 6), [5, 3, 1]);
    assert_eq!(positions(i64::MIN, Value::Int(i64::MAX), i64::MAX, 3), [0]);
    assert_eq!(positions(i64::MAX, Value::None, i64::MIN, 3), [2]);
}

#[test]
fn allocations_past_the_limit_are_refused() {
    let heap = &mut Heap::new();
    heap.set_limit(1 << 20);
    let text = heap.new_str("abc");
    let error = repeat(heap, text, Value::Int(1 << 40)).unwrap_err();
    assert_eq!(error.kind(), ExceptionKind::MemoryError);
    let Some(Value::Type(range)) = lookup("range") else { panic!("a type") };
    let range = crate::builtins::construct(heap, range, &CallArgs::positional(&[Value::Int(i64::MAX)])).unwrap();
    assert_eq!(ops::collect(heap, range).unwrap_err().kind(), ExceptionKind::MemoryError);
    let error = ops::binary(heap, BinaryOp::Power, Value::Int(3), Value::Int(1 << 40)).unwrap_err();
    assert_eq!(error.kind(), ExceptionKind::MemoryError);
}

#[test]
fn sorting_is_stable_both_ways() {
    let heap = &Heap::new();
    for reverse in [false, true] {
        // Keys of two types go through the general sort.
        let mut items: Vec<(Value, Value)> = (0..200i64)
            .map(|at| {
                let key = at * 7919 % 10;
                (if at % 2 == 0 { Value::Int(key) } else { Value::float(key as f64) }, Value::Int(at))
            })
            .collect();
        ops::sort(heap, &mut items, reverse).unwrap();
        for pair in items.windows(2) {
            let [(key, place), (next_key, next_place)] = pair else { continue };
            let (first, second) = if reverse { (next_key, key) } else { (key, next_key) };
            assert!(!less_than(heap, *second, *first).unwrap());
            if ops::eq(heap, *key, *next_key).unwrap() {
                assert!(less_than(heap, *place, *next_place).unwrap());
            }
        }
    }
}
