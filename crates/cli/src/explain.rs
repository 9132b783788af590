//! `danaide explain`: what a diagnostic means and how it is mended.

use std::io::{ErrorKind, Write};

use danaide_analysis::DiagnosticCode;

use crate::args::ExplainOptions;
use crate::exit;

/// Gives the exit code: 2 if there is no such code, else 0.
pub fn run(options: &ExplainOptions) -> i32 {
    let text = match &options.code {
        None => list(),
        Some(name) => match DiagnosticCode::from_name(name) {
            Some(code) => format!("# {}\n\n{}", code.as_str(), code.markdown()),
            None => {
                exit::complain(&unknown(name));
                return exit::USAGE;
            }
        },
    };
    let mut out = anstream::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        // Whoever stops reading has seen enough.
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            exit::complain(&format!("cannot write the explanation: {error}"));
            exit::USAGE
        }
        _ => exit::SUCCESS,
    }
}

/// A sentence about a name that is no code.
pub fn unknown(name: &str) -> String {
    match DiagnosticCode::nearest(name) {
        Some(code) => format!("there is no diagnostic `{name}`; did you mean `{}`?", code.as_str()),
        None => format!("there is no diagnostic `{name}`; `danaide explain` lists all of them"),
    }
}

/// One line for each code: its name, its severity, what it finds.
fn list() -> String {
    let width = DiagnosticCode::ALL.iter().map(|it| it.as_str().len()).max().unwrap_or(0);
    let lines = DiagnosticCode::ALL.iter().map(|it| {
        let rule = it.rule();
        format!("{:width$}  {:11}  {}\n", rule.name, rule.level.as_str(), rule.summary)
    });
    lines.collect()
}
