-- Keys for those who want them: `vim.g.danaide = { keymaps = true }`.

local M = {}

--- What each key after <LocalLeader> does, as a command and in words.
M.keys = {
  { "r", "Danaide run", "Run the file" },
  { "f", "Danaide run .", "Run the function around the cursor" },
  { "t", "Danaide test", "Run the tests of the file" },
  { "g", "Danaide graph", "The graph of the tasks" },
  { "c", "Danaide cancel", "Cancel what runs" },
  { "o", "Danaide output", "Show or hide the output" },
  { "h", "Danaide hints", "Show or hide inlay hints" },
  { "l", "lua vim.lsp.codelens.run()", "Do what the lens of this line says" },
}

function M.set(buffer)
  for _, key in ipairs(M.keys) do
    vim.keymap.set("n", "<LocalLeader>" .. key[1], ("<Cmd>%s<CR>"):format(key[2]), { buffer = buffer, desc = "Danaide: " .. key[3] })
  end
  vim.keymap.set("x", "<LocalLeader>r", ":Danaide run<CR>", { buffer = buffer, desc = "Danaide: Run the selection" })
end

return M
