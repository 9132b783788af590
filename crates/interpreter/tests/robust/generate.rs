//! Random programs over the whole language, with arguments that nobody sane would pass.

use std::fmt::Write;

use danaide_analysis::library::{LibraryKind, library};

use super::dice::Dice;

/// Values at the edges of their types, and some that are of no use at all.
const HOSTILE: &[&str] = &[
    "0",
    "1",
    "-1",
    "2",
    "7",
    "255",
    "1114112",
    "9223372036854775807",
    "-9223372036854775808",
    "10 ** 18",
    "10 ** 30",
    "-(2 ** 200)",
    "2 ** 70000",
    "2 ** 8000000",
    "0.0",
    "-0.0",
    "1.5",
    "1e308",
    "5e-324",
    "1e-7",
    "(1e308 * 10)",
    "(1e308 * 10 - 1e308 * 10)",
    "true",
    "false",
    "none",
    "''",
    "'a'",
    "'x,y z'",
    "'12'",
    "'日本é😀'",
    "'{}'",
    "'%s %d'",
    "'{0[a].b!r:>{w}}'",
    "'a' * 5000",
    "'é' * 3000",
    "'a' * 10 ** 10",
    "'\\x00\\u200d'",
    "b'a\\xff'",
    "b''",
    "[]",
    "{}",
    "()",
    "set()",
    "[1, 2, 3]",
    "[3, 'a', none]",
    "(1, 2)",
    "{'a': 1, 2: [3]}",
    "{1, 'b'}",
    "[[]] * 3",
    "[0] * 5000",
    "range(10)",
    "range(10 ** 12)",
    "range(-5, 10 ** 18, 7)",
    "range(5, -5, -1)",
    "iter(range(10 ** 12))",
    "iter([1, 2])",
    "loop",
    "ring",
    "knot",
    "shared",
    "deep",
    "wide",
    "point",
    "node",
    "Point",
    "Node",
    "Helper",
    "Shape",
    "helper",
    "plain",
    "pipe",
    "flow",
    "math",
    "json",
    "point.norm",
    "[].append",
    "len",
    "str",
    "int",
    "dict",
    "ValueError",
    "ValueError('x')",
    "KeyError",
    "{}.items()",
    "{'a': 1}.keys()",
    "enumerate([1])",
    "zip([1], 'a')",
    "reversed([1, 2])",
    "map(str, [1])",
    "filter(none, [1])",
    "lambda v :: v",
    "lambda :: 1 / 0",
    "lambda a, b :: a",
    "type(1)",
    "type(point)",
    "odd",
    "even",
    "[odd, even, odd]",
    "[even] * 40",
    "slice(1, odd)",
    "NotImplemented",
    "x",
    "y",
    "z",
];

/// What every generated program starts with: names for the hostile values.
const PRELUDE: &str = "\
import math, json
struct Point:
    x: int = 1
    y: float = 2.0
    _inner: any = none
struct Node:
    value: any = none
    next: any = none
interface Shape:
    norm(by) -> float
agent Helper
agent_blueprint Plan:
    goal: str = 'none'
struct Odd:
    left: int = 30
    def __eq__(self, other):
        return other
    def __lt__(self, other):
        return NotImplemented
    def __hash__(self):
        return self.left
    def __len__(self):
        return self.left
    def __iter__(self):
        return self
    def __next__(self):
        self.left -= 1
        if self.left < 0:
            raise StopIteration
        return self
    def __getitem__(self, index):
        return index
    def __add__(self, other):
        return [self, other]
    def __call__(self, *rest, **named):
        return rest
    def __repr__(self):
        return 'odd' * self.left
struct Even:
    value: any = 2
    def __eq__(self, other):
        return self.value == other
    def __gt__(self, other):
        return self.value > other
    def __hash__(self):
        return hash(self.value)
    def __bool__(self):
        return self.value == 2
    def __index__(self):
        return self.value
    def __getitem__(self, index):
        return self.value[index]
    def __setitem__(self, index, value):
        self.value = value
    def __radd__(self, other):
        self.value += 1
        return self
    def __contains__(self, item):
        return item in [self.value]
    def __format__(self, spec):
        return format(self.value, spec)
    def __str__(self):
        return str([self.value])
def (self: Point) norm(by=1) -> float:
    return (self.x ** 2 + self.y ** 2) * by
def helper(a, b=2, *rest, **named):
    return [a, b, rest, named]
def plain(n: int) -> int:
    return plain(n - 1) if n > 0 else 0
def pipe(v) = helper | str | len
flow = helper | str
loop = []
loop.append(loop)
ring = {}
ring['ring'] = [ring]
knot = Node()
knot.next = knot
shared = []
for i in range(60):
    shared = [shared, shared]
deep = ()
for i in range(1500):
    deep = (deep,)
wide = list(range(300))
point = Point()
node = Node(value=loop)
odd = Odd()
even = Even()
x = y = z = 1
";

const BINARY: &[&str] = &[
    "+", "-", "*", "/", "//", "%", "**", "==", "!=", "<", "<=", ">", ">=", "in", "not in", "is", "is not", "and", "or",
    "|",
];

/// Operators that assign.
const AUGMENTED: &[&str] = &["+=", "-=", "*=", "/=", "//=", "%=", "**="];

const TYPES: &[&str] = &[
    "int",
    "float",
    "str",
    "bool",
    "list",
    "dict",
    "list[int]",
    "dict[str, int]",
    "tuple",
    "set",
    "any",
    "None",
    "Point",
    "int | str",
    "Shape",
    "'Point'",
    "Node | None",
    "callable",
];

const FORMATS: &[&str] = &[
    "",
    ":>6",
    ":<5000",
    ":^30000000000",
    ":.3f",
    ":.2000e",
    ":,",
    ":08d",
    ":+x",
    "!r",
    "!s",
    ":{x}",
    "=",
    ":%",
    ":b",
    ":.0g",
    ":é>7",
    ":_",
    ":#o",
    ":s",
    ":.999999999f",
    ":c",
    ":n",
    ":=+10,.2f",
];

const EXCEPTIONS: &[&str] =
    &["ValueError", "KeyError", "Exception", "TypeError", "BaseException", "x", "RecursionError"];

/// The names that programs can call, from the tables that the documentation is made of.
pub struct Vocabulary {
    functions: Vec<String>,
    methods: Vec<&'static str>,
}

impl Vocabulary {
    pub fn new() -> Vocabulary {
        let library = library();
        let mut functions: Vec<String> = library.builtins().map(|it| it.name.to_string()).collect();
        let mut methods = Vec::new();
        for unit in library.units() {
            for it in unit.declarations.iter().filter(|it| it.is_public()) {
                match it.owner {
                    Some(_) => methods.push(it.name.as_str()),
                    None if unit.file.kind == LibraryKind::Module => {
                        functions.push(format!("{}.{}", unit.file.name, it.name));
                    }
                    None => {}
                }
            }
        }
        methods.extend(["norm", "x", "y", "next", "value", "_inner", "args", "execute", "missing", "__name__"]);
        Vocabulary { functions, methods }
    }
}

pub struct Generator<'a> {
    pub dice: &'a mut Dice,
    pub vocabulary: &'a Vocabulary,
    out: String,
    indent: usize,
    in_loop: bool,
    in_function: bool,
}

/// A program of some statements.
pub fn program(dice: &mut Dice, vocabulary: &Vocabulary) -> String {
    let mut out = String::from(PRELUDE);
    for module in library().modules() {
        writeln!(out, "import {}", module.file.name).expect("a string takes text");
    }
    let count = 1 + dice.roll(8);
    let mut generator = Generator { dice, vocabulary, out, indent: 0, in_loop: false, in_function: false };
    for _ in 0..count {
        generator.guarded();
    }
    generator.out
}

impl Generator<'_> {
    fn line(&mut self, text: &str) {
        let indent = self.indent * 4;
        writeln!(self.out, "{:indent$}{text}", "").expect("a string takes text");
    }

    fn block(&mut self, head: &str) {
        self.line(head);
        self.indent += 1;
        for _ in 0..=self.dice.roll(2) {
            self.statement();
        }
        self.indent -= 1;
    }

    /// Most statements fail: the program goes on after most of them.
    fn guarded(&mut self) {
        if self.dice.roll(10) == 0 {
            return self.statement();
        }
        self.block("try:");
        self.line("except Exception as e:");
        let reaction = *self.dice.pick(&["pass", "print(e)", "x = repr(e)", "x = e.args", "x = e"]);
        self.line(&format!("    {reaction}"));
    }

    fn statement(&mut self) {
        let sides = if self.indent > 4 { 8 } else { 25 };
        match self.dice.roll(sides) {
            0 | 1 => {
                let value = self.expr(3);
                self.line(&format!("print({value})"));
            }
            2 | 3 => {
                let (target, value) = (self.target(), self.expr(3));
                self.line(&format!("{target} = {value}"));
            }
            4 => {
                let (target, op, value) = (self.place(), *self.dice.pick(AUGMENTED), self.expr(2));
                self.line(&format!("{target} {op} {value}"));
            }
            5 => {
                let call = self.call(3);
                self.line(&call);
            }
            6 => {
                let (ty, value) = (*self.dice.pick(TYPES), self.expr(2));
                let name = *self.dice.pick(&["x", "t", "point.x", "node.value"]);
                self.line(&format!("{name}: {ty} = {value}"));
            }
            7 => {
                let place = self.place();
                self.line(&format!("del {place}"));
            }
            8 => {
                let condition = self.expr(2);
                self.block(&format!("if {condition}:"));
                self.block("else:");
            }
            9 | 10 => {
                let (target, iterable) = (self.target(), self.expr(2));
                let before = std::mem::replace(&mut self.in_loop, true);
                self.block(&format!("for {target} in {iterable}:"));
                self.in_loop = before;
            }
            11 => {
                let condition = self.expr(2);
                let before = std::mem::replace(&mut self.in_loop, true);
                self.block(&format!("while {condition}:"));
                self.in_loop = before;
            }
            12 => {
                self.block("try:");
                let ty = *self.dice.pick(EXCEPTIONS);
                self.block(&format!("except {ty} as caught:"));
                self.block("finally:");
            }
            13 => {
                let (value, cause) = (self.expr(1), self.expr(1));
                let kind = *self.dice.pick(EXCEPTIONS);
                let text = match self.dice.roll(4) {
                    0 => format!("raise {kind}({value})"),
                    1 => format!("raise {kind}({value}) from {cause}"),
                    2 => "raise".to_owned(),
                    _ => format!("assert {value}, {cause}"),
                };
                self.line(&text);
            }
            14 | 15 => self.function(),
            16 => self.record(),
            17 => {
                let context = self.expr(2);
                self.block(&format!("with {context} as held:"));
            }
            18 => {
                let text = match (self.in_loop, self.in_function) {
                    (true, _) => (*self.dice.pick(&["break", "continue"])).to_owned(),
                    (_, true) => format!("return {}", self.expr(2)),
                    _ => "pass".to_owned(),
                };
                self.line(&text);
            }
            19 => {
                let (scope, value) = (*self.dice.pick(&["private", "public", "system"]), self.expr(2));
                self.line(&format!("{scope}:shared = {value}"));
            }
            20 => {
                let stages: Vec<String> = (0..2 + self.dice.roll(2)).map(|_| self.stage()).collect();
                let value = self.expr(1);
                self.line(&format!("print({value} | {})", stages.join(" | ")));
            }
            21 => {
                let import = *self.dice.pick(&[
                    "import nowhere",
                    "from math import *",
                    "from json import nothing",
                    "from . import x",
                    "import math.deep",
                    "from math import floor as x",
                    "from ...up import x",
                ]);
                self.line(import);
            }
            22 => {
                let (names, value) =
                    (*self.dice.pick(&["x, y", "x, *y", "*x, y", "x, (y, *z)", "[x, y]"]), self.expr(2));
                self.line(&format!("{names} = {value}"));
            }
            23 => {
                let prompt = self.expr(1);
                let ty = *self.dice.pick(TYPES);
                self.line(&format!("answer: {ty} = reason(f\"{{{prompt}}}\")"));
            }
            _ => {
                let place = self.place();
                let (from, to) = (self.expr(1), self.expr(1));
                let value = self.expr(2);
                self.line(&format!("{place}[{from}:{to}] = {value}"));
            }
        }
    }

    fn function(&mut self) {
        let name = *self.dice.pick(&["f", "g", "x", "helper"]);
        let (ty, default, result) = (*self.dice.pick(TYPES), self.expr(1), *self.dice.pick(TYPES));
        let head = match self.dice.roll(5) {
            0 => format!("def {name}(a, b={default}):"),
            1 => format!("def {name}(a: {ty}, *rest, c={default}, **named) -> {result}:"),
            2 => format!("def (self: {ty}) {name}(a={default}):"),
            3 => {
                let (first, second) = (self.stage(), self.stage());
                return self.line(&format!("def {name}(a: {ty}) = {first} | [{second}, str] as both | len"));
            }
            _ => format!("sync def {name}(a={default}) -> {result}:"),
        };
        let before = (self.in_loop, self.in_function);
        (self.in_loop, self.in_function) = (false, true);
        self.block(&head);
        (self.in_loop, self.in_function) = before;
        let argument = self.expr(2);
        self.line(&format!("print({name}({argument}))"));
    }

    fn record(&mut self) {
        let keyword = *self.dice.pick(&["struct", "resource", "agent_blueprint", "workflow"]);
        let (ty, default) = (*self.dice.pick(TYPES), self.expr(1));
        let name = *self.dice.pick(&["Made", "Point", "Other"]);
        self.line(&format!("{keyword} {name}:"));
        self.line(&format!("    field: {ty} = {default}"));
        self.line("    _more: any = none");
        let (argument, other) = (self.expr(1), self.expr(1));
        self.line(&format!("made = {name}(field={argument}, _more={other})"));
        self.line("print(made, made == made, made.field, made.missing)");
    }

    fn stage(&mut self) -> String {
        match self.dice.roll(4) {
            0 => (*self.dice.pick(&["helper", "str", "len", "pipe", "flow", "plain", "list", "x"])).to_owned(),
            1 => format!("helper({})", self.expr(1)),
            2 => format!("helper($$, {})", self.expr(1)),
            _ => format!("(lambda v :: {})", self.expr(1)),
        }
    }

    fn target(&mut self) -> String {
        match self.dice.roll(5) {
            0 => self.place(),
            1 => "x, y".to_owned(),
            _ => (*self.dice.pick(&["x", "y", "z", "loop", "shared"])).to_owned(),
        }
    }

    /// What can be assigned to and deleted.
    fn place(&mut self) -> String {
        let name = *self.dice.pick(&["x", "y", "loop", "ring", "wide", "point", "node", "shared"]);
        match self.dice.roll(4) {
            0 => name.to_owned(),
            1 => format!("{name}.{}", self.dice.pick(&self.vocabulary.methods)),
            2 => format!("{name}[{}]", self.expr(1)),
            _ => format!("{name}[{}:{}]", self.expr(0), self.expr(0)),
        }
    }

    fn call(&mut self, depth: usize) -> String {
        let mut arguments: Vec<String> = (0..self.dice.roll(4)).map(|_| self.expr(depth.saturating_sub(1))).collect();
        match self.dice.roll(9) {
            0 => arguments.push(format!("*{}", self.expr(0))),
            1 => arguments.push(format!("**{}", self.expr(0))),
            2 => {
                let names = ["key", "reverse", "default", "sep", "start", "indent", "a", "x", "maxsplit", "n"];
                let (name, value) = (*self.dice.pick(&names), self.expr(0));
                arguments.push(format!("{name}={value}"));
            }
            _ => {}
        }
        let callee = match self.dice.roll(5) {
            0 | 1 => self.dice.pick(&self.vocabulary.functions).clone(),
            2 => format!("({})", self.expr(0)),
            _ => format!("({}).{}", self.expr(0), self.dice.pick(&self.vocabulary.methods)),
        };
        format!("{callee}({})", arguments.join(", "))
    }

    fn expr(&mut self, depth: usize) -> String {
        if depth == 0 || self.dice.roll(4) == 0 {
            return (*self.dice.pick(HOSTILE)).to_owned();
        }
        let d = depth - 1;
        match self.dice.roll(16) {
            0..=4 => self.call(d),
            5..=7 => {
                let (left, op, right) = (self.expr(d), *self.dice.pick(BINARY), self.expr(d));
                format!("({left} {op} {right})")
            }
            8 => format!("({})[{}]", self.expr(d), self.expr(d)),
            9 => format!("({})[{}:{}:{}]", self.expr(d), self.expr(0), self.expr(0), self.expr(0)),
            10 => format!("({}).{}", self.expr(d), self.dice.pick(&self.vocabulary.methods)),
            11 => format!("f\"a{{{}{}}}b\"", self.quoted(d), self.dice.pick(FORMATS)),
            12 => {
                let (value, iterable, condition) = (self.expr(d), self.expr(d), self.expr(0));
                match self.dice.roll(3) {
                    0 => format!("[{value} for x in {iterable} if {condition}]"),
                    1 => format!("{{{value}: x for x in {iterable}}}"),
                    _ => format!("{{{value} for x in {iterable} for y in {condition}}}"),
                }
            }
            13 => format!("({} if {} else {})", self.expr(d), self.expr(0), self.expr(d)),
            14 => {
                let (a, b) = (self.expr(d), self.expr(d));
                match self.dice.roll(4) {
                    0 => format!("[{a}, *{b}]"),
                    1 => format!("({a}, {b})"),
                    2 => format!("{{{a}: {b}}}"),
                    _ => format!("{{{a}, {b}}}"),
                }
            }
            _ => {
                let (op, value) = (*self.dice.pick(&["-", "not ", "+"]), self.expr(d));
                format!("({op}{value})")
            }
        }
    }

    /// An expression that can stand in an f-string in double quotes.
    fn quoted(&mut self, depth: usize) -> String {
        let text = self.expr(depth);
        if text.contains(['"', '\\', '{', '!', ':', '=']) { "x".to_owned() } else { text }
    }
}
