//! Retries and time limits: what the decorators of a function say.

use std::sync::Arc;

use danaide_syntax::ast::{self, AstNode};
use danaide_syntax::{SyntaxNode, SyntaxToken};
use smol_str::SmolStr;

use crate::items::source_text;
use crate::{Db, Definition, Part};

/// How often and how long a call may try. Values are as they are written.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Policies {
    pub retry: Option<Arc<Retry>>,
    /// In seconds.
    pub timeout: Option<SmolStr>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Retry {
    /// The first try counts.
    pub attempts: Option<SmolStr>,
    pub backoff: Option<SmolStr>,
    pub initial: Option<SmolStr>,
    pub max_delay: Option<SmolStr>,
    pub on: Option<SmolStr>,
    pub fallback: Option<SmolStr>,
}

impl Policies {
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// What the decorators of a function or workflow say.
#[salsa::tracked(returns(clone))]
pub fn policies<'db>(db: &'db dyn Db, definition: Definition<'db>) -> Policies {
    let mut all = Policies::default();
    let syntax = definition.syntax(db);
    let Some(Part::Tree(green)) = syntax.parts.first() else { return all };
    let root = SyntaxNode::new_root(green.clone());
    for decorator in root.children().filter_map(ast::Decorator::cast) {
        let Some(expr) = decorator.expr() else { continue };
        let (callee, args) = match &expr {
            ast::Expr::CallExpr(call) => (call.callee(), call.arg_list()),
            other => (Some(other.clone()), None),
        };
        let Some(ast::Expr::NameExpr(name)) = callee else { continue };
        let args: Vec<ast::Arg> = args.iter().flat_map(ast::ArgList::args).collect();
        let keyword = |asked: &str| {
            args.iter().find_map(|arg| match arg {
                ast::Arg::KeywordArg(it) if it.name().as_ref().map(SyntaxToken::text) == Some(asked) => {
                    it.expr().map(|it| source_text(it.syntax()))
                }
                _ => None,
            })
        };
        let first = || match args.first() {
            Some(ast::Arg::Expr(it)) => Some(source_text(it.syntax())),
            _ => None,
        };
        match name.ident_token().as_ref().map(SyntaxToken::text) {
            Some("retry") => {
                all.retry = Some(Arc::new(Retry {
                    attempts: keyword("attempts").or_else(first).or_else(|| Some("3".into())),
                    backoff: keyword("backoff"),
                    initial: keyword("initial"),
                    max_delay: keyword("max_delay"),
                    on: keyword("on"),
                    fallback: keyword("fallback"),
                }));
            }
            Some("poet") => {
                if let Some(attempts) = keyword("retries") {
                    all.retry = Some(Arc::new(Retry { attempts: Some(attempts), ..Retry::default() }));
                }
                all.timeout = all.timeout.or_else(|| keyword("timeout"));
            }
            Some("timeout") => all.timeout = keyword("seconds").or_else(first),
            _ => {}
        }
    }
    all
}
