//! What has to wait for what: data, control, order and statements.

use super::*;

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
