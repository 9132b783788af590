-- Which danaide command is used: the first that answers `--version`, of those that are set, on $PATH, or usually there.

local config = require("danaide.config")

local M = {}

--- @class danaide.Attempt
--- @field source string where the command comes from
--- @field path string
--- @field problem string? why it cannot be used
--- @field version string?

local found --- @type { command: string[], attempts: danaide.Attempt[], version: string? }?
local reported = false

--- The candidates, the first one first.
--- @return { source: string, path: string, any: boolean? }[]
local function candidates()
  local list = {}
  local lsp = vim.lsp.config.danaide
  local cmd = lsp and lsp.cmd
  if type(cmd) == "table" then
    -- Whatever it is, it is what the user wants.
    table.insert(list, { source = 'vim.lsp.config("danaide").cmd', path = cmd[1], any = true })
    return list
  end
  local set = config.get().server
  if set then
    table.insert(list, { source = "vim.g.danaide.server", path = vim.fn.expand(set) })
  end
  table.insert(list, { source = "$PATH", path = "danaide" })
  for _, folder in ipairs({ "~/.cargo/bin", "~/.local/bin" }) do
    local path = vim.fs.normalize(folder .. "/danaide")
    table.insert(list, { source = folder, path = vim.fn.has("win32") == 1 and path .. ".exe" or path })
  end
  return list
end

--- Runs `path --version`; calls `done` with the version or the problem. For `any` command it is enough to be one.
local function probe(path, any, done)
  if vim.fn.executable(path) == 0 then
    if path == vim.fs.basename(path) then
      return done(nil, "not found")
    end
    return done(nil, vim.uv.fs_stat(path) and "not an executable file" or "no such file")
  end
  if any then
    return done("as set")
  end
  local started, problem = pcall(vim.system, { path, "--version" }, { text = true, timeout = 10000 }, function(result)
    local version = vim.trim(result.stdout or ""):match("^danaide (%S+)")
    if result.code == 0 and version then
      return done(version)
    end
    local said = vim.trim((result.stdout or "") .. (result.stderr or "")):match("[^\n]*")
    local why = result.signal ~= 0 and ("it was ended by signal %d"):format(result.signal)
      or ("it ended with %d"):format(result.code)
    done(nil, ("`--version`: %s, and said: %s"):format(why, said ~= "" and said or "nothing"))
  end)
  if not started then
    done(nil, tostring(problem))
  end
end

--- Finds the command; `done` gets it (nil if there is none) and what was tried. A command that was found is kept.
--- @param done fun(command: string[]?, attempts: danaide.Attempt[])
function M.find(done)
  if found then
    return done(found.command, found.attempts)
  end
  local list = candidates()
  local attempts = {}
  local function try(index)
    local candidate = list[index]
    if not candidate then
      return done(nil, attempts)
    end
    probe(candidate.path, candidate.any, vim.schedule_wrap(function(version, problem)
      local path = version and vim.fn.exepath(candidate.path) or candidate.path
      table.insert(attempts, { source = candidate.source, path = path, version = version, problem = problem })
      if not version then
        return try(index + 1)
      end
      found = { command = { path, "lsp" }, attempts = attempts, version = version }
      if index > 1 and config.get().server then
        local first = attempts[1]
        vim.notify(
          ("danaide: %s (%s) cannot be used: %s. Using %s."):format(first.path, first.source, first.problem, path),
          vim.log.levels.WARN
        )
      end
      done(found.command, attempts)
    end))
  end
  try(1)
end

--- The command that was found last.
--- @return string[]
function M.command()
  return found and found.command or { "danaide", "lsp" }
end

--- @return string?
function M.version()
  return found and found.version
end

--- Looks for the command anew next time.
function M.forget()
  found, reported = nil, false
end

--- One line for each attempt.
--- @param attempts danaide.Attempt[]
--- @return string[]
function M.describe(attempts)
  return vim.tbl_map(function(it)
    local where = it.path == it.source and it.path or ("%s (%s)"):format(it.path, it.source)
    return ("%s: %s"):format(where, it.problem or ("version " .. it.version))
  end, attempts)
end

--- Says once that there is no server, and where it was looked for.
--- @param attempts danaide.Attempt[]
function M.report_missing(attempts)
  if reported then
    return
  end
  reported = true
  local lines = { "danaide: no language server was found. Tried:" }
  for index, line in ipairs(M.describe(attempts)) do
    table.insert(lines, ("  %d. %s"):format(index, line))
  end
  table.insert(lines, 'Install danaide, or say where it is: vim.g.danaide = { server = "/path/to/danaide" }.')
  table.insert(lines, "Then `:Danaide restart`. More: `:help danaide-trouble`, `:checkhealth danaide`.")
  vim.notify(table.concat(lines, "\n"), vim.log.levels.ERROR)
end

return M
