//! Which nodes can be broken over lines, and where: brackets, and operators inside brackets.

use danaide_syntax::SyntaxKind::*;

use crate::source::{NONE, Source};
use crate::statements::block_of;

/// What is broken together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum GroupKind {
    /// The statements of a block, one level further right.
    Block,
    /// From a bracket to its partner: what is between them goes on lines of its own, one level further right.
    Bracket,
    /// Operands: each operator starts a line.
    Chain,
    /// The stages of a pipeline outside brackets: each `|` starts a line, one level further right.
    Pipeline,
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct Group {
    pub(crate) kind: GroupKind,
    /// The first and the last token.
    pub(crate) first: u32,
    pub(crate) last: u32,
    /// Must it be broken?
    pub(crate) forced: bool,
    /// Is something inside it broken anyway, so that its own width says nothing? Only known of pipelines.
    pub(crate) is_open: bool,
    /// Is a comma added after the last item when it is broken?
    pub(crate) adds_comma: bool,
}

/// The groups of a file, and which of them nodes are.
#[derive(Debug)]
pub(crate) struct Groups {
    /// In the order of their first tokens, outer ones first.
    pub(crate) all: Vec<Group>,
    /// For each node its group with brackets, and the one of its operators.
    pub(crate) bracket_of: Vec<u32>,
    pub(crate) chain_of: Vec<u32>,
}

impl Groups {
    pub(crate) fn new(source: &Source<'_>) -> Self {
        let count = source.nodes.len();
        let mut found = Finder {
            source,
            groups: Groups { all: Vec::new(), bracket_of: vec![NONE; count], chain_of: vec![NONE; count] },
            inside: vec![false; count],
        };
        for node in 0..count as u32 {
            found.node(node);
        }
        found.groups.sort();
        found.groups
    }

    /// Sorts the groups; they are found in the order of nodes, of which some start before their bracket.
    fn sort(&mut self) {
        let mut order: Vec<u32> = (0..self.all.len() as u32).collect();
        let key = |it: &u32| {
            let group = &self.all[*it as usize];
            (group.first, u32::MAX - group.last)
        };
        if order.is_sorted_by_key(key) {
            return;
        }
        order.sort_by_key(key);
        let mut places = vec![NONE; order.len()];
        for (place, &old) in order.iter().enumerate() {
            places[old as usize] = place as u32;
        }
        self.all = order.iter().map(|&old| self.all[old as usize]).collect();
        for group in self.bracket_of.iter_mut().chain(&mut self.chain_of).filter(|it| **it != NONE) {
            *group = places[*group as usize];
        }
    }
}

struct Finder<'s, 't> {
    source: &'s Source<'t>,
    groups: Groups,
    /// For each node: do line breaks not count in it, since a bracket is open around it?
    inside: Vec<bool>,
}

impl Finder<'_, '_> {
    fn node(&mut self, node: u32) {
        let it = self.source.nodes[node as usize];
        let inside = it.parent != NONE && self.is_inside(node, it.parent);
        self.inside[node as usize] = inside;
        if it.first == it.end {
            return;
        }
        match it.kind {
            BLOCK => self.block(node),
            ARG_LIST | PARAM_LIST | BASE_LIST | LIST_EXPR | SET_EXPR | DICT_EXPR => {
                self.bracket(node, it.first, it.end - 1, self.takes_comma(node));
            }
            PAREN_EXPR => self.bracket(node, it.first, it.end - 1, false),
            TUPLE_EXPR if self.opens(it.first, node) => self.bracket(node, it.first, it.end - 1, true),
            LIST_COMP | SET_COMP | DICT_COMP | GENERATOR_EXPR => self.comprehension(node, inside),
            INDEX_EXPR => {
                let base = self.source.nodes[node as usize + 1].end;
                self.subscript(node, base);
            }
            GENERIC_TYPE if inside => {
                let base = self.source.nodes[node as usize + 1].end;
                self.subscript(node, base);
            }
            LIST_TYPE | TUPLE_TYPE if inside => self.subscript(node, it.first),
            FROM_IMPORT_STMT if self.source.tokens[it.end as usize - 1].kind == R_PAREN => {
                let open = (it.first..it.end).find(|&token| self.opens(token, node));
                if let Some(open) = open {
                    self.bracket(node, open, it.end - 1, true);
                }
            }
            WITH_STMT if self.opens(it.first + 1, node) => {
                let items = self.source.children(node).take_while(|&child| self.source.node_kind(child) == WITH_ITEM);
                if let Some(last) = items.last() {
                    let after = self.source.nodes[last as usize].end as usize;
                    let close = if self.source.is_own(node, after, COMMA) { after + 1 } else { after };
                    self.bracket(node, it.first + 1, close as u32, true);
                }
            }
            BINARY_EXPR | COMPARE_EXPR | PIPE_EXPR | UNION_TYPE | TERNARY_EXPR | STRING_CONCAT if inside => {
                self.chain(node, it.first, it.end - 1);
            }
            PIPE_EXPR => self.pipeline(node),
            _ => {}
        }
    }

    fn is_inside(&self, node: u32, parent: u32) -> bool {
        let first = self.source.nodes[node as usize].first;
        let around = self.source.nodes[parent as usize];
        match around.kind {
            BLOCK => false,
            ARG_LIST | PARAM_LIST | BASE_LIST | LIST_EXPR | SET_EXPR | DICT_EXPR | PAREN_EXPR | LIST_COMP
            | SET_COMP | DICT_COMP | RECEIVER | LIST_TYPE | TUPLE_TYPE => true,
            TUPLE_EXPR | GENERATOR_EXPR if self.opens(around.first, parent) => true,
            // What is indexed stands before the bracket.
            INDEX_EXPR | GENERIC_TYPE if first > around.first => true,
            WITH_STMT if self.opens(around.first + 1, parent) => self.source.node_kind(node) == WITH_ITEM,
            FROM_IMPORT_STMT => self.source.node_kind(node) == IMPORT_NAME,
            _ => self.inside[parent as usize],
        }
    }

    /// Is a token an opening bracket right in a node?
    fn opens(&self, token: u32, node: u32) -> bool {
        let token = &self.source.tokens[token as usize];
        token.node == node && matches!(token.kind, L_PAREN | L_BRACK | L_BRACE)
    }

    /// Can a comma stand after the last item? Not after a comprehension that is the only argument.
    fn takes_comma(&self, node: u32) -> bool {
        self.source.children(node).all(|it| self.source.node_kind(it) != GENERATOR_EXPR || self.is_bracketed(it))
    }

    fn is_bracketed(&self, node: u32) -> bool {
        self.opens(self.source.nodes[node as usize].first, node)
    }

    /// A block on lines of its own; one on the line of its head changes nothing.
    fn block(&mut self, node: u32) {
        let it = self.source.nodes[node as usize];
        let in_lambda = self.source.node_kind(it.parent) == LAMBDA_EXPR;
        let on_lines = match in_lambda {
            true => crate::lambda::is_broken(self.source, node),
            false => self.source.tokens[it.first as usize].newline,
        };
        if on_lines {
            self.groups.bracket_of[node as usize] = self.groups.all.len() as u32;
            self.add(GroupKind::Block, it.first, it.end - 1, false, false);
        }
    }

    fn bracket(&mut self, node: u32, open: u32, close: u32, takes_comma: bool) {
        if open + 1 >= close || !matches!(self.source.tokens[close as usize].kind, R_PAREN | R_BRACK | R_BRACE) {
            // Nothing stands in it; a comment may.
            return;
        }
        let has_comma = self.source.is_own(node, close as usize - 1, COMMA);
        // The comma of a tuple with one item makes it a tuple, and says nothing about lines.
        let is_single = has_comma
            && matches!(self.source.node_kind(node), TUPLE_EXPR | INDEX_EXPR)
            && self.source.children(node).skip(usize::from(self.has_base(node))).nth(1).is_none();
        self.groups.bracket_of[node as usize] = self.groups.all.len() as u32;
        self.add(GroupKind::Bracket, open, close, has_comma && !is_single, takes_comma && !has_comma);
    }

    fn has_base(&self, node: u32) -> bool {
        matches!(self.source.node_kind(node), INDEX_EXPR | GENERIC_TYPE)
    }

    /// Brackets in which a comma after a single item would say something else. A name alone is not put on a line.
    fn subscript(&mut self, node: u32, open: u32) {
        let close = self.source.nodes[node as usize].end - 1;
        if open + 2 >= close {
            return;
        }
        let several = self.source.children(node).skip(usize::from(self.has_base(node))).nth(1).is_some();
        self.bracket(node, open, close, several);
    }

    fn comprehension(&mut self, node: u32, inside: bool) {
        let it = self.source.nodes[node as usize];
        if self.is_bracketed(node) {
            self.bracket(node, it.first, it.end - 1, false);
            self.chain(node, it.first + 1, it.end.saturating_sub(2));
        } else if inside {
            self.chain(node, it.first, it.end - 1);
        }
    }

    fn chain(&mut self, node: u32, first: u32, last: u32) {
        if first < last {
            self.groups.chain_of[node as usize] = self.groups.all.len() as u32;
            self.add(GroupKind::Chain, first, last, false, false);
        }
    }

    /// A pipeline outside brackets. One that has a line break beside a `|` has one beside each; with comments there it
    /// stays as it is, since they cannot move to the other side of the `|`.
    fn pipeline(&mut self, node: u32) {
        let it = self.source.nodes[node as usize];
        let block = block_of(self.source, node);
        let in_line = self
            .source
            .nodes
            .get(self.source.nodes[block as usize].parent as usize)
            .is_some_and(|around| around.kind == LAMBDA_EXPR && self.groups.bracket_of[block as usize] == NONE);
        let mut forced = false;
        for stage in self.source.children(node).skip(1) {
            let first = self.source.nodes[stage as usize].first as usize;
            for token in [first - 1, first] {
                if !self.source.comments_before(token).is_empty() {
                    return;
                }
                forced |= self.source.gap(token).contains('\n');
            }
        }
        if !in_line && it.first + 1 < it.end {
            self.groups.chain_of[node as usize] = self.groups.all.len() as u32;
            self.add(GroupKind::Pipeline, it.first, it.end - 1, forced, false);
        }
    }

    fn add(&mut self, kind: GroupKind, first: u32, last: u32, forced: bool, adds_comma: bool) {
        self.groups.all.push(Group { kind, first, last, forced, is_open: false, adds_comma });
    }
}
