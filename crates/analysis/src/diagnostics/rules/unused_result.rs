//! `unused-result`: a statement that computes a value and does nothing with it.

use crate::diagnostics::finding::{BodyCheck, Finding};
use crate::diagnostics::rule::{Category, Check, Level, Rule};
use crate::infer::Problem;
use crate::scope::Meaning;
use crate::ty::Type;
use crate::{BinaryOp, Body, Call, DiagnosticCode, Expr, ExprId, FilePath, FunctionBody, FunctionKind, Literal, Stmt};

pub(super) const RULE: Rule = Rule {
    name: "unused-result",
    level: Level::Warning,
    category: Category::Style,
    summary: "A statement computes a value that goes nowhere",
    explanation: "The statement only computes a value: a comparison where an assignment was meant, a missing `return`, or a \
                  method of text, which gives new text and changes nothing. Assign the value, return it, or take the \
                  statement out. What is tried in a `try`, and the last statement of a file, whose value a notebook \
                  shows, are not looked at.",
    bad: "name = \"  Ada \"\nname.strip()\nprint(name)\n",
    good: "name = \"  Ada \"\nname = name.strip()\nprint(name)\n",
    has_fix: false,
    check: Check::Body(check),
};

/// Functions of the library that give a value, do nothing else, and refuse few values: nobody calls them for an error.
const PURE: [&str; 20] = [
    "abs",
    "all",
    "any",
    "bool",
    "callable",
    "dict",
    "enumerate",
    "hasattr",
    "isinstance",
    "len",
    "list",
    "max",
    "min",
    "range",
    "repr",
    "reversed",
    "round",
    "sorted",
    "str",
    "zip",
];

fn check(cx: &mut BodyCheck<'_>) {
    let body = cx.body.clone();
    for (id, function) in body.functions.iter() {
        // Inside a `with` too, an error may be what is waited for.
        let shown = match &function.body {
            FunctionBody::Block(statements) if matches!(function.kind, FunctionKind::Module | FunctionKind::Lambda) => {
                statements.last().copied()
            }
            _ => None,
        };
        for it in body.statements_of(id).into_iter().filter(|it| !it.in_try && !it.in_with && Some(it.stmt) != shown) {
            let Stmt::Expr(expr) = body.stmts[it.stmt] else { continue };
            if !cx.inference.exprs.contains_idx(expr) {
                continue;
            }
            if let Some(message) = useless(cx, &body, expr)
                && !fails(cx, &body, expr)
            {
                cx.report(Finding::new(DiagnosticCode::UnusedResult, message, cx.stmt(it.stmt)));
            }
        }
    }
}

/// Does a part of the expression fail when it is reached? Then that is what has to be said.
fn fails(cx: &BodyCheck<'_>, body: &Body, expr: ExprId) -> bool {
    let mut parts = Vec::new();
    body.walk(expr, &mut |it| parts.push(it));
    cx.inference.problems.iter().any(|problem| match problem {
        Problem::Operator { expr, .. }
        | Problem::UnaryOperator { expr, .. }
        | Problem::Comparison { expr, .. }
        | Problem::UnknownAttribute { expr, .. }
        | Problem::NotIterable { expr, .. } => parts.contains(expr),
        Problem::Arity { call, .. } => parts.contains(call),
        Problem::ArgumentType { value, .. } | Problem::UnknownKeyword { value, .. } => parts.contains(value),
        _ => false,
    })
}

/// What is wrong with an expression as a statement.
fn useless(cx: &BodyCheck<'_>, body: &Body, expr: ExprId) -> Option<String> {
    Some(match &body.exprs[expr] {
        Expr::Compare { rest, .. } => match rest.as_slice() {
            [(crate::CompareOp::Eq, _)] => "this compares and does not assign; write `=` to assign".to_owned(),
            _ => "nothing is done with the result of this comparison".to_owned(),
        },
        Expr::Binary { .. } | Expr::Unary { .. } if is_plain(body, expr) => {
            "nothing is done with the result of this calculation".to_owned()
        }
        Expr::Call(call) => {
            let name = pure_call(cx, body, call)?;
            format!("nothing is done with the result of `{name}`")
        }
        _ => return None,
    })
}

/// Does it only calculate? `|`, `<<` and the like may do something for records, and calls may do anything.
fn is_plain(body: &Body, expr: ExprId) -> bool {
    let mut plain = true;
    body.walk(expr, &mut |it| {
        plain &= match &body.exprs[it] {
            Expr::Call(_) | Expr::Pipe(_) | Expr::Index { .. } | Expr::Missing | Expr::Comprehension(_) => false,
            Expr::Binary { rest, .. } => rest.iter().all(|(op, _)| {
                matches!(
                    op,
                    BinaryOp::Add
                        | BinaryOp::Sub
                        | BinaryOp::Mul
                        | BinaryOp::Div
                        | BinaryOp::FloorDiv
                        | BinaryOp::Mod
                        | BinaryOp::Pow
                )
            }),
            _ => true,
        }
    });
    plain
}

/// The name of the function, if the call does nothing but give a value.
fn pure_call(cx: &BodyCheck<'_>, body: &Body, call: &Call) -> Option<String> {
    match &body.exprs[call.callee] {
        Expr::Name(_) => {
            let Some(Meaning::Item(def)) = cx.inference.meanings.get(call.callee) else { return None };
            let is_library = matches!(def.file.path(cx.db), FilePath::Library(_));
            (is_library && PURE.contains(&def.item.name().as_str())).then(|| def.item.name().to_string())
        }
        Expr::Attribute { base, name } => {
            let is_text = *cx.inference.type_of(*base) == Type::Str;
            let is_literal = matches!(body.exprs[*base], Expr::Literal(Literal::Str(_)));
            let refuses = matches!(name.as_str(), "encode" | "index" | "rindex" | "format" | "format_map");
            let is_method = crate::scope::builtin_method(cx.db, "str", name).is_some();
            (is_text && is_method && !refuses && !is_literal).then(|| name.to_string())
        }
        _ => None,
    }
}
