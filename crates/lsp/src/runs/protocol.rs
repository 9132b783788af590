//! What client and server say to each other about runs. `docs/protocol.md` describes these types; a test compares the two.

use lsp_types::notification::Notification;
use lsp_types::request::Request;
use lsp_types::{Range, Url};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// The argument of `danaide.run`.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct RunParams {
    #[cfg_attr(test, schemars(with = "String"))]
    pub(crate) uri: Url,
    pub(crate) function: Option<String>,
    #[serde(default)]
    pub(crate) arguments: Option<Map<String, Value>>,
}

/// The argument of `danaide.runSelection`.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct RunSelectionParams {
    #[cfg_attr(test, schemars(with = "String"))]
    pub(crate) uri: Url,
    #[cfg_attr(test, schemars(with = "Value"))]
    pub(crate) range: Range,
}

/// The argument of `danaide.test`.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct TestParams {
    #[cfg_attr(test, schemars(with = "String"))]
    pub(crate) uri: Url,
    pub(crate) function: Option<String>,
}

/// The argument of `danaide.cancel`.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct CancelParams {
    pub(crate) run: Option<String>,
}

/// A run has begun.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct RunStarted {
    pub(crate) run: String,
    #[cfg_attr(test, schemars(with = "String"))]
    pub(crate) uri: Url,
    pub(crate) version: Option<i32>,
    pub(crate) title: String,
}

/// Which of its streams a program wrote to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub(crate) enum Channel {
    /// What it prints.
    Stdout,
    /// What it logs.
    Stderr,
}

/// The program wrote something.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct RunOutput {
    pub(crate) run: String,
    pub(crate) channel: Channel,
    pub(crate) text: String,
}

/// Something happened to tasks of the run; only those are named.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct RunTasks {
    pub(crate) run: String,
    pub(crate) tasks: Vec<RunTask>,
}

/// A task of a run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub(crate) struct RunTask {
    pub(crate) id: String,
    pub(crate) parent: Option<String>,
    pub(crate) name: String,
    #[cfg_attr(test, schemars(with = "String"))]
    pub(crate) uri: Url,
    #[cfg_attr(test, schemars(with = "Option<Value>"))]
    pub(crate) range: Option<Range>,
    pub(crate) state: RunState,
    pub(crate) attempts: u64,
    pub(crate) started_ms: f64,
    pub(crate) duration_ms: f64,
    pub(crate) waiting_ms: f64,
}

/// How a task stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub(crate) enum RunState {
    Running,
    Waiting,
    Done,
    Failed,
    Cancelled,
}

/// A run has ended.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct RunFinished {
    pub(crate) run: String,
    pub(crate) outcome: RunOutcome,
    pub(crate) milliseconds: f64,
    pub(crate) value: Option<String>,
    pub(crate) error: Option<RunError>,
    pub(crate) tests: Vec<TestResult>,
}

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub(crate) enum RunOutcome {
    Done,
    Failed,
    Cancelled,
    /// It passed a limit.
    Limit,
}

/// Why a run or a test failed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct RunError {
    pub(crate) code: String,
    pub(crate) message: String,
    #[cfg_attr(test, schemars(with = "Option<String>"))]
    pub(crate) uri: Option<Url>,
    #[cfg_attr(test, schemars(with = "Option<Value>"))]
    pub(crate) range: Option<Range>,
    pub(crate) traceback: Vec<RunFrame>,
}

/// A call that led to a failure.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct RunFrame {
    pub(crate) function: String,
    #[cfg_attr(test, schemars(with = "Option<String>"))]
    pub(crate) uri: Option<Url>,
    #[cfg_attr(test, schemars(with = "Option<Value>"))]
    pub(crate) range: Option<Range>,
    pub(crate) text: String,
}

/// What became of a test.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct TestResult {
    pub(crate) name: String,
    #[cfg_attr(test, schemars(with = "String"))]
    pub(crate) uri: Url,
    #[cfg_attr(test, schemars(with = "Value"))]
    pub(crate) range: Range,
    pub(crate) outcome: TestOutcome,
    pub(crate) message: Option<String>,
    pub(crate) milliseconds: f64,
    pub(crate) error: Option<RunError>,
}

/// How a test ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub(crate) enum TestOutcome {
    Passed,
    Failed,
}

/// A question of the program for text that a person types.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct AskParams {
    pub(crate) run: String,
    pub(crate) question: String,
    pub(crate) default: Option<String>,
}

/// What the person typed; none if they did not want to answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct AskResult {
    pub(crate) answer: Option<String>,
}

impl Notification for RunStarted {
    type Params = Self;
    const METHOD: &'static str = "danaide/runStarted";
}

impl Notification for RunOutput {
    type Params = Self;
    const METHOD: &'static str = "danaide/runOutput";
}

impl Notification for RunTasks {
    type Params = Self;
    const METHOD: &'static str = "danaide/runTasks";
}

impl Notification for RunFinished {
    type Params = Self;
    const METHOD: &'static str = "danaide/runFinished";
}

impl Request for AskParams {
    type Params = Self;
    type Result = AskResult;
    const METHOD: &'static str = "danaide/ask";
}
