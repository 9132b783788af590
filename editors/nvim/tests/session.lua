-- A session with the real server: a broken program is diagnosed, fixed and outlined.

local t = dofile(vim.env.TESTS .. "/harness.lua")

vim.g.danaide = { server = vim.env.DANAIDE_BIN }
vim.lsp.enable("danaide")

t.run(function()
  local path = t.write("session/broken.na", {
    "# Läuft. 😀",
    "struct Point:",
    "    x: int = 0",
    "    def norm(self) -> float:",
    "        return 1.0",
    "",
    "def area(p: Point)",
    "    return p.x * 2",
    "",
    'total = "😀" , (1, 2',
    "",
    "def last(a, b = 2):",
    "    return a",
  })
  vim.cmd.edit(path)

  local buffer = vim.api.nvim_get_current_buf()
  t.check("filetype", vim.bo.filetype, "dana")
  t.check("comments", vim.bo.commentstring, "# %s")
  t.check("indentation", { vim.bo.expandtab, vim.bo.shiftwidth, vim.bo.softtabstop }, { true, 4, 4 })
  t.check("indentation of a new line", vim.bo.indentexpr ~= "", true)
  t.check("colours", vim.b.current_syntax, "dana")

  local function clients()
    return vim.lsp.get_clients({ bufnr = buffer, name = "danaide" })
  end
  t.await("one server is attached", function()
    return #clients()
  end, 1)
  local client = assert(clients()[1], "the server did not start")
  t.await("the server is ready", function()
    return client.initialized == true
  end, true)
  t.check("columns count bytes", client.offset_encoding, "utf-8")

  --- The diagnostics as text, in the order of the buffer, lines and columns (bytes) from 0.
  local function diagnostics()
    local found = vim.diagnostic.get(buffer)
    table.sort(found, function(a, b)
      return a.lnum < b.lnum or (a.lnum == b.lnum and a.col < b.col)
    end)
    return vim.tbl_map(function(it)
      local range = ("%d:%d-%d:%d"):format(it.lnum, it.col, it.end_lnum, it.end_col)
      local severity = vim.diagnostic.severity[it.severity]
      return ("%s %s [%s] %s (%s)"):format(range, severity, it.code, it.message, it.source)
    end, found)
  end

  t.await("the errors of the broken program", diagnostics, {
    "6:18-6:18 ERROR [syntax-error] expected `:` after the head of the function (danaide)",
    "9:22-9:22 ERROR [syntax-error] expected `)`: `(` is never closed (danaide)",
  })

  -- Fixed as a person would type it: two edits, one of them after a character of four bytes.
  vim.api.nvim_buf_set_text(buffer, 6, 18, 6, 18, { ":" })
  vim.api.nvim_buf_set_text(buffer, 9, 22, 9, 22, { ")" })
  t.check("the fixed lines", vim.api.nvim_buf_get_lines(buffer, 6, 7, true), { "def area(p: Point):" })
  t.await("no errors after the fix", diagnostics, {})

  -- Broken again and taken back.
  vim.api.nvim_buf_set_lines(buffer, -1, -1, true, { "x = " })
  t.await("an error while typing", function()
    return #diagnostics()
  end, 1)
  vim.api.nvim_buf_set_lines(buffer, -2, -1, true, {})
  t.await("no errors after taking it back", diagnostics, {})

  --- The outline as text, children indented.
  local function outline()
    local answer = client:request_sync("textDocument/documentSymbol", {
      textDocument = vim.lsp.util.make_text_document_params(buffer),
    }, 20000, buffer)
    local lines = {}
    local function walk(symbols, depth)
      for _, it in ipairs(symbols) do
        local from, to = it.range.start, it.range["end"]
        local range = ("%d:%d-%d:%d"):format(from.line, from.character, to.line, to.character)
        local kind = vim.lsp.protocol.SymbolKind[it.kind]
        table.insert(lines, ("%s%s %s %s %s"):format((" "):rep(depth * 2), kind, it.name, it.detail or "-", range))
        walk(it.children or {}, depth + 1)
      end
    end
    walk(answer and answer.result or {}, 0)
    return lines
  end

  t.check("the outline", outline(), {
    "Struct Point - 1:0-4:18",
    "  Field x int 2:4-2:14",
    "  Method norm (self) -> float 3:4-4:18",
    "Function area (p: Point) 6:0-7:18",
    "Variable total - 9:0-9:23",
    "Function last (a, b = 2) 11:0-12:12",
  })

  vim.wo.foldmethod = "expr"
  vim.wo.foldexpr = "v:lua.vim.lsp.foldexpr()"
  t.await("folds", function()
    return vim.tbl_map(vim.fn.foldlevel, { 1, 2, 4, 5, 7, 8, 10, 12 })
  end, { 0, 1, 2, 2, 1, 1, 0, 1 })

  client:stop()
  t.await("the server ends", function()
    return client:is_stopped()
  end, true)
  vim.wait(300)
  t.check("and stays away, since it was told to end", #vim.lsp.get_clients({ name = "danaide" }), 0)
end)
