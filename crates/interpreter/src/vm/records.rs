//! Record types and records: definition, construction, methods; functions as values.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::bytecode::{CaptureSource, CodeId, FieldDefaultSpec, RecordSpec, TypeSpec};
use crate::exception_kind::{Raise, Res};
use crate::objects::{FieldDefault, FieldSpec, Function, Module, Pipeline, RecordKind, RecordType, Str};
use crate::ops::protocol::Protocols;
use crate::value::{Ref, TypeTag, Value};

use super::attributes::extended_tag;
use super::call::{Args, Flow, args, join_and};
use super::coerce::{Place, coerce_field};
use super::execute::Cx;
use super::machine::{LoadedCode, OnReturn};

impl Cx<'_> {
    pub(super) fn make_function(
        &mut self,
        loaded: &LoadedCode,
        code: u32,
        at: usize,
        base: usize,
        module: Ref<Module>,
    ) -> Value {
        let id = CodeId(loaded.unit_base + code);
        let code = &self.codes[id.0 as usize].code;
        let current = self.task.frames.last().and_then(|frame| frame.function);
        let captures = code
            .captures
            .iter()
            .filter_map(|source| match *source {
                CaptureSource::Register(reg) => match self.task.stack[base + usize::from(reg)] {
                    Value::Cell(cell) => Some(cell),
                    _ => None,
                },
                CaptureSource::Capture(index) => {
                    self.m.heap.functions[current?].captures.get(usize::from(index)).copied()
                }
            })
            .collect();
        let mut defaults: Box<[Value]> = Box::new([]);
        if code.params.defaults.contains(&true) {
            let mut next = at;
            defaults = code
                .params
                .defaults
                .iter()
                .map(|has_default| {
                    if !has_default {
                        return Value::Unset;
                    }
                    next += 1;
                    self.task.stack[next - 1]
                })
                .collect();
        }
        let name = self.m.heap.intern(&code.name);
        Value::Function(self.m.heap.alloc(Function {
            code: id,
            name,
            module,
            captures,
            defaults,
            overloads: Box::new([]),
        }))
    }

    pub(super) fn make_workflow(&mut self, value: Value, name: Ref<Str>) -> Value {
        Value::Pipeline(self.m.heap.alloc(Pipeline { name: Some(name), stages: Box::new([value]) }))
    }

    /// Lets a function be called for its own type of the first argument, and the one before it for the others.
    pub(super) fn join_overloads(&mut self, function: Value, previous: Value) {
        let (Value::Function(function), Value::Function(previous)) = (function, previous) else { return };
        let receiver = |function: Ref<Function>| {
            let code = self.m.heap.functions[function].code;
            &self.codes[code.0 as usize].code.params.receiver
        };
        let (new, old) = (receiver(function), receiver(previous));
        if new.is_empty() || old.is_empty() || new == old {
            return;
        }
        let mut overloads = vec![Value::Function(previous)];
        overloads.extend(self.m.heap.functions[previous].overloads.iter().copied().filter(|other| match other {
            Value::Function(other) => receiver(*other) != new,
            _ => false,
        }));
        self.m.heap.functions[function].overloads = overloads.into();
    }

    pub(super) fn define_method(&mut self, types: Value, name: Ref<Str>, function: Value) -> Res<()> {
        self.m.types_version += 1;
        match types {
            Value::Tuple(tuple) => {
                for ty in self.m.heap.tuples[tuple].items().to_vec() {
                    self.define_method(ty, name, function)?;
                }
                Ok(())
            }
            Value::RecordType(ty) => self.add_method(ty, name, function),
            Value::Record(record)
                if self.m.heap.record_types[self.m.heap.records[record].ty].kind == RecordKind::Agent =>
            {
                let ty = self.m.heap.records[record].ty;
                self.add_method(ty, name, function)
            }
            ty => match extended_tag(ty) {
                Some(tag) => {
                    self.m.extensions.insert((tag, name), function);
                    if tag == TypeTag::Int {
                        self.m.extensions.entry((TypeTag::Bool, name)).or_insert(function);
                    }
                    Ok(())
                }
                None => Err(Raise::type_error(format!(
                    "the receiver of a method names a type, not a '{}'",
                    ty.type_name(&self.m.heap)
                ))),
            },
        }
    }

    fn add_method(&mut self, ty: Ref<RecordType>, name: Ref<Str>, function: Value) -> Res<()> {
        let heap = &mut self.m.heap;
        heap.work(heap.record_types.capacity())?;
        // Types that have it from this one get the new one too.
        let mut pending = vec![(ty, heap.record_types[ty].methods.get(&name).copied())];
        while let Some((ty, previous)) = pending.pop() {
            let object = &mut heap.record_types[ty];
            object.methods.insert(name, function);
            object.protocols.note(heap.strs[name].as_str());
            heap.answers.in_use |= object.protocols.interrupt();
            pending.extend(heap.record_types.iter().filter(|(_, derived)| derived.bases.contains(&ty)).filter_map(
                |(derived, object)| {
                    let own = object.methods.get(&name).copied();
                    let inherited = match (own, previous) {
                        (None, _) => true,
                        (Some(own), Some(previous)) => own.is(previous),
                        (Some(_), None) => false,
                    };
                    inherited.then_some((derived, own))
                },
            ));
        }
        Ok(())
    }

    /// `at`: the initialiser, then the bases.
    pub(super) fn define_record(
        &mut self,
        loaded: &LoadedCode,
        spec: &RecordSpec,
        at: usize,
        module: Ref<Module>,
    ) -> Res<Value> {
        self.m.types_version += 1;
        let name = self.m.heap.intern(&spec.name);
        let mut ty = RecordType {
            name,
            kind: spec.kind,
            module,
            fields: Vec::new(),
            methods: FxHashMap::default(),
            protocols: Protocols::default(),
            signatures: Vec::new(),
            bases: Vec::new(),
            exception: None,
            initialisers: Vec::new(),
            doc: spec.doc.as_ref().map(|doc| self.m.heap.intern(doc)),
        };
        for index in 0..usize::from(spec.bases) {
            let base = match self.task.stack[at + 1 + index] {
                Value::RecordType(base) => base,
                Value::Record(record) => self.m.heap.records[record].ty,
                Value::ExceptionType(kind) => {
                    self.derive_exception(&mut ty, kind)?;
                    continue;
                }
                other => {
                    return Err(Raise::type_error(format!(
                        "the base of {} is a '{}', not a record type",
                        spec.name,
                        other.type_name(&self.m.heap)
                    )));
                }
            };
            let base_type = &self.m.heap.record_types[base];
            for field in &base_type.fields {
                put_field(&mut ty.fields, field.clone());
            }
            ty.methods.extend(base_type.methods.iter().map(|(name, method)| (*name, *method)));
            ty.protocols.inherit(base_type.protocols);
            ty.signatures.extend(base_type.signatures.iter().copied());
            ty.initialisers.extend(base_type.initialisers.iter().copied());
            ty.exception = ty.exception.or(base_type.exception);
            ty.bases.push(base);
        }
        if ty.bases.is_empty() && ty.exception.is_none() {
            ty.fields = self.implicit_fields(spec);
        }
        for field in &spec.fields {
            let default = match field.default {
                FieldDefaultSpec::Required => FieldDefault::Required,
                FieldDefaultSpec::None => FieldDefault::Value(Value::None),
                FieldDefaultSpec::Bool(value) => FieldDefault::Value(Value::bool(value)),
                FieldDefaultSpec::Constant(constant) => FieldDefault::Value(loaded.constants[constant as usize]),
                FieldDefaultSpec::Fresh(ref data) => FieldDefault::Fresh(data.clone()),
                FieldDefaultSpec::Computed => FieldDefault::Computed,
            };
            let name = self.m.heap.intern(&field.name);
            put_field(&mut ty.fields, FieldSpec { name, default, ty: field.ty.clone() });
        }
        for (name, count) in &spec.signatures {
            let name = self.m.heap.intern(name);
            ty.signatures.push((name, *count));
        }
        if let Value::Function(initialiser) = self.task.stack[at] {
            // It comes first: a computed default replaces that of a base.
            ty.initialisers.insert(0, initialiser);
        }
        let ty = self.m.heap.alloc(ty);
        let pipeline = self.m.heap.intern("pipeline");
        if spec.kind == RecordKind::Workflow
            && self.m.heap.record_types[ty].field(pipeline).is_some()
            && let Some(run) = self.m.builtin("__call_workflow__")
        {
            let call = self.m.heap.intern("__call__");
            if !self.m.heap.record_types[ty].methods.contains_key(&call) {
                self.add_method(ty, call, run)?;
            }
        }
        for index in 0..self.m.heap.record_types[ty].fields.len() {
            // What a record gets without being given it is what it would hold if it were given.
            if let FieldDefault::Value(value) = self.m.heap.record_types[ty].fields[index].default {
                let value = coerce_field(self.m, ty, index, value, Place::Field)?;
                self.m.heap.record_types[ty].fields[index].default = FieldDefault::Value(value);
            }
        }
        Ok(Value::RecordType(ty))
    }

    /// The fields that records of a kind have without declaring them.
    fn implicit_fields(&mut self, spec: &RecordSpec) -> Vec<FieldSpec> {
        let texts: Vec<(&str, String)> = match spec.kind {
            RecordKind::Struct | RecordKind::Interface => return Vec::new(),
            RecordKind::Resource => vec![("state", "INITIALIZED".into()), ("name", spec.name.to_string())],
            RecordKind::AgentBlueprint => {
                vec![("description", "A Dana agent".into()), ("state", "CREATED".into()), ("name", "An Agent".into())]
            }
            RecordKind::Agent => vec![
                ("state", "CREATED".into()),
                ("name", spec.name.to_string()),
                ("description", format!("A Dana agent named {}", spec.name)),
            ],
            RecordKind::Workflow => vec![("name", "A Workflow".into())],
        };
        let mut fields: Vec<FieldSpec> = texts
            .into_iter()
            .map(|(name, default)| {
                let name = self.m.heap.intern(name);
                let default = FieldDefault::Value(Value::Str(self.m.heap.intern(&default)));
                FieldSpec { name, default, ty: Arc::new(TypeSpec::Any) }
            })
            .collect();
        if spec.kind == RecordKind::Workflow {
            let name = self.m.heap.intern("fsm");
            fields.push(FieldSpec { name, default: FieldDefault::Computed, ty: Arc::new(TypeSpec::Any) });
        }
        fields
    }

    /// Makes a record from the arguments of a call of its type.
    pub(super) fn construct(&mut self, ty: Ref<RecordType>, args: Args<'_>, on_return: OnReturn) -> Res<Flow> {
        let given = args.count - args.keywords.len();
        let keywords = self.keywords(args);
        let heap = &self.m.heap;
        let object = &heap.record_types[ty];
        let name = heap.str(object.name);
        if object.kind == RecordKind::Interface {
            return Err(Raise::type_error(format!("'{name}' is an interface: make a record that has its methods")));
        }
        let mut values = vec![Value::Unset; object.fields.len()];
        // As in Python, an exception without fields of its own takes any arguments.
        let takes_any = object.exception.is_some() && values.len() == 1;
        if given > values.len() && !takes_any {
            return Err(Raise::type_error(format!(
                "{name}() takes {} positional argument{} but {given} {} given",
                values.len(),
                if values.len() == 1 { "" } else { "s" },
                if given == 1 { "was" } else { "were" }
            )));
        }
        let placed = given.min(values.len());
        let positional = &self.task.stack[args.at..args.at + given];
        values[..placed].copy_from_slice(&positional[..placed]);
        let told = if takes_any { positional.to_vec() } else { Vec::new() };
        for (keyword, value) in keywords {
            match object.field(keyword) {
                Some(index) if !matches!(values[index], Value::Unset) => {
                    return Err(Raise::type_error(format!(
                        "{name}() got multiple values for argument '{}'",
                        heap.str(keyword)
                    )));
                }
                Some(index) => values[index] = value,
                None => {
                    let known = object.fields.iter().map(|field| heap.str(field.name));
                    let text = heap.str(keyword);
                    let hint = danaide_analysis::nearest(text, known)
                        .map(|nearest| format!(". Did you mean: '{nearest}'?"))
                        .unwrap_or_default();
                    return Err(Raise::type_error(format!(
                        "{name}() got an unexpected keyword argument '{text}'{hint}"
                    )));
                }
            }
        }
        let missing: Vec<String> = object
            .fields
            .iter()
            .zip(&values)
            .filter(|(field, value)| matches!(value, Value::Unset) && matches!(field.default, FieldDefault::Required))
            .map(|(field, _)| format!("'{}'", heap.str(field.name)))
            .collect();
        if !missing.is_empty() {
            return Err(Raise::type_error(format!(
                "{name}() missing {} required argument{}: {}",
                missing.len(),
                if missing.len() == 1 { "" } else { "s" },
                join_and(&missing)
            )));
        }
        for (index, value) in values.iter_mut().enumerate() {
            if !matches!(value, Value::Unset) {
                *value = coerce_field(self.m, ty, index, *value, Place::Field)?;
            }
        }
        self.finish_record(ty, values, told, on_return)
    }

    /// Fills in the defaults and makes the record. `told` are the arguments of an exception, if its message is not all of them.
    fn finish_record(
        &mut self,
        ty: Ref<RecordType>,
        mut values: Vec<Value>,
        told: Vec<Value>,
        on_return: OnReturn,
    ) -> Res<Flow> {
        let object = &self.m.heap.record_types[ty];
        let mut computed = false;
        let fsm = object.kind == RecordKind::Workflow;
        let mut fresh = Vec::new();
        let told = super::exceptions::arguments(object, &values, told);
        for (index, (field, value)) in object.fields.iter().zip(&mut values).enumerate() {
            if matches!(value, Value::Unset) {
                match &field.default {
                    FieldDefault::Value(default) => *value = *default,
                    FieldDefault::Fresh(data) => fresh.push((index, data.clone())),
                    FieldDefault::Computed => computed = true,
                    FieldDefault::Required => *value = Value::None,
                }
            }
        }
        let initialisers = object.initialisers.clone();
        for (index, data) in fresh {
            values[index] = super::convert::to_value(&mut self.m.heap, &data)?;
        }
        let record = super::exceptions::new_record(&mut self.m.heap, ty, values, told);
        if !computed {
            return Ok(Flow::Value(record));
        }
        // The last one entered runs first; the one below all of them returns the record.
        let mut then = on_return;
        if fsm && let Value::Function(function) = self.m.builtin("__init_workflow__").unwrap_or(Value::None) {
            self.enter_initialiser(function, record, then)?;
            then = OnReturn::Discard;
        }
        for &initialiser in initialisers.iter().rev() {
            self.enter_initialiser(initialiser, record, then)?;
            then = OnReturn::Discard;
        }
        Ok(if then == on_return { Flow::Value(record) } else { Flow::Entered })
    }

    fn enter_initialiser(&mut self, initialiser: Ref<Function>, record: Value, on_return: OnReturn) -> Res<()> {
        let at = self.task.top(self.codes) + 1;
        self.task.grow(at + 1);
        self.task.stack[at] = record;
        self.enter(initialiser, args(at, 1), on_return).map(|_| ())
    }

    /// The only instance of an agent's type.
    pub(super) fn make_agent(&mut self, ty: Value, fields: Value, on_return: OnReturn) -> Res<Flow> {
        let (Value::RecordType(ty), Value::Dict(fields)) = (ty, fields) else {
            return Err(Raise::type_error("an agent needs a type"));
        };
        let mut values = vec![Value::Unset; self.m.heap.record_types[ty].fields.len()];
        let entries: Vec<(Value, Value)> =
            self.m.heap.dicts[fields].table.iter().map(|entry| (entry.key, entry.value)).collect();
        for (key, value) in entries {
            if let Value::Str(name) = key
                && let Some(index) = self.m.heap.record_types[ty].field(name)
            {
                values[index] = coerce_field(self.m, ty, index, value, Place::Field)?;
            }
        }
        self.finish_record(ty, values, Vec::new(), on_return)
    }

    pub(super) fn has_field_value(&self, record: Value, name: Ref<Str>) -> bool {
        let Value::Record(record) = record else { return true };
        let object = &self.m.heap.records[record];
        let index = self.m.heap.record_types[object.ty].field(name);
        index.and_then(|index| object.fields.get(index)).is_some_and(|value| !matches!(value, Value::Unset))
    }
}

/// Adds a field, or replaces the one of the same name in its place; one that only sets a value keeps the type.
pub(super) fn put_field(fields: &mut Vec<FieldSpec>, field: FieldSpec) {
    match fields.iter_mut().find(|it| it.name == field.name) {
        Some(known) => {
            known.default = field.default;
            if *field.ty != TypeSpec::Any {
                known.ty = field.ty;
            }
        }
        None => fields.push(field),
    }
}
