//! Questions of programs to the person in front of the editor.

use danaide_runtime::{PersonQuestion, PersonReply, QuestionKind};
use lsp_types::{MessageActionItem, MessageType};
use tokio::sync::mpsc::UnboundedReceiver;

use super::protocol::{AskParams, Channel};
use super::sink::Sink;

/// What a program asks, and where the answer goes.
pub(crate) type Asked = (PersonQuestion, PersonReply);

const YES: &str = "Yes";
const NO: &str = "No";

/// Answers the questions of a run, several at once, until there can be no more.
pub(super) async fn answer(
    client: tower_lsp::Client,
    run: String,
    takes_text: bool,
    sink: std::sync::Arc<Sink>,
    mut questions: UnboundedReceiver<Asked>,
) {
    let mut open = tokio::task::JoinSet::new();
    loop {
        tokio::select! {
            question = questions.recv() => match question {
                Some((question, mut reply)) => {
                    let (client, run, sink) = (client.clone(), run.clone(), sink.clone());
                    open.spawn(async move {
                        let answer = tokio::select! {
                            answer = ask(&client, &run, takes_text, &sink, question) => answer,
                            // The program does not wait for it any more.
                            () = reply.closed() => None,
                        };
                        // Then nobody hears it.
                        let _ = reply.send(answer);
                    });
                }
                None => return,
            },
            Some(_) = open.join_next() => {}
        }
    }
}

/// The answer as the runtime reads it; none if there is none.
async fn ask(
    client: &tower_lsp::Client,
    run: &str,
    takes_text: bool,
    sink: &Sink,
    question: PersonQuestion,
) -> Option<String> {
    let PersonQuestion { text, kind } = question;
    match kind {
        QuestionKind::Approval => choose(client, text, vec![YES.to_owned(), NO.to_owned()]).await,
        QuestionKind::Text { options, .. } if !options.is_empty() => choose(client, text, options).await,
        QuestionKind::Text { default, .. } if takes_text => {
            let params = AskParams { run: run.to_owned(), question: text, default };
            client.send_request::<AskParams>(params).await.ok()?.answer
        }
        QuestionKind::Text { default, .. } => {
            sink.write(Channel::Stderr, &format!("this editor cannot ask for a text, so nobody answers: {text}\n"));
            default
        }
    }
}

async fn choose(client: &tower_lsp::Client, text: String, options: Vec<String>) -> Option<String> {
    let action = |title: String| MessageActionItem { title, properties: Default::default() };
    let actions = options.into_iter().map(action).collect();
    let chosen = client.show_message_request(MessageType::INFO, text, Some(actions)).await.ok()??;
    Some(chosen.title)
}
