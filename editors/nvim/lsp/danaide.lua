-- How Neovim starts the language server; enabled by `vim.lsp.enable("danaide")`.
return {
  cmd = { "danaide", "lsp" },
  filetypes = { "dana" },
  root_markers = { "danaide.toml", ".git" },
}
