//! Instructions on names of the scopes that outlive functions: `private:`, `public:`, `system:`.

use danaide_analysis::WRITABLE_SYSTEM_NAMES;

use crate::bytecode::{Op, Scope};
use crate::exception_kind::{ExceptionKind, Raise, Res};
use crate::objects::Str;
use crate::value::{Ref, Value};

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
                self.writable(scope, name)?;
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
                self.writable(scope, name)?;
                self.m.scope(scope).insert(name, value);
            }
            Op::DeleteScoped { scope, name } => {
                let name = place.name(name)?;
                self.writable(scope, name)?;
                if self.m.scope(scope).remove(&name).is_none() {
                    return Err(self.unbound_scoped(scope, name).into());
                }
            }
            _ => return unknown(),
        }
        Ok(Next::On)
    }

    /// What stands in `system:` is the host's, but for the names that programs describe themselves with.
    fn writable(&self, scope: Scope, name: Ref<Str>) -> Res<()> {
        if scope != Scope::System {
            return Ok(());
        }
        let text = self.m.heap.str(name);
        if WRITABLE_SYSTEM_NAMES.contains(&text) {
            return Ok(());
        }
        let message = format!(
            "system:{text} is read-only for programs, which may write {} there; keep it in private: or public: [read-only-scope]",
            WRITABLE_SYSTEM_NAMES.join(", ")
        );
        Err(Raise::new(ExceptionKind::PermissionError, message))
    }
}
