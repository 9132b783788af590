//! A module at run time: its global variables in numbered slots.

use rustc_hash::FxHashMap;

use crate::heap::{Marker, Trace};
use crate::objects::Str;
use crate::value::{Ref, Value};

/// Slots of a compiled module are numbered when it is compiled, so that running code reads a global without a look-up;
/// names that appear later (`from m import *`) get the next numbers.
#[derive(Debug, Clone)]
pub struct Module {
    /// The dotted name.
    pub name: Ref<Str>,
    /// The file, or empty for a module that is part of the interpreter.
    pub path: Ref<Str>,
    /// [`Value::Unset`] marks a name without a value yet.
    pub slots: Vec<Value>,
    /// The name of each slot.
    pub names: Vec<Ref<Str>>,
    pub index: FxHashMap<Ref<Str>, u32>,
    /// What `export` statements and `__exports__` limit `from m import *` to.
    pub exports: Option<Vec<Ref<Str>>>,
}

impl Module {
    /// The value of a global variable; none if it has no value.
    pub fn get(&self, name: Ref<Str>) -> Option<Value> {
        let slot = *self.index.get(&name)?;
        self.slots.get(slot as usize).copied().filter(|value| !matches!(value, Value::Unset))
    }

    /// Where the value of a global variable is, if the module has one of the name.
    pub fn slot_of(&self, name: Ref<Str>) -> Option<u32> {
        self.index.get(&name).copied()
    }

    /// Gives a global variable a value, adding a slot for a new name.
    pub fn set(&mut self, name: Ref<Str>, value: Value) {
        let slot = self.slot(name);
        self.slots[slot as usize] = value;
    }

    /// The slot of a name, added without a value if the module has none.
    pub fn slot(&mut self, name: Ref<Str>) -> u32 {
        let Module { slots, names, index, .. } = self;
        *index.entry(name).or_insert_with(|| {
            slots.push(Value::Unset);
            names.push(name);
            (slots.len() - 1) as u32
        })
    }
}

impl Trace for Module {
    fn trace(&self, marker: &mut Marker) {
        marker.value(Value::Str(self.name));
        marker.value(Value::Str(self.path));
        for &value in &self.slots {
            marker.value(value);
        }
        for &name in self.names.iter().chain(self.exports.iter().flatten()) {
            marker.value(Value::Str(name));
        }
    }

    fn bytes(&self) -> usize {
        self.slots.len() * (size_of::<Value>() + 4 * size_of::<Ref<Str>>())
    }
}
