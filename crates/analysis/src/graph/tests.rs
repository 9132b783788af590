//! Task graphs of small programs, as text.

mod constructs;
mod drawings;
mod hints;
mod order;
mod properties;

use std::fmt::Write as _;

use expect_test::{Expect, expect};

use super::*;
use crate::{AnalysisHost, FilePath, MemoryFileSystem};

/// What most programs here call: `fetch` waits, `plain` does not.
const TOOLS: &str = "\
def fetch(url):
    return reason(url)

def plain(x):
    return x

";

/// The graphs of the functions after the first two; lines are counted from there.
fn check(program: &str, expected: Expect) {
    let text_of_file = format!("{TOOLS}{program}");
    let host = AnalysisHost::new(MemoryFileSystem::from_files([("/main.na", text_of_file)]));
    let file = host.file(&FilePath::disk("/main.na"));
    let mut graphs = file_graphs(host.db(), file, false);
    graphs.graphs.retain(|it| it.name != "fetch");
    let offset = u32::try_from(TOOLS.lines().count()).unwrap();
    for graph in &mut graphs.graphs {
        let shift = |range: &mut Option<Range>| {
            if let Some(range) = range {
                range.start.line -= offset;
                range.end.line -= offset;
            }
        };
        shift(&mut graph.range);
        graph.nodes.iter_mut().for_each(|it| shift(&mut it.range));
        graph.edges.iter_mut().for_each(|it| shift(&mut it.range));
        graph.waits.iter_mut().for_each(|it| shift(&mut it.range));
        for node in &mut graph.nodes {
            for branch in &mut node.branches {
                let (line, way) = branch.split_once(':').unwrap();
                *branch = format!("{}:{way}", line.parse::<u32>().unwrap() - offset);
            }
        }
    }
    let mut out = text(&graphs);
    for graph in &graphs.graphs {
        for wait in graph.waits.iter().filter(|it| it.cause != "the call is a statement by itself") {
            let tasks: Vec<&str> = wait.tasks.iter().filter_map(|it| it.split('/').nth(1)).collect();
            let line = wait.range.map_or(0, |it| it.start.line);
            writeln!(out, "line {line} waits for {}: {}", tasks.join(", "), wait.cause).unwrap();
        }
    }
    expected.assert_eq(&out);
}
