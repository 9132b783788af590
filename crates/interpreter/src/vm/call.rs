//! Calls: matching arguments to parameters, and entering functions.

use crate::builtins::{self, CallArgs, Implementation};
use crate::bytecode::{Code, CodeKind};
use crate::exception_kind::{ExceptionKind, Raise, Res};
use crate::heap::Heap;
use crate::limits::Limit;
use crate::methods::Method;
use crate::objects::{BoundMethod, Function, MethodTarget, Str};
use crate::ops::protocol::{self, Protocol};
use crate::value::{Ref, TypeTag, Value};
use crate::vm_builtins::{self, Control};

use super::execute::{Cx, Exit};
use super::machine::{Frame, OnReturn};
use super::scheduler::Starts;

/// How many methods may be bound to each other.
const MOST_RECEIVERS: usize = 1_000;

/// What a call has led to.
pub(crate) enum Flow {
    Value(Value),
    /// A frame is on top whose return gives the value.
    Entered,
    /// The run stops here for now.
    Exit(Exit),
}

/// Arguments on the stack: `count` values from `at` on, the last of which have names.
///
/// The slot before `at` belongs to the call too: it held what is called.
#[derive(Clone, Copy)]
pub(super) struct Args<'a> {
    pub at: usize,
    pub count: usize,
    pub keywords: &'a [Ref<Str>],
}

impl Args<'_> {
    pub(super) fn positional(&self) -> usize {
        self.count - self.keywords.len()
    }
}

pub(super) fn args(at: usize, count: usize) -> Args<'static> {
    Args { at, count, keywords: &[] }
}

impl Cx<'_> {
    /// Calls any value.
    pub(super) fn call(&mut self, mut callee: Value, mut args: Args<'_>, on_return: OnReturn) -> Res<Flow> {
        // A method may be bound to one that is bound to another, and so on.
        if let Value::BoundMethod(method) = callee
            && (self.m.heap.has_promises || !self.m.heap.bound_methods[method].is_of_function())
        {
            // The call may have to be made again: what it calls stays in its register.
            args = self.copy_up(args);
        }
        while let Value::BoundMethod(method) = callee {
            let method = &self.m.heap.bound_methods[method];
            let MethodTarget::Callable(callable) = method.target else { break };
            if args.count > MOST_RECEIVERS {
                return Err(Raise::new(ExceptionKind::RecursionError, "too many methods are bound to each other"));
            }
            args = Args { at: args.at - 1, count: args.count + 1, ..args };
            self.task.stack[args.at] = method.receiver;
            callee = callable;
            if !matches!(callee, Value::Function(_)) {
                // The slot before the receiver is not free: the call moves up by one.
                args = self.copy_up(args);
            }
        }
        match callee {
            Value::Function(function) => self.enter(function, args, on_return),
            Value::Builtin(id) => match id.row().run {
                Implementation::Pure(run) => {
                    self.settled(args)?;
                    self.m.expected = None;
                    let keywords = self.keywords(args);
                    let positional = &self.task.stack[args.at..args.at + args.positional()];
                    let call = CallArgs { positional, keywords: &keywords };
                    match run(&mut self.m.heap, &call) {
                        Ok(value) => Ok(Flow::Value(value)),
                        Err(raise) => self.resume_call(raise, callee, args, on_return),
                    }
                }
                Implementation::Vm(which) => {
                    if !vm_builtins::takes_promises(which) {
                        self.settled(args)?;
                    }
                    let keywords = self.keywords(args);
                    self.call_vm(which, callee, args, &keywords, on_return)
                }
            },
            Value::Type(tag) => {
                self.settled(args)?;
                let keywords = self.keywords(args);
                let positional = &self.task.stack[args.at..args.at + args.positional()];
                let call = CallArgs { positional, keywords: &keywords };
                match builtins::construct(&mut self.m.heap, tag, &call) {
                    Ok(value) => Ok(Flow::Value(value)),
                    Err(raise) => self.resume_call(raise, callee, args, on_return),
                }
            }
            Value::ExceptionType(kind) => {
                self.settled(args)?;
                if !args.keywords.is_empty() {
                    return Err(Raise::type_error(format!("{}() takes no keyword arguments", kind.name())));
                }
                let values = self.task.stack[args.at..args.at + args.count].to_vec();
                let exception = super::exceptions::builtin_exception(kind, values);
                Ok(Flow::Value(Value::Exception(self.m.heap.alloc(exception))))
            }
            Value::RecordType(ty) => {
                self.settled(args)?;
                self.construct(ty, args, on_return)
            }
            Value::BoundMethod(method) => {
                let BoundMethod { receiver, name, .. } = self.m.heap.bound_methods[method];
                self.settled(args)?;
                let with_receiver = Args { at: args.at - 1, count: args.count + 1, ..args };
                self.task.stack[with_receiver.at] = receiver;
                let text = self.m.heap.str(name);
                let found = match receiver {
                    // `str.lower` without a receiver takes it as its first argument.
                    Value::Type(tag) => match crate::methods::lookup_class_method(tag, text) {
                        Some(method) => Some((method, with_receiver)),
                        None => {
                            self.check_receiver(tag, name, args)?;
                            crate::methods::lookup(tag, text).map(|method| (method, args))
                        }
                    },
                    receiver => crate::methods::lookup(receiver.type_tag(), text).map(|method| (method, with_receiver)),
                };
                match found {
                    Some((native, args)) => self.call_native(native, args, on_return),
                    None => Err(self.no_attribute(receiver, name)),
                }
            }
            Value::Pipeline(pipeline) => {
                let stages = self.m.heap.pipelines[pipeline].stages.to_vec();
                let stages = self.m.heap.new_list(stages);
                let keywords = self.keywords(args);
                let positional = self.task.stack[args.at..args.at + args.positional()].to_vec();
                let positional = self.m.heap.new_list(positional);
                let named = self.dict_of(&keywords)?;
                let run = self.m.builtin("__run_pipeline__").unwrap_or(Value::None);
                let values = [stages, positional, named];
                match (run, on_return) {
                    (Value::Function(run), OnReturn::Store(dst)) if self.is_task(callee) => {
                        self.start_pipeline(callee, run, &values, dst)
                    }
                    _ => self.call_with(run, &values, &[], on_return),
                }
            }
            other if is_callable(&self.m.heap, other) => {
                if let Value::Record(record) = other
                    && let Some(pipeline) = self.pipeline_of(record)
                {
                    return self.run_workflow(other, pipeline, args, on_return);
                }
                let name = self.m.heap.intern("__call__");
                // The receiver takes the slot before the arguments, which is free once the call has moved up.
                let args = self.copy_up(args);
                let with_receiver = Args { at: args.at - 1, count: args.count + 1, ..args };
                self.task.stack[with_receiver.at] = other;
                self.call_method(other, name, with_receiver, on_return)
            }
            other => {
                let name = other.type_name(&self.m.heap).to_owned();
                Err(Raise::type_error(format!("'{name}' object is not callable")))
            }
        }
    }

    /// Calls a workflow record, which has this pipeline.
    fn run_workflow(&mut self, record: Value, pipeline: Value, args: Args<'_>, on_return: OnReturn) -> Res<Flow> {
        let keywords = self.keywords(args);
        let positional = self.task.stack[args.at..args.at + args.positional()].to_vec();
        let positional = self.m.heap.new_list(positional);
        let named = self.dict_of(&keywords)?;
        let run = self.m.builtin("__run_workflow__").unwrap_or(Value::None);
        let values = [record, positional, named];
        match (run, on_return) {
            (Value::Function(run), OnReturn::Store(dst)) if self.is_task(pipeline) => {
                self.start_pipeline(record, run, &values, dst)
            }
            _ => self.call_with(run, &values, &[], on_return),
        }
    }

    /// The arguments of something that is no function of the program: values in place of promises.
    ///
    /// # Errors
    /// The wish to wait, if one is not there.
    #[inline]
    fn settled(&mut self, args: Args<'_>) -> Res<()> {
        if self.m.heap.has_promises { self.settle_arguments(args.at, args.count) } else { Ok(()) }
    }

    /// The arguments once more above all registers in use, with a free slot before them.
    fn copy_up<'b>(&mut self, args: Args<'b>) -> Args<'b> {
        let at = self.task.top(self.codes).max(args.at + args.count) + 1;
        self.task.grow(at + args.count);
        self.task.stack.copy_within(args.at..args.at + args.count, at);
        Args { at, ..args }
    }

    /// Calls with arguments that are not on the stack yet.
    pub(super) fn call_with(
        &mut self,
        callee: Value,
        positional: &[Value],
        keywords: &[(Ref<Str>, Value)],
        on_return: OnReturn,
    ) -> Res<Flow> {
        let at = self.task.top(self.codes) + 1;
        let end = at + positional.len() + keywords.len();
        self.task.grow(end);
        let values = positional.iter().copied().chain(keywords.iter().map(|(_, value)| *value));
        for (slot, value) in self.task.stack[at..end].iter_mut().zip(values) {
            *slot = value;
        }
        let names: Vec<Ref<Str>> = keywords.iter().map(|(name, _)| *name).collect();
        let args = Args { at, count: positional.len() + keywords.len(), keywords: &names };
        self.call(callee, args, on_return)
    }

    /// Calls a function of the prelude.
    pub(super) fn call_prelude(&mut self, name: &str, positional: &[Value], on_return: OnReturn) -> Res<Flow> {
        let function = self.m.builtin(name).unwrap_or(Value::None);
        self.call_with(function, positional, &[], on_return)
    }

    /// `str.upper(x)`: is `x` a text?
    pub(super) fn check_receiver(&self, tag: TypeTag, name: Ref<Str>, args: Args<'_>) -> Res<()> {
        let heap = &self.m.heap;
        let receiver = self.task.stack.get(args.at).filter(|_| args.positional() > 0);
        match receiver {
            Some(receiver) if receiver.type_tag().is_subtype_of(tag) => Ok(()),
            Some(receiver) => Err(Raise::type_error(format!(
                "descriptor '{}' for '{}' objects doesn't apply to a '{}' object",
                heap.str(name),
                tag.name(),
                receiver.type_name(heap)
            ))),
            None => {
                Err(Raise::type_error(format!("unbound method {}.{}() needs an argument", tag.name(), heap.str(name))))
            }
        }
    }

    pub(super) fn call_native(&mut self, method: &'static Method, args: Args<'_>, on_return: OnReturn) -> Res<Flow> {
        // What goes into a list is passed on whole.
        let count = if matches!(method.name, "append" | "insert") { 1 } else { args.count };
        self.settled(Args { count, ..args })?;
        let keywords = self.keywords(args);
        match method.run {
            Implementation::Pure(run) => {
                let positional = &self.task.stack[args.at..args.at + args.positional()];
                let Some((&receiver, positional)) = positional.split_first() else {
                    return Err(Raise::type_error("a method needs its receiver"));
                };
                match run(&mut self.m.heap, receiver, &CallArgs { positional, keywords: &keywords }) {
                    Ok(value) => Ok(Flow::Value(value)),
                    Err(raise) => self.resume_native(raise, receiver, method, args, on_return),
                }
            }
            Implementation::Vm(which) => {
                let receiver = self.task.stack.get(args.at).copied().unwrap_or(Value::None);
                let callee = self.native_callee(receiver, method);
                self.call_vm(which, callee, args, &keywords, on_return)
            }
        }
    }

    /// As [`Cx::resume_call`] after an error of a method; the receiver is the first argument.
    #[cold]
    #[inline(never)]
    pub(super) fn resume_native(
        &mut self,
        raise: Raise,
        receiver: Value,
        method: &Method,
        args: Args<'_>,
        on_return: OnReturn,
    ) -> Res<Flow> {
        if raise.resume().is_none() {
            return Err(raise);
        }
        let callee = self.native_callee(receiver, method);
        let args = Args { at: args.at + 1, count: args.count - 1, ..args };
        self.resume_call(raise, callee, args, on_return)
    }

    fn call_vm(
        &mut self,
        which: vm_builtins::VmBuiltin,
        callee: Value,
        args: Args<'_>,
        keywords: &[(Ref<Str>, Value)],
        on_return: OnReturn,
    ) -> Res<Flow> {
        let positional = self.task.stack[args.at..args.at + args.positional()].to_vec();
        let call = CallArgs { positional: &positional, keywords };
        let control = match vm_builtins::run(self, which, &call) {
            Ok(control) => control,
            Err(raise) => {
                // The receiver of a method is part of what is called.
                let skip = usize::from(matches!(callee, Value::BoundMethod(_)));
                let args = Args { at: args.at + skip, count: args.count - skip, ..args };
                return self.resume_call(raise, callee, args, on_return);
            }
        };
        match control {
            Control::Value(value) => Ok(Flow::Value(value)),
            Control::Call { callee, positional, keywords } => self.call_with(callee, &positional, &keywords, on_return),
            Control::Request { request, answer } => self.request(request, answer, on_return),
            Control::Spawn { callee, positional, named } => self.spawn(callee, positional, named, on_return),
            Control::Wait { on, wakes } => {
                if let Some(frame) = self.task.frames.last_mut() {
                    frame.pc -= 1;
                }
                self.block(on, wakes, None);
                Ok(Flow::Exit(Exit::Waiting))
            }
        }
    }

    /// A native method bound to its receiver.
    fn native_callee(&mut self, receiver: Value, method: &Method) -> Value {
        let name = self.m.heap.intern(method.name);
        Value::BoundMethod(self.m.heap.alloc(BoundMethod { receiver, name, target: MethodTarget::Native }))
    }

    pub(super) fn keywords(&self, args: Args<'_>) -> Vec<(Ref<Str>, Value)> {
        if args.keywords.is_empty() {
            return Vec::new();
        }
        let first = args.at + args.positional();
        args.keywords.iter().copied().zip(self.task.stack[first..].iter().copied()).collect()
    }

    pub(crate) fn dict_of(&mut self, keywords: &[(Ref<Str>, Value)]) -> Res<Value> {
        let dict = self.m.heap.new_dict();
        for &(name, value) in keywords {
            crate::ops::dict_insert(&mut self.m.heap, dict, Value::Str(name), value)?;
        }
        Ok(Value::Dict(dict))
    }

    /// Enters a Dana function: puts a frame on top whose registers start at its arguments.
    #[inline]
    pub(super) fn enter(&mut self, function: Ref<Function>, args: Args<'_>, on_return: OnReturn) -> Res<Flow> {
        let object = &self.m.heap.functions[function];
        if !object.overloads.is_empty()
            && let Some(other) = self.overload(function, args)
        {
            return self.enter(other, args, on_return);
        }
        let loaded = &self.codes[object.code.0 as usize];
        let starts = if (loaded.is_task || loaded.may_be_task) && matches!(on_return, OnReturn::Store(_)) {
            self.starts(function, args)
        } else {
            Starts::Call
        };
        if starts != Starts::Call {
            self.order_call(function, args)?;
        }
        let object = &self.m.heap.functions[function];
        let code = &*self.codes[object.code.0 as usize].code;
        let params = &code.params;
        let positional = usize::from(params.positional);
        let simple = args.keywords.is_empty()
            && args.count == positional
            && params.names.len() == positional
            && params.rest.is_none()
            && params.named.is_none();
        if self.task.frames.len() >= self.m.limits.depth {
            return Err(Raise::limit(
                Limit::Depth,
                format!("maximum recursion depth of {} calls exceeded", self.m.limits.depth),
            ));
        }
        let (code_id, module) = (object.code, object.module);
        if let Some((code, ty)) = self.m.expected.take()
            && let Some(caller) = self.task.frames.last()
            && self.m.heap.str(object.name).starts_with("__agent_")
            && self.m.library.get(crate::prelude::INTERNAL) == Some(&module)
        {
            let depth = if starts != Starts::Call { 1 } else { self.task.frames.len() + 1 };
            self.m.expected_of_agent = Some((depth, code, ty, caller.module));
        }
        let registers = usize::from(code.registers);
        let bound = if simple {
            args.count
        } else if self.bind_plain(function, code, args) {
            positional
        } else {
            self.bind(function, code, args)?
        };
        if starts != Starts::Call
            && let OnReturn::Store(dst) = on_return
        {
            return self.start_task(function, args.at, bound, dst, starts);
        }
        let end = args.at + registers.max(bound);
        if end > self.task.stack.capacity() {
            self.reserve_stack(end)?;
        }
        self.task.grow(end);
        // Registers hold what the last call left there.
        self.task.stack[args.at + bound..end].fill(Value::Unset);
        self.task.frames.push(Frame::new(code_id, args.at as u32, on_return, Some(function), module));
        Ok(Flow::Entered)
    }

    /// Makes room on the stack; the stack counts as memory of the program.
    #[cold]
    fn reserve_stack(&mut self, end: usize) -> Res<()> {
        let wanted = (end * 2).max(1024);
        let bytes = wanted.saturating_mul(size_of::<Value>());
        if u32::try_from(wanted).is_err() {
            return Err(self.m.heap.limit_passed());
        }
        self.m.heap.within_limit(bytes)?;
        let stack = &mut self.task.stack;
        stack.reserve(wanted.saturating_sub(stack.len()));
        Ok(())
    }

    /// The function of the same name that takes the first argument, if this one does not.
    fn overload(&self, function: Ref<Function>, args: Args<'_>) -> Option<Ref<Function>> {
        let &receiver = self.task.stack.get(args.at).filter(|_| args.count > 0)?;
        if self.takes(function, receiver) {
            return None;
        }
        self.m.heap.functions[function].overloads.iter().find_map(|other| match other {
            Value::Function(other) if *other != function && self.takes(*other, receiver) => Some(*other),
            _ => None,
        })
    }

    /// As [`Cx::bind`] for a few plain parameters with a fitting call; false, and nothing is done, for all others.
    fn bind_plain(&mut self, function: Ref<Function>, code: &Code, args: Args<'_>) -> bool {
        const MOST: usize = 12;
        let params = &code.params;
        let (positional, given) = (usize::from(params.positional), args.positional());
        let is_plain = params.names.len() == positional && params.rest.is_none() && params.named.is_none();
        if !is_plain || args.count > positional || positional > MOST {
            return false;
        }
        let mut values = [Value::Unset; MOST];
        let values = &mut values[..positional];
        let (places, named) = self.task.stack[args.at..args.at + args.count].split_at(given);
        values[..given].copy_from_slice(places);
        for (name, value) in args.keywords.iter().zip(named) {
            let text = self.m.heap.str(*name);
            match params.names.iter().position(|param| **param == *text) {
                Some(index)
                    if index >= usize::from(params.positional_only) && matches!(values[index], Value::Unset) =>
                {
                    values[index] = *value;
                }
                _ => return false,
            }
        }
        for (value, default) in values.iter_mut().zip(&self.m.heap.functions[function].defaults) {
            if matches!(value, Value::Unset) {
                *value = *default;
            }
        }
        if values.iter().any(|value| matches!(value, Value::Unset)) {
            return false;
        }
        let end = args.at + positional;
        self.task.grow(end);
        self.task.stack[args.at..end].copy_from_slice(values);
        true
    }

    /// Matches arguments to parameters of any kind; the values stand in the first registers afterwards. Gives how many.
    fn bind(&mut self, function: Ref<Function>, code: &Code, args: Args<'_>) -> Res<usize> {
        let params = &code.params;
        let (positional, named_count) = (usize::from(params.positional), params.names.len());
        let given = args.positional();
        let mut values = vec![Value::Unset; named_count];
        let arguments = self.task.stack[args.at..args.at + given].to_vec();
        let taken = given.min(positional);
        values[..taken].copy_from_slice(&arguments[..taken]);
        let mut extra = Vec::new();
        for (name, value) in self.keywords(args) {
            let text = self.m.heap.str(name);
            let index = params.names.iter().position(|param| **param == *text);
            match index.filter(|index| *index >= usize::from(params.positional_only)) {
                Some(index) if !matches!(values[index], Value::Unset) => {
                    return Err(Raise::type_error(format!(
                        "{}() got multiple values for argument '{text}'",
                        code.name
                    )));
                }
                Some(index) => values[index] = value,
                None if params.named.is_some() => extra.push((name, value)),
                None if index.is_some() => {
                    return Err(Raise::type_error(format!(
                        "{}() got some positional-only arguments passed as keyword arguments: '{text}'",
                        code.name
                    )));
                }
                None => {
                    let known = params.names.iter().map(|name| &**name);
                    let hint = danaide_analysis::nearest(text, known)
                        .map(|nearest| format!(". Did you mean: '{nearest}'?"))
                        .unwrap_or_default();
                    return Err(Raise::type_error(format!(
                        "{}() got an unexpected keyword argument '{text}'{hint}",
                        code.name
                    )));
                }
            }
        }
        if given > positional && params.rest.is_none() {
            return Err(too_many(code, given, &values[positional..]));
        }
        let defaults = &self.m.heap.functions[function].defaults;
        for (value, default) in values.iter_mut().zip(defaults) {
            if matches!(value, Value::Unset) {
                *value = *default;
            }
        }
        missing(code, &values)?;
        if params.rest.is_some() {
            values.push(self.m.heap.new_tuple(arguments[taken..].to_vec()));
        }
        if params.named.is_some() {
            values.push(self.dict_of(&extra)?);
        }
        let end = args.at + values.len();
        self.task.grow(end);
        self.task.stack[args.at..end].copy_from_slice(&values);
        Ok(values.len())
    }

    /// Does a function have a parameter without a default?
    pub(super) fn needs_arguments(&self, callee: Value) -> bool {
        let (function, bound) = match callee {
            Value::Function(function) => (function, 0),
            Value::BoundMethod(method) => match self.m.heap.bound_methods[method].target {
                MethodTarget::Callable(Value::Function(function)) => (function, 1),
                _ => return false,
            },
            _ => return false,
        };
        let params = &self.codes[self.m.heap.functions[function].code.0 as usize].code.params;
        params.defaults.iter().skip(bound).any(|has_default| !has_default)
    }

    /// How many positional arguments a callable takes at most; none if there is no bound or it is not known.
    pub(super) fn arity(&self, mut callee: Value) -> Option<usize> {
        let mut bound = 0;
        for _ in 0..MOST_RECEIVERS {
            match callee {
                Value::Function(function) => {
                    let params = &self.codes[self.m.heap.functions[function].code.0 as usize].code.params;
                    let positional = usize::from(params.positional);
                    return params.rest.is_none().then_some(positional.saturating_sub(bound));
                }
                Value::RecordType(ty) => return Some(self.m.heap.record_types[ty].fields.len()),
                Value::BoundMethod(method) => match self.m.heap.bound_methods[method].target {
                    MethodTarget::Callable(callable) => {
                        callee = callable;
                        bound += 1;
                    }
                    MethodTarget::Native => return None,
                },
                Value::Pipeline(pipeline) => callee = *self.m.heap.pipelines[pipeline].stages.first()?,
                _ => return None,
            }
        }
        None
    }
}

pub(crate) fn is_callable(heap: &Heap, value: Value) -> bool {
    protocol::has(heap, value, Protocol::Call)
        || matches!(
            value,
            Value::Function(_)
                | Value::Builtin(_)
                | Value::BoundMethod(_)
                | Value::Pipeline(_)
                | Value::Type(_)
                | Value::ExceptionType(_)
                | Value::RecordType(_)
        )
}

#[cold]
fn too_many(code: &Code, given: usize, keyword_only: &[Value]) -> Raise {
    let params = &code.params;
    let most = usize::from(params.positional);
    let least = params.defaults[..most].iter().filter(|default| !**default).count();
    let takes = if least < most {
        format!("from {least} to {most} positional arguments")
    } else {
        format!("{most} positional argument{}", if most == 1 { "" } else { "s" })
    };
    let named = keyword_only.iter().filter(|value| !matches!(value, Value::Unset)).count();
    let were = if named > 0 {
        format!(
            "{given} positional argument{} (and {named} keyword-only argument{}) were given",
            if given == 1 { "" } else { "s" },
            if named == 1 { "" } else { "s" }
        )
    } else {
        format!("{given} {} given", if given == 1 { "was" } else { "were" })
    };
    Raise::type_error(format!("{}() takes {takes} but {were}", code.name))
}

fn missing(code: &Code, values: &[Value]) -> Res<()> {
    let positional = usize::from(code.params.positional);
    for (kind, range) in [("positional", 0..positional), ("keyword-only", positional..values.len())] {
        let names: Vec<String> = range
            .filter(|index| matches!(values[*index], Value::Unset))
            .map(|index| format!("'{}'", code.params.names[index]))
            .collect();
        if !names.is_empty() {
            return Err(Raise::type_error(format!(
                "{}() missing {} required {kind} argument{}: {}",
                if code.kind == CodeKind::Lambda { "<lambda>" } else { &code.name },
                names.len(),
                if names.len() == 1 { "" } else { "s" },
                join_and(&names)
            )));
        }
    }
    Ok(())
}

/// `'a', 'b', and 'c'`.
pub(super) fn join_and(names: &[String]) -> String {
    match names {
        [] => String::new(),
        [one] => one.clone(),
        [one, two] => format!("{one} and {two}"),
        [rest @ .., last] => format!("{}, and {last}", rest.join(", ")),
    }
}
