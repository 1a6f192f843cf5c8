// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// Counterexamples of spec mutants, replayed on code with the same mutation.
// Spec:          EV-2, EV-4.
#include <boost/test/unit_test.hpp>
#include <iostream>

#include "refine/replay.hpp"

namespace plumb::refine {
namespace {

BOOST_AUTO_TEST_SUITE(scripts)

BOOST_AUTO_TEST_CASE(print) {
  for (const Counterpart& counterpart : counterparts()) {
    for (const std::string& text : scripts_of(counterpart.mutant)) {
      const Script script = script_of(text);
      for (const bool direct : {true, false}) {
        const Replayed wrong = replay(script, &counterpart, direct);
        const Replayed right = replay(script, nullptr, direct);
        std::cout << counterpart.mutant << " | " << script.property << (direct ? " d" : " b")
                  << " ways " << wrong.ways << " broken " << wrong.broken << " " << wrong.seen_as
                  << " " << wrong.why << " | right ways " << right.ways << " held " << right.held
                  << " " << right.why << std::endl;
      }
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace plumb::refine
