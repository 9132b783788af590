//! The command line.

use std::path::PathBuf;

use clap::{Args as ArgsGroup, Parser, Subcommand, ValueEnum};
use danaide_analysis::{Level, RuleSelector, nearest};

#[derive(Debug, Parser)]
#[command(name = "danaide", version, about = "Language tooling for Dana: run, check, and serve editors")]
pub struct Args {
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run a program.
    Run(Box<RunOptions>),
    /// Report what is wrong in files and folders.
    Check(CheckOptions),
    /// Format files and folders.
    Fmt(FmtOptions),
    /// Explain a diagnostic, or list all of them.
    Explain(ExplainOptions),
    /// Show which calls of a program wait, and what each of them waits for.
    Graph(GraphOptions),
    /// Show the tasks of a run that was traced with `run --trace FILE`: when each ran, waited and failed.
    Trace(TraceOptions),
    /// Serve an editor over standard input and output.
    Lsp(LspOptions),
    /// Analyse all files below a folder and show what it takes.
    AnalyzeStats(AnalyzeStatsOptions),
}

#[derive(Debug, ArgsGroup)]
pub struct RunOptions {
    /// The program.
    pub file: PathBuf,
    /// An argument of the program's `__main__`; the value is text, or JSON for other types.
    #[arg(long = "arg", value_name = "NAME=VALUE")]
    pub args: Vec<String>,
    /// Let the program do more than read below its own folder: fs=PATH lets it read and write below PATH, net=HOST or
    /// net=HOST:PORT lets it reach HOST, net=* every host, process=NAME lets it start the program NAME, env=NAME,NAME lets
    /// it and the programs that it starts read these variables of the environment, env all that are not secret, python lets it use
    /// modules of Python.
    #[arg(long, value_name = "GRANT")]
    pub allow: Vec<String>,
    /// Show the value of this variable of the environment as *** everywhere. May be given more than once.
    #[arg(long, value_name = "NAME")]
    pub secret: Vec<String>,
    /// Take variables from this file, before those of the environment, and show their values as *** everywhere: lines of NAME=value,
    /// or a JSON object.
    #[arg(long, value_name = "FILE")]
    pub secrets: Vec<PathBuf>,
    /// Who answers `reason` and `llm`: SERVICE:MODEL, an address, script=FILE or mock; record=FILE keeps the answers,
    /// replay=FILE gives them again. May be given more than once.
    #[arg(long, value_name = "MODEL")]
    pub llm: Vec<String>,
    /// Take the answers to `ask` and `approve` from this file, a JSON list, and ask nobody.
    #[arg(long, value_name = "FILE")]
    pub answers: Option<PathBuf>,
    /// Keep the variables of `private:` and `public:` in this file, from one run to the next.
    #[arg(long, value_name = "FILE")]
    pub state: Option<PathBuf>,
    /// Show log messages from this level on: debug, info, warning, error or critical.
    #[arg(long, value_name = "LEVEL")]
    pub log_level: Option<String>,
    /// Stop after this many seconds.
    #[arg(long, value_name = "SECONDS", allow_negative_numbers = true)]
    pub time_limit: Option<f64>,
    /// How much memory the program's values may take: bytes, or with k, m, g.
    #[arg(long, value_name = "SIZE")]
    pub memory_limit: Option<String>,
    /// How many calls may be inside each other; 100000 unless you say otherwise.
    #[arg(long, value_name = "CALLS", value_parser = clap::value_parser!(u32).range(1..))]
    pub max_depth: Option<u32>,
    /// Stop the program after this many steps: calls, and rounds of loops.
    #[arg(long, value_name = "STEPS", value_parser = clap::value_parser!(u64).range(1..))]
    pub max_steps: Option<u64>,
    /// How much the program may print and log: bytes, or with k, m, g.
    #[arg(long, value_name = "SIZE")]
    pub max_output: Option<String>,
    /// How many requests (files, models) may be under way at once; the others wait their turn.
    #[arg(long, value_name = "REQUESTS", value_parser = clap::value_parser!(u32).range(1..))]
    pub max_concurrency: Option<u32>,
    /// Write what happens to the tasks of the program to this file, one JSON object a line.
    #[arg(long, value_name = "FILE")]
    pub trace: Option<PathBuf>,
    /// Send what happens to the tasks to this collector of OpenTelemetry, such as http://localhost:4318.
    #[arg(long, value_name = "URL")]
    pub otel: Option<String>,
    /// Show on the terminal what the tasks of the program are doing, on the standard error output: auto, if that is a terminal
    /// and the program takes longer than half a second; always; never.
    #[arg(long, value_name = "WHEN", value_enum, default_value_t = When::Auto)]
    pub progress: When,
    /// Let the program's clock start at 0 and jump over all waiting, to try out a program that sleeps.
    #[arg(long)]
    pub virtual_clock: bool,
    /// How errors of the program are written.
    #[arg(long, value_enum, default_value_t = ErrorFormat::Human)]
    pub format: ErrorFormat,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum When {
    Auto,
    Always,
    Never,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ErrorFormat {
    /// With source lines and carets.
    Human,
    /// One object a line.
    Json,
}

#[derive(Debug, ArgsGroup)]
pub struct CheckOptions {
    /// Files, and folders that are searched for `*.na`; files that git ignores are left out.
    #[arg(required = true)]
    pub paths: Vec<PathBuf>,
    #[arg(long, value_enum, default_value_t = Output::Human)]
    pub output: Output,
    /// The settings of all files, instead of the nearest danaide.toml of each.
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Show a code, or all codes of a category, as error, warning, information, hint, or not at all (off).
    #[arg(long = "rule", value_name = "CODE=LEVEL", value_parser = rule)]
    pub rules: Vec<(RuleSelector, Level)>,
    /// Mend what can be mended without a look at it, and show the rest.
    #[arg(long)]
    pub fix: bool,
    /// Count the findings by code instead of showing them.
    #[arg(long)]
    pub statistics: bool,
}

/// `unused-import=off`.
fn rule(text: &str) -> Result<(RuleSelector, Level), String> {
    let (name, level) = text.split_once('=').ok_or("write CODE=LEVEL, such as unknown-code=error")?;
    let selector = RuleSelector::from_name(name.trim())?;
    let level = level.trim();
    let known = || Level::ALL.into_iter().map(Level::as_str);
    let level = Level::from_name(level).ok_or_else(|| match nearest(level, known()) {
        Some(nearest) => format!("there is no level `{level}`; did you mean `{nearest}`?"),
        None => format!("there is no level `{level}`; use {}", known().collect::<Vec<_>>().join(", ")),
    })?;
    Ok((selector, level))
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Output {
    /// With the source line and a caret.
    Human,
    /// One object a line.
    Json,
    /// SARIF 2.1.0.
    Sarif,
}

#[derive(Debug, ArgsGroup)]
pub struct FmtOptions {
    /// Files, and folders that are searched for `*.na`; `-` is the standard input. Without any, the current folder.
    pub paths: Vec<PathBuf>,
    /// Change nothing, and say which files would change.
    #[arg(long)]
    pub check: bool,
    /// Change nothing, and show what would change.
    #[arg(long)]
    pub diff: bool,
}

#[derive(Debug, ArgsGroup)]
pub struct GraphOptions {
    /// The file, or one function of it: FILE.na:function, FILE.na:Record.method.
    #[arg(value_name = "FILE[:FUNCTION]")]
    pub target: String,
    #[arg(long, value_enum, default_value_t = GraphFormat::Text)]
    pub format: GraphFormat,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum GraphFormat {
    /// A list to read.
    Text,
    /// The document that docs/tasks.md describes.
    Json,
    /// A Mermaid flowchart.
    Mermaid,
    /// For Graphviz.
    Dot,
}

#[derive(Debug, ArgsGroup)]
pub struct TraceOptions {
    /// The file that `run --trace` wrote.
    pub file: PathBuf,
    /// Write a page for browsers to this file, instead of showing the tasks here.
    #[arg(long, value_name = "FILE")]
    pub html: Option<PathBuf>,
    /// How many columns the bars take.
    #[arg(long, value_name = "COLUMNS", default_value_t = 40, value_parser = clap::value_parser!(u16).range(10..=400))]
    pub width: u16,
}

#[derive(Debug, ArgsGroup)]
pub struct ExplainOptions {
    /// The code of the diagnostic, such as syntax-error; without one all are listed.
    pub code: Option<String>,
}

#[derive(Debug, ArgsGroup)]
pub struct LspOptions {
    /// Accepted because many editors pass it: there is no other way.
    #[arg(long)]
    pub stdio: bool,
    /// Accepted because many editors pass it; the initialise request names the process too.
    #[arg(long = "clientProcessId", value_name = "PID", hide = true)]
    pub client_process_id: Option<u32>,
    /// Write a line for each message, and each mishap, to this file.
    #[arg(long, value_name = "FILE")]
    pub log: Option<PathBuf>,
}

#[derive(Debug, ArgsGroup)]
pub struct AnalyzeStatsOptions {
    /// A file or a folder.
    pub path: PathBuf,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_consistent() {
        super::Args::command().debug_assert();
    }
}
