// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// Who commits while the power is cut: the program plumb, fed one transaction at a time through a
// pipe, with the model of what it was sent. A mutant is the same program with a preloaded fault.
// Thread-safety: none; one thread.
// Spec:          EV-6; AC-1, AC-2, AC-14.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "audit/judge.hpp"
#include "audit/model.hpp"
#include "audit/observe.hpp"
#include "support/process.hpp"

namespace plumb::powercut {

/// Small segments and many checkpoints: names change all the time.
inline constexpr std::uint64_t kSegmentBytes = 4096;
inline constexpr std::uint64_t kCheckpointEvery = 6;  // transactions

/// The arguments of `plumb init` for the stores of a campaign.
[[nodiscard]] std::vector<std::string> init_words(const std::string& folder);
/// The environment that turns plumb into the mutant; empty for none.
[[nodiscard]] test::ProcessOptions as_mutant(const std::string& mutant);

/// What is sent, drawn from a seed, and what it must lead to.
struct Script {
  explicit Script(std::uint64_t seed) : random(seed) {}
  /// A transaction whose record fits a segment. Its id is like no other.
  [[nodiscard]] Transaction draw();

  audit::Random random;
  audit::Model model;
  std::uint64_t unique = 0;
};

/// How a writer ended.
struct Ended {
  std::uint64_t promised = 0;  ///< highest transaction acknowledged; 0 for none
  std::uint64_t receipts = 0;
  test::Finished done;
};

class Writer {
 public:
  /// Starts `plumb commit FOLDER --from -`, behind the words of `wrapper` if there are any.
  /// `options`: as_mutant(), or those of a record (calls.hpp).
  Writer(const audit::Plumb& plumb, const std::string& folder, Script& script,
         const test::ProcessOptions& options, const std::vector<std::string>& wrapper = {});
  /// Sends the script's next transaction.
  void send();
  /// Waits for the next receipt; false where there will be none.
  bool await_receipt();
  /// Sends and awaits so many; false where a receipt did not come.
  bool commit(std::uint64_t count);
  /// Receipts so far.
  [[nodiscard]] std::uint64_t receipts() const noexcept { return lines_.size(); }
  [[nodiscard]] test::Process& process() noexcept { return process_; }
  /// Closes its input, waits for its end and judges all receipts. Throws the Violation.
  [[nodiscard]] Ended end();

 private:
  Script& script_;
  test::Process process_;
  std::vector<audit::SentLine> sent_;
  std::vector<std::string> lines_;
};

}  // namespace plumb::powercut
