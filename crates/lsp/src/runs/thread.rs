//! The thread that a program runs on.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::{Duration, Instant};

use camino::Utf8PathBuf;
use danaide_interpreter::{AnalysisLoader, Budget, CallError, Data, Outcome, Vm};
use danaide_runtime::{Ending, Environment, Grants, Interrupt, LocalHost, Model, Person, run_ready, run_to_end};
use danaide_syntax::TextRange;
use lsp_types::Url;
use tokio::sync::mpsc::UnboundedSender;

use super::failure;
use super::output::Stream;
use super::program::{Program, Work};
use super::protocol::{Channel, RunError, RunOutcome, TestOutcome, TestResult};
use super::questions::Asked;
use super::sink::Sink;
use super::tasks::milliseconds;
use super::{End, values};
use crate::settings::RunSettings;

/// Programs nest their calls on the heap; trees of their text are walked on the stack.
const STACK: usize = 32 << 20;

/// Everything that a run needs.
#[derive(Debug)]
pub(crate) struct Plan {
    pub(crate) program: Program,
    pub(crate) work: Work,
    pub(crate) settings: RunSettings,
    /// Where relative paths of the settings start.
    pub(crate) workspace: Option<Utf8PathBuf>,
    pub(crate) uri: Url,
    /// Takes the questions to a person.
    pub(crate) ask: UnboundedSender<Asked>,
}

/// Carries out a plan on a thread of its own. Whatever happens there, the sink is told of an end.
pub(crate) fn spawn(plan: Plan, sink: Arc<Sink>, mut interrupt: Interrupt) -> io::Result<()> {
    let work = move || {
        let began = Instant::now();
        let done = catch_unwind(AssertUnwindSafe(|| plan.carry_out(&sink, &mut interrupt)));
        let mut end = done.unwrap_or_else(|_panic| {
            let message = "the interpreter broke; this is a mistake in Danaide, and the editor goes on".into();
            End::failed(plain_error("internal", message))
        });
        end.milliseconds = (milliseconds(began) * 1000.0).round() / 1000.0;
        sink.end(end);
    };
    std::thread::Builder::new().name("danaide-run".into()).stack_size(STACK).spawn(work).map(|_| ())
}

impl End {
    fn new(outcome: RunOutcome, error: Option<RunError>) -> Self {
        Self { outcome, milliseconds: 0.0, value: None, error, tests: Vec::new() }
    }

    fn failed(error: RunError) -> Self {
        Self::new(RunOutcome::Failed, Some(error))
    }
}

fn plain_error(code: &str, message: String) -> RunError {
    RunError { code: code.to_owned(), message, uri: None, range: None, traceback: Vec::new() }
}

/// A program at work.
struct Running<'a> {
    vm: Vm,
    host: LocalHost,
    interrupt: &'a mut Interrupt,
    deadline: Instant,
    seconds: f64,
    sink: &'a Sink,
}

impl Plan {
    fn carry_out(self, sink: &Arc<Sink>, interrupt: &mut Interrupt) -> End {
        if let Some((code, message, range)) = self.program.problem() {
            return End::failed(self.error_at(&code, message, range, sink));
        }
        let host = match self.host(sink) {
            Ok(host) => host,
            Err(message) => return End::failed(plain_error("settings", message)),
        };
        let Plan { program, work, settings, uri, .. } = self;
        let path = program.path.clone();
        let mut loader = AnalysisLoader::new(program.host);
        let code = match loader.compile(&path) {
            Ok(code) => code,
            Err(errors) => {
                let error = errors.into_iter().next().map_or_else(
                    || plain_error("internal", "the file cannot be compiled".into()),
                    |it| error_at(&path.to_string(), "cannot-run", it.message, it.range, sink),
                );
                return End::failed(error);
            }
        };
        let mut vm = Vm::new(code, Box::new(loader), settings.limits.bounds());
        vm.set_log_level(settings.log.level());
        vm.set_max_concurrency(settings.max_concurrency.map(|it| it as usize));
        let deadline = Instant::now().checked_add(settings.limits.time());
        // A time that is beyond the clock is no limit that anyone sees.
        let deadline = deadline.unwrap_or_else(|| Instant::now() + Duration::from_secs(1 << 30));
        let mut running = Running { vm, host, interrupt, deadline, seconds: settings.limits.seconds, sink };
        match work {
            Work::Main(arguments) => {
                let left = running.time_left();
                let ending = run_to_end(&mut running.vm, &mut running.host, running.interrupt, left, &arguments);
                running.end(&ending)
            }
            Work::Statements { value } => {
                let ending = running.ready();
                let mut end = running.end(&ending);
                end.value = value.and_then(|it| running.vm.global(it)).as_ref().and_then(values::shown);
                end
            }
            Work::Function { name, positional, named } => running.function(&name, &positional, &named),
            Work::Tests(tests) => running.tests(&tests, &uri, &path.to_string()),
        }
    }

    fn host(&self, sink: &Arc<Sink>) -> Result<LocalHost, String> {
        let allow = Program::grants(&self.settings.allow, self.workspace.as_deref());
        let grants = Grants::parse(allow.iter().map(String::as_str)).map_err(|error| error.to_string())?;
        let environment = Arc::new(|name: &str| std::env::var(name).ok());
        let llm: Vec<String> =
            Some(self.in_workspace(&self.settings.llm)).filter(|it| !it.is_empty()).into_iter().collect();
        let model = Model::parse(&llm, environment)
            .map_err(|error| format!("the setting danaide.run.llm cannot be used: {error}"))?;
        let stream = |channel| Box::new(Stream::new(sink.clone(), channel));
        let ask = self.ask.clone();
        // With nobody left who asks the person, the reply is dropped, which is no answer.
        let person = Person::elsewhere(move |question, reply| drop(ask.send((question, reply))));
        let listener = sink.clone();
        Ok(LocalHost::new(self.program.folder.as_std_path(), &grants)
            .with_model(model)
            .with_environment(&Environment::of_process())
            .with_person(person)
            .with_watched_streams(stream(Channel::Stdout), stream(Channel::Stderr))
            .with_task_listener(Box::new(move |event, _| listener.task(event))))
    }

    /// The file that a model is scripted or recorded in starts at the workspace, as folders in grants do.
    fn in_workspace(&self, model: &str) -> String {
        match (model.split_once('='), &self.workspace) {
            (Some((kind @ ("script" | "record" | "replay"), path)), Some(workspace)) => {
                format!("{kind}={}", workspace.join(path))
            }
            _ => model.to_owned(),
        }
    }

    fn error_at(&self, code: &str, message: String, range: TextRange, sink: &Sink) -> RunError {
        error_at(&self.program.path.to_string(), code, message, range, sink)
    }
}

fn error_at(path: &str, code: &str, message: String, range: TextRange, sink: &Sink) -> RunError {
    let found = sink.with_tasks(|it| it.places.find(path, range));
    let (uri, range) = found.map_or((None, None), |(uri, range, _)| (Some(uri), Some(range)));
    RunError { code: code.to_owned(), message, uri, range, traceback: Vec::new() }
}

impl Running<'_> {
    fn time_left(&self) -> Option<Duration> {
        Some(self.deadline.saturating_duration_since(Instant::now()))
    }

    /// Runs what is ready in the machine.
    fn ready(&mut self) -> Ending {
        let left = self.time_left();
        run_ready(&mut self.vm, &mut self.host, self.interrupt, left)
    }

    fn error(&self, ending: &Ending) -> Option<RunError> {
        let mut error = self.sink.with_tasks(|it| failure::error(ending, self.seconds, &mut it.places))?;
        error.message = self.host.hide_secrets(error.message);
        Some(error)
    }

    fn end(&self, ending: &Ending) -> End {
        End::new(failure::outcome(ending), self.error(ending))
    }

    /// What came out of the last call.
    fn value(&mut self) -> Option<String> {
        match self.vm.run(&mut self.host, Budget::steps(0)) {
            Outcome::Finished(data) => values::shown(&data).map(|it| self.host.hide_secrets(it)),
            _ => None,
        }
    }

    fn call(&mut self, name: &str, positional: &[Data], named: &[(String, Data)]) -> Result<Ending, CallError> {
        let named: Vec<(&str, Data)> = named.iter().map(|(name, data)| (name.as_str(), data.clone())).collect();
        self.vm.call(name, positional, &named)?;
        Ok(self.ready())
    }

    fn function(&mut self, name: &str, positional: &[Data], named: &[(String, Data)]) -> End {
        let ending = self.ready();
        if !matches!(ending, Ending::Finished) {
            return self.end(&ending);
        }
        match self.call(name, positional, named) {
            Ok(ending) => {
                let mut end = self.end(&ending);
                if end.outcome == RunOutcome::Done {
                    end.value = self.value();
                }
                end
            }
            Err(error) => End::failed(plain_error("not-callable", format!("`{name}` cannot be called: {error}"))),
        }
    }

    /// Runs the file, then each test. A test that fails does not keep the others from running; a limit on the time does.
    fn tests(&mut self, tests: &[(String, TextRange)], uri: &Url, path: &str) -> End {
        let ending = self.ready();
        let mut end = self.end(&ending);
        if end.outcome != RunOutcome::Done {
            return end;
        }
        for (name, place) in tests {
            let began = Instant::now();
            let (outcome, error) = match self.call(name, &[], &[]) {
                Ok(ending) => (failure::outcome(&ending), self.error(&ending)),
                Err(error) => {
                    let message = format!("`{name}` cannot be called: {error}");
                    (RunOutcome::Failed, Some(plain_error("not-callable", message)))
                }
            };
            let is_over = outcome == RunOutcome::Cancelled || error.as_ref().is_some_and(|it| it.code == "time");
            if outcome != RunOutcome::Cancelled {
                let range = self.sink.with_tasks(|it| it.places.find(path, *place)).map(|it| it.1);
                end.tests.push(TestResult {
                    name: name.clone(),
                    uri: uri.clone(),
                    range: range.unwrap_or_default(),
                    outcome: if outcome == RunOutcome::Done { TestOutcome::Passed } else { TestOutcome::Failed },
                    message: error.as_ref().map(|it| it.message.clone()),
                    milliseconds: (milliseconds(began) * 1000.0).round() / 1000.0,
                    error,
                });
            }
            match outcome {
                RunOutcome::Done => {}
                _ if is_over => {
                    end.outcome = outcome;
                    return end;
                }
                _ => end.outcome = RunOutcome::Failed,
            }
        }
        end
    }
}
