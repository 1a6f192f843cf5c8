// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// A store whose parts lie on two filesystems: two loop devices, and each file of the store in turn
// bound over from the other one. Refused before any write, by every verb; opened when it is gone.
// Thread-safety: none; one thread.
// Spec:          EV-6; A-11; R-24; fault 24.
#include <fmt/format.h>

#include <csignal>
#include <filesystem>

#include "powercut/campaign.hpp"
#include "powercut/verdict.hpp"
#include "powercut/writer.hpp"

namespace plumb::powercut {
namespace {

namespace fs = std::filesystem;

/// A file of the store that lies on the other filesystem, as long as this object lives.
class Elsewhere {
 public:
  Elsewhere(const std::string& file, const std::string& other) : file_(file) {
    fs::copy_file(file, other, fs::copy_options::overwrite_existing);
    bind(other, file);
  }
  Elsewhere(const Elsewhere&) = delete;
  Elsewhere& operator=(const Elsewhere&) = delete;
  Elsewhere(Elsewhere&&) = delete;
  Elsewhere& operator=(Elsewhere&&) = delete;
  ~Elsewhere() { unmount(file_); }

 private:
  std::string file_;
};

void refuse_all(const Scene& scene, const std::string& store, const std::string& name) {
  const audit::Files before = audit::read_folder(store);
  const std::vector<std::vector<std::string>> verbs{
      {"verify", store}, {"dump", store}, {"recover", store}, {"commit", store, "k=v"}};
  for (const std::vector<std::string>& words : verbs) {
    const test::Finished done =
        test::run_process(scene.plumb.command(words), {}, as_mutant(scene.request.mutant));
    audit::require_orderly_end(words.front(), done);
    const bool said = (done.out + done.err).find("filesystem") != std::string::npos;
    audit::require(done.status != 0 && said, "A-11",
                   fmt::format("{} lies elsewhere: plumb {} does not refuse it: {}", name,
                               words.front(), done.text()));
    ++scene.tally["refusals"];
  }
  audit::require(audit::read_folder(store) == before, "AC-8", "a refused store was changed");
}

}  // namespace

void run_two_filesystems(const Scene& scene) {
  const Filesystem& made = filesystem(scene.request.filesystem);
  const Mounted one(scene.bench.image("one.image", made), scene.bench.folder("one"), made);
  const Mounted two(scene.bench.image("two.image", made), scene.bench.folder("two"), made);
  const std::string store = one.folder() + "/store";
  const test::Finished made_store = scene.plumb.run(init_words(store));
  audit::require(made_store.status == 0, "AC-9", "plumb init: " + made_store.text());

  Script script(scene.request.seed);
  Writer writer(scene.plumb, store, script, test::ProcessOptions{});
  static_cast<void>(writer.commit(4));
  writer.process().kill(SIGKILL);  // so that the log matters
  const Ended ended = writer.end();
  const audit::Observation before = judge_left(scene.plumb, store, {script.model, ended.promised});

  for (const auto& [name, bytes] : before.files) {
    const Elsewhere elsewhere(store + '/' + name, two.folder() + '/' + name);
    ++scene.tally["files elsewhere"];
    refuse_all(scene, store, name);
  }
  const audit::Observation after = judge_left(scene.plumb, store, {script.model, ended.promised});
  audit::require(after.files == before.files, "AC-8", "the store was changed");
  judge_further_commit(scene.plumb, after, script.draw());
}

}  // namespace plumb::powercut
