-- How far a new line of a program is indented: for 'indentexpr'.

local M = {}

--- How many lines to look back for the start of a statement, at most.
local LOOK_BACK = 300

local LEAVING = { ["return"] = true, deliver = true, raise = true, ["break"] = true, ["continue"] = true, pass = true }

--- What each clause belongs to.
local PARTNERS = {
  ["else"] = { "if", "elif", "for", "while", "except", "catch" },
  ["elif"] = { "if", "elif" },
  ["except"] = { "try", "except", "catch" },
  ["catch"] = { "try", "except", "catch" },
  ["finally"] = { "try", "except", "catch", "else" },
}

--- Words that a statement at the left margin starts with; a text that happens to start so is rare.
local STARTS = {}
for word in
  ("agent agent_blueprint def deliver export for from if import interface resource struct sync try while with workflow"):gmatch("%S+")
do
  STARTS[word] = true
end

--- Those of them that can stand without a colon, a bracket or `=` in their line.
local PLAIN = { deliver = true, export = true, from = true, import = true }

--- Does a statement start in a line at the left margin? Texts have lines that begin with `if` or `for` too.
local function starts_statement(line)
  local word = line:match("^[%a_]+")
  return line:find("^@") ~= nil or STARTS[word] and (PLAIN[word] or line:find("[:=(]") ~= nil)
end

--- A line without its strings and its comment; the characters that are left keep their columns. `quote` is the mark of the
--- string that the line starts in; the mark of one that it ends in is given back.
--- @param line string
--- @param quote string?
--- @return string, string?
local function code_of(line, quote)
  local out = {}
  local at = 1
  while at <= #line do
    local char, three = line:sub(at, at), line:sub(at, at + 2)
    local width = 1
    if quote then
      if char == "\\" then
        width = 2
      elseif line:sub(at, at + #quote - 1) == quote then
        width, quote = #quote, nil
      end
      table.insert(out, ("s"):rep(width))
    elseif three == '"""' or three == "'''" then
      width, quote = 3, three
      table.insert(out, "sss")
    elseif char == '"' or char == "'" then
      quote = char
      table.insert(out, "s")
    elseif char == "#" then
      break
    else
      table.insert(out, char)
    end
    at = at + width
  end
  return (table.concat(out):gsub("%s+$", "")), quote
end

local function first_word(code)
  return code:match("^%s*([%a_]+)") or ""
end

--- The brackets that are open after a line, the innermost last; where the last statement began; and whether a string of several
--- lines is open.
--- @return { line: integer, column: integer, ends: boolean, block: boolean }[], integer, boolean
local function open_brackets(last)
  local first = last
  while first > 1 and last - first < LOOK_BACK do
    local line = vim.fn.getline(first)
    if starts_statement(line) then
      break
    end
    first = first - 1
  end
  local stack, start = {}, last
  local goes_on, quote = false, nil
  for number = first, last do
    local line = vim.fn.getline(number)
    -- An ordinary string may span lines; one that the next line does not close was forgotten.
    if quote and #quote == 1 and not line:find(quote, 1, true) then
      quote = nil
    end
    local inside = quote ~= nil
    local code
    code, quote = code_of(line, quote)
    if code ~= "" then
      if #stack == 0 and not goes_on and not inside and not code:find("^%s*|") then
        start = number
      end
      for column, char in code:gmatch("()([%(%[{%)%]}])") do
        if char:find("[%(%[{]") then
          local block = char == "{" and code:sub(1, column - 1):find("::%s*$") ~= nil
          table.insert(stack, { line = number, column = column, ends = column == #code, block = block })
        else
          table.remove(stack)
        end
      end
      goes_on = code:find("[|=\\]$") ~= nil
    end
  end
  return stack, start, quote ~= nil and (#quote == 3 or vim.fn.getline(last):find("\\$") ~= nil)
end

--- The indentation after a statement that starts in `start` and ends in `last`.
local function after_statement(start, last, width)
  local code = code_of(vim.fn.getline(last))
  local indent = vim.fn.indent(start)
  if code:find(":$") and not code:find("::$") then
    return indent + width
  end
  if code:find("[|=\\]$") then
    return start == last and indent + width or vim.fn.indent(last)
  end
  return LEAVING[first_word(code_of(vim.fn.getline(start)))] and math.max(indent - width, 0) or indent
end

--- The statements that stand around what follows `start`: their words, where they open a block, and their indentations, the innermost
--- first.
--- @return { indent: integer, word: string, opens: boolean }[]
local function around(start)
  local found = {}
  local below = vim.fn.indent(start) + 1
  for number = start, math.max(1, start - LOOK_BACK), -1 do
    local code = code_of(vim.fn.getline(number))
    local indent = vim.fn.indent(number)
    if code ~= "" and indent < below then
      table.insert(found, { indent = indent, word = first_word(code), opens = code:find(":") ~= nil })
      below = indent
    end
    if below == 0 then
      break
    end
  end
  return found
end

--- The indentation of a clause: that of a statement that it can belong to; the nearest, unless the clause stands at another one.
local function of_clause(word, start, existing)
  local nearest
  for _, it in ipairs(around(start)) do
    if it.opens and vim.list_contains(PARTNERS[word], it.word) then
      if it.indent == existing then
        return existing
      end
      nearest = nearest or it.indent
    end
  end
  return nearest
end

--- The indentation of a line.
--- @param line integer
--- @return integer
function M.expr(line)
  local last = vim.fn.prevnonblank(line - 1)
  if last == 0 then
    return 0
  end
  while last > 1 and vim.fn.getline(last):find("^%s*#") do
    last = vim.fn.prevnonblank(last - 1)
  end
  local width = vim.fn.shiftwidth()
  local code = code_of(vim.fn.getline(line))
  local stack, start, in_string = open_brackets(last)
  if in_string then
    return -1
  end
  local bracket = stack[#stack]
  if bracket then
    local of_line = vim.fn.indent(bracket.line)
    if code:find("^%s*[%)%]}]") then
      return of_line
    end
    if not bracket.block then
      return bracket.ends and of_line + width or bracket.column
    end
    if last == bracket.line then
      return of_line + width
    end
    start = last
  end
  local word = first_word(code)
  if PARTNERS[word] and code:find("^%s*%a+%s*[:%s]") or PARTNERS[word] and code:find("^%s*%a+$") then
    local found = of_clause(word, start, vim.fn.indent(line))
    if found then
      return found
    end
  end
  if code:find("^%s*|") then
    local before = code_of(vim.fn.getline(last))
    return before:find("^%s*|") and vim.fn.indent(last) or vim.fn.indent(start) + width
  end
  local indent = after_statement(start, last, width)
  -- A line that stands at the level of a block around it ends the blocks inside: only the writer knows.
  local existing = vim.fn.indent(line)
  if vim.fn.getline(line):find("%S") and existing < indent and not code_of(vim.fn.getline(last)):find("[:|=\\]$") then
    for _, it in ipairs(around(start)) do
      if it.indent == existing then
        return existing
      end
    end
  end
  return indent
end

return M
