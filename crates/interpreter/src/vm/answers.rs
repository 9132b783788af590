//! What a program expects of a language model, and what becomes of the answer: numbers and truth values are looked for in
//! the text, JSON becomes lists, dicts and records.

use crate::builtins::{CallArgs, Implementation};
use crate::bytecode::TypeSpec;
use crate::objects::{Dict, FieldDefault, Module, RecordKind, RecordType};
use crate::ops;
use crate::value::{Ref, TypeTag, Value};

use super::coerce::{Place, coerce_field, convert, fits, from_text, known_type};
use super::convert::to_value;
use super::machine::Machine;

/// How deep records are described and made.
const MAX_DEPTH: usize = 8;

/// The type as the model is told: as the program writes it, with the fields of records: `Point(x: int, y: int)`.
pub(crate) fn describe(m: &Machine, ty: &TypeSpec, module: Ref<Module>) -> String {
    let mut out = String::new();
    describe_into(m, ty, module, &mut Vec::new(), &mut out);
    out
}

fn describe_into(m: &Machine, ty: &TypeSpec, module: Ref<Module>, open: &mut Vec<Ref<RecordType>>, out: &mut String) {
    let mut list = |types: &[TypeSpec], separator: &str, out: &mut String| {
        for (index, ty) in types.iter().enumerate() {
            if index > 0 {
                out.push_str(separator);
            }
            describe_into(m, ty, module, open, out);
        }
    };
    match ty {
        TypeSpec::Generic { base, args } => {
            out.push_str(base.name());
            out.push('[');
            list(args, ", ", out);
            out.push(']');
        }
        TypeSpec::Union(members) => list(members, " | ", out),
        TypeSpec::Named(name) => {
            out.push_str(name);
            let Some(Value::RecordType(record)) = known_type(m, name, module) else { return };
            if open.contains(&record) || open.len() >= MAX_DEPTH {
                return;
            }
            open.push(record);
            let object = &m.heap.record_types[record];
            out.push('(');
            for (index, field) in object.fields.iter().enumerate() {
                if index > 0 {
                    out.push_str(", ");
                }
                out.push_str(m.heap.str(field.name));
                out.push_str(": ");
                describe_into(m, &field.ty, object.module, open, out);
            }
            out.push(')');
            open.pop();
        }
        other => out.push_str(&other.to_string()),
    }
}

/// The answer of a language model as the type the program expects: the number in the text, yes or no, JSON for
/// collections and records. A text that has none of it stays text, and the annotation reports it.
pub(super) fn from_answer(m: &mut Machine, text: &str, ty: &TypeSpec, module: Ref<Module>) -> Value {
    match read_answer(m, text, ty, module) {
        Some(value) => value,
        None => m.heap.new_str(text),
    }
}

fn read_answer(m: &mut Machine, text: &str, ty: &TypeSpec, module: Ref<Module>) -> Option<Value> {
    let trimmed = text.trim().trim_matches('`').trim();
    match ty {
        TypeSpec::Builtin(tag @ (TypeTag::Int | TypeTag::Float)) => {
            from_text(trimmed, *tag).or_else(|| numbers(trimmed).find_map(|number| from_text(number, *tag)))
        }
        TypeSpec::Builtin(TypeTag::Bool) => {
            from_text(trimmed.trim_end_matches(['.', '!']), TypeTag::Bool).or_else(|| first_truth(trimmed))
        }
        TypeSpec::Builtin(TypeTag::List | TypeTag::Dict | TypeTag::Tuple | TypeTag::Set) | TypeSpec::Generic { .. } => {
            let data = json(m, text)?;
            Some(convert(m, data, ty, module, Place::Answer).unwrap_or(data))
        }
        TypeSpec::Named(name) => match known_type(m, name, module) {
            Some(Value::RecordType(record)) if m.heap.record_types[record].kind != RecordKind::Interface => {
                let data = json(m, text)?;
                Some(record_from_dict(m, data, record, 0).unwrap_or(data))
            }
            _ => None,
        },
        // The members are tried in order; `str` takes what none before it reads.
        TypeSpec::Union(members) => members
            .iter()
            .take_while(|member| **member != TypeSpec::Builtin(TypeTag::Str))
            .find_map(|member| read_answer(m, text, member, module)),
        _ => None,
    }
}

/// The JSON in a text: the whole of it, what a fence of backquotes holds, or from the first bracket to the last.
fn json(m: &mut Machine, text: &str) -> Option<Value> {
    let trimmed = text.trim();
    let plain = trimmed.trim_matches('`').trim();
    let fenced = trimmed.split("```").nth(1).map(|block| block.strip_prefix("json").unwrap_or(block).trim());
    let bracketed = |open: char, close: char| {
        let (start, end) = (trimmed.find(open)?, trimmed.rfind(close)?);
        trimmed.get(start..=end)
    };
    let first_open = trimmed.find(['{', '[']).and_then(|at| trimmed[at..].chars().next());
    let inside = match first_open {
        Some('{') => bracketed('{', '}'),
        Some(_) => bracketed('[', ']'),
        None => None,
    };
    [Some(plain.strip_prefix("json").unwrap_or(plain)), fenced, inside]
        .into_iter()
        .flatten()
        .find_map(|part| loads(m, part))
        .filter(|value| matches!(value, Value::List(_) | Value::Dict(_)))
}

fn loads(m: &mut Machine, text: &str) -> Option<Value> {
    let argument = m.heap.new_str(text);
    let members = crate::modules::members(&mut m.heap, "json")?;
    let (_, loads) = members.into_iter().find(|(name, _)| *name == "loads")?;
    let Value::Builtin(id) = loads else { return None };
    match id.row().run {
        Implementation::Pure(run) => run(&mut m.heap, &CallArgs::positional(&[argument])).ok(),
        Implementation::Vm(_) => None,
    }
}

/// Converts the items of a fresh list or dict in their places.
pub(super) fn convert_items(m: &mut Machine, value: Value, args: &[TypeSpec], module: Ref<Module>) -> Option<Value> {
    let Some(first) = args.first() else { return Some(value) };
    match value {
        Value::List(list) => {
            let items = m.heap.lists[list].items.clone();
            let mut converted = Vec::with_capacity(items.len());
            for item in items.iter() {
                converted.push(convert(m, *item, first, module, Place::Answer)?);
            }
            m.heap.lists[list].items = converted;
        }
        Value::Dict(dict) => {
            let entries: Vec<(Value, Value)> =
                m.heap.dicts[dict].table.iter().map(|entry| (entry.key, entry.value)).collect();
            let result = m.heap.new_dict();
            for (key, value) in entries {
                let key = convert(m, key, first, module, Place::Answer)?;
                let value = match args.get(1) {
                    Some(ty) => convert(m, value, ty, module, Place::Answer)?,
                    None => value,
                };
                ops::dict_insert(&mut m.heap, result, key, value).ok()?;
            }
            return Some(Value::Dict(result));
        }
        Value::Tuple(tuple) => {
            let items = m.heap.tuples[tuple].items().to_vec();
            let types = args.iter().chain(std::iter::repeat(first));
            let mut converted = Vec::with_capacity(items.len());
            for (item, ty) in items.into_iter().zip(types) {
                converted.push(convert(m, item, ty, module, Place::Answer)?);
            }
            return Some(m.heap.new_tuple(converted));
        }
        _ => {}
    }
    Some(value)
}

/// The record that a dict describes; none if a field is missing, unknown or of another type, or if a missing field's
/// default must be computed.
pub(super) fn record_from_dict(m: &mut Machine, value: Value, ty: Ref<RecordType>, depth: usize) -> Option<Value> {
    let Value::Dict(dict) = value else { return None };
    let object = &m.heap.record_types[ty];
    if depth > MAX_DEPTH || matches!(object.kind, RecordKind::Interface | RecordKind::Agent) {
        return None;
    }
    let fields = object.fields.clone();
    let entries: Vec<(Value, Value)> = m.heap.dicts[dict].table.iter().map(|entry| (entry.key, entry.value)).collect();
    let mut values = vec![Value::Unset; fields.len()];
    for (key, value) in entries {
        let name = m.heap.as_str(key)?;
        let index = fields.iter().position(|field| m.heap.str(field.name) == name)?;
        let inner = match (&*fields[index].ty, value) {
            (TypeSpec::Generic { base, args }, Value::List(_) | Value::Dict(_))
                if value.type_tag().is_subtype_of(*base) =>
            {
                let module = m.heap.record_types[ty].module;
                let copy = copy_of(m, value);
                convert_items(m, copy, args, module)?
            }
            _ => value,
        };
        values[index] = coerce_field(m, ty, index, inner, Place::Field).ok()?;
    }
    for (field, value) in fields.iter().zip(&mut values) {
        if matches!(value, Value::Unset) {
            *value = match &field.default {
                FieldDefault::Value(default) => *default,
                FieldDefault::Fresh(data) => to_value(&mut m.heap, data).ok()?,
                FieldDefault::Required | FieldDefault::Computed => return None,
            };
        }
    }
    let told = super::exceptions::arguments(&m.heap.record_types[ty], &values, Vec::new());
    Some(super::exceptions::new_record(&mut m.heap, ty, values, told))
}

/// What keeps a dict from becoming a record: a key that is no field, or a field that it lacks or that takes another type.
pub(super) fn why_no_record(m: &Machine, dict: Ref<Dict>, ty: Ref<RecordType>) -> Option<String> {
    let heap = &m.heap;
    let object = &heap.record_types[ty];
    if matches!(object.kind, RecordKind::Interface | RecordKind::Agent) {
        return None;
    }
    let mut given = Vec::new();
    for entry in heap.dicts[dict].table.iter() {
        let index =
            heap.as_str(entry.key).and_then(|name| object.fields.iter().position(|field| heap.str(field.name) == name));
        let Some(index) = index else {
            return Some(format!("with the key {}, which is no field", ops::plain_repr(heap, entry.key).ok()?));
        };
        given.push((index, entry.value));
    }
    for (index, field) in object.fields.iter().enumerate() {
        let name = heap.str(field.name);
        match given.iter().find(|(at, _)| *at == index) {
            Some((_, value)) if !fits(m, *value, &field.ty, object.module, 0) => {
                let found = value.type_name(heap);
                return Some(format!("with {found} for the field '{name}', which must be {}", field.ty));
            }
            None if matches!(field.default, FieldDefault::Required | FieldDefault::Computed) => {
                return Some(format!("without the field '{name}'"));
            }
            _ => {}
        }
    }
    None
}

fn copy_of(m: &mut Machine, value: Value) -> Value {
    match value {
        Value::List(list) => {
            let items = m.heap.lists[list].items.clone();
            m.heap.new_list(items)
        }
        other => other,
    }
}

fn numbers(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !(c.is_ascii_digit() || c == '.' || c == '-'))
        .map(|part| part.trim_end_matches('.'))
        .filter(|part| part.bytes().any(|byte| byte.is_ascii_digit()))
}

fn first_truth(text: &str) -> Option<Value> {
    text.split(|c: char| !c.is_ascii_alphabetic())
        .find(|word| !word.is_empty())
        .and_then(|word| from_text(word, TypeTag::Bool))
}
