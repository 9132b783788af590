//! Effects of small programs: one line for each function with its effects, and why it has each.

use std::fmt::Write as _;

use expect_test::{Expect, expect};

use super::*;
use crate::{AnalysisHost, FilePath, FunctionKind, MemoryFileSystem, body_of, definitions};

fn host(files: &str) -> AnalysisHost {
    let mut all: Vec<(String, String)> = Vec::new();
    let mut path = "/main.na".to_owned();
    let mut text = String::new();
    for line in files.lines() {
        if let Some(next) = line.strip_prefix("//- ") {
            if !text.is_empty() {
                all.push((std::mem::replace(&mut path, next.to_owned()), std::mem::take(&mut text)));
            }
            path = next.to_owned();
        } else {
            writeln!(text, "{line}").unwrap();
        }
    }
    all.push((path, text));
    AnalysisHost::new(MemoryFileSystem::from_files(all))
}

/// The effects of the functions of the last file.
fn check(files: &str, expected: Expect) {
    let host = host(files);
    let db = host.db();
    let path = files.lines().rev().find_map(|it| it.strip_prefix("//- ")).unwrap_or("/main.na");
    let file = host.file(&FilePath::disk(path));
    let mut out = String::new();
    for definition in definitions(db, file).iter() {
        let body = body_of(db, definition);
        for (id, function) in body.functions.iter() {
            let code = if id == body.root { CodeId::Root } else { CodeId::Function(id) };
            let callee = Callee { file, owner: definition.owner(db).clone(), code };
            let effects = effects_of(db, &callee);
            if function.kind == FunctionKind::Module && effects.set.is_empty() {
                continue;
            }
            writeln!(out, "{}: {}", callee.name(db), effects.set).unwrap();
            for effect in effects.iter() {
                let text = match code {
                    CodeId::Root => why(db, definition, effect).map(|it| it.text(db)),
                    _ => continue,
                };
                writeln!(out, "    {}", text.unwrap_or_else(|| format!("{}: no reason", effect.as_str()))).unwrap();
            }
        }
    }
    expected.assert_eq(&out);
}

#[test]
fn declarations_of_the_library_spell_their_effects_right() {
    let host = host("");
    let db = host.db();
    for library_file in crate::library::FILES {
        let file = db.file(&FilePath::Library(library_file.path));
        for definition in definitions(db, file).iter() {
            let wrong = native::misspelt(&body_of(db, definition));
            assert!(wrong.is_empty(), "{}: {wrong:?}", library_file.path);
        }
    }
}

#[test]
fn chains_and_circles() {
    check(
        "
def fetch(url):
    return reason(url)

def all(urls):
    return [fetch(it) for it in urls]

def even(n):
    if n == 0:
        return fetch(\"zero\")
    return odd(n - 1)

def odd(n):
    return even(n - 1)

def add(a, b):
    return a + b
",
        expect![[r#"
            fetch: llm
                `reason` (llm, line 3)
            all: llm
                calls `fetch` (line 6) → `reason` (llm, line 3)
            even: llm
                calls `fetch` (line 10) → `reason` (llm, line 3)
            odd: llm
                calls `even` (line 14) → calls `fetch` (line 10) → `reason` (llm, line 3)
            add: 
        "#]],
    );
}

#[test]
fn the_answer_does_not_depend_on_who_asks_first() {
    let text = "
def a():
    b()
    log(1)
def b():
    c()
    sleep(1)
def c():
    a()
    public:x = 1
";
    let names = ["a", "b", "c"];
    let ask = |order: &[usize]| {
        let host = host(text);
        let db = host.db();
        let file = host.file(&FilePath::disk("/main.na"));
        let find = |name: &str| {
            definitions(db, file)
                .iter()
                .find(|it| matches!(it.owner(db), Owner::Item(item) if item.name() == name))
                .expect("the function is there")
        };
        let mut found: Vec<(usize, String)> = order
            .iter()
            .map(|index| {
                let definition = find(names[*index]);
                let effects = effects(db, definition);
                let whys: Vec<String> =
                    effects.iter().filter_map(|it| why(db, definition, it)).map(|it| it.text(db)).collect();
                (*index, format!("{} {:?} {whys:?}", effects.set, effects.touched()))
            })
            .collect();
        found.sort();
        found
    };
    let first = ask(&[0, 1, 2]);
    assert!(first[0].1.starts_with("time, state(public), log"), "{first:?}");
    for order in [[0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
        assert_eq!(ask(&order), first);
    }
}

#[test]
fn methods_by_type() {
    check(
        r#"
struct Box:
    url: str = ""
def (self: Box) load():
    sleep(1)
resource Shop:
    name: str = "s"
    def buy(self, what):
        self.name = what
        return reason(what)
agent_blueprint Worker:
    name: str = "c"
agent Clerk(Worker)
def f(box: Box):
    box.load()
def g(shop: Shop):
    return shop.buy(1)
def h():
    return Clerk.chat("hello")
def either(x: Box | Shop):
    x.load()
def untyped(x):
    return x.strip().buy(3)
def nobody(x):
    return x.vanish()
"#,
        expect![[r#"
            Box: 
            load: time
                `sleep` (time, line 5)
            Shop: 
            Shop.buy: llm
                `reason` (llm, line 10)
            Worker: 
            Clerk: 
            f: time
                calls `load` (line 15) → `sleep` (time, line 5)
            g: llm
                calls `Shop.buy` (line 17) → `reason` (llm, line 10)
            h: llm
                calls `__agent_chat__` (line 19) → `llm` (llm)
            either: time
                calls `load` (line 21) → `sleep` (time, line 5)
            untyped: llm
                calls `Shop.buy` (line 23) → `reason` (llm, line 10)
            nobody: unknown
                it is not known what has the method `vanish` (unknown, line 25)
        "#]],
    );
}

#[test]
fn interfaces_and_derived_types() {
    check(
        r#"
interface Store:
    def get(key: str) -> str
struct Disk:
    path: str = ""
def (self: Disk) get(key: str) -> str:
    import files
    return files.read_text(key)
struct Base:
    x: int = 0
def (self: Base) run():
    pass
struct Slow(Base):
    y: int = 0
def (self: Slow) run():
    sleep(1)
def f(store: Store):
    return store.get("a")
def g(base: Base):
    base.run()
"#,
        expect![[r#"
            Store: 
            get: 
            Store.get: 
            Disk: 
            get: fs
                `files.read_text` (fs, line 8)
            Base: 
            run: 
            Slow: 
            run: time
                `sleep` (time, line 16)
            f: fs
                calls `get` (line 18) → `files.read_text` (fs, line 8)
            g: time
                calls `run` (line 20) → `sleep` (time, line 16)
        "#]],
    );
}

#[test]
fn decorators() {
    check(
        r#"
def logged(f):
    def wrapper(*args):
        log("call")
        return f(*args)
    return wrapper
def marked(f):
    return f
def limit(n):
    def decorate(f):
        def wrapper(x):
            sleep(n)
            return f(x)
        return wrapper
    return decorate
def backup():
    return reason("b")
@retry(attempts=3, fallback=backup)
def a():
    return 1
@timeout(3)
def b():
    return reason("b")
@poet(domain="x")
def c():
    return 1
@poet(retries=2)
def c2():
    return 1
@logged
def d(x):
    return x
@marked
def e(x):
    return x
@limit(3)
def f(x):
    return x
@mystery
def g(x):
    return x
def calls():
    return d(1)
"#,
        expect![[r#"
            logged: 
            wrapper: log
            marked: 
            limit: 
            decorate: 
            wrapper: time
            backup: llm
                `reason` (llm, line 17)
            a: llm, time
                calls `backup` (line 18) → `reason` (llm, line 17)
                `@retry` waits between attempts (time, line 18)
            b: llm
                `reason` (llm, line 23)
            c: 
            c2: time
                `@poet` waits between attempts (time, line 27)
            d: log
                calls `wrapper` (line 30) → `log` (log, line 4)
            e: 
            f: time
                calls `wrapper` (line 36) → `sleep` (time, line 12)
            g: unknown
                `@mystery` may make any function of it (unknown, line 39)
            calls: log
                calls `d` (line 43) → calls `wrapper` (line 30) → `log` (log, line 4)
        "#]],
    );
}

#[test]
fn pipelines() {
    check(
        r#"
def fetch(url):
    return reason(url)
def trim(text: str):
    return text.strip()
def one(url) = fetch | trim
def two(url) = trim | [trim, fetch] as both | len
def three(text: str):
    return text | trim | fetch
cleaning = trim | len
loading = fetch | trim
def four(x):
    return cleaning(x)
def five(x):
    return loading(x)
def six(x):
    local = trim | fetch
    return local(x)
workflow seven(x) = trim | case((is_even, fetch), trim)
workflow eight(x) = trim | case((is_even, trim), len)
"#,
        expect![[r#"
            fetch: llm
                `reason` (llm, line 3)
            trim: 
            one: llm
                calls `fetch` (line 6) → `reason` (llm, line 3)
            two: llm
                calls `fetch` (line 7) → `reason` (llm, line 3)
            three: llm
                calls `fetch` (line 9) → `reason` (llm, line 3)
            four: 
            five: llm
                calls `pipeline` (line 15) → calls `fetch` (line 11) → `reason` (llm, line 3)
            six: llm
                calls `pipeline` (line 18) → calls `fetch` (line 17) → `reason` (llm, line 3)
            seven: llm
                calls `fetch` (line 19) → `reason` (llm, line 3)
            eight: 
        "#]],
    );
}

#[test]
fn functions_as_arguments() {
    check(
        r#"
def fetch(url):
    return reason(url)
def plain(x):
    return x
def apply(f, x):
    return f(x)
def twice(f, x):
    return apply(f, apply(f, x))
def a(urls):
    return map(fetch, urls)
def b(urls):
    return filter(lambda u :: reason(u), urls)
def c(urls):
    return sorted(urls, key=fetch)
def d(x):
    return twice(fetch, x)
def e(x):
    return twice(plain, x)
def f(x):
    return apply(x, 1)
def g(urls):
    return sorted(urls, key=len)
def h(handlers):
    for handler in handlers:
        handler(1)
def i():
    h([plain, plain])
def j():
    h([plain, fetch])
def k(x, cb=fetch):
    return cb(x)
def l(table: dict):
    for name, handler in table.items():
        handler(name)
def m(items):
    items.sort(key=lambda it :: sleep(it))
"#,
        expect![[r#"
            fetch: llm
                `reason` (llm, line 3)
            plain: 
            apply: 
            twice: 
            a: llm
                calls `fetch` (line 11) → `reason` (llm, line 3)
            b: llm
                calls `lambda` (line 13) → `reason` (llm, line 13)
            lambda: llm
            c: llm
                calls `fetch` (line 15) → `reason` (llm, line 3)
            d: llm
                calls `fetch` (line 17) → `reason` (llm, line 3)
            e: 
            f: 
            g: 
            h: 
            i: 
            j: llm
                calls `fetch` (line 30) → `reason` (llm, line 3)
            k: llm
                calls `fetch` (line 32) → `reason` (llm, line 3)
            l: 
            m: time
                calls `lambda` (line 37) → `sleep` (time, line 37)
            lambda: time
        "#]],
    );
}

#[test]
fn closures() {
    check(
        r#"
def make():
    count = 0
    def step():
        nonlocal count
        count += 1
        sleep(1)
    return step
def a():
    make()()
def b():
    step = make()
    step()
def c():
    def inner(f):
        f()
    inner(lambda :: reason("x"))
def d(f):
    def inner():
        return f()
    return inner()
def e():
    return d(lambda :: log("x"))
def quiet():
    def never():
        sleep(1)
    return 3
"#,
        expect![[r#"
            make: 
            step: time
            a: time
                calls `step` (line 10) → `sleep` (time, line 7)
            b: time
                calls `step` (line 13) → `sleep` (time, line 7)
            c: llm
                calls `lambda` (line 17) → `reason` (llm, line 17)
            inner: 
            lambda: llm
            d: 
            inner: 
            e: log
                calls `lambda` (line 23) → `log` (log, line 23)
            lambda: log
            quiet: 
            never: time
        "#]],
    );
}

#[test]
fn state() {
    check(
        r#"
count = 0
cache = {}
def a():
    public:total = private:x + 1
def b():
    global count
    count += 1
def c(key):
    cache[key] = 1
def d(key):
    return cache[key]
def e():
    a()
    system:mode = 1
def fill(items):
    items.append(1)
def f():
    fill(cache)
def g():
    public:list.append(1)
def h():
    fill(public:list)
"#,
        expect![[r#"
            a: state(private), state(public)
                `private:x` is read (state(private), line 5)
                `public:total` is written (state(public), line 5)
            b: state(module)
                `count` is written (state(module), line 8)
            c: state(module)
                `cache` is written (state(module), line 10)
            d: 
            e: state(private), state(public), state(system)
                calls `a` (line 14) → `private:x` is read (state(private), line 5)
                calls `a` (line 14) → `public:total` is written (state(public), line 5)
                `system:mode` is written (state(system), line 15)
            fill: 
            f: state(module)
                `fill` changes what it is given (state(module), line 19)
            g: state(public)
                `append` changes what it is given (state(public), line 21)
            h: state(public)
                `fill` changes what it is given (state(public), line 23)
        "#]],
    );
}

#[test]
fn what_is_not_known() {
    check(
        r#"
from nowhere import thing
def a():
    return thing()
def b(x):
    return x["f"]()
def c():
    return missing()
def d(x):
    return getattr(x, "run")()
struct Step:
    run: any = None
def e(step: Step):
    return step.run(1)
def f(x):
    return b({"f": len})
def g(x):
    return b({"f": x.y})
"#,
        expect![[r#"
            a: unknown
                `thing` comes from a module that is not known (unknown, line 4)
            b: 
            c: unknown
                `missing` is not defined (unknown, line 8)
            d: unknown
                the function is computed (unknown, line 10)
            Step: 
            e: unknown
                `run` is a field, whose value is not known (unknown, line 14)
            f: 
            g: unknown
                the function that `b` is given is not known (unknown, line 18)
        "#]],
    );
}

#[test]
fn operations_on_records() {
    check(
        r#"
struct Money:
    amount: int = 0
def (self: Money) __add__(other):
    sleep(1)
    return self
def (self: Money) __str__():
    log("str")
    return "m"
def (self: Money) __iter__():
    return iter([reason("x")])
def a(x: Money, y: Money):
    return x + y
def b(x: Money):
    return f"{x}"
def c(x: Money):
    return [it for it in x]
def d(x: Money):
    print(x)
struct Lazy:
    value: any = reason("default")
def e():
    return Lazy()
struct Door:
    name: str = ""
def (self: Door) __enter__():
    sleep(1)
def f():
    with Door() as door:
        pass
"#,
        expect![[r#"
            Money: 
            __add__: time
                `sleep` (time, line 5)
            __str__: log
                `log` (log, line 8)
            __iter__: llm
                `reason` (llm, line 11)
            a: time
                calls `__add__` (line 13) → `sleep` (time, line 5)
            b: log
                calls `__str__` (line 15) → `log` (log, line 8)
            c: llm
                calls `__iter__` (line 17) → `reason` (llm, line 11)
            d: log
                `print` (log, line 19)
            Lazy: llm
                `reason` (llm, line 21)
            e: llm
                calls `Lazy` (line 23) → `reason` (llm, line 21)
            Door: 
            __enter__: time
                `sleep` (time, line 27)
            f: time
                calls `__enter__` (line 29) → `sleep` (time, line 27)
        "#]],
    );
}

#[test]
fn files_and_overloads() {
    check(
        r#"//- /tools.na
import time
def wait():
    time.sleep(1)
def stamp():
    return time.time()
//- /main.na
import tools
from tools import stamp as now_is
import random
import files
struct A:
    x: int = 0
struct B:
    x: int = 0
def load(a: A):
    return 1
def load(b: B):
    return files.read_text("b")
def a():
    tools.wait()
def b():
    return now_is()
def c(x):
    return load(x)
def d():
    return random.choice([1, 2])
tools.wait()
"#,
        expect![[r#"
            main.na: time
                calls `wait` (line 21) → `time.sleep` (time, line 3)
            A: 
            B: 
            load: 
            load: fs
                `files.read_text` (fs, line 12)
            a: time
                calls `wait` (line 14) → `time.sleep` (time, line 3)
            b: clock
                calls `stamp` (line 16) → `time.time` (clock, line 5)
            c: fs
                calls `load` (line 18) → `files.read_text` (fs, line 12)
            d: random
                `random.choice` (random, line 20)
        "#]],
    );
}

#[test]
fn files_that_import_each_other() {
    check(
        r#"//- /other.na
from main import ping
def pong(n):
    sleep(1)
    return ping(n)
//- /main.na
from other import pong
def ping(n):
    public:n = n
    return pong(n - 1)
"#,
        expect![[r#"
            ping: time, state(public)
                calls `pong` (line 4) → `sleep` (time, line 3)
                `public:n` is written (state(public), line 3)
        "#]],
    );
}

#[test]
fn variables_made_of_each_other() {
    // A variable that only functions of the module assign, and one made of itself by way of another module.
    check(
        r#"
def start():
    global handler, other
    handler = llm
    other = [handler]

handlers = [handler, other]
other = handlers[0]

def run():
    return handlers[0]("x")
"#,
        expect![[r#"
            start: state(module)
                `handler` is written (state(module), line 4)
            run: unknown
                the function is computed (unknown, line 11)
        "#]],
    );
    check(
        r#"
//- /b.na
import a

steps = [llm, a.steps]
//- /a.na
import b

steps = [b.steps]

def run():
    return steps[0]("x")
"#,
        expect![[r#"
            run: llm, unknown
                `llm` (llm, line 6)
                the function is computed (unknown, line 6)
        "#]],
    );
}
