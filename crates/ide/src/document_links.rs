//! Links from imports to the files they mean, and from addresses in texts and comments.

use danaide_analysis::ty::ModuleType;
use danaide_analysis::{Db, File, parse};
use danaide_syntax::ast::{self, AstNode};
use danaide_syntax::{NodeOrToken, SyntaxKind, TextRange, TextSize};
use smol_str::SmolStr;

/// A part of the text that leads somewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentLink {
    pub range: TextRange,
    pub target: LinkTarget,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LinkTarget {
    File(File),
    /// An address on the web, as it is written.
    Web(String),
}

/// The links of a file in the order of the text.
pub fn document_links(db: &dyn Db, file: File) -> Vec<DocumentLink> {
    let root = parse(db, file).syntax_node();
    let mut out = Vec::new();
    for element in root.descendants_with_tokens() {
        match element {
            NodeOrToken::Node(node) => {
                let Some(path) = ast::ModulePath::cast(node) else { continue };
                let names: Vec<SmolStr> = path.idents().map(|it| SmolStr::new(it.text())).collect();
                let module = danaide_analysis::scope::import_target(db, file, path.leading_dots(), &names);
                if let Some(target) = module.as_ref().and_then(ModuleType::file) {
                    out.push(DocumentLink { range: path.range(), target: LinkTarget::File(target) });
                }
            }
            NodeOrToken::Token(token) => {
                if matches!(token.kind(), SyntaxKind::STRING | SyntaxKind::COMMENT | SyntaxKind::FSTRING_TEXT) {
                    web(token.text(), token.text_range().start(), &mut out);
                }
            }
        }
    }
    out
}

fn web(text: &str, start: TextSize, out: &mut Vec<DocumentLink>) {
    let mut from = 0;
    while let Some(at) = ["https://", "http://"].iter().filter_map(|it| text[from..].find(it)).min() {
        let at = from + at;
        let rest = &text[at..];
        let end = rest
            .find(|it: char| it.is_whitespace() || matches!(it, '"' | '\'' | '<' | '>' | '`' | '\\' | '{' | '}'))
            .unwrap_or(rest.len());
        let address = rest[..end].trim_end_matches(['.', ',', ';', ':', '!', '?', ')', ']']);
        // More than the scheme.
        if address.len() > address.find("//").map_or(0, |it| it + 2) {
            let begin = start + TextSize::new(u32::try_from(at).unwrap_or(u32::MAX));
            out.push(DocumentLink {
                range: TextRange::at(begin, TextSize::of(address)),
                target: LinkTarget::Web(address.to_owned()),
            });
        }
        from = at + end.max(1);
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use expect_test::expect;

    use super::*;
    use crate::fixture::Fixture;

    #[test]
    fn imports_and_addresses() {
        let fixture = Fixture::new(
            "//- /lib/util.na\nx = 1\n//- /main.na\nimport lib.util as u, math, nowhere\nfrom .lib.util import x$0\n# see https://a.example/b?c=1.\ny = 'http://x.example/é (https://)'\n",
        );
        let mut out = String::new();
        for it in document_links(fixture.db(), fixture.file) {
            let target = match it.target {
                LinkTarget::File(file) => file.path(fixture.db()).to_string(),
                LinkTarget::Web(address) => address,
            };
            writeln!(out, "{} → {target}", &fixture.file.text(fixture.db())[std::ops::Range::<usize>::from(it.range)])
                .unwrap();
        }
        expect![[r#"
            lib.util → /lib/util.na
            math → library/math.na
            .lib.util → /lib/util.na
            https://a.example/b?c=1 → https://a.example/b?c=1
            http://x.example/é → http://x.example/é
        "#]]
        .assert_eq(&out);
    }
}
