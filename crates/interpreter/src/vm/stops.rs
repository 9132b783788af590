//! Where a debugger wants the run to stop: at a breakpoint, at the next statement, or when it is back in a caller.

use std::collections::BTreeMap;

use danaide_syntax::ColumnEncoding;
use rustc_hash::FxHashSet;

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
    /// Where the run goes on from, until its first instruction: it does not stop there again.
    resumed: Option<(usize, Place)>,
    /// The lines asked for, by file.
    lines: BTreeMap<String, Vec<u32>>,
    /// The statements of those lines in the code that is loaded.
    breakpoints: FxHashSet<Place>,
}

impl Stops {
    pub(super) fn is_empty(&self) -> bool {
        self.step.is_none() && self.breakpoints.is_empty()
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

    /// The run goes on.
    pub(super) fn resume(&mut self) {
        self.resumed = self.stopped.take();
    }

    /// Replaces the breakpoints of a file. Gives the line of each: the first that has a statement, from the one asked for.
    pub(super) fn set_lines(&mut self, codes: &[LoadedCode], path: &str, lines: &[u32]) -> Vec<Option<u32>> {
        let lines = lines.iter().map(|line| next_line(codes, path, *line)).collect::<Vec<_>>();
        self.lines.insert(path.to_owned(), lines.iter().flatten().copied().collect());
        self.breakpoints.clear();
        self.find_places(codes, 0);
        lines
    }

    /// Finds the breakpoints in the codes from `first` on.
    pub(super) fn find_places(&mut self, codes: &[LoadedCode], first: usize) {
        if self.lines.values().all(Vec::is_empty) {
            return;
        }
        for (loaded, id) in codes.iter().zip(0..).skip(first) {
            let Some(lines) = self.lines.get(&loaded.unit.path) else { continue };
            let mut last = None;
            for &pc in &loaded.code.statements {
                let line = line_of(loaded, pc);
                // Of several statements in one line, the run stops at the first.
                if lines.contains(&line) && last != Some(line) {
                    self.breakpoints.insert((CodeId(id), pc));
                }
                last = Some(line);
            }
        }
    }

    /// Does the run stop before the instruction?
    pub(super) fn stops_at(&mut self, frames: &[Frame], loaded: &LoadedCode, pc: usize) -> bool {
        let pc = pc as u32;
        let resumed = self.resumed.take();
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
        let here = place.map(|place| (frames.len(), place));
        let stops = step_ends || (here != resumed && place.is_some_and(|place| self.breakpoints.contains(&place)));
        if stops {
            self.stopped = here;
        }
        stops
    }
}

fn line_of(loaded: &LoadedCode, pc: u32) -> u32 {
    let range = loaded.code.ranges.get(pc as usize).copied().unwrap_or(loaded.code.range);
    loaded.unit.lines.line_col(range.start(), ColumnEncoding::Utf32).line + 1
}

/// The first line from `line` on in which a statement of the file starts. A file that is not loaded yet has any line.
fn next_line(codes: &[LoadedCode], path: &str, line: u32) -> Option<u32> {
    let mut of_file = codes.iter().filter(|loaded| loaded.unit.path == path).peekable();
    if of_file.peek().is_none() {
        return Some(line);
    }
    of_file
        .flat_map(|loaded| loaded.code.statements.iter().map(|pc| line_of(loaded, *pc)))
        .filter(|candidate| *candidate >= line)
        .min()
}
