//! Inlay hints, and where they lead.

use danaide_ide::{HintKind, HintOptions};
use danaide_syntax::TextRange;
use lsp_types::{
    InlayHint, InlayHintKind, InlayHintLabel, InlayHintLabelPart, InlayHintParams, InlayHintTooltip, Location,
    MarkupContent, MarkupKind, TextEdit, Url,
};
use serde::{Deserialize, Serialize};
use tower_lsp::jsonrpc::Result;

use crate::convert::Lines;
use crate::query::ask;
use crate::server::Server;

#[derive(Debug, Serialize, Deserialize)]
struct Data {
    uri: Url,
}

pub(crate) async fn inlay_hints(server: &Server, params: InlayHintParams) -> Result<Option<Vec<InlayHint>>> {
    let answer = ask(&server.session, params.text_document.uri, move |it| {
        let range = it.text_range(params.range)?;
        let hints = it.analysis.with_db(|db| danaide_ide::inlay_hints(db, it.file, range, HintOptions::default()))?;
        let data = serde_json::to_value(Data { uri: it.uri.clone() }).ok();
        it.with_lines(it.file, |lines| {
            Some(hints.into_iter().map(|hint| convert(it.uri, hint, lines, &data)).collect())
        })
    });
    Ok(answer.await?)
}

fn convert(uri: &Url, it: danaide_ide::InlayHint, lines: &Lines<'_>, data: &Option<serde_json::Value>) -> InlayHint {
    let position = lines.position(it.offset);
    let edit = |new_text| TextEdit { range: lsp_types::Range::new(position, position), new_text };
    let is_task = matches!(it.kind, HintKind::Task | HintKind::Wait | HintKind::Graph);
    let tooltip = it
        .tooltip
        .clone()
        .map(|value| InlayHintTooltip::MarkupContent(MarkupContent { kind: MarkupKind::Markdown, value }));
    InlayHint {
        position,
        label: InlayHintLabel::LabelParts(parts(uri, &it, lines)),
        kind: match it.kind {
            HintKind::Type | HintKind::Result => Some(InlayHintKind::TYPE),
            HintKind::Parameter => Some(InlayHintKind::PARAMETER),
            HintKind::Task | HintKind::Wait | HintKind::Graph => None,
        },
        text_edits: it.insert.map(|it| vec![edit(it)]),
        tooltip,
        padding_left: is_task.then_some(true),
        padding_right: (it.kind == HintKind::Parameter).then_some(true),
        data: if is_task { None } else { data.clone() },
    }
}

/// The label, cut where parts of it lead somewhere.
fn parts(uri: &Url, it: &danaide_ide::InlayHint, lines: &Lines<'_>) -> Vec<InlayHintLabelPart> {
    let part = |text: &str, range: Option<TextRange>| InlayHintLabelPart {
        value: text.to_owned(),
        location: range.map(|range| Location { uri: uri.clone(), range: lines.range(range) }),
        ..InlayHintLabelPart::default()
    };
    let mut out = Vec::new();
    let mut at = 0;
    for (start, end, range) in &it.links {
        if *start > at {
            out.push(part(&it.label[at..*start], None));
        }
        out.push(part(&it.label[*start..*end], Some(*range)));
        at = *end;
    }
    if at < it.label.len() {
        out.push(part(&it.label[at..], None));
    }
    out
}

/// Adds where the type or the parameter is defined.
pub(crate) async fn resolve(server: &Server, mut hint: InlayHint) -> Result<InlayHint> {
    let Some(data) = hint.data.clone().and_then(|it| serde_json::from_value::<Data>(it).ok()) else { return Ok(hint) };
    let position = hint.position;
    let label = match &hint.label {
        InlayHintLabel::LabelParts(parts) => parts.iter().map(|it| it.value.as_str()).collect::<String>(),
        InlayHintLabel::String(text) => text.clone(),
    };
    let answer = ask(&server.session, data.uri, move |it| {
        let Some(offset) = it.offset(position)? else { return Ok(None) };
        let found = it.analysis.with_db(|db| {
            let range = danaide_syntax::TextRange::empty(offset);
            let hints = danaide_ide::inlay_hints(db, it.file, range, HintOptions::default());
            let hint = hints.into_iter().find(|it| it.label == label)?;
            danaide_ide::hint_target(db, it.file, &hint.target)
        })?;
        let Some(target) = found else { return Ok(None) };
        Ok(it.location(target.file, target.name_range)?.map(|it| (target.name, it)))
    });
    if let (Some((name, location)), InlayHintLabel::LabelParts(parts)) = (answer.await?, &mut hint.label)
        && let Some(part) = parts.first_mut()
    {
        part.location = Some(location);
        hint.tooltip = Some(InlayHintTooltip::String(format!("Go to {name}")));
    }
    Ok(hint)
}
