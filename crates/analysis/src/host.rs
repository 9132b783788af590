//! One writer, many readers: the only place that changes inputs, and the snapshots that ask queries.

use std::fmt;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use camino::Utf8PathBuf;
use danaide_syntax::LineIndex;
use rustc_hash::FxHashSet;
use salsa::{Database as _, Durability, Setter as _};

use crate::db::EventCallback;
use crate::{
    Db, Diagnostic, File, FileContents, FilePath, FileSymbol, FileSystem, Fold, ItemTree, Levels, RootDatabase,
    file_diagnostics, file_symbols, folding_ranges, item_tree, line_index,
};

/// Something that happened outside.
#[derive(Debug, Clone)]
pub enum Change {
    /// An editor opened a file or changed its text. Until [`Change::Close`] the buffer hides the file on disk.
    Open { path: FilePath, text: Arc<str> },
    /// An editor closed a file: what is on disk counts again.
    Close { path: FilePath },
    /// Files or folders were created, changed or removed on disk. Files that nobody asked for are not read.
    Disk { paths: Vec<Utf8PathBuf> },
    /// Where modules are searched: workspace folders, then the entries of `DANAPATH`.
    Roots { workspace: Vec<Utf8PathBuf>, search_path: Vec<Utf8PathBuf> },
    /// The folder of the program that is run, where modules are searched too, whoever imports them.
    Program(Option<Utf8PathBuf>),
    /// How many diagnostics a file may have.
    MaxDiagnostics(usize),
    /// Levels of rules that count before all others.
    Levels(Levels),
    /// The settings file of all files, instead of the nearest one of each.
    SettingsFile(Option<FilePath>),
}

/// How much the queries of a database did.
#[derive(Debug, Default)]
pub struct QueryCounts {
    /// Answers that were computed.
    pub computed: AtomicU64,
    /// Answers that were found to hold still after a change.
    pub kept: AtomicU64,
}

/// Owns the database and is its only writer.
///
/// A write ends the queries of every [`Analysis`] and waits until all of them are dropped: keep the host on a thread
/// that holds none, or it waits for itself.
#[derive(Debug)]
pub struct AnalysisHost {
    db: RootDatabase,
    open: FxHashSet<File>,
}

impl AnalysisHost {
    pub fn new(file_system: Arc<dyn FileSystem>) -> Self {
        Self::with_events(file_system, None)
    }

    pub(crate) fn with_events(file_system: Arc<dyn FileSystem>, on_event: Option<EventCallback>) -> Self {
        Self { db: RootDatabase::new(file_system, on_event), open: FxHashSet::default() }
    }

    /// A host that counts what its queries do. That costs a little with every query.
    pub fn counting(file_system: Arc<dyn FileSystem>, counts: Arc<QueryCounts>) -> Self {
        let on_event = move |event: salsa::Event| match event.kind {
            salsa::EventKind::WillExecute { .. } => {
                counts.computed.fetch_add(1, Ordering::Relaxed);
            }
            salsa::EventKind::DidValidateMemoizedValue { .. } => {
                counts.kept.fetch_add(1, Ordering::Relaxed);
            }
            _ => {}
        };
        Self::with_events(file_system, Some(Box::new(on_event)))
    }

    /// The database, for a program with one thread. Queries asked on it are never cancelled.
    pub fn db(&self) -> &RootDatabase {
        &self.db
    }

    /// The file at a path; it is read if it was not asked for before.
    pub fn file(&self, path: &FilePath) -> File {
        self.db.file(path)
    }

    /// From now on little is kept of what can be made again: for a program that asks about each file once. What is
    /// beyond that goes with the next write or [`AnalysisHost::forget`].
    pub fn keep_little(&mut self) {
        self.keep(16, 128);
    }

    /// From now on so much is kept as the work in an editor asks for again and again: the rest of a large workspace is
    /// looked at once, and what was made of it on the way goes with the next write or [`AnalysisHost::forget`].
    pub fn keep_for_editor(&mut self) {
        self.keep(16, 1_024);
    }

    fn keep(&mut self, files: usize, definitions: usize) {
        crate::parsing::keep_trees(&mut self.db, files);
        crate::items::keep_items(&mut self.db, files);
        crate::definition::keep_syntax(&mut self.db, definitions, files);
        crate::body::keep_bodies(&mut self.db, definitions);
        crate::infer::keep_inferred(&mut self.db, definitions);
        crate::effects::keep_facts(&mut self.db, definitions);
        crate::graph::keep_graphs(&mut self.db, definitions);
    }

    /// Drops trees, bodies and types that were not asked for of late. Like a write it waits for all snapshots.
    pub fn forget(&mut self) {
        self.db.trigger_lru_eviction();
    }

    /// A snapshot for another thread.
    pub fn analysis(&self) -> Analysis {
        Analysis { db: self.db.clone() }
    }

    /// Takes a change over. `false` if it changed nothing, and then no snapshot was disturbed by a write.
    pub fn apply_change(&mut self, change: Change) -> bool {
        match change {
            Change::Open { path, text } => {
                let contents = FileContents::from_text(text);
                let known = self.db.known_file(&path).is_some();
                self.db.listing().take_back(&path);
                let file = self.db.file_or_insert(&path, Durability::LOW, || contents.clone());
                let opened = self.open.insert(file);
                if opened {
                    self.db.edited_trees().open(file);
                }
                // Opening lowers the durability even if the text is the same. Left to the first edit, it would make
                // that edit compute again everything that it leaves equal.
                if known && (opened || *file.contents(&self.db) != contents) {
                    file.set_contents(&mut self.db).with_durability(Durability::LOW).to(contents);
                    return true;
                }
                !known
            }
            Change::Close { path } => match self.db.known_file(&path) {
                Some(file) if self.open.remove(&file) => {
                    self.db.edited_trees().close(file);
                    let contents = self.contents_on_disk(file);
                    file.set_contents(&mut self.db).with_durability(Durability::HIGH).to(contents);
                    true
                }
                _ => false,
            },
            Change::Disk { paths } => {
                // A snapshot may be reading one of these files for the first time. Wait for it: what it makes known
                // now is then read again below.
                self.db.trigger_cancellation();
                let mut changed = false;
                for path in paths {
                    let path = crate::normalize(&path);
                    let workspace = self.db.roots().workspace(&self.db).clone();
                    changed |= self.db.listing().note_change(&path, &workspace, self.db.file_system());
                    for file in self.db.known_files_below(&path) {
                        changed |= !self.open.contains(&file) && self.reload(file);
                    }
                    for folder in self.db.known_folders_around(&path) {
                        let exists = self.db.file_system().is_folder(folder.path(&self.db));
                        if exists != folder.exists(&self.db) {
                            folder.set_exists(&mut self.db).with_durability(Durability::HIGH).to(exists);
                            changed = true;
                        }
                    }
                }
                changed
            }
            Change::Roots { workspace, search_path } => {
                let roots = self.db.roots();
                let mut changed = false;
                if *roots.workspace(&self.db) != workspace {
                    let before = roots.workspace(&self.db).clone();
                    roots.set_workspace(&mut self.db).with_durability(Durability::HIGH).to(workspace.clone());
                    let mut left = Vec::new();
                    for folder in before.iter().filter(|it| !workspace.contains(*it)) {
                        let known = self.db.known_files_below(folder).into_iter();
                        left.extend(known.filter(|it| !self.open.contains(it)).map(|it| it.path(&self.db).clone()));
                    }
                    self.db.listing().leave(left.into_iter(), &workspace);
                    changed = true;
                }
                if *roots.search_path(&self.db) != search_path {
                    roots.set_search_path(&mut self.db).with_durability(Durability::HIGH).to(search_path);
                    changed = true;
                }
                changed
            }
            Change::Program(folder) => {
                let roots = self.db.roots();
                let changed = *roots.program(&self.db) != folder;
                if changed {
                    roots.set_program(&mut self.db).with_durability(Durability::HIGH).to(folder);
                }
                changed
            }
            Change::MaxDiagnostics(max) => {
                let config = self.db.config();
                let changed = config.max_diagnostics(&self.db) != max;
                if changed {
                    config.set_max_diagnostics(&mut self.db).with_durability(Durability::HIGH).to(max);
                }
                changed
            }
            Change::SettingsFile(path) => {
                let config = self.db.config();
                let changed = *config.settings_file(&self.db) != path;
                if changed {
                    config.set_settings_file(&mut self.db).with_durability(Durability::HIGH).to(path);
                }
                changed
            }
            Change::Levels(levels) => {
                let config = self.db.config();
                let changed = *config.levels(&self.db) != levels;
                if changed {
                    config.set_levels(&mut self.db).with_durability(Durability::HIGH).to(levels);
                }
                changed
            }
        }
    }

    /// Reads a file that is not open from disk again.
    fn reload(&mut self, file: File) -> bool {
        let contents = self.contents_on_disk(file);
        let changed = *file.contents(&self.db) != contents;
        if changed {
            file.set_contents(&mut self.db).with_durability(Durability::HIGH).to(contents);
        }
        changed
    }

    fn contents_on_disk(&self, file: File) -> FileContents {
        FileContents::of(self.db.file_system(), file.path(&self.db))
    }
}

/// Why a query gave no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cancelled {
    /// Its [`CancelToken`] was used.
    Requested,
    /// A write is waiting: the answer would be about text that is no more.
    Outdated,
    /// Another thread failed while computing something that this query needed.
    Failed,
}

impl fmt::Display for Cancelled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Requested => "the query was cancelled",
            Self::Outdated => "the text changed while the query ran",
            Self::Failed => "a query that this one needed failed",
        })
    }
}

impl std::error::Error for Cancelled {}

/// A value, or the reason why it was not computed to the end.
pub type Cancellable<T> = Result<T, Cancelled>;

/// Ends the running query of one [`Analysis`], from any thread.
#[derive(Debug, Clone)]
pub struct CancelToken(salsa::CancellationToken);

impl CancelToken {
    pub fn cancel(&self) {
        self.0.cancel();
    }
}

/// A snapshot of the database: asks queries, changes nothing. It can go to another thread, but a write has to wait
/// until it is dropped, so do not keep it longer than one answer takes. A clone is another snapshot of the same state.
#[derive(Debug, Clone)]
pub struct Analysis {
    db: RootDatabase,
}

impl Analysis {
    pub fn cancel_token(&self) -> CancelToken {
        CancelToken(self.db.cancellation_token())
    }

    /// Asks anything of the database.
    ///
    /// # Errors
    ///
    /// [`Cancelled`] as soon as a query notices that it was cancelled or that a write is waiting. A function that
    /// loops for long without asking queries should call `db.unwind_if_revision_cancelled()` in the loop.
    pub fn with_db<T>(&self, ask: impl FnOnce(&dyn Db) -> T) -> Cancellable<T> {
        self.caught(|| {
            self.db.unwind_if_revision_cancelled();
            ask(&self.db)
        })
        .map_err(|cancelled| match cancelled {
            // What another thread computed for this one may have ended because of a write as well as by a panic. The
            // write cannot have been made since, as it waits for this snapshot.
            Cancelled::Failed => self.caught(|| self.db.unwind_if_revision_cancelled()).err().unwrap_or(cancelled),
            cancelled => cancelled,
        })
    }

    fn caught<T>(&self, ask: impl FnOnce() -> T) -> Cancellable<T> {
        // The database stays consistent when a query unwinds: salsa drops what was not finished.
        salsa::Cancelled::catch(AssertUnwindSafe(ask)).map_err(|cancelled| match cancelled {
            salsa::Cancelled::Local => Cancelled::Requested,
            salsa::Cancelled::PendingWrite => Cancelled::Outdated,
            _ => Cancelled::Failed,
        })
    }

    /// The file at a path; it is read if it was not asked for before.
    pub fn file(&self, path: &FilePath) -> Cancellable<File> {
        self.with_db(|db| db.file(path))
    }

    pub fn text(&self, file: File) -> Cancellable<Arc<str>> {
        self.with_db(|db| file.text(db).clone())
    }

    pub fn line_index(&self, file: File) -> Cancellable<Arc<LineIndex>> {
        self.with_db(|db| line_index(db, file))
    }

    pub fn diagnostics(&self, file: File) -> Cancellable<Arc<[Diagnostic]>> {
        self.with_db(|db| file_diagnostics(db, file))
    }

    pub fn item_tree(&self, file: File) -> Cancellable<Arc<ItemTree>> {
        self.with_db(|db| item_tree(db, file))
    }

    pub fn file_symbols(&self, file: File) -> Cancellable<Arc<[FileSymbol]>> {
        self.with_db(|db| file_symbols(db, file))
    }

    pub fn folding_ranges(&self, file: File) -> Cancellable<Arc<[Fold]>> {
        self.with_db(|db| folding_ranges(db, file))
    }
}
