#!/usr/bin/env bash
# Packs the plugin with the sources of the tree-sitter parser.
#
# usage: editors/nvim/package.sh FOLDER
#
# Writes FOLDER/danaide.nvim-VERSION.tar.gz, which holds one folder, danaide.nvim: unpacked below pack/danaide/start in a folder
# of 'packpath' it is installed. Prints the path.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
out=${1:?usage: package.sh FOLDER}
mkdir -p "$out"
out=$(cd "$out" && pwd)
version=$(sed -n '/^\[workspace\.package\]/,/^\[/ s/^version = "\(.*\)"/\1/p' "$root/Cargo.toml")
: "${version:?no version in Cargo.toml}"

stage=$(mktemp -d)
trap 'rm -rf "$stage"' EXIT
plugin="$stage/danaide.nvim"
grammar="$plugin/tree-sitter-dana"
mkdir -p "$grammar"
for part in doc ftdetect ftplugin indent lsp lua plugin queries syntax README.md; do
  cp -R "$here/$part" "$plugin/"
done
for part in src queries grammar.js tree-sitter.json README.md; do
  cp -R "$root/editors/tree-sitter-dana/$part" "$grammar/"
done
cp "$root"/LICENSE-* "$plugin/"

archive="$out/danaide.nvim-$version.tar.gz"
# The same files give the same archive.
tar --create --directory "$stage" --sort=name --owner=0 --group=0 --numeric-owner --mtime='2000-01-01 00:00:00Z' danaide.nvim |
  gzip --no-name -9 >"$archive"
echo "$archive"
