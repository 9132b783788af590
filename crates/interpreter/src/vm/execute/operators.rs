//! Operators whose operands are not the usual ones: other values than small numbers, records with methods.

use crate::bytecode::{BinaryOp, CompareOp, Op, Reg};
use crate::exception_kind::Res;
use crate::heap::Heap;
use crate::ops;
use crate::ops::protocol::{self, Protocol};
use crate::value::Value;
use crate::vm::machine::OnReturn;

use super::Cx;
use super::apart::{Done, Next, Place, flow, unknown};
use super::compare::compare;

impl Cx<'_> {
    pub(super) fn operator(&mut self, op: Op, place: Place<'_>) -> Done {
        let (binary, in_place, dst, a, b) = match op {
            Op::Add { dst, a, b } => (BinaryOp::Add, false, dst, a, self.register(place, b)),
            Op::Sub { dst, a, b } => (BinaryOp::Subtract, false, dst, a, self.register(place, b)),
            Op::Mul { dst, a, b } => (BinaryOp::Multiply, false, dst, a, self.register(place, b)),
            Op::AddInt { dst, a, value, in_place } => (BinaryOp::Add, in_place, dst, a, Value::Int(value.into())),
            Op::SubInt { dst, a, value, in_place } => (BinaryOp::Subtract, in_place, dst, a, Value::Int(value.into())),
            Op::Binary { op, dst, a, b } => (op, false, dst, a, self.register(place, b)),
            Op::BinaryInt { op, dst, a, value } => (op, false, dst, a, Value::Int(value.into())),
            Op::BinaryInPlace { op, dst, a, b } => (op, true, dst, a, self.register(place, b)),
            Op::Compare { op, dst, a, b } => {
                let (left, right) = (self.register(place, a), self.register(place, b));
                if let Some(method) = comparison_method(&self.m.heap, op, left) {
                    return flow(dst, self.call_with(method, &[left, right], &[], OnReturn::Comparison(dst)));
                }
                let holds = compare(self.m, op, left, right)?;
                self.set_register(place, dst, Value::bool(holds));
                return Ok(Next::On);
            }
            Op::LoadIndex { dst, object, index } => {
                let (object, index) = (self.register(place, object), self.register(place, index));
                if let Some(method) = protocol::function_of(&self.m.heap, Protocol::GetItem, object) {
                    return flow(dst, self.call_with(method, &[object, index], &[], OnReturn::Store(dst)));
                }
                let value = ops::get_item(&mut self.m.heap, object, index)?;
                self.set_register(place, dst, value);
                return Ok(Next::On);
            }
            Op::Negate { dst, src } => return self.unary(ops::negate, dst, src, place),
            Op::Positive { dst, src } => return self.unary(|heap, value| ops::positive(heap, value), dst, src, place),
            Op::Invert { dst, src } => return self.unary(ops::invert, dst, src, place),
            _ => return unknown(),
        };
        self.binary(binary, dst, [self.register(place, a), b], in_place, place)
    }

    fn unary(&mut self, compute: fn(&mut Heap, Value) -> Res<Value>, dst: Reg, src: Reg, place: Place<'_>) -> Done {
        let value = self.register(place, src);
        let result = compute(&mut self.m.heap, value)?;
        self.set_register(place, dst, result);
        Ok(Next::On)
    }

    /// The method of a record is called at once; only if it does not deal with the operands, the operation looks further.
    fn binary(&mut self, op: BinaryOp, dst: Reg, [left, right]: [Value; 2], in_place: bool, place: Place<'_>) -> Done {
        if let Value::Record(_) = left
            && let Some(method) = protocol::operator_method(&self.m.heap, op, in_place, left)
        {
            return flow(dst, self.call_with(method, &[left, right], &[], OnReturn::Operator(dst)));
        }
        let heap = &mut self.m.heap;
        let result =
            if in_place { ops::augmented(heap, op, left, right)? } else { ops::binary(heap, op, left, right)? };
        self.set_register(place, dst, result);
        Ok(Next::On)
    }
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
