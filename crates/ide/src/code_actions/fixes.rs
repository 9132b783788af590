//! What mends diagnostics: the fixes they bring, imports of names that are not known, fields that are missing.

use danaide_analysis::library::library;
use danaide_analysis::record::all_fields;
use danaide_analysis::scope::is_exported;
use danaide_analysis::ty::Type;
use danaide_analysis::{
    Applicability, Db, Diagnostic, DiagnosticCode, File, FileContents, FilePath, file_diagnostics, item_tree, parse,
    resolve_module, workspace_files,
};
use danaide_syntax::ast::{self, AstNode};
use danaide_syntax::{TextRange, TextSize};

use super::{ActionKind, CodeAction};
use crate::calls::active_call;
use crate::completion::{import_edit, module_path, new_import};
use crate::lines::end_of_line;
use crate::semantics::covering_node;

pub(super) fn quick_fixes(db: &dyn Db, file: File, range: TextRange, out: &mut Vec<CodeAction>) {
    for diagnostic in file_diagnostics(db, file).iter() {
        if diagnostic.range.intersect(range).is_none() {
            continue;
        }
        let mends = Some((diagnostic.code, diagnostic.range));
        for (index, fix) in diagnostic.fixes.iter().enumerate().filter(|(_, it)| !it.edits.is_empty()) {
            out.push(CodeAction {
                title: fix.title.clone(),
                kind: ActionKind::QuickFix,
                mends,
                is_preferred: index == 0 && fix.applicability == Applicability::Safe,
                edits: fix.edits.iter().map(|it| (it.file, it.range, it.text.clone())).collect(),
            });
        }
        match diagnostic.code {
            DiagnosticCode::UndefinedName => {
                module_import(db, file, diagnostic, out);
                imports(db, file, diagnostic, out);
            }
            DiagnosticCode::MissingField => out.extend(missing_fields(db, file, diagnostic)),
            _ => {}
        }
    }
}

/// The module that a name that is not known here may be meant for: `json` in `json.parse(text)`.
fn module_import(db: &dyn Db, file: File, diagnostic: &Diagnostic, out: &mut Vec<CodeAction>) {
    let text = file.text(db);
    let Some(name) = text.get(std::ops::Range::<usize>::from(diagnostic.range)) else { return };
    let is_base = text.get(usize::from(diagnostic.range.end())..).is_some_and(|it| it.trim_start().starts_with('.'));
    let module = resolve_module(db, file, 0, &[name.into()]).and_then(|it| it.file()).filter(|it| *it != file);
    if !is_base || module.is_none() {
        return;
    }
    let (range, text) = new_import(db, file, &format!("import {name}"));
    out.push(CodeAction {
        title: format!("Import the module `{name}`"),
        kind: ActionKind::QuickFix,
        mends: Some((diagnostic.code, diagnostic.range)),
        is_preferred: diagnostic.fixes.is_empty(),
        edits: vec![(file, range, text)],
    });
}

/// The modules that have a name that is not known here.
fn imports(db: &dyn Db, file: File, diagnostic: &Diagnostic, out: &mut Vec<CodeAction>) {
    let Some(name) = file.text(db).get(std::ops::Range::<usize>::from(diagnostic.range)) else { return };
    let library_files = library().modules().map(|it| db.file(&FilePath::Library(it.file.path)));
    let mut found = Vec::new();
    for of in workspace_files(db).into_iter().chain(library_files) {
        db.unwind_if_revision_cancelled();
        let tree = item_tree(db, of);
        let has = tree.top_level().any(|it| {
            let has_receiver = matches!(&it.data, danaide_analysis::ItemData::Callable(it) if it.receiver.is_some());
            it.name() == name && !has_receiver
        }) || tree.assigned.iter().any(|it| it.name == name);
        if of != file
            && has
            && is_exported(db, of, name)
            && let Some(module) = module_path(db, file, of)
        {
            found.push(module);
        }
    }
    found.sort_by_key(|it| (it.len(), it.clone()));
    found.dedup();
    let only = found.len() == 1 && out.iter().all(|it| it.mends != Some((diagnostic.code, diagnostic.range)));
    for module in found {
        let (range, text) = import_edit(db, file, &module, name);
        out.push(CodeAction {
            title: format!("Import `{name}` from `{module}`"),
            kind: ActionKind::QuickFix,
            mends: Some((diagnostic.code, diagnostic.range)),
            is_preferred: only,
            edits: vec![(file, range, text)],
        });
    }
}

/// Adds the fields that a record needs, with the simplest value of their types.
fn missing_fields(db: &dyn Db, file: File, diagnostic: &Diagnostic) -> Option<CodeAction> {
    let root = parse(db, file).syntax_node();
    let node = covering_node(&root, diagnostic.range)?;
    let call = node.ancestors().find_map(ast::CallExpr::cast)?;
    let list = call.arg_list()?;
    let close = list.r_paren_token()?.text_range().start();
    let active = active_call(db, file, &root, close)?;
    let record = active.info.targets.iter().find_map(|it| match it {
        danaide_analysis::infer::Target::Constructor(def) => Some(def.clone()),
        _ => None,
    })?;
    let args: Vec<ast::Arg> = list.args().collect();
    let positional = args.iter().filter(|it| matches!(it, ast::Arg::Expr(_))).count();
    let names: Vec<String> = args
        .iter()
        .filter_map(|it| match it {
            ast::Arg::KeywordArg(it) => Some(it.name()?.text().to_owned()),
            ast::Arg::Expr(_) => None,
        })
        .collect();
    let missing: Vec<String> = all_fields(db, &record)
        .iter()
        .skip(positional)
        .filter(|it| !it.has_default && !names.iter().any(|name| *name == it.name))
        .map(|it| format!("{}={}", it.name, simplest(&it.ty)))
        .collect();
    if missing.is_empty() {
        return None;
    }
    let text = file.text(db);
    let between = |from: TextSize, to: TextSize| text.get(usize::from(from)..usize::from(to)).unwrap_or_default();
    let last = args.last().map(|it| it.syntax().text_range());
    let (at, text) = match last {
        Some(last) => {
            let rest = between(last.end(), close);
            // A comment may have one too.
            let comma = rest.split('#').next().and_then(|it| it.find(','));
            let comma = comma.and_then(|it| u32::try_from(it + 1).ok()).map(|it| last.end() + TextSize::new(it));
            // Where each argument has a line, each new one gets one.
            let line = text.get(..usize::from(last.start())).and_then(|it| it.rsplit('\n').next()).unwrap_or_default();
            let has_own_line =
                line.trim().is_empty() && list.syntax().text_range().start() < last.start() - TextSize::of(line);
            if has_own_line {
                let end_of_line = end_of_line(text);
                let lines: Vec<String> = missing.iter().map(|it| format!("{end_of_line}{line}{it}")).collect();
                let (before, after) = if comma.is_some() { ("", ",") } else { (",", "") };
                // Behind the comment on the line of the last one, if its comma is there already.
                let at = match comma {
                    Some(comma) => {
                        let tail = between(comma, close);
                        let tail = tail.split(['\r', '\n']).next().unwrap_or_default();
                        if tail.trim_start().starts_with('#') { comma + TextSize::of(tail) } else { comma }
                    }
                    None => last.end(),
                };
                (at, format!("{before}{}{after}", lines.join(",")))
            } else {
                match comma {
                    Some(comma) => (comma, format!(" {}", missing.join(", "))),
                    None => (last.end(), format!(", {}", missing.join(", "))),
                }
            }
        }
        None => (close, missing.join(", ")),
    };
    let what =
        if missing.len() == 1 { "the missing field".to_owned() } else { format!("{} missing fields", missing.len()) };
    Some(CodeAction {
        title: format!("Add {what} of `{}`", record.item.name()),
        kind: ActionKind::QuickFix,
        mends: Some((diagnostic.code, diagnostic.range)),
        is_preferred: true,
        edits: vec![(file, TextRange::empty(at), text)],
    })
}

fn simplest(ty: &Type) -> &'static str {
    match ty {
        Type::Bool => "false",
        Type::Int => "0",
        Type::Float => "0.0",
        Type::Str => "\"\"",
        Type::List(_) => "[]",
        Type::Dict(_) => "{}",
        Type::Tuple(_) | Type::TupleOf(_) => "()",
        _ => "none",
    }
}

/// Everything in the file that can be mended without asking, as far as the fixes do not touch each other.
pub(super) fn fix_all(db: &dyn Db, file: File) -> Option<CodeAction> {
    if !matches!(file.contents(db), FileContents::Text(_)) {
        return None;
    }
    let touch = |a: TextRange, b: TextRange| a.start() <= b.end() && b.start() <= a.end();
    let mut edits: Vec<(File, TextRange, String)> = Vec::new();
    for diagnostic in file_diagnostics(db, file).iter() {
        let fix = diagnostic.fixes.iter().find(|fix| {
            fix.applicability == Applicability::Safe
                && !fix.edits.is_empty()
                && fix.edits.iter().all(|it| it.file == file && !edits.iter().any(|known| touch(known.1, it.range)))
        });
        edits.extend(fix.into_iter().flat_map(|it| &it.edits).map(|it| (it.file, it.range, it.text.clone())));
    }
    if edits.is_empty() {
        return None;
    }
    edits.sort_by_key(|it| (it.1.start(), it.1.end()));
    Some(CodeAction {
        title: "Fix all that can be fixed without asking".to_owned(),
        kind: ActionKind::FixAll,
        mends: None,
        is_preferred: false,
        edits,
    })
}
