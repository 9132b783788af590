//! Completion, and what is asked about an item later.

use danaide_analysis::Cancellable;
use danaide_ide::{Completion, CompletionKind, Documented};
use lsp_types::{
    CompletionItem, CompletionItemKind, CompletionItemLabelDetails, CompletionList, CompletionParams,
    CompletionResponse, CompletionTextEdit, Documentation, InsertReplaceEdit, InsertTextFormat, TextEdit, Url,
};
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;
use tower_lsp::jsonrpc::Result;

use super::hover::markup;
use crate::capabilities::CompletionClient;
use crate::convert::{file_path, file_uri};
use crate::query::{Context, ask};
use crate::server::Server;

/// What an item carries so that more can be told about it.
#[derive(Debug, Serialize, Deserialize)]
struct Data {
    /// The document that is completed.
    uri: Url,
    /// The file that defines it, the record it is in, and its name.
    #[serde(skip_serializing_if = "Option::is_none")]
    symbol: Option<(Url, Option<String>, String)>,
    /// The module and the name to import.
    #[serde(skip_serializing_if = "Option::is_none")]
    import: Option<(String, String)>,
}

pub(crate) async fn completion(server: &Server, params: CompletionParams) -> Result<Option<CompletionResponse>> {
    let at = params.text_document_position;
    let client = server.session.client().completion;
    let answer = ask(&server.session, at.text_document.uri, move |it| {
        let Some(offset) = it.offset(at.position)? else { return Ok(None) };
        let Some(found) = it.analysis.with_db(|db| danaide_ide::completions(db, it.file, offset))? else {
            return Ok(None);
        };
        let insert = it.range(it.file, found.range)?;
        let replace = it.range(it.file, found.word)?;
        let mut items = Vec::with_capacity(found.items.len());
        for (index, item) in found.items.into_iter().enumerate() {
            let snippet = item.snippet.clone().filter(|_| client.snippets);
            let format = if snippet.is_some() { InsertTextFormat::SNIPPET } else { InsertTextFormat::PLAIN_TEXT };
            let new_text = snippet.unwrap_or_else(|| item.insert.clone());
            let text_edit = if client.insert_replace {
                CompletionTextEdit::InsertAndReplace(InsertReplaceEdit { new_text, insert, replace })
            } else {
                CompletionTextEdit::Edit(TextEdit { range: insert, new_text })
            };
            items.push(CompletionItem {
                kind: Some(kind(item.kind, &client)),
                sort_text: Some(format!("{index:04}")),
                text_edit: Some(text_edit),
                insert_text_format: client.snippets.then_some(format),
                data: data(it, &item)?.and_then(|it| serde_json::to_value(it).ok()),
                additional_text_edits: if client.resolves_edits { None } else { import_edits(it, &item.import)? },
                ..labels(item, &client)
            });
        }
        Ok(Some(CompletionResponse::List(CompletionList { is_incomplete: found.is_incomplete, items })))
    });
    Ok(answer.await?)
}

/// The label and what stands beside it.
fn labels(item: Completion, client: &CompletionClient) -> CompletionItem {
    let label = item.label.to_string();
    if !client.label_details {
        let detail = match (item.detail.as_str(), item.origin.as_str()) {
            ("", "") => None,
            (detail, "") => Some(detail.to_owned()),
            ("", origin) => Some(origin.to_owned()),
            (detail, origin) => Some(format!("{detail} · {origin}")),
        };
        return CompletionItem { label, detail, ..CompletionItem::default() };
    }
    let some = |it: String| (!it.is_empty()).then_some(it);
    let is_call = item.detail.starts_with('(');
    CompletionItem {
        label,
        detail: if is_call { None } else { some(item.detail.clone()) },
        label_details: Some(CompletionItemLabelDetails {
            detail: if is_call { some(item.detail) } else { None },
            description: some(item.origin),
        }),
        ..CompletionItem::default()
    }
}

fn data(context: &Context<'_>, item: &Completion) -> Cancellable<Option<Data>> {
    let documented = item.symbol.as_ref().and_then(Documented::of);
    let symbol = match documented {
        Some(it) => {
            let uri = context.analysis.with_db(|db| file_uri(it.file.path(db)))?;
            uri.map(|uri| (uri, it.parent.map(String::from), it.name.to_string()))
        }
        None => None,
    };
    let import = item.import.as_ref().map(|(module, name)| (module.to_string(), name.to_string()));
    let is_needed = symbol.is_some() || import.is_some();
    Ok(is_needed.then(|| Data { uri: context.uri.clone(), symbol, import }))
}

fn import_edits(context: &Context<'_>, import: &Option<(SmolStr, SmolStr)>) -> Cancellable<Option<Vec<TextEdit>>> {
    let Some((module, name)) = import else { return Ok(None) };
    let (range, new_text) = context.analysis.with_db(|db| danaide_ide::import_edit(db, context.file, module, name))?;
    Ok(Some(vec![TextEdit { range: context.range(context.file, range)?, new_text }]))
}

/// The documentation of an item, and the edit that imports it.
pub(crate) async fn resolve(server: &Server, mut item: CompletionItem) -> Result<CompletionItem> {
    let Some(data) = item.data.clone().and_then(|it| serde_json::from_value::<Data>(it).ok()) else { return Ok(item) };
    let client = server.session.client().completion;
    let answer = ask(&server.session, data.uri, move |it| {
        let documentation = match &data.symbol {
            Some((uri, parent, name)) => {
                let file = it.analysis.file(&file_path(uri))?;
                let documented =
                    Documented { file, parent: parent.as_deref().map(SmolStr::new), name: SmolStr::new(name) };
                it.analysis.with_db(|db| documented.documentation(db))?
            }
            None => String::new(),
        };
        let import = data.import.as_ref().map(|(module, name)| (SmolStr::new(module), SmolStr::new(name)));
        Ok((documentation, import_edits(it, &import)?))
    });
    let (documentation, edits) = answer.await?;
    if !documentation.is_empty() {
        item.documentation = Some(Documentation::MarkupContent(markup(documentation, client.markdown)));
    }
    if client.resolves_edits {
        item.additional_text_edits = edits;
    }
    Ok(item)
}

/// Clients that name no kinds know those of the first version of the protocol.
fn kind(kind: CompletionKind, client: &CompletionClient) -> CompletionItemKind {
    match kind {
        CompletionKind::Constant if !client.constants => CompletionItemKind::VARIABLE,
        CompletionKind::Record if !client.structs => CompletionItemKind::CLASS,
        CompletionKind::Keyword => CompletionItemKind::KEYWORD,
        CompletionKind::Variable | CompletionKind::Parameter => CompletionItemKind::VARIABLE,
        CompletionKind::Constant => CompletionItemKind::CONSTANT,
        CompletionKind::Function | CompletionKind::Workflow => CompletionItemKind::FUNCTION,
        CompletionKind::Method => CompletionItemKind::METHOD,
        CompletionKind::Field | CompletionKind::Argument => CompletionItemKind::FIELD,
        CompletionKind::Record => CompletionItemKind::STRUCT,
        CompletionKind::Interface => CompletionItemKind::INTERFACE,
        CompletionKind::Agent | CompletionKind::Type => CompletionItemKind::CLASS,
        CompletionKind::Module => CompletionItemKind::MODULE,
        CompletionKind::Snippet => CompletionItemKind::SNIPPET,
    }
}
