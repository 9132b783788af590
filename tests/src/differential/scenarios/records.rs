//! Records with methods, beside Python's dataclasses.

pub const SCENES: &[&str] = &[
    "
struct @:
    x: any
    name: any = 'named'
    def area(k=<K>):
        return self.x * k
    def grow(by):
        self.x += by
        return self
v@ = @(<I>)
print(v@.area(), v@.area(<K>), v@.area(k=<K>))
print(v@.grow(<K>).grow(<K>).x, v@)
m@ = v@.area
print(m@(3), v@ == @(v@.x, v@.name), v@ == @(v@.x, 'other'), v@ != 5)
try:
    print(v@.area(1, 2))
except TypeError as e:
    print('caught', type(e).__name__)
try:
    print(v@.nothing)
except AttributeError as e:
    print('caught', type(e).__name__)
    print('#message', str(e))
",
    "
struct @:
    key: any
    items: list = []
    def add(item, *more):
        self.items.append(item)
        self.items.extend(more)
        return len(self.items)
    def total():
        return sum(self.items)
a@ = @('a')
b@ = @(key='b', items=list(<LI>))
print(a@.add(<I>), a@.add(<I>, <I>), b@.add(<I>), @('c').items)
print(a@.items, b@.items, a@.total(), b@.total())
print(a@, [b@], {'k': a@}, (a@,), str(b@) == repr(b@), f'{a@!s:.12}')
print(sorted([a@, b@, @('0')], key=lambda r :: r.key)[0].key, max([a@, b@], key=lambda r :: len(r.items)).key)
print(a@ in [b@, a@], [b@, a@].index(a@), [a@, b@].count(a@))
",
    "
struct @:
    value: any
    next: any = None
    def depth():
        return 1 if self.next is None else 1 + self.next.depth()
    def last():
        n = self
        while n.next is not None:
            n = n.next
        return n
c@ = None
for i@ in <R>[:6]:
    c@ = @(i@, c@)
if c@:
    print(c@, c@.depth(), c@.last().value)
    c@.last().value = <I>
    c@.next = @(<I>)
    print(c@ == @(c@.value, @(1)), c@)
",
    "
struct @:
    x: any
    y: any = 1.5
    def plus(other):
        return @(self.x + other.x, self.y + other.y)
p@ = @(<F>, <F>).plus(@(<F>))
print(p@, @(1.0) == @(1.0, 1.5), @(1.0) == @(1.0, 2), [p@.x, p@.y])
for bad@ in range(4):
    try:
        if bad@ == 0:
            print(@())
        elif bad@ == 1:
            print(@(1.0, 2.0, 3.0))
        elif bad@ == 2:
            print(@(1.0, z=2.0))
        else:
            print(@(1.0, x=2.0))
    except TypeError as e:
        print('caught', type(e).__name__)
",
    "
struct @:
    tags: dict = {}
    def note(key, value=None, **more):
        self.tags[key] = value
        self.tags.update(more)
        return sorted(self.tags)
t@ = @(dict(<DSI>))
print(t@.note('one'), t@.note('two', 2, three=3), t@.tags.get('one', 'no'), hasattr(t@, 'tags'), hasattr(t@, 'zip'))
u@ = t@
u@.tags = {}
print(t@.tags, t@ is u@, getattr(t@, 'gone', <X>))
t@.tags['n'] = <I>
t@.tags['n'] += <K>
t@.tags['n'] -= 1
print(t@)
",
];
