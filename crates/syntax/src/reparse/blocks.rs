//! An edit inside a block: only the statements of that block around it are parsed.
//!
//! They are parsed below made-up heads of the blocks around them, so that they nest as deeply and stand in functions and
//! loops as they do in the text.

use rowan::{GreenNode, GreenNodeData, NodeOrToken};

use super::{NEXT, Start, is_same_in_quotes, length};
use crate::{SyntaxKind, parse_with_pulse};

/// What differs between two texts.
pub(super) struct Edit<'a> {
    pub old: &'a str,
    pub new: &'a str,
    /// Where the old text begins to differ, and where that ends.
    pub start: usize,
    pub end: usize,
}

impl Edit<'_> {
    /// A place of the old text behind the edit, in the new one.
    pub fn shifted(&self, at: usize) -> usize {
        at + self.new.len() - self.old.len()
    }
}

/// A compound statement, or a clause of one, as it is after the edit; none if the edit is not inside one of its blocks, or
/// if what is around it does not stay as it is. `heads` stand for the blocks around.
pub(super) fn spliced(
    node: &GreenNodeData,
    at: usize,
    edit: &Edit<'_>,
    heads: &mut Heads,
    pulse: &dyn Fn(),
) -> Option<GreenNode> {
    let mut from = at;
    for (index, child) in node.children().enumerate() {
        let to = from + length(&child);
        if let NodeOrToken::Node(inner) = child
            && from < edit.start
            && edit.end < to
        {
            let spliced = match kind(inner) {
                SyntaxKind::BLOCK => {
                    let depth = heads.push(kind(node), indent_before(edit.old, at)?)?;
                    let spliced = block(inner, from, kind(node), edit, heads, pulse);
                    heads.pop(depth);
                    spliced
                }
                SyntaxKind::ELIF_CLAUSE
                | SyntaxKind::ELSE_CLAUSE
                | SyntaxKind::EXCEPT_CLAUSE
                | SyntaxKind::FINALLY_CLAUSE => spliced(inner, from, edit, heads, pulse),
                _ => None,
            };
            return Some(node.replace_child(index, NodeOrToken::Node(spliced?)));
        }
        from = to;
    }
    None
}

fn block(
    block: &GreenNodeData,
    at: usize,
    owner: SyntaxKind,
    edit: &Edit<'_>,
    heads: &mut Heads,
    pulse: &dyn Fn(),
) -> Option<GreenNode> {
    let mut starts: Vec<(Start, &str)> = Vec::new();
    let mut from = at;
    for (child, it) in block.children().enumerate() {
        if let (NodeOrToken::Node(_), Some(indent)) = (&it, indent_before(edit.old, from)) {
            starts.push((Start { at: from, child }, indent));
        }
        from += length(&it);
    }
    let touched = starts.partition_point(|(it, _)| it.at < edit.start).checked_sub(1)?;
    let (start, _) = starts[touched];
    if let Some(NodeOrToken::Node(node)) = block.children().nth(start.child)
        && let Some(node) = spliced(node, start.at, edit, heads, pulse)
    {
        return Some(block.replace_child(start.child, NodeOrToken::Node(node)));
    }
    // The fields of a record are no statements.
    if matches!(owner, SyntaxKind::RECORD_DEF | SyntaxKind::AGENT_DEF) {
        return None;
    }
    // What the line begins with may go on with the statement before (`else:`), which then is parsed again too.
    let first_line = edit.old[start.at..].find('\n').map_or(edit.old.len(), |it| start.at + it + 1);
    let first = if first_line <= edit.start { touched } else { touched.checked_sub(1)? };
    let next = starts.partition_point(|(it, indent)| it.at - indent.len() <= edit.end);
    let ((first, indent), (next, _)) = (starts[first], *starts.get(next)?);

    let (old_part, part) = (&edit.old[first.at..next.at], &edit.new[first.at..edit.shifted(next.at)]);
    if !is_same_in_quotes(old_part, part) {
        return None;
    }
    let text = [&heads.text, indent, part, NEXT].concat();
    let parsed = parse_with_pulse(&text, pulse);
    if !parsed.errors().is_empty() {
        return None;
    }
    let from = heads.text.len() + indent.len();
    let statements = children_between(parsed.green(), heads.depths.len(), from, from + part.len(), text.len())?;
    let before = block.children().take(first.child).map(|it| it.to_owned());
    let behind = block.children().skip(next.child).map(|it| it.to_owned());
    Some(GreenNode::new(SyntaxKind::BLOCK.into(), before.chain(statements).chain(behind).collect::<Vec<_>>()))
}

/// The children from one place to another of the block that is so many blocks deep at the end of the text.
fn children_between(
    root: &GreenNodeData,
    depth: usize,
    from: usize,
    to: usize,
    end: usize,
) -> Option<Vec<NodeOrToken<GreenNode, rowan::GreenToken>>> {
    /// The last child, if it is a node, and where it begins.
    fn last(node: &GreenNodeData, end: usize) -> Option<(&GreenNodeData, usize)> {
        match node.children().last()? {
            NodeOrToken::Node(it) => Some((it, end - usize::from(it.text_len()))),
            NodeOrToken::Token(_) => None,
        }
    }
    let (mut block, mut at) = (root, 0);
    for _ in 0..depth {
        let (statement, _) = last(block, end)?;
        (block, at) = last(statement, end)?;
        if kind(block) != SyntaxKind::BLOCK {
            return None;
        }
    }
    // The statements may end the blocks that they should stand in, and begin others.
    if at >= from {
        return None;
    }
    let mut found = Vec::new();
    for child in block.children() {
        if at >= to {
            break;
        }
        if at >= from {
            found.push(child.to_owned());
        } else if at + length(&child) > from {
            return None;
        }
        at += length(&child);
    }
    (at == to).then_some(found)
}

/// The heads of the blocks around an edit, as text.
#[derive(Default)]
pub(super) struct Heads {
    text: String,
    /// How long the text was before each.
    depths: Vec<usize>,
}

impl Heads {
    /// Adds a head for a block of a kind of statement; what gives the length before. None if such a block is not parsed alone.
    fn push(&mut self, owner: SyntaxKind, indent: &str) -> Option<usize> {
        let head = match owner {
            SyntaxKind::FUNCTION_DEF => "def f():\n",
            SyntaxKind::RECORD_DEF | SyntaxKind::AGENT_DEF => "struct S:\n",
            SyntaxKind::FOR_STMT | SyntaxKind::WHILE_STMT => "while 1:\n",
            SyntaxKind::IF_STMT
            | SyntaxKind::ELIF_CLAUSE
            | SyntaxKind::ELSE_CLAUSE
            | SyntaxKind::TRY_STMT
            | SyntaxKind::EXCEPT_CLAUSE
            | SyntaxKind::FINALLY_CLAUSE
            | SyntaxKind::WITH_STMT => "if 1:\n",
            _ => return None,
        };
        let length = self.text.len();
        self.depths.push(length);
        self.text += indent;
        self.text += head;
        Some(length)
    }

    fn pop(&mut self, length: usize) {
        self.depths.pop();
        self.text.truncate(length);
    }
}

fn kind(node: &GreenNodeData) -> SyntaxKind {
    SyntaxKind::from_raw(node.kind())
}

/// The white space between the start of a line and a place in it; none if something else stands there.
fn indent_before(text: &str, at: usize) -> Option<&str> {
    let line = text[..at].rfind('\n').map_or(0, |it| it + 1);
    let indent = &text[line..at];
    indent.bytes().all(|it| matches!(it, b' ' | b'\t')).then_some(indent)
}
