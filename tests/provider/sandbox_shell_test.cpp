// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/provider/sandbox_shell.hpp>

#include <offload/core/contents_of.hpp>
#include <offload/core/shell_words.hpp>
#include <offload/process/child_process.hpp>
#include <offload/provider/bundled_scripts.hpp>

#include <fmt/core.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "support/processes.hpp"
#include "support/temp_dir.hpp"

// The texts are run by a real shell.
namespace offload {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::StartsWith;

class SandboxShell : public ::testing::Test {
 protected:
  finished_process run(std::string const& text, std::string_view input_text = {}) {
    auto done = run_process({"/bin/sh", "-c", text}, {}, input_text);
    EXPECT_TRUE(done) << to_string(done.error());
    return done ? std::move(*done) : finished_process{};
  }
  void set_up(std::vector<support_file> const& files = {}, std::vector<env_var> const& env = {}) {
    auto const script = shell.setting_up(files, env);
    EXPECT_EQ(run(shell.opening(script.size(), "s"), script + sandbox_shell::on_line("")).out,
              "ready-s\n");
  }
  std::string contents(std::string const& name) {
    std::ifstream file{shell.folder + "/" + name, std::ios::binary};
    return {std::istreambuf_iterator<char>{file}, {}};
  }

  testing::temp_dir place;
  sandbox_shell shell{.root = place.path().string(),
                      .folder = (place.path() / "an odd 'folder'").string()};
};

TEST_F(SandboxShell, LaysFilesIntoTheSandboxByteForByte) {
  std::string all_bytes;
  for (int i = 0; i < 256; ++i) { all_bytes += static_cast<char>(i); }

  set_up({{"plugin.py", all_bytes}, {"empty", ""}});

  EXPECT_EQ(contents("plugin.py"), all_bytes);
  EXPECT_EQ(contents("empty"), "");
}

TEST_F(SandboxShell, LaysLargeFilesWithoutStandardInput) {
  std::string const large(300'000, 'x');
  std::string said;

  for (auto const& text : shell.holding_script(shell.setting_up({{{"big", large}}}, {}), "s")) {
    EXPECT_LT(text.size(), 100'000u);
    said += run(text).out;
  }

  EXPECT_EQ(said, "ready-s\n");
  EXPECT_EQ(contents("big"), large);
}

TEST_F(SandboxShell, NoticesThatThereIsNoStandardInput) {
  auto const script = shell.setting_up({}, {});

  EXPECT_EQ(run(shell.opening(script.size(), "s")).out, "deaf-s\n");
}

TEST_F(SandboxShell, DoesNotTakeABrokenConnectionForNoStandardInput) {
  auto const script = shell.setting_up({}, {});

  for (std::size_t length = 1; length < script.size() - 1; ++length) {
    EXPECT_EQ(run(shell.opening(script.size(), "s"), script.substr(0, length)).out, "") << length;
    EXPECT_FALSE(std::filesystem::exists(shell.folder)) << length;
  }
}

TEST_F(SandboxShell, RunsACommandOnTheLineThatItWasSetUpBy) {
  auto const script = shell.setting_up({}, {{{"FROM_SET_UP", "x"}}});
  auto const c =
      shell.running({.argv = {"sh", "-c", "umask; echo \"$FROM_SET_UP\n\"; cat; exit 4"}},
                    input::streamed, "s", files_afterwards::go);

  auto const done = run("umask 022; " + shell.opening(script.size(), "s"),
                        script + sandbox_shell::on_line(c) + "given\n to it");

  EXPECT_EQ(done.out, "ready-s\n0022\nx\n\ngiven\n to it" + sandbox_shell::end_mark("s") + "4\n");
  EXPECT_FALSE(std::filesystem::exists(shell.folder));
}

TEST_F(SandboxShell, RemovesItsFolderWhenTheLineIsLeft) {
  auto const script = shell.setting_up({}, {});

  EXPECT_EQ(run(shell.opening(script.size(), "s"), script).out, "ready-s\n");

  EXPECT_FALSE(std::filesystem::exists(shell.folder));
}

TEST_F(SandboxShell, RemovesItsFolderWhenNobodyHearsIt) {
  auto const script = shell.setting_up({}, {});

  auto const done = run("exec >&-; " + shell.opening(script.size(), "s"),
                        script + sandbox_shell::on_line("true"));

  EXPECT_FALSE(std::filesystem::exists(shell.folder)) << done.err;
}

TEST_F(SandboxShell, LeavesTheFolderOfALaterAttemptAlone) {
  auto const later = fmt::format("echo t > {}/owner\n", shell::quoted(shell.folder));
  auto const script = later + shell.setting_up({}, {});

  EXPECT_EQ(run(shell.opening(script.size(), "s"), script).out, "ready-s\n");

  EXPECT_TRUE(std::filesystem::exists(shell.folder));
}

TEST_F(SandboxShell, ShowsNoValueOfAVariableInACommand) {
  auto const script = shell.setting_up({}, {{{"TOKEN", "very secret"}}});

  for (auto const& text : shell.holding_script(script, "s")) {
    EXPECT_THAT(text, Not(HasSubstr("very secret")));
  }
}

TEST_F(SandboxShell, RunsACommandWithItsVariablesAndSaysHowItEnded) {
  set_up({}, {{"FROM_SET_UP", "it's\n$HOME"}});
  command const c{
      .argv = {"sh", "-c", "printf '%s|%s|%s|' \"$FROM_SET_UP\" \"$OWN\" \"$X\"; exit 3"},
      .env = {{"OWN", "a b"}},
      .search_paths = {{"X", "/first"}}};

  auto const done = run("X=/last; export X; " + shell.running(c, input::none, "s"));

  EXPECT_EQ(done.out, "it's\n$HOME|a b|/first:/last|\036offload-exit-s:3\n");
  EXPECT_THAT(done.out, HasSubstr(sandbox_shell::end_mark("s")));
}

TEST_F(SandboxShell, RunsInTheRootAndBelowIt) {
  set_up();
  std::filesystem::create_directory(place.path() / "sub");

  auto const at_root = run(shell.running({.argv = {"pwd"}}, input::none, "s"));
  auto const below = run(shell.running({.argv = {"pwd"}, .working_dir = "sub"}, input::none, "s"));

  EXPECT_THAT(at_root.out, StartsWith(place.path().string() + "\n"));
  EXPECT_THAT(below.out, StartsWith((place.path() / "sub").string() + "\n"));
}

TEST_F(SandboxShell, SaysThatTheRootIsMissing) {
  set_up();
  shell.root = "/no/such/root";

  auto const done = run(shell.running({.argv = {"true"}}, input::none, "s"));

  EXPECT_THAT(done.err, HasSubstr("/no/such/root"));
  EXPECT_THAT(done.out, StartsWith(sandbox_shell::end_mark("s")));
  EXPECT_THAT(done.out, Not(EndsWith(":0\n")));
}

TEST_F(SandboxShell, PassesStandardInputOnWhenThereIsOne) {
  set_up();

  auto const done = run(shell.running({.argv = {"cat"}}, input::streamed, "s"), "given");

  EXPECT_THAT(done.out, StartsWith("given"));
}

TEST_F(SandboxShell, EndsWhatACommandHasStarted) {
  set_up();
  auto const started = run(shell.running(
      {.argv = {"sh", "-c", "sleep 300 >/dev/null 2>&1 & printf %s $!"}}, input::none, "unique-1"));
  auto const pid = std::stoi(started.out);

  run(shell.ending("unique-1"));

  auto const gone = run("kill -0 " + std::to_string(pid) + " 2>/dev/null && cat /proc/" +
                        std::to_string(pid) + "/stat");
  EXPECT_TRUE(gone.out.empty() || gone.out.find(") Z ") != std::string::npos) << gone.out;
}

TEST_F(SandboxShell, EndsProcessesThatShowNoVariables) {
  set_up();
  auto const started = run(shell.running(
      {.argv = {"sh", "-c",
                "(env -i sh -c 'sleep 300 & echo $! $$; wait' >numbers; :) >/dev/null 2>&1 & "
                "until [ -s numbers ]; do sleep 0.01; done; cat numbers"}},
      input::none, "unique-1"));
  std::istringstream numbers{started.out};
  int grandchild = 0;
  int child = 0;
  numbers >> grandchild >> child;
  ASSERT_GT(child, 0) << started.out;

  run(shell.ending("unique-1"));

  EXPECT_TRUE(testing::is_gone(child));
  EXPECT_TRUE(testing::is_gone(grandchild));
}

TEST_F(SandboxShell, EndsCommandsAsModalsSandboxesDo) {
  ASSERT_TRUE(lay_bundled_scripts(place.path()));
  auto const text = shell.ending("s");
  auto const first = text.find('\n') + 1;

  EXPECT_THAT(contents_of(place.path() / "offload_modal_sandboxes.py"),
              HasSubstr(text.substr(first, text.rfind('\'') - first)));
}

TEST_F(SandboxShell, CleansUpAfterAWholeRun) {
  shell.folder = "/tmp/offload-" + place.path().filename().string() + "-3";
  set_up({{"f", "x"}});
  auto const run_name = place.path().filename().string();
  auto const started =
      run(shell.running({.argv = {"sh", "-c", "sleep 300 >/dev/null 2>&1 & printf %s $!"}},
                        input::none, run_name + "-secret"));

  run(sandbox_shell::cleaning_up_after(run_name));

  EXPECT_TRUE(testing::is_gone(std::stoi(started.out)));
  EXPECT_FALSE(std::filesystem::exists(shell.folder));
}

TEST_F(SandboxShell, RemovesItsFolder) {
  set_up({{"f", "x"}});

  run(shell.cleaning_up());

  EXPECT_FALSE(std::filesystem::exists(shell.folder));
}

TEST(EndMarkReader, KeepsTheMarkFromTheReaderWhereverItIsCut) {
  auto const said =
      "output \036 more \036offload-exit-other:1\n" + sandbox_shell::end_mark("s") + "3\n";
  for (std::size_t cut = 0; cut <= said.size(); ++cut) {
    end_mark_reader reader{"s"};

    auto output = reader.feed(said.substr(0, cut));
    output += reader.feed(said.substr(cut));

    EXPECT_EQ(output, "output \036 more \036offload-exit-other:1\n");
    EXPECT_EQ(reader.status(), exit_status{3});
  }
}

TEST(EndMarkReader, HoldsNothingBackThatCannotBeTheMark) {
  end_mark_reader reader{"s"};

  EXPECT_EQ(reader.feed("\036{\"event\": 1}\n"), "\036{\"event\": 1}\n");
  EXPECT_EQ(reader.feed("\036off"), "");
  EXPECT_EQ(reader.feed("er\n"), "\036offer\n");
  EXPECT_EQ(reader.status(), std::nullopt);
}

TEST(EndMarkReader, KnowsASignalAsAShellTellsIt) {
  end_mark_reader reader{"s"};

  (void)reader.feed(sandbox_shell::end_mark("s") + "137\n");

  EXPECT_EQ(reader.status(), (exit_status{137, 9}));
}

TEST(EndMarkReader, BelievesNoStatusThatIsCutOff) {
  end_mark_reader reader{"s"};

  (void)reader.feed(sandbox_shell::end_mark("s") + "1");

  EXPECT_EQ(reader.status(), std::nullopt);
}

}  // namespace
}  // namespace offload
