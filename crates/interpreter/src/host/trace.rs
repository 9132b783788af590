//! What happens to the tasks of a run, as a stream of events.

use crate::vm::Position;

/// Something that happened to a task. Two runs of a program with the same answers give the same events.
#[derive(Debug, Clone, PartialEq)]
pub struct TaskEvent {
    /// Counts the tasks of the run from 0, in the order in which they were started; 0 is the program itself.
    pub task: u64,
    /// The calls that led to the task, as the task graph names them, from the second time on with the number of the time:
    /// `report/fetch#2[1]`. The same call of the same program has the same identity in every run.
    pub identity: String,
    pub kind: TaskEventKind,
}

/// What happened.
#[derive(Debug, Clone, PartialEq)]
pub enum TaskEventKind {
    Started {
        /// The function, or the effect that was asked for.
        name: String,
        /// The task whose code made the call.
        parent: u64,
        /// The call.
        position: Option<Position>,
    },
    /// A call that is tried several times is about to be tried again, or for the first time.
    Attempt {
        number: u64,
        of: u64,
    },
    /// The task stands still until others are done, or the host has answered.
    Waiting {
        on: Vec<u64>,
    },
    /// It goes on.
    Resumed,
    Finished,
    Failed {
        /// The type and the message.
        error: String,
    },
    Cancelled,
}

impl TaskEventKind {
    /// What happened in one word.
    pub fn name(&self) -> &'static str {
        match self {
            TaskEventKind::Started { .. } => "start",
            TaskEventKind::Attempt { .. } => "attempt",
            TaskEventKind::Waiting { .. } => "wait",
            TaskEventKind::Resumed => "resume",
            TaskEventKind::Finished => "result",
            TaskEventKind::Failed { .. } => "failure",
            TaskEventKind::Cancelled => "cancellation",
        }
    }
}
