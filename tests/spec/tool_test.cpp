// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// plumb-check: names, bounds, pins and exports as a library, then exit statuses as a program.
// Spec:          EV-1, EV-2, EV-4; impl/cli/README.md (command-line contract).
#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

#include "support/process.hpp"
#include "support/skip.hpp"
#include "support/temp_folder.hpp"
#include "tool/export.hpp"
#include "tool/manifest.hpp"
#include "tool/matrix.hpp"
#include "tool/report.hpp"
#include "tool/subject.hpp"

namespace plumb::test {
namespace {

namespace tool = spec::tool;
using Json = nlohmann::ordered_json;

bool contains(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

template <class F>
std::string refusal(F&& f) {
  try {
    f();
  } catch (const spec::Refused& refused) {
    return refused.what();
  }
  return "not refused";
}

tool::Outcome classic_outcome() {
  tool::Subject subject = tool::find_subject("classic");
  tool::set_bound(subject, "transactions", 1);
  return tool::examine(subject, {});
}

Finished check(std::vector<std::string> words) {
  words.insert(words.begin(), PLUMBLINE_PLUMB_CHECK);
  return run_process(words);
}

BOOST_AUTO_TEST_SUITE(tool_names)

BOOST_AUTO_TEST_CASE(a_first_part_stands_for_the_first_row) {
  BOOST_TEST(tool::find_subject("classic").name == "classic, full");
  BOOST_TEST(tool::find_subject("golden").name == "golden, sync");
  BOOST_TEST(tool::find_subject("meter").name == "meter: golden");
  BOOST_TEST(tool::find_subject("golden, relaxed(2)").name == "golden, relaxed(2)");
  for (const std::string& name : tool::variant_names()) {
    BOOST_TEST(tool::find_subject(name).name == name);
  }
}

BOOST_AUTO_TEST_CASE(what_is_not_there_is_refused_with_what_is) {
  BOOST_TEST(contains(refusal([] { (void)tool::find_subject("relaxed"); }), "golden, relaxed(1)"));
  BOOST_TEST(contains(refusal([] { (void)tool::find_subject(""); }), "--list"));
  BOOST_TEST(contains(refusal([] { (void)tool::find_subject("clas"); }), "near"));
  tool::Subject subject = tool::find_subject("classic");
  const auto set = [&](std::string_view name, std::uint64_t value) {
    return refusal([&] { tool::set_bound(subject, name, value); });
  };
  BOOST_TEST(contains(set("transactions", 0), "1 to 6"));
  BOOST_TEST(contains(set("transactions", std::uint64_t{1} << 40U), "1 to 6"));
  BOOST_TEST(contains(set("rots", 1), "it has: transactions, crashes"));
  BOOST_TEST(set("crashes", 0) == "not refused");
  tool::Subject golden = tool::find_subject("golden");
  tool::set_bound(golden, "transactions", 6);  // more than that model has room for
  BOOST_TEST(contains(refusal([&] { (void)tool::examine(golden, {}); }), "at most 5"));
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(tool_pins)

BOOST_AUTO_TEST_CASE(the_manifest_names_every_row_of_every_table) {
  BOOST_TEST(tool::refuse_manifest(tool::manifest_text()) == "");
  Json less = Json::parse(tool::manifest_text());
  less["table"] = "0";
  less["models"].erase(0);
  std::size_t left = 0;
  const std::string name = Json::parse(tool::manifest_text())["models"][0]["variant"];
  for (std::size_t i = less["models"].size(); i > 0; --i) {
    if (less["models"][i - 1]["variant"] == name) less["models"].erase(i - 1);
  }
  left = less["models"].size();
  BOOST_TEST(left > 0);
  const std::string why = tool::refuse_manifest(less.dump());
  BOOST_TEST(contains(why, name));
  BOOST_TEST(contains(why, "hash"));
}

BOOST_AUTO_TEST_CASE(a_manifest_is_read_as_it_is_written) {
  const auto models = tool::read_manifest(tool::manifest_text());
  BOOST_TEST(tool::write_manifest(models) == tool::manifest_text());
}

BOOST_AUTO_TEST_CASE(every_number_that_differs_is_told) {
  const tool::Pinned found = tool::pinned_of(classic_outcome());
  BOOST_TEST(tool::differences(found, found) == "");
  BOOST_TEST(found.violated.size() == 1U);
  const auto told = [&](auto&& change) {
    tool::Pinned other = found;
    change(other);
    return tool::differences(other, found);
  };
  BOOST_TEST(contains(told([](auto& p) { ++p.distinct; }), "distinct"));
  BOOST_TEST(contains(told([](auto& p) { ++p.depth; }), "depth"));
  BOOST_TEST(contains(told([](auto& p) { p.digest += '0'; }), "digest"));
  BOOST_TEST(contains(told([](auto& p) { ++p.violated[0].second; }), "NoPanic in 8 steps"));
  BOOST_TEST(contains(told([](auto& p) { p.violated.clear(); }), "nothing"));
  BOOST_TEST(contains(told([](auto& p) { p.unreached.emplace_back("X"); }), "seen to happen"));
  BOOST_TEST(contains(told([](auto& p) { p.never_fires.emplace_back("X"); }), "never fire"));
}

BOOST_AUTO_TEST_CASE(a_file_that_is_no_manifest_is_refused) {
  for (const char* text : {"", "{", "{}", "[]", R"({"models":[]})", R"({"models":[1]})",
                           R"({"models":[{"variant":"x","set":"default","bounds":{}}]})",
                           R"({"models":[{"variant":"classic","set":"default","bounds":{"q":1}}]})",
                           R"({"models":[{"variant":"classic","set":3,"bounds":{}}]})"}) {
    BOOST_TEST(refusal([&] { (void)tool::read_manifest(text); }) != "not refused", text);
  }
}

BOOST_AUTO_TEST_CASE(an_empty_matrix_is_not_as_pinned) { BOOST_TEST(!tool::Matrix{}.as_pinned()); }

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(tool_exports)

BOOST_AUTO_TEST_CASE(a_trace_is_the_same_in_every_form) {
  const tool::Outcome outcome = classic_outcome();
  const tool::Judged* const judged = outcome.find("NoPanic");
  BOOST_TEST_REQUIRE(judged != nullptr);
  BOOST_TEST_REQUIRE(judged->story.has_value());
  const std::vector<std::string> actions{"AppendPrepare", "SyncWal",  "WriteTemp", "SyncTemp",
                                         "Rename",        "PowerCut", "Refuse"};
  BOOST_TEST(judged->story->length() == actions.size());

  const std::string text = tool::to_text(outcome, *judged);
  const Json itf = Json::parse(tool::to_itf(outcome, *judged));
  const std::string tla = tool::to_tla(outcome, *judged, "Trace");
  const std::string dot = tool::to_dot(outcome, *judged);
  BOOST_TEST(itf["states"].size() == actions.size() + 1);
  BOOST_TEST(itf["states"][0]["action"] == "Init");
  for (std::size_t i = 0; i < actions.size(); ++i) {
    BOOST_TEST(contains(text, "   " + std::to_string(i + 1) + "  " + actions[i]));
    BOOST_TEST(itf["states"][i + 1]["action"] == actions[i]);
    BOOST_TEST(contains(tla, "action |-> \"" + actions[i] + "\""));
    BOOST_TEST(contains(dot, std::to_string(i + 1) + ". " + actions[i]));
  }
  for (const Json& name : itf["vars"]) {
    for (const Json& state : itf["states"]) BOOST_TEST(state.contains(name.get<std::string>()));
  }
  BOOST_TEST(contains(text, "state file    {1} -> none  | {1} | {} | none -> none"));
}

BOOST_AUTO_TEST_CASE(a_script_names_the_survivor_of_each_pending_item) {
  tool::Subject subject = tool::find_subject("golden");
  tool::set_bound(subject, "transactions", 2);
  spec::Options options;
  options.properties = {"TornTailIsRead"};
  const tool::Outcome outcome = tool::examine(subject, options);
  const tool::Judged* const torn = outcome.find("TornTailIsRead");
  BOOST_TEST_REQUIRE((torn != nullptr && torn->story.has_value()));
  const std::string script = tool::to_script(outcome, *torn);
  bool cut = false;
  std::size_t lines = 0;
  for (std::size_t at = 0; at < script.size(); at = script.find('\n', at) + 1) {
    const Json line = Json::parse(script.substr(at, script.find('\n', at) - at));
    ++lines;
    if (line.value("action", "") != "PowerCut") continue;
    BOOST_TEST_REQUIRE(line.contains("survives"));
    for (const auto& [item, survivor] : line["survives"].items()) {
      cut = cut || (contains(item, "block") && survivor == "unreadable");
    }
  }
  BOOST_TEST(cut);
  BOOST_TEST(lines == torn->story->steps.size() + 1);
}

BOOST_AUTO_TEST_CASE(a_lasso_says_where_it_begins) {
  const tool::Outcome outcome = tool::examine(tool::find_subject("meter: without Escalate"), {});
  const tool::Judged* const judged = outcome.find("Terminates");
  BOOST_TEST_REQUIRE((judged != nullptr && judged->story && judged->story->loop));
  BOOST_TEST(contains(tool::to_text(outcome, *judged), "for ever"));
  BOOST_TEST(contains(tool::to_dot(outcome, *judged), "for ever"));
  BOOST_TEST(contains(tool::to_tla(outcome, *judged, "M"), "at = Len(Trace)"));
  BOOST_TEST(Json::parse(tool::to_itf(outcome, *judged)).contains("loop"));
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(tool_program)

BOOST_AUTO_TEST_CASE(statuses_follow_the_contract) {
  const auto status = [](const std::vector<std::string>& words) { return check(words).status; };
  BOOST_TEST(status({"--help"}) == 0);
  BOOST_TEST(status({"--variant", "golden", "--commits", "1"}) == 0);
  BOOST_TEST(status({"--variant", "meter: without Decay"}) == 1);
  BOOST_TEST(status({"--variant", "classic", "--commits", "1"}) == 1);
  BOOST_TEST(status({"--variant", "no such row"}) == 2);
  BOOST_TEST(status({"--variant", "classic", "--property", "NoSuchProperty"}) == 2);
  BOOST_TEST(status({"--variant", "classic", "--commits", "0"}) == 2);
  BOOST_TEST(status({"--variant", "classic", "--commits", "99"}) == 2);
  BOOST_TEST(status({"--variant", "classic", "--bound", "crashes"}) == 2);
  BOOST_TEST(status({"--variant", "classic", "--bound", "crashes=1x"}) == 2);
  BOOST_TEST(status({"--variant", "classic", "--threads", "0"}) == 2);
  BOOST_TEST(status({"--variant", "classic", "--mutant", "no such mutant"}) == 2);
  BOOST_TEST(status({"--variant", "all", "--commits", "1"}) == 2);
  BOOST_TEST(status({"--no-such-option"}) == 2);
  BOOST_TEST(status({"--variant", "classic", "--max-states", "100", "--property", "Atomicity"}) ==
             4);
  BOOST_TEST(status({"--variant", "classic", "--walks", "5", "--property", "Atomicity"}) == 4);
  BOOST_TEST(status({"--variant", "classic", "--dot", "/no/such/folder/f"}) == 3);
  BOOST_TEST(status({"--variant", "classic", "--trace", "f.unknown"}) == 2);
  BOOST_TEST(status({"--manifest", "/no/such/file"}) == 3);
}

BOOST_AUTO_TEST_CASE(man_page_knows_every_option) {
  const std::string file = std::string(PLUMBLINE_SOURCE_DIR) + "/spec/tool/plumb-check.1";
  const std::string page = read_file(file);
  const std::string help = check({"--help"}).out;
  std::size_t options = 0;
  for (std::size_t at = help.find("  --"); at != std::string::npos;
       at = help.find("  --", at + 1)) {
    const std::string option = help.substr(at + 4, help.find_first_of(" ,\n", at + 4) - at - 4);
    BOOST_TEST(contains(page, "Fl -" + option), option);
    ++options;
  }
  BOOST_TEST(options > 25U);
  if (run_process({"sh", "-c", "command -v mandoc"}).status != 0) {
    return say_skipped("man_page", "mandoc is not installed");
  }
  BOOST_TEST(run_process({"mandoc", "-T", "lint", "-W", "warning", file}).out == "");
}

BOOST_AUTO_TEST_CASE(a_mutant_that_is_caught_is_0_and_a_harmless_one_is_not) {
  BOOST_TEST(check({"--variant", "classic", "--mutant", "commit: without WriteTemp"}).status == 0);
  BOOST_TEST(check({"--variant", "classic", "--mutant", "commit: without Rename"}).status == 1);
  const Finished all = check({"--variant", "classic", "--mutant", "all"});
  BOOST_TEST(all.status == 0);
  BOOST_TEST(contains(all.out, "harmless: "));
  BOOST_TEST(!contains(all.out, "LIVES"));
}

BOOST_AUTO_TEST_CASE(a_pin_that_differs_is_1) {
  const TempFolder folder;
  const std::string one = R"({"variant":"classic, full","set":"default","bounds":{)"
                          R"("transactions":1,"crashes":1,"kill":1,"split_rename":1}})";
  write_file(folder.file("a.json"), R"({"table":"0","models":[)" + one + "]}");
  const Finished first =
      check({"--manifest", folder.file("a.json"), "--pin", folder.file("b.json")});
  BOOST_TEST(first.status == 1);
  BOOST_TEST(contains(first.out, "nothing is pinned"));
  Json pinned = Json::parse(read_file(folder.file("b.json")));
  pinned["models"][0]["distinct"] = 1;
  write_file(folder.file("c.json"), pinned.dump());
  const Finished second = check({"--manifest", folder.file("c.json")});
  BOOST_TEST(second.status == 1);
  BOOST_TEST(contains(second.out, "distinct states: pinned 1, found "));
  BOOST_TEST(contains(second.err, "has no pinned model"));
}

BOOST_AUTO_TEST_CASE(threads_change_nothing) {
  const auto out = [](const char* threads) {
    return check({"--variant", "batched WAL, no replay", "--threads", threads, "--json"}).out;
  };
  Json one = Json::parse(out("1"));
  Json three = Json::parse(out("3"));
  one.erase("peak_bytes");
  three.erase("peak_bytes");
  BOOST_TEST((one == three));
  BOOST_TEST(one["distinct"] == 104787);
}

BOOST_AUTO_TEST_CASE(a_walk_is_found_again_by_its_number) {
  const Json first = Json::parse(check({"--variant", "ack before flush", "--walks", "2000",
                                        "--seed", "7", "--property", "Durability", "--json"})
                                     .out);
  const Json& found = first["properties"][0];
  BOOST_TEST_REQUIRE(found["verdict"] == "violated");
  const std::string replay = found["replay"];  // "seed 7, walk N, length L"
  const std::size_t at = replay.find("walk ") + 5;
  const std::string number = replay.substr(at, replay.find(',', at) - at);
  const Json again =
      Json::parse(check({"--variant", "ack before flush", "--walks", "1", "--seed", "7",
                         "--first-walk", number, "--property", "Durability", "--json"})
                      .out);
  BOOST_TEST((again["properties"][0]["trace"] == found["trace"]));
}

BOOST_AUTO_TEST_CASE(a_search_goes_on_where_it_stopped) {
  const TempFolder folder;
  const std::vector<std::string> words{"--variant", "classic", "--json", "--checkpoint",
                                       folder.file("at")};
  const auto with = [&](std::vector<std::string> more) {
    more.insert(more.begin(), words.begin(), words.end());
    return check(more);
  };
  const Json whole = Json::parse(check({"--variant", "classic", "--json"}).out);
  BOOST_TEST(with({"--max-states", "500"}).status == 1);  // violated before that already
  const Json rest = Json::parse(with({"--resume"}).out);
  BOOST_TEST(rest["distinct"] == whole["distinct"]);
  BOOST_TEST(rest["digest"] == whole["digest"]);
  BOOST_TEST((rest["properties"] == whole["properties"]));
  BOOST_TEST(with({"--resume", "--commits", "2"}).status == 2);  // another model's file
}

BOOST_AUTO_TEST_CASE(a_graph_is_written_as_states_and_steps) {
  const TempFolder folder;
  BOOST_TEST(check({"--variant", "meter: wall only", "--graph", folder.file("g")}).status == 0);
  const std::string graph = read_file(folder.file("g"));
  std::size_t states = 0;
  for (std::size_t at = graph.find("state "); at != std::string::npos;
       at = graph.find("\nstate ", at + 1)) {
    ++states;
  }
  BOOST_TEST(states == 444U);
  BOOST_TEST(contains(graph, "\nstep 0 Start 0 "));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace plumb::test
