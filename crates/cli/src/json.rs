//! `--output json`: one object a line.

use serde_json::{Value, json};

use crate::finding::{Finding, Place, Position};

/// The object of one finding, without a line end.
pub fn render(finding: &Finding) -> String {
    let mut object = json!({
        "path": finding.place.source.path,
        "range": range(&finding.place),
        "code": finding.code.as_str(),
        "severity": finding.severity.as_str(),
        "message": finding.message,
    });
    if !finding.related.is_empty() {
        object["related"] = finding
            .related
            .iter()
            .map(|(message, place)| json!({ "path": place.source.path, "range": range(place), "message": message }))
            .collect();
    }
    object.to_string()
}

fn range(place: &Place) -> Value {
    json!({ "start": position(place.start()), "end": position(place.end()) })
}

fn position(position: Position) -> Value {
    json!({ "line": position.line, "column": position.column, "offset": position.offset })
}
