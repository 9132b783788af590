//! What is shown about the name under the pointer.

use std::fmt::Write as _;

use danaide_analysis::effects::{Waits, effects, why};
use danaide_analysis::graph::{EdgeKind, definition_hints};
use danaide_analysis::infer::infer;
use danaide_analysis::occurrence::{Symbol, module_name};
use danaide_analysis::record::all_fields;
use danaide_analysis::ty::{DefRef, Type};
use danaide_analysis::{
    Db, File, FilePath, ItemKind, Literal, Owner, body_of, definitions, item_tree, line_index, parse,
};
use danaide_syntax::{ColumnEncoding, SyntaxKind, TextRange, TextSize};

use crate::render::{documentation, head, nested_function, record_with_fields};
use crate::semantics::{Name, call_at, definition_at, names_at, token_at, type_of_name, type_of_range};

/// What to show, as Markdown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hover {
    pub range: TextRange,
    pub markdown: String,
}

/// How many fields of a record are shown.
const MOST_FIELDS: usize = 12;

/// What is known of the name, or the `$$`, at an offset.
pub fn hover(db: &dyn Db, file: File, offset: TextSize) -> Option<Hover> {
    let names = names_at(db, file, offset);
    let Some(first) = names.first() else { return placeholder(db, file, offset) };
    let mut parts: Vec<String> = names.iter().map(|it| describe(db, file, it)).collect();
    parts.dedup();
    parts.extend(task(db, file, first.range));
    Some(Hover { range: first.range, markdown: parts.join("\n\n---\n\n") })
}

/// Of a call that is a task: what it waits for, and what waits for it.
fn task(db: &dyn Db, file: File, name: TextRange) -> Option<String> {
    let definition = definition_at(db, file, name.start())?;
    let (tasks, waits) = definition_hints(db, definition);
    let root = parse(db, file).syntax_node();
    let is_called_here = |range: TextRange| {
        let callee = call_at(&root, range).and_then(|it| it.callee());
        callee.map_or(range, |it| it.range()).end() == name.end()
    };
    let task = tasks.iter().filter(|it| it.range.contains_range(name)).find(|it| is_called_here(it.range))?;
    let index = line_index(db, file);
    let line_of = |offset: TextSize| index.line_col(offset, ColumnEncoding::Utf8).line + 1;
    let own = line_of(task.range.start());
    let mut lines = vec![format!("task `{}`", task.name)];
    let named = |name: &str, line: u32| format!("`{name}` (line {line})");
    for (name, line, kind) in &task.after {
        lines.push(format!("starts after {}: {}", named(name, *line), after_because(*kind)));
    }
    for (name, line, kind) in &task.then {
        lines.push(format!("{} starts after it: {}", named(name, *line), then_because(*kind)));
    }
    if task.is_waited {
        lines.push("the program goes on when it is done".to_owned());
    }
    for wait in waits.iter().filter(|it| it.tasks.contains(&(task.name.clone(), own))) {
        lines.push(format!("the program waits for it in line {}, because {}", line_of(wait.range.start()), wait.cause));
    }
    if !task.beside.is_empty() {
        let beside: Vec<String> = task.beside.iter().map(|(name, line)| named(name, *line)).collect();
        lines.push(format!("can run beside {}", beside.join(", ")));
    }
    if task.is_on_critical_path && tasks.len() > 1 {
        lines.push("on the critical path".to_owned());
    }
    if !task.is_certain {
        lines.push("it is not known whether it waits at all".to_owned());
    }
    Some(lines.join("  \n"))
}

/// Why a task starts after another, as the end of a sentence about it.
pub(crate) fn after_because(kind: EdgeKind) -> &'static str {
    match kind {
        EdgeKind::Data => "it uses its value",
        EdgeKind::Control => "that decides whether it runs",
        EdgeKind::Order => "both touch the same state",
        EdgeKind::Sync => "the program waits for it in between",
        EdgeKind::Stage => "it is the next stage of the pipeline",
    }
}

/// The same from the other side.
fn then_because(kind: EdgeKind) -> &'static str {
    match kind {
        EdgeKind::Data => "it uses the value",
        EdgeKind::Control => "this decides whether it runs",
        EdgeKind::Order | EdgeKind::Sync | EdgeKind::Stage => after_because(kind),
    }
}

/// `$$` is the piped value.
fn placeholder(db: &dyn Db, file: File, offset: TextSize) -> Option<Hover> {
    let token = token_at(db, file, offset)?;
    if token.kind() != SyntaxKind::DOLLAR2 {
        return None;
    }
    let range = token.text_range();
    let ty = type_of_range(db, file, range).unwrap_or(Type::Any);
    Some(Hover { range, markdown: code(&format!("$$: {}", ty.display(db))) + "\n\nthe value that the stage is given" })
}

fn code(text: &str) -> String {
    format!("```dana\n{text}\n```")
}

fn describe(db: &dyn Db, file: File, name: &Name) -> String {
    let symbol = &name.symbol;
    let mut out = code(&declaration(db, file, name));
    if let Some(place) = place(db, file, symbol) {
        let _ = write!(out, "\n\n{place}");
    }
    if let Symbol::Item(def) = symbol
        && let Some(effects) = effects_line(db, def)
    {
        let _ = write!(out, "\n\n{effects}");
    }
    let doc = documentation(db, symbol);
    if !doc.is_empty() {
        let _ = write!(out, "\n\n---\n\n{doc}");
    }
    out
}

/// What a call does beside giving a value, and why it waits if it does.
fn effects_line(db: &dyn Db, def: &DefRef) -> Option<String> {
    if !matches!(def.item.kind(), ItemKind::Function | ItemKind::Workflow) {
        return None;
    }
    let of = danaide_analysis::definition(db, def.file, &def.item)?;
    let effects = effects(db, of);
    if effects.set.is_empty() {
        let is_pure = effects.waits() == Waits::No;
        // Of builtin types and the like it goes without saying.
        let is_own = !matches!(def.file.path(db), FilePath::Library(_));
        return (is_pure && is_own).then(|| "no effects".to_owned());
    }
    let mut out = format!("effects: {}", effects.set);
    if !matches!(def.file.path(db), FilePath::Library(_))
        && let Some(cause) = effects.iter().find(|it| it.waits())
        && let Some(why) = why(db, of, cause)
    {
        let _ = write!(out, "  \nwaits: {}", why.text(db));
    }
    Some(out)
}

/// The line of code that stands for the symbol.
pub(crate) fn declaration(db: &dyn Db, file: File, name: &Name) -> String {
    let ty = || type_of_name(db, file, name).filter(|it| !it.is_any() && *it != Type::Never);
    match &name.symbol {
        Symbol::Item(def) => item_declaration(db, def),
        Symbol::Field { record, name: field } => {
            let declared = all_fields(db, record).into_iter().find(|it| it.name == *field).map(|it| it.ty);
            let written = item_tree(db, record.file)
                .children(&record.item)
                .find(|it| it.name() == field && it.id.kind() == ItemKind::Field)
                .map(|it| head(db, &DefRef { file: record.file, item: it.id.clone() }));
            match written {
                Some(written) if written != *field => written,
                _ => format!("{field}: {}", declared.unwrap_or(Type::Any).display(db)),
            }
        }
        Symbol::Variable { name: variable, file: of } => {
            let known = ty().or_else(|| Some(danaide_analysis::infer::variable_type(db, *of, variable)));
            constant(db, file, name)
                .unwrap_or_else(|| format!("{variable}: {}", known.unwrap_or(Type::Any).display(db)))
        }
        Symbol::Local { file: of, owner, variable } => {
            let Some(definition) = definitions(db, *of).get(owner) else { return String::new() };
            let body = body_of(db, definition);
            let text = &body.variables[*variable].name;
            if let Some(function) = nested_function(&body, *variable) {
                let params = danaide_analysis::signature::parameters(db, *of, &body, function);
                let params: Vec<String> = params.iter().map(|it| crate::render::typed_parameter(db, it)).collect();
                let result =
                    function.return_type.map(|it| danaide_analysis::signature::resolve_type(db, *of, &body.types[it]));
                let id = body.functions.iter().find(|(_, it)| std::ptr::eq(*it, function)).map(|it| it.0);
                let inferred = || infer(db, definition).returns.get(id?).cloned();
                let result = result.or_else(inferred).filter(|it| !it.is_any());
                let arrow = result.map(|it| format!(" -> {}", it.display(db))).unwrap_or_default();
                return format!("def {text}({}){arrow}", params.join(", "));
            }
            // Of a keyword argument, the parameter's type.
            let known = ty().or_else(|| {
                let inference = infer(db, definition);
                let mut bindings = body.bindings.iter().filter(|(_, it)| it.variable == *variable);
                bindings.find_map(|(id, _)| inference.bindings.get(id).cloned())
            });
            format!("{text}: {}", known.unwrap_or(Type::Any).display(db))
        }
        Symbol::Module(module) => format!("import {}", module_name(db, module)),
        Symbol::Scoped { scope, name: variable } => {
            let ty = ty().map(|it| format!(": {}", it.display(db))).unwrap_or_default();
            format!("{}:{variable}{ty}", scope.as_str())
        }
    }
}

/// A function, record or the like.
pub(crate) fn item_declaration(db: &dyn Db, def: &DefRef) -> String {
    match def.item.kind() {
        ItemKind::Record | ItemKind::Agent => record_with_fields(db, def, MOST_FIELDS),
        _ => head(db, def),
    }
}

/// `limit: int = 3`, where a name is given a value once and the value is a literal.
fn constant(db: &dyn Db, file: File, name: &Name) -> Option<String> {
    let Symbol::Variable { file: of, name: variable } = &name.symbol else { return None };
    // What may be a secret stays where it is written.
    let lower = variable.to_lowercase();
    if ["key", "token", "secret", "password"].iter().any(|it| lower.contains(it)) {
        return None;
    }
    let module = definitions(db, *of).get(&Owner::Module)?;
    let body = body_of(db, module);
    let mut values = body.stmts.iter().filter_map(|(_, it)| match it {
        danaide_analysis::Stmt::Assign { targets, value: Some(value), .. } => {
            let is_it = |target: &danaide_analysis::ExprId| match &body.exprs[*target] {
                danaide_analysis::Expr::Bind(binding) => {
                    body.variables[body.bindings[*binding].variable].name == *variable
                }
                _ => false,
            };
            targets.iter().any(is_it).then_some(*value)
        }
        _ => None,
    });
    let value = values.next()?;
    if values.next().is_some() || body.variables.iter().filter(|(_, it)| it.name == *variable).count() > 1 {
        return None;
    }
    let bindings = body.bindings.iter().filter(|(_, it)| body.variables[it.variable].name == *variable).count();
    if bindings != 1 {
        return None;
    }
    let text = match &body.exprs[value] {
        danaide_analysis::Expr::Literal(Literal::Int(Some(it))) => it.to_string(),
        danaide_analysis::Expr::Literal(Literal::Bool(it)) => it.to_string(),
        danaide_analysis::Expr::Literal(Literal::Str(Some(it))) if it.len() <= 60 && !it.contains('\n') => {
            format!("{it:?}")
        }
        _ => return None,
    };
    let ty = type_of_name(db, file, name)
        .filter(|it| !it.is_any())
        .unwrap_or_else(|| danaide_analysis::infer::variable_type(db, *of, variable));
    Some(format!("{variable}: {} = {text}", ty.display(db)))
}

/// Where it comes from, and what kind of variable it is.
fn place(db: &dyn Db, from: File, symbol: &Symbol) -> Option<String> {
    Some(match symbol {
        Symbol::Local { owner, file, variable } => {
            let of = definitions(db, *file).get(owner)?;
            let body = body_of(db, of);
            let function = &body.functions[body.variables[*variable].function];
            let is_param = body
                .bindings
                .iter()
                .any(|(_, it)| it.variable == *variable && it.kind == danaide_analysis::BindingKind::Param);
            let is_function = nested_function(&body, *variable).is_some();
            let kind = match (is_param, is_function) {
                (true, _) => "parameter",
                (false, true) => "function",
                (false, false) => "local variable",
            };
            if function.name.is_empty() { kind.to_owned() } else { format!("{kind} of `{}`", function.name) }
        }
        Symbol::Item(def) => {
            let of = def.item.parent().map(|it| format!("of `{}`", it.name()));
            let origin = origin(db, from, def.file);
            match (of, origin) {
                (Some(of), Some(origin)) => format!("method {of}, {origin}"),
                (Some(of), None) => format!("method {of}"),
                (None, Some(origin)) => origin,
                (None, None) => return None,
            }
        }
        Symbol::Field { record, .. } => format!("field of `{}`", record.item.name()),
        Symbol::Variable { file, .. } => match origin(db, from, *file) {
            Some(origin) => format!("variable, {origin}"),
            None => "variable of the module".to_owned(),
        },
        Symbol::Module(module) => match module.file().map(|it| it.path(db)) {
            Some(FilePath::Library(_)) => "of the standard library".to_owned(),
            Some(path) => path.to_string(),
            None => "a folder of modules".to_owned(),
        },
        Symbol::Scoped { scope, .. } => match scope.as_str() {
            "private" => "kept for this run, not shown to others",
            "public" => "shared by all parts of this run",
            "system" => "a setting of the run",
            _ => "local",
        }
        .to_owned(),
    })
}

/// `from lib.util` for what another file has.
fn origin(db: &dyn Db, from: File, of: File) -> Option<String> {
    if from == of {
        return None;
    }
    Some(match of.path(db) {
        FilePath::Library(path) => {
            let unit = danaide_analysis::library::LibraryFile::by_path(path)?;
            match unit.kind {
                danaide_analysis::library::LibraryKind::Module => format!("from `{}`", unit.name),
                danaide_analysis::library::LibraryKind::Type => format!("of the builtin type `{}`", unit.name),
                _ => "builtin".to_owned(),
            }
        }
        FilePath::Disk(path) => format!("from `{}`", path.file_name().unwrap_or_default()),
        FilePath::Virtual(name) => format!("from `{name}`"),
    })
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;
    use crate::fixture::Fixture;

    fn check(text: &str, expected: Expect) {
        let fixture = Fixture::new(text);
        let hover = hover(fixture.db(), fixture.file, fixture.offset);
        let shown = match hover {
            Some(it) => format!(
                "«{}»\n{}\n",
                &fixture.file.text(fixture.db())[std::ops::Range::<usize>::from(it.range)],
                it.markdown
            ),
            None => "nothing\n".to_owned(),
        };
        expected.assert_eq(&shown);
    }

    #[test]
    fn functions() {
        check(
            "@retry(attempts=2)\ndef area(w: float, h: float = 1.0):\n    \"\"\"The area.\n\n    >>> area(2.0)\n    2.0\n    \"\"\"\n    return w * h\nar$0ea(1.0)\n",
            expect![[r#"
                «area»
                ```dana
                @retry(attempts=2)
                def area(w: float, h: float = 1.0) -> float
                ```

                effects: time  
                waits: `@retry` waits between attempts (time, line 1)

                ---

                The area.

                ```dana
                >>> area(2.0)
                2.0
                ```

                ---

                task `area`  
                the program goes on when it is done
            "#]],
        );
        check(
            "def twice(n: int):\n    return n * 2\ntw$0ice(1)\n",
            expect![[r#"
                «twice»
                ```dana
                def twice(n: int) -> int
                ```

                no effects
            "#]],
        );
        check(
            "//- /lib.na\nsync def go(*all, **named): pass\n//- /main.na\nfrom lib import go\ng$0o()\n",
            expect![[r#"
                «go»
                ```dana
                sync def go(*all, **named) -> None
                ```

                from `lib.na`

                no effects
            "#]],
        );
    }

    #[test]
    fn variables() {
        check(
            "def f(a: int):\n    b = [a]\n    return b$0\n",
            expect![[r#"
            «b»
            ```dana
            b: list[int]
            ```

            local variable of `f`
        "#]],
        );
        check(
            "def f(a$0: int = 3):\n    return a\n",
            expect![[r#"
            «a»
            ```dana
            a: int
            ```

            parameter of `f`
        "#]],
        );
        check(
            "limit = 3\ndef f():\n    return lim$0it\n",
            expect![[r#"
            «limit»
            ```dana
            limit: int = 3
            ```

            variable of the module
        "#]],
        );
        check(
            "public:total = 1\npublic:to$0tal\n",
            expect![[r#"
            «total»
            ```dana
            public:total
            ```

            shared by all parts of this run
        "#]],
        );
        check(
            "def f():\n    def g(n: int): return [n]\n    return g$0(1)\n",
            expect![[r#"
                «g»
                ```dana
                def g(n: int) -> list[int]
                ```

                function of `f`
            "#]],
        );
    }

    #[test]
    fn records() {
        check(
            "struct Base:\n    name: str\nstruct P$0(Base):\n    \"A point.\"\n    x: int = 0\n    def up(self): pass\n",
            expect![[r#"
            «P»
            ```dana
            struct P(Base):
                name: str
                x: int = 0
            ```

            ---

            A point.
        "#]],
        );
        check(
            "struct P:\n    x: int = 0\np = P(x=1)\np.x$0\n",
            expect![[r#"
            «x»
            ```dana
            x: int = 0
            ```

            field of `P`
        "#]],
        );
        check(
            "interface Shape:\n    area() -> float\ndef f(s: Sha$0pe): pass\n",
            expect![[r#"
            «Shape»
            ```dana
            interface Shape:
                area() -> float
            ```
        "#]],
        );
    }

    #[test]
    fn the_library() {
        check(
            "su$0m([1])\n",
            expect![[r#"
            «sum»
            ```dana
            def sum(iterable: any, /, start: any = 0) -> any
            ```

            builtin

            ---

            The sum of the values, added to `start`.

            ```dana
            >>> sum([1, 2, 3], start=10)
            16
            ```
        "#]],
        );
        check(
            "import math\nmath.p$0i\n",
            expect![[r#"
            «pi»
            ```dana
            pi: float
            ```

            variable, from `math`

            ---

            The circumference of a circle over its diameter.
        "#]],
        );
        check(
            "import ma$0th\n",
            expect![[r#"
            «math»
            ```dana
            import math
            ```

            of the standard library

            ---

            Functions of numbers.

            Angles are in radians. A result that is no number is a ValueError, one too large an OverflowError.
        "#]],
        );
        check(
            "'a'.upp$0er()\n",
            expect![[r#"
            «upper»
            ```dana
            def (self: str) upper() -> str
            ```

            of the builtin type `str`

            ---

            The text in large letters.
        "#]],
        );
    }

    #[test]
    fn pipelines() {
        check(
            "def double(n: int) -> int = n * 2\nx = 3 | double | double($$0$) \n",
            expect![[r#"
            «$$»
            ```dana
            $$: int
            ```

            the value that the stage is given
        "#]],
        );
        check(
            "def half(n: int) -> float: return n / 2\ndef flow(n: int) = half | str\nfl$0ow(3)\n",
            expect![[r#"
                «flow»
                ```dana
                def flow(n: int) -> str
                ```

                no effects
            "#]],
        );
        check(
            "workflow w = str | print\nw$0\n",
            expect![[r#"
                «w»
                ```dana
                workflow w -> None
                ```

                effects: log
            "#]],
        );
    }

    #[test]
    fn effects_of_calls() {
        check(
            "def nap(n: int):\n    sleep(n)\ndef twice():\n    nap(1)\n    public:x = 1\ntwi$0ce()\n",
            expect![[r#"
                «twice»
                ```dana
                def twice() -> None
                ```

                effects: time, state(public)  
                waits: calls `nap` (line 4) → `sleep` (time, line 2)

                ---

                task `twice`  
                the program goes on when it is done
            "#]],
        );
        check(
            "sle$0ep(1)\n",
            expect![[r#"
                «sleep»
                ```dana
                def sleep(seconds: int | float) -> None
                ```

                builtin

                effects: time

                ---

                Waits; other work of the run goes on. ValueError if `seconds` is negative.

                ---

                task `sleep`  
                the program goes on when it is done
            "#]],
        );
    }

    #[test]
    fn tasks() {
        let text = |body: &str| {
            format!(
                "def load(url: str) -> str:\n    sleep(1)\n    return url\ndef join(a: str, b: str):\n    sleep(1)\n    return a + b\n{body}"
            )
        };
        let body =
            "def work():\n    a = load('a')\n    b = lo$0ad('b')\n    c = join(a, b)\n    print(a)\n    return c\n";
        check(
            &text(body),
            expect![[r#"
            «load»
            ```dana
            def load(url: str) -> str
            ```

            effects: time  
            waits: `sleep` (time, line 2)

            ---

            task `load#2`  
            `join` (line 10) starts after it: it uses the value  
            can run beside `load` (line 8)
        "#]],
        );
        check(
            &text("def work():\n    a = load('a')\n    print(a)\n    c = jo$0in(a, 'b')\n    return c\n"),
            expect![[r#"
            «join»
            ```dana
            def join(a: str, b: str) -> str
            ```

            effects: time  
            waits: `sleep` (time, line 5)

            ---

            task `join`  
            starts after `load` (line 8): it uses its value  
            on the critical path
        "#]],
        );
        check(
            &text("'a' | load | lo$0ad\n"),
            expect![[r#"
            «load»
            ```dana
            def load(url: str) -> str
            ```

            effects: time  
            waits: `sleep` (time, line 2)

            ---

            task `load#2`  
            starts after `load` (line 7): it is the next stage of the pipeline  
            the program goes on when it is done  
            on the critical path
        "#]],
        );
        // Half typed.
        check(
            &text("def work():\n    a = lo$0ad('a'\n    print(a\n"),
            expect![[r#"
            «load»
            ```dana
            def load(url: str) -> str
            ```

            effects: time  
            waits: `sleep` (time, line 2)

            ---

            task `load`  
            the program waits for it in line 9, because its value is needed
        "#]],
        );
    }

    #[test]
    fn half_typed() {
        check(
            "def f(a: int):\n    x = [1\n    y$0 = a +\n",
            expect![[r#"
            «y»
            ```dana
            y: int
            ```

            local variable of `f`
        "#]],
        );
        check(
            "x = $0\n",
            expect![[r#"
            nothing
        "#]],
        );
    }
}
