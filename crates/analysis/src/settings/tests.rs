use std::fmt::Write as _;

use expect_test::{Expect, expect};

use super::*;
use crate::{AnalysisHost, Change, DiagnosticCode, Level, MemoryFileSystem, file_diagnostics, resolve_module};

/// What is wrong in a settings file, each with the text it is about, and what counts.
fn check(text: &str, expected: Expect) {
    let (file, problems) = parse::parse(text);
    let mut out = String::new();
    for it in problems {
        writeln!(out, "{:?} {}", text.get(std::ops::Range::<usize>::from(it.range)), it.message).expect("a string");
    }
    if file != SettingsFile::default() {
        writeln!(out, "{file:?}").expect("a string");
    }
    expected.assert_eq(&out);
}

#[test]
fn what_is_wrong_is_told_and_the_rest_counts() {
    check("", expect![[""]]);
    check(
        "[rules]\nunknown-code = \"error\"\n",
        expect![[r#"
        SettingsFile { rules: RuleTable({Code(UnknownCode): Error}), check: CheckSettings { exclude: [], max_diagnostics: None }, paths: PathSettings { search: [] }, imports: ImportSettings { unresolved_python: Report, known_python: [] }, overrides: [] }
    "#]],
    );
    check(
        "[rules]\nunknwn-code = \"error\"\nsettings = \"of\"\ninvalid-setting = 3\nunused-suppression = \"off\"\n",
        expect![[r#"
            Some("3") expected a string
            Some("\"of\"") `of` is not possible here; did you mean `off`?
            Some("unknwn-code") there is no code or category `unknwn-code`; did you mean `unknown-code`?
            SettingsFile { rules: RuleTable({Code(UnusedSuppression): Off}), check: CheckSettings { exclude: [], max_diagnostics: None }, paths: PathSettings { search: [] }, imports: ImportSettings { unresolved_python: Report, known_python: [] }, overrides: [] }
        "#]],
    );
    check(
        "[rules]\nsyntax-error = \"off\"\nsyntax = \"hint\"\nweather = \"off\"\n",
        expect![[r#"
        Some("syntax") the level of `syntax` cannot be changed
        Some("syntax-error") the level of `syntax-error` cannot be changed
        Some("weather") there is no code or category `weather`; `danaide explain` lists the codes
    "#]],
    );
    check(
        "[chek]\nexclude = []\n[paths]\nsearch = [\"lib\", 3]\n",
        expect![[r#"
        Some("chek") there is no setting `chek` here; did you mean `check`?
        Some("3") expected a string, found integer `3`
        SettingsFile { rules: RuleTable({}), check: CheckSettings { exclude: [], max_diagnostics: None }, paths: PathSettings { search: ["lib"] }, imports: ImportSettings { unresolved_python: Report, known_python: [] }, overrides: [] }
    "#]],
    );
    check(
        "[check]\nexclude = [\"a[\", \"b\"]\nmax-diagnostics = -1\n",
        expect![[r#"
            Some("\"a[\"") `a[` is not a pattern: unclosed character class; missing ']'
            Some("-1") expected a whole number, 0 or more, found integer `-1`
            SettingsFile { rules: RuleTable({}), check: CheckSettings { exclude: [Glob { text: "b", globs: [Glob("**/b"), Glob("**/b/**")] }], max_diagnostics: None }, paths: PathSettings { search: [] }, imports: ImportSettings { unresolved_python: Report, known_python: [] }, overrides: [] }
        "#]],
    );
    check(
        "[[overrides]]\nrules = {}\n[[overrides]]\nfiles = [\"x\"]\nrules = { unknown-code = \"off\" }\n",
        expect![[r#"
            Some("[[overrides]]") the setting `files` is missing here
            SettingsFile { rules: RuleTable({}), check: CheckSettings { exclude: [], max_diagnostics: None }, paths: PathSettings { search: [] }, imports: ImportSettings { unresolved_python: Report, known_python: [] }, overrides: [Override { files: [Glob { text: "x", globs: [Glob("**/x"), Glob("**/x/**")] }], rules: RuleTable({Code(UnknownCode): Off}) }] }
        "#]],
    );
    check(
        "check = 3\n[imports]\nunresolved-python = \"reprt\"\n",
        expect![[r#"
            Some("3") expected a table, found integer `3`
            Some("\"reprt\"") `reprt` is not possible here; did you mean `report`?
        "#]],
    );
    check(
        "[rules\nunknown-code = \"off\"\n[check]\nmax-diagnostics = 5\n",
        expect![[r#"
        Some("") unclosed table, expected `]`
        SettingsFile { rules: RuleTable({}), check: CheckSettings { exclude: [], max_diagnostics: Some(5) }, paths: PathSettings { search: [] }, imports: ImportSettings { unresolved_python: Report, known_python: [] }, overrides: [] }
    "#]],
    );
    check(
        "[check]\nmax-diagnostics = 5\nmax-diagnostics = 6\n",
        expect![[r#"
        Some("max-diagnostics") duplicate key
        SettingsFile { rules: RuleTable({}), check: CheckSettings { exclude: [], max_diagnostics: Some(5) }, paths: PathSettings { search: [] }, imports: ImportSettings { unresolved_python: Report, known_python: [] }, overrides: [] }
    "#]],
    );
    check(
        "\u{feff}a = '",
        expect![[r#"
        Some("") invalid literal string, expected `'`
        Some("a") there is no setting `a` here; use one of `rules`, `check`, `paths`, `imports`, `overrides`
    "#]],
    );
}

#[test]
fn any_text_is_read_to_its_end() {
    let text = "[rules]\nunknown-code = \"error\"\n[[overrides]]\nfiles = ['é*']\nrules = { style = \"off\" }\n";
    for (at, _) in text.char_indices() {
        for junk in ["", "\"", "[", "]]", "=", "'", "\0", "é"] {
            parse::parse(&format!("{}{junk}{}", &text[..at], &text[at..]));
            parse::parse(&format!("{}{junk}", &text[..at]));
        }
    }
}

fn level(host: &AnalysisHost, path: &str) -> Level {
    file_settings(host.db(), host.file(&FilePath::disk(path))).levels.get(DiagnosticCode::UnknownCode)
}

#[test]
fn the_nearest_file_counts() {
    let files = MemoryFileSystem::from_files([
        ("/w/danaide.toml", "[rules]\nunknown-code = \"error\"\n"),
        ("/w/deep/danaide.toml", "[rules]\nunknown-code = \"hint\"\n"),
        ("/w/a.na", ""),
        ("/w/deep/x/b.na", ""),
        ("/c.na", ""),
    ]);
    let mut host = AnalysisHost::new(files.clone());
    assert_eq!(level(&host, "/w/a.na"), Level::Error);
    assert_eq!(level(&host, "/w/deep/x/b.na"), Level::Hint);
    assert_eq!(level(&host, "/c.na"), Level::Warning);

    files.remove("/w/deep/danaide.toml");
    host.apply_change(Change::Disk { paths: vec!["/w/deep/danaide.toml".into()] });
    assert_eq!(level(&host, "/w/deep/x/b.na"), Level::Error);

    let path = FilePath::disk("/w/danaide.toml");
    host.apply_change(Change::Open { path, text: "[rules]\nunknown-code = \"off\"\n".into() });
    assert_eq!(level(&host, "/w/a.na"), Level::Off);

    host.apply_change(Change::SettingsFile(Some(FilePath::disk("/other.toml"))));
    files.write("/other.toml", "[rules]\nsettings = \"information\"\n");
    host.apply_change(Change::Disk { paths: vec!["/other.toml".into()] });
    assert_eq!(level(&host, "/w/a.na"), Level::Information);
    assert_eq!(level(&host, "/c.na"), Level::Information);
}

#[test]
fn a_file_without_a_place_has_the_settings_of_the_workspace() {
    let files = MemoryFileSystem::from_files([("/w/danaide.toml", "[rules]\nunknown-code = \"error\"\n")]);
    let mut host = AnalysisHost::new(files);
    host.apply_change(Change::Roots { workspace: vec!["/w".into()], search_path: Vec::new() });
    let path = FilePath::Virtual("untitled:1".into());
    host.apply_change(Change::Open { path: path.clone(), text: "x = 1  # danaide: ignore[nothing-such]\n".into() });
    let found = file_diagnostics(host.db(), host.file(&path));
    assert_eq!(found[0].severity, crate::Severity::Error);
}

#[test]
fn codes_count_more_than_categories_and_later_overrides_more_than_earlier_ones() {
    let text = r#"
[rules]
unknown-code = "error"
settings = "off"

[[overrides]]
files = ["gen"]
rules = { settings = "hint" }

[[overrides]]
files = ["gen/x.na"]
rules = { unknown-code = "information" }
"#;
    let mut host = AnalysisHost::new(MemoryFileSystem::from_files([("/w/danaide.toml", text)]));
    assert_eq!(level(&host, "/w/a.na"), Level::Error);
    assert_eq!(level(&host, "/w/deep/gen/a.na"), Level::Hint);
    assert_eq!(level(&host, "/w/gen/x.na"), Level::Information);

    let mut levels = Levels::default();
    levels.set(DiagnosticCode::UnknownCode, Level::Off);
    levels.set(DiagnosticCode::SyntaxError, Level::Off);
    host.apply_change(Change::Levels(levels));
    assert_eq!(level(&host, "/w/gen/x.na"), Level::Off);
    let settings = file_settings(host.db(), host.file(&FilePath::disk("/w/gen/x.na")));
    assert_eq!(settings.levels.get(DiagnosticCode::SyntaxError), Level::Error, "it cannot be changed");
}

#[test]
fn patterns_and_paths_are_relative_to_the_file() {
    let text = "[check]\nexclude = [\"gen\"]\nmax-diagnostics = 2\n[paths]\nsearch = [\"../lib\"]\n";
    let files =
        MemoryFileSystem::from_files([("/w/danaide.toml", text), ("/w/a.na", ")\n)\n)\n)\n"), ("/lib/tools.na", "")]);
    let host = AnalysisHost::new(files);
    assert!(is_excluded(host.db(), &FilePath::disk("/w/x/gen/a.na")));
    assert!(!is_excluded(host.db(), &FilePath::disk("/w/x/a.na")));
    assert!(!is_excluded(host.db(), &FilePath::disk("/gen/a.na")));

    let file = host.file(&FilePath::disk("/w/a.na"));
    assert_eq!(file_diagnostics(host.db(), file).len(), 2);
    let found = resolve_module(host.db(), file, 0, &["tools".into()]).and_then(|it| it.file());
    assert_eq!(found, Some(host.file(&FilePath::disk("/lib/tools.na"))));
}

#[test]
fn python_modules_are_assumed_or_reported() {
    let imports = |text: &str| parse::parse(text).0.imports;
    assert!(imports("[imports]\nunresolved-python = \"assume\"\n").assumes_python("numpy"));
    assert!(imports("").assumes_python("os.path") && !imports("").assumes_python("numpy"));
    let imports = imports("[imports]\nunresolved-python = \"report\"\nknown-python = [\"numpy\"]\n");
    assert!(imports.assumes_python("numpy") && imports.assumes_python("numpy.linalg"));
    assert!(!imports.assumes_python("numpy2") && !imports.assumes_python("pandas"));
}

/// `BLESS=1 cargo test -p danaide-analysis schema` writes the file.
#[test]
fn the_schema_is_current() {
    let mut schema = schemars::schema_for!(SettingsFile);
    schema.insert("title".to_owned(), "danaide.toml".into());
    let text = serde_json::to_string_pretty(&schema).expect("a schema is JSON") + "\n";
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/danaide.schema.json");
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(path, &text).expect("the schema can be written");
    }
    let current = std::fs::read_to_string(path).unwrap_or_default();
    assert!(
        current == text,
        "docs/danaide.schema.json is old; BLESS=1 cargo test -p danaide-analysis schema writes it"
    );
}
