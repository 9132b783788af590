//! What `danaide run` refuses before it runs, `danaide check` finds; and what it finds of that kind, `run` refuses.

use danaide_tests::{folder, run_in};

/// Programs that do not start, each for another reason.
const REFUSED: &[&str] = &[
    "return 1\n",
    "break\n",
    "def f():\n    continue\n",
    "deliver 1\n",
    "while true:\n    pass\nelse:\n    break\n",
    "def f():\n    from math import *\n",
    "x = $$\n",
    "print($$)\n",
    "f = abs | (lambda y :: $$ + y)\n",
    "x = (abs as b)\n",
    "f = abs | [abs as a, abs as b]\n",
    "x = *[1]\n",
    "print((*[1]))\n",
    "x = [1]\ny = x[*[1]]\n",
    "def f():\n    return *[1]\n",
    "*a = [1]\n",
    "a, *b, *c = [1, 2]\n",
    "(a, 1) = [1, 2]\n",
    "[max(1, 2), b] = [1, 2]\n",
    "for (a, 1) in []:\n    pass\n",
    "x = [a for (a, 1) in []]\n",
    "a, b = 1, 2\na, b += 1\n",
    "del 1 + 2\n",
    "x = 1\ndel local:x\n",
    "del (abs(1), 1)\n",
    "def f(a, a):\n    pass\n",
    "f = lambda a, a :: a\n",
    "struct P:\n    x: int\n\ndef (self: P) m(self):\n    pass\n",
    "def f(a=1, b):\n    pass\n",
    "f = lambda a=1, b :: a\n",
    "print(sep=\"a\", sep=\"b\")\n",
    "struct P:\n    x: int\n    x: int\n",
    "def f():\n    struct P:\n        x: int\n        x: int\n    return P\n",
    "agent P:\n    x: int\n    x: int\n",
    "x = 3j\n",
    "x = 0x\n",
    "x = 1__0\n",
    "x = 012\n",
    "x = b\"a\" \"b\"\n",
    "x = f\"{1}\" b\"b\"\n",
    "x = f\"{1!x}\"\n",
    "def (self) m():\n    pass\n",
    "def (self: None) m():\n    pass\n",
    "struct P:\n    x: int\n\ndef (self: \"P\") m():\n    pass\n",
    "def f():\n    nonlocal x\n    x = 1\n",
    "x = 1\ndef f():\n    nonlocal x\n    x = 1\n",
    "def f():\n    x: int\n    name:\n        y: int\n",
    "class A:\n    pass\n",
];

/// Programs that look like some of those, and run.
const ACCEPTED: &[&str] = &[
    "for i in [1]:\n    if i:\n        break\n",
    "f = abs | max($$, 2)\nprint(f(-3))\n",
    "def f() = abs($$) | abs\nprint(f(-3))\n",
    "f = abs | [$$ for i in range(3)]\nprint(f(-3))\n",
    "def f(x: int) = abs as y | max(y, $$)\nprint(f(-3))\n",
    "print((*[1], 2), [*[1]], {*[1]})\n",
    "for i in *[1], 2:\n    print(i)\n",
    "a, *b = [1, 2]\n(c, d), e = (1, 2), 3\n[g, h] = [1, 2]\n",
    "x = [1, 2]\nx[0] += 1\ndel x[0]\n",
    "x = 1\ny = 2\ndel x, y\n",
    "private:x = 1\ndel private:x\n",
    "def f(a, b=1, *c, d, **e):\n    pass\n",
    "def f(a, /, b, *, c=1, d):\n    pass\n",
    "f = lambda a, b=1 :: a\n",
    "agent P:\n    x = 1\n    x = 2\n",
    "x = b\"a\" b\"b\"\ny = f\"{1!r}\" \"b\"\n",
    "struct P:\n    x: int\n\ndef (self: P) m():\n    pass\n\ndef (other: P | int) n():\n    pass\n",
    "def make():\n    agent_blueprint A:\n        x: int = 1\n\n        def (self) m():\n            return self.x\n    return A().m()\n\nprint(make())\n",
    "def f():\n    x = 1\n    def g():\n        nonlocal x\n        x = 2\n    g()\n    return x\n\nf()\n",
    "def double(x: int) -> int:\n    return x * 2\n\nworkflow Twice = double | double\ndef t() = double | double\nprint(Twice(5), t(5))\n",
];

#[test]
fn what_is_not_run_is_found() {
    for program in REFUSED {
        let folder = folder(&[("main.na", program)]);
        let run = run_in(folder.path(), &["run", "main.na"]);
        assert_eq!(run.code, Some(3), "it runs:\n{program}\n{}", run.stderr);
        let check = run_in(folder.path(), &["check", "main.na"]);
        assert_eq!(check.code, Some(3), "nothing is found:\n{program}\n{}", check.stdout);
    }
}

#[test]
fn what_runs_has_no_errors() {
    for program in ACCEPTED {
        let folder = folder(&[("main.na", program)]);
        let run = run_in(folder.path(), &["run", "main.na"]);
        assert_eq!(run.code, Some(0), "it does not run:\n{program}\n{}", run.stderr);
        let check = run_in(folder.path(), &["check", "main.na"]);
        assert_eq!(check.code, Some(0), "something is found:\n{program}\n{}", check.stdout);
    }
}
