// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors

// The commands of the command framework, run by the shells that there are.
#include "heard.hpp"

#include "support/processes.hpp"
#include "support/temp_dir.hpp"

#include <offload/framework/command.hpp>
#include <offload/process/child_process.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

namespace offload {
namespace {

using namespace std::chrono_literals;
using testing::batch_of;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::heard;
using ::testing::IsEmpty;

struct run_of_batch {
  exit_status status;
  heard said;
};

/// A project in a folder of its own, and a shell to run its commands with.
class CommandFrameworkInShell : public ::testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists(GetParam())) { GTEST_SKIP() << GetParam() << " is not here"; }
  }

  [[nodiscard]] std::string result_file() const { return (folder_ / "made up.xml").string(); }

  [[nodiscard]] command command_of(command_framework const& framework, batch const& tests) const {
    return framework
        .run(tests, {.support_dir = "", .result_file = result_file(), .shell = GetParam()})
        .value();
  }

  [[nodiscard]] start_options in_folder() const { return {.working_dir = folder_.path().string()}; }

  [[nodiscard]] run_of_batch run_with(command_framework_config config,
                                      std::vector<std::string> const& ids) const {
    command_framework const framework{std::move(config)};
    auto const tests = batch_of(ids);
    auto const ended = run_process(command_of(framework, tests).argv, in_folder()).value();
    return {ended.status,
            testing::hear(framework.reader(tests), ended.out, ended.status, ended.err)};
  }
  [[nodiscard]] run_of_batch run(std::string run_command,
                                 std::vector<std::string> const& ids) const {
    return run_with({.run_command = std::move(run_command), .test_id_format = "{name}"}, ids);
  }

  testing::temp_dir folder_;
};

std::string const one_case = "echo '<testsuite><testcase name=\"a\"/></testsuite>' >";

TEST_P(CommandFrameworkInShell, ReportsTheResultsOfACommandThatSucceeds) {
  auto const ran = run(one_case + "{result_file}", {"a"});

  EXPECT_TRUE(ran.status.ok());
  EXPECT_THAT(ran.said.outcomes(), ElementsAre("a passed"));
  EXPECT_THAT(ran.said.warnings(), IsEmpty());
  EXPECT_EQ(ran.said.output(), "");
  EXPECT_FALSE(std::filesystem::exists(result_file()));
}

TEST_P(CommandFrameworkInShell, BringsEveryKindOfIdToTheCommandAndBack) {
  std::vector<std::string> const ids{"plain",         "two  words",  "it's",         "\"quoted\"",
                                     "$HOME `id`",    "back\\slash", "a;b|c>d&e",    "*?[x]{y,z}",
                                     "~root",         "-n",          "#hash",        "{tests}",
                                     "{result_file}", "!history",    "\u20ac\u00fc", "%s %d",
                                     "(paren",        "tab\tinside", "a=b",          "$(exit 3)"};

  testing::put_file(folder_ / "echo_junit", R"sh(
out=$1
shift
{
  printf '<testsuite>'
  for id in "$@"; do
    printf '<testcase name="%s"/>' "$(printf '%s' "$id" |
      sed 's/&/\&amp;/g; s/</\&lt;/g; s/>/\&gt;/g; s/"/\&quot;/g; s/	/\&#9;/g')"
  done
  printf '</testsuite>'
} >"$out"
)sh");
  auto const ran = run("sh ./echo_junit {result_file} {tests}", ids);

  std::vector<std::string> expected;
  for (auto const& id : ids) { expected.push_back(id + " passed"); }
  EXPECT_EQ(ran.said.outcomes(), expected);
  EXPECT_THAT(ran.said.warnings(), IsEmpty());
}

TEST_P(CommandFrameworkInShell, EndsWithTheStatusOfACommandThatExits) {
  auto const ran = run(one_case + "{result_file}; exit 3; echo never", {"a"});

  EXPECT_EQ(ran.status.code, 3);
  EXPECT_THAT(ran.said.outcomes(), ElementsAre("a passed"));
  EXPECT_THAT(ran.said.warnings(), IsEmpty()) << "the runner sees the status";
  EXPECT_EQ(ran.said.output(), "");
}

TEST_P(CommandFrameworkInShell, ContainsWhatBreaksAShell) {
  for (std::string const broken :
       {"echo 'open {result_file}", "( echo {result_file}", "if {result_file}",
        "echo ) {result_file}", "exec false {result_file}", "set -e; false; : {result_file}",
        "kill -9 $$; : {result_file}", "# {result_file}", "true {result_file} \\"}) {
    auto const ran = run(broken, {"a"});

    EXPECT_THAT(ran.said.warnings(), ElementsAre(HasSubstr("wrote no result file"))) << broken;
  }
}

TEST_P(CommandFrameworkInShell, KeepsTheCommandsOutputApartFromTheFile) {
  auto const ran = run("echo dots; printf 'half\\036{'; echo oops >&2; " + one_case +
                           "{result_file}; printf 'no line feed'",
                       {"a"});

  EXPECT_THAT(ran.said.outcomes(), ElementsAre("a passed"));
  EXPECT_THAT(ran.said.output(), HasSubstr("dots\nhalf"));
  EXPECT_EQ(ran.said.output(stream::err), "oops\n");
}

TEST_P(CommandFrameworkInShell, FindsTheFileBehindOutputWithoutALineFeed) {
  auto const ran = run(one_case + "{result_file}; printf '50%%'", {"a"});

  EXPECT_THAT(ran.said.outcomes(), ElementsAre("a passed"));
  EXPECT_EQ(ran.said.output(), "50%");
}

TEST_P(CommandFrameworkInShell, DoesNotTakeAnOldFileForAResult) {
  testing::put_file(result_file(), "<testsuite><testcase name='a'/></testsuite>");

  auto const ran = run("true {result_file}", {"a"});

  EXPECT_THAT(ran.said.reports(), IsEmpty());
  EXPECT_THAT(ran.said.warnings(),
              ElementsAre("the command wrote no result file (exit status 0); it was expected at " +
                          result_file()));
}

TEST_P(CommandFrameworkInShell, SaysThatTheFileIsEmpty) {
  auto const ran = run(": >{result_file}; exit 2", {"a"});

  EXPECT_EQ(ran.status.code, 2);
  EXPECT_THAT(ran.said.warnings(),
              ElementsAre(HasSubstr("left its result file empty (exit status 2)")));
}

TEST_P(CommandFrameworkInShell, KeepsTheResultsOfADamagedFile) {
  auto const ran =
      run("printf '<testsuite><testcase name=\"a\"/><testca' >{result_file}", {"a", "b"});

  EXPECT_THAT(ran.said.outcomes(), ElementsAre("a passed"));
  EXPECT_THAT(ran.said.warnings(), ElementsAre(HasSubstr("is damaged")));
}

TEST_P(CommandFrameworkInShell, SendsALargeFile) {
  auto const ran =
      run("{ echo '<testsuite><testcase name=\"a\"><system-out>'; yes 'a line of output' | head -n "
          "100000; echo '</system-out></testcase></testsuite>'; } >{result_file}",
          {"a"});

  ASSERT_THAT(ran.said.outcomes(), ElementsAre("a passed"));
  EXPECT_GT(ran.said.reports()[0].out.size(), 1'600'000u);
}

TEST_P(CommandFrameworkInShell, ReadsAndKeepsTheConfiguredFile) {
  testing::put_file(folder_ / "out.xml", "<testsuite><testcase name='old'/></testsuite>");

  auto const ran = run_with({.run_command = one_case + "out.xml", .result_file = "out.xml"}, {"a"});

  EXPECT_THAT(ran.said.outcomes(), ElementsAre("a passed"));
  EXPECT_TRUE(std::filesystem::exists(folder_ / "out.xml"));
  EXPECT_EQ(
      run_with({.run_command = "true", .result_file = "out.xml"}, {"a"}).said.reports().size(), 0u);
}

TEST_P(CommandFrameworkInShell, LetsTheExitStatusDecide) {
  EXPECT_THAT(run("test {tests} = 'a b'", {"a b"}).said.outcomes(), ElementsAre("a b passed"));
  auto const ran = run("echo out; echo {tests} >&2; exit 7", {"a b"});

  EXPECT_EQ(ran.status.code, 7);
  ASSERT_THAT(ran.said.outcomes(), ElementsAre("a b failed"));
  EXPECT_THAT(ran.said.reports()[0].text, HasSubstr("a b\n"));
  EXPECT_THAT(ran.said.reports()[0].text, HasSubstr("out\n"));
}

TEST_P(CommandFrameworkInShell, ListsTestsOfACommand) {
  command_framework const framework{
      {.discover_command = "printf '%s\\n' {filters} '# no' '  c d '", .run_command = "x {tests}"}};
  std::vector<group> const groups{{.name = "g", .filters = "'a  b' \"$((1+1))\""}};
  auto const jobs =
      framework.discovery(groups, {.support_dir = "", .result_file = "", .shell = GetParam()})
          .value();

  auto const ended = run_process(jobs.at(0).run.argv, in_folder()).value();
  auto const said = testing::hear(framework.discovery_reader(jobs[0]), ended.out, ended.status);

  EXPECT_THAT(said.listed(), ElementsAre("a  b", "2", "c d"));
}

/// Reads the output of `child` until it has written a line, and returns the number in it.
int number_from(child_process& child) {
  std::string text;
  while (text.find('\n') == text.npos) {
    auto const progress = child.next(steady_clock::now() + 20s, {});
    auto const* some = progress ? std::get_if<command_output>(&*progress) : nullptr;
    if (some == nullptr) { return 0; }
    text += some->bytes;
  }
  return std::stoi(text);
}

TEST_P(CommandFrameworkInShell, EndsWithEverythingItHasStarted) {
  command_framework const framework{
      {.run_command = "sleep 1000 & echo $!; sleep 1000; : {result_file}"}};
  auto child =
      child_process::start(command_of(framework, batch_of({"a"})).argv, in_folder()).value();
  auto const background = number_from(child);
  ASSERT_GT(background, 0);

  child.terminate();

  EXPECT_TRUE(testing::is_gone(child.pid()));
  EXPECT_TRUE(testing::is_gone(background));
}

TEST_P(CommandFrameworkInShell, SendsTheReportOfACommandThatIsAskedToEnd) {
  command_framework const framework{
      {.run_command = one_case + "{result_file}; echo 1; sleep 1000", .test_id_format = "{name}"}};
  auto const tests = batch_of({"a", "b"});
  auto child = child_process::start(command_of(framework, tests).argv, in_folder()).value();
  ASSERT_EQ(number_from(child), 1);
  auto reader = framework.reader(tests);
  heard said;

  reader.interrupted(said.sink());
  child.terminate(
      [&](command_output const& some) { reader.feed(some.from, some.bytes, said.sink()); });

  EXPECT_THAT(said.outcomes(), ElementsAre("a passed"));
}

TEST_P(CommandFrameworkInShell, LetsACommandCleanUpWhenItIsAskedToEnd) {
  testing::put_file(folder_ / "careful", R"sh(
trap 'sleep 0.2; echo cleaned >cleaned; exit 0' TERM
echo begun >"$1"
echo 1
exec >log 2>&1
while :; do sleep 0.01; done
)sh");
  command_framework const framework{{.run_command = "exec sh ./careful {result_file}"}};
  auto child =
      child_process::start(command_of(framework, batch_of({"a"})).argv, in_folder()).value();
  ASSERT_EQ(number_from(child), 1);

  child.terminate();

  EXPECT_EQ(testing::contents_of(folder_ / "cleaned"), "cleaned\n");
  EXPECT_FALSE(std::filesystem::exists(result_file()));
}

INSTANTIATE_TEST_SUITE_P(Shells, CommandFrameworkInShell, ::testing::Values("/bin/sh", "/bin/bash"),
                         [](auto const& shell) { return shell.param.substr(5); });

}  // namespace
}  // namespace offload
