// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// The matrix, one variant, its mutants; see verbs.hpp.
#include "tool/verbs.hpp"

#include <fmt/format.h>

#include <charconv>

#include "commit.hpp"
#include "tool/files.hpp"
#include "tool/matrix.hpp"
#include "tool/report.hpp"
#include "tool/subject.hpp"

namespace plumb::spec::tool {
namespace {

int status_for(Verdict verdict) {
  return verdict == Verdict::holds ? 0 : verdict == Verdict::violated ? kViolated : kNotDecided;
}

void set_bounds(Subject& subject, const Request& request) {
  if (request.commits) set_bound(subject, "transactions", *request.commits);
  if (request.crashes) set_bound(subject, "crashes", *request.crashes);
  for (const std::string& text : request.bounds) {
    const std::size_t at = text.find('=');
    std::uint64_t value = 0;
    const char* const end = text.data() + text.size();
    const char* const from = text.data() + (at == std::string::npos ? text.size() : at + 1);
    const auto [stop, error] = std::from_chars(from, end, value);
    if (at == std::string::npos || from == end || stop != end || error != std::errc()) {
      throw Refused("bound \"" + text + "\": NAME=VALUE is asked for, with a number");
    }
    set_bound(subject, text.substr(0, at), value);
  }
}

/// Bounds of the first pinned model of that variant: what is asked when nothing else is.
Subject asked(const Request& request) {
  Subject subject = find_subject(request.variant);
  for (const PinnedModel& model : read_manifest(manifest_text())) {
    if (model.subject.name != subject.name) continue;
    subject = model.subject;
    break;
  }
  set_bounds(subject, request);
  return subject;
}

Options options_for(const Request& request, const Subject& subject) {
  Options options = request.options;
  options.model_id = fmt::format("{}; {}; table {:016x}", subject.name,
                                 words_for(bounds_of(subject)), commit::table_hash());
  if (!request.quiet) options.progress = progress_line(subject.name);
  return options;
}

// ---- the matrix

bool belongs(const PinnedModel& model, const std::string& set) {
  return set == "all" || model.set == set;
}

int perform_matrix(const Request& request) {
  const bool bounded = request.commits || request.crashes || !request.bounds.empty();
  if (bounded || !request.mutant.empty() || !request.traces.empty() || !request.dot.empty() ||
      !request.graph.empty() || request.walks.walks > 0 || !request.options.properties.empty()) {
    throw Refused(
        "--variant all takes its bounds and properties from the manifest; name a variant");
  }
  const std::string text =
      request.manifest.empty() ? std::string(manifest_text()) : read_file(request.manifest);
  Matrix matrix;
  for (const PinnedModel& model : read_manifest(text)) {
    if (!belongs(model, request.set)) continue;
    Cell cell{model, examine(model.subject, options_for(request, model.subject)), {}};
    if (!cell.outcome.complete) {
      cell.differs = "not complete: " + cell.outcome.stopped + '\n';
    } else if (!model.pinned) {
      cell.differs = "nothing is pinned\n";
    } else {
      cell.differs = differences(*model.pinned, pinned_of(cell.outcome));
    }
    matrix.add(std::move(cell));
  }
  if (!request.pin.empty()) write_file(request.pin, write_manifest(matrix.found()));
  print(request.json ? matrix.to_json() : matrix.to_text());
  const std::string misfit = refuse_manifest(text);
  if (!misfit.empty()) remark(misfit);
  return matrix.as_pinned() && misfit.empty() ? 0 : kViolated;
}

// ---- one variant

/// The trace that is asked for: of the first property with one that was named, else of the first
/// violation.
const Judged* trace_of(const Outcome& outcome, const Request& request) {
  for (const std::string& name : request.options.properties) {
    const Judged* const judged = outcome.find(name);
    if (judged != nullptr && judged->story) return judged;
  }
  for (const Judged& judged : outcome.findings) {
    if (judged.verdict == Verdict::violated && judged.story) return &judged;
  }
  return nullptr;
}

int perform_one(const Request& request) {
  const Subject subject = asked(request);
  if (!request.graph.empty()) {
    TextFile file(request.graph);
    list_graph(subject, options_for(request, subject),
               [&](std::string_view line) { file.line(line); });
    file.close();
  }
  SimulationOptions walks = request.walks;
  walks.properties = request.options.properties;
  const Outcome outcome =
      walks.walks > 0 ? walk(subject, walks) : examine(subject, options_for(request, subject));
  const Judged* const judged = trace_of(outcome, request);
  if (judged != nullptr) {
    for (const std::string& file : request.traces) write_trace(file, outcome, *judged);
    if (!request.dot.empty()) write_dot(request.dot, outcome, *judged);
  } else if (!request.traces.empty() || !request.dot.empty()) {
    remark("no trace to write: nothing is violated, and no property with a trace was named\n");
  }
  if (request.json) {
    print(to_json(outcome).dump() + '\n');
  } else {
    print(to_text(outcome, request.coverage));
    if (judged != nullptr) print('\n' + to_text(outcome, *judged));
  }
  return status_for(outcome.verdict);
}

// ---- mutants

struct Caught {
  std::string by;       ///< "Durability in 12 steps"; empty: nothing breaks
  std::string stopped;  ///< a search that came to no end
};

/// The claims that the mutant breaks, or else what it makes impossible, within the first bounds
/// that show it.
Caught caught_by(const SubjectMutant& mutant, const Request& request) {
  Caught caught;
  for (const Subject& subject : mutant.tries) {
    Options options = options_for(request, subject);
    options.stop_at_first = options.properties.empty();
    const bool is_meter = std::holds_alternative<MeterSubject>(subject.what);
    if (!is_meter && options.properties.empty()) options.properties = claim_names(subject);
    const Outcome outcome = examine(subject, options);
    if (const Judged* const judged = trace_of(outcome, request)) {
      for (const std::string& file : request.traces) write_trace(file, outcome, *judged);
    }
    for (const Judged& judged : outcome.findings) {
      if (judged.verdict != Verdict::violated) continue;
      caught.by +=
          fmt::format("{}{} {}", caught.by.empty() ? "" : ", ", judged.property, words_for(judged));
    }
    if (!caught.by.empty()) return caught;
    if (!outcome.complete) caught.stopped = outcome.stopped;
  }
  return caught;
}

int perform_mutants(const Request& request) {
  if (request.mutant == "all" && !request.traces.empty()) {
    throw Refused("--mutant all has no one trace; name a mutant");
  }
  const Subject subject = asked(request);
  std::size_t seen = 0;
  std::size_t refuted = 0;
  std::size_t harmless = 0;
  std::string lives;
  bool undecided = false;
  for (const SubjectMutant& mutant : mutants_of(subject)) {
    if (request.mutant != "all" && request.mutant != mutant.name) continue;
    ++seen;
    const Caught caught = caught_by(mutant, request);
    const bool fits = caught.by.empty() != mutant.harmless.empty();
    std::string words = caught.by;
    if (caught.by.empty())
      words = mutant.harmless.empty() ? "LIVES" : "harmless: " + mutant.harmless;
    if (caught.by.empty() && !caught.stopped.empty()) undecided = true;
    (caught.by.empty() ? harmless : refuted) += 1;
    if (!fits) {
      lives +=
          fmt::format("{}: {}\n", mutant.name,
                      caught.by.empty() ? "nothing refutes it" : "listed as harmless, but refuted");
    }
    print(request.json ? Json({{"variant", subject.name},
                               {"mutant", mutant.name},
                               {"caught", !caught.by.empty()},
                               {"words", words},
                               {"as_expected", fits}})
                                 .dump() +
                             '\n'
                       : fmt::format("{:<44} {}\n", mutant.name, words));
  }
  if (seen == 0) {
    throw Refused("no mutant \"" + request.mutant + "\" of \"" + subject.name +
                  "\"; --list names them");
  }
  if (!request.json) {
    print(fmt::format("{}: {} mutants, {} refuted, {} harmless for a stated reason\n", subject.name,
                      seen, refuted, harmless));
  }
  if (undecided) return kNotDecided;
  if (!lives.empty()) {
    remark(lives);
    return kViolated;
  }
  // One mutant that is harmless is not caught.
  return request.mutant != "all" && refuted == 0 ? kViolated : 0;
}

// ---- lists

int perform_list(const Request& request) {
  if (request.variant == "all") {
    for (const std::string& name : variant_names()) {
      print(request.json ? Json({{"variant", name}}).dump() + '\n' : name + '\n');
    }
    return 0;
  }
  const Subject subject = asked(request);
  Json json = {{"variant", subject.name}};
  for (const auto& [name, value] : bounds_of(subject)) json["bounds"][name] = value;
  json["claims"] = claim_names(subject);
  json["mutants"] = Json::array();
  for (const SubjectMutant& mutant : mutants_of(subject)) json["mutants"].push_back(mutant.name);
  if (request.json) {
    print(json.dump() + '\n');
    return 0;
  }
  std::string text = fmt::format("{}\n  {}\nclaims\n", subject.name, words_for(bounds_of(subject)));
  for (const Json& name : json["claims"]) text += "  " + name.get<std::string>() + '\n';
  text += "mutants\n";
  for (const Json& name : json["mutants"]) text += "  " + name.get<std::string>() + '\n';
  print(text);
  return 0;
}

}  // namespace

int perform(const Request& request) {
  if (request.list) return perform_list(request);
  if (!request.mutant.empty() && request.variant != "all") return perform_mutants(request);
  return request.variant == "all" ? perform_matrix(request) : perform_one(request);
}

}  // namespace plumb::spec::tool
