//! The parser next to tree-sitter-python.

use std::hint::black_box;

use crate::{measure, program_text};

pub fn run(lines: usize) -> Result<(), String> {
    let text = program_text::python_and_dana(lines);
    let ours = danaide_syntax::parse(&text);
    if let Some(error) = ours.errors().first() {
        return Err(format!("the measured program is not valid: {} at {:?}", error.message, error.range));
    }
    let mut parser = tree_sitter::Parser::new();
    parser.set_language(&tree_sitter_python::LANGUAGE.into()).map_err(|e| e.to_string())?;
    let peer = parser.parse(&text, None).ok_or("tree-sitter gave no tree")?;
    if peer.root_node().has_error() {
        return Err("the measured program is not valid Python for tree-sitter".into());
    }
    let (a, b) =
        measure::in_turns(15, || danaide_syntax::parse(black_box(&text)), || parser.parse(black_box(&text), None));
    let speed = |time: std::time::Duration| text.len() as f64 / 1e6 / time.as_secs_f64();
    println!(
        "{:<34} {:>12} {:>22} {:>8}",
        format!("parse {lines} lines, {} KB", text.len() / 1000),
        "danaide",
        "tree-sitter-python",
        "ratio"
    );
    println!("{:<34} {:>12.1} {:>22.1} {:>7.1}x", "MB/s, with tree", speed(a), speed(b), speed(a) / speed(b));
    Ok(())
}
