; What folds: definitions, statements with blocks, brackets and strings of several lines.

[
  (function_definition)
  (record_definition)
  (interface_definition)
  (agent_definition)
  (workflow_definition)
  (if_statement)
  (elif_clause)
  (else_clause)
  (while_statement)
  (for_statement)
  (try_statement)
  (except_clause)
  (finally_clause)
  (with_statement)
  (lambda_block)
  (argument_list)
  (parameters)
  (list)
  (set)
  (dictionary)
  (tuple)
  (list_comprehension)
  (set_comprehension)
  (dictionary_comprehension)
  (string)
] @fold

[
  (import_statement)
  (import_from_statement)
]+ @fold
