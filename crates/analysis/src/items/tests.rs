//! What the item tree of small files holds.

use std::fmt::Write as _;

use expect_test::{Expect, expect};

use super::*;
use crate::{AnalysisHost, FilePath, MemoryFileSystem};

fn render_callable(it: &Callable) -> String {
    let parameter = |it: &Parameter| {
        let mark = match it.kind {
            ParamKind::Normal | ParamKind::Mark => "",
            ParamKind::Rest => "*",
            ParamKind::Named => "**",
        };
        let ty = it.ty.as_ref().map(|it| format!(": {it}")).unwrap_or_default();
        let default = it.default.as_ref().map(|it| format!(" = {it}")).unwrap_or_default();
        format!("{mark}{}{ty}{default}", it.name)
    };
    let params: Vec<String> = it.params.iter().map(parameter).collect();
    let mut out = format!("{:?} ({})", it.form, params.join(", "));
    if let Some(ty) = &it.return_type {
        out.push_str(&format!(" -> {ty}"));
    }
    if let Some(receiver) = &it.receiver {
        out.push_str(&format!(" on {}", parameter(receiver)));
    }
    if it.is_sync {
        out.push_str(" sync");
    }
    for decorator in &it.decorators {
        out.push_str(&format!(" @{decorator}"));
    }
    out
}

fn check(text: &str, expected: Expect) {
    let host = AnalysisHost::new(MemoryFileSystem::from_files([("/a.na", text)]));
    let tree = item_tree(host.db(), host.file(&FilePath::disk("/a.na")));
    let mut out = String::new();
    for item in &tree.items {
        let depth = std::iter::successors(item.id.parent(), |it| it.parent()).count();
        let number = match item.id.disambiguator() {
            0 => String::new(),
            n => format!("#{n}"),
        };
        write!(out, "{:1$}{2}{number}: ", "", depth * 2, item.name()).unwrap();
        match &item.data {
            ItemData::Callable(it) => writeln!(out, "{}", render_callable(it)),
            ItemData::Record(it) => writeln!(out, "{:?} {:?} {:?}", it.kind, it.bases, it.embeds),
            ItemData::Agent(it) => writeln!(out, "Agent {:?} blueprint={}", it.bases, it.is_blueprint),
            ItemData::Field(it) => writeln!(out, "Field {:?} = {:?}", it.ty, it.default),
        }
        .unwrap();
    }
    for it in &tree.imports {
        writeln!(out, "import {}{} {:?}", ".".repeat(it.dots), it.path.join("."), it.imported).unwrap();
    }
    if !tree.exports.is_empty() {
        writeln!(out, "export {}", tree.exports.join(", ")).unwrap();
    }
    for it in &tree.assigned {
        writeln!(out, "{}: {:?}", it.name, it.ty).unwrap();
    }
    expected.assert_eq(&out);
}

#[test]
fn functions() {
    check(
        r#"
@retry(attempts=3,  # twice more
       backoff=2.0)
sync def f(a: int, *, b: dict[str,int] | None = {"x": 1}, *rest, **named) -> str:
    def inner(): pass
    return a
def (self: Point | Line) area() -> float: return 0.0
def p(x) = g | h(2, $$)
def f(): pass
workflow w(x: int) -> str = f | g
"#,
        expect![[r#"
            f: Block (a: int, *, b: dict[str,int] | None = {"x": 1}, *rest, **named) -> str sync @retry(attempts=3, backoff=2.0)
            area: Block () -> float on self: Point | Line
            p: Pipeline (x)
            f#1: Block ()
            w: Pipeline (x: int) -> str
        "#]],
    );
}

#[test]
fn records() {
    check(
        r#"
struct Point:
    """A point."""
    x: int = 0
    y: int = 0
    def norm(self) -> float:
        return 1.0
interface Shape:
    Drawable
    area() -> float
    scale(by: float)
resource Wiki(Base):
    url = "http://x"
agent_blueprint Helper:
    name: str = "h"
workflow Flow:
    name: str = "f"
agent Solo
agent Old:
    name: str = "x"
agent New(Helper):
    name = "y"
    config:
        depth = 2
"#,
        expect![[r#"
            Point: Struct [] []
              x: Field Some("int") = Some("0")
              y: Field Some("int") = Some("0")
              norm: Block (self) -> float
            Shape: Interface [] ["Drawable"]
              area: Signature () -> float
              scale: Signature (by: float)
            Wiki: Resource ["Base"] []
              url: Field None = Some("\"http://x\"")
            Helper: AgentBlueprint [] []
              name: Field Some("str") = Some("\"h\"")
            Flow: Workflow [] []
              name: Field Some("str") = Some("\"f\"")
            Solo: Agent [] blueprint=false
            Old: Agent [] blueprint=true
              name: Field Some("str") = Some("\"x\"")
            New: Agent ["Helper"] blueprint=false
              name: Field None = Some("\"y\"")
              config: Field None = None
                depth: Field None = Some("2")
        "#]],
    );
}

#[test]
fn names() {
    check(
        r#"
import a.b as c, d
from ..pkg import x as y, z
from . import *
export f, g
n: int = 1
a, (b, *c), d.e, f[0] = v
n = 2
private:hidden = 3
for i, j in pairs:
    k = i
with open(x) as handle: pass
if n:
    def conditional(): pass
else:
    def conditional(): pass
    only = 1
"#,
        expect![[r#"
            conditional: Block ()
            conditional#1: Block ()
            import a.b Module { alias: Some("c") }
            import d Module { alias: None }
            import ..pkg Names([ImportedName { name: "x", alias: Some("y") }, ImportedName { name: "z", alias: None }])
            import . All
            export f, g
            n: Some("int")
            a: None
            b: None
            c: None
            i: None
            j: None
            k: None
            handle: None
            only: None
        "#]],
    );
}

#[test]
fn half_typed() {
    check(
        "def \ndef f(\nstruct \n\ndef g(): pass\n",
        expect![[r#"
        : Block ()
        f: Block (struct)
        g: Block ()
    "#]],
    );
}
