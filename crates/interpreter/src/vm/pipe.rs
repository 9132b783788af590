//! Pipelines at run time, and the intrinsics of the prelude.

use crate::bytecode::{BinaryOp, Intrinsic};
use crate::exception_kind::{ExceptionKind, Raise, Res, Resume};
use crate::objects::{Exception, Iter, Nest, Pipeline, Record, Tool, ToolKind};
use crate::ops;
use crate::value::{Ref, Value};

use super::call::{Flow, is_callable};
use super::coerce::is_instance;
use super::exceptions::of_value;
use super::execute::Cx;
use super::machine::OnReturn;

impl Cx<'_> {
    /// Can a value be a stage: is it callable, or a list of callables?
    fn is_stage(&self, value: Value) -> bool {
        match value {
            Value::List(list) => {
                let items = &self.m.heap.lists[list].items;
                !items.is_empty() && items.iter().all(|item| is_callable(&self.m.heap, *item))
            }
            value => is_callable(&self.m.heap, value),
        }
    }

    /// `a | b`: a composition of stages, a value given to a stage, or a union.
    pub(super) fn pipe(&mut self, a: Value, b: Value, on_return: OnReturn) -> Res<Flow> {
        if let (Value::Promise(promise), _) | (_, Value::Promise(promise)) = (a, b) {
            return Err(Raise::resume_after(Resume::Wait(promise)));
        }
        if let (Value::Type(_) | Value::RecordType(_) | Value::ExceptionType(_), Value::None) = (a, b) {
            // `int | None`: a union, for `isinstance`.
            return Ok(Flow::Value(Value::Pipeline(self.m.heap.alloc(Pipeline { name: None, stages: [a, b].into() }))));
        }
        if !self.is_stage(b) {
            if self.is_stage(a) && !matches!(a, Value::List(_)) && !matches!(a, Value::Type(_)) {
                return Err(Raise::type_error(format!(
                    "a stage of a pipeline must be callable, not a '{}'",
                    b.type_name(&self.m.heap)
                )));
            }
            return ops::binary(&mut self.m.heap, BinaryOp::BitOr, a, b).map(Flow::Value);
        }
        if !self.is_stage(a) {
            return self.pipe_into(a, b, on_return);
        }
        let mut stages = Vec::new();
        for stage in [a, b] {
            match stage {
                Value::Pipeline(pipeline) if self.m.heap.pipelines[pipeline].name.is_none() => {
                    stages.extend_from_slice(&self.m.heap.pipelines[pipeline].stages);
                }
                stage => stages.push(stage),
            }
        }
        Ok(Flow::Value(Value::Pipeline(self.m.heap.alloc(Pipeline { name: None, stages: stages.into() }))))
    }

    /// Gives a value to a stage.
    pub(super) fn pipe_into(&mut self, value: Value, stage: Value, on_return: OnReturn) -> Res<Flow> {
        if let Value::List(_) = stage
            && self.is_stage(stage)
        {
            let args = self.m.heap.new_list(vec![value]);
            let named = Value::Dict(self.m.heap.new_dict());
            return self.call_prelude("__parallel__", &[stage, args, named], on_return);
        }
        if is_callable(&self.m.heap, stage) {
            return self.call_with(stage, &[value], &[], on_return);
        }
        if let (Value::Set(_) | Value::FrozenSet(_), Value::Set(_) | Value::FrozenSet(_))
        | (Value::Dict(_), Value::Dict(_))
        | (Value::Int(_), Value::Int(_)) = (value, stage)
        {
            return ops::binary(&mut self.m.heap, BinaryOp::BitOr, value, stage).map(Flow::Value);
        }
        Err(Raise::type_error(format!(
            "a stage of a pipeline must be callable, not a '{}'",
            stage.type_name(&self.m.heap)
        )))
    }

    /// The dict of what an agent was told to remember: a value after those of its fields, made when it is asked for.
    fn memory_of(&mut self, agent: Ref<Record>) -> Value {
        let object = &self.m.heap.records[agent];
        let declared = self.m.heap.record_types[object.ty].fields.len();
        if let Some(&memory) = object.fields.get(declared) {
            return memory;
        }
        let memory = Value::Dict(self.m.heap.new_dict());
        let object = &mut self.m.heap.records[agent];
        let mut fields = std::mem::take(&mut object.fields).into_vec();
        fields.push(memory);
        object.fields = fields.into_boxed_slice();
        self.m.heap.charge(size_of::<Value>());
        memory
    }

    pub(super) fn intrinsic(&mut self, intrinsic: Intrinsic, at: usize, on_return: OnReturn) -> Res<Flow> {
        let arg = |index: usize| self.task.stack.get(at + index).copied().unwrap_or(Value::None);
        let value = match intrinsic {
            Intrinsic::IsCallable => Value::bool(is_callable(&self.m.heap, arg(0))),
            Intrinsic::NeedsArguments => Value::bool(self.needs_arguments(arg(0))),
            Intrinsic::SortByKeys => {
                let (items, keys, reverse) = (arg(0), arg(1), arg(2));
                let reverse = ops::truth(&self.m.heap, reverse);
                let (Value::List(items), Value::List(keys)) = (items, keys) else {
                    return Err(Raise::type_error("sorting needs lists"));
                };
                let heap = &self.m.heap;
                let mut pairs: Vec<(Value, Value)> =
                    heap.lists[keys].items.iter().copied().zip(heap.lists[items].items.iter().copied()).collect();
                ops::sort(heap, &mut pairs, reverse)?;
                let sorted = pairs.into_iter().map(|(_, item)| item).collect();
                self.m.heap.new_list(sorted)
            }
            Intrinsic::Replace => {
                if let (Value::List(list), Value::List(items)) = (arg(0), arg(1)) {
                    let items = self.m.heap.lists[items].items.clone();
                    self.m.heap.lists[list].items = items;
                }
                Value::None
            }
            Intrinsic::Calling => {
                let name = self.m.heap.as_str(arg(0)).unwrap_or_default();
                let name = crate::modules::itertools::calling_name(name);
                let kind = ToolKind::Calling { name, step: arg(1), pending: None };
                let nest = Nest { depth: 1, calls: true, endless: false };
                Value::Iter(self.m.heap.alloc(Iter::Tool(Box::new(Tool { kind, nest }))))
            }
            Intrinsic::Feed => {
                if let (Value::Iter(iter), result) = (arg(0), arg(1)) {
                    let heap = &mut self.m.heap;
                    match (result, &mut heap.iters[iter]) {
                        (Value::List(list), state) => *state = Iter::List { list, next: 0 },
                        (Value::Tuple(result), Iter::Tool(tool)) => {
                            if let ToolKind::Calling { pending, .. } = &mut tool.kind {
                                *pending = heap.tuples[result].items().first().copied();
                            }
                        }
                        (_, state) => *state = Iter::Done,
                    }
                }
                Value::None
            }
            Intrinsic::StepOf => match arg(0) {
                Value::Iter(iter) => match &self.m.heap.iters[iter] {
                    Iter::Tool(tool) => match tool.kind {
                        ToolKind::Calling { step, .. } => step,
                        _ => Value::None,
                    },
                    _ => Value::None,
                },
                _ => Value::None,
            },
            Intrinsic::IsKind => {
                let (names, exception) = (arg(0), arg(1));
                let (Value::List(names), Some(_)) = (names, of_value(&self.m.heap, exception)) else {
                    return Ok(Flow::Value(Value::bool(false)));
                };
                let found = self.m.heap.lists[names].items.iter().any(|item| match self.m.heap.as_str(*item) {
                    Some(name) => match ExceptionKind::from_name(name) {
                        Some(kind) => is_instance(self.m, exception, Value::ExceptionType(kind)) == Some(true),
                        None => exception.type_name(&self.m.heap) == name,
                    },
                    None => is_instance(self.m, exception, *item) == Some(true),
                });
                Value::bool(found)
            }
            Intrinsic::Memory => match arg(0) {
                Value::Record(record) => self.memory_of(record),
                _ => Value::None,
            },
            Intrinsic::RetryExhausted => {
                let (attempts, last) = (arg(0), arg(1));
                let Some(last) = of_value(&self.m.heap, last) else { return Ok(Flow::Value(Value::None)) };
                let message = format!(
                    "gave up after {} attempts: {}",
                    ops::text(&self.m.heap, attempts)?,
                    self.m.heap.answers.quietly(|| ops::exception_text(&self.m.heap, last))?
                );
                let message = self.m.heap.new_str(message);
                let mut exception = Exception::new(ExceptionKind::RetryExhausted, vec![message]);
                exception.cause = Some(last);
                exception.suppress_context = true;
                Value::Exception(self.m.heap.alloc(exception))
            }
            Intrinsic::Spawn
            | Intrinsic::SpawnWithin
            | Intrinsic::Timer
            | Intrinsic::First
            | Intrinsic::Attempt
            | Intrinsic::Chance
            | Intrinsic::Misfit
            | Intrinsic::UnknownKind
            | Intrinsic::Nearest
            | Intrinsic::NamedAs => return self.task_intrinsic(intrinsic, at, on_return),
            Intrinsic::CallFit => {
                let (stage, list, named) = (arg(0), arg(1), arg(2));
                if let Value::List(_) = stage
                    && self.is_stage(stage)
                {
                    return self.call_prelude("__parallel__", &[stage, list, named], on_return);
                }
                if !is_callable(&self.m.heap, stage) {
                    return Ok(Flow::Value(stage));
                }
                if let (Some(most), Value::List(list)) = (self.arity(stage), list) {
                    self.m.heap.lists[list].items.truncate(most);
                }
                return self.call_spread(stage, list, named, on_return);
            }
        };
        Ok(Flow::Value(value))
    }
}
