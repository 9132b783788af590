-- Runs: what the server says of them, the window with their output, the tree of their tasks, and the results of tests.

local client = require("danaide.client")
local config = require("danaide.config")
local places = require("danaide.places")

local M = {}

local NAMESPACE = vim.api.nvim_create_namespace("danaide.run")
local TESTS = vim.api.nvim_create_namespace("danaide.tests")

--- The task that is the program.
local PROGRAM = "0"

--- Lines that are kept of the output of one run.
local MAX_LINES = 20000
--- Runs whose output is kept.
local MAX_RUNS = 10

local STATES = {
  running = { "▶", "DanaideRunning" },
  waiting = { "◌", "DanaideWaiting" },
  done = { "✓", "DanaideDone" },
  failed = { "✗", "DanaideFailed" },
  cancelled = { "■", "DanaideCancelled" },
}

--- @class danaide.Run
--- @field id string
--- @field client integer
--- @field title string
--- @field uri string
--- @field outcome string? once it has ended
--- @field output integer the buffer with the output
--- @field tree integer the buffer with the tasks
--- @field tasks table<string, table>
--- @field order string[]
--- @field links table<integer, danaide.Place> places that extmarks of the output lead to
--- @field task_lines string[] the task of each line of the tree
--- @field draws boolean? is the tree about to be drawn?
--- @field pause number? how long to wait before it is drawn again, in milliseconds

local runs = {} --- @type danaide.Run[] the newest last
local listeners = {} --- @type (fun(run: danaide.Run))[]

--- A window of this tab page that shows a buffer.
local function window_of(buffer)
  return vim.iter(vim.api.nvim_tabpage_list_wins(0)):find(function(window)
    return vim.api.nvim_win_get_buf(window) == buffer
  end)
end

--- A window of this tab page that shows the output or the tasks of any run.
local function window_of_kind(kind)
  return vim.iter(vim.api.nvim_tabpage_list_wins(0)):find(function(window)
    return vim.bo[vim.api.nvim_win_get_buf(window)].filetype == kind
  end)
end

local function find(id)
  return vim.iter(runs):find(function(run)
    return run.id == id
  end)
end

--- The newest run, or the newest that has not ended.
--- @return danaide.Run?
function M.last(active)
  for index = #runs, 1, -1 do
    if not active or not runs[index].outcome then
      return runs[index]
    end
  end
end

--- All runs that have not ended.
function M.active()
  return vim.tbl_filter(function(run)
    return not run.outcome
  end, runs)
end

--- Calls `listener` when the tasks of a run change.
function M.on_tasks(listener)
  table.insert(listeners, listener)
end

local function milliseconds(number)
  if number < 1000 then
    return ("%.0f ms"):format(number)
  end
  return number < 60000 and ("%.2f s"):format(number / 1000) or ("%.1f min"):format(number / 60000)
end

M.milliseconds = milliseconds

local function is_null(value)
  return value == nil or value == vim.NIL
end

--- Where new output of a run goes to: keeps the cursor at the end if it was there.
local function follow(run, change)
  local buffer = run.output
  local last = vim.api.nvim_buf_line_count(buffer)
  local at_end = vim.tbl_filter(function(window)
    return window ~= vim.api.nvim_get_current_win() or vim.api.nvim_win_get_cursor(window)[1] >= last
  end, vim.fn.win_findbuf(buffer))
  vim.bo[buffer].modifiable = true
  change(buffer)
  local surplus = vim.api.nvim_buf_line_count(buffer) - MAX_LINES
  if surplus > 0 then
    vim.api.nvim_buf_set_lines(buffer, 0, surplus, false, {})
  end
  vim.bo[buffer].modifiable = false
  for _, window in ipairs(at_end) do
    pcall(vim.api.nvim_win_set_cursor, window, { vim.api.nvim_buf_line_count(buffer), 0 })
  end
end

--- Adds text to the output, in its last line or behind it.
local function append(run, text, group)
  if not vim.api.nvim_buf_is_valid(run.output) then
    return
  end
  text = text:gsub("\r\n", "\n"):gsub("\27%[[%d;]*%a", ""):gsub("%z", "\\0")
  follow(run, function(buffer)
    local row = vim.api.nvim_buf_line_count(buffer) - 1
    local column = #vim.api.nvim_buf_get_lines(buffer, row, row + 1, false)[1]
    vim.api.nvim_buf_set_text(buffer, row, column, row, column, vim.split(text, "\n", { plain = true }))
    if group then
      local last = vim.api.nvim_buf_line_count(buffer) - 1
      local width = #vim.api.nvim_buf_get_lines(buffer, last, last + 1, false)[1]
      vim.api.nvim_buf_set_extmark(buffer, NAMESPACE, row, column, { end_row = last, end_col = width, hl_group = group })
    end
  end)
end

--- Adds a line of the plugin itself, which may lead to a place.
local function append_line(run, text, group, place)
  if not vim.api.nvim_buf_is_valid(run.output) then
    return
  end
  follow(run, function(buffer)
    for _, line in ipairs(vim.split(text, "\n", { plain = true })) do
      local row = vim.api.nvim_buf_line_count(buffer) - 1
      if vim.api.nvim_buf_get_lines(buffer, row, row + 1, false)[1] ~= "" then
        vim.api.nvim_buf_set_lines(buffer, -1, -1, false, { "" })
        row = row + 1
      end
      vim.api.nvim_buf_set_lines(buffer, row, row + 1, false, { line, "" })
      local mark = vim.api.nvim_buf_set_extmark(buffer, NAMESPACE, row, 0, { end_col = #line, hl_group = group })
      if place then
        run.links[mark] = place
      end
    end
  end)
end

--- The place that a line of the output leads to.
local function link_at(run, line)
  for _, mark in ipairs(vim.api.nvim_buf_get_extmarks(run.output, NAMESPACE, { line, 0 }, { line, -1 }, {})) do
    if run.links[mark[1]] then
      return run.links[mark[1]]
    end
  end
end

--- Opens the window with the output of a run, without going there unless `focus`.
function M.show(run, focus)
  run = run or M.last()
  if not run then
    return vim.notify("danaide: nothing was run yet: `:Danaide run`")
  end
  local settings = config.get().output
  local before = vim.api.nvim_get_current_win()
  local window = window_of(run.output) or window_of_kind("danaide-output")
  if window then
    vim.api.nvim_win_set_buf(window, run.output)
  else
    vim.cmd(("botright %dsplit"):format(settings.height))
    window = vim.api.nvim_get_current_win()
    vim.api.nvim_win_set_buf(window, run.output)
    vim.wo[window].number = false
    vim.wo[window].relativenumber = false
    vim.wo[window].signcolumn = "no"
    vim.wo[window].winfixheight = true
    vim.wo[window].wrap = true
  end
  pcall(vim.api.nvim_win_set_cursor, window, { vim.api.nvim_buf_line_count(run.output), 0 })
  if #run.order > 0 then
    M.show_tasks(run)
  end
  vim.api.nvim_set_current_win(focus and window or vim.api.nvim_win_is_valid(before) and before or window)
end

--- Opens the tree of tasks beside the output, if that is shown.
function M.show_tasks(run)
  local settings = config.get().output
  local window = window_of(run.output)
  if not (window and settings.tasks) then
    return
  end
  local tree = window_of_kind("danaide-tasks")
  if tree then
    if vim.api.nvim_win_get_buf(tree) ~= run.tree then
      vim.api.nvim_win_set_buf(tree, run.tree)
    end
    return
  end
  local before = vim.api.nvim_get_current_win()
  vim.api.nvim_set_current_win(window)
  vim.cmd(("rightbelow %dvsplit"):format(settings.tasks_width))
  tree = vim.api.nvim_get_current_win()
  vim.api.nvim_win_set_buf(tree, run.tree)
  vim.wo[tree].number = false
  vim.wo[tree].relativenumber = false
  vim.wo[tree].signcolumn = "no"
  vim.wo[tree].winfixwidth = true
  vim.wo[tree].wrap = false
  vim.api.nvim_set_current_win(before)
end

--- Closes the windows of runs in this tab page.
function M.hide()
  for _, kind in ipairs({ "danaide-tasks", "danaide-output" }) do
    local window = window_of_kind(kind)
    if window then
      pcall(vim.api.nvim_win_close, window, false)
    end
  end
end

function M.toggle()
  if window_of_kind("danaide-output") then
    M.hide()
  else
    M.show()
  end
end

--- How long a task took, waited, and how often it was tried.
local function task_notes(task)
  local notes = {}
  if not is_null(task.durationMs) then
    table.insert(notes, milliseconds(task.durationMs))
  end
  if not is_null(task.waitingMs) and task.waitingMs >= 1 then
    table.insert(notes, "waited " .. milliseconds(task.waitingMs))
  end
  if not is_null(task.attempts) and task.attempts > 1 then
    table.insert(notes, ("attempt %d"):format(task.attempts))
  end
  return #notes > 0 and "  " .. table.concat(notes, ", ") or ""
end

M.task_notes = task_notes

--- Draws the tree of tasks.
local function draw_tasks(run)
  if not vim.api.nvim_buf_is_valid(run.tree) then
    return
  end
  local children, roots = {}, {}
  for _, id in ipairs(run.order) do
    local task = run.tasks[id]
    if not is_null(task.parent) and run.tasks[task.parent] then
      children[task.parent] = children[task.parent] or {}
      table.insert(children[task.parent], id)
    else
      table.insert(roots, id)
    end
  end
  local lines, highlights = {}, {}
  run.task_lines = {}
  local function walk(ids, prefix)
    for index, id in ipairs(ids) do
      local task = run.tasks[id]
      local state = STATES[task.state] or { "?", "Normal" }
      local last = index == #ids
      local branch = prefix == nil and "" or prefix .. (last and "└─ " or "├─ ")
      local head = branch .. state[1] .. " "
      local name = head .. task.name
      local row = #lines
      table.insert(lines, (name .. task_notes(task):gsub("\n", " ")))
      table.insert(run.task_lines, id)
      table.insert(highlights, { row, 0, #branch, "DanaideBranch" })
      table.insert(highlights, { row, #branch, #head, state[2] })
      table.insert(highlights, { row, #name, #lines[row + 1], "DanaideNote" })
      walk(children[id] or {}, prefix == nil and "" or prefix .. (last and "   " or "│  "))
    end
  end
  walk(roots, nil)
  places.fill(run.tree, NAMESPACE, lines, highlights)
end

--- Draws the tasks, and tells listeners, soon: the more there is to draw, the later.
local function redraw(run, now)
  local function draw()
    run.draws = nil
    local start = vim.uv.hrtime()
    draw_tasks(run)
    M.show_tasks(run)
    for _, listener in ipairs(listeners) do
      listener(run)
    end
    run.pause = math.max(50, (vim.uv.hrtime() - start) / 1e6 * 5)
  end
  if now then
    return draw()
  end
  if not run.draws then
    run.draws = true
    vim.defer_fn(function()
      if run.draws then
        draw()
      end
    end, math.floor(run.pause or 0))
  end
end

local function forget_old()
  while #runs > MAX_RUNS do
    local index = 1
    while runs[index] and not runs[index].outcome do
      index = index + 1
    end
    local run = table.remove(runs, runs[index] and index or 1)
    for _, buffer in ipairs({ run.output, run.tree }) do
      pcall(vim.api.nvim_buf_delete, buffer, { force = true })
    end
  end
end

local counter = 0

--- Makes a run known.
local function create(id, title, uri, context)
  counter = counter + 1
  local owner = vim.lsp.get_client_by_id(context.client_id)
  --- @type danaide.Run
  local run = {
    id = id,
    client = context.client_id,
    encoding = owner and owner.offset_encoding or "utf-16",
    title = title,
    uri = uri,
    tasks = {},
    order = {},
    links = {},
    task_lines = {},
    output = -1,
    tree = -1,
  }
  run.output = places.scratch(("danaide://output/%d"):format(counter), "danaide-output", function(line)
    return link_at(run, line)
  end)
  run.tree = places.scratch(("danaide://tasks/%d"):format(counter), "danaide-tasks", function(line)
    local task = run.tasks[run.task_lines[line + 1]]
    if task and not is_null(task.range) then
      return { uri = task.uri, range = task.range, encoding = run.encoding }
    end
  end)
  for _, buffer in ipairs({ run.output, run.tree }) do
    vim.keymap.set("n", "<C-c>", function()
      M.cancel(run)
    end, { buffer = buffer, desc = "Cancel the run" })
  end
  table.insert(runs, run)
  forget_old()
  return run
end

--- The run of a notification; one that did not say that it starts is known from its first word.
local function known(params, context)
  return find(params.run) or create(params.run, "run", params.uri or "", context)
end

--- `danaide/runStarted`
function M.started(params, context)
  local run = find(params.run) or create(params.run, params.title, params.uri, context)
  run.title, run.uri = params.title, params.uri
  append_line(run, "▶ " .. params.title, "DanaideRunning")
  vim.api.nvim_buf_clear_namespace(vim.uri_to_bufnr(params.uri), TESTS, 0, -1)
  M.show(run, config.get().output.focus)
end

--- `danaide/runOutput`
function M.output(params, context)
  append(known(params, context), params.text, params.channel == "stderr" and "DanaideStderr" or nil)
end

--- `danaide/runTasks`
function M.tasks(params, context)
  local run = known(params, context)
  for _, task in ipairs(params.tasks) do
    if not run.tasks[task.id] then
      table.insert(run.order, task.id)
    end
    run.tasks[task.id] = task
  end
  redraw(run)
end

local OUTCOMES = {
  done = { "✓ finished", "DanaideDone" },
  failed = { "✗ failed", "DanaideFailed" },
  cancelled = { "■ cancelled", "DanaideCancelled" },
  limit = { "■ stopped by a limit", "DanaideFailed" },
}

--- The calls that led to a failure, the outermost first; each line leads to its place.
local function append_traceback(run, failure)
  for _, frame in ipairs(not is_null(failure.traceback) and failure.traceback or {}) do
    local text = ("%s: %s"):format(frame["function"], frame.text)
    if is_null(frame.uri) or is_null(frame.range) then
      append_line(run, "  " .. text, "DanaideNote")
    else
      append_line(run, ("  %s:%d: %s"):format(places.file(frame.uri), places.line(frame.range), text), "DanaideLink", {
        uri = frame.uri,
        range = frame.range,
        encoding = run.encoding,
      })
    end
  end
end

--- Why a run failed, and where.
local function append_failure(run, failure)
  local place = not is_null(failure.range)
    and { uri = is_null(failure.uri) and run.uri or failure.uri, range = failure.range, encoding = run.encoding }
  local where = place and (" (%s:%d)"):format(places.file(place.uri), places.line(place.range)) or ""
  local known_code = vim.startswith(failure.message, failure.code) or not failure.code:find("^%u")
  local message = known_code and failure.message or ("%s: %s"):format(failure.code, failure.message)
  append_line(run, message .. where, "DanaideFailed", place or nil)
  append_traceback(run, failure)
end

--- Shows the results of tests in the output and at the tests themselves.
local function show_tests(run, tests)
  for _, test in ipairs(tests) do
    local passed = test.outcome == "passed"
    local message = not is_null(test.message) and test.message or ""
    local text = ("%s %s  %s"):format(passed and "✓" or "✗", test.name, milliseconds(test.milliseconds or 0))
    local group = passed and "DanaideDone" or "DanaideFailed"
    local place = not is_null(test.range) and { uri = test.uri, range = test.range, encoding = run.encoding } or nil
    append_line(run, text, group, place)
    if not is_null(test.error) then
      append_failure(run, test.error)
    elseif not passed then
      append_line(run, message, group, place)
    end
    local buffer = place and vim.uri_to_bufnr(test.uri)
    if place and vim.api.nvim_buf_is_loaded(buffer) then
      local note_here = passed and "passed in " .. milliseconds(test.milliseconds or 0) or message:match("[^\n]*")
      pcall(vim.api.nvim_buf_set_extmark, buffer, TESTS, test.range.start.line, 0, {
        virt_text = { { (passed and " ✓ " or " ✗ ") .. note_here, group } },
        virt_text_pos = "eol",
        invalidate = true,
      })
    end
  end
end

--- `danaide/runFinished`
function M.finished(params, context)
  local run = known(params, context)
  run.outcome = params.outcome
  local outcome = OUTCOMES[params.outcome] or { params.outcome, "DanaideNote" }
  if not is_null(params.value) then
    append_line(run, "→ " .. params.value, "DanaideNote")
  end
  if not is_null(params.error) then
    append_failure(run, params.error)
  end
  local tests = not is_null(params.tests) and params.tests or {}
  show_tests(run, tests)
  local text = ("%s in %s"):format(outcome[1], milliseconds(params.milliseconds or 0))
  if #tests > 0 then
    local passed = #vim.tbl_filter(function(test)
      return test.outcome == "passed"
    end, tests)
    text = ("%s: %d of %d tests passed"):format(text, passed, #tests)
  end
  append_line(run, text, outcome[2])
  if not window_of(run.output) then
    vim.notify(("danaide: %s: %s"):format(run.title, text))
  end
  if #run.order > 0 then
    redraw(run, true)
  end
  vim.api.nvim_exec_autocmds("User", { pattern = "DanaideRunFinished", modeline = false, data = params })
end

--- The server ended, and with it all of its runs.
function M.client_ended(id, how)
  for _, run in ipairs(M.active()) do
    if run.client == id then
      run.outcome = "failed"
      append_line(run, "✗ " .. how, "DanaideFailed")
    end
  end
end

--- Cancels a run, or all of them.
function M.cancel(run)
  local active = run and { run } or M.active()
  if #active == 0 or (run and run.outcome) then
    return vim.notify("danaide: no program runs")
  end
  local asked = {}
  for _, it in ipairs(active) do
    local owner = vim.lsp.get_client_by_id(it.client)
    if owner and not asked[run and it.id or it.client] then
      asked[run and it.id or it.client] = true
      client.execute(owner, "danaide.cancel", { run and { run = run.id } or vim.empty_dict() })
    end
  end
end

--- A word about what runs, for status lines.
function M.status()
  local run = M.last(true)
  if not run then
    return ""
  end
  local ended, all = 0, 0
  for id, task in pairs(run.tasks) do
    -- The program itself is a task too.
    local counts = id ~= PROGRAM
    all = all + (counts and 1 or 0)
    if counts and task.state ~= "running" and task.state ~= "waiting" then
      ended = ended + 1
    end
  end
  local tasks = all > 0 and (" %d/%d"):format(ended, all) or ""
  return "▶ " .. run.title .. tasks
end

return M
