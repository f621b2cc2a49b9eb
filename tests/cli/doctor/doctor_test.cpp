// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <gmock/gmock.h>

#include "doctor/judge.hpp"

namespace offload::cli {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

auto is(finding_level level, std::string const& check, std::string const& what = {},
        std::string const& fix = {}) {
  return AllOf(Field("level", &finding::level, level), Field("check", &finding::check, check),
               Field("what", &finding::what, HasSubstr(what)),
               Field("fix", &finding::fix, HasSubstr(fix)));
}
constexpr auto ok = finding_level::ok;
constexpr auto warning = finding_level::warning;
constexpr auto problem = finding_level::problem;

machine_facts roomy_machine() {
  return {.runs_tests_here = true,
          .max_parallel = 4,
          .open_files_hard = 4096,
          .processes_left = 1000,
          .processors = 4,
          .memory_left = 8ULL << 30U};
}
git_facts tidy_repository() {
  return {.has_git = true,
          .is_repository = true,
          .has_commit = true,
          .changed_files = 0,
          .output_dir = "out"};
}
tool_facts pytest_that_is(tool_state state, std::string said) {
  return {.name = "pytest",
          .command = "python -m pytest --version",
          .state = state,
          .said = std::move(said),
          .install_by = "install it"};
}

TEST(DoctorVersions, AreFoundInWhatToolsSay) {
  EXPECT_EQ(version_in("pytest 9.2.0"), "9.2.0");
  EXPECT_EQ(version_in("v22.1.0"), "22.1.0");
  EXPECT_EQ(version_in("cargo-nextest 0.9.148 (abc 2026-01-02)"), "0.9.148");
  EXPECT_EQ(version_in("take 2: version 3.20."), "3.20");
  EXPECT_EQ(version_in("no number 7 here"), "");
}

TEST(DoctorVersions, AreComparedNumberByNumber) {
  EXPECT_TRUE(is_older("3.9", "3.20"));
  EXPECT_TRUE(is_older("0.9.76", "0.9.77"));
  EXPECT_TRUE(is_older("2", "2.0.1"));
  EXPECT_FALSE(is_older("3.20", "3.20"));
  EXPECT_FALSE(is_older("3.20.0", "3.20"));
  EXPECT_FALSE(is_older("10.0", "9.9"));
}

TEST(DoctorConfig, WithoutAFileIsAWarningThatNamesInit) {
  EXPECT_THAT(judge(config_facts{.path = "offload.toml"}),
              ElementsAre(is(warning, "config", "there is no offload.toml", "offload init")));
}

TEST(DoctorConfig, AFileThatWasNamedHasToBeThere) {
  EXPECT_THAT(judge(config_facts{.path = "x.toml", .was_named = true}),
              ElementsAre(is(problem, "config", "there is no x.toml")));
}

TEST(DoctorConfig, AnErrorIsAProblemAndAWarningAWarning) {
  EXPECT_THAT(judge(config_facts{.path = "x", .is_there = true, .error = "bad line 3"}),
              ElementsAre(is(problem, "config", "bad line 3", "offload validate")));
  EXPECT_THAT(judge(config_facts{.path = "x", .is_there = true, .warnings = {"odd key"}}),
              ElementsAre(is(ok, "config"), is(warning, "config", "odd key")));
}

TEST(DoctorFramework, AToolThatAnswersIsFine) {
  EXPECT_THAT(judge(framework_facts{.tools = {pytest_that_is(tool_state::answered, "pytest 9")}}),
              ElementsAre(is(ok, "framework.pytest", "pytest 9")));
}

TEST(DoctorFramework, AToolThatFailsOrIsMissingIsAProblemWithItsFix) {
  for (auto const state : {tool_state::failed, tool_state::missing}) {
    EXPECT_THAT(judge(framework_facts{.tools = {pytest_that_is(state, "why")}}),
                ElementsAre(is(problem, "framework.pytest", "python -m pytest", "install it")));
  }
}

TEST(DoctorFramework, AToolThatDoesNotSayIsAWarning) {
  for (auto const state : {tool_state::too_slow, tool_state::not_asked}) {
    EXPECT_THAT(judge(framework_facts{.tools = {pytest_that_is(state, "why")}}),
                ElementsAre(is(warning, "framework.pytest")));
  }
}

TEST(DoctorFramework, ATooOldToolIsAProblem) {
  tool_facts ctest{.name = "ctest",
                   .state = tool_state::answered,
                   .said = "ctest version 3.19.8",
                   .oldest = "3.20"};
  EXPECT_THAT(judge(framework_facts{.tools = {ctest}}),
              ElementsAre(is(problem, "framework.ctest", "3.19.8")));
  ctest.said = "ctest version 3.20.1";
  EXPECT_THAT(judge(framework_facts{.tools = {ctest}}), ElementsAre(is(ok, "framework.ctest")));
}

TEST(DoctorFramework, ABuildFolderNeedsTests) {
  auto const judged = [](bool there, bool tests) {
    return judge(framework_facts{.build_folder = build_folder_facts{"b", there, tests}});
  };
  EXPECT_THAT(judged(false, false),
              ElementsAre(is(problem, "framework.build_dir", "does not exist", "cmake -B b")));
  EXPECT_THAT(judged(true, false),
              ElementsAre(is(problem, "framework.build_dir", "no tests", "enable_testing()")));
  EXPECT_THAT(judged(true, true), ElementsAre(is(ok, "framework.build_dir")));
}

TEST(DoctorProvider, ProgramsAndFoldersHaveToBeThere) {
  provider_facts const facts{.working_dir = "w",
                             .working_dir_is_there = false,
                             .shell = "/bin/zsh",
                             .shell_is_there = false,
                             .dockerfile = "D",
                             .dockerfile_is_there = false,
                             .programs = {{"[provider] create_command", "podman", false},
                                          {"[provider] exec_command", "sh", true}},
                             .unknown_scripts = {"create_command: no @x.py"}};
  EXPECT_THAT(judge(facts),
              ElementsAre(is(problem, "provider.working_dir", "w"),
                          is(problem, "provider.shell", "/bin/zsh"),
                          is(problem, "provider.dockerfile", "D"),
                          is(problem, "provider.program", "podman", "create_command"),
                          is(ok, "provider.program"), is(problem, "provider.script", "@x.py")));
}

TEST(DoctorProvider, ModalNeedsAProgramAndAToken) {
  provider_facts facts{.modal = modal_facts{.config_file = "m.toml"}};
  EXPECT_THAT(judge(facts), ElementsAre(is(problem, "provider.modal", "", "uv"),
                                        is(problem, "provider.token", "m.toml", "token new")));
  facts.modal = modal_facts{.python_has_modal = true, .has_token = true};
  EXPECT_THAT(judge(facts), ElementsAre(is(ok, "provider.modal"), is(ok, "provider.token")));
  facts.modal->has_uv = true;
  EXPECT_THAT(judge(facts), Contains(is(ok, "provider.modal", "uv")));
}

TEST(DoctorGit, DoesNotMatterWhereNothingNeedsIt) {
  EXPECT_THAT(judge(git_facts{}), ElementsAre(is(ok, "git")));
  EXPECT_THAT(judge(git_facts{.has_git = true}), ElementsAre(is(ok, "git")));
  EXPECT_THAT(judge(git_facts{.has_git = true, .is_repository = true}), ElementsAre(is(ok, "git")));
}

TEST(DoctorGit, MattersWhereImagesComeFromCommits) {
  EXPECT_THAT(judge(git_facts{.images_are_used = true}), ElementsAre(is(warning, "git")));
  EXPECT_THAT(judge(git_facts{.has_git = true, .has_checkpoint = true}),
              ElementsAre(is(warning, "git")));
}

TEST(DoctorGit, ATreeThatTakesTooLongToLookAtIsNoCleanOne) {
  auto facts = tidy_repository();
  facts.changed_files = 3;
  EXPECT_THAT(judge(facts), ElementsAre(is(ok, "git", "3 files differ")));
  facts.changed_files.reset();
  EXPECT_THAT(judge(facts), ElementsAre(is(warning, "git", "did not answer in time")));
}

TEST(DoctorGit, AShallowCloneMattersForImages) {
  auto facts = tidy_repository();
  facts.is_shallow = true;
  EXPECT_THAT(judge(facts), Contains(is(ok, "git.shallow")));
  facts.images_are_used = true;
  EXPECT_THAT(judge(facts), Contains(is(warning, "git.shallow", "", "--unshallow")));
}

TEST(DoctorGit, BuildInputsHaveToBeInGit) {
  auto facts = tidy_repository();
  facts.build_inputs = {{"Dockerfile", true}, {"uv.lock", false}};
  EXPECT_THAT(judge(facts), ElementsAre(is(ok, "git"), is(ok, "git.build_inputs", "Dockerfile"),
                                        is(problem, "git.build_inputs", "uv.lock")));
}

TEST(DoctorGit, TheRemoteIsWorthAWarning) {
  auto facts = tidy_repository();
  facts.remote = remote_state::reachable;
  EXPECT_THAT(judge(facts), Contains(is(ok, "git.remote")));
  facts.remote = remote_state::none;
  EXPECT_THAT(judge(facts), Contains(is(warning, "git.remote", "no remote")));
  facts.remote = remote_state::unreachable;
  facts.remote_said = "permission denied";
  EXPECT_THAT(judge(facts), Contains(is(warning, "git.remote", "permission denied")));
}

TEST(DoctorGit, HistoryAndResultsWantTheirLinesInGitsFiles) {
  auto facts = tidy_repository();
  facts.history_path = "h.jsonl";
  EXPECT_THAT(judge(facts), ElementsAre(is(ok, "git"), is(ok, "git.merge_driver")));
  facts.has_merge_driver = false;
  facts.ignores_output = false;
  EXPECT_THAT(judge(facts),
              ElementsAre(is(ok, "git"), is(warning, "git.merge_driver", "", "setup-merge-driver"),
                          is(warning, "git.ignore", "out", "/out/")));
}

TEST(DoctorClock, ASteadyClockIsFine) {
  EXPECT_THAT(judge(clock_facts{
                  .drift = seconds{0.1}, .ahead_of_files = seconds{-1}, .files_are_timed = true}),
              ElementsAre(is(ok, "clock")));
}

TEST(DoctorClock, JumpsStrangeFilesAndDatesAreTold) {
  EXPECT_THAT(judge(clock_facts{.drift = seconds{-3}}),
              ElementsAre(is(warning, "clock.steady", "-3.0 s")));
  EXPECT_THAT(judge(clock_facts{.ahead_of_files = seconds{90}, .files_are_timed = true}),
              ElementsAre(is(warning, "clock.files", "90 s behind")));
  EXPECT_THAT(judge(clock_facts{.before_this_program = true}),
              ElementsAre(is(problem, "clock.date", "", "set the clock")));
}

TEST(DoctorMachine, ARoomyOneIsFine) {
  EXPECT_THAT(judge(roomy_machine()),
              ElementsAre(is(ok, "limits.open_files"), is(ok, "limits.processes"),
                          is(ok, "limits.processors"), is(ok, "limits.memory")));
}

TEST(DoctorMachine, TooFewOpenFilesMeanFewerSandboxes) {
  auto facts = roomy_machine();
  facts.max_parallel = 100;
  facts.open_files_hard = 256;
  EXPECT_THAT(judge(facts), Contains(is(warning, "limits.open_files", "256", "limit to 864")));
  EXPECT_THAT(judge(facts), Contains(is(warning, "limits.open_files", "a run has 24", "-p 24")));
  facts.provider = provider_kind::modal;  // one process of ours for all of them
  EXPECT_THAT(judge(facts), Contains(is(ok, "limits.open_files")));
}

TEST(DoctorMachine, TooFewProcessesAreAProblem) {
  auto facts = roomy_machine();
  facts.processes_left = 20;
  EXPECT_THAT(judge(facts), Contains(is(problem, "limits.processes", "20")));
}

TEST(DoctorMachine, CrowdsOfLocalSandboxesAreAWarning) {
  auto facts = roomy_machine();
  facts.max_parallel = 200;
  facts.memory_left = 2ULL << 30U;
  EXPECT_THAT(judge(facts), Contains(is(warning, "limits.processors", "200", "offload plan")));
  EXPECT_THAT(judge(facts), Contains(is(warning, "limits.memory", "2.0 GiB")));
  facts.runs_tests_here = false;
  EXPECT_THAT(judge(facts), Not(Contains(is(warning, "limits.processors"))));
}

TEST(DoctorMachine, AFullDiskIsAProblemAndAnAlmostFullOneAWarning) {
  auto facts = roomy_machine();
  facts.spaces = {
      {"a", "/a", 50ULL << 20U, true}, {"b", "/b", 500ULL << 20U, true}, {"c", "/c", 0, false}};
  auto const found = judge(facts);
  EXPECT_THAT(found, Contains(is(problem, "limits.disk", "/a")));
  EXPECT_THAT(found, Contains(is(warning, "limits.disk", "/b")));
  EXPECT_THAT(found, Not(Contains(Field("what", &finding::what, HasSubstr("/c")))));
}

TEST(DoctorOutput, HasToBeWritable) {
  EXPECT_THAT(judge(output_facts{.path = "out"}), ElementsAre(is(ok, "output")));
  EXPECT_THAT(judge(output_facts{.path = "out", .problem = "read-only"}),
              ElementsAre(is(problem, "output", "read-only", "output_dir")));
}

TEST(DoctorLeftovers, NameTheCommandThatTakesThemAway) {
  EXPECT_THAT(judge(leftover_facts{}), ElementsAre(is(ok, "leftovers")));
  EXPECT_THAT(judge(leftover_facts{.sandboxes = 2, .being_made = 1}),
              ElementsAre(is(warning, "leftovers", "2 sandboxes", "offload cleanup"),
                          is(warning, "leftovers", "1 sandboxes", "offload cleanup")));
}

TEST(DoctorFindings, AProblemOrWarningAlwaysSaysWhatToDo) {
  auto facts = roomy_machine();
  facts.open_files_hard = 8;
  facts.processes_left = 0;
  facts.memory_left = 0;
  for (auto const& each : judge(facts)) {
    if (each.level != ok) { EXPECT_THAT(each.fix, Not(IsEmpty())) << each.check; }
  }
}

}  // namespace
}  // namespace offload::cli
