-- Indentation of Dana programs while they are typed, and by `=`.
if vim.b.did_indent then
  return
end
vim.b.did_indent = true

vim.bo.autoindent = true
vim.bo.indentexpr = "v:lua.require'danaide.indent'.expr(v:lnum)"
vim.bo.indentkeys = "0),0],0},0|,!^F,o,O,<:>,=elif,=else,=except,=catch,=finally"
vim.b.undo_indent = "setlocal autoindent< indentexpr< indentkeys<"
