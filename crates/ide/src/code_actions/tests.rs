//! What can be done where.

use std::fmt::Write as _;

use danaide_syntax::TextSize;
use expect_test::{Expect, expect};

use super::*;
use crate::fixture::Fixture;

/// Every action at the caret, or in the selection `⟨…⟩`, with the text after it.
fn check(kind: ActionKind, text: &str, expected: Expect) {
    let selected = text.find('⟨').map(|start| {
        let inner = text[start + '⟨'.len_utf8()..].find('⟩').expect("an end");
        (start, start + inner)
    });
    let plain = text.replace(['⟨', '⟩'], "");
    let fixture = Fixture::new(&plain);
    let range = match selected {
        Some((start, end)) => {
            let header =
                plain[..start].rfind("//- ").map_or(0, |at| at + plain[at..].find('\n').map_or(0, |it| it + 1));
            let size = |it: usize| TextSize::new((it - header) as u32);
            TextRange::new(size(start), size(end))
        }
        None => TextRange::empty(fixture.offset),
    };
    let file = if selected.is_some() { *fixture.files.last().unwrap() } else { fixture.file };
    let mut out = String::new();
    for action in code_actions(fixture.db(), file, range, |it| it == kind) {
        writeln!(out, "# {}", action.title).unwrap();
        let edits: Vec<_> = action.edits.iter().filter(|it| it.0 == file).map(|it| (it.1, it.2.clone())).collect();
        assert_eq!(edits.len(), action.edits.len(), "one file");
        out.push_str(&fixture.apply(file, &edits).replace("\r\n", "␍\n"));
    }
    expected.assert_eq(&out);
}

#[test]
fn fixes_of_diagnostics() {
    check(
        ActionKind::QuickFix,
        "struct P:\n    name: str\np = P(name='a')\np.nam$0\n",
        expect![[r#"
        # Change to `name`
        struct P:
            name: str
        p = P(name='a')
        p.name
    "#]],
    );
    check(
        ActionKind::QuickFix,
        "private.x$0 = 1\n",
        expect![[r#"
        # Change to `private:x`
        private:x = 1
    "#]],
    );
}

#[test]
fn imports_of_unknown_names() {
    check(
        ActionKind::QuickFix,
        "//- /lib/util.na\ndef helper(): pass\n//- /main.na\nimport math\nhelp$0er()\n",
        expect![[r#"
            # Import `helper` from `lib.util`
            import math
            from lib.util import helper
            helper()
        "#]],
    );
    check(
        ActionKind::QuickFix,
        "x = sq$0rt(2)\r\n",
        expect![[r#"
            # Import `sqrt` from `math`
            from math import sqrt␍
            x = sqrt(2)␍
        "#]],
    );
}

#[test]
fn imports_of_modules() {
    check(
        ActionKind::QuickFix,
        "# What it does.\nimport math\n\ndef f(x):\n    return js$0on.dumps(x)\n",
        expect![[r#"
            # Import the module `json`
            # What it does.
            import math
            import json

            def f(x):
                return json.dumps(x)
        "#]],
    );
    check(
        ActionKind::QuickFix,
        "//- /util.na\ndef helper(): pass\n//- /main.na\n\"Doc.\"\nuti$0l.helper()\n",
        expect![[r##"
            # Import the module `util`
            "Doc."
            import util
            util.helper()
        "##]],
    );
    // Without a dot it is no module, and there may be none of the name.
    check(ActionKind::QuickFix, "print(js$0on)\n", expect![[""]]);
    check(
        ActionKind::QuickFix,
        "weat$0her.today()\n",
        expect![[r#"
        # Change to `gather`
        gather.today()
    "#]],
    );
}

#[test]
fn missing_fields() {
    check(
        ActionKind::QuickFix,
        "struct P:\n    x: int\n    y: str\n    z: float = 1.0\np = P$0(x=1)\n",
        expect![[r##"
        # Add the missing field of `P`
        struct P:
            x: int
            y: str
            z: float = 1.0
        p = P(x=1, y="")
    "##]],
    );
    check(
        ActionKind::QuickFix,
        "struct P:\n    x: list[int]\np = P$0()\n",
        expect![[r#"
        # Add the missing field of `P`
        struct P:
            x: list[int]
        p = P(x=[])
    "#]],
    );
}

#[test]
fn missing_fields_of_constructions_over_several_lines() {
    let check = |text: &str, expected: Expect| {
        let record = "struct P:\n    x: int\n    y: str\n    z: float\n";
        check(ActionKind::QuickFix, &format!("{record}{text}"), expected);
    };
    check(
        "p = P$0(\r\n    x=1,  # é😀, one\r\n)\r\n",
        expect![[r##"
        # Add 2 missing fields of `P`
        struct P:
            x: int
            y: str
            z: float
        p = P(␍
            x=1,  # é😀, one␍
            y="",␍
            z=0.0,␍
        )␍
    "##]],
    );
    check(
        "p = P$0(\n\tx=1,\n\ty='a'\n)\n",
        expect![[r#"
        # Add the missing field of `P`
        struct P:
            x: int
            y: str
            z: float
        p = P(
        	x=1,
        	y='a',
        	z=0.0
        )
    "#]],
    );
    check(
        "p = P$0(x=1,\n      y='a')\n",
        expect![[r#"
        # Add the missing field of `P`
        struct P:
            x: int
            y: str
            z: float
        p = P(x=1,
              y='a',
              z=0.0)
    "#]],
    );
    check(
        "p = P$0(\n    x=1, y='a',\n)\n",
        expect![[r#"
        # Add the missing field of `P`
        struct P:
            x: int
            y: str
            z: float
        p = P(
            x=1, y='a', z=0.0
        )
    "#]],
    );
    check(
        "p = P$0(\n)\n",
        expect![[r##"
        # Add 3 missing fields of `P`
        struct P:
            x: int
            y: str
            z: float
        p = P(
        x=0, y="", z=0.0)
    "##]],
    );
    check(
        "p = P$0(x=1, )\n",
        expect![[r##"
        # Add 2 missing fields of `P`
        struct P:
            x: int
            y: str
            z: float
        p = P(x=1, y="", z=0.0 )
    "##]],
    );
}

#[test]
fn inline() {
    check(
        ActionKind::Inline,
        "def f(a):\n    b$0 = a + 1\n    return b * b\n",
        expect![[r#"
        # Inline `b`
        def f(a):
            return (a + 1) * (a + 1)
    "#]],
    );
    check(
        ActionKind::Inline,
        "def f(a):\n    b$0 = g(a)\n    return [b]\n",
        expect![[r#"
        # Inline `b`
        def f(a):
            return [g(a)]
    "#]],
    );
    check(ActionKind::Inline, "def f(a):\n    b$0 = g(a)\n    h()\n    return b\n", expect![[""]]);
    check(ActionKind::Inline, "def f(a):\n    b$0 = a\n    a = 2\n    return b\n", expect![[""]]);
    check(
        ActionKind::Inline,
        "def f(a):\r\n\tb$0 = 'é😀'\r\n\treturn b\r\n",
        expect![[r#"
            # Inline `b`
            def f(a):␍
            	return 'é😀'␍
        "#]],
    );
}

#[test]
fn extract_variable() {
    check(
        ActionKind::Extract,
        "def f(a):\n    return g(⟨a + 1⟩, 2)\n",
        expect![[r#"
        # Extract into a variable
        def f(a):
            value = a + 1
            return g(value, 2)
    "#]],
    );
    check(
        ActionKind::Extract,
        "value = 1\nx = [⟨value * 2⟩]\r\n",
        expect![[r#"
            # Extract into a variable
            value = 1
            value2 = value * 2␍
            x = [value2]␍
        "#]],
    );
    check(ActionKind::Extract, "x = [⟨n * 2⟩ for n in y]\n", expect![[""]]);
}

#[test]
fn what_runs_in_another_order_stays() {
    check(ActionKind::Extract, "print(a(), ⟨b(1)⟩)\n", expect![[""]]);
    check(ActionKind::Extract, "print(a.b, ⟨a.c(1)⟩)\n", expect![[""]]);
    check(ActionKind::Extract, "print(f'{⟨n + 1⟩=}')\n", expect![[""]]);
    check(ActionKind::Extract, "def f():\n    global n\n    ⟨n += 1⟩\n", expect![[""]]);
}

#[test]
fn extract_function() {
    check(
        ActionKind::Extract,
        "def f(a, b):\n    c = a + 1\n⟨    d = c * b\n    e = d + 1\n    print(e)\n⟩    return d\n",
        expect![[r#"
            # Extract into a function
            def extracted(c, b):
                d = c * b
                e = d + 1
                print(e)
                return d

            def f(a, b):
                c = a + 1
                d = extracted(c, b)
                return d
        "#]],
    );
    check(
        ActionKind::Extract,
        "n = 1\n⟨n += 1\nm = n⟩\nprint(m)\n",
        expect![[r#"
        # Extract into a function
        n = 1
        def extracted(n):
            n += 1
            m = n
            return n, m

        n, m = extracted(n)
        print(m)
    "#]],
    );
    check(ActionKind::Extract, "def f(a):\n⟨    return a⟩\n", expect![[""]]);
    check(ActionKind::Extract, "def f(all):\n    for it in all:\n        ⟨if it:\n            break⟩\n", expect![[""]]);
    // The extracted function could not return what it may not have.
    let may_be_unbound = "def f(items):\n    ⟨for it in items:\n        pass⟩\n    print(1)\n    return it\n";
    check(ActionKind::Extract, may_be_unbound, expect![[""]]);
}

#[test]
fn what_a_function_would_change_stays() {
    let refused = |text: &str| check(ActionKind::Extract, text, expect![""]);
    // The value of the turn before.
    refused("def f(xs: list):\n    for x in xs:\n        ⟨if x > 1:\n            print(last)\n        last = x⟩\n");
    // What was done before the failure.
    refused(
        "def f():\n    n = 0\n    try:\n        ⟨n = n + 1\n        int('a')⟩\n    except ValueError:\n        print(n)\n",
    );
    // A value that may not be there.
    refused("def f(a: bool):\n    ⟨if a:\n        x = 1\n    print(2)⟩\n    print(x)\n");
    // A task would be waited for.
    refused("def g():\n    sleep(1)\n    return 1\ndef f():\n    ⟨a = g()\n    b = 2⟩\n    print(a, b)\n");
    check(
        ActionKind::Extract,
        "xs = [1]\n⟨print([x for x in xs])\nprint(2)⟩\n",
        expect![[r#"
        # Extract into a function
        xs = [1]
        def extracted():
            print([x for x in xs])
            print(2)

        extracted()
    "#]],
    );
    check(
        ActionKind::Extract,
        "def f(xs: list):\n    last = 0\n    for x in xs:\n        ⟨print(last)\n        last = x⟩\n",
        expect![[r#"
            # Extract into a function
            def extracted(last, x):
                print(last)
                last = x
                return last

            def f(xs: list):
                last = 0
                for x in xs:
                    last = extracted(last, x)
        "#]],
    );
    check(
        ActionKind::Extract,
        "x = 1\n⟨x = 2\ny = 3⟩\nprint(x, y)\n",
        expect![[r#"
        # Extract into a function
        x = 1
        def extracted():
            x = 2
            y = 3
            return x, y

        x, y = extracted()
        print(x, y)
    "#]],
    );
}

#[test]
fn a_variable_is_extracted_only_where_it_is_computed_anyway() {
    let refused = |text: &str| check(ActionKind::Extract, text, expect![""]);
    refused("assert a > 0, ⟨1 / a⟩\n");
    refused("print(2 < a < ⟨g()⟩)\n");
    refused("xs: list[int] = ⟨reason('Numbers?')⟩\n");
    refused("⟨s.remove⟩(1)\n");
}

#[test]
fn what_is_not_the_same_elsewhere_is_not_inlined() {
    let refused = |text: &str| check(ActionKind::Inline, text, expect![""]);
    refused("def f(c: bool):\n    if c:\n        a$0 = 1\n    print(a)\n");
    refused(
        "def f():\n    try:\n        a$0 = 1 / 0\n        print(1)\n    except ZeroDivisionError:\n        print(2)\n    print(a)\n",
    );
    refused("def f():\n    b$0: float = 1\n    print(b)\n");
    refused("def f():\n    b$0 = 1\n    print(f'{b=}')\n");
    refused("def f():\n    b$0 = 1\n    print(b)\n    del b\n");
}

#[test]
fn extract_pipeline() {
    let functions =
        "def g(n: int): return n + 1\ndef f(n: int, by: int): return n * by\ndef h(text, n): return [text, n]\n";
    let check = |text: &str, expected: Expect| {
        check(ActionKind::Extract, &format!("{functions}{text}"), expected);
    };
    check(
        "def work(x: int):\r\n    return h$0('é😀', f(g(x), 2))\r\n",
        expect![[r#"
        # Extract into a pipeline
        def g(n: int): return n + 1
        def f(n: int, by: int): return n * by
        def h(text, n): return [text, n]
        workflow extracted = g | f(2) | h('é😀', $$)␍
        ␍
        def work(x: int):␍
            return extracted(x)␍
    "#]],
    );
    check(
        "def work(x: int):\n\ty = g(x)\n\tz = f(y, 3)\n\t⟨y⟩\n\treturn z\n",
        expect![[r#"
        # Extract into a function
        def g(n: int): return n + 1
        def f(n: int, by: int): return n * by
        def h(text, n): return [text, n]
        def extracted(y):
            y

        def work(x: int):
        	y = g(x)
        	z = f(y, 3)
        	extracted(y)
        	return z
    "#]],
    );
    check(
        "def work(x: int):\n⟨\ty = g(x)\n\tz = f(y, 3)\n\treturn h('a', z)⟩\n",
        expect![[r#"
        # Extract into a pipeline
        def g(n: int): return n + 1
        def f(n: int, by: int): return n * by
        def h(text, n): return [text, n]
        workflow extracted = g | f(3) | h('a', $$)

        def work(x: int):
        	return extracted(x)
    "#]],
    );
    check(
        "def work(x: int):\n    ⟨y = g(x)\n    z = f(y, by=3)⟩\n    return z\n",
        expect![[r#"
        # Extract into a function
        def g(n: int): return n + 1
        def f(n: int, by: int): return n * by
        def h(text, n): return [text, n]
        def extracted(x):
            y = g(x)
            z = f(y, by=3)
            return z

        def work(x: int):
            z = extracted(x)
            return z
        # Extract into a pipeline
        def g(n: int): return n + 1
        def f(n: int, by: int): return n * by
        def h(text, n): return [text, n]
        workflow extracted = g | f(by=3)

        def work(x: int):
            z = extracted(x)
            return z
    "#]],
    );
    // What is used elsewhere, or depends on other variables, is no stage.
    check(
        "def work(x: int):\n    ⟨y = g(x)\n    z = f(y, 3)⟩\n    return z + y\n",
        expect![[r#"
        # Extract into a function
        def g(n: int): return n + 1
        def f(n: int, by: int): return n * by
        def h(text, n): return [text, n]
        def extracted(x):
            y = g(x)
            z = f(y, 3)
            return y, z

        def work(x: int):
            y, z = extracted(x)
            return z + y
    "#]],
    );
    check("def work(x: int, k: int):\n    return f$0(g(x), k)\n", expect![[""]]);
    check("def work(x: int):\n    return g$0(x)\n", expect![[""]]);
    // The function would begin before its value is there, and be seen to.
    check(
        "def slow(n):\n    sleep(1)\n    return n\ndef loud(n):\n    print('begun')\n    return n\nloud$0(slow(1))\n",
        expect![[""]],
    );
    check(
        "def slow(n):\n    sleep(1)\n    return n\ng$0(slow(1))\n",
        expect![[r#"
        # Extract into a pipeline
        def g(n: int): return n + 1
        def f(n: int, by: int): return n * by
        def h(text, n): return [text, n]
        def slow(n):
            sleep(1)
            return n
        workflow extracted = slow | g

        extracted(1)
    "#]],
    );
    check(
        "def work(x):\n    return g$0(g(x)\n",
        expect![[r#"
        # Extract into a pipeline
        def g(n: int): return n + 1
        def f(n: int, by: int): return n * by
        def h(text, n): return [text, n]
        workflow extracted = g | g

        def work(x):
            return extracted(x)
    "#]],
    );
}

#[test]
fn tasks_at_the_same_time() {
    let check = |text: &str, expected: Expect| {
        let functions = "def fetch(u: str) -> str:\n    sleep(1)\n    return u\n";
        check(ActionKind::Rewrite, &format!("{functions}{text}"), expected);
    };
    check(
        "⟨fetch('a')\r\nfetch('b')⟩\r\n",
        expect![[r#"
        # Run at the same time
        def fetch(u: str) -> str:
            sleep(1)
            return u
        gather(fetch('a'), fetch('b'))␍
    "#]],
    );
    check(
        "def f(url: str):\n\t⟨print('é😀', fetch('a'))\n\treturn fetch(url)⟩\n",
        expect![[r#"
        # Run at the same time
        def fetch(u: str) -> str:
            sleep(1)
            return u
        def f(url: str):
        	fetch_result = fetch('a')
        	fetch_result2 = fetch(url)
        	print('é😀', fetch_result)
        	return fetch_result2
    "#]],
    );
    check(
        "def f():\n    ⟨a = fetch('a')\n    print(a)\n    print('b')\n    b = fetch('b')⟩\n    return b\n",
        expect![[r#"
        # Run at the same time
        def fetch(u: str) -> str:
            sleep(1)
            return u
        def f():
            a = fetch('a')
            b = fetch('b')
            print(a)
            print('b')
            return b
    "#]],
    );
    // It needs the value, or something that the first changes; nothing waits in between; it is seen when it runs.
    check("def f():\n    ⟨a = fetch('a')\n    print(a)\n    b = fetch(a.upper())⟩\n    return b\n", expect![[""]]);
    check("def f():\n    ⟨a = fetch('a')\n    b = fetch('b')⟩\n    return a + b\n", expect![[""]]);
    check("def loud(u):\n    sleep(1)\n    print(u)\n⟨loud('a')\nloud('b')⟩\n", expect![[""]]);
    check("def f(xs: list):\n    ⟨xs.append(fetch('a') + '')\n    print(fetch('b'))⟩\n", expect![[""]]);
}

#[test]
fn wait_points() {
    let check = |text: &str, expected: Expect| {
        let functions = "def fetch(u) -> str:\n    sleep(1)\n    return u\n";
        check(ActionKind::Rewrite, &format!("{functions}{text}"), expected);
    };
    check(
        "def f():\n    a = fetch('é😀')\n    return fetch(a$0)\n",
        expect![[r#"
        # Wait for `a` here (`sync`)
        def fetch(u) -> str:
            sleep(1)
            return u
        def f():
            a = fetch('é😀')
            return fetch(sync(a))
    "#]],
    );
    check(
        "def f():\r\n    a = fe$0tch('a')\r\n    return [a\r\n",
        expect![[r#"
        # Wait here until it is done (`sync`)
        def fetch(u) -> str:
            sleep(1)
            return u
        def f():␍
            a = sync(fetch('a'))␍
            return [a␍
    "#]],
    );
    // It waits there anyway.
    check("def f():\n    a = fetch('a')\n    print(a$0)\n", expect![[""]]);
    check("def f():\n    fet$0ch('a')\n", expect![[""]]);
}

#[test]
fn other_forms() {
    check(
        ActionKind::Rewrite,
        "def flow$0(n: int) -> str = str | str\n",
        expect![[r#"
        # Convert to a workflow
        workflow flow(n: int) -> str = str | str
    "#]],
    );
    check(
        ActionKind::Rewrite,
        "workf$0low w = str | str\n",
        expect![[r#"
        # Convert to a function
        def w = str | str
    "#]],
    );
    check(
        ActionKind::Rewrite,
        "x = 1\r\ndef na$0p(n):\r\n    sleep(n)\r\n",
        expect![[r#"
        # Wait at every call in it (`sync def`)
        x = 1␍
        sync def nap(n):␍
            sleep(n)␍
        # Try again when it fails (`@retry`)
        x = 1␍
        @retry(attempts=3)␍
        def nap(n):␍
            sleep(n)␍
    "#]],
    );
    check(
        ActionKind::Rewrite,
        "sync def na$0p(n):\n    return n\n",
        expect![[r#"
        # Let calls in it run as tasks
        def nap(n):
            return n
    "#]],
    );
}

#[test]
fn fix_all() {
    check(
        ActionKind::FixAll,
        "x = 1  # danaide: ignore\nprivate.y = 2\n$0",
        expect![[r#"
        # Fix all that can be fixed without asking
        x = 1
        private:y = 2
    "#]],
    );
    check(ActionKind::FixAll, "x = 1\n$0", expect![[""]]);
}
