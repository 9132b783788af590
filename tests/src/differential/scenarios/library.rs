//! Text and its formats, `re`, `datetime`, `itertools`, `json` and `math`.

pub const SCENES: &[&str] = &[
    "
for p@ in ['[a-c]+', '(\\\\w)(\\\\w)?', '(?P<k>\\\\w+)=(?P<v>\\\\d*)', '^x|b$', 'a*?', '(?i)AB', '[^a]', '(a|b)*c?', '\\\\s+', '(?<=a)b', 'a(?!b)', '']:
    s@ = <S> + 'ab=12 xab'
    m@ = re.search(p@, s@)
    print(m@ and (m@.group(), m@.span(), m@.groups(), m@.groupdict(), m@.lastindex), re.findall(p@, s@), re.split(p@, s@, maxsplit=2))
    print(re.sub(p@, '<\\\\g<0>>', s@), re.subn(p@, lambda m :: m.group().upper() + '.', s@, count=2), [m.start() for m in re.finditer(p@, s@)], bool(re.match(p@, s@)), bool(re.fullmatch(p@, s@)))
",
    "
for p@ in ['(', '[', '*', 'a**', '(?P<1>a)', '\\\\', '(?P<a>.)(?P<a>.)', 'a{2,1}', '(?z)', '[b-a]', '\\\\2', ')']:
    try:
        print(re.compile(p@).groups)
    except re.error as e:
        print('caught', e.pos)
        print('#message', str(e))
print(re.escape(<S>), re.compile('a(?P<n>b)c').groupindex['n'], re.match('(?P<n>a)|b', 'b').groupdict('-'), re.match('(a)|b', 'b').groups())
print(re.sub('(a)(b)?', '\\\\2\\\\1', 'abac' + <S>), re.findall('(?m)^.', <S> + '\\nx'), re.split('(,)', 'a,b,' + <S>), re.findall('(?s).', 'a\\n'), re.match('a.c', 'a\\nc', re.DOTALL) is not None)
print(re.compile('b+').sub('', 'abbbc'), re.compile('b').search('abab', 2).start(), re.match('x', <S>), re.search('a{2,3}?', 'aaaa').group(), re.findall('[\\\\w-]+', 'a-b c_d'))
",
    "
a@ = datetime.datetime(2024, 2, 28, 23, 59, 30) + datetime.timedelta(hours=<K>, minutes=<I> % 10000, microseconds=<W>)
b@ = datetime.date(2000 + <W>, 1 + <W>, 31 - <W>) if <B> else datetime.date(2023, 12, 31)
print(a@, b@, a@.isoformat(), repr(a@), b@.isoformat(), repr(b@), a@.weekday(), b@.isocalendar()[1], a@.date() > b@, a@.time(), b@.toordinal())
d@ = a@ - datetime.datetime(2020, 5, 17, 12)
print(d@, repr(d@), d@.days, d@.seconds, d@.total_seconds(), d@ // 7, d@ * <K>, -d@, abs(-d@) == d@, d@ / datetime.timedelta(days=1), d@ % datetime.timedelta(hours=7), bool(d@))
print(a@.strftime('%Y-%m-%d %H:%M:%S.%f %j %a %B %y %I %p %%'), b@.strftime('%d/%m/%y %A'), f'{a@:%H:%M}', f'{b@}', f'{a@!s:>30}', a@.replace(year=2021), b@.replace(day=1), b@ + datetime.timedelta(days=<K>))
print(datetime.datetime.strptime('2024-03-0' + str(1 + <W>), '%Y-%m-%d'), datetime.datetime.fromisoformat('2021-01-02T03:04:05'), sorted([b@, datetime.date(2001, 1, 1)])[0], {b@: 1}[b@], max(a@, a@ - d@))
for s@ in ['2024-02-30', '2024-1-1', 'x', '', '20240101']:
    try:
        print(datetime.date.fromisoformat(s@))
    except ValueError as e:
        print('#message', str(e))
try:
    print(b@.replace(month=<W>))
except (ValueError, OverflowError, TypeError) as e:
    print('caught', type(e).__name__)
try:
    print(a@ + 1)
except TypeError as e:
    print('#message', str(e))
",
    "
print(list(itertools.chain(<LI>, <S>, <TI>)), list(itertools.islice(itertools.count(<K>, <W>), <W>)), list(itertools.accumulate(<LI>)), list(itertools.accumulate(<LI>, max)), list(itertools.pairwise(<S>)))
print(list(itertools.combinations(<LI>, 2))[:5], list(itertools.permutations(<S>[:3], 2))[:5], list(itertools.product(<S>[:2], <LI>[:2], repeat=1)), list(itertools.zip_longest(<LI>, <S>, fillvalue='-')))
print([(k, list(g)) for k, g in itertools.groupby(<LI>, key=lambda n :: n % 2)], list(itertools.takewhile(lambda n :: n > 0, <LI>)), list(itertools.dropwhile(lambda n :: n > 0, <LI>)), list(itertools.filterfalse(None, <LI>)))
print(list(itertools.starmap(pow, [(2, <W>), (3, 2)])), list(itertools.repeat(<S>, <W>)), list(itertools.compress(<S>, <LI>)), list(itertools.islice(itertools.cycle(<S> + 'a'), 5)), list(itertools.chain.from_iterable(<LL>)))
a@, b@ = itertools.tee(<LI>)
print(next(a@, None), list(b@), list(a@), list(itertools.combinations_with_replacement(<S>[:3], 2))[:6], [list(g) for k, g in itertools.groupby(<S>)], list(itertools.islice(<LI>, 1, None, 2)))
try:
    print(list(itertools.islice(<LI>, -1)))
except ValueError as e:
    print('#message', str(e))
",
    "
v@ = [<I>, <F>, <B>, <S>, None, <LI>, <TI>, <DSI>, <R>, <Y>]
for x@ in v@:
    print(f'{x@}', f'{x@!r}', f'{x@!s:>12}|', f'{x@!r:*^20.18}|', f'{x@=}', '%s|%r|%10.5s' % (x@, x@, x@), '{0!r:<15}|{0}'.format(x@))
    for f@ in ['>8', '08', '+.3', ',', 'x', '.2f', 'e', '%', 's', 'd', '_^9']:
        try:
            print(format(x@, f@))
        except (TypeError, ValueError) as e:
            print('caught', type(e).__name__)
            print('#message', str(e))
",
    "
v@ = {'a': <LI>, 'b': {'c': <S>, 'd': [None, True, <F>]}, 'e': <DSI>}
t@ = json.dumps(v@, sort_keys=True)
print(t@, json.loads(t@) == v@ or v@['b']['d'][2] != v@['b']['d'][2], json.dumps(v@, indent=2)[:60], json.dumps(<X>), json.dumps({1: 2, None: 3, True: 4, 2.5: 'é'}), json.dumps([<S>], ensure_ascii=False), json.dumps((1, 2), separators=(',', ':')))
for s@ in ['{', '[1,]', '\"a', 'tru', '1 2', '{\"a\":}', '{1: 2}', '', '[NaN]', '1e5', '-0', '\"\\\\u00e9\\\\n\"', ' [ ] ']:
    try:
        print(json.loads(s@))
    except json.JSONDecodeError as e:
        print('caught', e.pos, e.lineno, e.colno)
        print('#message', str(e))
try:
    json.dumps({'k': {1}})
except TypeError as e:
    print('#message', str(e))
",
    "
x@ = <F>
for f@ in [math.floor, math.sqrt, math.log, math.exp, math.trunc, math.isnan, math.ceil, math.fabs, math.cos, abs, round, int, str, repr, bool, float.is_integer]:
    try:
        print(f@(x@))
    except (ValueError, OverflowError, TypeError) as e:
        print('caught', type(e).__name__)
print(round(x@, 2), round(x@, -1), x@ // 0.7, x@ % -0.3, divmod(x@, 2.5), x@ == x@, [x@, -x@, x@ * 1e300 * 1e10], 0.1 + 0.2, 1e16, 1e-5, 123456789012345678.0, 5e-324)
print(math.gcd(<I>, <I>), math.lcm(<K>, <K>), math.comb(10, <W>), math.factorial(<W>), math.isqrt(abs(<I>)), math.prod(<LI>[:4]), math.isclose(x@, x@ + 1e-12), math.hypot(3, <K>), math.copysign(1.5, -0.0), math.fmod(-7, 3), math.modf(2.5))
",
    "
s@ = <S> + <S>
print(s@.split(), s@.split(' ', 1), s@.rsplit(None, 1), s@.splitlines(), s@.partition(<C>), s@.title(), s@.swapcase(), s@.casefold(), s@.center(12, '*'), s@.zfill(8), s@.expandtabs(4), s@.find(<C>), s@.rfind(<C>), s@.count(<C>))
print(s@.replace('a', 'bb', 1), s@.strip('a '), s@.removeprefix(<C>), s@.removesuffix(<C>), s@.startswith(('a', <C>)), s@.endswith(<C>, <K>), s@.translate({97: 'X', 98: None}), s@.translate(str.maketrans('abc', 'xyz', 'd')), <C>.join(<LS>), s@[::-1], s@ * 2, s@.encode().hex())
print(s@.isalpha(), s@.isdigit(), s@.isspace(), s@.istitle(), s@.islower(), s@.isidentifier(), s@.isprintable(), s@.isascii(), s@.capitalize(), s@.ljust(10, '.') + '|', s@ < <S>, sorted(set(s@)), min(s@, default=''), [ord(c) for c in s@[:4]])
try:
    print(s@.index('zzz'))
except ValueError as e:
    print('#message', str(e))
try:
    print('{} {x}'.format(s@))
except (KeyError, IndexError) as e:
    print('caught', type(e).__name__, e.args)
",
];
