//! Builtins that look at values and types: attributes, `isinstance`, `cast`.

use crate::builtins::{CallArgs, by_name};
use crate::exception_kind::{ExceptionKind, Raise, Res};
use crate::objects::Str;
use crate::ops;
use crate::value::{Ref, TypeTag, Value};
use crate::vm::{self, Cx};

use super::Control;

fn attribute_name(cx: &mut Cx<'_>, function: &str, value: Value) -> Res<Ref<Str>> {
    match cx.m.heap.as_str(value).map(str::to_owned) {
        Some(text) => Ok(cx.m.heap.intern(&text)),
        None => Err(Raise::type_error(format!(
            "{function}(): attribute name must be string, not '{}'",
            value.type_name(&cx.m.heap)
        ))),
    }
}

fn count(function: &str, expected: &str, args: &CallArgs<'_>) -> Raise {
    Raise::type_error(format!("{function} expected {expected}, got {}", args.positional.len()))
}

pub(super) fn has_attr(cx: &mut Cx<'_>, args: &CallArgs<'_>) -> Res<Value> {
    let &[object, name] = args.positional else { return Err(count("hasattr", "2 arguments", args)) };
    let name = attribute_name(cx, "hasattr", name)?;
    Ok(Value::Bool(cx.find_attr(object, name)?.is_some()))
}

pub(super) fn get_attr(cx: &mut Cx<'_>, args: &CallArgs<'_>) -> Res<Value> {
    let (object, name, default) = match *args.positional {
        [object, name] => (object, name, None),
        [object, name, default] => (object, name, Some(default)),
        _ => return Err(count("getattr", "at least 2 arguments", args)),
    };
    let name = attribute_name(cx, "getattr", name)?;
    match (cx.find_attr(object, name)?, default) {
        (Some(value), _) | (None, Some(value)) => Ok(value),
        (None, None) => Err(cx.no_attribute(object, name)),
    }
}

pub(super) fn set_attr(cx: &mut Cx<'_>, args: &CallArgs<'_>) -> Res<Value> {
    let &[object, name, value] = args.positional else { return Err(count("setattr", "3 arguments", args)) };
    let name = attribute_name(cx, "setattr", name)?;
    cx.store_attr(object, name, value)?;
    Ok(Value::None)
}

pub(super) fn callable(cx: &Cx<'_>, args: &CallArgs<'_>) -> Res<Value> {
    let value = args.one(&cx.m.heap, "callable")?;
    Ok(Value::Bool(vm::is_callable(value)))
}

/// `isinstance(value, type)`; the type may be a name in a string, a tuple or list of types, or `a | b`.
pub(super) fn is_instance(cx: &Cx<'_>, args: &CallArgs<'_>) -> Res<Value> {
    let &[value, ty] = args.positional else { return Err(count("isinstance", "2 arguments", args)) };
    let mut pending = vec![ty];
    while let Some(ty) = pending.pop() {
        let found = match ty {
            Value::Tuple(tuple) => {
                pending.extend_from_slice(cx.m.heap.tuples[tuple].items());
                continue;
            }
            Value::Pipeline(pipeline) => {
                pending.extend_from_slice(&cx.m.heap.pipelines[pipeline].stages);
                continue;
            }
            Value::Str(name) => {
                let name = cx.m.heap.str(name);
                Some(match TypeTag::from_name(name) {
                    Some(tag) => value.type_tag().is_subtype_of(tag),
                    None => {
                        value.type_name(&cx.m.heap) == name
                            || value.type_tag().is_native() && value.type_tag().name() == name
                    }
                })
            }
            ty => vm::is_instance(cx.m, value, ty),
        };
        match found {
            Some(true) => return Ok(Value::Bool(true)),
            Some(false) => {}
            None => {
                return Err(Raise::type_error("isinstance() arg 2 must be a type, a tuple of types, or a union"));
            }
        }
    }
    Ok(Value::Bool(false))
}

/// `cast(type, value)`: a call of the type, which may be given by its name.
pub(super) fn cast(cx: &mut Cx<'_>, args: &CallArgs<'_>) -> Res<Control> {
    let [ty, value] = args.bind(&cx.m.heap, "cast", [by_name("target_type"), by_name("value")], 2)?;
    let (ty, value) = (ty.unwrap_or(Value::None), value.unwrap_or(Value::None));
    let callee = match ty {
        Value::Str(name) => {
            let name = cx.m.heap.str(name);
            match TypeTag::from_name(name) {
                Some(tag) => Value::Type(tag),
                None => return Err(Raise::type_error(format!("cast() knows no type '{name}'"))),
            }
        }
        Value::Type(_) | Value::RecordType(_) => ty,
        other => {
            return Err(Raise::type_error(format!(
                "cast() takes a type and a value, not '{}'",
                other.type_name(&cx.m.heap)
            )));
        }
    };
    // Text spells truth by its words, not by being there.
    if let (Value::Type(TypeTag::Bool), Some(text)) = (callee, cx.m.heap.as_str(value)) {
        return match text.trim().to_ascii_lowercase().as_str() {
            "true" | "yes" | "1" | "on" => Ok(Control::Value(Value::Bool(true))),
            "false" | "no" | "0" | "off" | "" => Ok(Control::Value(Value::Bool(false))),
            other => Err(Raise::new(ExceptionKind::ValueError, format!("'{other}' is no truth value"))),
        };
    }
    Ok(Control::Call { callee, positional: vec![value], keywords: Vec::new() })
}

pub(super) fn globals(cx: &mut Cx<'_>) -> Res<Value> {
    let dict = cx.m.heap.new_dict();
    if let Some(frame) = cx.task.frames.last() {
        let module = &cx.m.heap.modules[frame.module];
        let entries: Vec<(Ref<Str>, Value)> = module.names.iter().copied().zip(module.slots.iter().copied()).collect();
        for (name, value) in entries {
            if !matches!(value, Value::Unset) {
                ops::dict_insert(&mut cx.m.heap, dict, Value::Str(name), value)?;
            }
        }
    }
    Ok(Value::Dict(dict))
}
