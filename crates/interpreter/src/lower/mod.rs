//! From the syntax tree to bytecode: names become registers, cells, captures and global slots.

mod assign;
mod builder;
mod call;
mod comprehension;
mod control;
mod expr;
mod function;
mod import;
mod library_tasks;
mod literal;
mod names;
mod pipeline;
mod record;
mod stmt;
mod tasks;
mod types;

use std::rc::Rc;
use std::sync::Arc;

use danaide_syntax::ast::{self, AstNode};
use danaide_syntax::{LineIndex, SyntaxNode, TextRange};
use rustc_hash::{FxHashMap, FxHashSet};
use smol_str::SmolStr;

use self::builder::Builder;
use self::control::Control;
use self::names::{NameTable, Names};
use self::tasks::CodeTasks;
pub(crate) use self::tasks::FileTasks;
use crate::builtins;
pub use crate::bytecode::CodeModule as Module;
use crate::bytecode::{CaptureSource, Code, CodeKind, CodeModule, Effects, Local, Op, Params, Reg, TypeSpec, Waits};

/// Something that the tree allows and the language does not: `break` outside a loop, a parameter twice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LowerError {
    pub message: String,
    pub range: TextRange,
}

/// Compiles a file. `path` names it in reports, `name` is its dotted module name.
///
/// The tree should be one without syntax errors; where parts are missing all the same, the errors say so. Files that it
/// imports are not looked at: calls of their functions are taken to do anything.
pub fn lower(path: &str, name: &str, source: &str, file: &ast::SourceFile) -> Result<CodeModule, Vec<LowerError>> {
    compile(path, name, source, file, Of::Program(&FileTasks::of_text(source)))
}

/// As [`lower`], with the tasks of the file.
pub(crate) fn lower_with(
    path: &str,
    name: &str,
    source: &str,
    file: &ast::SourceFile,
    tasks: &FileTasks,
) -> Result<CodeModule, Vec<LowerError>> {
    compile(path, name, source, file, Of::Program(tasks))
}

/// Compiles the interpreter's own Dana code, which may use intrinsics.
pub(crate) fn lower_internal(name: &str, source: &str) -> Result<CodeModule, Vec<LowerError>> {
    let parse = danaide_syntax::parse(source);
    compile(&format!("<{name}>"), name, source, &parse.tree(), Of::Library)
}

/// Whose code it is.
#[derive(Clone, Copy)]
enum Of<'a> {
    Program(&'a FileTasks),
    Library,
}

fn compile(
    path: &str,
    name: &str,
    source: &str,
    file: &ast::SourceFile,
    of: Of<'_>,
) -> Result<CodeModule, Vec<LowerError>> {
    let nothing = FileTasks::default();
    let (internal, tasks) = match of {
        Of::Program(tasks) => (false, tasks),
        Of::Library => (true, &nothing),
    };
    let names = NameTable::of_file(file);
    let mut lowerer = Lowerer {
        has_star_import: import::has_star(file),
        unit: name,
        tasks,
        names,
        globals: Vec::new(),
        global_index: FxHashMap::default(),
        codes: vec![None],
        errors: Vec::new(),
        functions: Vec::new(),
        internal,
    };
    lowerer.module(file);
    let Lowerer { globals, codes, mut errors, .. } = lowerer;
    if errors.is_empty() {
        let codes: Vec<Arc<Code>> = codes.into_iter().flatten().collect();
        Ok(CodeModule {
            path: path.to_owned(),
            name: name.to_owned(),
            source: source.into(),
            lines: LineIndex::new(source),
            may_wait: !internal && tasks.may_wait(&codes),
            codes,
            globals,
            internal,
        })
    } else {
        errors.sort_by_key(|error| error.range.start());
        Err(errors)
    }
}

/// Where a name of the program lives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Register(Reg),
    /// A register that holds a cell.
    Cell(Reg),
    Capture(u16),
    Global(u32),
    Builtin,
}

/// What is known while the code of one function is made.
struct FunctionState {
    builder: Builder,
    names: Rc<Names>,
    kind: CodeKind,
    locals: FxHashMap<SmolStr, Place>,
    /// The variables of the comprehensions around the current place.
    blocks: Vec<FxHashMap<SmolStr, Place>>,
    captures: FxHashMap<SmolStr, u16>,
    /// Which registers of locals surely hold a value here.
    assigned: Vec<bool>,
    /// The loops and `finally` blocks around the current place.
    controls: Vec<Control>,
    /// The register of `$$`.
    placeholder: Option<Reg>,
    /// The registers of the exceptions being handled here, innermost last.
    handling: Vec<Reg>,
    /// The names that stages of the current pipeline have captured with `as`.
    stage_names: FxHashSet<SmolStr>,
    return_type: TypeSpec,
    /// The type that the value of the next call will be converted to.
    expected: Option<TypeSpec>,
    doc: Option<Box<str>>,
    /// Every call waits for its end.
    is_sync: bool,
    tasks: Option<Arc<CodeTasks>>,
    /// Of each [`Op::After`], the labels of the calls it is about.
    order: Vec<Vec<SmolStr>>,
}

struct Lowerer<'a> {
    /// The name of the module.
    unit: &'a str,
    tasks: &'a FileTasks,
    names: NameTable,
    has_star_import: bool,
    globals: Vec<Box<str>>,
    global_index: FxHashMap<SmolStr, u32>,
    codes: Vec<Option<Arc<Code>>>,
    errors: Vec<LowerError>,
    /// The functions being made, the module's body first.
    functions: Vec<FunctionState>,
    internal: bool,
}

impl Lowerer<'_> {
    fn error(&mut self, message: impl Into<String>, range: TextRange) {
        self.errors.push(LowerError { message: message.into(), range });
    }

    fn missing(&mut self, node: &SyntaxNode) {
        self.error("this is not complete", node.text_range());
    }

    fn f(&mut self) -> &mut FunctionState {
        self.functions.last_mut().expect("a function is being made")
    }

    fn b(&mut self) -> &mut Builder {
        &mut self.f().builder
    }

    fn emit(&mut self, op: Op) {
        self.b().emit(op);
    }

    fn temp(&mut self) -> Reg {
        self.b().temp()
    }

    /// Runs `make` and gives its temporaries back.
    fn scoped<T>(&mut self, make: impl FnOnce(&mut Self) -> T) -> T {
        let in_use = self.b().in_use();
        let result = make(self);
        self.b().release(in_use);
        result
    }

    /// Runs `make` with new instructions belonging to `range`.
    fn at<T>(&mut self, range: TextRange, make: impl FnOnce(&mut Self) -> T) -> T {
        let before = std::mem::replace(&mut self.b().range, range);
        let result = make(self);
        self.b().range = before;
        result
    }

    fn module(&mut self, file: &ast::SourceFile) {
        let names = self.names.of(file.syntax());
        for name in &names.bound {
            self.global_slot(name);
        }
        self.start_function(CodeKind::Module, names, file.range(), TypeSpec::Any);
        if let Some(doc) = file.docstring().and_then(|doc| literal::constant_text(&doc)) {
            self.scoped(|it| {
                let dst = it.temp();
                let constant = it.b().str(&doc);
                it.emit(Op::LoadConst { dst, constant });
                it.store_name("__doc__", dst);
            });
        }
        self.statements(file.stmts());
        let none = self.temp();
        self.emit(Op::LoadNone { dst: none });
        self.emit(Op::Return { src: none });
        let code = self.end_function("<module>", Params::default(), file.range());
        self.codes[0] = code;
    }

    fn start_function(&mut self, kind: CodeKind, names: Rc<Names>, range: TextRange, return_type: TypeSpec) {
        // A pipeline that is no value of its own belongs to the function around it.
        let around = || self.functions.last().filter(|_| kind == CodeKind::Pipeline).and_then(|it| it.tasks.clone());
        let tasks = self.tasks.of(kind, range).cloned().or_else(around);
        self.functions.push(FunctionState {
            builder: Builder::new(range),
            names,
            kind,
            locals: FxHashMap::default(),
            blocks: Vec::new(),
            captures: FxHashMap::default(),
            assigned: Vec::new(),
            controls: Vec::new(),
            placeholder: None,
            handling: Vec::new(),
            stage_names: FxHashSet::default(),
            return_type,
            expected: None,
            doc: None,
            is_sync: false,
            tasks,
            order: Vec::new(),
        });
    }

    fn end_function(&mut self, name: &str, params: Params, range: TextRange) -> Option<Arc<Code>> {
        let mut state = self.functions.pop()?;
        let effects = if self.internal {
            let is_it = |row: &&(&str, &str)| **row == (self.unit, name);
            let waits = if library_tasks::WAITING.iter().any(|row| is_it(&row)) { Waits::Yes } else { Waits::No };
            Effects { waits, ..Effects::default() }
        } else {
            tasks::effects(&state, &params, range)
        };
        let builder = std::mem::replace(&mut state.builder, Builder::new(range));
        let Some(mut code) = builder.finish(name, state.kind, params, range) else {
            self.error("this function is too large: split it into several", range);
            return None;
        };
        if let Some(tasks) = &state.tasks {
            tasks::attach(&mut code, tasks, &state.order);
        }
        Some(Arc::new(Code { doc: state.doc, effects, ..code }))
    }

    /// Adds a finished function to the module; gives its index.
    fn add_code(&mut self, code: Option<Arc<Code>>) -> u32 {
        self.codes.push(Some(code.unwrap_or_else(|| {
            let empty = TextRange::empty(0.into());
            Arc::new(
                Builder::new(empty).finish("", CodeKind::Function, Params::default(), empty).expect("no registers"),
            )
        })));
        (self.codes.len() - 1) as u32
    }

    /// Gives a local variable of the current function its register; captured ones start as a cell.
    fn declare_local(&mut self, name: &SmolStr, has_value: bool) -> Reg {
        let reg = self.temp();
        let captured = self.f().names.nested.contains(name);
        let place = if captured { Place::Cell(reg) } else { Place::Register(reg) };
        let f = self.f();
        f.locals.insert(name.clone(), place);
        f.builder.locals.push(Local { name: name.as_str().into(), register: reg });
        f.assigned.resize(usize::from(reg) + 1, false);
        f.assigned[usize::from(reg)] = has_value;
        reg
    }

    fn global_slot(&mut self, name: &str) -> u32 {
        let globals = &mut self.globals;
        *self.global_index.entry(name.into()).or_insert_with(|| {
            globals.push(name.into());
            (globals.len() - 1) as u32
        })
    }

    /// The place of a name used in the current function.
    fn resolve(&mut self, name: &str) -> Place {
        let level = self.functions.len() - 1;
        if let Some(place) = self.local_place(level, name) {
            return place;
        }
        if !self.functions[level].names.globals.contains(name)
            && let Some(capture) = self.capture(level, name)
        {
            return Place::Capture(capture);
        }
        if self.global_index.contains_key(name) || self.has_star_import || !self.is_builtin(name) {
            Place::Global(self.global_slot(name))
        } else {
            Place::Builtin
        }
    }

    fn is_builtin(&self, name: &str) -> bool {
        builtins::lookup(name).is_some() || crate::prelude::defines(name) || (self.internal && name.starts_with("__"))
    }

    fn local_place(&self, level: usize, name: &str) -> Option<Place> {
        let function = &self.functions[level];
        function.blocks.iter().rev().find_map(|block| block.get(name)).or_else(|| function.locals.get(name)).copied()
    }

    /// The number under which the function at `level` has captured a variable of a function around it.
    fn capture(&mut self, level: usize, name: &str) -> Option<u16> {
        if level == 0 {
            return None;
        }
        if let Some(&capture) = self.functions[level].captures.get(name) {
            return Some(capture);
        }
        let source = match self.local_place(level - 1, name) {
            Some(Place::Cell(reg)) => CaptureSource::Register(reg),
            Some(_) => return None,
            None if self.functions[level - 1].names.globals.contains(name) => return None,
            None => CaptureSource::Capture(self.capture(level - 1, name)?),
        };
        let function = &mut self.functions[level];
        let capture = u16::try_from(function.builder.captures.len()).ok()?;
        function.builder.captures.push(source);
        function.builder.capture_names.push(name.into());
        function.captures.insert(name.into(), capture);
        Some(capture)
    }

    /// Is the name one of the program's own, anywhere around the current place?
    fn is_variable(&mut self, name: &str) -> bool {
        let level = self.functions.len() - 1;
        (0..=level).any(|at| self.local_place(at, name).is_some()) || self.functions[0].names.binds(name)
    }
}
