//! The builtin functions: one table row for each, with its implementation. What a reader wants to know of them, their
//! parameters included, stands in the declarations of [`danaide_analysis::library`].

mod args;
pub(crate) mod construct;
mod core;
mod functions;
mod numbers;
mod refused;
#[cfg(test)]
mod robustness;

pub use args::{CallArgs, Param, by_keyword, by_name, by_place};
pub use construct::construct;
pub(crate) use construct::truncate;
pub(crate) use functions::nest_of;
pub(crate) use numbers::factorial_of;

use danaide_analysis::library::{Declaration, FILES, LibraryKind, library};

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
    pub run: Implementation<BuiltinFn>,
}

/// A row with a pure implementation.
pub(crate) const fn pure(name: &'static str, run: BuiltinFn) -> Builtin {
    Builtin { name, run: Implementation::Pure(run) }
}

/// A row that the virtual machine carries out.
pub(crate) const fn by_vm(name: &'static str, run: VmBuiltin) -> Builtin {
    Builtin { name, run: Implementation::Vm(run) }
}

/// Names a builtin function: a table and a row in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct BuiltinId {
    /// The number of the row, and 256 times the number of the table: 0 for the functions every program sees, then one for
    /// each module of [`modules::MODULES`]. It is as large as the payload of a value has to be.
    index: u64,
}

impl BuiltinId {
    pub(crate) const fn new(table: u8, row: u8) -> BuiltinId {
        BuiltinId { index: (table as u64) << 8 | row as u64 }
    }

    /// A number that no other builtin has.
    pub fn index(self) -> u16 {
        self.index as u16
    }

    fn table(self) -> usize {
        self.index as usize / 256
    }

    /// What the library says of the builtin. The first time in a process, this reads the whole library.
    pub fn declaration(self) -> Option<&'static Declaration> {
        let name = self.row().name;
        match self.table().checked_sub(1) {
            None => library().builtin(name),
            Some(module) => library().member(modules::MODULES[module].name, name),
        }
    }

    /// The row of the builtin.
    pub fn row(self) -> &'static Builtin {
        let rows = match self.table().checked_sub(1) {
            None => core::CORE,
            Some(module) => modules::MODULES[module].functions,
        };
        &rows[self.index as usize % 256]
    }
}

/// The functions every program sees, sorted by name.
pub fn all() -> &'static [Builtin] {
    core::CORE
}

/// Every name that a program sees: functions, native or not, types and exceptions.
pub(crate) fn names() -> impl Iterator<Item = &'static str> {
    let native = all().iter().map(|builtin| builtin.name);
    let in_dana = FILES.iter().filter(|file| file.kind == LibraryKind::Builtins).flat_map(|file| file.implements);
    let types = [
        "bool",
        "bytes",
        "dict",
        "float",
        "frozenset",
        "int",
        "list",
        "object",
        "range",
        "set",
        "slice",
        "str",
        "tuple",
        "type",
    ];
    let exceptions = ExceptionKind::ALL.iter().map(|kind| kind.name());
    native.chain(in_dana.copied()).chain(types).chain(exceptions)
}

/// The value of a name that every program sees: a builtin function, type or exception type.
pub fn lookup(name: &str) -> Option<Value> {
    if let Some(row) = core::CORE.iter().position(|builtin| builtin.name == name) {
        return Some(Value::Builtin(BuiltinId::new(0, u8::try_from(row).ok()?)));
    }
    if name == "NotImplemented" {
        return Some(Value::Type(TypeTag::NotImplemented));
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
