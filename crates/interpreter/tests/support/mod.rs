//! A host that records what a program does, and helpers to run programs with it.

#![allow(dead_code, reason = "each test file uses a part of it")]

use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::Arc;

use danaide_interpreter::{
    Budget, CodeModule, Data, ExceptionKind, Failure, Host, Limits, LoadError, Loader, LogLevel, ModuleRequest,
    Outcome, Request, RequestId, Started, Vm, lower,
};

/// Writes down every call. Requests are answered at once, unless `pending` is set.
#[derive(Debug, Default)]
pub struct Recorder {
    pub out: String,
    pub pending: bool,
    pub answers: BTreeMap<String, Result<Data, Failure>>,
    pub clock: f64,
}

impl Recorder {
    /// A host whose language model gives this answer to this prompt.
    pub fn answering(prompt: &str, answer: &str) -> Recorder {
        let mut host = Recorder::default();
        host.answers.insert(prompt.to_owned(), Ok(Data::Str(answer.to_owned())));
        host
    }
}

impl Host for Recorder {
    fn print(&mut self, text: &str) {
        self.out.push_str(text);
    }

    fn log(&mut self, level: LogLevel, message: &str) {
        writeln!(self.out, "[{}] {message}", level.name()).expect("a string takes text");
    }

    fn now(&mut self) -> f64 {
        self.clock += 1.0;
        self.clock
    }

    fn random(&mut self) -> u64 {
        1 << 63
    }

    fn start(&mut self, id: RequestId, request: Request) -> Started {
        writeln!(self.out, "<{} {request:?}>", id.0).expect("a string takes text");
        if self.pending {
            return Started::Pending;
        }
        Started::Done(match request {
            Request::Sleep { .. } => Ok(Data::None),
            Request::Llm { prompt, .. } => self
                .answers
                .get(&prompt)
                .cloned()
                .unwrap_or_else(|| Err(Failure::new(ExceptionKind::LLMError, format!("nobody knows: {prompt}")))),
            _ => Err(Failure::new(ExceptionKind::FileNotFoundError, "no such file")),
        })
    }
}

/// Modules by path, and what was asked for.
#[derive(Debug, Default)]
pub struct Files {
    pub texts: BTreeMap<String, String>,
}

impl Loader for Files {
    fn load(&mut self, _importer: &str, request: &ModuleRequest) -> Result<Arc<CodeModule>, LoadError> {
        let path = format!("{}.na", request.path.join("/"));
        let text = self.texts.get(&path).ok_or(LoadError::NotFound)?;
        Ok(compile_as(&path, &request.path.join("."), text))
    }
}

pub fn compile_as(path: &str, name: &str, source: &str) -> Arc<CodeModule> {
    let parse = danaide_syntax::parse(source);
    assert!(parse.errors().is_empty(), "{path}: {:?}", parse.errors());
    Arc::new(lower::lower(path, name, source, &parse.tree()).unwrap_or_else(|errors| panic!("{path}: {errors:?}")))
}

/// A machine for a program without modules.
pub fn machine(source: &str) -> Vm {
    machine_with(source, Limits::default())
}

pub fn machine_with(source: &str, limits: Limits) -> Vm {
    Vm::new(compile_as("main.na", "__main__", source), Box::new(Files::default()), limits)
}

/// The output of a program, and how it ended if not well.
pub fn output(source: &str) -> String {
    output_with(source, Recorder::default())
}

pub fn output_with(source: &str, mut host: Recorder) -> String {
    let mut vm = machine(source);
    let outcome = vm.run(&mut host, Budget::UNLIMITED);
    finish(host, &outcome)
}

pub fn finish(host: Recorder, outcome: &Outcome) -> String {
    let mut out = host.out;
    match outcome {
        Outcome::Finished(_) => {}
        Outcome::Failed(report) => writeln!(out, "{report}").expect("a string takes text"),
        other => writeln!(out, "{other:?}").expect("a string takes text"),
    }
    out
}

/// Compares the output of a program with an expectation.
pub fn check(source: &str, expected: expect_test::Expect) {
    expected.assert_eq(&output(source));
}

/// The output of a program of several files; the first one is run.
pub fn output_of_files(files: &[(&str, &str)]) -> String {
    let (path, source) = files[0];
    let loader = Files { texts: files.iter().map(|(path, text)| (path.to_string(), text.to_string())).collect() };
    let mut vm = Vm::new(compile_as(path, "__main__", source), Box::new(loader), Limits::default());
    let mut host = Recorder::default();
    let outcome = vm.run(&mut host, Budget::UNLIMITED);
    finish(host, &outcome)
}
