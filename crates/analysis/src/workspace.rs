//! The files of the workspace: all below its folders, and those that were opened or imported from elsewhere.

use camino::Utf8PathBuf;
use rustc_hash::FxHashSet;

use crate::listing::{Listed, is_skipped};
use crate::{Db, File, FilePath, FileSystem};

/// At most so many files are looked at.
pub const MOST_FILES: usize = 20_000;
/// At most so many folders are looked into: links may lead in circles.
const MOST_FOLDERS: usize = 50_000;

/// The files of the workspace, sorted by path: those in its folders, and others that are open or were read because a file
/// imports them; not those of a folder that it does not have any more. The folders are listed at the first call, and what is told of the disk
/// keeps that list up to date; a file is read when it is first asked for. Not for queries: what it depends on is not noted.
pub fn workspace_files(db: &dyn Db) -> Vec<File> {
    let listed = db.listing().get(|| list(db));
    let mut files: Vec<File> = Vec::with_capacity(listed.paths.len());
    for (number, path) in listed.paths.iter().enumerate() {
        if number % 64 == 0 {
            db.unwind_if_revision_cancelled();
        }
        files.push(db.file(path));
    }
    let is_other = |it: &File| {
        let path = it.path(db);
        let is_dana = match path {
            FilePath::Disk(path) => path.extension() == Some("na"),
            FilePath::Virtual(_) => true,
            FilePath::Library(_) => false,
        };
        is_dana && !listed.set.contains(path) && !db.listing().has_left(path) && it.exists(db)
    };
    let others: Vec<File> = db.known_files().into_iter().filter(is_other).collect();
    if !others.is_empty() {
        files.extend(others);
        files.sort_by(|a, b| a.path(db).cmp(b.path(db)));
    }
    files
}

/// The paths of the files in the folders of the workspace, sorted, at most [`MOST_FILES`] of them. None is read.
pub fn workspace_paths(db: &dyn Db) -> Vec<FilePath> {
    db.listing().get(|| list(db)).paths.clone()
}

/// Are there more files in the folders of the workspace than are looked at?
pub fn workspace_is_cut(db: &dyn Db) -> bool {
    db.listing().get(|| list(db)).is_cut
}

fn list(db: &dyn Db) -> Listed {
    let (paths, is_cut) = find(db.file_system(), db.roots().workspace(db), || db.unwind_if_revision_cancelled());
    Listed { is_cut, ..Listed::new(paths.into_iter().map(FilePath::Disk).collect()) }
}

/// The `*.na` files below folders, in no order, at most [`MOST_FILES`] of them. `pulse` is called now and then.
pub fn list_folders(file_system: &dyn FileSystem, folders: &[Utf8PathBuf], pulse: impl Fn()) -> Vec<Utf8PathBuf> {
    find(file_system, folders, pulse).0
}

/// The files, and whether there are more.
fn find(file_system: &dyn FileSystem, folders: &[Utf8PathBuf], pulse: impl Fn()) -> (Vec<Utf8PathBuf>, bool) {
    let mut paths: Vec<Utf8PathBuf> = Vec::new();
    let mut folders: Vec<Utf8PathBuf> = folders.to_vec();
    // A link to a folder around it would give its files a name after the other.
    let mut seen: FxHashSet<Utf8PathBuf> = FxHashSet::default();
    let mut looked_into = 0;
    while looked_into < MOST_FOLDERS
        && paths.len() < MOST_FILES
        && let Some(folder) = folders.pop()
    {
        pulse();
        if file_system.canonical(&folder).is_some_and(|it| !seen.insert(it)) {
            continue;
        }
        looked_into += 1;
        for entry in file_system.list(&folder).unwrap_or_default() {
            if entry.is_folder {
                if !is_skipped(&entry.name) {
                    folders.push(folder.join(&entry.name));
                }
            } else if entry.name.ends_with(".na") {
                paths.push(folder.join(&entry.name));
            }
        }
    }
    let is_cut = paths.len() > MOST_FILES || !folders.is_empty();
    paths.truncate(MOST_FILES);
    (paths, is_cut)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{AnalysisHost, Change, MemoryFileSystem};

    fn names(host: &AnalysisHost) -> Vec<String> {
        workspace_files(host.db()).iter().map(|it| it.path(host.db()).to_string()).collect()
    }

    #[test]
    fn the_list_follows_what_is_told_of_the_disk() {
        let files =
            MemoryFileSystem::from_files([("/w/a.na", ""), ("/w/p/b.na", ""), ("/w/.git/c.na", ""), ("/w/d.py", "")]);
        let mut host = AnalysisHost::new(files.clone());
        host.apply_change(Change::Roots { workspace: vec!["/w".into()], search_path: Vec::new() });
        assert_eq!(names(&host), ["/w/a.na", "/w/p/b.na"]);

        files.write("/w/p/new.na", "");
        files.write("/w/q/deep/other.na", "");
        assert_eq!(names(&host).len(), 2, "nobody said a word");
        let mut tell =
            |paths: &[&str]| host.apply_change(Change::Disk { paths: paths.iter().map(Into::into).collect() });
        assert!(tell(&["/w/p/new.na", "/w/q"]));
        assert!(!tell(&["/w/.git/c.na", "/elsewhere/x.na", "/w/d.py"]));
        assert_eq!(names(&host), ["/w/a.na", "/w/p/b.na", "/w/p/new.na", "/w/q/deep/other.na"]);

        files.remove("/w/p/b.na");
        files.remove("/w/p/new.na");
        files.remove("/w/a.na");
        let mut tell =
            |paths: &[&str]| host.apply_change(Change::Disk { paths: paths.iter().map(Into::into).collect() });
        assert!(tell(&["/w/a.na", "/w/p"]), "a folder takes its files along");
        assert_eq!(names(&host), ["/w/q/deep/other.na"]);
        host.apply_change(Change::Open { path: FilePath::disk("/elsewhere/x.na"), text: "".into() });
        assert_eq!(names(&host), ["/elsewhere/x.na", "/w/q/deep/other.na"]);
        let mut tell = |workspace: &[&str]| {
            let workspace = workspace.iter().map(Into::into).collect();
            host.apply_change(Change::Roots { workspace, search_path: Vec::new() });
            names(&host)
        };
        assert_eq!(tell(&[]), ["/elsewhere/x.na"], "what was read of the folder goes with it");
        assert_eq!(tell(&["/w/q"]), ["/elsewhere/x.na", "/w/q/deep/other.na"]);
        assert_eq!(tell(&[]), ["/elsewhere/x.na"]);
        host.apply_change(Change::Open { path: FilePath::disk("/w/q/deep/other.na"), text: "".into() });
        assert_eq!(names(&host), ["/elsewhere/x.na", "/w/q/deep/other.na"], "one that is open is of interest");
    }

    #[cfg(unix)]
    #[test]
    fn links_in_circles_are_followed_once() {
        let folder = tempfile::tempdir().expect("a folder");
        let root = Utf8PathBuf::from_path_buf(folder.path().to_owned()).expect("UTF-8");
        std::fs::create_dir_all(root.join("real/inner")).expect("folders");
        std::fs::write(root.join("real/inner/a.na"), "").expect("a file");
        std::os::unix::fs::symlink(&root, root.join("real/inner/up")).expect("a link");
        let mut host = AnalysisHost::new(std::sync::Arc::new(crate::OsFileSystem));
        host.apply_change(Change::Roots { workspace: vec![root.clone()], search_path: Vec::new() });
        assert_eq!(names(&host), [root.join("real/inner/a.na").as_str()]);
    }
}
