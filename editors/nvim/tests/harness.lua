-- What all tests of the plugin use: checks, waiting, and a session with a program in it.

local M = {}

local failures = 0

local function say(text)
  io.stdout:write(text .. "\n")
end

function M.check(what, actual, expected)
  if vim.deep_equal(actual, expected) then
    say("ok      " .. what)
  else
    failures = failures + 1
    say("FAILED  " .. what .. "\nexpected " .. vim.inspect(expected) .. "\nactual   " .. vim.inspect(actual))
  end
end

--- Checks that a text holds another one.
function M.holds(what, text, part)
  if type(text) == "table" then
    text = table.concat(text, "\n")
  end
  if type(text) == "string" and text:find(part, 1, true) then
    say("ok      " .. what)
  else
    failures = failures + 1
    say("FAILED  " .. what .. "\nlooked for " .. part .. "\nin " .. vim.inspect(text))
  end
end

--- Waits until `actual()` is `expected`, and checks it.
function M.await(what, actual, expected, timeout)
  vim.wait(timeout or 20000, function()
    return vim.deep_equal(actual(), expected)
  end, 10)
  M.check(what, actual(), expected)
end

--- Waits until `actual()`, a text or lines, holds `part`, and checks it.
function M.await_holds(what, actual, part, timeout)
  local function text()
    local value = actual()
    return type(value) == "table" and table.concat(value, "\n") or value or ""
  end
  vim.wait(timeout or 20000, function()
    return text():find(part, 1, true) ~= nil
  end, 10)
  M.holds(what, text(), part)
end

--- All notifications, the newest last.
M.notices = {}

vim.notify = function(message, level)
  table.insert(M.notices, { message = message, level = level or vim.log.levels.INFO })
end

vim.notify_once = vim.notify

--- The messages of all notifications.
function M.messages()
  return vim.tbl_map(function(it)
    return it.message
  end, M.notices)
end

--- Writes a file below the scratch folder.
function M.write(name, lines)
  local path = vim.env.SCRATCH .. "/work/" .. name
  vim.fn.mkdir(vim.fs.dirname(path), "p")
  vim.fn.writefile(type(lines) == "table" and lines or vim.split(vim.trim(lines), "\n"), path)
  return path
end

--- The client of the current buffer, once it is ready.
function M.client(buffer)
  buffer = buffer or vim.api.nvim_get_current_buf()
  local client
  vim.wait(20000, function()
    client = vim.lsp.get_clients({ name = "danaide", bufnr = buffer })[1]
    return client ~= nil and client.initialized == true
  end, 10)
  return assert(client, "the server did not start")
end

--- Opens a file and waits for its client.
function M.open(path)
  vim.cmd.edit(vim.fn.fnameescape(path))
  return M.client(), vim.api.nvim_get_current_buf()
end

function M.lines(buffer)
  return vim.api.nvim_buf_is_valid(buffer) and vim.api.nvim_buf_get_lines(buffer, 0, -1, false) or {}
end

--- The buffer of a kind of window of the plugin that is shown, or nil.
function M.shown(filetype)
  for _, window in ipairs(vim.api.nvim_list_wins()) do
    local buffer = vim.api.nvim_win_get_buf(window)
    if vim.bo[buffer].filetype == filetype then
      return buffer, window
    end
  end
end

--- The lines of such a window.
function M.shown_lines(filetype)
  local buffer = M.shown(filetype)
  return buffer and M.lines(buffer) or {}
end

--- The diagnostics as text, in the order of the buffer, lines from 1.
function M.diagnostics(buffer)
  local found = vim.diagnostic.get(buffer)
  table.sort(found, function(a, b)
    return a.lnum < b.lnum or (a.lnum == b.lnum and a.col < b.col)
  end)
  return vim.tbl_map(function(it)
    return ("%d: [%s] %s (%s)"):format(it.lnum + 1, it.code or "-", it.message:match("[^\n]*"), it.source)
  end, found)
end

--- Types keys as a person would.
function M.type(keys)
  vim.api.nvim_feedkeys(vim.api.nvim_replace_termcodes(keys, true, false, true), "xt", false)
end

--- Ends Neovim, with an error if a check failed.
function M.finish()
  -- Neovim can die of a pipe that a server closes while it quits itself.
  for _, client in ipairs(vim.lsp.get_clients()) do
    client:stop()
  end
  vim.wait(5000, function()
    return #vim.lsp.get_clients() == 0
  end, 10)
  if failures > 0 then
    say(failures .. " checks failed")
    vim.cmd("cquit 1")
  end
  say("all checks passed")
  vim.cmd("qall!")
end

--- Runs a test; an error in it fails it.
function M.run(body)
  local ok, problem = xpcall(body, debug.traceback)
  if not ok then
    failures = failures + 1
    say("FAILED  " .. tostring(problem))
  end
  M.finish()
end

return M
