// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Offload authors
#include "json_text.hpp"

#include <offload/core/json.hpp>

#include <optional>
#include <sstream>
#include <utility>

namespace offload {
namespace {

class json_maker {
 public:
  explicit json_maker(variable_lookup const& variables) : variables_{variables} {}

  json make(toml::node const& node) {
    return node.visit([this](auto const& value) { return from(value); });
  }

  std::optional<error> failed;

 private:
  json from(toml::table const& table) {
    json::object object;
    for (auto const& [key, value] : table) {
      object.push_back({std::string{key.str()}, make(value)});
    }
    return object;
  }

  json from(toml::array const& array) {
    json::list list;
    for (auto const& value : array) { list.push_back(make(value)); }
    return list;
  }

  json from(toml::value<std::string> const& text) {
    auto expanded = expand(text.get(), variables_);
    if (expanded) { return *expanded; }
    if (!failed) { failed = std::move(expanded.error()); }
    return nullptr;
  }

  json from(toml::value<bool> const& flag) { return flag.get(); }
  json from(toml::value<std::int64_t> const& number) { return number.get(); }
  json from(toml::value<double> const& number) { return number.get(); }

  template <class Moment>
  json from(toml::value<Moment> const& moment) {
    std::ostringstream text;
    text << moment.get();
    return text.str();
  }

  variable_lookup const& variables_;
};

}  // namespace

result<std::string> json_text(toml::table const& table, variable_lookup const& variables) {
  json_maker maker{variables};
  auto const made = maker.make(table);
  if (maker.failed) { return tl::unexpected(std::move(*maker.failed)); }
  return to_json(made);
}

}  // namespace offload
