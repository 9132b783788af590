//! `danaide graph` as a command: its targets, formats and exit codes.

use std::path::Path;

use danaide_tests::{Run, folder, run_in};

const PROGRAM: &str = "\
def fetch(url):
    return reason(url)

struct Shop:
    name: str = \"\"

    def buy(self, what):
        return fetch(what)

def load(urls):
    first = fetch(\"a\")
    return [first, fetch(first)]
";

fn graph(folder: &Path, args: &[&str]) -> Run {
    let mut all = vec!["graph"];
    all.extend(args);
    run_in(folder, &all)
}

fn programs() -> tempfile::TempDir {
    folder(&[("a.na", PROGRAM), ("plain.na", "x = 1\n"), ("broken.na", &format!("{PROGRAM}x = (\n"))])
}

#[test]
fn a_file_and_one_of_its_functions() {
    let folder = programs();
    let all = graph(folder.path(), &["a.na"]);
    assert_eq!(all.code, Some(0));
    let all = all.stdout;
    assert!(all.contains("function fetch") && all.contains("function Shop.buy"), "{all}");
    let one = graph(folder.path(), &["a.na:load"]);
    let one = one.stdout;
    assert!(one.contains("after fetch (data: uses `first`)") && !one.contains("Shop"), "{one}");
    let method = graph(folder.path(), &["a.na:Shop.buy"]);
    assert_eq!(method.code, Some(0));
    let plain = graph(folder.path(), &["plain.na"]);
    assert_eq!(plain.stdout, "plain.na has no tasks: nothing in it waits\n");
}

#[test]
fn formats() {
    let folder = programs();
    let json = graph(folder.path(), &["a.na:load", "--format", "json"]);
    let json: serde_json::Value = serde_json::from_str(&json.stdout).expect("it is JSON");
    assert_eq!(json["version"], 1);
    assert_eq!(json["graphs"][0]["edges"][0]["kind"], "data");
    let mermaid = graph(folder.path(), &["a.na", "--format", "mermaid"]);
    assert!(mermaid.stdout.starts_with("flowchart TD\n"));
    let dot = graph(folder.path(), &["a.na", "--format", "dot"]);
    assert!(dot.stdout.starts_with("digraph tasks {\n"));
}

#[test]
fn what_is_not_there() {
    let folder = programs();
    let misspelt = graph(folder.path(), &["a.na:laod"]);
    assert_eq!(misspelt.code, Some(2));
    let message = misspelt.stderr;
    assert!(message.contains("a.na has no function `laod`; did you mean `load`?"), "{message}");
    let missing = graph(folder.path(), &["none.na"]);
    assert_eq!(missing.code, Some(2));
    assert!(missing.stderr.contains("none.na"));
    let broken = graph(folder.path(), &["broken.na"]);
    assert_eq!(broken.code, Some(3));
    assert!(broken.stdout.contains("function load"));
    assert!(broken.stderr.contains("broken.na has"), "{}", broken.stderr);
}
