-- Comments, indentation and colours in Dana programs.
if vim.b.did_ftplugin then
  return
end
vim.b.did_ftplugin = true

vim.bo.commentstring = "# %s"
vim.bo.comments = "b:#"
vim.bo.formatoptions = vim.bo.formatoptions:gsub("t", "") .. "croql"
vim.bo.expandtab = true
vim.bo.tabstop = 8
vim.bo.softtabstop = 4
vim.bo.shiftwidth = 4
vim.bo.suffixesadd = ".na"

vim.b.undo_ftplugin = "setlocal commentstring< comments< formatoptions< expandtab< tabstop< softtabstop< shiftwidth<"
  .. " suffixesadd<"

-- With the parser the tree gives the colours, else `syntax/dana.vim` does.
if require("danaide.config").get().treesitter and require("danaide.parser").start(0) then
  vim.b.undo_ftplugin = vim.b.undo_ftplugin .. " | lua vim.treesitter.stop()"
end
