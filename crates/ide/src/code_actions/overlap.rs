//! When tasks run: several that wait for each other without need at the same time, and a point where one is waited for.

use danaide_analysis::effects::Effect;
use danaide_analysis::graph::{definition_hints, suspension_points};
use danaide_analysis::occurrence::{Access, Symbol};
use danaide_analysis::{Db, File, parse};
use danaide_syntax::ast::{self, AstNode};
use danaide_syntax::{SyntaxKind, SyntaxNode, TextRange, TextSize};

use super::extract::{content_range, free_name, is_literal, selected, statement_of, trimmed};
use super::inline::whole_line;
use super::pipeline::{is_quiet, keeps_values, plain_function};
use super::{ActionKind, CodeAction};
use crate::lines::line_of;
use crate::search::usages_in;
use crate::semantics::{call_at, definition_at, names, names_at};

/// A call that is a task, in one of the statements.
struct Task {
    call: ast::CallExpr,
    name: String,
    statement: usize,
}

/// Starts the tasks of the selected statements before the first of them waits.
pub(super) fn overlap(db: &dyn Db, file: File, range: TextRange) -> Option<CodeAction> {
    let range = trimmed(db, file, range)?;
    let root = parse(db, file).syntax_node();
    let statements = selected(&root, range)?;
    if statements.len() < 2 || !statements.iter().enumerate().all(|(at, it)| is_simple(it, at + 1 == statements.len()))
    {
        return None;
    }
    let tasks = tasks_in(db, file, &root, &statements)?;
    let last = tasks.last()?.statement;
    // What a task waits for now, it does not need.
    let is_independent = |task: &Task| {
        let before = &statements[..task.statement];
        arguments_stay(db, file, &task.call, before) && before.iter().all(|it| is_harmless(db, file, it))
    };
    if tasks.len() < 2 || last == 0 || !tasks.iter().all(is_independent) {
        return None;
    }
    let waits = waiting_places(db, file, range.start());
    let until = statements[last].text_range().start();
    let from = content_range(&statements[0]).start();
    if !waits.iter().any(|it| it.start() >= from && it.start() < until) {
        return None;
    }
    let edits = match all_are_statements(&statements, &tasks) {
        true => vec![(file, content_range(&statements[0]).cover(content_range(statements.last()?)), gathered(&tasks))],
        false => started_first(db, file, &statements, &tasks)?,
    };
    Some(CodeAction {
        title: "Run at the same time".to_owned(),
        kind: ActionKind::Rewrite,
        mends: None,
        is_preferred: false,
        edits,
    })
}

fn is_simple(statement: &SyntaxNode, is_last: bool) -> bool {
    match ast::Stmt::cast(statement.clone()) {
        Some(ast::Stmt::ExprStmt(_)) => true,
        Some(ast::Stmt::AssignStmt(it)) => {
            let targets = it.targets();
            it.decorators().next().is_none() && targets.iter().all(|it| matches!(it, ast::Expr::NameExpr(_)))
        }
        Some(ast::Stmt::ReturnStmt(_)) => is_last,
        _ => false,
    }
}

/// The tasks of statements; none if there is one that cannot start elsewhere.
fn tasks_in(db: &dyn Db, file: File, root: &SyntaxNode, statements: &[SyntaxNode]) -> Option<Vec<Task>> {
    let whole = statements.first()?.text_range().cover(statements.last()?.text_range());
    let functions = suspension_points(db, file);
    let mut places: Vec<TextRange> =
        functions.iter().flat_map(|it| &it.waiting).map(|it| it.0).filter(|it| whole.contains_range(*it)).collect();
    places.sort_by_key(|it| (it.start(), it.end()));
    places.dedup();
    let mut tasks = Vec::new();
    for place in places {
        let call = call_at(root, place)?;
        let (name, effects) = plain_function(db, file, &call.callee()?)?;
        let around = statement_of(call.syntax(), place)?;
        let statement = statements.iter().position(|it| *it == around)?;
        if !is_quiet(&effects) || !effects.iter().any(Effect::waits) {
            return None;
        }
        tasks.push(Task { call, name: name.to_string(), statement });
    }
    Some(tasks)
}

/// Are the arguments literals and variables that the statements before leave as they are?
fn arguments_stay(db: &dyn Db, file: File, call: &ast::CallExpr, before: &[SyntaxNode]) -> bool {
    let Some(list) = call.arg_list() else { return false };
    list.args().all(|it| {
        let value = match &it {
            ast::Arg::Expr(it) => Some(it.clone()),
            ast::Arg::KeywordArg(it) => it.expr(),
        };
        match value {
            Some(ast::Expr::NameExpr(it)) => {
                let found = names_at(db, file, it.range().start());
                let is_variable = |it: &Symbol| matches!(it, Symbol::Local { .. } | Symbol::Variable { .. });
                found.iter().all(|it| is_variable(&it.symbol))
                    && !found.is_empty()
                    && !found.iter().any(|name| {
                        usages_in(db, &name.symbol, file).iter().any(|it| {
                            it.access != Access::Read
                                && before.iter().any(|at| at.text_range().contains_range(it.range))
                        })
                    })
            }
            Some(it) => is_literal(it.syntax()),
            None => false,
        }
    })
}

/// Does a statement call only what leaves all values as they are?
fn is_harmless(db: &dyn Db, file: File, statement: &SyntaxNode) -> bool {
    statement.descendants().filter_map(ast::CallExpr::cast).all(|call| {
        let Some((_, effects)) = call.callee().and_then(|it| plain_function(db, file, &it)) else { return false };
        keeps_values(&effects) && !effects.contains(Effect::Unknown)
    })
}

/// Where the program waits, of the definition around an offset at least.
fn waiting_places(db: &dyn Db, file: File, offset: TextSize) -> Vec<TextRange> {
    let functions = suspension_points(db, file);
    let waited = functions.iter().flat_map(|it| &it.points).filter(|it| it.is_waited).map(|it| it.range);
    waited.chain(waits_for_tasks(db, file, offset)).collect()
}

/// Where the definition around an offset waits for tasks that were started before.
fn waits_for_tasks(db: &dyn Db, file: File, offset: TextSize) -> impl Iterator<Item = TextRange> {
    let waits = definition_at(db, file, offset).map(|it| definition_hints(db, it).1);
    waits.into_iter().flatten().map(|it| it.range)
}

fn value_of(statement: &SyntaxNode) -> Option<ast::Expr> {
    match ast::Stmt::cast(statement.clone())? {
        ast::Stmt::ExprStmt(it) => it.expr(),
        ast::Stmt::AssignStmt(it) => it.value(),
        _ => None,
    }
}

fn is_whole(statement: &SyntaxNode, task: &Task) -> bool {
    value_of(statement).is_some_and(|it| it.range() == task.call.range())
}

/// Is each statement nothing but the call of a task?
fn all_are_statements(statements: &[SyntaxNode], tasks: &[Task]) -> bool {
    tasks.len() == statements.len()
        && tasks.iter().all(|it| {
            let statement = &statements[it.statement];
            statement.kind() == SyntaxKind::EXPR_STMT && is_whole(statement, it)
        })
}

fn gathered(tasks: &[Task]) -> String {
    let calls: Vec<String> = tasks.iter().map(|it| it.call.syntax().text().to_string()).collect();
    format!("gather({})", calls.join(", "))
}

/// Each task is given to a variable before the first statement, or its assignment goes there.
fn started_first(
    db: &dyn Db,
    file: File,
    statements: &[SyntaxNode],
    tasks: &[Task],
) -> Option<Vec<(File, TextRange, String)>> {
    let is_assigned = |it: &Task| {
        let statement = &statements[it.statement];
        statement.kind() == SyntaxKind::ASSIGN_STMT && is_whole(statement, it)
    };
    // Assignments at the beginning stay.
    let staying = tasks.iter().enumerate().take_while(|(at, it)| *at == it.statement && is_assigned(it)).count();
    let (start, indent, end_of_line) = line_of(db, file, statements.get(staying)?.text_range().start())?;
    let mut first = String::new();
    let mut edits = Vec::new();
    let mut names: Vec<String> = Vec::new();
    for task in &tasks[staying..] {
        let statement = &statements[task.statement];
        if is_assigned(task) && is_new_in(db, file, statement, &statements[..task.statement]) {
            let text = file.text(db).get(std::ops::Range::<usize>::from(content_range(statement)))?;
            first.push_str(&format!("{indent}{text}{end_of_line}"));
            edits.push((file, whole_line(db, file, statement)?, String::new()));
            continue;
        }
        let name = free_name(db, file, start, &format!("{}_result", task.name), &names);
        first.push_str(&format!("{indent}{name} = {}{end_of_line}", task.call.syntax().text()));
        edits.push((file, task.call.range(), name.clone()));
        names.push(name);
    }
    if first.is_empty() {
        return None;
    }
    edits.insert(0, (file, TextRange::empty(start), first));
    Some(edits)
}

/// Do the statements before an assignment say nothing of what it gives a value? Functions see variables of the module.
fn is_new_in(db: &dyn Db, file: File, assignment: &SyntaxNode, before: &[SyntaxNode]) -> bool {
    let Some(targets) = ast::AssignStmt::cast(assignment.clone()).map(|it| it.targets()) else { return false };
    targets.iter().all(|target| {
        names_at(db, file, target.range().start()).iter().all(|name| {
            let is_local = matches!(name.symbol, Symbol::Local { .. });
            is_local
                && usages_in(db, &name.symbol, file)
                    .iter()
                    .all(|it| !before.iter().any(|at| at.text_range().contains_range(it.range)))
        })
    })
}

/// Waits where a task is started, or where its value is passed on without being waited for.
pub(super) fn wait_point(db: &dyn Db, file: File, offset: TextSize) -> Option<CodeAction> {
    let root = parse(db, file).syntax_node();
    let functions = suspension_points(db, file);
    let points = || functions.iter().flat_map(|it| &it.points).filter(|it| it.is_certain);
    let name = names_at(db, file, offset).into_iter().next()?;
    let token = root.token_at_offset(name.range.start()).right_biased()?;
    let expr = token.parent().filter(|it| it.kind() == SyntaxKind::NAME_EXPR && it.text_range() == name.range)?;
    let call =
        expr.parent().and_then(ast::CallExpr::cast).filter(|it| it.callee().is_some_and(|it| *it.syntax() == expr));
    let place = match (&call, &name.symbol) {
        (Some(call), _) => {
            let point = points().find(|it| it.range == call.range())?;
            let is_kept = call.syntax().parent().is_some_and(|it| it.kind() == SyntaxKind::ASSIGN_STMT);
            (is_kept && !point.is_waited).then(|| call.range())?
        }
        (None, Symbol::Local { .. } | Symbol::Variable { .. }) if name.access == Access::Read => {
            let is_task = |it: TextRange| points().any(|point| point.range == it);
            let mut given =
                names(db, file).into_iter().filter(|it| it.symbol == name.symbol && it.access == Access::Write);
            let is_given_by_task = given.any(|it| {
                let token = root.token_at_offset(it.range.start()).right_biased();
                let assign = token.and_then(|it| it.parent()?.parent()).and_then(ast::AssignStmt::cast);
                assign.is_some_and(|it| it.targets().len() == 1 && it.value().is_some_and(|it| is_task(it.range())))
            });
            let around = expr.parent()?;
            let is_passed =
                matches!(around.kind(), SyntaxKind::ARG_LIST | SyntaxKind::ASSIGN_STMT | SyntaxKind::KEYWORD_ARG);
            let waits_anyway = waits_for_tasks(db, file, offset).any(|it| it.contains_range(name.range));
            (is_given_by_task && is_passed && !waits_anyway).then_some(name.range)?
        }
        _ => return None,
    };
    let text = file.text(db).get(std::ops::Range::<usize>::from(place))?;
    let title = if call.is_some() {
        "Wait here until it is done (`sync`)".to_owned()
    } else {
        format!("Wait for `{text}` here (`sync`)")
    };
    Some(CodeAction {
        title,
        kind: ActionKind::Rewrite,
        mends: None,
        is_preferred: false,
        edits: vec![
            (file, TextRange::empty(place.start()), "sync(".to_owned()),
            (file, TextRange::empty(place.end()), ")".to_owned()),
        ],
    })
}
