//! The parts of the library that are written in Dana, compiled when a program first needs them, once in a process.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use danaide_analysis::library::LibraryFile;

use crate::bytecode::CodeModule;
use crate::lower;

/// What the interpreter itself calls; every run has it from the start.
pub(crate) const INTERNAL: &str = "library/internal.na";

/// A file of the library, compiled. Of its natives there is nothing: the interpreter knows them.
pub(crate) fn module(file: &'static LibraryFile) -> Arc<CodeModule> {
    static MODULES: LazyLock<Mutex<HashMap<&'static str, Arc<CodeModule>>>> = LazyLock::new(Mutex::default);
    let mut modules = MODULES.lock().unwrap_or_else(PoisonError::into_inner);
    modules
        .entry(file.path)
        .or_insert_with(|| {
            Arc::new(lower::lower_internal(file.name, file.text).unwrap_or_else(|errors| {
                unreachable!("{} compiles: {errors:?}", file.path);
            }))
        })
        .clone()
}

/// The loops that call methods of the data model, for programs that define some.
const DATA_MODEL: &str = "library/data_model.na";

fn is_of_data_model(name: &str) -> bool {
    name.len() > 4 && name.starts_with("__") && name.ends_with("__") && name != "__main__"
}

/// The other files that a program, or a file of the library, needs because it names what they implement.
pub(crate) fn needed_by(unit: &CodeModule) -> Vec<&'static LibraryFile> {
    let mut files: Vec<&'static LibraryFile> = Vec::new();
    // What the interpreter calls by itself is named in the same way.
    let is_needed = |name: &str| if unit.internal { name == "__getattr__" } else { is_of_data_model(name) };
    if unit.codes.iter().any(|code| is_needed(&code.name)) {
        files.extend(LibraryFile::by_path(DATA_MODEL));
    }
    for name in unit.codes.iter().flat_map(|code| code.builtin_names()).chain(unit.globals.iter().map(AsRef::as_ref)) {
        if let Some(file) = LibraryFile::implementing(name)
            && !(unit.internal && unit.name == file.name)
            && !files.iter().any(|known| known.path == file.path)
        {
            files.push(file);
        }
    }
    files
}

/// Does the library implement, in Dana, a name that every program sees?
pub(crate) fn defines(name: &str) -> bool {
    !name.starts_with('_') && LibraryFile::implementing(name).is_some()
}

#[cfg(test)]
mod tests {
    use danaide_analysis::library::FILES;

    use super::*;

    #[test]
    fn every_file_compiles() {
        for file in FILES {
            assert_eq!(&*module(file).source, file.text);
        }
    }
}
