//! Call hierarchy and type hierarchy.

use danaide_analysis::infer::{Target as CallTarget, infer};
use danaide_analysis::occurrence::Symbol;
use danaide_analysis::record::record_info;
use danaide_analysis::ty::DefRef;
use danaide_analysis::{
    Db, Expr, File, FilePath, ItemKind, Owner, SymbolKind, body_of, body_source_map, definition, item_tree,
    workspace_files,
};
use danaide_syntax::{TextRange, TextSize};

use crate::goto::{implementers, is_interface};
use crate::navigation::{Target, TargetKind, item_target};
use crate::search::usages;
use crate::semantics::{definition_at, names_at};

/// A caller or what is called, with the places of the calls.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    pub target: Target,
    /// Where the calls stand: in the caller.
    pub ranges: Vec<TextRange>,
}

/// The function, workflow or method at an offset.
pub fn prepare_call_hierarchy(db: &dyn Db, file: File, offset: TextSize) -> Vec<Target> {
    let mut out = Vec::new();
    for name in names_at(db, file, offset) {
        if let Symbol::Item(def) = &name.symbol
            && matches!(def.item.kind(), ItemKind::Function | ItemKind::Workflow)
        {
            out.extend(item_target(db, def));
        }
    }
    out
}

/// The item whose name stands at a range.
fn item_of(db: &dyn Db, file: File, name_range: TextRange) -> Option<DefRef> {
    names_at(db, file, name_range.start()).into_iter().find_map(|it| match it.symbol {
        Symbol::Item(def) if it.range == name_range => Some(def),
        _ => None,
    })
}

/// Who calls what is defined at a range. Looks at the whole workspace.
pub fn incoming_calls(db: &dyn Db, file: File, name_range: TextRange) -> Vec<Call> {
    let Some(def) = item_of(db, file, name_range) else { return Vec::new() };
    let mut out: Vec<Call> = Vec::new();
    for usage in usages(db, &Symbol::Item(def)) {
        if usage.is_definition || usage.is_import {
            continue;
        }
        let Some(of) = definition_at(db, usage.file, usage.range.start()) else { continue };
        let Some(target) = owner_target(db, usage.file, of.owner(db)) else { continue };
        match out.iter_mut().find(|it| it.target == target) {
            Some(call) => call.ranges.push(usage.range),
            None => out.push(Call { target, ranges: vec![usage.range] }),
        }
    }
    out
}

/// A definition, or the statements of a file as one.
fn owner_target(db: &dyn Db, file: File, owner: &Owner) -> Option<Target> {
    match owner {
        Owner::Item(item) => item_target(db, &DefRef { file, item: item.clone() }),
        Owner::Module => {
            let name = match file.path(db) {
                FilePath::Disk(path) => path.file_name().unwrap_or_default().into(),
                other => other.to_string().into(),
            };
            let range = TextRange::empty(TextSize::new(0));
            Some(Target { file, range, name_range: range, name, kind: TargetKind::Module })
        }
    }
}

/// What the function that is defined at a range calls, stages of pipelines included.
pub fn outgoing_calls(db: &dyn Db, file: File, name_range: TextRange) -> Vec<Call> {
    let Some(def) = item_of(db, file, name_range) else { return Vec::new() };
    let Some(of) = definition(db, def.file, &def.item) else { return Vec::new() };
    let body = body_of(db, of);
    let map = body_source_map(db, of);
    let inference = infer(db, of);
    let mut calls: Vec<(TextRange, DefRef)> = Vec::new();
    for (expr, info) in &inference.calls {
        let name = match &body.exprs[*expr] {
            Expr::Call(call) => map.name(call.callee).or_else(|| map.expr(call.callee)),
            _ => map.name(*expr).or_else(|| map.expr(*expr)),
        };
        let Some(range) = name.and_then(|it| of.absolute(db, it)) else { continue };
        for target in &info.targets {
            if let CallTarget::Def(def) | CallTarget::Constructor(def) = target {
                calls.push((range, def.clone()));
            }
        }
    }
    calls.sort_by_key(|it| (it.0.start(), it.0.end()));
    let mut out: Vec<Call> = Vec::new();
    for (range, def) in calls {
        let Some(target) = item_target(db, &def) else { continue };
        match out.iter_mut().find(|it| it.target == target) {
            Some(call) if call.ranges.contains(&range) => {}
            Some(call) => call.ranges.push(range),
            None => out.push(Call { target, ranges: vec![range] }),
        }
    }
    out
}

/// The record type or agent at an offset; of a value, its type.
pub fn prepare_type_hierarchy(db: &dyn Db, file: File, offset: TextSize) -> Vec<Target> {
    let mut out: Vec<Target> = Vec::new();
    for name in names_at(db, file, offset) {
        if let Symbol::Item(def) = &name.symbol
            && matches!(def.item.kind(), ItemKind::Record | ItemKind::Agent)
        {
            out.extend(item_target(db, def));
        }
    }
    if out.is_empty() {
        out = crate::goto::goto_type_definition(db, file, offset);
        let is_record = |it: &Target| {
            !matches!(
                it.kind,
                TargetKind::Symbol(SymbolKind::Function | SymbolKind::Method | SymbolKind::Workflow)
                    | TargetKind::Module
            )
        };
        out.retain(is_record);
    }
    out
}

/// The bases of a type, and the interfaces that it satisfies. Looks at the whole workspace for those.
pub fn supertypes(db: &dyn Db, file: File, name_range: TextRange) -> Vec<Target> {
    let Some(def) = item_of(db, file, name_range) else { return Vec::new() };
    let mut all: Vec<DefRef> = record_info(db, &def).map(|it| it.bases.clone()).unwrap_or_default();
    if !is_interface(db, &def) {
        for file in workspace_files(db) {
            db.unwind_if_revision_cancelled();
            for item in item_tree(db, file).top_level().filter(|it| it.id.kind() == ItemKind::Record) {
                let interface = DefRef { file, item: item.id.clone() };
                let asks =
                    record_info(db, &interface).is_some_and(|it| !it.methods.is_empty() || !it.fields.is_empty());
                if asks
                    && is_interface(db, &interface)
                    && !all.contains(&interface)
                    && danaide_analysis::record::missing_members(db, &def, &interface).is_empty()
                {
                    all.push(interface);
                }
            }
        }
    }
    all.iter().filter_map(|it| item_target(db, it)).collect()
}

/// The types that derive from a type directly, or satisfy an interface. Looks at the whole workspace.
pub fn subtypes(db: &dyn Db, file: File, name_range: TextRange) -> Vec<Target> {
    let Some(def) = item_of(db, file, name_range) else { return Vec::new() };
    let mut all = implementers(db, &def);
    if !is_interface(db, &def) {
        all.retain(|it| record_info(db, it).is_some_and(|it| it.bases.contains(&def)));
    }
    all.iter().filter_map(|it| item_target(db, it)).collect()
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use expect_test::{Expect, expect};

    use super::*;
    use crate::fixture::Fixture;

    type Calls = fn(&dyn Db, File, TextRange) -> Vec<Call>;
    type Types = fn(&dyn Db, File, TextRange) -> Vec<Target>;

    fn check_calls(calls: Calls, text: &str, expected: Expect) {
        let fixture = Fixture::new(text);
        let mut out = String::new();
        for item in prepare_call_hierarchy(fixture.db(), fixture.file, fixture.offset) {
            for call in calls(fixture.db(), item.file, item.name_range) {
                writeln!(out, "{} {}", call.target.name, call.ranges.len()).unwrap();
            }
        }
        expected.assert_eq(&out);
    }

    fn check_types(types: Types, text: &str, expected: Expect) {
        let fixture = Fixture::new(text);
        let mut out = String::new();
        for item in prepare_type_hierarchy(fixture.db(), fixture.file, fixture.offset) {
            let found = types(fixture.db(), item.file, item.name_range);
            out.push_str(&fixture.targets(&found));
        }
        expected.assert_eq(&out);
    }

    const CALLS: &str = "//- /lib.na\ndef leaf(n): return n\n//- /main.na\nfrom lib import leaf\nstruct P:\n    x: int\n    def go(self): return leaf(self.x)\ndef mid(n):\n    leaf(n)\n    P(x=1).go()\n    return leaf(n) | leaf\nworkflow w = mid | leaf\nmid(1)\n";

    #[test]
    fn callers() {
        check_calls(
            incoming_calls,
            &CALLS.replace("import leaf", "import le$0af"),
            expect![[r#"
            go 1
            mid 3
            w 1
        "#]],
        );
        check_calls(
            incoming_calls,
            &CALLS.replace("def mid", "def mi$0d"),
            expect![[r#"
            w 1
            main.na 1
        "#]],
        );
    }

    #[test]
    fn what_is_called() {
        check_calls(
            outgoing_calls,
            &CALLS.replace("def mid", "def mi$0d"),
            expect![[r#"
            leaf 3
            P 1
            go 1
        "#]],
        );
        check_calls(
            outgoing_calls,
            &CALLS.replace("workflow w", "workflow w$0"),
            expect![[r#"
            mid 1
            leaf 1
        "#]],
        );
    }

    const TYPES: &str = "interface Shape:\n    area() -> float\nstruct Base:\n    name: str\nstruct Circle(Base):\n    r: float\n    def area(self) -> float: return 1.0\nstruct Ring(Circle):\n    inner: float\n";

    #[test]
    fn types_above_and_below() {
        check_types(
            supertypes,
            &TYPES.replace("Circle(Base)", "Cir$0cle(Base)"),
            expect![[r#"
            /main.na:3 struct «Base»:
            /main.na:1 interface «Shape»:
        "#]],
        );
        check_types(
            subtypes,
            &TYPES.replace("struct Base", "struct Ba$0se"),
            expect![[r#"
            /main.na:5 struct «Circle»(Base):
        "#]],
        );
        check_types(
            subtypes,
            &TYPES.replace("Shape", "Sha$0pe"),
            expect![[r#"
            /main.na:5 struct «Circle»(Base):
            /main.na:8 struct «Ring»(Circle):
        "#]],
        );
        check_types(
            supertypes,
            &format!("{TYPES}c = Ring(name='a', r=1.0, inner=0.5)\nc$0\n"),
            expect![[r#"
            /main.na:5 struct «Circle»(Base):
            /main.na:1 interface «Shape»:
        "#]],
        );
    }
}
