//! Every program of `tests/programs` and of the folders in it (but for those named `modules`) prints what its `.out` file holds. A program with a `.err` file beside it fails
//! with exit code 1 and that text on the standard error output; every other one succeeds quietly.

use std::fs;
use std::path::{Path, PathBuf};

use danaide_tests::{Run, command, golden, root, run};

#[test]
fn programs_print_what_is_expected() {
    let programs = programs(&root().join("tests/programs"));
    assert!(programs.len() >= 3, "the programs are gone");
    let failures: Vec<String> = programs.iter().filter_map(|program| check(program).err()).collect();
    assert!(failures.is_empty(), "\n{}", failures.join("\n"));
}

fn programs(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("the folder of programs can be listed");
    let paths = entries.map(|entry| entry.expect("the folder of programs can be read").path());
    let mut found = Vec::new();
    for path in paths {
        if path.is_dir() {
            if !path.ends_with("modules") {
                found.extend(programs(&path));
            }
        } else if path.extension().is_some_and(|it| it == "na") {
            found.push(path);
        }
    }
    found.sort();
    found
}

fn check(program: &Path) -> Result<(), String> {
    let name = program.file_name().and_then(|name| name.to_str()).expect("names of programs are UTF-8");
    let folder = program.parent().expect("a program is in a folder");
    let Run { code, stdout, stderr } = run(command(".", &["run", name]).current_dir(folder));
    let errors = program.with_extension("err");
    let fails = errors.exists();
    let expected = i32::from(fails);
    if code != Some(expected) {
        return Err(format!("{name} ended with {code:?}, not {expected}:\n{stderr}"));
    }
    golden(&program.with_extension("out"), &stdout)?;
    if fails {
        golden(&errors, &stderr)
    } else if stderr.is_empty() {
        Ok(())
    } else {
        Err(format!("{name} should be quiet on the standard error output but said:\n{stderr}"))
    }
}
