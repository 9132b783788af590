//! Semantic tokens: full, what changed, and of a range.

use danaide_analysis::Cancellable;
use danaide_ide::{TokenKind, TokenModifiers, semantic_tokens};
use danaide_syntax::TextRange;
use lsp_types::{
    SemanticToken, SemanticTokenModifier, SemanticTokenType, SemanticTokens, SemanticTokensDelta,
    SemanticTokensDeltaParams, SemanticTokensEdit, SemanticTokensFullDeltaResult, SemanticTokensLegend,
    SemanticTokensParams, SemanticTokensRangeParams, SemanticTokensRangeResult, SemanticTokensResult, Url,
};
use tower_lsp::jsonrpc::Result;

use crate::convert::Lines;
use crate::query::{Context, ask};
use crate::server::Server;

/// For how many documents the last answer is kept, to say later what changed.
const MOST_KEPT: usize = 64;

/// The last answers, the latest at the end.
#[derive(Debug, Default)]
pub(crate) struct Kept {
    last: Vec<(Url, String, Vec<SemanticToken>)>,
    count: u64,
}

impl Kept {
    fn keep(&mut self, uri: &Url, tokens: Vec<SemanticToken>) -> String {
        self.count += 1;
        let id = self.count.to_string();
        self.last.retain(|it| it.0 != *uri);
        if self.last.len() >= MOST_KEPT {
            self.last.remove(0);
        }
        self.last.push((uri.clone(), id.clone(), tokens));
        id
    }

    fn get(&self, uri: &Url, id: &str) -> Option<Vec<SemanticToken>> {
        self.last.iter().find(|it| it.0 == *uri && it.1 == id).map(|it| it.2.clone())
    }
}

pub(crate) fn legend() -> SemanticTokensLegend {
    SemanticTokensLegend {
        token_types: TokenKind::ALL.iter().map(|it| SemanticTokenType::new(it.as_str())).collect(),
        token_modifiers: TokenModifiers::NAMES.iter().map(|it| SemanticTokenModifier::new(it)).collect(),
    }
}

fn tokens(context: &Context<'_>, range: Option<TextRange>, multiline: bool) -> Cancellable<Vec<SemanticToken>> {
    let all = context.analysis.with_db(|db| semantic_tokens(db, context.file, range))?;
    context.with_lines(context.file, |lines| encode(&all, lines, multiline))
}

/// Each token as its distance from the one before. A token over several lines is cut for clients that take none.
fn encode(all: &[danaide_ide::SemanticToken], lines: &Lines<'_>, multiline: bool) -> Vec<SemanticToken> {
    let mut out = Vec::with_capacity(all.len());
    let (mut last_line, mut last_start) = (0, 0);
    let mut push = |range: TextRange, it: &danaide_ide::SemanticToken| {
        let lsp_types::Range { start, end } = lines.range(range);
        let length = if start.line == end.line { end.character - start.character } else { lines.length(range) };
        if length == 0 {
            return;
        }
        let delta_line = start.line - last_line;
        let delta_start = if delta_line == 0 { start.character - last_start } else { start.character };
        (last_line, last_start) = (start.line, start.character);
        out.push(SemanticToken {
            delta_line,
            delta_start,
            length,
            token_type: it.kind as u32,
            token_modifiers_bitset: it.modifiers.0,
        });
    };
    for it in all {
        let text = &lines.text()[std::ops::Range::<usize>::from(it.range)];
        if multiline || !text.contains('\n') {
            push(it.range, it);
            continue;
        }
        let mut start = it.range.start();
        for line in text.split_inclusive('\n') {
            let content = line.trim_end_matches(['\r', '\n']);
            push(TextRange::at(start, danaide_syntax::TextSize::of(content)), it);
            start += danaide_syntax::TextSize::of(line);
        }
    }
    out
}

pub(crate) async fn full(server: &Server, params: SemanticTokensParams) -> Result<Option<SemanticTokensResult>> {
    let multiline = server.session.client().multiline_tokens;
    let uri = params.text_document.uri;
    let data = ask(&server.session, uri.clone(), move |it| tokens(it, None, multiline)).await?;
    let result_id = server.session.kept_tokens.lock().keep(&uri, data.clone());
    Ok(Some(SemanticTokens { result_id: Some(result_id), data }.into()))
}

pub(crate) async fn delta(
    server: &Server,
    params: SemanticTokensDeltaParams,
) -> Result<Option<SemanticTokensFullDeltaResult>> {
    let multiline = server.session.client().multiline_tokens;
    let uri = params.text_document.uri;
    let data = ask(&server.session, uri.clone(), move |it| tokens(it, None, multiline)).await?;
    let before = server.session.kept_tokens.lock().get(&uri, &params.previous_result_id);
    let result_id = Some(server.session.kept_tokens.lock().keep(&uri, data.clone()));
    Ok(Some(match before {
        Some(before) => SemanticTokensDelta { result_id, edits: difference(&before, &data) }.into(),
        None => SemanticTokens { result_id, data }.into(),
    }))
}

/// One edit: what is between the part at the beginning and the part at the end that both have.
fn difference(before: &[SemanticToken], after: &[SemanticToken]) -> Vec<SemanticTokensEdit> {
    /// Numbers of a token in the list that the protocol counts.
    const NUMBERS: usize = 5;
    let start = before.iter().zip(after).take_while(|(a, b)| a == b).count();
    let rest = (&before[start..], &after[start..]);
    let end = rest.0.iter().rev().zip(rest.1.iter().rev()).take_while(|(a, b)| a == b).count();
    let (gone, come) = (&rest.0[..rest.0.len() - end], &rest.1[..rest.1.len() - end]);
    if gone.is_empty() && come.is_empty() {
        return Vec::new();
    }
    let number = |it: usize| u32::try_from(it * NUMBERS).unwrap_or(u32::MAX);
    vec![SemanticTokensEdit { start: number(start), delete_count: number(gone.len()), data: Some(come.to_vec()) }]
}

pub(crate) async fn range(
    server: &Server,
    params: SemanticTokensRangeParams,
) -> Result<Option<SemanticTokensRangeResult>> {
    let multiline = server.session.client().multiline_tokens;
    let data = ask(&server.session, params.text_document.uri, move |it| {
        let range = it.text_range(params.range)?;
        tokens(it, Some(range), multiline)
    });
    Ok(Some(SemanticTokens { result_id: None, data: data.await? }.into()))
}
