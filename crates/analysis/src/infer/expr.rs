//! Expressions.

use std::sync::Arc;

use super::env::Bound;
use super::{Infer, Target};
use crate::scope::Meaning;
use crate::signature::Signatures;
use crate::ty::{CallableType, Closure, DefRef, Parameter, ParameterKind, Type};
use crate::{
    Clause, Comprehension, ComprehensionKind, Expr, ExprId, FunctionId, FunctionKind, ItemKind, Literal, NameRef,
    UnaryOp,
};

/// Expressions nested deeper than this are `any`. The parser allows less than the stack does, but a lambda in a lambda
/// takes many frames.
const DEEPEST: u32 = 400;

impl Infer<'_> {
    pub(super) fn expr(&mut self, id: ExprId) -> Type {
        self.expr_expecting(id, None)
    }

    /// The type of an expression that goes where a type is declared: `x: int = reason(…)` gives an int.
    pub(super) fn expr_expecting(&mut self, id: ExprId, expected: Option<&Type>) -> Type {
        if self.depth > DEEPEST {
            return Type::Any;
        }
        self.tick();
        self.depth += 1;
        let ty = self.expr_inner(id, expected);
        self.depth -= 1;
        if self.muted == 0 {
            self.out.exprs.insert(id, ty.clone());
        }
        ty
    }

    fn expr_inner(&mut self, id: ExprId, expected: Option<&Type>) -> Type {
        let body = self.body.clone();
        match &body.exprs[id] {
            Expr::Missing | Expr::BindGlobal(_) => Type::Any,
            Expr::Literal(literal) => match literal {
                Literal::Int(_) => Type::Int,
                Literal::Float => Type::Float,
                Literal::Imaginary => Type::Any,
                Literal::Str(_) => Type::Str,
                Literal::Bytes => Type::Bytes,
                Literal::Bool(_) => Type::Bool,
                Literal::None => Type::None,
                Literal::Ellipsis => Type::Any,
            },
            Expr::FString(fields) => {
                fields.iter().for_each(|it| {
                    self.expr(*it);
                });
                Type::Str
            }
            Expr::Name(NameRef::Variable(variable)) => {
                self.check_bound(id, *variable);
                self.variable(*variable)
            }
            Expr::Name(NameRef::Free(name)) => {
                let Some(meaning) = self.names.resolve(name) else { return Type::Any };
                let ty = self.meaning_type(&meaning);
                if self.muted == 0 {
                    self.out.meanings.insert(id, meaning);
                }
                ty
            }
            // A target is given a value, not asked for one.
            Expr::Bind(binding) => self.out.bindings.get(*binding).cloned().unwrap_or(Type::Any),
            Expr::Scoped { .. } => Type::Any,
            Expr::Placeholder => self.placeholders.last().cloned().unwrap_or(Type::Any),
            Expr::Tuple(items) => {
                let has_spread = items.iter().any(|it| matches!(body.exprs[*it], Expr::Spread { .. }));
                let types: Vec<Type> = items.iter().map(|it| self.item(*it)).collect();
                if has_spread { Type::tuple_of(Type::union(types)) } else { Type::tuple(types) }
            }
            Expr::List(items) => {
                let declared = match expected {
                    Some(Type::List(item)) => Some((**item).clone()),
                    _ => None,
                };
                let types: Vec<Type> = items.iter().map(|it| self.item(*it)).collect();
                match declared {
                    Some(item) => Type::list(if types.is_empty() { item } else { Type::union(types) }),
                    None if items.is_empty() => Type::list(Type::Never),
                    None => Type::list(Type::union(types)),
                }
            }
            Expr::Set(items) => {
                let types: Vec<Type> = items.iter().map(|it| self.item(*it)).collect();
                Type::set(Type::union(types))
            }
            Expr::Dict(items) => {
                let mut key = Type::Never;
                let mut value = Type::Never;
                for (own_key, own_value) in items {
                    match own_key {
                        Some(own_key) => {
                            key = key.or(&self.expr(*own_key));
                            value = value.or(&self.expr(*own_value));
                        }
                        None => match self.expr(*own_value) {
                            Type::Dict(it) => {
                                key = key.or(&it.0);
                                value = value.or(&it.1);
                            }
                            _ => (key, value) = (Type::Any, Type::Any),
                        },
                    }
                }
                Type::dict(key, value)
            }
            Expr::Comprehension(it) => self.comprehension(it),
            Expr::Lambda(function) => self.closure(*function),
            Expr::Ternary { condition, then, otherwise } => {
                self.expr(*condition);
                let mark = self.env.mark();
                self.assume(*condition, true);
                let then = self.expr_expecting(*then, expected);
                self.env.undo(mark);
                self.assume(*condition, false);
                let otherwise = self.expr_expecting(*otherwise, expected);
                self.env.undo(mark);
                then.or(&otherwise)
            }
            Expr::Binary { first, rest } => {
                let mut left = self.expr(*first);
                for (op, operand) in rest {
                    let right = self.expr(*operand);
                    left = self.binary_op(*operand, *op, &left, &right);
                }
                left
            }
            Expr::Logic { is_and, operands } => {
                let mark = self.env.mark();
                let mut result = Type::Never;
                for (index, operand) in operands.iter().enumerate() {
                    let ty = self.expr(*operand);
                    let is_last = index + 1 == operands.len();
                    // `x or default` is not None, whatever x is.
                    let kept = if is_last || *is_and { ty } else { ty.filter(|it| *it != Type::None) };
                    result = result.or(&kept);
                    if !is_last {
                        self.assume(*operand, *is_and);
                    }
                }
                self.env.undo(mark);
                result
            }
            Expr::Compare { first, rest } => {
                let mut left = self.expr(*first);
                for (op, operand) in rest {
                    let right = self.expr(*operand);
                    self.compare_op(*operand, *op, &left, &right);
                    left = right;
                }
                Type::Bool
            }
            Expr::Unary { op, operand } => {
                let ty = self.expr(*operand);
                match op {
                    UnaryOp::Not => Type::Bool,
                    op => self.unary_op(*operand, *op, &ty),
                }
            }
            Expr::Pipe(stages) => self.pipe(stages),
            Expr::Capture { stage, binding } => {
                let ty = self.expr(*stage);
                if let Some(binding) = binding {
                    self.bind(*binding, ty.clone());
                }
                ty
            }
            Expr::Call(call) => self.call(id, call, expected),
            Expr::Index { base, indices } => {
                let ty = self.expr(*base);
                let keys: Vec<Type> = indices.iter().map(|it| self.expr(*it)).collect();
                self.index(id, &ty, indices, &keys)
            }
            Expr::Slice(parts) => {
                parts.iter().flatten().for_each(|it| {
                    self.expr(*it);
                });
                Type::Any
            }
            Expr::Attribute { base, name } => {
                let ty = self.expr(*base);
                self.attribute(id, &ty, name)
            }
            Expr::Spread { expr, .. } => self.expr(*expr),
        }
    }

    /// An item of a collection; of `*x`, what `x` gives.
    fn item(&mut self, id: ExprId) -> Type {
        let body = self.body.clone();
        match &body.exprs[id] {
            Expr::Spread { expr, .. } => {
                let ty = self.expr(*expr);
                self.item_of(*expr, &ty)
            }
            _ => self.expr(id),
        }
    }

    fn variable(&mut self, variable: crate::VariableId) -> Type {
        let state = self.env.read(variable);
        let of = &self.body.variables[variable];
        if of.function != self.function {
            // It may have changed when the function inside runs.
            let is_stable = self.binding_counts.get(variable).copied().unwrap_or(0) <= 1 && state.bound == Bound::Yes;
            return match self.declared.get(variable) {
                Some(declared) => declared.clone(),
                None if is_stable => state.ty.clone(),
                None => Type::Any,
            };
        }
        if state.bound == Bound::No {
            return Type::Any;
        }
        // Functions of the module may write it (`global`) at any call.
        if of.function == self.body.root
            && self.owner == crate::Owner::Module
            && crate::scope::is_assigned_by_functions(self.db, self.file, &of.name)
        {
            return self.declared.get(variable).cloned().unwrap_or(Type::Any);
        }
        // A function inside may write it (`nonlocal`) at any call.
        if of.is_captured && self.binding_counts.get(variable).copied().unwrap_or(0) > 1 {
            return self.declared.get(variable).cloned().unwrap_or(Type::Any);
        }
        state.ty.clone()
    }

    /// Do functions of the module (`global`) or inside (`nonlocal`) assign a variable?
    pub(super) fn is_written_inside(&self, variable: crate::VariableId) -> bool {
        let of = &self.body.variables[variable];
        of.is_captured && self.nonlocals.contains(&of.name)
            || of.function == self.body.root
                && self.owner == crate::Owner::Module
                && crate::scope::is_assigned_by_functions(self.db, self.file, &of.name)
    }

    /// The type of what a name of a module stands for.
    pub(super) fn meaning_type(&self, meaning: &Meaning) -> Type {
        match meaning {
            Meaning::Item(def) => item_type(self.db, def, &self.signatures),
            Meaning::Variable { file, name } => super::variable_type(self.db, *file, name),
            Meaning::Module(module) => Type::Module(Arc::new(module.clone())),
            Meaning::Unknown => Type::Any,
        }
    }

    /// A function inside the body, or a lambda, as a value.
    pub(super) fn closure(&mut self, function: FunctionId) -> Type {
        let mark = self.env.mark();
        let result = self.function(function);
        self.env.undo(mark);
        let body = self.body.clone();
        let of = &body.functions[function];
        let mut params = crate::signature::parameters(self.db, self.file, &body, of);
        if let Some(receiver) = of.receiver.as_ref().filter(|_| of.kind == FunctionKind::Lambda) {
            // `lambda (p: Point) by :: …` takes the receiver first.
            let ty = receiver.ty.map_or(Type::Any, |it| self.resolve(it));
            let kind = ParameterKind::Normal;
            params.insert(0, Parameter { name: receiver.name.clone(), kind, ty, has_default: false });
        }
        let declared = of.return_type.map(|it| self.resolve(it));
        // A pipeline without parameters takes what its first stage takes, a workflow as many arguments as it needs.
        let is_open = of.kind == FunctionKind::Workflow
            || (params.is_empty() && matches!(of.body, crate::FunctionBody::Pipeline(_)));
        let params = (!is_open).then(|| params.into());
        let callable = CallableType { params, result: declared.unwrap_or(result) };
        Type::Closure(Arc::new(Closure { file: self.file, owner: self.owner.clone(), function, callable }))
    }

    fn comprehension(&mut self, it: &Comprehension) -> Type {
        let mark = self.env.mark();
        for clause in &it.clauses {
            match clause {
                Clause::For { target, iterable } => {
                    let iterated = self.expr(*iterable);
                    let item = self.item_of(*iterable, &iterated);
                    self.assign(*target, &item, None);
                }
                Clause::If(condition) => {
                    self.expr(*condition);
                    self.assume(*condition, true);
                }
            }
        }
        let key = it.key.map(|it| self.expr(it));
        let element = self.expr(it.element);
        self.env.undo(mark);
        match it.kind {
            ComprehensionKind::List => Type::list(element),
            ComprehensionKind::Set => Type::set(element),
            ComprehensionKind::Dict => Type::dict(key.unwrap_or(Type::Any), element),
            ComprehensionKind::Generator => Type::iterator(element),
        }
    }

    /// `a | b` as a value: a union of sets or dicts, a call, or a function of all stages.
    fn pipe(&mut self, stages: &[ExprId]) -> Type {
        let Some((first, rest)) = stages.split_first() else { return Type::Any };
        let body = self.body.clone();
        // Stages that are calls or use `$$` make the whole a function or the result of one; what their piped value is
        // depends on who calls.
        self.placeholders.push(Type::Any);
        let mut left = self.expr(*first);
        self.placeholders.pop();
        if uses_placeholder(&body, *first) || left.is_any() || left.members().iter().any(is_function) {
            return self.chain(*first, &left, rest);
        }
        // A list of functions is a stage, a list of anything else a value.
        if let (Type::List(item), Expr::List(all)) = (&left, &body.exprs[*first])
            && (all.is_empty() || item.is_any() || item.members().iter().any(is_function))
        {
            return self.chain(*first, &Type::Any, rest);
        }
        for stage in rest {
            left = self.stage(*stage, &left, true);
        }
        left
    }

    /// A pipeline value: a function of what its first stage takes.
    fn chain(&mut self, first: ExprId, callee: &Type, rest: &[ExprId]) -> Type {
        // `int | None` is a type too.
        let is_type = matches!(callee, Type::BuiltinType(_) | Type::RecordType(_));
        let is_plain =
            !uses_placeholder(&self.body, first) && callee.members().len() == 1 && is_function(callee) && !is_type;
        if !is_plain {
            let mut is_unknown = callee.is_any() || matches!(callee, Type::Union(_));
            for stage in rest {
                is_unknown |= self.stage(*stage, &Type::Any, false).is_any();
            }
            return if is_unknown { Type::Any } else { Type::callable(Type::Any) };
        }
        let mut result = self.result_of_value(callee);
        for stage in rest {
            result = self.stage(*stage, &result, true);
        }
        Type::Callable(Arc::new(CallableType { params: None, result }))
    }
}

/// Can a value be called, as far as that is known?
pub(super) fn is_function(ty: &Type) -> bool {
    matches!(
        ty,
        Type::Function(_)
            | Type::Closure(_)
            | Type::Callable(_)
            | Type::Method(_)
            | Type::RecordType(_)
            | Type::BuiltinType(_)
    )
}

/// Does `$$` stand in an expression, outside of pipelines inside it?
pub(crate) fn uses_placeholder(body: &crate::Body, expr: ExprId) -> bool {
    let mut found = false;
    let mut rest = vec![expr];
    while let Some(expr) = rest.pop() {
        match &body.exprs[expr] {
            Expr::Placeholder => found = true,
            Expr::Pipe(_) | Expr::Lambda(_) => {}
            _ => body.children(expr, &mut |it| rest.push(it)),
        }
    }
    found
}

/// An item as a value.
fn item_type(db: &dyn crate::Db, def: &DefRef, signatures: &Signatures) -> Type {
    match def.item.kind() {
        ItemKind::Function | ItemKind::Workflow => match crate::signature::builtin_type(def.item.name()) {
            Some(_) if is_library(db, def) && def.item.name() != "callable" => {
                Type::BuiltinType(def.item.name().clone())
            }
            _ => match signatures.get(db, def) {
                // A decorator that is not known may make anything of it.
                Some(signature) if signature.is_replaced() => Type::Any,
                _ => Type::Function(def.clone()),
            },
        },
        ItemKind::Agent if crate::record::is_singleton(db, def) => Type::Agent(def.clone()),
        ItemKind::Record | ItemKind::Agent => Type::RecordType(def.clone()),
        ItemKind::Field => Type::Any,
    }
}

fn is_library(db: &dyn crate::Db, def: &DefRef) -> bool {
    matches!(def.file.path(db), crate::FilePath::Library(_))
}

impl Infer<'_> {
    pub(super) fn unknown_target(&self, callee: ExprId) -> Target {
        let why = match &self.body.exprs[callee] {
            Expr::Name(NameRef::Variable(variable)) => {
                format!("`{}` is a variable whose value is not known", self.body.variables[*variable].name)
            }
            Expr::Name(NameRef::Free(name)) => format!("it is not known what `{name}` is"),
            Expr::Attribute { name, .. } => format!("it is not known what has the method `{name}`"),
            _ => "the function is computed".to_owned(),
        };
        Target::Unknown(why)
    }
}
