/**
 * @file The grammar of Dana, for editors: colours, folds, indentation.
 * @license MIT OR Apache-2.0
 *
 * The language's own parser is in `crates/syntax`. This one accepts all that is correct there and somewhat more; what is wrong, the
 * language server says.
 *
 * Words that are keywords only in some places (`struct`, `agent`, `deliver`, …) come from the scanner, which looks at what follows
 * them. Everywhere else they are identifiers, without any conflict here.
 */

/// <reference types="tree-sitter-cli/dsl" />
// @ts-check

const PREC = {
  pipe: 1,
  conditional: 2,
  or: 10,
  and: 11,
  not: 12,
  compare: 13,
  xor: 14,
  bit_and: 15,
  shift: 16,
  sum: 17,
  product: 18,
  sign: 19,
  power: 20,
  postfix: 21,
};

/** One or more, with commas between them, and perhaps one after the last. */
const list = rule => seq(rule, repeat(seq(',', rule)), optional(','));

/** One or more, with commas between them. */
const separated = rule => seq(rule, repeat(seq(',', rule)));

module.exports = grammar({
  name: 'dana',

  externals: $ => [
    // Lines.
    $._newline,
    $._indent,
    $._dedent,
    // Strings.
    $.string_start,
    $.string_content,
    $.escape_sequence,
    $.string_end,
    $._field_open,
    $._field_close,
    $._format_colon,
    // The braces of `lambda x :: { statements }`.
    $._block_open,
    $._block_close,
    // The colon before the type of a lambda's parameter.
    $._annotation_colon,
    // `private`, `public`, `system`, `local` before `:name`.
    $.scope,
    // Words that are keywords here because of what follows.
    $._struct,
    $._resource,
    $._agent_blueprint,
    $._interface,
    $._workflow_record,
    $._workflow_pipeline,
    $._agent,
    $._sync,
    $._async,
    $._export,
    $._deliver,
    $._catch,
    // Never used: it is valid only while the parser recovers from an error.
    $._error_sentinel,
  ],

  extras: $ => [/[\s\f\uFEFF]/, /\\\r?\n/, $.comment],

  word: $ => $.identifier,

  reserved: {
    global: _ => [
      'and', 'as', 'assert', 'break', 'continue', 'def', 'del', 'elif', 'else', 'except', 'finally', 'for', 'from', 'global', 'if',
      'import', 'in', 'is', 'lambda', 'nonlocal', 'not', 'or', 'pass', 'raise', 'return', 'try', 'while', 'with',
      'True', 'true', 'TRUE', 'False', 'false', 'FALSE', 'None', 'none', 'NONE', 'null', 'NULL',
    ],
  },

  supertypes: $ => [$.expression, $.type],


  rules: {
    source_file: $ => repeat($._statement),

    comment: _ => token(/#[^\n]*/),

    // ----- statements

    _statement: $ => choice($._simple_line, $._compound_statement),

    _simple_line: $ => seq($._simple_statement, repeat(seq(';', $._simple_statement)), optional(';'), $._newline),

    _simple_statement: $ => choice(
      $.expression_statement,
      $.assignment,
      $.augmented_assignment,
      $.return_statement,
      $.deliver_statement,
      $.raise_statement,
      $.assert_statement,
      $.break_statement,
      $.continue_statement,
      $.pass_statement,
      $.delete_statement,
      $.global_statement,
      $.import_statement,
      $.import_from_statement,
      $.export_statement,
    ),

    _compound_statement: $ => choice(
      $.if_statement,
      $.while_statement,
      $.for_statement,
      $.try_statement,
      $.with_statement,
      $.function_definition,
      $.record_definition,
      $.interface_definition,
      $.agent_definition,
      $.workflow_definition,
      $.decorated_definition,
    ),

    // After a colon: the rest of the line, an indented block, or (while it is typed) nothing.
    _suite: $ => choice(
      alias($._simple_line, $.block),
      seq($._indent, $.block, $._dedent),
      alias($._newline, $.block),
    ),

    block: $ => repeat1($._statement),

    expression_statement: $ => $._stages,

    assignment: $ => seq(
      field('left', $._stages),
      choice(
        seq(':', field('type', $.type), repeat(seq('=', field('right', $._stages)))),
        repeat1(seq('=', field('right', $._stages))),
      ),
    ),

    augmented_assignment: $ => seq(
      field('left', $._stages),
      field('operator', choice('+=', '-=', '*=', '/=', '//=', '%=', '**=', '|=', '&=', '^=', '<<=', '>>=')),
      field('right', $._stages),
    ),

    return_statement: $ => seq('return', optional($._stages)),

    deliver_statement: $ => seq(alias($._deliver, 'deliver'), optional($._stages)),

    raise_statement: $ => seq('raise', optional($._value), optional(seq('from', field('cause', $._value)))),

    assert_statement: $ => seq('assert', field('condition', $._value), optional(seq(',', field('message', $._value)))),

    break_statement: _ => 'break',

    continue_statement: _ => 'continue',

    pass_statement: _ => 'pass',

    delete_statement: $ => seq('del', $._values),

    global_statement: $ => seq(choice('global', 'nonlocal'), separated($.identifier)),

    export_statement: $ => seq(alias($._export, 'export'), separated($.identifier)),

    import_statement: $ => seq('import', separated($._import_path)),

    _import_path: $ => choice(field('name', $.module_path), $.aliased_import),

    aliased_import: $ => seq(
      field('name', $.module_path),
      'as',
      field('alias', $.identifier),
    ),

    module_path: $ => seq(optional($._dots), $.identifier, repeat(seq('.', $.identifier))),

    _dots: _ => repeat1(choice('.', '...')),

    import_from_statement: $ => seq(
      'from',
      field('module', choice($.module_path, alias($._dots, $.module_path))),
      'import',
      choice($.wildcard_import, separated($._import_name), seq('(', list($._import_name), ')')),
    ),

    wildcard_import: _ => '*',

    _import_name: $ => choice(
      field('name', $.identifier),
      alias($._aliased_name, $.aliased_import),
    ),

    _aliased_name: $ => seq(field('name', $.identifier), 'as', field('alias', $.identifier)),

    if_statement: $ => seq(
      'if', field('condition', $._value), ':', field('consequence', $._suite),
      repeat($.elif_clause),
      optional($.else_clause),
    ),

    elif_clause: $ => seq('elif', field('condition', $._value), ':', field('consequence', $._suite)),

    else_clause: $ => seq('else', ':', field('body', $._suite)),

    while_statement: $ => seq(
      'while', field('condition', $._value), ':', field('body', $._suite),
      optional($.else_clause),
    ),

    for_statement: $ => seq(
      'for', field('left', $._targets), 'in', field('right', $._values), ':', field('body', $._suite),
      optional($.else_clause),
    ),

    _targets: $ => choice($._target, alias($._target_list, $.expression_list)),

    _target_list: $ => seq($._target, choice(',', seq(repeat1(seq(',', $._target)), optional(',')))),

    _target: $ => choice($._primary, alias($._splat_target, $.splat)),

    _splat_target: $ => seq('*', $._primary),

    try_statement: $ => seq(
      'try', ':', field('body', $._suite),
      repeat($.except_clause),
      optional($.else_clause),
      optional($.finally_clause),
    ),

    except_clause: $ => seq(
      choice('except', alias($._catch, 'catch')),
      optional(field('exception', $._values)),
      optional(seq('as', field('name', $.identifier))),
      ':',
      field('body', $._suite),
    ),

    finally_clause: $ => seq('finally', ':', field('body', $._suite)),

    with_statement: $ => seq('with', separated($.with_item), ':', field('body', $._suite)),

    with_item: $ => seq(field('value', $._value), optional(seq('as', field('target', $._target)))),

    // ----- definitions

    decorated_definition: $ => seq(
      repeat1($.decorator),
      field('definition', choice(
        $.function_definition,
        $.record_definition,
        $.interface_definition,
        $.agent_definition,
        $.workflow_definition,
        seq(alias($._named_pipeline, $.assignment), $._newline),
      )),
    ),

    _named_pipeline: $ => seq(field('left', $.identifier), '=', field('right', $._stages)),

    decorator: $ => seq('@', $._primary, optional($._newline)),

    function_definition: $ => seq(
      optional(choice(alias($._sync, 'sync'), alias($._async, 'async'))),
      $._signature,
      choice(
        seq(':', field('body', $._suite)),
        seq('=', field('pipeline', $._stages), $._newline),
      ),
    ),

    _signature: $ => seq(
      'def',
      optional(field('receiver', $.receiver)),
      field('name', $.identifier),
      optional(field('parameters', $.parameters)),
      optional(field('return_type', $._return_type)),
    ),

    _return_type: $ => seq('->', $.type),

    receiver: $ => seq('(', $.parameter, ')'),

    parameters: $ => seq('(', optional(list(choice($.parameter, $.parameter_mark))), ')'),

    // `*` and `/` alone.
    parameter_mark: _ => choice('*', '/'),

    parameter: $ => seq(
      optional(choice('*', '**', '...')),
      field('name', $.identifier),
      optional(seq(':', field('type', $.type))),
      optional(seq('=', field('default', $._value))),
    ),

    record_definition: $ => seq(
      choice(
        alias($._struct, 'struct'),
        alias($._resource, 'resource'),
        alias($._agent_blueprint, 'agent_blueprint'),
        alias($._workflow_record, 'workflow'),
      ),
      field('name', $.identifier),
      optional(field('bases', $.bases)),
      ':',
      field('body', $._record_suite),
    ),

    bases: $ => seq('(', optional(list($.type)), ')'),

    agent_definition: $ => seq(
      alias($._agent, 'agent'),
      optional(field('name', $.identifier)),
      optional(field('bases', $.bases)),
      choice(seq(':', field('body', $._record_suite)), $._newline),
    ),

    _record_suite: $ => choice(
      alias($._member_line, $.block),
      seq($._indent, alias($._record_block, $.block), $._dedent),
      alias($._newline, $.block),
    ),

    _record_block: $ => repeat1(choice($._member_line, $._compound_statement, alias($._nested_field, $.field))),

    _member_line: $ => seq($._member, repeat(seq(choice(',', ';'), $._member)), optional(choice(',', ';')), $._newline),

    _member: $ => choice($.field, $.pass_statement, alias($._member_expression, $.expression_statement)),

    _member_expression: $ => $._stage,

    field: $ => seq(
      field('name', $.identifier),
      choice(
        seq(':', field('type', $.type), optional(seq('=', field('default', $._stage)))),
        seq('=', field('default', $._stage)),
      ),
    ),

    // `name:` with fields of its own below it.
    _nested_field: $ => seq(
      field('name', $.identifier), ':',
      $._indent, field('body', alias($._record_block, $.block)), $._dedent,
    ),

    interface_definition: $ => seq(
      alias($._interface, 'interface'),
      field('name', $.identifier),
      optional(field('bases', $.bases)),
      ':',
      field('body', choice(
        alias($._interface_line, $.block),
        seq($._indent, alias($._interface_block, $.block), $._dedent),
        alias($._newline, $.block),
      )),
    ),

    _interface_block: $ => repeat1(choice(
      $._interface_line,
      $.function_definition,
      alias($._decorated_signature, $.decorated_definition),
    )),

    _decorated_signature: $ => seq(
      repeat1($.decorator),
      field('definition', choice($.function_definition, seq(alias($._def_signature, $.method_signature), $._newline))),
    ),

    _interface_line: $ => seq(
      $._interface_member,
      repeat(seq(choice(',', ';'), $._interface_member)),
      optional(choice(',', ';')),
      $._newline,
    ),

    _interface_member: $ => choice(
      $.field,
      $.method_signature,
      alias($._def_signature, $.method_signature),
      alias($.named_type, $.embedded_interface),
      $.pass_statement,
      alias($._interface_expression, $.expression_statement),
    ),

    _interface_expression: $ => choice($.string, $.concatenated_string, $.ellipsis),

    method_signature: $ => seq(
      field('name', $.identifier),
      field('parameters', $.parameters),
      optional(field('return_type', $._return_type)),
    ),

    _def_signature: $ => $._signature,

    workflow_definition: $ => seq(
      alias($._workflow_pipeline, 'workflow'),
      field('name', $.identifier),
      optional(field('parameters', $.parameters)),
      optional(field('return_type', $._return_type)),
      '=',
      field('pipeline', $._stages),
      $._newline,
    ),

    // ----- types

    type: $ => choice($.named_type, $.generic_type, $.union_type, $.literal_type, $.list_type, $.tuple_type),

    named_type: $ => prec.right(seq($.identifier, repeat(seq('.', $.identifier)))),

    generic_type: $ => prec(PREC.postfix, seq($.type, '[', optional(list($.type)), ']')),

    union_type: $ => prec.left(PREC.pipe, seq($.type, '|', $.type)),

    literal_type: $ => choice($.none, $.true, $.false, $.string, $.integer, $.float, $.ellipsis),

    list_type: $ => seq('[', optional(list($.type)), ']'),

    tuple_type: $ => seq('(', optional(list($.type)), ')'),

    // ----- pipelines

    // What may be assigned, returned or stand alone: stages with names, and tuples without parentheses.
    _stages: $ => choice($._stage, $.splat, $.expression_list),

    expression_list: $ => prec.right(seq(
      choice($._stage, $.splat),
      choice(',', seq(repeat1(seq(',', choice($._stage, $.splat))), optional(','))),
    )),

    _stage: $ => choice($._stage_item, $.pipe_expression),

    pipe_expression: $ => seq($._stage_item, repeat1(seq('|', $._stage_item))),

    _stage_item: $ => choice($.expression, $.capture),

    capture: $ => seq(field('stage', $.expression), 'as', field('name', $.identifier)),

    // One value, the stages of which have no names.
    _value: $ => choice($.expression, alias($._plain_pipe, $.pipe_expression)),

    _plain_pipe: $ => prec(PREC.pipe, seq($.expression, repeat1(seq('|', $.expression)))),

    _item: $ => choice($._value, $.splat),

    splat: $ => seq('*', $._value),

    double_splat: $ => seq('**', $._value),

    _values: $ => choice($._item, alias($._value_list, $.expression_list)),

    _value_list: $ => prec.right(seq($._item, choice(',', seq(repeat1(seq(',', $._item)), optional(','))))),

    // ----- expressions

    expression: $ => choice($._operand, $.conditional_expression),

    _operand: $ => choice(
      $._primary,
      $.unary_expression,
      $.not_expression,
      $.binary_expression,
      $.boolean_expression,
      $.comparison,
      $.lambda,
    ),

    _primary: $ => choice(
      $.identifier,
      $.scoped_name,
      $.placeholder,
      $.integer,
      $.float,
      $.string,
      $.concatenated_string,
      $.true,
      $.false,
      $.none,
      $.ellipsis,
      $.parenthesized_expression,
      $.tuple,
      $.list,
      $.set,
      $.dictionary,
      $.list_comprehension,
      $.set_comprehension,
      $.dictionary_comprehension,
      $.generator_expression,
      $.call,
      $.subscript,
      $.attribute,
    ),

    conditional_expression: $ => prec.right(PREC.conditional, seq(
      field('consequence', $._operand), 'if', field('condition', $._operand), 'else', field('alternative', $.expression),
    )),

    boolean_expression: $ => choice(
      prec.left(PREC.or, seq(field('left', $._operand), field('operator', 'or'), field('right', $._operand))),
      prec.left(PREC.and, seq(field('left', $._operand), field('operator', 'and'), field('right', $._operand))),
    ),

    not_expression: $ => prec(PREC.not, seq('not', field('argument', $._operand))),

    comparison: $ => prec.left(PREC.compare, seq(
      field('left', $._operand),
      field('operator', choice(
        '<', '>', '==', '!=', '<=', '>=', 'in', 'is',
        alias($._not_in, 'not in'),
        alias($._is_not, 'is not'),
      )),
      field('right', $._operand),
    )),

    _not_in: _ => seq('not', 'in'),

    _is_not: _ => prec(PREC.postfix, seq('is', 'not')),

    binary_expression: $ => {
      const operators = /** @type {[number, any][]} */ ([
        [PREC.xor, '^'],
        [PREC.bit_and, '&'],
        [PREC.shift, choice('<<', '>>')],
        [PREC.sum, choice('+', '-')],
        [PREC.product, choice('*', '/', '//', '%', '@')],
      ]);
      return choice(
        ...operators.map(([power, operator]) => prec.left(power, seq(
          field('left', $._operand), field('operator', operator), field('right', $._operand),
        ))),
        prec.right(PREC.power, seq(field('left', $._operand), field('operator', '**'), field('right', $._operand))),
      );
    },

    unary_expression: $ => prec(PREC.sign, seq(field('operator', choice('-', '+', '~')), field('argument', $._operand))),

    lambda: $ => seq(
      'lambda',
      optional(field('receiver', $.receiver)),
      optional(field('parameters', $.lambda_parameters)),
      choice(
        seq('::', field('body', choice($._value, $.lambda_block))),
        seq(':', field('body', $._value)),
      ),
    ),

    lambda_parameters: $ => list(alias($._lambda_parameter, $.parameter)),

    _lambda_parameter: $ => seq(
      optional(choice('*', '**')),
      field('name', $.identifier),
      optional(seq(alias($._annotation_colon, ':'), field('type', $.type))),
      optional(seq('=', field('default', $._value))),
    ),

    lambda_block: $ => seq(alias($._block_open, '{'), repeat($._statement), alias($._block_close, '}')),

    call: $ => prec(PREC.postfix, seq(field('function', $._primary), field('arguments', $.argument_list))),

    argument_list: $ => seq(
      '(',
      optional(list(choice($._item, $.double_splat, $.keyword_argument, alias($._bare_generator, $.generator_expression)))),
      ')',
    ),

    keyword_argument: $ => seq(field('name', $.identifier), '=', field('value', $._value)),

    _bare_generator: $ => seq(field('body', $._item), $._clauses),

    subscript: $ => prec(PREC.postfix, seq(
      field('value', $._primary), '[', optional(list(field('subscript', choice($._item, $.slice)))), ']',
    )),

    slice: $ => choice(
      seq(optional($._value), ':', optional($._value), optional(seq(':', optional($._value)))),
      seq(optional($._value), '::', optional($._value)),
    ),

    attribute: $ => prec(PREC.postfix, seq(field('object', $._primary), '.', field('attribute', $.identifier))),

    scoped_name: $ => seq(field('scope', $.scope), ':', field('name', $.identifier)),

    placeholder: _ => '$$',

    parenthesized_expression: $ => seq('(', choice($._stage, $.splat), ')'),

    tuple: $ => seq('(', optional(seq($._tuple_item, ',', optional(list($._tuple_item)))), ')'),

    _tuple_item: $ => choice($._stage, $.splat),

    generator_expression: $ => seq('(', field('body', $._tuple_item), $._clauses, ')'),

    list: $ => seq('[', optional(list($._item)), ']'),

    list_comprehension: $ => seq('[', field('body', $._item), $._clauses, ']'),

    set: $ => seq('{', list($._item), '}'),

    set_comprehension: $ => seq('{', field('body', $._item), $._clauses, '}'),

    dictionary: $ => seq('{', optional(list(choice($.pair, $.double_splat))), '}'),

    pair: $ => seq(field('key', $._value), ':', field('value', $._value)),

    dictionary_comprehension: $ => seq(
      '{',
      field('body', choice($.pair, seq('(', alias($._inner_pair, $.pair), ')'))),
      $._clauses,
      '}',
    ),

    _inner_pair: $ => seq(field('key', $._tuple_item), ':', field('value', $._value)),

    _clauses: $ => seq($.for_clause, repeat(choice($.for_clause, $.if_clause))),

    for_clause: $ => seq('for', field('left', $._targets), 'in', field('right', $._operand)),

    if_clause: $ => seq('if', field('condition', $._operand)),

    // ----- literals

    concatenated_string: $ => seq($.string, repeat1($.string)),

    string: $ => seq(
      $.string_start,
      repeat(choice($.string_content, $.escape_sequence, $.interpolation)),
      $.string_end,
    ),

    interpolation: $ => seq(
      alias($._field_open, '{'),
      optional(field('expression', $._values)),
      optional('='),
      optional($.conversion),
      optional($.format_specifier),
      alias($._field_close, '}'),
    ),

    conversion: $ => seq('!', $.identifier),

    format_specifier: $ => seq(
      alias($._format_colon, ':'),
      repeat(choice($.string_content, $.interpolation)),
    ),

    integer: _ => token(choice(
      /0[xX][0-9a-fA-F_]+/,
      /0[oO][0-7_]+/,
      /0[bB][01_]+/,
      /[0-9][0-9_]*[jJ]?/,
    )),

    float: _ => token(choice(
      /[0-9][0-9_]*\.[0-9_]*([eE][+-]?[0-9_]+)?[jJ]?/,
      /\.[0-9][0-9_]*([eE][+-]?[0-9_]+)?[jJ]?/,
      /[0-9][0-9_]*[eE][+-]?[0-9_]+[jJ]?/,
    )),

    true: _ => choice('True', 'true', 'TRUE'),
    false: _ => choice('False', 'false', 'FALSE'),
    none: _ => choice('None', 'none', 'NONE', 'null', 'NULL'),
    ellipsis: _ => '...',

    identifier: _ => /[_\p{XID_Start}][\p{XID_Continue}]*/u,
  },
});
