use std::fmt::Write as _;

use expect_test::{Expect, expect};

use super::directive;
use crate::diagnostics::suppressions;
use crate::{AnalysisHost, FilePath, MemoryFileSystem, file_diagnostics};

fn host(text: &str) -> (AnalysisHost, crate::File) {
    let host = AnalysisHost::new(MemoryFileSystem::from_files([("/a.na", text)]));
    let file = host.file(&FilePath::disk("/a.na"));
    (host, file)
}

/// The findings, each with the text it is about.
fn check(text: &str, expected: Expect) {
    let (host, file) = host(text);
    let mut out = String::new();
    for it in file_diagnostics(host.db(), file).iter() {
        writeln!(out, "{:?} {}: {}", &text[it.range], it.code.as_str(), it.message).expect("a string takes all");
    }
    expected.assert_eq(&out);
}

/// For each directive the text that it speaks for.
fn reaches(text: &str, expected: Expect) {
    let (host, file) = host(text);
    let all = suppressions::suppressions(host.db(), file);
    let shown = all.valid.iter().map(|it| format!("{:?}\n", it.reach.map(|reach| &text[reach])));
    expected.assert_eq(&shown.collect::<String>());
}

#[test]
fn forms() {
    let parse = |comment: &str| match directive::parse(comment, 0.into()) {
        None => "no directive".to_owned(),
        Some(Err(malformed)) => format!("{:?}: {}", &comment[malformed.range], malformed.message),
        Some(Ok(it)) => {
            let codes = match &it.codes {
                directive::Codes::All => "all".to_owned(),
                directive::Codes::Listed(codes) => {
                    codes.iter().map(|it| comment[it.range].to_owned()).collect::<Vec<_>>().join("+")
                }
            };
            format!("{:?} {codes} in {:?} of {:?}", it.scope, &comment[it.range], &comment[it.with_reason])
        }
    };
    let comments = [
        "# danaide: ignore",
        "#danaide:ignore[a-b,c]",
        "# why  # danaide: ignore [ a , b ] because # and more",
        "# danaide: ignore-file[a]",
        "# danaide: ignore since it is fine",
        "# danaide: ignore syntax-error",
        "# danaide: ignore(a)",
        "# danaide: ignore[]",
        "# danaide: ignore[a, b",
        "# danaide: ignores[a]",
        "# danaide: x",
        "# danaide:",
        "# ask danaide: ignore",
        "# é danaide",
    ];
    let out: String = comments.iter().map(|it| format!("{it}\n    {}\n", parse(it))).collect();
    expect![[r##"
        # danaide: ignore
            Line all in "# danaide: ignore" of "# danaide: ignore"
        #danaide:ignore[a-b,c]
            Line a-b+c in "#danaide:ignore[a-b,c]" of "#danaide:ignore[a-b,c]"
        # why  # danaide: ignore [ a , b ] because # and more
            Line a+b in "# danaide: ignore [ a , b ]" of "# danaide: ignore [ a , b ] because "
        # danaide: ignore-file[a]
            File a in "# danaide: ignore-file[a]" of "# danaide: ignore-file[a]"
        # danaide: ignore since it is fine
            Line all in "# danaide: ignore" of "# danaide: ignore since it is fine"
        # danaide: ignore syntax-error
            "# danaide: ignore": codes stand in brackets: write `ignore[syntax-error]`; `ignore` alone would hide all findings
        # danaide: ignore(a)
            "# danaide: ignore(a)": expected `[` with codes, or a space and a reason after `ignore`
        # danaide: ignore[]
            "# danaide: ignore[]": no code stands between the brackets; `ignore` alone hides all findings
        # danaide: ignore[a, b
            "# danaide: ignore[a, b": expected `]` after the codes
        # danaide: ignores[a]
            "# danaide: ignores": `danaide: ignores` is not known; did you mean `danaide: ignore`?
        # danaide: x
            "# danaide: x": expected `ignore[code]` or `ignore-file[code]` after `danaide:`
        # danaide:
            "# danaide:": expected `ignore[code]` or `ignore-file[code]` after `danaide:`
        # ask danaide: ignore
            no directive
        # é danaide
            no directive
    "##]].assert_eq(&out);
}

#[test]
fn a_line_is_that_of_the_comment_and_the_head_on_it() {
    reaches(
        "x = 1  # danaide: ignore\ny = 2\n",
        expect![[r#"
        Some("x = 1  # danaide: ignore")
    "#]],
    );
    reaches(
        "x = f(  # danaide: ignore\n    1,\n)\ny = 2\n",
        expect![[r#"
        Some("x = f(  # danaide: ignore\n    1,\n)")
    "#]],
    );
    reaches(
        "x = f(\n    1,\n)  # danaide: ignore\ny = 2\n",
        expect![[r#"
        Some("x = f(\n    1,\n)  # danaide: ignore")
    "#]],
    );
    reaches(
        "def f(\n    a,\n    b,  # danaide: ignore\n):\n    return a\n",
        expect![[r#"
        Some("def f(\n    a,\n    b,  # danaide: ignore\n):")
    "#]],
    );
    reaches(
        "def f(\n    a,\n):\n    return a  # danaide: ignore\n",
        expect![[r#"
        Some("    return a  # danaide: ignore")
    "#]],
    );
    reaches(
        "if a:\n    b\nelif c:  # danaide: ignore\n    d\nelse:\n    e  # danaide: ignore\n",
        expect![[r#"
        Some("elif c:  # danaide: ignore")
        Some("    e  # danaide: ignore")
    "#]],
    );
    reaches(
        "if a: b = (  # danaide: ignore\n    1)\n",
        expect![[r#"
        Some("if a: b = (  # danaide: ignore\n    1)")
    "#]],
    );
    reaches(
        "x = 1\n# danaide: ignore\ny = 2\n",
        expect![[r##"
        Some("# danaide: ignore")
    "##]],
    );
    reaches(
        "x = '''\na\n'''  # danaide: ignore\r\ny = 2\r\n",
        expect![[r#"
        Some("x = '''\na\n'''  # danaide: ignore\r")
    "#]],
    );
    reaches(
        "@d\ndef f():  # danaide: ignore\n    pass\n",
        expect![[r#"
        Some("@d\ndef f():  # danaide: ignore")
    "#]],
    );
    reaches(
        "# danaide: ignore-file\nx = 1",
        expect![[r#"
        None
    "#]],
    );
}

#[test]
fn useless_comments_are_found() {
    check(
        "x = 1  # danaide: ignore\n",
        expect![[r##"
        "# danaide: ignore" unused-suppression: this comment suppresses nothing
    "##]],
    );
    check("x = 1  # danaide: ignore[unknown-code, unused-suppression]\n", expect![[""]]);
    check(
        "x = 1  # danaide: ignore[unknown-code, invalid-suppression] for a reason\n",
        expect![[r##"
        "# danaide: ignore[unknown-code, invalid-suppression]" unused-suppression: there is no finding `unknown-code`, `invalid-suppression` here to suppress
    "##]],
    );
    check("# danaide: ignore-file[unused-suppression]\nx = 1  # danaide: ignore\n", expect![[""]]);
    check(
        "x = 1\n# danaide: ignore-file\n",
        expect![[r##"
        "# danaide: ignore-file" invalid-suppression: `ignore-file` counts only above the first statement of the file; move it there
    "##]],
    );
}

#[test]
fn unknown_codes_can_be_suppressed_but_syntax_errors_cannot() {
    check("x = 1  # danaide: ignore[unknown-code, weather]\n", expect![[""]]);
    check(
        "x = )  # danaide: ignore\n",
        expect![[r#"
        ")" syntax-error: expected a value, found `)`
    "#]],
    );
    check(
        "x = )  # danaide: ignore[syntax-error, unknown-code]\n",
        expect![[r#"
        ")" syntax-error: expected a value, found `)`
        "syntax-error" invalid-suppression: `syntax-error` cannot be suppressed
    "#]],
    );
}
