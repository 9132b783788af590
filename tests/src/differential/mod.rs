//! The differential test: generated programs that mean the same in Dana and in Python, run by Danaide and by CPython.
//!
//! What the generator writes and leaves out is told in `docs/decisions/differential-testing.md`.

mod cpython;
mod dana;
mod expressions;
mod literals;
pub mod program;
mod random;
mod scenarios;
mod statements;
mod templates;
mod types;

use std::fmt::Write;

use self::cpython::CPython;
use self::expressions::Generator;
use self::program::{Language, Node, render, smaller};

const TIME_UP: &str = "TimeUp";
const UNCOMMON: &str = "Uncommon";
/// How often a failing program is run again to make it smaller.
const SHRINKING_RUNS: usize = 600;

/// How a program ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ending {
    pub output: String,
    /// The type and the message of the exception that nobody handled.
    pub exception: Option<(String, String)>,
}

impl Ending {
    fn failed(kind: &str, message: impl Into<String>) -> Ending {
        Ending { output: String::new(), exception: Some((kind.to_owned(), message.into())) }
    }

    fn kind(&self) -> Option<&str> {
        self.exception.as_ref().map(|(kind, _)| kind.as_str())
    }

    fn ran_out(&self) -> bool {
        matches!(self.kind(), Some(TIME_UP | "MemoryError"))
    }
}

/// What two endings differ in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Difference {
    /// In the output or in the type of the exception.
    Behaviour,
    /// Only in the message of an exception.
    Message,
}

/// A program that ends differently.
pub struct Finding {
    pub seed: u64,
    pub difference: Difference,
    pub program: Vec<Node>,
    pub python: Ending,
    pub dana: Ending,
}

/// What came of a run.
#[derive(Default)]
pub struct Summary {
    pub programs: usize,
    /// Programs that ran out of time or memory in CPython, and so prove nothing.
    pub ran_out: usize,
    /// Programs that do what only one of the two languages, or CPython 3.11 alone, does: `worker.py` notices.
    pub uncommon: usize,
    /// Programs that ended with an exception that nobody handled.
    pub uncaught: usize,
    pub caught: usize,
    pub lines: usize,
    pub findings: Vec<Finding>,
}

impl Summary {
    pub fn count(&self, difference: Difference) -> usize {
        self.findings.iter().filter(|finding| finding.difference == difference).count()
    }
}

/// The program of a seed.
pub fn program(seed: u64) -> Vec<Node> {
    Generator::new(seed).program()
}

/// Runs the programs of `count` seeds from `first` on, until `most` of them were found to differ.
///
/// # Errors
/// If `python3` cannot be run.
pub fn run(first: u64, count: u64, most: usize) -> Result<Summary, String> {
    let mut python = CPython::start()?;
    let mut summary = Summary::default();
    for seed in first..first + count {
        let program = program(seed);
        let (in_python, in_dana) = both(&mut python, &program)?;
        summary.programs += 1;
        summary.lines += render(&program, Language::Dana).lines().count();
        if in_python.ran_out() || in_python.output.contains("MemoryError") || in_dana.output.contains("out of memory") {
            summary.ran_out += 1;
            continue;
        }
        if in_python.kind() == Some(UNCOMMON) {
            summary.uncommon += 1;
            continue;
        }
        summary.uncaught += usize::from(in_python.exception.is_some());
        summary.caught += in_python.output.lines().filter(|line| line.starts_with("caught")).count();
        let difference = if in_python.kind() == Some("SyntaxError") {
            Some(Difference::Behaviour)
        } else {
            compare(&in_python, &in_dana)
        };
        if let Some(difference) = difference {
            let finding = Finding { seed, difference, program, python: in_python, dana: in_dana };
            summary.findings.push(shrink(&mut python, finding)?);
            if summary.findings.len() >= most {
                break;
            }
        }
    }
    Ok(summary)
}

fn both(python: &mut CPython, program: &[Node]) -> Result<(Ending, Ending), String> {
    Ok((python.run(&render(program, Language::Python))?, dana::run(&render(program, Language::Dana))))
}

/// Lines that start so hold the message of an exception.
const MESSAGE_LINE: &str = "#message";

fn compare(python: &Ending, dana: &Ending) -> Option<Difference> {
    let (python, dana) = (&normalized(python), &normalized(dana));
    if python == dana {
        return None;
    }
    let without_messages = |ending: &Ending| -> Vec<String> {
        ending.output.lines().filter(|line| !line.starts_with(MESSAGE_LINE)).map(str::to_owned).collect()
    };
    let same = python.kind() == dana.kind() && without_messages(python) == without_messages(dana);
    Some(if same { Difference::Message } else { Difference::Behaviour })
}

/// Danaide's messages go on with a suggestion where CPython's traceback, but not the message, does. CPython's name a
/// function with its module and the functions around it.
fn normalized(ending: &Ending) -> Ending {
    let cut = |text: &str| -> String {
        let text = without_qualifiers(text);
        let mut rest = text.as_str();
        let mut out = String::new();
        while let Some((before, after)) = rest.split_once(". Did you mean: ") {
            out.push_str(before);
            rest = after.split_once('?').map_or("", |(_, rest)| rest);
        }
        out + rest
    };
    Ending {
        output: cut(&ending.output),
        exception: ending.exception.as_ref().map(|(kind, message)| (cut(kind), cut(message))),
    }
}

fn without_qualifiers(text: &str) -> String {
    let mut parts = text.split(".<locals>.").peekable();
    let mut out = String::new();
    while let Some(part) = parts.next() {
        let mut part = part.replace("__main__.", "");
        for around in ["<listcomp>.", "<dictcomp>.", "<setcomp>.", "<lambda>.<"] {
            part = part.replace(around, if around.ends_with('<') { "<" } else { "" });
        }
        // CPython 3.11 runs a comprehension as a function; there a local variable around it is a free one. 3.12 does not.
        let part = part
            .replace("UnboundLocalError", "NameError")
            .replace("cannot access free variable", "cannot access local variable")
            .replace(" in enclosing scope", "");
        let is_around = parts.peek().is_some();
        let part = if is_around { part.trim_end_matches("<lambda>").to_owned() } else { part };
        let kept = if is_around { part.trim_end_matches(|c: char| c.is_alphanumeric() || c == '_') } else { &part };
        out.push_str(kept);
    }
    out
}

/// Takes statements away as long as the difference stays.
fn shrink(python: &mut CPython, mut finding: Finding) -> Result<Finding, String> {
    let mut runs = 0;
    'smaller: while runs < SHRINKING_RUNS {
        for candidate in smaller(&finding.program) {
            runs += 1;
            if runs > SHRINKING_RUNS {
                break;
            }
            let (in_python, in_dana) = both(python, &candidate)?;
            let is_broken = in_python.kind() == Some(UNCOMMON)
                || in_python.kind() == Some("SyntaxError") && finding.python.kind() != Some("SyntaxError");
            // A name that is gone must not be what the two disagree about.
            let same_sort = in_python.kind() == finding.python.kind() && in_dana.kind() == finding.dana.kind();
            if !is_broken && same_sort && compare(&in_python, &in_dana) == Some(finding.difference) {
                finding = Finding { program: candidate, python: in_python, dana: in_dana, ..finding };
                continue 'smaller;
            }
        }
        break;
    }
    Ok(finding)
}

impl Finding {
    /// The program, and what the two made of it.
    pub fn show(&self) -> String {
        let mut text =
            format!("--- seed {}: {:?}\n{}", self.seed, self.difference, render(&self.program, Language::Dana));
        let differing = self.python.output.lines().zip(self.dana.output.lines()).find(|(python, dana)| python != dana);
        let mut tell = |who: &str, ending: &Ending, line: Option<&str>| {
            write!(text, "  {who}: ").expect("a string takes text");
            match line {
                Some(line) => text.push_str(line),
                None => write!(text, "{} lines", ending.output.lines().count()).expect("a string takes text"),
            }
            match &ending.exception {
                Some((kind, message)) => writeln!(text, "   [{kind}: {message}]"),
                None => writeln!(text, "   [ended well]"),
            }
            .expect("a string takes text");
        };
        tell("CPython", &self.python, differing.map(|it| it.0));
        tell("Danaide", &self.dana, differing.map(|it| it.1));
        text
    }
}
