//! The builtin functions: one table row for each, with what a reader and the machine need to know of it.

mod args;
mod construct;
mod core;
mod functions;
mod numbers;
#[cfg(test)]
mod robustness;

pub use args::{CallArgs, by_name, by_place};
pub use construct::construct;
pub(crate) use construct::truncate;
pub(crate) use functions::nest_of;
pub(crate) use numbers::factorial_of;

use crate::exception_kind::{ExceptionKind, Res};
use crate::heap::Heap;
use crate::modules;
use crate::value::{TypeTag, Value};
use crate::vm_builtins::VmBuiltin;

/// The code of a builtin that needs only the heap.
pub type BuiltinFn = fn(&mut Heap, &CallArgs<'_>) -> Res<Value>;

/// Who carries a builtin out.
#[derive(Clone, Copy, Debug)]
pub enum Implementation<F> {
    /// A function of the heap and the arguments.
    Pure(F),
    /// The virtual machine, because the builtin calls functions of the program or asks the host.
    Vm(VmBuiltin),
}

/// A builtin function.
#[derive(Debug)]
pub struct Builtin {
    pub name: &'static str,
    /// The parameters as a reader sees them: `(iterable, /, start=0)`.
    pub signature: &'static str,
    /// One line.
    pub doc: &'static str,
    pub run: Implementation<BuiltinFn>,
}

/// A row with a pure implementation.
pub(crate) const fn pure(name: &'static str, signature: &'static str, doc: &'static str, run: BuiltinFn) -> Builtin {
    Builtin { name, signature, doc, run: Implementation::Pure(run) }
}

/// A row that the virtual machine carries out.
pub(crate) const fn by_vm(name: &'static str, signature: &'static str, doc: &'static str, run: VmBuiltin) -> Builtin {
    Builtin { name, signature, doc, run: Implementation::Vm(run) }
}

/// Names a builtin function: a table and a row in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct BuiltinId {
    /// 0 for the functions every program sees, then one for each module of [`modules::MODULES`].
    table: u8,
    row: u8,
}

impl BuiltinId {
    pub(crate) const fn new(table: u8, row: u8) -> BuiltinId {
        BuiltinId { table, row }
    }

    /// A number that no other builtin has.
    pub fn index(self) -> u16 {
        u16::from_be_bytes([self.table, self.row])
    }

    /// What is known of the builtin.
    pub fn row(self) -> &'static Builtin {
        let rows = match self.table.checked_sub(1) {
            None => core::CORE,
            Some(module) => modules::MODULES[usize::from(module)].functions,
        };
        &rows[usize::from(self.row)]
    }
}

/// The functions every program sees, sorted by name.
pub fn all() -> &'static [Builtin] {
    core::CORE
}

/// The value of a name that every program sees: a builtin function, type or exception type.
pub fn lookup(name: &str) -> Option<Value> {
    if let Some(row) = core::CORE.iter().position(|builtin| builtin.name == name) {
        return Some(Value::Builtin(BuiltinId::new(0, u8::try_from(row).ok()?)));
    }
    if let Some(tag) = TypeTag::from_name(name) {
        return Some(Value::Type(tag));
    }
    ExceptionKind::from_name(name).map(Value::ExceptionType)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_builtin_is_found_by_its_name() {
        for builtin in all() {
            let Some(Value::Builtin(id)) = lookup(builtin.name) else { panic!("{} is not found", builtin.name) };
            assert_eq!(id.row().name, builtin.name);
        }
    }
}
