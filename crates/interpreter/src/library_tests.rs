//! Every native has exactly one declaration in the library, and the other way round.

use danaide_analysis::library::{Declaration, DeclarationKind, LibraryKind, library};

use crate::builtins;
use crate::exception_kind::ExceptionKind;
use crate::heap::Heap;
use crate::methods;
use crate::modules::{self, MODULES, native};
use crate::ops;
use crate::value::{TypeTag, Value};

const TYPES: [TypeTag; 13] = [
    TypeTag::Bool,
    TypeTag::Int,
    TypeTag::Float,
    TypeTag::Str,
    TypeTag::Bytes,
    TypeTag::List,
    TypeTag::Tuple,
    TypeTag::Dict,
    TypeTag::Set,
    TypeTag::FrozenSet,
    TypeTag::Range,
    TypeTag::Slice,
    TypeTag::Type,
];

fn sorted(names: impl IntoIterator<Item = String>) -> Vec<String> {
    let mut names: Vec<String> = names.into_iter().collect();
    names.sort_unstable();
    names
}

fn natives(kind: LibraryKind) -> impl Iterator<Item = &'static Declaration> {
    let units = library().units().iter().filter(move |unit| unit.file.kind == kind);
    units.flat_map(|unit| &unit.declarations).filter(|it| it.is_native)
}

#[test]
fn functions_and_exceptions() {
    let rows = builtins::all().iter().map(|row| row.name.to_owned());
    let exceptions = ExceptionKind::ALL.iter().map(|kind| match kind.parent() {
        Some(parent) => format!("{}({})", kind.name(), parent.name()),
        None => kind.name().to_owned(),
    });
    let methods = methods::methods_of(TypeTag::Exception).iter().map(|it| format!("BaseException.{}", it.name));
    let declared = natives(LibraryKind::Builtins).map(|it| match (&it.owner, it.kind) {
        (_, DeclarationKind::Record) => it.signature.clone(),
        (Some(owner), _) => format!("{owner}.{}", it.name),
        (None, _) => it.name.to_string(),
    });
    // Handles of tasks are reached by calling `spawn` only.
    let handles = crate::vm_builtins::TASK_METHODS.iter().map(|method| format!("Task.{}", method.name));
    let methods = methods.chain(handles);
    assert_eq!(sorted(declared), sorted(rows.chain(exceptions).chain(methods)));
}

#[test]
fn types_and_their_methods() {
    let mut names = Vec::new();
    for tag in TYPES {
        names.push(tag.name().to_owned());
        // The methods of `bool` are those of `int`.
        let methods = if tag == TypeTag::Bool { &[] } else { methods::methods_of(tag) };
        names.extend(methods.iter().map(|method| {
            let kind = if methods::lookup_class_method(tag, method.name).is_some() { "class " } else { "" };
            format!("{kind}{}.{}", tag.name(), method.name)
        }));
    }
    let declared = natives(LibraryKind::Type).map(|it| match (&it.owner, it.kind) {
        (Some(owner), DeclarationKind::ClassMethod) => format!("class {owner}.{}", it.name),
        (Some(owner), _) => format!("{owner}.{}", it.name),
        (None, _) => it.name.to_string(),
    });
    assert_eq!(sorted(declared), sorted(names));
}

fn methods_of_module_type(module: &str, tag: TypeTag) -> Vec<String> {
    let name = |kind: &str, method: &str| format!("{kind}{module}.{}.{method}", tag.name());
    let own = methods::methods_of(tag).iter().map(|method| name("", method.name));
    let of_type = native::class_methods_of(tag).iter().map(|method| name("class ", method.name));
    own.chain(of_type).collect()
}

fn is_constant(value: Value) -> bool {
    matches!(value, Value::Float(_) | Value::Int(_) | Value::Str(_) | Value::Native(_))
}

#[test]
fn modules_and_their_members() {
    let heap = &mut Heap::new();
    let mut names = Vec::new();
    for module in MODULES {
        for (name, value) in modules::members(heap, module.name).unwrap() {
            names.push(format!("{}.{name}", module.name));
            if let Value::Type(tag) = value {
                names.extend(methods_of_module_type(module.name, tag));
            }
            let constant = library().member(module.name, name).filter(|it| it.kind == DeclarationKind::Constant);
            assert_eq!(constant.is_some(), is_constant(value), "{name}");
            if let Some(constant) = constant {
                let after = &constant.file.text[usize::from(constant.name_range.end())..];
                let written = after.split_once(" = ").and_then(|(_, rest)| rest.lines().next()).unwrap();
                let shown = ops::repr(heap, value).unwrap();
                assert!(
                    written == shown || written == format!("float(\"{shown}\")"),
                    "{name} = {written}, not {shown}"
                );
            }
        }
    }
    // What `random.Random` gives is reached by calling it only.
    names.extend(methods_of_module_type("random", TypeTag::Random));
    let declared = natives(LibraryKind::Module).map(|it| match (&it.owner, it.kind) {
        (Some(owner), DeclarationKind::ClassMethod) => format!("class {}.{owner}.{}", it.file.name, it.name),
        (Some(owner), _) => format!("{}.{owner}.{}", it.file.name, it.name),
        (None, _) => format!("{}.{}", it.file.name, it.name),
    });
    assert_eq!(sorted(declared), sorted(names));
    assert_eq!(library().modules().count(), MODULES.len());
}

#[test]
fn every_name_that_programs_see_is_declared() {
    for name in builtins::names().filter(|name| *name != "object") {
        assert!(library().builtin(name).is_some() || name.starts_with('_'), "{name}");
        assert!(builtins::lookup(name).is_some() || crate::prelude::defines(name) || name.starts_with('_'), "{name}");
    }
}
