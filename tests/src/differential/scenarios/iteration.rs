//! Sorting, iterators, views and sets.

pub const SCENES: &[&str] = &[
    "
print(sorted(<LS>, key=len), sorted(<LS>, key=str.lower, reverse=True), sorted(<LT>, key=lambda p :: (p[1], p[0])))
print(sorted(<LI>, key=lambda n :: (n % 3, -n)), sorted(<DSI>.items(), key=lambda kv :: kv[1]), sorted(<S>), sorted(<R>, reverse=True))
a@ = <LS>
a@.sort(key=lambda s :: s[::-1])
print(a@, min(a@, key=len, default='-'), max(<LI>, key=lambda n :: -n, default=None), sorted(<LI>, key=str), min(<TI>, <TI>))
try:
    print(sorted([1, None, <I>]))
except TypeError as e:
    print('#message', str(e))
try:
    a@.sort(key=lambda s :: a@.append(s))
    print(len(a@))
except ValueError as e:
    print('#message', str(e))
",
    "
e@ = enumerate(<LS>, start=<K>)
print(next(e@, 'none'), list(e@), list(e@))
z@ = zip(<LI>, <S>, <R>)
print(list(z@), list(z@), list(zip()), list(zip(<LI>)))
print(list(map(lambda a, b :: (a, b), <LI>, <S>)), list(filter(None, <LI>)), list(filter(lambda s :: s > 'b', <LS>)), list(map(str, <LI>)))
print(dict(zip(<LS>, <LI>)), dict(enumerate(<S>)), any(n > 3 for n in <LI>), all(<LI>), sum(map(len, <LS>)), list(reversed(<LI>)))
try:
    print(list(zip(<LI>, <LS>, strict=True)))
except ValueError as e:
    print('#message', str(e))
i@ = iter(<LI>)
print([(a, next(i@, None)) for a in i@], next(i@, 'end'))
try:
    next(i@)
except StopIteration as e:
    print(repr(e.args))
",
    "
d@ = <DSI>
k@, v@, i@ = d@.keys(), d@.values(), d@.items()
d@['new'] = <I>
print(k@, list(v@), list(i@)[-1:], 'new' in k@, ('new', 1) in i@, len(v@), sorted(k@ & {'new', 'a'}), sorted(k@ | {'zz'}), sorted(k@ - {'new'}))
print(k@ == set(d@), i@ == d@.items(), v@ == d@.values(), k@ >= {'new'}, list(reversed(d@)))
d@ |= <DSI>
m@ = {**d@, 'new': 'over'} | {'last': 1}
print(d@ == m@, m@, d@.pop('gone', None), d@.popitem() if d@ else 0, dict.fromkeys(<S>, 0), list(d@.items())[:2])
d@.update(<LT>, extra=<I>)
print(d@, d@.copy() is d@, dict(d@, a=1) == d@, {1: 'a', True: 'b', 1.0: 'c'})
try:
    d@[[1]] = 2
except TypeError as e:
    print('#message', str(e))
try:
    for key in d@:
        d@[key + 'x'] = 1
except RuntimeError as e:
    print('#message', str(e))
",
    "
s@, t@ = <ZI>, <ZI>
print(sorted(s@ & t@), sorted(s@ | t@), sorted(s@ - t@), sorted(s@ ^ t@), s@ <= t@, s@ < t@, s@ >= s@, s@ == set(sorted(s@)), s@.isdisjoint(t@))
s@ |= {<I>}
s@ -= t@
s@ ^= {1, 2}
s@ &= set(<R>) | {1, 2, 3}
print(sorted(s@), len(s@), 1 in s@, sorted(s@.union(<LI>, <R>)), sorted(s@.difference(<LI>)), s@.issubset(<R>), sorted(s@.symmetric_difference(<LI>)))
s@.update(<LI>, <TI>)
s@.discard(<I>)
print(sorted(s@), {(1, 2)} == {1: 2}.items(), {1: 2}.items() <= {(1, 2), 3}, {1: 2}.keys() < {1, 2})
try:
    s@.remove(10 ** 9)
except KeyError as e:
    print(e.args)
try:
    s@ | [1]
except TypeError as e:
    print('#message', str(e))
try:
    set().pop()
except KeyError as e:
    print(e.args)
",
    "
r@ = <R>
print(r@, len(r@), list(r@)[:5], r@[::-1], r@[1:], r@[-3:][::2], <I> in r@, r@ == range(0), r@.start, r@.stop, r@.step, bool(r@))
try:
    print(r@[<K>], r@.index(<K>), r@.count(<K>), min(r@), hash(r@) == hash(range(r@.start, r@.stop, r@.step)))
except (ValueError, IndexError) as e:
    print('#message', str(e))
try:
    range(1, 2, 0)
except ValueError as e:
    print('#message', str(e))
",
];
