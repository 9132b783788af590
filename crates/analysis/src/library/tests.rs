use super::*;
use crate::{AnalysisHost, Db, FilePath, MemoryFileSystem, ResolvedModule, resolve_module, syntax_errors};

#[test]
fn library_files_have_no_syntax_errors() {
    let host = AnalysisHost::new(MemoryFileSystem::from_files([("/main.na", "")]));
    for file in FILES {
        let errors = syntax_errors(host.db(), host.db().file(&FilePath::Library(file.path)));
        assert!(errors.is_empty(), "{}: {errors:?}", file.path);
    }
}

#[test]
fn the_table_says_what_each_file_implements() {
    for unit in library().units() {
        let mut names: Vec<&str> = unit
            .declarations
            .iter()
            // The one that every run has from the start is not looked up by name.
            .filter(|it| it.owner.is_none() && !it.is_native && unit.file.name != "internal")
            .map(|it| it.name.as_str())
            .collect();
        names.sort_unstable();
        assert_eq!(names, unit.file.implements, "{}", unit.file.path);
    }
}

#[test]
fn every_public_declaration_is_described() {
    for unit in library().units() {
        assert!(!unit.doc.is_empty(), "{}", unit.file.path);
        for it in unit.declarations.iter().filter(|it| it.is_public()) {
            let summary = it.summary();
            assert!(summary.ends_with('.') && !summary.starts_with(' '), "{}: {summary:?}", it.signature);
            assert!(
                it.params.iter().all(|param| param.kind == danaide_syntax::ast::ParamKind::Mark || param.ty.is_some()),
                "{}",
                it.signature
            );
        }
    }
}

#[test]
fn declarations_tell_what_hover_and_completion_show() {
    let library = library();
    let show = |it: Option<&Declaration>| it.map(|it| format!("{:?} {}: {}", it.kind, it.signature, it.summary()));
    assert_eq!(
        show(library.builtin("sum")).as_deref(),
        Some("Function sum(iterable: any, /, start: any = 0) -> any: The sum of the values, added to `start`.")
    );
    assert_eq!(
        show(library.method("list", "pop")).as_deref(),
        Some(
            "Method pop(index: int = -1, /) -> any: Removes the item at `index`, the last one by default, and gives it; \
             IndexError if there is none."
        )
    );
    assert_eq!(library.method("dict", "fromkeys").map(|it| it.kind), Some(DeclarationKind::ClassMethod));
    assert_eq!(library.builtin("str").map(|it| it.kind), Some(DeclarationKind::Type));
    assert_eq!(
        show(library.builtin("KeyError")).as_deref(),
        Some("Record KeyError(LookupError): A dict has no such key, a set no such member.")
    );
    assert_eq!(
        show(library.member("math", "pi")).as_deref(),
        Some("Constant pi: float: The circumference of a circle over its diameter.")
    );
    assert_eq!(library.builtin("__retrying__"), None);
    assert_eq!(library.builtin("sqrt"), None);
    assert!(library.methods("FSM").any(|it| it.name == "transition"));
}

#[test]
fn a_name_range_is_where_the_name_stands() {
    for it in library().units().iter().flat_map(|unit| &unit.declarations) {
        assert_eq!(&it.file.text[it.name_range], it.name.as_str(), "{}", it.file.path);
    }
}

#[test]
fn an_import_leads_to_the_library_last() {
    let files = MemoryFileSystem::from_files([("/w/main.na", ""), ("/w/json.na", "")]);
    let host = AnalysisHost::new(files);
    let importer = host.file(&FilePath::disk("/w/main.na"));
    let resolve = |dots: usize, name: &str| match resolve_module(host.db(), importer, dots, &[name.into()]) {
        Some(ResolvedModule::File(file)) => file.path(host.db()).to_string(),
        other => format!("{other:?}"),
    };
    assert_eq!(resolve(0, "math"), "library/math.na");
    assert_eq!(resolve(0, "json"), "/w/json.na");
    for (dots, name) in [(1, "math"), (0, "list"), (0, "builtins"), (0, "internal")] {
        assert_eq!(resolve(dots, name), "None", "{name}");
    }
}
