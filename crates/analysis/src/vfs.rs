//! The file system as the analysis sees it: the one door to a disk.

use std::fmt::Debug;
use std::hash::{Hash as _, Hasher as _};
use std::io;

use camino::{Utf8Path, Utf8PathBuf};

/// What a place in the file system is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum EntryKind {
    File,
    Folder,
    /// A pipe, a device, a socket: never read.
    Other,
}

/// What is known about a place without reading it. Links are followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Metadata {
    pub kind: EntryKind,
    /// Length of a file in bytes.
    pub len: u64,
}

/// One entry of a folder.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct FolderEntry {
    pub name: String,
    pub is_folder: bool,
}

/// Read access to files and folders.
pub trait FileSystem: Debug + Send + Sync {
    /// What stands at `path`. A missing entry is an error of kind [`io::ErrorKind::NotFound`].
    fn metadata(&self, path: &Utf8Path) -> io::Result<Metadata>;

    /// The bytes of a file, at most `limit` of them.
    fn read(&self, path: &Utf8Path, limit: u64) -> io::Result<Vec<u8>>;

    /// The entries of a folder, sorted by name. Names that are not UTF-8 are left out.
    fn list(&self, path: &Utf8Path) -> io::Result<Vec<FolderEntry>>;

    /// Something that is another when the contents of a file changed: cheaper than reading it. None if there is no file.
    fn stamp(&self, path: &Utf8Path) -> Option<u64>;

    /// The one name of a place that links may give several names. None if the file system knows no links.
    fn canonical(&self, _path: &Utf8Path) -> Option<Utf8PathBuf> {
        None
    }

    fn is_folder(&self, path: &Utf8Path) -> bool {
        self.metadata(path).is_ok_and(|it| it.kind == EntryKind::Folder)
    }
}

/// The file system of the operating system.
#[derive(Debug, Clone, Copy, Default)]
pub struct OsFileSystem;

impl FileSystem for OsFileSystem {
    fn metadata(&self, path: &Utf8Path) -> io::Result<Metadata> {
        let metadata = std::fs::metadata(path)?;
        let kind = if metadata.is_file() {
            EntryKind::File
        } else if metadata.is_dir() {
            EntryKind::Folder
        } else {
            EntryKind::Other
        };
        Ok(Metadata { kind, len: metadata.len() })
    }

    fn read(&self, path: &Utf8Path, limit: u64) -> io::Result<Vec<u8>> {
        use io::Read;

        let mut bytes = Vec::new();
        std::fs::File::open(path)?.take(limit).read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    fn stamp(&self, path: &Utf8Path) -> Option<u64> {
        let metadata = std::fs::metadata(path).ok().filter(std::fs::Metadata::is_file)?;
        let changed = metadata.modified().ok().and_then(|it| it.duration_since(std::time::UNIX_EPOCH).ok());
        let mut hasher = rustc_hash::FxHasher::default();
        (changed, metadata.len()).hash(&mut hasher);
        Some(hasher.finish())
    }

    fn canonical(&self, path: &Utf8Path) -> Option<Utf8PathBuf> {
        path.canonicalize_utf8().ok()
    }

    fn list(&self, path: &Utf8Path) -> io::Result<Vec<FolderEntry>> {
        let mut entries = Vec::new();
        for entry in std::fs::read_dir(path)? {
            let entry = entry?;
            if let Ok(name) = entry.file_name().into_string() {
                let is_folder = std::fs::metadata(entry.path()).is_ok_and(|it| it.is_dir());
                entries.push(FolderEntry { name, is_folder });
            }
        }
        entries.sort();
        Ok(entries)
    }
}
