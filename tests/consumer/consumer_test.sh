#!/bin/bash
# SPDX-FileCopyrightText: The Plumbline contributors
# SPDX-License-Identifier: MIT
# Installs a build into an empty prefix, then builds and runs one program against it twice: by
# find_package, and by pkg-config. Nothing but the prefix and the system is in reach of either.
# Usage: consumer_test.sh CMAKE BUILD_FOLDER WORK_FOLDER CXX CXX_FLAGS
set -euo pipefail
cmake=$1 build=$2 work=$3 cxx=$4 flags=$5
source=$(cd "$(dirname "$0")" && pwd)
prefix=$work/prefix

rm -rf "$work"
mkdir -p "$work"
"$cmake" --install "$build" --prefix "$prefix" >"$work/install.log"

echo "find_package"
"$cmake" -S "$source" -B "$work/by_cmake" -G Ninja -D CMAKE_PREFIX_PATH="$prefix" \
  -D CMAKE_CXX_COMPILER="$cxx" -D CMAKE_CXX_FLAGS="$flags"
"$cmake" --build "$work/by_cmake"
"$work/by_cmake/consumer" "$work/store_by_cmake"

echo "pkg-config"
pc=$(find "$prefix" -name plumbline.pc)
PKG_CONFIG_PATH=$(dirname "$pc")
export PKG_CONFIG_PATH
# Flags are words, each an argument of its own.
# shellcheck disable=SC2046,SC2086
"$cxx" -std=c++20 $flags "$source/main.cpp" -o "$work/by_pkg_config" \
  $(pkg-config --cflags --libs plumbline)
"$work/by_pkg_config" "$work/store_by_pkg_config"
