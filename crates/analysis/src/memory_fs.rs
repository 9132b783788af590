//! A file system in memory, for tests and for hosts without a disk.

use std::collections::BTreeMap;
use std::hash::{Hash as _, Hasher as _};
use std::io;
use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};
use parking_lot::RwLock;

use crate::{EntryKind, FileSystem, FolderEntry, Metadata, normalize};

/// Files by path; a folder exists if a file is below it. Changing it tells no one: send
/// [`Change::Disk`](crate::Change::Disk) to the host, as a file watcher would.
#[derive(Debug, Default)]
pub struct MemoryFileSystem {
    files: RwLock<BTreeMap<Utf8PathBuf, Vec<u8>>>,
}

impl MemoryFileSystem {
    pub fn from_files<P: AsRef<Utf8Path>, B: AsRef<[u8]>>(files: impl IntoIterator<Item = (P, B)>) -> Arc<Self> {
        let this = Self::default();
        for (path, bytes) in files {
            this.write(path, bytes);
        }
        Arc::new(this)
    }

    pub fn write(&self, path: impl AsRef<Utf8Path>, bytes: impl AsRef<[u8]>) {
        self.files.write().insert(normalize(path.as_ref()), bytes.as_ref().to_vec());
    }

    pub fn remove(&self, path: impl AsRef<Utf8Path>) {
        self.files.write().remove(&normalize(path.as_ref()));
    }
}

fn not_found() -> io::Error {
    io::Error::from(io::ErrorKind::NotFound)
}

impl FileSystem for MemoryFileSystem {
    fn metadata(&self, path: &Utf8Path) -> io::Result<Metadata> {
        let path = normalize(path);
        let files = self.files.read();
        if let Some(bytes) = files.get(&path) {
            return Ok(Metadata { kind: EntryKind::File, len: bytes.len() as u64 });
        }
        if files.keys().any(|it| it.starts_with(&path)) {
            return Ok(Metadata { kind: EntryKind::Folder, len: 0 });
        }
        Err(not_found())
    }

    fn stamp(&self, path: &Utf8Path) -> Option<u64> {
        let mut hasher = rustc_hash::FxHasher::default();
        self.files.read().get(&normalize(path))?.hash(&mut hasher);
        Some(hasher.finish())
    }

    fn read(&self, path: &Utf8Path, limit: u64) -> io::Result<Vec<u8>> {
        let files = self.files.read();
        let bytes = files.get(&normalize(path)).ok_or_else(not_found)?;
        let len = usize::try_from(limit).map_or(bytes.len(), |limit| bytes.len().min(limit));
        Ok(bytes[..len].to_vec())
    }

    fn list(&self, path: &Utf8Path) -> io::Result<Vec<FolderEntry>> {
        let path = normalize(path);
        let files = self.files.read();
        let mut entries = BTreeMap::new();
        for file in files.keys() {
            let Ok(below) = file.strip_prefix(&path) else { continue };
            let mut parts = below.components();
            if let Some(first) = parts.next() {
                let is_folder = parts.next().is_some();
                *entries.entry(first.to_string()).or_insert(is_folder) |= is_folder;
            }
        }
        if entries.is_empty() {
            return Err(not_found());
        }
        Ok(entries.into_iter().map(|(name, is_folder)| FolderEntry { name, is_folder }).collect())
    }
}
