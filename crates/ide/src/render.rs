//! Signatures and docstrings as a reader sees them.

use danaide_analysis::infer::own_result;
use danaide_analysis::library::library;
use danaide_analysis::occurrence::Symbol;
use danaide_analysis::record::{linearize, record_info};
use danaide_analysis::signature::signature;
use danaide_analysis::ty::{DefRef, Parameter, ParameterKind, Type};
use danaide_analysis::{
    Body, Callable, CallableForm, Db, FilePath, Function, ItemData, ItemKind, RecordKind, body_of, definition,
    definitions, item_tree,
};

/// A parameter by what is known of it.
pub(crate) fn typed_parameter(db: &dyn Db, it: &Parameter) -> String {
    let stars = match it.kind {
        ParameterKind::Rest => "*",
        ParameterKind::Named => "**",
        _ => "",
    };
    let mut out = format!("{stars}{}", it.name);
    if !it.ty.is_any() {
        out.push_str(&format!(": {}", it.ty.display(db)));
    }
    if it.has_default {
        out.push_str(if it.ty.is_any() { "=…" } else { " = …" });
    }
    out
}

/// What a function gives: declared, or as its statements tell.
pub(crate) fn result_type(db: &dyn Db, def: &DefRef) -> Option<Type> {
    let signature = signature(db, def)?;
    if let Some(result) = &signature.result {
        return Some(result.clone());
    }
    if signature.is_signature || matches!(def.file.path(db), FilePath::Library(_)) {
        return None;
    }
    let result = own_result(db, definition(db, def.file, &def.item)?);
    (!result.is_any() && result != Type::Never).then_some(result)
}

fn arrow(db: &dyn Db, def: &DefRef, callable: &Callable) -> String {
    match &callable.return_type {
        Some(ty) => format!(" -> {ty}"),
        None => result_type(db, def).map(|it| format!(" -> {}", it.display(db))).unwrap_or_default(),
    }
}

/// The head of a definition as it is written, with the result that is known: `def f(a: int) -> str`. For an item of the
/// library without its keyword where it is a builtin type.
pub(crate) fn head(db: &dyn Db, def: &DefRef) -> String {
    let tree = item_tree(db, def.file);
    let Some(item) = tree.get(&def.item) else { return def.item.name().to_string() };
    let name = item.name();
    let is_library = matches!(def.file.path(db), FilePath::Library(_));
    match &item.data {
        ItemData::Callable(callable) => {
            let mut out = String::new();
            // How the library declares what a function does is told in words.
            for decorator in callable.decorators.iter().filter(|it| !(is_library && it.starts_with("effects"))) {
                out.push_str(&format!("@{decorator}\n"));
            }
            let params: Vec<String> = callable.params.iter().map(ToString::to_string).collect();
            let params = params.join(", ");
            let arrow = arrow(db, def, callable);
            if def.item.kind() == ItemKind::Workflow {
                let params = if params.is_empty() { String::new() } else { format!("({params})") };
                return format!("{out}workflow {name}{params}{arrow}");
            }
            if callable.is_sync {
                out.push_str("sync ");
            }
            out.push_str("def ");
            if let Some(receiver) = &callable.receiver {
                out.push_str(&format!("({receiver}) "));
            }
            format!("{out}{name}({params}){arrow}")
        }
        ItemData::Record(record) => {
            let keyword = match record.kind {
                RecordKind::Struct => "struct",
                RecordKind::Resource => "resource",
                RecordKind::AgentBlueprint => "agent_blueprint",
                RecordKind::Interface => "interface",
                RecordKind::Workflow => "workflow",
            };
            format!("{keyword} {name}{}", bases(&record.bases))
        }
        ItemData::Agent(agent) => format!("agent {name}{}", bases(&agent.bases)),
        ItemData::Field(field) => {
            let ty = field.ty.as_ref().map(|it| format!(": {it}")).unwrap_or_default();
            let default = field.default.as_ref().map(|it| format!(" = {it}")).unwrap_or_default();
            format!("{name}{ty}{default}")
        }
    }
}

fn bases(all: &[smol_str::SmolStr]) -> String {
    if all.is_empty() { String::new() } else { format!("({})", all.join(", ")) }
}

/// A record with its fields, those of bases too; at most so many lines.
pub(crate) fn record_with_fields(db: &dyn Db, def: &DefRef, most: usize) -> String {
    let mut out = head(db, def);
    let mut lines = Vec::new();
    for it in linearize(db, def).iter().rev() {
        let tree = item_tree(db, it.file);
        for child in tree.children(&it.item) {
            let line = match &child.data {
                ItemData::Field(_) => head(db, &DefRef { file: it.file, item: child.id.clone() }),
                ItemData::Callable(callable) if callable.form == CallableForm::Signature => {
                    let params: Vec<String> = callable.params.iter().map(ToString::to_string).collect();
                    let result = callable.return_type.as_ref().map(|it| format!(" -> {it}")).unwrap_or_default();
                    format!("{}({}){result}", child.name(), params.join(", "))
                }
                _ => continue,
            };
            if !lines.contains(&line) {
                lines.push(line);
            }
        }
    }
    if record_info(db, def).is_some() && !lines.is_empty() {
        out.push(':');
        let left_out = lines.len().saturating_sub(most);
        for line in lines.iter().take(most) {
            out.push_str("\n    ");
            out.push_str(line);
        }
        if left_out > 0 {
            out.push_str(&format!("\n    # and {left_out} more"));
        }
    }
    out
}

/// The docstring of what a symbol stands for, as Markdown. Empty if it has none.
pub(crate) fn documentation(db: &dyn Db, symbol: &Symbol) -> String {
    match symbol {
        Symbol::Item(def) => item_documentation(db, def),
        Symbol::Module(module) => match module.file() {
            Some(file) => {
                let module = definitions(db, file).iter().next();
                let doc = module.and_then(|it| body_of(db, it).root().doc.clone());
                markdown(doc.as_deref().unwrap_or_default())
            }
            None => String::new(),
        },
        Symbol::Variable { file, name } => match file.path(db) {
            FilePath::Library(path) => {
                let unit = library().units().iter().find(|it| it.file.path == *path);
                let found =
                    unit.and_then(|it| it.declarations.iter().find(|it| it.owner.is_none() && it.name == *name));
                markdown(found.map_or("", |it| it.doc.as_str()))
            }
            _ => String::new(),
        },
        Symbol::Local { file, owner, variable } => {
            let Some(of) = definitions(db, *file).get(owner) else { return String::new() };
            let body = body_of(db, of);
            nested_function(&body, *variable).and_then(|it| it.doc.clone()).map(|it| markdown(&it)).unwrap_or_default()
        }
        Symbol::Field { .. } | Symbol::Scoped { .. } => String::new(),
    }
}

pub(crate) fn item_documentation(db: &dyn Db, def: &DefRef) -> String {
    let Some(of) = definition(db, def.file, &def.item) else { return String::new() };
    markdown(body_of(db, of).root().doc.as_deref().unwrap_or_default())
}

/// The function that a statement inside a body binds to a variable.
pub(crate) fn nested_function(body: &Body, variable: danaide_analysis::VariableId) -> Option<&Function> {
    body.stmts.iter().find_map(|(_, it)| match it {
        danaide_analysis::Stmt::Function { function, binding: Some(binding) }
            if body.bindings[*binding].variable == variable =>
        {
            Some(&body.functions[*function])
        }
        _ => None,
    })
}

/// A docstring as Markdown: without the indentation of its lines, and examples after `>>>` as code.
pub(crate) fn markdown(doc: &str) -> String {
    let text = clean(doc);
    let mut out = String::new();
    let mut is_code = false;
    let mut is_fenced = false;
    for line in text.lines() {
        if line.trim_start().starts_with("```") {
            is_fenced = !is_fenced;
        }
        let begins = !is_fenced && line.trim_start().starts_with(">>>");
        if begins && !is_code {
            if !out.is_empty() && !out.ends_with("\n\n") {
                out.push('\n');
            }
            out.push_str("```dana\n");
            is_code = true;
        } else if is_code && line.trim().is_empty() {
            out.push_str("```\n");
            is_code = false;
        }
        out.push_str(line);
        out.push('\n');
    }
    if is_code {
        out.push_str("```\n");
    }
    out.trim_end().to_owned()
}

/// Takes away the indentation that all lines but the first share, and blank lines around.
fn clean(text: &str) -> String {
    let indent = text
        .lines()
        .skip(1)
        .filter(|line| !line.trim().is_empty())
        .map(|line| line.len() - line.trim_start().len())
        .min()
        .unwrap_or(0);
    let lines: Vec<&str> = text
        .lines()
        .enumerate()
        .map(|(at, line)| if at == 0 { line.trim_start() } else { line.get(indent..).unwrap_or_default() })
        .map(str::trim_end)
        .collect();
    lines.join("\n").trim_matches('\n').to_owned()
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::*;

    #[test]
    fn docstrings() {
        expect![[r#"
            Gives one.

            ```dana
            >>> f()
            1
            ```

            More:
                indented"#]]
        .assert_eq(&markdown("\n    Gives one.\n\n    >>> f()\n    1\n\n    More:\n        indented\n    "));
    }
}
