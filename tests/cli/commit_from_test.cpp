// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// commit --from: transactions line by line, receipts as they become durable, threads, and what is
// no transaction, with the number of its line.
// Spec:          impl/cli/README.md (command-line contract). AC-2, AC-9, AC-14.
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <set>

#include "cli/plumb_cli.hpp"

namespace plumb::test {
namespace {

/// A line that must be refused as the second of three: the first stays, the third is not tried.
void require_malformed(const std::string& line) {
  BOOST_TEST_CONTEXT("line: " << line.substr(0, 200)) {
    const TestStore store;
    const Finished done =
        store.run("commit", {"--from", "-"},
                  "{\"set\":{\"a\":\"1\"}}\n" + line + "\n{\"set\":{\"b\":\"2\"}}\n");
    BOOST_TEST(done.status == 2, done.text());
    BOOST_TEST(lines_of(done.out).size() == 1U);
    const Json error = Json::parse(done.err)["error"];
    BOOST_TEST(error["code"] == "invalid");
    BOOST_TEST(error["reason"].get<std::string>().starts_with("line 2: "), done.text());
    BOOST_TEST(error["file"] == "standard input");
    const std::vector<std::string> dump = lines_of(store.dump());
    BOOST_REQUIRE_EQUAL(dump.size(), 2U);
    BOOST_TEST(dump[0] == R"({"key":"a","value":"1"})");
  }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(commit_from)

BOOST_AUTO_TEST_CASE(one_transaction_a_line) {
  const TestStore store;
  const Finished done = store.run("commit", {"--from", "-"},
                                  R"({"id":"t1","set":{"k":"v","l":"1"},"delete":["m"]})"
                                  "\n"
                                  R"({"delete":["k"],"set":{"n":"é\u0000"}})"
                                  "\r\n"
                                  R"( { "id" : {"hex":"ff"} } )"
                                  "\n"
                                  R"({"set":[[{"hex":"00fF"},"x"],["p",{"hex":""}]]})");
  BOOST_REQUIRE_MESSAGE(done.status == 0, done.text());
  const std::vector<std::string> receipts = lines_of(done.out);
  BOOST_REQUIRE_EQUAL(receipts.size(), 4U);
  for (std::size_t i = 0; i < receipts.size(); ++i) {
    const Json receipt = Json::parse(receipts[i]);
    BOOST_TEST(shape_of(receipt) == "seq,id,root,durable");
    BOOST_TEST(receipt["seq"] == i + 1);
    BOOST_TEST(receipt["durable"] == true);
  }
  BOOST_TEST(Json::parse(receipts[0])["id"] == "t1");
  BOOST_TEST(Json::parse(receipts[2])["id"].dump() == R"({"hex":"ff"})");
  const std::vector<std::string> dump = lines_of(store.dump());
  BOOST_REQUIRE_EQUAL(dump.size(), 5U);
  BOOST_TEST(dump[0] == R"({"key":{"hex":"00ff"},"value":"x"})");
  BOOST_TEST(dump[1] == R"({"key":"l","value":"1"})");
  BOOST_TEST(dump[2] == "{\"key\":\"n\",\"value\":\"é\\u0000\"}");
  BOOST_TEST(dump[3] == R"({"key":"p","value":""})");
  BOOST_TEST(dump[4] == R"({"seq":4,"count":4,"root":)" + Json::parse(receipts[3])["root"].dump() +
                            ",\"durable\":true}");
}

BOOST_AUTO_TEST_CASE(from_a_file) {
  const TestStore store;
  const TempFolder folder;
  write_file(folder.file("lines"), "{\"set\":{\"k\":\"v\"}}\n");
  BOOST_TEST(store.run("commit", {"--from", folder.file("lines")}).status == 0);
  BOOST_TEST(store.value("k") == "v");
  write_file(folder.file("empty"), "");
  const Finished nothing = store.run("commit", {"--from", folder.file("empty")});
  BOOST_TEST(nothing.status == 0);
  BOOST_TEST(nothing.out.empty());
  require_error(store.run("commit", {"--from", folder.file("missing")}), 3, "not_found");
  require_error(store.run("commit", {"--from", folder.path()}), 3, "io");
}

// A client that waits for each receipt before it sends the next line gets every one of them.
BOOST_AUTO_TEST_CASE(receipt_comes_before_the_next_line_is_asked_for) {
  const TestStore store;
  for (const Words& threads : {Words{}, Words{"--threads", "3"}}) {
    Words words{"commit", store.dir(), "--from", "-", "--json"};
    words.insert(words.end(), threads.begin(), threads.end());
    Process process(plumb_words(words));
    for (int i = 0; i < 5; ++i) {
      BOOST_REQUIRE(process.send("{\"set\":{\"k\":\"" + std::to_string(i) + "\"}}\n"));
      const auto receipt = process.read_line();
      BOOST_REQUIRE(receipt.has_value());
      BOOST_TEST(Json::parse(*receipt)["durable"] == true);
    }
    BOOST_TEST(process.finish().status == 0);
  }
}

// What had its receipt is there after a kill that nobody could prepare for.
BOOST_AUTO_TEST_CASE(receipt_means_durable_against_a_kill) {
  const TestStore store;
  commit_and_kill(store, {R"({"set":{"a":"1"}})", R"({"set":{"b":"2"}})"});
  BOOST_TEST(store.value("a") == "1");
  BOOST_TEST(store.value("b") == "2");
}

BOOST_AUTO_TEST_CASE(a_line_that_waits_for_its_end_is_no_transaction_yet) {
  const TestStore store;
  Process process(plumb_words({"commit", store.dir(), "--from", "-", "--json"}));
  BOOST_REQUIRE(process.send("{\"set\":{\"k\":\"v\"}}"));
  BOOST_TEST(!process.read_line(std::chrono::milliseconds(300)).has_value());
  BOOST_REQUIRE(process.send("\n"));
  BOOST_TEST(process.read_line().has_value());
  BOOST_TEST(process.finish().status == 0);
}

BOOST_AUTO_TEST_CASE(threads_commit_every_line_once) {
  const TestStore store({"--segment-bytes", "65536", "--checkpoint-every", "50"});
  std::string input;
  for (int i = 0; i < 200; ++i) {
    const std::string n = std::to_string(i);
    input += "{\"id\":\"t" + n + "\",\"set\":{\"k" + n + "\":\"" + n + "\"}}\n";
  }
  const Finished done = store.run("commit", {"--from", "-", "--threads", "8"}, input);
  BOOST_REQUIRE_MESSAGE(done.status == 0, done.text());
  std::set<std::string> ids;
  std::set<int> seqs;
  for (const std::string& line : lines_of(done.out)) {
    const Json receipt = Json::parse(line);  // whole lines only
    ids.insert(receipt["id"].get<std::string>());
    seqs.insert(receipt["seq"].get<int>());
  }
  BOOST_TEST(ids.size() == 200U);
  BOOST_TEST(seqs.size() == 200U);
  BOOST_TEST(*seqs.rbegin() == 200);
  BOOST_TEST(lines_of(store.dump()).size() == 201U);
  BOOST_TEST(store.value("k199") == "199");
}

// A failed line ends the run also while another thread waits for input that never comes.
BOOST_AUTO_TEST_CASE(failure_wakes_the_threads_that_wait) {
  const TestStore store;
  Process process(plumb_words({"commit", store.dir(), "--from", "-", "--json", "--threads", "4"}));
  BOOST_REQUIRE(process.send("nonsense\n"));
  BOOST_TEST(!process.read_line(std::chrono::seconds(20)).has_value());
  BOOST_TEST(process.output_ended());  // and not the limit: our end of its input is still open
  const Finished done = process.finish(std::string());
  BOOST_TEST(done.status == 2, done.text());
  BOOST_TEST(done.err.find("line 1: ") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(thread_numbers_have_bounds) {
  const TestStore store;
  for (const char* bad : {"0", "1025", "-1", "+1", "1x", "", "0x2", "99999999999999999999"}) {
    require_error(store.run("commit", {"--from", "-", "--threads", bad}), 2, "invalid");
  }
  require_error(store.run("commit", {"k=v", "--threads", "2"}), 2, "invalid");
  BOOST_TEST(store.run("commit", {"--from", "-", "--threads", "1024"}, "{}\n").status == 0);
}

BOOST_AUTO_TEST_CASE(from_stands_alone) {
  const TestStore store;
  for (const Words& beside : {Words{"k=v"}, Words{"--delete", "k"}, Words{"--id", "t"}}) {
    Words words{"--from", "-"};
    words.insert(words.end(), beside.begin(), beside.end());
    require_error(store.run("commit", words, "{}\n"), 2, "invalid");
  }
}

BOOST_AUTO_TEST_CASE(malformed_lines_are_refused_with_their_number) {
  for (const char* line : {"",
                           " ",
                           "nonsense",
                           "null",
                           "1",
                           "\"text\"",
                           "[]",
                           "{",
                           "{}x",
                           "{} {}",
                           "{\"id\":1}",
                           "{\"id\":null}",
                           "{\"id\":[]}",
                           "{\"id\":\"a\",\"id\":\"a\"}",
                           "{\"ID\":\"a\"}",
                           "{\"set\":{\"k\":1}}",
                           "{\"set\":{\"k\":null}}",
                           "{\"set\":{\"k\":true}}",
                           "{\"set\":{\"k\":1e999}}",
                           "{\"set\":{\"k\":[\"v\"]}}",
                           "{\"set\":\"k\"}",
                           "{\"set\":{\"k\":\"1\",\"k\":\"1\"}}",
                           "{\"set\":{},\"set\":{}}",
                           "{\"delete\":{}}",
                           "{\"delete\":\"k\"}",
                           "{\"delete\":[1]}",
                           "{\"delete\":[\"k\",\"k\"]}",
                           "{\"delete\":[[\"k\"]]}",
                           "{\"set\":{\"k\":\"1\"},\"delete\":[\"k\"]}",
                           "{\"set\":[[\"k\"]]}",
                           "{\"set\":[[]]}",
                           "{\"set\":[[\"k\",\"v\",\"w\"]]}",
                           "{\"set\":[\"k\",\"v\"]}",
                           "{\"set\":[[\"k\",\"1\"],[\"k\",\"2\"]]}",
                           "{\"set\":[[{\"hex\":\"6b\"},\"1\"],[\"k\",\"2\"]]}",
                           "{\"set\":{\"k\":{}}}",
                           "{\"set\":{\"k\":{\"hex\":\"0\"}}}",
                           "{\"set\":{\"k\":{\"hex\":\"zz\"}}}",
                           "{\"set\":{\"k\":{\"hex\":1}}}",
                           "{\"set\":{\"k\":{\"hex\":{\"hex\":\"00\"}}}}",
                           "{\"set\":{\"k\":{\"hex\":\"00\",\"hex\":\"00\"}}}",
                           "{\"set\":{\"k\":{\"Hex\":\"00\"}}}",
                           "{\"set\":{\"k\":\"\xff\"}}",
                           "{\"set\":{\"k\":\"\\ud800\"}}",
                           "{'set':{}}",
                           "{\"set\":{\"k\":\"v\",}}",
                           "{\"set\":{}}//",
                           "{\"set\":{\"k\":\"\t\"}}"}) {
    require_malformed(line);
  }
  require_malformed(std::string("{}\0", 3));  // a NUL ends no line
  require_malformed(std::string("{}\0{}", 5));
}

BOOST_AUTO_TEST_CASE(deep_nesting_costs_nothing) {
  for (const char* open : {"[", "{\"set\":", "{\"id\":{\"hex\":"}) {
    std::string deep;
    while (deep.size() < 4000000) deep += open;
    require_malformed(deep);
    require_malformed("{\"set\":{\"k\":" + deep);
  }
}

BOOST_AUTO_TEST_CASE(many_keys_in_one_line) {
  const TestStore store({"--segment-bytes", "16777216"});
  std::string line = "{\"set\":{";
  for (int i = 0; i < 100000; ++i) {
    line += (i == 0 ? "\"k" : ",\"k") + std::to_string(i) + "\":\"v\"";
  }
  const Finished done = store.run("commit", {"--from", "-"}, line + "}}\n");
  BOOST_REQUIRE_MESSAGE(done.status == 0, done.text());
  BOOST_TEST(result_of(store.run("root"))["count"] == 100000);
}

BOOST_AUTO_TEST_CASE(a_failing_transaction_names_its_line) {
  const TestStore store;
  const Finished done = store.run("commit", {"--from", "-"},
                                  "{\"id\":\"t\",\"set\":{\"k\":\"1\"}}\n"
                                  "{\"id\":\"t\",\"set\":{\"k\":\"2\"}}\n"
                                  "{\"id\":\"u\",\"set\":{\"k\":\"3\"}}\n");
  BOOST_TEST(done.status == 2);
  BOOST_TEST(lines_of(done.out).size() == 1U);
  const Json error = Json::parse(done.err)["error"];
  BOOST_TEST(error["code"] == "id_conflict");
  BOOST_TEST(error["reason"].get<std::string>().starts_with("line 2: "));
  BOOST_TEST(store.value("k") == "1");
}

// The reader of the receipts goes away: no signal ends the program, the store is closed in order.
BOOST_AUTO_TEST_CASE(broken_pipe_stops_with_3) {
  const TestStore store;
  Process process(plumb_words({"commit", store.dir(), "--from", "-", "--json"}));
  BOOST_REQUIRE(process.send("{\"set\":{\"k\":\"1\"}}\n"));
  BOOST_REQUIRE(process.read_line().has_value());
  process.close_output();
  BOOST_REQUIRE(process.send("{\"set\":{\"k\":\"2\"}}\n{\"set\":{\"k\":\"3\"}}\n"));
  const Finished done = process.finish();
  BOOST_TEST(done.status == 3, done.text());
  const Json error = Json::parse(done.err)["error"];
  BOOST_TEST(error["call"] == "write");
  BOOST_TEST(error["errno"] == EPIPE);
  BOOST_TEST(store.value("k") ==
             "2");  // its receipt could not be delivered; the next was not tried
  BOOST_TEST(result_of(store.run("root"))["durable"] == true);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace plumb::test
