// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/runner/messages.hpp>

#include <gtest/gtest.h>

namespace offload {
namespace {

secret_mask const mask{std::vector<env_var>{{"TOKEN", "abcdefgh"}}};
error const secret_error{errc::sandbox, "no abcdefgh", {}, {"with abcdefgh"}};
error const masked_error{errc::sandbox, "no ***", {}, {"with ***"}};

template <class Message>
Message redacted(Message what) {
  message said{std::move(what)};
  redact(said, mask);
  return std::get<Message>(std::move(said));
}

template <class Event>
Event redacted_event(Event what) {
  return std::get<Event>(redacted(slot_heard{{}, {}, std::move(what), {}}).what);
}

TEST(Conceal, MasksWhatIsSaidOfSandboxes) {
  EXPECT_EQ(redacted(slot_warns{{}, "abcdefgh"}).text, "***");
  EXPECT_EQ(redacted(slot_has_ended{{}, secret_error}).why, masked_error);
  EXPECT_EQ(redacted(preparation_heard{"abcdefgh"}).line, "***");
  EXPECT_EQ(redacted(preparation_is_over{secret_error}).failed, masked_error);
  EXPECT_EQ(redacted(batch_is_over{{}, {}, {batch_cause::lost, {}, "abcdefgh"}, {}}).how.last_words,
            "***");
}

TEST(Conceal, MasksWhatIsSaidOfListings) {
  EXPECT_EQ(redacted(listing_is_over{0, secret_error}).failed, masked_error);
  auto const heard = redacted(listing_heard{0, listing_failed{secret_error}});
  EXPECT_EQ(std::get<listing_failed>(heard.what).why, masked_error);
}

TEST(Conceal, MasksWhatFrameworksSayOfThemselves) {
  EXPECT_EQ(redacted_event(framework_warning{"abcdefgh"}).text, "***");
  EXPECT_EQ(redacted_event(runner_stopping{"abcdefgh"}).reason, "***");
  EXPECT_EQ(redacted_event(test_unknown{{}, "abcdefgh"}).reason, "***");
}

TEST(Conceal, LeavesWhatTestsSay) {
  EXPECT_EQ(redacted_event(output_text{stream::out, "abcdefgh"}).text, "abcdefgh");
  EXPECT_EQ(redacted_event(test_finished{{.message = "abcdefgh"}}).report.message, "abcdefgh");
  EXPECT_EQ(
      redacted(batch_is_over{{}, {}, {batch_cause::exited, {}, "abcdefgh"}, {}}).how.last_words,
      "abcdefgh");
}

}  // namespace
}  // namespace offload
