//! What stands at an offset: tokens, definitions, names and the types of expressions.

use danaide_analysis::infer::infer;
use danaide_analysis::occurrence::{Access, Occurrence, Symbol, occurrences};
use danaide_analysis::ty::Type;
use danaide_analysis::{
    Db, Definition, Expr, ExprId, File, Part, PartStarts, Place, body_of, body_source_map, definition_offsets,
    definitions, parse,
};
use danaide_syntax::ast::{self, AstNode};
use danaide_syntax::{SyntaxKind, SyntaxNode, SyntaxToken, TextRange, TextSize, TokenAtOffset};

/// A name in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Name {
    pub range: TextRange,
    pub symbol: Symbol,
    pub access: Access,
    pub is_definition: bool,
    /// It is part of an import or an export.
    pub is_import: bool,
}

/// The smallest node that has a range.
pub fn covering_node(root: &SyntaxNode, range: TextRange) -> Option<SyntaxNode> {
    let element = root.covering_element(range);
    element.as_node().cloned().or_else(|| element.parent())
}

/// The call with a range.
pub fn call_at(root: &SyntaxNode, range: TextRange) -> Option<ast::CallExpr> {
    let node = covering_node(root, range)?;
    node.ancestors().take_while(|it| it.text_range() == range).find_map(ast::CallExpr::cast)
}

/// The ranges of the text of a definition.
pub fn part_ranges(db: &dyn Db, definition: Definition<'_>) -> Vec<TextRange> {
    let offsets = definition_offsets(db, definition.file(db));
    let starts = offsets.starts(definition.owner(db));
    let syntax = definition.syntax(db);
    let parts = syntax.parts.iter().zip(starts);
    parts
        .filter_map(|(part, start)| match part {
            Part::Tree(green) => Some(TextRange::at(*start, green.text_len())),
            Part::Item { .. } => None,
        })
        .collect()
}

/// The definitions whose text touches a range, the outer ones first.
pub fn definitions_at<'db>(db: &'db dyn Db, file: File, range: TextRange) -> Vec<Definition<'db>> {
    let touches = |it: &Definition<'db>| {
        part_ranges(db, *it).iter().any(|part| part.start() <= range.end() && range.start() <= part.end())
    };
    definitions(db, file).iter().filter(touches).collect()
}

/// The innermost definition around an offset; the statements of the file if there is no other.
pub fn definition_at<'db>(db: &'db dyn Db, file: File, offset: TextSize) -> Option<Definition<'db>> {
    let all = definitions(db, file);
    let inner = all.iter().skip(1).filter_map(|it| {
        let range = part_ranges(db, it).into_iter().find(|it| it.contains_inclusive(offset))?;
        // Where one ends another may begin: that one is meant.
        Some((range.end() == offset, range.len(), it))
    });
    match inner.min_by_key(|(is_end, len, _)| (*is_end, *len)) {
        Some((false, _, it)) => Some(it),
        Some((true, _, it)) => {
            // At the end of a definition without anything behind it: still inside.
            let is_end_of_file = usize::from(offset) == file.text(db).len();
            if is_end_of_file { Some(it) } else { all.iter().next() }
        }
        None => all.iter().next(),
    }
}

fn name_of(starts: &PartStarts, it: &Occurrence) -> Option<Name> {
    Some(Name {
        range: starts.absolute(it.place)?,
        symbol: it.symbol.clone(),
        access: it.access,
        is_definition: it.is_definition,
        is_import: it.is_import,
    })
}

/// The names of a file in the order of the text.
pub fn names(db: &dyn Db, file: File) -> Vec<Name> {
    let mut out = Vec::new();
    for definition in definitions(db, file).iter() {
        db.unwind_if_revision_cancelled();
        let starts = definition.starts(db);
        out.extend(occurrences(db, definition).iter().filter_map(|it| name_of(&starts, it)));
    }
    sort(&mut out);
    out
}

/// The names in one definition, or the statements of a file.
pub fn names_in(db: &dyn Db, definition: Definition<'_>) -> Vec<Name> {
    let starts = definition.starts(db);
    let mut out: Vec<Name> = occurrences(db, definition).iter().filter_map(|it| name_of(&starts, it)).collect();
    sort(&mut out);
    out
}

fn sort(names: &mut Vec<Name>) {
    names.sort_by_key(|it| (it.range.start(), it.range.end(), !it.is_definition));
    // A definition inside an `if` is seen by itself and by the statements around it.
    let mut at = 0;
    for index in 0..names.len() {
        let is_known = names[..at]
            .iter()
            .rev()
            .take_while(|it| it.range == names[index].range)
            .any(|it| it.symbol == names[index].symbol);
        if !is_known {
            names.swap(at, index);
            at += 1;
        }
    }
    names.truncate(at);
}

/// What the name at an offset stands for; several for what may be one of several things. A name that begins at the offset
/// counts more than one that ends there.
pub fn names_at(db: &dyn Db, file: File, offset: TextSize) -> Vec<Name> {
    let mut out = Vec::new();
    for definition in definitions_at(db, file, TextRange::empty(offset)) {
        let starts = definition.starts(db);
        for it in occurrences(db, definition).iter() {
            if starts.absolute(it.place).is_some_and(|it| it.contains_inclusive(offset)) {
                out.extend(name_of(&starts, it));
            }
        }
    }
    sort(&mut out);
    if out.iter().any(|it| it.range.contains(offset)) {
        out.retain(|it| it.range.contains(offset));
    }
    if let Some(range) = out.first().map(|it| it.range) {
        out.retain(|it| it.range == range);
    }
    out
}

/// The token at an offset; of two, the one that says more.
pub fn token_at(db: &dyn Db, file: File, offset: TextSize) -> Option<SyntaxToken> {
    let root = parse(db, file).syntax_node();
    if !root.text_range().contains_inclusive(offset) {
        return None;
    }
    let weight = |it: &SyntaxToken| match it.kind() {
        SyntaxKind::IDENT => 4,
        it if it.is_keyword() => 3,
        it if it.is_trivia() || matches!(it, SyntaxKind::NEWLINE | SyntaxKind::INDENT | SyntaxKind::DEDENT) => 0,
        SyntaxKind::STRING | SyntaxKind::INT_NUMBER | SyntaxKind::FLOAT_NUMBER => 2,
        _ => 1,
    };
    match root.token_at_offset(offset) {
        TokenAtOffset::None => None,
        TokenAtOffset::Single(it) => Some(it),
        TokenAtOffset::Between(left, right) => Some(if weight(&left) > weight(&right) { left } else { right }),
    }
}

/// Where the functions, workflows and lambdas around an offset are named, the innermost first; a lambda by its beginning.
pub fn functions_around(db: &dyn Db, file: File, offset: TextSize) -> Vec<TextSize> {
    let root = parse(db, file).syntax_node();
    if offset > root.text_range().end() {
        return Vec::new();
    }
    let Some(token) = root.token_at_offset(offset).left_biased() else { return Vec::new() };
    let name = |it: SyntaxNode| match it.kind() {
        SyntaxKind::FUNCTION_DEF => ast::FunctionDef::cast(it)?.name().map(|it| it.text_range().start()),
        SyntaxKind::WORKFLOW_DEF => ast::WorkflowDef::cast(it)?.name().map(|it| it.text_range().start()),
        SyntaxKind::LAMBDA_EXPR => Some(it.text_range().start()),
        _ => None,
    };
    token.parent_ancestors().filter_map(name).collect()
}

/// A place of the definition as a range of the file, the other way round: the part and the range in it.
fn place_of(db: &dyn Db, definition: Definition<'_>, range: TextRange) -> Option<Place> {
    let offsets = definition_offsets(db, definition.file(db));
    let starts = offsets.starts(definition.owner(db));
    let index = starts.iter().rposition(|start| *start <= range.start())?;
    let start = starts[index];
    let range = TextRange::new(range.start().checked_sub(start)?, range.end().checked_sub(start)?);
    Some(Place { part: u32::try_from(index).ok()?, range })
}

/// An expression of a file with the definition it is in.
#[derive(Debug, Clone, Copy)]
pub struct ExprAt<'db> {
    pub definition: Definition<'db>,
    pub expr: ExprId,
}

/// The expression that a range of the file spells, in the innermost definition that has it.
pub fn expr_of_range<'db>(db: &'db dyn Db, file: File, range: TextRange) -> Option<ExprAt<'db>> {
    for definition in definitions_at(db, file, range).into_iter().rev() {
        let Some(place) = place_of(db, definition, range) else { continue };
        let body = body_of(db, definition);
        let map = body_source_map(db, definition);
        // Of a target that is read and written, the one that is read comes first.
        if let Some((expr, _)) = body.exprs.iter().find(|(id, _)| map.expr(*id) == Some(place)) {
            return Some(ExprAt { definition, expr });
        }
    }
    None
}

/// The type of the expression that a range of the file spells; none where no way leads to it.
pub fn type_of_range(db: &dyn Db, file: File, range: TextRange) -> Option<Type> {
    let it = expr_of_range(db, file, range)?;
    let inference = infer(db, it.definition);
    if let Expr::Bind(binding) = body_of(db, it.definition).exprs[it.expr] {
        return inference.bindings.get(binding).cloned();
    }
    inference.exprs.get(it.expr).cloned()
}

/// The type of the value that a name has where it is written.
pub fn type_of_name(db: &dyn Db, file: File, name: &Name) -> Option<Type> {
    for definition in definitions_at(db, file, name.range).into_iter().rev() {
        let Some(place) = place_of(db, definition, name.range) else { continue };
        let body = body_of(db, definition);
        let map = body_source_map(db, definition);
        let inference = infer(db, definition);
        for (id, _) in body.bindings.iter() {
            if map.binding(id) == Some(place)
                && let Some(ty) = inference.bindings.get(id)
            {
                return Some(ty.clone());
            }
        }
        for (id, expr) in body.exprs.iter() {
            let is_name = matches!(expr, Expr::Name(_) | Expr::Attribute { .. } | Expr::Scoped { .. });
            let ends_here = |it: Place| it.part == place.part && it.range.end() == place.range.end();
            if is_name
                && map.expr(id).is_some_and(ends_here)
                && let Some(ty) = inference.exprs.get(id)
            {
                return Some(ty.clone());
            }
        }
    }
    None
}
