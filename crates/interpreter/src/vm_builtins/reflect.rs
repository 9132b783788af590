//! Builtins that look at values and types: attributes, `isinstance`, `cast`.

use crate::builtins::{CallArgs, by_name, by_place};
use crate::exception_kind::{ExceptionKind, Raise, Res};
use crate::objects::Str;
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

pub(super) fn has_attr(cx: &mut Cx<'_>, args: &CallArgs<'_>) -> Res<Value> {
    let [object, name] = args.bind(&cx.m.heap, "hasattr", [by_place("obj"), by_place("name")], 2)?;
    let name = attribute_name(cx, "hasattr", name.unwrap_or(Value::None))?;
    Ok(Value::bool(cx.find_attr(object.unwrap_or(Value::None), name)?.is_some()))
}

pub(super) fn get_attr(cx: &mut Cx<'_>, args: &CallArgs<'_>) -> Res<Value> {
    let params = [by_place("object"), by_place("name"), by_place("default")];
    let [object, name, default] = args.bind(&cx.m.heap, "getattr", params, 2)?;
    let object = object.unwrap_or(Value::None);
    let name = attribute_name(cx, "getattr", name.unwrap_or(Value::None))?;
    match cx.find_attr(object, name)?.or(default) {
        Some(value) => Ok(value),
        None => Err(cx.no_attribute(object, name)),
    }
}

pub(super) fn set_attr(cx: &mut Cx<'_>, args: &CallArgs<'_>) -> Res<Value> {
    let params = [by_place("obj"), by_place("name"), by_place("value")];
    let [object, name, value] = args.bind(&cx.m.heap, "setattr", params, 3)?;
    let name = attribute_name(cx, "setattr", name.unwrap_or(Value::None))?;
    cx.store_attr(object.unwrap_or(Value::None), name, value.unwrap_or(Value::None))?;
    Ok(Value::None)
}

pub(super) fn callable(cx: &Cx<'_>, args: &CallArgs<'_>) -> Res<Value> {
    let value = args.one(&cx.m.heap, "callable")?;
    Ok(Value::bool(vm::is_callable(&cx.m.heap, value)))
}

/// The types that a type argument names: one, a tuple or list of types, or `a | b`.
fn each_type(cx: &Cx<'_>, types: Value, mut test: impl FnMut(Value) -> Res<bool>) -> Res<bool> {
    let mut pending = vec![types];
    // A list can hold itself.
    let mut left = 10_000;
    while let Some(ty) = pending.pop() {
        left -= 1;
        if left == 0 {
            return Err(Raise::new(ExceptionKind::RecursionError, "too many types are nested in each other"));
        }
        match ty {
            Value::Tuple(tuple) => pending.extend(cx.m.heap.tuples[tuple].items().iter().rev()),
            Value::List(list) => pending.extend(cx.m.heap.lists[list].items.iter().rev()),
            Value::Pipeline(pipeline) => pending.extend(cx.m.heap.pipelines[pipeline].stages.iter().rev()),
            ty if test(ty)? => return Ok(true),
            _ => {}
        }
    }
    Ok(false)
}

/// `isinstance(value, type)`; a type may also be given by its name.
pub(super) fn is_instance(cx: &Cx<'_>, args: &CallArgs<'_>) -> Res<Value> {
    let [value, types] = args.bind(&cx.m.heap, "isinstance", [by_place("obj"), by_place("class_or_tuple")], 2)?;
    let (value, types) = (value.unwrap_or(Value::None), types.unwrap_or(Value::None));
    let found = each_type(cx, types, |ty| {
        let found = match ty {
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
        found.ok_or_else(|| Raise::type_error("isinstance() arg 2 must be a type, a tuple of types, or a union"))
    })?;
    Ok(Value::bool(found))
}

/// `issubclass(type, type)`.
pub(super) fn is_subclass(cx: &Cx<'_>, args: &CallArgs<'_>) -> Res<Value> {
    let [ty, types] = args.bind(&cx.m.heap, "issubclass", [by_place("cls"), by_place("class_or_tuple")], 2)?;
    let (ty, types) = (ty.unwrap_or(Value::None), types.unwrap_or(Value::None));
    if !matches!(ty, Value::Type(_) | Value::ExceptionType(_) | Value::RecordType(_)) {
        return Err(Raise::type_error("issubclass() arg 1 must be a class"));
    }
    let found = each_type(cx, types, |base| {
        vm::is_subclass(cx.m, ty, base)
            .ok_or_else(|| Raise::type_error("issubclass() arg 2 must be a class, a tuple of classes, or a union"))
    })?;
    Ok(Value::bool(found))
}

/// Is the value a type that `cast` takes, or the name of one?
fn is_type(cx: &Cx<'_>, value: Value) -> bool {
    match value {
        Value::Str(name) => TypeTag::from_name(cx.m.heap.str(name)).is_some(),
        value => matches!(value, Value::Type(_) | Value::RecordType(_)),
    }
}

/// `cast(type, value)`: a call of the type, which may be given by its name.
pub(super) fn cast(cx: &mut Cx<'_>, args: &CallArgs<'_>) -> Res<Control> {
    let [ty, value] = args.bind(&cx.m.heap, "cast", [by_name("target_type"), by_name("value")], 2)?;
    let (mut ty, mut value) = (ty.unwrap_or(Value::None), value.unwrap_or(Value::None));
    if !is_type(cx, ty) && is_type(cx, value) {
        // Upstream's documents have both orders.
        std::mem::swap(&mut ty, &mut value);
    }
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
            "true" | "yes" | "1" | "on" => Ok(Control::Value(Value::bool(true))),
            "false" | "no" | "0" | "off" | "" => Ok(Control::Value(Value::bool(false))),
            other => Err(Raise::new(ExceptionKind::ValueError, format!("'{other}' is no truth value"))),
        };
    }
    Ok(Control::Call { callee, positional: vec![value], keywords: Vec::new() })
}
