// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// A tree of reads; see reads.hpp.
#include "crash/reads.hpp"

#include <string_view>

#include "base/contract.hpp"
#include "crash/history.hpp"

namespace plumb::crash {
namespace {

/// The answer of an image; a file that it lacks answers as an empty one, which root_of tells apart.
std::uint64_t answer(const sim::Image& image, const Range& asked) {
  const auto found = image.files.find(asked.file);
  if (found == image.files.end()) return 0;
  const std::string_view bytes = *found->second;
  if (asked.offset >= bytes.size()) return 0;
  return sim::hash_of(bytes.substr(asked.offset, asked.size));
}

}  // namespace

std::uint64_t ReadTree::root_of(std::uint64_t start, const sim::Image& image) {
  std::uint64_t h = start;
  for (const auto& [name, bytes] : image.files) {
    h = mix(mix(h, sim::hash_of(name)), bytes->size());
  }
  return h;
}

bool ReadTree::knows(std::uint64_t start, const sim::Image& image, std::uint64_t promise) const {
  const auto root = roots_.find(root_of(start, image));
  if (root == roots_.end()) return false;
  std::size_t at = root->second;
  while (!nodes_[at].asks.file.empty()) {
    const Node& node = nodes_[at];
    const auto next = node.answers.find(answer(image, node.asks));
    if (next == node.answers.end()) return false;
    at = next->second;
  }
  return nodes_[at].promises.contains(promise);
}

void ReadTree::learn(std::uint64_t start, const sim::Image& image, std::uint64_t promise,
                     const std::vector<Range>& reads) {
  const auto [root, fresh] = roots_.try_emplace(root_of(start, image), nodes_.size());
  if (fresh) nodes_.emplace_back();
  std::size_t at = root->second;
  for (const Range& read : reads) {
    if (nodes_[at].asks.file.empty() && nodes_[at].promises.empty()) nodes_[at].asks = read;
    const bool same_question = nodes_[at].asks == read;
    Ensures(same_question);  // else an opening depends on something that is no read
    const auto [next, added] = nodes_[at].answers.try_emplace(answer(image, read), nodes_.size());
    at = next->second;
    if (added) nodes_.emplace_back();
  }
  const bool ends_here = nodes_[at].asks.file.empty();
  Ensures(ends_here);
  nodes_[at].promises.insert(promise);
}

}  // namespace plumb::crash
