// SPDX-FileCopyrightText: The Plumbline contributors
// SPDX-License-Identifier: MIT
// Hexadecimal, UTF-8, digests, and the big-endian Writer and Reader.
#include "base/bytes.hpp"

#include <boost/test/unit_test.hpp>
#include <string>
#include <vector>

#include "support/property.hpp"

namespace plumb::test {

BOOST_AUTO_TEST_SUITE(bytes)

BOOST_AUTO_TEST_CASE(hex_round_trip) {
  BOOST_TEST(to_hex(view(std::string_view("\x00\x0F\xA5\xFF", 4))) == "000fa5ff");
  BOOST_TEST((from_hex("000fA5fF") == Bytes("\x00\x0F\xA5\xFF", 4)));
  BOOST_TEST((from_hex("") == Bytes()));
  check_property("hex round trip", [](const std::string& any) {
    RC_ASSERT(from_hex(to_hex(view(any))) == any);
    RC_ASSERT(to_hex(view(any)).size() == 2 * any.size());
  });
}

BOOST_AUTO_TEST_CASE(hex_refuses_odd_lengths_and_other_characters) {
  for (const char* bad : {"0", "abc", "0g", "g0", " 0", "0x", "/0", ":0", "@0", "`0", "\xC3\xA9"}) {
    BOOST_TEST(!from_hex(bad).has_value(), bad);
  }
  // The view ends where it ends, though a digit follows in memory.
  BOOST_TEST(!from_hex(std::string_view("abcd").substr(0, 3)).has_value());
}

BOOST_AUTO_TEST_CASE(a_digest_is_64_digits) {
  const std::string digits = "80000000000000000000000000000000000000000000000000000000000000fe";
  const std::optional<Digest> digest = digest_from_hex(digits);
  BOOST_REQUIRE(digest.has_value());
  BOOST_TEST(to_hex(*digest) == digits);
  BOOST_TEST(!digest_from_hex(digits.substr(2)).has_value());
  BOOST_TEST(!digest_from_hex(digits + "00").has_value());
  BOOST_TEST(!digest_from_hex("x" + digits.substr(1)).has_value());
}

BOOST_AUTO_TEST_CASE(digest_bits_order_and_zero) {
  const Digest digest =
      digest_from_hex("80000000000000000000000000000000000000000000000000000000000000fe").value();
  BOOST_TEST(digest.bit(0));
  BOOST_TEST(!digest.bit(1));
  BOOST_TEST(digest.bit(254));
  BOOST_TEST(!digest.bit(255));
  BOOST_TEST(!digest.is_zero());
  BOOST_TEST(Digest{}.is_zero());
  BOOST_TEST((Digest{} < digest));
  // Bytes compare as unsigned: 0x80 comes after 0x7f.
  const Digest smaller =
      digest_from_hex("7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff").value();
  BOOST_TEST((smaller < digest));
}

BOOST_AUTO_TEST_CASE(utf8_accepts_what_rfc_3629_does) {
  const std::vector<std::string> good{"",
                                      "plumb",
                                      std::string(1, '\0'),
                                      "\x7F",
                                      "\xC2\x80",          // U+0080, the first of two bytes
                                      "\xDF\xBF",          // U+07FF
                                      "\xE0\xA0\x80",      // U+0800, the first of three
                                      "\xED\x9F\xBF",      // U+D7FF, before the surrogates
                                      "\xEE\x80\x80",      // U+E000, after them
                                      "\xEF\xBF\xBF",      // U+FFFF
                                      "\xF0\x90\x80\x80",  // U+10000, the first of four
                                      "\xF4\x8F\xBF\xBF",  // U+10FFFF, the last of all
                                      "Blei \xE2\x80\x94 \xF0\x9F\x94\xA9 lead"};
  for (const std::string& text : good) BOOST_TEST(is_utf8(text), to_hex(view(text)));
}

BOOST_AUTO_TEST_CASE(utf8_refuses_all_else) {
  const std::vector<std::string> bad{
      "\x80",                      // a continuation byte alone
      "\xBF",                      //
      "\xC0\x80",                  // overlong U+0000
      "\xC1\xBF",                  // overlong U+007F
      "\xE0\x80\x80",              // overlong U+0000
      "\xE0\x9F\xBF",              // overlong U+07FF
      "\xF0\x80\x80\x80",          // overlong U+0000
      "\xF0\x8F\xBF\xBF",          // overlong U+FFFF
      "\xED\xA0\x80",              // U+D800, the first surrogate
      "\xED\xBF\xBF",              // U+DFFF, the last
      "\xF4\x90\x80\x80",          // U+110000
      "\xF5\x80\x80\x80",          // lead bytes that never occur
      "\xF9\x80\x80\x80",          // this one would be U+40000 if its fifth bit were dropped
      "\xF8\x88\x80\x80\x80",      // the five and six bytes of old: U+200000
      "\xFC\x84\x80\x80\x80\x80",  // U+4000000
      "\xFE",
      "\xFE\x80\x80\x80\x80\x80\x80",
      "\xFF",
      "\xFF\x80\x80\x80",
      "\xC2",          // cut after one, two, three bytes
      "\xE2\x80",      //
      "\xF0\x9F\x94",  //
      "\xC2\x41",      // continuation missing
      "\xE2\x41\x80",  //
      "\xE2\x80\x41",  //
      "good until \xFF"};
  for (const std::string& text : bad) BOOST_TEST(!is_utf8(text), to_hex(view(text)));
  for (unsigned lead = 0xF5; lead <= 0xFF; ++lead) {
    for (std::size_t more = 0; more < 8; ++more) {
      const std::string text = static_cast<char>(lead) + std::string(more, '\x80');
      BOOST_TEST(!is_utf8(text), to_hex(view(text)));
    }
  }
}

BOOST_AUTO_TEST_CASE(utf8_judges_the_view_and_nothing_behind_it) {
  // Cut inside a character, whose last bytes follow in memory.
  for (const std::string_view whole : {"\xC2\xA9", "\xE2\x80\x94", "\xF0\x9F\x94\xA9"}) {
    BOOST_TEST(is_utf8(whole), to_hex(view(whole)));
    for (std::size_t size = 1; size < whole.size(); ++size) {
      BOOST_TEST(!is_utf8(whole.substr(0, size)), to_hex(view(whole)) << " cut at " << size);
    }
    BOOST_TEST(!is_utf8(whole.substr(1)), to_hex(view(whole)));
  }
  // Ends before bytes that are none.
  const std::string_view bad_later = "lead \xE2\x80\x94\xFF\x80";
  BOOST_TEST(!is_utf8(bad_later));
  BOOST_TEST(is_utf8(bad_later.substr(0, 8)));
  BOOST_TEST(is_utf8(bad_later.substr(0, 5)));
  BOOST_TEST(is_utf8(bad_later.substr(8, 0)));
}

BOOST_AUTO_TEST_CASE(fields_are_big_endian) {
  Bytes out;
  Writer writer(out);
  writer.u8(0xAB);
  writer.u32(0x01020304);
  writer.u64(0x0506070809101112);
  writer.raw("xyz");
  writer.pad_to(20);
  BOOST_TEST(to_hex(view(out)) == "ab01020304050607080910111278797a00000000");
}

BOOST_AUTO_TEST_CASE(fields_round_trip) {
  check_property("fields", [](std::uint8_t a, std::uint32_t b, std::uint64_t c, std::string d) {
    Bytes out;
    Writer writer(out);
    writer.u8(a);
    writer.u32(b);
    writer.u64(c);
    writer.digest(Digest{{std::byte{a}, std::byte{7}}});
    writer.raw(d);
    Reader reader(out);
    RC_ASSERT(reader.u8() == a);
    RC_ASSERT(reader.u32() == b);
    RC_ASSERT(reader.u64() == c);
    RC_ASSERT(reader.digest() == (Digest{{std::byte{a}, std::byte{7}}}));
    RC_ASSERT(reader.at() == 45U);
    RC_ASSERT(reader.left() == d.size());
    RC_ASSERT(reader.raw(d.size()) == d);
    RC_ASSERT(reader.ok());
    RC_ASSERT(reader.left() == 0U);
  });
}

BOOST_AUTO_TEST_CASE(reading_past_the_end_gives_zeros_and_stays_not_ok) {
  const std::string four = "\xFF\xFF\xFF\xFF";
  Reader exact(four);
  BOOST_TEST(exact.u32() == 0xFFFFFFFFU);
  BOOST_TEST(exact.ok());
  BOOST_TEST(exact.u8() == 0U);
  BOOST_TEST(!exact.ok());

  Reader reader(four);
  BOOST_TEST(reader.u64() == 0U);
  BOOST_TEST(!reader.ok());
  BOOST_TEST(reader.at() == 0U);
  static_cast<void>(reader.u8());  // there are bytes for it, and still
  BOOST_TEST(!reader.ok());

  Reader digest(four);
  BOOST_TEST(digest.digest().is_zero());
  BOOST_TEST(!digest.ok());

  Reader huge(four);
  BOOST_TEST(huge.raw(SIZE_MAX).empty());
  BOOST_TEST(!huge.ok());

  Reader none(four);
  BOOST_TEST(none.raw(0).empty());
  BOOST_TEST(none.ok());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace plumb::test
