//! The pages of `crates/analysis/specs` as tests, each one test of its name. `specs/README.md` says how a page is written.

mod expectation;
mod graph;
mod page;
mod run;
mod self_test;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use libtest_mimic::{Arguments, Failed, Trial};

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("specs");
    let mut paths = Vec::new();
    collect(&folder, &mut paths);
    paths.sort();
    let mut trials: Vec<Trial> = paths.into_iter().map(|path| trial(&folder, path)).collect();
    trials.push(listed(&folder));
    trials.extend(self_test::trials());
    libtest_mimic::run(&arguments, trials).exit_code()
}

/// The list in `README.md` has each page, and no other.
fn listed(folder: &Path) -> Trial {
    let folder = folder.to_owned();
    Trial::test("runner::the_readme_lists_each_page", move || {
        let readme = fs::read_to_string(folder.join("README.md"))?;
        let mut paths = Vec::new();
        collect(&folder, &mut paths);
        let pages: BTreeSet<String> = paths
            .iter()
            .filter_map(|it| Some(it.strip_prefix(&folder).ok()?.to_string_lossy().replace('\\', "/")))
            .collect();
        let links = readme.split("](").skip(1).filter_map(|it| it.split_once(')'));
        let links: BTreeSet<String> = links.map(|(path, _)| path.to_owned()).collect();
        if pages == links {
            return Ok(());
        }
        let missing: Vec<&String> = pages.difference(&links).collect();
        let gone: Vec<&String> = links.difference(&pages).collect();
        Err(Failed::from(format!("not in the list: {missing:?}; in the list, but no pages: {gone:?}")))
    })
}

/// All Markdown files below a folder but those that say how to write others.
fn collect(folder: &Path, paths: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display())) {
        let path = entry.expect("an entry of the folder").path();
        if path.is_dir() {
            collect(&path, paths);
        } else if path.extension().is_some_and(|it| it == "md") && !path.ends_with("README.md") {
            paths.push(path);
        }
    }
}

fn trial(folder: &Path, path: PathBuf) -> Trial {
    let below = path.strip_prefix(folder).expect("a path below the folder").with_extension("");
    let name = below.to_string_lossy().replace('\\', "/");
    Trial::test(name.clone(), move || {
        let text = fs::read_to_string(&path)?;
        let problems = run::page(&text);
        if problems.is_empty() {
            return Ok(());
        }
        let place = format!("crates/analysis/specs/{name}.md");
        let lines: Vec<String> = problems.iter().map(|it| format!("{place}:{}: {}", it.line, it.message)).collect();
        Err(Failed::from(lines.join("\n")))
    })
}
