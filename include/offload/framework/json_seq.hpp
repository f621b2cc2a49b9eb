// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

namespace offload {

/// Parts a stream into JSON text sequence records (RFC 7464: a record separator, a JSON text, a
/// line feed) and the text between them, wherever the stream is cut.
///
/// A record may be cut short by another record separator; it is passed on as it is, and the JSON
/// parser will say so.
class json_seq_splitter {
 public:
  using sink = std::function<void(std::string_view)>;

  /// `on_record` gets the JSON text without separators, `on_text` what is no record. Both views are
  /// valid during the call.
  void feed(std::string_view bytes, sink const& on_record, sink const& on_text);
  /// The stream has ended: an open record was cut, and is text.
  void finish(sink const& on_text);

 private:
  std::string open_record_;
  bool in_record_ = false;
};

}  // namespace offload

#ifdef OFFLOAD_HEADER_ONLY
#include <offload/framework/json_seq-inl.hpp>
#endif
