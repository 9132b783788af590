//! Where a debugger wants the run to stop: at the next statement, or when it is back in a caller.

use crate::bytecode::CodeId;

use super::machine::{Frame, LoadedCode};

/// How far a step goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// To the next statement, wherever it is.
    Into,
    /// To the next statement of the same function or of a caller.
    Over,
    /// To the next statement of a caller.
    Out,
}

/// A code and an instruction of it.
type Place = (CodeId, u32);

#[derive(Debug, Default)]
pub(super) struct Stops {
    /// The step under way, with the number of frames and the place where it started.
    step: Option<(Step, usize, Option<Place>)>,
    /// Where the run has stopped before a statement: the number of frames and the place.
    stopped: Option<(usize, Place)>,
}

impl Stops {
    pub(super) fn is_empty(&self) -> bool {
        self.step.is_none()
    }

    pub(super) fn start(&mut self, step: Step, frames: &[Frame]) {
        let place = frames.last().map(|frame| (frame.code, frame.pc));
        // The statement that the step leaves; a run that has not stopped at one stops at the next it comes to.
        let start = place.filter(|place| self.stopped == Some((frames.len(), *place)));
        self.step = Some((step, frames.len(), start));
    }

    pub(super) fn finish(&mut self) {
        self.step = None;
    }

    /// Does the run stop before the instruction?
    pub(super) fn stops_at(&mut self, frames: &[Frame], loaded: &LoadedCode, pc: usize) -> bool {
        let pc = pc as u32;
        if loaded.unit.internal || loaded.code.statements.binary_search(&pc).is_err() {
            return false;
        }
        let place = frames.last().map(|frame| (frame.code, pc));
        let step_ends = self.step.is_some_and(|(step, depth, start)| {
            // The statement that the step starts from is the one it leaves.
            let moved = place != start || frames.len() != depth;
            moved
                && match step {
                    Step::Into => true,
                    Step::Over => frames.len() <= depth,
                    Step::Out => frames.len() < depth,
                }
        });
        if let Some((_, _, start)) = &mut self.step {
            // Coming back to the same statement later, in a loop, is a stop.
            if place != *start {
                *start = None;
            }
        }
        if step_ends {
            self.stopped = place.map(|place| (frames.len(), place));
        }
        step_ends
    }
}
