//! A composition of callables, itself a callable: the value of `f | g | h`.

use crate::heap::{Marker, Trace};
use crate::objects::Str;
use crate::value::{Ref, Value};

/// The first stage takes the arguments of the call, each later stage the result of the one before it.
/// A stage that is a list applies each of its callables to the same input and gives the list of results.
#[derive(Debug, Clone)]
pub struct Pipeline {
    /// The name of the workflow that the pipeline was defined as, if any.
    pub name: Option<Ref<Str>>,
    pub stages: Box<[Value]>,
}

impl Trace for Pipeline {
    fn trace(&self, marker: &mut Marker) {
        if let Some(name) = self.name {
            marker.value(Value::Str(name));
        }
        for &stage in &self.stages {
            marker.value(stage);
        }
    }

    fn bytes(&self) -> usize {
        self.stages.len() * size_of::<Value>()
    }
}
