//! `danaide trace`: shows the tasks of a run that was traced.

use danaide_runtime::{render_trace, render_trace_page};

use crate::args::TraceOptions;
use crate::{exit, paths};

/// Gives the exit code.
pub fn trace(options: &TraceOptions) -> i32 {
    match show(options) {
        Ok(()) => exit::SUCCESS,
        Err(message) => {
            exit::complain(&message);
            exit::USAGE
        }
    }
}

fn show(options: &TraceOptions) -> Result<(), String> {
    let text = std::fs::read_to_string(&options.file).map_err(|error| paths::unreadable(&options.file, &error))?;
    let no_trace = |error| format!("{}: {error}", options.file.display());
    let Some(page) = &options.html else {
        exit::write_output(&render_trace(&text, usize::from(options.width)).map_err(no_trace)?);
        return Ok(());
    };
    let name = options.file.file_name().unwrap_or_default().to_string_lossy();
    let html = render_trace_page(&text, &name).map_err(no_trace)?;
    std::fs::write(page, html).map_err(|error| format!("cannot write {}: {error}", page.display()))
}
