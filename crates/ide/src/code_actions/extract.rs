//! Extract variable and extract function: a part of the text gets a name.

use danaide_analysis::effects::Waits;
use danaide_analysis::graph::suspension_points;
use danaide_analysis::infer::infer;
use danaide_analysis::occurrence::{Access, Symbol};
use danaide_analysis::scope::{is_assigned_by_functions, module_scope};
use danaide_analysis::{Db, Definition, Expr, File, NameRef, Owner, body_of, parse};
use danaide_syntax::ast::{self, AstNode};
use danaide_syntax::{NodeOrToken, SyntaxKind, SyntaxNode, TextRange, TextSize};
use smol_str::SmolStr;

use super::{ActionKind, CodeAction};
use crate::lines::line_of;
use crate::semantics::{Name, covering_node, definition_at, names_in};

/// Puts the selected expression in a variable before its statement.
pub(super) fn variable(db: &dyn Db, file: File, range: TextRange) -> Option<CodeAction> {
    let range = trimmed(db, file, range)?;
    let root = parse(db, file).syntax_node();
    let node = covering_node(&root, range)?;
    let expr = node
        .ancestors()
        .take_while(|it| it.text_range() == range || it.text_range().contains_range(range))
        .find(|it| it.text_range() == range && ast::Expr::can_cast(it.kind()))?;
    if matches!(
        expr.kind(),
        SyntaxKind::NAME_EXPR | SyntaxKind::SPREAD_EXPR | SyntaxKind::PLACEHOLDER | SyntaxKind::SLICE_EXPR
    ) {
        return None;
    }
    if expr.descendants().any(|it| it.kind() == SyntaxKind::PLACEHOLDER) {
        return None;
    }
    let statement = statement_of(&expr, range)?;
    if is_callee(&expr)
        || is_question(&expr)
        || is_target(&statement, range)
        || is_started_together(db, file, range)
        || statement.kind() == SyntaxKind::EXPR_STMT && statement.children().next()?.text_range() == range
    {
        return None;
    }
    // A call that stands before it runs before it, and may change what it gives.
    let is_first =
        !statement.descendants().any(|it| it.kind() == SyntaxKind::CALL_EXPR && it.text_range().end() <= range.start());
    if !is_first && !is_literal(&expr) || calls(&expr) && reads_before(&expr, &statement) {
        return None;
    }
    let (start, indent, end_of_line) = line_of(db, file, statement.text_range().start())?;
    let name = free_name(db, file, range.start(), "value", &[]);
    let text = expr.text().to_string();
    Some(CodeAction {
        title: "Extract into a variable".to_owned(),
        kind: ActionKind::Extract,
        mends: None,
        is_preferred: false,
        edits: vec![
            (file, TextRange::empty(start), format!("{indent}{name} = {text}{end_of_line}")),
            (file, range, name),
        ],
    })
}

/// The statement that computes an expression, once and surely.
pub(super) fn statement_of(expr: &SyntaxNode, range: TextRange) -> Option<SyntaxNode> {
    // Where the value is computed again and again, or maybe not at all, a name before the statement is something else.
    for it in expr.ancestors().skip(1) {
        match it.kind() {
            SyntaxKind::LAMBDA_EXPR
            | SyntaxKind::LIST_COMP
            | SyntaxKind::SET_COMP
            | SyntaxKind::DICT_COMP
            | SyntaxKind::GENERATOR_EXPR
            | SyntaxKind::TERNARY_EXPR
            | SyntaxKind::PIPE_EXPR
            | SyntaxKind::CAPTURE_EXPR
            | SyntaxKind::PARAM
            | SyntaxKind::FIELD
            | SyntaxKind::DECORATOR
            | SyntaxKind::WHILE_STMT
            | SyntaxKind::ELIF_CLAUSE
            | SyntaxKind::EXCEPT_CLAUSE
            | SyntaxKind::DEL_STMT
            | SyntaxKind::FUNCTION_DEF
            | SyntaxKind::WORKFLOW_DEF => return None,
            SyntaxKind::BINARY_EXPR if is_short_circuit(&it) => return None,
            SyntaxKind::COMPARE_EXPR | SyntaxKind::ASSERT_STMT if may_be_left_out(&it, range) => return None,
            // `{n + 1=}` shows its own text.
            SyntaxKind::FSTRING_FIELD if ast::FStringField::cast(it.clone()).is_some_and(|it| it.debug().is_some()) => {
                return None;
            }
            kind if ast::Stmt::can_cast(kind) => {
                return Some(it);
            }
            _ => {}
        }
    }
    None
}

fn calls(expr: &SyntaxNode) -> bool {
    expr.descendants().any(|it| it.kind() == SyntaxKind::CALL_EXPR)
}

/// Is something read in the statement before the expression that a call in it may change?
fn reads_before(expr: &SyntaxNode, statement: &SyntaxNode) -> bool {
    let reads = |it: &SyntaxNode| {
        it.descendants().any(|it| {
            matches!(
                it.kind(),
                SyntaxKind::NAME_EXPR | SyntaxKind::ATTRIBUTE_EXPR | SyntaxKind::INDEX_EXPR | SyntaxKind::SCOPED_NAME
            )
        })
    };
    let mut child = expr.clone();
    while child != *statement {
        let Some(parent) = child.parent() else { return true };
        // What is called is known before its arguments are, and targets are given their value last.
        let is_free = matches!(parent.kind(), SyntaxKind::CALL_EXPR | SyntaxKind::ASSIGN_STMT);
        let earlier = std::iter::successors(child.prev_sibling(), SyntaxNode::prev_sibling);
        if !is_free && earlier.into_iter().any(|it| reads(&it)) {
            return true;
        }
        child = parent;
    }
    false
}

/// Is an expression made of literals only?
pub(super) fn is_literal(expr: &SyntaxNode) -> bool {
    !expr.descendants().any(|it| {
        matches!(
            it.kind(),
            SyntaxKind::NAME_EXPR | SyntaxKind::SCOPED_NAME | SyntaxKind::CALL_EXPR | SyntaxKind::LAMBDA_EXPR
        )
    })
}

fn is_short_circuit(node: &SyntaxNode) -> bool {
    ast::BinaryExpr::cast(node.clone())
        .is_some_and(|it| it.operators().any(|it| matches!(it.kind(), SyntaxKind::AND_KW | SyntaxKind::OR_KW)))
}

/// Is it an operand behind the second of a chain of comparisons, or the message of an assertion?
fn may_be_left_out(node: &SyntaxNode, range: TextRange) -> bool {
    let always = if node.kind() == SyntaxKind::ASSERT_STMT { 1 } else { 2 };
    let parts = node.children().filter(|it| ast::Expr::can_cast(it.kind()));
    parts.skip(always).any(|it| it.text_range().contains_range(range))
}

/// A method that is only named is another value than one that is called.
fn is_callee(expr: &SyntaxNode) -> bool {
    let call = expr.parent().and_then(ast::CallExpr::cast);
    call.and_then(|it| it.callee()).is_some_and(|it| it.syntax() == expr)
}

/// A model answers in the form that the place of the question wants.
fn is_question(expr: &SyntaxNode) -> bool {
    let callee = ast::CallExpr::cast(expr.clone()).and_then(|it| it.callee());
    callee.is_some_and(|it| {
        let text = it.syntax().text().to_string();
        matches!(text.rsplit('.').next(), Some("reason" | "llm"))
    })
}

/// Is the range in what a statement gives a value?
fn is_target(statement: &SyntaxNode, range: TextRange) -> bool {
    let contains = |it: &ast::Expr| it.range().contains_range(range);
    match ast::Stmt::cast(statement.clone()) {
        Some(ast::Stmt::AssignStmt(it)) => it.targets().iter().any(contains),
        Some(ast::Stmt::AugAssignStmt(it)) => it.target().iter().any(contains),
        Some(ast::Stmt::ForStmt(it)) => it.target().iter().any(contains),
        _ => false,
    }
}

/// A range without white space at its ends; none if nothing is left.
pub(super) fn trimmed(db: &dyn Db, file: File, range: TextRange) -> Option<TextRange> {
    let text = file.text(db).get(std::ops::Range::<usize>::from(range))?;
    let before = text.len() - text.trim_start().len();
    let rest = text.trim().len();
    let start = range.start() + TextSize::new(u32::try_from(before).ok()?);
    (rest > 0).then(|| TextRange::at(start, TextSize::new(u32::try_from(rest).unwrap_or(u32::MAX))))
}

/// A name that means nothing yet where an offset stands, and is none of others.
pub(super) fn free_name(db: &dyn Db, file: File, offset: TextSize, wanted: &str, others: &[String]) -> String {
    let scope = module_scope(db, file);
    let body = definition_at(db, file, offset).map(|it| body_of(db, it));
    let is_taken = |name: &str| {
        scope.contains(name)
            || others.iter().any(|it| it == name)
            || danaide_analysis::scope::builtin_def(db, name).is_some()
            || body.as_ref().is_some_and(|it| it.variables.iter().any(|(_, it)| it.name == name))
    };
    let mut name = wanted.to_owned();
    let mut number = 2;
    while is_taken(&name) {
        name = format!("{wanted}{number}");
        number += 1;
    }
    name
}

/// Puts the selected statements in a function of their own, which gets what they read and gives what they make.
pub(super) fn function(db: &dyn Db, file: File, range: TextRange) -> Option<CodeAction> {
    let range = trimmed(db, file, range)?;
    let root = parse(db, file).syntax_node();
    let statements = selected(&root, range)?;
    let (first, last) = (statements.first()?, statements.last()?);
    let text = file.text(db);
    let (start, indent, end_of_line) = line_of(db, file, first.text_range().start())?;
    let content_end = usize::from(last.text_range().start()) + last.text().to_string().trim_end().len();
    let selection = TextRange::new(start, TextSize::new(u32::try_from(content_end).ok()?));
    if statements.iter().any(leaves) || has_wide_text(&statements) {
        return None;
    }
    // Something behind the statements on their last line would go along.
    let rest = &text[content_end..];
    let line_rest = &rest[..rest.find('\n').unwrap_or(rest.len())];
    if !line_rest.trim().is_empty() && !line_rest.trim_start().starts_with('#') {
        return None;
    }
    let definition = definition_at(db, file, first.text_range().start())?;
    let place = Selection {
        range: selection,
        block: first.parent()?,
        in_loop: has_around(first, &[SyntaxKind::FOR_STMT, SyntaxKind::WHILE_STMT]),
    };
    let (params, results) = flow(db, &names_in(db, definition), definition, &place)?;
    // What was done before a failure would be lost.
    if !results.is_empty() && has_around(first, &[SyntaxKind::TRY_STMT]) {
        return None;
    }
    // A function waits for its tasks before it ends; only those that are waited for where they stand are the same in one.
    let keeps = |it: &SyntaxNode| {
        it.descendants().any(|it| {
            matches!(
                it.kind(),
                SyntaxKind::ASSIGN_STMT | SyntaxKind::AUG_ASSIGN_STMT | SyntaxKind::FOR_STMT | SyntaxKind::WHILE_STMT
            )
        })
    };
    let is_kept = statements.iter().any(keeps) || has_around(first, &[SyntaxKind::WITH_STMT, SyntaxKind::TRY_STMT]);
    if is_kept && waits_in(db, file, definition, selection) != Waits::No {
        return None;
    }
    // A call reads what it passes, and a `return` what it gives: where there may be no value, earlier than before.
    let is_passed = |name: &SmolStr| params.contains(name) || results.contains(name);
    if may_be_unbound(db, definition).any(|it| is_passed(&it)) {
        return None;
    }
    let name = free_name(db, file, first.text_range().start(), "extracted", &[]);

    // The function stands before the definition that the statements are in.
    let top = first.ancestors().find(|it| it.parent().is_some_and(|it| it.kind() == SyntaxKind::SOURCE_FILE))?;
    let (insert_at, top_indent, _) = line_of(db, file, top.text_range().start())?;
    if !top_indent.is_empty() {
        return None;
    }
    let mut out = format!("def {name}({}):{end_of_line}", params.join(", "));
    for line in text[std::ops::Range::<usize>::from(selection)].lines() {
        let line = line.strip_prefix(indent.as_str()).unwrap_or(line.trim_start());
        if line.trim().is_empty() {
            out.push_str(end_of_line);
        } else {
            out.push_str(&format!("    {line}{end_of_line}"));
        }
    }
    if !results.is_empty() {
        out.push_str(&format!("    return {}{end_of_line}", results.join(", ")));
    }
    out.push_str(end_of_line);
    let call = format!("{name}({})", params.join(", "));
    let call = if results.is_empty() { call } else { format!("{} = {call}", results.join(", ")) };
    Some(CodeAction {
        title: "Extract into a function".to_owned(),
        kind: ActionKind::Extract,
        mends: None,
        is_preferred: false,
        edits: vec![(file, TextRange::empty(insert_at), out), (file, selection, format!("{indent}{call}"))],
    })
}

/// The variables that are read somewhere without a value on every way.
fn may_be_unbound<'db>(db: &'db dyn Db, definition: Definition<'db>) -> impl Iterator<Item = SmolStr> {
    let body = body_of(db, definition);
    let inference = infer(db, definition);
    let names: Vec<SmolStr> = inference
        .unbound
        .iter()
        .filter_map(|(expr, _)| match &body.exprs[*expr] {
            Expr::Name(NameRef::Variable(variable)) => Some(body.variables[*variable].name.clone()),
            _ => None,
        })
        .collect();
    names.into_iter()
}

/// The statements of one block that a range covers; none if it cuts one, or covers no more than a definition or an import.
pub(super) fn selected(root: &SyntaxNode, range: TextRange) -> Option<Vec<SyntaxNode>> {
    let node = covering_node(root, range)?;
    let block = node.ancestors().find(|it| matches!(it.kind(), SyntaxKind::BLOCK | SyntaxKind::SOURCE_FILE))?;
    let mut all = Vec::new();
    for child in block.children() {
        let content = content_range(&child);
        if content.intersect(range).is_none_or(|it| it.is_empty()) {
            continue;
        }
        if !range.contains_range(content) || !ast::Stmt::can_cast(child.kind()) {
            return None;
        }
        all.push(child);
    }
    let in_record = block.parent().is_some_and(|it| {
        matches!(it.kind(), SyntaxKind::RECORD_DEF | SyntaxKind::AGENT_DEF | SyntaxKind::LAMBDA_EXPR)
    });
    let is_plain = |it: &SyntaxNode| {
        !matches!(
            it.kind(),
            SyntaxKind::FUNCTION_DEF
                | SyntaxKind::RECORD_DEF
                | SyntaxKind::AGENT_DEF
                | SyntaxKind::WORKFLOW_DEF
                | SyntaxKind::IMPORT_STMT
                | SyntaxKind::FROM_IMPORT_STMT
                | SyntaxKind::EXPORT_STMT
                | SyntaxKind::GLOBAL_STMT
        )
    };
    (!all.is_empty() && !in_record && all.iter().all(is_plain)).then_some(all)
}

/// A statement without its line end.
pub(super) fn content_range(statement: &SyntaxNode) -> TextRange {
    TextRange::at(statement.text_range().start(), TextSize::of(statement.text().to_string().trim_end()))
}

/// Does a statement leave the selection by itself?
fn leaves(statement: &SyntaxNode) -> bool {
    statement.descendants().any(|it| match it.kind() {
        SyntaxKind::RETURN_STMT
        | SyntaxKind::DELIVER_STMT
        | SyntaxKind::GLOBAL_STMT
        | SyntaxKind::FUNCTION_DEF
        | SyntaxKind::PLACEHOLDER => true,
        SyntaxKind::BREAK_STMT | SyntaxKind::CONTINUE_STMT => {
            let mut around = it.ancestors().take_while(|it| it != statement).chain(std::iter::once(statement.clone()));
            !around.any(|it| matches!(it.kind(), SyntaxKind::FOR_STMT | SyntaxKind::WHILE_STMT))
        }
        _ => false,
    })
}

/// A text over several lines would change with the indentation.
fn has_wide_text(statements: &[SyntaxNode]) -> bool {
    let tokens = statements.iter().flat_map(|it| it.descendants_with_tokens().filter_map(NodeOrToken::into_token));
    tokens.into_iter().any(|it| {
        matches!(it.kind(), SyntaxKind::STRING | SyntaxKind::BYTES | SyntaxKind::FSTRING_TEXT)
            && it.text().contains('\n')
    })
}

/// Is a statement of such a kind around, in the same function?
pub(super) fn has_around(statement: &SyntaxNode, kinds: &[SyntaxKind]) -> bool {
    let is_function = |it: &SyntaxNode| matches!(it.kind(), SyntaxKind::FUNCTION_DEF | SyntaxKind::LAMBDA_EXPR);
    statement.ancestors().skip(1).take_while(|it| !is_function(it)).any(|it| kinds.contains(&it.kind()))
}

/// Does a call such as `gather` start it together with others?
fn is_started_together(db: &dyn Db, file: File, range: TextRange) -> bool {
    let functions = suspension_points(db, file);
    functions.iter().flat_map(|it| &it.points).any(|it| it.together.is_some_and(|it| it.contains_range(range)))
}

/// Does something in a range wait?
pub(super) fn waits_in(db: &dyn Db, file: File, definition: Definition<'_>, range: TextRange) -> Waits {
    let owner = definition.owner(db);
    let is_of_item = |it: &TextRange| *owner == Owner::Module || it.contains_range(range);
    let functions = suspension_points(db, file);
    functions
        .iter()
        .filter(|it| it.range.as_ref().is_none_or(is_of_item))
        .flat_map(|it| &it.waiting)
        .filter(|(place, _)| range.contains_range(*place))
        .map(|(_, waits)| *waits)
        .max()
        .unwrap_or(Waits::No)
}

/// Statements that go into a function.
struct Selection {
    range: TextRange,
    /// Where they stand.
    block: SyntaxNode,
    in_loop: bool,
}

impl Selection {
    /// Is it the name of an exception in an `except`?
    fn is_exception(&self, place: TextRange) -> bool {
        let root = self.block.ancestors().last().unwrap_or_else(|| self.block.clone());
        let token = root.token_at_offset(place.start()).right_biased();
        token.and_then(|it| it.parent()).is_some_and(|it| it.kind() == SyntaxKind::EXCEPT_CLAUSE)
    }

    /// Is a place reached whenever the statements run to their end?
    fn is_sure(&self, place: TextRange) -> bool {
        covering_node(&self.block, place).is_some_and(|it| {
            let around = it.ancestors().take_while(|it| *it != self.block);
            !around.into_iter().any(|it| matches!(it.kind(), SyntaxKind::BLOCK | SyntaxKind::FOR_STMT))
        })
    }
}

/// What the selection needs from outside, and what is needed outside of it. None if it changes a variable of the module from
/// inside a function (only the function that says `global` can), or if it makes a value that is not sure to be there at its end.
fn flow(
    db: &dyn Db,
    names: &[Name],
    definition: Definition<'_>,
    selection: &Selection,
) -> Option<(Vec<SmolStr>, Vec<SmolStr>)> {
    let body = body_of(db, definition);
    let is_module = *definition.owner(db) == Owner::Module;
    let (mut params, mut results) = (Vec::new(), Vec::new());
    let mut seen: Vec<&Symbol> = Vec::new();
    for name in names.iter().filter(|it| selection.range.contains_range(it.range)) {
        let is_variable = match &name.symbol {
            // At the level of the file these are variables of lambdas and comprehensions, which stay inside them.
            Symbol::Local { .. } if is_module => false,
            Symbol::Local { owner, variable, .. } => {
                owner == definition.owner(db) && !body.variables[*variable].is_inner
            }
            Symbol::Variable { .. } if !is_module && name.access != Access::Read => return None,
            Symbol::Variable { .. } => is_module,
            _ => false,
        };
        if !is_variable || seen.contains(&&name.symbol) {
            continue;
        }
        seen.push(&name.symbol);
        let (inside, outside): (Vec<&Name>, Vec<&Name>) =
            names.iter().filter(|it| it.symbol == name.symbol).partition(|it| selection.range.contains_range(it.range));
        let is_bound_before = outside
            .iter()
            .filter(|it| it.access != Access::Read)
            .any(|it| selection.in_loop || it.range.end() <= selection.range.start())
            || matches!(&name.symbol, Symbol::Variable { file, name } if is_assigned_by_functions(db, *file, name));
        // It has no value any more behind its handler.
        if inside.iter().chain(&outside).any(|it| it.access != Access::Read && selection.is_exception(it.range)) {
            if outside.is_empty() {
                continue;
            }
            return None;
        }
        let is_read = inside.iter().any(|it| it.access != Access::Write);
        let writes: Vec<&&Name> = inside.iter().filter(|it| it.access != Access::Read).collect();
        let is_changed = !writes.is_empty();
        let is_surely_written = writes.iter().any(|it| selection.is_sure(it.range));
        let is_read_outside = outside.iter().any(|it| it.access != Access::Write);
        let is_carried = selection.in_loop && is_changed && is_read;
        if is_carried && !is_bound_before && inside.first().is_some_and(|it| it.access != Access::Write) {
            return None;
        }
        let text = name.symbol.name(db);
        // A function sees the variables of its module by itself, but cannot change them.
        if is_bound_before && (is_read || !is_surely_written) && (!is_module || is_changed) {
            params.push(text.clone());
        }
        if is_changed && (is_read_outside || is_module || is_carried && is_bound_before) {
            if !is_surely_written && !is_bound_before {
                return None;
            }
            results.push(text);
        }
    }
    Some((params, results))
}
