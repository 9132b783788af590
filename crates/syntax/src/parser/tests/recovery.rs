//! What broken text costs: one precise error, and nothing of what follows.

use expect_test::expect;

use super::check_errors as check;

#[test]
fn an_unclosed_bracket_ends_where_the_next_line_cannot_belong_to_it() {
    check(
        "x = foo(1, 2\ny = 3\ndef g():\n    return 1\n",
        expect![[r#"
        1:13-1:13 expected `)`: `(` is never closed (1:8 this bracket is open)
        ASSIGN_STMT ASSIGN_STMT FUNCTION_DEF
    "#]],
    );
    check(
        "x = [1, 2,\ndef g():\n    return 1\n",
        expect![[r#"
        1:11-1:11 expected `]`: `[` is never closed (1:5 this bracket is open)
        ASSIGN_STMT FUNCTION_DEF
    "#]],
    );
    check(
        "x = foo(\n    1,\n    2\nstruct P:\n    x: int\n",
        expect![[r#"
        3:6-3:6 expected `)`: `(` is never closed (1:8 this bracket is open)
        ASSIGN_STMT RECORD_DEF
    "#]],
    );
    check(
        "x = foo(a,\n    b\nif x:\n    y\n",
        expect![[r#"
        2:6-2:6 expected `)`: `(` is never closed (1:8 this bracket is open)
        ASSIGN_STMT IF_STMT
    "#]],
    );
    check(
        "def f():\n    x = {\"a\": [1, 2\n    return x\n\nagent A\n",
        expect![[r#"
        2:20-2:20 expected `]`: `[` is never closed (2:15 this bracket is open)
        FUNCTION_DEF AGENT_DEF
    "#]],
    );
    check(
        "x = (1, 2",
        expect![[r#"
        1:10-1:10 expected `)`: `(` is never closed (1:5 this bracket is open)
        ASSIGN_STMT
    "#]],
    );
}

#[test]
fn a_wrong_bracket_is_taken_for_the_right_one() {
    check(
        "foo(1, 2]\nx = 1\n",
        expect![[r#"
        1:9-1:10 expected `)` to close `(`, found `]` (1:4 this bracket is open)
        EXPR_STMT ASSIGN_STMT
    "#]],
    );
    check(
        "x = {\"a\": 1, \"b\": [1, 2}\ny = 2\n",
        expect![[r#"
        1:24-1:25 expected `]` to close `[`, found `}` (1:19 this bracket is open)
        ASSIGN_STMT ASSIGN_STMT
    "#]],
    );
    check(
        "x = 1)\ny = 2\n",
        expect![[r#"
        1:6-1:7 `)` closes nothing: no bracket is open here
        ASSIGN_STMT ERROR ASSIGN_STMT
    "#]],
    );
}

#[test]
fn a_missing_colon_keeps_the_block() {
    check(
        "if x\n    y = 1\ndef g(): pass\n",
        expect![[r#"
        1:5-1:5 expected `:` after `if`
        IF_STMT FUNCTION_DEF
    "#]],
    );
    check(
        "while True\n    x += 1\n",
        expect![[r#"
        1:11-1:11 expected `:` after `while`
        WHILE_STMT
    "#]],
    );
    check(
        "def f(a, b)\n    return a\ndef g(): pass\n",
        expect![[r#"
        1:12-1:12 expected `:` after the head of the function
        FUNCTION_DEF FUNCTION_DEF
    "#]],
    );
    check(
        "struct Point\n    x: int\n    y: int\ndef g(): pass\n",
        expect![[r#"
        1:13-1:13 expected `:` after the head of the definition
        RECORD_DEF FUNCTION_DEF
    "#]],
    );
    check(
        "for x in y\n    z\n",
        expect![[r#"
        1:11-1:11 expected `:` after `for`
        FOR_STMT
    "#]],
    );
}

#[test]
fn a_half_typed_definition_costs_one_error() {
    check(
        "def \ndef g(): pass\n",
        expect![[r#"
        1:4-1:4 expected the name of the function
        FUNCTION_DEF FUNCTION_DEF
    "#]],
    );
    check(
        "def f\ndef g(): pass\n",
        expect![[r#"
        1:6-1:6 expected `(` and the parameters
        FUNCTION_DEF FUNCTION_DEF
    "#]],
    );
    check(
        "def f(\ndef g(): pass\n",
        expect![[r#"
        1:7-1:7 expected `)`: `(` is never closed (1:6 this bracket is open)
        FUNCTION_DEF FUNCTION_DEF
    "#]],
    );
    check(
        "def f(a, b\n    return a\ndef g():\n    pass\n",
        expect![[r#"
        1:11-1:11 expected `)`: `(` is never closed (1:6 this bracket is open)
        FUNCTION_DEF FUNCTION_DEF
    "#]],
    );
    check(
        "def f(a, a=, *):\n    pass\n",
        expect![[r#"
            1:10-1:11 the parameter `a` is there twice
            1:12-1:13 expected an expression, found `,`
            FUNCTION_DEF
        "#]],
    );
    check(
        "def f(x) -> = a | b\ndef g(x) -> int\n    return 1\n",
        expect![[r#"
        1:13-1:14 expected a type, found `=`
        2:16-2:16 expected `:` after the head of the function
        FUNCTION_DEF FUNCTION_DEF
    "#]],
    );
    check(
        "workflow X =\nworkflow Y\nx = 1\n",
        expect![[r#"
        1:13-1:13 expected a value
        2:11-2:11 expected `=`
        WORKFLOW_DEF WORKFLOW_DEF ASSIGN_STMT
    "#]],
    );
    check(
        "@decorator\nx = 1\n",
        expect![[r#"
            ASSIGN_STMT
        "#]],
    );
}

#[test]
fn a_dot_without_a_name_keeps_the_statement() {
    check(
        "if x.\n    y = 1\nz = 2\n",
        expect![[r#"
        1:6-1:6 expected a name after `.`
        IF_STMT ASSIGN_STMT
    "#]],
    );
    check(
        "foo(x., 1)\ny = 2\n",
        expect![[r#"
        1:7-1:8 expected a name after `.`, found `,`
        EXPR_STMT ASSIGN_STMT
    "#]],
    );
    check(
        "x = a.b.\ndef g(): pass\n",
        expect![[r#"
        1:9-1:9 expected a name after `.`
        ASSIGN_STMT FUNCTION_DEF
    "#]],
    );
}

#[test]
fn a_bad_indent_stays_in_its_block() {
    check(
        "def f():\n    a = 1\n      b = 2\n    c = 3\ndef g(): pass\n",
        expect![[r#"
        3:7-3:8 this line is indented, but nothing before it opens a block
        FUNCTION_DEF FUNCTION_DEF
    "#]],
    );
    check(
        "def f():\n        a = 1\n    b = 2\n        c = 3\ndef g(): pass\n",
        expect![[r#"
        3:4-3:5 this line is indented by 4 columns, which no block around it is; this one has 8
        FUNCTION_DEF FUNCTION_DEF
    "#]],
    );
    check(
        "    x = 1\ny = 2\n",
        expect![[r#"
        1:5-1:6 this line is indented, but nothing before it opens a block
        ASSIGN_STMT ASSIGN_STMT
    "#]],
    );
    check(
        "if x:\ny = 1\n",
        expect![[r#"
        1:6-1:6 expected an indented block after `if`
        IF_STMT ASSIGN_STMT
    "#]],
    );
    check(
        "def f():\n\tx = 1\n        y = 2\n",
        expect![[r#"
        FUNCTION_DEF
    "#]],
    );
}

#[test]
fn an_unterminated_string_ends_with_its_line() {
    check(
        "x = \"abc\ny = \"def\"\ndef g(): pass\n",
        expect![[r#"
        1:5-1:9 this string is not closed: expected " at its end
        ASSIGN_STMT ASSIGN_STMT FUNCTION_DEF
    "#]],
    );
    check(
        "log(\"hello)\nlog(\"bye\")\n",
        expect![[r#"
        1:5-1:12 this string is not closed: expected " at its end
        EXPR_STMT EXPR_STMT
    "#]],
    );
    check(
        "x = 'it's'\ny = 2\n",
        expect![[r#"
        1:10-1:11 this string is not closed: expected ' at its end
        ASSIGN_STMT ERROR ASSIGN_STMT
    "#]],
    );
    check(
        "log(\"a\" \"b\ny = 3\n",
        expect![[r#"
        1:9-1:11 this string is not closed: expected " at its end
        EXPR_STMT ASSIGN_STMT
    "#]],
    );
    check(
        "x = \"abc\ndef g():\n    return \"x\"\n",
        expect![[r#"
        1:5-1:9 this string is not closed: expected " at its end
        ASSIGN_STMT FUNCTION_DEF
    "#]],
    );
}

#[test]
fn an_unterminated_docstring_ends_before_the_next_definition() {
    check(
        "def f():\n    \"\"\"Doc\n    return 1\n\ndef g():\n    \"\"\"Other\"\"\"\n    return 2\n",
        expect![[r#"
        2:5-2:11 this string is not closed: expected """ at its end
        FUNCTION_DEF FUNCTION_DEF
    "#]],
    );
    check(
        "x = \"\"\"abc\n",
        expect![[r#"
        1:5-1:11 this string is not closed: expected """ at its end
        ASSIGN_STMT
    "#]],
    );
}

#[test]
fn an_unterminated_f_string_ends_with_its_line() {
    check(
        "log(f\"hello {x)\nlog(\"bye\")\ndef g(): pass\n",
        expect![[r#"
            1:5-1:16 this string is not closed: expected " at its end
            EXPR_STMT EXPR_STMT FUNCTION_DEF
        "#]],
    );
    check(
        "x = f\"hello {x\ny = 1\n",
        expect![[r#"
            1:5-1:15 this string is not closed: expected " at its end
            ASSIGN_STMT ASSIGN_STMT
        "#]],
    );
    check(
        "x = f\"a {x} b\ny = 1\n",
        expect![[r#"
        1:5-1:14 this string is not closed: expected " at its end
        ASSIGN_STMT ASSIGN_STMT
    "#]],
    );
    check(
        "x = f\"{:>5}\" + f\"{y!z}\"\n",
        expect![[r#"
        1:8-1:9 expected an expression in `{…}`, found `:`
        1:21-1:22 expected `r`, `s` or `a` after `!`, found `z`
        ASSIGN_STMT
    "#]],
    );
}

#[test]
fn an_unclosed_lambda_block_ends_at_the_next_statement() {
    check(
        "z = lambda a :: {\n    b = a\ndef g(): pass\n",
        expect![[r#"
        2:10-2:10 expected `}`: `{` is never closed (1:17 this bracket is open)
        ASSIGN_STMT FUNCTION_DEF
    "#]],
    );
}

#[test]
fn operators_without_operands() {
    check(
        "x = 1 +\ny = not\nz = a is not\nw = 5 if y else\nv = a if b\nu++\n",
        expect![[r#"
            1:8-1:8 expected a value after `+`
            2:8-2:8 expected an expression
            3:13-3:13 expected a value after `is`
            4:16-4:16 expected an expression
            5:11-5:11 expected `else` and the other value
            6:3-6:4 `++` and `--` have no meaning here; write `+= 1` or `-= 1`
            ASSIGN_STMT ASSIGN_STMT ASSIGN_STMT ASSIGN_STMT ASSIGN_STMT EXPR_STMT
        "#]],
    );
    check(
        "w = a | | b\n",
        expect![[r#"
        1:9-1:10 expected a stage after `|`, found `|`
        ASSIGN_STMT ERROR
    "#]],
    );
}

#[test]
fn wrong_statements() {
    check(
        "else:\n    x = 1\ny = 2\n",
        expect![[r#"
        1:1-1:5 `else` has no `if`, `for`, `while` or `try` before it at the same indentation
        ERROR ASSIGN_STMT
    "#]],
    );
    check(
        "else if x:\n    y\n",
        expect![[r#"
        1:1-1:5 `else` has no `if`, `for`, `while` or `try` before it at the same indentation
        ERROR
    "#]],
    );
    check(
        "if a:\n    b\nelse if x:\n    y\n",
        expect![[r#"
        3:1-3:5 `else if` is written `elif`
        IF_STMT
    "#]],
    );
    check(
        "try:\n    x = 1\ny = 2\n",
        expect![[r#"
        1:1-1:4 expected `except` or `finally` after the block of this `try`
        TRY_STMT ASSIGN_STMT
    "#]],
    );
    check(
        "if x = 3:\n    pass\n",
        expect![[r#"
        1:6-1:7 a condition compares with `==`; `=` assigns
        IF_STMT
    "#]],
    );
    check(
        "for x y:\n    pass\nfor in y:\n    pass\n",
        expect![[r#"
        1:7-1:8 expected `in`, found `y`
        3:5-3:7 expected a name for each item, found `in`
        FOR_STMT FOR_STMT
    "#]],
    );
    check(
        "x = 1 2 3\ny = 2\n",
        expect![[r#"
        1:7-1:8 expected the end of the line, found `2`
        ASSIGN_STMT ERROR ASSIGN_STMT
    "#]],
    );
    check(
        "import\nfrom x import\nfrom import y\n",
        expect![[r#"
        1:7-1:7 expected the name of a module
        2:14-2:14 expected a name to import
        3:6-3:12 expected the name of a module; `import` is a keyword and cannot be a name
        IMPORT_STMT FROM_IMPORT_STMT FROM_IMPORT_STMT
    "#]],
    );
    check(
        "del\nassert\nraise\n",
        expect![[r#"
        1:4-1:4 expected what to delete
        2:7-2:7 expected an expression
        DEL_STMT ASSERT_STMT RAISE_STMT
    "#]],
    );
    check(
        "if a: if b: c\nd\n",
        expect![[r#"
        1:7-1:9 a statement with a block of its own starts on a line of its own
        IF_STMT EXPR_STMT
    "#]],
    );
}

#[test]
fn words_of_other_languages() {
    check(
        "class Foo:\n    x = 1\ny = 2\n",
        expect![[r#"
        1:1-1:6 there are no classes; `struct` defines a record, and methods are functions with a receiver
        EXPR_STMT ERROR ASSIGN_STMT ASSIGN_STMT
    "#]],
    );
    check(
        "func f(x):\n    return x\n",
        expect![[r#"
            1:1-1:5 a function starts with `def`
            EXPR_STMT ERROR RETURN_STMT
        "#]],
    );
    check(
        "let x = 1\n",
        expect![[r#"
        1:1-1:4 an assignment needs no word before it: write `name = value`
        EXPR_STMT ERROR
    "#]],
    );
    check(
        "x = (y := 3)\n",
        expect![[r#"
        1:8-1:9 `:=` has no meaning here; assign on a line of its own (1:5 this bracket is open)
        ASSIGN_STMT ERROR
    "#]],
    );
    check(
        "x = $ + 1\n",
        expect![[r#"
        1:5-1:6 `$` has no meaning here; remove it
        ASSIGN_STMT
    "#]],
    );
}

#[test]
fn wrong_targets() {
    check(
        "1 = x\nf(x) = 3\na + b = 4\n\"s\" += 1\n",
        expect![[r#"
        1:1-1:2 a value cannot be assigned to
        2:1-2:5 the result of a call cannot be assigned to
        3:1-3:6 an expression cannot be assigned to
        4:1-4:4 a value cannot be assigned to
        ASSIGN_STMT ASSIGN_STMT ASSIGN_STMT AUG_ASSIGN_STMT
    "#]],
    );
}

#[test]
fn half_typed_fields() {
    check(
        "struct Point:\n    x: \n    y: int = \ndef g(): pass\n",
        expect![[r#"
        2:7-2:7 expected a type
        3:13-3:13 expected an expression
        RECORD_DEF FUNCTION_DEF
    "#]],
    );
}

#[test]
fn lists_with_gaps() {
    check(
        "foo(a b, c)\n",
        expect![[r#"
        1:7-1:8 expected `,` or the closing bracket, found `b`
        EXPR_STMT
    "#]],
    );
    check(
        "foo(a=)\n",
        expect![[r#"
        1:7-1:8 expected an expression, found `)`
        EXPR_STMT
    "#]],
    );
    check(
        "foo(, a)\n",
        expect![[r#"
        1:5-1:6 expected an expression, found `,`
        EXPR_STMT
    "#]],
    );
    check(
        "x = {a: 1, b}\ny = {a, b: 2}\n",
        expect![[r#"
        1:13-1:13 expected `:` and a value after this key
        2:13-2:13 a set holds values, not `key: value`
        ASSIGN_STMT ASSIGN_STMT
    "#]],
    );
    check(
        "x = [1, , 2]\n",
        expect![[r#"
        1:9-1:10 expected an expression, found `,`
        ASSIGN_STMT
    "#]],
    );
}

#[test]
fn statements_that_leave_something_stand_in_it() {
    check(
        "break\nreturn 1\nwhile x:\n    def f():\n        continue\n        return 1\n    break\nelse:\n    break\n",
        expect![[r#"
            1:1-1:6 `break` stands in a loop, and there is none here
            2:1-2:7 `return` stands in a function, and there is none here
            5:9-5:17 `continue` stands in a loop, and there is none here
            9:5-9:10 `break` stands in a loop, and there is none here
            BREAK_STMT RETURN_STMT WHILE_STMT
        "#]],
    );
    check(
        "f = lambda x :: {\n    return x\n}\nfor x in y:\n    if x: break\n",
        expect![[r#"
        ASSIGN_STMT FOR_STMT
    "#]],
    );
}

#[test]
fn names_of_parameters_and_arguments_differ() {
    check(
        "def f(a, b=1, *a, **b): pass\ng(x=1, y=2, x=3)\n",
        expect![[r#"
        1:16-1:17 the parameter `a` is there twice
        1:21-1:22 the parameter `b` is there twice
        2:13-2:14 the argument `x` is there twice
        FUNCTION_DEF EXPR_STMT
    "#]],
    );
}

#[test]
fn a_triple_quote_may_lack_one_of_its_three() {
    check(
        "def f():\n    \"\"Says what f does.\n\n    More.\n    \"\"\"\n    return 1\ndef g(): pass\n",
        expect![[r#"
        2:5-2:24 this string starts with two quotes: expected """
        FUNCTION_DEF FUNCTION_DEF
    "#]],
    );
    check(
        "PROMPT = \"\"\nGiven the problem\n\"\"\"\nx = \"\"\n",
        expect![[r#"
        1:10-1:12 this string starts with two quotes: expected """
        ASSIGN_STMT ASSIGN_STMT
    "#]],
    );
    check(
        "A = \"\"\"one\ntwo\"\"\nB = \"\"\"three\"\"\"\nx = 1\n",
        expect![[r#"
        1:5-1:11 this string is not closed: expected """ at its end
        ASSIGN_STMT ASSIGN_STMT ASSIGN_STMT
    "#]],
    );
    check(
        "x = \"\"\ny = \"\"\"ok\"\"\"\n",
        expect![[r#"
        ASSIGN_STMT ASSIGN_STMT
    "#]],
    );
}

#[test]
fn a_quote_that_opens_a_string_does_not_close_one() {
    check(
        "step = \"\ncount = 0\nBREAK = \"\"\"\n---\n\"\"\"\n",
        expect![[r#"
        1:8-1:9 this string is not closed: expected " at its end
        ASSIGN_STMT ASSIGN_STMT ASSIGN_STMT
    "#]],
    );
    check(
        "print(f'\nA: {a}\n)\n\nprint(f'\nB: {b}\n')\nx = 1\n",
        expect![[r#"
        1:7-1:9 this string is not closed: expected ' at its end
        EXPR_STMT ERROR EXPR_STMT ASSIGN_STMT
    "#]],
    );
}
