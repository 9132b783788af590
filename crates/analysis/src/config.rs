//! The inputs that are not files: where modules are searched, and settings.

use camino::Utf8PathBuf;

use crate::{FilePath, Levels};

/// Where modules are searched after the importing file's folder.
#[salsa::input(singleton, debug)]
pub struct Roots {
    /// The folders open in the editor, or the current folder of a command.
    pub workspace: Vec<Utf8PathBuf>,
    /// The entries of `DANAPATH`.
    pub search_path: Vec<Utf8PathBuf>,
    /// The folder of the program that is run; none while files are only looked at, of which any may be part of any program.
    #[default]
    pub program: Option<Utf8PathBuf>,
}

/// Settings of the analysis.
#[salsa::input(singleton, debug)]
pub struct Config {
    /// How many diagnostics a file may have; the rest is left out.
    #[returns(copy)]
    pub max_diagnostics: usize,
    /// Levels of rules that count before all others: those of the command line, or of the editor.
    #[default]
    pub levels: Levels,
    /// The settings file of all files, instead of the nearest one of each.
    #[default]
    pub settings_file: Option<FilePath>,
}

impl Config {
    pub(crate) const DEFAULT_MAX_DIAGNOSTICS: usize = 1000;
}
