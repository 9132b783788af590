//! `docs/protocol.md` says what the types say.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde_json::Value;

use crate::handlers::status;
use crate::runs::protocol as runs;

const PAGE: &str = include_str!("../../../../docs/protocol.md");

/// The tables of the page that stand below the name of a type: the fields with their types.
fn tables() -> BTreeMap<&'static str, BTreeMap<&'static str, &'static str>> {
    let mut tables = BTreeMap::new();
    let mut name = "";
    for line in PAGE.lines() {
        if let Some(inner) = line.strip_prefix('`').and_then(|it| it.strip_suffix('`')) {
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
    check::<status::Status>(all, "Status");
    check::<status::Indexing>(all, "Indexing");
    check::<status::RunStatus>(all, "RunStatus");
    check::<status::RequestStatus>(all, "RequestStatus");
    check::<status::QueryStatus>(all, "QueryStatus");
    assert!(tables.is_empty(), "tables of no type: {:?}", tables.keys());
    for method in ["danaide.run", "danaide.runSelection", "danaide.test", "danaide.cancel"] {
        assert!(PAGE.contains(&format!("| `{method}` |")), "{method}");
    }
}
