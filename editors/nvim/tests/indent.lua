-- Indentation: programs are typed line by line, and come out as they were; `=` leaves programs as they are.

local t = dofile(vim.env.TESTS .. "/harness.lua")

local PROGRAM = [[
# A comment.
struct Point:
    x: int
    y: int = 0

    def moved(self, dx: int) -> Point:
        return Point(self.x + dx)

def f(a, b):
    if a:
        for x in b:
            if x: # why
                continue
            print("a: {")
    elif b:
        raise ValueError("no")
    else:
        pass
    try:
        g(a)
    catch ValueError as error:
        log(error)
    finally:
        done()
    values = [
        1,
        f(
            2,
        ),
    ]
    other = g(a,
              b)
    return {
        "a": 1,
    }

workflow Go =
    f |
    g

name = f
    | g(1)
    | h

h = map(lambda x :: {
    y = x + 1
    if y:
        return y
    return x
}, values)
last = 1
]]

t.run(function()
  local lines = vim.split(vim.trim(PROGRAM), "\n")
  for _, parser in ipairs({ false, true }) do
    if parser then
      vim.cmd("Danaide parser")
      t.await_holds("with the parser", t.messages, "the tree-sitter parser is at", 120000)
    end
    vim.cmd.edit(t.write(parser and "indent/b.na" or "indent/a.na", { "" }))
    t.check("colours", vim.b.ts_highlight == true, parser)

    -- Typed: after a line that goes further left than it must, one key takes it there.
    local wrong = {}
    for index, line in ipairs(lines) do
      vim.api.nvim_buf_set_lines(0, 0, -1, false, vim.list_slice(lines, 1, index - 1))
      -- After a comment Vim goes on with it.
      if line ~= "" and index > 2 then
        vim.api.nvim_win_set_cursor(0, { index - 1, 0 })
        local typed = vim.trim(line)
        vim.api.nvim_feedkeys("o" .. typed .. vim.keycode("<Esc>"), "tx", false)
        local actual = vim.api.nvim_get_current_line()
        -- A dedent that nothing but the writer knows of is no mistake.
        local dedent = #actual:match("^%s*") - #line:match("^%s*")
        if actual ~= line and not (dedent > 0 and vim.trim(lines[index - 1]) == "") and not (dedent == 4 and line:find("^%s*[%w_]+[ %(]")) then
          table.insert(wrong, { line, actual })
        end
      end
    end
    t.check("each line is indented as it is typed", wrong, {})

    -- A string of several lines is left alone.
    vim.api.nvim_buf_set_lines(0, 0, -1, false, { 'text = """first', "  second", '    third"""', "x = 1" })
    vim.cmd("silent normal! gg=G")
    t.check("strings of several lines stay", t.lines(0), { 'text = """first', "  second", '    third"""', "x = 1" })

    -- Clauses find their statement.
    vim.api.nvim_buf_set_lines(0, 0, -1, false, { "if a:", "if b:", "c()", "else:", "d()" })
    vim.cmd("silent normal! gg=G")
    t.check("`=` indents", t.lines(0), { "if a:", "    if b:", "        c()", "else:", "    d()" })

    -- Whole programs stay as they are, but for the style of lines that go on.
    local all, changed = 0, 0
    for _, path in ipairs(vim.fn.glob(vim.env.REPO .. "/examples/*/*.na", true, true)) do
      vim.cmd("silent edit " .. path)
      local before = t.lines(0)
      vim.cmd("silent normal! gg=G")
      for index, line in ipairs(t.lines(0)) do
        all = all + 1
        changed = changed + (line == before[index] and 0 or 1)
      end
      vim.cmd("bwipeout!")
    end
    t.check("there are programs", all > 300, true)
    t.check("programs stay as they are", changed, 0)
  end
end)
