-- The tree-sitter grammar: it compiles, its corpus holds, no program that the server parses has an error in its tree, and its
-- queries colour, fold and indent.

local t = dofile(vim.env.TESTS .. "/harness.lua")

local GRAMMAR = vim.env.REPO .. "/editors/tree-sitter-dana"

--- The small programs of a corpus file, with their trees.
local function corpus(path)
  local text = table.concat(vim.fn.readfile(path, "b"), "\n")
  local found = {}
  local bar = ("="):rep(18) .. "\n"
  local at = 1
  while true do
    local _, name_start = text:find(bar, at, true)
    if not name_start then
      return found
    end
    local name_end, source_start = text:find("\n" .. bar, name_start, true)
    local source_end, tree_start = text:find("\n---\n", source_start, true)
    at = text:find(bar, tree_start, true) or #text + 1
    table.insert(found, {
      name = text:sub(name_start + 1, name_end - 1),
      source = text:sub(source_start + 2, source_end - 1),
      tree = text:sub(tree_start + 1, at - 1),
    })
  end
end

--- A tree as text, without the names of fields.
local function shape(text)
  return vim.trim((text:gsub("[%w_]+: ", ""):gsub("%s+", " "):gsub("%( ", "("):gsub(" %)", ")")))
end

local function parse(text)
  return vim.treesitter.get_string_parser(text, "dana"):parse()[1]:root()
end

--- All programs below a folder.
local function programs(folder)
  return vim.fs.find(function(name, path)
    local made = vim.iter({ "/target/", "/.git/", "/.cache/" }):any(function(it)
      return path:find(it, 1, true) ~= nil
    end)
    return vim.endswith(name, ".na") and not made
  end, { path = folder, type = "file", limit = math.huge })
end

--- Those of them that the server finds syntax errors in.
local function broken(paths)
  local found = {}
  for from = 1, #paths, 100 do
    local command = { vim.env.DANAIDE_BIN, "check", "--output", "json" }
    vim.list_extend(command, paths, from, math.min(from + 99, #paths))
    local result = vim.system(command, { text = true }):wait()
    assert(result.code == 0 or result.code == 3, result.stderr)
    for line in vim.gsplit(result.stdout, "\n", { trimempty = true }) do
      local finding = vim.json.decode(line)
      if finding.code == "syntax-error" then
        found[vim.uv.fs_realpath(finding.path)] = true
      end
    end
  end
  return found
end

t.run(function()
  -- ----- it is not there: the syntax file
  vim.cmd.edit(t.write("grammar/before.na", { "x = 1" }))
  t.check("without a parser the syntax file colours", { vim.b.ts_highlight, vim.b.current_syntax }, { nil, "dana" })

  -- ----- it is compiled
  vim.cmd("Danaide parser")
  t.await_holds("`:Danaide parser` compiles it", t.messages, "the tree-sitter parser is at", 120000)
  t.check("and buffers that are open use it", vim.b.ts_highlight, true)

  -- ----- the corpus
  local wrong = {}
  local count = 0
  for _, path in ipairs(vim.fn.glob(GRAMMAR .. "/test/corpus/*.txt", true, true)) do
    for _, case in ipairs(corpus(path)) do
      count = count + 1
      local actual, expected = shape(parse(case.source):sexpr()), shape(case.tree)
      if actual ~= expected then
        table.insert(wrong, { case.name, expected, actual })
      end
    end
  end
  t.check("the trees of the corpus", wrong, {})
  t.check("there is a corpus", count > 30, true)

  -- ----- every program that the server parses
  for _, root in ipairs({ vim.env.REPO, vim.env.DANA_UPSTREAM }) do
    local paths = programs(root)
    local refused = broken(paths)
    local parsed, errors = 0, {}
    for _, path in ipairs(paths) do
      if not refused[vim.uv.fs_realpath(path)] then
        local file = assert(io.open(path, "rb"))
        local tree = parse(file:read("*a"))
        file:close()
        parsed = parsed + 1
        if tree:has_error() then
          table.insert(errors, path)
        end
      end
    end
    t.check(("no errors in the trees of %d programs of %d below %s"):format(parsed, #paths, root), errors, {})
    t.check("there are programs", parsed > 50, true)
  end

  -- ----- queries
  t.check("the plugin's queries are those of the grammar", vim.iter(vim.fn.glob(GRAMMAR .. "/queries/*.scm", true, true)):all(function(path)
    local own = vim.api.nvim_get_runtime_file("queries/dana/" .. vim.fs.basename(path), false)[1]
    return own ~= nil and vim.deep_equal(vim.fn.readfile(own), vim.fn.readfile(path))
  end), true)
  for _, name in ipairs({ "highlights", "folds", "indents", "injections", "locals" }) do
    t.check("the query " .. name, vim.treesitter.query.get("dana", name) ~= nil, true)
  end

  vim.cmd.edit(t.write("grammar/after.na", {
    "struct Point:",
    "    x: int = 1",
    "",
    "def (self: Point) moved(dx: int) -> Point:",
    '    return Point(self.x + dx, f"{private:count:03} of {dx!r}")',
    "",
    "@retry(attempts=3)",
    "workflow Go = moved | print",
    're.search("[a-z]+", name)',
  }))
  local buffer = vim.api.nvim_get_current_buf()
  vim.treesitter.get_parser(buffer, "dana"):parse(true)
  --- The capture of the first place of a text in a line that counts.
  local function capture(line, text)
    local column = vim.fn.getline(line):find(text, 1, true) - 1
    local found = vim.treesitter.get_captures_at_pos(buffer, line - 1, column)
    local names = vim.tbl_map(function(it)
      return it.capture
    end, vim.tbl_filter(function(it)
      return it.capture ~= "spell"
    end, found))
    return names[#names]
  end
  for _, case in ipairs({
    { 1, "struct", "keyword.type" },
    { 1, "Point", "type.definition" },
    { 2, "x", "variable.member" },
    { 2, "int", "type.builtin" },
    { 4, "def", "keyword.function" },
    { 4, "moved", "function.method" },
    { 4, "dx", "variable.parameter" },
    { 5, "return", "keyword.return" },
    { 5, "Point", "constructor" },
    { 5, "private", "keyword.modifier" },
    { 5, "03", "string.special" },
    { 5, " of", "string" },
    { 7, "retry", "attribute" },
    { 8, "workflow", "keyword.type" },
    { 8, "moved", "function.call" },
  }) do
    t.check(("the colour of `%s`"):format(case[2]), capture(case[1], case[2]), case[3])
  end
  vim.wo.foldmethod = "expr"
  vim.wo.foldexpr = "v:lua.vim.treesitter.foldexpr()"
  t.await("folds", function()
    return vim.tbl_map(vim.fn.foldlevel, { 1, 2, 4, 5, 7, 8 })
  end, { 1, 1, 1, 1, 0, 0 })
  local injected = vim.treesitter.query.get("dana", "injections")
  local contents = {}
  for id, node in injected:iter_captures(vim.treesitter.get_parser(buffer, "dana"):trees()[1]:root(), buffer) do
    if injected.captures[id] == "injection.content" then
      table.insert(contents, vim.treesitter.get_node_text(node, buffer))
    end
  end
  t.check("patterns are regular expressions", contents, { "[a-z]+" })

  -- ----- half-typed code keeps its colours
  local half = parse("def f(\n    return 1\nz = f(1)\nstruct A:\n    x: int\n")
  t.holds("what follows an open bracket is still read", half:sexpr(), "(record_definition")
  half = parse('x = "abc\ndef f(a):\n    return "x"\n')
  t.check("a string that is not closed ends with its line", half:has_error(), false)
end)
