//! Instructions that import modules and their names.

use crate::bytecode::Op;
use crate::value::Value;
use crate::vm::import::is_private;

use super::apart::{Done, Next, Place, unknown};
use super::{Cx, Exit, Interrupt};

impl Cx<'_> {
    pub(super) fn importing(&mut self, op: Op, place: Place<'_>) -> Done {
        match op {
            Op::Import { dst, spec } => {
                let request = place.loaded.code.imports[spec as usize].clone();
                return Err(Interrupt::Leave(Exit::Import { request, dst }));
            }
            Op::ImportName { dst, module: from, name } => {
                let name = place.name(name)?;
                let from = match self.register(place, from) {
                    Value::Module(from) => from,
                    // What stands for a module of Python.
                    other => {
                        let value = self.load_attr(other, name)?;
                        self.set_register(place, dst, value);
                        return Ok(Next::On);
                    }
                };
                match self.m.heap.modules[from].get(name) {
                    Some(value) if !is_private(self.m.heap.str(name)) => self.set_register(place, dst, value),
                    _ => return Err(Interrupt::Leave(Exit::ImportMember { module: from, name, dst })),
                }
            }
            Op::ImportStar { module: from } => {
                if let Value::Module(from) = self.register(place, from) {
                    self.import_star(from, place.module)?;
                }
            }
            Op::Export { name } => {
                let name = place.name(name)?;
                self.m.heap.modules[place.module].exports.get_or_insert_default().push(name);
            }
            _ => return unknown(),
        }
        Ok(Next::On)
    }
}
