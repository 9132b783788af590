//! What must hold for every text: nothing but white space and commas before closing brackets changes, and formatting twice
//! changes nothing more.

use danaide_format::{FormatOptions, format, format_text};
use danaide_syntax::{SyntaxKind, parse};

/// The tokens of a text without commas before closing brackets, and its comments.
fn content(text: &str) -> (Vec<String>, Vec<String>, usize) {
    let parse = parse(text);
    let (mut tokens, mut comments) = (Vec::new(), Vec::new());
    for token in parse.syntax_node().descendants_with_tokens().filter_map(|it| it.into_token()) {
        match token.kind() {
            SyntaxKind::WHITESPACE => {}
            // One that ends the file, or lines before a brace, need not be there.
            SyntaxKind::NEWLINE => tokens.push("\n".to_owned()),
            SyntaxKind::COMMENT => comments.push(token.text().trim_end().to_owned()),
            kind => {
                if matches!(kind, SyntaxKind::R_PAREN | SyntaxKind::R_BRACK | SyntaxKind::R_BRACE)
                    && tokens.last().is_some_and(|it| it == ",")
                {
                    tokens.pop();
                }
                tokens.push(token.text().to_owned());
            }
        }
    }
    if tokens.last().is_some_and(|it| it == "\n") {
        tokens.pop();
    }
    (tokens, comments, parse.errors().len())
}

/// Formats a text, and says in a sentence what is wrong with what comes out.
pub fn check(text: &str, options: &FormatOptions) -> Result<(), String> {
    let edit = format(text, &parse(text), options);
    let Some(once) = edit.apply(text) else { return Err("an edit is outside the text".to_owned()) };
    let twice = format_text(&once, options);
    if once != twice {
        let (before, after) = first_difference(&once, &twice);
        return Err(format!("formatted twice:\n{before}\n{after}"));
    }
    let (before, after) = (content(text), content(&once));
    if before != after {
        let at = before.0.iter().zip(&after.0).position(|(one, two)| one != two);
        return Err(format!("other content at token {at:?}: {} and {} errors", before.2, after.2));
    }
    for indel in edit.iter() {
        let old = &text[indel.delete];
        if !indel.insert.is_empty() && (old.starts_with(&indel.insert[..1]) || old.ends_with(&indel.insert)) {
            return Err(format!("an edit is larger than the change: {indel:?}"));
        }
    }
    Ok(())
}

fn first_difference(before: &str, after: &str) -> (String, String) {
    let (before, after): (Vec<&str>, Vec<&str>) = (before.lines().collect(), after.lines().collect());
    let at = before.iter().zip(&after).position(|(one, two)| one != two).unwrap_or(before.len().min(after.len()));
    let show = |lines: &[&str]| lines[at.saturating_sub(2).min(lines.len())..(at + 3).min(lines.len())].join("\n");
    (show(&before), show(&after))
}
