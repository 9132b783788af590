//! What all parts of one session share.

use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use camino::Utf8PathBuf;
use danaide_analysis::{FileSystem, QueryCounts};
use lsp_types::Url;
use parking_lot::{Mutex, RwLock};
use rustc_hash::{FxHashMap, FxHashSet};
use tokio::sync::{Semaphore, mpsc, watch};

use crate::ServerOptions;
use crate::capabilities::Client;
use crate::handlers::semantic_tokens::Kept;
use crate::handlers::workspace_diagnostics::LastAnswer;
use crate::notebooks::Notebooks;
use crate::observe::{Log, Timings};
use crate::progress::Stops;
use crate::runs::Runs;
use crate::settings::Settings;
use crate::writer::{Bells, Writer};

/// Where the session stands; it only goes forward.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub(crate) enum Phase {
    /// `initialize` was not answered yet.
    Starting,
    Running,
    /// `shutdown` came.
    ShutDown,
    /// `exit` came, or the client is gone.
    Over,
}

/// One session with one client.
#[derive(Debug)]
pub(crate) struct Session {
    pub(crate) writer: Writer,
    /// What programs and the analysis see of the disk.
    pub(crate) file_system: Arc<dyn FileSystem>,
    pub(crate) search_path: Vec<Utf8PathBuf>,
    /// Where files of the library are written for editors.
    pub(crate) library_folder: Option<Utf8PathBuf>,
    /// How many queries run at once.
    pub(crate) permits: Arc<Semaphore>,
    pub(crate) bells: Bells,
    /// Where messages go that have to come before the answer of the handler that sends them.
    pub(crate) output: OnceLock<mpsc::WeakSender<String>>,
    /// Sentences for the client's log, from threads that cannot wait.
    pub(crate) warnings: Mutex<Option<mpsc::Receiver<String>>>,
    /// The last answers about semantic tokens.
    pub(crate) kept_tokens: Mutex<Kept>,
    /// The last answer about the diagnostics of the whole workspace.
    pub(crate) last_workspace_answer: Mutex<LastAnswer>,
    pub(crate) notebooks: Notebooks,
    pub(crate) runs: Runs,
    /// The runs that the client cancels with their progress, by its token.
    pub(crate) progress: Mutex<FxHashMap<String, Stops>>,
    pub(crate) began: Instant,
    /// When the last message of the client came, in milliseconds after the beginning.
    last_message: AtomicU64,
    pub(crate) timings: Timings,
    pub(crate) log: Option<Log>,
    /// What queries did, if they are counted.
    pub(crate) counts: Option<Arc<QueryCounts>>,
    /// How many files of the workspace were read, of how many, while they are.
    pub(crate) indexing: Mutex<Option<(usize, usize)>>,
    pub(crate) poll_interval: Duration,
    /// How many threads work ahead of the first answers.
    pub(crate) warming: AtomicUsize,
    threads: usize,
    settings: RwLock<Arc<Settings>>,
    /// What was said already about settings that cannot be taken.
    pub(crate) said_of_settings: Mutex<FxHashSet<String>>,
    /// One request for settings at a time: the last answer counts.
    pub(crate) asking_settings: tokio::sync::Mutex<()>,
    /// Does the client's user trust the workspace?
    trusted: AtomicBool,
    client: OnceLock<Client>,
    phase: AtomicU8,
    exit_code: watch::Sender<Option<i32>>,
    /// For each document, how many notifications about it came so far.
    arrivals: Mutex<FxHashMap<Url, u64>>,
}

impl Session {
    pub(crate) fn start(options: ServerOptions) -> Arc<Self> {
        let bells = Bells::default();
        let (warn, warnings) = mpsc::channel(64);
        let threads = std::thread::available_parallelism().map_or(2, |it| it.get().max(2));
        let counts = options.log.as_ref().map(|_| Arc::default());
        Arc::new(Self {
            writer: Writer::start(options.file_system.clone(), counts.clone(), bells.clone(), warn),
            file_system: options.file_system,
            search_path: options.search_path,
            library_folder: options.library_folder,
            permits: Arc::new(Semaphore::new(threads)),
            bells,
            output: OnceLock::new(),
            warnings: Mutex::new(Some(warnings)),
            kept_tokens: Mutex::default(),
            last_workspace_answer: Mutex::default(),
            notebooks: Notebooks::default(),
            runs: Runs::default(),
            progress: Mutex::default(),
            began: Instant::now(),
            last_message: AtomicU64::new(0),
            timings: Timings::default(),
            log: options.log,
            counts,
            indexing: Mutex::default(),
            poll_interval: options.poll_interval,
            warming: AtomicUsize::new(0),
            threads,
            settings: RwLock::default(),
            said_of_settings: Mutex::default(),
            asking_settings: tokio::sync::Mutex::default(),
            trusted: AtomicBool::new(true),
            client: OnceLock::new(),
            phase: AtomicU8::new(Phase::Starting as u8),
            exit_code: watch::Sender::new(None),
            arrivals: Mutex::default(),
        })
    }

    pub(crate) fn phase(&self) -> Phase {
        match self.phase.load(Ordering::SeqCst) {
            0 => Phase::Starting,
            1 => Phase::Running,
            2 => Phase::ShutDown,
            _ => Phase::Over,
        }
    }

    pub(crate) fn advance(&self, phase: Phase) {
        self.phase.fetch_max(phase as u8, Ordering::SeqCst);
    }

    /// Do requests wait for answers?
    pub(crate) fn is_busy(&self) -> bool {
        self.permits.available_permits() < self.threads || self.warming.load(Ordering::SeqCst) > 0
    }

    pub(crate) fn note_message(&self) {
        let now = u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.last_message.store(now, Ordering::Relaxed);
    }

    /// For how long the client has sent nothing.
    pub(crate) fn quiet_for(&self) -> Duration {
        let last = Duration::from_millis(self.last_message.load(Ordering::Relaxed));
        self.began.elapsed().saturating_sub(last)
    }

    /// On how many threads something can run beside one request.
    pub(crate) fn spare_threads(&self) -> usize {
        self.permits.available_permits().saturating_sub(1)
    }

    /// What the client said about itself; the least capable client before it said anything.
    pub(crate) fn client(&self) -> Client {
        self.client.get().cloned().unwrap_or_default()
    }

    /// Only the first call counts.
    pub(crate) fn set_client(&self, client: Client) {
        self.client.get_or_init(|| client);
    }

    pub(crate) fn settings(&self) -> Arc<Settings> {
        self.settings.read().clone()
    }

    pub(crate) fn set_settings(&self, settings: Settings) {
        *self.settings.write() = Arc::new(settings);
    }

    pub(crate) fn is_trusted(&self) -> bool {
        self.trusted.load(Ordering::SeqCst)
    }

    pub(crate) fn set_trusted(&self, trusted: bool) {
        self.trusted.store(trusted, Ordering::SeqCst);
    }

    /// Ends the session: 0 if the client said `shutdown` before, else 1. Only the first end counts.
    pub(crate) fn end(&self) {
        let code = i32::from(self.phase() < Phase::ShutDown);
        self.advance(Phase::Over);
        self.runs.cancel(None);
        self.exit_code.send_if_modified(|it| {
            let first = it.is_none();
            *it = it.or(Some(code));
            first
        });
    }

    /// Waits for the end and gives the exit code.
    pub(crate) async fn ended(&self) -> i32 {
        let mut exit_code = self.exit_code.subscribe();
        // The sender lives as long as `self`, so waiting cannot fail.
        exit_code.wait_for(Option::is_some).await.ok().and_then(|it| *it).unwrap_or(1)
    }

    /// Runs something beside the session, at most until the session ends.
    pub(crate) fn spawn(self: &Arc<Self>, work: impl Future<Output = ()> + Send + 'static) {
        let session = self.clone();
        tokio::spawn(async move {
            tokio::select! {
                () = work => {}
                _ = session.ended() => {}
            }
        });
    }

    /// Notes that a notification about a document came.
    pub(crate) fn note_arrival(&self, uri: &Url) {
        *self.arrivals.lock().entry(uri.clone()).or_default() += 1;
    }

    /// How many notifications about a document came so far.
    pub(crate) fn arrivals(&self, uri: &Url) -> u64 {
        self.arrivals.lock().get(uri).copied().unwrap_or_default()
    }
}
