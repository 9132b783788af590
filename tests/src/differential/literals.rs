//! Literals, format specifications and formatted strings.

use super::expressions::Generator;
use super::types::Ty;

const INTS: &[&str] = &[
    "0",
    "1",
    "2",
    "3",
    "4",
    "5",
    "7",
    "10",
    "-1",
    "-2",
    "-3",
    "-7",
    "12",
    "42",
    "97",
    "100",
    "255",
    "-128",
    "1_000",
    "0x1F",
    "0b101",
    "0o17",
    "65536",
    "-99999",
    "123456789",
    "2147483647",
    "4294967296",
    "9007199254740993",
    "9223372036854775807",
    "-9223372036854775808",
    "9223372036854775808",
    "10 ** 18",
    "2 ** 70",
    "-(3 ** 50)",
    "True",
    "12345678901234567890123",
];
const FLOATS: &[&str] = &[
    "0.0",
    "-0.0",
    "1.0",
    "0.5",
    "-1.5",
    "2.5",
    "3.5",
    "0.1",
    "1e16",
    "1e15",
    "123456.789",
    "1e-5",
    "-2.75",
    "1e300",
    "5e-324",
    "1e22",
    "3.14159",
    "100.0",
    "-0.001",
    "float('inf')",
    "float('-inf')",
    "float('nan')",
    "2.675",
    "1e100",
    ".5",
    "7.",
    "1_0.5",
    "99.995",
    "-1e-7",
];
const STRS: &[&str] = &[
    "''",
    "'a'",
    "'b'",
    "'abc'",
    "'Hello World'",
    "'a,b,,c'",
    "'  pad  '",
    "'42'",
    "'-7'",
    "' 12 '",
    "'3.5'",
    "'1e3'",
    "'ab12'",
    "'ÀÉÎ õü'",
    "'straße'",
    "'日本語'",
    "'😀 ok'",
    "\"it's\"",
    "'say \"hi\"'",
    "\"both ' and \\\"\"",
    "'tab\\there'",
    "'line\\nnext\\n'",
    "'back\\\\slash'",
    "'\\x00\\x7f'",
    "'\\u00e9\\u4e2d'",
    "r'raw\\n'",
    "'''three's'''",
    "'one two  three'",
    "'zzz'",
    "'Abc dEF'",
    "'a\\r\\nb'",
    "'ǅ ﬁ'",
    "'x' 'y'",
    "'aXbXc'",
    "'true'",
    "'None'",
    "'key=value=more'",
    "'they\\'re'",
    "'\\U0001f600'",
    "'e\\u0301'",
    "'٣'",
    "'½'",
    "'aaa'",
    "'0'",
    "'{}'",
    "'%s'",
    "'α Σ'",
];
const SHORT: &[&str] = &[
    "'a'", "'b'", "'c'", "'x'", "' '", "','", "'z'", "'ab'", "'A'", "'1'", "'l'", "'o'", "'key'", "''", "'='", "'é'",
    "'\\n'", "'bc'", "'aa'", "'日'", "'-'", "'ff'", "'0'",
];
const BYTES: &[&str] = &[
    "b''",
    "b'abc'",
    "b'\\x00\\xff'",
    "b'a'",
    "b'caf\\xc3\\xa9'",
    "b'\\n\\t\\\\'",
    "b\"it's\"",
    "b'Hello'",
    "b'1,2'",
    "b'zz\\x80'",
    "rb'\\d'",
];
const PLAIN_TEXT: &[&str] = &["", "a", " ", "-> ", "{{", "}}", "x=", "é", "'", "%", "ok ", "日", "\\n", "\\t", ": "];

impl Generator {
    pub fn literal(&mut self, ty: Ty) -> String {
        let random = &mut self.random;
        match ty {
            Ty::Int if random.chance(60) => random.range(-10, 30).to_string(),
            Ty::Int => {
                let text = random.pick(INTS);
                if text.contains(['*', 'T']) { format!("({text})") } else { text.to_owned() }
            }
            Ty::Float if random.chance(30) => format!("{}.{}", random.range(-20, 100), random.range(0, 999)),
            Ty::Float => random.pick(FLOATS).to_owned(),
            Ty::Bool => random.pick(&["True", "False"]).to_owned(),
            Ty::Str => random.pick(STRS).to_owned(),
            Ty::Bytes => random.pick(BYTES).to_owned(),
            Ty::None => "None".to_owned(),
            Ty::Ints | Ty::Floats | Ty::Strs | Ty::Rows | Ty::Pairs => {
                let count = random.below(5);
                let item = match ty {
                    Ty::Ints => Ty::Int,
                    Ty::Floats => Ty::Float,
                    Ty::Strs => Ty::Str,
                    Ty::Rows => Ty::Ints,
                    _ => Ty::Pair,
                };
                format!("[{}]", self.literals(item, count))
            }
            Ty::Pair => format!("({}, {})", self.short(), self.literal(Ty::Int)),
            Ty::Trio => format!("({})", self.literals(Ty::Int, 3)),
            Ty::Counts | Ty::Names | Ty::Groups => {
                let count = random.below(4);
                let entries: Vec<String> = (0..count)
                    .map(|_| match ty {
                        Ty::Counts => format!("{}: {}", self.short(), self.literal(Ty::Int)),
                        Ty::Names => format!("{}: {}", self.small(-2, 5), self.short()),
                        _ => format!("{}: {}", self.short(), self.literal(Ty::Ints)),
                    })
                    .collect();
                format!("{{{}}}", entries.join(", "))
            }
            Ty::IntSet => format!("{{{}}}", self.literals(Ty::Int, 3)),
            Ty::StrSet => format!("{{{}}}", self.literals(Ty::Str, 2)),
            Ty::Range => format!("range({}, {})", self.small(-3, 3), self.small(0, 9)),
        }
    }

    fn literals(&mut self, ty: Ty, count: usize) -> String {
        let items: Vec<String> = (0..count).map(|_| self.literal(ty)).collect();
        items.join(", ")
    }

    pub fn short(&mut self) -> String {
        self.random.pick(SHORT).to_owned()
    }

    pub fn small(&mut self, low: i64, high: i64) -> String {
        self.random.range(low, high).to_string()
    }

    /// A format specification, mostly valid for some type.
    pub fn format_spec(&mut self, ty: Ty) -> String {
        let mut spec = String::new();
        let r = &mut self.random;
        if r.chance(40) {
            if r.chance(50) {
                spec.push_str(r.pick(&["*", "-", "0", " ", "é", "x", "<"]));
            }
            let aligns: &[&str] = if ty == Ty::Str { &["<", ">", "^"] } else { &["<", ">", "^", "="] };
            spec.push_str(r.pick(aligns));
        }
        let number = ty != Ty::Str || r.chance(5);
        if number && r.chance(25) {
            spec.push_str(r.pick(&["+", "-", " "]));
        }
        if number && r.chance(8) {
            spec.push('z');
        }
        if number && r.chance(15) {
            spec.push('#');
        }
        if r.chance(20) {
            spec.push('0');
        }
        if r.chance(50) {
            spec.push_str(r.pick(&["1", "4", "6", "8", "12", "20"]));
        }
        if number && r.chance(25) {
            spec.push_str(r.pick(&[",", "_"]));
        }
        if ty != Ty::Int && r.chance(50) || r.chance(5) {
            spec.push_str(r.pick(&[".0", ".1", ".2", ".3", ".6", ".10", ".17"]));
        }
        if r.chance(60) {
            let types: &[&str] = match ty {
                Ty::Int => &["d", "x", "X", "b", "o", "n", "e", "f", "g", "%", "c"],
                Ty::Float => &["f", "e", "g", "E", "G", "F", "%", "n"],
                _ => &["s"],
            };
            spec.push_str(r.pick(types));
        } else if r.chance(3) {
            spec.push_str(r.pick(&["z", "d", "s", "q", "??"]));
        }
        spec
    }

    /// A formatted string. Python 3.11 takes no quotes of the string and no backslash in its expressions.
    pub fn fstring(&mut self) -> String {
        let mut out = String::from("f\"");
        for _ in 0..self.random.range(1, 3) {
            out.push_str(self.random.pick(PLAIN_TEXT));
            let ty = self.random.pick(&[
                Ty::Int,
                Ty::Float,
                Ty::Str,
                Ty::Int,
                Ty::Float,
                Ty::Str,
                Ty::Ints,
                Ty::Counts,
                Ty::None,
                Ty::Bool,
            ]);
            let Some(value) = self.embedded(ty) else { continue };
            out.push('{');
            out.push_str(&value);
            if self.random.chance(10) {
                out.push('=');
            }
            let conversion = self.random.chance(20);
            if conversion {
                out.push_str(self.random.pick(&["!r", "!s", "!a"]));
            }
            if self.random.chance(60) && (matches!(ty, Ty::Int | Ty::Float | Ty::Str) || conversion) {
                out.push(':');
                if self.random.chance(20) {
                    let width = self.small(0, 12);
                    out.push_str(self.random.pick(&["", ">", "*^", "0"]));
                    out.push_str(&format!("{{{width}}}"));
                    if ty == Ty::Float {
                        out.push_str(".{2}f");
                    }
                } else {
                    let spec = self.format_spec(if conversion { Ty::Str } else { ty });
                    out.push_str(&spec);
                }
            }
            out.push('}');
        }
        out.push_str(self.random.pick(PLAIN_TEXT));
        out.push('"');
        out
    }

    /// An expression for the inside of a formatted string.
    fn embedded(&mut self, ty: Ty) -> Option<String> {
        for _ in 0..4 {
            let text = if self.random.chance(60) { self.variable(ty) } else { None };
            let text = text.unwrap_or_else(|| self.expression(ty, 1));
            let free = !text.contains(['"', '\\', '{', '}', '#', '!', ':', '=', '\u{1}']) && text.len() < 60;
            if free && (self.random.chance(80) || !text.contains('\'')) {
                return Some(text);
            }
        }
        None
    }

    /// `'…' % …`
    pub fn percent(&mut self, depth: usize) -> String {
        let (conversion, ty) = self.random.pick(&[
            ("d", Ty::Int),
            ("5d", Ty::Int),
            ("-6d|", Ty::Int),
            ("05d", Ty::Int),
            ("+d", Ty::Int),
            ("x", Ty::Int),
            ("#o", Ty::Int),
            ("X", Ty::Int),
            ("i", Ty::Float),
            ("s", Ty::Str),
            ("-8s|", Ty::Str),
            ("10s", Ty::Str),
            (".2s", Ty::Str),
            ("r", Ty::Str),
            ("a", Ty::Str),
            ("f", Ty::Float),
            (".2f", Ty::Float),
            ("8.3f", Ty::Float),
            ("e", Ty::Float),
            (".3E", Ty::Float),
            ("g", Ty::Float),
            ("+.1g", Ty::Float),
            ("010.2f", Ty::Float),
            ("s", Ty::Float),
            ("s", Ty::Ints),
            ("s", Ty::Counts),
            ("r", Ty::None),
            ("s", Ty::Bool),
            ("d", Ty::Bool),
            ("c", Ty::Str),
            ("#x", Ty::Int),
            (" d", Ty::Int),
        ]);
        let value = self.expression(ty, depth);
        match self.random.below(4) {
            0 => format!("('%{conversion} %s' % ({value}, {}))", self.printed(depth)),
            1 => format!("('<%{conversion}> %%' % ({value},))"),
            2 => format!("('%(k){conversion}' % {{'k': {value}}})"),
            _ => format!("('%{conversion}' % ({value},))"),
        }
    }

    /// `'…'.format(…)`
    pub fn template(&mut self, depth: usize) -> String {
        let ty = self.random.pick(&[Ty::Int, Ty::Float, Ty::Str]);
        let spec = self.format_spec(ty);
        let value = self.expression(ty, depth);
        let other = self.printed(depth);
        match self.random.below(6) {
            0 => format!("'{{:{spec}}} {{}}'.format({value}, {other})"),
            1 => format!("'{{1!r}}-{{0:{spec}}}'.format({value}, {other})"),
            2 => format!("'{{v:{spec}}}|{{w!s:>9}}'.format(v={value}, w={other})"),
            3 => format!("'{{:{{}}}}'.format({value}, {})", self.small(0, 12)),
            4 => format!(
                "'{{0[0]}} {{1[a]}}'.format({}, {})",
                self.expression(Ty::Ints, depth),
                self.expression(Ty::Counts, depth)
            ),
            _ => format!("'{{{{{{}}}}}}'.format({other})"),
        }
    }
}
