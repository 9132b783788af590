//! Runs a command and says what it took: time, processor time and memory, as the operating system counted them.

use std::path::Path;
use std::process::Command;

/// What a process took.
#[derive(Debug, Clone, Copy, Default)]
pub struct Cost {
    /// In seconds, by the clock on the wall.
    pub wall: f64,
    /// In seconds, of all processors.
    pub cpu: f64,
    /// The most memory that was in use, in megabytes.
    pub peak: f64,
    pub code: i32,
}

/// Python is there anyway, and its library asks the system for what a child took.
const RUNNER: &str = "
import os, subprocess, sys, time
start = time.monotonic()
child = subprocess.Popen(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
_, status, usage = os.wait4(child.pid, 0)
wall = time.monotonic() - start
print(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, os.waitstatus_to_exitcode(status))
os._exit(0)
";

pub fn run(python: &str, program: &Path, args: &[&str], folder: &Path) -> Result<Cost, String> {
    let output = Command::new(python)
        .args(["-c", RUNNER])
        .arg(program)
        .args(args)
        .current_dir(folder)
        .env("PYTHONUNBUFFERED", "1")
        .output()
        .map_err(|e| format!("cannot start {python}: {e}"))?;
    let text = String::from_utf8_lossy(&output.stdout);
    let numbers: Vec<f64> = text.split_whitespace().filter_map(|it| it.parse().ok()).collect();
    match numbers.as_slice() {
        [wall, cpu, peak, code] => Ok(Cost { wall: *wall, cpu: *cpu, peak: *peak, code: *code as i32 }),
        _ => Err(format!("cannot run {}: {}", program.display(), String::from_utf8_lossy(&output.stderr))),
    }
}

/// The memory in use by this process, in megabytes.
pub fn memory_in_use() -> Result<f64, String> {
    let status = std::fs::read_to_string("/proc/self/status").map_err(|e| format!("cannot read /proc: {e}"))?;
    let line = status.lines().find(|it| it.starts_with("VmRSS:")).ok_or("the system does not say what is in use")?;
    let kilobytes: f64 = line.split_whitespace().nth(1).and_then(|it| it.parse().ok()).ok_or("no number")?;
    Ok(kilobytes / 1024.0)
}
