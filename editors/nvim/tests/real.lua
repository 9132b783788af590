-- Runs with the real server: output, tasks, cancelling, failures, tests, questions, and what is measured.

local t = dofile(vim.env.TESTS .. "/harness.lua")

vim.g.danaide = { server = vim.env.DANAIDE_BIN }
vim.lsp.enable("danaide")

local PROGRAM = [[
def fetch(item: str) -> str:
    sleep(0.05)
    return item.upper()

def greet(name: str, mark: str = "!") -> str:
    one = fetch("hello")
    other = fetch(name)
    return one + " " + other + mark

def forever():
    n = 0
    while true:
        n += 1
        print("turn", n)
        sleep(0.05)

def divide(by: int) -> int:
    return 10 // by

def fails():
    return divide(0)

def asks() -> str:
    return ask("Your name?")

def test_good():
    assert greet("ada") == "HELLO ADA!"

def test_bad():
    assert 1 + 1 == 3

print("the file ran")
print(greet("world"))
]]

t.run(function()
  local path = t.write("real/program.na", PROGRAM)
  local client, buffer = t.open(path)
  local source = vim.api.nvim_get_current_win()
  local function output()
    return t.shown_lines("danaide-output")
  end
  local function tree()
    return t.shown_lines("danaide-tasks")
  end

  -- ----- the file
  vim.cmd("Danaide run")
  t.await_holds("the file runs", output, "✓ finished in")
  t.holds("with its output", output(), "the file ran\nHELLO WORLD!")
  t.await_holds("and its tasks", tree, "✓ fetch")
  t.check("nothing runs any more", require("danaide").status(), "")

  local _, tree_window = t.shown("danaide-tasks")
  vim.api.nvim_set_current_win(tree_window)
  vim.api.nvim_win_set_cursor(tree_window, { 1, 0 })
  vim.fn.search("fetch")
  t.type("<CR>")
  t.check("a task leads to its code", { vim.api.nvim_get_current_win() == source, vim.api.nvim_get_current_line():find("fetch") ~= nil }, {
    true,
    true,
  })

  -- ----- a function, unsaved
  vim.api.nvim_buf_set_lines(buffer, 7, 8, false, { '    return "unsaved " + one + " " + other + mark' })
  vim.cmd("Danaide run greet name=bob mark=?")
  t.await_holds("a function runs as it stands in the buffer, with its value", output, [[→ "unsaved HELLO BOB?"]])
  vim.cmd("silent undo")

  -- ----- what was measured stands on the lines
  vim.cmd("Danaide run greet name=eve")
  t.await_holds("a run", output, "HELLO EVE!")
  t.await_holds("its times stand on the lines", function()
    return vim.tbl_map(function(it)
      local label = it.inlay_hint.label
      if type(label) == "table" then
        label = vim.iter(label):map(function(part)
          return part.value
        end):join("")
      end
      return ("%d %s"):format(it.inlay_hint.position.line + 1, vim.trim(label))
    end, vim.lsp.inlay_hint.get({ bufnr = buffer }))
  end, " ms")

  -- ----- the graph lights up
  vim.cmd("Danaide graph greet")
  t.await_holds("the graph", function()
    return t.shown_lines("danaide-graph")
  end, "2 tasks")
  local graph_buffer, graph_window = t.shown("danaide-graph")
  vim.api.nvim_set_current_win(source)
  vim.cmd("Danaide run greet name=eve")
  t.await("its nodes show how the tasks stand", function()
    local namespace = vim.api.nvim_get_namespaces()["danaide.graph.lights"]
    return vim.tbl_map(function(mark)
      return { mark[2], vim.trim(mark[4].virt_text[1][1]):match("^%a+") }
    end, vim.api.nvim_buf_get_extmarks(graph_buffer, namespace, 0, -1, { details = true }))
  end, { { 1, "done" }, { 2, "done" } })
  vim.api.nvim_win_close(graph_window, true)

  -- ----- cancelling
  vim.cmd("Danaide run forever")
  t.await_holds("a run without an end streams", output, "turn 3")
  t.check("and is seen to run", require("danaide").status():match("^▶ "), "▶ ")
  vim.cmd("Danaide cancel")
  t.await_holds("until it is cancelled", output, "■ cancelled in")

  -- ----- a failure
  vim.cmd("Danaide run fails")
  t.await_holds("a failure ends the run", output, "✗ failed in")
  t.holds("with its message and place", output(), "ZeroDivisionError: ")
  t.holds("and the calls that led there", output(), "program.na:21: fails: return divide(0)")
  t.await_holds("the line that failed is marked", function()
    return t.diagnostics(buffer)
  end, "(danaide run)")
  t.holds("it is the right one", t.diagnostics(buffer), "18: [")
  vim.api.nvim_buf_set_lines(buffer, 17, 18, false, { "    return 10 // max(by, 1)" })
  t.await("until the text changes", function()
    return vim.tbl_filter(function(it)
      return it:find("danaide run", 1, true) ~= nil
    end, t.diagnostics(buffer))
  end, {})
  vim.cmd("silent undo")

  -- ----- tests
  vim.cmd("Danaide test")
  t.await_holds("tests", output, "1 of 2 tests passed")
  t.holds("one is good", output(), "✓ test_good")
  t.holds("one is not", output(), "✗ test_bad")

  -- ----- a question
  vim.ui.input = function(options, done)
    t.holds("the program asks", options.prompt, "Your name?")
    vim.defer_fn(function()
      done("Ada")
    end, 20)
  end
  vim.cmd("Danaide run asks")
  t.await_holds("and gets the answer", output, [[→ "Ada"]])

  -- ----- a lens
  local function lens()
    return vim.iter(vim.lsp.codelens.get(buffer)):find(function(it)
      return it.command and it.command.title == "Test"
    end)
  end
  t.await("there is a lens at a test", function()
    return lens() ~= nil
  end, true)
  client:exec_cmd(lens().command, { bufnr = buffer })
  t.await_holds("that runs it", output, "1 of 1 tests passed")

  -- ----- what the server says of itself
  vim.cmd("Danaide status")
  t.await_holds("the status", function()
    for _, window in ipairs(vim.api.nvim_list_wins()) do
      if vim.api.nvim_win_get_config(window).relative ~= "" then
        return t.lines(vim.api.nvim_win_get_buf(window))
      end
    end
  end, "memory: ")

  -- ----- without trust
  vim.g.danaide = { server = vim.env.DANAIDE_BIN, trusted = false }
  local before = t.client(buffer).id
  vim.cmd("Danaide restart")
  t.await("a new server", function()
    local client = vim.lsp.get_clients({ name = "danaide", bufnr = buffer })[1]
    return client ~= nil and client.id ~= before and client.initialized == true
  end, true)
  t.notices = {}
  vim.cmd("Danaide run greet name=bob")
  t.await("does not run anything", function()
    return #t.notices
  end, 1)
  t.holds("and says why", t.messages(), "trust")
end)
