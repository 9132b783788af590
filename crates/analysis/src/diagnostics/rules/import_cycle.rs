//! `import-cycle`: modules that import each other in an order that cannot work.

use rustc_hash::FxHashMap;
use smol_str::SmolStr;

use crate::diagnostics::finding::{BodyCheck, Finding};
use crate::diagnostics::rule::{Category, Check, Level, Rule};
use crate::scope::{direct_imports, import_target, imported_files, module_scope};
use crate::{
    BindingKind, Db, DiagnosticCode, Expr, File, FilePath, FunctionBody, Owner, Stmt, StmtId, body_of, definitions,
};

pub(super) const RULE: Rule = Rule {
    name: "import-cycle",
    level: Level::Warning,
    category: Category::Modules,
    summary: "Modules import each other, and a name is taken before it is there",
    explanation: "While a module runs for the first time, it is there only in part. If it imports another module that takes a \
                  name from it with `from … import`, the name may not be there yet: an ImportError, unless the other \
                  module happens to be imported first. Import the module itself (`import shapes`) and use \
                  `shapes.name` in functions, move the import into the function that needs it, or move what both need \
                  to a third module.",
    bad: "//- /shapes.na\nfrom colors import default_color\n\ndef side() -> int:\n    return 3\n//- /colors.na\nfrom shapes import side\n\ndef default_color() -> str:\n    return \"red\" * side()\n//- /main.na\nfrom shapes import side\n\nprint(side())\n",
    good: "//- /shapes.na\nfrom colors import default_color\n\ndef side() -> int:\n    return 3\n//- /colors.na\ndef default_color() -> str:\n    from shapes import side\n    return \"red\" * side()\n//- /main.na\nfrom shapes import side\n\nprint(side())\n",
    has_fix: false,
    check: Check::Body(check),
};

fn check(cx: &mut BodyCheck<'_>) {
    if *cx.definition.owner(cx.db) != Owner::Module || matches!(cx.file.path(cx.db), FilePath::Library(_)) {
        return;
    }
    let body = cx.body.clone();
    for it in body.statements_of(body.root).into_iter().filter(|it| !it.in_try) {
        let Stmt::FromImport { path, names, .. } = &body.stmts[it.stmt] else { continue };
        let target = import_target(cx.db, cx.file, path.dots, &path.path).and_then(|it| it.file());
        let Some(target) = target.filter(|it| imported_files(cx.db, *it).contains(&cx.file)) else { continue };
        if is_package_around(cx.db, cx.file, target) {
            continue;
        }
        let bound = bound_before(cx.db, target, cx.file);
        // What it does not have at all is another finding, and what is a module of it is imported if it is missing.
        let scope = module_scope(cx.db, target);
        let is_module = |name: &SmolStr| {
            let inner: Vec<SmolStr> = path.path.iter().chain([name]).cloned().collect();
            import_target(cx.db, cx.file, path.dots, &inner).is_some()
        };
        let missing = names.iter().find(|(name, _)| scope.contains(name) && !bound.contains(name) && !is_module(name));
        let Some((name, binding)) = missing else { continue };
        let cycle = cycle(cx.db, cx.file, target);
        let module = path.path.last().map_or("the package", |it| it.as_str());
        let message = format!(
            "`{module}` imports this module before it has `{name}`, so this fails if `{module}` is imported first: {cycle}"
        );
        let place = binding.map_or_else(|| cx.stmt(it.stmt), |it| cx.binding(it));
        cx.report(Finding::new(DiagnosticCode::ImportCycle, message, place));
    }
}

/// Is a file that of a package around another module? Then it always runs first.
fn is_package_around(db: &dyn Db, package: File, module: File) -> bool {
    let (FilePath::Disk(package), FilePath::Disk(module)) = (package.path(db), module.path(db)) else { return false };
    package.file_name() == Some("__init__.na")
        && package != module
        && package.parent().is_some_and(|folder| module.starts_with(folder))
}

/// The names that a module surely has when it gets to the first import that leads to another file.
fn bound_before(db: &dyn Db, module: File, other: File) -> Vec<SmolStr> {
    let mut names = Vec::new();
    let Some(definition) = definitions(db, module).get(&Owner::Module) else { return names };
    let body = body_of(db, definition);
    let FunctionBody::Block(statements) = &body.root().body else { return names };
    let leads = |file: Option<File>| {
        file.is_some_and(|it| it == other || (it != module && imported_files(db, it).contains(&other)))
    };
    for stmt in statements {
        let leads_there = |stmt: StmtId| match &body.stmts[stmt] {
            Stmt::Import { path, .. } | Stmt::FromImport { path, .. } => {
                leads(import_target(db, module, path.dots, &path.path).and_then(|it| it.file()))
            }
            _ => false,
        };
        let mut reached = leads_there(*stmt);
        body.blocks_of(*stmt, &mut |block, _| reached |= block.iter().any(|it| leads_there(*it)));
        if reached {
            break;
        }
        match &body.stmts[*stmt] {
            Stmt::Item { binding: Some(binding), .. } | Stmt::Import { binding: Some(binding), .. } => {
                names.push(body.variables[body.bindings[*binding].variable].name.clone());
            }
            Stmt::FromImport { names: imported, .. } => names.extend(
                imported.iter().filter_map(|it| it.1).map(|it| body.variables[body.bindings[it].variable].name.clone()),
            ),
            Stmt::Assign { targets, .. } => {
                for target in targets {
                    body.walk(*target, &mut |it| {
                        if let Expr::Bind(binding) = body.exprs[it]
                            && body.bindings[binding].kind == BindingKind::Assign
                        {
                            names.push(body.variables[body.bindings[binding].variable].name.clone());
                        }
                    });
                }
            }
            _ => {}
        }
    }
    names
}

/// `colors → shapes → colors`, the shortest way from a file over another one back.
fn cycle(db: &dyn Db, file: File, over: File) -> String {
    let mut from: FxHashMap<File, File> = FxHashMap::default();
    let mut queue = vec![over];
    let mut at = 0;
    while let Some(&next) = queue.get(at) {
        at += 1;
        if next == file {
            break;
        }
        for it in direct_imports(db, next).iter() {
            if *it != over && !from.contains_key(it) {
                from.insert(*it, next);
                queue.push(*it);
            }
        }
    }
    let mut way = vec![file];
    let mut last = file;
    while let Some(before) = from.get(&last).copied().filter(|it| *it != file && way.len() <= from.len()) {
        way.push(before);
        last = before;
    }
    if file != over {
        way.push(file);
    }
    way.reverse();
    let names: Vec<String> = way.iter().map(|it| name(db, *it)).collect();
    if file == over { format!("{} → {}", names[0], names[0]) } else { names.join(" → ") }
}

/// The name of a module; of the file of a package, that of its folder.
fn name(db: &dyn Db, file: File) -> String {
    match file.path(db) {
        FilePath::Disk(path) if path.file_name() == Some("__init__.na") => {
            path.parent().and_then(|it| it.file_name()).unwrap_or_default().to_owned()
        }
        FilePath::Disk(path) => path.file_stem().unwrap_or_default().to_owned(),
        other => other.to_string(),
    }
}
