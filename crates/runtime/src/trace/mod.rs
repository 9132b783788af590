//! Traces: what happens to the tasks of a run, written to a file, and shown from it.

mod file;
mod model;
mod page;
mod view;

pub(crate) use file::TraceFile;
pub use model::TraceError;
pub use page::render_trace_page;
pub use view::render_trace;
