//! Imports.

use danaide_syntax::SyntaxToken;
use danaide_syntax::ast::{self, AstNode};

use super::Lowerer;
use crate::bytecode::{CodeKind, Op, Reg};
use crate::loader::ModuleRequest;

/// Does the file import with `*` anywhere?
pub(super) fn has_star(file: &ast::SourceFile) -> bool {
    file.syntax().descendants().filter_map(ast::FromImportStmt::cast).any(|it| it.star().is_some())
}

/// `import data.na` and `import tools.data.py` name files: the last name is the end of the file's.
fn is_file(names: &[SyntaxToken]) -> bool {
    match names {
        [_, end] => matches!(end.text(), "na" | "py"),
        [_, .., end] => end.text() == "py",
        _ => false,
    }
}

/// The name that `import path [as alias]` binds.
pub(super) fn bound_name(alias: &ast::ImportAlias) -> Option<SyntaxToken> {
    alias.alias().or_else(|| alias.module_path()?.idents().next())
}

impl Lowerer<'_> {
    fn request(&mut self, path: &ast::ModulePath) -> ModuleRequest {
        let names: Vec<SyntaxToken> = path.idents().collect();
        let used = if is_file(&names) { &names[..names.len() - 1] } else { &names[..] };
        ModuleRequest { dots: path.leading_dots(), path: used.iter().map(|name| name.text().to_owned()).collect() }
    }

    pub(super) fn import_stmt(&mut self, import: &ast::ImportStmt) {
        for alias in import.import_aliases() {
            let Some(path) = alias.module_path() else { return self.missing(alias.syntax()) };
            let Some(bound) = bound_name(&alias) else { return self.missing(alias.syntax()) };
            let request = self.request(&path);
            self.scoped(|it| {
                let dst = it.temp();
                // `import a.b` binds `a`, `import a.b as c` binds what `a.b` is.
                let (outermost, innermost) = it.import_path(&request, &path, dst);
                it.store_name(bound.text(), if alias.alias().is_some() { innermost } else { outermost });
            });
        }
    }

    /// Loads `a`, `a.b` and so on, each of which becomes an attribute of the one before. Gives the registers of the first,
    /// which is `dst`, and of the last.
    fn import_path(&mut self, request: &ModuleRequest, path: &ast::ModulePath, dst: Reg) -> (Reg, Reg) {
        let mut parent = dst;
        // `from . import x` has dots only.
        for length in 1.min(request.path.len())..=request.path.len() {
            let part = ModuleRequest { dots: request.dots, path: request.path[..length].to_vec() };
            let spec = self.b().import(part);
            let child = if length <= 1 { dst } else { self.temp() };
            self.at(path.range(), |it| it.emit(Op::Import { dst: child, spec }));
            if length > 1 {
                let name = self.b().str(&request.path[length - 1]);
                self.emit(Op::StoreAttr { object: parent, src: child, name });
            }
            parent = child;
        }
        (dst, parent)
    }

    pub(super) fn import_names_stmt(&mut self, import: &ast::FromImportStmt) {
        let Some(path) = import.module_path() else { return self.missing(import.syntax()) };
        let request = self.request(&path);
        let first = self.temp();
        let (_, module) = self.import_path(&request, &path, first);
        if import.star().is_some() {
            if self.f().kind != CodeKind::Module {
                return self.error("`import *` stands outside functions", import.range());
            }
            return self.emit(Op::ImportStar { module });
        }
        for name in import.import_names() {
            let (Some(token), Some(bound)) = (name.name(), name.bound_name()) else {
                return self.missing(name.syntax());
            };
            self.scoped(|it| {
                let dst = it.temp();
                let constant = it.b().str(token.text());
                it.at(name.range(), |it| it.emit(Op::ImportName { dst, module, name: constant }));
                it.store_name(bound.text(), dst);
            });
        }
    }
}
