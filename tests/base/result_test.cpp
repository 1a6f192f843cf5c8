// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// Error messages, the exit status and name of every kind of error, Result and Status.
#include "base/result.hpp"

#include <boost/test/unit_test.hpp>
#include <cerrno>
#include <csignal>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "support/death.hpp"

namespace plumb::test {
namespace {

struct Expected {
  Errc code;
  const char* name;
  int exit_status;
};
const std::vector<Expected> kAll{{Errc::io, "io", 3},
                                 {Errc::no_space, "no_space", 3},
                                 {Errc::locked, "locked", 3},
                                 {Errc::poisoned, "poisoned", 3},
                                 {Errc::unknown_outcome, "unknown_outcome", 3},
                                 {Errc::corrupt, "corrupt", 1},
                                 {Errc::newer_version, "newer_version", 4},
                                 {Errc::undecided, "undecided", 4},
                                 {Errc::invalid, "invalid", 2},
                                 {Errc::too_large, "too_large", 2},
                                 {Errc::id_conflict, "id_conflict", 2},
                                 {Errc::not_a_store, "not_a_store", 2},
                                 {Errc::not_found, "not_found", 3}};

}  // namespace

BOOST_AUTO_TEST_SUITE(result)

BOOST_AUTO_TEST_CASE(every_kind_of_error_has_its_name_and_exit_status) {
  std::set<std::string> names;
  for (std::size_t i = 0; i < kAll.size(); ++i) {
    BOOST_TEST(static_cast<std::size_t>(kAll[i].code) == i);
    BOOST_TEST(name_of(kAll[i].code) == std::string(kAll[i].name));
    BOOST_TEST(exit_status(kAll[i].code) == kAll[i].exit_status, kAll[i].name);
    names.insert(name_of(kAll[i].code));
  }
  BOOST_TEST(names.size() == kAll.size());
}

BOOST_AUTO_TEST_CASE(a_kind_that_does_not_exist_breaks_the_contract) {
  const auto past_the_end = static_cast<Errc>(kAll.size());
  const Ending ending = run_in_child([&] { static_cast<void>(exit_status(past_the_end)); });
  BOOST_TEST(ending.broke_contract("index < kKinds.size()"), ending.text());
}

BOOST_AUTO_TEST_CASE(messages_say_where_which_call_and_why) {
  const auto message = [](const Error& error) { return error.message(); };
  BOOST_TEST(message({Errc::io, "pwrite", "log-0", 512, EIO, ""}) ==
             "log-0, offset 512: pwrite failed: Input/output error");
  BOOST_TEST(message({Errc::no_space, "pwrite", "log-0", 0, ENOSPC, "the disk is full"}) ==
             "log-0, offset 0: pwrite failed: No space left on device; the disk is full");
  BOOST_TEST(message({Errc::not_found, "openat", "log-0", std::nullopt, ENOENT, ""}) ==
             "log-0: openat failed: No such file or directory");
  BOOST_TEST(message({Errc::io, "fsync", "", std::nullopt, 0, ""}) == "fsync failed");
  BOOST_TEST(make_error(Errc::corrupt, "the checksum differs", "log-0", 64).message() ==
             "log-0, offset 64: the checksum differs");
  BOOST_TEST(make_error(Errc::invalid, "no such key").message() == "no such key");
}

BOOST_AUTO_TEST_CASE(a_result_is_a_value_or_an_error) {
  Result<std::unique_ptr<int>> good(std::make_unique<int>(7));
  BOOST_TEST(good.has_value());
  BOOST_TEST(static_cast<bool>(good));
  BOOST_TEST(**good == 7);
  const std::unique_ptr<int> taken = std::move(good).value();
  BOOST_TEST(*taken == 7);
  const Result<int> bad(make_error(Errc::locked, "held"));
  BOOST_TEST(!bad.has_value());
  BOOST_TEST((bad.error().code == Errc::locked));
}

BOOST_AUTO_TEST_CASE(a_status_is_ok_or_an_error) {
  const Status ok;
  BOOST_TEST(ok.ok());
  BOOST_TEST(static_cast<bool>(ok));
  const Status bad(make_error(Errc::locked, "held"));
  BOOST_TEST(!bad.ok());
  BOOST_TEST(!static_cast<bool>(bad));
  BOOST_TEST(bad.error().reason == "held");
}

BOOST_AUTO_TEST_CASE(reading_the_wrong_side_terminates) {
  const Result<int> good(7);
  const Result<int> bad(make_error(Errc::locked, "held"));
  BOOST_TEST(run_in_child([&] { static_cast<void>(good.value()); }).exit_status == 0);
  BOOST_TEST(run_in_child([&] { static_cast<void>(bad.error()); }).exit_status == 0);
  BOOST_TEST(run_in_child([&] { static_cast<void>(bad.value()); }).signal == SIGABRT);
  BOOST_TEST(run_in_child([&] { static_cast<void>(good.error()); }).signal == SIGABRT);
  BOOST_TEST(run_in_child([] { static_cast<void>(Status().error()); }).signal == SIGABRT);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace plumb::test
