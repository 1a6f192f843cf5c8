// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// Counterexamples of spec mutants, as disk scripts, replayed on the code: the same operations, a
// crash at the same point, the same survivors of the power cut.
// The same point: as many of the actions that change something have been issued; syncs and actions
// without a call are left out of the comparison, since they are what a mutant may lack. Of the
// crash states there, those count in which each item of the script is as it says. Thread-safety:
// none. Spec:          EV-2, EV-4; spec/tool/README.md (the disk script).
#pragma once
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "refine/lives.hpp"

namespace plumb::refine {

/// A mutant of the specification and the wrong store that has the same fault.
struct Counterpart {
  std::string_view mutant;  ///< of "golden, sync"
  std::string_view other;   ///< the store has this fault, too; may be empty
  std::string_view store;   ///< of crash/seam.hpp
};
[[nodiscard]] std::span<const Counterpart> counterparts();
/// Wrong stores without a counterpart, with the reason.
struct Alone {
  std::string_view store;
  std::string_view reason;
};
[[nodiscard]] std::span<const Alone> stores_alone();

struct Script {
  struct Life {
    crash::History operations;
    std::vector<std::string> actions;  ///< that change something
    std::string crash;                 ///< PowerCut, KillProcess; empty: it ends
    std::map<std::string, std::string> survives;
  };
  std::string variant;
  std::string property;
  std::vector<Life> lives;
};
/// Throws std::invalid_argument where the text is no script of a golden row.
[[nodiscard]] Script script_of(std::string_view text);
/// The scripts of every claim of safety that the search sees the mutant break, shortest histories.
[[nodiscard]] std::vector<std::string> scripts_of(std::string_view mutant);

struct Replayed {
  unsigned ways = 0;                      ///< in which the code was taken through the whole script
  bool broken = false;                    ///< in one of them the property was, whatever happened
  std::vector<std::string> properties{};  ///< that were broken, in one of them or another
  bool held = true;                       ///< in all of them everything did
  std::string seen_as{};  ///< by the store's clients: "AC-5 not opened", "AC-2 lost", or nothing
  std::string why{};      ///< of a trace that was refused
};
/// On the store with its counterpart's fault, judged by the mutant's row; or, with none, on the
/// right store, judged by the golden row.
[[nodiscard]] Replayed replay(const Script& script, const Counterpart* counterpart, bool direct);

}  // namespace plumb::refine
