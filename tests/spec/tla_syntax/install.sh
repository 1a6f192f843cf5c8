#!/bin/bash
# SPDX-FileCopyrightText: The Plumbline contributors
# SPDX-License-Identifier: MIT
# Usage: install.sh NPM FOLDER
# Puts the parser that package-lock.json pins (versions and digests) into FOLDER: the TLA+ grammar,
# the tree-sitter runtime and its loader. Runs no package's scripts; does nothing where that very
# lock file was installed before, so that only the first run needs the network.
set -euo pipefail
npm=$1
folder=$2
here=$(cd "$(dirname "$0")" && pwd)

if cmp -s "$here/package-lock.json" "$folder/installed.json"; then
  echo "install: $folder is up to date"
  exit 0
fi
rm -rf "$folder"
mkdir -p "$folder/download"
cp "$here/package.json" "$here/package-lock.json" "$here/.npmrc" "$folder/download/"
(cd "$folder/download" && "$npm" ci --ignore-scripts --no-audit --no-fund)

# Three files of some sixty megabytes are used.
modules=$folder/download/node_modules
cp "$modules/@tlaplus/tree-sitter-tlaplus/tree-sitter-tlaplus.wasm" "$folder/tlaplus.wasm"
cp "$modules/web-tree-sitter/tree-sitter.js" "$folder/tree-sitter.mjs"
cp "$modules/web-tree-sitter/tree-sitter.wasm" "$folder/"
rm -rf "$folder/download"
cp "$here/package-lock.json" "$folder/installed.json"
