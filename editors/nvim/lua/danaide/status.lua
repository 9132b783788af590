-- `:Danaide status`: what the server says of itself, in a window.

local client = require("danaide.client")
local run = require("danaide.run")
local server = require("danaide.server")

local M = {}

local function duration(seconds)
  if seconds < 120 then
    return ("%.0f s"):format(seconds)
  end
  return seconds < 7200 and ("%.0f min"):format(seconds / 60) or ("%.1f h"):format(seconds / 3600)
end

local function is_null(value)
  return value == nil or value == vim.NIL
end

--- The answer to `danaide/status`, as lines.
--- @return string[]
function M.describe(owner, answer)
  local lines = {
    ("danaide %s, running for %s"):format(answer.version or server.version() or "?", duration(answer.uptimeSeconds or 0)),
    ("root: %s"):format(owner.root_dir or "none"),
  }
  if not is_null(answer.memoryBytes) then
    table.insert(lines, ("memory: %.1f MB"):format(answer.memoryBytes / 1e6))
  end
  local files = not is_null(answer.files) and ("files: %d"):format(answer.files)
  if files and not is_null(answer.indexing) then
    files = ("%s (indexing: %d of %d)"):format(files, answer.indexing.done, answer.indexing.total)
  end
  table.insert(lines, files or nil)
  for _, it in ipairs(not is_null(answer.runs) and answer.runs or {}) do
    table.insert(lines, ("runs: %s, for %s"):format(it.title, run.milliseconds(it.milliseconds)))
  end
  local requests = not is_null(answer.requests) and answer.requests or {}
  if #requests > 0 then
    table.insert(lines, "")
    table.insert(lines, ("%-40s %6s %10s %10s"):format("request", "count", "median ms", "95% ms"))
    for _, it in ipairs(requests) do
      table.insert(lines, ("%-40s %6d %10.1f %10.1f"):format(it.method, it.count, it.medianMs or 0, it.p95Ms or 0))
    end
  end
  return lines
end

--- Shows the status in a floating window.
function M.show()
  local owner = client.get(vim.api.nvim_get_current_buf())
  if not owner then
    return vim.notify("danaide: the language server does not run; see `:checkhealth danaide`", vim.log.levels.WARN)
  end
  owner:request("danaide/status", vim.empty_dict(), function(err, answer)
    local lines = not err and answer and M.describe(owner, answer)
      or {
        ("danaide %s runs (client %d)"):format(server.version() or "?", owner.id),
        ("root: %s"):format(owner.root_dir or "none"),
      }
    vim.lsp.util.open_floating_preview(lines, "text", { border = "rounded", focus_id = "danaide.status", max_width = 100 })
  end)
end

return M
