// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/image/image_note.hpp>

#include <gtest/gtest.h>

#include <string>

namespace offload {
namespace {

TEST(ImageNote, IsWrittenAsOthersReadIt) {
  EXPECT_EQ(with_image("", "offload.toml", {.id = "im-1"}),
            "{\n  \"offload.toml\": {\n    \"image_id\": \"im-1\"\n  }\n}\n");
}

TEST(ImageNote, ReadsWhatOffload09Wrote) {
  auto const image = image_in_note(R"({"a.toml": {"image_id": "im-1"}})", "a.toml");

  EXPECT_EQ(image, (cached_image{"im-1", std::nullopt}));
}

TEST(ImageNote, ReadsTheInputs) {
  auto const note = with_image("", "a.toml", {"im-1", "abc"});

  EXPECT_EQ(image_in_note(note, "a.toml"), (cached_image{"im-1", "abc"}));
  EXPECT_EQ(image_in_note(note, "b.toml"), std::nullopt);
}

TEST(ImageNote, KeepsWhatItDoesNotKnow) {
  auto const note = with_image(
      R"({"z.toml": {"image_id": "im-z", "new": [1]}, "a.toml": {"built": 7, "inputs": "old"}, "x": 1})",
      "a.toml", {.id = "im-a"});

  EXPECT_EQ(
      note,
      "{\n  \"z.toml\": {\n    \"image_id\": \"im-z\",\n    \"new\": [\n      1\n    ]\n  },\n"
      "  \"a.toml\": {\n    \"built\": 7,\n    \"image_id\": \"im-a\"\n  },\n  \"x\": 1\n}\n");
}

TEST(ImageNote, HasNoImageWhereItIsDamaged) {
  for (auto const* note : {"", "im-1", "[1]", "{", R"({"k": 1})", R"({"k": {}})",
                           R"({"k": {"image_id": 1}})", R"({"k": {"image_id": ""}})"}) {
    EXPECT_EQ(image_in_note(note, "k"), std::nullopt) << note;
  }
  EXPECT_EQ(image_in_note(with_image("{ damaged", "k", {.id = "im-1"}), "k")->id, "im-1");
}

TEST(ImageNote, IsMergedKeyByKey) {
  auto const base = with_image(with_image("", "a", {.id = "1"}), "b", {.id = "1"});
  auto const ours = with_image(with_image(base, "a", {.id = "ours"}), "mine", {.id = "ours"});
  auto const theirs = with_image(with_image(base, "b", {.id = "theirs"}), "c", {.id = "theirs"});

  auto const merged = merged_note(base, ours, theirs);

  EXPECT_EQ(image_in_note(merged, "a")->id, "ours");
  EXPECT_EQ(image_in_note(merged, "b")->id, "theirs");
  EXPECT_EQ(image_in_note(merged, "c")->id, "theirs");
  EXPECT_EQ(image_in_note(merged, "mine")->id, "ours");
}

TEST(ImageNote, IsOursWhereBothHaveChanged) {
  auto const ours = with_image("", "a", {.id = "ours"});
  auto const theirs = with_image("", "a", {.id = "theirs"});

  EXPECT_EQ(merged_note("", ours, theirs), ours);
  EXPECT_EQ(merged_note("", ours, "damaged"), ours);
  EXPECT_EQ(merged_note("", "damaged", theirs), theirs);
}

TEST(ImageNote, LosesWhatOneSideHasRemoved) {
  auto const ours = with_image("", "a", {.id = "1"});
  auto const base = with_image(ours, "b", {.id = "1"});

  EXPECT_EQ(image_in_note(merged_note(base, ours, base), "b"), std::nullopt);
  EXPECT_EQ(image_in_note(merged_note(base, base, ours), "b"), std::nullopt);
}

}  // namespace
}  // namespace offload
