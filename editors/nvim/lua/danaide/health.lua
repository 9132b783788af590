-- `:checkhealth danaide`.

local M = {}

local health = vim.health

local function check_neovim()
  health.start("Neovim")
  local version = tostring(vim.version())
  if vim.fn.has("nvim-0.11") == 1 then
    health.ok("Neovim " .. version)
  else
    health.error("Neovim " .. version .. " is too old", "Install Neovim 0.11 or later.")
  end
  if vim.bo.filetype ~= "dana" and vim.filetype.match({ filename = "x.na" }) ~= "dana" then
    health.error("`*.na` files do not have the filetype `dana`", "Is `filetype on` set, and the plugin on 'runtimepath'?")
  end
end

local function check_settings()
  health.start("Settings")
  local problems = require("danaide.config").problems()
  for _, problem in ipairs(problems) do
    health.warn(problem, "See `:help danaide-settings`.")
  end
  if #problems == 0 then
    health.ok(vim.g.danaide and "vim.g.danaide is well formed" or "vim.g.danaide is not set: all settings have their defaults")
  end
end

local function check_server()
  health.start("Language server")
  local server = require("danaide.server")
  local attempts, command
  local done = false
  server.forget()
  server.find(function(found, tried)
    command, attempts, done = found, tried, true
  end)
  vim.wait(15000, function()
    return done
  end, 10)
  for index, line in ipairs(server.describe(attempts or {})) do
    if not attempts[index].problem then
      health.ok(line)
    else
      health.info(line)
    end
  end
  if not command then
    health.error("No server was found.", {
      "Install danaide so that it is on the $PATH,",
      'or set its place: vim.g.danaide = { server = "/path/to/danaide" }.',
    })
  end
  if not vim.lsp.is_enabled("danaide") then
    health.warn("The server is not enabled.", 'Put vim.lsp.enable("danaide") into init.lua.')
  else
    health.ok("The server is enabled for `dana` files.")
  end
end

local function check_clients()
  health.start("Running clients")
  local clients = vim.lsp.get_clients({ name = "danaide" })
  if #clients == 0 then
    health.info("None. One starts with the first `.na` file.")
  end
  for _, client in ipairs(clients) do
    local buffers = vim.tbl_count(client.attached_buffers)
    local root = client.root_dir or "no root (a file by itself)"
    local trusted = require("danaide.client").is_trusted(client.root_dir)
    health.ok(("client %d: root %s, %d %s"):format(client.id, root, buffers, buffers == 1 and "buffer" or "buffers"))
    local provider = client.server_capabilities.executeCommandProvider
    if not (provider and vim.list_contains(provider.commands or {}, "danaide.run")) then
      health.warn("this server cannot run programs from the editor", "Install a newer danaide.")
    elseif not trusted then
      health.info("programs are not run below this root: vim.g.danaide.trusted says so")
    end
    if client.root_dir and vim.uv.fs_stat(client.root_dir .. "/danaide.toml") then
      health.info("settings: " .. client.root_dir .. "/danaide.toml")
    end
  end
end

local function check_parser()
  health.start("Tree-sitter parser")
  local parser = require("danaide.parser")
  local available, problem = parser.available()
  if not available then
    local compiler = parser.compiler()
    health.info("There is none, so colours come from the syntax file and the server: " .. problem)
    if compiler and parser.sources() then
      health.info(("`:Danaide parser` compiles it with `%s`."):format(table.concat(compiler, " ")))
    end
    return
  end
  health.ok("The parser is there (ABI " .. vim.treesitter.language.inspect("dana").abi_version .. ").")
  for _, name in ipairs({ "highlights", "folds", "indents", "injections", "locals" }) do
    local ok, query = pcall(vim.treesitter.query.get, "dana", name)
    if not ok or not query then
      local why = ok and "there is no such file" or tostring(query)
      health.error(("The query `%s` cannot be used: %s"):format(name, why), "Build the parser anew: `:Danaide parser`.")
    end
  end
end

function M.check()
  check_neovim()
  check_settings()
  check_server()
  check_clients()
  check_parser()
end

return M
