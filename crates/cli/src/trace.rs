//! `danaide trace`: shows the tasks of a run that was traced.

use danaide_runtime::render_trace;

use crate::args::TraceOptions;
use crate::{exit, paths};

/// Gives the exit code.
pub fn trace(options: &TraceOptions) -> i32 {
    let text = match std::fs::read_to_string(&options.file) {
        Ok(text) => text,
        Err(error) => {
            exit::complain(&paths::unreadable(&options.file, &error));
            return exit::USAGE;
        }
    };
    match render_trace(&text, usize::from(options.width)) {
        Ok(view) => {
            exit::write_output(&view);
            exit::SUCCESS
        }
        Err(error) => {
            exit::complain(&format!("{}: {error}", options.file.display()));
            exit::USAGE
        }
    }
}
