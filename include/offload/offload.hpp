// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

/// The front door for custom runners: the runner, all concepts, the local provider, and all
/// frameworks, schedulers, estimators and reporters. The other providers, images and simulations
/// have headers of their own. The library itself never includes this file: each of its files
/// includes what it uses, and so should a program in which compile time counts.

#include <offload/core/error.hpp>
#include <offload/core/execution.hpp>
#include <offload/core/run_event.hpp>
#include <offload/core/time.hpp>

#include <offload/config/load.hpp>

#include <offload/process/child_process.hpp>
#include <offload/process/environment.hpp>
#include <offload/process/stop_signals.hpp>
#include <offload/process/temp_folder.hpp>

#include <offload/provider/concept.hpp>
#include <offload/provider/local.hpp>

#include <offload/framework/command.hpp>
#include <offload/framework/concept.hpp>
#include <offload/framework/ctest.hpp>
#include <offload/framework/exit_status_reader.hpp>
#include <offload/framework/go_json_reader.hpp>
#include <offload/framework/googletest_reader.hpp>
#include <offload/framework/junit_stream.hpp>
#include <offload/framework/line_reader.hpp>
#include <offload/framework/nextest.hpp>
#include <offload/framework/pytest.hpp>
#include <offload/framework/tap_reader.hpp>
#include <offload/framework/vitest.hpp>

#include <offload/scheduler/concept.hpp>
#include <offload/scheduler/constrained.hpp>
#include <offload/scheduler/divided.hpp>
#include <offload/scheduler/hedged.hpp>
#include <offload/scheduler/pull.hpp>

#include <offload/history/history_estimator.hpp>
#include <offload/history/recorder.hpp>

#include <offload/report/concept.hpp>
#include <offload/report/event_stream.hpp>
#include <offload/report/junit_reporter.hpp>
#include <offload/report/log_files.hpp>
#include <offload/report/optional.hpp>
#include <offload/report/output_directory.hpp>
#include <offload/report/progress.hpp>
#include <offload/report/run_record_writer.hpp>
#include <offload/report/summary.hpp>
#include <offload/report/trace_reporter.hpp>

#include <offload/runner/runner.hpp>
