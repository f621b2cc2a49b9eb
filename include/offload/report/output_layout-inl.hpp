// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#pragma once

#include <offload/report/output_layout.hpp>

#include <offload/core/inline.hpp>

#include <fmt/core.h>

#include <charconv>
#include <cstdint>
#include <system_error>

namespace offload {

namespace output_layout_detail {

inline constexpr std::string_view log_prefix = "batch-";
inline constexpr std::string_view part_ending = ".xml";

inline std::string_view name_of(stream from) { return from == stream::out ? "stdout" : "stderr"; }

}  // namespace output_layout_detail

OFFLOAD_INLINE std::string file_name_of(sandbox_id const& id) {
  auto name = id.value;
  for (char& c : name) {
    bool const allowed = static_cast<unsigned char>(c) >= 0x20 &&
                         std::string_view{"/\\:*?\"<>|"}.find(c) == std::string_view::npos;
    if (!allowed) { c = '_'; }
  }
  return name.empty() || name == "." || name == ".." ? "_" + name : name;
}

OFFLOAD_INLINE std::filesystem::path previous_path(std::filesystem::path const& results) {
  auto const name = results.stem().string() + ".previous" + results.extension().string();
  return results.parent_path() / name;
}

OFFLOAD_INLINE std::filesystem::path unfinished_path(std::filesystem::path const& results) {
  return results.string() + ".new";
}

OFFLOAD_INLINE bool is_record_name(std::string_view name) {
  std::filesystem::path const record{output_layout::record};
  return name == record || name == previous_path(record) || name == unfinished_path(record);
}

OFFLOAD_INLINE std::string junit_part_name(sandbox_id const& sandbox) {
  return file_name_of(sandbox).append(output_layout_detail::part_ending);
}

OFFLOAD_INLINE bool is_junit_part_name(std::string_view name) {
  return name.ends_with(output_layout_detail::part_ending);
}

OFFLOAD_INLINE std::string log_name(batch_id batch, stream from, std::string_view ending) {
  return fmt::format("{}{}.{}.{}", output_layout_detail::log_prefix, batch.value,
                     output_layout_detail::name_of(from), ending);
}

OFFLOAD_INLINE std::optional<batch_id> batch_of_log(std::string_view name) {
  using namespace output_layout_detail;
  if (!name.starts_with(log_prefix)) { return {}; }
  name.remove_prefix(log_prefix.size());
  std::uint32_t batch = 0;
  auto const [end, failure] = std::from_chars(name.data(), name.data() + name.size(), batch);
  if (failure != std::errc{}) { return {}; }
  name.remove_prefix(static_cast<std::size_t>(end - name.data()));
  for (auto const from : {stream::out, stream::err}) {
    auto const middle = fmt::format(".{}.", name_of(from));
    if (name.starts_with(middle) && name.size() > middle.size()) { return batch_id{batch}; }
  }
  return {};
}

OFFLOAD_INLINE std::filesystem::path artifact_folder(std::filesystem::path const& output_dir,
                                                     sandbox_id const& sandbox, batch_id batch) {
  return output_dir / file_name_of(sandbox) / std::to_string(batch.value);
}

}  // namespace offload
