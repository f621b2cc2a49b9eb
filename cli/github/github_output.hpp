// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/run_event.hpp>

#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// The output of a run for GitHub Actions: annotations, which are lines that the step prints, and a
/// page in Markdown for the job. Pure.
namespace offload {

enum class annotation_level { error, warning, notice };

struct github_annotation {
  annotation_level level = annotation_level::error;
  std::string file{};  ///< relative to the root of the repository; empty: none
  unsigned line{};     ///< 0: unknown
  std::string title{};
  std::string message{};

  bool operator==(github_annotation const&) const = default;
};

/// The line that tells GitHub, with its end: `::error file=a.py,line=3,title=...::...`.
[[nodiscard]] std::string workflow_command(github_annotation const& one);

/// The text of a test's last failure.
struct last_bad_attempt {
  outcome ended = outcome::failed;
  source_place place{};
  std::string text{};
};

/// The contents of the output for a run.
struct github_run {
  run_summary const& summary;
  std::map<std::string, last_bad_attempt> const& bad;  ///< by test id; may know some tests only
  std::span<std::string const> warnings{};
  std::string repeat_all{};     ///< the command that runs the same tests
  std::string repeat_failed{};  ///< the one for those that failed; empty: there is none
  std::string report{};         ///< the file that it needs
  /// Where in the repository a test's file is; nothing when it is not there.
  std::function<std::optional<std::string>(std::string_view)> in_repository{};
};

/// GitHub shows this many of each level, of one step.
inline constexpr std::size_t most_annotations = 10;

/// The annotations, at most `most_annotations` a level: of failed tests first one a cause, and then
/// more. Where there are too many, the last one says how many are missing.
[[nodiscard]] std::vector<github_annotation> annotations_of(github_run const& run);

/// The page: counts, failed tests with their text, flaky ones, those that were not run, the
/// slowest, and how to repeat it. As much as fits into `most_bytes`; it says what is missing.
[[nodiscard]] std::string job_summary_of(github_run const& run, std::size_t most_bytes);

/// `text` such that neither Markdown nor HTML is seen in it, on one line.
[[nodiscard]] std::string plain_in_markdown(std::string_view text);

}  // namespace offload
