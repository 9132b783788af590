//! Which code a call may run.

use super::args::Args;
use super::{CallFact, Collector, Pass, Site};
use crate::effects::native::{self, AgentMethod};
use crate::effects::values::Value;
use crate::effects::{Callee, CodeId, Effect};
use crate::infer::{AGENT_METHODS, CallInfo, Target};
use crate::record::{Member, linearize, record_info};
use crate::scope::{Meaning, imported_files, module_scope, record_methods, resolve_name};
use crate::ty::{DefRef, Type};
use crate::{Call, Db, Expr, ExprId, FilePath, ItemKind, NameRef, Owner, RecordKind, item_tree};

impl Collector<'_, '_> {
    pub(super) fn call(&mut self, site: Site, callee: Callee, passes: Vec<Pass>, is_open: bool) {
        let passes = passes.into_iter().filter(|it| !it.value.is_empty()).collect();
        self.facts.calls.push(CallFact { site, callee, passes, is_open });
    }

    pub(super) fn called(&mut self, expr: ExprId, info: &CallInfo, callee: ExprId, call: Option<&Call>) {
        let args = self.args(expr, info, callee, call);
        for target in &info.targets {
            match target {
                Target::Def(def) => self.call_def(expr, def, callee, &args),
                Target::Closure { file, owner, function } => {
                    let code = if *file == self.values.file && *owner == self.values.owner {
                        self.values.code_of(*function)
                    } else {
                        CodeId::Function(*function)
                    };
                    self.call_code(expr, Callee { file: *file, owner: owner.clone(), code }, false, &args);
                }
                Target::Constructor(def) => self.construct(Site::Expr(expr), def),
                Target::BuiltinType(name) => self.protocols_of_args(name, false, &args),
                Target::Unknown(why) => self.call_unknown(expr, callee, why, &args),
            }
        }
    }

    pub(super) fn call_def(&mut self, expr: ExprId, def: &DefRef, callee: ExprId, args: &Args) {
        let has_receiver = matches!(self.values.inference.exprs.get(callee), Some(ty) if is_method(ty));
        let mut all = vec![def.clone()];
        if native::is_library(self.db(), def.file) {
            self.protocols_of_args(def.item.name(), has_receiver, args);
        } else {
            self.other_candidates(def, &mut all);
        }
        for def in all {
            if def.item.kind() == ItemKind::Function
                && is_of_interface(self.db(), &def)
                && self.values.signature(&def).is_some_and(|it| it.is_signature)
            {
                self.call_interface(expr, &def, args);
                continue;
            }
            self.call_code(expr, Callee::item(&def), has_receiver, args);
        }
    }

    /// Overloads, and methods of the same name of derived types: which of them runs is seen at run time.
    pub(super) fn other_candidates(&self, def: &DefRef, all: &mut Vec<DefRef>) {
        let db = self.db();
        let name = def.item.name();
        let Some(signature) = self.values.signature(def) else { return };
        if def.item.parent().is_none() && signature.receiver.is_none() {
            if module_scope(db, def.file).is_overloaded(name) {
                for item in item_tree(db, def.file).top_level().filter(|it| it.name() == name && it.id != def.item) {
                    if matches!(item.id.kind(), ItemKind::Function | ItemKind::Workflow) {
                        all.push(DefRef { file: def.file, item: item.id.clone() });
                    }
                }
            }
            return;
        }
        let Some(receiver) = &signature.receiver else { return };
        for candidate in self.methods_named(name) {
            if candidate == *def || all.contains(&candidate) {
                continue;
            }
            let Some(other) = self.values.signature(&candidate).and_then(|it| it.receiver.clone()) else {
                continue;
            };
            let derives = other.members().iter().any(|other| {
                receiver.members().iter().any(|base| match (other, base) {
                    (Type::Record(other) | Type::Agent(other), Type::Record(base) | Type::Agent(base)) => {
                        crate::record::is_derived(db, other, base)
                    }
                    _ => false,
                })
            });
            if derives {
                all.push(candidate);
            }
        }
    }

    /// The methods of a name that the file sees.
    pub(super) fn methods_named(&self, name: &str) -> Vec<DefRef> {
        let db = self.db();
        let mut all = Vec::new();
        for file in imported_files(db, self.values.file).iter() {
            let receivers = module_scope(db, *file);
            let methods = record_methods(db, *file);
            let inner = methods.get(name).map_or(&[][..], Vec::as_slice);
            for item in receivers.receivers(name).iter().chain(inner) {
                all.push(DefRef { file: *file, item: item.clone() });
            }
        }
        all
    }

    /// A method of an interface: those of all records that the file sees.
    pub(super) fn call_interface(&mut self, expr: ExprId, def: &DefRef, args: &Args) {
        let name = def.item.name().clone();
        let mut is_found = false;
        for candidate in self.methods_named(&name) {
            if is_of_interface(self.db(), &candidate) {
                continue;
            }
            is_found = true;
            self.call_code(expr, Callee::item(&candidate), true, args);
        }
        if !is_found {
            let reason = format!("no record in sight has the method `{name}` of the interface");
            self.anything(expr, reason, args);
        }
    }

    pub(super) fn construct(&mut self, site: Site, def: &DefRef) {
        for def in linearize(self.db(), def) {
            if !native::is_library(self.db(), def.file) {
                self.call(site, Callee::item(&def), Vec::new(), false);
            }
        }
    }

    /// What is called is not told by its type.
    pub(super) fn call_unknown(&mut self, expr: ExprId, callee: ExprId, why: &str, args: &Args) {
        let body = self.body.clone();
        if native::is_library(self.db(), self.values.file)
            && let Expr::Name(NameRef::Free(name)) = &body.exprs[callee]
            && self.values.inference.meanings.get(callee).is_none()
        {
            return self.call_internal(expr, name, args);
        }
        let mut value = Value::default();
        self.values.functions_in(callee, &mut value);
        let is_told = !value.functions.is_empty() || !value.params.is_empty();
        for function in &value.functions {
            match &function.owner {
                Owner::Item(item) if matches!(item.kind(), ItemKind::Record | ItemKind::Agent) => {
                    let def = DefRef { file: function.file, item: item.clone() };
                    self.construct(Site::Expr(expr), &def);
                }
                Owner::Item(item) if function.code == CodeId::Root => {
                    let def = DefRef { file: function.file, item: item.clone() };
                    self.call_def(expr, &def, callee, args);
                }
                _ => self.call_code(expr, function.clone(), false, args),
            }
        }
        for param in &value.params {
            self.facts.called.push((*param, Site::Expr(expr)));
            self.maybe_changes(expr, args);
        }
        if is_told && !value.is_unknown {
            return;
        }
        if let Expr::Attribute { base, name } = &body.exprs[callee]
            && !is_told
        {
            return self.call_attribute(expr, callee, *base, name, args);
        }
        self.anything(expr, self.why(callee, why), args);
    }

    /// A name of the library that is declared for the interpreter only.
    pub(super) fn call_internal(&mut self, expr: ExprId, name: &str, args: &Args) {
        if let Some(def) = native::internal(self.db(), name) {
            return self.call_code(expr, Callee::item(&def), false, args);
        }
        if native::calls_arguments(name)
            && let Some(function) = args.passed.first().and_then(|it| it.expr)
        {
            let mut value = Value::default();
            self.values.functions_in(function, &mut value);
            self.facts.called.extend(value.params.iter().map(|it| (*it, Site::Expr(expr))));
        }
    }

    /// `base.name(…)` where the type of the base does not tell what is called.
    pub(super) fn call_attribute(&mut self, expr: ExprId, callee: ExprId, base: ExprId, name: &str, args: &Args) {
        let db = self.db();
        let ty = self.values.inference.type_of(base).clone();
        let mut unknown = None;
        for member in ty.members() {
            match member {
                Type::Record(def) | Type::Agent(def) => {
                    let kind = record_info(db, def).map(|it| it.kind);
                    let is_agent = matches!(kind, Some(None | Some(RecordKind::AgentBlueprint)));
                    if is_agent && AGENT_METHODS.contains(&name) {
                        self.call_agent_method(expr, name, args);
                    } else if kind == Some(Some(RecordKind::Resource))
                        && matches!(name, "initialize" | "cleanup" | "start" | "stop")
                    {
                        self.change(&args.receiver_roots, true, Site::Expr(expr));
                    } else if let Some(Member::Field(_)) = self.values.inference.members.get(callee) {
                        unknown = Some(format!("`{name}` is a field, whose value is not known"));
                    } else {
                        unknown = Some(format!("`{name}` is not declared for `{}`", def.item.name()));
                    }
                }
                Type::Function(def) if def.item.name() == "log" && native::is_library(db, def.file) => {
                    self.seed(Effect::Log, Site::Expr(expr), format!("`log.{name}` writes to the log"));
                }
                Type::Any => unknown = self.call_candidates(expr, name, args),
                Type::Iterator(_) | Type::BuiltinType(_) | Type::RecordType(_) => {
                    self.change(&args.receiver_roots, false, Site::Expr(expr));
                }
                _ => unknown = Some(format!("it is not known what `{name}` is")),
            }
        }
        if let Some(reason) = unknown {
            self.anything(expr, reason, args);
        }
    }

    pub(super) fn call_agent_method(&mut self, expr: ExprId, name: &str, args: &Args) {
        match native::agent_method(self.db(), name) {
            Some(AgentMethod::Written(def)) => self.call_code(expr, Callee::item(&def), true, args),
            Some(AgentMethod::Native(Some(effect))) => {
                self.seed(effect, Site::Expr(expr), format!("`{name}` of an agent ({})", effect.as_str()));
            }
            Some(AgentMethod::Native(None)) | None => {}
        }
        // What an agent is told it may remember.
        if matches!(name, "remember" | "chat" | "start_new_conversation" | "clear_conversation") {
            self.change(&args.receiver_roots, true, Site::Expr(expr));
        }
    }

    /// A method of a value of which nothing is known: all methods of the name that are in sight. Gives the reason if there are none.
    pub(super) fn call_candidates(&mut self, expr: ExprId, name: &str, args: &Args) -> Option<String> {
        let db = self.db();
        let mut is_found = false;
        for candidate in self.methods_named(name) {
            if is_of_interface(db, &candidate) {
                continue;
            }
            is_found = true;
            self.call_code(expr, Callee::item(&candidate), true, args);
        }
        for ty in BUILTIN_TYPES {
            if let Some(def) = crate::scope::builtin_method(db, ty, name) {
                is_found = true;
                self.call_code(expr, Callee::item(&def), true, args);
            }
        }
        if let Some(Meaning::Item(def)) = resolve_name(db, self.values.file, name)
            && def.item.kind() == ItemKind::Function
            && !native::is_library(db, def.file)
        {
            // `value.f()` calls a function `f` too.
            is_found = true;
            self.call_code(expr, Callee::item(&def), true, args);
        }
        if AGENT_METHODS.contains(&name) && !is_found {
            is_found = true;
            self.call_agent_method(expr, name, args);
        }
        (!is_found).then(|| format!("it is not known what has the method `{name}`"))
    }

    /// Anything may happen.
    pub(super) fn anything(&mut self, expr: ExprId, reason: String, args: &Args) {
        self.seed(Effect::Unknown, Site::Expr(expr), reason);
        self.maybe_changes(expr, args);
    }

    pub(super) fn maybe_changes(&mut self, expr: ExprId, args: &Args) {
        let site = Site::Expr(expr);
        for passed in &args.passed {
            let roots = passed.roots(self.values);
            self.change(&roots, false, site);
        }
        self.change(&args.receiver_roots, false, site);
    }

    pub(super) fn why(&self, callee: ExprId, why: &str) -> String {
        let Expr::Name(NameRef::Free(name)) = &self.body.exprs[callee] else { return why.to_owned() };
        match self.values.inference.meanings.get(callee) {
            Some(Meaning::Unknown) => format!("`{name}` comes from a module that is not known"),
            Some(Meaning::Variable { .. }) => format!("it is not known which function `{name}` is"),
            None => format!("`{name}` is not defined"),
            Some(_) => why.to_owned(),
        }
    }

    /// Functions of the library that are given records may call the methods of the data model.
    pub(super) fn protocols_of_args(&mut self, function: &str, is_method: bool, args: &Args) {
        let methods: &[&str] = match function {
            "print" | "str" | "repr" | "format" | "ascii" | "log" => &["__str__", "__repr__", "__format__"],
            "len" | "bool" => &["__len__", "__bool__"],
            "isinstance" | "type" | "callable" | "hasattr" | "getattr" | "noop" | "id" => &[],
            "list" | "tuple" | "iter" | "next" | "enumerate" | "zip" | "reversed" | "map" => {
                &["__iter__", "__next__", "__getitem__", "__len__"]
            }
            _ if is_method => COMPARISONS,
            _ => DATA_MODEL,
        };
        for expr in args.passed.iter().filter_map(|it| it.expr) {
            self.protocol(expr, methods);
        }
    }
}

pub(super) const BUILTIN_TYPES: [&str; 11] =
    ["str", "bytes", "list", "tuple", "range", "dict", "set", "bool", "int", "float", "type"];

pub(super) const OPERATORS: &[&str] = &[
    "__add__",
    "__radd__",
    "__sub__",
    "__rsub__",
    "__mul__",
    "__rmul__",
    "__truediv__",
    "__floordiv__",
    "__mod__",
    "__pow__",
    "__and__",
    "__or__",
    "__xor__",
    "__lshift__",
    "__rshift__",
    "__matmul__",
];

pub(super) const COMPARISONS: &[&str] =
    &["__eq__", "__ne__", "__lt__", "__le__", "__gt__", "__ge__", "__contains__", "__hash__"];

pub(super) const DATA_MODEL: &[&str] = &[
    "__str__",
    "__repr__",
    "__format__",
    "__len__",
    "__iter__",
    "__next__",
    "__getitem__",
    "__eq__",
    "__lt__",
    "__gt__",
    "__le__",
    "__ge__",
    "__hash__",
    "__bool__",
    "__int__",
    "__float__",
    "__index__",
    "__abs__",
    "__round__",
    "__add__",
    "__radd__",
    "__contains__",
];

pub(super) fn records_in(ty: &Type, depth: usize, out: &mut Vec<DefRef>) {
    let inner = |ty: &Type, out: &mut Vec<DefRef>| {
        if depth < 2 {
            records_in(ty, depth + 1, out);
        }
    };
    for member in ty.members() {
        match member {
            Type::Record(def) | Type::Agent(def) if out.contains(def) => {}
            Type::Record(def) | Type::Agent(def) => out.push(def.clone()),
            Type::List(item) | Type::Set(item) | Type::TupleOf(item) | Type::Iterator(item) => inner(item, out),
            Type::Tuple(items) => items.iter().for_each(|it| inner(it, out)),
            Type::Dict(it) => {
                inner(&it.0, out);
                inner(&it.1, out);
            }
            _ => {}
        }
    }
}

pub(super) fn is_method(ty: &Type) -> bool {
    ty.members().iter().any(|it| matches!(it, Type::Method(_)))
}

pub(super) fn is_of_interface(db: &dyn Db, def: &DefRef) -> bool {
    def.item.parent().is_some_and(|parent| {
        let record = DefRef { file: def.file, item: parent.clone() };
        record_info(db, &record).is_some_and(|it| it.kind == Some(RecordKind::Interface))
    }) && !matches!(def.file.path(db), FilePath::Library(_))
}
