//! The typed tree: a wrapper for each node, an enumeration for each `A | B` rule, accessors for their parts.

use std::fmt::Write;

use ungrammar::{Grammar, Rule};

use super::kinds::{screaming, snake};
use super::{enum_variants, tokens};

/// One part of a rule in the order of the text.
enum Part {
    Token { label: Option<String>, kinds: Vec<String>, spelling: String, many: bool },
    Node { label: Option<String>, name: String, many: bool },
}

pub fn generate(grammar: &Grammar) -> Result<String, String> {
    let mut out = String::from(
        "use rowan::TextRange;\n\nuse crate::{AstNode, SyntaxKind, SyntaxKind::*, SyntaxNode, SyntaxToken};\nuse super::support::{self, AstChildren};\n\n",
    );
    for node in grammar.iter() {
        let data = &grammar[node];
        match enum_variants(grammar, &data.rule) {
            Some(_) => enumeration(grammar, &data.name, &data.rule, &mut out)?,
            None => structure(grammar, &data.name, &data.rule, &mut out)?,
        }
    }
    Ok(out)
}

fn structure(grammar: &Grammar, name: &str, rule: &Rule, out: &mut String) -> Result<(), String> {
    let kind = screaming(name);
    let _ = writeln!(
        out,
        "#[derive(Debug, Clone, PartialEq, Eq, Hash)]\npub struct {name} {{ syntax: SyntaxNode }}\n\nimpl AstNode for {name} {{\nfn can_cast(kind: SyntaxKind) -> bool {{ kind == {kind} }}\nfn cast(syntax: SyntaxNode) -> Option<Self> {{ (syntax.kind() == {kind}).then_some(Self {{ syntax }}) }}\nfn syntax(&self) -> &SyntaxNode {{ &self.syntax }}\n}}\n\nimpl {name} {{"
    );
    let _ = writeln!(out, "pub fn range(&self) -> TextRange {{ self.syntax.text_range() }}");
    let mut parts = Vec::new();
    collect(grammar, rule, None, false, &mut parts)?;
    let mut done: Vec<String> = Vec::new();
    for (index, part) in parts.iter().enumerate() {
        let code = match part {
            Part::Token { label, kinds, spelling, many } => {
                let accessor = match label {
                    Some(label) => label.clone(),
                    None if kinds.len() == 1 => tokens::accessor(spelling)?,
                    None => continue,
                };
                if done.contains(&accessor) {
                    continue;
                }
                done.push(accessor.clone());
                let set = kinds.join(", ");
                let repeated = parts.iter().enumerate().any(|(i, other)| {
                    i != index && matches!(other, Part::Token { kinds: k, .. } if k.iter().any(|k| kinds.contains(k)))
                });
                if *many || (repeated && label.is_none()) {
                    if kinds.len() == 1 && spelling == "ident" {
                        "pub fn idents(&self) -> impl Iterator<Item = SyntaxToken> + use<> { support::tokens(&self.syntax, IDENT) }\n".to_owned()
                    } else {
                        continue;
                    }
                } else if repeated && label.is_some() {
                    let (after, before) = anchors(&parts, index);
                    format!(
                        "pub fn {accessor}(&self) -> Option<SyntaxToken> {{ support::token_between(&self.syntax, &[{after}], &[{before}], &[{set}]) }}\n"
                    )
                } else {
                    format!(
                        "pub fn {accessor}(&self) -> Option<SyntaxToken> {{ support::token(&self.syntax, &[{set}]) }}\n"
                    )
                }
            }
            Part::Node { label, name: target, many } => {
                let plain = snake(target);
                let accessor = match (label, many) {
                    (Some(label), _) => label.clone(),
                    (None, false) => plain,
                    (None, true) => plural(&plain),
                };
                let accessor = if accessor == "type" { "ty".to_owned() } else { accessor };
                if done.contains(&accessor) {
                    continue;
                }
                let same = parts.iter().enumerate().filter(|(i, other)| {
                    *i != index && matches!(other, Part::Node { name, .. } if overlaps(grammar, name, target))
                });
                let repeated = same.count() > 0;
                done.push(accessor.clone());
                if *many || (repeated && label.is_none()) {
                    let accessor = if *many { accessor } else { plural(&snake(target)) };
                    if !*many {
                        done.push(accessor.clone());
                    }
                    if repeated && label.is_some() {
                        let (after, _) = anchors(&parts, index);
                        format!(
                            "pub fn {accessor}(&self) -> impl Iterator<Item = {target}> + use<> {{ support::children_after(&self.syntax, &[{after}]) }}\n"
                        )
                    } else {
                        format!(
                            "pub fn {accessor}(&self) -> AstChildren<{target}> {{ support::children(&self.syntax) }}\n"
                        )
                    }
                } else if repeated {
                    let (after, before) = anchors(&parts, index);
                    format!(
                        "pub fn {accessor}(&self) -> Option<{target}> {{ support::child_between(&self.syntax, &[{after}], &[{before}]) }}\n"
                    )
                } else {
                    format!("pub fn {accessor}(&self) -> Option<{target}> {{ support::child(&self.syntax) }}\n")
                }
            }
        };
        out.push_str(&code);
    }
    out.push_str("}\n\n");
    Ok(())
}

/// The tokens that stand before and after a part in its rule.
fn anchors(parts: &[Part], index: usize) -> (String, String) {
    let token = |part: &Part| match part {
        Part::Token { kinds, .. } => Some(kinds.join(", ")),
        Part::Node { .. } => None,
    };
    let after = parts[..index].iter().rev().find_map(token).unwrap_or_default();
    let before = parts[index + 1..].iter().find_map(token).unwrap_or_default();
    (after, before)
}

/// Can a node of one type also be of the other?
fn overlaps(grammar: &Grammar, a: &str, b: &str) -> bool {
    let members = |name: &str| -> Vec<String> {
        grammar
            .iter()
            .find(|node| grammar[*node].name == name)
            .and_then(|node| enum_variants(grammar, &grammar[node].rule))
            .unwrap_or_else(|| vec![name.to_owned()])
    };
    let (a, b) = (members(a), members(b));
    a.iter().any(|name| b.contains(name))
}

fn enumeration(grammar: &Grammar, name: &str, rule: &Rule, out: &mut String) -> Result<(), String> {
    let variants = enum_variants(grammar, rule).unwrap_or_default();
    let is_enum = |name: &str| {
        grammar.iter().any(|node| grammar[node].name == name && enum_variants(grammar, &grammar[node].rule).is_some())
    };
    let _ = writeln!(out, "#[derive(Debug, Clone, PartialEq, Eq, Hash)]\npub enum {name} {{");
    for variant in &variants {
        let _ = writeln!(out, "{variant}({variant}),");
    }
    let _ = writeln!(out, "}}\n\nimpl AstNode for {name} {{\nfn can_cast(kind: SyntaxKind) -> bool {{");
    let (enums, nodes): (Vec<&String>, Vec<&String>) = variants.iter().partition(|v| is_enum(v));
    let kinds: Vec<String> = nodes.iter().map(|v| screaming(v)).collect();
    let mut test = format!("matches!(kind, {})", kinds.join(" | "));
    for inner in &enums {
        let _ = write!(test, " || {inner}::can_cast(kind)");
    }
    let _ = writeln!(out, "{test}\n}}\nfn cast(syntax: SyntaxNode) -> Option<Self> {{\nSome(match syntax.kind() {{");
    for variant in &nodes {
        let _ = writeln!(out, "{} => Self::{variant}({variant} {{ syntax }}),", screaming(variant));
    }
    match enums.as_slice() {
        [] => out.push_str("_ => return None,\n"),
        [inner] => {
            let _ = writeln!(out, "_ => return {inner}::cast(syntax).map(Self::{inner}),");
        }
        _ => return Err(format!("{name} has two enumerations as members")),
    }
    out.push_str("})\n}\nfn syntax(&self) -> &SyntaxNode {\nmatch self {\n");
    for variant in &variants {
        let _ = writeln!(out, "Self::{variant}(it) => it.syntax(),");
    }
    let _ = writeln!(
        out,
        "}}\n}}\n}}\n\nimpl {name} {{ pub fn range(&self) -> TextRange {{ self.syntax().text_range() }} }}\n"
    );
    Ok(())
}

fn collect(
    grammar: &Grammar,
    rule: &Rule,
    label: Option<&str>,
    many: bool,
    parts: &mut Vec<Part>,
) -> Result<(), String> {
    match rule {
        Rule::Labeled { label, rule } => collect(grammar, rule, Some(label), many, parts)?,
        Rule::Node(node) => {
            let name = grammar[*node].name.clone();
            parts.push(Part::Node { label: label.map(str::to_owned), name, many });
        }
        Rule::Token(token) => {
            let spelling = grammar[*token].name.clone();
            let kinds = vec![tokens::kind(&spelling)?];
            parts.push(Part::Token { label: label.map(str::to_owned), kinds, spelling, many });
        }
        Rule::Seq(rules) => {
            for rule in rules {
                collect(grammar, rule, label, many, parts)?;
            }
        }
        Rule::Alt(rules) => {
            let only_tokens: Option<Vec<&str>> = rules
                .iter()
                .map(|rule| match rule {
                    Rule::Token(token) => Some(grammar[*token].name.as_str()),
                    _ => None,
                })
                .collect();
            match only_tokens {
                Some(spellings) => {
                    let kinds = spellings.iter().map(|s| tokens::kind(s)).collect::<Result<_, _>>()?;
                    let spelling = spellings.join(" ");
                    parts.push(Part::Token { label: label.map(str::to_owned), kinds, spelling, many });
                }
                None => {
                    for rule in rules {
                        collect(grammar, rule, label, many, parts)?;
                    }
                }
            }
        }
        Rule::Opt(rule) => collect(grammar, rule, label, many, parts)?,
        Rule::Rep(rule) => collect(grammar, rule, label, true, parts)?,
    }
    Ok(())
}

fn plural(name: &str) -> String {
    match name {
        name if name.ends_with('y') => format!("{}ies", &name[..name.len() - 1]),
        name if name.ends_with('s') => format!("{name}es"),
        name => format!("{name}s"),
    }
}
