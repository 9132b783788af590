//! Writes one module: statements and expressions of known types.

use std::fmt::Write as _;

use super::random::Random;
use super::{Function, Kind, words};

/// Expressions are not nested deeper than this.
const DEEPEST: usize = 2;

#[derive(Debug, Clone)]
struct Variable {
    name: String,
    kind: Kind,
    /// Of the module: functions only read it.
    is_constant: bool,
    is_read: bool,
}

pub struct Writer {
    random: Random,
    out: String,
    lines: usize,
    /// From this line on nothing nests any more.
    enough: usize,
    indent: usize,
    variables: Vec<Variable>,
    /// The functions of this module so far.
    functions: Vec<Function>,
    /// Modules that may be imported, with their functions.
    imported: Vec<(String, Vec<Function>)>,
    /// Which functions of which of them are called by their bare names.
    used: Vec<(usize, String)>,
    /// Which of them are used with a dot.
    dotted: Vec<usize>,
    uses_math: bool,
    uses_json: bool,
    in_loop: bool,
}

impl Writer {
    pub fn new(random: Random, imported: Vec<(String, Vec<Function>)>) -> Writer {
        Writer {
            random,
            out: String::new(),
            lines: 0,
            enough: 0,
            indent: 0,
            variables: Vec::new(),
            functions: Vec::new(),
            imported,
            used: Vec::new(),
            dotted: Vec::new(),
            uses_math: false,
            uses_json: false,
            in_loop: false,
        }
    }

    /// The text of a module, and its functions.
    pub fn module(mut self, name: &str, lines: usize) -> (String, Vec<Function>) {
        self.enough = lines;
        for _ in 0..self.random.between(2, 5) {
            let kind = Kind::ALL[self.random.below(Kind::ALL.len())];
            let constant = self.fresh_name().to_uppercase();
            let value = self.literal(kind);
            self.line(&format!("{constant}: {} = {value}", kind.annotation()));
            self.variables.push(Variable { name: constant, kind, is_constant: true, is_read: true });
        }
        while self.lines + 30 < lines {
            self.function();
        }
        let mut head =
            format!("\"\"\"What {} needs: {}.\"\"\"\n\n", name, self.random.pick(words::COMMENTS).to_lowercase());
        if self.uses_json {
            head.push_str("import json\n");
        }
        if self.uses_math {
            head.push_str("import math\n");
        }
        for module in &self.dotted {
            let _ = writeln!(head, "import {}", self.imported[*module].0);
        }
        for (index, (module, _)) in self.imported.iter().enumerate() {
            let names: Vec<&str> =
                self.used.iter().filter(|(it, _)| *it == index).map(|(_, name)| name.as_str()).collect();
            if !names.is_empty() {
                let _ = writeln!(head, "from {module} import {}", names.join(", "));
            }
        }
        head.push('\n');
        (head + &self.out, self.functions)
    }

    fn line(&mut self, text: &str) {
        for _ in 0..self.indent {
            self.out.push_str("    ");
        }
        self.out.push_str(text);
        self.out.push('\n');
        self.lines += 1;
    }

    fn blank(&mut self) {
        self.out.push('\n');
        self.lines += 1;
    }

    fn function(&mut self) {
        self.blank();
        self.blank();
        let mut name = format!("{}_{}", self.random.pick(words::VERBS), self.random.pick(words::NOUNS));
        let is_taken = |writer: &Writer, name: &str| {
            writer.functions.iter().any(|it| it.name == name)
                || writer.imported.iter().any(|(_, all)| all.iter().any(|it| it.name == name))
        };
        if is_taken(self, &name) {
            name = format!("{name}_{}", self.functions.len());
        }
        if is_taken(self, &name) {
            name = format!("{name}_again");
        }
        let mut params: Vec<(String, Kind)> = Vec::new();
        for _ in 0..self.random.between(1, 4) {
            let param = self.fresh_name();
            if !params.iter().any(|(it, _)| *it == param) {
                params.push((param, Kind::ALL[self.random.below(Kind::ALL.len())]));
            }
        }
        let result = Kind::ALL[self.random.below(Kind::ALL.len())];
        let list: Vec<String> = params.iter().map(|(name, kind)| format!("{name}: {}", kind.annotation())).collect();
        self.line(&format!("def {name}({}) -> {}:", list.join(", "), result.annotation()));
        self.indent += 1;
        let outer = self.variables.len();
        for (name, kind) in &params {
            self.variables.push(Variable { name: name.clone(), kind: *kind, is_constant: false, is_read: true });
        }
        let (noun, comment) = (self.random.pick(words::NOUNS), self.random.pick(words::COMMENTS));
        self.line(&format!("\"\"\"Gives the {noun} of {}. {comment}\"\"\"", params[0].0));
        for _ in 0..self.random.between(4, 10) {
            self.statement(0, result);
        }
        let value = self.expr(result, 0);
        self.print_unread(outer);
        self.line(&format!("return {value}"));
        self.variables.truncate(outer);
        self.indent -= 1;
        self.functions.push(Function { name, params, result });
    }

    fn block(&mut self, depth: usize, result: Kind) {
        let outer = self.variables.len();
        self.indent += 1;
        for _ in 0..self.random.between(1, 3) {
            self.statement(depth + 1, result);
        }
        self.print_unread(outer);
        self.indent -= 1;
        self.variables.truncate(outer);
    }

    /// Nothing is assigned for nobody.
    fn print_unread(&mut self, outer: usize) {
        let unread: Vec<String> =
            self.variables[outer..].iter().filter(|it| !it.is_read).map(|it| it.name.clone()).collect();
        if !unread.is_empty() {
            self.line(&format!("print({})", unread.join(", ")));
        }
    }

    fn statement(&mut self, depth: usize, result: Kind) {
        if self.random.chance(12) {
            let comment = self.random.pick(words::COMMENTS);
            self.line(&format!("# {comment}"));
        }
        let most = if depth < 3 && self.lines < self.enough { 18 } else { 9 };
        match self.random.below(most) {
            0..=3 => self.assign_new(),
            4 | 5 => self.assign_again(),
            6 => self.append(),
            7 => self.count_up(),
            8 => {
                if self.in_loop && self.random.chance(50) {
                    let condition = self.condition(1);
                    self.line(&format!("if {condition}:"));
                    let word = self.random.pick(&["continue", "break"]);
                    self.line(&format!("    {word}"));
                } else {
                    let (condition, value) = (self.condition(1), self.expr(result, 1));
                    self.line(&format!("if {condition}:"));
                    self.line(&format!("    return {value}"));
                }
            }
            9..=11 => {
                let condition = self.condition(0);
                self.line(&format!("if {condition}:"));
                self.block(depth, result);
                if self.random.chance(30) {
                    let condition = self.condition(0);
                    self.line(&format!("elif {condition}:"));
                    self.block(depth, result);
                }
                if self.random.chance(50) {
                    self.line("else:");
                    self.block(depth, result);
                }
            }
            12..=14 => self.for_loop(depth, result),
            15 => {
                let counter = self.new_variable(Kind::Int);
                let start = self.random.between(3, 90);
                self.line(&format!("{counter} = {start}"));
                self.line(&format!("while {counter} > {}:", start % 7));
                self.line(&format!("    {counter} -= {}", self.indent % 3 + 1));
                let was_in_loop = std::mem::replace(&mut self.in_loop, true);
                self.block(depth, result);
                self.in_loop = was_in_loop;
            }
            16 => {
                let (text, fallback) = (self.expr(Kind::Str, 1), self.random.below(50));
                let number = self.new_variable(Kind::Int);
                self.line("try:");
                self.line(&format!("    {number} = int({text})"));
                self.line("except ValueError as error:");
                self.line("    print(\"no number:\", error)");
                self.line(&format!("    {number} = {fallback}"));
            }
            _ => {
                let inner = format!("{}_{}", self.random.pick(words::VERBS), self.random.pick(words::ADJECTIVES));
                let (given, kind) = (self.random.pick(words::NOUNS), Kind::ALL[self.random.below(4)]);
                self.line(&format!("def {inner}({given}_given: {0}) -> {0}:", kind.annotation()));
                let outer = self.variables.len();
                self.variables.push(Variable {
                    name: format!("{given}_given"),
                    kind,
                    is_constant: true,
                    is_read: true,
                });
                let value = self.expr(kind, 1);
                self.variables.truncate(outer);
                self.line(&format!("    return {value}"));
                let argument = self.expr(kind, 2);
                let variable = self.new_variable(kind);
                self.line(&format!("{variable} = {inner}({argument})"));
            }
        }
    }

    fn assign_new(&mut self) {
        let kind = Kind::ALL[self.random.below(Kind::ALL.len())];
        let value = self.expr(kind, 0);
        let variable = self.new_variable(kind);
        let is_collection = matches!(kind, Kind::Ints | Kind::Words | Kind::Counts);
        let annotation = if is_collection { format!(": {}", kind.annotation()) } else { String::new() };
        self.line(&format!("{variable}{annotation} = {value}"));
    }

    fn assign_again(&mut self) {
        let Some(variable) = self.some_target(|it| !it.is_constant) else { return self.assign_new() };
        match variable.kind {
            Kind::Int | Kind::Float if self.random.chance(60) => {
                let (op, value) = (self.random.pick(&["+=", "-=", "*="]), self.expr(variable.kind, 1));
                self.line(&format!("{} {op} {value}", variable.name));
            }
            kind => {
                let value = self.expr(kind, 0);
                self.line(&format!("{} = {value}", variable.name));
            }
        }
    }

    fn append(&mut self) {
        let is_list = |it: &Variable| matches!(it.kind, Kind::Ints | Kind::Words) && !it.is_constant;
        let Some(list) = self.some_target(is_list) else { return self.assign_new() };
        let item = self.expr(if list.kind == Kind::Ints { Kind::Int } else { Kind::Str }, 1);
        self.line(&format!("{}.append({item})", list.name));
    }

    fn count_up(&mut self) {
        let Some(counts) = self.some_target(|it| it.kind == Kind::Counts && !it.is_constant) else {
            return self.assign_new();
        };
        let (key, value) = (self.expr(Kind::Str, 2), self.expr(Kind::Int, 1));
        self.line(&format!("{}[{key}] = {value}", counts.name));
    }

    fn for_loop(&mut self, depth: usize, result: Kind) {
        let outer = self.variables.len();
        match self.random.below(4) {
            0 => {
                let (from, to) = (self.random.below(3), self.expr(Kind::Int, 2));
                let variable = self.new_variable(Kind::Int);
                self.line(&format!("for {variable} in range({from}, {to}):"));
            }
            1 => {
                let counts = self.expr(Kind::Counts, 2);
                let (key, value) = (self.new_variable(Kind::Str), self.new_variable(Kind::Int));
                self.line(&format!("for {key}, {value} in {counts}.items():"));
            }
            2 => {
                let list = self.expr(Kind::Words, 2);
                let (index, word) = (self.new_variable(Kind::Int), self.new_variable(Kind::Str));
                self.line(&format!("for {index}, {word} in enumerate({list}):"));
            }
            _ => {
                let list = self.expr(Kind::Ints, 2);
                let item = self.new_variable(Kind::Int);
                self.line(&format!("for {item} in {list}:"));
            }
        }
        let was_in_loop = std::mem::replace(&mut self.in_loop, true);
        self.block(depth, result);
        self.in_loop = was_in_loop;
        self.variables.truncate(outer);
    }

    // ----- names

    fn fresh_name(&mut self) -> String {
        let name = format!("{}_{}", self.random.pick(words::ADJECTIVES), self.random.pick(words::NOUNS));
        if self.variables.iter().any(|it| it.name == name) { format!("{name}_{}", self.variables.len()) } else { name }
    }

    /// A name that is known from here on.
    fn new_variable(&mut self, kind: Kind) -> String {
        let name = self.fresh_name();
        // A block that ended may have used the name for something else.
        let name = format!("{name}{}", suffix(kind));
        self.variables.push(Variable { name: name.clone(), kind, is_constant: false, is_read: false });
        name
    }

    /// A variable to write to: that does not read it.
    fn some_target(&mut self, fits: impl Fn(&Variable) -> bool) -> Option<Variable> {
        let was_read: Vec<bool> = self.variables.iter().map(|it| it.is_read).collect();
        let target = self.some_variable(fits);
        for (variable, was_read) in self.variables.iter_mut().zip(was_read) {
            variable.is_read = was_read;
        }
        target
    }

    fn some_variable(&mut self, fits: impl Fn(&Variable) -> bool) -> Option<Variable> {
        let all: Vec<usize> = (0..self.variables.len()).filter(|at| fits(&self.variables[*at])).collect();
        if all.is_empty() {
            return None;
        }
        let at = all[self.random.below(all.len())];
        self.variables[at].is_read = true;
        Some(self.variables[at].clone())
    }

    // ----- expressions

    fn condition(&mut self, depth: usize) -> String {
        self.expr(Kind::Bool, depth)
    }

    fn expr(&mut self, kind: Kind, depth: usize) -> String {
        if self.random.chance(if depth >= DEEPEST { 85 } else { 35 })
            && let Some(variable) = self.some_variable(|it| it.kind == kind)
        {
            return variable.name;
        }
        if depth >= DEEPEST {
            return self.literal(kind);
        }
        if self.random.chance(12)
            && let Some(call) = self.call(kind, depth)
        {
            return call;
        }
        self.compound(kind, depth + 1)
    }

    fn call(&mut self, kind: Kind, depth: usize) -> Option<String> {
        let local = self.functions.iter().filter(|it| it.result == kind).map(|it| (None, it.clone()));
        let imported = self.imported.iter().enumerate().flat_map(|(index, (_, all))| {
            all.iter().filter(|it| it.result == kind).map(move |it| (Some(index), it.clone()))
        });
        let all: Vec<(Option<usize>, Function)> = local.chain(imported).collect();
        if all.is_empty() {
            return None;
        }
        let (module, function) = all[self.random.below(all.len())].clone();
        let mut callee = function.name.clone();
        if let Some(module) = module {
            // Each module is used in one way.
            if module % 2 == 0 {
                if !self.used.contains(&(module, callee.clone())) {
                    self.used.push((module, callee.clone()));
                }
            } else {
                if !self.dotted.contains(&module) {
                    self.dotted.push(module);
                }
                callee = format!("{}.{callee}", self.imported[module].0);
            }
        }
        let with_names = self.random.chance(20);
        let args: Vec<String> = function
            .params
            .iter()
            .map(|(name, kind)| {
                let value = self.expr(*kind, depth + 2);
                if with_names { format!("{name}={value}") } else { value }
            })
            .collect();
        Some(format!("{callee}({})", args.join(", ")))
    }

    fn compound(&mut self, kind: Kind, depth: usize) -> String {
        let choice = self.random.below(10);
        match kind {
            Kind::Int => {
                let a = self.expr(Kind::Int, depth);
                match choice {
                    0 | 1 => format!("{a} {} {}", self.random.pick(&["+", "-", "*"]), self.expr(Kind::Int, depth)),
                    2 => format!("{a} {} {}", self.random.pick(&["//", "%"]), self.random.between(2, 60)),
                    3 => format!("len({})", self.expr(Kind::Words, depth)),
                    4 => format!("sum({})", self.expr(Kind::Ints, depth)),
                    5 => format!("{}({a}, {})", self.random.pick(&["max", "min"]), self.expr(Kind::Int, depth)),
                    6 => format!("{}.get({}, {a})", self.place(Kind::Counts), self.expr(Kind::Str, depth)),
                    7 => format!("({a} if {} else {})", self.condition(depth), self.expr(Kind::Int, depth)),
                    8 => format!("len({})", self.expr(Kind::Str, depth)),
                    _ => format!("abs({a})"),
                }
            }
            Kind::Float => {
                let a = self.expr(Kind::Float, depth);
                match choice {
                    0..=2 => format!("{a} {} {}", self.random.pick(&["+", "-", "*"]), self.expr(Kind::Float, depth)),
                    3 => format!("{} / {}", self.expr(Kind::Int, depth), self.random.between(2, 60)),
                    4 => {
                        self.uses_math = true;
                        format!("math.sqrt(abs({a}))")
                    }
                    5 => format!("round({a}, {})", self.random.between(1, 4)),
                    6 => format!("float({})", self.expr(Kind::Int, depth)),
                    7 => format!("({a} if {} else {})", self.condition(depth), self.expr(Kind::Float, depth)),
                    _ => format!("{a} / {}.5", self.random.between(1, 60)),
                }
            }
            Kind::Str => match choice {
                0..=2 => {
                    let (a, b) = (self.variable_or(Kind::Str), self.variable_or(Kind::Int));
                    let noun = self.random.pick(words::NOUNS);
                    format!("f\"{noun} {{{a}}}: {{{b}}}\"")
                }
                3 | 4 => {
                    let method = self.random.pick(&["upper", "lower", "strip", "title"]);
                    format!("{}.{method}()", self.place(Kind::Str))
                }
                5 => {
                    format!("\"{}\".join({})", self.random.pick(&[", ", "-", " ", "/"]), self.expr(Kind::Words, depth))
                }
                6 => format!("str({})", self.expr(Kind::Int, depth)),
                7 => format!("{} + {}", self.expr(Kind::Str, depth), self.literal(Kind::Str)),
                8 => {
                    self.uses_json = true;
                    format!("json.dumps({})", self.expr(Kind::Counts, depth))
                }
                _ => format!(
                    "{}.replace({}, {})",
                    self.place(Kind::Str),
                    self.literal(Kind::Str),
                    self.expr(Kind::Str, depth)
                ),
            },
            Kind::Bool => match choice {
                0..=3 => {
                    let op = self.random.pick(&["<", ">", "<=", ">=", "==", "!="]);
                    format!("{} {op} {}", self.expr(Kind::Int, depth), self.expr(Kind::Int, depth))
                }
                4 => format!("{} and {}", self.operand(depth), self.operand(depth)),
                5 => format!("{} or {}", self.operand(depth), self.operand(depth)),
                6 => format!("not {}", self.operand(depth)),
                7 => format!("{} in {}", self.expr(Kind::Str, depth), self.place(Kind::Words)),
                8 => format!("{}.startswith({})", self.place(Kind::Str), self.literal(Kind::Str)),
                _ => format!("{} == {}", self.expr(Kind::Str, depth), self.literal(Kind::Str)),
            },
            Kind::Ints => match choice {
                0..=2 => {
                    let item = self.random.pick(&["item", "number", "it", "n"]);
                    let list = self.expr(Kind::Ints, depth);
                    let (op, other) = (self.random.pick(&["<", ">", "!="]), self.expr(Kind::Int, DEEPEST));
                    format!("[{item} * {} for {item} in {list} if {item} {op} {other}]", self.random.between(2, 9))
                }
                3 => format!("sorted({})", self.expr(Kind::Ints, depth)),
                4 => format!("{} + {}", self.expr(Kind::Ints, depth), self.expr(Kind::Ints, depth)),
                5 => format!("list(range({}))", self.expr(Kind::Int, depth)),
                6 => format!("[len(word) for word in {}]", self.expr(Kind::Words, depth)),
                7 => format!("list({}.values())", self.place(Kind::Counts)),
                _ => format!("[{}, {}]", self.expr(Kind::Int, depth), self.expr(Kind::Int, depth)),
            },
            Kind::Words => match choice {
                0..=2 => {
                    let word = self.random.pick(&["word", "name", "part", "key"]);
                    let list = self.expr(Kind::Words, depth);
                    let method = self.random.pick(&["upper", "lower", "strip"]);
                    format!("[{word}.{method}() for {word} in {list} if len({word}) > {}]", self.random.below(9))
                }
                3 => format!("{}.split({})", self.place(Kind::Str), self.literal(Kind::Str)),
                4 => format!("sorted({}, key=lambda word: len(word))", self.expr(Kind::Words, depth)),
                5 => format!("sorted({}.keys())", self.place(Kind::Counts)),
                6 => format!("{} + {}", self.expr(Kind::Words, depth), self.expr(Kind::Words, depth)),
                7 => format!("[str(number) for number in {}]", self.expr(Kind::Ints, depth)),
                _ => format!("[{}, {}]", self.expr(Kind::Str, depth), self.literal(Kind::Str)),
            },
            Kind::Counts => match choice {
                0..=2 => {
                    let list = self.expr(Kind::Words, depth);
                    format!("{{word: len(word) + {} for word in {list}}}", self.random.below(20))
                }
                3 | 4 => {
                    let counts = self.place(Kind::Counts);
                    let limit = self.expr(Kind::Int, DEEPEST);
                    format!("{{key: value for key, value in {counts}.items() if value > {limit}}}")
                }
                5 => {
                    let (names, numbers) = (self.expr(Kind::Words, depth), self.expr(Kind::Ints, depth));
                    format!("{{name: number for name, number in zip({names}, {numbers})}}")
                }
                _ => format!(
                    "{{{}: {}, {}: {}}}",
                    self.literal(Kind::Str),
                    self.expr(Kind::Int, depth),
                    self.literal(Kind::Str),
                    self.expr(Kind::Int, depth)
                ),
            },
        }
    }

    /// An operand of `and`, `or` and `not`.
    fn operand(&mut self, depth: usize) -> String {
        match self.some_variable(|it| it.kind == Kind::Bool) {
            Some(variable) if self.random.chance(50) => variable.name,
            _ => format!("({})", self.expr(Kind::Bool, depth)),
        }
    }

    /// Something that a dot or `in` may follow or precede: a variable, or a literal.
    fn place(&mut self, kind: Kind) -> String {
        self.variable_or(kind)
    }

    fn variable_or(&mut self, kind: Kind) -> String {
        match self.some_variable(|it| it.kind == kind) {
            Some(variable) => variable.name,
            // A quote inside a field of a format string ends the string in older versions.
            None if kind == Kind::Str => "str(0)".to_owned(),
            None => self.literal(kind),
        }
    }

    fn literal(&mut self, kind: Kind) -> String {
        match kind {
            Kind::Int => self.random.below(1000).to_string(),
            Kind::Float => format!("{}.{}", self.random.below(100), self.random.between(1, 99)),
            Kind::Str => format!("\"{} {}\"", self.random.pick(words::ADJECTIVES), self.random.pick(words::NOUNS)),
            Kind::Bool => self.random.pick(&["True", "False"]).to_owned(),
            Kind::Ints => {
                let items: Vec<String> = (0..self.random.between(1, 4)).map(|_| self.literal(Kind::Int)).collect();
                format!("[{}]", items.join(", "))
            }
            Kind::Words => {
                let items: Vec<String> = (0..self.random.between(1, 3)).map(|_| self.literal(Kind::Str)).collect();
                format!("[{}]", items.join(", "))
            }
            Kind::Counts => {
                let items: Vec<String> = (0..self.random.between(1, 3))
                    .map(|_| format!("{}: {}", self.literal(Kind::Str), self.literal(Kind::Int)))
                    .collect();
                format!("{{{}}}", items.join(", "))
            }
        }
    }
}

/// What the names of variables of a kind end with.
fn suffix(kind: Kind) -> &'static str {
    match kind {
        Kind::Int => "",
        Kind::Float => "_ratio",
        Kind::Str => "_text",
        Kind::Bool => "_flag",
        Kind::Ints => "_numbers",
        Kind::Words => "_names",
        Kind::Counts => "_counts",
    }
}
