-- Runs with a scripted server: all that a run can say, and how it is shown.

local t = dofile(vim.env.TESTS .. "/harness.lua")

vim.lsp.config("danaide", { cmd = { vim.v.progpath, "-l", vim.env.TESTS .. "/fake_server.lua" } })
vim.lsp.enable("danaide")

t.run(function()
  local path = t.write("runs/program.na", { "def hello():", "    fetch()", "    inner()", "    pass", "hello()" })
  local client, buffer = t.open(path)
  local source = vim.api.nvim_get_current_win()

  t.check("the client says what it can", client.server_capabilities.experimental.offered.danaide, {
    runs = true,
    ask = true,
    commands = { "danaide.run", "danaide.test", "danaide.graph", "danaide.showReferences" },
  })

  -- ----- output and tasks
  vim.cmd("Danaide run hello")
  local function output()
    return t.shown_lines("danaide-output")
  end
  t.await("the output streams into a window", output, { "▶ hello", "one", "two", "a warning", "✓ finished in 34 ms", "" })
  t.check("the cursor stays in the program", vim.api.nvim_get_current_win(), source)
  t.check("the tree of tasks", t.shown_lines("danaide-tasks"), {
    "✓ fetch  12 ms, waited 5 ms, attempt 2",
    "└─ ✗ inner  12 ms",
  })
  local output_buffer, output_window = t.shown("danaide-output")
  t.check("the end of the output is shown", vim.api.nvim_win_get_cursor(output_window)[1], 6)
  local marks = vim.api.nvim_buf_get_extmarks(output_buffer, -1, { 3, 0 }, { 3, -1 }, { details = true })
  t.check("what goes to stderr has a colour", marks[1][4].hl_group, "DanaideStderr")

  local _, tree_window = t.shown("danaide-tasks")
  vim.api.nvim_set_current_win(tree_window)
  vim.api.nvim_win_set_cursor(tree_window, { 2, 0 })
  t.type("<CR>")
  t.check("enter on a task goes to its code", { vim.api.nvim_get_current_win(), vim.api.nvim_win_get_cursor(source) }, { source, { 3, 4 } })

  -- ----- the lens of the first line
  t.await("a lens", function()
    return vim.tbl_map(function(it)
      return it.command.title
    end, vim.lsp.codelens.get(buffer))
  end, { "Run" })
  vim.api.nvim_win_set_cursor(0, { 1, 0 })
  vim.lsp.codelens.run()
  t.await("the lens runs the program", function()
    local shown = t.shown("danaide-output")
    return { shown ~= output_buffer, output()[5] }
  end, { true, "✓ finished in 34 ms" })

  -- ----- cancelling
  vim.cmd("Danaide run loop")
  t.await_holds("a run without an end", output, "turning")
  t.await("the status line", require("danaide").status, "▶ loop 0/1")
  vim.cmd("Danaide cancel")
  t.await_holds("is cancelled", output, "■ cancelled in 34 ms")
  t.check("nothing runs then", require("danaide").status(), "")
  vim.cmd("Danaide cancel")
  t.check("and nothing is left to cancel", t.messages(), { "danaide: no program runs" })

  -- ----- a failure
  vim.cmd("Danaide run broken")
  t.await("a failure names its place, and the way there", output, {
    "▶ broken",
    ("ZeroDivisionError: division by zero (%s:3)"):format(vim.fn.fnamemodify(path, ":~:.")),
    ("  %s:5: (file): hello()"):format(vim.fn.fnamemodify(path, ":~:.")),
    ("  %s:3: broken: inner()"):format(vim.fn.fnamemodify(path, ":~:.")),
    "✗ failed in 34 ms",
    "",
  })
  _, output_window = t.shown("danaide-output")
  vim.api.nvim_set_current_win(output_window)
  vim.api.nvim_win_set_cursor(output_window, { 3, 0 })
  t.type("<CR>")
  t.check("enter on a frame goes there", { vim.api.nvim_get_current_win(), vim.api.nvim_win_get_cursor(source) }, { source, { 5, 0 } })

  vim.cmd("Danaide run large")
  t.await_holds("a limit is named", output, "the output is longer than 64 KB\n■ stopped by a limit in 34 ms")

  -- ----- tests
  vim.cmd("Danaide test")
  t.await("results of tests", output, {
    "▶ tests",
    "✓ test_sum  3 ms",
    "✗ test_wrong  4 ms",
    ("AssertionError: 1 is not 2 (%s:4)"):format(vim.fn.fnamemodify(path, ":~:.")),
    "✗ failed in 34 ms: 1 of 2 tests passed",
    "",
  })
  local function notes()
    local namespace = vim.api.nvim_get_namespaces()["danaide.tests"]
    return vim.tbl_map(function(mark)
      return { mark[2], vim.trim(mark[4].virt_text[1][1]) }
    end, vim.api.nvim_buf_get_extmarks(buffer, namespace, 0, -1, { details = true }))
  end
  t.check("stand at the tests", notes(), { { 0, "✓ passed in 3 ms" }, { 3, "✗ AssertionError: 1 is not 2" } })

  -- ----- arguments and questions
  local answers = {}
  local prompts = {}
  vim.ui.input = function(options, done)
    table.insert(prompts, options.prompt)
    local answer = table.remove(answers, 1)
    if answer == "later" then
      return vim.defer_fn(function()
        done("Bob")
      end, 20)
    end
    if answer == "nothing" then
      answer = nil
    end
    done(answer)
  end
  answers = { "3", "Ada" }
  vim.cmd("Danaide run echo")
  t.await_holds("what a function needs is asked for", output, "✓ finished")
  t.check("one question for each parameter without a default", prompts, { "count of echo: ", "name of echo: " })
  t.check("the value is shown", output()[3], "→ 'as asked'")
  t.check("numbers are numbers", vim.json.decode(output()[2]), { count = 3, name = "Ada" })
  prompts = {}
  vim.cmd('Danaide run echo name=Bob count=4 mark=[1,true]')
  t.await_holds("what is given is not asked for", output, "Bob")
  t.check("values", { prompts, vim.json.decode(output()[2]) }, { {}, { count = 4, name = "Bob", mark = { 1, true } } })

  for _, case in ipairs({ { "Cleo", "answered Cleo" }, { "later", "answered Bob" }, { "nothing", "answered vim.NIL" } }) do
    answers = { case[1] }
    vim.cmd("Danaide run asks")
    t.await_holds("a program asks, the answer: " .. case[1], output, case[2])
  end
  t.check("with the question of the program", prompts[1], "Your name? ")

  vim.ui.select = function(items, options, done)
    t.holds("a choice has its question", options.prompt, "Send it?")
    vim.defer_fn(function()
      done(items[2], 2)
    end, 20)
  end
  vim.cmd("Danaide run approves")
  t.await_holds("a program lets choose", output, "answered No")

  -- ----- a selection
  vim.cmd("2,3Danaide run")
  t.await_holds("lines", output, "1:0-2:11")
  vim.api.nvim_win_set_cursor(0, { 2, 4 })
  t.type("vj2l:Danaide run<CR>")
  t.await_holds("characters", output, "1:4-2:7")

  -- ----- the command line
  t.check("commands are completed", vim.fn.getcompletion("Danaide re", "cmdline"), { "restart" })
  t.check("functions are completed", vim.fn.getcompletion("Danaide run ", "cmdline"), { "echo", "hello", "test_sum" })
  t.check("tests are completed", vim.fn.getcompletion("Danaide test ", "cmdline"), { "test_sum" })
  t.check("formats are completed", vim.fn.getcompletion("Danaide graph m", "cmdline"), { "mermaid" })
  t.notices = {}
  vim.cmd("Danaide nonsense")
  t.holds("an unknown command is refused", t.messages(), "`nonsense` is not a command; there are: cancel, graph,")

  -- ----- windows
  vim.cmd("Danaide output")
  t.check("the output can be hidden", { t.shown("danaide-output"), t.shown("danaide-tasks") }, {})
  vim.cmd("Danaide output")
  t.check("and shown", t.shown("danaide-output") ~= nil, true)

  local _, shown_window = t.shown("danaide-output")
  vim.api.nvim_set_current_win(shown_window)
  vim.cmd("Danaide run hello")
  t.await_holds("from the output, the program beside it is run", output, "▶ hello")
  vim.api.nvim_set_current_win(source)
  vim.cmd.tabnew()
  t.notices = {}
  vim.cmd("Danaide run")
  t.check("without a program nothing is run", t.messages(), { "danaide: there is no Dana program in this tab page" })
  vim.cmd.tabclose()

  -- ----- status
  vim.cmd("Danaide status")
  local function floating()
    for _, window in ipairs(vim.api.nvim_list_wins()) do
      if vim.api.nvim_win_get_config(window).relative ~= "" then
        return t.lines(vim.api.nvim_win_get_buf(window))
      end
    end
    return {}
  end
  t.await_holds("the status", floating, "danaide 9.9.9, running for 61 s")
  t.holds("with what was asked", floating(), "textDocument/hover")

  -- ----- the server dies while a program runs
  vim.cmd("Danaide run loop")
  t.await_holds("a run", output, "turning")
  t.notices = {}
  for _, process in ipairs(vim.api.nvim_get_proc_children(vim.fn.getpid())) do
    vim.uv.kill(process, "sigkill")
  end
  t.await_holds("ends with its server", output, "✗ the server ended (signal 9)")
  t.await("the server is there again", function()
    return #vim.lsp.get_clients({ name = "danaide", bufnr = buffer })
  end, 1)

  -- ----- without trust
  vim.g.danaide = { trusted = false }
  vim.cmd("Danaide restart")
  vim.wait(500)
  t.client(buffer)
  t.notices = {}
  vim.cmd("Danaide run hello")
  t.await_holds("without trust nothing runs", t.messages, "danaide: programs are not run in a workspace that is not trusted")
end)
