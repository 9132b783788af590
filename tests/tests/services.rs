//! Processes and stores, as a user meets them.

use std::time::{Duration, Instant};

use danaide_tests::{Run, command, folder, run, run_in};

#[test]
fn a_process_gives_its_code_and_what_it_wrote() {
    let program = "\
import process
p = process.run(['sh', '-c', 'cat; echo err >&2; echo $WHO; exit 3'], input='in ', env={'WHO': 'ada'})
print(p.code, repr(p.out), repr(p.err), p.ok())
try:
    p.check()
except ResourceError as e:
    print(e.code, e)
print(process.run(['sh', '-c', 'kill -9 $$']).code)
print(process.run(['ls'], cwd='sub').out)
print(process.run(['sh', '-c', 'printf %s \"$SHOP_TOKEN\"']).out == '')
";
    let folder = folder(&[("a.na", program), ("sub/x.txt", "")]);
    let args = ["run", "a.na", "--allow", "process=sh", "--allow", "process=ls"];
    let run = run(command(".", &args).current_dir(folder.path()).env("SHOP_TOKEN", "sk-12345678"));
    assert_eq!(
        run.stdout,
        "3 'in ada\\n' 'err\\n' False\nexit-code the process ended with code 3: err [exit-code]\n-9\nx.txt\n\nTrue\n",
        "{}",
        run.stderr
    );
}

#[test]
fn programs_read_the_variables_that_they_were_granted() {
    let program = "\
import env
import process
print(env.get('HOME'), env.get('TZ', 'none'))
for name in ['SHOP_URL', 'SHOP_LIMIT', 'SHOP_TOKEN', 'NOT_SET']:
    try:
        print(name, env.get(name))
    except PermissionError as e:
        print(e)
out = process.run(['env'], env={'WHO': 'ada'}).out
print([line for line in sorted(out.splitlines()) if line.startswith('SHOP_') or line.startswith('WHO')])
";
    let folder = folder(&[("a.na", program)]);
    let read = |grants: &[&str]| {
        let mut command = command(".", &["run", "a.na", "--allow", "process=env"]);
        command
            .args(grants.iter().flat_map(|grant| ["--allow", grant]))
            .current_dir(folder.path())
            .env("HOME", "/home/ada");
        command.env_remove("TZ").env("SHOP_URL", "x.example").env("SHOP_LIMIT", "3").env("SHOP_TOKEN", "sk-12345678");
        let Run { stdout, stderr, .. } = run(&mut command);
        assert_eq!(stderr, "");
        stdout
    };
    let refused = |name: &str| {
        format!(
            "reading the variable '{name}' of the environment is not granted; run with --allow env={name} to allow it\n"
        )
    };
    let none: String = ["SHOP_URL", "SHOP_LIMIT", "SHOP_TOKEN", "NOT_SET"].map(refused).concat();
    assert_eq!(read(&[]), format!("/home/ada none\n{none}['WHO=ada']\n"));
    let some = format!(
        "/home/ada none\nSHOP_URL x.example\n{}SHOP_TOKEN ***\n{}['SHOP_TOKEN=***', 'SHOP_URL=x.example', 'WHO=ada']\n",
        refused("SHOP_LIMIT"),
        refused("NOT_SET")
    );
    assert_eq!(read(&["env=SHOP_URL,SHOP_TOKEN"]), some);
    let all = format!(
        "/home/ada none\nSHOP_URL x.example\nSHOP_LIMIT 3\n{}NOT_SET None\n['SHOP_LIMIT=3', 'SHOP_URL=x.example', 'WHO=ada']\n",
        refused("SHOP_TOKEN")
    );
    assert_eq!(read(&["env"]), all);
}

#[test]
fn only_granted_programs_are_started() {
    let program = "\
import process
for command in [['ls'], ['./sh'], ['sh-none'], [], 'sh', ['sh', 1]]:
    try:
        process.run(command)
        print('ran', command)
    except Exception as e:
        print(type(e).__name__, e)
try:
    process.run(['sh'], cwd='/')
except PermissionError as e:
    print(e)
";
    let folder = folder(&[("a.na", program)]);
    let args = ["run", "a.na", "--allow", "process=sh", "--allow", "process=sh-none"];
    let Run { stdout, stderr, .. } = run_in(folder.path(), &args);
    assert_eq!(
        stdout,
        "\
PermissionError starting 'ls' is not granted; run with --allow process=ls to allow it
PermissionError starting './sh' is not granted; run with --allow process=./sh to allow it
FileNotFoundError there is no program 'sh-none' on this machine; install it, or give its path
ValueError command names no program
TypeError command must be list, not str ('sh')
TypeError command takes a list of texts: the program and its arguments
reading '/' is not granted; run with --allow fs=/ to allow it
",
        "{stderr}"
    );
}

#[test]
fn a_process_that_takes_too_long_is_killed_with_its_children() {
    let program = "\
import process
import files
try:
    process.run(['sh', '-c', '(sleep 2; echo late > late.txt) & wait'], timeout=0.3)
except TimeoutError as e:
    print(e)

@timeout(0.3)
def cancelled():
    return process.run(['sh', '-c', 'sleep 2; echo late > late.txt'])

try:
    cancelled()
except TimeoutError as e:
    print(e)
sleep(2.5)
print(files.exists('late.txt'))
";
    let folder = folder(&[("a.na", program)]);
    let Run { stdout, stderr, .. } = run_in(folder.path(), &["run", "a.na", "--allow", "process=sh"]);
    let expected = "'sh' took longer than 0.3 seconds\ncancelled() took longer than 0.3 seconds\nFalse\n";
    assert_eq!(stdout, expected, "{stderr}");
}

#[test]
fn processes_run_beside_each_other_and_beside_the_program() {
    let program = "\
import process

def nap(n):
    return process.run(['sleep', '0.6']).code

print(gather(nap(1), nap(2), nap(3), nap(4)))
";
    let folder = folder(&[("a.na", program)]);
    let start = Instant::now();
    let Run { stdout, stderr, .. } = run_in(folder.path(), &["run", "a.na", "--allow", "process=sleep"]);
    assert_eq!(stdout, "[0, 0, 0, 0]\n", "{stderr}");
    assert!(start.elapsed() < Duration::from_millis(2300), "{:?}", start.elapsed());
}

#[test]
fn a_store_keeps_values_in_a_file() {
    let program = "\
import store
with store.open('data/notes.db') as notes:
    print(notes.get('runs', 0))
    notes.set('runs', notes.get('runs', 0) + 1)
    notes.update({'a/1': [1, {'b': none}], 'a/2': 'two'})
try:
    notes.get('runs')
except ResourceError as e:
    print(e)
";
    let folder = folder(&[("a.na", program)]);
    for before in ["0", "1"] {
        let Run { stdout, stderr, .. } = run_in(folder.path(), &["run", "a.na", "--allow", "fs=data"]);
        assert_eq!(stdout, format!("{before}\nthe store is closed\n"), "{stderr}");
    }
    let Run { code, stderr, .. } = run_in(folder.path(), &["run", "a.na"]);
    assert_eq!(code, Some(1));
    assert!(stderr.contains("PermissionError: writing 'data/notes.db' is not granted"), "{stderr}");
    let other = "import store\nstore.open('data/text.db')\n";
    std::fs::write(folder.path().join("data/text.db"), "this is a text that is no database\n".repeat(99)).unwrap();
    std::fs::write(folder.path().join("b.na"), other).unwrap();
    let Run { stderr, .. } = run_in(folder.path(), &["run", "b.na", "--allow", "fs=data"]);
    assert!(stderr.contains("ResourceError: 'data/text.db' is no store: the file holds something else"), "{stderr}");
}

#[test]
fn two_runs_can_use_a_store_at_once() {
    let program = "\
import store
notes = store.open('data/n.db')
for i in range(40):
    notes.set(WHO + str(i), i)
print(len(notes.keys(WHO)))
notes.close()
";
    let folder = folder(&[("a.na", &program.replace("WHO", "'a'")), ("b.na", &program.replace("WHO", "'b'"))]);
    let start = |name| {
        let mut command = command(".", &["run", name, "--allow", "fs=data"]);
        command.current_dir(folder.path()).stdout(std::process::Stdio::piped()).spawn().unwrap()
    };
    let (a, b) = (start("a.na"), start("b.na"));
    for child in [a, b] {
        assert_eq!(String::from_utf8(child.wait_with_output().unwrap().stdout).unwrap(), "40\n");
    }
}
