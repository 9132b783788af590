//! `danaide check` with settings, levels, statistics and fixes.

use std::fs;
use std::path::Path;

use danaide_tests::{Run, folder, run_in};
use expect_test::{Expect, expect};

/// All that came of `danaide check`.
fn check(folder: &Path, args: &[&str], expected: Expect) {
    let mut all = vec!["check"];
    all.extend(args);
    let Run { code, stdout, stderr } = run_in(folder, &all);
    expected.assert_eq(&format!("{stdout}--- {}\n{stderr}", code.map_or("killed".into(), |code| code.to_string())));
}

const UNKNOWN: &str = "x = 1  # danaide: ignore[unknwn-code]\n";

#[test]
fn settings_are_found_above_and_said_to_be_wrong_once() {
    let settings = "[rules]\nunknown-code = \"error\"\nunknown-cod = \"off\"\n[check]\nexclude = [\"gen\"]\n";
    let folder = folder(&[("danaide.toml", settings), ("a/a.na", UNKNOWN), ("a/b.na", "x = 1\n"), ("gen/c.na", ")\n")]);
    check(
        folder.path(),
        &["."],
        expect![[r#"
        warning[invalid-setting]: there is no code or category `unknown-cod`; did you mean `unknown-code`?
         --> danaide.toml:3:1
          |
        3 | unknown-cod = "off"
          | ^^^^^^^^^^^

        error[unknown-code]: there is no code `unknwn-code`; did you mean `unknown-code`?
         --> a/a.na:1:26
          |
        1 | x = 1  # danaide: ignore[unknwn-code]
          |                          ^^^^^^^^^^^

        checked 2 files: 1 error, 1 warning
        --- 3
    "#]],
    );
    check(
        folder.path(),
        &["gen/c.na", "--output", "json"],
        expect![[r#"
        {"path":"danaide.toml","range":{"start":{"line":3,"column":1,"offset":31},"end":{"line":3,"column":12,"offset":42}},"code":"invalid-setting","severity":"warning","message":"there is no code or category `unknown-cod`; did you mean `unknown-code`?"}
        {"path":"gen/c.na","range":{"start":{"line":1,"column":1,"offset":0},"end":{"line":1,"column":2,"offset":1}},"code":"syntax-error","severity":"error","message":"`)` closes nothing: no bracket is open here"}
        --- 3
    "#]],
    );
    check(
        &folder.path().join("a"),
        &["b.na", "../danaide.toml"],
        expect![[r#"
        warning[invalid-setting]: there is no code or category `unknown-cod`; did you mean `unknown-code`?
         --> ../danaide.toml:3:1
          |
        3 | unknown-cod = "off"
          | ^^^^^^^^^^^

        checked 2 files: 1 warning
        --- 0
    "#]],
    );
}

#[test]
fn levels_can_be_given_on_the_command_line() {
    let folder = folder(&[("danaide.toml", "[rules]\nunknown-code = \"error\"\n"), ("a.na", UNKNOWN)]);
    check(
        folder.path(),
        &["a.na", "--rule", "unknown-code=off"],
        expect![[r#"
        checked 1 file: nothing found
        --- 0
    "#]],
    );
    check(
        folder.path(),
        &["a.na", "--rule", "settings=off", "--rule", "unknown-code=hint"],
        expect![[r#"
        help[unknown-code]: there is no code `unknwn-code`; did you mean `unknown-code`?
         --> a.na:1:26
          |
        1 | x = 1  # danaide: ignore[unknwn-code]
          |                          ^^^^^^^^^^^

        checked 1 file: 1 hint
        --- 0
    "#]],
    );
    check(
        folder.path(),
        &["a.na", "--rule", "unknown-cod=off"],
        expect![[r#"
        --- 2
        error: invalid value 'unknown-cod=off' for '--rule <CODE=LEVEL>': there is no code or category `unknown-cod`; did you mean `unknown-code`?

        For more information, try '--help'.
    "#]],
    );
    check(
        folder.path(),
        &["a.na", "--rule", "unknown-code=loud"],
        expect![[r#"
        --- 2
        error: invalid value 'unknown-code=loud' for '--rule <CODE=LEVEL>': there is no level `loud`; use error, warning, information, hint, off

        For more information, try '--help'.
    "#]],
    );
    check(
        folder.path(),
        &["a.na", "--rule", "unknown-code=warnin"],
        expect![[r#"
        --- 2
        error: invalid value 'unknown-code=warnin' for '--rule <CODE=LEVEL>': there is no level `warnin`; did you mean `warning`?

        For more information, try '--help'.
    "#]],
    );
    check(
        folder.path(),
        &["a.na", "--rule", "syntax-error=off"],
        expect![[r#"
        --- 2
        error: invalid value 'syntax-error=off' for '--rule <CODE=LEVEL>': the level of `syntax-error` cannot be changed

        For more information, try '--help'.
    "#]],
    );
    check(
        folder.path(),
        &["a.na", "--rule", "unknown-code"],
        expect![[r#"
        --- 2
        error: invalid value 'unknown-code' for '--rule <CODE=LEVEL>': write CODE=LEVEL, such as unknown-code=error

        For more information, try '--help'.
    "#]],
    );
}

#[test]
fn one_settings_file_can_be_given_for_all() {
    let folder = folder(&[
        ("danaide.toml", "[rules]\nunknown-code = \"error\"\n"),
        ("ci/strict.toml", "[rules]\nunknown-code = \"off\"\nstyl = \"off\"\n"),
        ("a.na", UNKNOWN),
    ]);
    check(
        folder.path(),
        &["a.na", "--config", "ci/strict.toml"],
        expect![[r#"
        warning[invalid-setting]: there is no code or category `styl`; did you mean `style`?
         --> ci/strict.toml:3:1
          |
        3 | styl = "off"
          | ^^^^

        checked 1 file: 1 warning
        --- 0
    "#]],
    );
    check(
        folder.path(),
        &["a.na", "--config", "none.toml"],
        expect![[r#"
        --- 2
        error: cannot read none.toml: there is no such file
    "#]],
    );
    check(
        folder.path(),
        &["a.na", "--config", "ci"],
        expect![[r#"
        --- 2
        error: cannot read ci: it is a folder
    "#]],
    );
}

#[test]
fn modules_are_looked_for_where_the_settings_say() {
    let files = [
        ("danaide.toml", "[paths]\nsearch = [\"lib\"]\n"),
        ("lib/tools.na", "def double(x):\n    return x * 2\n"),
        ("app/main.na", "from tools import double\nprint(double(21))\n"),
    ];
    let folder = folder(&files);
    assert_eq!(run_in(folder.path(), &["run", "app/main.na"]).stdout, "42\n");
}

#[test]
fn findings_are_counted_by_code() {
    let folder =
        folder(&[("a.na", "x = 1  # danaide: ignore[unknwn-code]\ny = 2  # danaide: ignore\n"), ("b.na", UNKNOWN)]);
    check(
        folder.path(),
        &[".", "--statistics"],
        expect![[r#"
        2  warning      unknown-code        A suppression names a code that does not exist  (2 with --fix)
        1  hint         unused-suppression  A comment suppresses a finding that is not there  (1 with --fix)
        checked 2 files: 2 warnings, 1 hint
        --- 0
    "#]],
    );
    check(
        folder.path(),
        &[".", "--statistics", "--output", "json"],
        expect![[r#"
        {"code":"unknown-code","severity":"warning","count":2,"fixable":2}
        {"code":"unused-suppression","severity":"hint","count":1,"fixable":1}
        --- 0
    "#]],
    );
}

#[test]
fn what_leaves_no_doubt_is_fixed() {
    let text = "x = 1  # danaide: ignore\ny = 2  # danaide: ignore[unknwn-code, weather]\n";
    let folder = folder(&[("a.na", text), ("b.na", "x = 1\n")]);
    let file = folder.path().join("a.na");
    check(
        folder.path(),
        &[".", "--fix"],
        expect![[r#"
        fixed 2 findings in 1 file
        checked 2 files: nothing found
        --- 0
    "#]],
    );
    expect![[r#"
        x = 1
        y = 2  # danaide: ignore[unknown-code, weather]
    "#]]
    .assert_eq(&fs::read_to_string(&file).expect("the file is there"));
    check(
        folder.path(),
        &[".", "--fix"],
        expect![[r#"
        fixed nothing
        checked 2 files: nothing found
        --- 0
    "#]],
    );
    fs::write(&file, text).expect("the file can be written");
    check(
        folder.path(),
        &["a.na", "--fix", "--statistics", "--output", "json"],
        expect![[r#"
        --- 0
        fixed 2 findings in 1 file
    "#]],
    );
}
