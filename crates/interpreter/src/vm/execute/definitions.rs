//! Instructions that define functions, methods, record types and agents, fill in the fields of records,
//! and convert values to annotated types.

use crate::bytecode::Op;
use crate::value::Value;
use crate::vm::machine::OnReturn;

use super::Cx;
use super::apart::{Done, Next, Place, flow, unknown};

impl Cx<'_> {
    pub(super) fn definition(&mut self, op: Op, place: Place<'_>) -> Done {
        match op {
            Op::MakeFunction { dst, code, first } => {
                let function = self.make_function(place.loaded, code, place.at(first), place.base, place.module);
                self.set_register(place, dst, function);
            }
            Op::DefineMethod { types, function, name } => {
                let (types, function) = (self.register(place, types), self.register(place, function));
                self.define_method(types, place.name(name)?, function)?;
            }
            Op::JoinOverloads { function, previous } => {
                let (function, previous) = (self.register(place, function), self.register(place, previous));
                self.join_overloads(function, previous);
            }
            Op::DefineRecord { dst, spec, first } => {
                let spec = &place.loaded.code.records[spec as usize];
                let ty = self.define_record(place.loaded, spec, place.at(first), place.module)?;
                self.set_register(place, dst, ty);
            }
            Op::MakeAgent { dst, ty, fields } => {
                let (ty, fields) = (self.register(place, ty), self.register(place, fields));
                return flow(dst, self.make_agent(ty, fields, OnReturn::Store(dst)));
            }
            Op::JumpIfField { record, name, target } => {
                let (record, name) = (self.register(place, record), place.name(name)?);
                if self.has_field_value(record, name) {
                    return Ok(Next::Jump(target));
                }
            }
            Op::InitField { record, src, name } => {
                let (record, value) = (self.register(place, record), self.register(place, src));
                self.store_attr(record, place.name(name)?, value)?;
            }
            Op::MakeWorkflow { dst, src, name } => {
                let (src, name) = (self.register(place, src), place.name(name)?);
                let workflow = self.make_workflow(src, name);
                self.set_register(place, dst, workflow);
            }
            Op::Coerce { reg, assign, ty, what: constant } => {
                let (value, what) = (self.register(place, reg), place.name(constant)?);
                if let Value::Promise(promise) = value {
                    let code = self.task.frames.last().map(|frame| frame.code);
                    let value = self.coerce_promise(promise, (code, ty, constant), place.module, assign)?;
                    self.set_register(place, reg, value);
                    // A value that is there is converted at once.
                    if !matches!(value, Value::Promise(_)) {
                        return self.definition(op, place);
                    }
                    return Ok(Next::On);
                }
                let spec = &place.loaded.code.types[ty as usize];
                let coerced = self.coerce(value, spec, what, place.module, assign)?;
                self.set_register(place, reg, coerced);
                if let Value::Record(record) = value
                    && coerced.is(value)
                {
                    let ty = self.m.heap.records[record].ty;
                    place.site.learn(ty, self.m.types_version, 0);
                }
            }
            _ => return unknown(),
        }
        Ok(Next::On)
    }
}
