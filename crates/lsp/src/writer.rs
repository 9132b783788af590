//! The single writer: a thread that owns the analysis and the open texts, and takes work in the order it was sent.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use camino::Utf8PathBuf;
use crossbeam_channel::{Receiver, Sender, bounded};
use danaide_analysis::{
    Analysis, AnalysisHost, Change, Db as _, FilePath, FileSystem, Levels, QueryCounts, SETTINGS_FILE,
};
use lsp_types::{TextDocumentContentChangeEvent, Url};
use parking_lot::Mutex;
use rustc_hash::{FxHashMap, FxHashSet};
use tokio::sync::{Notify, mpsc};

use crate::convert::{Encoding, file_path};
use crate::documents;
use crate::runs::Texts;

/// How much work may wait. A client that sends more than the writer takes has to wait itself.
const QUEUE: usize = 4096;

/// Rung by the writer after it changed something.
#[derive(Debug, Clone, Default)]
pub(crate) struct Bells {
    /// After every change.
    pub(crate) changed: Arc<Notify>,
    /// After a change on disk or of settings: a client that asks for diagnostics cannot know that they are others now.
    pub(crate) elsewhere: Arc<Notify>,
    /// After the workspace got other folders.
    pub(crate) folders: Arc<Notify>,
}

/// After so many documents were opened, what was made of those before is dropped. An edit does that too, but opening a
/// document changes nothing that was known.
const FORGET_AFTER: usize = 16;

/// Something for the writer to do.
#[derive(Debug)]
pub(crate) enum Job {
    /// In which units the positions of later edits count.
    Encoding(Encoding),
    Roots {
        workspace: Vec<Utf8PathBuf>,
        search_path: Vec<Utf8PathBuf>,
    },
    /// The client opened or closed workspace folders.
    Folders {
        added: Vec<Utf8PathBuf>,
        removed: Vec<Utf8PathBuf>,
    },
    Open {
        uri: Url,
        version: i32,
        text: String,
    },
    Edit {
        uri: Url,
        version: i32,
        changes: Vec<TextDocumentContentChangeEvent>,
    },
    Close {
        uri: Url,
    },
    Disk {
        paths: Vec<Utf8PathBuf>,
    },
    /// What settings say about the analysis.
    Settings {
        max_diagnostics: usize,
        levels: Levels,
    },
    /// What was made of many files in passing need not stay in memory.
    Forget,
    /// Something for the client's log.
    Warn(String),
    Snapshot {
        reply: Sender<Snapshot>,
    },
    /// The folders of the workspace, and the files on disk that were asked for.
    Known {
        reply: Sender<KnownOnDisk>,
    },
    /// The texts of all open documents.
    Texts {
        reply: Sender<Texts>,
    },
}

impl Job {
    /// Can it change what the analysis knows?
    fn writes(&self) -> bool {
        !matches!(self, Job::Warn(_) | Job::Snapshot { .. } | Job::Known { .. } | Job::Texts { .. })
    }
}

/// The state after all jobs that were sent before it.
#[derive(Debug, Clone)]
pub(crate) struct Snapshot {
    pub(crate) analysis: Analysis,
    /// How many changes there were.
    pub(crate) revision: u64,
    /// The versions of the open documents.
    pub(crate) open: Arc<FxHashMap<Url, i32>>,
}

/// Folders of the workspace, and files.
pub(crate) type KnownOnDisk = (Vec<Utf8PathBuf>, Vec<Utf8PathBuf>);

/// The way to the writer's thread, which ends when the last handle is dropped.
#[derive(Debug, Clone)]
pub(crate) struct Writer {
    jobs: Sender<Job>,
    ready: Arc<Ready>,
}

/// The state after all jobs, at hand while there is nothing to do: most questions come then, and need not wait for the
/// writer's thread to wake up.
#[derive(Debug, Default)]
struct Ready {
    /// How many jobs were sent and are not done yet.
    waiting: AtomicUsize,
    /// Taken away before every write, which would wait for it.
    snapshot: Mutex<Option<Snapshot>>,
}

impl Writer {
    /// `warnings` takes sentences for a person.
    pub(crate) fn start(
        file_system: Arc<dyn FileSystem>,
        counts: Option<Arc<QueryCounts>>,
        bells: Bells,
        warnings: mpsc::Sender<String>,
    ) -> Self {
        let (jobs, queue) = bounded(QUEUE);
        let mut host = match counts {
            Some(counts) => AnalysisHost::counting(file_system, counts),
            None => AnalysisHost::new(file_system),
        };
        host.keep_for_editor();
        let ready = Arc::<Ready>::default();
        let state = State {
            host,
            ready: ready.clone(),
            revision: 0,
            opened: 0,
            encoding: Encoding::Utf16,
            workspace: Vec::new(),
            search_path: Vec::new(),
            texts: FxHashMap::default(),
            dirty: FxHashSet::default(),
            open: Arc::default(),
            bells,
            warnings,
        };
        // If the thread cannot start, the queue is dropped and every later request is answered with an error.
        let _ = std::thread::Builder::new().name("danaide-writer".to_owned()).spawn(move || state.run(&queue));
        Self { jobs, ready }
    }

    pub(crate) fn send(&self, job: Job) {
        self.ready.waiting.fetch_add(1, Ordering::SeqCst);
        // Without a writer there is nothing to change.
        let _ = self.jobs.send(job);
    }

    /// Waits for the state after everything that was sent before. `None` if the writer is gone. Blocks: not for an
    /// async thread. Drop the snapshot soon, the next write waits for it.
    pub(crate) fn snapshot(&self) -> Option<Snapshot> {
        {
            let ready = self.ready.snapshot.lock();
            if self.ready.waiting.load(Ordering::SeqCst) == 0 && ready.is_some() {
                return ready.clone();
            }
        }
        let (reply, answer) = bounded(1);
        self.send(Job::Snapshot { reply });
        answer.recv().ok()
    }

    /// What is known of the disk. `None` if the writer is gone. Blocks, as [`Writer::snapshot`] does.
    pub(crate) fn known_on_disk(&self) -> Option<KnownOnDisk> {
        let (reply, answer) = bounded(1);
        self.send(Job::Known { reply });
        answer.recv().ok()
    }

    /// The open documents after everything that was sent before. `None` if the writer is gone. Blocks, as
    /// [`Writer::snapshot`] does.
    pub(crate) fn texts(&self) -> Option<Texts> {
        let (reply, answer) = bounded(1);
        self.send(Job::Texts { reply });
        answer.recv().ok()
    }
}

struct State {
    host: AnalysisHost,
    ready: Arc<Ready>,
    revision: u64,
    /// How many documents were opened since something was dropped.
    opened: usize,
    encoding: Encoding,
    workspace: Vec<Utf8PathBuf>,
    search_path: Vec<Utf8PathBuf>,
    texts: FxHashMap<Url, String>,
    /// The open documents whose text the analysis does not have yet: edits that come at once are written at once.
    dirty: FxHashSet<Url>,
    open: Arc<FxHashMap<Url, i32>>,
    bells: Bells,
    warnings: mpsc::Sender<String>,
}

impl State {
    fn run(mut self, queue: &Receiver<Job>) {
        let mut taken = 0;
        while let Ok(job) = queue.recv() {
            if job.writes() {
                *self.ready.snapshot.lock() = None;
                self.revision += u64::from(!matches!(job, Job::Forget));
            }
            self.take(job);
            taken += 1;
            if queue.is_empty() {
                self.flush();
                let snapshot = Some(self.snapshot());
                *self.ready.snapshot.lock() = snapshot;
                self.ready.waiting.fetch_sub(std::mem::take(&mut taken), Ordering::SeqCst);
            }
        }
    }

    fn take(&mut self, job: Job) {
        match job {
            Job::Encoding(encoding) => self.encoding = encoding,
            Job::Roots { workspace, search_path } => {
                (self.workspace, self.search_path) = (workspace, search_path);
                self.write_roots();
            }
            Job::Folders { added, removed } => {
                self.workspace.retain(|it| !removed.contains(it) && !added.contains(it));
                self.workspace.extend(added);
                self.write_roots();
                self.bells.elsewhere.notify_one();
                self.bells.folders.notify_one();
            }
            Job::Open { uri, version, text } => {
                self.texts.insert(uri.clone(), text);
                self.opened += 1;
                Arc::make_mut(&mut self.open).insert(uri.clone(), version);
                self.dirty.insert(uri);
            }
            Job::Edit { uri, version, changes } => {
                let Some(text) = self.texts.get_mut(&uri) else {
                    self.warn(format!("ignored an edit of {uri}, which is not open"));
                    return;
                };
                match documents::apply(text, changes, self.encoding) {
                    Ok(()) => {
                        Arc::make_mut(&mut self.open).insert(uri.clone(), version);
                        self.dirty.insert(uri);
                    }
                    Err(reason) => self.warn(format!("ignored an edit of {uri}: {reason}; reopen the file")),
                }
            }
            Job::Close { uri } => {
                if self.texts.remove(&uri).is_some() {
                    self.dirty.remove(&uri);
                    Arc::make_mut(&mut self.open).remove(&uri);
                    let path = file_path(&uri);
                    let has_settings = is_settings_file(&path);
                    self.host.apply_change(Change::Close { path });
                    self.bells.changed.notify_one();
                    if has_settings {
                        self.bells.elsewhere.notify_one();
                    }
                }
            }
            Job::Disk { paths } => {
                if self.host.apply_change(Change::Disk { paths }) {
                    self.bells.changed.notify_one();
                    self.bells.elsewhere.notify_one();
                }
            }
            Job::Settings { max_diagnostics, levels } => {
                let counts = self.host.apply_change(Change::MaxDiagnostics(max_diagnostics));
                let shows = self.host.apply_change(Change::Levels(levels));
                if counts || shows {
                    self.bells.changed.notify_one();
                    self.bells.elsewhere.notify_one();
                }
            }
            Job::Forget => self.host.forget(),
            Job::Warn(message) => self.warn(message),
            Job::Known { reply } => {
                let db = self.host.db();
                let known = db.known_files().into_iter();
                let known = known.filter_map(|it| it.path(db).as_disk().map(ToOwned::to_owned)).collect();
                // The asker may be gone by now.
                let _ = reply.send((self.workspace.clone(), known));
            }
            Job::Texts { reply } => {
                let open = |(uri, text): (&Url, &String)| {
                    let version = self.open.get(uri).copied().unwrap_or_default();
                    (uri.clone(), version, text.as_str().into())
                };
                let texts = Texts {
                    open: self.texts.iter().map(open).collect(),
                    workspace: self.workspace.clone(),
                    search_path: self.search_path.clone(),
                };
                // The asker may be gone by now.
                let _ = reply.send(texts);
            }
            Job::Snapshot { reply } => {
                self.flush();
                // The asker may be gone by now.
                let _ = reply.send(self.snapshot());
            }
        }
    }

    fn snapshot(&self) -> Snapshot {
        Snapshot { analysis: self.host.analysis(), revision: self.revision, open: self.open.clone() }
    }

    /// Gives the analysis the texts that changed.
    fn flush(&mut self) {
        if self.dirty.is_empty() {
            return;
        }
        let mut has_settings = false;
        for uri in self.dirty.drain() {
            if let Some(text) = self.texts.get(&uri) {
                let path = file_path(&uri);
                has_settings |= is_settings_file(&path);
                self.host.apply_change(Change::Open { path, text: text.as_str().into() });
            }
        }
        if self.opened >= FORGET_AFTER {
            self.opened = 0;
            self.host.forget();
        }
        self.bells.changed.notify_one();
        if has_settings {
            self.bells.elsewhere.notify_one();
        }
    }

    fn write_roots(&mut self) {
        let roots = Change::Roots { workspace: self.workspace.clone(), search_path: self.search_path.clone() };
        if self.host.apply_change(roots) {
            self.bells.changed.notify_one();
        }
    }

    fn warn(&self, message: String) {
        // A client that does not read its log loses lines of it.
        let _ = self.warnings.try_send(message);
    }
}

fn is_settings_file(path: &FilePath) -> bool {
    path.as_disk().is_some_and(|it| it.file_name() == Some(SETTINGS_FILE))
}
