" Dana programs in Vim 9 with ALE: source this file from the vimrc, after ALE is there (a package, or :packadd ale).
"
" Vim gets its colours from the syntax file of the Neovim plugin, if that folder is on 'runtimepath':
"     set runtimepath+=/path/to/danaide/editors/nvim

augroup dana
  autocmd!
  autocmd BufNewFile,BufRead *.na setfiletype dana
  autocmd FileType dana setlocal commentstring=#\ %s expandtab softtabstop=4 shiftwidth=4
augroup END

" The folder with danaide.toml, else that of the file: ALE starts no server without a root.
function! DanaProjectRoot(buffer) abort
  let l:settings = ale#path#FindNearestFile(a:buffer, 'danaide.toml')
  return fnamemodify(empty(l:settings) ? bufname(a:buffer) : l:settings, ':p:h')
endfunction

call ale#linter#Define('dana', {
\   'name': 'danaide',
\   'lsp': 'stdio',
\   'executable': 'danaide',
\   'command': '%e lsp',
\   'project_root': function('DanaProjectRoot'),
\})
