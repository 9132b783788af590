//! Questions that operations ask the program, and the answers that they find when they are tried again.

use std::cell::Cell;

use crate::exception_kind::{Callee, Raise, Res, Resume};
use crate::heap::Heap;
use crate::value::Value;

/// What the program has answered, and to which question.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Answer {
    question: Question,
    pub(crate) value: Value,
}

/// What is asked: the function, and the first of its arguments.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Question {
    callee: Callee,
    arguments: [Value; 2],
}

impl Question {
    pub(crate) fn new(callee: Callee, arguments: &[Value]) -> Question {
        let argument = |index: usize| arguments.get(index).copied().unwrap_or(Value::None);
        Question { callee, arguments: [argument(0), argument(1)] }
    }

    pub(crate) fn answer(self, value: Value) -> Answer {
        Answer { question: self, value }
    }

    /// Is it the same question? Values that an operation makes anew each time it starts are not compared.
    fn is_same(self, other: Question) -> bool {
        let same_callee = match (self.callee, other.callee) {
            (Callee::Value(a), Callee::Value(b)) => a.is(b),
            (Callee::Library(a), Callee::Library(b)) => a == b,
            _ => false,
        };
        let same = |(a, b): (&Value, &Value)| !matches!((a, b), (Value::Record(_), Value::Record(_))) || a.is(*b);
        same_callee && self.arguments.iter().zip(&other.arguments).all(same)
    }
}

/// The answers that the program has given to the instruction which is carried out again.
#[derive(Debug, Default)]
pub struct Answers {
    pub(super) given: Vec<Answer>,
    next: Cell<usize>,
    /// Nobody can answer: the heap is looked at from outside of the program.
    pub(super) quiet: Cell<bool>,
    /// Some record type of the program has methods for which [`Protocols::interrupt`] holds.
    pub(crate) in_use: bool,
}

impl Answers {
    /// Takes the answers away, for the time that code of the program runs: those that were of use.
    pub(crate) fn take(&mut self) -> Vec<Answer> {
        let used = self.next.replace(0);
        self.given.truncate(used);
        std::mem::take(&mut self.given)
    }

    /// What the instruction that is carried out again will find.
    pub(crate) fn put(&mut self, given: Vec<Answer>) {
        self.next.set(0);
        self.given = given;
    }

    pub(crate) fn values(&self) -> impl Iterator<Item = Value> {
        self.given.iter().map(|answer| answer.value)
    }

    /// What an operation gives if the program cannot be asked: records are as if they had no methods.
    pub(crate) fn quietly<T>(&self, operation: impl FnOnce() -> T) -> T {
        let before = self.quiet.replace(true);
        let result = operation();
        self.quiet.set(before);
        result
    }
}

/// The answer of a function of the program or the library.
///
/// # Errors
/// Until it is there, the wish to be answered, which goes to the virtual machine.
pub fn ask(heap: &Heap, callee: Callee, arguments: &[Value]) -> Res<Value> {
    let next = heap.answers.next.get();
    match heap.answers.given.get(next) {
        // What the operation has done meanwhile may make it ask something else: then it asks anew from here on.
        Some(answer) if answer.question.is_same(Question::new(callee, arguments)) => {
            heap.answers.next.set(next + 1);
            Ok(answer.value)
        }
        _ => Err(Raise::resume_after(Resume::Ask(callee, arguments.into()))),
    }
}

pub(super) fn ask_library(heap: &Heap, function: &'static str, arguments: &[Value]) -> Res<Value> {
    ask(heap, Callee::Library(function), arguments)
}
