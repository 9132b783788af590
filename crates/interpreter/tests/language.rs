//! Programs and what they print.

mod support;

use expect_test::expect;
use support::check;

#[test]
fn arithmetic_and_comparison() {
    check(
        r#"
print(7 // 2, -7 // 2, 7 % -3, 2 ** 100, 7 / 2, -2 ** 2)
print(9223372036854775807 + 1, -9223372036854775808 - 1, 3000000000 * 4000000000)
print(1 < 2 < 3, 3 > 2 > 1, 1 == 1.0, not 1 in [1], 2 not in [1], none is none)
print(0 or "b", "a" and "b", "" or none, 1 if false else 2)
print("n: " + 42, "10" + 5, 1 + "a", "5" == 5, "true" == true)
print(5 & 3, 5 ^ 1, 1 << 70, ~5, {1, 2} | {3})
"#,
        expect![[r#"
            3 -4 -2 1267650600228229401496703205376 3.5 -4
            9223372036854775808 -9223372036854775809 12000000000000000000
            True True True False True True
            b b None 2
            n: 42 105 1a True True
            1 4 1180591620717411303424 -6 {1, 2, 3}
        "#]],
    );
}

#[test]
fn strings_and_f_strings() {
    check(
        r#"
name = "Ada"
width = 8
print(f"{name!r} [{name:>{width}}] {3.14159:.2f} {name=} {{}} {1 + 1}")
print("a" "b" f"{name}", r"\n", "tab\t|", 'it''s')
print("a,b".split(","), "-".join(["x", "y"]), name[0], name[-2:], name[::-1])
print(f"{[x * 2 for x in range(3)]} {'nested ' + f'{name}'}")
"#,
        expect![[r#"
            'Ada' [     Ada] 3.14 name='Ada' {} 2
            abAda \n tab	| its
            ['a', 'b'] x-y A da adA
            [0, 2, 4] nested Ada
        "#]],
    );
}

#[test]
fn collections_and_unpacking() {
    check(
        r#"
a, *b, c = [1, 2, 3, 4]
print(a, b, c)
(d, [e, f]) = (1, (2, 3))
print(d, e, f)
xs = [1, *b, *"hi"]
ys = {"k": 1, **{"l": 2}}
xs[1:2] = ["s", "t"]
del xs[0]
print(xs, ys, (1,), {1, 2, 2}, {*b})
x = y = []
x.append(1)
print(y, x is y)
i = 0
ns = [5, 6]
ns[i], i = i, 1
print(ns, i)
"#,
        expect![[r#"
            1 [2, 3] 4
            1 2 3
            ['s', 't', 3, 'h', 'i'] {'k': 1, 'l': 2} (1,) {1, 2} {2, 3}
            [1] True
            [0, 6] 1
        "#]],
    );
}

#[test]
fn comprehensions() {
    check(
        r#"
xs = [1, 2, 3, 4]
print([x * y for x in xs if x > 1 for y in [1, 10] if y != x])
print({x: x * x for x in xs}, {(k: 0) for k in "ab"}, {x % 2 for x in xs})
print(sum(x for x in xs), x if false else "x stays inside")
print([x for x in xs], [[y for y in range(x)] for x in range(3)])
def shadow():
    x = "outer"
    inner = [x for x in range(3)]
    return x, inner
print(shadow())
"#,
        expect![[r#"
            [2, 20, 3, 30, 4, 40]
            {1: 1, 2: 4, 3: 9, 4: 16} {'a': 0, 'b': 0} {1, 0}
            10 x stays inside
            [1, 2, 3, 4] [[], [0], [0, 1]]
            ('outer', [0, 1, 2])
        "#]],
    );
}

#[test]
fn loops_with_else_break_and_continue() {
    check(
        r#"
def find(xs, wanted):
    for i, x in enumerate(xs):
        if x == wanted:
            break
    else:
        return "none"
    return i
print(find([1, 2, 3], 2), find([1], 5))
n = 0
while n < 5:
    n += 1
    if n == 2:
        continue
    if n == 4:
        break
    print(n, end=" ")
else:
    print("not reached")
print(n)
for i in range(10, 0, -4):
    print(i, end=";")
for i in range(3):
    pass
print(i)
"#,
        expect![[r#"
            1 none
            1 3 4
            10;6;2;2
        "#]],
    );
}

#[test]
fn functions_defaults_keywords_and_rest() {
    check(
        r#"
def f(a, b=2, *rest, c=3, **named):
    return (a, b, rest, c, named)
print(f(1), f(1, 5, 6, 7, c=8, d=9), f(*[1, 2], **{"c": 4}))
def shared(x, xs=[]):
    xs.append(x)
    return xs
print(shared(1), shared(2))
def only(a, /, b, *, c):
    return a + b + c
print(only(1, b=2, c=3))
for call in [lambda :: f(), lambda :: f(1, a=2), lambda :: only(1, 2, 3), lambda :: only(1, 2), lambda :: shared(1, y=2)]:
    try:
        call()
    except TypeError as e:
        print(e)
"#,
        expect![[r#"
            (1, 2, (), 3, {}) (1, 5, (6, 7), 8, {'d': 9}) (1, 2, (), 4, {})
            [1, 2] [1, 2]
            6
            f() missing 1 required positional argument: 'a'
            f() got multiple values for argument 'a'
            only() takes 2 positional arguments but 3 were given
            only() missing 1 required keyword-only argument: 'c'
            shared() got an unexpected keyword argument 'y'
        "#]],
    );
}

#[test]
fn closures_share_variables() {
    check(
        r#"
def counter():
    n = 0
    def up(by=1):
        nonlocal n
        n += by
        return n
    def value():
        return n
    return up, value
up, value = counter()
up()
up(5)
print(value())
fs = [lambda :: i for i in range(3)]
print([f() for f in fs])
adders = [lambda x, n=n :: x + n for n in range(3)]
print([add(10) for add in adders])
def deep():
    x = 1
    def middle():
        def inner():
            return x + 1
        return inner()
    return middle()
print(deep())
total = 0
def add(n):
    global total
    total += n
add(3)
add(4)
print(total)
block = lambda x :: {
    y = x * 2
    return y + 1
}
print(block(4))
"#,
        expect![[r#"
            6
            [2, 2, 2]
            [10, 11, 12]
            2
            7
            9
        "#]],
    );
}

#[test]
fn decorators() {
    check(
        r#"
def twice(f):
    def wrapper(*args, **named):
        return [f(*args, **named), f(*args, **named)]
    return wrapper
def tagged(tag):
    def decorate(f):
        return lambda x :: f"{tag}:{f(x)}"
    return decorate
@tagged("outer")
@twice
def g(x):
    return x + 1
print(g(1))
@poet(domain="math")
def h(x):
    return x
print(h(3))
"#,
        expect![[r#"
            outer:[2, 2]
            3
        "#]],
    );
}

#[test]
fn exceptions_and_finally() {
    check(
        r#"
def risky(kind):
    try:
        if kind == 1:
            raise ValueError("one")
        if kind == 2:
            return [][1]
        if kind == 3:
            return 1 / 0
        return "fine"
    except ValueError as e:
        return f"value {e}"
    except (IndexError, KeyError) as e:
        return f"{type(e).__name__} {e}"
    else:
        return "else"
    finally:
        print("cleanup", kind)
print([risky(k) for k in [0, 1, 2]])
try:
    risky(3)
except ArithmeticError as e:
    print("outside", e, e.args)
def order():
    for i in range(3):
        try:
            if i == 0:
                continue
            if i == 1:
                break
        finally:
            print("finally", i)
    try:
        return "from try"
    finally:
        print("last")
print(order())
try:
    try:
        raise KeyError("k")
    except KeyError as e:
        raise RuntimeError("wrapped") from e
except RuntimeError as e:
    print(e, e.__cause__, e.__cause__.args)
def reraise():
    try:
        [].pop()
    except:
        raise
try:
    reraise()
except IndexError as e:
    print("again", e)
try:
    raise 5
except TypeError as e:
    print(e)
try:
    assert 1 > 2, "one is not more"
except AssertionError as e:
    print(e)
try:
    raise TimeoutError
except SandboxError as e:
    print(repr(e))
def overridden():
    try:
        raise ValueError("lost")
    finally:
        return "kept"
print(overridden())
"#,
        expect![[r#"
            cleanup 0
            cleanup 1
            cleanup 2
            ['fine', 'value one', 'IndexError list index out of range']
            cleanup 3
            outside division by zero ('division by zero',)
            finally 0
            finally 1
            last
            from try
            wrapped 'k' ('k',)
            again pop from empty list
            exceptions must derive from BaseException
            one is not more
            TimeoutError()
            kept
        "#]],
    );
}

#[test]
fn records() {
    check(
        r#"
struct Point:
    """A place."""
    x: int
    y: int = 2
    tags: list = []
    def double(self):
        return Point(self.x * 2, self.y * 2)
def (self: Point) norm() -> float:
    return (self.x ** 2 + self.y ** 2) ** 0.5
def (self: Point | str) describe(mark="!"):
    return f"<{self}>{mark}"
p = Point(3, y=4)
q = Point(3)
q.tags.append("t")
print(p, q, p.norm(), p == Point(3, 4), p == q, Point(3).tags)
p.x += 1
print(p.x, p.double(), p.describe(), "txt".describe(mark="?"), Point.__doc__)
def scale(self: Point, by: int) -> Point:
    return Point(self.x * by, self.y * by)
print(p.scale(2), scale(p, 3))
for bad in [lambda :: Point(), lambda :: Point(1, z=2), lambda :: Point(1, 2, [], 4), lambda :: p.nrom(), lambda :: Point("no")]:
    try:
        bad()
    except Exception as e:
        print(type(e).__name__, e)
try:
    p.z = 1
except AttributeError as e:
    print(e)
print(isinstance(p, Point), isinstance(1, Point), isinstance("s", (int, str)), hasattr(p, "x"), getattr(p, "w", 0))
"#,
        expect![[r#"
            Point(x=3, y=4, tags=[]) Point(x=3, y=2, tags=['t']) 5.0 True False []
            4 Point(x=8, y=8, tags=[]) <Point(x=4, y=4, tags=[])>! <txt>? A place.
            Point(x=8, y=8, tags=[]) Point(x=12, y=12, tags=[])
            TypeError Point() missing 1 required argument: 'x'
            TypeError Point() got an unexpected keyword argument 'z'
            TypeError Point() takes 3 positional arguments but 4 were given
            AttributeError 'Point' object has no attribute 'nrom'. Did you mean: 'norm'?
            TypeError Point.x must be int, not str ('no')
            'Point' object has no attribute 'z'
            True False True True 0
        "#]],
    );
}

#[test]
fn records_delegate_and_inherit() {
    check(
        r#"
struct Engine:
    power: int = 100
def (self: Engine) start():
    return f"{self.power} started"
struct Car:
    _engine: Engine = Engine()
    name: str = "car"
a = Car()
b = Car()
a.power = 5
print(a.start(), b.start(), a, b.power)
resource Store:
    size: int = 1
resource Big(Store):
    size: int = 10
print(Store(), Big(size=3))
interface Shape:
    area() -> float
struct Square:
    side: float
def (self: Square) area() -> float:
    return self.side * self.side
def total(shapes: list) -> float:
    return sum([s.area() for s in shapes])
print(isinstance(Square(2.0), Shape), isinstance(a, Shape), total([Square(1.0), Square(2.0)]))
"#,
        expect![[r#"
            5 started 100 started Car(_engine=Engine(power=5), name='car') 100
            Store(state='INITIALIZED', name='Store', size=1) Big(state='INITIALIZED', name='Store', size=3)
            True False 5.0
        "#]],
    );
}

#[test]
fn functions_of_one_name_for_different_records() {
    check(
        r#"
struct Cat:
    name: str
struct Dog:
    name: str
def speak(it: Cat):
    return f"{it.name} meows"
def speak(it: Dog):
    return f"{it.name} barks"
print(Cat("Tom").speak(), Dog("Rex").speak(), speak(Cat("Kit")), speak(Dog("Bo")))
"#,
        expect![[r#"
            Tom meows Rex barks Kit meows Bo barks
        "#]],
    );
}

#[test]
fn agents_and_workflows() {
    check(
        r#"
agent_blueprint Writer:
    style: str = "plain"
    config: dict = {"model": "m"}
agent Poet(Writer):
    style = "verse"
agent Solo
print(Poet.style, Poet.config, Writer().style, Solo.name)
def inc(x): return x + 1
def double(x): return x * 2
workflow Flow = inc | double | inc
workflow Named:
    steps: list = [1]
print(Flow(3), Flow.execute(Solo, 4), Named().name, Named().fsm.current_state)
"#,
        expect![[r#"
            verse {'model': 'm'} plain Solo
            9 11 A Workflow START
        "#]],
    );
}

#[test]
fn pipelines() {
    check(
        r#"
def inc(x): return x + 1
def double(x): return x * 2
def add(a, b): return a + b
def show(a, b, c): return f"{a} {b} {c}"
p = inc | double | (lambda x :: x + 100)
print(p(1), (p | inc)(1), 5 | inc, 5 | inc | double)
def q(x) = inc as first | add(10) | add(first, $$)
print(q(1))
def both(x) = [inc, double] | sum
def held(x) = inc | [double, add(5)] as pair | show("got", pair, $$)
print(both(5), held(1))
def constant() -> int: return 42
def from_constant(x=0) = constant | inc
def any_arguments = add | double
print(from_constant(), any_arguments(1, 2), [3, 1, 2] | sorted, 3 | [inc, double])
late = 7 | add($$, 1)
print(late, "abc" | (lambda s :: s.upper()))
def branchy(x) = case((lambda v :: v > 10, double), inc)
print(branchy(20), branchy(1), case((1 > 2, constant), (2 > 1, "yes"), "no"))
"#,
        expect![[r#"
            104 105 6 12
            14
            16 got [4, 7] [4, 7]
            43 6 [1, 2, 3] [4, 6]
            8 ABC
            40 2 yes
        "#]],
    );
}

#[test]
fn scopes_of_the_run() {
    check(
        r#"
private:count = 1
public:shared = {"a": 1}
def bump():
    private:count += 1
    public:shared["b"] = private:count
bump()
private.old = 5
print(private:count, public:shared, private:old, private.count)
local:x = 3
print(x, local:x)
try:
    print(system:missing)
except NameError as e:
    print(e)
"#,
        expect![[r#"
            2 {'a': 1, 'b': 2} 5 2
            3 3
            name 'system:missing' is not defined
        "#]],
    );
}

#[test]
fn typed_values_are_converted_or_refused() {
    check(
        r#"
x: int = 3.9
ok: bool = "no way"
s: str = 5
f: float = 2
n: int = none
print(x, ok, repr(s), f, n)
def g(n: int, t: str = "x") -> str:
    return f"{n} {t}"
print(g("12"), g(1.5), g(1, t=7))
for bad in [lambda :: g("twelve"), lambda :: g([1])]:
    try:
        bad()
    except TypeError as e:
        print(e)
"#,
        expect![[r#"
            3 False '5' 2.0 None
            12 x 1.5 x 1 7
            n must be int, not str ('twelve')
            n must be int, not list
        "#]],
    );
}

#[test]
fn names_without_values() {
    check(
        r#"
def early():
    print(later)
    later = 1
try:
    early()
except UnboundLocalError as e:
    print(e)
value = 1
del value
try:
    print(value)
except NameError as e:
    print(e)
try:
    print(valeu_x, lenn([1]))
except NameError as e:
    print(e)
def maybe(flag):
    if flag:
        x = 1
    return x
print(maybe(true))
try:
    maybe(false)
except UnboundLocalError as e:
    print(e)
"#,
        expect![[r#"
            cannot access local variable 'later' where it is not associated with a value
            name 'value' is not defined
            name 'valeu_x' is not defined
            1
            cannot access local variable 'x' where it is not associated with a value
        "#]],
    );
}

#[test]
fn sorting_and_mapping_call_back() {
    check(
        r#"
words = ["pear", "fig", "apple"]
print(sorted(words), sorted(words, key=len), sorted(words, key=lambda w :: -len(w)), max(words, key=len))
words.sort(key=lambda w :: w[-1], reverse=true)
print(words, list(map(len, words)), list(filter(lambda w :: "p" in w, words)), min(3, 1, 2), max([], default=0))
"#,
        expect![[r#"
            ['apple', 'fig', 'pear'] ['fig', 'pear', 'apple'] ['apple', 'pear', 'fig'] apple
            ['pear', 'fig', 'apple'] [4, 3, 5] ['pear', 'apple'] 1 0
        "#]],
    );
}

#[test]
fn with_blocks_leave_their_context() {
    check(
        r#"
struct Door:
    name: str
def (self: Door) enter_context():
    print("open", self.name)
    return self
def (self: Door) exit_context():
    print("close", self.name)
def through():
    with Door("a") as a, Door("b"):
        print("inside", a.name)
        return 1
print(through())
try:
    with Door("c"):
        raise ValueError("oops")
except ValueError as e:
    print(e)
try:
    with 5 as five:
        print(five)
except TypeError as e:
    print(e)
"#,
        expect![[r#"
            open a
            open b
            inside a
            close b
            close a
            1
            open c
            close c
            oops
            'int' object does not support the context manager protocol
        "#]],
    );
}

#[test]
fn methods_as_values() {
    check(
        r#"
struct T:
    x: int = 1
def loud(f):
    return lambda self, *a :: f"<{f(self, *a)}>"
@loud
def (self: T) show(y):
    return self.x + y
t = T()
m = t.show
print(t.show(2), list(map(t.show, [1, 2])), m(5), 3 | t.show)
up = "abc".upper
xs = []
add = xs.append
add(9)
print(up(), xs, sorted(["b", "A"], key=str.lower), list(map(str.upper, ["q"])), str.upper("z"))
try:
    str.upper(5)
except TypeError as e:
    print(e)
"#,
        expect![[r#"
            <3> ['<2>', '<3>'] <6> <4>
            ABC [9] ['A', 'b'] ['Q'] Z
            descriptor 'upper' for 'str' objects doesn't apply to a 'int' object
        "#]],
    );
}

#[test]
fn a_method_bound_to_methods_without_end_is_refused() {
    check(
        r#"
struct T:
    x: int = 1
def (self: T) chained():
    return 1
t = T()
previous = t.chained
def keep(f):
    return previous
for i in range(3000):
    @keep
    def (self: T) chained():
        return 1
    previous = t.chained
try:
    t.chained()
except RecursionError as e:
    print(e)
"#,
        expect![[r#"
            too many methods are bound to each other
        "#]],
    );
}
