//! The representation of a Dana value: 16 bytes, `Copy`, that either hold its data or name a heap object.

use std::fmt;

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
/// Each payload is one integer of 64 bits in a type of its own ([`Truth`], [`Float`], [`Ref`] …), so that the compiler
/// handles a value as a pair of two scalars, as it does a slice: it travels in two machine registers, and a copy in memory
/// reads what was written, kind and payload apart. One read of 16 bytes would wait until two writes have reached the
/// cache. The kind is shorter than the payload so that the two are not made one access after all.
#[derive(Clone, Copy, Debug)]
#[repr(u32)]
pub enum Value {
    /// No value: a variable before its first assignment. Never visible to programs.
    Unset,
    None,
    Bool(Truth),
    Int(i64),
    Float(Float),
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

/// A truth value as the payload of a [`Value`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u64)]
pub enum Truth {
    False,
    True,
}

impl Truth {
    #[inline(always)]
    pub fn get(self) -> bool {
        matches!(self, Truth::True)
    }
}

/// A float, as its bits, as the payload of a [`Value`].
#[derive(Clone, Copy)]
pub struct Float(u64);

impl Float {
    #[inline(always)]
    pub fn get(self) -> f64 {
        f64::from_bits(self.0)
    }

    #[inline(always)]
    pub fn to_bits(self) -> u64 {
        self.0
    }
}

impl fmt::Debug for Float {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.get().fmt(f)
    }
}

impl Value {
    #[inline(always)]
    pub const fn bool(truth: bool) -> Value {
        Value::Bool(if truth { Truth::True } else { Truth::False })
    }

    #[inline(always)]
    pub const fn float(float: f64) -> Value {
        Value::Float(Float(float.to_bits()))
    }

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
            Value::Native(native) => native.tag(),
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
            Value::Native(native) => native.tag().qualified_name(),
            other => other.type_tag().name(),
        }
    }
}

const _: () = {
    let mut number = 0;
    while number < TypeTag::ALL.len() {
        assert!(TypeTag::ALL[number] as usize == number);
        number += 1;
    }
};

/// The builtin types.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u64)]
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
    /// Every tag, in the order of their numbers.
    pub(crate) const ALL: &[TypeTag] = &[
        TypeTag::Object,
        TypeTag::None,
        TypeTag::Bool,
        TypeTag::Int,
        TypeTag::Float,
        TypeTag::Str,
        TypeTag::Bytes,
        TypeTag::List,
        TypeTag::Tuple,
        TypeTag::Dict,
        TypeTag::Set,
        TypeTag::FrozenSet,
        TypeTag::Range,
        TypeTag::Iterator,
        TypeTag::DictView,
        TypeTag::Cell,
        TypeTag::Function,
        TypeTag::Builtin,
        TypeTag::Method,
        TypeTag::Pipeline,
        TypeTag::Type,
        TypeTag::StructConstructor,
        TypeTag::ResourceConstructor,
        TypeTag::AgentConstructor,
        TypeTag::WorkflowConstructor,
        TypeTag::Exception,
        TypeTag::Record,
        TypeTag::Module,
        TypeTag::Promise,
        TypeTag::Task,
        TypeTag::Pattern,
        TypeTag::Match,
        TypeTag::Date,
        TypeTag::DateTime,
        TypeTag::Time,
        TypeTag::TimeDelta,
        TypeTag::TimeZone,
        TypeTag::IsoCalendarDate,
        TypeTag::StructTime,
        TypeTag::Random,
        TypeTag::Chain,
        TypeTag::Slice,
        TypeTag::NotImplemented,
    ];

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
