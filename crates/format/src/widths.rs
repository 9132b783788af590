//! How wide tokens and runs of tokens are, and whether a group fits on the rest of its line.

use danaide_syntax::SyntaxKind::*;

use crate::layout::{Gap, Layout};
use crate::source::Source;

#[derive(Debug)]
pub(crate) struct Widths {
    /// The width of each token; of one with several lines, that of its first.
    width: Vec<u32>,
    /// Where each token starts if everything before it is on one line.
    start: Vec<u32>,
    /// The first token at or after this one, after which a line can end.
    stop: Vec<u32>,
    /// The first token at or after this one that has several lines.
    tall: Vec<u32>,
}

impl Widths {
    pub(crate) fn new(source: &Source<'_>, layout: &Layout) -> Self {
        let count = source.tokens.len();
        let mut widths = Widths {
            width: Vec::with_capacity(count),
            start: Vec::with_capacity(count),
            stop: vec![0; count],
            tall: vec![count as u32; count],
        };
        let mut at = 0;
        for token in 0..count {
            let text = source.token_text(token);
            let is_tall = matches!(source.tokens[token].kind, STRING | BYTES | FSTRING) && text.contains('\n');
            let first = if is_tall { text.lines().next().unwrap_or_default() } else { text };
            let width = columns(first);
            at += layout.gaps.get(token).map_or(0, |it| it.flat_width());
            widths.start.push(at);
            widths.width.push(width);
            at += width;
            if is_tall {
                widths.tall[token] = token as u32;
            }
        }
        for token in (0..count).rev() {
            let next = token + 1;
            if next >= count {
                widths.stop[token] = token as u32;
                continue;
            }
            let is_tall = widths.tall[token] == token as u32;
            if !is_tall {
                widths.tall[token] = widths.tall[next];
            }
            let ends = is_tall || layout.gaps[next].may_break() || !source.comments_before(next).is_empty();
            widths.stop[token] = if ends { token as u32 } else { widths.stop[next] };
        }
        widths
    }

    /// How wide the text is from a token on, past the last token of its group, up to where a line can end.
    pub(crate) fn run(&self, layout: &Layout, first: usize, last: usize) -> u32 {
        let tall = self.tall[first] as usize;
        let stop = if tall <= last { tall } else { self.stop[last] as usize };
        let width = self.start[stop] + self.width[stop] - self.start[first];
        // The comma that the group around adds if it is broken, and it is, or nobody would ask.
        let comma = match layout.gaps.get(stop + 1) {
            Some(Gap::Close(group)) if stop >= last => layout.groups.all[*group as usize].adds_comma,
            _ => false,
        };
        width + u32::from(comma)
    }

    /// The column after a token that starts at this one.
    pub(crate) fn after(&self, source: &Source<'_>, token: usize, column: u32) -> u32 {
        if self.tall[token] == token as u32 {
            return columns(source.token_text(token).rsplit('\n').next().unwrap_or_default());
        }
        column + self.width[token]
    }
}

/// How many columns a text takes: characters, of which a tab is worth eight.
pub(crate) fn columns(text: &str) -> u32 {
    if text.is_ascii() {
        return text.bytes().map(|it| if it == b'\t' { 8 } else { 1 }).sum();
    }
    text.chars().count() as u32
}
