//! The signature of the function whose arguments are being written.

use danaide_analysis::{Db, File, parse};
use danaide_syntax::TextSize;

use crate::calls::{active_call, active_parameter, signatures};

/// What can be called here, the most likely first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignatureHelp {
    pub signatures: Vec<SignatureInfo>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignatureInfo {
    /// `f(a: int, b: str = "x") -> bool`.
    pub label: String,
    /// Where each parameter stands in the label, in bytes.
    pub parameters: Vec<(usize, usize)>,
    /// The parameter that is being written, by its number.
    pub active: Option<usize>,
    /// Markdown.
    pub documentation: String,
}

/// The signatures of the innermost call around an offset. In a pipeline the first argument is there already: the piped
/// value.
pub fn signature_help(db: &dyn Db, file: File, offset: TextSize) -> Option<SignatureHelp> {
    let root = parse(db, file).syntax_node();
    let call = active_call(db, file, &root, offset)?;
    let all = signatures(db, &call.info);
    let signatures: Vec<SignatureInfo> = all
        .iter()
        .map(|it| {
            let mut label = format!("{}(", it.name);
            let mut parameters = Vec::new();
            for (index, param) in it.params.iter().enumerate() {
                if index > 0 {
                    label.push_str(", ");
                }
                let start = label.len();
                label.push_str(&param.label);
                parameters.push((start, label.len()));
            }
            label.push(')');
            if let Some(result) = &it.result {
                label.push_str(" -> ");
                label.push_str(result);
            }
            let mut documentation = it.documentation.clone();
            if it.is_piped {
                let note = "The piped value is the first argument.";
                documentation =
                    if documentation.is_empty() { note.to_owned() } else { format!("{note}\n\n{documentation}") };
            }
            SignatureInfo { label, parameters, active: active_parameter(it, &call), documentation }
        })
        .collect();
    (!signatures.is_empty()).then_some(SignatureHelp { signatures })
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
        for it in signature_help(fixture.db(), fixture.file, fixture.offset).into_iter().flat_map(|it| it.signatures) {
            let mut label = it.label.clone();
            if let Some((start, end)) = it.active.map(|at| it.parameters[at]) {
                label.insert(end, '»');
                label.insert(start, '«');
            }
            writeln!(out, "{label}").unwrap();
            if let Some(first) = it.documentation.lines().next() {
                writeln!(out, "    {first}").unwrap();
            }
        }
        expected.assert_eq(&out);
    }

    const F: &str =
        "def f(a: int, b: str = 'x', *rest, flag=true) -> bool:\n    \"\"\"Does it.\"\"\"\n    return flag\n";

    #[test]
    fn arguments_by_position_and_name() {
        check(
            &format!("{F}f($0)\n"),
            expect![[r#"
            f(«a: int», b: str = 'x', *rest, flag=true) -> bool
                Does it.
        "#]],
        );
        check(
            &format!("{F}f(1, $0\n"),
            expect![[r#"
            f(a: int, «b: str = 'x'», *rest, flag=true) -> bool
                Does it.
        "#]],
        );
        check(
            &format!("{F}f(1, 2, 3, $0)\n"),
            expect![[r#"
            f(a: int, b: str = 'x', «*rest», flag=true) -> bool
                Does it.
        "#]],
        );
        check(
            &format!("{F}f(1, flag=$0)\n"),
            expect![[r#"
            f(a: int, b: str = 'x', *rest, «flag=true») -> bool
                Does it.
        "#]],
        );
        check(
            &format!("{F}f(b='x', $0)\n"),
            expect![[r#"
                f(«a: int», b: str = 'x', *rest, flag=true) -> bool
                    Does it.
            "#]],
        );
        check(&format!("{F}f(1)$0\n"), expect![[""]]);
    }

    #[test]
    fn in_a_pipeline_the_first_is_there() {
        check(
            &format!("{F}x = 1 | f($0)\n"),
            expect![[r#"
            f(a: int, «b: str = 'x'», *rest, flag=true) -> bool
                The piped value is the first argument.
        "#]],
        );
        check(
            &format!("{F}def g(n: int) = str | f($0)\n"),
            expect![[r#"
            f(a: int, «b: str = 'x'», *rest, flag=true) -> bool
                The piped value is the first argument.
        "#]],
        );
    }

    #[test]
    fn methods_records_and_the_library() {
        check(
            "'a'.replace('b', $0)\n",
            expect![[r#"
            replace(old: str, «new: str», count: int = -1, /) -> str
                The text with `old` replaced by `new`, at most `count` times if that is not negative.
        "#]],
        );
        check(
            "struct P:\n    x: int\n    y: int = 0\nP(x=1, $0)\n",
            expect![[r#"
                P(x: int, «y: int = …»)
            "#]],
        );
        check(
            "struct P:\n    def go(self, by: int): pass\nP().go($0)\n",
            expect![[r#"
            go(«by: int») -> None
        "#]],
        );
        check(
            "print(range($0))\n",
            expect![[r#"
            range(«start: int», stop: int = ..., step: int = 1, /) -> range
                The ints from `start` up to but not including `stop`, `step` apart.
        "#]],
        );
        check(
            "@retry($0)\ndef f(): pass\n",
            expect![[r#"
            retry(«attempts: any = 3», backoff: float = 2.0, initial: float = 0.5, max_delay: float = 30.0, jitter: bool = True, on: list | None = None, fallback: any = None) -> any
                A decorator that calls the function again when it fails: `@retry`, or `@retry(attempts=5)`.
        "#]],
        );
    }

    #[test]
    fn half_typed() {
        check(
            &format!("{F}def g():\n    x = f(1,$0\n    return x\n"),
            expect![[r#"
            f(a: int, «b: str = 'x'», *rest, flag=true) -> bool
                Does it.
        "#]],
        );
        check(
            &format!("{F}f([1, 2$0\n"),
            expect![[r#"
            f(«a: int», b: str = 'x', *rest, flag=true) -> bool
                Does it.
        "#]],
        );
    }
}
