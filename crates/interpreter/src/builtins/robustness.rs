//! Every builtin, method and operator with odd arguments: they may raise, never panic, and end soon.

use num_bigint::BigInt;

use super::{CallArgs, Implementation, all, construct};
use crate::exception_kind::Res;
use crate::heap::Heap;
use crate::objects::Range;
use crate::ops::{self, BinaryOp, CompareOp};
use crate::value::{TypeTag, Value};
use crate::{format, methods, modules};

/// Values at the edges of their types.
fn odd_values(heap: &mut Heap) -> Vec<Value> {
    let mut values: Vec<Value> = [0, 1, -1, 2, 255, 1114111, i64::MAX, i64::MIN].map(Value::Int).into();
    values.extend([0.0, -0.0, 1.5, -2.5, 1e308, 5e-324, f64::NAN, f64::INFINITY, f64::NEG_INFINITY].map(Value::float));
    values.extend([Value::None, Value::bool(true), Value::Type(TypeTag::Int), Value::Type(TypeTag::Type)]);
    for text in
        ["", "a", "x,y", "  ", "-12", "日本é😀", "{}", "{0[a].b!r:>{w}}", "%s%*d", "\0\u{7f}", "utf-8", "İΣ", ">5,.2f"]
    {
        values.push(heap.new_str(text));
    }
    values.push(heap.new_int(BigInt::from(1) << 200));
    values.push(heap.new_int(BigInt::from(-1) << 64));
    values.push(heap.new_bytes(*b"a\xff\xc3"));
    values.push(heap.new_list(vec![]));
    let mixed = heap.new_list(vec![Value::Int(1), Value::None, Value::float(f64::NAN)]);
    let itself = heap.new_list(vec![mixed]);
    if let Value::List(list) = itself {
        heap.lists[list].items.push(itself);
    }
    values.extend([mixed, itself]);
    values.push(heap.new_tuple([Value::Int(1), Value::Int(2)]));
    let dict = heap.new_dict();
    ops::dict_insert_str(heap, dict, "a", itself);
    values.push(Value::Dict(dict));
    let set = heap.new_set();
    ops::set_insert(heap, set, Value::Int(3)).unwrap();
    values.push(Value::Set(set));
    for (start, stop, step) in [(0, 3, 1), (i64::MIN, i64::MAX, i64::MAX), (i64::MAX, i64::MIN, i64::MIN)] {
        values.push(Value::Range(heap.alloc(Range { start, stop, step })));
    }
    values
}

/// Runs the call on a fresh heap, so that one call does not change the arguments of the next.
fn on_fresh_heap(call: impl Fn(&mut Heap, &[Value]) -> Res<Value>) {
    let heap = &mut Heap::new();
    heap.set_limit(64 << 20);
    let values = odd_values(heap);
    let result = call(heap, &values);
    if let Ok(value) = result {
        let _ = ops::repr(heap, value);
    }
}

/// Calls with no, one, two and (for some pairs) three arguments.
fn for_all_arguments(call: &dyn Fn(&mut Heap, &[Value]) -> Res<Value>) {
    let count = odd_values(&mut Heap::new()).len();
    on_fresh_heap(|heap, _| call(heap, &[]));
    for first in 0..count {
        on_fresh_heap(|heap, values| call(heap, &[values[first]]));
        for second in 0..count {
            on_fresh_heap(|heap, values| call(heap, &[values[first], values[second]]));
            let third = (first * 7 + second * 3) % count;
            on_fresh_heap(|heap, values| call(heap, &[values[first], values[second], values[third]]));
        }
    }
}

#[test]
fn builtin_functions() {
    let tables = modules::MODULES.iter().map(|module| module.functions).chain([all()]);
    for builtin in tables.flatten() {
        if let Implementation::Pure(function) = builtin.run {
            for_all_arguments(&|heap, values| function(heap, &CallArgs::positional(values)));
        }
    }
}

#[test]
fn builtin_types() {
    use TypeTag::*;
    for tag in [Bool, Int, Float, Str, Bytes, List, Tuple, Dict, Set, Range, Type] {
        for_all_arguments(&|heap, values| construct(heap, tag, &CallArgs::positional(values)));
    }
}

#[test]
fn methods_of_builtin_types() {
    let count = odd_values(&mut Heap::new()).len();
    for at in 0..count {
        let heap = &mut Heap::new();
        let receiver = odd_values(heap)[at];
        for method in methods::methods_of(receiver.type_tag()) {
            let Implementation::Pure(run) = method.run else { continue };
            on_fresh_heap(|heap, values| run(heap, values[at], &CallArgs::positional(&[])));
            for first in 0..count {
                on_fresh_heap(|heap, values| run(heap, values[at], &CallArgs::positional(&[values[first]])));
                for step in 1..4 {
                    let two = [first, (first * step + at + step) % count];
                    on_fresh_heap(|heap, values| {
                        run(heap, values[at], &CallArgs::positional(&two.map(|index| values[index])))
                    });
                }
            }
        }
    }
}

#[test]
fn operators() {
    for op in BinaryOp::ALL {
        for_all_arguments(&|heap, values| match values {
            [a, b] => ops::binary(heap, op, *a, *b),
            [a, b, _] => ops::augmented(heap, op, *a, *b),
            _ => Ok(Value::None),
        });
    }
    for_all_arguments(&|heap, values| match values {
        [a] => {
            let _ = (ops::negate(heap, *a), ops::invert(heap, *a), ops::hash(heap, *a));
            ops::positive(heap, *a)
        }
        [a, b] => {
            let _ = ops::delete_item(heap, *a, *b);
            ops::contains(heap, *a, *b)?;
            ops::compare(heap, CompareOp::Equal, *a, *b)?;
            ops::compare(heap, CompareOp::Less, *a, *b)?;
            ops::get_item(heap, *a, *b)
        }
        [a, b, c] => {
            let _ = ops::set_item(heap, *a, *b, *c);
            let _ = ops::set_slice(heap, *a, *b, *c, Value::None, *a);
            let _ = ops::delete_slice(heap, *a, *b, Value::None, *c);
            let _ = ops::get_slice(heap, *a, *b, *c, Value::None);
            ops::get_slice(heap, *a, Value::None, *b, *c)
        }
        _ => Ok(Value::None),
    });
}

#[test]
fn specifications() {
    let parts = [
        "", "*", "<", "=", "+", "z", "#", "0", "12", ",", "_", ".3", ".", "f", "d", "e", "g", "s", "%", "x", "c", "日",
    ];
    let heap = &mut Heap::new();
    heap.set_limit(64 << 20);
    let values = odd_values(heap);
    for first in parts {
        for second in parts {
            for third in parts {
                let spec = format!("{first}{second}{third}");
                for value in &values {
                    let _ = format::format_value(heap, *value, &spec);
                }
            }
        }
    }
}
