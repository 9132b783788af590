//! Accessors that the grammar page cannot express.

use rowan::{TextRange, TextSize};

use super::{
    AssignStmt, Block, DictItem, Expr, FString, ImportName, LambdaExpr, Literal, ModulePath, NameExpr, Param,
    SliceExpr, SourceFile, Stmt, StringConcat,
};
use crate::{AstNode, NodeOrToken, SyntaxKind, SyntaxToken};

/// How a parameter takes its argument.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ParamKind {
    /// By position or by name.
    Normal,
    /// `*rest`: the remaining positions.
    Rest,
    /// `**named`: the remaining names.
    Named,
    /// A lone `*` or `/`: a mark, not a parameter.
    Mark,
}

impl Param {
    pub fn kind(&self) -> ParamKind {
        match self.prefix().map(|it| it.kind()) {
            None => ParamKind::Normal,
            Some(_) if self.name().is_none() => ParamKind::Mark,
            Some(SyntaxKind::STAR2) => ParamKind::Named,
            Some(_) => ParamKind::Rest,
        }
    }
}

impl AssignStmt {
    /// The targets: `a` and `b` in `a = b = v`. In `x: T`, which has no value, `x`.
    pub fn targets(&self) -> Vec<Expr> {
        self.targets_and_value().0
    }

    /// Both at once, for the price of one.
    pub fn targets_and_value(&self) -> (Vec<Expr>, Option<Expr>) {
        let mut all: Vec<Expr> = self.exprs().collect();
        let Some(value_from) = self.last_eq() else { return (all, None) };
        let value = all.iter().find(|it| it.range().start() >= value_from).cloned();
        if all.len() > 1 {
            all.pop();
        }
        (all, value)
    }

    /// The value after the last `=`.
    pub fn value(&self) -> Option<Expr> {
        self.targets_and_value().1
    }

    /// Where the last `=` ends. Looked for in the green tree, where that costs no allocation.
    fn last_eq(&self) -> Option<TextSize> {
        let mut at = self.syntax().text_range().start();
        let mut found = None;
        for child in self.syntax().green().children() {
            at += match child {
                NodeOrToken::Node(it) => it.text_len(),
                NodeOrToken::Token(it) => it.text_len(),
            };
            if SyntaxKind::from_raw(child.kind()) == SyntaxKind::EQ {
                found = Some(at);
            }
        }
        found
    }

    pub fn eq_token(&self) -> Option<SyntaxToken> {
        super::support::token(self.syntax(), &[SyntaxKind::EQ])
    }
}

impl SliceExpr {
    /// The parts before the first colon, between the two, and after the second.
    pub fn parts(&self) -> [Option<Expr>; 3] {
        let mut parts = [None, None, None];
        let mut at = 0;
        for element in self.syntax().children_with_tokens() {
            match element {
                NodeOrToken::Token(token) if token.kind() == SyntaxKind::COLON => at = (at + 1).min(2),
                NodeOrToken::Token(token) if token.kind() == SyntaxKind::COLON2 => at = 2,
                NodeOrToken::Token(_) => {}
                NodeOrToken::Node(node) => parts[at] = Expr::cast(node).or_else(|| parts[at].take()),
            }
        }
        parts
    }
}

impl NameExpr {
    /// The name; it costs no allocation to look at it.
    pub fn with_name<T>(&self, take: impl FnOnce(&str) -> T) -> Option<T> {
        super::support::with_text(self.syntax(), SyntaxKind::IDENT, take)
    }
}

impl Literal {
    pub fn token(&self) -> Option<SyntaxToken> {
        self.syntax().first_token()
    }
}

impl ModulePath {
    /// How many dots stand before the first name: 0 for an absolute path.
    pub fn leading_dots(&self) -> usize {
        self.syntax()
            .children_with_tokens()
            .filter_map(NodeOrToken::into_token)
            .take_while(|it| it.kind() != SyntaxKind::IDENT)
            .map(|it| match it.kind() {
                SyntaxKind::DOT => 1,
                SyntaxKind::ELLIPSIS => 3,
                _ => 0,
            })
            .sum()
    }
}

impl ImportName {
    /// The name that the import binds.
    pub fn bound_name(&self) -> Option<SyntaxToken> {
        self.alias().or_else(|| self.name())
    }
}

impl LambdaExpr {
    /// Is it the old form, with `:` before the body?
    pub fn is_old_form(&self) -> bool {
        self.separator().is_some_and(|it| it.kind() == SyntaxKind::COLON)
    }
}

impl StringConcat {
    /// The strings of `'a' f"b"`, each a [`Literal`] or an [`FString`].
    pub fn parts(&self) -> impl Iterator<Item = Expr> + use<> {
        self.exprs()
    }
}

/// A piece of an f-string or of a format specification: a field, or a token of text.
pub type FStringPart = NodeOrToken<super::FStringField, SyntaxToken>;

impl FString {
    /// The text and the fields in order.
    pub fn parts(&self) -> impl Iterator<Item = FStringPart> + use<> {
        fstring_parts(self.syntax())
    }
}

impl super::FormatSpec {
    /// The text and the nested fields in order.
    pub fn parts(&self) -> impl Iterator<Item = FStringPart> + use<> {
        fstring_parts(self.syntax())
    }
}

fn fstring_parts(node: &crate::SyntaxNode) -> impl Iterator<Item = FStringPart> + use<> {
    node.children_with_tokens().filter_map(|element| match element {
        NodeOrToken::Node(node) => super::FStringField::cast(node).map(NodeOrToken::Node),
        NodeOrToken::Token(token) => (token.kind() == SyntaxKind::FSTRING_TEXT).then_some(NodeOrToken::Token(token)),
    })
}

impl super::BinaryExpr {
    /// The operators between the operands, in order; one fewer than operands in a whole tree.
    pub fn operators(&self) -> impl Iterator<Item = SyntaxToken> + use<> {
        operators(self.syntax())
    }
}

impl super::CompareExpr {
    /// The operators in order. `not in` gives its `not`, `is not` its `is`; [`Self::operator_pairs`] joins them.
    pub fn operators(&self) -> impl Iterator<Item = SyntaxToken> + use<> {
        operators(self.syntax())
    }

    /// Each operator with the second word it may have: (`not`, `in`), (`is`, `not`), (`<`, none).
    pub fn operator_pairs(&self) -> Vec<(SyntaxToken, Option<SyntaxToken>)> {
        let mut pairs: Vec<(SyntaxToken, Option<SyntaxToken>)> = Vec::new();
        for token in self.operators() {
            match pairs.last_mut() {
                Some((first, second @ None))
                    if matches!(
                        (first.kind(), token.kind()),
                        (SyntaxKind::NOT_KW, SyntaxKind::IN_KW) | (SyntaxKind::IS_KW, SyntaxKind::NOT_KW)
                    ) =>
                {
                    *second = Some(token);
                }
                _ => pairs.push((token, None)),
            }
        }
        pairs
    }
}

fn operators(node: &crate::SyntaxNode) -> impl Iterator<Item = SyntaxToken> + use<> {
    node.children_with_tokens()
        .filter_map(NodeOrToken::into_token)
        .filter(|it| !it.kind().is_trivia() && it.kind() != SyntaxKind::NEWLINE)
}

impl DictItem {
    pub fn is_spread(&self) -> bool {
        matches!(self, DictItem::SpreadExpr(_))
    }
}

/// The docstring of a file or a block: a string that stands alone as its first statement.
fn docstring(first: Option<Stmt>) -> Option<Expr> {
    match first? {
        Stmt::ExprStmt(statement) => match statement.expr()? {
            Expr::Literal(literal) if literal.token().is_some_and(|token| token.kind() == SyntaxKind::STRING) => {
                Some(Expr::Literal(literal))
            }
            Expr::StringConcat(strings) => Some(Expr::StringConcat(strings)),
            _ => None,
        },
        _ => None,
    }
}

impl SourceFile {
    pub fn docstring(&self) -> Option<Expr> {
        docstring(self.stmts().next())
    }
}

impl Block {
    pub fn docstring(&self) -> Option<Expr> {
        docstring(self.stmts().next())
    }

    /// Is there nothing but `...`, after a docstring or without one?
    pub fn is_ellipsis(&self) -> bool {
        let mut statements = self.stmts().skip(usize::from(self.docstring().is_some()));
        let is_ellipsis = match statements.next() {
            Some(Stmt::ExprStmt(statement)) => matches!(statement.expr(), Some(Expr::Literal(literal))
                if literal.token().is_some_and(|token| token.kind() == SyntaxKind::ELLIPSIS)),
            _ => false,
        };
        is_ellipsis && statements.next().is_none()
    }

    /// From the first statement to the last, without the white space around them.
    pub fn statements_range(&self) -> Option<TextRange> {
        let mut statements = self.stmts();
        let first = statements.next()?.range();
        Some(statements.last().map_or(first, |last| first.cover(last.range())))
    }
}
