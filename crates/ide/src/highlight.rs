//! The places in a file that mean the same as the one at an offset, and whether they read or write.

use danaide_analysis::occurrence::Access;
use danaide_analysis::{Db, File};
use danaide_syntax::{TextRange, TextSize};

use crate::search::usages_in;
use crate::semantics::names_at;

/// A place to highlight.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Highlight {
    pub range: TextRange,
    pub access: Access,
}

/// The names in the file that stand for what the name at an offset stands for.
pub fn highlights(db: &dyn Db, file: File, offset: TextSize) -> Vec<Highlight> {
    let mut out: Vec<Highlight> = Vec::new();
    for name in names_at(db, file, offset) {
        for it in usages_in(db, &name.symbol, file) {
            out.push(Highlight { range: it.range, access: it.access });
        }
    }
    out.sort_by_key(|it| it.range.start());
    out.dedup_by_key(|it| it.range);
    out
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
        for it in highlights(fixture.db(), fixture.file, fixture.offset) {
            writeln!(out, "{:?} {}", it.access, fixture.place(fixture.file, it.range)).unwrap();
        }
        expected.assert_eq(&out);
    }

    #[test]
    fn reads_and_writes() {
        check(
            "def f(n):\n    total = 0\n    total += n\n    return tot$0al\ntotal = 5\n",
            expect![[r#"
            Write /main.na:2     «total» = 0
            ReadWrite /main.na:3     «total» += n
            Read /main.na:4     return «total»
        "#]],
        );
    }

    #[test]
    fn scoped_variables() {
        check(
            "private:n = 1\nn = 2\ndef f():\n    private:n += 1\n    return private:$0n + public:n\n",
            expect![[r#"
            Write /main.na:1 private:«n» = 1
            ReadWrite /main.na:4     private:«n» += 1
            Read /main.na:5     return private:«n» + public:n
        "#]],
        );
    }

    #[test]
    fn modules_and_their_names() {
        check(
            "import math as m\nm$0.sqrt(m.pi)\n",
            expect![[r#"
            Read /main.na:1 import «math» as m
            Write /main.na:1 import math as «m»
            Read /main.na:2 «m».sqrt(m.pi)
            Read /main.na:2 m.sqrt(«m».pi)
        "#]],
        );
    }

    #[test]
    fn not_in_strings_and_comments() {
        check(
            "name$0 = 1  # name\nprint('name', f'name {name}')\n",
            expect![[r#"
            Write /main.na:1 «name» = 1  # name
            Read /main.na:2 print('name', f'name {«name»}')
        "#]],
        );
    }
}
