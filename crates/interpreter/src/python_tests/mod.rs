//! Values and operators compared with CPython: each expression of `expressions.txt` with the result CPython gave.
//!
//! `expressions.py` holds the expressions and writes the file. The expressions are evaluated here by
//! a walk over their tree, so that these tests cover the objects alone, without bytecode.

use danaide_syntax::ast::{Arg, DictItem, Expr, Stmt};
use danaide_syntax::{SyntaxKind, literal, parse};

use crate::builtins::{self, CallArgs, Implementation};
use crate::exception_kind::{ExceptionKind, Raise, Res};
use crate::heap::Heap;
use crate::ops::{self, BinaryOp, CompareOp};
use crate::value::Value;
use crate::{methods, modules};

fn evaluate(heap: &mut Heap, expr: &Expr) -> Res<Value> {
    match expr {
        Expr::Literal(literal) => {
            let token = literal.token().unwrap();
            let text = token.text();
            Ok(match token.kind() {
                SyntaxKind::INT_NUMBER => ops::int_from_text(heap, text, 0, text)?,
                SyntaxKind::FLOAT_NUMBER => Value::float(ops::parse_float(text).unwrap()),
                SyntaxKind::STRING => heap.new_str(literal::string_value(text)),
                SyntaxKind::BYTES => heap.new_bytes(literal::bytes_value(text)),
                SyntaxKind::TRUE_KW => Value::bool(true),
                SyntaxKind::FALSE_KW => Value::bool(false),
                SyntaxKind::NONE_KW => Value::None,
                kind => panic!("a literal of kind {kind:?}"),
            })
        }
        Expr::ParenExpr(inner) => evaluate(heap, &inner.expr().unwrap()),
        Expr::TupleExpr(tuple) => {
            let items = all(heap, tuple.exprs())?;
            Ok(heap.new_tuple(items))
        }
        Expr::ListExpr(list) => {
            let items = all(heap, list.exprs())?;
            Ok(heap.new_list(items))
        }
        Expr::SetExpr(set) => {
            let items = all(heap, set.exprs())?;
            let set = heap.new_set();
            for item in items {
                ops::set_insert(heap, set, item)?;
            }
            Ok(Value::Set(set))
        }
        Expr::DictExpr(dict) => {
            let result = heap.new_dict();
            for item in dict.dict_items() {
                let DictItem::DictEntry(entry) = item else { panic!("a plain entry") };
                let key = evaluate(heap, &entry.key().unwrap())?;
                let value = evaluate(heap, &entry.value().unwrap())?;
                ops::dict_insert(heap, result, key, value)?;
            }
            Ok(Value::Dict(result))
        }
        Expr::NameExpr(name) => {
            let name = name.ident_token().unwrap();
            builtins::lookup(name.text()).ok_or_else(|| Raise::new(ExceptionKind::NameError, name.text()))
        }
        Expr::UnaryExpr(unary) => {
            let value = evaluate(heap, &unary.expr().unwrap())?;
            match unary.op().unwrap().text() {
                "-" => ops::negate(heap, value),
                "+" => ops::positive(heap, value),
                "~" => ops::invert(heap, value),
                _ => Ok(Value::bool(!ops::truth(heap, value))),
            }
        }
        Expr::BinaryExpr(binary) => {
            let operators: Vec<_> = binary.operators().collect();
            let mut values = all(heap, binary.exprs())?.into_iter();
            let mut result = values.next().unwrap();
            for (operator, value) in operators.iter().zip(values) {
                result = ops::binary(heap, binary_op(operator.text()), result, value)?;
            }
            Ok(result)
        }
        Expr::PipeExpr(pipe) => {
            let values = all(heap, pipe.exprs())?;
            ops::binary(heap, BinaryOp::BitOr, values[0], values[1])
        }
        Expr::CompareExpr(compare) => {
            let values = all(heap, compare.exprs())?;
            let (first, second) = compare.operator_pairs().into_iter().next().unwrap();
            let op = match (first.text(), second.is_some()) {
                ("in", _) => return ops::contains(heap, values[1], values[0]).map(Value::bool),
                ("not", _) => return ops::contains(heap, values[1], values[0]).map(|found| Value::bool(!found)),
                ("is", not) => return Ok(Value::bool(values[0].is(values[1]) != not)),
                ("==", _) => CompareOp::Equal,
                ("!=", _) => CompareOp::NotEqual,
                ("<", _) => CompareOp::Less,
                ("<=", _) => CompareOp::LessEqual,
                (">", _) => CompareOp::Greater,
                _ => CompareOp::GreaterEqual,
            };
            ops::compare(heap, op, values[0], values[1]).map(Value::bool)
        }
        Expr::IndexExpr(index) => {
            let base = evaluate(heap, &index.base().unwrap())?;
            let inner = index.indices().next().unwrap();
            if let Expr::SliceExpr(slice) = &inner {
                let mut parts = [Value::None; 3];
                for (part, expr) in parts.iter_mut().zip(slice.parts()) {
                    if let Some(expr) = expr {
                        *part = evaluate(heap, &expr)?;
                    }
                }
                return ops::get_slice(heap, base, parts[0], parts[1], parts[2]);
            }
            let at = evaluate(heap, &inner)?;
            ops::get_item(heap, base, at)
        }
        Expr::CallExpr(call) => {
            let mut positional = Vec::new();
            let mut keywords = Vec::new();
            let mut receiver = None;
            let callee = call.callee().unwrap();
            if let Expr::AttributeExpr(attribute) = &callee {
                receiver = Some(attribute.base().unwrap());
            }
            for arg in call.arg_list().unwrap().args() {
                match arg {
                    Arg::KeywordArg(keyword) => {
                        let value = evaluate(heap, &keyword.expr().unwrap())?;
                        keywords.push((heap.intern(keyword.name().unwrap().text()), value));
                    }
                    Arg::Expr(Expr::SpreadExpr(spread)) => {
                        let values = evaluate(heap, &spread.expr().unwrap())?;
                        positional.extend(ops::collect(heap, values)?);
                    }
                    Arg::Expr(expr) => positional.push(evaluate(heap, &expr)?),
                }
            }
            let args = CallArgs { positional: &positional, keywords: &keywords };
            match receiver {
                Some(receiver) => call_method(heap, &receiver, &callee, &args),
                None => call_function(heap, &callee, &args),
            }
        }
        other => panic!("an expression the tests do not use: {other:?}"),
    }
}

fn all(heap: &mut Heap, exprs: impl Iterator<Item = Expr>) -> Res<Vec<Value>> {
    exprs.map(|expr| evaluate(heap, &expr)).collect()
}

fn binary_op(symbol: &str) -> BinaryOp {
    BinaryOp::ALL.into_iter().find(|op| op.symbol() == symbol).unwrap()
}

fn call_function(heap: &mut Heap, callee: &Expr, args: &CallArgs<'_>) -> Res<Value> {
    match evaluate(heap, callee)? {
        Value::Type(tag) => builtins::construct(heap, tag, args),
        Value::Builtin(id) => match id.row().run {
            Implementation::Pure(function) => function(heap, args),
            Implementation::Vm(_) => {
                assert_eq!(id.row().name, "sorted", "the only function of the machine in these tests");
                let mut pairs: Vec<_> =
                    ops::collect(heap, args.positional[0])?.into_iter().map(|value| (value, value)).collect();
                let reverse = args.keyword(heap, "reverse").is_some_and(|value| ops::truth(heap, value));
                ops::sort(heap, &mut pairs, reverse)?;
                Ok(heap.new_list(pairs.into_iter().map(|(_, value)| value).collect()))
            }
        },
        _ => panic!("a call of {callee:?}"),
    }
}

fn call_method(heap: &mut Heap, receiver: &Expr, callee: &Expr, args: &CallArgs<'_>) -> Res<Value> {
    let Expr::AttributeExpr(attribute) = callee else { panic!("a method") };
    let name = attribute.name().unwrap();
    if let Expr::NameExpr(module) = receiver
        && let Some(members) = modules::members(heap, module.ident_token().unwrap().text())
    {
        let member = members.iter().find(|(member, _)| *member == name.text()).unwrap().1;
        let Value::Builtin(id) = member else { panic!("a function") };
        let Implementation::Pure(function) = id.row().run else { panic!("a pure function") };
        return function(heap, args);
    }
    let receiver = evaluate(heap, receiver)?;
    let method = match receiver {
        Value::Type(tag) => methods::lookup_class_method(tag, name.text()),
        _ => methods::lookup(receiver.type_tag(), name.text()),
    };
    match method.map(|method| &method.run) {
        Some(Implementation::Pure(function)) => function(heap, receiver, args),
        _ => panic!("no method {}", name.text()),
    }
}

/// What an expression gives: its `repr`, or the exception it raises.
fn show(source: &str) -> String {
    let parse = parse(source);
    assert!(parse.errors().is_empty(), "{source}: {:?}", parse.errors());
    let Some(Stmt::ExprStmt(statement)) = parse.tree().stmts().next() else { panic!("{source}: no expression") };
    let heap = &mut Heap::new();
    let result = evaluate(heap, &statement.expr().unwrap()).and_then(|value| match value {
        Value::Iter(_) => ops::collect(heap, value).map(|items| heap.new_list(items)),
        other => Ok(other),
    });
    match result.and_then(|value| ops::repr(heap, value)) {
        Ok(shown) => shown,
        Err(error) => error.to_string(),
    }
}

#[test]
fn expressions_give_what_cpython_gives() {
    let mut lines = include_str!("expressions.txt").lines();
    let (mut wrong, mut count) = (String::new(), 0);
    while let (Some(source), Some(expected)) = (lines.next(), lines.next()) {
        count += 1;
        let source = source.strip_prefix("> ").expect("an expression");
        let shown = show(source);
        if shown != expected {
            wrong.push_str(&format!("{source}\n  CPython: {expected}\n  here:    {shown}\n"));
        }
    }
    assert!(count > 500, "only {count} expressions");
    assert!(wrong.is_empty(), "{wrong}");
}

/// Where Dana differs from Python on purpose.
#[test]
fn text_and_numbers_meet() {
    for (source, expected) in [
        ("'n: ' + 42", "'n: 42'"),
        ("'a' + 1", "'a1'"),
        ("'10' + 5", "'105'"),
        ("1 + 'a'", "'1a'"),
        ("'a' + 1.5", "'a1.5'"),
        ("'ok: ' + True", "'ok: true'"),
        ("'5' == 5", "True"),
        ("'5.0' == 5", "False"),
        ("5.0 == '5'", "True"),
        ("'true' == True", "True"),
        ("'no' == False", "True"),
        ("'abc' == 5", "False"),
        ("'5' != 5", "False"),
        ("'10' > 9", "True"),
        ("'5' in [5]", "False"),
        ("{'5': 1} == {5: 1}", "False"),
        ("'a' < 5", "TypeError: '<' not supported between instances of 'str' and 'int'"),
        ("'a' + None", "TypeError: can only concatenate str (not \"NoneType\") to str"),
        (
            "open('x')",
            "PermissionError: open() is not available; `import files` and use files.read_text() or files.write_text()",
        ),
        ("sum_range(1, 100)", "5050"),
        ("factorial(20)", "2432902008176640000"),
        ("is_odd(-3)", "True"),
        ("title_case('hello dana')", "'Hello Dana'"),
    ] {
        assert_eq!(show(source), expected, "{source}");
    }
}
