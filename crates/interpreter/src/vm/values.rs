//! What instructions do with values, apart from calls: names without values, unpacking, text.

use crate::bytecode::Scope;
use crate::exception_kind::{ExceptionKind, Raise, Res};
use crate::format;
use crate::heap::Heap;
use crate::objects::{Dict, Module, Str};
use crate::ops;
use crate::value::{Ref, Value};

use super::execute::Cx;

impl Cx<'_> {
    /// Frees unreachable objects, and checks the memory limit.
    #[cold]
    pub(super) fn collect(&mut self) -> Res<()> {
        self.m.collect(self.codes, self.task);
        let stack = self.task.stack.capacity() * size_of::<Value>() + self.m.sched.bytes();
        self.m.heap.within_limit(stack)
    }

    /// The value of a global name without a value of its own: a builtin, else an error with the nearest name.
    #[cold]
    pub(super) fn global_fallback(&mut self, module: Ref<Module>, slot: u32) -> Res<Value> {
        let name = self.m.heap.modules[module].names[slot as usize];
        let text = self.m.heap.str(name).to_owned();
        if let Some(value) = self.m.builtin(&text) {
            return Ok(value);
        }
        if text == "__doc__" {
            return Ok(Value::None);
        }
        if text == "__name__" {
            return Ok(Value::Str(self.m.heap.modules[module].name));
        }
        if text == "__file__" && !self.m.heap.str(self.m.heap.modules[module].path).starts_with('<') {
            return Ok(Value::Str(self.m.heap.modules[module].path));
        }
        if danaide_analysis::library::LibraryFile::module(&text).is_some() {
            let message = format!("name '{text}' is not defined. Did you forget to import '{text}'?");
            return Err(Raise::new(ExceptionKind::NameError, message));
        }
        let object = &self.m.heap.modules[module];
        let known = object
            .names
            .iter()
            .zip(&object.slots)
            .filter(|(_, value)| !matches!(value, Value::Unset))
            .map(|(name, _)| self.m.heap.str(*name))
            .chain(crate::builtins::names().map(|name| -> &str { name }));
        Err(Raise::new(ExceptionKind::NameError, undefined(&text, danaide_analysis::nearest(&text, known))))
    }

    #[cold]
    pub(super) fn unbound(&mut self, name: Ref<Str>) -> Raise {
        Raise::new(
            ExceptionKind::UnboundLocalError,
            format!("cannot access local variable '{}' where it is not associated with a value", self.m.heap.str(name)),
        )
    }

    #[cold]
    pub(super) fn unbound_capture(&mut self, name: Ref<Str>) -> Raise {
        Raise::new(
            ExceptionKind::NameError,
            format!(
                "cannot access free variable '{}' where it is not associated with a value in enclosing scope",
                self.m.heap.str(name)
            ),
        )
    }

    /// `system:math` without a value of its own is the module of the library.
    #[cold]
    pub(super) fn system_module(&mut self, scope: Scope, name: Ref<Str>) -> Option<Value> {
        let text = self.m.heap.str(name).to_owned();
        if scope != Scope::System {
            return None;
        }
        self.m.native_module(&text).map(Value::Module)
    }

    pub(super) fn unbound_scoped(&mut self, scope: Scope, name: Ref<Str>) -> Raise {
        let text = self.m.heap.str(name).to_owned();
        let known: Vec<Ref<Str>> = self.m.scope(scope).keys().copied().collect();
        let mut known: Vec<&str> = known.into_iter().map(|name| self.m.heap.str(name)).collect();
        known.sort_unstable();
        let nearest = danaide_analysis::nearest(&text, known).map(|name| format!("{}:{name}", scope.name()));
        Raise::new(ExceptionKind::NameError, undefined(&format!("{}:{text}", scope.name()), nearest.as_deref()))
    }

    /// Puts start, stop and step in three registers, or an iterator in the first where they do not fit.
    pub(super) fn prepare_range(&mut self, at: usize, count: u16) -> Res<()> {
        let stack = &mut self.task.stack;
        let (start, stop, step) = match count {
            1 => (Value::Int(0), stack[at], Value::Int(1)),
            2 => (stack[at], stack[at + 1], Value::Int(1)),
            _ => (stack[at], stack[at + 1], stack[at + 2]),
        };
        if let (Value::Int(_), Value::Int(_), Value::Int(step_value)) = (start, stop, step)
            && step_value != 0
        {
            stack[at..at + 3].copy_from_slice(&[start, stop, step]);
            return Ok(());
        }
        let arguments = self.task.stack[at..at + usize::from(count)].to_vec();
        let call = crate::builtins::CallArgs::positional(&arguments);
        let range = crate::builtins::construct(&mut self.m.heap, crate::value::TypeTag::Range, &call)?;
        let iter = ops::iter(&mut self.m.heap, range)?;
        self.task.stack[at] = Value::Iter(iter);
        Ok(())
    }

    pub(super) fn unpack(&mut self, src: Value, at: usize, count: usize) -> Res<()> {
        let items = self.items_to_unpack(src)?;
        if items.len() != count {
            return Err(Raise::value_error(if items.len() < count {
                format!("not enough values to unpack (expected {count}, got {})", items.len())
            } else {
                format!("too many values to unpack (expected {count})")
            }));
        }
        self.task.stack[at..at + count].copy_from_slice(&items);
        Ok(())
    }

    pub(super) fn unpack_rest(&mut self, src: Value, at: usize, before: usize, after: usize) -> Res<()> {
        let items = self.items_to_unpack(src)?;
        if items.len() < before + after {
            return Err(Raise::value_error(format!(
                "not enough values to unpack (expected at least {}, got {})",
                before + after,
                items.len()
            )));
        }
        let middle = items[before..items.len() - after].to_vec();
        let rest = self.m.heap.new_list(middle);
        let stack = &mut self.task.stack;
        stack[at..at + before].copy_from_slice(&items[..before]);
        stack[at + before] = rest;
        stack[at + before + 1..at + before + 1 + after].copy_from_slice(&items[items.len() - after..]);
        Ok(())
    }

    /// The items of `*value` in a call or a collection.
    pub(super) fn spread(&mut self, value: Value) -> Res<Vec<Value>> {
        if is_iterable(&self.m.heap, value) {
            return ops::collect(&mut self.m.heap, value);
        }
        let name = value.type_name(&self.m.heap);
        Err(Raise::type_error(format!("Value after * must be an iterable, not {name}")))
    }

    fn items_to_unpack(&mut self, src: Value) -> Res<Vec<Value>> {
        if is_iterable(&self.m.heap, src) {
            return ops::collect(&mut self.m.heap, src);
        }
        let name = src.type_name(&self.m.heap);
        Err(Raise::type_error(format!("cannot unpack non-iterable {name} object")))
    }

    /// Adds the entries of a dict to another.
    pub(super) fn dict_update(&mut self, dict: Value, src: Value) -> Res<()> {
        let Value::Dict(dict) = dict else { return Ok(()) };
        let Value::Dict(src) = src else {
            let name = src.type_name(&self.m.heap);
            return Err(Raise::type_error(format!("'{name}' object is not a mapping")));
        };
        for (key, value) in self.entries(src) {
            ops::dict_insert(&mut self.m.heap, dict, key, value)?;
        }
        Ok(())
    }

    /// Adds the entries of a dict to the keyword arguments for `callee`: they must be new.
    pub(super) fn keywords_update(&mut self, callee: Value, keywords: Value, src: Value) -> Res<()> {
        let Value::Dict(src) = src else {
            let (called, name) = (self.called(callee), src.type_name(&self.m.heap));
            return Err(Raise::type_error(format!("{called}argument after ** must be a mapping, not {name}")));
        };
        self.entries(src).into_iter().try_for_each(|(key, value)| self.keyword_insert(callee, keywords, key, value))
    }

    pub(super) fn keyword_insert(&mut self, callee: Value, keywords: Value, key: Value, value: Value) -> Res<()> {
        let Value::Dict(keywords) = keywords else { return Ok(()) };
        let Value::Str(name) = key else { return Err(Raise::type_error("keywords must be strings")) };
        if ops::dict_get(&self.m.heap, keywords, key)?.is_some() {
            let (called, name) = (self.called(callee), self.m.heap.str(name));
            return Err(Raise::type_error(format!("{called}got multiple values for keyword argument '{name}'")));
        }
        ops::dict_insert(&mut self.m.heap, keywords, key, value)
    }

    /// How a message about a call's arguments begins.
    fn called(&self, callee: Value) -> String {
        match callee {
            Value::Function(function) => format!("{}() ", self.m.heap.str(self.m.heap.functions[function].name)),
            Value::Builtin(id) => format!("{}() ", id.row().name),
            _ => String::new(),
        }
    }

    fn entries(&self, dict: Ref<Dict>) -> Vec<(Value, Value)> {
        self.m.heap.dicts[dict].table.iter().map(|entry| (entry.key, entry.value)).collect()
    }

    /// Joins strings on the stack.
    pub(super) fn join(&mut self, at: usize, count: usize) -> Res<Value> {
        let heap = &mut self.m.heap;
        let strs = &heap.strs;
        let parts = self.task.stack[at..at + count].iter().filter_map(|part| match part {
            Value::Str(text) => Some(&strs[*text]),
            _ => None,
        });
        let length = parts.clone().map(Str::len).sum();
        heap.ensure(length)?;
        let text = Str::joined(parts, length);
        Ok(Value::Str(heap.alloc(text)))
    }

    pub(super) fn format(&mut self, value: Value, spec: Value, conversion: u8) -> Res<Value> {
        let heap = &mut self.m.heap;
        let value = match conversion {
            0 => value,
            b'r' => {
                let text = ops::repr(heap, value)?;
                heap.new_str(text)
            }
            b'a' => {
                let text = ops::repr(heap, value)?;
                heap.new_str(crate::methods::ascii_only(&text))
            }
            _ => {
                let text = ops::text(heap, value)?;
                heap.new_str(text)
            }
        };
        match (value, spec) {
            (Value::Str(_), Value::None) => Ok(value),
            (Value::Int(int), Value::None) => Ok(heap.new_int_text(int)),
            (_, Value::None) => {
                let text = format::format_value(heap, value, "")?;
                Ok(heap.new_str(text))
            }
            (_, spec) => {
                let text = format::format_value(heap, value, heap.as_str(spec).unwrap_or_default())?;
                Ok(heap.new_str(text))
            }
        }
    }
}

fn is_iterable(heap: &Heap, value: Value) -> bool {
    ops::protocol::is_iterable(heap, value)
        || matches!(
            value,
            Value::Str(_)
                | Value::Bytes(_)
                | Value::List(_)
                | Value::Tuple(_)
                | Value::Dict(_)
                | Value::Set(_)
                | Value::FrozenSet(_)
                | Value::Range(_)
                | Value::Iter(_)
                | Value::View(_)
        )
        || value.type_tag().is_subtype_of(crate::value::TypeTag::Tuple)
}

fn undefined(name: &str, nearest: Option<&str>) -> String {
    match nearest {
        Some(nearest) => format!("name '{name}' is not defined. Did you mean: '{nearest}'?"),
        None => format!("name '{name}' is not defined"),
    }
}
