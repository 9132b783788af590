//! What holds for every rule: its name, its texts, its examples, its fixes.

use std::collections::BTreeMap;

use danaide_syntax::{Indel, TextEdit};

use super::*;
use crate::{AnalysisHost, Change, FilePath, MemoryFileSystem};

/// A host with the files of an example.
fn host(files: &BTreeMap<String, String>) -> AnalysisHost {
    AnalysisHost::new(MemoryFileSystem::from_files(files.iter()))
}

fn files_of(example: &str) -> BTreeMap<String, String> {
    example_files(example).iter().map(|it| (it.path.to_owned(), it.text.to_owned())).collect()
}

/// The findings of all files of an example, as if the rule were on.
fn findings(host: &AnalysisHost, files: &BTreeMap<String, String>) -> Vec<Diagnostic> {
    let of_file = |path: &String| file_diagnostics(host.db(), host.file(&FilePath::disk(path))).to_vec();
    files.keys().flat_map(of_file).collect()
}

fn shown(findings: &[Diagnostic]) -> String {
    let lines = findings.iter().map(|it| format!("{:?} {}: {}\n", it.range, it.code.as_str(), it.message));
    lines.collect()
}

#[test]
fn names_are_sorted_and_those_of_the_modules() {
    let names: Vec<&str> = DiagnosticCode::ALL.iter().map(|it| it.as_str()).collect();
    assert!(names.is_sorted_by(|a, b| a < b), "{names:?}");
    for code in DiagnosticCode::ALL {
        let name = code.as_str();
        let camel: String = name.split('-').map(|word| word[..1].to_uppercase() + &word[1..]).collect();
        assert_eq!(format!("{code:?}"), camel, "the variant of {name}");
        assert_eq!(Category::from_name(name), None, "{name} is a category too");
        assert_eq!(DiagnosticCode::from_name(name), Some(*code));
    }
}

#[test]
fn texts_are_complete() {
    for rule in DiagnosticCode::ALL.iter().map(|it| it.rule()) {
        let name = rule.name;
        assert!(!rule.summary.is_empty() && !rule.summary.ends_with('.') && !rule.summary.contains('\n'), "{name}");
        assert!(rule.explanation.len() > rule.summary.len() && rule.explanation.ends_with('.'), "{name}");
        for example in [rule.bad, rule.good] {
            assert!(example.is_empty() || example.ends_with('\n'), "{name}: an example ends with a line end");
        }
    }
}

#[test]
fn examples_show_what_the_rules_find() {
    let mut without = Vec::new();
    for &code in DiagnosticCode::ALL {
        let rule = code.rule();
        if rule.bad.is_empty() {
            without.push(rule.name);
            continue;
        }
        let files = files_of(rule.bad);
        let found = findings(&host(&files), &files);
        let own: Vec<&Diagnostic> = found.iter().filter(|it| it.code == code).collect();
        assert!(!own.is_empty(), "{}: its bad example has not got it:\n{}", rule.name, shown(&found));
        let has_fix = own.iter().any(|it| !it.fixes.is_empty());
        assert_eq!(has_fix, rule.has_fix, "{}: does the finding of its bad example have a fix?", rule.name);

        let files = files_of(rule.good);
        let found = findings(&host(&files), &files);
        let is_bad = |it: &Diagnostic| it.code == code || it.severity == Severity::Error;
        assert!(!found.iter().any(is_bad), "{}: its good example has findings:\n{}", rule.name, shown(&found));
    }
    assert_eq!(without, ["invalid-utf8", "unreadable-file"], "every other rule has examples");
}

/// A fix takes its finding away and brings no syntax error.
#[test]
fn fixes_mend_the_bad_examples() {
    for &code in DiagnosticCode::ALL.iter().filter(|it| it.rule().has_fix) {
        let files = files_of(code.rule().bad);
        let host = host(&files);
        let found = findings(&host, &files);
        let count = |found: &[Diagnostic]| found.iter().filter(|it| it.code == code).count();
        for fix in found.iter().filter(|it| it.code == code).flat_map(|it| &it.fixes) {
            let mut edits: BTreeMap<String, Vec<Indel>> = BTreeMap::new();
            for edit in &fix.edits {
                let path = edit.file.path(host.db()).to_string();
                edits.entry(path).or_default().push(Indel::replace(edit.range, edit.text.clone()));
            }
            let mut files = files.clone();
            for (path, edits) in edits {
                let text = files.get_mut(&path).expect("a fix changes the files of its example");
                let edit = TextEdit::new(edits).expect("the edits do not overlap");
                *text = edit.apply(text).expect("the edits are inside the text");
            }
            let after = findings(&self::host(&files), &files);
            let name = code.as_str();
            assert!(count(&after) < count(&found), "{name}: `{}` leaves\n{files:#?}\n{}", fix.title, shown(&after));
            let is_broken = after.iter().any(|it| it.code.rule().category == Category::Syntax);
            assert!(!is_broken, "{name}: `{}` breaks\n{files:#?}\n{}", fix.title, shown(&after));
        }
    }
}

/// While an example is typed, nothing panics, and the edits of every fix lie in the text and do not overlap.
#[test]
fn half_typed_examples_have_sound_fixes() {
    let mut host = AnalysisHost::new(Arc::new(MemoryFileSystem::default()));
    let path = FilePath::disk("/main.na");
    let file = host.file(&path);
    for rule in DiagnosticCode::ALL.iter().map(|it| it.rule()) {
        let Some(example) = example_files(rule.bad).into_iter().find(|it| it.path == "/main.na") else { continue };
        let ends = example.text.char_indices().map(|(at, _)| at).chain([example.text.len()]).step_by(2);
        for text in ends.map(|end| &example.text[..end]) {
            host.apply_change(Change::Open { path: path.clone(), text: text.into() });
            for it in file_diagnostics(host.db(), file).iter() {
                assert!(usize::from(it.range.end()) <= text.len(), "{}: {text:?}", it.code.as_str());
                for fix in &it.fixes {
                    let edits = fix.edits.iter().map(|it| Indel::replace(it.range, it.text.clone())).collect();
                    let mended = TextEdit::new(edits).ok().and_then(|it| it.apply(text));
                    assert!(mended.is_some(), "{}: `{}` of {text:?}", it.code.as_str(), fix.title);
                }
            }
        }
    }
}
