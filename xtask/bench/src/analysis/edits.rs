//! From an edit inside one body to the fresh diagnostics of its file, in process and on one thread.

use std::hint::black_box;
use std::sync::Arc;
use std::time::{Duration, Instant};

use danaide_analysis::{AnalysisHost, Change, FilePath, MemoryFileSystem, file_diagnostics};

use super::{ms, spread, verdict};
use crate::project;

/// A text and an edit after the other: each goes into one body, or is taken out again.
pub struct Edits {
    text: String,
    /// Where lines may be put in, in bytes, with what they are indented by.
    places: Vec<(usize, usize)>,
    count: usize,
    /// What the last edit put in.
    added: Option<(usize, String)>,
}

/// One edit: at an offset, so many bytes go, and a text comes.
pub struct Edit {
    pub at: usize,
    pub removed: usize,
    pub added: String,
}

impl Edits {
    pub fn new(lines: usize) -> Edits {
        let text = project::file(lines, 11);
        let mut places = Vec::new();
        let mut at = 0;
        for line in text.split_inclusive('\n') {
            at += line.len();
            let indent = line.len() - line.trim_start().len();
            // After a plain statement of a body.
            if indent > 0 && line.contains(" = ") && line.trim_end().ends_with(|it: char| it.is_ascii_alphanumeric()) {
                places.push((at, indent));
            }
        }
        Edits { text, places, count: 0, added: None }
    }

    pub fn text(&self) -> &str {
        &self.text
    }

    /// Changes the text, and says how.
    pub fn next(&mut self) -> Edit {
        if let Some((at, line)) = self.added.take() {
            self.text.replace_range(at..at + line.len(), "");
            return Edit { at, removed: line.len(), added: String::new() };
        }
        self.count += 1;
        // Far apart, and each place at some time: 7919 is a prime number.
        let (at, indent) = self.places[self.count * 7919 % self.places.len()];
        let line = format!("{}print({} + 1)\n", " ".repeat(indent), self.count);
        self.text.insert_str(at, &line);
        self.added = Some((at, line.clone()));
        Edit { at, removed: 0, added: line }
    }
}

pub fn run() -> Result<(), String> {
    println!("{:<34} {:>12} {:>12} {:>12}", "edit in a body, ms, in process", "median", "95 of 100", "goal");
    for (lines, goal, count) in [(400, 1.0, 400), (10_000, 15.0, 200)] {
        let mut edits = Edits::new(lines);
        let path = FilePath::disk("/w/main.na");
        let mut host = AnalysisHost::new(Arc::new(MemoryFileSystem::default()));
        let mut ask = |text: &str| -> (Duration, usize) {
            let text: Arc<str> = text.into();
            let start = Instant::now();
            host.apply_change(Change::Open { path: path.clone(), text });
            let file = host.file(&path);
            let found = black_box(file_diagnostics(host.db(), file)).len();
            (start.elapsed(), found)
        };
        ask(edits.text());
        let times = (0..count)
            .map(|_| {
                edits.next();
                ask(edits.text()).0
            })
            .collect();
        let (median, p95, _) = spread(times);
        println!(
            "{:<34} {:>12.2} {:>12.2} {goal:>12.2}   {}",
            format!("{lines} lines"),
            ms(median),
            ms(p95),
            verdict(ms(p95) <= goal)
        );
    }
    println!();
    Ok(())
}
