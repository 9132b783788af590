//! What operations ask the virtual machine to do before they are tried again: take values of an iterator, call a method.

use crate::exception_kind::{Callee, Raise, Res, Resume};
use crate::ops::protocol::Question;
use crate::value::Value;

use super::call::{Args, Flow};
use super::execute::Cx;
use super::machine::{Frame, OnReturn};

impl Cx<'_> {
    /// After an error of a builtin: when it only needs values of an iterator that the program computes, gets them and
    /// calls again.
    #[cold]
    pub(super) fn resume_call(
        &mut self,
        raise: Raise,
        callee: Value,
        args: Args<'_>,
        on_return: OnReturn,
    ) -> Res<Flow> {
        let (function, iter) = match raise.resume() {
            // The whole instruction is carried out again when the answer is there.
            None | Some(Resume::Ask(..) | Resume::AskAll(..) | Resume::Wait(_)) => return Err(raise),
            Some(&Resume::Drain(iter)) => ("__drain_and_call__", iter),
            Some(&Resume::Advance(iter)) => ("__advance_and_call__", iter),
        };
        let keywords = self.keywords(args);
        let positional = self.task.stack[args.at..args.at + args.positional()].to_vec();
        let positional = self.m.heap.new_list(positional);
        let named = self.dict_of(&keywords)?;
        self.call_prelude(function, &[Value::Iter(iter), callee, positional, named], on_return)
    }

    /// Takes what a frame has returned as the answer to what the instruction of the frame below has asked.
    #[cold]
    pub(super) fn answer(&mut self, ended: Option<Frame>, value: Value) {
        let question = match ended {
            Some(Frame { on_return: OnReturn::Answer, .. }) | None => None,
            Some(frame) => frame.function.map(|it| Question::new(Callee::Value(Value::Function(it)), &[])),
        };
        let answers = self.task.answered(value, question, &self.m.heap);
        self.m.heap.answers.put(answers);
    }

    /// Deals with an error of the instruction before the next one: unwinds to its handler, or prepares what the
    /// instruction needs to be carried out again. False if the task ends or waits.
    #[cold]
    #[inline(never)]
    pub(super) fn raised(&mut self, raise: &Raise) -> bool {
        if let Some(resume) = raise.resume() {
            let (function, iter) = match resume {
                Resume::Ask(callee, arguments) => return self.ask(*callee, arguments),
                Resume::AskAll(questions) => return self.ask_all(questions),
                Resume::Wait(promise) => return self.wait_in_place(*promise),
                Resume::Drain(iter) => ("__drain__", *iter),
                Resume::Advance(iter) => ("__advance__", *iter),
            };
            match self.call_prelude(function, &[Value::Iter(iter)], OnReturn::Discard) {
                Ok(_) => {
                    let caller = self.task.frames.len().checked_sub(2);
                    if let Some(frame) = caller.and_then(|caller| self.task.frames.get_mut(caller)) {
                        frame.pc -= 1;
                    }
                    return true;
                }
                Err(raise) => {
                    let exception = self.m.exception(&raise);
                    return self.unwind(exception, true);
                }
            }
        }
        if self.m.heap.has_promises
            && let Some(goes_on) = self.settle_operands(raise.kind())
        {
            return goes_on;
        }
        let exception = self.m.exception(raise);
        self.unwind(exception, true)
    }

    /// Calls what an instruction asks for; with the answer, it is carried out again. False if the task ends.
    fn ask(&mut self, callee: Callee, arguments: &[Value]) -> bool {
        let answers = self.m.heap.answers.take();
        self.task.ask(vec![Question::new(callee, arguments)], answers);
        let entered = match callee {
            Callee::Library(name) => self.call_prelude(name, arguments, OnReturn::Answer),
            Callee::Value(callee @ Value::Function(_)) => self.call_with(callee, arguments, &[], OnReturn::Answer),
            Callee::Value(callee) => {
                let with_callee = [&[callee], arguments].concat();
                self.call_prelude("__answer__", &with_callee, OnReturn::Answer)
            }
        };
        self.asking(entered)
    }

    /// The same for several questions, each of one record.
    fn ask_all(&mut self, questions: &[(Value, Value)]) -> bool {
        if let &[(method, record)] = questions {
            return self.ask(Callee::Value(method), &[record]);
        }
        let answers = self.m.heap.answers.take();
        let asked = questions.iter().map(|(method, record)| Question::new(Callee::Value(*method), &[*record]));
        self.task.ask(asked.collect(), answers);
        let methods = self.m.heap.new_list(questions.iter().map(|(method, _)| *method).collect());
        let records = self.m.heap.new_list(questions.iter().map(|(_, record)| *record).collect());
        let entered = self.call_prelude("__answer_all__", &[methods, records], OnReturn::Answer);
        self.asking(entered)
    }

    fn asking(&mut self, entered: Res<Flow>) -> bool {
        let raise = match entered {
            Ok(Flow::Entered) => return true,
            Ok(_) => Raise::type_error("a method of the data model must be a function"),
            Err(raise) => raise,
        };
        let exception = self.m.exception(&raise);
        self.unwind(exception, true)
    }
}
