//! Modules of Python in Dana programs.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use danaide_tests::{Run, command, folder, root, run, run_in};

const HELPER: &str = r#"
import sys

VERSION = "1.2"

class Account:
    def __init__(self, owner, balance=0):
        self.owner = owner
        self.balance = balance

    def pay(self, amount):
        if amount > self.balance:
            raise Overdrawn(f"{self.owner} has only {self.balance}")
        self.balance -= amount
        return self.balance

    def __add__(self, other):
        return Account(self.owner + "+" + other.owner, self.balance + other.balance)

    def __len__(self):
        return 3

    def __iter__(self):
        return iter([self.owner, self.balance])

    def __getitem__(self, key):
        return f"item {key!r}"

    def __eq__(self, other):
        return isinstance(other, Account) and self.owner == other.owner

    def __str__(self):
        return f"<{self.owner}: {self.balance}>"

class Overdrawn(ValueError):
    pass

def echo(*args, **named):
    return [list(args), named]

def plain():
    return {"n": None, "b": True, "i": 2**70, "f": 1.5, "inf": float("inf"), "t": (1, "x"), "raw": b"\x00\xff", 3: [[]]}

def shout(text):
    print("from Python:", text)
    return text.upper()

def name_of(account):
    return account.owner

def fail(kind):
    raise {"key": KeyError("k"), "type": TypeError("t"), "own": Overdrawn("o")}[kind]
"#;

fn run_python(program: &str) -> Run {
    let folder = folder(&[("a.na", program), ("helper.py", HELPER)]);
    run_in(folder.path(), &["run", "a.na", "--allow", "python"])
}

#[test]
fn plain_values_are_copied_and_others_stay_there() {
    let program = "\
import helper.py
import helper.py as h
from helper import Account, VERSION
print(helper.VERSION, VERSION, h.plain())
print(helper.echo(1, [2, (3, none)], a={'b': 'ü', 4: 5.5}))
account = Account('ada', balance=10)
print(account, account.owner, account.pay(3), helper.name_of(account))
account.balance = 100
print(account.balance, len(account), list(account), account['k'], str(account), f'{account}')
print(account + Account('bob', 5), account == Account('ada'), account == Account('eve'))
print([helper.name_of(a) for a in [account, Account('x')]])
for part in account:
    print(part)
";
    let Run { stdout, stderr, .. } = run_python(program);
    let expected = "\
1.2 1.2 {'n': None, 'b': True, 'i': 1180591620717411303424, 'f': 1.5, 'inf': inf, 't': [1, 'x'], 'raw': b'\\x00\\xff', 3: [[]]}
[[1, [2, [3, None]]], {'a': {'b': 'ü', 4: 5.5}}]
<ada: 7> ada 7 ada
100 3 ['ada', 100] item 'k' <ada: 100> <ada: 100>
<ada+bob: 105> True False
['ada', 'x']
ada
100
";
    assert_eq!(stdout, expected, "{stderr}");
}

#[test]
fn what_contains_itself_is_refused_or_stays_there() {
    let program = "\
import cycles.py
xs = [1]
xs.append(xs)
d = {}
d['a'] = [d]
deep = []
for i in range(3000):
    deep = [deep]
for value in [xs, d, deep, [1, 2]]:
    try:
        print(cycles.size(value))
    except ValueError as e:
        print(e)
print(cycles.itself()[0], str(cycles.itself()), len(cycles.deep(50)), len(cycles.deep(5000)), cycles.dicts()[0]['k'])
";
    let module = "\
def size(value):
    return len(value)

def itself():
    a = [1]
    a.append(a)
    return a

def deep(n):
    a = []
    for i in range(n):
        a = [a]
    return a

def dicts():
    a = {}
    for i in range(60):
        a = {i: a}
    return [{'k': 1}, a]
";
    let folder = folder(&[("a.na", program), ("cycles.py", module)]);
    let Run { stdout, stderr, .. } = run_in(folder.path(), &["run", "a.na", "--allow", "python"]);
    let expected = "\
a list that contains itself, or is in more than 90 others, cannot be given to Python
a dict that contains itself, or is in more than 90 others, cannot be given to Python
a list that contains itself, or is in more than 90 others, cannot be given to Python
2
1 [1, [...]] 1 1 1
";
    assert_eq!(stdout, expected, "{stderr}");
}

#[test]
fn python_gets_the_variables_that_are_granted() {
    let program = "\
import os.py
print(os.getenv('SHOP_URL'), os.environ.get('SHOP_URL', 'none'), os.getenv('HOME') is none)
try:
    print(os.environ['SHOP_URL'])
except KeyError as e:
    print(e)
";
    let folder = folder(&[("a.na", program)]);
    let read = |grants: &[&str]| {
        let args: Vec<&str> = ["run", "a.na", "--allow", "python"].iter().chain(grants).copied().collect();
        let Run { stdout, stderr, .. } =
            run(command(".", &args).current_dir(folder.path()).env("SHOP_URL", "x.example"));
        assert_eq!(stderr, "");
        stdout
    };
    let refused = "'SHOP_URL is not set, or not granted; run with --allow env=SHOP_URL to allow reading it'";
    assert_eq!(read(&[]), format!("None none False\n{refused}\n"));
    assert_eq!(read(&["--allow", "env=SHOP_URL"]), "x.example x.example False\nx.example\n");
}

/// The folder with a `python3` that has numpy, which is installed from PyPI for it once.
fn numpy() -> PathBuf {
    let environment = root().join(".cache/numpy");
    let bin = environment.join("bin");
    let works = || {
        let test = Command::new(bin.join("python3")).args(["-c", "import numpy"]).status();
        test.is_ok_and(|status| status.success())
    };
    fs::create_dir_all(&environment).expect("a folder for Python");
    let lock = fs::File::create(environment.with_extension("lock")).expect("a file to lock");
    lock.lock().expect("a lock");
    if !works() {
        let made = Command::new("python3").args(["-m", "venv", "--clear"]).arg(&environment).status();
        assert!(made.expect("python3 starts").success(), "no environment for Python");
        let installed = Command::new(bin.join("pip")).args(["install", "-q", "numpy>=2,<3"]).status();
        assert!(installed.expect("pip starts").success() && works(), "numpy is not there");
    }
    bin
}

#[test]
fn numpy_works() {
    let program = "\
import numpy as np
from numpy import linalg
a = np.arange(6).reshape(2, 3)
print(a.shape, a.sum(), a[1, 2], a[0].tolist(), (a * 2 + 1)[1].tolist())
print(np.mean([1.0, 2.0, 4.5]), float(np.sqrt(2.0)) > 1.41, a.dtype, len(a))
m = np.array([[2.0, 0.0], [0.0, 4.0]])
print(round(linalg.det(m), 6), linalg.inv(m).tolist(), np.matmul(m, m).tolist())
b = a.copy()
b[0, 0] = 100
print(b[0, 0], a[0, 0], b.max(), np.greater(a, 2).tolist(), a[np.greater(a, 2)].tolist(), bool(np.array_equal(a, a)))
total = 0
for row in a:
    total += int(row.sum())
print(total, [int(x) for x in a[1]])
rng = np.random.default_rng(7)
print(rng.integers(0, 10, size=3).shape, str(np.array([1, 2])), len(np.zeros(1000000)))
try:
    np.zeros([2, 2]).reshape(3)
except ValueError as e:
    print(e)
try:
    linalg.inv(np.zeros([2, 2]))
except ValueError as e:
    print(e)
";
    let folder = folder(&[("a.na", program)]);
    let path = format!("{}:{}", numpy().display(), std::env::var("PATH").unwrap_or_default());
    let args = ["run", "a.na", "--allow", "python"];
    let Run { stdout, stderr, .. } = run(command(".", &args).current_dir(folder.path()).env("PATH", path));
    let expected = "\
[2, 3] 15 5 [0, 1, 2] [7, 9, 11]
2.5 True int64 2
8.0 [[0.5, 0.0], [0.0, 0.25]] [[4.0, 0.0], [0.0, 16.0]]
100 0 100 [[False, False, False], [True, True, True]] [3, 4, 5] True
15 [3, 4, 5]
[3] [1 2] 1000000
cannot reshape array of size 4 into shape (3,)
LinAlgError: Singular matrix
";
    assert_eq!(stdout, expected, "{stderr}");
}

#[test]
fn exceptions_keep_their_type() {
    let program = "\
import helper.py
for kind in ['key', 'type', 'own', 'none']:
    try:
        helper.fail(kind)
    except ValueError as e:
        print('ValueError', e)
    except KeyError as e:
        print('KeyError', e)
    except TypeError as e:
        print('TypeError', e)
try:
    helper.missing
except AttributeError as e:
    print(e)
try:
    helper.echo(print)
except TypeError as e:
    print(e)
import nothing_of_that_name
";
    let Run { code, stdout, stderr } = run_python(program);
    let expected = "\
KeyError 'k'
TypeError t
ValueError Overdrawn: o
KeyError 'none'
module 'helper' has no attribute 'missing'
";
    assert!(stdout.starts_with(expected), "{stdout}{stderr}");
    assert!(stdout.contains("cannot be given to Python"), "{stdout}");
    assert_eq!(code, Some(1));
    assert!(stderr.contains("ModuleNotFoundError: No module named 'nothing_of_that_name'"), "{stderr}");
}

#[test]
fn what_python_prints_is_output_of_the_program() {
    let program = "print('one')\nimport helper.py\nprint(helper.shout('two'))\nprint('three')\n";
    let Run { stdout, stderr, .. } = run_python(program);
    assert_eq!(stdout, "one\nfrom Python: two\nTWO\nthree\n", "{stderr}");
}

#[test]
fn modules_of_the_standard_library_work() {
    let program = "\
import fractions
import collections as c
half = fractions.Fraction(1, 2)
print(half + half / 3, half * 2 == 1, half < 1, float(half), -half)
counter = c.Counter('banana')
print(counter['a'], counter.most_common(1), sorted(counter))
import os.path
print(os.path.basename('/a/b.txt'))
";
    let Run { stdout, stderr, .. } = run_python(program);
    assert_eq!(stdout, "2/3 True True 0.5 -1/2\n3 [['a', 3]] ['a', 'b', 'n']\nb.txt\n", "{stderr}");
}

#[test]
fn modules_in_folders_of_python() {
    let program = "\
from tools.text.py import shout
import tools.text.py as text
import os.path.py as paths
import xml.dom.py
print(shout('a'), text.shout('b'), paths.join('a', 'b'), xml.dom.XML_NAMESPACE)
";
    let module = "def shout(text):\n    return text.upper()\n";
    let folder = folder(&[("a.na", program), ("tools/text.py", module)]);
    let Run { stdout, stderr, .. } = run_in(folder.path(), &["run", "a.na", "--allow", "python"]);
    assert_eq!(stdout, "A B a/b http://www.w3.org/XML/1998/namespace\n", "{stderr}");
}

#[test]
fn without_a_grant_there_is_no_python() {
    let folder = folder(&[("a.na", "import helper.py\n"), ("helper.py", HELPER)]);
    let Run { code, stderr, .. } = run_in(folder.path(), &["run", "a.na"]);
    assert_eq!(code, Some(1));
    let expected = "ModuleNotFoundError: No module named 'helper'; a module of Python needs --allow python";
    assert!(stderr.contains(expected), "{stderr}");
}

#[test]
fn python_goes_on_beside_the_program_and_is_ended_with_its_task() {
    let program = "\
import time as clock
import helper.py

@timeout(0.3)
def slow():
    return naps.sleep(30)

from naps import sleep as nap
import naps.py
try:
    slow()
except TimeoutError as e:
    print(e)
try:
    helper.VERSION
except ResourceError as e:
    print(e.code)
";
    let naps = "from time import sleep\n";
    let folder = folder(&[("a.na", program), ("helper.py", HELPER), ("naps.py", naps)]);
    let start = Instant::now();
    let Run { stdout, stderr, .. } = run_in(folder.path(), &["run", "a.na", "--allow", "python"]);
    assert_eq!(stdout, "slow() took longer than 0.3 seconds\npython-ended\n", "{stderr}");
    assert!(start.elapsed() < Duration::from_secs(20));
}

#[cfg(target_os = "linux")]
#[test]
fn python_dies_with_a_run_that_is_killed() {
    let program = "import busy.py\nbusy.spin()\n";
    let busy = "import os\nopen('pid', 'w').write(str(os.getpid()))\ndef spin():\n    while True:\n        pass\n";
    let folder = folder(&[("a.na", program), ("busy.py", busy)]);
    let mut danaide = command(".", &["run", "a.na", "--allow", "python"]);
    let mut danaide = danaide.current_dir(folder.path()).stderr(Stdio::null()).spawn().unwrap();
    let start = Instant::now();
    let id = loop {
        match fs::read_to_string(folder.path().join("pid")) {
            Ok(id) if !id.is_empty() => break id,
            _ => assert!(start.elapsed() < Duration::from_secs(30), "Python does not start"),
        }
        std::thread::sleep(Duration::from_millis(20));
    };
    danaide.kill().unwrap();
    danaide.wait().unwrap();
    let start = Instant::now();
    let runs = || fs::read_to_string(format!("/proc/{id}/stat")).is_ok_and(|stat| !stat.contains(") Z "));
    while runs() {
        assert!(start.elapsed() < Duration::from_secs(10), "Python {id} is still there");
        std::thread::sleep(Duration::from_millis(20));
    }
}
