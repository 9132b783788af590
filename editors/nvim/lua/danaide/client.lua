-- The language client: its configuration, what it offers the server, and its life.

local config = require("danaide.config")
local server = require("danaide.server")

local M = {}

--- Commands of lenses that are handled here.
local COMMANDS = { "danaide.run", "danaide.test", "danaide.graph", "danaide.showReferences" }

--- Clients that are meant to end.
local stopping = {} --- @type table<integer, true>
--- When the server was started again after it ended by itself, in seconds.
local restarts = {} --- @type number[]
--- In how short a time how many times.
local MAX_RESTARTS, RESTART_WINDOW = 4, 180

--- The client of a buffer, or any client if the buffer has none.
--- @param buffer integer?
--- @return vim.lsp.Client?
function M.get(buffer)
  if buffer then
    local client = vim.lsp.get_clients({ name = "danaide", bufnr = buffer })[1]
    if client then
      return client
    end
  end
  return vim.lsp.get_clients({ name = "danaide" })[1]
end

--- The client of a buffer; says so if there is none.
function M.need(buffer)
  local client = M.get(buffer)
  if not client then
    vim.notify("danaide: the language server does not run; see `:checkhealth danaide`", vim.log.levels.ERROR)
  end
  return client
end

--- A request of a command; errors are shown.
--- @param client vim.lsp.Client
--- @param name string
--- @param arguments any[]
--- @param done fun(result: any)?
function M.execute(client, name, arguments, done)
  local provider = client.server_capabilities.executeCommandProvider
  if not (provider and vim.list_contains(provider.commands or {}, name)) then
    local version = server.version() or "?"
    vim.notify(("danaide: version %s of the server does not know `%s`"):format(version, name), vim.log.levels.ERROR)
    return
  end
  client:request("workspace/executeCommand", { command = name, arguments = arguments }, function(err, result)
    if err then
      vim.notify("danaide: " .. err.message, vim.log.levels.ERROR)
    elseif done then
      done(result)
    end
  end)
end

--- Asks for what is shown in all buffers of a client anew.
local function refresh_diagnostics(_, _, context)
  local client = vim.lsp.get_client_by_id(context.client_id)
  for buffer in pairs(client and client.attached_buffers or {}) do
    if client:supports_method("textDocument/diagnostic", buffer) and vim.api.nvim_buf_is_loaded(buffer) then
      client:request("textDocument/diagnostic", {
        textDocument = vim.lsp.util.make_text_document_params(buffer),
      }, nil, buffer)
    end
  end
  return vim.NIL
end

local function refresh_lenses(_, _, context)
  local client = vim.lsp.get_client_by_id(context.client_id)
  for buffer in pairs(client and client.attached_buffers or {}) do
    if vim.b[buffer].danaide_lenses then
      vim.lsp.codelens.refresh({ bufnr = buffer })
    end
  end
  return vim.NIL
end

--- A question of a program that wants a text.
local function ask(_, params)
  local co, main = coroutine.running()
  local answer
  local function answered(text)
    answer = { answer = text == nil and vim.NIL or text }
    if co and not main and coroutine.status(co) == "suspended" then
      coroutine.resume(co)
    end
  end
  local default = params.default ~= vim.NIL and params.default or nil
  vim.ui.input({ prompt = params.question .. " ", default = default }, answered)
  if not answer then
    if not co or main then
      return { answer = vim.NIL }
    end
    coroutine.yield()
  end
  return answer
end

--- Starts the server for all buffers that are open.
local function enable()
  if vim.lsp.is_enabled("danaide") then
    vim.lsp.enable("danaide")
    if vim.v.vim_did_enter == 0 then
      vim.cmd.doautoall("nvim.lsp.enable FileType")
    end
  end
end

--- Waits for clients to end, forces those that do not, and calls `done`.
local function after_end(ids, done)
  local waited = 0
  local timer = assert(vim.uv.new_timer())
  timer:start(50, 50, vim.schedule_wrap(function()
    if timer:is_closing() then
      return
    end
    waited = waited + 50
    local left = vim.tbl_filter(vim.lsp.get_client_by_id, ids)
    if #left > 0 and waited < 6000 then
      if waited == 3000 then
        for _, id in ipairs(left) do
          vim.lsp.get_client_by_id(id):stop(true)
        end
      end
      return
    end
    timer:close()
    done()
  end))
end

--- Stops the server and starts it again; looks for the command anew.
function M.restart()
  local ids = {}
  for _, client in ipairs(vim.lsp.get_clients({ name = "danaide" })) do
    table.insert(ids, client.id)
    stopping[client.id] = true
    client:stop()
  end
  server.forget()
  restarts = {}
  after_end(ids, function()
    enable()
    if not vim.lsp.is_enabled("danaide") then
      vim.notify('danaide: the server is not enabled: vim.lsp.enable("danaide")', vim.log.levels.WARN)
    end
  end)
end

local function on_exit(code, signal, id)
  local ended = ("the server ended (%s)"):format(signal ~= 0 and "signal " .. signal or "code " .. code)
  vim.schedule(function()
    require("danaide.run").client_ended(id, ended)
  end)
  -- 15 is how Neovim ends a client by force.
  local meant = stopping[id] or (code == 0 and signal == 0) or signal == 15 or vim.v.exiting ~= vim.NIL
  stopping[id] = nil
  if meant or not config.get().restart then
    return
  end
  local now = vim.uv.hrtime() / 1e9
  restarts = vim.tbl_filter(function(at)
    return now - at < RESTART_WINDOW
  end, restarts)
  if #restarts >= MAX_RESTARTS then
    vim.schedule(function()
      vim.notify(
        ("danaide: %s, %d times in %d minutes; it is not started again. `:Danaide log` shows why, `:Danaide restart` tries."):format(
          ended,
          MAX_RESTARTS + 1,
          RESTART_WINDOW / 60
        ),
        vim.log.levels.ERROR
      )
    end)
    return
  end
  table.insert(restarts, now)
  local pause = 100 * 2 ^ (#restarts - 1)
  vim.schedule(function()
    vim.notify(("danaide: %s and is started again"):format(ended), vim.log.levels.WARN)
    vim.defer_fn(function()
      after_end({ id }, enable)
    end, pause)
  end)
end

--- The root folder of a buffer. A file of the library, which is in the cache folder, belongs to the client that led there.
local function root_of(buffer)
  local path = vim.api.nvim_buf_get_name(buffer)
  local client = M.get()
  if client and vim.bo[buffer].readonly and path:find("danaide%-[^/]*/") then
    return client.root_dir
  end
  local markers = vim.lsp.config.danaide.root_markers or { "danaide.toml", ".git" }
  for _, marker in ipairs(markers) do
    local root = vim.fs.root(buffer, marker)
    if root then
      return root
    end
  end
end

--- May programs below this folder be run?
function M.is_trusted(root)
  local trusted = config.get().trusted
  if vim.is_callable(trusted) then
    return trusted(root) == true
  end
  return trusted ~= false
end

--- The configuration for |vim.lsp.config()|.
function M.lsp_config()
  local commands = {}
  for _, name in ipairs(COMMANDS) do
    commands[name] = function(command, context)
      require("danaide.commands").lens(name, command.arguments or {}, context)
    end
  end
  local run = function(method)
    return function(err, params, context)
      if not err then
        require("danaide.run")[method](params, context)
      end
    end
  end
  --- @type vim.lsp.Config
  return {
    cmd = function(dispatchers)
      return vim.lsp.rpc.start(server.command(), dispatchers)
    end,
    filetypes = { "dana" },
    root_markers = { "danaide.toml", ".git" },
    root_dir = function(buffer, on_dir)
      server.find(function(command, attempts)
        if not command then
          return server.report_missing(attempts)
        end
        if vim.api.nvim_buf_is_valid(buffer) then
          on_dir(root_of(buffer))
        end
      end)
    end,
    before_init = function(params, resolved)
      local options = type(params.initializationOptions) == "table" and params.initializationOptions or {}
      params.initializationOptions = vim.tbl_deep_extend("keep", options, {
        danaide = { trusted = M.is_trusted(resolved.root_dir) },
      })
    end,
    capabilities = {
      workspace = {
        codeLens = { refreshSupport = true },
        diagnostics = { refreshSupport = true },
        -- The name that the protocol's library of the server reads.
        diagnostic = { refreshSupport = true },
        fileOperations = { willRename = true },
      },
      experimental = { danaide = { runs = true, ask = true, commands = COMMANDS } },
    },
    commands = commands,
    handlers = {
      ["workspace/diagnostic/refresh"] = refresh_diagnostics,
      ["workspace/codeLens/refresh"] = refresh_lenses,
      ["danaide/ask"] = ask,
      ["danaide/runStarted"] = run("started"),
      ["danaide/runOutput"] = run("output"),
      ["danaide/runTasks"] = run("tasks"),
      ["danaide/runFinished"] = run("finished"),
    },
    on_exit = on_exit,
  }
end

--- Sets up a buffer that the client was attached to.
--- @param client vim.lsp.Client
--- @param buffer integer
function M.attached(client, buffer)
  local settings = config.get()
  if settings.inlay_hints and client:supports_method("textDocument/inlayHint", buffer) then
    vim.lsp.inlay_hint.enable(true, { bufnr = buffer })
  end
  if settings.lenses and client:supports_method("textDocument/codeLens", buffer) then
    M.show_lenses(buffer, true)
  end
  if settings.completion and client:supports_method("textDocument/completion", buffer) then
    vim.lsp.completion.enable(true, client.id, buffer, { autotrigger = true })
  end
  if settings.keymaps then
    require("danaide.keymaps").set(buffer)
  end
end

--- Shows code lenses in a buffer, or takes them away.
function M.show_lenses(buffer, shown)
  local group = vim.api.nvim_create_augroup("danaide.lenses." .. buffer, {})
  vim.b[buffer].danaide_lenses = shown
  local function show()
    if not vim.api.nvim_buf_is_loaded(buffer) or vim.b[buffer].danaide_lenses ~= shown then
      return
    end
    if shown then
      vim.lsp.codelens.refresh({ bufnr = buffer })
    else
      vim.lsp.codelens.clear(nil, buffer)
    end
  end
  show()
  -- Neovim does nothing while it waits for lenses that it asked for before, and shows those.
  vim.defer_fn(show, 300)
  vim.defer_fn(show, 2000)
  if not shown then
    return
  end
  vim.api.nvim_create_autocmd({ "BufEnter", "InsertLeave", "TextChanged", "BufWritePost" }, {
    group = group,
    buffer = buffer,
    callback = function()
      if M.get(buffer) then
        vim.lsp.codelens.refresh({ bufnr = buffer })
      end
    end,
  })
end

--- Tells the server about a file that was written and that it does not see as an open document.
function M.written(path)
  for _, client in ipairs(vim.lsp.get_clients({ name = "danaide" })) do
    client:notify("workspace/didChangeWatchedFiles", { changes = { { uri = vim.uri_from_fname(path), type = 2 } } })
  end
end

return M
