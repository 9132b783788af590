//! Type annotations at run time: which values a type takes, and what is converted to it.
//!
//! Parameters, fields and returned values take `None` and any number where a number is declared, as they are; text that
//! spells a number or a truth value is converted to it, a number to text, one collection to another. An assignment
//! converts more: a float is cut to an int, words are read as truth values ([`truth_of_words`]). The answer of a language
//! model is read still more generously ([`from_answer`]). Everything else is a `TypeError`.

use crate::bytecode::TypeSpec;
use crate::exception_kind::{Raise, Res};
use crate::heap::Heap;
use crate::objects::{Module, RecordKind, RecordType, Str};
use crate::ops;
use crate::value::{Ref, TypeTag, Value};

use super::execute::Cx;
use super::machine::Machine;

/// Does the value need no further look, because the annotation names its very type?
#[inline]
pub(super) fn is_plainly(value: Value, ty: &TypeSpec) -> bool {
    matches!(
        (ty, value),
        (TypeSpec::Any, _)
            | (_, Value::None)
            | (TypeSpec::Builtin(TypeTag::Int), Value::Int(_) | Value::Bool(_))
            | (TypeSpec::Builtin(TypeTag::Float), Value::Float(_))
            | (TypeSpec::Builtin(TypeTag::Str), Value::Str(_))
            | (TypeSpec::Builtin(TypeTag::Bool), Value::Bool(_))
            | (TypeSpec::Builtin(TypeTag::List), Value::List(_))
            | (TypeSpec::Builtin(TypeTag::Dict), Value::Dict(_))
    )
}

/// `type(value)`.
pub(crate) fn type_of(heap: &Heap, value: Value) -> Value {
    match value {
        Value::Record(record) => Value::RecordType(heap.records[record].ty),
        Value::Exception(exception) => Value::ExceptionType(heap.exceptions[exception].kind),
        other => Value::Type(other.type_tag()),
    }
}

/// Is a record type of the name, or derived from one of the name?
fn is_named(heap: &Heap, ty: Ref<RecordType>, name: &str) -> bool {
    let mut seen = vec![ty];
    let mut next = 0;
    while let Some(&current) = seen.get(next) {
        next += 1;
        if heap.str(heap.record_types[current].name) == name {
            return true;
        }
        seen.extend(
            heap.record_types[current].bases.iter().filter(|base| !seen.contains(base)).copied().collect::<Vec<_>>(),
        );
    }
    false
}

/// Does a record type have all that an interface asks for?
fn satisfies(heap: &Heap, ty: Ref<RecordType>, interface: Ref<RecordType>) -> bool {
    let (ty, interface) = (&heap.record_types[ty], &heap.record_types[interface]);
    interface.signatures.iter().all(|(name, _)| ty.methods.contains_key(name))
        && interface.fields.iter().all(|field| ty.field(field.name).is_some())
}

/// `isinstance(value, ty)` for one type.
pub(crate) fn is_instance(m: &Machine, value: Value, ty: Value) -> Option<bool> {
    let heap = &m.heap;
    Some(match (ty, value) {
        (Value::Type(TypeTag::Exception), Value::Exception(_)) => true,
        (Value::Type(tag), value) => value.type_tag().is_subtype_of(tag),
        (Value::ExceptionType(kind), Value::Exception(exception)) => {
            heap.exceptions[exception].kind.is_subclass_of(kind)
        }
        (Value::RecordType(ty), Value::Record(record)) => {
            let own = heap.records[record].ty;
            if heap.record_types[ty].kind == RecordKind::Interface {
                satisfies(heap, own, ty)
            } else {
                own == ty || is_derived(heap, own, ty)
            }
        }
        (Value::ExceptionType(_) | Value::RecordType(_), _) => false,
        (Value::None, value) => matches!(value, Value::None),
        _ => return None,
    })
}

/// `issubclass(ty, base)` for two types; none if `base` is no type.
pub(crate) fn is_subclass(m: &Machine, ty: Value, base: Value) -> Option<bool> {
    let heap = &m.heap;
    Some(match (ty, base) {
        (_, Value::Type(TypeTag::Object)) => true,
        (Value::Type(tag), Value::Type(base)) => tag.is_subtype_of(base),
        (Value::ExceptionType(_), Value::Type(TypeTag::Exception)) => true,
        (Value::ExceptionType(kind), Value::ExceptionType(base)) => kind.is_subclass_of(base),
        (Value::RecordType(ty), Value::RecordType(base)) => {
            if heap.record_types[base].kind == RecordKind::Interface {
                ty == base || satisfies(heap, ty, base)
            } else {
                ty == base || is_derived(heap, ty, base)
            }
        }
        (_, Value::Type(_) | Value::ExceptionType(_) | Value::RecordType(_)) => false,
        _ => return None,
    })
}

fn is_derived(heap: &Heap, ty: Ref<RecordType>, base: Ref<RecordType>) -> bool {
    let mut pending = vec![ty];
    let mut steps = 0;
    while let Some(current) = pending.pop() {
        steps += 1;
        if current == base {
            return true;
        }
        if steps > 1_000 {
            return false;
        }
        pending.extend_from_slice(&heap.record_types[current].bases);
    }
    false
}

impl Cx<'_> {
    /// Is the value an instance of the record type that a module knows by the name? True for names it does not know.
    pub(super) fn is_instance_of_named(&self, value: Value, name: &str, module: Ref<Module>) -> bool {
        let heap = &self.m.heap;
        if let Some(Value::RecordType(ty)) = heap.find_interned(name).and_then(|name| heap.modules[module].get(name))
            && heap.record_types[ty].kind == RecordKind::Interface
        {
            return match value {
                Value::Record(record) => satisfies(heap, heap.records[record].ty, ty),
                _ => false,
            };
        }
        if let Value::Native(native) = value {
            let named = heap.find_interned(name).and_then(|name| heap.modules[module].get(name));
            return matches!(named, Some(Value::Type(tag)) if native.tag.is_subtype_of(tag));
        }
        match value {
            Value::Record(record) => is_named(heap, heap.records[record].ty, name),
            _ => false,
        }
    }

    /// The value as the type of an annotation.
    #[cold]
    pub(super) fn coerce(
        &mut self,
        value: Value,
        ty: &TypeSpec,
        what: Ref<Str>,
        module: Ref<Module>,
        assign: bool,
    ) -> Res<Value> {
        match self.convert(value, ty, module, assign) {
            Some(value) => Ok(value),
            None => {
                let heap = &self.m.heap;
                Err(Raise::type_error(format!("{} must be {ty}, not {}", heap.str(what), value.type_name(heap))))
            }
        }
    }

    pub(super) fn coerce_field(&mut self, ty: Ref<RecordType>, index: usize, value: Value) -> Res<Value> {
        let object = &self.m.heap.record_types[ty];
        let Some(field) = object.fields.get(index) else { return Ok(value) };
        if is_plainly(value, &field.ty) {
            return Ok(value);
        }
        let (spec, name, module) = (field.ty.clone(), field.name, object.module);
        match self.convert(value, &spec, module, false) {
            Some(value) => Ok(value),
            None => {
                let heap = &self.m.heap;
                Err(Raise::type_error(format!(
                    "{}.{} must be {spec}, not {}",
                    heap.str(heap.record_types[ty].name),
                    heap.str(name),
                    value.type_name(heap)
                )))
            }
        }
    }

    /// The value as a value of the type; none if it does not fit.
    fn convert(&mut self, value: Value, ty: &TypeSpec, module: Ref<Module>, assign: bool) -> Option<Value> {
        if is_plainly(value, ty) {
            return Some(value);
        }
        match ty {
            TypeSpec::Any => Some(value),
            TypeSpec::None => None,
            TypeSpec::Builtin(tag) => to_builtin(self.m, value, *tag, assign),
            TypeSpec::Generic { base, .. } => to_builtin(self.m, value, *base, assign),
            TypeSpec::Named(name) => self.named(value, name, module),
            TypeSpec::Union(members) => {
                // A member that takes the value as it is comes before one that it is converted to.
                for member in members {
                    let takes = match member {
                        TypeSpec::Builtin(tag) | TypeSpec::Generic { base: tag, .. } => {
                            value.type_tag().is_subtype_of(*tag)
                        }
                        TypeSpec::Named(name) => self.named(value, name, module).is_some(),
                        member => is_plainly(value, member),
                    };
                    if takes {
                        return Some(value);
                    }
                }
                members.iter().find_map(|member| self.convert(value, member, module, assign))
            }
        }
    }

    /// Record types are looked up where the annotation stands; a name that is no record type there is not checked.
    fn named(&mut self, value: Value, name: &str, module: Ref<Module>) -> Option<Value> {
        let heap = &self.m.heap;
        match heap.find_interned(name).and_then(|name| heap.modules[module].get(name)) {
            Some(Value::RecordType(ty)) => match value {
                Value::Record(record) => {
                    let own = heap.records[record].ty;
                    let fits = if heap.record_types[ty].kind == RecordKind::Interface {
                        satisfies(heap, own, ty)
                    } else {
                        own == ty || is_derived(heap, own, ty) || is_named(heap, own, name)
                    };
                    fits.then_some(value)
                }
                _ => None,
            },
            Some(Value::Type(tag)) if tag.is_native() => value.type_tag().is_subtype_of(tag).then_some(value),
            Some(Value::ExceptionType(kind)) => match value {
                Value::Exception(exception) if heap.exceptions[exception].kind.is_subclass_of(kind) => Some(value),
                _ => None,
            },
            _ => Some(value),
        }
    }
}

fn to_builtin(m: &mut Machine, value: Value, tag: TypeTag, assign: bool) -> Option<Value> {
    if value.type_tag().is_subtype_of(tag) {
        return Some(value);
    }
    match (tag, value) {
        (
            TypeTag::Int | TypeTag::Float | TypeTag::Bool,
            Value::Int(_) | Value::BigInt(_) | Value::Float(_) | Value::Bool(_),
        ) if !assign => Some(value),
        (TypeTag::Bool, Value::Int(_) | Value::BigInt(_) | Value::Float(_)) => {
            Some(Value::Bool(ops::truth(&m.heap, value)))
        }
        (TypeTag::Float, Value::Bool(truth)) => Some(Value::Float(f64::from(u8::from(truth)))),
        (TypeTag::Float, Value::Int(int)) => Some(Value::Float(int as f64)),
        (TypeTag::Float, Value::BigInt(int)) => ops::int_to_f64(&m.heap.bigints[int]).ok().map(Value::Float),
        (TypeTag::Int, Value::Float(_)) => {
            let call = crate::builtins::CallArgs::positional(std::slice::from_ref(&value));
            crate::builtins::construct(&mut m.heap, TypeTag::Int, &call).ok()
        }
        (TypeTag::Bool, Value::Str(text)) if assign => Some(Value::Bool(truth_of_words(m.heap.str(text)))),
        (TypeTag::Str, Value::Bool(truth)) if assign => {
            Some(Value::Str(m.heap.intern(if truth { "true" } else { "false" })))
        }
        (TypeTag::Int | TypeTag::Float | TypeTag::Bool, Value::Str(text)) => {
            let text = m.heap.str(text).trim().to_owned();
            from_text(&text, tag)
        }
        (TypeTag::Str, Value::Int(_) | Value::BigInt(_) | Value::Float(_) | Value::Bool(_)) => {
            let text = ops::text(&m.heap, value).ok()?;
            Some(m.heap.new_str(text))
        }
        (TypeTag::List, Value::Tuple(_) | Value::Set(_) | Value::Range(_) | Value::View(_) | Value::Iter(_)) => {
            let items = ops::collect(&mut m.heap, value).ok()?;
            Some(m.heap.new_list(items))
        }
        (TypeTag::Tuple, Value::List(list)) => {
            let items = m.heap.lists[list].items.clone();
            Some(m.heap.new_tuple(items))
        }
        (TypeTag::Set, Value::List(_) | Value::Tuple(_)) => {
            let items = ops::collect(&mut m.heap, value).ok()?;
            let set = m.heap.new_set();
            for item in items {
                ops::set_insert(&mut m.heap, set, item).ok()?;
            }
            Some(Value::Set(set))
        }
        _ => None,
    }
}

/// Whether a text says yes: words of refusal and zeros do not, every other text that is not empty does.
fn truth_of_words(text: &str) -> bool {
    const REFUSALS: &[&str] = &[
        "",
        "false",
        "no",
        "n",
        "off",
        "disabled",
        "inactive",
        "nah",
        "nope",
        "never",
        "definitely not",
        "no way",
        "not really",
        "hardly",
        "zero",
        "none",
        "null",
        "empty",
        "blank",
    ];
    let text = text.trim().to_lowercase();
    !REFUSALS.contains(&text.as_str()) && text.parse() != Ok(0.0)
}

/// The number or truth value that a text spells.
fn from_text(text: &str, tag: TypeTag) -> Option<Value> {
    match tag {
        TypeTag::Int => text.parse().ok().map(Value::Int),
        TypeTag::Float => text.parse().ok().map(Value::Float),
        TypeTag::Bool => match text.to_ascii_lowercase().as_str() {
            "true" | "yes" | "1" => Some(Value::Bool(true)),
            "false" | "no" | "0" => Some(Value::Bool(false)),
            _ => None,
        },
        _ => None,
    }
}

/// The answer of a language model as the type the program expects: the number in the text, yes or no, JSON for
/// collections. A text that has none of it stays text, and the annotation reports it.
pub(crate) fn from_answer(m: &mut Machine, text: &str, ty: &TypeSpec) -> Value {
    let trimmed = text.trim().trim_matches('`').trim();
    let tag = match ty {
        TypeSpec::Builtin(tag) | TypeSpec::Generic { base: tag, .. } => Some(*tag),
        TypeSpec::Union(members) => members.iter().find_map(|member| match member {
            TypeSpec::Builtin(tag) | TypeSpec::Generic { base: tag, .. } => Some(*tag),
            _ => None,
        }),
        _ => None,
    };
    let found = match tag {
        Some(tag @ (TypeTag::Int | TypeTag::Float)) => {
            from_text(trimmed, tag).or_else(|| numbers(trimmed).find_map(|number| from_text(number, tag)))
        }
        Some(TypeTag::Bool) => {
            from_text(trimmed.trim_end_matches(['.', '!']), TypeTag::Bool).or_else(|| first_truth(trimmed))
        }
        Some(TypeTag::List | TypeTag::Dict) => {
            let body = trimmed.strip_prefix("json").unwrap_or(trimmed);
            let argument = m.heap.new_str(body.trim());
            crate::modules::members(&mut m.heap, "json")
                .and_then(|members| members.into_iter().find(|(name, _)| *name == "loads"))
                .and_then(|(_, loads)| match loads {
                    Value::Builtin(id) => match id.row().run {
                        crate::builtins::Implementation::Pure(run) => {
                            run(&mut m.heap, &crate::builtins::CallArgs::positional(&[argument])).ok()
                        }
                        crate::builtins::Implementation::Vm(_) => None,
                    },
                    _ => None,
                })
        }
        _ => None,
    };
    found.unwrap_or_else(|| m.heap.new_str(text))
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
