//! What can be written where.

use std::fmt::Write as _;

use expect_test::{Expect, expect};

use super::*;
use crate::fixture::Fixture;

/// The first items, those of builtins and keywords left out unless they are asked for by a prefix.
fn check_all(text: &str, most: usize, keep: impl Fn(&Completion) -> bool, expected: Expect) {
    let fixture = Fixture::new(text);
    let mut out = String::new();
    match completions(fixture.db(), fixture.file, fixture.offset) {
        None => writeln!(out, "nothing").unwrap(),
        Some(found) => {
            for it in found.items.iter().filter(|it| keep(it)).take(most) {
                let origin = if it.origin.is_empty() { String::new() } else { format!(" [{}]", it.origin) };
                writeln!(
                    out,
                    "{:?} {}{}{}{origin}",
                    it.kind,
                    it.label,
                    if it.detail.is_empty() { "" } else { " " },
                    it.detail
                )
                .unwrap();
            }
        }
    }
    expected.assert_eq(&out);
}

fn check(text: &str, expected: Expect) {
    check_all(
        text,
        12,
        |it| it.origin != "builtin" && it.kind != CompletionKind::Keyword && it.kind != CompletionKind::Snippet,
        expected,
    );
}

fn check_keywords(text: &str, expected: Expect) {
    check_all(text, 40, |it| matches!(it.kind, CompletionKind::Keyword | CompletionKind::Snippet), expected);
}

/// The text after an item is taken, its import included.
fn check_taken(text: &str, label: &str, expected: Expect) {
    let fixture = Fixture::new(text);
    let found = completions(fixture.db(), fixture.file, fixture.offset).expect("there are items");
    let item = found.items.iter().find(|it| it.label == label).expect("the item is there");
    let mut edits = vec![(found.range, item.insert.clone())];
    if let Some((module, name)) = &item.import {
        edits.push(import_edit(fixture.db(), fixture.file, module, name));
    }
    expected.assert_eq(&fixture.apply(fixture.file, &edits).replace("\r\n", "␍\n"));
}

#[test]
fn names_in_sight() {
    check(
        "limit = 3\ndef f(a: int, b):\n    c = [a]\n    for d in c:\n        $0\n    e = 1\n",
        expect![[r#"
        Parameter a int
        Parameter b
        Variable c list[int]
        Variable d int
        Function f (a: int, b)
        Variable limit int
        Variable e int
    "#]],
    );
    check(
        "def f(alpha):\n    return al$0\n",
        expect![[r#"
            Parameter alpha
            Variable altzone int [time]
        "#]],
    );
    check(
        "def f():\n    def g(inner): return 1\n    x = lambda one :: o$0\n",
        expect![[r#"
        Parameter one
    "#]],
    );
    check(
        "x = [item for item in ite$0]\n",
        expect![[r#"
            Variable item
        "#]],
    );
    check(
        "print(f'{na$0}')\nname = 1\n",
        expect![[r#"
            Variable name int
            Variable nan float [math]
        "#]],
    );
}

#[test]
fn members_after_a_dot() {
    let records = "struct Point:\n    x: int = 0\n    y: int = 0\n    def norm(self) -> float: return 1.0\ndef (self: Point) twice() -> Point: return self\ndef area(p: Point) -> int: return 1\n";
    check(
        &format!("{records}p = Point(x=1)\np.$0\n"),
        expect![[r#"
        Field x int
        Field y int
        Method norm () -> float
        Method twice () -> Point
        Method area (p: Point) -> int [function]
    "#]],
    );
    check(
        &format!("{records}def f(p: Point):\n    q = p\n    q.$0\n    return 1\n"),
        expect![[r#"
        Field x int
        Field y int
        Method norm () -> float
        Method twice () -> Point
        Method area (p: Point) -> int [function]
        Method f (p: Point) [function]
    "#]],
    );
    check(
        &format!("{records}def f(all: list[Point]):\n    for it in all:\n        it.tw$0\n"),
        expect![[r#"
        Method twice () -> Point
    "#]],
    );
    check(
        &format!("{records}def f(p: Point):\n    print(p.$0\n"),
        expect![[r#"
        Field x int
        Field y int
        Method norm () -> float
        Method twice () -> Point
        Method area (p: Point) -> int [function]
        Method f (p: Point) [function]
    "#]],
    );
    check(
        "struct P:\n    size: int\n    def m(self):\n        self.$0\n",
        expect![[r#"
        Field size int
        Method m ()
    "#]],
    );
}

#[test]
fn members_of_builtin_types_and_modules() {
    check_all(
        "'a'.up$0\n",
        5,
        |_| true,
        expect![[r#"
        Method upper () -> str
    "#]],
    );
    check_all(
        "import math\nmath.sq$0\n",
        5,
        |_| true,
        expect![[r#"
        Function sqrt (x: float) -> float
    "#]],
    );
    check(
        "//- /lib/util.na\ndef go(n: int) -> int: return n\n_hidden = 1\n//- /main.na\nimport lib.util as u\nu.$0\n",
        expect![[r#"
            Function go (n: int) -> int
        "#]],
    );
    check(
        "//- /lib/util.na\nx = 1\n//- /main.na\nimport lib\nlib.$0\n",
        expect![[r#"
        Module util
    "#]],
    );
}

#[test]
fn scoped_variables() {
    check(
        "public:total = 1\nprivate:other = 2\nprint(public:$0)\n",
        expect![[r#"
        Variable total
    "#]],
    );
    check(
        "public:total = 1\nx = public:to$0\n",
        expect![[r#"
        Variable total
    "#]],
    );
}

#[test]
fn arguments_by_name() {
    check_all(
        "def f(size: int, *, color: str = 'red'): pass\nf($0)\n",
        3,
        |_| true,
        expect![[r#"
        Argument size= int
        Argument color= str
        Function f (size: int, color: str = …)
    "#]],
    );
    check_all(
        "def f(size: int, *, color: str = 'red'): pass\nf(1, co$0)\n",
        3,
        |_| true,
        expect![[r#"
        Argument color= str
        Function compile (*args, **named) -> None [builtin]
        Function capitalize_words (text: str) -> str [builtin]
    "#]],
    );
    check_all(
        "struct P:\n    x: int\n    y: int = 0\nP(x=1, $0)\n",
        3,
        |_| true,
        expect![[r#"
            Argument y= int
            Record P
            Function abs (x: int | float) -> int | float [builtin]
        "#]],
    );
    check_all(
        "@retry($0)\ndef f(): pass\n",
        4,
        |_| true,
        expect![[r#"
        Argument attempts=
        Argument backoff= float
        Argument fallback=
        Argument initial= float
    "#]],
    );
    check_all(
        "def g(n: int, step: int): return n\nx = 1 | g($0)\n",
        2,
        |_| true,
        expect![[r#"
        Argument step= int
        Function g (n: int, step: int)
    "#]],
    );
}

#[test]
fn types_in_annotations() {
    check_all(
        "struct Point:\n    x: int\ndef f(p: $0): pass\n",
        4,
        |_| true,
        expect![[r#"
        Record Point
        Type None
        Type any
        Type bool
    "#]],
    );
    check_all(
        "struct Point:\n    x: int\ndef f(p: list[Po$0]): pass\n",
        4,
        |_| true,
        expect![[r#"
        Record Point
        Record PatternError [builtin]
        Record PermissionError [builtin]
        Record PlanError [builtin]
    "#]],
    );
    check_all(
        "struct Point:\n    x: fl$0\n",
        2,
        |_| true,
        expect![[r#"
        Type float
        Record FileExistsError [builtin]
    "#]],
    );
    check_all(
        "def f() -> bo$0\n",
        2,
        |_| true,
        expect![[r#"
        Type bool
        Record BaseException [builtin]
    "#]],
    );
    check_all(
        "x: st$0\n",
        2,
        |_| true,
        expect![[r#"
        Type str
        Type set
    "#]],
    );
}

#[test]
fn stages_that_fit() {
    check(
        "def count(s: str) -> int: return 1\ndef half(n: int) -> float: return n / 2\nstruct P:\n    x: int\ndef show(p: P): pass\nx = 'a' | count | $0\n",
        expect![[r#"
            Function half (n: int) -> float
            Record P
            Function count (s: str) -> int
            Variable x
        "#]],
    );
    check(
        "def count(s: str) -> int: return 1\ndef flow(s: str) = $0\n",
        expect![[r#"
        Function count (s: str) -> int
        Function flow (s: str)
        Parameter s str
    "#]],
    );
}

#[test]
fn imports() {
    let other = "//- /util.na\ndef helper(): pass\nlimit = 1\n//- /pkg/inner.na\nx = 1\n//- /main.na\n";
    check(
        &format!("{other}import $0\n"),
        expect![[r#"
            Module pkg
            Module util
            Module datetime [library]
            Module env [library]
            Module files [library]
            Module http [library]
            Module itertools [library]
            Module json [library]
            Module math [library]
            Module mcp [library]
            Module path [library]
            Module plans [library]
        "#]],
    );
    check(
        &format!("{other}from util import $0\n"),
        expect![[r#"
        Function helper ()
        Variable limit int
    "#]],
    );
    check(
        &format!("{other}from util import helper, $0\n"),
        expect![[r#"
        Variable limit int
    "#]],
    );
    check(
        &format!("{other}from pkg.$0\n"),
        expect![[r#"
        Module inner
    "#]],
    );
    check(
        &format!("{other}from .$0\n"),
        expect![[r#"
        Module pkg
        Module util
    "#]],
    );
}

#[test]
fn names_that_are_imported_when_taken() {
    let other = "//- /lib/util.na\ndef helper(): pass\ndef helping(): pass\n//- /main.na\n";
    check(
        &format!("{other}x = help$0\n"),
        expect![[r#"
        Function helper () [lib.util]
        Function helping () [lib.util]
    "#]],
    );
    check_taken(
        &format!("{other}\"\"\"About.\"\"\"\nimport math\n\nx = help$0\n"),
        "helper",
        expect![[r#"
        """About."""
        import math
        from lib.util import helper

        x = helper
    "#]],
    );
    check_taken(
        &format!("{other}from lib.util import helping\r\nx = help$0\r\n"),
        "helper",
        expect![[r#"
            from lib.util import helping, helper␍
            x = helper␍
        "#]],
    );
    check_taken(
        &format!("{other}# A note.\nx = help$0"),
        "helper",
        expect![[r#"
        # A note.
        from lib.util import helper
        x = helper"#]],
    );
    check_taken(
        "x = sqr$0\n",
        "sqrt",
        expect![[r#"
        from math import sqrt
        x = sqrt
    "#]],
    );
}

#[test]
fn keywords_where_they_can_stand() {
    check_keywords(
        "wh$0\n",
        expect![[r#"
        Keyword while
        Keyword with
    "#]],
    );
    check_keywords(
        "x = n$0\n",
        expect![[r#"
        Keyword none
        Keyword not
    "#]],
    );
    check_keywords(
        "x = [1] i$0\n",
        expect![[r#"
            Keyword if
            Keyword in
            Keyword is
        "#]],
    );
    check_keywords(
        "struct P:\n    x: int\n    $0\n",
        expect![[r#"
        Keyword def
        Keyword pass
        Keyword sync
    "#]],
    );
    check_keywords(
        "def f():\n    gl$0\n",
        expect![[r#"
        Keyword global
    "#]],
    );
}

#[test]
fn decorators() {
    check_all(
        "@re$0\ndef f(): pass\n",
        2,
        |_| true,
        expect![[r#"
        Function retry (attempts=…, backoff: float = …, initial: float = …, max_delay: float = …, jitter: bool = …, on: list | None = …, fallback=…) [builtin]
        Function reason (prompt, *context, system: str | None = …, **options) [builtin]
    "#]],
    );
}

#[test]
fn nothing_in_texts_comments_and_new_names() {
    for text in [
        "'a$0'\n",
        "# a$0\n",
        "def f$0\n",
        "x = 1$0\n",
        "struct P$0\n",
        "f'a$0{x}'\n",
        "import math as m$0\n",
        "for i$0\n",
    ] {
        let fixture = Fixture::new(text);
        assert_eq!(completions(fixture.db(), fixture.file, fixture.offset).map(|it| it.items.len()), None, "{text}");
    }
}

#[test]
fn letters_that_are_left_out() {
    assert!(matches("gn", "get_name") && matches("GetN", "get_name") && matches("", "x"));
    assert!(!matches("et", "get_name") && matches("na", "get_name") && !matches("xx", "x"));
}

#[test]
fn values_of_the_type_that_is_wanted_come_first() {
    check(
        "def f(count: int, label: str):\n    print(1)\ndef g(text: str, size: int, other):\n    f($0)\n",
        expect![[r#"
        Argument count= int
        Argument label= str
        Parameter size int
        Parameter other
        Parameter text str
        Function f (count: int, label: str)
        Function g (text: str, size: int, other)
    "#]],
    );
    check(
        "def f(count: int, label: str):\n    print(1)\ndef g(size: int, text: str):\n    f(1, label=$0)\n",
        expect![[r#"
        Parameter text str
        Parameter size int
        Function f (count: int, label: str)
        Function g (size: int, text: str)
    "#]],
    );
    check(
        "def g(name: str, many: list[int]) -> list[int]:\n    return $0\n",
        expect![[r#"
        Parameter many list[int]
        Function g (name: str, many: list[int]) -> list[int]
        Parameter name str
    "#]],
    );
    check(
        "a = 'x'\nb = 2\nc: int = $0\n",
        expect![[r#"
        Variable b int
        Variable c int
        Variable a str
    "#]],
    );
    check(
        "struct Point:\n    x: int\ndef move(p: Point): pass\ndef make() -> Point: return Point(x=1)\ndef g(a: int, q: Point):\n    move($0\n",
        expect![[r#"
        Argument p= Point
        Parameter q Point
        Record Point
        Function make () -> Point
        Parameter a int
        Function g (a: int, q: Point)
        Function move (p: Point)
    "#]],
    );
    // Behind an operator it is the type of something else.
    check(
        "def f(count: int): pass\ndef g(text: str, size: int):\n    f(1 + $0)\n",
        expect![[r#"
        Parameter size int
        Parameter text str
        Function f (count: int)
        Function g (text: str, size: int)
    "#]],
    );
}

#[test]
fn exceptions_come_first_where_one_is_named() {
    let all = |text: &str, expected: Expect| check_all(text, 4, |_| true, expected);
    all(
        "struct Broken(ValueError):\n    code: int\ntry:\n    pass\nexcept $0\n",
        expect![[r#"
        Record Broken
        Record ArithmeticError [builtin]
        Record AssertionError [builtin]
        Record AttributeError [builtin]
    "#]],
    );
    all(
        "struct Broken(ValueError):\n    code: int\ndef f(error):\n    raise $0\n",
        expect![[r#"
        Record Broken
        Record ArithmeticError [builtin]
        Record AssertionError [builtin]
        Record AttributeError [builtin]
    "#]],
    );
    all(
        "try:\n    pass\nexcept (KeyError, Va$0):\n    pass\n",
        expect![[r#"
        Record ValueError [builtin]
        Function vars (*args, **named) -> None [builtin]
    "#]],
    );
}
