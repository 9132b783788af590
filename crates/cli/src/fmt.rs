//! `danaide fmt`: files and folders in the one layout.

use std::fs;
use std::io::{self, ErrorKind, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};
use danaide_analysis::{AnalysisHost, Change, FilePath, OsFileSystem, is_excluded};
use danaide_format::{FormatOptions, format};

use crate::args::FmtOptions;
use crate::check::counted;
use crate::{diff, exit, paths, write};

/// What the argument `-` means, and how its text is called.
const STDIN: &str = "-";
const STDIN_NAME: &str = "<stdin>";

/// What came of a file.
struct Outcome {
    before: String,
    edit: danaide_syntax::TextEdit,
    after: String,
}

/// What came of all files.
#[derive(Default)]
struct Counts {
    files: usize,
    changed: usize,
    broken: usize,
    unusable: usize,
}

/// Formats every file, or says which ones are not formatted, and gives the exit code: 2 if a path cannot be used, 3 if a
/// file has syntax errors, or is not formatted and shall only be looked at, else 0.
pub fn run(options: &FmtOptions) -> i32 {
    let mut counts = Counts::default();
    let is_stdin = |path: &PathBuf| path.as_os_str() == STDIN;
    let written = if options.paths.iter().any(is_stdin) {
        if options.paths.len() > 1 {
            exit::complain("`-` is the standard input, and goes with no other path");
            return exit::USAGE;
        }
        stdin(options, &mut counts)
    } else {
        files(options, &mut counts)
    };
    match written {
        // Whoever stops reading has seen enough.
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            exit::complain(&format!("cannot write what was formatted: {error}"));
            exit::USAGE
        }
        _ if counts.unusable > 0 => exit::USAGE,
        _ if counts.broken > 0 || (only_looks(options) && counts.changed > 0) => exit::FINDINGS,
        _ => exit::SUCCESS,
    }
}

/// Are files left as they are?
fn only_looks(options: &FmtOptions) -> bool {
    options.check || options.diff
}

fn files(options: &FmtOptions, counts: &mut Counts) -> io::Result<()> {
    let here = paths::current_folder().unwrap_or_default();
    let mut host = AnalysisHost::new(Arc::new(OsFileSystem));
    host.apply_change(Change::Roots { workspace: vec![here.clone()], search_path: Vec::new() });
    let is_excluded = |path: &Utf8Path| is_excluded(host.db(), &FilePath::disk(here.join(path)));
    let everything = [PathBuf::from(".")];
    let named = if options.paths.is_empty() { &everything[..] } else { &options.paths };
    let selected = paths::select(named, &is_excluded);
    let mut out = io::BufWriter::new(anstream::stdout().lock());
    for message in &selected.unusable {
        complain(message, counts);
    }
    for path in &selected.files {
        file(options, path, &mut out, counts)?;
    }
    if options.diff {
        out.flush()?;
        exit::write_error(&format!("{}\n", summary(options, counts)));
    } else {
        writeln!(out, "{}", summary(options, counts))?;
    }
    out.flush()
}

fn file(options: &FmtOptions, path: &Utf8PathBuf, out: &mut impl Write, counts: &mut Counts) -> io::Result<()> {
    let before = match fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) => {
            complain(&paths::unreadable(path.as_std_path(), &error), counts);
            return Ok(());
        }
    };
    let Some(it) = outcome(before, path.as_str(), counts) else { return Ok(()) };
    if it.edit.is_empty() {
        return Ok(());
    }
    if options.diff {
        write!(out, "{}", diff::render(path.as_str(), &it.before, &it.edit))?;
    } else if options.check {
        writeln!(out, "{path} would be formatted")?;
    } else if let Err(message) = write::replace(Path::new(path), &it.before, &it.after) {
        complain(&message, counts);
        counts.changed -= 1;
    }
    Ok(())
}

fn stdin(options: &FmtOptions, counts: &mut Counts) -> io::Result<()> {
    let mut before = Vec::new();
    if let Err(error) = io::stdin().lock().read_to_end(&mut before) {
        complain(&format!("cannot read the standard input: {error}"), counts);
        return Ok(());
    }
    let Some(it) = outcome(before, STDIN_NAME, counts) else { return Ok(()) };
    let mut out = io::stdout().lock();
    match (options.diff, options.check) {
        (true, _) => out.write_all(diff::render(STDIN_NAME, &it.before, &it.edit).as_bytes())?,
        (false, true) if it.edit.is_empty() => {}
        (false, true) => writeln!(out, "{STDIN_NAME} would be formatted")?,
        (false, false) => out.write_all(it.after.as_bytes())?,
    }
    out.flush()
}

/// Formats a text and tells of its syntax errors; `None` if it is not a text.
fn outcome(bytes: Vec<u8>, name: &str, counts: &mut Counts) -> Option<Outcome> {
    let Ok(before) = String::from_utf8(bytes) else {
        complain(&format!("cannot read {name}: it is not UTF-8"), counts);
        return None;
    };
    let parse = danaide_syntax::parse(&before);
    let edit = format(&before, &parse, &FormatOptions::default());
    let after = edit.apply(&before).unwrap_or_else(|| before.clone());
    let errors = parse.errors().len();
    counts.files += 1;
    counts.changed += usize::from(!edit.is_empty());
    if errors > 0 {
        counts.broken += 1;
        let errors = counted(errors, "syntax error").unwrap_or_default();
        exit::complain(&format!(
            "{name} has {errors}: the statements around are left as they are; `danaide check` shows more"
        ));
    }
    Some(Outcome { before, edit, after })
}

fn complain(message: &str, counts: &mut Counts) {
    exit::complain(message);
    counts.unusable += 1;
}

/// `formatted 1 of 3 files`.
fn summary(options: &FmtOptions, counts: &Counts) -> String {
    let Some(files) = counted(counts.files, "file") else { return "no files to format".into() };
    match (counts.changed, only_looks(options)) {
        (0, _) => format!("looked at {files}: nothing to format"),
        (changed, true) => format!("{changed} of {files} would be formatted"),
        (changed, false) => format!("formatted {changed} of {files}"),
    }
}
