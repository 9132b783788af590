//! A program that is valid Python too prints the same, byte for byte, in both.

use std::process::Command;

use danaide_tests::{Run, command, root, run};

#[test]
fn the_common_subset_prints_what_cpython_prints() {
    let program = root().join("tests/programs/common_subset.na");
    let python = run(Command::new("python3").env("PYTHONIOENCODING", "utf-8").arg(&program));
    assert_eq!((python.code, python.stderr.as_str()), (Some(0), ""));
    assert!(python.stdout.lines().count() > 80);

    let Run { code, stdout, stderr } = run(&mut command("tests/programs", &["run", "common_subset.na"]));
    for (number, (expected, actual)) in python.stdout.lines().zip(stdout.lines()).enumerate() {
        assert_eq!(actual, expected, "line {} of the output", number + 1);
    }
    assert_eq!(stdout, python.stdout);
    assert_eq!((code, stderr.as_str()), (Some(0), ""));
}
