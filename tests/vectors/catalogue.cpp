// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// The golden vectors together; see catalogue.hpp.
#include "vectors/catalogue.hpp"

#include <utility>

namespace plumb::test {

void add_accepted(Vectors& into, std::string name, std::string what, Files files, Accepted says) {
  into.push_back({std::move(name), std::move(what), std::move(files), std::move(says), {}});
}

void add_refused(Vectors& into, std::string name, std::string what, Files files, Refused says) {
  into.push_back({std::move(name), std::move(what), std::move(files), {}, std::move(says)});
}

Vectors all_vectors() {
  Vectors vectors;
  add_stores(vectors);
  add_tails(vectors);
  add_records(vectors);
  add_checkpoints(vectors);
  add_segments(vectors);
  add_audit_logs(vectors);
  add_openings(vectors);
  return vectors;
}

}  // namespace plumb::test
