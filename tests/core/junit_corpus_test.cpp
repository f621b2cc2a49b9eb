// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/core/contents_of.hpp>
#include <offload/core/junit.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <map>
#include <sstream>
#include <string>
#include <vector>

// The reports of many producers, and what each of them meant: see junit_reports/README.md.
namespace offload {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

fs::path const folder = OFFLOAD_SOURCE_DIR "/tests/core/junit_reports";

struct expected_case {
  std::string suite, classname, name, outcome, fragment;
};

std::string unescaped(std::string_view text) {
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    bool const escape = text[i] == '\\' && i + 1 < text.size();
    if (escape && (text[i + 1] == 'n' || text[i + 1] == 't')) {
      plain += text[++i] == 'n' ? '\n' : '\t';
    } else {
      plain += text[i];
    }
  }
  return plain;
}

std::map<std::string, std::vector<expected_case>> expectations() {
  std::map<std::string, std::vector<expected_case>> all;
  std::istringstream lines{contents_of((folder / "expected.tsv").string())};
  for (std::string line; std::getline(lines, line);) {
    std::vector<std::string> fields(1);
    for (char const c : line) {
      if (c == '\t') {
        fields.emplace_back();
      } else {
        fields.back() += c;
      }
    }
    fields.resize(6);
    all[fields[0]].push_back(
        {unescaped(fields[1]), unescaped(fields[2]), unescaped(fields[3]), fields[4], fields[5]});
  }
  return all;
}

std::vector<std::string> files() {
  std::vector<std::string> names;
  for (auto const& [file, cases] : expectations()) { names.push_back(file); }
  return names;
}

std::string outcome_in_words(junit_case const& one) {
  switch (one.ended) {
    case outcome::timed_out:
    case outcome::not_run: return "failed";  // a run is not green with either
    case outcome::passed:
    case outcome::failed:
    case outcome::errored:
    case outcome::skipped: break;
  }
  return std::string{to_string(one.ended)};
}

std::string text_of(junit_case const& one) {
  std::string all;
  for (auto const* part : {&one.message, &one.text, &one.out, &one.err, &one.reruns}) {
    all += *part + "\n";
  }
  return all;
}

bool is_it(expected_case const& expected, junit_case const& one) {
  if (expected.outcome == "outside") { return one.name.empty() && is_bad(one.ended); }
  return one.suite == expected.suite && one.classname == expected.classname &&
         one.name == expected.name;
}

class JunitCorpus : public ::testing::TestWithParam<std::string> {};

TEST_P(JunitCorpus, IsReadAsItsProducerMeantIt) {
  auto read = read_junit(contents_of((folder / GetParam()).string()));
  auto const all = expectations();
  EXPECT_EQ(read.damage, std::nullopt);

  auto& left = read.cases;
  for (auto const& expected : all.at(GetParam())) {
    auto const name = expected.suite + " | " + expected.classname + " | " + expected.name;
    auto const has_name = [&](junit_case const& one) { return is_it(expected, one); };
    auto const is_right = [&](junit_case const& one) {
      return has_name(one) &&
             (expected.outcome == "outside" || outcome_in_words(one) == expected.outcome);
    };
    auto found = std::ranges::find_if(left, is_right);
    if (found == left.end()) { found = std::ranges::find_if(left, has_name); }
    ASSERT_NE(found, left.end()) << name;
    if (expected.outcome != "outside") {
      EXPECT_EQ(outcome_in_words(*found), expected.outcome) << name;
    }
    EXPECT_THAT(text_of(*found), HasSubstr(expected.fragment)) << name;
    left.erase(found);
  }
  // Gradle writes both attempts of a test that is retried. Two tests may have one name as well.
  auto const several = GetParam() == "gradle-8-retry.xml" ? 1U : 0U;
  EXPECT_EQ(left.size(), several) << left.front().name;
}

INSTANTIATE_TEST_SUITE_P(Reports, JunitCorpus, ::testing::ValuesIn(files()), [](auto const& file) {
  std::string name;
  for (char const c : file.param) { name += std::isalnum(c) ? c : '_'; }
  return name;
});

}  // namespace
}  // namespace offload
