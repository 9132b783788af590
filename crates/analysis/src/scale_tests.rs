//! Large and odd programs: the work grows with the text and no faster, and long work looks for a waiting write often.
//!
//! Work is counted, not timed. Each walk looks whether a write waits after a fixed number of steps, so the looks count
//! the steps too.

use std::fmt::Write as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::{AnalysisHost, Change, FilePath, MemoryFileSystem, Owner, body_of, definitions, file_diagnostics};

/// What an analysis of a text took.
#[derive(Debug, Clone, Copy)]
struct Work {
    /// Looks whether a write waits.
    looks: usize,
    queries: usize,
    /// Expressions and statements.
    size: usize,
}

fn work(text: &str) -> Work {
    let looks = Arc::new(AtomicUsize::new(0));
    let queries = Arc::new(AtomicUsize::new(0));
    let (looked, asked) = (looks.clone(), queries.clone());
    let on_event = move |event: salsa::Event| match event.kind {
        salsa::EventKind::WillCheckCancellation => {
            looked.fetch_add(1, Ordering::Relaxed);
        }
        salsa::EventKind::WillExecute { .. } => {
            asked.fetch_add(1, Ordering::Relaxed);
        }
        _ => {}
    };
    let mut host = AnalysisHost::with_events(Arc::new(MemoryFileSystem::default()), Some(Box::new(on_event)));
    // What is made of the library is made once.
    let path = FilePath::disk("/w/main.na");
    host.apply_change(Change::Open { path: path.clone(), text: "print(len([1]), \"a\".upper(), {}.get(1))\n".into() });
    let file = host.file(&path);
    file_diagnostics(host.db(), file);
    host.apply_change(Change::Open { path, text: text.into() });
    looks.store(0, Ordering::Relaxed);
    queries.store(0, Ordering::Relaxed);
    file_diagnostics(host.db(), file);
    let (looks, queries) = (looks.load(Ordering::Relaxed), queries.load(Ordering::Relaxed));
    let db = host.db();
    let bodies = definitions(db, file).iter().map(|it| body_of(db, it));
    let size = bodies.map(|it| it.exprs.len() + it.stmts.len()).sum();
    Work { looks, queries, size }
}

fn lines(count: usize, line: impl Fn(usize) -> String) -> String {
    (0..count).map(line).collect()
}

/// Its name, and the program of a size.
type Program = (&'static str, fn(usize) -> String);

/// Programs of any size, each odd in its own way.
const PROGRAMS: &[Program] = &[
    ("functions", |n| lines(n, |i| format!("def f{i}(x: int):\n    return f{}(x)\n\n", i.saturating_sub(1)))),
    ("stages of a pipeline", |n| {
        format!("def add(x: int) -> int:\n    return x + 1\n\ndef run(x: int) = add{}\n", " | add".repeat(n))
    }),
    ("stages that may pass on what they get", |n| {
        format!("def keep(rows, n):\n    return rows\n\ndef run(rows) = keep(1){}\n", " | keep($$, 2)".repeat(n))
    }),
    ("functions inside a function that wait", |n| {
        let functions = lines(n, |i| format!("    def f{i}(x):\n        sleep(x)\n        return f{}\n", i / 2));
        format!("def all():\n{functions}    return 1\n")
    }),
    ("fields", |n| {
        let fields = lines(n, |i| format!("    f{i}: int = {i}\n"));
        format!("struct A:\n{fields}\na = A()\n{}", lines(n, |i| format!("print(a.f{i})\n")))
    }),
    ("imports", |n| lines(n, |i| format!("import m{i}\n"))),
    ("imported names", |n| {
        format!("from m import n{}\n{}", lines(n, |i| format!(", n{i}")), lines(n, |i| format!("print(n{i})\n")))
    }),
    ("branches", |n| {
        let branches = lines(n, |i| format!("    elif x == {i}:\n        y{i} = {i}\n"));
        format!("def f(x: int):\n    if x is None:\n        y = 0\n{branches}    return x\n")
    }),
    ("entries", |n| format!("def f():\n    return {{{}}}\n", lines(n, |i| format!("\"k{i}\": [{i}, 'v'], ")))),
    ("types of one variable", |n| {
        let tuple = |i: usize| (0..14).map(|bit| if i >> bit & 1 == 1 { "1, " } else { "\"\", " }).collect::<String>();
        let branches = lines(n, |i| format!("    if x == {i}:\n        v = ({})\n", tuple(i)));
        format!("def f(x):\n    v = 1\n{branches}    return v\n")
    }),
    ("handlers", |n| {
        let tries = lines(n, |i| format!("    try:\n        v{i} = v\n    except ValueError:\n        v = {i}\n"));
        format!("def f():\n    v = 1\n{tries}    return v\n")
    }),
    ("functions inside", |n| {
        format!("def f():\n{}    return g0(1)\n", lines(n, |i| format!("    def g{i}(x):\n        return x\n")))
    }),
    ("loops", |n| format!("def f(x):\n{}", lines(n, |i| format!("    for i{i} in x:\n        v{i} = i{i}\n")))),
    ("operands", |n| format!("x = 1{}\n", " + 1".repeat(n))),
    ("unknown names", |n| lines(n, |i| format!("v{i} = w{i}\n"))),
    ("methods", |n| {
        let methods = lines(n, |i| format!("def (self: A) m{i}() -> int:\n    return self.x\n\n"));
        format!("struct A:\n    x: int = 0\n\n{methods}a = A()\n{}", lines(n, |i| format!("print(a.m{i}())\n")))
    }),
];

#[test]
fn work_grows_with_the_text_and_no_faster() {
    for (name, program) in PROGRAMS {
        let (small, large) = (work(&program(300)), work(&program(600)));
        let grows = |small: usize, large: usize| large <= small * 11 / 5 + 64;
        assert!(grows(small.looks, large.looks), "{name}: {small:?} and {large:?}");
        assert!(grows(small.queries, large.queries), "{name}: {small:?} and {large:?}");
    }
}

#[test]
fn deep_nests_are_walked_a_bounded_number_of_times() {
    for keyword in ["for x in rows:", "while rows:", "if rows:", "try:"] {
        let mut text = String::from("def f(rows):\n    total = 1\n");
        for depth in 1..60 {
            let _ = writeln!(text, "{}{keyword}\n{}total = total + 1", "    ".repeat(depth), "    ".repeat(depth + 1));
        }
        if keyword == "try:" {
            for depth in (1..60).rev() {
                let _ = writeln!(text, "{0}finally:\n{0}    total = 0", "    ".repeat(depth));
            }
        }
        let work = work(&text);
        // A nest walks its innermost statement a few hundred times at the most.
        assert!(work.looks < work.size * 16 + 500, "{keyword}: {work:?}");
    }
}

#[test]
fn a_waiting_write_is_looked_for_all_the_time() {
    for (name, program) in PROGRAMS {
        let work = work(&program(3000));
        // Each walk looks once in 64 steps; parsing, lowering and inference each walk everything.
        assert!(work.looks >= work.size / 32, "{name}: {work:?}");
    }
}

#[test]
fn a_definition_of_a_file_is_found_by_its_name() {
    let text = lines(100, |i| format!("def f{i}(): pass\n"));
    let host = AnalysisHost::new(MemoryFileSystem::from_files([("/a.na", text)]));
    let file = host.file(&FilePath::disk("/a.na"));
    let all = definitions(host.db(), file);
    assert_eq!(all.iter().filter(|it| all.get(it.owner(host.db())) == Some(*it)).count(), 101);
    assert!(all.get(&Owner::Module).is_some());
}

#[test]
fn what_shares_a_table_with_thousands_is_followed_so_far() {
    let touches = |n: usize| {
        let text = lines(n, |i| format!("a{i} = [{{1}} | {{2}}]\nrows.append([a{i}])\n"));
        let host = AnalysisHost::new(MemoryFileSystem::from_files([("/a.na", format!("rows = []\n{text}"))]));
        let file = host.file(&FilePath::disk("/a.na"));
        let all = definitions(host.db(), file);
        let module = all.get(&Owner::Module).unwrap();
        let facts = crate::effects::facts(host.db(), module);
        let code = facts.get(crate::effects::CodeId::Root).unwrap();
        let passed = code.calls.iter().flat_map(|it| &it.passes).map(|it| it.value.roots.len()).sum::<usize>();
        code.touches.len() + passed
    };
    let (small, large) = (touches(500), touches(1000));
    assert!(small > 500 && large <= small * 11 / 5, "{small} and {large}");
}
