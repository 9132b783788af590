//! Ways through a body: its statements with their blocks, and the expressions in them.

use la_arena::ArenaMap;

use super::{Body, Expr, ExprId, FunctionBody, FunctionId, NameRef, Stmt, StmtId, VariableId};

/// A statement of a function, and what is around it there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Nested {
    pub stmt: StmtId,
    /// A loop of the function is around it, so `break` has something to leave.
    pub in_loop: bool,
    /// It stands in the body of a `try` with handlers: what it raises is expected.
    pub in_try: bool,
    /// It stands in the body of a `with`, which may wait for what it raises.
    pub in_with: bool,
    /// It stands in a block of another statement.
    pub in_block: bool,
}

impl Body {
    /// The variables whose value something in the body takes.
    pub fn variables_read(&self) -> ArenaMap<VariableId, ()> {
        let variable = |expr: &Expr| match expr {
            Expr::Name(NameRef::Variable(variable)) => Some(*variable),
            _ => None,
        };
        self.exprs.iter().filter_map(|(_, expr)| Some((variable(expr)?, ()))).collect()
    }

    /// All statements of a function, each before those in its blocks; those of functions inside are not there.
    pub fn statements_of(&self, function: FunctionId) -> Vec<Nested> {
        let FunctionBody::Block(statements) = &self.functions[function].body else { return Vec::new() };
        let mut all = Vec::new();
        let nested =
            |stmt: &StmtId| Nested { stmt: *stmt, in_loop: false, in_try: false, in_with: false, in_block: false };
        let mut rest: Vec<Nested> = statements.iter().rev().map(nested).collect();
        while let Some(it) = rest.pop() {
            all.push(it);
            let from = rest.len();
            let inner = Nested { in_block: true, ..it };
            self.blocks_of(it.stmt, &mut |block, place| {
                let inner = match place {
                    BlockPlace::Loop => Nested { in_loop: true, ..inner },
                    BlockPlace::Tried => Nested { in_try: true, ..inner },
                    BlockPlace::With => Nested { in_with: true, ..inner },
                    BlockPlace::Other => inner,
                };
                rest.extend(block.iter().map(|stmt| Nested { stmt: *stmt, ..inner }));
            });
            rest[from..].reverse();
        }
        all
    }

    /// The statements of all functions that no `try` is around.
    pub fn untried(&self) -> impl Iterator<Item = StmtId> {
        let all = self.functions.iter().flat_map(|(function, _)| self.statements_of(function));
        all.filter(|it| !it.in_try).map(|it| it.stmt)
    }

    /// Calls `visit` for each block of a statement, in the order of the text.
    pub fn blocks_of<'a>(&'a self, stmt: StmtId, visit: &mut dyn FnMut(&'a [StmtId], BlockPlace)) {
        match &self.stmts[stmt] {
            Stmt::If { branches, otherwise } => {
                branches.iter().for_each(|(_, it)| visit(it, BlockPlace::Other));
                otherwise.iter().for_each(|it| visit(it, BlockPlace::Other));
            }
            Stmt::While { body, otherwise, .. } | Stmt::For { body, otherwise, .. } => {
                visit(body, BlockPlace::Loop);
                otherwise.iter().for_each(|it| visit(it, BlockPlace::Other));
            }
            Stmt::Try { body, handlers, otherwise, finally } => {
                visit(body, if handlers.is_empty() { BlockPlace::Other } else { BlockPlace::Tried });
                handlers.iter().for_each(|it| visit(&it.body, BlockPlace::Other));
                otherwise.iter().chain(finally).for_each(|it| visit(it, BlockPlace::Other));
            }
            Stmt::With { body, .. } => visit(body, BlockPlace::With),
            _ => {}
        }
    }

    /// Calls `visit` for each target that a statement gives a value, without those in its blocks.
    pub fn targets_of(&self, stmt: StmtId, visit: &mut dyn FnMut(ExprId)) {
        match &self.stmts[stmt] {
            Stmt::Assign { targets, .. } => targets.iter().for_each(|it| visit(*it)),
            Stmt::AugAssign { target, .. } | Stmt::For { target, .. } => visit(*target),
            Stmt::With { items, .. } => items.iter().filter_map(|(_, it)| *it).for_each(visit),
            _ => {}
        }
    }
}

/// Which block of its statement a block is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BlockPlace {
    /// The turns of a loop.
    Loop,
    /// What a `try` with handlers tries.
    Tried,
    With,
    Other,
}
