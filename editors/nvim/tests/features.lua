-- What an editor shows of a program, with the real server: hover, completion, rename, fixes, hints, lenses, colours, the graph.

local t = dofile(vim.env.TESTS .. "/harness.lua")

vim.g.danaide = { server = vim.env.DANAIDE_BIN }
vim.lsp.enable("danaide")

local SHOP = [[
# A shop with two files.
import prices

struct Order:
    item: str
    count: int = 1

def fetch(item: str) -> float:
    """What one piece costs."""
    sleep(0.01)
    return prices.price_of(item)

def total(order: Order) -> float:
    one = fetch(order.item)
    other = fetch("shipping")
    return one * order.count + other

def test_total():
    assert total(Order("pen", 2)) > 1

print(f"total: {total(Order('pen', 2)):.2f}")
]]

local PRICES = [[
def price_of(item: str) -> float:
    return 2.5 if item == "pen" else 1.0
]]

--- Moves the cursor to the first place of a text.
local function go_to(text, offset)
  vim.api.nvim_win_set_cursor(0, { 1, 0 })
  vim.fn.search([[\V]] .. text, "cW")
  if offset then
    local at = vim.api.nvim_win_get_cursor(0)
    vim.api.nvim_win_set_cursor(0, { at[1], at[2] + offset })
  end
end

--- The text of the floating window that is shown.
local function floating()
  for _, window in ipairs(vim.api.nvim_list_wins()) do
    if vim.api.nvim_win_get_config(window).relative ~= "" then
      return table.concat(t.lines(vim.api.nvim_win_get_buf(window)), "\n")
    end
  end
  return ""
end

t.run(function()
  t.write("shop/danaide.toml", "")
  local prices_path = t.write("shop/prices.na", PRICES)
  local user = t.write("shop/user.na", { "from prices import price_of", "print(price_of('ink'))" })
  local path = t.write("shop/shop.na", SHOP)
  local client, buffer = t.open(path)
  t.check("the root is where danaide.toml is", client.root_dir, vim.fs.dirname(path))
  t.await("a sound program has no diagnostics", function()
    return t.diagnostics(buffer)
  end, {})

  -- ----- colours of the server, over those of the syntax file
  local function semantic(text)
    go_to(text)
    local at = vim.api.nvim_win_get_cursor(0)
    local found = {}
    for _, it in ipairs(vim.lsp.semantic_tokens.get_at_pos(buffer, at[1] - 1, at[2]) or {}) do
      table.insert(found, it.type)
    end
    return found[1]
  end
  t.await("semantic colours", function()
    return { semantic("fetch(item"), semantic("Order:"), semantic("prices.price") }
  end, { "function", "struct", "namespace" })

  -- ----- inlay hints
  local function hints()
    return vim.tbl_map(function(it)
      local label = it.inlay_hint.label
      if type(label) == "table" then
        label = vim.iter(label):map(function(part)
          return part.value
        end):join("")
      end
      return ("%d %s"):format(it.inlay_hint.position.line + 1, vim.trim(label))
    end, vim.lsp.inlay_hint.get({ bufnr = buffer }))
  end
  t.await_holds("hints at tasks", hints, "14 beside fetch#2 (15) · critical path")
  t.holds("hints of types", hints(), "14 : float")
  vim.cmd("Danaide hints off")
  t.check("hints can be hidden", vim.lsp.inlay_hint.is_enabled({ bufnr = buffer }), false)
  vim.cmd("Danaide hints")
  t.check("and shown", vim.lsp.inlay_hint.is_enabled({ bufnr = buffer }), true)

  -- ----- lenses
  local function lenses()
    local found = vim.tbl_map(function(it)
      return ("%d %s"):format(it.range.start.line + 1, it.command and it.command.title or "")
    end, vim.lsp.codelens.get(buffer))
    table.sort(found)
    return found
  end
  t.await_holds("lenses", lenses, "18 Test")
  t.await_holds("lenses that count", lenses, "8 2 references")
  vim.cmd("Danaide lenses off")
  t.await("lenses can be hidden", lenses, {})
  vim.cmd("Danaide lenses on")
  t.await_holds("and shown", lenses, "8 2 references")
  local references = vim.iter(vim.lsp.codelens.get(buffer)):find(function(it)
    return it.command and it.command.title == "2 references"
  end)
  client:exec_cmd(references.command, { bufnr = buffer })
  t.await("the lens opens the references", function()
    return vim.tbl_map(function(it)
      return it.lnum
    end, vim.fn.getqflist())
  end, { 14, 15 })
  vim.cmd("cclose")

  -- ----- hover
  go_to("fetch(order", 2)
  vim.lsp.buf.hover()
  t.await_holds("hover: the signature", floating, "fetch(item: str) -> float")
  t.holds("hover: the docstring", floating(), "What one piece costs.")
  vim.cmd("fclose!")

  -- ----- definition, into another file and into the library
  go_to("price_of")
  vim.lsp.buf.definition()
  t.await("a definition in another file", function()
    return { vim.fn.expand("%:t"), vim.fn.line(".") }
  end, { "prices.na", 1 })
  t.client()
  vim.cmd.buffer(buffer)

  go_to("sleep(")
  vim.lsp.buf.definition()
  t.await("a definition in the library, which cannot be written", function()
    return { vim.api.nvim_get_current_buf() ~= buffer, vim.bo.readonly, vim.bo.filetype }
  end, { true, true, "dana" })
  t.check("the same server answers there", t.client().id, client.id)
  vim.cmd.buffer(buffer)

  -- ----- completion, inserted from the list
  vim.cmd("normal! Go")
  vim.api.nvim_set_current_line("x = Order('a').")
  vim.cmd.stopinsert()
  local typed = false
  vim.api.nvim_create_autocmd("CompleteChanged", {
    callback = function()
      typed = true
    end,
  })
  vim.o.completeopt = "menuone,noselect"
  vim.api.nvim_create_autocmd("InsertEnter", {
    once = true,
    callback = function()
      vim.lsp.completion.enable(true, client.id, buffer)
      vim.lsp.completion.get()
      -- The list comes while keys are waited for: the first item is chosen and accepted.
      local timer = assert(vim.uv.new_timer())
      timer:start(20, 20, vim.schedule_wrap(function()
        if vim.fn.pumvisible() == 1 and not timer:is_closing() then
          timer:close()
          vim.api.nvim_feedkeys(vim.keycode("co<C-n><C-y><Esc>"), "t", false)
        end
      end))
      vim.defer_fn(function()
        if not timer:is_closing() then
          timer:close()
          vim.api.nvim_feedkeys(vim.keycode("<Esc>"), "t", false)
        end
      end, 5000)
    end,
  })
  vim.api.nvim_feedkeys("A", "tx!", false)
  t.check("a list of completions was shown", typed, true)
  t.check("and its item inserted", vim.api.nvim_get_current_line(), "x = Order('a').count")
  vim.cmd("normal! u")
  vim.api.nvim_buf_set_lines(buffer, -2, -1, false, {})

  -- ----- rename, in both files
  go_to("price_of", 2)
  vim.lsp.buf.rename("cost_of")
  local prices_buffer = vim.fn.bufadd(prices_path)
  t.await("rename here and in the other file", function()
    return { t.lines(buffer)[11], vim.api.nvim_buf_is_loaded(prices_buffer) and t.lines(prices_buffer)[1] or "" }
  end, { "    return prices.cost_of(item)", "def cost_of(item: str) -> float:" })
  vim.cmd("silent wall")
  t.await("nothing is wrong after it", function()
    return t.diagnostics(buffer)
  end, {})

  -- ----- a quick fix
  vim.api.nvim_buf_set_lines(buffer, -1, -1, false, { "print(sqrt(2))" })
  t.await("a name that is not known", function()
    return #t.diagnostics(buffer)
  end, 1)
  go_to("sqrt(2)")
  vim.ui.select = function(items, _, done)
    done(items[1])
  end
  vim.lsp.buf.code_action({
    apply = true,
    filter = function(action)
      return action.title:find("Import `sqrt`", 1, true) ~= nil
    end,
  })
  t.await_holds("the fix imports it", function()
    return t.lines(buffer)
  end, "from math import sqrt")
  t.await("and nothing is wrong any more", function()
    return t.diagnostics(buffer)
  end, {})

  -- ----- a module gets another name
  vim.cmd.edit(prices_path)
  t.client()
  vim.cmd("Danaide move " .. vim.fs.dirname(prices_path) .. "/costs.na")
  t.await("a module gets another name, and its importers follow", function()
    return { t.lines(buffer)[2], vim.fn.expand("%:t"), vim.uv.fs_stat(prices_path) == nil }
  end, { "import costs", "costs.na", true })
  vim.cmd("silent wall")
  t.check("those that are not open too", vim.fn.readfile(user)[1], "from costs import cost_of")
  vim.cmd.buffer(buffer)
  t.await("and nothing is wrong", function()
    return t.diagnostics(buffer)
  end, {})

  -- ----- settings that are written are followed
  vim.api.nvim_buf_set_lines(buffer, -1, -1, false, { "print(nowhere)" })
  t.await_holds("a finding", function()
    return t.diagnostics(buffer)
  end, "undefined-name")
  vim.cmd("silent write")
  vim.cmd("split " .. vim.fs.dirname(path) .. "/danaide.toml")
  vim.api.nvim_buf_set_lines(0, 0, -1, false, { "[rules]", 'undefined-name = "off"' })
  vim.cmd("silent write")
  vim.cmd("close")
  t.await("that the settings switch off", function()
    return t.diagnostics(buffer)
  end, {})
  vim.api.nvim_buf_set_lines(buffer, -2, -1, false, {})

  -- ----- the graph
  vim.api.nvim_set_current_buf(buffer)
  local source = vim.api.nvim_get_current_win()
  vim.cmd("Danaide graph total")
  local function graph()
    return t.shown_lines("danaide-graph")
  end
  t.await_holds("the graph is drawn", graph, "function total: 2 tasks, 1 one after the other, 2 at a time")
  t.holds("with its tasks", graph(), "├─ ◆ fetch  line 15")
  t.check("the cursor is in it", vim.bo.filetype, "danaide-graph")
  go_to("└─")
  t.type("<CR>")
  t.check("enter on a node goes to its code", { vim.api.nvim_get_current_win(), vim.fn.getline("."):sub(vim.fn.col(".")) }, {
    source,
    'fetch("shipping")',
  })
  local graph_buffer = t.shown("danaide-graph")
  vim.api.nvim_buf_set_lines(buffer, 14, 14, false, { '    third = fetch("gift")' })
  vim.api.nvim_exec_autocmds("TextChanged", { buffer = buffer })
  t.await_holds("the graph follows the text", graph, "function total: 3 tasks")
  vim.api.nvim_buf_set_lines(buffer, 14, 15, false, {})
  vim.cmd.bwipeout({ graph_buffer, bang = true })
  vim.cmd("Danaide graph total mermaid")
  t.await("the graph as Mermaid", function()
    return { vim.bo.filetype, vim.fn.getline(1):match("^%w+") }
  end, { "mermaid", "flowchart" })
  vim.cmd("bwipeout!")
  local lens = vim.iter(vim.lsp.codelens.get(buffer)):find(function(it)
    return it.command and it.command.title == "Graph"
  end)
  if lens then
    client:exec_cmd(lens.command, { bufnr = buffer })
    t.await_holds("a lens opens the graph", graph, "1 task, 1 one after the other")
  end

  t.check("nothing was said", t.messages(), {})
end)
