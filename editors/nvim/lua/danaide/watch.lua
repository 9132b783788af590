-- What other programs did to files: Neovim watches none on Linux, so the folders of projects are looked through when one comes back
-- to Neovim, from another window, a terminal or a shell command. The server is told what is new, changed or gone.

local M = {}

--- Entries that are looked at in one project, at most.
local MAX_ENTRIES = 20000
local SKIPPED = { node_modules = true, target = true, __pycache__ = true }

local CREATED, CHANGED, DELETED = 1, 2, 3

local known = {} --- @type table<string, table<string, string>> by root and path: when the file changed

--- The files of a project that the server reads.
local function scan(root)
  local found, entries = {}, 0
  local walk = vim.fs.dir(root, {
    depth = 32,
    skip = function(folder)
      local name = vim.fs.basename(folder)
      return not (name:sub(1, 1) == "." or SKIPPED[name])
    end,
  })
  for path, kind in walk do
    entries = entries + 1
    if entries > MAX_ENTRIES then
      break
    end
    if kind ~= "directory" and (vim.endswith(path, ".na") or vim.fs.basename(path) == "danaide.toml") then
      local stat = vim.uv.fs_stat(vim.fs.joinpath(root, path))
      if stat then
        found[path] = ("%d.%d:%d"):format(stat.mtime.sec, stat.mtime.nsec, stat.size)
      end
    end
  end
  return found
end

--- What is different between two looks at a project.
local function changes(root, before, now)
  local found = {}
  local function add(path, kind)
    table.insert(found, { uri = vim.uri_from_fname(vim.fs.joinpath(root, path)), type = kind })
  end
  for path, stamp in pairs(now) do
    if before[path] ~= stamp then
      add(path, before[path] and CHANGED or CREATED)
    end
  end
  for path in pairs(before) do
    if not now[path] then
      add(path, DELETED)
    end
  end
  return found
end

--- Does Neovim watch files for the client?
local function is_watched(client)
  return vim.tbl_get(client.capabilities, "workspace", "didChangeWatchedFiles", "dynamicRegistration") == true
end

--- The first look at the project of a client.
--- @param client vim.lsp.Client
function M.begin(client)
  if client.root_dir and not is_watched(client) and not known[client.root_dir] then
    known[client.root_dir] = scan(client.root_dir)
  end
end

--- Tells all servers what changed since the last look.
function M.look()
  local roots = {}
  for _, client in ipairs(vim.lsp.get_clients({ name = "danaide" })) do
    local root = client.root_dir
    if root and known[root] then
      roots[root] = roots[root] or {}
      table.insert(roots[root], client)
    end
  end
  for root, clients in pairs(roots) do
    local now = scan(root)
    local found = changes(root, known[root], now)
    known[root] = now
    for _, client in ipairs(#found > 0 and clients or {}) do
      client:notify("workspace/didChangeWatchedFiles", { changes = found })
    end
  end
end

return M
