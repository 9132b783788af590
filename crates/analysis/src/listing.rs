//! The files in the folders of the workspace: listed once, and kept up to date with what is told of the disk.

use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};
use parking_lot::RwLock;
use rustc_hash::FxHashSet;

use crate::{EntryKind, FilePath, FileSystem};

/// What was listed, and what does not belong to the workspace any more.
#[derive(Debug, Default)]
pub struct Listing {
    /// Nothing before somebody asked.
    listed: RwLock<Option<Arc<Listed>>>,
    /// Files that were read while a folder around them was one of the workspace.
    left: RwLock<FxHashSet<FilePath>>,
}

/// The files of the workspace's folders.
#[derive(Debug, Clone, Default)]
pub struct Listed {
    /// Sorted.
    pub(crate) paths: Vec<FilePath>,
    pub(crate) set: FxHashSet<FilePath>,
    /// There are more.
    pub(crate) is_cut: bool,
}

impl Listed {
    pub(crate) fn new(mut paths: Vec<FilePath>) -> Self {
        paths.sort();
        paths.dedup();
        let set = paths.iter().cloned().collect();
        Self { paths, set, is_cut: false }
    }
}

impl Listing {
    /// What is known, or what `list` finds.
    pub(crate) fn get(&self, list: impl FnOnce() -> Listed) -> Arc<Listed> {
        if let Some(known) = self.listed.read().clone() {
            return known;
        }
        // Outside the lock: listing may take long, and may unwind.
        let listed = Arc::new(list());
        self.listed.write().get_or_insert(listed).clone()
    }

    pub(crate) fn forget(&self) {
        *self.listed.write() = None;
    }

    /// The workspace has other folders: what was listed counts no more, and these files are none of it.
    pub(crate) fn leave(&self, files: impl Iterator<Item = FilePath>, workspace: &[Utf8PathBuf]) {
        self.forget();
        let mut left = self.left.write();
        left.extend(files);
        left.retain(|it| !it.as_disk().is_some_and(|it| workspace.iter().any(|folder| it.starts_with(folder))));
    }

    /// A file is open: it is of interest wherever it is.
    pub(crate) fn take_back(&self, path: &FilePath) {
        if !self.left.read().is_empty() {
            self.left.write().remove(path);
        }
    }

    pub(crate) fn has_left(&self, path: &FilePath) -> bool {
        self.left.read().contains(path)
    }

    /// Something changed at a path on disk. `true` if the list did.
    pub(crate) fn note_change(&self, path: &Utf8Path, workspace: &[Utf8PathBuf], file_system: &dyn FileSystem) -> bool {
        let mut known = self.listed.write();
        let Some(listed) = known.as_mut() else { return false };
        let kind = file_system.metadata(path).ok().map(|it| it.kind);
        let is_inside = |it: &&Utf8PathBuf| path.starts_with(it);
        let Some(root) = workspace.iter().find(is_inside) else { return false };
        let mut folders =
            path.strip_prefix(root).ok().and_then(Utf8Path::parent).into_iter().flat_map(Utf8Path::components);
        if folders.any(|it| is_skipped(it.as_str())) {
            return false;
        }
        if kind == Some(EntryKind::Folder) {
            // What is in it is not said; it is listed when somebody asks.
            if path.file_name().is_some_and(is_skipped) {
                return false;
            }
            *known = None;
            return true;
        }
        let name = FilePath::disk(path);
        let is_file = kind == Some(EntryKind::File) && path.extension() == Some("na");
        if is_file == listed.set.contains(&name) {
            // A folder that is gone takes its files along.
            let is_below = |it: &FilePath| it.as_disk().is_some_and(|it| it.starts_with(path));
            if kind.is_some() || !listed.paths.iter().any(is_below) {
                return false;
            }
            let listed = Arc::make_mut(listed);
            listed.paths.retain(|it| !is_below(it));
            listed.set.retain(|it| !is_below(it));
            return true;
        }
        let listed = Arc::make_mut(listed);
        match listed.paths.binary_search(&name) {
            Ok(at) => {
                listed.paths.remove(at);
                listed.set.remove(&name);
            }
            Err(at) => {
                listed.paths.insert(at, name.clone());
                listed.set.insert(name);
            }
        }
        true
    }
}

/// Folders that hold what tools made.
pub(crate) fn is_skipped(name: &str) -> bool {
    name.starts_with('.') || matches!(name, "node_modules" | "target" | "__pycache__" | "venv")
}
