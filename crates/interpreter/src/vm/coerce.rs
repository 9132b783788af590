//! Type annotations at run time: which values a type takes, and what is converted to it.
//!
//! Parameters and returned values take `None` and any number where a number is declared, as they are; text that
//! spells a number or a truth value is converted to it, a number to text, one collection to another. An assignment
//! converts more: a float is cut to an int, words are read as truth values ([`truth_of_words`]). A field converts less:
//! it takes a float for an int only if nothing is lost, no other number for a truth value, and no number for text; a
//! record that is made holds floats where its fields declare them. A dict with the fields of a record becomes that
//! record. The items of a collection must fit as they are: it is never copied. The answer of a language model is read
//! more generously (`answers.rs`). Everything else is a `TypeError`.

use crate::bytecode::TypeSpec;
use crate::exception_kind::{Raise, Res};
use crate::heap::Heap;
use crate::objects::{Module, RecordKind, RecordType, Str};
use crate::ops;
use crate::value::{Ref, TypeTag, Value};

use super::exceptions::of_value;
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
        Value::RecordType(ty) => Value::Type(heap.record_types[ty].kind.constructor()),
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
    missing_member(heap, ty, interface).is_none()
}

/// The first member that an interface asks for and a record type lacks. Members of its `_fields` count as its own.
fn missing_member(heap: &Heap, ty: Ref<RecordType>, interface: Ref<RecordType>) -> Option<String> {
    let wanted = &heap.record_types[interface];
    let own = &heap.record_types[ty];
    let delegates = || {
        own.fields.iter().filter_map(|field| match (&*field.ty, heap.str(field.name).starts_with('_')) {
            (TypeSpec::Named(name), true) => {
                match heap.find_interned(name).and_then(|name| heap.modules[own.module].get(name)) {
                    Some(Value::RecordType(inner)) => Some(inner),
                    _ => None,
                }
            }
            _ => None,
        })
    };
    let agent = matches!(own.kind, RecordKind::Agent | RecordKind::AgentBlueprint);
    let has_method = |name: Ref<Str>| {
        own.methods.contains_key(&name)
            || (agent && super::attributes::agent_method_name(heap.str(name)).is_some())
            || delegates().any(|inner| heap.record_types[inner].methods.contains_key(&name))
    };
    let has_field = |name: Ref<Str>| {
        own.field(name).is_some() || delegates().any(|inner| heap.record_types[inner].field(name).is_some())
    };
    let method = wanted.signatures.iter().map(|(name, _)| *name).find(|name| !has_method(*name));
    method.map(|name| format!("method '{}'", heap.str(name))).or_else(|| {
        let field = wanted.fields.iter().map(|field| field.name).find(|name| !has_field(*name));
        field.map(|name| format!("field '{}'", heap.str(name)))
    })
}

/// `isinstance(value, ty)` for one type.
pub(crate) fn is_instance(m: &Machine, value: Value, ty: Value) -> Option<bool> {
    let heap = &m.heap;
    Some(match (ty, value) {
        (Value::Type(TypeTag::Exception), value) => of_value(heap, value).is_some(),
        (Value::Type(tag), value) => value.type_tag().is_subtype_of(tag),
        (Value::ExceptionType(kind), value) => {
            of_value(heap, value).is_some_and(|exception| heap.exceptions[exception].kind.is_subclass_of(kind))
        }
        (Value::RecordType(ty), Value::Record(record)) => {
            let own = heap.records[record].ty;
            if heap.record_types[ty].kind == RecordKind::Interface {
                satisfies(heap, own, ty)
            } else {
                own == ty || is_derived(heap, own, ty)
            }
        }
        (Value::RecordType(_), _) => false,
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
        (Value::RecordType(ty), Value::ExceptionType(base)) => {
            heap.record_types[ty].exception.is_some_and(|kind| kind.is_subclass_of(base))
        }
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
            return matches!(named, Some(Value::Type(tag)) if native.tag().is_subtype_of(tag));
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
        let place = if assign { Place::Assignment } else { Place::Call };
        match convert(self.m, value, ty, module, place) {
            Some(value) => Ok(value),
            None => {
                let reason = misfit(self.m, value, ty, module);
                Err(Raise::type_error(format!("{} must be {ty}, not {reason}", self.m.heap.str(what))))
            }
        }
    }
}

/// The value as the type of a record's field.
pub(super) fn coerce_field(
    m: &mut Machine,
    ty: Ref<RecordType>,
    index: usize,
    value: Value,
    place: Place,
) -> Res<Value> {
    let object = &m.heap.record_types[ty];
    let Some(field) = object.fields.get(index) else { return Ok(value) };
    if is_plainly(value, &field.ty) {
        return Ok(value);
    }
    let (spec, name, module) = (field.ty.clone(), field.name, object.module);
    match convert(m, value, &spec, module, place) {
        Some(value) => Ok(value),
        None => {
            let reason = misfit(m, value, &spec, module);
            let heap = &m.heap;
            Err(Raise::type_error(format!(
                "{}.{} must be {spec}, not {reason}",
                heap.str(heap.record_types[ty].name),
                heap.str(name),
            )))
        }
    }
}

/// Where a value meets an annotation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// A parameter or a returned value.
    Call,
    Assignment,
    /// A field of a record that is being made.
    Field,
    /// A field of a record that exists. An int stays one where a float is declared, as in a variable.
    FieldAssignment,
    /// Data that was just made from the answer of a language model: nobody else sees it, so that its parts are
    /// converted too.
    Answer,
}

impl Place {
    fn is_field(self) -> bool {
        matches!(self, Place::Field | Place::FieldAssignment)
    }
}

/// How many items of a collection are looked at when it crosses a call: a call does not take longer for a longer list.
const LOOKED_AT: usize = 100;
/// And of a collection inside another one.
const LOOKED_AT_INSIDE: usize = 10;

/// How deep annotations are followed into data.
const MAX_DEPTH: usize = 50;

/// The value as a value of the type; none if it does not fit.
pub(super) fn convert(
    m: &mut Machine,
    value: Value,
    ty: &TypeSpec,
    module: Ref<Module>,
    place: Place,
) -> Option<Value> {
    if is_plainly(value, ty) {
        return Some(value);
    }
    match ty {
        TypeSpec::Any => Some(value),
        TypeSpec::None => None,
        TypeSpec::Builtin(tag) => to_builtin(m, value, *tag, place),
        TypeSpec::Generic { base, args } => {
            let value = to_builtin(m, value, *base, place)?;
            if place == Place::Answer {
                return super::answers::convert_items(m, value, args, module);
            }
            let most = if place == Place::Call { LOOKED_AT } else { usize::MAX };
            unfit_item(m, value, args, module, most, 0).is_none().then_some(value)
        }
        TypeSpec::Named(name) => named(m, value, name, module),
        TypeSpec::Union(members) => {
            // A member that takes the value as it is comes before one that it is converted to.
            let converts = |member: &TypeSpec| {
                let is_number_type = matches!(member, TypeSpec::Builtin(tag) if is_number_type(*tag));
                place.is_field() && is_number_type && is_number(value) && !is_plainly(value, member)
            };
            if members.iter().any(|member| !converts(member) && fits(m, value, member, module, 0)) {
                return Some(value);
            }
            members.iter().find_map(|member| convert(m, value, member, module, place))
        }
    }
}

/// Is the value of the type as it is? A number is one of every type of number, and `None` of every type.
pub(super) fn fits(m: &Machine, value: Value, ty: &TypeSpec, module: Ref<Module>, depth: usize) -> bool {
    if is_plainly(value, ty) || depth > MAX_DEPTH {
        return true;
    }
    match ty {
        TypeSpec::Any => true,
        TypeSpec::None => false,
        TypeSpec::Builtin(tag) => value.type_tag().is_subtype_of(*tag) || (is_number_type(*tag) && is_number(value)),
        TypeSpec::Generic { base, args } => {
            value.type_tag().is_subtype_of(*base)
                && unfit_item(m, value, args, module, LOOKED_AT_INSIDE, depth).is_none()
        }
        TypeSpec::Named(name) => match known_type(m, name, module) {
            Some(ty) => is_of_named(m, value, ty, name),
            None => true,
        },
        TypeSpec::Union(members) => members.iter().any(|member| fits(m, value, member, module, depth)),
    }
}

fn is_number_type(tag: TypeTag) -> bool {
    matches!(tag, TypeTag::Int | TypeTag::Float | TypeTag::Bool)
}

fn is_number(value: Value) -> bool {
    matches!(value, Value::Int(_) | Value::BigInt(_) | Value::Float(_) | Value::Bool(_))
}

/// What does not fit in a collection, and where.
enum Unfit {
    Item(usize, Value),
    Key(Value),
    /// The value under a key.
    Entry(Value, Value),
}

/// The first of at most `most` items that is not of the type that the annotation gives for it.
fn unfit_item(
    m: &Machine,
    value: Value,
    args: &[TypeSpec],
    module: Ref<Module>,
    most: usize,
    depth: usize,
) -> Option<Unfit> {
    let heap = &m.heap;
    // Records of one type follow each other: the type is looked at once.
    let mut last = None;
    let mut bad = |item: Value, ty: &TypeSpec| {
        if *ty == TypeSpec::Any {
            return false;
        }
        let own = match item {
            Value::Record(record) => Some(heap.records[record].ty),
            _ => None,
        };
        if own.is_some() && own == last {
            return false;
        }
        let fits = fits(m, item, ty, module, depth + 1);
        last = if fits { own } else { None };
        !fits
    };
    let first = args.first()?;
    match value {
        Value::List(list) => heap.lists[list]
            .items
            .iter()
            .take(most)
            .enumerate()
            .find_map(|(index, &item)| bad(item, first).then_some(Unfit::Item(index, item))),
        Value::Set(set) | Value::FrozenSet(set) => heap.sets[set]
            .table
            .iter()
            .take(most)
            .find_map(|entry| bad(entry.key, first).then_some(Unfit::Key(entry.key))),
        Value::Dict(dict) => heap.dicts[dict].table.iter().take(most).find_map(|entry| {
            if bad(entry.key, first) {
                return Some(Unfit::Key(entry.key));
            }
            let ty = args.get(1)?;
            // Keys and values are of different types: what is known of one says nothing of the other.
            (!fits(m, entry.value, ty, module, depth + 1)).then_some(Unfit::Entry(entry.key, entry.value))
        }),
        Value::Tuple(tuple) => {
            let items = heap.tuples[tuple].items();
            if args.len() > 1 && args.len() != items.len() {
                return None;
            }
            let types = args.iter().chain(std::iter::repeat(first));
            items.iter().zip(types).enumerate().take(most).find_map(|(index, (&item, ty))| {
                (!fits(m, item, ty, module, depth + 1)).then_some(Unfit::Item(index, item))
            })
        }
        _ => None,
    }
}

/// What a value is that does not fit: its type, and what it holds if that says more.
fn misfit(m: &Machine, value: Value, ty: &TypeSpec, module: Ref<Module>) -> String {
    let heap = &m.heap;
    let name = value.type_name(heap);
    let shown = |value: Value| ops::plain_repr(heap, value).map(|text| shorten(&text)).unwrap_or_default();
    match (ty, value) {
        (TypeSpec::Generic { base, args }, _) if value.type_tag().is_subtype_of(*base) => {
            match unfit_item(m, value, args, module, usize::MAX, 0) {
                Some(Unfit::Item(index, item)) => {
                    format!("{name} with the item {} at {index}", with_type(shown(item), item.type_name(heap)))
                }
                Some(Unfit::Key(key)) => format!("{name} with {}", with_type(shown(key), key.type_name(heap))),
                Some(Unfit::Entry(key, item)) => {
                    format!("{name} with {} under {}", with_type(shown(item), item.type_name(heap)), shown(key))
                }
                None => name.to_owned(),
            }
        }
        (TypeSpec::Named(wanted), Value::Record(record)) => match known_type(m, wanted, module) {
            Some(Value::RecordType(interface)) if heap.record_types[interface].kind == RecordKind::Interface => {
                match missing_member(heap, heap.records[record].ty, interface) {
                    Some(member) => format!("{name}, which has no {member}"),
                    None => name.to_owned(),
                }
            }
            _ => name.to_owned(),
        },
        (TypeSpec::Named(wanted), Value::Dict(dict)) => match known_type(m, wanted, module) {
            Some(Value::RecordType(ty)) => match super::answers::why_no_record(m, dict, ty) {
                Some(reason) => format!("{name} {reason}"),
                None => name.to_owned(),
            },
            _ => name.to_owned(),
        },
        (_, Value::Str(_) | Value::Int(_) | Value::Float(_) | Value::Bool(_) | Value::BigInt(_)) => {
            format!("{name} ({})", shown(value))
        }
        _ => name.to_owned(),
    }
}

fn with_type(shown: String, name: &str) -> String {
    format!("{shown} ({name})")
}

fn shorten(text: &str) -> String {
    const LONGEST: usize = 40;
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// The type that a module knows by a name; dotted names are looked up in the modules that it imports.
pub(super) fn known_type(m: &Machine, name: &str, module: Ref<Module>) -> Option<Value> {
    let heap = &m.heap;
    let mut module = module;
    let mut parts = name.split('.').peekable();
    while let Some(part) = parts.next() {
        let found = heap.modules[module].get(heap.find_interned(part)?)?;
        if parts.peek().is_none() {
            return match found {
                // The name of an agent is its only instance.
                Value::Record(record) => Some(Value::RecordType(heap.records[record].ty)),
                other => Some(other),
            };
        }
        let Value::Module(next) = found else { return None };
        module = next;
    }
    None
}

fn is_of_named(m: &Machine, value: Value, ty: Value, name: &str) -> bool {
    let heap = &m.heap;
    match (ty, value) {
        (Value::RecordType(ty), Value::Record(record)) => {
            let own = heap.records[record].ty;
            if heap.record_types[ty].kind == RecordKind::Interface {
                satisfies(heap, own, ty)
            } else {
                own == ty || is_derived(heap, own, ty) || is_named(heap, own, name)
            }
        }
        (Value::RecordType(_), _) => false,
        (Value::ExceptionType(kind), value) => {
            of_value(heap, value).is_some_and(|exception| heap.exceptions[exception].kind.is_subclass_of(kind))
        }
        (Value::Type(tag), value) if tag.is_native() => value.type_tag().is_subtype_of(tag),
        // A name that is no type there is not checked.
        _ => true,
    }
}

/// Record types are looked up where the annotation stands. A dict with the fields of a record becomes one.
fn named(m: &mut Machine, value: Value, name: &str, module: Ref<Module>) -> Option<Value> {
    let Some(ty) = known_type(m, name, module) else { return Some(value) };
    if is_of_named(m, value, ty, name) {
        return Some(value);
    }
    match (ty, value) {
        (Value::RecordType(ty), Value::Dict(_)) => super::answers::record_from_dict(m, value, ty, 0),
        _ => None,
    }
}

fn to_builtin(m: &mut Machine, value: Value, tag: TypeTag, place: Place) -> Option<Value> {
    if value.type_tag().is_subtype_of(tag) {
        return Some(value);
    }
    let assign = matches!(place, Place::Assignment | Place::Answer);
    match (tag, value) {
        (TypeTag::Bool, _) if place.is_field() && is_number(value) => None,
        (TypeTag::Int, Value::Float(float)) if place.is_field() && float.get().fract() != 0.0 => None,
        (TypeTag::Float, _) if place == Place::FieldAssignment && is_number(value) => Some(value),
        (TypeTag::Int | TypeTag::Float | TypeTag::Bool, _) if place == Place::Call && is_number(value) => Some(value),
        (TypeTag::Bool, Value::Int(_) | Value::BigInt(_) | Value::Float(_)) => {
            Some(Value::bool(ops::truth(&m.heap, value)))
        }
        (TypeTag::Float, Value::Bool(truth)) => Some(Value::float(f64::from(u8::from(truth.get())))),
        (TypeTag::Float, Value::Int(int)) => Some(Value::float(int as f64)),
        (TypeTag::Float, Value::BigInt(int)) => ops::int_to_f64(&m.heap.bigints[int]).ok().map(Value::float),
        (TypeTag::Int, Value::Float(_)) => {
            let call = crate::builtins::CallArgs::positional(std::slice::from_ref(&value));
            crate::builtins::construct(&mut m.heap, TypeTag::Int, &call).ok()
        }
        (TypeTag::Bool, Value::Str(text)) if assign => Some(Value::bool(truth_of_words(m.heap.str(text)))),
        (TypeTag::Str, Value::Bool(truth)) if assign => {
            Some(Value::Str(m.heap.intern(if truth.get() { "true" } else { "false" })))
        }
        (TypeTag::Int | TypeTag::Float | TypeTag::Bool, Value::Str(text)) => {
            let text = m.heap.str(text).trim().to_owned();
            from_text(&text, tag)
        }
        (TypeTag::Str, Value::Int(_) | Value::BigInt(_) | Value::Float(_) | Value::Bool(_)) if !place.is_field() => {
            let text = ops::text(&m.heap, value).ok()?;
            Some(m.heap.new_str(text))
        }
        (
            TypeTag::List,
            Value::Tuple(_) | Value::Set(_) | Value::FrozenSet(_) | Value::Range(_) | Value::View(_) | Value::Iter(_),
        ) => {
            let items = ops::collect(&mut m.heap, value).ok()?;
            Some(m.heap.new_list(items))
        }
        (TypeTag::Tuple, Value::List(list)) => {
            let items = m.heap.lists[list].items.clone();
            Some(m.heap.new_tuple(items))
        }
        (TypeTag::Set, Value::List(_) | Value::Tuple(_) | Value::FrozenSet(_)) => {
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
pub(super) fn from_text(text: &str, tag: TypeTag) -> Option<Value> {
    match tag {
        TypeTag::Int => text.parse().ok().map(Value::Int),
        TypeTag::Float => text.parse().ok().map(Value::float),
        TypeTag::Bool => match text.to_ascii_lowercase().as_str() {
            "true" | "yes" | "1" => Some(Value::bool(true)),
            "false" | "no" | "0" => Some(Value::bool(false)),
            _ => None,
        },
        _ => None,
    }
}
