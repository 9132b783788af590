//! Instructions that are carried out apart from the loop, where the stack is in its place in the task: those that are
//! rare, or do so much that the way here does not count.

use crate::bytecode::{Op, Reg};
use crate::exception_kind::{ExceptionKind, Raise, Res};
use crate::objects::{Module, Str};
use crate::value::{Ref, Value};

use super::{Cx, Interrupt};
use crate::vm::call::Flow;
use crate::vm::machine::{LoadedCode, Site};

/// Where an instruction stands.
#[derive(Clone, Copy)]
pub(super) struct Place<'a> {
    pub loaded: &'a LoadedCode,
    /// The inline cache of the instruction.
    pub site: &'a Site,
    pub base: usize,
    pub module: Ref<Module>,
}

impl Place<'_> {
    /// Where a register is in the stack.
    pub(super) fn at(&self, reg: Reg) -> usize {
        self.base + usize::from(reg)
    }

    pub(super) fn name(&self, constant: u32) -> Res<Ref<Str>> {
        match self.loaded.constants[constant as usize] {
            Value::Str(name) => Ok(name),
            _ => Err(Raise::new(ExceptionKind::RuntimeError, "a name is expected")),
        }
    }
}

/// How the run goes on after an instruction.
pub(super) enum Next {
    On,
    /// At another instruction of the same code.
    Jump(u32),
}

/// What an instruction that was carried out apart has led to.
pub(super) type Done = Result<Next, Interrupt>;

impl Cx<'_> {
    /// Carries out any instruction that the loop does not know itself.
    #[inline(never)]
    pub(super) fn apart(&mut self, op: Op, place: Place<'_>) -> Done {
        match op {
            Op::Add { .. }
            | Op::Sub { .. }
            | Op::Mul { .. }
            | Op::AddInt { .. }
            | Op::SubInt { .. }
            | Op::Binary { .. }
            | Op::BinaryInt { .. }
            | Op::BinaryInPlace { .. }
            | Op::Compare { .. }
            | Op::Negate { .. }
            | Op::Positive { .. }
            | Op::Invert { .. }
            | Op::LoadIndex { .. } => self.operator(op, place),
            Op::LoadScoped { .. } | Op::OpenScoped { .. } | Op::StoreScoped { .. } | Op::DeleteScoped { .. } => {
                self.scoped(op, place)
            }
            Op::DeleteAttr { .. }
            | Op::DeleteIndex { .. }
            | Op::BuildSlice { .. }
            | Op::StoreSlice { .. }
            | Op::DeleteSlice { .. }
            | Op::UnpackRest { .. }
            | Op::ListExtend { .. }
            | Op::ListToTuple { .. }
            | Op::ListToIter { .. }
            | Op::SetUpdate { .. }
            | Op::DictUpdate { .. }
            | Op::KeywordsUpdate { .. }
            | Op::KeywordInsert { .. }
            | Op::PrepareRange { .. } => self.collection(op, place),
            Op::MakeFunction { .. }
            | Op::DefineMethod { .. }
            | Op::JoinOverloads { .. }
            | Op::DefineRecord { .. }
            | Op::MakeAgent { .. }
            | Op::JumpIfField { .. }
            | Op::InitField { .. }
            | Op::Coerce { .. }
            | Op::MakeWorkflow { .. } => self.definition(op, place),
            Op::Raise { .. }
            | Op::RaiseFrom { .. }
            | Op::Reraise { .. }
            | Op::RaiseActive
            | Op::Caught { .. }
            | Op::JumpUnlessMatches { .. }
            | Op::AssertFail { .. } => self.raising(op, place),
            Op::Import { .. } | Op::ImportName { .. } | Op::ImportStar { .. } | Op::Export { .. } => {
                self.importing(op, place)
            }
            _ => self.calling(op, place),
        }
    }

    pub(super) fn register(&self, place: Place<'_>, reg: Reg) -> Value {
        self.task.stack[place.at(reg)]
    }

    pub(super) fn set_register(&mut self, place: Place<'_>, reg: Reg, value: Value) {
        self.task.stack[place.at(reg)] = value;
    }
}

/// What becomes of a call.
pub(super) fn flow(dst: Reg, result: Res<Flow>) -> Done {
    Err(Interrupt::Flow(dst, result))
}

/// Of a family of instructions, for one that is not of it.
#[cold]
pub(super) fn unknown() -> Done {
    Err(Raise::new(ExceptionKind::RuntimeError, "an instruction that nothing carries out").into())
}
