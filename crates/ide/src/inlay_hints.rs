//! What is not written, between the words: types, names of parameters, and which tasks wait for which.

mod tasks;

use danaide_analysis::infer::{CallInfo, infer};
use danaide_analysis::occurrence::Symbol;
use danaide_analysis::ty::{ParameterKind, Type};
use danaide_analysis::{
    Arg, BindingKind, Db, Definition, Expr, File, FunctionKind, Owner, Stmt, body_of, body_source_map, definitions,
};
use danaide_syntax::{TextRange, TextSize};

use crate::calls::signatures;
use crate::navigation::{Target, definitions_of, item_target};
use crate::semantics::part_ranges;

/// A text that is shown but not there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InlayHint {
    pub offset: TextSize,
    pub label: String,
    pub kind: HintKind,
    /// What it is about: an editor may show more of it, and go there.
    pub target: HintTarget,
    /// The text that writes it down, if it can be.
    pub insert: Option<String>,
    /// Parts of the label, in bytes, that lead to places in the same file.
    pub links: Vec<(usize, usize, TextRange)>,
    /// More about it, as Markdown.
    pub tooltip: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum HintKind {
    /// The type of a variable.
    Type,
    /// What a function gives.
    Result,
    /// The name of the parameter that an argument is for.
    Parameter,
    /// What a task waits for, and what runs beside it.
    Task,
    /// What is waited for.
    Wait,
    /// How many tasks a function has, and how they are tied together.
    Graph,
}

/// What a hint is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HintTarget {
    None,
    Type(Type),
    Symbol(Symbol),
}

/// Which hints are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HintOptions {
    pub types: bool,
    pub results: bool,
    pub parameters: bool,
    /// What tasks wait for, and what runs beside them.
    pub tasks: bool,
    /// Places that wait.
    pub waits: bool,
    /// How many tasks functions have.
    pub functions: bool,
}

impl Default for HintOptions {
    fn default() -> Self {
        Self { types: true, results: true, parameters: true, tasks: true, waits: true, functions: true }
    }
}

/// How long the name of a type may be.
const LONGEST: usize = 40;

/// The hints in a range of a file, in the order of the text.
pub fn inlay_hints(db: &dyn Db, file: File, range: TextRange, options: HintOptions) -> Vec<InlayHint> {
    let mut out = Vec::new();
    for definition in definitions(db, file).iter() {
        if !part_ranges(db, definition).iter().any(|it| it.intersect(range).is_some()) {
            continue;
        }
        db.unwind_if_revision_cancelled();
        if options.types {
            types(db, definition, &mut out);
        }
        if options.results {
            results(db, definition, &mut out);
        }
        if options.parameters {
            parameters(db, definition, &mut out);
        }
    }
    if options.tasks || options.waits {
        tasks::tasks(db, file, range, options, &mut out);
    }
    if options.functions {
        tasks::functions(db, file, range, &mut out);
    }
    out.retain(|it| range.contains_inclusive(it.offset));
    out.sort_by(|a, b| a.offset.cmp(&b.offset).then_with(|| a.label.cmp(&b.label)));
    out.dedup();
    out
}

/// Where the definition of what a hint is about stands, for editors that link to it.
pub fn hint_target(db: &dyn Db, file: File, hint: &HintTarget) -> Option<Target> {
    match hint {
        HintTarget::None => None,
        HintTarget::Symbol(symbol) => definitions_of(db, symbol, file).into_iter().next(),
        HintTarget::Type(ty) => match ty {
            Type::Record(def) | Type::Agent(def) | Type::Native(def) => item_target(db, def),
            _ => None,
        },
    }
}

fn is_shown(ty: &Type) -> bool {
    !matches!(
        ty,
        Type::Any | Type::Never | Type::Module(_) | Type::Function(_) | Type::RecordType(_) | Type::BuiltinType(_)
    )
}

fn short(db: &dyn Db, ty: &Type) -> (String, bool) {
    let text = ty.display(db).to_string();
    if text.chars().count() <= LONGEST {
        return (text, true);
    }
    (text.chars().take(LONGEST - 1).chain(['…']).collect(), false)
}

/// Types of variables that are given a value for the first time, where the value does not say it.
fn types(db: &dyn Db, definition: Definition<'_>, out: &mut Vec<InlayHint>) {
    let body = body_of(db, definition);
    let map = body_source_map(db, definition);
    let inference = infer(db, definition);
    let mut seen = rustc_hash::FxHashSet::default();
    let mut hint = |binding: danaide_analysis::BindingId, can_write: bool, out: &mut Vec<InlayHint>| {
        let of = &body.bindings[binding];
        let name = &body.variables[of.variable].name;
        if !seen.insert(of.variable) || name.starts_with('_') {
            return;
        }
        let Some(ty) = inference.bindings.get(binding).filter(|it| is_shown(it)) else { return };
        let Some(at) = map.binding(binding).and_then(|it| definition.absolute(db, it)) else { return };
        let (text, is_whole) = short(db, ty);
        out.push(InlayHint {
            offset: at.end(),
            label: format!(": {text}"),
            kind: HintKind::Type,
            target: HintTarget::Type(ty.clone()),
            insert: (can_write && is_whole).then(|| format!(": {text}")),
            links: Vec::new(),
            tooltip: None,
        });
    };
    for (_, stmt) in body.stmts.iter() {
        match stmt {
            Stmt::Assign { targets, ty: None, value: Some(value), .. } => {
                let says_it = says_type(&body.exprs[*value]);
                for target in targets {
                    match &body.exprs[*target] {
                        Expr::Bind(binding) if !says_it => hint(*binding, targets.len() == 1, out),
                        Expr::Tuple(items) | Expr::List(items) => {
                            for item in items {
                                if let Expr::Bind(binding) = &body.exprs[*item] {
                                    hint(*binding, false, out);
                                }
                            }
                        }
                        _ => {}
                    }
                }
            }
            Stmt::For { target, .. } => {
                let mut names = vec![*target];
                while let Some(it) = names.pop() {
                    match &body.exprs[it] {
                        Expr::Bind(binding) => hint(*binding, false, out),
                        Expr::Tuple(items) | Expr::List(items) => names.extend(items),
                        _ => {}
                    }
                }
            }
            _ => {}
        }
    }
    // What a stage keeps.
    for (id, binding) in body.bindings.iter() {
        if binding.kind == BindingKind::Capture {
            hint(id, false, out);
        }
    }
}

/// Does a value show its type to a reader?
fn says_type(value: &Expr) -> bool {
    matches!(value, Expr::Literal(_) | Expr::FString(_) | Expr::Lambda(_))
}

/// What functions give that do not declare it.
fn results(db: &dyn Db, definition: Definition<'_>, out: &mut Vec<InlayHint>) {
    let body = body_of(db, definition);
    let map = body_source_map(db, definition);
    let inference = infer(db, definition);
    let root = danaide_analysis::parse(db, definition.file(db)).syntax_node();
    for (id, function) in body.functions.iter() {
        let is_function = matches!(function.kind, FunctionKind::Def | FunctionKind::Workflow);
        if !is_function || function.return_type.is_some() || function.name.is_empty() {
            continue;
        }
        if id == body.root && *definition.owner(db) == Owner::Module {
            continue;
        }
        if matches!(function.body, danaide_analysis::FunctionBody::None) {
            continue;
        }
        let Some(ty) = inference.returns.get(id).filter(|it| is_shown(it) && **it != Type::None) else { continue };
        let Some(name) = map.function(id).and_then(|it| definition.absolute(db, it)) else { continue };
        // Behind the parameters, or behind the name if there are none.
        let Some(node) = root.covering_element(name).parent() else { continue };
        let list = node.children().find(|it| it.kind() == danaide_syntax::SyntaxKind::PARAM_LIST);
        let offset = list.map_or(name.end(), |it| it.text_range().end());
        let (text, is_whole) = short(db, ty);
        out.push(InlayHint {
            offset,
            label: format!(" -> {text}"),
            kind: HintKind::Result,
            target: HintTarget::Type(ty.clone()),
            insert: is_whole.then(|| format!(" -> {text}")),
            links: Vec::new(),
            tooltip: None,
        });
    }
}

/// Names of parameters before arguments that do not say what they are.
fn parameters(db: &dyn Db, definition: Definition<'_>, out: &mut Vec<InlayHint>) {
    let body = body_of(db, definition);
    let map = body_source_map(db, definition);
    let inference = infer(db, definition);
    for (id, expr) in body.exprs.iter() {
        let Expr::Call(call) = expr else { continue };
        let Some(info) = inference.calls.get(&id) else { continue };
        let is_library = |it: &danaide_analysis::infer::Target| match it {
            danaide_analysis::infer::Target::Def(def) => {
                matches!(def.file.path(db), danaide_analysis::FilePath::Library(_))
            }
            danaide_analysis::infer::Target::BuiltinType(_) => true,
            _ => false,
        };
        // What comes with the language is known by heart.
        if info.targets.iter().any(is_library) {
            continue;
        }
        let [signature] = &signatures_of(db, info)[..] else { continue };
        let takes = |it: &&crate::calls::ShownParameter| {
            matches!(it.kind, Some(ParameterKind::PositionalOnly | ParameterKind::Normal))
        };
        let mut params = signature.params.iter().filter(takes).skip(usize::from(signature.is_piped));
        let count = signature.params.iter().filter(takes).count();
        for arg in &call.args {
            let Arg::Positional(value) = arg else { break };
            let Some(param) = params.next() else { break };
            // One argument of a function of one parameter says what it is.
            let says_enough = count < 2 || param.name.len() < 2 || param.name.starts_with('_');
            let is_plain = matches!(
                body.exprs[*value],
                Expr::Literal(_)
                    | Expr::Tuple(_)
                    | Expr::List(_)
                    | Expr::Dict(_)
                    | Expr::Lambda(_)
                    | Expr::Unary { .. }
            );
            if says_enough || !is_plain || param.kind == Some(ParameterKind::PositionalOnly) {
                continue;
            }
            let Some(at) = map.expr(*value).and_then(|it| definition.absolute(db, it)) else { continue };
            out.push(InlayHint {
                offset: at.start(),
                label: format!("{}=", param.name),
                kind: HintKind::Parameter,
                target: param.symbol.clone().map_or(HintTarget::None, HintTarget::Symbol),
                insert: None,
                links: Vec::new(),
                tooltip: None,
            });
        }
    }
}

fn signatures_of(db: &dyn Db, info: &CallInfo) -> Vec<crate::calls::CallSignature> {
    if info.targets.len() == 1 { signatures(db, info) } else { Vec::new() }
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;
    use crate::fixture::Fixture;

    fn check(text: &str, expected: Expect) {
        let fixture = Fixture::new(text);
        let all = TextRange::up_to(TextSize::of(text));
        let hints = inlay_hints(fixture.db(), fixture.file, all, HintOptions::default());
        let edits: Vec<(TextRange, String)> =
            hints.iter().map(|it| (TextRange::empty(it.offset), format!("⟦{}⟧", it.label))).collect();
        expected.assert_eq(&fixture.apply(fixture.file, &edits));
    }

    #[test]
    fn types_of_variables() {
        check(
            "x = 1\ny = [x]\nz: int = y[0]\na, b = 1, 'b'\nfor i, w in enumerate(['a']):\n    v = w.upper()\n_t = [1]\n",
            expect![[r#"
                x = 1
                y⟦: list[int]⟧ = [x]
                z: int = y[0]
                a⟦: int⟧, b⟦: str⟧ = 1, 'b'
                for i⟦: int⟧, w⟦: str⟧ in enumerate(['a']):
                    v⟦: str⟧ = w.upper()
                _t = [1]
            "#]],
        );
    }

    #[test]
    fn results_of_functions() {
        check(
            "def f(a: int):\n    return [a]\ndef g(): pass\ndef h() -> int: return 1\nworkflow w = str | len\ndef flow(n: int) = str | len\n",
            expect![[r#"
                def f(a: int)⟦ -> list[int]⟧:
                    return [a]
                def g(): pass
                def h() -> int: return 1
                workflow w⟦ -> int⟧ = str | len
                def flow(n: int)⟦ -> int⟧ = str | len
            "#]],
        );
    }

    #[test]
    fn names_of_parameters() {
        check(
            "def move(left: int, right: int, n=1): pass\nmove(1, 2)\nmove(1, right=2)\nx = 3\nmove(x, 2, 4)\nprint(1, 2)\n1 | move(2)\nstruct P:\n    width: int\n    height: int\nP(1, 2)\n",
            expect![[r#"
                def move(left: int, right: int, n=1): pass
                move(⟦left=⟧1, ⟦right=⟧2)
                move(⟦left=⟧1, right=2)
                x = 3
                move(x, ⟦right=⟧2, 4)
                print(1, 2)
                1 | move(⟦right=⟧2)
                struct P:
                    width: int
                    height: int
                P(⟦width=⟧1, ⟦height=⟧2)
            "#]],
        );
    }

    #[test]
    fn tasks_and_what_they_wait_for() {
        let text = "def fetch(url: str) -> str:\n    return reason(url)\ndef load():\n    a = fetch('a')\n    b = fetch('b')  # two\n    c = fetch(a)\n    public:n = 1\n    return b + c\nworkflow w = fetch | fetch\n";
        let fixture = Fixture::new(text);
        let all = TextRange::up_to(TextSize::of(text));
        let options = HintOptions { types: false, results: false, parameters: false, ..HintOptions::default() };
        let hints = inlay_hints(fixture.db(), fixture.file, all, options);
        let edits: Vec<(TextRange, String)> =
            hints.iter().map(|it| (TextRange::empty(it.offset), format!(" ⟦{}⟧", it.label))).collect();
        expect![[r#"
            def fetch(url: str) -> str:
                return reason(url)
            def load(): ⟦3 tasks, 2 deep, 2 wide⟧
                a = fetch('a') ⟦beside fetch#2 (5) · critical path⟧
                b = fetch('b')  # two ⟦beside fetch (4), fetch#3 (6)⟧
                c = fetch(a) ⟦after fetch (4) · beside fetch#2 (5) · critical path⟧
                public:n = 1
                return b + c ⟦waits for fetch#2 (5), fetch#3 (6)⟧
            workflow w = fetch | fetch ⟦2 tasks, 2 deep, 1 wide⟧ ⟦after fetch · critical path⟧
        "#]]
        .assert_eq(&fixture.apply(fixture.file, &edits));
        let linked: Vec<String> = hints
            .iter()
            .flat_map(|it| {
                it.links.iter().map(|(start, end, range)| {
                    format!("{} → {}", &it.label[*start..*end], fixture.place(fixture.file, *range))
                })
            })
            .collect();
        expect![[r#"
            fetch#2 (5) → /main.na:5     b = «fetch('b')»  # two
            fetch (4) → /main.na:4     a = «fetch('a')»
            fetch#3 (6) → /main.na:6     c = «fetch(a)»
            fetch (4) → /main.na:4     a = «fetch('a')»
            fetch#2 (5) → /main.na:5     b = «fetch('b')»  # two
            fetch#2 (5) → /main.na:5     b = «fetch('b')»  # two
            fetch#3 (6) → /main.na:6     c = «fetch(a)»
            fetch → /main.na:9 workflow w = «fetch» | fetch"#]]
        .assert_eq(&linked.join("\n"));
        let tooltips: Vec<&str> = hints.iter().filter_map(|it| it.tooltip.as_deref()).collect();
        expect![[r#"
            3 tasks: the longest chain has 2, and 2 can run at the same time.

            Effects: llm.
            ---
            Task `fetch`: llm.

            It starts as soon as the program gets here.

            It can run at the same time as `fetch#2` (line 5).

            It is on the longest chain of tasks: the function takes at least as long as that.
            ---
            Task `fetch#2`: llm.

            It starts as soon as the program gets here.

            It can run at the same time as `fetch` (line 4), `fetch#3` (line 6).
            ---
            Task `fetch#3`: llm.

            It starts after `fetch` (line 4): it uses its value.

            It can run at the same time as `fetch#2` (line 5).

            It is on the longest chain of tasks: the function takes at least as long as that.
            ---
            The program waits here, because its value is needed.
            ---
            2 tasks: the longest chain has 2, and 1 can run at the same time.

            Effects: llm.
            ---
            Task `fetch#2`: llm.

            It starts after `fetch` (line 9): it is the next stage of the pipeline.

            It is on the longest chain of tasks: the function takes at least as long as that."#]]
        .assert_eq(&tooltips.join("\n---\n"));
    }

    #[test]
    fn half_typed() {
        check(
            "def f(a: int):\n    x = [a]\n    y = x.\n    z = f(\n",
            expect![[r#"
            def f(a: int):
                x⟦: list[int]⟧ = [a]
                y = x.
                z⟦: None⟧ = f(
        "#]],
        );
    }

    #[test]
    fn every_kind_has_its_switch() {
        let text = "def load(n: int, more: int):\n    sleep(n)\n    return n\ndef work():\n    a = load(1, 2)\n    b = load(2, 3)\n    return a + b\n";
        let fixture = Fixture::new(text);
        let none = HintOptions {
            types: false,
            results: false,
            parameters: false,
            tasks: false,
            waits: false,
            functions: false,
        };
        let kinds = |options: HintOptions| {
            let all = TextRange::up_to(TextSize::of(text));
            let mut kinds: Vec<HintKind> =
                inlay_hints(fixture.db(), fixture.file, all, options).into_iter().map(|it| it.kind).collect();
            kinds.dedup();
            kinds
        };
        assert_eq!(kinds(none), []);
        assert_eq!(kinds(HintOptions { types: true, ..none }), [HintKind::Type]);
        assert_eq!(kinds(HintOptions { results: true, ..none }), [HintKind::Result]);
        assert_eq!(kinds(HintOptions { parameters: true, ..none }), [HintKind::Parameter]);
        assert_eq!(kinds(HintOptions { tasks: true, ..none }), [HintKind::Task]);
        assert_eq!(kinds(HintOptions { waits: true, ..none }), [HintKind::Wait]);
        assert_eq!(kinds(HintOptions { functions: true, ..none }), [HintKind::Graph]);
    }
}
