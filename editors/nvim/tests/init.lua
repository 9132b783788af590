-- The settings of the tests: what a user writes, and the folder of the plugin if it is not installed.
if vim.env.PLUGIN then
  vim.opt.runtimepath:append(vim.env.PLUGIN)
end
vim.opt.swapfile = false
