// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// The order of every change that a store makes on its disk, pinned call by call: each action of the
// protocol is there, once, in its place, and nothing else is.
// Spec:          actions AddSegment AppendWal SyncWal WriteTemp SyncTemp Rename SyncDir DropOld
//                RecycleWal LogAudit CleanTemp Open; AC-3, AC-10, AC-11, AC-16, P-2.
#include <boost/test/unit_test.hpp>

#include "commit/scene.hpp"

namespace plumb::test {
namespace {

using Calls = std::vector<std::string>;

void check(const CountingDisk& disk, const Calls& expected) {
  const Calls changes = disk.changes();
  BOOST_CHECK_EQUAL_COLLECTIONS(changes.begin(), changes.end(), expected.begin(), expected.end());
}

struct Scene {
  MemoryDisk memory;
  CountingDisk disk{memory};
};

const Calls kFirstOpening{
    "create audit.log",     "write audit.log 0 1024", "sync-all audit.log",     // LogAudit
    "sync-folder",                                                               //
    "unlink checkpoint.tmp", "create checkpoint.tmp",                            // WriteTemp
    "write checkpoint.tmp 0 544",                                                //
    "sync-all checkpoint.tmp",                                                   // SyncTemp
    "rename checkpoint.tmp checkpoint-1-0",                                      // Rename
    "sync-folder",                                                               // SyncDir
    "sync-parent",                                                               //
    "create log-0",         "preallocate log-0 4096", "sync-all log-0",          // AddSegment
    "write-direct log-0 0 512", "sync-folder",                                   //
    "unlink checkpoint.tmp",                                                     // CleanTemp
    "write audit.log 1024 512", "sync-all audit.log"};                           // LogAudit

}  // namespace

BOOST_FIXTURE_TEST_SUITE(order, Scene)

BOOST_AUTO_TEST_CASE(first_opening) {
  const auto store = open_or_fail(disk, creating());
  check(disk, kFirstOpening);
}

BOOST_AUTO_TEST_CASE(commit_is_one_direct_write) {
  const auto store = open_or_fail(disk, creating());
  disk.clear();
  commit_or_fail(*store, put("k", "v"));
  commit_or_fail(*store, put("k", "w"));
  check(disk, {"write-direct log-0 512 512", "write-direct log-0 1024 512"});  // AppendWal, SyncWal
  BOOST_TEST(disk.written_bytes() == 1024U);
}

BOOST_AUTO_TEST_CASE(commit_is_a_write_and_a_data_sync_where_direct_writes_are_refused) {
  memory.refuse_direct();
  const auto store = open_or_fail(disk, creating());
  disk.clear();
  commit_or_fail(*store, put("k", "v"));
  check(disk, {"write log-0 512 512",   // AppendWal
               "sync-data log-0"});     // SyncWal
}

BOOST_AUTO_TEST_CASE(header_of_a_buffered_segment_is_synced_before_its_name) {
  memory.refuse_direct();
  const auto store = open_or_fail(disk, creating());
  const Calls all = disk.changes();
  const Calls segment{"create log-0",      "preallocate log-0 4096", "sync-all log-0",
                      "write log-0 0 512", "sync-data log-0",        "sync-folder"};
  BOOST_TEST((std::ranges::search(all, segment).begin() != all.end()));
}

BOOST_AUTO_TEST_CASE(full_segment_adds_one) {
  const auto store = open_or_fail(disk, creating());
  for (int i = 0; i < 7; ++i) commit_or_fail(*store, put("k", std::to_string(i)));
  disk.clear();
  commit_or_fail(*store, put("k", "next"));
  check(disk, {"create log-1", "preallocate log-1 4096", "sync-all log-1",  // AddSegment
               "write-direct log-1 0 512", "sync-folder",                   //
               "write-direct log-1 512 512"});                              // AppendWal, SyncWal
}

BOOST_AUTO_TEST_CASE(checkpoint_then_recycled_segment) {
  const auto store = open_or_fail(disk, creating());
  for (int i = 0; i < 8; ++i) commit_or_fail(*store, put("k", std::to_string(i)));
  disk.clear();
  BOOST_TEST(store->checkpoint().ok());
  check(disk, {"unlink checkpoint.tmp", "create checkpoint.tmp", "write checkpoint.tmp 0 554",
               "sync-all checkpoint.tmp", "rename checkpoint.tmp checkpoint-2-8", "sync-folder",
               "unlink checkpoint-1-0"});  // DropOld; RecycleWal writes nothing
  for (int i = 0; i < 6; ++i) commit_or_fail(*store, put("k", std::to_string(i)));
  disk.clear();
  commit_or_fail(*store, put("k", "recycled"));
  check(disk, {"write-direct log-0 0 512",     // AddSegment: log-0 is covered and comes again
               "write-direct log-0 512 512"});
}

BOOST_AUTO_TEST_CASE(active_segment_is_never_recycled) {
  const auto store = open_or_fail(disk, creating());
  commit_or_fail(*store, put("k", "v"));
  BOOST_TEST(store->checkpoint().ok());
  for (int i = 0; i < 6; ++i) commit_or_fail(*store, put("k", std::to_string(i)));
  disk.clear();
  commit_or_fail(*store, put("k", "next"));
  BOOST_TEST(disk.changes().front() == "create log-1");
}

BOOST_AUTO_TEST_CASE(second_opening_is_a_checkpoint_too) {
  BOOST_TEST(open_or_fail(disk, creating())->close(false).ok());
  disk.clear();
  const auto store = open_or_fail(disk, opening());
  check(disk, {"write audit.log 1024 1536",                       // LogAudit: the end line again,
               "sync-all audit.log",                              // and this opening's own
               "unlink checkpoint.tmp", "create checkpoint.tmp",  // WriteTemp
               "write checkpoint.tmp 0 544",                      //
               "sync-all checkpoint.tmp",                         // SyncTemp
               "rename checkpoint.tmp checkpoint-2-0",            // Rename
               "sync-folder",                                     // SyncDir
               "unlink checkpoint-1-0",                           // DropOld
               "write-direct log-0 0 512",                        // AddSegment, recycled
               "unlink checkpoint.tmp",                           // CleanTemp
               "write audit.log 2560 512", "sync-all audit.log"});  // LogAudit, Open
}

BOOST_AUTO_TEST_CASE(leftovers_are_removed_after_the_verdict_and_the_checkpoint) {
  BOOST_TEST(open_or_fail(disk, creating())->close(false).ok());
  Files files = memory.contents();
  files["checkpoint.tmp"] = "half a checkpoint";
  files["log-7"] = "half a segment";
  MemoryDisk after(files);
  CountingDisk counting(after);
  const auto store = open_or_fail(counting, opening());
  const Calls calls = counting.changes();
  const auto at = [&calls](std::string_view call) { return std::ranges::find(calls, call); };
  BOOST_TEST((at("unlink log-7") != calls.end()));
  BOOST_TEST((at("rename checkpoint.tmp checkpoint-2-0") < at("unlink log-7")));
  BOOST_TEST((at("sync-all audit.log") < at("unlink checkpoint.tmp")));
  BOOST_TEST(!after.contents().contains("log-7"));
  BOOST_TEST(!after.contents().contains("checkpoint.tmp"));
  BOOST_TEST(calls[calls.size() - 3] == "sync-folder");  // the removal is made durable too
}

BOOST_AUTO_TEST_CASE(readers_change_nothing) {
  BOOST_TEST(open_or_fail(disk, creating())->close().ok());
  disk.clear();
  BOOST_TEST(read_store(disk).has_value());
  BOOST_TEST(read_log(disk).has_value());
  BOOST_TEST(read_audit_log(disk).has_value());
  BOOST_TEST(verify_store(disk, Pin{0, Digest{}}).has_value());
  check(disk, {});
  BOOST_TEST(disk.count(Call::lock) == 4U);
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace plumb::test
