//! What a file or folder that goes elsewhere means for those who import it, and for its own imports.

use camino::{Utf8Path, Utf8PathBuf};
use danaide_analysis::occurrence::Symbol;
use danaide_analysis::ty::ModuleType;
use danaide_analysis::{Db, File, FilePath, ResolvedModule, parse, resolve_module, workspace_files};
use danaide_syntax::ast::{self, AstNode};
use danaide_syntax::{SyntaxKind, SyntaxNode, SyntaxToken, TextRange};
use smol_str::SmolStr;

use crate::file_rename::{is_name, module_renamed};
use crate::lines::end_of_line;
use crate::semantics::names;

/// What goes where; files with `.na`.
pub type Moves = [(Utf8PathBuf, Utf8PathBuf)];

/// The edits that go with renaming files and folders, to be made before it. Imports keep their form: relative ones stay
/// relative. Left as it is: what would have to be imported by a name that is none. Looks at the whole workspace.
pub fn files_renamed(db: &dyn Db, moves: &Moves) -> Vec<(File, TextRange, String)> {
    if moves.iter().all(|(old, new)| old.parent() == new.parent()) {
        return moves.iter().flat_map(|(old, new)| module_renamed(db, old, new)).collect();
    }
    let mover = Mover { db, moves };
    let mut out = Vec::new();
    for file in workspace_files(db) {
        db.unwind_if_revision_cancelled();
        let FilePath::Disk(path) = file.path(db) else { continue };
        if mover.new_path(path) != *path || mover.may_name_one(file.text(db)) {
            mover.file(file, path, &mut out);
        }
    }
    out
}

struct Mover<'a> {
    db: &'a dyn Db,
    moves: &'a Moves,
}

/// A module as imports see it: its path without `.na`, or its folder.
fn location(db: &dyn Db, module: &ResolvedModule) -> Option<Utf8PathBuf> {
    match module {
        ResolvedModule::Package { folder, .. } => Some(folder.clone()),
        ResolvedModule::File(file) => Some(file.path(db).as_disk()?.with_extension("")),
    }
}

/// A place where a module is named by a path.
struct Import {
    dots: usize,
    names: Vec<SmolStr>,
    range: TextRange,
    is_from: bool,
}

impl Import {
    fn new(path: &ast::ModulePath, is_from: bool) -> Self {
        Self {
            dots: path.leading_dots(),
            names: path.idents().map(|it| SmolStr::new(it.text())).collect(),
            range: path.syntax().text_range(),
            is_from,
        }
    }
}

impl Mover<'_> {
    /// Where a file, or a module without `.na`, is afterwards.
    fn new_path(&self, path: &Utf8Path) -> Utf8PathBuf {
        for (old, new) in self.moves {
            if let Ok(rest) = path.strip_prefix(old) {
                return if rest.as_str().is_empty() { new.clone() } else { new.join(rest) };
            }
            let is_file = old.extension() == Some("na") && new.extension() == Some("na");
            if is_file && path == old.with_extension("") {
                return new.with_extension("");
            }
        }
        path.to_owned()
    }

    fn may_name_one(&self, text: &str) -> bool {
        self.moves.iter().any(|(old, _)| old.file_stem().is_some_and(|it| text.contains(it)))
    }

    fn file(&self, file: File, path: &Utf8Path, out: &mut Vec<(File, TextRange, String)>) {
        let root = parse(self.db, file).syntax_node();
        for node in root.descendants() {
            match node.kind() {
                SyntaxKind::IMPORT_STMT => {
                    for alias in ast::ImportStmt::cast(node.clone()).into_iter().flat_map(|it| it.import_aliases()) {
                        self.whole(file, path, &root, &alias, out);
                    }
                }
                SyntaxKind::FROM_IMPORT_STMT => {
                    if let Some(statement) = ast::FromImportStmt::cast(node.clone()) {
                        self.from(file, path, &statement, out);
                    }
                }
                _ => {}
            }
        }
    }

    /// `import a.b`, and what stands for it in the code.
    fn whole(
        &self,
        file: File,
        path: &Utf8Path,
        root: &SyntaxNode,
        alias: &ast::ImportAlias,
        out: &mut Vec<(File, TextRange, String)>,
    ) {
        let Some(import) = alias.module_path().map(|it| Import::new(&it, false)) else { return };
        let Some(module) = resolve_module(self.db, file, import.dots, &import.names) else { return };
        let Some(new) = location(self.db, &module).and_then(|at| self.new_import(path, &import, &at)) else { return };
        out.push((file, import.range, new.clone()));
        if alias.alias().is_some() {
            return;
        }
        let symbol = Symbol::Module(match module {
            ResolvedModule::File(file) => ModuleType::File(file),
            ResolvedModule::Package { folder, init } => ModuleType::Package { folder, init },
        });
        for name in names(self.db, file).iter().filter(|it| !it.is_import && it.symbol == symbol) {
            let last = root.token_at_offset(name.range.start()).right_biased();
            if let Some(range) = last.and_then(|it| written_path(it, &import.names)) {
                out.push((file, range, new.clone()));
            }
        }
    }

    /// `from a.b import c`, where `c` may be a module.
    fn from(
        &self,
        file: File,
        path: &Utf8Path,
        statement: &ast::FromImportStmt,
        out: &mut Vec<(File, TextRange, String)>,
    ) {
        let Some(import) = statement.module_path().map(|it| Import::new(&it, true)) else { return };
        let Some(module) = resolve_module(self.db, file, import.dots, &import.names) else { return };
        let Some(at) = location(self.db, &module) else { return };
        let package = self.new_path(&at);
        let all: Vec<ast::ImportName> = statement.import_names().collect();
        // Modules that are not in the package any more.
        let mut gone: Vec<(usize, Utf8PathBuf)> = Vec::new();
        for (index, name) in all.iter().enumerate() {
            let Some(token) = name.name() else { continue };
            let mut names = import.names.clone();
            names.push(SmolStr::new(token.text()));
            let found = resolve_module(self.db, file, import.dots, &names).and_then(|it| location(self.db, &it));
            let is_below = |it: &Utf8PathBuf| it.parent() == Some(&at);
            if let Some(module) = found.filter(|it| matches!(module, ResolvedModule::Package { .. }) && is_below(it)) {
                let new = self.new_path(&module);
                if new != package.join(token.text()) {
                    gone.push((index, new));
                }
            }
        }
        if gone.is_empty() {
            out.extend(self.new_import(path, &import, &at).map(|it| (file, import.range, it)));
            return;
        }
        let Some(parent) = gone[0].1.parent().map(Utf8Path::to_owned) else { return };
        let is_all = gone.len() == all.len() && gone.iter().all(|it| it.1.parent() == Some(&*parent));
        if is_all {
            let Some(from) = self.path_to(path, &import, &at, &parent) else { return };
            out.push((file, import.range, from));
            for (index, new) in &gone {
                out.extend(renamed(&all[*index], new).map(|it| (file, all[*index].syntax().text_range(), it)));
            }
            return;
        }
        out.extend(self.new_import(path, &import, &at).map(|it| (file, import.range, it)));
        let text = file.text(self.db);
        let start = usize::from(statement.range().start());
        let line = text[..start].rfind('\n').map_or(0, |it| it + 1);
        let indent: String = text[line..start].chars().take_while(|it| matches!(it, ' ' | '\t')).collect();
        let end_of_line = end_of_line(text);
        let mut lines = String::new();
        for (index, new) in &gone {
            let Some(from) = new.parent().and_then(|it| self.path_to(path, &import, &at, it)) else { continue };
            let name = all[*index].syntax();
            let written = renamed(&all[*index], new).unwrap_or_else(|| name.text().to_string());
            lines.push_str(&format!("from {from} import {written}{end_of_line}{indent}"));
            out.push((file, without_comma(&all, *index), String::new()));
        }
        if !lines.is_empty() {
            out.push((file, TextRange::empty(statement.range().start()), lines));
        }
    }

    /// What a path in an import becomes; none if it stays.
    fn new_import(&self, importer: &Utf8Path, import: &Import, module: &Utf8Path) -> Option<String> {
        let target = self.new_path(module);
        let new = self.path_to(importer, import, module, &target)?;
        let old = format!("{}{}", ".".repeat(import.dots), import.names.join("."));
        (new != old).then_some(new)
    }

    /// How the importer names a module at a location, in the way in which it named the one it has now.
    fn path_to(&self, importer: &Utf8Path, import: &Import, module: &Utf8Path, target: &Utf8Path) -> Option<String> {
        let moved = self.new_path(importer);
        let folder = moved.parent()?;
        let names_below = |base: &Utf8Path| {
            let rest = target.strip_prefix(base).ok()?;
            let names: Vec<&str> = rest.components().map(|it| it.as_str()).collect();
            names.iter().all(|it| is_name(it)).then(|| names.join("."))
        };
        let relative = || {
            let mut folders = folder.ancestors().enumerate().take(MOST_DOTS);
            folders.find_map(|(up, base)| Some(format!("{}{}", ".".repeat(up + 1), names_below(base)?)))
        };
        if import.dots > 0 {
            return relative();
        }
        let roots = self.db.roots();
        let (workspace, search) = (roots.workspace(self.db), roots.search_path(self.db));
        // Where the path began.
        let base = module.ancestors().nth(import.names.len()).map(|it| self.new_path(it));
        let stays = moved == *importer;
        let is_seen = |it: &Utf8PathBuf| stays || it == folder || workspace.contains(it) || search.contains(it);
        let bases = base.into_iter().filter(is_seen);
        let others = workspace.iter().chain(search).cloned().chain([folder.to_owned()]);
        let found = bases.chain(others).find_map(|it| names_below(&it).filter(|it| !it.is_empty()));
        found.or_else(|| if import.is_from { relative() } else { None })
    }
}

/// More leading dots than this nobody reads.
const MOST_DOTS: usize = 8;

/// `new as old`, of a module that gets another name.
fn renamed(name: &ast::ImportName, new: &Utf8Path) -> Option<String> {
    let token = name.name()?;
    let new = new.file_name().filter(|it| *it != token.text())?;
    let bound = name.bound_name()?;
    Some(format!("{new} as {}", bound.text()))
}

/// A name in a list with the comma that goes with it.
fn without_comma(all: &[ast::ImportName], index: usize) -> TextRange {
    let own = all[index].syntax().text_range();
    match (all.get(index + 1), index.checked_sub(1).and_then(|it| all.get(it))) {
        (Some(next), _) => TextRange::new(own.start(), next.syntax().text_range().start()),
        (None, Some(before)) => TextRange::new(before.syntax().text_range().end(), own.end()),
        (None, None) => own,
    }
}

/// The range of `a.b` that ends with a token, if that is what is written.
fn written_path(last: SyntaxToken, names: &[SmolStr]) -> Option<TextRange> {
    let before = |token: &SyntaxToken| {
        let mut all = std::iter::successors(token.prev_token(), SyntaxToken::prev_token);
        all.find(|it| !it.kind().is_trivia())
    };
    let end = last.text_range().end();
    let mut token = last;
    for (at, name) in names.iter().enumerate().rev() {
        if token.text() != name.as_str() {
            return None;
        }
        if at > 0 {
            token = before(&token).filter(|it| it.kind() == SyntaxKind::DOT).and_then(|it| before(&it))?;
        }
    }
    Some(TextRange::new(token.text_range().start(), end))
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use expect_test::{Expect, expect};

    use super::*;
    use crate::fixture::Fixture;

    const WORKSPACE: &str = "//- /lib/util.na\nfrom .other import y\nfrom . import other\nimport lib.other\nx = y\n//- /lib/other.na\nimport util\ny = 1\ndef f(): return util.x\n//- /tools/deep/near.na\nfrom ...lib.util import x\nz = x\n//- /main.na\nimport lib.util\nimport lib.util as u\nfrom lib import util, other as o\r\ndef f():\n    from lib import util\n    from lib.util import x\n    return util.x\nprint('é😀', lib.util.x, u.x, util.x, o.y\n";

    fn check(moves: &[(&str, &str)], expected: Expect) {
        let fixture = Fixture::new(WORKSPACE);
        let moves: Vec<(Utf8PathBuf, Utf8PathBuf)> = moves.iter().map(|(a, b)| (a.into(), b.into())).collect();
        let mut out = String::new();
        let edits = files_renamed(fixture.db(), &moves);
        for file in &fixture.files {
            let own: Vec<_> = edits.iter().filter(|it| it.0 == *file).map(|it| (it.1, it.2.clone())).collect();
            if !own.is_empty() {
                let after = fixture.apply(*file, &own).replace("\r\n", "␍\n");
                writeln!(out, "//- {}\n{after}", file.path(fixture.db())).unwrap();
            }
        }
        expected.assert_eq(&out);
    }

    #[test]
    fn a_file_that_goes_to_another_folder() {
        check(
            &[("/lib/util.na", "/tools/deep/util.na")],
            expect![[r#"
            //- /lib/util.na
            from ...lib.other import y
            from ...lib import other
            import lib.other
            x = y

            //- /lib/other.na
            import tools.deep.util
            y = 1
            def f(): return tools.deep.util.x

            //- /tools/deep/near.na
            from .util import x
            z = x

            //- /main.na
            import tools.deep.util
            import tools.deep.util as u
            from tools.deep import util␍
            from lib import other as o␍
            def f():
                from tools.deep import util
                from tools.deep.util import x
                return util.x
            print('é😀', tools.deep.util.x, u.x, util.x, o.y

        "#]],
        );
        check(
            &[("/lib/util.na", "/tools/helpers.na")],
            expect![[r#"
            //- /lib/util.na
            from ..lib.other import y
            from ..lib import other
            import lib.other
            x = y

            //- /lib/other.na
            import tools.helpers
            y = 1
            def f(): return tools.helpers.x

            //- /tools/deep/near.na
            from ..helpers import x
            z = x

            //- /main.na
            import tools.helpers
            import tools.helpers as u
            from tools import helpers as util␍
            from lib import other as o␍
            def f():
                from tools import helpers as util
                from tools.helpers import x
                return util.x
            print('é😀', tools.helpers.x, u.x, util.x, o.y

        "#]],
        );
        check(
            &[("/lib/util.na", "/util.na")],
            expect![[r#"
            //- /lib/util.na
            from .lib.other import y
            from .lib import other
            import lib.other
            x = y

            //- /tools/deep/near.na
            from ...util import x
            z = x

            //- /main.na
            import util
            import util as u
            from . import util␍
            from lib import other as o␍
            def f():
                from . import util
                from util import x
                return util.x
            print('é😀', util.x, u.x, util.x, o.y

        "#]],
        );
    }

    #[test]
    fn folders_and_several_files() {
        check(
            &[("/lib", "/tools/lib")],
            expect![[r#"
            //- /lib/util.na
            from .other import y
            from . import other
            import tools.lib.other
            x = y

            //- /tools/deep/near.na
            from ..lib.util import x
            z = x

            //- /main.na
            import tools.lib.util
            import tools.lib.util as u
            from tools.lib import util, other as o␍
            def f():
                from tools.lib import util
                from tools.lib.util import x
                return util.x
            print('é😀', tools.lib.util.x, u.x, util.x, o.y

        "#]],
        );
        check(
            &[("/tools/deep", "/deep")],
            expect![[r#"
            //- /tools/deep/near.na
            from ..lib.util import x
            z = x

        "#]],
        );
        check(
            &[("/lib/util.na", "/new/util.na"), ("/lib/other.na", "/new/other.na")],
            expect![[r#"
            //- /lib/util.na
            from .other import y
            from . import other
            import new.other
            x = y

            //- /lib/other.na
            import new.util
            y = 1
            def f(): return new.util.x

            //- /tools/deep/near.na
            from ...new.util import x
            z = x

            //- /main.na
            import new.util
            import new.util as u
            from new import util, other as o␍
            def f():
                from new import util
                from new.util import x
                return util.x
            print('é😀', new.util.x, u.x, util.x, o.y

        "#]],
        );
    }

    #[test]
    fn what_cannot_be_imported_is_left() {
        check(
            &[("/lib/util.na", "/two words/util.na")],
            expect![[r#"
            //- /lib/util.na
            from ..lib.other import y
            from ..lib import other
            import lib.other
            x = y

        "#]],
        );
    }
}
