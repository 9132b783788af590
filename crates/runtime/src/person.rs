//! The person that a program asks: at the terminal, elsewhere, or answers prepared in a file.

use std::io::{BufRead, IsTerminal, Write};
use std::path::Path;
use std::sync::Arc;

use danaide_interpreter::{Data, ExceptionKind, Failure};
use futures::future::BoxFuture;
use serde_json::Value;
use thiserror::Error;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio::sync::{Mutex, oneshot};

/// Nobody can be asked.
const NO_PERSON: &str = "no-person";
/// The person, or the file, gave no answer.
const NO_ANSWER: &str = "no-answer";

/// What a program wants to know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonQuestion {
    /// The question, or what is to be approved.
    pub text: String,
    pub kind: QuestionKind,
}

/// Which answers there are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum QuestionKind {
    /// Any text; one of the options if there are any. An empty answer is the default.
    Text { options: Vec<String>, default: Option<String> },
    /// Yes or no.
    Approval,
}

/// Gives an answer, from any thread; `None` if there is none. Dropping it is the same. Of an approval, the answer is `yes` or
/// `no`.
pub type PersonReply = oneshot::Sender<Option<String>>;

/// Who answers `ask(…)` and `approve(…)`.
#[derive(Default)]
pub struct Person {
    source: Source,
}

#[derive(Default)]
enum Source {
    /// The terminal, if the standard input is one.
    #[default]
    Terminal,
    /// The terminal, once it was asked.
    Lines(Arc<Mutex<UnboundedReceiver<String>>>),
    Prepared(Vec<Prepared>),
    Elsewhere(Box<dyn FnMut(PersonQuestion, PersonReply) + Send>),
}

/// One answer of a file.
#[derive(Debug, PartialEq, Eq)]
struct Prepared {
    /// The question contains this text.
    part: String,
    /// The answer; none says that the person gives none.
    answer: Option<String>,
    used: bool,
}

/// Answers that cannot be used.
#[derive(Debug, Error)]
pub enum AnswersError {
    #[error("cannot use the answers in {path}: cannot read it: {reason}")]
    Unreadable { path: String, reason: String },
    #[error(
        "{path} does not hold answers: {reason}; write a list of texts, or of entries such as \
         {{\"match\": \"part of the question\", \"answer\": \"text\"}}"
    )]
    Malformed { path: String, reason: String },
}

/// What becomes of a question.
pub(crate) enum Asking {
    Done(Result<Data, Failure>),
    Later(BoxFuture<'static, Result<Data, Failure>>),
}

impl Person {
    /// Answers from a file, each given once: a JSON list of texts, and of `{"match": TEXT, "answer": TEXT}` for questions that
    /// contain a text. `true` and `false` are answers to `approve`; `null` is no answer.
    ///
    /// # Errors
    /// When the file cannot be read, or holds something else.
    pub fn prepared(path: &Path) -> Result<Person, AnswersError> {
        let shown = || path.display().to_string();
        let text = std::fs::read_to_string(path)
            .map_err(|error| AnswersError::Unreadable { path: shown(), reason: error.to_string() })?;
        let answers = parse(&text).map_err(|reason| AnswersError::Malformed { path: shown(), reason })?;
        Ok(Person { source: Source::Prepared(answers) })
    }

    /// Somebody else asks, such as an editor. The reply tells with `is_closed` that nobody waits any more.
    pub fn elsewhere(ask: impl FnMut(PersonQuestion, PersonReply) + Send + 'static) -> Person {
        Person { source: Source::Elsewhere(Box::new(ask)) }
    }

    /// `question` holds no secrets any more.
    pub(crate) fn ask(&mut self, question: PersonQuestion) -> Asking {
        if let Source::Terminal = self.source
            && std::io::stdin().is_terminal()
        {
            self.source = Source::Lines(Arc::new(Mutex::new(lines_of_the_terminal())));
        }
        match &mut self.source {
            Source::Terminal => Asking::Done(nobody(&question)),
            Source::Lines(lines) => {
                let lines = lines.clone();
                // One question after the other, in the order in which they were asked.
                Asking::Later(Box::pin(async move {
                    let mut lines = lines.lock().await;
                    at_the_terminal(&mut lines, &question).await
                }))
            }
            Source::Prepared(answers) => Asking::Done(from_prepared(answers, &question)),
            Source::Elsewhere(ask) => {
                let (reply, answer) = oneshot::channel();
                ask(question.clone(), reply);
                Asking::Later(Box::pin(async move {
                    match answer.await.ok().flatten() {
                        Some(answer) => read(&question, &answer).ok_or_else(|| unfit(&question, &answer)),
                        None => Err(unanswered(&question)),
                    }
                }))
            }
        }
    }
}

fn failure(question: &PersonQuestion, why: &str, code: &str) -> Failure {
    let text = format!("{why} \"{}\" [{code}]", question.text);
    Failure::new(ExceptionKind::ResourceError, text)
}

fn nobody(question: &PersonQuestion) -> Result<Data, Failure> {
    if let QuestionKind::Text { default: Some(default), .. } = &question.kind {
        return Ok(Data::Str(default.clone()));
    }
    let why = "nobody can be asked, because the standard input is not a terminal; run it in a terminal, or with --answers \
               FILE, for the question";
    Err(failure(question, why, NO_PERSON))
}

fn unanswered(question: &PersonQuestion) -> Failure {
    failure(question, "nobody answered the question", NO_ANSWER)
}

fn unfit(question: &PersonQuestion, answer: &str) -> Failure {
    let expected = match &question.kind {
        QuestionKind::Text { options, .. } => options.join(", "),
        QuestionKind::Approval => "yes or no".to_owned(),
    };
    failure(question, &format!("\"{answer}\" is none of the answers {expected} to the question"), NO_ANSWER)
}

/// An answer as the program sees it; none if it is not one of those there are. A number chooses an option.
fn read(question: &PersonQuestion, answer: &str) -> Option<Data> {
    let answer = answer.trim();
    match &question.kind {
        QuestionKind::Approval => match answer.to_lowercase().as_str() {
            "y" | "yes" | "true" => Some(Data::Bool(true)),
            "" | "n" | "no" | "false" => Some(Data::Bool(false)),
            _ => None,
        },
        QuestionKind::Text { default: Some(default), .. } if answer.is_empty() => Some(Data::Str(default.clone())),
        QuestionKind::Text { options, .. } if options.is_empty() => Some(Data::Str(answer.to_owned())),
        QuestionKind::Text { options, .. } => {
            let same = |option: &&String| option.trim().to_lowercase() == answer.to_lowercase();
            let by_text =
                || options.iter().find(|option| option.trim() == answer).or_else(|| options.iter().find(same));
            let by_number = || options.get(answer.parse::<usize>().ok()?.checked_sub(1)?);
            by_text().or_else(by_number).cloned().map(Data::Str)
        }
    }
}

fn from_prepared(answers: &mut [Prepared], question: &PersonQuestion) -> Result<Data, Failure> {
    let Some(found) = answers.iter_mut().find(|answer| !answer.used && question.text.contains(&answer.part)) else {
        return Err(failure(question, "the file of --answers has no answer left for the question", NO_ANSWER));
    };
    found.used = true;
    match &found.answer {
        Some(answer) => read(question, answer).ok_or_else(|| unfit(question, answer)),
        None => Err(unanswered(question)),
    }
}

fn parse(text: &str) -> Result<Vec<Prepared>, String> {
    let json: Value = serde_json::from_str(text).map_err(|error| error.to_string())?;
    let list = json.as_array().ok_or("it is not a list")?;
    let mut answers = Vec::with_capacity(list.len());
    for (index, entry) in list.iter().enumerate() {
        let number = index + 1;
        let (part, answer) = match entry {
            Value::Object(fields) => {
                let part = entry["match"].as_str().ok_or_else(|| format!("entry {number} has no text `match`"))?;
                (part, fields.get("answer").ok_or_else(|| format!("entry {number} has no `answer`"))?)
            }
            answer => ("", answer),
        };
        let answer = match answer {
            Value::String(text) => Some(text.clone()),
            Value::Bool(truth) => Some(truth.to_string()),
            Value::Null => None,
            _ => return Err(format!("the answer of entry {number} is neither text nor true, false or null")),
        };
        answers.push(Prepared { part: part.to_owned(), answer, used: false });
    }
    Ok(answers)
}

/// Lines are read on a thread of its own, which lives as long as the process.
fn lines_of_the_terminal() -> UnboundedReceiver<String> {
    let (send, lines) = unbounded_channel();
    // Without a thread there are no lines: nobody answers.
    let _ = std::thread::Builder::new().name("danaide-stdin".into()).spawn(move || {
        for line in std::io::stdin().lock().lines() {
            let Ok(line) = line else { return };
            if send.send(line).is_err() {
                return;
            }
        }
    });
    lines
}

async fn at_the_terminal(lines: &mut UnboundedReceiver<String>, question: &PersonQuestion) -> Result<Data, Failure> {
    // What was typed before the question is no answer to it.
    while lines.try_recv().is_ok() {}
    let mut prompt = prompt(question);
    loop {
        // The question is no output of the program: it shows where the output goes elsewhere, too.
        let mut errors = std::io::stderr();
        let _ = errors.write_all(prompt.as_bytes()).and_then(|()| errors.flush());
        let Some(line) = lines.recv().await else { return Err(unanswered(question)) };
        if let Some(answer) = read(question, &line) {
            return Ok(answer);
        }
        prompt = match &question.kind {
            QuestionKind::Approval => "Please answer yes or no: ".to_owned(),
            QuestionKind::Text { options, .. } => format!("Please choose from 1 to {}: ", options.len()),
        };
    }
}

fn prompt(question: &PersonQuestion) -> String {
    let text = printable(&question.text);
    match &question.kind {
        QuestionKind::Approval => format!("{text} [y/N] "),
        QuestionKind::Text { options, default } => {
            let mut prompt = text;
            for (index, option) in options.iter().enumerate() {
                prompt += &format!("\n  {}. {}", index + 1, printable(option));
            }
            if let Some(default) = default {
                prompt += &format!(" [{}]", printable(default));
            }
            prompt + if options.is_empty() { " " } else { "\n> " }
        }
    }
}

/// Without what would steer the terminal.
fn printable(text: &str) -> String {
    text.chars().map(|c| if c.is_control() && c != '\n' { ' ' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn choice() -> PersonQuestion {
        let options = vec!["red".to_owned(), "Dark blue".to_owned(), "1".to_owned()];
        PersonQuestion { text: "Colour?".into(), kind: QuestionKind::Text { options, default: Some("red".into()) } }
    }

    fn approval() -> PersonQuestion {
        PersonQuestion { text: "Go?".into(), kind: QuestionKind::Approval }
    }

    #[test]
    fn an_option_is_chosen_by_text_or_number() {
        let read = |answer| read(&choice(), answer);
        assert_eq!(read("dark BLUE "), Some("Dark blue".into()));
        assert_eq!(read("2"), Some("Dark blue".into()));
        assert_eq!(read("1"), Some("1".into()));
        assert_eq!(read(""), Some("red".into()));
        assert_eq!(read("4"), None);
        assert_eq!(read("0"), None);
        assert_eq!(read("green"), None);
    }

    #[test]
    fn approval_is_yes_or_no() {
        let read = |answer| read(&approval(), answer);
        assert_eq!((read("Yes"), read("n"), read("")), (Some(true.into()), Some(false.into()), Some(false.into())));
        assert_eq!(read("maybe"), None);
    }

    #[test]
    fn prepared_answers_are_given_once() {
        let mut answers = parse(r#"[{"match": "Go", "answer": true}, "2", null, "green"]"#).unwrap();
        let mut ask =
            |question: &PersonQuestion| from_prepared(&mut answers, question).map_err(|failure| failure.message);
        assert_eq!(ask(&choice()), Ok("Dark blue".into()));
        assert_eq!(ask(&approval()), Ok(true.into()));
        assert_eq!(ask(&approval()), Err("nobody answered the question \"Go?\" [no-answer]".into()));
        let unfit = "\"green\" is none of the answers yes or no to the question \"Go?\" [no-answer]";
        assert_eq!(ask(&approval()), Err(unfit.into()));
        assert!(ask(&choice()).unwrap_err().starts_with("the file of --answers has no answer left"));
    }

    #[test]
    fn a_bad_file_says_what_is_wrong() {
        let reason = |text| parse(text).unwrap_err();
        assert_eq!(reason("{}"), "it is not a list");
        assert_eq!(reason(r#"[{"answer": "x"}]"#), "entry 1 has no text `match`");
        assert_eq!(reason(r#"["a", {"match": "x"}]"#), "entry 2 has no `answer`");
        assert_eq!(reason("[1]"), "the answer of entry 1 is neither text nor true, false or null");
    }

    #[test]
    fn a_question_does_not_steer_the_terminal() {
        let question = PersonQuestion { text: "\u{1b}[2JGo\n?".into(), kind: QuestionKind::Approval };
        assert_eq!(prompt(&question), " [2JGo\n? [y/N] ");
        assert_eq!(prompt(&choice()), "Colour?\n  1. red\n  2. Dark blue\n  3. 1 [red]\n> ");
    }

    #[test]
    fn somebody_elsewhere_answers_later() {
        let mut person = Person::elsewhere(|question, reply| {
            let answer = (question.text != "Go?").then(|| "2".to_owned());
            reply.send(answer).unwrap();
        });
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let mut ask = |question| match person.ask(question) {
            Asking::Later(answer) => runtime.block_on(answer),
            Asking::Done(answer) => answer,
        };
        assert_eq!(ask(choice()), Ok("Dark blue".into()));
        assert!(ask(approval()).unwrap_err().message.ends_with("[no-answer]"));
    }
}
