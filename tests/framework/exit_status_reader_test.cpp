// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include "heard.hpp"

#include <offload/framework/exit_status_reader.hpp>

#include <gtest/gtest.h>

namespace offload {
namespace {

using namespace std::chrono_literals;
using testing::batch_of;
using testing::hear;

TEST(ExitStatusReader, PassesTheTestOfACommandThatSucceeds) {
  auto const said = hear(exit_status_reader{batch_of({"a b"})}, "fine\n");

  ASSERT_EQ(said.reports().size(), 1u);
  EXPECT_EQ(said.reports()[0].id.value, "a b");
  EXPECT_EQ(said.reports()[0].ended, outcome::passed);
  EXPECT_EQ(said.reports()[0].text, "");
}

TEST(ExitStatusReader, FailsTheTestOfACommandThatFails) {
  for (int const code : {1, 2, 77, 127, 255}) {
    auto const said = hear(exit_status_reader{batch_of({"a"})}, "out\n", {code, 0}, "err\n");

    ASSERT_EQ(said.reports().size(), 1u);
    EXPECT_EQ(said.reports()[0].ended, outcome::failed);
    EXPECT_EQ(said.reports()[0].message,
              fmt::format("the command ended with exit status {}", code));
    EXPECT_EQ(said.reports()[0].text, "err\nout\n");
  }
}

TEST(ExitStatusReader, CallsADeathByASignalAnError) {
  auto const said = hear(exit_status_reader{batch_of({"a"})}, "", {139, 11});

  ASSERT_EQ(said.reports().size(), 1u);
  EXPECT_EQ(said.reports()[0].ended, outcome::errored);
  EXPECT_EQ(said.reports()[0].message, "the command ended with signal 11 (SIGSEGV)");
}

TEST(ExitStatusReader, PassesTheOutputOn) {
  auto const said = hear(exit_status_reader{batch_of({"a"})}, "out", {}, "err");

  EXPECT_EQ(said.output(stream::out), "out");
  EXPECT_EQ(said.output(stream::err), "err");
}

TEST(ExitStatusReader, KeepsTheEndOfALongOutput) {
  exit_status_reader reader{batch_of({"a"})};
  testing::heard said;
  for (int i = 0; i < 20'000; ++i) {
    reader.feed(stream::out, "\u20ac " + std::to_string(i) + "\n", said.sink());
  }
  reader.finish({1, 0}, said.sink());

  auto const text = said.reports().at(0).text;
  EXPECT_LE(text.size(), exit_status_reader::kept_output);
  EXPECT_GT(text.size(), exit_status_reader::kept_output - 4);
  EXPECT_TRUE(text.ends_with("\u20ac 19999\n"));
  EXPECT_NE(static_cast<unsigned char>(text.front()) & 0xC0u, 0x80u);
}

TEST(ExitStatusReader, MeasuresHowLongTheCommandRan) {
  time_point now{};
  exit_status_reader reader{batch_of({"a"}), [&] { return now; }};
  testing::heard said;

  now += 1500ms;
  reader.finish({}, said.sink());

  EXPECT_EQ(said.reports().at(0).duration, 1.5s);
}

TEST(ExitStatusReader, SaysNothingOfAnEmptyBatch) {
  EXPECT_TRUE(hear(exit_status_reader{batch{}}, "", {1, 0}).reports().empty());
}

}  // namespace
}  // namespace offload
