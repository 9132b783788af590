//! `revealed-type`: what `reveal_type(value)` is asked for.

use crate::diagnostics::finding::{BodyCheck, Finding};
use crate::diagnostics::rule::{Category, Check, Level, Rule};
use crate::scope::Meaning;
use crate::{DiagnosticCode, Expr, FilePath};

pub(super) const RULE: Rule = Rule {
    name: "revealed-type",
    level: Level::Information,
    category: Category::Types,
    summary: "The type of a value that `reveal_type` was asked about",
    explanation: "`reveal_type(value)` gives the value back when the program runs; while it is written, it shows what is \
                  known of the value there. `any` means that nothing is. Take the call out when you have seen enough.",
    bad: "x = [1, 2]\nreveal_type(x)\n",
    good: "x = [1, 2]\nprint(x)\n",
    has_fix: false,
    check: Check::Body(check),
};

fn check(cx: &mut BodyCheck<'_>) {
    let body = cx.body.clone();
    for (_, expr) in body.exprs.iter() {
        let Expr::Call(call) = expr else { continue };
        let Some(Meaning::Item(def)) = cx.inference.meanings.get(call.callee) else { continue };
        let is_asked = def.item.name() == "reveal_type" && matches!(def.file.path(cx.db), FilePath::Library(_));
        let (true, [arg]) = (is_asked, call.args.as_slice()) else { continue };
        let message = format!("the type is `{}`", cx.show(cx.inference.type_of(arg.value())));
        cx.report(Finding::new(DiagnosticCode::RevealedType, message, cx.expr(arg.value())));
    }
}
