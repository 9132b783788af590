//! Statements and whole programs.

use super::expressions::{Function, Generator};
use super::program::{Clause, Field, Node, clause};
use super::templates::CHANGES;
use super::types::Ty;

const KINDS: &[&str] = &[
    "ValueError",
    "KeyError",
    "IndexError",
    "TypeError",
    "ZeroDivisionError",
    "RuntimeError",
    "AttributeError",
    "NameError",
    "LookupError",
    "ArithmeticError",
    "OverflowError",
    "AssertionError",
    "StopIteration",
    "NotImplementedError",
    "UnicodeError",
    "Exception",
];

impl Generator {
    pub fn program(&mut self) -> Vec<Node> {
        let mut nodes = Vec::new();
        for ty in [Ty::Int, Ty::Str, Ty::Ints, Ty::Counts, Ty::Float, Ty::Strs, Ty::IntSet] {
            if self.random.chance(80) {
                let name = self.name("v");
                nodes.push(Node::line(format!("{name} = {}", self.literal(ty))));
                self.declare(&name, ty);
            }
        }
        for _ in 0..self.random.range(4, 10) {
            match self.random.below(10) {
                0..2 => self.function(&mut nodes),
                2 if self.random.chance(60) => {
                    let attempt = clause("try", self.scene());
                    let error = self.name("e");
                    let handler = self.tell(&error);
                    nodes.push(Node::Compound(vec![attempt, clause(format!("except Exception as {error}"), handler)]));
                }
                2 => self.special(&mut nodes),
                3..9 => {
                    let guarded = self.guarded();
                    nodes.push(guarded);
                }
                _ => self.statement(&mut nodes, 3),
            }
        }
        for ty in [Ty::Int, Ty::Str, Ty::Ints, Ty::Counts, Ty::Rows, Ty::Names, Ty::Groups, Ty::Pairs] {
            if let Some(name) = self.variable(ty) {
                nodes.push(Node::line(format!("print({name})")));
            }
        }
        nodes
    }

    pub fn block(&mut self, depth: usize, longest: i64) -> Vec<Node> {
        self.scopes.push(Vec::new());
        let mut nodes = Vec::new();
        for _ in 0..self.random.range(1, longest) {
            self.statement(&mut nodes, depth);
        }
        let leaked = self.scopes.pop().unwrap_or_default();
        // A variable of a block stays in sight now and then, whether the block runs or not.
        if self.random.chance(10)
            && let (Some(scope), Some(variable)) = (self.scopes.last_mut(), leaked.into_iter().next())
        {
            scope.push(variable);
        }
        nodes
    }

    fn print(&mut self) -> Node {
        let count = self.random.range(1, 3);
        let mut values: Vec<String> = (0..count).map(|_| self.printed(3)).collect();
        if self.random.chance(10) {
            values.push(format!("*{}", self.expression(Ty::Ints, 2)));
        }
        if self.random.chance(8) {
            values.push("sep=', '".to_owned());
        }
        if self.random.chance(8) {
            values.push("end='.\\n'".to_owned());
        }
        Node::line(format!("print({})", values.join(", ")))
    }

    pub fn statement(&mut self, nodes: &mut Vec<Node>, depth: usize) {
        let choice = self.random.below(100);
        let node = match choice {
            0..20 => self.print(),
            20..38 => self.assignment(),
            38..56 => {
                let template = self.random.pick(CHANGES);
                let change = self.change(template);
                Node::line(change)
            }
            56..60 => self.unpacking(),
            60..62 => Node::line(format!("assert {}, {}", self.expression(Ty::Bool, 2), self.expression(Ty::Str, 1))),
            62..64 => match self.own_variable(Ty::Strs) {
                Some(name) if self.random.chance(30) => Node::line(format!("del {name}")),
                _ => Node::line(self.printed(3)),
            },
            64..66 if self.failing > 0 => Node::line(self.raise(None)),
            _ if depth == 0 => self.print(),
            64..74 => self.conditional(depth),
            74..83 => self.for_loop(depth),
            83..87 => {
                let (before, node) = self.while_loop(depth);
                nodes.push(before);
                node
            }
            87..97 => self.attempt(depth),
            _ => {
                self.closure(nodes);
                return;
            }
        };
        nodes.push(node);
    }

    /// A statement from a template. What a literal would be changed, a new variable is; what may run often does not grow
    /// without bound.
    fn change(&mut self, template: &str) -> String {
        let own = template.contains("> ") && !template.contains("] ");
        let mut text = template.to_owned();
        let mut before = String::new();
        while let Some(start) = text.find("<=") {
            let Some(length) = text[start..].find('>') else { break };
            let ty = Ty::of_code(&text[start + 2..start + length]).unwrap_or(Ty::Int);
            let known = if own { self.own_variable(ty) } else { self.variable(ty) };
            let name = known.unwrap_or_else(|| {
                let name = self.name("v");
                before = format!("{name} = {}; ", self.literal(ty));
                self.declare(&name, ty);
                name
            });
            text.replace_range(start..=start + length, &name);
        }
        let (target, operator, value) = match text.split_once("= <") {
            Some((target, value)) => (target.to_owned() + "= ", true, format!("<{value}")),
            None => (text, false, String::new()),
        };
        // The target has its own places: `x[<K>] = …`.
        let target = self.fill(&target, 2);
        let value = self.fill(&format!("{}{value}", if operator { "(" } else { "" }), 3);
        let value = value.strip_prefix('(').unwrap_or(&value).to_owned();
        if before.is_empty() { format!("{target}{value}") } else { format!("{before}{target}{value}") }
    }

    fn assignment(&mut self) -> Node {
        let ty = if self.random.chance(12) { self.random.pick(&[Ty::IntSet, Ty::StrSet]) } else { self.printed_type() };
        let value = self.expression(ty, 3);
        let value = self.bounded(ty, value);
        let name = if self.random.chance(45) { self.own_variable(ty) } else { None };
        let name = name.unwrap_or_else(|| self.name("v"));
        self.declare(&name, ty);
        if self.random.chance(5) {
            let other = self.name("v");
            self.declare(&other, ty);
            return Node::line(format!("{name} = {other} = {value}"));
        }
        Node::line(format!("{name} = {value}"))
    }

    /// A value that does not grow from turn to turn, where the place may be run often.
    fn bounded(&self, ty: Ty, value: String) -> String {
        if self.nested == 0 {
            return value;
        }
        match ty {
            Ty::Int => format!("({value}) % 1000003"),
            Ty::Str | Ty::Bytes => format!("({value})[:40]"),
            Ty::Ints | Ty::Strs | Ty::Floats | Ty::Pairs | Ty::Trio => format!("({value})[:12]"),
            Ty::Rows => format!("({value})[:5]"),
            _ => value,
        }
    }

    fn unpacking(&mut self) -> Node {
        let (target, value, types): (&str, &str, &[Ty]) = self.random.pick(&[
            ("@, @", "<I>, <S>", &[Ty::Int, Ty::Str]),
            ("@, @", "<TS>", &[Ty::Str, Ty::Int]),
            ("(@, @), @", "(<TS>, <F>)", &[Ty::Str, Ty::Int, Ty::Float]),
            ("@, *@", "<LI>", &[Ty::Int, Ty::Ints]),
            ("*@, @", "<LI>", &[Ty::Ints, Ty::Int]),
            ("@, *@, @", "<LS>", &[Ty::Str, Ty::Strs, Ty::Str]),
            ("@, @, @", "<TI>", &[Ty::Int, Ty::Int, Ty::Int]),
            ("[@, @]", "<LI>[:2]", &[Ty::Int, Ty::Int]),
            ("@, (@, *@)", "<S>, <LI>", &[Ty::Str, Ty::Int, Ty::Ints]),
            ("*@,", "<R>", &[Ty::Ints]),
            ("@, @", "divmod(<I>, <I>)", &[Ty::Int, Ty::Int]),
            ("@, @, @", "<S>.partition(<C>)", &[Ty::Str, Ty::Str, Ty::Str]),
            ("@, *@", "<S>", &[Ty::Str, Ty::Strs]),
            ("(@, @), *@", "<LT>", &[Ty::Str, Ty::Int, Ty::Pairs]),
        ]);
        let value = self.fill(value, 2);
        let mut text = String::new();
        let mut types = types.iter();
        for c in target.chars() {
            match types.clone().next() {
                Some(ty) if c == '@' => {
                    types.next();
                    let own = if self.random.chance(30) { self.own_variable(*ty) } else { None };
                    let name = own.unwrap_or_else(|| self.name("v"));
                    self.declare(&name, *ty);
                    text.push_str(&name);
                }
                _ => text.push(c),
            }
        }
        Node::line(format!("{text} = {value}"))
    }

    fn conditional(&mut self, depth: usize) -> Node {
        let mut clauses = vec![clause(format!("if {}", self.expression(Ty::Bool, 3)), self.block(depth - 1, 3))];
        while self.random.chance(25) {
            let ty = self.printed_type();
            clauses.push(clause(format!("elif {}", self.expression(ty, 2)), self.block(depth - 1, 2)));
        }
        if self.random.chance(50) {
            clauses.push(clause("else", self.block(depth - 1, 3)));
        }
        Node::Compound(clauses)
    }

    fn leave(&mut self) -> Option<Node> {
        if !self.random.chance(35) {
            return None;
        }
        let leave = self.random.pick(&["break", "continue"]);
        Some(Node::block(format!("if {}", self.expression(Ty::Bool, 2)), vec![Node::line(leave)]))
    }

    fn for_loop(&mut self, depth: usize) -> Node {
        let (iterable, types) = self.iteration(2);
        self.scopes.push(Vec::new());
        let target = self.bind(&types);
        let counter = self.name("turn");
        self.nested += 1;
        // A loop over what its body extends would not end.
        let mut body = vec![Node::line(format!("{counter} += 1"))];
        body.push(Node::block(format!("if {counter} > {}", self.small(2, 6)), vec![Node::line("break")]));
        body.extend(self.leave());
        body.extend(self.block(depth - 1, 3));
        body.extend(self.leave());
        self.nested -= 1;
        let last = self.scopes.pop().unwrap_or_default();
        if self.random.chance(20) {
            for (name, ty) in last {
                self.declare(&name, ty);
            }
        }
        let mut clauses = vec![clause(format!("for {target} in {iterable}"), body)];
        if self.random.chance(25) {
            clauses.push(clause("else", self.block(depth - 1, 2)));
        }
        // The counter starts before the loop, in a block of its own that always runs.
        Node::Compound(vec![clause("if True", vec![Node::line(format!("{counter} = 0")), Node::Compound(clauses)])])
    }

    fn while_loop(&mut self, depth: usize) -> (Node, Node) {
        let counter = self.name("left");
        let before = Node::line(format!("{counter} = {}", self.small(1, 5)));
        self.nested += 1;
        let mut body = vec![Node::line(format!("{counter} -= 1"))];
        body.extend(self.leave());
        body.extend(self.block(depth - 1, 3));
        self.nested -= 1;
        let condition = if self.random.chance(30) {
            format!("{counter} > 0 and {}", self.expression(Ty::Bool, 2))
        } else {
            format!("{counter} > 0")
        };
        let mut clauses = vec![clause(format!("while {condition}"), body)];
        if self.random.chance(25) {
            clauses.push(clause("else", self.block(depth - 1, 2)));
        }
        (before, Node::Compound(clauses))
    }

    fn raise(&mut self, handled: Option<&str>) -> String {
        let kind = self.random.pick(KINDS);
        let error = match self.random.below(6) {
            0 => kind.to_owned(),
            1 => format!("{kind}()"),
            2 => format!("{kind}({}, {})", self.expression(Ty::Str, 1), self.expression(Ty::Int, 1)),
            3 => format!("{kind}({})", self.printed(2)),
            _ => format!("{kind}({})", self.expression(Ty::Str, 2)),
        };
        match handled {
            Some(_) if self.random.chance(30) => "raise".to_owned(),
            Some(name) if self.random.chance(30) => format!("raise {name}"),
            Some(name) if self.random.chance(50) => format!("raise {error} from {name}"),
            Some(_) if self.random.chance(20) => format!("raise {error} from None"),
            _ => format!("raise {error}"),
        }
    }

    /// What a handler says about its exception: the type on a line that must be equal, the message on a marked line, which
    /// is compared apart.
    fn tell(&mut self, name: &str) -> Vec<Node> {
        let mut nodes = vec![Node::line(format!("print('caught', type({name}).__name__)"))];
        nodes.push(Node::line(match self.random.below(5) {
            // The parts that CPython keeps of these two are one text in Danaide.
            0 => format!(
                "print('#message', str({name}) if isinstance({name}, (UnicodeError, OverflowError)) else repr({name}))"
            ),
            1 => format!(
                "print('#message', str({name}) if isinstance({name}, (UnicodeError, OverflowError)) else {name}.args)"
            ),
            2 => format!("print(f'#message {{{name}}}')"),
            _ => format!("print('#message', str({name}))"),
        }));
        if self.random.chance(15) {
            // What CPython's reader of JSON handled on its way is its own affair.
            let told = format!(
                "print(type({name}.__context__).__name__, type({name}.__cause__).__name__, {name}.__suppress_context__)"
            );
            nodes.push(Node::block(format!("if type({name}).__name__ != 'JSONDecodeError'"), vec![Node::line(told)]));
        }
        nodes
    }

    fn guarded(&mut self) -> Node {
        let body = self.block(2, 4);
        let error = self.name("e");
        let handler = self.tell(&error);
        Node::Compound(vec![clause("try", body), clause(format!("except Exception as {error}"), handler)])
    }

    fn attempt(&mut self, depth: usize) -> Node {
        let mut body = self.block(depth - 1, 3);
        if self.random.chance(40) {
            let failure = if self.random.chance(40) { self.raise(None) } else { self.failure() };
            body.push(Node::line(failure));
        }
        let mut clauses = vec![clause("try", body)];
        let handlers = self.random.range(0, 2);
        for _ in 0..handlers {
            clauses.push(self.handler(depth, false));
        }
        if handlers > 0 && self.random.chance(60) || self.random.chance(40) {
            clauses.push(self.handler(depth, true));
        }
        if clauses.len() > 1 && self.random.chance(30) {
            clauses.push(clause("else", self.block(depth - 1, 2)));
        }
        if clauses.len() == 1 || self.random.chance(35) {
            let mut body = self.block(depth - 1, 2);
            body.extend(self.leave_block());
            clauses.push(clause("finally", body));
        }
        Node::Compound(clauses)
    }

    /// `return` in a function, `break` and `continue` in a loop: what a `finally` may do.
    fn leave_block(&mut self) -> Option<Node> {
        if !self.random.chance(15) || self.function_base == 0 {
            return None;
        }
        // Of another type than the function's, but neither text nor a number, which Dana's operators would join.
        let ty = self.random.pick(&[Ty::None, Ty::Ints, Ty::Counts, Ty::Trio]);
        Some(Node::line(format!("return {}", self.expression(ty, 1))))
    }

    fn handler(&mut self, depth: usize, all: bool) -> Clause {
        let name = self.name("e");
        let kinds = match self.random.below(4) {
            _ if all => "Exception".to_owned(),
            0 => format!("({}, {})", self.random.pick(KINDS), self.random.pick(KINDS)),
            _ => self.random.pick(KINDS).to_owned(),
        };
        if all && self.random.chance(15) {
            return clause("except", self.block(depth - 1, 2));
        }
        let mut body = self.tell(&name);
        body.extend(self.block(depth - 1, 2));
        if self.random.chance(15) && self.failing > 0 {
            body.push(Node::line(self.raise(Some(&name))));
        }
        clause(format!("except {kinds} as {name}"), body)
    }

    /// The body of a function and what it returns.
    fn function_body(&mut self, function: &Function) -> Vec<Node> {
        let mut scope = function.parameters.clone();
        scope.extend(function.keyword_only.clone());
        if function.star {
            scope.push(("rest".to_owned(), Ty::Trio));
        }
        let base = std::mem::replace(&mut self.function_base, self.scopes.len());
        self.scopes.push(scope);
        self.nested += 1;
        let mut body = Vec::new();
        for _ in 0..self.random.range(1, 4) {
            self.statement(&mut body, 2);
            if self.random.chance(10) {
                let early = Node::line(format!("return {}", self.expression(function.gives, 2)));
                body.push(Node::block(format!("if {}", self.expression(Ty::Bool, 2)), vec![early]));
            }
        }
        body.push(Node::line(format!("return {}", self.expression(function.gives, 3))));
        self.nested -= 1;
        self.scopes.pop();
        self.function_base = base;
        body
    }

    fn function(&mut self, nodes: &mut Vec<Node>) {
        let count = self.random.below(4);
        let parameters: Vec<(String, Ty)> = (0..count).map(|_| (self.name("p"), self.printed_type())).collect();
        let defaults = if self.random.chance(50) { self.random.below(count + 1) } else { 0 };
        let star = self.random.chance(20);
        let keyword_only = self.random.chance(20).then(|| (self.name("p"), self.printed_type()));
        let function =
            Function { name: self.name("f"), parameters, defaults, star, keyword_only, gives: self.printed_type() };
        let body = self.function_body(&function);
        nodes.push(Node::block(self.signature(&function), body));
        self.functions.push(function);
    }

    fn signature(&mut self, function: &Function) -> String {
        let required = function.parameters.len() - function.defaults;
        let mut parts = Vec::new();
        for (index, (name, ty)) in function.parameters.iter().enumerate() {
            parts.push(if index < required { name.clone() } else { format!("{name}={}", self.literal(*ty)) });
        }
        if function.star {
            parts.push("*rest".to_owned());
        } else if function.keyword_only.is_some() {
            parts.push("*".to_owned());
        }
        if let Some((name, ty)) = &function.keyword_only {
            parts.push(format!("{name}={}", self.literal(*ty)));
        }
        format!("def {}({})", function.name, parts.join(", "))
    }

    /// A function in a function, or in a block, that reads and changes what is around it.
    fn closure(&mut self, nodes: &mut Vec<Node>) {
        let function = Function {
            name: self.name("f"),
            parameters: vec![(self.name("p"), self.printed_type())],
            defaults: 0,
            star: false,
            keyword_only: None,
            gives: self.printed_type(),
        };
        let outer = self.own_variable(Ty::Int).filter(|_| self.random.chance(60));
        let mut body = Vec::new();
        if let Some(name) = &outer {
            if self.random.chance(90) {
                let word = if self.function_base == 0 { "global" } else { "nonlocal" };
                body.push(Node::line(format!("{word} {name}")));
            }
            body.push(Node::line(format!("{name} += {}", self.small(1, 9))));
        }
        body.extend(self.function_body(&function));
        nodes.push(Node::block(format!("def {}({})", function.name, function.parameters[0].0), body));
        let call = self.call(&function, 2);
        nodes.push(Node::line(format!("print({call})")));
    }

    /// Shapes that templates do not reach.
    fn special(&mut self, nodes: &mut Vec<Node>) {
        let name = self.name("s");
        match self.random.below(11) {
            0 => {
                // Recursion.
                let end = vec![Node::line(format!("return {}", self.literal(Ty::Int)))];
                let step =
                    self.random.pick(&["n * @(n - 1)", "@(n - 1) + @(n - 2)", "n + @(n - 2) * 2", "@(n - 1) - n % 3"]);
                let body =
                    vec![Node::block("if n <= 1", end), Node::line(format!("return {}", step.replace('@', &name)))];
                nodes.push(Node::block(format!("def {name}(n)"), body));
                nodes.push(Node::line(format!("print({name}({}))", self.small(0, 12))));
            }
            1 => {
                // Closures see the last value of a loop's variable; a default keeps the one of its turn.
                nodes.push(Node::line(format!("{name} = []")));
                let turns = self.literal(Ty::Range);
                let template =
                    self.random.pick(&["lambda\u{1} k * 2", "lambda k=k\u{1} k + 1", "lambda a=1\u{1} (a, k)"]);
                nodes.push(Node::block(
                    format!("for k in {turns}"),
                    vec![Node::line(format!("{name}.append({template})"))],
                ));
                nodes.push(Node::line(format!("print([f() for f in {name}][:9])")));
            }
            2 => {
                // A default is made once.
                let ty = self.random.pick(&[Ty::Ints, Ty::Counts]);
                let change = if ty == Ty::Ints { "kept.append(x)" } else { "kept[str(x)] = x" };
                let body = vec![Node::line(change), Node::line("return kept")];
                nodes.push(Node::block(format!("def {name}(x, kept={})", self.literal(ty)), body));
                nodes.push(Node::line(format!(
                    "print({name}({}), {name}({}), {name}(1, {}))",
                    self.literal(Ty::Int),
                    self.literal(Ty::Int),
                    self.literal(ty)
                )));
            }
            3 => {
                // Changing what is iterated over.
                let (start, change) = self.random.pick(&[
                    ("{'a': 1, 'b': 2}", "@[k + 'x'] = 1"),
                    ("{'a': 1, 'b': 2, 'c': 3}", "del @[k]"),
                    ("{1}", "@.add(k + 1)"),
                    ("[1, 2, 3, 4, 5]", "@.remove(k)"),
                    ("[1, 2, 3, 4]", "@.pop()"),
                    ("[1, 2, 3]", "@.insert(0, k)"),
                    ("{'a': 1, 'b': 2}", "@['a'] = 5"),
                    ("{'a': 1}", "@.clear()"),
                ]);
                let over = self.random.pick(&["@", "@", "list(@)"]).replace('@', &name);
                nodes.push(Node::line(format!("{name} = {start}")));
                let body = vec![
                    Node::line("print(k)"),
                    Node::line(change.replace('@', &name)),
                    Node::block(format!("if len({name}) > 8"), vec![Node::line("break")]),
                ];
                let attempt = Node::Compound(vec![
                    clause("try", vec![Node::block(format!("for k in {over}"), body)]),
                    clause("except RuntimeError as e", self.tell("e")),
                ]);
                nodes.push(attempt);
                nodes.push(Node::line(format!("print(sorted({name}))")));
            }
            4 => {
                // A local variable that is read before it is set.
                let body = vec![
                    Node::block(format!("if {}", self.expression(Ty::Bool, 2)), vec![Node::line("found = 1")]),
                    Node::line("return found"),
                ];
                nodes.push(Node::block(format!("def {name}()"), body));
                let call = vec![Node::line(format!("print({name}())"))];
                let handler = self.tell("e");
                nodes.push(Node::Compound(vec![clause("try", call), clause("except NameError as e", handler)]));
            }
            5 => {
                // What finally does to a return, a break and an exception.
                let leave =
                    self.random.pick(&["return 'final'", "pass", "print('finally')", "raise ValueError('late')"]);
                let inner =
                    self.random.pick(&["return 'body'", "raise KeyError('k')", "1 // 0", "pass", "continue", "break"]);
                let attempt = Node::Compound(vec![
                    clause("try", vec![Node::line("print('try', turn)"), Node::line(inner)]),
                    clause(
                        "except ZeroDivisionError",
                        vec![Node::line(self.random.pick(&["return 'handled'", "continue", "raise"]))],
                    ),
                    clause("finally", vec![Node::line("print('cleaning')"), Node::line(leave)]),
                ]);
                let body = vec![Node::block("for turn in range(2)", vec![attempt]), Node::line("return 'end'")];
                nodes.push(Node::block(format!("def {name}()"), body));
                let handler = self.tell("e");
                nodes.push(Node::Compound(vec![
                    clause("try", vec![Node::line(format!("print({name}())"))]),
                    clause("except Exception as e", handler),
                ]));
            }
            6 => {
                // Arguments of every sort.
                let body = vec![Node::line("return (a, b, rest, sorted(named.items()))")];
                nodes.push(Node::block(format!("def {name}(a, b=2, *rest, **named)"), body));
                for _ in 0..3 {
                    let call = self.random.pick(&[
                        "@(<I>)",
                        "@(<I>, <S>, <X>)",
                        "@(a=1, c=<I>)",
                        "@(*<LI>)",
                        "@(1, **{'z': <I>, 'b': 3})",
                        "@(*<S>, *<TI>, k=1)",
                        "@(b=1)",
                        "@(1, a=2)",
                        "@()",
                        "@(1, 2, b=3)",
                        "@(**<DSI>)",
                        "@(1, *<LI>, **<DSI>)",
                        "@(1, **{'x': 1}, **{'x': 2})",
                        "@(1, *5)",
                        "@(1, **5)",
                    ]);
                    let call = self.fill(&call.replace('@', &name), 1);
                    let handler = self.tell("e");
                    nodes.push(Node::Compound(vec![
                        clause("try", vec![Node::line(format!("print({call})"))]),
                        clause("except TypeError as e", handler),
                    ]));
                }
            }
            7 => {
                // A decorator.
                let body = vec![
                    Node::block(
                        "def inner(*args, **named)",
                        vec![Node::line(format!("return ({}, f(*args, **named))", self.literal(Ty::Int)))],
                    ),
                    Node::line("return inner"),
                ];
                nodes.push(Node::block(format!("def {name}(f)"), body));
                let used = self.name("f");
                nodes.push(Node::line(format!("@{name}")));
                nodes.push(Node::block(format!("def {used}(x, y=1)"), vec![Node::line("return [x, y]")]));
                nodes.push(Node::line(format!(
                    "print({used}({}), {used}(y=0, x={}))",
                    self.printed(2),
                    self.printed(1)
                )));
            }
            8 => {
                // A record.
                let record = self.name("Rec");
                let fields = vec![
                    Field { name: "x".to_owned(), annotation: "int", default: None },
                    Field { name: "name".to_owned(), annotation: "str", default: Some(self.literal(Ty::Str)) },
                    Field { name: "items".to_owned(), annotation: "list", default: Some(self.literal(Ty::Ints)) },
                ];
                nodes.push(Node::Record { name: record.clone(), fields, methods: Vec::new() });
                nodes.push(Node::line(format!("{name} = {record}({})", self.small(-5, 5))));
                nodes.push(Node::line(format!("{name}.items.append({name}.x)")));
                nodes.push(Node::line(format!("{name}.x += {}", self.small(1, 5))));
                nodes.push(Node::line(format!(
                    "print({name}, {name} == {record}({}), [{name}.name, {name}.items])",
                    self.small(-5, 5)
                )));
                nodes.push(Node::line(format!(
                    "print({record}(1, name='n').items, f'{{{name}!r:>60}}', {name} != {name})"
                )));
            }
            9 => {
                // Iterators are used up.
                let template = self.random.pick(&[
                    "zip(<LI>, <S>)",
                    "enumerate(<LS>)",
                    "reversed(<LI>)",
                    "iter(<S>)",
                    "iter(<DSI>)",
                    "iter(<R>)",
                    "(n * 2 for n in <LI>)",
                ]);
                let source = self.fill(template, 2);
                nodes.push(Node::line(format!("{name} = {source}")));
                nodes.push(Node::line(format!(
                    "print(next({name}, 'none'), list({name}), list({name}), next({name}, 'end'))"
                )));
            }
            _ => {
                // Views follow their dict.
                nodes.push(Node::line(format!("{name} = {}", self.literal(Ty::Counts))));
                nodes.push(Node::line(format!(
                    "{name}k, {name}v, {name}i = {name}.keys(), {name}.values(), {name}.items()"
                )));
                let template =
                    self.random.pick(&["@[<C>] = <I>", "@.update(<DSI>)", "@.clear()", "@.setdefault(<C>, <I>)"]);
                let change = self.fill(&template.replace('@', &name), 1);
                nodes.push(Node::line(change));
                nodes.push(Node::line(format!(
                    "print({name}k, {name}v, {name}i, len({name}k), list(reversed({name}i)))"
                )));
            }
        }
    }
}
