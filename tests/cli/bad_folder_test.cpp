// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// Folders that are no sound store, or not now: each is refused with the right exit status, and not
// a byte of it changes.
// Spec:          AC-8, AC-9, AC-13; impl/cli/README.md (exit statuses).
#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <functional>

#include "base/bytes.hpp"
#include "cli/plumb_cli.hpp"
#include "merkle/hasher.hpp"
#include "support/mount.hpp"

namespace plumb::test {
namespace {

namespace fs = std::filesystem;

const std::vector<std::string> kVerbs{"commit", "recover", "checkpoint", "get",    "root",
                                      "dump",   "log",     "audit-log",  "verify", "prove-key"};
const std::vector<std::string> kReaders(kVerbs.begin() + 3, kVerbs.end());

Finished run_on(const std::string& verb, const std::string& dir) {
  Words words{verb, dir, "--json"};
  if (verb == "commit") words.emplace_back("k=changed");
  if (verb == "get" || verb == "prove-key") words.emplace_back("k");
  return plumb(words);
}

/// Every verb refuses the store with this status and code and leaves every byte as it is.
void require_refused(const std::string& dir, int status, const std::string& code) {
  const auto before = bytes_of(dir);
  for (const std::string& verb : kVerbs) {
    BOOST_TEST_CONTEXT("verb: " << verb) {
      const Finished done = run_on(verb, dir);
      if (verb == "verify") {
        BOOST_TEST(done.status == status, done.text());
        BOOST_TEST(done.err.empty());
        const Json verdict = Json::parse(done.out);
        BOOST_TEST(shape_of(verdict) == "verdict,code,file,offset,reason");
        BOOST_TEST(verdict["verdict"] == "refused");
        BOOST_TEST(verdict["code"] == code);
      } else {
        require_error(done, status, code);
      }
      BOOST_TEST((bytes_of(dir) == before));
    }
  }
}

std::string checkpoint_of(const std::string& dir) {
  for (const auto& entry : fs::directory_iterator(dir)) {
    if (entry.path().filename().string().starts_with("checkpoint-")) return entry.path();
  }
  BOOST_FAIL("no checkpoint");
  return {};
}

void change_file(const std::string& path, const std::function<void(std::string&)>& change) {
  std::string bytes = read_file(path);
  change(bytes);
  write_file(path, bytes);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(bad_folder)

BOOST_AUTO_TEST_CASE(missing_folder_is_not_created) {
  const TempFolder folder;
  const std::string dir = folder.file("missing");
  for (const std::string& verb : kVerbs) {
    const Json error = require_error(run_on(verb, dir), 3, "not_found");
    BOOST_TEST(error["file"] == dir);
    BOOST_TEST(error["errno"] == ENOENT);
    BOOST_TEST(!fs::exists(dir), verb);
  }
}

BOOST_AUTO_TEST_CASE(folder_that_is_a_file) {
  const TempFolder folder;
  const std::string file = folder.file("file");
  write_file(file, "content");
  for (const std::string& verb : kVerbs) require_error(run_on(verb, file), 3, "io");
  require_error(plumb({"init", file, "--json"}), 3, "io");
  require_error(plumb({"init", file + "/below", "--json"}), 3, "io");
  BOOST_TEST(read_file(file) == "content");
}

BOOST_AUTO_TEST_CASE(folder_of_something_else) {
  const TempFolder folder;
  write_file(folder.file("letter"), "dear reader");
  require_refused(folder.path(), 2, "not_a_store");
  const auto before = bytes_of(folder.path());
  BOOST_TEST(plumb({"init", folder.path(), "--json"}).status == 2);
  BOOST_TEST((bytes_of(folder.path()) == before));
}

BOOST_AUTO_TEST_CASE(foreign_file_is_reported_and_left_alone) {
  const TestStore store;
  write_file(store.dir() + "/letter", "dear reader");
  write_file(store.dir() + "/\xff", "");
  BOOST_TEST(result_of(store.run("verify"))["foreign"].dump() == R"(["letter",{"hex":"ff"}])");
  store.commit({"k=v"});
  BOOST_TEST(read_file(store.dir() + "/letter") == "dear reader");
}

BOOST_AUTO_TEST_CASE(damaged_checkpoint_is_refused) {
  const TestStore store;
  store.commit({"k=value"});
  change_file(checkpoint_of(store.dir()), [](std::string& bytes) {
    const std::size_t at = bytes.find("value");
    BOOST_REQUIRE(at != std::string::npos);
    bytes[at] = 'V';
  });
  require_refused(store.dir(), 1, "corrupt");
  BOOST_TEST(plumb({"verify", store.dir()}).out.starts_with("refused: checkpoint-"));
}

BOOST_AUTO_TEST_CASE(damaged_record_that_a_later_one_confirms_is_refused) {
  const TestStore store;
  commit_and_kill(store, {R"({"set":{"k":"value"}})", R"({"set":{"k":"other"}})"});
  const std::vector<std::string> log = lines_of(store.run("log").out);
  const Json first = Json::parse(log[0]);
  const Json second = Json::parse(log[1]);
  change_file(store.dir() + "/" + first["file"].get<std::string>(),
              [&](std::string& bytes) { bytes[first["offset"].get<std::size_t>() + 200] ^= 1; });
  require_refused(store.dir(), 1, "corrupt");
  const Json verdict = Json::parse(store.run("verify").out);
  // It points at the record that shows the damage: the one that confirms the missing one.
  BOOST_TEST(verdict["file"] == second["file"]);
  BOOST_TEST(verdict["offset"] == second["offset"]);
  BOOST_TEST(verdict["reason"].get<std::string>().starts_with("transaction 1 is missing"));
}

// The last record alone looks like a torn tail: told so, and gone for good.
BOOST_AUTO_TEST_CASE(damaged_last_record_is_a_torn_tail) {
  const TestStore store;
  commit_and_kill(store, {R"({"set":{"k":"1"}})", R"({"set":{"k":"2"}})"});
  const Json last = Json::parse(lines_of(store.run("log").out)[1]);
  change_file(store.dir() + "/" + last["file"].get<std::string>(),
              [&](std::string& bytes) { bytes[last["offset"].get<std::size_t>() + 200] ^= 1; });
  const Json verdict = result_of(store.run("verify"));
  BOOST_TEST(verdict["tail"] == "torn");
  BOOST_TEST(verdict["seq"] == 1);
  BOOST_TEST(verdict["end"]["offset"] == last["offset"]);
  BOOST_TEST(result_of(store.run("recover"))["tail"] == "torn");
  BOOST_TEST(store.value("k") == "1");
}

BOOST_AUTO_TEST_CASE(newer_version_is_not_decided) {
  const TestStore store;
  store.commit({"k=v"});
  change_file(checkpoint_of(store.dir()), [](std::string& bytes) {
    bytes[43] = 2;  // version, the last byte of four
    const Result<std::unique_ptr<Hasher>> hasher = make_sha256();
    BOOST_REQUIRE(hasher);
    const Digest digest = (*hasher)->hash(view(std::string_view(bytes).substr(32, 480)));
    bytes.replace(0, 32, text(view(digest)));
  });
  require_refused(store.dir(), 4, "newer_version");
}

BOOST_AUTO_TEST_CASE(broken_audit_log) {
  const TestStore store;
  store.commit({"k=v"});
  change_file(store.dir() + "/audit.log", [](std::string& bytes) { bytes[60] ^= 1; });
  const Finished done = store.run("audit-log", {"--verify"});
  BOOST_TEST(done.status == 1, done.text());
  BOOST_TEST(Json::parse(done.out)["verdict"] == "refused");
  require_refused(store.dir(), 1, "corrupt");
}

BOOST_AUTO_TEST_CASE(live_store_is_locked) {
  const TestStore store;
  Process writer(plumb_words({"commit", store.dir(), "--from", "-", "--json"}));
  BOOST_REQUIRE(writer.send("{\"set\":{\"k\":\"mine\"}}\n"));
  BOOST_REQUIRE(writer.read_line().has_value());  // it has the lock now
  for (const std::string& verb : kVerbs) {
    const Json error = require_error(run_on(verb, store.dir()), 3, "locked");
    BOOST_TEST(error["file"] == "LOCK");
  }
  BOOST_TEST(writer.finish().status == 0);
  BOOST_TEST(store.value("k") == "mine");
}

BOOST_AUTO_TEST_CASE(read_only_store_can_be_read) {
  const TestStore store;
  store.commit({"k=v"});
  const auto before = bytes_of(store.dir());
  {
    const Mount mounted = Mount::read_only(store.dir());
    if (!mounted) return;
    for (const std::string& verb : kReaders) {
      const Finished done = run_on(verb, store.dir());
      BOOST_TEST(done.status == 0, verb << ": " << done.text());
    }
    for (const char* verb : {"commit", "recover", "checkpoint"}) {
      BOOST_TEST(require_error(run_on(verb, store.dir()), 3, "io")["errno"] == EROFS);
    }
  }
  BOOST_TEST((bytes_of(store.dir()) == before));
}

BOOST_AUTO_TEST_CASE(full_disk_leaves_the_store_readable) {
  const TempFolder folder;
  Mount mounted = Mount::tmpfs(folder.path(), 4U << 20U);
  if (!mounted) return;
  const std::string dir = folder.file("store");
  BOOST_REQUIRE(plumb({"init", dir, "--segment-bytes", "65536"}).status == 0);
  BOOST_REQUIRE(plumb({"commit", dir, "k=v"}).status == 0);
  const std::string before = plumb({"dump", dir, "--json"}).out;
  // Another file takes all the room there is.
  Process filler({"dd", "if=/dev/zero", "of=" + folder.file("filler"), "bs=4096", "status=none"});
  BOOST_REQUIRE_EQUAL(filler.finish().status, 1);

  require_error(plumb({"commit", dir, "k=w", "--json"}), 3, "no_space");
  BOOST_TEST(plumb({"dump", dir, "--json"}).out == before);
  BOOST_TEST(plumb({"verify", dir}).status == 0);

  fs::remove(folder.file("filler"));
  BOOST_TEST(plumb({"commit", dir, "k=x"}).status == 0);
  BOOST_TEST(plumb({"get", dir, "k"}).out == "x\n");
}

// The limit on the size of a file is an error of the write, and not the end of the program by
// SIGXFSZ, which a shell leaves at its default.
BOOST_AUTO_TEST_CASE(file_size_limit_is_an_error) {
  const auto limited = [](const Words& words) {
    Words all{"sh", "-c", "ulimit -f 16; exec \"$@\"", "sh"};  // blocks of 512 B
    for (const std::string& word : plumb_words(words)) all.push_back(word);
    return run_process(all);
  };
  const TempFolder folder;
  const std::string dir = folder.file("store");
  require_error(limited({"init", dir, "--segment-bytes", "65536", "--json"}), 3, "no_space");
  // The checkpoint is there and no segment; the same init, and no other, completes it.
  require_error(plumb({"init", dir, "--segment-bytes", "131072", "--json"}), 2, "invalid");
  BOOST_REQUIRE(plumb({"init", dir, "--segment-bytes", "65536"}).status == 0);
  require_error(plumb({"init", dir, "--segment-bytes", "65536", "--json"}), 2, "invalid");
  BOOST_REQUIRE(plumb({"commit", dir, "k=v"}).status == 0);
  BOOST_TEST(limited({"commit", dir, "k=w"}).status == 0);
  const std::string before = plumb({"dump", dir, "--json"}).out;

  const std::string large = "k=" + std::string(20'000, 'x');
  require_error(limited({"commit", dir, large, "--json"}), 3, "unknown_outcome");
  BOOST_TEST(plumb({"dump", dir, "--json"}).out == before);
  BOOST_TEST(plumb({"commit", dir, large}).status == 0);
}

// The disk fills up under a running process: what was acknowledged stays, the line that failed is
// named, and the store is whole.
BOOST_AUTO_TEST_CASE(disk_that_fills_up_while_committing) {
  const TempFolder folder;
  Mount mounted = Mount::tmpfs(folder.path(), 1U << 20U);
  if (!mounted) return;
  const std::string dir = folder.file("store");
  BOOST_REQUIRE(plumb({"init", dir, "--segment-bytes", "65536"}).status == 0);
  std::string input;
  for (int i = 0; i < 100; ++i) {
    input += "{\"set\":{\"k" + std::to_string(i) + "\":\"" + std::string(30000, 'v') + "\"}}\n";
  }
  const Finished done = plumb({"commit", dir, "--from", "-", "--json"}, input);
  BOOST_TEST(done.status == 3, done.text());
  const std::size_t acknowledged = lines_of(done.out).size();
  BOOST_TEST(acknowledged > 3U);
  BOOST_TEST(acknowledged < 100U);
  const Json error = Json::parse(lines_of(done.err)[0])["error"];
  BOOST_TEST(error["code"] == "no_space");
  BOOST_TEST(
      error["reason"].get<std::string>().starts_with("line " + std::to_string(acknowledged + 1)));
  const Finished read = plumb({"root", dir, "--json"});
  BOOST_TEST(result_of(read)["seq"] == acknowledged);

  BOOST_REQUIRE(mounted.resize(16U << 20U));
  BOOST_TEST(plumb({"commit", dir, "k=v"}).status == 0);
}

BOOST_AUTO_TEST_CASE(standard_output_that_cannot_be_written) {
  const TestStore store;
  ProcessOptions full;
  full.out_file = "/dev/full";
  ProcessOptions closed;
  closed.close_out = true;
  store.commit({"k=1"});
  // With both closed, the second file that the program opens would get the number of standard
  // output: LOCK, or another file of the store.
  ProcessOptions both_closed = closed;
  both_closed.close_in = true;
  for (const ProcessOptions& options : {full, closed, both_closed}) {
    for (const std::string& verb : kReaders) {
      const Words words = verb == "get" || verb == "prove-key" ? Words{verb, store.dir(), "k"}
                                                               : Words{verb, store.dir()};
      // The log of a closed store is empty: there is nothing to write, and nothing fails.
      const int expected = verb == "log" ? 0 : 3;
      const Finished done = plumb(words, {}, options);
      BOOST_TEST(done.status == expected, verb << ": " << done.text());
    }
    const Finished done = plumb({"commit", store.dir(), "k=2", "--json"}, {}, options);
    BOOST_TEST(done.status == 3);
    BOOST_TEST(Json::parse(done.err)["error"]["file"] == "standard output");
    BOOST_TEST(store.value("k") == "2");  // durable all the same, though nobody was told
    BOOST_TEST(result_of(store.run("verify"))["verdict"] == "accepted");
    BOOST_TEST(plumb({"--help"}, {}, options).status == 3);
    BOOST_TEST(plumb({"get", "--help"}, {}, options).status == 3);
    BOOST_TEST(plumb({"--version"}, {}, options).status == 3);
    store.commit({"k=1"});
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace plumb::test
