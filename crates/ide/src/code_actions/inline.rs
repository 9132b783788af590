//! Inline variable: the value goes where the name stands.

use danaide_analysis::effects::Waits;
use danaide_analysis::occurrence::{Access, Symbol};
use danaide_analysis::{
    BindingKind, Body, Db, Expr, ExprId, File, NameRef, Stmt, body_of, body_source_map, definitions, parse,
};
use danaide_syntax::ast::{self, AstNode};
use danaide_syntax::{SyntaxKind, SyntaxNode, TextRange, TextSize};

use super::extract::waits_in;
use super::{ActionKind, CodeAction};
use crate::search::usages_in;
use crate::semantics::{covering_node, names_at};

/// Replaces a local variable by its value, if it is given one once and means the same wherever it is used.
pub(super) fn variable(db: &dyn Db, file: File, offset: TextSize) -> Option<CodeAction> {
    let name = names_at(db, file, offset).into_iter().next()?;
    let Symbol::Local { owner, variable, .. } = &name.symbol else { return None };
    let of = definitions(db, file).get(owner)?;
    let (body, map) = (body_of(db, of), body_source_map(db, of));
    let mut bindings = body.bindings.iter().filter(|(_, it)| it.variable == *variable);
    let (binding, kind) = bindings.next().map(|(id, it)| (id, it.kind))?;
    if bindings.next().is_some() || kind != BindingKind::Assign || body.variables[*variable].is_captured {
        return None;
    }
    // `x = value`, alone.
    let (statement, value) = body.stmts.iter().find_map(|(id, it)| match it {
        Stmt::Assign { targets, value: Some(value), decorators, .. } if targets.len() == 1 && decorators.is_empty() => {
            matches!(body.exprs[targets[0]], Expr::Bind(it) if it == binding).then_some((id, *value))
        }
        _ => None,
    })?;
    let (uses, writes): (Vec<_>, Vec<_>) =
        usages_in(db, &name.symbol, file).into_iter().partition(|it| it.access == Access::Read);
    // `del x` is no value, but needs the variable.
    if writes.len() > 1 {
        return None;
    }
    let uses: Vec<TextRange> = uses.into_iter().map(|it| it.range).collect();
    let statement_range = of.absolute(db, map.stmt(statement)?)?;
    if uses.is_empty() || uses.iter().any(|it| it.start() < statement_range.end()) {
        return None;
    }
    let root = parse(db, file).syntax_node();
    let node = node_of(&root, statement_range, ast::AssignStmt::can_cast)?;
    if !is_constant(&body, value) && !is_used_at_once(&root, &node, &uses) {
        return None;
    }
    let assignment = ast::AssignStmt::cast(node.clone())?;
    // A type that is declared may convert the value, and a block needs a statement.
    if assignment.ty().is_some() || is_alone_in_block(&node) || uses.iter().any(|it| !is_like(&root, &node, *it)) {
        return None;
    }
    let value_node = assignment.value()?;
    // Where it is computed, it is begun and waited for.
    if waits_in(db, file, of, value_node.range()) == Waits::Yes {
        return None;
    }
    let text = value_node.syntax().text().to_string();
    let range = whole_line(db, file, &node)?;
    let mut edits = vec![(file, range, String::new())];
    for it in uses {
        let text = if needs_parens(&root, it, &value_node) { format!("({text})") } else { text.clone() };
        edits.push((file, it, text));
    }
    edits.sort_by_key(|it| it.1.start());
    Some(CodeAction {
        title: format!("Inline `{}`", body.variables[*variable].name),
        kind: ActionKind::Inline,
        mends: None,
        is_preferred: false,
        edits,
    })
}

fn is_alone_in_block(statement: &SyntaxNode) -> bool {
    let block = statement.parent().filter(|it| it.kind() == SyntaxKind::BLOCK);
    block.is_some_and(|it| it.children().filter(|it| ast::Stmt::can_cast(it.kind())).count() == 1)
}

/// Does the value fail in the same `try` where it is used, and does the use not show its own text, as `{x=}` does?
fn is_like(root: &SyntaxNode, statement: &SyntaxNode, place: TextRange) -> bool {
    let Some(token) = root.token_at_offset(place.start()).right_biased() else { return false };
    let shows_text = |it: SyntaxNode| ast::FStringField::cast(it).is_some_and(|it| it.debug().is_some());
    let tries = |it: &mut dyn Iterator<Item = SyntaxNode>| -> Vec<TextRange> {
        // The body, a handler and the rest of one `try` are different places.
        let blocks = it.filter(|it| {
            it.kind() == SyntaxKind::BLOCK && it.ancestors().skip(1).take(2).any(|it| it.kind() == SyntaxKind::TRY_STMT)
        });
        blocks.map(|it| it.text_range()).collect()
    };
    !token.parent_ancestors().any(shows_text)
        && tries(&mut statement.ancestors()) == tries(&mut token.parent_ancestors())
}

pub(super) fn node_of(root: &SyntaxNode, range: TextRange, is_it: fn(SyntaxKind) -> bool) -> Option<SyntaxNode> {
    let node = covering_node(root, range)?;
    node.ancestors().chain(node.children()).find(|it| is_it(it.kind()) && it.text_range().start() == range.start())
}

/// Is the value the same whenever it is computed: made of literals and of variables that are given a value once?
fn is_constant(body: &Body, value: ExprId) -> bool {
    let mut is_constant = true;
    body.walk(value, &mut |it| {
        is_constant &= match &body.exprs[it] {
            Expr::Literal(_)
            | Expr::FString(_)
            | Expr::Tuple(_)
            | Expr::Binary { .. }
            | Expr::Logic { .. }
            | Expr::Compare { .. }
            | Expr::Unary { .. }
            | Expr::Ternary { .. } => true,
            Expr::Name(NameRef::Variable(variable)) => {
                body.bindings.iter().filter(|(_, it)| it.variable == *variable).count() == 1
            }
            _ => false,
        };
    });
    is_constant
}

/// Is the only use in the next statement, in a part of it that runs once and first?
fn is_used_at_once(root: &SyntaxNode, statement: &SyntaxNode, uses: &[TextRange]) -> bool {
    let [only] = uses else { return false };
    let Some(next) = statement.next_sibling() else { return false };
    if !next.text_range().contains_range(*only) {
        return false;
    }
    let Some(token) = root.token_at_offset(only.start()).right_biased() else { return false };
    token.parent_ancestors().take_while(|it| *it != next).all(|it| {
        !matches!(
            it.kind(),
            SyntaxKind::BLOCK
                | SyntaxKind::LAMBDA_EXPR
                | SyntaxKind::LIST_COMP
                | SyntaxKind::SET_COMP
                | SyntaxKind::DICT_COMP
                | SyntaxKind::GENERATOR_EXPR
                | SyntaxKind::TERNARY_EXPR
                | SyntaxKind::PIPE_EXPR
        )
    }) && next.kind() != SyntaxKind::WHILE_STMT
        && no_call_before(&next, *only)
}

/// Does no call stand before the use? It would run first.
fn no_call_before(statement: &SyntaxNode, place: TextRange) -> bool {
    let calls = statement.descendants().filter(|it| it.kind() == SyntaxKind::CALL_EXPR);
    calls.into_iter().all(|it| it.text_range().end() > place.start())
}

/// Does the value bind looser than what stands around the name?
fn needs_parens(root: &SyntaxNode, place: TextRange, value: &ast::Expr) -> bool {
    let is_tight = matches!(
        value,
        ast::Expr::Literal(_)
            | ast::Expr::NameExpr(_)
            | ast::Expr::CallExpr(_)
            | ast::Expr::AttributeExpr(_)
            | ast::Expr::IndexExpr(_)
            | ast::Expr::ParenExpr(_)
            | ast::Expr::ListExpr(_)
            | ast::Expr::DictExpr(_)
            | ast::Expr::SetExpr(_)
            | ast::Expr::FString(_)
            | ast::Expr::ListComp(_)
            | ast::Expr::DictComp(_)
            | ast::Expr::SetComp(_)
    );
    if is_tight
        && !matches!(value, ast::Expr::Literal(it) if it.token().is_some_and(|it| it.kind() == SyntaxKind::INT_NUMBER))
    {
        return false;
    }
    let around =
        root.token_at_offset(place.start()).right_biased().and_then(|it| it.parent()).and_then(|it| it.parent());
    let is_loose = around.is_some_and(|it| {
        matches!(
            it.kind(),
            SyntaxKind::ARG_LIST
                | SyntaxKind::KEYWORD_ARG
                | SyntaxKind::ASSIGN_STMT
                | SyntaxKind::RETURN_STMT
                | SyntaxKind::PAREN_EXPR
                | SyntaxKind::IF_STMT
                | SyntaxKind::EXPR_STMT
        ) && !matches!(value, ast::Expr::TupleExpr(_))
    });
    let is_operand = is_tight && around_is_not_attribute(root, place);
    !is_loose && !is_operand
}

/// `1.x` would be another number.
fn around_is_not_attribute(root: &SyntaxNode, place: TextRange) -> bool {
    let parent =
        root.token_at_offset(place.start()).right_biased().and_then(|it| it.parent()).and_then(|it| it.parent());
    parent.is_none_or(|it| it.kind() != SyntaxKind::ATTRIBUTE_EXPR)
}

/// A statement with its line: none if something else stands on it.
pub(super) fn whole_line(db: &dyn Db, file: File, node: &SyntaxNode) -> Option<TextRange> {
    let text = file.text(db);
    let range = node.text_range();
    let content = node.text().to_string();
    let start = usize::from(range.start());
    let end = start + content.trim_end().len();
    let line = text[..start].rfind('\n').map_or(0, |it| it + 1);
    let rest = &text[end..];
    let finish = rest.find('\n').map_or(text.len(), |it| end + it + 1);
    let is_alone = text[line..start].trim().is_empty() && text[end..finish].trim().is_empty();
    let size = |it: usize| TextSize::new(u32::try_from(it).unwrap_or(u32::MAX));
    is_alone.then(|| TextRange::new(size(line), size(finish)))
}
