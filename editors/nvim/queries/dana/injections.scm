; Other languages inside Dana. The fields of f-strings need none: they are nodes of the tree.

((comment) @injection.content
  (#set! injection.language "comment"))

; The pattern of `re.search("…", text)` and its like.
((call
  function: (attribute
    object: (identifier) @_module
    attribute: (identifier) @_function)
  arguments: (argument_list
    .
    (string
      (string_content) @injection.content)))
  (#eq? @_module "re")
  (#any-of? @_function "compile" "findall" "finditer" "fullmatch" "match" "search" "split" "sub" "subn")
  (#set! injection.language "regex"))
