// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// Broken contracts abort with the condition and its place; kept ones say nothing.
#include "base/contract.hpp"

#include <boost/test/unit_test.hpp>
#include <csignal>
#include <stdexcept>
#include <string>

#include "support/death.hpp"

namespace plumb::test {
namespace {

int half(int n) {
  Expects(n % 2 == 0);
  const int result = n / 2;
  Ensures(result != 21);
  return result;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(contract)

BOOST_AUTO_TEST_CASE(a_kept_contract_says_nothing) {
  const Ending ending = run_in_child([] { require_in_child(half(4) == 2, "half of 4 is 2"); });
  BOOST_TEST(ending.exit_status == 0);
  BOOST_TEST(ending.errors == "");
}

BOOST_AUTO_TEST_CASE(a_broken_precondition_is_printed_with_its_place) {
  const Ending ending = run_in_child([] { static_cast<void>(half(3)); });
  BOOST_TEST(ending.signal == SIGABRT);
  BOOST_TEST(ending.errors.find("contract_test.cpp:") != std::string::npos, ending.text());
  BOOST_TEST(ending.errors.find(": Expects(n % 2 == 0) is broken\n") != std::string::npos,
             ending.text());
}

BOOST_AUTO_TEST_CASE(a_broken_postcondition_is_printed_as_one) {
  const Ending ending = run_in_child([] { static_cast<void>(half(42)); });
  BOOST_TEST(ending.signal == SIGABRT);
  BOOST_TEST(ending.errors.find(": Ensures(result != 21) is broken\n") != std::string::npos,
             ending.text());
}

BOOST_AUTO_TEST_CASE(an_uncaught_exception_is_printed) {
  const Ending ending = run_in_child([] { throw std::runtime_error("no lead left"); });
  BOOST_TEST(ending.signal == SIGABRT);
  BOOST_TEST(ending.errors == "plumbline: uncaught exception: no lead left\n");
  const Ending other = run_in_child([] { throw 7; });
  BOOST_TEST(other.signal == SIGABRT);
  BOOST_TEST(other.errors == "plumbline: uncaught exception\n");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace plumb::test
