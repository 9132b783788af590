//! Goes over the tokens once, decides at each group whether it fits, and records the white space that has to change.

use danaide_syntax::{Indel, TextRange, TextSize};

use crate::groups::GroupKind;
use crate::keep::{Keep, skips};
use crate::layout::{Gap, Layout};
use crate::source::Source;
use crate::statements::{Statements, block_of};
use crate::widths::{Widths, columns};
use crate::{blank_lines, source};

/// Columns of a level of indentation.
const LEVEL: u32 = 4;

/// The start of a line: white space of the source, where that is kept, and spaces.
#[derive(Debug, Clone, Copy, Default)]
struct Indent {
    start: u32,
    end: u32,
    spaces: u32,
}

impl Indent {
    fn deeper(self) -> Self {
        Indent { spaces: self.spaces + LEVEL, ..self }
    }
}

/// A group that is open.
#[derive(Debug, Clone, Copy)]
struct Open {
    group: u32,
    inner: Indent,
    /// Was the line around it continued?
    continued: bool,
}

pub(crate) struct Printer<'a, 't> {
    source: &'a Source<'t>,
    layout: &'a Layout,
    keep: &'a Keep,
    statements: &'a Statements,
    widths: Widths,
    newline: &'static str,
    line_width: u32,
    edits: Vec<Indel>,
    /// The column, in characters.
    column: u32,
    /// The indentation of statements of the file.
    root: Indent,
    open: Vec<Open>,
    /// Is the current line the continuation of a line outside brackets?
    continued: bool,
    /// For each group: is it broken, and the indentation outside and inside it.
    broken: Vec<bool>,
    outer: Vec<Indent>,
    inner: Vec<Indent>,
    /// A text under way.
    scratch: String,
    blanks: Vec<u32>,
}

impl<'a, 't> Printer<'a, 't> {
    pub(crate) fn new(
        source: &'a Source<'t>,
        layout: &'a Layout,
        keep: &'a Keep,
        statements: &'a Statements,
        line_width: u32,
    ) -> Self {
        let count = layout.groups.all.len();
        Printer {
            source,
            layout,
            keep,
            statements,
            widths: Widths::new(source, layout),
            newline: newline(source, layout, keep),
            line_width,
            edits: Vec::new(),
            column: 0,
            root: Indent::default(),
            open: Vec::new(),
            continued: false,
            broken: vec![false; count],
            outer: vec![Indent::default(); count],
            inner: vec![Indent::default(); count],
            scratch: String::new(),
            blanks: Vec::new(),
        }
    }

    /// The changes, in the order of the text.
    pub(crate) fn edits(mut self) -> Vec<Indel> {
        let mut next = 0;
        for token in 0..self.source.len() {
            // A block starts before its first line, other groups at their first token.
            while self.starts(next, token) && self.layout.groups.all[next].kind == GroupKind::Block {
                self.open_group(next, true);
                next += 1;
            }
            self.gap(token);
            while self.starts(next, token) {
                self.decide(next, token);
                next += 1;
            }
            self.column = self.widths.after(self.source, token, self.column);
            while let Some(open) = self.open.last().copied()
                && self.layout.groups.all[open.group as usize].last as usize == token
            {
                self.open.pop();
                self.continued = open.continued;
            }
        }
        let end = self.source.len();
        if !self.keep.gaps[end] {
            self.lines(end);
        }
        self.edits
    }

    fn starts(&self, group: usize, token: usize) -> bool {
        self.layout.groups.all.get(group).is_some_and(|it| it.first as usize == token)
    }

    /// The indentation of a line that would start here.
    fn indent(&self) -> Indent {
        let (indent, is_block) = match self.open.last() {
            Some(open) => (open.inner, self.layout.groups.all[open.group as usize].kind == GroupKind::Block),
            None => (self.root, true),
        };
        if self.continued && is_block { indent.deeper() } else { indent }
    }

    fn open_group(&mut self, group: usize, is_deeper: bool) {
        let outer = self.indent();
        let inner = if is_deeper { outer.deeper() } else { outer };
        self.outer[group] = outer;
        self.inner[group] = inner;
        self.open.push(Open { group: group as u32, inner, continued: self.continued });
        self.continued &= self.layout.groups.all[group].kind != GroupKind::Block;
    }

    /// Breaks a group if it does not fit on the line.
    fn decide(&mut self, group: usize, token: usize) {
        let it = &self.layout.groups.all[group];
        let fits = || self.column + self.widths.run(self.layout, token, it.last as usize) <= self.line_width;
        let broken = it.forced || !it.is_open && !fits();
        self.broken[group] = broken;
        let is_deeper = match it.kind {
            GroupKind::Bracket => true,
            // A line that went on already is one level further right.
            GroupKind::Pipeline => !self.continued,
            GroupKind::Block | GroupKind::Chain => false,
        };
        self.open_group(group, broken && is_deeper);
    }

    fn is_broken(&self, group: u32) -> bool {
        self.broken[group as usize]
    }

    /// The white space before a token.
    fn gap(&mut self, token: usize) {
        if self.keep.gaps[token] {
            return self.kept(token);
        }
        let has_comments = !self.source.comments_before(token).is_empty();
        match self.layout.gaps[token] {
            Gap::Statement => self.lines(token),
            Gap::Continued => self.continued_line(token),
            Gap::BlockEnd(group) => self.block_end(token, group),
            _ if has_comments => self.commented(token),
            Gap::Soft(group) | Gap::Line(group) if self.is_broken(group) => {
                self.piece(self.source.gap_start(token), token, "", Some((1, self.indent())));
            }
            Gap::Close(group) if self.is_broken(group) => {
                let comma = self.added_comma(group);
                self.piece(self.source.gap_start(token), token, comma, Some((1, self.outer[group as usize])));
            }
            Gap::Space | Gap::Line(_) => self.piece(self.source.gap_start(token), token, " ", None),
            Gap::Nothing | Gap::Soft(_) | Gap::Close(_) => self.piece(self.source.gap_start(token), token, "", None),
        }
    }

    fn added_comma(&self, group: u32) -> &'static str {
        if self.layout.groups.all[group as usize].adds_comma { "," } else { "" }
    }

    /// White space up to a token.
    fn piece(&mut self, start: u32, token: usize, text: &str, line: Option<(u32, Indent)>) {
        self.white_space(start, self.source.tokens[token].start, text, line);
    }

    /// A text, and with `line` as many line breaks and an indentation, instead of what the source has in a range.
    fn white_space(&mut self, start: u32, end: u32, text: &str, line: Option<(u32, Indent)>) {
        let Some((breaks, indent)) = line else {
            self.column += text.len() as u32;
            if self.source.slice(start, end) != text {
                self.edit(start, end, text.to_owned());
            }
            return;
        };
        let kept = self.source.slice(indent.start, indent.end);
        self.column = columns(kept) + indent.spaces;
        let mut new = std::mem::take(&mut self.scratch);
        new.clear();
        new.push_str(text);
        for _ in 0..breaks {
            new.push_str(self.newline);
        }
        new.push_str(kept);
        new.extend(std::iter::repeat_n(' ', indent.spaces as usize));
        if self.source.slice(start, end) != new {
            self.edit(start, end, new.clone());
        }
        self.scratch = new;
    }

    /// Records a change without what stays the same at its start and end.
    fn edit(&mut self, start: u32, end: u32, new: String) {
        let old = self.source.slice(start, end).as_bytes();
        let same = old.iter().zip(new.as_bytes()).take_while(|(a, b)| a == b).count();
        let (old_rest, new_rest) = (&old[same..], &new.as_bytes()[same..]);
        let same_end = old_rest.iter().rev().zip(new_rest.iter().rev()).take_while(|(a, b)| a == b).count();
        let delete = TextRange::new(TextSize::new(start + same as u32), TextSize::new(end - same_end as u32));
        self.edits.push(Indel::replace(delete, &new[same..new.len() - same_end]));
    }

    /// White space that stays.
    fn kept(&mut self, token: usize) {
        let gap = self.source.gap(token);
        if gap.contains('\n') || token == 0 {
            self.keep_indent(token);
            self.column = columns(gap.rsplit('\n').next().unwrap_or_default());
        } else {
            self.column += columns(gap);
        }
    }

    /// Takes the indentation of a token's line from the source.
    fn keep_indent(&mut self, token: usize) {
        let indent = self.source_indent(self.source.tokens[token].start);
        match self.open.iter_mut().rev().find(|it| self.layout.groups.all[it.group as usize].kind == GroupKind::Block) {
            Some(block) => block.inner = indent,
            None => self.root = indent,
        }
    }

    /// The white space at the start of a line, which ends at `end`.
    fn source_indent(&self, end: u32) -> Indent {
        let before = self.source.slice(self.source.text_start(), end);
        let start = end - (before.len() - before.trim_end_matches([' ', '\t', '\x0c']).len()) as u32;
        Indent { start, end, spaces: 0 }
    }

    /// Between two statements, before the first one, or after the last one: blank lines and comments.
    fn lines(&mut self, token: usize) {
        self.continued = false;
        let is_end = token == self.source.len();
        let keeps_indent = self.keep.indents[token];
        if self.open.is_empty() {
            self.root = Indent::default();
        }
        if keeps_indent {
            self.keep_indent(token);
        }
        let indent = if is_end { Indent::default() } else { self.indent() };
        let start = self.source.gap_start(token);
        let comments = self.source.comments_before(token);
        if comments.is_empty() && !is_end && token > 0 && !self.source.gap(token).contains('\\') {
            // Most lines.
            let found = line_breaks(self.source.gap(token)).saturating_sub(1);
            let mut blanks = [found];
            blank_lines::set(self.source, self.statements, token, &mut blanks);
            return self.piece(start, token, "", Some((1 + blanks[0], indent)));
        }
        let mut blanks = std::mem::take(&mut self.blanks);
        blanks.clear();
        let mut at = start;
        for comment in comments {
            if comment.own_line {
                blanks.push(line_breaks(self.source.slice(at, comment.start)).saturating_sub(1));
            }
            at = comment.end;
        }
        blanks.push(line_breaks(self.source.slice(at, self.source.tokens[token].start)).saturating_sub(1));
        blank_lines::set(self.source, self.statements, token, &mut blanks);
        let block = if is_end { 0 } else { self.block_at(token) };
        let mut at = start;
        let mut line = 0;
        let mut is_start = token == 0;
        for comment in comments {
            if comment.own_line {
                let breaks = if is_start { 0 } else { 1 + blanks[line] };
                let indent = self.comment_indent(comment, token, block, indent);
                self.white_space(at, comment.start, "", Some((breaks, indent)));
                line += 1;
            } else if !skips(self.source, comment) {
                self.white_space(at, comment.start, "  ", None);
            }
            is_start = false;
            at = comment.end;
        }
        if is_end {
            let breaks = u32::from(token > 0 || !comments.is_empty());
            self.piece(at, token, "", Some((breaks, Indent::default())));
        } else {
            let breaks = if is_start { 0 } else { 1 + blanks[line] };
            self.piece(at, token, "", Some((breaks, indent)));
        }
        self.blanks = blanks;
    }

    /// The block that the line of a token stands in.
    fn block_at(&self, token: usize) -> u32 {
        match self.statements.starting_at(token) {
            Some(statement) => block_of(self.source, self.source.nodes[statement as usize].parent),
            None => block_of(self.source, self.source.tokens[token].node),
        }
    }

    fn comment_indent(&self, comment: &source::Comment, token: usize, block: u32, own: Indent) -> Indent {
        let its_block = block_of(self.source, comment.node);
        let is_own = its_block == block;
        let kept = match is_own {
            true => self.keep.indents[token],
            false => token > 0 && self.keep.indents[token - 1],
        };
        if kept {
            return self.source_indent(comment.start);
        }
        let group = self.layout.groups.bracket_of[its_block as usize];
        if is_own || group == source::NONE { own } else { self.inner[group as usize] }
    }

    /// A line break outside brackets that does not end the line.
    fn continued_line(&mut self, token: usize) {
        self.continued = true;
        let start = self.source.gap_start(token);
        let gap = self.source.gap(token);
        if let Some(backslash) = gap.find('\\').filter(|_| self.source.comments_before(token).is_empty()) {
            // Where the line goes on is as the author placed it.
            self.white_space(start, start + backslash as u32, " ", None);
            self.column = columns(gap.rsplit('\n').next().unwrap_or_default());
            return;
        }
        self.comment_lines(token, start, "", self.indent(), self.indent());
    }

    fn block_end(&mut self, token: usize, group: u32) {
        let start = self.source.gap_start(token);
        let mut outer = self.outer[group as usize];
        let mut inner = self.inner[group as usize];
        if self.keep.indents[token] {
            outer = self.source_indent(self.source.tokens[token].start);
            if let Some(comment) = self.source.comments_before(token).iter().find(|it| it.own_line) {
                inner = self.source_indent(comment.start);
            }
        }
        self.comment_lines(token, start, "", inner, outer);
    }

    /// Comments inside brackets, each of which ends its line.
    fn commented(&mut self, token: usize) {
        let start = self.source.gap_start(token);
        let (text, last) = match self.layout.gaps[token] {
            Gap::Close(group) => (self.added_comma(group), self.outer[group as usize]),
            _ => ("", self.indent()),
        };
        self.comment_lines(token, start, text, self.indent(), last);
    }

    /// A text, comments, and the end of the line.
    fn comment_lines(&mut self, token: usize, mut at: u32, text: &str, inner: Indent, last: Indent) {
        let mut text = text;
        for comment in self.source.comments_before(token) {
            if comment.own_line {
                self.white_space(at, comment.start, text, Some((1, inner)));
            } else {
                self.white_space(at, comment.start, if text.is_empty() { "  " } else { ",  " }, None);
            }
            text = "";
            at = comment.end;
        }
        self.piece(at, token, text, Some((1, last)));
    }
}

fn line_breaks(text: &str) -> u32 {
    text.bytes().filter(|it| *it == b'\n').count() as u32
}

/// How lines end: as the first one does that keeps its end, or else as the first one does. What is in texts does not count.
/// So a text in which lines end in both ways is the same when it is formatted again.
fn newline(source: &Source<'_>, layout: &Layout, keep: &Keep) -> &'static str {
    if !source.text.contains('\r') {
        return "\n";
    }
    let stays = |token: usize| {
        keep.gaps[token] || layout.gaps.get(token) == Some(&Gap::Continued) && source.gap(token).contains('\\')
    };
    let ends = |token: &usize| source.gap(*token).contains('\n');
    let tokens = || 0..source.tokens.len();
    let first = tokens().filter(ends).find(|it| stays(*it)).or_else(|| tokens().find(ends));
    let gap = first.map_or("", |it| source.gap(it));
    match gap.find('\n') {
        Some(at) if gap[..at].ends_with('\r') => "\r\n",
        _ => "\n",
    }
}
