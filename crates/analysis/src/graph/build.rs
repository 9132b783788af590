//! Walks a function in the order in which it runs and writes down its tasks, and what each of them waits for.

use std::cell::OnceCell;
use std::rc::Rc;
use std::sync::Arc;

use rustc_hash::FxHashMap;
use smol_str::SmolStr;

use super::accesses::AccessTo;
use super::bits::Bits;
use super::captures::captures;
use super::state::{Dep, Key, State, Val};
use super::{EdgeKind, NodeKind, Policies, TaskEdge, TaskGraph, TaskNode, WaitCause, WaitPoint, policies};
use crate::effects::{Callee, CodeId, Effect, Site, SiteEffects, Sites, Values, Waits, effects_of, sites};
use crate::{
    Body, Db, Definition, Expr, ExprId, File, FunctionBody, FunctionId, FunctionKind, NameRef, Owner, VariableId,
    body_of,
};

/// Loops inside loops deeper than this are walked once; their turns are taken to depend on each other.
pub(super) const DEEPEST_LOOP: usize = 3;
/// Expressions nested deeper than this are not followed.
pub(super) const DEEPEST: u32 = 400;

pub(super) struct Builder<'db> {
    pub db: &'db dyn Db,
    pub definition: Definition<'db>,
    pub file: File,
    pub body: Arc<Body>,
    pub values: Rc<Values<'db>>,
    pub function: FunctionId,
    pub sites: Sites<'db>,
    pub captures: Rc<FxHashMap<FunctionId, Vec<VariableId>>>,
    pub graph: TaskGraph,
    pub state: State,
    /// Tasks whose value or failure decides whether what comes next runs.
    pub control: Vec<Dep>,
    /// The loops around, by their nodes.
    pub loops: Vec<usize>,
    /// The decisions around, each with the way that is walked.
    pub branches: Vec<(Site, u32)>,
    /// How many second turns of loops are being walked.
    pub second_turns: usize,
    pub depth: u32,
    /// What `$$` and stages get.
    pub piped: Vec<Val>,
    /// The call that comes next is one of several that start together.
    pub member: Option<Together>,
    /// The statements may be left early from here.
    pub may_exit: bool,
    pub may_leave_loop: bool,
    edges: FxHashMap<(usize, usize, EdgeKind, bool), usize>,
    ancestors: Vec<Bits>,
    nodes: FxHashMap<(Site, NodeKind), usize>,
    names: FxHashMap<SmolStr, u32>,
}

/// A call of several that the program starts together.
#[derive(Debug, Clone)]
pub(super) struct Together {
    /// The call.
    pub site: Site,
    /// What starts them.
    pub by: Site,
    /// Those before it.
    pub siblings: Vec<usize>,
}

/// What the graphs of all functions of a definition are made from.
pub(super) struct Source<'db> {
    db: &'db dyn Db,
    definition: Definition<'db>,
    body: Arc<Body>,
    values: OnceCell<Rc<Values<'db>>>,
    captures: OnceCell<Rc<FxHashMap<FunctionId, Vec<VariableId>>>>,
}

impl<'db> Source<'db> {
    pub(super) fn new(db: &'db dyn Db, definition: Definition<'db>) -> Self {
        let body = body_of(db, definition);
        Source { db, definition, body, values: OnceCell::new(), captures: OnceCell::new() }
    }
}

pub(super) fn build(source: &Source<'_>, function: FunctionId) -> TaskGraph {
    let Source { db, definition, .. } = *source;
    db.unwind_if_revision_cancelled();
    let code = if function == source.body.root { CodeId::Root } else { CodeId::Function(function) };
    // Most functions have no task at all.
    let callee = Callee { file: definition.file(db), owner: definition.owner(db).clone(), code };
    if effects_of(db, &callee).waits() == Waits::No {
        return TaskGraph::default();
    }
    let sites = sites(db, definition, code);
    if sites.waiting().next().is_none() {
        return TaskGraph::default();
    }
    let values = source.values.get_or_init(|| Rc::new(Values::new(db, definition))).clone();
    let captures = source.captures.get_or_init(|| Rc::new(captures(&source.body))).clone();
    let mut builder = Builder {
        db,
        definition,
        file: definition.file(db),
        captures,
        body: source.body.clone(),
        values,
        function,
        sites,
        graph: TaskGraph::default(),
        state: State::default(),
        control: Vec::new(),
        loops: Vec::new(),
        branches: Vec::new(),
        second_turns: 0,
        depth: 0,
        piped: Vec::new(),
        member: None,
        may_exit: false,
        may_leave_loop: false,
        edges: FxHashMap::default(),
        ancestors: Vec::new(),
        nodes: FxHashMap::default(),
        names: FxHashMap::default(),
    };
    builder.function_body();
    let mut graph = builder.graph;
    let (critical_path, width) = super::measure(&graph, &|| db.unwind_if_revision_cancelled());
    graph.critical_path = critical_path;
    graph.width = width;
    graph
}

impl Builder<'_> {
    fn function_body(&mut self) {
        let body = self.body.clone();
        match &body.functions[self.function].body {
            FunctionBody::Block(statements) => self.statements(statements),
            FunctionBody::Expr(expr) => {
                self.eval(*expr);
            }
            FunctionBody::Pipeline(stages) => {
                self.pipeline(stages, None);
            }
            FunctionBody::None => {}
        }
        if let Some(record) = &body.record {
            let mut fields: Vec<&crate::FieldBody> = record.fields.iter().collect();
            while let Some(field) = fields.pop() {
                field.default.iter().for_each(|it| {
                    self.used(*it);
                });
                fields.extend(&field.nested);
            }
        }
    }

    pub(super) fn in_branch(&self) -> bool {
        !self.branches.is_empty() || !self.loops.is_empty()
    }

    // ----- nodes

    /// A name that is the node's own within the function.
    fn id(&mut self, name: &SmolStr) -> SmolStr {
        let count = self.names.entry(name.clone()).or_default();
        *count += 1;
        if *count == 1 { name.clone() } else { format!("{name}#{count}").into() }
    }

    pub(super) fn node(&mut self, site: Site, kind: NodeKind, name: SmolStr) -> (usize, bool) {
        if let Some(node) = self.nodes.get(&(site, kind)) {
            return (*node, false);
        }
        let id = self.id(&name);
        let node = self.graph.nodes.len();
        self.graph.nodes.push(TaskNode {
            id,
            name,
            kind,
            site,
            effects: Default::default(),
            is_certain: true,
            callees: Vec::new(),
            parent: self.loops.last().copied(),
            loop_depth: u32::try_from(self.loops.len()).unwrap_or(u32::MAX),
            branches: self.branches.clone(),
            is_waited: false,
            opens: None,
            policies: Policies::default(),
            carries: Vec::new(),
            is_repeated: false,
            together: None,
        });
        self.ancestors.push(Bits::default());
        self.nodes.insert((site, kind), node);
        (node, true)
    }

    /// A loop whose statements had no task is none for the graph.
    pub(super) fn forget_empty_loop(&mut self, node: usize, name: &SmolStr) {
        if self.graph.nodes.len() == node + 1 {
            let site = self.graph.nodes[node].site;
            let kind = self.graph.nodes[node].kind;
            self.graph.nodes.pop();
            self.ancestors.pop();
            self.nodes.remove(&(site, kind));
            if let Some(count) = self.names.get_mut(name) {
                *count -= 1;
            }
        }
    }

    /// Starts what is called at a place, if it may wait. `piped` is what a pipeline gives to a stage.
    pub(super) fn start(&mut self, site: Site, kind: NodeKind, args: Val, piped: Option<Val>) -> Option<usize> {
        let at = self.sites.get(site)?;
        let waits = at.effects.waits();
        if waits == Waits::No {
            return None;
        }
        let name = self.task_name(site, &at);
        let (task, is_new) = self.node(site, kind, name);
        if is_new {
            self.describe(task, &at, waits);
        }
        let accesses: Vec<AccessTo> = self.accesses(&at);
        let is_unknown = at.effects.contains(Effect::Unknown) || at.effects.touches_everything();
        let member = self.member.clone().filter(|it| it.site == site);
        self.graph.nodes[task].together = member.as_ref().map(|it| it.by);
        let siblings = member.map(|it| it.siblings).unwrap_or_default();
        self.task_touches(task, &accesses, is_unknown, site, &siblings);
        for dep in piped.iter().flat_map(|it| &it.deps) {
            self.edge(dep.task, task, EdgeKind::Stage, "the stage before".into(), site, None);
        }
        // What a sibling changes is no value that it gives.
        for dep in args.deps.iter().filter(|dep| !siblings.contains(&dep.task)) {
            self.data_edge(dep, task, site);
        }
        // Functions inside read variables that tasks gave.
        for (place, _) in at.effects.touched() {
            let key = self.key(place);
            if let Key::Variable(_) = key {
                let name = self.key_name(&key);
                let deps = self.state.values.get(&key).map(|it| it.named(&name).deps).unwrap_or_default();
                for dep in deps.into_iter().filter(|dep| !siblings.contains(&dep.task)) {
                    self.data_edge(&dep, task, site);
                }
            }
        }
        for dep in self.control.clone() {
            let cause = match &dep.via {
                Some(via) => format!("decided by `{via}`").into(),
                None => format!("decided by `{}`", self.graph.nodes[dep.task].id).into(),
            };
            self.edge(dep.task, task, EdgeKind::Control, cause, site, None);
        }
        for before in self.state.frontier.clone() {
            self.sync_edge(before, task, site, None);
        }
        for (before, who) in self.state.maybe_frontier.clone() {
            let doubt = format!("`{who}` may wait for it");
            self.sync_edge(before, task, site, Some(doubt.into()));
        }
        self.state.pending.insert(task);
        Some(task)
    }

    /// An edge because of a value, unless the two are in order because of the same name.
    fn data_edge(&mut self, dep: &Dep, task: usize, site: Site) {
        if let Some(via) = &dep.via {
            let known = [false, true].into_iter().find_map(|it| self.edges.get(&(dep.task, task, EdgeKind::Order, it)));
            if known.is_some_and(|it| self.graph.edges[*it].cause == super::accesses::order_cause(via)) {
                return;
            }
        }
        self.edge(dep.task, task, EdgeKind::Data, data_cause(dep), site, None);
    }

    fn describe(&mut self, task: usize, at: &SiteEffects, waits: Waits) {
        let db = self.db;
        let definition_of = |callee: &Callee| callee.definition(db).filter(|_| callee.code == CodeId::Root);
        let mut policy = Policies::default();
        for definition in at.callees.iter().filter_map(definition_of) {
            if !crate::effects::is_native(db, definition) {
                policy = policies(db, definition);
            }
        }
        let opens = at.callees.iter().find(|it| super::has_tasks(db, it)).cloned();
        let is_sync = at.callees.iter().any(|it| {
            matches!(&it.owner, Owner::Item(item) if it.code == CodeId::Root
                && crate::signature::signature(db, &crate::ty::DefRef { file: it.file, item: item.clone() })
                    .is_some_and(|it| it.is_sync))
        });
        let node = &mut self.graph.nodes[task];
        node.effects = at.effects.set;
        node.is_certain = waits == Waits::Yes;
        node.callees.clone_from(&at.callees);
        node.policies = policy;
        node.opens = opens;
        node.is_waited = is_sync;
        for member in &at.members {
            let name = member.name(db);
            let id = self.id(&name);
            let effects = effects_of(db, member);
            let parent = &self.graph.nodes[task];
            let (site, loop_depth, branches) = (parent.site, parent.loop_depth, parent.branches.clone());
            let opens = Some(member.clone()).filter(|it| super::has_tasks(db, it));
            self.graph.nodes.push(TaskNode {
                id,
                name,
                kind: NodeKind::Member,
                site,
                effects: effects.set,
                is_certain: effects.waits() == Waits::Yes,
                callees: vec![member.clone()],
                parent: Some(task),
                loop_depth,
                branches,
                is_waited: false,
                opens,
                policies: member.definition(db).map(|it| policies(db, it)).unwrap_or_default(),
                carries: Vec::new(),
                is_repeated: false,
                together: None,
            });
            self.ancestors.push(Bits::default());
        }
    }

    /// What a task is called for readers.
    fn task_name(&self, site: Site, at: &SiteEffects) -> SmolStr {
        let written = match site {
            Site::Expr(expr) => match &self.body.exprs[expr] {
                Expr::Call(call) => self.written_name(call.callee),
                _ => self.written_name(expr),
            },
            Site::Stmt(_) => None,
        };
        let called = || at.callees.first().map(|it| it.name(self.db));
        written.or_else(called).unwrap_or_else(|| "call".into())
    }

    /// `a.b.f` as it is written, if it is that short.
    fn written_name(&self, expr: ExprId) -> Option<SmolStr> {
        match &self.body.exprs[expr] {
            Expr::Name(NameRef::Free(name)) => Some(name.clone()),
            Expr::Name(NameRef::Variable(variable)) => Some(self.body.variables[*variable].name.clone()),
            Expr::Attribute { base, name } => match &self.body.exprs[*base] {
                Expr::Name(_) | Expr::Attribute { .. } => Some(format!("{}.{name}", self.written_name(*base)?).into()),
                _ => Some(name.clone()),
            },
            _ => None,
        }
    }

    /// Walks a call that the program starts together with others; `members` are those before it.
    pub(super) fn together_with(
        &mut self,
        members: &mut Vec<usize>,
        (site, kind, by): (Site, NodeKind, Site),
        walk: &mut dyn FnMut(&mut Self) -> Val,
    ) -> Val {
        let member = Together { site, by, siblings: members.clone() };
        let around = self.member.replace(member);
        let value = walk(self);
        self.member = around;
        members.extend(self.nodes.get(&(site, kind)));
        value
    }

    // ----- edges

    pub(super) fn edge(
        &mut self,
        from: usize,
        to: usize,
        kind: EdgeKind,
        cause: SmolStr,
        site: Site,
        doubt: Option<SmolStr>,
    ) {
        // A second turn finds what the first turn found, and what leads from one turn to the next.
        if self.second_turns > 0 && self.edges.contains_key(&(from, to, kind, false)) {
            return;
        }
        let is_carried = self.second_turns > 0;
        if from == to && !is_carried {
            return;
        }
        if let Some(known) = self.edges.get(&(from, to, kind, is_carried)) {
            // One certain reason is enough.
            let edge = &mut self.graph.edges[*known];
            if doubt.is_none() && edge.doubt.is_some() {
                (edge.doubt, edge.cause, edge.site) = (None, cause, site);
            }
            return;
        }
        if !is_carried {
            let of_from = self.ancestors[from].clone();
            self.ancestors[to].add(&of_from);
            self.ancestors[to].insert(from);
        }
        self.edges.insert((from, to, kind, is_carried), self.graph.edges.len());
        self.graph.edges.push(TaskEdge { from, to, kind, cause, site, doubt, is_carried });
    }

    /// An edge because of a wait, where no other edge says the same.
    fn sync_edge(&mut self, from: usize, to: usize, site: Site, doubt: Option<SmolStr>) {
        let is_carried = self.second_turns > 0;
        let is_said = [EdgeKind::Data, EdgeKind::Control, EdgeKind::Order, EdgeKind::Stage]
            .into_iter()
            .any(|kind| self.edges.contains_key(&(from, to, kind, is_carried)));
        if is_said || (!is_carried && self.ancestors[to].contains(from)) {
            return;
        }
        self.edge(from, to, EdgeKind::Sync, "waited for before".into(), site, doubt);
    }

    /// The function waits for tasks.
    pub(super) fn wait(&mut self, tasks: &[usize], site: Site, cause: WaitCause) {
        let mut waited = Vec::new();
        for &task in tasks {
            if self.state.pending.remove(task) {
                waited.push(task);
                let ancestors = &self.ancestors[task];
                self.state.frontier.retain(|it| !ancestors.contains(*it) && *it != task);
                self.state.maybe_frontier.retain(|it| it.0 != task);
                self.state.frontier.push(task);
            }
        }
        if waited.is_empty() || self.second_turns > 0 {
            return;
        }
        match self.graph.waits.iter_mut().find(|it| it.site == site && it.cause == cause) {
            Some(known) => known.tasks.extend(waited),
            None => self.graph.waits.push(WaitPoint { site, tasks: waited, cause }),
        }
    }

    /// A function that does not wait by itself is given promises: if it uses them, it waits for them.
    pub(super) fn may_wait(&mut self, value: &Val, who: &SmolStr) {
        for task in &value.pending {
            if self.state.pending.contains(*task) && !self.state.maybe_frontier.iter().any(|it| it.0 == *task) {
                self.state.maybe_frontier.push((*task, who.clone()));
            }
        }
    }

    // ----- variables

    pub(super) fn read(&self, key: &Key) -> Val {
        let name = self.key_name(key);
        self.state.values.get(key).map(|it| it.named(&name)).unwrap_or_default()
    }

    pub(super) fn write(&mut self, key: Key, value: Val) {
        self.state.values.insert(key, value);
    }

    pub(super) fn is_module(&self) -> bool {
        self.body.functions[self.function].kind == FunctionKind::Module
    }
}

fn data_cause(dep: &Dep) -> SmolStr {
    match &dep.via {
        Some(via) => format!("uses `{via}`").into(),
        None => "uses its value".into(),
    }
}
