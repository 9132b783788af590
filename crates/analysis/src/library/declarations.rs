//! From the files of the library to their declarations, by way of the item trees that all files have.

use std::fmt::Write;
use std::sync::Arc;

use danaide_syntax::ast::{self, AstNode, Expr, Stmt};
use danaide_syntax::{Parse, SyntaxKind, TextRange, literal};
use smol_str::SmolStr;

use super::{Declaration, DeclarationKind, FILES, LibraryFile, LibraryKind, LibraryUnit};
use crate::items::source_text;
use crate::{
    AnalysisHost, Callable, Db, FilePath, Item, ItemData, MemoryFileSystem, item_source_map, item_tree, parse,
};

pub(super) fn units() -> Vec<LibraryUnit> {
    let host = AnalysisHost::new(Arc::new(MemoryFileSystem::default()));
    FILES.iter().map(|file| unit(host.db(), file)).collect()
}

fn unit(db: &dyn Db, library_file: &'static LibraryFile) -> LibraryUnit {
    let file = db.file(&FilePath::Library(library_file.path));
    let parsed = parse(db, file);
    let tree = item_tree(db, file);
    let places = item_source_map(db, file);
    let mut declarations: Vec<Declaration> = tree
        .items
        .iter()
        .filter_map(|item| {
            let node = places.node(&item.id, &parsed)?;
            let def = match &item.data {
                ItemData::Callable(_) => Definition::of_function(&ast::FunctionDef::cast(node)?)?,
                ItemData::Record(_) => Definition::of_record(&ast::RecordDef::cast(node)?)?,
                ItemData::Agent(_) | ItemData::Field(_) => return None,
            };
            declaration(library_file, item, def)
        })
        .collect();
    declarations.extend(constants(library_file, &parsed));
    declarations.sort_by_key(|it| it.name_range.start());
    LibraryUnit { file: library_file, doc: text_of(parsed.tree().docstring()), declarations }
}

/// What the item tree leaves out.
struct Definition {
    name_range: TextRange,
    doc: String,
    is_native: bool,
}

impl Definition {
    fn of_function(def: &ast::FunctionDef) -> Option<Definition> {
        let block = def.block();
        let is_native = block.as_ref().is_some_and(ast::Block::is_ellipsis);
        let doc = text_of(block.and_then(|block| block.docstring()));
        Some(Definition { name_range: def.name()?.text_range(), doc, is_native })
    }

    fn of_record(def: &ast::RecordDef) -> Option<Definition> {
        let doc = text_of(def.block().and_then(|block| block.docstring()));
        // A record with nothing but a docstring is one that the interpreter knows by itself.
        let is_native = def.block().is_none_or(|block| block.stmts().count() <= 1);
        Some(Definition { name_range: def.name()?.text_range(), doc, is_native })
    }
}

fn declaration(file: &'static LibraryFile, item: &Item, def: Definition) -> Option<Declaration> {
    let name = item.name().clone();
    let Definition { name_range, doc, is_native } = def;
    let base = Declaration {
        kind: DeclarationKind::Record,
        owner: None,
        signature: name.to_string(),
        params: Vec::new(),
        return_type: None,
        doc,
        is_native,
        file,
        name_range,
        name,
    };
    Some(match &item.data {
        ItemData::Callable(callable) => {
            let owner = callable.receiver.as_ref().and_then(|it| it.ty.clone());
            let kind = match (&owner, file.kind) {
                (Some(_), _) if callable.decorators.iter().any(|it| it == "classmethod") => {
                    DeclarationKind::ClassMethod
                }
                (Some(_), _) => DeclarationKind::Method,
                (None, LibraryKind::Type) if base.name == file.name => DeclarationKind::Type,
                (None, _) => DeclarationKind::Function,
            };
            let signature = signature(&base.name, callable);
            let (params, return_type) = (callable.params.clone(), callable.return_type.clone());
            Declaration { kind, owner, signature, params, return_type, ..base }
        }
        ItemData::Record(record) => {
            let bases = record.bases.join(", ");
            let signature = if bases.is_empty() { base.signature } else { format!("{}({bases})", base.name) };
            Declaration { signature, ..base }
        }
        ItemData::Agent(_) | ItemData::Field(_) => return None,
    })
}

fn signature(name: &str, callable: &Callable) -> String {
    let params: Vec<String> = callable.params.iter().map(ToString::to_string).collect();
    let mut out = format!("{name}({})", params.join(", "));
    if let Some(ty) = &callable.return_type {
        // Writing to a string does not fail.
        let _ = write!(out, " -> {ty}");
    }
    out
}

/// `name: type = value`, with a docstring behind it.
fn constants(file: &'static LibraryFile, parsed: &Parse) -> Vec<Declaration> {
    let mut constants: Vec<Declaration> = Vec::new();
    let mut follows = false;
    for statement in parsed.tree().stmts() {
        match &statement {
            Stmt::AssignStmt(assign) => {
                let Some(Expr::NameExpr(target)) = assign.targets().into_iter().next() else { continue };
                let Some(token) = target.ident_token() else { continue };
                let name = SmolStr::new(token.text());
                let ty = assign.ty().map(|ty| source_text(ty.syntax()));
                constants.push(Declaration {
                    kind: DeclarationKind::Constant,
                    owner: None,
                    signature: ty.as_ref().map_or_else(|| name.to_string(), |ty| format!("{name}: {ty}")),
                    params: Vec::new(),
                    return_type: ty,
                    doc: String::new(),
                    is_native: true,
                    file,
                    name_range: token.text_range(),
                    name,
                });
                follows = true;
                continue;
            }
            Stmt::ExprStmt(it) if follows => {
                if let Some(last) = constants.last_mut() {
                    last.doc = text_of(it.expr());
                }
            }
            _ => {}
        }
        follows = false;
    }
    constants
}

/// The text of a docstring, without the indentation of its lines and the blank lines around them.
fn text_of(docstring: Option<Expr>) -> String {
    let Some(Expr::Literal(string)) = docstring else { return String::new() };
    let Some(token) = string.token().filter(|token| token.kind() == SyntaxKind::STRING) else { return String::new() };
    clean(&literal::string_value(token.text()))
}

/// What Python's `inspect.cleandoc` does.
fn clean(text: &str) -> String {
    let indent = text
        .lines()
        .skip(1)
        .filter(|line| !line.trim().is_empty())
        .map(|line| line.len() - line.trim_start().len())
        .min()
        .unwrap_or(0);
    let mut lines: Vec<&str> = Vec::new();
    for (at, line) in text.lines().enumerate() {
        lines.push(if at == 0 { line.trim_start() } else { line.get(indent..).unwrap_or_default() });
    }
    let text = lines.join("\n");
    text.trim_matches('\n').trim_end().to_owned()
}
