//! The one layout, rule by rule: a text, and what it becomes.

use danaide_format::{FormatOptions, format_text};
use expect_test::{Expect, expect};

/// Formats a text twice, at a width of 60 columns, so that lines in tests are short.
fn check(before: &str, after: Expect) {
    let options = FormatOptions { line_width: 60, range: None };
    let once = format_text(before, &options);
    after.assert_eq(&once.replace('\r', "<CR>").replace('\u{feff}', "<BOM>"));
    assert_eq!(format_text(&once, &options), once, "formatted twice");
}

mod spaces {
    use super::*;

    #[test]
    fn operators_stand_between_spaces() {
        check(
            "x=1+2*  3\ny=not  a and-b\nz=a<b<=c\nx+=1\nx  //=2\n",
            expect![[r#"
            x = 1 + 2 * 3
            y = not a and -b
            z = a < b <= c
            x += 1
            x //= 2
        "#]],
        );
        check(
            "a = b**2\nc = f(x)**-1\nd = a.b**n\ne = 5**f[x]\n",
            expect![[r#"
            a = b**2
            c = f(x) ** -1
            d = a.b**n
            e = 5 ** f[x]
        "#]],
        );
        check(
            "x = a if b   else c\ny = a not   in b\nz = a is  not b\n",
            expect![[r#"
            x = a if b else c
            y = a not in b
            z = a is not b
        "#]],
        );
    }

    #[test]
    fn brackets_hold_what_is_in_them() {
        check(
            "f ( a , b=1 , *c , ** d )\nx = [ 1,2 ,3 ]\ny = { 'a' :1 }\nz = ( 1 , )\nw = {1,}\n",
            expect![[r#"
            f(a, b=1, *c, **d)
            x = [1, 2, 3]
            y = {'a': 1}
            z = (1,)
            w = {
                1,
            }
        "#]],
        );
        check(
            "x [ 1 ]\nx[1 : 2]\nx[a+1 : b]\nx[f(y):]\nx[ : , 1]\n",
            expect![[r#"
            x[1]
            x[1:2]
            x[a + 1 : b]
            x[f(y) :]
            x[:, 1]
        "#]],
        );
    }

    #[test]
    fn the_equals_sign_of_a_name_is_tight_without_a_type() {
        check(
            "def f( a=1 , b:int=2,*c, d : str='x' )->int :\n    return a\nf(a = 1)\n",
            expect![[r#"
            def f(a=1, b: int = 2, *c, d: str = 'x') -> int:
                return a


            f(a=1)
        "#]],
        );
        check(
            "def (self:Point|None)  dx( n ) : return n\n",
            expect![[r#"
            def (self: Point | None) dx(n): return n
        "#]],
        );
    }

    #[test]
    fn pipelines_and_captures() {
        check(
            "x=a|f|g as   b\ndef p(x)=f|[g,h]  as both|join($$ , 2)\n",
            expect![[r#"
            x = a | f | g as b
            def p(x) = f | [g, h] as both | join($$, 2)
        "#]],
        );
    }

    #[test]
    fn scopes_and_placeholders_are_one_word() {
        check(
            "private:x=1\nx = public:y+$$\nz = {private:a :local:b}\n",
            expect![[r#"
            private:x = 1
            x = public:y + $$
            z = {private:a: local:b}
        "#]],
        );
    }

    #[test]
    fn lambdas() {
        check(
            "f = lambda x,y=2::x+y\ng=lambda:: 1\nh = lambda( p:Point )dx:int :: p\nk = lambda x :x\n",
            expect![[r#"
            f = lambda x, y=2 :: x + y
            g = lambda :: 1
            h = lambda (p: Point) dx: int :: p
            k = lambda x: x
        "#]],
        );
        check(
            "f = lambda x :: {y=x;return  y}\ng = lambda ::{  f( ) }\n",
            expect![[r#"
            f = lambda x :: { y = x; return y }
            g = lambda :: {f()}
        "#]],
        );
    }

    #[test]
    fn definitions() {
        check(
            "struct  P( Base ) :\n    x :int=1\n    y:  list[ int ]\n",
            expect![[r#"
            struct P(Base):
                x: int = 1
                y: list[int]
        "#]],
        );
        check(
            "agent A\nagent B( Base )\nworkflow  w( x:int )=f|g\nworkflow v = f\n",
            expect![[r#"
            agent A
            agent B(Base)
            workflow w(x: int) = f | g
            workflow v = f
        "#]],
        );
        check(
            "@poet( domain = 'x' )\ndef f( ) : pass\n",
            expect![[r#"
            @poet(domain='x')
            def f(): pass
        "#]],
        );
        check(
            "sync   def f():pass\nexport  a,b\n",
            expect![[r#"
            sync def f(): pass


            export a, b
        "#]],
        );
    }

    #[test]
    fn imports() {
        check(
            "import a.b  as  c , d\nfrom  . import x\nfrom ..a import ( b as c,d )\nfrom .a import *\n",
            expect![[r#"
            import a.b as c, d
            from . import x
            from ..a import (b as c, d)
            from .a import *
        "#]],
        );
    }

    #[test]
    fn texts_and_comments_stay() {
        check(
            "x = 'a  b'+f'{a  +  1 :>{ w }}'\n#x\ny = 1 # why   so\n#!fold\n",
            expect![[r#"
            x = 'a  b' + f'{a  +  1 :>{ w }}'
            #x
            y = 1  # why   so
            #!fold
        "#]],
        );
    }
}

mod lines {
    use super::*;

    #[test]
    fn what_is_too_wide_is_broken_at_its_brackets() {
        check(
            "result = compute(first_argument, second_argument, third_argument)\n",
            expect![[r#"
            result = compute(
                first_argument,
                second_argument,
                third_argument,
            )
        "#]],
        );
        check(
            "result = compute(first_argument, inner(second_argument, third_argument), fourth_argument, more=[1, 2, 3])\n",
            expect![[r#"
                result = compute(
                    first_argument,
                    inner(second_argument, third_argument),
                    fourth_argument,
                    more=[1, 2, 3],
                )
            "#]],
        );
        check(
            "def function_with_many(first: int, second: str = 'x', *rest) -> list[int]:\n    pass\n",
            expect![[r#"
            def function_with_many(
                first: int,
                second: str = 'x',
                *rest,
            ) -> list[int]:
                pass
        "#]],
        );
        check(
            "x = {'first': 1, 'second': [1, 2, 3], 'third': {'inner': 'value'}, 'z': 1}\n",
            expect![[r#"
            x = {
                'first': 1,
                'second': [1, 2, 3],
                'third': {'inner': 'value'},
                'z': 1,
            }
        "#]],
        );
    }

    #[test]
    fn what_fits_goes_on_one_line() {
        check(
            "f(\n    a,\n    b)\nx = [\n  1, 2\n]\n",
            expect![[r#"
            f(a, b)
            x = [1, 2]
        "#]],
        );
    }

    #[test]
    fn a_comma_at_the_end_keeps_items_on_lines() {
        check(
            "f(a, b,)\nx = [1,]\ny = (1,)\nz = g({'a': 1,})\n",
            expect![[r#"
            f(
                a,
                b,
            )
            x = [
                1,
            ]
            y = (1,)
            z = g(
                {
                    'a': 1,
                },
            )
        "#]],
        );
    }

    #[test]
    fn no_comma_comes_where_it_would_mean_something() {
        check(
            "value = (first_long_operand_name + second_long_operand_name + third)\n",
            expect![[r#"
            value = (
                first_long_operand_name
                + second_long_operand_name
                + third
            )
        "#]],
        );
        check(
            "value = sum(long_function_name(item) for item in all_of_the_items_here if item)\n",
            expect![[r#"
            value = sum(
                long_function_name(item)
                for item in all_of_the_items_here
                if item
            )
        "#]],
        );
        check(
            "value = table[first_long_operand_name + second_long_operand_name + third]\n",
            expect![[r#"
            value = table[
                first_long_operand_name
                + second_long_operand_name
                + third
            ]
        "#]],
        );
    }

    #[test]
    fn operators_start_lines_in_brackets() {
        check(
            "if (first_condition and second_condition or third_condition and more):\n    pass\n",
            expect![[r#"
            if (
                first_condition and second_condition
                or third_condition and more
            ):
                pass
        "#]],
        );
        check(
            "x = ('first part of a text ' 'and the second part' f' and {a} third')\n",
            expect![[r#"
            x = (
                'first part of a text '
                'and the second part'
                f' and {a} third'
            )
        "#]],
        );
        check(
            "x = [long_function_name(item) for item in all_of_the_items if item > 3]\n",
            expect![[r#"
            x = [
                long_function_name(item)
                for item in all_of_the_items
                if item > 3
            ]
        "#]],
        );
    }

    #[test]
    fn pipelines_have_one_stage_a_line() {
        check(
            "x = (first_stage_of_all | second_stage(1, 2) | third_stage as name | last)\n",
            expect![[r#"
            x = (
                first_stage_of_all
                | second_stage(1, 2)
                | third_stage as name
                | last
            )
        "#]],
        );
        check(
            "x = first_stage_of_all | second_stage(1, 2) | third_stage as name | last\n",
            expect![[r#"
            x = first_stage_of_all
                | second_stage(1, 2)
                | third_stage as name
                | last
        "#]],
        );
        check(
            "def p(x) = fetch_all | [one_branch, other_branch] as both | combine_them\n",
            expect![[r#"
            def p(x) = fetch_all
                | [one_branch, other_branch] as both
                | combine_them
        "#]],
        );
        check(
            "workflow w =\n  fetch\n  | clean | store\n",
            expect![[r#"
            workflow w =
                fetch
                | clean
                | store
        "#]],
        );
        check(
            "x = a |\n    b |\n    c\n",
            expect![[r#"
            x = a
                | b
                | c
        "#]],
        );
        check(
            "if True:\n    x = a \\\n      | b\n",
            expect![[r#"
            if True:
                x = a
                    | b
        "#]],
        );
    }

    #[test]
    fn comments_between_stages_keep_their_lines() {
        check(
            "x = a |  # first\n   b |\n   # second\n   c\n",
            expect![[r#"
            x = a |  # first
                b |
                # second
                c
        "#]],
        );
    }

    #[test]
    fn a_stage_with_lines_does_not_break_the_pipeline() {
        check(
            "x = data | transform({'a': 1, 'b': 2,}) | store\n",
            expect![[r#"
            x = data | transform(
                {
                    'a': 1,
                    'b': 2,
                },
            ) | store
        "#]],
        );
        check(
            "x = data | transform({'a': 1, 'b': 2,})\n   | store\n",
            expect![[r#"
            x = data
                | transform(
                    {
                        'a': 1,
                        'b': 2,
                    },
                )
                | store
        "#]],
        );
    }

    #[test]
    fn cases_have_one_pair_a_line() {
        check(
            "def route(x) = case((is_question, answer), (is_order, take_order), fallback) | send\n",
            expect![[r#"
                def route(x) = case(
                        (is_question, answer),
                        (is_order, take_order),
                        fallback,
                    )
                    | send
            "#]],
        );
    }

    #[test]
    fn blocks_of_lambdas() {
        check(
            "f = apply(lambda x :: {\n  y = x + 1\n  return y\n}, 3)\n",
            expect![[r#"
            f = apply(lambda x :: {
                y = x + 1
                return y
            }, 3)
        "#]],
        );
        check(
            "f = lambda x :: {\n      if x:\n        return 1\n      return 2 }\n",
            expect![[r#"
            f = lambda x :: {
                if x:
                    return 1
                return 2
            }
        "#]],
        );
    }

    #[test]
    fn backslashes_stay() {
        check(
            "x = a +   \\\n      b\nassert  x, \\\n   'why'\n",
            expect![[r#"
            x = a + \
                  b
            assert x, \
               'why'
        "#]],
        );
    }

    #[test]
    fn comments_in_brackets() {
        check(
            "f(a, # one\n  # two\n  b\n  # three\n)\n",
            expect![[r#"
            f(
                a,  # one
                # two
                b,
                # three
            )
        "#]],
        );
        check(
            "x = [ # open\n  1]\n",
            expect![[r#"
            x = [  # open
                1,
            ]
        "#]],
        );
    }

    #[test]
    fn texts_of_several_lines_stay() {
        check(
            "x = f(\"\"\"a\n  b\n\"\"\",   1)\n",
            expect![[r#"
            x = f("""a
              b
            """, 1)
        "#]],
        );
    }
}

mod blocks {
    use super::*;

    #[test]
    fn a_level_is_four_spaces() {
        check(
            "if a:\n  if b:\n\tc\n  else:\n     d\n",
            expect![[r#"
            if a:
                if b:
                    c
                else:
                    d
        "#]],
        );
        check(
            "def f():\n  # why\n  x\n  # end\n# out\ny\n",
            expect![[r#"
            def f():
                # why
                x
                # end


            # out
            y
        "#]],
        );
    }

    #[test]
    fn a_block_on_one_line_stays_there() {
        check(
            "if a : b ; c\nfor x in y :  z\ntry : a\nexcept E  as e : b\n",
            expect![[r#"
            if a: b; c
            for x in y: z
            try: a
            except E as e: b
        "#]],
        );
    }

    #[test]
    fn docstrings_stay() {
        check(
            "def f():\n  '''One.\n     Two.\n  '''\n  x\n",
            expect![[r#"
            def f():
                '''One.
                 Two.
              '''
                x
        "#]],
        );
    }
}

mod blank_lines {
    use super::*;

    #[test]
    fn two_around_definitions_and_one_in_records() {
        check(
            "x = 1\ndef f():\n    pass\ny = 2\nstruct P:\n    x: int\n    def g(self):\n        pass\n    def h(self):\n        pass\n",
            expect![[r#"
            x = 1


            def f():
                pass


            y = 2


            struct P:
                x: int

                def g(self):
                    pass

                def h(self):
                    pass
        "#]],
        );
    }

    #[test]
    fn comments_above_a_definition_belong_to_it() {
        check(
            "x = 1\n# about f\n@d\ndef f():\n    pass\n# about y\ny = 2\n",
            expect![[r#"
            x = 1


            # about f
            @d
            def f():
                pass


            # about y
            y = 2
        "#]],
        );
    }

    #[test]
    fn one_after_imports_and_the_docstring() {
        check(
            "'''About.'''\nimport a\nimport b\nx = 1\n",
            expect![[r#"
            '''About.'''

            import a
            import b

            x = 1
        "#]],
        );
    }

    #[test]
    fn no_more_than_two() {
        check(
            "\n\n\na\n\n\n\n\nb\ndef f():\n\n\n    a\n\n\n    b\n\n\n",
            expect![[r#"
            a


            b


            def f():
                a

                b
        "#]],
        );
    }

    #[test]
    fn definitions_on_one_line_may_stand_together() {
        check(
            "def f(x) = a | b\ndef g(x) = c\nworkflow w = f\nagent A\nx = 1\n",
            expect![[r#"
            def f(x) = a | b
            def g(x) = c
            workflow w = f
            agent A
            x = 1
        "#]],
        );
    }
}

mod files {
    use super::*;

    #[test]
    fn line_ends_stay_what_they_are() {
        check(
            "x=1\r\nif x:\r\n  y\r\nf(a,\r\nb)\r\n",
            expect![[r#"
            x = 1<CR>
            if x:<CR>
                y<CR>
            f(a, b)<CR>
        "#]],
        );
    }

    #[test]
    fn lines_that_end_in_both_ways_end_in_one() {
        check(
            "x=1\r\ny=2\nz=3\n",
            expect![[r#"
            x = 1<CR>
            y = 2<CR>
            z = 3<CR>
        "#]],
        );
        // A line that stays as it is decides for all.
        check(
            "\r\nx=1\n]  1\nz=3",
            expect![[r#"
            x = 1
            ]  1
            z = 3
        "#]],
        );
    }

    #[test]
    fn a_file_ends_with_a_line_end() {
        check(
            "x",
            expect![[r#"
            x
        "#]],
        );
        check(
            "x   \n\n\n",
            expect![[r#"
            x
        "#]],
        );
        check("", expect![[""]]);
        check("\n \n", expect![[""]]);
        check(
            "# only",
            expect![[r#"
            # only
        "#]],
        );
    }

    #[test]
    fn a_byte_order_mark_stays() {
        check(
            "\u{feff}x=1\n",
            expect![[r#"
            <BOM>x = 1
        "#]],
        );
    }

    #[test]
    fn widths_are_characters() {
        check(
            "x = f('ééééééééééééééééééééééééééé', 'éééééééééééééééééé')\n",
            expect![[r#"
            x = f('ééééééééééééééééééééééééééé', 'éééééééééééééééééé')
        "#]],
        );
    }
}

mod left_alone {
    use super::*;

    #[test]
    fn statements_with_syntax_errors() {
        check(
            "x=1\ny=(  2 +\nz=3\n",
            expect![[r#"
            x = 1
            y=(  2 +
            z=3
        "#]],
        );
        check(
            "def f( a ) :\n  x=1\n  y==  =2\n  z=3\nw=1\n",
            expect![[r#"
            def f(a):
              x = 1
              y==  =2
              z = 3


            w = 1
        "#]],
        );
        check(
            "x=1\n)\ny=2\n",
            expect![[r#"
            x = 1
            )
            y = 2
        "#]],
        );
        check(
            "x = 'abc\ny=2\n",
            expect![[r#"
            x = 'abc
            y = 2
        "#]],
        );
    }

    #[test]
    fn what_comments_exempt() {
        check(
            "# fmt: off\nm=[1,0,\n   0,1]\n# fmt: on\nx=1\n",
            expect![[r#"
            # fmt: off
            m=[1,0,
               0,1]
            # fmt: on
            x = 1
        "#]],
        );
        check(
            "x=[1,   2] # fmt: skip\ny=[1,   2]\n",
            expect![[r#"
            x=[1,   2] # fmt: skip
            y = [1, 2]
        "#]],
        );
    }
}

mod ranges {
    use danaide_syntax::{TextRange, TextSize};

    use super::*;

    /// Formats the statements that the text between two `$` touches.
    fn check_range(before: &str, after: Expect) {
        let parts: Vec<&str> = before.split('$').collect();
        let [start, inside, end] = parts.as_slice() else { panic!("two marks") };
        let at = |offset: usize| TextSize::new(u32::try_from(offset).unwrap());
        let range = TextRange::new(at(start.len()), at(start.len() + inside.len()));
        let options = FormatOptions { line_width: 60, range: Some(range) };
        after.assert_eq(&format_text(&format!("{start}{inside}{end}"), &options));
    }

    #[test]
    fn only_what_the_range_touches_changes() {
        check_range(
            "x=1\ny$=$2\nz=3\n",
            expect![[r#"
            x=1
            y = 2
            z=3
        "#]],
        );
        check_range(
            "def f():\n  x=1\n  $y=2\n  z$=3\nw=1\n",
            expect![[r#"
            def f():
              x=1
              y = 2
              z = 3


            w=1
        "#]],
        );
        check_range(
            "x=1\n$$\n\n\n\ny=2\n",
            expect![[r#"
            x=1




            y=2
        "#]],
        );
    }
}
