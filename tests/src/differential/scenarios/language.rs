//! Functions, exceptions, assignments and the order in which all is evaluated.

pub const SCENES: &[&str] = &[
    "
def @(start):
    count = start
    log = []
    def step(by=1):
        nonlocal count
        count += by
        log.append(count)
        def undo():
            nonlocal count
            count = log.pop() - by
            return count
        return undo
    def read():
        return count, list(log)
    return step, read
s@, r@ = @(<I>)
u@ = s@(<K>)
s@()
print(r@(), u@(), r@(), s@(by=<K>)(), r@())
t@, q@ = @(0)
t@(5)
print(q@(), r@())
",
    "
def @(n):
    out = []
    for i in range(n):
        try:
            if i % 3 == 0:
                continue
            if i == <W>:
                break
            out.append(i)
        finally:
            out.append('f' + str(i))
    else:
        out.append('else')
    return out
print(@(<W>), @(7))
def w@(n):
    while True:
        try:
            n -= 1
            if n < 0:
                return 'end'
            try:
                10 // (n - 2)
            finally:
                if n == 1:
                    continue
        except ZeroDivisionError as e:
            print('zero', n)
            continue
        finally:
            print('finally', n)
print(w@(<W>), w@(4))
",
    "
def d@(x):
    print('default', x)
    return x
def @(a, b=d@(<I>), *c, k=d@(<C>), **m):
    return a, b, c, k, sorted(m.items())
print(@(1), @(*<LI>[:3], *(1, 2)), @(1, **{'k': 2, 'z': 3}), @(d@('last'), k=d@('kw'), *[d@('star')]))
",
    "
calls@ = []
def @(x):
    calls@.append(x)
    return x
a@ = [1, 2, 3, 4]
h@ = {'k': [1]}
a@[@(1)] += @(10)
a@[@(0):@(2)] = [@(7), @(8), @(9)]
h@[@('k')] += [@(5)]
h@[@('n')] = h@.get(@('n'), 0) + @(1)
a@[@(2)], a@[@(0)] = @(20), @(30)
print(a@, h@, calls@)
print(@(1) < @(2) < @(0) < @(9), @(0) or @(3) and @(4), calls@[-5:])
x@ = y@ = [@(1)]
x@ += [2]
print(x@ is y@, y@, calls@.count(1))
",
    "
def @(k):
    try:
        try:
            [][k]
        except IndexError as e:
            raise KeyError(<S>) from e if k % 2 else ValueError(<I>)
    except Exception as e:
        return e
for k@ in range(3):
    e@ = @(k@)
    print(type(e@).__name__, type(e@.__cause__).__name__, type(e@.__context__).__name__, e@.__suppress_context__)
    print(e@.args, repr(e@), str(e@), e@.__cause__.args)
n@ = ValueError(<S>, <I>, [1])
print(n@.args, str(n@), repr(n@), len(n@.args), isinstance(n@, Exception), n@ == n@)
try:
    raise n@
except (KeyError, ValueError) as e:
    print(e is n@, e.args[1])
try:
    raise RuntimeError from None
except RuntimeError as e:
    print(e.args, e.__cause__, e.__suppress_context__)
",
    "
x@ = 'outer'
l@ = [x@ for x@ in 'ab']
print(x@, l@)
f@ = [lambda :: i for i in range(3)]
print([g() for g in f@], [(lambda i=i :: i)() for i in range(3)])
print([[j * i for j in range(i)] for i in range(4)], [i for r in <LL> for i in r if i])
print({k: v for k, v in zip(<LS>, <LI>)}, sorted({c for c in <S>}), sum(i * i for i in <LI>))
try:
    print(i)
except NameError as e:
    print('caught', type(e).__name__)
",
    "
a@ = list(range(10))
a@[<K>:<K>] = <LI>
print(a@)
a@[::2] = [0] * len(a@[::2])
print(a@)
try:
    a@[::3] = <LI>
except ValueError as e:
    print('#message', str(e))
a@[5:2] = 'xy'
del a@[<K>:<K>:<W>]
print(a@)
a@[len(a@):] = <TI>
a@[:0] = <R>[:4]
del a@[-2:], a@[0]
print(a@, a@[-1:100], a@[100:])
",
    "
b@ = <I> ** 20 + <I>
c@ = -(3 ** <W>) * 10 ** 18
print(b@, c@, b@ // c@, b@ % c@, divmod(c@, 7), b@ * c@ - 1, abs(c@))
print(b@ >> 13, c@ << 40, b@ & 0xffff, b@ | c@, b@ ^ c@, ~b@, b@.bit_length(), c@.bit_count())
print(f'{b@:,}', f'{c@:x}', f'{b@:+_d}', f'{b@:#b}'[:20], f'{c@:030d}', f'{b@:e}', str(b@)[::-1], int(str(c@)) == c@)
print(b@ == float(b@), b@ < c@ < 10 ** 30, hash(b@) == hash(b@ + 0), pow(b@, 3, 10 ** 9 + 7), float(c@), b@ / 7, bool(b@))
print((b@ ** 2).to_bytes(80, 'big')[:8], int.from_bytes(b'\\xff' * 9, 'big', signed=True))
",
    "
def @(*args, **kw):
    return args, kw
p@ = <LI>[:2]
print(@(*p@, 1, *'ab', x=1, **{'y': 2}), @(*[], **{}), @(*{'k': 1}, *range(2)))
for bad@ in range(3):
    try:
        if bad@ == 0:
            @(*5)
        elif bad@ == 1:
            @(**{1: 2})
        else:
            @(x=1, **{'x': 2})
    except TypeError as e:
        print('caught', bad@)
def k@(a, /, b, *, c=<X>):
    return a, b, c
try:
    print(k@(1, 2), k@(1, b=3, c=<X>))
    print(k@(a=1, b=2))
except TypeError as e:
    print('#message', str(e))
",
    "
def @(d):
    def wrap(f):
        def inner(*a, **k):
            print(d, f.__name__, a, k)
            return f(*a, **k)
        return inner
    return wrap
@@('outer')
@@(<I>)
def g@(x, y=<I>):
    return (x, y)
print(g@(<X>), g@(1, y=<I>))
",
    "
k@ = 0
for i@ in <R>[:5]:
    for j@ in <LI>[:4]:
        if j@ == i@:
            break
        if j@ < 0:
            continue
        k@ += 1
    else:
        print('no break', i@)
        continue
    print('break', i@)
    if k@ > 6:
        break
else:
    print('all')
print(k@)
del k@
try:
    k@
except NameError as e:
    print('#message', str(e))
",
    "
try:
    try:
        <X>
        raise ValueError(<S>)
    finally:
        try:
            {}['k']
        except KeyError as e:
            print(type(e.__context__).__name__)
except ValueError as e:
    print(e.args, e.__context__)
def @():
    try:
        return <X>
    finally:
        print('last')
print(@())
def r@(n):
    try:
        return r@(n - 1) if n else 1 // 0
    except ZeroDivisionError as e:
        if n == 2:
            raise OverflowError('deep') from e
        raise
    finally:
        print('up', n)
try:
    r@(<W>)
except ArithmeticError as e:
    print(type(e).__name__, type(e.__cause__).__name__)
",
    "
assert True, 1 // 0
try:
    assert <I> == 'x' or [], <X>
except AssertionError as e:
    print(e.args)
try:
    a@, b@, *c@ = <LI>[:3]
    print(a@, b@, c@)
    (a@, b@), c@ = <TS>, a@
    print(a@, b@, c@)
    a@, b@ = <LI>
except ValueError as e:
    print('#message', str(e))
try:
    [x@, [y@, *z@]] = <I>, <S>
    print(x@, y@, z@)
    x@, y@ = 5
except (ValueError, TypeError) as e:
    print('#message', str(e))
x@, x@ = 1, 2
x@, y@ = (y@ if False else 0), x@
print(x@, y@)
",
];
