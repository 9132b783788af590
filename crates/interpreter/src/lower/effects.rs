//! What the calls of each function of a file may do: wait, and reach what tasks share.
//!
//! The answers err on the safe side. A function that only might wait starts a task, which, if it does not wait, costs a
//! little and shows nowhere. What it calls by a name that stands for no function of the file is found out at run time.

use std::collections::BTreeSet;
use std::sync::{Arc, LazyLock};

use danaide_analysis::library::LibraryFile;
use danaide_syntax::ast::{self, AstNode, Expr};
use danaide_syntax::{SyntaxKind, SyntaxNode, TextRange, WalkEvent};
use rustc_hash::{FxHashMap, FxHashSet};
use smol_str::SmolStr;

use super::Lowerer;
use super::names::ScopeKey;
use crate::builtins::{self, Implementation};
use crate::bytecode::{Effects, Op, Scope, Touches};
use crate::methods;
use crate::modules::MODULES;
use crate::value::TypeTag;
use crate::vm_builtins;

/// Functions of the library that are written in Dana and wait, or make functions that do.
const WAITING: &[&str] = &["pmap", "poet", "retry", "run_plan", "timeout", "__spawn__", "__timer__", "__first__"];

/// Methods that wait, whatever value has them: those of agents, and of the handles of tasks.
const WAITING_METHODS: &[&str] = &["ask", "chat", "llm", "plan", "reason", "result", "solve"];

/// What is known of a function, or of a pipeline or lambda that has a name.
#[derive(Default)]
struct Facts {
    key: Option<ScopeKey>,
    /// All names and attributes that stand in it.
    names: FxHashSet<SmolStr>,
    attributes: FxHashSet<SmolStr>,
    effects: Effects,
    touches: Touches,
    /// The name by which a method calls what it belongs to.
    receiver: Option<SmolStr>,
}

impl Facts {
    /// What a function inside of it may do, it may do too.
    fn add(&mut self, inner: &Facts) {
        self.names.extend(inner.names.iter().cloned());
        self.attributes.extend(inner.attributes.iter().cloned());
        self.effects.waits |= inner.effects.waits;
        self.touches.merge(&inner.touches);
        self.touches.calls.extend(inner.touches.calls.iter().cloned());
        self.touches.methods.extend(inner.touches.methods.iter().cloned());
    }
}

/// The effects of the functions of a file.
#[derive(Default)]
pub(super) struct EffectTable {
    of_nodes: FxHashMap<ScopeKey, Effects>,
    /// Functions of the file by name; the last flag tells that calls of all of them surely do not wait, nor give the value
    /// of a task.
    functions: FxHashMap<SmolStr, bool>,
    methods: FxHashSet<SmolStr>,
    records: FxHashSet<SmolStr>,
    /// What the file binds by an import, and the module of the library it comes from.
    imports: FxHashMap<SmolStr, SmolStr>,
    /// All names that something in the file binds.
    bound: FxHashSet<SmolStr>,
    /// Global variables that functions which may wait assign.
    pub shared: FxHashSet<SmolStr>,
}

/// Does a function of a module of the library wait?
fn module_waits(module: &str, name: &str) -> bool {
    let rows = MODULES.iter().filter(|table| table.name == module).flat_map(|table| table.functions);
    let mut waiting = rows.filter(|row| matches!(row.run, Implementation::Vm(which) if vm_builtins::waits(which)));
    // What such a module implements in Dana is made of its natives.
    match LibraryFile::module(module) {
        Some(file) if file.implements.contains(&name) => waiting.next().is_some() || module == "plans",
        _ => waiting.any(|row| row.name == name),
    }
}

fn builtin_waits(name: &str) -> bool {
    static NAMES: LazyLock<FxHashSet<&str>> = LazyLock::new(|| {
        let rows = builtins::all().iter();
        let native = rows.filter(|row| matches!(row.run, Implementation::Vm(which) if vm_builtins::waits(which)));
        native.map(|row| row.name).chain(WAITING.iter().copied()).collect()
    });
    NAMES.contains(name)
}

/// A method of a builtin type.
fn is_native_method(name: &str) -> bool {
    use TypeTag::*;
    [List, Str, Dict, Set, Bytes, Tuple, Range, Int, Float, Pattern, Match, Date, DateTime, TimeDelta, Random]
        .into_iter()
        .any(|tag| methods::position(tag, name).is_some())
}

fn name_of(expr: &Expr) -> Option<SmolStr> {
    match expr {
        Expr::NameExpr(name) => name.ident_token().map(|token| token.text().into()),
        _ => None,
    }
}

fn is_function(kind: SyntaxKind) -> bool {
    matches!(kind, SyntaxKind::FUNCTION_DEF | SyntaxKind::LAMBDA_EXPR | SyntaxKind::WORKFLOW_DEF)
}

impl EffectTable {
    /// `waiting`: functions of which it is known that they wait.
    pub(super) fn of_file(file: &ast::SourceFile, waiting: &FxHashSet<TextRange>) -> EffectTable {
        let mut table = EffectTable::default();
        let mut all: Vec<Facts> = Vec::new();
        let mut by_name: FxHashMap<SmolStr, Vec<usize>> = FxHashMap::default();
        let mut by_method: FxHashMap<SmolStr, Vec<usize>> = FxHashMap::default();
        table.find_names(file.syntax());
        // The functions around the current place, the innermost last.
        let mut open: Vec<usize> = Vec::new();
        // What the next pipeline or lambda is assigned to.
        let mut assigned: Option<SmolStr> = None;
        for event in file.syntax().preorder() {
            let node = match event {
                WalkEvent::Enter(node) => node,
                WalkEvent::Leave(node) => {
                    if open.last().is_some_and(|index| all[*index].key == Some(ScopeKey::of(&node)))
                        && let Some(index) = open.pop()
                        && let Some(&outer) = open.last()
                    {
                        let inner = std::mem::take(&mut all[index]);
                        all[outer].add(&inner);
                        all[index] = inner;
                    }
                    continue;
                }
            };
            let kind = node.kind();
            match kind {
                SyntaxKind::FUNCTION_DEF
                | SyntaxKind::WORKFLOW_DEF
                | SyntaxKind::LAMBDA_EXPR
                | SyntaxKind::PIPE_EXPR => {
                    let index = all.len();
                    let mut facts = Facts { key: Some(ScopeKey::of(&node)), ..Facts::default() };
                    if let Some(name) = assigned.take() {
                        by_name.entry(name).or_default().push(index);
                    }
                    if let Some(function) = ast::FunctionDef::cast(node.clone()) {
                        let in_record = super::record::has_implicit_self(&function)
                            || node
                                .ancestors()
                                .skip(1)
                                .any(|it| matches!(it.kind(), SyntaxKind::RECORD_DEF | SyntaxKind::AGENT_DEF));
                        let is_method = in_record || function.receiver().is_some();
                        if let Some(name) = function.name() {
                            let list = if is_method { &mut by_method } else { &mut by_name };
                            list.entry(name.text().into()).or_default().push(index);
                        }
                        facts.receiver = receiver_of(&function, in_record);
                        facts.effects.is_sync = function.sync_token().is_some();
                    } else if let Some(name) = ast::WorkflowDef::cast(node).and_then(|it| it.name()) {
                        by_name.entry(name.text().into()).or_default().push(index);
                    }
                    all.push(facts);
                    open.push(index);
                }
                SyntaxKind::ASSIGN_STMT => {
                    if let Some(assign) = ast::AssignStmt::cast(node.clone()) {
                        let is_callable = matches!(assign.value(), Some(Expr::PipeExpr(_) | Expr::LambdaExpr(_)));
                        let targets = assign.targets();
                        assigned =
                            if is_callable && let [target] = targets.as_slice() { name_of(target) } else { None };
                    }
                }
                _ => table.note(kind, &node, &open, &mut all),
            }
        }
        for facts in &mut all {
            facts.effects.waits |= facts.key.is_some_and(|key| waiting.contains(&key.range()));
        }
        spread(&mut all, &by_name, &by_method);
        for facts in &all {
            if facts.effects.waits {
                let written = facts.touches.globals.iter().filter(|(_, writes)| **writes);
                table.shared.extend(written.map(|(name, _)| SmolStr::from(&**name)));
            }
        }
        for (name, indices) in by_name {
            let is_plain = indices.iter().all(|index| {
                let facts = &all[*index];
                let touches = &facts.touches;
                !facts.effects.waits && !touches.unknown && touches.calls.is_empty() && touches.methods.is_empty()
            });
            table.functions.insert(name, is_plain);
        }
        table.methods = by_method.into_keys().collect();
        for facts in all {
            let Some(key) = facts.key else { continue };
            let mut touches = facts.touches;
            // Globals that no task assigns need no order.
            touches.globals.retain(|name, _| table.shared.contains(&**name));
            let effects = Effects { touches: Arc::new(touches), ..facts.effects };
            table.of_nodes.insert(key, effects);
        }
        table
    }

    /// The effects of the function-like node.
    pub(super) fn of(&self, node: &SyntaxNode) -> Effects {
        self.of_nodes.get(&ScopeKey::of(node)).cloned().unwrap_or_default()
    }

    fn find_names(&mut self, file: &SyntaxNode) {
        for node in file.descendants() {
            match node.kind() {
                SyntaxKind::IMPORT_ALIAS => {
                    let Some(alias) = ast::ImportAlias::cast(node) else { continue };
                    let path = alias.module_path().and_then(|path| path.idents().next());
                    if let (Some(bound), Some(path)) = (super::import::bound_name(&alias), path) {
                        self.imports.insert(bound.text().into(), path.text().into());
                    }
                }
                SyntaxKind::RECORD_DEF => {
                    if let Some(name) = ast::RecordDef::cast(node).and_then(|it| it.name()) {
                        self.records.insert(name.text().into());
                    }
                }
                SyntaxKind::FROM_IMPORT_STMT => {
                    let Some(import) = ast::FromImportStmt::cast(node) else { continue };
                    let Some(module) = import.module_path().and_then(|path| path.idents().next()) else { continue };
                    for name in import.import_names() {
                        let (Some(token), Some(bound)) = (name.name(), name.bound_name()) else { continue };
                        let from = format!("{}.{}", module.text(), token.text());
                        self.imports.insert(bound.text().into(), from.into());
                    }
                }
                SyntaxKind::ASSIGN_STMT => {
                    let Some(assign) = ast::AssignStmt::cast(node) else { continue };
                    self.bound.extend(assign.targets().iter().filter_map(name_of));
                }
                SyntaxKind::PARAM => {
                    if let Some(name) = ast::Param::cast(node).and_then(|it| it.name()) {
                        self.bound.insert(name.text().into());
                    }
                }
                _ => {}
            }
        }
    }

    /// Does the name, which stands for no function of the file, wait when it is called?
    fn outside_waits(&self, name: &str) -> bool {
        match self.imports.get(name).and_then(|from| from.split_once('.')) {
            Some((module, member)) => module_waits(module, member),
            None => builtin_waits(name) && !self.imports.contains_key(name),
        }
    }

    /// Notes what a node says of the innermost function around it.
    fn note(&self, kind: SyntaxKind, node: &SyntaxNode, open: &[usize], all: &mut [Facts]) {
        let Some(&innermost) = open.last() else { return };
        let facts = &mut all[innermost];
        match kind {
            SyntaxKind::NAME_EXPR => {
                let Some(token) = node.first_token() else { return };
                facts.effects.waits |= self.outside_waits(token.text());
                facts.names.insert(token.text().into());
            }
            SyntaxKind::GLOBAL_STMT => {
                let Some(global) = ast::GlobalStmt::cast(node.clone()) else { return };
                facts.touches.globals.extend(global.idents().map(|token| (token.text().into(), true)));
            }
            SyntaxKind::SCOPED_NAME => {
                let Some(scoped) = ast::ScopedName::cast(node.clone()) else { return };
                let Some((Some(scope), name)) = super::expr::scoped_name(&scoped) else { return };
                touch(&mut facts.touches, scope, &name, is_written(node));
            }
            SyntaxKind::ATTRIBUTE_EXPR => {
                let Some(attribute) = ast::AttributeExpr::cast(node.clone()) else { return };
                let (Some(base), Some(name)) = (attribute.base(), attribute.name()) else { return };
                let base = name_of(&base);
                let scope = base.as_deref().and_then(super::expr::scope_of).flatten();
                if let Some(scope) = scope
                    && base.as_ref().is_some_and(|base| !self.bound.contains(base))
                {
                    touch(&mut facts.touches, scope, name.text(), is_written(node));
                }
                if let Some(module) = base.as_ref().and_then(|base| self.imports.get(base)) {
                    facts.effects.waits |= module_waits(module, name.text());
                } else {
                    facts.attributes.insert(name.text().into());
                }
                if base.is_some()
                    && let Some(&method) = open.iter().rev().find(|index| all[**index].receiver == base)
                {
                    let receiver = &mut all[method].touches.receiver;
                    *receiver = Some(receiver.unwrap_or(false) | is_written(node));
                }
            }
            SyntaxKind::CALL_EXPR => {
                if let Some(callee) = ast::CallExpr::cast(node.clone()).and_then(|call| call.callee()) {
                    self.called(&callee, facts);
                }
            }
            _ => {}
        }
    }

    /// Notes what a call calls, if that is not known before the program runs.
    fn called(&self, callee: &Expr, facts: &mut Facts) {
        match callee {
            Expr::NameExpr(_) => {
                let Some(name) = name_of(callee) else { return };
                let is_known = builtins::lookup(&name).is_some() || crate::prelude::defines(&name);
                let is_bound = self.bound.contains(&name) || self.imports.contains_key(&name);
                if (!is_known || is_bound) && !self.records.contains(&name) {
                    facts.touches.calls.insert(name.as_str().into());
                }
            }
            Expr::AttributeExpr(attribute) => {
                let (Some(base), Some(name)) = (attribute.base(), attribute.name()) else { return };
                match name_of(&base).filter(|base| self.imports.contains_key(base)) {
                    Some(base)
                        if MODULES
                            .iter()
                            .any(|module| Some(module.name) == self.imports.get(&base).map(|it| &**it)) => {}
                    Some(base) => {
                        facts.touches.calls.insert(format!("{base}.{}", name.text()).into());
                    }
                    None if is_native_method(name.text()) => {}
                    None => {
                        facts.touches.methods.insert(name.text().into());
                    }
                }
            }
            Expr::ParenExpr(paren) => {
                if let Some(inner) = paren.expr() {
                    self.called(&inner, facts);
                }
            }
            Expr::LambdaExpr(_) => {}
            _ => facts.touches.unknown = true,
        }
    }

    /// May evaluating a node start a task, or give the value of one? What stands in functions inside of it does not count.
    pub(super) fn may_wait(&self, node: &SyntaxNode, is_internal: bool) -> bool {
        if is_function(node.kind()) {
            return false;
        }
        let own = match node.kind() {
            SyntaxKind::PIPE_EXPR => true,
            SyntaxKind::CALL_EXPR => {
                let callee = ast::CallExpr::cast(node.clone()).and_then(|call| call.callee());
                callee.is_none_or(|callee| !self.is_plain(&callee, is_internal))
            }
            _ => false,
        };
        own || node.children().any(|child| self.may_wait(&child, is_internal))
    }

    /// Is it known that a call neither waits nor gives the value of a task?
    fn is_plain(&self, callee: &Expr, is_internal: bool) -> bool {
        match callee {
            Expr::NameExpr(_) => {
                let Some(name) = name_of(callee) else { return false };
                if is_internal && name.starts_with("__") {
                    return !matches!(
                        &*name,
                        "__call_fit__" | "__spawn__" | "__first__" | "__parallel__" | "__timer__"
                    );
                }
                if self.bound.contains(&name) || self.imports.contains_key(&name) {
                    return false;
                }
                match self.functions.get(&name) {
                    Some(is_plain) => *is_plain,
                    None if self.records.contains(&name) => true,
                    None => builtins::lookup(&name).is_some() && !builtin_waits(&name) && name != "getattr",
                }
            }
            Expr::AttributeExpr(attribute) => {
                let (Some(base), Some(name)) = (attribute.base(), attribute.name()) else { return false };
                match name_of(&base).and_then(|base| self.imports.get(&base).cloned()) {
                    Some(module) => {
                        MODULES.iter().any(|table| table.name == module) && !module_waits(&module, name.text())
                    }
                    None => is_native_method(name.text()) && !self.methods.contains(name.text()),
                }
            }
            _ => false,
        }
    }
}

fn touch(touches: &mut Touches, scope: Scope, name: &str, writes: bool) {
    *touches.scoped.entry((scope, name.into())).or_default() |= writes;
}

/// The name by which a method calls what it belongs to.
fn receiver_of(function: &ast::FunctionDef, in_record: bool) -> Option<SmolStr> {
    let param = function.receiver().and_then(|it| it.param());
    let first = || function.param_list().and_then(|list| list.params().next()).and_then(|it| it.name());
    match param {
        Some(param) => param.name().map(|token| token.text().into()),
        None if in_record => {
            Some(first().filter(|it| it.text() == "self").map_or("self".into(), |it| it.text().into()))
        }
        None => None,
    }
}

/// Is the expression a target, or something of it: is what it names changed?
fn is_written(node: &SyntaxNode) -> bool {
    let mut node = node.clone();
    while let Some(parent) = node.parent() {
        match parent.kind() {
            SyntaxKind::ATTRIBUTE_EXPR | SyntaxKind::INDEX_EXPR | SyntaxKind::PAREN_EXPR | SyntaxKind::TUPLE_EXPR => {
                // `self.items.append(x)` may change what it is called on.
                if parent.parent().is_some_and(|it| it.kind() == SyntaxKind::CALL_EXPR)
                    && parent.kind() == SyntaxKind::ATTRIBUTE_EXPR
                {
                    return true;
                }
                node = parent;
            }
            SyntaxKind::ASSIGN_STMT => {
                let Some(assign) = ast::AssignStmt::cast(parent) else { return false };
                return assign.targets().iter().any(|target| target.syntax() == &node);
            }
            SyntaxKind::AUG_ASSIGN_STMT => {
                let target = ast::AugAssignStmt::cast(parent).and_then(|it| it.target());
                return target.is_some_and(|target| target.syntax() == &node);
            }
            SyntaxKind::DEL_STMT => return true,
            _ => return false,
        }
    }
    false
}

/// What functions call is added to what they do themselves, until nothing changes.
fn spread(all: &mut [Facts], by_name: &FxHashMap<SmolStr, Vec<usize>>, by_method: &FxHashMap<SmolStr, Vec<usize>>) {
    for facts in all.iter_mut() {
        let waits = |name: &SmolStr| WAITING_METHODS.contains(&name.as_str()) && !by_method.contains_key(name);
        facts.effects.waits |= facts.attributes.iter().any(waits);
        facts.touches.calls.retain(|name| !by_name.contains_key(&**name));
        facts.touches.methods.retain(|name| !by_method.contains_key(&**name));
    }
    let globals: BTreeSet<Box<str>> = all.iter().flat_map(|facts| facts.touches.globals.keys().cloned()).collect();
    for facts in all.iter_mut() {
        let read: Vec<Box<str>> = globals.iter().filter(|name| facts.names.contains(&***name)).cloned().collect();
        for name in read {
            facts.touches.globals.entry(name).or_insert(false);
        }
    }
    let uses: Vec<Vec<usize>> = all
        .iter()
        .map(|facts| {
            let names = facts.names.iter().filter_map(|name| by_name.get(name));
            let methods = facts.attributes.iter().filter_map(|name| by_method.get(name));
            names.chain(methods).flatten().copied().collect()
        })
        .collect();
    let mut users: Vec<Vec<usize>> = vec![Vec::new(); all.len()];
    for (user, used) in uses.iter().enumerate() {
        for &index in used {
            users[index].push(user);
        }
    }
    let mut pending: Vec<usize> = (0..all.len()).collect();
    while let Some(index) = pending.pop() {
        let (waits, touches) = (all[index].effects.waits, all[index].touches.clone());
        for &user in &users[index] {
            if user == index {
                continue;
            }
            let facts = &mut all[user];
            let before = (facts.effects.waits, facts.touches.clone());
            facts.effects.waits |= waits;
            facts.touches.merge(&touches);
            facts.touches.calls.extend(touches.calls.iter().cloned());
            facts.touches.methods.extend(touches.methods.iter().cloned());
            if facts.touches.receiver.is_some() {
                facts.touches.receiver = facts.touches.receiver.max(touches.receiver);
            }
            if before != (facts.effects.waits, facts.touches.clone()) {
                pending.push(user);
            }
        }
    }
}

impl Lowerer {
    pub(super) fn may_wait(&self, node: &SyntaxNode) -> bool {
        self.effects.may_wait(node, self.internal)
    }

    /// Waits for earlier tasks that reach a global variable, if there are functions that assign it in tasks.
    pub(super) fn order(&mut self, name: &str, write: bool) {
        if self.effects.shared.contains(name) {
            let name = self.b().str(name);
            self.emit(Op::Order { name, write });
        }
    }

    /// May the value of an expression be that of a task? A name may stand for one.
    pub(super) fn may_be_task(&self, expr: &Expr) -> bool {
        match expr {
            Expr::NameExpr(_) => true,
            expr => self.may_wait(expr.syntax()),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn waiting(source: &str) -> Vec<String> {
        let parse = danaide_syntax::parse(source);
        let file = parse.tree();
        let table = EffectTable::of_file(&file, &FxHashSet::default());
        let functions = file.syntax().descendants().filter_map(ast::FunctionDef::cast);
        functions
            .filter(|function| table.of(function.syntax()).waits)
            .filter_map(|function| function.name().map(|name| name.text().to_owned()))
            .collect()
    }

    #[test]
    fn what_waits_spreads_to_callers() {
        let source = "\
def pure(x):\n    return x + 1\n
def direct():\n    sleep(1)\n
def caller():\n    return pure(direct())\n
def recursive(n):\n    return recursive(n - 1)\n
def (self: Agent) asks():\n    return self.reason(\"?\")\n
import time\n
def by_module():\n    time.sleep(1)\n
def by_method(agent):\n    return agent.asks()\n
p = pure | direct\n
def by_pipeline(x):\n    return p(x)\n";
        let expected = ["direct", "caller", "asks", "by_module", "by_method", "by_pipeline"];
        assert_eq!(waiting(source), expected);
    }

    #[test]
    fn what_is_shared_is_known() {
        let source = "\
def bump():\n    public:count = public:count + 1\n    sleep(1)\n
def both():\n    return private:name + bump()\n";
        let parse = danaide_syntax::parse(source);
        let file = parse.tree();
        let table = EffectTable::of_file(&file, &FxHashSet::default());
        let touched: Vec<BTreeMap<(Scope, Box<str>), bool>> = file
            .syntax()
            .descendants()
            .filter_map(ast::FunctionDef::cast)
            .map(|function| table.of(function.syntax()).touches.scoped.clone())
            .collect();
        let count = (Scope::Public, "count".into());
        assert_eq!(touched[0], BTreeMap::from([(count.clone(), true)]));
        assert_eq!(touched[1], BTreeMap::from([(count, true), ((Scope::Private, "name".into()), false)]));
    }
}
