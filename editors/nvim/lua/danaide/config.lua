-- What can be set, in `vim.g.danaide` (a table; it is read when it is needed, so a change counts at once).

local M = {}

--- @class danaide.Config
M.defaults = {
  -- The danaide command; without it, the one on $PATH, then the places where it is usually installed.
  server = nil, --- @type string?
  -- May the server run programs? A function gets the root folder (or nil) and says so.
  trusted = true, --- @type boolean|fun(root: string?): boolean
  inlay_hints = true,
  lenses = true,
  -- Colours by the tree-sitter parser, if it is there.
  treesitter = true,
  -- Complete while typing, with the completion that Neovim has.
  completion = false,
  -- Keys that start with <LocalLeader>; see |danaide-keymaps|.
  keymaps = false,
  -- Start the server again when it ends by itself.
  restart = true,
  -- The window with the output of a run: its height, the width of the tree of tasks beside it, and whether the cursor goes there.
  output = { height = 12, tasks = true, tasks_width = 44, focus = false },
}

--- @return danaide.Config
function M.get()
  local set = vim.g.danaide
  return vim.tbl_deep_extend("force", M.defaults, type(set) == "table" and set or {})
end

--- What is set but does not exist, or has another type: messages for the health check.
--- @return string[]
function M.problems()
  local problems = {}
  local function compare(set, defaults, prefix)
    for name, value in pairs(set) do
      local default = defaults[name]
      local known = default ~= nil or (prefix == "" and name == "server")
      if not known then
        table.insert(problems, ("vim.g.danaide.%s%s is not a setting"):format(prefix, name))
      elseif type(default) == "table" and type(value) == "table" then
        compare(value, default, prefix .. name .. ".")
      elseif default ~= nil and type(value) ~= type(default) and not (name == "trusted" and vim.is_callable(value)) then
        table.insert(problems, ("vim.g.danaide.%s%s is a %s, not a %s"):format(prefix, name, type(value), type(default)))
      end
    end
  end
  local set = vim.g.danaide
  if set ~= nil and type(set) ~= "table" then
    return { "vim.g.danaide is not a table" }
  end
  compare(set or {}, M.defaults, "")
  return problems
end

return M
