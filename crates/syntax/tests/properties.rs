//! Properties of the parser over mutated programs: lossless, always a tree, errors in the text, pointers that last,
//! and one typo that costs one definition at most.

use danaide_syntax::ast::{self, AstNode, Stmt};
use danaide_syntax::{Indel, SyntaxNodePtr, TextEdit, TextRange, TextSize, parse, reparse};
use proptest::prelude::*;

const SAMPLE: &str = include_str!("samples/orders.na");

/// Text that breaks programs: brackets, quotes, keywords, layout.
const FRAGMENTS: &[&str] = &[
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    "\"",
    "'",
    "\"\"\"",
    "f\"",
    "{",
    "\\",
    "\n",
    "\r\n",
    "\t",
    "    ",
    " ",
    ":",
    "::",
    ",",
    ".",
    "=",
    "==",
    "|",
    "$$",
    "->",
    "**",
    "#",
    "@",
    "def ",
    "if ",
    "else:",
    "lambda ",
    "for x in ",
    "return",
    "struct A:",
    "agent ",
    "workflow ",
    "as ",
    "not ",
    "import ",
    "private:",
    "é",
    "😀",
    "\u{feff}",
    "\0",
    "1.e",
    "0x",
    "...",
    "!r",
    ";",
    "def f(x) -> ",
    "lambda x :: {",
    "f'{x:>{",
    "try:\n",
];

#[derive(Debug, Clone)]
enum Mutation {
    Delete(usize, usize),
    Insert(usize, usize),
    Copy(usize, usize, usize),
}

fn mutation() -> impl Strategy<Value = Mutation> {
    prop_oneof![
        (any::<usize>(), 1..40usize).prop_map(|(at, len)| Mutation::Delete(at, len)),
        (any::<usize>(), 0..FRAGMENTS.len()).prop_map(|(at, index)| Mutation::Insert(at, index)),
        (any::<usize>(), any::<usize>(), 1..60usize).prop_map(|(from, to, len)| Mutation::Copy(from, to, len)),
    ]
}

/// The last character boundary at or before a place anywhere in the text.
fn boundary(text: &str, at: usize) -> usize {
    let mut at = at % (text.len() + 1);
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

fn mutate(text: &str, mutation: &Mutation) -> String {
    let (range, insert) = match *mutation {
        Mutation::Delete(at, len) => {
            let start = boundary(text, at);
            (start..boundary(text, (start + len).min(text.len())), String::new())
        }
        Mutation::Insert(at, index) => {
            let start = boundary(text, at);
            (start..start, FRAGMENTS[index].to_owned())
        }
        Mutation::Copy(from, to, len) => {
            let start = boundary(text, from);
            let end = boundary(text, (start + len).min(text.len())).max(start);
            let to = boundary(text, to);
            (to..to, text[start..end].to_owned())
        }
    };
    let mut out = text.to_owned();
    out.replace_range(range, &insert);
    out
}

fn check_invariants(text: &str) {
    let parse = parse(text);
    let root = parse.syntax_node();
    assert_eq!(root.text().to_string(), text, "lossless");
    let whole = TextRange::up_to(TextSize::of(text));
    let mut last = TextSize::new(0);
    for error in parse.errors().iter() {
        assert!(whole.contains_range(error.range), "{error:?} is in the text");
        assert!(text.is_char_boundary(error.range.start().into()) && text.is_char_boundary(error.range.end().into()));
        assert!(error.range.start() >= last, "errors are in order");
        last = error.range.start();
        if let Some(related) = &error.related {
            assert!(whole.contains_range(related.range));
        }
    }
    for node in root.descendants() {
        let ptr = SyntaxNodePtr::new(&node);
        assert_eq!(ptr.to_node(&root).map(|it| it.text_range()), Some(node.text_range()), "a pointer finds its node");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn an_edit_gives_the_tree_of_a_whole_parse(mutations in prop::collection::vec(mutation(), 1..3)) {
        let (mut text, mut tree) = (SAMPLE.to_owned(), parse(SAMPLE));
        for it in &mutations {
            let edited = mutate(&text, it);
            tree = reparse(&tree, &text, &edited);
            text = edited;
            prop_assert_eq!(&tree, &parse(&text));
        }
    }

    #[test]
    fn mutated_programs_keep_the_invariants(mutations in prop::collection::vec(mutation(), 1..12)) {
        let mut text = SAMPLE.to_owned();
        for mutation in &mutations {
            text = mutate(&text, mutation);
        }
        check_invariants(&text);
    }

    #[test]
    fn fragments_in_any_order_keep_the_invariants(indices in prop::collection::vec(0..FRAGMENTS.len(), 0..60)) {
        let text: String = indices.into_iter().map(|index| FRAGMENTS[index]).collect();
        check_invariants(&text);
    }

    #[test]
    fn any_text_keeps_the_invariants(text in any::<String>()) {
        check_invariants(&text);
    }

    #[test]
    fn an_edit_leaves_pointers_elsewhere_valid(at in any::<usize>(), index in 0..FRAGMENTS.len()) {
        // A comment in the body of `check` changes the text, and nothing else's tree.
        let body = SAMPLE.find("# Prices").expect("the sample has this comment");
        let offset = body + 2 + at % 10;
        let insert: String = FRAGMENTS[index].chars().filter(|c| !matches!(c, '\n' | '\r')).collect();
        let edit = TextEdit::new(vec![Indel::insert(TextSize::new(offset as u32), insert.clone())]).expect("one edit");
        let after = edit.apply(SAMPLE).expect("the offset is in the text");
        let (before_root, after_root) = (parse(SAMPLE).syntax_node(), parse(&after).syntax_node());
        for node in before_root.descendants() {
            let ptr = SyntaxNodePtr::new(&node);
            let moved = if usize::from(node.text_range().start()) > offset {
                ptr.shifted(insert.len() as i64)
            } else if usize::from(node.text_range().end()) < offset {
                Some(ptr)
            } else {
                continue;
            };
            let found = moved.and_then(|it| it.to_node(&after_root));
            prop_assert_eq!(found.map(|it| it.text().to_string()), Some(node.text().to_string()));
        }
    }
}

/// The names of the definitions at the top level.
fn definitions(text: &str) -> Vec<String> {
    let name = |statement: Stmt| match statement {
        Stmt::FunctionDef(it) => it.name(),
        Stmt::RecordDef(it) => it.name(),
        Stmt::AgentDef(it) => it.name(),
        Stmt::WorkflowDef(it) => it.name(),
        _ => None,
    };
    parse(text).tree().stmts().filter_map(name).map(|it| it.text().to_owned()).collect()
}

#[test]
fn the_sample_is_valid() {
    assert_eq!(&**parse(SAMPLE).errors(), []);
    assert_eq!(definitions(SAMPLE).len(), 14);
}

/// What one missing character may cost: the definition it is in. A quote is the hardest case, since strings may span
/// lines: there the next definition may be lost too, never more.
#[test]
fn one_missing_character_costs_one_definition() {
    let all = definitions(SAMPLE);
    for (at, c) in SAMPLE.char_indices() {
        let mut text = SAMPLE.to_owned();
        text.remove(at);
        let left = definitions(&text);
        let lost = all.iter().filter(|name| !left.contains(name)).count();
        let line = SAMPLE[..at].matches('\n').count() + 1;
        assert!(lost <= 1, "without {c:?} of line {line}, {lost} definitions are lost");
        let errors = parse(&text).errors().len();
        assert!(errors <= 3, "without {c:?} of line {line}: {:#?}", parse(&text).errors());
    }
}

/// On average, a missing character costs well under one error: many give another valid program.
#[test]
fn one_missing_bracket_quote_or_colon_costs_about_one_error() {
    let (mut cases, mut errors) = (0, 0);
    for (at, c) in SAMPLE.char_indices() {
        if matches!(c, '(' | ')' | '[' | ']' | '{' | '}' | '"' | '\'' | ':') {
            let mut text = SAMPLE.to_owned();
            text.remove(at);
            cases += 1;
            errors += parse(&text).errors().len();
        }
    }
    assert!(errors * 100 <= cases * 125, "{errors} errors for {cases} missing characters");
}

/// `ast` is the typed view: a function's parts are found in a half-typed one too.
#[test]
fn a_half_typed_function_keeps_its_parts() {
    let parse = parse("def pick(a: int, b: str = \"x\" -> list[int]\n    return a\n");
    let Some(Stmt::FunctionDef(function)) = parse.tree().stmts().next() else { panic!("a function") };
    assert_eq!(function.name().map(|it| it.text().to_owned()).as_deref(), Some("pick"));
    let params = function.param_list().map(|it| it.params().collect::<Vec<ast::Param>>()).unwrap_or_default();
    assert_eq!(params.len(), 2);
    assert_eq!(params[1].default().map(|it| it.syntax().text().to_string()).as_deref(), Some("\"x\""));
    assert!(function.return_type().is_some());
    assert!(function.block().is_some_and(|it| it.stmts().count() == 1));
}
