// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// The checker on the classic protocol; see families.hpp.
#include "commit/classic.hpp"

#include "tool/examine.hpp"
#include "tool/families.hpp"

namespace plumb::spec::tool {
namespace {

commit::Classic model_of(const CommitSubject& subject) {
  return with_room([&] { return commit::Classic(subject.row, subject.bounds); });
}

}  // namespace

Outcome examine_classic(const CommitSubject& subject, const Options& options) {
  return examined(model_of(subject), options, NoDisk{});
}
Outcome walk_classic(const CommitSubject& subject, const SimulationOptions& options) {
  return walked(model_of(subject), options, NoDisk{});
}
void list_classic(const CommitSubject& subject, const Options& options, const Line& line) {
  listed(model_of(subject), options, line);
}
std::vector<std::string> claims_classic(const CommitSubject& subject) {
  return claims(model_of(subject));
}

}  // namespace plumb::spec::tool
