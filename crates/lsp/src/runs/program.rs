//! A program about to run: the texts as they are in the editor, and what of it is called.

use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};
use danaide_analysis::ty::DefRef;
use danaide_analysis::{
    AnalysisHost, Change, File, FilePath, FileSystem, ItemData, Parameter, item_name_range, item_tree, nearest,
    text_diagnostics,
};
use danaide_interpreter::Data;
use danaide_syntax::TextRange;
use danaide_syntax::ast::ParamKind;
use lsp_types::Url;
use serde_json::{Map, Value};

use super::selection::Selected;
use super::values;
use crate::convert::file_path;

/// The open documents at one moment, and where modules are searched.
#[derive(Debug, Clone, Default)]
pub(crate) struct Texts {
    pub(crate) open: Vec<(Url, i32, Arc<str>)>,
    pub(crate) workspace: Vec<Utf8PathBuf>,
    pub(crate) search_path: Vec<Utf8PathBuf>,
}

impl Texts {
    pub(crate) fn get(&self, uri: &Url) -> Option<(i32, &Arc<str>)> {
        self.open.iter().find(|(open, ..)| open == uri).map(|(_, version, text)| (*version, text))
    }
}

/// What of a program runs, after the statements of its file.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Work {
    /// `__main__`, if there is one.
    Main(Vec<(String, Data)>),
    Function {
        name: String,
        positional: Vec<Data>,
        named: Vec<(String, Data)>,
    },
    /// Nothing more; with the variable that has the value of a selected expression.
    Statements {
        value: Option<&'static str>,
    },
    /// Functions with the places of their names.
    Tests(Vec<(String, TextRange)>),
}

/// A program with an analysis of its own: what it does disturbs no editing, and edits do not disturb it.
#[derive(Debug)]
pub(crate) struct Program {
    pub(crate) host: AnalysisHost,
    pub(crate) path: FilePath,
    file: File,
    /// The folder that relative paths start in, and below which the program may read.
    pub(crate) folder: Utf8PathBuf,
}

impl Program {
    /// Of a selection only that part is the document's text.
    pub(crate) fn new(
        file_system: Arc<dyn FileSystem>,
        texts: &Texts,
        uri: &Url,
        selected: Option<&Selected>,
    ) -> Result<Self, String> {
        let path = file_path(uri);
        if let FilePath::Library(_) = path {
            return Err("a file of the library is no program; run a file of your own that imports it".into());
        }
        let folder = match path.folder() {
            Some(folder) => folder.to_owned(),
            // A document without a place may read in the workspace; without one, nowhere.
            None => texts.workspace.first().cloned().unwrap_or_else(|| Utf8PathBuf::from("/no-such-folder")),
        };
        let mut host = AnalysisHost::new(file_system);
        let (workspace, search_path) = (texts.workspace.clone(), texts.search_path.clone());
        host.apply_change(Change::Roots { workspace, search_path });
        host.apply_change(Change::Program(Some(folder.clone())));
        for (open, _, text) in &texts.open {
            let text =
                if open == uri { selected.map_or(text.clone(), |it| it.text.as_str().into()) } else { text.clone() };
            host.apply_change(Change::Open { path: file_path(open), text });
        }
        if let (None, Some(selected)) = (texts.get(uri), selected) {
            host.apply_change(Change::Open { path: path.clone(), text: selected.text.as_str().into() });
        }
        let file = host.file(&path);
        if !file.exists(host.db()) {
            return Err(format!("there is no file {path}; save it, or open it in the editor"));
        }
        Ok(Self { host, path, file, folder })
    }

    /// What keeps the file from running: code, message and range of the first thing, and how many more there are.
    pub(crate) fn problem(&self) -> Option<(String, String, TextRange)> {
        let found = text_diagnostics(self.host.db(), self.file);
        let first = found.first()?;
        let more = match found.len() - 1 {
            0 => String::new(),
            1 => " (and 1 more error)".to_owned(),
            n => format!(" (and {n} more errors)"),
        };
        Some((first.code.as_str().to_owned(), format!("{}{more}", first.message), first.range))
    }

    /// The parameters of a function of the file.
    fn parameters(&self, name: &str) -> Option<Vec<Parameter>> {
        let tree = item_tree(self.host.db(), self.file);
        let item = tree.top_level().filter(|it| it.name() == name).last()?;
        match &item.data {
            ItemData::Callable(callable) if callable.receiver.is_none() => Some(callable.params.clone()),
            _ => None,
        }
    }

    /// The call of `__main__` with these arguments.
    pub(crate) fn main(&self, arguments: &Map<String, Value>) -> Result<Work, String> {
        let Some(parameters) = self.parameters("__main__") else {
            return match arguments.keys().next() {
                None => Ok(Work::Main(Vec::new())),
                Some(name) => Err(format!("the file defines no `__main__` that could take the argument `{name}`")),
            };
        };
        named("__main__", &parameters, arguments).map(Work::Main)
    }

    /// The call of a function with these arguments.
    pub(crate) fn function(&self, name: &str, arguments: &Map<String, Value>) -> Result<Work, String> {
        if name == "__main__" {
            return self.main(arguments);
        }
        let Some(parameters) = self.parameters(name) else {
            let tree = item_tree(self.host.db(), self.file);
            let is_function = |it: &&danaide_analysis::Item| matches!(it.data, ItemData::Callable(_));
            let known: Vec<&str> = tree.top_level().filter(is_function).map(|it| it.name().as_str()).collect();
            return Err(match nearest(name, known.iter().copied()) {
                Some(other) => format!("the file has no function `{name}`; did you mean `{other}`?"),
                None => {
                    format!("the file has no function `{name}` that can be called; methods and inner functions cannot")
                }
            });
        };
        let name = name.to_owned();
        // A workflow without parameters takes what goes through it by position.
        if parameters.is_empty() && arguments.len() == 1 {
            let positional = arguments.values().map(|it| values::argument(it, None)).collect();
            return Ok(Work::Function { name, positional, named: Vec::new() });
        }
        let named = named(&name, &parameters, arguments)?;
        Ok(Work::Function { name, positional: Vec::new(), named })
    }

    /// All tests of the file, or the one of a name.
    pub(crate) fn tests(&self, name: Option<&str>) -> Result<Work, String> {
        let (db, tree) = (self.host.db(), item_tree(self.host.db(), self.file));
        let is_test = |it: &&danaide_analysis::Item| {
            matches!(&it.data, ItemData::Callable(callable) if callable.receiver.is_none())
                && name.map_or(it.name().starts_with("test_"), |name| it.name() == name)
        };
        let mut tests: Vec<(String, TextRange)> = Vec::new();
        for item in tree.top_level().filter(is_test) {
            let range = item_name_range(db, &DefRef { file: self.file, item: item.id.clone() }).unwrap_or_default();
            // A later definition of the same name hides the one before.
            tests.retain(|(known, _)| known != item.name());
            tests.push((item.name().to_string(), range));
        }
        match (tests.is_empty(), name) {
            (false, _) => Ok(Work::Tests(tests)),
            (true, Some(name)) => Err(format!("the file has no function `{name}`")),
            (true, None) => Err("the file has no tests: functions whose names start with `test_`".into()),
        }
    }

    /// Grants as the settings have them, with relative folders below the workspace.
    pub(crate) fn grants(allow: &[String], workspace: Option<&Utf8Path>) -> Vec<String> {
        let absolute = |grant: &String| match (grant.strip_prefix("fs="), workspace) {
            (Some(path), Some(workspace)) if !path.is_empty() => format!("fs={}", workspace.join(path)),
            _ => grant.clone(),
        };
        allow.iter().map(absolute).collect()
    }
}

/// The arguments in the order they were given.
fn named(function: &str, parameters: &[Parameter], given: &Map<String, Value>) -> Result<Vec<(String, Data)>, String> {
    let takes_any = parameters.iter().any(|it| it.kind == ParamKind::Named);
    let known = || parameters.iter().filter(|it| it.kind == ParamKind::Normal);
    let mut out = Vec::new();
    for (name, value) in given {
        let parameter = known().find(|it| it.name == name.as_str());
        if parameter.is_none() && !takes_any {
            let names: Vec<String> = known().map(|it| format!("`{}`", it.name)).collect();
            let names = if names.is_empty() { "none".to_owned() } else { names.join(", ") };
            return Err(format!("`{function}` has no parameter `{name}`; it has {names}"));
        }
        out.push((name.clone(), values::argument(value, parameter.and_then(|it| it.ty.as_deref()))));
    }
    let missing: Vec<String> = known()
        .filter(|it| it.default.is_none() && !given.contains_key(it.name.as_str()))
        .map(|it| format!("`{}`", it.name))
        .collect();
    match missing.as_slice() {
        [] => Ok(out),
        [one] => Err(format!("`{function}` needs the argument {one}")),
        _ => Err(format!("`{function}` needs the arguments {}", missing.join(", "))),
    }
}
