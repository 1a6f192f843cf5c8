// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// Headers, bounds, names and fields, held against the tables and models both ways; lines as they
// are read and written; the words of messages.
// Spec:          EV-1, EV-5; spec/trace/README.md.
#include <boost/test/unit_test.hpp>
#include <regex>
#include <set>
#include <string>
#include <vector>

#include "meter/mutants.hpp"
#include "support/temp_folder.hpp"
#include "trace/parse.hpp"
#include "trace/words.hpp"
#include "trace_support.hpp"

namespace plumb::test {
namespace {

/// The header, written and read again.
trace::Header reread(const trace::Header& header) {
  std::string line = trace::header_line(header, "words");
  BOOST_TEST_REQUIRE(line.back() == '\n');
  line.pop_back();
  return trace::parse_header(line);
}

BOOST_AUTO_TEST_SUITE(trace_format)

BOOST_AUTO_TEST_CASE(every_row_and_every_mutant_has_a_header) {
  unsigned rows = 0, mutants = 0;
  const auto finds = [](const std::string& name) {
    try {
      static_cast<void>(trace::find_variant(trace::Header{.variant = name}));
      return true;
    } catch (const trace::Malformed&) {
      return false;
    }
  };
  for (const auto& row : spec::commit::kTable) {
    BOOST_TEST(finds(std::string(row.name.view())), row.name.view());
    ++rows;
    for (const auto& mutant : spec::commit::mutants(row)) {
      BOOST_TEST(finds(std::string(mutant.row.name.view())), mutant.row.name.view());
      ++mutants;
    }
  }
  for (const auto& row : spec::meter::kRows) {
    BOOST_TEST(finds(std::string(row.name)), row.name);
    BOOST_TEST((spec::commit::find_row(row.name) == nullptr), row.name);  // a name is one row's
    ++rows;
    for (const auto& mutant : spec::meter::mutants_of(row)) {
      BOOST_TEST(finds(std::string(row.name) + "; " + mutant.name), mutant.name);
      ++mutants;
    }
  }
  BOOST_TEST(rows > 90U);
  BOOST_TEST(mutants > 1000U);
  BOOST_TEST(!finds("golden, sync; "));
  BOOST_TEST(!finds(""));
}

BOOST_AUTO_TEST_CASE(bounds_go_to_a_header_and_come_back) {
  spec::commit::Bounds bounds;
  bounds.transactions = 1;
  bounds.crashes = 4;
  bounds.io_errors = 3;
  bounds.disk_full = 1;
  bounds.rots = 1;
  bounds.kill = false;
  bounds.segments = 2;
  bounds.segment_records = 3;
  const auto same = [&](const char* row) {
    const trace::Header header = trace::header_of(*spec::commit::find_row(row), bounds);
    BOOST_TEST((reread(header).variant == header.variant));
    const auto back = std::get<trace::CommitVariant>(trace::find_variant(reread(header)));
    BOOST_TEST((trace::header_of(back.row, back.bounds) == header));
    return back.bounds;
  };
  const auto golden = same("golden, relaxed(2)");
  BOOST_TEST(+golden.transactions == 1);
  BOOST_TEST(+golden.crashes == 4);
  BOOST_TEST(+golden.io_errors == 3);
  BOOST_TEST(+golden.disk_full == 1);
  BOOST_TEST(+golden.rots == 1);
  BOOST_TEST(!golden.kill);
  BOOST_TEST(+golden.segments == 2);
  BOOST_TEST(+golden.segment_records == 3);
  bounds.split_rename = false;
  const auto classic = same("classic, full");
  BOOST_TEST(+classic.transactions == 1);
  BOOST_TEST(!classic.split_rename);
  BOOST_TEST(+classic.rots == 0);  // not of this family
  const spec::meter::Bounds wide{2, true, 3, 9, 2, 3, 1, {4, 2}};
  const trace::Header header = trace::header_of(*spec::meter::find_row("golden"), wide);
  const auto meter = std::get<trace::MeterVariant>(trace::find_variant(reread(header)));
  BOOST_TEST((trace::header_of(meter.row, meter.bounds) == header));
  BOOST_TEST(meter.bounds.nested);
  BOOST_TEST(meter.bounds.cpu == 9);
  BOOST_TEST(meter.bounds.budget[0] == 4);
}

BOOST_AUTO_TEST_CASE(what_no_header_gives_is_as_in_the_row) {
  const auto commit =
      std::get<trace::CommitVariant>(trace::find_variant({.variant = "golden, sync"}));
  BOOST_TEST((trace::header_of(commit.row, commit.bounds) ==
              trace::header_of(commit.row, spec::commit::Bounds{})));
  const auto meter =
      std::get<trace::MeterVariant>(trace::find_variant({.variant = "golden, nested"}));
  BOOST_TEST((trace::header_of(meter.row, meter.bounds) ==
              trace::header_of(meter.row, spec::meter::kNested)));
}

/// Fields that random walks of these rows show.
std::set<std::string> shown(const std::vector<std::string>& rows, const trace::Fields*& fields) {
  static trace::Fields kept;
  std::set<std::string> names;
  for (const std::string& row : rows) {
    const auto variant = trace::find_variant({.variant = row});
    trace::with_model(variant, [&](const auto& model, const trace::Fields& all) {
      kept = all;
      for (unsigned seed = 0; seed < 20; ++seed) {
        spec::Dice dice(5, seed);
        for (const auto& event : walk(model, dice, 60, Telling::everything)) {
          for (const trace::Seen& seen : event.seen) names.insert(seen.field);
        }
      }
    });
  }
  fields = &kept;
  return names;
}

BOOST_AUTO_TEST_CASE(the_known_fields_are_those_of_the_models) {
  const std::vector<std::vector<std::string>> families{{"golden, sync", "golden, async"},
                                                       {"classic, full", "batched, WAL only"},
                                                       {"golden", "golden, two threads"}};
  for (const auto& rows : families) {
    BOOST_TEST_CONTEXT(rows.front()) {
      const trace::Fields* fields = nullptr;
      const std::set<std::string> names = shown(rows, fields);
      const std::set<std::string> known(fields->names.begin(), fields->names.end());
      for (const std::string& name : names) BOOST_TEST(known.contains(name), name);
      for (const std::string& name : known) {
        // Numbers of checkpoints go on for longer than a walk.
        const bool far = std::regex_match(name, std::regex("checkpoint-([4-9]|[1-3][0-9])"));
        BOOST_TEST((names.contains(name) || far), name);
      }
      BOOST_TEST(!fields->places.empty());
      for (const std::string& place : fields->places) BOOST_TEST(names.contains(place), place);
    }
  }
}

BOOST_AUTO_TEST_CASE(an_event_is_read_as_it_was_written) {
  const trace::Event event{"PowerCut",
                           "kept: \"all\"\n",
                           {{"a", "{1,2}", false}, {"b", std::nullopt, false}, {"a", "", true}}};
  std::string line = trace::event_line(7, event);
  line.pop_back();
  BOOST_TEST(line.find('\n') == std::string::npos);
  const auto read = std::get<trace::Numbered>(trace::parse_line(line));
  BOOST_TEST(read.seq == 7U);
  BOOST_TEST((read.event == event));
  BOOST_TEST(trace::end_line(3) == "{\"end\":3}\n");
  BOOST_TEST(std::get<trace::End>(trace::parse_line("{\"end\":3}")).events == 3U);
  const trace::Header header{"v", {{"b", {2, 3}}, {"k", {1}, true}, {"n", {4}}}, {"Run"}};
  BOOST_TEST((reread(header) == header));
}

BOOST_AUTO_TEST_CASE(values_are_the_words_that_they_stand_for) {
  const auto words = [](const std::string& value) {
    const auto line = trace::parse_line(R"({"seq":1,"action":"A","observed":{"f":)" + value + "}}");
    return std::get<trace::Numbered>(line).event.seen.at(0).words.value_or("no field");
  };
  BOOST_TEST(words("\"x\"") == "x");
  BOOST_TEST(words("17") == "17");
  BOOST_TEST(words("18446744073709551615") == "18446744073709551615");
  BOOST_TEST(words("true") == "1");
  BOOST_TEST(words("false") == "0");
  BOOST_TEST(words("null") == "no field");
  BOOST_TEST(words(R"({"#bigint":"99999999999999999999999"})") == "99999999999999999999999");
  BOOST_TEST(words(R"({"#set":[10,2]})") == "{2,10}");
  BOOST_TEST(words(R"({"#set":[]})") == "{}");
  for (const char* const none :
       {"[]", "{}", R"({"#tup":[1]})", R"({"#set":{}})", "-1", "-0", "0.5", "18446744073709551616",
        R"({"#bigint":7})", R"({"#bigint":""})", R"({"#bigint":"07"})", R"({"#set":["1"]})",
        R"({"#set":[-1]})", R"({"#set":[1],"x":1})", "NaN", "1 2", ""}) {
    BOOST_CHECK_THROW(words(none), trace::Malformed);
  }
}

BOOST_AUTO_TEST_CASE(no_depth_and_no_number_of_members_is_a_danger) {
  const std::string deep = std::string(500'000, '[') + std::string(500'000, ']');
  BOOST_CHECK_THROW(static_cast<void>(trace::parse_line(deep)), trace::Malformed);
  BOOST_CHECK_THROW(static_cast<void>(trace::parse_header(deep)), trace::Malformed);
  std::string objects;
  for (int i = 0; i < 100'000; ++i) objects += "{\"a\":";
  BOOST_CHECK_THROW(static_cast<void>(trace::parse_line(objects)), trace::Malformed);
  std::string wide = R"({"seq":1,"action":"A","observed":{)";
  for (int i = 0; i < 60'000; ++i) wide += "\"f" + std::to_string(i) + "\":1,";
  wide += R"("last":1}})";
  BOOST_TEST(std::get<trace::Numbered>(trace::parse_line(wide)).event.seen.size() == 60'001U);
}

BOOST_AUTO_TEST_CASE(a_newer_version_is_told_before_anything_else_is_asked) {
  const auto newer = [](const char* line) {
    BOOST_CHECK_THROW(static_cast<void>(trace::parse_header(line)), trace::NewerVersion);
  };
  newer(R"({"plumb-trace":2})");
  newer(R"({"plumb-trace":2,"a":1,"a":2,"b":[[[[[[]]]]]]})");
  const auto malformed = [](const char* line) {
    BOOST_CHECK_THROW(static_cast<void>(trace::parse_header(line)), trace::Malformed);
  };
  malformed(R"({"plumb-trace":1.5,"variant":"golden, sync"})");
  malformed(R"({"plumb-trace":"2","variant":"golden, sync"})");
  malformed(R"({"plumb-trace":null,"variant":2})");
  malformed(R"({"plumb-trace":{"a":2}})");
  malformed(R"({"variant":"golden, sync","plumb-trace":2})");
  malformed(R"({"":2,"plumb-trace":2})");
  malformed(R"(2)");
  malformed(R"({"plumb-trace":2)");
}

BOOST_AUTO_TEST_CASE(lines_have_a_limit_and_end_with_or_without_a_line_feed) {
  trace::Lines lines = trace::lines_of_text("a\n\nb");
  BOOST_TEST(lines.next().value() == "a");
  BOOST_TEST(lines.next().value().empty());
  BOOST_TEST(lines.next().value() == "b");
  BOOST_TEST(lines.number() == 3U);
  BOOST_TEST(!lines.next().has_value());
  BOOST_TEST(!lines.next().has_value());
  BOOST_TEST(lines.number() == 3U);
  const std::string longest(trace::kMostLineBytes - 1, ' ');
  const std::string text = longest + "\n" + longest + "\n";
  trace::Lines fits = trace::lines_of_text(text);
  BOOST_TEST(fits.next().value().size() == trace::kMostLineBytes - 1);
  BOOST_TEST(fits.next().value().size() == trace::kMostLineBytes - 1);
  const std::string too_long = longest + " \n";
  trace::Lines over = trace::lines_of_text(too_long);
  BOOST_CHECK_THROW(static_cast<void>(over.next()), trace::Malformed);
}

BOOST_AUTO_TEST_CASE(messages_are_safe_to_print) {
  BOOST_TEST(trace::printable("plain \xC3\xA9 \xE2\x82\xAC \xF0\x9F\x98\x80") ==
             "plain \xC3\xA9 \xE2\x82\xAC \xF0\x9F\x98\x80");
  BOOST_TEST(trace::printable(std::string_view("\0\x1B\x7F\n", 4)) == "\\x00\\x1b\\x7f\\x0a");
  BOOST_TEST(trace::printable("\xC2\x9B \xC3 \xFF") == "\\xc2\\x9b \\xc3 \\xff");
  BOOST_TEST(trace::printable("\xC0\xAF\xED\xA0\x80\xF5\x80\x80\x80\xE0\x80\x80\xF4\x90\x80\x80")
                 .find_first_not_of("\\x0123456789abcdef") == std::string::npos);
  BOOST_TEST(trace::printable(std::string(5000, 'x')).size() < 300U);
  BOOST_TEST(trace::near_names("SyncWall", {"SyncTemp", "SyncWal", "Ack"}) == "; near: SyncWal");
  BOOST_TEST(trace::near_names("nothing", {"SyncTemp", "SyncWal", "Ack"}).empty());
  BOOST_TEST(trace::near_names(std::string(1'000'000, 'x'), {"x"}).empty());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace plumb::test
