//! What the VM runs: register bytecode, the tables beside it, and a compiled module.

mod code;
mod op;
mod type_spec;

pub use code::{
    CallShape, CaptureSource, Code, CodeId, CodeKind, CodeModule, Constant, Effects, FieldDef, FieldDefaultSpec, Given,
    Handler, Local, Params, Point, RecordSpec, Waits,
};
pub use op::{BinaryOp, CompareOp, Intrinsic, Op, Reg, Scope};
pub use type_spec::TypeSpec;
