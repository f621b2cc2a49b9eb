// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/runner/slot.hpp>

#include <offload/core/inline.hpp>

#include <fmt/core.h>

namespace offload {

OFFLOAD_INLINE sandbox_spec spec_of(slot_job const& job) {
  sandbox_spec spec{job.slot, job.framework.support_files};
  spec.files_stay = !job.settings.artifacts.globs.empty();
  if (spec.files_stay) { spec.files.push_back(artifact_script()); }
  return spec;
}

OFFLOAD_INLINE run_context context_of(slot_job const& job, std::string files,
                                      std::string_view what) {
  auto result_file = fmt::format("{}/result-{}-{}.xml", files, job.slot.value, what);
  return {.support_dir = std::move(files),
          .result_file = std::move(result_file),
          .shared_dir = job.shared_dir};
}

OFFLOAD_INLINE run_context context_of(slot_job const& job, std::string files, batch_id what) {
  return context_of(job, std::move(files), fmt::format("{}", what.value));
}

OFFLOAD_INLINE void say_not_created(slot_job const& job, slot_mailbox& mailbox, error why) {
  mailbox.has_ended(job.no_creations.stop_requested() ? std::nullopt
                                                      : std::optional{std::move(why)});
}

}  // namespace offload
