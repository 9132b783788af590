//! The tree of each expression.

use expect_test::expect;

use super::check_tree as check;

#[test]
fn precedence() {
    check(
        "x = a | b if c else d or e and not f < g + h * -i ** -j.k(l)[m]\n",
        expect![[r#"
        ASSIGN_STMT =
          NAME_EXPR x
          PIPE_EXPR |
            NAME_EXPR a
            TERNARY_EXPR if else
              NAME_EXPR b
              NAME_EXPR c
              BINARY_EXPR or
                NAME_EXPR d
                BINARY_EXPR and
                  NAME_EXPR e
                  UNARY_EXPR not
                    COMPARE_EXPR <
                      NAME_EXPR f
                      BINARY_EXPR +
                        NAME_EXPR g
                        BINARY_EXPR *
                          NAME_EXPR h
                          UNARY_EXPR -
                            BINARY_EXPR **
                              NAME_EXPR i
                              UNARY_EXPR -
                                INDEX_EXPR [ ]
                                  CALL_EXPR
                                    ATTRIBUTE_EXPR . k
                                      NAME_EXPR j
                                    ARG_LIST ( )
                                      NAME_EXPR l
                                  NAME_EXPR m
    "#]],
    );
    check(
        "x = 1 < 2 <= 3 not in y is not z\n",
        expect![[r#"
        ASSIGN_STMT =
          NAME_EXPR x
          COMPARE_EXPR < <= not in is not
            LITERAL 1
            LITERAL 2
            LITERAL 3
            NAME_EXPR y
            NAME_EXPR z
    "#]],
    );
    check(
        "x = a + b - c * d / e\n",
        expect![[r#"
        ASSIGN_STMT =
          NAME_EXPR x
          BINARY_EXPR + -
            NAME_EXPR a
            NAME_EXPR b
            BINARY_EXPR * /
              NAME_EXPR c
              NAME_EXPR d
              NAME_EXPR e
    "#]],
    );
    check(
        "x = not a in b\n",
        expect![[r#"
        ASSIGN_STMT =
          NAME_EXPR x
          UNARY_EXPR not
            COMPARE_EXPR in
              NAME_EXPR a
              NAME_EXPR b
    "#]],
    );
    check(
        "x = -2 ** 2\n",
        expect![[r#"
        ASSIGN_STMT =
          NAME_EXPR x
          UNARY_EXPR -
            BINARY_EXPR **
              LITERAL 2
              LITERAL 2
    "#]],
    );
}

#[test]
fn collections() {
    check(
        "x = [1, *a, 2,]\ny = {1, *b}\nz = {\"a\": 1, **c}\nw = (1,)\nv = ()\nu = {}\n",
        expect![[r#"
        ASSIGN_STMT =
          NAME_EXPR x
          LIST_EXPR [ , , , ]
            LITERAL 1
            SPREAD_EXPR *
              NAME_EXPR a
            LITERAL 2
        ASSIGN_STMT =
          NAME_EXPR y
          SET_EXPR { , }
            LITERAL 1
            SPREAD_EXPR *
              NAME_EXPR b
        ASSIGN_STMT =
          NAME_EXPR z
          DICT_EXPR { , }
            DICT_ENTRY :
              LITERAL \"a\"
              LITERAL 1
            SPREAD_EXPR **
              NAME_EXPR c
        ASSIGN_STMT =
          NAME_EXPR w
          TUPLE_EXPR ( , )
            LITERAL 1
        ASSIGN_STMT =
          NAME_EXPR v
          TUPLE_EXPR ( )
        ASSIGN_STMT =
          NAME_EXPR u
          DICT_EXPR { }
    "#]],
    );
    check(
        "a = [x for x in y if c for z in x]\nb = {k: v for k, v in d}\nc = {(k: v) for k in d if k}\ne = {x for x in y}\nf(x for x in y)\ng = (x for x in y)\n",
        expect![[r#"
            ASSIGN_STMT =
              NAME_EXPR a
              LIST_COMP [ ]
                NAME_EXPR x
                COMP_FOR for in
                  NAME_EXPR x
                  NAME_EXPR y
                COMP_IF if
                  NAME_EXPR c
                COMP_FOR for in
                  NAME_EXPR z
                  NAME_EXPR x
            ASSIGN_STMT =
              NAME_EXPR b
              DICT_COMP { }
                DICT_ENTRY :
                  NAME_EXPR k
                  NAME_EXPR v
                COMP_FOR for in
                  TUPLE_EXPR ,
                    NAME_EXPR k
                    NAME_EXPR v
                  NAME_EXPR d
            ASSIGN_STMT =
              NAME_EXPR c
              DICT_COMP { ( ) }
                DICT_ENTRY :
                  NAME_EXPR k
                  NAME_EXPR v
                COMP_FOR for in
                  NAME_EXPR k
                  NAME_EXPR d
                COMP_IF if
                  NAME_EXPR k
            ASSIGN_STMT =
              NAME_EXPR e
              SET_COMP { }
                NAME_EXPR x
                COMP_FOR for in
                  NAME_EXPR x
                  NAME_EXPR y
            EXPR_STMT
              CALL_EXPR
                NAME_EXPR f
                ARG_LIST ( )
                  GENERATOR_EXPR
                    NAME_EXPR x
                    COMP_FOR for in
                      NAME_EXPR x
                      NAME_EXPR y
            ASSIGN_STMT =
              NAME_EXPR g
              GENERATOR_EXPR ( )
                NAME_EXPR x
                COMP_FOR for in
                  NAME_EXPR x
                  NAME_EXPR y
        "#]],
    );
    check(
        "s = {(a), (b, c)}\nt = {(a): 1}\n",
        expect![[r#"
        ASSIGN_STMT =
          NAME_EXPR s
          SET_EXPR { , }
            PAREN_EXPR ( )
              NAME_EXPR a
            TUPLE_EXPR ( , )
              NAME_EXPR b
              NAME_EXPR c
        ASSIGN_STMT =
          NAME_EXPR t
          DICT_EXPR { }
            DICT_ENTRY :
              PAREN_EXPR ( )
                NAME_EXPR a
              LITERAL 1
    "#]],
    );
}

#[test]
fn slices() {
    check(
        "a[1], a[:], a[1:2:3], a[::2], a[:, 1], a[-1:]\n",
        expect![[r#"
        EXPR_STMT
          TUPLE_EXPR , , , , ,
            INDEX_EXPR [ ]
              NAME_EXPR a
              LITERAL 1
            INDEX_EXPR [ ]
              NAME_EXPR a
              SLICE_EXPR :
            INDEX_EXPR [ ]
              NAME_EXPR a
              SLICE_EXPR : :
                LITERAL 1
                LITERAL 2
                LITERAL 3
            INDEX_EXPR [ ]
              NAME_EXPR a
              SLICE_EXPR ::
                LITERAL 2
            INDEX_EXPR [ , ]
              NAME_EXPR a
              SLICE_EXPR :
              LITERAL 1
            INDEX_EXPR [ ]
              NAME_EXPR a
              SLICE_EXPR :
                UNARY_EXPR -
                  LITERAL 1
    "#]],
    );
}

#[test]
fn lambdas() {
    check(
        "a = lambda :: 1\nb = lambda x: int, y = 2 :: x | y\nc = lambda (p: Point | None) dx :: p.x + dx\nd = lambda x: x + 1\nsorted(xs, key=lambda x: (x, 1), reverse=True)\n",
        expect![[r#"
            ASSIGN_STMT =
              NAME_EXPR a
              LAMBDA_EXPR lambda ::
                LITERAL 1
            ASSIGN_STMT =
              NAME_EXPR b
              LAMBDA_EXPR lambda , ::
                PARAM x :
                  PATH_TYPE int
                PARAM y =
                  LITERAL 2
                PIPE_EXPR |
                  NAME_EXPR x
                  NAME_EXPR y
            ASSIGN_STMT =
              NAME_EXPR c
              LAMBDA_EXPR lambda ::
                RECEIVER ( )
                  PARAM p :
                    UNION_TYPE |
                      PATH_TYPE Point
                      LITERAL_TYPE
                        LITERAL None
                PARAM dx
                BINARY_EXPR +
                  ATTRIBUTE_EXPR . x
                    NAME_EXPR p
                  NAME_EXPR dx
            ASSIGN_STMT =
              NAME_EXPR d
              LAMBDA_EXPR lambda :
                PARAM x
                BINARY_EXPR +
                  NAME_EXPR x
                  LITERAL 1
            EXPR_STMT
              CALL_EXPR
                NAME_EXPR sorted
                ARG_LIST ( , , )
                  NAME_EXPR xs
                  KEYWORD_ARG key =
                    LAMBDA_EXPR lambda :
                      PARAM x
                      TUPLE_EXPR ( , )
                        NAME_EXPR x
                        LITERAL 1
                  KEYWORD_ARG reverse =
                    LITERAL True
        "#]],
    );
    check(
        "f = lambda x :: {\n    y = x + 1\n    if y:\n        return y\n    return 0\n}\ng = lambda x :: {\"a\": x}\nh = lambda x :: {x, 1}\n",
        expect![[r#"
            ASSIGN_STMT =
              NAME_EXPR f
              LAMBDA_EXPR lambda :: { }
                PARAM x
                BLOCK
                  ASSIGN_STMT =
                    NAME_EXPR y
                    BINARY_EXPR +
                      NAME_EXPR x
                      LITERAL 1
                  IF_STMT if :
                    NAME_EXPR y
                    BLOCK
                      RETURN_STMT return
                        NAME_EXPR y
                  RETURN_STMT return
                    LITERAL 0
            ASSIGN_STMT =
              NAME_EXPR g
              LAMBDA_EXPR lambda ::
                PARAM x
                DICT_EXPR { }
                  DICT_ENTRY :
                    LITERAL \"a\"
                    NAME_EXPR x
            ASSIGN_STMT =
              NAME_EXPR h
              LAMBDA_EXPR lambda ::
                PARAM x
                SET_EXPR { , }
                  NAME_EXPR x
                  LITERAL 1
        "#]],
    );
}

#[test]
fn f_strings() {
    check(
        "f\"a{x}b{y!r:>{w}.2f}{{}}{z=}\"\n",
        expect![[r#"
        EXPR_STMT
          FSTRING f\" a b {{}} \"
            FSTRING_FIELD { }
              NAME_EXPR x
            FSTRING_FIELD { }
              NAME_EXPR y
              CONVERSION ! r
              FORMAT_SPEC : > .2f
                FSTRING_FIELD { }
                  NAME_EXPR w
            FSTRING_FIELD { = }
              NAME_EXPR z
    "#]],
    );
    check(
        "f'{d[\"k\"]}' rf\"\\d{n}\" 'tail'\n",
        expect![[r#"
        EXPR_STMT
          STRING_CONCAT
            FSTRING f\' \'
              FSTRING_FIELD { }
                INDEX_EXPR [ ]
                  NAME_EXPR d
                  LITERAL \"k\"
            FSTRING rf\" \\d \"
              FSTRING_FIELD { }
                NAME_EXPR n
            LITERAL \'tail\'
    "#]],
    );
    check(
        "f\"{private:x} {a if b else c}\"\n",
        expect![[r#"
        EXPR_STMT
          FSTRING f\" \"
            FSTRING_FIELD { }
              SCOPED_NAME private : x
            FSTRING_FIELD { }
              TERNARY_EXPR if else
                NAME_EXPR a
                NAME_EXPR b
                NAME_EXPR c
    "#]],
    );
    check(
        "f\"\"\"{\n  x\n}\n\"\"\"\n",
        expect![[r#"
        EXPR_STMT
          FSTRING f\"\"\" \"\"\"
            FSTRING_FIELD { }
              NAME_EXPR x
    "#]],
    );
}

#[test]
fn strings_may_span_lines() {
    check(
        "x = \"one\ntwo\" + 'three\nfour'\ny = 1\n",
        expect![[r#"
        ASSIGN_STMT =
          NAME_EXPR x
          BINARY_EXPR +
            LITERAL \"one\ntwo\"
            LITERAL \'three\nfour\'
        ASSIGN_STMT =
          NAME_EXPR y
          LITERAL 1
    "#]],
    );
}
