//! Files of the library for editors: as read-only files in a cache folder, or as virtual documents `danaide:library/…`.

use std::io::Write as _;

use camino::{Utf8Path, Utf8PathBuf};
use danaide_analysis::FilePath;
use danaide_analysis::library::LibraryFile;
use lsp_types::Url;

use crate::convert::file_uri;

/// The name of the folder that holds them; that of another version holds others.
const FOLDER: &str = concat!("danaide-", env!("CARGO_PKG_VERSION"));

/// Where caches of programs are kept on this machine.
pub(crate) fn cache_folder() -> Option<Utf8PathBuf> {
    let var = |name: &str| std::env::var(name).ok().filter(|it| !it.is_empty()).map(Utf8PathBuf::from);
    let folder = if cfg!(windows) {
        var("LOCALAPPDATA")
    } else {
        var("XDG_CACHE_HOME").or_else(|| var("HOME").map(|it| it.join(".cache")))
    };
    folder.filter(|it| it.is_absolute())
}

/// The library file that a file on disk is a copy of.
pub(crate) fn file_of(path: &Utf8Path) -> Option<&'static LibraryFile> {
    let mut parts = path.components();
    parts.find(|it| it.as_str() == FOLDER)?;
    LibraryFile::by_path(&parts.as_path().as_str().replace('\\', "/"))
}

/// How a client can open a file. A file of the library is written to the folder first; without a folder, or if that fails,
/// it is a virtual document.
pub(crate) fn uri(path: &FilePath, folder: Option<&Utf8Path>) -> Option<Url> {
    if let (FilePath::Library(name), Some(folder)) = (path, folder)
        && let Some(library) = LibraryFile::by_path(name)
        && let Some(path) = write(library, folder)
    {
        return Url::from_file_path(path).ok();
    }
    file_uri(path)
}

fn write(library: &LibraryFile, folder: &Utf8Path) -> Option<Utf8PathBuf> {
    let path = folder.join(FOLDER).join(library.path);
    if std::fs::read_to_string(&path).is_ok_and(|it| it == library.text) {
        return Some(path);
    }
    std::fs::create_dir_all(path.parent()?).ok()?;
    // Another server may write the same: each takes a file of its own, and the last one stays.
    let own = path.with_extension(format!("{}.tmp", std::process::id()));
    let mut file = std::fs::File::create(&own).ok()?;
    file.write_all(library.text.as_bytes()).ok()?;
    let mut permissions = file.metadata().ok()?.permissions();
    permissions.set_readonly(true);
    file.set_permissions(permissions).ok()?;
    drop(file);
    std::fs::rename(&own, &path).ok()?;
    Some(path)
}
