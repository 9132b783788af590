//! Runs generated programs with Danaide and with CPython and prints those that end differently: what `cargo xtask
//! differential` starts.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "it talks to the person who started it")]

use std::process::ExitCode;
use std::time::Instant;

use danaide_tests::differential::program::{Language, render};
use danaide_tests::differential::{Difference, program, run};

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let (mut count, mut seed, mut most, mut show) = (10_000, 0, 20, false);
    while let Some(argument) = arguments.next() {
        let mut number = || arguments.next().and_then(|text| text.parse::<u64>().ok());
        let known = match argument.as_str() {
            "--count" => number().map(|it| count = it),
            "--seed" => number().map(|it| seed = it),
            "--most" => number().map(|it| most = it as usize),
            "--show" => {
                show = true;
                Some(())
            }
            _ => None,
        };
        if known.is_none() {
            eprintln!("usage: differential [--count N] [--seed FIRST] [--most DIFFERENCES] [--show]");
            return ExitCode::from(2);
        }
    }
    if show {
        print!("{}", render(&program(seed), Language::Dana));
        return ExitCode::SUCCESS;
    }
    let start = Instant::now();
    let summary = match run(seed, count, most) {
        Ok(summary) => summary,
        Err(message) => {
            eprintln!("error: {message}");
            return ExitCode::FAILURE;
        }
    };
    for finding in &summary.findings {
        println!("{}", finding.show());
    }
    println!(
        "{} programs, {} lines; {} ended by an exception, {} exceptions handled, {} ran out of time, {} mean something else in Python; {} differ in behaviour, {} in a message; {:.1} s",
        summary.programs,
        summary.lines,
        summary.uncaught,
        summary.caught,
        summary.ran_out,
        summary.uncommon,
        summary.count(Difference::Behaviour),
        summary.count(Difference::Message),
        start.elapsed().as_secs_f64()
    );
    if summary.findings.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
