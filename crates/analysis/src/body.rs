//! The statements and expressions of one definition, without offsets: what inference, effects and the task graph read.
//!
//! Names are resolved while a body is made: a [`NameRef`] is a variable of the body, or free, to be found in the module or
//! the library. Where everything stands is in the [`BodySourceMap`] beside it, so an edit that only moves things, or
//! changes a comment, leaves the body equal.

mod lower;
mod names;
mod source_map;
#[cfg(test)]
mod tests;
mod type_ref;
mod walk;

use std::sync::Arc;

use danaide_syntax::ast::ParamKind;
use la_arena::{Arena, Idx};
use smol_str::SmolStr;

pub use source_map::{BodySourceMap, PartStarts, Place, SyntaxProblem};
pub use type_ref::{PathId, TypeRef};
pub use walk::{BlockPlace, Nested};

use crate::{Db, Definition, ItemId, RecordKind};

pub type ExprId = Idx<Expr>;
pub type StmtId = Idx<Stmt>;
pub type VariableId = Idx<Variable>;
pub type BindingId = Idx<Binding>;
pub type FunctionId = Idx<Function>;
pub type TypeRefId = Idx<TypeRef>;

/// One definition: its root function, and everything inside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Body {
    pub exprs: Arena<Expr>,
    pub stmts: Arena<Stmt>,
    pub variables: Arena<Variable>,
    pub bindings: Arena<Binding>,
    pub functions: Arena<Function>,
    pub types: Arena<TypeRef>,
    /// The function itself, the statements of the file, or what stands around the fields of a record.
    pub root: FunctionId,
    /// Of a record or an agent.
    pub record: Option<RecordBody>,
}

/// A function, a lambda, a pipeline, or the statements of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Function {
    pub kind: FunctionKind,
    /// Empty for lambdas, the statements of a file, and in half-typed code.
    pub name: SmolStr,
    /// The function around it.
    pub parent: Option<FunctionId>,
    pub is_sync: bool,
    /// The parameter before the name, or the `self` that a method in a record's body has without naming it.
    pub receiver: Option<Param>,
    pub params: Vec<Param>,
    pub return_type: Option<TypeRefId>,
    pub decorators: Vec<ExprId>,
    pub doc: Option<SmolStr>,
    pub body: FunctionBody,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FunctionKind {
    Module,
    /// `def`, with a block or a pipeline.
    Def,
    /// `workflow name = …`.
    Workflow,
    Lambda,
    /// The fields of a record or an agent.
    Record,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FunctionBody {
    Block(Vec<StmtId>),
    /// `def f(…) = a | b`: the stages.
    Pipeline(Vec<ExprId>),
    /// Of a lambda.
    Expr(ExprId),
    /// A signature, or half-typed code.
    None,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Param {
    pub name: SmolStr,
    pub kind: ParamKind,
    /// None for a mark (`*`, `/`).
    pub binding: Option<BindingId>,
    pub ty: Option<TypeRefId>,
    pub default: Option<ExprId>,
    /// It is not written: a method without a receiver reaches its record as `self`.
    pub is_implicit: bool,
}

/// A name of a function. All places that bind the name are [`Binding`]s of the one variable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Variable {
    pub name: SmolStr,
    /// The function that has it. The variables of a comprehension belong to the function around.
    pub function: FunctionId,
    /// A function inside reads or writes it.
    pub is_captured: bool,
    /// It lives in a comprehension or a pipeline value only.
    pub is_inner: bool,
}

/// A place that gives a variable a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Binding {
    pub variable: VariableId,
    pub kind: BindingKind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum BindingKind {
    Param,
    Assign,
    For,
    With,
    /// `except … as name`.
    Exception,
    /// A stage `… as name`.
    Capture,
    Import,
    /// A function, record or agent.
    Definition,
}

/// What a name means as far as the body alone can tell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NameRef {
    Variable(VariableId),
    /// Of the module, or of the library.
    Free(SmolStr),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ContextScope {
    Private,
    Public,
    System,
    Local,
}

/// The names of `system:` that programs write: how they describe and set up themselves. All others are the host's.
pub const WRITABLE_SYSTEM_NAMES: [&str; 8] =
    ["agent_description", "agent_name", "alerts", "config", "debug", "log_level", "status", "version"];

impl ContextScope {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Private => "private",
            Self::Public => "public",
            Self::System => "system",
            Self::Local => "local",
        }
    }

    pub(crate) fn from_name(name: &str) -> Option<Self> {
        Some(match name {
            "private" => Self::Private,
            "public" => Self::Public,
            "system" => Self::System,
            "local" => Self::Local,
            _ => return None,
        })
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expr {
    /// Half-typed code.
    Missing,
    Literal(Literal),
    /// The values in the fields, those of nested format specifications included.
    FString(Vec<ExprId>),
    Name(NameRef),
    /// A name in the place of a target: it gets a value.
    Bind(BindingId),
    /// A target declared `global`.
    BindGlobal(SmolStr),
    /// `private:x`; `is_old` for `private.x`. `local:x` is a [`Expr::Name`] or [`Expr::Bind`].
    Scoped {
        scope: ContextScope,
        name: SmolStr,
        is_old: bool,
    },
    /// `$$`.
    Placeholder,
    Tuple(Vec<ExprId>),
    List(Vec<ExprId>),
    Set(Vec<ExprId>),
    /// A key is missing for `**other`.
    Dict(Vec<(Option<ExprId>, ExprId)>),
    Comprehension(Comprehension),
    Lambda(FunctionId),
    Ternary {
        condition: ExprId,
        then: ExprId,
        otherwise: ExprId,
    },
    /// From left to right: `a + b - c`.
    Binary {
        first: ExprId,
        rest: Vec<(BinaryOp, ExprId)>,
    },
    /// `and` and `or`.
    Logic {
        is_and: bool,
        operands: Vec<ExprId>,
    },
    Compare {
        first: ExprId,
        rest: Vec<(CompareOp, ExprId)>,
    },
    Unary {
        op: UnaryOp,
        operand: ExprId,
    },
    /// Stages, or the union of sets or dicts.
    Pipe(Vec<ExprId>),
    /// `stage as name`.
    Capture {
        stage: ExprId,
        binding: Option<BindingId>,
    },
    Call(Call),
    Index {
        base: ExprId,
        indices: Vec<ExprId>,
    },
    Slice([Option<ExprId>; 3]),
    Attribute {
        base: ExprId,
        name: SmolStr,
    },
    /// `*x` and `**x`.
    Spread {
        is_named: bool,
        expr: ExprId,
    },
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Literal {
    /// None if it does not fit in 64 bits.
    Int(Option<i64>),
    Float,
    Imaginary,
    /// None if it is long.
    Str(Option<SmolStr>),
    Bytes,
    Bool(bool),
    None,
    Ellipsis,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comprehension {
    pub kind: ComprehensionKind,
    /// The key, of a dict.
    pub key: Option<ExprId>,
    pub element: ExprId,
    pub clauses: Vec<Clause>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ComprehensionKind {
    List,
    Set,
    Dict,
    Generator,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Clause {
    For { target: ExprId, iterable: ExprId },
    If(ExprId),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    pub callee: ExprId,
    pub args: Vec<Arg>,
}

impl Call {
    /// The argument that is given by name.
    pub fn keyword(&self, name: &str) -> Option<ExprId> {
        self.args.iter().find_map(|arg| match arg {
            Arg::Keyword(known, value) if known == name => Some(*value),
            _ => None,
        })
    }

    /// The argument that is given by name, or at a place.
    pub fn argument(&self, name: &str, place: usize) -> Option<ExprId> {
        self.keyword(name).or_else(|| match self.args.get(place) {
            Some(Arg::Positional(value)) => Some(*value),
            _ => None,
        })
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Arg {
    Positional(ExprId),
    Keyword(SmolStr, ExprId),
    /// `*x`.
    Spread(ExprId),
    /// `**x`.
    NamedSpread(ExprId),
}

impl Arg {
    pub fn value(&self) -> ExprId {
        match self {
            Self::Positional(it) | Self::Keyword(_, it) | Self::Spread(it) | Self::NamedSpread(it) => *it,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum BinaryOp {
    Add,
    Sub,
    Mul,
    Div,
    FloorDiv,
    Mod,
    Pow,
    BitAnd,
    BitXor,
    BitOr,
    Shl,
    Shr,
    MatMul,
}

impl BinaryOp {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Add => "+",
            Self::Sub => "-",
            Self::Mul => "*",
            Self::Div => "/",
            Self::FloorDiv => "//",
            Self::Mod => "%",
            Self::Pow => "**",
            Self::BitAnd => "&",
            Self::BitXor => "^",
            Self::BitOr => "|",
            Self::Shl => "<<",
            Self::Shr => ">>",
            Self::MatMul => "@",
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CompareOp {
    Eq,
    Ne,
    Lt,
    Le,
    Gt,
    Ge,
    In,
    NotIn,
    Is,
    IsNot,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum UnaryOp {
    Not,
    Neg,
    Pos,
    Invert,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stmt {
    Expr(ExprId),
    /// `a = b = v`, `x: T = v`, `x: T`.
    Assign {
        targets: Vec<ExprId>,
        ty: Option<TypeRefId>,
        value: Option<ExprId>,
        decorators: Vec<ExprId>,
    },
    /// The target is there twice: as a value, and as what gets a value.
    AugAssign {
        read: ExprId,
        op: BinaryOp,
        value: ExprId,
        target: ExprId,
    },
    Return(Option<ExprId>),
    Deliver(Option<ExprId>),
    Raise {
        exception: Option<ExprId>,
        cause: Option<ExprId>,
    },
    Assert {
        condition: ExprId,
        message: Option<ExprId>,
    },
    Break,
    Continue,
    Pass,
    Del(ExprId),
    /// `global` and `nonlocal`.
    Global {
        names: Vec<SmolStr>,
        is_nonlocal: bool,
    },
    /// One module of an `import`.
    Import {
        path: ModuleRef,
        binding: Option<BindingId>,
        has_alias: bool,
    },
    FromImport {
        path: ModuleRef,
        names: Vec<(SmolStr, Option<BindingId>)>,
        is_star: bool,
    },
    Export(Vec<SmolStr>),
    If {
        branches: Vec<(ExprId, Vec<StmtId>)>,
        otherwise: Option<Vec<StmtId>>,
    },
    While {
        condition: ExprId,
        body: Vec<StmtId>,
        otherwise: Option<Vec<StmtId>>,
    },
    For {
        target: ExprId,
        iterable: ExprId,
        body: Vec<StmtId>,
        otherwise: Option<Vec<StmtId>>,
    },
    Try {
        body: Vec<StmtId>,
        handlers: Vec<Handler>,
        otherwise: Option<Vec<StmtId>>,
        finally: Option<Vec<StmtId>>,
    },
    With {
        items: Vec<(ExprId, Option<ExprId>)>,
        body: Vec<StmtId>,
    },
    /// A function inside a function.
    Function {
        function: FunctionId,
        binding: Option<BindingId>,
    },
    /// A function, record or agent of the module, which has a definition of its own.
    Item {
        item: ItemId,
        binding: Option<BindingId>,
    },
    /// A record or an agent inside a function, with its methods.
    LocalRecord {
        binding: Option<BindingId>,
        methods: Vec<FunctionId>,
        values: Vec<ExprId>,
    },
}

/// The module that an import names.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ModuleRef {
    /// How many dots stand before the path.
    pub dots: usize,
    pub path: Vec<SmolStr>,
}

impl ModuleRef {
    /// `import data.na` and `import data.py` name files.
    pub fn extension(&self) -> Option<&str> {
        match self.path.as_slice() {
            [_, extension] if extension == "na" => Some(extension),
            [_, .., extension] if extension == "py" => Some(extension),
            _ => None,
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Handler {
    pub exception: Option<ExprId>,
    pub binding: Option<BindingId>,
    pub body: Vec<StmtId>,
}

/// A record type or an agent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordBody {
    /// None for an agent.
    pub kind: Option<RecordKind>,
    /// It is an agent with a value, not a blueprint in the old form.
    pub is_singleton: bool,
    pub bases: Vec<TypeRefId>,
    pub fields: Vec<FieldBody>,
    /// The methods in the body that are signatures, of an interface.
    pub signatures: Vec<FunctionId>,
    /// The interfaces that an interface names in its body.
    pub embeds: Vec<ExprId>,
    pub doc: Option<SmolStr>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldBody {
    pub name: SmolStr,
    pub ty: Option<TypeRefId>,
    pub default: Option<ExprId>,
    /// Of `name:` with fields below.
    pub nested: Vec<FieldBody>,
}

/// Both halves at once; not compared, since the halves are.
#[salsa::tracked(no_eq, lru = 512)]
fn lower_body<'db>(db: &'db dyn Db, definition: Definition<'db>) -> (Arc<Body>, Arc<BodySourceMap>) {
    let (body, map) = lower::lower(db, definition.owner(db), &definition.syntax(db));
    (Arc::new(body), Arc::new(map))
}

/// The statements and expressions of a definition.
#[salsa::tracked(returns(clone), lru = 8192)]
pub fn body_of<'db>(db: &'db dyn Db, definition: Definition<'db>) -> Arc<Body> {
    lower_body(db, definition).0.clone()
}

/// How many definitions keep their bodies.
pub(crate) fn keep_bodies(db: &mut dyn Db, definitions: usize) {
    lower_body::set_lru_capacity(db, definitions);
    body_of::set_lru_capacity(db, definitions);
    body_source_map::set_lru_capacity(db, definitions);
}

/// Where the parts of a body stand, relative to the parts of the definition.
#[salsa::tracked(returns(clone), lru = 512)]
pub fn body_source_map<'db>(db: &'db dyn Db, definition: Definition<'db>) -> Arc<BodySourceMap> {
    lower_body(db, definition).1.clone()
}

impl Body {
    /// The root function.
    pub fn root(&self) -> &Function {
        &self.functions[self.root]
    }

    /// Calls `visit` for each expression directly inside another; bodies of lambdas are not inside.
    pub fn children(&self, expr: ExprId, visit: &mut dyn FnMut(ExprId)) {
        match &self.exprs[expr] {
            Expr::Missing
            | Expr::Literal(_)
            | Expr::Name(_)
            | Expr::Bind(_)
            | Expr::BindGlobal(_)
            | Expr::Scoped { .. }
            | Expr::Placeholder
            | Expr::Lambda(_) => {}
            Expr::FString(all)
            | Expr::Tuple(all)
            | Expr::List(all)
            | Expr::Set(all)
            | Expr::Pipe(all)
            | Expr::Logic { operands: all, .. } => all.iter().for_each(|it| visit(*it)),
            Expr::Dict(items) => {
                for (key, value) in items {
                    key.iter().for_each(|it| visit(*it));
                    visit(*value);
                }
            }
            Expr::Comprehension(it) => {
                for clause in &it.clauses {
                    match clause {
                        Clause::For { target, iterable } => {
                            visit(*iterable);
                            visit(*target);
                        }
                        Clause::If(condition) => visit(*condition),
                    }
                }
                it.key.iter().for_each(|it| visit(*it));
                visit(it.element);
            }
            Expr::Ternary { condition, then, otherwise } => {
                [condition, then, otherwise].into_iter().for_each(|it| visit(*it))
            }
            Expr::Binary { first, rest } => {
                visit(*first);
                rest.iter().for_each(|(_, it)| visit(*it));
            }
            Expr::Compare { first, rest } => {
                visit(*first);
                rest.iter().for_each(|(_, it)| visit(*it));
            }
            Expr::Unary { operand: it, .. }
            | Expr::Capture { stage: it, .. }
            | Expr::Attribute { base: it, .. }
            | Expr::Spread { expr: it, .. } => visit(*it),
            Expr::Call(call) => {
                visit(call.callee);
                call.args.iter().for_each(|it| visit(it.value()));
            }
            Expr::Index { base, indices } => {
                visit(*base);
                indices.iter().for_each(|it| visit(*it));
            }
            Expr::Slice(parts) => parts.iter().flatten().for_each(|it| visit(*it)),
        }
    }

    /// The variables that statements give or take a value, or may change by a method, blocks inside them included. A variable may
    /// be there several times.
    pub fn bound_in(&self, statements: &[StmtId], out: &mut Vec<VariableId>) {
        let mut blocks: Vec<&[StmtId]> = vec![statements];
        while let Some(block) = blocks.pop() {
            for statement in block {
                let mut binding = |it: &Option<BindingId>| out.extend(it.map(|it| self.bindings[it].variable));
                match &self.stmts[*statement] {
                    Stmt::Assign { targets, .. } => targets.iter().for_each(|it| self.bound_by(*it, out)),
                    Stmt::AugAssign { target, .. } | Stmt::Del(target) => self.bound_by(*target, out),
                    Stmt::Import { binding: it, .. }
                    | Stmt::Function { binding: it, .. }
                    | Stmt::Item { binding: it, .. }
                    | Stmt::LocalRecord { binding: it, .. } => binding(it),
                    Stmt::FromImport { names, .. } => names.iter().for_each(|(_, it)| binding(it)),
                    Stmt::If { branches, otherwise } => {
                        blocks.extend(branches.iter().map(|(_, it)| it.as_slice()));
                        blocks.extend(otherwise.as_deref());
                    }
                    Stmt::While { body, otherwise, .. } => {
                        blocks.push(body);
                        blocks.extend(otherwise.as_deref());
                    }
                    Stmt::For { target, body, otherwise, .. } => {
                        self.bound_by(*target, out);
                        blocks.push(body);
                        blocks.extend(otherwise.as_deref());
                    }
                    Stmt::Try { body, handlers, otherwise, finally } => {
                        handlers.iter().for_each(|it| binding(&it.binding));
                        blocks.extend(handlers.iter().map(|it| it.body.as_slice()));
                        blocks.push(body);
                        blocks.extend(otherwise.as_deref());
                        blocks.extend(finally.as_deref());
                    }
                    Stmt::With { items, body } => {
                        items.iter().filter_map(|(_, it)| *it).for_each(|it| self.bound_by(it, out));
                        blocks.push(body);
                    }
                    // `items.append(x)`: the items may be of another type then.
                    Stmt::Expr(expr) => {
                        if let Expr::Call(call) = &self.exprs[*expr]
                            && let Expr::Attribute { base, .. } = &self.exprs[call.callee]
                        {
                            self.bound_by(*base, out);
                        }
                    }
                    Stmt::Return(_)
                    | Stmt::Deliver(_)
                    | Stmt::Raise { .. }
                    | Stmt::Assert { .. }
                    | Stmt::Break
                    | Stmt::Continue
                    | Stmt::Pass
                    | Stmt::Global { .. }
                    | Stmt::Export(_) => {}
                }
            }
        }
    }

    /// The variables in a target, and in the collection or record of which it is a part: `a` of `a[0]` holds more then.
    pub fn bound_by(&self, target: ExprId, out: &mut Vec<VariableId>) {
        self.walk(target, &mut |it| match &self.exprs[it] {
            Expr::Bind(binding) => out.push(self.bindings[*binding].variable),
            Expr::Name(NameRef::Variable(variable)) => out.push(*variable),
            _ => {}
        });
    }

    /// Calls `visit` for an expression and all those inside it, outer ones first; bodies of lambdas are not inside.
    pub fn walk(&self, expr: ExprId, visit: &mut dyn FnMut(ExprId)) {
        let mut rest = vec![expr];
        let mut children = Vec::new();
        while let Some(expr) = rest.pop() {
            visit(expr);
            self.children(expr, &mut |it| children.push(it));
            rest.extend(children.drain(..).rev());
        }
    }
}
