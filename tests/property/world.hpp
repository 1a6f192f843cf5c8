// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// Plays a history: the store on the simulated disk and the model beside it, in lockstep. A crash
// inside a call is taken there (what is left, and what was promised at that moment); the call then
// runs to its end on a disk that nobody looks at any more.
// Invariants:    an operation that no fault has met does exactly what the model says; a met one
//                fails as AC-9 allows, or does what the model says.
// Thread-safety: none.
// Spec:          EV-3; AC-1 to AC-14, AC-16, AC-18; PowerCut KillProcess IoError DiskFull.
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>

#include "crash/seam.hpp"
#include "property/books.hpp"
#include "property/cover.hpp"
#include "property/scene.hpp"
#include "sim/sim_disk.hpp"

namespace plumb::property {

class World {
 public:
  /// A new folder. `mutant` (nullptr: none) and `cover` must outlive this object.
  World(const Scene& scene, const crash::Mutant* mutant, Cover& cover);
  World(const World&) = delete;
  World& operator=(const World&) = delete;
  World(World&&) = delete;
  World& operator=(World&&) = delete;
  ~World();

  /// Plays the steps up to the first violation, which it returns.
  [[nodiscard]] Found play(const std::vector<Step>& steps);

 private:
  struct Crashed {
    std::unique_ptr<sim::SimDisk> disk;
    Books books;
  };

  void step(const Step& step);
  void make_disk(std::unique_ptr<sim::SimDisk> disk);
  void watch(const sim::Call& call, sim::Moment moment);
  void note_call(const sim::Call& call);
  void watch_audit(const sim::Call& call);
  [[nodiscard]] std::unique_ptr<sim::SimDisk> cut(const sim::SimDisk& disk, std::uint64_t seed);

  /// The next blow falls upon what is done until calm(). `where` is for the cover.
  void arm(const char* where);
  void calm();
  [[nodiscard]] bool met() const { return disk_->faults_fired() > fired_before_; }
  /// True where a crash came in it, and all that it answered is void.
  [[nodiscard]] bool crashed() const { return crashed_.has_value(); }
  void go_on_after_crash();

  void open();
  [[nodiscard]] Found judge_open(const std::optional<Snapshot>& reading);
  void note_report(const Report& report);
  void note_cleaned();
  void commit(const Step& step);
  void refused(const Error& error, std::size_t bytes, bool fault);
  void repeat(const Step& step, bool same_changes);
  void expect_repeat(const Transaction& transaction, std::uint64_t seq);
  void checkpoint();
  void close(bool with_checkpoint);
  void die(const Step& step);
  void violated(const char* rule, std::string what);
  void judge(Found found);

  const Scene& scene_;
  const crash::Mutant* mutant_;
  Cover& cover_;
  std::unique_ptr<Hasher> hasher_;
  std::unique_ptr<sim::SimDisk> disk_;
  std::unique_ptr<crash::Seam> seam_;
  std::unique_ptr<Store> store_;
  Books books_;
  Found violation_;

  std::span<const Blow> blows_;  // of this step, those to come
  const char* where_ = "";
  std::optional<std::uint32_t> calls_left_;  // until the crash
  Blow blow_;
  std::uint64_t fired_before_ = 0;
  std::optional<Crashed> crashed_;
  sim::Image found_;  // what the last opening began with

  bool poisoned_ = false;
  bool was_full_ = false;    // a commit failed for want of space
  bool was_killed_ = false;  // what the process before left pending lives on
  unsigned openings_ = 0;    // salts differ from one to the next
  unsigned crashed_openings_ = 0;
  bool nothing_written_ = false;                // by the opening that runs, but for its audit entry
  std::uint64_t number_ = 0;                    // of transactions, whatever became of them
  std::set<std::string, std::less<>> headers_;  // segments that have got a header in this process
};

}  // namespace plumb::property
