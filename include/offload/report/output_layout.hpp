// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/core/framework_event.hpp>
#include <offload/core/ids.hpp>

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace offload {

/// The names of what a run writes below its output folder, for those who write it and those who
/// read it. Paths are relative to that folder. docs/results.md shows them to users.
namespace output_layout {

/// Marks the folder as used by Offload; see `output_directory`.
inline constexpr std::string_view mark = ".offload-output";
/// The JUnit report, unless `[report] junit_file` says otherwise.
inline constexpr std::string_view junit_report = "junit.xml";
/// The run's record, which all commands read that look back at a run.
inline constexpr std::string_view record = "run.jsonl";
/// Is there from the beginning of a run to its verdict, and stays when there is none: the tests
/// could not be listed, or the runner was killed.
inline constexpr std::string_view unfinished = ".offload-unfinished";
/// The folder of the JUnit reports of single sandboxes.
inline constexpr std::string_view junit_parts = "junit-parts";
/// The folder of what batches wrote.
inline constexpr std::string_view logs = "logs";
/// The trace of `--trace`.
inline constexpr std::string_view trace = "trace.json";
/// The page of `--html`.
inline constexpr std::string_view page = "report.html";

/// The end of a log's name while its batch runs. Later it is the batch's `batch_end`.
inline constexpr std::string_view log_of_running = "running";

}  // namespace output_layout

/// The id as a plain file name: `/\:*?"<>|` and control characters become `_`.
[[nodiscard]] std::string file_name_of(sandbox_id const& id);

/// The name under which the results of the run before are kept: "junit.previous.xml" beside
/// "junit.xml".
[[nodiscard]] std::filesystem::path previous_path(std::filesystem::path const& results);

/// The name under which results grow while a run goes on: "junit.xml.new".
[[nodiscard]] std::filesystem::path unfinished_path(std::filesystem::path const& results);

/// Whether the record of a run has this name at some time, so that nothing else may.
[[nodiscard]] bool is_record_name(std::string_view name);

/// The name of a sandbox's report in `junit-parts`.
[[nodiscard]] std::string junit_part_name(sandbox_id const& sandbox);

/// Whether a file in `junit-parts` has the name of such a report.
[[nodiscard]] bool is_junit_part_name(std::string_view name);

/// The name of a batch's log in `logs`: "batch-3.stdout.success".
[[nodiscard]] std::string log_name(batch_id batch, stream from, std::string_view ending);

/// The batch whose log has this name; none if it is not the name of a log.
[[nodiscard]] std::optional<batch_id> batch_of_log(std::string_view name);

/// Where the artifacts of a batch are kept: `{output_dir}/{sandbox}/{batch}`.
[[nodiscard]] std::filesystem::path artifact_folder(std::filesystem::path const& output_dir,
                                                    sandbox_id const& sandbox, batch_id batch);

}  // namespace offload

#ifdef OFFLOAD_HEADER_ONLY
#include <offload/report/output_layout-inl.hpp>
#endif
