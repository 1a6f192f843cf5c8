# SPDX-FileCopyrightText: The Plumbline contributors
# SPDX-License-Identifier: MIT
# The syntax gate of spec/tla: every module there parses as TLA+, and a broken one is refused. The
# parser comes from npm at the versions and digests of tla_syntax/package-lock.json, once for a
# build folder: the only test that needs the network, and only the first time.
find_program(PLUMBLINE_NODE NAMES node nodejs REQUIRED DOC "Node.js, for the TLA+ syntax gate")
find_program(PLUMBLINE_NPM npm REQUIRED DOC "npm, which installs the TLA+ grammar")
set(tla_gate "${CMAKE_CURRENT_LIST_DIR}/tla_syntax")
set(tla_parser "${CMAKE_CURRENT_BINARY_DIR}/tla_syntax")

add_test(NAME tla.parser COMMAND "${tla_gate}/install.sh" "${PLUMBLINE_NPM}" "${tla_parser}")
add_test(NAME tla.syntax COMMAND "${PLUMBLINE_NODE}" "${tla_gate}/check.mjs" "${tla_parser}"
                                 "${PROJECT_SOURCE_DIR}/spec/tla")
add_test(NAME tla.syntax.refuses COMMAND "${tla_gate}/refuses_test.sh" "${PLUMBLINE_NODE}"
                                         "${tla_parser}")
set_tests_properties(tla.parser PROPERTIES FIXTURES_SETUP tla_parser TIMEOUT 300)
set_tests_properties(tla.syntax tla.syntax.refuses PROPERTIES FIXTURES_REQUIRED tla_parser)
set_tests_properties(tla.parser tla.syntax tla.syntax.refuses PROPERTIES LABELS spec)
