//! `danaide check`: what is wrong in files and folders.

use std::collections::BTreeSet;
use std::io::{self, ErrorKind, Write};
use std::panic::resume_unwind;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use camino::{Utf8Path, Utf8PathBuf};
use danaide_analysis::{
    Analysis, AnalysisHost, Change, Db, File, FilePath, Levels, OsFileSystem, Severity, fix_all, is_excluded,
    settings_file,
};

use crate::args::{CheckOptions, Output};
use crate::exit;
use crate::finding::{self, Finding};
use crate::{human, json, paths, sarif, statistics, write};

/// Prints every finding, and gives the exit code: 2 if a path or an option cannot be used, 3 if there are errors, else 0.
pub fn run(options: &CheckOptions) -> i32 {
    let here = paths::current_folder().unwrap_or_default();
    let mut host = match host(options, &here) {
        Ok(host) => host,
        Err(message) => {
            exit::complain(&message);
            return exit::USAGE;
        }
    };
    let is_excluded = |path: &Utf8Path| is_excluded(host.db(), &FilePath::disk(here.join(path)));
    let selected = paths::select(&options.paths, &is_excluded);
    for message in &selected.unusable {
        exit::complain(message);
    }
    let fixed = if options.fix { fix(&mut host, &selected.files, &here) } else { Fixed::default() };
    for message in &fixed.failures {
        exit::complain(message);
    }
    let mut findings = settings_findings(host.db(), &selected.files, &here);
    findings.extend(check(&mut host, &selected.files, &here));
    let errors = findings.iter().filter(|finding| finding.severity == Severity::Error).count();
    match print(options, &findings, selected.files.len(), &fixed) {
        // Whoever stops reading has seen enough.
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            exit::complain(&format!("cannot write the findings: {error}"));
            exit::USAGE
        }
        _ if !selected.unusable.is_empty() || !fixed.failures.is_empty() => exit::USAGE,
        _ if errors > 0 => exit::FINDINGS,
        _ => exit::SUCCESS,
    }
}

/// The analysis with the settings that the options name; fails with a sentence.
fn host(options: &CheckOptions, here: &Utf8Path) -> Result<AnalysisHost, String> {
    let mut host = AnalysisHost::new(Arc::new(OsFileSystem));
    if let Some(path) = &options.config {
        match path.metadata() {
            Ok(metadata) if metadata.is_dir() => return Err(format!("cannot read {}: it is a folder", path.display())),
            Ok(_) => {}
            Err(error) => return Err(paths::unreadable(path, &error)),
        }
        let path = Utf8Path::from_path(path).ok_or_else(|| format!("the name of {} is not UTF-8", path.display()))?;
        host.apply_change(Change::SettingsFile(Some(FilePath::disk(here.join(path)))));
    }
    let mut levels = Levels::default();
    for (selector, level) in &options.rules {
        selector.set(*level, &mut levels);
    }
    host.apply_change(Change::Levels(levels));
    let search_path = paths::search_path();
    host.apply_change(Change::Roots { workspace: vec![here.to_owned()], search_path });
    Ok(host)
}

/// What `--fix` did.
#[derive(Default)]
struct Fixed {
    fixes: usize,
    files: usize,
    /// Sentences about files that cannot be written.
    failures: Vec<String>,
}

/// Mends the files and writes them.
fn fix(host: &mut AnalysisHost, paths: &[Utf8PathBuf], here: &Utf8Path) -> Fixed {
    let files: Vec<File> = paths.iter().map(|path| host.file(&FilePath::disk(here.join(path)))).collect();
    let mut fixed = Fixed::default();
    for it in fix_all(host, &files) {
        let path = it.file.path(host.db()).clone();
        let Some(on_disk) = path.as_disk() else { continue };
        match write::replace(on_disk.as_std_path(), &it.before, &it.after) {
            Ok(()) => {
                fixed.fixes += it.fixes;
                fixed.files += 1;
            }
            Err(message) => fixed.failures.push(message),
        }
        // What is on disk is what is shown below.
        host.apply_change(Change::Close { path });
    }
    fixed
}

impl Fixed {
    /// `fixed 3 findings in 1 file`.
    fn summary(&self) -> String {
        let findings = counted(self.fixes, "finding").unwrap_or_else(|| "nothing".into());
        counted(self.files, "file")
            .map_or_else(|| format!("fixed {findings}"), |files| format!("fixed {findings} in {files}"))
    }
}

/// What is wrong in the settings files of these files, each told once.
fn settings_findings(db: &dyn Db, files: &[Utf8PathBuf], here: &Utf8Path) -> Vec<Finding> {
    let paths: BTreeSet<FilePath> = files.iter().map(|path| FilePath::disk(here.join(path))).collect();
    let settings: BTreeSet<FilePath> =
        paths.iter().filter_map(|path| Some(settings_file(db, db.file(path))?.path(db).clone())).collect();
    let show = |path: &str| paths::shown(path, Some(here)).to_owned();
    // Those that are checked anyway are not shown twice.
    settings.difference(&paths).flat_map(|path| finding::findings(db, db.file(path), &show)).collect()
}

/// The findings of all files, in the order of the files.
fn check(host: &mut AnalysisHost, files: &[Utf8PathBuf], here: &Utf8Path) -> Vec<Finding> {
    // What was made of so many files is in memory at once. They are enough for all processors.
    const FILES_AT_ONCE: usize = 64;
    host.keep_little();
    let mut findings = Vec::new();
    for files in files.chunks(FILES_AT_ONCE) {
        findings.extend(check_some(host, files, here));
        host.forget();
    }
    findings
}

fn check_some(host: &AnalysisHost, files: &[Utf8PathBuf], here: &Utf8Path) -> Vec<Finding> {
    // Starting a thread costs more than checking a few files.
    const FILES_PER_THREAD: usize = 8;
    let threads = std::thread::available_parallelism().map_or(1, usize::from).min(files.len() / FILES_PER_THREAD);
    if threads < 2 {
        return files.iter().flat_map(|path| check_file(host.db(), path, here)).collect();
    }
    let next = AtomicUsize::new(0);
    let work = |analysis: Analysis| {
        let mut found = Vec::new();
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            let Some(path) = files.get(index) else { return found };
            // Nothing writes to the database here, so no query is cancelled.
            if let Ok(findings) = analysis.with_db(|db| check_file(db, path, here)) {
                found.push((index, findings));
            }
        }
    };
    let mut found: Vec<(usize, Vec<Finding>)> = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads)
            .map(|_| {
                let analysis = host.analysis();
                scope.spawn(|| work(analysis))
            })
            .collect();
        let results = workers.into_iter().map(|worker| worker.join().unwrap_or_else(|panic| resume_unwind(panic)));
        results.flatten().collect()
    });
    found.sort_by_key(|(index, _)| *index);
    found.into_iter().flat_map(|(_, findings)| findings).collect()
}

/// The file is known to the analysis by its absolute path and shown as the user wrote it.
fn check_file(db: &dyn Db, path: &Utf8Path, here: &Utf8Path) -> Vec<Finding> {
    let absolute = FilePath::disk(here.join(path));
    let name = absolute.to_string();
    let show = |other: &str| if other == name { path.to_string() } else { paths::shown(other, Some(here)).to_owned() };
    finding::findings(db, db.file(&absolute), &show)
}

fn print(options: &CheckOptions, findings: &[Finding], files: usize, fixed: &Fixed) -> io::Result<()> {
    let mut out = io::BufWriter::new(anstream::stdout().lock());
    if options.fix && options.output != Output::Human {
        // The output is for programs.
        exit::write_error(&format!("{}\n", fixed.summary()));
    }
    match options.output {
        _ if options.statistics => {
            write!(out, "{}", statistics::render(findings, options.output))?;
            if options.output == Output::Human {
                if options.fix {
                    writeln!(out, "{}", fixed.summary())?;
                }
                writeln!(out, "{}", summary(findings, files))?;
            }
        }
        Output::Human => {
            for finding in findings {
                writeln!(out, "{}", human::render(finding))?;
            }
            if options.fix {
                writeln!(out, "{}", fixed.summary())?;
            }
            writeln!(out, "{}", summary(findings, files))?;
        }
        Output::Json => {
            for finding in findings {
                writeln!(out, "{}", json::render(finding))?;
            }
        }
        Output::Sarif => writeln!(out, "{}", sarif::render(findings))?,
    }
    out.flush()
}

/// `checked 3 files: 2 errors, 1 warning`.
fn summary(findings: &[Finding], files: usize) -> String {
    let count = |severity| findings.iter().filter(|finding| finding.severity == severity).count();
    let words = [
        (Severity::Error, "error"),
        (Severity::Warning, "warning"),
        (Severity::Information, "note"),
        (Severity::Hint, "hint"),
    ];
    let parts: Vec<String> = words.into_iter().filter_map(|(severity, word)| counted(count(severity), word)).collect();
    let files = counted(files, "file").unwrap_or_else(|| "no files".into());
    if parts.is_empty() {
        format!("checked {files}: nothing found")
    } else {
        format!("checked {files}: {}", parts.join(", "))
    }
}

/// `2 files`; nothing for none.
pub fn counted(number: usize, word: &str) -> Option<String> {
    match number {
        0 => None,
        1 => Some(format!("1 {word}")),
        _ => Some(format!("{number} {word}s")),
    }
}
