// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// The checker on the CPU meters; see families.hpp.
#include "meter/model.hpp"
#include "tool/examine.hpp"
#include "tool/families.hpp"

namespace plumb::spec::tool {
namespace {

meter::Meter model_of(const MeterSubject& subject) {
  if (!subject.bounds.valid()) {
    throw Refused(
        "meter: 1 or 2 meters (nested: 2), 1 to 3 operations, 1 to 12 units of CPU time, at most 3 "
        "waits, faults and losses, budgets of 2 to 7");
  }
  return {subject.row, subject.bounds};
}

}  // namespace

Outcome examine_meter(const MeterSubject& subject, const Options& options) {
  return examined(model_of(subject), options, NoDisk{});
}
Outcome walk_meter(const MeterSubject& subject, const SimulationOptions& options) {
  return walked(model_of(subject), options, NoDisk{});
}
void list_meter(const MeterSubject& subject, const Options& options, const Line& line) {
  listed(model_of(subject), options, line);
}
std::vector<std::string> claims_meter(const MeterSubject& subject) {
  return claims(model_of(subject));
}

}  // namespace plumb::spec::tool
