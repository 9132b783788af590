//! Why a run failed, as the client is told.

use danaide_interpreter::{Limit, Report, ReportFrame};
use danaide_runtime::Ending;

use super::places::Places;
use super::protocol::{RunError, RunFrame, RunOutcome};

/// How a run ended, in the words of the protocol.
pub(crate) fn outcome(ending: &Ending) -> RunOutcome {
    match ending {
        Ending::Finished => RunOutcome::Done,
        Ending::Failed(report) if report.exit_code == Some(0) => RunOutcome::Done,
        Ending::Failed(report) if report.limit.is_some() => RunOutcome::Limit,
        Ending::TimeLimit => RunOutcome::Limit,
        Ending::Interrupted => RunOutcome::Cancelled,
        _ => RunOutcome::Failed,
    }
}

/// What went wrong, if something did. `seconds` is the time limit.
pub(crate) fn error(ending: &Ending, seconds: f64, places: &mut Places) -> Option<RunError> {
    let without_place = |code: &str, message: String| RunError {
        code: code.to_owned(),
        message,
        uri: None,
        range: None,
        traceback: Vec::new(),
    };
    match ending {
        Ending::Finished | Ending::Interrupted => None,
        Ending::Failed(report) if report.exit_code == Some(0) => None,
        Ending::Failed(report) => Some(of_report(report, places)),
        Ending::TimeLimit => Some(without_place(
            "time",
            format!(
                "the program reached its time limit of {seconds} seconds; the setting danaide.run.limits.seconds raises it"
            ),
        )),
        Ending::OutputClosed => Some(without_place("internal", "nobody reads the output any more".into())),
        Ending::OutputBroken(why) => Some(without_place("internal", format!("the output cannot be written: {why}"))),
        Ending::Stuck => Some(without_place("stuck", "the program waits for something that cannot come".into())),
    }
}

fn of_report(report: &Report, places: &mut Places) -> RunError {
    let traceback: Vec<RunFrame> = report.frames.iter().map(|it| frame(it, places)).collect();
    // The innermost place that the client can open.
    let place = traceback.iter().rev().find(|it| it.uri.is_some());
    let (uri, range) = place.map_or((None, None), |it| (it.uri.clone(), it.range));
    let mut message = match report.exit_code {
        Some(code) => format!("the program ended with the exit code {code}"),
        None => in_editor(&report.headline()),
    };
    for note in report.notes.iter().chain(&report.hint) {
        message.push('\n');
        message.push_str(&in_editor(note));
    }
    if let Some((_, origin)) = &report.origin {
        message.push_str(&format!("\nbecause of {}", in_editor(&origin.headline())));
    }
    let code = match report.limit {
        Some(limit) => {
            let (code, help) = describe(limit);
            message.push('\n');
            message.push_str(help);
            code.to_owned()
        }
        None => report.type_name.clone(),
    };
    RunError { code, message, uri, range, traceback }
}

fn describe(limit: Limit) -> (&'static str, &'static str) {
    match limit {
        Limit::Steps => ("steps", "the setting danaide.run.limits.steps lets a program make more steps"),
        Limit::Memory => ("memory", "the setting danaide.run.limits.memoryMb lets a program use more memory"),
        Limit::Depth => ("depth", "a function that calls itself has to come to an end"),
        Limit::Output => ("output", "the setting danaide.run.limits.outputKb lets a program print more"),
    }
}

/// The runtime speaks of options of the command line; here there are settings.
fn in_editor(message: &str) -> String {
    const BEFORE: &str = "run with --allow ";
    let Some((start, rest)) = message.split_once(BEFORE) else { return message.to_owned() };
    let end = rest.find(" to allow").unwrap_or(rest.len());
    let (grant, rest) = rest.split_at(end);
    format!("{start}add \"{grant}\" to the setting danaide.run.allow{rest}")
}

fn frame(frame: &ReportFrame, places: &mut Places) -> RunFrame {
    let found = places.find(&frame.position.path, frame.position.range);
    let (uri, range) = found.map_or((None, None), |(uri, range, _)| (Some(uri), Some(range)));
    RunFrame { function: frame.function.clone(), uri, range, text: frame.source.trim().to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refusals_name_the_setting() {
        assert_eq!(
            in_editor("PermissionError: reaching 'x' is not granted; run with --allow net=x to allow it"),
            "PermissionError: reaching 'x' is not granted; add \"net=x\" to the setting danaide.run.allow to allow it"
        );
        assert_eq!(in_editor("ValueError: a"), "ValueError: a");
    }
}
