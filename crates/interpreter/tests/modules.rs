//! Programs of several files.

mod support;

use danaide_analysis::{AnalysisHost, FilePath, MemoryFileSystem};
use danaide_interpreter::{AnalysisLoader, Budget, Limits, Vm};
use expect_test::expect;
use support::{Recorder, finish, output_of_files};

#[test]
fn imports_bind_modules_and_names() {
    let out = output_of_files(&[
        (
            "main.na",
            r#"
import tools
import tools as t
from tools import double as twice, LIMIT
from tools import *
import pkg.deep
import math, json
print(tools.double(2), t is tools, twice(3), LIMIT, double(4), pkg.deep.value, math.floor(2.5), json.dumps([1]))
try:
    print(_hidden)
except NameError as e:
    print(e)
try:
    from tools import dubble
except ImportError as e:
    print(e)
try:
    import nowhere
except ModuleNotFoundError as e:
    print(e)
print(tools.__name__, __name__)
"#,
        ),
        (
            "tools.na",
            "print('tools runs once')\nLIMIT = 5\n_hidden = 1\ndef double(x):\n    return x * 2 + _hidden - 1\n",
        ),
        ("pkg.na", "name = 'package'\n"),
        ("pkg/deep.na", "value = 'deep'\n"),
    ]);
    expect![[r#"
        tools runs once
        4 True 6 5 8 deep 2 [1]
        name '_hidden' is not defined
        cannot import name 'dubble' from 'tools'. Did you mean: 'double'?
        No module named 'nowhere'
        tools __main__
    "#]]
    .assert_eq(&out);
}

#[test]
fn a_circle_of_imports_sees_what_is_there_so_far() {
    let out = output_of_files(&[
        ("main.na", "import a\nprint(a.x, a.from_b())\n"),
        ("a.na", "x = 1\nimport b\ndef from_b():\n    return b.y\n"),
        ("b.na", "import a\ny = a.x + 1\ntry:\n    a.from_b\nexcept AttributeError as e:\n    print(e)\n"),
    ]);
    expect![[r#"
        partially initialized module 'a' has no attribute 'from_b' (most likely due to a circular import)
        1 2
    "#]]
    .assert_eq(&out);
}

#[test]
fn an_error_in_a_module_shows_both_files() {
    let out = output_of_files(&[("main.na", "import a\n"), ("a.na", "def f():\n    return missing\nf()\n")]);
    expect![[r#"
        Traceback (most recent call last):
          File "main.na", line 1, column 8, in <module>
            import a
                   ^
          File "a.na", line 3, column 1, in <module>
            f()
            ^^^
          File "a.na", line 2, column 12, in f
            return missing
                   ^^^^^^^
        NameError: name 'missing' is not defined
    "#]]
    .assert_eq(&out);
}

#[test]
fn records_and_methods_cross_modules() {
    let out = output_of_files(&[
        ("main.na", "from shapes import Square, scale\nprint(Square(2).area(), Square(2).scale(3))\n"),
        (
            "shapes.na",
            "struct Square:\n    side: int\ndef (s: Square) area():\n    return s.side ** 2\ndef scale(s: Square, by):\n    return Square(s.side * by)\n",
        ),
    ]);
    expect![[r#"
        4 Square(side=6)
    "#]]
    .assert_eq(&out);
}

#[test]
fn the_analysis_finds_modules_and_packages() {
    let files = MemoryFileSystem::from_files([
        ("/p/main.na", "from lib.tools import f\nfrom lib import g\nfrom bare import one\nprint(f(), g, one.x)\n"),
        ("/p/lib/__init__.na", "from .tools import f\ng = f() + 1\n"),
        ("/p/lib/tools.na", "def f():\n    return 1\n"),
        ("/p/bare/one.na", "x = 'bare'\n"),
        ("/p/broken.na", "import bad\n"),
        ("/p/bad.na", "x = (\n"),
    ]);
    let mut loader = AnalysisLoader::new(AnalysisHost::new(files.clone()));
    let main = loader.compile(&FilePath::disk("/p/main.na")).expect("it compiles");
    let mut vm = Vm::new(main, Box::new(loader), Limits::default());
    let mut host = Recorder::default();
    let outcome = vm.run(&mut host, Budget::UNLIMITED);
    expect![[r#"
        1 2 bare
    "#]]
    .assert_eq(&finish(host, &outcome));

    let mut loader = AnalysisLoader::new(AnalysisHost::new(files));
    assert!(loader.compile(&FilePath::disk("/p/bad.na")).is_err());
    let main = loader.compile(&FilePath::disk("/p/broken.na")).expect("it compiles");
    let mut vm = Vm::new(main, Box::new(loader), Limits::default());
    let mut host = Recorder::default();
    let outcome = vm.run(&mut host, Budget::UNLIMITED);
    expect![[r#"
        Traceback (most recent call last):
          File "/p/broken.na", line 1, column 8, in <module>
            import bad
                   ^^^
        SyntaxError: /p/bad.na:1:6: expected an expression
    "#]]
    .assert_eq(&finish(host, &outcome));
}

/// Runs `/p/main.na` of these files, with modules as the analysis finds them.
fn output_on_disk(files: &[(&str, &str)]) -> String {
    let files = MemoryFileSystem::from_files(files.iter().copied());
    let mut loader = AnalysisLoader::new(AnalysisHost::new(files));
    let main = loader.compile(&FilePath::disk("/p/main.na")).expect("it compiles");
    let mut vm = Vm::new(main, Box::new(loader), Limits::default());
    let mut host = Recorder::default();
    let outcome = vm.run(&mut host, Budget::UNLIMITED);
    finish(host, &outcome)
}

#[test]
fn packages_load_from_the_outside_in_and_know_their_modules() {
    let out = output_on_disk(&[
        (
            "/p/main.na",
            "import pkg.sub.leaf as leaf\nfrom pkg import sub\nimport pkg\n\
             print(leaf.name, sub.kind, pkg.sub is sub, pkg.sub.leaf is leaf)\n\
             print(pkg.__name__, leaf.__name__, leaf.__file__, __file__)\nfrom pkg import other\nprint(pkg.other is other)\n",
        ),
        ("/p/pkg/__init__.na", "print('pkg')\nbase = 'base'\n"),
        ("/p/pkg/sub/__init__.na", "print('pkg.sub')\nkind = 'sub'\n"),
        (
            "/p/pkg/sub/leaf.na",
            "from .. import base\nfrom . import kind as own\nfrom ..other import value\nname = base + own + value\n",
        ),
        ("/p/pkg/other.na", "value = 'other'\n"),
    ]);
    expect![[r#"
        pkg
        pkg.sub
        basesubother sub True True
        pkg pkg.sub.leaf /p/pkg/sub/leaf.na /p/main.na
        True
    "#]]
    .assert_eq(&out);
}

#[test]
fn imports_that_fail_say_why() {
    let out = output_on_disk(&[
        (
            "/p/main.na",
            r#"
def attempt(load):
    try:
        load()
    except Exception as e:
        print(f"{type(e).__name__}: {e}")
def private():
    from tools import _secret
def misspelt():
    import toools
def library():
    import maths
def other_case():
    import Tools
def circle():
    import ring_a
def too_far():
    import pkg.far
def faulty():
    import faulty
def failing():
    import failing
attempt(private)
attempt(misspelt)
attempt(library)
attempt(other_case)
attempt(circle)
attempt(too_far)
attempt(faulty)
attempt(failing)
attempt(failing)
import tools
print(tools._secret, tools.__version__)
"#,
        ),
        ("/p/tools.na", "_secret = 1\n__version__ = '2'\n"),
        ("/p/ring_a.na", "from ring_b import y\nx = 1\n"),
        (
            "/p/ring_b.na",
            "import ring_a\ntry:\n    ring_a.x\nexcept AttributeError as e:\n    print(e)\nfrom ring_a import x\n",
        ),
        ("/p/pkg/far.na", "from .... import x\n"),
        ("/p/faulty.na", "x = (\n"),
        ("/p/failing.na", "print('failing runs')\nraise ValueError('no')\n"),
    ]);
    expect![[r#"
        ImportError: cannot import name '_secret' from 'tools': names starting with '_' are private
        ModuleNotFoundError: No module named 'toools'. Did you mean: 'tools'?
        ModuleNotFoundError: No module named 'maths'. Did you mean: 'math'?
        ModuleNotFoundError: No module named 'Tools'. Did you mean: 'tools'?
        partially initialized module 'ring_a' has no attribute 'x' (most likely due to a circular import)
        ImportError: cannot import name 'x' from partially initialized module 'ring_a' (most likely due to a circular import)
        ImportError: attempted relative import beyond top-level package
        SyntaxError: /p/faulty.na:1:6: expected an expression
        failing runs
        ValueError: no
        failing runs
        ValueError: no
        1 2
    "#]]
    .assert_eq(&out);
}
