// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

namespace offload {

/// Splits a stream into JSON text sequence records (RFC 7464: a record separator, a JSON text, a
/// line feed) and the text between them, whatever the sizes of its chunks.
///
/// A record that is cut off by another record separator is passed on unchanged; the JSON parser
/// reports it.
class json_seq_splitter {
 public:
  using sink = std::function<void(std::string_view)>;

  /// `on_record` receives the JSON text without separators, `on_text` the text between records.
  /// Both views are valid during the call.
  void feed(std::string_view bytes, sink const& on_record, sink const& on_text);
  /// Ends the stream. An incomplete record is passed on as text.
  void finish(sink const& on_text);

 private:
  std::string open_record_;
  bool in_record_ = false;
};

}  // namespace offload

#ifdef OFFLOAD_HEADER_ONLY
#include <offload/framework/json_seq-inl.hpp>
#endif
