#!/bin/sh
# SPDX-FileCopyrightText: The Plumbline contributors
# SPDX-License-Identifier: MIT
# sabotage_test.sh PLUMB NAME ROW OUT: the audit damages what it judges and must report exactly ROW
# as violated, with exit status 1 and a replay line.
set -u
rm -rf "$4"
text=$("$1" audit --kills 8 --quiet --sabotage "$2" --out "$4")
status=$?
violated=$(printf '%s\n' "$text" | grep VIOLATED | cut -d ' ' -f 1)
rm -rf "$4"
printf '%s\n' "$text"
[ "$status" -eq 1 ] || { echo "exit status $status, expected 1"; exit 1; }
[ "$violated" = "$3" ] || { echo "violated: '$violated', expected $3"; exit 1; }
printf '%s\n' "$text" | grep -q "replay: plumb audit --kills 8 --seed 1" || { echo "no replay"; exit 1; }
