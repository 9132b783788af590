//! Instructions on names of the scopes that outlive functions: `private:`, `public:`, `system:`.

use crate::bytecode::Op;
use crate::value::Value;

use super::Cx;
use super::apart::{Done, Next, Place, unknown};

impl Cx<'_> {
    pub(super) fn scoped(&mut self, op: Op, place: Place<'_>) -> Done {
        match op {
            Op::LoadScoped { dst, scope, name } => {
                let name = place.name(name)?;
                let known = self.m.scope(scope).get(&name).copied();
                let Some(value) = known.or_else(|| self.system_module(scope, name)) else {
                    return Err(self.unbound_scoped(scope, name).into());
                };
                self.set_register(place, dst, value);
            }
            Op::OpenScoped { dst, scope, name } => {
                let name = place.name(name)?;
                let value = match self.m.scope(scope).get(&name).copied() {
                    Some(value) => value,
                    None => {
                        let dict = Value::Dict(self.m.heap.new_dict());
                        self.m.scope(scope).insert(name, dict);
                        dict
                    }
                };
                self.set_register(place, dst, value);
            }
            Op::StoreScoped { src, scope, name } => {
                let (name, value) = (place.name(name)?, self.register(place, src));
                self.m.scope(scope).insert(name, value);
            }
            Op::DeleteScoped { scope, name } => {
                let name = place.name(name)?;
                if self.m.scope(scope).remove(&name).is_none() {
                    return Err(self.unbound_scoped(scope, name).into());
                }
            }
            _ => return unknown(),
        }
        Ok(Next::On)
    }
}
