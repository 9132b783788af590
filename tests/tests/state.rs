//! `danaide run --state`: what a program keeps from one run to the next.

use std::fs;

use danaide_tests::{Run, command, folder, run, run_in};

/// Counts its runs in `public:`.
const COUNTS: &str = "\
def count():
    try:
        return public:runs
    except NameError:
        return 0

public:runs = count() + 1
private:seen = {'a': [1, 2.0, none, true], 3: (1, 'x'), 'big': 2 ** 80, 'raw': b'\\x00\\xff'}
print(public:runs)
";

#[test]
fn variables_of_private_and_public_come_back() {
    let folder = folder(&[("a.na", COUNTS), ("b.na", "print(public:runs, private:seen)\npublic:runs = 10\n")]);
    for expected in ["1\n", "2\n"] {
        let Run { code, stdout, stderr } = run_in(folder.path(), &["run", "a.na", "--state", "s.json"]);
        assert_eq!((code, stdout.as_str(), stderr.as_str()), (Some(0), expected, ""));
    }
    let Run { stdout, stderr, .. } = run_in(folder.path(), &["run", "b.na", "--state", "s.json"]);
    let seen = "{'a': [1, 2.0, None, True], 3: [1, 'x'], 'big': 1208925819614629174706176, 'raw': b'\\x00\\xff'}";
    assert_eq!((stdout, stderr), (format!("2 {seen}\n"), String::new()));
    let Run { stdout, .. } = run_in(folder.path(), &["run", "a.na", "--state", "s.json"]);
    assert_eq!(stdout, "11\n");
    // Without the option there is no state.
    let Run { stdout, .. } = run_in(folder.path(), &["run", "a.na"]);
    assert_eq!(stdout, "1\n");
    let left: Vec<String> = fs::read_dir(folder.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .filter(|name| name.ends_with(".new"))
        .collect();
    assert!(left.is_empty(), "{left:?}");
}

#[test]
fn a_run_that_fails_keeps_what_it_did() {
    let folder = folder(&[("a.na", "public:n = 1\nraise ValueError('x')\n"), ("b.na", "print(public:n)\n")]);
    assert_eq!(run_in(folder.path(), &["run", "a.na", "--state", "s.json"]).code, Some(1));
    assert_eq!(run_in(folder.path(), &["run", "b.na", "--state", "s.json"]).stdout, "1\n");
}

#[test]
fn what_is_no_plain_data_is_left_out_and_named() {
    let program = "def f():\n    return 1\n\npublic:f = f\npublic:n = [1, {2}]\npublic:ok = 1\n";
    let folder = folder(&[("a.na", program)]);
    let Run { code, stderr, .. } = run_in(folder.path(), &["run", "a.na", "--state", "s.json"]);
    assert_eq!(code, Some(0), "{stderr}");
    assert!(stderr.contains("public:f is not kept in s.json: a function is no plain data"), "{stderr}");
    assert!(stderr.contains("public:n is not kept in s.json: a set is no plain data"), "{stderr}");
    let kept = fs::read_to_string(folder.path().join("s.json")).unwrap();
    assert!(kept.contains("\"ok\": 1") && !kept.contains("\"f\""), "{kept}");
}

#[test]
fn a_file_that_holds_something_else_is_neither_used_nor_replaced() {
    let folder = folder(&[("a.na", "print(1)\n")]);
    let refused = |text: &str| {
        fs::write(folder.path().join("s.json"), text).unwrap();
        let Run { code, stdout, stderr } = run_in(folder.path(), &["run", "a.na", "--state", "s.json"]);
        assert_eq!((code, stdout.as_str()), (Some(2), ""), "{stderr}");
        assert_eq!(fs::read_to_string(folder.path().join("s.json")).unwrap(), text);
        stderr
    };
    assert!(refused("{\"version\": 1, \"priv").contains("s.json does not hold the state of a program: EOF"));
    assert!(refused("").contains("s.json does not hold the state of a program"));
    assert!(refused("{}").contains("it has no `version`"));
    assert!(refused("{\"version\": 1, \"private\": {}}").contains("it has no `public`"));
    assert!(refused("{\"version\": 9}").contains("has the version 9, and this is version 1; run a newer danaide"));
    let strange = "{\"version\": 1, \"private\": {}, \"public\": {\"a\": {\"$int\": 1}}}";
    assert!(refused(strange).contains("the value of public:a has no known form"));
    fs::remove_file(folder.path().join("s.json")).unwrap();
    let Run { code, stderr, .. } = run_in(folder.path(), &["run", "a.na", "--state", "missing/s.json"]);
    assert_eq!(code, Some(1));
    assert!(stderr.contains("cannot keep the state in missing/s.json"), "{stderr}");
}

#[test]
fn secrets_are_not_kept() {
    let folder = folder(&[("a.na", "public:key = ['it is', 'sk-12345678']\npublic:ok = 1\nprint(public:key)\n")]);
    let Run { code, stdout, stderr } = run(command(".", &["run", "a.na", "--state", "s.json"])
        .current_dir(folder.path())
        .env("SHOP_TOKEN", "sk-12345678"));
    assert_eq!((code, stdout.as_str()), (Some(0), "['it is', '***']\n"), "{stderr}");
    assert!(stderr.contains("public:key is not kept in s.json: it holds a secret"), "{stderr}");
    assert!(!fs::read_to_string(folder.path().join("s.json")).unwrap().contains("sk-"));
}
