-- `:Danaide …`, and what the commands of code lenses do.

local client = require("danaide.client")

local M = {}

local ERROR = vim.log.levels.ERROR

--- The buffer that a command is about, and its client: the current one, or, from a window of the plugin, the program that is shown.
--- Says what is missing if there is none.
--- @return integer?, vim.lsp.Client?
local function program()
  local windows = { vim.api.nvim_get_current_win() }
  vim.list_extend(windows, vim.api.nvim_tabpage_list_wins(0))
  for _, window in ipairs(windows) do
    local buffer = vim.api.nvim_win_get_buf(window)
    if vim.bo[buffer].filetype == "dana" then
      local owner = client.need(buffer)
      return owner and buffer, owner
    end
  end
  vim.notify("danaide: there is no Dana program in this tab page", ERROR)
end

--- The functions of a document, with what stands behind their names.
--- @return { name: string, detail: string, range: lsp.Range, parent: string? }[]
local function functions(owner, buffer, timeout)
  local answer = owner:request_sync("textDocument/documentSymbol", {
    textDocument = vim.lsp.util.make_text_document_params(buffer),
  }, timeout or 1000, buffer)
  local kinds = vim.lsp.protocol.SymbolKind
  local found = {}
  local function walk(symbols, parent)
    for _, symbol in ipairs(symbols) do
      local name = parent and parent .. "." .. symbol.name or symbol.name
      if symbol.kind == kinds.Function or symbol.kind == kinds.Method then
        table.insert(found, { name = name, detail = symbol.detail or "", range = symbol.range })
      end
      walk(symbol.children or {}, name)
    end
  end
  walk(answer and answer.result or {}, nil)
  return found
end

--- The function around the cursor.
local function function_here(owner, buffer)
  local window = vim.fn.bufwinid(buffer)
  local line = vim.api.nvim_win_get_cursor(window ~= -1 and window or 0)[1] - 1
  local innermost
  for _, it in ipairs(functions(owner, buffer)) do
    if it.range.start.line <= line and line <= it.range["end"].line then
      innermost = it
    end
  end
  return innermost and innermost.name
end

--- The parameters of a function that need a value, from what stands behind its name: `(a: int, b = 2) -> int`.
--- @return string[]
function M.required_parameters(detail)
  local inside = detail:match("^%b()")
  local names = {}
  if not inside then
    return names
  end
  local depth, part, parts = 0, "", {}
  for char in inside:sub(2, -2):gmatch(".") do
    if char:find("[%(%[{]") then
      depth = depth + 1
    elseif char:find("[%)%]}]") then
      depth = depth - 1
    end
    if char == "," and depth == 0 then
      table.insert(parts, part)
      part = ""
    else
      part = part .. char
    end
  end
  table.insert(parts, part)
  for _, it in ipairs(parts) do
    local name = vim.trim(it):match("^([%w_\128-\255]+)")
    if name and name ~= "self" and not it:find("=") then
      table.insert(names, name)
    end
  end
  return names
end

local WORDS = { True = true, False = false, None = vim.NIL }

--- A value that was typed: JSON or a word of Dana if it is that, else a text.
local function value_of(text)
  local ok, value = pcall(vim.json.decode, text)
  if ok then
    return value
  end
  if WORDS[text] ~= nil then
    return WORDS[text]
  end
  return text
end

--- Asks for the values that are missing, one after the other; `done` is called with all of them, unless a question is dismissed.
local function ask_for(names, given, func, done)
  local name = vim.iter(names):find(function(it)
    return given[it] == nil
  end)
  if not name then
    return done(given)
  end
  vim.ui.input({ prompt = ("%s of %s: "):format(name, func) }, function(text)
    if text then
      given[name] = value_of(text)
      ask_for(names, given, func, done)
    end
  end)
end

local function uri_of(buffer)
  return vim.uri_from_bufnr(buffer)
end

--- Runs a function of a document, or the whole of it.
local function run_function(owner, buffer, func, given)
  local function go(arguments)
    local params = { uri = uri_of(buffer), ["function"] = func }
    if next(arguments) then
      params.arguments = arguments
    end
    client.execute(owner, "danaide.run", { params })
  end
  if not func then
    return go(given)
  end
  local symbol = vim.iter(functions(owner, buffer)):find(function(it)
    return it.name == func
  end)
  ask_for(symbol and M.required_parameters(symbol.detail) or {}, given, func, go)
end

--- Words of a command: the function, if one is named, and `name=value`.
local function parse(words)
  local func
  local given = {}
  for _, word in ipairs(words) do
    local name, value = word:match("^([%a_][%w_]*)=(.*)$")
    if name then
      given[name] = value_of(value)
    elseif not func then
      func = word
    else
      return nil, nil, ("`%s` is neither a function nor name=value"):format(word)
    end
  end
  return func, given
end

--- The range of `:'<,'>Danaide run`: what is selected, or the lines.
local function selected(owner, options, buffer)
  local from, to = vim.fn.getpos("'<"), vim.fn.getpos("'>")
  local by_character = vim.fn.visualmode() == "v" and from[2] == options.line1 and to[2] == options.line2
  local start, finish
  if by_character then
    start, finish = { from[2], from[3] - 1 }, { to[2], to[3] - 1 }
  else
    local last = vim.api.nvim_buf_get_lines(buffer, options.line2 - 1, options.line2, false)[1] or ""
    start, finish = { options.line1, 0 }, { options.line2, math.max(#last - 1, 0) }
  end
  return vim.lsp.util.make_given_range_params(start, finish, buffer, owner.offset_encoding).range
end

--- @class danaide.Command
--- @field run fun(words: string[], options: table)
--- @field help string
--- @field functions boolean? does it take the name of a function?
--- @field words string[]? the words that it takes
--- @field range boolean? does it take lines?
--- @field files boolean? does it take the name of a file?

--- @type table<string, danaide.Command>
M.commands = {
  run = {
    help = "run the file, a function, or the lines of the range",
    functions = true,
    range = true,
    run = function(words, options)
      local buffer, owner = program()
      if not (buffer and owner) then
        return
      end
      if options.range > 0 then
        local range = selected(owner, options, buffer)
        return client.execute(owner, "danaide.runSelection", { { uri = uri_of(buffer), range = range } })
      end
      local func, given, problem = parse(words)
      if problem then
        return vim.notify("danaide: " .. problem, ERROR)
      end
      if func == "." then
        func = function_here(owner, buffer)
        if not func then
          return vim.notify("danaide: the cursor is in no function", ERROR)
        end
      end
      run_function(owner, buffer, func, given or {})
    end,
  },
  test = {
    help = "run the tests of the file, or one of them",
    functions = true,
    run = function(words)
      local buffer, owner = program()
      if buffer and owner then
        local func = words[1] == "." and function_here(owner, buffer) or words[1]
        client.execute(owner, "danaide.test", { { uri = uri_of(buffer), ["function"] = func } })
      end
    end,
  },
  graph = {
    help = "show which tasks wait for which: of the file, or of a function; as a drawn tree, or in a format",
    functions = true,
    words = { "mermaid", "dot", "json", "text" },
    run = function(words)
      local buffer, owner = program()
      if not (buffer and owner) then
        return
      end
      local func, format
      for _, word in ipairs(words) do
        if vim.list_contains(require("danaide.graph").FORMATS, word) then
          format = word
        else
          func = word
        end
      end
      if func == "." then
        func = function_here(owner, buffer)
      end
      require("danaide.graph").open({ source = buffer, func = func, format = format })
    end,
  },
  cancel = {
    help = "cancel what runs",
    run = function()
      require("danaide.run").cancel()
    end,
  },
  output = {
    help = "show or hide the output of the last run",
    run = function()
      require("danaide.run").toggle()
    end,
  },
  move = {
    help = "give the file another name, and change what imports it",
    files = true,
    run = function(words)
      local buffer, owner = program()
      if not (buffer and owner) then
        return
      end
      local from = vim.api.nvim_buf_get_name(buffer)
      if not words[1] then
        return vim.notify("danaide: where to? `:Danaide move NEW.na`", ERROR)
      end
      local to = vim.fn.fnamemodify(words[1], ":p")
      local files = { { oldUri = vim.uri_from_fname(from), newUri = vim.uri_from_fname(to) } }
      owner:request("workspace/willRenameFiles", { files = files }, function(err, edit)
        if err then
          return vim.notify("danaide: " .. err.message, ERROR)
        end
        if edit and edit ~= vim.NIL then
          vim.lsp.util.apply_workspace_edit(edit, owner.offset_encoding)
        end
        vim.lsp.util.rename(from, to)
        owner:notify("workspace/didChangeWatchedFiles", {
          changes = { { uri = files[1].oldUri, type = 3 }, { uri = files[1].newUri, type = 1 } },
        })
      end, buffer)
    end,
  },
  restart = {
    help = "stop the server and start it again",
    run = function()
      client.restart()
    end,
  },
  log = {
    help = "open the log of the client and the server",
    run = function()
      vim.cmd.tabedit(vim.fn.fnameescape(vim.lsp.log.get_filename()))
      vim.cmd("normal! G")
    end,
  },
  status = {
    help = "say what the server does",
    run = function()
      require("danaide.status").show()
    end,
  },
  hints = {
    help = "show or hide inlay hints",
    words = { "on", "off" },
    run = function(words)
      local shown = not vim.lsp.inlay_hint.is_enabled({ bufnr = 0 })
      if words[1] then
        shown = words[1] == "on"
      end
      vim.lsp.inlay_hint.enable(shown, { bufnr = 0 })
    end,
  },
  lenses = {
    help = "show or hide code lenses",
    words = { "on", "off" },
    run = function(words)
      local shown = not vim.b.danaide_lenses
      if words[1] then
        shown = words[1] == "on"
      end
      client.show_lenses(vim.api.nvim_get_current_buf(), shown)
    end,
  },
  parser = {
    help = "compile the tree-sitter parser, for better colours",
    run = function()
      require("danaide.parser").build()
    end,
  },
}

--- `:Danaide {command} …`
function M.execute(options)
  local words = options.fargs
  local name = table.remove(words, 1) or "status"
  local command = M.commands[name]
  if not command then
    local names = vim.tbl_keys(M.commands)
    table.sort(names)
    return vim.notify(("danaide: `%s` is not a command; there are: %s"):format(name, table.concat(names, ", ")), ERROR)
  end
  if options.range > 0 and not command.range then
    return vim.notify(("danaide: `%s` takes no lines"):format(name), ERROR)
  end
  command.run(words, options)
end

--- The completion of the command line.
function M.complete(lead, line)
  local words = vim.split(line:gsub("^.*Danaide!?%s+", ""), "%s+")
  local offered = {}
  if #words <= 1 then
    offered = vim.tbl_keys(M.commands)
  else
    local command = M.commands[words[1]]
    local buffer = vim.api.nvim_get_current_buf()
    local owner = command and client.get(buffer)
    if command and command.functions and owner and owner.attached_buffers[buffer] then
      for _, it in ipairs(functions(owner, buffer, 500)) do
        if words[1] ~= "test" or vim.startswith(it.name, "test_") then
          table.insert(offered, it.name)
        end
      end
    end
    vim.list_extend(offered, command and command.words or {})
    vim.list_extend(offered, command and command.files and vim.fn.getcompletion(lead, "file") or {})
  end
  offered = vim.tbl_filter(function(it)
    return vim.startswith(it, lead)
  end, offered)
  table.sort(offered)
  return vim.fn.uniq(offered)
end

--- The command of a code lens.
--- @param name string
--- @param arguments any[]
--- @param context table
function M.lens(name, arguments, context)
  local owner = vim.lsp.get_client_by_id(context.client_id)
  if not owner then
    return
  end
  if name == "danaide.showReferences" then
    local items = vim.lsp.util.locations_to_items(arguments[3] or {}, owner.offset_encoding)
    if #items == 0 then
      return vim.notify("danaide: there are no references")
    end
    vim.fn.setqflist({}, " ", { title = "References", items = items })
    return vim.cmd("botright copen")
  end
  local buffer = vim.uri_to_bufnr(arguments[1].uri)
  local func = arguments[1]["function"]
  if func == vim.NIL then
    func = nil
  end
  if name == "danaide.graph" then
    require("danaide.graph").open({ source = buffer, func = func })
  elseif name == "danaide.run" then
    run_function(owner, buffer, func, {})
  else
    client.execute(owner, name, arguments)
  end
end

return M
