//! Which file an import means.

use camino::{Utf8Path, Utf8PathBuf};
use smol_str::SmolStr;

use crate::library::LibraryFile;
use crate::{Db, File, FilePath};

/// What an import leads to.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum ResolvedModule {
    /// `name.na`.
    File(File),
    /// A folder, with its `__init__.na` if it has one.
    Package { folder: Utf8PathBuf, init: Option<File> },
}

impl ResolvedModule {
    /// The file whose statements run when the module is imported.
    pub fn file(&self) -> Option<File> {
        match self {
            Self::File(file) => Some(*file),
            Self::Package { init, .. } => *init,
        }
    }
}

/// Finds the module `names[0].names[1]…` for an import in `importer`.
///
/// Without leading `dots` the search goes through the importing file's folder, that of the program, the workspace roots, the
/// folder around the importing file's package if that has an `__init__.na`, the folders of `paths.search` in the settings and
/// the search path, and takes the first place that has the whole path. With dots it starts at the importing file's folder (one
/// dot), its parent (two), and so on; `from . import x` has no names and gives the folder itself as a package.
/// In one folder a package with `__init__.na` comes before `name.na`, and that before a folder without one.
///
/// The library comes last: `import math` leads to `library/math.na`. If no program is run, and nothing is found, the folders
/// between the importing file and its workspace root are looked at: the program that the file is part of may stand there.
///
/// Asking inside a query makes the query depend on
/// every place that was looked at, so a file that appears later is noticed.
pub fn resolve_module(db: &dyn Db, importer: File, dots: usize, names: &[SmolStr]) -> Option<ResolvedModule> {
    if !names.iter().all(|name| is_plain_name(name)) {
        return None;
    }
    let folder = importer.path(db).folder();
    if dots > 0 {
        return in_folder(db, folder?.ancestors().nth(dots - 1)?, names);
    }
    if names.is_empty() {
        return None;
    }
    let roots = db.roots();
    let of_settings = crate::settings::search_folders(db, importer);
    let program = roots.program(db).as_deref();
    folder
        .into_iter()
        .chain(program)
        .chain(roots.workspace(db).iter().map(Utf8PathBuf::as_path))
        .chain(folder.and_then(|folder| around_package(db, folder)))
        .chain(of_settings.iter().map(Utf8PathBuf::as_path))
        .chain(roots.search_path(db).iter().map(Utf8PathBuf::as_path))
        .find_map(|folder| in_folder(db, folder, names))
        .or_else(|| in_library(db, names))
        .or_else(|| if program.is_none() { around(db, folder?, names) } else { None })
}

/// A module that a program in a folder around would see. A bare folder is none here: it may be anything.
fn around(db: &dyn Db, folder: &Utf8Path, names: &[SmolStr]) -> Option<ResolvedModule> {
    let root =
        db.roots().workspace(db).iter().filter(|it| folder.starts_with(it)).max_by_key(|it| it.as_str().len())?;
    let mut folders = folder.ancestors().skip(1).take_while(|it| it.starts_with(root));
    folders.find_map(|it| in_folder(db, it, names).filter(|it| it.file().is_some()))
}

/// The folder around the outermost package that a folder belongs to: the innermost one without an `__init__.na`.
fn around_package<'a>(db: &dyn Db, folder: &'a Utf8Path) -> Option<&'a Utf8Path> {
    let is_package = |folder: &&Utf8Path| existing_file(db, folder.join("__init__.na")).is_some();
    let packages = folder.ancestors().take_while(is_package).count();
    if packages == 0 { None } else { folder.ancestors().nth(packages) }
}

fn in_library(db: &dyn Db, names: &[SmolStr]) -> Option<ResolvedModule> {
    let [name] = names else { return None };
    let file = LibraryFile::module(name)?;
    Some(ResolvedModule::File(db.file(&FilePath::Library(file.path))))
}

/// A name that is one path component: no separators, no `..`.
fn is_plain_name(name: &str) -> bool {
    !name.is_empty() && name != "." && name != ".." && !name.contains(['/', '\\', '\0', ':'])
}

fn in_folder(db: &dyn Db, folder: &Utf8Path, names: &[SmolStr]) -> Option<ResolvedModule> {
    let mut path = folder.to_owned();
    path.extend(names.iter().map(SmolStr::as_str));

    let init = existing_file(db, path.join("__init__.na"));
    if init.is_some() {
        return Some(ResolvedModule::Package { folder: path, init });
    }
    if let Some(name) = names.last()
        && let Some(file) = existing_file(db, path.with_file_name(format!("{name}.na")))
    {
        return Some(ResolvedModule::File(file));
    }
    db.folder(&path).exists(db).then_some(ResolvedModule::Package { folder: path, init: None })
}

fn existing_file(db: &dyn Db, path: Utf8PathBuf) -> Option<File> {
    let file = db.file(&FilePath::Disk(path));
    exists(db, file).then_some(file)
}

/// A query of its own, so that what found a module does not depend on the text of the module.
#[salsa::tracked(returns(copy))]
fn exists(db: &dyn Db, file: File) -> bool {
    file.exists(db)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{AnalysisHost, Change, MemoryFileSystem};

    const FILES: [&str; 10] = [
        "/w/app/main.na",
        "/w/app/near.na",
        "/w/app/pkg/__init__.na",
        "/w/app/pkg/deep/leaf.na",
        "/w/app/pkg.na",
        "/w/near.na",
        "/w/root_only.na",
        "/lib/far.na",
        "/lib/root_only.na",
        "/lib/bare/inner.na",
    ];

    fn host() -> AnalysisHost {
        let files = MemoryFileSystem::from_files(FILES.map(|path| (path, "")));
        let mut host = AnalysisHost::new(files);
        host.apply_change(Change::Roots { workspace: vec!["/w".into()], search_path: vec!["/lib".into()] });
        host
    }

    fn resolve(host: &AnalysisHost, importer: &str, import: &str) -> String {
        let path = import.trim_start_matches('.');
        let names: Vec<SmolStr> = path.split('.').filter(|it| !it.is_empty()).map(SmolStr::new).collect();
        let importer = host.file(&FilePath::disk(importer));
        match resolve_module(host.db(), importer, import.len() - path.len(), &names) {
            None => "nothing".to_owned(),
            Some(ResolvedModule::File(file)) => file.path(host.db()).to_string(),
            Some(ResolvedModule::Package { folder, init }) => {
                format!("{folder}/{}", if init.is_some() { "__init__.na" } else { "" })
            }
        }
    }

    #[test]
    fn search_order() {
        let host = host();
        for (import, expected) in [
            ("near", "/w/app/near.na"),
            ("pkg", "/w/app/pkg/__init__.na"),
            ("pkg.deep", "/w/app/pkg/deep/"),
            ("pkg.deep.leaf", "/w/app/pkg/deep/leaf.na"),
            ("root_only", "/w/root_only.na"),
            ("far", "/lib/far.na"),
            ("bare", "/lib/bare/"),
            ("bare.inner", "/lib/bare/inner.na"),
            ("absent", "nothing"),
            ("near.absent", "nothing"),
            (".near", "/w/app/near.na"),
            ("..near", "/w/near.na"),
            (".far", "nothing"),
            (".", "/w/app/"),
            ("......near", "nothing"),
        ] {
            assert_eq!(resolve(&host, "/w/app/main.na", import), expected, "import {import}");
        }
    }

    #[test]
    fn a_file_may_be_part_of_a_program_around_it() {
        let mut host = host();
        // No program is run: `/w/app/main.na` might be it.
        assert_eq!(resolve(&host, "/w/app/pkg/deep/leaf.na", "main"), "/w/app/main.na");
        assert_eq!(resolve(&host, "/w/app/pkg/deep/leaf.na", "near"), "/w/near.na", "roots come first");
        assert_eq!(resolve(&host, "/w/app/pkg/deep/leaf.na", "app"), "/w/app/");
        assert_eq!(resolve(&host, "/lib/bare/inner.na", "far"), "/lib/far.na");
        host.apply_change(Change::Roots { workspace: vec!["/w".into()], search_path: Vec::new() });
        assert_eq!(resolve(&host, "/lib/bare/inner.na", "far"), "nothing", "outside of the workspace");

        host.apply_change(Change::Program(Some("/w/app".into())));
        assert_eq!(resolve(&host, "/w/app/pkg/deep/leaf.na", "main"), "/w/app/main.na");
        assert_eq!(resolve(&host, "/w/app/pkg/deep/leaf.na", "near"), "/w/app/near.na");
        host.apply_change(Change::Program(Some("/w".into())));
        assert_eq!(resolve(&host, "/w/app/pkg/deep/leaf.na", "main"), "nothing");
    }

    #[test]
    fn names_cannot_leave_the_folder() {
        let host = host();
        let importer = host.file(&FilePath::disk("/w/app/main.na"));
        for name in ["../near", "..", "", "a/b", "c:x"] {
            assert_eq!(resolve_module(host.db(), importer, 0, &[SmolStr::new(name)]), None, "{name}");
        }
    }

    #[test]
    fn a_file_without_a_folder_sees_the_roots() {
        let mut host = host();
        let path = FilePath::Virtual("untitled:1".into());
        host.apply_change(Change::Open { path: path.clone(), text: "import near".into() });
        let importer = host.file(&path);
        let found = resolve_module(host.db(), importer, 0, &["near".into()]).and_then(|it| it.file());
        assert_eq!(found, Some(host.file(&FilePath::disk("/w/near.na"))));
        assert_eq!(resolve_module(host.db(), importer, 1, &["near".into()]), None);
    }

    #[test]
    fn a_file_that_appears_or_goes_is_noticed() {
        let files = MemoryFileSystem::from_files([("/w/main.na", ""), ("/lib/m.na", "")]);
        let mut host = AnalysisHost::new(files.clone());
        host.apply_change(Change::Roots { workspace: Vec::new(), search_path: vec!["/lib".into()] });
        assert_eq!(resolve(&host, "/w/main.na", "m"), "/lib/m.na");

        files.write("/w/m/x.na", "");
        host.apply_change(Change::Disk { paths: vec!["/w/m/x.na".into()] });
        assert_eq!(resolve(&host, "/w/main.na", "m"), "/w/m/");

        files.write("/w/m/__init__.na", "");
        host.apply_change(Change::Disk { paths: vec!["/w/m/__init__.na".into()] });
        assert_eq!(resolve(&host, "/w/main.na", "m"), "/w/m/__init__.na");

        files.remove("/w/m/__init__.na");
        files.remove("/w/m/x.na");
        host.apply_change(Change::Disk { paths: vec!["/w/m".into()] });
        assert_eq!(resolve(&host, "/w/main.na", "m"), "/lib/m.na");
    }
}
