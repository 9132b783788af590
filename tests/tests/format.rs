//! `danaide fmt`: which files it takes, what it says, and what it leaves behind.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::Stdio;

use danaide_tests::{Run, command, folder, run_in};
use expect_test::{Expect, expect};

/// All that came of `danaide fmt`.
fn fmt(folder: &Path, args: &[&str], expected: Expect) {
    let mut all = vec!["fmt"];
    all.extend(args);
    let Run { code, stdout, stderr } = run_in(folder, &all);
    expected.assert_eq(&format!("{stdout}--- {}\n{stderr}", code.map_or("killed".into(), |code| code.to_string())));
}

/// The same with a text on the standard input.
fn fmt_stdin(args: &[&str], input: &[u8], expected: Expect) {
    let mut all = vec!["fmt", "-"];
    all.extend(args);
    let mut command = command(".", &all);
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it can be started");
    child.stdin.take().expect("a pipe").write_all(input).expect("it reads");
    let output = child.wait_with_output().expect("it ends");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).replace('\r', "␍");
    let code = output.status.code().map_or("killed".into(), |code| code.to_string());
    expected.assert_eq(&format!("{}--- {code}\n{}", text(&output.stdout), text(&output.stderr)));
}

fn read(folder: &Path, name: &str) -> String {
    fs::read_to_string(folder.join(name)).expect("the file is there")
}

#[test]
fn files_and_folders_are_formatted_once() {
    let folder = folder(&[
        ("a.na", "x=1\r\n"),
        ("b/c.na", "def f( ):\n  return  1\n"),
        ("b/d.na", "y = 1\n"),
        ("b/e.txt", "x=1\n"),
    ]);
    fmt(
        folder.path(),
        &["a.na", "b", "b/c.na"],
        expect![[r#"
        formatted 2 of 3 files
        --- 0
    "#]],
    );
    assert_eq!(read(folder.path(), "a.na"), "x = 1\r\n");
    assert_eq!(read(folder.path(), "b/c.na"), "def f():\n    return 1\n");
    assert_eq!(read(folder.path(), "b/e.txt"), "x=1\n");
    fmt(
        folder.path(),
        &["a.na", "b"],
        expect![[r#"
        looked at 3 files: nothing to format
        --- 0
    "#]],
    );
}

#[test]
fn without_paths_the_current_folder_is_formatted() {
    let folder =
        folder(&[("a.na", "x=1\n"), (".hidden/a.na", "x=1\n"), ("ignored/a.na", "x=1\n"), (".gitignore", "ignored\n")]);
    fmt(
        folder.path(),
        &[],
        expect![[r#"
        formatted 1 of 1 file
        --- 0
    "#]],
    );
    assert_eq!(read(folder.path(), ".hidden/a.na"), "x=1\n");
    assert_eq!(read(folder.path(), "ignored/a.na"), "x=1\n");
}

#[test]
fn excluded_folders_stay_unless_a_file_is_named() {
    let folder =
        folder(&[("danaide.toml", "[check]\nexclude = [\"gen\"]\n"), ("gen/a.na", "x=1\n"), ("b.na", "x=1\n")]);
    fmt(
        folder.path(),
        &["."],
        expect![[r#"
        formatted 1 of 1 file
        --- 0
    "#]],
    );
    assert_eq!(read(folder.path(), "gen/a.na"), "x=1\n");
    fmt(
        folder.path(),
        &["gen/a.na"],
        expect![[r#"
        formatted 1 of 1 file
        --- 0
    "#]],
    );
    assert_eq!(read(folder.path(), "gen/a.na"), "x = 1\n");
}

#[test]
fn check_names_files_and_changes_nothing() {
    let folder = folder(&[("a.na", "x=1\n"), ("b.na", "x = 1\n")]);
    fmt(
        folder.path(),
        &["--check", "."],
        expect![[r#"
        a.na would be formatted
        1 of 2 files would be formatted
        --- 3
    "#]],
    );
    assert_eq!(read(folder.path(), "a.na"), "x=1\n");
    fmt(
        folder.path(),
        &["--check", "b.na"],
        expect![[r#"
        looked at 1 file: nothing to format
        --- 0
    "#]],
    );
}

#[test]
fn diff_shows_changes_and_makes_none() {
    let folder = folder(&[("a.na", "a = 1\nb = 2\nc = 3\nd = 4\nx=f( 1,2 )\nif x:\n  y\n"), ("b.na", "x = 1\n")]);
    fmt(
        folder.path(),
        &["--diff", "."],
        expect![[r#"
        --- a.na
        +++ a.na
        @@ -2,6 +2,6 @@
         b = 2
         c = 3
         d = 4
        -x=f( 1,2 )
        +x = f(1, 2)
         if x:
        -  y
        +    y
        --- 3
        1 of 2 files would be formatted
    "#]],
    );
    assert!(read(folder.path(), "a.na").ends_with("x=f( 1,2 )\nif x:\n  y\n"));
    fmt(
        folder.path(),
        &["--diff", "b.na"],
        expect![[r#"
        --- 0
        looked at 1 file: nothing to format
    "#]],
    );
}

#[test]
fn statements_with_syntax_errors_stay() {
    let folder = folder(&[("a.na", "x=1\ny = = 2\nz=3\n")]);
    fmt(
        folder.path(),
        &["a.na"],
        expect![[r#"
        formatted 1 of 1 file
        --- 3
        error: a.na has 1 syntax error: the statements around are left as they are; `danaide check` shows more
    "#]],
    );
    assert_eq!(read(folder.path(), "a.na"), "x = 1\ny = = 2\nz = 3\n");
}

#[test]
fn what_cannot_be_read_is_said() {
    let folder = folder(&[("a.na", "x=1\n")]);
    fs::write(folder.path().join("b.na"), b"x = '\xff'\n").expect("a file can be written");
    fmt(
        folder.path(),
        &["none.na", "a.na", "b.na"],
        expect![[r#"
        formatted 1 of 1 file
        --- 2
        error: cannot read none.na: there is no such file
        error: cannot read b.na: it is not UTF-8
    "#]],
    );
    assert_eq!(read(folder.path(), "a.na"), "x = 1\n");
    fmt(
        folder.path(),
        &["-", "a.na"],
        expect![[r#"
        --- 2
        error: `-` is the standard input, and goes with no other path
    "#]],
    );
}

#[test]
fn the_standard_input_goes_to_the_standard_output() {
    fmt_stdin(
        &[],
        b"x=1\r\ny  = 2\r\n",
        expect![[r#"
        x = 1␍
        y = 2␍
        --- 0
    "#]],
    );
    fmt_stdin(
        &[],
        b"x = 1\n",
        expect![[r#"
        x = 1
        --- 0
    "#]],
    );
    fmt_stdin(
        &["--check"],
        b"x=1\n",
        expect![[r#"
        <stdin> would be formatted
        --- 3
    "#]],
    );
    fmt_stdin(
        &["--check"],
        b"x = 1\n",
        expect![[r#"
        --- 0
    "#]],
    );
    fmt_stdin(
        &["--diff"],
        b"x=1\n",
        expect![[r#"
        --- <stdin>
        +++ <stdin>
        @@ -1 +1 @@
        -x=1
        +x = 1
        --- 3
    "#]],
    );
    fmt_stdin(
        &[],
        b"x=1\ny = (\n",
        expect![[r#"
        x = 1
        y = (
        --- 3
        error: <stdin> has 1 syntax error: the statements around are left as they are; `danaide check` shows more
    "#]],
    );
    fmt_stdin(
        &[],
        b"\xff",
        expect![[r#"
        --- 2
        error: cannot read <stdin>: it is not UTF-8
    "#]],
    );
}
