//! One long-lived `python3` that runs programs, each in a namespace of its own.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde_json::{Value, json};

use super::Ending;

const WORKER: &str = include_str!("worker.py");

pub struct CPython {
    process: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl CPython {
    /// # Errors
    /// If there is no `python3`, or it is not 3.11 or later.
    pub fn start() -> Result<CPython, String> {
        let mut process = Command::new("python3")
            .args(["-c", WORKER])
            .env("PYTHONHASHSEED", "0")
            .env("PYTHONIOENCODING", "utf-8")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| format!("python3 is needed for the comparison and cannot be started: {error}"))?;
        let (Some(input), Some(output)) = (process.stdin.take(), process.stdout.take()) else {
            return Err("python3 has no standard input and output".to_owned());
        };
        Ok(CPython { process, input, output: BufReader::new(output) })
    }

    /// # Errors
    /// If the process is gone.
    pub fn run(&mut self, source: &str) -> Result<Ending, String> {
        let question = json!({ "source": source }).to_string();
        writeln!(self.input, "{question}").map_err(|error| format!("python3 reads no more: {error}"))?;
        self.input.flush().map_err(|error| format!("python3 reads no more: {error}"))?;
        let mut line = String::new();
        self.output.read_line(&mut line).map_err(|error| format!("python3 answers no more: {error}"))?;
        let answer: Value =
            serde_json::from_str(&line).map_err(|error| format!("python3 answered {line:?}: {error}"))?;
        let text = |key: &str| answer[key].as_str().map(str::to_owned);
        Ok(Ending {
            output: text("output").unwrap_or_default(),
            exception: text("type").map(|kind| (kind, text("message").unwrap_or_default())),
        })
    }
}

impl Drop for CPython {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
