; Indentation, for editors that indent by the tree.

[
  (list)
  (set)
  (dictionary)
  (tuple)
  (parenthesized_expression)
  (list_comprehension)
  (set_comprehension)
  (dictionary_comprehension)
  (generator_expression)
  (argument_list)
  (parameters)
  (subscript)
  (lambda_block)
  (function_definition)
  (record_definition)
  (interface_definition)
  (agent_definition)
  (if_statement)
  (while_statement)
  (for_statement)
  (try_statement)
  (with_statement)
  (workflow_definition)
] @indent.begin

[
  (elif_clause)
  (else_clause)
  (except_clause)
  (finally_clause)
  ")"
  "]"
  "}"
] @indent.branch

[
  ")"
  "]"
  "}"
] @indent.end

[
  (return_statement)
  (deliver_statement)
  (raise_statement)
  (break_statement)
  (continue_statement)
  (pass_statement)
] @indent.dedent

(string) @indent.auto

(comment) @indent.auto
