-- The tree-sitter parser: where its sources are, how it is compiled, and whether it can be used.

local M = {}

--- The folder of the plugin.
local function root()
  return vim.fs.dirname(vim.fs.dirname(vim.fs.dirname(vim.fs.normalize(debug.getinfo(1, "S").source:sub(2)))))
end

--- The folder with `parser.c`: in the plugin's package, or beside the plugin in a checkout.
--- @return string?
function M.sources()
  for _, folder in ipairs({ root() .. "/tree-sitter-dana/src", vim.fs.dirname(root()) .. "/tree-sitter-dana/src" }) do
    if vim.uv.fs_stat(folder .. "/parser.c") then
      return folder
    end
  end
end

--- Where the compiled parser goes to: Neovim looks there by itself.
function M.target()
  return vim.fn.stdpath("data") .. "/site/parser/dana.so"
end

--- Can the parser be used? Gives the reason if not.
--- @return boolean, string?
function M.available()
  local ok, added, problem = pcall(vim.treesitter.language.add, "dana")
  if (not ok or not added) and vim.uv.fs_stat(M.target()) then
    -- A folder that came after Neovim started is not looked into.
    ok, added, problem = pcall(vim.treesitter.language.add, "dana", { path = M.target() })
  end
  if not ok or not added then
    return false, not ok and tostring(added) or problem or "there is no parser for dana"
  end
  return true
end

--- The first C compiler there is.
--- @return string[]?
function M.compiler()
  local set = vim.env.CC
  if set and set ~= "" then
    return vim.split(set, "%s+")
  end
  for _, name in ipairs({ "cc", "gcc", "clang" }) do
    if vim.fn.executable(name) == 1 then
      return { name }
    end
  end
  if vim.fn.executable("zig") == 1 then
    return { "zig", "cc" }
  end
end

--- Colours a buffer by the tree, if the parser is there.
--- @return boolean
function M.start(buffer)
  if not M.available() then
    return false
  end
  return (pcall(vim.treesitter.start, buffer, "dana"))
end

--- Compiles the parser and uses it. `done` gets a problem, or nil.
--- @param done fun(problem: string?)?
function M.build(done)
  local function finish(problem)
    if problem then
      vim.notify("danaide: the tree-sitter parser was not built: " .. problem, vim.log.levels.ERROR)
    else
      vim.notify("danaide: the tree-sitter parser is at " .. M.target())
    end
    if done then
      done(problem)
    end
  end
  local sources, compiler = M.sources(), M.compiler()
  if not sources then
    return finish("its sources are neither in the plugin nor beside it")
  end
  if not compiler then
    return finish("there is no C compiler: none of cc, gcc, clang and zig is on the $PATH, and $CC is not set")
  end
  local target = M.target()
  vim.fn.mkdir(vim.fs.dirname(target), "p")
  -- A parser that is in use must not be written over.
  local made = ("%s.%d"):format(target, vim.uv.os_getpid())
  local command = vim.list_extend(vim.list_slice(compiler), {
    "-O2", "-std=c11", "-fPIC", "-shared", "-I" .. sources, "-o", made, sources .. "/parser.c", sources .. "/scanner.c",
  })
  local started, problem = pcall(vim.system, command, { text = true }, vim.schedule_wrap(function(result)
    if result.code ~= 0 then
      return finish(("`%s` ended with %d:\n%s"):format(table.concat(compiler, " "), result.code, result.stderr or ""))
    end
    local renamed, why = vim.uv.fs_rename(made, target)
    if not renamed then
      return finish(why)
    end
    local available, reason = M.available()
    if not available then
      return finish(reason)
    end
    for _, buffer in ipairs(vim.api.nvim_list_bufs()) do
      if vim.api.nvim_buf_is_loaded(buffer) and vim.bo[buffer].filetype == "dana" then
        M.start(buffer)
      end
    end
    finish()
  end))
  if not started then
    finish(tostring(problem))
  end
end

return M
