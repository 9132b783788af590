//! [`LocalHost`]: a program's effects on this machine.

use std::collections::HashSet;
use std::io::{IsTerminal, Write};
use std::path::Path;
use std::time::{Duration, Instant};

use danaide_interpreter::host::{LogLevel, PythonAccess};
use danaide_interpreter::{Data, ExceptionKind, Failure, Host, Request, RequestId, Started, TaskEvent};

use crate::background::Background;
use crate::files::Files;
use crate::http::{Http, HttpRequest};
use crate::model::{Answer, Asked, Question, Usage};
use crate::otel::Otel;
use crate::output::{Output, State};
use crate::person::{Asking, Person, PersonQuestion, QuestionKind};
use crate::services::{Services, python};
use crate::timers::Timers;
use crate::trace::TraceFile;
use crate::{Environment, Grants, Interrupt, Model, Secrets};

/// Takes what happens to the tasks of a run, with the time of the program's clock in seconds.
pub type TaskListener = Box<dyn FnMut(&TaskEvent, f64) + Send>;

/// Shows how a run goes on, on the terminal that the program writes to as well. All of it is called on the thread of the run.
pub trait Progress: Send {
    /// Something happened to a task.
    fn note(&mut self, event: &TaskEvent);
    /// Shows how things stand if it is time for that; whenever it is called, the cursor is at the start of a line.
    fn show(&mut self);
    /// When it wants to be called again, at the latest.
    fn next(&self) -> Instant;
    /// Takes away what is shown, because somebody else writes.
    fn clear(&mut self);
}

/// Prints to streams, reads the real clock, draws randomness from the system, reads and writes granted files, sleeps,
/// and asks the configured model.
pub struct LocalHost {
    output: Output,
    errors: Box<dyn Write + Send>,
    files: Files,
    model: Model,
    secrets: Secrets,
    timers: Timers,
    trace: Option<TraceFile>,
    listener: Option<TaskListener>,
    otel: Option<Otel>,
    progress: Option<Box<dyn Progress>>,
    http: Http,
    person: Person,
    /// Questions that a person is looking at.
    questions: HashSet<RequestId>,
    services: Services,
    has_python: bool,
    /// What the network is asked at the moment.
    network: Background<Arrived>,
}

/// What comes from the network.
enum Arrived {
    /// What a model said to a question.
    Answer(Question, Result<Answer, Failure>),
    /// The answer to a request of the program, as it is.
    Response(Result<Data, Failure>),
    /// An answer of Python, with what it printed.
    Python(Result<Data, Failure>),
}

impl LocalHost {
    /// Prints to the standard output and logs to the standard error output. Relative paths of the program start in
    /// `program_folder`, relative paths of the grants in the folder of the process.
    pub fn new(program_folder: &Path, grants: &Grants) -> LocalHost {
        let stdout = std::io::stdout();
        let by_line = stdout.is_terminal();
        LocalHost {
            output: Output::new(Box::new(stdout), by_line),
            errors: Box::new(std::io::stderr()),
            files: Files::new(program_folder, grants),
            model: Model::default(),
            secrets: Secrets::default(),
            timers: Timers::default(),
            trace: None,
            listener: None,
            otel: None,
            progress: None,
            http: Http::new(grants),
            person: Person::default(),
            questions: HashSet::new(),
            services: Services::new(grants),
            has_python: grants.python(),
            network: Background::new(),
        }
    }

    /// Prints and logs to streams of somebody who watches: each line is written at once.
    pub fn with_watched_streams(mut self, output: Box<dyn Write + Send>, errors: Box<dyn Write + Send>) -> LocalHost {
        self.output = Output::new(output, true);
        self.errors = errors;
        self
    }

    /// Tells somebody what happens to the tasks of the run.
    pub fn with_task_listener(mut self, listener: TaskListener) -> LocalHost {
        self.listener = Some(listener);
        self
    }

    /// Prints and logs elsewhere.
    pub fn with_streams(mut self, output: Box<dyn Write + Send>, errors: Box<dyn Write + Send>) -> LocalHost {
        self.output = Output::new(output, false);
        self.errors = errors;
        self
    }

    /// Asks this model.
    pub fn with_model(mut self, model: Model) -> LocalHost {
        self.model = model;
        self.model.set_secrets(self.secrets.clone());
        self
    }

    /// Asks this person.
    pub fn with_person(mut self, person: Person) -> LocalHost {
        self.person = person;
        self
    }

    /// Never shows the secrets of this environment, and gives the program what of it is granted.
    pub fn with_environment(mut self, environment: &Environment) -> LocalHost {
        self.secrets = environment.secrets();
        self.model.set_secrets(self.secrets.clone());
        self.services.set_environment(environment);
        self
    }

    /// Lets the clock start at 0 and jump to the next moment that the program waits for: an hour of sleep takes no time.
    pub fn with_virtual_clock(mut self) -> LocalHost {
        self.timers = Timers::virtual_clock();
        self
    }

    /// Writes what happens to the tasks of the run to a file, one JSON object a line.
    ///
    /// # Errors
    /// When the file cannot be made.
    pub fn with_trace(mut self, path: &Path) -> std::io::Result<LocalHost> {
        self.trace = Some(TraceFile::create(path)?);
        Ok(self)
    }

    /// Sends what happens to the tasks of the run to a collector of OpenTelemetry at this address.
    ///
    /// # Errors
    /// For what is no address, in a sentence.
    pub fn with_otel(mut self, address: &str) -> Result<LocalHost, String> {
        self.otel = Some(Otel::start(address)?);
        Ok(self)
    }

    /// Shows how the run goes on while nobody else uses the terminal.
    pub fn with_progress(mut self, progress: Box<dyn Progress>) -> LocalHost {
        self.progress = Some(progress);
        self
    }

    /// Writes what is still in the buffers, and sends the rest of the trace; the run is over.
    pub fn finish(&mut self) {
        self.flush();
        self.clear_progress();
        self.progress = None;
        let seconds = self.timers.seconds();
        if let Some(problem) = self.otel.as_mut().and_then(|otel| otel.finish(seconds)) {
            self.log(LogLevel::Warning, &format!("the trace is not complete: {problem}"));
        }
    }

    /// Writes what is still in the buffers.
    pub fn flush(&mut self) {
        self.flush_output();
        if let Some(trace) = &mut self.trace {
            trace.flush();
        }
    }

    fn flush_output(&mut self) {
        if self.output.is_pending() {
            self.clear_progress();
        }
        self.output.flush();
    }

    /// Shows how the run goes on, unless somebody is asked something, or the program has begun a line and not ended it.
    pub(crate) fn show_progress(&mut self) {
        if let Some(progress) = &mut self.progress
            && self.questions.is_empty()
            && !self.output.is_pending()
            && !self.output.is_inside_line()
        {
            progress.show();
        }
    }

    fn clear_progress(&mut self) {
        if let Some(progress) = &mut self.progress {
            progress.clear();
        }
    }

    /// The text without secret values, for messages about the run such as a traceback.
    pub fn hide_secrets(&self, text: String) -> String {
        self.secrets.hide(&text).unwrap_or(text)
    }

    pub(crate) fn output_state(&self) -> &State {
        self.output.state()
    }

    /// The tokens that models took so far.
    pub fn model_usage(&self) -> Usage {
        self.model.usage()
    }

    /// The next answer to a pending request. Waits for it, but no longer than until `limit` and not after an
    /// interruption. Nothing if there is none by then, or no request is pending.
    pub(crate) fn next_answer(
        &mut self,
        interrupt: &mut Interrupt,
        limit: Option<Instant>,
    ) -> Option<(RequestId, Result<Data, Failure>)> {
        while self.is_waiting() {
            if let Some(answer) = self.due_answer() {
                return Some(answer);
            }
            // Whoever looks while the program waits, or kills it, finds everything so far.
            self.flush();
            self.show_progress();
            let look = self.progress.as_ref().map(|progress| progress.next());
            let until = [limit, self.next_moment(), look].into_iter().flatten().min();
            if let Some(result) = interrupt.receive(self.network.results(), until)
                && let Some(answer) = self.received(result)
            {
                return Some(answer);
            }
            if interrupt.is_asked() || limit.is_some_and(|limit| Instant::now() >= limit) {
                return None;
            }
        }
        None
    }

    /// The same for a run that is being ended: only `limit` bounds the time.
    pub(crate) fn last_answer(&mut self, limit: Instant) -> Option<(RequestId, Result<Data, Failure>)> {
        while self.is_waiting() && Instant::now() < limit {
            if let Some(answer) = self.due_answer() {
                return Some(answer);
            }
            let until = self.next_moment().map_or(limit, |moment| moment.min(limit));
            if let Ok(result) = self.network.results().recv_deadline(until)
                && let Some(answer) = self.received(result)
            {
                return Some(answer);
            }
        }
        None
    }

    /// An answer that is there already.
    pub(crate) fn due_answer(&mut self) -> Option<(RequestId, Result<Data, Failure>)> {
        if let Some(id) = self.timers.due() {
            return Some((id, Ok(Data::None)));
        }
        while let Ok(result) = self.network.results().try_recv() {
            if let Some(answer) = self.received(result) {
                return Some(answer);
            }
        }
        None
    }

    /// When the next timer ends. A clock that jumps is there at once, unless the network is asked.
    fn next_moment(&mut self) -> Option<Instant> {
        let wakes = self.timers.next()?;
        if self.timers.is_virtual() && !self.network.is_empty() {
            return None;
        }
        Instant::now().checked_add(self.timers.time_until(wakes))
    }

    /// What has come from the network, unless nobody wants to know any more.
    fn received(&mut self, (id, arrived): (RequestId, Arrived)) -> Option<(RequestId, Result<Data, Failure>)> {
        self.questions.remove(&id);
        if !self.network.finish(id) {
            return None;
        }
        if let Arrived::Answer(_, Ok(answer)) = &arrived {
            if let Some(trace) = &mut self.trace {
                trace.write_usage(id, self.timers.seconds(), answer.usage);
            }
            if let Some(otel) = &mut self.otel {
                otel.note_usage(id, answer.usage);
            }
        }
        Some((id, self.arrived(arrived)))
    }

    /// Whether a request waits for its answer.
    pub(crate) fn is_waiting(&mut self) -> bool {
        self.timers.next().is_some() || !self.network.is_empty()
    }
}

impl Host for LocalHost {
    fn print(&mut self, text: &str) {
        let is_due = match self.secrets.hide(text) {
            Some(hidden) => self.output.write(&hidden),
            None => self.output.write(text),
        };
        if is_due {
            self.flush_output();
        }
    }

    fn log(&mut self, level: LogLevel, message: &str) {
        // What was printed before stands before it.
        self.flush_output();
        self.clear_progress();
        let line = format!("{}: {message}\n", level.name());
        // A log that nobody can read is no reason to stop.
        let _ = self.errors.write_all(self.hide_secrets(line).as_bytes());
    }

    fn now(&mut self) -> f64 {
        self.timers.seconds()
    }

    fn random(&mut self) -> u64 {
        // Without the system's randomness the clock is the best that is left.
        getrandom::u64().unwrap_or_else(|_| self.now().to_bits())
    }

    fn start(&mut self, id: RequestId, request: Request) -> Started {
        Started::Done(match request {
            Request::Sleep { seconds } => return self.sleep(id, seconds),
            Request::Llm { prompt, system, options, answer_type } => {
                return self.ask_model(id, Question { prompt, system, options, answer_type, nth: 0 });
            }
            Request::Http { method, url, query, headers, body, timeout, follow_redirects } => {
                let request = HttpRequest { method, url, query, headers, body, timeout, follow_redirects };
                return self.send(id, request);
            }
            Request::Ask { question, options, default } => {
                return self.ask_person(id, question, QuestionKind::Text { options, default });
            }
            Request::Approve { what } => return self.ask_person(id, what, QuestionKind::Approval),
            Request::Service { service: "python", operation, arguments } => {
                return match self.services.serve("python", &operation, &arguments, &self.files) {
                    Ok(answer) => self.later(id, async { Arrived::Python(answer.await) }),
                    Err(failure) => Started::Done(Err(failure)),
                };
            }
            Request::Service { service, operation, arguments } => {
                return match self.services.serve(service, &operation, &arguments, &self.files) {
                    Ok(answer) => self.later(id, async { Arrived::Response(answer.await) }),
                    Err(failure) => Started::Done(Err(failure)),
                };
            }
            Request::ReadText { path } => self.files.read_text(&path),
            Request::WriteText { path, text, append } => self.files.write_text(&path, &text, append),
            Request::ListFolder { path } => self.files.list(&path),
            Request::Exists { path } => self.files.exists(&path),
            Request::IsFile { path } => self.files.is_file(&path),
            Request::IsFolder { path } => self.files.is_folder(&path),
            Request::FileSize { path } => self.files.size(&path),
        })
    }

    fn cancel(&mut self, id: RequestId) {
        self.timers.cancel(id);
        self.network.cancel(id);
        self.questions.remove(&id);
    }

    fn python(&self) -> PythonAccess {
        if self.has_python { PythonAccess::Granted } else { PythonAccess::Refused }
    }

    fn is_tracing(&self) -> bool {
        self.trace.is_some() || self.listener.is_some() || self.otel.is_some() || self.progress.is_some()
    }

    fn trace(&mut self, event: &TaskEvent) {
        let seconds = self.timers.seconds();
        let secrets = &self.secrets;
        if let Some(listener) = &mut self.listener {
            listener(event, seconds);
        }
        if let Some(progress) = &mut self.progress {
            progress.note(event);
        }
        if let Some(trace) = &mut self.trace {
            trace.write(event, seconds, |text| secrets.hide(&text).unwrap_or(text));
        }
        if let Some(otel) = &mut self.otel {
            otel.note(event, seconds, |text| secrets.hide(&text).unwrap_or(text));
        }
    }
}

impl LocalHost {
    fn arrived(&mut self, arrived: Arrived) -> Result<Data, Failure> {
        match arrived {
            Arrived::Answer(question, answer) => self.model.answered(&question, answer),
            Arrived::Response(response) => response,
            Arrived::Python(answer) => {
                let (printed, answer) = python::unpack(answer?);
                if !printed.is_empty() {
                    self.print(&printed);
                }
                answer
            }
        }
    }

    /// Waits for something from the network beside the program.
    fn later(&mut self, id: RequestId, arrives: impl Future<Output = Arrived> + Send + 'static) -> Started {
        match self.network.start(id, arrives) {
            Ok(()) => Started::Pending,
            Err(error) => {
                let message = format!("the network cannot be used: {error}");
                Started::Done(Err(Failure::new(ExceptionKind::OSError, message)))
            }
        }
    }

    fn send(&mut self, id: RequestId, request: HttpRequest) -> Started {
        match self.http.send(request) {
            Ok(response) => self.later(id, async { Arrived::Response(response.await) }),
            Err(failure) => Started::Done(Err(failure)),
        }
    }

    fn ask_person(&mut self, id: RequestId, text: String, kind: QuestionKind) -> Started {
        let question = PersonQuestion { text: self.hide_secrets(text), kind };
        // What was printed before stands before the question.
        self.flush_output();
        self.clear_progress();
        match self.person.ask(question) {
            Asking::Done(answer) => Started::Done(answer),
            Asking::Later(answer) => {
                self.questions.insert(id);
                self.later(id, async { Arrived::Response(answer.await) })
            }
        }
    }

    fn ask_model(&mut self, id: RequestId, question: Question) -> Started {
        let (remote, question) = match self.model.ask(question) {
            Asked::Done(answer) => return Started::Done(answer),
            Asked::Ask(asked) => *asked,
        };
        self.later(id, async move {
            let answer = remote.ask(&question).await;
            Arrived::Answer(question, answer)
        })
    }

    fn sleep(&mut self, id: RequestId, seconds: f64) -> Started {
        if seconds.is_nan() || seconds < 0.0 {
            let message = format!("a program cannot sleep for {seconds} seconds");
            return Started::Done(Err(Failure::new(ExceptionKind::ValueError, message)));
        }
        if Duration::try_from_secs_f64(seconds).is_ok_and(|time| time.is_zero()) {
            return Started::Done(Ok(Data::None));
        }
        self.timers.add(id, seconds);
        Started::Pending
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use super::*;
    use crate::interrupt;

    #[derive(Clone, Default)]
    struct Sink(Arc<Mutex<Vec<u8>>>);

    impl Write for Sink {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    impl Sink {
        fn text(&self) -> String {
            String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
        }
    }

    fn host(out: &Sink, errors: &Sink) -> LocalHost {
        LocalHost::new(Path::new("."), &Grants::default()).with_streams(Box::new(out.clone()), Box::new(errors.clone()))
    }

    #[test]
    fn secrets_are_hidden_in_output_and_log() {
        let (out, errors) = (Sink::default(), Sink::default());
        let mut host = host(&out, &errors);
        host.secrets = Secrets::of([("MODEL_API_KEY", "sk-12345678", false)]);
        host.print("the key is sk-12345678\n");
        host.log(LogLevel::Warning, "sk-12345678!");
        assert_eq!(out.text(), "the key is ***\n");
        assert_eq!(errors.text(), "WARNING: ***!\n");
    }

    #[test]
    fn a_sleeping_request_is_answered_in_its_time() {
        let (_interrupter, mut interrupt) = interrupt();
        let mut host = host(&Sink::default(), &Sink::default());
        let sleep = |seconds| Request::Sleep { seconds };
        assert_eq!(host.start(RequestId(0), sleep(0.0)), Started::Done(Ok(Data::None)));
        assert_eq!(host.start(RequestId(1), sleep(0.02)), Started::Pending);
        assert!(matches!(host.start(RequestId(2), sleep(-1.0)), Started::Done(Err(_))));
        let start = Instant::now();
        assert_eq!(host.next_answer(&mut interrupt, None), Some((RequestId(1), Ok(Data::None))));
        assert!(start.elapsed() >= Duration::from_millis(10));
        assert_eq!(host.next_answer(&mut interrupt, None), None);
    }

    #[test]
    fn waiting_ends_at_the_limit_and_at_an_interruption() {
        let (interrupter, mut interrupt) = interrupt();
        let mut host = host(&Sink::default(), &Sink::default());
        assert_eq!(host.start(RequestId(0), Request::Sleep { seconds: 60.0 }), Started::Pending);
        let limit = Instant::now() + Duration::from_millis(5);
        assert_eq!(host.next_answer(&mut interrupt, Some(limit)), None);
        interrupter.interrupt();
        assert_eq!(host.next_answer(&mut interrupt, None), None);
        assert!(interrupt.is_asked() && host.is_waiting());
    }

    #[test]
    fn randomness_differs() {
        let mut host = host(&Sink::default(), &Sink::default());
        assert_ne!(host.random(), host.random());
        assert!(host.now() > 1.0e9);
    }
}
