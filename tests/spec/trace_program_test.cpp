// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// `plumb trace` as users run it: exit status, text and JSON of each kind of answer, and what is
// said where there is none.
// Spec:          impl/cli/README.md (command-line contract); spec/trace/README.md.
#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "support/process.hpp"
#include "support/temp_folder.hpp"

namespace plumb::test {
namespace {

using Json = nlohmann::ordered_json;

std::string corpus(const std::string& name) {
  return std::string(PLUMBLINE_SOURCE_DIR) + "/tests/traces/" + name + ".jsonl";
}

Finished run(std::vector<std::string> words, std::string_view input = {},
             const ProcessOptions& options = {}) {
  words.insert(words.begin(), {PLUMBLINE_PLUMB, "trace"});
  return run_process(words, input, options);
}

std::string members_of(const Json& object) {
  std::string names;
  for (const auto& [name, value] : object.items()) names += (names.empty() ? "" : ",") + name;
  return names;
}

/// The only line of standard output.
Json answer(const Finished& done, int status) {
  BOOST_TEST(done.status == status, done.text());
  BOOST_TEST(done.err.empty(), done.text());
  BOOST_TEST(done.out.find('\n') == done.out.size() - 1, done.text());
  Json json = Json::parse(done.out);
  BOOST_TEST(members_of(json) ==
             "file,variant,verdict,events,possible,violated,broken,refusal,reason,line,stats");
  return json;
}

/// The inside of the only line of standard error.
Json error(const Finished& done, int status, const std::string& code) {
  BOOST_TEST(done.status == status, done.text());
  BOOST_TEST(done.out.empty(), done.text());
  const Json json = Json::parse(done.err);
  BOOST_TEST(members_of(json) == "error");
  BOOST_TEST(members_of(json["error"]) == "code,file,line,reason,message");
  BOOST_TEST(json["error"]["code"] == code);
  return json["error"];
}

BOOST_AUTO_TEST_SUITE(trace_program)

BOOST_AUTO_TEST_CASE(an_accepted_trace_ends_with_0) {
  const std::string file = corpus("accept/golden-sync-power-cut-not-seen");
  const Finished text = run({file});
  BOOST_TEST(text.status == 0, text.text());
  BOOST_TEST(text.out == file + ": accepted: 36 events of golden, sync, 1 state possible\n");
  BOOST_TEST(text.err.empty());
  const Finished stats = run({file, "--stats"});
  BOOST_TEST(stats.out == text.out + "  36 events, 3 states possible at once, 121 steps tried\n");
  const Json json = answer(run({"--json", file}), 0);
  BOOST_TEST(json["file"] == file);
  BOOST_TEST(json["variant"] == "golden, sync");
  BOOST_TEST(json["verdict"] == "accepted");
  BOOST_TEST(json["events"] == 36);
  BOOST_TEST(json["possible"] == 1);
  BOOST_TEST(json["violated"] == false);
  BOOST_TEST(json["broken"].empty());
  BOOST_TEST(json["refusal"].is_null());
  BOOST_TEST(json["reason"].is_null());
  BOOST_TEST(json["line"] == 38);
  BOOST_TEST(json["stats"]["largest"] == 3);
  BOOST_TEST(json["stats"]["steps"] == 121);
}

BOOST_AUTO_TEST_CASE(a_refused_trace_ends_with_1_and_names_line_guard_and_field) {
  const std::string file = corpus("reject/ack-before-sync");
  const Finished text = run({file});
  BOOST_TEST(text.status == 1, text.text());
  BOOST_TEST(text.out.find(file + ":20: refused: event 19, Ack, is no step of golden, sync; "
                                  "1 state was possible\n") == 0U,
             text.out);
  BOOST_TEST(text.err.empty());
  const Json guard = answer(run({"--json", file}), 1);
  BOOST_TEST(guard["verdict"] == "refused");
  BOOST_TEST(members_of(guard["refusal"]) ==
             "line,seq,action,possible,never,places,complete,candidates");
  BOOST_TEST(guard["refusal"]["line"] == 20);
  BOOST_TEST(guard["refusal"]["seq"] == 19);
  BOOST_TEST(guard["refusal"]["action"] == "Ack");
  BOOST_TEST(guard["refusal"]["possible"] == 1);
  BOOST_TEST(guard["refusal"]["places"].size() == 1U);
  BOOST_TEST(guard["refusal"]["candidates"][0]["action"] == "SyncWal");
  const Json field = answer(run({"--json", corpus("reject/recovery-shows-too-little")}), 1);
  const Json nearest = field["refusal"]["candidates"][0];
  BOOST_TEST(members_of(nearest) == "action,steps,differences");
  BOOST_TEST(nearest["action"] == "Open");
  BOOST_TEST(nearest["differences"][0] ==
             Json({{"field", "content"}, {"durable", false}, {"expected", "{1}"}, {"seen", "{}"}}));
}

BOOST_AUTO_TEST_CASE(a_behaviour_that_breaks_a_property_ends_with_1) {
  const Json json = answer(run({corpus("reject/mutant-drops-too-early"), "--json"}), 1);
  BOOST_TEST(json["verdict"] == "violated");
  BOOST_TEST(json["violated"] == true);
  BOOST_TEST(json["refusal"].is_null());
  const Json broken = json["broken"][0];
  BOOST_TEST(members_of(broken) == "property,requirement,histories,event,line,states");
  BOOST_TEST(broken["property"] == "CheckpointCovers");
  BOOST_TEST(broken["requirement"] == "AC-16");
  BOOST_TEST(broken["histories"] == "every");
  BOOST_TEST(broken["line"] == 25);
  BOOST_TEST(json["line"] == 25);
}

BOOST_AUTO_TEST_CASE(a_bound_that_is_reached_ends_with_4) {
  const std::string file = corpus("accept/golden-sync-power-cut-not-seen");
  const Json json = answer(run({"--json", "--max-states", "2", file}), 4);
  BOOST_TEST(json["verdict"] == "not decided");
  BOOST_TEST(json["reason"] == "more than 2 states are possible (--max-states)");
  BOOST_TEST(json["line"] == 20);
  BOOST_TEST(run({"--max-states", "3", file}).status == 0);
  const Finished steps = run({"--max-steps", "120", file});
  BOOST_TEST(steps.status == 4, steps.text());
  BOOST_TEST(steps.out ==
             file + ":37: not decided: more than 120 steps were tried (--max-steps)\n");
  BOOST_TEST(run({"--max-steps", "121", file}).status == 0);
  error(run({"--json", corpus("reject/newer-version")}), 4, "newer_version");
}

BOOST_AUTO_TEST_CASE(a_malformed_trace_ends_with_2_and_names_its_line) {
  const std::string file = corpus("reject/gap-in-seq");
  const Finished text = run({file});
  BOOST_TEST(text.status == 2);
  BOOST_TEST(text.out.empty());
  BOOST_TEST(text.err ==
             "plumb trace: " + file +
                 ":6: seq is 6 where 5 is due: lines are lost, or not in their order\n");
  BOOST_TEST(error(run({"--json", file}), 2, "malformed")["line"] == 6);
  BOOST_TEST(error(run({"--json", corpus("reject/empty")}), 2, "malformed")["line"] == 1);
}

BOOST_AUTO_TEST_CASE(a_trace_comes_from_standard_input_too) {
  const Json json = answer(run({"--json", "-"}, read_file(corpus("accept/golden-sync-commit"))), 0);
  BOOST_TEST(json["file"] == "-");
  BOOST_TEST(error(run({"--json", "-"}), 2, "malformed")["reason"] == "the trace is empty");
}

BOOST_AUTO_TEST_CASE(what_the_environment_refuses_ends_with_3) {
  const TempFolder folder;
  BOOST_TEST(error(run({"--json", folder.path()}), 3, "io")["reason"] == "read: Is a directory");
  BOOST_TEST(error(run({"--json", folder.file("none")}), 3, "io")["reason"] ==
             "open: No such file or directory");
  BOOST_TEST(error(run({"--json", folder.file("none\xFF")}), 3, "io")["line"].is_null());
  ProcessOptions no_space;
  no_space.out_file = "/dev/full";
  const Finished full = run({corpus("accept/golden-sync-commit")}, {}, no_space);
  BOOST_TEST(full.status == 3, full.text());
  BOOST_TEST(full.err.find("standard output cannot be written") != std::string::npos);
  ProcessOptions closed;
  closed.close_out = true;
  BOOST_TEST(run({corpus("accept/golden-sync-commit")}, {}, closed).status == 3);
}

BOOST_AUTO_TEST_CASE(a_line_without_an_end_is_given_up) {
  const Finished done = run({"/dev/zero"});
  BOOST_TEST(done.status == 2, done.text());
  BOOST_TEST(done.err == "plumb trace: /dev/zero:1: the line is longer than 1 MiB\n");
}

BOOST_AUTO_TEST_CASE(wrong_usage_ends_with_2_and_help_with_0) {
  BOOST_TEST(error(run({"--json"}), 2, "usage")["file"].is_null());
  error(run({"--json", "--nonsense", "f"}), 2, "usage");
  error(run({"--json", "f", "g"}), 2, "usage");
  error(run({"--json", "--max-states", "0", "f"}), 2, "usage");
  error(run({"--json", "--max-states", "-1", "f"}), 2, "usage");
  const Finished help = run({"--help"});
  BOOST_TEST(help.status == 0);
  for (const char* const option : {"--json", "--quiet", "--stats", "--max-states", "--max-steps"}) {
    BOOST_TEST(help.out.find(option) != std::string::npos, option);
  }
  BOOST_TEST(help.out.find("Usage: plumb trace [OPTIONS] FILE") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(messages_carry_no_control_characters) {
  const Finished done = run({corpus("reject/terminal-escape")});
  BOOST_TEST(done.err.find('\x1B') == std::string::npos);
  const TempFolder folder;
  const Finished name = run({folder.file("a\x1B[31m\n")});
  BOOST_TEST(name.status == 3);
  BOOST_TEST(name.err.find('\x1B') == std::string::npos);
  BOOST_TEST(name.err.find('\n') == name.err.size() - 1);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace plumb::test
