// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// SHA-256 by OpenSSL's EVP interface; see hasher.hpp. What costs in EVP is looking the algorithm up
// and allocating a context, so both happen once; short messages go in with one call.
// Spec:          P-7. Relies on A-8.
#include "merkle/hasher.hpp"

#include <openssl/evp.h>

#include <array>
#include <cstring>

#include "base/contract.hpp"

namespace plumb {
namespace {

struct FreeDigest {
  void operator()(EVP_MD* md) const noexcept { EVP_MD_free(md); }
  void operator()(EVP_MD_CTX* context) const noexcept { EVP_MD_CTX_free(context); }
};
using Algorithm = std::unique_ptr<EVP_MD, FreeDigest>;
using Context = std::unique_ptr<EVP_MD_CTX, FreeDigest>;

/// Messages up to this size (bytes) are gathered first: a leaf and a node have 65, and one update
/// instead of three saves a tenth of the time.
constexpr std::size_t kGatherBytes = 128;

class Sha256 final : public Hasher {
 public:
  Sha256(Algorithm algorithm, Context context)
      : algorithm_(std::move(algorithm)), context_(std::move(context)) {}

  // A failure here is no error of the world: the algorithm was found, the context exists, and
  // nothing is allocated any more.
  Digest hash(std::initializer_list<ByteView> parts) override {
    const bool started = EVP_DigestInit_ex2(context_.get(), algorithm_.get(), nullptr) == 1;
    Ensures(started);
    std::size_t total = 0;
    for (const ByteView part : parts) total += part.size();
    if (total <= kGatherBytes) {
      std::array<std::byte, kGatherBytes> gathered;  // NOLINT: the first `total` bytes are set
      std::size_t at = 0;
      for (const ByteView part : parts) {
        if (!part.empty()) std::memcpy(gathered.data() + at, part.data(), part.size());
        at += part.size();
      }
      update({gathered.data(), total});
    } else {
      for (const ByteView part : parts) update(part);
    }
    Digest digest;
    auto* const out = reinterpret_cast<unsigned char*>(digest.bytes.data());  // NOLINT: bytes
    const bool finished = EVP_DigestFinal_ex(context_.get(), out, nullptr) == 1;
    Ensures(finished);
    return digest;
  }

 private:
  void update(ByteView part) {
    const bool updated = EVP_DigestUpdate(context_.get(), part.data(), part.size()) == 1;
    Ensures(updated);
  }

  Algorithm algorithm_;
  Context context_;
};

}  // namespace

Result<std::unique_ptr<Hasher>> make_sha256() {
  Algorithm algorithm(EVP_MD_fetch(nullptr, "SHA256", nullptr));
  if (!algorithm) return make_error(Errc::io, "OpenSSL offers no SHA-256");
  Context context(EVP_MD_CTX_new());
  // A first start, since it allocates: what can fail, fails here.
  if (!context || EVP_DigestInit_ex2(context.get(), algorithm.get(), nullptr) != 1) {
    return make_error(Errc::io, "OpenSSL cannot start SHA-256");
  }
  return std::unique_ptr<Hasher>(
      std::make_unique<Sha256>(std::move(algorithm), std::move(context)));
}

}  // namespace plumb
