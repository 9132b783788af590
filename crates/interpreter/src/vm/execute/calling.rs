//! Instructions that call in other ways than by position: with names, with spread arguments, stages of pipelines, contexts,
//! what such calls are told, and what is waited for between them.

use crate::bytecode::Op;
use crate::value::Value;
use crate::vm::call::Args;
use crate::vm::machine::OnReturn;

use super::Cx;
use super::apart::{Done, Next, Place, flow, unknown};

impl Cx<'_> {
    pub(super) fn calling(&mut self, op: Op, place: Place<'_>) -> Done {
        match op {
            Op::CallShaped { dst, first, shape } => {
                let keywords = &place.loaded.keywords[shape as usize];
                let count = usize::from(place.loaded.code.shapes[shape as usize].count);
                let args = Args { at: place.at(first) + 1, count, keywords };
                flow(dst, self.call(self.register(place, first), args, OnReturn::Store(dst)))
            }
            Op::CallSpread { dst, first } => {
                let callee = self.register(place, first);
                let (list, dict) = (self.register(place, first + 1), self.register(place, first + 2));
                flow(dst, self.call_spread(callee, list, dict, OnReturn::Store(dst)))
            }
            Op::CallMethodShaped { dst, first, shape } => {
                let keywords = &place.loaded.keywords[shape as usize];
                let shape = &place.loaded.code.shapes[shape as usize];
                let args = Args { at: place.at(first), count: usize::from(shape.count) + 1, keywords };
                let receiver = self.register(place, first);
                flow(dst, self.call_method(receiver, place.name(shape.name)?, args, OnReturn::Store(dst)))
            }
            Op::CallMethodSpread { dst, first, name } => {
                let method = self.load_attr(self.register(place, first), place.name(name)?)?;
                let (list, dict) = (self.register(place, first + 1), self.register(place, first + 2));
                flow(dst, self.call_spread(method, list, dict, OnReturn::Store(dst)))
            }
            Op::CallIntrinsic { dst, intrinsic, first } => {
                flow(dst, self.intrinsic(intrinsic, place.at(first), OnReturn::Store(dst)))
            }
            Op::Pipe { dst, a, b } => {
                let (a, b) = (self.register(place, a), self.register(place, b));
                flow(dst, self.pipe(a, b, OnReturn::Store(dst)))
            }
            Op::PipeInto { dst, value, stage } => {
                let (value, stage) = (self.register(place, value), self.register(place, stage));
                flow(dst, self.pipe_into(value, stage, OnReturn::Store(dst)))
            }
            Op::WithEnter { dst, context } => {
                let context = self.register(place, context);
                flow(dst, self.with_enter(context, OnReturn::Store(dst)))
            }
            Op::WithExit { dst, context, why } => {
                let (context, why) = (self.register(place, context), self.register(place, why));
                flow(dst, self.with_exit(context, why, OnReturn::Store(dst)))
            }
            Op::WithSuppress { why, context, result } => {
                if let Value::Exception(_) = self.register(place, why) {
                    let (context, result) = (self.register(place, context), self.register(place, result));
                    if self.suppresses(context, result)? {
                        self.set_register(place, why, Value::Int(0));
                    }
                }
                Ok(Next::On)
            }
            Op::Gather { reg } if self.m.heap.has_promises => flow(reg, self.gather(reg)),
            Op::Join { target } if self.m.heap.has_promises => flow(0, self.join_block(target)),
            Op::Gather { .. } | Op::Join { .. } => Ok(Next::On),
            Op::After { calls } => {
                self.order_access(calls)?;
                Ok(Next::On)
            }
            Op::ExpectType { ty } => {
                self.m.expected = self.task.frames.last().map(|frame| (frame.code, ty));
                Ok(Next::On)
            }
            _ => unknown(),
        }
    }
}
