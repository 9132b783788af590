//! Memory after many edits, next to memory after few: what edits leave behind.

use std::process::Command;
use std::sync::Arc;

use danaide_analysis::{AnalysisHost, Change, FilePath, MemoryFileSystem, file_diagnostics};

use super::edits::Edits;
use super::{process, verdict};

const LINES: usize = 1000;

/// Edits a file so many times, asks for its diagnostics each time, and prints what is in use.
pub fn after(count: usize) -> Result<(), String> {
    let mut edits = Edits::new(LINES);
    let path = FilePath::disk("/w/main.na");
    let mut host = AnalysisHost::new(Arc::new(MemoryFileSystem::default()));
    for _ in 0..count {
        host.apply_change(Change::Open { path: path.clone(), text: edits.text().into() });
        let file = host.file(&path);
        file_diagnostics(host.db(), file);
        edits.next();
    }
    println!("{}", process::memory_in_use()?);
    Ok(())
}

pub fn run() -> Result<(), String> {
    let program = std::env::current_exe().map_err(|e| format!("cannot find this program: {e}"))?;
    // Each in a process of its own: what is freed is not always given back to the system.
    let measure = |row: &str| -> Result<f64, String> {
        let output = Command::new(&program)
            .args(["analysis", "-", "-", "--only", row])
            .output()
            .map_err(|e| format!("cannot start {}: {e}", program.display()))?;
        String::from_utf8_lossy(&output.stdout).trim().parse().map_err(|_| format!("{row} gave no number"))
    };
    let (few, many) = (measure("memory-after100")?, measure("memory-after10000")?);
    println!("{:<34} {:>12} {:>12} {:>8}", "memory, MB, after edits", "100", "10000", "ratio");
    println!(
        "{:<34} {few:>12.1} {many:>12.1} {:>7.2}x   {}",
        format!("{LINES} lines"),
        many / few,
        verdict(many <= few * 1.25)
    );
    println!();
    Ok(())
}
