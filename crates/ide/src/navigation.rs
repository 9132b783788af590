//! Where symbols are defined.

use danaide_analysis::occurrence::{Access, Symbol, module_name, occurrences, root_symbol};
use danaide_analysis::ty::{DefRef, ModuleType};
use danaide_analysis::{
    BindingKind, Db, Expr, File, FilePath, ItemData, ItemKind, Owner, RecordKind, SymbolKind, body_of, body_source_map,
    definition, definitions, item_name_range, item_source_map, item_tree, parse,
};
use danaide_syntax::{SyntaxKind, TextRange, TextSize};
use smol_str::SmolStr;

/// A place that a person may go to.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Target {
    pub file: File,
    /// The whole definition.
    pub range: TextRange,
    /// Its name, in `range`.
    pub name_range: TextRange,
    pub name: SmolStr,
    pub kind: TargetKind,
}

/// What a [`Target`] is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TargetKind {
    Symbol(SymbolKind),
    Parameter,
    Module,
}

/// The definitions of a symbol in the order of the text. None for what has no place, such as `public:x` that is never
/// given a value in `from`.
pub fn definitions_of(db: &dyn Db, symbol: &Symbol, from: File) -> Vec<Target> {
    let mut out = match symbol {
        Symbol::Local { file, owner, variable } => {
            let Some(of) = definitions(db, *file).get(owner) else { return Vec::new() };
            let (body, map) = (body_of(db, of), body_source_map(db, of));
            let mut bindings = body.bindings.iter().filter(|(_, it)| it.variable == *variable);
            bindings
                .find_map(|(id, binding)| {
                    let name_range = of.absolute(db, map.binding(id)?)?;
                    let kind = match binding.kind {
                        BindingKind::Param => TargetKind::Parameter,
                        BindingKind::Definition => TargetKind::Symbol(SymbolKind::Function),
                        _ => TargetKind::Symbol(SymbolKind::Variable),
                    };
                    let name = body.variables[*variable].name.clone();
                    // A receiver that is not written is the record it stands in.
                    if name_range.is_empty() {
                        return None;
                    }
                    Some(vec![Target { file: *file, range: name_range, name_range, name, kind }])
                })
                .unwrap_or_default()
        }
        Symbol::Item(def) => overloads(db, def).iter().filter_map(|it| item_target(db, it)).collect(),
        Symbol::Field { record, name } => field_target(db, record, name).into_iter().collect(),
        Symbol::Variable { file, name } => variable_target(db, *file, name).into_iter().collect(),
        Symbol::Module(module) => module_target(db, module).into_iter().collect(),
        Symbol::Scoped { .. } => {
            let mut out = Vec::new();
            for of in definitions(db, from).iter() {
                for it in occurrences(db, of).iter().filter(|it| it.symbol == *symbol && it.access != Access::Read) {
                    out.extend(of.absolute(db, it.place).map(|range| Target {
                        file: from,
                        range,
                        name_range: range,
                        name: symbol.name(db),
                        kind: TargetKind::Symbol(SymbolKind::Variable),
                    }));
                }
            }
            out
        }
    };
    out.sort_by_key(|it| it.name_range.start());
    if matches!(symbol, Symbol::Scoped { .. }) {
        out.truncate(1);
    }
    out
}

/// All definitions of a function's name at the top level of its module.
fn overloads(db: &dyn Db, def: &DefRef) -> Vec<DefRef> {
    if def.item.parent().is_some() || matches!(def.file.path(db), FilePath::Library(_)) {
        return vec![def.clone()];
    }
    let root = root_symbol(db, &Symbol::Item(def.clone()));
    let same = item_tree(db, def.file)
        .top_level()
        .filter(|it| it.name() == def.item.name())
        .map(|it| DefRef { file: def.file, item: it.id.clone() })
        .filter(|it| it == def || root_symbol(db, &Symbol::Item(it.clone())) == root)
        .collect::<Vec<_>>();
    if same.is_empty() { vec![def.clone()] } else { same }
}

/// The kind of an item as an outline shows it.
pub fn item_kind(db: &dyn Db, def: &DefRef) -> SymbolKind {
    let tree = item_tree(db, def.file);
    match tree.get(&def.item).map(|it| &it.data) {
        Some(ItemData::Callable(callable)) => match def.item.kind() {
            ItemKind::Workflow => SymbolKind::Workflow,
            _ if callable.receiver.is_some() || def.item.parent().is_some() => SymbolKind::Method,
            _ => SymbolKind::Function,
        },
        Some(ItemData::Record(record)) => match record.kind {
            RecordKind::Struct => SymbolKind::Struct,
            RecordKind::Resource => SymbolKind::Resource,
            RecordKind::AgentBlueprint => SymbolKind::AgentBlueprint,
            RecordKind::Interface => SymbolKind::Interface,
            RecordKind::Workflow => SymbolKind::Workflow,
        },
        Some(ItemData::Agent(agent)) if agent.is_blueprint => SymbolKind::AgentBlueprint,
        Some(ItemData::Agent(_)) => SymbolKind::Agent,
        Some(ItemData::Field(_)) => SymbolKind::Field,
        None => SymbolKind::Variable,
    }
}

/// Where an item stands.
pub fn item_target(db: &dyn Db, def: &DefRef) -> Option<Target> {
    let node = item_source_map(db, def.file).node(&def.item, &parse(db, def.file))?;
    let name_range = item_name_range(db, def)?;
    let last = std::iter::successors(node.last_token(), |it| it.prev_token()).find(|it| {
        !it.kind().is_trivia() && !matches!(it.kind(), SyntaxKind::NEWLINE | SyntaxKind::INDENT | SyntaxKind::DEDENT)
    });
    let end = last.map_or(node.text_range().end(), |it| it.text_range().end()).max(name_range.end());
    Some(Target {
        file: def.file,
        range: TextRange::new(node.text_range().start().min(name_range.start()), end),
        name_range,
        name: def.item.name().clone(),
        kind: TargetKind::Symbol(item_kind(db, def)),
    })
}

fn field_target(db: &dyn Db, record: &DefRef, name: &str) -> Option<Target> {
    let of = definition(db, record.file, &record.item)?;
    for it in occurrences(db, of).iter() {
        if let Symbol::Field { record: owner, name: field } = &it.symbol
            && it.is_definition
            && owner == record
            && field == name
        {
            let name_range = of.absolute(db, it.place)?;
            return Some(Target {
                file: record.file,
                range: name_range,
                name_range,
                name: name.into(),
                kind: TargetKind::Symbol(SymbolKind::Field),
            });
        }
    }
    None
}

fn variable_target(db: &dyn Db, file: File, name: &SmolStr) -> Option<Target> {
    let symbol = Symbol::Variable { file, name: name.clone() };
    let target = |range: TextRange| Target {
        file,
        range,
        name_range: range,
        name: name.clone(),
        kind: TargetKind::Symbol(SymbolKind::Variable),
    };
    let module = definitions(db, file).get(&Owner::Module)?;
    let first = occurrences(db, module)
        .iter()
        .filter(|it| it.symbol == symbol && it.access != Access::Read)
        .filter_map(|it| module.absolute(db, it.place))
        .min_by_key(|it| it.start());
    if let Some(first) = first {
        return Some(target(first));
    }
    // `global name` in a function.
    definitions(db, file).iter().find_map(|of| {
        let body = body_of(db, of);
        let is_here = body.exprs.iter().any(|(_, it)| matches!(it, Expr::BindGlobal(it) if it == name));
        let first = is_here.then(|| occurrences(db, of));
        let first = first?.iter().find(|it| it.symbol == symbol && it.access != Access::Read)?.place;
        of.absolute(db, first).map(target)
    })
}

/// The beginning of the file of a module; none for a folder without `__init__.na`.
pub fn module_target(db: &dyn Db, module: &ModuleType) -> Option<Target> {
    let start = TextRange::empty(TextSize::new(0));
    let file = module.file()?;
    Some(Target { file, range: start, name_range: start, name: module_name(db, module), kind: TargetKind::Module })
}
