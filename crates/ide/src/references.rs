//! All references to what the name at an offset stands for.

use danaide_analysis::occurrence::Access;
use danaide_analysis::{Db, File};
use danaide_syntax::{TextRange, TextSize};

use crate::navigation::definitions_of;
use crate::search::usages;
use crate::semantics::names_at;

/// A place that names something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference {
    pub file: File,
    pub range: TextRange,
    pub access: Access,
}

/// The references, sorted by path and offset. Looks at the whole workspace for what can be seen from other files.
pub fn references(db: &dyn Db, file: File, offset: TextSize, include_definition: bool) -> Vec<Reference> {
    let mut out: Vec<Reference> = Vec::new();
    for name in names_at(db, file, offset) {
        let targets = definitions_of(db, &name.symbol, file);
        for it in usages(db, &name.symbol) {
            let is_definition = it.is_definition
                || targets.iter().any(|target| (target.file, target.name_range) == (it.file, it.range));
            if include_definition || !is_definition {
                out.push(Reference { file: it.file, range: it.range, access: it.access });
            }
        }
    }
    out.sort_by(|a, b| a.file.path(db).cmp(b.file.path(db)).then(a.range.start().cmp(&b.range.start())));
    out.dedup_by_key(|it| (it.file, it.range));
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
        for it in references(fixture.db(), fixture.file, fixture.offset, true) {
            writeln!(out, "{}", fixture.place(it.file, it.range)).unwrap();
        }
        expected.assert_eq(&out);
    }

    #[test]
    fn functions_across_files() {
        check(
            "//- /lib.na\ndef hel$0per(n): return n\nexport helper\n//- /a.na\nfrom lib import helper as h\nh(1)\n//- /b.na\nimport lib\nlib.helper(2)\n//- /c.na\nfrom lib import *\nhelper(3)\n//- /d.na\ndef helper(): pass\nhelper()\n//- /e.na\nfrom a import h\nh(5)\n",
            expect![[r#"
                /a.na:1 from lib import «helper» as h
                /a.na:1 from lib import helper as «h»
                /a.na:2 «h»(1)
                /b.na:2 lib.«helper»(2)
                /c.na:2 «helper»(3)
                /e.na:1 from a import «h»
                /e.na:2 «h»(5)
                /lib.na:1 def «helper»(n): return n
                /lib.na:2 export «helper»
            "#]],
        );
    }

    #[test]
    fn fields_and_keyword_arguments() {
        check(
            "//- /lib.na\nstruct Point:\n    x$0: int = 0\n    def go(self): self.x += 1\n//- /a.na\nfrom lib import Point\np = Point(x=1)\nprint(p.x)\nx = 3\nq = p\nq.x = x\n",
            expect![[r#"
                /a.na:2 p = Point(«x»=1)
                /a.na:3 print(p.«x»)
                /a.na:6 q.«x» = x
                /lib.na:2     «x»: int = 0
                /lib.na:3     def go(self): self.«x» += 1
            "#]],
        );
    }

    #[test]
    fn methods_by_receiver() {
        check(
            "struct A:\n    n: int\ndef (self: A) run$0(): return 1\nstruct B:\n    n: int\ndef (self: B) run(): return 2\na = A(n=1)\nb = B(n=1)\na.run()\nb.run()\n[it.run() for it in [A(n=2)]]\n",
            expect![[r#"
                /main.na:3 def (self: A) «run»(): return 1
                /main.na:9 a.«run»()
                /main.na:11 [it.«run»() for it in [A(n=2)]]
            "#]],
        );
    }

    #[test]
    fn overridden_members_belong_together() {
        check(
            "struct Base:\n    def go(self): return 1\nstruct Sub(Base):\n    def go$0(self): return 2\nBase().go()\nSub().go()\n",
            expect![[r#"
                /main.na:2     def «go»(self): return 1
                /main.na:4     def «go»(self): return 2
                /main.na:5 Base().«go»()
                /main.na:6 Sub().«go»()
            "#]],
        );
    }

    #[test]
    fn parameters_and_keywords() {
        check(
            "//- /lib.na\ndef f(size$0, n): return size\n//- /a.na\nimport lib\nsize = 1\nlib.f(size=size, n=2)\n",
            expect![[r#"
            /a.na:3 lib.f(«size»=size, n=2)
            /lib.na:1 def f(«size», n): return size
            /lib.na:1 def f(size, n): return «size»
        "#]],
        );
    }

    #[test]
    fn scoped_variables_are_shared() {
        check(
            "//- /a.na\npublic:total = 1\n//- /b.na\ndef f(): return public:$0total\ntotal = 2\nprivate:total = 3\n",
            expect![[r#"
            /a.na:1 public:«total» = 1
            /b.na:1 def f(): return public:«total»
        "#]],
        );
    }

    #[test]
    fn globals_and_shadows() {
        check(
            "count$0 = 0\ndef up():\n    global count\n    count += 1\ndef other():\n    count = 5\n    return count\n",
            expect![[r#"
            /main.na:1 «count» = 0
            /main.na:3     global «count»
            /main.na:4     «count» += 1
        "#]],
        );
    }

    #[test]
    fn modules() {
        check(
            "//- /lib.na\nx = 1\n//- /a.na\nimport li$0b\nprint(lib.x)\n//- /b.na\nfrom lib import x\n",
            expect![[r#"
            /a.na:1 import «lib»
            /a.na:2 print(«lib».x)
            /b.na:1 from «lib» import x
        "#]],
        );
    }
}
