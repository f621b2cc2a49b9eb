// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/image/patch.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "patches.hpp"
#include "sample.hpp"

namespace offload {
namespace {

using ::testing::HasSubstr;

file_change only_change(std::string const& patch) {
  auto const changes = parse_patch(patch);
  EXPECT_TRUE(changes) << to_string(changes.error());
  return changes && changes->size() == 1 ? changes->front() : file_change{};
}

std::string message_of(std::string const& patch) {
  auto const changes = parse_patch(patch);
  EXPECT_FALSE(changes) << "the patch is accepted";
  return changes ? "" : changes.error().message;
}

TEST(ParsePatch, TellsWhatHappensToEachFile) {
  auto const patch = testing::sample_patch();
  auto const changes = parse_patch(patch);

  ASSERT_TRUE(changes) << to_string(changes.error());
  std::string told;
  for (auto const& each : *changes) {
    told += fmt::format("{} [{}] [{}]\n", "mcdry"[static_cast<int>(each.kind)], each.old_path,
                        each.new_path);
  }
  EXPECT_EQ(told,
            "m [bin] [bin]\n"
            "c [] [empty]\n"
            "d [gone] []\n"
            "c [] [link]\n"
            "r [old name] [new\tname]\n"
            "m [run] [run]\n"
            "m [text] [text]\n");
  EXPECT_EQ((*changes)[5].new_kind, file_kind::executable);
  EXPECT_EQ((*changes)[3].new_kind, file_kind::symlink);
  auto const& hunks = std::get<std::vector<hunk>>((*changes)[6].contents);
  ASSERT_EQ(hunks.size(), 2U);
  EXPECT_EQ(hunks[1].lines.back().text, "end");  // without a newline
}

TEST(ParsePatch, FindsTheNameOfAFileThatHasSpaces) {
  auto const change = only_change("diff --git a/x b/x b/x b/x\nold mode 100644\nnew mode 100755\n");

  EXPECT_EQ(change.new_path, "x b/x");
}

TEST(ParsePatch, ReadsQuotedNames) {
  auto const change = only_change(
      "diff --git \"a/\\303\\244\\t\\\"\\\\\" \"b/\\303\\244\\t\\\"\\\\\"\n"
      "old mode 100644\nnew mode 100755\n");

  EXPECT_EQ(change.new_path, "\xc3\xa4\t\"\\");
}

TEST(ParsePatch, TakesAChangedModeOfABinaryFromLibgit2) {
  auto const change = only_change(
      "diff --git a/b b/b\nold mode 100644\nnew mode 100755\nBinary files a/b and b/b differ\n");

  EXPECT_EQ(change.new_kind, file_kind::executable);
  EXPECT_TRUE(std::holds_alternative<std::monostate>(change.contents));
}

TEST(ParsePatch, TakesNamesOfAnEmptyFileFromLibgit2) {
  auto const change = only_change(
      "diff --git a/e b/e\nnew file mode 100644\n"
      "index 0000000000000000000000000000000000000000..e69de29bb2d1d6434b8b29ae775ad8c2e48c5391\n"
      "--- /dev/null\n+++ b/e\n");

  EXPECT_EQ(change.kind, change_kind::created);
  EXPECT_TRUE(std::holds_alternative<std::monostate>(change.contents));
}

TEST(ParsePatch, SaysWhenThereIsNothingInIt) {
  EXPECT_EQ(message_of(""), "no valid patches found: the patch is empty");
  EXPECT_EQ(message_of(" \n\n"), "no valid patches found: the patch is empty");
  EXPECT_EQ(message_of("hello\n"),
            "no valid patches found: line 1 of the patch: expected `diff --git`, but found "
            "`hello`");
  EXPECT_THAT(message_of("hello"), HasSubstr("no valid patches found"));
}

TEST(ParsePatch, NamesTheLineThatItDoesNotUnderstand) {
  auto const good = testing::patch_that_makes("a");

  EXPECT_EQ(message_of(good + "* Unmerged path b\n"),
            "line 7 of the patch: expected `diff --git`, but found `* Unmerged path b`");
  EXPECT_THAT(message_of("diff --git a/a b/a\n--- a/a\n+++ b/a\n@@ -1 +1 @@\n-a\nb\n"),
              HasSubstr("line 6 of the patch: `b` does not belong to the hunk of line 4"));
  EXPECT_THAT(message_of("diff --git a/a b/a\n--- a/a\n+++ b/a\n@@ -1,x +1 @@\n"),
              HasSubstr("line 4 of the patch: expected a hunk"));
  EXPECT_THAT(message_of("diff --git a/a b/a\nnew file mode 100600\n"),
              HasSubstr("line 2 of the patch: git has no file mode `100600`"));
  EXPECT_THAT(message_of("diff --git a/a b/a\nGIT binary patch\nliteral 3\nKabc\n\n"),
              HasSubstr("line 4 of the patch: this is not a line of binary data"));
}

TEST(ParsePatch, DoesNotTakeMissingContentsForAnEmptyFile) {
  std::string const ids = "index 0000000..1234567\n";

  EXPECT_THAT(message_of("diff --git a/a b/a\nnew file mode 100644\n" + ids),
              HasSubstr("contents are missing"));
  EXPECT_THAT(message_of("diff --git a/a b/a\n" + ids + "Binary files a/a and b/a differ\n"),
              HasSubstr("contents are missing"));
  EXPECT_THAT(message_of("diff --git a/a b/a\n"), HasSubstr("changes nothing"));
  EXPECT_THAT(message_of("diff --git a/a b/a\nold mode 100644\n"), HasSubstr("no new one"));
  EXPECT_THAT(message_of("diff --git a/a b/b\nsimilarity index 90%\nrename from a\nrename to b\n"),
              HasSubstr("contents are missing"));
}

TEST(ParsePatch, RefusesPathsThatLeaveTheRoot) {
  for (std::string const path : {"../x", "x/../../y", "x/..", "/etc/x", "a//b", "./x",
                                 ".git/config", "x/.GIT/hooks/y", ".offload-apply-diff/journal"}) {
    EXPECT_THAT(message_of(testing::patch_that_makes(path)), HasSubstr("line 1 of the patch: `"))
        << path;
  }
  EXPECT_THAT(message_of("diff --git /etc/x /etc/x\nold mode 100644\nnew mode 100755\n"),
              HasSubstr("`/etc/x` is absolute"));
  EXPECT_THAT(message_of("diff --git a/x b/y\nsimilarity index 100%\nrename from x\n"
                         "rename to ../y\n"),
              HasSubstr("`../y` leaves the project root"));
  EXPECT_THAT(message_of("diff --git \"a/x\\000\" \"b/x\\000\"\nold mode 100644\n"
                         "new mode 100755\n"),
              HasSubstr("contains a NUL"));
}

TEST(ParsePatch, RefusesNamesThatDoNotAgree) {
  EXPECT_THAT(message_of("diff --git a/a b/a\n--- a/a\n+++ b/b\n@@ -1 +1 @@\n-a\n+b\n"),
              HasSubstr("a different name"));
  EXPECT_THAT(message_of("diff --git a a\n--- a\n+++ a\n@@ -1 +1 @@\n-a\n+b\n"),
              HasSubstr("expected a name such as `a/file`"));
}

}  // namespace
}  // namespace offload
