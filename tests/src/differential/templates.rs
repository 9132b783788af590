//! What expressions and statements look like: templates whose `<…>` are filled with expressions of a type.
//!
//! The codes of types are those of [`Ty::ALL`](super::types::Ty::ALL); besides, `<K>` is a small int, `<W>` a small int that
//! is not negative, `<C>` a short text, `<X>` anything that can be printed, `<FMT>` a format specification, and `<=LI>` a
//! variable, and `<@LI>` a variable or a literal. A template that starts with a parenthesis holds operators: see `Generator::fill`.

use super::types::Ty;

/// Expressions by their type.
pub fn templates(ty: Ty) -> &'static [&'static str] {
    match ty {
        Ty::Int => &[
            "(<I> + <I>)", "(<I> - <I>)", "(<I> * <I>)", "(<I> // <I>)", "(<I> % <I>)", "(-<I>)", "(+<I>)", "(~<I>)", "(<I> ** <W>)",
            "(<I> & <I>)", "(<I> | <@I>)", "(<I> ^ <I>)", "(<I> << <W>)", "(<I> >> <W>)", "(<I> + <I> * <I> - <I>)",
            "(<I> - <I> // <I> % <I>)", "(-<I> ** 2)", "(<I> * -<I>)", "(2 ** <W> - <I>)", "(<B> + <I>)", "(<I> % -7)", "(<I> // -3)",
            "len(<S>)", "len(<LI>)", "len(<DSI>)", "len(<ZI>)", "len(<Y>)", "len(<R>)", "abs(<I>)", "int(<F>)", "int(<B>)", "int(str(<I>))",
            "int(<S>)", "int(hex(<I>), 16)", "int(bin(<I>), 0)", "int(<C>, <W>)", "round(<F>)", "round(<I>, <K>)", "sum(<LI>)",
            "sum(<LI>, <I>)", "sum(<R>)", "sum(<ZI>)", "min(<LI>)", "max(<LI>)", "min(<I>, <I>)", "max(<I>, <I>, <I>)",
            "max(<LI>, default=<I>)", "min(<LI>, key=abs)", "max(<LS>, key=len).count(<C>)", "ord(<C>)", "divmod(<I>, <I>)[0]",
            "divmod(<I>, <I>)[1]", "pow(<I>, <W>)", "pow(<I>, <W>, <I>)", "pow(<I>, -1, <I>)", "hash(<I>)", "<LI>[<K>]", "<TI>[<K>]",
            "<LL>[<K>][<K>]", "<TS>[1]", "<R>[<K>]", "<Y>[<K>]", "<DSI>[<C>]", "<DSI>.get(<C>, <I>)", "<=DSI>.setdefault(<C>, <I>)",
            "<=DSI>.pop(<C>, <I>)", "<=DSI>.pop(<C>)", "<=LI>.pop()", "<=LI>.pop(<K>)", "<LI>.index(<I>)", "<LI>.index(<I>, <K>)",
            "<LI>.count(<I>)", "<TI>.index(<I>)", "<TI>.count(<I>)", "<S>.find(<C>)", "<S>.rfind(<C>, <K>)", "<S>.index(<C>)", "<S>.rindex(<C>)",
            "<S>.count(<C>)", "<S>.count(<C>, <K>, <K>)", "<I>.bit_length()", "<I>.bit_count()", "<I>.as_integer_ratio()[1]",
            "<R>.index(<I>)", "<R>.count(<I>)", "math.floor(<F>)", "math.ceil(<F>)", "math.trunc(<F>)", "math.gcd(<I>, <I>)",
            "math.lcm(<I>, <K>)", "math.isqrt(<I>)", "math.factorial(<K>)", "math.comb(<W>, <W>)", "math.perm(<W>, <W>)",
            "math.prod(<LI>)", "int.from_bytes(<Y>, 'big')", "json.loads(json.dumps(<I>))", "<F>.as_integer_ratio()[0]",
        ],
        Ty::Float => &[
            "(<F> + <F>)", "(<F> - <I>)", "(<F> * <F>)", "(<F> / <F>)", "(<I> / <I>)", "(<F> // <F>)", "(<F> % <F>)", "(-<F>)", "(<F> ** <K>)",
            "(<I> ** -2)", "(<F> % <I>)", "(<I> // <F>)", "(<F> * <I> + <F>)", "abs(<F>)", "float(<I>)", "float(<S>)", "float(str(<F>))",
            "float(repr(<F>))", "round(<F>, <K>)", "sum(<LF>)", "min(<LF>)", "max(<LF>)", "max(<F>, <I>, <F>) * 1.0", "<LF>[<K>]", "math.sqrt(<F>)", "math.sqrt(<I>)",
            "divmod(<F>, <F>)[0]", "divmod(<F>, <F>)[1]", "math.fmod(<F>, <F>)", "math.modf(<F>)[0]", "math.copysign(<F>, <F>)", "math.fabs(<F>)", "math.exp(<K>)",
            "math.log(<F>)", "math.log(<I>, 2)", "math.log10(<I>)", "math.log2(<I>)", "math.sin(<F>)", "math.cos(<K>)", "math.atan2(<F>, <F>)", "math.hypot(<F>, <F>)",
            "math.fsum(<LF>)", "math.pow(<F>, <K>)", "math.dist(<LF>, <LF>)", "math.degrees(<F>)", "math.prod(<LF>)", "math.radians(<I>)",
            "json.loads(json.dumps(<F>))", "sum(<LF>, <F>)", "sum(<LF>, 0.5)", "math.pi", "math.inf", "math.tau",
        ],
        Ty::Bool => &[
            "(<I> < <I>)", "(<I> == <I>)", "(<I> != <F>)", "(<F> <= <F>)", "(<I> >= <F>)", "(<I> < <I> < <I>)", "(<I> <= <I> != <I>)", "(<F> == <F> == <I>)", "(<S> == <S>)",
            "(<S> < <S>)", "(<S> >= <S> > <S>)", "(<Y> < <Y>)", "(<LI> == <LI>)", "(<LI> < <LI>)", "(<LF> == <LI>)", "(<TI> <= <TI>)", "(<LS> > <LS>)", "(<LL> < <LL>)", "(<LT> == <LT>)",
            "(<DSI> == <DSI>)", "(<DSI> != <DSI>)", "(<ZI> == <ZI>)", "(<ZI> <= <ZI>)", "(<ZI> < <ZI>)", "(<ZS> >= <ZS>)", "(<R> == <R>)", "(<I> in <LI>)", "(<I> not in <LI>)",
            "(<C> in <S>)", "(<S> not in <S>)", "(<C> in <DSI>)", "(<I> in <ZI>)", "(<I> in <R>)", "(<F> in <R>)", "(<F> in <LI>)", "(<I> in <Y>)", "(<Y> in <Y>)", "(<S> in <LS>)", "(<I> in <DIS>)",
            "(<X> is None)", "(<X> is not None)", "(not <X>)", "(not <B>)", "(<B> and <B>)", "(<B> or not <B>)", "(<I> in <DSI>.values())", "(<TS> in <DSI>.items())",
            "(<B> == <I>)", "(1 < <I> == <B>)", "(<LI> in <LL>)", "(<TS> in <LT>)", "(<LI> is <LI>)", "bool(<X>)", "all(<LI>)", "any(<LI>)", "any(<LS>)", "all(<LF>)", "isinstance(<X>, int)",
            "isinstance(<X>, (str, float))", "isinstance(<X>, (list, tuple))", "callable(<X>)", "hasattr(<S>, 'upper')", "hasattr(<I>, 'nothing')", "<S>.startswith(<C>)", "<S>.endswith(<C>, <K>)", "<S>.startswith((<C>, <C>))", "<S>.isalpha()",
            "<S>.isdigit()", "<S>.isnumeric()", "<S>.isdecimal()", "<S>.isalnum()", "<S>.isspace()", "<S>.isupper()", "<S>.islower()", "<S>.istitle()", "<S>.isidentifier()", "<S>.isprintable()", "<S>.isascii()",
            "<F>.is_integer()", "<ZI>.isdisjoint(<LI>)", "<ZI>.issubset(<ZI>)", "<ZI>.issuperset(<LI>)", "math.isnan(<F>)", "math.isinf(<F>)", "math.isfinite(<I>)", "math.isclose(<F>, <F>)",
            "math.isclose(<F>, <I>, abs_tol=0.5)", "<Y>.startswith(<Y>)", "(<DSI>.keys() == <DSI>.keys())", "(type(<X>) == type(<X>))", "(type(<I>) is int)",
        ],
        Ty::Str => &[
            "(<S> + <S>)", "(<S> * <K>)", "(<K> * <C>)", "(<C> + <S> * <W>)", "str(<X>)", "repr(<X>)", "repr(<S>)", "ascii(<S>)", "str(<F>)", "str(<I>)", "chr(<W> + 95)", "hex(<I>)", "bin(<I>)", "oct(<I>)", "format(<F>, <FMT>)",
            "format(<I>, <FMT>)", "format(<S>, <FMT>)", "format(<X>)", "<S>[<K>]", "<S>[<K>:<K>]", "<S>[::-1]", "<S>[<K>:<K>:<K>]", "<S>[<K>:]", "<S>[:<K>]", "<S>[::<K>]", "<LS>[<K>]", "<TS>[0]", "<DIS>[<I>]",
            "<DIS>.get(<I>, <S>)", "<=LS>.pop()", "<=DIS>.popitem()[1]", "<S>.upper()", "<S>.lower()", "<S>.title()", "<S>.capitalize()", "<S>.swapcase()", "<S>.casefold()", "<S>.strip()", "<S>.strip(<C>)",
            "<S>.lstrip(<C>)", "<S>.rstrip()", "<S>.replace(<C>, <C>)", "<S>.replace(<C>, <S>, <K>)", "<S>.center(<W>)", "<S>.center(<W>, '*')", "<S>.ljust(<W>, '-')", "<S>.rjust(<W>)", "<S>.rjust(<W>, <C>)", "<S>.zfill(<W>)",
            "<S>.expandtabs(<W>)", "<S>.removeprefix(<C>)", "<S>.removesuffix(<C>)", "<S>.join(<LS>)", "<C>.join(<LS>)", "<C>.join(<S>)", "','.join(sorted(<ZS>))", "<S>.partition(<C>)[<K>]", "<S>.rpartition(<C>)[2]",
            "<S>.translate(str.maketrans(<C>, <C>))", "<S>.translate({97: 'xy', 98: None})", "<Y>.decode()", "<Y>.decode('latin-1')", "<Y>.decode('utf-8', 'replace')", "<Y>.decode('ascii', 'ignore')", "<Y>.hex()", "max(<LS>)", "min(<LS>, key=len)", "max(<S>)", "sorted(<S>)[0]",
            "type(<X>).__name__", "json.dumps(<X>)", "json.dumps(<DSI>, sort_keys=True)", "json.dumps(<DSL>, indent=<W>)", "json.dumps(<S>, ensure_ascii=False)", "json.dumps(<LL>, separators=(',', ':'))",
            "json.loads(json.dumps(<S>))", "next(iter(<LS>))", "next(iter(<DSI>), <S>)", "<PCT>", "<TPL>", "<FSTR>", "<FSTR>", "<FSTR>", "(<C> <C>)", "(<S> + str(<X>))", "(<S> or <C>)", "(<S> and <S>)",
        ],
        Ty::Bytes => &[
            "(<Y> + <Y>)", "(<Y> * <W>)", "<S>.encode()", "<S>.encode('utf-8')", "<S>.encode('latin-1', 'replace')", "<S>.encode('ascii')", "<S>.encode('ascii', 'ignore')", "<Y>[<K>:<K>]", "<Y>[::-1]", "<Y>[::<K>]", "bytes(<LI>)", "bytes(<W>)",
            "bytes(<R>)", "bytes(<S>, 'utf-8')", "bytes.fromhex(<C>)", "bytes.fromhex(<Y>.hex())", "<Y>.join([<Y>, <Y>])", "<I>.to_bytes(<W>, 'big')", "<I>.to_bytes(9, 'little', signed=True)",
        ],
        Ty::None => &["None", "<=LI>.append(<I>)", "<=LI>.sort()", "<=LI>.reverse()", "print(<X>)", "<=DSI>.update(<DSI>)", "<=LI>.clear()"],
        Ty::Ints => &[
            "(<LI> + <LI>)", "(<LI> * <K>)", "[<I>, <I>, <I>]", "[<I>]", "[*<LI>, <I>]", "[<I>, *<TI>, *<R>]", "<LI>[<K>:<K>]", "<LI>[::<K>]", "<LI>[<K>:<K>:<K>]", "<LI>[::-1]", "<LL>[<K>]", "list(<R>)", "list(<TI>)", "list(<Y>)", "sorted(<LI>)",
            "sorted(<LI>, reverse=<B>)", "sorted(<ZI>)", "sorted(<LI>, key=abs)", "sorted(<LI>, key=str)", "list(reversed(<LI>))", "list(map(abs, <LI>))", "list(map(len, <LS>))", "list(map(int, <LS>))", "list(filter(None, <LI>))", "list(<DSI>.values())",
            "list(<DIS>)", "list(<DIS>.keys())", "<DSL>[<C>]", "<DSL>.get(<C>, <LI>)", "<=DSL>.setdefault(<C>, <LI>)", "<=LL>.pop(<K>)", "<LI>.copy()", "[len(<S>), <I>]", "list(range(<K>, <K>, <K>))", "list(map(max, <LI>, <LI>))",
            "json.loads(json.dumps(<LI>))", "sum(<LL>, [])", "sorted(<LI> + <LI>)", "sorted(<DIS>, reverse=True)", "list(divmod(<I>, <I>))", "(<LI> or [<I>])", "list(set(<LI>) & set())", "sorted(set(<LI>))", "<=LI>", "<=LI>", "<COMP>", "<COMP>", "<COMP>",
        ],
        Ty::Floats => &["[<F>, <F>, <F>]", "(<LF> + <LF>)", "<LF>[<K>:<K>]", "sorted([x for x in <LF> if x == x])", "list(map(float, <LI>))", "[<F>]", "list(math.modf(<F>))", "list(divmod(<F>, <F>))", "<COMP>", "sorted([x for x in <LF> if x == x], reverse=True)", "<LF> * <W>", "list(map(float, <LS>))"],
        Ty::Strs => &[
            "(<LS> + <LS>)", "(<LS> * <W>)", "[<S>, <S>]", "[<S>]", "<S>.split()", "<S>.split(<C>)", "<S>.split(None, <K>)", "<S>.rsplit(<C>, <K>)", "<S>.splitlines()", "<S>.splitlines(True)", "list(<S>)", "sorted(<S>)", "sorted(<LS>)", "sorted(<LS>, key=len)", "sorted(<LS>, key=len, reverse=True)",
            "sorted(<ZS>)", "sorted(<LS>, key=str.lower)", "sorted(<LS>, key=lambda t\u{1} (len(t), t))", "list(map(str, <LI>))", "list(map(repr, <LF>))", "list(map(str.upper, <LS>))", "list(filter(str.isalpha, <S>))", "list(<DSI>)", "list(<DSI>.keys())", "list(<DIS>.values())", "<LS>[<K>:<K>]", "<LS>[::<K>]", "list(<S>.partition(<C>))",
            "list(reversed(<S>))", "list(map(lambda t\u{1} t + <C>, <LS>))", "[*<S>]", "[*<LS>, *<DSI>]", "<=LS>", "<=LS>", "<COMP>", "<COMP>", "<COMP>", "json.loads(json.dumps(<LS>))", "list(dict.fromkeys(<S>))", "[str(<X>), <S>]",
        ],
        Ty::Rows => &["[<LI>, <LI>]", "[<LI>]", "(<LL> + <LL>)", "[<LI>] * <W>", "<LL>[<K>:<K>]", "sorted(<LL>)", "list(<DSL>.values())", "list(map(list, zip(<LI>, <LI>)))", "<=LL>", "<=LL>", "<COMP>", "<COMP>", "sorted(<LL>, key=len)", "sorted(<LL>, key=sum, reverse=True)", "json.loads(json.dumps(<LL>))"],
        Ty::Pairs => &["[(<S>, <I>), <TS>]", "list(zip(<LS>, <LI>))", "list(zip(<S>, <R>))", "list(<DSI>.items())", "sorted(<DSI>.items())", "sorted(<LT>)", "sorted(<LT>, key=lambda p\u{1} p[1])", "sorted(<LT>, key=lambda p\u{1} (-p[1], p[0]))", "<LT>[<K>:]", "<=LT>", "<COMP>", "list(zip(<LS>, <LI>, strict=<B>))", "sorted(<DSI>.items(), key=lambda p\u{1} p[1], reverse=True)"],
        Ty::Pair => &["(<S>, <I>)", "<LT>[<K>]", "<=DSI>.popitem()", "max(<LT>)", "min(<DSI>.items(), key=lambda p\u{1} p[1])", "max(<LT>, key=lambda p\u{1} p[1])", "next(zip(<LS>, <LI>))", "next(iter(<DSI>.items()))"],
        Ty::Trio => &["(<I>, <I>, <I>)", "tuple(<LI>)", "(<TI> + <TI>)", "<TI>[<K>:]", "<TI>[::-1]", "(<TI> * <W>)", "tuple(sorted(<TI>))", "tuple(<R>)", "divmod(<I>, <I>)", "(*<LI>, <I>)", "(<I>,)", "()", "max(<TI>, <TI>)", "<F>.as_integer_ratio()"],
        Ty::Counts => &["{<C>: <I>, <C>: <I>}", "{<S>: <I>}", "{**<DSI>, <C>: <I>}", "(<DSI> | <@DSI>)", "dict(<LT>)", "dict(zip(<LS>, <LI>))", "dict(a=<I>, b=<I>)", "dict(<DSI>, z=<I>)", "dict.fromkeys(<LS>, <I>)", "<DSI>.copy()", "<=DSI>", "<=DSI>", "<COMP>", "<COMP>", "{}", "json.loads(json.dumps(<DSI>))", "dict(sorted(<DSI>.items()))"],
        Ty::Names => &["{<I>: <S>, <I>: <S>}", "{<K>: <C>, <K>: <C>, <K>: <C>}", "dict(enumerate(<S>))", "dict(enumerate(<LS>, <K>))", "dict(zip(<LI>, <LS>))", "<DIS>.copy()", "(<DIS> | <@DIS>)", "<=DIS>", "<COMP>", "dict.fromkeys(<LI>, <C>)", "{True: <S>, <K>: <S>}"],
        Ty::Groups => &["{<C>: <LI>, <C>: <LI>}", "{<C>: <LI>}", "{**<DSL>, <C>: <LI>}", "<=DSL>", "<=DSL>", "<COMP>", "dict.fromkeys(<LS>, [<I>])", "dict(zip(<S>, <LL>))", "json.loads(json.dumps(<DSL>))"],
        Ty::IntSet => &["{<I>, <I>}", "{<K>, <K>, <K>}", "set(<LI>)", "set(<R>)", "set()", "(<ZI> & <ZI>)", "(<ZI> | <@ZI>)", "(<ZI> - <ZI>)", "(<ZI> ^ <ZI>)", "<ZI>.union(<LI>)", "<ZI>.intersection(<LI>, <R>)", "<ZI>.difference(<TI>)", "<ZI>.symmetric_difference(<LI>)", "<ZI>.copy()", "{*<LI>, <I>}", "<=ZI>", "(<DIS>.keys() & <ZI>)", "(<DIS>.keys() - <LI>)", "<COMP>"],
        Ty::StrSet => &["{<S>, <C>}", "set(<S>)", "set(<LS>)", "set(<DSI>)", "(<DSI>.keys() & <DSI>.keys())", "(<ZS> | <@ZS>)", "(<ZS> - set(<LS>))", "(<ZS> ^ <ZS>)", "<=ZS>", "<COMP>"],
        Ty::Range => &["range(<K>)", "range(<W>)", "range(<K>, <K>)", "range(<K>, <K>, <K>)", "range(len(<LI>))", "<R>[<K>:<K>]", "<R>[::-1]", "<R>[::<K>]"],
    }
}

/// Statements that change a variable.
pub const CHANGES: &[&str] = &[
    "<=LI>.append(<I>)", "<=LI>.extend(<LI>)", "<=LI>.extend(<R>)", "<=LI>.insert(<K>, <I>)", "<=LI>.remove(<I>)", "<=LI>.reverse()", "<=LI>.sort()", "<=LI>.sort(reverse=True)", "<=LI>.sort(key=abs)", "<=LI>.sort(key=lambda n\u{1} n % 3)",
    "<=LI>[<K>] = <I>", "<=LI>[<K>] += <I>", "<=LI>[<K>:<K>] = <LI>", "<=LI>[<K>:<K>] = <TI>", "<=LI>[::<K>] = <LI>", "<=LI>[<K>:<K>:<K>] = <LI>", "<=LI>[<K>:<K>:-1] = [<I>]", "del <=LI>[<K>]", "del <=LI>[<K>:<K>]", "del <=LI>[::<K>]", "del <=LI>[<K>:<K>:<K>]", "<=LI> += <LI>", "<=LI> += <R>", "<=LI> *= <W>", "<=LI>[:] = []", "<=LI>[:0] = <LI>", "<=LI>[<K>:] = <Y>",
    "<=LS>.append(<S>)", "<=LS>.extend(<S>)", "<=LS>.remove(<S>)", "<=LS>[<K>] = <S>", "<=LS>[<K>] += <C>", "<=LS>[<K>:<K>] = <S>", "<=LS>.sort()", "<=LS>.sort(key=len)", "<=LS>.insert(<K>, <S>)", "del <=LS>[<K>:]", "<=LS> += <LS>", "<=LS> += <C>",
    "<=LL>.append(<LI>)", "<=LL>[<K>].append(<I>)", "<=LL>[<K>][<K>] = <I>", "<=LL>[<K>] += <LI>", "<=LL>.sort()", "<=LL>[<K>], <=LL>[<K>] = <LI>, <LI>", "<=LF>.append(<F>)", "<=LF>[<K>] *= <F>", "<=LT>.append(<TS>)", "<=LT>.sort(key=lambda p\u{1} p[1])", "<=LT>[<K>] = (<C>, <I>)",
    "<=DSI>[<C>] = <I>", "<=DSI>[<S>] = <I>", "<=DSI>[<C>] += <I>", "<=DSI>[<C>] -= <I>", "del <=DSI>[<C>]", "<=DSI>.update(<DSI>)", "<=DSI>.update(a=<I>)", "<=DSI>.update(<LT>)", "<=DSI> |= <DSI>", "<=DSI>.clear()", "<=DSI>[<C>], <=DSI>[<C>] = <I>, <I>", "<=DIS>[<K>] = <S>", "<=DIS>[<K>] += <C>", "<=DIS>.update(<DIS>)", "del <=DIS>[<I>]", "<=DIS>[<TI>] = <S>", "<=DIS>.pop(<K>, None)", "<=DSL>[<C>] = <LI>",
    "<=DSL>[<C>].append(<I>)", "<=DSL>.setdefault(<C>, []).append(<I>)", "<=DSL>[<C>] += <LI>", "<=DSI>[<LI>] = 1", "<=DSI>[<TS>[0]] = <TS>[1]", "<=ZI>.add(<I>)", "<=ZI>.discard(<I>)", "<=ZI>.remove(<I>)", "<=ZI>.update(<LI>)", "<=ZI> |= <ZI>", "<=ZI> &= <ZI>", "<=ZI> -= <ZI>", "<=ZI> ^= <ZI>", "<=ZI>.intersection_update(<LI>)", "<=ZI>.difference_update(<R>)", "<=ZI>.symmetric_difference_update(<LI>)",
    "<=ZI>.clear()", "<=ZS>.add(<S>)", "<=ZS>.update(<S>)", "<=ZS>.discard(<C>)", "<=ZS>.remove(<C>)", "<=I> += <I>", "<=I> -= <I>", "<=I> //= <I>", "<=I> %= <I>", "<=I> += <B>", "<=I> &= <I>", "<=I> ^= <W>", "<=I> >>= <W>", "<=F> += <F>", "<=F> -= <I>", "<=F> /= <F>", "<=F> *= <F>", "<=S> += <C>", "<=Y> += <Y>", "<=TI> += <TI>", "<=TI>[0] = <I>", "<=S>[0] = <C>",
];

/// Expressions that raise.
pub const FAILURES: &[&str] = &[
    "[1, 2][9]", "(1, 2)[<I>]", "'abc'[<K> + 7]", "{'a': 1}['zz']", "{1: 2}[<TI>]", "int('x1')", "int(<C>)", "int('')", "float('1.2.3')", "1 // 0", "1 % 0", "2.5 / 0", "0 ** -1", "None.thing", "'abc'.nothing", "[].push", "(5).real_part", "unknown_name", "len(5)", "len(None)", "[3].index(7)", "(3,).index(7)", "'abc'.index('z')", "[1] + (2,)",
    "(1,) + [2]", "{} + {}", "None + 1", "1 + None", "[1] - [1]", "'a' - 'b'", "'a' * 'b'", "[1] * 1.5", "-'a'", "~1.5", "-None", "[] < None", "None < 1", "{} < {}", "(1, 2) < [1, 2]", "{1} < [1]", "5()", "'abc'()", "None()", "[1, 2]()", "sorted([1, None])", "max([])", "min(())", "max(5)", "min([1], [2], key=5)", "sum([[1]])", "sum(5)", "sum(['a'], '')", "chr(-1)", "ord('ab')", "ord('')", "ord(5)",
    "list(5)", "tuple(None)", "dict([1])", "dict([(1, 2, 3)])", "set([[1]])", "{[1]: 2}", "{1: 2, []: 3}", "hash([])", "hash({})", "hash(([],))", "''.join([1])", "''.join(5)", "'a'.split('')", "'a'.replace('a')", "'abc'.upper(1)", "'abc'.center('x')", "'abc'.find(1)", "'x'.startswith(1)", "range(1, 2, 0)", "range('a')", "range(1.5)", "range()", "'abc'[::0]", "[1][::0]", "[1]['a']", "'abc'[1.0]", "(1, 2)['x']", "{}[[]]", "None[0]", "None[1:]", "5 in 5", "1 in 'abc'", "1 in None", "[] in {}", "[] in {1}",
    "round('a')", "abs('a')", "abs(None)", "divmod(1, 0)", "divmod('a', 1)", "pow(2, 3, 0)", "pow(2, -1, 4)", "int([])", "int(None)", "float(None)", "float([])", "int('12', 99)", "int(5, 2)", "int(float('nan'))", "int(float('inf'))", "round(float('inf'))", "bytes(-1)", "bytes([256])", "b'\\xff'.decode()", "'é'.encode('ascii')", "b'a' + 'a'", "'a' in b'abc'", "b'abc'['a']", "math.sqrt(-1)", "math.log(0)", "math.log(-1)", "math.factorial(-1)", "math.factorial(1.5)", "math.acos(2)", "math.exp(10000)", "math.nothing", "math.sqrt('a')", "math.gcd(1.5)", "math.floor(float('nan'))", "math.isqrt(-1)", "math.comb(-1, 2)",
    "json.loads('{')", "json.loads('[1,]')", "json.loads('')", "json.loads('nul')", "json.loads('{\"a\" 1}')", "json.loads('[1] x')", "json.dumps({1})", "json.dumps(b'a')", "json.loads(5)", "json.loads('\"abc')", "json.loads('{\"a\": 1,}')", "json.loads('{1: 2}')", "'%d' % 'a'", "'%s %s' % 'a'", "'%s' % (1, 2)", "'%(a)s' % {}", "'%q' % 1", "'%' % 1", "'{}'.format()", "'{1}'.format(0)", "'{a}'.format(b=1)", "'{'.format()", "'}'.format()", "'{:d}'.format('a')", "'{:z}'.format(1)", "'{!q}'.format(1)", "format(1, 'zz')", "format('a', 'd')", "format(1.5, 'd')", "format([], '>5')", "format('a', '=5')", "format('a', '+')", "format(1, '.2d')", "format(1, ',s')", "format(None, '5')",
    "[].pop()", "[1].pop(5)", "{}.popitem()", "{}.pop('a')", "set().pop()", "{1}.remove(2)", "[1].remove(2)", "[1, 2].pop('a')", "[1].insert('a', 1)", "[1].append()", "[1].append(1, 2)", "[1].sort(5)", "[1, 'a'].count()", "[None, 1].sort()", "{}.get()", "{}.update(5)", "{}.update([1])", "{}.fromkeys(5)", "{1} | [2]", "{1} & 5", "{1}.union(5)", "{'a': 1} | [1]", "[1].nothing()", "next([1])", "next(iter([]))", "iter(5)", "reversed({1})", "reversed(5)", "zip(5)", "list(zip([1], [1, 2], strict=True))", "list(map(5, [1]))", "enumerate(5)", "list(map(int, ['1', 'x']))", "isinstance(1, 5)", "print(1, sep=5)", "sorted(5)", "sorted([1], 5)", "sorted(['a', 'b'], key=5)", "sorted([1, 2], key=lambda a, b\u{1} a)",
    "len()", "len([1], [2])", "len(obj=[1])", "abs()", "str(1, 2, 3)", "chr()", "chr('a')", "int('1', base='a')", "hex(1.5)", "bin('a')", "oct(None)", "[*5]", "{**5}", "{**[1]}", "max(1, None)", "all(5)", "any(None)", "getattr(5, 'nothing')", "1.5 << 1", "1 << -1", "1 & 1.5", "10 ** 400 * 1.0", "2.0 ** 5000", "float(10 ** 400)", "1.5 // 0", "1.5 % 0.0", "(lambda a\u{1} a)()", "(lambda a\u{1} a)(1, 2)", "(lambda a\u{1} a)(b=1)", "(lambda a, *b, c\u{1} a)(1)", "'abc'.encode('nope')", "str.upper()", "str.upper(5)", "'{0[5]}'.format([1])", "'{0[a]}'.format({})", "'{} {0}'.format(1)", "(1).to_bytes(0, 'big')", "(-1).to_bytes(1, 'big')", "(300).to_bytes(1, 'big')",
];
