//! Attributes and methods: of records, through delegation, of builtin types, and functions called as methods.

use crate::bytecode::TypeSpec;
use crate::exception_kind::{ExceptionKind, Raise, Res, Resume};
use crate::methods;
use crate::objects::{BoundMethod, Function, MethodTarget, Record, RecordKind, RecordType, Str};
use crate::ops;
use crate::value::{Ref, TypeTag, Value};

use super::call::{Args, Flow};
use super::coerce::{Place, coerce_field};
use super::exceptions::of_value;
use super::execute::Cx;
use super::machine::OnReturn;

/// How many records one look-up through `_fields` goes through.
const MOST_DELEGATES: usize = 1_000;

/// What the name after the dot means for a record.
enum Member {
    Field(Value),
    Method(Value),
    /// A member of the value in a `_field`.
    Delegated(Value),
}

impl Cx<'_> {
    fn member(&self, record: Ref<Record>, name: Ref<Str>) -> Option<Member> {
        let heap = &self.m.heap;
        let object = &heap.records[record];
        let ty = &heap.record_types[object.ty];
        if let Some(value) = ty.field(name).and_then(|index| object.fields.get(index).copied())
            && !matches!(value, Value::Unset)
        {
            return Some(Member::Field(value));
        }
        if let Some(method) = ty.methods.get(&name) {
            return Some(Member::Method(*method));
        }
        if let Some(inner) = self.delegate(record, name) {
            return Some(Member::Delegated(inner));
        }
        if matches!(ty.kind, RecordKind::Agent | RecordKind::AgentBlueprint) {
            return self.agent_method(name).map(Member::Method);
        }
        None
    }

    /// A method that every agent has, from the prelude.
    fn agent_method(&self, name: Ref<Str>) -> Option<Value> {
        self.prelude_method(agent_method_name(self.m.heap.str(name))?)
    }

    fn prelude_method(&self, internal: &str) -> Option<Value> {
        let &library = self.m.library.get(crate::prelude::INTERNAL)?;
        self.m.heap.modules[library].get(self.m.heap.find_interned(internal)?)
    }

    /// The value of the first `_field`, in declaration order, that has a member of the name itself or delegates to one.
    fn delegate(&self, record: Ref<Record>, name: Ref<Str>) -> Option<Value> {
        // Records may delegate to each other in a circle: each is looked at once.
        let mut seen = vec![record];
        let mut pending = self.delegates(record);
        pending.reverse();
        while let Some(value) = pending.pop()
            && seen.len() <= MOST_DELEGATES
        {
            match value {
                Value::Record(inner) => {
                    if seen.contains(&inner) {
                        continue;
                    }
                    let ty = &self.m.heap.record_types[self.m.heap.records[inner].ty];
                    let is_agent = matches!(ty.kind, RecordKind::Agent | RecordKind::AgentBlueprint);
                    if ty.field(name).is_some()
                        || ty.methods.contains_key(&name)
                        || (is_agent && self.agent_method(name).is_some())
                    {
                        return Some(value);
                    }
                    seen.push(inner);
                    // What it delegates to comes before the fields after it.
                    pending.extend(self.delegates(inner).into_iter().rev());
                }
                other => {
                    let tag = other.type_tag();
                    if self.m.extensions.contains_key(&(tag, name))
                        || methods::lookup(tag, self.m.heap.str(name)).is_some()
                    {
                        return Some(other);
                    }
                }
            }
        }
        None
    }

    /// The values of a record's `_fields`.
    fn delegates(&self, record: Ref<Record>) -> Vec<Value> {
        let heap = &self.m.heap;
        let object = &heap.records[record];
        let fields = &heap.record_types[object.ty].fields;
        let named = fields.iter().zip(&object.fields).filter(|(field, _)| heap.str(field.name).starts_with('_'));
        named.map(|(_, value)| *value).filter(|value| !matches!(value, Value::Unset | Value::None)).collect()
    }

    /// The value of a record's own field.
    #[inline]
    pub(super) fn own_field(&self, object: Value, name: Ref<Str>) -> Option<Value> {
        let Value::Record(record) = object else { return None };
        if self.m.sched.orders_fields() {
            return None;
        }
        let record = &self.m.heap.records[record];
        let index = self.m.heap.record_types[record.ty].field(name)?;
        record.fields.get(index).copied().filter(|value| !matches!(value, Value::Unset))
    }

    pub(super) fn load_attr(&mut self, object: Value, name: Ref<Str>) -> Res<Value> {
        self.order_field(object, false)?;
        match self.find_attr(object, name)? {
            Some(value) => Ok(value),
            None => Err(self.no_attribute(object, name)),
        }
    }

    /// The value of an attribute; none if there is none of that name.
    pub(crate) fn find_attr(&mut self, object: Value, name: Ref<Str>) -> Res<Option<Value>> {
        if let Value::Promise(promise) = object {
            return Err(Raise::resume_after(Resume::Wait(promise)));
        }
        if let Value::Record(record) = object {
            match self.member(record, name) {
                Some(Member::Field(value)) => return Ok(Some(value)),
                Some(Member::Method(method)) => return Ok(Some(self.bind_method(object, name, method))),
                Some(Member::Delegated(inner)) => return self.find_attr(inner, name),
                None => {}
            }
        }
        let text = self.m.heap.str(name).to_owned();
        if let Value::Record(_) = object
            && let Some(exception) = of_value(&self.m.heap, object)
        {
            if let Some(value) = self.exception_attr(exception, &text)? {
                return Ok(Some(value));
            }
            if methods::lookup(TypeTag::Exception, &text).is_some() {
                return Ok(Some(self.bind_native(Value::Exception(exception), name)));
            }
        }
        let found = match (object, text.as_str()) {
            (Value::Module(module), "__file__") => {
                let path = self.m.heap.modules[module].path;
                (!self.m.heap.str(path).starts_with('<')).then_some(Value::Str(path))
            }
            (Value::Module(module), "__doc__") => match self.m.heap.modules[module].get(name) {
                Some(doc) => Some(doc),
                None => {
                    let path = self.m.heap.str(self.m.heap.modules[module].path);
                    let library = path.strip_prefix('<').and_then(|path| path.strip_suffix('>'));
                    let unit = library.and_then(|name| danaide_analysis::library::library().module(name));
                    Some(unit.map_or(Value::None, |unit| self.m.heap.new_str(unit.doc.as_str())))
                }
            },
            (Value::Module(module), "__name__") => Some(Value::Str(self.m.heap.modules[module].name)),
            (Value::Module(module), _) => {
                let found = self.m.heap.modules[module].get(name);
                // `system:math.max(3, 7)`: documents have the functions for numbers that need no module here too.
                let is_math = self.m.heap.str(self.m.heap.modules[module].path) == "<math>";
                if is_math && matches!(text.as_str(), "abs" | "max" | "min" | "round" | "sum") {
                    return Ok(found.or_else(|| self.m.builtin(&text)));
                }
                return Ok(found);
            }
            (Value::Exception(exception), text) => self.exception_attr(exception, text)?,
            (Value::Type(_) | Value::ExceptionType(_) | Value::RecordType(_), "__name__" | "__qualname__") => {
                let title = ops::type_title(&self.m.heap, object).to_owned();
                Some(self.m.heap.new_str(title))
            }
            (Value::RecordType(ty), text) => match self.m.heap.record_types[ty].methods.get(&name) {
                Some(method) => Some(*method),
                None => self.about_type(ty, text),
            },
            (Value::Record(record), "_type") => Some(Value::RecordType(self.m.heap.records[record].ty)),
            (Value::Record(record), "__doc__") => self.about_type(self.m.heap.records[record].ty, "__doc__"),
            (Value::Type(tag), "is_constructor" | "is_instance") if tag.is_constructor() => {
                Some(Value::bool(text == "is_constructor"))
            }
            (Value::Type(tag), "name") if tag.is_constructor() => Some(self.m.heap.new_str("function")),
            (Value::Type(tag), text) => match methods::class_attribute(&mut self.m.heap, tag, text) {
                Some(value) => Some(value),
                None => (methods::lookup(tag, text).is_some() || methods::lookup_class_method(tag, text).is_some())
                    .then(|| self.bind_native(object, name)),
            },
            (Value::Function(function), "__name__") => Some(Value::Str(self.m.heap.functions[function].name)),
            (Value::Function(function), "__doc__") => {
                let code = self.m.heap.functions[function].code;
                let doc = self.codes[code.0 as usize].code.doc.clone();
                Some(doc.map_or(Value::None, |doc| self.m.heap.new_str(doc)))
            }
            (Value::Builtin(id), text) if id.row().name == "log" && old_log_form(text).is_some() => {
                old_log_form(text).and_then(|function| self.m.builtin(function))
            }
            (Value::Builtin(id), "__name__") => Some(Value::Str(self.m.heap.intern(id.row().name))),
            (Value::Builtin(id), "__doc__") => {
                let doc = id.declaration().map(|it| it.doc.as_str());
                Some(doc.map_or(Value::None, |doc| self.m.heap.new_str(doc)))
            }
            (Value::BoundMethod(method), "__self__") => Some(self.m.heap.bound_methods[method].receiver),
            (Value::BoundMethod(method), "__doc__") => {
                let BoundMethod { receiver, name, target } = self.m.heap.bound_methods[method].clone();
                match target {
                    MethodTarget::Callable(callable) => return self.find_attr(callable, self.m.names.doc),
                    MethodTarget::Native => {
                        let owner = match receiver {
                            Value::Type(tag) => tag.name(),
                            receiver => receiver.type_tag().name(),
                        };
                        let declared = danaide_analysis::library::library().method(owner, self.m.heap.str(name));
                        Some(declared.map_or(Value::None, |it| self.m.heap.new_str(it.doc.as_str())))
                    }
                }
            }
            (Value::BoundMethod(method), "__name__") => Some(Value::Str(self.m.heap.bound_methods[method].name)),
            (Value::Pipeline(pipeline), "__name__" | "name") => self.m.heap.pipelines[pipeline].name.map(Value::Str),
            (_, "__class__") => Some(super::coerce::type_of(&self.m.heap, object)),
            _ => None,
        };
        if found.is_some() {
            return Ok(found);
        }
        let tag = object.type_tag();
        if let Some(&extension) = self.m.extensions.get(&(tag, name)) {
            return Ok(Some(self.bind_method(object, name, extension)));
        }
        if methods::lookup(tag, &text).is_some() {
            return Ok(Some(self.bind_native(object, name)));
        }
        if let Some(value) = methods::attribute(&mut self.m.heap, object, &text) {
            return Ok(Some(value));
        }
        // `d.key` reads an entry of a dict, unless it names a method.
        if let Value::Dict(dict) = object
            && let Some(value) = ops::dict_get(&self.m.heap, dict, Value::Str(name))?
        {
            return Ok(Some(value));
        }
        if let Some(function) = self.function_in_scope(object, name) {
            return Ok(Some(self.bind_method(object, name, function)));
        }
        // What decides whether a value can be entered is not made up.
        if matches!(text.as_str(), "enter_context" | "exit_context" | "__enter__" | "__exit__") {
            return Ok(None);
        }
        ops::protocol::lacking_attribute(&self.m.heap, "__getattr__", &[object, Value::Str(name)])
    }

    /// What a record type tells about itself.
    fn about_type(&mut self, ty: Ref<RecordType>, name: &str) -> Option<Value> {
        let heap = &mut self.m.heap;
        let object = &heap.record_types[ty];
        Some(match name {
            "__doc__" => object.doc.map_or(Value::None, Value::Str),
            "name" | "underlying_type_name" => Value::Str(object.name),
            "instance_type" => heap.new_str(object.kind.family()),
            "is_instance" => Value::bool(true),
            "is_constructor" => Value::bool(false),
            "fields" => {
                let fields: Vec<(Ref<Str>, String)> =
                    object.fields.iter().map(|field| (field.name, field.ty.to_string())).collect();
                let dict = heap.new_dict();
                for (name, ty) in fields {
                    let ty = heap.new_str(ty);
                    ops::dict_insert(heap, dict, Value::Str(name), ty).ok()?;
                }
                Value::Dict(dict)
            }
            _ => return None,
        })
    }

    fn bind_method(&mut self, receiver: Value, name: Ref<Str>, callable: Value) -> Value {
        let target = MethodTarget::Callable(callable);
        Value::BoundMethod(self.m.heap.alloc(BoundMethod { receiver, name, target }))
    }

    fn bind_native(&mut self, receiver: Value, name: Ref<Str>) -> Value {
        Value::BoundMethod(self.m.heap.alloc(BoundMethod { receiver, name, target: MethodTarget::Native }))
    }

    /// A function of the running module, by name, whose first parameter takes the value.
    fn function_in_scope(&self, receiver: Value, name: Ref<Str>) -> Option<Value> {
        let module = self.task.frames.last()?.module;
        let Value::Function(function) = self.m.heap.modules[module].get(name)? else { return None };
        if self.takes(function, receiver) {
            return Some(Value::Function(function));
        }
        let overloads = &self.m.heap.functions[function].overloads;
        overloads.iter().copied().find(|other| match other {
            Value::Function(other) => self.takes(*other, receiver),
            _ => false,
        })
    }

    /// Does a function's first parameter take the value?
    pub(super) fn takes(&self, function: Ref<Function>, receiver: Value) -> bool {
        let object = &self.m.heap.functions[function];
        let params = &self.codes[object.code.0 as usize].code.params;
        if params.positional == 0 && params.rest.is_none() {
            return false;
        }
        params.receiver.is_empty()
            || params.receiver.iter().any(|ty| match ty {
                TypeSpec::Builtin(tag) | TypeSpec::Generic { base: tag, .. } => receiver.type_tag().is_subtype_of(*tag),
                TypeSpec::Named(name) => self.is_instance_of_named(receiver, name, object.module),
                TypeSpec::None => matches!(receiver, Value::None),
                TypeSpec::Any | TypeSpec::Union(_) => true,
            })
    }

    /// Calls the method of a value; the value is the first of the arguments.
    pub(super) fn call_method(
        &mut self,
        receiver: Value,
        name: Ref<Str>,
        args: Args<'_>,
        on_return: OnReturn,
    ) -> Res<Flow> {
        let without_receiver = Args { at: args.at + 1, count: args.count - 1, ..args };
        match receiver {
            Value::Promise(promise) => return Err(Raise::resume_after(Resume::Wait(promise))),
            Value::Record(record) => match self.member(record, name) {
                Some(Member::Method(Value::Function(function))) => return self.enter(function, args, on_return),
                Some(Member::Field(callee)) => return self.call(callee, without_receiver, on_return),
                Some(Member::Delegated(inner)) => {
                    self.task.stack[args.at] = inner;
                    return self.call_method(inner, name, args, on_return);
                }
                Some(Member::Method(_)) | None => {}
            },
            Value::Module(module) => {
                let callee = match self.m.heap.modules[module].get(name) {
                    Some(callee) => callee,
                    None => self.load_attr(receiver, name)?,
                };
                return self.call(callee, without_receiver, on_return);
            }
            Value::Type(tag) => {
                let text = self.m.heap.str(name);
                if let Some(method) = methods::lookup_class_method(tag, text) {
                    return self.call_native(method, args, on_return);
                }
                // `str.upper("x")`: the receiver is the first argument.
                if let Some(method) = methods::lookup(tag, text) {
                    self.check_receiver(tag, name, without_receiver)?;
                    return self.call_native(method, without_receiver, on_return);
                }
            }
            Value::RecordType(_) => {
                let callee = self.load_attr(receiver, name)?;
                return self.call(callee, without_receiver, on_return);
            }
            Value::Pipeline(_) if matches!(self.m.heap.str(name), "execute" | "run") => {
                // `workflow.execute(agent, input)`: the agent is who runs it, not an input.
                let has_agent = args.count > 1 && self.is_agent(self.task.stack[args.at + 1]);
                let skip = 1 + usize::from(has_agent);
                return self.call(receiver, Args { at: args.at + skip, count: args.count - skip, ..args }, on_return);
            }
            _ => {
                let tag = receiver.type_tag();
                if !self.m.extensions.is_empty()
                    && let Some(&Value::Function(function)) = self.m.extensions.get(&(tag, name))
                {
                    return self.enter(function, args, on_return);
                }
                if let Some(method) = self.m.native_method(tag, name) {
                    return self.call_native(method, args, on_return);
                }
            }
        }
        if let Some(Value::Function(function)) = self.function_in_scope(receiver, name)
            && !matches!(receiver, Value::Module(_))
        {
            return self.enter(function, args, on_return);
        }
        let callee = self.load_attr(receiver, name)?;
        self.call(callee, without_receiver, on_return)
    }

    fn is_agent(&self, value: Value) -> bool {
        match value {
            Value::Record(record) => {
                let ty = self.m.heap.records[record].ty;
                matches!(self.m.heap.record_types[ty].kind, RecordKind::Agent | RecordKind::AgentBlueprint)
            }
            _ => false,
        }
    }

    pub(crate) fn store_attr(&mut self, object: Value, name: Ref<Str>, value: Value) -> Res<()> {
        self.order_field(object, true)?;
        match object {
            Value::Record(record) => {
                let ty = self.m.heap.records[record].ty;
                if let Some(index) = self.m.heap.record_types[ty].field(name) {
                    let value = coerce_field(self.m, ty, index, value, Place::FieldAssignment)?;
                    if let Some(slot) = self.m.heap.records[record].fields.get_mut(index) {
                        *slot = value;
                    }
                    return Ok(());
                }
                if let Some(inner @ Value::Record(_)) = self.delegate(record, name) {
                    return self.store_attr(inner, name, value);
                }
                if let Some(exception) = of_value(&self.m.heap, object) {
                    return self.store_attr(Value::Exception(exception), name, value);
                }
                let arguments = [object, Value::Str(name), value];
                if ops::protocol::lacking_attribute(&self.m.heap, "__setattr__", &arguments)?.is_some() {
                    return Ok(());
                }
                Err(self.no_attribute(object, name))
            }
            Value::Module(module) => {
                self.m.heap.modules[module].set(name, value);
                Ok(())
            }
            Value::Dict(dict) => ops::dict_insert(&mut self.m.heap, dict, Value::Str(name), value),
            Value::Exception(exception) => {
                let text = self.m.heap.str(name).to_owned();
                if self.set_exception_attr(exception, &text, value)? {
                    return Ok(());
                }
                Err(self.no_attribute(super::exceptions::as_seen(&self.m.heap, exception), name))
            }
            other => {
                let text = self.m.heap.str(name);
                let type_name = other.type_name(&self.m.heap);
                Err(Raise::new(
                    ExceptionKind::AttributeError,
                    format!("'{type_name}' object has no attribute '{text}'"),
                ))
            }
        }
    }

    #[cold]
    pub(super) fn cannot_delete_attr(&mut self, object: Value, name: Ref<Str>) -> Raise {
        Raise::new(
            ExceptionKind::AttributeError,
            format!(
                "cannot delete attribute '{}' of '{}' object",
                self.m.heap.str(name),
                object.type_name(&self.m.heap)
            ),
        )
    }

    #[cold]
    pub(crate) fn no_attribute(&mut self, object: Value, name: Ref<Str>) -> Raise {
        let heap = &self.m.heap;
        let text = heap.str(name);
        let (subject, nearest) = match object {
            Value::Record(record) => {
                let ty = &heap.record_types[heap.records[record].ty];
                let mut known: Vec<&str> = ty.methods.keys().map(|name| heap.str(*name)).collect();
                known.sort_unstable();
                let known = ty.fields.iter().map(|field| heap.str(field.name)).chain(known);
                (format!("'{}' object", heap.str(ty.name)), danaide_analysis::nearest(text, known))
            }
            Value::Module(module) if self.task.is_loading(module) => {
                let name = heap.str(heap.modules[module].name);
                return Raise::new(
                    ExceptionKind::AttributeError,
                    format!(
                        "partially initialized module '{name}' has no attribute '{text}' \
                         (most likely due to a circular import)"
                    ),
                );
            }
            Value::Module(module) => {
                let module = &heap.modules[module];
                let known = module.names.iter().map(|name| heap.str(*name));
                (format!("module '{}'", heap.str(module.name)), danaide_analysis::nearest(text, known))
            }
            Value::Type(_) | Value::ExceptionType(_) | Value::RecordType(_) => {
                (format!("type object '{}'", ops::type_title(heap, object)), None)
            }
            other => {
                let known = methods::methods_of(other.type_tag()).iter().map(|method| method.name);
                (format!("'{}' object", other.type_name(heap)), danaide_analysis::nearest(text, known))
            }
        };
        let hint = nearest.map(|nearest| format!(". Did you mean: '{nearest}'?")).unwrap_or_default();
        Raise::new(ExceptionKind::AttributeError, format!("{subject} has no attribute '{text}'{hint}"))
    }

    /// Calls a value with the arguments in a list and a dict.
    pub(super) fn call_spread(&mut self, callee: Value, list: Value, dict: Value, on_return: OnReturn) -> Res<Flow> {
        let positional = match list {
            Value::List(list) => self.m.heap.lists[list].items.clone(),
            _ => Vec::new(),
        };
        let keywords: Vec<(Ref<Str>, Value)> = match dict {
            Value::Dict(dict) => self.m.heap.dicts[dict]
                .table
                .iter()
                .filter_map(|entry| match entry.key {
                    // Parameters and fields are looked up by the one string that names them.
                    Value::Str(name) => {
                        let heap = &self.m.heap;
                        Some((heap.find_interned(heap.str(name)).unwrap_or(name), entry.value))
                    }
                    _ => None,
                })
                .collect(),
            _ => Vec::new(),
        };
        self.call_with(callee, &positional, &keywords, on_return)
    }
}

/// The function of the prelude for an old form of `log`: `log.debug(…)`.
fn old_log_form(name: &str) -> Option<&'static str> {
    Some(match name {
        "debug" => "__log_debug__",
        "info" => "__log_info__",
        "warn" | "warning" => "__log_warning__",
        "error" => "__log_error__",
        "critical" => "__log_critical__",
        "setLevel" | "set_level" => "__log_set_level__",
        _ => return None,
    })
}

/// The function of the prelude that is a method of every agent.
pub(super) fn agent_method_name(name: &str) -> Option<&'static str> {
    Some(match name {
        "chat" => "__agent_chat__",
        "get_conversation_history" => "__agent_conversation__",
        "get_memory_keys" => "__agent_memory_keys__",
        "llm" => "__agent_llm__",
        "plan" => "__agent_plan__",
        "reason" => "__agent_reason__",
        "recall" => "__agent_recall__",
        "remember" => "__agent_remember__",
        "solve" => "__agent_solve__",
        _ => return None,
    })
}

/// The builtin types that a type value stands for, where methods can be added.
pub(super) fn extended_tag(ty: Value) -> Option<TypeTag> {
    match ty {
        Value::Type(tag) => Some(tag),
        Value::None => Some(TypeTag::None),
        _ => None,
    }
}
