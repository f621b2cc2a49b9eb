// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/runner/artifact_receiver.hpp>

#include <offload/core/inline.hpp>

#include <fmt/core.h>

#include <utility>
#include <variant>

namespace offload {

OFFLOAD_INLINE artifact_receiver::artifact_receiver(std::vector<std::string> globs,
                                                    std::filesystem::path folder,
                                                    artifact_limits limits)
    : limits_{limits}, files_{std::move(folder)}, reader_{std::move(globs)} {}

OFFLOAD_INLINE void artifact_receiver::feed(std::string_view bytes) {
  reader_.feed(bytes, [this](file_event const& event) {
    if (!is_full()) { hear(event); }
  });
}

OFFLOAD_INLINE void artifact_receiver::hear(file_event const& event) {
  if (auto const* begins = std::get_if<file_begins>(&event)) {
    open_ = begins->path;
    if (auto const made = files_.begin(open_); !made) { miss(open_, made.error().message); }
  } else if (auto const* some = std::get_if<file_bytes>(&event)) {
    received_ += some->bytes.size();
    if (open_.empty()) { return; }
    if (auto const written = files_.write(some->bytes); !written) {
      miss(open_, written.error().message);
    }
  } else if (std::holds_alternative<file_ends>(event)) {
    files_.end();
  } else if (std::holds_alternative<file_fails>(event)) {
    if (!open_.empty()) { miss(open_, "it cannot be read"); }
  } else if (auto const* large = std::get_if<file_is_large>(&event)) {
    miss(large->path, fmt::format("it is larger than {} MiB", limits_.one_file >> 20U));
  }
}

OFFLOAD_INLINE void artifact_receiver::miss(std::string path, std::string why) {
  files_.drop();
  open_.clear();
  missing_.push_back({std::move(path), std::move(why)});
}

OFFLOAD_INLINE result<std::filesystem::path> artifact_receiver::place_for(std::string const& path) {
  auto const made = files_.begin(path);
  files_.drop();
  return made.map([&] { return place_of(path); });
}

}  // namespace offload
