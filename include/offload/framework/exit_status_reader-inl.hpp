// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/framework/exit_status_reader.hpp>

#include <offload/core/cut_text.hpp>
#include <offload/core/inline.hpp>
#include <offload/core/keep_tail.hpp>

#include <fmt/core.h>

#include <utility>

namespace offload {
namespace exit_status_reader_detail {

inline outcome outcome_of(exit_status status) {
  if (status.ok()) { return outcome::passed; }
  return status.signal == 0 ? outcome::failed : outcome::errored;
}

}  // namespace exit_status_reader_detail

OFFLOAD_INLINE exit_status_reader::exit_status_reader(batch tests, clock now)
    : tests_{std::move(tests)}, now_{std::move(now)}, began_{now_()} {}

OFFLOAD_INLINE void exit_status_reader::feed(stream from, std::string_view bytes,
                                             framework_event_sink const& emit) {
  text::keep_tail(output_, bytes, kept_output);
  emit(output_text{from, std::string{bytes}});
}

OFFLOAD_INLINE void exit_status_reader::finish(exit_status status,
                                               framework_event_sink const& emit) {
  test_report report{.ended = exit_status_reader_detail::outcome_of(status),
                     .duration = now_() - began_};
  if (is_bad(report.ended)) {
    report.message = fmt::format("the command ended with {}", to_string(status));
    report.text = text::tail_of(output_, kept_output);
  }
  for (auto const& id : tests_.tests) {
    report.id = id;
    emit(test_finished{report});
  }
}

}  // namespace offload
