//! What the `__str__` of an exception of the program says, for the report of one that nobody handled.

use crate::objects::Exception;
use crate::ops::protocol::{self, Protocol};
use crate::value::{Ref, Value};

use super::call::Flow;
use super::execute::WIDE;
use super::execute::{Cx, Exit, execute};
use super::machine::{OnReturn, Task};
use super::stops::Stops;
use super::{NARROW, Silent, Vm};

/// How many steps the method may take.
const STEPS: u64 = 100_000;

impl Vm {
    /// None if the type has no such method, or the method fails, asks the host or takes too long.
    pub(super) fn last_words(&mut self, exception: Ref<Exception>) -> Option<String> {
        let record = Value::Record(self.machine.heap.exceptions[exception].record?);
        let method = protocol::function_of(&self.machine.heap, Protocol::Str, record)?;
        let mut task = Task::new();
        let mut cx = Cx { codes: &self.codes, m: &mut self.machine, task: &mut task, host: &mut Silent };
        let Ok(Flow::Entered) = cx.call_with(method, &[record], &[], OnReturn::Discard) else { return None };
        let (mut fuel, mut stops) = (STEPS, Stops::default());
        let exit = match self.is_wide {
            true => execute::<false, WIDE>(&mut cx, &mut fuel, &mut stops),
            false => execute::<false, NARROW>(&mut cx, &mut fuel, &mut stops),
        };
        match (exit, task.failure) {
            (Exit::Finished, None) => self.machine.heap.as_str(task.result).map(str::to_owned),
            _ => None,
        }
    }
}
