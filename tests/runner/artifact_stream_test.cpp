// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/runner/artifact_stream.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

namespace offload {
namespace {

using ::testing::ElementsAre;

/// What has come of a stream.
struct received {
  explicit received(std::vector<std::string> globs = {"**"}) : reader{std::move(globs)} {}

  received& feed(std::string_view text, std::size_t at_once = std::string_view::npos) {
    for (; !text.empty(); text.remove_prefix(std::min(at_once, text.size()))) {
      reader.feed(text.substr(0, at_once), [this](file_event const& event) { hear(event); });
    }
    return *this;
  }

  void hear(file_event const& event) {
    if (auto const* begins = std::get_if<file_begins>(&event)) { open = begins->path; }
    if (auto const* some = std::get_if<file_bytes>(&event)) { files[open] += some->bytes; }
    if (std::holds_alternative<file_ends>(event)) { files[open] += "."; }
    if (std::holds_alternative<file_fails>(event)) { files[open] += "!"; }
    if (auto const* large = std::get_if<file_is_large>(&event)) { files[large->path] = "large"; }
  }

  artifact_stream_reader reader;
  std::string open;
  std::map<std::string, std::string> files;
};

using file_map = std::map<std::string, std::string>;

TEST(ArtifactStream, IsReadWhereverItIsCut) {
  std::string_view const text =
      "Welcome to this machine\n\noffload-artifacts\nn ./a b\nZm9v\nYmFy\n.\n"
      "b Li9saW5lCmJyZWFr\nAAE=\n.\nn ./empty\n.\nl n ./big\nn ./half\nZm9v\n!\noffload-end\n";
  file_map const expected{{"a b", "foobar."},
                          {"line\nbreak", std::string{'\0', '\1', '.'}},
                          {"empty", "."},
                          {"big", "large"},
                          {"half", "foo!"}};

  for (std::size_t at_once = 1; at_once < text.size(); ++at_once) {
    received in;
    in.feed(text, at_once);

    EXPECT_TRUE(in.reader.is_complete()) << at_once;
    EXPECT_EQ(in.files, expected) << at_once;
  }
}

TEST(ArtifactStream, MayPassATerminal) {
  received in;

  in.feed("offload-artifacts\r\nn ./a\r\nZm9v\r\n.\r\noffload-end\r\n");

  EXPECT_TRUE(in.reader.is_complete());
  EXPECT_EQ(in.files, (file_map{{"a", "foo."}}));
}

TEST(ArtifactStream, IsNotCompleteWithoutItsEnd) {
  EXPECT_FALSE(received{}.feed("").reader.has_begun());
  EXPECT_FALSE(received{}.feed("something else\noffload-end\n").reader.is_complete());

  received cut;
  cut.feed("offload-artifacts\nn ./a\nZm9v\n");

  EXPECT_FALSE(cut.reader.is_complete());
  EXPECT_EQ(cut.files, (file_map{{"a", "foo"}}));
}

TEST(ArtifactStream, IsBrokenByWhatDoesNotBelongThere) {
  for (auto const* text : {"n ./a\nZm9v\nfind: permission denied\n.\n", "x\n", "n /etc/passwd\n.\n",
                           "n ../a\n.\n", "b !!\n.\n", "b Zm9\n.\n", "l x\n"}) {
    received in;
    in.feed("offload-artifacts\n").feed(text).feed("offload-end\n");

    EXPECT_FALSE(in.reader.is_complete()) << text;
  }
}

TEST(ArtifactStream, SaysNothingOfPathsThatLeadOut) {
  received in;
  in.feed("offload-artifacts\n");

  for (auto const* name : {"./../a", "./a/../../b", ".//a", "./", "./.", "./a/", "./a/./b"}) {
    in.feed(std::string{"n "} + name + "\nZm9v\n.\nl n " + name + "\n");
  }
  in.feed("b Li9hAGI=\nZm9v\n.\nn ./fine\n.\noffload-end\n");  // with a NUL

  EXPECT_TRUE(in.reader.is_complete());
  EXPECT_EQ(in.files, (file_map{{"fine", "."}}));
}

TEST(ArtifactStream, SaysNothingOfFilesThatMatchNoGlob) {
  received in{{"*.png", "a/**/b"}};

  in.feed("offload-artifacts\nn ./x.txt\nZm9v\n.\nn ./x.png\nZm9v\n.\nn ./a/b\n.\nl n ./y\n");

  EXPECT_EQ(in.files, (file_map{{"x.png", "foo."}, {"a/b", "."}}));
}

TEST(ArtifactStream, IsBoundedInMemory) {
  received in;
  std::string const endless(1 << 20, 'x');

  in.feed(endless).feed("\noffload-artifacts\n").feed(endless);

  EXPECT_TRUE(in.reader.has_begun());
  EXPECT_FALSE(in.reader.is_complete());
  EXPECT_FALSE(in.feed("\noffload-end\n").reader.is_complete());
}

std::vector<std::string> expression(std::vector<std::string> globs) {
  return find_expression(globs);
}

TEST(FindExpression, SelectsWhatMatches) {
  EXPECT_THAT(expression({"**"}), ElementsAre("-type", "f", "(", "-path", "./*", ")"));
  EXPECT_THAT(expression({"*.png", "./**/b"}),
              ElementsAre("-type", "f", "(", "-path", "./*.png", "-o", "-path", "./*b", ")"));
}

TEST(FindExpression, EntersNoFolderInVain) {
  EXPECT_THAT(expression({"a/b/*.x"}),
              ElementsAre("-type", "d", "!", "-name", ".", "!", "(", "-path", "./a", "-o", "-path",
                          "./a/b", "-o", "-path", "./a/b/*", ")", "-prune", "-o", "-type", "f", "(",
                          "-path", "./a/b/*.x", ")"));
  EXPECT_THAT(expression({"junit.xml"}),
              ElementsAre("-type", "d", "!", "-name", ".", "-prune", "-o", "-type", "f", "(",
                          "-path", "./junit.xml", ")"));
}

TEST(FindExpression, SaysNothingThatFindUnderstandsOtherwise) {
  auto const pattern = [](std::string glob) { return expression({std::move(glob)}).end()[-2]; };

  EXPECT_EQ(pattern("[a-c]x"), "./[a-c]x");
  EXPECT_EQ(pattern("[^a]x"), "./[!a]x");
  EXPECT_EQ(pattern("[[:alpha:]]x"), "./*");
  EXPECT_EQ(pattern("[]a]x"), "./*");
  EXPECT_EQ(pattern("a[b"), "./a\\[b");
  EXPECT_EQ(pattern("\\*\\"), "./\\*\\\\");
  EXPECT_EQ(pattern("a**b/c***/d"), "./a*b/c*/d");
}

}  // namespace
}  // namespace offload
