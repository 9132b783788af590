//! Definitions of the whole workspace by name.

use danaide_analysis::{Db, File, FileSymbol, SymbolKind, file_symbols, workspace_files};
use danaide_syntax::TextRange;

/// A definition that fits what was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkspaceSymbol {
    pub file: File,
    pub range: TextRange,
    pub name: String,
    pub kind: SymbolKind,
    /// What it stands in.
    pub container: Option<String>,
}

/// How many are given.
const MOST: usize = 500;

/// The definitions whose names have the letters of a query in this order, the best first. Looks at the whole workspace.
pub fn workspace_symbols(db: &dyn Db, query: &str) -> Vec<WorkspaceSymbol> {
    let query: Vec<char> = query.chars().filter(|it| !it.is_whitespace()).flat_map(char::to_lowercase).collect();
    let mut found: Vec<(u32, WorkspaceSymbol)> = Vec::new();
    for file in workspace_files(db) {
        db.unwind_if_revision_cancelled();
        collect(file, &file_symbols(db, file), None, &query, &mut found);
    }
    found.sort_by(|(a_score, a), (b_score, b)| {
        let key = |it: &WorkspaceSymbol| (it.name.len(), it.name.clone());
        a_score
            .cmp(b_score)
            .then_with(|| key(a).cmp(&key(b)))
            .then_with(|| a.file.path(db).cmp(b.file.path(db)))
            .then_with(|| a.range.start().cmp(&b.range.start()))
    });
    found.truncate(MOST);
    found.into_iter().map(|it| it.1).collect()
}

fn collect(
    file: File,
    symbols: &[FileSymbol],
    container: Option<&str>,
    query: &[char],
    out: &mut Vec<(u32, WorkspaceSymbol)>,
) {
    for it in symbols {
        if let Some(score) = score(query, &it.name) {
            out.push((
                score,
                WorkspaceSymbol {
                    file,
                    range: it.selection_range,
                    name: it.name.clone(),
                    kind: it.kind,
                    container: container.map(str::to_owned),
                },
            ));
        }
        collect(file, &it.children, Some(&it.name), query, out);
    }
}

/// How far a name is from a query: less is better, none if a letter is missing. Letters side by side and at the beginning of
/// words count for it.
fn score(query: &[char], name: &str) -> Option<u32> {
    let letters: Vec<char> = name.chars().collect();
    let mut score = 0;
    let mut at = 0;
    let mut last: Option<usize> = None;
    for wanted in query {
        let found = (at..letters.len()).find(|it| letters[*it].to_lowercase().next() == Some(*wanted))?;
        let begins = found == 0
            || letters[found - 1] == '_'
            || (letters[found].is_uppercase() && letters[found - 1].is_lowercase());
        score += match last {
            Some(last) if last + 1 == found => 0,
            _ if begins => 1,
            _ => 4,
        };
        if last.is_none() && found > 0 {
            score += 2;
        }
        last = Some(found);
        at = found + 1;
    }
    Some(score)
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use expect_test::{Expect, expect};

    use super::*;
    use crate::fixture::Fixture;

    fn check(query: &str, expected: Expect) {
        let fixture = Fixture::new(
            "//- /a.na\nstruct GraphNode:\n    name: str\n    def get_name(self): return 1\ndef parse_graph(): pass\n//- /b.na\nworkflow graph = str | print\nlimit = 1\nagent Gina\n",
        );
        let mut out = String::new();
        for it in workspace_symbols(fixture.db(), query) {
            let container = it.container.map(|it| format!(" in {it}")).unwrap_or_default();
            writeln!(out, "{:?} {}{container}", it.kind, fixture.place(it.file, it.range)).unwrap();
        }
        expected.assert_eq(&out);
    }

    #[test]
    fn the_best_come_first() {
        check(
            "graph",
            expect![[r#"
            Workflow /b.na:1 workflow «graph» = str | print
            Struct /a.na:1 struct «GraphNode»:
            Function /a.na:4 def «parse_graph»(): pass
        "#]],
        );
        check(
            "gn",
            expect![[r#"
            Method /a.na:3     def «get_name»(self): return 1 in GraphNode
            Struct /a.na:1 struct «GraphNode»:
            Agent /b.na:3 agent «Gina»
        "#]],
        );
        check("xyz", expect![[""]]);
        check(
            "",
            expect![[r#"
            Agent /b.na:3 agent «Gina»
            Field /a.na:2     «name»: str in GraphNode
            Workflow /b.na:1 workflow «graph» = str | print
            Variable /b.na:2 «limit» = 1
            Method /a.na:3     def «get_name»(self): return 1 in GraphNode
            Struct /a.na:1 struct «GraphNode»:
            Function /a.na:4 def «parse_graph»(): pass
        "#]],
        );
    }
}
