// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/framework/json_seq.hpp>

#include <offload/core/inline.hpp>

namespace offload {
namespace json_seq_detail {

inline constexpr char record_separator = '\x1e';

}  // namespace json_seq_detail

OFFLOAD_INLINE void json_seq_splitter::feed(std::string_view bytes, sink const& on_record,
                                            sink const& on_text) {
  while (!bytes.empty()) {
    if (!in_record_) {
      auto const start = bytes.find(json_seq_detail::record_separator);
      if (start != 0) { on_text(bytes.substr(0, start)); }
      if (start == std::string_view::npos) { return; }
      in_record_ = true;
      bytes.remove_prefix(start + 1);
      continue;
    }
    auto const end = bytes.find_first_of("\n\x1e");
    if (end == std::string_view::npos) {
      open_record_ += bytes;
      return;
    }
    in_record_ = bytes[end] == json_seq_detail::record_separator;
    if (open_record_.empty()) {
      if (end > 0) { on_record(bytes.substr(0, end)); }
    } else {
      open_record_ += bytes.substr(0, end);
      on_record(open_record_);
      open_record_.clear();
    }
    bytes.remove_prefix(end + 1);
  }
}

OFFLOAD_INLINE void json_seq_splitter::finish(sink const& on_text) {
  if (in_record_ && !open_record_.empty()) { on_text(open_record_); }
  open_record_.clear();
  in_record_ = false;
}

}  // namespace offload
