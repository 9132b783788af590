//! Loads modules through the analysis database, where the editor finds them too.

use std::collections::HashMap;
use std::sync::Arc;

use danaide_analysis::{AnalysisHost, Db, File, FilePath, ResolvedModule, parse, resolve_module};
use danaide_syntax::{ColumnEncoding, LineIndex};
use smol_str::SmolStr;

use crate::bytecode::CodeModule;
use crate::loader::{LoadError, Loader, ModuleRequest};
use crate::lower::{self, LowerError};

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
        let parsed = parse(db, file);
        if !parsed.errors().is_empty() {
            return Err(parsed
                .errors()
                .iter()
                .map(|error| LowerError { message: error.message.clone(), range: error.range })
                .collect());
        }
        let module = Arc::new(lower::lower(&path.to_string(), name, file.text(db), &parsed.tree())?);
        self.modules.insert(path.clone(), module.clone());
        Ok(module)
    }
}

impl Loader for AnalysisLoader {
    fn load(&mut self, importer: &str, request: &ModuleRequest) -> Result<Arc<CodeModule>, LoadError> {
        let db = self.host.db();
        let importer = db.file(&FilePath::disk(importer));
        let names: Vec<SmolStr> = request.path.iter().map(SmolStr::from).collect();
        let name = request.path.join(".");
        let resolved = resolve_module(db, importer, request.dots, &names);
        // The interpreter has the modules of the library itself.
        let resolved =
            resolved.filter(|it| it.file().is_none_or(|file| !matches!(file.path(db), FilePath::Library(_))));
        match resolved {
            None => Err(LoadError::NotFound),
            Some(ResolvedModule::Package { folder, init: None }) => {
                // The name that its file would have: imports inside the folder are resolved from there.
                let path = FilePath::disk(folder.join("__init__.na"));
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
}

fn describe(path: &FilePath, text: &str, errors: &[LowerError]) -> String {
    let Some(first) = errors.first() else { return format!("{path} cannot be run") };
    let place = LineIndex::new(text).line_col(first.range.start(), ColumnEncoding::Utf32);
    format!("{path}:{}:{}: {}", place.line + 1, place.col + 1, first.message)
}
