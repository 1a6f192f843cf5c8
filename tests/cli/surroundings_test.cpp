// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// What surrounds the verbs: help, version, wrong usage, programs beside plumb, the man page and the
// completion.
// Spec:          impl/cli/README.md (command-line contract).
#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <set>

#include "cli/plumb_cli.hpp"
#include "support/skip.hpp"

namespace plumb::test {
namespace {

namespace fs = std::filesystem;

const std::vector<std::string> kVerbs{"init",      "commit",     "get",    "dump",
                                      "root",      "prove-key",  "log",    "verify-key",
                                      "audit-log", "checkpoint", "verify", "recover"};

std::string source_file(const std::string& name) {
  return std::string(PLUMBLINE_SOURCE_DIR) + "/impl/cli/" + name;
}

void write_script(const std::string& path, const std::string& text) {
  write_file(path, "#!/bin/sh\n" + text);
  fs::permissions(path, fs::perms::owner_all);
}

/// The long options that the verb's help lists: "--json".
std::set<std::string> options_of(const std::string& verb) {
  std::set<std::string> options;
  for (const std::string& line : lines_of(plumb({verb, "--help"}).out)) {
    const std::size_t at = line.starts_with("  -h,--") ? 5 : line.starts_with("  --") ? 2 : 0;
    if (at != 0) options.insert(line.substr(at, line.find(' ', at) - at));
  }
  BOOST_TEST(options.contains("--help"), verb);
  BOOST_TEST(options.contains("--json"), verb);
  return options;
}

/// The names behind each "Fl -" (a long option) of a part of the man page: "--json".
std::set<std::string> flags_in(const std::string& part) {
  std::set<std::string> flags;
  for (std::size_t at = part.find("Fl -"); at != std::string::npos;
       at = part.find("Fl -", at + 1)) {
    flags.insert("-" + part.substr(at + 3, part.find_first_of(" \n", at + 3) - at - 3));
  }
  return flags;
}

/// The man page from `from` on up to the first `to` behind it; all such parts, one after another.
std::string parts_of(const std::string& page, const std::string& from, const std::string& to) {
  std::string parts;
  for (std::size_t at = page.find(from); at != std::string::npos; at = page.find(from, at + 1)) {
    parts += page.substr(at, page.find(to, at + from.size()) - at);
  }
  return parts;
}

bool installed(const std::string& program) {
  return run_process({"sh", "-c", "command -v \"$0\"", program}).status == 0;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(surroundings)

BOOST_AUTO_TEST_CASE(help_of_every_verb) {
  const Finished all = plumb({"--help"});
  BOOST_TEST(all.status == 0);
  BOOST_TEST(plumb({"-h"}).out == all.out);
  for (const std::string& verb : kVerbs) {
    BOOST_TEST(all.out.find("\n  " + verb + " ") != std::string::npos, verb);
    const Finished done = plumb({verb, "--help"});
    BOOST_TEST(done.status == 0, verb);
    BOOST_TEST(done.err.empty());
    BOOST_TEST(done.out.find("Usage: plumb " + verb + " [OPTIONS] ") != std::string::npos, verb);
    for (const char* option : {"--help", "--json", "--quiet"}) {
      BOOST_TEST(done.out.find(option) != std::string::npos, verb << option);
    }
    BOOST_TEST(plumb({verb, "-h"}).out == done.out);
  }
}

BOOST_AUTO_TEST_CASE(version) {
  const Finished done = plumb({"--version"});
  BOOST_TEST(done.status == 0);
  BOOST_TEST(done.out.starts_with("plumb "));
  BOOST_TEST(done.out.find('.') != std::string::npos);
}

BOOST_AUTO_TEST_CASE(wrong_usage_is_2) {
  BOOST_TEST(plumb({}).status == 2);
  BOOST_TEST(plumb({""}).status == 2);
  for (const std::string& verb : kVerbs) {
    BOOST_TEST(plumb({verb}).status == 2, verb);
    BOOST_TEST(plumb({verb, "--unknown"}).status == 2, verb);
    BOOST_TEST(plumb({verb, "--json=maybe", "x", "y"}).status == 2, verb);
  }
  const Finished text = plumb({"get", "dir"});
  BOOST_TEST(text.err == "plumb: KEY is required\n");
  const Json error = require_error(plumb({"get", "dir", "--json"}), 2, "invalid");
  BOOST_TEST(error["message"] == "KEY is required");
  require_error(plumb({"get", "dir", "k", "surplus", "--json"}), 2, "invalid");
}

BOOST_AUTO_TEST_CASE(other_verbs_are_programs) {
  const TempFolder beside;
  const TempFolder in_path;
  const std::string copy = beside.file("plumb");
  fs::copy_file(plumb_path(), copy);
  write_script(beside.file("plumb-hello"), "echo \"beside:$#:$1:$2\"; exit 7\n");
  write_script(in_path.file("plumb-hello"), "exit 9\n");
  write_script(in_path.file("plumb-far"), "cat; exit 8\n");
  ProcessOptions options;
  options.set_env = {"PATH=" + in_path.path() + ":" + std::getenv("PATH")};

  // A verb is a word: no way to other folders hides in it.
  fs::create_directory(beside.file("plumb-x"));
  write_script(beside.file("evil"), "exit 5\n");
  BOOST_TEST(run_process({beside.file("plumb-x/../evil")}).status == 5);
  BOOST_TEST(run_process({copy, "x/../evil"}, {}, options).status == 2);

  const Finished done = run_process({copy, "hello", "a b", "--json"}, {}, options);
  BOOST_TEST(done.status == 7);
  BOOST_TEST(done.out == "beside:2:a b:--json\n");
  const Finished far = run_process({copy, "far"}, "input", options);
  BOOST_TEST(far.status == 8);
  BOOST_TEST(far.out == "input");
  // A verb of plumb's own is never looked for outside.
  write_script(beside.file("plumb-root"), "exit 9\n");
  BOOST_TEST(run_process({copy, "root"}, {}, options).status == 2);
  // It is there, and cannot be run.
  write_file(beside.file("plumb-plain"), "no program");
  BOOST_TEST(run_process({copy, "plain"}, {}, options).status == 3);
}

BOOST_AUTO_TEST_CASE(verbs_without_a_program) {
  const TempFolder folder;
  const std::string copy = folder.file("plumb");
  fs::copy_file(plumb_path(), copy);
  ProcessOptions options;
  options.set_env = {"PATH=/nowhere"};
  for (const char* verb :
       {"audit", "bench", "check", "crash", "prove", "trace", "doctor", "meter"}) {
    require_error(run_process({copy, verb, "--json"}, {}, options), 3, "not_found");
  }
  for (const char* verb : {"nonsense", "../plumb", "/bin/ls", "Get", "a b", "-x", "--get"}) {
    require_error(run_process({copy, verb, "--json"}, {}, options), 2, "invalid");
  }
}

BOOST_AUTO_TEST_CASE(man_page_is_clean_and_knows_every_verb) {
  const std::string page = read_file(source_file("plumb.1"));
  for (const std::string& verb : kVerbs) {
    BOOST_TEST(page.find("\n.Cm " + verb + "\n") != std::string::npos, verb);
    BOOST_TEST(page.find("\n.It Cm " + verb + "\n") != std::string::npos, verb);
  }
  if (!installed("mandoc")) return say_skipped("man_page", "mandoc is not installed");
  const Finished lint =
      run_process({"mandoc", "-T", "lint", "-W", "warning", source_file("plumb.1")});
  BOOST_TEST(lint.status == 0, lint.text());
  BOOST_TEST(lint.out.empty(), lint.text());
}

// The synopsis of a verb has its own options and no others; those of every verb stand in the list
// at the start.
BOOST_AUTO_TEST_CASE(man_page_knows_every_option) {
  const std::string page = read_file(source_file("plumb.1"));
  const std::string synopsis = parts_of(page, "\n.Sh SYNOPSIS\n", "\n.Sh DESCRIPTION\n");
  const std::string general = parts_of(page, "\nEvery verb takes\n", "\n.El\n");
  const std::set<std::string> of_all = flags_in(general);
  BOOST_TEST((of_all == std::set<std::string>{"--help", "--json", "--quiet"}));
  for (const std::string& verb : kVerbs) {
    std::set<std::string> told = flags_in(parts_of(synopsis, "\n.Cm " + verb + "\n", "\n.Nm\n"));
    told.insert(of_all.begin(), of_all.end());
    BOOST_TEST(told == options_of(verb), verb);
  }
}

BOOST_AUTO_TEST_CASE(completion_is_sound_and_knows_every_verb) {
  const Finished syntax = run_process({"bash", "-n", source_file("plumb.bash")});
  BOOST_TEST(syntax.status == 0, syntax.text());
  const std::string script =
      "source \"$0\"; COMP_WORDS=(\"$@\"); COMP_CWORD=$(($# - 1)); _plumb; "
      "printf '%s\\n' \"${COMPREPLY[@]}\"";
  const auto complete = [&script](const Words& words) {
    Words all{"bash", "-c", script, source_file("plumb.bash"), "plumb"};
    all.insert(all.end(), words.begin(), words.end());
    const Finished done = run_process(all);
    BOOST_TEST(done.status == 0, done.text());
    return "\n" + done.out;
  };
  const std::string verbs = complete({""});
  for (const std::string& verb : kVerbs) {
    BOOST_TEST(verbs.find("\n" + verb + "\n") != std::string::npos, verb);
    // It offers every long option that the verb's help lists, and no other.
    const std::vector<std::string> offered = lines_of(complete({verb, "--"}).substr(1));
    const std::set<std::string> offers(offered.begin(), offered.end());
    BOOST_TEST(offers == options_of(verb), verb);
    BOOST_TEST(offered.size() == offers.size(), verb);
  }
  BOOST_TEST(complete({"ver"}) == "\nverify-key\nverify\n");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace plumb::test
