// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// Counterexamples of spec mutants, replayed on a store with the same fault: the same property
// breaks; on the right store the same script breaks nothing. Spec:          EV-2, EV-4.
#include <algorithm>
#include <array>
#include <boost/test/unit_test.hpp>
#include <set>

#include "refine/replay.hpp"
#include "support/process.hpp"
#include "support/temp_folder.hpp"

namespace plumb::refine {
namespace {

/// Scripts that the code does not follow to the same end.
struct Otherwise {
  std::string_view mutant, property;
  std::string_view instead;  ///< the property that breaks; empty: the disk cannot be left so
  std::string_view reason;
};
constexpr std::string_view kTakesOldSlot =
    "the code's AddSegment takes the slot of the log that the older checkpoint needs, where the "
    "model takes a fresh one: so the same crash leaves a store that is refused";
constexpr std::string_view kNameIsSynced =
    "a new segment's folder sync makes the checkpoint's name durable as well";
constexpr std::array kOtherwise{
    Otherwise{"opening: without SyncDir", "Durability", "NoPanic", kTakesOldSlot},
    Otherwise{"opening: without SyncDir", "Refines", "NoPanic", kTakesOldSlot},
    Otherwise{"opening: without SyncDir", "NoPanic", "", kNameIsSynced},
    Otherwise{"opening: without SyncDir", "TornOrCorrupt", "", kNameIsSynced},
};

const Otherwise* otherwise(std::string_view mutant, std::string_view property) {
  const auto* const found = std::ranges::find_if(kOtherwise, [&](const Otherwise& one) {
    return one.mutant == mutant && one.property == property;
  });
  return found == kOtherwise.end() ? nullptr : &*found;
}

/// What clients see of a broken property; empty where they see nothing yet.
std::string_view for_clients(std::string_view property) {
  if (property == "Durability" || property == "Refines") return "AC-2 lost";
  return property == "NoPanic" || property == "TornOrCorrupt" ? "AC-5 not opened" : "";
}

void check_wrong(const Counterpart& counterpart, const Script& script, bool direct) {
  const Replayed wrong = replay(script, &counterpart, direct);
  const Otherwise* const other = otherwise(counterpart.mutant, script.property);
  BOOST_TEST_CONTEXT(counterpart.mutant << ", " << script.property << ", direct " << direct) {
    BOOST_TEST(wrong.why == "");
    if (other == nullptr) {
      BOOST_TEST(wrong.ways > 0U);
      BOOST_TEST(wrong.broken);
      BOOST_TEST(wrong.seen_as == for_clients(script.property));
    } else if (other->instead.empty()) {
      BOOST_TEST(wrong.ways == 0U);
    } else {
      BOOST_TEST(!wrong.broken);
      BOOST_TEST((std::ranges::find(wrong.properties, other->instead) != wrong.properties.end()));
      BOOST_TEST(wrong.seen_as == for_clients(other->instead));
    }
  }
}

BOOST_AUTO_TEST_SUITE(scripts)

BOOST_AUTO_TEST_CASE(a_wrong_store_fails_as_its_mutant_does_and_the_right_one_holds) {
  std::size_t scripts = 0;
  std::set<std::string_view> exceptions;
  for (const Counterpart& counterpart : counterparts()) {
    const std::vector<std::string> texts = scripts_of(counterpart.mutant);
    BOOST_TEST(!texts.empty());
    for (const std::string& text : texts) {
      const Script script = script_of(text);
      ++scripts;
      if (const Otherwise* const one = otherwise(counterpart.mutant, script.property)) {
        exceptions.insert(one->property);
      }
      for (const bool direct : {true, false}) {
        check_wrong(counterpart, script, direct);
        const Replayed right = replay(script, nullptr, direct);
        BOOST_TEST(right.held, counterpart.mutant << ", " << script.property << right.why);
      }
    }
  }
  BOOST_TEST(scripts == 27U);
  BOOST_TEST(exceptions.size() == kOtherwise.size());
}

BOOST_AUTO_TEST_CASE(another_fault_does_not_fail_so) {
  const Script script = script_of(scripts_of("commit: without SyncWal").front());
  BOOST_TEST(script.property == "Durability");
  const Counterpart other{"commit: without SyncWal", "", "no-drop"};
  BOOST_TEST(!replay(script, &other, true).broken);
}

/// Counterexamples are replayed on some of the wrong stores; refinement judges all of them.
BOOST_AUTO_TEST_CASE(a_wrong_store_has_a_counterpart_or_a_reason) {
  std::set<std::string_view> with;
  for (const Counterpart& counterpart : counterparts()) with.insert(counterpart.store);
  for (const Alone& alone : stores_alone()) {
    BOOST_TEST(!alone.reason.empty());
    BOOST_TEST(with.insert(alone.store).second, alone.store);
  }
  for (const std::string_view store : with) BOOST_TEST((crash::find_mutant(store) != nullptr));
  BOOST_TEST(with.size() == 15U);
}

BOOST_AUTO_TEST_CASE(plumb_check_writes_the_script) {
  const test::TempFolder folder;
  const std::string file = folder.path() + "/script.jsonl";
  const test::Finished done = test::run_process(
      {PLUMBLINE_PLUMB_CHECK, "--variant", "golden, sync", "--mutant", "commit: without SyncWal",
       "--property", "Durability", "--quiet", "--trace", file});
  BOOST_TEST(done.status == 0);
  const Script script = script_of(test::read_file(file));
  BOOST_TEST(script.variant == "golden, sync; commit: without SyncWal");
  const Replayed replayed = replay(script, &counterparts().front(), true);
  BOOST_TEST(replayed.broken);
  BOOST_TEST(replayed.seen_as == "AC-2 lost");
}

BOOST_AUTO_TEST_CASE(what_is_no_script_is_refused) {
  const std::string text = scripts_of("commit: without SyncWal").front();
  for (const std::string& wrong :
       {std::string(), std::string("{}\n"), text.substr(0, text.rfind("{\"end\"")),
        text.substr(text.find('\n') + 1), text + "{\"end\":1}\n", std::string("no JSON\n")}) {
    BOOST_CHECK_THROW(static_cast<void>(script_of(wrong)), std::invalid_argument);
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace plumb::refine
