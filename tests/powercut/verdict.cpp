// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// Judging what is left; see verdict.hpp.
#include "powercut/verdict.hpp"

#include <fmt/format.h>

namespace plumb::powercut {

using audit::require;

audit::Observation judge_left(const audit::Plumb& plumb, const std::string& folder,
                              const Promise& promise) {
  audit::Observation seen = audit::observe(plumb, folder);
  audit::judge_content(seen, promise.model, promise.at_least);
  audit::judge_audit(promise.audit, seen.audit);
  const test::Finished chain = plumb.run({"audit-log", folder, "--verify", "--json"});
  require(chain.status == 0, "AC-11", "plumb audit-log --verify: " + chain.text());
  return seen;
}

void judge_further_commit(const audit::Plumb& plumb, const audit::Observation& left,
                          const Transaction& next) {
  const test::Finished done =
      plumb.run({"commit", left.folder, "--from", "-", "--json"}, audit::to_json_line(next));
  require(done.status == 0, "AC-5", "a further commit fails: " + done.text());
  audit::Contents expected = left.contents;
  for (const Change& change : next.changes) {
    if (change.value) {
      expected[change.key] = *change.value;
    } else {
      expected.erase(change.key);
    }
  }
  const audit::Observation after = audit::observe(plumb, left.folder);
  require(after.seq == left.seq + 1, "AC-6",
          fmt::format("a further commit leads from seq {} to {}", left.seq, after.seq));
  const std::string root = to_hex(view(test::oracle::root(test::oracle::entries_of(expected))));
  audit::judge_state(after, {expected, root});
  audit::judge_audit(left.audit, after.audit);
  audit::judge_finished_opening(left.audit, after.audit);
  audit::judge_leftovers(after.files, kSegmentBytes);
}

void judge_first_start(const audit::Plumb& plumb, const std::string& folder) {
  const test::Finished done = plumb.run(init_words(folder));
  const bool there_already = done.status == 2;  // invalid: it is a store
  require(done.status == 0 || there_already, "AC-5", "init after a cut in init: " + done.text());
  if (there_already) {  // what the cut left in its close goes with the next opening
    const test::Finished opened = plumb.run({"recover", folder, "--json"});
    require(opened.status == 0, "AC-5", "plumb recover: " + opened.text());
  }
  const audit::Observation seen = audit::observe(plumb, folder);
  const audit::Model nothing;
  audit::judge_content(seen, nothing, 0);
  audit::judge_leftovers(seen.files, kSegmentBytes);
}

}  // namespace plumb::powercut
