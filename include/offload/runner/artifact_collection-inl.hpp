// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/runner/artifact_collection.hpp>

#include <offload/core/inline.hpp>
#include <offload/core/keep_tail.hpp>
#include <offload/core/trimmed.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <utility>

namespace offload {

namespace embedded {
std::string_view offload_artifacts();
}  // namespace embedded

namespace artifact_collection_detail {

inline constexpr seconds longest_transfer{300};
inline constexpr seconds longest_marking{30};
inline constexpr unsigned most_failures_in_a_row = 3;

}  // namespace artifact_collection_detail

OFFLOAD_INLINE support_file artifact_script() {
  return {"offload_artifacts.sh", embedded::offload_artifacts()};
}

OFFLOAD_INLINE std::string missing_artifacts_text(
    batch_id of, std::vector<artifact_receiver::missing_file> const& missing) {
  constexpr std::size_t most_names = 3;
  auto text = fmt::format("artifacts of batch {}: ", of.value);
  for (std::size_t i = 0; i < std::min(missing.size(), most_names); ++i) {
    text += fmt::format("{}{} is missing: {}", i == 0 ? "" : "; ", missing[i].path, missing[i].why);
  }
  if (missing.size() > most_names) {
    text += fmt::format("; and {} more are missing", missing.size() - most_names);
  }
  return text;
}

OFFLOAD_INLINE artifact_collection::artifact_collection(sandbox_access& sandbox, slot_id slot,
                                                        artifact_wish const& wish,
                                                        slot_mailbox& mailbox, std::stop_token stop)
    : sandbox_{sandbox},
      wish_{wish},
      mailbox_{mailbox},
      stop_{std::move(stop)},
      script_{fmt::format("{}/{}", sandbox.files(), artifact_script().name)},
      mark_{fmt::format("{}/artifacts-{}.mark", sandbox.files(), slot.value)} {}

OFFLOAD_INLINE command artifact_collection::marking(command c) {
  if (wish_.globs.empty()) { return c; }
  is_marked_ = true;
  auto with = script("run");
  with.insert(with.end(), c.argv.begin(), c.argv.end());
  c.argv = std::move(with);
  return c;
}

OFFLOAD_INLINE void artifact_collection::before_batch() {
  if (is_marked_ || is_off()) { return; }
  auto const failed =
      hear({.argv = script("mark")}, artifact_collection_detail::longest_marking, nullptr);
  is_marked_ = !failed;
  if (failed) { warn("the next batch", *failed); }
}

OFFLOAD_INLINE void artifact_collection::after_batch() {
  last_ = mailbox_.last_closed();
  after_worker();
}

OFFLOAD_INLINE void artifact_collection::after_worker() {
  if (is_off() || !last_) { return; }
  if (std::exchange(is_marked_, false) && is_wanted(*last_)) { fetch(*last_); }
}

OFFLOAD_INLINE bool artifact_collection::is_off() const {
  return wish_.globs.empty() || stop_.stop_requested() ||
         failures_ >= artifact_collection_detail::most_failures_in_a_row;
}

OFFLOAD_INLINE bool artifact_collection::is_wanted(closed_batch const& one) const {
  if (one.cause == batch_cause::lost || one.cause == batch_cause::untouched) { return false; }
  bool const cut_off = one.cause == batch_cause::stopped || one.cause == batch_cause::cancelled;
  return one.went_wrong || (!cut_off && wish_.of == artifact_source::all_batches);
}

OFFLOAD_INLINE std::vector<std::string> artifact_collection::script(std::string what) const {
  return {"sh", script_, std::move(what), mark_};
}

OFFLOAD_INLINE void artifact_collection::fetch(closed_batch const& from) {
  artifact_receiver files{wish_.globs, wish_.folder(sandbox_.id(), from.id)};
  command send{.argv = script("send")};
  send.argv.push_back(fmt::format("{}", artifact_limits{}.one_file));
  for (auto& word : find_expression(wish_.globs)) { send.argv.push_back(std::move(word)); }
  auto failed = hear(send, artifact_collection_detail::longest_transfer, &files);
  if (!failed && files.is_full()) {
    failed = fmt::format("they are larger than {} MiB in all", artifact_limits{}.all_files >> 20U);
  } else if (!failed && !files.is_complete()) {
    failed = "what the sandbox sent cannot be understood";
  }
  if (failed) { return warn(fmt::format("batch {}", from.id.value), *failed); }
  failures_ = 0;
  is_marked_ = true;
  auto const missing = fetch_otherwise(files);
  if (!missing.empty()) { mailbox_.warn(missing_artifacts_text(from.id, missing)); }
}

OFFLOAD_INLINE void artifact_collection::warn(std::string_view of, std::string_view why) {
  if (stop_.stop_requested()) { return; }
  bool const last = ++failures_ >= artifact_collection_detail::most_failures_in_a_row;
  mailbox_.warn(fmt::format("artifacts of {} could not be fetched from sandbox {}: {}{}", of,
                            sandbox_.id().value, why,
                            last ? "; no more are fetched from there" : ""));
}

OFFLOAD_INLINE std::vector<artifact_receiver::missing_file> artifact_collection::fetch_otherwise(
    artifact_receiver& files) {
  auto missing = files.missing();
  std::vector<file_copy> wanted;
  for (auto const& file : missing) {
    if (auto place = files.place_for(file.path)) {
      wanted.push_back({file.path, std::move(*place)});
    }
  }
  if (wanted.empty()) { return missing; }
  auto const done = sandbox_.download(wanted, stop_);
  std::erase_if(missing, [&](auto const& file) {
    std::error_code failed;
    auto const place = files.place_of(file.path);
    return std::filesystem::is_regular_file(std::filesystem::symlink_status(place, failed));
  });
  bool const tried = done || done.error().code != errc::unavailable;
  for (auto& file : missing) {
    if (tried) { file.why += done ? ", nor downloaded" : ", and " + done.error().message; }
  }
  return missing;
}

OFFLOAD_INLINE std::optional<std::string> artifact_collection::hear(command const& c, seconds limit,
                                                                    artifact_receiver* files) {
  std::string errors;
  auto const until = steady_clock::now() + to_clock(limit);
  auto const ended = sandbox_.run(c, until, stop_, [&](command_output const& some) {
    if (some.from == stream::err) { text::keep_tail(errors, some.bytes); }
    if (some.from == stream::out && files != nullptr) { files->feed(some.bytes); }
    return files == nullptr || !files->is_full();
  });
  if (!ended) { return ended.error().message; }
  if (!*ended || (*ended)->ok()) { return std::nullopt; }
  return fmt::format("the command ended with {}: {}", to_string(**ended), text::trimmed(errors));
}

}  // namespace offload
