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
        expect![[r#""#]],
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
        expect![[r#""#]],
    );
}

#[test]
fn a_long_traceback_is_cut_in_the_middle() {
    check(
        "def f(n):\n    return f(n + 1) if n < 40 else [][0]\nf(0)\n",
        expect![[r#""#]],
    );
}

#[test]
fn helpers_of_the_interpreter_do_not_show() {
    check(
        "def key(x):\n    return x.size\nsorted([1, 2], key=key)\n",
        expect![[r#""#]],
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
        expect![[r#""#]],
    );
}

#[test]
fn a_broken_tree_gives_errors_and_no_panic() {
    for source in ["def", "x = ", "f(", "a[", "for in", "try:", "struct :", "lambda", "{**}", "from import", "@", "x +", "f'{'", "agent", "a | ", "with as"] {
        let parse = danaide_syntax::parse(source);
        // Whether it compiles does not matter: it must come back.
        let _ = lower("main.na", "__main__", source, &parse.tree());
    }
}

#[test]
fn deep_nesting_is_bounded() {
    for (open, close) in [("(", ")"), ("[", "]"), ("not ", ""), ("lambda :: ", "")] {
        let source = format!("x = {}1{}\n", open.repeat(150), close.repeat(150));
        let parse = danaide_syntax::parse(&source);
        let _ = lower("main.na", "__main__", &source, &parse.tree());
    }
}
