//! The builtin functions, methods and modules as editors and documentation show them.

use crate::builtins::{self, Builtin};
use crate::methods;
use crate::modules;
use crate::value::TypeTag;

/// What a reader needs to know of a builtin function or method.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    pub name: &'static str,
    /// The parameters: `(iterable, /, start=0)`.
    pub signature: &'static str,
    /// One line.
    pub doc: &'static str,
}

fn entry(builtin: &Builtin) -> Entry {
    Entry { name: builtin.name, signature: builtin.signature, doc: builtin.doc }
}

/// The functions that every program sees, in alphabetical order.
pub fn functions() -> impl Iterator<Item = Entry> {
    builtins::all().iter().map(entry)
}

/// The methods of a builtin type such as `str`, in alphabetical order; none for an unknown type.
pub fn methods_of(type_name: &str) -> impl Iterator<Item = Entry> + use<> {
    let methods = TypeTag::from_name(type_name).map_or(&[][..], methods::methods_of);
    methods.iter().map(|method| Entry { name: method.name, signature: method.signature, doc: method.doc })
}

/// The modules of the standard library, each with one line about it.
pub fn modules() -> impl Iterator<Item = (&'static str, &'static str)> {
    modules::MODULES.iter().map(|module| (module.name, module.doc))
}

/// The functions of a module, in alphabetical order; none for an unknown module.
pub fn functions_of(module: &str) -> impl Iterator<Item = Entry> + use<> {
    let module = modules::MODULES.iter().find(|known| known.name == module);
    module.map_or(&[][..], |module| module.functions).iter().map(entry)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_entry_can_be_shown() {
        let modules = modules().flat_map(|(name, _)| functions_of(name));
        let types = ["str", "bytes", "list", "tuple", "dict", "set", "int", "float", "range"];
        for entry in functions().chain(modules).chain(types.into_iter().flat_map(methods_of)) {
            // What a function gives may stand after the parameters.
            assert!(entry.signature.starts_with('(') && entry.signature.contains(')'), "{entry:?}");
            assert!(entry.doc.ends_with('.'), "{entry:?}");
        }
        assert_eq!(
            methods_of("list").find(|entry| entry.name == "pop"),
            Some(Entry { name: "pop", signature: "(index=-1)", doc: "Removes and gives the item at `index`." })
        );
    }

    #[test]
    fn tables_are_in_alphabetical_order() {
        assert!(functions().map(|entry| entry.name).is_sorted());
        for (module, _) in modules() {
            assert!(functions_of(module).map(|entry| entry.name).is_sorted(), "{module}");
        }
    }
}
