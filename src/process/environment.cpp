// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/process/environment.hpp>

#include <unistd.h>

#include <algorithm>

extern char** environ;

namespace offload {
namespace {

/// The place of the variable, or where it belongs.
template <class Variables>
auto place_of(Variables& variables, std::string_view name) {
  return std::ranges::lower_bound(variables, name, {}, &env_var::name);
}

}  // namespace

environment::environment() = default;
environment::environment(environment const&) = default;
environment::environment(environment&&) noexcept = default;
environment& environment::operator=(environment const&) = default;
environment& environment::operator=(environment&&) noexcept = default;
environment::~environment() = default;

environment environment::inherited() {
  environment own;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    std::string_view const text{*entry};
    if (auto const equals = text.find('='); equals != std::string_view::npos && equals > 0) {
      own.set(text.substr(0, equals), text.substr(equals + 1));
    }
  }
  return own;
}

environment environment::without_repository() {
  auto own = inherited();
  auto const is_named = [&own](char const* name) { return own.get(name).has_value(); };
  // Without a hook, these are settings for all repositories, such as safe.directory.
  bool const in_hook = is_named("GIT_DIR") || is_named("GIT_INDEX_FILE") || is_named("GIT_PREFIX");
  if (in_hook) {
    for (auto const* name : {"GIT_CONFIG_COUNT", "GIT_CONFIG_PARAMETERS"}) { own.unset(name); }
  }
  for (auto const* name :
       {"GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_COMMON_DIR", "GIT_CONFIG", "GIT_DIR",
        "GIT_GRAFT_FILE", "GIT_IMPLICIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_INTERNAL_SUPER_PREFIX",
        "GIT_NO_REPLACE_OBJECTS", "GIT_OBJECT_DIRECTORY", "GIT_PREFIX", "GIT_REPLACE_REF_BASE",
        "GIT_SHALLOW_FILE", "GIT_WORK_TREE"}) {
    own.unset(name);
  }
  return own;
}

std::optional<std::string_view> environment::get(std::string_view name) const {
  auto const at = place_of(variables_, name);
  if (at == variables_.end() || at->name != name) { return std::nullopt; }
  return at->value;
}

void environment::set(std::string_view name, std::string_view value) {
  auto const at = place_of(variables_, name);
  if (at != variables_.end() && at->name == name) {
    at->value = value;
  } else {
    variables_.insert(at, {std::string{name}, std::string{value}});
  }
}

void environment::set(std::span<env_var const> variables) {
  for (auto const& [name, value] : variables) { set(name, value); }
}

void environment::unset(std::string_view name) {
  auto const at = place_of(variables_, name);
  if (at != variables_.end() && at->name == name) { variables_.erase(at); }
}

void environment::prepend(std::string_view name, std::string_view value) {
  auto const old = get(name);
  std::string joined{value};
  if (old && !old->empty()) { joined.append(":").append(*old); }
  set(name, joined);
}

void environment::apply(command const& c) {
  set(c.env);
  for (auto const& [name, value] : c.search_paths) { prepend(name, value); }
}

std::vector<std::string> environment::entries() const {
  std::vector<std::string> list;
  list.reserve(variables_.size());
  for (auto const& [name, value] : variables_) { list.push_back(name + "=" + value); }
  return list;
}

}  // namespace offload
