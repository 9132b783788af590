//! The documents say what the code says.

use std::fs;

use danaide_analysis::{DiagnosticCode, Severity};
use danaide_interpreter::reference::{self, Entry};
use danaide_tests::{Run, command, golden, root, run};

#[test]
fn every_diagnostic_is_described_with_its_severity() {
    let page = fs::read_to_string(root().join("docs/diagnostics.md")).expect("docs/diagnostics.md");
    let described: Vec<(&str, &str)> = page
        .split("\n## `")
        .skip(1)
        .map(|section| {
            let (code, rest) = section.split_once('`').expect("a code ends with a backtick");
            let severity = rest.split_once("Severity: ").and_then(|(_, rest)| rest.split_once('.'));
            (code, severity.map_or("", |(severity, _)| severity))
        })
        .collect();
    let known: Vec<(&str, &str)> = DiagnosticCode::ALL
        .iter()
        .map(|code| {
            let severity = match code.severity() {
                Severity::Error => "error",
                Severity::Warning => "warning",
                Severity::Information => "information",
                Severity::Hint => "hint",
            };
            (code.as_str(), severity)
        })
        .collect();
    assert_eq!(described, known);
}

/// A block of Dana with a block of output behind it is a program that prints just that.
#[test]
fn the_examples_of_the_language_page_print_what_it_says() {
    let page = fs::read_to_string(root().join("docs/language.md")).expect("docs/language.md");
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut count = 0;
    for section in page.split("```dana\n").skip(1) {
        let (program, rest) = section.split_once("```\n").expect("a block ends");
        let output = rest.strip_prefix("```output\n").and_then(|rest| rest.split_once("```"));
        let (expected, _) = output.expect("each program has its output");
        fs::write(folder.path().join("example.na"), program).expect("a file can be written");
        let Run { stdout, stderr, .. } = run(command(".", &["run", "example.na"]).current_dir(folder.path()));
        assert_eq!(stdout, expected, "{program}\n{stderr}");
        count += 1;
    }
    assert!(count > 5);
}

/// The types whose methods are listed, in the order of the page.
const TYPES: [&str; 9] = ["str", "bytes", "list", "dict", "set", "tuple", "range", "int", "float"];

#[test]
fn the_page_of_builtins_lists_what_the_interpreter_has() {
    let mut page = String::from(
        "# Builtins\n\nEvery function and method that comes with the language, from the tables of the interpreter. Where one is \
         Python's too,\nit does what Python's does.\n",
    );
    page += &section("Functions", reference::functions());
    for ty in TYPES {
        page += &section(&format!("Methods of `{ty}`"), reference::methods_of(ty));
    }
    for (module, doc) in reference::modules() {
        page += &section(&format!("Module `{module}`: {doc}"), reference::functions_of(module));
    }
    golden(&root().join("docs/builtins.md"), &page).unwrap_or_else(|difference| panic!("{difference}"));
}

/// A table; nothing if there are no entries.
fn section(title: &str, entries: impl Iterator<Item = Entry>) -> String {
    let mut rows: Vec<String> = entries
        .map(|Entry { name, signature, doc }| format!("| `{name}{}` | {doc} |\n", signature.replace('|', "\\|")))
        .collect();
    rows.sort();
    if rows.is_empty() { String::new() } else { format!("\n## {title}\n\n| | |\n| --- | --- |\n{}", rows.concat()) }
}

/// Links between the documents of the repository lead somewhere.
#[test]
fn relative_links_lead_to_files() {
    let mut broken = Vec::new();
    for page in pages() {
        let text = fs::read_to_string(&page).expect("a page can be read");
        let folder = page.parent().expect("a page is in a folder");
        for link in text.split("](").skip(1).filter_map(|rest| rest.split_once(')')).map(|(link, _)| link) {
            let file = link.split('#').next().unwrap_or(link);
            if !file.is_empty() && !file.contains("://") && !folder.join(file).exists() {
                broken.push(format!("{}: {link}", page.display()));
            }
        }
    }
    assert_eq!(broken, Vec::<String>::new());
}

fn pages() -> Vec<std::path::PathBuf> {
    let mut pages = Vec::new();
    for folder in [".", "docs", "docs/decisions", "editors/nvim"] {
        let entries = fs::read_dir(root().join(folder)).expect("a folder of the repository");
        let paths = entries.map(|entry| entry.expect("an entry").path());
        pages.extend(paths.filter(|path| path.extension().is_some_and(|extension| extension == "md")));
    }
    assert!(pages.len() > 10);
    pages
}
