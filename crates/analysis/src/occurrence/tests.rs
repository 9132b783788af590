//! What names stand for in small programs.

use std::fmt::Write as _;

use expect_test::{Expect, expect};

use super::*;
use crate::{AnalysisHost, FilePath, MemoryFileSystem, definitions};

fn check(text: &str, expected: Expect) {
    let other = "def helper(n: int) -> int:\n    return n\nlimit = 3\n";
    let host = AnalysisHost::new(MemoryFileSystem::from_files([("/a.na", text), ("/other.na", other)]));
    let db = host.db();
    let file = host.file(&FilePath::disk("/a.na"));
    let mut all = Vec::new();
    for definition in definitions(db, file).iter() {
        for it in occurrences(db, definition).iter() {
            let Some(range) = definition.absolute(db, it.place) else { continue };
            let symbol = match &it.symbol {
                Symbol::Local { owner: Owner::Item(item), .. } => format!("local of {}", item.name()),
                Symbol::Local { .. } => "local".to_owned(),
                Symbol::Item(def) => format!("item {}:{}", def.file.path(db), def.item.name()),
                Symbol::Field { record, name } => format!("field {}.{name}", record.item.name()),
                Symbol::Variable { file, name } => format!("variable {}:{name}", file.path(db)),
                Symbol::Module(module) => format!("module {}", module_name(db, module)),
                Symbol::Scoped { scope, name } => format!("{}:{name}", scope.as_str()),
            };
            let mark = if it.is_definition { " definition" } else { "" };
            all.push((range, format!("{} {:?}{mark} {symbol}", &text[range], it.access)));
        }
    }
    all.sort_by_key(|it| (it.0.start(), it.0.end()));
    let mut out = String::new();
    for (range, line) in all {
        writeln!(out, "{:?} {line}", range.start()).unwrap();
    }
    expected.assert_eq(&out);
}

#[test]
fn names_of_a_function() {
    check(
        "def f(a, b=1):\n    c = a\n    c += b\n    print(f'{c}')\nx = f(1, b=2)\n",
        expect![[r#"
            4 f Write definition item /a.na:f
            6 a Write definition local of f
            9 b Write definition local of f
            19 c Write local of f
            23 a Read local of f
            29 c ReadWrite local of f
            34 b Read local of f
            40 print Read item library/builtins.na:print
            49 c Read local of f
            54 x Write variable /a.na:x
            58 f Read item /a.na:f
            63 b Read local of f
        "#]],
    );
}

#[test]
fn imports_and_attributes() {
    check(
        "import other as o\nfrom other import helper as h, limit\nh(n=limit)\no.helper(o.limit)\n",
        expect![[r#"
            7 other Read module other
            16 o Write module other
            23 other Read module other
            36 helper Read item /other.na:helper
            46 h Write item /other.na:helper
            49 limit Read variable /other.na:limit
            55 h Read item /other.na:helper
            57 n Read local of helper
            59 limit Read variable /other.na:limit
            66 o Read module other
            68 helper Read item /other.na:helper
            75 o Read module other
            77 limit Read variable /other.na:limit
        "#]],
    );
}

#[test]
fn records() {
    check(
        "struct P:\n    x: int = 0\n    def up(self, by: int):\n        self.x += by\ndef (self: P) twice() -> P:\n    return P(x=self.x)\np = P(x=1)\np.up(by=2)\np.twice().x\n'a'.upper()\n",
        expect![[r#"
            7 P Write definition item /a.na:P
            14 x Write definition field P.x
            17 int Read item library/types/int.na:int
            33 up Write definition item /a.na:up
            36 self Write definition local of up
            42 by Write definition local of up
            46 int Read item library/types/int.na:int
            60 self Read local of up
            65 x ReadWrite field P.x
            70 by Read local of up
            78 self Write definition local of twice
            84 P Read item /a.na:P
            87 twice Write definition item /a.na:twice
            98 P Read item /a.na:P
            112 P Read item /a.na:P
            114 x Read field P.x
            116 self Read local of twice
            121 x Read field P.x
            124 p Write variable /a.na:p
            128 P Read item /a.na:P
            130 x Read field P.x
            135 p Read variable /a.na:p
            137 up Read item /a.na:up
            140 by Read local of up
            146 p Read variable /a.na:p
            148 twice Read item /a.na:twice
            156 x Read field P.x
            162 upper Read item library/types/str.na:upper
        "#]],
    );
}

#[test]
fn scopes() {
    check(
        "public:total = 1\ndef f() -> 'P':\n    global n\n    n = public:total\nstruct P:\n    y: int\n",
        expect![[r#"
            7 total Write public:total
            21 f Write definition item /a.na:f
            29 P Read item /a.na:P
            44 n Read variable /a.na:n
            50 n Write variable /a.na:n
            61 total Read public:total
            74 P Write definition item /a.na:P
            81 y Write definition field P.y
            84 int Read item library/types/int.na:int
        "#]],
    );
}
