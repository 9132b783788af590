//! `docs/protocol.md` says what the types say.

use std::collections::{BTreeMap, BTreeSet};

use danaide_analysis::graph::file_graphs;
use danaide_analysis::{AnalysisHost, FilePath, MemoryFileSystem};
use schemars::JsonSchema;
use serde_json::Value;

use crate::capabilities::ClientExtensions;
use crate::handlers::task_graph::{TaskGraphParams, TaskGraphResult};
use crate::handlers::{commands, status};
use crate::runs::protocol as runs;
use crate::server::TextParams;

const PAGE: &str = include_str!("../../../../docs/protocol.md");

/// The tables of the page that stand below the name of a type: the fields with their types.
fn tables() -> BTreeMap<&'static str, BTreeMap<&'static str, &'static str>> {
    let mut tables = BTreeMap::new();
    let mut name = "";
    for line in PAGE.lines() {
        let inner = line.strip_prefix('`').and_then(|it| it.strip_suffix('`'));
        if let Some(inner) = inner.filter(|it| it.chars().all(char::is_alphanumeric)) {
            name = inner;
        } else if line.starts_with('#') {
            name = "";
        } else if let Some(row) = line.strip_prefix("| `").filter(|_| !name.is_empty()) {
            let (field, rest) = row.split_once('`').expect("a field");
            let ty = rest.trim_start_matches([' ', '|']).split(" |").next().unwrap_or_default();
            let table: &mut BTreeMap<_, _> = tables.entry(name).or_default();
            table.insert(field, ty.trim());
        }
    }
    tables
}

/// The fields of a type, each with whether it may be null.
fn fields<T: JsonSchema>() -> BTreeMap<String, bool> {
    let generator = schemars::generate::SchemaSettings::draft07().with(|it| it.inline_subschemas = true);
    let schema = generator.into_generator().into_root_schema_for::<T>().to_value();
    let properties = schema["properties"].as_object().cloned().unwrap_or_default();
    let required: Vec<&str> = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let may_be_null = |name: &str, it: &Value| {
        let is_null = |it: &Value| it == "null" || it["type"] == "null";
        let any = it["anyOf"].as_array().is_some_and(|it| it.iter().any(is_null));
        any || it["type"].as_array().is_some_and(|it| it.iter().any(is_null)) || !required.contains(&name)
    };
    properties.iter().map(|(name, it)| (name.clone(), may_be_null(name, it))).collect()
}

fn check<T: JsonSchema>(tables: &mut BTreeMap<&str, BTreeMap<&str, &str>>, name: &str) {
    let table = tables.remove(name).unwrap_or_else(|| panic!("docs/protocol.md has no table for `{name}`"));
    let of_page: BTreeMap<String, bool> =
        table.iter().map(|(field, ty)| ((*field).to_owned(), ty.ends_with("or null"))).collect();
    assert_eq!(of_page, fields::<T>(), "the table of `{name}` in docs/protocol.md against its Rust type");
}

#[test]
fn the_page_describes_the_types() {
    let mut tables = tables();
    let all = &mut tables;
    check::<runs::RunParams>(all, "RunParams");
    check::<runs::RunSelectionParams>(all, "RunSelectionParams");
    check::<runs::TestParams>(all, "TestParams");
    check::<runs::CancelParams>(all, "CancelParams");
    check::<runs::RunStarted>(all, "RunStarted");
    check::<runs::RunOutput>(all, "RunOutput");
    check::<runs::RunTasks>(all, "RunTasks");
    check::<runs::RunTask>(all, "RunTask");
    check::<runs::RunFinished>(all, "RunFinished");
    check::<runs::RunError>(all, "RunError");
    check::<runs::RunFrame>(all, "RunFrame");
    check::<runs::TestResult>(all, "TestResult");
    check::<runs::AskParams>(all, "AskParams");
    check::<runs::AskResult>(all, "AskResult");
    check::<TextParams>(all, "TextParams");
    check::<ClientExtensions>(all, "ClientExtensions");
    check::<TaskGraphParams>(all, "TaskGraphParams");
    check::<TaskGraphResult>(all, "TaskGraphResult");
    check::<status::Status>(all, "Status");
    check::<status::Indexing>(all, "Indexing");
    check::<status::RunStatus>(all, "RunStatus");
    check::<status::RequestStatus>(all, "RequestStatus");
    check::<status::QueryStatus>(all, "QueryStatus");
    assert!(tables.is_empty(), "tables of no type: {:?}", tables.keys());
    for method in commands::ALL {
        assert!(PAGE.contains(&format!("| `{method}` |")), "{method}");
    }
}

const TASKS: &str = include_str!("../../../../docs/tasks.md");

/// The fields in the table of `docs/tasks.md` that begins with this row.
fn fields_of_graph(heading: &str) -> BTreeSet<String> {
    let table = TASKS.split_once(&format!("| of {heading} | |\n")).unwrap_or_else(|| panic!("no table of {heading}")).1;
    let rows = table.lines().skip(1).take_while(|it| it.starts_with('|'));
    let first = rows.filter_map(|it| it.split('|').nth(1));
    first.flat_map(|it| it.split('`').skip(1).step_by(2)).map(ToOwned::to_owned).collect()
}

#[test]
fn the_page_on_tasks_describes_the_graph() {
    let text = "@retry(attempts=2)\ndef load(n: int):\n    sleep(n)\n    return n\ndef work():\n    a = load(1)\n    b = load(a)\n    return b + 1\n";
    let file_system = MemoryFileSystem::from_files([("/w/a.na", text)]);
    let host = AnalysisHost::new(file_system);
    let file = host.file(&FilePath::disk("/w/a.na"));
    let document = serde_json::to_value(file_graphs(host.db(), file, false)).expect("JSON");
    let keys = |value: &Value| -> BTreeSet<String> { value.as_object().expect("an object").keys().cloned().collect() };
    let graph =
        document["graphs"].as_array().and_then(|it| it.iter().find(|it| it["name"] == "work")).expect("a graph");
    assert_eq!(fields_of_graph("the document"), keys(&document));
    assert_eq!(fields_of_graph("a graph"), keys(graph));
    assert_eq!(fields_of_graph("a node"), keys(&graph["nodes"][0]));
    assert_eq!(fields_of_graph("an edge"), keys(&graph["edges"][0]));
    assert_eq!(fields_of_graph("a wait"), keys(&graph["waits"][0]));
    let retry = &graph["nodes"][0]["retry"];
    assert!(keys(retry).iter().all(|it| TASKS.contains(&format!("`{it}`"))), "{retry}");
}
