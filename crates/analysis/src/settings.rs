//! Settings: what `danaide.toml` says, and what holds for each file.
//!
//! A file has the settings of the nearest `danaide.toml` in its folder or above; a file without a place those of the
//! first workspace folder. [`Config::settings_file`](crate::Config) names one for all files instead. Settings files are
//! files of the database, so a change of one is a change like any other.

mod file;
mod glob;
mod levels;
mod parse;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};

pub use file::{
    CheckSettings, ImportSettings, Override, PathSettings, RuleSelector, RuleTable, SettingsFile, UnresolvedPython,
};
pub use glob::Glob;
pub use levels::Levels;
pub(crate) use parse::SettingProblem;

use crate::{Db, File, FilePath, Folder};
use glob::GlobList;

/// What a settings file is called.
pub const SETTINGS_FILE: &str = "danaide.toml";

/// What holds for one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileSettings {
    pub levels: Levels,
    /// How many diagnostics the file may have; the rest is left out.
    pub max_diagnostics: usize,
    pub imports: ImportSettings,
}

/// A settings file with everything worked out. Equal if the files say the same.
#[derive(Debug, Clone)]
struct Project {
    file: SettingsFile,
    /// Paths of the file are relative to it.
    folder: Utf8PathBuf,
    excluded: GlobList,
    /// For each entry of `overrides`.
    overridden: Vec<GlobList>,
    problems: Vec<SettingProblem>,
}

impl PartialEq for Project {
    fn eq(&self, other: &Self) -> bool {
        // The rest follows from these.
        (&self.file, &self.folder, &self.problems) == (&other.file, &other.folder, &other.problems)
    }
}

impl Eq for Project {}

#[salsa::tracked(returns(clone))]
fn project(db: &dyn Db, settings: File) -> Arc<Project> {
    let (file, problems) = parse::parse(settings.text(db));
    let folder = settings.path(db).folder().map(ToOwned::to_owned).unwrap_or_default();
    let excluded = GlobList::new(&file.check.exclude);
    let overridden = file.overrides.iter().map(|it| GlobList::new(&it.files)).collect();
    Arc::new(Project { file, folder, excluded, overridden, problems })
}

/// The settings file of everything in a folder.
#[salsa::tracked(returns(copy))]
fn settings_of_folder(db: &dyn Db, folder: Folder) -> Option<File> {
    let path = folder.path(db);
    let files = path.ancestors().map(|it| db.file(&FilePath::Disk(it.join(SETTINGS_FILE))));
    files.into_iter().find(|it| it.exists(db))
}

fn settings_at(db: &dyn Db, folder: Option<&Utf8Path>) -> Option<File> {
    let config = db.config();
    if let Some(path) = config.settings_file(db) {
        return Some(db.file(path));
    }
    let roots = db.roots();
    let folder = folder.or_else(|| roots.workspace(db).first().map(Utf8PathBuf::as_path))?;
    settings_of_folder(db, db.folder(folder))
}

/// The settings file that holds for a file, if there is one.
pub fn settings_file(db: &dyn Db, file: File) -> Option<File> {
    match file.path(db) {
        FilePath::Library(_) => None,
        path => settings_at(db, path.folder()),
    }
}

/// The settings that hold for a file.
#[salsa::tracked(returns(clone))]
pub fn file_settings(db: &dyn Db, file: File) -> Arc<FileSettings> {
    let config = db.config();
    let mut settings = FileSettings {
        levels: Levels::default(),
        max_diagnostics: config.max_diagnostics(db),
        imports: ImportSettings::default(),
    };
    if let Some(settings_file) = settings_file(db, file) {
        let project = project(db, settings_file);
        project.file.rules.apply(&mut settings.levels);
        if let Some(below) = project.below(file.path(db)) {
            for (it, files) in project.file.overrides.iter().zip(&project.overridden) {
                if files.contains(below) {
                    it.rules.apply(&mut settings.levels);
                }
            }
        }
        settings.max_diagnostics = project.file.check.max_diagnostics.unwrap_or(settings.max_diagnostics);
        settings.imports = project.file.imports.clone();
    }
    settings.levels.extend(config.levels(db));
    Arc::new(settings)
}

/// Do the settings leave a path out when its folder is searched?
pub fn is_excluded(db: &dyn Db, path: &FilePath) -> bool {
    settings_at(db, path.folder()).is_some_and(|it| {
        let project = project(db, it);
        project.below(path).is_some_and(|below| project.excluded.contains(below))
    })
}

/// The folders that the settings of a file add to where modules are searched.
pub(crate) fn search_folders(db: &dyn Db, file: File) -> Vec<Utf8PathBuf> {
    settings_file(db, file).map_or_else(Vec::new, |it| {
        let project = project(db, it);
        let folders = project.file.paths.search.iter();
        folders.map(|folder| crate::normalize(&project.folder.join(folder))).collect()
    })
}

/// Is this a file of settings, not of Dana?
pub(crate) fn is_settings_file(db: &dyn Db, file: File) -> bool {
    let path = file.path(db);
    path.as_disk().is_some_and(|it| it.file_name() == Some(SETTINGS_FILE))
        || db.config().settings_file(db).as_ref() == Some(path)
}

/// What is wrong in a settings file.
pub(crate) fn setting_problems(db: &dyn Db, settings: File) -> Vec<SettingProblem> {
    project(db, settings).problems.clone()
}

impl Project {
    /// A path as the file's patterns see it.
    fn below<'a>(&self, path: &'a FilePath) -> Option<&'a Utf8Path> {
        path.as_disk()?.strip_prefix(&self.folder).ok()
    }
}
