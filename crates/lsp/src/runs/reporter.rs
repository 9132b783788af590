//! Tells the client what happens in a run: in steps that it can follow, and in the form that it takes.

use std::sync::Arc;
use std::time::{Duration, Instant};

use lsp_types::{Diagnostic, DiagnosticRelatedInformation, DiagnosticSeverity, Location, MessageType, NumberOrString};

use super::kept::Failed;
use super::protocol::{RunError, RunFinished, RunOutcome, RunOutput, RunStarted, RunTasks};
use super::sink::Sink;
use super::{End, run_name};
use crate::progress::{Progress, Stops};
use crate::session::Session;

/// The time between two messages about output, and about tasks.
const OUTPUT_INTERVAL: Duration = Duration::from_millis(50);
const TASKS_INTERVAL: Duration = Duration::from_millis(100);

/// The source of diagnostics about failures.
pub(crate) const SOURCE: &str = "danaide run";

/// So many characters of output go into one line of a client's log.
const LONGEST_LOG: usize = 64 << 10;

pub(crate) struct Reporter {
    session: Arc<Session>,
    client: tower_lsp::Client,
    id: u64,
    run: String,
    started: RunStarted,
    sink: Arc<Sink>,
    /// The client takes the notifications of runs.
    takes_runs: bool,
}

impl Reporter {
    pub(super) fn new(
        session: Arc<Session>,
        client: tower_lsp::Client,
        id: u64,
        started: RunStarted,
        sink: Arc<Sink>,
    ) -> Self {
        let takes_runs = session.client().takes_runs;
        Self { session, client, id, run: run_name(id), started, sink, takes_runs }
    }

    /// Reports until the run has ended.
    pub(super) async fn report(self) {
        let progress =
            Progress::begin(&self.session, &self.client, &self.started.title, Some(Stops::Run(self.run.clone())));
        if self.takes_runs {
            self.client.send_notification::<RunStarted>(self.started.clone()).await;
        }
        let mut told_of_tasks = Instant::now();
        self.send_tasks().await;
        let end = loop {
            // Something may have happened that was not told of yet: then the bell need not ring again.
            let _ = tokio::time::timeout(TASKS_INTERVAL, self.sink.bell.notified()).await;
            let end = self.sink.take_end();
            self.send_output().await;
            if let Some(end) = end {
                break end;
            }
            if told_of_tasks.elapsed() >= TASKS_INTERVAL {
                told_of_tasks = Instant::now();
                self.send_tasks().await;
                let (done, all) = self.sink.count_tasks();
                if all > 0 {
                    progress.tell(format!("{done} of {all} tasks"), None);
                }
            }
            tokio::time::sleep(OUTPUT_INTERVAL).await;
        };
        self.send_tasks().await;
        self.keep(&end);
        self.session.runs.ended(self.id);
        self.session.bells.changed.notify_one();
        progress.end(&summary(&self.started.title, &end));
        self.send_end(end).await;
        if self.session.client().refreshes.hints {
            let limit = crate::server::CLIENT_ANSWER_LIMIT;
            let _ = tokio::time::timeout(limit, self.client.inlay_hint_refresh()).await;
        }
    }

    async fn send_output(&self) {
        for (channel, text) in self.sink.take_output() {
            if self.takes_runs {
                let output = RunOutput { run: self.run.clone(), channel, text };
                self.client.send_notification::<RunOutput>(output).await;
            } else {
                let text = text.trim_end_matches('\n');
                let mut rest = text;
                while !rest.is_empty() {
                    let end = (0..=LONGEST_LOG.min(rest.len())).rev().find(|it| rest.is_char_boundary(*it));
                    let (now, later) = rest.split_at(end.unwrap_or(rest.len()));
                    self.client.log_message(MessageType::LOG, now).await;
                    rest = later;
                }
            }
        }
    }

    async fn send_tasks(&self) {
        let tasks = self.sink.take_tasks();
        if self.takes_runs && !tasks.is_empty() {
            self.client.send_notification::<RunTasks>(RunTasks { run: self.run.clone(), tasks }).await;
        }
    }

    async fn send_end(&self, end: End) {
        if self.takes_runs {
            let End { outcome, milliseconds, value, error, tests } = end;
            let finished = RunFinished { run: self.run.clone(), outcome, milliseconds, value, error, tests };
            self.client.send_notification::<RunFinished>(finished).await;
            return;
        }
        let kind = if end.outcome == RunOutcome::Done { MessageType::INFO } else { MessageType::ERROR };
        self.client.show_message(kind, summary(&self.started.title, &end)).await;
    }

    /// Keeps what is shown until the text changes.
    fn keep(&self, end: &End) {
        let known = self.session.client();
        let errors = end.error.iter().chain(end.tests.iter().filter_map(|it| it.error.as_ref()));
        for error in errors {
            let Some(uri) = &error.uri else { continue };
            let Some(text) = self.sink.with_tasks(|it| it.places.text_of(uri)) else { continue };
            let diagnostic = diagnostic(error, known.related_information);
            let failed = Failed { of: self.started.uri.clone(), uri: uri.clone(), text, diagnostic };
            self.session.runs.kept.add_failure(failed);
        }
        self.sink.with_tasks(|tasks| {
            let mut by_file = std::collections::BTreeMap::<String, Vec<_>>::new();
            for (path, range, measure) in tasks.measured() {
                by_file.entry(path.to_owned()).or_default().push((range, measure.clone()));
            }
            for (path, calls) in by_file {
                if let Some((uri, text)) = tasks.places.document(&path) {
                    self.session.runs.kept.set_measured(uri, text, calls);
                }
            }
        });
    }
}

/// How a run ended, in a sentence.
fn summary(title: &str, end: &End) -> String {
    let seconds = end.milliseconds / 1000.0;
    let tests = match end.tests.len() {
        0 => String::new(),
        all => {
            let passed = end.tests.iter().filter(|it| it.error.is_none()).count();
            format!(", {passed} of {all} tests passed")
        }
    };
    match (&end.error, end.outcome) {
        (Some(error), _) => format!("{title}: {}", error.message),
        (None, RunOutcome::Cancelled) => format!("{title}: cancelled after {seconds:.1} s{tests}"),
        (None, _) => match &end.value {
            Some(value) => format!("{title}: done in {seconds:.1} s, the value is {value}"),
            None => format!("{title}: done in {seconds:.1} s{tests}"),
        },
    }
}

/// A failure on its line, with the calls that led to it.
fn diagnostic(error: &RunError, has_related: bool) -> Diagnostic {
    // The innermost call is the place of the diagnostic itself.
    let outer = error.traceback.iter().rev().skip_while(|it| it.uri.is_none()).skip(1);
    let calls: Vec<(Location, String)> = outer
        .filter_map(|it| {
            let location = Location { uri: it.uri.clone()?, range: it.range? };
            Some((location, format!("called here, in {}", it.function)))
        })
        .collect();
    let mut message = error.message.clone();
    if !has_related {
        for (location, text) in &calls {
            let line = location.range.start.line + 1;
            let file = location.uri.path_segments().and_then(|mut it| it.next_back()).unwrap_or_default();
            message.push_str(&format!("\n{text} ({file}:{line})"));
        }
    }
    let related = |(location, message)| DiagnosticRelatedInformation { location, message };
    Diagnostic {
        range: error.range.unwrap_or_default(),
        severity: Some(DiagnosticSeverity::ERROR),
        code: Some(NumberOrString::String(error.code.clone())),
        source: Some(SOURCE.to_owned()),
        message,
        related_information: (has_related && !calls.is_empty()).then(|| calls.into_iter().map(related).collect()),
        ..Diagnostic::default()
    }
}
