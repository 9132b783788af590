-- How Neovim starts the language server; enabled by `vim.lsp.enable("danaide")`.
return require("danaide.client").lsp_config()
