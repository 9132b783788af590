//! What is read, what is ignored, and the documents made from the types.

use serde_json::{Value, json};

use super::*;

#[test]
fn what_is_right_counts_and_what_is_wrong_is_said() {
    let (settings, problems) = read(&json!({
        "run": {
            "allow": ["net=example.com", "fs=out"],
            "limits": { "seconds": "long", "memoryMb": 64, "steps": null, "outputKb": 0 },
            "maxConcurrency": 3,
            "log": "loud",
            "weather": true,
        },
        "inlayHints": { "types": false },
        "diagnostics": { "max": 5, "rules": { "unused-import": "off", "weather": "off", "syntax": "off" } },
        "lens": 7,
    }));
    assert_eq!(settings.run.allow, ["net=example.com", "fs=out"]);
    assert_eq!(settings.run.limits, LimitSettings { memory_mb: 64, ..LimitSettings::default() });
    assert_eq!(settings.run.max_concurrency, Some(3));
    assert_eq!(settings.inlay_hints, HintSettings { types: false, ..HintSettings::default() });
    assert_eq!((settings.diagnostics.max, settings.lens), (5, LensSettings::default()));
    assert_eq!(serde_json::to_value(&settings.diagnostics.rules).unwrap(), json!({ "unused-import": "off" }));
    let starts: Vec<String> = problems.iter().map(|it| it.split(':').next().unwrap_or_default().to_owned()).collect();
    assert_eq!(
        starts,
        [
            "the setting `danaide.run.limits.seconds` is ignored",
            "the setting `danaide.run.limits.outputKb` is ignored",
            "the setting `danaide.run.log` is ignored",
            "the setting `danaide.run.weather` is ignored",
            "the setting `danaide.diagnostics.rules.weather` is ignored",
            "the setting `danaide.diagnostics.rules.syntax` is ignored",
            "the setting `danaide.lens` is ignored",
        ]
    );
    assert!(problems[1].ends_with("a limit of 0 lets no program run"), "{problems:?}");
}

#[test]
fn nothing_and_nonsense_are_the_defaults() {
    assert_eq!(read(&Value::Null), (Settings::default(), Vec::new()));
    assert_eq!(read(&json!({ "run": { "llm": null } })), (Settings::default(), Vec::new()));
    let (settings, problems) = read(&json!(["run"]));
    assert_eq!((settings, problems.len()), (Settings::default(), 1));
    let (_, problems) = read(&json!({ "run": { "allow": ["cpu=all"] } }));
    assert!(problems[0].contains("`cpu=all` is not a grant"), "{problems:?}");
}

/// `BLESS=1 cargo test -p danaide-lsp settings` writes the files.
fn bless_or_compare(path: &str, text: &str) {
    let path = format!("{}/../../{path}", env!("CARGO_MANIFEST_DIR"));
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(&path, text).expect("the file can be written");
    }
    let current = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(current == text, "{path} is old; BLESS=1 cargo test -p danaide-lsp settings writes it");
}

fn schema() -> Value {
    let mut schema = schemars::generate::SchemaSettings::draft07()
        .with(|it| it.inline_subschemas = true)
        .into_generator()
        .into_root_schema_for::<Settings>();
    schema.insert("title".to_owned(), "danaide".into());
    schema.to_value()
}

#[test]
fn the_schema_is_current() {
    let text = serde_json::to_string_pretty(&schema()).expect("a schema is JSON") + "\n";
    bless_or_compare("docs/danaide.settings.schema.json", &text);
}

#[test]
fn the_table_of_settings_is_current() {
    let mut rows = String::new();
    list("danaide", &schema(), &serde_json::to_value(Settings::default()).unwrap(), &mut rows);
    let table = format!("| setting | default | |\n| --- | --- | --- |\n{rows}");
    let path = "docs/editors.md";
    let page = std::fs::read_to_string(format!("{}/../../{path}", env!("CARGO_MANIFEST_DIR"))).unwrap();
    let (start, end) = ("<!-- settings: made from the types -->\n", "<!-- end of settings -->\n");
    let (before, rest) = page.split_once(start).expect("a place for the table");
    let (_, after) = rest.split_once(end).expect("an end of the table");
    bless_or_compare(path, &format!("{before}{start}{table}{end}{after}"));
}

/// A row for each setting.
fn list(name: &str, schema: &Value, default: &Value, rows: &mut String) {
    match (schema["properties"].as_object(), default) {
        (Some(properties), Value::Object(values)) if !values.is_empty() => {
            for (key, inner) in properties {
                list(&format!("{name}.{key}"), inner, &values[key], rows);
            }
        }
        _ => {
            let description = schema["description"].as_str().unwrap_or_default().replace('\n', " ");
            rows.push_str(&format!("| `{name}` | `{default}` | {description} |\n"));
        }
    }
}
