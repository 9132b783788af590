//! The inputs that stand for files and folders, and what their contents can be.

use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};
use danaide_syntax::MAX_TEXT_LEN;

use crate::library::LibraryFile;
use crate::{Db, EntryKind, FilePath, FileSystem};

/// A file. There is one for each path that was ever asked for; it is never freed, and it may be missing on disk.
///
/// Get one with [`AnalysisHost::file`](crate::AnalysisHost::file), [`Analysis::file`](crate::Analysis::file) or
/// [`Db::file`]; only [`AnalysisHost`](crate::AnalysisHost) changes it.
#[salsa::input(debug)]
pub struct File {
    pub path: FilePath,
    pub contents: FileContents,
}

impl File {
    /// The text; empty if the file cannot be read.
    pub fn text(self, db: &dyn Db) -> &Arc<str> {
        self.contents(db).text()
    }

    /// Is there a file to read, or an open buffer?
    pub fn exists(self, db: &dyn Db) -> bool {
        !matches!(self.contents(db), FileContents::Missing)
    }
}

/// A folder, of which only its existence is known. Like a [`File`] it is never freed.
#[salsa::input(debug)]
pub struct Folder {
    pub path: Utf8PathBuf,
    #[returns(copy)]
    pub exists: bool,
}

/// What is in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FileContents {
    Text(Arc<str>),
    /// Bytes that are not UTF-8, each bad sequence replaced by U+FFFD.
    Lossy {
        text: Arc<str>,
        /// Offset in `text` of the first replacement, in bytes.
        first_replacement: u32,
    },
    Missing,
    /// There is something at the path, but it cannot be read; why, in the words of the operating system.
    Unreadable(String),
    /// The file or buffer is longer than [`MAX_TEXT_LEN`]; its length in bytes.
    TooLong(u64),
}

impl FileContents {
    /// The contents of an editor's buffer.
    pub fn from_text(text: impl Into<Arc<str>>) -> Self {
        let text = text.into();
        if text.len() > MAX_TEXT_LEN { Self::TooLong(text.len() as u64) } else { Self::Text(text) }
    }

    /// Decodes the bytes of a file.
    pub fn from_bytes(bytes: Vec<u8>) -> Self {
        match String::from_utf8(bytes) {
            Ok(text) => Self::from_text(text),
            Err(error) => {
                let first_replacement = error.utf8_error().valid_up_to();
                let text = String::from_utf8_lossy(error.as_bytes());
                // A replacement may be longer than what it replaces.
                if text.len() > MAX_TEXT_LEN {
                    return Self::TooLong(text.len() as u64);
                }
                Self::Lossy {
                    text: text.into(),
                    first_replacement: u32::try_from(first_replacement).unwrap_or(u32::MAX),
                }
            }
        }
    }

    /// What a file holds before an editor opens it.
    pub fn of(file_system: &dyn FileSystem, path: &FilePath) -> Self {
        match path {
            FilePath::Disk(path) => Self::read(file_system, path),
            FilePath::Virtual(_) => Self::Missing,
            FilePath::Library(path) => LibraryFile::by_path(path).map_or(Self::Missing, |it| Self::from_text(it.text)),
        }
    }

    /// Reads a file. Anything but a readable, not too long, regular file gives the variant that says so.
    pub fn read(file_system: &dyn FileSystem, path: &Utf8Path) -> Self {
        let limit = MAX_TEXT_LEN as u64;
        match file_system.metadata(path) {
            Ok(metadata) => match metadata.kind {
                EntryKind::File if metadata.len > limit => Self::TooLong(metadata.len),
                EntryKind::File => match file_system.read(path, limit.saturating_add(1)) {
                    Ok(bytes) => Self::from_bytes(bytes),
                    Err(error) => Self::from_error(&error),
                },
                EntryKind::Folder => Self::Unreadable("it is a folder".to_owned()),
                EntryKind::Other => Self::Unreadable("it is not a regular file".to_owned()),
            },
            Err(error) => Self::from_error(&error),
        }
    }

    fn from_error(error: &std::io::Error) -> Self {
        match error.kind() {
            // `a.na/b.na` where `a.na` is a file is as missing as can be.
            std::io::ErrorKind::NotFound | std::io::ErrorKind::NotADirectory => Self::Missing,
            _ => Self::Unreadable(error.to_string()),
        }
    }

    /// The text; empty if there is none.
    pub fn text(&self) -> &Arc<str> {
        static EMPTY: std::sync::LazyLock<Arc<str>> = std::sync::LazyLock::new(|| Arc::from(""));
        match self {
            Self::Text(text) | Self::Lossy { text, .. } => text,
            Self::Missing | Self::Unreadable(_) | Self::TooLong(_) => &EMPTY,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_that_are_not_utf8_are_replaced() {
        assert_eq!(
            FileContents::from_bytes(b"a = '\xff\xfe'".to_vec()),
            FileContents::Lossy { text: "a = '\u{fffd}\u{fffd}'".into(), first_replacement: 5 }
        );
        assert_eq!(FileContents::from_bytes("ü".into()), FileContents::Text("ü".into()));
    }

    #[test]
    fn folders_and_missing_files_are_told_apart() {
        let read = |path: &str| FileContents::read(&crate::OsFileSystem, Utf8Path::new(path));
        let here = env!("CARGO_MANIFEST_DIR");
        assert_eq!(read(here), FileContents::Unreadable("it is a folder".into()));
        assert_eq!(read(&format!("{here}/no such file")), FileContents::Missing);
        assert_eq!(read(&format!("{here}/Cargo.toml/x.na")), FileContents::Missing);
        assert!(matches!(read(&format!("{here}/Cargo.toml")), FileContents::Text(text) if text.contains("[package]")));
    }

    #[cfg(unix)]
    #[test]
    fn devices_are_not_read() {
        let contents = FileContents::read(&crate::OsFileSystem, Utf8Path::new("/dev/zero"));
        assert_eq!(contents, FileContents::Unreadable("it is not a regular file".into()));
    }
}
