//! The dispatch loop.

use crate::bytecode::{BinaryOp, CompareOp, Constant, Op, Reg};
use crate::exception_kind::{Callee, ExceptionKind, Raise, Res};
use crate::heap::Heap;
use crate::host::Host;
use crate::loader::ModuleRequest;
use crate::methods;
use crate::objects::{Cell, Exception, Iter, Module, Native, Str, Tuple};
use crate::ops::protocol::{self, Protocol, Question};
use crate::ops::{self, Slice};
use crate::value::{Ref, TypeTag, Value};

use super::call::{Args, Flow, args};
use super::coerce::is_plainly;
use super::exceptions::as_seen;
use super::import::is_private;
use super::machine::{Frame, LoadedCode, Machine, OnReturn, Replay, Task};
use super::stops::Stops;

/// Why the loop ended.
pub(crate) enum Exit {
    /// The task's last frame returned.
    Finished,
    /// An exception left the task's last frame.
    Failed,
    /// The task waits for a request.
    Waiting,
    /// The steps granted are used up.
    Budget,
    /// At a statement where the debugger asked to stop.
    Stopped,
    /// A module is to be imported; it goes to a register of the top frame.
    Import { request: ModuleRequest, dst: Reg },
    /// A name of a package may be a module of it.
    ImportMember { module: Ref<Module>, name: Ref<Str>, dst: Reg },
    /// An instruction is about to be carried out again with an answer of the program, or just was.
    Replay,
}

/// Why the inner loop is left, at the end of an instruction.
enum Interrupt {
    Raise(Raise),
    /// An exception, and whether its traceback gets the running frame.
    Throw(Ref<Exception>, bool),
    /// What a call has led to, and the register that takes its result.
    Flow(Reg, Res<Flow>),
    /// Garbage is to be collected, or the steps are used up.
    Safepoint,
    Leave(Exit),
}

/// What running code works with.
pub(crate) struct Cx<'a> {
    pub codes: &'a [LoadedCode],
    pub m: &'a mut Machine,
    pub task: &'a mut Task,
    pub host: &'a mut dyn Host,
}

/// Registers that most functions get by with.
pub(super) const NARROW: usize = 1 << 8;

/// Registers that a function can have at most.
pub(super) const WIDE: usize = 1 << 16;

/// The registers of the frame that starts at `base`, and some after them: an array of a known length, a power of two, so
/// that masked register numbers need no check against the end of the stack.
#[inline(always)]
fn window<const WINDOW: usize>(stack: &mut Vec<Value>, base: usize) -> &mut [Value; WINDOW] {
    if stack.len() < base + WINDOW {
        extend(stack, base + WINDOW);
    }
    stack[base..].first_chunk_mut().expect("the stack reaches to the end of the window")
}

#[cold]
#[inline(never)]
fn extend(stack: &mut Vec<Value>, end: usize) {
    stack.resize(end, Value::Unset);
}

/// Runs the task's top frame until there is a reason to stop. `fuel` counts the steps that are left. No code that is
/// loaded uses more registers than `WINDOW`.
pub(super) fn execute<const HOOKS: bool, const WINDOW: usize>(
    cx: &mut Cx<'_>,
    fuel: &mut u64,
    stops: &mut Stops,
) -> Exit {
    if cx.task.frames.is_empty() {
        return Exit::Finished;
    }
    if let Some(exception) = cx.task.failure.take()
        && !cx.unwind(exception, true)
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
    macro_rules! unwind {
        ($exception:expr, $record:expr) => {
            break Interrupt::Throw($exception, $record)
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
            let (function, args) = ($function, $args);
            let object = &cx.m.heap.functions[function];
            let callee = &codes[object.code.0 as usize];
            let end = args.at + usize::from(callee.code.registers);
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
                let (code, base) = (object.code, base as u32);
                let on_return = OnReturn::Store($dst);
                cx.task.frames.push(Frame { code, pc: 0, base, on_return, function: Some(function), module });
                safepoint!();
            } else {
                flow!($dst, cx.enter(function, args, OnReturn::Store($dst)))
            }
        }};
    }
    macro_rules! holds {
        ($op:expr, $a:expr, $b:expr) => {
            match (&$a, &$b) {
                (&Value::Int(x), &Value::Int(y)) if $op.is_order() => $op.of_ints(x, y),
                (&Value::Float(x), &Value::Float(y)) if $op.is_order() => $op.of_floats(x, y),
                (&a, &b) => attempt!(compare(cx.m, $op, a, b)),
            }
        };
    }

    // Any other operands. The method of a record is called at once; only if it does not deal with the operands, the
    // operation looks further.
    macro_rules! operator {
        ($dst:expr, $a:expr, $b:expr, $op:expr, $in_place:expr) => {{
            let (left, right) = (reg!($a), reg!($b));
            if let Value::Record(_) = left
                && let Some(method) = protocol::operator_method(&cx.m.heap, $op, $in_place, left)
            {
                flow!($dst, cx.call_with(method, &[left, right], &[], OnReturn::Operator($dst)));
            }
            let result = attempt!(operate($in_place)(&mut cx.m.heap, $op, left, right));
            reg!($dst) = result;
        }};
    }

    // Writes the result straight to its register: a value copied through a temporary costs a stalled load.
    macro_rules! arithmetic {
        ($dst:expr, $a:expr, $b:expr, $checked:ident, $op:tt, $slow:expr, $in_place:expr) => {{
            match (&reg!($a), &reg!($b)) {
                (&Value::Int(x), &Value::Int(y)) => {
                    if let Some(result) = x.$checked(y) {
                        reg!($dst) = Value::Int(result);
                        continue;
                    }
                }
                (&Value::Float(x), &Value::Float(y)) => {
                    reg!($dst) = Value::Float(x $op y);
                    continue;
                }
                (&Value::Int(x), &Value::Float(y)) => {
                    reg!($dst) = Value::Float(x as f64 $op y);
                    continue;
                }
                (&Value::Float(x), &Value::Int(y)) => {
                    reg!($dst) = Value::Float(x $op y as f64);
                    continue;
                }
                _ => {}
            }
            operator!($dst, $a, $b, $slow, $in_place);
        }};
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
            let op = code_ops[pc];
            pc += 1;
            match op {
                Op::LoadConst { dst, constant } => {
                    let value = loaded.constants[constant as usize];
                    if matches!(value, Value::Unset) {
                        let Constant::Builtin(name) = &loaded.code.constants[constant as usize] else { continue };
                        fail!(Raise::new(ExceptionKind::NameError, format!("name '{name}' is not defined")));
                    }
                    reg!(dst) = value;
                }
                Op::LoadNone { dst } => reg!(dst) = Value::None,
                Op::LoadBool { dst, value } => reg!(dst) = Value::Bool(value),
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
                    match cx.captured(capture).map(|cell| &cx.m.heap.cells[cell].value) {
                        None | Some(Value::Unset) => fail!(cx.unbound_capture(name!(name))),
                        Some(value) => reg!(dst) = *value,
                    }
                }
                Op::StoreCapture { capture, src } => {
                    let value = reg!(src);
                    if let Some(cell) = cx.captured(capture) {
                        cx.m.heap.cells[cell].value = value;
                    }
                }
                Op::LoadScoped { dst, scope, name } => {
                    let name = name!(name);
                    match cx.m.scope(scope).get(&name).copied() {
                        Some(value) => reg!(dst) = value,
                        None => match cx.system_module(scope, name) {
                            Some(module) => reg!(dst) = module,
                            None => fail!(cx.unbound_scoped(scope, name)),
                        },
                    }
                }
                Op::OpenScoped { dst, scope, name } => {
                    let name = name!(name);
                    let value = match cx.m.scope(scope).get(&name).copied() {
                        Some(value) => value,
                        None => {
                            let dict = Value::Dict(cx.m.heap.new_dict());
                            cx.m.scope(scope).insert(name, dict);
                            dict
                        }
                    };
                    reg!(dst) = value;
                }
                Op::StoreScoped { src, scope, name } => {
                    let (name, value) = (name!(name), reg!(src));
                    cx.m.scope(scope).insert(name, value);
                }
                Op::DeleteScoped { scope, name } => {
                    let name = name!(name);
                    if cx.m.scope(scope).remove(&name).is_none() {
                        fail!(cx.unbound_scoped(scope, name));
                    }
                }

                Op::LoadAttr { dst, object, name } => {
                    let (object, name) = (reg!(object), name!(name));
                    if let Value::Record(record) = object {
                        let record = &cx.m.heap.records[record];
                        let site = &loaded.sites[pc - 1];
                        if let Some(index) = site.known(record.ty, cx.m.types_version)
                            && let Some(value) = record.fields.get(index as usize)
                            && !matches!(value, Value::Unset)
                        {
                            reg!(dst) = *value;
                            continue;
                        }
                        if let Some(index) = cx.m.heap.record_types[record.ty].field(name) {
                            site.learn(record.ty, cx.m.types_version, index as u32);
                        }
                    }
                    let value = match cx.own_field(object, name) {
                        Some(value) => value,
                        None => attempt!(with!(cx.load_attr(object, name))),
                    };
                    reg!(dst) = value;
                }
                Op::StoreAttr { object, src, name } => {
                    let (object, value, name) = (reg!(object), reg!(src), name!(name));
                    if let Value::Record(record) = object {
                        let record = &mut cx.m.heap.records[record];
                        let site = &loaded.sites[pc - 1];
                        if let Some(index) = site.known(record.ty, cx.m.types_version)
                            && let Some(field) = cx.m.heap.record_types[record.ty].fields.get(index as usize)
                            && is_plainly(value, &field.ty)
                            && let Some(slot) = record.fields.get_mut(index as usize)
                        {
                            *slot = value;
                            continue;
                        }
                        if let Some(index) = cx.m.heap.record_types[record.ty].field(name) {
                            site.learn(record.ty, cx.m.types_version, index as u32);
                        }
                    }
                    attempt!(with!(cx.store_attr(object, name, value)));
                }
                Op::DeleteAttr { object, name } => {
                    let (object, name) = (reg!(object), name!(name));
                    fail!(cx.cannot_delete_attr(object, name));
                }
                Op::LoadIndex { dst, object, index } => {
                    if let (&Value::List(list), &Value::Int(at)) = (&reg!(object), &reg!(index))
                        && let Some(&value) =
                            usize::try_from(at).ok().and_then(|at| cx.m.heap.lists[list].items.get(at))
                    {
                        reg!(dst) = value;
                    } else if let this @ Value::Record(_) = reg!(object)
                        && let Some(method) = protocol::function_of(&cx.m.heap, Protocol::GetItem, this)
                    {
                        let index = reg!(index);
                        flow!(dst, cx.call_with(method, &[this, index], &[], OnReturn::Store(dst)));
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
                Op::DeleteIndex { object, index } => {
                    attempt!(ops::delete_item(&mut cx.m.heap, reg!(object), reg!(index)));
                }
                Op::LoadSlice { dst, object, first } => {
                    let (start, stop, step) = (reg!(first), reg!(first + 1), reg!(first + 2));
                    reg!(dst) = attempt!(ops::get_slice(&mut cx.m.heap, reg!(object), start, stop, step));
                }
                Op::BuildSlice { dst, first } => {
                    let slice = Slice { start: reg!(first), stop: reg!(first + 1), step: reg!(first + 2) };
                    reg!(dst) = cx.m.heap.new_native(Native::Slice(slice));
                }
                Op::StoreSlice { object, first, src } => {
                    let (start, stop, step) = (reg!(first), reg!(first + 1), reg!(first + 2));
                    attempt!(ops::set_slice(&mut cx.m.heap, reg!(object), start, stop, step, reg!(src)));
                }
                Op::DeleteSlice { object, first } => {
                    let (start, stop, step) = (reg!(first), reg!(first + 1), reg!(first + 2));
                    attempt!(ops::delete_slice(&mut cx.m.heap, reg!(object), start, stop, step));
                }

                Op::Add { dst, a, b } => {
                    if let (&Value::Str(x), &Value::Str(y)) = (&reg!(a), &reg!(b)) {
                        let text = attempt!(ops::join_texts(&mut cx.m.heap, x, y));
                        reg!(dst) = text;
                        continue;
                    }
                    arithmetic!(dst, a, b, checked_add, +, BinaryOp::Add, false)
                }
                Op::Sub { dst, a, b } => arithmetic!(dst, a, b, checked_sub, -, BinaryOp::Subtract, false),
                Op::Mul { dst, a, b } => arithmetic!(dst, a, b, checked_mul, *, BinaryOp::Multiply, false),
                Op::AddInt { dst, a, value, in_place } => {
                    if let Value::Int(x) = reg!(a)
                        && let Some(result) = x.checked_add(i64::from(value))
                    {
                        reg!(dst) = Value::Int(result);
                    } else {
                        let value = Value::Int(i64::from(value));
                        let result = attempt!(operate(in_place)(&mut cx.m.heap, BinaryOp::Add, reg!(a), value));
                        reg!(dst) = result;
                    }
                }
                Op::SubInt { dst, a, value, in_place } => {
                    if let Value::Int(x) = reg!(a)
                        && let Some(result) = x.checked_sub(i64::from(value))
                    {
                        reg!(dst) = Value::Int(result);
                    } else {
                        let value = Value::Int(i64::from(value));
                        let result = attempt!(operate(in_place)(&mut cx.m.heap, BinaryOp::Subtract, reg!(a), value));
                        reg!(dst) = result;
                    }
                }
                Op::Binary { op, dst, a, b } => {
                    match (op, &reg!(a), &reg!(b)) {
                        // Both are positive: no rounding towards minus infinity to care for.
                        (BinaryOp::Modulo, &Value::Int(x), &Value::Int(y)) if x >= 0 && y > 0 => {
                            reg!(dst) = Value::Int(x % y);
                        }
                        (BinaryOp::FloorDivide, &Value::Int(x), &Value::Int(y)) if x >= 0 && y > 0 => {
                            reg!(dst) = Value::Int(x / y);
                        }
                        (BinaryOp::Divide, &Value::Float(x), &Value::Float(y)) if y != 0.0 => {
                            reg!(dst) = Value::Float(x / y);
                        }
                        (BinaryOp::Divide, &Value::Float(x), &Value::Int(y)) if y != 0 => {
                            reg!(dst) = Value::Float(x / y as f64);
                        }
                        _ => operator!(dst, a, b, op, false),
                    }
                }
                Op::BinaryInPlace { op, dst, a, b } => match op {
                    BinaryOp::Add if is_number(reg!(a)) => {
                        arithmetic!(dst, a, b, checked_add, +, op, true)
                    }
                    BinaryOp::Subtract if is_number(reg!(a)) => {
                        arithmetic!(dst, a, b, checked_sub, -, op, true)
                    }
                    BinaryOp::Multiply if is_number(reg!(a)) => {
                        arithmetic!(dst, a, b, checked_mul, *, op, true)
                    }
                    _ => operator!(dst, a, b, op, true),
                },
                Op::Compare { op, dst, a, b } => {
                    if let left @ Value::Record(_) = reg!(a)
                        && let Some(method) = comparison_method(&cx.m.heap, op, left)
                    {
                        let right = reg!(b);
                        flow!(dst, cx.call_with(method, &[left, right], &[], OnReturn::Comparison(dst)));
                    }
                    let holds = holds!(op, reg!(a), reg!(b));
                    reg!(dst) = Value::Bool(holds);
                }
                Op::Not { dst, src } => reg!(dst) = Value::Bool(!attempt!(truth(cx.m, reg!(src)))),
                Op::Negate { dst, src } => reg!(dst) = attempt!(ops::negate(&mut cx.m.heap, reg!(src))),
                Op::Positive { dst, src } => reg!(dst) = attempt!(ops::positive(&cx.m.heap, reg!(src))),
                Op::Invert { dst, src } => reg!(dst) = attempt!(ops::invert(&mut cx.m.heap, reg!(src))),

                Op::Jump { target } => pc = target as usize,
                Op::JumpBack { target } => {
                    pc = target as usize;
                    safepoint!();
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
                Op::PrepareRange { first, count } => {
                    let at = base + first as usize;
                    attempt!(with!(cx.prepare_range(at, count)));
                }
                Op::ForRange { dst, first, target } => match (reg!(first), reg!(first + 1), reg!(first + 2)) {
                    (Value::Int(next), Value::Int(stop), Value::Int(step)) => {
                        if (step > 0 && next < stop) || (step < 0 && next > stop) {
                            reg!(dst) = Value::Int(next);
                            // At the end of the integers, the loop is over.
                            reg!(first) = Value::Int(next.checked_add(step).unwrap_or(stop));
                        } else {
                            pc = target as usize;
                        }
                    }
                    (Value::Iter(iter), ..) => match attempt!(ops::iter_next(&mut cx.m.heap, iter)) {
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
                Op::UnpackRest { src, first, before, after } => {
                    let at = base + first as usize;
                    let src = reg!(src);
                    attempt!(with!(cx.unpack_rest(src, at, usize::from(before), usize::from(after))));
                }

                Op::BuildList { dst, first, count } => {
                    let at = base + first as usize;
                    let items = stack[at..at + usize::from(count)].to_vec();
                    regs = window(&mut stack, base);
                    reg!(dst) = cx.m.heap.new_list(items);
                }
                Op::BuildTuple { dst, first, count } => {
                    let at = base + first as usize;
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
                Op::ListExtend { list, src } => {
                    let items = attempt!(cx.spread(reg!(src)));
                    if let Value::List(list) = reg!(list) {
                        cx.m.heap.charge(items.len() * size_of::<Value>());
                        cx.m.heap.lists[list].items.extend(items);
                    }
                }
                Op::ListToTuple { dst, src } => {
                    if let Value::List(list) = reg!(src) {
                        let items = std::mem::take(&mut cx.m.heap.lists[list].items);
                        reg!(dst) = cx.m.heap.new_tuple(items);
                    }
                }
                Op::ListToIter { dst, src } => {
                    if let Value::List(list) = reg!(src) {
                        reg!(dst) = Value::Iter(cx.m.heap.alloc(Iter::List { list, next: 0 }));
                    }
                }
                Op::SetAdd { set, src } => {
                    if let Value::Set(set) = reg!(set) {
                        attempt!(ops::set_insert(&mut cx.m.heap, set, reg!(src)));
                    }
                }
                Op::SetUpdate { set, src } => {
                    let items = attempt!(cx.spread(reg!(src)));
                    if let Value::Set(set) = reg!(set) {
                        let added = items
                            .into_iter()
                            .try_for_each(|item| ops::set_insert(&mut cx.m.heap, set, item).map(|_| ()));
                        attempt!(added);
                    }
                }
                Op::DictInsert { dict, key, value } => {
                    if let Value::Dict(dict) = reg!(dict) {
                        attempt!(ops::dict_insert(&mut cx.m.heap, dict, reg!(key), reg!(value)));
                    }
                }
                Op::DictUpdate { dict, src } => {
                    let (dict, src) = (reg!(dict), reg!(src));
                    attempt!(cx.dict_update(dict, src));
                }
                Op::KeywordsUpdate { first, src } => {
                    let (callee, keywords, src) = (reg!(first), reg!(first + 2), reg!(src));
                    attempt!(cx.keywords_update(callee, keywords, src));
                }
                Op::KeywordInsert { first, key, value } => {
                    let (callee, keywords) = (reg!(first), reg!(first + 2));
                    attempt!(cx.keyword_insert(callee, keywords, reg!(key), reg!(value)));
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
                        callee => flow!(dst, cx.call(callee, args, on_return)),
                    }
                }
                Op::CallShaped { dst, first, shape } => {
                    let (keywords, shape) = (&loaded.keywords[shape as usize], &loaded.code.shapes[shape as usize]);
                    let callee = reg!(first);
                    let args = Args { at: base + first as usize + 1, count: usize::from(shape.count), keywords };
                    flow!(dst, cx.call(callee, args, OnReturn::Store(dst)));
                }
                Op::CallSpread { dst, first } => {
                    let (callee, list, dict) = (reg!(first), reg!(first + 1), reg!(first + 2));
                    flow!(dst, cx.call_spread(callee, list, dict, OnReturn::Store(dst)));
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
                        flow!(dst, cx.call_native(method, args, OnReturn::Store(dst)));
                    }
                    let name = name!(name);
                    if !cx.m.extensions.contains_key(&(tag, name))
                        && let Some(method) = methods::position(tag, cx.m.heap.str(name))
                    {
                        loaded.sites[pc - 1].learn_of_builtin(tag, cx.m.types_version, method as u32);
                    }
                    if let Value::Record(record) = receiver {
                        let ty = cx.m.heap.records[record].ty;
                        let known = &cx.m.heap.record_types[ty];
                        if known.field(name).is_none()
                            && let Some(&Value::Function(method)) = known.methods.get(&name)
                        {
                            loaded.sites[pc - 1].learn(ty, cx.m.types_version, method.index());
                        }
                    }
                    flow!(dst, cx.call_method(receiver, name, args, OnReturn::Store(dst)));
                }
                Op::CallMethodShaped { dst, first, shape } => {
                    let (keywords, shape) = (&loaded.keywords[shape as usize], &loaded.code.shapes[shape as usize]);
                    let (receiver, name) = (reg!(first), name!(shape.name));
                    let args = Args { at: base + first as usize, count: usize::from(shape.count) + 1, keywords };
                    flow!(dst, cx.call_method(receiver, name, args, OnReturn::Store(dst)));
                }
                Op::CallMethodSpread { dst, first, name } => {
                    let (receiver, list, dict, name) = (reg!(first), reg!(first + 1), reg!(first + 2), name!(name));
                    let method = attempt!(lent!(cx.load_attr(receiver, name)));
                    flow!(dst, cx.call_spread(method, list, dict, OnReturn::Store(dst)));
                }
                Op::CallIntrinsic { dst, intrinsic, first } => {
                    let at = base + first as usize;
                    flow!(dst, cx.intrinsic(intrinsic, at, OnReturn::Store(dst)));
                }
                Op::Return { src } => {
                    let value = reg!(src);
                    let ended = cx.task.frames.pop();
                    let on_return = ended.map(|frame| frame.on_return);
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
                            let function = ended.and_then(|frame| frame.function).map(Value::Function);
                            let question = match (on_return, function) {
                                (Some(OnReturn::Answer), _) | (_, None) => None,
                                (_, Some(function)) => Some(Question::new(Callee::Value(function), &[])),
                            };
                            let answers = cx.task.answered(value, question, &cx.m.heap);
                            cx.m.heap.answers.put(answers);
                            leave!(Exit::Replay);
                        }
                        _ => {}
                    }
                }

                Op::MakeFunction { dst, code, first } => {
                    let at = base + first as usize;
                    let function = with!(cx.make_function(loaded, code, at, base, module));
                    reg!(dst) = function;
                }
                Op::DefineMethod { types, function, name } => {
                    let (types, function, name) = (reg!(types), reg!(function), name!(name));
                    attempt!(cx.define_method(types, name, function));
                }
                Op::JoinOverloads { function, previous } => {
                    let (function, previous) = (reg!(function), reg!(previous));
                    cx.join_overloads(function, previous);
                }
                Op::DefineRecord { dst, spec, first } => {
                    let at = base + first as usize;
                    let spec = &loaded.code.records[spec as usize];
                    let ty = attempt!(with!(cx.define_record(loaded, spec, at, module)));
                    reg!(dst) = ty;
                }
                Op::MakeAgent { dst, ty, fields } => {
                    let (ty, fields) = (reg!(ty), reg!(fields));
                    flow!(dst, cx.make_agent(ty, fields, OnReturn::Store(dst)));
                }
                Op::JumpIfField { record, name, target } => {
                    let (record, name) = (reg!(record), name!(name));
                    if cx.has_field_value(record, name) {
                        pc = target as usize;
                    }
                }
                Op::InitField { record, src, name } => {
                    let (record, value, name) = (reg!(record), reg!(src), name!(name));
                    attempt!(with!(cx.store_attr(record, name, value)));
                }
                Op::MakeWorkflow { dst, src, name } => {
                    let (src, name) = (reg!(src), name!(name));
                    reg!(dst) = cx.make_workflow(src, name);
                }

                Op::Raise { src } => {
                    save!();
                    let exception = match cx.as_exception(reg!(src)) {
                        Ok(exception) => exception,
                        Err(raise) => cx.m.exception(&raise),
                    };
                    unwind!(exception, true);
                }
                Op::RaiseFrom { src, cause } => {
                    let exception = attempt!(cx.as_exception(reg!(src)));
                    let cause = match reg!(cause) {
                        Value::None => None,
                        cause => Some(attempt!(cx.as_cause(cause))),
                    };
                    let object = &mut cx.m.heap.exceptions[exception];
                    object.cause = cause;
                    object.suppress_context = true;
                    save!();
                    unwind!(exception, true);
                }
                Op::Reraise { src } => {
                    let Value::Exception(exception) = reg!(src) else { fail!(nothing_to_raise()) };
                    save!();
                    unwind!(exception, false);
                }
                Op::RaiseActive => {
                    save!();
                    let Some(exception) = lent!(cx.active_exception()) else { fail!(nothing_to_raise()) };
                    unwind!(exception, false);
                }
                Op::Caught { dst, exception } => {
                    if let Value::Exception(exception) = reg!(exception) {
                        reg!(dst) = as_seen(&cx.m.heap, exception);
                    }
                }
                Op::JumpUnlessMatches { exception, types, target } => {
                    let (exception, types) = (reg!(exception), reg!(types));
                    if !attempt!(cx.matches(exception, types)) {
                        pc = target as usize;
                    }
                }
                Op::AssertFail { message } => {
                    let arguments = match reg!(message) {
                        Value::Unset => Vec::new(),
                        message => vec![message],
                    };
                    save!();
                    let exception = cx.m.heap.alloc(Exception::new(ExceptionKind::AssertionError, arguments));
                    unwind!(exception, true);
                }

                Op::Import { dst, spec } => {
                    save!();
                    leave!(Exit::Import { request: loaded.code.imports[spec as usize].clone(), dst });
                }
                Op::ImportName { dst, module: from, name } => {
                    let (from, name) = (reg!(from), name!(name));
                    let Value::Module(from) = from else { continue };
                    match cx.m.heap.modules[from].get(name) {
                        Some(value) if !is_private(cx.m.heap.str(name)) => reg!(dst) = value,
                        _ => {
                            save!();
                            leave!(Exit::ImportMember { module: from, name, dst });
                        }
                    }
                }
                Op::ImportStar { module: from } => {
                    if let Value::Module(from) = reg!(from) {
                        attempt!(cx.import_star(from, module));
                    }
                }
                Op::Export { name } => {
                    let name = name!(name);
                    cx.m.heap.modules[module].exports.get_or_insert_default().push(name);
                }

                Op::Pipe { dst, a, b } => {
                    let (a, b) = (reg!(a), reg!(b));
                    flow!(dst, cx.pipe(a, b, OnReturn::Store(dst)));
                }
                Op::PipeInto { dst, value, stage } => {
                    let (value, stage) = (reg!(value), reg!(stage));
                    flow!(dst, cx.pipe_into(value, stage, OnReturn::Store(dst)));
                }
                Op::WithEnter { dst, context } => {
                    let context = reg!(context);
                    flow!(dst, cx.with_enter(context, OnReturn::Store(dst)));
                }
                Op::WithExit { dst, context, why } => {
                    let (context, why) = (reg!(context), reg!(why));
                    flow!(dst, cx.with_exit(context, why, OnReturn::Store(dst)));
                }
                Op::WithSuppress { why, context, result } => {
                    if let Value::Exception(_) = reg!(why) {
                        let (context, result) = (reg!(context), reg!(result));
                        if attempt!(with!(cx.suppresses(context, result))) {
                            reg!(why) = Value::Int(0);
                        }
                    }
                }
                Op::Coerce { reg, assign, ty, what } => {
                    let value = reg!(reg);
                    let spec = &loaded.code.types[ty as usize];
                    if is_plainly(value, spec) {
                        continue;
                    }
                    let record = match value {
                        Value::Record(record) => Some(cx.m.heap.records[record].ty),
                        _ => None,
                    };
                    let site = &loaded.sites[pc - 1];
                    if record.is_some_and(|ty| site.known(ty, cx.m.types_version).is_some()) {
                        continue;
                    }
                    let what = name!(what);
                    let coerced = attempt!(with!(cx.coerce(value, spec, what, module, assign)));
                    reg!(reg) = coerced;
                    if let Some(ty) = record
                        && coerced.is(value)
                    {
                        site.learn(ty, cx.m.types_version, 0);
                    }
                }
                Op::ExpectType { ty } => {
                    cx.m.expected = cx.task.frames.last().map(|frame| (frame.code, ty));
                }
            }
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
            Interrupt::Safepoint => save!(),
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

#[cold]
fn nothing_to_raise() -> Raise {
    Raise::new(ExceptionKind::RuntimeError, "No active exception to reraise")
}

#[inline]
fn truth(m: &Machine, value: Value) -> Res<bool> {
    match value {
        Value::Bool(value) => Ok(value),
        Value::None => Ok(false),
        value => ops::holds(&m.heap, value),
    }
}

fn compare(m: &mut Machine, op: CompareOp, a: Value, b: Value) -> Res<bool> {
    match op {
        CompareOp::In => ops::contains(&mut m.heap, b, a),
        CompareOp::NotIn => ops::contains(&mut m.heap, b, a).map(|found| !found),
        CompareOp::Is => Ok(a.is(b)),
        CompareOp::IsNot => Ok(!a.is(b)),
        op => match op.of_values() {
            Some(op) => ops::compare(&m.heap, op, a, b),
            None => Ok(false),
        },
    }
}

/// What computes `a op b`, or `a op= b`.
fn operate(in_place: bool) -> fn(&mut Heap, BinaryOp, Value, Value) -> Res<Value> {
    if in_place { ops::augmented } else { ops::binary }
}

fn is_not_implemented(value: Value) -> bool {
    matches!(value, Value::Type(TypeTag::NotImplemented))
}

/// The method by which a record makes a comparison.
fn comparison_method(heap: &Heap, op: CompareOp, left: Value) -> Option<Value> {
    let protocol = match op {
        CompareOp::Less => Protocol::Lt,
        CompareOp::LessEqual => Protocol::Le,
        CompareOp::Greater => Protocol::Gt,
        CompareOp::GreaterEqual => Protocol::Ge,
        CompareOp::Equal => Protocol::Eq,
        CompareOp::NotEqual => Protocol::Ne,
        CompareOp::In | CompareOp::NotIn | CompareOp::Is | CompareOp::IsNot => return None,
    };
    protocol::function_of(heap, protocol, left)
}

#[inline]
fn is_number(value: Value) -> bool {
    matches!(value, Value::Int(_) | Value::Float(_))
}
