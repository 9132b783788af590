//! Exceptions of types of one's own, and frozen sets.

pub const SCENES: &[&str] = &[
    "
struct @(ValueError):
    def twice(by=2):
        return (self.args, by)
struct @b(@):
    def twice(by=3):
        return len(self.args) * by
e@ = @(<I>, <S>)
print(repr(e@), str(e@), e@.args, e@.twice(), @b(<S>).twice(<K>), str(@b()), repr(@b(<S>)), str(@(<LI>)))
print(issubclass(@b, @), issubclass(@b, ValueError), issubclass(@, KeyError), isinstance(@b(), Exception), e@ == @(<I>), e@ in [e@], {e@: 1}[e@])
try:
    try:
        raise @b(<S>)
    except KeyError:
        print('no')
    except @ as caught:
        print(type(caught) is @b, caught.__context__, caught.twice())
        raise @(<I>) from caught
    finally:
        print('left')
except (KeyError, @) as e:
    print(repr(e), repr(e.__cause__), e.__suppress_context__, e.__cause__ is e.__context__)
try:
    raise @
except ValueError as e:
    print(repr(e), e.args, str(e) == '')
try:
    raise @('a', 'b')
except KeyError:
    print('no')
except Exception as e:
    e.args = (<I>,)
    print(str(e), e.args)
try:
    e@.nothing
except AttributeError as e:
    print('#message', str(e))
",
    "
try:
    raise OSError(<I>, <S>)
except OSError as e:
    print(str(e), e.errno, e.strerror, e.filename, e.args)
print(str(FileNotFoundError(<I>, <S>, <S>)), OSError(<S>).errno, str(OSError(<S>)), str(OSError()))
e@ = ValueError(<S>)
e@.add_note(<S>)
e@.add_note('again')
print(e@.__notes__, hasattr(KeyError(), '__notes__'), e@.with_traceback(None) is e@)
e@.__cause__ = KeyError(<S>)
print(repr(e@.__cause__), e@.__suppress_context__)
try:
    e@.add_note(<I>)
except TypeError as e:
    print('#message', str(e))
try:
    try:
        exit(<I>)
    finally:
        print('ends')
except SystemExit as e:
    print(e.code, e.args)
for t@ in [Warning, UserWarning, BrokenPipeError, ConnectionResetError, IndentationError, SystemError, BlockingIOError]:
    print(t@.__name__, issubclass(t@, OSError), issubclass(t@, Exception), repr(t@(<I>)))
",
    "
f@ = frozenset(<LI>)
g@ = frozenset(<ZI>)
z@ = <ZI>
print(sorted(f@), len(f@), f@ == set(f@), set(f@) == f@, f@ == g@, hash(f@) == hash(frozenset(sorted(f@))), hash(f@), bool(f@), frozenset())
print(sorted(f@ | g@), sorted(f@ & z@), sorted(z@ - f@), sorted(f@ ^ g@), type(f@ | z@) is frozenset, type(z@ | f@) is set)
print(f@ <= g@, f@ < g@, f@ >= f@, f@.issubset(<LI>), f@.isdisjoint(<R>), sorted(f@.union(<LI>, <R>)), sorted(f@.difference(<R>)))
print({f@: <I>}[frozenset(f@)], f@ in {f@, g@}, set(f@) in {f@}, {<I>} in {f@}, isinstance(f@, set), isinstance(f@, frozenset))
h@ = f@
h@ |= z@
s@ = set(<LI>)
s@ -= f@
print(sorted(h@) == sorted(f@), sorted(s@), f@.copy() is f@, max(f@, default=0), sum(f@), <DSI>.keys().isdisjoint(<LS>), <DSI>.items().isdisjoint([(<S>, <I>)]))
try:
    f@.add(1)
except AttributeError as e:
    print('#message', str(e))
try:
    f@[<I>]
except TypeError as e:
    print('#message', str(e))
try:
    frozenset([<LI>])
except TypeError as e:
    print('#message', str(e))
try:
    f@ | [1]
except TypeError as e:
    print('#message', str(e))
",
    "
def enc@(value):
    if isinstance(value, set):
        return sorted(value)
    if isinstance(value, (range, tuple)):
        return list(value)
    raise TypeError('no ' + type(value).__name__)
print(json.dumps({'a': <ZI>, 'b': [<R>, <TI>], 'c': <LI>}, default=enc@))
print(json.dumps([{1, 1}, {'k': <R>}], default=enc@, indent=2, sort_keys=True))
print(json.dumps([<R>[:3], <R>[1:]], default=list, separators=(',', ':')))
try:
    json.dumps([<ZI>, b'x'], default=enc@)
except TypeError as e:
    print('#message', str(e))
try:
    json.dumps([range(2)], default=lambda v :: v)
except ValueError as e:
    print('#message', str(e))
",
];
