//! The documents say what the code says.

use std::fs;

use danaide_analysis::diagnostics_page;
use danaide_analysis::library::{Declaration, DeclarationKind, LibraryKind, LibraryUnit, library};
use danaide_tests::{Run, command, golden, root, run};

#[test]
fn the_page_of_diagnostics_describes_the_rules() {
    golden(&root().join("docs/diagnostics.md"), &diagnostics_page())
        .unwrap_or_else(|difference| panic!("{difference}"));
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

#[test]
fn the_page_of_builtins_lists_what_the_library_declares() {
    let mut page = String::from(
        "# Builtins\n\nWhat comes with the language, from its declarations in `crates/analysis/src/library`. Where a function is \
         Python's too, it\ndoes what Python's does. A parameter before `/` is given by position, one after `*` by name; a default \
         of `...` means that\nleaving the argument out is different from giving any value.\n",
    );
    let is_refused = |it: &&Declaration| it.doc.starts_with("Refused ");
    let functions = || library().builtins().filter(|it| it.kind == DeclarationKind::Function);
    page += "\n## Functions\n";
    let mut sorted: Vec<&Declaration> = functions().filter(|it| !is_refused(it)).collect();
    sorted.sort_by_key(|it| &it.name);
    sorted.into_iter().for_each(|it| page += &entry(it));
    page += "\n## Records\n";
    for it in library().builtins().filter(|it| it.kind == DeclarationKind::Record && !it.is_native) {
        page += &entry(it);
        library().methods(&it.name).for_each(|it| page += &entry(it));
    }
    let of_kind = |kind| library().units().iter().filter(move |unit| unit.file.kind == kind);
    for unit in of_kind(LibraryKind::Type) {
        page += &section(&format!("Type `{}`", unit.file.name), unit);
    }
    for unit in of_kind(LibraryKind::Module) {
        page += &section(&format!("Module `{}`", unit.file.name), unit);
    }
    let mut methods = String::new();
    page += "\n## Exceptions\n\n| | |\n| --- | --- |\n";
    for it in library().builtins().filter(|it| it.kind == DeclarationKind::Record && it.is_native) {
        page += &format!("| `{}` | {} |\n", it.signature, it.doc);
        methods.extend(library().methods(&it.name).map(entry));
    }
    page += &methods;
    page +=
        "\n## Not available\n\nA call raises PermissionError and says what to do instead.\n\n| | |\n| --- | --- |\n";
    for it in functions().filter(is_refused) {
        let (_, instead) = it.doc.split_once(": ").expect("a refusal names the alternative");
        page += &format!("| `{}` | {instead} |\n", it.name);
    }
    golden(&root().join("docs/builtins.md"), &page).unwrap_or_else(|difference| panic!("{difference}"));
}

fn section(title: &str, unit: &LibraryUnit) -> String {
    let entries: String = unit.declarations.iter().map(entry).collect();
    format!("\n## {title}\n\n{}\n{entries}", markdown(&unit.doc))
}

/// A heading with the signature, and the docstring below it.
fn entry(it: &Declaration) -> String {
    let owner = it.owner.as_ref().map(|owner| format!("{owner}.")).unwrap_or_default();
    format!("\n### `{owner}{}`\n\n{}\n", it.signature, markdown(&it.doc))
}

/// A docstring with its examples in blocks of code.
fn markdown(doc: &str) -> String {
    let paragraphs = doc.split("\n\n").map(|paragraph| {
        if paragraph.starts_with(">>> ") { format!("```dana\n{paragraph}\n```") } else { paragraph.to_owned() }
    });
    paragraphs.collect::<Vec<_>>().join("\n\n")
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
    for folder in [".", "docs", "docs/decisions", "editors/nvim", "editors/tree-sitter-dana"] {
        let entries = fs::read_dir(root().join(folder)).expect("a folder of the repository");
        let paths = entries.map(|entry| entry.expect("an entry").path());
        pages.extend(paths.filter(|path| path.extension().is_some_and(|extension| extension == "md")));
    }
    assert!(pages.len() > 10);
    pages
}
