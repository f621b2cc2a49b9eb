// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include "github/github_reporter.hpp"

#include <offload/core/contents_of.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "report/run_events.hpp"
#include "support/temp_dir.hpp"

namespace offload {
namespace {

using testing::attempt_of;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::scripted_run;

class GitHubReporter : public ::testing::Test {
 protected:
  GitHubReporter() {
    options.summary_file = dir.path() / "summary.md";
    options.repository = dir.path();
    options.bases = {dir.path() / "sub"};
    options.sandbox_root = "/app";
  }
  void make(std::string const& file) {
    auto const path = dir.path() / file;
    std::filesystem::create_directories(path.parent_path());
    std::ofstream{path} << "x\n";
  }
  /// A run of one test that fails like this. Returns what was printed.
  std::string told(test_report const& report) {
    std::unique_ptr<std::FILE, int (*)(std::FILE*)> const to{std::tmpfile(), &std::fclose};
    options.to = to.get();
    reporter = std::make_unique<github_reporter>(options);
    scripted_run run{*reporter};
    auto one = attempt_of("t", outcome::failed);
    one.report = report;
    one.report.id = {"t"};
    run.attempt(one);
    test_record record;
    record.test.id = {"t"};
    record.test.place = report.place;
    record.ended = verdict::failed;
    record.reason = report.message;
    run.finish({record});
    std::string text(2000, '\0');
    std::rewind(to.get());
    text.resize(std::fread(text.data(), 1, text.size(), to.get()));
    return text;
  }
  [[nodiscard]] std::string page() { return contents_of(options.summary_file.string()); }

  testing::temp_dir dir;
  github_options options;
  std::unique_ptr<github_reporter> reporter;
};

TEST_F(GitHubReporter, PrintsAnnotationsAndAppendsThePage) {
  std::ofstream{options.summary_file} << "before\n";

  auto const printed = told({.ended = outcome::failed, .message = "no", .text = "all of it"});

  EXPECT_EQ(printed, "::error title=Failed%3A t::no\n");
  EXPECT_THAT(page(), ::testing::StartsWith("before\n### ❌ Tests"));
  EXPECT_THAT(page(), HasSubstr("<pre>all of it\n</pre>"));
  EXPECT_FALSE(reporter->failure());
}

TEST_F(GitHubReporter, MasksWhatTestsSay) {
  std::vector<env_var> const variables{{"TOKEN", "geheimnis-<1>"}};
  options.secrets = secret_mask{variables};

  auto const printed = told({.ended = outcome::failed,
                             .message = "got geheimnis-<1>",
                             .text = "x geheimnis-<1> y",
                             .out = "geheimnis-<1>"});

  EXPECT_THAT(printed, HasSubstr("got ***"));
  EXPECT_THAT(page(), HasSubstr("x *** y"));
  EXPECT_THAT(printed + page(), Not(HasSubstr("geheimnis")));
}

TEST_F(GitHubReporter, ShowsTheEndOfOneLineThatIsTooLong) {
  told({.ended = outcome::failed, .message = "no", .text = std::string(30'000, 'x') + "end\n"});

  EXPECT_THAT(page(), HasSubstr("<pre>xxx"));
}

TEST_F(GitHubReporter, CountsWhatTheStepHasWrittenBefore) {
  std::ofstream{options.summary_file} << std::string(std::size_t{1024} * 1024, 'x');

  told({.ended = outcome::failed, .message = "no"});

  EXPECT_EQ(page().size(), std::size_t{1024} * 1024);
}

TEST_F(GitHubReporter, SaysThatThePageCannotBeWritten) {
  options.summary_file = dir.path() / "missing" / "summary.md";

  EXPECT_THAT(told({.ended = outcome::failed, .message = "no"}), HasSubstr("::error"));

  ASSERT_TRUE(reporter->failure());
  EXPECT_THAT(to_string(*reporter->failure()), HasSubstr("summary.md"));
}

TEST_F(GitHubReporter, FindsFilesInTheRepository) {
  make("sub/tests/a.py");
  make("shared/b.py");

  EXPECT_EQ(path_in_repository(options, "tests/a.py"), "sub/tests/a.py");
  EXPECT_EQ(path_in_repository(options, "shared/b.py"), "shared/b.py");  // from a folder above
  EXPECT_EQ(path_in_repository(options, "../shared/b.py"), "shared/b.py");
  EXPECT_EQ(path_in_repository(options, "/app/tests/a.py"), "sub/tests/a.py");
  EXPECT_EQ(path_in_repository(options, (dir.path() / "shared/b.py").string()), "shared/b.py");
  EXPECT_EQ(path_in_repository(options, "tests/none.py"), std::nullopt);
  EXPECT_EQ(path_in_repository(options, "/etc/passwd"), std::nullopt);
  EXPECT_EQ(path_in_repository(options, "../../../../../../etc/passwd"), std::nullopt);
  EXPECT_EQ(path_in_repository(options, "sub"), std::nullopt);
  EXPECT_EQ(path_in_repository(options, ""), std::nullopt);
}

}  // namespace
}  // namespace offload
