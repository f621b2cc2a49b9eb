// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include <offload/process/environment.hpp>

#include <unistd.h>

extern char** environ;

namespace offload {

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

std::optional<std::string_view> environment::get(std::string_view name) const {
  auto const found = variables_.find(name);
  if (found == variables_.end()) { return std::nullopt; }
  return found->second;
}

void environment::set(std::string_view name, std::string_view value) {
  variables_.insert_or_assign(std::string{name}, std::string{value});
}

void environment::unset(std::string_view name) {
  if (auto const found = variables_.find(name); found != variables_.end()) {
    variables_.erase(found);
  }
}

void environment::prepend(std::string_view name, std::string_view value) {
  auto const old = get(name);
  std::string joined{value};
  if (old && !old->empty()) { joined.append(":").append(*old); }
  set(name, joined);
}

void environment::apply(command const& c) {
  for (auto const& [name, value] : c.env) { set(name, value); }
  for (auto const& [name, value] : c.search_paths) { prepend(name, value); }
}

std::vector<std::string> environment::entries() const {
  std::vector<std::string> list;
  list.reserve(variables_.size());
  for (auto const& [name, value] : variables_) { list.push_back(name + "=" + value); }
  return list;
}

}  // namespace offload
