//! Tasks of each construct of the language.

use super::*;

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
