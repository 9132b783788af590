//! Answers kept in a file: recorded once, replayed as often as wanted.
//!
//! A line is a JSON object with the `request`, its number `nth` among equal ones from 0, the `answer` and the tokens it
//! took. The nth time that a program asks the same, it gets the nth answer to it, whichever came first.

use std::collections::{BTreeMap, HashMap};
use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::chat::{Question, to_json};
use super::remote::Answer;
use super::{ModelError, Usage};

/// By the request, and by its number among equal ones.
type Answers = HashMap<String, BTreeMap<usize, Answer>>;

/// Recorded answers, and the file that new ones are added to.
#[derive(Debug)]
pub(super) struct Cassette {
    path: PathBuf,
    answers: Answers,
    /// How often each request was made in this run.
    asked: HashMap<String, usize>,
    /// None when only replaying.
    recording: Option<File>,
}

impl Cassette {
    /// Only the answers in the file.
    pub(super) fn replay(path: &Path) -> Result<Cassette, ModelError> {
        let text = std::fs::read_to_string(path).map_err(|error| unreadable(path, &error))?;
        Ok(Cassette { path: path.to_owned(), answers: read(path, &text)?, asked: HashMap::new(), recording: None })
    }

    /// The answers in the file, which need not exist; others are asked for and added.
    pub(super) fn record(path: &Path) -> Result<Cassette, ModelError> {
        let text = match std::fs::read_to_string(path) {
            Err(error) if error.kind() == ErrorKind::NotFound => String::new(),
            other => other.map_err(|error| unreadable(path, &error))?,
        };
        let answers = read(path, &text)?;
        let mut file =
            OpenOptions::new().create(true).append(true).open(path).map_err(|error| unreadable(path, &error))?;
        if !text.is_empty() && !text.ends_with('\n') {
            file.write_all(b"\n").map_err(|error| unreadable(path, &error))?;
        }
        Ok(Cassette { path: path.to_owned(), answers, asked: HashMap::new(), recording: Some(file) })
    }

    /// The next recorded answer. Without one, a question can be asked if this records, and is an error otherwise.
    pub(super) fn next(&mut self, question: &mut Question) -> Option<Result<Answer, String>> {
        let key = request(question).to_string();
        let asked = self.asked.entry(key.clone()).or_default();
        question.nth = *asked;
        *asked += 1;
        let known = self.answers.get(&key);
        if let Some(answer) = known.and_then(|known| known.get(&question.nth)) {
            return Some(Ok(answer.clone()));
        }
        if self.recording.is_some() {
            return None;
        }
        let path = self.path.display();
        let prompt = super::shorten(&question.prompt);
        Some(Err(match known.map_or(0, BTreeMap::len) {
            0 => format!("{path} holds no answer to \"{prompt}\"; record it with --llm record={path}"),
            count => format!("{path} holds {count} answers to \"{prompt}\", which was asked more often"),
        }))
    }

    /// Adds an answer to the file.
    pub(super) fn keep(&mut self, question: &Question, answer: &Answer) -> Result<(), String> {
        let Some(file) = &mut self.recording else { return Ok(()) };
        let line = json!({
            "request": request(question),
            "nth": question.nth,
            "answer": answer.text,
            "prompt_tokens": answer.usage.prompt_tokens,
            "completion_tokens": answer.usage.completion_tokens,
        });
        // A line in one piece, so that a killed process leaves whole lines.
        file.write_all(format!("{line}\n").as_bytes())
            .map_err(|error| format!("cannot add an answer to {}: {error}", self.path.display()))
    }
}

/// What makes two questions the same.
fn request(question: &Question) -> Value {
    let options: serde_json::Map<String, Value> =
        question.options.iter().map(|(name, value)| (name.clone(), to_json(value))).collect();
    json!({
        "prompt": question.prompt,
        "system": question.system,
        "options": options,
        "type": question.answer_type,
    })
}

fn read(path: &Path, text: &str) -> Result<Answers, ModelError> {
    let mut answers = Answers::new();
    for (index, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let malformed = |reason: String| ModelError::NoCassette {
            path: path.display().to_string(),
            reason: format!("line {}: {reason}", index + 1),
        };
        let entry: Value = serde_json::from_str(line).map_err(|error| malformed(error.to_string()))?;
        let (Some(answer), true) = (entry["answer"].as_str(), entry["request"].is_object()) else {
            return Err(malformed("it has no `request` and text `answer`".to_owned()));
        };
        let count = |name: &str| entry[name].as_u64().unwrap_or_default();
        let usage = Usage { prompt_tokens: count("prompt_tokens"), completion_tokens: count("completion_tokens") };
        let equal = answers.entry(entry["request"].to_string()).or_default();
        let nth = entry["nth"].as_u64().and_then(|nth| usize::try_from(nth).ok()).unwrap_or(equal.len());
        equal.insert(nth, Answer { text: answer.to_owned(), usage });
    }
    Ok(answers)
}

fn unreadable(path: &Path, error: &std::io::Error) -> ModelError {
    ModelError::Unreadable { path: path.display().to_string(), reason: error.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn question(prompt: &str) -> Question {
        Question { prompt: prompt.into(), system: None, options: vec![], answer_type: None, nth: 0 }
    }

    fn answer(text: &str) -> Answer {
        Answer { text: text.into(), usage: Usage { prompt_tokens: 1, completion_tokens: 2 } }
    }

    #[test]
    fn what_was_recorded_is_replayed_in_its_order() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("answers.jsonl");
        let mut recorder = Cassette::record(&path).unwrap();
        let mut asked = ["a", "b", "a"].map(question);
        for question in &mut asked {
            assert_eq!(recorder.next(question), None);
        }
        // Questions that are asked together are answered in any order.
        for (at, text) in [(2, "second"), (1, "other"), (0, "first")] {
            recorder.keep(&asked[at], &answer(text)).unwrap();
        }
        let mut player = Cassette::replay(&path).unwrap();
        let mut next = |prompt| player.next(&mut question(prompt)).unwrap().map(|answer| answer.text);
        assert_eq!(next("a"), Ok("first".into()));
        assert_eq!(next("a"), Ok("second".into()));
        assert_eq!(next("b"), Ok("other".into()));
        assert!(next("a").unwrap_err().ends_with("holds 2 answers to \"a\", which was asked more often"));
        assert!(next("c").unwrap_err().contains("record it with --llm record="));
        // A second recording asks only what is new.
        let mut recorder = Cassette::record(&path).unwrap();
        assert_eq!(recorder.next(&mut question("a")), Some(Ok(answer("first"))));
        assert_eq!(recorder.next(&mut question("c")), None);
    }

    #[test]
    fn a_broken_file_says_where() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("answers.jsonl");
        std::fs::write(&path, "\n{\"answer\": 1}\n").unwrap();
        let message = Cassette::replay(&path).unwrap_err().to_string();
        assert!(message.contains("line 2: it has no `request` and text `answer`"), "{message}");
        assert!(Cassette::replay(&folder.path().join("none")).unwrap_err().to_string().starts_with("cannot use"));
    }
}
