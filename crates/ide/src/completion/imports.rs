//! Modules, their names in imports, and names that have yet to be imported.

use camino::Utf8Path;
use danaide_analysis::library::library;
use danaide_analysis::occurrence::{Symbol, module_name_symbol};
use danaide_analysis::scope::{import_target, is_exported, module_scope};
use danaide_analysis::ty::{DefRef, ModuleType};
use danaide_analysis::{Db, File, FilePath, ItemData, item_tree, parse, resolve_module, workspace_files};
use danaide_syntax::ast::{self, AstNode};
use danaide_syntax::{TextRange, TextSize};
use smol_str::SmolStr;

use super::context::Context;
use super::names::completion_of;
use super::{Completion, CompletionKind, members};
use crate::lines::end_of_line;

/// The modules that can stand at a place of an import.
pub(super) fn modules(context: &Context<'_>, dots: usize, path: &[SmolStr], out: &mut Vec<Completion>) {
    let db = context.db;
    if !path.is_empty() || dots > 0 {
        match import_target(db, context.file, dots, path) {
            Some(ModuleType::Package { folder, .. }) => folder_modules(context, &folder, 0, out),
            _ if path.is_empty() => {
                let folder = context.file.path(db).folder().and_then(|it| it.ancestors().nth(dots.saturating_sub(1)));
                if let Some(folder) = folder {
                    folder_modules(context, folder, 0, out);
                }
            }
            _ => {}
        }
        return;
    }
    let mut folders: Vec<&Utf8Path> = Vec::new();
    folders.extend(context.file.path(db).folder());
    folders.extend(db.roots().workspace(db).iter().map(|it| it.as_path()));
    folders.extend(db.roots().search_path(db).iter().map(|it| it.as_path()));
    for folder in folders {
        folder_modules(context, folder, 0, out);
    }
    for unit in library().modules() {
        let mut item = Completion::new(unit.file.name, CompletionKind::Module, 1);
        item.origin = "library".to_owned();
        item.symbol = Some(Symbol::Module(ModuleType::File(db.file(&FilePath::Library(unit.file.path)))));
        out.push(item);
    }
}

/// The modules and packages in a folder.
pub(super) fn folder_modules(context: &Context<'_>, folder: &Utf8Path, rank: u8, out: &mut Vec<Completion>) {
    let db = context.db;
    for entry in db.file_system().list(folder).unwrap_or_default() {
        let is_name = |it: &str| !it.is_empty() && it.chars().all(|it| it == '_' || it.is_alphanumeric());
        let (name, symbol) = if entry.is_folder {
            if !is_name(&entry.name) || entry.name.starts_with('_') {
                continue;
            }
            (entry.name.as_str(), None)
        } else {
            let Some(name) = entry.name.strip_suffix(".na").filter(|it| is_name(it) && !it.starts_with("__")) else {
                continue;
            };
            let path = FilePath::Disk(folder.join(&entry.name));
            if path == *context.file.path(db) {
                continue;
            }
            (name, Some(Symbol::Module(ModuleType::File(db.file(&path)))))
        };
        if out.iter().any(|it| it.label == name) {
            continue;
        }
        let mut item = Completion::new(name, CompletionKind::Module, rank);
        item.symbol = symbol;
        out.push(item);
    }
}

/// The names of the module of a `from` import.
pub(super) fn names(
    context: &Context<'_>,
    dots: usize,
    path: &[SmolStr],
    taken: &[SmolStr],
    out: &mut Vec<Completion>,
) {
    if let Some(module) = import_target(context.db, context.file, dots, path) {
        members::module_members(context, &module, out);
    }
    out.retain(|it| !taken.contains(&it.label) || it.label == context.prefix);
    for item in out.iter_mut() {
        item.snippet = None;
        item.insert = item.label.to_string();
    }
    out.push(Completion::new("*", CompletionKind::Keyword, 7));
}

/// Does a name, or a word in it, begin with a prefix? Looser matches would bring in half the workspace.
fn begins(name: &str, prefix: &str) -> bool {
    let (name, prefix) = (name.to_lowercase(), prefix.to_lowercase());
    name.starts_with(&prefix) || name.match_indices(&prefix).any(|(at, _)| name[..at].ends_with('_'))
}

/// How many names that are not imported yet are shown.
const MOST_IMPORTABLE: usize = 40;

/// Names of other modules of the workspace and the library, which are imported when they are taken.
pub(super) fn importable(context: &Context<'_>, out: &mut Vec<Completion>) {
    if context.prefix.chars().count() < 2 {
        // Later letters bring them in.
        context.has_left_out.set(true);
        return;
    }
    let db = context.db;
    let scope = module_scope(db, context.file);
    let is_new = |name: &SmolStr| begins(name, &context.prefix) && !name.starts_with('_') && !scope.contains(name);
    let known: Vec<SmolStr> = out.iter().map(|it| it.label.clone()).collect();
    let mut found = Vec::new();
    let library_files = library().modules().map(|it| db.file(&FilePath::Library(it.file.path)));
    for file in workspace_files(db).into_iter().chain(library_files) {
        if file == context.file {
            continue;
        }
        db.unwind_if_revision_cancelled();
        let tree = item_tree(db, file);
        let items = tree.top_level().filter(|it| {
            let has_receiver = matches!(&it.data, ItemData::Callable(it) if it.receiver.is_some());
            !has_receiver && is_new(it.name())
        });
        let is_library = matches!(file.path(db), FilePath::Library(_));
        let mut names: Vec<(SmolStr, Option<DefRef>)> =
            items.map(|it| (it.name().clone(), Some(DefRef { file, item: it.id.clone() }))).collect();
        // Variables of one's own modules are seldom meant to be imported; constants and the library's are.
        names.extend(
            tree.assigned
                .iter()
                .filter(|it| is_library || it.name.chars().all(|it| it.is_uppercase() || it == '_' || it.is_numeric()))
                .filter(|it| is_new(&it.name))
                .map(|it| (it.name.clone(), None)),
        );
        if names.is_empty() {
            continue;
        }
        let Some(module) = module_path(db, context.file, file) else { continue };
        for (name, def) in names {
            if known.contains(&name) || !is_exported(db, file, &name) {
                continue;
            }
            let symbol = match def {
                Some(def) => Some(Symbol::Item(def)),
                None => module_name_symbol(db, file, &name),
            };
            let Some(symbol) = symbol else { continue };
            let mut item = completion_of(context, &name, &symbol, 8);
            item.origin = module.to_string();
            item.import = Some((module.clone(), name));
            found.push(item);
        }
    }
    found.sort_by(|a, b| {
        let key = |it: &Completion| (!it.label.starts_with(context.prefix.as_str()), it.label.len());
        key(a).cmp(&key(b)).then_with(|| a.label.cmp(&b.label)).then_with(|| a.origin.cmp(&b.origin))
    });
    if found.len() > MOST_IMPORTABLE {
        context.has_left_out.set(true);
        found.truncate(MOST_IMPORTABLE);
    }
    out.extend(found);
}

/// How one file imports another: `lib.util`, `..shared`, `math`. None if there is no way.
pub fn module_path(db: &dyn Db, from: File, of: File) -> Option<SmolStr> {
    let is_right =
        |dots: usize, names: &[SmolStr]| resolve_module(db, from, dots, names).and_then(|it| it.file()) == Some(of);
    let path = match of.path(db) {
        FilePath::Library(path) => {
            let name = SmolStr::new(path.strip_prefix("library/")?.strip_suffix(".na")?);
            return is_right(0, std::slice::from_ref(&name)).then_some(name);
        }
        FilePath::Disk(path) => path,
        FilePath::Virtual(_) => return None,
    };
    let names_below = |folder: &Utf8Path| -> Option<Vec<SmolStr>> {
        let rest = path.strip_prefix(folder).ok()?.as_str().strip_suffix(".na")?.replace('\\', "/");
        let rest = rest.strip_suffix("/__init__").unwrap_or(&rest).to_owned();
        Some(rest.split('/').map(SmolStr::new).collect())
    };
    let own = from.path(db).folder();
    let roots = db.roots();
    let folders = own
        .into_iter()
        .chain(roots.workspace(db).iter().map(|it| it.as_path()))
        .chain(roots.search_path(db).iter().map(|it| it.as_path()));
    let mut best: Option<Vec<SmolStr>> = None;
    for names in folders.filter_map(names_below) {
        if is_right(0, &names) && best.as_ref().is_none_or(|it| names.len() < it.len()) {
            best = Some(names);
        }
    }
    if let Some(names) = best {
        return Some(names.join(".").into());
    }
    // Upwards.
    for (up, folder) in own?.ancestors().enumerate().take(6) {
        if let Some(names) = names_below(folder)
            && is_right(up + 1, &names)
        {
            return Some(format!("{}{}", ".".repeat(up + 1), names.join(".")).into());
        }
    }
    None
}

/// The edit that imports a name into a file: into an import of the module that is there, or as a new line below the imports.
pub fn import_edit(db: &dyn Db, file: File, module: &str, name: &str) -> (TextRange, String) {
    for statement in parse(db, file).tree().stmts() {
        match &statement {
            ast::Stmt::FromImportStmt(import) => {
                let path = import.module_path().map(|it| it.syntax().text().to_string()).unwrap_or_default();
                if path.trim() == module
                    && import.star().is_none()
                    && let Some(last) = import.import_names().last()
                {
                    return (TextRange::empty(last.range().end()), format!(", {name}"));
                }
            }
            ast::Stmt::ImportStmt(_) | ast::Stmt::ExprStmt(_) => {}
            _ => break,
        }
    }
    new_import(db, file, &format!("from {module} import {name}"))
}

/// The edit that puts an import as a line of its own below those that are there, or at the top.
pub(crate) fn new_import(db: &dyn Db, file: File, import: &str) -> (TextRange, String) {
    let tree = parse(db, file).tree();
    let text = file.text(db);
    let end_of_line = end_of_line(text);
    let mut last_import: Option<TextSize> = None;
    for statement in tree.stmts() {
        match &statement {
            ast::Stmt::FromImportStmt(import) => last_import = Some(import.range().end()),
            ast::Stmt::ImportStmt(import) => last_import = Some(import.range().end()),
            // The docstring of the file.
            ast::Stmt::ExprStmt(_) if last_import.is_none() => {
                if tree.docstring().is_some_and(|it| it.range().start() == statement.range().start()) {
                    last_import = Some(statement.range().end());
                } else {
                    break;
                }
            }
            _ => break,
        }
    }
    let line = format!("{import}{end_of_line}");
    match last_import {
        Some(end) => {
            // The next line begins after the end of this one.
            let rest = text.get(usize::from(end)..).unwrap_or_default();
            let at = rest.find('\n');
            match at {
                Some(at) => {
                    let at = end + TextSize::new(u32::try_from(at + 1).unwrap_or(u32::MAX));
                    (TextRange::empty(at), line)
                }
                None if usize::from(end) > 0 && text.ends_with('\n') => (TextRange::empty(TextSize::of(&**text)), line),
                None => (TextRange::empty(TextSize::of(&**text)), format!("{end_of_line}{}", line.trim_end())),
            }
        }
        None => {
            // Comments at the top stay there: they may be about the file.
            let mut at = 0;
            for comment in text.split_inclusive('\n') {
                if !comment.starts_with('#') {
                    break;
                }
                at += comment.len();
            }
            let start = TextSize::new(u32::try_from(at).unwrap_or_default());
            (TextRange::empty(start), line)
        }
    }
}
