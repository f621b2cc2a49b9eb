// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/provider/modal_service.hpp>

#include <offload/core/base64.hpp>
#include <offload/core/inline.hpp>
#include <offload/core/json.hpp>

namespace offload {
namespace modal_message_detail {

/// The meaning of each kind of error for the caller.
inline errc code_of(std::string_view kind) {
  if (kind == "image-gone") { return errc::image; }
  if (kind == "sandbox-gone") { return errc::sandbox; }
  return errc::provider;
}

inline std::string decoded(std::string_view text) {
  std::string bytes;
  base64::decoder decoder;
  for (char const c : text) { (void)decoder.feed(c, bytes); }
  (void)decoder.finish();
  return bytes;
}

inline modal_message event_of(json const& said) {
  auto const& name = said["event"].text();
  if (name == "started") { return modal_started{}; }
  return command_output{name == "stderr" ? stream::err : stream::out,
                        said.has("base64") ? decoded(said["base64"].text()) : said["text"].text()};
}

inline modal_message answer_of(json const& said) {
  if (said.has("ok")) {
    auto const& ok = said["ok"];
    return modal_answer{ok["image"].text(), ok["sandbox"].text(),
                        ok["code"].number<int>().value_or(0)};
  }
  auto const& failed = said["error"];
  auto const& message = failed["message"];
  return error{code_of(failed["kind"].text()),
               message.is_text() ? message.text() : "no reason was given", failed["hint"].text()};
}

}  // namespace modal_message_detail

OFFLOAD_INLINE std::optional<std::pair<std::uint64_t, modal_message>> modal_message_in(
    std::string_view line) {
  auto const said = parse_json(line);
  auto const id = said["id"].number<std::uint64_t>();
  if (!id) { return std::nullopt; }
  if (said["event"].is_text()) { return {{*id, modal_message_detail::event_of(said)}}; }
  if (!said["ok"].is_object() && !said["error"].is_object()) { return std::nullopt; }
  return {{*id, modal_message_detail::answer_of(said)}};
}

}  // namespace offload
