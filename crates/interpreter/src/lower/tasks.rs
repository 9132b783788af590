//! What the task graph says of a file, at the places that the lowering comes past: which functions are tasks, which calls
//! may start one, and what they wait for. It comes from the analysis; nothing here finds out anything by itself.

use std::cell::RefCell;
use std::sync::Arc;

use danaide_analysis::effects::{CodeId, Effect, Waits as Known};
use danaide_analysis::graph::{FunctionTasks, suspension_points};
use danaide_analysis::{AnalysisHost, Change, Db, File, FilePath, MemoryFileSystem};
use danaide_syntax::ast::{self, AstNode, Expr};
use danaide_syntax::{SyntaxKind, SyntaxNode, TextRange};
use rustc_hash::FxHashMap;
use smol_str::SmolStr;

use super::{FunctionState, Lowerer, library_tasks};
use crate::builtins::Implementation;
use crate::bytecode::{Code, CodeKind, Effects, Given, Op, Params, Point, Reg, Waits};
use crate::value::TypeTag;
use crate::{builtins, methods, vm_builtins};

/// The tasks of a file by the code that has them.
#[derive(Debug, Default)]
pub(crate) struct FileTasks {
    statements: Option<Arc<CodeTasks>>,
    functions: FxHashMap<TextRange, Arc<CodeTasks>>,
    pipelines: FxHashMap<TextRange, Arc<CodeTasks>>,
    may_wait: bool,
}

/// The same for one function, lambda or pipeline, or the statements of the file.
#[derive(Debug)]
pub(super) struct CodeTasks {
    all: FunctionTasks,
    order: FxHashMap<TextRange, Vec<SmolStr>>,
}

impl FileTasks {
    pub(crate) fn of_file(db: &dyn Db, file: File) -> FileTasks {
        let mut tasks = FileTasks::default();
        for mut code in suspension_points(db, file) {
            code.waiting.sort_unstable_by_key(|(range, _)| range.start());
            tasks.may_wait |= code.effects.iter().any(Effect::waits);
            let (id, range) = (code.code, code.range);
            let order = std::mem::take(&mut code.order_waits).into_iter().collect();
            let code = Arc::new(CodeTasks { all: code, order });
            match (id, range) {
                (CodeId::Pipeline(_), Some(range)) => {
                    tasks.pipelines.insert(range, code);
                }
                (_, Some(range)) => {
                    tasks.functions.insert(range, code);
                }
                (_, None) => tasks.statements = Some(code),
            }
        }
        tasks
    }

    /// Of a text that belongs to no file: what it imports from other files is not known.
    pub(crate) fn of_text(text: &str) -> FileTasks {
        /// So many texts may have been looked at before the database is made anew: what it knows of texts stays in it.
        const MOST_TEXTS: usize = 256;
        thread_local! {
            static HOST: RefCell<(Option<AnalysisHost>, usize)> = const { RefCell::new((None, 0)) };
        }
        let path = FilePath::disk("/program.na");
        HOST.with_borrow_mut(|(host, count)| {
            *count += 1;
            if *count > MOST_TEXTS {
                (*host, *count) = (None, 0);
            }
            let host = host.get_or_insert_with(|| AnalysisHost::new(Arc::new(MemoryFileSystem::default())));
            host.apply_change(Change::Open { path: path.clone(), text: text.into() });
            FileTasks::of_file(host.db(), host.file(&path))
        })
    }

    /// Is there something that may wait? With codes that name a builtin that waits, somebody may call it.
    pub(super) fn may_wait(&self, codes: &[Arc<Code>]) -> bool {
        self.may_wait || codes.iter().flat_map(|code| code.builtin_names()).any(builtin_waits)
    }

    /// Of the code that a node is lowered to.
    pub(super) fn of(&self, kind: CodeKind, range: TextRange) -> Option<&Arc<CodeTasks>> {
        match kind {
            CodeKind::Module => self.statements.as_ref(),
            CodeKind::Pipeline => self.pipelines.get(&range),
            CodeKind::Function | CodeKind::Lambda | CodeKind::Initialiser => self.functions.get(&range),
        }
    }
}

fn builtin_waits(name: &str) -> bool {
    let native = builtins::all().iter().find(|row| row.name == name);
    native.is_some_and(|row| matches!(row.run, Implementation::Vm(which) if vm_builtins::waits(which)))
        || library_tasks::WAITING.iter().any(|(_, function)| *function == name)
}

impl CodeTasks {
    /// Whether something in a range may wait.
    fn waits_in(&self, range: TextRange) -> Known {
        let waiting = &self.all.waiting;
        let first = waiting.partition_point(|(it, _)| it.start() < range.start());
        let inside = waiting[first..].iter().take_while(|(it, _)| it.start() < range.end());
        inside.filter(|(it, _)| it.end() <= range.end()).map(|(_, waits)| *waits).max().unwrap_or(Known::No)
    }
}

/// What a finished function is for the scheduler.
pub(super) fn effects(state: &FunctionState, params: &Params, range: TextRange) -> Effects {
    let mut effects = Effects { is_sync: state.is_sync, ..Effects::default() };
    let Some(tasks) = &state.tasks else { return effects };
    if state.kind == CodeKind::Pipeline && tasks.all.range != Some(range) {
        // A pipeline with a source belongs to the function that it stands in.
        effects.waits = match tasks.waits_in(range) {
            Known::No => Waits::No,
            Known::Maybe => Waits::Unknown,
            Known::Yes => Waits::Yes,
        };
        return effects;
    }
    let all = &tasks.all;
    effects.waits = match all.effects.set.waits() {
        Known::Yes => Waits::Yes,
        Known::Maybe => Waits::Unknown,
        Known::No if all.called.is_empty() => Waits::No,
        Known::No => {
            let given: Option<Box<[Given]>> = all.called.iter().map(|name| given(state, params, name)).collect();
            given.map_or(Waits::Unknown, Waits::Given)
        }
    };
    let is_method = !params.receiver.is_empty() || params.names.first().is_some_and(|name| &**name == "self");
    effects.receiver = is_method.then_some(all.changes_first);
    effects
}

/// Where a function finds a parameter, its own or that of a function around it.
fn given(state: &FunctionState, params: &Params, name: &str) -> Option<Given> {
    let rest = usize::from(params.rest.is_some());
    let own = params.names.iter().position(|it| **it == *name).or_else(|| {
        let is = |of: &Option<Box<str>>| of.as_deref() == Some(name);
        is(&params.rest).then_some(params.names.len()).or(is(&params.named).then_some(params.names.len() + rest))
    });
    match own {
        Some(register) => Some(Given::Register(Reg::try_from(register).ok()?)),
        None => state.captures.get(name).map(|capture| Given::Capture(*capture)),
    }
}

/// Writes what the graph says of the calls of a function beside its instructions.
pub(super) fn attach(code: &mut Code, tasks: &CodeTasks, order: &[Vec<SmolStr>]) {
    let points = &tasks.all.points;
    if points.is_empty() {
        code.order = order.iter().map(|_| Box::default()).collect();
        return;
    }
    let mut calls: FxHashMap<TextRange, Vec<u32>> = FxHashMap::default();
    let mut pipes: Vec<(TextRange, u32)> = Vec::new();
    for (at, (op, range)) in (0..).zip(code.ops.iter().zip(&code.ranges)) {
        if is_call(*op) {
            calls.entry(*range).or_default().push(at);
        }
        if let Op::Pipe { .. } = op {
            pipes.push((*range, at));
        }
    }
    let places: Vec<Vec<u32>> = points
        .iter()
        .map(|point| match calls.get(&point.range) {
            Some(calls) => calls.clone(),
            // The stages of a pipeline with a source are code of their own, which one instruction calls.
            None => {
                let around = pipes.iter().filter(|(range, _)| range.contains_range(point.range));
                around.min_by_key(|(range, _)| range.len()).map(|(_, at)| *at).into_iter().collect()
            }
        })
        .collect();
    let of_labels = |labels: &[SmolStr]| {
        let mut all: Vec<u32> = points
            .iter()
            .zip(&places)
            .filter(|(point, _)| labels.contains(&point.label))
            .flat_map(|(_, places)| places.iter().copied())
            .collect();
        all.sort_unstable();
        all.dedup();
        all
    };
    for (point, places) in points.iter().zip(&places) {
        let after = of_labels(&point.after);
        for &at in places {
            match code.points.iter_mut().find(|it| it.at == at) {
                // Several stages are behind one instruction.
                Some(known) => known.after = known.after.iter().chain(&after).copied().collect(),
                None => code.points.push(Point {
                    at,
                    label: point.label.as_str().into(),
                    after: after.iter().copied().collect(),
                    together: point.together.map(|range| range.start().into()),
                }),
            }
        }
    }
    code.points.sort_unstable_by_key(|point| point.at);
    code.order = order.iter().map(|labels| of_labels(labels).into()).collect();
}

fn is_call(op: Op) -> bool {
    matches!(
        op,
        Op::Call { .. }
            | Op::CallMethod { .. }
            | Op::CallShaped { .. }
            | Op::CallMethodShaped { .. }
            | Op::CallSpread { .. }
            | Op::CallMethodSpread { .. }
            | Op::Pipe { .. }
            | Op::PipeInto { .. }
    )
}

impl Lowerer<'_> {
    /// May evaluating a node start a task? What stands in functions inside of it does not count.
    pub(super) fn may_wait(&self, node: &SyntaxNode) -> bool {
        if self.internal {
            return library_may_wait(node);
        }
        let tasks = self.functions.last().and_then(|it| it.tasks.as_ref());
        tasks.is_some_and(|it| it.waits_in(node.text_range()) != Known::No)
    }

    /// May names of the current function stand for tasks?
    pub(super) fn has_tasks(&mut self) -> bool {
        self.internal || self.f().tasks.as_ref().is_some_and(|it| !it.all.waiting.is_empty())
    }

    /// May the value of an expression be that of a task? A name may stand for one.
    pub(super) fn may_be_task(&self, expr: &Expr) -> bool {
        match expr {
            Expr::NameExpr(_) => true,
            expr => self.may_wait(expr.syntax()),
        }
    }

    /// Before a place where the function touches what tasks of it touch: waits for them.
    pub(super) fn in_order(&mut self, range: TextRange) {
        let f = self.f();
        let Some(labels) = f.tasks.as_ref().and_then(|it| it.order.get(&range)) else { return };
        let calls = f.order.len() as u32;
        f.order.push(labels.clone());
        self.emit(Op::After { calls });
    }
}

/// A method of a builtin type.
fn is_native_method(name: &str) -> bool {
    use TypeTag::{Bytes, Dict, Float, Int, List, Match, Pattern, Random, Range, Set, Str, Tuple};
    [List, Str, Dict, Set, Bytes, Tuple, Range, Int, Float, Pattern, Match, Random]
        .into_iter()
        .any(|tag| methods::position(tag, name).is_some())
}

/// The same for the library's own code: what calls a function that it was given may wait.
fn library_may_wait(node: &SyntaxNode) -> bool {
    let starts = |call: ast::CallExpr| match call.callee() {
        Some(Expr::NameExpr(name)) => name.ident_token().is_none_or(|token| match token.text() {
            "__call_fit__" | "__spawn__" | "__spawn_within__" | "__first__" | "__parallel__" | "__timer__"
            | "getattr" => true,
            name if name.starts_with("__") => false,
            name => builtins::lookup(name).is_none() || builtin_waits(name),
        }),
        Some(Expr::AttributeExpr(attribute)) => attribute.name().is_none_or(|name| !is_native_method(name.text())),
        _ => true,
    };
    match node.kind() {
        SyntaxKind::FUNCTION_DEF | SyntaxKind::LAMBDA_EXPR | SyntaxKind::WORKFLOW_DEF => false,
        SyntaxKind::PIPE_EXPR => true,
        SyntaxKind::CALL_EXPR if ast::CallExpr::cast(node.clone()).is_some_and(starts) => true,
        _ => node.children().any(|child| library_may_wait(&child)),
    }
}
