//! `unused-import`: an import of a name that nothing uses.

use danaide_syntax::{TextRange, TextSize};

use crate::diagnostics::DiagnosticTag;
use crate::diagnostics::finding::{BodyCheck, Finding, FindingFix, Spot};
use crate::diagnostics::rule::{Category, Check, Level, Rule};
use crate::scope::{import_target, imported_files, module_scope};
use crate::ty::ModuleType;
use crate::uses::used_names;
use crate::{BindingId, DiagnosticCode, Expr, FilePath, FunctionKind, ModuleRef, NameRef, Owner, Place, Stmt, StmtId};

pub(super) const RULE: Rule = Rule {
    name: "unused-import",
    level: Level::Hint,
    category: Category::Modules,
    summary: "An imported name is not used",
    explanation: "Take the import out. In the `__init__.na` of a package imports give its names, so they are not looked \
                  at, and neither are files with nothing but imports, names that the module exports, `import *`, \
                  `import a as a`, imports tried in a `try`, and modules that bring methods with receivers. A module whose statements have effects may be \
                  imported for these: then say so with `# danaide: ignore[unused-import]`.",
    bad: "import math\n\nprint(1)\n",
    good: "import math\n\nprint(math.pi)\n",
    has_fix: true,
    check: Check::Body(check),
};

/// A name that a statement imports.
struct Imported<'a> {
    stmt: StmtId,
    module: &'a ModuleRef,
    binding: BindingId,
    /// What follows `import` in `from a import b`.
    member: Option<&'a str>,
    /// How many names the statement imports.
    of: usize,
}

fn check(cx: &mut BodyCheck<'_>) {
    let body = cx.body.clone();
    if is_init(cx) || !body.stmts.iter().any(|(_, it)| matches!(it, Stmt::Import { .. } | Stmt::FromImport { .. })) {
        return;
    }
    let is_module = *cx.definition.owner(cx.db) == Owner::Module;
    if is_module && is_facade(cx) {
        return;
    }
    for (function, of) in body.functions.iter() {
        for it in body.statements_of(function).into_iter().filter(|it| !it.in_try) {
            let mut imported: Vec<Imported<'_>> = Vec::new();
            match &body.stmts[it.stmt] {
                Stmt::Import { path, binding: Some(binding), .. } => {
                    imported.push(Imported { stmt: it.stmt, module: path, binding: *binding, member: None, of: 1 });
                }
                Stmt::FromImport { path, names, is_star: false } => {
                    imported.extend(names.iter().filter_map(|(name, binding)| {
                        let (binding, member) = ((*binding)?, Some(name.as_str()));
                        Some(Imported { stmt: it.stmt, module: path, binding, member, of: names.len() })
                    }));
                }
                _ => continue,
            }
            for import in imported {
                let variable = body.bindings[import.binding].variable;
                let name = &body.variables[variable].name;
                let is_used = if is_module && of.kind == FunctionKind::Module {
                    used_names(cx.db, cx.file).contains(name)
                } else {
                    let is_read = |expr: &Expr| *expr == Expr::Name(NameRef::Variable(variable));
                    body.exprs.iter().any(|(_, it)| is_read(it)) || names_type(cx, name)
                };
                if !is_used && !name.starts_with('_') && !is_kept(cx, &import, name) {
                    report(cx, &import, name);
                }
            }
        }
    }
}

/// Does the file hold nothing but imports? Then it gives them to others.
fn is_facade(cx: &BodyCheck<'_>) -> bool {
    cx.body.stmts.iter().all(|(_, it)| match it {
        Stmt::Import { .. } | Stmt::FromImport { .. } | Stmt::Export(_) => true,
        Stmt::Expr(expr) => matches!(cx.body.exprs[*expr], Expr::Literal(_)),
        _ => false,
    })
}

/// Does a type in the definition name it?
fn names_type(cx: &BodyCheck<'_>, name: &str) -> bool {
    let mut found = false;
    for (_, ty) in cx.body.types.iter() {
        ty.for_each_path(&mut |path, _| found |= path.first().is_some_and(|it| it == name));
    }
    found
}

/// Is the import there for others, or for what it brings besides its name?
fn is_kept(cx: &BodyCheck<'_>, import: &Imported<'_>, name: &str) -> bool {
    let text = cx.text(cx.stmt(import.stmt));
    // `import a as a` and `from m import a as a` say that the name is for others.
    let words: Vec<&str> = text.split(|c: char| !(c.is_alphanumeric() || c == '_' || c == '.')).collect();
    if words.windows(3).any(|it| *it == [name, "as", name]) {
        return true;
    }
    // What a Python module does when it is imported cannot be seen from here.
    if import.member.is_none() && import.module.extension() == Some("py") {
        return true;
    }
    let module = import_target(cx.db, cx.file, import.module.dots, &import.module.path);
    let Some(file) = module.as_ref().and_then(ModuleType::file) else { return false };
    imported_files(cx.db, file).iter().any(|it| module_scope(cx.db, *it).has_receivers())
}

fn report(cx: &mut BodyCheck<'_>, import: &Imported<'_>, name: &str) {
    let place = cx.binding(import.binding);
    let finding = Finding::new(DiagnosticCode::UnusedImport, format!("nothing uses `{name}`"), place);
    let finding = finding.with_tag(DiagnosticTag::Unnecessary);
    let module = import_target(cx.db, cx.file, import.module.dots, &import.module.path);
    let is_library =
        module.is_some_and(|it| it.file().is_some_and(|it| matches!(it.path(cx.db), FilePath::Library(_))));
    let title = format!("Remove the import of `{name}`");
    // Another module may do something when it is imported.
    let fix = if is_library { FindingFix::safe(title) } else { FindingFix::needs_review(title) };
    let edit = if import.of == 1 { whole_statement(cx, import) } else { one_of_several(cx, import, name) };
    cx.report(match edit {
        Some((spot, text)) => finding.with_fix(fix.edit(spot, text)),
        None => finding,
    });
}

/// The statement, and what takes its place: `pass` if its block would be empty.
fn whole_statement(cx: &BodyCheck<'_>, import: &Imported<'_>) -> Option<(Spot, &'static str)> {
    let place = cx.stmt(import.stmt);
    let text = cx.part_text(place)?;
    let (before, after) = (text.get(..place.range.start().into())?, text.get(place.range.end().into()..)?);
    // `import a, b` is a statement for each of its modules, and stands where the module does.
    let from = match import.member {
        None => before.trim_end().strip_suffix("import")?.len(),
        Some(_) => before.len(),
    };
    if after.trim_start_matches([' ', '\t']).starts_with([',', ';']) || before[..from].trim_end().ends_with(';') {
        return None;
    }
    let place = span(place, from, place.range.end().into())?;
    Some(if is_only_in_block(cx, import.stmt) { (Spot::Here(place), "pass") } else { (Spot::Lines(place), "") })
}

/// The name, with the comma that goes with it.
fn one_of_several(cx: &BodyCheck<'_>, import: &Imported<'_>, name: &str) -> Option<(Spot, &'static str)> {
    let text = cx.part_text(cx.stmt(import.stmt))?;
    let bound = cx.binding(import.binding);
    let (mut start, end) = (usize::from(bound.range.start()), usize::from(bound.range.end()));
    let member = import.member?;
    if member != name || text[..start].trim_end().ends_with(" as") {
        // From the member before `as` on.
        start = text[..start].trim_end().strip_suffix("as")?.trim_end().strip_suffix(member)?.len();
    }
    let rest = &text[end..];
    let blank = |text: &str| text.len() - text.trim_start_matches([' ', '\t']).len();
    let gap = blank(rest);
    if rest[gap..].starts_with(',') {
        let after = gap + 1 + blank(&rest[gap + 1..]);
        // On lines of its own it leaves no empty one.
        return Some((Spot::Lines(span(bound, start, end + after)?), ""));
    }
    let before = text[..start].trim_end().strip_suffix(',')?;
    Some((Spot::Here(span(bound, before.len(), end)?), ""))
}

pub(super) fn is_only_in_block(cx: &BodyCheck<'_>, stmt: StmtId) -> bool {
    let body = &cx.body;
    let mut found = false;
    for (id, function) in body.functions.iter() {
        if function.kind != FunctionKind::Module {
            found |= matches!(&function.body, crate::FunctionBody::Block(all) if **all == [stmt]);
        }
        for it in body.statements_of(id) {
            body.blocks_of(it.stmt, &mut |block, _| found |= *block == [stmt]);
        }
    }
    found
}

fn span(place: Place, from: usize, to: usize) -> Option<Place> {
    let range = TextRange::new(TextSize::try_from(from).ok()?, TextSize::try_from(to.max(from)).ok()?);
    Some(Place { part: place.part, range })
}

fn is_init(cx: &BodyCheck<'_>) -> bool {
    matches!(cx.file.path(cx.db), FilePath::Disk(path) if path.file_name() == Some("__init__.na"))
        || matches!(cx.file.path(cx.db), FilePath::Library(_))
}
