//! Extract into a pipeline: calls of which each takes what the one before gave become the stages of a workflow.

use danaide_analysis::effects::{Effect, Effects, Waits, effects};
use danaide_analysis::occurrence::Symbol;
use danaide_analysis::scope::{builtin_def, module_scope};
use danaide_analysis::ty::DefRef;
use danaide_analysis::{Db, File, FilePath, ItemKind, definition, parse};
use danaide_syntax::ast::{self, AstNode};
use danaide_syntax::{SyntaxKind, SyntaxNode, TextRange};
use smol_str::SmolStr;

use super::extract::{content_range, free_name, has_around, is_literal, selected, trimmed};
use super::{ActionKind, CodeAction};
use crate::lines::line_of;
use crate::search::usages_in;
use crate::semantics::{call_at, covering_node, names_at};

/// Functions of the library that look at where they are called, or are more than calls.
const BOUND_TO_THEIR_PLACE: [&str; 9] =
    ["reason", "llm", "sync", "gather", "race", "case", "cast", "locals", "globals"];

/// Stages, in the order in which they run, and what the first is given.
struct Chain {
    stages: Vec<(String, Effects)>,
    arguments: String,
}

/// A chain where it is written. What stays before the call is text in front of it: `b = ` or `return `.
struct Found {
    chain: Chain,
    range: TextRange,
    kept: String,
}

/// Puts a chain of calls in a workflow: `f(g(x))`, or assignments that each use only what the one before made.
pub(super) fn pipeline(db: &dyn Db, file: File, range: TextRange) -> Option<CodeAction> {
    let root = parse(db, file).syntax_node();
    let found = match trimmed(db, file, range) {
        Some(range) => match call_at(&root, range) {
            Some(call) => nested(db, file, &call)?,
            None => steps(db, file, &selected(&root, range)?)?,
        },
        None => nested(db, file, &call_named_at(&root, range)?)?,
    };
    let Found { chain, range: replaced, kept } = found;
    if chain.stages.len() < 2 {
        return None;
    }
    let node = covering_node(&root, replaced)?;
    // A stage begins when the one before has ended; calls that wait begin when those before have begun.
    let waiting = chain.stages.iter().filter(|it| it.1.waits() != Waits::No).count();
    let is_quiet = chain.stages.iter().all(|it| is_quiet(&it.1));
    let is_caught = has_around(&node, &[SyntaxKind::TRY_STMT, SyntaxKind::WITH_STMT]);
    if waiting > 1 || waiting == 1 && (!is_quiet || is_caught) {
        return None;
    }
    let top = node.ancestors().find(|it| it.parent().is_some_and(|it| it.kind() == SyntaxKind::SOURCE_FILE))?;
    let (insert_at, indent, end_of_line) = line_of(db, file, top.text_range().start())?;
    if !indent.is_empty() {
        return None;
    }
    let name = free_name(db, file, replaced.start(), "extracted", &[]);
    let stages: Vec<&str> = chain.stages.iter().map(|it| it.0.as_str()).collect();
    let definition = format!("workflow {name} = {}{end_of_line}{end_of_line}", stages.join(" | "));
    Some(CodeAction {
        title: "Extract into a pipeline".to_owned(),
        kind: ActionKind::Extract,
        mends: None,
        is_preferred: false,
        edits: vec![
            (file, TextRange::empty(insert_at), definition),
            (file, replaced, format!("{kept}{name}({})", chain.arguments)),
        ],
    })
}

/// Does code only wait, so that it makes no difference what runs meanwhile?
pub(super) fn is_quiet(effects: &Effects) -> bool {
    effects.iter().all(|it| matches!(it, Effect::Llm | Effect::Net | Effect::Fs | Effect::Time))
        && effects.once().is_none()
        && keeps_values(effects)
}

/// Does code leave what it is given and what others see as it is?
pub(super) fn keeps_values(effects: &Effects) -> bool {
    effects.touched().is_empty()
        && !effects.touches_everything()
        && effects.called().next().is_none()
        && !effects.changes_parameters()
}

fn call_named_at(root: &SyntaxNode, range: TextRange) -> Option<ast::CallExpr> {
    let mut tokens = root.token_at_offset(range.start());
    let name = tokens.find(|it| it.kind() == SyntaxKind::IDENT)?;
    let call = name.parent()?.parent().and_then(ast::CallExpr::cast);
    call.filter(|it| it.callee().is_some_and(|it| it.range() == name.text_range()))
}

fn nested(db: &dyn Db, file: File, call: &ast::CallExpr) -> Option<Found> {
    Some(Found { chain: chain(db, file, call, None)?, range: call.range(), kept: String::new() })
}

/// The stages of a call. `piped` is the variable that stands for what the stages before it give.
fn chain(db: &dyn Db, file: File, call: &ast::CallExpr, piped: Option<&str>) -> Option<Chain> {
    let (name, own) = plain_function(db, file, &call.callee()?)?;
    let args: Vec<ast::Arg> = call.arg_list()?.args().collect();
    let is_piped = |it: &ast::Arg| match it {
        ast::Arg::Expr(it) => match piped {
            Some(piped) => matches!(it, ast::Expr::NameExpr(_)) && it.syntax().text() == piped,
            None => inner_call(db, file, it).is_some(),
        },
        ast::Arg::KeywordArg(_) => false,
    };
    let Some(at) = args.iter().position(is_piped) else {
        // Where the chain begins: what the first stage is given.
        let is_plain = |it: &ast::Arg| matches!(it, ast::Arg::Expr(it) if !matches!(it, ast::Expr::SpreadExpr(_)));
        if piped.is_some() || !args.iter().all(is_plain) {
            return None;
        }
        let arguments: Vec<String> = args.iter().map(|it| it.syntax().text().to_string()).collect();
        return Some(Chain { stages: vec![(name.into(), own)], arguments: arguments.join(", ") });
    };
    let mut others = args.iter().enumerate().filter(|(it, _)| *it != at).map(|it| it.1);
    if !others.all(|it| is_literal(it.syntax())) {
        return None;
    }
    let written: Vec<String> = args
        .iter()
        .enumerate()
        .filter(|(it, _)| *it != at || at > 0)
        .map(|(it, arg)| if it == at { "$$".to_owned() } else { arg.syntax().text().to_string() })
        .collect();
    let stage = if written.is_empty() { name.to_string() } else { format!("{name}({})", written.join(", ")) };
    let mut before = match (&args[at], piped) {
        (ast::Arg::Expr(it), None) => chain(db, file, &inner_call(db, file, it)?, None)?,
        _ => Chain { stages: Vec::new(), arguments: String::new() },
    };
    before.stages.push((stage, own));
    Some(before)
}

fn inner_call(db: &dyn Db, file: File, expr: &ast::Expr) -> Option<ast::CallExpr> {
    let ast::Expr::CallExpr(call) = expr else { return None };
    plain_function(db, file, &call.callee()?).map(|_| call.clone())
}

/// A function that every definition of the file can name: what it is called, and what a call does.
pub(super) fn plain_function(db: &dyn Db, file: File, callee: &ast::Expr) -> Option<(SmolStr, Effects)> {
    let ast::Expr::NameExpr(_) = callee else { return None };
    let (name, def) = function_named(db, file, callee.range())?;
    let effects = effects(db, definition(db, def.file, &def.item)?);
    Some((name, (*effects).clone()))
}

fn function_named(db: &dyn Db, file: File, range: TextRange) -> Option<(SmolStr, DefRef)> {
    let names = names_at(db, file, range.start());
    let [only] = names.as_slice() else { return None };
    let Symbol::Item(def) = &only.symbol else { return None };
    let is_function = matches!(def.item.kind(), ItemKind::Function | ItemKind::Workflow) && def.item.parent().is_none();
    let name: SmolStr = file.text(db).get(std::ops::Range::<usize>::from(range))?.into();
    let is_known = module_scope(db, file).contains(&name) || builtin_def(db, &name).is_some();
    let is_free = !matches!(def.file.path(db), FilePath::Library(_)) || !BOUND_TO_THEIR_PLACE.contains(&name.as_str());
    (is_function && is_known && is_free).then(|| (name, def.clone()))
}

/// `a = g(x)`, `b = f(a)`, `return h(b)`: of the last statement, the call is replaced.
fn steps(db: &dyn Db, file: File, statements: &[SyntaxNode]) -> Option<Found> {
    if statements.len() < 2 {
        return None;
    }
    let mut all: Option<Chain> = None;
    let mut given: Option<String> = None;
    let mut end = None;
    for (index, statement) in statements.iter().enumerate() {
        let is_last = index + 1 == statements.len();
        let statement = ast::Stmt::cast(statement.clone())?;
        let (target, value) = match statement {
            ast::Stmt::AssignStmt(it) if it.ty().is_none() && it.decorators().next().is_none() => {
                let (targets, value) = it.targets_and_value();
                let [ast::Expr::NameExpr(target)] = targets.as_slice() else { return None };
                (Some(target.clone()), value?)
            }
            ast::Stmt::ReturnStmt(it) if is_last => (None, it.expr()?),
            ast::Stmt::ExprStmt(it) if is_last => (None, it.expr()?),
            _ => return None,
        };
        let ast::Expr::CallExpr(call) = &value else { return None };
        let next = chain(db, file, call, given.as_deref())?;
        all = Some(match all {
            Some(mut known) => {
                known.stages.extend(next.stages);
                known
            }
            None => next,
        });
        if !is_last {
            let target = target?;
            let names = names_at(db, file, target.range().start());
            let symbol = names.iter().map(|it| &it.symbol).find(|it| matches!(it, Symbol::Local { .. }))?;
            // It is made here and used in the next statement, and nowhere else.
            let uses = usages_in(db, symbol, file);
            let next = statements[index + 1].text_range();
            if uses.len() != 2 || !uses.iter().any(|it| next.contains_range(it.range)) {
                return None;
            }
            given = Some(target.syntax().text().to_string());
        } else if let Some(target) = target {
            // The statement keeps its target, and loses those before it.
            end = Some((target.range().start(), value.range()));
        } else {
            end = Some((statements[index].text_range().start(), value.range()));
        }
    }
    let (keep_from, value) = end?;
    // What stands before the last call goes, but for its target or `return`.
    let text = file.text(db);
    let kept = text.get(usize::from(keep_from)..usize::from(value.start()))?.to_owned();
    let range = TextRange::new(statements.first()?.text_range().start(), value.end());
    let removed = text.get(std::ops::Range::<usize>::from(range))?;
    // A comment between them would be lost.
    if removed.contains('#') || content_range(statements.last()?).end() != value.end() {
        return None;
    }
    Some(Found { chain: all?, range, kept })
}
