//! `danaide analyze-stats`: analyses everything below a folder, as an editor's server would, and shows what it takes.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Instant;

use camino::Utf8PathBuf;
use danaide_analysis::graph::task_graphs;
use danaide_analysis::infer::infer;
use danaide_analysis::{
    AnalysisHost, Change, File, FilePath, OsFileSystem, QueryCounts, body_of, definitions, file_diagnostics, item_tree,
    list_folders, parse,
};

use crate::args::AnalyzeStatsOptions;
use crate::{exit, paths};

/// Gives the exit code.
pub fn run(options: &AnalyzeStatsOptions) -> i32 {
    match measure(options) {
        Ok(text) => {
            exit::write_output(&text);
            exit::SUCCESS
        }
        Err(message) => {
            exit::complain(&message);
            exit::USAGE
        }
    }
}

/// A step of the analysis over all files, with its time.
struct Steps {
    counts: Arc<QueryCounts>,
    rows: String,
}

impl Steps {
    fn step<T>(&mut self, name: &str, work: impl FnOnce() -> T) -> T {
        let computed = self.counts.computed.load(Ordering::Relaxed);
        let began = Instant::now();
        let result = work();
        let milliseconds = began.elapsed().as_secs_f64() * 1000.0;
        let computed = self.counts.computed.load(Ordering::Relaxed) - computed;
        let memory = danaide_lsp::memory() >> 20;
        self.rows.push_str(&format!("{name:<12} {milliseconds:>10.1} ms {computed:>10} queries {memory:>6} MB\n"));
        result
    }
}

fn measure(options: &AnalyzeStatsOptions) -> Result<String, String> {
    let shown = options.path.display();
    let path = Utf8PathBuf::from_path_buf(options.path.clone()).map_err(|_| format!("{shown} is not UTF-8"))?;
    let path = paths::current_folder().map_or_else(|| path.clone(), |here| here.join(&path));
    let metadata = options.path.metadata().map_err(|error| paths::unreadable(&options.path, &error))?;
    let counts: Arc<QueryCounts> = Arc::default();
    let mut host = AnalysisHost::counting(Arc::new(OsFileSystem), counts.clone());
    let (folder, found) = if metadata.is_dir() {
        (path.clone(), list_folders(&OsFileSystem, &[path], || {}))
    } else {
        (path.parent().map(ToOwned::to_owned).unwrap_or_default(), vec![path])
    };
    host.apply_change(Change::Roots { workspace: vec![folder], search_path: paths::search_path() });

    let mut steps = Steps { counts, rows: String::new() };
    let db = host.db();
    let files: Vec<File> = steps.step("read", || found.iter().map(|it| host.file(&FilePath::disk(it))).collect());
    let bytes: usize = files.iter().map(|it| it.text(db).len()).sum();
    let lines: usize = files.iter().map(|it| it.text(db).lines().count()).sum();
    steps.step("parse", || files.iter().for_each(|it| drop(parse(db, *it))));
    let items: usize = steps.step("items", || files.iter().map(|it| item_tree(db, *it).items.len()).sum());
    let bodies: usize = steps.step("bodies", || {
        let of_file = |file: &File| {
            let all = definitions(db, *file);
            all.iter().map(|it| drop(body_of(db, it))).count()
        };
        files.iter().map(of_file).sum()
    });
    steps.step("types", || {
        for file in &files {
            definitions(db, *file).iter().for_each(|it| drop(infer(db, it)));
        }
    });
    let tasks: usize = steps.step("task graphs", || {
        let of_file = |file: &File| -> usize {
            let all = definitions(db, *file);
            all.iter()
                .map(|it| task_graphs(db, it).all.iter().map(|(_, graph)| graph.tasks().count()).sum::<usize>())
                .sum()
        };
        files.iter().map(of_file).sum()
    });
    let findings: usize = steps.step("diagnostics", || files.iter().map(|it| file_diagnostics(db, *it).len()).sum());
    Ok(format!(
        "{} files, {lines} lines, {bytes} bytes\n{items} items, {bodies} bodies, {tasks} tasks, {findings} findings\n\n{}",
        files.len(),
        steps.rows
    ))
}
