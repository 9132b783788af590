//! The files of the workspace: all below its folders, and those that were opened or imported from elsewhere.

use camino::Utf8PathBuf;

use crate::{Db, File, FilePath};

/// At most so many files are looked at.
pub const MOST_FILES: usize = 20_000;
/// At most so many folders are looked into: links may lead in circles.
const MOST_FOLDERS: usize = 50_000;

/// The files of the workspace, sorted by path. The folders are listed anew at each call; a file is read when it is first
/// asked for. Not for queries: what it depends on is not noted.
pub fn workspace_files(db: &dyn Db) -> Vec<File> {
    let mut paths: Vec<FilePath> = Vec::new();
    let mut folders: Vec<Utf8PathBuf> = db.roots().workspace(db).clone();
    let mut looked_into = 0;
    while let Some(folder) = folders.pop()
        && looked_into < MOST_FOLDERS
        && paths.len() < MOST_FILES
    {
        db.unwind_if_revision_cancelled();
        looked_into += 1;
        for entry in db.file_system().list(&folder).unwrap_or_default() {
            if entry.is_folder {
                if !is_skipped(&entry.name) {
                    folders.push(folder.join(&entry.name));
                }
            } else if entry.name.ends_with(".na") {
                paths.push(FilePath::Disk(folder.join(&entry.name)));
            }
        }
    }
    paths.truncate(MOST_FILES);
    let mut files: Vec<File> = paths.iter().map(|it| db.file(it)).collect();
    files.extend(db.known_files().into_iter().filter(|it| {
        let path = it.path(db);
        let is_dana = match path {
            FilePath::Disk(path) => path.extension() == Some("na"),
            FilePath::Virtual(_) => true,
            FilePath::Library(_) => false,
        };
        is_dana && it.exists(db)
    }));
    files.sort_by(|a, b| a.path(db).cmp(b.path(db)));
    files.dedup();
    files
}

/// Folders that hold what tools made.
fn is_skipped(name: &str) -> bool {
    name.starts_with('.') || matches!(name, "node_modules" | "target" | "__pycache__" | "venv")
}
