//! `danaide run`: checks a program, runs it, and says how it ended.

use std::io::Write;
use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};
use danaide_analysis::{AnalysisHost, Change, Db, File, FilePath, OsFileSystem, Severity, item_tree};
use danaide_runtime::{Ending, Grants, LocalHost, Model, Secrets, interrupt, run_to_end};

use crate::args::RunOptions;
use crate::{exit, finding, human, paths, settings, traceback};

/// A sentence for the user, and the exit code that goes with it.
type Refusal = (String, i32);

/// Gives the exit code.
pub fn run(options: &RunOptions) -> i32 {
    try_run(options).unwrap_or_else(|(message, code)| {
        exit::complain(&message);
        code
    })
}

fn usage(message: impl ToString) -> Refusal {
    (message.to_string(), exit::USAGE)
}
