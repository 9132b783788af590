//! The places of a local variable, which editors change together while one of them is typed in.

use danaide_analysis::occurrence::Symbol;
use danaide_analysis::{BindingKind, Db, File, body_of, definitions};
use danaide_syntax::{TextRange, TextSize};

use crate::search::usages_in;
use crate::semantics::names_at;

/// All places that name the local variable at an offset. None for parameters, which calls may name, and for everything that
/// can be seen from elsewhere: that is for rename.
pub fn linked_editing_ranges(db: &dyn Db, file: File, offset: TextSize) -> Option<Vec<TextRange>> {
    let names = names_at(db, file, offset);
    let [name] = names.as_slice() else { return None };
    let Symbol::Local { owner, variable, .. } = &name.symbol else { return None };
    let body = body_of(db, definitions(db, file).get(owner)?);
    let mut bindings = body.bindings.iter().filter(|(_, it)| it.variable == *variable);
    if bindings.any(|(_, it)| it.kind == BindingKind::Param) {
        return None;
    }
    let text = |range: TextRange| file.text(db).get(std::ops::Range::<usize>::from(range));
    let ranges: Vec<TextRange> = usages_in(db, &name.symbol, file).into_iter().map(|it| it.range).collect();
    // What has another text there, such as a name behind `as`, would be changed to nonsense.
    let is_alike = ranges.iter().all(|it| text(*it) == text(name.range));
    (ranges.len() > 1 && is_alike).then_some(ranges)
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;
    use crate::fixture::Fixture;

    fn check(text: &str, expected: Expect) {
        let fixture = Fixture::new(text);
        let ranges = linked_editing_ranges(fixture.db(), fixture.file, fixture.offset).unwrap_or_default();
        let edits: Vec<_> = ranges.into_iter().map(|it| (it, "⟨new⟩".to_owned())).collect();
        let after = if edits.is_empty() { "nothing\n".to_owned() } else { fixture.apply(fixture.file, &edits) };
        expected.assert_eq(&after);
    }

    #[test]
    fn local_variables() {
        check(
            "def f(a):\n    'é😀 total'\n    tot$0al = a\n    total += 1\n    return [total, f'{total}'\n",
            expect![[r#"
            def f(a):
                'é😀 total'
                ⟨new⟩ = a
                ⟨new⟩ += 1
                return [⟨new⟩, f'{⟨new⟩}'
        "#]],
        );
        check(
            "def f(xs):\n    return [i$0t for it in xs]\n",
            expect![[r#"
            def f(xs):
                return [⟨new⟩ for ⟨new⟩ in xs]
        "#]],
        );
    }

    #[test]
    fn what_can_be_seen_from_elsewhere_is_for_rename() {
        check(
            "def f(a$0):\n    return a\n",
            expect![[r#"
            nothing
        "#]],
        );
        check(
            "to$0tal = 1\nprint(total)\n",
            expect![[r#"
            nothing
        "#]],
        );
        check(
            "def f():\n    on$0ce = 1\n",
            expect![[r#"
            nothing
        "#]],
        );
    }
}
