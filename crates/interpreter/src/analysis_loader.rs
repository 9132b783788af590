//! Loads modules through the analysis database, where the editor finds them too.

use std::collections::HashMap;
use std::sync::Arc;

use danaide_analysis::{AnalysisHost, Db, File, FileContents, FilePath, ResolvedModule, parse, resolve_module};
use danaide_syntax::{ColumnEncoding, LineIndex, TextRange};
use smol_str::SmolStr;

use crate::bytecode::CodeModule;
use crate::loader::{LoadError, Loader, ModuleRequest};
use crate::lower::{self, FileTasks, LowerError};

/// Finds modules as the analysis does, and compiles each file once.
pub struct AnalysisLoader {
    host: AnalysisHost,
    modules: HashMap<FilePath, Arc<CodeModule>>,
}

impl AnalysisLoader {
    pub fn new(host: AnalysisHost) -> AnalysisLoader {
        AnalysisLoader { host, modules: HashMap::new() }
    }

    pub fn host(&self) -> &AnalysisHost {
        &self.host
    }

    /// The compiled file that a run starts from. Of a file that cannot run, what is wrong with it, syntax errors first.
    pub fn compile(&mut self, path: &FilePath) -> Result<Arc<CodeModule>, Vec<LowerError>> {
        let file = self.host.file(path);
        self.compile_file(file, path, "__main__")
    }

    fn compile_file(&mut self, file: File, path: &FilePath, name: &str) -> Result<Arc<CodeModule>, Vec<LowerError>> {
        if let Some(module) = self.modules.get(path) {
            return Ok(module.clone());
        }
        let db = self.host.db();
        if let Some(error) = unreadable(file.contents(db)) {
            return Err(vec![error]);
        }
        let parsed = parse(db, file);
        if !parsed.errors().is_empty() {
            return Err(parsed
                .errors()
                .iter()
                .map(|error| LowerError { message: error.message.clone(), range: error.range })
                .collect());
        }
        let tasks = FileTasks::of_file(db, file);
        let module = Arc::new(lower::lower_with(&path.to_string(), name, file.text(db), &parsed.tree(), &tasks)?);
        self.modules.insert(path.clone(), module.clone());
        Ok(module)
    }
}

impl AnalysisLoader {
    /// The name of the module that is asked for, from the outermost package on.
    fn dotted_name(&self, importer: &str, request: &ModuleRequest) -> Result<String, LoadError> {
        let mut names: Vec<&str> = Vec::new();
        if request.dots > 0
            && let Some(module) = self.modules.get(&FilePath::disk(importer))
            && module.name != "__main__"
        {
            names.extend(module.name.split('.'));
            if !importer.ends_with("__init__.na") {
                names.pop();
            }
            let up = request.dots - 1;
            // What stands beside the outermost package can be meant: the search is one of folders.
            if !names.is_empty() && up > names.len() {
                return Err(LoadError::Unusable("attempted relative import beyond top-level package".into()));
            }
            names.truncate(names.len().saturating_sub(up));
        }
        names.extend(request.path.iter().map(String::as_str));
        Ok(names.join("."))
    }
}

/// Why a file's contents are no program text.
fn unreadable(contents: &FileContents) -> Option<LowerError> {
    let (message, at) = match contents {
        FileContents::Text(_) | FileContents::Missing => return None,
        FileContents::Lossy { first_replacement, .. } => {
            ("the file is not UTF-8 from here on; save it in the encoding UTF-8".to_owned(), *first_replacement)
        }
        FileContents::Unreadable(why) => (format!("the file cannot be read: {why}"), 0),
        FileContents::TooLong(length) => (format!("the file is too long: {length} bytes"), 0),
    };
    Some(LowerError { message, range: TextRange::empty(at.into()) })
}

impl Loader for AnalysisLoader {
    fn load(&mut self, importer_path: &str, request: &ModuleRequest) -> Result<Arc<CodeModule>, LoadError> {
        let db = self.host.db();
        let importer = db.file(&FilePath::disk(importer_path));
        let names: Vec<SmolStr> = request.path.iter().map(SmolStr::from).collect();
        let name = self.dotted_name(importer_path, request)?;
        let resolved = resolve_module(db, importer, request.dots, &names);
        // The interpreter has the modules of the library itself.
        let resolved =
            resolved.filter(|it| it.file().is_none_or(|file| !matches!(file.path(db), FilePath::Library(_))));
        match resolved {
            None => Err(LoadError::NotFound),
            Some(ResolvedModule::Package { folder, init: None }) => {
                // The name that its file would have: imports inside the folder are resolved from there.
                let path = FilePath::disk(folder.join("__init__.na"));
                let name = if name.is_empty() { folder.file_name().unwrap_or_default().to_owned() } else { name };
                let empty = danaide_syntax::parse("");
                let module = lower::lower(&path.to_string(), &name, "", &empty.tree())
                    .map(Arc::new)
                    .map_err(|_| LoadError::NotFound)?;
                Ok(self.modules.entry(path).or_insert(module).clone())
            }
            Some(ResolvedModule::Package { init: Some(file), .. } | ResolvedModule::File(file)) => {
                let path = file.path(db).clone();
                self.compile_file(file, &path, &name).map_err(|errors| {
                    let text = file.text(self.host.db());
                    LoadError::Broken(describe(&path, text, &errors))
                })
            }
        }
    }

    fn neighbours(&mut self, importer: &str, request: &ModuleRequest) -> Vec<String> {
        let db = self.host.db();
        let importer = FilePath::disk(importer);
        let folder = importer.folder().and_then(|folder| folder.ancestors().nth(request.dots.saturating_sub(1)));
        let roots = db.roots();
        let (workspace, search_path) = (roots.workspace(db), roots.search_path(db));
        let others = roots
            .program(db)
            .iter()
            .chain(workspace)
            .chain(search_path)
            .map(|path| path.as_path())
            .filter(|_| request.dots == 0);
        let mut names = Vec::new();
        for folder in folder.into_iter().chain(others) {
            for entry in db.file_system().list(folder).unwrap_or_default() {
                match entry.name.strip_suffix(".na") {
                    Some(name) => names.push(name.to_owned()),
                    None if entry.is_folder => names.push(entry.name.to_string()),
                    None => {}
                }
            }
        }
        names
    }
}

fn describe(path: &FilePath, text: &str, errors: &[LowerError]) -> String {
    let Some(first) = errors.first() else { return format!("{path} cannot be run") };
    let place = LineIndex::new(text).line_col(first.range.start(), ColumnEncoding::Utf32);
    format!("{path}:{}:{}: {}", place.line + 1, place.col + 1, first.message)
}
