// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// Every golden vector, judged by the library, by plumb and by the second reader, and opened for
// writing: the verdict is the manifest's, and judging changes no byte.
// Spec:          EV-7; AC-4 to AC-8, AC-11, AC-14; spec/FORMAT.md.
#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <set>

#include "disk/posix_disk.hpp"
#include "support/process.hpp"
#include "support/skip.hpp"
#include "support/temp_folder.hpp"
#include "vectors/catalogue.hpp"
#include "vectors/manifest.hpp"
#include "vectors/reader.hpp"
#include "vectors/surgery.hpp"

namespace plumb::test {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kFewest = 150;  // so that a manifest that got lost in part is seen

/// A copy of a vector in a folder of its own.
class Copy {
 public:
  explicit Copy(const Json& entry) : files_(read_vector(entry["name"])) {
    write_folder(folder_.path(), files_);
  }
  [[nodiscard]] const std::string& path() const { return folder_.path(); }
  [[nodiscard]] const Files& files() const { return files_; }
  [[nodiscard]] bool unchanged() const { return read_folder(path()) == files_; }
  [[nodiscard]] std::unique_ptr<PosixDisk> disk() const {
    Result<std::unique_ptr<PosixDisk>> disk = PosixDisk::open(path());
    BOOST_REQUIRE(disk);
    return std::move(disk).value();
  }

 private:
  TempFolder folder_;
  Files files_;
};

std::vector<Json> entries() {
  const Json manifest = read_manifest();
  std::vector<Json> list(manifest["vectors"].begin(), manifest["vectors"].end());
  BOOST_REQUIRE_GE(list.size(), kFewest);
  return list;
}

/// The entry without what is no part of a verdict.
Json verdict_of(Json entry) {
  entry.erase("name");
  entry.erase("what");
  return entry;
}

template <class Check>
void for_each_vector(const Check& check) {
  for (const Json& entry : entries()) {
    BOOST_TEST_CONTEXT(entry["name"]) { check(entry, Copy(entry)); }
  }
}

/// The same with the second reader's answer, asked for all of them at once.
template <class Check>
void for_each_answer(const Check& check) {
  const std::vector<Json> list = entries();
  std::vector<std::unique_ptr<Copy>> copies;
  std::vector<std::string> folders;
  for (const Json& entry : list) {
    copies.push_back(std::make_unique<Copy>(entry));
    folders.push_back(copies.back()->path());
  }
  const std::vector<ReaderSays> answers = ask_reader(folders);
  for (std::size_t i = 0; i < list.size(); ++i) {
    BOOST_TEST_CONTEXT(list[i]["name"]) { check(list[i], *copies[i], answers.at(i)); }
  }
}

/// Opens the store, compares its content with `expected` and hands it to `use`.
template <class Use>
void open_and(Disk& disk, const Json& expected, const Use& use) {
  Result<std::unique_ptr<Store>> store = Store::open(disk, {});
  BOOST_REQUIRE_MESSAGE(store, (store ? "" : store.error().message()));
  BOOST_TEST(json_of_content(content_of((*store)->snapshot())) == expected);
  use(**store);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(golden)

BOOST_AUTO_TEST_CASE(generator_reproduces_the_committed_files) {
  const Vectors vectors = all_vectors();
  std::set<std::string> names;
  for (const Vector& vector : vectors) {
    BOOST_TEST(names.insert(vector.name).second, "two vectors are named " << vector.name);
    BOOST_TEST((read_vector(vector.name) == vector.files), vector.name << " has other bytes");
  }
  BOOST_TEST((text_of(make_manifest(vectors)) == read_file(vectors_folder() + "/manifest.json")),
             "manifest.json is not what make_vectors writes");
  for (const fs::directory_entry& entry : fs::directory_iterator(vectors_folder() + "/stores")) {
    BOOST_TEST(names.count(entry.path().filename().string()) == 1U, entry.path()
                                                                        << " is no vector");
  }
}

BOOST_AUTO_TEST_CASE(library_gives_the_verdict_and_changes_nothing) {
  std::size_t accepted = 0;
  for_each_vector([&accepted](const Json& entry, const Copy& copy) {
    const auto disk = copy.disk();
    const Result<Reading> read = read_store(*disk);
    const Result<Reading> verified = verify_store(*disk, {});
    const Json expected = verdict_of(entry);
    Json judged = read ? json_of(*read) : json_of(read.error());
    if (read && !verified) judged["verify"] = "refused";
    BOOST_TEST(judged == expected);
    if (!expected.contains("verify")) {
      BOOST_TEST((verified ? json_of(*verified) : json_of(verified.error())) == expected);
    }
    accepted += read ? 1U : 0U;
    BOOST_TEST(copy.unchanged());
  });
  BOOST_TEST(accepted >= 40U);
}

BOOST_AUTO_TEST_CASE(refused_stores_are_not_opened_and_not_changed) {
  for_each_vector([](const Json& entry, const Copy& copy) {
    if (entry["verdict"] != "refused") return;
    const auto disk = copy.disk();
    const Result<std::unique_ptr<Store>> store = Store::open(*disk, {});
    BOOST_REQUIRE(!store);
    BOOST_TEST(name_of(store.error().code) == entry["code"].get<std::string>());
    BOOST_TEST(copy.unchanged());
    Files without = copy.files();
    if (without.erase("LOCK") == 0) return;
    fs::remove(copy.path() + "/LOCK");
    BOOST_TEST(!Store::open(*disk, {}));
    BOOST_TEST((read_folder(copy.path()) == without), "LOCK was created");
  });
}

BOOST_AUTO_TEST_CASE(accepted_stores_open_twice_and_go_on) {
  for_each_vector([](const Json& entry, const Copy& copy) {
    if (entry["verdict"] != "accepted") return;
    const auto disk = copy.disk();
    const std::uint64_t seq = entry["seq"];
    open_and(*disk, entry["content"], [](Store&) {});
    open_and(*disk, entry["content"], [&](Store& store) {
      BOOST_TEST(store.snapshot().seq == seq);
      const Result<Receipt> receipt = store.commit({{}, {{"one more", "value"}}});
      BOOST_REQUIRE(receipt);
      BOOST_TEST(receipt->seq == seq + 1);
    });
    Content content;
    for (const Json& pair : entry["content"])
      content[bytes_of_json(pair[0])] = bytes_of_json(pair[1]);
    content["one more"] = "value";
    open_and(*disk, json_of_content(content), [](Store& store) { BOOST_TEST(store.close().ok()); });
    const Result<Reading> closed = verify_store(*disk, {});
    BOOST_REQUIRE(closed);
    BOOST_TEST(closed->report.durable);
  });
}

BOOST_AUTO_TEST_CASE(remembered_ids_get_their_receipts) {
  const Copy copy(Json{{"name", "ids-remembered"}});
  const auto disk = copy.disk();
  Result<std::unique_ptr<Store>> store = Store::open(*disk, {});
  BOOST_REQUIRE(store);
  const Result<Receipt> first = (*store)->commit({"first", {{"k", "1"}}});
  BOOST_REQUIRE(first);
  BOOST_TEST(first->seq == 1U);
  const Result<Receipt> third = (*store)->commit({Bytes(256, 'i'), {{"k", "3"}}});
  BOOST_REQUIRE(third);
  BOOST_TEST(third->seq == 3U);
  const Result<Receipt> other = (*store)->commit({"first", {{"k", "2"}}});
  BOOST_REQUIRE(!other);
  BOOST_TEST((other.error().code == Errc::id_conflict));
}

BOOST_AUTO_TEST_CASE(second_reader_agrees) {
  if (!has_python("golden/second_reader_agrees")) return;
  for_each_answer([](const Json& entry, const Copy& copy, const ReaderSays& says) {
    BOOST_TEST(difference(entry, says) == "");
    if (entry["verdict"] == "refused") BOOST_TEST(says.verdict()["code"] == entry["code"]);
    BOOST_TEST(copy.unchanged());
  });
}

BOOST_AUTO_TEST_CASE(batch_prints_what_the_second_reader_prints) {
  if (!has_python("golden/batch_prints_what_the_second_reader_prints")) return;
  for (const char* name : {"just-closed", "hole-confirmed", "checkpoint-newer-version"}) {
    const Copy copy(Json{{"name", name}});
    const ReaderSays says = ask_reader({copy.path()}).front();
    BOOST_TEST(run_reader("verify", copy.path()) == says.verify);
    BOOST_TEST(run_reader("dump", copy.path()) == says.dump);
  }
}

BOOST_AUTO_TEST_CASE(program_and_second_reader_print_the_same) {
  if (!has_python("golden/program_and_second_reader_print_the_same")) return;
  for_each_answer([](const Json&, const Copy& copy, const ReaderSays& says) {
    const Finished verify = run_process({PLUMBLINE_PLUMB, "verify", copy.path(), "--json"});
    const Finished dump = run_process({PLUMBLINE_PLUMB, "dump", copy.path(), "--json"});
    BOOST_TEST(verify.status == says.verify_status, verify.text());
    BOOST_TEST(dump.status == says.dump_status, dump.text());
    if (dump.status == 0) BOOST_TEST(dump.out == says.dump);
    const Json mine = Json::parse(verify.out);
    const Json its = says.verdict();
    BOOST_REQUIRE(mine["verdict"] == its["verdict"]);
    if (its["verdict"] == "accepted") {
      for (const auto& [field, value] : its.items()) BOOST_TEST(mine.at(field) == value, field);
    } else {
      BOOST_TEST(mine["code"] == its["code"]);
    }
    BOOST_TEST(copy.unchanged());
  });
}

BOOST_AUTO_TEST_CASE(a_real_disk_gives_the_same_bytes) {
  const TempFolder folder;
  Result<std::unique_ptr<PosixDisk>> disk = PosixDisk::open(folder.path());
  BOOST_REQUIRE(disk);
  write_file(folder.file("LOCK"), "");
  const Result<std::uint32_t> block = (*disk)->direct_block("LOCK");
  BOOST_REQUIRE(block);
  if (*block > kBlock) {
    say_skipped("golden/a_real_disk_gives_the_same_bytes",
                "this disk's blocks are above 512 bytes");
    return;
  }
  {
    Result<std::unique_ptr<Store>> store =
        Store::open(**disk, {.create = vector_options(), .entropy = counted_entropy("one-record")});
    BOOST_REQUIRE(store);
    BOOST_REQUIRE((*store)->commit({"t1", {{"key", "value"}}}));
  }
  BOOST_TEST((read_folder(folder.path()) == read_vector("one-record")));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace plumb::test
