//! `danaide graph`: the tasks of a file or of one of its functions.

use std::io::{ErrorKind, Write};
use std::sync::Arc;

use camino::Utf8Path;
use danaide_analysis::graph::{FileGraphs, dot, file_graphs, mermaid, text};
use danaide_analysis::{AnalysisHost, Change, Db, FilePath, OsFileSystem, nearest, syntax_errors};

use crate::args::{GraphFormat, GraphOptions};
use crate::{exit, paths};

/// Gives the exit code: 2 if the file or the function is not there, 3 if the file has syntax errors, else 0.
pub fn run(options: &GraphOptions) -> i32 {
    let (path, function) = target(&options.target);
    let here = paths::current_folder().unwrap_or_default();
    match path.metadata() {
        Ok(metadata) if metadata.is_dir() => {
            exit::complain(&format!("cannot read {path}: it is a folder; name a file in it"));
            return exit::USAGE;
        }
        Ok(_) => {}
        Err(error) => {
            exit::complain(&paths::unreadable(path.as_std_path(), &error));
            return exit::USAGE;
        }
    }
    let mut host = AnalysisHost::new(Arc::new(OsFileSystem));
    host.apply_change(Change::Roots { workspace: vec![here.clone()], search_path: paths::search_path() });
    let db = host.db();
    let file = db.file(&FilePath::disk(here.join(path)));
    let errors = syntax_errors(db, file).len();
    if errors > 0 {
        let word = if errors == 1 { "a syntax error" } else { "syntax errors" };
        exit::complain(&format!(
            "{path} has {word}, which `danaide check {path}` shows; the graph is of what is there"
        ));
    }
    let mut graphs = file_graphs(db, file, function.is_some());
    graphs.path = path.to_string();
    if let Some(function) = function {
        let known: Vec<String> = graphs.graphs.iter().map(|it| it.name.clone()).collect();
        graphs.graphs.retain(|it| it.name == function);
        if graphs.graphs.is_empty() {
            exit::complain(&unknown(path, function, &known));
            return exit::USAGE;
        }
    }
    let mut out = anstream::stdout().lock();
    match out.write_all(render(&graphs, options.format).as_bytes()).and_then(|()| out.flush()) {
        // Whoever stops reading has seen enough.
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            exit::complain(&format!("cannot write the graph: {error}"));
            exit::USAGE
        }
        _ if errors > 0 => exit::FINDINGS,
        _ => exit::SUCCESS,
    }
}

/// `file.na:function`, or `file.na`. A path with a colon in it is taken as it is if there is such a file.
fn target(target: &str) -> (&Utf8Path, Option<&str>) {
    if let Some((path, function)) = target.rsplit_once(':')
        && !Utf8Path::new(target).exists()
        && path.ends_with(".na")
    {
        return (Utf8Path::new(path), Some(function));
    }
    (Utf8Path::new(target), None)
}

fn unknown(path: &Utf8Path, function: &str, known: &[String]) -> String {
    match nearest(function, known.iter().map(String::as_str)) {
        Some(nearest) => format!("{path} has no function `{function}`; did you mean `{nearest}`?"),
        None => {
            let known: Vec<&str> = known.iter().map(String::as_str).filter(|it| *it != "(file)").collect();
            match known.as_slice() {
                [] => format!("{path} has no function `{function}`, nor any other"),
                _ => format!("{path} has no function `{function}`; it has {}", known.join(", ")),
            }
        }
    }
}

fn render(graphs: &FileGraphs, format: GraphFormat) -> String {
    match format {
        GraphFormat::Text if graphs.graphs.is_empty() => format!("{} has no tasks: nothing in it waits\n", graphs.path),
        GraphFormat::Text => text(graphs),
        GraphFormat::Mermaid => mermaid(graphs),
        GraphFormat::Dot => dot(graphs),
        // The document has nothing that could not be written.
        GraphFormat::Json => serde_json::to_string_pretty(graphs).unwrap_or_default() + "\n",
    }
}
