//! What kind of text is expected at an offset, told from the tokens before it: the tree of half-typed code is a guess.

use std::cell::Cell;

use danaide_analysis::{ContextScope, Db, Definition, File};
use danaide_syntax::ast::{self, AstNode};
use danaide_syntax::{SyntaxKind, SyntaxNode, SyntaxToken, T, TextRange, TextSize};
use smol_str::SmolStr;

use crate::semantics::definition_at;

/// What is expected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Place {
    /// After the dot behind an expression with this range.
    Member {
        base: TextRange,
    },
    /// After `public:`.
    Scope {
        scope: ContextScope,
    },
    /// A module, after what stands before it.
    ImportPath {
        dots: usize,
        path: Vec<SmolStr>,
    },
    /// A name of a module.
    ImportName {
        dots: usize,
        path: Vec<SmolStr>,
        taken: Vec<SmolStr>,
    },
    Type,
    TypeMember {
        path: Vec<SmolStr>,
    },
    Decorator,
    /// After `export` or `global`: names of the module itself.
    OwnNames,
    /// An operator may follow.
    AfterExpr,
    /// A field or a method.
    RecordBody {
        is_interface: bool,
    },
    /// The beginning of a statement; of one of the file itself?
    Statement {
        is_top_level: bool,
    },
    Expr,
    /// The beginning of an argument: a name with `=` may stand here.
    Argument,
    /// A stage of a pipeline.
    Stage,
}

pub(super) struct Context<'a> {
    pub(super) db: &'a dyn Db,
    pub(super) file: File,
    pub(super) root: &'a SyntaxNode,
    pub(super) offset: TextSize,
    pub(super) place: Place,
    /// The part of the word before the caret.
    pub(super) prefix: SmolStr,
    pub(super) range: TextRange,
    pub(super) word: TextRange,
    /// The last token before the word that counts.
    pub(super) previous: Option<SyntaxToken>,
    /// The first word of the statement.
    pub(super) line_keyword: SmolStr,
    pub(super) definition: Option<Definition<'a>>,
    /// A bracket follows: a function is not to bring its own.
    pub(super) has_parens: bool,
    pub(super) has_left_out: Cell<bool>,
}

impl<'a> Context<'a> {
    /// None where nothing can be completed: in comments and texts, and where new names are given.
    pub(super) fn new(db: &'a dyn Db, file: File, root: &'a SyntaxNode, offset: TextSize) -> Option<Self> {
        if offset > root.text_range().end() {
            return None;
        }
        let left = root.token_at_offset(offset).left_biased();
        let (word, previous) = match left {
            Some(token) if is_word(&token) && token.text_range().start() < offset => {
                (token.text_range(), significant(token.prev_token()))
            }
            Some(token) if is_closed_to(&token, offset) => return None,
            other => (
                TextRange::empty(offset),
                significant(
                    other
                        .filter(|it| it.text_range().end() <= offset)
                        .or_else(|| root.token_at_offset(offset).left_biased().and_then(|it| it.prev_token())),
                ),
            ),
        };
        let range = TextRange::new(word.start(), offset);
        // The text of a tree is put together from all of its tokens, which takes longer than everything else.
        let text = file.text(db);
        let prefix = text.get(std::ops::Range::<usize>::from(range)).unwrap_or_default().into();
        let after = root.token_at_offset(word.end()).right_biased();
        let has_parens =
            after.is_some_and(|it| it.kind() == SyntaxKind::L_PAREN && it.text_range().start() == word.end());
        let place = place(root, text, word, previous.as_ref())?;
        let line_keyword = previous.as_ref().and_then(|it| line_before(it).first().map(|it| SmolStr::new(it.text())));
        let line_keyword = line_keyword.unwrap_or_default();
        let definition = definition_at(db, file, offset);
        let has_left_out = Cell::new(false);
        Some(Self {
            db,
            file,
            root,
            offset,
            place,
            prefix,
            range,
            word,
            previous,
            line_keyword,
            definition,
            has_parens,
            has_left_out,
        })
    }
}

fn is_word(token: &SyntaxToken) -> bool {
    matches!(token.kind(), SyntaxKind::IDENT | SyntaxKind::TRUE_KW | SyntaxKind::FALSE_KW | SyntaxKind::NONE_KW)
        || token.kind().is_keyword()
}

/// Is the offset inside a comment or a text?
fn is_closed_to(token: &SyntaxToken, offset: TextSize) -> bool {
    match token.kind() {
        SyntaxKind::COMMENT | SyntaxKind::FSTRING_TEXT | SyntaxKind::FSTRING_START => true,
        SyntaxKind::STRING | SyntaxKind::BYTES => {
            let is_open = !token.text().ends_with(['"', '\'']) || token.text().len() < 2;
            offset < token.text_range().end() || is_open
        }
        SyntaxKind::INT_NUMBER | SyntaxKind::FLOAT_NUMBER | SyntaxKind::IMAGINARY_NUMBER => true,
        SyntaxKind::ERROR_TOKEN => token.text().starts_with(['"', '\'']),
        _ => false,
    }
}

/// The last token that is no white space and no comment.
fn significant(mut token: Option<SyntaxToken>) -> Option<SyntaxToken> {
    while let Some(it) = token {
        if !it.kind().is_trivia() {
            return Some(it);
        }
        token = it.prev_token();
    }
    None
}

fn before(token: &SyntaxToken) -> Option<SyntaxToken> {
    significant(token.prev_token())
}

fn place(root: &SyntaxNode, text: &str, word: TextRange, previous: Option<&SyntaxToken>) -> Option<Place> {
    let top = Place::Statement { is_top_level: true };
    let Some(previous) = previous else { return Some(top) };
    let parent = previous.parent();
    let parent_kind = parent.as_ref().map(SyntaxNode::kind);
    let kind = previous.kind();
    // What began on an earlier line counts inside brackets only, and there are no such tokens there.
    if matches!(kind, SyntaxKind::NEWLINE | SyntaxKind::INDENT | SyntaxKind::DEDENT | SyntaxKind::SEMICOLON) {
        return Some(statement(root, text, word.start()));
    }
    if let Some(import) = import_place(previous) {
        return import;
    }
    match kind {
        SyntaxKind::DOT => return after_dot(previous),
        SyntaxKind::COLON => {
            let scope = before(previous).filter(|it| it.text_range().end() == previous.text_range().start());
            let scope = scope.and_then(|it| scope_of(it.text()));
            let is_scoped = parent_kind == Some(SyntaxKind::SCOPED_NAME) || previous.text_range().end() == word.start();
            if let Some(scope) = scope.filter(|_| is_scoped) {
                return Some(Place::Scope { scope });
            }
            return Some(match parent_kind {
                Some(SyntaxKind::PARAM | SyntaxKind::FIELD | SyntaxKind::ASSIGN_STMT | SyntaxKind::METHOD_SIG) => {
                    Place::Type
                }
                Some(kind) if is_block_header(kind) => statement(root, text, word.start()),
                Some(SyntaxKind::EXPR_STMT | SyntaxKind::ERROR) if begins_line(previous) => Place::Type,
                _ => Place::Expr,
            });
        }
        SyntaxKind::ARROW => return Some(Place::Type),
        SyntaxKind::AT => {
            let is_decorator = before(previous)
                .is_none_or(|it| matches!(it.kind(), SyntaxKind::NEWLINE | SyntaxKind::INDENT | SyntaxKind::DEDENT));
            return Some(if is_decorator { Place::Decorator } else { Place::Expr });
        }
        // New names.
        T![def] | T![struct] | T![resource] | T![agent_blueprint] | T![interface] | T![as] | T![for] | T![lambda] => {
            return None;
        }
        T![agent] | T![workflow] if begins_line(previous) => return None,
        T![global] | T![nonlocal] | T![export] => return Some(Place::OwnNames),
        _ => {}
    }
    let in_type = parent.as_ref().is_some_and(|it| it.ancestors().take(4).any(|it| ast::Type::can_cast(it.kind())));
    if matches!(kind, SyntaxKind::L_BRACK | SyntaxKind::COMMA | SyntaxKind::PIPE) && in_type
        || parent_kind == Some(SyntaxKind::BASE_LIST) && matches!(kind, SyntaxKind::L_PAREN | SyntaxKind::COMMA)
    {
        return Some(Place::Type);
    }
    if matches!(parent_kind, Some(SyntaxKind::PARAM_LIST | SyntaxKind::RECEIVER))
        || parent_kind == Some(SyntaxKind::PARAM) && kind != SyntaxKind::EQ
        || matches!(parent_kind, Some(SyntaxKind::GLOBAL_STMT | SyntaxKind::EXPORT_STMT)) && kind == SyntaxKind::COMMA
    {
        return match parent_kind {
            Some(SyntaxKind::GLOBAL_STMT | SyntaxKind::EXPORT_STMT) => Some(Place::OwnNames),
            _ => None,
        };
    }
    if ends_expression(previous) {
        return Some(Place::AfterExpr);
    }
    if matches!(kind, SyntaxKind::L_PAREN | SyntaxKind::COMMA) && parent_kind == Some(SyntaxKind::ARG_LIST) {
        return Some(Place::Argument);
    }
    if kind == SyntaxKind::PIPE || kind == SyntaxKind::EQ && is_pipeline_def(parent.as_ref()) {
        return Some(Place::Stage);
    }
    Some(Place::Expr)
}

fn is_pipeline_def(node: Option<&SyntaxNode>) -> bool {
    node.is_some_and(|it| matches!(it.kind(), SyntaxKind::FUNCTION_DEF | SyntaxKind::WORKFLOW_DEF))
}

/// Is the token on the first word of its line?
fn begins_line(token: &SyntaxToken) -> bool {
    let mut at = before(token);
    // The word before a colon, and what stands before that.
    for _ in 0..2 {
        match at {
            None => return true,
            Some(it) if matches!(it.kind(), SyntaxKind::NEWLINE | SyntaxKind::INDENT | SyntaxKind::DEDENT) => {
                return true;
            }
            Some(it) => at = before(&it),
        }
    }
    false
}

fn is_block_header(kind: SyntaxKind) -> bool {
    matches!(
        kind,
        SyntaxKind::IF_STMT
            | SyntaxKind::ELIF_CLAUSE
            | SyntaxKind::ELSE_CLAUSE
            | SyntaxKind::WHILE_STMT
            | SyntaxKind::FOR_STMT
            | SyntaxKind::TRY_STMT
            | SyntaxKind::EXCEPT_CLAUSE
            | SyntaxKind::FINALLY_CLAUSE
            | SyntaxKind::WITH_STMT
            | SyntaxKind::FUNCTION_DEF
            | SyntaxKind::RECORD_DEF
            | SyntaxKind::AGENT_DEF
    )
}

pub(super) fn scope_of(text: &str) -> Option<ContextScope> {
    Some(match text {
        "private" => ContextScope::Private,
        "public" => ContextScope::Public,
        "system" => ContextScope::System,
        "local" => ContextScope::Local,
        _ => return None,
    })
}

fn ends_expression(token: &SyntaxToken) -> bool {
    matches!(
        token.kind(),
        SyntaxKind::IDENT
            | SyntaxKind::INT_NUMBER
            | SyntaxKind::FLOAT_NUMBER
            | SyntaxKind::IMAGINARY_NUMBER
            | SyntaxKind::STRING
            | SyntaxKind::BYTES
            | SyntaxKind::FSTRING_END
            | SyntaxKind::TRUE_KW
            | SyntaxKind::FALSE_KW
            | SyntaxKind::NONE_KW
            | SyntaxKind::R_PAREN
            | SyntaxKind::R_BRACK
            | SyntaxKind::R_BRACE
            | SyntaxKind::DOLLAR2
    )
}

/// The beginning of a statement, by what it stands in.
fn statement(root: &SyntaxNode, text: &str, offset: TextSize) -> Place {
    // By the indentation of the line: half-typed lines are not in the tree yet.
    let indent = line_before_offset(text, offset).chars().take_while(|it| matches!(it, ' ' | '\t')).count();
    if indent == 0 {
        return Place::Statement { is_top_level: true };
    }
    let mut token = root.token_at_offset(offset).left_biased();
    while let Some(it) = token {
        for node in it.parent_ancestors() {
            if !matches!(node.kind(), SyntaxKind::FUNCTION_DEF | SyntaxKind::RECORD_DEF | SyntaxKind::AGENT_DEF) {
                continue;
            }
            if line_before_offset(text, node.text_range().start()).len() >= indent {
                continue;
            }
            return match node.kind() {
                SyntaxKind::FUNCTION_DEF => Place::Statement { is_top_level: false },
                _ => {
                    let keyword = ast::RecordDef::cast(node).and_then(|it| it.keyword());
                    Place::RecordBody { is_interface: keyword.is_some_and(|it| it.kind() == T![interface]) }
                }
            };
        }
        let is_trivia =
            it.kind().is_trivia() || matches!(it.kind(), SyntaxKind::NEWLINE | SyntaxKind::INDENT | SyntaxKind::DEDENT);
        if !is_trivia {
            break;
        }
        token = it.prev_token();
    }
    Place::Statement { is_top_level: false }
}

/// What stands before an offset on its line.
fn line_before_offset(text: &str, offset: TextSize) -> &str {
    text.get(..usize::from(offset)).unwrap_or_default().rsplit('\n').next().unwrap_or_default()
}

fn after_dot(dot: &SyntaxToken) -> Option<Place> {
    let node = dot.parent()?;
    match node.kind() {
        SyntaxKind::ATTRIBUTE_EXPR => {
            let base = ast::AttributeExpr::cast(node)?.base()?;
            Some(Place::Member { base: without_parens(base).range() })
        }
        SyntaxKind::PATH_TYPE => {
            let path = ast::PathType::cast(node)?;
            let before = path.idents().take_while(|it| it.text_range().end() <= dot.text_range().start());
            Some(Place::TypeMember { path: before.map(|it| SmolStr::new(it.text())).collect() })
        }
        _ => {
            // In text that is no expression yet: the longest one that ends at the dot.
            let last = before(dot)?;
            let end = last.text_range().end();
            let base = last
                .parent_ancestors()
                .take_while(|it| it.text_range().end() == end)
                .filter_map(ast::Expr::cast)
                .last()?;
            Some(Place::Member { base: without_parens(base).range() })
        }
    }
}

fn without_parens(mut expr: ast::Expr) -> ast::Expr {
    while let ast::Expr::ParenExpr(paren) = &expr {
        match paren.expr() {
            Some(inner) => expr = inner,
            None => break,
        }
    }
    expr
}

/// In an import statement. The outer none means that it is none.
fn import_place(previous: &SyntaxToken) -> Option<Option<Place>> {
    let line = line_before(previous);
    let first = line.first()?;
    let text = |it: &SyntaxToken| SmolStr::new(it.text());
    match first.kind() {
        T![import] => {
            if line.last().is_some_and(|it| it.kind() == T![as]) {
                return Some(None);
            }
            let start = line.iter().rposition(|it| it.kind() == SyntaxKind::COMMA).unwrap_or(0) + 1;
            path_place(&line[start..])
        }
        T![from] => {
            let Some(at) = line.iter().position(|it| it.kind() == T![import]) else {
                return path_place(&line[1..]);
            };
            if line.last().is_some_and(|it| it.kind() == T![as]) {
                return Some(None);
            }
            let dots = line[1..at].iter().map(dots_of).sum();
            let path = line[1..at].iter().filter(|it| it.kind() == SyntaxKind::IDENT).map(text).collect();
            let is_name =
                line.last().is_some_and(|it| matches!(it.kind(), T![import] | SyntaxKind::COMMA | SyntaxKind::L_PAREN));
            let taken = line[at..].iter().filter(|it| it.kind() == SyntaxKind::IDENT).map(text).collect();
            Some(is_name.then_some(Place::ImportName { dots, path, taken }))
        }
        _ => None,
    }
}

fn dots_of(token: &SyntaxToken) -> usize {
    match token.kind() {
        SyntaxKind::DOT => 1,
        SyntaxKind::ELLIPSIS => 3,
        _ => 0,
    }
}

fn path_place(tokens: &[SyntaxToken]) -> Option<Option<Place>> {
    let leading = tokens.iter().take_while(|it| dots_of(it) > 0).count();
    let dots = tokens[..leading].iter().map(dots_of).sum();
    let mut path = Vec::new();
    for pair in tokens[leading..].chunks(2) {
        match pair {
            [name, dot] if name.kind() == SyntaxKind::IDENT && dot.kind() == SyntaxKind::DOT => {
                path.push(SmolStr::new(name.text()));
            }
            // A whole path: `as` or `import` may follow.
            _ => return Some(Some(Place::AfterExpr)),
        }
    }
    Some(Some(Place::ImportPath { dots, path }))
}

/// The tokens of the statement up to one, without white space.
fn line_before(last: &SyntaxToken) -> Vec<SyntaxToken> {
    let mut line = Vec::new();
    let mut at = Some(last.clone());
    while let Some(it) = at {
        if matches!(it.kind(), SyntaxKind::NEWLINE | SyntaxKind::INDENT | SyntaxKind::DEDENT | SyntaxKind::SEMICOLON) {
            break;
        }
        line.push(it.clone());
        if line.len() > 200 {
            break;
        }
        at = before(&it);
    }
    line.reverse();
    line
}
