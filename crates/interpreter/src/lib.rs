//! Runs Dana programs.
//!
//! [`lower`] turns a syntax tree into bytecode, [`Vm`] runs it. A program's frames live on the heap of the VM, so that a
//! run can be suspended, inspected, stepped, cancelled and moved to another thread. Every effect goes through [`Host`]:
//! the same program with the same answers of its host makes the same calls and gives the same result.

mod analysis_loader;
mod arena;
mod builtins;
mod bytecode;
mod exception_kind;
mod format;
mod heap;
pub mod host;
#[cfg(test)]
mod library_tests;
mod loader;
pub mod lower;
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
pub use bytecode::CodeModule;
pub use exception_kind::ExceptionKind;
pub use host::LogLevel;
pub use host::{Data, Failure, Host, Request, RequestId, Started};
pub use loader::NoModules;
pub use loader::{LoadError, Loader, ModuleRequest};
pub use report::{Origin, Report, ReportFrame};
pub use vm::{Budget, FrameInfo, Limits, Outcome, Position, Step, Vm};
