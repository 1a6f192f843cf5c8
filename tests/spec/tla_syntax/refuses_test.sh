#!/bin/bash
# SPDX-FileCopyrightText: The Plumbline contributors
# SPDX-License-Identifier: MIT
# Usage: refuses_test.sh NODE PARSER
# The syntax gate must refuse a broken module, naming its place, and a folder without modules: a
# gate that passes everything, or nothing at all, would otherwise stay unseen.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)

# expect STATUS WORDS FOLDER
expect() {
  local status=0 said
  said=$("$node" "$here/check.mjs" "$parser" "$3" 2>&1) || status=$?
  if [[ $status != "$1" || $said != *"$2"* ]]; then
    echo "refuses_test: $3: wanted status $1 and '$2', got status $status and: $said" >&2
    exit 1
  fi
}
node=$1
parser=$2
empty=$(mktemp -d)
trap 'rmdir "$empty"' EXIT

expect 1 "broken/Unclosed.tla:9:12: this is not TLA+" "$here/broken"
expect 1 "there is no module here" "$empty"
echo "refuses_test: the broken module and the empty folder were refused"
