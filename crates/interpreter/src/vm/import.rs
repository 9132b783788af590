//! Imports at run time.

use danaide_analysis::library::LibraryFile;

use crate::bytecode::Reg;
use crate::exception_kind::{ExceptionKind, Raise, Res};
use crate::host::{Host, PythonAccess};
use crate::limits::Limit;
use crate::loader::{LoadError, ModuleRequest};
use crate::objects::{Module, Str};
use crate::ops;
use crate::value::{Ref, Value};

use super::call::Flow;
use super::execute::{Cx, Exit};
use super::machine::Machine;
use super::machine::OnReturn;
use super::{Silent, Vm};

/// Names that other modules cannot import. Those like `__version__` are for them.
pub(super) fn is_private(name: &str) -> bool {
    name.starts_with('_') && !name.starts_with("__")
}

impl Vm {
    /// Puts a module in a register of the top frame, or its body on top of it.
    pub(super) fn import(&mut self, host: &dyn Host, request: &ModuleRequest, dst: Reg) -> Res<()> {
        let importer = self
            .task
            .frames
            .last()
            .map(|frame| self.codes[frame.code.0 as usize].unit.path.clone())
            .unwrap_or_default();
        match self.import_from(&importer, request, dst) {
            Err(raise) if raise.kind() == ExceptionKind::ModuleNotFoundError && request.dots == 0 => {
                self.import_python(host.python(), &importer, request, &raise, dst)
            }
            done => done,
        }
    }

    /// A module that is none of Dana's may be one of Python.
    fn import_python(
        &mut self,
        access: PythonAccess,
        importer: &str,
        request: &ModuleRequest,
        missing: &Raise,
        dst: Reg,
    ) -> Res<()> {
        let message = missing.message();
        match access {
            PythonAccess::None => return Err(missing.clone()),
            PythonAccess::Refused => {
                let is_told = message.contains("Did you mean") || message.contains("module of Python");
                let hint = if is_told { "" } else { "; a module of Python needs --allow python" };
                return Err(Raise::new(ExceptionKind::ModuleNotFoundError, format!("{message}{hint}")));
            }
            PythonAccess::Granted => {}
        }
        let heap = &mut self.machine.heap;
        let arguments = [request.display(), importer.to_owned(), message.to_owned()].map(|text| heap.new_str(text));
        let task = &mut self.task;
        let mut cx = Cx { codes: &self.codes, m: &mut self.machine, task, host: &mut Silent };
        if let Flow::Exit(Exit::Start(mut task)) =
            cx.call_prelude("__import_python__", &arguments, OnReturn::Store(dst))?
        {
            task.is_awaited = true;
            self.begin(task);
        }
        Ok(())
    }

    fn import_from(&mut self, importer: &str, request: &ModuleRequest, dst: Reg) -> Res<()> {
        // What the library imports is the library's own.
        if importer.starts_with("library/") {
            return self.import_library(importer, request, dst);
        }
        match self.loader.load(importer, request) {
            Ok(unit) => {
                if let Some(&module) = self.machine.modules.get(&unit.path) {
                    self.store(dst, Value::Module(module));
                    return Ok(());
                }
                self.check_depth()?;
                let (code, module) = self.load(unit);
                self.start(code, module, OnReturn::StoreModule(dst));
                Ok(())
            }
            Err(LoadError::NotFound) => self.import_library(importer, request, dst),
            Err(LoadError::Broken(reason)) => Err(Raise::new(ExceptionKind::SyntaxError, reason)),
            Err(LoadError::Unusable(reason)) => Err(Raise::new(ExceptionKind::ImportError, reason)),
        }
    }

    fn check_depth(&self) -> Res<()> {
        if self.task.frames.len() < self.machine.limits.depth {
            return Ok(());
        }
        Err(Raise::limit(
            Limit::Depth,
            format!("maximum recursion depth of {} calls exceeded", self.machine.limits.depth),
        ))
    }

    #[cold]
    fn no_module(&mut self, importer: &str, request: &ModuleRequest) -> Raise {
        let mut message = format!("No module named '{}'", request.display());
        if let (0, Some(hint)) = (request.dots, request.path.first().and_then(|name| instead_of(name))) {
            message.push_str(&format!(": it is a module of Python; {hint}"));
        } else if let [name] = request.path.as_slice() {
            let known = self.loader.neighbours(importer, request);
            let library = crate::modules::MODULES.iter().map(|module| module.name).filter(|_| request.dots == 0);
            if let Some(nearest) = danaide_analysis::nearest(name, known.iter().map(String::as_str).chain(library)) {
                message.push_str(&format!(". Did you mean: '{nearest}'?"));
            }
        }
        Raise::new(ExceptionKind::ModuleNotFoundError, message)
    }

    /// Imports a module of the library: its natives, and what its file implements in Dana.
    fn import_library(&mut self, importer: &str, request: &ModuleRequest, dst: Reg) -> Res<()> {
        let (0, [name]) = (request.dots, request.path.as_slice()) else {
            return Err(self.no_module(importer, request));
        };
        let Some(file) = LibraryFile::module(name) else { return Err(self.no_module(importer, request)) };
        let path = format!("<{name}>");
        if let Some(&module) = self.machine.modules.get(&path) {
            self.store(dst, Value::Module(module));
            return Ok(());
        }
        if let Some(module) = self.machine.native_module(name) {
            self.store(dst, Value::Module(module));
            return Ok(());
        }
        self.check_depth()?;
        let (code, module) = self.load(crate::prelude::module(file));
        self.machine.add_natives(module, name);
        self.start(code, module, OnReturn::StoreModule(dst));
        Ok(())
    }

    /// `from package import name` where the package has no such name: a module of the package, if it has one.
    pub(super) fn import_member(&mut self, package: Ref<Module>, name: Ref<Str>, dst: Reg) -> Res<()> {
        let heap = &self.machine.heap;
        let path = heap.str(heap.modules[package].path).to_owned();
        let text = heap.str(name).to_owned();
        if is_private(&text) && heap.modules[package].get(name).is_some() {
            let module = heap.str(heap.modules[package].name);
            return Err(Raise::new(
                ExceptionKind::ImportError,
                format!("cannot import name '{text}' from '{module}': names starting with '_' are private"),
            ));
        }
        // Only a folder has modules: one with a file for itself, or one without.
        let is_package = path.ends_with("__init__.na") || !path.ends_with(".na");
        if is_package && !path.starts_with('<') {
            let request = ModuleRequest { dots: 1, path: vec![text.clone()] };
            match self.import_from(&path, &request, dst) {
                Err(raise) if raise.kind() == ExceptionKind::ModuleNotFoundError => {}
                Err(raise) => return Err(raise),
                Ok(()) => {
                    // The package has the module from now on; if its body fails, it is taken out again.
                    if let Some(module) = self.imported(dst) {
                        self.machine.heap.modules[package].set(name, Value::Module(module));
                    }
                    return Ok(());
                }
            }
        }
        let module_name = self.machine.heap.str(self.machine.heap.modules[package].name);
        if self.task.is_loading(package) {
            return Err(Raise::new(
                ExceptionKind::ImportError,
                format!(
                    "cannot import name '{text}' from partially initialized module '{module_name}' \
                     (most likely due to a circular import)"
                ),
            ));
        }
        let object = &self.machine.heap.modules[package];
        let known = object.names.iter().map(|name| self.machine.heap.str(*name));
        let hint = danaide_analysis::nearest(&text, known)
            .map(|nearest| format!(". Did you mean: '{nearest}'?"))
            .unwrap_or_default();
        Err(Raise::new(ExceptionKind::ImportError, format!("cannot import name '{text}' from '{module_name}'{hint}")))
    }

    /// The module that an import has just put in a register, or whose body it has put on top.
    fn imported(&self, dst: Reg) -> Option<Ref<Module>> {
        let task = &self.task;
        let frame = task.frames.last()?;
        if let OnReturn::StoreModule(_) = frame.on_return
            && frame.pc == 0
        {
            return Some(frame.module);
        }
        match task.stack.get(frame.base as usize + usize::from(dst)) {
            Some(Value::Module(module)) => Some(*module),
            _ => None,
        }
    }

    fn store(&mut self, dst: Reg, value: Value) {
        let task = &mut self.task;
        if let Some(frame) = task.frames.last() {
            task.stack[frame.base as usize + usize::from(dst)] = value;
        }
    }
}

impl Machine {
    /// A module of the library that has natives only; none if there is no such module.
    pub(super) fn native_module(&mut self, name: &str) -> Option<Ref<Module>> {
        LibraryFile::module(name).filter(|file| file.implements.is_empty())?;
        let path = format!("<{name}>");
        if let Some(&module) = self.modules.get(&path) {
            return Some(module);
        }
        let module = Module {
            name: self.heap.intern(name),
            path: self.heap.intern(&path),
            slots: Vec::new(),
            names: Vec::new(),
            index: Default::default(),
            exports: None,
        };
        let module = self.heap.alloc(module);
        self.modules.insert(path, module);
        self.add_natives(module, name);
        Some(module)
    }

    fn add_natives(&mut self, module: Ref<Module>, name: &str) {
        for (name, value) in crate::modules::members(&mut self.heap, name).unwrap_or_default() {
            let name = self.heap.intern(name);
            self.heap.modules[module].set(name, value);
        }
    }
}

/// What takes the place of a module of Python that is not part of the library.
fn instead_of(name: &str) -> Option<&'static str> {
    Some(match name {
        "os" | "pathlib" | "shutil" | "glob" | "io" => "`path` and `files` have what deals with files here",
        "typing" | "typing_extensions" | "types" | "abc" => "types need no import: write `list[int]`, `A | B`, `any`",
        "dataclasses" | "collections.abc" | "enum" => "`struct` defines a record",
        "asyncio" | "threading" | "concurrent" | "multiprocessing" => "a call waits by itself, without `await`",
        "logging" => "`log(message, level)` writes to the log",
        "copy" => "`list(x)` and `dict(x)` copy",
        "requests" | "urllib" | "httpx" => "a resource reaches the network: `use(…)`",
        "sys" => "`exit(code)` ends the program, `__main__(…)` gets its arguments",
        _ => return None,
    })
}

impl Cx<'_> {
    /// `from m import *`: the names that the module exports, else all that do not start with `_`.
    pub(super) fn import_star(&mut self, from: Ref<Module>, into: Ref<Module>) -> Res<()> {
        let exports = self.m.names.exports;
        let heap = &mut self.m.heap;
        let listed: Option<Vec<Ref<Str>>> = match heap.modules[from].get(exports) {
            Some(list) => {
                let items = ops::collect(heap, list)?;
                Some(
                    items
                        .into_iter()
                        .filter_map(|item| match item {
                            Value::Str(name) => Some(name),
                            _ => None,
                        })
                        .collect(),
                )
            }
            None => heap.modules[from].exports.clone(),
        };
        let names = listed.unwrap_or_else(|| {
            let module = &heap.modules[from];
            module.names.iter().copied().filter(|name| !heap.str(*name).starts_with('_')).collect()
        });
        for name in names {
            // Names in lists that programs make are not the interned ones.
            let text = heap.str(name).to_owned();
            let name = heap.intern(&text);
            match heap.modules[from].get(name) {
                Some(value) => heap.modules[into].set(name, value),
                None if heap.modules[from].index.contains_key(&name) => {}
                None => {
                    return Err(Raise::new(
                        ExceptionKind::ImportError,
                        format!("module '{}' exports '{text}' but has no such name", heap.str(heap.modules[from].name)),
                    ));
                }
            }
        }
        Ok(())
    }
}
