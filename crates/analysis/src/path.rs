//! Names of files: a place on a disk, a text that only an editor has, or a file of the library.

use std::fmt;

use camino::{Utf8Component, Utf8Path, Utf8PathBuf};

/// What a file is called.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum FilePath {
    /// A place on a disk, without `.` and `..`.
    Disk(Utf8PathBuf),
    /// A text without a place, such as an editor's `untitled:1`: it has no folder and is never read.
    Virtual(String),
    /// A file of the [`library`](crate::library), such as `library/math.na`: part of the program itself, and never
    /// changed.
    Library(&'static str),
}

impl FilePath {
    /// A place on a disk. `.` and `..` are taken out by their spelling alone: links are not followed.
    pub fn disk(path: impl AsRef<Utf8Path>) -> Self {
        Self::Disk(normalize(path.as_ref()))
    }

    pub fn as_disk(&self) -> Option<&Utf8Path> {
        match self {
            Self::Disk(path) => Some(path),
            Self::Virtual(_) | Self::Library(_) => None,
        }
    }

    /// The folder that holds the file; `None` if the file has no place.
    pub fn folder(&self) -> Option<&Utf8Path> {
        self.as_disk()?.parent()
    }
}

impl fmt::Display for FilePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Disk(path) => path.fmt(f),
            Self::Virtual(name) => name.fmt(f),
            Self::Library(name) => name.fmt(f),
        }
    }
}

/// Takes `.` and `..` out of a path by its spelling: `/a/./b/../c` is `/a/c`. A `..` that leads above a relative
/// path's start stays, one above the root goes.
pub fn normalize(path: &Utf8Path) -> Utf8PathBuf {
    let mut parts: Vec<Utf8Component<'_>> = Vec::new();
    for part in path.components() {
        match part {
            Utf8Component::CurDir => {}
            Utf8Component::ParentDir => match parts.last() {
                Some(Utf8Component::Normal(_)) => {
                    parts.pop();
                }
                Some(Utf8Component::RootDir | Utf8Component::Prefix(_)) => {}
                _ => parts.push(part),
            },
            _ => parts.push(part),
        }
    }
    parts.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dots_are_taken_out_by_spelling() {
        for (path, expected) in [
            ("/a/./b/../c.na", "/a/c.na"),
            ("/../../a", "/a"),
            ("../x/../../y", "../../y"),
            ("a/..", ""),
            ("/a/b/", "/a/b"),
        ] {
            assert_eq!(normalize(Utf8Path::new(path)), expected, "{path}");
        }
    }

    #[test]
    fn a_virtual_file_has_no_folder() {
        assert_eq!(FilePath::Virtual("untitled:a/b".into()).folder(), None);
        assert_eq!(FilePath::disk("/a/b.na").folder(), Some(Utf8Path::new("/a")));
    }
}
