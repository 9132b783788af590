" Vim and ALE with the real server. Run by editors/tests/others.sh, in a terminal of tmux, with the folder of danaide on the path and
" SCRATCH set; writes what it saw to $SCRATCH/vim.log.

let s:log = $SCRATCH . '/vim.log'

function! s:Say(text) abort
  call writefile([a:text], s:log, 'a')
endfunction

function! s:Texts() abort
  return map(copy(getloclist(0)), {_, it -> it.lnum . ': ' . it.text})
endfunction

function! s:Wait(what, Test) abort
  let l:end = localtime() + 20
  while !a:Test() && localtime() < l:end
    sleep 50m
  endwhile
  call s:Say((a:Test() ? 'ok      ' : 'FAILED  ') . a:what)
  if !a:Test()
    call s:Say(string(s:Texts()))
    cquit
  endif
endfunction

function! s:Test(_) abort
  call s:Wait('files have the filetype', {-> &filetype ==# 'dana'})
  call s:Wait('a diagnostic', {-> !empty(filter(s:Texts(), {_, it -> it =~# '^1: .*expected `:`'}))})
  call setline(1, getline(1) . ':')
  ALELint
  call s:Wait('goes when it is mended', {-> empty(s:Texts())})
  call cursor(1, 5)
  ALEHover
  call s:Wait('hover', {-> execute('messages') =~# 'area(width: int)' || &previewwindow || s:Preview() =~# 'area(width: int)'})
  qall!
endfunction

function! s:Preview() abort
  for l:window in range(1, winnr('$'))
    let l:text = join(getbufline(winbufnr(l:window), 1, '$'), "\n")
    if l:text =~# 'area(width: int)' && getwinvar(l:window, '&previewwindow')
      return l:text
    endif
  endfor
  return ''
endfunction

autocmd VimEnter * call timer_start(500, function('s:Test'))
