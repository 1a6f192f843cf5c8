#!/bin/sh
# SPDX-FileCopyrightText: The Plumbline contributors
# SPDX-License-Identifier: MIT
# sabotage_test.sh PLUMB NAME ROW OUT: the audit damages what it judges and must report exactly ROW
# as violated, with exit status 1 and a replay line. ROW void: no row at all is held or violated,
# and the campaign says that it is void, with exit status 4.
set -u
rm -rf "$4"
text=$("$1" audit --kills 8 --quiet --sabotage "$2" --out "$4")
status=$?
rm -rf "$4"
printf '%s\n' "$text"
fail() {
  echo "$1"
  exit 1
}
expected=1
[ "$3" != void ] || expected=4
[ "$status" -eq "$expected" ] || fail "exit status $status, expected $expected"
violated=$(printf '%s\n' "$text" | grep VIOLATED | cut -d ' ' -f 1)
if [ "$3" = void ]; then
  [ -z "$violated" ] || fail "violated: '$violated', expected none"
  printf '%s\n' "$text" | grep -q '^campaign void: the canary' || fail "the campaign is not void"
  if printf '%s\n' "$text" | grep -q ' held: '; then fail "a void campaign holds nothing"; fi
else
  [ "$violated" = "$3" ] || fail "violated: '$violated', expected $3"
fi
printf '%s\n' "$text" | grep -q 'replay: plumb audit --kills 8 --seed 1' || fail "no replay line"
