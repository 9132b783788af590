//! The settings of the server, in the section `danaide` of an editor's settings: these types are the one place that says
//! what they are. `docs/danaide.settings.schema.json` and the table in `docs/editors.md` are made from them.

mod read;
mod rules;
#[cfg(test)]
mod tests;

use std::time::Duration;

use danaide_interpreter::{Limits, LogLevel};
use danaide_runtime::Grants;
use serde::{Deserialize, Serialize};

pub(crate) use self::read::read;
pub(crate) use self::rules::Rules;

/// Settings of Danaide in an editor.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct Settings {
    pub(crate) run: RunSettings,
    pub(crate) inlay_hints: HintSettings,
    pub(crate) lens: LensSettings,
    pub(crate) diagnostics: DiagnosticSettings,
    /// What the client writes about messages between it and the server; the server itself does nothing with it.
    pub(crate) trace: TraceSettings,
}

/// What programs may do that are run from the editor, and how long.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct RunSettings {
    /// What a program may do besides reading below its own folder, as `danaide run --allow` takes it: `fs=PATH`,
    /// `net=HOST`, `env=NAME`. Relative paths start at the workspace folder.
    pub(crate) allow: Vec<String>,
    pub(crate) limits: LimitSettings,
    /// Who answers `reason` and `llm`, as `danaide run --llm` takes it: `SERVICE:MODEL`, an address, `script=FILE` or
    /// `mock`. Empty: what the environment of the editor says.
    pub(crate) llm: String,
    /// How many requests of a program (files, network, models) may be under way at once; no bound if it is not set.
    pub(crate) max_concurrency: Option<u32>,
    /// The least important log messages that are shown.
    pub(crate) log: LogSetting,
}

/// Where a run ends at the latest.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct LimitSettings {
    /// How long a run may take, in seconds, waiting included.
    pub(crate) seconds: f64,
    /// How much memory the values of a program may take, in megabytes.
    pub(crate) memory_mb: u32,
    /// How much a program may print and log, in kilobytes.
    pub(crate) output_kb: u32,
    /// How many steps a program may make: calls, and rounds of loops. No bound if it is not set.
    pub(crate) steps: Option<u64>,
}

impl Default for LimitSettings {
    fn default() -> Self {
        Self { seconds: 600.0, memory_mb: 1024, output_kb: 10_240, steps: None }
    }
}

impl LimitSettings {
    /// The bounds that the interpreter keeps.
    pub(crate) fn bounds(&self) -> Limits {
        Limits {
            memory: (self.memory_mb as usize) << 20,
            output: (self.output_kb as usize) << 10,
            steps: self.steps.unwrap_or(u64::MAX),
            ..Limits::default()
        }
    }

    pub(crate) fn time(&self) -> Duration {
        Duration::try_from_secs_f64(self.seconds).unwrap_or(Duration::MAX)
    }
}

/// The importance of log messages.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub(crate) enum LogSetting {
    Debug,
    Info,
    #[default]
    Warning,
    Error,
    Critical,
}

impl LogSetting {
    pub(crate) fn level(self) -> LogLevel {
        match self {
            Self::Debug => LogLevel::Debug,
            Self::Info => LogLevel::Info,
            Self::Warning => LogLevel::Warning,
            Self::Error => LogLevel::Error,
            Self::Critical => LogLevel::Critical,
        }
    }
}

/// Which hints are shown between the words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct HintSettings {
    /// Types of variables.
    pub(crate) types: bool,
    /// What functions give that do not say it.
    pub(crate) results: bool,
    /// Names of parameters before arguments.
    pub(crate) parameters: bool,
    /// Which tasks a task waits for, and which run beside it.
    pub(crate) tasks: bool,
    /// Where the program waits, and for what.
    pub(crate) waits: bool,
    /// How many tasks a function has, and how they are tied together.
    pub(crate) functions: bool,
    /// How long tasks took in the last run, how often they were tried, and how long they waited.
    pub(crate) measured: bool,
}

impl Default for HintSettings {
    fn default() -> Self {
        Self { types: true, results: true, parameters: true, tasks: true, waits: true, functions: true, measured: true }
    }
}

/// Which lines are shown above definitions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct LensSettings {
    /// Run, above workflows and `__main__`.
    pub(crate) run: bool,
    /// Test, above functions whose names start with `test_`.
    pub(crate) test: bool,
    /// Graph, above what has tasks; only in editors that can show one.
    pub(crate) graph: bool,
    /// How many references there are.
    pub(crate) references: bool,
}

impl Default for LensSettings {
    fn default() -> Self {
        Self { run: true, test: true, graph: true, references: true }
    }
}

/// How findings are shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct DiagnosticSettings {
    /// How many findings a file may have, unless a `danaide.toml` says it; the rest is left out.
    pub(crate) max: usize,
    /// Whether files that are not open have findings too, in editors that ask for those of the whole workspace.
    pub(crate) workspace: bool,
    /// Levels by code or category; they count more than those in a `danaide.toml`.
    pub(crate) rules: Rules,
}

impl Default for DiagnosticSettings {
    fn default() -> Self {
        Self { max: 1000, workspace: true, rules: Rules::default() }
    }
}

/// What clients read: it is here so that it is no unknown setting.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct TraceSettings {
    /// What the client writes about messages between it and the server.
    pub(crate) server: TraceLevel,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub(crate) enum TraceLevel {
    #[default]
    Off,
    Messages,
    Verbose,
}

impl Settings {
    /// What the types alone do not say.
    ///
    /// # Errors
    /// A sentence about the first value that cannot be.
    fn check(&self) -> Result<(), String> {
        let seconds = self.run.limits.seconds;
        if !(seconds > 0.0 && seconds.is_finite()) {
            return Err(format!("{seconds} is not a positive number of seconds"));
        }
        if self.run.limits.memory_mb == 0 || self.run.limits.output_kb == 0 || self.run.limits.steps == Some(0) {
            return Err("a limit of 0 lets no program run".into());
        }
        if self.run.max_concurrency == Some(0) {
            return Err("a program needs at least one request at a time".into());
        }
        if self.diagnostics.max == 0 {
            return Err("at least one finding has to be shown; levels of rules hide findings".into());
        }
        Grants::parse(self.run.allow.iter().map(String::as_str)).map(|_| ()).map_err(|error| error.to_string())
    }
}
