// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/core/base64.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <string_view>

namespace offload {
namespace {

std::optional<std::string> decoded(std::string_view text) { return base64::decoded(text); }

TEST(Base64, OfAnyBytesIsReadBack) {
  std::string bytes;
  for (int i = 0; i < 300; ++i) {
    EXPECT_EQ(base64::decoded(base64::encoded(bytes)), bytes);
    bytes += static_cast<char>(i * 37);
  }
  EXPECT_EQ(base64::encoded("foob"), "Zm9vYg==");
}

TEST(Base64, IsThatOfTheStandard) {
  EXPECT_EQ(base64::encoded(""), "");
  EXPECT_EQ(base64::encoded("f"), "Zg==");
  EXPECT_EQ(base64::encoded("fo"), "Zm8=");
  EXPECT_EQ(base64::encoded("foo"), "Zm9v");
  EXPECT_EQ(base64::encoded("foobar"), "Zm9vYmFy");
  EXPECT_EQ(base64::encoded("\xff\xfe"), "//4=");
}

TEST(Base64Decoder, TurnsTextIntoBytes) {
  EXPECT_EQ(decoded(""), "");
  EXPECT_EQ(decoded("Zg=="), "f");
  EXPECT_EQ(decoded("Zm8="), "fo");
  EXPECT_EQ(decoded("Zm9v"), "foo");
  EXPECT_EQ(decoded("AP+/"), (std::string{'\0', '\xff', '\xbf'}));
}

TEST(Base64Decoder, SkipsWhiteSpaceAnywhere) { EXPECT_EQ(decoded("Zm\r\n9v\n Zg=\n=\n"), "foof"); }

TEST(Base64Decoder, RefusesWhatIsNoBase64) {
  for (auto const* text :
       {"Zm9", "Z", "Zg", "Zm9v!", "Zg==Zg==", "=", "Z===", "Zm9v-_", "\xc3\xa4"}) {
    EXPECT_EQ(decoded(text), std::nullopt) << text;
  }
}

TEST(Base64Decoder, IsAsNewAfterTheEnd) {
  base64::decoder decoder;
  std::string bytes;
  EXPECT_TRUE(decoder.feed('Z', bytes));
  EXPECT_FALSE(decoder.finish());

  for (char const c : std::string_view{"Zm9v"}) { EXPECT_TRUE(decoder.feed(c, bytes)); }

  EXPECT_EQ(bytes, "foo");
  EXPECT_TRUE(decoder.finish());
}

}  // namespace
}  // namespace offload
