// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include "check.hpp"
#include "document.hpp"
#include "section_reader.hpp"

#include <offload/config/load.hpp>

#include <algorithm>
#include <array>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <system_error>
#include <tuple>
#include <utility>

namespace offload {
namespace {

provider_config defaults_of(provider_kind kind) {
  switch (kind) {
    case provider_kind::local: return local_provider_config{};
    case provider_kind::shell: return shell_provider_config{};
    case provider_kind::modal: return modal_provider_config{};
  }
  return {};
}

framework_config defaults_of(framework_kind kind) {
  switch (kind) {
    case framework_kind::pytest: return pytest_config{};
    case framework_kind::nextest: return nextest_config{};
    case framework_kind::vitest: return vitest_config{};
    case framework_kind::ctest: return ctest_config{};
    case framework_kind::command: return command_framework_config{};
  }
  return {};
}

/// Reads a section whose `type` says which keys it has.
template <class... Sections>
void read_section(reading& shared, std::string_view name, toml::table const& table,
                  std::variant<Sections...>& into) {
  section_reader reader{shared, name, table};
  auto kind = kind_of(into);
  reader(type_key(kind), kind);
  into = defaults_of(kind);
  std::visit([&](auto& section) { each_key(section, reader); }, into);
  reader.warn_of_unknown_keys();
}

/// Reads the groups, each of which is a section.
void read_section(reading& shared, std::string_view name, toml::table const& table,
                  std::vector<group>& into) {
  std::vector<std::pair<toml::source_position, toml::key>> names;
  for (auto const& [key_name, value] : table) {
    names.emplace_back(key_name.source().begin, key_name);
  }
  std::ranges::sort(names, {}, [](auto const& n) {
    return std::tuple{n.first.line, n.first.column};
  });

  section_reader reader{shared, name, table};
  for (auto const& [position, group_name] : names) {
    auto& g = into.emplace_back();
    g.name = group_name.str();
    if (auto const* const keys = reader.take_table(key{group_name.str()})) {
      read_section(shared, fmt::format("{}.{}", name, g.name), *keys, g);
    }
  }
}

/// Reads a section that may be absent.
template <class Section>
void read_section(reading& shared, std::string_view name, toml::table const& table,
                  std::optional<Section>& into) {
  read_section(shared, name, table, into.emplace());
}

config read_all(reading& shared) {
  config c;
  section_reader top{shared, "", shared.file.root()};
  each_section(c, [&](key const& k, auto& section) {
    if (auto const* const table = top.take_table(k)) {
      read_section(shared, k.name, *table, section);
    }
  });
  top.warn_of_unknown_keys();
  return c;
}

void complete_roots(run_config& c) {
  if (c.sandbox_repo_root.empty()) { c.sandbox_repo_root = c.sandbox_project_root; }
  if (c.sandbox_project_root.empty()) { c.sandbox_project_root = c.sandbox_repo_root; }
}

result<loaded_config> read_document(document const& file, surroundings const& around) {
  reading shared{file, around};
  loaded_config loaded{read_all(shared)};
  if (shared.failed) { return tl::unexpected(std::move(*shared.failed)); }
  complete_roots(loaded.value.run);
  if (auto checked = check(loaded.value, file, around.working_dir); !checked) {
    return tl::unexpected(std::move(checked.error()));
  }
  loaded.warnings = std::move(shared.warnings);
  std::ranges::sort(loaded.warnings, {}, [](config_warning const& w) {
    return std::tuple{w.place.line, w.place.column};
  });
  return loaded;
}

tl::unexpected<error> unreadable(std::string const& path, int why) {
  error e{errc::io, fmt::format("cannot read {}: {}", path, std::generic_category().message(why))};
  if (why == ENOENT) {
    e.code = errc::not_found;
    e.hint = "Write one with `offload init`, or name another with --config PATH.";
  }
  return tl::unexpected(std::move(e));
}

result<std::string> read_file(std::string const& path) {
  std::ifstream file{path, std::ios::binary};
  if (!file) { return unreadable(path, errno); }
  std::string text;
  // Unlike a streambuf iterator, read() does not throw when the path is a folder.
  for (std::array<char, 4096> part{}; file.read(part.data(), part.size()) || file.gcount() > 0;) {
    text.append(part.data(), static_cast<std::size_t>(file.gcount()));
  }
  if (file.bad()) { return unreadable(path, errno); }
  return text;
}

}  // namespace

surroundings surroundings_of_process() {
  std::error_code unknown;
  return {environment_variable, std::filesystem::current_path(unknown).string()};
}

result<loaded_config> parse_config(std::string_view text, std::string_view source,
                                   surroundings const& around) {
  return document::parse(text, source).and_then([&](document const& file) {
    return read_document(file, around);
  });
}

result<loaded_config> load_config(std::string const& path, surroundings const& around) {
  return read_file(path).and_then(
      [&](std::string const& text) { return parse_config(text, path, around); });
}

std::string to_string(config_place const& place) {
  if (place.line == 0) { return place.source; }
  return fmt::format("{}:{}:{}", place.source, place.line, place.column);
}

std::string to_string(config_warning const& warning) {
  auto text = fmt::format(
      "Ignoring {}: {} ({})",
      warning.what == config_oddity::empty_value ? "empty config value" : "unrecognized config key",
      warning.key, to_string(warning.place));
  return warning.hint.empty() ? text : text + "; " + warning.hint;
}

}  // namespace offload
