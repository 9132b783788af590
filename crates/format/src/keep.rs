//! What stays as it is: statements with syntax errors, what comments exempt, and what is outside the range.

use danaide_syntax::{Parse, TextRange, TextSize};

use crate::lambda;
use crate::layout::{Gap, Layout};
use crate::source::{Comment, Source};
use crate::statements::block_of;

/// A line that counts, with all lines that it goes on over: its first token and the one after its last.
#[derive(Debug, Clone, Copy)]
struct Unit {
    first: usize,
    end: usize,
    kept: Kept,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kept {
    No,
    /// Its inside stays, its place may change.
    Inside,
    /// It stays with its indentation.
    Whole,
    /// It is outside the range.
    Outside,
}

#[derive(Debug)]
pub(crate) struct Keep {
    /// For each token: does the white space before it stay?
    pub(crate) gaps: Vec<bool>,
    /// For each token: does its line keep its indentation?
    pub(crate) indents: Vec<bool>,
}

impl Keep {
    /// `statements` are statements of the file that stay as they are, by their nodes.
    pub(crate) fn new(
        source: &Source<'_>,
        layout: &Layout,
        parse: &Parse,
        range: Option<TextRange>,
        statements: &[u32],
    ) -> Self {
        let count = source.tokens.len();
        let mut keep = Keep { gaps: vec![false; count], indents: vec![false; count] };
        let mut units = units(source, layout);
        keep.errors(source, parse, &mut units);
        keep.joined_lines(source, layout, &mut units);
        keep.comments(source, layout, &mut units);
        if let Some(range) = range {
            keep.outside(source, range, &mut units);
        }
        keep.indentation(source, &units, !parse.errors().is_empty());
        for &statement in statements {
            let it = source.nodes[statement as usize];
            keep.gaps[it.first as usize..=it.end as usize].fill(true);
            keep.indents[it.first as usize..it.end as usize].fill(true);
        }
        keep
    }

    /// Keeps a unit with the white space around it.
    fn whole(&mut self, unit: &mut Unit) {
        unit.kept = Kept::Whole;
        self.gaps[unit.first..=unit.end].fill(true);
    }

    fn errors(&mut self, source: &Source<'_>, parse: &Parse, units: &mut [Unit]) {
        let mut broken: Vec<TextRange> = parse.errors().iter().map(|it| it.range).collect();
        for (token, it) in source.tokens.iter().enumerate() {
            if it.kind == danaide_syntax::SyntaxKind::ERROR_TOKEN {
                broken.push(span(source, token, token + 1));
            }
        }
        for node in source.nodes.iter().filter(|it| it.kind == danaide_syntax::SyntaxKind::ERROR) {
            if node.first < node.end {
                broken.push(span(source, node.first as usize, node.end as usize));
            }
        }
        for range in broken {
            let from = units.partition_point(|it| span(source, it.first, it.end).end() < range.start());
            for unit in &mut units[from..] {
                if span(source, unit.first, unit.end).start() > range.end() {
                    break;
                }
                self.whole(unit);
            }
        }
    }

    /// A backslash between lines, rather than inside one, belongs to the indentation of the line after it.
    fn joined_lines(&mut self, source: &Source<'_>, layout: &Layout, units: &mut [Unit]) {
        for unit in units {
            let has_backslash = layout.gaps[unit.first] == Gap::Statement && source.gap(unit.first).contains('\\');
            if has_backslash && source.comments_before(unit.first).is_empty() {
                self.whole(unit);
            }
        }
    }

    /// `# fmt: off`, `# fmt: on`, `# fmt: skip`.
    fn comments(&mut self, source: &Source<'_>, layout: &Layout, units: &mut [Unit]) {
        // The block that is exempt, since the gap before this token.
        let mut off: Option<(u32, usize)> = None;
        for token in 0..=source.len() {
            if let Some((block, from)) = off
                && token < source.len()
                && from < token
                && layout.gaps[token] == Gap::Statement
                && !is_in(source, token, block)
            {
                self.exempt(units, from, token);
                off = None;
            }
            for comment in source.comments_before(token) {
                match (marker(source, comment), off) {
                    (Some(Marker::Off), None) if comment.own_line && layout.gaps[token] == Gap::Statement => {
                        off = Some((block_of(source, comment.node), token));
                    }
                    (Some(Marker::On), Some((block, from))) if block_of(source, comment.node) == block => {
                        self.exempt(units, from, token);
                        off = None;
                    }
                    (Some(Marker::Skip), None) if !comment.own_line && layout.gaps[token] == Gap::Statement => {
                        let unit = units.partition_point(|it| it.first < token).checked_sub(1);
                        if let Some(unit) = unit.map(|it| &mut units[it]).filter(|it| it.kept == Kept::No) {
                            let has_lines = source.text[span(source, unit.first, unit.end)].contains('\n');
                            unit.kept = if has_lines { Kept::Whole } else { Kept::Inside };
                            self.gaps[unit.first + 1..unit.end].fill(true);
                        }
                    }
                    _ => {}
                }
            }
        }
        if let Some((_, from)) = off {
            self.exempt(units, from, source.len());
        }
    }

    /// Keeps everything between the gaps before two tokens, and these.
    fn exempt(&mut self, units: &mut [Unit], from: usize, to: usize) {
        self.gaps[from..=to].fill(true);
        for unit in units.iter_mut().filter(|it| it.first >= from && it.first < to) {
            unit.kept = Kept::Whole;
        }
    }

    fn outside(&mut self, source: &Source<'_>, range: TextRange, units: &mut [Unit]) {
        for unit in units.iter_mut() {
            let it = span(source, unit.first, unit.end);
            let touches = it.start() < range.end() || range.is_empty() && it.start() == range.end();
            if (!touches || it.end() < range.start()) && unit.kept != Kept::Whole {
                unit.kept = Kept::Outside;
            }
        }
        let is_outside = |it: &Unit| it.kept == Kept::Outside;
        for index in 0..units.len() {
            let unit = units[index];
            if is_outside(&unit) {
                let follows = index == 0 || is_outside(&units[index - 1]);
                let precedes = units.get(index + 1).is_none_or(is_outside);
                self.gaps[unit.first + usize::from(!follows)..unit.end + usize::from(precedes)].fill(true);
            }
        }
    }

    /// A statement of the file, of which something stays, keeps the indentation of all its lines.
    fn indentation(&mut self, source: &Source<'_>, units: &[Unit], has_errors: bool) {
        let mut rest = units;
        for statement in source.children(0) {
            let it = source.nodes[statement as usize];
            let end = rest.partition_point(|unit| unit.first < it.end as usize);
            let (own, after) = rest.split_at(end);
            rest = after;
            let outside = own.iter().filter(|it| it.kept == Kept::Outside).count();
            let is_indented = has_errors && source.gap(it.first as usize).ends_with([' ', '\t']);
            if is_indented || own.iter().any(|it| it.kept == Kept::Whole) || outside > 0 && outside < own.len() {
                self.indents[it.first as usize..it.end as usize].fill(true);
            }
        }
    }
}

fn units(source: &Source<'_>, layout: &Layout) -> Vec<Unit> {
    let mut lambdas = lambda::outermost(source).into_iter().peekable();
    let mut units: Vec<Unit> = Vec::new();
    for token in 0..source.len() {
        while lambdas.peek().is_some_and(|it| (it.1 as usize) < token) {
            lambdas.next();
        }
        let in_lambda = lambdas.peek().is_some_and(|it| (it.0 as usize) < token);
        if layout.gaps[token] == Gap::Statement && !in_lambda {
            if let Some(before) = units.last_mut() {
                before.end = token;
            }
            units.push(Unit { first: token, end: source.len(), kept: Kept::No });
        }
    }
    units
}

/// From the first token to the one before `end`.
fn span(source: &Source<'_>, first: usize, end: usize) -> TextRange {
    let end = source.tokens[end.max(first + 1) - 1].end;
    TextRange::new(TextSize::new(source.tokens[first].start), TextSize::new(end))
}

fn is_in(source: &Source<'_>, token: usize, block: u32) -> bool {
    (block..source.nodes[block as usize].skip).contains(&source.tokens[token].node)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Marker {
    Off,
    On,
    Skip,
}

/// What a comment says to the formatter.
fn marker(source: &Source<'_>, comment: &Comment) -> Option<Marker> {
    let text = source.slice(comment.start, comment.end);
    if !text.contains("fmt:") {
        return None;
    }
    text.split('#').find_map(|part| match part.trim().strip_prefix("fmt:")?.trim() {
        "off" => Some(Marker::Off),
        "on" => Some(Marker::On),
        "skip" => Some(Marker::Skip),
        _ => None,
    })
}

/// Does a comment at the end of a line exempt the line?
pub(crate) fn skips(source: &Source<'_>, comment: &Comment) -> bool {
    marker(source, comment) == Some(Marker::Skip)
}
