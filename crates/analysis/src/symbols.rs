//! The outline of a file: its definitions, nested as they stand, with their places.

use std::sync::Arc;

use danaide_syntax::ast::{self, AstNode, Stmt};
use danaide_syntax::{SyntaxKind, SyntaxNode, SyntaxToken, T, TextRange, TextSize};
use rustc_hash::FxHashSet;

use crate::items::{control_flow_blocks, source_text, target_names};
use crate::{Db, File, parse};

/// A definition with a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileSymbol {
    /// Never empty.
    pub name: String,
    pub kind: SymbolKind,
    /// The rest of the signature, such as `(a: int) -> str` of a function or the type of a field.
    pub detail: Option<String>,
    /// The whole definition, decorators included.
    pub range: TextRange,
    /// The name; inside `range`.
    pub selection_range: TextRange,
    pub children: Vec<FileSymbol>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SymbolKind {
    Function,
    /// A function of a record, or one with a receiver.
    Method,
    /// A pipeline with a name, or the record that describes one.
    Workflow,
    Struct,
    Resource,
    AgentBlueprint,
    Interface,
    Agent,
    Field,
    /// A name assigned at the top level.
    Variable,
}

/// The outline of a file.
#[salsa::tracked(returns(clone))]
pub fn file_symbols(db: &dyn Db, file: File) -> Arc<[FileSymbol]> {
    let tree = parse(db, file).tree();
    let mut outline = Outline { db, seen: FxHashSet::default(), last_end: None };
    let mut symbols = Vec::new();
    outline.statements(tree.stmts(), Level::File, &mut symbols);
    symbols.into()
}

/// What the statements being walked stand in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Level {
    File,
    Function,
    Record,
}

struct Outline<'db> {
    db: &'db dyn Db,
    /// The variables shown so far: only the first assignment counts.
    seen: FxHashSet<String>,
    /// The end of a node and that end without trivia. Nested definitions often end at the same place.
    last_end: Option<(TextSize, TextSize)>,
}

impl Outline<'_> {
    fn statements(&mut self, statements: impl Iterator<Item = Stmt>, level: Level, out: &mut Vec<FileSymbol>) {
        for statement in statements {
            self.db.unwind_if_revision_cancelled();
            self.statement(statement, level, out);
        }
    }

    fn statement(&mut self, statement: Stmt, level: Level, out: &mut Vec<FileSymbol>) {
        match statement {
            Stmt::FunctionDef(def) => {
                let is_method = level == Level::Record || def.receiver().is_some();
                let kind = if is_method { SymbolKind::Method } else { SymbolKind::Function };
                let detail = signature(def.receiver(), def.param_list(), def.return_type());
                self.definition(def.name(), kind, detail, def.syntax(), def.block(), Level::Function, out);
            }
            Stmt::WorkflowDef(def) => {
                let detail = signature(None, def.param_list(), def.return_type());
                self.definition(def.name(), SymbolKind::Workflow, detail, def.syntax(), None, level, out);
            }
            Stmt::MethodSig(sig) => {
                let detail = signature(None, sig.param_list(), sig.return_type());
                self.definition(sig.name(), SymbolKind::Method, detail, sig.syntax(), None, level, out);
            }
            Stmt::RecordDef(def) => {
                let kind = match def.keyword().map(|it| it.kind()) {
                    Some(T![resource]) => SymbolKind::Resource,
                    Some(T![agent_blueprint]) => SymbolKind::AgentBlueprint,
                    Some(T![interface]) => SymbolKind::Interface,
                    Some(T![workflow]) => SymbolKind::Workflow,
                    _ => SymbolKind::Struct,
                };
                let detail = def.base_list().map(|it| source_text(it.syntax()).to_string());
                self.definition(def.name(), kind, detail, def.syntax(), def.block(), Level::Record, out);
            }
            Stmt::AgentDef(def) => {
                let detail = def.base_list().map(|it| source_text(it.syntax()).to_string());
                self.definition(def.name(), SymbolKind::Agent, detail, def.syntax(), def.block(), Level::Record, out);
            }
            Stmt::Field(field) => {
                let detail = field.ty().map(|it| source_text(it.syntax()).to_string());
                let block = field.block();
                self.definition(field.name(), SymbolKind::Field, detail, field.syntax(), block, Level::Record, out);
            }
            Stmt::AssignStmt(assign) if level == Level::File => self.assignment(&assign, out),
            Stmt::IfStmt(_) | Stmt::ForStmt(_) | Stmt::WhileStmt(_) | Stmt::TryStmt(_) | Stmt::WithStmt(_) => {
                for block in control_flow_blocks(statement.syntax()) {
                    self.statements(block.stmts(), level, out);
                }
            }
            _ => {}
        }
    }

    #[expect(clippy::too_many_arguments, reason = "one per part of a definition")]
    fn definition(
        &mut self,
        name: Option<SyntaxToken>,
        kind: SymbolKind,
        detail: Option<String>,
        node: &SyntaxNode,
        block: Option<ast::Block>,
        level: Level,
        out: &mut Vec<FileSymbol>,
    ) {
        let mut children = Vec::new();
        if let Some(block) = block {
            self.statements(block.stmts(), level, &mut children);
        }
        match name {
            Some(name) => out.push(FileSymbol {
                name: name.text().to_owned(),
                kind,
                detail,
                range: self.range(node),
                selection_range: name.text_range(),
                children,
            }),
            // Half-typed: what stands inside is shown all the same.
            None => out.append(&mut children),
        }
    }

    fn assignment(&mut self, assign: &ast::AssignStmt, out: &mut Vec<FileSymbol>) {
        let kind = match assign.value() {
            Some(ast::Expr::PipeExpr(_)) => SymbolKind::Workflow,
            Some(ast::Expr::LambdaExpr(_)) => SymbolKind::Function,
            _ => SymbolKind::Variable,
        };
        let detail = assign.ty().map(|it| source_text(it.syntax()).to_string());
        for name in assign.targets().iter().flat_map(target_names) {
            if self.seen.insert(name.text().to_owned()) {
                out.push(FileSymbol {
                    name: name.text().to_owned(),
                    kind,
                    detail: detail.clone(),
                    range: self.range(assign.syntax()),
                    selection_range: name.text_range(),
                    children: Vec::new(),
                });
            }
        }
    }

    /// The range of a node without the white space, line ends and comments at its end.
    fn range(&mut self, node: &SyntaxNode) -> TextRange {
        let range = node.text_range();
        let end = match self.last_end {
            Some((end, trimmed)) if end == range.end() => trimmed,
            _ => {
                let trimmed = std::iter::successors(node.last_token(), SyntaxToken::prev_token)
                    .find(|it| !it.kind().is_trivia() && it.kind() != SyntaxKind::NEWLINE)
                    .map_or(range.end(), |it| it.text_range().end());
                self.last_end = Some((range.end(), trimmed));
                trimmed
            }
        };
        TextRange::new(range.start(), end.max(range.start()))
    }
}

/// `(self: T) (a: int) -> str`; `None` if there is nothing to show.
fn signature(
    receiver: Option<ast::Receiver>,
    params: Option<ast::ParamList>,
    return_type: Option<ast::Type>,
) -> Option<String> {
    let mut parts = Vec::new();
    parts.extend(receiver.map(|it| source_text(it.syntax()).to_string()));
    parts.extend(params.map(|it| source_text(it.syntax()).to_string()));
    parts.extend(return_type.map(|it| format!("-> {}", source_text(it.syntax()))));
    (!parts.is_empty()).then(|| parts.join(" "))
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use expect_test::{Expect, expect};

    use super::*;
    use crate::{AnalysisHost, FilePath, MemoryFileSystem};

    fn render(text: &str, symbols: &[FileSymbol], depth: usize, out: &mut String) {
        for it in symbols {
            assert_eq!(&text[std::ops::Range::<usize>::from(it.selection_range)], it.name);
            assert!(it.range.contains_range(it.selection_range));
            let detail = it.detail.as_deref().unwrap_or_default();
            writeln!(out, "{:1$}{2:?} {3} {detail} {4:?}", "", depth * 2, it.kind, it.name, it.range).unwrap();
            render(text, &it.children, depth + 1, out);
        }
    }

    fn check(text: &str, expected: Expect) {
        let host = AnalysisHost::new(MemoryFileSystem::from_files([("/a.na", text)]));
        let mut out = String::new();
        render(text, &file_symbols(host.db(), host.file(&FilePath::disk("/a.na"))), 0, &mut out);
        expected.assert_eq(&out);
    }

    #[test]
    fn nested_definitions() {
        check(
            "struct P(Q):\n    x: int = 0\n    def m(self): pass\n\n\ndef f(a: int) -> str:\n    def g():\n        h = 1\n    return g\n# end\n",
            expect![[r#"
                Struct P (Q) 0..49
                  Field x int 17..27
                  Method m (self) 32..49
                Function f (a: int) -> str 52..113
                  Function g () 78..100
            "#]],
        );
    }

    #[test]
    fn top_level_names() {
        check(
            "n: int = 1\nn = 2\na, b = c\nflow = f | g\ncall = lambda x :: x\nif n:\n    late = 1\nworkflow w = f | g\nagent A(B)\n",
            expect![[r#"
                Variable n int 0..10
                Variable a  17..25
                Variable b  17..25
                Workflow flow  26..38
                Function call  39..59
                Variable late  70..78
                Workflow w  79..97
                Agent A (B) 98..108
            "#]],
        );
    }

    #[test]
    fn half_typed_code_keeps_the_rest() {
        check(
            "def (\n\nstruct P:\n    x: \n\ndef g():\n    retu",
            expect![[r#"
            Struct P  7..23
              Field x  21..23
            Function g () 26..43
        "#]],
        );
    }
}
