//! Paths: which files an argument means, and how a path is shown.

use std::path::{Path, PathBuf};

use camino::{Utf8Path, Utf8PathBuf};

/// What the arguments name, with the sentences about those that cannot be used.
#[derive(Debug, Default)]
pub struct Selected {
    /// Sorted, each once, as the user wrote them.
    pub files: Vec<Utf8PathBuf>,
    pub unusable: Vec<String>,
}

/// Files as they are, folders searched for `*.na`. What git ignores, hidden files, and what `is_excluded` are left out of
/// folders.
pub fn select(paths: &[PathBuf], is_excluded: &dyn Fn(&Utf8Path) -> bool) -> Selected {
    let mut selected = Selected::default();
    for path in paths {
        match path.metadata() {
            Err(error) => selected.unusable.push(unreadable(path, &error)),
            Ok(metadata) if metadata.is_dir() => walk(path, is_excluded, &mut selected),
            Ok(_) => selected.add(path, &|_| false),
        }
    }
    selected.files.sort();
    selected.files.dedup();
    selected
}

impl Selected {
    fn add(&mut self, path: &Path, is_excluded: &dyn Fn(&Utf8Path) -> bool) {
        let path = path.strip_prefix(".").unwrap_or(path);
        match Utf8PathBuf::from_path_buf(path.to_owned()) {
            Ok(path) if is_excluded(&path) => {}
            Ok(path) => self.files.push(path),
            Err(path) => self.unusable.push(format!("cannot read {}: its name is not UTF-8", path.display())),
        }
    }
}

fn walk(folder: &Path, is_excluded: &dyn Fn(&Utf8Path) -> bool, selected: &mut Selected) {
    // Ignore files count outside of repositories too.
    for entry in ignore::WalkBuilder::new(folder).require_git(false).build() {
        match entry {
            Ok(entry) if entry.path().extension().is_some_and(|extension| extension == "na") && is_file(&entry) => {
                selected.add(entry.path(), is_excluded);
            }
            Ok(_) => {}
            Err(error) => selected.unusable.push(format!("cannot search {}: {error}", folder.display())),
        }
    }
}

fn is_file(entry: &ignore::DirEntry) -> bool {
    entry.file_type().is_some_and(|kind| !kind.is_dir())
}

/// Why a file cannot be used, in a sentence.
pub fn unreadable(path: &Path, error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::NotFound => format!("cannot read {}: there is no such file", path.display()),
        _ => format!("cannot read {}: {error}", path.display()),
    }
}

/// The folder of the process; nothing if it has no UTF-8 name.
pub fn current_folder() -> Option<Utf8PathBuf> {
    Utf8PathBuf::from_path_buf(std::env::current_dir().ok()?).ok()
}

/// The folders of `DANAPATH` and `DANA_PATH`, in which modules are looked for.
pub fn search_path() -> Vec<Utf8PathBuf> {
    let lists = ["DANAPATH", "DANA_PATH"].into_iter().filter_map(std::env::var_os);
    let folders = lists.flat_map(|list| std::env::split_paths(&list).collect::<Vec<_>>());
    folders.filter_map(|folder| Utf8PathBuf::from_path_buf(folder).ok()).filter(|folder| folder != "").collect()
}

/// A path below `here` without the part that everybody knows.
pub fn shown<'a>(path: &'a str, here: Option<&Utf8Path>) -> &'a str {
    let below = here.and_then(|here| Utf8Path::new(path).strip_prefix(here).ok());
    below.map_or(path, Utf8Path::as_str)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn folders_are_searched_and_files_taken_as_they_are() {
        let root = tempfile::tempdir().unwrap();
        let at = |name: &str| root.path().join(name);
        fs::create_dir_all(at("b/deep")).unwrap();
        fs::create_dir_all(at("ignored")).unwrap();
        for file in ["b/deep/z.na", "b/a.na", "b/notes.txt", "ignored/x.na", "script"] {
            fs::write(at(file), "").unwrap();
        }
        fs::write(at(".gitignore"), "ignored/\n").unwrap();

        let selected = select(&[at("script"), root.path().to_owned(), at("missing.na")], &|_| false);
        let names: Vec<&str> =
            selected.files.iter().map(|path| shown(path.as_str(), Utf8Path::from_path(root.path()))).collect();
        assert_eq!(names, ["b/a.na", "b/deep/z.na", "script"]);
        assert_eq!(selected.unusable, [format!("cannot read {}: there is no such file", at("missing.na").display())]);
    }

    #[test]
    fn a_path_below_the_folder_is_shown_short() {
        let here = Utf8Path::new("/home/ada");
        assert_eq!(shown("/home/ada/x/y.na", Some(here)), "x/y.na");
        assert_eq!(shown("/home/adam/y.na", Some(here)), "/home/adam/y.na");
        assert_eq!(shown("/home/ada/y.na", None), "/home/ada/y.na");
    }
}
