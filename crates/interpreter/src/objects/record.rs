//! Records: instances of `struct`, `resource`, `agent_blueprint`, `agent` and `workflow` types.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::bytecode::TypeSpec;
use crate::exception_kind::ExceptionKind;
use crate::heap::{Marker, Trace};
use crate::host::Data;
use crate::objects::{Function, Module, Str};
use crate::ops::protocol::Protocols;
use crate::value::{Ref, TypeTag, Value};

/// The keyword that a record type was defined with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RecordKind {
    Struct,
    Resource,
    AgentBlueprint,
    /// The type of a singleton agent; its only instance is bound to the agent's name.
    Agent,
    Interface,
    Workflow,
}

impl RecordKind {
    pub fn keyword(self) -> &'static str {
        match self {
            RecordKind::Struct => "struct",
            RecordKind::Resource => "resource",
            RecordKind::AgentBlueprint => "agent_blueprint",
            RecordKind::Agent => "agent",
            RecordKind::Interface => "interface",
            RecordKind::Workflow => "workflow",
        }
    }
}

impl RecordKind {
    /// The type of the types of this kind: what `type(Point)` is.
    pub fn constructor(self) -> TypeTag {
        match self {
            RecordKind::Struct => TypeTag::StructConstructor,
            RecordKind::Resource => TypeTag::ResourceConstructor,
            RecordKind::AgentBlueprint | RecordKind::Agent => TypeTag::AgentConstructor,
            RecordKind::Interface => TypeTag::Type,
            RecordKind::Workflow => TypeTag::WorkflowConstructor,
        }
    }

    /// What the types of this kind print as: `Struct[Point]`.
    pub fn family(self) -> &'static str {
        match self {
            RecordKind::Struct => "Struct",
            RecordKind::Resource => "Resource",
            RecordKind::AgentBlueprint | RecordKind::Agent => "Agent",
            RecordKind::Interface => "Interface",
            RecordKind::Workflow => "Workflow",
        }
    }
}

/// What a field holds if a record is made without a value for it.
#[derive(Debug, Clone)]
pub enum FieldDefault {
    /// The field must be given.
    Required,
    Value(Value),
    /// A list or dict of literals, made anew for each record.
    Fresh(Arc<Data>),
    /// An initialiser of the type computes it for each record.
    Computed,
}

/// A field of a record type.
#[derive(Debug, Clone)]
pub struct FieldSpec {
    pub name: Ref<Str>,
    pub default: FieldDefault,
    pub ty: Arc<TypeSpec>,
}

#[derive(Debug, Clone)]
pub struct RecordType {
    pub name: Ref<Str>,
    pub kind: RecordKind,
    pub module: Ref<Module>,
    /// In declaration order, those of the bases first. Records hold their values in this order.
    pub fields: Vec<FieldSpec>,
    pub methods: FxHashMap<Ref<Str>, Value>,
    /// Which of the methods operators and builtins use.
    pub protocols: Protocols,
    /// What an interface asks for: methods and how many arguments they take.
    pub signatures: Vec<(Ref<Str>, u16)>,
    pub bases: Vec<Ref<RecordType>>,
    /// The builtin exception that the type derives from, if it does.
    pub exception: Option<ExceptionKind>,
    /// Functions that take a new record and fill in computed defaults, those of the bases first.
    pub initialisers: Vec<Ref<Function>>,
    pub doc: Option<Ref<Str>>,
}

impl RecordType {
    /// The position of a field in the records of this type.
    pub fn field(&self, name: Ref<Str>) -> Option<usize> {
        self.fields.iter().position(|field| field.name == name)
    }
}

impl Trace for RecordType {
    fn trace(&self, marker: &mut Marker) {
        marker.value(Value::Str(self.name));
        marker.value(Value::Module(self.module));
        for field in &self.fields {
            marker.value(Value::Str(field.name));
            if let FieldDefault::Value(value) = field.default {
                marker.value(value);
            }
        }
        for (&name, &method) in &self.methods {
            marker.value(Value::Str(name));
            marker.value(method);
        }
        for &base in &self.bases {
            marker.value(Value::RecordType(base));
        }
        for &(name, _) in &self.signatures {
            marker.value(Value::Str(name));
        }
        for &initialiser in &self.initialisers {
            marker.value(Value::Function(initialiser));
        }
        if let Some(doc) = self.doc {
            marker.value(Value::Str(doc));
        }
    }

    fn bytes(&self) -> usize {
        self.fields.len() * size_of::<FieldSpec>() + self.methods.len() * 4 * size_of::<Value>()
    }
}

#[derive(Debug, Clone)]
pub struct Record {
    pub ty: Ref<RecordType>,
    /// One value for each field of the type; after them, the memory of an agent that has one, or the exception that a
    /// record of an exception type is raised as.
    pub fields: Box<[Value]>,
}

impl Trace for Record {
    fn trace(&self, marker: &mut Marker) {
        marker.value(Value::RecordType(self.ty));
        for &value in &self.fields {
            marker.value(value);
        }
    }

    fn bytes(&self) -> usize {
        self.fields.len() * size_of::<Value>()
    }
}
