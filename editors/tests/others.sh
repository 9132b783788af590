#!/usr/bin/env bash
# Tests the settings for Emacs with Eglot and for Vim with ALE in the real editors.
#
# usage: editors/tests/others.sh [emacs] [vim]
#
# Needs DANAIDE_BIN, the command to test, and from Debian: emacs-nox and elpa-eglot, vim, vim-ale and tmux.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
editors=$(cd "$here/.." && pwd)
: "${DANAIDE_BIN:?set it to the danaide command to test}"
DANAIDE_BIN=$(cd "$(dirname "$DANAIDE_BIN")" && pwd)/$(basename "$DANAIDE_BIN")

need() { command -v "$1" >/dev/null || { echo "$1 is not there: apt-get install $2" >&2; exit 2; }; }

SCRATCH=$(mktemp -d)
export SCRATCH
trap 'command tmux -S "$SCRATCH/tmux" kill-server 2>/dev/null || true; rm -rf "$SCRATCH"' EXIT
mkdir -p "$SCRATCH/bin" "$SCRATCH/home" "$SCRATCH/emacs" "$SCRATCH/vim"
ln -s "$DANAIDE_BIN" "$SCRATCH/bin/danaide"
export PATH="$SCRATCH/bin:$PATH" HOME="$SCRATCH/home" XDG_CACHE_HOME="$SCRATCH/cache"

emacs_test() {
  need emacs "emacs-nox elpa-eglot"
  # Not -Q, which would hide the packages of Debian.
  timeout 120 emacs -q --batch -L "$editors/emacs" -l "$editors/emacs/test.el" 2>&1 | grep -E '^(ok|FAILED)|rror' | tee "$SCRATCH/emacs.log" || true
  grep -q '^ok      colours' "$SCRATCH/emacs.log" && ! grep -q '^FAILED' "$SCRATCH/emacs.log"
}

vim_test() {
  need vim vim
  need tmux tmux
  printf 'def area(width: int)\n    return width * 2\n\nprint(area(3))\n' >"$SCRATCH/vim/program.na"
  cat >"$SCRATCH/vimrc" <<VIM
set nocompatible noswapfile
packadd! ale
set runtimepath+=$editors/nvim
syntax on
filetype plugin on
source $editors/vim/dana-ale.vim
source $editors/vim/test.vim
VIM
  unset TMUX
  command tmux -S "$SCRATCH/tmux" -f /dev/null new-session -d -x 100 -y 30 "vim -u '$SCRATCH/vimrc' '$SCRATCH/vim/program.na'"
  local i
  for ((i = 0; i < 600; i++)); do
    command tmux -S "$SCRATCH/tmux" has-session 2>/dev/null || break
    sleep 0.1
  done
  cat "$SCRATCH/vim.log"
  grep -q '^ok      hover' "$SCRATCH/vim.log" && ! grep -q '^FAILED' "$SCRATCH/vim.log"
}

tests=("$@")
[[ ${#tests[@]} -gt 0 ]] || tests=(emacs vim)
failed=()
for test in "${tests[@]}"; do
  echo "===== $test"
  "${test}_test" || failed+=("$test")
done
if [[ ${#failed[@]} -gt 0 ]]; then
  echo "failed: ${failed[*]}" >&2
  exit 1
fi
