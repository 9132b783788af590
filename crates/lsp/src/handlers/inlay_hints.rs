//! Inlay hints, and where they lead.

use std::sync::Arc;

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
use crate::runs::Measure;
use crate::server::Server;

#[derive(Debug, Serialize, Deserialize)]
struct Data {
    uri: Url,
}

pub(crate) async fn inlay_hints(server: &Server, params: InlayHintParams) -> Result<Option<Vec<InlayHint>>> {
    let session = server.session.clone();
    let wanted = session.settings().inlay_hints;
    let options = HintOptions {
        types: wanted.types,
        results: wanted.results,
        parameters: wanted.parameters,
        tasks: wanted.tasks,
        waits: wanted.waits,
        functions: wanted.functions,
    };
    let answer = ask(&server.session, params.text_document.uri, move |it| {
        let range = it.text_range(params.range)?;
        let hints = it.analysis.with_db(|db| danaide_ide::inlay_hints(db, it.file, range, options))?;
        let text = it.analysis.text(it.file)?;
        let measured = if wanted.measured { session.runs.kept.measured(it.uri, &text) } else { Arc::default() };
        let data = serde_json::to_value(Data { uri: it.uri.clone() }).ok();
        it.with_lines(it.file, |lines| {
            let mut out: Vec<InlayHint> = hints.into_iter().map(|hint| convert(it.uri, hint, lines, &data)).collect();
            let near = measured.iter().filter(|(at, _)| range.intersect(*at).is_some());
            out.extend(near.map(|(at, measure)| measured_hint(*at, measure, lines)));
            Some(out)
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

/// What was measured at a call in the last run, at the end of its first line.
fn measured_hint(at: TextRange, measure: &Measure, lines: &Lines<'_>) -> InlayHint {
    let rest = lines.text().get(usize::from(at.start())..).unwrap_or_default();
    let line = rest.split('\n').next().unwrap_or_default().trim_end();
    let position = lines.position(at.start() + danaide_syntax::TextSize::of(line));
    let mut label = match measure.tasks {
        0 | 1 => format!("{} {}", measure.name, time(measure.longest_ms)),
        n => format!("{} {n} ×, longest {}", measure.name, time(measure.longest_ms)),
    };
    if measure.attempts > 1 {
        label.push_str(&format!(" · {} attempts", measure.attempts));
    }
    if measure.waiting_ms >= SHOWN_WAIT_MS {
        label.push_str(&format!(" · waited {}", time(measure.waiting_ms)));
    }
    if measure.failed > 0 {
        label.push_str(if measure.tasks > 1 { " · some failed" } else { " · failed" });
    }
    let value = format!(
        "In the last run: {} task(s) of `{}`, {} in all, the longest {}, {} of it waiting for other tasks or answers; at most {} attempt(s), {} failed.",
        measure.tasks,
        measure.name,
        time(measure.total_ms),
        time(measure.longest_ms),
        time(measure.waiting_ms),
        measure.attempts,
        measure.failed,
    );
    InlayHint {
        position,
        label: InlayHintLabel::String(label),
        kind: None,
        text_edits: None,
        tooltip: Some(InlayHintTooltip::MarkupContent(MarkupContent { kind: MarkupKind::Markdown, value })),
        padding_left: Some(true),
        padding_right: None,
        data: None,
    }
}

/// Shorter waits are what it takes to go on at all.
const SHOWN_WAIT_MS: f64 = 1.0;

/// `0.4 ms`, `12 ms`, `1.2 s`, `2 min 5 s`.
fn time(milliseconds: f64) -> String {
    let seconds = milliseconds / 1000.0;
    match milliseconds {
        it if it < 10.0 => format!("{it:.1} ms"),
        it if it < 1000.0 => format!("{it:.0} ms"),
        _ if seconds < 60.0 => format!("{seconds:.1} s"),
        _ => format!("{} min {:.0} s", (seconds / 60.0).floor(), seconds % 60.0),
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
