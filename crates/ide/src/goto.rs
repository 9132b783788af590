//! Go to definition, declaration, type definition and implementations.

use danaide_analysis::occurrence::{Symbol, root_symbol};
use danaide_analysis::record::{find_method, missing_members, record_info};
use danaide_analysis::scope::builtin_def;
use danaide_analysis::ty::{DefRef, Type};
use danaide_analysis::{Db, File, ItemKind, RecordKind, item_tree, workspace_files};
use danaide_syntax::TextSize;

use crate::navigation::{Target, TargetKind, definitions_of, item_target, module_target};
use crate::search::derived_records;
use crate::semantics::{Name, names, names_at, type_of_name};

fn unique(targets: impl IntoIterator<Item = Target>) -> Vec<Target> {
    let mut out: Vec<Target> = Vec::new();
    for it in targets {
        if !out.iter().any(|known| (known.file, known.name_range) == (it.file, it.name_range)) {
            out.push(it);
        }
    }
    out
}

/// Where the name at an offset is defined, in this file, another, or the library.
pub fn goto_definition(db: &dyn Db, file: File, offset: TextSize) -> Vec<Target> {
    unique(names_at(db, file, offset).iter().flat_map(|it| definitions_of(db, &it.symbol, file)))
}

/// Where the name at an offset is declared: of what is imported the import, of a method what it overrides or implements,
/// else the definition.
pub fn goto_declaration(db: &dyn Db, file: File, offset: TextSize) -> Vec<Target> {
    let at = names_at(db, file, offset);
    let mut out = Vec::new();
    for name in &at {
        let root = root_symbol(db, &name.symbol);
        if root != name.symbol {
            out.extend(definitions_of(db, &root, file));
        } else if let Some(import) = import_of(db, file, name) {
            out.push(import);
        }
    }
    if out.is_empty() { goto_definition(db, file, offset) } else { unique(out) }
}

/// The import by which a file has a name.
fn import_of(db: &dyn Db, file: File, name: &Name) -> Option<Target> {
    let text = file.text(db);
    let word = |it: &Name| text.get(std::ops::Range::<usize>::from(it.range)).unwrap_or_default().to_owned();
    if name.is_import || name.symbol.file() == Some(file) && !matches!(name.symbol, Symbol::Module(_)) {
        return None;
    }
    let written = word(name);
    let imports = names(db, file).into_iter().filter(|it| it.is_import && it.symbol == name.symbol);
    let import = imports.filter(|it| word(it) == written).last()?;
    Some(Target { file, range: import.range, name_range: import.range, name: written.into(), kind: TargetKind::Module })
}

/// Where the type of the value at an offset is defined.
pub fn goto_type_definition(db: &dyn Db, file: File, offset: TextSize) -> Vec<Target> {
    let mut out = Vec::new();
    for name in names_at(db, file, offset) {
        let Some(ty) = type_of_name(db, file, &name) else { continue };
        for member in ty.members() {
            out.extend(type_target(db, member));
        }
    }
    unique(out)
}

fn type_target(db: &dyn Db, ty: &Type) -> Option<Target> {
    match ty {
        Type::Record(def) | Type::Agent(def) | Type::Native(def) | Type::RecordType(def) | Type::Function(def) => {
            item_target(db, def)
        }
        Type::Method(it) => item_target(db, &it.1),
        Type::Module(module) => module_target(db, module),
        Type::BuiltinType(name) => item_target(db, &builtin_def(db, name)?),
        other => item_target(db, &builtin_def(db, danaide_analysis::infer::builtin_type_name(other)?)?),
    }
}

/// What implements the interface or the method of one, or derives from the type, at an offset. Looks at the whole
/// workspace.
pub fn goto_implementation(db: &dyn Db, file: File, offset: TextSize) -> Vec<Target> {
    let mut out = Vec::new();
    for name in names_at(db, file, offset) {
        let Symbol::Item(def) = &name.symbol else { continue };
        match (def.item.kind(), def.item.parent()) {
            (ItemKind::Record | ItemKind::Agent, _) => {
                out.extend(implementers(db, def).iter().filter_map(|it| item_target(db, it)));
            }
            (ItemKind::Function, Some(parent)) => {
                let record = DefRef { file: def.file, item: parent.clone() };
                for it in implementers(db, &record) {
                    let method = find_method(db, it.file, &it, def.item.name());
                    out.extend(method.filter(|it| it != def).and_then(|it| item_target(db, &it)));
                }
                if !is_interface(db, &record) {
                    out.extend(item_target(db, def));
                }
            }
            _ => out.extend(definitions_of(db, &name.symbol, file)),
        }
    }
    let mut out = unique(out);
    out.sort_by(|a, b| a.file.path(db).cmp(b.file.path(db)).then(a.name_range.start().cmp(&b.name_range.start())));
    out
}

pub(crate) fn is_interface(db: &dyn Db, def: &DefRef) -> bool {
    record_info(db, def).is_some_and(|it| it.kind == Some(RecordKind::Interface))
}

/// The record types and agents that satisfy an interface, or derive from a type.
pub(crate) fn implementers(db: &dyn Db, def: &DefRef) -> Vec<DefRef> {
    if !is_interface(db, def) {
        return derived_records(db, def);
    }
    let mut out = Vec::new();
    // An interface that asks for nothing is satisfied by everything, which helps nobody.
    let asks =
        record_info(db, def).is_some_and(|it| !it.methods.is_empty() || !it.fields.is_empty() || !it.bases.is_empty());
    for file in workspace_files(db) {
        db.unwind_if_revision_cancelled();
        for item in item_tree(db, file).top_level() {
            if !matches!(item.id.kind(), ItemKind::Record | ItemKind::Agent) {
                continue;
            }
            let it = DefRef { file, item: item.id.clone() };
            if it == *def || is_interface(db, &it) {
                continue;
            }
            let derives = danaide_analysis::record::is_derived(db, &it, def);
            if derives || (asks && missing_members(db, &it, def).is_empty()) {
                out.push(it);
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;
    use crate::fixture::Fixture;

    type Goto = fn(&dyn Db, File, TextSize) -> Vec<Target>;

    fn check(goto: Goto, text: &str, expected: Expect) {
        let fixture = Fixture::new(text);
        expected.assert_eq(&fixture.targets(&goto(fixture.db(), fixture.file, fixture.offset)));
    }

    #[test]
    fn variables_and_parameters() {
        check(
            goto_definition,
            "def f(a):\n    b = a\n    b = 2\n    return b$0\n",
            expect![[r#"
            /main.na:2     «b» = a
        "#]],
        );
        check(
            goto_definition,
            "def f(a):\n    return [a for x in a$0]\n",
            expect![[r#"
            /main.na:1 def f(«a»):
        "#]],
        );
        check(
            goto_definition,
            "def f(a):\n    return lambda y :: y$0 + a\n",
            expect![[r#"
            /main.na:2     return lambda «y» :: y + a
        "#]],
        );
        check(
            goto_definition,
            "def f(width):\n    return 1\nf(wid$0th=2)\n",
            expect![[r#"
            /main.na:1 def f(«width»):
        "#]],
        );
        check(
            goto_definition,
            "name = 1\nprint(f'{na$0me}')\n",
            expect![[r#"
            /main.na:1 «name» = 1
        "#]],
        );
    }

    #[test]
    fn overloads_are_all_shown() {
        check(
            goto_definition,
            "def f(a: int): return 1\ndef f(a: str): return 2\nf$0(1)\n",
            expect![[r#"
            /main.na:1 def «f»(a: int): return 1
            /main.na:2 def «f»(a: str): return 2
        "#]],
        );
    }

    #[test]
    fn across_files() {
        let other = "//- /other.na\ndef helper(n):\n    return n\nlimit = 3\n//- /main.na\n";
        check(
            goto_definition,
            &format!("{other}from other import helper as h\nh$0(1)\n"),
            expect![[r#"
            /other.na:1 def «helper»(n):
        "#]],
        );
        check(
            goto_definition,
            &format!("{other}import other\nother.li$0mit\n"),
            expect![[r#"
            /other.na:3 «limit» = 3
        "#]],
        );
        check(
            goto_definition,
            &format!("{other}from other import *\nhelp$0er(1)\n"),
            expect![[r#"
            /other.na:1 def «helper»(n):
        "#]],
        );
        check(
            goto_definition,
            &format!("{other}import oth$0er\n"),
            expect![[r#"
            /other.na:1 «»def helper(n):
        "#]],
        );
        check(
            goto_declaration,
            &format!("{other}from other import helper as h\nh$0(1)\n"),
            expect![[r#"
            /main.na:1 from other import helper as «h»
        "#]],
        );
    }

    #[test]
    fn into_the_library() {
        check(
            goto_definition,
            "import math\nmath.sq$0rt(2)\n",
            expect![[r#"
            library/math.na sqrt
        "#]],
        );
        check(
            goto_definition,
            "'a'.up$0per()\n",
            expect![[r#"
            library/types/str.na upper
        "#]],
        );
        check(
            goto_definition,
            "x: in$0t = 1\n",
            expect![[r#"
            library/types/int.na int
        "#]],
        );
        check(
            goto_definition,
            "@ret$0ry(attempts=2)\ndef f(): pass\n",
            expect![[r#"
            library/resilience.na retry
        "#]],
        );
    }

    const RECORDS: &str = "interface Shape:\n    area() -> float\nstruct Circle:\n    r: float\n    def area(self) -> float:\n        return self.r\nstruct Ring(Circle):\n    inner: float\n    def area(self) -> float:\n        return 1.0\n";

    #[test]
    fn members_by_inferred_type() {
        check(
            goto_definition,
            &format!("{RECORDS}c = Ring(r=1.0, inner=0.5)\nd = c\nd.are$0a()\n"),
            expect![[r#"
            /main.na:9     def «area»(self) -> float:
        "#]],
        );
        check(
            goto_definition,
            &format!("{RECORDS}c = Ring(r$0=1.0)\n"),
            expect![[r#"
            /main.na:4     «r»: float
        "#]],
        );
        check(
            goto_definition,
            "def (self: str) shout() -> str:\n    return self\nx = 'a'\nx.sho$0ut()\n",
            expect![[r#"
            /main.na:1 def (self: str) «shout»() -> str:
        "#]],
        );
    }

    #[test]
    fn types_of_values() {
        check(
            goto_type_definition,
            &format!("{RECORDS}c = Circle(r=1.0)\nc$0\n"),
            expect![[r#"
            /main.na:3 struct «Circle»:
        "#]],
        );
        check(
            goto_type_definition,
            "x = 1\nx$0\n",
            expect![[r#"
            library/types/int.na int
        "#]],
        );
    }

    #[test]
    fn implementations() {
        check(
            goto_implementation,
            &RECORDS.replace("Shape", "Sha$0pe"),
            expect![[r#"
            /main.na:3 struct «Circle»:
            /main.na:7 struct «Ring»(Circle):
        "#]],
        );
        check(
            goto_implementation,
            &RECORDS.replacen("area", "ar$0ea", 1),
            expect![[r#"
            /main.na:5     def «area»(self) -> float:
            /main.na:9     def «area»(self) -> float:
        "#]],
        );
        check(
            goto_implementation,
            &RECORDS.replacen("Circle", "Cir$0cle", 1),
            expect![[r#"
            /main.na:7 struct «Ring»(Circle):
        "#]],
        );
    }

    #[test]
    fn declarations_of_methods() {
        let text = format!("{RECORDS}r = Ring(r=1.0, inner=0.5)\nr.ar$0ea()\n");
        check(
            goto_declaration,
            &text,
            expect![[r#"
            /main.na:5     def «area»(self) -> float:
        "#]],
        );
    }

    #[test]
    fn scoped_variables() {
        check(
            goto_definition,
            "public:total = 1\ndef f():\n    public:total = 2\n    return public:tot$0al\n",
            expect![[r#"
            /main.na:1 public:«total» = 1
        "#]],
        );
    }

    #[test]
    fn half_typed() {
        check(
            goto_definition,
            "def f(a:\n    b = a\n\ndef g(c):\n    x = c$0.\n",
            expect![[r#"
            /main.na:4 def g(«c»):
        "#]],
        );
        check(
            goto_definition,
            "def f(aa):\n    print(aa$0\n",
            expect![[r#"
            /main.na:1 def f(«aa»):
        "#]],
        );
    }
}
