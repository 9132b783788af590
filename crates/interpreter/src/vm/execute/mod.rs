//! Carrying out instructions.
//!
//! [`dispatch`] is the loop: it knows the frequent instructions itself. The others are carried out [`apart`], by family, so
//! that the loop stays small and its variables in machine registers.

mod apart;
mod arithmetic;
mod attributes;
mod calling;
mod collections;
mod compare;
mod definitions;
mod dispatch;
mod importing;
mod operators;
mod raising;
mod scopes;
mod window;

use crate::bytecode::Reg;
use crate::exception_kind::{Raise, Res};
use crate::host::Host;
use crate::loader::ModuleRequest;
use crate::objects::{Exception, Module, Str};
use crate::value::{Ref, Value};

use super::call::Flow;
use super::machine::{LoadedCode, Machine, Task};

pub(super) use self::dispatch::execute;
pub(super) use self::window::{NARROW, WIDE};

/// Why the loop ended.
pub(crate) enum Exit {
    /// The task's last frame returned.
    Finished,
    /// An exception left the task's last frame, or the task waits before it can leave one.
    Failed,
    /// The task waits.
    Waiting,
    /// A call has started a task, which runs at once.
    Start(Box<Task>),
    /// A function that has started tasks wants to return a value.
    Returned(Value),
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
    /// The loop does not carry out the instruction itself.
    Apart,
    Leave(Exit),
}

impl From<Raise> for Interrupt {
    fn from(raise: Raise) -> Interrupt {
        Interrupt::Raise(raise)
    }
}

/// What running code works with.
pub(crate) struct Cx<'a> {
    pub codes: &'a [LoadedCode],
    pub m: &'a mut Machine,
    pub task: &'a mut Task,
    pub host: &'a mut dyn Host,
}
