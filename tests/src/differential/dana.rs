//! Runs a Dana program in this process, with the plainest of hosts.

use std::sync::Arc;

use danaide_interpreter::{
    Budget, CodeModule, ExceptionKind, Failure, Host, Limits, LoadError, Loader, LogLevel, ModuleRequest, Outcome,
    Request, RequestId, Started, Vm, lower,
};

use super::{Ending, TIME_UP};

const STEPS: u64 = 20_000_000;

#[derive(Default)]
struct Printer {
    out: String,
}

impl Host for Printer {
    fn print(&mut self, text: &str) {
        self.out.push_str(text);
    }

    fn log(&mut self, _level: LogLevel, _message: &str) {}

    fn now(&mut self) -> f64 {
        0.0
    }

    fn random(&mut self) -> u64 {
        0
    }

    fn start(&mut self, _id: RequestId, _request: Request) -> Started {
        Started::Done(Err(Failure::new(ExceptionKind::OSError, "a generated program asks for nothing")))
    }
}

struct NoFiles;

impl Loader for NoFiles {
    fn load(&mut self, _importer: &str, _request: &ModuleRequest) -> Result<Arc<CodeModule>, LoadError> {
        Err(LoadError::NotFound)
    }
}

pub fn run(source: &str) -> Ending {
    let parse = danaide_syntax::parse(source);
    if let Some(error) = parse.errors().first() {
        return Ending::failed("SyntaxError", format!("{error:?}"));
    }
    let module = match lower::lower("program.na", "__main__", source, &parse.tree()) {
        Ok(module) => Arc::new(module),
        Err(errors) => return Ending::failed("SyntaxError", format!("{errors:?}")),
    };
    let mut vm = Vm::new(module, Box::new(NoFiles), Limits::default());
    let mut host = Printer::default();
    let exception = match vm.run(&mut host, Budget::steps(STEPS)) {
        Outcome::Finished(_) => None,
        Outcome::Failed(report) => Some((report.type_name.clone(), report.message.clone())),
        Outcome::Paused => Some((TIME_UP.to_owned(), String::new())),
        Outcome::Waiting(_) | Outcome::Cancelled => Some(("stopped".to_owned(), String::new())),
    };
    Ending { output: host.out, exception }
}
