//! `cargo xtask test`: the suites that need more than this repository, which they install the first time.

use std::path::PathBuf;

use clap::Args;

use crate::{editors, llm, run};

#[derive(Args)]
#[group(id = "suites", required = true, multiple = true, args = ["editors", "llm"])]
pub struct Options {
    /// The suites in real editors.
    #[arg(long)]
    editors: bool,
    /// The programs of `tests/llm`, with a real model on this machine.
    #[arg(long)]
    llm: bool,
    /// Only this suite of the editors: `neovim`, `others` (Emacs and Vim) or `vscode`.
    #[arg(long, value_name = "NAME", requires = "editors")]
    only: Option<String>,
    /// The binary; built if it is left out and the variable `DANAIDE_BIN` does not name one.
    #[arg(long, value_name = "PATH")]
    server: Option<PathBuf>,
}

pub fn test(options: &Options) -> Result<(), String> {
    let root = crate::root();
    let named = options.server.clone().or_else(|| std::env::var_os("DANAIDE_BIN").map(PathBuf::from));
    let danaide = match &named {
        Some(path) => editors::absolute(path)?,
        None => run::build("dev")?,
    };
    if options.llm {
        llm::test(&root, &danaide)?;
    }
    if options.editors {
        editors::test(&root, &danaide, options.only.as_deref())?;
    }
    Ok(())
}
