// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include "heard.hpp"

#include <offload/framework/any.hpp>
#include <offload/framework/command.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

namespace offload {
namespace {

using testing::batch_of;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::hear;

command_framework running(std::string run_command, std::optional<std::string> result_file = {}) {
  return command_framework{{.discover_command = "list {filters}",
                            .run_command = std::move(run_command),
                            .test_id_format = "{name}",
                            .result_file = std::move(result_file),
                            .working_dir = "sub"}};
}

run_context const with_dash{.support_dir = "", .result_file = "/tmp/r.xml", .shell = "/bin/dash"};

std::vector<discovery_job> jobs_of(command_framework const& framework, std::vector<group> groups) {
  auto jobs = framework.discovery(groups, with_dash);
  return jobs ? *jobs : std::vector<discovery_job>{};
}

/// The user's script, wherever it stands in the command.
std::string script_of(command const& c) { return c.argv.size() == 3 ? c.argv[2] : c.argv.at(6); }

std::string script_for(std::string run_command, std::vector<std::string> const& ids) {
  return script_of(running(std::move(run_command)).run(batch_of(ids), with_dash).value());
}

TEST(CommandFramework, ListsEachGroupByACommandOfItsOwn) {
  auto const jobs = jobs_of(
      running("x"), {{.name = "a", .filters = "-m 'not slow'"}, {.name = "b", .filters = ""}});

  ASSERT_EQ(jobs.size(), 2u);
  EXPECT_THAT(jobs[0].run.argv, ElementsAre("/bin/dash", "-c", "list -m 'not slow'"));
  EXPECT_THAT(jobs[1].run.argv, ElementsAre("/bin/dash", "-c", "list "));
  EXPECT_THAT(jobs[1].groups, ElementsAre(1));
  EXPECT_EQ(jobs[0].run.working_dir, "sub");
}

TEST(CommandFramework, ReplacesEveryFiltersPlaceholderOnceAndNothingElse) {
  command_framework const framework{{.discover_command = "a{filters} {filters} ${X} {tests} {"}};

  auto const jobs = jobs_of(framework, {{.name = "g", .filters = "{filters}"}});

  EXPECT_EQ(jobs.at(0).run.argv.at(2), "a{filters} {filters} ${X} {tests} {");
}

TEST(CommandFramework, NamesTheCommandWhenListingFails) {
  auto const framework = running("x");
  auto const jobs = jobs_of(framework, {{.name = "g", .filters = "f"}});

  auto const said = hear(framework.discovery_reader(jobs.at(0)), "", {3, 0}, "no such file\n");

  auto const why = said.all<listing_failed>().at(0).why;
  EXPECT_EQ(why.message, "the discover_command failed (exit status 3): no such file");
  EXPECT_EQ(why.hint, "try it yourself: /bin/dash -c 'list f'");
}

TEST(CommandFramework, WarnsOfAGroupWithoutTests) {
  auto const framework = running("x {tests}");
  auto const jobs = jobs_of(framework, {{.name = "g", .filters = "f"}});

  auto const said = hear(framework.discovery_reader(jobs.at(0)), "# none\n");

  EXPECT_THAT(said.warnings(),
              ElementsAre("the discover_command listed no tests: /bin/dash -c 'list f'"));
  EXPECT_EQ(said.all<listing_done>().size(), 1u);
}

TEST(CommandFramework, QuotesIdsForTheShell) {
  EXPECT_EQ(script_for("run {tests} --to {result_file}", {"a", "b c", "d'e", "$f", "\u20ac"}),
            "run a 'b c' 'd'\\''e' '$f' '\u20ac' --to /tmp/r.xml");
}

TEST(CommandFramework, LooksForPlaceholdersInOnePass) {
  EXPECT_EQ(script_for("run {tests} {result_file}", {"{result_file}", "{tests}"}),
            "run '{result_file}' '{tests}' /tmp/r.xml");
}

TEST(CommandFramework, LeavesOtherBracesAlone) {
  EXPECT_EQ(script_for("f() { echo ${A:-{x}} {other} {{tests}; }; f {result_file}", {"t"}),
            "f() { echo ${A:-{x}} {other} {t; }; f /tmp/r.xml");
}

TEST(CommandFramework, RunsInTheConfiguredFolder) {
  EXPECT_EQ(running("x {result_file}").run(batch_of({"a"}), with_dash)->working_dir, "sub");
  EXPECT_EQ(running("x").run(batch_of({"a"}), with_dash)->working_dir, "sub");
}

TEST(CommandFramework, LetsAResultFileDecideWhenThereIsOne) {
  for (auto const& framework :
       {running("x {tests} {result_file}"), running("x {result_file}"), running("x", "out.xml")}) {
    EXPECT_EQ(framework.decides(), verdict_source::result_file);
    EXPECT_EQ(framework.properties().largest_batch, unlimited);
  }
}

TEST(CommandFramework, KnowsWhetherAllCommandsWriteToOneFile) {
  EXPECT_TRUE(has_one_result_file({.run_command = "run {tests}", .result_file = "out.xml"}));
  EXPECT_FALSE(has_one_result_file({.run_command = "run {result_file}", .result_file = "out.xml"}));
  EXPECT_FALSE(has_one_result_file({.run_command = "run {tests}"}));
}

TEST(CommandFramework, UsesTheConfiguredResultFileWithoutAPlaceholder) {
  auto const fixed = running("x", "out.xml").run(batch_of({"a"}), with_dash).value();
  auto const generated =
      running("x {result_file}", "out.xml").run(batch_of({"a"}), with_dash).value();

  EXPECT_THAT(fixed.argv, Contains("out.xml"));
  EXPECT_THAT(generated.argv, Contains("/tmp/r.xml"));
  EXPECT_THAT(generated.argv, ::testing::Not(Contains("out.xml")));
}

TEST(CommandFramework, ReadsAStreamOfTheConfiguredFormat) {
  auto const streaming = [](result_format format) {
    return command_framework{
        {.run_command = "x {tests}", .test_id_format = "{classname} {name}", .results = format}};
  };
  auto const tap = streaming(result_format::tap);
  auto const go = streaming(result_format::go_json);

  for (auto const& framework : {tap, go}) {
    EXPECT_EQ(framework.decides(), verdict_source::standard_output);
    EXPECT_EQ(framework.properties().largest_batch, unlimited);
    EXPECT_THAT(framework.run(batch_of({"p A"}), with_dash)->argv,
                ElementsAre("/bin/dash", "-c", "x 'p A'"));
  }
  EXPECT_THAT(hear(tap.reader(batch_of({" A"})), "ok 1 - A\n").outcomes(),
              ElementsAre(" A passed"));
  EXPECT_THAT(
      hear(go.reader(batch_of({"p A"})), "{\"Action\":\"pass\",\"Package\":\"p\",\"Test\":\"A\"}\n")
          .outcomes(),
      ElementsAre("p A passed"));
}

TEST(CommandFramework, LetsTheExitStatusDecideTestByTestWithoutAResultFile) {
  auto const framework = running("x {tests}");

  EXPECT_EQ(framework.decides(), verdict_source::exit_status_of_test);
  EXPECT_EQ(framework.properties().largest_batch, 1u);
  EXPECT_THAT(framework.run(batch_of({"a b"}), with_dash)->argv,
              ElementsAre("/bin/dash", "-c", "x 'a b'"));
  EXPECT_THAT(hear(framework.reader(batch_of({"a b"})), "", {1, 0}).outcomes(),
              ElementsAre("a b failed"));
}

TEST(CommandFramework, ListsOneTestForACommandThatRunsEverything) {
  auto const framework = running("make check");
  auto const jobs = jobs_of(framework, {{.name = "g"}, {.name = "h"}});

  auto const said = hear(framework.discovery_reader(jobs.at(1)), "a\nb\n");

  EXPECT_EQ(framework.decides(), verdict_source::exit_status_of_all);
  EXPECT_EQ(framework.properties().largest_batch, 1u);
  EXPECT_THAT(said.listed(), ElementsAre("all_tests"));
  EXPECT_THAT(said.all<test_listed>().at(0).groups, ElementsAre(1));
  EXPECT_EQ(said.all<listing_done>().size(), 1u);
}

TEST(CommandFramework, ListsNothingWhenThereIsNothingToRun) {
  auto const framework = running("make check");
  auto const jobs = jobs_of(framework, {{.name = "g"}});

  auto const said = hear(framework.discovery_reader(jobs.at(0)), "\n");

  EXPECT_TRUE(said.listed().empty());
  EXPECT_EQ(said.warnings().size(), 1u);
}

TEST(CommandFramework, MatchesResultsByTheConfiguredFormat) {
  command_framework const framework{
      {.run_command = "x {result_file}", .test_id_format = "{classname} > {name}"}};

  auto const said =
      hear(framework.reader(batch_of({"C > a"})),
           "\x1e{\"event\":\"file\",\"batch\":7}\n<testsuite><testcase classname='C' name='a'/>"
           "</testsuite>\x1e{\"event\":\"file_end\",\"batch\":7}\n");

  EXPECT_THAT(said.outcomes(), ElementsAre("C > a passed"));
}

TEST(CommandFramework, ServesAsAFrameworkThatIsPickedAtRunTime) {
  any_framework const framework{running("x {tests}")};

  EXPECT_EQ(framework.properties().largest_batch, 1u);
  EXPECT_TRUE(framework.worker(with_dash)->argv.empty());
  auto unused = framework.worker_reader();
  testing::heard said;
  unused.finish({}, said.sink());
  EXPECT_TRUE(said.events().empty());
}

}  // namespace
}  // namespace offload
