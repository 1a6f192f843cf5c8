# SPDX-FileCopyrightText: The Plumbline contributors
# SPDX-License-Identifier: MIT
# Settings for work on Plumbline itself, which a project that embeds it must not inherit: warnings,
# the compiler cache, the header check, one folder for the programs, and the coverage targets.
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
# `all_verify_interface_header_sets` compiles each public header alone.
set(CMAKE_VERIFY_INTERFACE_HEADER_SETS ON)
# `plumb VERB` runs plumb-VERB from its own folder, so the build tree has them side by side too.
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/bin")

add_compile_options(
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wold-style-cast
  -Wnon-virtual-dtor -Woverloaded-virtual)
if(PLUMBLINE_WERROR)
  add_compile_options(-Werror)
endif()

find_program(PLUMBLINE_CCACHE ccache DOC "Compiler cache, used when it is found")
if(PLUMBLINE_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  # Build folders share results: what a debugger is told of the working folder is not compared.
  set(CMAKE_CXX_COMPILER_LAUNCHER "${CMAKE_COMMAND}" -E env CCACHE_NOHASHDIR=1 "${PLUMBLINE_CCACHE}")
endif()

# Several files in one translation unit: a build from nothing takes half the work. Only for targets
# whose files share no private names; the other presets compile each file alone, so none can hide
# what it does not include.
option(PLUMBLINE_UNITY "Compile the files of some targets together" OFF)

option(PLUMBLINE_COVERAGE "Instrument for gcov; adds the coverage targets" OFF)
if(PLUMBLINE_COVERAGE)
  add_compile_options(--coverage)
  add_link_options(--coverage)
  find_program(PLUMBLINE_GCOVR gcovr REQUIRED DOC "Coverage report")
  # Counts of earlier runs would be added to those of the next one.
  add_custom_target(
    coverage-reset
    COMMAND find . -name "*.gcda" -delete
    WORKING_DIRECTORY "${PROJECT_BINARY_DIR}")
  add_custom_target(
    coverage-report
    COMMAND
      "${PLUMBLINE_GCOVR}" --root "${PROJECT_SOURCE_DIR}" --filter "${PROJECT_SOURCE_DIR}/impl/"
      --print-summary --txt --xml "${PROJECT_BINARY_DIR}/coverage.xml" --fail-under-line 95
      "${PROJECT_BINARY_DIR}"
    USES_TERMINAL)
endif()
