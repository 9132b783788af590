//! Renaming: every place that names a symbol, and reasons not to.

use std::fmt;

use danaide_analysis::occurrence::Symbol;
use danaide_analysis::record::{all_fields, find_member};
use danaide_analysis::scope::{builtin_def, module_scope, resolve_name};
use danaide_analysis::ty::DefRef;
use danaide_analysis::{
    Db, Definition, Expr, File, FilePath, FunctionKind, NameRef, Owner, VariableId, body_of, body_source_map,
    definitions,
};
use danaide_syntax::{SyntaxKind, TextRange, TextSize};

use crate::search::{Usage, usages};
use crate::semantics::{Name, definition_at, names_at, names_in, part_ranges, token_at};

/// The edits of a renaming, by file and sorted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rename {
    pub edits: Vec<(File, TextRange)>,
    pub new_name: String,
}

/// Why something cannot be renamed: a sentence for a person, without a final stop.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RenameError(pub String);

impl fmt::Display for RenameError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for RenameError {}

fn refuse<T>(reason: impl Into<String>) -> Result<T, RenameError> {
    Err(RenameError(reason.into()))
}

/// The name at an offset that can be renamed, and what it says now.
///
/// # Errors
/// The reason why there is none.
pub fn prepare_rename(db: &dyn Db, file: File, offset: TextSize) -> Result<(TextRange, String), RenameError> {
    let name = renameable(db, file, offset)?;
    let text = written(db, file, name.range);
    Ok((name.range, text))
}

fn written(db: &dyn Db, file: File, range: TextRange) -> String {
    file.text(db).get(std::ops::Range::<usize>::from(range)).unwrap_or_default().to_owned()
}

fn renameable(db: &dyn Db, file: File, offset: TextSize) -> Result<Name, RenameError> {
    let names = names_at(db, file, offset);
    let Some(name) = names.first() else {
        return match token_at(db, file, offset) {
            Some(token) if token.kind().is_keyword() => refuse(format!("`{}` is a keyword", token.text())),
            Some(token) if matches!(token.kind(), SyntaxKind::STRING | SyntaxKind::FSTRING_TEXT) => {
                refuse("texts are not renamed")
            }
            Some(token) if token.kind() == SyntaxKind::COMMENT => refuse("comments are not renamed"),
            Some(token) if token.kind() == SyntaxKind::IDENT => {
                refuse(format!("it is not known what `{}` is", token.text()))
            }
            _ => refuse("there is no name here"),
        };
    };
    if matches!(file.path(db), FilePath::Library(_)) {
        return refuse("the library cannot be changed");
    }
    let text = written(db, file, name.range);
    let is_alias = text != name.symbol.name(db);
    if names.len() > 1 {
        return refuse(format!("`{text}` may be one of several things here; rename it where it is defined"));
    }
    if !is_alias {
        if name.symbol.is_library(db) {
            return refuse(format!("`{text}` comes with the language"));
        }
        if matches!(name.symbol, Symbol::Module(_)) {
            return refuse(format!("`{text}` is a module: rename its file"));
        }
        if let Symbol::Variable { file: owner, name: variable } = &name.symbol
            && resolve_name(db, *owner, variable).is_some_and(|it| it == danaide_analysis::scope::Meaning::Unknown)
        {
            return refuse(format!("`{text}` comes from a module that is not found"));
        }
    }
    if is_receiver_by_name(db, &name.symbol) {
        return refuse(format!("`{text}` is how the method is given its record: give it the type of the record first"));
    }
    if text.starts_with("__") && text.ends_with("__") {
        return refuse(format!("`{text}` has a meaning of its own"));
    }
    Ok(name.clone())
}

/// Is it the `self` of a method in the body of a record, which is the record because of its name?
fn is_receiver_by_name(db: &dyn Db, symbol: &Symbol) -> bool {
    let Symbol::Local { file, owner: owner @ Owner::Item(item), variable } = symbol else { return false };
    let (Some(_), Some(of)) = (item.parent(), definitions(db, *file).get(owner)) else { return false };
    let body = body_of(db, of);
    let names_it = |it: &danaide_analysis::Param| it.binding.is_some_and(|it| body.bindings[it].variable == *variable);
    // One that is not even written.
    if body.root().receiver.as_ref().is_some_and(|it| it.is_implicit && names_it(it)) {
        return true;
    }
    let Some(first) = body.root().params.first() else { return false };
    let is_it = names_it(first);
    let is_typed = first.ty.is_some_and(|it| match &body.types[it] {
        danaide_analysis::TypeRef::Path { id, .. } => *id != danaide_analysis::PathId::NONE,
        _ => true,
    });
    is_it && !is_typed && body.root().receiver.is_none()
}

/// Renames what the name at an offset stands for, in all files. A name given by `import … as` is renamed where that import
/// counts. Texts and comments stay.
///
/// # Errors
/// The reason why the new name cannot be, or the old one cannot be renamed.
pub fn rename(db: &dyn Db, file: File, offset: TextSize, new_name: &str) -> Result<Rename, RenameError> {
    let name = renameable(db, file, offset)?;
    let old = written(db, file, name.range);
    check_new_name(db, new_name)?;
    if old == new_name {
        return Ok(Rename { edits: Vec::new(), new_name: new_name.to_owned() });
    }
    let is_alias = old != name.symbol.name(db);
    let mut all: Vec<Usage> = usages(db, &name.symbol);
    all.retain(|it| written(db, it.file, it.range) == old);
    if is_alias {
        let files = alias_files(db, file, &all);
        all.retain(|it| files.contains(&it.file));
    }
    if let Some(outside) = all.iter().find(|it| matches!(it.file.path(db), FilePath::Library(_))) {
        return refuse(format!("it is used in {}, which cannot be changed", outside.file.path(db)));
    }
    check_clashes(db, &name.symbol, new_name, &all)?;
    let edits = all.into_iter().map(|it| (it.file, it.range)).collect();
    Ok(Rename { edits, new_name: new_name.to_owned() })
}

/// The files in which a name given by an import is the one of `file`: those that import it from there too.
fn alias_files(db: &dyn Db, file: File, all: &[Usage]) -> Vec<File> {
    let mut files = vec![file];
    let is_given = |of: File| {
        // The name is written after `as` there, so it begins there.
        all.iter().any(|it| it.file == of && it.is_import && it.access == danaide_analysis::occurrence::Access::Write)
    };
    let mut at = 0;
    while let Some(from) = files.get(at).copied() {
        at += 1;
        for it in all.iter().filter(|it| !it.is_definition) {
            if files.contains(&it.file) {
                continue;
            }
            let imports = danaide_analysis::scope::direct_imports(db, it.file);
            let imported = danaide_analysis::scope::direct_imports(db, from);
            let takes = imports.contains(&from) && !is_given(it.file);
            let gives = imported.contains(&it.file) && !is_given(from);
            if takes || gives {
                files.push(it.file);
            }
        }
    }
    files
}

fn check_new_name(db: &dyn Db, new_name: &str) -> Result<(), RenameError> {
    let parsed = danaide_syntax::parse(&format!("{new_name}\n"));
    let tokens: Vec<_> = parsed
        .syntax_node()
        .descendants_with_tokens()
        .filter_map(danaide_syntax::NodeOrToken::into_token)
        .filter(|it| it.kind() != SyntaxKind::NEWLINE)
        .collect();
    match tokens.as_slice() {
        [token] if token.text() == new_name && token.kind() == SyntaxKind::IDENT => {}
        [token] if token.text() == new_name && (token.kind().is_keyword() || is_constant(token.kind())) => {
            return refuse(format!("`{new_name}` is a keyword"));
        }
        _ => return refuse(format!("`{new_name}` is not a name")),
    }
    if builtin_def(db, new_name).is_some() {
        return refuse(format!("`{new_name}` comes with the language, and would be hidden"));
    }
    Ok(())
}

fn is_constant(kind: SyntaxKind) -> bool {
    matches!(kind, SyntaxKind::TRUE_KW | SyntaxKind::FALSE_KW | SyntaxKind::NONE_KW)
}

/// Would the new name mean something else somewhere?
fn check_clashes(db: &dyn Db, symbol: &Symbol, new_name: &str, all: &[Usage]) -> Result<(), RenameError> {
    match symbol {
        Symbol::Field { record, .. } => return check_members(db, record, new_name),
        Symbol::Item(def) if def.item.parent().is_some() => {
            let record = def.item.parent().map(|it| DefRef { file: def.file, item: it.clone() });
            return record.map_or(Ok(()), |it| check_members(db, &it, new_name));
        }
        Symbol::Item(def) => {
            let receiver = danaide_analysis::signature::signature(db, def).and_then(|it| it.receiver.clone());
            if let Some(receiver) = receiver {
                for it in receiver.members() {
                    if let danaide_analysis::ty::Type::Record(record) | danaide_analysis::ty::Type::Agent(record) = it {
                        check_members(db, record, new_name)?;
                    }
                }
                return Ok(());
            }
        }
        Symbol::Scoped { scope, .. } => {
            for it in all {
                let is_taken = definitions(db, it.file).iter().any(|of| {
                    body_of(db, of).exprs.iter().any(|(_, expr)| matches!(expr, Expr::Scoped { scope: other, name, .. } if other == scope && name == new_name))
                });
                if is_taken {
                    return refuse(format!("`{}:{new_name}` is used already in {}", scope.as_str(), it.file.path(db)));
                }
            }
            return Ok(());
        }
        _ => {}
    }
    let is_global = !matches!(symbol, Symbol::Local { .. });
    for it in all {
        if is_global && module_scope(db, it.file).contains(new_name) {
            return refuse(format!("`{new_name}` is already a name of {}", it.file.path(db)));
        }
        let Some(of) = definition_at(db, it.file, it.range.start()) else { continue };
        if hides(db, of, symbol, new_name, it.range) {
            let place = match of.owner(db) {
                Owner::Item(item) => format!("in `{}`", item.name()),
                Owner::Module => format!("in {}", it.file.path(db)),
            };
            return refuse(format!("`{new_name}` already means something {place}"));
        }
    }
    Ok(())
}

/// Would the new name, written at a place of a definition, mean something else, or take away what another use of it means?
fn hides(db: &dyn Db, of: Definition<'_>, symbol: &Symbol, new_name: &str, place: TextRange) -> bool {
    let body = body_of(db, of);
    let own = match symbol {
        Symbol::Local { owner, variable, .. } if owner == of.owner(db) => Some(*variable),
        _ => None,
    };
    let own_scope = own.map(|it| scope_of(db, of, it));
    let is_module = *of.owner(db) == Owner::Module;
    let names = names_in(db, of);
    for (id, variable) in body.variables.iter().filter(|(_, it)| it.name == new_name) {
        let is_of_module = is_module && variable.function == body.root && !variable.is_inner;
        let scope = scope_of(db, of, id);
        match own_scope {
            // Names of the module are compared elsewhere.
            None => {
                if !is_of_module && scope.contains_range(place) {
                    return true;
                }
            }
            Some(own_scope) => {
                let is_inside = own_scope.contains_range(scope) && scope.contains_range(place);
                let other = if is_of_module {
                    danaide_analysis::occurrence::module_name_symbol(db, of.file(db), new_name)
                } else {
                    Some(Symbol::Local { file: of.file(db), owner: of.owner(db).clone(), variable: id })
                };
                let is_taken = scope.contains_range(own_scope)
                    && names.iter().any(|it| Some(&it.symbol) == other.as_ref() && own_scope.contains_range(it.range));
                if is_inside || is_taken || scope == own_scope {
                    return true;
                }
            }
        }
    }
    // Names of the module and the library that are used where the variable lives.
    let map = body_source_map(db, of);
    own_scope.is_some_and(|own_scope| {
        body.exprs.iter().any(|(id, it)| {
            matches!(it, Expr::Name(NameRef::Free(name)) if name == new_name)
                && map.expr(id).and_then(|it| of.absolute(db, it)).is_some_and(|it| own_scope.contains_range(it))
        })
    })
}

/// The text in which a variable of a body can be seen.
fn scope_of(db: &dyn Db, of: Definition<'_>, id: VariableId) -> TextRange {
    let (body, map) = (body_of(db, of), body_source_map(db, of));
    let variable = &body.variables[id];
    let whole = || part_ranges(db, of).into_iter().reduce(TextRange::cover).unwrap_or_default();
    if variable.is_inner {
        let bindings: Vec<TextRange> = body
            .bindings
            .iter()
            .filter(|(_, it)| it.variable == id)
            .filter_map(|(id, _)| of.absolute(db, map.binding(id)?))
            .collect();
        let around = body.exprs.iter().filter(|(_, it)| matches!(it, Expr::Comprehension(_) | Expr::Pipe(_)));
        let ranges = around.filter_map(|(id, _)| of.absolute(db, map.expr(id)?));
        let smallest =
            ranges.filter(|it| bindings.iter().all(|binding| it.contains_range(*binding))).min_by_key(|it| it.len());
        return smallest.unwrap_or_else(whole);
    }
    if variable.function == body.root {
        return whole();
    }
    let Some(name) = map.function(variable.function).and_then(|it| of.absolute(db, it)) else { return whole() };
    if body.functions[variable.function].kind == FunctionKind::Lambda {
        return name;
    }
    let root = danaide_analysis::parse(db, of.file(db)).syntax_node();
    root.covering_element(name).parent().map_or_else(whole, |it| it.text_range())
}

fn check_members(db: &dyn Db, record: &DefRef, new_name: &str) -> Result<(), RenameError> {
    let is_field = all_fields(db, record).iter().any(|it| it.name == new_name);
    if is_field
        || find_member(db, record.file, record, new_name)
            .is_some_and(|it| it != danaide_analysis::record::Member::Unknown)
    {
        return refuse(format!("`{}` already has a member `{new_name}`", record.item.name()));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use expect_test::{Expect, expect};

    use super::*;
    use crate::fixture::Fixture;

    fn check(new_name: &str, text: &str, expected: Expect) {
        let fixture = Fixture::new(text);
        let mut out = String::new();
        match rename(fixture.db(), fixture.file, fixture.offset, new_name) {
            Err(reason) => writeln!(out, "error: {reason}").unwrap(),
            Ok(rename) => {
                for file in &fixture.files {
                    let edits: Vec<_> =
                        rename.edits.iter().filter(|it| it.0 == *file).map(|it| (it.1, new_name.to_owned())).collect();
                    if !edits.is_empty() {
                        writeln!(out, "//- {}\n{}", file.path(fixture.db()), fixture.apply(*file, &edits)).unwrap();
                    }
                }
            }
        }
        expected.assert_eq(&out);
    }

    #[test]
    fn a_function_and_its_uses() {
        check(
            "work",
            "//- /lib.na\ndef hel$0per(n):\n    'helper'\n    return n  # helper\n//- /a.na\nfrom lib import helper as h, helper\nh(1)\nhelper(f'{helper(2)} helper')\n",
            expect![[r#"
                //- /lib.na
                def work(n):
                    'helper'
                    return n  # helper

                //- /a.na
                from lib import work as h, work
                h(1)
                work(f'{work(2)} helper')

            "#]],
        );
    }

    #[test]
    fn an_alias_only() {
        check(
            "go",
            "//- /lib.na\ndef helper(n): return n\n//- /a.na\nfrom lib import helper as h\nh$0(1)\n//- /b.na\nfrom a import h\nh(2)\n//- /c.na\nfrom lib import helper as h\nh(3)\n",
            expect![[r#"
                //- /a.na
                from lib import helper as go
                go(1)

                //- /b.na
                from a import go
                go(2)

            "#]],
        );
        check(
            "mm",
            "import math as m\nm$0.sqrt(2)\n",
            expect![[r#"
            //- /main.na
            import math as mm
            mm.sqrt(2)

        "#]],
        );
    }

    #[test]
    fn fields_and_parameters() {
        check(
            "left",
            "struct P:\n    x$0: int = 0\n    def get(self): return self.x\np = P(x=1)\np.x += 2\nx = p.x\n",
            expect![[r#"
                //- /main.na
                struct P:
                    left: int = 0
                    def get(self): return self.left
                p = P(left=1)
                p.left += 2
                x = p.left

            "#]],
        );
        check(
            "size",
            "def f(n$0, m=1):\n    return [n for k in range(n)]\nf(n=2)\nn = 4\n",
            expect![[r#"
            //- /main.na
            def f(size, m=1):
                return [size for k in range(size)]
            f(size=2)
            n = 4

        "#]],
        );
    }

    #[test]
    fn scoped() {
        check(
            "amount",
            "//- /a.na\npublic:total = 1\n//- /b.na\nprivate:total = 2\nprint(public:to$0tal)\n",
            expect![[r#"
                //- /a.na
                public:amount = 1

                //- /b.na
                private:total = 2
                print(public:amount)

            "#]],
        );
    }

    #[test]
    fn records_in_annotations() {
        check(
            "Dot",
            "struct Po$0int:\n    x: int\ndef f(p: Point, q: 'Point') -> list[Point]:\n    return [Point(x=1)]\ndef (self: Point) up(): pass\n",
            expect![[r#"
            //- /main.na
            struct Dot:
                x: int
            def f(p: Dot, q: 'Dot') -> list[Dot]:
                return [Dot(x=1)]
            def (self: Dot) up(): pass

        "#]],
        );
    }

    #[test]
    fn refusals() {
        for (new_name, text) in [
            ("if", "a$0 = 1\n"),
            ("none", "a$0 = 1\n"),
            ("1a", "a$0 = 1\n"),
            ("a b", "a$0 = 1\n"),
            ("print", "a$0 = 1\n"),
            ("x", "pri$0nt(1)\n"),
            ("x", "import math\nmath.sq$0rt(1)\n"),
            ("x", "whi$0le true:\n    pass\n"),
            ("x", "# comm$0ent\n"),
            ("x", "'te$0xt'\n"),
            ("x", "unkno$0wn()\n"),
            ("x", "import nowhere\nnowh$0ere.f()\n"),
            ("b", "a$0 = 1\nb = 2\n"),
            ("b", "def f(a$0, b): return a\n"),
            ("b", "b = 1\ndef f(a$0): return a + b\n"),
            ("b", "a$0 = 1\ndef f(b): return a + b\n"),
            ("y", "struct P:\n    x$0: int\n    y: int\n"),
            ("up", "struct P:\n    x$0: int\n    def up(self): pass\n"),
            ("x", "def __in$0it__(): pass\n"),
            ("me", "struct P:\n    def up(se$0lf): return self\n"),
            ("y", "//- /m.na\na = 1\n//- /b.na\nimport m$0\n"),
            ("n", "public:n = 1\npublic:m$0 = 2\n"),
        ] {
            let fixture = Fixture::new(text);
            let result = rename(fixture.db(), fixture.file, fixture.offset, new_name);
            assert!(result.is_err(), "{new_name} {text}");
        }
        let fixture = Fixture::new("f = lambda a$0 :: a\ng = lambda b :: b\nh = [b for b in [1]]\n");
        assert!(rename(fixture.db(), fixture.file, fixture.offset, "b").is_ok(), "names that never meet");
        check(
            "b",
            "a$0 = 1\nb = 2\n",
            expect![[r#"
            error: `b` is already a name of /main.na
        "#]],
        );
        check(
            "x",
            "pri$0nt(1)\n",
            expect![[r#"
            error: `print` comes with the language
        "#]],
        );
        check(
            "x",
            "unkno$0wn()\n",
            expect![[r#"
            error: it is not known what `unknown` is
        "#]],
        );
        check(
            "b",
            "b = 1\ndef f(a$0): return a + b\n",
            expect![[r#"
            error: `b` already means something in `f`
        "#]],
        );
    }
}
