//! The formatter of Dana: from a parsed text to the changes that give it the one layout.
//!
//! Only white space changes, and a comma is added after the last of several items that go on lines of their own. Strings,
//! comments and the order of everything stay. Statements with syntax errors are left as they are, and what comes out is
//! parsed again: a statement that would not be the same is left as it was.
//!
//! A file goes through tables: [`source`] has tokens, nodes and comments, `groups` what is broken over lines together,
//! [`layout`] what stands between tokens, `keep` what stays, and `print` decides in one pass what fits on a line. All of them
//! take time in proportion to the text, and none of them recurses.

mod blank_lines;
mod groups;
mod keep;
mod lambda;
mod layout;
mod print;
mod source;
mod spacing;
mod statements;
mod verify;
mod widths;

use danaide_syntax::{Parse, TextEdit, TextRange};

/// How wide lines may be unless the settings say otherwise, in characters.
pub const DEFAULT_LINE_WIDTH: u32 = 120;

/// How often statements that came out different are left alone, before all of the text is.
const MAX_ATTEMPTS: usize = 8;

/// What can be chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FormatOptions {
    /// Lines wider than this are broken where they can be, in characters.
    pub line_width: u32,
    /// Only statements that this range touches are formatted; their indentation stays if they are parts of a larger one.
    pub range: Option<TextRange>,
}

impl Default for FormatOptions {
    fn default() -> Self {
        FormatOptions { line_width: DEFAULT_LINE_WIDTH, range: None }
    }
}

/// The changes that format a text. `parse` is the tree of this text.
pub fn format(text: &str, parse: &Parse, options: &FormatOptions) -> TextEdit {
    if text.len() > danaide_syntax::MAX_TEXT_LEN {
        // The tree has not all of it.
        return TextEdit::default();
    }
    let before = source::Source::new(text, parse);
    let layout = layout::Layout::new(&before);
    let statements = statements::Statements::new(&before);
    let mut left_alone = Vec::new();
    for _ in 0..MAX_ATTEMPTS {
        let keep = keep::Keep::new(&before, &layout, parse, options.range, &left_alone);
        let edits = print::Printer::new(&before, &layout, &keep, &statements, options.line_width).edits();
        let Ok(edit) = TextEdit::new(edits) else { break };
        if edit.is_empty() {
            return edit;
        }
        let Some(after) = edit.apply(text) else { break };
        let parse_after = danaide_syntax::parse(&after);
        let Err(token) =
            verify::same(&before, parse.errors().len(), &source::Source::new(&after, &parse_after), &parse_after)
        else {
            return edit;
        };
        let around = before.children(0).find(|it| before.nodes[*it as usize].end as usize > token);
        match around {
            Some(statement) if !left_alone.contains(&statement) => left_alone.push(statement),
            _ => break,
        }
    }
    TextEdit::default()
}

/// A text as it is after formatting.
pub fn format_text(text: &str, options: &FormatOptions) -> String {
    format(text, &danaide_syntax::parse(text), options).apply(text).unwrap_or_else(|| text.to_owned())
}
