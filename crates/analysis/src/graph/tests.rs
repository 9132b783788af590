//! Task graphs of small programs, as text.

use std::fmt::Write as _;

use expect_test::{Expect, expect};

use super::*;
use crate::{AnalysisHost, FilePath, MemoryFileSystem};

/// What most programs here call: `fetch` waits, `plain` does not.
const TOOLS: &str = "\
def fetch(url):
    return reason(url)

def plain(x):
    return x

";

/// The graphs of the functions after the first two; lines are counted from there.
fn check(program: &str, expected: Expect) {
    let text_of_file = format!("{TOOLS}{program}");
    let host = AnalysisHost::new(MemoryFileSystem::from_files([("/main.na", text_of_file)]));
    let file = host.file(&FilePath::disk("/main.na"));
    let mut graphs = file_graphs(host.db(), file, false);
    graphs.graphs.retain(|it| it.name != "fetch");
    let offset = u32::try_from(TOOLS.lines().count()).unwrap();
    for graph in &mut graphs.graphs {
        let shift = |range: &mut Option<Range>| {
            if let Some(range) = range {
                range.start.line -= offset;
                range.end.line -= offset;
            }
        };
        shift(&mut graph.range);
        graph.nodes.iter_mut().for_each(|it| shift(&mut it.range));
        graph.edges.iter_mut().for_each(|it| shift(&mut it.range));
        graph.waits.iter_mut().for_each(|it| shift(&mut it.range));
        for node in &mut graph.nodes {
            for branch in &mut node.branches {
                let (line, way) = branch.split_once(':').unwrap();
                *branch = format!("{}:{way}", line.parse::<u32>().unwrap() - offset);
            }
        }
    }
    let mut out = text(&graphs);
    for graph in &graphs.graphs {
        for wait in graph.waits.iter().filter(|it| it.cause != "the call is a statement by itself") {
            let tasks: Vec<&str> = wait.tasks.iter().filter_map(|it| it.split('/').nth(1)).collect();
            let line = wait.range.map_or(0, |it| it.start.line);
            writeln!(out, "line {line} waits for {}: {}", tasks.join(", "), wait.cause).unwrap();
        }
    }
    expected.assert_eq(&out);
}

#[test]
fn data_by_name_argument_collection_and_text() {
    check(
        r#"def f(url):
    a = fetch(url)
    b = fetch(a)
    c = fetch(f"{b}!")
    d = fetch(plain(c))
    e = [d, 1]
    return fetch(e)
"#,
        expect![[r#"
            function f (line 1): 5 tasks, 5 one after the other, 1 at a time
              effects: llm
              * fetch  line 2  [llm; opens fetch]
              * fetch#2  line 3  [llm; opens fetch]
                  after fetch (data: uses `a`)
              * fetch#3  line 4  [llm; opens fetch]
                  after fetch#2 (data: uses `b`)
              * fetch#4  line 5  [llm; opens fetch]
                  after fetch#3 (data: uses `c`)
              * fetch#5  line 7  [llm; opens fetch]
                  after fetch#4 (data: uses `e`)
              longest chain: fetch → fetch#2 → fetch#3 → fetch#4 → fetch#5
            line 4 waits for fetch#2: its value is needed
            line 6 waits for fetch#4: all parts are needed together
        "#]],
    );
}

#[test]
fn independent_tasks_overlap() {
    check(
        r#"def f(url):
    a = fetch(url)
    b = fetch(url)
    c = fetch(url)
    return a + b + c
"#,
        expect![[r#"
            function f (line 1): 3 tasks, 1 one after the other, 3 at a time
              effects: llm
              * fetch  line 2  [llm; opens fetch]
              - fetch#2  line 3  [llm; opens fetch]
              - fetch#3  line 4  [llm; opens fetch]
              longest chain: fetch
            line 5 waits for fetch, fetch#2, fetch#3: its value is needed
        "#]],
    );
}

#[test]
fn control_of_if_loop_and_handler() {
    check(
        r#"def f(url):
    a = fetch(url)
    if a:
        b = fetch(1)
    elif fetch(2):
        b = fetch(3)
    else:
        b = 4
    try:
        c = fetch(5)
    except TimeoutError:
        c = fetch(6)
    return [b, c]
"#,
        expect![[r#"
            function f (line 1): 6 tasks, 4 one after the other, 2 at a time
              effects: llm
              * fetch  line 2  [llm; opens fetch]
              - fetch#2  line 4  [llm; opens fetch; if line 3 says so]
                  after fetch (control: decided by `a`)
              * fetch#3  line 5  [llm; opens fetch]
                  after fetch (control: decided by `a`)
              - fetch#4  line 6  [llm; opens fetch; if line 3 says so]
                  after fetch (control: decided by `a`)
                  after fetch#3 (control: decided by `fetch#3`)
              * fetch#5  line 10  [llm; opens fetch]
                  after fetch (sync: waited for before)
                  after fetch#3 (sync: waited for before)
              * fetch#6  line 12  [llm; opens fetch; if line 9 says so]
                  after fetch#5 (control: decided by `fetch#5`)
              longest chain: fetch → fetch#3 → fetch#5 → fetch#6
            line 3 waits for fetch: its value is needed
            line 5 waits for fetch#3: its value is needed
            line 9 waits for fetch#5: the `try` block ends
            line 13 waits for fetch#2, fetch#4, fetch#6: all parts are needed together
        "#]],
    );
}

#[test]
fn a_way_that_ends_decides_about_the_rest() {
    check(
        r#"def f(url):
    a = fetch(url)
    if not a:
        return none
    b = fetch(2)
    return b
"#,
        expect![[r#"
            function f (line 1): 2 tasks, 2 one after the other, 1 at a time
              effects: llm
              * fetch  line 2  [llm; opens fetch]
              * fetch#2  line 5  [llm; opens fetch]
                  after fetch (control: decided by `a`)
              longest chain: fetch → fetch#2
            line 3 waits for fetch: its value is needed
        "#]],
    );
}

#[test]
fn order_by_scoped_variables() {
    check(
        r#"def bump(x):
    public:n = public:n + reason(x)
def show(x):
    return reason(f"{public:n}")
def f():
    a = bump(1)
    b = show(2)
    c = fetch(3)
    d = bump(4)
    return [a, b, c, d]
def g():
    a = bump(1)
    print(public:n)
    return a
"#,
        expect![[r#"
            function bump (line 1): 1 task, 1 one after the other, 1 at a time
              effects: llm, state(public)
              * reason  line 2  [llm]
              longest chain: reason

            function show (line 3): 1 task, 1 one after the other, 1 at a time
              effects: llm, state(public)
              * reason  line 4  [llm]
              longest chain: reason

            function f (line 5): 4 tasks, 3 one after the other, 2 at a time
              effects: llm, state(public)
              * bump  line 6  [llm, state(public); opens bump]
              * show  line 7  [llm, state(public); opens show]
                  after bump (order: touches `public:n` too)
              - fetch  line 8  [llm; opens fetch]
                  after bump (sync: waited for before)
              * bump#2  line 9  [llm, state(public); opens bump]
                  after bump (order: touches `public:n` too)
                  after show (order: touches `public:n` too)
              longest chain: bump → show → bump#2

            function g (line 11): 1 task, 1 one after the other, 1 at a time
              effects: llm, state(public), log
              * bump  line 12  [llm, state(public); opens bump]
              longest chain: bump
            line 2 waits for reason: its value is needed
            line 7 waits for bump: it touches `public:n` too
            line 9 waits for show: it touches `public:n` too
            line 10 waits for fetch, bump#2: all parts are needed together
            line 13 waits for bump: it touches `public:n` too
        "#]],
    );
}

#[test]
fn order_by_instances() {
    check(
        r#"resource Store:
    items: list = []
    def put(self, x):
        self.items.append(reason(x))
    def get(self, x):
        return reason(f"{x}{self.items}")
agent_blueprint Helper:
    name: str = "h"
agent Bob(Helper)
def f(store: Store, other: Store):
    a = store.get(1)
    b = store.put(2)
    c = store.get(3)
    d = other.put(4)
    return [a, b, c, d]
def g():
    a = Bob.chat("a")
    b = Bob.chat("b")
    return [a, b]
"#,
        expect![[r#"
            function Store.put (line 3): 1 task, 1 one after the other, 1 at a time
              effects: llm
              * reason  line 4  [llm]
              longest chain: reason

            function Store.get (line 5): 1 task, 1 one after the other, 1 at a time
              effects: llm
              * reason  line 6  [llm]
              longest chain: reason

            function f (line 10): 4 tasks, 3 one after the other, 2 at a time
              effects: llm
              * store.get  line 11  [llm; opens Store.get]
              * store.put  line 12  [llm; opens Store.put]
                  after store.get (order: touches `store` too)
              * store.get#2  line 13  [llm; opens Store.get]
                  after store.put (order: touches `store` too)
              - other.put  line 14  [llm; opens Store.put]
                  after store.put (sync: waited for before)
              longest chain: store.get → store.put → store.get#2

            function g (line 16): 2 tasks, 2 one after the other, 1 at a time
              effects: llm
              * Bob.chat  line 17  [llm]
              * Bob.chat#2  line 18  [llm]
                  after Bob.chat (order: touches `Bob` too)
              longest chain: Bob.chat → Bob.chat#2
            line 4 waits for reason: its value is needed
            line 12 waits for store.get: it touches `store` too
            line 13 waits for store.put: it touches `store` too
            line 15 waits for store.get#2, other.put: all parts are needed together
            line 18 waits for Bob.chat: it touches `Bob` too
            line 19 waits for Bob.chat#2: all parts are needed together
        "#]],
    );
}

#[test]
fn order_by_what_is_changed_in_place() {
    check(
        r#"def fill(items):
    items.append(reason("x"))
def f():
    items = []
    a = fill(items)
    b = fetch(items)
    items.append(3)
    return [a, b]
"#,
        expect![[r#"
            function fill (line 1): 1 task, 1 one after the other, 1 at a time
              effects: llm
              * reason  line 2  [llm]
              longest chain: reason

            function f (line 3): 2 tasks, 2 one after the other, 1 at a time
              effects: llm
              * fill  line 5  [llm; opens fill]
              * fetch  line 6  [llm; opens fetch]
                  after fill (order: touches `items` too)
              longest chain: fill → fetch
            line 6 waits for fill: it touches `items` too
            line 7 waits for fetch: it touches `items` too
        "#]],
    );
}

#[test]
fn a_call_that_is_a_statement_waits() {
    check(
        r#"def f(url):
    fetch(1)
    a = fetch(2)
    fetch(3)
    b = fetch(4)
    return [a, b]
"#,
        expect![[r#"
            function f (line 1): 4 tasks, 3 one after the other, 2 at a time
              effects: llm
              * fetch  line 2  [llm; opens fetch]
              - fetch#2  line 3  [llm; opens fetch]
                  after fetch (sync: waited for before)
              * fetch#3  line 4  [llm; opens fetch]
                  after fetch (sync: waited for before)
              * fetch#4  line 5  [llm; opens fetch]
                  after fetch#3 (sync: waited for before)
              longest chain: fetch → fetch#3 → fetch#4
            line 6 waits for fetch#2, fetch#4: all parts are needed together
        "#]],
    );
}

#[test]
fn sync_functions_wait() {
    check(
        r#"sync def now(url):
    return reason(url)
def f(url):
    a = now(1)
    b = fetch(2)
    return [a, b]
"#,
        expect![[r#"
            function now (line 1): 1 task, 1 one after the other, 1 at a time
              effects: llm
              * reason  line 2  [llm]
              longest chain: reason

            function f (line 3): 2 tasks, 2 one after the other, 1 at a time
              effects: llm
              * now  line 4  [llm; opens now]
              * fetch  line 5  [llm; opens fetch]
                  after now (sync: waited for before)
              longest chain: now → fetch
            line 4 waits for now: its function is `sync`
            line 6 waits for fetch: all parts are needed together
        "#]],
    );
}

#[test]
fn stages() {
    check(
        r#"def f(url) = fetch | plain | [fetch, plain] as both | fetch
def g(url):
    return url | fetch($$) | fetch
workflow h(url) = fetch | case((is_even, fetch), plain)
"#,
        expect![[r#"
            function f (line 1): 3 tasks, 3 one after the other, 1 at a time
              effects: llm
              * fetch  line 1  [llm; opens fetch]
              * fetch#2  line 1  [llm; opens fetch]
                  after fetch (stage: the stage before)
              * fetch#3  line 1  [llm; opens fetch]
                  after fetch#2 (stage: the stage before)
                  after fetch (stage: the stage before)
              longest chain: fetch → fetch#2 → fetch#3

            function g (line 2): 2 tasks, 2 one after the other, 1 at a time
              effects: llm
              * fetch  line 3  [llm; opens fetch]
              * fetch#2  line 3  [llm; opens fetch]
                  after fetch (stage: the stage before)
              longest chain: fetch → fetch#2

            workflow h (line 4): 2 tasks, 2 one after the other, 1 at a time
              effects: llm
              * fetch  line 4  [llm; opens fetch]
              * case  line 4  [llm]
                  after fetch (stage: the stage before)
                - fetch#2  line 4  [llm; opens fetch]
              longest chain: fetch → case
            line 1 waits for fetch#2, fetch: all parts are needed together
            line 4 waits for fetch: its value is needed
        "#]],
    );
}

#[test]
fn loops() {
    check(
        r#"def f(urls):
    out = []
    for url in urls:
        page = fetch(url)
        out.append(page)
    return out
def g(urls):
    last = none
    for url in urls:
        last = fetch(last)
    return last
def h(urls):
    return [fetch(fetch(it)) for it in urls]
def i():
    state = fetch(0)
    while state != "done":
        state = fetch(state)
    return state
"#,
        expect![[r#"
            function f (line 1): 1 task, 1 one after the other, 1 at a time
              effects: llm
              - for  line 3  [one turn after the other: waited for before]
                * fetch  line 4  [llm; opens fetch]
                    after fetch of the turn before (sync: waited for before)
              longest chain: fetch

            function g (line 7): 1 task, 1 one after the other, 1 at a time
              effects: llm
              - for  line 9  [one turn after the other: uses `last`]
                * fetch  line 10  [llm; opens fetch]
                    after fetch of the turn before (data: uses `last`)
              longest chain: fetch

            function h (line 12): 2 tasks, 2 one after the other, 1 or more at a time
              effects: llm
              - comprehension  line 13  [turns overlap]
                * fetch  line 13  [llm; opens fetch]
                * fetch#2  line 13  [llm; opens fetch]
                    after fetch (data: uses its value)
              longest chain: fetch → fetch#2

            function i (line 14): 2 tasks, 2 one after the other, 1 at a time
              effects: llm
              * fetch  line 15  [llm; opens fetch]
              - while  line 16  [one turn after the other: uses `state`, decided by `state`]
                * fetch#2  line 17  [llm; opens fetch]
                    after fetch (data: uses `state`)
                    after fetch (control: decided by `state`)
                    after fetch#2 of the turn before (data: uses `state`)
                    after fetch#2 of the turn before (control: decided by `state`)
              longest chain: fetch → fetch#2
            line 5 waits for fetch: its value is needed
            line 13 waits for fetch#2: all parts are needed together
            line 16 waits for fetch: its value is needed
        "#]],
    );
}

#[test]
fn parallel_constructs() {
    check(
        r#"def f(urls):
    a = map(fetch, urls)
    b = [fetch(1), fetch(2)]
    return (a, b)
"#,
        expect![[r#"
            function f (line 1): 3 tasks, 1 one after the other, 3 at a time
              effects: llm
              * map  line 2  [llm]
                - fetch  line 2  [llm; opens fetch]
              - fetch#2  line 3  [llm; opens fetch]
              - fetch#3  line 3  [llm; opens fetch]
              longest chain: map
            line 3 waits for fetch#2, fetch#3: all parts are needed together
            line 4 waits for map: all parts are needed together
        "#]],
    );
}

#[test]
fn policies_and_sub_workflows() {
    check(
        r#"@retry(attempts=5, on=["TimeoutError"], fallback=plain)
@timeout(30)
def load(url):
    return fetch(url)
def f(url):
    return load(load(url))
"#,
        expect![[r#"
            function load (line 3): 1 task, 1 one after the other, 1 at a time
              effects: llm, time
              * fetch  line 4  [llm; opens fetch]
              longest chain: fetch

            function f (line 5): 2 tasks, 2 one after the other, 1 at a time
              effects: llm, time
              * load  line 6  [llm, time; opens load; retry 5; timeout 30]
              * load#2  line 6  [llm, time; opens load; retry 5; timeout 30]
                  after load (data: uses its value)
              longest chain: load → load#2
        "#]],
    );
}

#[test]
fn what_is_not_known() {
    check(
        r#"from nowhere import mystery
def f(x):
    a = mystery(x)
    b = fetch(1)
    c = mystery(2)
    public:n = 1
    return [a, b, c]
def g(f, x):
    a = f(x)
    return fetch(a)
"#,
        expect![[r#"
            function f (line 2): 3 tasks, 3 one after the other, 1 at a time
              effects: llm, state(public), unknown
              * mystery  line 3  [unknown]
                  may be a task: `mystery` comes from a module that is not known (unknown, line 9)
              * fetch  line 4  [llm; opens fetch]
                  after mystery (order: may touch the same state; not certain: what is called is not known, so it may touch any state)
              * mystery#2  line 5  [unknown]
                  may be a task: `mystery` comes from a module that is not known (unknown, line 11)
                  after mystery (order: may touch the same state; not certain: what is called is not known, so it may touch any state)
                  after fetch (order: may touch the same state; not certain: what is called is not known, so it may touch any state)
              longest chain: mystery → fetch → mystery#2

            function g (line 8): 2 tasks, 2 one after the other, 1 at a time
              effects: llm
              * f  line 9
                  may be a task: it calls a function that it is given
              * fetch  line 10  [llm; opens fetch]
                  after f (data: uses `a`)
              longest chain: f → fetch
            line 4 waits for mystery: it may touch the same state
            line 5 waits for fetch: it may touch the same state
            line 6 waits for mystery#2: it touches `public:n` too
        "#]],
    );
}

#[test]
fn functions_that_may_wait_for_their_arguments() {
    check(
        r#"def size(x):
    return len(x)
def f(url):
    a = fetch(url)
    b = size(a)
    c = fetch(2)
    return [b, c]
"#,
        expect![[r#"
            function f (line 3): 2 tasks, 2 one after the other, 1 at a time
              effects: llm
              * fetch  line 4  [llm; opens fetch]
              * fetch#2  line 6  [llm; opens fetch]
                  after fetch (sync: waited for before; not certain: `size` may wait for it)
              longest chain: fetch → fetch#2
            line 7 waits for fetch, fetch#2: all parts are needed together
        "#]],
    );
}

#[test]
fn functions_inside() {
    check(
        r#"def f(url):
    a = fetch(url)
    def later():
        return fetch(a)
    b = later()
    return [b, map(lambda x :: fetch(x), [1])]
"#,
        expect![[r#"
            function f (line 1): 3 tasks, 2 one after the other, 2 at a time
              effects: llm
              * fetch  line 2  [llm; opens fetch]
              * later  line 5  [llm]
                  after fetch (data: uses `later`)
              - map  line 6  [llm]
                - lambda  line 6  [llm]
              longest chain: fetch → later

            function f.later (line 3): 1 task, 1 one after the other, 1 at a time
              effects: llm
              * fetch  line 4  [llm; opens fetch]
              longest chain: fetch

            function f.lambda (line 6): 1 task, 1 one after the other, 1 at a time
              effects: llm
              * fetch  line 6  [llm; opens fetch]
              longest chain: fetch
            line 6 waits for later, map: all parts are needed together
        "#]],
    );
}

#[test]
fn the_statements_of_a_file() {
    check(
        r#"total = fetch(1)
def grow(x):
    global total
    total = total + reason(x)
grow(2)
more = grow(3)
print(total)
"#,
        expect![[r#"
            file (file): 3 tasks, 3 one after the other, 1 at a time
              effects: llm, state(module), log
              * fetch  line 1  [llm; opens fetch]
              * grow  line 5  [llm, state(module); opens grow]
                  after fetch (data: uses `total`)
              * grow#2  line 6  [llm, state(module); opens grow]
                  after grow (order: touches `total` too)
                  after fetch (data: uses `total`)
              longest chain: fetch → grow → grow#2

            function grow (line 2): 1 task, 1 one after the other, 1 at a time
              effects: llm, state(module)
              * reason  line 4  [llm]
              longest chain: reason
            line 7 waits for fetch: its value is needed
            line 7 waits for grow#2: it touches `total` too
            line 4 waits for reason: its value is needed
        "#]],
    );
}

#[test]
fn half_typed_code_has_its_tasks() {
    check(
        r#"def f(url):
    a = fetch(url)
    b = fetch(a
    c = 
    return fetch(c)
"#,
        expect![[r#"
            function f (line 1): 3 tasks, 2 one after the other, 2 at a time
              effects: llm
              * fetch  line 2  [llm; opens fetch]
              * fetch#2  line 3  [llm; opens fetch]
                  after fetch (data: uses `a`)
              - fetch#3  line 5  [llm; opens fetch]
              longest chain: fetch → fetch#2
        "#]],
    );
}
/// Numbers that look random and are the same in every run.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, most: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % most
    }
}

/// Straight-line functions: for each task, the tasks whose values reach its arguments are followed by hand, by the
/// rule that a call of a task gives a value of its own and anything else gives a value of what is in it.
#[test]
fn no_data_edge_of_straight_lines_is_missing_or_made_up() {
    for seed in 0..150 {
        let mut numbers = Numbers(seed);
        let mut program = "def f():\n    v0 = 0\n".to_owned();
        let mut sources: Vec<Vec<usize>> = vec![Vec::new()];
        let mut expected: Vec<(usize, usize)> = Vec::new();
        let mut tasks = 0;
        for line in 1..12 {
            let a = numbers.below(line);
            let b = numbers.below(line);
            let both = || {
                let mut all = [sources[a].clone(), sources[b].clone()].concat();
                all.sort_unstable();
                all.dedup();
                all
            };
            let (text, is_task, from) = match numbers.below(9) {
                0 => (format!("fetch(v{a})"), true, sources[a].clone()),
                1 => (format!("fetch([v{a}, v{b}])"), true, both()),
                2 => (format!("fetch({{\"k\": v{a}}})"), true, sources[a].clone()),
                3 => (format!("reason(f\"{{v{a}}} {{v{b}}}\")"), true, both()),
                4 => (format!("v{a} | fetch"), true, sources[a].clone()),
                5 => (format!("plain(v{a})"), false, sources[a].clone()),
                6 => (format!("[v{a}, v{b}]"), false, both()),
                7 => (format!("str(v{a})"), false, sources[a].clone()),
                _ => (format!("(v{a}, v{b})"), false, both()),
            };
            writeln!(program, "    v{line} = {text}").unwrap();
            if is_task {
                expected.extend(from.iter().map(|it| (*it, tasks)));
                sources.push(vec![tasks]);
                tasks += 1;
            } else {
                sources.push(from);
            }
        }
        program.push_str("    return v11\n");
        let text_of_file = format!("{TOOLS}{program}");
        let host = AnalysisHost::new(MemoryFileSystem::from_files([("/main.na", text_of_file)]));
        let file = host.file(&FilePath::disk("/main.na"));
        let definition = crate::definitions(host.db(), file)
            .iter()
            .find(|it| matches!(it.owner(host.db()), crate::Owner::Item(item) if item.name() == "f"))
            .unwrap();
        let graph = task_graph(host.db(), definition);
        assert_eq!(graph.tasks().count(), tasks, "{program}");
        let mut found: Vec<(usize, usize)> = graph
            .edges
            .iter()
            .filter(|it| matches!(it.kind, EdgeKind::Data | EdgeKind::Stage))
            .map(|it| (it.from, it.to))
            .collect();
        found.sort_unstable();
        found.dedup();
        expected.sort_unstable();
        expected.dedup();
        assert_eq!(found, expected, "{program}");
    }
}

#[test]
fn an_edit_elsewhere_leaves_the_graph_and_its_names() {
    let program = "def f(url):\n    a = fetch(url)\n    return fetch(a)\n";
    let names = |text: &str| {
        let host = AnalysisHost::new(MemoryFileSystem::from_files([("/main.na", text)]));
        let file = host.file(&FilePath::disk("/main.na"));
        let graphs = file_graphs(host.db(), file, false);
        let f = graphs.graphs.iter().find(|it| it.name == "f").unwrap();
        f.nodes.iter().map(|it| it.id.clone()).collect::<Vec<_>>()
    };
    let before = names(&format!("{TOOLS}{program}"));
    assert_eq!(before, ["f/fetch", "f/fetch#2"]);
    assert_eq!(names(&format!("# moved\n\n{TOOLS}\ndef other():\n    return fetch(1)\n{program}")), before);
}

#[test]
fn a_long_file_is_soon_drawn() {
    let mut text_of_file = TOOLS.to_owned();
    for number in 0..300 {
        writeln!(
            text_of_file,
            "def work{number}(x):\n    a = fetch(x)\n    b = plain(a)\n    if b:\n        a = fetch(b)\n    for it in [1, 2]:\n        \
             a = fetch(it)\n    public:n{number} = a\n    return a\n"
        )
        .unwrap();
    }
    let host = AnalysisHost::new(MemoryFileSystem::from_files([("/main.na", text_of_file)]));
    let file = host.file(&FilePath::disk("/main.na"));
    let started = std::time::Instant::now();
    let graphs = file_graphs(host.db(), file, false);
    assert_eq!(graphs.graphs.len(), 301);
    // A hundredth of it is usual; a mistake that makes it quadratic takes more.
    assert!(started.elapsed() < std::time::Duration::from_secs(20), "{:?}", started.elapsed());
}

#[test]
fn drawings_name_every_task_and_edge() {
    let text_of_file = format!(
        "{TOOLS}def f(urls):\n    a = fetch(\"x\")\n    b = [fetch(it) for it in urls]\n    public:n = a\n    return map(fetch, a)\n"
    );
    let host = AnalysisHost::new(MemoryFileSystem::from_files([("/main.na", text_of_file)]));
    let mut graphs = file_graphs(host.db(), host.file(&FilePath::disk("/main.na")), false);
    graphs.graphs.retain(|it| it.name == "f");
    expect![[r#"
        flowchart TD
          subgraph g0["f"]
            g0n0[["fetch (llm) line 8"]]:::critical
            subgraph g0n1["comprehension line 9, turns overlap"]
              g0n2[["fetch (llm) line 9"]]
            end
            subgraph g0n3["map (llm) line 11"]
              g0n4[["fetch (llm) line 11"]]
            end
          end
          g0n0 -->|"data: uses #96;a#96;"| g0n3
          g0n2 -.->|"sync: waited for before"| g0n3
          classDef critical stroke-width:3px
    "#]]
    .assert_eq(&mermaid(&graphs));
    expect![[r#"
        digraph tasks {
          rankdir=TB;
          node [shape=box];
          subgraph cluster_0 {
            label="f";
            "f/fetch" [label="fetch (llm) line 8", penwidth=2, peripheries=2];
            subgraph cluster_0_1 {
              label="comprehension line 9, turns overlap";
              "f/fetch#2" [label="fetch (llm) line 9", peripheries=2];
            }
            subgraph cluster_0_3 {
              label="map (llm) line 11";
            "f/map" [label="map (llm) line 11", penwidth=2];
              "f/fetch#3" [label="fetch (llm) line 11", peripheries=2];
            }
          }
          "f/fetch" -> "f/map" [label="data: uses `a`"];
          "f/fetch#2" -> "f/map" [label="sync: waited for before", style=dashed];
        }
    "#]]
    .assert_eq(&dot(&graphs));
    graphs.graphs[0].nodes.truncate(1);
    graphs.graphs[0].edges.truncate(1);
    graphs.graphs[0].waits.truncate(1);
    expect![[r#"
        {
          "version": 1,
          "path": "/main.na",
          "graphs": [
            {
              "name": "f",
              "kind": "function",
              "range": {
                "start": {
                  "line": 7,
                  "column": 5,
                  "offset": 72
                },
                "end": {
                  "line": 7,
                  "column": 6,
                  "offset": 73
                }
              },
              "effects": [
                "llm",
                "state(public)"
              ],
              "nodes": [
                {
                  "id": "f/fetch",
                  "name": "fetch",
                  "kind": "call",
                  "range": {
                    "start": {
                      "line": 8,
                      "column": 9,
                      "offset": 89
                    },
                    "end": {
                      "line": 8,
                      "column": 19,
                      "offset": 99
                    }
                  },
                  "callees": [
                    "fetch"
                  ],
                  "effects": [
                    "llm"
                  ],
                  "certain": true,
                  "reason": null,
                  "parent": null,
                  "loop_depth": 0,
                  "level": 1,
                  "branches": [],
                  "waited": false,
                  "opens": "fetch",
                  "retry": null,
                  "timeout": null,
                  "carries": [],
                  "turns_overlap": false,
                  "on_critical_path": true
                }
              ],
              "edges": [
                {
                  "from": "f/fetch",
                  "to": "f/map",
                  "kind": "data",
                  "cause": "uses `a`",
                  "range": {
                    "start": {
                      "line": 11,
                      "column": 12,
                      "offset": 163
                    },
                    "end": {
                      "line": 11,
                      "column": 25,
                      "offset": 176
                    }
                  },
                  "certain": true,
                  "reason": null,
                  "next_turn": false
                }
              ],
              "waits": [
                {
                  "range": {
                    "start": {
                      "line": 9,
                      "column": 9,
                      "offset": 108
                    },
                    "end": {
                      "line": 9,
                      "column": 35,
                      "offset": 134
                    }
                  },
                  "tasks": [
                    "f/fetch#2"
                  ],
                  "cause": "all parts are needed together"
                }
              ],
              "critical_path": [
                "f/fetch",
                "f/map"
              ],
              "depth": 2,
              "width": 2,
              "width_is_unbounded": true,
              "width_is_exact": true
            }
          ]
        }"#]]
    .assert_eq(&serde_json::to_string_pretty(&graphs).unwrap());
}

#[test]
fn hints_and_suspension_points() {
    let text_of_file = format!(
        "{TOOLS}def bump():\n    public:n = reason(\"n\")\n\ndef f():\n    a = bump()\n    b = bump()\n    c = fetch(1)\n    print(c)\n    return [a, b]\n"
    );
    let host = AnalysisHost::new(MemoryFileSystem::from_files([("/main.na", text_of_file.clone())]));
    let file = host.file(&FilePath::disk("/main.na"));
    let mut out = String::new();
    let (tasks, waits) = task_hints(host.db(), file);
    for it in tasks {
        let (after, beside) = (it.after, it.beside);
        writeln!(out, "{}: after {after:?}, beside {beside:?}", it.name).unwrap();
    }
    for it in waits {
        writeln!(out, "{:?} waits for {:?}: {}", &text_of_file[it.range], it.tasks, it.cause).unwrap();
    }
    for function in suspension_points(host.db(), file) {
        writeln!(out, "{} {:?}", function.name, function.waits()).unwrap();
        for it in function.points {
            writeln!(out, "    {} {:?} after {:?}", it.label, &text_of_file[it.range], it.after).unwrap();
        }
    }
    expect![[r#"
        reason: after [], beside []
        reason: after [], beside []
        bump: after [], beside []
        bump#2: after [("bump", 11, Order)], beside [("fetch", 13)]
        fetch: after [("bump", 11, Sync)], beside [("bump#2", 12)]
        "bump()" waits for [("bump", 11)]: it touches `public:n` too
        "print(c)" waits for [("fetch", 13)]: its value is needed
        "[a, b]" waits for [("bump#2", 12)]: all parts are needed together
        (file) No
        fetch Yes
            reason "reason(url)" after []
        plain No
        bump Yes
            reason "reason(\"n\")" after []
        f Yes
            bump "bump()" after []
            bump#2 "bump()" after ["bump"]
            fetch "fetch(1)" after []
    "#]]
    .assert_eq(&out);
}
