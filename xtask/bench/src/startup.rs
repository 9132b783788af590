//! Whole-process start-up next to CPython.

use std::path::Path;
use std::process::{Command, Stdio};

use crate::measure;

pub fn run(binary: &Path) -> Result<(), String> {
    let file = std::env::temp_dir().join("danaide-bench-empty.na");
    std::fs::write(&file, "").map_err(|e| format!("cannot write {}: {e}", file.display()))?;
    let ours = || {
        let mut command = Command::new(binary);
        command.arg("run").arg(&file);
        command
    };
    let python = interpreter()?;
    let theirs = || {
        let mut command = Command::new(&python);
        command.args(["-c", "pass"]);
        command
    };
    for mut command in [ours(), theirs()] {
        let status = command.stdout(Stdio::null()).status().map_err(|e| format!("cannot start {command:?}: {e}"))?;
        if !status.success() {
            return Err(format!("{command:?} failed: {status}"));
        }
    }
    let spawn = |mut command: Command| {
        let _ = command.stdout(Stdio::null()).status();
    };
    let (a, b) = measure::in_turns(40, || spawn(ours()), || spawn(theirs()));
    let ms = |time: std::time::Duration| time.as_secs_f64() * 1e3;
    println!("{:<34} {:>12} {:>22} {:>8}", "start-up, whole process", "danaide run", "python3 -c pass", "ratio");
    println!("{:<34} {:>12.2} {:>22.2} {:>7.2}x", "milliseconds, median of 40", ms(a), ms(b), ms(b) / ms(a));
    Ok(())
}

/// The interpreter itself: `python3` may be a script of a version manager, which takes longer to start.
pub fn interpreter() -> Result<String, String> {
    let output = Command::new("python3")
        .args(["-c", "import sys; print(sys.executable)"])
        .output()
        .map_err(|e| format!("cannot start python3: {e}"))?;
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}
