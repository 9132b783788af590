-- Which files are Dana programs.
vim.filetype.add({ extension = { na = "dana" } })
