//! An edit inside a block: only the statements of that block around it are parsed.
//!
//! They are parsed below made-up heads of the blocks around them, so that they nest as deeply and stand in functions and
//! loops as they do in the text.

use rowan::{GreenNode, GreenNodeData, NodeOrToken};

use super::{Edit, NEXT, children_between, is_same_in_quotes, length, starts};
use crate::{SyntaxKind, parse_with_pulse};

/// A compound statement, or a clause of one, as it is after the edit; none if the edit is not inside one of its blocks, or
/// if what is around it does not stay as it is. `heads` stand for the blocks around.
pub(super) fn spliced(
    node: &GreenNodeData,
    at: usize,
    edit: &Edit<'_>,
    heads: &Heads,
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
                    let around = heads.with(kind(node), super::indent_before(edit.old, at)?)?;
                    block(inner, from, kind(node), edit, &around, pulse)
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
    heads: &Heads,
    pulse: &dyn Fn(),
) -> Option<GreenNode> {
    let starts = starts(block, at, edit.old);
    let touched = starts.partition_point(|it| it.at < edit.start).checked_sub(1)?;
    let start = starts[touched];
    if let Some(NodeOrToken::Node(node)) = block.children().nth(start.child)
        && let Some(node) = spliced(node, start.at, edit, heads, pulse)
    {
        return Some(block.replace_child(start.child, NodeOrToken::Node(node)));
    }
    // The fields of a record are no statements.
    if matches!(owner, SyntaxKind::RECORD_DEF | SyntaxKind::AGENT_DEF) {
        return None;
    }
    let first = starts[if edit.is_behind_line_of(start) { touched } else { touched.checked_sub(1)? }];
    let next = *starts.get(starts.partition_point(|it| it.line() <= edit.end))?;

    let (old_part, part) = (&edit.old[first.at..next.at], &edit.new[first.at..edit.shifted(next.at)]);
    if !is_same_in_quotes(old_part, part) {
        return None;
    }
    let indent = &edit.old[first.line()..first.at];
    let text = [&heads.text, indent, part, NEXT].concat();
    let parsed = parse_with_pulse(&text, pulse);
    if !parsed.errors().is_empty() {
        return None;
    }
    let from = heads.text.len() + indent.len();
    let (parsed, at) = last_block(parsed.green(), heads.depth, text.len())?;
    // The statements may end the blocks that they should stand in, and begin others.
    if at >= from {
        return None;
    }
    let statements = children_between(parsed, at, from, from + part.len())?;
    let before = block.children().take(first.child).map(|it| it.to_owned());
    let behind = block.children().skip(next.child).map(|it| it.to_owned());
    Some(GreenNode::new(SyntaxKind::BLOCK.into(), before.chain(statements).chain(behind).collect::<Vec<_>>()))
}

/// The block that is so many blocks deep at the end of a text, and where it begins.
fn last_block(root: &GreenNodeData, depth: usize, end: usize) -> Option<(&GreenNodeData, usize)> {
    fn last(node: &GreenNodeData) -> Option<&GreenNodeData> {
        node.children().last()?.into_node()
    }
    let mut block = root;
    for _ in 0..depth {
        block = last(last(block)?).filter(|it| kind(it) == SyntaxKind::BLOCK)?;
    }
    Some((block, end - usize::from(block.text_len())))
}

/// The heads of the blocks around an edit, as text.
#[derive(Default)]
pub(super) struct Heads {
    text: String,
    /// How many there are.
    depth: usize,
}

impl Heads {
    /// These and one for a block of a kind of statement; none if such a block is not parsed alone.
    fn with(&self, owner: SyntaxKind, indent: &str) -> Option<Heads> {
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
        Some(Heads { text: [&self.text, indent, head].concat(), depth: self.depth + 1 })
    }
}

fn kind(node: &GreenNodeData) -> SyntaxKind {
    SyntaxKind::from_raw(node.kind())
}
