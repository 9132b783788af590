-- The life of the server: found, killed, started again, missing; and the health check.

local t = dofile(vim.env.TESTS .. "/harness.lua")

vim.g.danaide = { server = vim.env.SCRATCH .. "/nowhere/danaide" }
vim.env.PATH = vim.env.SCRATCH .. "/empty:/usr/bin:/bin"
vim.env.HOME = vim.env.SCRATCH .. "/home"
vim.lsp.enable("danaide")

local function clients(buffer)
  return vim.lsp.get_clients({ name = "danaide", bufnr = buffer })
end

--- The text of the health check.
local function health()
  vim.cmd("silent checkhealth danaide")
  local lines = t.lines(0)
  vim.cmd("bwipeout!")
  return lines
end

t.run(function()
  -- ----- no server
  local path = t.write("life/program.na", { "x = (1, 2" })
  vim.cmd.edit(path)
  local buffer = vim.api.nvim_get_current_buf()
  t.await("a missing server is reported once", function()
    return #t.notices
  end, 1)
  local message = t.messages()[1] or ""
  t.holds("with the place that was set", message, ("1. %s/nowhere/danaide (vim.g.danaide.server): no such file"):format(vim.env.SCRATCH))
  t.holds("with the path", message, "2. danaide ($PATH): not found")
  t.holds("with the usual places", message, ("3. %s/home/.cargo/bin/danaide (~/.cargo/bin): no such file"):format(vim.env.SCRATCH))
  t.holds("and with what to do", message, "vim.g.danaide = { server = ")
  vim.cmd.edit()
  vim.wait(200)
  t.check("and not again for the next buffer", #t.notices, 1)
  local lines = health()
  t.holds("the health check says so too", lines, "No server was found.")
  t.holds("with all places", lines, "/nowhere/danaide (vim.g.danaide.server): no such file")

  -- ----- a command that is no server
  local fake = vim.env.SCRATCH .. "/empty/danaide"
  vim.fn.mkdir(vim.fs.dirname(fake), "p")
  vim.fn.writefile({ "#!/bin/sh", "echo nonsense", "exit 3" }, fake)
  vim.fn.setfperm(fake, "rwxr-xr-x")
  t.notices = {}
  vim.cmd("Danaide restart")
  t.await_holds("a command that does not know its version is no server", t.messages, "`--version`: it ended with 3, and said: nonsense")

  -- ----- found on the path, although the setting is wrong
  vim.fn.delete(fake)
  vim.uv.fs_symlink(vim.env.DANAIDE_BIN, fake)
  t.notices = {}
  vim.cmd("Danaide restart")
  t.client(buffer)
  t.holds("a wrong setting is named", t.messages(), "/nowhere/danaide (vim.g.danaide.server) cannot be used: no such file. Using " .. fake)
  t.await("and the server works", function()
    return #t.diagnostics(buffer)
  end, 1)

  -- ----- a setting that is right
  vim.g.danaide = { server = vim.env.DANAIDE_BIN }
  t.notices = {}
  local before = t.client(buffer).id
  vim.cmd("Danaide restart")
  t.await("a restart gives a new client", function()
    local client = clients(buffer)[1]
    return client ~= nil and client.id ~= before and client.initialized == true
  end, true)
  t.await("that has seen the buffer", function()
    return #t.diagnostics(buffer)
  end, 1)
  t.check("without a word", t.messages(), {})

  -- ----- killed
  before = t.client(buffer).id
  for _, process in ipairs(vim.api.nvim_get_proc_children(vim.fn.getpid())) do
    vim.uv.kill(process, "sigkill")
  end
  t.await_holds("a killed server is noticed", t.messages, "danaide: the server ended (signal 9) and is started again")
  t.await("started again", function()
    local client = clients(buffer)[1]
    return client ~= nil and client.id ~= before and client.initialized == true
  end, true)
  vim.api.nvim_buf_set_lines(buffer, 0, -1, false, { "y = 1", "y = (2", "z = [1" })
  t.await("and works on what is typed", function()
    return #t.diagnostics(buffer)
  end, 2)

  -- ----- the log
  local current = vim.api.nvim_get_current_buf()
  vim.cmd("Danaide log")
  t.check("the log can be read", vim.fn.expand("%:t"), "lsp.log")
  vim.cmd("tabclose")
  vim.api.nvim_set_current_buf(current)

  -- ----- settings
  vim.g.danaide = { server = vim.env.DANAIDE_BIN, hints = true, lenses = "yes", output = { heigth = 3 } }
  lines = health()
  t.holds("a setting that is not one", lines, "vim.g.danaide.hints is not a setting")
  t.holds("one of another type", lines, "vim.g.danaide.lenses is a string, not a boolean")
  t.holds("one that is misspelt", lines, "vim.g.danaide.output.heigth is not a setting")
  vim.g.danaide = {
    server = vim.env.DANAIDE_BIN,
    inlay_hints = false,
    lenses = false,
    keymaps = true,
    trusted = function(root)
      return root ~= nil
    end,
  }
  vim.cmd("Danaide restart")
  vim.wait(300)
  vim.cmd.edit({ bang = true })
  t.client(buffer)
  t.check("hints can be off from the start", vim.lsp.inlay_hint.is_enabled({ bufnr = buffer }), false)
  t.check("and lenses", vim.lsp.codelens.get(buffer), {})
  t.check("and keys can be on", vim.fn.maparg("\\r", "n"), "<Cmd>Danaide run<CR>")
  t.check("trust can depend on the root", require("danaide.client").is_trusted(nil), false)
  t.check("and be given", require("danaide.client").is_trusted("/x"), true)

  -- ----- all is well
  vim.g.danaide = { server = vim.env.DANAIDE_BIN }
  lines = health()
  t.holds("the health check: Neovim", lines, "OK Neovim 0.1")
  t.holds("the server and its version", lines, ("%s (vim.g.danaide.server): version "):format(vim.env.DANAIDE_BIN))
  t.holds("enabled", lines, "The server is enabled")
  t.holds("the client", lines, "client ")
  t.check("no errors", table.concat(lines, "\n"):find("ERROR", 1, true), nil)

  -- ----- a command of one's own that is not there
  vim.lsp.config("danaide", { cmd = { "/nowhere/wrapper", "lsp" } })
  t.notices = {}
  require("danaide.server").forget()
  vim.cmd.split(t.write("life/other.na", { "x = 1" }))
  t.await_holds("is reported too", t.messages, '1. /nowhere/wrapper (vim.lsp.config("danaide").cmd): no such file')
end)
