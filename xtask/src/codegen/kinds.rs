//! `SyntaxKind`: one value for each token and node of the grammar.

use std::fmt::Write;

use ungrammar::Grammar;

use super::tokens::{CLASSES, HARD_KEYWORDS, LAYOUT, PUNCTUATION, SOFT_KEYWORDS};

pub fn generate(grammar: &Grammar) -> Result<String, String> {
    // (kind, words for a message, is it a node)
    let mut kinds: Vec<(String, String, bool)> = Vec::new();
    for (kind, words) in LAYOUT {
        kinds.push(((*kind).into(), (*words).into(), false));
    }
    for (_, kind, words) in CLASSES {
        kinds.push(((*kind).into(), (*words).into(), false));
    }
    for (text, kind) in PUNCTUATION {
        kinds.push(((*kind).into(), format!("`{text}`"), false));
    }
    for text in HARD_KEYWORDS.iter().chain(SOFT_KEYWORDS) {
        kinds.push((format!("{}_KW", text.to_uppercase()), format!("`{text}`"), false));
    }
    kinds.push(("ERROR".into(), "an error".into(), true));
    for node in grammar.iter() {
        let data = &grammar[node];
        if super::enum_variants(grammar, &data.rule).is_none() {
            kinds.push((screaming(&data.name), words(&data.name), true));
        }
    }

    let mut out = String::from(
        "/// What a token or a node is.\n#[allow(non_camel_case_types)]\n#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]\n#[repr(u8)]\npub enum SyntaxKind {\n",
    );
    for (kind, _, _) in &kinds {
        let _ = writeln!(out, "{kind},");
    }
    out.push_str("}\n\nuse SyntaxKind::*;\n\nimpl SyntaxKind {\n");
    out.push_str("/// Every kind, in the order of their numbers.\npub const ALL: &'static [SyntaxKind] = &[");
    for (kind, _, _) in &kinds {
        let _ = write!(out, "{kind},");
    }
    out.push_str("];\n\n/// The word of a keyword or the signs of a punctuation, where the kind has only one spelling.\npub const fn text(self) -> Option<&'static str> {\nmatch self {\n");
    for (text, kind) in PUNCTUATION {
        let _ = writeln!(out, "{kind} => Some({text:?}),");
    }
    for text in HARD_KEYWORDS.iter().chain(SOFT_KEYWORDS) {
        let _ = writeln!(out, "{}_KW => Some({text:?}),", text.to_uppercase());
    }
    out.push_str("_ => None,\n}\n}\n\n/// What a person calls it, for messages.\npub const fn describe(self) -> &'static str {\nmatch self {\n");
    for (kind, words, _) in &kinds {
        let _ = writeln!(out, "{kind} => {words:?},");
    }
    out.push_str("}\n}\n\n/// Is it a node (and not a token)?\npub const fn is_node(self) -> bool {\n");
    out.push_str("self as u8 >= ERROR as u8\n}\n\n");
    out.push_str("/// The keyword that a word spells, soft keywords included.\n#[inline]\npub fn from_word(word: &[u8]) -> Option<SyntaxKind> {\nSome(match word {\n");
    for text in HARD_KEYWORDS.iter().chain(SOFT_KEYWORDS) {
        let _ = writeln!(out, "b{text:?} => {}_KW,", text.to_uppercase());
    }
    for (kind, spellings) in [
        ("TRUE_KW", &["True", "true", "TRUE"][..]),
        ("FALSE_KW", &["False", "false", "FALSE"]),
        ("NONE_KW", &["None", "none", "NONE", "null", "NULL"]),
    ] {
        let all: Vec<String> = spellings.iter().map(|s| format!("b{s:?}")).collect();
        let _ = writeln!(out, "{} => {kind},", all.join(" | "));
    }
    out.push_str("_ => return None,\n})\n}\n\n/// Is it a keyword that may also stand as a name?\npub const fn is_soft_keyword(self) -> bool {\nmatches!(self, ");
    let soft: Vec<String> = SOFT_KEYWORDS.iter().map(|s| format!("{}_KW", s.to_uppercase())).collect();
    out.push_str(&soft.join(" | "));
    out.push_str(")\n}\n}\n\n");
    out.push_str("/// The kind of a token by its spelling: `T![def]`, `T!['(']`, `T![\"::\"]`.\n#[macro_export]\nmacro_rules! T {\n");
    for (text, kind) in PUNCTUATION {
        let quoted = if text.len() == 1 { format!("'{text}'") } else { format!("{text:?}") };
        let _ = writeln!(out, "[{quoted}] => {{ $crate::SyntaxKind::{kind} }};");
    }
    for text in HARD_KEYWORDS.iter().chain(SOFT_KEYWORDS) {
        let _ = writeln!(out, "[{text}] => {{ $crate::SyntaxKind::{}_KW }};", text.to_uppercase());
    }
    for (name, kind, _) in CLASSES {
        let _ = writeln!(out, "[{name}] => {{ $crate::SyntaxKind::{kind} }};");
    }
    out.push_str("}\n");
    Ok(out)
}

/// `AugAssignStmt` → `AUG_ASSIGN_STMT`, `FString` → `FSTRING`.
pub fn screaming(name: &str) -> String {
    snake(name).to_uppercase()
}

/// `AugAssignStmt` → `aug_assign_stmt`, `FString` → `fstring`.
pub fn snake(name: &str) -> String {
    let mut out = String::new();
    let mut previous_upper = true;
    for c in name.chars() {
        if c.is_ascii_uppercase() && !previous_upper {
            out.push('_');
        }
        previous_upper = c.is_ascii_uppercase();
        out.push(c.to_ascii_lowercase());
    }
    out
}

fn words(name: &str) -> String {
    snake(name)
        .replace('_', " ")
        .replace("stmt", "statement")
        .replace("expr", "expression")
        .replace("def", "definition")
}
