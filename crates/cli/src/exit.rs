//! Exit codes, and how the command itself complains.

use std::io::Write;

use annotate_snippets::{Group, Level, Renderer};

pub const SUCCESS: i32 = 0;
/// The program failed.
pub const FAILED: i32 = 1;
/// Bad usage, or a file that cannot be read.
pub const USAGE: i32 = 2;
/// Errors found before running.
pub const FINDINGS: i32 = 3;
/// The time limit was reached.
pub const TIME_LIMIT: i32 = 124;
/// Ctrl-C.
pub const INTERRUPTED: i32 = 130;

/// Prints a sentence about what the command cannot do.
pub fn complain(message: &str) {
    let title = Group::with_title(Level::ERROR.primary_title(message));
    write_error(&format!("{}\n", Renderer::styled().render(&[title])));
}

/// Writes what was asked for to the standard output.
pub fn write_output(text: &str) {
    // Whoever stops reading has seen enough.
    let _ = std::io::stdout().lock().write_all(text.as_bytes());
}

/// Writes a rendered text to the standard error output, with colours if it is a terminal.
pub fn write_error(text: &str) {
    // Nobody can be told that telling failed.
    let _ = anstream::stderr().lock().write_all(text.as_bytes());
}
