-- For use in `init.lua`: `require("danaide").status()` in a status line, `require("danaide").run()` in a key of one's own.

local M = {}

--- A word about what runs, empty if nothing does; for status lines.
--- @return string
function M.status()
  return require("danaide.run").status()
end

--- `:Danaide` with words, from Lua: `require("danaide").command("run", "main", "count=3")`.
function M.command(...)
  require("danaide.commands").execute({ fargs = { ... }, range = 0 })
end

return M
