-- The task graph of a document: a drawn tree whose lines lead to the code and light up while the program runs, or a text
-- (Mermaid, DOT, JSON, or the list that `danaide graph` prints).

local client = require("danaide.client")
local places = require("danaide.places")
local run = require("danaide.run")

local M = {}

local NAMESPACE = vim.api.nvim_create_namespace("danaide.graph")
local LIGHTS = vim.api.nvim_create_namespace("danaide.graph.lights")

M.FORMATS = { "mermaid", "dot", "json", "text" }

local FILETYPES = { mermaid = "mermaid", dot = "dot", json = "json", text = "text" }

local GROUPS =
  { running = "DanaideRunning", waiting = "DanaideWaiting", done = "DanaideDone", failed = "DanaideFailed", cancelled = "DanaideCancelled" }

--- @class danaide.GraphView
--- @field source integer the buffer with the program
--- @field buffer integer
--- @field func string?
--- @field places table<integer, danaide.Place> by line, from 0
--- @field nodes table<string, integer[]> lines by the range of a node

local views = {} --- @type table<integer, danaide.GraphView> by the graph's buffer

local function key(uri, range)
  return ("%s#%d:%d"):format(uri, range.start.line, range.start.character)
end

local function plural(count, word)
  return ("%d %s%s"):format(count, word, count == 1 and "" or "s")
end

local function is_null(value)
  return value == nil or value == vim.NIL
end

--- What is said of a task after its name.
local function node_notes(node, incoming, names)
  local notes = {}
  local after = {}
  for _, edge in ipairs(incoming) do
    local name = names[edge.from] or edge.from
    if not vim.list_contains(after, name) then
      table.insert(after, name)
    end
  end
  if #after > 0 then
    table.insert(notes, "after " .. table.concat(after, ", "))
  end
  if not is_null(node.retry) then
    local attempts = type(node.retry) == "table" and node.retry.attempts
    table.insert(notes, attempts and not is_null(attempts) and ("up to %s attempts"):format(attempts) or "tried again when it fails")
  end
  if node.loop_depth > 0 and not node.turns_overlap then
    table.insert(notes, "in a loop, one turn after the other")
  elseif node.loop_depth > 0 then
    table.insert(notes, "in a loop")
  end
  if #node.branches > 0 then
    table.insert(notes, "only in a branch")
  end
  if #node.effects > 0 then
    table.insert(notes, "[" .. table.concat(node.effects, " ") .. "]")
  end
  return table.concat(notes, "  ")
end

--- The tree of one graph, added to the lines of a view.
local function draw(view, graph, uri, encoding, lines, highlights)
  local function add(text, place)
    table.insert(lines, text)
    if place then
      view.places[#lines - 1] = { uri = uri, range = place, encoding = encoding }
    end
    return #lines - 1
  end
  local shape = {
    plural(#graph.nodes, "task"),
    ("%d one after the other"):format(graph.depth),
    graph.width_is_unbounded and "any number at a time" or ("%d at a time"):format(graph.width),
  }
  local effects = #graph.effects > 0 and "  [" .. table.concat(graph.effects, " ") .. "]" or ""
  local title = ("%s %s"):format(graph.kind, graph.name)
  local head = add(("%s: %s%s"):format(title, table.concat(shape, ", "), effects), graph.range)
  table.insert(highlights, { head, 0, #title, "DanaideTitle" })
  table.insert(highlights, { head, #title, 1000, "DanaideNote" })

  local names, children, roots, incoming = {}, {}, {}, {}
  for _, node in ipairs(graph.nodes) do
    names[node.id] = node.name
  end
  for _, node in ipairs(graph.nodes) do
    if not is_null(node.parent) and names[node.parent] then
      children[node.parent] = children[node.parent] or {}
      table.insert(children[node.parent], node)
    else
      table.insert(roots, node)
    end
  end
  for _, edge in ipairs(graph.edges) do
    incoming[edge.to] = incoming[edge.to] or {}
    table.insert(incoming[edge.to], edge)
  end
  local function walk(nodes, prefix)
    for index, node in ipairs(nodes) do
      local last = index == #nodes
      local branch = prefix .. (last and "└─ " or "├─ ")
      local mark = node.on_critical_path and "◆ " or "◇ "
      local text = branch .. mark .. node.name
      local notes = node_notes(node, incoming[node.id] or {}, names)
      local row = add(("%s  line %d%s"):format(text, places.line(node.range), notes ~= "" and "  " .. notes or ""), node.range)
      local at = key(uri, node.range)
      view.nodes[at] = view.nodes[at] or {}
      table.insert(view.nodes[at], row)
      table.insert(highlights, { row, 0, #branch, "DanaideBranch" })
      table.insert(highlights, { row, #branch, #branch + #mark, node.on_critical_path and "DanaideCritical" or "DanaideNote" })
      table.insert(highlights, { row, #text, 1000, "DanaideNote" })
      walk(children[node.id] or {}, prefix .. (last and "   " or "│  "))
    end
  end
  walk(roots, "")
  for _, wait in ipairs(graph.waits) do
    local waited = vim.tbl_map(function(id)
      return names[id] or id
    end, wait.tasks)
    local row = add(
      ("   waits in line %d for %s: %s"):format(places.line(wait.range), table.concat(waited, ", "), wait.cause),
      wait.range
    )
    table.insert(highlights, { row, 0, 1000, "DanaideWaiting" })
  end
  add("")
end

--- Marks the lines of tasks of a run with their state: of one that runs or failed, else of the last.
local function light(view, of)
  if not vim.api.nvim_buf_is_valid(view.buffer) then
    return
  end
  local shown, counts = {}, {}
  for _, id in ipairs(of.order) do
    local task = of.tasks[id]
    for _, row in ipairs(not is_null(task.range) and view.nodes[key(task.uri, task.range)] or {}) do
      counts[row] = (counts[row] or 0) + 1
      if not shown[row] or shown[row].state == "done" or task.state == "running" then
        shown[row] = task
      end
    end
  end
  vim.api.nvim_buf_clear_namespace(view.buffer, LIGHTS, 0, -1)
  for row, task in pairs(shown) do
    local group = GROUPS[task.state]
    local times = counts[row] > 1 and (" ×%d"):format(counts[row]) or ""
    pcall(vim.api.nvim_buf_set_extmark, view.buffer, LIGHTS, row, 0, {
      line_hl_group = group,
      virt_text = { { "  " .. task.state .. times .. run.task_notes(task), group } },
      virt_text_pos = "eol",
    })
  end
end

run.on_tasks(function(of)
  for _, view in pairs(views) do
    light(view, of)
  end
end)

--- Asks for the graph; `done` gets the answer.
local function request(source, format, func, done)
  local owner = client.need(source)
  if not owner then
    return
  end
  owner:request("danaide/taskGraph", {
    textDocument = vim.lsp.util.make_text_document_params(source),
    format = format,
    ["function"] = func,
  }, function(err, result)
    if err then
      vim.notify("danaide: " .. err.message, vim.log.levels.ERROR)
    elseif is_null(result) then
      vim.notify("danaide: there is no graph of this document", vim.log.levels.WARN)
    else
      done(result, owner)
    end
  end, source)
end

local function open(buffer, height)
  local window = vim.fn.bufwinid(buffer)
  if window == -1 then
    vim.cmd("botright split")
    window = vim.api.nvim_get_current_win()
    vim.api.nvim_win_set_buf(window, buffer)
    vim.api.nvim_win_set_height(window, math.max(5, math.min(height, math.floor(vim.o.lines / 2))))
    vim.wo[window].number = false
    vim.wo[window].relativenumber = false
    vim.wo[window].signcolumn = "no"
    vim.wo[window].wrap = false
  else
    vim.api.nvim_set_current_win(window)
  end
end

--- Draws a view anew.
local function refresh(view, done)
  request(view.source, "json", view.func, function(result, owner)
    if not vim.api.nvim_buf_is_valid(view.buffer) then
      return
    end
    local lines, highlights = {}, {}
    view.places, view.nodes = {}, {}
    local uri = result.graph.uri or vim.uri_from_bufnr(view.source)
    for _, graph in ipairs(result.graph.graphs) do
      draw(view, graph, uri, owner.offset_encoding, lines, highlights)
    end
    if #lines == 0 then
      lines = { "Nothing here waits: there are no tasks." }
    end
    vim.api.nvim_buf_clear_namespace(view.buffer, LIGHTS, 0, -1)
    places.fill(view.buffer, NAMESPACE, lines, highlights)
    local last = run.last(true)
    if last then
      light(view, last)
    end
    if done then
      done(#lines)
    end
  end)
end

--- Opens the drawn graph of a buffer, or of one function in it.
local function open_tree(source, func)
  for _, view in pairs(views) do
    if view.source == source and view.func == func and vim.api.nvim_buf_is_valid(view.buffer) then
      return refresh(view, function(height)
        open(view.buffer, height)
      end)
    end
  end
  local file = vim.fn.fnamemodify(vim.api.nvim_buf_get_name(source), ":t")
  --- @type danaide.GraphView
  local view = { source = source, func = func, places = {}, nodes = {}, buffer = -1 }
  local name = ("danaide://graph/%d/%s%s"):format(source, file, func and ":" .. func or "")
  view.buffer = places.scratch(name, "danaide-graph", function(line)
    return view.places[line]
  end)
  views[view.buffer] = view
  vim.keymap.set("n", "r", function()
    refresh(view)
  end, { buffer = view.buffer, desc = "Draw the graph anew" })
  vim.keymap.set("n", "m", function()
    M.open({ source = source, func = func, format = "mermaid" })
  end, { buffer = view.buffer, desc = "The graph as Mermaid" })
  local group = vim.api.nvim_create_augroup("danaide.graph." .. view.buffer, {})
  vim.api.nvim_create_autocmd({ "BufWritePost", "InsertLeave", "TextChanged" }, {
    group = group,
    buffer = source,
    callback = function()
      if vim.fn.bufwinid(view.buffer) ~= -1 then
        refresh(view)
      end
    end,
  })
  vim.api.nvim_create_autocmd("BufWipeout", {
    buffer = view.buffer,
    callback = function()
      views[view.buffer] = nil
      pcall(vim.api.nvim_del_augroup_by_id, group)
    end,
  })
  refresh(view, function(height)
    open(view.buffer, height)
  end)
end

--- Opens the graph.
--- @param options { source: integer, func: string?, format: string? }
function M.open(options)
  if not options.format then
    return open_tree(options.source, options.func)
  end
  request(options.source, options.format, options.func, function(result)
    local text = result.graph
    if type(text) ~= "string" then
      text = vim.json.encode(text)
    end
    vim.cmd("botright new")
    local buffer = vim.api.nvim_get_current_buf()
    vim.bo[buffer].buftype = "nofile"
    vim.bo[buffer].bufhidden = "wipe"
    vim.bo[buffer].swapfile = false
    vim.api.nvim_buf_set_lines(buffer, 0, -1, false, vim.split(vim.trim(text), "\n"))
    vim.bo[buffer].filetype = FILETYPES[options.format]
    vim.bo[buffer].modified = false
  end)
end

return M
