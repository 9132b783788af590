//! Programs that run in the server, on the documents as they are in the editor.
//!
//! A run has a thread of its own, with an analysis of its own ([`program`]): it cannot hold up editing, and a panic in it ends
//! only the run ([`thread`]). What it writes and what its tasks do gathers in a [`sink`], from where a reporter sends it to the
//! client in measured steps ([`reporter`]). What it leaves behind, failures and measured times, is [`kept`].

mod failure;
pub(crate) mod kept;
mod output;
mod places;
mod program;
pub(crate) mod protocol;
mod questions;
mod reporter;
mod selection;
mod sink;
mod tasks;
mod thread;
mod values;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Instant;

use danaide_analysis::FilePath;
use danaide_runtime::{Interrupter, interrupt};
use lsp_types::{Range, Url};
use parking_lot::Mutex;
use serde_json::{Map, Value};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tower_lsp::jsonrpc::Error;

pub(crate) use self::kept::Kept;
pub(crate) use self::program::Texts;
pub(crate) use self::tasks::Measure;

use self::places::Places;
use self::program::{Program, Work};
use self::protocol::{RunError, RunOutcome, TestResult};
use self::sink::Sink;
use self::tasks::Tasks;
use crate::convert::{Lines, file_path};
use crate::errors::request_failed;
use crate::session::Session;

/// So many programs run at once.
const MOST_RUNS: usize = 8;

/// The runs of a session.
#[derive(Debug, Default)]
pub(crate) struct Runs {
    state: Mutex<State>,
    pub(crate) kept: Kept,
}

#[derive(Debug, Default)]
struct State {
    last: u64,
    active: BTreeMap<u64, Active>,
}

/// A run that has not ended.
#[derive(Debug)]
struct Active {
    title: String,
    began: Instant,
    interrupter: Interrupter,
}

/// What is to run.
#[derive(Debug)]
pub(crate) enum Wanted {
    File { function: Option<String>, arguments: Map<String, Value> },
    Selection(Range),
    Tests { function: Option<String> },
}

/// How a run ended.
#[derive(Debug)]
pub(crate) struct End {
    pub(crate) outcome: RunOutcome,
    pub(crate) milliseconds: f64,
    pub(crate) value: Option<String>,
    pub(crate) error: Option<RunError>,
    pub(crate) tests: Vec<TestResult>,
}

/// Names a run; unique in its session.
pub(crate) fn run_name(id: u64) -> String {
    id.to_string()
}

impl Runs {
    /// Asks one run, or all of them, to end; gives how many were asked.
    pub(crate) fn cancel(&self, run: Option<&str>) -> usize {
        let state = self.state.lock();
        let chosen = state.active.iter().filter(|(id, _)| run.is_none_or(|it| it == run_name(**id)));
        chosen.map(|(_, it)| it.interrupter.interrupt()).count()
    }

    /// Name, title and milliseconds of each run that has not ended.
    pub(crate) fn list(&self) -> Vec<(String, String, f64)> {
        let state = self.state.lock();
        let row = |(id, it): (&u64, &Active)| (run_name(*id), it.title.clone(), tasks::milliseconds(it.began));
        state.active.iter().map(row).collect()
    }

    fn begin(&self, title: &str, interrupter: Interrupter) -> Result<u64, String> {
        let mut state = self.state.lock();
        if state.active.len() >= MOST_RUNS {
            return Err(format!("{MOST_RUNS} programs are running; cancel one of them first"));
        }
        state.last += 1;
        let id = state.last;
        state.active.insert(id, Active { title: title.to_owned(), began: Instant::now(), interrupter });
        Ok(id)
    }

    fn ended(&self, id: u64) {
        self.state.lock().active.remove(&id);
    }
}

/// Begins a run and gives its name. It goes on beside the session.
pub(crate) async fn start(
    session: &Arc<Session>,
    client: &tower_lsp::Client,
    uri: Url,
    wanted: Wanted,
) -> Result<String, Error> {
    if !session.is_trusted() {
        return Err(request_failed(
            "this workspace is not trusted: programs in it do not run from the editor before you trust it".into(),
        ));
    }
    let preparing = session.clone();
    let prepare = move || Prepared::new(&preparing, uri, &wanted);
    let prepared = tokio::task::spawn_blocking(prepare).await.map_err(|_| Error::internal_error())?;
    prepared.and_then(|it| it.begin(session, client)).map_err(request_failed)
}

/// A run that can begin.
struct Prepared {
    title: String,
    uri: Url,
    version: Option<i32>,
    sink: Arc<Sink>,
    plan: thread::Plan,
    questions: UnboundedReceiver<questions::Asked>,
}

impl Prepared {
    /// Fails with a sentence about what the user has to change.
    fn new(session: &Arc<Session>, uri: Url, wanted: &Wanted) -> Result<Self, String> {
        let texts = session.writer.texts().ok_or("the server is about to end")?;
        let known = session.client();
        let settings = session.settings();
        let open = texts.get(&uri).map(|(version, text)| (version, text.clone()));
        let selected = match wanted {
            Wanted::Selection(range) => {
                let (_, text) = open.as_ref().ok_or("the document of the selection is not open")?;
                let lines = Lines::new(text, known.encoding);
                let (start, end) = (lines.offset(range.start), lines.offset(range.end));
                let (Some(start), Some(end)) = (start, end) else {
                    return Err("the selection is outside the text".into());
                };
                let range = danaide_syntax::TextRange::new(start, end.max(start));
                Some(selection::select(text, range).ok_or("nothing is selected that could run")?)
            }
            _ => None,
        };
        let program = Program::new(session.file_system.clone(), &texts, &uri, selected.as_ref())?;
        let short = short_name(&uri);
        let (work, title) = match wanted {
            Wanted::File { function: None, arguments } => (program.main(arguments)?, format!("Run {short}")),
            Wanted::File { function: Some(function), arguments } => {
                (program.function(function, arguments)?, format!("Run {function} in {short}"))
            }
            Wanted::Selection(_) => {
                let value = selected.as_ref().is_some_and(|it| it.is_expression).then_some(selection::VALUE);
                (Work::Statements { value }, format!("Run selection in {short}"))
            }
            Wanted::Tests { function: None } => (program.tests(None)?, format!("Test {short}")),
            Wanted::Tests { function: Some(function) } => {
                (program.tests(Some(function))?, format!("Test {function} in {short}"))
            }
        };
        let name = program.path.to_string();
        let named = texts.open.iter().map(|(uri, _, text)| (file_path(uri).to_string(), uri.clone(), text.clone()));
        let places = Places::new(
            known.encoding,
            session.file_system.clone(),
            named.collect::<Vec<_>>().into_iter(),
            selected.map(|it| (name, it)),
        );
        let workspace = workspace_of(&texts, &program.path);
        let sink = Arc::new(Sink::new(Tasks::new(places, uri.clone(), title.clone())));
        let (ask, questions) = unbounded_channel();
        let plan = thread::Plan { program, work, settings: settings.run.clone(), workspace, uri: uri.clone(), ask };
        Ok(Self { title, uri, version: open.map(|it| it.0), sink, plan, questions })
    }

    fn begin(self, session: &Arc<Session>, client: &tower_lsp::Client) -> Result<String, String> {
        let (interrupter, interrupt) = interrupt();
        let id = session.runs.begin(&self.title, interrupter)?;
        let run = run_name(id);
        session.runs.kept.forget_failures(&self.uri);
        session.bells.changed.notify_one();
        let started =
            protocol::RunStarted { run: run.clone(), uri: self.uri, version: self.version, title: self.title };
        if let Err(error) = thread::spawn(self.plan, self.sink.clone(), interrupt) {
            session.runs.ended(id);
            return Err(format!("no thread can be started for the program: {error}"));
        }
        let answering =
            questions::answer(client.clone(), run.clone(), session.client().asks, self.sink.clone(), self.questions);
        session.spawn(answering);
        let reporter = reporter::Reporter::new(session.clone(), client.clone(), id, started, self.sink);
        session.spawn(reporter.report());
        Ok(run)
    }
}

/// The last part of the name of a document.
fn short_name(uri: &Url) -> String {
    let path = file_path(uri);
    match &path {
        FilePath::Disk(path) => path.file_name().unwrap_or(path.as_str()).to_owned(),
        other => other.to_string(),
    }
}

/// The workspace folder that a file is in, else the first.
fn workspace_of(texts: &Texts, path: &FilePath) -> Option<camino::Utf8PathBuf> {
    let around = path.as_disk().and_then(|path| texts.workspace.iter().find(|it| path.starts_with(it)));
    around.or_else(|| texts.workspace.first()).cloned()
}
