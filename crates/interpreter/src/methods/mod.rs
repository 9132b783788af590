//! Methods of the builtin types, found by type and name.

pub(crate) mod bytes;
mod bytes_letters;
mod bytes_search;
mod chars;
pub(crate) mod dict;
mod exception;
mod list;
mod number;
mod set;
pub(crate) mod str;
mod str_split;
mod str_test;
mod view;

use crate::builtins::{CallArgs, Implementation};
use crate::exception_kind::Res;
use crate::heap::Heap;
use crate::value::{TypeTag, Value};

pub(crate) use chars::{ascii_only, decimal_value, is_printable, trim};

/// The code of a method: the receiver comes apart from the arguments.
pub type MethodFn = fn(&mut Heap, Value, &CallArgs<'_>) -> Res<Value>;

/// A method of a builtin type.
pub struct Method {
    pub name: &'static str,
    pub run: Implementation<MethodFn>,
}

pub(crate) const fn method(name: &'static str, run: MethodFn) -> Method {
    Method { name, run: Implementation::Pure(run) }
}

/// A method that the virtual machine carries out; the receiver is its first argument.
pub(crate) const fn method_by_vm(name: &'static str, run: crate::vm_builtins::VmBuiltin) -> Method {
    Method { name, run: Implementation::Vm(run) }
}

/// The methods of a type, sorted by name.
pub fn methods_of(tag: TypeTag) -> &'static [Method] {
    match tag {
        TypeTag::Str => str::METHODS,
        TypeTag::Bytes => bytes::METHODS,
        TypeTag::List => list::LIST_METHODS,
        TypeTag::Tuple => list::TUPLE_METHODS,
        TypeTag::Range => list::RANGE_METHODS,
        TypeTag::Dict => dict::METHODS,
        TypeTag::Set => set::METHODS,
        TypeTag::FrozenSet => set::FROZEN_METHODS,
        TypeTag::Int | TypeTag::Bool => number::INT_METHODS,
        TypeTag::Float => number::FLOAT_METHODS,
        TypeTag::DictView => view::METHODS,
        TypeTag::Exception => exception::METHODS,
        tag => crate::modules::native::methods_of(tag),
    }
}

/// The method `name` of a builtin type.
pub fn lookup(tag: TypeTag, name: &str) -> Option<&'static Method> {
    methods_of(tag).get(position(tag, name)?)
}

/// Where the method `name` stands among the [`methods_of`] a builtin type.
pub fn position(tag: TypeTag, name: &str) -> Option<usize> {
    methods_of(tag).binary_search_by(|method| method.name.cmp(name)).ok()
}

/// The method `name` that is called on the type itself, such as `dict.fromkeys`; its receiver is the type.
pub fn lookup_class_method(tag: TypeTag, name: &str) -> Option<&'static Method> {
    let methods: &'static [Method] = match tag {
        TypeTag::Str => str::CLASS_METHODS,
        TypeTag::Bytes => bytes::CLASS_METHODS,
        TypeTag::Dict => dict::CLASS_METHODS,
        TypeTag::Int => number::INT_CLASS_METHODS,
        tag => crate::modules::native::class_methods_of(tag),
    };
    methods.iter().find(|method| method.name == name)
}

/// The value of an attribute of a builtin value that is not a method, such as `(5).real`.
pub fn attribute(heap: &mut Heap, value: Value, name: &str) -> Option<Value> {
    match (value, name) {
        (Value::Int(_) | Value::BigInt(_), "real" | "numerator") => Some(value),
        (Value::Bool(truth), "real" | "numerator") => Some(Value::Int(i64::from(truth.get()))),
        (Value::Int(_) | Value::BigInt(_) | Value::Bool(_), "imag") => Some(Value::Int(0)),
        (Value::Int(_) | Value::BigInt(_) | Value::Bool(_), "denominator") => Some(Value::Int(1)),
        (Value::Float(_), "real") => Some(value),
        (Value::Float(_), "imag") => Some(Value::float(0.0)),
        (Value::Range(range), "start") => Some(Value::Int(heap.ranges[range].start)),
        (Value::Range(range), "stop") => Some(Value::Int(heap.ranges[range].stop)),
        (Value::Range(range), "step") => Some(Value::Int(heap.ranges[range].step)),
        (Value::Native(native), _) => crate::modules::native::attribute(heap, native, name),
        _ => None,
    }
}

/// The value of an attribute of a builtin type that is not a method, such as `date.min`.
pub fn class_attribute(heap: &mut Heap, tag: TypeTag, name: &str) -> Option<Value> {
    crate::modules::native::class_attribute(heap, tag, name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_sorted_for_the_binary_search() {
        use TypeTag::*;
        for tag in [Str, Bytes, List, Tuple, Range, Dict, Set, FrozenSet, Int, Float, Exception] {
            let names: Vec<_> = methods_of(tag).iter().map(|method| method.name).collect();
            assert!(names.is_sorted(), "{names:?}");
        }
    }
}
