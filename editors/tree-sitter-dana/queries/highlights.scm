; Colours. Of several patterns for one place the last one counts.

(identifier) @variable

((identifier) @variable.builtin
  (#eq? @variable.builtin "self"))

((identifier) @constant
  (#lua-match? @constant "^_?[A-Z][A-Z0-9_]+$"))

((identifier) @type
  (#lua-match? @type "^[A-Z][A-Za-z0-9]*[a-z][A-Za-z0-9]*$"))

(attribute
  attribute: (identifier) @variable.member)

(field
  name: (identifier) @variable.member)

; Calls and stages of pipelines

(call
  function: (identifier) @function.call)

(call
  function: (attribute
    attribute: (identifier) @function.method.call))

((call
  function: (identifier) @constructor)
  (#lua-match? @constructor "^[A-Z][A-Za-z0-9]*[a-z][A-Za-z0-9]*$"))

(pipe_expression
  (identifier) @function.call)

(pipe_expression
  (capture
    stage: (identifier) @function.call))

(pipe_expression
  (list
    (identifier) @function.call))

(capture
  name: (identifier) @variable)

((call
  function: (identifier) @function.builtin)
  (#any-of? @function.builtin
    "abs" "all" "any" "bool" "bytes" "callable" "capitalize_words" "case" "cast" "chr" "dict" "divmod" "enumerate" "exit" "filter"
    "float" "frozenset" "getattr" "hasattr" "hash" "int" "isinstance" "iter" "len" "list" "llm" "log" "log_level" "map" "max" "min"
    "next" "noop" "ord" "pow" "print" "range" "reason" "repr" "reversed" "round" "set" "setattr" "sleep" "slice" "sorted" "str"
    "sum" "sum_range" "tuple" "type" "use" "zip"))

; Definitions

(function_definition
  name: (identifier) @function)

(record_definition
  body: (block
    (function_definition
      name: (identifier) @function.method)))

(function_definition
  receiver: (receiver)
  name: (identifier) @function.method)

(method_signature
  name: (identifier) @function.method)

(workflow_definition
  name: (identifier) @function)

(record_definition
  name: (identifier) @type.definition)

(interface_definition
  name: (identifier) @type.definition)

(agent_definition
  name: (identifier) @type.definition)

(parameter
  name: (identifier) @variable.parameter)

(keyword_argument
  name: (identifier) @variable.parameter)

(decorator
  "@" @attribute)

(decorator
  (identifier) @attribute)

(decorator
  (call
    function: (identifier) @attribute))

(decorator
  (attribute
    attribute: (identifier) @attribute))

(decorator
  (call
    function: (attribute
      attribute: (identifier) @attribute)))

; Types

(named_type
  (identifier) @type)

(embedded_interface
  (identifier) @type)

((named_type
  (identifier) @type.builtin)
  (#any-of? @type.builtin
    "any" "bool" "bytes" "dict" "float" "frozenset" "int" "list" "range" "set" "str" "tuple"))

; Modules

(module_path
  (identifier) @module)

(import_statement
  (aliased_import
    alias: (identifier) @module))

; Scopes and what is piped

(scope) @keyword.modifier

(scoped_name
  name: (identifier) @variable)

(placeholder) @variable.builtin

[(wildcard_import) (parameter_mark)] @operator

; Literals

(comment) @comment @spell

(string_start) @string
(string_content) @string
(string_end) @string

(string
  (string_content) @spell)

(escape_sequence) @string.escape

(format_specifier
  (string_content) @string.special)

(conversion) @string.special

(interpolation
  ["{" "}"] @punctuation.special)

(source_file
  .
  (comment)*
  .
  (expression_statement
    (string
      [(string_start) (string_content) (string_end)] @string.documentation)))

(block
  .
  (expression_statement
    (string
      [(string_start) (string_content) (string_end)] @string.documentation)))

(integer) @number
(float) @number.float

[(true) (false)] @boolean

[(none) (ellipsis)] @constant.builtin

; Punctuation and operators

["(" ")" "[" "]" "{" "}"] @punctuation.bracket

["," "." ":" ";" "::" "->"] @punctuation.delimiter

(interpolation
  ["{" "}"] @punctuation.special)

[
  "=" "+=" "-=" "*=" "/=" "//=" "%=" "**=" "|=" "&=" "^=" "<<=" ">>="
  "+" "-" "*" "/" "//" "%" "**" "&" "^" "~" "<<" ">>" "|" "!"
  "<" ">" "<=" ">=" "==" "!="
] @operator

(binary_expression
  operator: "@" @operator)

; Keywords

["and" "or" "not" "in" "is" "not in" "is not"] @keyword.operator

["if" "elif" "else"] @keyword.conditional

(conditional_expression
  ["if" "else"] @keyword.conditional.ternary)

["for" "while" (break_statement) (continue_statement)] @keyword.repeat

(for_statement
  "in" @keyword.repeat)

(for_clause
  "in" @keyword.repeat)

["return" "deliver"] @keyword.return

["try" "except" "catch" "finally" "raise"] @keyword.exception

(raise_statement
  "from" @keyword.exception)

["import" "export"] @keyword.import

(import_from_statement
  "from" @keyword.import)

(aliased_import
  "as" @keyword.import)

["def" "lambda"] @keyword.function

["struct" "resource" "agent_blueprint" "interface" "workflow" "agent"] @keyword.type

["sync" "async"] @keyword.modifier

["as" "assert" "del" "global" "nonlocal" "with" (pass_statement)] @keyword
