# SPDX-FileCopyrightText: The Plumbline contributors
# SPDX-License-Identifier: MIT
# Asks the Boost.Test program PROGRAM for its suites and cases and writes to LIST, for ctest to
# read, a test "<ROOM>.<name>" with the label ROOM for each of the outermost ones: together they
# are all that the program has. A program without any is an error.
cmake_minimum_required(VERSION 3.25)

execute_process(
  COMMAND "${PROGRAM}" --list_content=HRF
  OUTPUT_VARIABLE output
  ERROR_VARIABLE output
  RESULT_VARIABLE status)
if(NOT status EQUAL 0)
  message(FATAL_ERROR "${PROGRAM} --list_content: ${status}\n${output}")
endif()

# A line is indentation, the name, '*' where it is enabled, and ": description" where it has one.
string(REGEX MATCHALL "(^|\n)[A-Za-z_][A-Za-z0-9_]*" names "${output}")
list(TRANSFORM names STRIP)
if(NOT names)
  message(FATAL_ERROR "${PROGRAM} has no tests")
endif()

set(text "")
foreach(name IN LISTS names)
  string(APPEND text "add_test([[${ROOM}.${name}]] [[${PROGRAM}]] --run_test=${name}"
         " --color_output=no)\n"
         "set_tests_properties([[${ROOM}.${name}]] PROPERTIES LABELS ${ROOM} TIMEOUT 300)\n")
endforeach()
file(WRITE "${LIST}" "${text}")
