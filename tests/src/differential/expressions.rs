//! Expressions of a wanted type, with a few wrong ones among them.

use super::random::Random;
use super::templates::{FAILURES, templates};
use super::types::Ty;

/// A function of the program.
#[derive(Clone, Debug)]
pub struct Function {
    pub name: String,
    pub parameters: Vec<(String, Ty)>,
    /// How many of the last positional parameters have defaults.
    pub defaults: usize,
    pub star: bool,
    pub keyword_only: Option<(String, Ty)>,
    pub gives: Ty,
}

/// Writes one program.
pub struct Generator {
    pub random: Random,
    /// The variables in sight, the innermost scope last.
    pub scopes: Vec<Vec<(String, Ty)>>,
    pub functions: Vec<Function>,
    pub names: usize,
    /// How many loops and functions are around: what is there may run often, and must not grow without bound.
    pub nested: usize,
    /// Where the variables of the innermost function start in `scopes`.
    pub function_base: usize,
    /// In percent, how often an expression is replaced by one that raises.
    pub failing: usize,
}

impl Generator {
    pub fn new(seed: u64) -> Generator {
        let mut random = Random::new(seed);
        let failing = random.pick(&[0, 1, 1, 2, 4]);
        Generator {
            random,
            scopes: vec![Vec::new()],
            functions: Vec::new(),
            names: 0,
            nested: 0,
            function_base: 0,
            failing,
        }
    }

    pub fn name(&mut self, prefix: &str) -> String {
        self.names += 1;
        format!("{prefix}{}", self.names)
    }

    pub fn declare(&mut self, name: &str, ty: Ty) {
        if let Some(scope) = self.scopes.last_mut() {
            scope.retain(|(known, _)| known != name);
            scope.push((name.to_owned(), ty));
        }
    }

    /// A variable of a type that can be read here.
    pub fn variable(&mut self, ty: Ty) -> Option<String> {
        let names: Vec<&String> =
            self.scopes.iter().flatten().filter(|(_, it)| *it == ty).map(|(name, _)| name).collect();
        if names.is_empty() { None } else { Some(names[self.random.below(names.len())].clone()) }
    }

    /// A variable of a type that can be assigned here.
    pub fn own_variable(&mut self, ty: Ty) -> Option<String> {
        let own = self.scopes[self.function_base..].iter().flatten();
        let names: Vec<&String> = own.filter(|(_, it)| *it == ty).map(|(name, _)| name).collect();
        if names.is_empty() { None } else { Some(names[self.random.below(names.len())].clone()) }
    }

    pub fn printed_type(&mut self) -> Ty {
        self.random.pick(Ty::PRINTED)
    }

    /// An expression of any type that can be printed.
    pub fn printed(&mut self, depth: usize) -> String {
        let ty = self.printed_type();
        self.expression(ty, depth)
    }

    pub fn expression(&mut self, ty: Ty, depth: usize) -> String {
        if depth == 0 || self.random.chance(15) {
            return self.leaf(ty);
        }
        if self.random.below(300) < self.failing {
            return format!("({})", self.failure());
        }
        match self.random.below(100) {
            0..12 => self.leaf(ty),
            12..16 => {
                let condition = self.expression(Ty::Bool, depth - 1);
                format!("({} if {condition} else {})", self.expression(ty, depth - 1), self.expression(ty, depth - 1))
            }
            16..18 => format!("({} or {})", self.expression(ty, depth - 1), self.expression(ty, depth - 1)),
            18..19 if matches!(ty, Ty::Int | Ty::Float | Ty::Bool) => {
                format!("({} and {})", self.expression(Ty::Bool, depth - 1), self.expression(ty, depth - 1))
            }
            19..21 => format!("[{0}, {0}][{1}]", self.leaf(ty), self.random.range(-2, 1)),
            21..22 => format!(
                "(lambda p, q={}\u{1} ({}))({})",
                self.leaf(Ty::Int),
                self.expression(ty, 1),
                self.leaf(Ty::Int)
            ),
            22..32 => self.call_of(ty, depth).unwrap_or_else(|| self.leaf(ty)),
            _ => {
                let template = self.random.pick(templates(ty));
                if template == "<COMP>" { self.comprehension(ty, depth - 1) } else { self.fill(template, depth - 1) }
            }
        }
    }

    /// An expression that raises.
    pub fn failure(&mut self) -> String {
        let template = self.random.pick(FAILURES);
        self.fill(template, 0)
    }

    fn leaf(&mut self, ty: Ty) -> String {
        if self.random.chance(65)
            && let Some(name) = self.variable(ty)
        {
            return name;
        }
        self.literal(ty)
    }

    /// Fills a template. Now and then a place gets a value of a wrong type; in a template that starts with a parenthesis,
    /// and so holds operators, that value is no text and no number, because Dana's operators convert between the two.
    pub fn fill(&mut self, template: &str, depth: usize) -> String {
        let mut out = String::new();
        let mut rest = template;
        let operators = template.starts_with('(') || template.contains(" + ") || template.contains("= <");
        let is_literal = template.starts_with('{')
            || template.starts_with("hash")
            || template.starts_with("json.dumps")
            || template.contains("map(lambda")
            || template.contains("(*<");
        while let Some(start) = rest.find('<') {
            let after = &rest[start + 1..];
            let end = after.find('>').filter(|end| {
                *end > 0 && after[..*end].bytes().all(|b| b.is_ascii_uppercase() || b == b'=' || b == b'@')
            });
            let Some(end) = end else {
                out.push_str(&rest[..=start]);
                rest = after;
                continue;
            };
            out.push_str(&rest[..start]);
            let (code, tail) = (&after[..end], &after[end + 1..]);
            let is_receiver = tail.starts_with(['.', '[', '(']);
            let text = self.place(code, operators, is_literal || is_receiver, depth);
            let bare = text.starts_with(|c: char| c.is_ascii_digit() || c == '-' || c == '.')
                || text.contains('\u{1}') && !text.starts_with('(');
            if is_receiver && bare {
                out.push_str(&format!("({text})"));
            } else {
                out.push_str(&text);
            }
            rest = tail;
        }
        out.push_str(rest);
        out
    }

    fn place(&mut self, code: &str, operators: bool, template_is_literal: bool, depth: usize) -> String {
        let may_be_wrong = !(code.starts_with('=') || template_is_literal || operators && code == "C");
        if may_be_wrong && self.random.below(400) < self.failing {
            let wrong: &[Ty] = if operators {
                &[Ty::None, Ty::Ints, Ty::Counts, Ty::Trio]
            } else {
                &[Ty::None, Ty::Ints, Ty::Counts, Ty::Trio, Ty::Int, Ty::Str, Ty::Float, Ty::Strs]
            };
            let ty = self.random.pick(wrong);
            return self.leaf(ty);
        }
        match code {
            "K" if self.random.chance(85) => self.small(-4, 6),
            "K" => format!("len({})", self.leaf(Ty::Ints)),
            "W" => self.small(0, 7),
            "C" => self.short(),
            "X" => self.printed(depth),
            "FMT" => {
                let ty = self.random.pick(&[Ty::Int, Ty::Float, Ty::Str]);
                format!("'{}'", self.format_spec(ty))
            }
            "PCT" => self.percent(depth.min(1)),
            "TPL" => self.template(depth.min(1)),
            "FSTR" => self.fstring(),
            _ => {
                if let Some(code) = code.strip_prefix('=') {
                    let ty = Ty::of_code(code).unwrap_or_else(|| panic!("no type {code}"));
                    return self.variable(ty).unwrap_or_else(|| self.literal(ty));
                }
                if let Some(code) = code.strip_prefix('@') {
                    let ty = Ty::of_code(code).unwrap_or_else(|| panic!("no type {code}"));
                    return self.leaf(ty);
                }
                let ty = Ty::of_code(code).unwrap_or_else(|| panic!("no type {code}"));
                self.expression(ty, depth)
            }
        }
    }

    /// A comprehension of a type that has them.
    pub fn comprehension(&mut self, ty: Ty, depth: usize) -> String {
        let (iterable, bindings) = self.iteration(depth);
        self.scopes.push(Vec::new());
        let target = self.bind(&bindings);
        let mut clauses = format!("for {target} in {iterable}");
        if self.random.chance(35) {
            clauses.push_str(&format!(" if {}", self.expression(Ty::Bool, 2)));
        }
        if self.random.chance(15) {
            let (iterable, bindings) = self.iteration(1);
            let target = self.bind(&bindings);
            clauses.push_str(&format!(" for {target} in {iterable}"));
            if self.random.chance(40) {
                clauses.push_str(&format!(" if {}", self.expression(Ty::Bool, 1)));
            }
        }
        let mut item = |ty| self.expression(ty, 2);
        let text = match ty {
            Ty::Ints => format!("[{} {clauses}]", item(Ty::Int)),
            Ty::Floats => format!("[{} {clauses}]", item(Ty::Float)),
            Ty::Strs => format!("[{} {clauses}]", item(Ty::Str)),
            Ty::Rows => format!("[{} {clauses}]", item(Ty::Ints)),
            Ty::Pairs => format!("[{} {clauses}]", item(Ty::Pair)),
            Ty::Counts => format!("{{{}: {} {clauses}}}", item(Ty::Str), item(Ty::Int)),
            Ty::Names => format!("{{{}: {} {clauses}}}", item(Ty::Int), item(Ty::Str)),
            Ty::Groups => format!("{{{}: {} {clauses}}}", item(Ty::Str), item(Ty::Ints)),
            Ty::IntSet => format!("{{{} {clauses}}}", item(Ty::Int)),
            Ty::StrSet => format!("{{{} {clauses}}}", item(Ty::Str)),
            _ => format!("list({} {clauses})", item(Ty::Int)),
        };
        self.scopes.pop();
        text
    }

    /// Something to iterate over, and what each of its items is.
    pub fn iteration(&mut self, depth: usize) -> (String, Vec<Ty>) {
        let (template, types): (&str, &[Ty]) = self.random.pick(&[
            ("<LI>", &[Ty::Int]),
            ("<R>", &[Ty::Int]),
            ("<R>", &[Ty::Int]),
            ("<S>", &[Ty::Str]),
            ("<LS>", &[Ty::Str]),
            ("<LL>", &[Ty::Ints]),
            ("<LF>", &[Ty::Float]),
            ("<TI>", &[Ty::Int]),
            ("<Y>", &[Ty::Int]),
            ("<LT>", &[Ty::Str, Ty::Int]),
            ("<DSI>", &[Ty::Str]),
            ("<DSI>.items()", &[Ty::Str, Ty::Int]),
            ("<DIS>.items()", &[Ty::Int, Ty::Str]),
            ("<DSL>.items()", &[Ty::Str, Ty::Ints]),
            ("<DSI>.values()", &[Ty::Int]),
            ("sorted(<ZI>)", &[Ty::Int]),
            ("enumerate(<LS>)", &[Ty::Int, Ty::Str]),
            ("enumerate(<LI>, <K>)", &[Ty::Int, Ty::Int]),
            ("zip(<LI>, <LS>)", &[Ty::Int, Ty::Str]),
            ("reversed(<LI>)", &[Ty::Int]),
        ]);
        // What is iterated over has the type that its items are declared with.
        let failing = std::mem::take(&mut self.failing);
        let iterable = self.fill(template, depth.min(2));
        self.failing = failing;
        (iterable, types.to_vec())
    }

    /// New variables for the items of an iteration, and the target that they make.
    pub fn bind(&mut self, types: &[Ty]) -> String {
        let names: Vec<String> = types.iter().map(|_| self.name("i")).collect();
        for (name, ty) in names.iter().zip(types) {
            self.declare(name, *ty);
        }
        match names.len() {
            2 if self.random.chance(20) => format!("({}, {})", names[0], names[1]),
            _ => names.join(", "),
        }
    }

    /// A call of a function of the program.
    pub fn call_of(&mut self, ty: Ty, depth: usize) -> Option<String> {
        let fitting: Vec<usize> =
            (0..self.functions.len()).filter(|index| self.functions[*index].gives == ty).collect();
        if fitting.is_empty() {
            return None;
        }
        let function = self.functions[fitting[self.random.below(fitting.len())]].clone();
        Some(self.call(&function, depth))
    }

    pub fn call(&mut self, function: &Function, depth: usize) -> String {
        let depth = depth.saturating_sub(1).min(2);
        let mut arguments = Vec::new();
        let mut named = false;
        let required = function.parameters.len() - function.defaults;
        for (index, (name, ty)) in function.parameters.iter().enumerate() {
            if index >= required && self.random.chance(40) {
                named = true;
                continue;
            }
            let value = self.expression(*ty, depth);
            named |= self.random.chance(15);
            arguments.push(if named { format!("{name}={value}") } else { value });
        }
        if function.star && !named {
            if self.random.chance(40) {
                arguments.push(self.expression(Ty::Int, depth));
            }
            if self.random.chance(20) {
                arguments.push(format!("*{}", self.expression(Ty::Ints, depth)));
            }
        }
        if let Some((name, ty)) = &function.keyword_only
            && self.random.chance(60)
        {
            arguments.push(format!("{name}={}", self.expression(*ty, depth)));
        }
        if self.random.below(200) < self.failing {
            match self.random.below(4) {
                0 => arguments.push("zzz=1".to_owned()),
                1 => arguments.clear(),
                2 => arguments.insert(0, "None".to_owned()),
                _ => {
                    arguments.push(format!("**{{'{}': 1}}", function.parameters.first().map_or("q", |(name, _)| name)))
                }
            }
        }
        format!("{}({})", function.name, arguments.join(", "))
    }
}
