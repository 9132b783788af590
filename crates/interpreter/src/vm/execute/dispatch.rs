//! The dispatch loop.

use crate::builtins::{self, CallArgs, Implementation};
use crate::bytecode::{BinaryOp, Constant, Op};
use crate::exception_kind::{ExceptionKind, Raise};
use crate::heap::Heap;
use crate::methods;
use crate::objects::{Cell, Function, Iter, Module, Tuple};
use crate::ops;
use crate::value::{Ref, TypeTag, Value};
use crate::vm::call::{Args, Flow, args};
use crate::vm::coerce::is_plainly;
use crate::vm::machine::{Frame, LoadedCode, OnReturn, Replay};
use crate::vm::stops::Stops;

use super::apart::{Next, Place};
use super::arithmetic::{divided, of_numbers, with_int};
use super::attributes::{known_field, learn_method, plain_record, set_known_field};
use super::compare::{compare, truth};
use super::window::window;
use super::{Cx, Exit, Interrupt};

/// Runs the task's top frame until there is a reason to stop. `fuel` counts the steps that are left. No code that is
/// loaded uses more registers than `WINDOW`.
pub(in crate::vm) fn execute<const HOOKS: bool, const WINDOW: usize>(
    cx: &mut Cx<'_>,
    fuel: &mut u64,
    stops: &mut Stops,
) -> Exit {
    if cx.task.frames.is_empty() {
        return Exit::Finished;
    }
    if let Some(exception) = cx.task.failure.take()
        && let record = !std::mem::take(&mut cx.task.recorded)
        && !cx.unwind(exception, record)
    {
        return Exit::Failed;
    }
    // Every run makes progress: a step of fuel is there.
    if *fuel == 0 {
        return Exit::Budget;
    }
    let codes = cx.codes;
    // The stack is here while the loop runs, so that the registers are reached without going through the task.
    let mut stack = std::mem::take(&mut cx.task.stack);
    let mut loaded: &LoadedCode;
    let mut code_ops: &[Op];
    let mut pc: usize;
    let mut base: usize;
    let mut regs: &mut [Value; WINDOW];

    // Steps that are left; written back where the function returns.
    let mut left = *fuel;
    let mut module: Ref<Module>;
    let mut function: Option<Ref<Function>>;

    // Leaves the inner loop for what is common to many instructions: one copy of it, apart, keeps the loop small and its
    // variables in machine registers.
    macro_rules! leave {
        ($exit:expr) => {
            break Interrupt::Leave($exit)
        };
    }
    // What a method of the context gives, which finds the stack in its place. The registers are out of reach after it.
    macro_rules! lent {
        ($call:expr) => {{
            cx.task.stack = stack;
            let result = $call;
            stack = std::mem::take(&mut cx.task.stack);
            result
        }};
    }
    // The same, and the registers are where they were.
    macro_rules! with {
        ($call:expr) => {{
            let result = lent!($call);
            regs = window(&mut stack, base);
            result
        }};
    }
    macro_rules! reload {
        () => {{
            let Some(frame) = cx.task.frames.last() else {
                cx.task.stack = stack;
                *fuel = left;
                return Exit::Finished;
            };
            loaded = &codes[frame.code.0 as usize];
            code_ops = &loaded.code.ops;
            pc = frame.pc as usize;
            base = frame.base as usize;
            module = frame.module;
            function = frame.function;
            regs = window(&mut stack, base);
        }};
    }
    macro_rules! save {
        () => {
            if let Some(frame) = cx.task.frames.last_mut() {
                frame.pc = pc as u32;
            }
        };
    }
    macro_rules! reg {
        ($reg:expr) => {
            regs[($reg) as usize & (WINDOW - 1)]
        };
    }
    macro_rules! fail {
        ($raise:expr) => {
            break Interrupt::Raise($raise)
        };
    }
    macro_rules! attempt {
        ($result:expr) => {
            match $result {
                Ok(value) => value,
                Err(raise) => fail!(raise),
            }
        };
    }
    // A place where the run may stop or collect garbage; the last of an instruction.
    macro_rules! safepoint {
        () => {{
            left -= 1;
            if left == 0 || cx.m.heap.should_collect() {
                break Interrupt::Safepoint;
            }
        }};
    }
    // A call, whose result goes to a register; the last of an instruction.
    macro_rules! flow {
        ($dst:expr, $result:expr) => {{
            save!();
            let result = lent!($result);
            break Interrupt::Flow($dst, result);
        }};
    }
    macro_rules! name {
        ($constant:expr) => {
            match loaded.constants[$constant as usize] {
                Value::Str(name) => name,
                _ => fail!(Raise::new(ExceptionKind::RuntimeError, "a name is expected")),
            }
        };
    }

    // Calls a Dana function. The usual case, as many arguments as there are plain parameters, is carried out here.
    macro_rules! enter {
        ($function:expr, $args:expr, $dst:expr) => {{
            let (entered, args) = ($function, $args);
            let object = &cx.m.heap.functions[entered];
            let callee = &codes[object.code.0 as usize];
            let end = args.at + callee.registers;
            if callee.plain_arguments == args.count as u32
                && object.overloads.is_empty()
                && cx.task.frames.len() < cx.m.limits.depth
                && args.at + WINDOW <= stack.len()
            {
                save!();
                loaded = callee;
                code_ops = &loaded.code.ops;
                pc = 0;
                base = args.at;
                module = object.module;
                // Registers hold what the last call left there.
                stack[args.at + args.count..end].fill(Value::Unset);
                regs = window(&mut stack, base);
                cx.m.expected = None;
                function = Some(entered);
                let (code, base) = (object.code, base as u32);
                let on_return = OnReturn::Store($dst);
                cx.task.frames.push(Frame::new(code, base, on_return, function, module));
                safepoint!();
            } else {
                flow!($dst, cx.enter(entered, args, OnReturn::Store($dst)))
            }
        }};
    }
    macro_rules! holds {
        ($op:expr, $a:expr, $b:expr) => {
            match (&$a, &$b) {
                (&Value::Int(x), &Value::Int(y)) if $op.is_order() => $op.of_ints(x, y),
                (&Value::Float(x), &Value::Float(y)) if $op.is_order() => $op.of_floats(x.get(), y.get()),
                (&a, &b) => attempt!(compare(cx.m, $op, a, b)),
            }
        };
    }

    macro_rules! numbers {
        ($dst:expr, $a:expr, $b:expr, $checked:ident, $op:tt) => {
            of_numbers(regs, ($dst, $a, $b), |x, y| x.$checked(y), |x, y| x $op y)
        };
    }

    reload!();
    loop {
        let interrupt = loop {
            if HOOKS {
                match cx.task.replay {
                    Replay::No => {
                        if stops.stops_at(&cx.task.frames, loaded, pc) {
                            save!();
                            leave!(Exit::Stopped);
                        }
                    }
                    Replay::Next => cx.task.replay = Replay::Done,
                    Replay::Done => {
                        cx.task.replay = Replay::No;
                        cx.m.heap.answers.take();
                        leave!(Exit::Replay);
                    }
                }
            }
            let at = pc;
            pc += 1;
            // Each instruction reads only those of its fields that it needs.
            match code_ops[at] {
                Op::LoadConst { dst, constant } => {
                    let value = loaded.constants[constant as usize];
                    if matches!(value, Value::Unset) {
                        let Constant::Builtin(name) = &loaded.code.constants[constant as usize] else { continue };
                        fail!(Raise::new(ExceptionKind::NameError, format!("name '{name}' is not defined")));
                    }
                    reg!(dst) = value;
                }
                Op::LoadNone { dst } => reg!(dst) = Value::None,
                Op::LoadBool { dst, value } => reg!(dst) = Value::bool(value),
                Op::LoadInt { dst, value } => reg!(dst) = Value::Int(i64::from(value)),
                Op::LoadUnset { dst } => reg!(dst) = Value::Unset,
                Op::Move { dst, src } => {
                    reg!(dst) = reg!(src);
                }

                Op::LoadGlobal { dst, slot } => {
                    let value = &cx.m.heap.modules[module].slots[slot as usize];
                    if matches!(value, Value::Unset) {
                        let value = attempt!(cx.global_fallback(module, slot));
                        reg!(dst) = value;
                    } else {
                        reg!(dst) = *value;
                    }
                }
                Op::PeekGlobal { dst, slot } => reg!(dst) = cx.m.heap.modules[module].slots[slot as usize],
                Op::StoreGlobal { src, slot } => {
                    let value = reg!(src);
                    cx.m.heap.modules[module].slots[slot as usize] = value;
                }
                Op::DeleteGlobal { slot } => cx.m.heap.modules[module].slots[slot as usize] = Value::Unset,
                Op::CheckLocal { reg, name } => {
                    if matches!(reg!(reg), Value::Unset) {
                        fail!(cx.unbound(name!(name)));
                    }
                }
                Op::MakeCell { reg } => {
                    let value = reg!(reg);
                    reg!(reg) = Value::Cell(cx.m.heap.alloc(Cell { value }));
                }
                Op::LoadCell { dst, cell, name } => {
                    let Value::Cell(cell) = reg!(cell) else { fail!(cx.unbound(name!(name))) };
                    let value = &cx.m.heap.cells[cell].value;
                    if matches!(value, Value::Unset) {
                        fail!(cx.unbound(name!(name)));
                    }
                    reg!(dst) = *value;
                }
                Op::StoreCell { cell, src } => {
                    if let Value::Cell(cell) = reg!(cell) {
                        cx.m.heap.cells[cell].value = reg!(src);
                    }
                }
                Op::LoadCapture { dst, capture, name } => {
                    match captured(&cx.m.heap, function, capture).map(|cell| &cx.m.heap.cells[cell].value) {
                        None | Some(Value::Unset) => fail!(cx.unbound_capture(name!(name))),
                        Some(value) => reg!(dst) = *value,
                    }
                }
                Op::StoreCapture { capture, src } => {
                    let value = reg!(src);
                    if let Some(cell) = captured(&cx.m.heap, function, capture) {
                        cx.m.heap.cells[cell].value = value;
                    }
                }
                Op::LoadAttr { dst, object, name } => {
                    let (object, name) = (reg!(object), name!(name));
                    let site = &loaded.sites[pc - 1];
                    let value = match known_field(cx.m, object, name, site).or_else(|| cx.own_field(object, name)) {
                        Some(value) => value,
                        None => attempt!(with!(cx.load_attr(object, name))),
                    };
                    reg!(dst) = value;
                }
                Op::StoreAttr { object, src, name } => {
                    let (object, value, name) = (reg!(object), reg!(src), name!(name));
                    if !set_known_field(cx.m, object, name, value, &loaded.sites[pc - 1]) {
                        attempt!(with!(cx.store_attr(object, name, value)));
                    }
                }
                Op::LoadIndex { dst, object, index } => {
                    if let (&Value::List(list), &Value::Int(at)) = (&reg!(object), &reg!(index))
                        && let Some(&value) =
                            usize::try_from(at).ok().and_then(|at| cx.m.heap.lists[list].items.get(at))
                    {
                        reg!(dst) = value;
                    } else if let Value::Record(_) = reg!(object) {
                        break Interrupt::Apart;
                    } else {
                        let value = attempt!(ops::get_item(&mut cx.m.heap, reg!(object), reg!(index)));
                        reg!(dst) = value;
                    }
                }
                Op::StoreIndex { object, index, src } => {
                    if let (&Value::List(list), &Value::Int(at)) = (&reg!(object), &reg!(index))
                        && let Some(slot) =
                            usize::try_from(at).ok().and_then(|at| cx.m.heap.lists[list].items.get_mut(at))
                    {
                        *slot = reg!(src);
                    } else {
                        attempt!(ops::set_item(&mut cx.m.heap, reg!(object), reg!(index), reg!(src)));
                    }
                }
                Op::LoadSlice { dst, object, first } => {
                    let (start, stop, step) = (reg!(first), reg!(first + 1), reg!(first + 2));
                    reg!(dst) = attempt!(ops::get_slice(&mut cx.m.heap, reg!(object), start, stop, step));
                }
                Op::Add { dst, a, b } => {
                    if let (&Value::Str(x), &Value::Str(y)) = (&reg!(a), &reg!(b)) {
                        let text = attempt!(ops::join_texts(&mut cx.m.heap, x, y));
                        reg!(dst) = text;
                    } else if !numbers!(dst, a, b, checked_add, +) {
                        break Interrupt::Apart;
                    }
                }
                Op::Sub { dst, a, b } => {
                    if !numbers!(dst, a, b, checked_sub, -) {
                        break Interrupt::Apart;
                    }
                }
                Op::Mul { dst, a, b } => {
                    if !numbers!(dst, a, b, checked_mul, *) {
                        break Interrupt::Apart;
                    }
                }
                Op::AddInt { dst, a, value, .. } => {
                    let Value::Int(x) = reg!(a) else { break Interrupt::Apart };
                    let Some(result) = x.checked_add(i64::from(value)) else { break Interrupt::Apart };
                    reg!(dst) = Value::Int(result);
                }
                Op::SubInt { dst, a, value, .. } => {
                    let Value::Int(x) = reg!(a) else { break Interrupt::Apart };
                    let Some(result) = x.checked_sub(i64::from(value)) else { break Interrupt::Apart };
                    reg!(dst) = Value::Int(result);
                }
                Op::Binary { op, dst, a, b } => {
                    if !divided(regs, op, (dst, a, b)) {
                        break Interrupt::Apart;
                    }
                }
                Op::BinaryInt { op, dst, a, value } => {
                    if !with_int(regs, op, (dst, a), i64::from(value)) {
                        break Interrupt::Apart;
                    }
                }
                Op::BinaryInPlace { op, dst, a, b } => {
                    if let (BinaryOp::Add, &Value::Str(x), &Value::Str(y)) = (op, &reg!(a), &reg!(b)) {
                        let text = attempt!(ops::join_texts(&mut cx.m.heap, x, y));
                        reg!(dst) = text;
                        continue;
                    }
                    let is_done = match op {
                        BinaryOp::Add => numbers!(dst, a, b, checked_add, +),
                        BinaryOp::Subtract => numbers!(dst, a, b, checked_sub, -),
                        BinaryOp::Multiply => numbers!(dst, a, b, checked_mul, *),
                        op => divided(regs, op, (dst, a, b)),
                    };
                    if !is_done {
                        break Interrupt::Apart;
                    }
                }
                Op::Compare { op, dst, a, b } => {
                    if let Value::Record(_) = reg!(a) {
                        break Interrupt::Apart;
                    }
                    let holds = holds!(op, reg!(a), reg!(b));
                    reg!(dst) = Value::bool(holds);
                }
                Op::Negate { dst, src } => match reg!(src) {
                    Value::Int(x) if x != i64::MIN => reg!(dst) = Value::Int(-x),
                    Value::Float(x) => reg!(dst) = Value::float(-x.get()),
                    _ => break Interrupt::Apart,
                },
                Op::Not { dst, src } => reg!(dst) = Value::bool(!attempt!(truth(cx.m, reg!(src)))),

                Op::Jump { target } => pc = target as usize,
                Op::JumpBack { target } => {
                    pc = target as usize;
                    safepoint!();
                    // Most loops begin with the next item: it is taken here, without going through the dispatch.
                    if HOOKS {
                        continue;
                    }
                    match code_ops[pc] {
                        Op::ForRange { dst, first, target } => {
                            if let (&Value::Int(next), &Value::Int(stop), &Value::Int(step)) =
                                (&reg!(first), &reg!(first + 1), &reg!(first + 2))
                            {
                                pc += 1;
                                if (step > 0 && next < stop) || (step < 0 && next > stop) {
                                    reg!(dst) = Value::Int(next);
                                    reg!(first) = Value::Int(next.checked_add(step).unwrap_or(stop));
                                } else {
                                    pc = target as usize;
                                }
                            }
                        }
                        Op::ForIter { dst, iter, .. } => {
                            if let Value::Iter(iter) = reg!(iter)
                                && let Iter::List { list, next } = &mut cx.m.heap.iters[iter]
                                && let Some(&value) = cx.m.heap.lists[*list].items.get(*next)
                            {
                                *next += 1;
                                pc += 1;
                                reg!(dst) = value;
                            }
                        }
                        _ => {}
                    }
                }
                Op::JumpIf { cond, target } => {
                    if attempt!(truth(cx.m, reg!(cond))) {
                        pc = target as usize;
                    }
                }
                Op::JumpIfNot { cond, target } => {
                    if !attempt!(truth(cx.m, reg!(cond))) {
                        pc = target as usize;
                    }
                }
                Op::JumpIfSet { reg, target } => {
                    if !matches!(reg!(reg), Value::Unset) {
                        pc = target as usize;
                    }
                }
                Op::JumpWhen { op, a, b, target } => {
                    if holds!(op, reg!(a), reg!(b)) {
                        pc = target as usize;
                    }
                }
                Op::JumpUnless { op, a, b, target } => {
                    if !holds!(op, reg!(a), reg!(b)) {
                        pc = target as usize;
                    }
                }
                Op::JumpUnlessInt { op, a, value, target } => {
                    let value = i64::from(value);
                    let holds = match reg!(a) {
                        Value::Int(x) => op.of_ints(x, value),
                        a => attempt!(compare(cx.m, op, a, Value::Int(value))),
                    };
                    if !holds {
                        pc = target as usize;
                    }
                }
                Op::GetIter { dst, src } => {
                    let iter = attempt!(ops::iter_lazily(&mut cx.m.heap, reg!(src)));
                    reg!(dst) = Value::Iter(iter);
                }
                Op::ForIter { dst, iter, target } => {
                    let Value::Iter(iter) = reg!(iter) else { continue };
                    // `for a, b in …`: no pair is made only to be taken apart.
                    if let Some(&Op::Unpack { src, first, count: 2 }) = code_ops.get(pc)
                        && src == dst
                        && ops::gives_pairs(&cx.m.heap, iter)
                    {
                        match attempt!(ops::iter_next_pair(&mut cx.m.heap, iter)) {
                            Some((a, b)) => {
                                reg!(first) = a;
                                reg!(first + 1) = b;
                                pc += 1;
                            }
                            None => pc = target as usize,
                        }
                        continue;
                    }
                    match attempt!(ops::iter_next(&mut cx.m.heap, iter)) {
                        Some(value) => reg!(dst) = value,
                        None => pc = target as usize,
                    }
                }
                Op::ForRange { dst, first, target } => match (&reg!(first), &reg!(first + 1), &reg!(first + 2)) {
                    (&Value::Int(next), &Value::Int(stop), &Value::Int(step)) => {
                        if (step > 0 && next < stop) || (step < 0 && next > stop) {
                            reg!(dst) = Value::Int(next);
                            // At the end of the integers, the loop is over.
                            reg!(first) = Value::Int(next.checked_add(step).unwrap_or(stop));
                        } else {
                            pc = target as usize;
                        }
                    }
                    (&Value::Iter(iter), ..) => match attempt!(ops::iter_next(&mut cx.m.heap, iter)) {
                        Some(value) => reg!(dst) = value,
                        None => pc = target as usize,
                    },
                    _ => pc = target as usize,
                },
                Op::Unpack { src, first, count } => {
                    let src = reg!(src);
                    let items = match src {
                        Value::Tuple(tuple) => cx.m.heap.tuples[tuple].items(),
                        Value::List(list) => &cx.m.heap.lists[list].items,
                        _ => &[],
                    };
                    if items.len() == usize::from(count) {
                        for (reg, item) in (first..).zip(items) {
                            reg!(reg) = *item;
                        }
                    } else {
                        let at = base + first as usize;
                        attempt!(with!(cx.unpack(src, at, usize::from(count))));
                    }
                }
                Op::BuildList { dst, first, count } => {
                    let at = base + first as usize;
                    if cx.m.heap.has_promises {
                        attempt!(lent!(cx.settle_arguments(at, usize::from(count))));
                    }
                    let items = stack[at..at + usize::from(count)].to_vec();
                    regs = window(&mut stack, base);
                    reg!(dst) = cx.m.heap.new_list(items);
                }
                Op::BuildTuple { dst, first, count } => {
                    let at = base + first as usize;
                    if cx.m.heap.has_promises {
                        attempt!(lent!(cx.settle_arguments(at, usize::from(count))));
                    }
                    let tuple = Tuple::of(&stack[at..at + usize::from(count)]);
                    regs = window(&mut stack, base);
                    reg!(dst) = Value::Tuple(cx.m.heap.alloc(tuple));
                }
                Op::BuildSet { dst, .. } => reg!(dst) = Value::Set(cx.m.heap.new_set()),
                Op::BuildDict { dst, .. } => reg!(dst) = Value::Dict(cx.m.heap.new_dict()),
                Op::ListAppend { list, src } => {
                    let value = reg!(src);
                    if let Value::List(list) = reg!(list) {
                        cx.m.heap.lists[list].items.push(value);
                        cx.m.heap.charge(size_of::<Value>());
                    }
                }
                Op::SetAdd { set, src } => {
                    if let Value::Set(set) = reg!(set) {
                        attempt!(ops::set_insert(&mut cx.m.heap, set, reg!(src)));
                    }
                }
                Op::DictInsert { dict, key, value } => {
                    if let Value::Dict(dict) = reg!(dict) {
                        attempt!(ops::dict_insert(&mut cx.m.heap, dict, reg!(key), reg!(value)));
                    }
                }
                Op::BuildString { dst, first, count } => {
                    let at = base + first as usize;
                    let value = attempt!(with!(cx.join(at, usize::from(count))));
                    reg!(dst) = value;
                }
                Op::Format { dst, src, spec, conversion } => {
                    let (value, spec) = (reg!(src), reg!(spec));
                    let value = attempt!(with!(cx.format(value, spec, conversion)));
                    reg!(dst) = value;
                }

                Op::Call { dst, first, count } => {
                    let callee = reg!(first);
                    let args = args(base + first as usize + 1, usize::from(count));
                    let on_return = OnReturn::Store(dst);
                    match callee {
                        Value::Function(function) => enter!(function, args, dst),
                        Value::Builtin(id) => {
                            let Implementation::Pure(run) = id.row().run else {
                                flow!(dst, cx.call(callee, args, on_return));
                            };
                            cx.m.expected = None;
                            let given = usize::from(first) + 1;
                            let call = CallArgs::positional(&regs[given..given + usize::from(count)]);
                            match run(&mut cx.m.heap, &call) {
                                Ok(value) => reg!(dst) = value,
                                Err(raise) => flow!(dst, cx.resume_call(raise, callee, args, on_return)),
                            }
                        }
                        Value::Type(tag) if !cx.m.heap.has_promises => {
                            let given = usize::from(first) + 1;
                            let call = CallArgs::positional(&regs[given..given + usize::from(count)]);
                            match builtins::construct(&mut cx.m.heap, tag, &call) {
                                Ok(value) => reg!(dst) = value,
                                Err(raise) => flow!(dst, cx.resume_call(raise, callee, args, on_return)),
                            }
                        }
                        Value::RecordType(ty) => {
                            let given = usize::from(first) + 1;
                            match plain_record(&mut cx.m.heap, ty, &regs[given..given + usize::from(count)]) {
                                Some(record) => reg!(dst) = record,
                                None => flow!(dst, cx.call(callee, args, on_return)),
                            }
                        }
                        callee => flow!(dst, cx.call(callee, args, on_return)),
                    }
                }
                Op::CallMethod { dst, first, count, name } => {
                    let receiver = reg!(first);
                    let args = args(base + first as usize, usize::from(count) + 1);
                    if let Value::Record(record) = receiver
                        && let ty = cx.m.heap.records[record].ty
                        && let Some(method) = loaded.sites[pc - 1].known(ty, cx.m.types_version)
                    {
                        enter!(Ref::at(method), args, dst);
                        continue;
                    }
                    let tag = receiver.type_tag();
                    if let Some(method) = loaded.sites[pc - 1].known_of_builtin(tag, cx.m.types_version)
                        && let Some(method) = methods::methods_of(tag).get(method as usize)
                    {
                        let Implementation::Pure(run) = method.run else {
                            flow!(dst, cx.call_native(method, args, OnReturn::Store(dst)));
                        };
                        let given = usize::from(first) + 1;
                        let call = CallArgs::positional(&regs[given..given + usize::from(count)]);
                        match run(&mut cx.m.heap, receiver, &call) {
                            Ok(value) => reg!(dst) = value,
                            Err(raise) => {
                                flow!(dst, cx.resume_native(raise, receiver, method, args, OnReturn::Store(dst)))
                            }
                        }
                        continue;
                    }
                    if let Value::Module(module) = receiver
                        && let Some(slot) = loaded.sites[pc - 1].known_of_module(module)
                        && let Some(&callee) = cx.m.heap.modules[module].slots.get(slot)
                    {
                        let args = Args { at: args.at + 1, count: args.count - 1, ..args };
                        match callee {
                            Value::Function(function) => {
                                enter!(function, args, dst);
                                continue;
                            }
                            Value::Builtin(id) => {
                                let Implementation::Pure(run) = id.row().run else {
                                    flow!(dst, cx.call(callee, args, OnReturn::Store(dst)));
                                };
                                cx.m.expected = None;
                                let given = usize::from(first) + 1;
                                let call = CallArgs::positional(&regs[given..given + usize::from(count)]);
                                match run(&mut cx.m.heap, &call) {
                                    Ok(value) => reg!(dst) = value,
                                    Err(raise) => {
                                        flow!(dst, cx.resume_call(raise, callee, args, OnReturn::Store(dst)))
                                    }
                                }
                                continue;
                            }
                            _ => {}
                        }
                    }
                    let name = name!(name);
                    learn_method(cx.m, receiver, name, &loaded.sites[pc - 1]);
                    flow!(dst, cx.call_method(receiver, name, args, OnReturn::Store(dst)));
                }
                Op::Return { src } => {
                    let value = reg!(src);
                    let ended = cx.task.frames.pop();
                    let on_return = ended.map(|frame| frame.on_return);
                    if on_return == Some(OnReturn::Join) {
                        cx.task.frames.extend(ended.map(|frame| Frame { pc: pc as u32, ..frame }));
                        cx.task.stack = stack;
                        *fuel = left;
                        return Exit::Returned(value);
                    }
                    if cx.task.frames.is_empty() {
                        cx.task.result = value;
                        leave!(Exit::Finished);
                    }
                    let returned_module = module;
                    reload!();
                    match on_return {
                        Some(OnReturn::Store(dst)) => reg!(dst) = value,
                        Some(OnReturn::StoreModule(dst)) => reg!(dst) = Value::Module(returned_module),
                        Some(OnReturn::Operator(dst)) if !is_not_implemented(value) => reg!(dst) = value,
                        Some(OnReturn::Comparison(dst)) if matches!(value, Value::Bool(_)) => reg!(dst) = value,
                        Some(OnReturn::Answer | OnReturn::Operator(_) | OnReturn::Comparison(_)) => {
                            pc -= 1;
                            cx.answer(ended, value);
                            leave!(Exit::Replay);
                        }
                        _ => {}
                    }
                }

                Op::Coerce { reg, ty, .. } => {
                    let value = reg!(reg);
                    let spec = &loaded.code.types[ty as usize];
                    if is_plainly(value, spec) {
                        continue;
                    }
                    if let Value::Record(record) = value
                        && let ty = cx.m.heap.records[record].ty
                        && loaded.sites[pc - 1].known(ty, cx.m.types_version).is_some()
                    {
                        continue;
                    }
                    break Interrupt::Apart;
                }
                _ => break Interrupt::Apart,
            }
        };
        let interrupt = if let Interrupt::Apart = interrupt {
            save!();
            let place = Place { loaded, site: &loaded.sites[pc - 1], base, module };
            match lent!(cx.apart(code_ops[pc - 1], place)) {
                Ok(next) => {
                    regs = window(&mut stack, base);
                    if let Next::Jump(target) = next {
                        pc = target as usize;
                    }
                    continue;
                }
                Err(interrupt) => interrupt,
            }
        } else {
            interrupt
        };
        let mut thrown = None;
        let mut raised = None;
        let mut entered = false;
        match interrupt {
            Interrupt::Flow(dst, Ok(Flow::Value(value))) => {
                regs = window(&mut stack, base);
                reg!(dst) = value;
                continue;
            }
            Interrupt::Flow(_, Ok(Flow::Entered)) => {
                left -= 1;
                entered = true;
            }
            Interrupt::Flow(_, Ok(Flow::Exit(exit))) => {
                cx.task.stack = stack;
                *fuel = left;
                return exit;
            }
            Interrupt::Flow(_, Err(raise)) | Interrupt::Raise(raise) => {
                save!();
                raised = Some(raise);
            }
            Interrupt::Throw(exception, record) => {
                save!();
                thrown = Some((exception, record));
            }
            Interrupt::Safepoint | Interrupt::Apart => save!(),
            Interrupt::Leave(exit) => {
                save!();
                cx.task.stack = stack;
                *fuel = left;
                return exit;
            }
        }
        if thrown.is_none() && raised.is_none() && cx.m.heap.should_collect() {
            match lent!(cx.collect()) {
                Ok(()) => {}
                Err(raise) => thrown = Some((cx.m.exception(&raise), true)),
            }
        }
        if thrown.is_some() || raised.is_some() {
            cx.task.stack = stack;
            let goes_on = match (thrown, raised) {
                (Some((exception, record)), _) => cx.unwind(exception, record),
                (None, Some(raise)) => cx.raised(&raise),
                (None, None) => true,
            };
            if !goes_on {
                *fuel = left;
                return Exit::Failed;
            }
            stack = std::mem::take(&mut cx.task.stack);
            reload!();
        } else if left == 0 {
            cx.task.stack = stack;
            *fuel = 0;
            return Exit::Budget;
        } else if entered {
            reload!();
        } else {
            regs = window(&mut stack, base);
        }
    }
}

/// A variable of an outer function that the running one uses.
#[inline(always)]
fn captured(heap: &Heap, function: Option<Ref<Function>>, capture: u16) -> Option<Ref<Cell>> {
    heap.functions[function?].captures.get(usize::from(capture)).copied()
}

fn is_not_implemented(value: Value) -> bool {
    matches!(value, Value::Type(TypeTag::NotImplemented))
}
