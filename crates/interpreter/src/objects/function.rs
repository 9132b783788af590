//! A Dana function as a value: its code, its module, and what it closes over.

use crate::bytecode::CodeId;
use crate::heap::{Marker, Trace};
use crate::objects::{Cell, Module, Str};
use crate::value::{Ref, Value};

/// A closure. Parameters and their names are in the code; the values that belong to this closure are here.
#[derive(Debug, Clone)]
pub struct Function {
    pub code: CodeId,
    /// The name that tracebacks and `repr` show; `<lambda>` for a lambda.
    pub name: Ref<Str>,
    /// Where the function's global names live.
    pub module: Ref<Module>,
    pub captures: Box<[Ref<Cell>]>,
    /// One value for each of the last parameters that have defaults; [`Value::Unset`] stands for "no default".
    pub defaults: Box<[Value]>,
    /// Functions of the same name for other types of the first argument, the newest first.
    pub overloads: Box<[Value]>,
}

impl Trace for Function {
    fn trace(&self, marker: &mut Marker) {
        marker.value(Value::Str(self.name));
        marker.value(Value::Module(self.module));
        for &cell in &self.captures {
            marker.value(Value::Cell(cell));
        }
        for &value in self.defaults.iter().chain(&self.overloads) {
            marker.value(value);
        }
    }

    fn bytes(&self) -> usize {
        self.captures.len() * size_of::<Ref<Cell>>() + (self.defaults.len() + self.overloads.len()) * size_of::<Value>()
    }
}
