//! Drives a program against [`LocalHost`] to its end, within its limits.

use std::sync::Arc;
use std::time::{Duration, Instant};

use danaide_interpreter::{Budget, Data, Outcome, Report, Vm};

use crate::output::State;
use crate::watchdog::Watchdog;
use crate::{Interrupt, LocalHost};

/// How many steps the program makes between two looks at the clock: well below a millisecond, if they are short.
const STEPS: u64 = 1 << 15;

/// How long `finally` blocks may take once the run has to end.
const GRACE: Duration = Duration::from_secs(2);

/// How a run ended.
#[derive(Debug)]
pub enum Ending {
    Finished,
    /// An exception was not caught.
    Failed(Box<Report>),
    /// The time limit was reached.
    TimeLimit,
    Interrupted,
    /// Nobody reads the output any more.
    OutputClosed,
    /// The output cannot be written; why, in the words of the system.
    OutputBroken(String),
    /// The program waits for an answer that nobody will give.
    Stuck,
}

/// Runs the program's module and then, if it defines one, its `__main__` with these arguments, until it is done, `limit`
/// is reached, or `interrupt` is asked for. Then, and when the output is closed, the program is cancelled: its
/// `finally` blocks run, for at most two seconds. All output is written when this returns.
pub fn run_to_end(
    vm: &mut Vm,
    host: &mut LocalHost,
    interrupt: &mut Interrupt,
    limit: Option<Duration>,
    arguments: &[(String, Data)],
) -> Ending {
    let mut main_called = false;
    let then = |vm: &mut Vm| {
        let calls = !main_called && vm.call_main(arguments);
        main_called |= calls;
        calls
    };
    drive(vm, host, interrupt, limit, then)
}

/// Runs what is ready in the machine, the body of its module or a function that was called, until it is done: otherwise as
/// [`run_to_end`], which calls `__main__` besides. What came out says [`Vm::run`], which gives its outcome again.
pub fn run_ready(vm: &mut Vm, host: &mut LocalHost, interrupt: &mut Interrupt, limit: Option<Duration>) -> Ending {
    drive(vm, host, interrupt, limit, |_| false)
}

/// `then` makes ready what comes after what has ended; false if nothing does.
fn drive(
    vm: &mut Vm,
    host: &mut LocalHost,
    interrupt: &mut Interrupt,
    limit: Option<Duration>,
    mut then: impl FnMut(&mut Vm) -> bool,
) -> Ending {
    let deadline = limit.and_then(|limit| Instant::now().checked_add(limit));
    let watchdog = Watchdog::start(vm.canceller(), deadline, interrupt.flag());
    let mut ending = loop {
        let reason = match vm.run(host, Budget::steps(STEPS)) {
            Outcome::Finished(_) if then(vm) => None,
            Outcome::Finished(_) => break Ending::Finished,
            Outcome::Failed(report) => break Ending::Failed(report),
            Outcome::Cancelled => break reason_to_end(host, interrupt, deadline).unwrap_or(Ending::Interrupted),
            Outcome::Paused => {
                // A program that never stands still is told all the same what it waits for elsewhere.
                while let Some((id, answer)) = host.due_answer() {
                    vm.resume(id, answer);
                }
                host.show_progress();
                reason_to_end(host, interrupt, deadline)
            }
            Outcome::Waiting(_) => match host.next_answer(interrupt, deadline) {
                Some((id, answer)) => {
                    vm.resume(id, answer);
                    None
                }
                None => reason_to_end(host, interrupt, deadline).or((!host.is_waiting()).then_some(Ending::Stuck)),
            },
        };
        if let Some(ending) = reason {
            cancel(vm, host, watchdog);
            break ending;
        }
    };
    host.finish();
    // What was still in the buffer may be what cannot be written.
    if matches!(ending, Ending::Finished)
        && let Some(broken) = output_ending(host)
    {
        ending = broken;
    }
    ending
}

fn reason_to_end(host: &LocalHost, interrupt: &mut Interrupt, deadline: Option<Instant>) -> Option<Ending> {
    if interrupt.is_asked() {
        return Some(Ending::Interrupted);
    }
    if deadline.is_some_and(|deadline| Instant::now() >= deadline) {
        return Some(Ending::TimeLimit);
    }
    output_ending(host)
}

fn output_ending(host: &LocalHost) -> Option<Ending> {
    match host.output_state() {
        State::Open => None,
        State::Closed => Some(Ending::OutputClosed),
        State::Broken(why) => Some(Ending::OutputBroken(why.clone())),
    }
}

/// Lets the program clean up; it may wait for that, too.
fn cancel(vm: &mut Vm, host: &mut LocalHost, watchdog: Watchdog) {
    let until = Instant::now() + GRACE;
    if !watchdog.has_fired() {
        vm.cancel();
    }
    drop(watchdog);
    let _watchdog = Watchdog::start(vm.canceller(), Some(until), Arc::default());
    while Instant::now() < until {
        match vm.run(host, Budget::steps(STEPS)) {
            Outcome::Paused => {}
            Outcome::Waiting(_) => match host.last_answer(until) {
                Some((id, answer)) => {
                    vm.resume(id, answer);
                }
                None => return,
            },
            Outcome::Finished(_) | Outcome::Failed(_) | Outcome::Cancelled => return,
        }
    }
}
