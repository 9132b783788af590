//! `danaide explain`: the list, a page, and names that are no codes.

use danaide_tests::{Run, command, run};
use expect_test::expect;

fn explain(args: &[&str]) -> Run {
    let mut all = vec!["explain"];
    all.extend(args);
    run(&mut command(".", &all))
}

#[test]
fn all_codes_are_listed() {
    let Run { code, stdout, stderr } = explain(&[]);
    assert_eq!((code, stderr.as_str()), (Some(0), ""));
    let names: Vec<&str> = stdout.lines().filter_map(|line| line.split_whitespace().next()).collect();
    assert!(names.contains(&"syntax-error") && names.is_sorted(), "{stdout}");
    assert!(stdout.lines().any(|line| {
        line.split_whitespace().collect::<Vec<_>>().join(" ") == "syntax-error error The text is not Dana"
    }));
}

#[test]
fn one_code_is_explained() {
    let Run { code, stdout, stderr } = explain(&["unused-suppression"]);
    assert_eq!((code, stderr.as_str()), (Some(0), ""));
    expect![[r#"
        # unused-suppression

        Hint · settings · has a fix

        The comment, or one of its codes, hides nothing: what it was written for is mended, or it stands on another line than the finding. A comment on a line of its own suppresses nothing; it belongs at the end of the line of the finding.

        Remove it, so that it does not hide a finding of tomorrow. Codes that the settings turn off are not looked at, and neither is a file with syntax errors.

        Bad:

        ```dana
        total = 1  # danaide: ignore[unknown-code]
        ```

        Good:

        ```dana
        total = 1
        ```
    "#]].assert_eq(&stdout);
}

#[test]
fn a_wrong_code_is_bad_usage() {
    let Run { code, stdout, stderr } = explain(&["sintax-error"]);
    assert_eq!((code, stdout.as_str()), (Some(2), ""));
    assert_eq!(stderr, "error: there is no diagnostic `sintax-error`; did you mean `syntax-error`?\n");
    let Run { code, stderr, .. } = explain(&["weather"]);
    assert_eq!(code, Some(2));
    assert_eq!(stderr, "error: there is no diagnostic `weather`; `danaide explain` lists all of them\n");
}
