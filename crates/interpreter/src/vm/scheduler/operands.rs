//! Which registers an instruction needs the values of, as opposed to those it only passes on.

use crate::bytecode::{CallShape, Op, Reg};

/// The registers, as the first of some and their number.
pub(super) fn operands(op: Op, shapes: &[CallShape]) -> Vec<(Reg, u16)> {
    let shape = |shape: u32| shapes.get(shape as usize).map_or(0, |shape| shape.count);
    match op {
        Op::LoadAttr { object, .. } | Op::DeleteAttr { object, .. } => vec![(object, 1)],
        Op::StoreAttr { object, src, .. } => vec![(object, 1), (src, 1)],
        Op::LoadIndex { object, index, .. }
        | Op::StoreIndex { object, index, .. }
        | Op::DeleteIndex { object, index } => vec![(object, 1), (index, 1)],
        Op::LoadSlice { object, first, .. } | Op::DeleteSlice { object, first } => vec![(object, 1), (first, 3)],
        Op::StoreSlice { object, first, src } => vec![(object, 1), (first, 3), (src, 1)],
        Op::BuildSlice { first, .. } => vec![(first, 3)],
        Op::Add { a, b, .. }
        | Op::Sub { a, b, .. }
        | Op::Mul { a, b, .. }
        | Op::Binary { a, b, .. }
        | Op::BinaryInPlace { a, b, .. }
        | Op::Compare { a, b, .. }
        | Op::JumpWhen { a, b, .. }
        | Op::JumpUnless { a, b, .. }
        | Op::Pipe { a, b, .. } => vec![(a, 1), (b, 1)],
        Op::BinaryInt { a, .. } | Op::AddInt { a, .. } | Op::SubInt { a, .. } | Op::JumpUnlessInt { a, .. } => {
            vec![(a, 1)]
        }
        Op::Not { src, .. }
        | Op::Negate { src, .. }
        | Op::Positive { src, .. }
        | Op::Invert { src, .. }
        | Op::GetIter { src, .. }
        | Op::Unpack { src, .. }
        | Op::UnpackRest { src, .. }
        | Op::ListExtend { src, .. }
        | Op::SetAdd { src, .. }
        | Op::SetUpdate { src, .. }
        | Op::DictUpdate { src, .. }
        | Op::Raise { src } => vec![(src, 1)],
        Op::RaiseFrom { src, cause } => vec![(src, 1), (cause, 1)],
        Op::KeywordsUpdate { first, src } => vec![(first, 1), (src, 1)],
        Op::KeywordInsert { first, key, .. } => vec![(first, 1), (key, 1)],
        Op::JumpIf { cond, .. } | Op::JumpIfNot { cond, .. } => vec![(cond, 1)],
        Op::PrepareRange { first, count }
        | Op::BuildList { first, count, .. }
        | Op::BuildTuple { first, count, .. } => {
            vec![(first, count)]
        }
        Op::DictInsert { key, .. } => vec![(key, 1)],
        Op::Format { src, spec, .. } => vec![(src, 1), (spec, 1)],
        Op::JumpUnlessMatches { types, .. } => vec![(types, 1)],
        Op::Call { first, count, .. } | Op::CallMethod { first, count, .. } => vec![(first, count.saturating_add(1))],
        Op::CallShaped { first, shape: index, .. } | Op::CallMethodShaped { first, shape: index, .. } => {
            vec![(first, shape(index).saturating_add(1))]
        }
        Op::CallSpread { first, .. } | Op::CallMethodSpread { first, .. } => vec![(first, 3)],
        Op::CallIntrinsic { first, .. } => vec![(first, 3)],
        Op::PipeInto { stage, value, .. } => vec![(stage, 1), (value, 1)],
        Op::WithEnter { context, .. } | Op::WithExit { context, .. } => vec![(context, 1)],
        Op::DefineMethod { types, .. } => vec![(types, 1)],
        Op::MakeAgent { ty, fields, .. } => vec![(ty, 1), (fields, 1)],
        Op::InitField { record, src, .. } => vec![(record, 1), (src, 1)],
        Op::Coerce { reg, .. } | Op::Gather { reg } => vec![(reg, 1)],
        _ => Vec::new(),
    }
}
