// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// The oracle; see judge.hpp.
#include "audit/judge.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/contract.hpp"

namespace plumb::audit {
namespace {

std::string naive_root(const Contents& contents) {
  const std::string root = test::oracle::root(test::oracle::entries_of(contents));
  return to_hex(view(root));
}

/// How two contents differ, for people: the first key that does.
std::string difference(const Contents& seen, const Contents& expected) {
  for (const auto& [key, value] : expected) {
    const auto found = seen.find(key);
    if (found == seen.end()) return fmt::format("key {} is missing", to_hex(view(key)));
    if (found->second != value) return fmt::format("key {} has another value", to_hex(view(key)));
  }
  for (const auto& [key, value] : seen) {
    if (!expected.contains(key)) return fmt::format("key {} should be absent", to_hex(view(key)));
  }
  return "no difference";
}

bool same_member(const Json& a, const Json& b, const char* member) {
  return a.contains(member) && b.contains(member) && a[member] == b[member];
}

}  // namespace

void judge_state(const Observation& seen, const Expected& expected) {
  require(seen.contents == expected.contents, "AC-1",
          fmt::format("at seq {} the content is not the model's: {}", seen.seq,
                      difference(seen.contents, expected.contents)));
  const std::string root = string_at(seen.state, "root");
  require(root == expected.root, "AC-4",
          fmt::format("at seq {} the root is {}, the model's {}", seen.seq, root, expected.root));
  require(root == naive_root(seen.contents), "AC-4",
          fmt::format("at seq {} the root {} is not the root of the dump", seen.seq, root));
  require(number_at(seen.state, "count") == seen.contents.size(), "AC-4",
          fmt::format("at seq {} the count is not the number of keys dumped", seen.seq));
  for (const char* member : {"seq", "root", "count", "durable"}) {
    require(same_member(seen.state, seen.verdict, member), "AC-12",
            fmt::format("dump and verify disagree on {}", member));
  }
}

void judge_content(const Observation& seen, const Model& model, std::uint64_t promised) {
  Expects(promised >= model.settled());
  require(seen.seq >= promised, "AC-2",
          fmt::format("transaction {} was promised, the store holds {}", promised, seen.seq));
  require(seen.seq <= model.sent(), "AC-1",
          fmt::format("the store is at seq {}, though {} transactions were sent", seen.seq,
                      model.sent()));
  judge_state(seen, {model.contents(seen.seq), to_hex(model.root(seen.seq))});
}

Acknowledged judge_receipts(const std::vector<std::string>& receipts,
                            const std::vector<SentLine>& sent, const Model& model) {
  require(receipts.size() <= sent.size(), "AC-2", "more receipts than transactions");
  Acknowledged all;
  for (std::size_t i = 0; i < receipts.size(); ++i) {
    const Json receipt = parse_line(receipts[i]);
    const SentLine& line = sent[i];
    const std::string about =
        fmt::format("receipt {}, of transaction {}: {}", i, line.seq, receipts[i]);
    require(number_at(receipt, "seq") == line.seq, line.repeat ? "AC-14" : "AC-12", about);
    require(string_at(receipt, "root") == to_hex(model.root(line.seq)),
            line.repeat ? "AC-14" : "AC-4", about);
    require(bytes_of(receipt.value("id", Json(""))) == model.transaction(line.seq).id, "AC-14",
            about);
    require(receipt.value("durable", Json()) == Json(true), "AC-2", about);
    if (line.repeat) {
      ++all.repeats;
    } else {
      ++all.fresh;
      all.highest = line.seq;
    }
  }
  return all;
}

void judge_leftovers(const Files& files, std::uint64_t segment_bytes) {
  std::size_t checkpoints = 0;
  for (const auto& [name, bytes] : files) {
    const bool segment = name.starts_with("log-");
    const bool checkpoint = name.starts_with("checkpoint-");
    const bool known = segment || checkpoint || name == "LOCK" || name == "audit.log";
    require(known, "AC-10", fmt::format("{} is left over", name));
    require(!segment || bytes.size() == segment_bytes, "AC-10",
            fmt::format("{} is half-made: {} bytes", name, bytes.size()));
    checkpoints += checkpoint ? 1 : 0;
  }
  require(checkpoints == 1, "AC-10", fmt::format("{} checkpoints are left", checkpoints));
}

void judge_audit(const std::vector<AuditLine>& before, const std::vector<AuditLine>& after) {
  require(
      after.size() >= before.size(), "AC-11",
      fmt::format("the audit log had {} lines that chain and has {}", before.size(), after.size()));
  const bool prefix =
      std::equal(before.begin(), before.end(), after.begin(),
                 [](const AuditLine& a, const AuditLine& b) { return a.bytes == b.bytes; });
  require(prefix, "AC-11", "an earlier line of the audit log has changed");
  for (std::size_t i = 0; i < after.size(); ++i) {
    if (after[i].event != "end") continue;
    const bool follows =
        i > 0 && after[i - 1].event != "end" && after[i - 1].number == after[i].number;
    require(follows, "AC-11", fmt::format("line {} ends an opening that did not begin", i));
  }
}

void judge_finished_opening(const std::vector<AuditLine>& before,
                            const std::vector<AuditLine>& after) {
  require(after.size() > before.size() && !is_unfinished(after), "AC-11",
          "an opening has finished and left no end line");
}

void judge_report(const Json& report, const Observation& before, const Observation& after) {
  for (const char* member : {"seq", "root", "count", "records", "transactions", "discarded", "tail",
                             "checkpoint", "invalid_checkpoints"}) {
    require(same_member(report, before.verdict, member), "AC-12",
            fmt::format("the recovery reports another {} than a reader saw before it", member));
  }
  for (const char* member : {"seq", "root", "count"}) {
    require(same_member(report, after.verdict, member), "AC-12",
            fmt::format("the recovery reports another {} than it leaves", member));
  }
  const Json checkpoint = report.value("checkpoint", Json::object());
  require(number_at(report, "records") == number_at(report, "seq") - number_at(checkpoint, "seq"),
          "AC-6", "not each record behind the checkpoint was redone once");
  require(report.value("durable", Json()) == Json(true), "AC-12",
          "a finished recovery has made durable what it shows, and does not say so");
  require(before.contents == after.contents, "AC-5", "the recovery has changed the content");
}

}  // namespace plumb::audit
