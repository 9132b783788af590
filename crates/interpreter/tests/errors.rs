//! What a user sees when a program fails or cannot be compiled.

mod support;

use danaide_interpreter::lower::lower;
use expect_test::{Expect, expect};
use support::check;

#[test]
fn a_report_shows_every_frame_with_its_place() {
    check(
        r#"
def half(n):
    return n / (n - n)

def outer(xs):
    return [half(x) for x in xs]

print("start")
total = 1 + outer([4])[0]
"#,
        expect![[r#"
            start
            Traceback (most recent call last):
              File "main.na", line 9, column 13, in <module>
                total = 1 + outer([4])[0]
                            ^^^^^^^^^^
              File "main.na", line 6, column 13, in outer
                return [half(x) for x in xs]
                        ^^^^^^^
              File "main.na", line 3, column 12, in half
                return n / (n - n)
                       ^^^^^^^^^^^
            ZeroDivisionError: division by zero
        "#]],
    );
}

#[test]
fn a_report_tells_what_led_to_the_error() {
    check(
        r#"
def parse(text):
    try:
        return int(text)
    except ValueError as e:
        raise RuntimeError(f"bad input {text!r}") from e

try:
    parse("x1")
except RuntimeError:
    undefined_nme
"#,
        expect![[r#"
            Traceback (most recent call last):
              File "main.na", line 4, column 16, in parse
                return int(text)
                       ^^^^^^^^^
            ValueError: invalid literal for int() with base 10: 'x1'

            The above exception was the direct cause of the following exception:

            Traceback (most recent call last):
              File "main.na", line 9, column 5, in <module>
                parse("x1")
                ^^^^^^^^^^^
              File "main.na", line 6, column 9, in parse
                raise RuntimeError(f"bad input {text!r}") from e
                ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
            RuntimeError: bad input 'x1'

            During handling of the above exception, another exception occurred:

            Traceback (most recent call last):
              File "main.na", line 11, column 5, in <module>
                undefined_nme
                ^^^^^^^^^^^^^
            NameError: name 'undefined_nme' is not defined
        "#]],
    );
}

#[test]
fn a_long_traceback_is_cut_in_the_middle() {
    check(
        "def f(n):\n    return f(n + 1) if n < 40 else [][0]\nf(0)\n",
        expect![[r#"
            Traceback (most recent call last):
              File "main.na", line 3, column 1, in <module>
                f(0)
                ^^^^
              File "main.na", line 2, column 12, in f
                return f(n + 1) if n < 40 else [][0]
                       ^^^^^^^^
              File "main.na", line 2, column 12, in f
                return f(n + 1) if n < 40 else [][0]
                       ^^^^^^^^
              File "main.na", line 2, column 12, in f
                return f(n + 1) if n < 40 else [][0]
                       ^^^^^^^^
              File "main.na", line 2, column 12, in f
                return f(n + 1) if n < 40 else [][0]
                       ^^^^^^^^
              File "main.na", line 2, column 12, in f
                return f(n + 1) if n < 40 else [][0]
                       ^^^^^^^^
              File "main.na", line 2, column 12, in f
                return f(n + 1) if n < 40 else [][0]
                       ^^^^^^^^
              File "main.na", line 2, column 12, in f
                return f(n + 1) if n < 40 else [][0]
                       ^^^^^^^^
              File "main.na", line 2, column 12, in f
                return f(n + 1) if n < 40 else [][0]
                       ^^^^^^^^
              File "main.na", line 2, column 12, in f
                return f(n + 1) if n < 40 else [][0]
                       ^^^^^^^^
              … 22 more frames …
              File "main.na", line 2, column 12, in f
                return f(n + 1) if n < 40 else [][0]
                       ^^^^^^^^
              File "main.na", line 2, column 12, in f
                return f(n + 1) if n < 40 else [][0]
                       ^^^^^^^^
              File "main.na", line 2, column 12, in f
                return f(n + 1) if n < 40 else [][0]
                       ^^^^^^^^
              File "main.na", line 2, column 12, in f
                return f(n + 1) if n < 40 else [][0]
                       ^^^^^^^^
              File "main.na", line 2, column 12, in f
                return f(n + 1) if n < 40 else [][0]
                       ^^^^^^^^
              File "main.na", line 2, column 12, in f
                return f(n + 1) if n < 40 else [][0]
                       ^^^^^^^^
              File "main.na", line 2, column 12, in f
                return f(n + 1) if n < 40 else [][0]
                       ^^^^^^^^
              File "main.na", line 2, column 12, in f
                return f(n + 1) if n < 40 else [][0]
                       ^^^^^^^^
              File "main.na", line 2, column 12, in f
                return f(n + 1) if n < 40 else [][0]
                       ^^^^^^^^
              File "main.na", line 2, column 36, in f
                return f(n + 1) if n < 40 else [][0]
                                               ^^^^^
            IndexError: list index out of range
        "#]],
    );
}

#[test]
fn helpers_of_the_interpreter_do_not_show() {
    check(
        "def key(x):\n    return x.size\nsorted([1, 2], key=key)\n",
        expect![[r#"
            Traceback (most recent call last):
              File "main.na", line 3, column 1, in <module>
                sorted([1, 2], key=key)
                ^^^^^^^^^^^^^^^^^^^^^^^
              File "main.na", line 2, column 12, in key
                return x.size
                       ^^^^^^
            AttributeError: 'int' object has no attribute 'size'
        "#]],
    );
}

fn check_errors(source: &str, expected: Expect) {
    let parse = danaide_syntax::parse(source);
    let errors = match lower("main.na", "__main__", source, &parse.tree()) {
        Ok(_) => Vec::new(),
        Err(errors) => errors,
    };
    let lines: Vec<String> =
        errors.iter().map(|error| format!("{:?}: {}", &source[error.range], error.message)).collect();
    expected.assert_eq(&lines.join("\n"));
}

#[test]
fn what_has_no_meaning_is_refused() {
    check_errors(
        r#"
break
return 1
def f(a, a, b=1, c):
    nonlocal z
    continue
x = $$
f(k=1, k=2)
1 + 2 = 3
x = 1j
struct S:
    a: int
    a: str
"#,
        expect![[r#"
            "break": `break` outside a loop
            "return 1": `return` outside a function
            "a": the parameter `a` is there twice
            "c": a parameter without a default stands before those with one
            "z": no function around this one has a variable `z`
            "continue": `continue` outside a loop
            "$$": `$$` is the piped value: it stands in a stage of a pipeline
            "k": the argument `k` is given twice
            "1 + 2": this cannot be assigned to
            "1j": complex numbers are not part of the language
            "a": the field `a` is there twice"#]],
    );
}

#[test]
fn a_broken_tree_gives_errors_and_no_panic() {
    for source in [
        "def",
        "x = ",
        "f(",
        "a[",
        "for in",
        "try:",
        "struct :",
        "lambda",
        "{**}",
        "from import",
        "@",
        "x +",
        "f'{'",
        "agent",
        "a | ",
        "with as",
    ] {
        let parse = danaide_syntax::parse(source);
        // Whether it compiles does not matter: it must come back.
        let _ = lower("main.na", "__main__", source, &parse.tree());
    }
}

#[test]
fn long_chains_are_compiled() {
    let sum = format!("print({}1)", "1 + ".repeat(70_000));
    let list = format!("xs = [{}]\nprint(len(xs))", "1, ".repeat(70_000));
    let names: String = (0..3_000).map(|index| format!("x{index} = {index}\n")).collect();
    let body = names.replace('x', "    x");
    check(
        &format!("{sum}\n{list}\n{names}\ndef f():\n{body}    return x2999\nprint(f())\n"),
        expect![[r#"
        70001
        70000
        2999
    "#]],
    );
}

#[test]
fn deep_nesting_is_bounded() {
    for (open, close) in
        [("(", ")"), ("[", "]"), ("not ", ""), ("lambda :: ", ""), ("f(", ")"), ("{1: ", "}"), ("1 | f(", ")")]
    {
        let source = format!("x = {}1{}\n", open.repeat(5_000), close.repeat(5_000));
        let parse = danaide_syntax::parse(&source);
        let _ = lower("main.na", "__main__", &source, &parse.tree());
    }
}
