//! Language models that a program can ask: services over HTTP, scripted answers, recordings, and a mock.

mod cassette;
mod chat;
mod mock;
mod provider;
mod remote;
mod retry;
mod schema;
mod script;
mod shape;

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

use danaide_interpreter::{Data, ExceptionKind, Failure};
use thiserror::Error;

use self::cassette::Cassette;
pub(crate) use self::chat::Question;
pub use self::chat::Usage;
use self::provider::{MODEL_VARIABLE, Provider};
pub(crate) use self::remote::{Answer, Remote};
pub use self::script::Entry;
use crate::Secrets;

/// Looks variables of the environment up, at any time of the run.
type Lookup = Arc<dyn Fn(&str) -> Option<String> + Send + Sync>;

/// Who answers `reason(…)` and `llm(…)`.
pub struct Model {
    source: Source,
    cassette: Option<Cassette>,
    environment: Lookup,
    /// The services that the program chose with `set_model("service:model")`.
    chosen: HashMap<String, Remote>,
    usage: Usage,
}

#[derive(Debug)]
enum Source {
    /// Nobody: asking fails and says what to set.
    None,
    /// A service that cannot be asked, and why.
    Unusable(String),
    Scripted(Vec<Entry>),
    Mock,
    Remote(Remote),
}

/// What becomes of a question.
pub(crate) enum Asked {
    Done(Result<Data, Failure>),
    /// The service has to be asked, and [`Model::answered`] told what it said.
    Ask(Box<(Remote, Question)>),
}

/// A model that cannot be set up.
#[derive(Debug, Error)]
pub enum ModelError {
    #[error(
        "`{0}` is not a model; write SERVICE:MODEL with one of the services {services}, an address such as \
         http://localhost:8080/v1, script=FILE, record=FILE, replay=FILE or mock",
        services = provider::names()
    )]
    Unknown(String),
    #[error("--llm {0} and --llm {1} cannot both answer; leave one out")]
    Two(String, String),
    #[error("{0}")]
    Unusable(String),
    #[error("cannot use the answers in {path}: cannot read it: {reason}")]
    Unreadable { path: String, reason: String },
    #[error(
        "{path} does not hold answers: {reason}; write a list of entries such as \
         [{{\"match\": \"part of the prompt\", \"answer\": \"text\"}}]"
    )]
    Malformed { path: String, reason: String },
    #[error("{path} does not hold recorded answers: {reason}; delete it and record it again")]
    NoCassette { path: String, reason: String },
}

impl Default for Model {
    /// Nobody answers.
    fn default() -> Model {
        Model::new(Source::None, None, Arc::new(|_| None))
    }
}

impl std::fmt::Debug for Model {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Model({:?})", self.source)
    }
}

impl Model {
    fn new(source: Source, cassette: Option<Cassette>, environment: Lookup) -> Model {
        Model { source, cassette, environment, chosen: HashMap::new(), usage: Usage::default() }
    }

    /// The first entry whose text is in the prompt answers.
    pub fn scripted(entries: Vec<Entry>) -> Model {
        Model::new(Source::Scripted(entries), None, Arc::new(|_| None))
    }

    /// The stand-in that `DANA_MOCK_LLM=true` chooses.
    pub fn mock() -> Model {
        Model::new(Source::Mock, None, Arc::new(|_| None))
    }

    /// Reads a model as the command line has it, in any number of parts: `SERVICE:MODEL`, an address, `script=FILE`,
    /// `mock`, and one of `record=FILE` and `replay=FILE`. What is not said is taken from the environment: a mock if
    /// `DANA_MOCK_LLM` is true, the model that `DANAIDE_LLM` names, or the first service whose key is there.
    pub fn parse(texts: &[String], environment: Lookup) -> Result<Model, ModelError> {
        let mut source: Option<(&str, Source)> = None;
        let mut cassette: Option<(&str, Cassette)> = None;
        for text in texts {
            let both = |other: &str| Err(ModelError::Two(other.to_owned(), text.clone()));
            let tape = match text.split_once('=') {
                Some(("record", path)) => Some(Cassette::record(Path::new(path))?),
                Some(("replay", path)) => Some(Cassette::replay(Path::new(path))?),
                _ => None,
            };
            match (tape, &cassette, &source) {
                (Some(_), Some((other, _)), _) | (None, _, Some((other, _))) => return both(other),
                (Some(tape), None, _) => cassette = Some((text, tape)),
                (None, _, None) => source = Some((text, Source::parse(text, &*environment)?)),
            }
        }
        let source = match source {
            Some((_, source)) => source,
            None => Source::from_environment(&*environment)?,
        };
        Ok(Model::new(source, cassette.map(|(_, tape)| tape), environment))
    }

    /// Keeps these values out of what is recorded.
    pub(crate) fn set_secrets(&mut self, secrets: Secrets) {
        if let Some(cassette) = &mut self.cassette {
            cassette.set_secrets(secrets);
        }
    }

    /// The tokens of all answers so far, recorded ones not counted.
    pub fn usage(&self) -> Usage {
        self.usage
    }

    pub(crate) fn ask(&mut self, mut question: Question) -> Asked {
        if let Some(recorded) = self.cassette.as_mut().and_then(|cassette| cassette.next(&mut question)) {
            return Asked::Done(recorded.map(|answer| Data::Str(answer.text)));
        }
        let answer = match &self.source {
            Source::Scripted(entries) => script::answer(entries, &question.prompt),
            Source::Mock => Ok(mock::answer(&question.prompt, question.answer_type.as_deref())),
            Source::None | Source::Unusable(_) | Source::Remote(_) => match self.remote(&mut question) {
                Ok(remote) => return Asked::Ask(Box::new((remote, question))),
                // That nobody can be asked is no answer.
                Err(message) => return Asked::Done(Err(Failure::new(ExceptionKind::LLMError, message))),
            },
        };
        let answer = answer.map(|text| Answer { text, usage: Usage::default() });
        let answer = answer.map_err(|message| Failure::new(ExceptionKind::LLMError, message));
        Asked::Done(self.answered(&question, answer))
    }

    /// Takes what a service said.
    pub(crate) fn answered(&mut self, question: &Question, answer: Result<Answer, Failure>) -> Result<Data, Failure> {
        if let Ok(answer) = &answer {
            self.usage.prompt_tokens += answer.usage.prompt_tokens;
            self.usage.completion_tokens += answer.usage.completion_tokens;
        }
        if let Some(cassette) = &mut self.cassette {
            // The question with the model as the program named it, as `next` saw it.
            cassette.keep(question, &answer).map_err(|message| Failure::new(ExceptionKind::OSError, message))?;
        }
        answer.map(|answer| Data::Str(answer.text))
    }

    /// The service for a question: the one that its model names, as in `openai:gpt-4o`, or the configured one.
    fn remote(&mut self, question: &mut Question) -> Result<Remote, String> {
        let named = question.option("model").and_then(Data::as_str).map(str::to_owned);
        if let Some(named) = named
            && let Some((service, _)) = named.split_once(':')
            && let Some(provider) = Provider::parse(&named, &*self.environment)
        {
            if let Source::Remote(remote) = &self.source
                && remote.provider().name == service
            {
                return Ok(remote.clone());
            }
            if let Some(remote) = self.chosen.get(&named) {
                return Ok(remote.clone());
            }
            let remote = Remote::new(provider?)?;
            self.chosen.insert(named, remote.clone());
            return Ok(remote);
        }
        match &self.source {
            Source::Remote(remote) => Ok(remote.clone()),
            Source::Unusable(why) => Err(why.clone()),
            _ => Err("no language model is configured; set one with --llm SERVICE:MODEL (such as openai:gpt-4o-mini or \
                      ollama:llama3.2), --llm ADDRESS, --llm script=FILE or --llm mock, or set the environment variable \
                      OPENAI_API_KEY, DANAIDE_LLM=SERVICE:MODEL or DANA_MOCK_LLM=true"
                .to_owned()),
        }
    }
}

impl Source {
    fn parse(text: &str, environment: provider::Variables<'_>) -> Result<Source, ModelError> {
        if text == "mock" {
            return Ok(Source::Mock);
        }
        if let Some(path) = text.strip_prefix("script=") {
            let unreadable =
                |error: std::io::Error| ModelError::Unreadable { path: path.to_owned(), reason: error.to_string() };
            let script = std::fs::read_to_string(path).map_err(unreadable)?;
            return script::parse(&script)
                .map(Source::Scripted)
                .map_err(|reason| ModelError::Malformed { path: path.to_owned(), reason });
        }
        let provider = Provider::parse(text, environment).ok_or_else(|| ModelError::Unknown(text.to_owned()))?;
        provider.and_then(Remote::new).map(Source::Remote).map_err(ModelError::Unusable)
    }

    fn from_environment(environment: provider::Variables<'_>) -> Result<Source, ModelError> {
        if environment("DANA_MOCK_LLM").is_some_and(|value| value.eq_ignore_ascii_case("true")) {
            return Ok(Source::Mock);
        }
        if let Some(text) = environment(MODEL_VARIABLE).filter(|text| !text.is_empty()) {
            return Source::parse(&text, environment);
        }
        // A program that asks nothing runs with a half-configured service too.
        Ok(match Provider::from_environment(environment) {
            None => Source::None,
            Some(Err(why)) => Source::Unusable(why),
            Some(Ok(provider)) => Remote::new(provider).map_or_else(Source::Unusable, Source::Remote),
        })
    }
}

/// The beginning of a long text.
fn shorten(text: &str) -> String {
    const LONGEST: usize = 80;
    let mut short: String = text.chars().take(LONGEST).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(texts: &[&str], known: &'static [(&'static str, &'static str)]) -> Result<Model, String> {
        let environment =
            Arc::new(|name: &str| known.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned()));
        let texts: Vec<String> = texts.iter().map(|text| (*text).to_owned()).collect();
        Model::parse(&texts, environment).map_err(|error| error.to_string())
    }

    fn ask(model: &mut Model, prompt: &str, name: Option<&str>) -> String {
        let options = name.map(|name| ("model".to_owned(), Data::Str(name.to_owned()))).into_iter().collect();
        let question = Question { prompt: prompt.into(), system: None, options, answer_type: None, nth: 0 };
        match model.ask(question) {
            Asked::Done(Ok(Data::Str(text))) => text,
            Asked::Done(Ok(other)) => panic!("{other:?}"),
            Asked::Done(Err(failure)) => format!("{}: {}", failure.kind.name(), failure.message),
            Asked::Ask(asked) => format!("asks {:?}", asked.0.provider()),
        }
    }

    #[test]
    fn without_a_model_the_failure_says_what_to_set() {
        let message = ask(&mut parse(&[], &[]).unwrap(), "hello", None);
        assert!(message.starts_with("LLMError: no language model is configured; set one with --llm"), "{message}");
        let mut half = parse(&[], &[("AZURE_OPENAI_API_KEY", "k")]).unwrap();
        assert_eq!(ask(&mut half, "hello", None), "LLMError: `azure` needs its address: set AZURE_OPENAI_ENDPOINT");
    }

    #[test]
    fn the_environment_chooses_unless_the_command_line_does() {
        let chosen = |texts: &[&str], known| ask(&mut parse(texts, known).unwrap(), "2 + 2", None);
        assert_eq!(chosen(&[], &[("DANA_MOCK_LLM", "True"), ("OPENAI_API_KEY", "k")]), "4");
        assert_eq!(
            chosen(&[], &[("OPENAI_API_KEY", "k")]),
            "asks Provider(openai at https://api.openai.com/v1, model Some(\"gpt-4o-mini\"))"
        );
        assert_eq!(
            chosen(&["ollama:tiny"], &[("OPENAI_API_KEY", "k"), ("DANAIDE_LLM", "vllm")]),
            "asks Provider(ollama at http://localhost:11434/v1, model Some(\"tiny\"))"
        );
        assert_eq!(
            chosen(&[], &[("DANAIDE_LLM", "vllm")]),
            "asks Provider(vllm at http://localhost:8000/v1, model None)"
        );
    }

    #[test]
    fn a_program_can_choose_another_service_by_name() {
        let mut model = parse(&["ollama:tiny"], &[("GROQ_API_KEY", "k")]).unwrap();
        assert!(ask(&mut model, "hi", Some("groq:big")).starts_with("asks Provider(groq"));
        assert!(ask(&mut model, "hi", Some("llama3:8b")).starts_with("asks Provider(ollama"));
        assert_eq!(ask(&mut model, "hi", Some("openai:x")), "LLMError: `openai` needs a key: set OPENAI_API_KEY");
    }

    #[test]
    fn what_cannot_be_a_model_is_refused_with_the_forms() {
        let message = |texts: &[&str]| parse(texts, &[]).unwrap_err();
        assert!(
            message(&["gpt"]).starts_with("`gpt` is not a model; write SERVICE:MODEL with one of the services openai")
        );
        assert_eq!(message(&["mock", "ollama"]), "--llm mock and --llm ollama cannot both answer; leave one out");
        assert!(message(&["script=/nowhere.json"]).starts_with("cannot use the answers in /nowhere.json"));
        assert!(message(&["replay=/nowhere.json"]).starts_with("cannot use the answers in /nowhere.json"));
        assert_eq!(message(&["openai:x"]), "`openai` needs a key: set OPENAI_API_KEY");
    }

    #[test]
    fn the_mock_can_be_recorded_and_replayed() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("tape").display().to_string();
        let record = format!("record={path}");
        assert_eq!(ask(&mut parse(&["mock", &record], &[]).unwrap(), "6 * 7", None), "42");
        let mut replayed = parse(&[&format!("replay={path}")], &[]).unwrap();
        assert_eq!(ask(&mut replayed, "6 * 7", None), "42");
        assert!(ask(&mut replayed, "1 + 1", None).starts_with("LLMError: "));
    }
}
