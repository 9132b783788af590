//! Runs Dana programs.
//!
//! [`lower`] turns a syntax tree into bytecode, [`Vm`] runs it. A program's frames live on the heap of the VM, so that a
//! run can be suspended, inspected, stepped, cancelled and moved to another thread. Every effect goes through [`Host`]:
//! the same program with the same answers of its host makes the same calls and gives the same result.
//!
//! [`embedding`] shows by examples how another program uses it.

mod analysis_loader;
mod arena;
mod builtins;
mod bytecode;
mod compile;
mod exception_kind;
#[doc = include_str!("embedding.md")]
pub mod embedding {}
mod format;
mod heap;
pub mod host;
#[cfg(test)]
mod library_tests;
mod limits;
mod loader;
pub mod lower;
mod meter;
mod methods;
mod modules;
mod objects;
mod ops;
mod prelude;
#[cfg(test)]
mod python_tests;
mod report;
mod value;
mod vm;
mod vm_builtins;

pub use analysis_loader::AnalysisLoader;
pub use bytecode::{CodeModule, Scope};
pub use compile::{CompileError, compile};
pub use exception_kind::ExceptionKind;
pub use host::{
    Capture, Data, Failure, Host, HttpBody, LogLevel, Request, RequestId, Started, TaskEvent, TaskEventKind,
};
pub use limits::{Limit, Limits};
pub use loader::{LoadError, Loader, ModuleRequest, NoModules};
pub use report::{Origin, Report, ReportFrame};
pub use vm::{Budget, CallError, Canceller, FrameInfo, Outcome, Position, Step, Variable, Vm};
