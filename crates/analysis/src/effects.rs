//! What calls of functions do beside giving a value: wait for something outside the program, touch shared state, and
//! the rest of a small set. Inferred over the call graph; what cannot be known is the effect [`Effect::Unknown`].
//!
//! Each definition has [`facts`], found without looking at other definitions: what its statements do themselves, and what
//! they call with which functions as arguments. [`file_effects`] joins the facts of a file until nothing changes; the
//! files that it calls are asked for theirs, in a fixpoint where they call back. A set only grows on the way, so the
//! answer does not depend on who asks first. Why a function has an effect is looked up afterwards, as the shortest
//! chain of calls ([`why`]).

mod local;
mod native;
mod sites;
mod solve;
mod summary;
#[cfg(test)]
mod tests;
mod values;
mod why;

use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};
use smol_str::SmolStr;

pub(crate) use native::DECORATORS as LIBRARY_DECORATORS;

pub(crate) use local::for_each_statement;
pub(crate) use local::keep_facts;
pub use local::{CallFact, CodeFacts, Facts, Pass, Seed, Site, Touch, facts};
pub use sites::{SiteEffects, Sites, sites};
pub use solve::{FileEffects, file_effects};
pub(crate) use values::Values;
pub use values::{Root, RootKind, Value};
pub use why::{Why, WhyStep, why, why_call};

use crate::ty::DefRef;
use crate::{ContextScope, Db, Definition, ExprId, File, FunctionId, Owner, VariableId};

/// One thing that a call does. The first six wait for something outside the program.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Effect {
    /// Asks a language model.
    Llm,
    /// Talks to a network.
    Net,
    /// Reads or writes files.
    Fs,
    /// Runs another process.
    Process,
    /// Lets time pass.
    Time,
    /// Asks a person.
    Human,
    /// Reads or writes variables that outlive the call.
    State(StateScope),
    /// Depends on random numbers.
    Random,
    /// Reads a clock.
    Clock,
    /// Writes to the log or the output.
    Log,
    /// Something is called of which nothing is known, so anything may happen.
    Unknown,
}

/// Where state lives that outlives a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum StateScope {
    Private,
    Public,
    System,
    /// Variables of a module, changed by functions.
    Module,
}

impl Effect {
    pub const ALL: [Effect; 14] = [
        Effect::Llm,
        Effect::Net,
        Effect::Fs,
        Effect::Process,
        Effect::Time,
        Effect::Human,
        Effect::State(StateScope::Private),
        Effect::State(StateScope::Public),
        Effect::State(StateScope::System),
        Effect::State(StateScope::Module),
        Effect::Random,
        Effect::Clock,
        Effect::Log,
        Effect::Unknown,
    ];

    /// Does it wait for something outside the program?
    pub const fn waits(self) -> bool {
        matches!(self, Self::Llm | Self::Net | Self::Fs | Self::Process | Self::Time | Self::Human)
    }

    /// The word for it: `net`, `state(public)`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Llm => "llm",
            Self::Net => "net",
            Self::Fs => "fs",
            Self::Process => "process",
            Self::Time => "time",
            Self::Human => "human",
            Self::State(StateScope::Private) => "state(private)",
            Self::State(StateScope::Public) => "state(public)",
            Self::State(StateScope::System) => "state(system)",
            Self::State(StateScope::Module) => "state(module)",
            Self::Random => "random",
            Self::Clock => "clock",
            Self::Log => "log",
            Self::Unknown => "unknown",
        }
    }

    pub fn from_name(name: &str) -> Option<Effect> {
        Self::ALL.into_iter().find(|it| it.as_str() == name)
    }

    const fn bit(self) -> u16 {
        1 << match self {
            Self::Llm => 0,
            Self::Net => 1,
            Self::Fs => 2,
            Self::Process => 3,
            Self::Time => 4,
            Self::Human => 5,
            Self::State(StateScope::Private) => 6,
            Self::State(StateScope::Public) => 7,
            Self::State(StateScope::System) => 8,
            Self::State(StateScope::Module) => 9,
            Self::Random => 10,
            Self::Clock => 11,
            Self::Log => 12,
            Self::Unknown => 13,
        }
    }
}

impl From<ContextScope> for StateScope {
    fn from(scope: ContextScope) -> Self {
        match scope {
            ContextScope::Public => Self::Public,
            ContextScope::System => Self::System,
            ContextScope::Private | ContextScope::Local => Self::Private,
        }
    }
}

/// A set of effects.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct EffectSet(u16);

impl EffectSet {
    pub const EMPTY: EffectSet = EffectSet(0);

    pub fn insert(&mut self, effect: Effect) {
        self.0 |= effect.bit();
    }

    pub fn contains(self, effect: Effect) -> bool {
        self.0 & effect.bit() != 0
    }

    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    #[must_use]
    pub fn union(self, other: EffectSet) -> EffectSet {
        EffectSet(self.0 | other.0)
    }

    /// In the order of [`Effect::ALL`].
    pub fn iter(self) -> impl Iterator<Item = Effect> {
        Effect::ALL.into_iter().filter(move |it| self.contains(*it))
    }

    pub fn waits(self) -> Waits {
        if self.iter().any(Effect::waits) {
            Waits::Yes
        } else if self.contains(Effect::Unknown) {
            Waits::Maybe
        } else {
            Waits::No
        }
    }
}

impl FromIterator<Effect> for EffectSet {
    fn from_iter<T: IntoIterator<Item = Effect>>(effects: T) -> Self {
        let mut set = EffectSet::EMPTY;
        effects.into_iter().for_each(|it| set.insert(it));
        set
    }
}

/// `llm, net`; nothing for the empty set.
impl std::fmt::Display for EffectSet {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (index, it) in self.iter().enumerate() {
            write!(f, "{}{}", if index > 0 { ", " } else { "" }, it.as_str())?;
        }
        Ok(())
    }
}

/// May a call wait for something outside the program?
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Waits {
    /// It is simply called.
    No,
    /// Something is called of which nothing is known.
    Maybe,
    Yes,
}

/// Code that can be called: a function, the statements of a module, what makes the fields of a record, a pipeline value.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Callee {
    pub file: File,
    pub owner: Owner,
    pub code: CodeId,
}

impl Callee {
    /// A function, workflow or method; of a record or an agent, what is evaluated to make one.
    pub fn item(def: &DefRef) -> Callee {
        Callee { file: def.file, owner: Owner::Item(def.item.clone()), code: CodeId::Root }
    }

    /// The statements of a file.
    pub fn module(file: File) -> Callee {
        Callee { file, owner: Owner::Module, code: CodeId::Root }
    }

    pub fn definition<'db>(&self, db: &'db dyn Db) -> Option<Definition<'db>> {
        crate::definitions(db, self.file).get(&self.owner)
    }

    /// A name for readers: `fetch`, `Point.move`, `lambda`.
    pub fn name(&self, db: &dyn Db) -> SmolStr {
        match (&self.code, &self.owner) {
            (CodeId::Root, Owner::Item(item)) => match item.parent() {
                Some(parent) => format!("{}.{}", parent.name(), item.name()).into(),
                None => item.name().clone(),
            },
            (CodeId::Root, Owner::Module) => {
                let path = self.file.path(db).to_string();
                path.rsplit(['/', '\\']).next().unwrap_or(&path).into()
            }
            (CodeId::Function(function), _) => {
                let name = self.definition(db).map(|it| crate::body_of(db, it).functions[*function].name.clone());
                name.filter(|it| !it.is_empty()).unwrap_or_else(|| "lambda".into())
            }
            (CodeId::Pipeline(_), _) => "pipeline".into(),
        }
    }
}

/// Which code of a definition.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CodeId {
    /// Of the definition itself.
    Root,
    /// A function or a lambda inside it.
    Function(FunctionId),
    /// A pipeline that is a value: `name = f | g`.
    Pipeline(ExprId),
}

/// A parameter of some code of a definition: the receiver, if there is one, is number 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ParamRef {
    pub code: CodeId,
    pub index: u16,
}

/// A piece of state that several tasks can reach.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum StatePlace {
    /// `public:name`.
    Scoped(ContextScope, SmolStr),
    /// A variable of a module.
    Module(File, SmolStr),
    /// The value of `agent Name`.
    Agent(DefRef),
    /// A variable of a function around the one that touches it.
    Local { function: FunctionId, variable: VariableId, name: SmolStr },
}

impl StatePlace {
    /// As a program would write it.
    pub fn name(&self) -> String {
        match self {
            Self::Scoped(scope, name) => format!("{}:{name}", scope.as_str()),
            Self::Module(_, name) | Self::Local { name, .. } => name.to_string(),
            Self::Agent(def) => def.item.name().to_string(),
        }
    }

    fn scope(&self) -> Option<StateScope> {
        match self {
            Self::Scoped(scope, _) => Some((*scope).into()),
            Self::Module(..) => Some(StateScope::Module),
            Self::Agent(_) | Self::Local { .. } => None,
        }
    }
}

/// How a piece of state is touched.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Access {
    pub read: bool,
    pub write: bool,
    /// A write certainly happens when the statement runs. Else it may be one: by a function that is not known.
    pub sure: bool,
}

impl Access {
    pub const READ: Access = Access { read: true, write: false, sure: false };
    pub const WRITE: Access = Access { read: false, write: true, sure: true };
    pub const MAYBE_WRITE: Access = Access { read: true, write: true, sure: false };

    #[must_use]
    pub fn or(self, other: Access) -> Access {
        Access { read: self.read | other.read, write: self.write | other.write, sure: self.sure | other.sure }
    }
}

/// What a call of some code does.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Effects {
    pub set: EffectSet,
    touched: FxHashMap<StatePlace, Access>,
    /// So many places that they are not told apart.
    touches_everything: bool,
    /// Parameters that are called, or whose content is.
    called: FxHashSet<ParamRef>,
    /// Parameters whose value is changed in place; is that certain?
    changed: FxHashMap<ParamRef, bool>,
    /// A function of the library that should not be called twice for one purpose: of several, the first by name.
    once: Option<SmolStr>,
}

/// More places than this are not told apart.
const MOST_PLACES: usize = 128;

impl Effects {
    /// Code that calls a parameter may wait: what it is given tells.
    pub fn waits(&self) -> Waits {
        let waits = self.set.waits();
        if self.called.is_empty() { waits } else { waits.max(Waits::Maybe) }
    }

    pub fn iter(&self) -> impl Iterator<Item = Effect> {
        self.set.iter()
    }

    pub fn contains(&self, effect: Effect) -> bool {
        self.set.contains(effect)
    }

    /// The state that is touched, sorted by what a program would write.
    pub fn touched(&self) -> Vec<(&StatePlace, Access)> {
        let mut all: Vec<_> = self.touched.iter().map(|(place, access)| (place, *access)).collect();
        all.sort_by_cached_key(|(place, _)| (place.name(), matches!(place, StatePlace::Module(..))));
        all
    }

    pub fn access(&self, place: &StatePlace) -> Access {
        if self.touches_everything {
            return Access::MAYBE_WRITE.or(self.touched.get(place).copied().unwrap_or_default());
        }
        self.touched.get(place).copied().unwrap_or_default()
    }

    /// So much state is touched that it is not told apart.
    pub fn touches_everything(&self) -> bool {
        self.touches_everything
    }

    /// All parameters that it calls, or calls what is in them, in no order.
    pub fn called(&self) -> impl Iterator<Item = ParamRef> {
        self.called.iter().copied()
    }

    /// Does it call the parameter, or what is in it?
    pub fn calls_param(&self, param: ParamRef) -> bool {
        self.called.contains(&param)
    }

    /// Does it change the value of a parameter in place? The answer is whether that is certain.
    pub fn changes(&self, param: ParamRef) -> Option<bool> {
        self.changed.get(&param).copied()
    }

    /// May it change the value of some parameter in place?
    pub fn changes_parameters(&self) -> bool {
        !self.changed.is_empty()
    }

    /// A function of the library that is called somewhere and should not be called twice for one purpose.
    pub fn once(&self) -> Option<&SmolStr> {
        self.once.as_ref()
    }

    fn add_once(&mut self, name: &SmolStr) {
        if self.once.as_ref().is_none_or(|known| name < known) {
            self.once = Some(name.clone());
        }
    }

    /// State is touched by the code itself.
    fn touch(&mut self, place: StatePlace, access: Access) {
        // A module's variables are mostly constants: reading them is no effect.
        if let Some(scope) = place.scope()
            && (access.write || matches!(place, StatePlace::Scoped(..)))
        {
            self.set.insert(Effect::State(scope));
        }
        self.note_touch(place, access);
    }

    /// Without the effect of it, which comes with the effects of what is called.
    fn note_touch(&mut self, place: StatePlace, access: Access) {
        if self.touches_everything {
            return;
        }
        if !self.touched.contains_key(&place) && self.touched.len() >= MOST_PLACES {
            // None is kept, so that which ones came first makes no difference.
            self.touches_everything = true;
            self.touched.clear();
            return;
        }
        let known = self.touched.entry(place).or_default();
        *known = known.or(access);
    }

    fn change_param(&mut self, param: ParamRef, sure: bool) {
        *self.changed.entry(param).or_default() |= sure;
    }
}

/// Is it a function of the library that the interpreter holds?
pub(crate) fn is_native<'db>(db: &'db dyn Db, definition: Definition<'db>) -> bool {
    native::declared(db, definition).is_some()
}

/// What a call of a definition does: of a function, its decorators included; of a record, making one; of the statements of
/// a file, running them.
#[salsa::tracked(returns(clone), cycle_initial = no_effects)]
pub fn effects<'db>(db: &'db dyn Db, definition: Definition<'db>) -> Arc<Effects> {
    if let Some(declared) = native::declared(db, definition) {
        return declared;
    }
    let effects = file_effects(db, definition.file(db)).get(definition.owner(db), CodeId::Root);
    match native::written_once(db, definition) {
        Some(name) => {
            let mut effects = Effects::clone(&effects);
            effects.add_once(name);
            Arc::new(effects)
        }
        None => effects,
    }
}

fn no_effects<'db>(_db: &'db dyn Db, _id: salsa::Id, _definition: Definition<'db>) -> Arc<Effects> {
    Arc::default()
}

/// The same for any code of a definition.
pub fn effects_of(db: &dyn Db, callee: &Callee) -> Arc<Effects> {
    match (callee.definition(db), callee.code) {
        (Some(definition), CodeId::Root) => effects(db, definition),
        (Some(_), code) => file_effects(db, callee.file).get(&callee.owner, code),
        (None, _) => Arc::default(),
    }
}
