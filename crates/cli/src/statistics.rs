//! `--statistics`: how many findings there are of each code.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use danaide_analysis::{DiagnosticCode, Severity};
use serde_json::json;

use crate::args::Output;
use crate::finding::Finding;

struct Row {
    code: DiagnosticCode,
    severity: Severity,
    count: usize,
    fixable: usize,
}

/// One line for each code and severity, the most frequent first: a table, or objects.
pub fn render(findings: &[Finding], output: Output) -> String {
    let rows = rows(findings);
    let width = rows.iter().map(|row| row.count.to_string().len()).max().unwrap_or(0);
    let name_width = rows.iter().map(|row| row.code.as_str().len()).max().unwrap_or(0);
    let line = |row: &Row| {
        let Row { code, severity, count, fixable } = row;
        let (name, level) = (code.as_str(), severity.as_str());
        if output != Output::Human {
            return format!("{}\n", json!({ "code": name, "severity": level, "count": count, "fixable": fixable }));
        }
        let fixable = if *fixable > 0 { format!("  ({fixable} with --fix)") } else { String::new() };
        format!("{count:width$}  {level:11}  {name:name_width$}  {}{fixable}\n", code.rule().summary)
    };
    rows.iter().map(line).collect()
}

fn rows(findings: &[Finding]) -> Vec<Row> {
    let mut counts: BTreeMap<(DiagnosticCode, Severity), (usize, usize)> = BTreeMap::new();
    for finding in findings {
        let (count, fixable) = counts.entry((finding.code, finding.severity)).or_default();
        *count += 1;
        *fixable += usize::from(finding.has_safe_fix);
    }
    let mut rows: Vec<Row> =
        counts.into_iter().map(|((code, severity), (count, fixable))| Row { code, severity, count, fixable }).collect();
    rows.sort_by_key(|row| Reverse(row.count));
    rows
}
