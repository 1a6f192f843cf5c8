# SPDX-FileCopyrightText: The Plumbline contributors
# SPDX-License-Identifier: MIT
# cmake -D PLUMB=... -D FOLDER=... -P counts_test.cmake: what a commit costs at the seam (P-2), as
# exact counts. 100-byte values: one write of 512 bytes, at most one sync, and no name changes.
execute_process(
  COMMAND "${PLUMB}" bench commit "${FOLDER}" --rounds 1 --samples small --json
  OUTPUT_VARIABLE figures COMMAND_ERROR_IS_FATAL ANY)
string(JSON record GET "${figures}" sizes 0 record_bytes)
foreach(name IN ITEMS commits writes bytes syncs creates preallocations renames unlinks)
  string(JSON ${name} GET "${figures}" sizes 0 counts ${name})
endforeach()
math(EXPR record_total "512 * ${commits}")
message("${commits} commits: ${writes} writes, ${bytes} bytes, ${syncs} syncs, ${creates} creates, "
        "${preallocations} preallocations, ${renames} renames, ${unlinks} unlinks")
if(NOT commits EQUAL 30)
  message(FATAL_ERROR "expected 30 commits")
endif()
if(NOT writes EQUAL commits OR NOT bytes EQUAL record_total OR NOT record EQUAL 512)
  message(FATAL_ERROR "expected one write of 512 bytes a commit")
endif()
if(NOT (syncs EQUAL 0 OR syncs EQUAL commits))
  message(FATAL_ERROR "expected no sync (direct writes) or one sync a commit")
endif()
foreach(name IN ITEMS creates preallocations renames unlinks)
  if(NOT ${name} EQUAL 0)
    message(FATAL_ERROR "expected no ${name}")
  endif()
endforeach()
