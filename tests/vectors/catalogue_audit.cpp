// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// Vectors of the audit log: damage before the anchor, damage behind it, lines that do not chain.
#include <functional>

#include "vectors/catalogue.hpp"
#include "vectors/surgery.hpp"

namespace plumb::test {
namespace {

constexpr const char* kAudit = "audit.log";

struct Cut {
  const char* name;
  const char* what;
  std::function<void(Bytes& log)> cut;
};

/// The whole audit log of the closed store is anchored.
const std::vector<Cut>& anchored() {
  static const std::vector<Cut> all{
      {"empty", "No byte is left.", [](Bytes& f) { f.clear(); }},
      {"cut", "The last line is missing.", [](Bytes& f) { f.resize(f.size() - 512); }},
      {"cut-in-line", "The last byte is missing.", [](Bytes& f) { f.pop_back(); }},
      {"damaged", "A bit of the first line's padding.",
       [](Bytes& f) { flip(f, f.find("  \n"), 1); }},
      {"damaged-end", "A bit of the last line.", [](Bytes& f) { flip(f, f.size() - 400); }},
      {"line-feed-lost", "The first line's line feed is a space.",
       [](Bytes& f) { f[f.find('\n')] = ' '; }},
      {"first-line-lost", "The first line is missing.",
       [](Bytes& f) { f.erase(0, f.find('\n') + 1); }},
      {"shifted", "A space before the first byte.", [](Bytes& f) { f.insert(0, " "); }},
  };
  return all;
}

/// The last of four lines anew, with `rest` behind its number.
void replace_end(Bytes& log, std::string_view rest) {
  const Bytes previous = audit_lines(log).at(2);
  log.resize(log.size() - audit_lines(log).back().size());
  log += make_audit_line(3, digest_bytes(previous), "end", 3, rest);
}

/// A store opened, closed and opened again: its last line, an end, is not anchored.
const std::vector<Cut>& behind() {
  static const std::vector<Cut> all{
      {"end-damaged", "A bit of it.", [](Bytes& f) { flip(f, f.size() - 400); }},
      {"end-cut", "It is cut in the middle.", [](Bytes& f) { f.resize(f.size() - 200); }},
      {"end-missing", "It is missing.", [](Bytes& f) { f.resize(f.size() - 512); }},
      {"end-zeros", "It is zeros.", [](Bytes& f) { put_zeros(f, f.size() - 512, 512); }},
      {"end-spaced", "It has a space that the fixed beginning does not have.",
       [](Bytes& f) {
         Bytes line = audit_lines(f).back();
         f.resize(f.size() - line.size());
         line.insert(line.find(':') + 1, " ");
         line.erase(line.size() - 2, 1);
         f += line;
       }},
      {"end-broken-json", "It has the fixed beginning, and what follows is no JSON.",
       [](Bytes& f) { replace_end(f, ",\"x\":}"); }},
      {"end-with-nul", "It goes on behind its object and a NUL.",
       [](Bytes& f) { replace_end(f, std::string_view(",\"x\":1}\0junk}", 13)); }},
      {"end-too-deep", "It is nested 33 deep.",
       [](Bytes& f) { replace_end(f, ",\"x\":" + Bytes(32, '[') + Bytes(32, ']') + "}"); }},
      {"end-with-endless-number", "It has a number beyond the range of a double.",
       [](Bytes& f) { replace_end(f, ",\"x\":1e400}"); }},
      {"end-of-number-zero", "It is of checkpoint 0.",
       [](Bytes& f) {
         const Bytes previous = audit_lines(f).at(2);
         f.resize(f.size() - 512);
         f += make_audit_line(3, digest_bytes(previous), "end", 0);
       }},
      {"end-of-another-number", "It is of another checkpoint.",
       [](Bytes& f) {
         const Bytes previous = audit_lines(f).at(2);
         f.resize(f.size() - 512);
         f += make_audit_line(3, digest_bytes(previous), "end", 2);
       }},
  };
  return all;
}

void add_anchored(Vectors& into) {
  Scene scene("audit");
  scene.open().puts(2).close();
  const Accepted says{
      .checkpoint = CheckpointName{2, 2}, .seq = 2, .durable = true, .content = scene.at(2)};
  for (const Cut& one : anchored()) {
    Files files = scene.files();
    one.cut(files[kAudit]);
    add_refused(into, std::string("audit-") + one.name,
                std::string("The audit log is damaged before the anchor. ") + one.what, files,
                {Errc::corrupt, kAudit});
  }
  Files missing = scene.files();
  missing.erase(kAudit);
  add_refused(into, "audit-missing", "The audit log is missing.", missing, {Errc::corrupt, kAudit});
  Scene other("audit-of-another");
  other.open().puts(2).close();
  Files foreign = scene.files();
  foreign[kAudit] = other.files().at(kAudit);
  add_refused(into, "audit-of-another-store",
              "The audit log is another store's: it chains, and is not "
              "the anchored one.",
              foreign, {Errc::corrupt, kAudit});
  Files extended = scene.files();
  extended[kAudit] += "what a crash left";
  add_accepted(into, "audit-extended", "Bytes behind the last line that chains: left out.",
               extended, says);
  Files line = scene.files();
  line[kAudit] += make_audit_line(7, digest_bytes("nothing"), "open", 3);
  add_accepted(into, "audit-line-unchained", "A whole line behind the anchor that does not chain.",
               line, says);
}

void add_behind(Vectors& into) {
  Scene scene("audit-behind");
  scene.open().puts(2).close().open().drop();
  Accepted says{
      .checkpoint = CheckpointName{3, 2}, .seq = 2, .durable = true, .content = scene.at(2)};
  add_accepted(into, "audit-reopened",
               "Opened, closed, opened again: the last end line is not anchored.", scene.files(),
               says);
  const auto with_line = [&](const char* event, std::uint64_t number) {
    Files files = scene.files();
    Bytes& log = files[kAudit];
    log += make_audit_line(4, digest_bytes(audit_lines(log).back()), event, number);
    return files;
  };
  add_refused(into, "audit-end-of-lost-checkpoint",
              "Opening 4 has finished, and the folder has no checkpoint above 3.",
              with_line("end", 4), {Errc::corrupt, kAudit});
  add_accepted(into, "audit-open-ahead",
               "An opening of number 7 had read a name that a power cut took.",
               with_line("open", 7), says);
  add_accepted(into, "audit-open-unreachable",
               "An opening of number 2^62: such a line does not chain and is left out.",
               with_line("open", std::uint64_t{1} << 62U), says);
  Files deep = scene.files();
  replace_end(deep[kAudit], ",\"x\":" + Bytes(31, '[') + Bytes(31, ']') + "}");
  add_accepted(into, "audit-end-deep", "The last end line is nested 32 deep, which is legal.", deep,
               says);
  says.durable = false;
  for (const Cut& one : behind()) {
    Files files = scene.files();
    one.cut(files[kAudit]);
    add_accepted(into, std::string("audit-") + one.name,
                 std::string("The last end line is not that opening's end: nothing confirms its "
                             "checkpoint. ") +
                     one.what,
                 files, says);
  }
}

}  // namespace

void add_audit_logs(Vectors& into) {
  add_anchored(into);
  add_behind(into);
}

}  // namespace plumb::test
