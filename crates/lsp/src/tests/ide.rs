//! Editor features over the wire: in UTF-16, with characters outside the basic plane and CRLF.

mod actions;
mod completion;
mod formatting;
mod navigation;
mod tasks;
mod tokens;

use serde_json::{Value, json};

use super::client::{Client, URI, range};

/// A client with everything that VS Code says it can.
async fn able() -> Client {
    Client::with_capabilities(json!({
        "textDocument": {
            "diagnostic": {},
            "definition": { "linkSupport": true },
            "hover": { "contentFormat": ["markdown", "plaintext"] },
            "rename": { "prepareSupport": true },
            "completion": { "completionItem": {
                "snippetSupport": true,
                "labelDetailsSupport": true,
                "insertReplaceSupport": true,
                "documentationFormat": ["markdown"],
                "resolveSupport": { "properties": ["documentation", "additionalTextEdits"] },
            } },
            "signatureHelp": { "signatureInformation": {
                "documentationFormat": ["markdown"],
                "parameterInformation": { "labelOffsetSupport": true },
                "activeParameterSupport": true,
            } },
            "codeAction": { "codeActionLiteralSupport": { "codeActionKind": { "valueSet": [""] } } },
            "onTypeFormatting": {},
            "typeHierarchy": { "dynamicRegistration": true },
        },
        "workspace": { "workspaceEdit": { "documentChanges": true } },
        "experimental": { "danaide": { "commands": ["danaide.run", "danaide.test", "danaide.graph", "danaide.showReferences"] } },
    }))
    .await
}

/// The position of a mark `$0` in a text, in UTF-16, and the text without it.
fn mark(text: &str) -> (String, Value) {
    let at = text.find("$0").expect("a mark");
    let before = &text[..at];
    let line = before.matches('\n').count();
    let begin = before.rfind('\n').map_or(0, |it| it + 1);
    let character = before[begin..].encode_utf16().count();
    (text.replacen("$0", "", 1), json!({ "line": line, "character": character }))
}

/// Opens a text with a mark and gives the parameters of a request about it.
async fn open(client: &mut Client, text: &str) -> Value {
    let (text, position) = mark(text);
    client.open(URI, &text).await;
    json!({ "textDocument": { "uri": URI }, "position": position })
}

/// `main 1:4-1:8` of a location.
fn place(location: &Value) -> String {
    let uri = location["uri"].as_str().unwrap_or_default();
    let name = uri.rsplit('/').next().unwrap_or_default();
    format!("{name} {}", range(&location["range"]))
}

/// The offset of a line and a column in UTF-16.
pub(super) fn offset(text: &str, position: &Value) -> usize {
    let number = |name: &str| position[name].as_u64().expect("a number") as usize;
    let start: usize = text.split_inclusive('\n').take(number("line")).map(str::len).sum();
    let mut units = number("character");
    let mut at = start;
    for it in text[start..].chars() {
        if units == 0 {
            break;
        }
        units -= it.len_utf16();
        at += it.len_utf8();
    }
    at
}

/// The text after edits, which are in UTF-16.
fn apply(text: &str, edits: &[Value]) -> String {
    let mut all: Vec<(usize, usize, &str)> = edits
        .iter()
        .map(|it| {
            (offset(text, &it["range"]["start"]), offset(text, &it["range"]["end"]), it["newText"].as_str().unwrap())
        })
        .collect();
    all.sort_unstable();
    let mut out = text.to_owned();
    for (start, end, new) in all.into_iter().rev() {
        out.replace_range(start..end, new);
    }
    out
}
