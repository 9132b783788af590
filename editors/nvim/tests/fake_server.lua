-- A language server that does nothing but run scripted programs; started as `nvim -l fake_server.lua`.
--
-- What it runs is named by the function: `hello` prints and ends, `loop` runs until it is cancelled, `broken` fails, `asks` and
-- `approves` ask, `large` hits a limit. It shows how each message of a run looks when it is not easy to get from a real program.

local function read_message()
  local length
  while true do
    local line = io.read("*l")
    if not line then
      os.exit(0)
    end
    line = line:gsub("\r$", "")
    if line == "" then
      break
    end
    length = tonumber(line:match("^Content%-Length: (%d+)$")) or length
  end
  return vim.json.decode(io.read(length))
end

local function send(message)
  message.jsonrpc = "2.0"
  local body = vim.json.encode(message)
  io.stdout:write(("Content-Length: %d\r\n\r\n%s"):format(#body, body))
  io.stdout:flush()
end

local function notify(method, params)
  send({ method = method, params = params })
end

local function at(line, from, to)
  return { start = { line = line, character = from }, ["end"] = { line = line, character = to } }
end

--- An empty list.
local NO_TESTS = vim.json.decode("[]")

local runs = 0
local looping = {} --- @type table<string, true>
local asked = {} --- @type table<integer, string> runs by the number of the question
local trusted = true

local function task(id, parent, uri, line, state, more)
  return vim.tbl_extend("force", {
    id = id,
    parent = parent or vim.NIL,
    name = id,
    uri = uri,
    range = at(line, 4, 12),
    state = state,
    attempts = 1,
    startedMs = 0,
    durationMs = 12.2,
    waitingMs = 0,
  }, more or {})
end

local function finished(run, outcome, more)
  notify("danaide/runFinished", vim.tbl_extend("force", {
    run = run,
    outcome = outcome,
    milliseconds = 34.0,
    value = vim.NIL,
    error = vim.NIL,
    tests = NO_TESTS,
  }, more or {}))
end

local programs = {}

function programs.hello(run, uri)
  notify("danaide/runOutput", { run = run, channel = "stdout", text = "one\ntw" })
  notify("danaide/runTasks", { run = run, tasks = { task("fetch", nil, uri, 1, "running"), task("inner", "fetch", uri, 2, "waiting") } })
  notify("danaide/runOutput", { run = run, channel = "stdout", text = "o\n" })
  notify("danaide/runOutput", { run = run, channel = "stderr", text = "\27[31ma warning\27[0m\r\n" })
  notify("danaide/runTasks", {
    run = run,
    tasks = { task("fetch", nil, uri, 1, "done", { attempts = 2, waitingMs = 5 }), task("inner", "fetch", uri, 2, "failed") },
  })
  finished(run, "done")
end

function programs.loop(run, uri)
  looping[run] = true
  notify("danaide/runOutput", { run = run, channel = "stdout", text = "turning\n" })
  local program = task("0", nil, uri, 0, "running", { name = "loop", range = vim.NIL })
  notify("danaide/runTasks", { run = run, tasks = { program, task("1", "0", uri, 1, "running", { name = "sleep" }) } })
end

function programs.broken(run, uri)
  finished(run, "failed", {
    error = {
      code = "ZeroDivisionError",
      message = "division by zero",
      uri = uri,
      range = at(2, 4, 9),
      traceback = {
        { ["function"] = "(file)", uri = uri, range = at(4, 0, 3), text = "hello()" },
        { ["function"] = "broken", uri = uri, range = at(2, 4, 9), text = "inner()" },
      },
    },
  })
end

function programs.large(run)
  finished(run, "limit", { error = { code = "output", message = "the output is longer than 64 KB", uri = vim.NIL, range = vim.NIL, traceback = NO_TESTS } })
end

function programs.asks(run)
  asked[1000 + runs] = run
  send({ id = 1000 + runs, method = "danaide/ask", params = { run = run, question = "Your name?", default = "Ada" } })
end

function programs.approves(run)
  asked[1000 + runs] = run
  send({
    id = 1000 + runs,
    method = "window/showMessageRequest",
    params = { type = 3, message = "Send it?", actions = { { title = "Yes" }, { title = "No" } } },
  })
end

function programs.echo(run, _, arguments)
  notify("danaide/runOutput", { run = run, channel = "stdout", text = vim.json.encode(arguments or vim.empty_dict()) })
  finished(run, "done", { value = "'as asked'" })
end

local function start(uri, title)
  runs = runs + 1
  local run = "run-" .. runs
  notify("danaide/runStarted", { run = run, uri = uri, version = 1, title = title })
  return run
end

local commands = {}

commands["danaide.run"] = function(arguments, answer)
  local uri, name = arguments.uri, arguments["function"] or "hello"
  runs = runs + 1
  local run = "run-" .. runs
  answer({ run = run })
  notify("danaide/runStarted", { run = run, uri = uri, version = 1, title = name })
  programs[name](run, uri, arguments.arguments)
end

commands["danaide.runSelection"] = function(arguments, answer)
  answer({ run = "run-" .. (runs + 1) })
  local run = start(arguments.uri, "selection")
  local from, to = arguments.range.start, arguments.range["end"]
  local text = ("%d:%d-%d:%d\n"):format(from.line, from.character, to.line, to.character)
  notify("danaide/runOutput", { run = run, channel = "stdout", text = text })
  finished(run, "done")
end

commands["danaide.test"] = function(arguments, answer)
  answer({ run = "run-" .. (runs + 1) })
  local uri = arguments.uri
  local run = start(uri, "tests")
  finished(run, "failed", {
    tests = {
      { name = "test_sum", uri = uri, range = at(0, 0, 5), outcome = "passed", message = vim.NIL, milliseconds = 3.1, error = vim.NIL },
      {
        name = "test_wrong",
        uri = uri,
        range = at(3, 0, 5),
        outcome = "failed",
        message = "AssertionError: 1 is not 2",
        milliseconds = 4.4,
        error = { code = "AssertionError", message = "1 is not 2", uri = uri, range = at(3, 4, 8), traceback = NO_TESTS },
      },
    },
  })
end

commands["danaide.cancel"] = function(arguments, answer)
  local cancelled = 0
  for run in pairs(looping) do
    if not arguments or arguments.run == nil or arguments.run == run then
      cancelled = cancelled + 1
      looping[run] = nil
      finished(run, "cancelled")
    end
  end
  answer({ cancelled = cancelled })
end

local function lens(line, name, command)
  return { range = at(line, 0, 1), command = { title = name, command = command, arguments = { { ["function"] = "hello" } } } }
end

local requests = {}

requests["initialize"] = function(params, answer)
  local options = type(params.initializationOptions) == "table" and params.initializationOptions.danaide or {}
  trusted = options.trusted ~= false
  answer({
    capabilities = {
      textDocumentSync = 1,
      positionEncoding = "utf-8",
      documentSymbolProvider = true,
      codeLensProvider = vim.empty_dict(),
      executeCommandProvider = { commands = vim.tbl_keys(commands) },
      experimental = { offered = params.capabilities.experimental },
    },
  })
end

requests["shutdown"] = function(_, answer)
  answer(vim.NIL)
end

requests["textDocument/codeLens"] = function(params, answer)
  local found = lens(0, "Run", "danaide.run")
  found.command.arguments[1].uri = params.textDocument.uri
  answer({ found })
end

requests["textDocument/documentSymbol"] = function(_, answer)
  local function symbol(name, detail, line)
    return { name = name, detail = detail, kind = 12, range = at(line, 0, 9), selectionRange = at(line, 4, 9) }
  end
  answer({
    symbol("hello", "()", 0),
    symbol("echo", "(count: int, name: str, mark = \"!\") -> str", 1),
    symbol("test_sum", "()", 2),
  })
end

requests["danaide/status"] = function(_, answer)
  answer({
    version = "9.9.9",
    uptimeSeconds = 61,
    memoryBytes = 12345678,
    files = 3,
    indexing = vim.NIL,
    runs = {},
    requests = { { method = "textDocument/hover", count = 2, medianMs = 1.5, p95Ms = 2 } },
    queries = vim.empty_dict(),
  })
end

requests["workspace/executeCommand"] = function(params, answer, refuse)
  if params.command ~= "danaide.cancel" and not trusted then
    return refuse(-32803, "programs are not run in a workspace that is not trusted")
  end
  commands[params.command](params.arguments and params.arguments[1], answer)
end

while true do
  local message = read_message()
  if message.method == "exit" then
    os.exit(0)
  elseif message.method and message.id then
    local function answer(result)
      send({ id = message.id, result = result })
    end
    local function refuse(code, text)
      send({ id = message.id, error = { code = code, message = text } })
    end
    local request = requests[message.method]
    if request then
      request(message.params, answer, refuse)
    else
      refuse(-32601, "unknown: " .. message.method)
    end
  elseif message.id and asked[message.id] then
    local run = asked[message.id]
    local answer = message.result and (message.result.answer or message.result.title)
    notify("danaide/runOutput", { run = run, channel = "stdout", text = "answered " .. tostring(answer) .. "\n" })
    finished(run, "done")
  end
end
