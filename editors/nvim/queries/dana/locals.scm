; Where names are made, and where they are used.

[
  (source_file)
  (function_definition)
  (record_definition)
  (interface_definition)
  (lambda)
  (list_comprehension)
  (set_comprehension)
  (dictionary_comprehension)
  (generator_expression)
] @local.scope

(function_definition
  name: (identifier) @local.definition.function
  (#set! definition.function.scope "parent"))

(workflow_definition
  name: (identifier) @local.definition.function)

(record_definition
  name: (identifier) @local.definition.type
  (#set! definition.type.scope "parent"))

(interface_definition
  name: (identifier) @local.definition.type
  (#set! definition.type.scope "parent"))

(agent_definition
  name: (identifier) @local.definition.var)

(parameter
  name: (identifier) @local.definition.parameter)

(field
  name: (identifier) @local.definition.field)

(assignment
  left: (identifier) @local.definition.var)

(assignment
  left: (expression_list
    (identifier) @local.definition.var))

(augmented_assignment
  left: (identifier) @local.definition.var)

(for_statement
  left: (identifier) @local.definition.var)

(for_statement
  left: (expression_list
    (identifier) @local.definition.var))

(for_clause
  left: (identifier) @local.definition.var)

(for_clause
  left: (expression_list
    (identifier) @local.definition.var))

(with_item
  target: (identifier) @local.definition.var)

(except_clause
  name: (identifier) @local.definition.var)

(capture
  name: (identifier) @local.definition.var)

(import_statement
  (module_path
    .
    (identifier) @local.definition.import))

(aliased_import
  alias: (identifier) @local.definition.import)

(import_from_statement
  name: (identifier) @local.definition.import)

(identifier) @local.reference
