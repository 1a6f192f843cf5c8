// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// SHA-256 behind Hasher: NIST's byte vectors (SHAVS ShortMsg and LongMsg), parts against wholes on
// both sides of the gathering limit, reuse after use, and an OpenSSL that offers no SHA-256.
#include <openssl/evp.h>

#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <fstream>
#include <string>

#include "hashers.hpp"
#include "oracle.hpp"
#include "support/skip.hpp"

namespace plumb::test {
namespace {

const std::filesystem::path kNistFolder =
    std::filesystem::path(PLUMBLINE_VECTORS_DIR) / "nist-sha256";

struct NistCase {
  std::string message;
  std::string digest_hex;
};

/// "Len = <bits>", "Msg = <hex>", "MD = <hex>" triples. Len = 0 stands beside Msg = 00 and means
/// the empty message.
std::vector<NistCase> read_nist(const std::filesystem::path& file) {
  std::ifstream in(file);
  std::vector<NistCase> cases;
  std::size_t bits = 0;
  for (std::string line; std::getline(in, line);) {
    if (!line.empty() && line.back() == '\r') line.pop_back();
    if (line.starts_with("Len = ")) bits = std::stoul(line.substr(6));
    if (line.starts_with("Msg = ")) {
      cases.push_back({unhex(line.substr(6)), {}});
      if (bits == 0) cases.back().message.clear();
      BOOST_REQUIRE_EQUAL(cases.back().message.size() * 8, bits);
    }
    if (line.starts_with("MD = ")) cases.back().digest_hex = line.substr(5);
  }
  return cases;
}

void check_nist(const char* name, std::size_t expected_cases) {
  if (!std::filesystem::exists(kNistFolder)) {
    say_skipped(name, "the external vectors are not at " + kNistFolder.string());
    return;
  }
  const auto hasher = sha256();
  const std::vector<NistCase> cases = read_nist(kNistFolder / name);
  BOOST_TEST(cases.size() == expected_cases);
  for (const NistCase& c : cases) {
    BOOST_TEST(to_hex(hasher->hash(view(c.message))) == c.digest_hex);
  }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(hasher)

BOOST_AUTO_TEST_CASE(nist_short_messages) { check_nist("SHA256ShortMsg.rsp", 65); }

BOOST_AUTO_TEST_CASE(nist_long_messages) { check_nist("SHA256LongMsg.rsp", 64); }

BOOST_AUTO_TEST_CASE(the_empty_message_is_not_one_zero_byte) {
  const auto hasher = sha256();
  BOOST_TEST(to_hex(hasher->hash(ByteView{})) ==
             "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  BOOST_TEST(to_hex(hasher->hash(view(std::string_view("\0", 1)))) ==
             "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d");
}

BOOST_AUTO_TEST_CASE(parts_hash_as_their_concatenation) {
  const auto hasher = sha256();
  for (std::size_t size = 0; size <= 300; ++size) {
    std::string whole(size, '\0');
    for (std::size_t i = 0; i < size; ++i) whole[i] = static_cast<char>(i * 7 + size);
    const std::string_view w = whole;
    const Digest expected = digest_of(oracle::sha256(whole));
    const std::size_t a = size / 3;
    const std::size_t b = size / 2;
    BOOST_TEST((hasher->hash(view(w)) == expected), "one part of " << size);
    BOOST_TEST((hasher->hash({view(w.substr(0, a)), view(w.substr(a, b - a)), view(w.substr(b))}) ==
                expected),
               "three parts of " << size);
  }
  BOOST_TEST((hasher->hash({}) == digest_of(oracle::sha256(""))));
}

BOOST_AUTO_TEST_CASE(an_openssl_without_sha256_is_an_error) {
  BOOST_REQUIRE(EVP_set_default_properties(nullptr, "provider=none_such") == 1);
  const auto missing = make_sha256();
  BOOST_REQUIRE(EVP_set_default_properties(nullptr, "") == 1);
  BOOST_REQUIRE(!missing.has_value());
  BOOST_TEST((missing.error().code == Errc::io));
  BOOST_TEST(missing.error().message() == "OpenSSL offers no SHA-256");
  BOOST_TEST(make_sha256().has_value());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace plumb::test
