//! The part of the builtins that is written in Dana itself, because it calls the program's functions.

use std::sync::{Arc, OnceLock};

use crate::bytecode::CodeModule;
use crate::lower;

const SOURCE: &str = include_str!("prelude.na");

/// The compiled prelude; compiled once in a process.
pub(crate) fn module() -> Arc<CodeModule> {
    static MODULE: OnceLock<Arc<CodeModule>> = OnceLock::new();
    MODULE
        .get_or_init(|| {
            Arc::new(lower::lower_internal("prelude", SOURCE).unwrap_or_else(|errors| {
                unreachable!("the prelude compiles: {errors:?}");
            }))
        })
        .clone()
}

/// Functions that the prelude defines for programs.
const NAMES: &[&str] = &["FSM", "case", "filter", "map", "poet", "retry"];

/// Does the prelude define a builtin of this name?
pub(crate) fn defines(name: &str) -> bool {
    NAMES.contains(&name)
}
