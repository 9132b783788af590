//! The tree in the order of the text, without cursors: for a pass over a whole file.

use rowan::{Children, GreenNodeData, NodeOrToken};

use crate::{Parse, SyntaxKind};

/// What stands next in the tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step<'t> {
    /// A node begins.
    Enter(SyntaxKind),
    /// A token with its text; the texts of all tokens, side by side, are the file.
    Token(SyntaxKind, &'t str),
    /// The node that began last, of those that have not ended, ends.
    Leave,
}

/// The steps of a tree. Takes a stack of its own: the depth of the tree does not matter.
#[derive(Debug, Clone)]
pub struct Steps<'t> {
    root: Option<&'t GreenNodeData>,
    open: Vec<Children<'t>>,
}

impl Parse {
    /// The nodes and tokens in the order of the text.
    pub fn steps(&self) -> Steps<'_> {
        Steps { root: Some(self.green()), open: Vec::with_capacity(64) }
    }
}

impl<'t> Iterator for Steps<'t> {
    type Item = Step<'t>;

    #[inline]
    fn next(&mut self) -> Option<Step<'t>> {
        if let Some(root) = self.root.take() {
            self.open.push(root.children());
            return Some(Step::Enter(SyntaxKind::from_raw(root.kind())));
        }
        match self.open.last_mut()?.next() {
            Some(NodeOrToken::Node(node)) => {
                self.open.push(node.children());
                Some(Step::Enter(SyntaxKind::from_raw(node.kind())))
            }
            Some(NodeOrToken::Token(token)) => Some(Step::Token(SyntaxKind::from_raw(token.kind()), token.text())),
            None => {
                self.open.pop();
                Some(Step::Leave)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse;

    #[test]
    fn steps_go_through_nodes_and_tokens_in_order() {
        let parse = parse("f(1)\n");
        let shown: Vec<String> = parse
            .steps()
            .map(|step| match step {
                Step::Enter(kind) => format!("<{kind:?}"),
                Step::Token(_, text) => text.escape_debug().to_string(),
                Step::Leave => ">".to_owned(),
            })
            .collect();
        assert_eq!(
            shown.join(" "),
            "<SOURCE_FILE <EXPR_STMT <CALL_EXPR <NAME_EXPR f > <ARG_LIST ( <LITERAL 1 > ) > > > \\n >"
        );
    }
}
