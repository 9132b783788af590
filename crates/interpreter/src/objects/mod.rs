//! The objects that values refer to, one file for each type.

mod bigint;
mod bound_method;
mod bytes;
mod cell;
mod dict;
mod exception;
mod function;
mod iter;
mod list;
mod module;
mod pipeline;
mod range;
mod record;
mod set;
mod str;
mod table;
mod tuple;
mod view;

pub use bigint::BigInt;
pub use bound_method::{BoundMethod, MethodTarget};
pub use bytes::Bytes;
pub use cell::Cell;
pub use dict::Dict;
pub use exception::{Exception, TraceEntry};
pub use function::Function;
pub use iter::Iter;
pub use list::List;
pub use module::Module;
pub use pipeline::Pipeline;
pub use range::Range;
pub use record::{FieldDefault, FieldSpec, Record, RecordKind, RecordType};
pub use set::Set;
pub use str::Str;
pub use table::{Entry, Table};
pub use tuple::Tuple;
pub use view::{View, ViewKind};
