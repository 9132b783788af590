//! Language models that a program can ask: for now scripted answers and a mock.

use std::path::Path;

use danaide_interpreter::{Data, ExceptionKind, Failure};
use serde_json::Value;
use thiserror::Error;

/// Who answers `reason(…)` and `llm(…)`.
#[derive(Debug, Clone, Default, PartialEq)]
pub enum Model {
    /// Nobody: asking fails and says what to set.
    #[default]
    None,
    /// The first entry whose text is in the prompt answers.
    Scripted(Vec<Entry>),
    /// Computes `2 + 2`, has one answer for each type, and says of everything else that it is a mock.
    Mock,
}

/// One answer of a script.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The prompt contains this text.
    pub part: String,
    /// The text of the answer, or what the failure says.
    pub answer: Result<String, String>,
}

/// A model that cannot be set up.
#[derive(Debug, Error)]
pub enum ModelError {
    #[error("`{0}` is not a model; write script=FILE or mock")]
    Unknown(String),
    #[error("cannot read the answers in {path}: {reason}")]
    Unreadable { path: String, reason: String },
    #[error(
        "{path} does not hold answers: {reason}; write a list of entries such as \
         [{{\"match\": \"part of the prompt\", \"answer\": \"text\"}}]"
    )]
    Malformed { path: String, reason: String },
}

impl Model {
    /// Reads a model as the command line has it: `script=FILE` or `mock`.
    pub fn parse(text: &str) -> Result<Model, ModelError> {
        match text.split_once('=') {
            Some(("script", path)) => Model::from_script_file(Path::new(path)),
            None if text == "mock" => Ok(Model::Mock),
            _ => Err(ModelError::Unknown(text.to_owned())),
        }
    }

    fn from_script_file(path: &Path) -> Result<Model, ModelError> {
        let shown = path.display().to_string();
        let text = std::fs::read_to_string(path)
            .map_err(|error| ModelError::Unreadable { path: shown.clone(), reason: error.to_string() })?;
        Model::from_script(&text).map_err(|reason| ModelError::Malformed { path: shown, reason })
    }

    /// A script is a JSON list of `{"match": TEXT, "answer": TEXT}`. An answer that is not a text stands for its JSON;
    /// `"error": TEXT` instead of an answer fails with that message.
    pub fn from_script(text: &str) -> Result<Model, String> {
        let json: Value = serde_json::from_str(text).map_err(|error| error.to_string())?;
        let list = json.as_array().ok_or("it is not a list")?;
        let mut entries = Vec::with_capacity(list.len());
        for (index, entry) in list.iter().enumerate() {
            let number = index + 1;
            let part = entry["match"].as_str().ok_or_else(|| format!("entry {number} has no text `match`"))?;
            let answer = match (&entry["answer"], &entry["error"]) {
                (Value::String(answer), Value::Null) => Ok(answer.clone()),
                (Value::Null, Value::String(error)) => Err(error.clone()),
                (Value::Null, _) => return Err(format!("entry {number} has neither `answer` nor a text `error`")),
                (answer, Value::Null) => Ok(answer.to_string()),
                _ => return Err(format!("entry {number} has both `answer` and `error`")),
            };
            entries.push(Entry { part: part.to_owned(), answer });
        }
        Ok(Model::Scripted(entries))
    }

    /// The answer's text, or an `LLMError`.
    pub(crate) fn ask(&self, prompt: &str, answer_type: Option<&str>) -> Result<Data, Failure> {
        let answer = match self {
            Model::None => {
                Err("no language model is configured; set one with --llm script=FILE or --llm mock, or set the \
                                environment variable DANA_MOCK_LLM=true"
                    .to_owned())
            }
            Model::Scripted(entries) => match entries.iter().find(|entry| prompt.contains(&entry.part)) {
                Some(entry) => entry.answer.clone(),
                None => Err(format!("no entry of the script matches the prompt \"{}\"", shorten(prompt))),
            },
            Model::Mock => Ok(mock_answer(prompt, answer_type)),
        };
        answer.map(Data::Str).map_err(|message| Failure::new(ExceptionKind::LLMError, message))
    }
}

fn shorten(prompt: &str) -> String {
    const LONGEST: usize = 80;
    let mut short: String = prompt.chars().take(LONGEST).collect();
    if short.len() < prompt.len() {
        short.push('…');
    }
    short
}

fn mock_answer(prompt: &str, answer_type: Option<&str>) -> String {
    let is_number = answer_type.is_none_or(|ty| matches!(ty, "int" | "float" | "str" | "any"));
    if let Some(number) = arithmetic(prompt)
        && is_number
    {
        return number.to_string();
    }
    let text = format!("This is a mock answer to: {}", shorten(prompt));
    let ty = answer_type.unwrap_or_default();
    match ty.split('[').next().unwrap_or(ty) {
        "bool" => "yes".to_owned(),
        "float" => "3.14".to_owned(),
        "str" | "any" | "" => text,
        "dict" if ty == "dict" => r#"{"status": "success", "result": "mock"}"#.to_owned(),
        _ => match crate::mock::example(ty) {
            Some(example) => example.to_string(),
            None => text,
        },
    }
}

/// The value of the first `a + b`, `a - b` or `a * b` of whole numbers in a text.
fn arithmetic(text: &str) -> Option<i64> {
    let is_operator = |c: char| matches!(c, '+' | '-' | '*');
    text.match_indices(is_operator).find_map(|(at, operator)| {
        let before = text[..at].trim_end();
        let digits = before.bytes().rev().take_while(u8::is_ascii_digit).count();
        let left: i64 = before[before.len() - digits..].parse().ok()?;
        let after = text[at + 1..].trim_start();
        let digits = after.bytes().take_while(u8::is_ascii_digit).count();
        let right: i64 = after[..digits].parse().ok()?;
        match operator {
            "+" => left.checked_add(right),
            "-" => left.checked_sub(right),
            _ => left.checked_mul(right),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(model: &Model, prompt: &str, answer_type: Option<&str>) -> String {
        match model.ask(prompt, answer_type) {
            Ok(Data::Str(text)) => text,
            Ok(other) => panic!("{other:?}"),
            Err(failure) => format!("{}: {}", failure.kind.name(), failure.message),
        }
    }

    #[test]
    fn the_first_entry_that_matches_answers() {
        let model = Model::from_script(
            r#"[{"match": "refund", "answer": "billing"}, {"match": "data", "answer": {"n": [1]}},
                {"match": "down", "error": "the model is down"}, {"match": "", "answer": "anything"}]"#,
        )
        .unwrap();
        assert_eq!(ask(&model, "a refund please", None), "billing");
        assert_eq!(ask(&model, "data?", None), r#"{"n":[1]}"#);
        assert_eq!(ask(&model, "is it down?", None), "LLMError: the model is down");
        assert_eq!(ask(&model, "else", None), "anything");
    }

    #[test]
    fn a_prompt_without_an_entry_fails() {
        let model = Model::from_script("[]").unwrap();
        assert_eq!(ask(&model, "hello", None), "LLMError: no entry of the script matches the prompt \"hello\"");
        assert!(ask(&Model::None, "hello", None).contains("--llm script=FILE"));
    }

    #[test]
    fn a_bad_script_says_what_is_wrong() {
        let reason = |text| Model::from_script(text).unwrap_err();
        assert_eq!(reason("{}"), "it is not a list");
        assert_eq!(reason(r#"[{"answer": "x"}]"#), "entry 1 has no text `match`");
        assert_eq!(reason(r#"[{"match": "x"}]"#), "entry 1 has neither `answer` nor a text `error`");
        assert_eq!(reason(r#"[{"match": "x", "answer": 1, "error": "y"}]"#), "entry 1 has both `answer` and `error`");
        assert!(reason("[").contains("line 1"));
        assert_eq!(Model::parse("gpt").unwrap_err().to_string(), "`gpt` is not a model; write script=FILE or mock");
        assert!(
            Model::parse("script=/nowhere.json").unwrap_err().to_string().starts_with("cannot read the answers in")
        );
    }

    #[test]
    fn the_mock_computes_and_answers_by_type() {
        assert_eq!(ask(&Model::Mock, "What is 2+2?", None), "4");
        assert_eq!(ask(&Model::Mock, "What is 6 * 7?", Some("int")), "42");
        assert_eq!(ask(&Model::Mock, "well-known 9223372036854775807 + 1", None), {
            "This is a mock answer to: well-known 9223372036854775807 + 1"
        });
        assert_eq!(ask(&Model::Mock, "How many?", Some("int")), "42");
        assert_eq!(ask(&Model::Mock, "Which?", Some("list[str]")), r#"["first","second","third"]"#);
        assert_eq!(ask(&Model::Mock, "Hi", Some("str")), "This is a mock answer to: Hi");
        assert_eq!(ask(&Model::Mock, "Hi", Some("Odd")), "This is a mock answer to: Hi");
        let ty = "Person(name: str, tags: list[str], home: Place(zip: int) | None)";
        let person: Value = serde_json::from_str(&ask(&Model::Mock, "1 + 1 people", Some(ty))).unwrap();
        let expected =
            serde_json::json!({"name": "mock name", "tags": ["first", "second", "third"], "home": {"zip": 42}});
        assert_eq!(person, expected);
    }
}
