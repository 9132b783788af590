//! Every program of `tests/programs`, in the folder itself or in a folder per feature, prints what its `.out` file holds. A
//! program with a `.err` file beside it fails with exit code 1 and that text on the standard error output; every other one
//! succeeds quietly.
//!
//! Answers to what it asks a person are in a `.answers.json` beside it.
//!
//! A program whose first line starts with `# Python too` is also run with `python3`, which must print the same: that proves
//! its `.out`. If it fails, its `.err` must name the exception as Python does. Folders named `modules` hold what programs
//! import.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;

use danaide_tests::{Run, command, danaide, golden, root, run};

const PYTHON_TOO: &str = "# Python too";

#[test]
fn programs_print_what_is_expected() {
    let programs = programs(&root().join("tests/programs"));
    assert!(programs.len() >= 130, "only {} programs", programs.len());
    danaide();
    let failures = for_each(&programs, check);
    assert!(failures.is_empty(), "\n{}", failures.join("\n"));
}

#[test]
fn programs_valid_in_python_print_what_python_prints() {
    let mut programs = programs(&root().join("tests/programs"));
    programs.retain(|path| fs::read_to_string(path).is_ok_and(|text| text.starts_with(PYTHON_TOO)));
    assert!(programs.len() >= 60, "only {} programs are run with Python", programs.len());
    let failures = for_each(&programs, check_with_python);
    assert!(failures.is_empty(), "\n{}", failures.join("\n"));
}

/// The programs of a folder and of the folders in it.
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

/// Checks the programs on all processors; gives the failures in the order of the programs.
fn for_each(programs: &[PathBuf], check: fn(&Path) -> Result<(), String>) -> Vec<String> {
    let next = AtomicUsize::new(0);
    let failures = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(|| {
                while let Some(program) = programs.get(next.fetch_add(1, Ordering::Relaxed)) {
                    if let Err(failure) = check(program) {
                        let name = program.strip_prefix(root()).unwrap_or(program).display().to_string();
                        let mut failures = failures.lock().unwrap_or_else(PoisonError::into_inner);
                        failures.push(format!("{name}: {failure}"));
                    }
                }
            });
        }
    });
    let mut failures = failures.into_inner().unwrap_or_else(PoisonError::into_inner);
    failures.sort();
    failures
}

fn folder_and_name(program: &Path) -> (&Path, &str) {
    let name = program.file_name().and_then(|name| name.to_str()).expect("names of programs are UTF-8");
    (program.parent().expect("a program is in a folder"), name)
}

fn check(program: &Path) -> Result<(), String> {
    let (folder, name) = folder_and_name(program);
    // What tasks wait for takes no time.
    let clock = if folder.ends_with("tasks") { &["--virtual-clock"][..] } else { &[] };
    let mut command = command(".", &["run", name]);
    command.args(clock).current_dir(folder);
    let answers = program.with_extension("answers.json");
    if answers.exists() {
        command.arg("--answers").arg(answers);
    }
    let Run { code, stdout, stderr } = run(&mut command);
    let errors = program.with_extension("err");
    let fails = errors.exists();
    let expected = i32::from(fails);
    if code != Some(expected) {
        return Err(format!("it ended with {code:?}, not {expected}:\n{stderr}"));
    }
    golden(&program.with_extension("out"), &stdout)?;
    if fails {
        golden(&errors, &stderr)
    } else if stderr.is_empty() {
        Ok(())
    } else {
        Err(format!("it should be quiet on the standard error output but said:\n{stderr}"))
    }
}

fn check_with_python(program: &Path) -> Result<(), String> {
    let (folder, name) = folder_and_name(program);
    let python = run(Command::new("python3").env("PYTHONIOENCODING", "utf-8").arg(name).current_dir(folder));
    let expected = fs::read_to_string(program.with_extension("out")).map_err(|error| format!("its .out: {error}"))?;
    if let Some((number, (python, expected))) =
        python.stdout.lines().zip(expected.lines()).enumerate().find(|(_, (python, expected))| python != expected)
    {
        return Err(format!("line {} of the .out is\n  {expected}\nbut Python prints\n  {python}", number + 1));
    }
    if python.stdout != expected {
        return Err(format!("the .out is\n{expected}but Python prints\n{}{}", python.stdout, python.stderr));
    }
    match fs::read_to_string(program.with_extension("err")) {
        Ok(errors) => {
            let headline = python.stderr.lines().last().unwrap_or_default();
            let same = python.code == Some(1) && errors.contains(headline);
            same.then_some(()).ok_or_else(|| format!("Python ends with {:?} and {headline}", python.code))
        }
        Err(_) if (python.code, python.stderr.as_str()) == (Some(0), "") => Ok(()),
        Err(_) => Err(format!("Python ends with {:?}:\n{}", python.code, python.stderr)),
    }
}
