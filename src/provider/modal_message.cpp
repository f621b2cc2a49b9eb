// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/provider/modal_service.hpp>

#include <offload/core/base64.hpp>

#include <nlohmann/json.hpp>

namespace offload {
namespace {

using json = nlohmann::json;

/// What kinds of errors mean for whoever made the request.
errc code_of(std::string_view kind) {
  if (kind == "image-gone") { return errc::image; }
  if (kind == "sandbox-gone") { return errc::sandbox; }
  return errc::provider;
}

std::string decoded(std::string_view text) {
  std::string bytes;
  base64_decoder decoder;
  for (char const c : text) { (void)decoder.feed(c, bytes); }
  (void)decoder.finish();
  return bytes;
}

modal_message event_of(json const& said, std::string_view name) {
  if (name == "started") { return modal_started{}; }
  auto const bytes = said.contains("base64") ? decoded(said.value("base64", ""))
                                             : said.value("text", std::string{});
  return command_output{name == "stderr" ? stream::err : stream::out, bytes};
}

modal_message answer_of(json const& said) {
  if (said.contains("ok")) {
    auto const& ok = said["ok"];
    return modal_answer{ok.value("image", std::string{}), ok.value("sandbox", std::string{}),
                        ok.value("code", 0)};
  }
  auto const& failed = said.at("error");
  return error{code_of(failed.value("kind", "")), failed.value("message", "no reason was given"),
               failed.value("hint", "")};
}

}  // namespace

std::optional<std::pair<std::uint64_t, modal_message>> modal_message_in(std::string_view line) {
  try {
    auto const said = json::parse(line);
    if (!said.contains("id")) { return std::nullopt; }
    auto const id = said["id"].get<std::uint64_t>();
    if (said.contains("event")) { return {{id, event_of(said, said["event"].get<std::string>())}}; }
    return {{id, answer_of(said)}};
  } catch (json::exception const&) { return std::nullopt; }
}

}  // namespace offload
