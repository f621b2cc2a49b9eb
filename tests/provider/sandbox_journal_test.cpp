// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/core/command.hpp>
#include <offload/core/shell_words.hpp>
#include <offload/process/child_process.hpp>
#include <offload/process/marked_processes.hpp>
#include <offload/process/unique_fd.hpp>
#include <offload/provider/sandbox_journal.hpp>

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/file.h>

#include <fstream>

#include "support/temp_dir.hpp"

namespace offload {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class SandboxJournal : public ::testing::Test {
 protected:
  static void write(std::filesystem::path const& file, std::string_view text) {
    std::ofstream{file, std::ios::binary} << text;
  }
  /// As a run would look that was killed: its number belongs to no process that began then.
  void let_runs_die() {
    for (auto const& run : std::filesystem::directory_iterator{place.path()}) {
      std::ifstream file{run.path() / "run.json"};
      std::string text{std::istreambuf_iterator<char>{file}, {}};
      auto const at = text.find(':', text.find("\"runner\"") + 9);
      text.insert(at + 1, "1");
      write(run.path() / "run.json", text);
    }
  }
  std::size_t runs() {
    auto const all = std::filesystem::directory_iterator{place.path()};
    return static_cast<std::size_t>(std::distance(begin(all), end(all)));
  }

  testing::temp_dir place;
};

TEST_F(SandboxJournal, LeavesNothingWhenAllIsDestroyed) {
  {
    auto const journal = sandbox_journal::open(place.path(), "true {sandbox_id}", "");
    ASSERT_TRUE(journal);
    write(journal->entry("0"), "box\n");
    journal->strike(journal->entry("0"));
  }

  EXPECT_EQ(runs(), 0u);
}

TEST_F(SandboxJournal, KeepsWhatARunThatDiedHadAndDestroysItOnDemand) {
  {
    auto const journal = sandbox_journal::open(
        place.path(), "printf '%s\\n' {sandbox_id} >> destroyed", place.path().string());
    ASSERT_TRUE(journal);
    write(journal->entry("0"), "box 'one'\n");
    write(journal->entry("1"), "");  // it was still being made
  }
  let_runs_die();

  auto const left = leftover_sandboxes(place.path());
  ASSERT_EQ(left.size(), 1u);
  EXPECT_EQ(left[0].id, "box 'one'");
  auto const done = destroy(left, 20s);

  EXPECT_THAT(done.destroyed, ElementsAre("box 'one'"));
  std::ifstream file{place / "destroyed"};
  EXPECT_EQ((std::string{std::istreambuf_iterator<char>{file}, {}}), "box 'one'\n");
  EXPECT_THAT(leftover_sandboxes(place.path()), IsEmpty());
}

TEST_F(SandboxJournal, LeavesTheSandboxesOfLivingRunsAlone) {
  auto const journal = sandbox_journal::open(place.path(), "true {sandbox_id}", "");
  ASSERT_TRUE(journal);
  write(journal->entry("0"), "box");

  EXPECT_THAT(leftover_sandboxes(place.path()), IsEmpty());
  EXPECT_EQ(runs(), 1u);
}

TEST_F(SandboxJournal, LeavesASandboxAloneWhoseIdALivingRunHasGotToo) {
  { write(sandbox_journal::open(place.path(), "true", "")->entry("0"), "box"); }
  let_runs_die();
  auto const living = sandbox_journal::open(place.path(), "true", "");
  write(living->entry("0"), "box");

  EXPECT_THAT(leftover_sandboxes(place.path()), IsEmpty());
}

TEST_F(SandboxJournal, LeavesASandboxAloneThatIsStillBeingMade) {
  std::filesystem::path entry;
  {
    auto const journal = sandbox_journal::open(place.path(), "true {sandbox_id}", "");
    entry = journal->entry("0");
    write(entry, "");
  }
  let_runs_die();
  start_options options;
  options.env.set(creation_variable, entry.string());
  auto const text = sandbox_journal::recorded("echo box; echo named >&2; read forever", entry);
  options.with = input::streamed;
  auto creation = child_process::start({"/bin/sh", "-c", text}, options);
  ASSERT_TRUE(creation && creation->next({}, {}));  // until it has named the sandbox

  EXPECT_EQ(orphaned_creations(place.path()), 1u);
  EXPECT_THAT(leftover_sandboxes(place.path()), IsEmpty());
  EXPECT_EQ(runs(), 1u);

  creation->terminate();
  EXPECT_EQ(orphaned_creations(place.path()), 0u);
  EXPECT_EQ(leftover_sandboxes(place.path()).size(), 1u);
}

TEST_F(SandboxJournal, LeavesASandboxAloneThatSomebodyElseIsDestroying) {
  auto const witness = (place.path() / "destroyed").string();
  { write(sandbox_journal::open(place.path(), "touch " + witness, "")->entry("0"), "box"); }
  let_runs_die();
  auto const left = leftover_sandboxes(place.path());
  ASSERT_EQ(left.size(), 1u);
  unique_fd const other{::open(left[0].entry.c_str(), O_RDONLY | O_CLOEXEC)};
  ASSERT_EQ(::flock(other.get(), LOCK_EX | LOCK_NB), 0);

  auto const done = destroy(left, 20s);

  EXPECT_THAT(done.destroyed, IsEmpty());
  EXPECT_THAT(done.still_there, IsEmpty());
  EXPECT_FALSE(std::filesystem::exists(witness));
}

TEST_F(SandboxJournal, CleansASandboxBeforeItIsDestroyed) {
  auto const witness = shell::quoted((place.path() / "log").string());
  auto const journal_of_one = [&] {
    return sandbox_journal::open(place.path(), "echo destroy {sandbox_id} >>" + witness, "",
                                 "echo clean {sandbox_id} >>" + witness + "; false");
  };
  { write(journal_of_one()->entry("0"), "box"); }
  let_runs_die();

  auto const done = destroy(leftover_sandboxes(place.path()), 20s);

  EXPECT_THAT(done.destroyed, ElementsAre("box"));
  std::ifstream file{place / "log"};
  EXPECT_EQ((std::string{std::istreambuf_iterator<char>{file}, {}}), "clean box\ndestroy box\n");
  std::filesystem::remove(place / "log");
  EXPECT_EQ(runs(), 0u);
}

TEST_F(SandboxJournal, KeepsWhatCannotBeDestroyedForTheNextTime) {
  {
    write(sandbox_journal::open(place.path(), "echo no such box >&2; false", "")->entry("0"), "b");
  }
  let_runs_die();

  auto const done = destroy(leftover_sandboxes(place.path()), 20s);

  ASSERT_EQ(done.still_there.size(), 1u);
  EXPECT_THAT(done.still_there[0], HasSubstr("b: exit status 1: no such box"));
  EXPECT_EQ(leftover_sandboxes(place.path()).size(), 1u);
}

}  // namespace
}  // namespace offload
