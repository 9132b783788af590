//! The tree of each statement and definition.

use expect_test::expect;

use super::check_tree as check;

#[test]
fn assignments() {
    check(
        "x = 1\na = b = 2\nx, *rest = xs\nx: list[int] = []\ny: int\na.b[0] += 1\nprivate:x = 3\n",
        expect![[r#"
        ASSIGN_STMT =
          NAME_EXPR x
          LITERAL 1
        ASSIGN_STMT = =
          NAME_EXPR a
          NAME_EXPR b
          LITERAL 2
        ASSIGN_STMT =
          TUPLE_EXPR ,
            NAME_EXPR x
            SPREAD_EXPR *
              NAME_EXPR rest
          NAME_EXPR xs
        ASSIGN_STMT : =
          NAME_EXPR x
          GENERIC_TYPE [ ]
            PATH_TYPE list
            PATH_TYPE int
          LIST_EXPR [ ]
        ASSIGN_STMT :
          NAME_EXPR y
          PATH_TYPE int
        AUG_ASSIGN_STMT +=
          INDEX_EXPR [ ]
            ATTRIBUTE_EXPR . b
              NAME_EXPR a
            LITERAL 0
          LITERAL 1
        ASSIGN_STMT =
          SCOPED_NAME private : x
          LITERAL 3
    "#]],
    );
}

#[test]
fn soft_keywords_are_names_elsewhere() {
    check(
        "agent = 1\nworkflow.run(resource, system=local)\nmatch = catch\nstruct[0] = interface\nexport = deliver\n",
        expect![[r#"
            ASSIGN_STMT =
              NAME_EXPR agent
              LITERAL 1
            EXPR_STMT
              CALL_EXPR
                ATTRIBUTE_EXPR . run
                  NAME_EXPR workflow
                ARG_LIST ( , )
                  NAME_EXPR resource
                  KEYWORD_ARG system =
                    NAME_EXPR local
            ASSIGN_STMT =
              NAME_EXPR match
              NAME_EXPR catch
            ASSIGN_STMT =
              INDEX_EXPR [ ]
                NAME_EXPR struct
                LITERAL 0
              NAME_EXPR interface
            ASSIGN_STMT =
              NAME_EXPR export
              NAME_EXPR deliver
        "#]],
    );
}

#[test]
fn definitions() {
    check(
        "def f(a: int, b: str = \"x\", *rest, **named) -> T:\n    return a\n",
        expect![[r#"
        FUNCTION_DEF def f -> :
          PARAM_LIST ( , , , )
            PARAM a :
              PATH_TYPE int
            PARAM b : =
              PATH_TYPE str
              LITERAL \"x\"
            PARAM * rest
            PARAM ** named
          PATH_TYPE T
          BLOCK
            RETURN_STMT return
              NAME_EXPR a
    "#]],
    );
    check(
        "sync def f(): pass\n",
        expect![[r#"
        FUNCTION_DEF sync def f :
          PARAM_LIST ( )
          BLOCK
            PASS_STMT pass
    "#]],
    );
    check(
        "def (self: A | B) area(scale=1) -> float:\n    return self.x\n",
        expect![[r#"
        FUNCTION_DEF def area -> :
          RECEIVER ( )
            PARAM self :
              UNION_TYPE |
                PATH_TYPE A
                PATH_TYPE B
          PARAM_LIST ( )
            PARAM scale =
              LITERAL 1
          PATH_TYPE float
          BLOCK
            RETURN_STMT return
              ATTRIBUTE_EXPR . x
                NAME_EXPR self
    "#]],
    );
    check(
        "def f(x) -> str | None = a | b(2, $$) | [c, d] as both | e\n",
        expect![[r#"
        FUNCTION_DEF def f -> =
          PARAM_LIST ( )
            PARAM x
          UNION_TYPE |
            PATH_TYPE str
            LITERAL_TYPE
              LITERAL None
          PIPE_EXPR | | |
            NAME_EXPR a
            CALL_EXPR
              NAME_EXPR b
              ARG_LIST ( , )
                LITERAL 2
                PLACEHOLDER $$
            CAPTURE_EXPR as both
              LIST_EXPR [ , ]
                NAME_EXPR c
                NAME_EXPR d
            NAME_EXPR e
    "#]],
    );
    check(
        "def f = a | b\n",
        expect![[r#"
        FUNCTION_DEF def f =
          PIPE_EXPR |
            NAME_EXPR a
            NAME_EXPR b
    "#]],
    );
    check(
        "@retry(attempts=3)\n@poet\ndef f(): pass\n",
        expect![[r#"
        FUNCTION_DEF def f :
          DECORATOR @
            CALL_EXPR
              NAME_EXPR retry
              ARG_LIST ( )
                KEYWORD_ARG attempts =
                  LITERAL 3
          DECORATOR @
            NAME_EXPR poet
          PARAM_LIST ( )
          BLOCK
            PASS_STMT pass
    "#]],
    );
}

#[test]
fn records() {
    check(
        "struct P(Base):\n    \"\"\"Doc\"\"\"\n    x: int = 1 # one\n    y: list[str]\n\n    def area(self) -> int:\n        return 1\n",
        expect![[r#"
            RECORD_DEF struct P :
              BASE_LIST ( )
                PATH_TYPE Base
              BLOCK # one
                EXPR_STMT
                  LITERAL \"\"\"Doc\"\"\"
                FIELD x : =
                  PATH_TYPE int
                  LITERAL 1
                FIELD y :
                  GENERIC_TYPE [ ]
                    PATH_TYPE list
                    PATH_TYPE str
                FUNCTION_DEF def area -> :
                  PARAM_LIST ( )
                    PARAM self
                  PATH_TYPE int
                  BLOCK
                    RETURN_STMT return
                      LITERAL 1
        "#]],
    );
    check(
        "interface I:\n    Other\n    read(n: int) -> str\n    def write(s)\n",
        expect![[r#"
            RECORD_DEF interface I :
              BLOCK
                EXPR_STMT
                  NAME_EXPR Other
                METHOD_SIG read ->
                  PARAM_LIST ( )
                    PARAM n :
                      PATH_TYPE int
                  PATH_TYPE str
                METHOD_SIG def write
                  PARAM_LIST ( )
                    PARAM s
        "#]],
    );
    check(
        "workflow W:\n    name: str = \"w\"\nworkflow V(Base):\n    steps = a | b\n",
        expect![[r#"
        RECORD_DEF workflow W :
          BLOCK
            FIELD name : =
              PATH_TYPE str
              LITERAL \"w\"
        RECORD_DEF workflow V :
          BASE_LIST ( )
            PATH_TYPE Base
          BLOCK
            FIELD steps =
              PIPE_EXPR |
                NAME_EXPR a
                NAME_EXPR b
    "#]],
    );
    check(
        "workflow w(x: int) = a | b\nworkflow v = a\n",
        expect![[r#"
        WORKFLOW_DEF workflow w =
          PARAM_LIST ( )
            PARAM x :
              PATH_TYPE int
          PIPE_EXPR |
            NAME_EXPR a
            NAME_EXPR b
        WORKFLOW_DEF workflow v =
          NAME_EXPR a
    "#]],
    );
}

#[test]
fn agents() {
    check(
        "agent A\nagent B(Base)\nagent C(Base):\n    name = \"c\"\nagent D:\n    name: str = \"d\"\n    llm:\n        model = \"m\"\n",
        expect![[r#"
            AGENT_DEF agent A
            AGENT_DEF agent B
              BASE_LIST ( )
                PATH_TYPE Base
            AGENT_DEF agent C :
              BASE_LIST ( )
                PATH_TYPE Base
              BLOCK
                FIELD name =
                  LITERAL \"c\"
            AGENT_DEF agent D :
              BLOCK
                FIELD name : =
                  PATH_TYPE str
                  LITERAL \"d\"
                FIELD llm :
                  BLOCK
                    FIELD model =
                      LITERAL \"m\"
        "#]],
    );
}

#[test]
fn statements() {
    check(
        "if a: b\nelif c: d\nelse: e\n",
        expect![[r#"
        IF_STMT if :
          NAME_EXPR a
          BLOCK
            EXPR_STMT
              NAME_EXPR b
          ELIF_CLAUSE elif :
            NAME_EXPR c
            BLOCK
              EXPR_STMT
                NAME_EXPR d
          ELSE_CLAUSE else :
            BLOCK
              EXPR_STMT
                NAME_EXPR e
    "#]],
    );
    check(
        "for x, (y, z) in a, b:\n    break\nelse:\n    x\n",
        expect![[r#"
            FOR_STMT for in :
              TUPLE_EXPR ,
                NAME_EXPR x
                TUPLE_EXPR ( , )
                  NAME_EXPR y
                  NAME_EXPR z
              TUPLE_EXPR ,
                NAME_EXPR a
                NAME_EXPR b
              BLOCK
                BREAK_STMT break
              ELSE_CLAUSE else :
                BLOCK
                  EXPR_STMT
                    NAME_EXPR x
        "#]],
    );
    check(
        "while x: pass\nelse: pass\n",
        expect![[r#"
        WHILE_STMT while :
          NAME_EXPR x
          BLOCK
            PASS_STMT pass
          ELSE_CLAUSE else :
            BLOCK
              PASS_STMT pass
    "#]],
    );
    check(
        "try:\n    a\nexcept (A, B) as e:\n    raise X from e\ncatch C:\n    raise\nexcept as e:\n    pass\nelse:\n    pass\nfinally:\n    pass\n",
        expect![[r#"
            TRY_STMT try :
              BLOCK
                EXPR_STMT
                  NAME_EXPR a
              EXCEPT_CLAUSE except as e :
                TUPLE_EXPR ( , )
                  NAME_EXPR A
                  NAME_EXPR B
                BLOCK
                  RAISE_STMT raise from
                    NAME_EXPR X
                    NAME_EXPR e
              EXCEPT_CLAUSE catch :
                NAME_EXPR C
                BLOCK
                  RAISE_STMT raise
              EXCEPT_CLAUSE except as e :
                BLOCK
                  PASS_STMT pass
              ELSE_CLAUSE else :
                BLOCK
                  PASS_STMT pass
              FINALLY_CLAUSE finally :
                BLOCK
                  PASS_STMT pass
        "#]],
    );
    check(
        "def f():\n    with a as b, C(1) as d:\n        deliver b\n",
        expect![[r#"
            FUNCTION_DEF def f :
              PARAM_LIST ( )
              BLOCK
                WITH_STMT with , :
                  WITH_ITEM as
                    NAME_EXPR a
                    NAME_EXPR b
                  WITH_ITEM as
                    CALL_EXPR
                      NAME_EXPR C
                      ARG_LIST ( )
                        LITERAL 1
                    NAME_EXPR d
                  BLOCK
                    DELIVER_STMT deliver
                      NAME_EXPR b
        "#]],
    );
    check(
        "import a.b as c, d\nimport file.py\nfrom ..x import (a, b as c)\nfrom . import d\nfrom m import *\nexport a, b\nglobal g\ndel x, y[0]\nassert x, \"m\"\nuse(\"mcp\", url=\"u\")\n",
        expect![[r#"
            IMPORT_STMT import ,
              IMPORT_ALIAS as c
                MODULE_PATH a . b
              IMPORT_ALIAS
                MODULE_PATH d
            IMPORT_STMT import
              IMPORT_ALIAS
                MODULE_PATH file . py
            FROM_IMPORT_STMT from import ( , )
              MODULE_PATH . . x
              IMPORT_NAME a
              IMPORT_NAME b as c
            FROM_IMPORT_STMT from import
              MODULE_PATH .
              IMPORT_NAME d
            FROM_IMPORT_STMT from import *
              MODULE_PATH m
            EXPORT_STMT export a , b
            GLOBAL_STMT global g
            DEL_STMT del
              TUPLE_EXPR ,
                NAME_EXPR x
                INDEX_EXPR [ ]
                  NAME_EXPR y
                  LITERAL 0
            ASSERT_STMT assert ,
              NAME_EXPR x
              LITERAL \"m\"
            EXPR_STMT
              CALL_EXPR
                NAME_EXPR use
                ARG_LIST ( , )
                  LITERAL \"mcp\"
                  KEYWORD_ARG url =
                    LITERAL \"u\"
        "#]],
    );
}

#[test]
fn layout() {
    check(
        "\u{feff}x = 1\r\nif x:\r\n\ty = 2\r\n\r\n# end\r\n",
        expect![[r#"
            ASSIGN_STMT =
              NAME_EXPR x
              LITERAL 1
            IF_STMT if :
              NAME_EXPR x
              BLOCK
                ASSIGN_STMT =
                  NAME_EXPR y
                  LITERAL 2
        "#]],
    );
    check(
        "x = 1 + \\\n    2\nfoo(\n  # why\n  a, # b\n\n  b)\n",
        expect![[r#"
        ASSIGN_STMT =
          NAME_EXPR x
          BINARY_EXPR +  \\\n    
            LITERAL 1
            LITERAL 2
        EXPR_STMT
          CALL_EXPR
            NAME_EXPR foo
            ARG_LIST ( # why , # b )
              NAME_EXPR a
              NAME_EXPR b
    "#]],
    );
    check(
        "if x:\n    a\n    # in the block\n  # between\n# outside\ny\n",
        expect![[r#"
        IF_STMT if :
          NAME_EXPR x
          BLOCK # in the block # between
            EXPR_STMT
              NAME_EXPR a
        EXPR_STMT
          NAME_EXPR y
    "#]],
    );
}

#[test]
fn forms_of_older_documents() {
    check(
        "struct P: x: int, y: str = \"a\"\nstruct Q:\n    x: int,\n    y: str,\n",
        expect![[r#"
        RECORD_DEF struct P :
          BLOCK ,
            FIELD x :
              PATH_TYPE int
            FIELD y : =
              PATH_TYPE str
              LITERAL \"a\"
        RECORD_DEF struct Q :
          BLOCK , ,
            FIELD x :
              PATH_TYPE int
            FIELD y :
              PATH_TYPE str
    "#]],
    );
    check(
        "def f(x) =\n    a as one |   # first\n\n    # then\n    b(one)\nx = 1\n",
        expect![[r#"
        FUNCTION_DEF def f =
          PARAM_LIST ( )
            PARAM x
          PIPE_EXPR | # first # then
            CAPTURE_EXPR as one
              NAME_EXPR a
            CALL_EXPR
              NAME_EXPR b
              ARG_LIST ( )
                NAME_EXPR one
        ASSIGN_STMT =
          NAME_EXPR x
          LITERAL 1
    "#]],
    );
    check(
        "y = a\n    | b\n    | c\n",
        expect![[r#"
        ASSIGN_STMT =
          NAME_EXPR y
          PIPE_EXPR | |
            NAME_EXPR a
            NAME_EXPR b
            NAME_EXPR c
    "#]],
    );
    check(
        "@poet(retries=3)\npipeline = a | b\n",
        expect![[r#"
        ASSIGN_STMT =
          DECORATOR @
            CALL_EXPR
              NAME_EXPR poet
              ARG_LIST ( )
                KEYWORD_ARG retries =
                  LITERAL 3
          NAME_EXPR pipeline
          PIPE_EXPR |
            NAME_EXPR a
            NAME_EXPR b
    "#]],
    );
    check(
        "async def f(a, ...rest): pass\nasync = 1\n",
        expect![[r#"
        FUNCTION_DEF async def f :
          PARAM_LIST ( , )
            PARAM a
            PARAM ... rest
          BLOCK
            PASS_STMT pass
        ASSIGN_STMT =
          NAME_EXPR async
          LITERAL 1
    "#]],
    );
}
