//! What stands between each two tokens, before it is known what fits on a line.

use danaide_syntax::SyntaxKind::*;

use crate::groups::{Group, GroupKind, Groups};
use crate::source::{NONE, Source};
use crate::{lambda, spacing};

/// What stands between a token and the one before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Gap {
    Nothing,
    Space,
    /// A line break if this group is broken, else nothing.
    Soft(u32),
    /// A line break if this group is broken, else a space.
    Line(u32),
    /// Before the closing bracket of this group: a line break if it is broken, else nothing.
    Close(u32),
    /// The end of a line that counts. Also before the first token and before EOF.
    Statement,
    /// Before the brace that closes a lambda's block, which is this group.
    BlockEnd(u32),
    /// A line break outside brackets, which does not end the line: after `\`, beside `|`, after `=`.
    Continued,
}

impl Gap {
    /// How wide it is if nothing is broken.
    pub(crate) fn flat_width(self) -> u32 {
        u32::from(matches!(self, Gap::Space | Gap::Line(_)))
    }

    /// Can, or must, a line end here?
    pub(crate) fn may_break(self) -> bool {
        !matches!(self, Gap::Nothing | Gap::Space)
    }
}

#[derive(Debug)]
pub(crate) struct Layout {
    pub(crate) groups: Groups,
    /// For each token, what stands before it.
    pub(crate) gaps: Vec<Gap>,
}

impl Layout {
    pub(crate) fn new(source: &Source<'_>) -> Self {
        let mut layout = Layout { groups: Groups::new(source), gaps: Vec::with_capacity(source.tokens.len()) };
        layout.gaps.push(Gap::Statement);
        // Open brackets, for each block of a lambda around.
        let mut depths = vec![0_u32];
        for token in 1..source.len() {
            layout.count_bracket(source, token - 1, &mut depths);
            let depth = depths.last_mut();
            let gap = if let Some(gap) = layout.lambda_brace(source, token).or_else(|| layout.stage(source, token)) {
                gap
            } else if source.tokens[token].newline {
                if let Some(depth) = depth {
                    *depth = 0;
                }
                Gap::Statement
            } else if depth.is_none_or(|it| *it == 0) && source.gap(token).contains('\n') {
                Gap::Continued
            } else {
                layout.inline(source, token)
            };
            layout.gaps.push(gap);
        }
        if source.len() > 0 {
            layout.gaps.push(Gap::Statement);
        }
        layout.force(source);
        layout
    }

    fn count_bracket(&self, source: &Source<'_>, token: usize, depths: &mut Vec<u32>) {
        let is_lambda = source.parent_kind(token) == LAMBDA_EXPR;
        match source.tokens[token].kind {
            L_BRACE if is_lambda => depths.push(0),
            R_BRACE if is_lambda && depths.len() > 1 => {
                depths.pop();
            }
            L_PAREN | L_BRACK | L_BRACE => {
                if let Some(depth) = depths.last_mut() {
                    *depth += 1;
                }
            }
            R_PAREN | R_BRACK | R_BRACE => {
                if let Some(depth) = depths.last_mut() {
                    *depth = depth.saturating_sub(1);
                }
            }
            _ => {}
        }
    }

    /// After the opening and before the closing brace of a lambda's block on lines of its own.
    fn lambda_brace(&self, source: &Source<'_>, token: usize) -> Option<Gap> {
        let block = |brace| {
            let block = lambda::block_of_brace(source, brace);
            if block == NONE { NONE } else { self.groups.bracket_of[block as usize] }
        };
        if source.tokens[token].kind == R_BRACE {
            let group = block(token);
            return (group != NONE).then_some(Gap::BlockEnd(group));
        }
        let opens = source.tokens[token - 1].kind == L_BRACE && block(token - 1) != NONE;
        opens.then_some(Gap::Statement)
    }

    /// Before and after the `|` of a pipeline outside brackets.
    fn stage(&self, source: &Source<'_>, token: usize) -> Option<Gap> {
        let group_of = |token: usize| {
            let it = &source.tokens[token];
            let group = if it.kind == PIPE { self.groups.chain_of[it.node as usize] } else { NONE };
            (group != NONE && self.groups.all[group as usize].kind == GroupKind::Pipeline).then_some(group)
        };
        group_of(token).map(Gap::Line).or_else(|| group_of(token - 1).map(|_| Gap::Space))
    }

    /// Between two tokens of a line.
    fn inline(&self, source: &Source<'_>, token: usize) -> Gap {
        let (before, here) = (&source.tokens[token - 1], &source.tokens[token]);
        match here.kind {
            R_PAREN | R_BRACK | R_BRACE => {
                let group = self.groups.bracket_of[here.node as usize];
                if group != NONE && self.groups.all[group as usize].last as usize == token {
                    return Gap::Close(group);
                }
            }
            COMMA | SEMICOLON => return Gap::Nothing,
            _ => {}
        }
        match before.kind {
            L_PAREN | L_BRACK | L_BRACE => {
                let group = self.groups.bracket_of[before.node as usize];
                if group != NONE && self.groups.all[group as usize].first as usize == token - 1 {
                    return Gap::Soft(group);
                }
            }
            COMMA => {
                let group = self.groups.bracket_of[before.node as usize];
                if group != NONE && self.groups.all[group as usize].kind == GroupKind::Bracket {
                    return Gap::Line(group);
                }
            }
            _ => {}
        }
        let spaced = spacing::is_spaced(source, token);
        match self.chain(source, token) {
            Some(group) if spaced => Gap::Line(group),
            _ if spaced => Gap::Space,
            _ => Gap::Nothing,
        }
    }

    /// The group of operators that a token starts a line of.
    fn chain(&self, source: &Source<'_>, token: usize) -> Option<u32> {
        let here = &source.tokens[token];
        let node = &source.nodes[here.node as usize];
        let owner = match node.kind {
            // `not in` and `is not` have two words.
            BINARY_EXPR | COMPARE_EXPR | PIPE_EXPR | UNION_TYPE | TERNARY_EXPR
                if source.tokens[token - 1].node != here.node =>
            {
                here.node
            }
            COMP_FOR | COMP_IF if node.first as usize == token => node.parent,
            LITERAL | FSTRING if node.parent != NONE && source.node_kind(node.parent) == STRING_CONCAT => {
                // The first string starts no line: it stands where the group starts.
                if source.nodes[node.parent as usize].first as usize == token {
                    return None;
                }
                node.parent
            }
            _ => return None,
        };
        Some(self.groups.chain_of[owner as usize]).filter(|it| *it != NONE)
    }

    /// Breaks what a comment or a comma before the closing bracket breaks, and what is around it.
    fn force(&mut self, source: &Source<'_>) {
        let groups = &mut self.groups.all;
        let mut open: Vec<usize> = Vec::new();
        let mut next = 0;
        for token in 0..source.len() {
            while open.last().is_some_and(|it| (groups[*it].last as usize) < token) {
                open.pop();
            }
            let is_inline = !matches!(self.gaps[token], Gap::Statement | Gap::BlockEnd(_) | Gap::Continued);
            if is_inline && !source.comments_before(token).is_empty() {
                force_all(groups, &open);
            }
            while groups.get(next).is_some_and(|it| it.first as usize == token) {
                if groups[next].forced {
                    force_all(groups, &open);
                }
                open.push(next);
                next += 1;
            }
        }
    }
}

/// Breaks the groups that are open inside the innermost block.
fn force_all(groups: &mut [Group], open: &[usize]) {
    for &group in open.iter().rev() {
        let group = &mut groups[group];
        if group.kind == GroupKind::Block || group.forced {
            return;
        }
        if group.kind == GroupKind::Pipeline {
            group.is_open = true;
            return;
        }
        group.forced = true;
    }
}
