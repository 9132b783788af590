-- Python's indentation by `:` and brackets is Dana's too; it comes with Neovim.
vim.cmd.runtime("indent/python.vim")
