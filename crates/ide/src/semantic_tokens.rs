//! What each token means, for editors that colour by meaning.

use danaide_analysis::effects::{Site, Waits, effects};
use danaide_analysis::graph::task_graphs;
use danaide_analysis::occurrence::Symbol;
use danaide_analysis::ty::{DefRef, Type};
use danaide_analysis::{
    BindingKind, Db, Expr, File, FilePath, ItemKind, NameRef, RecordKind, SymbolKind, body_of, body_source_map,
    definitions, parse,
};
use danaide_syntax::{NodeOrToken, SyntaxKind, SyntaxToken, TextRange, TextSize};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::navigation::item_kind;
use crate::semantics::{Name, names, part_ranges};

/// A token with its meaning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SemanticToken {
    pub range: TextRange,
    pub kind: TokenKind,
    pub modifiers: TokenModifiers,
}

macro_rules! token_kinds {
    ($($name:ident $text:literal,)*) => {
        /// What a token is; those of the protocol's standard where it has one.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum TokenKind { $($name,)* }

        impl TokenKind {
            pub const ALL: &[TokenKind] = &[$(TokenKind::$name,)*];

            /// The name that editors and themes know.
            pub const fn as_str(self) -> &'static str {
                match self { $(TokenKind::$name => $text,)* }
            }
        }
    };
}

token_kinds! {
    Namespace "namespace",
    Type "type",
    Class "class",
    Struct "struct",
    Interface "interface",
    Parameter "parameter",
    Variable "variable",
    Property "property",
    Function "function",
    Method "method",
    Keyword "keyword",
    Comment "comment",
    String "string",
    Number "number",
    Operator "operator",
    Decorator "decorator",
}

/// What more is known of a token, as bits in the order of [`TokenModifiers::NAMES`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct TokenModifiers(pub u32);

impl TokenModifiers {
    pub const NAMES: &[&str] =
        &["declaration", "readonly", "modification", "defaultLibrary", "documentation", "task", "pure", "suspends"];

    pub const DECLARATION: Self = Self(1);
    pub const READONLY: Self = Self(1 << 1);
    pub const MODIFICATION: Self = Self(1 << 2);
    pub const DEFAULT_LIBRARY: Self = Self(1 << 3);
    pub const DOCUMENTATION: Self = Self(1 << 4);
    /// A call that runs as a task beside what follows.
    pub const TASK: Self = Self(1 << 5);
    /// A function without effects.
    pub const PURE: Self = Self(1 << 6);
    /// A call that the program waits for.
    pub const SUSPENDS: Self = Self(1 << 7);

    fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

/// The tokens of a file in the order of the text, or those that touch a range.
pub fn semantic_tokens(db: &dyn Db, file: File, range: Option<TextRange>) -> Vec<SemanticToken> {
    let root = parse(db, file).syntax_node();
    let mut by_range: FxHashMap<TextRange, Name> = FxHashMap::default();
    for name in names(db, file) {
        if range.is_none_or(|it| it.intersect(name.range).is_some()) {
            by_range.entry(name.range).or_insert(name);
        }
    }
    let mut meanings = Meanings { db, known: FxHashMap::default() };
    let tasks = tasks(db, file, range);
    let mut out = Vec::new();
    for token in root.descendants_with_tokens().filter_map(NodeOrToken::into_token) {
        let at = token.text_range();
        if range.is_some_and(|it| it.intersect(at).is_none()) || at.is_empty() {
            continue;
        }
        if let Some(name) = by_range.get(&at) {
            let (kind, mut modifiers) = meanings.name(name);
            if tasks.contains(&at) {
                modifiers = modifiers.with(TokenModifiers::TASK);
            }
            out.push(SemanticToken { range: at, kind, modifiers });
        } else if let Some((kind, modifiers)) = plain(&token) {
            // A name in quotes, in an annotation.
            let inner = (kind == TokenKind::String && at.len() > 2.into()).then(|| {
                TextRange::new(
                    at.start() + danaide_syntax::TextSize::new(1),
                    at.end() - danaide_syntax::TextSize::new(1),
                )
            });
            match inner.and_then(|it| by_range.get(&it)) {
                Some(name) => {
                    let (kind, modifiers) = meanings.name(name);
                    out.push(SemanticToken { range: name.range, kind, modifiers });
                }
                None => out.push(SemanticToken { range: at, kind, modifiers }),
            }
        }
    }
    out
}

/// The names of what is called as a task: the program goes on beside it.
fn tasks(db: &dyn Db, file: File, range: Option<TextRange>) -> FxHashSet<TextRange> {
    let mut out = FxHashSet::default();
    for definition in definitions(db, file).iter() {
        if range.is_some_and(|it| !part_ranges(db, definition).iter().any(|part| part.intersect(it).is_some())) {
            continue;
        }
        db.unwind_if_revision_cancelled();
        let graphs = task_graphs(db, definition);
        if graphs.all.iter().all(|(_, it)| it.is_empty()) {
            continue;
        }
        let (body, map) = (body_of(db, definition), body_source_map(db, definition));
        for (_, graph) in &graphs.all {
            for task in graph.tasks().map(|it| &graph.nodes[it]).filter(|it| it.is_certain && !it.is_waited) {
                let Site::Expr(expr) = task.site else { continue };
                let callee = match &body.exprs[expr] {
                    Expr::Call(call) => call.callee,
                    _ => expr,
                };
                let name = match &body.exprs[callee] {
                    Expr::Name(NameRef::Free(name)) | Expr::Attribute { name, .. } => name,
                    Expr::Name(NameRef::Variable(variable)) => &body.variables[*variable].name,
                    _ => continue,
                };
                let Some(at) = map.expr(callee).and_then(|it| definition.absolute(db, it)) else { continue };
                let start = at.end().checked_sub(TextSize::of(name.as_str()));
                out.extend(start.map(|start| TextRange::new(start, at.end())));
            }
        }
    }
    out
}

/// What a token is by its form.
fn plain(token: &SyntaxToken) -> Option<(TokenKind, TokenModifiers)> {
    let none = TokenModifiers::default();
    Some(match token.kind() {
        SyntaxKind::COMMENT => (TokenKind::Comment, none),
        SyntaxKind::STRING
        | SyntaxKind::BYTES
        | SyntaxKind::FSTRING_START
        | SyntaxKind::FSTRING_TEXT
        | SyntaxKind::FSTRING_END => {
            let is_doc = token
                .parent()
                .and_then(|it| it.parent())
                .filter(|it| it.kind() == SyntaxKind::EXPR_STMT)
                .is_some_and(|it| it.prev_sibling().is_none());
            (TokenKind::String, if is_doc { TokenModifiers::DOCUMENTATION } else { none })
        }
        SyntaxKind::INT_NUMBER | SyntaxKind::FLOAT_NUMBER | SyntaxKind::IMAGINARY_NUMBER => (TokenKind::Number, none),
        SyntaxKind::TRUE_KW | SyntaxKind::FALSE_KW | SyntaxKind::NONE_KW => (TokenKind::Keyword, none),
        SyntaxKind::AT if token.parent().is_some_and(|it| it.kind() == SyntaxKind::DECORATOR) => {
            (TokenKind::Decorator, none)
        }
        SyntaxKind::PIPE if token.parent().is_some_and(|it| it.kind() == SyntaxKind::PIPE_EXPR) => {
            (TokenKind::Operator, none)
        }
        SyntaxKind::DOLLAR2 => (TokenKind::Parameter, TokenModifiers::READONLY),
        it if it.is_keyword() => (TokenKind::Keyword, none),
        _ => return None,
    })
}

struct Meanings<'db> {
    db: &'db dyn Db,
    known: FxHashMap<Symbol, (TokenKind, TokenModifiers)>,
}

impl Meanings<'_> {
    fn name(&mut self, name: &Name) -> (TokenKind, TokenModifiers) {
        let (kind, mut modifiers) = match self.known.get(&name.symbol) {
            Some(known) => *known,
            None => {
                let found = self.symbol(&name.symbol);
                self.known.insert(name.symbol.clone(), found);
                found
            }
        };
        if name.is_definition {
            modifiers = modifiers.with(TokenModifiers::DECLARATION);
        } else if name.access != danaide_analysis::occurrence::Access::Read && !name.is_import {
            modifiers = modifiers.with(TokenModifiers::MODIFICATION);
        }
        (kind, modifiers)
    }

    fn symbol(&self, symbol: &Symbol) -> (TokenKind, TokenModifiers) {
        let db = self.db;
        let mut modifiers = TokenModifiers::default();
        if symbol.is_library(db) {
            modifiers = modifiers.with(TokenModifiers::DEFAULT_LIBRARY);
        }
        let kind = match symbol {
            Symbol::Local { file, owner, variable } => {
                let Some(of) = definitions(db, *file).get(owner) else { return (TokenKind::Variable, modifiers) };
                let body = body_of(db, of);
                let mut bindings = body.bindings.iter().filter(|(_, it)| it.variable == *variable).map(|it| it.1.kind);
                match bindings.next() {
                    Some(BindingKind::Param) => TokenKind::Parameter,
                    Some(BindingKind::Definition) => match crate::render::nested_function(&body, *variable) {
                        Some(_) => TokenKind::Function,
                        None => TokenKind::Struct,
                    },
                    _ => TokenKind::Variable,
                }
            }
            Symbol::Item(def) => {
                modifiers = modifiers.with(self.effects(def));
                self.item(def)
            }
            Symbol::Field { .. } => TokenKind::Property,
            Symbol::Variable { file, name } => {
                let is_constant = name.chars().all(|it| it.is_uppercase() || it == '_' || it.is_numeric());
                if is_constant || matches!(file.path(db), FilePath::Library(_)) {
                    modifiers = modifiers.with(TokenModifiers::READONLY);
                }
                match danaide_analysis::infer::variable_type(db, *file, name) {
                    Type::Function(_) | Type::Closure(_) | Type::Callable(_) => TokenKind::Function,
                    _ => TokenKind::Variable,
                }
            }
            Symbol::Module(_) => TokenKind::Namespace,
            Symbol::Scoped { .. } => TokenKind::Property,
        };
        (kind, modifiers)
    }

    /// Does a call of a function wait, or do nothing beside giving a value?
    fn effects(&self, def: &DefRef) -> TokenModifiers {
        if !matches!(def.item.kind(), ItemKind::Function | ItemKind::Workflow) {
            return TokenModifiers::default();
        }
        let Some(of) = danaide_analysis::definition(self.db, def.file, &def.item) else {
            return TokenModifiers::default();
        };
        let effects = effects(self.db, of);
        match effects.waits() {
            Waits::Yes => TokenModifiers::SUSPENDS,
            Waits::No if effects.set.is_empty() && effects.touched().is_empty() => TokenModifiers::PURE,
            Waits::No | Waits::Maybe => TokenModifiers::default(),
        }
    }

    fn item(&self, def: &DefRef) -> TokenKind {
        let db = self.db;
        let is_library = matches!(def.file.path(db), FilePath::Library(_));
        match def.item.kind() {
            ItemKind::Function
                if is_library && danaide_analysis::signature::builtin_type(def.item.name()).is_some() =>
            {
                TokenKind::Type
            }
            ItemKind::Function | ItemKind::Workflow => match item_kind(db, def) {
                SymbolKind::Method => TokenKind::Method,
                _ => TokenKind::Function,
            },
            ItemKind::Record => match danaide_analysis::record::record_info(db, def).and_then(|it| it.kind) {
                Some(RecordKind::Interface) => TokenKind::Interface,
                Some(RecordKind::Struct) if !is_library => TokenKind::Struct,
                _ => TokenKind::Class,
            },
            ItemKind::Agent => TokenKind::Class,
            ItemKind::Field => TokenKind::Property,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use expect_test::{Expect, expect};

    use super::*;
    use crate::fixture::Fixture;

    fn check(text: &str, expected: Expect) {
        let fixture = Fixture::new(text);
        let mut out = String::new();
        let mut end = danaide_syntax::TextSize::new(0);
        for it in semantic_tokens(fixture.db(), fixture.file, None) {
            assert!(it.range.start() >= end, "in order, side by side");
            end = it.range.end();
            let names = TokenModifiers::NAMES.iter().enumerate().filter(|(bit, _)| it.modifiers.0 & (1 << bit) != 0);
            let modifiers: Vec<&str> = names.map(|(_, name)| *name).collect();
            let text = &fixture.file.text(fixture.db())[std::ops::Range::<usize>::from(it.range)];
            if !matches!(it.kind, TokenKind::Keyword) {
                writeln!(out, "{text:?} {} {}", it.kind.as_str(), modifiers.join(" ")).unwrap();
            }
        }
        expected.assert_eq(&out);
    }

    #[test]
    fn names() {
        check(
            "import math as m\nLIMIT = 3\ndef f(a: int, *b) -> 'P':\n    \"Doc.\"\n    c = a  # why\n    c += m.pi\n    return P(x=len(b))\nstruct P:\n    x: int = 0\n    def go(self): return self.x\n",
            expect![[r##"
                "math" namespace defaultLibrary
                "m" namespace defaultLibrary
                "LIMIT" variable readonly modification
                "3" number 
                "f" function declaration
                "a" parameter declaration
                "int" type defaultLibrary pure
                "b" parameter declaration
                "P" struct 
                "\"Doc.\"" string documentation
                "c" variable modification
                "a" parameter 
                "# why" comment 
                "c" variable modification
                "m" namespace defaultLibrary
                "pi" variable readonly defaultLibrary
                "P" struct 
                "x" property 
                "len" function defaultLibrary pure
                "b" parameter 
                "P" struct declaration
                "x" property declaration
                "int" type defaultLibrary pure
                "0" number 
                "go" method declaration pure
                "self" parameter declaration
                "self" parameter 
                "x" property 
            "##]],
        );
    }

    #[test]
    fn pipelines_and_scopes() {
        check(
            "@retry\ndef f(n) = str | print\npublic:x = 'a' | f($0$)\nagent A\ny = f'{x} b'\n"
                .replace("$0$", "$$")
                .as_str(),
            expect![[r#"
                "@" decorator 
                "retry" function defaultLibrary pure
                "f" function declaration suspends
                "n" parameter declaration
                "str" type defaultLibrary pure
                "|" operator 
                "print" function defaultLibrary
                "x" property modification
                "'a'" string 
                "|" operator 
                "f" function task suspends
                "$$" parameter readonly
                "A" class declaration
                "y" variable modification
                "f'" string 
                " b" string 
                "'" string 
            "#]],
        );
    }

    #[test]
    fn what_calls_do() {
        check(
            "def fetch(u): return reason(u)\ndef load():\n    a = fetch('a')\n    fetch('b')\n    return a\n",
            expect![[r#"
                "fetch" function declaration suspends
                "u" parameter declaration
                "reason" function defaultLibrary task suspends
                "u" parameter 
                "load" function declaration suspends
                "a" variable modification
                "fetch" function task suspends
                "'a'" string 
                "fetch" function suspends
                "'b'" string 
                "a" variable 
            "#]],
        );
        check(
            "def nap(n): sleep(n)\ndef add(a): return a + 1\ndef note(x): log(x)\nadd(1)\nnap(1)\nnote(2)\n",
            expect![[r#"
                "nap" function declaration suspends
                "n" parameter declaration
                "sleep" function defaultLibrary suspends
                "n" parameter 
                "add" function declaration pure
                "a" parameter declaration
                "a" parameter 
                "1" number 
                "note" function declaration
                "x" parameter declaration
                "log" function defaultLibrary
                "x" parameter 
                "add" function pure
                "1" number 
                "nap" function suspends
                "1" number 
                "note" function 
                "2" number 
            "#]],
        );
    }

    #[test]
    fn a_range() {
        let fixture = Fixture::new("a = 1\nb = a\nc = b\n");
        let range = TextRange::new(6.into(), 11.into());
        let all = semantic_tokens(fixture.db(), fixture.file, Some(range));
        assert_eq!(all.len(), 2);
    }
}
