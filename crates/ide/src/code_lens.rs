//! Lines above definitions: run, test, show the graph, how many references there are.

use danaide_analysis::{Db, File, Item, ItemData, ItemKind, item_tree};
use danaide_syntax::TextRange;

use crate::navigation::item_target;
use crate::search::usages;
use danaide_analysis::occurrence::Symbol;
use danaide_analysis::ty::DefRef;

/// Something to do with a definition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodeLens {
    /// The name of the definition.
    pub range: TextRange,
    /// What it is called in its file.
    pub name: String,
    pub kind: LensKind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LensKind {
    /// Runs the file, or calls the workflow.
    Run,
    /// Calls the test.
    Test,
    /// Shows the task graph.
    Graph,
    /// How many references there are; counted when it is resolved.
    References,
}

impl LensKind {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Run => "run",
            Self::Test => "test",
            Self::Graph => "graph",
            Self::References => "references",
        }
    }

    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Run, Self::Test, Self::Graph, Self::References].into_iter().find(|it| it.as_str() == name)
    }
}

/// The lenses of a file in the order of the text. References are not counted yet.
pub fn code_lenses(db: &dyn Db, file: File) -> Vec<CodeLens> {
    let mut out = Vec::new();
    let tree = item_tree(db, file);
    for item in tree.top_level() {
        let def = DefRef { file, item: item.id.clone() };
        let Some(target) = item_target(db, &def).filter(|_| !item.name().is_empty()) else { continue };
        for kind in kinds(item) {
            out.push(CodeLens { range: target.name_range, name: item.name().to_string(), kind: *kind });
        }
    }
    out.sort_by_key(|it| it.range.start());
    out
}

fn kinds(item: &Item) -> &'static [LensKind] {
    use LensKind::{Graph, References, Run, Test};
    let name = item.name().as_str();
    match (&item.data, item.id.kind()) {
        (ItemData::Callable(_), ItemKind::Workflow) => &[Run, Graph, References],
        (ItemData::Callable(callable), _) if callable.receiver.is_none() => {
            let needs_nothing =
                callable.params.iter().all(|it| it.default.is_some() || it.name == "*" || it.name == "/");
            match () {
                () if name == "__main__" => &[Run, Graph],
                () if name.starts_with("test_") && needs_nothing => &[Test, Graph],
                () if callable.form == danaide_analysis::CallableForm::Pipeline => &[Run, Graph, References],
                () => &[References],
            }
        }
        (ItemData::Callable(_) | ItemData::Record(_) | ItemData::Agent(_), _) => &[References],
        (ItemData::Field(_), _) => &[],
    }
}

/// The places that name the definition with a lens. Looks at the whole workspace.
pub fn lens_references(db: &dyn Db, file: File, range: TextRange) -> Vec<(File, TextRange)> {
    let names = crate::semantics::names_at(db, file, range.start());
    let Some(name) = names.into_iter().find(|it| it.is_definition && matches!(it.symbol, Symbol::Item(_))) else {
        return Vec::new();
    };
    let all = usages(db, &name.symbol).into_iter().filter(|it| !it.is_definition);
    all.map(|it| (it.file, it.range)).collect()
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
        for it in code_lenses(fixture.db(), fixture.file) {
            write!(out, "{:?} {}", it.kind, it.name).unwrap();
            if it.kind == LensKind::References {
                write!(out, " {}", lens_references(fixture.db(), fixture.file, it.range).len()).unwrap();
            }
            writeln!(out).unwrap();
        }
        expected.assert_eq(&out);
    }

    #[test]
    fn lenses_above_definitions() {
        check(
            "//- /a.na\nfrom main import helper\nhelper(1)\n//- /main.na\nworkflow w = str | print\ndef helper(n): return n\ndef flow(n) = str | helper\nstruct P:\n    x: int\ndef test_it(): assert helper(1)\ndef test_not(n): pass\ndef __main__():\n    w(P(x=1))$0\n",
            expect![[r#"
                Run w
                Graph w
                References w 1
                References helper 4
                Run flow
                Graph flow
                References flow 0
                References P 1
                Test test_it
                Graph test_it
                References test_not 0
                Run __main__
                Graph __main__
            "#]],
        );
    }
}
