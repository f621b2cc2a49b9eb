// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/runner/artifact_collection.hpp>

#include <offload/runner/messages.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>
#include <fstream>
#include <iterator>

#include "support/temp_dir.hpp"

namespace offload {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using progress_list = std::deque<result<command_progress>>;

/// Says what it was given.
struct told_execution {
  [[nodiscard]] result<command_progress> next(deadline, std::stop_token stop) {
    if (stop.stop_requested()) { return stop_was_requested{}; }
    if (said.empty()) { return deadline_passed{}; }
    auto one = std::move(said.front());
    said.pop_front();
    return one;
  }
  [[nodiscard]] result<void> write(std::string_view) { return {}; }
  void close_input() {}
  exit_status terminate() { return {}; }

  progress_list said;
};

struct told_sandbox {
  [[nodiscard]] sandbox_id id() const { return {"box"}; }
  [[nodiscard]] std::string files() const { return "/files"; }
  [[nodiscard]] result<told_execution> start(command const& c, input) {
    commands.push_back(c.argv.at(2));
    return told_execution{answer};
  }

  progress_list answer{};
  std::vector<std::string> commands{};
};
static_assert(Sandbox<told_sandbox>);

command_progress output(std::string bytes) { return command_output{stream::out, std::move(bytes)}; }
constexpr auto transfer = "offload-artifacts\nn ./a.log\nZm9v\n.\noffload-end\n";

class ArtifactCollection : public ::testing::Test {
 protected:
  /// A batch with one test that ended in this way.
  void run_batch(outcome how, batch_closing const& end = {}) {
    line.open({{.id = {batches++}, .tests = {{"t"}}}, {}});
    line.pass_on(test_finished{{.id = {"t"}, .ended = how}});
    line.close_all(end);
  }
  std::vector<std::string> warnings() {
    std::vector<std::string> all;
    while (auto said = messages.pop(steady_clock::now())) {
      if (auto* warning = std::get_if<slot_warns>(&*said)) { all.push_back(warning->text); }
    }
    return all;
  }

  testing::temp_dir place;
  artifact_wish wish{.globs = {"*.log"}, .folder = [this](sandbox_id const&, batch_id id) {
                       return place.path() / std::to_string(id.value);
                     }};
  std::uint32_t batches = 0;
  told_sandbox sandbox{{output(transfer), command_ended{}}};
  assignment_queue assignments;
  message_queue messages;
  slot_mailbox line{{}, seconds{10}, assignments, messages};
  std::stop_source stop;
  access_to<told_sandbox> access{sandbox};
  artifact_collection artifacts{access, {}, wish, line, stop.get_token()};
};

TEST_F(ArtifactCollection, FetchesAfterEachBatch) {
  auto const started = artifacts.marking({.argv = {"program", "a b"}});
  EXPECT_THAT(started.argv, ElementsAre("sh", "/files/offload_artifacts.sh", "run",
                                        "/files/artifacts-0.mark", "program", "a b"));
  run_batch(outcome::passed);
  artifacts.after_batch();
  artifacts.before_batch();
  run_batch(outcome::passed);
  artifacts.after_batch();

  EXPECT_THAT(sandbox.commands, ElementsAre("send", "send"));
  EXPECT_TRUE(fs::exists(place.path() / "0" / "a.log"));
  EXPECT_TRUE(fs::exists(place.path() / "1" / "a.log"));
  EXPECT_THAT(warnings(), IsEmpty());
}

TEST_F(ArtifactCollection, AsksForNothingWithoutAWish) {
  wish.globs.clear();

  EXPECT_THAT(artifacts.marking({.argv = {"program"}}).argv, ElementsAre("program"));
  run_batch(outcome::failed);
  artifacts.after_batch();
  artifacts.before_batch();
  artifacts.after_worker();

  EXPECT_THAT(sandbox.commands, IsEmpty());
}

TEST_F(ArtifactCollection, OnlyRenewsTheMarkAfterABatchThatIsNotWanted) {
  wish.of = artifact_source::bad_batches;
  (void)artifacts.marking({.argv = {"program"}});

  run_batch(outcome::passed);
  artifacts.after_batch();
  artifacts.before_batch();
  run_batch(outcome::failed);
  artifacts.after_batch();

  EXPECT_THAT(sandbox.commands, ElementsAre("mark", "send"));
  EXPECT_FALSE(fs::exists(place.path() / "0"));
}

TEST_F(ArtifactCollection, KnowsABatchThatWentWrongByItsEnd) {
  wish.of = artifact_source::bad_batches;

  for (auto const& end : {batch_closing{batch_cause::timed_out, {}, {}},
                          batch_closing{batch_cause::exited, {1, 0}, {}}}) {
    (void)artifacts.marking({.argv = {"program"}});
    line.open({{.id = {batches++}, .tests = {{"t"}}}, {}});
    line.pass_on(test_started{{"t"}});
    line.close_all(end);
    artifacts.after_batch();
  }
  (void)artifacts.marking({.argv = {"program"}});
  run_batch(outcome::passed, {batch_cause::exited, {1, 0}, {}});  // after all its tests
  artifacts.after_batch();

  EXPECT_THAT(sandbox.commands, ElementsAre("send", "send"));
}

TEST_F(ArtifactCollection, LeavesLostAndCancelledBatchesAlone) {
  for (auto const cause : {batch_cause::lost, batch_cause::cancelled, batch_cause::stopped}) {
    (void)artifacts.marking({.argv = {"program"}});
    line.open({{.id = {batches++}, .tests = {{"t"}}}, {}});
    line.close_all({cause, {}, {}});
    artifacts.after_batch();
  }

  EXPECT_THAT(sandbox.commands, IsEmpty());
}

TEST_F(ArtifactCollection, AddsWhatTheWorkerLeavesToItsLastBatch) {
  (void)artifacts.marking({.argv = {"program"}});
  run_batch(outcome::passed);
  artifacts.after_batch();
  fs::remove_all(place.path() / "0");

  artifacts.after_worker();

  EXPECT_TRUE(fs::exists(place.path() / "0" / "a.log"));
}

TEST_F(ArtifactCollection, GivesUpOnASandboxAfterThreeFailures) {
  sandbox.answer = {fail(errc::sandbox, "gone")};
  for (int i = 0; i < 5; ++i) {
    (void)artifacts.marking({.argv = {"program"}});
    run_batch(outcome::passed);
    artifacts.after_batch();
    artifacts.after_worker();
  }

  EXPECT_THAT(sandbox.commands, ElementsAre("send", "send", "send"));
  EXPECT_THAT(warnings(),
              ElementsAre("artifacts of batch 0 could not be fetched from sandbox box: gone",
                          HasSubstr("batch 1"), HasSubstr("no more are fetched from there")));
}

TEST_F(ArtifactCollection, SaysWhyATransferFailed) {
  auto const warned_after = [&](progress_list answer) {
    sandbox.answer = std::move(answer);
    (void)artifacts.marking({.argv = {"program"}});
    run_batch(outcome::passed);
    artifacts.after_batch();
    auto const said = warnings();
    return said.size() == 1 ? said.front() : "";
  };

  EXPECT_THAT(warned_after({output("offload-artifacts\nn ./a.log\nZm9v"), command_ended{}}),
              HasSubstr("cannot be understood"));
  EXPECT_THAT(warned_after({command_output{stream::err, "no find\n"}, command_ended{{1, 0}}}),
              HasSubstr("ended with exit status 1: no find"));
  EXPECT_THAT(warned_after({}), HasSubstr("did not end in time"));
  EXPECT_FALSE(fs::exists(place.path() / "0" / "a.log"));
}

TEST_F(ArtifactCollection, NamesFilesThatDidNotCome) {
  sandbox.answer = {output("offload-artifacts\nl n ./a.log\nn ./b.log\n!\noffload-end\n"),
                    command_ended{}};
  (void)artifacts.marking({.argv = {"program"}});
  run_batch(outcome::passed);

  artifacts.after_batch();

  EXPECT_THAT(warnings(), ElementsAre("artifacts of batch 0: a.log is missing: it is larger than "
                                      "256 MiB; b.log is missing: it cannot be read"));
}

TEST_F(ArtifactCollection, IsQuietWhenItIsStopped) {
  (void)artifacts.marking({.argv = {"program"}});
  run_batch(outcome::failed);
  stop.request_stop();

  artifacts.after_batch();

  EXPECT_THAT(sandbox.commands, IsEmpty());
  EXPECT_THAT(warnings(), IsEmpty());
}

TEST(ArtifactReceiver, IsFullAtTheLimit) {
  testing::temp_dir place;
  artifact_receiver files{{"*"}, place.path(), {.one_file = 100, .all_files = 5}};

  files.feed("offload-artifacts\nn ./a\nZm9v\n.\n");
  EXPECT_FALSE(files.is_full());
  files.feed("n ./b\nZm9vZm9v\n.\nn ./c\nZm9v\n.\n");

  EXPECT_TRUE(files.is_full());
  EXPECT_TRUE(fs::exists(place.path() / "a"));
  EXPECT_FALSE(fs::exists(place.path() / "c"));
}

TEST(ArtifactReceiver, LeavesNoHalfFile) {
  testing::temp_dir place;
  {
    artifact_receiver files{{"*"}, place.path()};
    files.feed("offload-artifacts\nn ./a\nZm9v\n.\nn ./b\nZm9v");
    EXPECT_TRUE(fs::exists(place.path() / "b"));
  }

  EXPECT_TRUE(fs::exists(place.path() / "a"));
  EXPECT_FALSE(fs::exists(place.path() / "b"));
}

}  // namespace
}  // namespace offload
