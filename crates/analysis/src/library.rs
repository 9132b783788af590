//! The library: what comes with the language, declared in Dana. The interpreter, hover, completion and the documents
//! all read this one table.
//!
//! A declaration whose body is `...` is a *native*: the interpreter holds its implementation. One with another body is
//! its own implementation. The files are parsed when somebody first asks for a declaration; running a program does not.

mod declarations;
#[cfg(test)]
mod tests;

use std::sync::LazyLock;

use danaide_syntax::TextRange;
use rustc_hash::FxHashMap;
use smol_str::SmolStr;

use crate::Parameter;

/// What a library file is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LibraryKind {
    /// Names that every program sees.
    Builtins,
    /// A builtin type: a function of the type's name that makes values of it, and its methods.
    Type,
    /// A module to import.
    Module,
    /// What only the interpreter itself calls.
    Internal,
}

/// A file of the library.
#[derive(Debug, PartialEq, Eq)]
pub struct LibraryFile {
    pub kind: LibraryKind,
    /// Of a module or a type, its name.
    pub name: &'static str,
    /// `library/math.na`: also how a [`FilePath::Library`](crate::FilePath::Library) spells it.
    pub path: &'static str,
    pub text: &'static str,
    /// The names at its top level that it implements in Dana, sorted.
    pub implements: &'static [&'static str],
}

macro_rules! library_files {
    ($($kind:ident $name:literal $path:literal [$($implements:literal),*],)*) => {
        /// Every file of the library.
        pub static FILES: &[LibraryFile] = &[$(LibraryFile {
            kind: LibraryKind::$kind,
            name: $name,
            path: concat!("library/", $path),
            text: include_str!(concat!("library/", $path)),
            implements: &[$($implements),*],
        }),*];
    };
}

library_files! {
    Builtins "builtins" "builtins.na" [],
    Builtins "functional" "functional.na" ["case", "filter", "map"],
    Builtins "resilience" "resilience.na" ["__check_attempts__", "__retrying__", "poet", "retry"],
    Builtins "tasks" "tasks.na" ["__check_circles__", "__check_limit__", "__check_time__", "__is_plan__", "__is_reference__", "__plan_field__", "__plan_step__", "__plan_steps__", "__plan_value__", "__result_or_cancel__", "__timed__", "pmap", "run_plan", "timeout"],
    Builtins "workflows" "workflows.na" ["FSM", "__call_workflow__", "__init_workflow__", "__run_workflow__"],
    Builtins "exceptions" "exceptions.na" [],
    Type "str" "types/str.na" [],
    Type "bytes" "types/bytes.na" [],
    Type "list" "types/list.na" [],
    Type "tuple" "types/tuple.na" [],
    Type "range" "types/range.na" [],
    Type "slice" "types/slice.na" [],
    Type "dict" "types/dict.na" [],
    Type "set" "types/set.na" [],
    Type "frozenset" "types/frozenset.na" [],
    Type "bool" "types/bool.na" [],
    Type "int" "types/int.na" [],
    Type "float" "types/float.na" [],
    Type "type" "types/type.na" [],
    Module "datetime" "datetime.na" [],
    Module "env" "env.na" ["get"],
    Module "files" "files.na" [],
    Module "http" "http.na" ["Response", "delete", "get", "head", "patch", "post", "put", "request"],
    Module "itertools" "itertools.na" [],
    Module "json" "json.na" [],
    Module "math" "math.na" [],
    Module "mcp" "mcp.na" ["Server", "_arguments", "_function", "_is_taken", "_plain", "_signature", "_type", "connect"],
    Module "path" "path.na" [],
    Module "plans" "plans.na" ["_described", "_read", "make", "schema"],
    Module "process" "process.na" ["Completed", "run"],
    Module "python" "python.na" ["Object", "_do", "_given", "_taken", "load"],
    Module "random" "random.na" [],
    Module "re" "re.na" [],
    Module "store" "store.na" ["Store", "open"],
    Module "time" "time.na" [],
    Internal "internal" "internal.na" [],
    Internal "data_model" "data_model.na" ["__add_all__", "__all__", "__all_of__", "__answer_all__", "__any__", "__contains_item__", "__count_of__", "__equal_items__", "__format_coded__", "__index_of__", "__iterator_by_index__", "__iterator_of__", "__largest__", "__merge_sort__", "__merge_sorted__", "__next_or__", "__put_all__", "__reversed_by_index__", "__smallest__", "__sum__"],
}

impl LibraryFile {
    /// The file of a path such as `library/math.na`.
    pub fn by_path(path: &str) -> Option<&'static LibraryFile> {
        FILES.iter().find(|file| file.path == path)
    }

    /// The file of a module that programs import.
    pub fn module(name: &str) -> Option<&'static LibraryFile> {
        FILES.iter().find(|file| file.kind == LibraryKind::Module && file.name == name)
    }

    /// The file that implements, in Dana, a name that every program sees.
    pub fn implementing(name: &str) -> Option<&'static LibraryFile> {
        FILES.iter().find(|file| {
            matches!(file.kind, LibraryKind::Builtins | LibraryKind::Internal)
                && file.implements.binary_search(&name).is_ok()
        })
    }
}

/// What a declaration declares.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DeclarationKind {
    Function,
    /// A method of a builtin type, or of a record of the library.
    Method,
    /// A method that is called on the type itself: `dict.fromkeys`.
    ClassMethod,
    /// A builtin type, with the parameters of a call that makes a value of it.
    Type,
    /// A record type, exceptions included.
    Record,
    Constant,
}

/// A name of the library with all that a reader wants to know of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Declaration {
    pub kind: DeclarationKind,
    pub name: SmolStr,
    /// Of a method, the type that has it.
    pub owner: Option<SmolStr>,
    /// As a program would be told: `sum(iterable: any, /, start: any = 0) -> any`, `pi: float`. Without the receiver.
    pub signature: String,
    /// Marks (`/`, `*`) included, the receiver not. Empty for what is not called.
    pub params: Vec<Parameter>,
    pub return_type: Option<SmolStr>,
    /// The docstring with the indentation of its lines taken off; its first line is one sentence.
    pub doc: String,
    /// Does the interpreter hold the implementation?
    pub is_native: bool,
    pub file: &'static LibraryFile,
    /// Where the name stands in the file.
    pub name_range: TextRange,
}

impl Declaration {
    /// The first line of the docstring.
    pub fn summary(&self) -> &str {
        self.doc.lines().next().unwrap_or_default()
    }

    /// Is the name one that programs see? Names that start with `_` are not, but for those of Python that do.
    pub fn is_public(&self) -> bool {
        self.file.kind != LibraryKind::Internal && (!self.name.starts_with('_') || self.is_native)
    }
}

/// The declarations of one file.
#[derive(Debug)]
pub struct LibraryUnit {
    pub file: &'static LibraryFile,
    /// The docstring of the file.
    pub doc: String,
    /// In the order of the file.
    pub declarations: Vec<Declaration>,
}

/// All declarations of the library.
#[derive(Debug)]
pub struct Library {
    units: Vec<LibraryUnit>,
    /// Unit and place in it, by the name of what every program sees.
    builtins: FxHashMap<SmolStr, (usize, usize)>,
    /// The same by type and method.
    methods: FxHashMap<(SmolStr, SmolStr), (usize, usize)>,
}

/// The library, parsed when it is first asked for.
pub fn library() -> &'static Library {
    static LIBRARY: LazyLock<Library> = LazyLock::new(|| Library::new(declarations::units()));
    &LIBRARY
}

impl Library {
    fn new(units: Vec<LibraryUnit>) -> Library {
        let mut builtins = FxHashMap::default();
        let mut methods = FxHashMap::default();
        for (at, unit) in units.iter().enumerate() {
            for (index, it) in unit.declarations.iter().enumerate().filter(|(_, it)| it.is_public()) {
                match &it.owner {
                    Some(owner) => {
                        methods.insert((owner.clone(), it.name.clone()), (at, index));
                    }
                    None if matches!(unit.file.kind, LibraryKind::Builtins | LibraryKind::Type) => {
                        builtins.insert(it.name.clone(), (at, index));
                    }
                    None => {}
                }
            }
        }
        Library { units, builtins, methods }
    }

    /// Every file with its declarations.
    pub fn units(&self) -> &[LibraryUnit] {
        &self.units
    }

    /// The modules that programs import.
    pub fn modules(&self) -> impl Iterator<Item = &LibraryUnit> {
        self.units.iter().filter(|unit| unit.file.kind == LibraryKind::Module)
    }

    /// A module and what it has.
    pub fn module(&self, name: &str) -> Option<&LibraryUnit> {
        self.modules().find(|unit| unit.file.name == name)
    }

    /// What a module has under a name.
    pub fn member(&self, module: &str, name: &str) -> Option<&Declaration> {
        self.module(module)?.declarations.iter().find(|it| it.owner.is_none() && it.name == name)
    }

    /// What every program sees: functions, types, exceptions.
    pub fn builtins(&self) -> impl Iterator<Item = &Declaration> {
        self.public()
            .filter(|it| it.owner.is_none() && matches!(it.file.kind, LibraryKind::Builtins | LibraryKind::Type))
    }

    /// What every program sees under a name.
    pub fn builtin(&self, name: &str) -> Option<&Declaration> {
        self.builtins.get(name).and_then(|&at| self.at(at))
    }

    /// The methods of a builtin type or a record of the library.
    pub fn methods<'a>(&'a self, owner: &'a str) -> impl Iterator<Item = &'a Declaration> {
        self.public().filter(move |it| it.owner.as_deref() == Some(owner))
    }

    pub fn method(&self, owner: &str, name: &str) -> Option<&Declaration> {
        self.methods.get(&(owner.into(), name.into())).and_then(|&at| self.at(at))
    }

    fn at(&self, (unit, index): (usize, usize)) -> Option<&Declaration> {
        self.units.get(unit)?.declarations.get(index)
    }

    fn public(&self) -> impl Iterator<Item = &Declaration> {
        self.units.iter().flat_map(|unit| &unit.declarations).filter(|it| it.is_public())
    }
}
