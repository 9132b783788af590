-- Places in files: how they are shown in lines of a window, and how one goes there.

local M = {}

--- @class danaide.Place
--- @field uri string
--- @field range { start: lsp.Position, end: lsp.Position }
--- @field encoding string

--- The start of a range, for people: from 1.
function M.line(range)
  return range.start.line + 1
end

--- The file of a uri, short.
function M.file(uri)
  return vim.fn.fnamemodify(vim.uri_to_fname(uri), ":~:.")
end

--- A window for a place: one that shows its buffer, else one that shows an ordinary buffer.
local function window_for(buffer)
  local usable
  for _, window in ipairs(vim.api.nvim_tabpage_list_wins(0)) do
    local shown = vim.api.nvim_win_get_buf(window)
    if shown == buffer then
      return window
    end
    if vim.bo[shown].buftype == "" and vim.api.nvim_win_get_config(window).relative == "" then
      usable = usable or window
    end
  end
  return usable
end

--- Moves the cursor to a place.
--- @param place danaide.Place
function M.go(place)
  local buffer = vim.uri_to_bufnr(place.uri)
  local window = window_for(buffer)
  if window then
    vim.api.nvim_set_current_win(window)
  else
    vim.cmd("aboveleft split")
  end
  vim.lsp.util.show_document({ uri = place.uri, range = place.range }, place.encoding, { focus = true })
end

--- Puts lines that lead to places into a buffer. `highlights` are { line, from, to, group }, lines and columns from 0.
function M.fill(buffer, namespace, lines, highlights)
  vim.bo[buffer].modifiable = true
  vim.api.nvim_buf_set_lines(buffer, 0, -1, false, lines)
  vim.bo[buffer].modifiable = false
  vim.api.nvim_buf_clear_namespace(buffer, namespace, 0, -1)
  for _, it in ipairs(highlights) do
    local to = math.min(it[3], #lines[it[1] + 1])
    vim.api.nvim_buf_set_extmark(buffer, namespace, it[1], math.min(it[2], to), { end_col = to, hl_group = it[4] })
  end
end

--- A scratch buffer with the keys of all windows of the plugin; `place_at` gives the place of a line (from 0).
--- @param name string
--- @param filetype string
--- @param place_at fun(line: integer): danaide.Place?
function M.scratch(name, filetype, place_at)
  local buffer = vim.api.nvim_create_buf(false, true)
  pcall(vim.api.nvim_buf_set_name, buffer, name)
  vim.bo[buffer].bufhidden = "hide"
  vim.bo[buffer].swapfile = false
  vim.bo[buffer].modifiable = false
  vim.bo[buffer].filetype = filetype
  local function go()
    local place = place_at(vim.api.nvim_win_get_cursor(0)[1] - 1)
    if place then
      M.go(place)
    end
  end
  vim.keymap.set("n", "<CR>", go, { buffer = buffer, desc = "Go to the code of this line" })
  vim.keymap.set("n", "<2-LeftMouse>", function()
    local mouse = vim.fn.getmousepos()
    if mouse.winid == vim.api.nvim_get_current_win() and mouse.line > 0 then
      vim.api.nvim_win_set_cursor(0, { mouse.line, 0 })
      go()
    end
  end, { buffer = buffer, desc = "Go to the code of this line" })
  vim.keymap.set("n", "q", function()
    pcall(vim.api.nvim_win_close, 0, false)
  end, { buffer = buffer, nowait = true, desc = "Close the window" })
  return buffer
end

return M
