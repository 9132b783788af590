//! `sorted`, `list.sort`, `min` and `max`: natively without a key, through the prelude with one.

use crate::builtins::CallArgs;
use crate::exception_kind::{Raise, Res};
use crate::ops;
use crate::value::Value;
use crate::vm::Cx;

use super::{Control, VmBuiltin};

/// The `key` and `reverse` arguments.
fn options(cx: &Cx<'_>, function: &str, args: &CallArgs<'_>) -> Res<(Option<Value>, Value)> {
    let (mut key, mut reverse) = (None, Value::bool(false));
    for &(name, value) in args.keywords {
        match (cx.m.heap.str(name), value) {
            ("key", Value::None) => {}
            ("key", value) => key = Some(value),
            ("reverse", value) => {
                // Python takes an int here, and no other true or false value.
                if !matches!(value, Value::Bool(_)) {
                    ops::index_argument(&cx.m.heap, value)?;
                }
                reverse = value;
            }
            (other, _) => {
                return Err(Raise::type_error(format!("'{other}' is an invalid keyword argument for {function}()")));
            }
        }
    }
    Ok((key, reverse))
}

fn prelude(cx: &mut Cx<'_>, name: &str, positional: Vec<Value>) -> Control {
    let callee = cx.m.builtin(name).unwrap_or(Value::None);
    Control::Call { callee, positional, keywords: Vec::new() }
}

fn sort(cx: &Cx<'_>, items: Vec<Value>, reverse: Value) -> Res<Vec<Value>> {
    let mut pairs: Vec<(Value, Value)> = items.into_iter().map(|item| (item, item)).collect();
    ops::sort(&cx.m.heap, &mut pairs, ops::truth(&cx.m.heap, reverse))?;
    Ok(pairs.into_iter().map(|(_, item)| item).collect())
}

/// Is there an item whose comparisons the program may have to be asked for? Code makes them then, one by one.
fn has_record(cx: &Cx<'_>, items: &[Value]) -> bool {
    cx.m.heap.answers.in_use
        && items.iter().any(|item| match item {
            Value::Record(_) => true,
            // Records inside are compared by asking; there would be no end of starting again.
            Value::Tuple(tuple) => cx.m.heap.tuples[*tuple].items().iter().any(|item| matches!(item, Value::Record(_))),
            _ => false,
        })
}

pub(super) fn sorted(cx: &mut Cx<'_>, args: &CallArgs<'_>) -> Res<Control> {
    let (key, reverse) = options(cx, "sort", args)?;
    let &[items] = args.positional else {
        return Err(Raise::type_error(format!("sorted expected 1 argument, got {}", args.positional.len())));
    };
    if let Some(key) = key {
        return Ok(prelude(cx, "__sorted__", vec![items, key, reverse]));
    }
    let items = ops::collect(&mut cx.m.heap, items)?;
    if has_record(cx, &items) {
        let items = cx.m.heap.new_list(items);
        return Ok(prelude(cx, "__merge_sorted__", vec![items, reverse]));
    }
    let items = sort(cx, items, reverse)?;
    Ok(Control::Value(cx.m.heap.new_list(items)))
}

pub(super) fn list_sort(cx: &mut Cx<'_>, args: &CallArgs<'_>) -> Res<Control> {
    let (key, reverse) = options(cx, "sort", args)?;
    let &[Value::List(list)] = args.positional else {
        return Err(Raise::type_error("sort() takes no positional arguments"));
    };
    if let Some(key) = key {
        return Ok(prelude(cx, "__list_sort__", vec![Value::List(list), key, reverse]));
    }
    if has_record(cx, &cx.m.heap.lists[list].items) {
        return Ok(prelude(cx, "__merge_sort__", vec![Value::List(list), reverse]));
    }
    let items = cx.m.heap.lists[list].items.clone();
    let items = sort(cx, items, reverse)?;
    cx.m.heap.lists[list].items = items;
    Ok(Control::Value(Value::None))
}

/// `min` and `max`.
pub(super) fn extreme(cx: &mut Cx<'_>, which: VmBuiltin, args: &CallArgs<'_>) -> Res<Control> {
    let function = if which == VmBuiltin::Min { "min" } else { "max" };
    let (mut key, mut default) = (None, None);
    for &(name, value) in args.keywords {
        match (cx.m.heap.str(name), value) {
            ("key", Value::None) => {}
            ("key", value) => key = Some(value),
            ("default", value) => default = Some(value),
            (other, _) => {
                return Err(Raise::type_error(format!("'{other}' is an invalid keyword argument for {function}()")));
            }
        }
    }
    let items = match args.positional {
        [] => return Err(Raise::type_error(format!("{function} expected at least 1 argument, got 0"))),
        [iterable] => ops::collect(&mut cx.m.heap, *iterable)?,
        _ if default.is_some() => {
            return Err(Raise::type_error(format!(
                "Cannot specify a default for {function}() with multiple positional arguments"
            )));
        }
        several => several.to_vec(),
    };
    let Some((&first, rest)) = items.split_first() else {
        return match default {
            Some(default) => Ok(Control::Value(default)),
            None => Err(Raise::value_error(format!("{function}() arg is an empty sequence"))),
        };
    };
    if let Some(key) = key {
        let items = cx.m.heap.new_list(items);
        let name = if which == VmBuiltin::Min { "__min__" } else { "__max__" };
        return Ok(prelude(cx, name, vec![items, key]));
    }
    if has_record(cx, &items) {
        let items = cx.m.heap.new_list(items);
        let name = if which == VmBuiltin::Min { "__smallest__" } else { "__largest__" };
        return Ok(prelude(cx, name, vec![items]));
    }
    let mut best = first;
    for &item in rest {
        let op = if which == VmBuiltin::Min { ops::CompareOp::Less } else { ops::CompareOp::Greater };
        if ops::order(&cx.m.heap, op, item, best)? {
            best = item;
        }
    }
    Ok(Control::Value(best))
}
