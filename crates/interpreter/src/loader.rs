//! Where the VM gets imported modules from.

use std::sync::Arc;

use crate::bytecode::CodeModule;

/// What an import statement asks for.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ModuleRequest {
    /// The number of leading dots: 0 for an absolute import.
    pub dots: usize,
    /// The names of the path: `["a", "b"]` for `a.b`.
    pub path: Vec<String>,
}

impl ModuleRequest {
    /// As the program writes it.
    pub fn display(&self) -> String {
        format!("{}{}", ".".repeat(self.dots), self.path.join("."))
    }
}

/// Why a module could not be loaded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LoadError {
    /// No file answers to the request.
    NotFound,
    /// The file is there but cannot be compiled; the sentence says why and where.
    Broken(String),
    /// There is something, or the request makes no sense, but nothing can be loaded; the sentence says why.
    Unusable(String),
}

/// Finds and compiles modules.
pub trait Loader: Send {
    /// `importer` is the path of the file with the import. Two requests that mean the same file give modules with the
    /// same [`CodeModule::path`], by which the VM knows what it has loaded.
    fn load(&mut self, importer: &str, request: &ModuleRequest) -> Result<Arc<CodeModule>, LoadError>;

    /// The names of modules that a request with one name, which was not found, could have meant: for "did you mean".
    fn neighbours(&mut self, _importer: &str, _request: &ModuleRequest) -> Vec<String> {
        Vec::new()
    }
}

/// Knows no modules but those of the interpreter itself.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoModules;

impl Loader for NoModules {
    fn load(&mut self, _importer: &str, _request: &ModuleRequest) -> Result<Arc<CodeModule>, LoadError> {
        Err(LoadError::NotFound)
    }
}
