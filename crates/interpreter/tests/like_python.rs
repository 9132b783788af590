//! Corners of handlers, names, calls and loops where programs rely on what CPython does.

mod support;

use expect_test::expect;
use support::check;

#[test]
fn the_name_of_a_handler_is_gone_after_it() {
    check(
        r#"
def last(texts):
    for text in texts:
        try:
            int(text)
        except ValueError as e:
            if text == "stop":
                break
            del e
    try:
        return e
    except NameError as gone:
        return str(gone)

print(last(["1", "x"]), last(["stop"]))
try:
    raise KeyError("k")
except KeyError as e:
    kept = e
try:
    print(e)
except NameError as gone:
    print(gone, repr(kept))
"#,
        expect![[r#"
            cannot access local variable 'e' where it is not associated with a value cannot access local variable 'e' where it is not associated with a value
            name 'e' is not defined KeyError('k')
        "#]],
    );
}

#[test]
fn a_finally_block_handles_only_the_exception_it_was_entered_by() {
    check(
        r#"
def give(error):
    try:
        return error
    finally:
        try:
            raise KeyError("new")
        except KeyError as e:
            print(e.__context__)
        try:
            raise
        except RuntimeError as e:
            print(e)

def around():
    try:
        raise ValueError("outer")
    except ValueError:
        try:
            pass
        finally:
            raise

print(repr(give(ValueError("returned"))))
try:
    around()
except ValueError as e:
    print("again", e)
"#,
        expect![[r#"
            None
            No active exception to reraise
            ValueError('returned')
            again outer
        "#]],
    );
}

#[test]
fn raising_an_exception_again_in_a_handler_turns_its_context_around() {
    check(
        r#"
try:
    raise ValueError("first")
except ValueError as first:
    try:
        raise KeyError("second")
    except KeyError as second:
        print(repr(second.__context__))
        try:
            raise first
        except ValueError as again:
            print(repr(again.__context__), second.__context__)
"#,
        expect![[r#"
            ValueError('first')
            KeyError('second') None
        "#]],
    );
}

#[test]
fn exceptions_keep_their_arguments() {
    check(
        r#"
e = ValueError("one")
e.args = [1, "two"]
print(e, repr(e))
try:
    next(iter([]))
except StopIteration as stop:
    print(repr(stop), stop.value, StopIteration(7).value)
"#,
        expect![[r#"
            (1, 'two') ValueError(1, 'two')
            StopIteration() None 7
        "#]],
    );
}

#[test]
fn messages_name_the_operator_and_the_function_that_were_written() {
    check(
        r#"
def attempt(f):
    try:
        f()
    except TypeError as e:
        print(e)

def named(a=0, **rest):
    return a

def add_constant():
    x = none
    x += 1

def subtract_constant():
    x = [1]
    x -= 1

def extend_by_number():
    x = [1]
    x += 1

def multiply():
    x, y = 1.5, {}
    x *= y

def subtract():
    x, y = 1, "a"
    x -= y

def twice():
    named(b=1, **{"b": 2})

def twice_after():
    named(**{"b": 2}, b=1)

def no_mapping():
    named(**5)

def delete_from_int(x=5):
    del x[0]

def delete_from_tuple():
    del (1, 2)[0]

def delete_slice():
    del "abc"[0:1]

for f in [add_constant, subtract_constant, extend_by_number, multiply, subtract, twice, twice_after, no_mapping, delete_from_int, delete_from_tuple, delete_slice]:
    attempt(f)
"#,
        expect![[r#"
            unsupported operand type(s) for +=: 'NoneType' and 'int'
            unsupported operand type(s) for -=: 'list' and 'int'
            'int' object is not iterable
            unsupported operand type(s) for *=: 'float' and 'dict'
            unsupported operand type(s) for -=: 'int' and 'str'
            named() got multiple values for keyword argument 'b'
            named() got multiple values for keyword argument 'b'
            named() argument after ** must be a mapping, not int
            'int' object does not support item deletion
            'tuple' object doesn't support item deletion
            'str' object does not support item deletion
        "#]],
    );
}

#[test]
fn a_loop_over_a_dict_whose_keys_are_exchanged_is_an_error() {
    check(
        r#"
def exchange(entries, way):
    try:
        for key in entries:
            del entries[key]
            entries[key + way] = none
    except RuntimeError as e:
        return str(e)

print(exchange({1: none, 2: none}, 10))
prices = {"a": 1, "b": 2}
for name in prices:
    prices[name] *= 10
print(prices)
"#,
        expect![[r#"
            dictionary keys changed during iteration
            {'a': 10, 'b': 20}
        "#]],
    );
}
