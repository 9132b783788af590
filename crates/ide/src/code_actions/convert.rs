//! Other forms of a definition: a pipeline as a function or a workflow, a function that waits at every call, `@retry`.

use danaide_analysis::effects::{Waits, effects};
use danaide_analysis::{Db, File};
use danaide_syntax::ast::{self, AstNode};
use danaide_syntax::{NodeOrToken, SyntaxKind, SyntaxNode, TextRange, TextSize};

use super::{ActionKind, CodeAction};
use crate::lines::end_of_line;
use crate::semantics::definition_at;

fn action(title: &str, file: File, range: TextRange, text: impl Into<String>) -> CodeAction {
    CodeAction {
        title: title.to_owned(),
        kind: ActionKind::Rewrite,
        mends: None,
        is_preferred: false,
        edits: vec![(file, range, text.into())],
    }
}

/// What can be made of the definition whose head is at an offset.
pub(super) fn conversions(db: &dyn Db, file: File, offset: TextSize) -> Vec<CodeAction> {
    let mut out = Vec::new();
    let Some(token) = crate::semantics::token_at(db, file, offset) else { return out };
    let Some(node) =
        token.parent().filter(|it| matches!(it.kind(), SyntaxKind::FUNCTION_DEF | SyntaxKind::WORKFLOW_DEF))
    else {
        return out;
    };
    let keyword =
        |kind: SyntaxKind| node.children_with_tokens().filter_map(NodeOrToken::into_token).find(|it| it.kind() == kind);
    if let Some(workflow) = keyword(SyntaxKind::WORKFLOW_KW) {
        out.push(action("Convert to a function", file, workflow.text_range(), "def"));
        return out;
    }
    let Some(def) = ast::FunctionDef::cast(node.clone()) else { return out };
    let (Some(name), Some(def_keyword)) = (def.name(), keyword(SyntaxKind::DEF_KW)) else { return out };
    let is_top = node.parent().is_some_and(|it| it.kind() == SyntaxKind::SOURCE_FILE);
    if def.eq_token().is_some() && def.receiver().is_none() && def.sync_token().is_none() && is_top {
        out.push(action("Convert to a workflow", file, def_keyword.text_range(), "workflow"));
    }
    let waits = definition_at(db, file, name.text_range().start()).map(|it| effects(db, it).waits());
    match def.sync_token() {
        Some(sync) => {
            let range = TextRange::new(sync.text_range().start(), def_keyword.text_range().start());
            out.push(action("Let calls in it run as tasks", file, range, ""));
        }
        None if waits.is_some_and(|it| it != Waits::No) && def.eq_token().is_none() => {
            let at = TextRange::empty(def_keyword.text_range().start());
            out.push(action("Wait at every call in it (`sync def`)", file, at, "sync "));
        }
        None => {}
    }
    let is_retried = def.decorators().any(|it| it.syntax().text().to_string().contains("retry"));
    if waits == Some(Waits::Yes)
        && !is_retried
        && let Some(edit) = decorator(db, file, &node)
    {
        out.push(CodeAction {
            title: "Try again when it fails (`@retry`)".to_owned(),
            ..action("", file, edit.0, edit.1)
        });
    }
    out
}

/// Where a decorator goes: before the first line of the definition.
fn decorator(db: &dyn Db, file: File, node: &SyntaxNode) -> Option<(TextRange, String)> {
    let text = file.text(db);
    let start = usize::from(node.text_range().start());
    let line = text.get(..start)?.rfind('\n').map_or(0, |it| it + 1);
    let indent = text.get(line..start)?;
    if !indent.trim().is_empty() {
        return None;
    }
    let end_of_line = end_of_line(text);
    Some((TextRange::empty(node.text_range().start()), format!("@retry(attempts=3){end_of_line}{indent}")))
}
