#!/usr/bin/env bash
# Reads the screen of Neovim in a terminal: colours, hints, lenses, diagnostics, a run, the graph, the health check.
# Started by run.sh, which sets NVIM, DANAIDE_BIN, SCRATCH and TESTS.
set -euo pipefail

if ! command -v tmux >/dev/null; then
  [[ -z ${REQUIRE_TMUX:-} ]] || { echo "tmux is not there" >&2; exit 1; }
  echo "tmux is not there: the screen is not read"
  exit 0
fi

unset TMUX
socket="$SCRATCH/tmux"
tmux() { command tmux -S "$socket" -f /dev/null "$@"; }
trap 'tmux kill-server 2>/dev/null || true' EXIT

cat >"$SCRATCH/work/program.na" <<'NA'
def fetch(item: str) -> float:
    sleep(0.01)
    return 2.5

def total() -> float:
    one = fetch("pen")
    other = fetch("ink")
    return one + other

print(f"total: {total()}")
NA

cat >"$SCRATCH/init.lua" <<LUA
vim.opt.swapfile = false
vim.g.danaide = { server = "$DANAIDE_BIN" }
if vim.env.FAKE then
  vim.lsp.config("danaide", { cmd = { vim.v.progpath, "-l", vim.env.TESTS .. "/fake_server.lua" } })
end
vim.diagnostic.config({ virtual_text = true })
vim.lsp.enable("danaide")
LUA

screen() { tmux capture-pane -p -t "$1"; }

# Waits until the screen of a session holds a text.
await() {
  local session=$1 what=$2 text=$3 i
  for ((i = 0; i < 200; i++)); do
    if screen "$session" | grep -qF -- "$text"; then
      echo "ok      $what"
      return
    fi
    sleep 0.05
  done
  echo "FAILED  $what: looked for $text in"
  screen "$session"
  exit 1
}

start() {
  tmux new-session -d -s "$1" -x 130 -y 40 "env $2 '$NVIM' -u '$SCRATCH/init.lua' '$SCRATCH/work/program.na'"
}

# ----- with the real server
start real TERM=screen-256color
await real "the program is shown" 'def total() -> float:'
await real "the line of a task says what runs beside it" 'beside fetch'
await real "the head of a function says what its tasks are like" '2 tasks, 1 deep, 2 wide'
await real "the types of variables" 'one: float = fetch('
await real "lenses" '2 references'
tmux capture-pane -p -e -t real | grep -qE $'\e\\[([0-9;:]*[;:])?[349][0-9][0-9;:]*mfetch' ||
  { echo "FAILED  a function has no colour"; exit 1; }
echo "ok      a function has a colour"
tmux send-keys -t real ':Danaide graph' Enter
await real "the graph is drawn" 'function total: 2 tasks, 1 one after the other, 2 at a time'
await real "its branches" '├─ ◆ fetch  line 6'
tmux send-keys -t real '/line 7' Enter Enter
sleep 0.3
tmux send-keys -t real ':echo "at " . getline(".")' Enter
await real "enter on a node moves the cursor" 'at     other = fetch("ink")'
tmux send-keys -t real ':only' Enter 'Goz = nothing' Escape
await real "a mistake is shown" '`nothing` is not defined'
tmux send-keys -t real 'dd'
sleep 0.2
for ((i = 0; i < 100; i++)); do
  screen real | grep -qF 'is not defined' || break
  sleep 0.05
done
screen real | grep -qF 'is not defined' && { echo "FAILED  the mistake is still shown"; exit 1; }
echo "ok      and goes with it"
tmux send-keys -t real ':checkhealth danaide' Enter
await real "the health check" 'The server is enabled'
screen real | grep -F 'ERROR' && { echo "FAILED  the health check finds errors"; exit 1; }

# ----- runs
start fake FAKE=1
await fake "the program" 'def total() -> float:'
sleep 0.5
tmux send-keys -t fake ':Danaide run hello' Enter
await fake "a run prints into a window" '✓ finished in 34 ms'
await fake "beside it stands the tree of tasks" '└─ ✗ inner  12 ms'
tmux send-keys -t fake ':Danaide run loop' Enter
await fake "a run without an end" 'turning'
tmux send-keys -t fake ':Danaide cancel' Enter
await fake "is cancelled" '■ cancelled'
