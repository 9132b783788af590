-- Loaded at the start: the command `:Danaide`, colours of its windows, and what happens when the client comes to a buffer.

if vim.g.loaded_danaide then
  return
end
vim.g.loaded_danaide = true

if vim.fn.has("nvim-0.11") == 0 then
  vim.notify("danaide: the plugin needs Neovim 0.11 or later", vim.log.levels.ERROR)
  return
end

vim.api.nvim_create_user_command("Danaide", function(options)
  require("danaide.commands").execute(options)
end, {
  nargs = "*",
  range = true,
  complete = function(lead, line)
    return require("danaide.commands").complete(lead, line)
  end,
  desc = "Run, test, draw and so on: `:help :Danaide`",
})

for name, link in pairs({
  DanaideRunning = "DiagnosticInfo",
  DanaideWaiting = "DiagnosticHint",
  DanaideDone = "DiagnosticOk",
  DanaideFailed = "DiagnosticError",
  DanaideCancelled = "DiagnosticWarn",
  DanaideStderr = "DiagnosticWarn",
  DanaideNote = "Comment",
  DanaideBranch = "NonText",
  DanaideTitle = "Title",
  DanaideCritical = "DiagnosticWarn",
  DanaideLink = "Underlined",
}) do
  vim.api.nvim_set_hl(0, name, { link = link, default = true })
end

local group = vim.api.nvim_create_augroup("danaide", {})

vim.api.nvim_create_autocmd("LspAttach", {
  group = group,
  callback = function(args)
    local client = vim.lsp.get_client_by_id(args.data.client_id)
    if client and client.name == "danaide" then
      require("danaide.client").attached(client, args.buf)
    end
  end,
})

-- A command in `vim.lsp.config` that does not exist stops Neovim from starting the client, without a word.
vim.api.nvim_create_autocmd("FileType", {
  group = group,
  pattern = "dana",
  callback = function()
    local config = vim.lsp.is_enabled("danaide") and vim.lsp.config.danaide
    if config and type(config.cmd) == "table" and vim.fn.executable(config.cmd[1]) == 0 then
      local server = require("danaide.server")
      server.find(function(command, attempts)
        if not command then
          server.report_missing(attempts)
        end
      end)
    end
  end,
})

-- The server reads settings and modules from disk; it learns of those that are written here.
vim.api.nvim_create_autocmd("BufWritePost", {
  group = group,
  pattern = { "danaide.toml", "*.na" },
  callback = function(args)
    if vim.bo[args.buf].filetype ~= "dana" then
      require("danaide.client").written(vim.fn.fnamemodify(args.file, ":p"))
    end
  end,
})
