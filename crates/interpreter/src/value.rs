//! The representation of a Dana value: a 16-byte `Copy` word that either holds its data or names a heap object.

pub use crate::arena::Ref;
use crate::builtins::BuiltinId;
use crate::exception_kind::ExceptionKind;
use crate::heap::Heap;
use crate::objects::{
    BigInt, BoundMethod, Bytes, Cell, Dict, Exception, Function, Iter, List, Module, NativeRef, Pipeline, Promise,
    Range, Record, RecordType, Set, Str, Tuple, View,
};

/// Any value a Dana program can hold.
///
/// An integer has exactly one representation: `Int` when it fits in 64 bits, `BigInt` otherwise.
/// Rust's `==` is not implemented on purpose: use [`crate::ops::eq`] for Dana's `==` and
/// [`Value::is`] for identity.
///
/// Kind and payload take a machine word each, so that copies are made of two whole words: with a kind of one byte,
/// a copy of a value that was just written waits until the writes have reached the cache.
#[derive(Clone, Copy, Debug)]
#[repr(u64)]
pub enum Value {
    /// No value: a variable before its first assignment. Never visible to programs.
    Unset,
    None,
    Bool(bool),
    Int(i64),
    Float(f64),
    BigInt(Ref<BigInt>),
    Str(Ref<Str>),
    Bytes(Ref<Bytes>),
    List(Ref<List>),
    Tuple(Ref<Tuple>),
    Dict(Ref<Dict>),
    Set(Ref<Set>),
    Range(Ref<Range>),
    Iter(Ref<Iter>),
    /// The keys, values or items of a dict.
    View(Ref<View>),
    /// A variable shared between a function and its closures; never visible to programs.
    Cell(Ref<Cell>),
    Function(Ref<Function>),
    Builtin(BuiltinId),
    BoundMethod(Ref<BoundMethod>),
    Pipeline(Ref<Pipeline>),
    /// A builtin type used as a value: callable, and the second argument of `isinstance`.
    Type(TypeTag),
    /// A set that cannot change: its object is one that nobody else has.
    FrozenSet(Ref<Set>),
    ExceptionType(ExceptionKind),
    Exception(Ref<Exception>),
    RecordType(Ref<RecordType>),
    Record(Ref<Record>),
    Module(Ref<Module>),
    /// An object of a library module, with its type.
    Native(NativeRef),
    /// What a task will give; never visible to programs.
    Promise(Ref<Promise>),
}

const _: () = assert!(size_of::<Value>() == 16);

impl Value {
    /// Dana's `is`: the same object, or the same immediate value.
    pub fn is(self, other: Value) -> bool {
        match (self, other) {
            (Value::Unset, Value::Unset) | (Value::None, Value::None) => true,
            (Value::Bool(a), Value::Bool(b)) => a == b,
            (Value::Int(a), Value::Int(b)) => a == b,
            (Value::Float(a), Value::Float(b)) => a.to_bits() == b.to_bits(),
            (Value::BigInt(a), Value::BigInt(b)) => a == b,
            (Value::Str(a), Value::Str(b)) => a == b,
            (Value::Bytes(a), Value::Bytes(b)) => a == b,
            (Value::List(a), Value::List(b)) => a == b,
            (Value::Tuple(a), Value::Tuple(b)) => a == b,
            (Value::Dict(a), Value::Dict(b)) => a == b,
            (Value::Set(a), Value::Set(b)) | (Value::FrozenSet(a), Value::FrozenSet(b)) => a == b,
            (Value::Range(a), Value::Range(b)) => a == b,
            (Value::Iter(a), Value::Iter(b)) => a == b,
            (Value::View(a), Value::View(b)) => a == b,
            (Value::Cell(a), Value::Cell(b)) => a == b,
            (Value::Function(a), Value::Function(b)) => a == b,
            (Value::Builtin(a), Value::Builtin(b)) => a == b,
            (Value::BoundMethod(a), Value::BoundMethod(b)) => a == b,
            (Value::Pipeline(a), Value::Pipeline(b)) => a == b,
            (Value::Type(a), Value::Type(b)) => a == b,
            (Value::ExceptionType(a), Value::ExceptionType(b)) => a == b,
            (Value::Exception(a), Value::Exception(b)) => a == b,
            (Value::RecordType(a), Value::RecordType(b)) => a == b,
            (Value::Record(a), Value::Record(b)) => a == b,
            (Value::Module(a), Value::Module(b)) => a == b,
            (Value::Native(a), Value::Native(b)) => a == b,
            (Value::Promise(a), Value::Promise(b)) => a == b,
            _ => false,
        }
    }

    /// The builtin type of the value. Records answer `Record`, exceptions `Exception`; their exact
    /// types are objects of their own (`heap.records[r].ty`, `heap.exceptions[e].kind`).
    pub fn type_tag(self) -> TypeTag {
        match self {
            Value::Unset | Value::None => TypeTag::None,
            Value::Bool(_) => TypeTag::Bool,
            Value::Int(_) | Value::BigInt(_) => TypeTag::Int,
            Value::Float(_) => TypeTag::Float,
            Value::Str(_) => TypeTag::Str,
            Value::Bytes(_) => TypeTag::Bytes,
            Value::List(_) => TypeTag::List,
            Value::Tuple(_) => TypeTag::Tuple,
            Value::Dict(_) => TypeTag::Dict,
            Value::Set(_) => TypeTag::Set,
            Value::FrozenSet(_) => TypeTag::FrozenSet,
            Value::Range(_) => TypeTag::Range,
            Value::Iter(_) => TypeTag::Iterator,
            Value::View(_) => TypeTag::DictView,
            Value::Cell(_) => TypeTag::Cell,
            Value::Function(_) => TypeTag::Function,
            Value::Builtin(_) => TypeTag::Builtin,
            Value::BoundMethod(_) => TypeTag::Method,
            Value::Pipeline(_) => TypeTag::Pipeline,
            Value::Type(_) | Value::ExceptionType(_) | Value::RecordType(_) => TypeTag::Type,
            Value::Exception(_) => TypeTag::Exception,
            Value::Record(_) => TypeTag::Record,
            Value::Module(_) => TypeTag::Module,
            Value::Native(native) => native.tag,
            Value::Promise(_) => TypeTag::Promise,
        }
    }

    /// The name of the value's type as error messages and `type(x).__name__` show it.
    pub fn type_name(self, heap: &Heap) -> &str {
        match self {
            Value::Iter(iter) => heap.iters[iter].type_name(),
            Value::View(view) => heap.views[view].type_name(),
            Value::Exception(exception) => heap.exceptions[exception].kind.name(),
            Value::Record(record) => {
                let record_type = heap.records[record].ty;
                heap.str(heap.record_types[record_type].name)
            }
            Value::Native(native) => native.tag.qualified_name(),
            other => other.type_tag().name(),
        }
    }
}

/// The builtin types.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TypeTag {
    /// `object`, also written `any`: every value is an instance.
    Object,
    None,
    Bool,
    Int,
    Float,
    Str,
    Bytes,
    List,
    Tuple,
    Dict,
    Set,
    FrozenSet,
    Range,
    Iterator,
    DictView,
    Cell,
    Function,
    Builtin,
    Method,
    Pipeline,
    Type,
    /// The types of record types: `type(Point)`.
    StructConstructor,
    ResourceConstructor,
    AgentConstructor,
    WorkflowConstructor,
    Exception,
    Record,
    Module,
    /// Never visible to programs.
    Promise,
    /// A task that `spawn` has started.
    Task,
    /// The types of library modules.
    Pattern,
    Match,
    Date,
    DateTime,
    Time,
    TimeDelta,
    TimeZone,
    IsoCalendarDate,
    StructTime,
    Random,
    Chain,
    Slice,
    /// The type of `NotImplemented`, which stands for its only value.
    NotImplemented,
}

impl TypeTag {
    /// The type's name, in messages and as it prints.
    pub fn name(self) -> &'static str {
        match self {
            TypeTag::Object => "object",
            TypeTag::None => "NoneType",
            TypeTag::Bool => "bool",
            TypeTag::Int => "int",
            TypeTag::Float => "float",
            TypeTag::Str => "str",
            TypeTag::Bytes => "bytes",
            TypeTag::List => "list",
            TypeTag::Tuple => "tuple",
            TypeTag::Dict => "dict",
            TypeTag::Set => "set",
            TypeTag::FrozenSet => "frozenset",
            TypeTag::Range => "range",
            TypeTag::Iterator => "iterator",
            TypeTag::DictView => "dict_view",
            TypeTag::Cell => "cell",
            TypeTag::Function => "function",
            TypeTag::Builtin => "builtin_function_or_method",
            TypeTag::Method => "method",
            TypeTag::Pipeline => "pipeline",
            TypeTag::Type => "type",
            TypeTag::StructConstructor => "Constructor[struct_constructor]",
            TypeTag::ResourceConstructor => "Constructor[resource_constructor]",
            TypeTag::AgentConstructor => "Constructor[agent_constructor]",
            TypeTag::WorkflowConstructor => "Constructor[workflow_constructor]",
            TypeTag::Exception => "Exception",
            TypeTag::Record => "record",
            TypeTag::Module => "module",
            TypeTag::Promise => "promise",
            TypeTag::Task => "Task",
            TypeTag::Pattern => "Pattern",
            TypeTag::Match => "Match",
            TypeTag::Date => "date",
            TypeTag::DateTime => "datetime",
            TypeTag::Time => "time",
            TypeTag::TimeDelta => "timedelta",
            TypeTag::TimeZone => "timezone",
            TypeTag::IsoCalendarDate => "IsoCalendarDate",
            TypeTag::StructTime => "struct_time",
            TypeTag::Random => "Random",
            TypeTag::Chain => "chain",
            TypeTag::Slice => "slice",
            TypeTag::NotImplemented => "NotImplemented",
        }
    }

    /// The name with the module before it, for the types of library modules.
    pub fn qualified_name(self) -> &'static str {
        match self {
            TypeTag::Pattern => "re.Pattern",
            TypeTag::Match => "re.Match",
            TypeTag::Date => "datetime.date",
            TypeTag::DateTime => "datetime.datetime",
            TypeTag::Time => "datetime.time",
            TypeTag::TimeDelta => "datetime.timedelta",
            TypeTag::TimeZone => "datetime.timezone",
            TypeTag::IsoCalendarDate => "datetime.IsoCalendarDate",
            TypeTag::StructTime => "time.struct_time",
            TypeTag::Chain => "itertools.chain",
            other => other.name(),
        }
    }

    /// Is it a type that a library module defines?
    pub fn is_native(self) -> bool {
        matches!(
            self,
            TypeTag::Pattern
                | TypeTag::Match
                | TypeTag::Date
                | TypeTag::DateTime
                | TypeTag::Time
                | TypeTag::TimeDelta
                | TypeTag::TimeZone
                | TypeTag::IsoCalendarDate
                | TypeTag::StructTime
                | TypeTag::Random
                | TypeTag::Chain
                | TypeTag::Slice
        )
    }

    /// The builtin type a program reaches under `name` (`int`, `str`, `list` …, and `any`).
    pub fn from_name(name: &str) -> Option<TypeTag> {
        Some(match name {
            "object" | "any" => TypeTag::Object,
            "bool" => TypeTag::Bool,
            "int" => TypeTag::Int,
            "float" => TypeTag::Float,
            "str" => TypeTag::Str,
            "bytes" => TypeTag::Bytes,
            "list" => TypeTag::List,
            "tuple" => TypeTag::Tuple,
            "dict" => TypeTag::Dict,
            "set" => TypeTag::Set,
            "frozenset" => TypeTag::FrozenSet,
            "slice" => TypeTag::Slice,
            "range" => TypeTag::Range,
            "type" => TypeTag::Type,
            _ => return None,
        })
    }

    /// Is it the type of a kind of record types?
    pub fn is_constructor(self) -> bool {
        matches!(
            self,
            TypeTag::StructConstructor
                | TypeTag::ResourceConstructor
                | TypeTag::AgentConstructor
                | TypeTag::WorkflowConstructor
        )
    }

    /// Whether every instance of `self` is an instance of `other` (`bool` is an `int`, all are `object`).
    pub fn is_subtype_of(self, other: TypeTag) -> bool {
        self == other
            || other == TypeTag::Object
            || matches!(
                (self, other),
                (TypeTag::Bool, TypeTag::Int)
                    | (TypeTag::DateTime, TypeTag::Date)
                    | (TypeTag::StructTime | TypeTag::IsoCalendarDate, TypeTag::Tuple)
            )
    }
}
