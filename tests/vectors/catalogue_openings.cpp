// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// Vectors of openings that a crash cut short, the first one of a store included, and of folders
// that are no store.
#include <stdexcept>

#include "support/counting_disk.hpp"
#include "vectors/catalogue.hpp"
#include "vectors/surgery.hpp"

namespace plumb::test {
namespace {

void add_inits(Vectors& into) {
  Scene scene("init");
  scene.open().drop();
  const Files whole = scene.files();
  const Bytes& log = whole.at("log-0");
  const Bytes init = audit_lines(whole.at("audit.log")).at(0);
  const Files lock{{"LOCK", ""}};
  const auto with = [&lock](const std::string& name, const Bytes& bytes) {
    Files files = lock;
    files[name] = bytes;
    return files;
  };
  add_accepted(into, "init-empty-folder", "An empty folder.", {}, {});
  add_accepted(into, "init-lock-alone", "The first file of an init.", lock, {});
  add_accepted(into, "init-line-alone", "LOCK and the audit log's first line.",
               with("audit.log", init), {});
  add_accepted(into, "init-line-cut", "The same, the line cut.",
               with("audit.log", init.substr(0, 300)), {});
  add_accepted(into, "init-temp", "LOCK and a checkpoint that was not renamed yet.",
               with("checkpoint.tmp", whole.at("checkpoint-1-0")), {});
  add_accepted(into, "init-segment-alone", "LOCK and segment 1, without a record.",
               with("log-0", log), {});
  add_accepted(into, "init-segment-zeros", "LOCK and a slot half filled with zeros.",
               with("log-0", Bytes(2048, '\0')), {});
  Files foreign = lock;
  foreign["notes.txt"] = "foreign\n";
  add_accepted(into, "init-with-foreign", "LOCK and a foreign file.", foreign, {});

  Bytes changed = log;
  put_u64(changed, seg::number, 2);
  seal_header(changed);
  add_refused(into, "init-segment-2", "No checkpoint, but segment 2.", with("log-0", changed),
              {Errc::corrupt, "log-0"});
  Files two = with("log-0", log);
  changed = log;
  flip(changed, seg::store);
  seal_header(changed);
  two["log-1"] = changed;
  add_refused(into, "init-two-stores", "No checkpoint, and segments 1 of two stores.", two,
              {Errc::corrupt, "log-1"});
  changed = log;
  changed[511] = 'h';
  seal_header(changed);
  add_refused(into, "init-segment-impossible", "No checkpoint, and a header that no writer writes.",
              with("log-0", changed), {Errc::corrupt, "log-0"});
  changed = log;
  put_u32(changed, seg::version, 2);
  seal_header(changed);
  add_refused(into, "init-segment-newer", "No checkpoint, and a segment of version 2.",
              with("log-0", changed), {Errc::newer_version, "log-0"});
  add_refused(into, "init-segment-cut", "No checkpoint, and segment 1 lacks a block.",
              with("log-0", log.substr(0, kSegmentBytes - kBlock)), {Errc::corrupt, "log-0"});
  add_refused(into, "folder-of-others", "A folder of foreign files alone is no store.",
              {{"notes.txt", "foreign\n"}}, {Errc::not_a_store, ""});
}

void add_lost_checkpoints(Vectors& into) {
  Scene scene("lost");
  scene.open().puts(1).drop();
  Files lost = scene.files();
  lost.erase("checkpoint-1-0");
  add_refused(into, "checkpoint-lost", "The only checkpoint is missing, and the log has a record.",
              lost, {Errc::corrupt, "log-0"});
  Files headless = lost;
  put_zeros(headless["log-0"], 0, kBlock);
  add_refused(into, "checkpoint-lost-header-zeros", "The same, the segment's header is zeros.",
              headless, {Errc::corrupt, "log-0"});
  scene.open().close();
  Files opened = scene.files();
  opened.erase("checkpoint-3-1");
  opened.erase("log-0");
  add_refused(into, "checkpoint-lost-opened",
              "No checkpoint, no segment, and an audit log that tells of "
              "an opening.",
              opened, {Errc::corrupt, "audit.log"});
}

/// A finished init, of which the audit log alone is left.
void add_lost_init(Vectors& into) {
  Scene scene("lost-init");
  scene.open().drop();
  Files init = scene.files();
  init.erase("checkpoint-1-0");
  init.erase("log-0");
  add_refused(into, "checkpoint-lost-init",
              "No checkpoint, no segment, and an audit log that tells of an init that finished.",
              init, {Errc::corrupt, "audit.log"});
}

/// An init renamed its checkpoint and was killed; an opening read that name, and a power cut took
/// it.
void add_init_read_from_cache(Vectors& into) {
  Files files;
  files["LOCK"] = "";
  Bytes& log = files["audit.log"];
  log = make_audit_line(0, Bytes(32, '\0'), "init", 1);
  log += make_audit_line(1, digest_bytes(log), "open", 2);
  add_accepted(into, "init-opened-unfinished",
               "No checkpoint, and neither the init nor the opening after it has finished.", files,
               {});
}

/// A second opening whose AddSegment fails when it writes the header.
Files fail_in_add_segment(const Files& files) {
  MemoryDisk disk(files);
  CountingDisk failing(disk);
  failing.fail({.call = Call::write_direct});
  const auto store = Store::open(failing, {.create = {}, .entropy = counted_entropy("unfinished")});
  if (store || failing.failures() != 1) throw std::runtime_error("the opening did not fail");
  return disk.contents();
}

void add_unfinished(Vectors& into) {
  Scene scene("unfinished");
  scene.open().puts(2).close();
  const Files closed = scene.files();
  const Files unfinished = fail_in_add_segment(closed);
  Accepted says{.checkpoint = CheckpointName{3, 2}, .seq = 2, .content = scene.at(2)};
  add_accepted(into, "opening-unfinished",
               "An opening wrote its checkpoint and stopped before its segment 2 was there.",
               unfinished, says);
  Files ended = unfinished;
  Bytes& audit = ended["audit.log"];
  audit += make_audit_line(3, digest_bytes(audit_lines(audit).back()), "end", 3);
  add_refused(into, "opening-ended-without-segment",
              "The same with an end line: then segment 2 had been there.", ended,
              {Errc::corrupt, "checkpoint-3-2"});
  Files logged = closed;
  logged["audit.log"] = unfinished.at("audit.log");
  says.checkpoint = CheckpointName{2, 2};
  says.durable = true;
  add_accepted(into, "opening-logged",
               "An opening wrote its audit line and stopped before its "
               "checkpoint.",
               logged, says);
  Files twice = fail_in_add_segment(unfinished);
  says.checkpoint = CheckpointName{4, 2};
  says.durable = false;
  add_accepted(into, "opening-unfinished-twice", "Two openings, one after another, stopped so.",
               twice, says);
}

}  // namespace

void add_openings(Vectors& into) {
  add_inits(into);
  add_lost_checkpoints(into);
  add_lost_init(into);
  add_init_read_from_cache(into);
  add_unfinished(into);
}

}  // namespace plumb::test
