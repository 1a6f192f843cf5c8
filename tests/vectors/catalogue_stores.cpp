// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// Vectors without damage: what closing, checkpoints, crashes and full segments leave behind, and
// what keys, values and ids may be.
#include "vectors/catalogue.hpp"
#include "vectors/surgery.hpp"

namespace plumb::test {
namespace {

using std::string_literals::operator""s;

void add_small(Vectors& into) {
  Scene scene("empty");
  scene.open();
  add_accepted(into, "just-opened",
               "Created and left at once: the opening's checkpoint, an end line.", scene.files(),
               {.checkpoint = CheckpointName{1, 0}, .durable = true});
  scene.close();
  add_accepted(into, "empty-closed", "Created and closed: a second checkpoint, still of nothing.",
               scene.files(), {.checkpoint = CheckpointName{2, 0}, .durable = true});

  Scene one("one-record");
  one.open().commit({"t1", {{"key", "value"}}}).drop();
  add_accepted(into, "one-record", "One transaction with an id in the log, then a crash.",
               one.files(),
               {.checkpoint = CheckpointName{1, 0}, .seq = 1, .records = 1, .content = one.at(1)});
  one.open().close();
  add_accepted(
      into, "one-record-closed", "The same, opened again and closed.", one.files(),
      {.checkpoint = CheckpointName{3, 1}, .seq = 1, .durable = true, .content = one.at(1)});
}

void add_checkpointed(Vectors& into) {
  Scene scene("behind");
  scene.open().puts(3).checkpoint().puts(3).drop();
  add_accepted(
      into, "log-behind-checkpoint", "Three records behind a checkpoint of three.", scene.files(),
      {.checkpoint = CheckpointName{2, 3}, .seq = 6, .records = 3, .content = scene.at(6)});

  Scene closed("closed");
  closed.open().commit({"id-a", {{"a", "1"}}}).commit({"id-b", {{"b", "2"}, {"a", "3"}}});
  closed.put("c", "").commit({{}, {{"b", std::nullopt}, {"absent", std::nullopt}}}).close();
  add_accepted(
      into, "just-closed",
      "Puts, an erase, the erase of an absent key, an empty value, two ids; closed.",
      closed.files(),
      {.checkpoint = CheckpointName{2, 4}, .seq = 4, .durable = true, .content = closed.at(4)});

  Files leftovers = closed.files();
  leftovers["LOCK"] = "12345\n";
  leftovers["checkpoint.tmp"] = Bytes(700, '\x5A');
  leftovers["checkpoint-1-0"] = "damaged, but never read\n";
  leftovers["notes.txt"] = "a foreign file\n";
  leftovers["checkpoint-02-4"] = "no checkpoint's name: a leading zero\n";
  leftovers["checkpoint-0-4"] = "no checkpoint's name: number 0\n";
  leftovers["checkpoint-9223372036854775808-4"] = "no checkpoint's name: 2^63\n";
  leftovers["log-00"] = "no slot's name: a leading zero\n";
  leftovers["log-4294967296"] = "no slot's name: 2^32\n";
  add_accepted(
      into, "leftovers",
      "Beside a closed store: a LOCK with content, a half-written checkpoint.tmp, a damaged "
      "checkpoint below the loaded one, foreign names.",
      leftovers,
      {.checkpoint = CheckpointName{2, 4}, .seq = 4, .durable = true, .content = closed.at(4)});
}

void add_segmented(Vectors& into) {
  Scene scene("several");
  scene.open().puts(17).drop();
  add_accepted(
      into, "several-segments", "Seventeen records of a block over three segments.", scene.files(),
      {.checkpoint = CheckpointName{1, 0}, .seq = 17, .records = 17, .content = scene.at(17)});

  Scene recycled("recycled");
  recycled.open().puts(8).checkpoint().puts(8).drop();
  add_accepted(
      into, "recycled-segment",
      "The third segment is the first one's file: old records lie behind the end.",
      recycled.files(),
      {.checkpoint = CheckpointName{2, 8}, .seq = 16, .records = 8, .content = recycled.at(16)});

  Scene gap("gap");
  gap.open().puts(6).put("long", Bytes(900, 'x')).puts(1).drop();
  add_accepted(
      into, "gap-at-segment-end",
      "A record of three blocks did not fit into the last block: the log goes on in the next "
      "segment.",
      gap.files(),
      {.checkpoint = CheckpointName{1, 0}, .seq = 8, .records = 8, .content = gap.at(8)});

  Scene full("full");
  full.open().puts(7).close();
  const Accepted says{
      .checkpoint = CheckpointName{2, 7}, .seq = 7, .durable = true, .content = full.at(7)};
  add_accepted(into, "closed-on-full-segment",
               "Closed with the position at the segment's very end.", full.files(), says);
  Files without = full.files();
  without.erase("log-0");
  add_accepted(into, "closed-on-full-segment-missing",
               "The same without that segment, which nothing is read from any more.", without,
               says);
}

void add_contents(Vectors& into) {
  Scene odd("odd");
  odd.open().put("", "the empty key").put("empty value", "").put("\xFF\xFE"s, "\x80\x00\xC3\x28"s);
  odd.put("\xC3\xA4\xE2\x82\xAC\xF0\x9D\x84\x9E", "quote \" backslash \\ tab \t feed \n")
      .put("\0"s, "\0"s);
  odd.put("\xED\xA0\x80", "a surrogate").put("\x7F", "delete \x1F").commit({}).drop();
  add_accepted(into, "odd-keys-and-values",
               "The empty key, an empty value, bytes that are no UTF-8, control characters, a "
               "transaction without changes.",
               odd.files(),
               {.checkpoint = CheckpointName{1, 0}, .seq = 8, .records = 8, .content = odd.at(8)});
  odd.open().close();
  add_accepted(
      into, "odd-keys-and-values-closed", "The same in a checkpoint.", odd.files(),
      {.checkpoint = CheckpointName{3, 8}, .seq = 8, .durable = true, .content = odd.at(8)});

  Scene ids("ids");
  ids.open().commit({"first", {{"k", "1"}}}).commit({"\xFF\x00"s, {{"k", "2"}}}).checkpoint();
  ids.commit({Bytes(256, 'i'), {{"k", "3"}}}).put("no id", "4").drop();
  add_accepted(into, "ids-remembered",
               "Two ids in the checkpoint, a third of 256 bytes in the log behind it.", ids.files(),
               {.checkpoint = CheckpointName{2, 2}, .seq = 4, .records = 2, .content = ids.at(4)});

  Scene again("again");
  again.open().commit({{}, {{"k", "1"}, {"k", "2"}, {"k", std::nullopt}, {"k", "3"}}});
  again.commit({{}, {{"x", "1"}, {"x", std::nullopt}}}).commit({{}, {{"k", std::nullopt}}}).drop();
  add_accepted(
      into, "erased-to-empty",
      "Several changes of one key in a transaction; in the end no key is left.", again.files(),
      {.checkpoint = CheckpointName{1, 0}, .seq = 3, .records = 3, .content = again.at(3)});
}

void add_options(Vectors& into) {
  Options large = vector_options();
  large.segment_bytes = 8192;
  Scene blocks("blocks", large, 1024);
  blocks.open().puts(2).checkpoint().puts(1).put("long", Bytes(1000, 'x')).drop();
  add_accepted(
      into, "blocks-of-1024", "Blocks of 1024 bytes, the last record of two; segments of 8192.",
      blocks.files(),
      {.checkpoint = CheckpointName{2, 2}, .seq = 4, .records = 2, .content = blocks.at(4)});

  Scene options("options", [] {
    Options with = vector_options();
    with.checkpoint_every = 2;
    with.checkpoint_bytes = 100000;
    return with;
  }());
  options.open().puts(5).drop();
  add_accepted(
      into, "own-checkpoints", "Every second transaction is followed by a checkpoint.",
      options.files(),
      {.checkpoint = CheckpointName{3, 4}, .seq = 5, .records = 1, .content = options.at(5)});
}

}  // namespace

void add_stores(Vectors& into) {
  add_small(into);
  add_checkpointed(into);
  add_segmented(into);
  add_contents(into);
  add_options(into);
}

}  // namespace plumb::test
