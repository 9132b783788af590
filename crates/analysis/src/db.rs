//! The database: storage, the file system, and the permanent map from paths to inputs.

use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};
use parking_lot::RwLock;
use rustc_hash::FxHashMap;
use salsa::Durability;

use crate::listing::Listing;
use crate::parsing::EditedTrees;
use crate::{Config, File, FileContents, FilePath, FileSystem, Folder, Roots};

/// What queries may ask for.
#[salsa::db]
pub trait Db: salsa::Database {
    fn file_system(&self) -> &dyn FileSystem;

    /// The input for a path. The first time the path is asked for, the file is read.
    fn file(&self, path: &FilePath) -> File;

    /// The input for a folder. The first time the path is asked for, the file system is asked whether it exists.
    fn folder(&self, path: &Utf8Path) -> Folder;

    /// Every file that was asked for so far, missing ones included, in no order.
    fn known_files(&self) -> Vec<File>;

    fn roots(&self) -> Roots;

    fn config(&self) -> Config;

    /// The trees before the last edits.
    fn edited_trees(&self) -> &EditedTrees;

    /// The files in the folders of the workspace.
    fn listing(&self) -> &Listing;
}

/// The inputs by path. Inputs are never freed, so an entry stays for good and a `File` stays valid.
#[derive(Debug, Default)]
struct Inputs {
    files: RwLock<FxHashMap<FilePath, File>>,
    folders: RwLock<FxHashMap<Utf8PathBuf, Folder>>,
}

/// The one implementation of [`Db`]. A clone shares everything and may go to another thread.
#[salsa::db]
#[derive(Clone)]
pub struct RootDatabase {
    storage: salsa::Storage<Self>,
    file_system: Arc<dyn FileSystem>,
    inputs: Arc<Inputs>,
    edited_trees: Arc<EditedTrees>,
    listing: Arc<Listing>,
    singletons: Option<(Roots, Config)>,
}

/// Called for each event of the database.
pub(crate) type EventCallback = Box<dyn Fn(salsa::Event) + Send + Sync + 'static>;

impl RootDatabase {
    pub(crate) fn new(file_system: Arc<dyn FileSystem>, on_event: Option<EventCallback>) -> Self {
        let mut db = Self {
            storage: salsa::Storage::new(on_event),
            file_system,
            inputs: Arc::default(),
            edited_trees: Arc::default(),
            listing: Arc::default(),
            singletons: None,
        };
        let roots = Roots::builder(Vec::new(), Vec::new()).durability(Durability::HIGH).new(&db);
        let config = Config::builder(Config::DEFAULT_MAX_DIAGNOSTICS).durability(Durability::HIGH).new(&db);
        db.singletons = Some((roots, config));
        db
    }

    /// The input for a path if it was asked for before.
    pub(crate) fn known_file(&self, path: &FilePath) -> Option<File> {
        self.inputs.files.read().get(path).copied()
    }

    pub(crate) fn known_folder(&self, path: &Utf8Path) -> Option<Folder> {
        self.inputs.folders.read().get(path).copied()
    }

    /// The known files at or below a path.
    pub(crate) fn known_files_below(&self, path: &Utf8Path) -> Vec<File> {
        let files = self.inputs.files.read();
        files.iter().filter(|(it, _)| it.as_disk().is_some_and(|it| it.starts_with(path))).map(|(_, it)| *it).collect()
    }

    /// The known folders at, below or above a path: those whose existence an event at the path can change.
    pub(crate) fn known_folders_around(&self, path: &Utf8Path) -> Vec<Folder> {
        let folders = self.inputs.folders.read();
        folders.iter().filter(|(it, _)| it.starts_with(path) || path.starts_with(it)).map(|(_, it)| *it).collect()
    }

    /// The input for a path, made with the given contents if it is new.
    pub(crate) fn file_or_insert(
        &self,
        path: &FilePath,
        durability: Durability,
        contents: impl FnOnce() -> FileContents,
    ) -> File {
        if let Some(file) = self.known_file(path) {
            return file;
        }
        // Outside the lock: reading may take long. If two threads read, the first to come back wins.
        let contents = contents();
        *self.inputs.files.write().entry(path.clone()).or_insert_with(|| {
            File::builder(path.clone(), contents)
                .durability(durability)
                .path_durability(Durability::NEVER_CHANGE)
                .new(self)
        })
    }
}

#[salsa::db]
impl salsa::Database for RootDatabase {}

#[salsa::db]
impl Db for RootDatabase {
    fn file_system(&self) -> &dyn FileSystem {
        &*self.file_system
    }

    fn file(&self, path: &FilePath) -> File {
        self.file_or_insert(path, Durability::HIGH, || FileContents::of(self.file_system(), path))
    }

    fn folder(&self, path: &Utf8Path) -> Folder {
        if let Some(folder) = self.known_folder(path) {
            return folder;
        }
        let exists = self.file_system().is_folder(path);
        *self.inputs.folders.write().entry(path.to_owned()).or_insert_with(|| {
            Folder::builder(path.to_owned(), exists)
                .durability(Durability::HIGH)
                .path_durability(Durability::NEVER_CHANGE)
                .new(self)
        })
    }

    fn known_files(&self) -> Vec<File> {
        self.inputs.files.read().values().copied().collect()
    }

    fn roots(&self) -> Roots {
        match self.singletons {
            Some((roots, _)) => roots,
            None => Roots::get(self),
        }
    }

    fn config(&self) -> Config {
        match self.singletons {
            Some((_, config)) => config,
            None => Config::get(self),
        }
    }

    fn edited_trees(&self) -> &EditedTrees {
        &self.edited_trees
    }

    fn listing(&self) -> &Listing {
        &self.listing
    }
}

impl std::fmt::Debug for RootDatabase {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RootDatabase").field("files", &self.inputs.files.read().len()).finish_non_exhaustive()
    }
}
