//! Lines and their indentation: INDENT and DEDENT.

use super::recovery::word;
use super::{BracketKind, Level, Lexer};
use crate::SyntaxKind::{self, *};

/// Tabs reach to the next multiple of this many columns.
const TAB: u32 = 8;

impl Lexer<'_> {
    /// Reads blank lines, comment lines and the indentation of the next line with code, and emits the INDENT or the
    /// DEDENTs before it. Gives true if the text ended.
    ///
    /// A comment that stands further left than a block that ends after it stands after that block.
    pub(super) fn line_start(&mut self) -> bool {
        let mut comments: Vec<(usize, usize, u32)> = Vec::new();
        let mut pos = self.pos;
        let (column, code) = loop {
            let (column, start) = self.indentation(pos);
            match self.bytes.get(start) {
                None => break (0, start),
                Some(b'#') => {
                    let end = self.line_end(start);
                    comments.push((start, end, column));
                    match self.line_break_at(end) {
                        Some(next) => pos = next,
                        None => break (0, end),
                    }
                }
                Some(_) => match self.line_break_at(start) {
                    Some(next) => pos = next,
                    None => break (column, start),
                },
            }
        };
        let ended = code >= self.bytes.len();
        let floor = self.block_floor();
        for (start, end, comment_column) in comments {
            let target = column.max(comment_column);
            while self.indents.len() > floor + 1 && self.above(target) {
                self.indents.pop();
                self.empty(DEDENT);
            }
            if start > self.pos {
                self.trivia(WHITESPACE, self.pos, start);
            }
            self.trivia(COMMENT, start, end);
        }
        if code > self.pos {
            self.trivia(WHITESPACE, self.pos, code);
        }
        if !ended {
            self.indent_to(column);
        }
        ended
    }

    /// Is the innermost level further right than `column`, and is there one below it for that column?
    fn above(&self, column: u32) -> bool {
        match self.indents.as_slice() {
            [.., below, top] => top.column > column && top.tolerated != Some(column) && below.column >= column,
            _ => false,
        }
    }

    /// The index of the level that the innermost lambda block or the file stands on.
    fn block_floor(&self) -> usize {
        match self.brackets.last() {
            Some(bracket) if bracket.kind == BracketKind::LambdaBlock => bracket.indents,
            _ => 0,
        }
    }

    /// After a line that ends in `|` or `=`, or before one that starts with `|`: where the expression goes on, if the
    /// next line with code is indented further than the statement. `next` is the start of the line after.
    pub(super) fn continued_at(&self, next: usize) -> Option<usize> {
        let statement = self.indents.last()?.column;
        let (mut column, mut code) = self.indentation(next);
        if !matches!(self.last_significant(), Some(PIPE | EQ)) {
            return (column > statement && self.bytes.get(code) == Some(&b'|')).then_some(code);
        }
        // Blank lines and comments may stand between.
        loop {
            let end = match self.bytes.get(code)? {
                b'#' => self.line_end(code),
                _ => code,
            };
            match self.line_break_at(end) {
                Some(line) => (column, code) = self.indentation(line),
                None => return (column > statement).then_some(code),
            }
        }
    }

    /// Emits the white space and the comments before `code`.
    pub(super) fn layout_until(&mut self, code: usize) {
        while self.pos < code {
            let comment = memchr::memchr(b'#', &self.bytes[self.pos..code]).map_or(code, |at| self.pos + at);
            if comment > self.pos {
                self.trivia(WHITESPACE, self.pos, comment);
            }
            if comment < code {
                let end = self.line_end(comment);
                self.trivia(COMMENT, comment, end);
            }
        }
    }

    /// The column and the position of the first byte after the white space at `pos`.
    pub(super) fn indentation(&self, pos: usize) -> (u32, usize) {
        let mut column = 0u32;
        let mut at = pos;
        loop {
            match self.bytes.get(at) {
                Some(b' ') => column = column.saturating_add(1),
                Some(b'\t') => column = (column / TAB).saturating_add(1).saturating_mul(TAB),
                Some(b'\x0c') => column = 0,
                _ => return (column, at),
            }
            at += 1;
        }
    }

    /// Emits what takes the indentation from the innermost level to `column`.
    pub(super) fn indent_to(&mut self, column: u32) {
        let floor = self.block_floor();
        if floor > 0 && self.indents.len() == floor {
            // The first line of a lambda's block sets its level.
            self.indents.push(Level { column, tolerated: None });
            return;
        }
        if floor > 0 && self.leave_lambda_block_if_line_is_outside(floor, column) {
            return self.indent_to(column);
        }
        let Some(top) = self.indents.last().copied() else { return };
        if column == top.column || top.tolerated == Some(column) {
            return;
        }
        if column > top.column {
            self.indents.push(Level { column, tolerated: None });
            return self.empty(INDENT);
        }
        while self.indents.len() > floor + 1 && self.above(column) {
            self.indents.pop();
            self.empty(DEDENT);
        }
        // A clause (`else` and the like) goes with a statement at the nearest level, the outer one if two are as near.
        let clause = matches!(
            SyntaxKind::from_word(word(&self.bytes[self.pos..])),
            Some(ELIF_KW | ELSE_KW | EXCEPT_KW | FINALLY_KW)
        );
        if let [.., below, top] = self.indents.as_slice()
            && clause
            && self.indents.len() > floor + 1
            && column < top.column
            && top.column - column >= column.saturating_sub(below.column)
        {
            self.indents.pop();
            self.empty(DEDENT);
        }
        let lines_up = self.indents.last().is_some_and(|top| column == top.column);
        if let Some(top) = self.indents.last_mut()
            && !lines_up
            && top.tolerated != Some(column)
        {
            // The line belongs to no block: it goes with this one, at the price of one error.
            top.tolerated = Some(column);
            let wanted = top.column;
            if floor == 0 {
                self.error(
                    format!(
                        "this line is indented by {column} columns, which no block around it is; this one has {wanted}"
                    ),
                    self.pos.saturating_sub(1).max(self.line_begin()),
                    self.pos,
                );
            }
        }
    }

    /// The start of the physical line that holds the current position.
    fn line_begin(&self) -> usize {
        memchr::memrchr(b'\n', &self.bytes[..self.pos]).map_or(0, |at| at + 1)
    }

    /// Emits DEDENTs until `levels` levels are left.
    pub(super) fn dedent_to(&mut self, levels: usize) {
        while self.indents.len() > levels {
            self.indents.pop();
            self.empty(DEDENT);
        }
    }
}
