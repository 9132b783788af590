//! `duplicate-definition`: a definition that takes the place of an earlier one.

use crate::diagnostics::finding::{BodyCheck, Finding, Spot};
use crate::diagnostics::rule::{Category, Check, Level, Rule};
use crate::ty::DefRef;
use crate::{
    Body, Callable, CallableForm, DiagnosticCode, Expr, FilePath, Item, ItemData, ItemId, ItemTree, NameRef, Owner,
    Stmt, body_of, definitions, item_tree,
};

pub(super) const RULE: Rule = Rule {
    name: "duplicate-definition",
    level: Level::Warning,
    category: Category::Names,
    summary: "A definition takes the place of an earlier one that nothing has used",
    explanation: "The later definition wins, and the earlier one can never be reached. Take one out or rename it. Functions \
                  whose first parameters have different types are overloads: the first argument chooses among them.",
    bad: "def area(side: float) -> float:\n    return side * side\n\ndef area(side: float) -> float:\n    return side ** 2\n\nprint(area(2.0))\n",
    good: "def area(side: float) -> float:\n    return side * side\n\ndef volume(side: float) -> float:\n    return side ** 3\n\nprint(area(2.0), volume(2.0))\n",
    has_fix: false,
    check: Check::Body(check),
};

fn check(cx: &mut BodyCheck<'_>) {
    let Owner::Item(item) = cx.definition.owner(cx.db) else { return };
    if item.disambiguator() == 0 || item.name().is_empty() || matches!(cx.file.path(cx.db), FilePath::Library(_)) {
        return;
    }
    let tree = item_tree(cx.db, cx.file);
    let (Some(earlier), Some(later)) = (before(&tree, item), tree.get(item)) else { return };
    if !replaces(earlier, later) {
        return;
    }
    // In the body of a record, and for methods with a receiver, there is nothing that could use the first.
    let is_bound = item.parent().is_none() && cx.body.root().receiver.is_none();
    if is_bound && !follows_unused(cx, &earlier.id, item) {
        return;
    }
    let place = cx.map.function(cx.body.root).unwrap_or(crate::Place::START);
    let message = format!("this takes the place of an earlier `{}` that nothing uses", item.name());
    let finding = Finding::new(DiagnosticCode::DuplicateDefinition, message, place);
    let first = DefRef { file: cx.file, item: earlier.id.clone() };
    cx.report(finding.with_related("the earlier one is here", Spot::Item(first)));
}

/// The definition of the same name before.
fn before<'a>(tree: &'a ItemTree, item: &ItemId) -> Option<&'a Item> {
    let is_before = |it: &&Item| {
        (it.id.parent(), it.id.kind(), it.id.name()) == (item.parent(), item.kind(), item.name())
            && it.id.disambiguator() + 1 == item.disambiguator()
    };
    tree.items.iter().find(is_before)
}

/// Are they definitions of one thing, not overloads?
fn replaces(earlier: &Item, later: &Item) -> bool {
    match (&earlier.data, &later.data) {
        (ItemData::Callable(a), ItemData::Callable(b)) => {
            let receiver = |it: &Callable| it.receiver.as_ref().map(|it| it.ty.clone());
            let first = |it: &Callable| it.params.first().map(|it| it.ty.clone());
            receiver(a) == receiver(b)
                && first(a) == first(b)
                && a.decorators.is_empty()
                && b.decorators.is_empty()
                && a.form != CallableForm::Signature
                && b.form != CallableForm::Signature
        }
        (ItemData::Record(a), ItemData::Record(b)) => a.kind == b.kind,
        (ItemData::Agent(_), ItemData::Agent(_)) => true,
        _ => false,
    }
}

/// Do both stand among the statements of the file itself, with nothing between that uses the first or calls anything?
fn follows_unused(cx: &BodyCheck<'_>, earlier: &ItemId, later: &ItemId) -> bool {
    let Some(module) = definitions(cx.db, cx.file).get(&Owner::Module) else { return false };
    let body = body_of(cx.db, module);
    let crate::FunctionBody::Block(statements) = &body.root().body else { return false };
    let position = |id: &ItemId| {
        let is_it = |it: &crate::StmtId| matches!(&body.stmts[*it], Stmt::Item { item, .. } if item == id);
        statements.iter().position(is_it)
    };
    let (Some(from), Some(to)) = (position(earlier), position(later)) else { return false };
    from < to && statements[from + 1..to].iter().all(|it| is_harmless(&body, *it))
}

/// A definition, an import, or the assignment of what calls nothing and names nothing.
fn is_harmless(body: &Body, stmt: crate::StmtId) -> bool {
    let is_plain = |expr: crate::ExprId| {
        let mut plain = true;
        body.walk(expr, &mut |it| match &body.exprs[it] {
            Expr::Call(_) | Expr::Pipe(_) | Expr::Name(NameRef::Variable(_)) | Expr::Attribute { .. } => plain = false,
            _ => {}
        });
        plain
    };
    match &body.stmts[stmt] {
        Stmt::Item { .. } | Stmt::Import { .. } | Stmt::FromImport { .. } | Stmt::Pass | Stmt::Export(_) => true,
        Stmt::Expr(expr) => is_plain(*expr),
        Stmt::Assign { value: Some(value), decorators, .. } => decorators.is_empty() && is_plain(*value),
        _ => false,
    }
}
