//! Keywords where they can stand, and the statements they begin.

use super::context::{Context, Place};
use super::{Completion, CompletionKind};

const STATEMENTS: &[(&str, &str)] = &[
    ("if", "if $1:\n    $0"),
    ("for", "for $1 in $2:\n    $0"),
    ("while", "while $1:\n    $0"),
    ("try", "try:\n    $1\nexcept ${2:Exception} as ${3:error}:\n    $0"),
    ("with", "with $1 as $2:\n    $0"),
    ("def", "def $1($2):\n    $0"),
    ("return", ""),
    ("raise", ""),
    ("assert", ""),
    ("pass", ""),
    ("break", ""),
    ("continue", ""),
    ("del", ""),
    ("import", ""),
    ("from", "from $1 import $0"),
    ("else", "else:\n    $0"),
    ("elif", "elif $1:\n    $0"),
    ("except", "except ${1:Exception} as ${2:error}:\n    $0"),
    ("finally", "finally:\n    $0"),
    ("deliver", ""),
    ("sync", "sync def $1($2):\n    $0"),
    ("struct", "struct $1:\n    $2: $0"),
    ("private", "private:$0"),
    ("public", "public:$0"),
    ("system", "system:$0"),
];

const TOP_LEVEL: &[(&str, &str)] = &[
    ("workflow", "workflow $1 = $0"),
    ("agent", "agent $1:\n    $0"),
    ("agent_blueprint", "agent_blueprint $1:\n    $2: $0"),
    ("resource", "resource $1:\n    $2: $0"),
    ("interface", "interface $1:\n    $2($3) -> $0"),
    ("export", ""),
];

const INSIDE: &[(&str, &str)] = &[("global", ""), ("nonlocal", "")];

const EXPRESSIONS: &[&str] = &["not", "lambda", "true", "false", "none", "private", "public", "system"];

fn push(out: &mut Vec<Completion>, keyword: &str, snippet: &str, rank: u8) {
    let mut item = Completion::new(keyword, CompletionKind::Keyword, rank);
    if !snippet.is_empty() {
        item.snippet = Some(snippet.to_owned());
    }
    out.push(item);
}

/// Keywords at the beginning of a statement or an expression.
pub(super) fn keywords(context: &Context<'_>, out: &mut Vec<Completion>) {
    if let Place::Statement { is_top_level } = context.place {
        STATEMENTS.iter().for_each(|(keyword, snippet)| push(out, keyword, snippet, 5));
        let rest = if is_top_level { TOP_LEVEL } else { INSIDE };
        rest.iter().for_each(|(keyword, snippet)| push(out, keyword, snippet, 5));
        if is_top_level {
            push(out, "__main__", "def __main__($1):\n    $0", 6);
            if let Some(item) = out.last_mut() {
                item.kind = CompletionKind::Snippet;
                item.insert = "def __main__():".to_owned();
            }
        }
    }
    for keyword in EXPRESSIONS {
        if !out.iter().any(|it| it.kind == CompletionKind::Keyword && it.label == *keyword) {
            let snippet = match *keyword {
                "lambda" => "lambda $1 :: $0",
                "private" => "private:$0",
                "public" => "public:$0",
                "system" => "system:$0",
                _ => "",
            };
            push(out, keyword, snippet, 5);
        }
    }
}

/// Words that join what stands before with more.
pub(super) fn operators(context: &Context<'_>, out: &mut Vec<Completion>) {
    let all: &[&str] = match context.line_keyword.as_str() {
        "from" => &["import", "as"],
        "import" => &["as"],
        "with" | "except" | "catch" => &["as", "and", "or", "in", "not", "is", "if", "else"],
        "raise" => &["from", "and", "or", "in", "not", "is", "if", "else"],
        _ => &["and", "or", "in", "not", "is", "if", "else", "for", "as"],
    };
    all.iter().for_each(|keyword| push(out, keyword, "", 0));
}

/// What stands in the body of a record beside fields.
pub(super) fn record_body(is_interface: bool, out: &mut Vec<Completion>) {
    if is_interface {
        return;
    }
    push(out, "def", "def $1(self$2):\n    $0", 0);
    push(out, "sync", "sync def $1(self$2):\n    $0", 1);
    push(out, "pass", "", 1);
}
