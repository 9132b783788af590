//! `--output sarif`: one SARIF 2.1.0 log for code-scanning tools.

use danaide_analysis::{DiagnosticCode, Severity};
use serde_json::{Value, json};

use crate::finding::{Finding, Place};

const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";

/// The whole log.
pub fn render(findings: &[Finding]) -> String {
    let rules: Vec<Value> = DiagnosticCode::ALL.iter().map(|code| rule(*code)).collect();
    let log = json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": { "name": "danaide", "version": env!("CARGO_PKG_VERSION"), "rules": rules } },
            "columnKind": "unicodeCodePoints",
            "results": findings.iter().map(result).collect::<Vec<_>>(),
        }],
    });
    log.to_string()
}

fn rule(code: DiagnosticCode) -> Value {
    let rule = code.rule();
    let configuration = match rule.level.severity() {
        Some(severity) => json!({ "level": level(severity) }),
        None => json!({ "enabled": false }),
    };
    json!({
        "id": rule.name,
        "shortDescription": { "text": rule.summary },
        "fullDescription": { "text": rule.explanation },
        "help": { "text": rule.explanation, "markdown": code.markdown() },
        "helpUri": code.url(),
        "defaultConfiguration": configuration,
        "properties": { "category": rule.category.as_str() },
    })
}

fn result(finding: &Finding) -> Value {
    let mut result = json!({
        "ruleId": finding.code.as_str(),
        "level": level(finding.severity),
        "message": { "text": finding.message },
        "locations": [location(&finding.place)],
    });
    if !finding.related.is_empty() {
        let related = finding.related.iter().map(|(message, place)| {
            let mut location = location(place);
            location["message"] = json!({ "text": message });
            location
        });
        result["relatedLocations"] = related.collect();
    }
    result
}

fn location(place: &Place) -> Value {
    let (start, end) = (place.start(), place.end());
    json!({
        "physicalLocation": {
            "artifactLocation": { "uri": uri(&place.source.path) },
            "region": {
                "startLine": start.line,
                "startColumn": start.column,
                "endLine": end.line,
                "endColumn": end.column,
                "byteOffset": start.offset,
                "byteLength": end.offset - start.offset,
            },
        },
    })
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Information | Severity::Hint => "note",
    }
}

/// A path as a URI reference: relative paths stay relative.
fn uri(path: &str) -> String {
    let mut uri = String::with_capacity(path.len() + 8);
    if path.starts_with('/') {
        uri.push_str("file://");
    }
    for byte in path.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => uri.push(char::from(byte)),
            b'\\' if cfg!(windows) => uri.push('/'),
            _ => uri.push_str(&format!("%{byte:02X}")),
        }
    }
    uri
}

#[cfg(test)]
mod tests {
    use super::uri;

    #[test]
    fn paths_become_uris() {
        assert_eq!(uri("a/b c.na"), "a/b%20c.na");
        assert_eq!(uri("/tmp/é#.na"), "file:///tmp/%C3%A9%23.na");
    }
}
